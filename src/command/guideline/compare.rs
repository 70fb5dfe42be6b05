//! `guideline compare OLD NEW`: the comparison table as JSON, text, HTML, PDF or Word file.

use crate::command::{RecordsIfAny, guidelines, open_for_provider, read_file};
use crate::outcome::{Failure, Outcome, Result};
use clap::{Args, ValueEnum};
use documents::comparison::{Layout, Rules, docx, html, pdf, text};
use secretariat::guideline::comparison::{Source, are_wrapped, compare_table, compare_texts};
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

const TITLE: &str = "新旧対照表";

#[derive(Debug, Args)]
pub struct Compare {
    /// The text before: a text or law XML file, the id of an edition, or text:ID for a loaded text.
    #[arg(required_unless_present = "table")]
    old: Option<PathBuf>,
    /// The text after.
    #[arg(required_unless_present = "table")]
    new: Option<PathBuf>,
    /// An official comparison table as one text, page by page one column and then the other, as PDF readers give it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["old", "new", "wrapped"])]
    table: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Where to write it; standard output if not given.
    #[arg(long, short)]
    output: Option<PathBuf>,
    /// The files were wrapped at a margin: join their lines first.
    #[arg(long)]
    wrapped: bool,
    /// Print unchanged clauses too, instead of （略）.
    #[arg(long)]
    whole: bool,
    #[arg(long, default_value = TITLE)]
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
    /// Lines across the table, besides its frame.
    #[arg(long, value_enum, default_value_t = Lines::None)]
    rules: Lines,
    #[command(flatten)]
    records: RecordsIfAny,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Lines {
    None,
    /// Above the outer clauses
    Clause,
    /// Above every heading and paragraph
    Row,
}

/// One of the two, read.
enum Read {
    Edition(String),
    File(Vec<u8>),
    Wrapped(Vec<u8>),
    Imported(String),
}

impl Read {
    fn as_source(&self) -> Source<'_> {
        match self {
            Read::Edition(id) => Source::Edition(id),
            Read::File(bytes) => Source::File(bytes),
            Read::Wrapped(bytes) => Source::Wrapped(bytes),
            Read::Imported(content) => Source::Imported(content),
        }
    }
}

impl Compare {
    async fn read(&self, known: &Guidelines, named: &Path) -> Result<Read> {
        let name = named.to_string_lossy();
        if let Some(id) = name.strip_prefix("text:").filter(|_| !named.exists()) {
            let id = id
                .parse()
                .map_err(|_| Failure::refused(format!("{name}: write text:3, see `kensan guideline texts`")))?;
            let (secretariat, staff) = open_for_provider(&self.records.clone().target()).await?;
            return Ok(Read::Imported(
                secretariat.official_text(&mut secretariat.read(&staff).await?, id).await?.content,
            ));
        }
        if !named.exists() && known.editions.contains_key(name.as_ref()) {
            return Ok(Read::Edition(name.into_owned()));
        }
        let bytes = read_file(named)?;
        Ok(if self.wrapped { Read::Wrapped(bytes) } else { Read::File(bytes) })
    }

    pub async fn run(self, as_json: bool) -> Result {
        let known = guidelines()?;
        let (comparison, columns) = match (&self.table, &self.old, &self.new) {
            (Some(table), ..) => {
                let (comparison, columns) = compare_table(&read_file(table)?)
                    .map_err(|refusal| Failure::refused(format!("{}: {refusal}", table.display())))?;
                (comparison, Some(columns))
            }
            (None, Some(old), Some(new)) => {
                let (mut was, mut is) = (self.read(&known, old).await?, self.read(&known, new).await?);
                if let (Read::File(old), Read::File(new)) = (&was, &is)
                    && are_wrapped(old, new)
                {
                    crate::outcome::tell("kensan: the lines of both files are wrapped at a margin and were joined");
                    (was, is) = (Read::Wrapped(old.clone()), Read::Wrapped(new.clone()));
                }
                let compared = compare_texts(&known, was.as_source(), is.as_source());
                let named = |refusal| Failure::refused(format!("{} / {}: {refusal}", old.display(), new.display()));
                (compared.map_err(named)?, None)
            }
            _ => return Err(Failure::refused("give two texts, or --table FILE")),
        };
        let layout = Layout {
            // A table brings its own title along.
            title: match columns.filter(|columns| self.title == TITLE && !columns.title.is_empty()) {
                Some(columns) => columns.title,
                None => self.title,
            },
            new_heading: self.new_heading,
            old_heading: self.old_heading,
            old_left: self.old_left,
            rules: match self.rules {
                Lines::None => Rules::None,
                Lines::Clause => Rules::Clause,
                Lines::Row => Rules::Row,
            },
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
