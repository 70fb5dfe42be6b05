//! What one requirement comes to: its state, the evidence, and what is missing.

use super::facts::MilestoneKind;
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
    /// A missed session that was healed.
    Healed(i64),
    Credit(i64),
    Milestone(i64),
    Placement(i64),
    Case(i64),
    Experience(i64),
    OfficeTime(i64),
    ConferenceFallback(i64),
    Assessment(i64),
    Document(i64),
    Supervisor(i64),
    Waiver(i64),
}

/// Why a fact does not count for a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum NotCounted {
    Absent,
    /// Present in the session, and not in the part that counts here.
    Away,
    /// Minutes missed of the part that counts here.
    Missed {
        late: u32,
        left_early: u32,
    },
    /// Within the tolerance, which was used as often as it may be.
    ToleranceUsedUp {
        late: u32,
        left_early: u32,
    },
    OwnWork,
    OutsideWindow,
    Saturday,
    /// Not long enough for half a day.
    TooShort,
    /// The days before or after it make the longer run.
    NotInARow,
    /// The rule counts time with clients alone.
    WithoutCase,
}

/// A fact that was looked at and does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uncounted {
    pub fact: Evidence,
    #[serde(flatten)]
    pub why: NotCounted,
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
    /// The day of a session, or of a part of it, that was missed and has to be made up.
    MadeUp {
        on: NaiveDate,
        #[serde(flatten)]
        why: NotCounted,
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
    /// What was looked at and does not count.
    pub uncounted: Vec<Uncounted>,
    /// The nearest day on which something for it can be done.
    pub deadline: Option<NaiveDate>,
}

impl Verdict {
    /// A state without evidence, anything missing, or a deadline.
    pub(crate) fn of(state: State) -> Verdict {
        Verdict { state, evidence: Vec::new(), missing: Vec::new(), uncounted: Vec::new(), deadline: None }
    }

    pub(crate) fn met(evidence: Vec<Evidence>) -> Verdict {
        Verdict { evidence, ..Verdict::of(State::Met) }
    }

    pub(crate) fn not_yet(missing: Vec<Missing>) -> Verdict {
        Verdict { missing, ..Verdict::of(State::NotYet) }
    }

    pub(crate) fn breached(evidence: Vec<Evidence>, missing: Vec<Missing>) -> Verdict {
        Verdict { evidence, missing, ..Verdict::of(State::Breached) }
    }

    pub(crate) fn met_unless(missing: Vec<Missing>) -> Verdict {
        let state = if missing.is_empty() { State::Met } else { State::NotYet };
        Verdict { missing, ..Verdict::of(state) }
    }
}
