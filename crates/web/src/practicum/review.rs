//! The supervisor's look at a trainee's record, the secretariat's too, and the secretariat's overview of a cohort's records.

use crate::practicum::attachment::AttachmentLink;
use crate::practicum::case::Case;
use crate::practicum::plan::{Remark, remarkable};
use crate::practicum::reading::check_may_read;
use crate::practicum::revision::RevisionView;
use crate::practicum::{EntryLink, Grid, approved_time, practicum_lines};
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::looks_personal;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::{Choice, Line};
use crate::wording;
use crate::wording::practicum as words;
use askama::Template;
use axum::extract::{Path, Query};
use secretariat::cohort::Cohort;
use secretariat::practicum::overview::{RecordLine, Risk};
use secretariat::practicum::record::Verdict;
use secretariat::practicum::{Attachment, Comment, Entry, PracticumCase, Revision};
use secretariat::trainee::Enrolment;
use serde::Deserialize;
use std::collections::BTreeMap;
use training::completion::facts::MilestoneKind;
use training::practicum::day::DayState;
use training::practicum::entry::{EntryState, Field};

/// An entry as whoever reviews it reads it.
pub(crate) struct Reviewed {
    pub(crate) link: EntryLink,
    pub(crate) version: i64,
    /// Under which its documents and remarks are.
    pub(crate) address: String,
    pub(crate) plan: bool,
    pub(crate) may_remark: bool,
    /// Fields that can be remarked on: a heading, and those below it.
    pub(crate) fields: [(String, Vec<Choice>); 2],
    pub(crate) remarks: Vec<Remark>,
    /// The newest revision first.
    pub(crate) revisions: Vec<RevisionView>,
}

#[derive(Template)]
#[template(path = "practicum/review.html")]
struct Review {
    page: Page,
    enrolment: Enrolment,
    cohort: Cohort,
    waiting: Vec<Reviewed>,
    others: Vec<Reviewed>,
    grid: Grid,
    cases: Vec<Case>,
    /// Where the secretariat changes cases.
    cases_at: String,
    may_record: bool,
    lines: Vec<Line>,
    approved_time: String,
    supervises: bool,
    signed_off: Option<String>,
    /// Everything handed in is approved, so that the record can be signed off.
    ready: bool,
    /// Entries the trainee has to mend before.
    returned: Vec<String>,
    /// What is still to be done before it is signed off.
    missing: Vec<String>,
    evaluated: bool,
}

/// What stands beside the entries of a trainee.
pub(crate) struct BesideEntries {
    pub(crate) revisions: Vec<Revision>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) attachments: Vec<Attachment>,
    /// Where files can be looked at.
    pub(crate) attachments_at: String,
}

/// As the supervisor's and the secretariat's page has it.
pub(crate) fn reviewed(page: &Page, entry: &Entry, beside: &BesideEntries) -> Reviewed {
    let BesideEntries { revisions, comments, attachments, attachments_at } = beside;
    let mut own: Vec<&Revision> = revisions.iter().filter(|revision| revision.entry_id == entry.id).collect();
    own.sort_by_key(|revision| revision.number);
    let view = |index: usize, revision: &Revision| {
        let before = index.checked_sub(1).and_then(|before| own.get(before)).copied();
        RevisionView {
            attachments: AttachmentLink::of_revision(attachments, revision, attachments_at),
            ..RevisionView::of(page, entry.kind, revision, before)
        }
    };
    let mut views: Vec<RevisionView> = own.iter().enumerate().map(|(index, revision)| view(index, revision)).collect();
    views.reverse();
    let typed = own.last().and_then(|revision| revision.typed.clone()).unwrap_or_default();
    let filled = |field: &Field| typed.get(field.key().as_ref()).is_some_and(|text| !text.trim().is_empty());
    let (filled, empty): (Vec<Field>, Vec<Field>) = remarkable(entry.kind, &typed).into_iter().partition(filled);
    let choices = |fields: Vec<Field>| -> Vec<Choice> {
        fields.into_iter().map(|field| Choice::new(field.key(), words::field(page, field))).collect()
    };
    Reviewed {
        link: EntryLink::of(page, entry),
        version: entry.version,
        address: format!("/practicum/{}/entries/{}", entry.enrolment_id, entry.id),
        plan: entry.kind.is_plan(),
        may_remark: false,
        fields: [(t!(page, "remark-filled"), choices(filled)), (t!(page, "remark-empty"), choices(empty))],
        remarks: Remark::on(page, entry, comments),
        revisions: views,
    }
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(enrolment): Path<i64>) -> Answer {
    check_may_read(&mut desk, &page, enrolment).await?;
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let judged = secretariat.judge_trainee(work, enrolment).await?;
    let entries = work.entries(enrolment).await?;
    let beside = BesideEntries {
        revisions: work.revisions(enrolment, None).await?,
        comments: work.comments(enrolment).await?,
        attachments: work.attachments(enrolment).await?,
        attachments_at: format!("/practicum/{enrolment}/attachments"),
    };
    let cases = work.cases(enrolment).await?;
    let cases: Vec<PracticumCase> = cases.into_iter().filter(|case| !case.invented).collect();
    let consents = work.consents(enrolment).await?;
    let days = work.days_of(enrolment).await?;
    let evaluated = secretariat::Secretariat::evaluation_of(work, enrolment).await?.is_some();
    let agreed = days.iter().filter(|day| day.state == DayState::Agreed).map(|day| day.on_day);
    let to_come = agreed.filter(|day| *day > page.today).min().into_iter();
    let mut missing: Vec<String> = practicum_lines(&page, &judged)
        .into_iter()
        .filter(|line| line.blocks)
        .map(|line| format!("{} {}", line.title, line.missing.join("、")))
        .collect();
    let drafts = entries.iter().filter(|entry| entry.state == EntryState::Draft);
    let drafts: Vec<String> = drafts.map(|entry| EntryLink::of(&page, entry).title).collect();
    missing.extend((!drafts.is_empty()).then(|| t!(page, "sign-off-drafts", titles = drafts.join("、"))));
    missing.extend(to_come.map(|day| t!(page, "sign-off-day-to-come", day = page.date(day))));
    missing.extend((!evaluated).then(|| t!(page, "sign-off-no-evaluation")));
    // A draft is the trainee's own until it is handed in.
    let handed_in: Vec<Entry> = entries.into_iter().filter(|entry| entry.state != EntryState::Draft).collect();
    let (waiting, others): (Vec<&Entry>, Vec<&Entry>) =
        handed_in.iter().partition(|entry| entry.state == EntryState::Submitted);
    let signed_off = judged.facts.milestones.iter().find(|milestone| milestone.kind == MilestoneKind::SignOff);
    let supervises = page.viewer()?.role == training::role::Role::Supervisor;
    let of =
        |entry: &&Entry| Reviewed { may_remark: supervises && signed_off.is_none(), ..reviewed(&page, entry, &beside) };
    let view = Review {
        waiting: waiting.iter().map(of).collect(),
        others: others.iter().map(of).collect(),
        grid: Grid::of(&page, &judged.rulebook.stages, &cases, &handed_in),
        cases: Case::all(&page, &cases, (&consents, &handed_in), &judged.rulebook),
        cases_at: format!("/trainees/{enrolment}"),
        may_record: page.is_staff(),
        lines: practicum_lines(&page, &judged),
        approved_time: approved_time(&page, &judged),
        supervises,
        signed_off: signed_off.map(|milestone| page.date(milestone.on)),
        returned: handed_in
            .iter()
            .filter(|entry| entry.state == EntryState::Returned)
            .map(|entry| EntryLink::of(&page, entry).title)
            .collect(),
        missing,
        evaluated,
        ready: !handed_in.is_empty() && handed_in.iter().all(|entry| entry.state == EntryState::Approved),
        enrolment: judged.enrolment,
        cohort: judged.cohort,
        page,
    };
    render(&view)
}

pub(crate) async fn decide(
    mut desk: Desk,
    page: Page,
    Path((enrolment, entry)): Path<(i64, i64)>,
    Form(fields): Form,
) -> Answer {
    let state = match fields.text("act") {
        "approve" => EntryState::Approved,
        "return" => EntryState::Returned,
        _ => return Err(Problem::BadForm("act".to_owned())),
    };
    check_may_read(&mut desk, &page, enrolment).await?;
    if looks_personal::suspects(&fields, "comment") {
        return looks_personal::ask(page, format!("/practicum/{enrolment}/entries/{entry}"), &fields, "comment");
    }
    let verdict = Verdict {
        version: fields.number("version")?,
        state,
        comment: fields.text("comment"),
        none_personal: fields.ticked("none_personal"),
    };
    let guide = page.viewer()?.guide();
    desk.act().decide(&page.staff()?, (enrolment, guide), entry, verdict).await?;
    let notice = if state == EntryState::Approved { t!(page, "notice-approved") } else { t!(page, "notice-returned") };
    page.go(&format!("/practicum/{enrolment}"), notice).await
}

pub(crate) async fn decide_all(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    check_may_read(&mut desk, &page, enrolment).await?;
    let back = fields.text("act") == "return";
    if !back && !fields.ticked("confirmed") {
        return Err(Problem::BadForm("approve_all".to_owned()));
    }
    if looks_personal::suspects(&fields, "comment") {
        return looks_personal::ask(page, format!("/practicum/{enrolment}/decide-all"), &fields, "comment");
    }
    let state = if back { EntryState::Returned } else { EntryState::Approved };
    let guide = page.viewer()?.guide();
    let pair = |text: &str| {
        text.split_once(':').and_then(|(entry, version)| Some((entry.parse().ok()?, version.parse().ok()?)))
    };
    let seen: Vec<(i64, i64)> = fields.all("seen").filter_map(pair).collect();
    let verdict = (state, fields.text("comment"));
    let count = desk.act().decide_all(&page.staff()?, (enrolment, guide), &seen, verdict).await?;
    let notice = match back {
        true => t!(page, "notice-returned-all", count = count),
        false => t!(page, "notice-approved-all", count = count),
    };
    page.go(&format!("/practicum/{enrolment}"), notice).await
}

pub(crate) async fn sign_off(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let guide = page.viewer()?.guide();
    desk.act().sign_off(&page.staff()?, enrolment, guide, fields.ticked("confirmed")).await?;
    page.go(&format!("/practicum/{enrolment}"), t!(page, "notice-signed-off")).await
}

/// The practicum of some trainees is done.
pub(crate) async fn finish(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    work.cohort(cohort).await?;
    let chosen: Vec<i64> = fields.all("trainee").filter_map(|id| id.parse().ok()).collect();
    if chosen.is_empty() {
        return Err(Problem::Refused(secretariat::Refusal::FieldMissing("trainee")));
    }
    let count = desk.act().finish_practicums(&staff, cohort, &chosen).await?;
    page.go(&format!("/cohorts/{cohort}/practicum"), t!(page, "notice-practicums-finished", count = count)).await
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct OverviewQuery {
    #[serde(default)]
    risk: String,
    #[serde(default)]
    from: usize,
}

struct OverviewRow {
    line: RecordLine,
    risk: String,
    colour: &'static str,
    placement: String,
}

#[derive(Template)]
#[template(path = "practicum/overview.html")]
struct Overview {
    page: Page,
    cohort: Cohort,
    /// How many trainees stand so, each a link to their rows.
    counts: Vec<(Choice, &'static str, usize)>,
    chosen: String,
    rows: Vec<OverviewRow>,
    total: usize,
    previous: Option<usize>,
    next: Option<usize>,
}

/// Rows of a page.
const PAGE_SIZE: usize = 100;

pub(crate) async fn overview(
    mut desk: Desk,
    mut page: Page,
    Path(cohort): Path<i64>,
    Query(query): Query<OverviewQuery>,
) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let lines = secretariat.record_overview(work, cohort).await?;
    let cohort = work.cohort(cohort).await?;
    let mut by_risk: BTreeMap<Risk, usize> = BTreeMap::new();
    for line in &lines {
        *by_risk.entry(line.risk).or_default() += 1;
    }
    let counts = by_risk
        .into_iter()
        .map(|(risk, count)| (Choice::new(risk.id(), words::risk(&page, risk)), words::risk_colour(risk), count))
        .collect();
    let chosen = Risk::ALL.into_iter().find(|risk| risk.id() == query.risk);
    let wanted: Vec<RecordLine> =
        lines.into_iter().filter(|line| chosen.is_none_or(|risk| line.risk == risk)).collect();
    let total = wanted.len();
    let from = query.from.min(total);
    let rows = wanted.into_iter().skip(from).take(PAGE_SIZE).map(|line| OverviewRow {
        risk: words::risk(&page, line.risk),
        colour: words::risk_colour(line.risk),
        placement: line.placement.map_or_else(String::new, |state| wording::placement_state(&page, state)),
        line,
    });
    let view = Overview {
        counts,
        chosen: chosen.map_or("", Risk::id).to_owned(),
        rows: rows.collect(),
        total,
        previous: (from > 0).then(|| from.saturating_sub(PAGE_SIZE)),
        next: (from + PAGE_SIZE < total).then_some(from + PAGE_SIZE),
        cohort,
        page,
    };
    render(&view)
}
