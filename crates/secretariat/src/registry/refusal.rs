//! What is refused about the registry of care managers.

use chrono::NaiveDate;
use training::registry::Fact;
use training::registry::registration::Obstacle;

/// What is refused about the registry of care managers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryRefusal {
    #[error("not registered on {on}")]
    NotRegistered { on: NaiveDate },
    #[error("the registration is refused: {}", .0.iter().map(|obstacle| obstacle.article()).collect::<Vec<_>>().join(", "))]
    Obstacles(Vec<Obstacle>),
    #[error("the registration number {0} is another person's")]
    NumberTaken(String),
    #[error("no number is left of this prefecture and year")]
    NumbersUsedUp,
    #[error("a card of this kind does not fit what is on record")]
    CardDoesNotFit,
    #[error("the last day must lie between {from} and {until}")]
    LastDayOutside { from: NaiveDate, until: NaiveDate },
    #[error("there is no card to be handed back, or none that is valid")]
    NoCard,
    #[error("the card had lapsed on {lapsed_on}; re-entry training comes first (Act 69-7)")]
    CardLapsed { lapsed_on: NaiveDate },
    #[error("no re-entry training is on record")]
    ReEntryMissing,
    #[error("renewal can be filed from {from} to {until}")]
    FiledOutsideWindow { from: NaiveDate, until: NaiveDate },
    #[error("a fact of {on} that is on record no longer fits: {fact:?}")]
    LaterFact { on: NaiveDate, fact: Fact },
    #[error("the person has the registration number {0} for life")]
    OtherNumber(String),
    #[error("the registration cannot be moved while a ban runs (Act 69-3)")]
    BanRuns,
    #[error("no ban runs")]
    NoBan,
    #[error("orders and bans are the administrator's")]
    AdministratorOnly,
    #[error("it is registered there already")]
    SamePrefecture,
}
