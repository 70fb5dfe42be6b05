//! Everything kept of one person, for whoever asks for it (保有個人情報の開示): as PDF, and as JSON for machines.

use crate::pdf::{PdfError, render};
use chrono::NaiveDate;
use serde::Serialize;

/// What is kept of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disclosure {
    pub title: String,
    /// `ja` or `en`.
    pub language: String,
    pub sections: Vec<Section>,
}

/// One kind of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    pub title: String,
    /// Name and value.
    pub facts: Vec<(String, String)>,
    /// When, or of what; and what.
    pub lines: Vec<(String, String)>,
}

const TEMPLATE: &str = include_str!("../templates/disclosure.typ");

/// PDF/A, A4, dated `day`.
pub fn pdf(disclosure: &Disclosure, day: NaiveDate) -> Result<Vec<u8>, PdfError> {
    render(TEMPLATE, serde_json::to_string(disclosure)?, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_becomes_a_pdf_whatever_was_typed() {
        let section = Section {
            title: "本人".into(),
            facts: vec![("氏名".into(), "研修 太郎 #[*x*] \\".into()), ("住所".into(), String::new())],
            lines: vec![("令和9年4月1日".into(), "登録\n2行目".into())],
        };
        let sections = vec![section, Section::default()];
        let disclosure = Disclosure { title: "保有個人情報".into(), language: "ja".into(), sections };
        assert!(pdf(&disclosure, NaiveDate::from_ymd_opt(2027, 4, 1).unwrap()).unwrap().starts_with(b"%PDF"));
    }
}
