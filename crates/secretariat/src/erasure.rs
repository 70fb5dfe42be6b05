//! Personal data beside the texts of cases that is no longer needed: for how long it is kept, announced, and erased by the daily run.

use crate::account::second_person::TwoPersonAct;
use crate::practicum::retention::ANNOUNCED_DAYS;
use crate::{Refusal, Result, Secretariat, Staff, end_of_day, local_day};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use records::Work;
pub use records::ledger::erasure::ErasureSetting;
use std::collections::HashSet;
use training::erasure::{DataClass, erased_before};
use training::practicum::retention::MOST_YEARS;

/// Announcements older than this count no more: a clock that jumps ahead finds none.
const ANNOUNCEMENT_DAYS: TimeDelta = TimeDelta::days(60);

/// A class of data as a provider keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptClass {
    pub class: DataClass,
    pub setting: ErasureSetting,
    /// How many people, or notices, have data whose time is over.
    pub due: i64,
}

/// What a run of [`Secretariat::erase_announced`] erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erased {
    pub provider: i64,
    pub class: DataClass,
    pub count: usize,
}

/// The day before which time has to have begun, and its first moment.
fn bounds(today: NaiveDate, years: i64) -> Option<(NaiveDate, DateTime<Utc>)> {
    let day = erased_before(today, u32::try_from(years).ok()?)?;
    Some((day, end_of_day(day.pred_opt()?)?))
}

async fn due(work: &mut Work, class: DataClass, years: i64) -> Result<i64> {
    match bounds(local_day(work.actor().now), years) {
        Some(before) => Ok(work.count_erasable(class, before).await?),
        None => Ok(0),
    }
}

impl Secretariat {
    /// Every class, as the provider keeps it.
    pub async fn kept_classes(&self, work: &mut Work) -> Result<Vec<KeptClass>> {
        let mut kept = Vec::new();
        for class in DataClass::ALL {
            let setting = work.erasure_setting(class).await?;
            kept.push(KeptClass { class, setting, due: due(work, class, setting.years).await? });
        }
        Ok(kept)
    }

    /// Sets for how many years a class is kept, 0 for good. What that ends at once is counted first, and has to be confirmed.
    pub async fn set_erasure(
        &self,
        staff: &Staff,
        (class, new): (DataClass, ErasureSetting),
        confirmed: bool,
    ) -> Result<()> {
        if !(0..=i64::from(MOST_YEARS)).contains(&new.years) {
            return Err(Refusal::FieldInvalid { field: "years", value: new.years.to_string() }.into());
        }
        let mut work = self.write(staff).await?;
        work.lock_retention().await?;
        let count = due(&mut work, class, new.years).await?;
        if count > 0 && !confirmed {
            return Err(Refusal::ErasureUnconfirmed { class, count }.into());
        }
        let subject = format!("erasure/{}", class.id());
        let mut work = self.second_person(work, TwoPersonAct::Destruction, (&subject, new.years)).await?;
        work.set_erasure(class, new).await?;
        Ok(work.commit().await?)
    }

    /// What the server does every day: it notes what is over, and erases it when that was noted on [`ANNOUNCED_DAYS`] earlier days of late.
    /// A clock that is wrong for a while erases nothing: it cannot make days on which the server ran.
    pub async fn erase_announced(&self) -> Result<Vec<Erased>> {
        let providers = self.read(&Secretariat::operator(0)).await?.providers().await?;
        let mut erased = Vec::new();
        for provider in providers {
            for class in DataClass::ALL {
                let count = self.erase_class(provider.id, class).await?;
                if count > 0 {
                    tracing::info!(provider = provider.id, class = class.id(), count, "personal data was erased");
                    erased.push(Erased { provider: provider.id, class, count });
                }
            }
        }
        Ok(erased)
    }

    async fn erase_class(&self, provider: i64, class: DataClass) -> Result<usize> {
        let today = self.today();
        let mut work = self.write(&Secretariat::operator(provider)).await?;
        let years = work.erasure_setting(class).await?.years;
        let count = due(&mut work, class, years).await?;
        if count == 0 {
            return Ok(0);
        }
        let announced = work.erasure_announced(class, self.now() - ANNOUNCEMENT_DAYS).await?;
        let days: HashSet<NaiveDate> = announced.into_iter().map(local_day).collect();
        let earlier = days.iter().filter(|day| **day < today).count();
        if !days.contains(&today) {
            work.announce_erasure(class, count).await?;
            work.commit().await?;
        }
        if earlier < ANNOUNCED_DAYS {
            let left = ANNOUNCED_DAYS - earlier;
            tracing::warn!(
                provider,
                class = class.id(),
                count,
                left,
                "the time of personal data is over: it is erased when the server has run on so many more days; if the clock is wrong, put it right"
            );
            return Ok(0);
        }
        self.check_sound().await?;
        // Slice by slice, so that nobody waits for the whole.
        let mut erased = 0;
        loop {
            let mut work = self.write(&Secretariat::operator(provider)).await?;
            work.lock_retention().await?;
            let years = work.erasure_setting(class).await?.years;
            let Some(before) = bounds(today, years) else { return Ok(erased) };
            let some = work.erase_some(class, before).await?;
            work.commit().await?;
            erased += some;
            if some == 0 {
                return Ok(erased);
            }
        }
    }
}
