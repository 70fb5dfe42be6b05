//! Cases of a practicum: under letter codes, with the consents that have to be there first; and clients made up for plans as exercise.

use crate::practicum::door::check_not_signed_off;
use crate::practicum::refusal::PracticumRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use chrono::TimeDelta;
use records::Work;
use records::practicum::case::{Consent, NewCase, PracticumCase};
use records::practicum::record::Entry;
use std::collections::BTreeSet;
use training::NaiveDate;
use training::practicum::entry::{Circumstances, EntryKind};
use training::practicum::personal_data::{letter_code, look_for};
use training::practicum::record::ConsentSubject;
use training::role::Role;

/// Nothing but plans is written for a client who was made up.
pub(crate) async fn check_case_takes(
    work: &mut Work,
    enrolment: i64,
    kind: EntryKind,
    case: Option<i64>,
) -> Result<()> {
    let cases = work.cases(enrolment).await?;
    let invented = cases.iter().any(|known| known.invented && Some(known.fact.id) == case);
    if invented && !kind.is_plan() { Err(PracticumRefusal::InventedClient.into()) } else { Ok(()) }
}

/// Once the record is signed off, the secretariat alone puts it right.
async fn check_may_change(work: &mut Work, staff: &Staff, enrolment: i64) -> Result<()> {
    match staff.role {
        Role::Trainee => check_not_signed_off(work, enrolment).await,
        _ => Ok(()),
    }
}

/// A paper on which everybody concerned in a case agreed.
#[derive(Debug, Clone, Copy)]
pub struct PaperConsent<'a> {
    pub on: NaiveDate,
    pub obtained_by: &'a str,
    pub purpose: &'a str,
}

impl Secretariat {
    /// A case under its letter code. The same said again is the same case; the code of another one is refused. `agreed`: the paper on which
    /// everybody concerned agreed.
    pub async fn create_case(
        &self,
        staff: &Staff,
        enrolment: i64,
        case: &NewCase<'_>,
        agreed: Option<PaperConsent<'_>>,
    ) -> Result<()> {
        let code = letter_code(case.pseudonym).ok_or(Refusal::Practicum(PracticumRefusal::PseudonymNeeded))?;
        let bare = |text: &str| text.trim_end_matches(['さ', 'ん', '様']).to_owned();
        let mut work = self.write(staff).await?;
        // Of two presses of the button the second finds what the first has made.
        work.lock_facts_of(enrolment).await?;
        check_may_change(&mut work, staff, enrolment).await?;
        let known = work.cases(enrolment).await?.into_iter().find(|known| bare(&known.pseudonym) == bare(&code));
        let same = |known: &PracticumCase| {
            known.invented == case.invented && known.fact.types == case.types && known.fact.concerned == case.concerned
        };
        let id = match known {
            Some(known) if same(&known) => known.fact.id,
            Some(known) => return Err(PracticumRefusal::PseudonymTaken(known.pseudonym).into()),
            None => work.create_case(enrolment, &NewCase { pseudonym: &code, ..*case }).await?,
        };
        if let Some(agreed) = agreed {
            self.record_paper(&mut work, enrolment, id, agreed).await?;
        }
        Ok(work.commit().await?)
    }

    /// One consent for each of those who are asked and have not agreed yet.
    async fn record_paper(&self, work: &mut Work, enrolment: i64, case: i64, agreed: PaperConsent<'_>) -> Result<()> {
        let of = self.consent_of(work, enrolment).await?;
        let cases = work.cases(enrolment).await?;
        let known = cases.iter().find(|known| known.fact.id == case).ok_or(records::Error::NotFound)?;
        for subject in known.fact.not_agreed(&of) {
            let consent = Consent {
                id: 0,
                case_id: case,
                subject,
                consented_on: agreed.on,
                form: "written".to_owned(),
                witness: String::new(),
                obtained_by: agreed.obtained_by.to_owned(),
                purpose: agreed.purpose.to_owned(),
            };
            self.check_consent(&consent)?;
            work.record_consent(enrolment, &consent).await?;
        }
        Ok(())
    }

    /// Says who is concerned in a case besides the client: an experience before they agreed does not stand. Once an experience of the case was
    /// approved, the secretariat alone says of somebody that they are not concerned after all.
    pub async fn set_concerned(
        &self,
        staff: &Staff,
        enrolment: i64,
        case: i64,
        concerned: &[ConsentSubject],
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.lock_facts_of(enrolment).await?;
        check_may_change(&mut work, staff, enrolment).await?;
        let cases = work.cases(enrolment).await?;
        let known = cases.iter().find(|known| known.fact.id == case).ok_or(records::Error::NotFound)?;
        // Whom the rules name has no box to be ticked, and stays.
        let of = self.consent_of(&mut work, enrolment).await?;
        let stays = known.fact.concerned.iter().filter(|subject| of.contains(subject));
        let concerned: Vec<ConsentSubject> =
            concerned.iter().chain(stays).copied().collect::<BTreeSet<_>>().into_iter().collect();
        let fewer = known.fact.concerned.iter().any(|subject| !concerned.contains(subject));
        if staff.role == Role::Trainee && fewer {
            let experienced = work.experiences(enrolment).await?.iter().any(|experience| experience.case_id == case);
            if experienced {
                return Err(PracticumRefusal::ConcernedBound.into());
            }
        }
        work.set_concerned(enrolment, case, &concerned).await?;
        Ok(work.commit().await?)
    }

    /// A case turns out to be a client who was made up for plans: nobody has agreed to anything, and nothing of the practicum was written.
    pub async fn make_invented(&self, staff: &Staff, enrolment: i64, case: i64) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.lock_facts_of(enrolment).await?;
        check_may_change(&mut work, staff, enrolment).await?;
        let written = work.entries(enrolment).await?;
        let written = written.iter().any(|entry| entry.case_id == Some(case) && !entry.kind.is_plan());
        let agreed = work.consents(enrolment).await?.iter().any(|consent| consent.case_id == case);
        let experienced = work.experiences(enrolment).await?.iter().any(|experience| experience.case_id == case);
        if written || agreed || experienced {
            return Err(PracticumRefusal::CaseInUse.into());
        }
        work.make_invented(enrolment, case).await?;
        Ok(work.commit().await?)
    }

    fn check_consent(&self, consent: &Consent) -> Result<()> {
        if consent.consented_on > self.today() {
            return Err(Refusal::DateToCome { field: "consented_on", on: consent.consented_on }.into());
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
                return Err(PracticumRefusal::NamesSomebody { field, pieces }.into());
            }
        }
        Ok(())
    }

    /// Records who agreed, when, how, before whom, and for what. Said twice it is one consent. The secretariat records what came on paper also
    /// before the practicum opens and after it was signed off.
    pub async fn record_consent(&self, staff: &Staff, enrolment: i64, consent: &Consent) -> Result<()> {
        self.check_consent(consent)?;
        let mut work = self.write(staff).await?;
        if staff.role == Role::Trainee {
            self.check_practicum_open(&mut work, enrolment).await?;
        }
        work.lock_facts_of(enrolment).await?;
        check_may_change(&mut work, staff, enrolment).await?;
        let same = |known: &Consent| Consent { id: 0, ..known.clone() } == *consent;
        if !work.consents(enrolment).await?.iter().any(same) {
            work.record_consent(enrolment, consent).await?;
        }
        Ok(work.commit().await?)
    }

    /// Whose consent the rules of the trainee's cohort ask for besides the client's.
    async fn consent_of(&self, work: &mut Work, enrolment: i64) -> Result<Vec<ConsentSubject>> {
        let cohort = work.cohort_of(enrolment).await?;
        let cohort = work.cohort(cohort).await?;
        Ok(self.guidelines.rulebook_of(&cohort)?.consent_of())
    }

    /// What an entry is read by: today, whether its client was made up, and the day from which everybody concerned in its case has agreed.
    pub(crate) async fn circumstances(&self, work: &mut Work, entry: &Entry) -> Result<Circumstances> {
        let of = self.consent_of(work, entry.enrolment_id).await?;
        let cohort = work.cohort_of(entry.enrolment_id).await?;
        let cohort = work.cohort(cohort).await?;
        let until = cohort.practicum_from + TimeDelta::weeks(cohort.practicum_weeks) - TimeDelta::days(1);
        let cases = work.cases(entry.enrolment_id).await?;
        let case = cases.iter().find(|case| Some(case.fact.id) == entry.case_id);
        Ok(Circumstances {
            today: self.today(),
            consent_on: case.and_then(|case| case.fact.agreed_on(&of)),
            invented: case.is_some_and(|case| case.invented),
            season: Some((cohort.practicum_from, until)),
        })
    }
}
