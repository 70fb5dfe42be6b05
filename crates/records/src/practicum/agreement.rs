//! Texts trainees sign, in versions, and the signatures on them.

use crate::hex;
use crate::{Error, Result, Work};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use training::practicum::agreement::AgreementKind;

/// A version of a text.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AgreementText {
    pub id: i64,
    #[sqlx(try_from = "String")]
    pub kind: AgreementKind,
    /// Versions of a kind count from 1.
    pub number: i64,
    pub title: String,
    pub body: String,
    /// SHA-256 of title, a line feed, and body, as hexadecimal digits.
    pub digest: String,
    pub published_by: String,
    pub published_at: DateTime<Utc>,
}

/// A signature with the text it stands under.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, Serialize)]
pub struct Signature {
    pub id: i64,
    pub milestone_id: i64,
    pub agreement_text_id: i64,
    #[sqlx(try_from = "String")]
    pub kind: AgreementKind,
    pub number: i64,
    pub digest: String,
    /// `electronic` or `paper`.
    pub medium: String,
    pub signed_name: String,
    pub address: String,
    pub signed_on: NaiveDate,
    pub recorded_by: String,
    pub recorded_at: DateTime<Utc>,
}

/// How a text was signed.
#[derive(Debug, Clone, Copy)]
pub enum Medium<'a> {
    /// On the page; the network address it came from.
    Electronic { address: &'a str },
    /// By hand, on this day.
    Paper { on: NaiveDate },
}

const TEXT: &str = "id, kind, number, title, body, digest, published_by, published_at";

/// A signature that was just made, and the milestone it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewSignature {
    pub id: i64,
    pub milestone: i64,
}

impl Work {
    /// A new version of a text: who has signed an older one is asked again, unless the practicum was signed off before.
    pub async fn publish_agreement(&mut self, kind: AgreementKind, title: &str, body: &str) -> Result<i64> {
        let number = self.agreements().await?.iter().filter(|text| text.kind == kind).count() as i64 + 1;
        let digest = hex(&Sha256::digest(format!("{title}\n{body}")));
        let id = insert!(
            self,
            "agreement_text",
            "INSERT INTO agreement_text (provider_id, kind, number, title, body, digest, published_by, published_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            self.actor.provider,
            kind.id(),
            number,
            title,
            body,
            &digest,
            &self.actor.name,
            self.actor.now
        )?;
        // What signatures are worth has changed: every cohort is judged anew.
        change!(
            self,
            "cohort",
            "UPDATE cohort SET facts_version = facts_version + 1 WHERE provider_id = $1 RETURNING id",
            self.actor.provider
        )?;
        self.audit("agreement.published", format!("agreement/{id}"), (kind, number, digest))?;
        Ok(id)
    }

    /// Every version of every text, the newest first.
    pub async fn agreements(&mut self) -> Result<Vec<AgreementText>> {
        let sql =
            sqlx::AssertSqlSafe(format!("SELECT {TEXT} FROM agreement_text WHERE provider_id = $1 ORDER BY id DESC"));
        all!(self, AgreementText, sql, self.actor.provider)
    }

    /// The version that is asked for now; `None` where the provider has no such text.
    pub async fn current_agreement(&mut self, kind: AgreementKind) -> Result<Option<AgreementText>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {TEXT} FROM agreement_text WHERE provider_id = $1 AND kind = $2 ORDER BY id DESC LIMIT 1"
        ));
        optional!(self, AgreementText, sql, self.actor.provider, kind.id())
    }

    /// Signs a text and reaches its milestone. `today` is the local day. [`Error::LostUpdate`] where a newer version has been published
    /// since the page was shown.
    pub async fn sign(
        &mut self,
        enrolment: i64,
        text: i64,
        signed_name: &str,
        medium: Medium<'_>,
        today: NaiveDate,
    ) -> Result<i64> {
        let known = self.agreements().await?.into_iter().find(|known| known.id == text).ok_or(Error::NotFound)?;
        if self.current_agreement(known.kind).await?.is_none_or(|current| current.id != text) {
            return Err(Error::LostUpdate);
        }
        let signed = self.signatures(enrolment).await?;
        if let Some(signed) = signed.iter().find(|signature| signature.agreement_text_id == text) {
            return Ok(signed.id);
        }
        Ok(self.sign_current(enrolment, &known, signed_name, medium, today).await?.id)
    }

    /// Signs a text that stands now and was not signed yet, and reaches its milestone.
    pub async fn sign_current(
        &mut self,
        enrolment: i64,
        known: &AgreementText,
        signed_name: &str,
        medium: Medium<'_>,
        today: NaiveDate,
    ) -> Result<NewSignature> {
        let (medium, address, on) = match medium {
            Medium::Electronic { address } => ("electronic", address, today),
            Medium::Paper { on } => ("paper", "", on),
        };
        let milestone = self.record_milestone(enrolment, known.kind.milestone(), on, "").await?;
        let id = insert!(
            self,
            "signature",
            "INSERT INTO signature (enrolment_id, agreement_text_id, milestone_id, medium, signed_name, address, recorded_by,
                recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            enrolment,
            known.id,
            milestone,
            medium,
            signed_name,
            address,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("agreement.signed", format!("enrolment/{enrolment}"), (id, known.kind, known.number, medium))?;
        Ok(NewSignature { id, milestone })
    }

    /// Signatures of an enrolment whose milestones stand, the newest first.
    pub async fn signatures(&mut self, enrolment: i64) -> Result<Vec<Signature>> {
        self.enrolment(enrolment).await?;
        all!(
            self,
            Signature,
            "SELECT s.id, s.milestone_id, s.agreement_text_id, t.kind, t.number, t.digest, s.medium, s.signed_name, s.address,
                m.reached_on AS signed_on, s.recorded_by, s.recorded_at
             FROM signature s JOIN agreement_text t ON t.id = s.agreement_text_id JOIN milestone m ON m.id = s.milestone_id
             WHERE s.enrolment_id = $1 AND m.withdrawn_at IS NULL ORDER BY s.id DESC",
            enrolment
        )
    }
}
