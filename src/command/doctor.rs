//! `doctor`.

use super::{Place, open};
use crate::outcome::{Outcome, Result};
use clap::Args;
use records::Presence;
use secretariat::Secretariat;
use serde_json::json;

#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    place: Place,
}

impl Doctor {
    pub async fn run(self) -> Result {
        let secretariat = open(&self.place).await?;
        let records = secretariat.records();
        let mut faults = records.faults(true).await?;
        for name in records.missing_keys().await? {
            faults.push(format!(
                "the main key {name} for the texts of cases and the ledgers is missing: put the key file back (--keys FILE)"
            ));
        }
        let interrupted = secretariat.report_interrupted().await?;
        let mut work = secretariat.read(&Secretariat::operator(0)).await?;
        let providers = work.providers().await?;
        let (backup, failed) = work.newest_backup().await?;
        drop(work);
        let schema = records.schema().await?;
        let serving = records.is_present(Presence::Serving).await?;
        let mut text = format!("version {}, schema {schema}\n", env!("CARGO_PKG_VERSION"));
        text.push_str(if serving { "a server is using the records\n" } else { "no server is using the records\n" });
        for provider in &providers {
            text.push_str(&format!("provider {}: {}\n", provider.id, provider.name));
        }
        text.push_str(&match &backup {
            Some(run) => {
                let hours = (secretariat.now() - run.made_at).num_hours();
                format!(
                    "newest backup: {} of {}, {hours} hours old\n",
                    run.file,
                    run.made_at.format("%Y-%m-%d %H:%M UTC")
                )
            }
            None => "no backup was made yet\n".to_owned(),
        });
        if let Some(failed) = &failed {
            faults.push(format!(
                "the backup of {} failed: {}",
                failed.made_at.format("%Y-%m-%d %H:%M UTC"),
                failed.fault
            ));
        }
        for operation in &interrupted {
            text.push_str(&format!(
                "interrupted: {} {} begun at {}; nothing of it was saved, run it again\n",
                operation.kind, operation.detail, operation.started_at
            ));
        }
        for fault in &faults {
            text.push_str(&format!("fault: {fault}\n"));
        }
        if faults.is_empty() {
            text.push_str("everything is in order");
        }
        let providers: Vec<_> =
            providers.iter().map(|provider| json!({ "id": provider.id, "name": provider.name })).collect();
        let json = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "schema": schema,
            "serving": serving,
            "providers": providers,
            "newest_backup": backup,
            "interrupted": interrupted,
            "faults": faults,
        });
        Ok(Outcome { faults: !faults.is_empty(), ..Outcome::new(json, text) })
    }
}
