//! Tables people upload: CSV, text with tabs, or xlsx in, rows of text out; and the same file back with columns added.

use crate::encoding::{self, Encoding};
use crate::spreadsheet;
use rust_xlsxwriter::Workbook;
use std::collections::HashSet;

/// The kind of file a table was read from, and is written back as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv(Encoding),
    /// Columns divided by tabs, as Excel saves "Unicode text".
    Tabs(Encoding),
    /// Columns divided by semicolons, as some systems export them.
    Semicolons(Encoding),
    Xlsx,
}

/// Rows of text, as uploaded, numbered as people see them. Rows of only empty cells at the end are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub format: Format,
    pub rows: Vec<Vec<String>>,
    pub origin: Origin,
}

/// Where in a workbook a table stands; empty for text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    pub sheet: String,
    /// 1-based numbers of rows that are hidden, by a filter or by hand, and were read all the same.
    pub hidden_rows: Vec<usize>,
    /// Indices of columns nobody sees, read all the same.
    pub hidden_columns: Vec<usize>,
    /// Row and column of cells that repeat the cell to their left, with which they are merged.
    pub repeats: HashSet<(usize, usize)>,
}

impl Table {
    /// Rows that come from no file.
    pub fn new(format: Format, rows: Vec<Vec<String>>) -> Table {
        Table { format, rows, origin: Origin::default() }
    }
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
    /// 1-based row in which the text begins.
    #[error(
        "a quotation mark in row {0} is never closed, closed in the middle of a cell, or takes whole rows into one cell"
    )]
    Quotes(usize),
}

/// What a spreadsheet shows where a formula has no value; also as the text that remains when such a sheet is saved as CSV.
///
/// The last stands in a cell whose formula was never computed: a program wrote the file and no spreadsheet has opened it since.
const ERRORS: [&str; 13] = [
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
    UNCOMPUTED,
];

/// What is read from a cell that has a formula and no value.
pub const UNCOMPUTED: &str = "#未計算";

/// Does a cell show an error of its spreadsheet instead of a value?
pub fn is_error(text: &str) -> bool {
    ERRORS.contains(&text.trim())
}

/// Is a text the power of ten that a spreadsheet makes of a long number: `2.61E+07`?
pub fn is_power_of_ten(text: &str) -> bool {
    text.contains(['E', 'e']) && text.contains(['+', '.']) && text.parse::<f64>().is_ok()
}

/// A column as a spreadsheet names it: 0 is A, 26 is AA.
pub fn column_letters(index: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(index % 26).unwrap_or_default());
    let before = if index < 26 { String::new() } else { column_letters(index / 26 - 1) };
    format!("{before}{letter}")
}

/// Most rows a table may have.
pub const MAX_ROWS: usize = 100_000;
pub(crate) const MAX_UNPACKED: u64 = 200 * 1024 * 1024;

/// Reads an uploaded file, by its content, whatever its name; of a workbook the sheet in front.
pub fn read(bytes: &[u8]) -> Result<Table, TableError> {
    Ok(read_all(bytes)?.swap_remove(0))
}

/// Reads every sheet that is shown, the one in front first; text is one.
pub fn read_all(bytes: &[u8]) -> Result<Vec<Table>, TableError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(TableError::Empty);
    }
    let is_workbook = bytes.starts_with(b"PK\x03\x04");
    let mut tables = if is_workbook { spreadsheet::read(bytes)? } else { vec![read_text(bytes)?] };
    for table in &mut tables {
        while table.rows.last().is_some_and(|row| row.iter().all(|cell| cell.trim().is_empty())) {
            table.rows.pop();
        }
    }
    tables.retain(|table| !table.rows.is_empty());
    if tables.is_empty() { Err(TableError::Empty) } else { Ok(tables) }
}

fn read_text(bytes: &[u8]) -> Result<Table, TableError> {
    let (text, encoding) = encoding::decode(bytes).map_err(|_| TableError::WrongType)?;
    // A byte order mark also stands in the middle where files were joined; nobody sees it.
    let text = text.replace('\u{feff}', "");
    if text.trim().is_empty() {
        return Err(TableError::Empty);
    }
    // A title in the first row may hold either sign: the first rows together tell.
    let first: Vec<&str> = text.split(['\r', '\n']).filter(|line| !line.trim().is_empty()).take(60).collect();
    let count = |sign: char| first.iter().map(|line| line.matches(sign).count()).sum::<usize>();
    let (format, delimiter) = match () {
        () if count('\t') > count(',') => (Format::Tabs(encoding), b'\t'),
        () if is_by_semicolons(&first) => (Format::Semicolons(encoding), b';'),
        () => (Format::Csv(encoding), b','),
    };
    check_quotes(&text, char::from(delimiter))?;
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    let mut end = 0;
    while reader.read_record(&mut record).map_err(|error| TableError::Damaged(error.to_string()))? {
        rows.extend(std::iter::repeat_n(Vec::new(), blank_lines(&text[end..]).min(MAX_ROWS)));
        end = usize::try_from(reader.position().byte()).unwrap_or(text.len());
        // Of CR and LF the reader has taken the first.
        if text[..end].ends_with('\r') && text[end..].starts_with('\n') {
            end += 1;
        }
        rows.push(record.iter().map(str::to_owned).collect());
        if rows.len() > MAX_ROWS {
            return Err(TableError::TooLong(MAX_ROWS));
        }
    }
    Ok(Table::new(format, rows))
}

/// Are the first lines divided by semicolons? Outside quotation marks there is no comma and no tab, and those that have a semicolon, two or
/// more, have as many; a title above them has none.
fn is_by_semicolons(lines: &[&str]) -> bool {
    let outside =
        |line: &str, sign: char| line.split('"').step_by(2).map(|part| part.matches(sign).count()).sum::<usize>();
    let counts: Vec<usize> = lines.iter().map(|line| outside(line, ';')).filter(|count| *count > 0).collect();
    let has_others = lines.iter().any(|line| outside(line, ',') + outside(line, '\t') > 0);
    !has_others && counts.len() > 1 && counts.iter().all(|count| *count == counts[0])
}

/// Refused where a quoted cell does not end at a delimiter or at all, and where one line of it has as many delimiters as a row of
/// the table: a stray pair of quotation marks makes one cell of several rows.
fn check_quotes(text: &str, delimiter: char) -> Result<(), TableError> {
    let is_break = |c: char| c == '\n' || c == '\r';
    // A line without anything is written as a pair of quotation marks.
    let lines = text.split(is_break).filter(|line| !matches!(line.trim(), "" | "\"\"")).take(10);
    let most = lines.map(|line| line.matches(delimiter).count()).max().filter(|most| *most > 0).unwrap_or(usize::MAX);
    let (mut row, mut signs, mut at_start) = (1, text.chars().peekable(), true);
    while let Some(sign) = signs.next() {
        if !(sign == '"' && at_start) {
            row += usize::from(sign == '\n' || (sign == '\r' && signs.peek() != Some(&'\n')));
            at_start = sign == delimiter || is_break(sign);
            continue;
        }
        let begins = row;
        let mut in_line = 0;
        loop {
            match signs.next() {
                None => return Err(TableError::Quotes(begins)),
                Some('"') if signs.peek() == Some(&'"') => drop(signs.next()),
                Some('"') => break,
                Some(inside) if inside == delimiter => in_line += 1,
                Some(inside) if is_break(inside) => {
                    row += usize::from(inside == '\n' || signs.peek() != Some(&'\n'));
                    in_line = 0;
                }
                Some(_) => {}
            }
            if row > begins && in_line >= most {
                return Err(TableError::Quotes(begins));
            }
        }
        if signs.peek().is_some_and(|next| *next != delimiter && !is_break(*next)) {
            return Err(TableError::Quotes(begins));
        }
        at_start = false;
    }
    Ok(())
}

/// Blank lines before the next record, which the reader passes over: rows are numbered as people see them.
fn blank_lines(rest: &str) -> usize {
    let breaks = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    let breaks = &rest[..breaks];
    breaks.matches('\n').count() + breaks.replace("\r\n", "").matches('\r').count()
}

/// Writes a table as it was read: CP932 stays CP932, xlsx stays xlsx.
pub fn write(table: &Table) -> Result<Vec<u8>, TableError> {
    let damaged = |error: &dyn std::fmt::Display| TableError::Damaged(error.to_string());
    match table.format {
        Format::Csv(encoding) | Format::Tabs(encoding) | Format::Semicolons(encoding) => {
            let delimiter = match table.format {
                Format::Tabs(_) => b'\t',
                Format::Semicolons(_) => b';',
                _ => b',',
            };
            let mut writer = csv::WriterBuilder::new()
                .flexible(true)
                .delimiter(delimiter)
                .terminator(csv::Terminator::CRLF)
                .from_writer(Vec::new());
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
    use std::io::Cursor;

    fn rows(cells: &[&[&str]]) -> Vec<Vec<String>> {
        cells.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    #[test]
    fn a_table_comes_back_in_its_own_format() {
        let cells = rows(&[&["受験番号", "氏名"], &["0012", "研修 太郎, \"仮\""]]);
        for format in [
            Format::Csv(Encoding::Cp932),
            Format::Csv(Encoding::Utf8WithBom),
            Format::Tabs(Encoding::Utf16),
            Format::Semicolons(Encoding::Iso2022Jp),
            Format::Xlsx,
        ] {
            let table = read(&write(&Table::new(format, cells.clone())).unwrap()).unwrap();
            assert_eq!((&table.rows, table.format), (&cells, format));
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
    fn what_nobody_sees_and_what_was_never_computed_is_told() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 1, "受講番号").unwrap();
        sheet.merge_range(0, 2, 0, 3, "氏名", &rust_xlsxwriter::Format::new()).unwrap();
        sheet.write_string(1, 1, "1").unwrap();
        sheet.write_string(1, 2, "甲").unwrap();
        sheet.write_string(1, 3, "一").unwrap();
        sheet.set_column_hidden(3).unwrap();
        let table = read(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(table.origin.hidden_columns, [2], "counted from the first filled column");
        assert_eq!(table.origin.repeats.into_iter().collect::<Vec<_>>(), [(0, 2)]);
        // As a program writes a formula that no spreadsheet has computed yet.
        let mut book = Workbook::new();
        book.add_worksheet().write_string(0, 0, "入室").unwrap();
        book.worksheet_from_index(0).unwrap().write_formula(1, 0, "=TIME(9,0,0)").unwrap();
        let computed = book.save_to_buffer().unwrap();
        assert_eq!(read(&computed).unwrap().rows, rows(&[&["入室"], &["0"]]));
        let mut from = zip::ZipArchive::new(Cursor::new(computed)).unwrap();
        let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..from.len() {
            use std::io::{Read, Write};
            let mut part = from.by_index(index).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            to.start_file(part.name().unwrap(), zip::write::SimpleFileOptions::default()).unwrap();
            to.write_all(text.replace("</f><v>0</v>", "</f>").as_bytes()).unwrap();
        }
        let bytes = to.finish().unwrap().into_inner();
        assert_eq!(read(&bytes).unwrap().rows, rows(&[&["入室"], &[UNCOMPUTED]]));
        assert!(is_error(UNCOMPUTED));
    }

    #[test]
    fn what_is_no_table_says_so() {
        let whole = write(&Table::new(Format::Xlsx, rows(&[&["a"]]))).unwrap();
        assert_eq!(read(b""), Err(TableError::Empty));
        assert_eq!(read(b"\xef\xbb\xbf\r\n"), Err(TableError::Empty));
        assert_eq!(read(b"\x89PNG\r\n\x1a\n\x00"), Err(TableError::WrongType));
        assert!(matches!(read(&whole[..whole.len() / 2]), Err(TableError::Damaged(_))));
        for (text, row) in [
            ("a,b\n\"c,d\n", 2),
            ("a,b\r\n\"c\" d,e\r\n", 2),
            ("題\n番,名,カナ\n1,\"甲,コ\n2,乙,オ\n3,丙\",ヘ\n", 3),
            ("番\t名\tカナ\n1\t\"甲\tコ\n2\t乙\tオ\n3\t丙\"\tヘ\n", 2),
        ] {
            assert_eq!(read(text.as_bytes()), Err(TableError::Quotes(row)), "{text}");
        }
        let after_blank_lines = format!("題,名{}c,d,e,f,g,\"x,y\nz,w,v,u\"\n", "\n".repeat(12));
        let known = read(after_blank_lines.as_bytes()).unwrap();
        assert_eq!(read(&write(&known).unwrap()).unwrap().rows.last(), known.rows.last(), "what was written is read");
        let kept = read("番,名,所\n1,甲 \"仮\",\"港区\n1, 2\"\n".as_bytes()).unwrap();
        assert_eq!(kept.rows[1], ["1", "甲 \"仮\"", "港区\n1, 2"]);
    }

    #[test]
    fn a_chart_on_a_sheet_of_its_own_is_passed_over() {
        let mut book = Workbook::new();
        book.add_worksheet().write_string(0, 0, "氏名").unwrap();
        let mut chart = rust_xlsxwriter::Chart::new(rust_xlsxwriter::ChartType::Column);
        chart.add_series().set_values("Sheet1!$A$1:$A$1");
        book.add_chartsheet().insert_chart(0, 0, &chart).unwrap();
        let tables = read_all(&book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(tables.iter().map(|table| table.rows.clone()).collect::<Vec<_>>(), [rows(&[&["氏名"]])]);
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
        let mut two = Workbook::new();
        for _ in 0..2 {
            two.add_worksheet().write_string(2999, 999, "甲").unwrap();
            two.worksheet_from_index(0).unwrap().write_string(0, 0, "甲").unwrap();
        }
        two.worksheet_from_index(1).unwrap().write_string(0, 0, "甲").unwrap();
        assert_eq!(read(&two.save_to_buffer().unwrap()), Err(TableError::TooLong(MAX_ROWS)), "all sheets together");
        let further_in = rows(&[&["", ""], &["", ""], &["氏名", ""], &["", "甲"]]);
        assert_eq!(read(&book(3, 2)).unwrap().rows, further_in, "rows are numbered as people see them");
    }

    #[test]
    fn counts_that_a_workbook_gives_for_itself_are_not_believed() {
        use std::io::{Read, Write};
        let mut book = Workbook::new();
        book.add_worksheet().write_string(0, 0, "氏名").unwrap();
        let whole = book.save_to_buffer().unwrap();
        let with_count = |name: &str, count: &str| {
            let mut from = zip::ZipArchive::new(Cursor::new(&whole)).unwrap();
            let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
            for index in 0..from.len() {
                let mut part = from.by_index(index).unwrap();
                let mut text = String::new();
                part.read_to_string(&mut text).unwrap();
                let own = part.name().unwrap().into_owned();
                let own = if own.ends_with("sharedStrings.xml") { own.replace("sharedStrings.xml", name) } else { own };
                to.start_file(own, zip::write::SimpleFileOptions::default()).unwrap();
                to.write_all(text.replace("uniqueCount=\"1\"", &format!("uniqueCount=\"{count}\"")).as_bytes())
                    .unwrap();
            }
            to.finish().unwrap().into_inner()
        };
        assert_eq!(read(&with_count("sharedStrings.xml", "1")).unwrap().rows, rows(&[&["氏名"]]));
        for (name, count) in [
            ("sharedStrings.xml", "4294967295"),
            ("sharedStrings.xml", "99999999999999999999999"),
            ("sharedStrings.xml", "100000"),
            ("SHAREDSTRINGS.XML", "4294967295"),
        ] {
            assert_eq!(read(&with_count(name, count)), Err(TableError::Bomb(200)), "{name} {count}");
        }
    }

    #[test]
    fn merged_areas_that_lie_over_each_other_are_bounded_over_all_sheets() {
        let mut book = Workbook::new();
        for _ in 0..30 {
            let sheet = book.add_worksheet();
            sheet.merge_range(0, 0, 999, 99, "甲", &rust_xlsxwriter::Format::new()).unwrap();
            sheet.write_string(1000, 100, "端").unwrap();
        }
        assert_eq!(read(&book.save_to_buffer().unwrap()), Err(TableError::Bomb(200)));
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
