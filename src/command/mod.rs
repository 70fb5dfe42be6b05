//! The subcommands, one file for each family.

mod audit;
pub mod backup;
mod certificate;
mod config;
#[cfg(feature = "demo")]
mod demo;
mod directory;
mod doctor;
mod guideline;
mod import;
mod judge;
mod keys;
mod manual;
mod place;
mod provider;
mod routing;
mod run;
mod schema;
mod typeset;
mod upgrade;
mod user;

use crate::outcome::{Failure, Result};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use records::{Opening, Records};
use secretariat::{Guidelines, Secretariat, Staff};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use training::guideline::Problem;

/// Where the records are.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
pub struct Place {
    /// Directory of the embedded records.
    #[arg(long, value_name = "DIR", env = "KENSAN_DATA")]
    pub data: Option<PathBuf>,
    /// PostgreSQL, for example postgres://user@host/kensan. `file:PATH`: the address, which may hold a password, stands in that file.
    #[arg(long, value_name = "URL", env = "KENSAN_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
}

/// Records, and the provider the command works for.
#[derive(Debug, Clone, Args)]
pub struct Target {
    #[command(flatten)]
    pub place: Place,
    /// Id of the provider, where the installation has several (see `kensan doctor`).
    #[arg(long, value_name = "ID")]
    pub provider_id: Option<i64>,
}

/// Records for a command that can also do without.
#[derive(Debug, Clone, Args)]
pub struct RecordsIfAny {
    /// Directory of the embedded records.
    #[arg(long, value_name = "DIR", env = "KENSAN_DATA")]
    data: Option<PathBuf>,
    /// PostgreSQL, for example postgres://user@host/kensan.
    #[arg(long, value_name = "URL", env = "KENSAN_DATABASE", hide_env_values = true, conflicts_with = "data")]
    database: Option<String>,
    /// Id of the provider, where the installation has several.
    #[arg(long, value_name = "ID")]
    provider_id: Option<i64>,
}

impl RecordsIfAny {
    pub fn target(self) -> Target {
        Target { place: Place { data: self.data, database: self.database }, provider_id: self.provider_id }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the demonstration: an invented prefecture, served at http://127.0.0.1:8080
    #[cfg(feature = "demo")]
    Demo(demo::Demo),
    /// Serve the pages
    Serve(run::Serve),
    /// Set up new records with one provider and one administrator, whose first password is printed once
    Init(run::Init),
    /// Read a file into the records
    Import(import::Import),
    /// Place trainees at host offices with the exact optimum, from the records or from files
    Place(place::PlaceTrainees),
    /// Judge the trainees of a cohort against the guideline
    Judge(judge::Judge),
    /// Issue and verify completion certificates
    #[command(subcommand)]
    Certificate(certificate::Certificate),
    /// List, show and check editions of the guideline and supplements; official texts, comparison tables, impact
    #[command(subcommand)]
    Guideline(guideline::Guideline),
    /// Check the audit ledger
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Copy the records into one file while they are in use, and prove the copy
    Backup(backup::Backup),
    /// Put a backup into a new directory or an empty database
    Restore(backup::Restore),
    /// Move the records from SQLite to PostgreSQL or back, every row compared. Stop the server first
    Move(backup::Move),
    /// Bring records up to date that an older version wrote, or try it on a copy
    Upgrade(upgrade::Upgrade),
    /// Change the keys of the texts of cases, or destroy those whose retention has ended
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Add and list providers of this installation
    #[command(subcommand)]
    Provider(provider::ProviderCommand),
    /// List, add, reset and disable accounts
    #[command(subcommand)]
    User(user::UserCommand),
    /// Look whether everything is in order
    Doctor(doctor::Doctor),
    /// Look at the settings before the server is started
    #[command(subcommand)]
    Config(config::Config),
    /// Print the columns or the JSON schema of a file format
    Schema(schema::Schema),
    /// Print the man page, or what a shell completes
    Manual(manual::Manual),
    /// Set a provider's own template: for the server itself, which hands it over on standard input
    #[command(hide = true)]
    Typeset,
}

impl Command {
    pub async fn run(self, json: bool) -> Result {
        typeset::set_templates_apart();
        match self {
            Command::Typeset => typeset::answer(),
            #[cfg(feature = "demo")]
            Command::Demo(command) => command.run().await,
            Command::Serve(command) => command.run().await,
            Command::Init(command) => command.run().await,
            Command::Import(command) => command.run(json).await,
            Command::Place(command) => waiting(json, command.run(json)).await,
            Command::Judge(command) => waiting(json, command.run()).await,
            Command::Certificate(command) => command.run(json).await,
            Command::Guideline(command) => command.run(json).await,
            Command::Audit(command) => waiting(json, command.run()).await,
            Command::Backup(command) => waiting(json, command.run()).await,
            Command::Restore(command) => waiting(json, command.run()).await,
            Command::Move(command) => waiting(json, command.run()).await,
            Command::Upgrade(command) => waiting(json, command.run()).await,
            Command::Provider(command) => command.run().await,
            Command::Keys(command) => waiting(json, command.run()).await,
            Command::User(command) => command.run().await,
            Command::Doctor(command) => waiting(json, command.run()).await,
            Command::Config(command) => command.run().await,
            Command::Schema(command) => command.run(),
            Command::Manual(command) => command.run(),
        }
    }
}

/// The wall clock, the one place it is read.
#[allow(clippy::disallowed_methods)]
pub fn clock() -> secretariat::Clock {
    Arc::new(chrono::Utc::now)
}

/// Opens records that exist, and leaves an older schema to `serve` and `upgrade`.
pub async fn open(place: &Place) -> Result<Secretariat> {
    with_guidelines(open_records(place, Opening::AsItIs).await?)
}

/// Opens records that exist.
pub async fn open_records(place: &Place, opening: Opening) -> Result<Records> {
    match (&place.data, &place.database) {
        (Some(directory), _) if !directory.join("kensan.db").is_file() => Err(Failure::refused(format!(
            "{}: there are no records here; `kensan init --data {0}` sets them up",
            directory.display()
        ))),
        (Some(directory), _) => open_directory(directory, opening).await,
        (None, Some(url)) => connect(url, opening).await,
        (None, None) => Err(Failure::refused("say where the records are: --data DIR or --database URL")),
    }
}

/// The operator's own file of main keys; named once, at the start.
static OWN_KEYS: OnceLock<Option<PathBuf>> = OnceLock::new();

/// Names the operator's own file of main keys for all that follows.
pub fn own_keys(file: Option<PathBuf>) {
    let _ = OWN_KEYS.set(file);
}

/// The file of main keys the operator named.
pub fn key_file() -> Option<&'static Path> {
    OWN_KEYS.get().and_then(Option::as_deref)
}

/// Opens or makes embedded records.
pub async fn open_directory(directory: &Path, opening: Opening) -> Result<Records> {
    let beside = directory.join("kensan.key");
    Ok(Records::open_with_keys(directory, key_file().unwrap_or(&beside), opening).await?)
}

/// Is it an address of this machine, where nothing has to be hidden on the way?
pub fn is_http_of_this_machine(url: &str) -> bool {
    let address = reqwest::Url::parse(url).ok().filter(|address| address.scheme() == "http");
    address.is_some_and(|address| address.host_str().is_some_and(records::is_this_machine))
}

/// A setting that may hold a secret: itself, or what stands in the file it names as `file:PATH`.
pub fn secret(setting: &str) -> std::result::Result<String, Failure> {
    let Some(file) = setting.strip_prefix("file:").map(Path::new) else { return Ok(setting.to_owned()) };
    let text = std::fs::read_to_string(file).map_err(|error| Failure::file(file, &error))?;
    match text.trim() {
        "" => Err(Failure::refused(format!("{}: the file is empty", file.display()))),
        text => Ok(text.to_owned()),
    }
}

/// Connects to PostgreSQL.
pub async fn connect(url: &str, opening: Opening) -> Result<Records> {
    let records = Records::connect_for(&secret(url)?, opening).await?;
    Ok(match key_file() {
        Some(keys) => records.with_keys(keys).await?,
        None => records,
    })
}

/// The operator's own directory of guidelines; named once, at the start.
static OWN_GUIDELINES: OnceLock<Option<PathBuf>> = OnceLock::new();

/// Names the operator's own directory of guidelines for all that follows.
pub fn own_guidelines(directory: Option<PathBuf>) {
    let _ = OWN_GUIDELINES.set(directory);
}

/// The guidelines in this binary and in the operator's own directory, or what is wrong with them.
pub fn try_guidelines() -> std::result::Result<Guidelines, Vec<Problem>> {
    match OWN_GUIDELINES.get().and_then(Option::as_ref) {
        Some(directory) => Guidelines::with_directory(directory),
        None => Guidelines::shipped(),
    }
}

/// The same, where only the operator can mend what is wrong.
pub fn guidelines() -> Result<Guidelines> {
    try_guidelines().map_err(|problems| Failure::Operator(lines(&problems)))
}

/// Problems, one a line.
pub fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

pub fn with_guidelines(records: Records) -> Result<Secretariat> {
    Ok(Secretariat::new(records, guidelines()?, clock()))
}

/// Opens records and chooses the provider: the one named, or the only one.
pub async fn open_for_provider(target: &Target) -> Result<(Secretariat, Staff)> {
    let secretariat = open(&target.place).await?;
    let mut work = secretariat.read(&Secretariat::operator(0)).await?;
    let providers = work.providers().await?;
    work.roll_back().await?;
    let chosen = match target.provider_id {
        Some(id) => providers.iter().find(|provider| provider.id == id),
        None if providers.len() == 1 => providers.first(),
        None => None,
    };
    match chosen {
        Some(provider) => Ok((secretariat, Secretariat::operator(provider.id))),
        None if providers.is_empty() => Err(Failure::refused("there is no provider yet; `kensan init` sets one up")),
        None => Err(Failure::refused("name the provider with --provider-id; `kensan doctor` lists them")),
    }
}

/// Shows on a terminal that work goes on which has no count of its own and takes longer than a second.
pub async fn waiting<T>(json: bool, work: impl Future<Output = T>) -> T {
    let spinner = if json { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
    if let Ok(style) = ProgressStyle::with_template("{elapsed_precise} {spinner}") {
        spinner.set_style(style);
    }
    let shown = spinner.clone();
    let after_a_second = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        shown.enable_steady_tick(Duration::from_millis(200));
    });
    let done = work.await;
    after_a_second.abort();
    spinner.finish_and_clear();
    done
}

/// A progress bar on a terminal; silent elsewhere.
pub fn progress_bar(json: bool) -> impl Fn(usize, usize) + Send + Sync {
    let bar = if json { ProgressBar::hidden() } else { ProgressBar::no_length() };
    if let Ok(style) = ProgressStyle::with_template("{elapsed_precise} [{wide_bar}] {pos}/{len}") {
        bar.set_style(style);
    }
    move |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        if done >= total {
            bar.finish_and_clear();
        }
    }
}

/// Reads a file the person named.
pub fn read_file(path: &std::path::Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| Failure::file(path, &error))
}

/// The name of a file without its directories.
pub fn file_name(path: &std::path::Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
