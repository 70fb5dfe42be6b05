//! `provider add|list|open-networks`: several providers in one installation; none sees another's records.

use super::{Place, open};
use crate::outcome::{Outcome, Result};
use clap::Subcommand;
use secretariat::Secretariat;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum ProviderCommand {
    /// Set up another provider with an administrator of its own, whose first password is printed once
    Add {
        /// Name of the provider (研修実施機関).
        name: String,
        /// JIS code of the prefecture, 1 to 47.
        #[arg(long, value_parser = clap::value_parser!(i64).range(1..=47))]
        prefecture: i64,
        /// Login name of its administrator; nobody in the installation has it yet.
        #[arg(long)]
        login: String,
        #[command(flatten)]
        place: Place,
    },
    /// Let its staff come from anywhere again, where the networks it has set shut everybody out
    OpenNetworks {
        /// Id of the provider.
        #[arg(value_name = "ID")]
        id: i64,
        #[command(flatten)]
        place: Place,
    },
    /// List the providers
    List {
        #[command(flatten)]
        place: Place,
    },
}

impl ProviderCommand {
    pub async fn run(self) -> Result {
        match self {
            ProviderCommand::Add { name, prefecture, login, place } => {
                let secretariat = open(&place).await?;
                let outcome = add(&secretariat, &name, prefecture, &login).await;
                secretariat.records().close().await;
                outcome
            }
            ProviderCommand::OpenNetworks { id, place } => {
                let secretariat = open(&place).await?;
                let opened = secretariat.open_networks(id).await;
                secretariat.records().close().await;
                opened?;
                Ok(Outcome::new(json!({ "provider": id, "networks": [] }), "Its staff may come from anywhere."))
            }
            ProviderCommand::List { place } => {
                let secretariat = open(&place).await?;
                let providers = secretariat.read(&Secretariat::operator(0)).await?.providers().await?;
                let text: String = providers
                    .iter()
                    .map(|provider| format!("{}\t{:02}\t{}\n", provider.id, provider.prefecture, provider.name))
                    .collect();
                let all: Vec<_> = providers
                    .iter()
                    .map(|provider| json!({ "id": provider.id, "prefecture": provider.prefecture, "name": provider.name }))
                    .collect();
                Ok(Outcome::new(json!({ "providers": all }), text))
            }
        }
    }
}

/// Sets up a provider and says how its administrator signs in.
pub async fn add(secretariat: &Secretariat, name: &str, prefecture: i64, login: &str) -> Result {
    let made = secretariat.create_provider(name, prefecture, login).await?;
    Ok(Outcome::new(
        json!({ "provider": made.id, "login": made.login, "password": made.password }),
        format!(
            "Provider {} is set up. Sign in as {} with the password {}\nIt is shown this once: change it after signing in.",
            made.id, made.login, made.password
        ),
    ))
}
