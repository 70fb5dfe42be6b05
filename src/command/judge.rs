//! `judge`: the judgement of every trainee of a cohort, the same the pages show; or of facts in a file, without any records.

use super::{RecordsIfAny, guidelines, open_for_provider, read_file};
use crate::outcome::{Failure, Outcome, Result};
use clap::Args;
use secretariat::local_day;
use serde_json::{Value, json};
use std::path::PathBuf;
use training::completion::facts::{CohortFacts, FactsFile};
use training::completion::judgement::{Judgement, judge};
use training::wareki;

#[derive(Debug, Args)]
pub struct Judge {
    /// Id of a cohort in the records.
    #[arg(long, required_unless_present = "facts")]
    cohort: Option<i64>,
    #[command(flatten)]
    records: RecordsIfAny,
    /// Facts in a file, without any records (see `kensan schema facts`).
    #[arg(long, value_name = "FILE", requires = "edition", conflicts_with = "cohort")]
    facts: Option<PathBuf>,
    /// Id of the edition to judge the file by (see `kensan guideline list`).
    #[arg(long, requires = "facts")]
    edition: Option<String>,
    /// Id of a supplement; may be given several times, in the order they are applied.
    #[arg(long, requires = "facts")]
    supplement: Vec<String>,
    /// Day to judge for, wareki or ISO; else the file's, else today.
    #[arg(long, requires = "facts")]
    as_of: Option<String>,
}

/// One trainee's line for a person and for a program.
fn told(name: &str, judgement: &Judgement) -> (String, Value) {
    let (settled, required) = judgement.progress();
    let line = format!("{name} {settled}/{required} {}\n", judgement.worst().id());
    (line, json!({ "complete": judgement.complete(), "worst": judgement.worst(), "judgement": judgement }))
}

impl Judge {
    pub async fn run(self) -> Result {
        match (&self.facts, self.cohort) {
            (Some(_), _) => self.of_file(),
            (None, Some(cohort)) => self.of_cohort(cohort).await,
            (None, None) => Err(Failure::refused("give --cohort, or --facts with --edition")),
        }
    }

    async fn of_cohort(self, cohort: i64) -> Result {
        let (secretariat, staff) = open_for_provider(&self.records.target()).await?;
        let judged = secretariat.judge_cohort(&mut secretariat.read(&staff).await?, cohort).await?;
        let mut text = String::new();
        let mut trainees = Vec::new();
        for enrolment in &judged.enrolments {
            let Some(judgement) = judged.judgements.get(&enrolment.id) else { continue };
            let (line, mut trainee) = told(&enrolment.trainee_number, judgement);
            text.push_str(&line);
            trainee["enrolment"] = json!(enrolment.id);
            trainee["trainee_number"] = json!(enrolment.trainee_number);
            trainee["state"] = json!(enrolment.state);
            trainees.push(trainee);
        }
        Ok(Outcome::new(json!({ "cohort": judged.cohort.id, "trainees": trainees }), text))
    }

    fn of_file(self) -> Result {
        let (Some(path), Some(edition)) = (&self.facts, &self.edition) else {
            return Err(Failure::refused("give --facts and --edition"));
        };
        let file: FactsFile = serde_json::from_slice(&read_file(path)?)
            .map_err(|error| Failure::refused(format!("{}: {error}", path.display())))?;
        let day = match &self.as_of {
            Some(text) => wareki::parse(text)
                .ok_or_else(|| Failure::refused(format!("{text:?} is no date; write 2026-06-30 or 令和8年6月30日")))?,
            #[allow(clippy::disallowed_methods)]
            None => file.as_of.unwrap_or_else(|| local_day(chrono::Utc::now())),
        };
        // Values in force when the cohort begins; a file that does not say when is judged by those of the day.
        let starts_on = file.cohort.starts_on.unwrap_or(day);
        let supplements = self.supplement.iter().map(String::as_str);
        let rulebook = guidelines()?.rulebook(edition, supplements, starts_on).map_err(Failure::refused)?;
        let cohort = CohortFacts::new(file.cohort, file.sessions);
        let mut text = String::new();
        let mut trainees = Vec::new();
        for (name, facts) in &file.trainees {
            let judgement = judge(&rulebook, &cohort, facts, day);
            let (line, mut trainee) = told(name, &judgement);
            text.push_str(&line);
            trainee["trainee"] = json!(name);
            trainees.push(trainee);
        }
        let answer = json!({
            "edition": edition,
            "supplements": self.supplement,
            "as_of": day,
            "trainees": trainees,
        });
        Ok(Outcome::new(answer, text))
    }
}
