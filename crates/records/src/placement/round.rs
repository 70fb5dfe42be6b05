//! Rounds of placement as versions: the policy, what they were made of, what they said, and notes.

use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PlacementRound {
    pub id: i64,
    pub cohort_id: i64,
    pub number: i64,
    pub placed: i64,
    pub unplaced: i64,
    pub cost: i64,
    pub input_hash: String,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// Where a round sends somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceInRound {
    pub office_number: String,
    /// Weekly window, from 0.
    pub window: i64,
    pub distance_m: Option<i64>,
    pub cost: i64,
}

/// What a round says of one trainee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundAssignment {
    pub enrolment: i64,
    /// `None`: no place.
    pub place: Option<PlaceInRound>,
    /// The placement that is known to people and gives way when the round is confirmed.
    pub replaces: Option<i64>,
}

/// What a round was made of, and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundVersion {
    /// TOML.
    pub policy: String,
    /// The instance as JSON.
    pub input: String,
    pub assignments: Vec<RoundAssignment>,
}

#[derive(Debug, Clone, Copy)]
pub struct NewRound<'a> {
    pub cohort: i64,
    pub placed: i64,
    pub unplaced: i64,
    pub cost: i64,
    pub input_hash: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RoundNote {
    pub round_id: i64,
    pub note: String,
    pub recorded_by: String,
    pub recorded_at: DateTime<Utc>,
}

/// A cohort's policy as somebody wrote it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PlacementPolicy {
    pub content: String,
    pub reason: String,
    pub recorded_by: String,
    pub recorded_at: DateTime<Utc>,
}

impl Work {
    /// A new round of a cohort, numbered after the last.
    pub async fn create_round(&mut self, new: NewRound<'_>) -> Result<i64> {
        let NewRound { cohort, placed, unplaced, cost, input_hash } = new;
        self.facts_changed(cohort).await?;
        let id = insert!(
            self,
            "placement_round",
            "INSERT INTO placement_round (provider_id, cohort_id, number, placed, unplaced, cost, input_hash, created_by,
                created_at)
             VALUES ($1, $2, (SELECT coalesce(max(number), 0) + 1 FROM placement_round WHERE cohort_id = $2),
                $3, $4, $5, $6, $7, $8) RETURNING id",
            self.actor.provider,
            cohort,
            placed,
            unplaced,
            cost,
            input_hash,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("placement.round", format!("cohort/{cohort}"), (id, placed, unplaced, cost, input_hash))?;
        Ok(id)
    }

    /// Keeps what a round was made of and what it says; once for each round.
    pub async fn keep_round_version(&mut self, cohort: i64, round: i64, version: &RoundVersion) -> Result<()> {
        self.known_round(cohort, round).await?;
        let assignments = serde_json::to_string(&version.assignments)?;
        insert!(
            self,
            "placement_round_version",
            "INSERT INTO placement_round_version (round_id, policy, input, assignments) VALUES ($1, $2, $3, $4) RETURNING id",
            round,
            &version.policy,
            &version.input,
            assignments
        )?;
        self.audit("placement.round_version", format!("cohort/{cohort}"), (round, &version.policy))
    }

    /// `None` for a round that was made by hand.
    pub async fn round_version(&mut self, cohort: i64, round: i64) -> Result<Option<RoundVersion>> {
        let found = optional!(
            self,
            (String, String, String),
            "SELECT v.policy, v.input, v.assignments FROM placement_round_version v
             JOIN placement_round r ON r.id = v.round_id WHERE r.id = $1 AND r.cohort_id = $2 AND r.provider_id = $3",
            round,
            cohort,
            self.actor.provider
        )?;
        let Some((policy, input, assignments)) = found else { return Ok(None) };
        Ok(Some(RoundVersion { policy, input, assignments: serde_json::from_str(&assignments)? }))
    }

    /// Newest first.
    pub async fn rounds(&mut self, cohort: i64) -> Result<Vec<PlacementRound>> {
        all!(
            self,
            PlacementRound,
            "SELECT id, cohort_id, number, placed, unplaced, cost, input_hash, created_by, created_at, confirmed_at
             FROM placement_round WHERE cohort_id = $1 AND provider_id = $2 ORDER BY number DESC",
            cohort,
            self.actor.provider
        )
    }

    async fn known_round(&mut self, cohort: i64, round: i64) -> Result<()> {
        match self.rounds(cohort).await?.iter().any(|known| known.id == round) {
            true => Ok(()),
            false => Err(Error::NotFound),
        }
    }

    pub async fn confirm_round(&mut self, cohort: i64, round: i64) -> Result<()> {
        self.known_round(cohort, round).await?;
        let changed = change!(
            self,
            "placement_round",
            "UPDATE placement_round SET confirmed_at = $4
             WHERE id = $1 AND cohort_id = $2 AND provider_id = $3 AND confirmed_at IS NULL RETURNING id",
            round,
            cohort,
            self.actor.provider,
            self.actor.now
        )?;
        one_row(&changed)?;
        self.audit("placement.round_confirmed", format!("cohort/{cohort}"), round)
    }

    pub async fn note_round(&mut self, cohort: i64, round: i64, note: &str) -> Result<()> {
        self.known_round(cohort, round).await?;
        insert!(
            self,
            "placement_round_note",
            "INSERT INTO placement_round_note (round_id, note, recorded_by, recorded_at) VALUES ($1, $2, $3, $4) RETURNING id",
            round,
            note,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("placement.round_noted", format!("cohort/{cohort}"), (round, note))
    }

    /// Notes on a cohort's rounds, oldest first.
    pub async fn round_notes(&mut self, cohort: i64) -> Result<Vec<RoundNote>> {
        all!(
            self,
            RoundNote,
            "SELECT n.round_id, n.note, n.recorded_by, n.recorded_at FROM placement_round_note n
             JOIN placement_round r ON r.id = n.round_id WHERE r.cohort_id = $1 AND r.provider_id = $2 ORDER BY n.id",
            cohort,
            self.actor.provider
        )
    }

    /// The caller has checked that the text is a policy.
    pub async fn set_placement_policy(&mut self, cohort: i64, content: &str, reason: &str) -> Result<()> {
        self.cohort(cohort).await?;
        insert!(
            self,
            "placement_policy",
            "INSERT INTO placement_policy (cohort_id, content, reason, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5) RETURNING id",
            cohort,
            content,
            reason,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("placement.policy_set", format!("cohort/{cohort}"), (content, reason))
    }

    /// Every policy a cohort had, newest first.
    pub async fn placement_policies(&mut self, cohort: i64) -> Result<Vec<PlacementPolicy>> {
        all!(
            self,
            PlacementPolicy,
            "SELECT p.content, p.reason, p.recorded_by, p.recorded_at FROM placement_policy p
             JOIN cohort c ON c.id = p.cohort_id WHERE c.id = $1 AND c.provider_id = $2 ORDER BY p.id DESC",
            cohort,
            self.actor.provider
        )
    }
}
