//! Erasing personal data whose time is over, so that the ledger still proves the rest: what was erased, when, and that nobody else changed a row.

use crate::work::one_row;
use crate::{Result, Work};
use chrono::{DateTime, NaiveDate, Utc};
use training::erasure::DataClass;

/// Rows that are erased together.
const SLICE: i64 = 500;
/// Action of the ledger entries that announce it.
const ANNOUNCED: &str = "erasure.announced";

/// For how many years a class is kept: 0 for good, version 0 where nothing was said yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct ErasureSetting {
    pub years: i64,
    pub version: i64,
}

/// People whose last cohort ended before a day, who are not in the registry, and of whom it is kept how they are reached.
const CONTACTS: &str = "FROM person p WHERE p.provider_id = $1
    AND (p.postcode IS NOT NULL OR p.address IS NOT NULL OR p.phone IS NOT NULL OR p.email IS NOT NULL OR p.employer IS NOT NULL
        OR p.lat_e6 IS NOT NULL OR EXISTS (SELECT 1 FROM person_place l WHERE l.person_id = p.id))
    AND EXISTS (SELECT 1 FROM enrolment e WHERE e.person_id = p.id)
    AND NOT EXISTS (SELECT 1 FROM enrolment e JOIN cohort c ON c.id = e.cohort_id WHERE e.person_id = p.id AND c.ends_on >= $2)
    AND NOT EXISTS (SELECT 1 FROM registration_number n WHERE n.person_id = p.id)
    AND NOT EXISTS (SELECT 1 FROM registry_fact f WHERE f.person_id = p.id AND f.withdrawn_at IS NULL)";

/// Notices made before a moment that are done with. Of one that was erased nothing is left.
const NOTICES: &str = "FROM notice n WHERE n.provider_id = $1 AND n.created_at < $2 AND n.variables <> '{}'
    AND n.state NOT IN ('queued', 'sending')";

impl Work {
    pub async fn erasure_setting(&mut self, class: DataClass) -> Result<ErasureSetting> {
        let sql = "SELECT years, version FROM erasure_setting WHERE provider_id = $1 AND class = $2";
        Ok(optional!(self, ErasureSetting, sql, self.actor.provider, class.id())?.unwrap_or_default())
    }

    /// Over the version read.
    pub async fn set_erasure(&mut self, class: DataClass, setting: ErasureSetting) -> Result<()> {
        let changed = if setting.version == 0 {
            change!(
                self,
                "erasure_setting",
                "INSERT INTO erasure_setting (provider_id, class, years) VALUES ($1, $2, $3)
                 ON CONFLICT (provider_id, class) DO NOTHING RETURNING id",
                self.actor.provider,
                class.id(),
                setting.years
            )?
        } else {
            change!(
                self,
                "erasure_setting",
                "UPDATE erasure_setting SET years = $3, version = version + 1
                 WHERE provider_id = $1 AND class = $2 AND version = $4 RETURNING id",
                self.actor.provider,
                class.id(),
                setting.years,
                setting.version
            )?
        };
        one_row(&changed)?;
        self.audit("erasure.set", format!("provider/{}", self.actor.provider), (class.id(), setting.years))
    }

    /// How many people, or notices, there are whose time began before a day in Japan.
    pub async fn count_erasable(&mut self, class: DataClass, before: (NaiveDate, DateTime<Utc>)) -> Result<i64> {
        let (day, moment) = before;
        match class {
            DataClass::Contacts => {
                let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) {CONTACTS}"));
                scalar!(self, i64, sql, self.actor.provider, day)
            }
            DataClass::Notices => {
                let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) {NOTICES}"));
                scalar!(self, i64, sql, self.actor.provider, moment)
            }
        }
    }

    /// Erases some of them: the day, and the moment it begins. Gives how many; 0 where none are left.
    pub async fn erase_some(&mut self, class: DataClass, before: (NaiveDate, DateTime<Utc>)) -> Result<usize> {
        let (day, moment) = before;
        match class {
            DataClass::Contacts => {
                let sql = sqlx::AssertSqlSafe(format!("SELECT p.id {CONTACTS} ORDER BY p.id LIMIT {SLICE}"));
                let people = all!(self, (i64,), sql, self.actor.provider, day)?;
                for (person,) in &people {
                    self.erase_contacts(*person).await?;
                }
                Ok(people.len())
            }
            DataClass::Notices => {
                let sql = sqlx::AssertSqlSafe(format!(
                    "UPDATE notice SET recipient = '', address = '', variables = '{{}}', error = '', version = version + 1
                     WHERE id IN (SELECT n.id {NOTICES} ORDER BY n.id LIMIT {SLICE}) RETURNING id"
                ));
                let erased = change!(self, "notice", sql, self.actor.provider, moment)?;
                if !erased.is_empty() {
                    self.audit("notices.erased", format!("provider/{}", self.actor.provider), erased.len())?;
                }
                Ok(erased.len())
            }
        }
    }

    async fn erase_contacts(&mut self, person: i64) -> Result<()> {
        let mut known = self.person(person).await?;
        self.end_sign_in_links_of_person(person).await?;
        let changed = change!(
            self,
            "person",
            "UPDATE person SET postcode = NULL, address = NULL, phone = NULL, email = NULL, employer = NULL, lat_e6 = NULL,
                lon_e6 = NULL, version = version + 1 WHERE id = $1 AND version = $2 RETURNING id",
            person,
            known.version
        )?;
        one_row(&changed)?;
        change!(self, "person_place", "DELETE FROM person_place WHERE person_id = $1 RETURNING id", person)?;
        (known.address, known.email, known.phone) = (None, None, None);
        self.set_person_key(person, &known).await?;
        self.audit("contacts.erased", format!("person/{person}"), ())
    }

    /// Notes in the ledger that the time of such data is over, and of how much.
    pub async fn announce_erasure(&mut self, class: DataClass, count: i64) -> Result<()> {
        self.audit(ANNOUNCED, format!("erasure/{}", class.id()), count)
    }

    /// When that was noted since a moment, up to now.
    pub async fn erasure_announced(&mut self, class: DataClass, since: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>> {
        let found = all!(
            self,
            (DateTime<Utc>,),
            "SELECT at FROM audit_entry WHERE provider_id = $1 AND subject = $2 AND action = $3 AND at >= $4 AND at <= $5
                AND sequence > 0",
            self.actor.provider,
            format!("erasure/{}", class.id()),
            ANNOUNCED,
            since,
            self.actor.now
        )?;
        Ok(found.into_iter().map(|(at,)| at).collect())
    }
}
