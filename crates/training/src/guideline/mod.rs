//! Editions of the implementation guideline (実施要綱) and the supplements of prefectures, read from data.

pub mod clause;
pub mod comparison;
pub mod confidence;
pub mod curriculum;
pub mod edition;
pub mod impact;
pub mod official_text;
pub mod paragraph;
pub mod registration;
pub mod requirement;
pub mod rulebook;
pub mod stage;
pub mod supplement;
pub mod two_columns;

/// What is wrong with a guideline file, where, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{file}{}: {message}", line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct Problem {
    pub file: String,
    /// 1-based, where it is known.
    pub line: Option<usize>,
    pub message: String,
}

impl Problem {
    pub fn new(file: &str, message: impl Into<String>) -> Problem {
        Problem { file: file.to_owned(), line: None, message: message.into() }
    }

    /// The problem, at the line of the first mention of `needle` in an entry (`[[…]]`) of the file's text, else at the entry's first
    /// line. `entry` is the span of its head.
    pub(crate) fn within(
        file: &str,
        text: &str,
        entry: std::ops::Range<usize>,
        needle: &str,
        message: impl Into<String>,
    ) -> Problem {
        let rest = text.get(entry.start..).unwrap_or_default();
        let next = rest.match_indices("\n[[").next().map_or(rest.len(), |(at, _)| at);
        let at = entry.start + rest[..next].find(needle).unwrap_or(0);
        let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        Problem { line: Some(line), ..Problem::new(file, message) }
    }

    /// The problem, at the line of the first mention of `needle` in the file's text.
    pub fn at(file: &str, text: &str, needle: &str, message: impl Into<String>) -> Problem {
        let line = text.lines().position(|line| line.contains(needle)).map(|index| index + 1);
        Problem { line, ..Problem::new(file, message) }
    }

    pub(crate) fn toml(file: &str, text: &str, error: &toml::de::Error) -> Problem {
        let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        Problem { line, ..Problem::new(file, error.message()) }
    }
}
