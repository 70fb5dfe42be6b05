//! What a new fact must fit before it is written down, whoever brings it: how the person stood on its day, and what is on record of later days.

use super::expiry::{first_card_deadline, last_day_of_years, months_later};
use super::registration::{Application, Obstacle, obstacles};
use super::route::renewal_opens;
use super::standing::CardState;
use super::{CardCause, DatedFact, Fact, Filing, Policy, RegistrationNumber, Standing, Training};
use chrono::NaiveDate;

/// Why a fact does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    #[error("not registered on {on}")]
    NotRegistered { on: NaiveDate },
    #[error("the registration is refused: {}", .0.iter().map(|obstacle| obstacle.article()).collect::<Vec<_>>().join(", "))]
    Obstacles(Vec<Obstacle>),
    /// A number is for life.
    #[error("the person has the registration number {0} for life")]
    OtherNumber(RegistrationNumber),
    /// A first card where there is one, or one that replaces another where there is none.
    #[error("a card of this kind does not fit what is on record")]
    CardDoesNotFit,
    #[error("the card had lapsed on {lapsed_on}; re-entry training comes first (Act 69-7)")]
    CardLapsed { lapsed_on: NaiveDate },
    #[error("no re-entry training is on record")]
    ReEntryMissing,
    #[error("the last day must lie between {from} and {until}")]
    LastDayOutside { from: NaiveDate, until: NaiveDate },
    #[error("renewal can be filed from {from} to {until}")]
    FiledOutsideWindow { from: NaiveDate, until: NaiveDate },
    #[error("there is no card to be handed back, or none that is valid")]
    NoCard,
    #[error("the registration cannot be moved while a ban runs (Act 69-3)")]
    BanRuns,
    #[error("no ban runs")]
    NoBan,
    #[error("it is registered there already")]
    SamePrefecture,
    #[error("a fact of {on} that is on record no longer fits: {fact:?}")]
    LaterFact { on: NaiveDate, fact: Fact },
}

/// Does a fact fit all that is on record, as known today? A fact taken back counts for nothing.
pub fn check(
    dated: &[DatedFact],
    (on, fact): (NaiveDate, &Fact),
    policy: &Policy,
    today: NaiveDate,
) -> Result<(), Misfit> {
    let standing: Vec<DatedFact> = dated.iter().filter(|known| known.withdrawn_on.is_none()).cloned().collect();
    if let Fact::Registered { number, .. } = fact {
        check_number(&standing, *number)?;
    }
    check_fits(&Standing::on(&standing, policy, on, today), (on, fact), policy, today)?;
    check_later(&standing, (on, fact), policy, today)
}

/// A registration that stood elsewhere is not judged again, but what is on record here stands against it.
pub fn check_taken_over(before: &Standing, on: NaiveDate) -> Result<(), Misfit> {
    let mut found = obstacles(before, &Application::default(), on);
    found.retain(|obstacle| {
        matches!(obstacle, Obstacle::AlreadyRegistered | Obstacle::DeletedByOrder(_) | Obstacle::BanRunning(_))
    });
    if found.is_empty() { Ok(()) } else { Err(Misfit::Obstacles(found)) }
}

/// The number somebody has, also of a registration that was deleted.
pub fn number_of(dated: &[DatedFact]) -> Option<RegistrationNumber> {
    dated.iter().filter(|known| known.withdrawn_on.is_none()).find_map(|known| match &known.fact {
        Fact::Registered { number, .. } => Some(*number),
        _ => None,
    })
}

fn check_number(dated: &[DatedFact], number: RegistrationNumber) -> Result<(), Misfit> {
    match number_of(dated).filter(|known| *known != number) {
        Some(known) => Err(Misfit::OtherNumber(known)),
        None => Ok(()),
    }
}

fn check_last_day(last: NaiveDate, from: NaiveDate, until: NaiveDate) -> Result<(), Misfit> {
    if (from..=until).contains(&last) { Ok(()) } else { Err(Misfit::LastDayOutside { from, until }) }
}

/// Does a fact fit how the person stood on its day?
fn check_fits(
    before: &Standing,
    (on, fact): (NaiveDate, &Fact),
    policy: &Policy,
    today: NaiveDate,
) -> Result<(), Misfit> {
    let needs_registration = matches!(
        fact,
        Fact::Transferred { .. }
            | Fact::CardIssued { .. }
            | Fact::Instructed
            | Fact::Banned { .. }
            | Fact::Deleted { .. }
    );
    if needs_registration && !before.is_registered() {
        return Err(Misfit::NotRegistered { on });
    }
    match fact {
        Fact::Completed { valid_until: Some(last), .. } => check_last_day(*last, on, months_later(on, 240)),
        Fact::Practised { until: Some(last), .. } => check_last_day(*last, on, today),
        Fact::Registered { .. } if before.is_registered() => Err(Misfit::Obstacles(vec![Obstacle::AlreadyRegistered])),
        // 法69条の3ただし書: only while the period runs.
        Fact::Transferred { .. } if before.banned_until.is_some_and(|until| on <= until) => Err(Misfit::BanRuns),
        Fact::Transferred { prefecture }
            if before.registration.is_some_and(|known| known.prefecture == *prefecture) =>
        {
            Err(Misfit::SamePrefecture)
        }
        Fact::Filed { filing: Filing::Renewal } => check_window(before, on, policy),
        Fact::CardReturned if before.card.is_none_or(|card| card.lost.is_some()) => Err(Misfit::NoCard),
        Fact::CardIssued { cause, expires_on } => check_card(before, (*cause, *expires_on), on),
        Fact::Extended { until } => {
            let card = before.card.ok_or(Misfit::NoCard)?;
            check_last_day(*until, card.expires_on, months_later(card.expires_on, 60))
        }
        // A year at most: 法69条の38第3項.
        Fact::Banned { until } => check_last_day(*until, on, last_day_of_years(on, 1)),
        Fact::BanEnded if before.banned_until.is_none() => Err(Misfit::NoBan),
        _ => Ok(()),
    }
}

/// Renewal is filed for a valid card, in the months before its last day.
fn check_window(before: &Standing, on: NaiveDate, policy: &Policy) -> Result<(), Misfit> {
    let card = before.card.filter(|_| before.card_state(on) == CardState::Valid);
    let until = card.ok_or(Misfit::NoCard)?.expires_on;
    let from = renewal_opens(until, policy);
    if on < from { Err(Misfit::FiledOutsideWindow { from, until }) } else { Ok(()) }
}

/// Can a card be issued for this cause, to this last day?
fn check_card(before: &Standing, (cause, expires_on): (CardCause, NaiveDate), on: NaiveDate) -> Result<(), Misfit> {
    let fits = match (cause, &before.card) {
        (CardCause::First | CardCause::Former, card) => card.is_none(),
        // A renewed card ends after the one before. Taken over from paper, it may be the first one that is known.
        (CardCause::Renewal, Some(card)) => expires_on > card.expires_on,
        (CardCause::Renewal | CardCause::ReEntry | CardCause::Aligned, _) => true,
        (CardCause::Transfer | CardCause::Reissue | CardCause::Rewritten, card) => card.is_some(),
    };
    if !fits {
        return Err(Misfit::CardDoesNotFit);
    }
    check_not_lapsed(before, cause, on)?;
    let latest = match (cause, &before.card) {
        // Certificates from before April 2006 run to the fiscal year 2010.
        (CardCause::Former, _) => months_later(on, 132),
        // Of the card before nothing is known: it may have been renewed a year early.
        (CardCause::Renewal | CardCause::Aligned, None) => months_later(on, 72),
        (_, card) => months_later(card.map_or(on, |card| card.expires_on).max(on), 60),
    };
    check_last_day(expires_on, on, latest)
}

/// A card that had lapsed, or a first one that comes too late, needs the re-entry training (法69条の7第2項), unless it was filed for in time.
fn check_not_lapsed(before: &Standing, cause: CardCause, on: NaiveDate) -> Result<(), Misfit> {
    let filed_by = |wanted: Filing, last: NaiveDate, since: NaiveDate| {
        let mut filings = before.filings.iter();
        filings.any(|(filed, filing)| *filing == wanted && (since..=last).contains(filed))
    };
    let has_re_entry = before.completions.iter().any(|(_, training, _)| *training == Training::ReEntry);
    match (cause, &before.card, before.registration) {
        (CardCause::ReEntry, _, _) if !has_re_entry => Err(Misfit::ReEntryMissing),
        (CardCause::Renewal | CardCause::Aligned, Some(card), _)
            if before.card_state(on) != CardState::Valid
                && !filed_by(Filing::Renewal, card.expires_on, card.issued_on) =>
        {
            Err(Misfit::CardLapsed { lapsed_on: card.expires_on })
        }
        (CardCause::First, None, Some(registration)) => {
            let last = first_card_deadline(registration.since);
            match on <= last || filed_by(Filing::Card, last, registration.since) {
                true => Ok(()),
                false => Err(Misfit::CardLapsed { lapsed_on: last }),
            }
        }
        _ => Ok(()),
    }
}

/// Facts on record of later days that fitted before must still fit with the new one before them.
fn check_later(
    standing: &[DatedFact],
    (on, fact): (NaiveDate, &Fact),
    policy: &Policy,
    today: NaiveDate,
) -> Result<(), Misfit> {
    let added = DatedFact { on, recorded_on: today, withdrawn_on: None, fact: fact.clone() };
    for later in standing.iter().filter(|known| known.on > on) {
        let fits = |facts: &[DatedFact]| {
            check_fits(&Standing::on(facts, policy, later.on, today), (later.on, &later.fact), policy, today).is_ok()
        };
        let mut before: Vec<DatedFact> = standing.iter().filter(|known| known.on < later.on).cloned().collect();
        let did = fits(&before);
        before.push(added.clone());
        if did && !fits(&before) {
            return Err(Misfit::LaterFact { on: later.on, fact: later.fact.clone() });
        }
    }
    Ok(())
}
