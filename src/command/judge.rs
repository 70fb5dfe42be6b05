//! `judge --cohort ID`: the judgement of every trainee, the same the pages show.

use super::{Target, open_for_provider};
use crate::outcome::{Outcome, Result};
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
pub struct Judge {
    /// Id of the cohort.
    #[arg(long)]
    cohort: i64,
    #[command(flatten)]
    target: Target,
}

impl Judge {
    pub async fn run(self) -> Result {
        let (secretariat, staff) = open_for_provider(&self.target).await?;
        let judged = secretariat.judge_cohort(&staff, self.cohort).await?;
        let mut text = String::new();
        let mut trainees = Vec::new();
        for enrolment in &judged.enrolments {
            let Some(judgement) = judged.judgements.get(&enrolment.id) else { continue };
            let (settled, required) = judgement.progress();
            let worst = judgement.worst().id();
            text.push_str(&format!("{} {settled}/{required} {worst}\n", enrolment.trainee_number));
            trainees.push(json!({
                "enrolment": enrolment.id,
                "trainee_number": enrolment.trainee_number,
                "state": enrolment.state,
                "complete": judgement.complete(),
                "judgement": judgement,
            }));
        }
        Ok(Outcome::new(json!({ "cohort": judged.cohort.id, "trainees": trainees }), text))
    }
}
