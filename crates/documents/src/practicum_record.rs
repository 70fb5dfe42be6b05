//! A trainee's practicum record (見学実習記録) as a PDF: the days as a table to be confirmed, then each entry as it was handed in; the days alone, as the
//! supervisor's confirmation (見学実習実施確認書); or what was learned, as the trainee's report (見学実習報告書).

use crate::paper::Paper;
use crate::pdf::PdfError;
use chrono::NaiveDate;
use serde::Serialize;

/// A record in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PracticumRecord {
    pub title: String,
    /// What stands at the top: name and value.
    pub facts: Vec<(String, String)>,
    pub rows: Rows,
    pub entries: Vec<PrintedEntry>,
    /// What is confirmed by the signatures; may be empty.
    pub statement: String,
    /// Labels of the boxes to be signed by hand where paper is wanted.
    pub signatures: Vec<String>,
    /// `ja` or `en`.
    pub language: String,
}

/// A table: of days, or of stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rows {
    pub title: String,
    pub columns: Vec<Column>,
    /// As many a row as there are columns.
    pub cells: Vec<Vec<String>>,
    /// Below the table; may be empty.
    pub total: String,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    pub name: String,
    /// Of the width, among the other columns.
    pub share: u32,
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

/// PDF/A by a template ([`crate::paper::Paper`]), dated `day`.
pub fn pdf(record: &PracticumRecord, template: &str, day: NaiveDate) -> Result<Vec<u8>, PdfError> {
    let data = serde_json::to_string(record)?;
    Paper::Log.set(template, data, day)
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
            rows: Rows {
                title: "実施の記録".into(),
                columns: ["日", "時刻", "分"].map(|name| Column { name: name.into(), share: 1 }).into(),
                cells: vec![["5/10", "9:30", "150"].map(str::to_owned).into(); 50],
                total: "150分".into(),
            },
            statement: String::new(),
            entries: vec![entry; 5],
            signatures: vec!["実習指導者".into()],
            language: "ja".into(),
        };
        let (day, template) = (NaiveDate::from_ymd_opt(2027, 6, 1).unwrap(), Paper::Log.template());
        assert!(pdf(&record, template, day).unwrap().starts_with(b"%PDF"));
        let empty = PracticumRecord {
            rows: Rows { cells: vec![], ..record.rows.clone() },
            entries: vec![],
            signatures: vec![],
            facts: vec![],
            ..record
        };
        assert!(pdf(&empty, template, day).unwrap().starts_with(b"%PDF"));
    }
}
