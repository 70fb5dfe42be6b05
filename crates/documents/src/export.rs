//! Tables people download: XLSX, and CSV that Japanese Excel opens without mojibake.

use crate::encoding::{self, Encoding};
use rust_xlsxwriter::{Format as CellFormat, Workbook, XlsxError};

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

/// A cell that a spreadsheet would take for a formula gets an apostrophe in front.
fn neutral(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// Writes a heading and rows. In XLSX every cell is text, so that leading zeros stay and nothing is a formula.
pub fn write(
    sheet: &str,
    headings: &[&str],
    rows: &[Vec<String>],
    format: ExportFormat,
) -> Result<Vec<u8>, ExportError> {
    match format {
        ExportFormat::Xlsx => {
            let mut book = Workbook::new();
            let page = book.add_worksheet().set_name(sheet)?;
            let bold = CellFormat::new().set_bold();
            for (column, heading) in (0u16..).zip(headings) {
                page.write_string_with_format(0, column, *heading, &bold)?;
            }
            for (row, cells) in (1u32..).zip(rows) {
                for (column, cell) in (0u16..).zip(cells) {
                    page.write_string(row, column, cell)?;
                }
            }
            page.set_freeze_panes(1, 0)?;
            page.autofit();
            Ok(book.save_to_buffer()?)
        }
        ExportFormat::CsvUtf8 | ExportFormat::CsvCp932 => {
            let csv_error = |error: &dyn std::fmt::Display| ExportError::Csv(error.to_string());
            let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
            writer.write_record(headings).map_err(|error| csv_error(&error))?;
            for row in rows {
                writer.write_record(row.iter().map(|cell| neutral(cell))).map_err(|error| csv_error(&error))?;
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
        let rows = [vec!["=1+1".to_owned(), "0012".to_owned()]];
        let utf8 = write("名簿", &["氏名", "番号"], &rows, ExportFormat::CsvUtf8).unwrap();
        assert_eq!(utf8, "\u{feff}氏名,番号\r\n'=1+1,0012\r\n".as_bytes());
        let cp932 = write("名簿", &["氏名", "番号"], &rows, ExportFormat::CsvCp932).unwrap();
        assert_eq!(encoding::decode(&cp932).unwrap(), ("氏名,番号\r\n'=1+1,0012\r\n".into(), Encoding::Cp932));
    }

    #[test]
    fn xlsx_keeps_text_as_text() {
        let rows = [vec!["=1+1".to_owned(), "0012".to_owned()]];
        let bytes = write("名簿", &["氏名", "番号"], &rows, ExportFormat::Xlsx).unwrap();
        let table = crate::table::read(&bytes).unwrap();
        assert_eq!(table.rows[1], ["=1+1", "0012"]);
    }
}
