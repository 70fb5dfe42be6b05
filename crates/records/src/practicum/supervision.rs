//! What supervisors have guided, and the certificates that say so. They are kept: supervisors need them years later.

use crate::work::containing;
use crate::{Error, Result, Work};
use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};

/// What one supervisor has guided in a cohort: practicums that are done.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Supervision {
    pub supervisor_id: i64,
    pub supervisor: String,
    pub host_office_id: i64,
    pub office: String,
    pub trainees: i64,
    /// First and last day of an experience; `None` where none is recorded.
    pub first_on: Option<NaiveDate>,
    pub last_on: Option<NaiveDate>,
    /// Without breaks.
    pub minutes: i64,
}

/// A certificate as issued.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SupervisionCertificate {
    pub id: i64,
    pub supervisor_id: i64,
    pub supervisor: String,
    pub host_office_id: i64,
    pub office: String,
    pub cohort_id: i64,
    pub cohort: String,
    pub number: String,
    pub trainees: i64,
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
    pub minutes: i64,
    pub issued_on: NaiveDate,
    /// Replaced by another.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A certificate to be kept.
#[derive(Debug, Clone)]
pub struct NewSupervisionCertificate<'a> {
    pub supervision: &'a Supervision,
    pub cohort: i64,
    pub serial: i64,
    pub number: &'a str,
    pub token: &'a str,
    pub days: (NaiveDate, NaiveDate),
    pub issued_on: NaiveDate,
    pub pdf: &'a [u8],
}

/// What anybody may learn of a certificate by its token.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PublicSupervision {
    pub number: String,
    pub issued_on: NaiveDate,
    pub issuer: String,
    pub revoked: bool,
}

const CERTIFICATE: &str =
    "SELECT t.id, t.supervisor_id, s.name AS supervisor, s.host_office_id, h.name AS office, t.cohort_id, c.name AS cohort,
        t.number, t.trainees, t.first_on, t.last_on, t.minutes, t.issued_on, t.revoked_at
     FROM supervision_certificate t JOIN supervisor s ON s.id = t.supervisor_id JOIN cohort c ON c.id = t.cohort_id
        JOIN host_office h ON h.id = s.host_office_id
     WHERE t.provider_id = $1";

impl Work {
    /// Everybody who has guided a practicum of this cohort that is done.
    pub async fn supervisions(&mut self, cohort: i64) -> Result<Vec<Supervision>> {
        all!(
            self,
            Supervision,
            "SELECT s.id AS supervisor_id, s.name AS supervisor, h.id AS host_office_id, h.name AS office,
                count(DISTINCT pl.enrolment_id) AS trainees, min(x.experienced_on) AS first_on, max(x.experienced_on) AS last_on,
                CAST(coalesce(sum(x.minutes - x.break_minutes), 0) AS BIGINT) AS minutes
             FROM placement pl JOIN enrolment e ON e.id = pl.enrolment_id JOIN host_office h ON h.id = pl.host_office_id
             JOIN supervisor s ON s.id = (SELECT g.supervisor_id FROM placement_supervisor g
                WHERE g.placement_id = pl.id ORDER BY g.id DESC LIMIT 1)
             LEFT JOIN experience x ON x.enrolment_id = pl.enrolment_id AND x.withdrawn_at IS NULL
             WHERE e.cohort_id = $1 AND e.provider_id = $2 AND pl.state = 'done'
             GROUP BY s.id, s.name, h.id, h.name ORDER BY h.id, s.id",
            cohort,
            self.actor.provider
        )
    }

    /// The serial number the next certificate gets.
    pub async fn next_supervision_serial(&mut self) -> Result<i64> {
        scalar!(
            self,
            i64,
            "SELECT coalesce(max(serial), 0) + 1 FROM supervision_certificate WHERE provider_id = $1",
            self.actor.provider
        )
    }

    /// Keeps a certificate; the one that stood for the supervisor and cohort is replaced.
    pub async fn keep_supervision_certificate(&mut self, new: &NewSupervisionCertificate<'_>) -> Result<i64> {
        self.cohort(new.cohort).await?;
        change!(
            self,
            "supervision_certificate",
            "UPDATE supervision_certificate SET revoked_at = $4
             WHERE supervisor_id = $1 AND cohort_id = $2 AND provider_id = $3 AND revoked_at IS NULL RETURNING id",
            new.supervision.supervisor_id,
            new.cohort,
            self.actor.provider,
            self.actor.now
        )?;
        let id = insert!(
            self,
            "supervision_certificate",
            "INSERT INTO supervision_certificate (provider_id, supervisor_id, cohort_id, serial, number, token, trainees, first_on,
                last_on, minutes, issued_on, issued_by, issued_at, pdf, sha256)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING id",
            self.actor.provider,
            new.supervision.supervisor_id,
            new.cohort,
            new.serial,
            new.number,
            new.token,
            new.supervision.trainees,
            new.days.0,
            new.days.1,
            new.supervision.minutes,
            new.issued_on,
            &self.actor.name,
            self.actor.now,
            new.pdf,
            crate::hex(&Sha256::digest(new.pdf))
        )?;
        let detail = (new.number, new.supervision.supervisor_id, new.supervision.trainees, new.supervision.minutes);
        self.audit("supervision.certified", format!("cohort/{}", new.cohort), detail)?;
        Ok(id)
    }

    /// Certificates of a cohort, replaced ones too, the newest first.
    pub async fn supervision_certificates(&mut self, cohort: i64) -> Result<Vec<SupervisionCertificate>> {
        let sql = sqlx::AssertSqlSafe(format!("{CERTIFICATE} AND t.cohort_id = $2 ORDER BY t.id DESC"));
        all!(self, SupervisionCertificate, sql, self.actor.provider, cohort)
    }

    /// Certificates of an office's supervisors, whatever the cohort, the newest first.
    pub async fn supervision_certificates_of_office(
        &mut self,
        host_office: i64,
    ) -> Result<Vec<SupervisionCertificate>> {
        let sql = sqlx::AssertSqlSafe(format!("{CERTIFICATE} AND s.host_office_id = $2 ORDER BY t.id DESC"));
        all!(self, SupervisionCertificate, sql, self.actor.provider, host_office)
    }

    /// Certificates by a part of the supervisor's name or of the number, of whichever office and cohort, the newest first.
    pub async fn find_supervision_certificates(
        &mut self,
        text: &str,
        limit: i64,
    ) -> Result<Vec<SupervisionCertificate>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{CERTIFICATE} AND (lower(s.name) LIKE $2 ESCAPE '!' OR lower(t.number) LIKE $2 ESCAPE '!') ORDER BY t.id DESC LIMIT $3"
        ));
        let pattern = containing(&text.to_lowercase());
        all!(self, SupervisionCertificate, sql, self.actor.provider, pattern, limit)
    }

    /// One certificate with its document.
    pub async fn supervision_certificate(&mut self, id: i64) -> Result<(SupervisionCertificate, Vec<u8>)> {
        let sql = sqlx::AssertSqlSafe(format!("{CERTIFICATE} AND t.id = $2"));
        let found = optional!(self, SupervisionCertificate, sql, self.actor.provider, id)?.ok_or(Error::NotFound)?;
        let pdf = all!(self, (Vec<u8>,), "SELECT pdf FROM supervision_certificate WHERE id = $1", id)?;
        let [(pdf,)] = <[_; 1]>::try_from(pdf).map_err(|_| Error::NotFound)?;
        Ok((found, pdf))
    }

    /// What the verification page tells of a token, of whichever provider.
    pub async fn public_supervision(&mut self, token: &str) -> Result<Option<PublicSupervision>> {
        optional!(
            self,
            PublicSupervision,
            "SELECT t.number, t.issued_on, p.issuer, (t.revoked_at IS NOT NULL) AS revoked
             FROM supervision_certificate t JOIN provider p ON p.id = t.provider_id WHERE t.token = $1",
            token
        )
    }
}
