//! Certificates for supervisors: cohort, how many trainees, dates, hours.

use crate::certificate::paper::template;
use crate::certificate::token;
use crate::fact::check_not_to_come;
use crate::practicum::refusal::PracticumRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use documents::paper::Paper;
use documents::supervision::{SupervisionContent, pdf};
use records::practicum::supervision::{NewSupervisionCertificate, Supervision};
use training::NaiveDate;

/// A certificate that is set, and waits to be kept.
struct Prepared {
    supervision: Supervision,
    serial: i64,
    number: String,
    token: String,
    days: (NaiveDate, NaiveDate),
    pdf: Vec<u8>,
}

/// How often certificates are set anew because somebody else has issued some meanwhile.
const TRIES: usize = 3;

impl Secretariat {
    /// Issues a certificate to each of these supervisors of a cohort whose practicums are done and recorded. Who has one that says
    /// the same keeps it; otherwise it is replaced. Gives how many were issued.
    pub async fn certify_supervision(
        &self,
        staff: &Staff,
        cohort: i64,
        supervisors: &[i64],
        issued_on: NaiveDate,
        base_url: &str,
    ) -> Result<usize> {
        for _ in 0..TRIES {
            // Set before anything is written: a provider's template may take its time.
            let prepared = self.prepare_supervision(staff, cohort, supervisors, issued_on, base_url).await?;
            let Some(first) = prepared.first() else { return Ok(0) };
            let mut work = self.write(staff).await?;
            let current = work.supervisions(cohort).await?;
            let overtaken = work.next_supervision_serial().await? != first.serial
                || prepared.iter().any(|certificate| !current.contains(&certificate.supervision));
            if overtaken {
                drop(work);
                continue;
            }
            for certificate in &prepared {
                let new = NewSupervisionCertificate {
                    supervision: &certificate.supervision,
                    cohort,
                    serial: certificate.serial,
                    number: &certificate.number,
                    token: &certificate.token,
                    days: certificate.days,
                    issued_on,
                    pdf: &certificate.pdf,
                };
                work.keep_supervision_certificate(&new).await?;
            }
            work.commit().await?;
            return Ok(prepared.len());
        }
        Err(records::Error::LostUpdate.into())
    }

    async fn prepare_supervision(
        &self,
        staff: &Staff,
        cohort: i64,
        supervisors: &[i64],
        issued_on: NaiveDate,
        base_url: &str,
    ) -> Result<Vec<Prepared>> {
        let mut work = self.read(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let issuer = work.provider().await?.issuer;
        let standing = work.supervision_certificates(cohort.id).await?;
        let supervisions = work.supervisions(cohort.id).await?;
        let template = template(&mut work, Paper::Supervision).await?;
        let first_serial = work.next_supervision_serial().await?;
        drop(work);
        let mut prepared = Vec::new();
        for supervisor in supervisors {
            let found = supervisions.iter().find(|known| known.supervisor_id == *supervisor);
            let supervision = found.ok_or(records::Error::NotFound)?;
            let days = supervision.first_on.zip(supervision.last_on);
            let days: (NaiveDate, NaiveDate) = days.ok_or_else(|| {
                Refusal::Practicum(PracticumRefusal::NothingRecorded { supervisor: supervision.supervisor.clone() })
            })?;
            check_not_to_come(self.today(), "issued_on", issued_on)?;
            if issued_on < days.1 {
                return Err(Refusal::FieldInvalid { field: "issued_on", value: issued_on.to_string() }.into());
            }
            let says_the_same = standing.iter().any(|known| {
                known.revoked_at.is_none()
                    && known.supervisor_id == *supervisor
                    && (known.trainees, known.minutes) == (supervision.trainees, supervision.minutes)
                    && (known.first_on, known.last_on) == days
            });
            if says_the_same {
                continue;
            }
            let serial = first_serial + prepared.len() as i64;
            let (number, token) = (format!("指第{serial:05}号"), token());
            let content = SupervisionContent {
                number: number.clone(),
                supervisor: supervision.supervisor.clone(),
                office: supervision.office.clone(),
                cohort: cohort.name.clone(),
                trainees: supervision.trainees,
                days,
                minutes: supervision.minutes,
                issued_on,
                issuer: issuer.clone(),
                verification_url: format!("{}/verify/{token}", base_url.trim_end_matches('/')),
            };
            let template = template.clone();
            let pdf = tokio::task::spawn_blocking(move || pdf(&content, &template)).await??;
            prepared.push(Prepared { supervision: supervision.clone(), serial, number, token, days, pdf });
        }
        Ok(prepared)
    }
}
