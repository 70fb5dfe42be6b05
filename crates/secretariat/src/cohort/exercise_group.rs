//! Exercise groups: dividing a cohort, who leads a group, and an instructor's word on the plans handed in to it.

use crate::cohort::refusal::CohortRefusal;
use crate::list_file::{self, ListFile};
use crate::practicum::plan::Remark;
use crate::practicum::record::Verdict;
use crate::{CellFault, Refusal, Result, Secretariat, Staff};
use records::Work;
use records::cohort::exercise_group::{ExerciseGroup, GroupPlan};
use records::hex;
use records::trainee::enrolment::Enrolment;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use training::cohort::exercise_group::{SIZES, divide};
use training::practicum::entry::EntryState;
use training::role::Role;
use training::trainee::person::normalise;

/// Longest name of a group, in characters.
const LONGEST_NAME: usize = 40;

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct GroupCounts {
    pub rows: usize,
    /// Trainees who are in another group than before.
    pub moved: usize,
    /// Groups the cohort did not have.
    pub groups: usize,
}

fn checked_name(name: &str) -> Result<String> {
    let name = normalise(name);
    match name.chars().count() {
        0 => Err(Refusal::FieldMissing("name").into()),
        length if length > LONGEST_NAME => {
            Err(Refusal::FieldInvalid { field: "name", value: format!("{length} / {LONGEST_NAME}") }.into())
        }
        _ => Ok(name),
    }
}

/// [`records::Error::NotFound`] unless the account leads the group.
async fn led_group(work: &mut Work, user: i64, group: i64) -> Result<ExerciseGroup> {
    let led = work.exercise_groups_of(user).await?;
    Ok(led.into_iter().find(|led| led.id == group).ok_or(records::Error::NotFound)?)
}

impl Secretariat {
    pub async fn create_exercise_group(&self, staff: &Staff, cohort: i64, name: &str) -> Result<i64> {
        let name = checked_name(name)?;
        let mut work = self.write(staff).await?;
        if work.exercise_groups(cohort).await?.iter().any(|known| known.name == name) {
            return Err(Refusal::AlreadyThere.into());
        }
        let id = work.create_exercise_group(cohort, &name).await?;
        work.commit().await?;
        Ok(id)
    }

    /// Divides the trainees who take part and are in no group yet, in the order of their numbers, into new groups of at most `most`. Gives how
    /// many trainees.
    pub async fn divide_into_groups(&self, staff: &Staff, cohort: i64, most: usize) -> Result<usize> {
        if !SIZES.contains(&most) {
            return Err(Refusal::FieldInvalid { field: "group_size", value: most.to_string() }.into());
        }
        let mut work = self.write(staff).await?;
        // Two who divide at once do it one after the other: the second finds nobody left.
        work.lock_groups(cohort).await?;
        let grouped = work.groups_of_trainees(cohort).await?;
        let mut trainees = work.enrolments(cohort).await?;
        trainees.retain(|trainee| trainee.state.takes_part() && !grouped.contains_key(&trainee.id));
        let taken: Vec<String> = work.exercise_groups(cohort).await?.into_iter().map(|group| group.name).collect();
        let mut names = (1..).map(|number: u32| format!("{number}班")).filter(|name| !taken.contains(name));
        let mut rest = trainees.iter();
        let mut members = Vec::new();
        for size in divide(trainees.len(), most) {
            let Some(name) = names.next() else { break };
            let group = work.create_exercise_group(cohort, &name).await?;
            members.extend(rest.by_ref().take(size).map(|trainee| (trainee.id, Some(group))));
        }
        if !members.is_empty() {
            work.put_into_groups(cohort, &members).await?;
        }
        work.commit().await?;
        Ok(trainees.len())
    }

    /// Imports a list with the columns 受講番号 and 班; groups the cohort does not have are made, an empty 班 takes the trainee out. Any bad
    /// row: nothing is saved.
    pub async fn import_groups(
        &self,
        staff: &Staff,
        cohort: i64,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<GroupCounts> {
        let (number, group) = ("受講番号", "班");
        let tables = list_file::tables(bytes).await?;
        let mut work = self.write(staff).await?;
        work.lock_groups(cohort).await?;
        let mut file = ListFile::read(tables, &[number, group])?;
        file.also_names();
        let enrolled = work.enrolments(cohort).await?;
        let enrolments: HashMap<&str, &Enrolment> =
            enrolled.iter().map(|known| (known.trainee_number.as_str(), known)).collect();
        let mut groups: HashMap<String, i64> =
            work.exercise_groups(cohort).await?.into_iter().map(|known| (known.name, known.id)).collect();
        let grouped = work.groups_of_trainees(cohort).await?;
        let mut moved = Vec::new();
        let mut counts = GroupCounts::default();
        let mut rows: HashMap<i64, usize> = HashMap::new();
        let mut bad = Vec::new();
        for row in file.rows() {
            counts.rows += 1;
            let Some(known) = enrolments.get(row.cell(number).as_str()) else {
                bad.push(row.bad(number, CellFault::UnknownTrainee(row.cell(number))));
                continue;
            };
            bad.extend(row.names_another(&known.name));
            let enrolment = known.id;
            if let Some(before) = rows.insert(enrolment, row.number) {
                bad.push(row.bad(number, CellFault::Twice { value: row.cell(number), row: before }));
                continue;
            }
            let group = match row.cell(group) {
                name if name.is_empty() => None,
                name => {
                    let Ok(checked) = checked_name(&name) else {
                        bad.push(row.bad(group, CellFault::TooLong(name)));
                        continue;
                    };
                    match groups.get(&checked) {
                        Some(known) => Some(*known),
                        None => {
                            let made = work.create_exercise_group(cohort, &checked).await?;
                            counts.groups += 1;
                            groups.insert(checked, made);
                            Some(made)
                        }
                    }
                }
            };
            if grouped.get(&enrolment).copied() != group {
                moved.push((enrolment, group));
            }
        }
        list_file::check(bad)?;
        counts.moved = moved.len();
        if !moved.is_empty() {
            work.put_into_groups(cohort, &moved).await?;
        }
        work.record_import("exercise_groups", file_name, &hex(&Sha256::digest(bytes)), &counts).await?;
        work.commit().await?;
        Ok(counts)
    }

    /// Puts trainees of a cohort into a group of it, or into none.
    pub async fn put_into_group(
        &self,
        staff: &Staff,
        cohort: i64,
        enrolments: &[i64],
        group: Option<i64>,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.lock_groups(cohort).await?;
        // Pressed twice, they are there already.
        let grouped = work.groups_of_trainees(cohort).await?;
        let elsewhere = enrolments.iter().filter(|enrolment| grouped.get(enrolment).copied() != group);
        let members: Vec<(i64, Option<i64>)> = elsewhere.map(|enrolment| (*enrolment, group)).collect();
        if members.is_empty() {
            return Ok(());
        }
        work.put_into_groups(cohort, &members).await?;
        Ok(work.commit().await?)
    }

    /// Lets an instructor lead a group, or no longer.
    pub async fn set_instructor(&self, staff: &Staff, group: i64, user: i64, leads: bool) -> Result<()> {
        let mut work = self.write(staff).await?;
        if leads {
            let known = work.user(user).await?;
            if known.role != Role::Instructor || !known.active {
                return Err(records::Error::NotFound.into());
            }
            work.appoint_instructor(group, user).await?;
        } else {
            work.end_instructor(group, user).await?;
        }
        Ok(work.commit().await?)
    }

    pub async fn close_exercise_group(&self, staff: &Staff, group: i64) -> Result<()> {
        let mut work = self.write(staff).await?;
        let cohort = work.exercise_group(group).await?.cohort_id;
        // Nobody is put into it meanwhile.
        work.lock_groups(cohort).await?;
        if work.exercise_group(group).await?.members > 0 {
            return Err(CohortRefusal::GroupNotEmpty.into());
        }
        work.close_exercise_group(group).await?;
        Ok(work.commit().await?)
    }

    /// A group as its instructor or the secretariat may see it. `user` is the account that asks, in this role.
    pub async fn seen_group(&self, work: &mut Work, (role, user): (Role, i64), group: i64) -> Result<ExerciseGroup> {
        let group = match role {
            Role::Instructor => led_group(work, user, group).await?,
            Role::Administrator | Role::Secretariat => work.exercise_group(group).await?,
            _ => return Err(records::Error::NotFound.into()),
        };
        Ok(group)
    }

    /// A plan handed in to a group the account leads.
    pub async fn plan_of_group(&self, work: &mut Work, user: i64, (group, entry): (i64, i64)) -> Result<GroupPlan> {
        let plan = plan_led(work, user, (group, entry)).await?;
        Ok(plan)
    }

    /// An instructor's remark at a field of such a plan, or one taken back. After the practicum is signed off too: the exercises of the second
    /// half work with these plans.
    pub async fn comment_as_instructor(
        &self,
        staff: &Staff,
        user: i64,
        plan: (i64, i64),
        remark: Remark<'_>,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        let plan = plan_led(&mut work, user, plan).await?;
        let entry = work.entry(plan.enrolment_id, plan.entry_id).await?;
        remark.record(&mut work, &entry).await?;
        Ok(work.commit().await?)
    }

    /// An instructor gives a plan that waits back, with a reason. Approving is the supervisor's.
    pub async fn return_as_instructor(
        &self,
        staff: &Staff,
        user: i64,
        plan: (i64, i64),
        (version, reason): (i64, &str),
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        let plan = plan_led(&mut work, user, plan).await?;
        let entry = work.entry(plan.enrolment_id, plan.entry_id).await?;
        let verdict = Verdict { version, state: EntryState::Returned, comment: reason, none_personal: false };
        self.decide_in(&mut work, staff, &entry, verdict).await?;
        Ok(work.commit().await?)
    }
}

async fn plan_led(work: &mut Work, user: i64, (group, entry): (i64, i64)) -> Result<GroupPlan> {
    led_group(work, user, group).await?;
    let plans = work.plans_of_group(group).await?;
    Ok(plans.into_iter().find(|plan| plan.entry_id == entry).ok_or(records::Error::NotFound)?)
}
