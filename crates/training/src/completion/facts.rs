//! The facts a judgement is made from.

use crate::cohort::attendance::{Attendance, HealedFact, Healing, Hours, Session};
use crate::practicum::record::{Case, ConferenceFallback, Experience, OfficeTime, PlacedAt};
use crate::role::Role;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The days a cohort's rules count from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CohortDates {
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    /// First and last day the practicum may take place.
    pub practicum_from: Option<NaiveDate>,
    pub practicum_until: Option<NaiveDate>,
}

/// Facts shared by all trainees of a cohort.
#[derive(Debug, Clone, Default)]
pub struct CohortFacts {
    pub dates: CohortDates,
    sessions: Vec<Session>,
    by_subject: HashMap<String, Vec<PartOfSession>>,
}

/// A share by the place of its session.
#[derive(Debug, Clone, Copy)]
struct PartOfSession {
    session: usize,
    minutes: u32,
    hours: Hours,
}

/// What a session gives to a subject.
#[derive(Debug, Clone, Copy)]
pub struct Teaching<'a> {
    pub session: &'a Session,
    pub minutes: u32,
    /// From when to when.
    pub hours: Hours,
}

impl CohortFacts {
    pub fn new(dates: CohortDates, sessions: Vec<Session>) -> CohortFacts {
        let mut by_subject: HashMap<String, Vec<PartOfSession>> = HashMap::new();
        for (index, session) in sessions.iter().enumerate() {
            for (share, hours) in session.shares.iter().zip(session.timetable()) {
                let part = PartOfSession { session: index, minutes: share.minutes, hours };
                by_subject.entry(share.subject.clone()).or_default().push(part);
            }
        }
        CohortFacts { dates, sessions, by_subject }
    }

    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// The sessions teaching a subject, with the minutes each gives to it and when.
    pub fn sessions_teaching(&self, subject: &str) -> impl Iterator<Item = Teaching<'_>> {
        let teaching = |part: &PartOfSession| {
            let session = self.sessions.get(part.session)?;
            Some(Teaching { session, minutes: part.minutes, hours: part.hours })
        };
        self.by_subject.get(subject).into_iter().flatten().filter_map(teaching)
    }
}

/// Something done once and dated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MilestoneKind {
    /// Told to keep clients safe.
    BriefingSafety,
    /// Told to keep secrets secret.
    BriefingConfidentiality,
    /// 誓約 on the current text.
    Pledge,
    /// 実習同意 by the trainee.
    PracticumConsent,
    /// 実習記録 approved by the practicum supervisor.
    SignOff,
}

impl MilestoneKind {
    pub const ALL: [MilestoneKind; 5] = [
        MilestoneKind::BriefingSafety,
        MilestoneKind::BriefingConfidentiality,
        MilestoneKind::Pledge,
        MilestoneKind::PracticumConsent,
        MilestoneKind::SignOff,
    ];

    pub fn id(self) -> &'static str {
        match self {
            MilestoneKind::BriefingSafety => "briefing_safety",
            MilestoneKind::BriefingConfidentiality => "briefing_confidentiality",
            MilestoneKind::Pledge => "pledge",
            MilestoneKind::PracticumConsent => "practicum_consent",
            MilestoneKind::SignOff => "sign_off",
        }
    }

    pub fn from_id(id: &str) -> Option<MilestoneKind> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MilestoneFact {
    pub id: i64,
    pub kind: MilestoneKind,
    pub on: NaiveDate,
}

/// A subject carried over, for example from a partial certificate (一部科目修了証明書).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditFact {
    pub id: i64,
    pub subject: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessmentFact {
    pub id: i64,
    pub passed: bool,
    pub score: Option<u32>,
    /// Points by item of the rubric.
    #[serde(default)]
    pub items: BTreeMap<String, u32>,
    /// Who assessed.
    #[serde(default)]
    pub by: Option<Role>,
}

/// A document handed in: an id the rulebook names (`practicum_record`, `record_sheet_before` …).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentFact {
    pub id: i64,
    pub document: String,
    pub on: NaiveDate,
}

/// A named person with authority set a requirement aside, with a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiverFact {
    pub id: i64,
    pub requirement: String,
    /// Only this subject's verdict, for a rule that gives one for each.
    pub subject: Option<String>,
    pub by: String,
    /// In which role; it must be one the requirement's waiver policy names.
    pub role: Role,
    pub reason: String,
}

/// Everything known of one trainee. Facts that were corrected or withdrawn are not in here.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    pub exam_number: Option<String>,
    pub enrolled_on: Option<NaiveDate>,
    pub credits: Vec<CreditFact>,
    pub milestones: Vec<MilestoneFact>,
    /// Reached on a text that a newer one has followed: it is asked for again.
    pub asked_again: Vec<MilestoneFact>,
    pub placement: Option<PlacedAt>,
    pub cases: Vec<Case>,
    pub experiences: Vec<Experience>,
    pub office_times: Vec<OfficeTime>,
    pub conference_fallbacks: Vec<ConferenceFallback>,
    pub assessments: Vec<AssessmentFact>,
    pub documents: Vec<DocumentFact>,
    pub waivers: Vec<WaiverFact>,
    pub attendances: Attendances,
    pub healed: Vec<HealedFact>,
    /// Make-up sessions the trainee is not invited to: they are not theirs.
    pub not_invited: BTreeSet<i64>,
}

impl Facts {
    /// Is a session the trainee's? One that somebody came to all the same is.
    pub fn is_theirs(&self, session: i64) -> bool {
        !self.not_invited.contains(&session) || self.attendances.of_session(session).is_some()
    }

    /// What had happened by a day: nothing of the future is a fact. Attendance of sessions to come is left out where it is judged.
    pub fn until(&self, as_of: NaiveDate) -> Cow<'_, Facts> {
        let past = |on: NaiveDate| on <= as_of;
        let all_past = self.milestones.iter().chain(&self.asked_again).all(|known| past(known.on))
            && self.experiences.iter().all(|known| past(known.on))
            && self.office_times.iter().all(|known| past(known.on))
            && self.conference_fallbacks.iter().all(|known| past(known.on))
            && self.documents.iter().all(|known| past(known.on))
            && self.healed.iter().all(|known| past(known.on));
        if all_past {
            return Cow::Borrowed(self);
        }
        let mut facts = self.clone();
        facts.milestones.retain(|known| past(known.on));
        facts.asked_again.retain(|known| past(known.on));
        facts.experiences.retain(|known| past(known.on));
        facts.office_times.retain(|known| past(known.on));
        facts.conference_fallbacks.retain(|known| past(known.on));
        facts.documents.retain(|known| past(known.on));
        facts.healed.retain(|known| past(known.on));
        Cow::Owned(facts)
    }

    /// Was a missed session made good by a day, in one of these ways?
    pub fn healed_by(&self, session: &Session, ways: &[Healing], as_of: NaiveDate) -> Option<&HealedFact> {
        let heals = |known: &&HealedFact| known.fits(session) && ways.contains(&known.by) && known.on <= as_of;
        self.healed.iter().find(heals)
    }

    /// The last day on which something happened that is recorded of the trainee: a class attended, an experience, a milestone, a document.
    pub fn last_day(&self, cohort: &CohortFacts) -> Option<NaiveDate> {
        let attended = |session: &&Session| {
            self.attendances.of_session(session.id).is_some_and(|attendance| attendance.present.is_some())
        };
        let classes = cohort.sessions().iter().filter(attended).map(|session| session.starts_at.date());
        classes
            .chain(self.experiences.iter().map(|known| known.on))
            .chain(self.office_times.iter().map(|known| known.on))
            .chain(self.conference_fallbacks.iter().map(|known| known.on))
            .chain(self.milestones.iter().map(|known| known.on))
            .chain(self.documents.iter().map(|known| known.on))
            .chain(self.healed.iter().map(|known| known.on))
            .max()
    }
}

/// The attendance that counts for each session: the one recorded last.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Attendance>", into = "Vec<Attendance>")]
pub struct Attendances(HashMap<i64, Attendance>);

impl From<Vec<Attendance>> for Attendances {
    fn from(all: Vec<Attendance>) -> Attendances {
        all.into_iter().collect()
    }
}

impl From<Attendances> for Vec<Attendance> {
    fn from(attendances: Attendances) -> Vec<Attendance> {
        let mut all: Vec<Attendance> = attendances.0.into_values().collect();
        all.sort_by_key(|attendance| attendance.id);
        all
    }
}

/// A file of facts: what `kensan judge --facts` reads, without any records.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactsFile {
    /// The day the judgement is made for; today if not given.
    #[serde(default)]
    pub as_of: Option<NaiveDate>,
    #[serde(default)]
    pub cohort: CohortDates,
    #[serde(default)]
    pub sessions: Vec<Session>,
    /// By any name for the trainee.
    pub trainees: BTreeMap<String, Facts>,
}

impl Attendances {
    pub fn of_session(&self, session: i64) -> Option<&Attendance> {
        self.0.get(&session)
    }
}

impl FromIterator<Attendance> for Attendances {
    fn from_iter<I: IntoIterator<Item = Attendance>>(all: I) -> Attendances {
        let mut current: HashMap<i64, Attendance> = HashMap::new();
        for attendance in all {
            let counts = current.get(&attendance.session).is_none_or(|known| known.sequence < attendance.sequence);
            if counts {
                current.insert(attendance.session, attendance);
            }
        }
        Attendances(current)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_of_whatever_was_recorded_last() {
        let day = |day| NaiveDate::from_ymd_opt(2027, 5, day).unwrap();
        let at = |on| day(on).and_hms_opt(9, 0, 0).unwrap();
        let session = |id, on| Session { id, starts_at: at(on), ends_at: at(on), shares: vec![] };
        let cohort = CohortFacts::new(CohortDates::default(), vec![session(1, 3), session(2, 20)]);
        let presence = |on| crate::cohort::attendance::Presence { arrived_at: at(on), left_at: at(on) };
        let attended = |session, present| Attendance { id: session, session, present, sequence: session };
        let mut facts = Facts::default();
        assert_eq!(facts.last_day(&cohort), None);
        facts.attendances = [attended(1, Some(presence(3))), attended(2, None)].into_iter().collect();
        assert_eq!(facts.last_day(&cohort), Some(day(3)), "an absence is nothing that happened");
        facts.documents.push(DocumentFact { id: 1, document: "own_care_plan".into(), on: day(9) });
        facts.milestones.push(MilestoneFact { id: 1, kind: MilestoneKind::Pledge, on: day(7) });
        assert_eq!(facts.last_day(&cohort), Some(day(9)));
        facts.milestones.push(MilestoneFact { id: 2, kind: MilestoneKind::SignOff, on: day(12) });
        assert_eq!(facts.last_day(&cohort), Some(day(12)));
    }

    #[test]
    fn the_last_recorded_attendance_counts_whatever_the_order() {
        let fact = |id, sequence| Attendance { id, session: 1, present: None, sequence };
        for facts in [[fact(1, 1), fact(2, 2)], [fact(2, 2), fact(1, 1)]] {
            let attendances: Attendances = facts.into_iter().collect();
            assert_eq!(attendances.of_session(1).unwrap().id, 2);
            assert_eq!(attendances.of_session(9), None);
        }
    }

    #[test]
    fn nothing_of_the_future_is_a_fact() {
        let day = |day| NaiveDate::from_ymd_opt(2027, 6, day).unwrap();
        let document = |id, on| DocumentFact { id, document: "practicum_record".into(), on };
        let milestone = |id, on| MilestoneFact { id, kind: MilestoneKind::Pledge, on };
        let healed = |id, on| HealedFact { id, session: 1, by: Healing::Report, on };
        let facts = Facts {
            documents: vec![document(1, day(1)), document(2, day(3))],
            milestones: vec![milestone(1, day(3)), milestone(2, day(2))],
            healed: vec![healed(1, day(3)), healed(2, day(2))],
            ..Facts::default()
        };
        let then = facts.until(day(2));
        assert_eq!((then.documents.len(), then.milestones[0].id, then.healed[0].id), (1, 2, 2));
        let session = |on: NaiveDate| Session {
            id: 1,
            starts_at: on.and_hms_opt(9, 0, 0).unwrap(),
            ends_at: on.and_hms_opt(12, 0, 0).unwrap(),
            shares: Vec::new(),
        };
        let healed = |on, as_of| facts.healed_by(&session(on), &[Healing::Report], as_of).map(|known| known.id);
        assert_eq!((healed(day(1), day(2)), healed(day(3), day(3)), healed(day(4), day(9))), (Some(2), Some(1), None));
        assert!(matches!(facts.until(day(3)), Cow::Borrowed(_)), "nothing is copied where nothing is to come");
    }
}
