//! Enrolments: a person in a cohort, and every change of state.

use crate::trainee::person::Person;
use crate::work::{containing, one_row};
use crate::{Error, Result, Work};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;
use training::trainee::enrolment::EnrolmentState;
use training::trainee::person::{comparable, comparable_phone};

/// An enrolment with what a list shows of its person.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Enrolment {
    pub id: i64,
    pub cohort_id: i64,
    pub person_id: i64,
    pub name: String,
    pub kana: String,
    pub trainee_number: String,
    pub exam_number: Option<String>,
    #[sqlx(try_from = "String")]
    pub state: EnrolmentState,
    pub enrolled_on: Option<NaiveDate>,
    /// One character a weekly window, `1` available.
    pub windows: String,
    /// Office numbers in order, divided by blanks.
    pub preferences: String,
    pub version: i64,
}

/// An enrolment to be created.
#[derive(Debug, Clone)]
pub struct NewEnrolment<'a> {
    pub cohort: i64,
    pub person: i64,
    pub trainee_number: &'a str,
    pub exam_number: Option<&'a str>,
    pub state: EnrolmentState,
    pub enrolled_on: Option<NaiveDate>,
    pub windows: &'a str,
    pub preferences: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EnrolmentChange {
    #[sqlx(try_from = "String")]
    pub from_state: EnrolmentState,
    #[sqlx(try_from = "String")]
    pub to_state: EnrolmentState,
    pub reason: String,
    pub changed_by: String,
    pub changed_at: DateTime<Utc>,
}

/// A trainee with coordinates, for placement.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Home {
    pub enrolment_id: i64,
    pub lat_e6: Option<i64>,
    pub lon_e6: Option<i64>,
    pub employer: Option<String>,
}

const COLUMNS: &str = "e.id, e.cohort_id, e.person_id, p.name, p.kana, e.trainee_number, e.exam_number, e.state, e.enrolled_on, e.windows, e.preferences, e.version";

/// Values of one list: within the databases' limits.
const BATCH: usize = 500;

impl Work {
    pub async fn create_enrolment(&mut self, new: &NewEnrolment<'_>) -> Result<i64> {
        self.facts_changed(new.cohort).await?;
        let id = insert!(
            self,
            "enrolment",
            "INSERT INTO enrolment (provider_id, cohort_id, person_id, trainee_number, exam_number, state, enrolled_on,
                windows, preferences, created_at)
             SELECT $1, $2, id, $4, $5, $6, $7, $8, $9, $10 FROM person WHERE id = $3 AND provider_id = $1 RETURNING id",
            self.actor.provider,
            new.cohort,
            new.person,
            new.trainee_number,
            new.exam_number,
            new.state.id(),
            new.enrolled_on,
            new.windows,
            new.preferences,
            self.actor.now
        )
        .map_err(|error| if matches!(error, Error::LostUpdate) { Error::NotFound } else { error })?;
        self.note_state(id, (new.state, new.state), new.enrolled_on, "").await?;
        let detail = (new.cohort, new.person, new.trainee_number, new.state);
        self.audit("enrolment.created", format!("enrolment/{id}"), detail)?;
        Ok(id)
    }

    pub async fn enrolment(&mut self, id: i64) -> Result<Enrolment> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM enrolment e JOIN person p ON p.id = e.person_id WHERE e.id = $1 AND e.provider_id = $2"
        ));
        optional!(self, Enrolment, sql, id, self.actor.provider)?.ok_or(Error::NotFound)
    }

    /// All enrolments of a cohort, by trainee number.
    pub async fn enrolments(&mut self, cohort: i64) -> Result<Vec<Enrolment>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM enrolment e JOIN person p ON p.id = e.person_id
             WHERE e.cohort_id = $1 AND e.provider_id = $2 ORDER BY e.trainee_number"
        ));
        all!(self, Enrolment, sql, cohort, self.actor.provider)
    }

    /// When somebody passed the qualifying exam; a later word replaces an earlier one.
    pub async fn record_exam_pass(&mut self, enrolment: i64, on: NaiveDate) -> Result<()> {
        self.enrolment(enrolment).await?;
        insert!(
            self,
            "exam_pass",
            "INSERT INTO exam_pass (enrolment_id, passed_on, recorded_by, recorded_at) VALUES ($1, $2, $3, $4) RETURNING id",
            enrolment,
            on,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("exam_pass.recorded", format!("enrolment/{enrolment}"), on)
    }

    /// When a trainee passed the qualifying exam, as far as it is known.
    pub async fn exam_pass(&mut self, enrolment: i64) -> Result<Option<NaiveDate>> {
        self.enrolment(enrolment).await?;
        let sql = "SELECT passed_on FROM exam_pass WHERE enrolment_id = $1 ORDER BY id DESC LIMIT 1";
        Ok(optional!(self, (NaiveDate,), sql, enrolment)?.map(|(on,)| on))
    }

    /// The same of all trainees of a cohort.
    pub async fn exam_passes(&mut self, cohort: i64) -> Result<HashMap<i64, NaiveDate>> {
        let passes = all!(
            self,
            (i64, NaiveDate),
            "SELECT x.enrolment_id, x.passed_on FROM exam_pass x JOIN enrolment e ON e.id = x.enrolment_id
             WHERE e.cohort_id = $1 AND e.provider_id = $2 ORDER BY x.id",
            cohort,
            self.actor.provider
        )?;
        Ok(passes.into_iter().collect())
    }

    /// The enrolments of one person, newest first.
    pub async fn enrolments_of_person(&mut self, person: i64) -> Result<Vec<Enrolment>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM enrolment e JOIN person p ON p.id = e.person_id
             WHERE e.person_id = $1 AND e.provider_id = $2 ORDER BY e.id DESC"
        ));
        all!(self, Enrolment, sql, person, self.actor.provider)
    }

    /// The people enrolled with one of these exam numbers, in whichever cohort; of several the one enrolled first.
    pub async fn people_by_exam_number(&mut self, exam_numbers: &[&str]) -> Result<HashMap<String, i64>> {
        let provider = self.actor.provider;
        let mut people = HashMap::new();
        for batch in exam_numbers.chunks(BATCH) {
            let found: Vec<(String, i64)> = on!(self, connection => {
                let mut query = sqlx::QueryBuilder::new("SELECT exam_number, person_id FROM enrolment WHERE provider_id = ");
                query.push_bind(provider).push(" AND exam_number IN (");
                let mut listed = query.separated(", ");
                for number in batch {
                    listed.push_bind(*number);
                }
                query.push(") ORDER BY id").build_query_as().fetch_all(connection).await
            })?;
            for (number, person) in found {
                people.entry(number).or_insert(person);
            }
        }
        Ok(people)
    }

    /// Writes a change of state that the caller has checked against the transition table.
    pub async fn change_enrolment(
        &mut self,
        enrolment: &Enrolment,
        to: EnrolmentState,
        reason: &str,
        enrolled_on: Option<NaiveDate>,
    ) -> Result<()> {
        self.facts_of_enrolment_changed(enrolment.id).await?;
        let changed = change!(
            self,
            "enrolment",
            "UPDATE enrolment SET state = $4, enrolled_on = coalesce($5, enrolled_on), version = version + 1
             WHERE id = $1 AND provider_id = $2 AND version = $3 RETURNING id",
            enrolment.id,
            self.actor.provider,
            enrolment.version,
            to.id(),
            enrolled_on
        )?;
        one_row(&changed)?;
        let enrolled_on = enrolled_on.or(enrolment.enrolled_on);
        self.note_state(enrolment.id, (enrolment.state, to), enrolled_on, reason).await?;
        self.audit("enrolment.changed", format!("enrolment/{}", enrolment.id), (enrolment.state, to, reason))
    }

    /// The state of an enrolment from now on; its first one is noted as a change to itself.
    async fn note_state(
        &mut self,
        enrolment: i64,
        (from, to): (EnrolmentState, EnrolmentState),
        enrolled_on: Option<NaiveDate>,
        reason: &str,
    ) -> Result<()> {
        insert!(
            self,
            "enrolment_change",
            "INSERT INTO enrolment_change (enrolment_id, from_state, to_state, enrolled_on, reason, changed_by, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            enrolment,
            from.id(),
            to.id(),
            enrolled_on,
            reason,
            &self.actor.name,
            self.actor.now
        )?;
        Ok(())
    }

    /// Oldest first; the first is the state the enrolment began in.
    pub async fn enrolment_changes(&mut self, enrolment: i64) -> Result<Vec<EnrolmentChange>> {
        all!(
            self,
            EnrolmentChange,
            "SELECT c.from_state, c.to_state, c.reason, c.changed_by, c.changed_at FROM enrolment_change c
             JOIN enrolment e ON e.id = c.enrolment_id WHERE e.id = $1 AND e.provider_id = $2 ORDER BY c.id",
            enrolment,
            self.actor.provider
        )
    }

    /// Homes and employers of a cohort's trainees.
    pub async fn homes(&mut self, cohort: i64) -> Result<Vec<Home>> {
        all!(
            self,
            Home,
            "SELECT e.id AS enrolment_id, p.lat_e6, p.lon_e6, p.employer FROM enrolment e
             JOIN person p ON p.id = e.person_id WHERE e.cohort_id = $1 AND e.provider_id = $2 ORDER BY e.id",
            cohort,
            self.actor.provider
        )
    }

    /// Trainees whose name, furigana, telephone number, mail address, address, trainee number or exam number contains a text, in all cohorts,
    /// however it is written.
    pub async fn find_trainees(&mut self, text: &str, limit: i64) -> Result<Vec<Enrolment>> {
        let key = comparable(text);
        if key.is_empty() {
            return Ok(Vec::new());
        }
        let phone = comparable_phone(text).unwrap_or_else(|| key.clone());
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM enrolment e JOIN person p ON p.id = e.person_id JOIN person_key k ON k.person_id = p.id
             WHERE e.provider_id = $1 AND (k.search LIKE $2 ESCAPE '!' OR k.search LIKE $3 ESCAPE '!'
                OR lower(e.trainee_number) LIKE $2 ESCAPE '!' OR lower(e.exam_number) LIKE $2 ESCAPE '!') ORDER BY e.id DESC LIMIT $4"
        ));
        all!(self, Enrolment, sql, self.actor.provider, containing(&key), containing(&phone), limit)
    }

    /// Trainees with exactly this number, of whichever cohort, the newest first.
    pub async fn enrolments_by_number(&mut self, trainee_number: &str) -> Result<Vec<Enrolment>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM enrolment e JOIN person p ON p.id = e.person_id
             WHERE e.provider_id = $1 AND e.trainee_number = $2 ORDER BY e.id DESC"
        ));
        all!(self, Enrolment, sql, self.actor.provider, trainee_number)
    }

    /// Enrolments of the person, with the person read back: what a trainee who signs in sees.
    pub async fn person_of(&mut self, enrolment: i64) -> Result<Person> {
        let enrolment = self.enrolment(enrolment).await?;
        self.person(enrolment.person_id).await
    }
}
