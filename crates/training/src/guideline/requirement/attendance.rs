//! How much absence and lateness a provider bears, apart from the hours of each subject: many bear none.

use super::{Context, keeps_all, no_more, not_loosened};
use crate::cohort::attendance::{self, AttendanceState, Healing, Session};
use crate::completion::facts::Teaching;
use crate::completion::verdict::{Evidence, Missing, State, Verdict};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    /// Sessions that may be missed.
    #[serde(default)]
    pub absences: u32,
    /// Times a trainee may come late or leave early beyond the tolerance; none: any number.
    #[serde(default)]
    pub late: Option<u32>,
    /// Minutes of lateness and early leaving together that a session forgives.
    #[serde(default)]
    pub tolerance_minutes: u32,
    /// Is an absence or lateness forgiven once the session's subjects were attended in full at other sessions?
    #[serde(default = "forgiven")]
    pub make_up: bool,
    /// What else forgives them; none: nothing does.
    #[serde(default)]
    pub healed_by: Vec<Healing>,
}

fn forgiven() -> bool {
    true
}

impl Attendance {
    /// Breached by more absences or lateness than allowed; what is still to come is not counted.
    pub(super) fn judge(&self, context: &Context<'_>) -> Verdict {
        let (mut absences, mut late) = (0, 0);
        let mut may_be_made_up = true;
        let mut evidence = Vec::new();
        for session in context.cohort.sessions() {
            let Some(fact) = context.facts.attendances.of_session(session.id) else { continue };
            let enrolled_on = context.facts.enrolled_on;
            match attendance::state(session, Some(fact), enrolled_on, self.tolerance_minutes, context.as_of) {
                AttendanceState::Absent | AttendanceState::Short { .. }
                    if self.make_up && self.made_up(session, false, context) =>
                {
                    continue;
                }
                AttendanceState::Absent | AttendanceState::Short { .. } if self.is_healed(session, context) => continue,
                AttendanceState::Absent => absences += 1,
                AttendanceState::Short { .. } => late += 1,
                _ => continue,
            }
            may_be_made_up &= self.make_up && self.made_up(session, true, context);
            evidence.push(Evidence::Attendance(fact.id));
        }
        let mut missing = Vec::new();
        if absences > self.absences {
            missing.push(Missing::Absences { count: absences, allowed: self.absences });
        }
        if let Some(allowed) = self.late.filter(|allowed| late > *allowed) {
            missing.push(Missing::Lateness { count: late, allowed });
        }
        match () {
            () if missing.is_empty() => Verdict::met(evidence),
            // What was missed is made good once everything that is still to come was attended.
            () if may_be_made_up => Verdict { evidence, missing, ..Verdict::of(State::NotYet) },
            () => Verdict::breached(evidence, missing),
        }
    }

    /// Were the session's subjects attended in full elsewhere, or credited? With `to_come`, counting what is still to come as attended.
    fn made_up(&self, missed: &Session, to_come: bool, context: &Context<'_>) -> bool {
        missed.shares.iter().all(|share| {
            let required =
                context.curriculum.subject(&share.subject).map_or(share.minutes, |subject| subject.hours * 60);
            let is_attended = |part: &Teaching<'_>| {
                let fact = context.facts.attendances.of_session(part.session.id);
                let (enrolled_on, as_of) = (context.facts.enrolled_on, context.as_of);
                let state =
                    attendance::state_in(part.session, part.hours, fact, enrolled_on, self.tolerance_minutes, as_of);
                state == AttendanceState::Attended || (to_come && state == AttendanceState::Planned)
            };
            let teaching = context.cohort.sessions_teaching(&share.subject);
            let theirs = teaching.filter(|part| context.facts.is_theirs(part.session.id));
            let attended: u32 = theirs.filter(is_attended).map(|part| part.minutes).sum();
            attended >= required || context.facts.credits.iter().any(|credit| credit.subject == share.subject)
        })
    }

    fn is_healed(&self, session: &Session, context: &Context<'_>) -> bool {
        context.facts.healed_by(session, &self.healed_by, context.as_of).is_some()
    }

    pub(super) fn tightens(&self, old: &Attendance) -> Result<(), String> {
        no_more("absences", self.absences, old.absences)?;
        no_more("tolerance_minutes", self.tolerance_minutes, old.tolerance_minutes)?;
        no_more("late", self.late.unwrap_or(u32::MAX), old.late.unwrap_or(u32::MAX))?;
        keeps_all("healed_by", &old.healed_by, &self.healed_by)?;
        not_loosened("make_up", self.make_up, old.make_up, true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::testing::{day, judged_in};
    use super::*;
    use crate::cohort::attendance::{Attendance as Fact, HealedFact, Presence, Share};
    use crate::completion::facts::{CohortDates, CohortFacts, CreditFact, Facts};

    #[test]
    fn absences_and_lateness() {
        let session = |id| Session {
            id,
            starts_at: day(6, id as u32).and_hms_opt(9, 0, 0).unwrap(),
            ends_at: day(6, id as u32).and_hms_opt(12, 0, 0).unwrap(),
            shares: vec![Share::of("01", 180)],
        };
        let came = |id: i64, late| {
            let session = session(id);
            let arrived_at = session.starts_at + chrono::TimeDelta::minutes(late);
            Fact { id, session: id, present: Some(Presence { arrived_at, left_at: session.ends_at }), sequence: 1 }
        };
        let absent = |id| Fact { id, session: id, present: None, sequence: 1 };
        let none_borne =
            Attendance { absences: 0, late: Some(0), tolerance_minutes: 5, make_up: true, healed_by: vec![] };
        let no_make_up = Attendance { make_up: false, ..none_borne.clone() };
        let one_borne = Attendance { absences: 1, late: None, ..no_make_up.clone() };
        for (name, rule, facts, state, missing) in [
            ("nothing yet", &none_borne, vec![], State::Met, vec![]),
            ("on time", &none_borne, vec![came(1, 0), came(2, 5)], State::Met, vec![]),
            ("late", &none_borne, vec![came(1, 6)], State::Breached, vec![Missing::Lateness { count: 1, allowed: 0 }]),
            ("absent, made up", &none_borne, vec![absent(1), came(2, 0)], State::Met, vec![]),
            ("late, made up", &none_borne, vec![came(1, 30), came(2, 0)], State::Met, vec![]),
            (
                "absent, a make-up does not count",
                &no_make_up,
                vec![absent(1), came(2, 0)],
                State::Breached,
                vec![Missing::Absences { count: 1, allowed: 0 }],
            ),
            ("one absence borne", &one_borne, vec![absent(1), came(2, 30)], State::Met, vec![]),
            (
                "two are not",
                &one_borne,
                vec![absent(1), absent(2)],
                State::Breached,
                vec![Missing::Absences { count: 2, allowed: 1 }],
            ),
        ] {
            let cohort = CohortFacts::new(CohortDates::default(), vec![session(1), session(2)]);
            let facts = Facts { attendances: facts.into(), ..Facts::default() };
            let verdict = judged_in(Rule::Attendance(rule.clone()), &cohort, &facts);
            assert_eq!((verdict.state, verdict.missing), (state, missing), "{name}");
        }
        // A report heals where the rule says so, from its day on.
        let cohort = CohortFacts::new(CohortDates::default(), vec![session(1)]);
        let healed = HealedFact { id: 1, session: 1, by: Healing::Report, on: day(6, 15) };
        for (name, ways, on, state) in [
            ("a report", vec![Healing::Report], day(6, 15), State::Met),
            ("nothing heals", vec![], day(6, 15), State::Breached),
            ("a recording alone", vec![Healing::Recording], day(6, 15), State::Breached),
            ("tomorrow's", vec![Healing::Report], day(6, 16), State::Breached),
        ] {
            let healed = vec![HealedFact { on, ..healed.clone() }];
            let facts = Facts { attendances: vec![absent(1)].into(), healed, ..Facts::default() };
            let rule = Attendance { healed_by: ways, ..no_make_up.clone() };
            assert_eq!(judged_in(Rule::Attendance(rule), &cohort, &facts).state, state, "{name}");
        }
        let with = |ways: &[Healing]| Attendance { healed_by: ways.to_vec(), ..no_make_up.clone() };
        assert!(with(&[Healing::Report]).tightens(&with(&[])).is_err());
        assert!(with(&[]).tightens(&with(&[Healing::Report])).is_ok());
    }

    #[test]
    fn what_was_missed_may_still_be_made_up() {
        let session = |id: i64, on| Session {
            id,
            starts_at: day(6, on).and_hms_opt(9, 0, 0).unwrap(),
            ends_at: day(6, on).and_hms_opt(10, 0, 0).unwrap(),
            shares: vec![Share::of("01", 60)],
        };
        // Judged on 15 June: three hours are asked, the third is to come.
        let came = |id: i64, on| {
            let known = session(id, on);
            let presence = Presence { arrived_at: known.starts_at, left_at: known.ends_at };
            Fact { id, session: id, present: Some(presence), sequence: 1 }
        };
        let absent = Fact { id: 1, session: 1, present: None, sequence: 1 };
        let rule = Attendance { absences: 0, late: Some(0), tolerance_minutes: 0, make_up: true, healed_by: vec![] };
        let parts = [session(1, 1), session(2, 2), session(3, 20)];
        let again = session(4, 3);
        let curriculum = crate::guideline::curriculum::Curriculum {
            confirmed: false,
            source: String::new(),
            total_hours: 3,
            subjects: vec![crate::guideline::curriculum::Subject {
                code: "01".into(),
                name: "試験科目".into(),
                form: crate::guideline::curriculum::Form::Lecture,
                half: crate::guideline::curriculum::Half::First,
                hours: 3,
                purposes: vec![],
                stages: vec![],
                source: None,
                confidence: None,
            }],
        };
        let all = |more: &Session| parts.iter().cloned().chain([more.clone()]).collect::<Vec<Session>>();
        let (make_up, theirs, not_theirs) = (session(5, 25), vec![], vec![5]);
        for (name, sessions, facts, not_invited, expected) in [
            ("missed", parts.to_vec(), vec![absent.clone(), came(2, 2)], theirs.clone(), State::Breached),
            (
                "taken again, the last part to come",
                all(&again),
                vec![absent.clone(), came(2, 2), came(4, 3)],
                theirs.clone(),
                State::NotYet,
            ),
            ("invited to a make-up", all(&make_up), vec![absent.clone(), came(2, 2)], theirs, State::NotYet),
            ("not invited to it", all(&make_up), vec![absent.clone(), came(2, 2)], not_theirs, State::Breached),
        ] {
            let cohort = CohortFacts::new(CohortDates::default(), sessions);
            let not_invited = not_invited.into_iter().collect();
            let facts = Facts { attendances: facts.into(), not_invited, ..Facts::default() };
            let context =
                Context { curriculum: &curriculum, stages: &[], cohort: &cohort, facts: &facts, as_of: day(6, 15) };
            assert_eq!(rule.judge(&context).state, expected, "{name}");
        }
        // Who was not enrolled yet came late for nothing.
        let cohort = CohortFacts::new(CohortDates::default(), vec![session(1, 1)]);
        let late = Presence {
            arrived_at: session(1, 1).starts_at + chrono::TimeDelta::minutes(30),
            left_at: session(1, 1).ends_at,
        };
        let late = Fact { present: Some(late), ..absent };
        for (enrolled, expected) in [(1, State::Breached), (2, State::Met)] {
            let facts = Facts {
                attendances: vec![late.clone()].into(),
                enrolled_on: Some(day(6, enrolled)),
                ..Facts::default()
            };
            assert_eq!(judged_in(Rule::Attendance(rule.clone()), &cohort, &facts).state, expected, "{enrolled}");
        }
    }

    #[test]
    fn every_subject_of_the_session_is_made_up() {
        let at = |on, hour| day(6, on).and_hms_opt(hour, 0, 0).unwrap();
        let session = |id, on, shares: Vec<Share>| Session { id, starts_at: at(on, 9), ends_at: at(on, 11), shares };
        let sessions = vec![
            session(1, 1, vec![Share::of("01", 60), Share::of("02", 60)]),
            session(2, 2, vec![Share::of("01", 120)]),
            session(3, 3, vec![Share::of("02", 120)]),
        ];
        let cohort = CohortFacts::new(CohortDates::default(), sessions.clone());
        let came = |id: i64, late| {
            let session = sessions.iter().find(|session| session.id == id).unwrap();
            let arrived_at = session.starts_at + chrono::TimeDelta::minutes(late);
            Fact { id, session: id, present: Some(Presence { arrived_at, left_at: session.ends_at }), sequence: 1 }
        };
        let rule = Attendance { absences: 0, late: Some(0), tolerance_minutes: 0, make_up: true, healed_by: vec![] };
        for (name, facts, credit, state) in [
            ("one of two subjects", vec![came(1, 120), came(2, 0)], None, State::Breached),
            ("both", vec![came(1, 120), came(2, 0), came(3, 0)], None, State::Met),
            ("late for the first, which is made up", vec![came(1, 30), came(2, 0)], None, State::Met),
            ("the other is credited", vec![came(1, 120), came(2, 0)], Some("02"), State::Met),
            ("the same is credited twice over", vec![came(1, 120), came(2, 0)], Some("01"), State::Breached),
        ] {
            let credits = credit.map(|subject: &str| CreditFact { id: 1, subject: subject.into() });
            let facts = Facts { attendances: facts.into(), credits: credits.into_iter().collect(), ..Facts::default() };
            assert_eq!(judged_in(Rule::Attendance(rule.clone()), &cohort, &facts).state, state, "{name}");
        }
    }
}
