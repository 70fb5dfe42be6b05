//! Where people are, and the public data that tells it: the ministry's gazetteer, travel minutes, outlines for the map.

use crate::{Result, Work};
use std::collections::HashMap;
use std::collections::HashSet;

/// A place of somebody, newest of its kind.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PersonPlace {
    pub person_id: i64,
    /// `home` or `workplace`.
    pub kind: String,
    /// Degrees × 10⁶.
    pub lat_e6: i64,
    pub lon_e6: i64,
    /// `exact`, `town` or `municipality`.
    pub precision: String,
    /// What said so: `hand`, `roster`, or the name of the place in the gazetteer.
    pub source: String,
}

/// A town of the gazetteer; an empty name stands for the whole municipality.
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::FromRow)]
pub struct Town {
    pub prefecture: String,
    pub municipality: String,
    pub town: String,
    pub lat_e6: i64,
    pub lon_e6: i64,
}

/// A line of the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub name: String,
    /// Latitude and longitude, degrees × 10⁶.
    pub line: Vec<(i64, i64)>,
}

const BATCH: usize = 500;

impl Work {
    /// From now on this is where the person's home or workplace is.
    pub async fn set_person_place(&mut self, place: &PersonPlace) -> Result<()> {
        self.person(place.person_id).await?;
        insert!(
            self,
            "person_place",
            "INSERT INTO person_place (person_id, kind, lat_e6, lon_e6, precision, source, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            place.person_id,
            &place.kind,
            place.lat_e6,
            place.lon_e6,
            &place.precision,
            &place.source,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("person.place_set", format!("person/{}", place.person_id), (&place.kind, &place.precision))
    }

    /// The places of a cohort's people.
    pub async fn person_places(&mut self, cohort: i64) -> Result<Vec<PersonPlace>> {
        all!(
            self,
            PersonPlace,
            "SELECT pp.person_id, pp.kind, pp.lat_e6, pp.lon_e6, pp.precision, pp.source FROM person_place pp
             JOIN enrolment e ON e.person_id = pp.person_id WHERE e.cohort_id = $1 AND e.provider_id = $2
             AND pp.id = (SELECT max(n.id) FROM person_place n WHERE n.person_id = pp.person_id AND n.kind = pp.kind)",
            cohort,
            self.actor.provider
        )
    }

    /// Enrolments of a cohort whose home is known by its municipality alone: their distances are from its middle.
    pub async fn homes_by_municipality(&mut self, cohort: i64) -> Result<HashSet<i64>> {
        let found = all!(
            self,
            (i64,),
            "SELECT e.id FROM enrolment e JOIN person_place pp ON pp.id =
                (SELECT max(n.id) FROM person_place n WHERE n.person_id = e.person_id AND n.kind = 'home')
             WHERE e.cohort_id = $1 AND e.provider_id = $2 AND pp.precision = 'municipality'",
            cohort,
            self.actor.provider
        )?;
        Ok(found.into_iter().map(|(enrolment,)| enrolment).collect())
    }

    /// How many homes of a cohort are known how precisely: has coordinates, precision (`None`: nobody said), how many.
    pub async fn homes_by_precision(&mut self, cohort: i64) -> Result<Vec<(bool, Option<String>, i64)>> {
        all!(
            self,
            (bool, Option<String>, i64),
            "SELECT (p.lat_e6 IS NOT NULL) AS known, pp.precision, count(*) FROM enrolment e
             JOIN person p ON p.id = e.person_id LEFT JOIN person_place pp ON pp.id =
                (SELECT max(n.id) FROM person_place n WHERE n.person_id = p.id AND n.kind = 'home')
             WHERE e.cohort_id = $1 AND e.provider_id = $2 GROUP BY 1, 2",
            cohort,
            self.actor.provider
        )
    }

    /// Replaces the towns of every prefecture named.
    pub async fn replace_gazetteer(&mut self, towns: &[Town]) -> Result<()> {
        let provider = self.actor.provider;
        let prefectures: std::collections::BTreeSet<&str> = towns.iter().map(|town| town.prefecture.as_str()).collect();
        for prefecture in prefectures {
            execute!(
                self,
                "DELETE FROM gazetteer_town WHERE provider_id = $1 AND prefecture = $2",
                provider,
                prefecture
            )?;
        }
        for batch in towns.chunks(BATCH) {
            on!(self, connection => {
                let mut query = sqlx::QueryBuilder::new(
                    "INSERT INTO gazetteer_town (provider_id, prefecture, municipality, town, lat_e6, lon_e6) ",
                );
                query.push_values(batch, |mut row, town| {
                    row.push_bind(provider)
                        .push_bind(&town.prefecture)
                        .push_bind(&town.municipality)
                        .push_bind(&town.town)
                        .push_bind(town.lat_e6)
                        .push_bind(town.lon_e6);
                });
                query.build().execute(connection).await.map(|done| done.rows_affected())
            })?;
        }
        Ok(())
    }

    /// Prefecture and municipality of every town known.
    pub async fn gazetteer_municipalities(&mut self) -> Result<Vec<(String, String)>> {
        all!(
            self,
            (String, String),
            "SELECT DISTINCT prefecture, municipality FROM gazetteer_town WHERE provider_id = $1",
            self.actor.provider
        )
    }

    pub async fn gazetteer_towns(&mut self, prefecture: &str, municipality: &str) -> Result<Vec<Town>> {
        all!(
            self,
            Town,
            "SELECT prefecture, municipality, town, lat_e6, lon_e6 FROM gazetteer_town
             WHERE provider_id = $1 AND prefecture = $2 AND municipality = $3",
            self.actor.provider,
            prefecture,
            municipality
        )
    }

    /// Replaces the travel minutes of a cohort: enrolment, office, minutes.
    pub async fn replace_travel_minutes(&mut self, cohort: i64, minutes: &[(i64, i64, i64)]) -> Result<()> {
        self.facts_changed(cohort).await?;
        execute!(
            self,
            "DELETE FROM travel_minutes WHERE enrolment_id IN
                (SELECT id FROM enrolment WHERE cohort_id = $1 AND provider_id = $2)",
            cohort,
            self.actor.provider
        )?;
        for batch in minutes.chunks(BATCH) {
            on!(self, connection => {
                let mut query =
                    sqlx::QueryBuilder::new("INSERT INTO travel_minutes (enrolment_id, host_office_id, minutes) ");
                query.push_values(batch, |mut row, (enrolment, office, minutes)| {
                    row.push_bind(*enrolment).push_bind(*office).push_bind(*minutes);
                });
                query.build().execute(connection).await.map(|done| done.rows_affected())
            })?;
        }
        self.audit("placement.minutes_replaced", format!("cohort/{cohort}"), minutes.len())
    }

    /// Forgets a person's travel minutes: the ways are others now.
    pub async fn forget_travel_minutes(&mut self, person: i64) -> Result<()> {
        execute!(
            self,
            "DELETE FROM travel_minutes WHERE enrolment_id IN
                (SELECT id FROM enrolment WHERE person_id = $1 AND provider_id = $2)",
            person,
            self.actor.provider
        )?;
        Ok(())
    }

    /// Travel minutes of a cohort, by enrolment and office.
    pub async fn travel_minutes(&mut self, cohort: i64) -> Result<HashMap<(i64, i64), i64>> {
        let rows = all!(
            self,
            (i64, i64, i64),
            "SELECT m.enrolment_id, m.host_office_id, m.minutes FROM travel_minutes m
             JOIN enrolment e ON e.id = m.enrolment_id WHERE e.cohort_id = $1 AND e.provider_id = $2",
            cohort,
            self.actor.provider
        )?;
        Ok(rows.into_iter().map(|(enrolment, office, minutes)| ((enrolment, office), minutes)).collect())
    }

    /// Replaces all outlines.
    pub async fn replace_outlines(&mut self, outlines: &[Outline]) -> Result<()> {
        let provider = self.actor.provider;
        execute!(self, "DELETE FROM outline WHERE provider_id = $1", provider)?;
        for outline in outlines {
            let edges = |pick: fn(&(i64, i64)) -> i64| {
                let values = || outline.line.iter().map(pick);
                (values().min().unwrap_or(0), values().max().unwrap_or(0))
            };
            let ((south, north), (west, east)) = (edges(|point| point.0), edges(|point| point.1));
            execute!(
                self,
                "INSERT INTO outline (provider_id, name, south, north, west, east, line)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                provider,
                &outline.name,
                south,
                north,
                west,
                east,
                serde_json::to_string(&outline.line)?
            )?;
        }
        Ok(())
    }

    /// Outlines that touch a rectangle: south, north, west, east (degrees × 10⁶).
    pub async fn outlines(&mut self, [south, north, west, east]: [i64; 4]) -> Result<Vec<Outline>> {
        let rows = all!(
            self,
            (String, String),
            "SELECT name, line FROM outline WHERE provider_id = $1 AND north >= $2 AND south <= $3 AND east >= $4 AND west <= $5
             ORDER BY id",
            self.actor.provider,
            south,
            north,
            west,
            east
        )?;
        rows.into_iter().map(|(name, line)| Ok(Outline { name, line: serde_json::from_str(&line)? })).collect()
    }
}
