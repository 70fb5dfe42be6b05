//! `audit verify`: is the ledger whole, and are the rows as it says?

use super::{Place, open};
use crate::outcome::{Outcome, Result};
use clap::Subcommand;
use secretariat::Secretariat;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Follow every provider's ledger and compare every row with it; anything changed, removed or inserted is found (exit code 4)
    Verify {
        #[command(flatten)]
        place: Place,
    },
}

impl Audit {
    pub async fn run(self) -> Result {
        let Audit::Verify { place } = self;
        let secretariat = open(&place).await?;
        let mut work = secretariat.read(&Secretariat::operator(0)).await?;
        let providers = work.providers().await?;
        work.roll_back().await?;
        let (mut total, mut all, mut text) = (0, Vec::new(), String::new());
        for provider in providers {
            let mut work = secretariat.read(&Secretariat::operator(provider.id)).await?;
            let (entries, faults) = work.verify_ledger().await?;
            work.roll_back().await?;
            total += entries;
            for fault in faults {
                text.push_str(&format!("provider {}, entry {}: {}\n", provider.id, fault.sequence, fault.message));
                all.push(json!({ "provider": provider.id, "sequence": fault.sequence, "message": fault.message }));
            }
        }
        let mut work = secretariat.read(&Secretariat::operator(0)).await?;
        let rows = work.verify_rows().await?;
        work.roll_back().await?;
        for fault in rows {
            text.push_str(&format!("{} {}: {}\n", fault.table, fault.id, fault.message));
            all.push(json!({ "table": fault.table, "row": fault.id, "message": fault.message }));
        }
        if all.is_empty() {
            text = format!("{total} entries: the ledger is whole, and every row is as it was last written");
        }
        let faults = !all.is_empty();
        Ok(Outcome { faults, ..Outcome::new(json!({ "entries": total, "faults": all }), text) })
    }
}
