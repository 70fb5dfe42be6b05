//! What is missing of a requirement, and why somebody has no place.

use super::rule::together;
use super::{case_type, document, hours, milestone, office_condition, stage};
use crate::shell::page::Page;
use placement::explanation::Unplaced;
use training::completion::verdict::{Missing, NotCounted};

pub(crate) fn missing(page: &Page, missing: &Missing) -> String {
    match missing {
        Missing::ExamNumber => t!(page, "missing-exam-number"),
        Missing::Minutes { done, required } => {
            t!(page, "missing-minutes", done = hours(page, *done), required = hours(page, *required))
        }
        Missing::MadeUp { on, why } => {
            t!(page, "missing-made-up", day = page.day(on), why = not_counted(page, *why))
        }
        Missing::HalfDays { done, required } => t!(
            page,
            "missing-days",
            done = format!("{:.1}", f64::from(*done) / 2.0),
            required = format!("{:.1}", f64::from(*required) / 2.0)
        ),
        Missing::Cases { done, required } => t!(page, "missing-cases", done = *done, required = *required),
        Missing::Stage { stage: id } => t!(page, "missing-stage", stage = stage(page, id)),
        Missing::AccompaniedVisit => t!(page, "missing-accompanied-visit"),
        Missing::Conference => t!(page, "missing-conference"),
        Missing::PreparationExplained => t!(page, "missing-preparation-explained"),
        Missing::ProceedingsExplained => t!(page, "missing-proceedings-explained"),
        Missing::FallbackReason => t!(page, "missing-fallback-reason"),
        Missing::Milestone { milestone: kind } => t!(page, "missing-milestone", what = milestone(page, *kind)),
        Missing::EarlierThan { was, first_experience } => {
            t!(page, "missing-earlier", was = page.date(was), first = page.date(first_experience))
        }
        Missing::AnyCase => t!(page, "missing-any-case"),
        Missing::Consent { not_agreed, first_experience, .. } if !not_agreed.is_empty() => {
            let who = crate::wording::practicum::listed(page, not_agreed);
            t!(page, "missing-consent-of", who = who, first = page.date(first_experience))
        }
        Missing::Consent { consent_on, first_experience, .. } => t!(
            page,
            "missing-consent",
            consent = consent_on.map_or_else(|| t!(page, "none"), |day| page.date(day)),
            first = page.date(first_experience)
        ),
        Missing::Placement => t!(page, "missing-placement"),
        Missing::OfficeCondition { condition } => {
            t!(page, "missing-office-condition", condition = office_condition(page, *condition))
        }
        Missing::OfficeLadder { rungs } => {
            let rungs: Vec<String> = rungs.iter().map(|rung| together(page, rung)).collect();
            t!(page, "missing-office-ladder", rungs = rungs.join(" / "))
        }
        Missing::Supervisor => t!(page, "missing-supervisor"),
        Missing::SupervisorNotChief => t!(page, "missing-supervisor-not-chief"),
        Missing::SubstituteReason => t!(page, "missing-substitute-reason"),
        Missing::SupervisorTrainees { count, allowed } => {
            t!(page, "missing-supervisor-trainees", count = *count, allowed = *allowed)
        }
        Missing::Assessment => t!(page, "missing-assessment"),
        Missing::Score { reached, required } => {
            t!(page, "missing-score", reached = *reached, required = *required)
        }
        Missing::RubricItem { item, reached, required } => {
            t!(page, "missing-rubric-item", item = item.clone(), reached = *reached, required = *required)
        }
        Missing::Absences { count, allowed } => t!(page, "missing-absences", count = *count, allowed = *allowed),
        Missing::Lateness { count, allowed } => t!(page, "missing-lateness", count = *count, allowed = *allowed),
        Missing::Document { document: id, due: None } => t!(page, "missing-document", document = document(page, id)),
        Missing::Document { document: id, due: Some(due) } => {
            t!(page, "missing-document-due", document = document(page, id), due = page.date(due))
        }
        Missing::DocumentLate { document: id, due, handed_in } => t!(
            page,
            "missing-document-late",
            document = document(page, id),
            due = page.date(due),
            day = page.date(handed_in)
        ),
        Missing::CaseTypes { done, required, open } => {
            let open: Vec<String> = open.iter().map(|id| case_type(page, id)).collect();
            t!(page, "missing-case-types", done = *done, required = *required, open = open.join("、"))
        }
        Missing::WholeCases { done, required } => t!(page, "missing-whole-cases", done = *done, required = *required),
        Missing::PracticumOver { until } => t!(page, "missing-practicum-over", until = page.date(until)),
        Missing::OneOf { alternatives } => {
            let words = |alternative: &Vec<Missing>| {
                alternative.iter().map(|known| self::missing(page, known)).collect::<Vec<_>>().join("、")
            };
            let alternatives: Vec<String> = alternatives.iter().map(words).collect();
            t!(page, "missing-one-of", alternatives = alternatives.join(" / "))
        }
    }
}

/// Why a fact does not count.
pub(crate) fn not_counted(page: &Page, why: NotCounted) -> String {
    let missed = |late: u32, left_early: u32| {
        let late = (late > 0).then(|| t!(page, "late-minutes", minutes = late));
        let early = (left_early > 0).then(|| t!(page, "early-minutes", minutes = left_early));
        late.into_iter().chain(early).collect::<Vec<_>>().join("、")
    };
    match why {
        NotCounted::Absent => t!(page, "absent"),
        NotCounted::Away => t!(page, "not-counted-away"),
        NotCounted::Missed { late, left_early } => missed(late, left_early),
        NotCounted::ToleranceUsedUp { late, left_early } => {
            t!(page, "not-counted-tolerance", missed = missed(late, left_early))
        }
        NotCounted::OwnWork => t!(page, "not-counted-own-work"),
        NotCounted::OutsideWindow => t!(page, "not-counted-outside-window"),
        NotCounted::Saturday => t!(page, "not-counted-saturday"),
        NotCounted::TooShort => t!(page, "not-counted-too-short"),
        NotCounted::NotInARow => t!(page, "not-counted-not-in-a-row"),
        NotCounted::WithoutCase => t!(page, "not-counted-without-case"),
    }
}

pub(crate) fn unplaced(page: &Page, why: &Unplaced) -> String {
    match why {
        Unplaced::NoCoordinates => t!(page, "unplaced-no-coordinates"),
        Unplaced::NoWindow => t!(page, "unplaced-no-window"),
        Unplaced::NoOfficeWithinLimit => t!(page, "unplaced-no-office"),
        Unplaced::NonePermitted { within_limit } => t!(page, "unplaced-none-permitted", count = *within_limit),
        Unplaced::NoCommonWindow { permitted } => t!(page, "unplaced-no-common-window", count = *permitted),
        Unplaced::NotPlacedYet => t!(page, "unplaced-not-yet"),
        Unplaced::AllFull { permitted } => t!(page, "unplaced-all-full", count = *permitted),
    }
}
