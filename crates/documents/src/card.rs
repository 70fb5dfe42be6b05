//! The card of a care manager (介護支援専門員証, 様式第十号): name and birth date, registration number, day of issue, last day of validity
//! (規則113条の21), with a place for the photograph. The layout is Kensan's own; the form itself was not at hand.

use crate::pdf::{PdfError, render_exactly};
use chrono::NaiveDate;
use serde::Serialize;
use training::wareki;

/// What is printed of one card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardContent {
    pub name: String,
    pub birth_date: NaiveDate,
    /// Eight digits.
    pub number: String,
    pub issued_on: NaiveDate,
    pub expires_on: NaiveDate,
    /// The governor, or who issues in the governor's name.
    pub issuer: String,
}

#[derive(Serialize)]
struct Printed<'a> {
    name: &'a str,
    birth_date: String,
    number: &'a str,
    issued_on: String,
    expires_on: String,
    issuer: &'a str,
}

const TEMPLATE: &str = include_str!("../templates/card.typ");

/// PDF/A, A4 with a card of 85.6 by 54 mm on each page, dated the day of issue. Refused where a font lacks a character.
pub fn pdf(cards: &[CardContent]) -> Result<Vec<u8>, PdfError> {
    let printed: Vec<Printed<'_>> = cards
        .iter()
        .map(|card| Printed {
            name: &card.name,
            birth_date: wareki::format(card.birth_date),
            number: &card.number,
            issued_on: wareki::format(card.issued_on),
            expires_on: wareki::format(card.expires_on),
            issuer: &card.issuer,
        })
        .collect();
    let day = cards.first().map(|card| card.issued_on).unwrap_or_default();
    render_exactly(TEMPLATE, serde_json::to_string(&printed)?, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_printed_as_its_facts_say() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let card = |name: &str| CardContent {
            name: name.into(),
            birth_date: day("1985-04-01"),
            number: "10270001".into(),
            issued_on: day("2027-04-01"),
            expires_on: day("2032-03-31"),
            issuer: "見本県知事".into(),
        };
        let bytes = pdf(&[card("髙橋 千代子"), card("𠮷田 太郎")]).unwrap();
        assert!(bytes.starts_with(b"%PDF"));
        assert_eq!(bytes, pdf(&[card("髙橋 千代子"), card("𠮷田 太郎")]).unwrap(), "the same card is the same file");
    }
}
