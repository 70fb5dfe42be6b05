//! The end of the retention of texts of cases: when it comes, what it destroys, and who reads no more.

use crate::account::second_person::TwoPersonAct;
use crate::practicum::refusal::PracticumRefusal;
use crate::{Error, Refusal, Result, Secretariat, Staff, local_day};
use chrono::{DateTime, TimeDelta, Utc};
use records::Work;
use records::practicum::retention::RetentionSetting;
use std::collections::HashSet;
use training::NaiveDate;
use training::practicum::retention::{DEFAULT_YEARS, MOST_YEARS, kept_until};

/// Days before the end on which the administrator is told of it.
const TOLD_BEFORE: TimeDelta = TimeDelta::days(30);

/// Days on which the server must have announced that it will destroy texts, before it does. Kensan's own guard.
pub const ANNOUNCED_DAYS: usize = 7;

/// Nobody has used the records for longer than this: either they were left alone, or the clock has jumped.
const LONGEST_SILENCE: TimeDelta = TimeDelta::days(90);

/// The texts of a cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetainedTexts {
    pub cohort: i64,
    pub name: String,
    pub ends_on: NaiveDate,
    pub kept_until: NaiveDate,
    /// None: they can be read.
    pub shredded_at: Option<DateTime<Utc>>,
    /// They were shredded, and older copies of the records can still be read with the key file as it is.
    pub in_older_copies: bool,
}

/// A cohort whose texts are to be shredded, or were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shredded {
    pub provider: i64,
    pub cohort: i64,
    pub name: String,
}

/// What a run of [`Secretariat::shred`] came to.
#[derive(Debug, Default)]
pub struct ShredRun {
    pub done: Vec<Shredded>,
    /// The first thing that could not be done.
    pub failed: Option<Error>,
}

async fn setting(work: &mut Work) -> Result<RetentionSetting> {
    let default = RetentionSetting { years: i64::from(DEFAULT_YEARS), version: 0 };
    Ok(work.retention_setting().await?.unwrap_or(default))
}

fn years(setting: RetentionSetting) -> u32 {
    u32::try_from(setting.years).unwrap_or(DEFAULT_YEARS)
}

async fn texts(work: &mut Work, years: u32) -> Result<Vec<RetainedTexts>> {
    let main_keys = work.main_key_names();
    let known = work.cohorts_with_texts().await?.into_iter();
    Ok(known
        .map(|known| RetainedTexts {
            cohort: known.cohort_id,
            kept_until: kept_until(known.ends_on, years),
            in_older_copies: known.shredded_at.is_some() && main_keys.contains(&known.wrapped_by),
            name: known.name,
            ends_on: known.ends_on,
            shredded_at: known.shredded_at,
        })
        .collect())
}

impl RetainedTexts {
    /// Their time is over, and they are still there.
    fn is_due(&self, today: NaiveDate) -> bool {
        self.shredded_at.is_none() && self.kept_until < today
    }
}

/// [`records::Error::NotFound`] once the retention of the trainee's cohort is over: for an office nobody is there any more.
pub(crate) async fn check_retained(work: &mut Work, enrolment: i64) -> Result<()> {
    let years = years(setting(work).await?);
    let cohort = work.cohort_of(enrolment).await?;
    let ends_on = work.cohort(cohort).await?.ends_on;
    let today = local_day(work.actor().now);
    if kept_until(ends_on, years) < today { Err(records::Error::NotFound.into()) } else { Ok(()) }
}

impl Secretariat {
    /// The provider's setting, and the texts of its cohorts, the ones that end first at the top.
    pub async fn retention(&self, work: &mut Work) -> Result<(RetentionSetting, Vec<RetainedTexts>)> {
        let setting = setting(work).await?;
        let texts = texts(work, years(setting)).await?;
        Ok((setting, texts))
    }

    /// The last day on which the texts of a cohort that ends on a day are kept.
    pub async fn texts_kept_until(&self, work: &mut Work, ends_on: NaiveDate) -> Result<NaiveDate> {
        let setting = setting(work).await?;
        Ok(kept_until(ends_on, years(setting)))
    }

    /// Sets for how many years texts are kept. What that ends at once is named first, and has to be confirmed.
    pub async fn set_retention(&self, staff: &Staff, new: RetentionSetting, confirmed: bool) -> Result<()> {
        let known = u32::try_from(new.years).ok().filter(|years| (1..=MOST_YEARS).contains(years));
        let years = known.ok_or(Refusal::FieldInvalid { field: "years", value: new.years.to_string() })?;
        let mut work = self.write(staff).await?;
        work.lock_retention().await?;
        let over = texts(&mut work, years).await?.into_iter().filter(|texts| texts.is_due(self.today()));
        let names: Vec<String> = over.map(|texts| texts.name).collect();
        if !names.is_empty() && !confirmed {
            return Err(PracticumRefusal::ShreddingUnconfirmed { cohorts: names }.into());
        }
        let subject = format!("provider/{}", staff.provider);
        let mut work = self.second_person(work, TwoPersonAct::Destruction, (&subject, (new.years, &names))).await?;
        work.set_retention(new).await?;
        Ok(work.commit().await?)
    }

    /// Of the texts that can be read, how many cohorts' end within a month.
    pub(crate) async fn retention_ending(&self, work: &mut Work) -> Result<usize> {
        let years = years(setting(work).await?);
        let soon = self.today() + TOLD_BEFORE;
        Ok(texts(work, years).await?.iter().filter(|texts| texts.is_due(soon)).count())
    }

    /// Trainees of an office whose retention is over.
    pub async fn no_longer_retained(&self, work: &mut Work, office: i64) -> Result<HashSet<i64>> {
        let years = years(setting(work).await?);
        let ends = work.cohort_ends_at(office).await?;
        let over = ends.into_iter().filter(|(_, ends_on)| kept_until(*ends_on, years) < self.today());
        Ok(over.map(|(enrolment, _)| enrolment).collect())
    }

    /// Cohorts of every provider whose texts' time is over, by the providers' settings or by the years given.
    pub async fn texts_to_shred(&self, years_given: Option<u32>) -> Result<Vec<Shredded>> {
        let mut due = Vec::new();
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let providers = work.providers().await?;
        drop(work);
        for provider in providers {
            let mut work = self.read(&Secretariat::operator(provider.id)).await?;
            let years = years_given.unwrap_or(years(setting(&mut work).await?));
            let over = texts(&mut work, years).await?.into_iter().filter(|texts| texts.is_due(self.today()));
            due.extend(over.map(|texts| Shredded { provider: provider.id, cohort: texts.cohort, name: texts.name }));
            drop(work);
        }
        Ok(due)
    }

    /// What the server does every day: it notes which texts' time is over, and destroys those of which that was noted on
    /// [`ANNOUNCED_DAYS`] earlier days. A clock that is wrong for a while destroys nothing: it cannot make days on which the server ran.
    pub async fn shred_announced(&self) -> Result<ShredRun> {
        let mut ripe = Vec::new();
        for due in self.texts_to_shred(None).await? {
            let mut work = self.write(&Secretariat::operator(due.provider)).await?;
            let days: HashSet<NaiveDate> =
                work.shredding_announced(due.cohort).await?.into_iter().map(local_day).collect();
            let earlier = days.iter().filter(|day| **day < self.today()).count();
            if earlier >= ANNOUNCED_DAYS {
                ripe.push(due);
                continue;
            }
            if !days.contains(&self.today()) {
                work.announce_shredding(due.cohort).await?;
                work.commit().await?;
                let left = ANNOUNCED_DAYS - earlier;
                tracing::warn!(
                    provider = due.provider,
                    cohort = due.cohort,
                    left,
                    "the retention of texts is over: they are destroyed when the server has run on so many more days; if the clock is wrong, put it right"
                );
            }
        }
        if !ripe.is_empty() {
            self.check_sound().await?;
        }
        Ok(self.shred(&ripe, None).await)
    }

    /// Nothing is destroyed by a setting, a day or an announcement that somebody has written behind the ledger's back.
    pub(crate) async fn check_sound(&self) -> Result<()> {
        let faults = self.records().faults(true).await?;
        if faults.is_empty() {
            return Ok(());
        }
        Err(Error::Internal(format!("nothing is destroyed while the records are not sound: {}", faults.join("; "))))
    }

    /// For the operator's own command: refused where the ledger says that the clock may have jumped. `clock_is_right` is the operator's word
    /// that it has not.
    pub async fn check_clock(&self, clock_is_right: bool) -> Result<()> {
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let newest = work.newest_entry_at().await?;
        match newest.filter(|newest| *newest < self.now() - LONGEST_SILENCE) {
            Some(newest) if !clock_is_right => Err(Refusal::ClockUnlikely { newest, now: self.now() }.into()),
            _ => Ok(()),
        }
    }

    /// Destroys the keys of texts whose time is over, each cohort complete in itself: what a kill cuts off is done the next time, and what cannot
    /// be done at one keeps no other's. What was lengthened meanwhile stays.
    pub async fn shred(&self, due: &[Shredded], years_given: Option<u32>) -> ShredRun {
        let mut run = ShredRun::default();
        for due in due {
            match self.shred_one(due, years_given).await {
                Ok(true) => {
                    tracing::info!(provider = due.provider, cohort = due.cohort, "texts were shredded");
                    run.done.push(due.clone());
                }
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(provider = due.provider, cohort = due.cohort, %error, "texts could not be shredded");
                    run.failed = run.failed.or(Some(error));
                }
            }
        }
        if let Err(error) = self.records().forget_destroyed_keys().await {
            run.failed = run.failed.or(Some(error.into()));
        }
        run
    }

    async fn shred_one(&self, due: &Shredded, years_given: Option<u32>) -> Result<bool> {
        let mut work = self.write(&Secretariat::operator(due.provider)).await?;
        // Neither the setting nor the keys change until this is done.
        work.lock_retention().await?;
        work.lock_cohort_keys(due.cohort).await?;
        let years = years_given.unwrap_or(years(setting(&mut work).await?));
        let known = texts(&mut work, years).await?;
        if !known.iter().any(|known| known.cohort == due.cohort && known.is_due(self.today())) {
            drop(work);
            return Ok(false);
        }
        work.shred_texts(due.cohort).await?;
        work.commit().await?;
        Ok(true)
    }

    /// Can texts that were shredded still be read from older copies, with the key file as it is?
    pub async fn shredded_in_older_copies(&self) -> Result<bool> {
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let providers = work.providers().await?;
        drop(work);
        for provider in providers {
            let (_, texts) = self.retention(&mut self.read(&Secretariat::operator(provider.id)).await?).await?;
            if texts.iter().any(|texts| texts.in_older_copies) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
