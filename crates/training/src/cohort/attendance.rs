//! Attendance as facts: when a trainee came into a session and left it. Lateness and early leaving follow from the times.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};

/// Part of a session given to one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Subject code of the edition's curriculum.
    pub subject: String,
    pub minutes: u32,
    /// From when to when it is taught, if told.
    #[serde(default)]
    pub hours: Option<Hours>,
    /// Within its hours, when it is not taught: it goes on after them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<Hours>,
}

impl Share {
    /// A share of which only the minutes are known.
    pub fn of(subject: impl Into<String>, minutes: u32) -> Share {
        Share { subject: subject.into(), minutes, hours: None, breaks: Vec::new() }
    }
}

/// From when to when, local. The end is not before the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    pub from: NaiveDateTime,
    pub until: NaiveDateTime,
}

impl Hours {
    pub fn minutes(self) -> u32 {
        minutes(self.until - self.from)
    }
}

/// A session (日程の1コマ) teaches one or more subjects. Times are local (Japan) times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: i64,
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
    /// In the order they are taught.
    pub shares: Vec<Share>,
}

impl Session {
    fn whole(&self) -> Hours {
        Hours { from: self.starts_at, until: self.ends_at }
    }

    /// Breaks of the subjects taught within some hours.
    fn breaks_in(&self, hours: Hours) -> impl Iterator<Item = Hours> {
        let breaks = self.shares.iter().flat_map(|share| &share.breaks).copied();
        breaks.filter(move |known| hours.from <= known.from && known.until <= hours.until)
    }

    /// When something is taught, without the breaks of the subjects.
    pub fn taught(&self) -> Vec<Hours> {
        let pieces = |(share, hours): (&Share, Hours)| {
            let ends = share.breaks.iter().map(|known| known.from).chain([hours.until]);
            let begins = std::iter::once(hours.from).chain(share.breaks.iter().map(|known| known.until));
            begins.zip(ends).map(|(from, until)| Hours { from, until }).collect::<Vec<_>>()
        };
        self.shares.iter().zip(self.timetable()).flat_map(pieces).collect()
    }

    /// From when to when each share is taught, in their order. Told hours hold; the others lie in order in what is left between them,
    /// breaks spread by their minutes, so that together they fill the session.
    pub fn timetable(&self) -> Vec<Hours> {
        let mut hours = Vec::with_capacity(self.shares.len());
        let mut from = self.starts_at;
        let mut index = 0;
        while let Some(share) = self.shares.get(index) {
            if let Some(told) = share.hours {
                hours.push(told);
                from = told.until;
                index += 1;
                continue;
            }
            let untold: Vec<u32> = self.shares[index..]
                .iter()
                .take_while(|share| share.hours.is_none())
                .map(|share| share.minutes)
                .collect();
            index += untold.len();
            let next = self.shares.get(index).and_then(|share| share.hours).map_or(self.ends_at, |told| told.from);
            let gap = Hours { from, until: next.max(from) };
            let asked: u32 = untold.iter().fold(0, |sum, minutes| sum.saturating_add(*minutes));
            // Where told hours leave too little room, nobody knows when the rest is taught: the whole session is asked.
            let is_squeezed = gap != self.whole() && gap.minutes() < asked;
            let laid = if is_squeezed { vec![self.whole(); untold.len()] } else { laid_out(gap, &untold) };
            hours.extend(laid);
            from = next.max(from);
        }
        hours
    }
}

/// Divides a time by minutes, in order.
fn laid_out(whole: Hours, shares: &[u32]) -> Vec<Hours> {
    let total: u64 = shares.iter().copied().map(u64::from).sum();
    let mut taught = 0;
    let mut from = whole.from;
    let mut hours = Vec::with_capacity(shares.len());
    for share in shares {
        taught += u64::from(*share);
        let minutes = (u64::from(whole.minutes()) * taught).checked_div(total).unwrap_or(0);
        let until = whole.from + TimeDelta::minutes(i64::try_from(minutes).unwrap_or(0));
        hours.push(Hours { from, until });
        from = until;
    }
    hours
}

/// One recorded fact. A later fact about the same session replaces an earlier one; both stay on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    pub id: i64,
    pub session: i64,
    /// `None`: the trainee did not come.
    pub present: Option<Presence>,
    /// Order of recording: the highest counts.
    pub sequence: i64,
}

/// How a missed session may be healed without attending another session of this course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Healing {
    /// A report was handed in and accepted.
    Report,
    /// The session's recording was watched.
    Recording,
    /// The same was attended on a day of another course.
    OtherCourse,
}

impl Healing {
    pub const ALL: [Healing; 3] = [Healing::Report, Healing::Recording, Healing::OtherCourse];

    pub fn id(self) -> &'static str {
        match self {
            Healing::Report => "report",
            Healing::Recording => "recording",
            Healing::OtherCourse => "other_course",
        }
    }

    pub fn from_id(id: &str) -> Option<Healing> {
        Self::ALL.into_iter().find(|known| known.id() == id)
    }
}

/// A session that was missed, in whole or in part, and healed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HealedFact {
    pub id: i64,
    pub session: i64,
    pub by: Healing,
    pub on: NaiveDate,
}

impl HealedFact {
    /// Can it make this session good? Nobody reports on a session before it was held; another course may have come before.
    pub fn fits(&self, session: &Session) -> bool {
        self.session == session.id && (self.by == Healing::OtherCourse || self.on >= session.starts_at.date())
    }
}

/// In and out times, local.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    pub arrived_at: NaiveDateTime,
    pub left_at: NaiveDateTime,
}

/// What a session's attendance amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum AttendanceState {
    /// Present throughout, or within the tolerance.
    Attended,
    /// Minutes missed at the beginning and the end exceed the tolerance.
    Short {
        late: u32,
        left_early: u32,
    },
    Absent,
    /// Held, but nothing is recorded.
    Unrecorded,
    /// Still to come.
    Planned,
    /// Before the trainee was enrolled: neither attended nor absent.
    NotApplicable,
}

/// Whole minutes; 0 if it is negative.
fn minutes(delta: TimeDelta) -> u32 {
    u32::try_from(delta.num_minutes()).unwrap_or(0)
}

/// Minutes late and minutes left early, each at most the whole; what falls into a break is not missed.
fn missed_minutes(session: &Session, hours: Hours, presence: &Presence) -> (u32, u32) {
    let missed = |from: NaiveDateTime, until: NaiveDateTime| {
        let rests =
            session.breaks_in(hours).map(|rest| (rest.until.min(until) - rest.from.max(from)).max(TimeDelta::zero()));
        minutes(until - from - rests.sum::<TimeDelta>())
    };
    let (arrived, left) = (presence.arrived_at.min(hours.until), presence.left_at.max(hours.from));
    (missed(hours.from, arrived), missed(left, hours.until))
}

/// The state of a whole session for a trainee, on a day. `tolerance` is in minutes, for lateness and early leaving together.
pub fn state(
    session: &Session,
    fact: Option<&Attendance>,
    enrolled_on: Option<NaiveDate>,
    tolerance: u32,
    today: NaiveDate,
) -> AttendanceState {
    state_in(session, session.whole(), fact, enrolled_on, tolerance, today)
}

/// The same of a part of the session: who misses one subject has attended the others.
pub fn state_in(
    session: &Session,
    hours: Hours,
    fact: Option<&Attendance>,
    enrolled_on: Option<NaiveDate>,
    tolerance: u32,
    today: NaiveDate,
) -> AttendanceState {
    // Who was not enrolled yet cannot have been absent or late, even if the class was recorded later.
    let is_before = enrolled_on.is_some_and(|day| session.ends_at.date() < day);
    match fact {
        // Whatever is recorded: nothing of the future is a fact.
        _ if session.starts_at.date() > today => AttendanceState::Planned,
        Some(Attendance { present: Some(presence), .. }) => {
            let (late, left_early) = missed_minutes(session, hours, presence);
            if is_before && late + left_early > tolerance {
                AttendanceState::NotApplicable
            } else if hours.from < hours.until && (presence.arrived_at >= hours.until || presence.left_at <= hours.from)
            {
                AttendanceState::Absent
            } else if late + left_early <= tolerance {
                AttendanceState::Attended
            } else {
                AttendanceState::Short { late, left_early }
            }
        }
        _ if is_before => AttendanceState::NotApplicable,
        Some(Attendance { present: None, .. }) => AttendanceState::Absent,
        None if session.ends_at.date() < today => AttendanceState::Unrecorded,
        None => AttendanceState::Planned,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32, minute: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(2026, 6, 1).unwrap().and_hms_opt(hour, minute, 0).unwrap()
    }

    #[test]
    fn subjects_are_laid_out_in_order() {
        let clock = |hour, minute| format!("{hour:02}:{minute:02}");
        let told =
            |from: (u32, u32), until: (u32, u32)| Hours { from: at(from.0, from.1), until: at(until.0, until.1) };
        let share = |minutes, hours| Share { hours, ..Share::of("01", minutes) };
        for (name, shares, expected) in [
            ("one fills the session", vec![share(180, None)], vec![(9, 0, 16, 0)]),
            ("two share the break", vec![share(180, None), share(180, None)], vec![(9, 0, 12, 30), (12, 30, 16, 0)]),
            ("by their minutes", vec![share(60, None), share(180, None)], vec![(9, 0, 10, 45), (10, 45, 16, 0)]),
            (
                "more than the session holds",
                vec![share(600, None), share(600, None)],
                vec![(9, 0, 12, 30), (12, 30, 16, 0)],
            ),
            (
                "no room is left for the untold",
                vec![
                    share(180, Some(told((9, 0), (12, 0)))),
                    share(60, None),
                    share(240, Some(told((12, 5), (16, 0)))),
                ],
                vec![(9, 0, 12, 0), (9, 0, 16, 0), (12, 5, 16, 0)],
            ),
            (
                "just room enough",
                vec![share(180, Some(told((9, 0), (12, 0)))), share(240, None)],
                vec![(9, 0, 12, 0), (12, 0, 16, 0)],
            ),
            (
                "told",
                vec![share(180, Some(told((9, 0), (12, 0)))), share(180, Some(told((13, 0), (16, 0))))],
                vec![(9, 0, 12, 0), (13, 0, 16, 0)],
            ),
            (
                "the untold around the told",
                vec![share(60, None), share(60, Some(told((13, 0), (14, 0)))), share(60, None)],
                vec![(9, 0, 13, 0), (13, 0, 14, 0), (14, 0, 16, 0)],
            ),
            ("no minutes", vec![share(0, None), share(0, None)], vec![(9, 0, 9, 0), (9, 0, 9, 0)]),
            ("nothing taught", vec![], vec![]),
        ] {
            let session = Session { id: 1, starts_at: at(9, 0), ends_at: at(16, 0), shares };
            let found: Vec<_> = session
                .timetable()
                .iter()
                .map(|hours| (hours.from.format("%H:%M").to_string(), hours.until.format("%H:%M").to_string()))
                .collect();
            let expected: Vec<_> = expected.into_iter().map(|(a, b, c, d)| (clock(a, b), clock(c, d))).collect();
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn a_break_of_a_subject_is_not_missed() {
        let hours =
            |from: (u32, u32), until: (u32, u32)| Hours { from: at(from.0, from.1), until: at(until.0, until.1) };
        let share = Share {
            hours: Some(hours((9, 0), (16, 0))),
            breaks: vec![hours((12, 0), (13, 0))],
            ..Share::of("01", 360)
        };
        let session = Session { id: 1, starts_at: at(9, 0), ends_at: at(16, 0), shares: vec![share] };
        assert_eq!(session.taught(), [hours((9, 0), (12, 0)), hours((13, 0), (16, 0))]);
        let short = |late, left_early| AttendanceState::Short { late, left_early };
        for (name, from, until, expected) in [
            ("throughout", (9, 0), (16, 0), AttendanceState::Attended),
            ("came after lunch", (13, 0), (16, 0), short(180, 0)),
            ("came in the lunch break", (12, 30), (16, 0), short(180, 0)),
            ("left as it began", (9, 0), (12, 0), short(0, 180)),
            ("left in it", (9, 0), (12, 20), short(0, 180)),
            ("came late and left early", (10, 0), (15, 0), short(60, 60)),
        ] {
            let presence = Presence { arrived_at: at(from.0, from.1), left_at: at(until.0, until.1) };
            let fact = Attendance { id: 1, session: 1, present: Some(presence), sequence: 1 };
            let found = state(&session, Some(&fact), None, 0, at(9, 0).date());
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn lateness_is_measured_against_each_part() {
        let session = Session { id: 1, starts_at: at(9, 0), ends_at: at(16, 0), shares: vec![] };
        let morning = Hours { from: at(9, 0), until: at(12, 0) };
        let afternoon = Hours { from: at(13, 0), until: at(16, 0) };
        let second = |presence: Presence, seconds| Presence {
            arrived_at: presence.arrived_at + TimeDelta::seconds(seconds),
            ..presence
        };
        let came = |from: (u32, u32), until: (u32, u32)| Presence {
            arrived_at: at(from.0, from.1),
            left_at: at(until.0, until.1),
        };
        let short = |late, left_early| AttendanceState::Short { late, left_early };
        use AttendanceState::{Absent, Attended};
        for (name, presence, tolerance, expected) in [
            ("throughout", came((9, 0), (16, 0)), 0, (Attended, Attended)),
            ("45 minutes late", came((9, 45), (16, 0)), 0, (short(45, 0), Attended)),
            ("some seconds late", second(came((9, 0), (16, 0)), 59), 0, (Attended, Attended)),
            ("exactly within the tolerance", came((9, 15), (16, 0)), 15, (Attended, Attended)),
            ("a minute beyond it", came((9, 16), (16, 0)), 15, (short(16, 0), Attended)),
            ("came in the lunch break", came((12, 30), (16, 0)), 15, (Absent, Attended)),
            ("came as the first ended", came((12, 0), (16, 0)), 999, (Absent, Attended)),
            ("left in the lunch break", came((9, 0), (12, 30)), 0, (Attended, Absent)),
            ("left as the second began", came((9, 0), (13, 0)), 999, (Attended, Absent)),
            ("left before the end of the first", came((9, 0), (11, 50)), 0, (short(0, 10), Absent)),
            ("late and early", came((9, 5), (15, 50)), 5, (Attended, short(0, 10))),
            ("both in one", came((9, 5), (11, 50)), 14, (short(5, 10), Absent)),
        ] {
            let fact = Attendance { id: 1, session: 1, present: Some(presence), sequence: 1 };
            let state = |hours| state_in(&session, hours, Some(&fact), None, tolerance, at(9, 0).date());
            assert_eq!((state(morning), state(afternoon)), expected, "{name}");
        }
    }

    #[test]
    fn the_state_follows_from_the_times() {
        let session = Session { id: 1, starts_at: at(9, 0), ends_at: at(12, 0), shares: vec![] };
        let day = |d| NaiveDate::from_ymd_opt(2026, 6, d);
        let fact = |arrived, left| Attendance {
            id: 1,
            session: 1,
            present: Some(Presence { arrived_at: arrived, left_at: left }),
            sequence: 1,
        };
        let absent = Attendance { id: 2, session: 1, present: None, sequence: 1 };
        for (name, fact, enrolled_on, tolerance, today, expected) in [
            ("on time", Some(fact(at(8, 50), at(12, 5))), None, 0, day(1), AttendanceState::Attended),
            ("late within tolerance", Some(fact(at(9, 10), at(12, 0))), None, 10, day(1), AttendanceState::Attended),
            (
                "late and early together",
                Some(fact(at(9, 6), at(11, 55))),
                None,
                10,
                day(1),
                AttendanceState::Short { late: 6, left_early: 5 },
            ),
            ("absent", Some(absent.clone()), None, 0, day(2), AttendanceState::Absent),
            ("nothing recorded", None, None, 0, day(2), AttendanceState::Unrecorded),
            ("to come", None, None, 0, day(1), AttendanceState::Planned),
            (
                "recorded before its day",
                Some(fact(at(9, 0), at(12, 0))),
                None,
                0,
                NaiveDate::from_ymd_opt(2026, 5, 31),
                AttendanceState::Planned,
            ),
            (
                "absent before its day",
                Some(absent.clone()),
                None,
                0,
                NaiveDate::from_ymd_opt(2026, 5, 31),
                AttendanceState::Planned,
            ),
            ("before enrolment", None, day(2), 0, day(3), AttendanceState::NotApplicable),
            ("marked absent before enrolment", Some(absent.clone()), day(2), 0, day(3), AttendanceState::NotApplicable),
            ("came before enrolment", Some(fact(at(9, 0), at(12, 0))), day(2), 0, day(3), AttendanceState::Attended),
        ] {
            assert_eq!(state(&session, fact.as_ref(), enrolled_on, tolerance, today.unwrap()), expected, "{name}");
        }
    }
}
