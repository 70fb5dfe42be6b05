//! Editions and supplements to read and check, official texts, and editions in the making.

pub(crate) mod comparison;
pub(crate) mod impact;
pub(crate) mod routes;

use crate::shell::desk::Desk;
use crate::shell::form::{Form, Upload};
use crate::shell::page::{Answer, Page, disposition, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use documents::legal_text::LegalTextError;
use secretariat::Refusal;
use secretariat::guideline::refusal::GuidelineRefusal;
use secretariat::guideline::text::OfficialText;
use secretariat::guideline::{DraftEdition, DraftFiles, GuidelineText};
use training::guideline::confidence::Confidence;
use training::guideline::edition::CaseType;
use training::guideline::requirement::{Effect, Requirement};
use training::guideline::stage::Stage;
use training::role::Role;

struct EditionLine {
    id: String,
    title: String,
    governs_from: String,
    confirmed: bool,
    supersedes: String,
    requirements: usize,
}

struct SupplementLine {
    id: String,
    title: String,
    editions: String,
    confidence: String,
    source: String,
}

#[derive(Template)]
#[template(path = "guideline/guidelines.html")]
struct Overview {
    page: Page,
    editions: Vec<EditionLine>,
    supplements: Vec<SupplementLine>,
    texts: Vec<GuidelineText>,
    drafts: Vec<DraftEdition>,
    cohorts: Vec<Choice>,
    may_draft: bool,
}

pub(crate) async fn list(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let guidelines = desk.app().secretariat.guidelines();
    let title_of = |id: &str| {
        let metadata = guidelines.editions.get(id).map(|edition| &edition.metadata);
        metadata.map_or_else(|| id.to_owned(), |found| page.language.either(&found.title, &found.title_en).to_owned())
    };
    let editions = guidelines
        .editions
        .values()
        .rev()
        .map(|edition| EditionLine {
            id: edition.id.clone(),
            title: title_of(&edition.id),
            governs_from: page.date(edition.metadata.governs_from),
            confirmed: edition.metadata.governs_from_confirmed,
            supersedes: edition.metadata.supersedes.as_deref().map(title_of).unwrap_or_default(),
            requirements: edition.requirements.len(),
        })
        .collect();
    let supplements = guidelines
        .supplements
        .values()
        .map(|(supplement, _)| SupplementLine {
            id: supplement.id.clone(),
            title: page.language.either(&supplement.title, &supplement.title_en).to_owned(),
            editions: supplement.editions.iter().map(|id| title_of(id)).collect::<Vec<_>>().join("、"),
            confidence: wording::confidence(&page, supplement.confidence),
            source: supplement.source.clone(),
        })
        .collect();
    let work = desk.records().await?;
    let (texts, drafts) = (work.guideline_texts().await?, work.draft_editions().await?);
    let cohorts = work.cohorts().await?.into_iter().map(|cohort| Choice::new(cohort.id.to_string(), cohort.name));
    let cohorts = cohorts.collect();
    let may_draft = page.is_administrator() || page.viewer()?.role == Role::Prefecture;
    render(&Overview { page, editions, supplements, texts, drafts, cohorts, may_draft })
}

/// One requirement, worded.
struct RequirementLine {
    title: String,
    clause: String,
    duty: String,
    effects: Vec<String>,
    rule: Vec<String>,
    /// None: nobody has to, it only warns.
    waivable_by: Option<String>,
    in_force_from: Option<String>,
    source: String,
    confidence: Option<String>,
    /// Not read in an official source.
    unsure: bool,
}

fn requirement_line(page: &Page, requirement: &Requirement) -> RequirementLine {
    let waivable_by: Vec<String> = requirement.waivable_by.iter().map(|role| wording::role(page, *role)).collect();
    RequirementLine {
        title: page.language.either(&requirement.title, &requirement.title_en).to_owned(),
        clause: wording::clause(page, &requirement.clause),
        duty: wording::duty(page, requirement.duty),
        effects: requirement.effects().iter().map(|effect| wording::effect(page, *effect)).collect(),
        rule: crate::wording::rule::rule(page, &requirement.rule),
        waivable_by: requirement
            .effects()
            .iter()
            .any(|effect| *effect != Effect::Warns)
            .then(|| if waivable_by.is_empty() { t!(page, "nobody") } else { waivable_by.join("、") }),
        in_force_from: requirement.in_force_from.map(|day| page.date(day)),
        source: requirement.source.clone().unwrap_or_default(),
        confidence: requirement.confidence.map(|confidence| wording::confidence(page, confidence)),
        unsure: requirement.confidence.is_some_and(|confidence| confidence != Confidence::Confirmed),
    }
}

struct ClauseLine {
    path: String,
    heading: String,
    gist: String,
    depth: usize,
    omitted: Option<&'static str>,
}

struct SubjectLine {
    code: String,
    name: String,
    form: String,
    hours: u32,
    purposes: String,
    stages: String,
    confidence: Option<String>,
}

#[derive(Template)]
#[template(path = "guideline/edition.html")]
struct EditionPage {
    page: Page,
    title: String,
    source: String,
    governs_from: String,
    confirmed: bool,
    clauses: Vec<ClauseLine>,
    subjects: Vec<SubjectLine>,
    total_hours: u32,
    /// The hours of a curriculum of which only their sum is confirmed.
    unconfirmed: Option<u32>,
    curriculum_source: String,
    uncovered: Vec<String>,
    requirements: Vec<RequirementLine>,
    lists: Lists,
}

pub(crate) async fn edition(desk: Desk, page: Page, Path(edition): Path<String>) -> Answer {
    let edition = desk.app().secretariat.guidelines().editions.get(&edition).cloned().ok_or(Problem::NotFound)?;
    let clauses = edition.clauses.iter().map(|clause| ClauseLine {
        path: clause.path.clone(),
        heading: clause.heading.clone(),
        gist: page.language.either(&clause.gist, &clause.gist_en).to_owned(),
        depth: clause.depth().min(4),
        omitted: clause.omitted.map(|omission| omission.printed()),
    });
    let purpose = |id: &String| {
        let found = edition.metadata.purposes.iter().find(|purpose| purpose.id == *id);
        found.map_or_else(|| id.clone(), |found| page.language.either(&found.title, &found.title_en).to_owned())
    };
    let subjects = edition.curriculum.subjects.iter().map(|subject| SubjectLine {
        code: subject.code.clone(),
        name: subject.name.clone(),
        form: wording::form(&page, subject.form),
        hours: subject.hours,
        purposes: subject.purposes.iter().map(purpose).collect::<Vec<_>>().join("、"),
        stages: subject.stages.iter().map(|stage| wording::stage(&page, stage)).collect::<Vec<_>>().join("、"),
        confidence: subject.confidence.map(|confidence| wording::confidence(&page, confidence)),
    });
    let uncovered = edition.uncovered();
    let metadata = &edition.metadata;
    render(&EditionPage {
        title: page.language.either(&metadata.title, &metadata.title_en).to_owned(),
        lists: Lists::of(&page, &metadata.stages, metadata.case_types.iter()),
        source: metadata.source.clone(),
        governs_from: page.date(metadata.governs_from),
        confirmed: metadata.governs_from_confirmed,
        clauses: clauses.collect(),
        subjects: subjects.collect(),
        total_hours: edition.curriculum.total_hours,
        unconfirmed: (!edition.curriculum.confirmed).then_some(edition.curriculum.total_hours),
        curriculum_source: edition.curriculum.source.clone(),
        uncovered: uncovered
            .purposes
            .iter()
            .map(|purpose| page.language.either(&purpose.title, &purpose.title_en).to_owned())
            .chain(uncovered.stages.iter().map(|stage| wording::stage_title(&page, stage)))
            .collect(),
        requirements: edition.requirements.iter().map(|requirement| requirement_line(&page, requirement)).collect(),
        page,
    })
}

#[derive(Template)]
#[template(path = "guideline/supplement.html")]
struct SupplementPage {
    page: Page,
    title: String,
    source: String,
    confidence: String,
    editions: Vec<Supplemented>,
}

/// An edition as the supplement makes it.
struct Supplemented {
    title: String,
    requirements: Vec<RequirementLine>,
    lists: Lists,
}

/// What a practicum record has, in words.
struct Lists {
    stages: String,
    case_types: String,
}

impl Lists {
    fn of<'a>(page: &Page, stages: &[Stage], case_types: impl Iterator<Item = &'a CaseType>) -> Lists {
        let stages: Vec<String> = stages.iter().map(|stage| wording::stage_title(page, stage)).collect();
        let case_types = case_types.map(|known| page.language.either(&known.title, &known.title_en));
        Lists { stages: stages.join(" → "), case_types: case_types.collect::<Vec<_>>().join("、") }
    }
}

pub(crate) async fn supplement(desk: Desk, page: Page, Path(supplement): Path<String>) -> Answer {
    let guidelines = desk.app().secretariat.guidelines();
    let (supplement, _) = guidelines.supplements.get(&supplement).ok_or(Problem::NotFound)?;
    let mut editions = Vec::new();
    for id in &supplement.editions {
        let rulebook = guidelines.rulebook(id, [supplement.id.as_str()], page.today).map_err(Problem::Refused)?;
        let own = rulebook.requirements.iter().filter(|requirement| requirement.supplement.is_some());
        let metadata = &rulebook.edition.metadata;
        editions.push(Supplemented {
            title: page.language.either(&metadata.title, &metadata.title_en).to_owned(),
            requirements: own.map(|requirement| requirement_line(&page, requirement)).collect(),
            lists: Lists::of(&page, &rulebook.stages, guidelines.case_types_of(&rulebook)),
        });
    }
    render(&SupplementPage {
        title: page.language.either(&supplement.title, &supplement.title_en).to_owned(),
        source: supplement.source.clone(),
        confidence: wording::confidence(&page, supplement.confidence),
        editions,
        page,
    })
}

#[derive(Template)]
#[template(path = "guideline/guideline_text.html")]
struct TextPage {
    page: Page,
    id: i64,
    text: OfficialText,
    /// Paragraphs that are in the file alone.
    more: usize,
}

/// Paragraphs a page shows: more than any guideline has.
const SHOWN: usize = 5000;

pub(crate) async fn text(mut desk: Desk, mut page: Page, Path(id): Path<i64>) -> Answer {
    page.take_notice().await?;
    let (secretariat, work) = desk.reading().await?;
    let mut text = secretariat.official_text(work, id).await?;
    let more = text.outline.len().saturating_sub(SHOWN);
    text.outline.truncate(SHOWN);
    render(&TextPage { page, id, text, more })
}

/// The text as it is kept: one heading or paragraph a line.
pub(crate) async fn export_text(mut desk: Desk, Path(id): Path<i64>) -> Answer {
    let (secretariat, work) = desk.reading().await?;
    let text = secretariat.official_text(work, id).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition("attachment", &format!("{}.txt", text.title))),
    ];
    Ok((headers, text.content).into_response())
}

pub(crate) async fn import_text(mut desk: Desk, page: Page, upload: Upload) -> Answer {
    let file = upload.only_file();
    if file.bytes.len() > crate::guideline::comparison::MAX_MIB * 1024 * 1024 {
        return Err(Problem::Refused(Refusal::Guideline(GuidelineRefusal::LegalText(LegalTextError::TooLarge(
            crate::guideline::comparison::MAX_MIB,
        )))));
    }
    let (title, staff) = (title(&upload, "title")?, page.staff()?);
    let imported = desk.act().import_guideline_text(&staff, title, &file.name, &file.bytes).await?;
    let notice = t!(page, "notice-text-imported", clauses = imported.clauses, paragraphs = imported.paragraphs);
    page.go(&format!("/guidelines/texts/{}", imported.id), notice).await
}

/// The largest file of an edition has some twenty kilobytes.
const DRAFT_BYTES: usize = 256 * 1024;
/// Longest title, in bytes.
const TITLE: usize = 400;

fn title<'a>(upload: &'a Upload, field: &str) -> Result<&'a str, Problem> {
    let title = upload.fields.text(field);
    if title.len() <= TITLE { Ok(title) } else { Err(Problem::BadForm(field.to_owned())) }
}

pub(crate) async fn withdraw_text(mut desk: Desk, page: Page, Path(id): Path<i64>, Form(fields): Form) -> Answer {
    desk.act().withdraw_text(&page.staff()?, id, fields.text("reason")).await?;
    page.go("/guidelines", t!(page, "notice-saved")).await
}

pub(crate) async fn upload_draft(mut desk: Desk, page: Page, upload: Upload) -> Answer {
    let text = |field: &'static str| -> Result<String, Problem> {
        let file = upload.file(field).filter(|file| !file.bytes.is_empty());
        let file = file.ok_or(Problem::Refused(Refusal::FieldMissing(field)))?;
        if file.bytes.len() > DRAFT_BYTES {
            return Err(Problem::TooLarge);
        }
        let text = String::from_utf8(file.bytes.to_vec()).map_err(|_| Problem::BadForm(field.to_owned()))?;
        Ok(text.trim_start_matches('\u{feff}').to_owned())
    };
    let files = DraftFiles {
        edition: text("edition")?,
        clauses: text("clauses")?,
        curriculum: text("curriculum")?,
        requirements: text("requirements")?,
    };
    desk.act().upload_draft(&page.staff()?, title(&upload, "name")?, &files).await?;
    page.go("/guidelines", t!(page, "notice-saved")).await
}

pub(crate) async fn withdraw_draft(mut desk: Desk, page: Page, Path(id): Path<i64>, Form(fields): Form) -> Answer {
    desk.act().withdraw_draft(&page.staff()?, id, fields.text("reason")).await?;
    page.go("/guidelines", t!(page, "notice-saved")).await
}
