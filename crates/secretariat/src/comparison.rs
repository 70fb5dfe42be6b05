//! Comparing two texts of the guideline or of a law.

use crate::{Guidelines, Refusal};
use documents::legal_text;
use training::guideline::comparison::{Comparison, Text, compare};

/// One of the two texts.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// An edition's clauses in own words, by its id.
    Edition(&'a str),
    /// A text or law XML file.
    File(&'a [u8]),
}

/// The comparison of two texts; nothing is kept.
pub fn compare_texts(guidelines: &Guidelines, old: Source<'_>, new: Source<'_>) -> Result<Comparison, Refusal> {
    Ok(compare(&read(guidelines, old)?, &read(guidelines, new)?))
}

fn read(guidelines: &Guidelines, source: Source<'_>) -> Result<Text, Refusal> {
    let text = match source {
        Source::Edition(id) => {
            let edition = guidelines.editions.get(id).ok_or_else(|| Refusal::EditionUnknown(id.to_owned()))?;
            edition.as_text()
        }
        Source::File(bytes) => legal_text::read(bytes)?,
    };
    Ok(Text::parse(&text))
}
