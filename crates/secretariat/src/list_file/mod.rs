//! A list with named columns, as people send it: CSV or Excel, its heading in one of the first rows.

pub mod refusal;

use crate::cohort::roster_columns::name_places;
use crate::list_file::refusal::FileRefusal;
use crate::{BadCell, CellFault, Refusal, heading};
use documents::table::{self, Table, TableError};
use training::trainee::person::{comparable_name, normalise};

/// The column that says whom a row means, beside the number.
pub(crate) const NAME: &str = "氏名";

pub(crate) struct ListFile {
    table: Table,
    /// Index of the heading row.
    heading: usize,
    /// Heading and index of each wanted column.
    columns: Vec<Column>,
}

/// One row below the heading that is not blank.
pub(crate) struct ListRow<'a> {
    /// 1-based, of the file.
    pub(crate) number: usize,
    table: &'a Table,
    cells: &'a [String],
    columns: &'a [Column],
}

impl ListFile {
    /// Reads a file that has all of these columns.
    pub(crate) fn read(tables: Vec<Table>, wanted: &[&'static str]) -> Result<ListFile, Refusal> {
        ListFile::read_with(tables, wanted, &[])
    }

    /// The same with columns the file need not have; their cells are empty then.
    pub(crate) fn read_with(tables: Vec<Table>, wanted: &[&'static str], also: &[&str]) -> Result<ListFile, Refusal> {
        let wanted: Vec<&[&'static str]> = wanted.iter().map(std::slice::from_ref).collect();
        let also: Vec<&[&str]> = also.iter().map(std::slice::from_ref).collect();
        ListFile::read_any(tables, &wanted, &also)
    }

    /// Reads a file that has all of the wanted columns, and may have the others, each under one of its headings; the first heading names it.
    /// A formula's error in one of them is refused, every one named: it is no empty cell.
    pub(crate) fn read_any(
        tables: Vec<Table>,
        wanted: &[&[&'static str]],
        also: &[&[&str]],
    ) -> Result<ListFile, Refusal> {
        let mut file = only_table(tables, |table| {
            let (heading, columns) = find(&table, wanted)?;
            Ok(ListFile { table, heading, columns })
        })?;
        for headings in wanted {
            check_once(&file.table, file.heading, headings)?;
        }
        for headings in also {
            check_once(&file.table, file.heading, headings)?;
            file.columns.extend(place(&file.table.rows[file.heading], headings));
        }
        file.check_hidden()?;
        let mut bad = Vec::new();
        let width = file.table.rows[file.heading].len();
        for row in file.rows() {
            if let Some(beyond) = row.cells.iter().skip(width).find(|cell| !cell.trim().is_empty()) {
                let last = wanted.last().map_or("", |headings| headings[0]);
                bad.push(row.bad(last, CellFault::BeyondHeadings(beyond.clone())));
            }
            for (column, _) in &file.columns {
                let shown = row.cell(column);
                if table::is_error(&shown) {
                    bad.push(row.bad(column, CellFault::SpreadsheetError(shown)));
                }
            }
        }
        check(bad)?;
        let is_empty = file.rows().next().is_none();
        if is_empty { Err(TableError::Empty.into()) } else { Ok(file) }
    }

    /// What nobody sees in the file is nobody's word: columns that are read, and rows with something in them.
    fn check_hidden(&self) -> Result<(), Refusal> {
        let is_hidden = |place: &&usize| self.table.origin.hidden_columns.contains(place);
        let hidden = self.columns.iter().flat_map(|(column, places)| {
            let hidden = places.iter().filter(is_hidden);
            hidden.map(|place| (table::column_letters(*place), column.clone()))
        });
        let hidden: Vec<(String, String)> = hidden.collect();
        if !hidden.is_empty() {
            return Err(Refusal::File(FileRefusal::ColumnsHidden(hidden)));
        }
        let hidden = self.hidden_rows();
        if hidden.is_empty() { Ok(()) } else { Err(Refusal::File(FileRefusal::RowsHidden(hidden))) }
    }

    /// Headings of columns that have values and are not read.
    pub(crate) fn unread(&self) -> Vec<String> {
        let is_read = |place: usize| self.columns.iter().any(|(_, places)| places.contains(&place));
        let has_values =
            |place: usize| self.rows().any(|row| row.cells.get(place).is_some_and(|cell| !cell.trim().is_empty()));
        let headings = self.table.rows[self.heading].iter().enumerate();
        let unread = headings.filter(|(place, heading)| {
            !heading.trim().is_empty()
                && !is_read(*place)
                && !self.table.origin.repeats.contains(&(self.heading, *place))
                && has_values(*place)
        });
        unread.map(|(_, heading)| normalise(heading)).collect()
    }

    /// Reads whom the rows name, if the file has names: under any heading of a roster, whole or in two.
    pub(crate) fn also_names(&mut self) {
        self.columns.push((NAME.to_owned(), name_places(&self.table, self.heading)));
    }

    /// 1-based numbers of rows with something in them that are hidden in the file.
    fn hidden_rows(&self) -> Vec<usize> {
        self.rows().map(|row| row.number).filter(|row| self.table.origin.hidden_rows.contains(row)).collect()
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = ListRow<'_>> {
        let below = self.table.rows.iter().enumerate().skip(self.heading + 1);
        below.filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty())).map(|(index, cells)| ListRow {
            number: index + 1,
            table: &self.table,
            cells,
            columns: &self.columns,
        })
    }
}

/// A cell without the mark that keeps a spreadsheet from taking it for a formula, as our own CSV files have it.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if text.starts_with(['=', '+', '-', '@']) => text,
        _ => cell,
    }
}

/// A text as one cell of a list whose columns are divided by tabs; it is read as the same text.
pub(crate) fn one_cell(text: &str) -> String {
    match text.contains(['\t', '\n', '\r', '"']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// Every table of a file, read off the threads that answer others.
pub(crate) async fn tables(bytes: &[u8]) -> Result<Vec<Table>, Refusal> {
    let bytes = bytes.to_vec();
    match tokio::task::spawn_blocking(move || table::read_all(&bytes)).await {
        Ok(read) => Ok(read?),
        Err(fault) => match fault.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(stopped) => Err(TableError::Damaged(stopped.to_string()).into()),
        },
    }
}

/// The one table of a file that `take` accepts; `take` names the column that is missing otherwise. Several are refused: which of them is
/// meant cannot be known.
pub(crate) fn only_table<T>(tables: Vec<Table>, take: impl Fn(Table) -> Result<T, &'static str>) -> Result<T, Refusal> {
    let (mut taken, mut missing) = (Vec::new(), "");
    for table in tables {
        let sheet = table.origin.sheet.clone();
        match take(table) {
            Ok(accepted) => taken.push((sheet, accepted)),
            // The sheet in front is the one people mean.
            Err(column) if missing.is_empty() => missing = column,
            Err(_) => {}
        }
    }
    if taken.len() > 1 {
        return Err(Refusal::File(FileRefusal::SheetsSeveral(taken.into_iter().map(|(sheet, _)| sheet).collect())));
    }
    taken.pop().map(|(_, accepted)| accepted).ok_or(Refusal::File(FileRefusal::ColumnMissing(missing)))
}

/// A wanted column and its places.
type Column = (String, Vec<usize>);

/// A column and its place in a heading row: under the first of its headings that stands there.
fn place(row: &[String], headings: &[&str]) -> Option<Column> {
    let found = headings.iter().find_map(|heading| heading::places(row, heading).first().copied())?;
    Some((headings[0].to_owned(), vec![found]))
}

/// The heading row, one of the first, and each wanted column's place; the name of a column that is missing otherwise.
fn find(table: &Table, wanted: &[&[&'static str]]) -> Result<(usize, Vec<Column>), &'static str> {
    let name = |headings: &[&'static str]| headings[0];
    let mut missing = wanted.first().map_or("", |headings| name(headings));
    for (index, row) in table.rows.iter().enumerate().take(heading::WITHIN) {
        let columns: Vec<Column> = wanted.iter().filter_map(|headings| place(row, headings)).collect();
        match wanted.iter().find(|headings| !columns.iter().any(|(known, _)| *known == name(headings))) {
            None => return Ok((index, columns)),
            Some(headings) if !columns.is_empty() => missing = name(headings),
            Some(_) => {}
        }
    }
    Err(missing)
}

/// Refused where a column stands twice: which of the two is meant cannot be known.
fn check_once(table: &Table, heading: usize, headings: &[&str]) -> Result<(), Refusal> {
    let row = &table.rows[heading];
    let mut places: Vec<usize> = headings.iter().flat_map(|column| heading::places(row, column)).collect();
    places.sort_unstable();
    places.dedup();
    places.retain(|place| !table.origin.repeats.contains(&(heading, *place)));
    let [first, _, ..] = places[..] else { return Ok(()) };
    let heading = row[first].trim().to_owned();
    let columns = places.into_iter().map(table::column_letters).collect();
    Err(Refusal::File(FileRefusal::ColumnTwice { heading, columns }))
}

impl ListRow<'_> {
    /// The text of a wanted column, normalised for comparing; empty where the row is shorter.
    pub(crate) fn cell(&self, column: &str) -> String {
        let places = self.columns.iter().find(|(name, _)| *name == column).map_or(&[][..], |(_, places)| places);
        let places = places.iter().filter(|place| !self.table.origin.repeats.contains(&(self.number - 1, **place)));
        let cells = places.filter_map(|place| self.cells.get(*place)).map(|cell| normalise(unguarded(cell)));
        cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Does the file have this column?
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|(name, _)| *name == column)
    }

    /// The text of a wanted column as it stands, but for blanks around it: what is kept and not compared.
    pub(crate) fn as_written(&self, column: &str) -> String {
        let places = self.columns.iter().find(|(name, _)| *name == column).map_or(&[][..], |(_, places)| places);
        let places = places.iter().filter(|place| !self.table.origin.repeats.contains(&(self.number - 1, **place)));
        let cells = places.filter_map(|place| self.cells.get(*place)).map(|cell| unguarded(cell.trim()));
        cells.filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Where the row names somebody else than the number does: numbers begin anew in every cohort, and a list may be another one's.
    pub(crate) fn names_another(&self, known: &str) -> Option<BadCell> {
        let listed = self.cell(NAME);
        let differs = !listed.is_empty() && comparable_name(&listed) != comparable_name(known);
        differs.then(|| self.bad(NAME, CellFault::NamesAnother { listed, known: known.to_owned() }))
    }

    pub(crate) fn bad(&self, column: &str, fault: CellFault) -> BadCell {
        BadCell { row: self.number, column: column.to_owned(), fault }
    }
}

/// Refused where some cells are bad, all at once.
pub(crate) fn check(bad: Vec<BadCell>) -> Result<(), Refusal> {
    if bad.is_empty() { Ok(()) } else { Err(Refusal::File(FileRefusal::Cells(bad))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Table> {
        table::read_all(text.as_bytes()).unwrap()
    }

    #[test]
    fn an_error_of_a_formula_is_named_and_not_taken_for_an_empty_cell() {
        let text = "出席簿\n受講番号,入室,退室\n1,09:00,16:00\n2,#N/A,\n3,,#REF!\n";
        let Err(Refusal::File(FileRefusal::Cells(bad))) = ListFile::read(of(text), &["受講番号", "入室", "退室"])
        else {
            panic!()
        };
        let told: Vec<(usize, &str, String)> =
            bad.iter().map(|cell| (cell.row, cell.column.as_str(), cell.fault.to_string())).collect();
        assert_eq!(told.len(), 2);
        assert_eq!((told[0].0, told[0].1), (4, "入室"));
        assert_eq!((told[1].0, told[1].1), (5, "退室"));
        assert!(told[1].2.contains("#REF!"));
    }

    #[test]
    fn a_missing_column_and_a_list_without_rows_are_refused() {
        assert_eq!(
            ListFile::read(of("受講番号,班\n"), &["受講番号", "分"]).err(),
            Some(Refusal::File(FileRefusal::ColumnMissing("分")))
        );
        assert_eq!(ListFile::read(of("受講番号,班\n , \n"), &["受講番号", "班"]).err(), Some(TableError::Empty.into()));
    }
}
