//! Exercise groups: the secretariat divides a cohort and names who leads; instructors look at the plans handed in to their groups.

use crate::practicum::plan;
use crate::practicum::review::{BesideEntries, Reviewed, reviewed};
use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Form, Upload};
use crate::shell::looks_personal;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording::practicum as words;
use askama::Template;
use axum::extract::Path;
use secretariat::Refusal;
use secretariat::cohort::{Cohort, ExerciseGroup, GroupMember, GroupPlan};
use std::collections::HashMap;
use training::practicum::entry::EntryState;
use training::role::Role;

struct GroupRow {
    group: ExerciseGroup,
    instructors: String,
}

#[derive(Template)]
#[template(path = "cohort/exercise_groups.html")]
struct Groups {
    page: Page,
    cohort: Cohort,
    rows: Vec<GroupRow>,
    /// Trainees who take part and are in no group: id, and number with name.
    alone: Vec<Choice>,
}

pub(crate) async fn list(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let cohort = work.cohort(cohort).await?;
    let groups = work.exercise_groups(cohort.id).await?;
    let instructors = work.group_instructors(cohort.id).await?;
    let grouped = work.groups_of_trainees(cohort.id).await?;
    let trainees = work.enrolments(cohort.id).await?;
    let row = |group: ExerciseGroup| {
        let own = instructors.iter().filter(|known| known.exercise_group_id == group.id);
        let instructors = own.map(|known| known.name.as_str()).collect::<Vec<_>>().join("、");
        GroupRow { group, instructors }
    };
    let alone = trainees.into_iter().filter(|trainee| trainee.state.takes_part() && !grouped.contains_key(&trainee.id));
    let alone = alone
        .map(|trainee| Choice::new(trainee.id.to_string(), format!("{} {}", trainee.trainee_number, trainee.name)));
    render(&Groups { rows: groups.into_iter().map(row).collect(), alone: alone.collect(), cohort, page })
}

/// A new group, or the division of those who are in none, by the button pressed.
pub(crate) async fn create(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    work.cohort(cohort).await?;
    let notice = match fields.text("act") {
        "divide" => {
            let count = desk.act().divide_into_groups(&staff, cohort, fields.number("group_size")?).await?;
            t!(page, "notice-divided", count = count)
        }
        "create" => {
            desk.act().create_exercise_group(&staff, cohort, fields.text("name")).await?;
            t!(page, "notice-saved")
        }
        _ => return Err(Problem::BadForm("act".to_owned())),
    };
    page.go(&format!("/cohorts/{cohort}/groups"), notice).await
}

pub(crate) async fn import(mut desk: Desk, page: Page, Path(cohort): Path<i64>, upload: Upload) -> Answer {
    let file = upload.only_file();
    let counts = desk.act().import_groups(&page.staff()?, cohort, &file.name, &file.bytes).await?;
    let notice = t!(page, "notice-groups-imported", rows = counts.rows, moved = counts.moved, groups = counts.groups);
    page.go(&format!("/cohorts/{cohort}/groups"), notice).await
}

struct MemberRow {
    member: GroupMember,
    plans: Vec<PlanLink>,
}

struct PlanLink {
    title: String,
    state: String,
    colour: &'static str,
    remarks: i64,
    address: String,
}

#[derive(Template)]
#[template(path = "cohort/exercise_group.html")]
struct Group {
    page: Page,
    group: ExerciseGroup,
    members: Vec<MemberRow>,
    /// Plans that wait for somebody's word.
    waiting: usize,
    /// Who leads it: account and name.
    instructors: Vec<Choice>,
    /// Instructors who could.
    others: Vec<Choice>,
    /// Where a trainee can be moved to.
    groups: Vec<Choice>,
}

fn plan_link(page: &Page, plan: &GroupPlan, group: i64) -> PlanLink {
    let kind = words::kind(page, plan.kind);
    let address = match page.is_staff() {
        true => format!("/practicum/{}#entry-{}", plan.enrolment_id, plan.entry_id),
        false => format!("/groups/{group}/plans/{}", plan.entry_id),
    };
    PlanLink {
        title: plan
            .pseudonym
            .as_ref()
            .map_or_else(|| kind.clone(), |code| format!("{} {kind}", words::client(page, code, plan.invented))),
        state: words::state(page, plan.state),
        colour: words::colour(plan.state),
        remarks: plan.remarks,
        address,
    }
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(group): Path<i64>) -> Answer {
    page.take_notice().await?;
    let staff = page.staff()?;
    let (secretariat, work) = desk.reading().await?;
    let group = secretariat.seen_group(work, (staff.role, page.viewer()?.id), group).await?;
    let members = work.group_members(group.id).await?;
    let plans = work.plans_of_group(group.id).await?;
    let leading = work.group_instructors(group.cohort_id).await?;
    let (users, groups) = match page.is_staff() {
        true => (work.users().await?, work.exercise_groups(group.cohort_id).await?),
        false => (Vec::new(), Vec::new()),
    };
    let mut of_trainee: HashMap<i64, Vec<PlanLink>> = HashMap::new();
    for plan in &plans {
        of_trainee.entry(plan.enrolment_id).or_default().push(plan_link(&page, plan, group.id));
    }
    let leading = leading.into_iter().filter(|known| known.exercise_group_id == group.id);
    let instructors: Vec<Choice> = leading.map(|known| Choice::new(known.user_id.to_string(), known.name)).collect();
    let others = users.into_iter().filter(|user| user.role == Role::Instructor && user.active);
    let others = others.map(|user| Choice::new(user.id.to_string(), user.name));
    let groups = groups.into_iter().filter(|known| known.id != group.id);
    let view = Group {
        others: others.filter(|other| instructors.iter().all(|known| known.value != other.value)).collect(),
        groups: groups.map(|known| Choice::new(known.id.to_string(), known.name)).collect(),
        members: members
            .into_iter()
            .map(|member| MemberRow { plans: of_trainee.remove(&member.enrolment_id).unwrap_or_default(), member })
            .collect(),
        waiting: plans.iter().filter(|plan| plan.state == EntryState::Submitted).count(),
        instructors,
        group,
        page,
    };
    render(&view)
}

/// Those who were chosen; somebody has to be.
fn enrolments(fields: &Fields) -> Result<Vec<i64>, Problem> {
    let bad = || Problem::BadForm("enrolment".to_owned());
    let chosen: Vec<i64> = fields.all("enrolment").map(str::parse).collect::<Result<_, _>>().map_err(|_| bad())?;
    if chosen.is_empty() { Err(Problem::Refused(Refusal::FieldMissing("enrolment"))) } else { Ok(chosen) }
}

/// Who leads the group, where trainees go, or that the group is dissolved, by the button pressed.
pub(crate) async fn change(mut desk: Desk, page: Page, Path(group): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let (secretariat, work) = desk.reading().await?;
    let known = secretariat.seen_group(work, (staff.role, page.viewer()?.id), group).await?;
    let mut back = format!("/groups/{group}");
    match fields.text("act") {
        act @ ("appoint" | "end") => {
            desk.act().set_instructor(&staff, group, fields.number("instructor")?, act == "appoint").await?;
        }
        "move" => {
            let to = fields.optional("to").map(|_| fields.number("to")).transpose()?;
            desk.act().put_into_group(&staff, known.cohort_id, &enrolments(&fields)?, to).await?;
        }
        "add" => {
            desk.act().put_into_group(&staff, known.cohort_id, &enrolments(&fields)?, Some(group)).await?;
            back = format!("/cohorts/{}/groups", known.cohort_id);
        }
        "close" => {
            desk.act().close_exercise_group(&staff, group).await?;
            back = format!("/cohorts/{}/groups", known.cohort_id);
        }
        _ => return Err(Problem::BadForm("act".to_owned())),
    }
    page.go(&back, t!(page, "notice-saved")).await
}

#[derive(Template)]
#[template(path = "cohort/group_plan.html")]
struct GroupPlanPage {
    page: Page,
    group: ExerciseGroup,
    trainee: String,
    item: Reviewed,
    waits: bool,
}

pub(crate) async fn plan(mut desk: Desk, mut page: Page, Path((group, entry)): Path<(i64, i64)>) -> Answer {
    page.take_notice().await?;
    let (staff, user) = (page.staff()?, page.viewer()?.id);
    let (secretariat, work) = desk.reading().await?;
    let group = secretariat.seen_group(work, (staff.role, user), group).await?;
    let plan = secretariat.plan_of_group(work, user, (group.id, entry)).await?;
    let work = desk.records().await?;
    let enrolment = work.enrolment(plan.enrolment_id).await?;
    let entry = work.entry(enrolment.id, plan.entry_id).await?;
    let address = format!("/groups/{}/plans/{}", group.id, entry.id);
    // What may say who a client is waits for the supervisor's word.
    let mut revisions = work.revisions(enrolment.id, Some(entry.id)).await?;
    revisions.retain(|revision| revision.suspicions == 0 || revision.decision == Some(EntryState::Approved));
    let beside = BesideEntries {
        revisions,
        comments: work.comments(enrolment.id).await?,
        attachments: work.attachments(enrolment.id).await?,
        attachments_at: format!("{address}/attachments"),
    };
    let item = Reviewed { may_remark: true, address, ..reviewed(&page, &entry, &beside) };
    let trainee = format!("{} {}", enrolment.trainee_number, enrolment.name);
    render(&GroupPlanPage { waits: entry.state == EntryState::Submitted, page, group, trainee, item })
}

/// A remark, or one taken back.
pub(crate) async fn comment(mut desk: Desk, page: Page, Path(plan): Path<(i64, i64)>, Form(fields): Form) -> Answer {
    let (staff, user) = (page.staff()?, page.viewer()?.id);
    let (secretariat, work) = desk.reading().await?;
    secretariat.plan_of_group(work, user, plan).await?;
    if looks_personal::suspects(&fields, "comment") {
        return looks_personal::ask(page, format!("/groups/{}/plans/{}/comments", plan.0, plan.1), &fields, "comment");
    }
    desk.act().comment_as_instructor(&staff, user, plan, plan::remark(&fields)?).await?;
    page.go(&format!("/groups/{}/plans/{}", plan.0, plan.1), t!(page, "notice-saved")).await
}

pub(crate) async fn give_back(mut desk: Desk, page: Page, Path(plan): Path<(i64, i64)>, Form(fields): Form) -> Answer {
    let (staff, user) = (page.staff()?, page.viewer()?.id);
    let (secretariat, work) = desk.reading().await?;
    secretariat.plan_of_group(work, user, plan).await?;
    if looks_personal::suspects(&fields, "comment") {
        return looks_personal::ask(page, format!("/groups/{}/plans/{}/return", plan.0, plan.1), &fields, "comment");
    }
    let verdict = (fields.number("version")?, fields.text("comment"));
    desk.act().return_as_instructor(&staff, user, plan, verdict).await?;
    page.go(&format!("/groups/{}/plans/{}", plan.0, plan.1), t!(page, "notice-returned")).await
}

pub(crate) async fn document(
    mut desk: Desk,
    page: Page,
    Path((group, entry, format)): Path<(i64, i64, String)>,
) -> Answer {
    let (secretariat, work) = desk.reading().await?;
    let plan = secretariat.plan_of_group(work, page.viewer()?.id, (group, entry)).await?;
    plan::document(&mut desk, &page, (plan.enrolment_id, plan.entry_id), &format, false).await
}
