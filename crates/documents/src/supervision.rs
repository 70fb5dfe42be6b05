//! The supervision certificate (実習指導の証明書) as PDF/A: who guided how many trainees, when, for how long.

use crate::paper::Paper;
use crate::pdf::{PdfError, qr_code};
use chrono::NaiveDate;
use serde::Serialize;
use training::wareki;

/// What is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupervisionContent {
    pub number: String,
    pub supervisor: String,
    pub office: String,
    pub cohort: String,
    pub trainees: i64,
    /// First and last day.
    pub days: (NaiveDate, NaiveDate),
    /// Without breaks.
    pub minutes: i64,
    pub issued_on: NaiveDate,
    pub issuer: String,
    /// Address of the verification page, in the QR code.
    pub verification_url: String,
}

#[derive(Serialize)]
pub(crate) struct Printed<'a> {
    number: &'a str,
    supervisor: &'a str,
    office: &'a str,
    cohort: &'a str,
    trainees: i64,
    days: String,
    time: String,
    issued_on: String,
    issuer: &'a str,
    qr: String,
}

impl Printed<'_> {
    pub(crate) fn of(content: &SupervisionContent) -> Result<Printed<'_>, PdfError> {
        let (first, last) = content.days;
        let days = match first == last {
            true => wareki::format(first),
            false => format!("{}から{}まで", wareki::format(first), wareki::format(last)),
        };
        let time = match content.minutes % 60 {
            0 => format!("{}時間", content.minutes / 60),
            minutes => format!("{}時間{minutes}分", content.minutes / 60),
        };
        Ok(Printed {
            number: &content.number,
            supervisor: &content.supervisor,
            office: &content.office,
            cohort: &content.cohort,
            trainees: content.trainees,
            days,
            time,
            issued_on: wareki::format(content.issued_on),
            issuer: &content.issuer,
            qr: qr_code(&content.verification_url)?,
        })
    }
}

/// PDF/A by a template ([`crate::paper::Paper`]), dated the day of issue.
pub fn pdf(content: &SupervisionContent, template: &str) -> Result<Vec<u8>, PdfError> {
    let data = serde_json::to_string(&Printed::of(content)?)?;
    Paper::Supervision.set(template, data, content.issued_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_becomes_a_pdf() {
        let day = |day| NaiveDate::from_ymd_opt(2027, 6, day).unwrap();
        let content = SupervisionContent {
            number: "指第00001号".into(),
            supervisor: "見本 花子".into(),
            office: "見本居宅介護支援事業所".into(),
            cohort: "第1期".into(),
            trainees: 2,
            days: (day(1), day(3)),
            minutes: 1110,
            issued_on: day(30),
            issuer: "見本県".into(),
            verification_url: "https://kensan.example/verify/0".into(),
        };
        let template = crate::paper::Paper::Supervision.template();
        let bytes = pdf(&content, template).unwrap();
        assert!(bytes.starts_with(b"%PDF"));
        assert_eq!(bytes, pdf(&content, template).unwrap(), "the same content is the same file");
    }
}
