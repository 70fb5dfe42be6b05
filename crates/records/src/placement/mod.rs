//! Placements of trainees at host offices, and pairs ruled out by hand.

pub mod location;
pub mod request;
pub mod round;

use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, Utc};
use training::practicum::placement::PlacementState;

/// A placement with the names a list shows.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Placement {
    pub id: i64,
    pub round_id: i64,
    pub enrolment_id: i64,
    pub host_office_id: i64,
    pub supervisor_id: Option<i64>,
    pub window_index: i64,
    pub distance_m: Option<i64>,
    pub fixed: bool,
    #[sqlx(try_from = "String")]
    pub state: PlacementState,
    /// Notified, but a notice about it waits or has come back: somebody has not been told yet.
    pub untold: bool,
    pub version: i64,
    pub trainee_number: String,
    pub trainee_name: String,
    pub office_number: String,
    pub office_name: String,
}

#[derive(Debug, Clone, Copy)]
pub struct NewPlacement {
    pub round: i64,
    pub enrolment: i64,
    pub host_office: i64,
    pub window: i64,
    pub distance_m: Option<i64>,
    pub fixed: bool,
    /// [`PlacementState::Proposed`], or [`PlacementState::Requested`] by the trainee.
    pub state: PlacementState,
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PlacementChange {
    #[sqlx(try_from = "String")]
    pub from_state: PlacementState,
    #[sqlx(try_from = "String")]
    pub to_state: PlacementState,
    pub reason: String,
    pub changed_by: String,
    pub changed_at: DateTime<Utc>,
}

/// An office ruled out for a trainee by hand.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ExcludedOffice {
    pub id: i64,
    pub office_number: String,
    pub office_name: String,
    pub reason: String,
    pub recorded_by: String,
}

const COLUMNS: &str = "pl.id, pl.round_id, pl.enrolment_id, pl.host_office_id, (SELECT s.supervisor_id FROM placement_supervisor s WHERE s.placement_id = pl.id ORDER BY s.id DESC LIMIT 1) AS supervisor_id, pl.window_index, pl.distance_m, pl.fixed, pl.state, (pl.state = 'notified' AND EXISTS (SELECT 1 FROM notice n WHERE n.enrolment_id = pl.enrolment_id AND n.host_office_id = pl.host_office_id AND n.kind IN ('placement_trainee', 'placement_office') AND n.state IN ('queued', 'sending', 'bounced', 'failed'))) AS untold, pl.version, e.trainee_number, p.name AS trainee_name, h.office_number, h.name AS office_name";
const JOINED: &str = "placement pl JOIN enrolment e ON e.id = pl.enrolment_id JOIN person p ON p.id = e.person_id JOIN host_office h ON h.id = pl.host_office_id";

impl Work {
    pub async fn create_placement(&mut self, new: &NewPlacement) -> Result<i64> {
        self.facts_of_enrolment_changed(new.enrolment).await?;
        self.host_office(new.host_office).await?;
        let id = insert!(
            self,
            "placement",
            "INSERT INTO placement (provider_id, round_id, enrolment_id, host_office_id, window_index, distance_m, fixed,
                state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            self.actor.provider,
            new.round,
            new.enrolment,
            new.host_office,
            new.window,
            new.distance_m,
            new.fixed,
            new.state.id()
        )?;
        let detail = (new.enrolment, new.host_office, new.window, new.fixed);
        self.audit(&format!("placement.{}", new.state.id()), format!("placement/{id}"), detail)?;
        Ok(id)
    }

    pub async fn placement(&mut self, id: i64) -> Result<Placement> {
        let sql =
            sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM {JOINED} WHERE pl.id = $1 AND pl.provider_id = $2"));
        optional!(self, Placement, sql, id, self.actor.provider)?.ok_or(Error::NotFound)
    }

    /// Current placements of a cohort (neither declined nor cancelled), by trainee number.
    pub async fn current_placements(&mut self, cohort: i64) -> Result<Vec<Placement>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM {JOINED} WHERE e.cohort_id = $1 AND pl.provider_id = $2
             AND pl.state NOT IN ('declined', 'cancelled') ORDER BY e.trainee_number"
        ));
        all!(self, Placement, sql, cohort, self.actor.provider)
    }

    /// Current placements of other cohorts: they take places at the same offices.
    pub async fn placements_elsewhere(&mut self, cohort: i64) -> Result<Vec<(i64, i64)>> {
        all!(
            self,
            (i64, i64),
            "SELECT pl.host_office_id, count(*) FROM placement pl JOIN enrolment e ON e.id = pl.enrolment_id
             WHERE pl.provider_id = $1 AND e.cohort_id <> $2 AND pl.state NOT IN ('declined', 'cancelled', 'done')
             GROUP BY pl.host_office_id",
            self.actor.provider,
            cohort
        )
    }

    /// Every placement a trainee ever had, newest first.
    pub async fn placements_of(&mut self, enrolment: i64) -> Result<Vec<Placement>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM {JOINED} WHERE pl.enrolment_id = $1 AND pl.provider_id = $2 ORDER BY pl.id DESC"
        ));
        all!(self, Placement, sql, enrolment, self.actor.provider)
    }

    /// Current placements at an office.
    pub async fn placements_at(&mut self, host_office: i64) -> Result<Vec<Placement>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM {JOINED} WHERE pl.host_office_id = $1 AND pl.provider_id = $2
             AND pl.state NOT IN ('declined', 'cancelled') ORDER BY pl.window_index, e.trainee_number"
        ));
        all!(self, Placement, sql, host_office, self.actor.provider)
    }

    /// Writes a change of state that the caller has checked against the transition table.
    pub async fn change_placement(&mut self, placement: &Placement, to: PlacementState, reason: &str) -> Result<()> {
        self.facts_of_enrolment_changed(placement.enrolment_id).await?;
        let changed = change!(
            self,
            "placement",
            "UPDATE placement SET state = $4, version = version + 1
             WHERE id = $1 AND provider_id = $2 AND version = $3 RETURNING id",
            placement.id,
            self.actor.provider,
            placement.version,
            to.id()
        )?;
        one_row(&changed)?;
        insert!(
            self,
            "placement_change",
            "INSERT INTO placement_change (placement_id, from_state, to_state, reason, changed_by, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            placement.id,
            placement.state.id(),
            to.id(),
            reason,
            &self.actor.name,
            self.actor.now
        )?;
        if !to.takes_place() {
            self.cancel_days(placement).await?;
        }
        self.audit("placement.changed", format!("placement/{}", placement.id), (placement.state, to, reason))
    }

    /// Names who guides; may be said again, with a reason, when somebody else takes over.
    pub async fn assign_supervisor(&mut self, placement: i64, supervisor: i64, reason: &str) -> Result<()> {
        let placement = self.placement(placement).await?;
        if !self.supervisors(placement.host_office_id).await?.iter().any(|known| known.id == supervisor) {
            return Err(Error::NotFound);
        }
        self.facts_of_enrolment_changed(placement.enrolment_id).await?;
        insert!(
            self,
            "placement_supervisor",
            "INSERT INTO placement_supervisor (placement_id, supervisor_id, reason, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5) RETURNING id",
            placement.id,
            supervisor,
            reason,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("placement.supervisor_assigned", format!("placement/{}", placement.id), (supervisor, reason))
    }

    /// Oldest first.
    pub async fn placement_changes(&mut self, placement: i64) -> Result<Vec<PlacementChange>> {
        all!(
            self,
            PlacementChange,
            "SELECT c.from_state, c.to_state, c.reason, c.changed_by, c.changed_at FROM placement_change c
             JOIN placement pl ON pl.id = c.placement_id WHERE pl.id = $1 AND pl.provider_id = $2 ORDER BY c.id",
            placement,
            self.actor.provider
        )
    }

    /// Rules a pair out: this trainee never goes to this office.
    pub async fn exclude_pair(&mut self, enrolment: i64, host_office: i64, reason: &str) -> Result<()> {
        self.enrolment(enrolment).await?;
        self.host_office(host_office).await?;
        insert!(
            self,
            "excluded_pair",
            "INSERT INTO excluded_pair (enrolment_id, host_office_id, reason, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5) RETURNING id",
            enrolment,
            host_office,
            reason,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("placement.pair_excluded", format!("enrolment/{enrolment}"), (host_office, reason))
    }

    /// Offices ruled out for a trainee, the newest first.
    pub async fn excluded_offices(&mut self, enrolment: i64) -> Result<Vec<ExcludedOffice>> {
        all!(
            self,
            ExcludedOffice,
            "SELECT x.id, h.office_number, h.name AS office_name, x.reason, x.recorded_by FROM excluded_pair x
             JOIN enrolment e ON e.id = x.enrolment_id JOIN host_office h ON h.id = x.host_office_id
             WHERE x.enrolment_id = $1 AND e.provider_id = $2 AND x.withdrawn_at IS NULL ORDER BY x.id DESC",
            enrolment,
            self.actor.provider
        )
    }

    /// Allows a pair again that was ruled out; the reason is in the ledger.
    pub async fn withdraw_excluded_pair(&mut self, enrolment: i64, id: i64, reason: &str) -> Result<()> {
        if !self.excluded_offices(enrolment).await?.iter().any(|known| known.id == id) {
            return Err(Error::NotFound);
        }
        let changed = change!(
            self,
            "excluded_pair",
            "UPDATE excluded_pair SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL RETURNING id",
            id,
            self.actor.now
        )?;
        one_row(&changed)?;
        self.audit("placement.pair_allowed", format!("enrolment/{enrolment}"), (id, reason))
    }

    /// Pairs of a cohort that are ruled out: enrolment, office.
    pub async fn excluded_pairs(&mut self, cohort: i64) -> Result<Vec<(i64, i64)>> {
        all!(
            self,
            (i64, i64),
            "SELECT x.enrolment_id, x.host_office_id FROM excluded_pair x JOIN enrolment e ON e.id = x.enrolment_id
             WHERE e.cohort_id = $1 AND e.provider_id = $2 AND x.withdrawn_at IS NULL",
            cohort,
            self.actor.provider
        )
    }
}
