//! `keys rotate`, `keys shred`.

use super::{Place, open};
use crate::outcome::{Failure, Outcome, Result};
use clap::Subcommand;
use records::Actor;
use secretariat::Secretariat;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Make a new main key and new keys for every cohort; every text is sealed anew. No copy of the records from before can be read
    /// with the new key file. Stop the server first: it keeps the old key.
    Rotate {
        #[command(flatten)]
        place: Place,
    },
    /// Destroy the keys of cohorts that ended some years ago, and make a new main key: their texts can never be read again, nor from
    /// older copies without the older key file. Stop the server first. In PostgreSQL run VACUUM and let archived logs go as well.
    Shred {
        #[command(flatten)]
        place: Place,
        /// Years after a cohort's last day for which its texts are kept.
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
        years: u32,
        /// Say which cohorts it would be, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

impl Keys {
    pub async fn run(self) -> Result {
        match self {
            Keys::Rotate { place } => rotate(&place).await,
            Keys::Shred { place, years, dry_run } => shred(&place, years, dry_run).await,
        }
    }
}

async fn providers(secretariat: &Secretariat) -> Result<Vec<i64>> {
    let mut work = secretariat.read(&Secretariat::operator(0)).await?;
    let providers = work.providers().await?.into_iter().map(|provider| provider.id).collect();
    work.roll_back().await?;
    Ok(providers)
}

/// A new main key, so that no older copy of the records can be read with the key file. Gives how many data keys it wraps.
async fn rotate_main_key(secretariat: &Secretariat, providers: &[i64]) -> Result<usize> {
    let actor = |provider: &i64| Actor { provider: *provider, name: "kensan".to_owned(), now: secretariat.now() };
    let mut records = secretariat.records().clone();
    Ok(records.rotate_main_key(providers.iter().map(actor).collect()).await?)
}

async fn rotate(place: &Place) -> Result {
    let secretariat = open(place).await?;
    let providers = providers(&secretariat).await?;
    let actor = |provider: &i64| Actor { provider: *provider, name: "kensan".to_owned(), now: secretariat.now() };
    let mut records = secretariat.records().clone();
    let keys = records.rotate_main_key(providers.iter().map(actor).collect()).await?;
    let mut texts = 0;
    for provider in &providers {
        let mut work = records.read(actor(provider)).await?;
        let cohorts = work.cohorts().await?;
        work.roll_back().await?;
        // Each cohort is complete in itself: what a kill cuts off is one.
        for cohort in cohorts {
            let mut work = records.write(actor(provider)).await?;
            texts += work.rotate_data_key(cohort.id).await?;
            work.commit().await?;
        }
    }
    records.close().await;
    Ok(Outcome::new(
        json!({ "keys": keys, "texts": texts }),
        format!(
            "a new main key wraps {keys} keys; {texts} texts are sealed anew. Keep a copy of the key file apart from the records."
        ),
    ))
}

async fn shred(place: &Place, years: u32, dry_run: bool) -> Result {
    let secretariat = open(place).await?;
    let ended_before = secretariat
        .today()
        .checked_sub_months(chrono::Months::new(12 * years))
        .ok_or_else(|| Failure::refused(format!("{years} years before today there is no day")))?;
    let (mut names, mut text) = (Vec::new(), String::new());
    let providers = providers(&secretariat).await?;
    for provider in providers.clone() {
        let mut work = secretariat.write(&Secretariat::operator(provider)).await?;
        for (cohort, name) in work.cohorts_to_shred(ended_before).await? {
            if !dry_run {
                work.shred_texts(cohort).await?;
            }
            text.push_str(&format!("provider {provider}: {name}\n"));
            names.push(json!({ "provider": provider, "cohort": cohort, "name": name }));
        }
        work.commit().await?;
    }
    if !names.is_empty() && !dry_run {
        rotate_main_key(&secretariat, &providers).await?;
        secretariat.records().close().await;
    }
    text.push_str(&match (names.len(), dry_run) {
        (0, _) => format!("no cohort ended before {ended_before} has texts"),
        (count, true) => format!("the texts of {count} cohorts would be shredded"),
        (count, false) => format!("the texts of {count} cohorts are shredded"),
    });
    Ok(Outcome::new(json!({ "shredded": names, "dry_run": dry_run }), text))
}
