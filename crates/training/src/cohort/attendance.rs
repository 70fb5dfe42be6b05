//! Attendance as facts: when a trainee came into a session and left it. Lateness and early leaving follow from the times.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

/// Part of a session given to one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Subject code of the edition's curriculum.
    pub subject: String,
    pub minutes: u32,
}

/// A session (日程の1コマ) teaches one or more subjects. Times are local (Japan) times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: i64,
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
    pub shares: Vec<Share>,
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

/// Minutes late and minutes left early.
pub fn missed_minutes(session: &Session, presence: &Presence) -> (u32, u32) {
    let minutes = |delta: chrono::TimeDelta| u32::try_from(delta.num_minutes()).unwrap_or(0);
    (minutes(presence.arrived_at - session.starts_at), minutes(session.ends_at - presence.left_at))
}

/// The state of one session for a trainee, on a day. `tolerance` is in minutes, for lateness and early leaving together.
pub fn state(
    session: &Session,
    fact: Option<&Attendance>,
    enrolled_on: Option<NaiveDate>,
    tolerance: u32,
    today: NaiveDate,
) -> AttendanceState {
    match fact {
        // Whatever is recorded: nothing of the future is a fact.
        _ if session.starts_at.date() > today => AttendanceState::Planned,
        Some(Attendance { present: Some(presence), .. }) => {
            let (late, left_early) = missed_minutes(session, presence);
            if late + left_early <= tolerance {
                AttendanceState::Attended
            } else {
                AttendanceState::Short { late, left_early }
            }
        }
        // Who was not enrolled yet cannot have been absent, even if the class was recorded later.
        _ if enrolled_on.is_some_and(|day| session.ends_at.date() < day) => AttendanceState::NotApplicable,
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
