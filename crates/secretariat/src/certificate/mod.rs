//! Issuing completion certificates, reissuing, revoking, verifying.

pub mod paper;
pub mod refusal;

use crate::certificate::refusal::CertificateRefusal;
pub use records::certificate::Certificate;

use crate::fact::check_not_to_come;
use crate::trainee::judgement::CohortJudgement;
use crate::{Error, Refusal, Result, Secretariat, Staff};
use documents::certificate::{CertificateContent, TEMPLATE, render};
use records::Work;
use records::account::provider::Provider;
use records::certificate::NewCertificate;
use records::hex;
use records::placement::Placement;
use records::trainee::facts::Wanted;
use records::trainee::person::Person;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use training::completion::certificate::number;
use training::practicum::placement::PlacementState;
use training::registry::Training;
use training::trainee::enrolment::{EnrolmentState, check_transition};
use training::trainee::person::comparable_name;
use training::{NaiveDate, wareki};

/// What a batch came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Issued {
    pub issued: Vec<i64>,
    /// Had one already; nothing was done.
    pub already: Vec<i64>,
    /// Enrolments whose judgement is not complete, with the requirements that block.
    pub refused: Vec<(i64, Vec<String>)>,
    /// Left out because no font has a character of the name.
    pub unprintable: Vec<Unprintable>,
    /// Left out because something of theirs is recorded for a day after that of completion.
    pub too_early: Vec<TooEarly>,
}

/// A person whose course went on after the day of completion that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TooEarly {
    pub enrolment: i64,
    pub name: String,
    pub last_day: NaiveDate,
}

/// A person whose name cannot be printed as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unprintable {
    pub enrolment: i64,
    pub name: String,
    /// What no font has; a letter with marks is one piece.
    pub pieces: Vec<String>,
}

/// What no font has of what a certificate prints of a person.
pub fn unprintable(person: &Person) -> Vec<String> {
    let printed = [Some(&person.name), Some(&person.kana), person.former_name.as_ref()];
    let mut pieces: Vec<String> = printed.into_iter().flatten().flat_map(|text| documents::unprintable(text)).collect();
    pieces.sort();
    pieces.dedup();
    pieces
}

/// What the verification page answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Verification {
    Valid {
        number: String,
        completed_on: NaiveDate,
        issuer: String,
    },
    /// Valid, and the newest document replaces an earlier one.
    Reissued {
        number: String,
        completed_on: NaiveDate,
        issuer: String,
        revision: i64,
    },
    Revoked {
        number: String,
        issuer: String,
    },
    /// A supervisor's certificate that stands.
    Supervision {
        number: String,
        issued_on: NaiveDate,
        issuer: String,
    },
    Unknown,
}

pub(crate) fn token() -> String {
    let bytes: [u8; 16] = rand::random();
    hex(&bytes)
}

fn content(
    provider: &Provider,
    person: &Person,
    (course, basis): (&str, &str),
    number: &str,
    token: &str,
    completed_on: NaiveDate,
    base_url: &str,
) -> CertificateContent {
    CertificateContent {
        number: number.to_owned(),
        name: person.name.clone(),
        kana: person.kana.clone(),
        former_name: person.former_name.clone(),
        birth_date: person.birth_date,
        course: course.to_owned(),
        basis: basis.to_owned(),
        completed_on,
        issuer: provider.issuer.clone(),
        verification_url: format!("{}/verify/{token}", base_url.trim_end_matches('/')),
    }
}

/// Sets each certificate as its own document, on all cores.
async fn set_all(contents: Vec<CertificateContent>, template: String) -> Result<Vec<(CertificateContent, Vec<u8>)>> {
    tokio::task::spawn_blocking(move || {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let share = contents.len().div_ceil(workers).max(1);
        std::thread::scope(|scope| {
            let handles: Vec<_> = contents
                .chunks(share)
                .map(|chunk| {
                    let template = &template;
                    scope.spawn(move || {
                        chunk
                            .iter()
                            .map(|content| Ok((content.clone(), render(std::slice::from_ref(content), template)?)))
                            .collect::<Result<Vec<_>>>()
                    })
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

impl Secretariat {
    /// Issues certificates to those of `enrolments` whose judgement is complete, and refuses exactly the others. One transaction:
    /// all documents, register entries and changes of state, or none. Issuing again changes nothing.
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
        let judged = self.judge_cohort(&mut self.read(staff).await?, cohort).await?;
        check_not_to_come(self.today(), "completed_on", completed_on)?;
        if enrolments.is_empty() {
            return Err(Refusal::FieldMissing("enrolment").into());
        }
        let operation = self.announce(staff, "certificate.issue", &format!("cohort/{cohort}")).await?;
        let mut work = self.write(staff).await?;
        let course = self.guidelines.certified(&judged.rulebook);
        let batch = Batch { judged: &judged, enrolments, completed_on, base_url, course };
        match issue(&mut work, staff, &batch, progress).await {
            Ok(issued) => {
                self.index_certified(&mut work, &judged.cohort.edition, enrolments).await?;
                work.conclude(operation).await?;
                work.commit().await?;
                Ok(issued)
            }
            Err(error) => {
                work.roll_back().await?;
                self.give_up(staff, operation).await?;
                Err(error)
            }
        }
    }

    /// A new document under the same number and date, for example after a change of name.
    pub async fn reissue_certificate(
        &self,
        staff: &Staff,
        certificate: i64,
        reason: &str,
        base_url: &str,
    ) -> Result<i64> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let certificate = work.certificate(certificate).await?;
        if certificate.revoked_at.is_some() {
            return Err(CertificateRefusal::Revoked.into());
        }
        let provider = work.provider().await?;
        let template = provider.certificate_template.clone().unwrap_or_else(|| TEMPLATE.to_owned());
        let enrolment = work.enrolment(certificate.enrolment_id).await?;
        let cohort = work.cohort(enrolment.cohort_id).await?;
        let rulebook = self.guidelines.rulebook_of(&cohort)?;
        let person = work.person(enrolment.person_id).await?;
        let course = self.guidelines.certified(&rulebook);
        let (number, token) = (&certificate.number, &certificate.token);
        let content = content(&provider, &person, course, number, token, certificate.completed_on, base_url);
        let (content, pdf) = set_all(vec![content], template).await?.remove(0);
        let holder = serde_json::to_string(&content)?;
        let revision = work.store_certificate_document(certificate.id, reason, &holder, &pdf).await?;
        work.commit().await?;
        Ok(revision)
    }

    /// Takes a certificate back, with a reason. The enrolment can then be reopened, judged and certified anew.
    pub async fn revoke_certificate(&self, staff: &Staff, certificate: i64, reason: &str) -> Result<()> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let certificate = work.certificate(certificate).await?;
        if certificate.revoked_at.is_some() {
            return Err(CertificateRefusal::Revoked.into());
        }
        work.revoke_certificate(&certificate, reason).await?;
        let enrolment = work.enrolment(certificate.enrolment_id).await?;
        let edition = work.cohort(enrolment.cohort_id).await?.edition;
        self.index_certified(&mut work, &edition, &[enrolment.id]).await?;
        Ok(work.commit().await?)
    }

    /// A chief's training moves the day the registry lists a chief by.
    async fn index_certified(&self, work: &mut Work, edition: &str, enrolments: &[i64]) -> Result<()> {
        let edition = self.guidelines.editions.get(edition);
        let course = edition.and_then(|edition| self.guidelines.course_of(edition));
        if !matches!(course.and_then(|course| course.about.training), Some(Training::Chief | Training::ChiefRenewal)) {
            return Ok(());
        }
        for enrolment in enrolments {
            let person = work.enrolment(*enrolment).await?.person_id;
            self.index_again(work, person).await?;
        }
        Ok(())
    }

    /// Does the certificate of this token bear this name? Whoever has the paper may ask; the name is never told. None: there is no such
    /// certificate, or it was revoked.
    pub async fn verify_holder(&self, token: &str, name: &str) -> Result<Option<bool>> {
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let stands = work.public_certificate(token).await?.is_some_and(|found| !found.revoked);
        let holder = if stands { work.public_holder(token).await? } else { None };
        drop(work);
        let printed = holder.map(|holder| serde_json::from_str::<CertificateContent>(&holder)).transpose()?;
        Ok(printed.map(|printed| comparable_name(&printed.name) == comparable_name(name)))
    }

    /// The documents of certificates as one PDF, in the order of their numbers: those chosen, or all of the cohort that stand.
    ///
    /// # Errors
    /// [`Refusal::FieldMissing`] where none stands.
    pub async fn certificate_booklet(&self, staff: &Staff, cohort: i64, chosen: &[i64]) -> Result<(String, Vec<u8>)> {
        let mut work = self.read(staff).await?;
        let name = work.cohort(cohort).await?.name;
        let certificates = work.certificates(cohort).await?.into_iter();
        let standing = certificates.filter(|known| known.revoked_at.is_none());
        let mut wanted: Vec<_> = standing.filter(|known| chosen.is_empty() || chosen.contains(&known.id)).collect();
        wanted.sort_by_key(|known| (known.fiscal_year, known.serial));
        let mut documents = Vec::with_capacity(wanted.len());
        for certificate in wanted {
            documents.push(work.certificate_pdf(certificate.id).await?);
        }
        drop(work);
        if documents.is_empty() {
            return Err(Refusal::FieldMissing("certificate").into());
        }
        let bytes = tokio::task::spawn_blocking(move || documents::booklet::joined(&documents)).await??;
        Ok((name, bytes))
    }

    /// What anybody may learn by the token of a QR code: never a name.
    pub async fn verify_certificate(&self, token: &str) -> Result<Verification> {
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let found = work.public_certificate(token).await?;
        let supervision = if found.is_none() { work.public_supervision(token).await? } else { None };
        drop(work);
        if let Some(found) = supervision {
            let (number, issuer) = (found.number, found.issuer);
            return Ok(match found.revoked {
                true => Verification::Revoked { number, issuer },
                false => Verification::Supervision { number, issued_on: found.issued_on, issuer },
            });
        }
        Ok(match found {
            None => Verification::Unknown,
            Some(found) if found.revoked => Verification::Revoked { number: found.number, issuer: found.issuer },
            Some(found) if found.revision > 1 => Verification::Reissued {
                number: found.number,
                completed_on: found.completed_on,
                issuer: found.issuer,
                revision: found.revision,
            },
            Some(found) => {
                Verification::Valid { number: found.number, completed_on: found.completed_on, issuer: found.issuer }
            }
        })
    }
}

/// The name a certificate bears, where the person is called otherwise now.
pub async fn former_name_on(work: &mut Work, certificate: &Certificate, person: &Person) -> Result<Option<String>> {
    let holder = work.certificate_holder(certificate.id).await?;
    let printed = holder.map(|holder| serde_json::from_str::<CertificateContent>(&holder)).transpose()?;
    Ok(printed.map(|printed| printed.name).filter(|name| *name != person.name))
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

/// What a batch is made from.
struct Batch<'a> {
    judged: &'a CohortJudgement,
    enrolments: &'a [i64],
    completed_on: NaiveDate,
    base_url: &'a str,
    /// The course and the articles it rests on.
    course: (&'a str, &'a str),
}

async fn issue(
    work: &mut Work,
    staff: &Staff,
    batch: &Batch<'_>,
    progress: &(dyn Fn(usize, usize) + Send + Sync),
) -> Result<Issued> {
    let judged = batch.judged;
    let mut outcome = Issued::default();
    // Nobody changes a fact of theirs from here on; one that changed since the judgement would make it another one.
    work.lock_facts(judged.cohort.id).await?;
    if work.cohort(judged.cohort.id).await?.facts_version != judged.cohort.facts_version {
        return Err(Error::Records(records::Error::LostUpdate));
    }
    let provider = work.provider().await?;
    let template = provider.certificate_template.clone().unwrap_or_else(|| TEMPLATE.to_owned());
    let fiscal_year = wareki::fiscal_year(batch.completed_on);
    let mut serial = work.next_certificate_serial(i64::from(fiscal_year)).await?;
    let people = work.people_of_cohort(judged.cohort.id).await?;
    let certified = work.certificates(judged.cohort.id).await?;
    let certified: HashSet<i64> =
        certified.iter().filter(|known| known.revoked_at.is_none()).map(|known| known.enrolment_id).collect();
    let facts = work.facts(Wanted::all(judged.cohort.id)).await?;
    let mut placements: HashMap<i64, Placement> = HashMap::new();
    for placement in work.current_placements(judged.cohort.id).await? {
        placements.insert(placement.enrolment_id, placement);
    }
    let mut contents = Vec::new();
    let mut entries = Vec::new();
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
        let token = token();
        contents.push(content(&provider, person, batch.course, &number, &token, batch.completed_on, batch.base_url));
        entries.push((enrolment.clone(), judgement, serial, number, token));
        serial += 1;
    }
    let total = entries.len();
    let documents = set_all(contents, template).await?;
    for (done, ((content, pdf), (enrolment, judgement, serial, number, token))) in
        documents.iter().zip(entries).enumerate()
    {
        let certificate = work
            .create_certificate(&NewCertificate {
                enrolment: enrolment.id,
                fiscal_year: i64::from(fiscal_year),
                serial,
                number: &number,
                token: &token,
                completed_on: batch.completed_on,
                judgement: &serde_json::to_string(judgement)?,
            })
            .await?;
        let holder = serde_json::to_string(content)?;
        work.store_certificate_document(certificate, "issued", &holder, pdf).await?;
        work.change_enrolment(&enrolment, EnrolmentState::Completed, "", None).await?;
        if let Some(placement) = placements.remove(&enrolment.id) {
            finish_placement(work, placement).await?;
        }
        outcome.issued.push(enrolment.id);
        progress(done + 1, total);
    }
    Ok(outcome)
}
