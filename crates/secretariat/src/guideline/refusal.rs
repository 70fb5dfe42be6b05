//! What an edition, a supplement or an official text is refused for.

use documents::legal_text::LegalTextError;

/// What an edition, a supplement or an official text is refused for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GuidelineRefusal {
    #[error("{0}")]
    LegalText(#[from] LegalTextError),
    #[error("the edition {0} is not among the guidelines")]
    EditionUnknown(String),
    #[error("the supplement {0} is not among the guidelines")]
    SupplementUnknown(String),
    #[error("the supplement {supplement} does not supplement the edition {edition}")]
    SupplementOfAnotherEdition { supplement: String, edition: String },
    #[error("the supplements do not go together: {}", .0.join("; "))]
    SupplementsCollide(Vec<String>),
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Problems(Vec<training::guideline::Problem>),
    #[error("no clause number was found in the text: it has no line such as 別添１, 第1条, １ 目的 or （１）")]
    NoClauses,
    #[error("no line of the text heads two columns, such as 改正後 現行")]
    NoColumns,
    #[error("the edition {edition} does not govern a course of these days; {governing} governs from {from}")]
    EditionNotGoverning { edition: String, governing: String, from: chrono::NaiveDate },
}
