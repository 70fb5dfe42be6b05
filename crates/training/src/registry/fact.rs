//! Facts about one person that the registry rests on.

use super::number::RegistrationNumber;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A fact with the day it takes effect, and the days between which it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedFact {
    /// The day it takes effect.
    pub on: NaiveDate,
    /// The day it was written down.
    pub recorded_on: NaiveDate,
    /// The day it was taken back as wrong; it still was known before.
    #[serde(default)]
    pub withdrawn_on: Option<NaiveDate>,
    pub fact: Fact,
}

impl DatedFact {
    /// Was it known on this day?
    pub fn is_known_on(&self, day: NaiveDate) -> bool {
        self.recorded_on <= day && self.withdrawn_on.is_none_or(|withdrawn| day < withdrawn)
    }
}

/// One fact. Which day it is of stands in [`DatedFact::on`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// A training was completed. `valid_until` is the validity that a chief's certificate prints.
    Completed { training: Training, valid_until: Option<NaiveDate> },
    /// Work as a care manager who writes plans, from this day on; `until` is its last day, none while it goes on.
    Practised { until: Option<NaiveDate>, dedicated: bool },
    /// Entered into the registry of a prefecture (code of two digits): 法69条の2.
    Registered { number: RegistrationNumber, prefecture: u8 },
    /// The registration was moved to another prefecture: 法69条の3.
    Transferred { prefecture: u8 },
    /// An application was filed.
    Filed { filing: Filing },
    /// The card was handed back: 法69条の7第6項.
    CardReturned,
    /// A card was issued that prints this last day: 規則113条の21.
    CardIssued { cause: CardCause, expires_on: NaiveDate },
    /// The card's last day was moved by an order (a disaster, a pandemic).
    Extended { until: NaiveDate },
    /// An instruction or an order to take a training: 法69条の38第2項.
    Instructed,
    /// Work was forbidden until this day, for a year at most: 法69条の38第3項.
    Banned { until: NaiveDate },
    /// A ban was ended by a person; none ends by itself.
    BanEnded,
    /// The registration was deleted: 法69条の6, 69条の39.
    Deleted { ground: Ground },
}

impl Fact {
    /// Of facts of one day the order in which they take effect, whatever order they were written down in.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Fact::Completed { .. } | Fact::Practised { .. } => 0,
            Fact::Registered { .. } => 1,
            Fact::Transferred { .. } => 2,
            Fact::Filed { .. } => 3,
            Fact::CardReturned => 4,
            Fact::CardIssued { .. } => 5,
            Fact::Extended { .. } => 6,
            Fact::Instructed | Fact::Banned { .. } => 7,
            Fact::BanEnded => 8,
            Fact::Deleted { .. } => 9,
        }
    }
}

/// A statutory training, as the registry tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Training {
    /// 実務研修: 規則113条の4.
    Initial,
    /// 専門研修課程Ⅰ.
    SpecialistOne,
    /// 専門研修課程Ⅱ.
    SpecialistTwo,
    /// 更新研修（実務経験者、初回）: Ⅰ and Ⅱ in one.
    RenewalFirst,
    /// 更新研修（実務経験者、2回目以降）.
    RenewalLater,
    /// 更新研修（実務未経験者）.
    RenewalUnpractised,
    /// 再研修: 規則113条の16.
    ReEntry,
    /// 主任介護支援専門員研修.
    Chief,
    /// 主任介護支援専門員更新研修: counts as renewal training, 規則140条の68第3項.
    ChiefRenewal,
}

/// Why a card was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardCause {
    /// The first: 法69条の7第1項.
    First,
    /// After the re-entry training: 法69条の7第2項.
    ReEntry,
    /// 法69条の8.
    Renewal,
    /// Moved to the end of a chief's validity (置き換え).
    Aligned,
    /// With a transfer: 法69条の7第5項.
    Transfer,
    /// Lost, soiled or broken: 規則113条の25.
    Reissue,
    /// Another name: 規則113条の23.
    Rewritten,
    /// A certificate from before April 2006 that counts as a card.
    Former,
}

impl CardCause {
    pub const ALL: [CardCause; 8] = [
        CardCause::First,
        CardCause::Renewal,
        CardCause::ReEntry,
        CardCause::Aligned,
        CardCause::Transfer,
        CardCause::Reissue,
        CardCause::Rewritten,
        CardCause::Former,
    ];

    pub fn id(self) -> &'static str {
        match self {
            CardCause::First => "first",
            CardCause::ReEntry => "re_entry",
            CardCause::Renewal => "renewal",
            CardCause::Aligned => "aligned",
            CardCause::Transfer => "transfer",
            CardCause::Reissue => "reissue",
            CardCause::Rewritten => "rewritten",
            CardCause::Former => "former",
        }
    }

    pub fn from_id(id: &str) -> Option<CardCause> {
        Self::ALL.into_iter().find(|cause| cause.id() == id)
    }

    /// Does it begin a new span of validity, rather than carry on the one before?
    pub fn begins_validity(self) -> bool {
        !matches!(self, CardCause::Transfer | CardCause::Reissue | CardCause::Rewritten)
    }
}

impl Training {
    pub const ALL: [Training; 9] = [
        Training::Initial,
        Training::SpecialistOne,
        Training::SpecialistTwo,
        Training::RenewalFirst,
        Training::RenewalLater,
        Training::RenewalUnpractised,
        Training::ReEntry,
        Training::Chief,
        Training::ChiefRenewal,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Training::Initial => "initial",
            Training::SpecialistOne => "specialist_one",
            Training::SpecialistTwo => "specialist_two",
            Training::RenewalFirst => "renewal_first",
            Training::RenewalLater => "renewal_later",
            Training::RenewalUnpractised => "renewal_unpractised",
            Training::ReEntry => "re_entry",
            Training::Chief => "chief",
            Training::ChiefRenewal => "chief_renewal",
        }
    }

    pub fn from_id(id: &str) -> Option<Training> {
        Self::ALL.into_iter().find(|training| training.id() == id)
    }
}

/// What was applied for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filing {
    /// 規則113条の7.
    Registration,
    /// A card: 規則113条の20.
    Card,
    /// 規則113条の26.
    Renewal,
    /// 規則113条の10.
    Transfer,
}

impl Filing {
    pub const ALL: [Filing; 4] = [Filing::Registration, Filing::Card, Filing::Renewal, Filing::Transfer];

    pub fn id(self) -> &'static str {
        match self {
            Filing::Registration => "registration",
            Filing::Card => "card",
            Filing::Renewal => "renewal",
            Filing::Transfer => "transfer",
        }
    }

    pub fn from_id(id: &str) -> Option<Filing> {
        Self::ALL.into_iter().find(|filing| filing.id() == id)
    }
}

/// Why a registration was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// 法69条の6第1号.
    OwnRequest,
    /// 法69条の5第1号.
    Death,
    /// A ground for refusal that came later: 法69条の5第2号・第3号.
    Disqualified,
    /// 法69条の6第4号, 69条の31.
    PassAnnulled,
    /// By order: 法69条の39.
    Order,
}

impl Ground {
    pub const ALL: [Ground; 5] =
        [Ground::OwnRequest, Ground::Death, Ground::Disqualified, Ground::PassAnnulled, Ground::Order];

    pub fn id(self) -> &'static str {
        match self {
            Ground::OwnRequest => "own_request",
            Ground::Death => "death",
            Ground::Disqualified => "disqualified",
            Ground::PassAnnulled => "pass_annulled",
            Ground::Order => "order",
        }
    }

    pub fn from_id(id: &str) -> Option<Ground> {
        Self::ALL.into_iter().find(|ground| ground.id() == id)
    }
}
