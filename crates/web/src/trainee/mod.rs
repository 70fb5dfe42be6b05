//! A trainee: the completion checklist, the timeline, the person's record, changes of state.

pub(crate) mod bulk;
mod disclosure;
pub(crate) mod facts;
pub(crate) mod judgement;
pub(crate) mod own;
mod person_edit;
pub(crate) mod placement;
pub(crate) mod routes;
mod timeline;

use crate::practicum::attachment::AttachmentLink;
use crate::practicum::case::case_types;
use crate::practicum::case::may_be_concerned;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::search::Searched;
use crate::shell::view::Change;
use crate::shell::view::{self, Choice, Line};
use crate::trainee::own::own_enrolment;
use crate::trainee::placement::PlacementCard;
use crate::trainee::timeline::{Event, timeline};
use crate::wording;
use crate::wording::practicum as words;
use crate::wording::practicum::listed;
use askama::Template;
use axum::extract::Path;
use secretariat::certificate::Certificate;
use secretariat::cohort::Cohort;
use secretariat::placement::{ExcludedOffice, Placement};
use secretariat::practicum::record::FALLBACK_REASONS;
use secretariat::practicum::{Attachment, ExperienceRow, HandedIn, HealedRow, OfficeTimeRow, PracticumCase, Signature};
use secretariat::trainee::facts::ways_to_heal;
use secretariat::trainee::judgement::TraineeJudgement;
use secretariat::trainee::{Enrolment, Person};
use serde::Deserialize;
use std::collections::HashMap;
use training::NaiveDate;
use training::cohort::attendance::{self, AttendanceState, Session};
use training::completion::facts::{AssessmentFact, MilestoneKind};
use training::completion::judgement::{Finding, Judgement};
use training::guideline::impact;
use training::guideline::requirement::Rule;
use training::guideline::rulebook::Rulebook;
use training::practicum::placement::PlacementState;
use training::practicum::record::{OfficeContent, Way};
use training::role::Role;
use training::trainee::enrolment::{EnrolmentState, transitions_from};

struct ExperienceLine {
    row: ExperienceRow,
    stage: String,
    way: String,
}

impl ExperienceLine {
    fn of(page: &Page, row: ExperienceRow) -> ExperienceLine {
        ExperienceLine { stage: wording::stage(page, &row.stage), way: wording::way(page, row.way), row }
    }
}

/// A signature that stands, for the secretariat.
struct SignatureLine {
    signature: Signature,
    title: String,
    on_paper: bool,
    scan: Option<AttachmentLink>,
}

/// A document the rules ask for, handed in or not.
struct Document {
    id: String,
    title: String,
    handed_in: Option<HandedIn>,
}

/// Everything the trainee's page shows.
#[derive(Template)]
#[template(path = "trainee/trainee.html")]
struct Trainee {
    page: Page,
    own: bool,
    /// Does a practicum belong to the course?
    has_practicum: bool,
    cohort: Cohort,
    enrolment: Enrolment,
    person: Person,
    state: String,
    settled: usize,
    required: usize,
    complete: bool,
    edition: String,
    lines: Vec<Line>,
    open_lines: usize,
    /// What is closed to the trainee for now.
    closed: Vec<String>,
    documents: Vec<Document>,
    signatures: Vec<SignatureLine>,
    /// Briefings, pledges, the sign-off: id, and what with its day.
    reached: Vec<(i64, String)>,
    /// Assessments that stand, as they read.
    assessed: Vec<(i64, String)>,
    case_types: Vec<Choice>,
    /// Whom the rules name besides the client, in a line; and who else may be concerned in a case.
    by_rule: String,
    may_be_concerned: Vec<Choice>,
    rubric: Vec<String>,
    assessors: Vec<Choice>,
    waivable: Vec<Choice>,
    changes: Vec<Change>,
    events: Vec<Event>,
    placement: Option<PlacementCard>,
    takes_part: bool,
    placements: Vec<(Placement, String)>,
    excluded: Vec<ExcludedOffice>,
    certificate: Option<Certificate>,
    /// The name the certificate still bears, where the person has another one now.
    former_on_certificate: Option<String>,
    /// Code points of the name that cannot be printed on a certificate.
    unprintable: String,
    cases: Vec<PracticumCase>,
    experiences: Vec<ExperienceLine>,
    /// Time at the office that belongs to no client, each with what it was spent on.
    office_times: Vec<(OfficeTimeRow, String)>,
    office_contents: Vec<Choice>,
    /// Missed sessions that were healed: id, and what with its day.
    healed: Vec<(i64, String)>,
    /// Sessions that may be healed, and by what.
    healable: Vec<Choice>,
    healings: Vec<Choice>,
    exam_passed_on: Option<NaiveDate>,
    milestones: Vec<Choice>,
    stages: Vec<Choice>,
    ways: Vec<Choice>,
    fallback_reasons: Vec<Choice>,
    weeks: i64,
}

pub(crate) async fn show(desk: Desk, page: Page, Path(enrolment): Path<i64>) -> Answer {
    trainee(desk, page, enrolment, false).await
}

/// The trainee's own newest enrolment.
pub(crate) async fn own(mut desk: Desk, page: Page) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    trainee(desk, page, enrolment, true).await
}

async fn trainee(mut desk: Desk, mut page: Page, enrolment: i64, own: bool) -> Answer {
    page.take_notice().await?;
    let staff = page.staff()?;
    let (secretariat, work) = desk.reading().await?;
    let judged = secretariat.judge_trainee(work, enrolment).await?;
    let person = work.person(judged.enrolment.person_id).await?;
    let certificate = work.certificate_of(enrolment).await?;
    let mut cases = work.cases(enrolment).await?;
    cases.retain(|case| !case.invented);
    let experiences = work.experiences(enrolment).await?;
    let office_times = work.office_times(enrolment).await?;
    let healed = work.healed_sessions(enrolment).await?;
    let exam_passed_on = work.exam_pass(enrolment).await?;
    let mut placements = work.placements_of(enrolment).await?;
    if own {
        // What is only proposed is nobody's business yet.
        placements.retain(|placement| placement.state != PlacementState::Proposed);
    }
    let placement = PlacementCard::of(&page, work, &judged.cohort, &placements).await?;
    let excluded = if own { Vec::new() } else { work.excluded_offices(enrolment).await? };
    let mut handed_in = work.handed_in(enrolment).await?;
    let (signed, attachments) = match own {
        true => (Vec::new(), Vec::new()),
        false => (work.signatures(enrolment).await?, work.attachments(enrolment).await?),
    };
    let events = timeline(&page, work, (&judged.enrolment, &person, own), (&placements, certificate.as_ref())).await?;
    let former_on_certificate = match certificate.as_ref().filter(|known| known.revoked_at.is_none()) {
        Some(certificate) => secretariat::certificate::former_name_on(work, certificate, &person).await?,
        None => None,
    };
    let (settled, required) = judged.judgement.progress();
    let metadata = &judged.rulebook.edition.metadata;
    let changes = changes(&page, judged.enrolment.state, staff.role);
    let placements = with_standing(&page, placements);
    let experiences = experiences.into_iter().map(|row| ExperienceLine::of(&page, row)).collect();
    let office_times = office_times.into_iter().map(|row| office_time(&page, row)).collect();
    let healed = healed.into_iter().map(|row| healed_line(&page, &judged, row)).collect();
    let healings: Vec<Choice> = ways_to_heal(&judged.rulebook)
        .into_iter()
        .map(|by| Choice::new(by.id(), wording::healing(&page, by)))
        .collect();
    let healable = if own || healings.is_empty() { Vec::new() } else { healable(&page, &judged) };
    let office_contents =
        OfficeContent::ALL.map(|content| Choice::new(content.id(), wording::office_content(&page, content)));
    let lines = view::lines(&page, &judged.rulebook, &judged.judgement);
    let choices = TraineeChoices::of(&page, &judged.rulebook, &judged.judgement);
    let documents = documents(&page, &judged.rulebook, &mut handed_in);
    let closed = crate::shell::view::closed(&page, &judged);
    let (reached, assessed) = (reached(&page, &judged), assessed(&page, &judged));
    let signatures = signatures(&page, enrolment, signed, &attachments);
    render(&Trainee {
        own,
        has_practicum: page.guidelines.has_practicum(&judged.cohort.edition),
        state: wording::enrolment_state(&page, judged.enrolment.state),
        settled,
        required,
        complete: judged.judgement.complete(),
        edition: page.language.either(&metadata.title, &metadata.title_en).to_owned(),
        open_lines: lines.iter().filter(|line| !line.settled).count(),
        lines,
        closed,
        documents,
        signatures,
        reached,
        assessed,
        case_types: choices.case_types,
        by_rule: listed(&page, &judged.rulebook.consent_of()),
        may_be_concerned: may_be_concerned(&page, &judged.rulebook),
        rubric: choices.rubric,
        assessors: choices.assessors,
        waivable: choices.waivable,
        changes,
        events,
        placement,
        takes_part: judged.enrolment.state.takes_part(),
        placements,
        excluded,
        certificate,
        former_on_certificate,
        unprintable: wording::codes(&secretariat::certificate::unprintable(&person)),
        cases,
        experiences,
        office_times,
        office_contents: office_contents.into(),
        healed,
        healable,
        healings,
        exam_passed_on,
        milestones: choices.milestones,
        stages: choices.stages,
        ways: choices.ways,
        fallback_reasons: FALLBACK_REASONS.map(|id| Choice::new(id, wording::fallback_reason(&page, id))).into(),
        weeks: judged.cohort.practicum_weeks,
        cohort: judged.cohort,
        enrolment: judged.enrolment,
        person,
        page,
    })
}

fn office_time(page: &Page, row: OfficeTimeRow) -> (OfficeTimeRow, String) {
    let content = wording::office_content(page, row.content);
    (row, content)
}

fn healed_line(page: &Page, judged: &TraineeJudgement, row: HealedRow) -> (i64, String) {
    let session = judged.session_titles.get(&row.session_id).cloned().unwrap_or_default();
    let (by, day) = (wording::healing(page, row.way), page.date(row.healed_on));
    (row.id, format!("{session} {by} {day} {}", row.note))
}

fn with_standing(page: &Page, placements: Vec<Placement>) -> Vec<(Placement, String)> {
    let line = |placement: Placement| {
        let standing = wording::placement_standing(page, &placement);
        (placement, standing)
    };
    placements.into_iter().map(line).collect()
}

/// What the state of an enrolment can be changed to by hand: completion comes with the certificate.
fn changes(page: &Page, state: EnrolmentState, role: Role) -> Vec<Change> {
    let by_hand = transitions_from(state, role).filter(|transition| transition.to != EnrolmentState::Completed);
    by_hand
        .map(|transition| Change {
            to: transition.to.id(),
            label: wording::enrolment_state(page, transition.to),
            needs_reason: transition.needs_reason,
        })
        .collect()
}

fn reached(page: &Page, judged: &TraineeJudgement) -> Vec<(i64, String)> {
    let words = |kind, on| format!("{} {}", wording::milestone(page, kind), page.date(on));
    judged.facts.milestones.iter().map(|milestone| (milestone.id, words(milestone.kind, milestone.on))).collect()
}

fn assessed(page: &Page, judged: &TraineeJudgement) -> Vec<(i64, String)> {
    let line = |assessment: &AssessmentFact| {
        let result = if assessment.passed { t!(page, "passed") } else { t!(page, "not-passed") };
        let score = assessment.score.map_or_else(String::new, |score| format!(" {score}"));
        (assessment.id, format!("{result}{score}"))
    };
    judged.facts.assessments.iter().map(line).collect()
}

fn signatures(page: &Page, enrolment: i64, signed: Vec<Signature>, attachments: &[Attachment]) -> Vec<SignatureLine> {
    let scans_at = format!("/practicum/{enrolment}/attachments");
    let scan = |signature: &Signature| {
        let mut scans = attachments.iter().filter(|known| known.signature_id == Some(signature.id) && known.stands());
        scans.next().map(|scan| AttachmentLink::of(scan, &scans_at))
    };
    let line = |signature: Signature| SignatureLine {
        title: words::agreement(page, signature.kind),
        on_paper: signature.medium == "paper",
        scan: scan(&signature),
        signature,
    };
    signed.into_iter().map(line).collect()
}

/// Sessions the trainee missed, in whole or in part, and that are not healed yet.
fn healable(page: &Page, judged: &TraineeJudgement) -> Vec<Choice> {
    let facts = &judged.facts;
    let is_missed = |session: &&Session| {
        let fact = facts.attendances.of_session(session.id);
        let state = attendance::state(session, fact, facts.enrolled_on, 0, page.today);
        let is_healed = facts.healed.iter().any(|known| known.session == session.id);
        let missed =
            matches!(state, AttendanceState::Absent | AttendanceState::Short { .. } | AttendanceState::NotApplicable);
        missed && !is_healed
    };
    let choice = |session: &Session| {
        let title = judged.session_titles.get(&session.id).cloned().unwrap_or_default();
        Choice::new(session.id.to_string(), format!("{} {title}", page.day(session.starts_at.date())))
    };
    judged.cohort_facts.sessions().iter().filter(is_missed).map(choice).collect()
}

struct TraineeChoices {
    milestones: Vec<Choice>,
    stages: Vec<Choice>,
    ways: Vec<Choice>,
    case_types: Vec<Choice>,
    rubric: Vec<String>,
    assessors: Vec<Choice>,
    /// Requirements the viewer may waive.
    waivable: Vec<Choice>,
}

/// Documents the rules ask for, each with its requirement's title, and what else was handed in.
fn documents(page: &Page, rulebook: &Rulebook, handed_in: &mut Vec<HandedIn>) -> Vec<Document> {
    let mut documents = Vec::new();
    for requirement in &rulebook.requirements {
        let asked = impact::documents_of(&requirement.rule);
        let several = asked.len() > 1;
        for id in asked {
            let title = page.language.either(&requirement.title, &requirement.title_en);
            let title = if several { format!("{title}: {}", wording::document(page, &id)) } else { title.to_owned() };
            let known = handed_in.iter().position(|fact| fact.document == id);
            documents.push(Document { handed_in: known.map(|index| handed_in.remove(index)), title, id });
        }
    }
    let others = handed_in.drain(..);
    let others = others.map(|fact| Document {
        id: fact.document.clone(),
        title: wording::document(page, &fact.document),
        handed_in: Some(fact),
    });
    documents.extend(others);
    documents
}

/// Roles that can assess.
const ASSESSORS: [Role; 3] = [Role::Instructor, Role::Supervisor, Role::Secretariat];

fn assessors(page: &Page) -> Vec<Choice> {
    ASSESSORS.map(|role| Choice::new(role.id(), wording::role(page, role))).into()
}

impl TraineeChoices {
    fn of(page: &Page, rulebook: &Rulebook, judgement: &Judgement) -> TraineeChoices {
        let mut rubric = Vec::new();
        for requirement in &rulebook.requirements {
            if let Rule::CompletionAssessment(rule) = &requirement.rule {
                rubric.extend(rule.rubric.iter().map(|item| item.item.clone()));
            }
        }
        let role = page.viewer.as_ref().map(|viewer| viewer.role);
        let may_waive = |finding: &&Finding| {
            let policy = rulebook.requirement(&finding.requirement).map(|found| &found.waivable_by);
            finding.subject.is_none()
                && finding.blocks()
                && role.is_some_and(|role| policy.is_some_and(|roles| roles.contains(&role)))
        };
        TraineeChoices {
            case_types: case_types(page, rulebook),
            rubric,
            assessors: assessors(page),
            waivable: judgement
                .findings
                .iter()
                .filter(may_waive)
                .map(|finding| Choice::new(&finding.requirement, view::title(page, rulebook, finding)))
                .collect(),
            milestones: MilestoneKind::ALL
                .iter()
                .map(|kind| Choice::new(kind.id(), wording::milestone(page, *kind)))
                .collect(),
            stages: rulebook
                .stages
                .iter()
                .map(|stage| Choice::new(&stage.id, wording::stage_title(page, stage)))
                .collect(),
            ways: Way::ALL.iter().map(|way| Choice::new(way.id(), wording::way(page, *way))).collect(),
        }
    }
}

pub(crate) async fn change_state(mut desk: Desk, page: Page, Path(enrolment): Path<i64>, Form(fields): Form) -> Answer {
    let to = EnrolmentState::from_id(fields.text("to")).ok_or_else(|| Problem::BadForm("to".into()))?;
    let version = fields.number("version")?;
    desk.act().change_enrolment(&page.staff()?, enrolment, version, to, fields.text("reason")).await?;
    page.go(&format!("/trainees/{enrolment}"), t!(page, "notice-saved")).await
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct SearchQuery {
    #[serde(default)]
    q: String,
}

struct Found {
    enrolment: Enrolment,
    cohort: String,
    state: String,
}

#[derive(Template)]
#[template(path = "trainee/trainees.html")]
struct Search {
    page: Page,
    q: String,
    found: Vec<Found>,
}

/// Trainees found at most.
const FOUND: i64 = 100;

pub(crate) async fn search(mut desk: Desk, page: Page, Searched(query): Searched<SearchQuery>) -> Answer {
    let q = training::trainee::person::tidy(&query.q);
    let mut found = Vec::new();
    if !q.is_empty() {
        let work = desk.records().await?;
        let cohorts: HashMap<i64, String> =
            work.cohorts().await?.into_iter().map(|cohort| (cohort.id, cohort.name)).collect();
        for enrolment in work.find_trainees(&q, FOUND).await? {
            let state = wording::enrolment_state(&page, enrolment.state);
            let cohort = cohorts.get(&enrolment.cohort_id).cloned().unwrap_or_default();
            found.push(Found { enrolment, cohort, state });
        }
    }
    render(&Search { page, q, found })
}
