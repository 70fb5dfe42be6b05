//! The completion certificate (修了証明書) as PDF/A.

use crate::apart;
use crate::pdf::{PdfError, qr_code};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use training::wareki;

/// The wording that ships.
pub const TEMPLATE: &str = include_str!("../templates/certificate.typ");

/// What is printed of one certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateContent {
    pub number: String,
    pub name: String,
    pub kana: String,
    pub former_name: Option<String>,
    pub birth_date: NaiveDate,
    /// 介護支援専門員実務研修.
    pub course: String,
    /// The articles the course rests on; empty where none is named.
    #[serde(default)]
    pub basis: String,
    pub completed_on: NaiveDate,
    pub issuer: String,
    /// Address of the verification page, in the QR code.
    pub verification_url: String,
}

#[derive(Serialize)]
struct Printed<'a> {
    number: &'a str,
    name: &'a str,
    kana: &'a str,
    former_name: Option<&'a str>,
    birth_date: String,
    course: &'a str,
    basis: &'a str,
    completed_on: String,
    issuer: &'a str,
    qr: String,
}

/// Sets certificates into one PDF, a page each, by a template (Typst source, see [`TEMPLATE`]).
///
/// The first certificate's completion date is the document's date, so that the same content gives the same bytes.
pub fn render(certificates: &[CertificateContent], template: &str) -> Result<Vec<u8>, PdfError> {
    let mut set = apart::set(template, TEMPLATE, true, vec![document(certificates)?])?;
    set.pop().ok_or_else(|| PdfError::new("nothing was set"))
}

/// Sets each certificate as a document of its own.
pub fn render_each(certificates: &[CertificateContent], template: &str) -> Result<Vec<Vec<u8>>, PdfError> {
    let documents = certificates.iter().map(|certificate| document(std::slice::from_ref(certificate)));
    apart::set(template, TEMPLATE, true, documents.collect::<Result<Vec<_>, _>>()?)
}

fn document(certificates: &[CertificateContent]) -> Result<(String, NaiveDate), PdfError> {
    let printed = certificates.iter().map(print).collect::<Result<Vec<_>, _>>()?;
    let day = certificates.first().map(|certificate| certificate.completed_on).unwrap_or_default();
    Ok((serde_json::to_string(&printed)?, day))
}

fn print(certificate: &CertificateContent) -> Result<Printed<'_>, PdfError> {
    Ok(Printed {
        number: &certificate.number,
        name: &certificate.name,
        kana: &certificate.kana,
        former_name: certificate.former_name.as_deref(),
        birth_date: wareki::format(certificate.birth_date),
        course: &certificate.course,
        basis: &certificate.basis,
        completed_on: wareki::format(certificate.completed_on),
        issuer: &certificate.issuer,
        qr: qr_code(&certificate.verification_url)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(number: &str) -> CertificateContent {
        CertificateContent {
            number: number.into(),
            name: "研修 太郎".into(),
            kana: "ケンシュウ タロウ".into(),
            former_name: None,
            birth_date: NaiveDate::from_ymd_opt(1985, 4, 1).unwrap(),
            course: "介護支援専門員実務研修".into(),
            basis: "介護保険法施行規則第113条の4".into(),
            completed_on: NaiveDate::from_ymd_opt(2026, 6, 30).unwrap(),
            issuer: "見本県 研修実施機関".into(),
            verification_url: "https://kensan.example/verify/0123456789abcdef".into(),
        }
    }

    #[test]
    fn the_same_content_gives_the_same_bytes() {
        let first = render(&[content("第8-00001号")], TEMPLATE).unwrap();
        assert_eq!(first, render(&[content("第8-00001号")], TEMPLATE).unwrap());
        assert!(first.starts_with(b"%PDF-1.7"));
        let text = String::from_utf8_lossy(&first);
        assert!(text.contains("pdfaid:part>2<"), "declares PDF/A-2");
    }

    #[test]
    fn a_broken_template_says_what_is_wrong() {
        let error = render(&[content("1")], "#let c = json(\"data.json\")\n#c.at(0).nickname").unwrap_err();
        let PdfError::Template(faults) = &error else { panic!("{error}") };
        assert!(faults[0].line == Some(2) && faults[0].message.contains("nickname"), "{error}");
    }

    #[test]
    fn a_template_reaches_no_other_file() {
        assert!(render(&[content("1")], "#read(\"/etc/passwd\")").is_err());
    }
}
