//! The judgement of a trainee: every requirement with its state, evidence and what is missing, not only the first that fails.

use super::facts::{CohortFacts, Facts, MilestoneKind, WaiverFact};
use crate::guideline::clause::Duty;
use crate::guideline::requirement::{Context, Effect};
use crate::guideline::rulebook::Rulebook;
use crate::practicum::record::{ConsentSubject, OfficeCondition};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How a requirement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Met,
    /// Set aside by a named person with a reason.
    Waived,
    NotApplicable,
    NotYet,
    /// Can no longer be met as planned: a make-up session or another practicum is needed.
    NeedsMakeUp,
    /// Something happened that must not have happened.
    Breached,
}

impl State {
    pub const ALL: [State; 6] =
        [State::Met, State::Waived, State::NotApplicable, State::NotYet, State::NeedsMakeUp, State::Breached];

    pub fn id(self) -> &'static str {
        match self {
            State::Met => "met",
            State::Waived => "waived",
            State::NotApplicable => "not_applicable",
            State::NotYet => "not_yet",
            State::NeedsMakeUp => "needs_make_up",
            State::Breached => "breached",
        }
    }

    /// Does completion have nothing to wait for here?
    pub fn settled(self) -> bool {
        matches!(self, State::Met | State::Waived | State::NotApplicable)
    }
}

/// A reference to a fact, by its id in the records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", content = "id", rename_all = "snake_case")]
pub enum Evidence {
    ExamNumber(String),
    Attendance(i64),
    Credit(i64),
    Milestone(i64),
    Placement(i64),
    Case(i64),
    Experience(i64),
    ConferenceFallback(i64),
    Assessment(i64),
    Document(i64),
    Supervisor(i64),
    Waiver(i64),
}

/// What is missing, as numbers and names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "missing", rename_all = "snake_case")]
pub enum Missing {
    ExamNumber,
    Minutes {
        done: u32,
        required: u32,
    },
    HalfDays {
        done: u32,
        required: u32,
    },
    Cases {
        done: u32,
        required: u32,
    },
    Stage {
        stage: String,
    },
    AccompaniedVisit,
    Conference,
    PreparationExplained,
    ProceedingsExplained,
    FallbackReason,
    Milestone {
        milestone: MilestoneKind,
    },
    EarlierThan {
        was: NaiveDate,
        first_experience: NaiveDate,
    },
    AnyCase,
    Consent {
        case: i64,
        consent_on: Option<NaiveDate>,
        /// Who was asked and has not agreed.
        #[serde(default)]
        not_agreed: Vec<ConsentSubject>,
        first_experience: NaiveDate,
    },
    Placement,
    OfficeCondition {
        condition: OfficeCondition,
    },
    /// None of the rungs is held in full.
    OfficeLadder {
        rungs: Vec<Vec<OfficeCondition>>,
    },
    Supervisor,
    SupervisorNotChief,
    SubstituteReason,
    SupervisorTrainees {
        count: u32,
        allowed: u32,
    },
    Assessment,
    Score {
        reached: u32,
        required: u32,
    },
    RubricItem {
        item: String,
        reached: u32,
        required: u32,
    },
    Absences {
        count: u32,
        allowed: u32,
    },
    Lateness {
        count: u32,
        allowed: u32,
    },
    /// Not handed in.
    Document {
        document: String,
        due: Option<NaiveDate>,
    },
    DocumentLate {
        document: String,
        due: NaiveDate,
        handed_in: NaiveDate,
    },
    /// Types of case not met yet.
    CaseTypes {
        done: u32,
        required: u32,
        open: Vec<String>,
    },
    /// Cases on which every stage was seen.
    WholeCases {
        done: u32,
        required: u32,
    },
    /// The practicum's last day has passed.
    PracticumOver {
        until: NaiveDate,
    },
    /// One of these lists would have to be empty.
    OneOf {
        alternatives: Vec<Vec<Missing>>,
    },
}

/// What a rule says of a trainee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub state: State,
    pub evidence: Vec<Evidence>,
    pub missing: Vec<Missing>,
    /// The nearest day on which something for it can be done.
    pub deadline: Option<NaiveDate>,
}

impl Verdict {
    pub(crate) fn met(evidence: Vec<Evidence>) -> Verdict {
        Verdict { state: State::Met, evidence, missing: Vec::new(), deadline: None }
    }

    pub(crate) fn not_yet(missing: Vec<Missing>) -> Verdict {
        Verdict { state: State::NotYet, evidence: Vec::new(), missing, deadline: None }
    }

    pub(crate) fn breached(evidence: Vec<Evidence>, missing: Vec<Missing>) -> Verdict {
        Verdict { state: State::Breached, evidence, missing, deadline: None }
    }

    pub(crate) fn met_unless(missing: Vec<Missing>) -> Verdict {
        let state = if missing.is_empty() { State::Met } else { State::NotYet };
        Verdict { state, evidence: Vec::new(), missing, deadline: None }
    }
}

/// One line of a judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub requirement: String,
    /// For a rule that gives a verdict for each subject.
    pub subject: Option<String>,
    pub clause: String,
    pub duty: Duty,
    /// What follows while it is not settled.
    #[serde(default)]
    pub effects: Vec<Effect>,
    pub waiver: Option<WaiverFact>,
    #[serde(flatten)]
    pub verdict: Verdict,
}

impl Finding {
    /// Does completion wait for this line?
    pub fn blocks(&self) -> bool {
        self.has(Effect::BlocksCompletion)
    }

    /// Does this follow from the line as it stands?
    pub fn has(&self, effect: Effect) -> bool {
        !self.verdict.state.settled() && self.effects.contains(&effect)
    }

    /// Is completion a matter of this line, settled or not?
    fn counts(&self) -> bool {
        self.effects.contains(&Effect::BlocksCompletion)
    }
}

/// All lines, in the order of the rulebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    pub edition: String,
    pub supplements: Vec<String>,
    pub as_of: NaiveDate,
    pub findings: Vec<Finding>,
}

impl Judgement {
    /// May the completion certificate be issued?
    pub fn complete(&self) -> bool {
        !self.findings.iter().any(Finding::blocks)
    }

    /// How many lines that must be met are settled, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        let must = self.findings.iter().filter(|finding| finding.counts());
        let settled = must.clone().filter(|finding| finding.verdict.state.settled()).count();
        (settled, must.count())
    }

    /// Lines that block completion.
    pub fn blocking(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.blocks())
    }

    /// Lines for which a step, such as the second half, is closed.
    pub fn with(&self, effect: Effect) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.has(effect))
    }

    /// The nearest day on which something for a line that blocks completion can be done.
    pub fn nearest_deadline(&self) -> Option<NaiveDate> {
        self.blocking().filter_map(|finding| finding.verdict.deadline).min()
    }

    /// The worst state among the lines that must be met.
    pub fn worst(&self) -> State {
        self.blocking().map(|finding| finding.verdict.state).max().unwrap_or(State::Met)
    }
}

/// Judges one trainee by a rulebook, on a day. Total and deterministic.
pub fn judge(rulebook: &Rulebook, cohort: &CohortFacts, facts: &Facts, as_of: NaiveDate) -> Judgement {
    let context = Context { curriculum: &rulebook.edition.curriculum, stages: &rulebook.stages, cohort, facts, as_of };
    let mut findings = Vec::with_capacity(rulebook.requirements.len() + rulebook.edition.curriculum.subjects.len());
    let mut verdicts = Vec::new();
    for requirement in &rulebook.requirements {
        requirement.rule.judge(&context, &mut verdicts);
        for (subject, mut verdict) in verdicts.drain(..) {
            let waiver = facts
                .waivers
                .iter()
                .filter(|waiver| waiver.requirement == requirement.id && waiver.subject == subject)
                .find(|waiver| requirement.waivable_by.contains(&waiver.role))
                .filter(|_| !verdict.state.settled());
            if let Some(waiver) = waiver {
                verdict.state = State::Waived;
                verdict.evidence.push(Evidence::Waiver(waiver.id));
            }
            // A day that has passed is no chance any more.
            verdict.deadline = verdict.deadline.filter(|day| *day >= as_of);
            findings.push(Finding {
                requirement: requirement.id.clone(),
                subject,
                clause: requirement.clause.clone(),
                duty: requirement.duty,
                effects: requirement.effects().to_vec(),
                waiver: waiver.cloned(),
                verdict,
            });
        }
    }
    Judgement { edition: rulebook.edition.id.clone(), supplements: rulebook.supplements.clone(), as_of, findings }
}
