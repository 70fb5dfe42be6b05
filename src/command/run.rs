//! `init`, `serve`.

use super::directory::{check_is_vacant, create_directory};
use super::{Place, connect, is_http_of_this_machine, key_file, open_directory, open_records, secret, with_guidelines};
use crate::outcome::{Failure, Outcome, Result};
use crate::serving::{Backups, Serving, serve};
use clap::Args;
use records::Opening;
use secretariat::account::breached::BreachedPasswords;
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
    /// Passwords that became known in breaches, which nobody may take: a file as "Pwned Passwords" is published (SHA-1, ordered by hash).
    #[arg(long, value_name = "FILE", env = "KENSAN_BREACHED_PASSWORDS")]
    pub breached_passwords: Option<PathBuf>,
    /// Where weaknesses are reported to, for /.well-known/security.txt: mailto:… or https://…
    #[arg(long, value_name = "URI", env = "KENSAN_SECURITY_CONTACT")]
    pub security_contact: Option<String>,
    /// Mail the ledgers' heads to this address every day, best to somebody outside, such as the prefecture.
    #[arg(long, value_name = "ADDRESS", env = "KENSAN_LEDGER_HEADS_TO", requires = "smtp")]
    pub ledger_heads_to: Option<String>,
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
        let breached = self.breached_passwords()?;
        let records = open_records(&self.place, Opening::UpToDate).await?;
        let secretariat = with_guidelines(records)?.with_scanner(scanner).with_breached_passwords(breached);
        let mailer = match (&self.smtp, &self.mail_from) {
            (Some(url), Some(from)) => Some(Mailer::new(&secret(url)?, from)?),
            _ => None,
        };
        let identities = self.identities()?;
        let (listen, base_url, metrics, proxies) = (self.listen, self.base_url, self.metrics, self.proxy);
        let (security_contact, heads_to) = (self.security_contact, self.ledger_heads_to);
        let serving =
            Serving { listen, base_url, mailer, metrics, backups, proxies, identities, security_contact, heads_to };
        serve(secretariat, serving).await?;
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
        if url.starts_with("https://")
            || is_http_of_this_machine(url)
            || (self.plain_http && url.starts_with("http://"))
        {
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

    /// Passwords that became known in breaches.
    pub fn breached_passwords(&self) -> Result<Option<BreachedPasswords>> {
        let opened = self.breached_passwords.as_deref().map(BreachedPasswords::open);
        opened.transpose().map_err(Failure::refused)
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
