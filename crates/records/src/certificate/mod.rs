//! The register of completion certificates, and every document as it was issued.

pub mod paper;

use crate::hex;
use crate::work::one_row;
use crate::{Error, Result, Work};
use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Certificate {
    pub id: i64,
    pub enrolment_id: i64,
    pub fiscal_year: i64,
    pub serial: i64,
    pub number: String,
    /// Names the certificate in its QR code; cannot be guessed.
    pub token: String,
    pub completed_on: NaiveDate,
    pub issued_at: DateTime<Utc>,
    pub issued_by: String,
    pub revoked_at: Option<DateTime<Utc>>,
    pub revoked_reason: Option<String>,
    pub version: i64,
}

/// What anybody who has a certificate may learn about it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PublicCertificate {
    pub number: String,
    pub completed_on: NaiveDate,
    pub issuer: String,
    pub revoked: bool,
    pub revision: i64,
}

#[derive(Debug, Clone)]
pub struct NewCertificate<'a> {
    pub enrolment: i64,
    pub fiscal_year: i64,
    pub serial: i64,
    pub number: &'a str,
    pub token: &'a str,
    pub completed_on: NaiveDate,
    /// The judgement it rests on, as JSON.
    pub judgement: &'a str,
}

/// One issued document. The first has revision 1, a reissue the next.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CertificateDocument {
    pub id: i64,
    pub certificate_id: i64,
    pub revision: i64,
    pub reason: String,
    pub sha256: String,
    pub created_at: DateTime<Utc>,
    pub created_by: String,
}

const COLUMNS: &str = "c.id, c.enrolment_id, c.fiscal_year, c.serial, c.number, c.token, c.completed_on, c.issued_at, c.issued_by, c.revoked_at, c.revoked_reason, c.version";

impl Work {
    /// The next free serial of a fiscal year.
    pub async fn next_certificate_serial(&mut self, fiscal_year: i64) -> Result<i64> {
        scalar!(
            self,
            i64,
            "SELECT coalesce(max(serial), 0) + 1 FROM certificate WHERE provider_id = $1 AND fiscal_year = $2",
            self.actor.provider,
            fiscal_year
        )
    }

    /// Whoever else comes to give a certificate of this provider its number waits until this work is done.
    pub async fn lock_certificate_numbers(&mut self) -> Result<()> {
        let sql = "UPDATE provider SET certificate_pattern = certificate_pattern WHERE id = $1";
        let locked = execute!(self, sql, self.actor.provider)?;
        if locked == 1 { Ok(()) } else { Err(Error::NotFound) }
    }

    pub async fn create_certificate(&mut self, new: &NewCertificate<'_>) -> Result<i64> {
        self.facts_of_enrolment_changed(new.enrolment).await?;
        let id = insert!(
            self,
            "certificate",
            "INSERT INTO certificate (provider_id, enrolment_id, fiscal_year, serial, number, token, completed_on, issued_at,
                issued_by, judgement) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
            self.actor.provider,
            new.enrolment,
            new.fiscal_year,
            new.serial,
            new.number,
            new.token,
            new.completed_on,
            self.actor.now,
            &self.actor.name,
            new.judgement
        )?;
        self.audit("certificate.issued", format!("certificate/{id}"), (new.enrolment, new.number, new.completed_on))?;
        Ok(id)
    }

    /// Stores a document as issued. `holder` is what was printed of the person, as JSON.
    pub async fn store_certificate_document(
        &mut self,
        certificate: i64,
        reason: &str,
        holder: &str,
        pdf: &[u8],
    ) -> Result<i64> {
        let sha256 = hex(&Sha256::digest(pdf));
        let id = insert!(
            self,
            "certificate_document",
            "INSERT INTO certificate_document (certificate_id, revision, reason, holder, pdf, sha256, created_at, created_by)
             VALUES ($1, (SELECT coalesce(max(revision), 0) + 1 FROM certificate_document WHERE certificate_id = $1),
                $2, $3, $4, $5, $6, $7) RETURNING id",
            certificate,
            reason,
            holder,
            pdf,
            &sha256,
            self.actor.now,
            &self.actor.name
        )?;
        let revision = scalar!(self, i64, "SELECT revision FROM certificate_document WHERE id = $1", id)?;
        self.audit("certificate.document", format!("certificate/{certificate}"), (revision, reason, sha256))?;
        Ok(revision)
    }

    pub async fn certificate(&mut self, id: i64) -> Result<Certificate> {
        let sql =
            sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM certificate c WHERE c.id = $1 AND c.provider_id = $2"));
        optional!(self, Certificate, sql, id, self.actor.provider)?.ok_or(Error::NotFound)
    }

    /// The valid certificate of an enrolment, or else the one revoked last.
    pub async fn certificate_of(&mut self, enrolment: i64) -> Result<Option<Certificate>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM certificate c WHERE c.enrolment_id = $1 AND c.provider_id = $2
             ORDER BY (c.revoked_at IS NULL) DESC, c.id DESC LIMIT 1"
        ));
        optional!(self, Certificate, sql, enrolment, self.actor.provider)
    }

    /// Certificates of a cohort, by serial.
    pub async fn certificates(&mut self, cohort: i64) -> Result<Vec<Certificate>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM certificate c JOIN enrolment e ON e.id = c.enrolment_id
             WHERE e.cohort_id = $1 AND c.provider_id = $2 ORDER BY c.fiscal_year, c.serial"
        ));
        all!(self, Certificate, sql, cohort, self.actor.provider)
    }

    /// What the verification page tells of a token, of whichever provider.
    pub async fn public_certificate(&mut self, token: &str) -> Result<Option<PublicCertificate>> {
        optional!(
            self,
            PublicCertificate,
            "SELECT c.number, c.completed_on, p.issuer, (c.revoked_at IS NOT NULL) AS revoked,
                (SELECT max(d.revision) FROM certificate_document d WHERE d.certificate_id = c.id) AS revision
             FROM certificate c JOIN provider p ON p.id = c.provider_id WHERE c.token = $1",
            token
        )
    }

    /// What the newest document of a certificate says of its holder, as JSON, by the token; of whichever provider.
    pub async fn public_holder(&mut self, token: &str) -> Result<Option<String>> {
        let found = optional!(
            self,
            (String,),
            "SELECT d.holder FROM certificate_document d JOIN certificate c ON c.id = d.certificate_id
             WHERE c.token = $1 ORDER BY d.revision DESC LIMIT 1",
            token
        )?;
        Ok(found.map(|(holder,)| holder))
    }

    /// What the newest document of a certificate says of its holder, as JSON.
    pub async fn certificate_holder(&mut self, certificate: i64) -> Result<Option<String>> {
        let token = self.certificate(certificate).await?.token;
        self.public_holder(&token).await
    }

    /// The documents of a certificate, newest first, without their bytes.
    pub async fn certificate_documents(&mut self, certificate: i64) -> Result<Vec<CertificateDocument>> {
        self.certificate(certificate).await?;
        all!(
            self,
            CertificateDocument,
            "SELECT id, certificate_id, revision, reason, sha256, created_at, created_by FROM certificate_document
             WHERE certificate_id = $1 ORDER BY revision DESC",
            certificate
        )
    }

    /// The bytes of the newest document, exactly as issued.
    pub async fn certificate_pdf(&mut self, certificate: i64) -> Result<Vec<u8>> {
        self.certificate(certificate).await?;
        let found = optional!(
            self,
            (Vec<u8>,),
            "SELECT pdf FROM certificate_document WHERE certificate_id = $1 ORDER BY revision DESC LIMIT 1",
            certificate
        )?;
        found.map(|(pdf,)| pdf).ok_or(Error::NotFound)
    }

    pub async fn revoke_certificate(&mut self, certificate: &Certificate, reason: &str) -> Result<()> {
        self.facts_of_enrolment_changed(certificate.enrolment_id).await?;
        let changed = change!(
            self,
            "certificate",
            "UPDATE certificate SET revoked_at = $4, revoked_reason = $5, version = version + 1
             WHERE id = $1 AND provider_id = $2 AND version = $3 AND revoked_at IS NULL RETURNING id",
            certificate.id,
            self.actor.provider,
            certificate.version,
            self.actor.now,
            reason
        )?;
        one_row(&changed)?;
        self.audit("certificate.revoked", format!("certificate/{}", certificate.id), reason)
    }
}
