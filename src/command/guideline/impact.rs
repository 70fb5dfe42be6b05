//! `guideline impact`: what another edition would change for a cohort.

use crate::command::{Target, open_for_provider};
use crate::outcome::{Failure, Outcome, Result};
use clap::{Args, ValueEnum};
use documents::export::ExportFormat;
use records::guideline::DraftFiles;
use secretariat::guideline::impact::{New, title};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Counts by requirement and what is touched
    Text,
    /// A row for each trainee and requirement
    Csv,
}

#[derive(Debug, Args)]
pub struct ImpactOf {
    /// Id of the cohort.
    #[arg(long)]
    cohort: i64,
    /// Id of the edition to try (see `kensan guideline list`).
    #[arg(long, required_unless_present = "folder")]
    edition: Option<String>,
    /// Folder of a draft: edition.toml, clauses.toml, curriculum.toml, requirements.toml.
    #[arg(long, value_name = "DIR", conflicts_with = "edition")]
    folder: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Where to write it; standard output if not given.
    #[arg(long, short)]
    output: Option<PathBuf>,
    #[command(flatten)]
    target: Target,
}

impl ImpactOf {
    fn rules(&self) -> Result<New> {
        let Some(folder) = &self.folder else {
            return Ok(New::Edition(self.edition.clone().unwrap_or_default()));
        };
        let text = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))
        };
        Ok(New::Files(Box::new(DraftFiles {
            edition: text("edition.toml")?,
            clauses: text("clauses.toml")?,
            curriculum: text("curriculum.toml")?,
            requirements: text("requirements.toml")?,
        })))
    }

    pub async fn run(self, as_json: bool) -> Result {
        let new = self.rules()?;
        let (secretariat, staff) = open_for_provider(&self.target).await?;
        let found = secretariat.impact(&staff, self.cohort, &new).await?;
        let impact = &found.impact;
        let mut text = format!("{} of {} trainees change state\n", impact.trainees.len(), impact.judged);
        for count in &impact.by_requirement {
            text.push_str(&format!(
                "{:>5} more asked {:>5} less asked {:>5} otherwise  {} {}\n",
                count.more,
                count.less,
                count.otherwise,
                count.clause,
                title(&found, &count.requirement, count.subject.as_deref())
            ));
        }
        let touched = |name: &str, names: Vec<&str>| match names.as_slice() {
            [] => String::new(),
            names => format!("{name}: {}\n", names.join(", ")),
        };
        let named = |all: &'_ [(i64, String)]| all.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
        let subjects: Vec<&str> = impact.subjects.iter().map(|change| change.code()).collect();
        text.push_str(&touched("subjects", subjects));
        text.push_str(&touched("sessions", named(&found.sessions).iter().map(String::as_str).collect()));
        text.push_str(&touched("offices", named(&found.offices).iter().map(String::as_str).collect()));
        text.push_str(&touched("documents added", impact.documents_added.iter().map(String::as_str).collect()));
        text.push_str(&touched("documents gone", impact.documents_removed.iter().map(String::as_str).collect()));
        let answer = json!({
            "cohort": found.cohort.id,
            "present": found.present.edition.id,
            "new": found.new.edition.id,
            "left_out": found.left_out,
            "impact": impact,
            "sessions": found.sessions,
            "offices": found.offices,
        });
        if self.format == Format::Text && self.output.is_none() || as_json && self.output.is_none() {
            return Ok(Outcome::new(answer, text));
        }
        let written = match self.format {
            Format::Text => text.into_bytes(),
            Format::Csv => secretariat.impact_table(&found, None, ExportFormat::CsvUtf8)?.bytes,
        };
        match &self.output {
            Some(path) => {
                std::fs::write(path, &written).map_err(|error| Failure::file(path, &error))?;
                Ok(Outcome::new(answer, format!("written to {}", path.display())))
            }
            None => Ok(Outcome::new(answer, String::from_utf8_lossy(&written).trim_end())),
        }
    }
}
