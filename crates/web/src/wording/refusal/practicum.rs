//! What the area `practicum` refuses, in words.

use crate::shell::page::Page;
use crate::wording::field::field as field_name;
use secretariat::practicum::refusal::PracticumRefusal;
use training::practicum::entry::LONGEST_TEXT;
use training::practicum::evaluation::RubricFault;
use training::practicum::plan::MOST_ROWS;
use training::practicum::plan::interchange::NotRead;

pub(super) fn refusal(page: &Page, refusal: &PracticumRefusal) -> String {
    match refusal {
        PracticumRefusal::Rubric(fault) => match fault {
            RubricFault::TooFew => t!(page, "refused-rubric-too-few"),
            RubricFault::TooMany => t!(page, "refused-rubric-too-many"),
            RubricFault::Twice => t!(page, "refused-rubric-twice"),
        },
        PracticumRefusal::EvaluationIncomplete => t!(page, "refused-evaluation-incomplete"),
        PracticumRefusal::PseudonymNeeded => t!(page, "refused-pseudonym-needed"),
        PracticumRefusal::ShreddingUnconfirmed { cohorts } => {
            t!(page, "refused-shredding-unconfirmed", cohorts = cohorts.join("、"))
        }
        PracticumRefusal::CaseInUse => t!(page, "refused-case-in-use"),
        PracticumRefusal::ConcernedBound => t!(page, "refused-concerned-bound"),
        PracticumRefusal::InventedClient => t!(page, "refused-invented-client"),
        PracticumRefusal::PseudonymTaken(code) => {
            t!(page, "refused-pseudonym-taken", code = code.clone())
        }
        PracticumRefusal::NamesSomebody { field, pieces } => {
            t!(page, "refused-names-somebody", field = field_name(page, field), pieces = pieces.join("、"))
        }
        PracticumRefusal::ConsentMissing { consent: Some(consent), experience } => {
            t!(page, "refused-consent", consent = page.date(consent), experience = page.date(experience))
        }
        PracticumRefusal::ConsentMissing { consent: None, experience } => {
            t!(page, "refused-consent-incomplete", experience = page.date(experience))
        }
        PracticumRefusal::SignedByAnother => t!(page, "refused-signed-by-another"),
        PracticumRefusal::PersonalDataUnconfirmed => t!(page, "refused-personal-data-unconfirmed"),
        PracticumRefusal::NoLongerSound => t!(page, "refused-no-longer-sound"),
        PracticumRefusal::RecordSignedOff => t!(page, "refused-record-signed-off"),
        PracticumRefusal::SignOffUnconfirmed => t!(page, "refused-sign-off-unconfirmed"),
        PracticumRefusal::RecordOpen { open } => t!(page, "refused-record-open", open = *open),
        PracticumRefusal::Day(faults) => crate::wording::practicum::day_faults(page, faults),
        PracticumRefusal::DayTaken { from, until } => {
            let (from, until) = (from.format("%H:%M").to_string(), until.format("%H:%M").to_string());
            t!(page, "refused-day-taken", from = from, until = until)
        }
        PracticumRefusal::BeforeAcceptance => t!(page, "refused-before-acceptance"),
        PracticumRefusal::NotAccepted => t!(page, "refused-not-accepted"),
        PracticumRefusal::NoAssessment => t!(page, "refused-no-assessment"),
        PracticumRefusal::Plan(reason) => match reason {
            NotRead::UnknownSheet => t!(page, "refused-plan-unknown-sheet"),
            NotRead::NoRows => t!(page, "refused-plan-no-rows"),
            NotRead::SeveralClients => t!(page, "refused-plan-several-clients"),
            NotRead::TooLong => t!(page, "fault-too-long", count = LONGEST_TEXT),
            NotRead::TooManyRows => t!(page, "refused-plan-too-many-rows", count = MOST_ROWS),
        },
        PracticumRefusal::NothingRecorded { supervisor } => {
            t!(page, "refused-nothing-recorded", supervisor = supervisor.clone())
        }
        PracticumRefusal::NotSignedOff => t!(page, "refused-not-signed-off"),
        PracticumRefusal::Shredded => t!(page, "refused-shredded"),
        PracticumRefusal::OutsidePracticum { on, from, until } => {
            t!(page, "refused-outside-practicum", day = page.date(on), from = page.date(from), until = page.date(until))
        }
        PracticumRefusal::DayTooFull { on, minutes } => {
            t!(page, "refused-day-too-full", day = page.date(on), hours = crate::wording::hours(page, *minutes))
        }
        PracticumRefusal::SignOffTooEarly { on, last } => {
            t!(page, "refused-sign-off-too-early", day = page.date(on), last = page.date(last))
        }
        PracticumRefusal::SignOffIncomplete { open } => {
            let open: Vec<&str> = open.iter().map(|(title, title_en)| page.language.either(title, title_en)).collect();
            t!(page, "refused-sign-off-incomplete", open = open.join("、"))
        }
        PracticumRefusal::Attachment(fault) => crate::wording::practicum::attachment_fault(page, *fault),
    }
}
