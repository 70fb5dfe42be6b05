//! Certificates for supervisors: cohort, how many trainees, dates, hours.

use crate::certificate::token;
use crate::paper::template;
use crate::{Refusal, Result, Secretariat, Staff};
use documents::paper::Paper;
use documents::supervision::{SupervisionContent, pdf};
use records::supervision::NewSupervisionCertificate;
use training::NaiveDate;

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
        let mut work = self.write(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let issuer = work.provider().await?.issuer;
        let standing = work.supervision_certificates(cohort.id).await?;
        let supervisions = work.supervisions(cohort.id).await?;
        let template = template(&mut work, Paper::Supervision).await?;
        let mut issued = 0;
        for supervisor in supervisors {
            let found = supervisions.iter().find(|known| known.supervisor_id == *supervisor);
            let supervision = found.ok_or(records::Error::NotFound)?;
            let days = supervision.first_on.zip(supervision.last_on);
            let days = days.ok_or_else(|| Refusal::NothingRecorded { supervisor: supervision.supervisor.clone() })?;
            let says_the_same = standing.iter().any(|known| {
                known.revoked_at.is_none()
                    && known.supervisor_id == *supervisor
                    && (known.trainees, known.minutes) == (supervision.trainees, supervision.minutes)
                    && (known.first_on, known.last_on) == days
            });
            if says_the_same {
                continue;
            }
            let serial = work.next_supervision_serial().await?;
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
            let document = tokio::task::spawn_blocking(move || pdf(&content, &template)).await??;
            let (number, token) = (number.as_str(), token.as_str());
            let new = NewSupervisionCertificate {
                supervision,
                cohort: cohort.id,
                serial,
                number,
                token,
                days,
                issued_on,
                pdf: &document,
            };
            work.keep_supervision_certificate(&new).await?;
            issued += 1;
        }
        work.commit().await?;
        Ok(issued)
    }
}
