//! Reading the facts a judgement is made from: a whole cohort in a fixed number of statements.

use crate::{Result, Work};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::HashMap;
use training::attendance::{Attendance, Presence, Session};
use training::completion::facts::{
    AssessmentFact, CohortFacts, CreditFact, Facts, MilestoneFact, MilestoneKind, WaiverFact,
};
use training::practicum::record::{Case, ConferenceFallback, Experience, PlacedAt, Stage, Way};

/// A cohort's facts: what all share, and each trainee's by enrolment.
#[derive(Debug, Clone, Default)]
pub struct CohortRecord {
    pub cohort: CohortFacts,
    pub trainees: HashMap<i64, Facts>,
}

/// All trainees of a cohort, or one of them.
const SCOPE: &str =
    "JOIN enrolment e ON e.id = f.enrolment_id WHERE e.cohort_id = $1 AND e.provider_id = $2 AND ($3 = 0 OR e.id = $3)";

impl Work {
    /// The facts of a cohort's trainees, or of one of them.
    pub async fn facts(&mut self, cohort: i64, only: Option<i64>) -> Result<CohortRecord> {
        let provider = self.actor.provider;
        let only = only.unwrap_or(0);
        let start = self.cohort(cohort).await?.practicum_from;
        let sessions = self.sessions(cohort).await?.into_iter().map(|session| Session {
            id: session.id,
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            shares: session.shares,
        });
        let mut record = CohortRecord { cohort: CohortFacts::new(sessions.collect()), trainees: HashMap::new() };

        let enrolments = all!(
            self,
            (i64, Option<String>, Option<NaiveDate>),
            "SELECT id, exam_number, enrolled_on FROM enrolment
             WHERE cohort_id = $1 AND provider_id = $2 AND ($3 = 0 OR id = $3)",
            cohort,
            provider,
            only
        )?;
        for (id, exam_number, enrolled_on) in enrolments {
            record.trainees.insert(id, Facts { exam_number, enrolled_on, ..Facts::default() });
        }

        let sql = scoped("f.enrolment_id, f.id, f.session_id, f.arrived_at, f.left_at", "attendance", "");
        type Recorded = (i64, i64, i64, Option<NaiveDateTime>, Option<NaiveDateTime>);
        let mut by_enrolment: HashMap<i64, Vec<Attendance>> = HashMap::new();
        for (enrolment, id, session, arrived_at, left_at) in all!(self, Recorded, sql, cohort, provider, only)? {
            let present = arrived_at.zip(left_at).map(|(arrived_at, left_at)| Presence { arrived_at, left_at });
            by_enrolment.entry(enrolment).or_default().push(Attendance { id, session, present, sequence: id });
        }
        for (enrolment, attendances) in by_enrolment {
            if let Some(facts) = record.trainees.get_mut(&enrolment) {
                facts.attendances = attendances.into_iter().collect();
            }
        }

        let sql = scoped("f.enrolment_id, f.id, f.subject", "subject_credit", CURRENT);
        for (enrolment, id, subject) in all!(self, (i64, i64, String), sql, cohort, provider, only)? {
            record.of(enrolment, |facts| facts.credits.push(CreditFact { id, subject }));
        }

        let sql = scoped("f.enrolment_id, f.id, f.kind, f.reached_on", "milestone", CURRENT);
        for (enrolment, id, kind, on) in all!(self, (i64, i64, String, NaiveDate), sql, cohort, provider, only)? {
            let kind = MilestoneKind::try_from(kind)?;
            record.of(enrolment, |facts| facts.milestones.push(MilestoneFact { id, kind, on }));
        }

        let sql = scoped("f.enrolment_id, f.id, f.passed, f.score", "assessment_result", CURRENT);
        for (enrolment, id, passed, score) in all!(self, (i64, i64, bool, Option<i64>), sql, cohort, provider, only)? {
            let score = score.map(|score| u32::try_from(score).unwrap_or(0));
            record.of(enrolment, |facts| facts.assessments.push(AssessmentFact { id, passed, score }));
        }

        let sql = scoped("f.enrolment_id, f.id, f.requirement, f.subject, f.recorded_by, f.reason", "waiver", CURRENT);
        type Waiver = (i64, i64, String, Option<String>, String, String);
        for (enrolment, id, requirement, subject, by, reason) in all!(self, Waiver, sql, cohort, provider, only)? {
            record.of(enrolment, |facts| facts.waivers.push(WaiverFact { id, requirement, subject, by, reason }));
        }

        let sql = scoped("f.enrolment_id, f.id, f.consent_on", "practicum_case", "");
        for (enrolment, id, consent_on) in all!(self, (i64, i64, Option<NaiveDate>), sql, cohort, provider, only)? {
            record.of(enrolment, |facts| facts.cases.push(Case { id, consent_on }));
        }

        let sql = scoped(
            "f.enrolment_id, f.id, f.case_id, f.stage, f.way, f.experienced_on, f.minutes",
            "experience",
            CURRENT,
        );
        type Seen = (i64, i64, i64, String, String, NaiveDate, i64);
        for (enrolment, id, case, stage, way, on, minutes) in all!(self, Seen, sql, cohort, provider, only)? {
            let (stage, way) = (Stage::try_from(stage)?, Way::try_from(way)?);
            let minutes = u32::try_from(minutes).unwrap_or(0);
            record.of(enrolment, |facts| facts.experiences.push(Experience { id, case, stage, way, on, minutes }));
        }

        let sql = scoped(
            "f.enrolment_id, f.id, f.reason, f.supervisor, f.explained_on, f.preparation_explained, f.proceedings_explained",
            "conference_fallback",
            CURRENT,
        );
        type Fallback = (i64, i64, String, String, NaiveDate, bool, bool);
        for (enrolment, id, reason, supervisor, on, preparation, proceedings) in
            all!(self, Fallback, sql, cohort, provider, only)?
        {
            record.of(enrolment, |facts| {
                facts.conference_fallbacks.push(ConferenceFallback {
                    id,
                    reason,
                    supervisor,
                    on,
                    preparation_explained: preparation,
                    proceedings_explained: proceedings,
                });
            });
        }

        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT f.enrolment_id, f.id, f.window_index, h.specified_office_addition, h.chief_care_managers
             FROM placement f JOIN host_office h ON h.id = f.host_office_id {SCOPE}
             AND f.state IN ('accepted', 'scheduled', 'done')"
        ));
        for (enrolment, id, window, specified_office_addition, chiefs) in
            all!(self, (i64, i64, i64, bool, i64), sql, cohort, provider, only)?
        {
            record.of(enrolment, |facts| {
                facts.placement = Some(PlacedAt {
                    id,
                    specified_office_addition,
                    chief_care_managers: u32::try_from(chiefs).unwrap_or(0),
                    from: start.checked_add_signed(chrono::TimeDelta::weeks(window)),
                });
            });
        }
        Ok(record)
    }
}

const CURRENT: &str = "AND f.withdrawn_at IS NULL";

fn scoped(columns: &str, table: &str, condition: &str) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(format!("SELECT {columns} FROM {table} f {SCOPE} {condition} ORDER BY f.id"))
}

impl CohortRecord {
    fn of(&mut self, enrolment: i64, add: impl FnOnce(&mut Facts)) {
        if let Some(facts) = self.trainees.get_mut(&enrolment) {
            add(facts);
        }
    }
}
