//! Registration of a host office with the prefecture: the states of an application and the one table of their changes, how long a
//! registration lasts, and how the rules of the guideline look at what an office says of itself.

use super::record::{OfficeCondition, PlacedAt};
use crate::completion::facts::{CohortDates, CohortFacts, Facts};
use crate::completion::judgement::{Judgement, judge};
use crate::guideline::requirement::Rule;
use crate::guideline::rulebook::Rulebook;
use crate::role::Role;
use crate::transition::{self, Refusal, Transition};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Where an office's application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationState {
    Applied,
    /// Given back: something is to be mended.
    Returned,
    /// Complete; the decision is still to come.
    Checked,
    Registered,
    Declined,
    /// A newer registration of the office stands in its place.
    Replaced,
    Withdrawn,
}

use RegistrationState::*;

impl RegistrationState {
    pub const ALL: [RegistrationState; 7] = [Applied, Returned, Checked, Registered, Declined, Replaced, Withdrawn];

    pub fn id(self) -> &'static str {
        match self {
            Applied => "applied",
            Returned => "returned",
            Checked => "checked",
            Registered => "registered",
            Declined => "declined",
            Replaced => "replaced",
            Withdrawn => "withdrawn",
        }
    }

    pub fn from_id(id: &str) -> Option<RegistrationState> {
        Self::ALL.into_iter().find(|state| state.id() == id)
    }

    /// Is the application still on its way?
    pub fn is_open(self) -> bool {
        matches!(self, Applied | Returned | Checked)
    }
}

/// The prefecture decides; where it does so on paper, the administrator writes down its decision, with the paper it stands on as the reason.
const DECIDES: &[Role] = &[Role::Prefecture];
const WRITES_DOWN: &[Role] = &[Role::Administrator];
const EITHER: &[Role] = &[Role::Prefecture, Role::Administrator];
const CHECKS: &[Role] = &[Role::Prefecture, Role::Administrator, Role::Secretariat];
const OFFICE: &[Role] = &[Role::Administrator, Role::Secretariat, Role::Supervisor];
const EITHER_SIDE: &[Role] = &[Role::Prefecture, Role::Administrator, Role::Secretariat, Role::Supervisor];

const fn change(
    from: RegistrationState,
    to: RegistrationState,
    who: &'static [Role],
    needs_reason: bool,
) -> Transition<RegistrationState> {
    Transition { from, to, who, needs_reason }
}

/// Every permitted change. Applying makes a new application, and a returned one an applied one again.
pub const TRANSITIONS: &[Transition<RegistrationState>] = &[
    change(Applied, Checked, CHECKS, false),
    change(Applied, Returned, CHECKS, true),
    change(Applied, Withdrawn, OFFICE, false),
    change(Returned, Applied, OFFICE, false),
    change(Returned, Withdrawn, OFFICE, false),
    change(Checked, Returned, CHECKS, true),
    change(Checked, Registered, DECIDES, false),
    change(Checked, Registered, WRITES_DOWN, true),
    change(Checked, Declined, EITHER, true),
    change(Checked, Withdrawn, OFFICE, false),
    change(Registered, Replaced, EITHER, false),
    change(Registered, Withdrawn, EITHER_SIDE, true),
];

/// May `role` change an application from one state to another, giving this reason?
pub fn check_transition(
    from: RegistrationState,
    to: RegistrationState,
    role: Role,
    reason: &str,
) -> Result<(), Refusal> {
    transition::check(TRANSITIONS, (from, to), role, reason).map(|_| ())
}

/// The changes `role` may make by a button: applying is a form, and replacing comes with registering.
pub fn transitions_from(
    from: RegistrationState,
    role: Role,
) -> impl Iterator<Item = &'static Transition<RegistrationState>> {
    transition::from(TRANSITIONS, from, role).filter(|transition| !matches!(transition.to, Applied | Replaced))
}

/// The requirements of a rulebook about what an office must be, and no others.
pub fn rules_for_offices(mut rulebook: Rulebook) -> Rulebook {
    rulebook.requirements.retain(|requirement| matches!(requirement.rule, Rule::HostOffice(_)));
    rulebook
}

/// Looks at what holds of an office by [`rules_for_offices`].
pub fn check(rules: &Rulebook, conditions: &[OfficeCondition], today: NaiveDate) -> Judgement {
    let placement = PlacedAt { id: 0, office: 0, conditions: conditions.to_vec(), supervisor: None, from: None };
    let facts = Facts { placement: Some(placement), ..Facts::default() };
    let mut judgement = judge(rules, &CohortFacts::new(CohortDates::default(), Vec::new()), &facts, today);
    for finding in &mut judgement.findings {
        // The office is the only evidence there is.
        finding.verdict.evidence.clear();
    }
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guideline::registration::Lasts;

    #[test]
    fn changes_of_an_application() {
        for (from, to, role, reason, expected) in [
            (Applied, Checked, Role::Secretariat, "", Ok(())),
            (Applied, Returned, Role::Prefecture, "", Err(Refusal::ReasonMissing)),
            (Checked, Registered, Role::Prefecture, "", Ok(())),
            (Checked, Registered, Role::Secretariat, "", Err(Refusal::NotPermitted)),
            (Checked, Registered, Role::Administrator, "", Err(Refusal::ReasonMissing)),
            (Checked, Registered, Role::Administrator, "4月1日付の県の通知", Ok(())),
            (Applied, Registered, Role::Prefecture, "", Err(Refusal::NoSuchTransition)),
            (Checked, Declined, Role::Prefecture, "full", Ok(())),
            (Registered, Withdrawn, Role::Supervisor, "staff", Ok(())),
            (Registered, Withdrawn, Role::Supervisor, "", Err(Refusal::ReasonMissing)),
            (Withdrawn, Registered, Role::Administrator, "x", Err(Refusal::NoSuchTransition)),
            (Applied, Checked, Role::Trainee, "", Err(Refusal::NotPermitted)),
        ] {
            assert_eq!(check_transition(from, to, role, reason), expected, "{from:?} {to:?} {role:?}");
        }
    }

    #[test]
    fn a_year_ends_in_march() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        for (lasts, decided_on, expected) in [
            (Lasts::UntilWithdrawn, day(2027, 4, 1), None),
            (Lasts::FiscalYear, day(2027, 4, 1), Some(day(2028, 3, 31))),
            (Lasts::FiscalYear, day(2028, 3, 31), Some(day(2028, 3, 31))),
            (Lasts::FiscalYear, day(2027, 12, 31), Some(day(2028, 3, 31))),
        ] {
            assert_eq!(lasts.until(decided_on), expected, "{decided_on}");
        }
        let year = Lasts::FiscalYear;
        for (decided_on, registered_until, expected) in [
            (day(2028, 2, 1), Some(day(2028, 3, 31)), day(2029, 3, 31)),
            (day(2027, 9, 1), Some(day(2028, 3, 31)), day(2028, 3, 31)),
            (day(2028, 2, 1), Some(day(2027, 3, 31)), day(2028, 3, 31)),
            (day(2028, 2, 1), None, day(2028, 3, 31)),
        ] {
            assert_eq!(year.until_after(decided_on, registered_until), Some(expected), "{decided_on}");
        }
    }
}
