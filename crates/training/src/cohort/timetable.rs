//! A timetable as people write it, a row for each subject of a day, and the sessions its rows make.

use super::attendance::{Hours, Session, Share};
use crate::guideline::curriculum::Curriculum;
use crate::holiday;
use crate::trainee::person::comparable;
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};

/// What is on a day's programme and is no subject. It belongs to the session all the same: it may begin with it or end with it.
const NO_SUBJECTS: [&str; 36] = [
    "休憩",
    "昼休み",
    "昼休憩",
    "昼食",
    "昼食休憩",
    "昼",
    "受付",
    "開場",
    "入室",
    "接続確認",
    "開会",
    "開会式",
    "開講式",
    "閉会",
    "閉会式",
    "閉講式",
    "修了式",
    "挨拶",
    "あいさつ",
    "主催者挨拶",
    "開会挨拶",
    "閉会挨拶",
    "オリエンテーション",
    "ガイダンス",
    "事務連絡",
    "諸連絡",
    "連絡事項",
    "アンケート",
    "アンケート記入",
    "質疑",
    "質疑応答",
    "小テスト",
    "移動",
    "準備",
    "片付け",
    "解散",
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
    /// What a text names: a subject by its number, its name, or both (`01 介護保険制度の…`, `①`, `科目1`), or something that is no subject
    /// (`昼休憩（60分）`, `開講式・オリエンテーション`). Width, blanks, marks between words and old forms of characters make no difference. `None`
    /// where it names neither; nothing is guessed.
    pub fn named(curriculum: &Curriculum, text: &str) -> Option<Taught> {
        let wanted = bare(text);
        let subjects = &curriculum.subjects;
        if let Some(subject) = subjects.iter().find(|subject| bare(&subject.name) == wanted && !wanted.is_empty()) {
            return Some(Taught::Subject(subject.code.clone()));
        }
        if let Some((number, name)) = numbered(&comparable(text)) {
            let is_number = |code: &str| code.trim_start_matches('0') == number;
            let subject = subjects.iter().find(|subject| is_number(&subject.code))?;
            let is_meant = name.is_empty() || bare(&name) == bare(&subject.name);
            return is_meant.then(|| Taught::Subject(subject.code.clone()));
        }
        Taught::is_nothing(text).then(|| Taught::Nothing(text.trim().to_owned()))
    }

    /// Is it on a programme without being a subject: a break, a reception, a greeting?
    pub fn is_nothing(text: &str) -> bool {
        let without_remark = text.split(['(', '（']).next().unwrap_or_default();
        let parts = without_remark.split(['・', '、', '/', '／', ',', '，']).map(bare);
        let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
        let is_no_subject = |part: &String| NO_SUBJECTS.iter().any(|known| bare(known) == *part);
        !parts.is_empty() && parts.iter().all(is_no_subject)
    }
}

/// A name without what people write in several ways between its words.
fn bare(text: &str) -> String {
    comparable(text).chars().filter(|c| !matches!(c, '、' | ',' | '・' | '。' | '.' | '-')).collect()
}

/// The number a text begins with, without its zeros, and what follows it: `01.…`, `(1)…`, `科目1…`, `第1科目…`.
fn numbered(text: &str) -> Option<(String, String)> {
    let rest = text.trim_start_matches(['第', '(', '[', '【', '#']);
    let rest = rest.strip_prefix("科目").or_else(|| rest.strip_prefix("no")).unwrap_or(rest).trim_start_matches('.');
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, name) = rest.split_at(end);
    let number = digits.trim_start_matches('0');
    let name = name.trim_start_matches([')', ']', '】']);
    let name = name.strip_prefix("科目").unwrap_or(name).trim_start_matches([')', ']', '】', '.', ':', '、', '-', ',']);
    (!number.is_empty()).then(|| (number.to_owned(), name.to_owned()))
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
    /// Does the title stand in the list? It is made up otherwise.
    pub is_titled: bool,
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
            is_titled: !row.title.is_empty(),
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
            match self.shares.iter_mut().find(|share| share.subject == *subject) {
                // A subject goes on after a break: its minutes are added up.
                Some(share) => {
                    share.minutes = share.minutes.saturating_add(minutes);
                    let known = share.hours.unwrap_or(hours);
                    let rest = match known.until <= hours.from {
                        true => Hours { from: known.until, until: hours.from },
                        false => Hours { from: hours.until, until: known.from },
                    };
                    if rest.from < rest.until {
                        share.breaks.push(rest);
                        share.breaks.sort_by_key(|rest| rest.from);
                    }
                    share.hours = Some(Hours { from: known.from.min(hours.from), until: known.until.max(hours.until) });
                }
                None => {
                    self.shares.push(Share { hours: Some(hours), ..Share::of(subject.clone(), minutes) });
                }
            }
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
    let mut days: BTreeMap<NaiveDate, Vec<PlannedSession>> = BTreeMap::new();
    for row in rows {
        let of_day = days.entry(row.day).or_default();
        // The newest first: a row without title and place continues what stands right above it.
        let at = match of_day.iter().rposition(|session| session.takes(row)) {
            Some(at) => at,
            None => {
                of_day.push(PlannedSession::begun_by(row));
                of_day.len() - 1
            }
        };
        of_day[at].add(row);
    }
    let all: BTreeSet<NaiveDate> = known.iter().chain(days.keys()).copied().collect();
    let mut sessions = Vec::new();
    for (day, mut of_day) in days {
        join_what_teaches_nothing(&mut of_day);
        of_day.sort_by_key(|session| (session.from, session.row));
        for session in &mut of_day {
            session.shares.sort_by_key(|share| share.hours.map(|hours| hours.from));
            if session.title.is_empty() {
                session.title = format!("第{}日", all.range(..=day).count());
            }
        }
        sessions.extend(of_day);
    }
    sessions
}

/// A reception or a closing that several rooms share is part of each session that begins after it or ends before it.
fn join_what_teaches_nothing(of_day: &mut Vec<PlannedSession>) {
    let (teaching, nothing): (Vec<_>, Vec<_>) = of_day.drain(..).partition(|session| !session.shares.is_empty());
    *of_day = teaching;
    for shared in nothing {
        let first = of_day.iter().map(|session| session.from).filter(|from| *from >= shared.until).min();
        let last = of_day.iter().map(|session| session.until).filter(|until| *until <= shared.from).max();
        let mut is_joined = false;
        for session in of_day.iter_mut() {
            match (first, last) {
                (Some(first), _) if session.from == first => session.from = shared.from,
                (None, Some(last)) if session.until == last => session.until = shared.until,
                _ => continue,
            }
            is_joined = true;
        }
        if !is_joined {
            of_day.push(shared);
        }
    }
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
        .flat_map(|(share, hours)| {
            let alone = Session { shares: vec![Share { hours: Some(hours), ..share.clone() }], ..session.clone() };
            let pieces = alone.taught();
            let whole: u32 = pieces.iter().map(|piece| piece.minutes()).sum();
            // Minutes that are fewer than the hours have stand with the last piece.
            let missing = whole.saturating_sub(share.minutes);
            let last = pieces.len() - 1;
            let piece = |(index, piece): (usize, Hours)| {
                let minutes = (index == last && missing > 0).then(|| piece.minutes().saturating_sub(missing));
                row(piece.from, piece.until, Taught::Subject(share.subject.clone()), minutes)
            };
            pieces.into_iter().enumerate().map(piece).collect::<Vec<_>>()
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

/// Before this hour a time is likelier one of the afternoon.
const EARLY: u32 = 6;

/// What is worth a second look at a session, and forbids nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// A public holiday or a day around New Year, by its name.
    DayOff(&'static str),
    /// Of a year whose holidays are not announced yet.
    HolidaysUnknown,
    /// It lies in the weeks of the practicum.
    InPracticum,
    /// It begins before six in the morning.
    Early,
    /// Another session of the cohort is held at that time.
    SameTime(String),
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
        if chrono::Datelike::year(&day) > holiday::KNOWN_UNTIL {
            remarks.push(Remark::HolidaysUnknown);
        }
        if (practicum.0..practicum.1).contains(&day) {
            remarks.push(Remark::InPracticum);
        }
        if chrono::Timelike::hour(&session.hours.from.time()) < EARLY {
            remarks.push(Remark::Early);
        }
        let others = by_day[&day].iter().filter(|other| **other != index).map(|other| &sessions[*other]);
        let at_once =
            others.filter(|other| other.hours.from < session.hours.until && session.hours.from < other.hours.until);
        for other in at_once {
            if !session.place.trim().is_empty() && comparable(&session.place) == comparable(&other.place) {
                remarks.push(Remark::PlaceTaken(other.title.clone()));
            } else {
                remarks.push(Remark::SameTime(other.title.clone()));
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

    /// Minutes planned beyond what is required.
    pub fn over(&self) -> u32 {
        self.planned.saturating_sub(self.required)
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
