//! Why something was refused, and what to do.

mod account;
mod certificate;
mod cohort;
pub(crate) mod file;
mod guideline;
mod notice;
mod office;
pub(crate) mod placement;
mod practicum;
mod registry;
mod trainee;

use super::codes;
use super::field::field as field_name;
use crate::shell::page::Page;
use documents::{PdfError, TemplateFault};
use secretariat::Refusal;

/// Why something was refused, and what to do.
pub(crate) fn refusal(page: &Page, refusal: &Refusal) -> String {
    use training::trainee::enrolment::Refusal as Transition;
    match refusal {
        Refusal::Account(refusal) => account::refusal(page, refusal),
        Refusal::Certificate(refusal) => certificate::refusal(page, refusal),
        Refusal::Cohort(refusal) => cohort::refusal(page, refusal),
        Refusal::File(refusal) => file::refusal(page, refusal),
        Refusal::Guideline(refusal) => guideline::refusal(page, refusal),
        Refusal::Notice(refusal) => notice::refusal(page, refusal),
        Refusal::Office(refusal) => office::refusal(page, refusal),
        Refusal::Placement(refusal) => placement::refusal(page, refusal),
        Refusal::Practicum(refusal) => practicum::refusal(page, refusal),
        Refusal::Registry(refusal) => registry::refusal(page, refusal),
        Refusal::Trainee(refusal) => trainee::refusal(page, refusal),
        Refusal::Transition(Transition::NoSuchTransition) => t!(page, "refused-no-such-transition"),
        Refusal::Transition(Transition::NotPermitted) => t!(page, "refused-not-permitted"),
        Refusal::Transition(Transition::ReasonMissing) | Refusal::ReasonMissing => t!(page, "refused-reason-missing"),
        Refusal::ErasureUnconfirmed { class, count } => {
            t!(page, "refused-erasure-unconfirmed", what = crate::settings::erasure::count(page, *class, *count))
        }
        Refusal::ClockUnlikely { newest, now } => {
            t!(page, "refused-clock-unlikely", newest = page.moment(newest), now = page.moment(now))
        }
        Refusal::ControlCharacter { field } => t!(page, "refused-control-character", field = field_name(page, field)),
        Refusal::DateToCome { field, on } => {
            t!(page, "refused-date-to-come", field = field_name(page, field), day = page.date(on))
        }
        Refusal::StepClosed { open } => {
            let open: Vec<&str> = open.iter().map(|(title, title_en)| page.language.either(title, title_en)).collect();
            t!(page, "refused-step-closed", open = open.join("、"))
        }
        Refusal::FieldMissing(field) => t!(page, "refused-field-missing", field = field_name(page, field)),
        Refusal::FieldInvalid { field, value } => {
            t!(page, "refused-field-invalid", field = field_name(page, field), value = value.clone())
        }
        Refusal::AlreadyThere => t!(page, "refused-already-there"),
        Refusal::Template(PdfError::Unprintable(pieces)) => t!(page, "refused-unprintable", codes = codes(pieces)),
        Refusal::Template(PdfError::Exhausted) => t!(page, "refused-template-exhausted"),
        Refusal::Template(PdfError::Template(faults)) => {
            let fault = |fault: &TemplateFault| match fault.line {
                Some(line) => t!(page, "template-fault", line = line, message = fault.message.clone()),
                None => fault.message.clone(),
            };
            let faults: Vec<String> = faults.iter().map(fault).collect();
            t!(page, "refused-template", why = faults.join("; "))
        }
        Refusal::Pattern(error) => t!(page, "refused-pattern", why = error.to_string()),
    }
}
