//! Who comes to a trainee's record, and until when something is added to it.

use super::retention::check_retained;
use crate::Result;
use crate::office::guide::Guide;
use crate::practicum::refusal::PracticumRefusal;
use records::Work;
use training::completion::facts::MilestoneKind;

/// [`records::Error::NotFound`] unless the office has accepted the trainee, the trainee is this person's to guide, and
/// the retention is not over.
pub(crate) async fn check_guided(work: &mut Work, enrolment: i64, guide: Guide) -> Result<()> {
    let placements = work.placements_of(enrolment).await?;
    let guided = placements.iter().any(|placement| guide.reads(placement) && placement.state.opens_record());
    if guided { check_retained(work, enrolment).await } else { Err(records::Error::NotFound.into()) }
}

/// [`records::Error::NotFound`] unless the trainee comes to this person's office, and nobody else's, and the retention is not over.
pub(crate) async fn check_received(work: &mut Work, enrolment: i64, guide: Guide) -> Result<()> {
    let placements = work.placements_of(enrolment).await?;
    let received = placements.iter().any(|placement| guide.concerns(placement) && placement.state.opens_record());
    if received { check_retained(work, enrolment).await } else { Err(records::Error::NotFound.into()) }
}

pub(crate) async fn is_signed_off(work: &mut Work, cohort: i64, enrolment: i64) -> Result<bool> {
    Ok(work.milestones_of_cohort(cohort, MilestoneKind::SignOff).await?.contains(&enrolment))
}

/// [`PracticumRefusal::RecordSignedOff`] once the record is signed off: nothing is changed under the supervisor's word.
pub(crate) async fn check_not_signed_off(work: &mut Work, enrolment: i64) -> Result<()> {
    let cohort = work.enrolment(enrolment).await?.cohort_id;
    if is_signed_off(work, cohort, enrolment).await? { Err(PracticumRefusal::RecordSignedOff.into()) } else { Ok(()) }
}
