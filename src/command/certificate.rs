//! `certificate issue|verify`.

use super::{Place, Target, open, open_for_provider, progress_bar};
use crate::outcome::{Failure, Outcome, Result};
use clap::Subcommand;
use documents::code_points;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum Certificate {
    /// Issue certificates to everybody in a cohort whose judgement is complete
    Issue {
        #[arg(long)]
        cohort: i64,
        /// Day of completion, wareki or ISO; today if not given.
        #[arg(long)]
        completed_on: Option<String>,
        /// Where the verification page is reached from outside, for the QR code.
        #[arg(long, env = "KENSAN_BASE_URL")]
        base_url: String,
        #[command(flatten)]
        target: Target,
    },
    /// Tell whether a certificate is valid, by the token in its QR code
    Verify {
        token: String,
        #[command(flatten)]
        place: Place,
    },
}

impl Certificate {
    pub async fn run(self, as_json: bool) -> Result {
        match self {
            Certificate::Issue { cohort, completed_on, base_url, target } => {
                let (secretariat, staff) = open_for_provider(&target).await?;
                let day = match completed_on {
                    None => secretariat.today(),
                    Some(text) => training::wareki::parse(&text).ok_or_else(|| {
                        Failure::refused(format!("{text:?} is no date; write 2026-06-30 or 令和8年6月30日"))
                    })?,
                };
                let judged = secretariat.judge_cohort(&mut secretariat.read(&staff).await?, cohort).await?;
                let ids: Vec<i64> =
                    judged.enrolments.iter().filter(|known| known.state.takes_part()).map(|known| known.id).collect();
                let progress = progress_bar(as_json);
                let issued = secretariat.issue_certificates(&staff, cohort, &ids, day, &base_url, &progress).await?;
                secretariat.records().close().await;
                let mut text = format!("{} issued, {} refused", issued.issued.len(), issued.refused.len());
                for left_out in &issued.unprintable {
                    let codes: Vec<String> = left_out.pieces.iter().map(|piece| code_points(piece)).collect();
                    text.push_str(&format!(
                        "\n{} was left out: no font has {} (see --fonts)",
                        left_out.name,
                        codes.join(", ")
                    ));
                }
                for left_out in &issued.too_early {
                    let (name, last) = (&left_out.name, left_out.last_day);
                    text.push_str(&format!(
                        "\n{name} was left out: something is recorded for {last}, after the day of completion"
                    ));
                }
                Ok(Outcome::new(json!(issued), text))
            }
            Certificate::Verify { token, place } => {
                let secretariat = open(&place).await?;
                let answer = serde_json::to_value(secretariat.verify_certificate(&token).await?)
                    .map_err(|error| Failure::Operator(error.to_string()))?;
                let text = answer["answer"].as_str().unwrap_or_default().to_owned();
                Ok(Outcome::new(answer, text))
            }
        }
    }
}
