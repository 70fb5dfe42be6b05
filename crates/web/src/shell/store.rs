//! Server-side sessions, kept in the records.

use async_trait::async_trait;
use chrono::TimeDelta;
use records::Work;
use secretariat::Secretariat;
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

#[derive(Clone)]
pub(crate) struct Store(pub(crate) Secretariat);

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Store")
    }
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

/// The session layer counts by the wall clock, the records by the clock that was passed in: what is kept is how long is left.
fn left(expiry: OffsetDateTime) -> TimeDelta {
    TimeDelta::seconds((expiry - OffsetDateTime::now_utc()).whole_seconds())
}

fn expiry(left: TimeDelta) -> OffsetDateTime {
    OffsetDateTime::now_utc() + time::Duration::seconds(left.num_seconds())
}

impl Store {
    async fn write(&self) -> Result<Work> {
        self.0.write(&Secretariat::operator(0)).await.map_err(backend)
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
            let mut work = self.write().await?;
            let expires_at = self.0.now() + left(record.expiry_date);
            let created = work.create_web_session(&record.id.to_string(), &data, expires_at).await.map_err(backend)?;
            work.sweep_web_sessions().await.map_err(backend)?;
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
        work.save_web_session(&record.id.to_string(), &data, self.0.now() + left(record.expiry_date))
            .await
            .map_err(backend)?;
        work.commit().await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let mut work = self.0.read(&Secretariat::operator(0)).await.map_err(backend)?;
        let found = work.web_session(&id.to_string()).await.map_err(backend)?;
        work.roll_back().await.map_err(backend)?;
        found
            .map(|(data, expires_at)| {
                Ok(Record {
                    id: *id,
                    data: serde_json::from_str(&data).map_err(|error| Error::Decode(error.to_string()))?,
                    expiry_date: expiry(expires_at - self.0.now()),
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
