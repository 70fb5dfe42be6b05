//! All subjects in full (別添1 3): one verdict for each subject, over everything required, never over what was held so far; or some of them,
//! with one verdict together.

use super::combined::all_of;
use super::{Context, keeps_all, no_more, not_loosened};
use crate::cohort::attendance::{self, AttendanceState};
use crate::completion::verdict::{Evidence, Missing, State, Verdict};
use crate::guideline::curriculum::{Curriculum, Subject};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subjects {
    /// Codes of subjects; none: all that have hours.
    #[serde(default)]
    pub only: Vec<String>,
    /// Minutes of lateness and early leaving together that a session forgives.
    #[serde(default)]
    pub tolerance_minutes: u32,
    /// Do subjects carried over from another course count (一部科目修了証明書, a transfer)?
    #[serde(default = "accepted")]
    pub credit: bool,
}

fn accepted() -> bool {
    true
}

impl Subjects {
    pub(super) fn judge(&self, context: &Context<'_>, verdicts: &mut Vec<(Option<String>, Verdict)>) {
        if !self.only.is_empty() {
            return verdicts.push((None, self.verdict(context)));
        }
        for subject in self.asked(context) {
            verdicts.push((Some(subject.code.clone()), self.judge_subject(subject, context)));
        }
    }

    fn asked<'a>(&'a self, context: &Context<'a>) -> impl Iterator<Item = &'a Subject> + use<'a> {
        let asked = |subject: &&Subject| self.only.is_empty() || self.only.contains(&subject.code);
        context.curriculum.subjects.iter().filter(|subject| subject.hours > 0).filter(asked)
    }

    /// All subjects as one.
    pub(super) fn verdict(&self, context: &Context<'_>) -> Verdict {
        all_of(self.asked(context).map(|subject| self.judge_subject(subject, context)))
    }

    pub(super) fn fits(&self, curriculum: &Curriculum) -> Result<(), String> {
        let known = |code: &&String| curriculum.subject(code).is_some_and(|subject| subject.hours > 0);
        match self.only.iter().find(|code| !known(code)) {
            Some(unknown) => Err(format!("there is no subject {unknown:?} with hours in the curriculum")),
            None => Ok(()),
        }
    }

    pub(super) fn tightens(&self, old: &Subjects) -> Result<(), String> {
        if !self.only.is_empty() {
            match old.only.is_empty() {
                true => return Err("only would leave subjects out".to_owned()),
                false => keeps_all("only", &self.only, &old.only)?,
            }
        }
        no_more("tolerance_minutes", self.tolerance_minutes, old.tolerance_minutes)?;
        not_loosened("credit", self.credit, old.credit, true)
    }

    /// Met by credit, or by attended minutes reaching the required ones. When every required minute is scheduled and
    /// what was attended and what is still to come fall short, it can no longer be met without a make-up session.
    fn judge_subject(&self, subject: &Subject, context: &Context<'_>) -> Verdict {
        let facts = context.facts;
        let credit = facts.credits.iter().find(|credit| credit.subject == subject.code);
        if let Some(credit) = credit.filter(|_| self.credit) {
            return Verdict::met(vec![Evidence::Credit(credit.id)]);
        }
        let required = subject.hours * 60;
        let (mut done, mut to_come, mut scheduled) = (0, 0, 0);
        let mut evidence = Vec::new();
        let mut deadline = None;
        for (session, minutes) in context.cohort.sessions_teaching(&subject.code) {
            scheduled += minutes;
            let fact = facts.attendances.of_session(session.id);
            match attendance::state(session, fact, facts.enrolled_on, self.tolerance_minutes, context.as_of) {
                AttendanceState::Attended => {
                    done += minutes;
                    evidence.extend(fact.map(|fact| Evidence::Attendance(fact.id)));
                }
                AttendanceState::Short { .. } | AttendanceState::Absent => {
                    evidence.extend(fact.map(|fact| Evidence::Attendance(fact.id)));
                }
                // A held session nobody recorded may still turn out to have been attended.
                AttendanceState::Unrecorded => to_come += minutes,
                AttendanceState::Planned => {
                    to_come += minutes;
                    let day = session.starts_at.date();
                    deadline = Some(deadline.map_or(day, |known: chrono::NaiveDate| known.min(day)));
                }
                AttendanceState::NotApplicable => {}
            }
        }
        if done >= required {
            return Verdict::met(evidence);
        }
        let state = if scheduled >= required && done + to_come < required { State::NeedsMakeUp } else { State::NotYet };
        Verdict { state, evidence, missing: vec![Missing::Minutes { done, required }], deadline }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::day;
    use super::*;
    use crate::cohort::attendance::{Attendance, Presence, Session, Share};
    use crate::completion::facts::{CohortDates, CohortFacts, CreditFact, Facts};
    use crate::guideline::curriculum::{Curriculum, Form, Half};

    fn session(id: i64, on: chrono::NaiveDate, minutes: u32) -> Session {
        Session {
            id,
            starts_at: on.and_hms_opt(9, 0, 0).unwrap(),
            ends_at: on.and_hms_opt(12, 0, 0).unwrap(),
            shares: vec![Share { subject: "01".into(), minutes }],
        }
    }

    fn came(session: &Session, late: i64) -> Attendance {
        Attendance {
            id: session.id * 10,
            session: session.id,
            present: Some(Presence {
                arrived_at: session.starts_at + chrono::TimeDelta::minutes(late),
                left_at: session.ends_at,
            }),
            sequence: 1,
        }
    }

    #[test]
    fn over_everything_required() {
        let first = session(1, day(6, 1), 180);
        let second = session(2, day(6, 20), 180);
        let make_up = session(3, day(6, 25), 180);
        let absent = Attendance { id: 10, session: 1, present: None, sequence: 1 };
        let none = |_: ()| None;
        let minutes = |done| vec![Missing::Minutes { done, required: 360 }];
        for (name, sessions, attendances, credit, state, missing) in [
            (
                "one of two held and attended",
                vec![&first, &second],
                vec![came(&first, 0)],
                none(()),
                State::NotYet,
                minutes(180),
            ),
            (
                "absent once, nothing else planned",
                vec![&first, &second],
                vec![absent.clone()],
                none(()),
                State::NeedsMakeUp,
                minutes(0),
            ),
            (
                "absent once, a make-up session planned",
                vec![&first, &second, &make_up],
                vec![absent.clone()],
                none(()),
                State::NotYet,
                minutes(0),
            ),
            (
                "late beyond tolerance",
                vec![&first, &second],
                vec![came(&first, 11)],
                none(()),
                State::NeedsMakeUp,
                minutes(0),
            ),
            (
                "late within tolerance",
                vec![&first, &second],
                vec![came(&first, 10)],
                none(()),
                State::NotYet,
                minutes(180),
            ),
            ("not everything scheduled yet", vec![&first], vec![absent], none(()), State::NotYet, minutes(0)),
            (
                "both attended",
                vec![&first, &second],
                vec![came(&first, 0), came(&second, 0)],
                none(()),
                State::Met,
                vec![],
            ),
            (
                "carried over from a partial certificate",
                vec![],
                vec![],
                Some(CreditFact { id: 5, subject: "01".into() }),
                State::Met,
                vec![],
            ),
        ] {
            let curriculum = Curriculum {
                confirmed: false,
                source: String::new(),
                total_hours: 6,
                subjects: vec![Subject {
                    code: "01".into(),
                    name: "試験科目".into(),
                    form: Form::Lecture,
                    half: Half::First,
                    hours: 6,
                    purposes: vec![],
                    stages: vec![],
                    source: None,
                    confidence: None,
                }],
            };
            let cohort = CohortFacts::new(CohortDates::default(), sessions.into_iter().cloned().collect());
            let facts = Facts {
                credits: credit.into_iter().collect(),
                attendances: attendances.into_iter().collect(),
                ..Facts::default()
            };
            let context =
                Context { curriculum: &curriculum, stages: &[], cohort: &cohort, facts: &facts, as_of: day(6, 30) };
            let mut verdicts = Vec::new();
            Subjects { only: vec![], tolerance_minutes: 10, credit: true }.judge(&context, &mut verdicts);
            assert_eq!((verdicts[0].1.state, &verdicts[0].1.missing), (state, &missing), "{name}");
        }
    }
}
