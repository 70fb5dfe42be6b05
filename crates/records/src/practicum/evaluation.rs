//! Supervisors' evaluations, under the cohort's key, and the rubrics they follow.

use crate::keys::sealed_text::Cell;
use crate::{Error, Result, Work};
use chrono::{DateTime, Utc};
use training::practicum::evaluation::Evaluation;

/// A version of a provider's rubric; criteria and levels one a line.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RubricText {
    pub id: i64,
    /// Versions count from 1; the rubric that ships is 0.
    pub number: i64,
    pub criteria: String,
    pub levels: String,
    pub published_by: String,
    pub published_at: DateTime<Utc>,
}

/// An evaluation as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvaluation {
    pub id: i64,
    pub rubric_number: i64,
    /// `None` where it was shredded.
    pub evaluation: Option<Evaluation>,
    pub supervisor: String,
    /// Where the trainee was guided.
    pub office: String,
    pub evaluated_at: DateTime<Utc>,
}

fn content_of(enrolment: i64, row: i64) -> Cell {
    Cell { enrolment, table: "practicum_evaluation", column: "content", row }
}

impl Work {
    /// A new version of the rubric. Gives its number.
    pub async fn publish_rubric(&mut self, criteria: &str, levels: &str) -> Result<i64> {
        let number = self.rubrics().await?.first().map_or(0, |known| known.number) + 1;
        let id = insert!(
            self,
            "evaluation_rubric",
            "INSERT INTO evaluation_rubric (provider_id, number, criteria, levels, published_by, published_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            self.actor.provider,
            number,
            criteria,
            levels,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("rubric.published", format!("rubric/{id}"), number)?;
        Ok(number)
    }

    /// Every version of the provider's own rubric, the newest first.
    pub async fn rubrics(&mut self) -> Result<Vec<RubricText>> {
        all!(
            self,
            RubricText,
            "SELECT id, number, criteria, levels, published_by, published_at FROM evaluation_rubric
             WHERE provider_id = $1 ORDER BY number DESC",
            self.actor.provider
        )
    }

    /// Whoever else evaluates this trainee, counts their record or changes its files waits until this work is done.
    pub async fn lock_enrolment(&mut self, enrolment: i64) -> Result<()> {
        let sql = "UPDATE enrolment SET version = version WHERE id = $1 AND provider_id = $2";
        execute!(self, sql, enrolment, self.actor.provider)?;
        Ok(())
    }

    /// Evaluates a trainee over the evaluation seen last, 0 where there was none; [`Error::LostUpdate`] where there is a newer one.
    pub async fn record_evaluation(
        &mut self,
        enrolment: i64,
        (rubric_number, evaluation): (i64, &Evaluation),
        (host_office, supervisor): (i64, &str),
        seen: i64,
    ) -> Result<i64> {
        let cohort = self.enrolment(enrolment).await?.cohort_id;
        self.lock_enrolment(enrolment).await?;
        self.host_office(host_office).await?;
        if self.evaluations(enrolment).await?.first().map_or(0, |known| known.id) != seen {
            return Err(Error::LostUpdate);
        }
        let cipher = self.text_cipher_to_seal(cohort).await?;
        let id = insert!(
            self,
            "practicum_evaluation",
            "INSERT INTO practicum_evaluation (enrolment_id, host_office_id, rubric_number, content, evaluated_by, supervisor, evaluated_at)
             VALUES ($1, $2, $3, '', $4, $5, $6) RETURNING id",
            enrolment,
            host_office,
            rubric_number,
            &self.actor.name,
            supervisor,
            self.actor.now
        )?;
        self.seal_into(&cipher, &content_of(enrolment, id), evaluation).await?;
        self.audit("evaluation.recorded", format!("enrolment/{enrolment}"), (id, rubric_number))?;
        Ok(id)
    }

    /// A trainee's evaluations, the newest first: it counts.
    pub async fn evaluations(&mut self, enrolment: i64) -> Result<Vec<RecordedEvaluation>> {
        let cohort = self.enrolment(enrolment).await?.cohort_id;
        let rows = all!(
            self,
            (i64, i64, String, String, String, DateTime<Utc>),
            "SELECT v.id, v.rubric_number, v.content, v.supervisor, h.name, v.evaluated_at FROM practicum_evaluation v
             JOIN host_office h ON h.id = v.host_office_id WHERE v.enrolment_id = $1 ORDER BY v.id DESC",
            enrolment
        )?;
        let cipher = self.text_cipher(cohort).await?;
        rows.into_iter()
            .map(|(id, rubric_number, content, supervisor, office, evaluated_at)| {
                let evaluation = cipher.open_json(&content_of(enrolment, id), &content)?;
                Ok(RecordedEvaluation { id, rubric_number, evaluation, supervisor, office, evaluated_at })
            })
            .collect()
    }
}
