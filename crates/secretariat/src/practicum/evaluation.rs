//! The supervisor's evaluation of a trainee on the provider's rubric.

use crate::office::guide::Guide;
use crate::practicum::door::check_guided;
use crate::practicum::refusal::PracticumRefusal;
use crate::{Error, Refusal, Result, Secretariat, Staff};
use records::Work;
use records::practicum::evaluation::RubricText;
use training::practicum::evaluation::{Evaluation, LONGEST_COMMENT, Rubric};
use training::role::Role;

/// The rubric that ships (version 0). Unconfirmed: prefectures' evaluation sheets could not be read.
const CRITERIA: &str = "利用者の尊厳を守り、言葉と態度に表している
個人情報と事業所のきまりを守っている
生活の全体からアセスメントしようとしている
目標とサービスのつながりを説明できる
ほかの職種の役割を理解し、連携の場に加わっている
自分の課題に気づき、記録と振り返りに取り組んでいる";
const LEVELS: &str = "できている
おおむねできている
もう少し
機会がなかった";

/// The rubric of a version.
pub fn rubric_of(own: &[RubricText], number: i64) -> Result<Rubric> {
    let found = own.iter().find(|known| known.number == number);
    let (criteria, levels) = match found {
        Some(known) => (known.criteria.as_str(), known.levels.as_str()),
        None if number == 0 => (CRITERIA, LEVELS),
        None => return Err(Error::Internal(format!("no rubric {number}"))),
    };
    Rubric::read(criteria, levels).map_err(|fault| Error::Internal(fault.to_string()))
}

/// The number of the rubric in use.
pub fn rubric_in_use(own: &[RubricText]) -> i64 {
    own.first().map_or(0, |known| known.number)
}

impl Secretariat {
    /// A provider's own rubric; the one in use published again is no new version.
    /// `seen` is the number of the rubric the page showed.
    pub async fn publish_rubric(&self, staff: &Staff, criteria: &str, levels: &str, seen: i64) -> Result<()> {
        let rubric =
            Rubric::read(criteria, levels).map_err(|error| Refusal::Practicum(PracticumRefusal::Rubric(error)))?;
        let mut work = self.write(staff).await?;
        let own = work.rubrics().await?;
        if rubric_of(&own, rubric_in_use(&own))? != rubric {
            if rubric_in_use(&own) != seen {
                return Err(records::Error::LostUpdate.into());
            }
            work.publish_rubric(&rubric.criteria.join("\n"), &rubric.levels.join("\n")).await?;
        }
        Ok(work.commit().await?)
    }

    /// Evaluates a trainee the office guides, over the evaluation seen last (0: none). Pressed twice it is recorded once.
    pub async fn evaluate(
        &self,
        staff: &Staff,
        (enrolment, guide): (i64, Guide),
        (rubric_number, evaluation): (i64, &Evaluation),
        seen: i64,
    ) -> Result<()> {
        if staff.role != Role::Supervisor {
            return Err(records::Error::NotFound.into());
        }
        let mut work = self.write(staff).await?;
        check_guided(&mut work, enrolment, guide).await?;
        let own = work.rubrics().await?;
        // A rubric published since the page was shown asks something else.
        if rubric_number != rubric_in_use(&own) {
            return Err(records::Error::LostUpdate.into());
        }
        if !evaluation.fits(&rubric_of(&own, rubric_number)?) {
            return Err(PracticumRefusal::EvaluationIncomplete.into());
        }
        let length = evaluation.comment.chars().count();
        if length > LONGEST_COMMENT {
            let value = format!("{length} / {LONGEST_COMMENT}");
            return Err(Refusal::FieldInvalid { field: "comment", value }.into());
        }
        // Pressed twice at once, the second finds the first's.
        work.lock_enrolment(enrolment).await?;
        let known = work.evaluations(enrolment).await?;
        if known.first().is_some_and(|known| known.evaluation.as_ref() == Some(evaluation) && known.id != seen) {
            return Ok(());
        }
        let supervisor = self.supervisor_of(&mut work, enrolment, staff).await?;
        let office = guide.office.ok_or(records::Error::NotFound)?;
        work.record_evaluation(enrolment, (rubric_number, evaluation), (office, &supervisor), seen).await?;
        Ok(work.commit().await?)
    }

    /// The evaluation of a trainee that counts, with the rubric it follows; of none or a shredded one, nothing.
    pub async fn evaluation_of(
        work: &mut Work,
        enrolment: i64,
    ) -> Result<Option<(Rubric, records::practicum::evaluation::RecordedEvaluation)>> {
        let own = work.rubrics().await?;
        let newest = work.evaluations(enrolment).await?.into_iter().next();
        newest.map(|known| Ok((rubric_of(&own, known.rubric_number)?, known))).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rubric_that_ships_can_be_used() {
        let rubric = rubric_of(&[], 0).unwrap();
        assert_eq!((rubric.criteria.len(), rubric.levels.len()), (6, 4));
        assert!(rubric_of(&[], 1).is_err());
    }
}
