//! What a list in a file is refused for, before anything of it is kept.

use crate::error::{BadCell, CellFault};
use documents::table::TableError;

/// What a list in a file is refused for, before anything of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileRefusal {
    #[error("{0}")]
    Table(#[from] TableError),
    #[error("the column {0} is missing in the heading row")]
    ColumnMissing(&'static str),
    #[error("the heading {heading} stands in columns {}; leave one", .columns.join(", "))]
    ColumnTwice { heading: String, columns: Vec<String> },
    #[error("several sheets have these columns: {}; leave one", .0.join(", "))]
    SheetsSeveral(Vec<String>),
    #[error("rows {0:?} are hidden in the file; show them or delete them")]
    RowsHidden(Vec<usize>),
    /// Letters and heading of columns nobody sees.
    #[error("columns {0:?} are hidden in the file")]
    ColumnsHidden(Vec<(String, String)>),
    /// Letters of filled columns beside a name.
    #[error("columns {0:?} have values and no heading")]
    HeadingEmpty(Vec<String>),
    #[error("row {row}, column {column}: {fault}")]
    Cell { row: usize, column: String, fault: CellFault },
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Cells(Vec<BadCell>),
}
