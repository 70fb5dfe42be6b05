//! Notices as letters, one page or more each, in one PDF: the address stands where the window of a long envelope (長形3号) is.

use crate::pdf::{PdfError, qr_code, render};
use chrono::NaiveDate;
use serde::Serialize;
use training::wareki;

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Lines of the postal address; may be empty.
    pub address: String,
    pub recipient: String,
    pub on: NaiveDate,
    pub sender: String,
    pub subject: String,
    /// Lines of plain text.
    pub body: String,
    /// An address for a QR code at the foot of the body.
    pub qr: Option<String>,
}

#[derive(Serialize)]
struct Printed<'a> {
    address: Vec<&'a str>,
    recipient: &'a str,
    on: String,
    sender: &'a str,
    subject: &'a str,
    body: Vec<&'a str>,
    /// SVG.
    qr: Option<String>,
}

const TEMPLATE: &str = include_str!("../templates/letter.typ");

/// PDF/A, A4, dated `today`.
pub fn pdf(letters: &[Letter], today: NaiveDate) -> Result<Vec<u8>, PdfError> {
    let printed = letters.iter().map(|letter| {
        Ok(Printed {
            address: letter.address.lines().collect(),
            recipient: &letter.recipient,
            on: wareki::format(letter.on),
            sender: &letter.sender,
            subject: &letter.subject,
            body: letter.body.trim_end().lines().collect(),
            qr: letter.qr.as_deref().map(qr_code).transpose()?,
        })
    });
    let printed = printed.collect::<Result<Vec<Printed<'_>>, PdfError>>()?;
    let data = serde_json::to_string(&printed)?;
    render(TEMPLATE, data, today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_become_one_pdf() {
        let on = NaiveDate::from_ymd_opt(2027, 6, 1).unwrap();
        let letter = |body: &str| Letter {
            address: "〒370-0001\n見本県見本市見本町1-2-3".into(),
            recipient: "研修 太郎".into(),
            on,
            sender: "見本県介護支援専門員協会".into(),
            subject: "実習先が決まりました（第1期）".into(),
            body: body.into(),
            qr: Some("https://kensan.example/sign-in/link/abcd".into()),
        };
        // What looks like markup is text.
        let letters = [letter("研修 太郎 様\n\n  事業所  #見本 *居宅*\n"), letter(&"長い文。".repeat(2000))];
        let bytes = pdf(&letters, on).unwrap();
        assert!(bytes.starts_with(b"%PDF"));
        assert_eq!(bytes, pdf(&letters, on).unwrap(), "the same letters are the same file");
    }
}
