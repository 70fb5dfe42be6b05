//! Judging trainees: the page, the list, the certificate and the command all ask here.

use crate::ToDo;
use crate::trainee::refusal::TraineeRefusal;
use crate::{Refusal, Result, Secretariat, end_of_day};
use records::Work;
use records::cohort::Cohort;
use records::cohort::session::Session;
use records::practicum::agreement::AgreementText;
use records::trainee::enrolment::Enrolment;
use records::trainee::facts::{CohortRecord, Wanted};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, MutexGuard, PoisonError};
use training::NaiveDate;
use training::cohort::attendance::Share;
use training::completion::facts::{CohortFacts, Facts};
use training::completion::judgement::{Finding, Judgement, judge};
use training::completion::verdict::State;
use training::guideline::curriculum::Half;
use training::guideline::requirement::{Effect, Requirement, Rule};
use training::guideline::rulebook::Rulebook;
use training::practicum::agreement::AgreementKind;
use training::practicum::placement::PlacementState;

/// What holds until a fact of the cohort or the day changes.
#[derive(Debug, Clone)]
pub(crate) struct Dated<T> {
    cohort: i64,
    facts_version: i64,
    day: NaiveDate,
    value: T,
}

impl<T> Dated<T> {
    fn of(cohort: &Cohort, day: NaiveDate, value: T) -> Dated<T> {
        Dated { cohort: cohort.id, facts_version: cohort.facts_version, day, value }
    }

    fn holds(&self, cohort: &Cohort, day: NaiveDate) -> bool {
        (self.cohort, self.facts_version, self.day) == (cohort.id, cohort.facts_version, day)
    }
}

/// Judgements in full of the cohorts looked at last, and the summary of every cohort: a cohort of 2,000 takes some twenty
/// megabytes in full.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    full: VecDeque<Dated<Judged>>,
    summaries: HashMap<i64, Dated<Arc<Summary>>>,
    /// One judges a cohort, the others wait for it.
    turns: HashMap<i64, Arc<tokio::sync::Mutex<()>>>,
    /// The same for its summary.
    summary_turns: HashMap<i64, Arc<tokio::sync::Mutex<()>>>,
    /// How often somebody asked for the summaries of all cohorts.
    asked: usize,
}

const KEPT_IN_FULL: usize = 2;

/// The judgements of a cohort, and what is counted over all of them.
type Judged = (Arc<HashMap<i64, Judgement>>, Arc<Tally>);

/// What pages count over all trainees of a cohort.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// For each finding, in the order of the rulebook, how many trainees stand how.
    pub states: Vec<BTreeMap<State, usize>>,
    /// By enrolment: blocking requirements about the practicum that are open.
    pub open_of_practicum: HashMap<i64, usize>,
}

impl Tally {
    fn of(rulebook: &Rulebook, judgements: &HashMap<i64, Judgement>) -> Tally {
        let of_practicum = rulebook.requirements.iter().filter(|requirement| requirement.rule.is_of_practicum());
        let of_practicum: BTreeSet<&str> = of_practicum.map(|requirement| requirement.id.as_str()).collect();
        let mut tally = Tally::default();
        for (id, judgement) in judgements {
            let mut open = 0;
            for (index, finding) in judgement.findings.iter().enumerate() {
                if tally.states.len() == index {
                    tally.states.push(BTreeMap::new());
                }
                *tally.states[index].entry(finding.verdict.state).or_default() += 1;
                open += usize::from(finding.blocks() && of_practicum.contains(finding.requirement.as_str()));
            }
            tally.open_of_practicum.insert(*id, open);
        }
        tally
    }
}

fn judge_all(rulebook: &Rulebook, record: &CohortRecord, today: NaiveDate) -> Judged {
    let judge = |(id, facts): (&i64, &Facts)| (*id, judge(rulebook, &record.cohort, facts, today));
    let judgements: HashMap<i64, Judgement> = record.trainees.iter().map(judge).collect();
    let tally = Tally::of(rulebook, &judgements);
    (Arc::new(judgements), Arc::new(tally))
}

/// What the first pages show of a cohort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What waits, with how many rows.
    pub to_do: Vec<(ToDo, usize)>,
    pub trainees: usize,
    pub completed: usize,
    /// How many trainees' worst state is which.
    pub worst: BTreeMap<State, usize>,
    /// How many placements stand so.
    pub placements: BTreeMap<PlacementState, usize>,
    /// Trainees whose practicum record is signed off.
    pub signed_off: usize,
}

/// A cohort with the judgement of each of its trainees.
#[derive(Debug, Clone)]
pub struct CohortJudgement {
    pub cohort: Cohort,
    pub rulebook: Rulebook,
    pub enrolments: Vec<Enrolment>,
    /// By enrolment.
    pub judgements: Arc<HashMap<i64, Judgement>>,
    pub tally: Arc<Tally>,
}

/// One trainee, judged.
#[derive(Debug, Clone)]
pub struct TraineeJudgement {
    pub cohort: Cohort,
    pub rulebook: Rulebook,
    pub enrolment: Enrolment,
    pub judgement: Judgement,
    pub facts: Facts,
    pub cohort_facts: CohortFacts,
    /// By session.
    pub session_titles: HashMap<i64, String>,
}

impl TraineeJudgement {
    fn made(
        cohort: Cohort,
        rulebook: Rulebook,
        enrolment: Enrolment,
        mut record: CohortRecord,
        day: NaiveDate,
    ) -> TraineeJudgement {
        let facts = record.trainees.remove(&enrolment.id).unwrap_or_default();
        let judgement = judge(&rulebook, &record.cohort, &facts, day);
        let (cohort_facts, session_titles) = (record.cohort, record.session_titles);
        TraineeJudgement { cohort, rulebook, enrolment, judgement, facts, cohort_facts, session_titles }
    }
}

/// The provider's own texts as they stand now.
pub(crate) async fn current_texts(work: &mut Work) -> Result<Vec<AgreementText>> {
    let mut texts = Vec::new();
    for kind in AgreementKind::ALL {
        texts.extend(work.current_agreement(kind).await?);
    }
    Ok(texts)
}

pub(crate) fn is_signed(text: &AgreementText, facts: &Facts) -> bool {
    facts.milestones.iter().any(|known| known.kind == text.kind.milestone())
}

/// What keeps a practicum closed: requirements, and of the texts that are not signed those no requirement asks for.
pub(crate) fn closing(
    judgement: &Judgement,
    rulebook: &Rulebook,
    unsigned: &[&AgreementText],
) -> Vec<(String, String)> {
    let findings: Vec<&Requirement> = judgement
        .with(Effect::BlocksPracticum)
        .filter_map(|finding| rulebook.requirement(&finding.requirement))
        .collect();
    let asked = |text: &&&AgreementText| {
        let asks = |requirement: &&Requirement| matches!(&requirement.rule, Rule::Milestone(rule) if rule.milestone == text.kind.milestone());
        findings.iter().any(asks)
    };
    let titles = findings.iter().map(|requirement| (requirement.title.clone(), requirement.title_en.clone()));
    let others = unsigned.iter().filter(|text| !asked(text)).map(|text| (text.title.clone(), text.title.clone()));
    titles.chain(others).collect()
}

impl Secretariat {
    /// Judges all trainees of a cohort, in a fixed number of statements. Judged again only when a fact or the day has changed.
    pub async fn judge_cohort(&self, work: &mut Work, cohort: i64) -> Result<CohortJudgement> {
        let cohort = work.cohort(cohort).await?;
        let rulebook = self.guidelines.rulebook_of(&cohort)?;
        let enrolments = work.enrolments(cohort.id).await?;
        let today = self.today();
        // What a work has changed and not committed may be taken back: it is neither taken from the cache nor kept there.
        let (judgements, tally) = if work.has_changes() {
            judge_all(&rulebook, &work.facts(Wanted::all(cohort.id)).await?, today)
        } else {
            self.judge_once(work, &cohort, &rulebook, today).await?
        };
        Ok(CohortJudgement { cohort, rulebook, enrolments, judgements, tally })
    }

    /// From the cache, or judged by one for all who ask meanwhile, beside the threads that answer pages.
    async fn judge_once(
        &self,
        work: &mut Work,
        cohort: &Cohort,
        rulebook: &Rulebook,
        today: NaiveDate,
    ) -> Result<Judged> {
        let known = || {
            let cache = self.cache();
            cache.full.iter().find(|known| known.holds(cohort, today)).map(|known| known.value.clone())
        };
        if let Some(known) = known() {
            return Ok(known);
        }
        let turn = Arc::clone(self.cache().turns.entry(cohort.id).or_default());
        let _turn = turn.lock().await;
        if let Some(known) = known() {
            return Ok(known);
        }
        let (record, rules) = (work.facts(Wanted::all(cohort.id)).await?, rulebook.clone());
        let judged = tokio::task::spawn_blocking(move || judge_all(&rules, &record, today)).await?;
        let mut cache = self.cache();
        cache.full.retain(|known| known.cohort != cohort.id);
        cache.full.push_front(Dated::of(cohort, today, judged.clone()));
        cache.full.truncate(KEPT_IN_FULL);
        Ok(judged)
    }

    /// Makes the summaries of cohorts that are not there. Of several who ask after a start each begins with another cohort, so that they share
    /// the work.
    pub(crate) async fn prepare_summaries(&self, work: &mut Work, cohorts: &[Cohort]) -> Result<()> {
        let today = self.today();
        let (missing, asked) = {
            let mut cache = self.cache();
            cache.asked = cache.asked.wrapping_add(1);
            let holds =
                |cohort: &&Cohort| cache.summaries.get(&cohort.id).is_some_and(|known| known.holds(cohort, today));
            (cohorts.iter().filter(|cohort| !holds(cohort)).collect::<Vec<_>>(), cache.asked)
        };
        for index in 0..missing.len() {
            self.cohort_summary(work, missing[(index + asked) % missing.len()]).await?;
        }
        Ok(())
    }

    /// The summary of a cohort, made anew only when a fact or the day has changed, by one for all who ask meanwhile.
    pub async fn cohort_summary(&self, work: &mut Work, cohort: &Cohort) -> Result<Arc<Summary>> {
        let today = self.today();
        let known = || self.cache().summaries.get(&cohort.id).filter(|known| known.holds(cohort, today)).cloned();
        if let Some(known) = known() {
            return Ok(known.value);
        }
        let turn = Arc::clone(self.cache().summary_turns.entry(cohort.id).or_default());
        let _turn = turn.lock().await;
        if let Some(known) = known() {
            return Ok(known.value);
        }
        let judged = self.judge_cohort(work, cohort.id).await?;
        let summary = Arc::new(self.summarise(work, &judged).await?);
        self.cache().summaries.insert(cohort.id, Dated::of(&judged.cohort, today, summary.clone()));
        Ok(summary)
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.judged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Judges one trainee.
    pub async fn judge_trainee(&self, work: &mut Work, enrolment: i64) -> Result<TraineeJudgement> {
        let enrolment = work.enrolment(enrolment).await?;
        let cohort = work.cohort(enrolment.cohort_id).await?;
        let rulebook = self.guidelines.rulebook_of(&cohort)?;
        let record = work.facts(Wanted { only: Some(enrolment.id), ..Wanted::all(cohort.id) }).await?;
        Ok(TraineeJudgement::made(cohort, rulebook, enrolment, record, self.today()))
    }

    /// Judges every trainee of a cohort in full, in a fixed number of statements.
    pub(crate) async fn judge_each(&self, work: &mut Work, cohort: i64) -> Result<Vec<TraineeJudgement>> {
        let cohort = work.cohort(cohort).await?;
        let rulebook = self.guidelines.rulebook_of(&cohort)?;
        let enrolments = work.enrolments(cohort.id).await?;
        let mut record = work.facts(Wanted::all(cohort.id)).await?;
        let today = self.today();
        let made = |enrolment: Enrolment| {
            let own = record.trainees.remove_entry(&enrolment.id).into_iter().collect();
            let (facts, titles) = (record.cohort.clone(), record.session_titles.clone());
            let own = CohortRecord { cohort: facts, session_titles: titles, trainees: own };
            TraineeJudgement::made(cohort.clone(), rulebook.clone(), enrolment, own, today)
        };
        Ok(enrolments.into_iter().map(made).collect())
    }

    /// What keeps a trainee's practicum closed, in Japanese and English: requirements, and the provider's own texts that are not signed as
    /// they stand now.
    pub async fn closes_practicum(&self, work: &mut Work, judged: &TraineeJudgement) -> Result<Vec<(String, String)>> {
        let texts = current_texts(work).await?;
        let unsigned: Vec<&AgreementText> = texts.iter().filter(|text| !is_signed(text, &judged.facts)).collect();
        Ok(closing(&judged.judgement, &judged.rulebook, &unsigned))
    }

    /// Refused while a requirement or an unsigned text keeps the trainee's practicum closed; what it was judged by otherwise.
    pub async fn check_practicum_open(&self, work: &mut Work, enrolment: i64) -> Result<TraineeJudgement> {
        let judged = self.judge_trainee(work, enrolment).await?;
        let open = self.closes_practicum(work, &judged).await?;
        if open.is_empty() { Ok(judged) } else { Err(Refusal::StepClosed { open }.into()) }
    }

    /// Trainees to whom a session is closed because it is of the second half, with what is open.
    pub async fn closed_to(&self, work: &mut Work, session: &Session) -> Result<HashMap<i64, Vec<(String, String)>>> {
        let cohort = work.cohort(session.cohort_id).await?;
        let rulebook = self.guidelines.rulebook_of(&cohort)?;
        let curriculum = &rulebook.edition.curriculum;
        let of_second_half =
            |share: &Share| curriculum.subject(&share.subject).is_some_and(|it| it.half == Half::Second);
        let closes = |requirement: &Requirement| requirement.effects().contains(&Effect::BlocksSecondHalf);
        if !session.shares.iter().any(of_second_half) || !rulebook.requirements.iter().any(closes) {
            return Ok(HashMap::new());
        }
        let judged = self.judge_cohort(work, cohort.id).await?;
        let title = |finding: &Finding| {
            let found = rulebook.requirement(&finding.requirement);
            found.map(|requirement| (requirement.title.clone(), requirement.title_en.clone())).unwrap_or_default()
        };
        let open = |judgement: &Judgement| judgement.with(Effect::BlocksSecondHalf).map(title).collect::<Vec<_>>();
        let found = judged.judgements.iter().map(|(id, judgement)| (*id, open(judgement)));
        Ok(found.filter(|(_, open)| !open.is_empty()).collect())
    }

    /// The judgement of a past day as it stood at its end: by the rules kept then, from what was recorded then, whatever was
    /// corrected since. Refused for a day to come and for one before the enrolment.
    pub async fn judge_trainee_as_of(
        &self,
        work: &mut Work,
        enrolment: i64,
        day: NaiveDate,
    ) -> Result<TraineeJudgement> {
        let not_known = || Refusal::Trainee(TraineeRefusal::NotKnownThen { on: day });
        crate::fact::check_not_to_come(self.today(), "as_of", day)?;
        let before = end_of_day(day).ok_or_else(not_known)?;
        let enrolment = work.enrolment(enrolment).await?;
        let cohort = work.cohort(enrolment.cohort_id).await?;
        let rulebook = work.rulebook_before(cohort.id, before).await?.ok_or_else(not_known)?;
        let mut rulebook: Rulebook = serde_json::from_str(&rulebook)?;
        // Kept before stages were part of an edition.
        if let (true, Some(edition)) = (rulebook.stages.is_empty(), self.guidelines.editions.get(&rulebook.edition.id))
        {
            rulebook.stages = edition.metadata.stages.clone();
        }
        let wanted = Wanted { cohort: cohort.id, only: Some(enrolment.id), before: Some(before) };
        let record = work.facts(wanted).await?;
        if record.trainees.is_empty() {
            return Err(not_known().into());
        }
        Ok(TraineeJudgement::made(cohort, rulebook, enrolment, record, day))
    }
}
