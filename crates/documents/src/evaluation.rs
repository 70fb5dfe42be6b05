//! An evaluation sheet (評価表) as PDF: the provider's criteria and levels, and what the supervisor says.

use crate::paper::Paper;
use crate::pdf::PdfError;
use chrono::NaiveDate;
use serde::Serialize;

/// What is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvaluationSheet {
    pub title: String,
    /// Words and what they say, above the table.
    pub facts: Vec<(String, String)>,
    pub criterion: String,
    pub levels: Vec<String>,
    /// Criterion, and the place of its level.
    pub marks: Vec<(String, usize)>,
    pub comment_title: String,
    pub comment: String,
    pub issuer: String,
}

/// PDF/A by a template ([`crate::paper::Paper`]), dated `on`.
pub fn pdf(sheet: &EvaluationSheet, template: &str, on: NaiveDate) -> Result<Vec<u8>, PdfError> {
    let data = serde_json::to_string(sheet)?;
    Paper::Evaluation.set(template, data, on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_becomes_a_pdf() {
        let (on, template) = (NaiveDate::from_ymd_opt(2027, 6, 1).unwrap(), Paper::Evaluation.template());
        let sheet = EvaluationSheet {
            title: "見学実習 評価表".into(),
            facts: vec![("受講者".into(), "研修 太郎".into())],
            criterion: "項目".into(),
            levels: vec!["できている".into(), "もう少し".into()],
            marks: vec![("尊厳 #1 *守る*".into(), 0), ("連携".into(), 1)],
            comment_title: "所見".into(),
            comment: "落ち着いて取り組んだ。".into(),
            issuer: "見本県".into(),
        };
        let bytes = pdf(&sheet, template, on).unwrap();
        assert!(bytes.starts_with(b"%PDF"));
        assert_ne!(bytes, pdf(&EvaluationSheet { comment: "別".into(), ..sheet }, template, on).unwrap());
    }
}
