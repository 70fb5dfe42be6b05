//! A piece of an official text, and its place in the outline.

use serde::Serialize;

/// A paragraph with the clause it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutlineEntry {
    /// Labels from the outermost, half width, divided by `/`: `別添1/4/(1)/イ`; empty before the first clause.
    pub path: String,
    /// Does a clause begin here?
    pub begins_clause: bool,
    /// Does it stand for text that is not there: （略）, （中略）, （以下、省略）?
    pub omitted: bool,
    pub line: usize,
    pub text: String,
}

/// A heading or paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paragraph {
    /// Where it begins: 1-based line of the input.
    pub line: usize,
    pub text: String,
}
