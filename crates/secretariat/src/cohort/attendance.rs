//! Attendance of a class: one door, whether it is taken in class, corrected, or imported from a list.

use crate::certificate::refusal::CertificateRefusal;
use crate::cohort::refusal::CohortRefusal;
use crate::cohort::session::check_teaches;
use crate::fact::check_not_to_come;
use crate::list_file::{self, ListFile};
use crate::{CellFault, Refusal, Result, Secretariat, Staff};
use records::Work;
use records::cohort::session::{AttendanceRow, Session};
use records::hex;
use records::trainee::enrolment::Enrolment;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use training::cohort::attendance::Presence;
use training::{NaiveDate, NaiveDateTime, NaiveTime, time_of_day, wareki};

/// One trainee's mark in a session. Times are local; `None` for the session's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub enrolment: i64,
    pub present: bool,
    pub arrived_at: Option<NaiveTime>,
    pub left_at: Option<NaiveTime>,
    /// Id of the attendance the page showed, 0 where nothing was recorded then; `None` for marks that come from no page.
    pub seen: Option<i64>,
}

/// Why marks are what they are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reasons<'a> {
    /// Of a mark that says something else than what is recorded.
    pub correction: &'a str,
    /// Of somebody who comes although the second half is closed to them.
    pub exception: &'a str,
}

/// A list the marks come from.
#[derive(Debug, Clone, Copy)]
pub struct ListSource<'a> {
    pub file_name: &'a str,
    pub digest: &'a str,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AttendanceCounts {
    pub rows: usize,
    /// Recorded for the first time.
    pub recorded: usize,
    /// Said something else before.
    pub corrected: usize,
    pub unchanged: usize,
    /// Names of those to whom the second half is closed and who were therefore not recorded as present.
    pub closed: Vec<String>,
}

/// A mark that would change what is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Correction {
    pub enrolment: i64,
    pub trainee_number: String,
    pub name: String,
    /// Id of the attendance that is recorded.
    pub recorded: i64,
    pub before: Option<Presence>,
    pub after: Option<Presence>,
}

/// What a list came to.
#[derive(Debug, Clone)]
pub enum AttendanceImport {
    Recorded(AttendanceCounts),
    /// Nothing is saved: the list says something else than what is recorded, and nobody has said why.
    Asks {
        corrections: Vec<Correction>,
        marks: Vec<Mark>,
        digest: String,
    },
}

fn presence(session: &Session, mark: &Mark) -> Option<Presence> {
    let on_the_day = |time: Option<NaiveTime>, usual: NaiveDateTime| {
        time.map_or(usual, |time| session.starts_at.date().and_time(time))
    };
    mark.present.then(|| Presence {
        arrived_at: on_the_day(mark.arrived_at, session.starts_at),
        left_at: on_the_day(mark.left_at, session.ends_at),
    })
}

fn presence_of(row: &AttendanceRow) -> Option<Presence> {
    row.arrived_at.zip(row.left_at).map(|(arrived_at, left_at)| Presence { arrived_at, left_at })
}

/// What the page showed of a trainee before anything was typed: what was recorded then, or the default of a sheet.
fn shown(session: &Session, history: &[AttendanceRow], mark: &Mark, is_closed: bool) -> Option<Presence> {
    match history.iter().find(|row| Some(row.id) == mark.seen) {
        Some(row) => presence_of(row),
        None if is_closed => None,
        None => Some(Presence { arrived_at: session.starts_at, left_at: session.ends_at }),
    }
}

/// Refuses what is wrong with the marks themselves, whatever is recorded.
async fn check_marks(work: &mut Work, session: &Session, marks: &[Mark]) -> Result<()> {
    let mut met = BTreeSet::new();
    for mark in marks {
        if !met.insert(mark.enrolment) {
            return Err(Refusal::FieldInvalid { field: "trainee", value: mark.enrolment.to_string() }.into());
        }
        if let Some(wrong) = presence(session, mark).filter(|presence| presence.left_at < presence.arrived_at) {
            let name = work.enrolment(mark.enrolment).await?.name;
            let (arrived, left) = (wrong.arrived_at.time(), wrong.left_at.time());
            let enrolment = mark.enrolment;
            return Err(CohortRefusal::LeftBeforeArrived { enrolment, name, arrived, left }.into());
        }
    }
    Ok(())
}

impl Secretariat {
    /// Records marks of a class that has come. A mark that says what is recorded already adds nothing, so that a second press does no
    /// harm; one that says something else is a correction and needs a reason. A mark the person has not touched stays what
    /// somebody else has made of it since the page was opened; one that both have changed is a lost update.
    ///
    /// # Errors
    /// [`Refusal::DateToCome`], [`Refusal::ReasonMissing`], [`Refusal::FieldInvalid`] for a trainee named twice or a time before another;
    /// [`records::Error::LostUpdate`].
    pub async fn take_attendance(
        &self,
        staff: &Staff,
        session: i64,
        marks: &[Mark],
        reasons: Reasons<'_>,
        list: Option<ListSource<'_>>,
    ) -> Result<AttendanceCounts> {
        let mut work = self.write(staff).await?;
        let known = work.session(session).await?;
        check_teaches(&mut work, staff, &known).await?;
        let counts = self.take_attendance_in(&mut work, session, marks, reasons).await?;
        if let Some(list) = list {
            work.record_import("attendance", list.file_name, list.digest, &counts).await?;
        }
        work.commit().await?;
        Ok(counts)
    }

    async fn take_attendance_in(
        &self,
        work: &mut Work,
        session: i64,
        marks: &[Mark],
        reasons: Reasons<'_>,
    ) -> Result<AttendanceCounts> {
        let session = work.session(session).await?;
        // Of two who save at once the second sees what the first has recorded.
        work.lock_facts(session.cohort_id).await?;
        check_not_to_come(self.today(), "session_day", session.starts_at.date())?;
        crate::cohort::check_not_cancelled(&work.cohort(session.cohort_id).await?)?;
        if session.cancelled.is_some() {
            return Err(CohortRefusal::SessionCancelled.into());
        }
        check_marks(work, &session, marks).await?;
        let closed = self.closed_to(work, &session).await?;
        let recorded: HashMap<i64, AttendanceRow> =
            work.current_attendance(session.id).await?.into_iter().map(|row| (row.enrolment_id, row)).collect();
        let history = work.attendance_of_session(session.id).await?;
        let certificates = work.certificates(session.cohort_id).await?.into_iter();
        let standing = certificates.filter(|known| known.revoked_at.is_none());
        let certified: HashMap<i64, String> = standing.map(|known| (known.enrolment_id, known.number)).collect();
        for mark in marks.iter().filter(|mark| !mark.present) {
            // Times that stand in the row of somebody marked absent: one of the two is a slip.
            let was = shown(&session, &history, mark, closed.contains_key(&mark.enrolment));
            let is_typed = |time: Option<NaiveTime>, was: Option<NaiveDateTime>| {
                time.is_some_and(|time| was.is_none_or(|was| was.time() != time))
            };
            if is_typed(mark.arrived_at, was.map(|was| was.arrived_at))
                || is_typed(mark.left_at, was.map(|was| was.left_at))
            {
                let name = work.enrolment(mark.enrolment).await?.name;
                return Err(CohortRefusal::AbsentWithTimes { enrolment: mark.enrolment, name }.into());
            }
        }
        let mut counts = AttendanceCounts { rows: marks.len(), ..AttendanceCounts::default() };
        for mark in marks {
            let now = presence(&session, mark);
            let is_closed = closed.contains_key(&mark.enrolment);
            let current = recorded.get(&mark.enrolment);
            if current.is_some_and(|row| presence_of(row) == now) {
                counts.unchanged += 1;
                continue;
            }
            if let (Some(row), Some(seen)) = (current, mark.seen)
                && row.id != seen
            {
                if now == shown(&session, &history, mark, is_closed) {
                    counts.unchanged += 1;
                    continue;
                }
                return Err(records::Error::LostUpdate.into());
            }
            if is_closed && now.is_some() && reasons.exception.trim().is_empty() {
                counts.closed.push(work.enrolment(mark.enrolment).await?.name);
                continue;
            }
            if let (Some(_), Some(number)) = (current, certified.get(&mark.enrolment)) {
                let (name, number) = (work.enrolment(mark.enrolment).await?.name, number.clone());
                return Err(CertificateRefusal::CertificateCovers { name, number }.into());
            }
            let reason = match current {
                Some(_) if reasons.correction.trim().is_empty() => return Err(Refusal::ReasonMissing.into()),
                Some(_) if is_closed && now.is_some() => format!("{} / {}", reasons.correction, reasons.exception),
                Some(_) => reasons.correction.to_owned(),
                None if is_closed && now.is_some() => reasons.exception.to_owned(),
                None => String::new(),
            };
            work.record_attendance(session.id, mark.enrolment, now, &reason).await?;
            match current {
                Some(_) => counts.corrected += 1,
                None => counts.recorded += 1,
            }
        }
        Ok(counts)
    }

    /// Imports a list with the columns 受講番号, 入室 and 退室 (`09:00`; both empty: absent) into a session. Any bad row: nothing is saved, and
    /// every bad cell is named. Where the list would change what is recorded, it asks first, as a correction by hand does.
    pub async fn import_attendance(
        &self,
        staff: &Staff,
        session: i64,
        file_name: &str,
        bytes: &[u8],
        reason: &str,
    ) -> Result<AttendanceImport> {
        let tables = list_file::tables(bytes).await?;
        let mut work = self.write(staff).await?;
        let session = work.session(session).await?;
        let mut file = ListFile::read_with(tables, &[NUMBER, ARRIVED, LEFT], &[DAY])?;
        file.also_names();
        let digest = hex(&Sha256::digest(bytes));
        let enrolments = work.enrolments(session.cohort_id).await?;
        let by_number: HashMap<&str, &Enrolment> =
            enrolments.iter().map(|known| (known.trainee_number.as_str(), known)).collect();
        let marks = read_marks(&file, &by_number, session.starts_at.date())?;
        let recorded: HashMap<i64, AttendanceRow> =
            work.current_attendance(session.id).await?.into_iter().map(|row| (row.enrolment_id, row)).collect();
        let corrections: Vec<Correction> = marks
            .iter()
            .filter_map(|mark| {
                let row = recorded.get(&mark.enrolment)?;
                let enrolment = enrolments.iter().find(|known| known.id == mark.enrolment)?;
                let (before, after) = (presence_of(row), presence(&session, mark));
                (before != after).then(|| Correction {
                    enrolment: mark.enrolment,
                    trainee_number: enrolment.trainee_number.clone(),
                    name: enrolment.name.clone(),
                    recorded: row.id,
                    before,
                    after,
                })
            })
            .collect();
        if !corrections.is_empty() && reason.trim().is_empty() {
            check_not_to_come(self.today(), "session_day", session.starts_at.date())?;
            check_marks(&mut work, &session, &marks).await?;
            return Ok(AttendanceImport::Asks { corrections, marks, digest });
        }
        let reasons = Reasons { correction: reason, exception: "" };
        let counts = self.take_attendance_in(&mut work, session.id, &marks, reasons).await?;
        work.record_import("attendance", file_name, &digest, &counts).await?;
        work.commit().await?;
        Ok(AttendanceImport::Recorded(counts))
    }
}

const NUMBER: &str = "受講番号";
const ARRIVED: &str = "入室";
const LEFT: &str = "退室";
const DAY: &str = "日付";

/// A time of day, alone or after its day.
fn read_time(text: &str, day: NaiveDate) -> Result<NaiveTime, CellFault> {
    let no_time = || CellFault::NoTime(text.to_owned());
    let (before, time) = match text.rsplit_once([' ', 'T']) {
        Some((before, time)) => (Some(before), time),
        None => (None, text),
    };
    let time = time_of_day::parse(time).ok_or_else(no_time)?;
    if let Some(before) = before {
        let told = wareki::parse(before).ok_or_else(no_time)?;
        if told != day {
            return Err(CellFault::OtherDay { value: text.to_owned(), day });
        }
    }
    Ok(time)
}

/// The marks of a list; every bad cell is named.
fn read_marks(file: &ListFile, by_number: &HashMap<&str, &Enrolment>, day: NaiveDate) -> Result<Vec<Mark>, Refusal> {
    let mut bad = Vec::new();
    let mut rows: HashMap<i64, usize> = HashMap::new();
    let mut marks = Vec::new();
    for row in file.rows() {
        let number = row.cell(NUMBER);
        let known = by_number.get(number.as_str());
        bad.extend(known.and_then(|known| row.names_another(&known.name)));
        let enrolment = known.map(|known| known.id);
        match enrolment.map(|enrolment| rows.insert(enrolment, row.number)) {
            None => bad.push(row.bad(NUMBER, CellFault::UnknownTrainee(number))),
            Some(Some(before)) => bad.push(row.bad(NUMBER, CellFault::Twice { value: number, row: before })),
            Some(None) => {}
        }
        let mut time = |column: &str| match row.cell(column) {
            text if text.is_empty() => None,
            text => read_time(&text, day).map_err(|fault| bad.push(row.bad(column, fault))).ok(),
        };
        let (arrived_at, left_at) = (time(ARRIVED), time(LEFT));
        let told = row.cell(DAY);
        if !told.is_empty() && wareki::parse_near(&told, day) != Some(day) {
            bad.push(row.bad(DAY, CellFault::OtherDay { value: told, day }));
        }
        if let Some(enrolment) = enrolment {
            let present = arrived_at.is_some() || left_at.is_some();
            marks.push(Mark { enrolment, present, arrived_at, left_at, seen: None });
        }
    }
    list_file::check(bad)?;
    Ok(marks)
}
