//! Typst as a function: a template and its data in, the bytes of a PDF/A out.

use crate::fonts::FONTS;
use chrono::{Datelike, NaiveDate};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::layout::{Frame, FrameItem};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// Why a document could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum PdfError {
    /// Mostly a mistake in a provider's own template.
    #[error("the template cannot be set: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Template(Vec<TemplateFault>),
    /// No font at hand has these characters.
    #[error("no font has these characters: {}", .0.join(", "))]
    Unprintable(Vec<String>),
    /// A provider's own template took more time or memory than it may.
    #[error("the template takes too much time or memory")]
    Exhausted,
}

/// A fault as Typst tells it, in English.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{}{message}", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct TemplateFault {
    /// Of the template, from 1, where it is known.
    pub line: Option<usize>,
    pub message: String,
}

impl PdfError {
    pub(crate) fn new(message: impl Into<String>) -> PdfError {
        PdfError::Template(vec![TemplateFault { line: None, message: message.into() }])
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
        PdfError::Template(diagnostics.into_iter().map(fault).collect())
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

impl Room {
    fn new(template: &str, data: String, today: NaiveDate) -> Result<Room, PdfError> {
        let (main, data_file) =
            file("/main.typ").zip(file("/data.json")).ok_or_else(|| PdfError::new("no such path"))?;
        let main = Source::new(main, template.to_owned());
        Ok(Room { main, data: (data_file, Bytes::from_string(data)), today })
    }

    fn compile(&self) -> Result<PagedDocument, PdfError> {
        typst::compile::<PagedDocument>(self).output.map_err(|faults| PdfError::of(self, faults))
    }
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

/// A QR code with this text, as SVG without a margin.
pub fn qr_code(text: &str) -> Result<String, PdfError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|error| PdfError::new(format!("the QR code: {error}")))?;
    Ok(code.render::<svg::Color<'_>>().quiet_zone(false).build())
}

/// Sets a template (Typst source) with `data.json`, as PDF/A-2b dated `day`. A character no font has is printed as [`STAND_IN`], and a
/// note at the end names it by its code point.
pub(crate) fn render(template: &str, data: String, day: NaiveDate) -> Result<Vec<u8>, PdfError> {
    let mut room = Room::new(template, data, day)?;
    let mut document = room.compile()?;
    let mut replaced = BTreeSet::new();
    // A mark that stood on a replaced character is found in the next round.
    for _ in 0..ROUNDS {
        let missing = undrawn(&document);
        if missing.is_empty() {
            break;
        }
        let data = std::str::from_utf8(&room.data.1).map_err(|error| PdfError::new(error.to_string()))?;
        let data = without(serde_json::from_str(data)?, &missing).to_string();
        replaced.extend(missing);
        room = Room::new(&format!("{template}{}", note(&replaced)), data, day)?;
        document = room.compile()?;
    }
    export(&room, &document)
}

/// As [`render`], but a character no font has is refused: a certificate bears the name as it is or is not made.
pub(crate) fn render_exactly(template: &str, data: String, day: NaiveDate) -> Result<Vec<u8>, PdfError> {
    let room = Room::new(template, data, day)?;
    let document = room.compile()?;
    export(&room, &document)
}

/// The pieces of a text that no font at hand can draw, each once. A letter with marks is one piece.
pub fn unprintable(text: &str) -> Vec<String> {
    let in_first_font = |character: char| FONTS.first.as_ref().is_some_and(|font| font.contains(u32::from(character)));
    if text.chars().all(in_first_font) {
        return Vec::new();
    }
    let document = Room::new(LINE, serde_json::Value::from(text).to_string(), NaiveDate::default())
        .and_then(|room| room.compile())
        .map(|document| undrawn(&document).into_iter().collect());
    document.unwrap_or_else(|_| vec![text.to_owned()])
}

/// Printed where no font has the character; the first fonts have it.
pub const STAND_IN: &str = "〓";

/// How often a text is looked through for characters no font has.
const ROUNDS: usize = 3;

/// Sets a text in the font of certificates.
const LINE: &str = r#"#set text(font: ("BIZ UDPMincho", "IPAmjMincho", "Noto Serif", "Noto Serif CJK JP", "Noto Sans Symbols2"), lang: "ja")
#json("data.json")"#;

/// What no font could draw, from the glyphs of the pages.
fn undrawn(document: &PagedDocument) -> BTreeSet<String> {
    fn walk(frame: &Frame, found: &mut BTreeSet<String>) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => walk(&group.frame, found),
                FrameItem::Text(text) => {
                    let missing = text.glyphs.iter().filter(|glyph| glyph.id == 0);
                    found.extend(missing.filter_map(|glyph| text.text.get(glyph.range())).map(str::to_owned));
                }
                _ => {}
            }
        }
    }
    let mut found = BTreeSet::new();
    for page in document.pages() {
        walk(&page.frame, &mut found);
    }
    found
}

/// The data with the stand-in for each of the missing pieces.
fn without(data: Value, missing: &BTreeSet<String>) -> Value {
    match data {
        Value::String(text) => {
            Value::String(missing.iter().fold(text, |text, piece| text.replace(piece.as_str(), STAND_IN)))
        }
        Value::Array(items) => Value::Array(items.into_iter().map(|item| without(item, missing)).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, field)| (name, without(field, missing))).collect())
        }
        other => other,
    }
}

/// `U+E000`, and for a letter with marks `U+0041+U+0301`.
pub fn code_points(piece: &str) -> String {
    piece.chars().map(|character| format!("U+{:04X}", u32::from(character))).collect::<Vec<_>>().join("+")
}

/// Typst source that says which characters the stand-in stands for.
fn note(replaced: &BTreeSet<String>) -> String {
    let codes: Vec<String> = replaced.iter().map(|piece| code_points(piece)).collect();
    format!(
        "\n\n#text(size: 8pt)[※ 「{STAND_IN}」は印刷できない文字の代わりです（{codes}）。 {STAND_IN} stands for a character that cannot be printed.]",
        codes = codes.join("、")
    )
}

fn export(room: &Room, document: &PagedDocument) -> Result<Vec<u8>, PdfError> {
    let missing = undrawn(document);
    if !missing.is_empty() {
        return Err(PdfError::Unprintable(missing.into_iter().collect()));
    }
    let day = room.today;
    let midnight =
        month_and_day(day).and_then(|(month, date)| Datetime::from_ymd_hms(day.year(), month, date, 0, 0, 0));
    let options = PdfOptions {
        timestamp: midnight.and_then(|midnight| Timestamp::new_local(midnight, JAPAN_MINUTES_EAST)),
        standards: PdfStandards::new(&[PdfStandard::A_2b]).map_err(|error| PdfError::new(error.message().as_str()))?,
        creator: Smart::Custom(Some("Kensan".to_owned())),
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(document, &options).map_err(|faults| PdfError::of(room, faults))?;
    // What was memoised for this document helps no other one for long.
    comemo::evict(8);
    Ok(pdf)
}

/// A document's date is a day in Japan.
const JAPAN_MINUTES_EAST: i32 = 9 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_registers_and_of_people_from_abroad_are_printed() {
        for name in [
            "𠮷野 花子",
            "Nguyễn Thị Hương",
            "Nguye\u{302}\u{303}n Thi\u{323} Hu\u{31b}o\u{31b}ng",
            "김민수",
            "\u{1100}\u{1175}\u{11b7}",
            "张伟",
            "葛\u{e0100}城 辻\u{e0100}子 神\u{fe00}",
            "髙橋 﨑 𩸽",
            "か\u{3099}",
            "Ж Ω ❤\u{fe0f}",
        ] {
            assert_eq!(unprintable(name), Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn what_no_font_has_is_named() {
        assert_eq!(unprintable("外字\u{e000}子"), ["\u{e000}"]);
        assert_eq!(unprintable("よろしく😊"), ["😊"]);
    }

    #[test]
    fn what_no_font_has_is_printed_as_a_stand_in_but_not_on_a_certificate() {
        let data = || r#"{"name": "外字\u{e000}子", "list": ["😊"]}"#.replace("\\u{e000}", "\u{e000}");
        let template = "#let d = json(\"data.json\")\n#d.name #d.list.at(0)";
        assert!(render(template, data(), NaiveDate::default()).unwrap().starts_with(b"%PDF"));
        let refused = render_exactly(template, data(), NaiveDate::default());
        assert_eq!(refused, Err(PdfError::Unprintable(vec!["\u{e000}".into(), "😊".into()])));
    }

    #[test]
    fn a_character_of_the_template_that_cannot_be_printed_is_refused() {
        let refused = render("#set text(font: \"BIZ UDPMincho\")\n\u{e000}", "{}".into(), NaiveDate::default());
        assert_eq!(refused, Err(PdfError::Unprintable(vec!["\u{e000}".into()])));
    }
}
