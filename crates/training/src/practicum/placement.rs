//! The states of a placement and the one table of their changes.

use crate::role::Role;
use crate::transition::{self, Refusal, Transition};
use serde::{Deserialize, Serialize};

/// Where a trainee's placement at a host office stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlacementState {
    Proposed,
    /// The trainee asked the office itself.
    Requested,
    Notified,
    Accepted,
    Declined,
    Scheduled,
    Done,
    Cancelled,
}

use PlacementState::*;

impl PlacementState {
    pub const ALL: [PlacementState; 8] =
        [Proposed, Requested, Notified, Accepted, Declined, Scheduled, Done, Cancelled];

    pub fn id(self) -> &'static str {
        match self {
            Proposed => "proposed",
            Requested => "requested",
            Notified => "notified",
            Accepted => "accepted",
            Declined => "declined",
            Scheduled => "scheduled",
            Done => "done",
            Cancelled => "cancelled",
        }
    }

    pub fn from_id(id: &str) -> Option<PlacementState> {
        Self::ALL.into_iter().find(|state| state.id() == id)
    }

    /// Has the office accepted, so that its supervisor may read the trainee's practicum record?
    pub fn opens_record(self) -> bool {
        matches!(self, Accepted | Scheduled | Done)
    }

    /// Does this placement take one of the office's places?
    pub fn takes_place(self) -> bool {
        !matches!(self, Declined | Cancelled)
    }
}

const STAFF: &[Role] = &[Role::Administrator, Role::Secretariat];
const OFFICE: &[Role] = &[Role::Administrator, Role::Secretariat, Role::Supervisor];

/// Neither side is bound to what it cannot keep: either may end a placement, and either accepts the first day that was offered.
const EITHER_SIDE: &[Role] = &[Role::Administrator, Role::Secretariat, Role::Supervisor, Role::Trainee];
/// Who asked, or was sent, may say that it will not do.
const TRAINEE: &[Role] = &[Role::Administrator, Role::Secretariat, Role::Trainee];

const fn change(
    from: PlacementState,
    to: PlacementState,
    who: &'static [Role],
    needs_reason: bool,
) -> Transition<PlacementState> {
    Transition { from, to, who, needs_reason }
}

/// Every permitted change of a placement.
pub const TRANSITIONS: &[Transition<PlacementState>] = &[
    change(Proposed, Notified, STAFF, false),
    change(Proposed, Cancelled, STAFF, true),
    change(Requested, Accepted, OFFICE, false),
    change(Requested, Declined, OFFICE, true),
    change(Requested, Cancelled, TRAINEE, true),
    change(Notified, Accepted, OFFICE, false),
    change(Notified, Declined, OFFICE, true),
    change(Notified, Cancelled, TRAINEE, true),
    change(Accepted, Scheduled, EITHER_SIDE, false),
    change(Accepted, Cancelled, EITHER_SIDE, true),
    change(Scheduled, Done, OFFICE, false),
    change(Scheduled, Cancelled, EITHER_SIDE, true),
    change(Done, Scheduled, STAFF, true),
];

/// May `role` change a placement from one state to another, giving this reason?
pub fn check_transition(
    from: PlacementState,
    to: PlacementState,
    role: Role,
    reason: &str,
) -> Result<&'static Transition<PlacementState>, Refusal> {
    transition::check(TRANSITIONS, (from, to), role, reason)
}

/// The changes `role` may make from a state, for a page's buttons.
pub fn transitions_from(from: PlacementState, role: Role) -> impl Iterator<Item = &'static Transition<PlacementState>> {
    transition::from(TRANSITIONS, from, role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_state() {
        for (from, to, role, reason, expected) in [
            (Proposed, Notified, Role::Secretariat, "", Ok(())),
            (Proposed, Accepted, Role::Secretariat, "", Err(Refusal::NoSuchTransition)),
            (Notified, Accepted, Role::Supervisor, "", Ok(())),
            (Notified, Declined, Role::Supervisor, "", Err(Refusal::ReasonMissing)),
            (Proposed, Notified, Role::Supervisor, "", Err(Refusal::NotPermitted)),
            (Scheduled, Done, Role::Trainee, "", Err(Refusal::NotPermitted)),
            (Requested, Accepted, Role::Supervisor, "", Ok(())),
            (Requested, Accepted, Role::Trainee, "", Err(Refusal::NotPermitted)),
            (Requested, Cancelled, Role::Trainee, "another office", Ok(())),
            (Requested, Cancelled, Role::Supervisor, "full", Err(Refusal::NotPermitted)),
            (Scheduled, Cancelled, Role::Trainee, "", Err(Refusal::ReasonMissing)),
            (Scheduled, Cancelled, Role::Supervisor, "ill", Ok(())),
            (Done, Cancelled, Role::Trainee, "x", Err(Refusal::NoSuchTransition)),
        ] {
            assert_eq!(check_transition(from, to, role, reason).map(|_| ()), expected, "{from:?} {to:?}");
        }
    }
}
