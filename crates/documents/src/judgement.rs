//! The judgement of a trainee as a PDF: an officer's checklist.

use crate::pdf::{PdfError, render};
use chrono::NaiveDate;
use serde::Serialize;

/// A judgement in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    pub title: String,
    /// Over the columns: clause, requirement, state, evidence, what is missing.
    pub headings: [String; 5],
    /// What stands above the table: name and value.
    pub facts: Vec<(String, String)>,
    /// Said before the table, for example that the second half is closed.
    pub notes: Vec<String>,
    pub lines: Vec<ReportLine>,
    /// Stands over facts that do not count.
    pub uncounted_heading: String,
    /// `ja` or `en`.
    pub language: String,
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportLine {
    pub clause: String,
    pub title: String,
    pub duty: String,
    pub state: String,
    /// Does completion have nothing to wait for here?
    pub settled: bool,
    pub evidence: Vec<String>,
    /// Facts that do not count, each with why.
    pub uncounted: Vec<String>,
    pub missing: Vec<String>,
    pub waiver: Option<String>,
    /// The nearest day on which something for it can be done.
    pub next_chance: Option<String>,
}

const TEMPLATE: &str = include_str!("../templates/judgement.typ");

/// PDF/A, A4, dated `day`; the head of the table repeats.
pub fn pdf(report: &Report, day: NaiveDate) -> Result<Vec<u8>, PdfError> {
    let data = serde_json::to_string(report)?;
    render(TEMPLATE, data, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_becomes_a_pdf() {
        let line = ReportLine {
            clause: "別添1 2".into(),
            title: "受講試験の合格".into(),
            duty: "必須".into(),
            state: "充足".into(),
            settled: true,
            evidence: vec!["受験番号 0001".into()],
            uncounted: vec!["11月30日 第3日 欠席".into()],
            missing: vec![],
            waiver: None,
            next_chance: None,
        };
        let report = Report {
            title: "修了要件の確認表".into(),
            headings: ["条項", "要件", "状態", "根拠", "不足"].map(str::to_owned),
            facts: vec![("氏名".into(), "研修 太郎".into())],
            notes: vec![],
            lines: vec![line; 60],
            uncounted_heading: "数えないもの".into(),
            language: "ja".into(),
        };
        let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
        let bytes = pdf(&report, day).unwrap();
        assert!(bytes.starts_with(b"%PDF"));
        assert_eq!(bytes, pdf(&report, day).unwrap(), "the same report on the same day is the same file");
    }
}
