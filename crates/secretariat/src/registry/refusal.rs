//! What is refused about the registry of care managers.

use training::registry::door::Misfit;

/// What is refused about the registry of care managers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryRefusal {
    #[error(transparent)]
    Misfit(#[from] Misfit),
    #[error("the registration number {0} is another person's")]
    NumberTaken(String),
    #[error("no number is left of this prefecture and year")]
    NumbersUsedUp,
    #[error("orders and bans are the administrator's")]
    AdministratorOnly,
}
