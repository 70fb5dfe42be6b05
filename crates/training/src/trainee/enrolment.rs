//! A trainee's enrolment in a cohort and the one table of its changes of state.

use crate::role::Role;
pub use crate::transition::Refusal;
use crate::transition::{self, Transition};
use serde::{Deserialize, Serialize};

/// Where an enrolment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentState {
    Applied,
    Admitted,
    Enrolled,
    Deferred,
    Withdrawn,
    TransferredOut,
    TransferredIn,
    Completed,
    NotCompleted,
}

use EnrolmentState::*;

impl EnrolmentState {
    pub const ALL: [EnrolmentState; 9] =
        [Applied, Admitted, Enrolled, Deferred, Withdrawn, TransferredOut, TransferredIn, Completed, NotCompleted];

    /// The name used in files, the database and addresses.
    pub fn id(self) -> &'static str {
        match self {
            Applied => "applied",
            Admitted => "admitted",
            Enrolled => "enrolled",
            Deferred => "deferred",
            Withdrawn => "withdrawn",
            TransferredOut => "transferred_out",
            TransferredIn => "transferred_in",
            Completed => "completed",
            NotCompleted => "not_completed",
        }
    }

    pub fn from_id(id: &str) -> Option<EnrolmentState> {
        Self::ALL.into_iter().find(|state| state.id() == id)
    }

    /// Does the trainee take part in the training (attendance, placement, judgement)?
    pub fn takes_part(self) -> bool {
        matches!(self, Enrolled | TransferredIn)
    }
}

const STAFF: &[Role] = &[Role::Administrator, Role::Secretariat];
const ADMINISTRATOR: &[Role] = &[Role::Administrator];

const fn change(
    from: EnrolmentState,
    to: EnrolmentState,
    who: &'static [Role],
    needs_reason: bool,
) -> Transition<EnrolmentState> {
    Transition { from, to, who, needs_reason }
}

/// Every permitted change. What is not here cannot happen, on no path.
pub const TRANSITIONS: &[Transition<EnrolmentState>] = &[
    change(Applied, Admitted, STAFF, false),
    change(Applied, Withdrawn, STAFF, true),
    change(Admitted, Enrolled, STAFF, false),
    change(Admitted, Deferred, STAFF, true),
    change(Admitted, Withdrawn, STAFF, true),
    change(Admitted, TransferredOut, STAFF, true),
    change(Enrolled, Deferred, STAFF, true),
    change(Enrolled, Withdrawn, STAFF, true),
    change(Enrolled, TransferredOut, STAFF, true),
    change(Enrolled, Completed, STAFF, false),
    change(Enrolled, NotCompleted, STAFF, true),
    change(TransferredIn, Deferred, STAFF, true),
    change(TransferredIn, Withdrawn, STAFF, true),
    change(TransferredIn, Completed, STAFF, false),
    change(TransferredIn, NotCompleted, STAFF, true),
    change(Deferred, Enrolled, STAFF, false),
    change(Deferred, Withdrawn, STAFF, true),
    // Undoing: a person with authority, and a reason that stays on the timeline.
    change(Withdrawn, Enrolled, ADMINISTRATOR, true),
    change(Completed, Enrolled, ADMINISTRATOR, true),
    change(NotCompleted, Enrolled, ADMINISTRATOR, true),
];

/// May `role` change an enrolment from one state to another, giving this reason?
pub fn check_transition(
    from: EnrolmentState,
    to: EnrolmentState,
    role: Role,
    reason: &str,
) -> Result<&'static Transition<EnrolmentState>, Refusal> {
    transition::check(TRANSITIONS, (from, to), role, reason)
}

/// The changes `role` may make from a state, for a page's buttons.
pub fn transitions_from(from: EnrolmentState, role: Role) -> impl Iterator<Item = &'static Transition<EnrolmentState>> {
    transition::from(TRANSITIONS, from, role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_state() {
        for (from, to, role, reason, expected) in [
            (Applied, Admitted, Role::Secretariat, "", Ok(())),
            (Applied, Admitted, Role::Trainee, "", Err(Refusal::NotPermitted)),
            (Applied, Completed, Role::Administrator, "x", Err(Refusal::NoSuchTransition)),
            (Enrolled, Withdrawn, Role::Secretariat, " ", Err(Refusal::ReasonMissing)),
            (Enrolled, Withdrawn, Role::Secretariat, "転居", Ok(())),
            (Completed, Enrolled, Role::Secretariat, "誤り", Err(Refusal::NotPermitted)),
            (Completed, Enrolled, Role::Administrator, "誤り", Ok(())),
        ] {
            assert_eq!(check_transition(from, to, role, reason).map(|_| ()), expected, "{from:?} {to:?} {role:?}");
        }
    }

    #[test]
    fn every_state_can_be_reached_and_read_back() {
        for state in EnrolmentState::ALL {
            assert_eq!(EnrolmentState::from_id(state.id()), Some(state));
        }
        for transition in TRANSITIONS {
            assert_ne!(transition.from, transition.to);
            let twins = TRANSITIONS.iter().filter(|t| t.from == transition.from && t.to == transition.to).count();
            assert_eq!(twins, 1, "{transition:?} stands twice");
        }
    }
}
