//! The practicum record: signing what opens it, writing and handing in entries, the supervisor's decisions, signing off.

use crate::notice::NoticeWriter;
use crate::office::guide::Guide;
use crate::practicum::case::check_case_takes;
use crate::practicum::door::{check_guided, check_not_signed_off};
use crate::practicum::refusal::PracticumRefusal;
use crate::trainee::judgement::TraineeJudgement;
use crate::{Error, Refusal, Result, Secretariat, Staff};
use records::Work;
use records::practicum::FactKind;
use records::practicum::agreement::Medium;
use records::practicum::record::{Decision, Entry, Revision};
use std::collections::{HashMap, HashSet};
use training::NaiveDate;
use training::completion::facts::MilestoneKind;
use training::guideline::impact;
use training::guideline::stage;
use training::practicum::agreement::AgreementKind;
use training::practicum::entry::{
    Circumstances, EntryKind, EntryState, Fault, Field, Read, Typed, Visit, check_transition, read, suspicions,
};
use training::practicum::personal_data::Suspicion;
use training::practicum::placement::PlacementState;
use training::practicum::record::{ConferenceFallback, Experience};
use training::role::Role;
use training::trainee::person::comparable_name;

/// Why an entry is not handed in; nothing of it is lost, the draft stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotHandedIn {
    pub faults: Vec<(Field, Fault)>,
    /// Pieces that look like personal data and were not said to be none.
    pub suspicions: Vec<(Field, Suspicion)>,
}

/// An entry as a form sends it.
#[derive(Debug, Clone, Copy)]
pub struct SentEntry<'a> {
    pub whose: Whose,
    pub entry: i64,
    /// Every field of the form; those its kind of entry does not have are left out.
    pub fields: &'a Typed,
    pub entry_version: i64,
    /// The draft's the page showed.
    pub draft_version: i64,
    /// The trainee's word that nothing in it is personal data.
    pub none_personal: bool,
}

/// Whose entry it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Enrolment(i64),
    /// The signed-in trainee's own.
    Person(i64),
}

/// The enrolment a person takes part by, or the newest.
pub async fn newest_enrolment(work: &mut Work, person: i64) -> Result<i64> {
    let enrolments = work.enrolments_of_person(person).await?;
    let taking_part = enrolments.iter().find(|enrolment| enrolment.state.takes_part());
    let found = taking_part.or(enrolments.first()).map(|enrolment| enrolment.id);
    Ok(found.ok_or(records::Error::NotFound)?)
}

/// The fields a kind of entry has, of those that were sent and filled in.
pub fn of_kind(kind: EntryKind, fields: &Typed) -> Typed {
    let own = fields.iter().filter(|(name, text)| kind.field(name).is_some() && !text.is_empty());
    own.map(|(name, text)| (name.clone(), text.clone())).collect()
}

/// What handing in came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandedIn {
    /// As this revision.
    Revision(i64),
    /// The same was handed in before: the button was pressed twice, or Back was.
    Before,
    NotYet(NotHandedIn),
}

/// The supervisor's word on an entry.
#[derive(Debug, Clone, Copy)]
pub struct Verdict<'a> {
    pub version: i64,
    pub state: EntryState,
    pub comment: &'a str,
    /// What looked like personal data is none.
    pub none_personal: bool,
}

/// What a signed-off record stands for where the rules ask for it: the record (実習記録), the supervisor's word that the practicum took place
/// (実施確認書), with a self-evaluation the report (報告書), and with a home care plan that plan.
pub(crate) fn signed_off_documents(entries: &[Entry]) -> impl Iterator<Item = &'static str> {
    let approved = |kind| entries.iter().any(|entry| entry.kind == kind && entry.state == EntryState::Approved);
    let with =
        [(approved(EntryKind::Evaluation), "practicum_report"), (approved(EntryKind::HomeCarePlan), "own_care_plan")];
    let with = with.into_iter().filter(|(there, _)| *there).map(|(_, document)| document);
    ["practicum_log", "practicum_confirmation"].into_iter().chain(with)
}

/// Why a trainee could sit in on no conference, as the secretariat takes it over from paper.
pub const FALLBACK_REASONS: [&str; 4] = ["none_planned", "put_off", "no_consent", "on_paper"];

/// What a signed practicum consent stands for.
pub(crate) const CONSENT_DOCUMENT: &str = "practicum_consent";

/// Keeps what was typed over the version read. What another window has kept meanwhile is overwritten only if it says the same.
pub(crate) async fn keep_over(work: &mut Work, entry: &Entry, typed: &Typed, read: i64) -> Result<i64> {
    let kept = work.draft(entry).await?;
    if kept.version != read && kept.typed == *typed {
        return Ok(kept.version);
    }
    Ok(work.save_draft(entry, typed, read).await?)
}

impl Secretariat {
    /// The trainee signs a text under the own name.
    pub async fn sign_agreement(
        &self,
        staff: &Staff,
        enrolment: i64,
        text: i64,
        name: &str,
        address: &str,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        let judged = self.judge_trainee(&mut work, enrolment).await?;
        let person = work.person_of(enrolment).await?;
        if comparable_name(name) != comparable_name(&person.name) {
            return Err(PracticumRefusal::SignedByAnother.into());
        }
        work.sign(enrolment, text, name, Medium::Electronic { address }, self.today()).await?;
        let consent = work.current_agreement(AgreementKind::PracticumConsent).await?;
        if consent.is_some_and(|consent| consent.id == text) {
            self.hand_in_if_asked(&mut work, &judged, (CONSENT_DOCUMENT, self.today())).await?;
        }
        Ok(work.commit().await?)
    }

    /// The practicum of those whose record is signed off is done. Gives how many were not yet.
    pub async fn finish_practicums(&self, staff: &Staff, cohort: i64, enrolments: &[i64]) -> Result<usize> {
        let mut work = self.write(staff).await?;
        let signed_off = work.milestones_of_cohort(cohort, MilestoneKind::SignOff).await?;
        let mut writer = NoticeWriter::open(&mut work, cohort, None).await?;
        let mut done = 0;
        for placement in work.current_placements(cohort).await? {
            let chosen = enrolments.contains(&placement.enrolment_id) && signed_off.contains(&placement.enrolment_id);
            let steps = match placement.state {
                PlacementState::Accepted => &[PlacementState::Scheduled, PlacementState::Done][..],
                PlacementState::Scheduled => &[PlacementState::Done],
                _ => &[],
            };
            if !chosen || steps.is_empty() {
                continue;
            }
            for to in steps {
                let current = work.placement(placement.id).await?;
                writer.change_placement(&mut work, &current, *to, "").await?;
            }
            done += 1;
        }
        work.commit().await?;
        Ok(done)
    }

    /// Where the rules ask for a document on paper, what was done on the page stands for it.
    pub(crate) async fn hand_in_if_asked(
        &self,
        work: &mut Work,
        judged: &TraineeJudgement,
        (document, on): (&str, NaiveDate),
    ) -> Result<Option<i64>> {
        let mut asked = judged.rulebook.requirements.iter().flat_map(|known| impact::documents_of(&known.rule));
        let handed_in = judged.facts.documents.iter().any(|known| known.document == document);
        if asked.any(|asked| asked == document) && !handed_in {
            return Ok(Some(work.record_handed_in(judged.enrolment.id, document, on, "").await?));
        }
        Ok(None)
    }

    /// A supervisor sees the trainees the own office has accepted; the secretariat sees all; anybody else none.
    pub async fn check_may_read_record(
        &self,
        work: &mut Work,
        role: Role,
        (enrolment, guide): (i64, Guide),
    ) -> Result<()> {
        match role {
            Role::Administrator | Role::Secretariat => {
                work.enrolment(enrolment).await?;
            }
            Role::Supervisor => check_guided(work, enrolment, guide).await?,
            _ => return Err(records::Error::NotFound.into()),
        }
        Ok(())
    }

    /// Begins an entry; refused while the practicum is closed to the trainee.
    pub async fn begin_entry(
        &self,
        staff: &Staff,
        enrolment: i64,
        kind: EntryKind,
        about: (Option<i64>, Option<&str>),
    ) -> Result<i64> {
        let mut work = self.write(staff).await?;
        let rulebook = self.check_practicum_open(&mut work, enrolment).await?.rulebook;
        if let Some(unknown) = about.1.filter(|id| stage::find(&rulebook.stages, id).is_none()) {
            return Err(Refusal::FieldInvalid { field: "stage", value: unknown.to_owned() }.into());
        }
        check_not_signed_off(&mut work, enrolment).await?;
        if kind.is_plan() && about.0.is_none() {
            return Err(Refusal::FieldMissing("case").into());
        }
        check_case_takes(&mut work, enrolment, kind, about.0).await?;
        // A second press of the button finds the entry the first one began.
        let known = work.entries(enrolment).await?;
        let same = |entry: &&Entry| {
            entry.kind == kind
                && (entry.case_id, entry.stage.as_deref()) == about
                && entry.state == EntryState::Draft
                && entry.drafted_at.is_none()
        };
        let single = matches!(kind, EntryKind::Goals | EntryKind::Evaluation);
        if let Some(entry) = known.iter().find(|entry| same(entry) || (single && entry.kind == kind)) {
            return Ok(entry.id);
        }
        let id = work.create_entry(enrolment, kind, about).await?;
        work.commit().await?;
        Ok(id)
    }

    /// Keeps what is being typed over the entry and draft as read.
    pub async fn keep_draft(
        &self,
        staff: &Staff,
        enrolment: i64,
        entry: i64,
        (typed, entry_version, read): (&Typed, i64, i64),
    ) -> Result<i64> {
        let mut work = self.write(staff).await?;
        let entry = work.entry(enrolment, entry).await?;
        if entry.version != entry_version {
            return Err(records::Error::LostUpdate.into());
        }
        check_transition(entry.state, EntryState::Submitted, staff.role, "").map_err(Refusal::Transition)?;
        check_not_signed_off(&mut work, enrolment).await?;
        let version = keep_over(&mut work, &entry, typed, read).await?;
        work.commit().await?;
        Ok(version)
    }

    /// Throws away an entry that nobody has approved. What another window has written since is not thrown away unseen.
    pub async fn discard_entry(
        &self,
        staff: &Staff,
        enrolment: i64,
        entry: i64,
        (entry_version, draft_version): (i64, i64),
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        let known = work.entry(enrolment, entry).await?;
        if (known.version, work.draft(&known).await?.version) != (entry_version, draft_version) {
            return Err(records::Error::LostUpdate.into());
        }
        work.discard_entry(&known).await?;
        Ok(work.commit().await?)
    }

    /// Hands an entry in as typed, in two transactions: the draft is kept, then all the rest. Gives the enrolment it is of.
    pub async fn hand_in(&self, staff: &Staff, sent: &SentEntry<'_>) -> Result<(i64, HandedIn)> {
        let mut work = self.write(staff).await?;
        let enrolment = match sent.whose {
            Whose::Enrolment(enrolment) => enrolment,
            Whose::Person(person) => newest_enrolment(&mut work, person).await?,
        };
        let handed_in = self.hand_in_of(staff, work, enrolment, sent).await?;
        Ok((enrolment, handed_in))
    }

    async fn hand_in_of(
        &self,
        staff: &Staff,
        mut work: Work,
        enrolment: i64,
        sent: &SentEntry<'_>,
    ) -> Result<HandedIn> {
        let (entry_version, draft_version, none_personal) =
            (sent.entry_version, sent.draft_version, sent.none_personal);
        let known = work.entry(enrolment, sent.entry).await?;
        let typed = &of_kind(known.kind, sent.fields);
        if known.version != entry_version {
            // Handed in meanwhile: by a second press of the button, or by another window.
            let revisions = work.revisions(enrolment, Some(known.id)).await?;
            let same = revisions.last().is_some_and(|revision| revision.typed.as_ref() == Some(typed));
            return if same { Ok(HandedIn::Before) } else { Err(records::Error::LostUpdate.into()) };
        }
        check_transition(known.state, EntryState::Submitted, staff.role, "").map_err(Refusal::Transition)?;
        // The draft is kept first: whatever is refused below, nothing typed is lost.
        let draft_version = keep_over(&mut work, &known, typed, draft_version).await?;
        work.commit().await?;
        let mut work = self.write(staff).await?;
        self.check_practicum_open(&mut work, enrolment).await?;
        check_not_signed_off(&mut work, enrolment).await?;
        let entry = work.entry(enrolment, sent.entry).await?;
        if (entry.version, work.draft(&entry).await?.version) != (entry_version, draft_version) {
            return Err(records::Error::LostUpdate.into());
        }
        let at = self.circumstances(&mut work, &entry).await?;
        let found = suspicions(entry.kind, typed);
        let faults = match read(entry.kind, typed, at) {
            Ok(Read::Experience(visit)) => self.overlaps(&mut work, &entry, &visit).await?,
            Ok(_) => Vec::new(),
            Err(faults) => faults,
        };
        if !faults.is_empty() || (!found.is_empty() && !none_personal) {
            let suspicions = if none_personal { Vec::new() } else { found };
            return Ok(HandedIn::NotYet(NotHandedIn { faults, suspicions }));
        }
        let number = work.submit_entry(&entry, typed, found.len()).await?;
        work.commit().await?;
        Ok(HandedIn::Revision(number))
    }

    /// Another entry of the trainee about the same time, as it was handed in last.
    async fn overlaps(&self, work: &mut Work, entry: &Entry, visit: &Visit) -> Result<Vec<(Field, Fault)>> {
        let mut newest: HashMap<i64, Typed> = HashMap::new();
        for revision in work.revisions(entry.enrolment_id, None).await? {
            newest.insert(revision.entry_id, revision.typed.unwrap_or_default());
        }
        for other in work.entries(entry.enrolment_id).await?.iter().filter(|other| other.id != entry.id) {
            let at = Circumstances {
                today: NaiveDate::MAX,
                consent_on: Some(NaiveDate::MIN),
                invented: false,
                season: None,
            };
            let known = newest.get(&other.id).map(|typed| read(other.kind, typed, at));
            if let Some(Ok(Read::Experience(known))) = known
                && known.overlaps(visit)
            {
                return Ok(vec![(Field::From, Fault::Overlaps { from: known.from, until: known.until() })]);
            }
        }
        Ok(Vec::new())
    }

    /// The supervisor approves or returns what was handed in. An approval makes the fact the judgement reads, in place of the one an
    /// earlier revision made.
    pub async fn decide(
        &self,
        staff: &Staff,
        (enrolment, guide): (i64, Guide),
        entry: i64,
        verdict: Verdict<'_>,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        check_guided(&mut work, enrolment, guide).await?;
        // A consent that is being taken back is seen.
        work.lock_facts_of(enrolment).await?;
        let entry = work.entry(enrolment, entry).await?;
        self.decide_in(&mut work, staff, &entry, verdict).await?;
        Ok(work.commit().await?)
    }

    /// Approves what waits and was seen, as entry and version, where nothing is to be confirmed and the case's consent still stands; or
    /// gives all that was seen back with one reason. Gives how many; the others wait on.
    pub async fn decide_all(
        &self,
        staff: &Staff,
        (enrolment, guide): (i64, Guide),
        seen: &[(i64, i64)],
        (state, comment): (EntryState, &str),
    ) -> Result<usize> {
        let mut work = self.write(staff).await?;
        check_guided(&mut work, enrolment, guide).await?;
        work.lock_facts_of(enrolment).await?;
        let revisions = work.revisions(enrolment, None).await?;
        let suspected: HashSet<i64> = revisions
            .iter()
            .filter(|revision| revision.decision.is_none() && revision.suspicions > 0)
            .map(|revision| revision.entry_id)
            .collect();
        let waiting = |entry: &Entry| {
            let was_seen = seen.contains(&(entry.id, entry.version));
            let may = state != EntryState::Approved || !suspected.contains(&entry.id);
            entry.state == EntryState::Submitted && was_seen && may
        };
        let waiting: Vec<Entry> = work.entries(enrolment).await?.into_iter().filter(waiting).collect();
        let mut decided = 0;
        for entry in &waiting {
            let verdict = Verdict { version: entry.version, state, comment, none_personal: false };
            match self.decide_in(&mut work, staff, entry, verdict).await {
                Ok(()) => decided += 1,
                Err(Error::Refused(Refusal::Practicum(PracticumRefusal::NoLongerSound))) => {}
                Err(error) => return Err(error),
            }
        }
        work.commit().await?;
        Ok(decided)
    }

    pub(crate) async fn decide_in(
        &self,
        work: &mut Work,
        staff: &Staff,
        entry: &Entry,
        verdict: Verdict<'_>,
    ) -> Result<()> {
        if entry.version != verdict.version {
            return Err(records::Error::LostUpdate.into());
        }
        check_transition(entry.state, verdict.state, staff.role, verdict.comment).map_err(Refusal::Transition)?;
        let revisions = work.revisions(entry.enrolment_id, Some(entry.id)).await?;
        let waiting = revisions.iter().find(|revision| revision.decision.is_none());
        let waiting = waiting.ok_or(records::Error::LostUpdate)?;
        let mut decision = Decision {
            state: verdict.state,
            comment: verdict.comment,
            experience_id: None,
            conference_fallback_id: None,
        };
        if verdict.state == EntryState::Approved {
            if waiting.suspicions > 0 && !verdict.none_personal {
                return Err(PracticumRefusal::PersonalDataUnconfirmed.into());
            }
            let typed = waiting.typed.as_ref().ok_or(records::Error::Shredded)?;
            let at = self.circumstances(work, entry).await?;
            if read(entry.kind, typed, at).is_err() {
                // The consent was withdrawn or changed since the entry was handed in.
                return Err(PracticumRefusal::NoLongerSound.into());
            }
            self.withdraw_replaced(work, entry, &revisions).await?;
            match read(entry.kind, typed, at) {
                Ok(Read::Experience(visit)) => {
                    let (Some(case), Some(stage)) = (entry.case_id, entry.stage.clone()) else {
                        return Err(Error::Internal(format!("the entry {} has no case", entry.id)));
                    };
                    let experience = Experience {
                        id: 0,
                        case,
                        stage,
                        way: visit.way,
                        on: visit.on,
                        minutes: visit.minutes,
                        break_minutes: visit.break_minutes,
                        own_work: visit.own_work,
                    };
                    if !self.overlaps(work, entry, &visit).await?.is_empty() {
                        return Err(PracticumRefusal::NoLongerSound.into());
                    }
                    let judged = self.judge_trainee(work, entry.enrolment_id).await?;
                    decision.experience_id = Some(self.record_experience_in(work, &judged, &experience).await?);
                }
                Ok(Read::ConferenceFallback { on }) => {
                    let fallback = ConferenceFallback {
                        id: 0,
                        // The reason itself stays in the entry, under the cohort's key.
                        reason: format!("practicum_log/{}", entry.id),
                        supervisor: self.supervisor_of(work, entry.enrolment_id, staff).await?,
                        on,
                        preparation_explained: true,
                        proceedings_explained: true,
                    };
                    let judged = self.judge_trainee(work, entry.enrolment_id).await?;
                    decision.conference_fallback_id = Some(self.record_fallback_in(work, &judged, &fallback).await?);
                }
                Ok(Read::Texts) => {}
                Err(_) => return Err(PracticumRefusal::NoLongerSound.into()),
            }
        }
        Ok(work.decide_entry(entry, decision).await?)
    }

    /// The name of who guides the trainee; where nobody was named yet, of who decides.
    pub(crate) async fn supervisor_of(&self, work: &mut Work, enrolment: i64, staff: &Staff) -> Result<String> {
        let placement = work.placements_of(enrolment).await?.into_iter().find(|known| known.state.opens_record());
        let Some(placement) = placement else { return Ok(staff.name.clone()) };
        let supervisors = work.supervisors(placement.host_office_id).await?;
        let named = supervisors.into_iter().find(|known| Some(known.id) == placement.supervisor_id);
        Ok(named.map_or_else(|| staff.name.clone(), |named| named.name))
    }

    /// Takes back the fact an earlier approved revision made.
    async fn withdraw_replaced(&self, work: &mut Work, entry: &Entry, revisions: &[Revision]) -> Result<()> {
        let approved = revisions.iter().rev().find(|revision| revision.decision == Some(EntryState::Approved));
        let Some(replaced) = approved else { return Ok(()) };
        let facts = [
            (FactKind::Experience, replaced.experience_id),
            (FactKind::ConferenceFallback, replaced.conference_fallback_id),
        ];
        for (kind, id) in facts {
            let Some(id) = id else { continue };
            match work.withdraw_fact(entry.enrolment_id, kind, id, "replaced by a newer revision").await {
                // The secretariat has withdrawn it already.
                Ok(()) | Err(records::Error::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}
