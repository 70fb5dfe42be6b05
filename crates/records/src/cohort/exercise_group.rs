//! Exercise groups (演習グループ): the trainees of a cohort who work together, and the instructors who lead them.

use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use training::practicum::entry::{EntryKind, EntryState};

/// A group that was not dissolved.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ExerciseGroup {
    pub id: i64,
    pub cohort_id: i64,
    pub cohort_name: String,
    pub name: String,
    pub members: i64,
}

/// Somebody who leads a group.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GroupInstructor {
    pub exercise_group_id: i64,
    pub user_id: i64,
    pub name: String,
}

/// A trainee of a group.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GroupMember {
    pub enrolment_id: i64,
    pub trainee_number: String,
    pub name: String,
    pub kana: String,
}

/// A plan that a trainee of a group has handed in.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GroupPlan {
    pub entry_id: i64,
    pub enrolment_id: i64,
    #[sqlx(try_from = "String")]
    pub kind: EntryKind,
    pub pseudonym: Option<String>,
    /// The client was made up.
    pub invented: bool,
    #[sqlx(try_from = "String")]
    pub state: EntryState,
    pub changed_at: DateTime<Utc>,
    /// Remarks that stand, of whomever.
    pub remarks: i64,
}

/// Trainees of one statement: within the databases' limits.
const BATCH: usize = 500;

const GROUP: &str = "SELECT g.id, g.cohort_id, c.name AS cohort_name, g.name,
        (SELECT count(*) FROM exercise_group_member m WHERE m.exercise_group_id = g.id AND m.left_at IS NULL) AS members
     FROM exercise_group g JOIN cohort c ON c.id = g.cohort_id";

impl Work {
    /// Whoever else divides this cohort waits until this work is done.
    pub async fn lock_groups(&mut self, cohort: i64) -> Result<()> {
        let sql = "UPDATE cohort SET version = version WHERE id = $1 AND provider_id = $2";
        execute!(self, sql, cohort, self.actor.provider)?;
        Ok(())
    }

    /// [`Error::LostUpdate`] where the cohort has a group of this name.
    pub async fn create_exercise_group(&mut self, cohort: i64, name: &str) -> Result<i64> {
        self.cohort(cohort).await?;
        let id = insert!(
            self,
            "exercise_group",
            "INSERT INTO exercise_group (provider_id, cohort_id, name, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING RETURNING id",
            self.actor.provider,
            cohort,
            name,
            self.actor.now
        )?;
        self.audit("exercise_group.created", format!("exercise_group/{id}"), (cohort, name))?;
        Ok(id)
    }

    pub async fn exercise_group(&mut self, id: i64) -> Result<ExerciseGroup> {
        let sql =
            sqlx::AssertSqlSafe(format!("{GROUP} WHERE g.id = $1 AND g.provider_id = $2 AND g.closed_at IS NULL"));
        optional!(self, ExerciseGroup, sql, id, self.actor.provider)?.ok_or(Error::NotFound)
    }

    /// The groups of a cohort, in the order they were made.
    pub async fn exercise_groups(&mut self, cohort: i64) -> Result<Vec<ExerciseGroup>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{GROUP} WHERE g.cohort_id = $1 AND g.provider_id = $2 AND g.closed_at IS NULL ORDER BY g.id"
        ));
        all!(self, ExerciseGroup, sql, cohort, self.actor.provider)
    }

    /// The groups an instructor leads, the newest first.
    pub async fn exercise_groups_of(&mut self, user: i64) -> Result<Vec<ExerciseGroup>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{GROUP} JOIN exercise_group_instructor i ON i.exercise_group_id = g.id AND i.ended_at IS NULL
             WHERE i.user_id = $1 AND g.provider_id = $2 AND g.closed_at IS NULL ORDER BY g.id DESC"
        ));
        all!(self, ExerciseGroup, sql, user, self.actor.provider)
    }

    /// Dissolves a group without trainees; [`Error::LostUpdate`] where it has some.
    pub async fn close_exercise_group(&mut self, id: i64) -> Result<()> {
        self.exercise_group(id).await?;
        let closed = change!(
            self,
            "exercise_group",
            "UPDATE exercise_group SET closed_at = $3 WHERE id = $1 AND provider_id = $2 AND closed_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM exercise_group_member m WHERE m.exercise_group_id = $1 AND m.left_at IS NULL)
             RETURNING id",
            id,
            self.actor.provider,
            self.actor.now
        )?;
        one_row(&closed)?;
        self.audit("exercise_group.closed", format!("exercise_group/{id}"), ())
    }

    /// The trainees of a group, by trainee number.
    pub async fn group_members(&mut self, group: i64) -> Result<Vec<GroupMember>> {
        all!(
            self,
            GroupMember,
            "SELECT m.enrolment_id, e.trainee_number, p.name, p.kana FROM exercise_group_member m
             JOIN enrolment e ON e.id = m.enrolment_id JOIN person p ON p.id = e.person_id
             WHERE m.exercise_group_id = $1 AND m.left_at IS NULL AND e.provider_id = $2 ORDER BY e.trainee_number",
            group,
            self.actor.provider
        )
    }

    /// In which group each trainee of a cohort is, by enrolment; who is in none is not among them.
    pub async fn groups_of_trainees(&mut self, cohort: i64) -> Result<HashMap<i64, i64>> {
        let rows = all!(
            self,
            (i64, i64),
            "SELECT m.enrolment_id, m.exercise_group_id FROM exercise_group_member m
             JOIN exercise_group g ON g.id = m.exercise_group_id
             WHERE g.cohort_id = $1 AND g.provider_id = $2 AND m.left_at IS NULL AND g.closed_at IS NULL",
            cohort,
            self.actor.provider
        )?;
        Ok(rows.into_iter().collect())
    }

    /// Puts trainees of a cohort into its groups, each out of the one before; `None`: into none. [`Error::LostUpdate`] where somebody else puts one of
    /// them elsewhere in the same moment.
    pub async fn put_into_groups(&mut self, cohort: i64, members: &[(i64, Option<i64>)]) -> Result<()> {
        let groups: HashSet<i64> = self.exercise_groups(cohort).await?.into_iter().map(|group| group.id).collect();
        let sql = "SELECT id FROM enrolment WHERE cohort_id = $1 AND provider_id = $2";
        let trainees = all!(self, (i64,), sql, cohort, self.actor.provider)?;
        let trainees: HashSet<i64> = trainees.into_iter().map(|(id,)| id).collect();
        let known = |(trainee, group): &(i64, Option<i64>)| {
            trainees.contains(trainee) && group.is_none_or(|group| groups.contains(&group))
        };
        if members.is_empty() || !members.iter().all(known) {
            return Err(Error::NotFound);
        }
        let now = self.actor.now;
        for batch in members.chunks(BATCH) {
            let left: Vec<i64> = on!(self, connection => {
                let mut query = sqlx::QueryBuilder::new("UPDATE exercise_group_member SET left_at = ");
                query.push_bind(now).push(" WHERE left_at IS NULL AND enrolment_id IN (");
                let mut listed = query.separated(", ");
                for (trainee, _) in batch {
                    listed.push_bind(*trainee);
                }
                query.push(") RETURNING id").build_query_scalar().fetch_all(connection).await
            })?;
            self.touch("exercise_group_member", &left);
            let joining: Vec<(i64, i64)> =
                batch.iter().filter_map(|(trainee, group)| Some((*trainee, (*group)?))).collect();
            if joining.is_empty() {
                continue;
            }
            let joined: Vec<i64> = on!(self, connection => {
                let mut query = sqlx::QueryBuilder::new(
                    "INSERT INTO exercise_group_member (exercise_group_id, enrolment_id, joined_at) ",
                );
                query.push_values(&joining, |mut row, (trainee, group)| {
                    row.push_bind(*group).push_bind(*trainee).push_bind(now);
                });
                query.push(" ON CONFLICT DO NOTHING RETURNING id").build_query_scalar().fetch_all(connection).await
            })?;
            self.touch("exercise_group_member", &joined);
            if joined.len() != joining.len() {
                return Err(Error::LostUpdate);
            }
        }
        self.audit("exercise_group.members", format!("cohort/{cohort}"), members)
    }

    /// Who leads the groups of a cohort.
    pub async fn group_instructors(&mut self, cohort: i64) -> Result<Vec<GroupInstructor>> {
        all!(
            self,
            GroupInstructor,
            "SELECT i.exercise_group_id, i.user_id, u.name FROM exercise_group_instructor i
             JOIN exercise_group g ON g.id = i.exercise_group_id JOIN users u ON u.id = i.user_id
             WHERE g.cohort_id = $1 AND g.provider_id = $2 AND i.ended_at IS NULL ORDER BY i.id",
            cohort,
            self.actor.provider
        )
    }

    /// Lets an account lead a group; doing it twice changes nothing.
    pub async fn appoint_instructor(&mut self, group: i64, user: i64) -> Result<()> {
        self.exercise_group(group).await?;
        self.user(user).await?;
        let appointed = change!(
            self,
            "exercise_group_instructor",
            "INSERT INTO exercise_group_instructor (exercise_group_id, user_id, appointed_at) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING RETURNING id",
            group,
            user,
            self.actor.now
        )?;
        if appointed.is_empty() {
            return Ok(());
        }
        self.audit("exercise_group.instructor", format!("exercise_group/{group}"), (user, true))
    }

    pub async fn end_instructor(&mut self, group: i64, user: i64) -> Result<()> {
        self.exercise_group(group).await?;
        let ended = change!(
            self,
            "exercise_group_instructor",
            "UPDATE exercise_group_instructor SET ended_at = $3
             WHERE exercise_group_id = $1 AND user_id = $2 AND ended_at IS NULL RETURNING id",
            group,
            user,
            self.actor.now
        )?;
        if ended.is_empty() {
            return Ok(());
        }
        self.audit("exercise_group.instructor", format!("exercise_group/{group}"), (user, false))
    }

    /// The plans the trainees of a group have handed in, each trainee's in the order they were begun.
    pub async fn plans_of_group(&mut self, group: i64) -> Result<Vec<GroupPlan>> {
        let plans = EntryKind::ALL.into_iter().filter(|kind| kind.is_plan());
        let plans: Vec<String> = plans.map(|kind| format!("'{}'", kind.id())).collect();
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT r.id AS entry_id, r.enrolment_id, r.kind, c.pseudonym, r.state, r.changed_at,
                EXISTS (SELECT 1 FROM case_circumstance k WHERE k.case_id = r.case_id AND k.invented) AS invented,
                (SELECT count(*) FROM entry_comment k WHERE k.entry_id = r.id AND k.withdrawn_at IS NULL) AS remarks
             FROM exercise_group_member m JOIN enrolment e ON e.id = m.enrolment_id JOIN record_entry r ON r.enrolment_id = e.id
             LEFT JOIN practicum_case c ON c.id = r.case_id
             WHERE m.exercise_group_id = $1 AND m.left_at IS NULL AND e.provider_id = $2 AND r.discarded_at IS NULL
                AND r.state <> 'draft' AND r.kind IN ({}) AND NOT EXISTS (SELECT 1 FROM record_revision v
                    WHERE v.entry_id = r.id AND v.suspicions > 0 AND coalesce(v.decision, '') <> 'approved'
                    AND v.number = (SELECT max(n.number) FROM record_revision n WHERE n.entry_id = r.id)) ORDER BY e.trainee_number, r.id",
            plans.join(", ")
        ));
        all!(self, GroupPlan, sql, group, self.actor.provider)
    }
}
