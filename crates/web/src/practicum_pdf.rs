//! A practicum record on paper, for whoever wants it: the trainee, the supervisor, the secretariat.

use crate::App;
use crate::page::{Answer, Page, disposition};
use crate::practicum::EntryLink;
use crate::practicum_entry::RevisionView;
use crate::practicum_review::check_may_read;
use crate::problem::Problem;
use crate::trainee::own_enrolment;
use crate::{practicum_wording as words, wording};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use documents::practicum_record::{PracticumRecord, PrintedEntry};
use records::attachment::Attachment;
use records::practicum_record::{Entry, Revision};
use training::completion::facts::MilestoneKind;
use training::practicum::entry::{Circumstances, EntryState, Read, read};

pub(crate) async fn own(State(app): State<App>, page: Page) -> Answer {
    let enrolment = own_enrolment(&app, &page).await?;
    record(&app, &page, enrolment, Paper::Record).await
}

pub(crate) async fn own_confirmation(State(app): State<App>, page: Page) -> Answer {
    let enrolment = own_enrolment(&app, &page).await?;
    record(&app, &page, enrolment, Paper::Confirmation).await
}

pub(crate) async fn of_trainee(State(app): State<App>, page: Page, Path(enrolment): Path<i64>) -> Answer {
    check_may_read(&app, &page, enrolment).await?;
    record(&app, &page, enrolment, Paper::Record).await
}

pub(crate) async fn confirmation_of_trainee(State(app): State<App>, page: Page, Path(enrolment): Path<i64>) -> Answer {
    check_may_read(&app, &page, enrolment).await?;
    record(&app, &page, enrolment, Paper::Confirmation).await
}

/// Which paper is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paper {
    /// Days and every entry.
    Record,
    /// The days that were approved, for the supervisor to confirm.
    Confirmation,
}

async fn record(app: &App, page: &Page, enrolment: i64, paper: Paper) -> Answer {
    let staff = page.staff()?;
    let mut work = app.secretariat.read(&staff).await?;
    let enrolled = work.enrolment(enrolment).await?;
    let cohort = work.cohort(enrolled.cohort_id).await?;
    let placements = work.placements_of(enrolment).await?;
    let placement = placements.into_iter().find(|placement| placement.state.takes_place());
    let supervisors = match &placement {
        Some(placement) => work.supervisors(placement.host_office_id).await?,
        None => Vec::new(),
    };
    let mut entries = work.entries(enrolment).await?;
    let revisions = work.revisions(enrolment, None).await?;
    let attachments = work.attachments(enrolment).await?;
    let signed_off = work.milestones_of_cohort(cohort.id, MilestoneKind::SignOff).await?.contains(&enrolment);
    work.roll_back().await?;
    // A plan is a document of its own.
    entries.retain(|entry| entry.state != EntryState::Draft && !entry.kind.is_plan());
    let supervisor = placement.as_ref().and_then(|placement| placement.supervisor_id);
    let supervisor = supervisors.into_iter().find(|known| Some(known.id) == supervisor).map(|known| known.name);
    let newest = |entry: &Entry| revisions.iter().rev().find(|revision| revision.entry_id == entry.id);
    let mut visits = Vec::new();
    let mut total = 0;
    for entry in entries.iter().filter(|entry| entry.state == EntryState::Approved) {
        let Some(visit) = newest(entry).and_then(|revision| visit(page, entry, revision)) else { continue };
        total += visit.0;
        visits.push(visit.1);
    }
    visits.sort_by(|one, other| one.0.cmp(&other.0));
    let printed =
        entries.iter().filter_map(|entry| newest(entry).map(|revision| printed(page, entry, revision, &attachments)));
    let facts = [
        (t!(page, "cohort"), Some(cohort.name)),
        (t!(page, "trainee-number"), Some(enrolled.trainee_number.clone())),
        (t!(page, "person-name"), Some(enrolled.name)),
        (t!(page, "placement"), placement.map(|placement| placement.office_name)),
        (t!(page, "supervisor"), supervisor),
        (t!(page, "printed-on"), Some(page.date(page.today))),
    ];
    let document = PracticumRecord {
        title: match paper {
            Paper::Record => t!(page, "document-practicum-log"),
            Paper::Confirmation => t!(page, "document-practicum-confirmation"),
        },
        facts: facts.into_iter().map(|(name, value)| (name, value.unwrap_or_default())).collect(),
        visits_title: t!(page, "visits"),
        visit_headings: [
            t!(page, "date"),
            t!(page, "time"),
            t!(page, "minutes-column"),
            t!(page, "case"),
            t!(page, "stage"),
            t!(page, "way"),
        ],
        visits: visits.into_iter().map(|(_, cells)| cells).collect(),
        total: t!(page, "visits-total", hours = total / 60, minutes = total % 60),
        entries: if paper == Paper::Record { printed.collect() } else { Vec::new() },
        statement: match (paper, signed_off) {
            (Paper::Record, _) => String::new(),
            (Paper::Confirmation, true) => t!(page, "confirmation-signed-off"),
            (Paper::Confirmation, false) => t!(page, "confirmation-statement"),
        },
        signatures: match paper {
            Paper::Record => vec![t!(page, "trainee"), t!(page, "supervisor")],
            Paper::Confirmation => vec![t!(page, "supervisor")],
        },
        language: page.language.tag().to_owned(),
    };
    let (today, name) = (page.today, format!("practicum-{}.pdf", enrolled.trainee_number));
    let pdf = tokio::task::spawn_blocking(move || documents::practicum_record::pdf(&document, today))
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

/// A row of the table of days: minutes without breaks, the day and time it is sorted by, and the cells.
type VisitRow = (u32, (String, [String; 6]));

fn visit(page: &Page, entry: &Entry, revision: &Revision) -> Option<VisitRow> {
    let typed = revision.typed.as_ref()?;
    // What was handed in was sound then; only what it says is wanted here.
    let at = Circumstances { today: training::NaiveDate::MAX, consent_on: Some(training::NaiveDate::MIN) };
    let Ok(Read::Experience(visit)) = read(entry.kind, typed, at) else { return None };
    let text = |field: &str| typed.get(field).cloned().unwrap_or_default();
    let minutes = visit.minutes.saturating_sub(visit.break_minutes);
    let cells = [
        page.date(visit.on),
        format!("{} - {}", text("from"), text("until")),
        minutes.to_string(),
        entry.pseudonym.clone().unwrap_or_default(),
        entry.stage().map_or_else(String::new, |stage| wording::stage(page, stage)),
        format!("{} / {}", wording::way(page, visit.way), words::place(page, visit.place)),
    ];
    Some((minutes, (format!("{} {:>5}", visit.on, text("from")), cells)))
}

fn printed(page: &Page, entry: &Entry, revision: &Revision, attachments: &[Attachment]) -> PrintedEntry {
    let view = RevisionView::of(page, entry.kind, revision, None);
    let mut fields: Vec<(String, String)> = view.fields.into_iter().map(|field| (field.label, field.value)).collect();
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
