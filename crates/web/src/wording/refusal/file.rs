//! What the area `list_file` refuses, in words.

use crate::shell::page::Page;
use documents::table::TableError;
use secretariat::list_file::refusal::FileRefusal;
use secretariat::{BadCell, CellFault};

pub(super) fn refusal(page: &Page, refusal: &FileRefusal) -> String {
    match refusal {
        FileRefusal::Table(TableError::Empty) => t!(page, "refused-file-empty"),
        FileRefusal::Table(TableError::WrongType) => t!(page, "refused-file-type"),
        FileRefusal::Table(TableError::Bomb(size)) => t!(page, "refused-file-bomb", size = *size),
        FileRefusal::Table(TableError::Damaged(why)) => {
            t!(page, "refused-file-damaged", why = why.clone())
        }
        FileRefusal::Table(TableError::Quotes(row)) => t!(page, "refused-file-quotes", row = *row),
        FileRefusal::Table(TableError::TooLong(rows)) => t!(page, "refused-file-long", rows = *rows),
        FileRefusal::ColumnMissing(column) => t!(page, "refused-column-missing", column = *column),
        FileRefusal::SheetsSeveral(sheets) => {
            t!(page, "refused-sheets-several", sheets = sheets.join("」「"))
        }
        FileRefusal::ColumnsHidden(columns) => {
            let columns = columns.iter().map(|(letters, heading)| format!("{letters}「{heading}」"));
            t!(page, "refused-columns-hidden", columns = columns.collect::<Vec<_>>().join("、"))
        }
        FileRefusal::HeadingEmpty(columns) => {
            t!(page, "refused-heading-empty", columns = columns.join("・"))
        }
        FileRefusal::RowsHidden(rows) => {
            let told: Vec<String> = rows.iter().take(TOLD).map(ToString::to_string).collect();
            t!(page, "refused-rows-hidden", count = rows.len(), rows = told.join(", "))
        }
        FileRefusal::Cell { row, column, fault } => {
            t!(page, "refused-cell", row = *row, column = column.clone(), message = cell_fault(page, fault))
        }
        FileRefusal::Cells(bad) => {
            let one = |cell: &BadCell| {
                let message = cell_fault(page, &cell.fault);
                t!(page, "refused-cell", row = cell.row, column = cell.column.clone(), message = message)
            };
            bad.iter().take(TOLD).map(one).collect::<Vec<_>>().join("\n")
        }
        FileRefusal::ColumnTwice { heading, columns } => {
            t!(page, "refused-column-twice", heading = heading.clone(), columns = columns.join("・"))
        }
    }
}

/// Problems of a file told at once.
pub(crate) const TOLD: usize = 50;

pub(crate) fn cell_fault(page: &Page, fault: &CellFault) -> String {
    match fault {
        CellFault::UnknownTrainee(value) => t!(page, "cell-unknown-trainee", value = value.clone()),
        CellFault::UnknownOffice(value) => t!(page, "cell-unknown-office", value = value.clone()),
        CellFault::Twice { value, row } => t!(page, "cell-twice", value = value.clone(), row = *row),
        CellFault::PairTwice => t!(page, "cell-pair-twice"),
        CellFault::TooLong(value) => t!(page, "cell-name-too-long", value = value.clone()),
        CellFault::BeyondHeadings(value) => t!(page, "cell-beyond-headings", value = value.clone()),
        CellFault::OtherDay { value, day } => {
            t!(page, "cell-other-day", value = value.clone(), day = page.day(*day).to_string())
        }
        CellFault::UnknownSubject(value) => t!(page, "cell-unknown-subject", value = value.clone()),
        CellFault::NoName(value) => t!(page, "cell-no-name", value = value.clone()),
        CellFault::OfficeNamed { listed, known } => {
            t!(page, "cell-office-named", listed = listed.clone(), known = known.clone())
        }
        CellFault::NotOneEach { names, values } => t!(page, "cell-not-one-each", names = *names, values = *values),
        CellFault::NoResult(value) => t!(page, "cell-no-result", value = value.clone()),
        CellFault::NeitherYesNorNo(value) => t!(page, "cell-yes-no", value = value.clone()),
        CellFault::TimesBackwards { from, until } => {
            let (from, until) = (from.format("%H:%M").to_string(), until.format("%H:%M").to_string());
            t!(page, "cell-times-backwards", from = from, until = until)
        }
        CellFault::OtherWeekday { value, day } => {
            t!(page, "cell-other-weekday", value = value.clone(), day = page.day(*day).to_string())
        }
        CellFault::NoMoment(value) => t!(page, "cell-no-moment", value = value.clone()),
        CellFault::NoTime(value) => t!(page, "cell-no-time", value = value.clone()),
        CellFault::NotBetween { value, from, until } => {
            t!(page, "cell-not-between", value = value.clone(), from = *from, until = *until)
        }
        CellFault::CodeDamaged(value) => t!(page, "cell-code-damaged", value = value.clone()),
        CellFault::Empty => t!(page, "cell-empty"),
        CellFault::NoDate(value) => t!(page, "cell-no-date", value = value.clone()),
        CellFault::ToCome(on) => t!(page, "cell-to-come", day = page.date(*on)),
        CellFault::Before { on, earlier } => {
            t!(page, "cell-before", day = page.date(*on), earlier = page.date(*earlier))
        }
        CellFault::Misfit(misfit) => super::registry::misfit(page, misfit),
        CellFault::NumberOfAnother { listed, known } => {
            t!(page, "cell-number-of-another", listed = listed.clone(), known = known.clone())
        }
        CellFault::NoRegistrationNumber(value) => t!(page, "cell-no-registration-number", value = value.clone()),
        CellFault::NamesAnother { listed, known } => {
            t!(page, "cell-names-another", listed = listed.clone(), known = known.clone())
        }
        CellFault::SpreadsheetError(value) => t!(page, "cell-spreadsheet-error", value = value.clone()),
        CellFault::CutOff { columns, of } => t!(page, "cell-cut-off", columns = *columns, of = *of),
        CellFault::Worded(text) => text.clone(),
    }
}
