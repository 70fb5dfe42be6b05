//! Who may take a course: typed rules, each with its source, judged from the registry's facts. Every reason is told, not the first alone; what
//! the records do not show is said to be open, and never taken for a no.

use crate::registry::expiry::months_later;
use crate::registry::standing::{CardState, PRACTITIONERS, RenewedBy};
use crate::registry::{Policy, SpecialistOneExemption, Standing, Training};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One rule of entrance, as a course's file says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entrance {
    #[serde(flatten)]
    pub rule: EntranceRule,
    /// The clause or page it rests on.
    pub source: String,
    /// Was it read there?
    #[serde(default)]
    pub confirmed: bool,
    /// Of rules of one group a single one is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// What is asked of whoever wants to take a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum EntranceRule {
    /// Passed the qualifying exam.
    ExamPassed,
    /// Entered into the registry.
    Registered,
    /// Holds a card that is valid on the first day of the course.
    CardValid,
    /// Holds no valid card on that day: it lapsed, or never was.
    NoValidCard,
    /// The card's last day comes within so many months of the first day of the course.
    CardEndsWithin { months: u32 },
    /// Completed one of these trainings; `Ⅰ` by the prefecture's policy.
    Completed { any_of: Vec<Training> },
    /// Practised for so many months up to the first day of the course; only full-time dedicated work where said.
    Practice {
        months: u32,
        #[serde(default)]
        dedicated: bool,
    },
    /// Worked as a care manager in the present span of validity.
    PractisedInValidity,
    /// Did not.
    NotPractisedInValidity,
    /// Is a chief on the first day of the course.
    ChiefValid,
    /// Shown by a paper that is handed in; the records cannot tell.
    Paper { title: String, title_en: String },
}

/// What the records say about a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    Met,
    /// The records do not show it: to be asked, or seen on a paper.
    Open,
    NotMet,
}

/// A rule with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason<'a> {
    pub entrance: &'a Entrance,
    pub answer: Answer,
}

/// Everything asked of somebody, with the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Eligibility<'a> {
    pub reasons: Vec<Reason<'a>>,
    pub answer: Answer,
}

/// What is known of an applicant beside the registry.
#[derive(Debug, Clone, Copy, Default)]
pub struct Applicant {
    /// Has the exam been passed? None: nothing is on record.
    pub exam_passed: Option<bool>,
}

/// Judges the rules of a course that begins on a day. `standing` is as of that day, by what is known today.
pub fn eligibility<'a>(
    rules: &'a [Entrance],
    standing: &Standing,
    (applicant, policy): (Applicant, &Policy),
    starts_on: NaiveDate,
) -> Eligibility<'a> {
    let answer = |entrance: &'a Entrance| Reason {
        answer: answer(&entrance.rule, standing, (applicant, policy), starts_on),
        entrance,
    };
    let reasons: Vec<Reason<'a>> = rules.iter().map(answer).collect();
    let alone = reasons.iter().filter(|reason| reason.entrance.group.is_none()).map(|reason| reason.answer);
    let groups = reasons.iter().filter_map(|reason| reason.entrance.group.as_deref());
    // Of a group the best answer counts.
    let best = |group: &str| {
        let of_group = reasons.iter().filter(|reason| reason.entrance.group.as_deref() == Some(group));
        of_group.map(|reason| reason.answer).min()
    };
    let answer = alone.chain(groups.filter_map(best)).max().unwrap_or(Answer::Met);
    Eligibility { reasons, answer }
}

fn yes_or_no(met: bool) -> Answer {
    if met { Answer::Met } else { Answer::NotMet }
}

fn answer(
    rule: &EntranceRule,
    standing: &Standing,
    (applicant, policy): (Applicant, &Policy),
    starts_on: NaiveDate,
) -> Answer {
    // Of somebody the registry has nothing of, it says nothing.
    let is_known = standing.registration.is_some();
    let of_known = |met: bool| if is_known { yes_or_no(met) } else { Answer::Open };
    match rule {
        EntranceRule::ExamPassed => applicant.exam_passed.map_or(Answer::Open, yes_or_no),
        EntranceRule::Registered => of_known(standing.is_registered()),
        EntranceRule::CardValid => of_known(standing.card_state(starts_on) == CardState::Valid),
        EntranceRule::NoValidCard => of_known(standing.card_state(starts_on) != CardState::Valid),
        EntranceRule::CardEndsWithin { months } => {
            let limit = months_later(starts_on, *months);
            of_known(standing.card.is_some_and(|card| (starts_on..=limit).contains(&card.expires_on)))
        }
        EntranceRule::Completed { any_of } => completed(any_of, standing, policy),
        EntranceRule::Practice { months, dedicated } => {
            let asked = i64::from(*months) * 365 / 12;
            match standing.days_of_practice(starts_on, *dedicated) {
                0 if standing.practice.is_empty() => Answer::Open,
                days => yes_or_no(days >= asked),
            }
        }
        EntranceRule::PractisedInValidity => practised(standing, starts_on),
        EntranceRule::NotPractisedInValidity => match practised(standing, starts_on) {
            Answer::Met => Answer::NotMet,
            Answer::NotMet => Answer::Met,
            Answer::Open => Answer::Open,
        },
        EntranceRule::ChiefValid => {
            // Taken over from paper, a chief may be unknown here.
            if standing.chief.is_none() { Answer::Open } else { yes_or_no(standing.is_chief(starts_on)) }
        }
        EntranceRule::Paper { .. } => Answer::Open,
    }
}

fn practised(standing: &Standing, starts_on: NaiveDate) -> Answer {
    match standing.card {
        Some(card) if !standing.practice.is_empty() => {
            yes_or_no(standing.practised_between(card.validity_from, starts_on))
        }
        _ => Answer::Open,
    }
}

/// Trainings of which one will do. Ⅰ counts as the prefecture's policy says; a practitioner's renewal shows that it was taken.
fn completed(any_of: &[Training], standing: &Standing, policy: &Policy) -> Answer {
    let since = standing.card.map(|card| card.validity_from);
    let within = |on: NaiveDate| since.is_none_or(|since| on >= since);
    let by_practice = standing.renewed_by == Some(RenewedBy::Practice);
    let counts = |on: NaiveDate, training: Training| match (training, policy.specialist_one) {
        (Training::SpecialistOne, SpecialistOneExemption::WithinValidity) => within(on),
        (Training::SpecialistOne, SpecialistOneExemption::WhileRenewedByPractice) => within(on) || by_practice,
        _ => true,
    };
    let wanted = standing.completions.iter().filter(|(_, training, _)| any_of.contains(training));
    let answers: Vec<bool> = wanted.map(|(on, training, _)| counts(*on, *training)).collect();
    if answers.contains(&true) {
        return Answer::Met;
    }
    let shows_it = standing.completions.iter().any(|(_, training, _)| PRACTITIONERS.contains(training));
    if any_of.contains(&Training::SpecialistOne) && shows_it && by_practice {
        return Answer::Met;
    }
    // It was completed and counts no more; or it was completed elsewhere and is not on record.
    if answers.is_empty() { Answer::Open } else { Answer::NotMet }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{CardCause, DatedFact, Fact, RegistrationNumber};
    use Answer::{Met, NotMet, Open};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn standing(facts: &[(&str, Fact)], on: &str) -> Standing {
        let dated = |(on, fact): &(&str, Fact)| DatedFact {
            on: day(on),
            recorded_on: day(on),
            withdrawn_on: None,
            fact: fact.clone(),
        };
        let facts: Vec<DatedFact> = facts.iter().map(dated).collect();
        Standing::on(&facts, &Policy::default(), day(on), day("2099-01-01"))
    }

    fn registered() -> (&'static str, Fact) {
        ("2022-04-01", Fact::Registered { number: RegistrationNumber::new(10, 22, 1).unwrap(), prefecture: 10 })
    }

    fn card() -> (&'static str, Fact) {
        ("2022-05-01", Fact::CardIssued { cause: CardCause::First, expires_on: day("2027-04-30") })
    }

    fn renewed() -> (&'static str, Fact) {
        ("2024-05-01", Fact::CardIssued { cause: CardCause::Renewal, expires_on: day("2029-04-30") })
    }

    fn old_one() -> (&'static str, Fact) {
        ("2020-01-10", Fact::Completed { training: Training::SpecialistOne, valid_until: None })
    }

    fn practice(until: Option<&str>, dedicated: bool) -> (&'static str, Fact) {
        ("2022-05-01", Fact::Practised { until: until.map(day), dedicated })
    }

    fn one(training: Training) -> (&'static str, Fact) {
        ("2024-01-10", Fact::Completed { training, valid_until: None })
    }

    #[test]
    fn each_rule_has_its_answer() {
        use EntranceRule::*;
        let ones = Completed { any_of: vec![Training::SpecialistOne, Training::RenewalFirst] };
        let months = |months| Practice { months, dedicated: false };
        let dedicated = |months| Practice { months, dedicated: true };
        for (facts, rule, on, expected) in [
            (vec![], Registered, "2026-04-01", Open),
            (vec![registered()], Registered, "2026-04-01", Met),
            (vec![registered()], CardValid, "2026-04-01", NotMet),
            (vec![registered(), card()], CardValid, "2027-04-30", Met),
            (vec![registered(), card()], CardValid, "2027-05-01", NotMet),
            (vec![], CardValid, "2026-04-01", Open),
            (vec![registered(), card()], NoValidCard, "2027-04-30", NotMet),
            (vec![registered(), card()], NoValidCard, "2027-05-01", Met),
            (vec![registered()], NoValidCard, "2026-04-01", Met),
            (vec![registered(), card()], CardEndsWithin { months: 12 }, "2026-04-30", Met),
            (vec![registered(), card()], CardEndsWithin { months: 12 }, "2026-04-29", NotMet),
            (vec![registered(), card()], CardEndsWithin { months: 12 }, "2027-05-01", NotMet),
            (vec![registered(), card()], months(6), "2026-04-01", Open),
            (vec![registered(), card(), practice(Some("2022-10-29"), false)], months(6), "2026-04-01", Met),
            (vec![registered(), card(), practice(Some("2022-10-28"), false)], months(6), "2026-04-01", NotMet),
            (vec![registered(), card(), practice(None, false)], dedicated(6), "2026-04-01", NotMet),
            (vec![registered(), card(), practice(None, true)], dedicated(36), "2026-04-01", Met),
            (vec![registered(), card(), practice(None, true)], PractisedInValidity, "2026-04-01", Met),
            (vec![registered(), card(), practice(None, true)], NotPractisedInValidity, "2026-04-01", NotMet),
            (vec![registered(), card()], PractisedInValidity, "2026-04-01", Open),
            (vec![registered(), card()], NotPractisedInValidity, "2026-04-01", Open),
            (vec![registered(), card(), one(Training::SpecialistOne)], ones.clone(), "2026-04-01", Met),
            (vec![registered(), card(), one(Training::RenewalLater)], ones.clone(), "2026-04-01", Open),
            (vec![registered(), one(Training::RenewalLater), renewed()], ones.clone(), "2026-04-01", Met),
            (vec![registered(), old_one(), card()], ones.clone(), "2026-04-01", NotMet),
            (vec![registered(), card(), one(Training::Chief)], ones.clone(), "2026-04-01", Open),
            (vec![registered(), card()], ChiefValid, "2026-04-01", Open),
            (vec![registered(), card(), one(Training::Chief)], ChiefValid, "2026-04-01", Met),
            (vec![registered(), card(), one(Training::Chief)], ChiefValid, "2027-05-01", NotMet),
            (vec![registered()], Paper { title: "x".into(), title_en: "x".into() }, "2026-04-01", Open),
            (vec![], ExamPassed, "2026-04-01", Open),
        ] {
            let found = answer(&rule, &standing(&facts, on), (Applicant::default(), &Policy::default()), day(on));
            assert_eq!(found, expected, "{rule:?} on {on}: {facts:?}");
        }
        let within = Policy { specialist_one: SpecialistOneExemption::WithinValidity, ..Policy::default() };
        let before = ("2020-01-10", Fact::Completed { training: Training::SpecialistOne, valid_until: None });
        let old = standing(&[before, registered(), card()], "2026-04-01");
        let once = Policy { specialist_one: SpecialistOneExemption::OnceInLife, ..Policy::default() };
        assert_eq!(answer(&ones, &old, (Applicant::default(), &within), day("2026-04-01")), NotMet);
        assert_eq!(answer(&ones, &old, (Applicant::default(), &Policy::default()), day("2026-04-01")), NotMet);
        assert_eq!(answer(&ones, &old, (Applicant::default(), &once), day("2026-04-01")), Met);
        for (passed, expected) in [(Some(true), Met), (Some(false), NotMet), (None, Open)] {
            let applicant = Applicant { exam_passed: passed };
            assert_eq!(answer(&ExamPassed, &old, (applicant, &within), day("2026-04-01")), expected);
        }
    }

    #[test]
    fn all_reasons_are_told_and_one_of_a_group_is_enough() {
        let rule = |rule, group: Option<&str>| Entrance {
            rule,
            source: "見本".into(),
            confirmed: false,
            group: group.map(str::to_owned),
        };
        let long = EntranceRule::Practice { months: 60, dedicated: true };
        let paper = EntranceRule::Paper { title: "x".into(), title_en: "x".into() };
        let rules =
            [rule(EntranceRule::CardValid, None), rule(long.clone(), Some("practice")), rule(paper, Some("practice"))];
        let on = |facts: &[(&'static str, Fact)], rules: &[Entrance], starts: &str| {
            let found =
                eligibility(rules, &standing(facts, starts), (Applicant::default(), &Policy::default()), day(starts));
            (found.answer, found.reasons.iter().map(|reason| reason.answer).collect::<Vec<_>>())
        };
        let facts = [registered(), card(), practice(Some("2023-05-01"), true)];
        assert_eq!(on(&facts, &rules, "2026-04-01"), (Open, vec![Met, NotMet, Open]), "the paper may do");
        assert_eq!(on(&facts, &rules[..2], "2026-04-01"), (NotMet, vec![Met, NotMet]));
        assert_eq!(on(&facts, &rules, "2027-05-01"), (NotMet, vec![NotMet, NotMet, Open]), "every reason");
        let years = [registered(), card(), ("2020-01-01", Fact::Practised { until: None, dedicated: true })];
        assert_eq!(on(&years, &rules, "2026-04-01"), (Met, vec![Met, Met, Open]));
        assert_eq!(on(&[], &[], "2026-04-01"), (Met, vec![]));
    }
}
