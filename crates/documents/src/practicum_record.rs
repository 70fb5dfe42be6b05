//! A trainee's practicum record (見学実習記録) as a PDF: the days as a table to be confirmed, then each entry as it was handed in; or the days
//! alone, as the supervisor's confirmation (見学実習実施確認書).

use crate::pdf::{PdfError, render};
use chrono::NaiveDate;
use serde::Serialize;

/// A record in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PracticumRecord {
    pub title: String,
    /// What stands at the top: name and value.
    pub facts: Vec<(String, String)>,
    /// Title of the table of days.
    pub visits_title: String,
    /// Over the columns: day, time, minutes, case, stage, way and place.
    pub visit_headings: [String; 6],
    pub visits: Vec<[String; 6]>,
    /// All minutes in words.
    pub total: String,
    pub entries: Vec<PrintedEntry>,
    /// What is confirmed by the signatures; may be empty.
    pub statement: String,
    /// Labels of the boxes to be signed by hand where paper is wanted.
    pub signatures: Vec<String>,
    /// `ja` or `en`.
    pub language: String,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PrintedEntry {
    pub heading: String,
    pub state: String,
    /// Day, time, way and place in one line.
    pub summary: String,
    pub fields: Vec<(String, String)>,
    /// Who decided and when; empty while nobody has.
    pub decided: String,
    pub comment: String,
}

const TEMPLATE: &str = include_str!("../templates/practicum_record.typ");

/// PDF/A, A4, dated `day`; the head of the table repeats.
pub fn pdf(record: &PracticumRecord, day: NaiveDate) -> Result<Vec<u8>, PdfError> {
    let data = serde_json::to_string(record).map_err(|error| PdfError { messages: vec![error.to_string()] })?;
    render(TEMPLATE, data, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_becomes_a_pdf_whatever_was_typed() {
        let entry = PrintedEntry {
            heading: "A アセスメント".into(),
            state: "承認済".into(),
            summary: "令和9年5月10日 9:30 - 12:00".into(),
            fields: vec![("見たこと".into(), "#set text(red) \\ $x$ *_`\"\n二行目 ".repeat(40))],
            decided: "指導者".into(),
            comment: String::new(),
        };
        let record = PracticumRecord {
            title: "見学実習記録".into(),
            facts: vec![("氏名".into(), "研修 太郎".into())],
            visits_title: "実施の記録".into(),
            visit_headings: ["日", "時刻", "分", "事例", "過程", "方法"].map(str::to_owned),
            visits: vec![["5/10", "9:30", "150", "A", "アセスメント", "同行"].map(str::to_owned); 50],
            total: "150分".into(),
            statement: String::new(),
            entries: vec![entry; 5],
            signatures: vec!["実習指導者".into()],
            language: "ja".into(),
        };
        let day = NaiveDate::from_ymd_opt(2027, 6, 1).unwrap();
        assert!(pdf(&record, day).unwrap().starts_with(b"%PDF"));
        let empty = PracticumRecord { visits: vec![], entries: vec![], signatures: vec![], facts: vec![], ..record };
        assert!(pdf(&empty, day).unwrap().starts_with(b"%PDF"));
    }
}
