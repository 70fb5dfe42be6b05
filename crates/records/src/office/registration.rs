//! Registration of host offices with the prefecture: applications, decisions, what became of them.

use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, NaiveDate, Utc};
use training::notice::NoticeKind;
use training::practicum::registration::RegistrationState;

/// What an office offers and says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Application {
    pub capacity: i64,
    pub weekly_capacity: i64,
    pub chief_care_managers: i64,
    pub specified_office_addition: bool,
    pub community_support_centre: bool,
    pub reception_system: bool,
    pub improvement_recommended: Option<bool>,
    /// Who receives trainees.
    pub contact: String,
    pub note: String,
}

/// An application with the office's name, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Registration {
    pub id: i64,
    pub host_office_id: i64,
    #[sqlx(try_from = "String")]
    pub state: RegistrationState,
    #[sqlx(flatten)]
    pub application: Application,
    pub judged_suitable: bool,
    pub valid_until: Option<NaiveDate>,
    pub applied_by: String,
    pub applied_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
    pub version: i64,
    pub office_number: String,
    pub office_name: String,
    pub municipality: String,
}

/// One step of an application; the first has no state before.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RegistrationChange {
    pub from_state: Option<String>,
    #[sqlx(try_from = "String")]
    pub to_state: RegistrationState,
    pub reason: String,
    pub changed_by: String,
    pub changed_at: DateTime<Utc>,
}

/// Whether a provider's trainees go to registered offices alone. `version` is 0 where nothing was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct RegistrationSetting {
    pub required: bool,
    /// Days before its last day on which an office is told that its registration ends.
    pub lead_days: i64,
    pub version: i64,
}

const REGISTRATION: &str =
    "SELECT r.id, r.host_office_id, r.state, r.capacity, r.weekly_capacity, r.chief_care_managers, r.specified_office_addition,
        r.community_support_centre, r.reception_system, r.improvement_recommended, r.contact, r.note, r.judged_suitable,
        r.valid_until, r.applied_by, r.applied_at, r.changed_at, r.version, h.office_number, h.name AS office_name, h.municipality
     FROM host_registration r JOIN host_office h ON h.id = r.host_office_id";

impl Work {
    /// A new application of an office. Refused as a duplicate while another is on its way.
    pub async fn apply_for_registration(&mut self, host_office: i64, application: &Application) -> Result<i64> {
        self.host_office(host_office).await?;
        let id = insert!(
            self,
            "host_registration",
            "INSERT INTO host_registration (provider_id, host_office_id, state, capacity, weekly_capacity, chief_care_managers,
                specified_office_addition, community_support_centre, reception_system, improvement_recommended, contact, note,
                judged_suitable, applied_by, applied_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15) RETURNING id",
            self.actor.provider,
            host_office,
            RegistrationState::Applied.id(),
            application.capacity,
            application.weekly_capacity,
            application.chief_care_managers,
            application.specified_office_addition,
            application.community_support_centre,
            application.reception_system,
            application.improvement_recommended,
            &application.contact,
            &application.note,
            false,
            &self.actor.name,
            self.actor.now
        )?;
        self.note_registration_change(id, None, RegistrationState::Applied, "").await?;
        Ok(id)
    }

    async fn note_registration_change(
        &mut self,
        registration: i64,
        from: Option<RegistrationState>,
        to: RegistrationState,
        reason: &str,
    ) -> Result<()> {
        insert!(
            self,
            "host_registration_change",
            "INSERT INTO host_registration_change (host_registration_id, from_state, to_state, reason, changed_by, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            registration,
            from.map(RegistrationState::id),
            to.id(),
            reason,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("registration.changed", format!("registration/{registration}"), (from, to, reason))
    }

    pub async fn registration(&mut self, id: i64) -> Result<Registration> {
        let sql = sqlx::AssertSqlSafe(format!("{REGISTRATION} WHERE r.id = $1 AND r.provider_id = $2"));
        optional!(self, Registration, sql, id, self.actor.provider)?.ok_or(Error::NotFound)
    }

    /// Every application of an office, the newest first.
    pub async fn registrations_of(&mut self, host_office: i64) -> Result<Vec<Registration>> {
        self.host_office(host_office).await?;
        let sql = sqlx::AssertSqlSafe(format!("{REGISTRATION} WHERE r.host_office_id = $1 ORDER BY r.id DESC"));
        all!(self, Registration, sql, host_office)
    }

    /// Applications in one state, or in any, those that wait longest first.
    pub async fn registrations(
        &mut self,
        state: Option<RegistrationState>,
        (limit, offset): (i64, i64),
    ) -> Result<Vec<Registration>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{REGISTRATION} WHERE r.provider_id = $1 AND (r.state = $2 OR $2 = '') ORDER BY r.changed_at, r.id LIMIT $3 OFFSET $4"
        ));
        all!(self, Registration, sql, self.actor.provider, state.map_or("", RegistrationState::id), limit, offset)
    }

    /// How many applications stand so, by state.
    pub async fn count_registrations(&mut self) -> Result<Vec<(RegistrationState, i64)>> {
        let sql = "SELECT state, count(*) FROM host_registration WHERE provider_id = $1 GROUP BY state";
        let counts = all!(self, (String, i64), sql, self.actor.provider)?;
        counts.into_iter().map(|(state, count)| Ok((RegistrationState::try_from(state)?, count))).collect()
    }

    /// Registrations that end on a day or before it, and have not been replaced or withdrawn.
    pub async fn registrations_ending(&mut self, by: NaiveDate) -> Result<Vec<Registration>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{REGISTRATION} WHERE r.provider_id = $1 AND r.state = 'registered' AND r.valid_until <= $2 ORDER BY r.valid_until, r.id"
        ));
        all!(self, Registration, sql, self.actor.provider, by)
    }

    /// Those of [`Work::registrations_ending`] whose office was not told yet.
    pub async fn registrations_to_tell(&mut self, by: NaiveDate) -> Result<Vec<Registration>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{REGISTRATION} WHERE r.provider_id = $1 AND r.state = 'registered' AND r.valid_until <= $2 AND NOT EXISTS
                (SELECT 1 FROM notice n WHERE n.provider_id = $1 AND n.once = $3 || CAST(r.id AS TEXT))
             ORDER BY r.valid_until, r.id"
        ));
        let told = format!("{}/", NoticeKind::RegistrationEnding.id());
        all!(self, Registration, sql, self.actor.provider, by, told)
    }

    /// Steps of an application, the oldest first.
    pub async fn registration_changes(&mut self, registration: i64) -> Result<Vec<RegistrationChange>> {
        self.registration(registration).await?;
        all!(
            self,
            RegistrationChange,
            "SELECT from_state, to_state, reason, changed_by, changed_at FROM host_registration_change
             WHERE host_registration_id = $1 ORDER BY id",
            registration
        )
    }

    /// Writes a change of state that the caller has checked, with what was decided: whether the office was judged suitable, and the last
    /// day of its registration.
    pub async fn change_registration(
        &mut self,
        registration: &Registration,
        to: RegistrationState,
        (judged_suitable, valid_until): (bool, Option<NaiveDate>),
        reason: &str,
    ) -> Result<()> {
        let changed = change!(
            self,
            "host_registration",
            "UPDATE host_registration SET state = $4, judged_suitable = $5, valid_until = $6, changed_at = $7, version = version + 1
             WHERE id = $1 AND provider_id = $2 AND version = $3 RETURNING id",
            registration.id,
            self.actor.provider,
            registration.version,
            to.id(),
            judged_suitable,
            valid_until,
            self.actor.now
        )?;
        one_row(&changed)?;
        self.note_registration_change(registration.id, Some(registration.state), to, reason).await
    }

    /// A returned application as the office has mended it, applied for again.
    pub async fn apply_again(&mut self, registration: &Registration, application: &Application) -> Result<()> {
        let changed = change!(
            self,
            "host_registration",
            "UPDATE host_registration SET state = $4, capacity = $5, weekly_capacity = $6, chief_care_managers = $7,
                specified_office_addition = $8, community_support_centre = $9, reception_system = $10,
                improvement_recommended = $11, contact = $12, note = $13, changed_at = $14, version = version + 1
             WHERE id = $1 AND provider_id = $2 AND version = $3 RETURNING id",
            registration.id,
            self.actor.provider,
            registration.version,
            RegistrationState::Applied.id(),
            application.capacity,
            application.weekly_capacity,
            application.chief_care_managers,
            application.specified_office_addition,
            application.community_support_centre,
            application.reception_system,
            application.improvement_recommended,
            &application.contact,
            &application.note,
            self.actor.now
        )?;
        one_row(&changed)?;
        self.note_registration_change(registration.id, Some(registration.state), RegistrationState::Applied, "").await
    }

    /// Does another office of the municipality have the specified-office addition?
    pub async fn municipality_has_addition(&mut self, municipality_code: &str, but_for: i64) -> Result<bool> {
        let found = scalar!(
            self,
            i64,
            "SELECT count(*) FROM host_office WHERE provider_id = $1 AND municipality_code = $2 AND id <> $3
                AND specified_office_addition AND vanished_on IS NULL",
            self.actor.provider,
            municipality_code,
            but_for
        )?;
        Ok(found > 0)
    }

    /// What the provider has said; nothing: offices need no registration.
    pub async fn registration_setting(&mut self) -> Result<RegistrationSetting> {
        let sql = "SELECT required, lead_days, version FROM registration_setting WHERE provider_id = $1";
        let found = optional!(self, RegistrationSetting, sql, self.actor.provider)?;
        Ok(found.unwrap_or(RegistrationSetting { required: false, lead_days: 60, version: 0 }))
    }

    /// Changes the setting as read at its version.
    pub async fn set_registration_setting(&mut self, setting: &RegistrationSetting) -> Result<()> {
        let changed = if setting.version == 0 {
            change!(
                self,
                "registration_setting",
                "INSERT INTO registration_setting (provider_id, required, lead_days) VALUES ($1, $2, $3)
                 ON CONFLICT (provider_id) DO NOTHING RETURNING id",
                self.actor.provider,
                setting.required,
                setting.lead_days
            )?
        } else {
            change!(
                self,
                "registration_setting",
                "UPDATE registration_setting SET required = $2, lead_days = $3, version = version + 1
                 WHERE provider_id = $1 AND version = $4 RETURNING id",
                self.actor.provider,
                setting.required,
                setting.lead_days,
                setting.version
            )?
        };
        let id = one_row(&changed)?;
        self.audit(
            "registration.setting_changed",
            format!("registration_setting/{id}"),
            (setting.required, setting.lead_days),
        )
    }
}
