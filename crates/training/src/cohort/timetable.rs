//! A timetable as people write it, a row for each subject of a day, and the sessions its rows make.

use super::attendance::{Hours, Session, Share};
use crate::guideline::curriculum::Curriculum;
use crate::holiday;
use crate::trainee::person::comparable;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};

/// What is on a day's programme and is no subject. It belongs to the session all the same: it may begin with it or end with it.
const NO_SUBJECTS: [&str; 14] = [
    "休憩",
    "昼休み",
    "昼休憩",
    "昼食",
    "昼食休憩",
    "受付",
    "開場",
    "開会",
    "開講式",
    "閉会",
    "閉講式",
    "事務連絡",
    "諸連絡",
    "アンケート記入",
];
/// Stand before the first subject and after the last where a session is longer than they are.
const BEFORE: &str = "受付";
const AFTER: &str = "事務連絡";

/// What a row of a timetable says is taught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taught {
    /// Code of a subject.
    Subject(String),
    /// A break and its like, as written.
    Nothing(String),
}

impl Taught {
    /// What a text names: a subject by its code, its name, or both (`01 介護保険制度の…`), or something that is no subject. Width, blanks and
    /// old forms of characters make no difference. `None` where it names neither; nothing is guessed.
    pub fn named(curriculum: &Curriculum, text: &str) -> Option<Taught> {
        let wanted = comparable(text);
        let is_named = |code: &str, name: &str| {
            let (code, name) = (comparable(code), comparable(name));
            let after_code = wanted.strip_prefix(&code).map(|rest| rest.trim_start_matches(['.', ':', '-', '、', ')']));
            wanted == code || wanted == name || after_code.is_some_and(|rest| rest == name)
        };
        let number = |code: &str| code.trim_start_matches('0').to_owned();
        let subjects = &curriculum.subjects;
        let subject = subjects
            .iter()
            .find(|subject| is_named(&subject.code, &subject.name))
            .or_else(|| subjects.iter().find(|subject| number(&subject.code) == wanted && !wanted.is_empty()));
        match subject {
            Some(subject) => Some(Taught::Subject(subject.code.clone())),
            None if NO_SUBJECTS.iter().any(|known| comparable(known) == wanted) => {
                Some(Taught::Nothing(text.trim().to_owned()))
            }
            None => None,
        }
    }
}

/// A row of a timetable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it stands in its list, from 1.
    pub number: usize,
    pub day: NaiveDate,
    pub from: NaiveTime,
    pub until: NaiveTime,
    pub taught: Taught,
    /// Minutes taught, where they are fewer than the hours have.
    pub minutes: Option<u32>,
    /// Empty: as the row above it on that day.
    pub title: String,
    /// Empty: as the row above it on that day.
    pub place: String,
    pub online: bool,
    /// Names of who teaches.
    pub teachers: Vec<String>,
}

/// A session as rows of a timetable make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSession {
    /// Of its first row.
    pub row: usize,
    pub title: String,
    pub day: NaiveDate,
    pub from: NaiveTime,
    pub until: NaiveTime,
    pub place: String,
    pub online: bool,
    pub shares: Vec<Share>,
    pub teachers: Vec<String>,
}

impl PlannedSession {
    fn begun_by(row: &Row) -> PlannedSession {
        PlannedSession {
            row: row.number,
            title: row.title.clone(),
            day: row.day,
            from: row.from,
            until: row.until,
            place: row.place.clone(),
            online: row.online,
            shares: Vec::new(),
            teachers: Vec::new(),
        }
    }

    /// Is a row of the same day a part of this session?
    fn takes(&self, row: &Row) -> bool {
        let same = |own: &str, other: &str| other.is_empty() || comparable(own) == comparable(other);
        self.day == row.day && same(&self.title, &row.title) && same(&self.place, &row.place)
    }

    fn add(&mut self, row: &Row) {
        self.from = self.from.min(row.from);
        self.until = self.until.max(row.until);
        self.online |= row.online;
        if let Taught::Subject(subject) = &row.taught {
            let hours = Hours { from: row.day.and_time(row.from), until: row.day.and_time(row.until) };
            let minutes = row.minutes.unwrap_or_else(|| hours.minutes());
            self.shares.push(Share { subject: subject.clone(), minutes, hours: Some(hours) });
        }
        for teacher in &row.teachers {
            if !self.teachers.contains(teacher) {
                self.teachers.push(teacher.clone());
            }
        }
    }
}

/// The sessions of a timetable, in the order they are held. Rows of one day with the same title and place are one session; a row without them
/// belongs to the one above it. A session without a title is called after its day, counted with the days in `known`.
pub fn sessions(rows: &[Row], known: &BTreeSet<NaiveDate>) -> Vec<PlannedSession> {
    let mut sessions: Vec<PlannedSession> = Vec::new();
    for row in rows {
        // The newest first: a row without title and place continues what stands right above it.
        let at = match sessions.iter().rposition(|session| session.takes(row)) {
            Some(at) => at,
            None => {
                sessions.push(PlannedSession::begun_by(row));
                sessions.len() - 1
            }
        };
        sessions[at].add(row);
    }
    let days: BTreeSet<NaiveDate> = known.iter().copied().chain(sessions.iter().map(|session| session.day)).collect();
    for session in &mut sessions {
        session.shares.sort_by_key(|share| share.hours.map(|hours| hours.from));
        if session.title.is_empty() {
            session.title = format!("第{}日", days.range(..=session.day).count());
        }
    }
    sessions.sort_by_key(|session| (session.day, session.from, session.row));
    sessions
}

/// A session of another cohort as rows, some days later. What was not told from when to when it is taught stands where its minutes lay it.
pub fn rows_of(session: &Session, title: &str, place: &str, online: bool, later: TimeDelta) -> Vec<Row> {
    let row = |from: chrono::NaiveDateTime, until: chrono::NaiveDateTime, taught, minutes| Row {
        number: 0,
        day: session.starts_at.date() + later,
        from: from.time(),
        until: until.time(),
        taught,
        minutes,
        title: title.to_owned(),
        place: place.to_owned(),
        online,
        teachers: Vec::new(),
    };
    let taught = session.shares.iter().zip(session.timetable());
    let mut rows: Vec<Row> = taught
        .map(|(share, hours)| {
            let minutes = (share.minutes != hours.minutes()).then_some(share.minutes);
            row(hours.from, hours.until, Taught::Subject(share.subject.clone()), minutes)
        })
        .collect();
    let first = rows.iter().map(|row| row.from).min();
    let last = rows.iter().map(|row| row.until).max();
    if let Some(first) = first.filter(|first| *first > session.starts_at.time()) {
        let until = session.starts_at.date().and_time(first);
        rows.insert(0, row(session.starts_at, until, Taught::Nothing(BEFORE.to_owned()), None));
    }
    if let Some(last) = last.filter(|last| *last < session.ends_at.time()) {
        let from = session.ends_at.date().and_time(last);
        rows.push(row(from, session.ends_at, Taught::Nothing(AFTER.to_owned()), None));
    }
    rows
}

/// What is worth a second look at a session, and forbids nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// A public holiday or a day around New Year, by its name.
    DayOff(&'static str),
    /// It lies in the weeks of the practicum.
    InPracticum,
    /// Another session is held at the same place at that time.
    PlaceTaken(String),
    /// Somebody teaches two sessions at once.
    TeachesTwice { teacher: String, title: String },
}

/// A session as it stands beside others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    pub title: String,
    pub hours: Hours,
    pub place: String,
    pub teachers: Vec<String>,
}

/// What to remark of each session, in their order. `practicum` is the first day of its weeks and the day after the last.
pub fn remarks(sessions: &[Neighbour], practicum: (NaiveDate, NaiveDate)) -> Vec<Vec<Remark>> {
    let mut by_day: BTreeMap<NaiveDate, Vec<usize>> = BTreeMap::new();
    for (index, session) in sessions.iter().enumerate() {
        by_day.entry(session.hours.from.date()).or_default().push(index);
    }
    let of = |(index, session): (usize, &Neighbour)| {
        let day = session.hours.from.date();
        let mut remarks: Vec<Remark> = holiday::remark(day).map(Remark::DayOff).into_iter().collect();
        if (practicum.0..practicum.1).contains(&day) {
            remarks.push(Remark::InPracticum);
        }
        let others = by_day[&day].iter().filter(|other| **other != index).map(|other| &sessions[*other]);
        let at_once =
            others.filter(|other| other.hours.from < session.hours.until && session.hours.from < other.hours.until);
        for other in at_once {
            if !session.place.trim().is_empty() && comparable(&session.place) == comparable(&other.place) {
                remarks.push(Remark::PlaceTaken(other.title.clone()));
            }
            let twice = session.teachers.iter().filter(|teacher| other.teachers.contains(teacher));
            remarks.extend(
                twice.map(|teacher| Remark::TeachesTwice { teacher: teacher.clone(), title: other.title.clone() }),
            );
        }
        remarks
    };
    sessions.iter().enumerate().map(of).collect()
}

/// How many minutes of a subject are planned, and how many its edition asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectSum {
    pub code: String,
    pub name: String,
    pub planned: u32,
    pub required: u32,
}

impl SubjectSum {
    pub fn is_short(&self) -> bool {
        self.planned < self.required
    }
}

/// The sums of every subject that has hours. Sessions that repeat a subject for another group add to it.
pub fn sums<'a>(curriculum: &Curriculum, shares: impl Iterator<Item = &'a Share>) -> Vec<SubjectSum> {
    let mut planned: BTreeMap<&str, u32> = BTreeMap::new();
    for share in shares {
        let sum = planned.entry(&share.subject).or_default();
        *sum = sum.saturating_add(share.minutes);
    }
    let subjects = curriculum.subjects.iter().filter(|subject| subject.hours > 0);
    subjects
        .map(|subject| SubjectSum {
            code: subject.code.clone(),
            name: subject.name.clone(),
            planned: planned.get(subject.code.as_str()).copied().unwrap_or(0),
            required: subject.hours.saturating_mul(60),
        })
        .collect()
}

#[cfg(test)]
mod tests;
