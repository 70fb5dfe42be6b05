//! The map of a placement as a PDF, for a meeting: one landscape page with the map, then who has no place and who travels farthest.

use crate::pdf::{PdfError, render};
use chrono::NaiveDate;
use serde::Serialize;

/// A map on a plane `width` units wide, x to the right and y downwards.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Drawing {
    pub width: i64,
    pub height: i64,
    pub offices: Vec<Spot>,
    pub trainees: Vec<Spot>,
    pub ways: Vec<Way>,
    pub scale_km: i64,
    pub scale_width: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spot {
    pub x: i64,
    pub y: i64,
    /// An office without a place left, or a trainee without one.
    pub hollow: bool,
}

/// The way of a trainee: `near`, `middle` or `far`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Way {
    pub from: (i64, i64),
    pub to: (i64, i64),
    pub class: String,
}

/// The sheet in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PlacementSheet {
    pub title: String,
    pub facts: Vec<(String, String)>,
    pub legend: String,
    pub drawing: Drawing,
    /// Heading and rows; every row has the same number of columns.
    pub lists: Vec<(String, Vec<Vec<String>>)>,
    /// `ja` or `en`.
    pub language: String,
}

const TEMPLATE: &str = include_str!("../templates/placement_map.typ");

/// PDF/A, A4 landscape, dated `day`.
pub fn pdf(sheet: &PlacementSheet, day: NaiveDate) -> Result<Vec<u8>, PdfError> {
    let data = serde_json::to_string(sheet)?;
    render(TEMPLATE, data, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_becomes_a_pdf() {
        let spot = |x, hollow| Spot { x, y: 50, hollow };
        let sheet = PlacementSheet {
            title: "実習先の配置".into(),
            facts: vec![("配置".into(), "2".into())],
            drawing: Drawing {
                width: 800,
                height: 400,
                offices: vec![spot(10, true), spot(700, false)],
                trainees: vec![spot(20, false), spot(600, true)],
                ways: vec![Way { from: (20, 50), to: (700, 50), class: "far".into() }],
                scale_km: 5,
                scale_width: 90,
            },
            lists: vec![("未配置".into(), vec![vec!["研修 太郎".into(), "満員".into()]])],
            language: "ja".into(),
            ..PlacementSheet::default()
        };
        let day = NaiveDate::from_ymd_opt(2027, 2, 1).unwrap();
        assert!(pdf(&sheet, day).unwrap().starts_with(b"%PDF"));
        // A cohort nobody of which has a position has no map, but a sheet.
        assert!(pdf(&PlacementSheet { language: "ja".into(), ..PlacementSheet::default() }, day).is_ok());
    }
}
