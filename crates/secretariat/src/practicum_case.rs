//! Cases of a practicum: under letter codes, with the consents that have to be there first; and clients made up for plans as exercise.

use crate::practicum_record::check_not_signed_off;
use crate::{Refusal, Result, Secretariat, Staff};
use records::Work;
use records::practicum_case::{Consent, NewCase};
use records::practicum_record::Entry;
use training::practicum::entry::{Circumstances, EntryKind};
use training::practicum::personal_data::{letter_code, look_for};
use training::practicum::record::ConsentSubject;

/// Nothing but plans is written for a client who was made up.
pub(crate) async fn check_case_takes(
    work: &mut Work,
    enrolment: i64,
    kind: EntryKind,
    case: Option<i64>,
) -> Result<()> {
    let cases = work.cases(enrolment).await?;
    let invented = cases.iter().any(|known| known.invented && Some(known.fact.id) == case);
    if invented && !kind.is_plan() { Err(Refusal::InventedClient.into()) } else { Ok(()) }
}

impl Secretariat {
    /// A case under its letter code. The same said again is the same case; the code of another one is refused.
    pub async fn create_case(&self, staff: &Staff, enrolment: i64, case: &NewCase<'_>) -> Result<()> {
        let code = letter_code(case.pseudonym).ok_or(Refusal::PseudonymNeeded)?;
        let bare = |text: &str| text.trim_end_matches(['さ', 'ん', '様']).to_owned();
        let mut work = self.write(staff).await?;
        let known = work.cases(enrolment).await?.into_iter().find(|known| bare(&known.pseudonym) == bare(&code));
        let same = |known: &records::practicum_case::PracticumCase| {
            known.invented == case.invented
                && known.fact.types == case.types
                && known.fact.consent_on == case.consent_on
                && known.fact.concerned == case.concerned
        };
        match known {
            Some(known) if same(&known) => {}
            Some(known) => return Err(Refusal::PseudonymTaken(known.pseudonym).into()),
            None => {
                work.create_case(enrolment, &NewCase { pseudonym: &code, ..*case }).await?;
            }
        }
        Ok(work.commit().await?)
    }

    /// Says who is concerned in a case besides the client: an experience before they agreed does not stand.
    pub async fn set_concerned(
        &self,
        staff: &Staff,
        enrolment: i64,
        case: i64,
        concerned: &[ConsentSubject],
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        check_not_signed_off(&mut work, enrolment).await?;
        work.set_concerned(enrolment, case, concerned).await?;
        Ok(work.commit().await?)
    }

    /// Records who agreed, when, how, before whom, and for what. Said twice it is one consent.
    pub async fn record_consent(&self, staff: &Staff, enrolment: i64, consent: &Consent) -> Result<()> {
        if consent.consented_on > self.today() {
            let value = consent.consented_on.to_string();
            return Err(Refusal::FieldInvalid { field: "consented_on", value }.into());
        }
        if consent.obtained_by.is_empty() {
            return Err(Refusal::FieldMissing("obtained_by").into());
        }
        if consent.form == "oral" && consent.witness.is_empty() {
            return Err(Refusal::FieldMissing("witness").into());
        }
        // A witness is named by relation or profession.
        for (field, text) in [("purpose", &consent.purpose), ("witness", &consent.witness)] {
            let pieces: Vec<String> = look_for(text).into_iter().map(|found| found.piece).collect();
            if !pieces.is_empty() {
                return Err(Refusal::NamesSomebody { field, pieces }.into());
            }
        }
        self.check_practicum_open(staff, enrolment).await?;
        let mut work = self.write(staff).await?;
        let same = |known: &Consent| Consent { id: 0, ..known.clone() } == *consent;
        if !work.consents(enrolment).await?.iter().any(same) {
            work.record_consent(enrolment, consent).await?;
        }
        Ok(work.commit().await?)
    }

    /// What an entry is read by: today, and the day from which everybody concerned in its case has agreed.
    pub(crate) async fn circumstances(&self, work: &mut Work, entry: &Entry) -> Result<Circumstances> {
        let cohort = work.cohort_of(entry.enrolment_id).await?;
        let cohort = work.cohort(cohort).await?;
        let of = self.guidelines.rulebook_of(&cohort)?.consent_of();
        let cases = work.cases(entry.enrolment_id).await?;
        let case = cases.iter().find(|case| Some(case.fact.id) == entry.case_id);
        Ok(Circumstances { today: self.today(), consent_on: case.and_then(|case| case.fact.agreed_on(&of)) })
    }
}
