//! What was typed into a field, as it is read.

use crate::shell::page::Page;
use crate::wording::{self, plan, practicum as words};
use training::practicum::entry::{Field, PlaceKind, time};
use training::practicum::record::Way;

/// A field as it was handed in.
pub(crate) struct Shown {
    pub(crate) label: String,
    pub(crate) value: String,
    /// Differs from the revision before.
    pub(crate) changed: bool,
    pub(crate) before: String,
}

/// A value as people read it.
pub(crate) fn shown(page: &Page, field: Field, value: &str) -> String {
    let value = value.trim();
    match field {
        Field::Plan(cell) => plan::shown(page, cell.field, value),
        Field::Way => Way::from_id(value).map_or_else(String::new, |way| wording::way(page, way)),
        Field::Place => PlaceKind::from_id(value).map_or_else(String::new, |place| words::place(page, place)),
        Field::OwnWork if !value.is_empty() => t!(page, "yes"),
        Field::From | Field::Until => {
            time(value).map_or_else(|| value.to_owned(), |time| time.format("%-H:%M").to_string())
        }
        Field::On => training::wareki::parse(value).map_or_else(|| value.to_owned(), |day| page.date(day)),
        _ => value.to_owned(),
    }
}
