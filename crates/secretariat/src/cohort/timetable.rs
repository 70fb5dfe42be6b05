//! The timetable of a cohort from a list, or from the one of another cohort: shown first, set as a whole, and taken back as a whole.

use super::timetable_list::{read_list, text_of};
use crate::cohort::refusal::CohortRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use chrono::TimeDelta;
use records::Work;
use records::cohort::Cohort;
use records::cohort::import_run::ImportRun;
use records::cohort::session::Session;
use records::hex;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use training::NaiveDate;
use training::cohort::attendance::Hours;
use training::cohort::timetable::{self, Neighbour, PlannedSession, Remark, Row, SubjectSum};
use training::role::Role;
use training::trainee::person::comparable_name;

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
    /// Headings of the list that have values and are not read.
    pub unread: Vec<String>,
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

/// Whether a session that is set is the one of a list. A title that was made up may be another one today.
fn is_same_plan(known: &Session, (planned, session): (&PlannedSession, &Session)) -> bool {
    let title = if planned.is_titled { &session.title } else { &known.title };
    super::session::is_same(known, &Session { title: title.clone(), ..session.clone() })
}

/// The sessions of a cohort that take place, but for make-ups: a make-up is for those of its own cohort.
async fn sessions_to_copy(work: &mut Work, cohort: i64) -> Result<Vec<Session>> {
    let mut known = work.sessions(cohort).await?;
    let make_ups = work.make_up_sessions(cohort).await?;
    known.retain(|session| session.cancelled.is_none() && !make_ups.contains_key(&session.id));
    Ok(known)
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
        let list = read_list(bytes, &cohort, curriculum).await?;
        let rows = list.rows;
        let mut known = work.sessions(cohort.id).await?;
        known.retain(|session| session.cancelled.is_none());
        let teachers = Teachers::of(work).await?;
        let days: BTreeSet<NaiveDate> = known.iter().map(|session| session.starts_at.date()).collect();
        let planned = timetable::sessions(&rows, &days);
        let drafted: Vec<Session> = planned.iter().map(|planned| session_of(planned, cohort.id, &teachers)).collect();
        let is_set_as = |known: &Session| planned.iter().zip(&drafted).any(|pair| is_same_plan(known, pair));
        let named = planned.iter().flat_map(|planned| &planned.teachers);
        let unknown: BTreeSet<&String> = named.filter(|name| teachers.account(name).is_none()).collect();
        let neighbour = |session: &Session| Neighbour {
            title: session.title.clone(),
            hours: Hours { from: session.starts_at, until: session.ends_at },
            place: session.place.clone(),
            teachers: teachers.names(&session.instructors),
        };
        let beside = drafted.iter().chain(known.iter().filter(|known| !is_set_as(known)));
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
            let is_there = known.iter().any(|known| is_same_plan(known, (planned, session)));
            sessions.push(DraftSession { row: planned.row, session: session.clone(), is_there, fault, remarks });
        }
        let new = sessions.iter().filter(|session| !session.is_there).flat_map(|session| &session.session.shares);
        let sums = timetable::sums(curriculum, known.iter().flat_map(|session| &session.shares).chain(new));
        let unknown_teachers = unknown.into_iter().cloned().collect();
        let text = text_of(&rows, curriculum);
        Ok(TimetableDraft { sessions, sums, unknown_teachers, unread: list.unread, text })
    }

    /// The timetable of another cohort as a list whose first session is held on a day; cancelled sessions are left out.
    ///
    /// # Errors
    /// [`CohortRefusal::NothingToCopy`] where that cohort has no session but make-ups.
    pub async fn copied_timetable(&self, work: &mut Work, from: i64, first_day: NaiveDate) -> Result<String> {
        let from = work.cohort(from).await?;
        let known = sessions_to_copy(work, from.id).await?;
        let Some(first) = known.first() else {
            return Err(CohortRefusal::NothingToCopy(from.name).into());
        };
        let later = first_day - first.starts_at.date();
        let rows = self.timetable_of(work, &from, later).await?;
        Ok(text_of(&rows, &self.guidelines.rulebook_of(&from)?.edition.curriculum))
    }

    /// The sessions of a cohort that take place, as rows some days later.
    pub(super) async fn timetable_of(&self, work: &mut Work, cohort: &Cohort, later: TimeDelta) -> Result<Vec<Row>> {
        let known = sessions_to_copy(work, cohort.id).await?;
        let teachers = Teachers::of(work).await?;
        let rows = known.iter().flat_map(|session| {
            let mut rows =
                timetable::rows_of(&session.as_taught(), &session.title, &session.place, session.online, later);
            let names = teachers.names(&session.instructors);
            rows.iter_mut().for_each(|row| row.teachers.clone_from(&names));
            rows
        });
        Ok(rows.collect())
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
    pub async fn undo_timetable(
        &self,
        staff: &Staff,
        (cohort, run): (i64, i64),
        reason: &str,
    ) -> Result<(usize, Vec<String>)> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let sessions = work.sessions_of_import(run).await?;
        if sessions.is_empty() {
            return Err(records::Error::NotFound.into());
        }
        work.lock_facts(cohort).await?;
        let (mut undone, mut kept) = (0, Vec::new());
        for id in sessions {
            let session = work.session(id).await?;
            if session.cohort_id != cohort {
                return Err(records::Error::NotFound.into());
            }
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

    /// Lists that were set at once and of which some session still takes place, the newest first.
    pub async fn timetables_set(&self, work: &mut Work, cohort: i64) -> Result<Vec<ImportRun>> {
        let held: BTreeSet<i64> = work
            .sessions(cohort)
            .await?
            .into_iter()
            .filter(|session| session.cancelled.is_none())
            .map(|session| session.id)
            .collect();
        let mut standing = Vec::new();
        for run in work.session_imports(cohort).await? {
            if work.sessions_of_import(run.id).await?.iter().any(|session| held.contains(session)) {
                standing.push(run);
            }
        }
        Ok(standing)
    }

    /// Planned and required minutes of each subject of a cohort.
    pub fn sums_of_timetable(&self, cohort: &Cohort, sessions: &[Session]) -> Result<Vec<SubjectSum>> {
        let rulebook = self.guidelines.rulebook_of(cohort)?;
        let held = sessions.iter().filter(|session| session.cancelled.is_none());
        Ok(timetable::sums(&rulebook.edition.curriculum, held.flat_map(|session| &session.shares)))
    }
}
