//! The timetable of a cohort from a list, or from the one of another cohort: shown first, set as a whole, and taken back as a whole.

use crate::cohort::refusal::CohortRefusal;
use crate::list_file::{self, ListFile, ListRow, one_cell};
use crate::{BadCell, CellFault, Refusal, Result, Secretariat, Staff};
use chrono::TimeDelta;
use records::Work;
use records::cohort::Cohort;
use records::cohort::session::Session;
use records::hex;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use training::cohort::attendance::Hours;
use training::cohort::timetable::{self, Neighbour, PlannedSession, Remark, Row, SubjectSum, Taught};
use training::guideline::curriculum::Curriculum;
use training::role::Role;
use training::trainee::person::comparable_name;
use training::{NaiveDate, NaiveTime, time_of_day, wareki};

const DAY: &[&str] = &["日付", "月日", "年月日", "開催日", "研修日", "実施日"];
const FROM: &[&str] = &["開始", "開始時刻", "開始時間"];
const UNTIL: &[&str] = &["終了", "終了時刻", "終了時間"];
const RANGE: &[&str] = &["時間", "時間帯", "時刻", "研修時間"];
const SUBJECT: &[&str] = &["科目", "科目名", "研修科目", "内容", "科目・内容"];
const TITLE: &[&str] = &["名称", "日程", "日程名", "研修名", "回"];
const PLACE: &[&str] = &["会場", "場所", "会場・URL"];
const ONLINE: &[&str] = &["オンライン"];
const MINUTES: &[&str] = &["分", "分数", "時間（分）"];
const TEACHERS: &[&str] = &["講師", "講師名", "担当講師"];

/// The headings of the file to fill in, and of the text a draft is kept in.
pub const HEADINGS: [&str; 9] = ["日付", "開始", "終了", "科目", "名称", "会場", "オンライン", "分", "講師"];

/// What was set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct TimetableCounts {
    pub rows: usize,
    /// Sessions set.
    pub recorded: usize,
    /// Sessions that were set already.
    pub unchanged: usize,
}

/// A session that would be set.
#[derive(Debug, Clone)]
pub struct DraftSession {
    /// Row of the list, from 1.
    pub row: usize,
    pub session: Session,
    /// It is set already: it would not be set again.
    pub is_there: bool,
    /// Why it cannot be set.
    pub fault: Option<Refusal>,
    pub remarks: Vec<Remark>,
}

/// A timetable as it would be set.
#[derive(Debug, Clone)]
pub struct TimetableDraft {
    pub sessions: Vec<DraftSession>,
    /// Of each subject, with what is set already.
    pub sums: Vec<SubjectSum>,
    /// Who teaches by the list and has no account of an instructor: that is not kept.
    pub unknown_teachers: Vec<String>,
    /// The same as a list.
    pub text: String,
}

impl TimetableDraft {
    pub fn is_sound(&self) -> bool {
        self.sessions.iter().all(|session| session.fault.is_none())
    }

    /// Sessions that are not there yet.
    pub fn count_new(&self) -> usize {
        self.sessions.iter().filter(|session| !session.is_there).count()
    }
}

/// Reads a range of times: `9:30～12:00`, `9時30分から12時`.
fn range(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let text = text.replace("から", "~").replace("まで", "");
    let (from, until) = text.split_once(['~', '〜', '-', '–', '—', '−', '→', 'ー'])?;
    Some((time_of_day::parse(from)?, time_of_day::parse(until)?))
}

/// The times of a row.
fn hours(row: &ListRow<'_>, bad: &mut Vec<BadCell>) -> Option<(NaiveTime, NaiveTime)> {
    if row.has(RANGE[0]) {
        let text = row.cell(RANGE[0]);
        let found = range(&text);
        if found.is_none() {
            bad.push(row.bad(RANGE[0], CellFault::NoTime(text)));
        }
        return found;
    }
    let mut time = |column: &str| {
        let text = row.cell(column);
        let found = time_of_day::parse(&text);
        if found.is_none() {
            bad.push(row.bad(column, if text.is_empty() { CellFault::Empty } else { CellFault::NoTime(text) }));
        }
        found
    };
    let (from, until) = (time(FROM[0]), time(UNTIL[0]));
    from.zip(until)
}

/// Is a cell of the column "online" a yes? `None` for a text that says neither.
fn yes(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "" | "×" | "x" | "0" | "いいえ" | "会場" | "集合" | "対面" | "no" | "-" => Some(false),
        "○" | "〇" | "◯" | "●" | "1" | "はい" | "オンライン" | "web" | "zoom" | "yes" | "✓" | "レ" => {
            Some(true)
        }
        _ => None,
    }
}

/// Reads the rows of a list. The day of a row without one is that of the row above it; a day without a year lies in the course.
fn read(file: &ListFile, cohort: &Cohort, curriculum: &Curriculum) -> Result<Vec<Row>, Refusal> {
    let (mut rows, mut bad) = (Vec::new(), Vec::new());
    let mut day: Option<NaiveDate> = None;
    for row in file.rows() {
        let text = row.cell(DAY[0]);
        if !text.is_empty() {
            day = read_day(&text, cohort);
            if day.is_none() {
                bad.push(row.bad(DAY[0], CellFault::NoDate(text)));
            }
        } else if day.is_none() {
            bad.push(row.bad(DAY[0], CellFault::Empty));
        }
        let hours = hours(&row, &mut bad);
        if let Some((from, until)) = hours.filter(|(from, until)| until <= from) {
            let column = if row.has(UNTIL[0]) { UNTIL[0] } else { RANGE[0] };
            bad.push(row.bad(column, CellFault::TimesBackwards { from, until }));
        }
        let subject = row.cell(SUBJECT[0]);
        let taught = Taught::named(curriculum, &subject);
        if taught.is_none() {
            let fault = if subject.is_empty() { CellFault::Empty } else { CellFault::UnknownSubject(subject) };
            bad.push(row.bad(SUBJECT[0], fault));
        }
        let minutes = row.cell(MINUTES[0]);
        let read_minutes: Option<u32> = minutes.trim_end_matches('分').trim().parse().ok().filter(|count| *count > 0);
        if !minutes.is_empty() && read_minutes.is_none() {
            bad.push(row.bad(MINUTES[0], CellFault::NotBetween { value: minutes, from: 1, until: 24 * 60 }));
        }
        let online = row.cell(ONLINE[0]);
        if yes(&online).is_none() {
            bad.push(row.bad(ONLINE[0], CellFault::NeitherYesNorNo(online.clone())));
        }
        let teachers = row.as_written(TEACHERS[0]);
        let teachers = teachers.split(['、', ',', '，', '/', '／', '・', '\n']).map(str::trim);
        if let (Some(day), Some((from, until)), Some(taught)) = (day, hours, taught) {
            rows.push(Row {
                number: row.number,
                day,
                from,
                until,
                taught,
                minutes: read_minutes,
                title: row.as_written(TITLE[0]),
                place: row.as_written(PLACE[0]),
                online: yes(&online).unwrap_or(false),
                teachers: teachers.filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            });
        }
    }
    list_file::check(bad)?;
    Ok(rows)
}

/// A day; of one without a year the one in the course, or the nearest to its beginning. A weekday behind it is passed over.
fn read_day(text: &str, cohort: &Cohort) -> Option<NaiveDate> {
    let (day, weekday) = match text.split_once(['(', '（']) {
        Some((day, weekday)) if weekday.chars().count() <= 5 => (day.trim(), weekday),
        _ => (text, ""),
    };
    if !weekday.is_empty() && !weekday.starts_with(['月', '火', '水', '木', '金', '土', '日', '祝']) {
        return None;
    }
    let near = wareki::parse_near(day, cohort.starts_on)?;
    let is_in = |day: &NaiveDate| (cohort.starts_on..=cohort.ends_on).contains(day);
    Some(wareki::parse_near(day, cohort.ends_on).filter(|late| !is_in(&near) && is_in(late)).unwrap_or(near))
}

/// Reads a file or a pasted text.
fn read_list(bytes: &[u8], cohort: &Cohort, curriculum: &Curriculum) -> Result<Vec<Row>, Refusal> {
    let missing =
        |refusal: &Refusal| matches!(refusal, Refusal::File(list_file::refusal::FileRefusal::ColumnMissing(_)));
    let in_two = ListFile::read_any(bytes, &[DAY, FROM, UNTIL, SUBJECT]);
    let mut file = match in_two {
        Err(refusal) if missing(&refusal) => ListFile::read_any(bytes, &[DAY, RANGE, SUBJECT])
            .map_err(|other| if missing(&other) { refusal } else { other })?,
        found => found?,
    };
    for headings in [TITLE, PLACE, ONLINE, MINUTES, TEACHERS] {
        file.also_any(headings);
    }
    read(&file, cohort, curriculum)
}

/// Rows as a text that is read as the same rows.
fn text_of(rows: &[Row], curriculum: &Curriculum) -> String {
    let mut text = HEADINGS.join("\t");
    for row in rows {
        let subject = match &row.taught {
            Taught::Nothing(word) => word.clone(),
            Taught::Subject(code) => {
                let name = curriculum.subject(code).map_or("", |subject| subject.name.as_str());
                format!("{code} {name}").trim_end().to_owned()
            }
        };
        let cells = [
            row.day.to_string(),
            row.from.format("%H:%M").to_string(),
            row.until.format("%H:%M").to_string(),
            one_cell(&subject),
            one_cell(&row.title),
            one_cell(&row.place),
            if row.online { "○".to_owned() } else { String::new() },
            row.minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
            one_cell(&row.teachers.join("、")),
        ];
        text.push('\n');
        text.push_str(&cells.join("\t"));
    }
    text
}

/// Accounts of instructors by their names.
struct Teachers {
    by_name: HashMap<String, Vec<i64>>,
    names: HashMap<i64, String>,
}

impl Teachers {
    async fn of(work: &mut Work) -> Result<Teachers> {
        let users = work.users().await?.into_iter().filter(|user| user.role == Role::Instructor);
        let mut teachers = Teachers { by_name: HashMap::new(), names: HashMap::new() };
        for user in users {
            if user.active {
                teachers.by_name.entry(comparable_name(&user.name)).or_default().push(user.id);
            }
            teachers.names.insert(user.id, user.name);
        }
        Ok(teachers)
    }

    /// The only account of a name. 先生 behind it makes no difference.
    fn account(&self, name: &str) -> Option<i64> {
        let name = comparable_name(name.trim_end_matches("先生").trim_end_matches("氏"));
        match self.by_name.get(&name)?[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    fn names(&self, accounts: &[i64]) -> Vec<String> {
        accounts.iter().filter_map(|account| self.names.get(account).cloned()).collect()
    }
}

fn session_of(planned: &PlannedSession, cohort: i64, teachers: &Teachers) -> Session {
    Session {
        id: 0,
        cohort_id: cohort,
        title: planned.title.clone(),
        starts_at: planned.day.and_time(planned.from),
        ends_at: planned.day.and_time(planned.until),
        place: planned.place.clone(),
        online: planned.online,
        version: 1,
        shares: planned.shares.clone(),
        instructors: planned.teachers.iter().filter_map(|name| teachers.account(name)).collect(),
        cancelled: None,
    }
}

impl Secretariat {
    /// What setting a list would come to. Nothing is saved.
    ///
    /// # Errors
    /// A [`list_file::refusal::FileRefusal`] with every cell that cannot be read.
    pub async fn draft_timetable(&self, work: &mut Work, cohort: i64, bytes: &[u8]) -> Result<TimetableDraft> {
        let cohort = work.cohort(cohort).await?;
        let rulebook = self.guidelines.rulebook_of(&cohort)?;
        let curriculum = &rulebook.edition.curriculum;
        let rows = read_list(bytes, &cohort, curriculum)?;
        let mut known = work.sessions(cohort.id).await?;
        known.retain(|session| session.cancelled.is_none());
        let teachers = Teachers::of(work).await?;
        let days: BTreeSet<NaiveDate> = known.iter().map(|session| session.starts_at.date()).collect();
        let planned = timetable::sessions(&rows, &days);
        let drafted: Vec<Session> = planned.iter().map(|planned| session_of(planned, cohort.id, &teachers)).collect();
        let is_there = |session: &Session| known.iter().any(|known| super::session::is_same(known, session));
        let named = planned.iter().flat_map(|planned| &planned.teachers);
        let unknown: BTreeSet<&String> = named.filter(|name| teachers.account(name).is_none()).collect();
        let neighbour = |session: &Session| Neighbour {
            title: session.title.clone(),
            hours: Hours { from: session.starts_at, until: session.ends_at },
            place: session.place.clone(),
            teachers: teachers.names(&session.instructors),
        };
        let beside = drafted
            .iter()
            .chain(known.iter().filter(|known| !drafted.iter().any(|drafted| super::session::is_same(known, drafted))));
        let beside: Vec<Neighbour> = beside.map(neighbour).collect();
        let weeks = cohort.practicum_from + TimeDelta::weeks(cohort.practicum_weeks);
        let remarks = timetable::remarks(&beside, (cohort.practicum_from, weeks));
        let mut sessions = Vec::new();
        for (index, ((planned, session), remarks)) in planned.iter().zip(&drafted).zip(remarks).enumerate() {
            let twice = drafted[..index].iter().any(|before| super::session::is_same(before, session));
            let fault = match twice {
                true => Some(CohortRefusal::SessionTwice(session.title.clone()).into()),
                false => super::session::check_session(session, &cohort, curriculum).err(),
            };
            let is_there = is_there(session);
            sessions.push(DraftSession { row: planned.row, session: session.clone(), is_there, fault, remarks });
        }
        let new = sessions.iter().filter(|session| !session.is_there).flat_map(|session| &session.session.shares);
        let sums = timetable::sums(curriculum, known.iter().flat_map(|session| &session.shares).chain(new));
        let unknown_teachers = unknown.into_iter().cloned().collect();
        let text = text_of(&rows, curriculum);
        Ok(TimetableDraft { sessions, sums, unknown_teachers, text })
    }

    /// The timetable of another cohort as a list whose first session is held on a day; cancelled sessions are left out.
    ///
    /// # Errors
    /// [`CohortRefusal::NothingToCopy`] where that cohort has no session.
    pub async fn copied_timetable(&self, work: &mut Work, from: i64, first_day: NaiveDate) -> Result<String> {
        let from = work.cohort(from).await?;
        let rulebook = self.guidelines.rulebook_of(&from)?;
        let mut known = work.sessions(from.id).await?;
        known.retain(|session| session.cancelled.is_none());
        let Some(first) = known.first() else {
            return Err(CohortRefusal::NothingToCopy(from.name).into());
        };
        let later = first_day - first.starts_at.date();
        let teachers = Teachers::of(work).await?;
        let rows = known.iter().flat_map(|session| {
            let as_taught = training::cohort::attendance::Session {
                id: session.id,
                starts_at: session.starts_at,
                ends_at: session.ends_at,
                shares: session.shares.clone(),
            };
            let mut rows = timetable::rows_of(&as_taught, &session.title, &session.place, session.online, later);
            let names = teachers.names(&session.instructors);
            rows.iter_mut().for_each(|row| row.teachers.clone_from(&names));
            rows
        });
        Ok(text_of(&rows.collect::<Vec<_>>(), &rulebook.edition.curriculum))
    }

    /// Sets every session of a list that is not set already, all or none.
    ///
    /// # Errors
    /// As [`Secretariat::draft_timetable`] and [`Secretariat::create_session`].
    pub async fn set_timetable(&self, staff: &Staff, cohort: i64, list: &str) -> Result<TimetableCounts> {
        let mut work = self.write(staff).await?;
        // Of two who set the same list at once the second finds it set.
        work.lock_facts(cohort).await?;
        let draft = self.draft_timetable(&mut work, cohort, list.as_bytes()).await?;
        let new: Vec<&DraftSession> = draft.sessions.iter().filter(|session| !session.is_there).collect();
        let counts = TimetableCounts {
            rows: draft.text.lines().count() - 1,
            recorded: new.len(),
            unchanged: draft.sessions.len() - new.len(),
        };
        if new.is_empty() {
            return Ok(counts);
        }
        let digest = hex(&Sha256::digest(list.as_bytes()));
        let run = work.record_import("timetable", "", &digest, &counts).await?;
        let cohort = work.cohort(cohort).await?;
        let mut known = work.sessions(cohort.id).await?;
        for drafted in new {
            let id = self.create_session_in(&mut work, (&cohort, &known), &drafted.session).await?;
            work.keep_session_import(id, run).await?;
            known.push(drafted.session.clone());
        }
        work.commit().await?;
        Ok(counts)
    }

    /// Cancels every session of a list that was set at once and not touched since; gives how many, and the titles of the others. Nobody is told:
    /// a session people may have seen is cancelled by itself, with a notice.
    pub async fn undo_timetable(&self, staff: &Staff, run: i64, reason: &str) -> Result<(usize, Vec<String>)> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let sessions = work.sessions_of_import(run).await?;
        let first = sessions.first().ok_or(records::Error::NotFound)?;
        let cohort = work.session(*first).await?.cohort_id;
        work.lock_facts(cohort).await?;
        let (mut undone, mut kept) = (0, Vec::new());
        for id in sessions {
            let session = work.session(id).await?;
            if session.cancelled.is_some() {
                continue;
            }
            if session.version > 1 || !work.current_attendance(id).await?.is_empty() {
                kept.push(session.title);
                continue;
            }
            let cancelled = Session { cancelled: Some(reason.to_owned()), ..session };
            work.change_session(&cancelled, reason).await?;
            undone += 1;
        }
        work.commit().await?;
        Ok((undone, kept))
    }

    /// Planned and required minutes of each subject of a cohort.
    pub fn sums_of_timetable(&self, cohort: &Cohort, sessions: &[Session]) -> Result<Vec<SubjectSum>> {
        let rulebook = self.guidelines.rulebook_of(cohort)?;
        let held = sessions.iter().filter(|session| session.cancelled.is_none());
        Ok(timetable::sums(&rulebook.edition.curriculum, held.flat_map(|session| &session.shares)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_times_as_people_write_them() {
        for (text, expected) in [
            ("9:30～12:00", Some(("9:30", "12:00"))),
            ("9:30~12:00", Some(("9:30", "12:00"))),
            ("９：３０－１２：００", Some(("9:30", "12:00"))),
            ("9:30-12:00", Some(("9:30", "12:00"))),
            ("9時30分から12時まで", Some(("9:30", "12:00"))),
            ("9:30", None),
            ("9:30～", None),
            ("午前", None),
        ] {
            let clock = |text: &str| time_of_day::parse(text).unwrap();
            let text = training::trainee::person::normalise(text);
            let expected = expected.map(|(from, until)| (clock(from), clock(until)));
            assert_eq!(range(&text), expected, "{text}");
        }
    }
}
