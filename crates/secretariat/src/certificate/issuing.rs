//! Issuing certificates to many: planned on a snapshot and set while others work, then written in one short transaction that finds the
//! plan as it was made.

use super::{Issued, TooEarly, Unprintable, content, token, unprintable};
use crate::fact::check_not_to_come;
use crate::trainee::judgement::CohortJudgement;
use crate::{Error, Refusal, Result, Secretariat, Staff};
use documents::certificate::{CertificateContent, TEMPLATE, render_each};
use records::Work;
use records::certificate::NewCertificate;
use records::placement::Placement;
use records::trainee::enrolment::Enrolment;
use records::trainee::facts::Wanted;
use std::collections::{HashMap, HashSet};
use training::completion::certificate::number;
use training::practicum::placement::PlacementState;
use training::trainee::enrolment::{EnrolmentState, check_transition};
use training::{NaiveDate, wareki};

/// How often a batch is planned anew because somebody changed what it rests on.
const ATTEMPTS: usize = 5;
/// Documents that are set between two words about the progress.
const SLICE: usize = 40;

/// Sets each certificate as its own document. One core is left to those who look at pages.
pub(super) async fn set_all(contents: Vec<CertificateContent>, template: String) -> Result<Vec<Vec<u8>>> {
    tokio::task::spawn_blocking(move || {
        let workers = std::thread::available_parallelism().map_or(1, usize::from).saturating_sub(1).max(1);
        let share = contents.len().div_ceil(workers).max(1);
        std::thread::scope(|scope| {
            let handles: Vec<_> = contents
                .chunks(share)
                .map(|chunk| {
                    let template = &template;
                    scope.spawn(move || Ok::<_, Error>(render_each(chunk, template)?))
                })
                .collect();
            let mut all = Vec::new();
            for handle in handles {
                all.extend(handle.join().map_err(|_| Error::Internal("setting a certificate panicked".into()))??);
            }
            Ok(all)
        })
    })
    .await?
}

/// What a batch is asked for.
struct Batch<'a> {
    cohort: i64,
    enrolments: &'a [i64],
    completed_on: NaiveDate,
    base_url: &'a str,
}

/// One certificate that will be written.
#[derive(PartialEq)]
struct Planned {
    enrolment: Enrolment,
    serial: i64,
    token: String,
    judgement: String,
    content: CertificateContent,
}

/// What a batch will come to.
struct Plan {
    outcome: Issued,
    template: String,
    fiscal_year: i64,
    certificates: Vec<Planned>,
    placements: HashMap<i64, Placement>,
}

impl Secretariat {
    /// Issues certificates to those of `enrolments` whose judgement is complete, and refuses exactly the others. One transaction:
    /// all documents, register entries and changes of state, or none. Issuing again changes nothing; two batches at once both end.
    ///
    /// # Errors
    /// [`Refusal::DateToCome`] for a day of completion after today, [`Refusal::FieldMissing`] where nobody was chosen.
    ///
    /// `base_url` is where the verification page is reached from outside. `progress` is told steps done and in all.
    pub async fn issue_certificates(
        &self,
        staff: &Staff,
        cohort: i64,
        enrolments: &[i64],
        completed_on: NaiveDate,
        base_url: &str,
        progress: &(dyn Fn(usize, usize) + Send + Sync),
    ) -> Result<Issued> {
        self.read(staff).await?.cohort(cohort).await?;
        check_not_to_come(self.today(), "completed_on", completed_on)?;
        if enrolments.is_empty() {
            return Err(Refusal::FieldMissing("enrolment").into());
        }
        let operation = self.announce(staff, "certificate.issue", &format!("cohort/{cohort}")).await?;
        let batch = Batch { cohort, enrolments, completed_on, base_url };
        let issued = self.issue(staff, &batch, operation.id, progress).await;
        if issued.is_err() {
            // What went wrong first is what is said.
            if let Err(error) = self.give_up(staff, &operation).await {
                tracing::warn!(%error, "work that failed could not be concluded");
            }
        }
        issued
    }

    async fn issue(
        &self,
        staff: &Staff,
        batch: &Batch<'_>,
        operation: i64,
        progress: &(dyn Fn(usize, usize) + Send + Sync),
    ) -> Result<Issued> {
        let mut tokens = HashMap::new();
        for _ in 0..ATTEMPTS {
            let mut snapshot = self.read(staff).await?;
            let judged = self.judge_cohort(&mut snapshot, batch.cohort).await?;
            let plan = self.plan(&mut snapshot, staff, &judged, batch, &mut tokens).await?;
            drop(snapshot);
            let documents = set(&plan, progress).await?;
            let mut work = self.write(staff).await?;
            work.lock_certificate_numbers().await?;
            // Nobody changes a fact of theirs from here on; one that changed since the judgement would make it another one.
            work.lock_facts(batch.cohort).await?;
            if work.cohort(batch.cohort).await?.facts_version != judged.cohort.facts_version {
                continue;
            }
            let mut now = self.plan(&mut work, staff, &judged, batch, &mut tokens).await?;
            if now.certificates != plan.certificates || now.template != plan.template {
                continue;
            }
            for (planned, pdf) in now.certificates.iter().zip(&documents) {
                write(&mut work, planned, (now.fiscal_year, batch.completed_on), pdf).await?;
                if let Some(placement) = now.placements.remove(&planned.enrolment.id) {
                    finish_placement(&mut work, placement).await?;
                }
            }
            self.index_certified(&mut work, &judged.cohort.edition, batch.enrolments).await?;
            work.conclude(operation).await?;
            work.commit().await?;
            return Ok(now.outcome);
        }
        Err(Error::Records(records::Error::LostUpdate))
    }

    /// Who gets a certificate, with which number. `tokens` keeps the token of each enrolment from one plan to the next.
    async fn plan(
        &self,
        work: &mut Work,
        staff: &Staff,
        judged: &CohortJudgement,
        batch: &Batch<'_>,
        tokens: &mut HashMap<i64, String>,
    ) -> Result<Plan> {
        let provider = work.provider().await?;
        let template = provider.certificate_template.clone().unwrap_or_else(|| TEMPLATE.to_owned());
        let course = self.guidelines.certified(&judged.rulebook);
        let fiscal_year = wareki::fiscal_year(batch.completed_on);
        let mut serial = work.next_certificate_serial(i64::from(fiscal_year)).await?;
        let people = work.people_of_cohort(batch.cohort).await?;
        let certified = work.certificates(batch.cohort).await?;
        let certified: HashSet<i64> =
            certified.iter().filter(|known| known.revoked_at.is_none()).map(|known| known.enrolment_id).collect();
        let facts = work.facts(Wanted::all(batch.cohort)).await?;
        let placements = work.current_placements(batch.cohort).await?;
        let placements = placements.into_iter().map(|placement| (placement.enrolment_id, placement)).collect();
        let (mut outcome, mut certificates) = (Issued::default(), Vec::new());
        // Named twice is one.
        let mut met = HashSet::new();
        for id in batch.enrolments.iter().filter(|id| met.insert(**id)) {
            let known = judged.enrolments.iter().find(|enrolment| enrolment.id == *id);
            let (Some(enrolment), Some(judgement), Some(person)) = (known, judged.judgements.get(id), people.get(id))
            else {
                return Err(Error::Records(records::Error::NotFound));
            };
            if certified.contains(id) {
                outcome.already.push(*id);
                continue;
            }
            let may = check_transition(enrolment.state, EnrolmentState::Completed, staff.role, "");
            if !judgement.complete() || may.is_err() {
                let blocking = judgement.blocking().map(|finding| finding.requirement.clone()).collect();
                outcome.refused.push((*id, blocking));
                continue;
            }
            let last_day = facts.trainees.get(id).and_then(|known| known.last_day(&facts.cohort));
            if let Some(last_day) = last_day.filter(|last_day| *last_day > batch.completed_on) {
                outcome.too_early.push(TooEarly { enrolment: *id, name: person.name.clone(), last_day });
                continue;
            }
            let pieces = unprintable(person);
            if !pieces.is_empty() {
                outcome.unprintable.push(Unprintable { enrolment: *id, name: person.name.clone(), pieces });
                continue;
            }
            let number = number(&provider.certificate_pattern, fiscal_year, serial).map_err(Refusal::Pattern)?;
            let token = tokens.entry(*id).or_insert_with(token).clone();
            let content = content(&provider, person, course, &number, &token, batch.completed_on, batch.base_url);
            let judgement = serde_json::to_string(judgement)?;
            certificates.push(Planned { enrolment: enrolment.clone(), serial, token, judgement, content });
            outcome.issued.push(*id);
            serial += 1;
        }
        Ok(Plan { outcome, template, fiscal_year: i64::from(fiscal_year), certificates, placements })
    }
}

/// Sets the documents of a plan, and tells how far it is.
async fn set(plan: &Plan, progress: &(dyn Fn(usize, usize) + Send + Sync)) -> Result<Vec<Vec<u8>>> {
    let total = plan.certificates.len();
    let mut documents = Vec::with_capacity(total);
    for slice in plan.certificates.chunks(SLICE) {
        let contents = slice.iter().map(|planned| planned.content.clone()).collect();
        documents.extend(set_all(contents, plan.template.clone()).await?);
        progress(documents.len(), total);
    }
    Ok(documents)
}

async fn write(
    work: &mut Work,
    planned: &Planned,
    (fiscal_year, completed_on): (i64, NaiveDate),
    pdf: &[u8],
) -> Result<()> {
    let certificate = work
        .create_certificate(&NewCertificate {
            enrolment: planned.enrolment.id,
            fiscal_year,
            serial: planned.serial,
            number: &planned.content.number,
            token: &planned.token,
            completed_on,
            judgement: &planned.judgement,
        })
        .await?;
    let holder = serde_json::to_string(&planned.content)?;
    work.store_certificate_document(certificate, "issued", &holder, pdf).await?;
    Ok(work.change_enrolment(&planned.enrolment, EnrolmentState::Completed, "", None).await?)
}

/// Who has completed the course has done the practicum: the placement is done, and no office's withdrawal ends it any more.
async fn finish_placement(work: &mut Work, placement: Placement) -> Result<()> {
    let steps = match placement.state {
        PlacementState::Accepted => &[PlacementState::Scheduled, PlacementState::Done][..],
        PlacementState::Scheduled => &[PlacementState::Done],
        _ => &[],
    };
    let mut current = placement;
    for to in steps {
        work.change_placement(&current, *to, "").await?;
        current.version += 1;
        current.state = *to;
    }
    Ok(())
}
