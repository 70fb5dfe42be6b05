//! Issuing completion certificates, reissuing, revoking, verifying.

mod issuing;
pub mod paper;
pub mod refusal;

use crate::account::second_person::TwoPersonAct;
use crate::certificate::refusal::CertificateRefusal;
pub use records::certificate::Certificate;

use crate::{Refusal, Result, Secretariat, Staff};
use documents::certificate::{CertificateContent, TEMPLATE};
use issuing::set_all;
use records::Work;
use records::account::provider::Provider;
use records::hex;
use records::trainee::person::Person;
use serde::Serialize;
use training::NaiveDate;
use training::registry::Training;
use training::trainee::person::comparable_name;

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

impl Secretariat {
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
        let pdf = set_all(vec![content.clone()], template).await?.remove(0);
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
        let subject = format!("certificate/{}", certificate.id);
        let mut work = self.second_person(work, TwoPersonAct::Revocation, (&subject, reason)).await?;
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
