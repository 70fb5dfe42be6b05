//! Changes of state: each thing that has states has one table of what may follow what, who may, and whether a reason is needed.

use crate::role::Role;

/// One permitted change.
#[derive(Debug, Clone, Copy)]
pub struct Transition<S> {
    pub from: S,
    pub to: S,
    pub who: &'static [Role],
    pub needs_reason: bool,
}

/// Why a change of state is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("this change of state does not exist")]
    NoSuchTransition,
    #[error("this role may not make this change")]
    NotPermitted,
    #[error("this change needs a reason")]
    ReasonMissing,
}

/// Finds the change in its table, if `role` may make it with this reason.
pub(crate) fn check<S: PartialEq>(
    table: &'static [Transition<S>],
    (from, to): (S, S),
    role: Role,
    reason: &str,
) -> Result<&'static Transition<S>, Refusal> {
    let mut known = table.iter().filter(|transition| transition.from == from && transition.to == to).peekable();
    if known.peek().is_none() {
        return Err(Refusal::NoSuchTransition);
    }
    // What one role may do for the asking, another may do with a reason.
    let transition = known.find(|transition| transition.who.contains(&role)).ok_or(Refusal::NotPermitted)?;
    if transition.needs_reason && reason.trim().is_empty() {
        return Err(Refusal::ReasonMissing);
    }
    Ok(transition)
}

/// The changes `role` may make from a state.
pub(crate) fn from<S: PartialEq>(
    table: &'static [Transition<S>],
    from: S,
    role: Role,
) -> impl Iterator<Item = &'static Transition<S>> {
    table.iter().filter(move |transition| transition.from == from && transition.who.contains(&role))
}
