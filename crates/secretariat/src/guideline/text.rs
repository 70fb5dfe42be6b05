//! Official texts the operator loads: plain text as published, or law XML.

use crate::guideline::refusal::GuidelineRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use documents::legal_text;
use records::Work;
use records::guideline::NewGuidelineText;
use sha2::{Digest, Sha256};
use training::guideline::official_text::{outline, unwrapped};
use training::guideline::paragraph::OutlineEntry;

/// What an import found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TextImport {
    pub id: i64,
    pub title: String,
    pub paragraphs: usize,
    pub clauses: usize,
    /// Places where the text says that a part is left out.
    pub omitted: usize,
}

/// A text as it is kept, with its clauses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficialText {
    pub title: String,
    /// One heading or paragraph a line.
    pub content: String,
    pub outline: Vec<OutlineEntry>,
}

/// The text of a file, its wraps undone, with its clauses; refused if it has none.
pub fn read_official_text(bytes: &[u8]) -> Result<(String, Vec<OutlineEntry>), Refusal> {
    let content = unwrapped(&legal_text::read(bytes)?);
    let outline = outline(&content);
    if !outline.iter().any(|entry| entry.begins_clause) {
        return Err(Refusal::Guideline(GuidelineRefusal::NoClauses));
    }
    Ok((content, outline))
}

impl Secretariat {
    /// Keeps an official text under a title; an empty title is the text's first line.
    pub async fn import_guideline_text(
        &self,
        staff: &Staff,
        title: &str,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<TextImport> {
        let (content, outline) = read_official_text(bytes)?;
        let first = outline.first().map_or("", |entry| entry.text.trim());
        let title = if title.trim().is_empty() { first } else { title.trim() }.to_owned();
        let file_sha256 = records::hex(&Sha256::digest(bytes));
        let mut work = self.write(staff).await?;
        let new = NewGuidelineText { title: &title, file_name, file_sha256: &file_sha256, content: &content };
        let id = work.create_guideline_text(&new).await?;
        work.commit().await?;
        Ok(TextImport {
            id,
            title,
            paragraphs: outline.len(),
            clauses: outline.iter().filter(|entry| entry.begins_clause).count(),
            omitted: outline.iter().filter(|entry| entry.omitted).count(),
        })
    }

    pub async fn official_text(&self, work: &mut Work, id: i64) -> Result<OfficialText> {
        let (title, content) = work.guideline_text(id).await?;
        Ok(OfficialText { title, outline: outline(&content), content })
    }

    /// Withdraws an official text, with a reason.
    pub async fn withdraw_text(&self, staff: &Staff, id: i64, reason: &str) -> Result<()> {
        if reason.is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        work.withdraw_guideline_text(id, reason).await?;
        Ok(work.commit().await?)
    }
}
