//! What another edition would change for a cohort. The prefecture sees figures, the secretariat also who.

use crate::shell::desk::Desk;
use crate::shell::download::hand_out;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording;
use askama::Template;
use axum::extract::{Path, Query, RawQuery};
use documents::export::ExportFormat;
use secretariat::guideline::impact::{CohortImpact, New, title};
use serde::Deserialize;
use training::guideline::impact::SubjectChange;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    cohort: Option<i64>,
    /// An edition's id, or `draft-` and a draft's.
    #[serde(default)]
    new: String,
}

impl Wanted {
    fn rules(&self) -> Result<New, Problem> {
        match self.new.strip_prefix("draft-") {
            Some(id) => id.parse().map(New::Draft).map_err(|_| Problem::NotFound),
            None => Ok(New::Edition(self.new.clone())),
        }
    }
}

struct RequirementLine {
    title: String,
    clause: String,
    more: usize,
    less: usize,
    otherwise: usize,
}

struct ChangeLine {
    title: String,
    clause: String,
    before: String,
    before_id: &'static str,
    after: String,
    after_id: &'static str,
    missing: Vec<String>,
    blocks: bool,
}

struct TraineeLine {
    id: i64,
    number: String,
    name: String,
    changes: Vec<ChangeLine>,
}

struct Found {
    cohort: i64,
    cohort_name: String,
    present: String,
    new: String,
    judged: usize,
    changed: usize,
    requirements: Vec<RequirementLine>,
    subjects: Vec<String>,
    sessions: Vec<(i64, String)>,
    offices: Vec<(i64, String)>,
    left_out: Vec<String>,
    documents_added: Vec<String>,
    documents_removed: Vec<String>,
    trainees: Vec<TraineeLine>,
    more: usize,
    /// The edition may be taken over; a draft may not.
    adoptable: Option<String>,
    supplements: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "guideline/impact.html")]
struct ImpactPage {
    page: Page,
    cohorts: Vec<Choice>,
    choices: Vec<Choice>,
    chosen_cohort: String,
    chosen_new: String,
    found: Option<Found>,
}

/// Trainees listed on the page; the file has all.
const LISTED: usize = 200;

pub(crate) async fn show(mut desk: Desk, mut page: Page, Query(wanted): Query<Wanted>) -> Answer {
    page.take_notice().await?;
    let staff = page.staff()?;
    let work = desk.records().await?;
    let cohorts: Vec<Choice> =
        work.cohorts().await?.into_iter().map(|cohort| Choice::new(cohort.id.to_string(), cohort.name)).collect();
    let drafts = work.draft_editions().await?;
    let editions = desk.app().secretariat.guidelines().editions.values().rev().map(|edition| {
        let metadata = &edition.metadata;
        Choice::new(&edition.id, page.language.either(&metadata.title, &metadata.title_en))
    });
    let drafts = drafts
        .into_iter()
        .map(|draft| Choice::new(format!("draft-{}", draft.id), t!(page, "draft-named", name = draft.name)));
    let choices = editions.chain(drafts).collect();
    let found = match wanted.cohort {
        Some(cohort) if !wanted.new.is_empty() => {
            let impact = desk.act().impact(&staff, cohort, &wanted.rules()?).await?;
            Some(found(&page, &wanted, &impact))
        }
        _ => None,
    };
    let chosen_cohort = wanted.cohort.map(|id| id.to_string()).unwrap_or_default();
    render(&ImpactPage { page, cohorts, choices, chosen_cohort, chosen_new: wanted.new, found })
}

fn found(page: &Page, wanted: &Wanted, impact: &CohortImpact) -> Found {
    let edition = |rulebook: &training::guideline::rulebook::Rulebook| {
        let metadata = &rulebook.edition.metadata;
        page.language.either(&metadata.title, &metadata.title_en).to_owned()
    };
    let mut changed: Vec<_> =
        impact.impact.trainees.iter().filter_map(|(id, changes)| Some((impact.enrolments.get(id)?, changes))).collect();
    changed.sort_by(|(a, _), (b, _)| a.trainee_number.cmp(&b.trainee_number));
    // Names are the secretariat's business, not the prefecture's.
    let listed = if page.is_staff() { LISTED } else { 0 };
    let trainees = changed
        .iter()
        .take(listed)
        .map(|(enrolment, changes)| TraineeLine {
            id: enrolment.id,
            number: enrolment.trainee_number.clone(),
            name: enrolment.name.clone(),
            changes: changes
                .iter()
                .map(|change| ChangeLine {
                    title: title(impact, &change.requirement, change.subject.as_deref()),
                    clause: wording::clause(page, &change.clause),
                    before: change.before.map_or_else(|| t!(page, "not-asked"), |state| wording::state(page, state)),
                    before_id: change.before.map_or("not_applicable", |state| state.id()),
                    after: change.after.map_or_else(|| t!(page, "not-asked"), |state| wording::state(page, state)),
                    after_id: change.after.map_or("not_applicable", |state| state.id()),
                    missing: change.missing.iter().map(|missing| wording::missing::missing(page, missing)).collect(),
                    blocks: change.blocks,
                })
                .collect(),
        })
        .collect();
    let requirement = |count: &training::guideline::impact::Count| RequirementLine {
        title: title(impact, &count.requirement, count.subject.as_deref()),
        clause: wording::clause(page, &count.clause),
        more: count.more,
        less: count.less,
        otherwise: count.otherwise,
    };
    Found {
        cohort: impact.cohort.id,
        cohort_name: impact.cohort.name.clone(),
        present: edition(&impact.present),
        new: edition(&impact.new),
        judged: impact.impact.judged,
        changed: changed.len(),
        requirements: impact.impact.by_requirement.iter().map(requirement).collect(),
        subjects: impact.impact.subjects.iter().map(|change| subject_change(page, change)).collect(),
        sessions: impact.sessions.clone(),
        offices: impact.offices.clone(),
        left_out: impact.left_out.clone(),
        documents_added: impact.impact.documents_added.iter().map(|id| wording::document(page, id)).collect(),
        documents_removed: impact.impact.documents_removed.iter().map(|id| wording::document(page, id)).collect(),
        trainees,
        more: changed.len().saturating_sub(listed),
        adoptable: match wanted.new.starts_with("draft-") || wanted.new == impact.cohort.edition {
            true => None,
            false => Some(wanted.new.clone()),
        },
        supplements: impact.new.supplements.join(" "),
        version: impact.cohort.version,
    }
}

fn subject_change(page: &Page, change: &SubjectChange) -> String {
    match change {
        SubjectChange::Added { name, hours, .. } => t!(page, "subject-added", name = name.clone(), hours = *hours),
        SubjectChange::Removed { name, hours, .. } => t!(page, "subject-removed", name = name.clone(), hours = *hours),
        SubjectChange::Renamed { before, after, .. } => {
            t!(page, "subject-renamed", before = before.clone(), after = after.clone())
        }
        SubjectChange::Hours { name, before, after, .. } => {
            t!(page, "subject-hours", name = name.clone(), before = *before, after = *after)
        }
    }
}

pub(crate) async fn download(
    mut desk: Desk,
    page: Page,
    Path(format): Path<String>,
    Query(wanted): Query<Wanted>,
    RawQuery(query): RawQuery,
) -> Answer {
    let format = ExportFormat::from_id(&format).ok_or(Problem::NotFound)?;
    let cohort = wanted.cohort.ok_or(Problem::NotFound)?;
    let impact = desk.act().impact(&page.staff()?, cohort, &wanted.rules()?).await?;
    let to_do = |missing: &training::completion::verdict::Missing| wording::missing::missing(&page, missing);
    let file = desk.act().impact_table(&impact, Some(&to_do), format)?;
    hand_out(page, file, query)
}

/// Judges the cohort by these rules from now on.
pub(crate) async fn adopt(mut desk: Desk, page: Page, Path(cohort): Path<i64>, Form(fields): Form) -> Answer {
    let rules = (fields.text("edition"), fields.text("supplements"));
    let (staff, version) = (page.staff()?, fields.number("version")?);
    desk.act().change_cohort_rules(&staff, cohort, version, rules, fields.text("reason")).await?;
    page.go(&format!("/cohorts/{cohort}"), t!(page, "notice-saved")).await
}
