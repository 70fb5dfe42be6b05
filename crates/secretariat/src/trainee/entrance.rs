//! Who of a cohort may take its course, with every reason: asked before admission, and shown on a page.

use crate::{Result, Secretariat, local_day};
use records::Work;
use records::cohort::Cohort;
use records::trainee::enrolment::Enrolment;
use std::collections::HashMap;
use training::course::entrance::{Answer, Applicant, Entrance, eligibility};
use training::registry::{DatedFact, Standing};

/// A rule of entrance, and what the records say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntranceReason {
    pub entrance: Entrance,
    pub answer: Answer,
}

/// A trainee or applicant with every reason.
#[derive(Debug, Clone)]
pub struct EntranceLine {
    pub enrolment: Enrolment,
    pub answer: Answer,
    pub reasons: Vec<EntranceReason>,
}

impl Secretariat {
    /// What a cohort's course asks of whoever wants to take it; empty for one that asks nothing.
    pub fn entrance_of(&self, cohort: &Cohort) -> &[Entrance] {
        let edition = self.guidelines.editions.get(&cohort.edition);
        let course = edition.and_then(|edition| self.guidelines.course_of(edition));
        course.map_or(&[], |course| course.about.entrance.as_slice())
    }

    /// Everybody of a cohort, judged by the rules of its course on its first day.
    pub async fn entrance_of_cohort(&self, work: &mut Work, cohort: &Cohort) -> Result<Vec<EntranceLine>> {
        let enrolments = work.enrolments(cohort.id).await?;
        self.entrance_lines(work, cohort, enrolments).await
    }

    /// Some of a cohort.
    pub(crate) async fn entrance_lines(
        &self,
        work: &mut Work,
        cohort: &Cohort,
        enrolments: Vec<Enrolment>,
    ) -> Result<Vec<EntranceLine>> {
        let rules = self.entrance_of(cohort);
        let policy = work.registry_setting().await?.policy;
        let mut facts: HashMap<i64, Vec<DatedFact>> = HashMap::new();
        for fact in work.registry_facts_of_cohort(cohort.id).await? {
            facts.entry(fact.person_id).or_default().push(fact.dated(local_day));
        }
        for (person, completed) in work.completed_here_of_cohort(cohort.id).await? {
            facts.entry(person).or_default().extend(self.as_fact(&completed));
        }
        let line = |enrolment: Enrolment| {
            let known = facts.get(&enrolment.person_id).map_or(&[][..], Vec::as_slice);
            let standing = Standing::on(known, &policy, cohort.starts_on, self.today());
            let exam = enrolment.exam_number.as_deref().is_some_and(|number| !number.is_empty());
            let applicant = Applicant { exam_passed: exam.then_some(true) };
            let judged = eligibility(rules, &standing, (applicant, &policy), cohort.starts_on);
            let reasons = judged.reasons.into_iter();
            let reasons =
                reasons.map(|reason| EntranceReason { entrance: reason.entrance.clone(), answer: reason.answer });
            EntranceLine { enrolment, answer: judged.answer, reasons: reasons.collect() }
        };
        Ok(enrolments.into_iter().map(line).collect())
    }
}
