//! Host offices (実習受入協力事業所): the ministry's open data, and what the secretariat adds to it.

pub mod contact;
pub mod registration;

use crate::work::{containing, one_row};
use crate::{Error, Result, Work};
use chrono::NaiveDate;
use std::collections::HashMap;

/// An office. The fields up to `content_hash` come from the open data, the others from the secretariat.
#[derive(Debug, Clone, PartialEq, Eq, Default, sqlx::FromRow, serde::Serialize)]
pub struct HostOffice {
    pub id: i64,
    pub office_number: String,
    pub municipality_code: String,
    pub prefecture: String,
    pub municipality: String,
    pub name: String,
    pub kana: String,
    pub address: String,
    pub building: String,
    pub lat_e6: Option<i64>,
    pub lon_e6: Option<i64>,
    pub phone: String,
    pub fax: String,
    pub corporation_number: String,
    pub corporation: String,
    pub days: String,
    pub days_note: String,
    pub url: String,
    /// Of all fields above: tells whether a newer file says something else.
    pub content_hash: i64,
    /// Codes divided by blanks: what looks wrong in the file's row.
    pub suspicion: String,
    /// Day of the import that no longer listed it.
    pub vanished_on: Option<NaiveDate>,
    /// Places in a season.
    pub capacity: i64,
    /// Places in one weekly window.
    pub weekly_capacity: i64,
    pub specified_office_addition: bool,
    pub chief_care_managers: i64,
    /// 地域包括支援センター.
    pub community_support_centre: bool,
    /// The prefecture or municipality judged it suitable.
    pub judged_suitable: bool,
    /// 受入体制.
    pub reception_system: bool,
    /// Has it ever received an improvement recommendation (改善勧告)? `None`: nobody has said.
    pub improvement_recommended: Option<bool>,
    /// When the office last confirmed its capacity.
    pub confirmed_on: Option<NaiveDate>,
    pub version: i64,
}

/// What the import compares.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownOffice {
    pub id: i64,
    pub office_number: String,
    pub municipality_code: String,
    pub content_hash: i64,
    pub vanished: bool,
}

/// Which offices a list shows.
#[derive(Debug, Clone, Default)]
pub struct OfficeFilter<'a> {
    /// Part of the name, corporation or office number.
    pub text: &'a str,
    /// Part of the municipality or prefecture.
    pub municipality: &'a str,
    pub with_capacity: bool,
    pub suspicious: bool,
    pub vanished: bool,
    /// Latitude and longitude bounds, degrees × 10⁶: south, north, west, east.
    pub within: Option<[i64; 4]>,
    /// The nearest to this point first (latitude and longitude, degrees × 10⁶), instead of by office number.
    pub nearest_to: Option<(i64, i64)>,
}

/// An office as the placement and its map see it.
#[derive(Debug, Clone, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct OfficeSite {
    pub id: i64,
    pub office_number: String,
    pub municipality_code: String,
    pub municipality: String,
    pub name: String,
    pub lat_e6: Option<i64>,
    pub lon_e6: Option<i64>,
    pub phone: String,
    pub corporation_number: String,
    pub corporation: String,
    pub capacity: i64,
    pub weekly_capacity: i64,
    pub specified_office_addition: bool,
    pub chief_care_managers: i64,
    pub confirmed_on: Option<NaiveDate>,
}

const SITE_COLUMNS: &str = "id, office_number, municipality_code, municipality, name, lat_e6, lon_e6, phone, corporation_number, corporation, capacity, weekly_capacity, specified_office_addition, chief_care_managers, confirmed_on";

/// What an office can offer beside its places.
#[derive(Debug, Clone, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct OfficeOffer {
    pub host_office_id: i64,
    /// Ids of case types, divided by blanks.
    pub case_types: String,
    /// Days on which a week may not fall, as `2027-02-01/2027-02-14`, divided by blanks.
    pub closed: String,
}

/// A practicum supervisor of an office.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Supervisor {
    pub id: i64,
    pub host_office_id: i64,
    pub name: String,
    pub chief_care_manager: bool,
    pub substitute_reason: String,
}

const COLUMNS: &str = "id, office_number, municipality_code, prefecture, municipality, name, kana, address, building, lat_e6, lon_e6, phone, fax, corporation_number, corporation, days, days_note, url, content_hash, suspicion, vanished_on, capacity, weekly_capacity, specified_office_addition, chief_care_managers, community_support_centre, judged_suitable, reception_system, improvement_recommended, confirmed_on, version";

const FILTER: &str = "provider_id = $1
    AND ($2 = '' OR lower(name) LIKE $2 ESCAPE '!' OR lower(corporation) LIKE $2 ESCAPE '!' OR office_number LIKE $2 ESCAPE '!')
    AND ($3 = '' OR municipality LIKE $3 ESCAPE '!' OR prefecture LIKE $3 ESCAPE '!')
    AND (NOT $4 OR capacity > 0) AND (NOT $5 OR suspicion <> '') AND (NOT $6 OR vanished_on IS NOT NULL)
    AND (NOT $7 OR (lat_e6 BETWEEN $8 AND $9 AND lon_e6 BETWEEN $10 AND $11))";

/// Rows of one insert: as many as the databases' limits on bound values allow with room to spare.
const BATCH: usize = 400;

/// Squared distance on the plane, good enough to choose which offices are looked at closely. The numbers are ours, not the reader's.
fn nearness((latitude, longitude): (i64, i64)) -> String {
    let narrower = ((latitude as f64 / 1e6).to_radians().cos() * 1000.0) as i64;
    format!(
        "(lat_e6 - {latitude}) * (lat_e6 - {latitude})
         + ((lon_e6 - {longitude}) * {narrower} / 1000) * ((lon_e6 - {longitude}) * {narrower} / 1000), "
    )
}

/// Empty where nothing is asked for.
fn like(text: &str) -> String {
    if text.is_empty() { String::new() } else { containing(&text.to_lowercase()) }
}

impl Work {
    /// Number, hash and state of every office known, for comparing with a file.
    pub async fn known_offices(&mut self) -> Result<Vec<KnownOffice>> {
        all!(
            self,
            KnownOffice,
            "SELECT id, office_number, municipality_code, content_hash, (vanished_on IS NOT NULL) AS vanished FROM host_office
             WHERE provider_id = $1",
            self.actor.provider
        )
    }

    /// Adds offices of an import, many in one statement.
    pub async fn insert_offices(&mut self, offices: &[HostOffice]) -> Result<()> {
        let provider = self.actor.provider;
        for batch in offices.chunks(BATCH) {
            on!(self, connection => {
                let mut query = sqlx::QueryBuilder::new(
                    "INSERT INTO host_office (provider_id, office_number, municipality_code, prefecture, municipality, name,
                        kana, address, building, lat_e6, lon_e6, phone, fax, corporation_number, corporation, days,
                        days_note, url, content_hash, suspicion) ",
                );
                query.push_values(batch, |mut row, office| {
                    row.push_bind(provider)
                        .push_bind(&office.office_number)
                        .push_bind(&office.municipality_code)
                        .push_bind(&office.prefecture)
                        .push_bind(&office.municipality)
                        .push_bind(&office.name)
                        .push_bind(&office.kana)
                        .push_bind(&office.address)
                        .push_bind(&office.building)
                        .push_bind(office.lat_e6)
                        .push_bind(office.lon_e6)
                        .push_bind(&office.phone)
                        .push_bind(&office.fax)
                        .push_bind(&office.corporation_number)
                        .push_bind(&office.corporation)
                        .push_bind(&office.days)
                        .push_bind(&office.days_note)
                        .push_bind(&office.url)
                        .push_bind(office.content_hash)
                        .push_bind(&office.suspicion);
                });
                query.push(" RETURNING id").build_query_scalar::<i64>().fetch_all(connection).await
            })
            .map(|ids| self.touch("host_office", &ids))?;
        }
        Ok(())
    }

    /// Takes over what a newer file says of a known office; what the secretariat added stays.
    pub async fn update_office_from_file(&mut self, id: i64, office: &HostOffice) -> Result<()> {
        let changed = change!(
            self,
            "host_office",
            "UPDATE host_office SET municipality_code = $3, prefecture = $4, municipality = $5, name = $6, kana = $7,
                address = $8, building = $9, lat_e6 = $10, lon_e6 = $11, phone = $12, fax = $13,
                corporation_number = $14, corporation = $15, days = $16, days_note = $17, url = $18,
                content_hash = $19, suspicion = $20, vanished_on = NULL, version = version + 1
             WHERE id = $1 AND provider_id = $2 RETURNING id",
            id,
            self.actor.provider,
            &office.municipality_code,
            &office.prefecture,
            &office.municipality,
            &office.name,
            &office.kana,
            &office.address,
            &office.building,
            office.lat_e6,
            office.lon_e6,
            &office.phone,
            &office.fax,
            &office.corporation_number,
            &office.corporation,
            &office.days,
            &office.days_note,
            &office.url,
            office.content_hash,
            &office.suspicion
        )?;
        one_row(&changed)?;
        // Whether a municipality has an office with the addition is a fact too, once something was said of the office.
        let last = optional!(
            self,
            (String,),
            "SELECT municipality_code FROM host_office_standing WHERE host_office_id = $1 ORDER BY id DESC LIMIT 1",
            id
        )?;
        match last {
            Some((municipality,)) if municipality != office.municipality_code => self.keep_standing(id).await,
            _ => Ok(()),
        }
    }

    /// The newest file no longer lists this office.
    pub async fn mark_office_vanished(&mut self, id: i64, on: NaiveDate) -> Result<()> {
        let changed = change!(
            self,
            "host_office",
            "UPDATE host_office SET vanished_on = $3, version = version + 1 WHERE id = $1 AND provider_id = $2 RETURNING id",
            id,
            self.actor.provider,
            on
        )?;
        one_row(&changed).map(|_| ())
    }

    pub async fn host_office(&mut self, id: i64) -> Result<HostOffice> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM host_office WHERE id = $1 AND provider_id = $2"));
        optional!(self, HostOffice, sql, id, self.actor.provider)?.ok_or(Error::NotFound)
    }

    /// The office with this number.
    pub async fn host_office_by_number(&mut self, office_number: &str) -> Result<Option<HostOffice>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM host_office WHERE office_number = $1 AND provider_id = $2"
        ));
        optional!(self, HostOffice, sql, office_number, self.actor.provider)
    }

    /// Offices that match, by office number.
    pub async fn host_offices(
        &mut self,
        filter: &OfficeFilter<'_>,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<HostOffice>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM host_office WHERE {FILTER} ORDER BY {}office_number LIMIT $12 OFFSET $13",
            filter.nearest_to.map(nearness).unwrap_or_default()
        ));
        let [south, north, west, east] = filter.within.unwrap_or_default();
        all!(
            self,
            HostOffice,
            sql,
            self.actor.provider,
            like(filter.text),
            like(filter.municipality),
            filter.with_capacity,
            filter.suspicious,
            filter.vanished,
            filter.within.is_some(),
            south,
            north,
            west,
            east,
            limit,
            offset
        )
    }

    pub async fn count_host_offices(&mut self, filter: &OfficeFilter<'_>) -> Result<i64> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM host_office WHERE {FILTER}"));
        let [south, north, west, east] = filter.within.unwrap_or_default();
        scalar!(
            self,
            i64,
            sql,
            self.actor.provider,
            like(filter.text),
            like(filter.municipality),
            filter.with_capacity,
            filter.suspicious,
            filter.vanished,
            filter.within.is_some(),
            south,
            north,
            west,
            east
        )
    }

    /// What the secretariat adds: capacity, what a prefecture's rule asks of an office, the day it was confirmed.
    pub async fn update_office_capacity(&mut self, office: &HostOffice) -> Result<()> {
        self.host_office(office.id).await?;
        let changed = change!(
            self,
            "host_office",
            "UPDATE host_office SET capacity = $4, weekly_capacity = $5, specified_office_addition = $6,
                chief_care_managers = $7, confirmed_on = $8, community_support_centre = $9, judged_suitable = $10,
                reception_system = $11, improvement_recommended = $12, version = version + 1
             WHERE id = $1 AND provider_id = $2 AND version = $3 RETURNING id",
            office.id,
            self.actor.provider,
            office.version,
            office.capacity,
            office.weekly_capacity,
            office.specified_office_addition,
            office.chief_care_managers,
            office.confirmed_on,
            office.community_support_centre,
            office.judged_suitable,
            office.reception_system,
            office.improvement_recommended
        )?;
        one_row(&changed)?;
        self.keep_standing(office.id).await?;
        let detail = (
            office.capacity,
            office.weekly_capacity,
            office.specified_office_addition,
            office.chief_care_managers,
            office.confirmed_on,
            (office.community_support_centre, office.judged_suitable),
            (office.reception_system, office.improvement_recommended),
        );
        self.audit("host_office.capacity_changed", format!("host_office/{}", office.id), detail)
    }

    /// Keeps what an office is said to be from now on: facts a judgement rests on, in whichever cohort.
    async fn keep_standing(&mut self, office: i64) -> Result<()> {
        insert!(
            self,
            "host_office_standing",
            "INSERT INTO host_office_standing (host_office_id, municipality_code, specified_office_addition,
                chief_care_managers, community_support_centre, judged_suitable, reception_system,
                improvement_recommended, recorded_by, recorded_at)
             SELECT id, municipality_code, specified_office_addition, chief_care_managers, community_support_centre,
                judged_suitable, reception_system, improvement_recommended, $2, $3 FROM host_office WHERE id = $1 RETURNING id",
            office,
            &self.actor.name,
            self.actor.now
        )?;
        change!(
            self,
            "cohort",
            "UPDATE cohort SET facts_version = facts_version + 1 WHERE provider_id = $1 RETURNING id",
            self.actor.provider
        )?;
        Ok(())
    }

    /// The mean position of a municipality's offices: prefecture, municipality, latitude, longitude (degrees × 10⁶).
    pub async fn municipality_centres(&mut self) -> Result<Vec<(String, String, i64, i64)>> {
        all!(
            self,
            (String, String, i64, i64),
            "SELECT prefecture, municipality, CAST(round(avg(lat_e6)) AS BIGINT), CAST(round(avg(lon_e6)) AS BIGINT) FROM host_office
             WHERE provider_id = $1 AND suspicion = '' AND lat_e6 IS NOT NULL GROUP BY prefecture, municipality",
            self.actor.provider
        )
    }

    /// Places taken at offices, by office: placements that are not declined, cancelled or done.
    pub async fn places_taken(&mut self) -> Result<Vec<(i64, i64)>> {
        all!(
            self,
            (i64, i64),
            "SELECT host_office_id, count(*) FROM placement
             WHERE provider_id = $1 AND state NOT IN ('declined', 'cancelled', 'done') GROUP BY host_office_id",
            self.actor.provider
        )
    }

    pub async fn create_supervisor(
        &mut self,
        host_office: i64,
        name: &str,
        chief_care_manager: bool,
        substitute_reason: &str,
    ) -> Result<i64> {
        self.host_office(host_office).await?;
        let id = insert!(
            self,
            "supervisor",
            "INSERT INTO supervisor (provider_id, host_office_id, name, chief_care_manager, substitute_reason)
             VALUES ($1, $2, $3, $4, $5) RETURNING id",
            self.actor.provider,
            host_office,
            name,
            chief_care_manager,
            substitute_reason
        )?;
        let detail = (name, chief_care_manager, substitute_reason);
        self.audit("supervisor.created", format!("host_office/{host_office}"), detail)?;
        Ok(id)
    }

    pub async fn supervisors(&mut self, host_office: i64) -> Result<Vec<Supervisor>> {
        all!(
            self,
            Supervisor,
            "SELECT id, host_office_id, name, chief_care_manager, substitute_reason FROM supervisor
             WHERE host_office_id = $1 AND provider_id = $2 AND active ORDER BY id",
            host_office,
            self.actor.provider
        )
    }

    /// Every office with places that is still listed, by office number; where registration is required, those whose registration still
    /// stands on the day.
    pub async fn office_sites(&mut self, on: NaiveDate) -> Result<Vec<OfficeSite>> {
        let required = self.registration_setting().await?.required;
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {SITE_COLUMNS} FROM host_office
             WHERE provider_id = $1 AND capacity > 0 AND vanished_on IS NULL AND (NOT $2 OR id IN
                (SELECT r.host_office_id FROM host_registration r
                 WHERE r.provider_id = $1 AND r.state = 'registered' AND (r.valid_until IS NULL OR r.valid_until >= $3)))
             ORDER BY office_number"
        ));
        all!(self, OfficeSite, sql, self.actor.provider, required, on)
    }

    /// One office, with places or without.
    pub async fn office_site(&mut self, id: i64) -> Result<OfficeSite> {
        let sql =
            sqlx::AssertSqlSafe(format!("SELECT {SITE_COLUMNS} FROM host_office WHERE id = $1 AND provider_id = $2"));
        optional!(self, OfficeSite, sql, id, self.actor.provider)?.ok_or(Error::NotFound)
    }

    /// Names of offices by office number.
    pub async fn office_names(&mut self, numbers: &[String]) -> Result<HashMap<String, String>> {
        let provider = self.actor.provider;
        let mut names = HashMap::new();
        for batch in numbers.chunks(BATCH) {
            let found: Vec<(String, String)> = on!(self, connection => {
                let mut query = sqlx::QueryBuilder::new("SELECT office_number, name FROM host_office WHERE provider_id = ");
                query.push_bind(provider).push(" AND office_number IN (");
                let mut listed = query.separated(", ");
                for number in batch {
                    listed.push_bind(number);
                }
                query.push(")").build_query_as().fetch_all(connection).await
            })?;
            names.extend(found);
        }
        Ok(names)
    }

    pub async fn set_office_offer(&mut self, offer: &OfficeOffer) -> Result<()> {
        self.host_office(offer.host_office_id).await?;
        insert!(
            self,
            "host_office_offer",
            "INSERT INTO host_office_offer (host_office_id, case_types, closed, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5) RETURNING id",
            offer.host_office_id,
            &offer.case_types,
            &offer.closed,
            &self.actor.name,
            self.actor.now
        )?;
        let detail = (&offer.case_types, &offer.closed);
        self.audit("host_office.offer_changed", format!("host_office/{}", offer.host_office_id), detail)
    }

    /// What offices offer now, of all that ever said so.
    pub async fn office_offers(&mut self) -> Result<Vec<OfficeOffer>> {
        all!(
            self,
            OfficeOffer,
            "SELECT o.host_office_id, o.case_types, o.closed FROM host_office_offer o
             JOIN host_office h ON h.id = o.host_office_id WHERE h.provider_id = $1
             AND o.id = (SELECT max(newest.id) FROM host_office_offer newest WHERE newest.host_office_id = o.host_office_id)",
            self.actor.provider
        )
    }
}
