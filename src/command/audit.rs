//! `audit verify`, `audit sign`: is the ledger whole, and are the rows as it says?

use super::{Place, open};
use crate::outcome::{Failure, Outcome, Result};
use clap::Subcommand;
use secretariat::Secretariat;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Follow every provider's ledger and compare every row with it; anything changed, removed or inserted is found (exit code 4). Prints the heads
    Verify {
        #[command(flatten)]
        place: Place,
        /// The hash of a head that was noted before, from the log, a backup or an earlier check: it has to stand in a ledger still. May be given
        /// several times.
        #[arg(long, value_name = "HASH")]
        head: Vec<String>,
    },
    /// Sign the heads of the ledgers, and vouch for the accounts, as they stand: after a time in which the key file was missing. Look at
    /// `audit verify` first
    Sign {
        #[command(flatten)]
        place: Place,
        /// The hash of a head that was noted before, from the log, a mailbox or an earlier check: it has to stand in a ledger still.
        #[arg(long, value_name = "HASH", required_unless_present = "without_head")]
        head: Option<String>,
        /// No head was noted: whoever has rewritten the ledger is not found.
        #[arg(long)]
        without_head: bool,
    },
}

impl Audit {
    pub async fn run(self) -> Result {
        match self {
            Audit::Verify { place, head } => verify(&place, &head).await,
            Audit::Sign { place, head, without_head: _ } => sign(&place, head.as_deref()).await,
        }
    }
}

async fn verify(place: &Place, noted: &[String]) -> Result {
    let secretariat = open(place).await?;
    let mut work = secretariat.read(&Secretariat::operator(0)).await?;
    let providers = work.providers().await?;
    let heads = work.ledger_heads().await?;
    let mut all = Vec::new();
    let mut text = String::new();
    if providers.is_empty() {
        text.push_str("there is no provider in it\n");
        all.push(json!({ "message": "there is no provider in it" }));
    }
    for hash in noted {
        let hash = &hash.trim().to_ascii_lowercase();
        if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Failure::refused(format!("--head {hash}: a head has 64 hexadecimal digits")));
        }
        if !work.has_entry_with_hash(hash).await? {
            text.push_str(&format!("the head {hash} stands in no ledger: one was rewritten, or cut off\n"));
            all.push(json!({ "head": hash, "message": "the head stands in no ledger: one was rewritten, or cut off" }));
        }
    }
    drop(work);
    let mut total = 0;
    for provider in providers {
        let mut work = secretariat.read(&Secretariat::operator(provider.id)).await?;
        let (entries, faults) = work.verify_ledger().await?;
        total += entries;
        for fault in faults {
            text.push_str(&format!("provider {}, entry {}: {}\n", provider.id, fault.sequence, fault.message));
            all.push(json!({ "provider": provider.id, "sequence": fault.sequence, "message": fault.message }));
        }
    }
    let rows = secretariat.read(&Secretariat::operator(0)).await?.verify_rows().await?;
    for fault in rows {
        text.push_str(&format!("{} {}: {}\n", fault.table, fault.id, fault.message));
        all.push(json!({ "table": fault.table, "row": fault.id, "message": fault.message }));
    }
    for object in secretariat.records().strange_objects().await? {
        text.push_str(&format!("{object}\n"));
        all.push(json!({ "message": object }));
    }
    for name in secretariat.records().missing_keys().await? {
        text.push_str(&format!("remark: the key {name} is not at hand, so that its signature was not looked at\n"));
    }
    for (provider, sequence, hash) in &heads {
        text.push_str(&format!("provider {provider}: {sequence} entries, head {hash}\n"));
    }
    if all.is_empty() {
        text.push_str(&format!("{total} entries: the ledger is whole, and every row is as it was last written"));
    }
    let heads: Vec<_> = heads
        .iter()
        .map(|(provider, sequence, hash)| json!({ "provider": provider, "sequence": sequence, "hash": hash }))
        .collect();
    let faults = !all.is_empty();
    Ok(Outcome { faults, ..Outcome::new(json!({ "entries": total, "heads": heads, "faults": all }), text) })
}

async fn sign(place: &Place, noted: Option<&str>) -> Result {
    let secretariat = open(place).await?;
    if let Some(noted) = noted {
        let mut work = secretariat.read(&Secretariat::operator(0)).await?;
        if !work.has_entry_with_hash(&noted.trim().to_ascii_lowercase()).await? {
            return Err(Failure::refused("nothing is signed: the head that was noted stands in no ledger any more"));
        }
    }
    if !secretariat.records().missing_keys().await?.is_empty() {
        return Err(Failure::refused("the key that signed the ledgers is missing: put its file back (--keys FILE)"));
    }
    let faults = secretariat.records().without_keys().faults(true).await?;
    if !faults.is_empty() {
        return Err(Failure::refused(format!("nothing is signed: {}", faults.join("; "))));
    }
    let mut work = secretariat.write(&Secretariat::operator(0)).await?;
    let accounts = work.vouch_for_accounts().await?;
    let signed = work.sign_heads().await?;
    work.commit().await?;
    Ok(Outcome::new(
        json!({ "signed": signed }),
        format!("{signed} ledgers are signed, and {accounts} accounts vouched for, as they stand"),
    ))
}
