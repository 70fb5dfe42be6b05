//! What every door to a fact asks, whoever brings the fact.

use crate::certificate::refusal::CertificateRefusal;
use crate::{Refusal, Result, local_day};
use records::Work;
use records::practicum::FactKind;
use training::NaiveDate;

/// A fact that is new: what it is, and its id.
pub(crate) type NewFact = (FactKind, i64);

/// Today in Japan, by the clock of this work: the day a fact is judged by and the moment it is recorded are one reading.
pub(crate) fn today(work: &Work) -> NaiveDate {
    local_day(work.actor().now)
}

/// Nothing of the future is a fact: refused for a day after today. `field` is the one the person typed into.
pub(crate) fn check_not_to_come(today: NaiveDate, field: &'static str, on: NaiveDate) -> Result<(), Refusal> {
    if on > today { Err(Refusal::DateToCome { field, on }) } else { Ok(()) }
}

/// Refused while a certificate stands for the trainee: what it rests on is changed only after it was revoked.
pub(crate) async fn check_no_certificate(work: &mut Work, enrolment: i64) -> Result<()> {
    match work.certificate_of(enrolment).await?.filter(|known| known.revoked_at.is_none()) {
        Some(known) => {
            let name = work.enrolment(enrolment).await?.name;
            Err(CertificateRefusal::CertificateCovers { name, number: known.number }.into())
        }
        None => Ok(()),
    }
}

/// Does a certificate stand for the trainee?
pub(crate) async fn has_certificate(work: &mut Work, enrolment: i64) -> Result<bool> {
    Ok(work.certificate_of(enrolment).await?.is_some_and(|known| known.revoked_at.is_none()))
}
