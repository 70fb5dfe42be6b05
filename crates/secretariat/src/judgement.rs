//! Judging trainees: the page, the list, the certificate and the command all ask here.

use crate::{Result, Secretariat, Staff};
use records::cohort::Cohort;
use records::enrolment::Enrolment;
use std::collections::HashMap;
use std::sync::Arc;
use training::NaiveDate;
use training::completion::facts::Facts;
use training::completion::judgement::{Judgement, judge};
use training::guideline::rulebook::Rulebook;

/// Judgements of a cohort as of its facts' version on a day.
pub(crate) type Cache = HashMap<i64, (i64, NaiveDate, Arc<HashMap<i64, Judgement>>)>;

/// A cohort with the judgement of each of its trainees.
#[derive(Debug, Clone)]
pub struct CohortJudgement {
    pub cohort: Cohort,
    pub rulebook: Rulebook,
    pub enrolments: Vec<Enrolment>,
    /// By enrolment.
    pub judgements: Arc<HashMap<i64, Judgement>>,
}

/// One trainee, judged.
#[derive(Debug, Clone)]
pub struct TraineeJudgement {
    pub cohort: Cohort,
    pub rulebook: Rulebook,
    pub enrolment: Enrolment,
    pub judgement: Judgement,
    pub facts: Facts,
}

impl Secretariat {
    /// Judges all trainees of a cohort, in a fixed number of statements. Judged again only when a fact or the day has changed.
    pub async fn judge_cohort(&self, staff: &Staff, cohort: i64) -> Result<CohortJudgement> {
        let mut work = self.read(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let rulebook = self.guidelines.rulebook(&cohort.edition, cohort.supplement.as_deref())?;
        let enrolments = work.enrolments(cohort.id).await?;
        let today = self.today();
        let known = {
            let cache = self.judged.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            cache.get(&cohort.id).cloned()
        };
        let judgements = match known {
            Some((version, day, judgements)) if version == cohort.facts_version && day == today => judgements,
            _ => {
                let record = work.facts(cohort.id, None).await?;
                let judged: HashMap<i64, Judgement> = record
                    .trainees
                    .iter()
                    .map(|(id, facts)| (*id, judge(&rulebook, &record.cohort, facts, today)))
                    .collect();
                let judged = Arc::new(judged);
                let mut cache = self.judged.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                cache.insert(cohort.id, (cohort.facts_version, today, judged.clone()));
                judged
            }
        };
        work.roll_back().await?;
        Ok(CohortJudgement { cohort, rulebook, enrolments, judgements })
    }

    /// Judges one trainee.
    pub async fn judge_trainee(&self, staff: &Staff, enrolment: i64) -> Result<TraineeJudgement> {
        let mut work = self.read(staff).await?;
        let enrolment = work.enrolment(enrolment).await?;
        let cohort = work.cohort(enrolment.cohort_id).await?;
        let rulebook = self.guidelines.rulebook(&cohort.edition, cohort.supplement.as_deref())?;
        let mut record = work.facts(cohort.id, Some(enrolment.id)).await?;
        work.roll_back().await?;
        let facts = record.trainees.remove(&enrolment.id).unwrap_or_default();
        let judgement = judge(&rulebook, &record.cohort, &facts, self.today());
        Ok(TraineeJudgement { cohort, rulebook, enrolment, judgement, facts })
    }
}
