//! `init`, `serve`, `demo`.

use super::directory::{check_is_vacant, create_directory};
use super::{Place, connect, key_file, open_directory, open_records, secret, with_guidelines};
use crate::outcome::{Failure, Outcome, Result, tell};
use crate::serving::{Backups, Serving, serve};
use clap::Args;
use records::Opening;
use secretariat::Secretariat;
use secretariat::account::identity::{IdentityProvider, read_identities};
use secretariat::notice::Mailer;
use secretariat::practicum::attachment::Scanner;
use serde_json::json;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Init {
    #[command(flatten)]
    place: Place,
    /// Name of the provider (研修実施機関).
    #[arg(long)]
    provider: String,
    /// JIS code of the prefecture, 1 to 47.
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..=47))]
    prefecture: i64,
    /// Login name of the administrator; no name that others would guess, such as admin.
    #[arg(long)]
    login: String,
}

impl Init {
    pub async fn run(self) -> Result {
        let records = match (&self.place.data, &self.place.database) {
            (Some(directory), _) => {
                check_is_vacant(directory)?;
                create_directory(directory)?;
                open_directory(directory, Opening::UpToDate).await?
            }
            (None, Some(url)) => connect(url, Opening::UpToDate).await?,
            (None, None) => return Err(Failure::refused("say where: --data DIR or --database URL")),
        };
        let secretariat = with_guidelines(records)?;
        let outcome = super::provider::add(&secretariat, &self.provider, self.prefecture, &self.login).await;
        secretariat.records().close().await;
        outcome
    }
}

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub place: Place,
    /// Address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", env = "KENSAN_LISTEN")]
    pub listen: SocketAddr,
    /// Where people reach the pages from outside, printed in certificates' QR codes. Default: http:// and the listening address.
    #[arg(long, env = "KENSAN_BASE_URL")]
    pub base_url: Option<String>,
    /// Let people reach the pages without TLS: passwords and names travel in the clear. Only for a network of its own.
    #[arg(long, env = "KENSAN_PLAIN_HTTP")]
    pub plain_http: bool,
    /// Mail server that sends notices: smtp://host:25, smtps://user:password@host, or smtp://host:587?tls=required. Without it mails wait.
    /// `file:PATH`: the address, which holds a password, stands in that file.
    #[arg(long, value_name = "URL", env = "KENSAN_SMTP", hide_env_values = true, requires = "mail_from")]
    pub smtp: Option<String>,
    /// Whom mails come from, as `name <address>`.
    #[arg(long, value_name = "MAILBOX", env = "KENSAN_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Scanner for viruses: a program that reads a file from its standard input and ends with 0 where it found nothing and with 1 where it found
    /// something, such as `clamdscan --no-summary -`. Without it files people attach are marked as not scanned.
    #[arg(long, value_name = "COMMAND", env = "KENSAN_SCANNER")]
    pub scanner: Option<String>,
    /// Address for figures in the form of Prometheus (/metrics), best a loopback one. Without it there are none.
    #[arg(long, value_name = "ADDRESS", env = "KENSAN_METRICS")]
    pub metrics: Option<SocketAddr>,
    /// Directory for a backup a day, made by the server and proven; without it the server makes none.
    #[arg(long, value_name = "DIR", env = "KENSAN_BACKUPS")]
    pub backups: Option<PathBuf>,
    /// How many of the server's backups are kept.
    #[arg(long, value_name = "N", default_value_t = 14, env = "KENSAN_BACKUP_KEEP")]
    pub backup_keep: usize,
    /// Hour of the day in Japan after which the day's backup is made.
    #[arg(long, value_name = "HOUR", default_value_t = 2, env = "KENSAN_BACKUP_HOUR", value_parser = clap::value_parser!(u32).range(0..=23))]
    pub backup_hour: u32,
    /// Encrypt backups to this recipient of a recovery key (see `kensan keys recovery`).
    #[arg(long, value_name = "age1…", env = "KENSAN_BACKUP_RECIPIENT")]
    pub backup_recipient: Option<String>,
    /// Address of a proxy in front on another machine, several with commas: what it says about where a request comes from counts. One on this
    /// machine is believed without.
    #[arg(long, value_name = "ADDRESS", env = "KENSAN_PROXY", value_delimiter = ',')]
    pub proxy: Vec<IpAddr>,
    /// File (TOML) of who vouches for identities by OpenID Connect, a table [[identity]] each: name, title, issuer, client_id, secret_file.
    #[arg(long, value_name = "FILE", env = "KENSAN_IDENTITIES")]
    pub identities: Option<PathBuf>,
}

impl Serve {
    pub async fn run(self) -> Result {
        if self.place.database.is_some() && key_file().is_none() {
            return Err(Failure::refused(
                "say where the main key for the texts of cases is: --keys FILE (made if it does not exist; not on the database's machine)",
            ));
        }
        self.check_base_url()?;
        self.check_metrics()?;
        let scanner = self.scanner.as_deref().and_then(Scanner::of);
        let backups = self.backups()?;
        let records = open_records(&self.place, Opening::UpToDate).await?;
        let secretariat = with_guidelines(records)?.with_scanner(scanner);
        let mailer = match (&self.smtp, &self.mail_from) {
            (Some(url), Some(from)) => Some(Mailer::new(&secret(url)?, from)?),
            _ => None,
        };
        let identities = self.identities()?;
        let (listen, base_url, metrics, proxies) = (self.listen, self.base_url, self.metrics, self.proxy);
        serve(secretariat, Serving { listen, base_url, mailer, metrics, backups, proxies, identities }).await?;
        Ok(Outcome::new(json!({}), ""))
    }

    /// Addresses of this machine alone, or TLS, or the operator's word.
    pub fn check_base_url(&self) -> Result<()> {
        let Some(url) = &self.base_url else {
            // Without a proxy in front passwords travel in the clear to whatever this address is.
            return if self.listen.ip().is_loopback() || self.plain_http {
                Ok(())
            } else {
                Err(Failure::refused(format!(
                    "--listen {}: other machines reach it without TLS; say --base-url https://… (a proxy in front), or --plain-http where everything may travel in the clear",
                    self.listen
                )))
            };
        };
        let is_local = ["http://localhost", "http://127.0.0.1", "http://[::1]"].iter().any(|local| {
            url.strip_prefix(local)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(':') || rest.starts_with('/'))
        });
        if url.starts_with("https://") || is_local || (self.plain_http && url.starts_with("http://")) {
            return Ok(());
        }
        Err(Failure::refused(format!(
            "--base-url {url}: people reach the pages by https:// (a proxy in front), or say --plain-http where everything may travel in the clear"
        )))
    }

    /// Figures are served in the clear: to this machine, or by the operator's word.
    pub fn check_metrics(&self) -> Result<()> {
        match self.metrics {
            Some(address) if !address.ip().is_loopback() && !self.plain_http => Err(Failure::refused(format!(
                "--metrics {address}: other machines reach it without TLS; take 127.0.0.1 (a proxy in front), or say --plain-http"
            ))),
            _ => Ok(()),
        }
    }

    /// Who vouches for identities.
    pub fn identities(&self) -> Result<Vec<IdentityProvider>> {
        match &self.identities {
            Some(file) => read_identities(file).map_err(Failure::refused),
            None => Ok(Vec::new()),
        }
    }

    fn backups(&self) -> Result<Option<Backups>> {
        if let Some(recipient) = &self.backup_recipient {
            records::backup::check_recipient(recipient).map_err(Failure::refused)?;
        }
        let Some(directory) = &self.backups else { return Ok(None) };
        create_directory(directory)?;
        Ok(Some(Backups {
            directory: directory.clone(),
            keep: self.backup_keep,
            hour: self.backup_hour,
            recipient: self.backup_recipient.clone(),
        }))
    }
}

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
