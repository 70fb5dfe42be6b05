//! What the area `guideline` refuses, in words.

use super::file::TOLD;
use crate::shell::page::Page;
use documents::legal_text::LegalTextError;
use secretariat::guideline::refusal::GuidelineRefusal;

pub(super) fn refusal(page: &Page, refusal: &GuidelineRefusal) -> String {
    match refusal {
        GuidelineRefusal::LegalText(LegalTextError::Empty) => t!(page, "refused-file-empty"),
        GuidelineRefusal::LegalText(LegalTextError::TooLarge(size)) => {
            t!(page, "refused-file-bomb", size = *size)
        }
        GuidelineRefusal::LegalText(LegalTextError::Packed) => t!(page, "refused-legal-packed"),
        GuidelineRefusal::LegalText(LegalTextError::NotText { line }) => {
            t!(page, "refused-legal-not-text", line = *line)
        }
        GuidelineRefusal::LegalText(LegalTextError::Html) => t!(page, "refused-legal-html"),
        GuidelineRefusal::LegalText(LegalTextError::NoLaw) => t!(page, "refused-legal-no-law"),
        GuidelineRefusal::LegalText(LegalTextError::BrokenXml { line, message }) => {
            t!(page, "refused-legal-xml", line = *line, message = message.clone())
        }
        GuidelineRefusal::EditionUnknown(id) | GuidelineRefusal::SupplementUnknown(id) => {
            t!(page, "refused-guideline-unknown", id = id.clone())
        }
        GuidelineRefusal::SupplementOfAnotherEdition { supplement, .. } => {
            t!(page, "refused-supplement-of-another-edition", id = supplement.clone())
        }
        GuidelineRefusal::SupplementsCollide(problems) => {
            t!(page, "refused-supplements-collide", why = problems.join("; "))
        }
        GuidelineRefusal::Problems(problems) => {
            let problems: Vec<String> = problems.iter().take(TOLD).map(ToString::to_string).collect();
            t!(page, "refused-guideline", why = problems.join("; "))
        }
        GuidelineRefusal::NoColumns => t!(page, "refused-no-columns"),
        GuidelineRefusal::NoClauses => t!(page, "refused-no-clauses"),
        GuidelineRefusal::EditionNotGoverning { governing, from, .. } => {
            let governing = page.edition(governing);
            t!(page, "refused-edition-not-governing", governing = governing, from = page.date(from))
        }
    }
}
