//! Cases of a practicum, and who agreed to their being studied.

use crate::keys::sealed_text::Cell;
use crate::trainee::facts::Scope;
use crate::{Error, Result, Work};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::HashMap;
use training::practicum::record::{Case, ConsentSubject};

/// A case of a trainee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticumCase {
    pub pseudonym: String,
    /// Nobody's: made up for plans as exercise, so that nobody is asked and nothing of the practicum is written under it.
    pub invented: bool,
    pub fact: Case,
}

/// A text of a consent.
fn of_consent(enrolment: i64, row: i64, column: &'static str) -> Cell {
    Cell { enrolment, table: "case_consent", column, row }
}

/// Who agreed to a case being studied. Witness, who obtained it and for what are kept under the cohort's key; shredded, they are empty.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, Serialize)]
pub struct Consent {
    pub id: i64,
    pub case_id: i64,
    #[sqlx(try_from = "String")]
    pub subject: ConsentSubject,
    pub consented_on: NaiveDate,
    /// `written` or `oral`.
    pub form: String,
    pub witness: String,
    pub obtained_by: String,
    pub purpose: String,
}

/// A case to be recorded.
#[derive(Debug, Clone, Copy, Default)]
pub struct NewCase<'a> {
    pub pseudonym: &'a str,
    pub invented: bool,
    /// Who is concerned besides the client.
    pub concerned: &'a [ConsentSubject],
    pub types: &'a [String],
}

fn listed(subjects: &[ConsentSubject]) -> String {
    subjects.iter().map(|subject| subject.id()).collect::<Vec<_>>().join(" ")
}

impl Work {
    /// A case under its pseudonym, with the types it is of.
    pub async fn create_case(&mut self, enrolment: i64, case: &NewCase<'_>) -> Result<i64> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let id = insert!(
            self,
            "practicum_case",
            "INSERT INTO practicum_case (enrolment_id, pseudonym, types, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5) RETURNING id",
            enrolment,
            case.pseudonym,
            case.types.join(" "),
            &self.actor.name,
            self.actor.now
        )?;
        let detail = (id, case.pseudonym, case.types);
        self.audit("case.created", format!("enrolment/{enrolment}"), detail)?;
        if case.invented || !case.concerned.is_empty() {
            self.record_circumstance(enrolment, id, (case.invented, case.concerned)).await?;
        }
        Ok(id)
    }

    /// Who is concerned in a case besides the client: they are asked too.
    pub async fn set_concerned(&mut self, enrolment: i64, case: i64, concerned: &[ConsentSubject]) -> Result<()> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let cases = self.cases(enrolment).await?;
        let known = cases.iter().find(|known| known.fact.id == case && !known.invented).ok_or(Error::NotFound)?;
        if known.fact.concerned == concerned {
            return Ok(());
        }
        self.record_circumstance(enrolment, case, (false, concerned)).await
    }

    /// Nobody's case after all: its client was made up.
    pub async fn make_invented(&mut self, enrolment: i64, case: i64) -> Result<()> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let cases = self.cases(enrolment).await?;
        let known = cases.iter().find(|known| known.fact.id == case).ok_or(Error::NotFound)?;
        if known.invented {
            return Ok(());
        }
        self.record_circumstance(enrolment, case, (true, &[])).await
    }

    async fn record_circumstance(
        &mut self,
        enrolment: i64,
        case: i64,
        (invented, concerned): (bool, &[ConsentSubject]),
    ) -> Result<()> {
        insert!(
            self,
            "case_circumstance",
            "INSERT INTO case_circumstance (case_id, enrolment_id, invented, concerned, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            case,
            enrolment,
            invented,
            listed(concerned),
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("case.circumstance", format!("enrolment/{enrolment}"), (case, invented, concerned))
    }

    /// A trainee's cases in the order they were recorded.
    pub async fn cases(&mut self, enrolment: i64) -> Result<Vec<PracticumCase>> {
        let cohort = self.cohort_of(enrolment).await?;
        let scope = self.scope(cohort, Some(enrolment));
        Ok(self.cases_in(scope).await?.into_iter().map(|(_, case)| case).collect())
    }

    /// Cases with the enrolments they belong to.
    pub(crate) async fn cases_in(&mut self, scope: Scope) -> Result<Vec<(i64, PracticumCase)>> {
        let mut consented: HashMap<i64, Vec<(ConsentSubject, NaiveDate)>> = HashMap::new();
        for (case, subject, on) in self.consented_in(scope).await? {
            consented.entry(case).or_default().push((ConsentSubject::try_from(subject)?, on));
        }
        let mut circumstances: HashMap<i64, (bool, String)> = HashMap::new();
        for (case, invented, concerned) in self.circumstances_in(scope).await? {
            circumstances.insert(case, (invented, concerned));
        }
        let mut cases = Vec::new();
        for (enrolment, id, pseudonym, consent_on, types) in self.bare_cases_in(scope).await? {
            let types = types.split_whitespace().map(str::to_owned).collect();
            let (invented, concerned) = circumstances.remove(&id).unwrap_or_default();
            let concerned = concerned
                .split_whitespace()
                .map(|id| ConsentSubject::try_from(id.to_owned()))
                .collect::<Result<_, _>>()?;
            let mut fact = Case { consent_on, concerned, types, ..Case::new(id) };
            for (subject, on) in consented.remove(&id).unwrap_or_default() {
                let first = fact.consents.entry(subject).or_insert(on);
                *first = (*first).min(on);
            }
            cases.push((enrolment, PracticumCase { pseudonym, invented, fact }));
        }
        Ok(cases)
    }

    /// `consent.id` is not used.
    pub async fn record_consent(&mut self, enrolment: i64, consent: &Consent) -> Result<i64> {
        self.facts_of_enrolment_changed(enrolment).await?;
        if !self.cases(enrolment).await?.iter().any(|known| known.fact.id == consent.case_id && !known.invented) {
            return Err(Error::NotFound);
        }
        let cohort = self.cohort_of(enrolment).await?;
        let cipher = self.text_cipher_to_seal(cohort).await?;
        let id = insert!(
            self,
            "case_consent",
            "INSERT INTO case_consent (case_id, enrolment_id, subject, consented_on, form, witness, obtained_by, purpose,
                recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, '', '', '', $6, $7) RETURNING id",
            consent.case_id,
            enrolment,
            consent.subject.id(),
            consent.consented_on,
            &consent.form,
            &self.actor.name,
            self.actor.now
        )?;
        for (column, text) in
            [("witness", &consent.witness), ("obtained_by", &consent.obtained_by), ("purpose", &consent.purpose)]
        {
            self.seal_into(&cipher, &of_consent(enrolment, id, column), text).await?;
        }
        let detail = (id, consent.case_id, consent.subject, consent.consented_on, &consent.form);
        self.audit("consent.recorded", format!("enrolment/{enrolment}"), detail)?;
        Ok(id)
    }

    /// Consents that stand, in the order they were recorded.
    pub async fn consents(&mut self, enrolment: i64) -> Result<Vec<Consent>> {
        let cohort = self.cohort_of(enrolment).await?;
        let mut consents = all!(
            self,
            Consent,
            "SELECT id, case_id, subject, consented_on, form, witness, obtained_by, purpose FROM case_consent
             WHERE enrolment_id = $1 AND withdrawn_at IS NULL ORDER BY id",
            enrolment
        )?;
        let cipher = self.text_cipher(cohort).await?;
        for consent in &mut consents {
            let texts = [
                ("witness", &mut consent.witness),
                ("obtained_by", &mut consent.obtained_by),
                ("purpose", &mut consent.purpose),
            ];
            for (column, text) in texts {
                *text = cipher.open_json(&of_consent(enrolment, consent.id, column), text)?.unwrap_or_default();
            }
        }
        Ok(consents)
    }
}
