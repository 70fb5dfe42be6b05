//! Reading the facts a judgement is made from: a whole cohort in a fixed number of statements, as they are known now or as they
//! were known at a moment in the past.

use crate::{Result, Work};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, HashMap, HashSet};
use training::cohort::attendance::{Attendance, HealedFact, Healing, Presence};
use training::completion::facts::{
    AssessmentFact, CohortDates, CohortFacts, CreditFact, DocumentFact, Facts, MilestoneFact, MilestoneKind, WaiverFact,
};
use training::practicum::record::{
    ConferenceFallback, Experience, OfficeCondition, OfficeContent, OfficeTime, PlacedAt, SupervisorFact, Way,
};
use training::role::Role;

/// A cohort's facts: what all share, and each trainee's by enrolment.
#[derive(Debug, Clone, Default)]
pub struct CohortRecord {
    pub cohort: CohortFacts,
    /// Titles of the cohort's sessions.
    pub session_titles: HashMap<i64, String>,
    pub trainees: HashMap<i64, Facts>,
}

/// Whose facts are read.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    pub cohort: i64,
    /// One enrolment, or all of the cohort.
    pub only: Option<i64>,
    /// What was known just before this moment; none: what is known now.
    pub before: Option<DateTime<Utc>>,
}

impl Wanted {
    /// Everything known now of a cohort.
    pub fn all(cohort: i64) -> Wanted {
        Wanted { cohort, only: None, before: None }
    }
}

/// What every statement is scoped by: cohort, provider, one enrolment or 0, the moment.
#[derive(Clone, Copy)]
pub(crate) struct Scope {
    cohort: i64,
    provider: i64,
    only: i64,
    before: DateTime<Utc>,
}

impl Scope {
    /// The enrolments meant, as a condition on `e`. One is found by its id, all by their cohort: the sign keeps SQLite from looking
    /// through every enrolment of the provider.
    fn condition(self) -> &'static str {
        match self.only {
            0 => "e.cohort_id = $1 AND +e.provider_id = $2 AND $3 = 0",
            _ => "e.id = $3 AND +e.cohort_id = $1 AND +e.provider_id = $2",
        }
    }

    /// Facts `f` are only read through the enrolment they belong to.
    fn join(self) -> String {
        format!("JOIN enrolment e ON e.id = f.enrolment_id WHERE {}", self.condition())
    }

    fn facts(self, columns: &str, table: &str, condition: &str) -> sqlx::AssertSqlSafe<String> {
        sqlx::AssertSqlSafe(format!("SELECT {columns} FROM {table} f {} {condition} ORDER BY f.id", self.join()))
    }
}

/// States in which an office has accepted the trainee.
const ACCEPTED: &str = "'accepted', 'scheduled', 'done'";
/// Recorded by then.
const RECORDED: &str = "AND f.recorded_at < $4";
/// And not withdrawn by then.
const CURRENT: &str = "AND f.recorded_at < $4 AND (f.withdrawn_at IS NULL OR f.withdrawn_at >= $4)";

/// All rows of a statement scoped by a [`Scope`].
macro_rules! all_in {
    ($work:expr, $type:ty, $sql:expr, $scope:expr) => {
        all!($work, $type, $sql, $scope.cohort, $scope.provider, $scope.only, $scope.before)
    };
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

impl Work {
    /// The facts of a cohort's trainees, or of one of them.
    pub async fn facts(&mut self, wanted: Wanted) -> Result<CohortRecord> {
        let now = self.scope(wanted.cohort, wanted.only);
        let scope = Scope { before: wanted.before.unwrap_or(now.before), ..now };
        let mut record = self.cohort_facts(scope).await?;
        self.attendance_facts(scope, &mut record).await?;
        self.dated_facts(scope, &mut record).await?;
        self.practicum_facts(scope, &mut record).await?;
        self.placement_facts(scope, &mut record).await?;
        Ok(record)
    }

    /// What is known now of a cohort's trainees, or of one of them.
    pub(crate) fn scope(&self, cohort: i64, only: Option<i64>) -> Scope {
        // Nothing is recorded in the future.
        let before = self.actor.now + TimeDelta::days(36_500);
        Scope { cohort, provider: self.actor.provider, only: only.unwrap_or(0), before }
    }

    /// What all share, and an empty record for each trainee.
    async fn cohort_facts(&mut self, scope: Scope) -> Result<CohortRecord> {
        let cohort = self.cohort_before(scope.cohort, scope.before).await?;
        let dates = CohortDates {
            starts_on: Some(cohort.starts_on),
            ends_on: Some(cohort.ends_on),
            practicum_from: Some(cohort.practicum_from),
            practicum_until: cohort
                .practicum_from
                .checked_add_signed(TimeDelta::weeks(cohort.practicum_weeks) - TimeDelta::days(1)),
        };
        let sessions = self.sessions_before(scope.cohort, scope.before).await?;
        let session_titles = sessions.iter().map(|session| (session.id, session.title.clone())).collect();
        let held = sessions.iter().filter(|session| session.cancelled.is_none());
        let cohort = CohortFacts::new(dates, held.map(|session| session.as_taught()).collect());
        let mut record = CohortRecord { cohort, session_titles, trainees: HashMap::new() };
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT e.id, e.exam_number, (SELECT c.enrolled_on FROM enrolment_change c
                WHERE c.enrolment_id = e.id AND c.changed_at < $4 ORDER BY c.id DESC LIMIT 1)
             FROM enrolment e WHERE {} AND e.created_at < $4",
            scope.condition()
        ));
        let enrolments = all_in!(self, (i64, Option<String>, Option<NaiveDate>), sql, scope)?;
        for (id, exam_number, enrolled_on) in enrolments {
            record.trainees.insert(id, Facts { exam_number, enrolled_on, ..Facts::default() });
        }
        Ok(record)
    }

    async fn attendance_facts(&mut self, scope: Scope, record: &mut CohortRecord) -> Result<()> {
        let sql = scope.facts("f.enrolment_id, f.id, f.session_id, f.arrived_at, f.left_at", "attendance", RECORDED);
        type Recorded = (i64, i64, i64, Option<NaiveDateTime>, Option<NaiveDateTime>);
        let mut by_enrolment: HashMap<i64, Vec<Attendance>> = HashMap::new();
        for (enrolment, id, session, arrived_at, left_at) in all_in!(self, Recorded, sql, scope)? {
            let present = arrived_at.zip(left_at).map(|(arrived_at, left_at)| Presence { arrived_at, left_at });
            by_enrolment.entry(enrolment).or_default().push(Attendance { id, session, present, sequence: id });
        }
        for (enrolment, attendances) in by_enrolment {
            record.of(enrolment, |facts| facts.attendances = attendances.into_iter().collect());
        }
        // $3 is bound in every statement of a scope.
        let sql = "SELECT m.session_id, i.enrolment_id FROM make_up_session m JOIN session s ON s.id = m.session_id
             LEFT JOIN session_invitee i ON i.session_id = s.id AND i.invited_at < $4
             WHERE s.cohort_id = $1 AND s.provider_id = $2 AND $3 >= 0";
        let mut invited: HashMap<i64, HashSet<i64>> = HashMap::new();
        for (session, enrolment) in all_in!(self, (i64, Option<i64>), sql, scope)? {
            invited.entry(session).or_default().extend(enrolment);
        }
        for (session, invited) in invited {
            for (_, facts) in record.trainees.iter_mut().filter(|(enrolment, _)| !invited.contains(enrolment)) {
                facts.not_invited.insert(session);
            }
        }
        Ok(())
    }

    /// Credits, milestones, assessments, documents, waivers.
    async fn dated_facts(&mut self, scope: Scope, record: &mut CohortRecord) -> Result<()> {
        let sql = scope.facts("f.enrolment_id, f.id, f.subject", "subject_credit", CURRENT);
        for (enrolment, id, subject) in all_in!(self, (i64, i64, String), sql, scope)? {
            record.of(enrolment, |facts| facts.credits.push(CreditFact { id, subject }));
        }

        let sql = scope.facts("f.enrolment_id, f.id, f.session_id, f.way, f.healed_on", "healed_session", CURRENT);
        for (enrolment, id, session, way, on) in all_in!(self, (i64, i64, i64, String, NaiveDate), sql, scope)? {
            let by = Healing::try_from(way)?;
            record.of(enrolment, |facts| facts.healed.push(HealedFact { id, session, by, on }));
        }

        self.milestone_facts(scope, record).await?;

        let columns = "f.enrolment_id, f.id, f.passed, f.score, f.items, f.assessed_by";
        type Assessed = (i64, i64, bool, Option<i64>, String, Option<String>);
        let sql = scope.facts(columns, "assessment_result", CURRENT);
        for (enrolment, id, passed, score, items, by) in all_in!(self, Assessed, sql, scope)? {
            let items: BTreeMap<String, u32> = serde_json::from_str(&items)?;
            let by = by.map(Role::try_from).transpose()?;
            let score = score.map(count);
            record.of(enrolment, |facts| facts.assessments.push(AssessmentFact { id, passed, score, items, by }));
        }

        let sql = scope.facts("f.enrolment_id, f.id, f.document, f.handed_in_on", "handed_in", CURRENT);
        for (enrolment, id, document, on) in all_in!(self, (i64, i64, String, NaiveDate), sql, scope)? {
            record.of(enrolment, |facts| facts.documents.push(DocumentFact { id, document, on }));
        }

        let columns = "f.enrolment_id, f.id, f.requirement, f.subject,
            COALESCE((SELECT u.name FROM users u WHERE u.login = f.recorded_by), f.recorded_by), f.role, f.reason";
        type Waiver = (i64, i64, String, Option<String>, String, String, String);
        let sql = scope.facts(columns, "waiver", CURRENT);
        for (enrolment, id, requirement, subject, by, role, reason) in all_in!(self, Waiver, sql, scope)? {
            let role = Role::try_from(role)?;
            let waiver = WaiverFact { id, requirement, subject, by, role, reason };
            record.of(enrolment, |facts| facts.waivers.push(waiver));
        }
        Ok(())
    }

    /// Milestones. What is reached by signing a text stands while the text is the newest of its kind, or was when the practicum
    /// was signed off.
    async fn milestone_facts(&mut self, scope: Scope, record: &mut CohortRecord) -> Result<()> {
        type Reached = (i64, i64, String, NaiveDate, DateTime<Utc>);
        let sql = scope.facts("f.enrolment_id, f.id, f.kind, f.reached_on, f.recorded_at", "milestone", CURRENT);
        let reached = all_in!(self, Reached, sql, scope)?;
        let texts = all!(
            self,
            (i64, String, DateTime<Utc>),
            "SELECT id, kind, published_at FROM agreement_text WHERE provider_id = $1 AND published_at < $2 ORDER BY id",
            scope.provider,
            scope.before
        )?;
        let mut signed: HashMap<i64, i64> = HashMap::new();
        let mut signed_off: HashMap<i64, DateTime<Utc>> = HashMap::new();
        if !texts.is_empty() {
            let sql = scope.facts("f.milestone_id, f.agreement_text_id", "signature", RECORDED);
            signed.extend(all_in!(self, (i64, i64), sql, scope)?);
            let off = reached.iter().filter(|(_, _, kind, _, _)| kind == MilestoneKind::SignOff.id());
            signed_off.extend(off.map(|(enrolment, _, _, _, at)| (*enrolment, *at)));
        }
        // Who signs a newer text has stood under the older one before.
        let mut first: HashMap<(i64, String), NaiveDate> = HashMap::new();
        for (enrolment, _, kind, on, _) in
            reached.iter().filter(|(_, _, kind, _, _)| texts.iter().any(|text| text.1 == *kind))
        {
            let known = first.entry((*enrolment, kind.clone())).or_insert(*on);
            *known = (*known).min(*on);
        }
        for (enrolment, id, kind, on, _) in reached {
            let text = signed.get(&id).copied().unwrap_or(0);
            let by_then = signed_off.get(&enrolment);
            let superseded = texts.iter().any(|(newer, of, published)| {
                *of == kind && *newer > text && by_then.is_none_or(|signed_off| published <= signed_off)
            });
            let on = first.get(&(enrolment, kind.clone())).copied().unwrap_or(on);
            let fact = MilestoneFact { id, kind: MilestoneKind::try_from(kind)?, on };
            record.of(enrolment, |facts| match superseded {
                true => facts.asked_again.push(fact),
                false => facts.milestones.push(fact),
            });
        }
        Ok(())
    }

    /// Cases, experiences, fallbacks of the conference.
    async fn practicum_facts(&mut self, scope: Scope, record: &mut CohortRecord) -> Result<()> {
        for (enrolment, case) in self.cases_in(scope).await? {
            if !case.invented {
                record.of(enrolment, |facts| facts.cases.push(case.fact));
            }
        }

        let columns =
            "f.enrolment_id, f.id, f.case_id, f.stage, f.way, f.experienced_on, f.minutes, f.break_minutes, f.own_work";
        type Seen = (i64, i64, i64, String, String, NaiveDate, i64, i64, bool);
        let sql = scope.facts(columns, "experience", CURRENT);
        for (enrolment, id, case, stage, way, on, minutes, breaks, own_work) in all_in!(self, Seen, sql, scope)? {
            let way = Way::try_from(way)?;
            let (minutes, break_minutes) = (count(minutes), count(breaks));
            let experience = Experience { id, case, stage, way, on, minutes, break_minutes, own_work };
            record.of(enrolment, |facts| facts.experiences.push(experience));
        }

        let columns = "f.enrolment_id, f.id, f.content, f.spent_on, f.minutes, f.break_minutes";
        let sql = scope.facts(columns, "office_time", CURRENT);
        for (enrolment, id, content, on, minutes, breaks) in
            all_in!(self, (i64, i64, String, NaiveDate, i64, i64), sql, scope)?
        {
            let content = OfficeContent::try_from(content)?;
            let time = OfficeTime { id, content, on, minutes: count(minutes), break_minutes: count(breaks) };
            record.of(enrolment, |facts| facts.office_times.push(time));
        }

        let columns = "f.enrolment_id, f.id, f.reason, f.supervisor, f.explained_on, f.preparation_explained, f.proceedings_explained";
        type Fallback = (i64, i64, String, String, NaiveDate, bool, bool);
        let sql = scope.facts(columns, "conference_fallback", CURRENT);
        for (enrolment, id, reason, supervisor, on, preparation_explained, proceedings_explained) in
            all_in!(self, Fallback, sql, scope)?
        {
            let fallback =
                ConferenceFallback { id, reason, supervisor, on, preparation_explained, proceedings_explained };
            record.of(enrolment, |facts| facts.conference_fallbacks.push(fallback));
        }
        Ok(())
    }

    /// Case, subject and day of every consent.
    pub(crate) async fn consented_in(&mut self, scope: Scope) -> Result<Vec<(i64, String, NaiveDate)>> {
        let sql = scope.facts("f.case_id, f.subject, f.consented_on", "case_consent", CURRENT);
        all_in!(self, (i64, String, NaiveDate), sql, scope)
    }

    /// Case, whether it was made up, and who is concerned; the newest last.
    pub(crate) async fn circumstances_in(&mut self, scope: Scope) -> Result<Vec<(i64, bool, String)>> {
        let sql = scope.facts("f.case_id, f.invented, f.concerned", "case_circumstance", RECORDED);
        all_in!(self, (i64, bool, String), sql, scope)
    }

    /// Enrolment, id, pseudonym, day of consent and types of every case.
    pub(crate) async fn bare_cases_in(
        &mut self,
        scope: Scope,
    ) -> Result<Vec<(i64, i64, String, Option<NaiveDate>, String)>> {
        let columns = "f.enrolment_id, f.id, f.pseudonym, f.consent_on, f.types";
        let sql = scope.facts(columns, "practicum_case", RECORDED);
        all_in!(self, (i64, i64, String, Option<NaiveDate>, String), sql, scope)
    }

    /// Where the trainees of a cohort are placed now, by enrolment, accepted or not; with what the office is said to be.
    pub async fn planned_places(&mut self, cohort: i64) -> Result<HashMap<i64, PlacedAt>> {
        let practicum_from = Some(self.cohort(cohort).await?.practicum_from);
        let scope = self.scope(cohort, None);
        let states = "'proposed', 'requested', 'notified', 'accepted', 'scheduled', 'done'";
        Ok(self.placed_in(scope, states, practicum_from).await?.into_iter().collect())
    }

    /// Placements the office had accepted.
    async fn placement_facts(&mut self, scope: Scope, record: &mut CohortRecord) -> Result<()> {
        let practicum_from = record.cohort.dates.practicum_from;
        for (enrolment, fact) in self.placed_in(scope, ACCEPTED, practicum_from).await? {
            record.of(enrolment, |facts| facts.placement = Some(fact));
        }
        Ok(())
    }

    /// Placements in some states, with what the office was said to be and who guides.
    async fn placed_in(
        &mut self,
        scope: Scope,
        states: &str,
        practicum_from: Option<NaiveDate>,
    ) -> Result<Vec<(i64, PlacedAt)>> {
        let state = "(SELECT c.to_state FROM placement_change c WHERE c.placement_id = f.id AND c.changed_at < $4
             ORDER BY c.id DESC LIMIT 1)";
        let guide = "(SELECT g.supervisor_id FROM placement_supervisor g WHERE g.placement_id = f.id
             AND g.recorded_at < $4 ORDER BY g.id DESC LIMIT 1)";
        let standing =
            "(SELECT max(n.id) FROM host_office_standing n WHERE n.host_office_id = h.id AND n.recorded_at < $4)";
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT f.enrolment_id, f.id, f.window_index, h.id AS office,
                coalesce(t.municipality_code, h.municipality_code) AS municipality_code, t.specified_office_addition,
                t.chief_care_managers, t.community_support_centre, t.judged_suitable, t.reception_system,
                t.improvement_recommended, s.id AS supervisor, s.chief_care_manager, s.substitute_reason
             FROM placement f JOIN host_office h ON h.id = f.host_office_id
             LEFT JOIN host_office_standing t ON t.id = {standing} LEFT JOIN supervisor s ON s.id = {guide}
             {} AND {state} IN ({states})",
            scope.join()
        ));
        let placed = all_in!(self, Placed, sql, scope)?;
        if placed.is_empty() {
            return Ok(Vec::new());
        }
        let with_addition = self.municipalities_with_addition(scope).await?;
        let guided = if placed.iter().any(|placed| placed.supervisor.is_some()) {
            let sql = sqlx::AssertSqlSafe(format!(
                "SELECT guide, count(*) FROM (SELECT {guide} AS guide FROM placement f
                    JOIN enrolment e ON e.id = f.enrolment_id WHERE e.cohort_id = $1 AND +e.provider_id = $2 AND $3 >= 0
                    AND {state} IN ({ACCEPTED})) AS placed WHERE guide IS NOT NULL GROUP BY guide"
            ));
            all_in!(self, (i64, i64), sql, scope)?.into_iter().collect()
        } else {
            HashMap::<i64, i64>::new()
        };
        let fact = |placed: Placed| {
            let from = practicum_from.and_then(|day| day.checked_add_signed(TimeDelta::weeks(placed.window_index)));
            let conditions = placed.conditions(&with_addition);
            let supervisor = placed.supervisor.map(|id| SupervisorFact {
                id,
                chief_care_manager: placed.chief_care_manager.unwrap_or(false),
                substitute_reason: placed.substitute_reason.unwrap_or_default(),
                trainees: guided.get(&id).copied().map_or(0, count),
            });
            (placed.enrolment_id, PlacedAt { id: placed.id, office: placed.office, conditions, supervisor, from })
        };
        Ok(placed.into_iter().map(fact).collect())
    }

    /// Codes of the municipalities in which an office was said to have the specified-office addition.
    async fn municipalities_with_addition(&mut self, scope: Scope) -> Result<HashSet<String>> {
        let found = all!(
            self,
            (String,),
            "SELECT DISTINCT t.municipality_code FROM host_office h JOIN host_office_standing t ON t.host_office_id = h.id
             WHERE h.provider_id = $1 AND t.specified_office_addition AND t.id = (SELECT max(n.id)
                FROM host_office_standing n WHERE n.host_office_id = h.id AND n.recorded_at < $2)",
            scope.provider,
            scope.before
        )?;
        Ok(found.into_iter().map(|(code,)| code).collect())
    }
}

/// A placement with its office and supervisor; what nobody has said of an office is `None`.
#[derive(sqlx::FromRow)]
struct Placed {
    enrolment_id: i64,
    id: i64,
    window_index: i64,
    office: i64,
    municipality_code: String,
    specified_office_addition: Option<bool>,
    chief_care_managers: Option<i64>,
    community_support_centre: Option<bool>,
    judged_suitable: Option<bool>,
    reception_system: Option<bool>,
    improvement_recommended: Option<bool>,
    supervisor: Option<i64>,
    chief_care_manager: Option<bool>,
    substitute_reason: Option<String>,
}

impl Placed {
    fn conditions(&self, with_addition: &HashSet<String>) -> Vec<OfficeCondition> {
        let holds = |condition: &OfficeCondition| match condition {
            OfficeCondition::SpecifiedOfficeAddition => self.specified_office_addition == Some(true),
            OfficeCondition::ChiefCareManager => self.chief_care_managers.is_some_and(|chiefs| chiefs > 0),
            OfficeCondition::NoAdditionInMunicipality => !with_addition.contains(&self.municipality_code),
            OfficeCondition::CommunitySupportCentre => self.community_support_centre == Some(true),
            OfficeCondition::JudgedSuitable => self.judged_suitable == Some(true),
            OfficeCondition::ReceptionSystem => self.reception_system == Some(true),
            OfficeCondition::NeverRecommendedImprovement => self.improvement_recommended == Some(false),
        };
        OfficeCondition::ALL.into_iter().filter(holds).collect()
    }
}

impl CohortRecord {
    fn of(&mut self, enrolment: i64, add: impl FnOnce(&mut Facts)) {
        if let Some(facts) = self.trainees.get_mut(&enrolment) {
            add(facts);
        }
    }
}
