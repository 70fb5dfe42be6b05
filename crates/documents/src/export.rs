//! Tables people download: XLSX, and CSV that Japanese Excel opens without mojibake.

use crate::encoding::{self, Encoding};
use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{Color, ExcelDateTime, Format as CellFormat, FormatAlign, FormatBorder, Workbook, XlsxError};
use training::wareki;
use unicode_width::UnicodeWidthStr;

/// The file formats on offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    Xlsx,
    CsvUtf8,
    CsvCp932,
}

impl ExportFormat {
    /// From the name used in addresses.
    pub fn from_id(id: &str) -> Option<ExportFormat> {
        match id {
            "xlsx" => Some(ExportFormat::Xlsx),
            "csv" => Some(ExportFormat::CsvUtf8),
            "csv-cp932" => Some(ExportFormat::CsvCp932),
            _ => None,
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            ExportFormat::Xlsx => "xlsx",
            ExportFormat::CsvUtf8 | ExportFormat::CsvCp932 => "csv",
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            ExportFormat::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ExportFormat::CsvUtf8 => "text/csv; charset=utf-8",
            ExportFormat::CsvCp932 => "text/csv; charset=Shift_JIS",
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the spreadsheet cannot be written: {0}")]
    Xlsx(#[from] XlsxError),
    #[error("the CSV cannot be written: {0}")]
    Csv(String),
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    /// In a spreadsheet a real date, shown in its era.
    Date(NaiveDate),
}

impl Cell {
    /// As people read it.
    pub fn shown(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Date(date) => wareki::format(*date),
        }
    }

    /// A date, or nothing where nobody knows it.
    pub fn date(date: Option<NaiveDate>) -> Cell {
        date.map_or_else(|| Cell::Text(String::new()), Cell::Date)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

/// A cell that a spreadsheet would take for a formula gets an apostrophe in front.
fn neutral(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// Dates as Japanese spreadsheets show them.
const ERA: &str = r#"[$-411]ggge"年"m"月"d"日""#;
/// A4 in the numbering of spreadsheets.
const A4: u8 = 9;
/// Bounds of a column, in digits wide; a kanji is two.
const NARROWEST: usize = 6;
const WIDEST: usize = 48;

/// How wide a column is, so that its longest line fits.
fn width(heading: &str, cells: impl Iterator<Item = String>) -> f64 {
    let widest = cells.chain([heading.to_owned()]).flat_map(|cell| cell.lines().map(str::width).max()).max();
    let width = widest.unwrap_or(0).clamp(NARROWEST, WIDEST) + 2;
    u32::try_from(width).map_or(0.0, f64::from)
}

/// A sheet to look at and to print: A4 across, as many pages as it takes, the heading on each of them. Every text stays text, so that
/// leading zeros stay and nothing is a formula.
fn workbook(sheet: &str, headings: &[&str], rows: &[Vec<Cell>]) -> Result<Vec<u8>, ExportError> {
    let mut book = Workbook::new();
    let page = book.add_worksheet().set_name(sheet)?;
    let framed = CellFormat::new().set_border(FormatBorder::Thin).set_align(FormatAlign::Top).set_text_wrap();
    let dated = framed.clone().set_num_format(ERA).set_align(FormatAlign::Left);
    let head = framed.clone().set_bold().set_background_color(Color::RGB(0x00ee_eeee));
    for (column, heading) in (0u16..).zip(headings) {
        page.write_string_with_format(0, column, *heading, &head)?;
        let cells = rows.iter().filter_map(|row| row.get(usize::from(column))).map(Cell::shown);
        page.set_column_width(column, width(heading, cells))?;
    }
    for (row, cells) in (1u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(cells) {
            let date = match cell {
                // Spreadsheets have no days before 1900, and a day too many in that year.
                Cell::Date(date) if date.year() > 1900 => ExcelDateTime::from_ymd(
                    u16::try_from(date.year()).unwrap_or(0),
                    u8::try_from(date.month()).unwrap_or(0),
                    u8::try_from(date.day()).unwrap_or(0),
                )
                .ok(),
                Cell::Date(_) | Cell::Text(_) => None,
            };
            match date {
                Some(date) => page.write_datetime_with_format(row, column, &date, &dated)?,
                None => page.write_string_with_format(row, column, cell.shown(), &framed)?,
            };
        }
    }
    page.set_freeze_panes(1, 0)?;
    page.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    page.set_repeat_rows(0, 0)?;
    page.set_header("&L&A").set_footer("&C&P / &N");
    Ok(book.save_to_buffer()?)
}

/// Writes a heading and rows.
pub fn write(sheet: &str, headings: &[&str], rows: &[Vec<Cell>], format: ExportFormat) -> Result<Vec<u8>, ExportError> {
    match format {
        ExportFormat::Xlsx => workbook(sheet, headings, rows),
        ExportFormat::CsvUtf8 | ExportFormat::CsvCp932 => {
            let csv_error = |error: &dyn std::fmt::Display| ExportError::Csv(error.to_string());
            let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
            writer.write_record(headings).map_err(|error| csv_error(&error))?;
            for row in rows {
                writer
                    .write_record(row.iter().map(|cell| neutral(&cell.shown())))
                    .map_err(|error| csv_error(&error))?;
            }
            let bytes = writer.into_inner().map_err(|error| csv_error(&error))?;
            let encoding = match format {
                ExportFormat::CsvCp932 => Encoding::Cp932,
                _ => Encoding::Utf8WithBom,
            };
            Ok(encoding::encode(&String::from_utf8_lossy(&bytes), encoding).0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_neutralised_and_the_encoding_is_as_chosen() {
        let rows = [vec![Cell::from("=1+1"), Cell::from("0012")]];
        let utf8 = write("名簿", &["氏名", "番号"], &rows, ExportFormat::CsvUtf8).unwrap();
        assert_eq!(utf8, "\u{feff}氏名,番号\r\n'=1+1,0012\r\n".as_bytes());
        let cp932 = write("名簿", &["氏名", "番号"], &rows, ExportFormat::CsvCp932).unwrap();
        assert_eq!(encoding::decode(&cp932).unwrap(), ("氏名,番号\r\n'=1+1,0012\r\n".into(), Encoding::Cp932));
    }

    #[test]
    fn xlsx_keeps_text_as_text() {
        let rows = [vec![Cell::from("=1+1"), Cell::from("0012")]];
        let bytes = write("名簿", &["氏名", "番号"], &rows, ExportFormat::Xlsx).unwrap();
        let table = crate::table::read(&bytes).unwrap();
        assert_eq!(table.rows[1], ["=1+1", "0012"]);
    }

    #[test]
    fn xlsx_has_real_dates_and_prints_on_paper() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let rows = [
            vec![Cell::from("研修 太郎"), Cell::Date(day(1985, 4, 1))],
            vec![Cell::from("研修 花子"), Cell::Date(day(1899, 12, 31))],
            vec![Cell::from("研修 次郎"), Cell::date(None)],
        ];
        let bytes = write("修了者名簿", &["氏名", "生年月日"], &rows, ExportFormat::Xlsx).unwrap();
        let table = crate::table::read(&bytes).unwrap();
        let shown: Vec<&str> = table.rows[1..].iter().map(|row| row.get(1).map_or("", String::as_str)).collect();
        assert_eq!(shown, ["1985-04-01", "明治32年12月31日", ""]);
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut text = |name: &str| {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut archive.by_name(name).unwrap(), &mut text).unwrap();
            text
        };
        let sheet = text("xl/worksheets/sheet1.xml");
        for piece in ["paperSize=\"9\"", "orientation=\"landscape\"", "fitToHeight=\"0\"", "<v>31138</v>"] {
            assert!(sheet.contains(piece), "{piece}: {sheet}");
        }
        assert!(text("xl/workbook.xml").contains("Print_Titles"));
        let csv = write("名簿", &["生年月日"], &[vec![Cell::Date(day(2019, 5, 1))]], ExportFormat::CsvUtf8).unwrap();
        assert_eq!(csv, "\u{feff}生年月日\r\n令和元年5月1日\r\n".as_bytes());
    }

    #[test]
    fn kanji_take_two_places() {
        let width = |cells: &[&str]| width("a", cells.iter().map(|cell| (*cell).to_owned()));
        assert_eq!((width(&["研修太郎"]), width(&["12345678"])), (10.0, 10.0));
        assert_eq!((width(&[]), width(&[&"漢".repeat(90)])), (8.0, 50.0));
    }
}
