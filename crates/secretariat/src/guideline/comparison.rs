//! Comparing two texts of the guideline or of a law.

use crate::guideline::refusal::GuidelineRefusal;
use crate::{Guidelines, Refusal};
use documents::legal_text;
use training::guideline::comparison::{Comparison, Text, compare};
use training::guideline::official_text::{is_wrapped, paragraphs};
use training::guideline::two_columns::{TwoColumns, divided};

/// One of the two texts.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// An edition's clauses in own words, by its id.
    Edition(&'a str),
    /// A text or law XML file, one heading or paragraph a line.
    File(&'a [u8]),
    /// The same, printed with wrapped lines.
    Wrapped(&'a [u8]),
    /// The content of an imported text.
    Imported(&'a str),
}

/// The comparison of two texts; nothing is kept.
pub fn compare_texts(guidelines: &Guidelines, old: Source<'_>, new: Source<'_>) -> Result<Comparison, Refusal> {
    Ok(compare(&read(guidelines, old)?, &read(guidelines, new)?))
}

/// Were both files printed with wrapped lines, though nobody said so? One file alone may be a list of short lines.
pub fn are_wrapped(old: &[u8], new: &[u8]) -> bool {
    [old, new].into_iter().all(|file| legal_text::read(file).is_ok_and(|text| is_wrapped(&text)))
}

/// The comparison of an official table that came as one text: its two columns are told apart first.
///
/// # Errors
/// [`GuidelineRefusal::NoColumns`] where no line heads two columns.
pub fn compare_table(bytes: &[u8]) -> Result<(Comparison, TwoColumns), Refusal> {
    let columns = divided(&legal_text::read(bytes)?).ok_or(Refusal::Guideline(GuidelineRefusal::NoColumns))?;
    let read = |column: &str| Text::of_paragraphs(&paragraphs(column));
    Ok((compare(&read(columns.old()), &read(columns.new_text())), columns))
}

fn read(guidelines: &Guidelines, source: Source<'_>) -> Result<Text, Refusal> {
    let text = match source {
        Source::Edition(id) => {
            let edition = guidelines
                .editions
                .get(id)
                .ok_or_else(|| Refusal::Guideline(GuidelineRefusal::EditionUnknown(id.to_owned())))?;
            edition.as_text()
        }
        Source::File(bytes) => legal_text::read(bytes)?,
        Source::Wrapped(bytes) => return Ok(Text::of_paragraphs(&paragraphs(&legal_text::read(bytes)?))),
        Source::Imported(content) => content.to_owned(),
    };
    Ok(Text::parse(&text))
}
