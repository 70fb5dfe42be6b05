//! What offices have answered, by telephone or on paper, of many placements at once.

use super::by_hand::StateChange;
use crate::notice::NoticeWriter;
use crate::notice::outgoing::Outgoing;
use crate::placement::refusal::PlacementRefusal;
use crate::{Error, Refusal, Result, Secretariat, Staff};
use records::Work;
use training::practicum::placement::PlacementState;

/// Changes that are recorded of many at once; any other is looked at one by one.
pub const AT_ONCE: [PlacementState; 2] = [PlacementState::Accepted, PlacementState::Scheduled];

impl Secretariat {
    /// Brings placements of a cohort, each as it was read, to a state; gives how many. All or none: whoever it is refused for is named.
    ///
    /// # Errors
    /// [`PlacementRefusal::Several`] with each name and why; `LostUpdate` where somebody was faster; `NotFound` for one of another cohort.
    pub async fn change_placements(
        &self,
        staff: &Staff,
        cohort: i64,
        (placements, to): (&[(i64, i64)], PlacementState),
    ) -> Result<usize> {
        let mut work = self.write(staff).await?;
        self.change_placements_in(&mut work, staff, cohort, (placements, to)).await?;
        work.commit().await?;
        Ok(placements.len())
    }

    /// What changing them would send. It is done and taken back, so that it says what will happen.
    pub async fn rehearse_placements(
        &self,
        staff: &Staff,
        cohort: i64,
        changed: (&[(i64, i64)], PlacementState),
        to_come: &str,
    ) -> Result<Outgoing> {
        let mut work = self.write(staff).await?;
        let queued = self.change_placements_in(&mut work, staff, cohort, changed).await?;
        Outgoing::queued(&mut work, &queued, to_come).await
    }

    async fn change_placements_in(
        &self,
        work: &mut Work,
        staff: &Staff,
        cohort: i64,
        (placements, to): (&[(i64, i64)], PlacementState),
    ) -> Result<Vec<i64>> {
        if placements.is_empty() {
            return Err(Refusal::FieldMissing("placement").into());
        }
        if !AT_ONCE.contains(&to) {
            return Err(Refusal::FieldInvalid { field: "to", value: to.id().to_owned() }.into());
        }
        let mut writer = NoticeWriter::open(work, cohort, None).await?;
        let mut refused = Vec::new();
        for (id, version) in placements {
            let current = work.placement(*id).await?;
            if work.enrolment(current.enrolment_id).await?.cohort_id != cohort {
                return Err(records::Error::NotFound.into());
            }
            let name = current.trainee_name.clone();
            let change = StateChange { staff, version: *version, to, reason: "" };
            match self.change_placement_in(work, &mut writer, current, change).await {
                Ok(()) => {}
                Err(Error::Refused(refusal)) => refused.push((name, refusal)),
                Err(error) => return Err(error),
            }
        }
        if refused.is_empty() { Ok(writer.queued) } else { Err(PlacementRefusal::Several(refused).into()) }
    }
}
