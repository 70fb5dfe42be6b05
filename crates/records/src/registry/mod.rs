//! The registry of care managers: facts about people, their numbers, what the prefecture has decided, and what lists are found by.

use crate::work::{containing, one_row};
use crate::{Error, Result, Work};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;
use training::registry::{DatedFact, Fact, Policy, RegistrationNumber};
use training::trainee::person::comparable;

/// A fact as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryFact {
    pub id: i64,
    pub person_id: i64,
    pub effective_on: NaiveDate,
    pub fact: Fact,
    pub note: String,
    pub recorded_by: String,
    pub recorded_at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_by: Option<String>,
    pub withdrawn_reason: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    person_id: i64,
    effective_on: NaiveDate,
    fact: String,
    note: String,
    recorded_by: String,
    recorded_at: DateTime<Utc>,
    withdrawn_at: Option<DateTime<Utc>>,
    withdrawn_by: Option<String>,
    withdrawn_reason: Option<String>,
}

impl RegistryFact {
    fn read(row: Row) -> Result<RegistryFact> {
        Ok(RegistryFact {
            fact: serde_json::from_str(&row.fact)?,
            id: row.id,
            person_id: row.person_id,
            effective_on: row.effective_on,
            note: row.note,
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at,
            withdrawn_at: row.withdrawn_at,
            withdrawn_by: row.withdrawn_by,
            withdrawn_reason: row.withdrawn_reason,
        })
    }

    /// For the rules, with days instead of moments; `day` gives the local day of a moment.
    pub fn dated(&self, day: impl Fn(DateTime<Utc>) -> NaiveDate) -> DatedFact {
        DatedFact {
            on: self.effective_on,
            recorded_on: day(self.recorded_at),
            withdrawn_on: self.withdrawn_at.map(day),
            fact: self.fact.clone(),
        }
    }
}

/// A certificate of a training held here: it is a fact of the registry too.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CompletedHere {
    pub completed_on: NaiveDate,
    pub issued_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// The edition of the cohort's course.
    pub edition: String,
    pub number: String,
}

/// What a list shows of somebody.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RegistryLine {
    pub person_id: i64,
    pub name: String,
    pub kana: String,
    pub birth_date: NaiveDate,
    pub number: String,
    pub expires_on: Option<NaiveDate>,
    pub chief_until: Option<NaiveDate>,
    pub renewed_by: String,
}

/// What lists are found by, of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry {
    /// Empty where there is no registration.
    pub number: String,
    pub expires_on: Option<NaiveDate>,
    pub chief_until: Option<NaiveDate>,
    pub renewed_by: &'static str,
}

/// What the prefecture has decided; `version` 0 where nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrySetting {
    pub policy: Policy,
    /// The first serial number of each year, taken over from paper.
    pub first_serial: i64,
    pub version: i64,
}

/// Cards that end in a month, by how their span was reached and whether its holder is a chief.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EndingCards {
    /// `2027-04`.
    pub month: String,
    pub renewed_by: String,
    pub chief: bool,
    pub people: i64,
}

const FACT: &str =
    "f.id, f.person_id, f.effective_on, f.fact, f.note, f.recorded_by, f.recorded_at, f.withdrawn_at, f.withdrawn_by,
        f.withdrawn_reason";
const LINE: &str =
    "p.id AS person_id, p.name, p.kana, p.birth_date, i.number, i.expires_on, i.chief_until, i.renewed_by";

impl Work {
    /// Writes down a fact about a person.
    pub async fn record_registry_fact(
        &mut self,
        person: i64,
        (effective_on, fact): (NaiveDate, &Fact),
        note: &str,
        import_run: Option<i64>,
    ) -> Result<i64> {
        self.person(person).await?;
        let id = insert!(
            self,
            "registry_fact",
            "INSERT INTO registry_fact (person_id, effective_on, fact, note, import_run_id, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            person,
            effective_on,
            serde_json::to_string(fact)?,
            note,
            import_run,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("registry.recorded", format!("person/{person}"), (effective_on, fact))?;
        Ok(id)
    }

    /// Takes a fact back; pressed twice it is taken back once.
    pub async fn withdraw_registry_fact(&mut self, id: i64, reason: &str) -> Result<i64> {
        let known = self.registry_fact(id).await?;
        let changed = change!(
            self,
            "registry_fact",
            "UPDATE registry_fact SET withdrawn_at = $2, withdrawn_by = $3, withdrawn_reason = $4
             WHERE id = $1 AND withdrawn_at IS NULL RETURNING id",
            id,
            self.actor.now,
            &self.actor.name,
            reason
        )?;
        if !changed.is_empty() {
            self.audit("registry.withdrawn", format!("person/{}", known.person_id), (id, reason))?;
        }
        Ok(known.person_id)
    }

    pub async fn registry_fact(&mut self, id: i64) -> Result<RegistryFact> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {FACT} FROM registry_fact f JOIN person p ON p.id = f.person_id WHERE f.id = $1 AND p.provider_id = $2"
        ));
        RegistryFact::read(optional!(self, Row, sql, id, self.actor.provider)?.ok_or(Error::NotFound)?)
    }

    /// Every fact about a person, those taken back too, in the order they were written down.
    pub async fn registry_facts(&mut self, person: i64) -> Result<Vec<RegistryFact>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {FACT} FROM registry_fact f JOIN person p ON p.id = f.person_id
             WHERE f.person_id = $1 AND p.provider_id = $2 ORDER BY f.id"
        ));
        all!(self, Row, sql, person, self.actor.provider)?.into_iter().map(RegistryFact::read).collect()
    }

    /// Every fact about everybody of a cohort.
    pub async fn registry_facts_of_cohort(&mut self, cohort: i64) -> Result<Vec<RegistryFact>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {FACT} FROM registry_fact f WHERE f.person_id IN
                (SELECT e.person_id FROM enrolment e WHERE e.cohort_id = $1 AND e.provider_id = $2) ORDER BY f.id"
        ));
        all!(self, Row, sql, cohort, self.actor.provider)?.into_iter().map(RegistryFact::read).collect()
    }

    /// Certificates of trainings held here, of everybody of a cohort, with whose each is.
    pub async fn completed_here_of_cohort(&mut self, cohort: i64) -> Result<Vec<(i64, CompletedHere)>> {
        #[derive(sqlx::FromRow)]
        struct Of {
            person_id: i64,
            #[sqlx(flatten)]
            completed: CompletedHere,
        }
        let found = all!(
            self,
            Of,
            "SELECT e.person_id, c.completed_on, c.issued_at, c.revoked_at, o.edition, c.number FROM certificate c
             JOIN enrolment e ON e.id = c.enrolment_id JOIN cohort o ON o.id = e.cohort_id
             WHERE c.provider_id = $2 AND e.person_id IN (SELECT n.person_id FROM enrolment n WHERE n.cohort_id = $1) ORDER BY c.id",
            cohort,
            self.actor.provider
        )?;
        Ok(found.into_iter().map(|row| (row.person_id, row.completed)).collect())
    }

    /// People of an import with facts that still stand, with their names, and whether something was written down about them since.
    pub async fn people_of_registry_import(&mut self, run: i64) -> Result<Vec<(i64, String, bool)>> {
        let sql = "SELECT id FROM import_run WHERE id = $1 AND provider_id = $2 AND kind = 'registry'";
        optional!(self, (i64,), sql, run, self.actor.provider)?.ok_or(Error::NotFound)?;
        all!(
            self,
            (i64, String, bool),
            "SELECT p.id, p.name, EXISTS (SELECT 1 FROM registry_fact o WHERE o.person_id = p.id AND o.id > own.newest
                    AND (o.import_run_id IS NULL OR o.import_run_id <> $1)) AS touched
             FROM (SELECT person_id, max(id) AS newest FROM registry_fact WHERE import_run_id = $1 AND withdrawn_at IS NULL
                GROUP BY person_id) AS own
             JOIN person p ON p.id = own.person_id WHERE p.provider_id = $2 ORDER BY p.id",
            run,
            self.actor.provider
        )
    }

    /// Facts of an import about one person that still stand.
    pub async fn registry_facts_of_import(&mut self, run: i64, person: i64) -> Result<Vec<i64>> {
        self.person(person).await?;
        let sql = "SELECT id FROM registry_fact WHERE import_run_id = $1 AND person_id = $2 AND withdrawn_at IS NULL ORDER BY id";
        Ok(all!(self, (i64,), sql, run, person)?.into_iter().map(|(id,)| id).collect())
    }

    /// Every number in use with its person; one whose registration was taken back is in no use.
    pub async fn registration_numbers(&mut self) -> Result<HashMap<String, i64>> {
        let sql = "SELECT number, person_id FROM registry_index WHERE provider_id = $1 AND number <> ''";
        Ok(all!(self, (String, i64), sql, self.actor.provider)?.into_iter().collect())
    }

    /// Certificates of trainings held here.
    pub async fn completed_here(&mut self, person: i64) -> Result<Vec<CompletedHere>> {
        all!(
            self,
            CompletedHere,
            "SELECT c.completed_on, c.issued_at, c.revoked_at, o.edition, c.number FROM certificate c
             JOIN enrolment e ON e.id = c.enrolment_id JOIN cohort o ON o.id = e.cohort_id
             WHERE e.person_id = $1 AND c.provider_id = $2 ORDER BY c.id",
            person,
            self.actor.provider
        )
    }

    /// Keeps a number as one person's. Gives false where it is another's; of two at once the database refuses the second.
    pub async fn keep_registration_number(&mut self, person: i64, number: RegistrationNumber) -> Result<bool> {
        self.person(person).await?;
        if let Some(known) = self.person_of_number(number).await? {
            if known == person || self.registration_numbers().await?.contains_key(&number.to_string()) {
                return Ok(known == person);
            }
            // Its holder's registration was taken back as wrong: it was never that person's.
            let sql =
                "UPDATE registration_number SET person_id = $3 WHERE provider_id = $1 AND number = $2 RETURNING id";
            change!(self, "registration_number", sql, self.actor.provider, number.to_string(), person)?;
            return Ok(true);
        }
        insert!(
            self,
            "registration_number",
            "INSERT INTO registration_number (provider_id, number, person_id) VALUES ($1, $2, $3) RETURNING id",
            self.actor.provider,
            number.to_string(),
            person
        )?;
        Ok(true)
    }

    /// Whose number it is.
    pub async fn person_of_number(&mut self, number: RegistrationNumber) -> Result<Option<i64>> {
        let sql = "SELECT person_id FROM registration_number WHERE provider_id = $1 AND number = $2";
        Ok(optional!(self, (i64,), sql, self.actor.provider, number.to_string())?.map(|(person,)| person))
    }

    /// The next free number of a prefecture and a year. Two desks wait for each other, so that neither gets the other's.
    pub async fn next_registration_number(&mut self, prefecture: u8, year: u8) -> Result<Option<RegistrationNumber>> {
        let setting = self.locked_registry_setting().await?;
        let prefix = format!("{prefecture:02}{year:02}%");
        let newest = scalar!(
            self,
            Option<String>,
            "SELECT max(number) FROM registration_number WHERE provider_id = $1 AND number LIKE $2",
            self.actor.provider,
            prefix
        )?;
        let newest = newest.and_then(|number| number.get(4..)?.parse::<i64>().ok()).unwrap_or(0);
        let serial = u16::try_from((newest + 1).max(setting.first_serial)).ok();
        Ok(serial.and_then(|serial| RegistrationNumber::new(prefecture, year, serial)))
    }

    /// The setting, and whoever else wants it waits until this work is done.
    async fn locked_registry_setting(&mut self) -> Result<RegistrySetting> {
        if self.registry_setting().await?.version == 0 {
            change!(
                self,
                "registry_setting",
                "INSERT INTO registry_setting (provider_id, policy) VALUES ($1, $2) ON CONFLICT (provider_id) DO NOTHING RETURNING id",
                self.actor.provider,
                serde_json::to_string(&Policy::default())?
            )?;
        }
        execute!(self, "UPDATE registry_setting SET version = version WHERE provider_id = $1", self.actor.provider)?;
        self.registry_setting().await
    }

    /// What the prefecture has decided, or the defaults.
    pub async fn registry_setting(&mut self) -> Result<RegistrySetting> {
        let sql = "SELECT policy, first_serial, version FROM registry_setting WHERE provider_id = $1";
        Ok(match optional!(self, (String, i64, i64), sql, self.actor.provider)? {
            Some((policy, first_serial, version)) => {
                RegistrySetting { policy: serde_json::from_str(&policy)?, first_serial, version }
            }
            None => RegistrySetting { policy: Policy::default(), first_serial: 1, version: 0 },
        })
    }

    /// Changes the setting as read at its version.
    pub async fn set_registry_setting(&mut self, setting: &RegistrySetting) -> Result<()> {
        let policy = serde_json::to_string(&setting.policy)?;
        let changed = if setting.version == 0 {
            change!(
                self,
                "registry_setting",
                "INSERT INTO registry_setting (provider_id, policy, first_serial) VALUES ($1, $2, $3)
                 ON CONFLICT (provider_id) DO NOTHING RETURNING id",
                self.actor.provider,
                policy,
                setting.first_serial
            )?
        } else {
            change!(
                self,
                "registry_setting",
                "UPDATE registry_setting SET policy = $2, first_serial = $3, version = version + 1
                 WHERE provider_id = $1 AND version = $4 RETURNING id",
                self.actor.provider,
                policy,
                setting.first_serial,
                setting.version
            )?
        };
        let id = one_row(&changed)?;
        self.audit(
            "registry.setting_changed",
            format!("registry_setting/{id}"),
            (&setting.policy, setting.first_serial),
        )
    }

    /// Writes what lists find a person by.
    pub async fn set_registry_index(&mut self, person: i64, entry: &IndexEntry) -> Result<()> {
        execute!(
            self,
            "INSERT INTO registry_index (person_id, provider_id, number, expires_on, chief_until, renewed_by)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person_id) DO UPDATE SET number = excluded.number,
                expires_on = excluded.expires_on, chief_until = excluded.chief_until, renewed_by = excluded.renewed_by",
            person,
            self.actor.provider,
            &entry.number,
            entry.expires_on,
            entry.chief_until,
            entry.renewed_by
        )?;
        Ok(())
    }

    /// People of the registry by number, name, furigana and what else people are searched by; an empty text gives the next cards to end.
    pub async fn find_registered(&mut self, text: &str, limit: i64) -> Result<Vec<RegistryLine>> {
        let key = comparable(text);
        if key.is_empty() {
            let sql = sqlx::AssertSqlSafe(format!(
                "SELECT {LINE} FROM registry_index i JOIN person p ON p.id = i.person_id
                 WHERE i.provider_id = $1 AND i.expires_on >= $2 ORDER BY i.expires_on, i.person_id LIMIT $3"
            ));
            let today = self.actor.now.date_naive();
            return all!(self, RegistryLine, sql, self.actor.provider, today, limit);
        }
        if key.bytes().all(|byte| byte.is_ascii_digit()) {
            let sql = sqlx::AssertSqlSafe(format!(
                "SELECT {LINE} FROM registry_index i JOIN person p ON p.id = i.person_id
                 WHERE i.provider_id = $1 AND i.number >= $2 AND i.number < $3 ORDER BY i.number LIMIT $4"
            ));
            let found = all!(self, RegistryLine, sql, self.actor.provider, &key, format!("{key}~"), limit)?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {LINE} FROM person_key k JOIN person p ON p.id = k.person_id JOIN registry_index i ON i.person_id = k.person_id
             WHERE k.provider_id = $1 AND k.search LIKE $2 ESCAPE '!' ORDER BY i.expires_on, p.id LIMIT $3"
        ));
        all!(self, RegistryLine, sql, self.actor.provider, containing(&key), limit)
    }

    /// People whose cards end in these days, the first to end first.
    pub async fn cards_ending(
        &mut self,
        (from, until): (NaiveDate, NaiveDate),
        limit: i64,
    ) -> Result<Vec<RegistryLine>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {LINE} FROM registry_index i JOIN person p ON p.id = i.person_id
             WHERE i.provider_id = $1 AND i.expires_on BETWEEN $2 AND $3 ORDER BY i.expires_on, i.person_id LIMIT $4"
        ));
        all!(self, RegistryLine, sql, self.actor.provider, from, until, limit)
    }

    /// How many cards end in each month of these days.
    pub async fn cards_by_month(&mut self, (from, until): (NaiveDate, NaiveDate)) -> Result<Vec<EndingCards>> {
        all!(
            self,
            EndingCards,
            "SELECT month, renewed_by, chief, count(*) AS people FROM (
                SELECT substr(CAST(expires_on AS TEXT), 1, 7) AS month, renewed_by,
                    (chief_until IS NOT NULL AND chief_until >= expires_on) AS chief
                FROM registry_index WHERE provider_id = $1 AND expires_on BETWEEN $2 AND $3) AS ending
             GROUP BY month, renewed_by, chief ORDER BY month, renewed_by, chief",
            self.actor.provider,
            from,
            until
        )
    }
}
