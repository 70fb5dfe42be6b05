//! Facts of many trainees of a cohort at once: briefings, papers, and assessments. What would happen to whom is shown first.

use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Form, Upload};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use chrono::{DateTime, Utc};
use secretariat::cohort::Cohort;
use secretariat::trainee::bulk::{self, BulkCounts, BulkEntry, BulkFact, BulkLine, BulkOutcome, BulkSource};
use training::completion::facts::MilestoneKind;
use training::guideline::impact;
use training::role::Role;

/// Milestones the secretariat records of many; a sign-off is looked at one by one.
const MILESTONES: [MilestoneKind; 4] = [
    MilestoneKind::BriefingSafety,
    MilestoneKind::BriefingConfidentiality,
    MilestoneKind::Pledge,
    MilestoneKind::PracticumConsent,
];

/// A trainee with what is on record, in the order of the columns.
struct Row {
    enrolment: i64,
    number: String,
    name: String,
    known: Vec<bool>,
}

#[derive(Template)]
#[template(path = "trainee/bulk.html")]
struct Start {
    page: Page,
    cohort: Cohort,
    /// What can be recorded: the name of its field, and what it is called.
    whats: Vec<Choice>,
    rows: Vec<Row>,
    assessors: Vec<Choice>,
    headings: String,
    /// Id, moment, who, and what with how many.
    runs: Vec<(i64, DateTime<Utc>, String, String)>,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let trainees = secretariat.facts_of_cohort(work, cohort).await?;
    let runs = secretariat.bulk_runs(work, cohort, &trainees).await?;
    let cohort = work.cohort(cohort).await?;
    let rulebook = page.guidelines.rulebook_of(&cohort).map_err(Problem::Refused)?;
    let has_practicum = page.guidelines.has_practicum(&cohort.edition);
    let milestones: Vec<MilestoneKind> = if has_practicum { MILESTONES.into() } else { Vec::new() };
    let mut documents: Vec<String> = Vec::new();
    for document in rulebook.requirements.iter().flat_map(|requirement| impact::documents_of(&requirement.rule)) {
        if !documents.contains(&document) {
            documents.push(document);
        }
    }
    let row = |(known, facts): &(secretariat::trainee::Enrolment, training::completion::facts::Facts)| {
        let reached = milestones.iter().map(|kind| facts.milestones.iter().any(|known| known.kind == *kind));
        let handed_in = documents.iter().map(|id| facts.documents.iter().any(|known| known.document == *id));
        Row {
            enrolment: known.id,
            number: known.trainee_number.clone(),
            name: known.name.clone(),
            known: reached.chain(handed_in).collect(),
        }
    };
    let taking_part = trainees.iter().filter(|(known, _)| known.state.takes_part());
    let rows = taking_part.map(row).collect();
    let whats = milestones
        .iter()
        .map(|kind| Choice::new(format!("milestone-{}", kind.id()), wording::milestone(&page, *kind)))
        .chain(documents.iter().map(|id| Choice::new(format!("document-{id}"), wording::document(&page, id))));
    let whats = whats.collect();
    let runs = runs.into_iter().map(|run| {
        let counts = wording::audit::counts(&page, &run.counts).join(" / ");
        (run.id, run.imported_at, run.imported_by, format!("{} {counts}", run.file_name))
    });
    let runs = runs.collect();
    let items = bulk::items(&rulebook);
    let headings = bulk::HEADINGS.iter().copied().chain(items.iter().map(String::as_str));
    let headings = headings.collect::<Vec<_>>().join("\t");
    let assessors = super::assessors(&page);
    render(&Start { page, cohort, whats, rows, assessors, headings, runs })
}

/// What a form says of the ticked trainees: every `what` on the day `on`.
fn entries(fields: &Fields) -> Result<Vec<BulkEntry>, Problem> {
    let on = fields.date("on")?;
    let fact = |what: &str| match what.split_once('-') {
        Some(("milestone", id)) => {
            let kind = MilestoneKind::from_id(id).filter(|kind| MILESTONES.contains(kind))?;
            Some(BulkFact::Milestone { kind, on })
        }
        Some(("document", id)) => Some(BulkFact::Document { document: id.to_owned(), on }),
        _ => None,
    };
    let facts = fields.all("what").map(|what| fact(what).ok_or_else(|| Problem::BadForm("what".to_owned())));
    let facts: Vec<BulkFact> = facts.collect::<Result<_, _>>()?;
    let trainees = fields.all("trainee").map(|id| id.parse().map_err(|_| Problem::BadForm("trainee".to_owned())));
    let trainees: Vec<i64> = trainees.collect::<Result<_, _>>()?;
    let missing = |field| Err(Problem::Refused(secretariat::Refusal::FieldMissing(field)));
    match (facts.is_empty(), trainees.is_empty()) {
        (true, _) => missing("what"),
        (_, true) => missing("trainee"),
        _ => Ok(trainees
            .iter()
            .flat_map(|enrolment| facts.iter().map(|fact| BulkEntry { enrolment: *enrolment, fact: fact.clone() }))
            .collect()),
    }
}

/// A line of what would happen.
struct Line {
    enrolment: i64,
    number: String,
    name: String,
    what: String,
    outcome: String,
    colour: &'static str,
    /// Something has to be looked at before it is recorded.
    remark: Option<String>,
}

#[derive(Template)]
#[template(path = "trainee/bulk_check.html")]
struct Check {
    page: Page,
    cohort: Cohort,
    counts: BulkCounts,
    lines: Vec<Line>,
    /// Headings of columns that were not read.
    unread: String,
    /// Of how many something better is on record.
    better: usize,
    action: String,
    /// What was sent with the form.
    others: Vec<(String, String)>,
}

fn what(page: &Page, fact: &BulkFact) -> String {
    match fact {
        BulkFact::Milestone { kind, on } => format!("{} {}", wording::milestone(page, *kind), page.date(*on)),
        BulkFact::Document { document, on } => format!("{} {}", wording::document(page, document), page.date(*on)),
        BulkFact::Assessment(known) => {
            let result = if known.passed { t!(page, "passed") } else { t!(page, "not-passed") };
            let score = known.score.map(|score| t!(page, "score-points", count = score));
            let items = known.items.iter().map(|(item, points)| format!("{item} {points}"));
            std::iter::once(result).chain(score).chain(items).collect::<Vec<_>>().join(" / ")
        }
    }
}

/// Something on record that goes on counting, or a day before the course began.
fn remark(page: &Page, cohort: &Cohort, line: &BulkLine) -> Option<String> {
    if let Some(better) = &line.better {
        return Some(t!(page, "bulk-better", known = what(page, &BulkFact::Assessment(better.clone()))));
    }
    match &line.entry.fact {
        BulkFact::Milestone { on, .. } | BulkFact::Document { on, .. } if *on < cohort.starts_on => {
            Some(t!(page, "bulk-before-course"))
        }
        _ => None,
    }
}

fn line(page: &Page, cohort: &Cohort, line: &BulkLine) -> Line {
    let (outcome, colour) = match &line.outcome {
        BulkOutcome::Recorded => (t!(page, "bulk-new"), "met"),
        BulkOutcome::Unchanged(None) => (t!(page, "bulk-unchanged"), "plain-tag"),
        BulkOutcome::Unchanged(Some(day)) => (t!(page, "bulk-unchanged-on", day = page.date(*day)), "plain-tag"),
        BulkOutcome::Refused(refusal) => (wording::refusal::refusal(page, refusal), "breached"),
    };
    Line {
        enrolment: line.entry.enrolment,
        number: line.number.clone(),
        name: line.name.clone(),
        what: what(page, &line.entry.fact),
        outcome,
        colour,
        remark: remark(page, cohort, line),
    }
}

/// Shows what recording comes to; those it is refused for, and what has to be looked at, stand first.
fn check(
    page: Page,
    cohort: Cohort,
    (lines, unread): (&[BulkLine], &[String]),
    (action, others): (String, Vec<(String, String)>),
) -> Answer {
    let counts = BulkCounts::of(lines);
    let better = lines.iter().filter(|line| line.better.is_some()).count();
    let mut sorted: Vec<&BulkLine> = lines.iter().collect();
    sorted.sort_by_key(|line| (!matches!(line.outcome, BulkOutcome::Refused(_)), line.better.is_none()));
    let lines = sorted.into_iter().map(|known| line(&page, &cohort, known)).collect();
    render(&Check { page, counts, lines, unread: unread.join("、"), better, action, others, cohort })
}

async fn recorded(page: Page, cohort: i64, lines: &[BulkLine]) -> Answer {
    let counts = BulkCounts::of(lines);
    let notice = t!(page, "bulk-recorded", count = counts.recorded, known = counts.unchanged, skipped = counts.skipped);
    page.go(&format!("/cohorts/{cohort}/facts"), notice).await
}

const CONFIRMED: &str = "confirmed";

pub(crate) async fn record(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    desk.records().await?.cohort(cohort).await?;
    let (staff, entries) = (page.staff()?, entries(&fields)?);
    if fields.ticked(CONFIRMED) {
        let first = entries.first().map(|entry| entry.enrolment);
        let of_one = entries.iter().filter(|entry| Some(entry.enrolment) == first);
        let name = of_one.map(|entry| what(&page, &entry.fact)).collect::<Vec<_>>().join("、");
        let source = BulkSource { name: &name, digest: "" };
        let lines = desk.act().record_in_bulk(&staff, cohort, (&entries, source)).await?;
        return recorded(page, cohort, &lines).await;
    }
    let lines = desk.act().rehearse_in_bulk(&staff, cohort, &entries).await?;
    let cohort = desk.records().await?.cohort(cohort).await?;
    let others = fields.names().filter(|name| *name != "csrf");
    let others = others.flat_map(|name| fields.all(name).map(|value| (name.to_owned(), value.to_owned())));
    let (action, others) = (format!("/cohorts/{}/facts", cohort.id), others.collect());
    check(page, cohort, (&lines, &[]), (action, others))
}

fn assessor(fields: &Fields) -> Result<Option<Role>, Problem> {
    match fields.text("by") {
        "" => Ok(None),
        id => {
            let role = Role::from_id(id).filter(|role| super::ASSESSORS.contains(role));
            role.map(Some).ok_or_else(|| Problem::BadForm("by".to_owned()))
        }
    }
}

/// What a list of assessments, a file or a pasted text, comes to.
pub(crate) async fn draft_assessments(mut desk: Desk, page: Page, Path(cohort): Path<i64>, upload: Upload) -> Answer {
    desk.records().await?.cohort(cohort).await?;
    let by = assessor(&upload.fields)?;
    let (bytes, name) = match upload.fields.text("source") {
        "text" => (upload.fields.text("text").as_bytes().to_vec(), t!(page, "assessment")),
        _ => {
            let file = upload.only_file();
            (file.bytes.to_vec(), file.name)
        }
    };
    let (secretariat, work) = desk.reading().await?;
    let (entries, unread) = secretariat.read_assessments(work, cohort, (&bytes, by)).await?;
    let cohort = work.cohort(cohort).await?;
    let lines = desk.act().rehearse_in_bulk(&page.staff()?, cohort.id, &entries).await?;
    let digest = bulk::digest(&bytes);
    let (text, by) = (bulk::text_of(&lines), by.map_or("", Role::id).to_owned());
    let others = [("text", text), ("by", by), ("list_name", name), ("list_digest", digest)];
    let others = others.map(|(name, value)| (name.to_owned(), value)).into();
    let action = format!("/cohorts/{}/assessments/set", cohort.id);
    check(page, cohort, (&lines, &unread), (action, others))
}

pub(crate) async fn set_assessments(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let (secretariat, work) = desk.reading().await?;
    work.cohort(cohort).await?;
    let by = assessor(&fields)?;
    let (entries, _) = secretariat.read_assessments(work, cohort, (fields.text("text").as_bytes(), by)).await?;
    let source = BulkSource { name: fields.text("list_name"), digest: fields.text("list_digest") };
    let lines = desk.act().record_in_bulk(&page.staff()?, cohort, (&entries, source)).await?;
    recorded(page, cohort, &lines).await
}

pub(crate) async fn undo(
    mut desk: Desk,
    page: Page,
    Path((cohort, run)): Path<(i64, i64)>,
    Form(fields): Form,
) -> Answer {
    let (undone, kept) = desk.act().undo_bulk(&page.staff()?, (cohort, run), fields.text("reason")).await?;
    let notice = match kept.is_empty() {
        true => t!(page, "bulk-undone", count = undone),
        false => {
            let why = |(name, why): &(String, secretariat::Refusal)| {
                format!("{name}: {}", wording::refusal::refusal(&page, why))
            };
            let kept = kept.iter().map(why).collect::<Vec<_>>().join(" / ");
            t!(page, "bulk-undone-some", count = undone, names = kept)
        }
    };
    page.go(&format!("/cohorts/{cohort}/facts"), notice).await
}
