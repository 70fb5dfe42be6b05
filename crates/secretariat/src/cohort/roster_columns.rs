//! Which column of a file holds what of a roster: found in its heading row, whole or in two, over one row or two.

use crate::cohort::roster_row::{COLUMNS, Column, NAME_PARTS};
use crate::list_file::refusal::FileRefusal;
use crate::{Refusal, heading};
use documents::table::{Table, column_letters};
use std::collections::HashMap;

/// What headings of the provider's own lists mean: by heading in the form headings are compared in, the key of a column, or nothing.
pub type Headings = HashMap<String, String>;

/// A heading row.
pub(super) struct HeadingRow<'a> {
    table: &'a Table,
    /// Index of the row, of two the lower.
    pub(super) index: usize,
    pub(super) cells: Vec<String>,
    /// Is a cell one with the cell to its left?
    merged: Vec<bool>,
}

/// The places of each column that was found: two where a name is written in two.
pub(super) type Places = Vec<(&'static str, Vec<usize>)>;

impl<'a> HeadingRow<'a> {
    pub(super) fn of(table: &'a Table, index: usize) -> HeadingRow<'a> {
        let cells = table.rows[index].clone();
        let merged = (0..cells.len()).map(|column| table.origin.repeats.contains(&(index, column))).collect();
        HeadingRow { table, index, cells, merged }
    }

    /// The row with the one below it, where that one holds nothing but parts of the headings above: 氏名 over 姓 and 名.
    pub(super) fn with_parts_below(&self) -> Option<HeadingRow<'a>> {
        let below = HeadingRow::of(self.table, (self.index + 1 < self.table.rows.len()).then_some(self.index + 1)?);
        let mut row = HeadingRow { index: below.index, ..HeadingRow::of(self.table, self.index) };
        let is_part = |cell: &str| {
            let mut parts = NAME_PARTS.iter().flat_map(|(_, family, given)| family.iter().chain(*given));
            parts.any(|part| heading::names(cell, part))
        };
        let mut parts = 0;
        for (column, cell) in below.cells.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
            if row.cells.get(column) == Some(cell) {
                continue;
            }
            if !is_part(cell) {
                return None;
            }
            parts += 1;
            row.cells.resize(row.cells.len().max(column + 1), String::new());
            row.merged.resize(row.cells.len(), false);
            row.cells[column].clone_from(cell);
            row.merged[column] = below.merged[column];
        }
        (parts > 1).then_some(row)
    }

    fn is_filled(&self, column: usize) -> bool {
        let below = self.table.rows.iter().skip(self.index + 1);
        below.filter_map(|row| row.get(column)).any(|cell| !cell.trim().is_empty())
    }

    fn is_hidden(&self, column: usize) -> bool {
        self.table.origin.hidden_columns.contains(&column)
    }

    /// A place with the cells that are one with it.
    fn whole_cell(&self, place: usize) -> Vec<usize> {
        let more = (place + 1..self.cells.len()).take_while(|column| self.merged[*column]);
        std::iter::once(place).chain(more).collect()
    }

    /// The place of a heading; refused where it stands twice.
    fn place(&self, cells: &[String], name: &str, exact: bool) -> Result<Option<usize>, Refusal> {
        let is_named = |cell: &str| if exact { heading::is(cell, name) } else { heading::names(cell, name) };
        let places: Vec<usize> =
            (0..cells.len()).filter(|column| !self.merged[*column] && is_named(&cells[*column])).collect();
        if places.len() > 1 {
            let columns = places.into_iter().map(column_letters).collect();
            return Err(Refusal::File(FileRefusal::ColumnTwice { heading: name.to_owned(), columns }));
        }
        Ok(places.first().copied())
    }

    /// The place one of the headings names: by its full text before one with a remark, shown before hidden, filled before empty.
    fn best(&self, cells: &[String], names: &[&'static str]) -> Result<Option<(&'static str, usize)>, Refusal> {
        for exact in [true, false] {
            let mut found = Vec::new();
            for name in names {
                found.extend(self.place(cells, name, exact)?.map(|place| (*name, place)));
            }
            let weight = |(_, place): &&(&str, usize)| (self.is_hidden(*place), !self.is_filled(*place));
            if let Some(best) = found.iter().min_by_key(weight) {
                return Ok(Some(*best));
            }
        }
        Ok(None)
    }

    /// The places of each column. What somebody has said of a heading counts before what it looks like.
    ///
    /// # Errors
    /// [`FileRefusal::ColumnTwice`].
    pub(super) fn places(&self, kept: &Headings) -> Result<Places, Refusal> {
        let meaning = |cell: &String| kept.get(&heading::comparable(cell));
        let unsaid: Vec<String> =
            self.cells.iter().map(|cell| if meaning(cell).is_some() { String::new() } else { cell.clone() }).collect();
        let mut columns = Places::new();
        for column in &COLUMNS {
            let said = |(_, cell): &(usize, &String)| meaning(cell).is_some_and(|key| key == column.key);
            let said: Vec<usize> = self.cells.iter().enumerate().filter(said).map(|(index, _)| index).collect();
            let places = if said.is_empty() { self.places_of(&unsaid, column)? } else { Some(said) };
            columns.extend(places.map(|places| (column.key, places)));
        }
        Ok(columns)
    }

    fn places_of(&self, cells: &[String], column: &Column) -> Result<Option<Vec<usize>>, Refusal> {
        let whole = self.best(cells, column.headings)?;
        let Some((_, family, given)) = NAME_PARTS.iter().find(|(key, _, _)| *key == column.key) else {
            return Ok(whole.map(|(_, place)| self.whole_cell(place)));
        };
        let (family, given) = (self.best(cells, family)?, self.best(cells, given)?);
        let is_also_whole =
            |part: Option<(&str, usize)>| part.is_some() && part.map(|part| part.1) == whole.map(|whole| whole.1);
        Ok(match (whole, family, given) {
            (Some((_, place)), None, None) => Some(self.whole_cell(place)),
            (whole, Some((_, family)), Some((_, place))) if whole.is_none() || is_also_whole(given) => {
                Some(vec![family, place])
            }
            (Some((_, place)), Some(_), Some(_)) => Some(self.whole_cell(place)),
            (Some((_, place)), None, given) if is_also_whole(given) => Some(self.whole_cell(place)),
            // Half a name beside what may be the whole of it or the other half: somebody has to say.
            _ => None,
        })
    }

    /// Headings of filled columns that are read as nothing.
    ///
    /// # Errors
    /// [`FileRefusal::ColumnsHidden`] for columns that are read and nobody sees; [`FileRefusal::HeadingEmpty`] for filled ones without a heading
    /// beside a name.
    pub(super) fn unread(&self, columns: &Places, kept: &Headings) -> Result<Vec<String>, Refusal> {
        let is_read = |column: &usize| columns.iter().any(|(_, places)| places.contains(column));
        let hidden: Vec<usize> =
            (0..self.cells.len()).filter(is_read).filter(|column| self.is_hidden(*column)).collect();
        if !hidden.is_empty() {
            let named = |column: usize| (column_letters(column), self.cells[column].trim().to_owned());
            return Err(Refusal::File(FileRefusal::ColumnsHidden(hidden.into_iter().map(named).collect())));
        }
        let is_name = |column: usize| {
            let mut names = columns.iter().filter(|(key, _)| matches!(*key, "name" | "kana"));
            names.any(|(_, places)| places.contains(&column))
        };
        let (mut unread, mut nameless) = (Vec::new(), Vec::new());
        for (column, cell) in self.cells.iter().enumerate() {
            let is_none = kept.get(&heading::comparable(cell)).is_some_and(String::is_empty);
            if is_read(&column) || is_none || self.is_hidden(column) || !self.is_filled(column) {
                continue;
            }
            match cell.trim() {
                "" if column.checked_sub(1).is_some_and(is_name) => nameless.push(column_letters(column)),
                "" => unread.push(column_letters(column)),
                heading => unread.push(heading.to_owned()),
            }
        }
        if nameless.is_empty() { Ok(unread) } else { Err(Refusal::File(FileRefusal::HeadingEmpty(nameless))) }
    }
}

/// Where a list names people, whole or in two.
pub(crate) fn name_places(table: &Table, index: usize) -> Vec<usize> {
    let row = HeadingRow::of(table, index);
    let name = COLUMNS.iter().find(|column| column.key == "name");
    name.and_then(|name| row.places_of(&row.cells, name).ok().flatten()).unwrap_or_default()
}
