//! People: who a trainee is. Enrolments in several cohorts share one person.

use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;
use training::trainee::person::{comparable, comparable_name, comparable_phone};

#[derive(Debug, Clone, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct Person {
    pub id: i64,
    pub name: String,
    pub kana: String,
    pub former_name: Option<String>,
    pub birth_date: NaiveDate,
    pub postcode: Option<String>,
    pub address: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub employer: Option<String>,
    pub lat_e6: Option<i64>,
    pub lon_e6: Option<i64>,
    pub version: i64,
}

/// Version of the form people are compared and searched in: another one makes all keys anew at the next start.
const FORM: i64 = 1;

impl Person {
    /// The form the name is compared in, and everything the person is searched by.
    fn keys(&self) -> (String, String) {
        let name_key = comparable_name(&self.name);
        let texts =
            [Some(&self.name), Some(&self.kana), self.former_name.as_ref(), self.email.as_ref(), self.address.as_ref()];
        let mut search: Vec<String> = texts.into_iter().flatten().map(|text| comparable(text)).collect();
        search.extend(self.phone.as_deref().and_then(comparable_phone));
        (name_key, search.join("\n"))
    }
}

impl Work {
    pub async fn create_person(&mut self, person: &Person) -> Result<i64> {
        let id = insert!(
            self,
            "person",
            "INSERT INTO person (provider_id, name, kana, former_name, birth_date, postcode, address, phone, email,
                employer, lat_e6, lon_e6) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
            self.actor.provider,
            &person.name,
            &person.kana,
            &person.former_name,
            person.birth_date,
            &person.postcode,
            &person.address,
            &person.phone,
            &person.email,
            &person.employer,
            person.lat_e6,
            person.lon_e6
        )?;
        self.set_person_key(id, person).await?;
        self.audit("person.created", format!("person/{id}"), &person.name)?;
        Ok(id)
    }

    pub async fn person(&mut self, id: i64) -> Result<Person> {
        optional!(
            self,
            Person,
            "SELECT id, name, kana, former_name, birth_date, postcode, address, phone, email, employer, lat_e6, lon_e6,
                version FROM person WHERE id = $1 AND provider_id = $2",
            id,
            self.actor.provider
        )?
        .ok_or(Error::NotFound)
    }

    /// The people of a cohort, by enrolment.
    pub async fn people_of_cohort(&mut self, cohort: i64) -> Result<HashMap<i64, Person>> {
        #[derive(sqlx::FromRow)]
        struct Enrolled {
            enrolment_id: i64,
            #[sqlx(flatten)]
            person: Person,
        }
        let found = all!(
            self,
            Enrolled,
            "SELECT e.id AS enrolment_id, p.id, p.name, p.kana, p.former_name, p.birth_date, p.postcode, p.address, p.phone,
                p.email, p.employer, p.lat_e6, p.lon_e6, p.version
             FROM enrolment e JOIN person p ON p.id = e.person_id WHERE e.cohort_id = $1 AND e.provider_id = $2",
            cohort,
            self.actor.provider
        )?;
        Ok(found.into_iter().map(|row| (row.enrolment_id, row.person)).collect())
    }

    /// Changes a person as read at `person.version`.
    pub async fn update_person(&mut self, person: &Person) -> Result<()> {
        let former = self.person(person.id).await?;
        if former.email != person.email {
            // What was sent to the former address opens nothing any more.
            self.end_sign_in_links_of_person(person.id).await?;
        }
        let changed = change!(
            self,
            "person",
            "UPDATE person SET name = $4, kana = $5, former_name = $6, birth_date = $7, postcode = $8, address = $9,
                phone = $10, email = $11, employer = $12, lat_e6 = $13, lon_e6 = $14, version = version + 1
             WHERE id = $1 AND provider_id = $2 AND version = $3 RETURNING id",
            person.id,
            self.actor.provider,
            person.version,
            &person.name,
            &person.kana,
            &person.former_name,
            person.birth_date,
            &person.postcode,
            &person.address,
            &person.phone,
            &person.email,
            &person.employer,
            person.lat_e6,
            person.lon_e6
        )?;
        one_row(&changed)?;
        self.set_person_key(person.id, person).await?;
        self.audit("person.changed", format!("person/{}", person.id), &person.name)
    }

    /// Names a person had before, as the ledger has them: the name, when it was changed, and by whom; newest first.
    pub async fn former_names(&mut self, person: i64) -> Result<Vec<(String, DateTime<Utc>, String)>> {
        let subject = format!("person/{person}");
        let mut entries = self.audit_entries(Some(&subject), i64::MAX, 1000).await?;
        entries.retain(|entry| matches!(entry.action.as_str(), "person.created" | "person.changed"));
        let name = |detail: &str| serde_json::from_str::<String>(detail).unwrap_or_default();
        let mut former = Vec::new();
        for pair in entries.windows(2) {
            let (after, before) = (name(&pair[0].detail), name(&pair[1].detail));
            if after != before && !before.is_empty() {
                former.push((before, pair[0].at, pair[0].actor.clone()));
            }
        }
        Ok(former)
    }

    /// Writes the form a person is compared and searched in.
    pub(crate) async fn set_person_key(&mut self, id: i64, person: &Person) -> Result<()> {
        let (name_key, search) = person.keys();
        execute!(
            self,
            "INSERT INTO person_key (person_id, provider_id, name_key, search, form)
             SELECT p.id, p.provider_id, $2, $3, $4 FROM person p WHERE p.id = $1
             ON CONFLICT (person_id) DO UPDATE SET name_key = excluded.name_key, search = excluded.search, form = excluded.form",
            id,
            name_key,
            search,
            FORM
        )?;
        Ok(())
    }

    /// Is there anybody without keys in the present form?
    pub(crate) async fn lacks_person_keys(&mut self) -> Result<bool> {
        let found = optional!(
            self,
            (i64,),
            "SELECT p.id FROM person p LEFT JOIN person_key k ON k.person_id = p.id
             WHERE k.form IS NULL OR k.form <> $1 LIMIT 1",
            FORM
        )?;
        Ok(found.is_some())
    }

    /// Makes the keys of people who have none in the present form, some at a time.
    pub(crate) async fn fill_person_keys(&mut self) -> Result<()> {
        let people = all!(
            self,
            Person,
            "SELECT p.id, p.name, p.kana, p.former_name, p.birth_date, p.postcode, p.address, p.phone, p.email, p.employer, p.lat_e6,
                p.lon_e6, p.version FROM person p LEFT JOIN person_key k ON k.person_id = p.id
             WHERE k.form IS NULL OR k.form <> $1 ORDER BY p.id LIMIT 1000",
            FORM
        )?;
        for person in &people {
            self.set_person_key(person.id, person).await?;
        }
        Ok(())
    }

    /// People of these names, in the form names are compared in: id, that form, birth date; the oldest record first.
    pub async fn people_named(&mut self, names: &[&str]) -> Result<Vec<(i64, String, NaiveDate)>> {
        let provider = self.actor.provider;
        let mut people = Vec::new();
        for batch in names.chunks(500) {
            let found: Vec<(i64, String, NaiveDate)> = on!(self, connection => {
                let mut query = sqlx::QueryBuilder::new(
                    "SELECT p.id, k.name_key, p.birth_date FROM person_key k JOIN person p ON p.id = k.person_id
                     WHERE k.provider_id = ",
                );
                query.push_bind(provider).push(" AND k.name_key IN (");
                let mut listed = query.separated(", ");
                for name in batch {
                    listed.push_bind(*name);
                }
                query.push(") ORDER BY p.id").build_query_as().fetch_all(connection).await
            })?;
            people.extend(found);
        }
        Ok(people)
    }
}
