//! What another edition would change for a cohort: the same facts, judged by both, nothing saved.

use crate::guideline::refusal::GuidelineRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use records::cohort::Cohort;
use records::guideline::DraftFiles;
use records::trainee::enrolment::Enrolment;
use records::trainee::facts::Wanted;
use std::collections::BTreeMap;
use std::sync::Arc;
use training::completion::judgement::judge;
use training::completion::verdict::{Missing, State};
use training::guideline::Problem;
use training::guideline::edition::{Edition, Files};
use training::guideline::impact::{Impact, changes, impact, is_about_office};
use training::guideline::rulebook::Rulebook;

/// The rules a cohort is tried by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum New {
    /// Id of an edition among the guidelines.
    Edition(String),
    /// Id of a draft.
    Draft(i64),
    /// The files of a draft that is not kept.
    Files(Box<DraftFiles>),
}

/// What changes for a cohort, with the names a page shows.
#[derive(Debug, Clone)]
pub struct CohortImpact {
    pub cohort: Cohort,
    pub present: Rulebook,
    pub new: Rulebook,
    /// Why supplements of the cohort do not fit a draft and were left out.
    pub left_out: Vec<String>,
    pub impact: Impact,
    /// By id.
    pub enrolments: BTreeMap<i64, Enrolment>,
    /// Titles of the sessions that teach a subject that changes.
    pub sessions: Vec<(i64, String)>,
    /// Host offices (and supervisors at them) that the new rules judge otherwise.
    pub offices: Vec<(i64, String)>,
}

/// Reads a draft's four files as an edition of that name.
pub fn read_draft(name: &str, files: &DraftFiles) -> Result<Edition, Refusal> {
    let files = Files {
        edition: &files.edition,
        clauses: &files.clauses,
        curriculum: &files.curriculum,
        requirements: &files.requirements,
    };
    Edition::read(name, files).map_err(|error| Refusal::Guideline(GuidelineRefusal::Problems(error)))
}

impl Secretariat {
    /// Keeps a draft edition; refused with file and line if it is not sound.
    pub async fn upload_draft(&self, staff: &Staff, name: &str, files: &DraftFiles) -> Result<i64> {
        if name.trim().is_empty() {
            return Err(Refusal::FieldMissing("name").into());
        }
        read_draft(name, files)?;
        let mut work = self.write(staff).await?;
        let id = work.create_draft_edition(name, files).await?;
        work.commit().await?;
        Ok(id)
    }

    /// Withdraws an edition in the making, with a reason.
    pub async fn withdraw_draft(&self, staff: &Staff, id: i64, reason: &str) -> Result<()> {
        if reason.is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        work.withdraw_draft_edition(id, reason).await?;
        Ok(work.commit().await?)
    }

    /// A draft in the place of a cohort's edition, with those of the cohort's supplements that fit it, and why the others do not.
    fn draft_rulebook(&self, cohort: &Cohort, files: &DraftFiles) -> Result<(Rulebook, Vec<Problem>), Refusal> {
        let edition = read_draft(&cohort.edition, files)?;
        let mut rulebook = Rulebook::new(Arc::new(edition), cohort.starts_on);
        let mut left_out = Vec::new();
        let known = cohort.supplements.split_whitespace().filter_map(|id| self.guidelines.supplements.get(id));
        for (supplement, text) in known {
            left_out.extend(supplement.apply(text, &mut rulebook, cohort.starts_on).err().unwrap_or_default());
        }
        Ok((rulebook, left_out))
    }

    /// Judges those who take part in a cohort by its own rules and by new ones, from the same facts. A supplement of the cohort goes
    /// along where it supplements the new edition; a draft stands for the cohort's own edition.
    pub async fn impact(&self, staff: &Staff, cohort: i64, new: &New) -> Result<CohortImpact> {
        let mut work = self.read(staff).await?;
        let cohort = work.cohort(cohort).await?;
        let present = self.guidelines.rulebook_of(&cohort)?;
        let (new, left_out) = match new {
            New::Edition(id) => (self.guidelines.rulebook_by(id, &cohort)?, Vec::new()),
            New::Draft(id) => self.draft_rulebook(&cohort, &work.draft_files(*id).await?)?,
            New::Files(files) => self.draft_rulebook(&cohort, files)?,
        };
        let record = work.facts(Wanted::all(cohort.id)).await?;
        let sessions = work.sessions(cohort.id).await?;
        let enrolments: BTreeMap<i64, Enrolment> = work
            .enrolments(cohort.id)
            .await?
            .into_iter()
            .filter(|enrolment| enrolment.state.takes_part())
            .map(|enrolment| (enrolment.id, enrolment))
            .collect();
        let today = self.today();
        let pairs = enrolments.keys().filter_map(|id| {
            let facts = record.trainees.get(id)?;
            let judged = |rulebook: &Rulebook| judge(rulebook, &record.cohort, facts, today);
            Some((*id, judged(&present), judged(&new)))
        });
        let impact = impact((&present, &new), &record.cohort, pairs);
        let about_office = |id: &str| {
            let rule = |rulebook: &Rulebook| rulebook.requirement(id).is_some_and(|found| is_about_office(&found.rule));
            rule(&new) || rule(&present)
        };
        let mut offices: BTreeMap<i64, String> = BTreeMap::new();
        for (enrolment, changes) in &impact.trainees {
            let placement = record.trainees.get(enrolment).and_then(|facts| facts.placement.as_ref());
            if let Some(placed) = placement.filter(|_| changes.iter().any(|change| about_office(&change.requirement))) {
                offices.entry(placed.office).or_default();
            }
        }
        for (id, name) in &mut offices {
            *name = work.host_office(*id).await?.name;
        }
        drop(work);
        let sessions = sessions
            .into_iter()
            .filter(|session| impact.sessions.contains(&session.id))
            .map(|session| (session.id, session.title))
            .collect();
        Ok(CohortImpact {
            cohort,
            present,
            new,
            left_out: left_out.iter().map(ToString::to_string).collect(),
            impact,
            enrolments,
            sessions,
            offices: offices.into_iter().collect(),
        })
    }
}

/// The title of a requirement or of its subject, in Japanese, from whichever rules have it.
pub fn title(impact: &CohortImpact, requirement: &str, subject: Option<&str>) -> String {
    let of = |rulebook: &Rulebook| match subject {
        Some(code) => rulebook.edition.curriculum.subject(code).map(|subject| subject.name.clone()),
        None => rulebook.requirement(requirement).map(|requirement| requirement.title.clone()),
    };
    of(&impact.new).or_else(|| of(&impact.present)).unwrap_or_else(|| requirement.to_owned())
}

/// A state in Japanese, for a table.
fn name(state: Option<State>) -> &'static str {
    match state {
        None => "（要件なし）",
        Some(State::Met) => "充足",
        Some(State::Waived) => "免除",
        Some(State::NotApplicable) => "対象外",
        Some(State::NotYet) => "未了",
        Some(State::NeedsMakeUp) => "補講等が必要",
        Some(State::Breached) => "違反",
    }
}

/// The changed lines as a table, a row for each trainee and requirement, by trainee number. `to_do` words what is missing; without it
/// the column is left out.
pub fn table(
    impact: &CohortImpact,
    to_do: Option<&dyn Fn(&Missing) -> String>,
) -> (Vec<&'static str>, Vec<Vec<String>>) {
    let mut headings = vec!["受講番号", "氏名", "要件", "条項", "現行の判定", "改正後の判定", "修了に必要"];
    headings.extend(to_do.map(|_| "すべきこと"));
    let mut rows = Vec::new();
    let by_number: BTreeMap<&str, &Enrolment> =
        impact.enrolments.values().map(|enrolment| (enrolment.trainee_number.as_str(), enrolment)).collect();
    for enrolment in by_number.values() {
        for change in impact.impact.trainees.get(&enrolment.id).into_iter().flatten() {
            let mut row = vec![
                enrolment.trainee_number.clone(),
                enrolment.name.clone(),
                title(impact, &change.requirement, change.subject.as_deref()),
                change.clause.clone(),
                name(change.before).to_owned(),
                name(change.after).to_owned(),
                if change.blocks { "○" } else { "" }.to_owned(),
            ];
            row.extend(to_do.map(|word| change.missing.iter().map(word).collect::<Vec<_>>().join("、")));
            rows.push(row);
        }
    }
    (headings, rows)
}

/// How a cohort stands by the rules kept last and by those this version has.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Rehearsed {
    pub provider: i64,
    pub name: String,
    pub judged: usize,
    /// Trainee numbers with the requirements whose state would be another one.
    pub changed: BTreeMap<String, Vec<String>>,
}

impl Secretariat {
    /// Judges every cohort that has not ended by the rules it was judged by last and by those of this version.
    pub async fn rehearse_rules(&self) -> Result<Vec<Rehearsed>> {
        let providers = self.read(&Secretariat::operator(0)).await?.providers().await?;
        let mut rehearsed = Vec::new();
        for provider in providers {
            let mut work = self.read(&Secretariat::operator(provider.id)).await?;
            for cohort in work.cohorts().await? {
                if cohort.ends_on < self.today() || cohort.cancelled {
                    continue;
                }
                let Some(kept) = work.rulebook_before(cohort.id, self.now()).await? else { continue };
                let (kept, now): (Rulebook, _) = (serde_json::from_str(&kept)?, self.guidelines.rulebook_of(&cohort)?);
                let record = work.facts(Wanted::all(cohort.id)).await?;
                let (mut judged, mut changed) = (0, BTreeMap::new());
                for enrolment in work.enrolments(cohort.id).await? {
                    let Some(facts) = record.trainees.get(&enrolment.id) else { continue };
                    let of = |rulebook: &Rulebook| judge(rulebook, &record.cohort, facts, self.today());
                    let differing = changes(&of(&kept), &of(&now));
                    judged += 1;
                    if !differing.is_empty() {
                        let requirements = differing.into_iter().map(|change| change.requirement).collect();
                        changed.insert(enrolment.trainee_number, requirements);
                    }
                }
                rehearsed.push(Rehearsed { provider: provider.id, name: cohort.name, judged, changed });
            }
        }
        Ok(rehearsed)
    }
}
