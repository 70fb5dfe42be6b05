//! `demo`: an invented prefecture with accounts of a known password. Not in what is installed for real: `--no-default-features` leaves it out.

use super::directory::create_directory;
use super::{open_directory, with_guidelines};
use crate::outcome::{Failure, Outcome, Result, tell};
use crate::serving::{Serving, serve};
use clap::Args;
use records::Opening;
use secretariat::Secretariat;
use secretariat::account::identity::read_identities;
use serde_json::json;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Demo {
    /// Directory of the demonstration's records; made at the first start, found as it was at the next.
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    data: PathBuf,
    /// Address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// File (TOML) of who vouches for identities by OpenID Connect, as for `serve`.
    #[arg(long, value_name = "FILE")]
    identities: Option<PathBuf>,
    /// Make the records and stop.
    #[arg(long)]
    only_create: bool,
}

impl Demo {
    pub async fn run(self) -> Result {
        create_directory(&self.data)?;
        let secretariat = with_guidelines(open_directory(&self.data, Opening::UpToDate).await?)?;
        let mut work = secretariat.read(&Secretariat::operator(0)).await?;
        let empty = work.providers().await?.is_empty();
        work.roll_back().await?;
        // A demonstration cut off half-way is begun again in another directory, never patched.
        let complete = self.data.join("complete");
        if empty {
            secretariat.create_demo().await?;
            std::fs::write(&complete, "").map_err(|error| Failure::file(&complete, &error))?;
        } else if !complete.exists() {
            return Err(Failure::refused(format!(
                "{}: the demonstration was cut off while it was made; delete the directory and start again",
                self.data.display()
            )));
        }
        let is_own = self.listen.ip().is_loopback() && self.listen.port() != 0;
        let base_url = is_own.then(|| format!("http://localhost:{}", self.listen.port()));
        tell(&format!("Kensan: {}", base_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))));
        for (login, role) in secretariat::demo::LOGINS {
            tell(&format!("  {:<14} {login:<10} {}", role.id(), secretariat::demo::PASSWORD));
        }
        if !self.only_create {
            let identities = match &self.identities {
                Some(file) => read_identities(file).map_err(Failure::refused)?,
                None => Vec::new(),
            };
            serve(secretariat, Serving { base_url, identities, ..Serving::at(self.listen) }).await?;
        }
        Ok(Outcome::new(json!({ "data": self.data }), ""))
    }
}
