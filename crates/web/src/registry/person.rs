//! One person in the registry: how they stand, which training comes next and by when, and writing down facts.

use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Form};
use crate::shell::page::{Answer, Page, disposition, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording::registry as words;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::IntoResponse;
use chrono::NaiveDate;
use secretariat::registry::{Entering, NewFact, RegistryView};
use serde::Deserialize;
use training::registry::registration::{Application, Disqualification};
use training::registry::route::{Fit, Step, Way};
use training::registry::{CardCause, Fact, Filing, Ground, RegistrationNumber, Training, prefecture};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct AsOf {
    /// What the person says about practice: `yes`, `no`, or nothing.
    #[serde(default)]
    practised: String,
    /// The day asked about; today unless said.
    #[serde(default)]
    on: String,
}

impl AsOf {
    fn practised(&self) -> Option<bool> {
        match self.practised.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }

    fn day(&self, page: &Page) -> NaiveDate {
        training::wareki::parse_near(&self.on, page.today).unwrap_or(page.today)
    }
}

struct StepLine {
    what: String,
    from: Option<String>,
    by: Option<String>,
    done: Option<String>,
    article: &'static str,
}

struct OfferLine {
    cohort: i64,
    name: String,
    days: String,
    in_time: bool,
}

struct RouteLine {
    way: String,
    deadline: Option<String>,
    days_left: Option<i64>,
    steps: Vec<StepLine>,
    remarks: Vec<String>,
    offers: Vec<OfferLine>,
}

struct FactLine {
    /// Taken back under this id; none of a certificate issued here.
    id: Option<i64>,
    on: String,
    day: NaiveDate,
    text: String,
    note: String,
    by: String,
    withdrawn: Option<String>,
}

/// How somebody stands, in words; the same for staff and for the person.
struct Shown {
    state: String,
    state_id: &'static str,
    number: Option<String>,
    registered: Option<String>,
    card: Option<(String, String)>,
    difference: Option<String>,
    chief: Option<(String, bool)>,
    warnings: Vec<String>,
    routes: Vec<RouteLine>,
    /// It is not known whether the person practised: both ways are shown.
    asks_practice: bool,
}

impl Shown {
    fn of(page: &Page, view: &RegistryView) -> Shown {
        let (standing, day) = (&view.standing, view.day);
        let state = standing.card_state(day);
        let mut warnings = Vec::new();
        if let Some((on, ground)) = standing.deleted {
            warnings.push(t!(page, "registry-deleted", day = page.date(on), ground = words::ground(page, ground)));
        }
        if let Some(until) = standing.banned_until {
            warnings.push(match standing.ban_is_over(day) {
                true => t!(page, "registry-ban-over", day = page.date(until)),
                false => t!(page, "registry-banned", day = page.date(until)),
            });
        }
        let registration = standing.registration.filter(|_| standing.deleted.is_none());
        let routes = view.routes.iter().zip(&view.offers);
        Shown {
            state: words::card_state(page, state),
            state_id: words::card_colour(state),
            number: standing.registration.map(|known| known.number.to_string()),
            registered: registration.map(|known| {
                t!(
                    page,
                    "registry-registered",
                    day = page.date(known.since),
                    prefecture = words::prefecture(page, known.prefecture)
                )
            }),
            card: standing.card.map(|card| (words::cause(page, card.cause), page.date(card.expires_on))),
            difference: standing.difference().map(|(printed, expected, article)| {
                t!(
                    page,
                    "registry-difference",
                    printed = page.date(printed),
                    expected = page.date(expected),
                    article = article
                )
            }),
            chief: standing.chief.map(|chief| (page.date(chief.until), standing.is_chief(day))),
            warnings,
            asks_practice: [Way::Practised, Way::Unpractised]
                .iter()
                .all(|way| view.routes.iter().any(|route| route.way == *way)),
            routes: routes
                .map(|(route, offers)| RouteLine {
                    way: words::way(page, route.way),
                    deadline: route.deadline.map(|day| page.date(day)),
                    days_left: route.deadline.map(|deadline| (deadline - day).num_days()).filter(|left| *left >= 0),
                    steps: route.steps.iter().map(|step| step_line(page, step)).collect(),
                    remarks: route.remarks.iter().map(|remark| words::remark(page, *remark)).collect(),
                    offers: offers
                        .iter()
                        .map(|offer| OfferLine {
                            cohort: offer.cohort,
                            name: offer.name.clone(),
                            days: format!("{} – {}", page.date(offer.offer.starts_on), page.date(offer.offer.ends_on)),
                            in_time: offer.fit == Fit::InTime,
                        })
                        .collect(),
                })
                .collect(),
        }
    }
}

fn step_line(page: &Page, step: &Step) -> StepLine {
    StepLine {
        what: words::what(page, &step.what),
        from: step.from.map(|day| page.date(day)),
        by: step.by.map(|day| page.date(day)),
        done: step.done_on.map(|day| page.date(day)),
        article: step.article,
    }
}

fn fact_lines(page: &Page, view: &RegistryView) -> Vec<FactLine> {
    let mut lines: Vec<FactLine> = view
        .facts
        .iter()
        .map(|known| FactLine {
            id: Some(known.id).filter(|_| known.withdrawn_at.is_none()),
            on: page.date(known.effective_on),
            day: known.effective_on,
            text: words::fact(page, &known.fact),
            note: known.note.clone(),
            by: format!("{} {}", page.moment(&known.recorded_at), known.recorded_by),
            withdrawn: known.withdrawn_at.map(|moment| {
                let reason = known.withdrawn_reason.clone().unwrap_or_default();
                t!(page, "registry-withdrawn", moment = page.moment(&moment), reason = reason)
            }),
        })
        .collect();
    lines.extend(view.completed_here.iter().map(|completed| FactLine {
        id: None,
        on: page.date(completed.completed_on),
        day: completed.completed_on,
        text: t!(
            page,
            "registry-certificate",
            edition = page.edition(&completed.edition),
            number = completed.number.clone()
        ),
        note: String::new(),
        by: page.moment(&completed.issued_at),
        withdrawn: completed.revoked_at.map(|moment| t!(page, "registry-revoked", moment = page.moment(&moment))),
    }));
    lines.sort_by_key(|line| line.day);
    lines
}

#[derive(Template)]
#[template(path = "registry/person.html")]
struct One {
    page: Page,
    id: i64,
    name: String,
    kana: String,
    birth_date: String,
    practised: String,
    asked_on: Option<String>,
    shown: Shown,
    facts: Vec<FactLine>,
    registered: bool,
    card_valid: bool,
    causes: Vec<Choice>,
    filings: Vec<Choice>,
    trainings: Vec<Choice>,
    prefectures: Vec<Choice>,
    grounds: Vec<Choice>,
}

pub(crate) async fn show(mut desk: Desk, mut page: Page, Path(person): Path<i64>, Query(query): Query<AsOf>) -> Answer {
    page.take_notice().await?;
    let day = query.day(&page);
    let (secretariat, work) = desk.reading().await?;
    let view = secretariat.registry_of(work, person, (query.practised(), day)).await?;
    let shown = Shown::of(&page, &view);
    render(&One {
        id: person,
        name: view.person.name.clone(),
        kana: view.person.kana.clone(),
        birth_date: page.date(view.person.birth_date),
        practised: query.practised,
        asked_on: (day != page.today).then(|| page.date(day)),
        facts: fact_lines(&page, &view),
        registered: view.standing.is_registered(),
        card_valid: view.standing.may_work(page.today) && day == page.today,
        causes: CardCause::ALL.iter().map(|cause| Choice::new(cause.id(), words::cause(&page, *cause))).collect(),
        filings: Filing::ALL.iter().map(|filing| Choice::new(filing.id(), words::filing(&page, *filing))).collect(),
        trainings: Training::ALL.iter().map(|known| Choice::new(known.id(), words::training(&page, *known))).collect(),
        prefectures: (1..=prefecture::PREFECTURES.len() as u8)
            .map(|code| Choice::new(code.to_string(), words::prefecture(&page, code)))
            .collect(),
        grounds: Ground::ALL.iter().map(|ground| Choice::new(ground.id(), words::ground(&page, *ground))).collect(),
        shown,
        page,
    })
}

#[derive(Template)]
#[template(path = "registry/own.html")]
struct Own {
    page: Page,
    practised: String,
    shown: Shown,
}

/// What the person sees, on a phone in few lines.
pub(crate) async fn own(mut desk: Desk, page: Page, Query(query): Query<AsOf>) -> Answer {
    let person = page.viewer()?.person_id.ok_or(Problem::NotFound)?;
    let day = page.today;
    let (secretariat, work) = desk.reading().await?;
    let view = secretariat.registry_of(work, person, (query.practised(), day)).await?;
    let shown = Shown::of(&page, &view);
    render(&Own { practised: query.practised, shown, page })
}

/// The card, to be printed.
pub(crate) async fn card(mut desk: Desk, page: Page, Path(person): Path<i64>) -> Answer {
    let pdf = desk.act().card(&page.staff()?, person).await?;
    let name = disposition("inline", &format!("介護支援専門員証_{person}.pdf"));
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], pdf)
        .into_response())
}

/// The fact a form names.
fn fact(fields: &Fields) -> Result<Fact, Problem> {
    let bad = |field: &str| Problem::BadForm(field.to_owned());
    Ok(match fields.text("kind") {
        "completed" => Fact::Completed {
            training: Training::from_id(fields.text("training")).ok_or_else(|| bad("training"))?,
            valid_until: fields.optional_date("valid_until")?,
        },
        "practised" => Fact::Practised { until: fields.optional_date("until")?, dedicated: fields.ticked("dedicated") },
        "transferred" => Fact::Transferred { prefecture: fields.number("prefecture")? },
        "filed" => Fact::Filed { filing: Filing::from_id(fields.text("filing")).ok_or_else(|| bad("filing"))? },
        "card_returned" => Fact::CardReturned,
        "card_issued" => Fact::CardIssued {
            cause: CardCause::from_id(fields.text("cause")).ok_or_else(|| bad("cause"))?,
            expires_on: fields.date("expires_on")?,
        },
        "extended" => Fact::Extended { until: fields.date("until")? },
        "instructed" => Fact::Instructed,
        "banned" => Fact::Banned { until: fields.date("until")? },
        "ban_ended" => Fact::BanEnded,
        "deleted" => Fact::Deleted { ground: Ground::from_id(fields.text("ground")).ok_or_else(|| bad("ground"))? },
        _ => return Err(bad("kind")),
    })
}

pub(crate) async fn record(mut desk: Desk, page: Page, Path(person): Path<i64>, Form(fields): Form) -> Answer {
    let new = NewFact { on: fields.date("on")?, fact: fact(&fields)?, note: fields.text("note").to_owned() };
    desk.act().record_registry_fact(&page.staff()?, person, &new).await?;
    page.go(&format!("/registry/people/{person}"), t!(page, "notice-saved")).await
}

/// By application, which is checked, or taken over with its number.
pub(crate) async fn register(mut desk: Desk, page: Page, Path(person): Path<i64>, Form(fields): Form) -> Answer {
    let on = fields.date("on")?;
    let typed = fields.text("registration_number");
    let entering = match typed.trim().is_empty() {
        false => {
            let prefecture = desk.records().await?.provider().await?.prefecture;
            let number = RegistrationNumber::read(typed, u8::try_from(prefecture).ok());
            Entering::TakenOver(number.map_err(|_| Problem::BadForm("registration_number".to_owned()))?)
        }
        true => Entering::Application(application(&fields)?),
    };
    let number = desk.act().register(&page.staff()?, person, (on, &entering), fields.text("note")).await?;
    page.go(&format!("/registry/people/{person}"), t!(page, "registry-number-given", number = number.to_string())).await
}

fn application(fields: &Fields) -> Result<Application, Problem> {
    let grounds = [
        ("impairment", Disqualification::MentalImpairment),
        ("imprisonment", Disqualification::Imprisonment),
        ("fine", Disqualification::Fine),
    ];
    Ok(Application {
        experience_shown: fields.ticked("experience"),
        exam_passed: fields.ticked("exam"),
        registered_elsewhere: fields.ticked("elsewhere"),
        declared: grounds.iter().filter(|(field, _)| fields.ticked(field)).map(|(_, ground)| *ground).collect(),
        wrongful_act_on: fields.optional_date("wrongful_act_on")?,
        deletion_before_order: fields.ticked("before_order"),
    })
}

pub(crate) async fn withdraw(mut desk: Desk, page: Page, Path(fact): Path<i64>, Form(fields): Form) -> Answer {
    let person = desk.act().withdraw_registry_fact(&page.staff()?, fact, fields.text("reason")).await?;
    page.go(&format!("/registry/people/{person}"), t!(page, "notice-saved")).await
}
