//! How somebody stands on a day: registered, with a valid card, forbidden to work, a chief.

use super::chief::{ChiefValidity, validity};
use super::expiry;
use super::{Article, CardCause, DatedFact, Fact, Filing, Ground, Policy, RegistrationNumber, Training};
use chrono::NaiveDate;

/// What followed from the facts. Every field is as of the day that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// 法69条の2: the present registration, or the last one before it was deleted.
    pub registration: Option<Registration>,
    pub deleted: Option<(NaiveDate, Ground)>,
    /// The newest card, also one that has expired or lost its effect.
    pub card: Option<Card>,
    /// The last day of a ban; it runs until a person ends it.
    pub banned_until: Option<NaiveDate>,
    pub instructed_on: Option<NaiveDate>,
    pub chief: Option<ChiefValidity>,
    /// How the present span of validity came about.
    pub renewed_by: Option<RenewedBy>,
    /// Trainings completed, the oldest first, with the validity a chief's certificate prints.
    pub completions: Vec<(NaiveDate, Training, Option<NaiveDate>)>,
    /// Spans of practice: from, and the last day; none while it goes on.
    pub practice: Vec<(NaiveDate, Option<NaiveDate>, bool)>,
    /// Applications filed, the oldest first.
    pub filings: Vec<(NaiveDate, Filing)>,
}

/// An entry in the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registration {
    pub number: RegistrationNumber,
    pub since: NaiveDate,
    /// Where it is kept now.
    pub prefecture: u8,
}

/// A card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    pub cause: CardCause,
    pub issued_on: NaiveDate,
    /// As printed, or as an order has moved it.
    pub expires_on: NaiveDate,
    /// The last day as the rules give it, with the article.
    pub expected: Option<(NaiveDate, Article)>,
    /// When the span of validity began that this card is of: a card that replaces another carries its span on.
    pub validity_from: NaiveDate,
    pub lost: Option<(NaiveDate, Loss)>,
    /// Valid without a last day, by the date the prefecture has entered.
    pub without_expiry: bool,
}

/// Why a card has no effect though its last day has not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// 法69条の7第4項: the registration moved, and no new card was issued.
    Transferred,
    /// 法69条の7第6項: the registration was deleted.
    Deleted,
    /// It was handed back.
    Returned,
}

/// By which training a span of validity was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RenewedBy {
    /// A first card.
    First,
    /// As a practitioner: specialist courses, renewal for practitioners, chief renewal.
    Practice,
    /// 更新研修（実務未経験者）.
    Unpractised,
    ReEntry,
    /// The facts name no training: taken over from paper.
    Unknown,
}

/// How a card stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardState {
    Never,
    Valid,
    Expired,
    Lost(Loss),
}

impl Standing {
    /// How somebody stood on `day`, by what was known on `known_on`. The order in which facts were written down makes no difference.
    pub fn on(facts: &[DatedFact], policy: &Policy, day: NaiveDate, known_on: NaiveDate) -> Standing {
        let mut known: Vec<&DatedFact> =
            facts.iter().filter(|fact| fact.on <= day && fact.is_known_on(known_on)).collect();
        known.sort_by(|one, other| {
            (one.on, one.fact.rank(), &one.fact).cmp(&(other.on, other.fact.rank(), &other.fact))
        });
        // What was written down twice is one fact.
        known.dedup_by(|one, other| one.on == other.on && one.fact == other.fact);
        let mut standing = Standing::default();
        for fact in known {
            standing.take(fact.on, &fact.fact, policy);
        }
        standing.chief = validity(&standing.completions, policy.chief_anchor, day);
        if let (Some(card), Some(from)) = (standing.card.as_mut(), policy.without_expiry_from) {
            card.without_expiry = from <= day && card.expires_on >= from;
        }
        standing
    }

    fn take(&mut self, on: NaiveDate, fact: &Fact, policy: &Policy) {
        match fact {
            Fact::Completed { training, valid_until } => self.completions.push((on, *training, *valid_until)),
            Fact::Practised { until, dedicated } => self.practice.push((on, *until, *dedicated)),
            Fact::Registered { number, prefecture } => {
                self.registration = Some(Registration { number: *number, since: on, prefecture: *prefecture });
                // Whoever is registered again begins again: the card of the former registration is over.
                if self.deleted.take().is_some() {
                    self.card = None;
                    self.renewed_by = None;
                }
            }
            Fact::Transferred { prefecture } => {
                if let Some(registration) = self.registration.as_mut() {
                    registration.prefecture = *prefecture;
                }
                self.lose_card(on, Loss::Transferred);
            }
            Fact::Filed { filing } => self.filings.push((on, *filing)),
            Fact::CardReturned => self.lose_card(on, Loss::Returned),
            Fact::CardIssued { cause, expires_on } => self.issue(on, (*cause, *expires_on), policy),
            Fact::Extended { until } => {
                if let Some(card) = self.card.as_mut() {
                    card.expires_on = card.expires_on.max(*until);
                }
            }
            Fact::Instructed => self.instructed_on = Some(on),
            Fact::Banned { until } => self.banned_until = Some(*until),
            Fact::BanEnded => self.banned_until = None,
            Fact::Deleted { ground } => {
                self.deleted = Some((on, *ground));
                self.lose_card(on, Loss::Deleted);
            }
        }
    }

    fn lose_card(&mut self, on: NaiveDate, loss: Loss) {
        if let Some(card) = self.card.as_mut() {
            card.lost.get_or_insert((on, loss));
        }
    }

    fn issue(&mut self, on: NaiveDate, (cause, expires_on): (CardCause, NaiveDate), policy: &Policy) {
        let before = self.card;
        let chief = validity(&self.completions, policy.chief_anchor, on).map(|chief| chief.until);
        let expected = expiry::expected(cause, on, before.map(|card| card.expires_on), chief);
        let validity_from = match before {
            Some(card) if !cause.begins_validity() => card.validity_from,
            _ => on,
        };
        if cause.begins_validity() {
            self.renewed_by = Some(self.reached_by(cause, before.map(|card| card.validity_from)));
        }
        // No card has an effect without a registration: 法69条の7第6項.
        let lost = self.deleted.map(|(deleted_on, _)| (deleted_on, Loss::Deleted));
        self.card =
            Some(Card { cause, issued_on: on, expires_on, expected, validity_from, lost, without_expiry: false });
    }

    /// By which training a card that begins a span was reached: one completed since the span before began.
    fn reached_by(&self, cause: CardCause, since: Option<NaiveDate>) -> RenewedBy {
        let completed = |wanted: &[Training]| {
            self.completions
                .iter()
                .any(|(on, training, _)| since.is_none_or(|since| *on >= since) && wanted.contains(training))
        };
        match cause {
            CardCause::First => RenewedBy::First,
            CardCause::ReEntry => RenewedBy::ReEntry,
            _ if completed(&PRACTITIONERS) => RenewedBy::Practice,
            _ if completed(&[Training::RenewalUnpractised]) => RenewedBy::Unpractised,
            _ => RenewedBy::Unknown,
        }
    }

    /// How the card stands on the day the standing was computed for. The printed day counts to its end.
    pub fn card_state(&self, day: NaiveDate) -> CardState {
        match &self.card {
            None => CardState::Never,
            Some(card) => match card.lost {
                Some((_, loss)) => CardState::Lost(loss),
                None if day <= card.expires_on || card.without_expiry => CardState::Valid,
                None => CardState::Expired,
            },
        }
    }

    pub fn is_registered(&self) -> bool {
        self.registration.is_some() && self.deleted.is_none()
    }

    /// 法7条5項: registered, and holder of a card that is valid on this day.
    pub fn is_care_manager(&self, day: NaiveDate) -> bool {
        self.is_registered() && self.card_state(day) == CardState::Valid
    }

    /// A care manager whom no ban keeps from working.
    pub fn may_work(&self, day: NaiveDate) -> bool {
        self.is_care_manager(day) && self.banned_until.is_none()
    }

    /// A chief: within the chief's own validity, and with a valid card.
    pub fn is_chief(&self, day: NaiveDate) -> bool {
        self.chief.is_some_and(|chief| day <= chief.until) && self.is_care_manager(day)
    }

    /// The ban's last day is past, and nobody has ended it.
    pub fn ban_is_over(&self, day: NaiveDate) -> bool {
        self.banned_until.is_some_and(|until| until < day)
    }

    /// The printed last day of the card, and the other one the rules give, with the article.
    pub fn difference(&self) -> Option<(NaiveDate, NaiveDate, Article)> {
        let card = self.card.as_ref()?;
        let (expected, article) = card.expected?;
        (card.expires_on != expected).then_some((card.expires_on, expected, article))
    }

    /// When a training was last completed since a day.
    pub fn completed_since(&self, training: Training, since: NaiveDate) -> Option<NaiveDate> {
        self.completions.iter().rev().find(|(on, known, _)| *on >= since && *known == training).map(|(on, _, _)| *on)
    }

    /// Was there practice on some day of a span?
    pub fn practised_between(&self, from: NaiveDate, until: NaiveDate) -> bool {
        self.practice.iter().any(|(began, ended, _)| *began <= until && ended.is_none_or(|ended| from <= ended))
    }

    /// Days of practice up to a day, days in two offices counted once; only full-time dedicated work where asked.
    pub fn days_of_practice(&self, until: NaiveDate, only_dedicated: bool) -> i64 {
        let mut spans: Vec<(NaiveDate, NaiveDate)> = self
            .practice
            .iter()
            .filter(|(began, _, dedicated)| *began <= until && (*dedicated || !only_dedicated))
            .map(|(began, ended, _)| (*began, ended.unwrap_or(until).min(until)))
            .collect();
        spans.sort_unstable();
        let (mut days, mut counted_to) = (0, NaiveDate::MIN);
        for (began, ended) in spans {
            let began =
                if counted_to == NaiveDate::MIN { began } else { began.max(counted_to.succ_opt().unwrap_or(began)) };
            if began <= ended {
                days += (ended - began).num_days() + 1;
                counted_to = ended;
            }
        }
        days
    }
}

/// Trainings that renew a card as a practitioner's: 法69条の8第2項, 規則140条の68第3項.
pub const PRACTITIONERS: [Training; 4] =
    [Training::SpecialistTwo, Training::RenewalFirst, Training::RenewalLater, Training::ChiefRenewal];
