//! Tables people upload: CSV or xlsx in, rows of text out; and the same file back with columns added.

use crate::encoding::{self, Encoding};
use calamine::{Data, Reader, Xlsx};
use chrono::Timelike;
use rust_xlsxwriter::Workbook;
use std::io::{Cursor, Read};

/// The kind of file a table was read from, and is written back as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv(Encoding),
    Xlsx,
}

/// Rows of text, as uploaded. Rows of only empty cells at the end are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub format: Format,
    pub rows: Vec<Vec<String>>,
}

/// Why a file is no table. Each says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    #[error("the file is empty")]
    Empty,
    #[error("the file is neither CSV (UTF-8 or CP932) nor xlsx")]
    WrongType,
    #[error("the file unpacks to more than {0} MiB")]
    Bomb(u64),
    #[error("the file is damaged or cut off: {0}")]
    Damaged(String),
    #[error("the table has more than {0} rows")]
    TooLong(usize),
}

/// What a spreadsheet shows where a formula has no value; also as the text that remains when such a sheet is saved as CSV.
const ERRORS: [&str; 12] = [
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#GETTING_DATA",
    "#BLOCKED!",
];

/// Does a cell show an error of its spreadsheet instead of a value?
pub fn is_error(text: &str) -> bool {
    ERRORS.contains(&text.trim())
}

/// Most rows a table may have.
pub const MAX_ROWS: usize = 100_000;
/// Most columns a sheet may have, and most cells in all.
const MAX_COLUMNS: usize = 1000;
const MAX_CELLS: usize = 5_000_000;
const MAX_UNPACKED: u64 = 200 * 1024 * 1024;

/// Reads an uploaded file, by its content, whatever its name.
pub fn read(bytes: &[u8]) -> Result<Table, TableError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(TableError::Empty);
    }
    let mut table = if bytes.starts_with(b"PK\x03\x04") { read_xlsx(bytes)? } else { read_csv(bytes)? };
    while table.rows.last().is_some_and(|row| row.iter().all(|cell| cell.trim().is_empty())) {
        table.rows.pop();
    }
    if table.rows.is_empty() { Err(TableError::Empty) } else { Ok(table) }
}

fn read_csv(bytes: &[u8]) -> Result<Table, TableError> {
    let (text, encoding) = encoding::decode(bytes).map_err(|_| TableError::WrongType)?;
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(TableError::Empty);
    }
    if text.matches('"').count() % 2 == 1 {
        return Err(TableError::Damaged("a quotation mark is never closed".into()));
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| TableError::Damaged(error.to_string()))?;
        rows.push(record.iter().map(str::to_owned).collect());
        if rows.len() > MAX_ROWS {
            return Err(TableError::TooLong(MAX_ROWS));
        }
    }
    Ok(Table { format: Format::Csv(encoding), rows })
}

/// Unpacks every part once with a limit before anything trusts the sizes the file gives for itself.
fn check_unpacked_size(bytes: &[u8]) -> Result<(), TableError> {
    let damaged = |error: &dyn std::fmt::Display| TableError::Damaged(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| damaged(&error))?;
        let unpacked =
            std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|error| damaged(&error))?;
        if unpacked > left {
            return Err(TableError::Bomb(MAX_UNPACKED / 1024 / 1024));
        }
        left -= unpacked;
    }
    Ok(())
}

fn read_xlsx(bytes: &[u8]) -> Result<Table, TableError> {
    check_unpacked_size(bytes)?;
    let damaged = |error: calamine::XlsxError| TableError::Damaged(error.to_string());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsxError::FileNotFound(_) => TableError::WrongType,
        other => damaged(other),
    })?;
    let sheet = book.sheet_names().into_iter().next().ok_or(TableError::Empty)?;
    let merged = book.merge_cells_by_sheet_name(&sheet).map_err(damaged)?;
    let mut rows = read_cells(&mut book, &sheet)?;
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    rows.iter_mut().for_each(|row| row.resize(width, String::new()));
    // A table that begins further down or right begins at its first row and column.
    let top = rows.iter().position(|row| !row.iter().all(String::is_empty)).unwrap_or(0);
    let left = rows.iter().filter_map(|row| row.iter().position(|cell| !cell.is_empty())).min().unwrap_or(0);
    rows.drain(..top);
    rows.iter_mut().for_each(|row| drop(row.drain(..left)));
    let mut repeated = 0;
    // Every cell of a merged area says what its first cell says.
    for area in merged {
        let at = |row: u32, column: u32| -> Option<(usize, usize)> {
            Some(((row as usize).checked_sub(top)?, (column as usize).checked_sub(left)?))
        };
        let Some((first_row, first_column)) = at(area.start.0, area.start.1) else { continue };
        let Some(value) = rows.get(first_row).and_then(|row| row.get(first_column)).cloned() else { continue };
        let Some((last_row, last_column)) = at(area.end.0, area.end.1) else { continue };
        let height = last_row.min(rows.len() - 1) - first_row.min(last_row) + 1;
        repeated += height * (last_column.min(width) + 1) * value.len();
        if repeated > MAX_UNPACKED as usize {
            return Err(TableError::Bomb(MAX_UNPACKED / 1024 / 1024));
        }
        for row in rows.iter_mut().take(last_row + 1).skip(first_row) {
            for cell in row.iter_mut().take(last_column + 1).skip(first_column) {
                cell.clone_from(&value);
            }
        }
    }
    Ok(Table { format: Format::Xlsx, rows })
}

/// The cells one by one: a file that names one cell far out must not make the whole area up to it.
fn read_cells(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Vec<Vec<String>>, TableError> {
    let damaged = |error: calamine::XlsxError| TableError::Damaged(error.to_string());
    let mut cells = book.worksheet_cells_reader(sheet).map_err(damaged)?;
    let (mut rows, mut width): (Vec<Vec<String>>, usize) = (Vec::new(), 0);
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (row, column) = (cell.get_position().0 as usize, cell.get_position().1 as usize);
        let text = cell_text(&Data::from(cell.get_value().clone()));
        if text.is_empty() {
            continue;
        }
        width = width.max(column + 1);
        if row >= MAX_ROWS || column >= MAX_COLUMNS || width * (row + 1) > MAX_CELLS {
            return Err(TableError::TooLong(MAX_ROWS));
        }
        if rows.len() <= row {
            rows.resize(row + 1, Vec::new());
        }
        if rows[row].len() <= column {
            rows[row].resize(column + 1, String::new());
        }
        rows[row][column] = text;
    }
    Ok(rows)
}

fn cell_text(cell: &Data) -> String {
    match cell {
        Data::DateTime(moment) => moment_text(moment),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        // An error is no empty cell: whoever reads the table has to say so.
        Data::Error(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// A day, a time of day, or both, as a sheet shows them; a time that passed (`[h]:mm`) in hours and minutes.
fn moment_text(moment: &calamine::ExcelDateTime) -> String {
    if let Some(passed) = moment.as_duration().filter(|_| moment.is_duration()) {
        return format!("{:02}:{:02}", passed.num_hours(), passed.num_minutes() % 60);
    }
    let Some(date) = moment.as_datetime() else { return moment.to_string() };
    let clock = if date.time().second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    let pattern = match (moment.as_f64() < 1.0, date.time() == chrono::NaiveTime::MIN) {
        (true, _) => clock.to_owned(),
        (false, true) => "%Y-%m-%d".to_owned(),
        (false, false) => format!("%Y-%m-%d {clock}"),
    };
    date.format(&pattern).to_string()
}

/// Writes a table as it was read: CP932 stays CP932, xlsx stays xlsx.
pub fn write(table: &Table) -> Result<Vec<u8>, TableError> {
    let damaged = |error: &dyn std::fmt::Display| TableError::Damaged(error.to_string());
    match table.format {
        Format::Csv(encoding) => {
            let mut writer =
                csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
            for row in &table.rows {
                writer.write_record(row).map_err(|error| damaged(&error))?;
            }
            let bytes = writer.into_inner().map_err(|error| damaged(&error))?;
            Ok(encoding::encode(&String::from_utf8_lossy(&bytes), encoding).0)
        }
        Format::Xlsx => {
            let mut book = Workbook::new();
            let sheet = book.add_worksheet();
            for (row, cells) in (0u32..).zip(&table.rows) {
                for (column, cell) in (0u16..).zip(cells) {
                    sheet.write_string(row, column, cell).map_err(|error| damaged(&error))?;
                }
            }
            book.save_to_buffer().map_err(|error| damaged(&error))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(cells: &[&[&str]]) -> Vec<Vec<String>> {
        cells.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn a_table_comes_back_in_its_own_format() {
        let cells = rows(&[&["受験番号", "氏名"], &["0012", "研修 太郎, \"仮\""]]);
        for format in [Format::Csv(Encoding::Cp932), Format::Csv(Encoding::Utf8WithBom), Format::Xlsx] {
            let table = Table { format, rows: cells.clone() };
            assert_eq!(read(&write(&table).unwrap()).unwrap(), table);
        }
    }

    #[test]
    fn merged_cells_repeat_their_value() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.merge_range(0, 0, 1, 0, "東部", &rust_xlsxwriter::Format::new()).unwrap();
        sheet.write_string(0, 1, "甲").unwrap();
        sheet.write_string(1, 1, "乙").unwrap();
        let table = read(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(table.rows, rows(&[&["東部", "甲"], &["東部", "乙"]]));
    }

    #[test]
    fn what_is_no_table_says_so() {
        let whole = write(&Table { format: Format::Xlsx, rows: rows(&[&["a"]]) }).unwrap();
        assert_eq!(read(b""), Err(TableError::Empty));
        assert_eq!(read(b"\xef\xbb\xbf\r\n"), Err(TableError::Empty));
        assert_eq!(read(b"\x89PNG\r\n\x1a\n\x00"), Err(TableError::WrongType));
        assert!(matches!(read(&whole[..whole.len() / 2]), Err(TableError::Damaged(_))));
        assert!(matches!(read(b"a,b\n\"c,d\n"), Err(TableError::Damaged(_))));
    }

    #[test]
    fn a_cell_far_out_is_refused_and_a_table_further_in_is_found() {
        let book = |row, column| {
            let mut book = Workbook::new();
            let sheet = book.add_worksheet();
            sheet.write_string(2, 1, "氏名").unwrap();
            sheet.write_string(row, column, "甲").unwrap();
            book.save_to_buffer().unwrap()
        };
        assert_eq!(read(&book(1_048_575, 16_383)), Err(TableError::TooLong(MAX_ROWS)));
        let mut wide = Workbook::new();
        let sheet = wide.add_worksheet();
        for row in 0..6000 {
            sheet.write_string(row, 999, "甲").unwrap();
        }
        assert_eq!(read(&wide.save_to_buffer().unwrap()), Err(TableError::TooLong(MAX_ROWS)));
        let mut merged = Workbook::new();
        let text = "長".repeat(10_000);
        merged.add_worksheet().merge_range(0, 0, 99, 99, &text, &rust_xlsxwriter::Format::new()).unwrap();
        merged.worksheet_from_index(0).unwrap().write_string(99, 99, "端").unwrap();
        assert_eq!(read(&merged.save_to_buffer().unwrap()), Err(TableError::Bomb(200)));
        assert_eq!(read(&book(3, 2)).unwrap().rows, rows(&[&["氏名", ""], &["", "甲"]]));
    }

    #[test]
    fn a_zip_bomb_is_refused_before_it_unpacks() {
        use std::io::Write;
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default()).unwrap();
        let zeros = vec![b' '; 1024 * 1024];
        for _ in 0..220 {
            archive.write_all(&zeros).unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        assert!(bytes.len() < 1024 * 1024);
        assert_eq!(read(&bytes), Err(TableError::Bomb(200)));
    }
}
