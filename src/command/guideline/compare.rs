//! `guideline compare OLD NEW`: the comparison table as JSON, text, HTML, PDF or Word file.

use super::shipped;
use crate::command::read_file;
use crate::outcome::{Failure, Outcome, Result};
use clap::{Args, ValueEnum};
use documents::comparison::{Layout, docx, html, pdf, text};
use secretariat::comparison::{Source, compare_texts};
use secretariat::{Guidelines, local_day};
use serde_json::json;
use std::path::{Path, PathBuf};
use training::guideline::comparison::Kind;
use training::guideline::comparison::table::table;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Every row with its spans (see `kensan schema comparison`)
    Json,
    Text,
    Html,
    /// A4 landscape
    Pdf,
    /// A Word file
    Docx,
}

#[derive(Debug, Args)]
pub struct Compare {
    /// The text before: a text or law XML file, or the id of an edition.
    old: PathBuf,
    /// The text after.
    new: PathBuf,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Where to write it; standard output if not given.
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// Print unchanged clauses too, instead of （略）.
    #[arg(long)]
    whole: bool,
    #[arg(long, default_value = "新旧対照表")]
    title: String,
    /// Heading over the new text.
    #[arg(long, default_value = "改正後")]
    new_heading: String,
    /// Heading over the old text.
    #[arg(long, default_value = "現行")]
    old_heading: String,
    /// The old text on the left.
    #[arg(long)]
    old_left: bool,
}

/// The bytes of a file; none for the id of an edition.
fn read(guidelines: &Guidelines, named: &Path) -> Result<Option<Vec<u8>>> {
    if !named.exists() && guidelines.editions.contains_key(named.to_string_lossy().as_ref()) {
        return Ok(None);
    }
    read_file(named).map(Some)
}

impl Compare {
    pub fn run(self, as_json: bool) -> Result {
        let guidelines = shipped()?;
        let (old, new) = (read(&guidelines, &self.old)?, read(&guidelines, &self.new)?);
        let (old_id, new_id) = (self.old.to_string_lossy(), self.new.to_string_lossy());
        let comparison = compare_texts(
            &guidelines,
            old.as_deref().map_or(Source::Edition(&old_id), Source::File),
            new.as_deref().map_or(Source::Edition(&new_id), Source::File),
        )
        .map_err(|refusal| Failure::refused(format!("{} / {}: {refusal}", self.old.display(), self.new.display())))?;
        let layout = Layout {
            title: self.title,
            new_heading: self.new_heading,
            old_heading: self.old_heading,
            old_left: self.old_left,
        };
        let rows = table(&comparison, self.whole);
        let written = match self.format {
            Format::Json => serde_json::to_vec(&comparison).map_err(|error| Failure::Operator(error.to_string()))?,
            Format::Text => text(&rows, &layout).into_bytes(),
            Format::Html => html(&rows, &layout).into_bytes(),
            Format::Docx => docx(&rows, &layout).map_err(|error| Failure::Operator(error.to_string()))?,
            #[allow(clippy::disallowed_methods)]
            Format::Pdf => pdf(&rows, &layout, local_day(chrono::Utc::now()))
                .map_err(|error| Failure::Operator(error.to_string()))?,
        };
        let count = |kind: Kind| comparison.rows.iter().filter(|row| row.kind == kind).count();
        let counts = json!({
            "rows": comparison.rows.len(),
            "changed": count(Kind::Changed),
            "added": count(Kind::Added),
            "removed": count(Kind::Removed),
            "moved": count(Kind::Moved),
            "renumbered": count(Kind::Renumbered),
            "formatting": count(Kind::Formatting),
        });
        if let Some(path) = &self.output {
            std::fs::write(path, &written).map_err(|error| Failure::file(path, &error))?;
            return Ok(Outcome::new(counts, format!("{} rows, written to {}", comparison.rows.len(), path.display())));
        }
        if as_json {
            return Ok(Outcome::new(json!(comparison), ""));
        }
        use std::io::Write;
        let mut out = std::io::stdout().lock();
        out.write_all(&written).map_err(|error| Failure::Operator(error.to_string()))?;
        if !matches!(self.format, Format::Pdf | Format::Docx) {
            out.write_all(b"\n").map_err(|error| Failure::Operator(error.to_string()))?;
        }
        Ok(Outcome::new(counts, ""))
    }
}
