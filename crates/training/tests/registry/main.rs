//! The registry's rules article by article, as tables: facts in, standing, way or misfit out; and what holds of any facts.

#![allow(clippy::unwrap_used, clippy::too_many_lines)]

mod door;
mod properties;
mod routes;
mod standing;

use chrono::NaiveDate;
use training::registry::standing::CardState;
use training::registry::{CardCause, DatedFact, Fact, Filing, Policy, RegistrationNumber, Standing, Training};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn number() -> RegistrationNumber {
    RegistrationNumber::new(10, 17, 1).unwrap()
}

pub fn known(on: &str, fact: Fact) -> DatedFact {
    DatedFact { on: day(on), recorded_on: day(on), withdrawn_on: None, fact }
}

pub fn completed(on: &str, training: Training) -> DatedFact {
    known(on, Fact::Completed { training, valid_until: None })
}

pub fn registered(on: &str) -> DatedFact {
    known(on, Fact::Registered { number: number(), prefecture: 10 })
}

pub fn card(on: &str, cause: CardCause, expires_on: &str) -> DatedFact {
    known(on, Fact::CardIssued { cause, expires_on: day(expires_on) })
}

pub fn filed(on: &str, filing: Filing) -> DatedFact {
    known(on, Fact::Filed { filing })
}

pub fn practised(from: &str, until: Option<&str>) -> DatedFact {
    known(from, Fact::Practised { until: until.map(day), dedicated: true })
}

/// Registered in 2017, with a first card to 2022-05-30.
pub fn beginner() -> Vec<DatedFact> {
    vec![
        completed("2017-03-20", Training::Initial),
        registered("2017-05-20"),
        card("2017-05-31", CardCause::First, "2022-05-30"),
    ]
}

pub fn with(mut facts: Vec<DatedFact>, more: Vec<DatedFact>) -> Vec<DatedFact> {
    facts.extend(more);
    facts
}

pub fn standing(facts: &[DatedFact], on: &str) -> Standing {
    Standing::on(facts, &Policy::default(), day(on), day("2099-01-01"))
}

pub fn card_on(facts: &[DatedFact], on: &str) -> CardState {
    standing(facts, on).card_state(day(on))
}
