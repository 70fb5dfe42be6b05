//! Typst as a function: a template and its data in, the bytes of a PDF/A out.

use crate::fonts::FONTS;
use chrono::{Datelike, NaiveDate};
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// Why a document could not be made: mostly a mistake in a provider's own template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the template cannot be set: {}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct PdfError {
    pub faults: Vec<TemplateFault>,
}

/// A fault as Typst tells it, in English.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct TemplateFault {
    /// Of the template, from 1, where it is known.
    pub line: Option<usize>,
    pub message: String,
}

impl PdfError {
    pub(crate) fn new(message: impl Into<String>) -> PdfError {
        PdfError { faults: vec![TemplateFault { line: None, message: message.into() }] }
    }

    fn of(room: &Room, diagnostics: impl IntoIterator<Item = SourceDiagnostic>) -> PdfError {
        let line = |diagnostic: &SourceDiagnostic| {
            let here = room.range(diagnostic.span)?;
            Some(room.main.lines().byte_to_line(here.start)? + 1)
        };
        let fault = |diagnostic: SourceDiagnostic| TemplateFault {
            line: line(&diagnostic),
            message: diagnostic.message.to_string(),
        };
        PdfError { faults: diagnostics.into_iter().map(fault).collect() }
    }
}

impl From<serde_json::Error> for PdfError {
    fn from(error: serde_json::Error) -> PdfError {
        PdfError::new(error.to_string())
    }
}

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

fn file(name: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?).intern())
}

/// A template and one data file; nothing else can be reached from it.
struct Room {
    main: Source,
    data: (FileId, Bytes),
    today: NaiveDate,
}

impl World for Room {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data.0 { Ok(self.data.1.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.all.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        let (month, day) = month_and_day(self.today)?;
        Datetime::from_ymd(self.today.year(), month, day)
    }
}

fn month_and_day(day: NaiveDate) -> Option<(u8, u8)> {
    Some((u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?))
}

/// Sets a template (Typst source) with `data.json`, as PDF/A-2b dated `day`.
pub(crate) fn render(template: &str, data: String, day: NaiveDate) -> Result<Vec<u8>, PdfError> {
    let (main, data_file) = file("/main.typ").zip(file("/data.json")).ok_or_else(|| PdfError::new("no such path"))?;
    let room =
        Room { main: Source::new(main, template.to_owned()), data: (data_file, Bytes::from_string(data)), today: day };
    let document = typst::compile::<PagedDocument>(&room).output.map_err(|faults| PdfError::of(&room, faults))?;
    let midnight =
        month_and_day(day).and_then(|(month, date)| Datetime::from_ymd_hms(day.year(), month, date, 0, 0, 0));
    let options = PdfOptions {
        timestamp: midnight.map(Timestamp::new_utc),
        standards: PdfStandards::new(&[PdfStandard::A_2b]).map_err(|error| PdfError::new(error.message().as_str()))?,
        creator: Smart::Custom(Some("Kensan".to_owned())),
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&document, &options).map_err(|faults| PdfError::of(&room, faults))?;
    // What was memoised for this document helps no other one for long.
    comemo::evict(8);
    Ok(pdf)
}
