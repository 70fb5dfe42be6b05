//! Taking attendance in class, correcting it, and importing it from a list.

use crate::{CellFault, Refusal, Result, Secretariat, Staff};
use documents::table::{self, TableError};
use records::audit::hex;
use records::session::Session;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use training::attendance::Presence;
use training::{NaiveDateTime, NaiveTime, person};

/// One trainee's mark in a session. Times are local; `None` for the session's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub enrolment: i64,
    pub present: bool,
    pub arrived_at: Option<NaiveTime>,
    pub left_at: Option<NaiveTime>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct AttendanceCounts {
    pub rows: usize,
    pub recorded: usize,
    pub unchanged: usize,
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

impl Secretariat {
    /// Records marks. A mark that says what is recorded already adds nothing, so that a second press does no harm; one that says
    /// something else is a correction and needs a reason.
    pub async fn take_attendance(
        &self,
        staff: &Staff,
        session: i64,
        marks: &[Mark],
        reason: &str,
    ) -> Result<AttendanceCounts> {
        let mut work = self.read(staff).await?;
        let closed = work.session(session).await?;
        work.roll_back().await?;
        let closed = self.closed_to(staff, &closed).await?;
        let mut work = self.write(staff).await?;
        let session = work.session(session).await?;
        let recorded: HashMap<i64, Option<Presence>> = work
            .current_attendance(session.id)
            .await?
            .into_iter()
            .map(|row| {
                let times = row.arrived_at.zip(row.left_at);
                (row.enrolment_id, times.map(|(arrived_at, left_at)| Presence { arrived_at, left_at }))
            })
            .collect();
        let mut counts = AttendanceCounts { rows: marks.len(), ..AttendanceCounts::default() };
        for mark in marks {
            let now = presence(&session, mark);
            if now.is_some_and(|presence| presence.left_at < presence.arrived_at) {
                let value = now.map(|presence| presence.left_at.time().to_string()).unwrap_or_default();
                return Err(Refusal::FieldInvalid { field: "left_at", value }.into());
            }
            match recorded.get(&mark.enrolment) {
                Some(before) if *before == now => {
                    counts.unchanged += 1;
                    continue;
                }
                Some(_) if reason.trim().is_empty() => return Err(Refusal::ReasonMissing.into()),
                _ => {}
            }
            // Who comes although the second half is closed to them comes with a reason.
            if let Some(open) = closed.get(&mark.enrolment).filter(|_| now.is_some() && reason.trim().is_empty()) {
                return Err(Refusal::StepClosed { open: open.clone() }.into());
            }
            work.record_attendance(session.id, mark.enrolment, now, reason).await?;
            counts.recorded += 1;
        }
        work.commit().await?;
        Ok(counts)
    }

    /// Imports a list with the columns 受講番号, 入室 and 退室 (`09:00`; both empty: absent) into a session. Any bad row: nothing is saved.
    pub async fn import_attendance(
        &self,
        staff: &Staff,
        session: i64,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<AttendanceCounts> {
        let table = table::read(bytes)?;
        let heading: Vec<String> = table.rows[0].iter().map(|cell| person::normalise(cell)).collect();
        let find =
            |name: &'static str| heading.iter().position(|cell| cell == name).ok_or(Refusal::ColumnMissing(name));
        let (number, arrived, left) = (find("受講番号")?, find("入室")?, find("退室")?);
        let mut work = self.read(staff).await?;
        let cohort = work.session(session).await?.cohort_id;
        let enrolments: HashMap<String, i64> =
            work.enrolments(cohort).await?.into_iter().map(|known| (known.trainee_number, known.id)).collect();
        work.roll_back().await?;
        let mut marks = Vec::new();
        for (index, cells) in table.rows.iter().enumerate().skip(1) {
            let cell = |column: usize| cells.get(column).map(|cell| person::normalise(cell)).unwrap_or_default();
            let fault =
                |column: &str, fault: CellFault| Refusal::Cell { row: index + 1, column: column.to_owned(), fault };
            let time = |column: usize, name: &str| -> Result<Option<NaiveTime>, Refusal> {
                let text = cell(column);
                if text.is_empty() {
                    return Ok(None);
                }
                let time = text.rsplit(' ').next().unwrap_or_default();
                let parsed = ["%H:%M", "%H:%M:%S"].iter().find_map(|form| NaiveTime::parse_from_str(time, form).ok());
                parsed.map(Some).ok_or_else(|| fault(name, CellFault::NoTime(text.clone())))
            };
            let enrolment = *enrolments
                .get(&cell(number))
                .ok_or_else(|| fault("受講番号", CellFault::UnknownTrainee(cell(number))))?;
            let (arrived_at, left_at) = (time(arrived, "入室")?, time(left, "退室")?);
            marks.push(Mark { enrolment, present: arrived_at.is_some() || left_at.is_some(), arrived_at, left_at });
        }
        if marks.is_empty() {
            return Err(Refusal::File(TableError::Empty).into());
        }
        let counts = self.take_attendance(staff, session, &marks, file_name).await?;
        let mut work = self.write(staff).await?;
        work.record_import("attendance", file_name, &hex(&Sha256::digest(bytes)), &counts).await?;
        work.commit().await?;
        Ok(counts)
    }
}
