//! What every door to a fact asks, whoever brings the fact.

use crate::Refusal;
use training::NaiveDate;

/// Nothing of the future is a fact: refused for a day after today. `field` is the one the person typed into.
pub(crate) fn check_not_to_come(today: NaiveDate, field: &'static str, on: NaiveDate) -> Result<(), Refusal> {
    if on > today { Err(Refusal::DateToCome { field, on }) } else { Ok(()) }
}
