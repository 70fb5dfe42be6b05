//! Reading xlsx as people see it: the sheets that are shown, the one in front first, and which rows are hidden.

use crate::number_format;
use crate::table::{Format, MAX_ROWS, MAX_UNPACKED, Origin, Table, TableError, UNCOMPUTED};
use calamine::{Data, Reader, SheetType, Xlsx};
use chrono::Timelike;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{Cursor, Read};

/// Most columns a sheet may have, and most cells in all.
const MAX_COLUMNS: usize = 1000;
const MAX_CELLS: usize = 5_000_000;
/// Most cells of merged areas, which may lie over each other.
const MAX_REPEATED: usize = 2_000_000;

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Most parts of a workbook: each sheet has a few.
const MAX_PARTS: usize = 10_000;
/// Fewest bytes of a shared text.
const LEAST_TEXT: u64 = 4;

/// Unpacks every part once with a limit before anything trusts the sizes the file gives for itself.
fn check_unpacked_size(bytes: &[u8]) -> Result<(), TableError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    if archive.len() > MAX_PARTS {
        return Err(TableError::Bomb(MAX_UNPACKED / 1024 / 1024));
    }
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| damaged(&error))?;
        let name = part.name().map_err(|error| damaged(&error))?.to_ascii_lowercase();
        let holds_texts = name.ends_with("sharedstrings.xml");
        let mut part = part.take(left + 1);
        let mut text = Vec::new();
        let unpacked = match holds_texts {
            true => part.read_to_end(&mut text).map(|length| length as u64),
            false => std::io::copy(&mut part, &mut std::io::sink()),
        };
        let unpacked = unpacked.map_err(|error| damaged(&error))?;
        if unpacked > left || texts_announced(&text) > unpacked / LEAST_TEXT {
            return Err(TableError::Bomb(MAX_UNPACKED / 1024 / 1024));
        }
        left -= unpacked;
    }
    Ok(())
}

/// How many shared texts a part says that it holds: room is made for as many.
fn texts_announced(part: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(part);
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut announced = 0;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "sst" => {
                let count = attribute(&element, "uniqueCount").map_or(0, |count| {
                    count.trim().parse().unwrap_or(if count.trim().is_empty() { 0 } else { u64::MAX })
                });
                announced = announced.max(count);
                // The first one is believed by whoever reads on.
                return announced;
            }
            Event::Eof => return announced,
            _ => {}
        }
    }
    announced
}

fn damaged(error: &dyn std::fmt::Display) -> TableError {
    TableError::Damaged(error.to_string())
}

/// Every sheet that is shown and holds something, the one in front when the file is opened first.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Table>, TableError> {
    check_unpacked_size(bytes)?;
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsxError::FileNotFound(_) => TableError::WrongType,
        other => damaged(&other),
    })?;
    let outline = Outline::read(bytes).ok_or_else(|| TableError::Damaged("xl/workbook.xml".into()))?;
    // A chart or a dialog on a sheet of its own has no cells.
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let mut names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    names.retain(|name| !outline.hidden_sheets.contains(name));
    if let Some(front) = outline.front.as_ref().and_then(|front| names.iter().position(|name| name == front)) {
        let front = names.remove(front);
        names.insert(0, front);
    }
    let (mut tables, mut cells, mut repeated) = (Vec::new(), 0, 0);
    for name in &names {
        let layout = outline.layout(bytes, name).ok_or_else(|| TableError::Damaged(name.clone()))?;
        let Sheet { rows, left, repeats } = read_sheet(&mut book, name, &layout.uncomputed, &mut repeated)?;
        cells += rows.len() * rows.first().map_or(0, Vec::len);
        if cells > MAX_CELLS {
            return Err(TableError::TooLong(MAX_ROWS));
        }
        if rows.iter().flatten().any(|cell| !cell.trim().is_empty()) {
            let hidden_rows = layout.hidden_rows.into_iter().filter(|row| *row <= rows.len()).collect();
            let width = rows.first().map_or(0, Vec::len);
            let is_hidden =
                |column: &usize| layout.hidden_columns.iter().any(|hidden| hidden.contains(&(column + left)));
            let hidden_columns = (0..width).filter(is_hidden).collect();
            let origin = Origin { sheet: name.clone(), hidden_rows, hidden_columns, repeats };
            tables.push(Table { format: Format::Xlsx, rows, origin });
        }
    }
    if tables.is_empty() { Err(TableError::Empty) } else { Ok(tables) }
}

/// The cells of a sheet from its first filled column on.
struct Sheet {
    rows: Vec<Vec<String>>,
    /// Empty columns left of them.
    left: usize,
    repeats: HashSet<(usize, usize)>,
}

/// `repeated`: cells of the whole book that say what another one says.
fn read_sheet(
    book: &mut Book<'_>,
    sheet: &str,
    uncomputed: &[(u32, u32)],
    repeated: &mut usize,
) -> Result<Sheet, TableError> {
    let merged = book.merge_cells_by_sheet_name(sheet).map_err(|error| damaged(&error))?;
    let mut rows = read_cells(book, sheet)?;
    for (row, column) in uncomputed.iter().map(|(row, column)| (*row as usize, *column as usize)) {
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            return Err(TableError::TooLong(MAX_ROWS));
        }
        rows.resize(rows.len().max(row + 1), Vec::new());
        let width = rows[row].len().max(column + 1);
        rows[row].resize(width, String::new());
        UNCOMPUTED.clone_into(&mut rows[row][column]);
    }
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    if width * rows.len() > MAX_CELLS {
        return Err(TableError::TooLong(MAX_ROWS));
    }
    rows.iter_mut().for_each(|row| row.resize(width, String::new()));
    // A table that begins further right begins at its first column; rows keep the numbers people see.
    let left = rows.iter().filter_map(|row| row.iter().position(|cell| !cell.is_empty())).min().unwrap_or(0);
    rows.iter_mut().for_each(|row| drop(row.drain(..left)));
    let (mut bytes, mut repeats) = (0, HashSet::new());
    // Every cell of a merged area says what its first cell says.
    for area in merged {
        let at = |row: u32, column: u32| Some((row as usize, (column as usize).checked_sub(left)?));
        let Some((first_row, first_column)) = at(area.start.0, area.start.1) else { continue };
        let Some(value) = rows.get(first_row).and_then(|row| row.get(first_column)).cloned() else { continue };
        let Some((last_row, last_column)) = at(area.end.0, area.end.1) else { continue };
        let height = last_row.min(rows.len() - 1) - first_row.min(last_row) + 1;
        let area = height * (last_column.min(width) + 1);
        *repeated += area;
        bytes += area * value.len();
        if *repeated > MAX_REPEATED || bytes > MAX_UNPACKED as usize {
            return Err(TableError::Bomb(MAX_UNPACKED / 1024 / 1024));
        }
        for (row, cells) in rows.iter_mut().enumerate().take(last_row + 1).skip(first_row) {
            for (column, cell) in cells.iter_mut().enumerate().take(last_column + 1).skip(first_column) {
                cell.clone_from(&value);
                if column > first_column {
                    repeats.insert((row, column));
                }
            }
        }
    }
    Ok(Sheet { rows, left, repeats })
}

/// The cells one by one: a file that names one cell far out must not make the whole area up to it.
fn read_cells(book: &mut Book<'_>, sheet: &str) -> Result<Vec<Vec<String>>, TableError> {
    let styles = book.worksheet_style(sheet).map_err(|error| damaged(&error))?;
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| damaged(&error))?;
    let (mut rows, mut width): (Vec<Vec<String>>, usize) = (Vec::new(), 0);
    while let Some(cell) = cells.next_cell().map_err(|error| damaged(&error))? {
        let position = cell.get_position();
        let (row, column) = (position.0 as usize, position.1 as usize);
        let format = styles.get(position).and_then(|style| style.number_format.as_ref());
        let format = format.map_or("General", |format| format.format_code.as_str());
        let text = cell_text(&Data::from(cell.get_value().clone()), format);
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

/// What the cell shows.
fn cell_text(cell: &Data, format: &str) -> String {
    match cell {
        Data::DateTime(moment) => moment_text(moment),
        Data::Float(number) => number_format::shown(*number, format).unwrap_or_else(|| plain(*number)),
        Data::Int(number) => number_format::shown(*number as f64, format).unwrap_or_else(|| number.to_string()),
        // An error is no empty cell: whoever reads the table has to say so.
        Data::Error(error) => error.to_string(),
        other => other.to_string(),
    }
}

fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
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

/// What a workbook says about its sheets beside their cells.
#[derive(Debug, Default)]
struct Outline {
    /// The sheet in front when the file is opened.
    front: Option<String>,
    hidden_sheets: BTreeSet<String>,
    /// Path of each sheet's part.
    parts: HashMap<String, String>,
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(quick_xml::XmlVersion::default()).ok().map(|value| value.into_owned())
}

/// Calls `each` for every element of a part.
fn elements(bytes: &[u8], part: &str, mut each: impl FnMut(&BytesStart<'_>)) -> Option<()> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut text = String::new();
    archive.by_name(part).ok()?.take(MAX_UNPACKED).read_to_string(&mut text).ok()?;
    let mut reader = quick_xml::Reader::from_str(&text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => each(&element),
            Event::Eof => return Some(()),
            _ => {}
        }
    }
}

impl Outline {
    fn read(bytes: &[u8]) -> Option<Outline> {
        let mut outline = Outline::default();
        let (mut sheets, mut active) = (Vec::new(), 0);
        elements(bytes, "xl/workbook.xml", |element| match element.local_name().as_ref() {
            "workbookView" => {
                active = attribute(element, "activeTab").and_then(|tab| tab.parse::<usize>().ok()).unwrap_or(0);
            }
            "sheet" => {
                let name = attribute(element, "name").unwrap_or_default();
                if attribute(element, "state").is_some_and(|state| state != "visible") {
                    outline.hidden_sheets.insert(name.clone());
                }
                sheets.push((name, attribute(element, "id").unwrap_or_default()));
            }
            _ => {}
        })?;
        outline.front = sheets.get(active).map(|(name, _)| name.clone());
        let mut targets = HashMap::new();
        elements(bytes, "xl/_rels/workbook.xml.rels", |element| {
            if let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target")) {
                let target = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
                targets.insert(id, target);
            }
        });
        outline.parts = sheets.into_iter().filter_map(|(name, id)| Some((name, targets.remove(&id)?))).collect();
        Some(outline)
    }

    fn layout(&self, bytes: &[u8], sheet: &str) -> Option<Layout> {
        let mut layout = Layout::default();
        let (mut number, mut column, mut formula) = (0, 0, None);
        elements(bytes, self.parts.get(sheet)?, |element| {
            let is = |name| attribute(element, name).is_some_and(|value| value == "1" || value == "true");
            let is_zero = |name| attribute(element, name).and_then(|size| size.parse::<f64>().ok()) == Some(0.0);
            let count = |name| attribute(element, name).and_then(|count| count.parse::<usize>().ok());
            match element.local_name().as_ref() {
                "col" if is("hidden") || is_zero("width") => {
                    if let (Some(first), Some(last)) = (count("min"), count("max")) {
                        layout.hidden_columns.push(first.saturating_sub(1)..last);
                    }
                }
                "row" => {
                    layout.uncomputed.extend(formula.take());
                    number = count("r").unwrap_or(number + 1);
                    column = 0;
                    if is("hidden") || is_zero("ht") {
                        layout.hidden_rows.push(number);
                    }
                }
                "c" => {
                    layout.uncomputed.extend(formula.take());
                    column = attribute(element, "r").and_then(|cell| column_number(&cell)).unwrap_or(column + 1);
                }
                "f" => {
                    formula = u32::try_from(number)
                        .ok()
                        .zip(Some(column))
                        .and_then(|(row, column)| Some((row.checked_sub(1)?, column.checked_sub(1)?)))
                }
                "v" | "is" => formula = None,
                _ => {}
            }
        })?;
        layout.uncomputed.extend(formula);
        Some(layout)
    }
}

/// What a sheet says beside its values.
#[derive(Debug, Default)]
struct Layout {
    /// 1-based numbers of the rows nobody sees, filtered away or hidden by hand.
    hidden_rows: Vec<usize>,
    /// Indices of the columns nobody sees.
    hidden_columns: Vec<std::ops::Range<usize>>,
    /// Row and column, from 0, of cells with a formula and no value.
    uncomputed: Vec<(u32, u32)>,
}

/// 1 for the column of `A7`, 27 for that of `AA7`.
fn column_number(cell: &str) -> Option<u32> {
    let letters = cell.trim_end_matches(|c: char| c.is_ascii_digit());
    letters.bytes().try_fold(0u32, |number, letter| {
        let letter = letter.is_ascii_uppercase().then(|| u32::from(letter - b'A') + 1)?;
        number.checked_mul(26)?.checked_add(letter)
    })
}
