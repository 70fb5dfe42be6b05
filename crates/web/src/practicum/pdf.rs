//! A practicum record on paper, for whoever wants it: the trainee, the supervisor, the secretariat.

use crate::practicum::reading::check_may_read;
use crate::practicum::revision::{Part, RevisionView};
use crate::practicum::{EntryLink, stages_of_record};
use crate::shell::desk::Desk;
use crate::shell::page::{Answer, Page, disposition};
use crate::shell::problem::Problem;
use crate::trainee::own::own_enrolment;
use crate::wording::{self, practicum as words};
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use documents::paper::Paper;
use documents::practicum_record::{Column, PracticumRecord, PrintedEntry, Rows};
use secretariat::practicum::{Attachment, Entry, Revision};
use secretariat::trainee::judgement::TraineeJudgement;
use std::collections::BTreeSet;
use training::completion::facts::MilestoneKind;
use training::guideline::stage::Stage;
use training::practicum::entry::{Circumstances, EntryKind, EntryState, Field, Read, Visit, read};

pub(crate) async fn own(mut desk: Desk, page: Page) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    record(&mut desk, &page, enrolment, Paper::Log).await
}

pub(crate) async fn own_confirmation(mut desk: Desk, page: Page) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    record(&mut desk, &page, enrolment, Paper::Confirmation).await
}

pub(crate) async fn own_report(mut desk: Desk, page: Page) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    record(&mut desk, &page, enrolment, Paper::Report).await
}

pub(crate) async fn report_of_trainee(mut desk: Desk, page: Page, Path(enrolment): Path<i64>) -> Answer {
    check_may_read(&mut desk, &page, enrolment).await?;
    record(&mut desk, &page, enrolment, Paper::Report).await
}

pub(crate) async fn of_trainee(mut desk: Desk, page: Page, Path(enrolment): Path<i64>) -> Answer {
    check_may_read(&mut desk, &page, enrolment).await?;
    record(&mut desk, &page, enrolment, Paper::Log).await
}

pub(crate) async fn confirmation_of_trainee(mut desk: Desk, page: Page, Path(enrolment): Path<i64>) -> Answer {
    check_may_read(&mut desk, &page, enrolment).await?;
    record(&mut desk, &page, enrolment, Paper::Confirmation).await
}

async fn record(desk: &mut Desk, page: &Page, enrolment: i64, paper: Paper) -> Answer {
    let (secretariat, work) = desk.reading().await?;
    let judged = secretariat.judge_trainee(work, enrolment).await?;
    let TraineeJudgement { cohort, rulebook, enrolment: enrolled, facts: recorded, .. } = judged;
    let placements = work.placements_of(enrolment).await?;
    let placement = placements.into_iter().find(|placement| placement.state.opens_record());
    let supervisors = match &placement {
        Some(placement) => work.supervisors(placement.host_office_id).await?,
        None => Vec::new(),
    };
    let mut entries = work.entries(enrolment).await?;
    let revisions = work.revisions(enrolment, None).await?;
    let attachments = work.attachments(enrolment).await?;
    let signed_off = recorded.milestones.iter().find(|milestone| milestone.kind == MilestoneKind::SignOff);
    let template = secretariat::certificate::paper::template(work, paper).await?;
    // A plan is a document of its own.
    entries.retain(|entry| entry.state != EntryState::Draft && !entry.kind.is_plan());
    let supervisor = placement.as_ref().and_then(|placement| placement.supervisor_id);
    let supervisor = supervisors.into_iter().find(|known| Some(known.id) == supervisor).map(|known| known.name);
    let newest = |entry: &Entry| revisions.iter().rev().find(|revision| revision.entry_id == entry.id);
    let handed_in: Vec<(&Entry, &Revision)> =
        entries.iter().filter_map(|entry| newest(entry).map(|revision| (entry, revision))).collect();
    let facts = [
        (t!(page, "cohort"), Some(cohort.name)),
        (t!(page, "trainee-number"), Some(enrolled.trainee_number.clone())),
        (t!(page, "person-name"), Some(enrolled.name)),
        (t!(page, "practicum-at"), placement.map(|placement| placement.office_name)),
        (t!(page, "supervisor"), supervisor),
        (t!(page, "printed-on"), Some(page.date(page.today))),
    ];
    let visits = visits(&handed_in);
    let document = PracticumRecord {
        title: crate::certificate::paper::name(page, paper),
        facts: facts.into_iter().map(|(name, value)| (name, value.unwrap_or_default())).collect(),
        rows: if paper == Paper::Report { stages(page, &rulebook.stages, &visits) } else { days(page, &visits) },
        entries: match paper {
            Paper::Confirmation => Vec::new(),
            Paper::Report => {
                let approved = handed_in.iter().filter(|(entry, _)| entry.state == EntryState::Approved);
                report(page, &rulebook.stages, &approved.copied().collect::<Vec<_>>())
            }
            _ => handed_in.iter().map(|(entry, revision)| printed(page, entry, revision, &attachments)).collect(),
        },
        statement: match (paper, signed_off) {
            (Paper::Confirmation, Some(signed_off)) => {
                t!(page, "confirmation-signed-off", day = page.date(signed_off.on))
            }
            (Paper::Confirmation, None) => t!(page, "confirmation-statement"),
            _ => String::new(),
        },
        signatures: match paper {
            Paper::Confirmation if signed_off.is_none() => vec![t!(page, "supervisor-signs")],
            Paper::Confirmation => vec![t!(page, "supervisor")],
            _ => vec![t!(page, "trainee"), t!(page, "supervisor")],
        },
        language: page.language.tag().to_owned(),
    };
    let (today, name) = (page.today, format!("{}-{}.pdf", paper.id(), enrolled.trainee_number));
    let pdf = tokio::task::spawn_blocking(move || documents::practicum_record::pdf(&document, &template, today))
        .await
        .map_err(Problem::internal)?
        .map_err(|error| Problem::Refused(error.into()))?;
    Ok((
        [
            (header::CONTENT_TYPE, "application/pdf".to_owned()),
            (header::CONTENT_DISPOSITION, disposition("inline", &name)),
        ],
        pdf,
    )
        .into_response())
}

/// Approved visits with their entries, by day and time.
fn visits<'a>(handed_in: &[(&'a Entry, &Revision)]) -> Vec<(&'a Entry, Visit)> {
    // What was handed in was sound then; only what it says is wanted here.
    let at = Circumstances {
        today: training::NaiveDate::MAX,
        consent_on: Some(training::NaiveDate::MIN),
        invented: false,
        season: None,
    };
    let approved = handed_in.iter().filter(|(entry, _)| entry.state == EntryState::Approved);
    let visit = |(entry, revision): &(&'a Entry, &Revision)| match read(entry.kind, revision.typed.as_ref()?, at) {
        Ok(Read::Experience(visit)) => Some((*entry, visit)),
        _ => None,
    };
    let mut visits: Vec<(&Entry, Visit)> = approved.filter_map(visit).collect();
    visits.sort_by_key(|(_, visit)| (visit.on, visit.from));
    visits
}

/// Without breaks.
fn minutes(visit: &Visit) -> u32 {
    visit.minutes.saturating_sub(visit.break_minutes)
}

fn total(page: &Page, visits: &[(&Entry, Visit)]) -> String {
    let total: u32 = visits.iter().map(|(_, visit)| minutes(visit)).sum();
    t!(page, "visits-total", hours = total / 60, minutes = total % 60)
}

fn columns<const N: usize>(columns: [(String, u32); N]) -> Vec<Column> {
    columns.into_iter().map(|(name, share)| Column { name, share }).collect()
}

/// Every visit.
fn days(page: &Page, visits: &[(&Entry, Visit)]) -> Rows {
    let row = |(entry, visit): &(&Entry, Visit)| {
        vec![
            page.date(visit.on),
            format!("{} - {}", visit.from.format("%-H:%M"), visit.until().format("%-H:%M")),
            minutes(visit).to_string(),
            entry.pseudonym.clone().unwrap_or_default(),
            entry.stage.as_ref().map_or_else(String::new, |stage| wording::stage(page, stage)),
            format!("{} / {}", wording::way(page, visit.way), words::place(page, visit.place)),
        ]
    };
    Rows {
        title: t!(page, "visits"),
        columns: columns([
            (t!(page, "date"), 42),
            (t!(page, "time"), 33),
            (t!(page, "minutes-column"), 11),
            (t!(page, "case"), 13),
            (t!(page, "stage"), 36),
            (t!(page, "way"), 42),
        ]),
        cells: visits.iter().map(row).collect(),
        total: total(page, visits),
    }
}

/// Every stage that was experienced, with its cases, days, minutes and ways.
fn stages(page: &Page, stages: &[Stage], visits: &[(&Entry, Visit)]) -> Rows {
    let row = |stage: &str| {
        let own: Vec<_> = visits.iter().filter(|(entry, _)| entry.stage.as_deref() == Some(stage)).collect();
        let distinct = |texts: Vec<String>| texts.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
        let cases = distinct(own.iter().filter_map(|(entry, _)| entry.pseudonym.clone()).collect());
        let days: BTreeSet<_> = own.iter().map(|(_, visit)| visit.on).collect();
        let ways = distinct(own.iter().map(|(_, visit)| wording::way(page, visit.way)).collect());
        let minutes: u32 = own.iter().map(|(_, visit)| minutes(visit)).sum();
        let cells = [wording::stage(page, stage), cases.join("、"), days.len().to_string(), minutes.to_string()];
        (!own.is_empty()).then(|| cells.into_iter().chain([ways.join("、")]).collect())
    };
    Rows {
        title: t!(page, "report-stages"),
        columns: columns([
            (t!(page, "stage"), 46),
            (t!(page, "case"), 30),
            (t!(page, "report-days"), 14),
            (t!(page, "minutes-column"), 14),
            (t!(page, "way"), 70),
        ]),
        cells: stages_of_record(stages, visits.iter().map(|(entry, _)| *entry)).into_iter().filter_map(row).collect(),
        total: total(page, visits),
    }
}

/// What the trainee says of it all, as far as it was approved: goals, what was learned at each stage, what took a conference's place, and the self-evaluation.
fn report(page: &Page, stages: &[Stage], handed_in: &[(&Entry, &Revision)]) -> Vec<PrintedEntry> {
    let part = |heading: String, fields: Vec<(String, String)>| PrintedEntry {
        heading,
        state: String::new(),
        summary: String::new(),
        fields,
        decided: String::new(),
        comment: String::new(),
    };
    let fields = |entry: &Entry, revision: &Revision, wanted: &[Field]| -> Vec<(String, String)> {
        let case = entry.pseudonym.as_ref().map(|case| format!("{case} ")).unwrap_or_default();
        let typed = revision.typed.clone().unwrap_or_default();
        let text = |field: &Field| {
            let value = typed.get(field.key().as_ref()).filter(|value| !value.trim().is_empty())?;
            Some((format!("{case}{}", words::field(page, *field)), value.clone()))
        };
        wanted.iter().filter_map(text).collect()
    };
    let of_kind = |kind: EntryKind, wanted: &[Field]| {
        let own = handed_in.iter().filter(|(entry, _)| entry.kind == kind);
        let fields: Vec<_> = own.flat_map(|(entry, revision)| fields(entry, revision, wanted)).collect();
        (words::kind(page, kind), fields)
    };
    let of_stage = |stage: &str| {
        let own = handed_in.iter().filter(|(entry, _)| entry.stage.as_deref() == Some(stage));
        let wanted = [Field::Learned, Field::OtherProfessions];
        (wording::stage(page, stage), own.flat_map(|(entry, revision)| fields(entry, revision, &wanted)).collect())
    };
    let fallback = [Field::Reason, Field::Preparation, Field::Proceedings];
    let stages = stages_of_record(stages, handed_in.iter().map(|(entry, _)| *entry));
    let parts =
        [of_kind(EntryKind::Goals, &[Field::Goals])].into_iter().chain(stages.into_iter().map(of_stage)).chain([
            of_kind(EntryKind::ConferenceFallback, &fallback),
            of_kind(EntryKind::Evaluation, &[Field::Reached, Field::NextTasks]),
        ]);
    parts.filter(|(_, fields)| !fields.is_empty()).map(|(heading, fields)| part(heading, fields)).collect()
}

fn printed(page: &Page, entry: &Entry, revision: &Revision, attachments: &[Attachment]) -> PrintedEntry {
    let view = RevisionView::of(page, entry.kind, revision, None);
    // The rows of a plan are on the plan's own paper.
    let fields = view.parts.into_iter().filter_map(|part| match part {
        Part::Fields(fields) => Some(fields),
        Part::Rows(_) => None,
    });
    let mut fields: Vec<(String, String)> = fields.flatten().map(|field| (field.label, field.value)).collect();
    let own = attachments.iter().filter(|attachment| attachment.belongs_to(revision));
    let own: Vec<&str> = own.map(|attachment| attachment.name.as_str()).collect();
    if !own.is_empty() {
        fields.push((t!(page, "attachments"), own.join("\n")));
    }
    PrintedEntry {
        heading: EntryLink::of(page, entry).title,
        state: words::state(page, entry.state),
        summary: if view.shredded { t!(page, "texts-shredded") } else { view.summary },
        fields,
        decided: view.decided,
        comment: view.comment,
    }
}
