//! Which training somebody needs to go on, by when, and what is already done: 法69条の7, 69条の8 and what prefectures add to them.

use super::expiry::{first_card_deadline, registration_deadline};
use super::standing::{Card, CardState, Loss, RenewedBy};
use super::{Article, Filing, Policy, SpecialistOneExemption, Standing, Training};
use chrono::{Days, Months, NaiveDate};

/// What somebody is on the way to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Completed the initial training and is not registered.
    Registration,
    /// Too late to be registered: 規則113条の7.
    RegistrationLapsed,
    /// Registered, and never had a card.
    FirstCard,
    /// A valid card is renewed by somebody who practised in this span.
    Practised,
    /// A valid card is renewed by somebody who did not.
    Unpractised,
    /// By the chief renewal, which counts as renewal training.
    ChiefRenewed,
    /// The card has lapsed or the first came too late: re-entry training.
    ReEntry,
    /// The card lost its effect while its days run; it is applied for anew.
    CardAnew,
    /// Nothing has to be done: the card is valid without a last day.
    Nothing,
    /// No registration, and no training that leads to one.
    Nowhere,
}

/// One step of a way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub what: What,
    /// Not before this day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub by: Option<NaiveDate>,
    pub done_on: Option<NaiveDate>,
    pub article: Article,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// One of these trainings.
    Train(Vec<Training>),
    File(Filing),
    ReceiveCard,
}

/// Something to know beside the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// Course Ⅰ was completed before, and is asked for again: the last renewal was not a practitioner's.
    SpecialistOneAgain,
    /// Ⅰ is not asked for, by the prefecture's policy.
    SpecialistOneExempt,
    /// Everything is completed; the renewal is not filed.
    NotFiled,
    /// How the present card was reached is not known; it is taken for a first renewal.
    FormerRenewalUnknown,
    /// No work as a care manager until the new card is there.
    NoWorkUntilCard,
}

/// A way with its steps in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub way: Way,
    /// The day everything has to be done by: the card's last day, or the last to apply.
    pub deadline: Option<NaiveDate>,
    pub steps: Vec<Step>,
    pub remarks: Vec<Remark>,
}

impl Route {
    /// The first step that is not done.
    pub fn next(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.done_on.is_none())
    }

    fn of(way: Way, deadline: Option<NaiveDate>, steps: Vec<Step>) -> Route {
        Route { way, deadline, steps, remarks: Vec::new() }
    }
}

/// A course that can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    pub training: Training,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

/// How an offered course fits a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    InTime,
    /// It ends after the day everything has to be done by.
    EndsTooLate,
    /// It has begun.
    Begun,
}

/// How an offer fits a step on a day; `None` where it is another training.
pub fn fit(offer: &Offer, step: &Step, day: NaiveDate) -> Option<Fit> {
    let What::Train(trainings) = &step.what else { return None };
    if !trainings.contains(&offer.training) {
        return None;
    }
    Some(match step.by {
        Some(by) if offer.ends_on > by => Fit::EndsTooLate,
        _ if offer.starts_on < day => Fit::Begun,
        _ => Fit::InTime,
    })
}

fn step(what: What, by: Option<NaiveDate>, done_on: Option<NaiveDate>, article: Article) -> Step {
    Step { what, from: None, by, done_on, article }
}

/// The ways open to somebody on a day: one, or several where it is not known whether they practised, or for a chief. `practised` is what the person says; none:
/// the record of practice decides, and where it has none, nothing is known.
pub fn routes(standing: &Standing, policy: &Policy, practised: Option<bool>, day: NaiveDate) -> Vec<Route> {
    if !standing.is_registered() {
        return vec![unregistered(standing, day)];
    }
    let Some(card) = standing.card else { return vec![first_card(standing, day)] };
    match standing.card_state(day) {
        CardState::Never => vec![first_card(standing, day)],
        // Filed in time, the new card carries on from the old one's last day, however late it comes.
        CardState::Expired => {
            let mut renewed = match renewal_filed_in_time(standing, &card) {
                true => renewals(standing, policy, (practised, card.expires_on), &card),
                false => Vec::new(),
            };
            renewed.retain(|route| is_trained_by(route, card.expires_on));
            if renewed.is_empty() { vec![re_entry(standing, card.expires_on)] } else { renewed }
        }
        // Without an application together with the transfer the five years since the registration hold: 法69条の7第2項, 規則113条の20第2項.
        CardState::Lost(Loss::Transferred) => match standing.registration.map(|known| first_card_deadline(known.since))
        {
            Some(deadline) if day <= deadline => vec![card_anew(standing, &card, deadline)],
            _ => vec![re_entry(standing, card.expires_on.min(day))],
        },
        CardState::Lost(Loss::Returned) if day <= card.expires_on => vec![card_anew(standing, &card, card.expires_on)],
        CardState::Lost(_) => vec![re_entry(standing, card.expires_on)],
        CardState::Valid if card.without_expiry => vec![Route::of(Way::Nothing, None, Vec::new())],
        CardState::Valid => renewals(standing, policy, (practised, day), &card),
    }
}

fn unregistered(standing: &Standing, day: NaiveDate) -> Route {
    let completed = standing.completions.iter().rev().find(|(_, training, _)| *training == Training::Initial);
    let Some((completed, _, _)) = completed else { return Route::of(Way::Nowhere, None, Vec::new()) };
    // A registration that was deleted is applied for anew without a deadline.
    let deadline = standing.registration.is_none().then(|| registration_deadline(*completed));
    let filed = filed_since(standing, Filing::Registration, *completed);
    if filed.is_none() && deadline.is_some_and(|deadline| day > deadline) {
        return Route::of(Way::RegistrationLapsed, deadline, Vec::new());
    }
    let steps = vec![
        step(What::Train(vec![Training::Initial]), None, Some(*completed), "規則113条の4"),
        step(What::File(Filing::Registration), deadline, filed, "規則113条の7"),
    ];
    Route::of(Way::Registration, deadline, steps)
}

fn first_card(standing: &Standing, day: NaiveDate) -> Route {
    let since = standing.registration.map(|registration| registration.since).unwrap_or(day);
    let deadline = first_card_deadline(since);
    let filed = filed_since(standing, Filing::Card, since);
    if day > deadline && filed.is_none_or(|filed| filed > deadline) {
        return re_entry(standing, deadline);
    }
    let steps = vec![
        step(What::File(Filing::Card), Some(deadline), filed, "法69条の7第1項"),
        step(What::ReceiveCard, None, None, "規則113条の21"),
    ];
    Route { remarks: vec![Remark::NoWorkUntilCard], ..Route::of(Way::FirstCard, Some(deadline), steps) }
}

/// After a lapse: the re-entry training, then a card, whenever.
fn re_entry(standing: &Standing, lapsed_on: NaiveDate) -> Route {
    let completed = standing.completed_since(Training::ReEntry, lapsed_on);
    let filed = filed_since(standing, Filing::Card, completed.unwrap_or(lapsed_on));
    let steps = vec![
        step(What::Train(vec![Training::ReEntry]), None, completed, "法69条の7第2項"),
        step(What::File(Filing::Card), None, filed.filter(|_| completed.is_some()), "規則113条の20"),
        step(What::ReceiveCard, None, None, "規則113条の21"),
    ];
    Route { remarks: vec![Remark::NoWorkUntilCard], ..Route::of(Way::ReEntry, None, steps) }
}

fn card_anew(standing: &Standing, card: &Card, deadline: NaiveDate) -> Route {
    let since = card.lost.map_or(card.issued_on, |(on, _)| on);
    let deadline = Some(deadline);
    let steps = vec![
        step(What::File(Filing::Card), deadline, filed_since(standing, Filing::Card, since), "規則113条の20"),
        step(What::ReceiveCard, deadline, None, "規則113条の21"),
    ];
    Route { remarks: vec![Remark::NoWorkUntilCard], ..Route::of(Way::CardAnew, deadline, steps) }
}

fn renewals(
    standing: &Standing,
    policy: &Policy,
    (practised, day): (Option<bool>, NaiveDate),
    card: &Card,
) -> Vec<Route> {
    let since = card.validity_from;
    if let Some(completed) = standing.completed_since(Training::ChiefRenewal, since) {
        let train = step(
            What::Train(vec![Training::ChiefRenewal]),
            Some(card.expires_on),
            Some(completed),
            "規則140条の68第3項",
        );
        return vec![renewal(standing, policy, card, (Way::ChiefRenewed, vec![train], Vec::new()))];
    }
    let recorded = standing.practised_between(since, day);
    let known = practised.or_else(|| (recorded || !standing.practice.is_empty()).then_some(recorded));
    let as_practitioner = || {
        let (steps, remarks) = practitioner(standing, policy, card);
        renewal(standing, policy, card, (Way::Practised, steps, remarks))
    };
    let as_unpractised = || {
        let completed = standing.completed_since(Training::RenewalUnpractised, since);
        let train =
            step(What::Train(vec![Training::RenewalUnpractised]), Some(card.expires_on), completed, "法69条の8第2項");
        renewal(standing, policy, card, (Way::Unpractised, vec![train], Vec::new()))
    };
    let mut ways = Vec::new();
    // A chief's usual way: the chief renewal counts as renewal training.
    if standing.chief.is_some_and(|chief| day <= chief.until) {
        let train = step(What::Train(vec![Training::ChiefRenewal]), Some(card.expires_on), None, "規則140条の68第3項");
        ways.push(renewal(standing, policy, card, (Way::ChiefRenewed, vec![train], Vec::new())));
    }
    if known != Some(false) {
        ways.push(as_practitioner());
    }
    if known != Some(true) {
        ways.push(as_unpractised());
    }
    ways
}

/// The trainings of somebody who practised, with what is to be known about course Ⅰ.
fn practitioner(standing: &Standing, policy: &Policy, card: &Card) -> (Vec<Step>, Vec<Remark>) {
    let since = card.validity_from;
    let one = [Training::SpecialistOne, Training::RenewalFirst];
    let ever = standing.completions.iter().any(|(_, training, _)| one.contains(training));
    let newest = |wanted: &[Training]| {
        let done = |training: &Training| Some((standing.completed_since(*training, since)?, *training));
        wanted.iter().filter_map(done).max()
    };
    let in_this_span = newest(&one);
    let by_practice = standing.renewed_by == Some(RenewedBy::Practice);
    let exempt = match policy.specialist_one {
        SpecialistOneExemption::OnceInLife => ever,
        SpecialistOneExemption::WhileRenewedByPractice => ever && by_practice,
        SpecialistOneExemption::WithinValidity => false,
    };
    let by = Some(card.expires_on);
    let mut remarks = Vec::new();
    let mut steps = Vec::new();
    let both = match exempt && in_this_span.is_none() {
        true => {
            remarks.push(Remark::SpecialistOneExempt);
            false
        }
        false => {
            if ever && in_this_span.is_none() {
                remarks.push(Remark::SpecialistOneAgain);
            }
            steps.push(train(&one, by, in_this_span));
            true
        }
    };
    if standing.renewed_by == Some(RenewedBy::Unknown) && !ever {
        remarks.push(Remark::FormerRenewalUnknown);
    }
    let mut two = vec![Training::SpecialistTwo, Training::RenewalFirst];
    if !both {
        two.push(Training::RenewalLater);
    }
    steps.push(train(&two, by, newest(&two)));
    (steps, remarks)
}

/// One of these trainings; the one that was completed, where one was.
fn train(wanted: &[Training], by: Option<NaiveDate>, done: Option<(NaiveDate, Training)>) -> Step {
    let what = What::Train(done.map_or_else(|| wanted.to_vec(), |(_, training)| vec![training]));
    step(what, by, done.map(|(on, _)| on), "法69条の8第2項")
}

/// The trainings, then filing and the card: reminders run until the card is there, not until the training is completed.
fn renewal(
    standing: &Standing,
    policy: &Policy,
    card: &Card,
    (way, mut steps, mut remarks): (Way, Vec<Step>, Vec<Remark>),
) -> Route {
    let by = Some(card.expires_on);
    let trained = steps.iter().all(|step| step.done_on.is_some());
    let opens = Some(renewal_opens(card.expires_on, policy));
    let filed = filed_since(standing, Filing::Renewal, card.issued_on);
    if trained && filed.is_none() {
        remarks.push(Remark::NotFiled);
    }
    steps.push(Step { from: opens, ..step(What::File(Filing::Renewal), by, filed, "規則113条の26") });
    steps.push(step(What::ReceiveCard, by, None, "規則113条の26第2項"));
    Route { way, deadline: by, steps, remarks }
}

/// Was every training of a way completed by a day?
fn is_trained_by(route: &Route, day: NaiveDate) -> bool {
    let trainings = route.steps.iter().filter(|step| matches!(step.what, What::Train(_)));
    trainings.map(|step| step.done_on).all(|done| done.is_some_and(|done| done <= day))
}

fn renewal_filed_in_time(standing: &Standing, card: &Card) -> bool {
    filed_since(standing, Filing::Renewal, card.issued_on).is_some_and(|filed| filed <= card.expires_on)
}

/// The first day on which the renewal of a card that ends on `expires_on` can be filed.
pub fn renewal_opens(expires_on: NaiveDate, policy: &Policy) -> NaiveDate {
    let opens = expires_on.checked_sub_months(Months::new(policy.renewal_opens_months));
    opens.and_then(|day| day.checked_add_days(Days::new(1))).unwrap_or(expires_on)
}

fn filed_since(standing: &Standing, wanted: Filing, since: NaiveDate) -> Option<NaiveDate> {
    standing.filings.iter().rev().find(|(on, filing)| *on >= since && *filing == wanted).map(|(on, _)| *on)
}
