//! `init`, `serve`, `demo`.

use super::{Place, connect, key_file, open, open_directory, with_guidelines};
use crate::outcome::{Failure, Outcome, Result};
use crate::serving::serve;
use clap::Args;
use secretariat::Secretariat;
use secretariat::account::{Account, random_password};
use secretariat::notice::Mailer;
use secretariat::practicum::attachment::Scanner;
use serde_json::json;
use std::net::SocketAddr;
use std::path::PathBuf;
use training::role::Role;

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
    /// Login name of the administrator.
    #[arg(long, default_value = "admin")]
    login: String,
}

impl Init {
    pub async fn run(self) -> Result {
        let records = match (&self.place.data, &self.place.database) {
            (Some(directory), _) => {
                super::keep::check_is_vacant(directory)?;
                super::keep::create_directory(directory)?;
                open_directory(directory).await?
            }
            (None, Some(url)) => connect(url).await?,
            (None, None) => return Err(Failure::refused("say where: --data DIR or --database URL")),
        };
        let secretariat = with_guidelines(records)?;
        let login = self.login.trim();
        if login.is_empty() {
            return Err(Failure::refused("--login: the administrator needs a login name"));
        }
        let mut work = secretariat.write(&Secretariat::operator(0)).await?;
        if work.user_by_login(login).await?.is_some() {
            return Err(Failure::refused(format!(
                "{}: there is such an account already; name another administrator with --login, or see `kensan user`",
                self.login
            )));
        }
        let provider = work.create_provider(&self.provider, self.prefecture).await?;
        work.commit().await?;
        let password = random_password();
        let account = Account {
            login: &self.login,
            name: "管理者",
            role: Role::Administrator,
            password: Some(&password),
            email: "",
            person_id: None,
            host_office_id: None,
            supervisor_id: None,
        };
        secretariat.create_account(&Secretariat::operator(provider), account).await?;
        secretariat.records().close().await;
        Ok(Outcome::new(
            json!({ "provider": provider, "login": self.login, "password": password }),
            format!(
                "Provider {provider} is set up. Sign in as {} with the password {password}\nIt is shown this once: change it after signing in.",
                self.login
            ),
        ))
    }
}

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    place: Place,
    /// Address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", env = "KENSAN_LISTEN")]
    listen: SocketAddr,
    /// Where people reach the pages from outside, printed in certificates' QR codes. Default: http:// and the listening address.
    #[arg(long, env = "KENSAN_BASE_URL")]
    base_url: Option<String>,
    /// Mail server that sends notices: smtp://host:25, smtps://user:password@host, or smtp://host:587?tls=required. Without it mails wait.
    #[arg(long, value_name = "URL", env = "KENSAN_SMTP", hide_env_values = true, requires = "mail_from")]
    smtp: Option<String>,
    /// Whom mails come from, as `name <address>`.
    #[arg(long, value_name = "MAILBOX", env = "KENSAN_MAIL_FROM")]
    mail_from: Option<String>,
    /// Scanner for viruses: a program that reads a file from its standard input and ends with 0 where it found nothing and with 1 where it found
    /// something, such as `clamdscan --no-summary -`. Without it files people attach are marked as not scanned.
    #[arg(long, value_name = "COMMAND", env = "KENSAN_SCANNER")]
    scanner: Option<String>,
}

impl Serve {
    pub async fn run(self) -> Result {
        if self.place.database.is_some() && key_file().is_none() {
            return Err(Failure::refused(
                "say where the main key for the texts of cases is: --keys FILE (made if it does not exist; not on the database's machine)",
            ));
        }
        let scanner = self.scanner.as_deref().and_then(Scanner::of);
        let secretariat = open(&self.place).await?.with_scanner(scanner);
        let mailer = match (&self.smtp, &self.mail_from) {
            (Some(url), Some(from)) => Some(Mailer::new(url, from)?),
            _ => None,
        };
        serve(secretariat, self.listen, self.base_url, mailer).await?;
        Ok(Outcome::new(json!({}), ""))
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
    /// Make the records and stop.
    #[arg(long)]
    only_create: bool,
}

impl Demo {
    pub async fn run(self) -> Result {
        super::keep::create_directory(&self.data)?;
        let secretariat = with_guidelines(open_directory(&self.data).await?)?;
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
        eprintln!("Kensan: http://{}", self.listen);
        for (login, role) in secretariat::demo::LOGINS {
            eprintln!("  {:<14} {login:<10} {}", role.id(), secretariat::demo::PASSWORD);
        }
        if !self.only_create {
            serve(secretariat, self.listen, None, None).await?;
        }
        Ok(Outcome::new(json!({ "data": self.data }), ""))
    }
}
