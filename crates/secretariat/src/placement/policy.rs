//! The policy a cohort is placed by.

use crate::placement::refusal::PlacementRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use placement::policy::Policy;
use records::Work;
use records::placement::round::PlacementPolicy;

impl Secretariat {
    /// Every policy a cohort had, newest first; empty: it is placed by the default.
    pub async fn placement_policies(&self, work: &mut Work, cohort: i64) -> Result<Vec<PlacementPolicy>> {
        work.cohort(cohort).await?;
        let policies = work.placement_policies(cohort).await?;
        Ok(policies)
    }

    /// Saves a policy for a cohort's next rounds over the newest of the `read` that were saved before (0: the default). It is checked as a whole, and against
    /// the season: a rule that cannot be kept is named.
    pub async fn set_placement_policy(
        &self,
        staff: &Staff,
        cohort: i64,
        (text, read): (&str, usize),
        reason: &str,
    ) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        Policy::read(text).map_err(|error| Refusal::Placement(PlacementRefusal::Policy(error)))?;
        let mut work = self.write(staff).await?;
        let cohort = work.cohort(cohort).await?;
        if work.placement_policies(cohort.id).await?.len() != read {
            return Err(records::Error::LostUpdate.into());
        }
        work.set_placement_policy(cohort.id, text, reason.trim()).await?;
        let season = super::season::season(&mut work, &cohort, super::season::Notified::MayMove).await?;
        season.instance.check().map_err(|error| Refusal::Placement(PlacementRefusal::Instance(error)))?;
        Ok(work.commit().await?)
    }
}
