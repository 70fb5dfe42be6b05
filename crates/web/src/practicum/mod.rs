//! The trainee's own practicum record: what has to be signed first, cases, and the grid of stages.

pub(crate) mod agreement;
pub(crate) mod attachment;
pub(crate) mod case;
pub(crate) mod day;
pub(crate) mod entry;
pub(crate) mod evaluation;
pub(crate) mod pdf;
pub(crate) mod plan;
pub(crate) mod reading;
pub(crate) mod retention;
pub(crate) mod review;
pub(crate) mod revision;
pub(crate) mod routes;
pub(crate) mod shown;
pub(crate) mod supervision;

use crate::practicum::case::Case;
use crate::practicum::case::case_types;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::{self, Choice, Line};
use crate::trainee::own::own_enrolment;
use crate::wording;
use crate::wording::practicum as words;
use crate::wording::practicum::listed;
use askama::Template;
use secretariat::placement::Placement;
use secretariat::practicum::{AgreementText, Entry, PracticumCase, Signature};
use secretariat::trainee::judgement::TraineeJudgement;
use std::collections::HashSet;
use training::completion::facts::MilestoneKind;
use training::completion::judgement::Judgement;
use training::guideline::requirement::Rule;
use training::guideline::stage::{self, Stage};
use training::practicum::agreement::AgreementKind;
use training::practicum::entry::{EntryKind, EntryState};
use training::trainee::person::normalise;

/// A link to an entry, with its state.
pub(crate) struct EntryLink {
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) state: String,
    pub(crate) colour: &'static str,
    /// Something was typed since it was handed in.
    pub(crate) drafted: bool,
    /// What was typed last is handed in: nothing of it has to stay on the device.
    pub(crate) settled: bool,
    /// Not handed in yet.
    pub(crate) draft: bool,
}

/// Stages by case.
pub(crate) struct Grid {
    pub(crate) cases: Vec<(i64, String)>,
    pub(crate) rows: Vec<GridRow>,
}

pub(crate) struct GridRow {
    pub(crate) stage: String,
    pub(crate) label: String,
    /// A stage the rules do not list any more takes nothing new.
    pub(crate) listed: bool,
    /// By case, in the order of [`Grid::cases`].
    pub(crate) cells: Vec<(i64, Vec<EntryLink>)>,
}

impl EntryLink {
    pub(crate) fn of(page: &Page, entry: &Entry) -> EntryLink {
        let stage = entry.stage.as_ref().map(|stage| wording::stage(page, stage));
        let client = entry.pseudonym.as_ref().map(|code| words::client(page, code, entry.invented));
        let title = match (client, stage) {
            (Some(case), Some(stage)) => format!("{case} {stage}"),
            (Some(case), None) => format!("{case} {}", words::kind(page, entry.kind)),
            _ => words::kind(page, entry.kind),
        };
        EntryLink {
            id: entry.id,
            title,
            state: words::state(page, entry.state),
            colour: words::colour(entry.state),
            drafted: entry.drafted_at.is_some() && entry.state != EntryState::Draft,
            draft: entry.state == EntryState::Draft,
            settled: entry.drafted_at.is_none() && matches!(entry.state, EntryState::Submitted | EntryState::Approved),
        }
    }
}

impl Grid {
    /// Is something being written for this stage of this case?
    pub(crate) fn has_draft(&self, links: &[EntryLink]) -> bool {
        links.iter().any(|link| link.draft)
    }

    /// A case's letter code.
    pub(crate) fn name(&self, case: &i64) -> String {
        self.cases.iter().find(|(known, _)| known == case).map(|(_, name)| name.clone()).unwrap_or_default()
    }

    pub(crate) fn of(page: &Page, stages: &[Stage], cases: &[PracticumCase], entries: &[Entry]) -> Grid {
        let cell = |case: i64, stage: &str| {
            let here =
                entries.iter().filter(|entry| entry.case_id == Some(case) && entry.stage.as_deref() == Some(stage));
            (case, here.map(|entry| EntryLink::of(page, entry)).collect())
        };
        Grid {
            cases: cases.iter().map(|case| (case.fact.id, case.pseudonym.clone())).collect(),
            rows: stages_of_record(stages, entries.iter())
                .into_iter()
                .map(|stage| GridRow {
                    stage: stage.to_owned(),
                    label: wording::stage(page, stage),
                    listed: stage::find(stages, stage).is_some(),
                    cells: cases.iter().map(|case| cell(case.fact.id, stage)).collect(),
                })
                .collect(),
        }
    }
}

/// Ids of the stages of the rules in their order, then of those something was written for while they were in the list.
pub(crate) fn stages_of_record<'a>(stages: &'a [Stage], entries: impl Iterator<Item = &'a Entry>) -> Vec<&'a str> {
    let mut ids: Vec<&str> = stages.iter().map(|stage| stage.id.as_str()).collect();
    for stage in entries.filter_map(|entry| entry.stage.as_deref()) {
        if !ids.contains(&stage) {
            ids.push(stage);
        }
    }
    ids
}

/// The lines of a judgement that are about the practicum.
pub(crate) fn practicum_lines(page: &Page, judged: &TraineeJudgement) -> Vec<Line> {
    let of_practicum =
        |id: &str| judged.rulebook.requirement(id).is_some_and(|requirement| requirement.rule.is_of_practicum());
    let findings = judged.judgement.findings.iter().filter(|finding| of_practicum(&finding.requirement));
    let judgement = Judgement { findings: findings.cloned().collect(), ..judged.judgement.clone() };
    view::lines(page, &judged.rulebook, &judgement)
}

/// What was approved so far, as the supervisor confirms it: days and hours without breaks, and what of it counts by the rule there is.
pub(crate) fn approved_time(page: &Page, judged: &TraineeJudgement) -> String {
    let experiences = &judged.facts.experiences;
    let rule = judged.rulebook.requirements.iter().find_map(|requirement| match &requirement.rule {
        Rule::PracticumMinimum(rule) => Some(rule),
        _ => None,
    });
    let counted = rule.map_or_else(String::new, |rule| {
        let counted = rule.counted(experiences, &judged.facts.office_times, &judged.cohort_facts.dates);
        let (minutes, half_days) = (counted.minutes, counted.half_days);
        let days = format!("{}{}", half_days / 2, if half_days % 2 == 1 { ".5" } else { "" });
        t!(page, "counted-time", days = days, hours = minutes / 60, minutes = minutes % 60)
    });
    let with_clients = experiences.iter().map(|it| (it.on, it.minutes.saturating_sub(it.break_minutes)));
    let office = judged.facts.office_times.iter().map(|it| (it.on, it.minutes.saturating_sub(it.break_minutes)));
    let times: Vec<_> = with_clients.chain(office).collect();
    let days: HashSet<_> = times.iter().map(|(on, _)| *on).collect();
    let minutes: u32 = times.iter().map(|(_, minutes)| *minutes).sum();
    let approved = t!(page, "approved-time", days = days.len(), hours = minutes / 60, minutes = minutes % 60);
    format!("{approved}{counted}")
}

struct ToSign {
    text: AgreementText,
    title: String,
    signed: Option<Signature>,
}

#[derive(Template)]
#[template(path = "practicum/practicum.html")]
struct Practicum {
    page: Page,
    /// Requirements that keep the practicum closed.
    closed: Vec<String>,
    /// The day the supervisor signed the record off: nothing is added any more.
    signed_off: Option<String>,
    texts: Vec<ToSign>,
    grid: Grid,
    cases: Vec<Case>,
    /// Letter codes of clients made up for plans as exercise.
    invented: Vec<(i64, String)>,
    /// Where cases are changed.
    cases_at: String,
    may_record: bool,
    goals: Option<EntryLink>,
    evaluation: Option<EntryLink>,
    fallbacks: Vec<EntryLink>,
    plans: Vec<EntryLink>,
    plan_kinds: Vec<Choice>,
    case_types: Vec<Choice>,
    /// Whom the rules name besides the client, in a line; and who else may be concerned in a case.
    by_rule: String,
    may_be_concerned: Vec<Choice>,
    lines: Vec<Line>,
    approved_time: String,
    /// The last day on which the texts are kept; empty: it is over.
    kept_until: String,
    office: Option<String>,
    waiting: usize,
    returned: Vec<EntryLink>,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let enrolment = own_enrolment(&mut desk, &page).await?;
    let (secretariat, work) = desk.reading().await?;
    let judged = secretariat.judge_trainee(work, enrolment).await?;
    let closed = secretariat.closes_practicum(work, &judged).await?;
    let closed = closed.iter().map(|(title, title_en)| page.language.either(title, title_en).to_owned()).collect();
    let (secretariat, work) = desk.reading().await?;
    let kept_until = secretariat.texts_kept_until(work, judged.cohort.ends_on).await?;
    let signatures = work.signatures(enrolment).await?;
    let mut texts = Vec::new();
    for kind in AgreementKind::ALL {
        let Some(text) = work.current_agreement(kind).await? else { continue };
        let signed = signatures.iter().find(|signature| signature.agreement_text_id == text.id).cloned();
        texts.push(ToSign { title: words::agreement(&page, kind), text, signed });
    }
    let (invented, cases): (Vec<_>, Vec<_>) = work.cases(enrolment).await?.into_iter().partition(|case| case.invented);
    let consents = work.consents(enrolment).await?;
    let entries = work.entries(enrolment).await?;
    let placements = work.placements_of(enrolment).await?;
    let of_kind = |kind: EntryKind| {
        let those = entries.iter().filter(move |entry| entry.kind == kind);
        those.map(|entry| EntryLink::of(&page, entry))
    };
    let returned = entries.iter().filter(|entry| entry.state == EntryState::Returned);
    // Until the office has accepted, it is not where the practicum is.
    let current = placements.into_iter().find(|placement: &Placement| placement.state.opens_record());
    let signed_off = judged.facts.milestones.iter().find(|milestone| milestone.kind == MilestoneKind::SignOff);
    let view = Practicum {
        closed,
        signed_off: signed_off.map(|milestone| page.date(milestone.on)),
        texts,
        grid: Grid::of(&page, &judged.rulebook.stages, &cases, &entries),
        goals: of_kind(EntryKind::Goals).next(),
        evaluation: of_kind(EntryKind::Evaluation).next(),
        fallbacks: of_kind(EntryKind::ConferenceFallback).collect(),
        plans: entries.iter().filter(|entry| entry.kind.is_plan()).map(|entry| EntryLink::of(&page, entry)).collect(),
        plan_kinds: EntryKind::ALL
            .into_iter()
            .filter(|kind| kind.is_plan())
            .map(|kind| Choice::new(kind.id(), words::kind(&page, kind)))
            .collect(),
        case_types: case_types(&page, &judged.rulebook),
        by_rule: listed(&page, &judged.rulebook.consent_of()),
        may_be_concerned: case::may_be_concerned(&page, &judged.rulebook),
        lines: practicum_lines(&page, &judged),
        approved_time: approved_time(&page, &judged),
        kept_until: match kept_until < page.today {
            true => String::new(),
            false => page.date(kept_until),
        },
        office: current.map(|placement| placement.office_name),
        waiting: entries.iter().filter(|entry| entry.state == EntryState::Submitted).count(),
        returned: returned.map(|entry| EntryLink::of(&page, entry)).collect(),
        cases: Case::all(&page, &cases, (&consents, &entries), &judged.rulebook),
        invented: invented.iter().map(|case| (case.fact.id, words::client(&page, &case.pseudonym, true))).collect(),
        cases_at: "/me/practicum".to_owned(),
        may_record: signed_off.is_none(),
        page,
    };
    render(&view)
}

pub(crate) async fn sign(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    if !fields.ticked("read") {
        return Err(Problem::BadForm("read".to_owned()));
    }
    let (text, name) = (fields.number("text")?, normalise(fields.text("name")));
    desk.act().sign_agreement(&page.staff()?, enrolment, text, &name, &page.origin.shown()).await?;
    page.go("/me/practicum", t!(page, "notice-signed")).await
}
