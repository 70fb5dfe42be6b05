//! `upgrade`: brings older records up to date, or tries it on a copy.

use super::{Place, open_records, with_guidelines};
use crate::outcome::{Outcome, Result};
use clap::Args;
use records::{Opening, Records};
use secretariat::Secretariat;
use secretariat::guideline::impact::Rehearsed;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Upgrade {
    #[command(flatten)]
    place: Place,
    /// Change nothing: copy the records, bring the copy up to date, and compare how everybody of a running cohort stands by the rules kept last and by
    /// those of this version.
    #[arg(long)]
    rehearse: bool,
    /// Directory for the copy of a rehearsal. Default: the system's directory for temporary files. The copy is deleted afterwards.
    #[arg(long, value_name = "DIR", requires = "rehearse")]
    working: Option<PathBuf>,
}

impl Upgrade {
    pub async fn run(self) -> Result {
        if self.rehearse { self.rehearse().await } else { self.upgrade().await }
    }

    async fn upgrade(self) -> Result {
        let before = {
            let records = open_records(&self.place, Opening::ToCopy).await?;
            let schema = records.schema().await?;
            records.close().await;
            schema
        };
        let records = open_records(&self.place, Opening::UpToDate).await?;
        let after = records.schema().await?;
        let secretariat = with_guidelines(records)?;
        secretariat.keep_rulebooks().await?;
        sign_former_heads(&secretariat, before).await?;
        let faults = secretariat.records().faults(true).await?;
        secretariat.records().close().await;
        let mut text = if before == after {
            format!("schema {after}: there was nothing to do\n")
        } else {
            format!("schema {before} → {after}\n")
        };
        for fault in &faults {
            text.push_str(&format!("fault: {fault}\n"));
        }
        if faults.is_empty() {
            text.push_str("pages, references, ledgers and rows are in order");
        }
        let json = json!({ "before": before, "after": after, "faults": faults });
        Ok(Outcome { faults: !faults.is_empty(), ..Outcome::new(json, text) })
    }

    async fn rehearse(self) -> Result {
        let records = open_records(&self.place, Opening::ToCopy).await?;
        let before = records.schema().await?;
        let working = super::directory::working(self.working.as_deref(), "kensan-rehearsal-")?;
        let (after, faults, cohorts) = rehearse_on(&records, working.path()).await?;
        let mut text = format!("rehearsed on a copy: schema {before} → {after}; the records are as they were\n");
        for fault in &faults {
            text.push_str(&format!("fault: {fault}\n"));
        }
        for cohort in &cohorts {
            text.push_str(&format!(
                "provider {}, {}: {} judged, {} would stand otherwise\n",
                cohort.provider,
                cohort.name,
                cohort.judged,
                cohort.changed.len()
            ));
            for (trainee, requirements) in &cohort.changed {
                text.push_str(&format!("  {trainee}: {}\n", requirements.join(", ")));
            }
        }
        let json = json!({ "before": before, "after": after, "faults": faults, "cohorts": cohorts });
        Ok(Outcome { faults: !faults.is_empty(), ..Outcome::new(json, text) })
    }
}

/// A schema of before had no signed heads: they are signed where everything else is in order.
async fn sign_former_heads(secretariat: &Secretariat, before: i64) -> Result<()> {
    if before >= records::schema::SIGNED_HEADS || !secretariat.records().without_keys().faults(true).await?.is_empty() {
        return Ok(());
    }
    let mut work = secretariat.write(&Secretariat::operator(0)).await?;
    work.sign_heads().await?;
    Ok(work.commit().await?)
}

async fn rehearse_on(records: &Records, working: &std::path::Path) -> Result<(i64, Vec<String>, Vec<Rehearsed>)> {
    let by_rows = records.source() == records::backup::Source::Sqlite;
    records.copy_into_directory(working).await?;
    records.close().await;
    let copy = Records::open_with_keys(working, &working.join("rehearsal.key"), Opening::UpToDate).await?;
    let after = copy.schema().await?;
    let faults = copy.faults(by_rows).await?;
    let secretariat: Secretariat = with_guidelines(copy)?;
    let cohorts = secretariat.rehearse_rules().await?;
    secretariat.records().close().await;
    Ok((after, faults, cohorts))
}
