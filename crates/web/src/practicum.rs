//! The trainee's own practicum record: what has to be signed first, cases with their consents, and the grid of stages.

use crate::App;
use crate::form::Form;
use crate::page::{Answer, Page, render};
use crate::practicum_wording as words;
use crate::problem::Problem;
use crate::trainee::{case_types, own_enrolment};
use crate::view::{self, Choice, Line};
use crate::wording;
use askama::Template;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use records::agreement::{AgreementText, Signature};
use records::placement::Placement;
use records::practicum::PracticumCase;
use records::practicum_record::{Consent, Entry};
use secretariat::Refusal;
use secretariat::judgement::TraineeJudgement;
use std::collections::HashSet;
use std::net::SocketAddr;
use training::completion::facts::MilestoneKind;
use training::completion::judgement::Judgement;
use training::guideline::requirement::Rule;
use training::guideline::stage::{self, Stage};
use training::person::normalise;
use training::practicum::agreement::AgreementKind;
use training::practicum::entry::{EntryKind, EntryState};
use training::practicum::personal_data::look_for;

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
        let title = match (&entry.pseudonym, stage) {
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
            cases: cases.iter().map(|case| (case.id, case.pseudonym.clone())).collect(),
            rows: stages_of_record(stages, entries.iter())
                .into_iter()
                .map(|stage| GridRow {
                    stage: stage.to_owned(),
                    label: wording::stage(page, stage),
                    listed: stage::find(stages, stage).is_some(),
                    cells: cases.iter().map(|case| cell(case.id, stage)).collect(),
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
        let (minutes, half_days) = rule.counted(experiences, &judged.cohort_facts.dates);
        let days = format!("{}{}", half_days / 2, if half_days % 2 == 1 { ".5" } else { "" });
        t!(page, "counted-time", days = days, hours = minutes / 60, minutes = minutes % 60)
    });
    let days: HashSet<_> = experiences.iter().map(|experience| experience.on).collect();
    let minutes: u32 = experiences.iter().map(|it| it.minutes.saturating_sub(it.break_minutes)).sum();
    let approved = t!(page, "approved-time", days = days.len(), hours = minutes / 60, minutes = minutes % 60);
    format!("{approved}{counted}")
}

struct ToSign {
    text: AgreementText,
    title: String,
    signed: Option<Signature>,
}

struct Case {
    id: i64,
    pseudonym: String,
    types: String,
    consent_on: Option<training::NaiveDate>,
    consents: Vec<String>,
}

#[derive(Template)]
#[template(path = "practicum.html")]
struct Practicum {
    page: Page,
    /// Requirements that keep the practicum closed.
    closed: Vec<String>,
    /// The day the supervisor signed the record off: nothing is added any more.
    signed_off: Option<String>,
    texts: Vec<ToSign>,
    grid: Grid,
    cases: Vec<Case>,
    goals: Option<EntryLink>,
    evaluation: Option<EntryLink>,
    fallbacks: Vec<EntryLink>,
    plans: Vec<EntryLink>,
    plan_kinds: Vec<Choice>,
    case_types: Vec<Choice>,
    lines: Vec<Line>,
    approved_time: String,
    office: Option<String>,
    waiting: usize,
    returned: Vec<EntryLink>,
}

pub(crate) async fn show(State(app): State<App>, mut page: Page) -> Answer {
    page.take_notice().await?;
    let enrolment = own_enrolment(&app, &page).await?;
    let staff = page.staff()?;
    let judged = app.secretariat.judge_trainee(&staff, enrolment).await?;
    let closed = app.secretariat.closes_practicum(&staff, &judged).await?;
    let closed = closed.iter().map(|(title, title_en)| page.language.either(title, title_en).to_owned()).collect();
    let mut work = app.secretariat.read(&staff).await?;
    let signatures = work.signatures(enrolment).await?;
    let mut texts = Vec::new();
    for kind in AgreementKind::ALL {
        let Some(text) = work.current_agreement(kind).await? else { continue };
        let signed = signatures.iter().find(|signature| signature.agreement_text_id == text.id).cloned();
        texts.push(ToSign { title: words::agreement(&page, kind), text, signed });
    }
    let cases = work.cases(enrolment).await?;
    let consents = work.consents(enrolment).await?;
    let entries = work.entries(enrolment).await?;
    let placements = work.placements_of(enrolment).await?;
    work.roll_back().await?;
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
        lines: practicum_lines(&page, &judged),
        approved_time: approved_time(&page, &judged),
        office: current.map(|placement| placement.office_name),
        waiting: entries.iter().filter(|entry| entry.state == EntryState::Submitted).count(),
        returned: returned.map(|entry| EntryLink::of(&page, entry)).collect(),
        cases: cases.into_iter().map(|case| Case::of(&page, case, &consents)).collect(),
        page,
    };
    render(&view)
}

/// A consent in a line.
pub(crate) fn consent_line(page: &Page, consent: &Consent) -> String {
    let witness = match consent.witness.as_str() {
        "" => String::new(),
        witness => t!(page, "consent-witnessed", witness = witness.to_owned()),
    };
    t!(
        page,
        "consent-line",
        subject = words::consent_subject(page, &consent.subject),
        day = page.date(consent.consented_on),
        form = words::consent_form(page, &consent.form),
        by = consent.obtained_by.clone(),
        witness = witness,
        purpose = consent.purpose.clone()
    )
}

impl Case {
    fn of(page: &Page, case: PracticumCase, consents: &[Consent]) -> Case {
        let types: Vec<String> = case.types.split_whitespace().map(|id| wording::case_type(page, id)).collect();
        Case {
            consents: consents
                .iter()
                .filter(|consent| consent.case_id == case.id)
                .map(|consent| consent_line(page, consent))
                .collect(),
            types: types.join("、"),
            id: case.id,
            pseudonym: case.pseudonym,
            consent_on: case.consent_on,
        }
    }
}

/// Where a signature comes from: the peer, and before it the last address a proxy has added.
fn address(peer: Option<SocketAddr>, headers: &HeaderMap) -> String {
    let peer = peer.map(|peer| peer.ip().to_string()).unwrap_or_default();
    let forwarded = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
    let last = forwarded.and_then(|list| list.rsplit(',').next()).map(str::trim);
    match last.filter(|last| last.parse::<std::net::IpAddr>().is_ok()) {
        Some(last) => format!("{last} ({peer})"),
        None => peer,
    }
}

/// The peer of a request, where the server knows it.
pub(crate) struct Peer(Option<SocketAddr>);

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Peer, Self::Rejection> {
        Ok(Peer(parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0)))
    }
}

pub(crate) async fn sign(
    State(app): State<App>,
    page: Page,
    Peer(peer): Peer,
    headers: HeaderMap,
    Form(fields): Form,
) -> Answer {
    let enrolment = own_enrolment(&app, &page).await?;
    if !fields.ticked("read") {
        return Err(Problem::BadForm("read".to_owned()));
    }
    let (text, name) = (fields.number("text")?, normalise(fields.text("name")));
    app.secretariat.sign_agreement(&page.staff()?, enrolment, text, &name, &address(peer, &headers)).await?;
    page.go("/me/practicum", t!(page, "notice-signed")).await
}

/// A case under its letter code; a consent is recorded with it if its day is given.
pub(crate) async fn case(State(app): State<App>, page: Page, Form(fields): Form) -> Answer {
    let enrolment = own_enrolment(&app, &page).await?;
    let staff = page.staff()?;
    let types: Vec<String> = fields.all("types").map(str::to_owned).collect();
    let rulebook = app.secretariat.check_practicum_open(&staff, enrolment).await?;
    let known = case_types(&page, &rulebook);
    if types.iter().any(|id| !known.iter().any(|choice| choice.value == *id)) {
        return Err(Problem::BadForm("types".to_owned()));
    }
    app.secretariat.create_case(&staff, enrolment, fields.text("pseudonym"), (None, &types)).await?;
    page.go("/me/practicum#cases", t!(page, "notice-saved")).await
}

/// Longest line about a consent, in characters.
const LONGEST_LINE: usize = 200;

pub(crate) async fn consent(State(app): State<App>, page: Page, Form(fields): Form) -> Answer {
    let enrolment = own_enrolment(&app, &page).await?;
    let one_of = |field: &str, known: &[&str]| match fields.text(field) {
        text if known.contains(&text) => Ok(text.to_owned()),
        _ => Err(Problem::BadForm(field.to_owned())),
    };
    let consent = Consent {
        id: 0,
        case_id: fields.number("case")?,
        subject: one_of("subject", &["client", "family", "other"])?,
        consented_on: fields.date("consented_on")?,
        form: one_of("form", &["written", "oral"])?,
        witness: normalise(fields.text("witness")),
        obtained_by: normalise(fields.text("obtained_by")),
        purpose: normalise(fields.text("purpose")),
    };
    if consent.consented_on > page.today {
        return Err(Problem::BadForm("consented_on".to_owned()));
    }
    if consent.obtained_by.is_empty() {
        return Err(Problem::Refused(Refusal::FieldMissing("obtained_by")));
    }
    if consent.form == "oral" && consent.witness.is_empty() {
        return Err(Problem::Refused(Refusal::FieldMissing("witness")));
    }
    // A witness is named by relation or profession.
    for (field, text) in
        [("purpose", &consent.purpose), ("witness", &consent.witness), ("obtained_by", &consent.obtained_by)]
    {
        let pieces: Vec<String> = look_for(text).into_iter().map(|found| found.piece).collect();
        if field != "obtained_by" && !pieces.is_empty() {
            return Err(Problem::Refused(Refusal::NamesSomebody { field, pieces }));
        }
        if text.chars().count() > LONGEST_LINE {
            return Err(Problem::BadForm(field.to_owned()));
        }
    }
    app.secretariat.check_practicum_open(&page.staff()?, enrolment).await?;
    let mut work = app.secretariat.write(&page.staff()?).await?;
    // Pressed twice it is one consent.
    let same = |known: &Consent| Consent { id: 0, ..known.clone() } == consent;
    if !work.consents(enrolment).await?.iter().any(same) {
        work.record_consent(enrolment, &consent).await?;
    }
    work.commit().await?;
    page.go("/me/practicum#cases", t!(page, "notice-saved")).await
}
