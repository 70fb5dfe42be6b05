//! All subjects in full (別添1 3): one verdict for each subject, over everything required, never over what was held so far; or some of them,
//! with one verdict together.

use super::combined::all_of;
use super::{Context, keeps_all, no_more, not_loosened};
use crate::cohort::attendance::{self, AttendanceState, Healing};
use crate::completion::facts::Teaching;
use crate::completion::verdict::{Evidence, Missing, NotCounted, State, Uncounted, Verdict};
use crate::guideline::curriculum::{Curriculum, Subject};
use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subjects {
    /// Codes of subjects; none: all that have hours.
    #[serde(default)]
    pub only: Vec<String>,
    /// Minutes of lateness and early leaving together that the part of a session given to a subject forgives. None: nothing is claimed, and
    /// nothing forgiven; a supplement may then name a value.
    #[serde(default)]
    pub tolerance_minutes: Option<u32>,
    /// How many sessions of the course the tolerance may be used in; none: any number.
    #[serde(default)]
    pub tolerance_times: Option<u32>,
    /// What heals a missed session. None: nothing is claimed, and nothing heals; a supplement may then name ways.
    #[serde(default)]
    pub healed_by: Option<Vec<Healing>>,
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
        let forgiven = self.forgiven(context);
        for subject in self.asked(context) {
            verdicts.push((Some(subject.code.clone()), self.judge_subject(subject, forgiven.as_ref(), context)));
        }
    }

    fn asked<'a>(&'a self, context: &Context<'a>) -> impl Iterator<Item = &'a Subject> + use<'a> {
        let asked = |subject: &&Subject| self.only.is_empty() || self.only.contains(&subject.code);
        context.curriculum.subjects.iter().filter(|subject| subject.hours > 0).filter(asked)
    }

    /// All subjects as one.
    pub(super) fn verdict(&self, context: &Context<'_>) -> Verdict {
        let forgiven = self.forgiven(context);
        all_of(self.asked(context).map(|subject| self.judge_subject(subject, forgiven.as_ref(), context)))
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
        if let Some(old) = old.tolerance_minutes {
            no_more("tolerance_minutes", self.tolerance(), old)?;
        }
        if let (Some(_), Some(old)) = (old.tolerance_minutes, old.tolerance_times) {
            no_more("tolerance_times", self.tolerance_times.unwrap_or(u32::MAX), old)?;
        }
        if let Some(old) = &old.healed_by {
            keeps_all("healed_by", old, self.ways())?;
        }
        not_loosened("credit", self.credit, old.credit, true)
    }

    pub(super) fn check(&self) -> Result<(), String> {
        match (self.tolerance(), self.tolerance_times) {
            (0, Some(_)) => {
                Err("tolerance_times says how often the tolerance may be used; give tolerance_minutes as well"
                    .to_owned())
            }
            (1.., Some(0)) => Err("tolerance_times is 0, which forgives nothing; leave both out".to_owned()),
            _ => Ok(()),
        }
    }

    fn tolerance(&self) -> u32 {
        self.tolerance_minutes.unwrap_or(0)
    }

    fn ways(&self) -> &[Healing] {
        self.healed_by.as_deref().unwrap_or_default()
    }

    /// The first sessions of the course in which the tolerance is used, as many as it may be: in the others nothing is forgiven.
    fn forgiven(&self, context: &Context<'_>) -> Option<BTreeSet<i64>> {
        let times = usize::try_from(self.tolerance_times?).unwrap_or(usize::MAX);
        let mut used: Vec<(NaiveDateTime, i64)> = Vec::new();
        let is_credited = |code: &str| self.credit && context.facts.credits.iter().any(|credit| credit.subject == code);
        let asked: BTreeSet<&str> =
            self.asked(context).map(|subject| subject.code.as_str()).filter(|code| !is_credited(code)).collect();
        for session in context.cohort.sessions() {
            // What is made good needs no tolerance.
            if context.facts.healed_by(session, self.ways(), context.as_of).is_some() {
                continue;
            }
            let fact = context.facts.attendances.of_session(session.id);
            let state = |hours, tolerance| {
                attendance::state_in(session, hours, fact, context.facts.enrolled_on, tolerance, context.as_of)
            };
            let is_used = |hours| {
                matches!(
                    (state(hours, 0), state(hours, self.tolerance())),
                    (AttendanceState::Short { .. }, AttendanceState::Attended)
                )
            };
            let parts = session.shares.iter().zip(session.timetable());
            if parts.filter(|(share, _)| asked.contains(share.subject.as_str())).any(|(_, hours)| is_used(hours)) {
                used.push((session.starts_at, session.id));
            }
        }
        used.sort_unstable();
        Some(used.into_iter().take(times).map(|(_, id)| id).collect())
    }

    /// Met by credit, or by attended and healed minutes reaching the required ones. When every required minute is scheduled and
    /// what was attended and what is still to come fall short, it can no longer be met without a make-up session.
    fn judge_subject(&self, subject: &Subject, forgiven: Option<&BTreeSet<i64>>, context: &Context<'_>) -> Verdict {
        let facts = context.facts;
        let credit = facts.credits.iter().find(|credit| credit.subject == subject.code);
        if let Some(credit) = credit.filter(|_| self.credit) {
            return Verdict::met(vec![Evidence::Credit(credit.id)]);
        }
        let required = subject.hours * 60;
        let (mut done, mut to_come, mut scheduled) = (0, 0, 0);
        let (mut evidence, mut missed) = (Vec::new(), Vec::new());
        let mut deadline = None;
        for Teaching { session, minutes, hours } in context.cohort.sessions_teaching(&subject.code) {
            if !facts.is_theirs(session.id) {
                continue;
            }
            scheduled += minutes;
            let fact = facts.attendances.of_session(session.id);
            let is_forgiven = forgiven.is_none_or(|sessions| sessions.contains(&session.id));
            let tolerance = if is_forgiven { self.tolerance() } else { 0 };
            let state = attendance::state_in(session, hours, fact, facts.enrolled_on, tolerance, context.as_of);
            let healed = facts.healed_by(session, self.ways(), context.as_of);
            let on = session.starts_at.date();
            match state {
                AttendanceState::Attended => {
                    done += minutes;
                    evidence.extend(fact.map(|fact| Evidence::Attendance(fact.id)));
                }
                AttendanceState::Short { .. } | AttendanceState::Absent | AttendanceState::NotApplicable
                    if healed.is_some() =>
                {
                    done += minutes;
                    evidence.extend(healed.map(|healed| Evidence::Healed(healed.id)));
                }
                AttendanceState::Short { late, left_early } => {
                    let why = match late + left_early <= self.tolerance() {
                        true => NotCounted::ToleranceUsedUp { late, left_early },
                        false => NotCounted::Missed { late, left_early },
                    };
                    missed.push((fact, on, why));
                }
                AttendanceState::Absent => {
                    let was_there = fact.is_some_and(|fact| fact.present.is_some());
                    missed.push((fact, on, if was_there { NotCounted::Away } else { NotCounted::Absent }));
                }
                // A held session nobody recorded may still turn out to have been attended.
                AttendanceState::Unrecorded => to_come += minutes,
                AttendanceState::Planned => {
                    to_come += minutes;
                    deadline = Some(deadline.map_or(on, |known: NaiveDate| known.min(on)));
                }
                AttendanceState::NotApplicable => {}
            }
        }
        let uncounted = missed
            .iter()
            .filter_map(|(fact, _, why)| Some(Uncounted { fact: Evidence::Attendance(fact.as_ref()?.id), why: *why }))
            .collect();
        if done >= required {
            return Verdict { uncounted, ..Verdict::met(evidence) };
        }
        let state = if scheduled >= required && done + to_come < required { State::NeedsMakeUp } else { State::NotYet };
        let mut verdict = Verdict { evidence, uncounted, deadline, ..Verdict::of(state) };
        verdict.missing.push(Missing::Minutes { done, required });
        if state == State::NeedsMakeUp {
            verdict.missing.extend(missed.iter().map(|(_, on, why)| Missing::MadeUp { on: *on, why: *why }));
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::day;
    use super::*;
    use crate::cohort::attendance::{Attendance, HealedFact, Presence, Session, Share};
    use crate::completion::facts::{CohortDates, CohortFacts, CreditFact, Facts};
    use crate::guideline::curriculum::{Curriculum, Form, Half};
    use chrono::TimeDelta;

    const STRICT: Subjects =
        Subjects { only: vec![], tolerance_minutes: None, tolerance_times: None, healed_by: None, credit: true };

    fn tolerant(minutes: u32) -> Subjects {
        Subjects { tolerance_minutes: Some(minutes), ..STRICT }
    }

    /// From 9 to 12.
    fn session(id: i64, on: NaiveDate, shares: &[(&str, u32)]) -> Session {
        Session {
            id,
            starts_at: on.and_hms_opt(9, 0, 0).unwrap(),
            ends_at: on.and_hms_opt(12, 0, 0).unwrap(),
            shares: shares.iter().map(|(subject, minutes)| Share::of(*subject, *minutes)).collect(),
        }
    }

    fn came(session: &Session, late: i64, early: i64) -> Attendance {
        let presence = Presence {
            arrived_at: session.starts_at + TimeDelta::minutes(late),
            left_at: session.ends_at - TimeDelta::minutes(early),
        };
        Attendance { id: session.id * 10, session: session.id, present: Some(presence), sequence: 1 }
    }

    fn stayed_away(session: &Session) -> Attendance {
        Attendance { id: session.id * 10, session: session.id, present: None, sequence: 1 }
    }

    fn subject(code: &str, hours: u32) -> Subject {
        Subject {
            code: code.into(),
            name: "試験科目".into(),
            form: Form::Lecture,
            half: Half::First,
            hours,
            purposes: vec![],
            stages: vec![],
            source: None,
            confidence: None,
        }
    }

    /// One verdict for each subject, on 30 June.
    fn judged(rule: &Subjects, subjects: Vec<Subject>, sessions: &[&Session], facts: &Facts) -> Vec<Verdict> {
        let curriculum = Curriculum { confirmed: false, source: String::new(), total_hours: 6, subjects };
        let cohort = CohortFacts::new(CohortDates::default(), sessions.iter().copied().cloned().collect());
        let context = Context { curriculum: &curriculum, stages: &[], cohort: &cohort, facts, as_of: day(6, 30) };
        let mut verdicts = Vec::new();
        rule.judge(&context, &mut verdicts);
        verdicts.into_iter().map(|(_, verdict)| verdict).collect()
    }

    #[test]
    fn over_everything_required() {
        let first = session(1, day(6, 1), &[("01", 180)]);
        let second = session(2, day(6, 20), &[("01", 180)]);
        let make_up = session(3, day(6, 25), &[("01", 180)]);
        let to_come = session(4, day(7, 1), &[("01", 180)]);
        let minutes = |done| Missing::Minutes { done, required: 360 };
        let made_up = |why| Missing::MadeUp { on: day(6, 1), why };
        let late = NotCounted::Missed { late: 11, left_early: 0 };
        let credit = vec![CreditFact { id: 5, subject: "01".into() }];
        let other = vec![CreditFact { id: 5, subject: "02".into() }];
        let (not_yet, needs_make_up) = (State::NotYet, State::NeedsMakeUp);
        for (name, sessions, attendances, credits, state, missing) in [
            (
                "one of two attended",
                vec![&first, &second],
                vec![came(&first, 0, 0)],
                vec![],
                not_yet,
                vec![minutes(180)],
            ),
            (
                "absent once, nothing else planned",
                vec![&first, &second],
                vec![stayed_away(&first)],
                vec![],
                needs_make_up,
                vec![minutes(0), made_up(NotCounted::Absent)],
            ),
            (
                "absent once, a make-up session held",
                vec![&first, &second, &make_up],
                vec![stayed_away(&first)],
                vec![],
                not_yet,
                vec![minutes(0)],
            ),
            (
                "absent once, a make-up session to come",
                vec![&first, &second, &to_come],
                vec![stayed_away(&first), came(&second, 0, 0)],
                vec![],
                not_yet,
                vec![minutes(180)],
            ),
            (
                "late beyond tolerance",
                vec![&first, &second],
                vec![came(&first, 11, 0)],
                vec![],
                needs_make_up,
                vec![minutes(0), made_up(late)],
            ),
            ("late within", vec![&first, &second], vec![came(&first, 10, 0)], vec![], not_yet, vec![minutes(180)]),
            ("not all scheduled", vec![&first], vec![stayed_away(&first)], vec![], not_yet, vec![minutes(0)]),
            (
                "both attended",
                vec![&first, &second],
                vec![came(&first, 0, 0), came(&second, 5, 5)],
                vec![],
                State::Met,
                vec![],
            ),
            ("carried over", vec![], vec![], credit, State::Met, vec![]),
            ("another subject carried over", vec![], vec![], other, not_yet, vec![minutes(0)]),
        ] {
            let facts = Facts { credits, attendances: attendances.into_iter().collect(), ..Facts::default() };
            let verdict = judged(&tolerant(10), vec![subject("01", 6)], &sessions, &facts).remove(0);
            assert_eq!((verdict.state, verdict.missing), (state, missing), "{name}");
        }
    }

    #[test]
    fn a_make_up_session_is_theirs_who_are_invited() {
        let (first, make_up) = (session(1, day(6, 1), &[("01", 180)]), session(2, day(7, 20), &[("01", 180)]));
        let held = session(2, day(6, 20), &[("01", 180)]);
        let missed = vec![stayed_away(&first)];
        let came_to_it = vec![stayed_away(&first), came(&held, 0, 0)];
        for (name, sessions, attendances, not_invited, expected) in [
            ("invited", [&first, &make_up], &missed, vec![], State::NotYet),
            ("not invited", [&first, &make_up], &missed, vec![2], State::NeedsMakeUp),
            ("invited, and nobody recorded it", [&first, &held], &missed, vec![], State::NotYet),
            ("came without being invited", [&first, &held], &came_to_it, vec![2], State::Met),
        ] {
            let attendances = attendances.iter().cloned().collect();
            let facts = Facts { attendances, not_invited: not_invited.into_iter().collect(), ..Facts::default() };
            let verdict = judged(&STRICT, vec![subject("01", 3)], &sessions, &facts).remove(0);
            assert_eq!(verdict.state, expected, "{name}");
        }
    }

    #[test]
    fn lateness_costs_the_subject_it_falls_into() {
        // 9:00 to 10:30, 10:30 to 12:00.
        let both = session(1, day(6, 1), &[("01", 90), ("02", 90)]);
        let subjects = || vec![Subject { hours: 1, ..subject("01", 1) }, subject("02", 1)];
        let (met, make_up) = (State::Met, State::NeedsMakeUp);
        for (name, late, early, tolerance, expected) in [
            ("throughout", 0, 0, 0, [met, met]),
            ("late", 45, 0, 0, [make_up, met]),
            ("gone early", 0, 20, 0, [met, make_up]),
            ("both within the tolerance of each", 10, 10, 10, [met, met]),
            ("the first missed", 90, 0, 0, [make_up, met]),
            ("into the second", 91, 0, 0, [make_up, make_up]),
            ("into the second, within the tolerance", 100, 0, 10, [make_up, met]),
            ("nothing but a minute", 179, 0, 10, [make_up, make_up]),
        ] {
            let facts = Facts { attendances: vec![came(&both, late, early)].into(), ..Facts::default() };
            let found = judged(&tolerant(tolerance), subjects(), &[&both], &facts);
            let found: Vec<State> = found.iter().map(|verdict| verdict.state).collect();
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn the_tolerance_is_used_so_many_times() {
        let sessions: Vec<Session> =
            (1..=3).map(|id| session(id, day(6, id as u32), &[("01", 60), ("02", 60)])).collect();
        let twice = Subjects { tolerance_times: Some(2), ..tolerant(15) };
        // The third by its day is used up, whatever its id: sessions may be set in any order.
        let used_up = NotCounted::ToleranceUsedUp { late: 15, left_early: 0 };
        for (name, rule, late, expected) in [
            ("twice", &twice, [15, 15, 0], vec![]),
            ("three times", &twice, [15, 15, 15], vec![(day(6, 3), used_up)]),
            (
                "too late to be forgiven uses nothing",
                &twice,
                [16, 15, 15],
                vec![(day(6, 1), NotCounted::Missed { late: 16, left_early: 0 })],
            ),
            ("any number", &tolerant(15), [15, 15, 15], vec![]),
        ] {
            let attendances: Vec<Attendance> =
                sessions.iter().zip(late).map(|(session, late)| came(session, late, 0)).collect();
            let facts = Facts { attendances: attendances.into(), ..Facts::default() };
            let all: Vec<&Session> = sessions.iter().rev().collect();
            let verdicts = judged(rule, vec![subject("01", 3), subject("02", 3)], &all, &facts);
            let missing = expected.iter().map(|(on, why)| Missing::MadeUp { on: *on, why: *why });
            let found: Vec<Missing> = verdicts[0]
                .missing
                .iter()
                .filter(|missing| matches!(missing, Missing::MadeUp { .. }))
                .cloned()
                .collect();
            assert_eq!(found, missing.collect::<Vec<_>>(), "{name}");
            assert_eq!(verdicts[0].uncounted.len(), expected.len(), "{name}");
            assert_eq!(verdicts[1].state, State::Met, "{name}");
        }
    }

    #[test]
    fn only_what_is_asked_uses_the_tolerance() {
        let sessions = [session(1, day(6, 1), &[("02", 60)]), session(2, day(6, 2), &[("01", 60)])];
        let facts = |credits: Vec<CreditFact>, healed: Vec<HealedFact>| Facts {
            attendances: sessions.iter().map(|session| came(session, 15, 0)).collect(),
            credits,
            healed,
            ..Facts::default()
        };
        let once = Subjects { tolerance_times: Some(1), healed_by: Some(vec![Healing::Report]), ..tolerant(15) };
        let only = Subjects { only: vec!["01".to_owned()], ..once.clone() };
        let credit = CreditFact { id: 1, subject: "02".into() };
        let report = HealedFact { id: 9, session: 1, by: Healing::Report, on: day(6, 3) };
        for (name, rule, facts, met) in [
            ("the first uses it", &once, facts(vec![], vec![]), false),
            ("the first is credited", &once, facts(vec![credit], vec![]), true),
            ("the first was made good", &once, facts(vec![], vec![report]), true),
            ("the first is not asked", &only, facts(vec![], vec![]), true),
        ] {
            let all: Vec<&Session> = sessions.iter().collect();
            let verdicts = judged(rule, vec![subject("01", 1), subject("02", 1)], &all, &facts);
            assert_eq!(verdicts[0].state == State::Met, met, "{name}");
        }
    }

    #[test]
    fn what_heals_a_missed_session() {
        let missed = session(1, day(6, 1), &[("01", 180)]);
        let healed = |by, on| HealedFact { id: 9, session: 1, by, on };
        let by = |ways: &[Healing]| Subjects { healed_by: Some(ways.to_vec()), ..STRICT };
        let report = healed(Healing::Report, day(6, 30));
        let absent = || vec![stayed_away(&missed)];
        for (name, rule, attendances, facts, state) in [
            ("a report", by(&[Healing::Report]), absent(), vec![report.clone()], State::Met),
            (
                "a report for lateness",
                by(&[Healing::Report]),
                vec![came(&missed, 30, 0)],
                vec![report.clone()],
                State::Met,
            ),
            (
                "a report where only recordings heal",
                by(&[Healing::Recording]),
                absent(),
                vec![report.clone()],
                State::NeedsMakeUp,
            ),
            (
                "a report of before the session",
                by(&[Healing::Report]),
                absent(),
                vec![healed(Healing::Report, day(5, 31))],
                State::NeedsMakeUp,
            ),
            (
                "another course's day, which was before",
                by(&[Healing::OtherCourse]),
                absent(),
                vec![healed(Healing::OtherCourse, day(5, 31))],
                State::Met,
            ),
            ("a report where nothing is claimed", STRICT, absent(), vec![report.clone()], State::NeedsMakeUp),
            (
                "tomorrow's report",
                by(&[Healing::Report]),
                absent(),
                vec![healed(Healing::Report, day(7, 1))],
                State::NeedsMakeUp,
            ),
            (
                "of another session",
                by(&[Healing::Report]),
                absent(),
                vec![HealedFact { session: 2, ..report.clone() }],
                State::NeedsMakeUp,
            ),
            ("nothing recorded of the session", by(&[Healing::Report]), vec![], vec![report], State::NotYet),
        ] {
            let facts = Facts { attendances: attendances.into(), healed: facts, ..Facts::default() };
            let verdict = judged(&rule, vec![subject("01", 3)], &[&missed], &facts).remove(0);
            assert_eq!(verdict.state, state, "{name}");
            let evidence = if state == State::Met { vec![Evidence::Healed(9)] } else { vec![] };
            assert_eq!(verdict.evidence, evidence, "{name}");
        }
    }

    #[test]
    fn a_supplement_names_what_the_edition_leaves_open() {
        let ways = |ways: &[Healing]| Some(ways.to_vec());
        let twice = Subjects { tolerance_times: Some(2), ..tolerant(15) };
        let healed = Subjects { healed_by: ways(&[Healing::Report]), ..STRICT };
        for (name, new, old, allowed) in [
            ("a tolerance where none is claimed", &tolerant(15), &STRICT, true),
            ("less tolerance", &tolerant(10), &tolerant(15), true),
            ("as much", &tolerant(15), &tolerant(15), true),
            ("more", &tolerant(16), &tolerant(15), false),
            ("none any more", &STRICT, &tolerant(15), true),
            ("more than none", &tolerant(1), &tolerant(0), false),
            ("a number of times", &twice, &tolerant(15), true),
            ("any number of times", &tolerant(15), &twice, false),
            ("more often", &Subjects { tolerance_times: Some(3), ..twice.clone() }, &twice, false),
            ("less often", &Subjects { tolerance_times: Some(1), ..twice.clone() }, &twice, true),
            ("a way to heal where none is claimed", &healed, &STRICT, true),
            (
                "another way",
                &Subjects { healed_by: ways(&[Healing::Report, Healing::Recording]), ..STRICT },
                &healed,
                false,
            ),
            ("no way", &STRICT, &healed, true),
            ("credit after all", &STRICT, &Subjects { credit: false, ..STRICT }, false),
            ("no credit", &Subjects { credit: false, ..STRICT }, &STRICT, true),
        ] {
            assert_eq!(Rule::Subjects(new.clone()).tightens(&Rule::Subjects(old.clone())).is_ok(), allowed, "{name}");
        }
        assert!(Subjects { tolerance_times: Some(1), ..STRICT }.check().is_err());
        assert!(Subjects { tolerance_times: Some(0), ..tolerant(15) }.check().is_err());
        assert!(twice.check().is_ok() && STRICT.check().is_ok());
    }
}
