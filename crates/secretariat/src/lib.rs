//! The use cases: what people do with Kensan, each as one transaction over pure functions.

pub mod account;
pub mod certificate;
pub mod cohort;
#[cfg(feature = "demo")]
pub mod demo;
pub mod erasure;
pub mod error;
mod fact;
pub mod guideline;
mod heading;
pub mod home;
pub mod list_file;
pub mod notice;
pub mod office;
pub mod placement;
pub mod practicum;
pub mod registry;
pub mod settings;
mod startup;
mod to_do;
pub mod trainee;

pub use records::operation::Operation;
pub use records::{Error as RecordError, Work, hex};

pub use error::{BadCell, CellFault, Error, Refusal, Result};
pub use guideline::Guidelines;
pub use to_do::ToDo;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use records::{Actor, Records};
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;
use training::role::Role;

/// The clock, passed in so that tests can live on any day.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Who is at work: a signed-in person, or the operator at the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    pub provider: i64,
    pub name: String,
    pub role: Role,
}

/// The entrance to every use case. Cheap to clone.
#[derive(Clone)]
pub struct Secretariat {
    records: Records,
    guidelines: Arc<Guidelines>,
    clock: Clock,
    judged: Arc<Mutex<trainee::judgement::Cache>>,
    scanner: Option<practicum::attachment::Scanner>,
    /// Files that are looked at together.
    attaching: Arc<Semaphore>,
    /// Passwords that are hashed together, each in about 19 MiB, and those that wait for it.
    hashing: Arc<Semaphore>,
    hashing_queue: Arc<Semaphore>,
    looks: Arc<Mutex<account::read_log::Waiting>>,
    writing_looks: Arc<tokio::sync::Mutex<()>>,
    ways_in: Arc<account::ways_in::WaysIn>,
    breached: Option<account::breached::BreachedPasswords>,
}

/// How many files may be looked at together.
const ATTACHING: usize = 2;

/// How many may wait to have a password hashed; whoever comes then is asked to try again.
const HASHING_QUEUE: usize = 64;

/// Japan has one time zone and no summer time.
const JAPAN_SECONDS_EAST: i32 = 9 * 3600;

/// The local day of a moment.
pub fn local_day(moment: DateTime<Utc>) -> NaiveDate {
    match FixedOffset::east_opt(JAPAN_SECONDS_EAST) {
        Some(japan) => moment.with_timezone(&japan).date_naive(),
        None => moment.date_naive(),
    }
}

/// The clock on the wall in Japan.
fn local_time(moment: DateTime<Utc>) -> NaiveDateTime {
    (moment + TimeDelta::seconds(i64::from(JAPAN_SECONDS_EAST))).naive_utc()
}

/// The hour of the day in Japan.
pub fn local_hour(moment: DateTime<Utc>) -> u32 {
    local_time(moment).hour()
}

/// The first moment after a day in Japan.
fn end_of_day(day: NaiveDate) -> Option<DateTime<Utc>> {
    let japan = FixedOffset::east_opt(JAPAN_SECONDS_EAST)?;
    let midnight = day.succ_opt()?.and_hms_opt(0, 0, 0)?;
    Some(midnight.and_local_timezone(japan).single()?.to_utc())
}

impl Secretariat {
    pub fn new(records: Records, guidelines: Guidelines, clock: Clock) -> Secretariat {
        Secretariat {
            records,
            guidelines: Arc::new(guidelines),
            clock,
            judged: Arc::default(),
            scanner: None,
            attaching: Arc::new(Semaphore::new(ATTACHING)),
            hashing: Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from))),
            hashing_queue: Arc::new(Semaphore::new(HASHING_QUEUE)),
            looks: Arc::default(),
            writing_looks: Arc::default(),
            ways_in: Arc::default(),
            breached: None,
        }
    }

    /// Files people attach are looked at by this scanner.
    pub fn with_scanner(self, scanner: Option<practicum::attachment::Scanner>) -> Secretariat {
        Secretariat { scanner, ..self }
    }

    /// New passwords are looked for among those that became known in breaches.
    pub fn with_breached_passwords(self, breached: Option<account::breached::BreachedPasswords>) -> Secretariat {
        Secretariat { breached, ..self }
    }

    /// Accounts are entered by more than their passwords.
    pub fn with_ways_in(self, ways_in: account::ways_in::WaysIn) -> Secretariat {
        Secretariat { ways_in: Arc::new(ways_in), ..self }
    }

    pub fn ways_in(&self) -> &account::ways_in::WaysIn {
        &self.ways_in
    }

    pub fn records(&self) -> &Records {
        &self.records
    }

    /// Can the records be written at this moment?
    pub async fn check_writable(&self) -> Result<()> {
        Ok(self.records.check_writable().await?)
    }

    /// A search as it stands in an address: nobody on the way reads whom it is for.
    pub fn seal_search(&self, provider: i64, search: &str) -> Result<String> {
        Ok(self.records.seal_token(&format!("search/{provider}"), search.as_bytes())?)
    }

    /// The search; none where the text is none of ours.
    pub fn open_search(&self, provider: i64, token: &str) -> Option<String> {
        String::from_utf8(self.records.open_token(&format!("search/{provider}"), token)?.to_vec()).ok()
    }

    pub fn guidelines(&self) -> &Arc<Guidelines> {
        &self.guidelines
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// Today in Japan.
    pub fn today(&self) -> NaiveDate {
        local_day(self.now())
    }

    fn actor(&self, staff: &Staff) -> Actor {
        Actor { provider: staff.provider, name: staff.name.clone(), now: self.now() }
    }

    /// A transaction that reads.
    pub async fn read(&self, staff: &Staff) -> Result<Work> {
        Ok(self.records.read(self.actor(staff)).await?)
    }

    /// A transaction that writes.
    pub async fn write(&self, staff: &Staff) -> Result<Work> {
        Ok(self.records.write(self.actor(staff)).await?)
    }

    /// The operator's own work, for one provider.
    pub fn operator(provider: i64) -> Staff {
        Staff { provider, name: "kensan".to_owned(), role: Role::Administrator }
    }
}
