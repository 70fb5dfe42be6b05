//! `guideline import|texts|export`: official texts.

use crate::command::{Target, file_name, open_for_provider, read_file};
use crate::outcome::{Failure, Outcome, Result};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Import {
    /// Plain text (UTF-8 or Shift_JIS; wrapped lines are joined) or law XML.
    file: PathBuf,
    /// Title to keep it under; the text's first line if not given.
    #[arg(long, default_value = "")]
    title: String,
    #[command(flatten)]
    target: Target,
}

impl Import {
    pub async fn run(self) -> Result {
        let bytes = read_file(&self.file)?;
        let (secretariat, staff) = open_for_provider(&self.target).await?;
        let imported = secretariat
            .import_guideline_text(&staff, &self.title, &file_name(&self.file), &bytes)
            .await
            .map_err(|error| match Failure::from(error) {
                Failure::Refused(message) => Failure::refused(format!("{}: {message}", self.file.display())),
                other => other,
            })?;
        secretariat.records().close().await;
        let text = format!(
            "text:{} {}: {} paragraphs, {} clauses, {} places left out",
            imported.id, imported.title, imported.paragraphs, imported.clauses, imported.omitted
        );
        Ok(Outcome::new(json!(imported), text))
    }
}

#[derive(Debug, Args)]
pub struct Texts {
    #[command(flatten)]
    target: Target,
}

impl Texts {
    pub async fn run(self) -> Result {
        let (secretariat, staff) = open_for_provider(&self.target).await?;
        let mut work = secretariat.read(&staff).await?;
        let texts = work.guideline_texts().await?;
        work.roll_back().await?;
        let line = |text: &records::guideline::GuidelineText| format!("text:{}  {}\n", text.id, text.title);
        let lines: String = texts.iter().map(line).collect();
        Ok(Outcome::new(json!({ "texts": texts }), lines))
    }
}

#[derive(Debug, Args)]
pub struct Export {
    /// Id of the text (see `kensan guideline texts`).
    id: i64,
    /// Where to write it; standard output if not given.
    #[arg(long, short)]
    output: Option<PathBuf>,
    #[command(flatten)]
    target: Target,
}

impl Export {
    pub async fn run(self, as_json: bool) -> Result {
        let (secretariat, staff) = open_for_provider(&self.target).await?;
        let text = secretariat.official_text(&mut secretariat.read(&staff).await?, self.id).await?;
        let outline = json!({ "title": text.title, "paragraphs": text.outline });
        match &self.output {
            Some(path) => {
                std::fs::write(path, &text.content).map_err(|error| Failure::file(path, &error))?;
                Ok(Outcome::new(outline, format!("written to {}", path.display())))
            }
            None if as_json => Ok(Outcome::new(outline, "")),
            None => Ok(Outcome::new(outline, text.content.trim_end())),
        }
    }
}
