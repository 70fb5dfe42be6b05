//! Server-side sessions, kept in the records. Reading a page writes nothing: that somebody is there still is noted beside the request, at
//! most once a minute for each session.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use secretariat::Secretariat;
use secretariat::Work;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

/// How long a session lasts when nobody is there.
const IDLE_MINUTES: i64 = 120;

#[derive(Clone)]
pub(crate) struct Store {
    secretariat: Secretariat,
    touched: Arc<Mutex<Touched>>,
}

/// Sessions to be prolonged.
#[derive(Default)]
struct Touched {
    ids: BTreeSet<String>,
    /// Somebody is at it.
    is_prolonging: bool,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Store")
    }
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

/// The session layer counts by the wall clock, the records by the clock that was passed in: what is left is the same.
fn expiry(left: TimeDelta) -> OffsetDateTime {
    OffsetDateTime::now_utc() + time::Duration::seconds(left.num_seconds())
}

impl Store {
    pub(crate) fn new(secretariat: Secretariat) -> Store {
        Store { secretariat, touched: Arc::default() }
    }

    /// When a session used now ends.
    fn ends(&self) -> DateTime<Utc> {
        self.secretariat.now() + TimeDelta::minutes(IDLE_MINUTES)
    }

    /// Notes that a session is used; one task at a time prolongs all that were noted, whatever else is being written.
    fn touch(&self, id: &Id) {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        touched.ids.insert(id.to_string());
        if !std::mem::replace(&mut touched.is_prolonging, true) {
            let store = self.clone();
            tokio::spawn(async move { store.prolong().await });
        }
    }

    async fn prolong(&self) {
        loop {
            let ids = {
                let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
                touched.is_prolonging = !touched.ids.is_empty();
                if !touched.is_prolonging {
                    return;
                }
                std::mem::take(&mut touched.ids).into_iter().collect::<Vec<_>>()
            };
            if let Err(error) = self.prolong_these(&ids).await {
                tracing::error!(%error, "sessions could not be prolonged");
            }
        }
    }

    async fn prolong_these(&self, ids: &[String]) -> Result<()> {
        let mut work = self.write().await?;
        work.touch_web_sessions(ids, self.ends()).await.map_err(backend)?;
        work.commit().await.map_err(backend)
    }

    async fn write(&self) -> Result<Work> {
        self.secretariat.write(&Secretariat::operator(0)).await.map_err(backend)
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
            let mut work = self.write().await?;
            let expires_at = self.ends();
            let created = work.create_web_session(&record.id.to_string(), &data, expires_at).await.map_err(backend)?;
            work.commit().await.map_err(backend)?;
            if created {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let mut work = self.write().await?;
        work.save_web_session(&record.id.to_string(), &data, self.ends()).await.map_err(backend)?;
        work.commit().await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let mut work = self.secretariat.read(&Secretariat::operator(0)).await.map_err(backend)?;
        let found = work.web_session(&id.to_string()).await.map_err(backend)?;
        work.roll_back().await.map_err(backend)?;
        found
            .map(|(data, expires_at)| {
                if expires_at - self.secretariat.now() < TimeDelta::minutes(IDLE_MINUTES - 1) {
                    self.touch(id);
                }
                Ok(Record {
                    id: *id,
                    data: serde_json::from_str(&data).map_err(|error| Error::Decode(error.to_string()))?,
                    expiry_date: expiry(expires_at - self.secretariat.now()),
                })
            })
            .transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut work = self.write().await?;
        work.delete_web_session(&id.to_string()).await.map_err(backend)?;
        work.commit().await.map_err(backend)
    }
}
