//! Care plans made as an exercise (別添1 3(1)): the assessment, the three kinds of plan, the proceedings of a conference and the progress
//! notes, for a client known by a letter code.
//!
//! A form is data ([`forms`]); what is typed into it is kept like any entry of the practicum record, each row's fields under
//! `column.row`. What the plan's parts mean to each other is read from the rows ([`structure`]).

pub mod advice;
pub mod copy;
pub mod forms;
pub mod interchange;
pub mod structure;

use crate::practicum::entry::{Circumstances, EntryKind, Fault, Field, LONGEST_TEXT, Typed};
use crate::wareki;
use std::borrow::Cow;

/// What is typed into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// One line.
    Line,
    /// Several lines.
    Text,
    Date,
    /// From and until, `令和9年4月1日～令和10年3月31日`.
    Term,
    /// `9:30`.
    Time,
    /// Days of the week, `月水金`.
    Days,
    Mark,
    /// One of these, by id.
    Choice(&'static [(&'static str, Label)]),
}

/// A name in both languages; the Japanese one is the form's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Label {
    pub ja: &'static str,
    pub en: &'static str,
}

/// A field of a form, or a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PlanField {
    /// Its name in what is kept.
    pub id: &'static str,
    pub label: Label,
    pub shape: Shape,
    /// Has to be filled in before the form is handed in.
    pub required: bool,
}

/// A part of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Section {
    pub label: Label,
    pub layout: Layout,
    pub fields: &'static [PlanField],
    /// The names of its fields are from memory, not read in a source.
    pub unconfirmed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    Fields,
    /// The fields are columns of as many rows as wanted.
    Rows,
}

/// A field of a form, with its row where it is a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cell {
    pub field: &'static PlanField,
    /// From 1; 0 for a field outside rows.
    pub row: usize,
}

/// Most rows of a section: more than any plan has, few enough for a page.
pub const MOST_ROWS: usize = 60;

impl Cell {
    /// Its name in what is kept: `need.3`.
    pub fn key(self) -> Cow<'static, str> {
        if self.row == 0 { Cow::Borrowed(self.field.id) } else { Cow::Owned(format!("{}.{}", self.field.id, self.row)) }
    }
}

impl Section {
    /// The number of the last row with anything in it.
    pub fn rows(&self, typed: &Typed) -> usize {
        let filled = |row: &usize| self.fields.iter().any(|field| !text(typed, Cell { field, row: *row }).is_empty());
        if self.layout == Layout::Rows { (1..=MOST_ROWS).rev().find(filled).unwrap_or(0) } else { 0 }
    }

    /// Its cells, down to the last filled row.
    pub fn cells<'a>(&'a self, typed: &Typed) -> Box<dyn Iterator<Item = Cell> + 'a>
    where
        Self: 'static,
    {
        match self.layout {
            Layout::Fields => Box::new(self.fields.iter().map(|field| Cell { field, row: 0 })),
            Layout::Rows => {
                let rows = 1..=self.rows(typed);
                Box::new(rows.flat_map(|row| self.fields.iter().map(move |field| Cell { field, row })))
            }
        }
    }
}

/// What stands in a cell, without blanks around it.
pub fn text(typed: &Typed, cell: Cell) -> &str {
    typed.get(cell.key().as_ref()).map_or("", |text| text.trim())
}

/// The cells of a form, those of rows as far as they are filled.
pub fn cells(kind: EntryKind, typed: &Typed) -> Vec<Cell> {
    forms::sections(kind).iter().flat_map(|section| section.cells(typed)).collect()
}

/// The cell of this name, whether anything is in it or not.
pub fn cell(kind: EntryKind, key: &str) -> Option<Cell> {
    let (id, row) = match key.split_once('.') {
        Some((id, row)) => (id, row.parse().ok().filter(|row| (1..=MOST_ROWS).contains(row))?),
        None => (key, 0),
    };
    let sections = forms::sections(kind).iter().filter(|section| (section.layout == Layout::Rows) == (row > 0));
    let field = sections.flat_map(|section| section.fields).find(|field| field.id == id)?;
    Some(Cell { field, row })
}

/// Why a form cannot be handed in, every fault at once. Only what would leave it without meaning counts; [`advice`] says the rest.
pub(crate) fn faults(kind: EntryKind, typed: &Typed, at: Circumstances) -> Vec<(Field, Fault)> {
    let mut faults = Vec::new();
    let of_practicum = typed.get(forms::CLIENT.id).is_some_and(|client| client.trim() == forms::FROM_PRACTICUM);
    for cell in cells(kind, typed) {
        let text = text(typed, cell);
        let unreadable = !text.is_empty()
            && match cell.field.shape {
                Shape::Date => wareki::parse(text).is_none(),
                Shape::Choice(choices) => choices.iter().all(|(id, _)| *id != text),
                Shape::Line | Shape::Text | Shape::Term | Shape::Time | Shape::Days | Shape::Mark => false,
            };
        let fault = match text {
            "" if cell.field.required => Fault::Missing,
            text if text.chars().count() > LONGEST_TEXT => Fault::TooLong,
            _ if unreadable => Fault::Unreadable,
            text if forms::DAYS_OF_WORK.contains(&cell.field.id) => match (wareki::parse(text), at.consent_on) {
                (Some(day), _) if day > at.today => Fault::InTheFuture,
                (Some(day), Some(consent)) if of_practicum && day < consent => Fault::BeforeConsent(Some(consent)),
                _ => continue,
            },
            text if cell.field.id == forms::CLIENT.id => match (text == forms::INVENTED, at.consent_on) {
                (invented, _) if invented != at.invented => Fault::OtherClient,
                // A client of the practicum has agreed; one made up has nobody to ask.
                (false, None) => Fault::BeforeConsent(None),
                _ => continue,
            },
            _ => continue,
        };
        faults.push((Field::Plan(cell), fault));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::practicum::entry::{Read, read, suspicions};
    use chrono::NaiveDate;
    use std::collections::HashSet;

    fn typed(fields: &[(&str, &str)]) -> Typed {
        fields.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn every_form_names_each_field_once_and_finds_it_again() {
        for kind in EntryKind::ALL.into_iter().filter(|kind| kind.is_plan()) {
            let sections = forms::sections(kind);
            let ids: Vec<&str> = sections.iter().flat_map(|section| section.fields).map(|field| field.id).collect();
            assert_eq!(ids.len(), ids.iter().collect::<HashSet<_>>().len(), "{kind:?}");
            for section in sections {
                let row = if section.layout == Layout::Rows { 2 } else { 0 };
                for field in section.fields {
                    let wanted = Cell { field, row };
                    assert_eq!(cell(kind, &wanted.key()), Some(wanted), "{kind:?}");
                }
            }
        }
    }

    #[test]
    fn a_form_has_the_cells_of_its_filled_rows() {
        let filled = typed(&[("need.2", "転ばずに歩きたい"), ("service.3", " ")]);
        let keys: Vec<String> = cells(EntryKind::HomeCarePlan, &filled).iter().map(|cell| cell.key().into()).collect();
        assert!(keys.contains(&"service.2".to_owned()) && keys.contains(&"policy".to_owned()));
        assert!(!keys.contains(&"need.3".to_owned()), "a row of blanks is none");
        for unknown in ["need", "policy.1", "need.0", "need.61", "need.x", "nothing"] {
            assert_eq!(cell(EntryKind::HomeCarePlan, unknown), None, "{unknown}");
        }
    }

    #[test]
    fn what_keeps_a_plan_from_being_handed_in() {
        let today = NaiveDate::from_ymd_opt(2027, 6, 1).unwrap();
        let sound = [("client", "invented"), ("written_on", "令和9年6月1日"), ("need.1", "歩きたい")];
        for (change, consented, expected) in [
            (("policy", ""), false, None),
            (("client", ""), false, Some(("client", Fault::Missing))),
            (("written_on", "6月"), false, Some(("written_on", Fault::Unreadable))),
            (("client", "practicum"), false, Some(("client", Fault::BeforeConsent(None)))),
            (("client", "practicum"), true, None),
            (("client", "somebody"), true, Some(("client", Fault::Unreadable))),
            (("need.1", &*"あ".repeat(LONGEST_TEXT + 1)), false, Some(("need.1", Fault::TooLong))),
            (("long_term.1", "そのうち"), false, None),
            (("written_on", "令和9年6月2日"), false, Some(("written_on", Fault::InTheFuture))),
            (("written_on", "令和9年5月31日"), true, None),
            (("certified_on", "令和9年4月1日"), true, None),
        ] {
            let whole: Vec<_> = sound.iter().copied().chain([change]).collect();
            let invented = change != ("client", "practicum");
            let at = Circumstances { today, consent_on: consented.then_some(today), invented, season: None };
            let read = read(EntryKind::HomeCarePlan, &typed(&whole), at);
            let expected = match expected {
                None => Ok(Read::Texts),
                Some((key, fault)) => Err(vec![(Field::Plan(cell(EntryKind::HomeCarePlan, key).unwrap()), fault)]),
            };
            assert_eq!(read, expected, "{change:?}");
        }
    }

    #[test]
    fn a_practicum_s_client_is_worked_for_after_the_consent() {
        let (today, consent) = (NaiveDate::from_ymd_opt(2027, 6, 9), NaiveDate::from_ymd_opt(2027, 6, 1));
        for (client, expected) in [("practicum", 2), ("invented", 0)] {
            let early = typed(&[("client", client), ("written_on", "令和9年5月31日"), ("noted_on.1", "2027-05-30")]);
            let at = Circumstances {
                today: today.unwrap(),
                consent_on: consent,
                invented: client == "invented",
                season: None,
            };
            let found = faults(EntryKind::ProgressNotes, &early, at);
            assert!(found.iter().all(|(_, fault)| *fault == Fault::BeforeConsent(consent)));
            assert_eq!(found.len(), expected, "{client}");
        }
    }

    #[test]
    fn a_plan_is_for_the_client_it_says() {
        let day = NaiveDate::from_ymd_opt(2027, 6, 1).unwrap();
        for (client, invented, expected) in [
            ("invented", true, None),
            ("practicum", false, None),
            ("invented", false, Some(Fault::OtherClient)),
            ("practicum", true, Some(Fault::OtherClient)),
        ] {
            let whole = typed(&[("client", client), ("written_on", "令和9年6月1日")]);
            let at = Circumstances { today: day, consent_on: Some(day), invented, season: None };
            let found = faults(EntryKind::HomeCarePlan, &whole, at).into_iter().map(|(_, fault)| fault).next();
            assert_eq!(found, expected, "{client} {invented}");
        }
    }

    #[test]
    fn personal_data_is_found_in_every_cell() {
        let keys = ["policy", "provider.2", "long_term.1", "days.1", "weekly_from.1"];
        let filled = typed(&keys.map(|key| (key, "山田太郎さん宅")));
        let found = suspicions(EntryKind::HomeCarePlan, &filled);
        let found: HashSet<String> = found.iter().map(|(field, _)| field.key().into_owned()).collect();
        assert_eq!(found, HashSet::from(keys.map(str::to_owned)));
    }
}
