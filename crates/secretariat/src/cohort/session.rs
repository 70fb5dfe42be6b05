//! The doors to the timetable: a session is set, changed, cancelled, taken up again.

use crate::cohort::refusal::CohortRefusal;
use crate::fact::check_not_to_come;
use crate::{Refusal, Result, Secretariat, Staff};
use records::Work;
use records::cohort::Cohort;
use records::cohort::session::{AttendanceRow, Session};
use std::collections::HashSet;
use training::NaiveDateTime;
use training::cohort::attendance::{Hours, Presence};
use training::guideline::curriculum::Curriculum;
use training::role::Role;
use training::wareki;

/// What changing a session came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SessionChange {
    /// Trainees who were told.
    pub told: usize,
    /// Attendances at the former times that are now at the new ones.
    pub moved: usize,
    /// Trainees recorded here whose subjects changed: they are judged anew.
    pub judged_anew: usize,
}

/// What is wrong with one subject of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareFault {
    SubjectUnknown,
    SubjectTwice,
    NoMinutes,
    HoursBackwards,
    HoursOutside,
    /// Its hours begin before those of the subject above it end.
    HoursOverlap,
    /// More minutes than its hours have.
    HoursShort {
        minutes: u32,
        lasts: u32,
    },
    /// No hours are told, and those of the others leave too little room.
    NoRoom,
}

/// Letters a title and a place may have.
const MOST_TITLE: usize = 200;
const MOST_PLACE: usize = 500;

/// What is wrong with a session by itself.
pub(super) fn check_session(session: &Session, cohort: &Cohort, curriculum: &Curriculum) -> Result<(), Refusal> {
    if session.title.trim().is_empty() {
        return Err(Refusal::FieldMissing("title"));
    }
    for (field, text, most) in [("title", &session.title, MOST_TITLE), ("place", &session.place, MOST_PLACE)] {
        if text.chars().count() > most || training::trainee::person::has_unseen(text) {
            let value = text.chars().take(20).collect();
            return Err(Refusal::FieldInvalid { field, value });
        }
    }
    let day = session.starts_at.date();
    if !(cohort.starts_on..=cohort.ends_on).contains(&day) {
        return Err(Refusal::Cohort(CohortRefusal::OutsideCourse {
            on: day,
            from: cohort.starts_on,
            until: cohort.ends_on,
        }));
    }
    if session.shares.is_empty() {
        return Err(Refusal::FieldMissing("subjects"));
    }
    if session.ends_at <= session.starts_at {
        let (from, until) = (session.starts_at.time(), session.ends_at.time());
        return Err(Refusal::Cohort(CohortRefusal::SessionEndsBeforeStart { from, until }));
    }
    let faults = share_faults(session, curriculum);
    if !faults.is_empty() {
        return Err(Refusal::Cohort(CohortRefusal::Shares(faults)));
    }
    let taught: i64 = session.shares.iter().map(|share| i64::from(share.minutes)).sum();
    let lasts = (session.ends_at - session.starts_at).num_minutes();
    if taught > lasts { Err(Refusal::Cohort(CohortRefusal::MinutesOverSession { taught, lasts })) } else { Ok(()) }
}

/// What is wrong with the subjects of a session, the first fault of each, with its place from 0.
fn share_faults(session: &Session, curriculum: &Curriculum) -> Vec<(usize, ShareFault)> {
    let mut met = HashSet::new();
    let mut until = session.starts_at;
    let mut faults = Vec::new();
    for (share, known) in session.shares.iter().enumerate() {
        let is_new = met.insert(&known.subject);
        let hours_fault = known.hours.and_then(|Hours { from, until: ends }| {
            let lasts = Hours { from, until: ends }.minutes();
            let fault = match () {
                () if ends <= from => Some(ShareFault::HoursBackwards),
                () if from < session.starts_at || ends > session.ends_at => Some(ShareFault::HoursOutside),
                () if from < until => Some(ShareFault::HoursOverlap),
                () if lasts < known.minutes => Some(ShareFault::HoursShort { minutes: known.minutes, lasts }),
                () => None,
            };
            until = until.max(ends);
            fault
        });
        let fault = match () {
            () if curriculum.subject(&known.subject).is_none() => Some(ShareFault::SubjectUnknown),
            () if !is_new => Some(ShareFault::SubjectTwice),
            () if known.minutes == 0 => Some(ShareFault::NoMinutes),
            () => hours_fault,
        };
        faults.extend(fault.map(|fault| (share, fault)));
    }
    if !faults.is_empty() || session.shares.iter().all(|share| share.hours.is_none()) {
        return faults;
    }
    // Each subject without hours needs its minutes in what the told hours leave.
    let known = session.as_taught();
    let whole = Hours { from: session.starts_at, until: session.ends_at };
    let laid = session.shares.iter().zip(known.timetable()).enumerate();
    let squeezed = laid.filter(|(_, (share, hours))| share.hours.is_none() && *hours == whole);
    squeezed.map(|(share, _)| (share, ShareFault::NoRoom)).collect()
}

/// Is it the same class, set twice?
pub(super) fn is_same(known: &Session, session: &Session) -> bool {
    known.cancelled.is_none()
        && (known.starts_at, known.ends_at) == (session.starts_at, session.ends_at)
        && (known.title.trim(), known.place.trim()) == (session.title.trim(), session.place.trim())
}

/// Refused where the same class is set already: a form that is sent again sets no second one.
fn check_new(known: &[Session], session: &Session) -> Result<()> {
    let is_twice = known.iter().any(|known| is_same(known, session));
    if is_twice { Err(CohortRefusal::SessionTwice(session.title.trim().to_owned()).into()) } else { Ok(()) }
}

/// Day, times and place, as a notice says them.
pub(super) fn when_and_where(session: &Session) -> String {
    let (starts, ends) = (session.starts_at.format("%-H:%M"), session.ends_at.format("%-H:%M"));
    let place = match (session.online, session.place.as_str()) {
        (true, "") => "（オンライン）".to_owned(),
        (true, place) => format!("（オンライン・{place}）"),
        (false, "") => String::new(),
        (false, place) => format!("（{place}）"),
    };
    format!("{} {starts}〜{ends}{place}", wareki::format_with_weekday(session.starts_at.date()))
}

/// A presence at the former times of a session is one at the new times; any other time of day stays, on the new day.
fn moved(row: &AttendanceRow, former: &Session, session: &Session) -> Option<Presence> {
    let presence = row.arrived_at.zip(row.left_at)?;
    let to = |time: NaiveDateTime, was, is| match time == was {
        true => is,
        false => session.starts_at.date().and_time(time.time()),
    };
    let (arrived_at, left_at) = presence;
    let moved = Presence {
        arrived_at: to(arrived_at, former.starts_at, session.starts_at),
        left_at: to(left_at, former.ends_at, session.ends_at),
    };
    ((arrived_at, left_at) != (moved.arrived_at, moved.left_at)).then_some(moved)
}

impl Secretariat {
    /// Creates a session; its subjects must be of the cohort's edition and fit into its time.
    ///
    /// # Errors
    /// [`Refusal::FieldMissing`], [`Refusal::FieldInvalid`], [`CohortRefusal::SessionEndsBeforeStart`], [`CohortRefusal::Shares`], [`CohortRefusal::OutsideCourse`],
    /// [`CohortRefusal::MinutesOverSession`], [`CohortRefusal::SessionTwice`], [`CohortRefusal::CohortCancelled`].
    pub async fn create_session(&self, staff: &Staff, session: &Session) -> Result<i64> {
        self.set_session(staff, session, false).await
    }

    /// The same of a make-up session, for those alone who will be invited to it.
    pub async fn create_make_up(&self, staff: &Staff, session: &Session) -> Result<i64> {
        self.set_session(staff, session, true).await
    }

    async fn set_session(&self, staff: &Staff, session: &Session, is_make_up: bool) -> Result<i64> {
        let mut work = self.write(staff).await?;
        let cohort = work.cohort(session.cohort_id).await?;
        let known = work.sessions(cohort.id).await?;
        let id = self.create_session_in(&mut work, (&cohort, &known), session).await?;
        if is_make_up {
            work.mark_make_up(id).await?;
        }
        work.commit().await?;
        Ok(id)
    }

    /// The door every new session goes through, set alone or in a list; `known` are those the cohort has.
    pub(super) async fn create_session_in(
        &self,
        work: &mut Work,
        (cohort, known): (&Cohort, &[Session]),
        session: &Session,
    ) -> Result<i64> {
        super::check_not_cancelled(cohort)?;
        check_session(session, cohort, &self.guidelines.rulebook_of(cohort)?.edition.curriculum)?;
        check_instructors(work, session).await?;
        check_new(known, session)?;
        Ok(work.create_session(session).await?)
    }

    /// Changes a session, read at `session.version`, with a reason; what it was stays on record. Whoever was recorded at its former times is
    /// recorded at the new ones. Trainees are told of another day, time or place that is still to come, where `tells`.
    ///
    /// # Errors
    /// As [`Secretariat::create_session`]; [`Refusal::ReasonMissing`]; [`Refusal::DateToCome`] for a day to come where attendance was
    /// recorded; `CertificateRefusal::CertificateCovers` where a certificate rests on it; [`CohortRefusal::SessionCancelled`].
    pub async fn change_session(
        &self,
        staff: &Staff,
        session: &Session,
        reason: &str,
        tells: bool,
    ) -> Result<SessionChange> {
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let former = work.session(session.id).await?;
        if former.cancelled.is_some() {
            return Err(CohortRefusal::SessionCancelled.into());
        }
        work.lock_facts(former.cohort_id).await?;
        let cohort = work.cohort(former.cohort_id).await?;
        check_session(session, &cohort, &self.guidelines.rulebook_of(&cohort)?.edition.curriculum)?;
        check_instructors(&mut work, session).await?;
        let same_times = (former.starts_at, former.ends_at) == (session.starts_at, session.ends_at);
        let recorded = work.current_attendance(session.id).await?;
        let mut change = SessionChange::default();
        if !recorded.is_empty() && (!same_times || former.shares != session.shares) {
            check_not_to_come(self.today(), "day", session.starts_at.date())?;
            for row in &recorded {
                crate::fact::check_no_certificate(&mut work, row.enrolment_id).await?;
            }
        }
        if former.shares != session.shares {
            change.judged_anew = recorded.len();
        }
        work.change_session(session, reason.trim()).await?;
        for row in &recorded {
            if let Some(presence) = moved(row, &former, session) {
                work.record_attendance(session.id, row.enrolment_id, Some(presence), reason.trim()).await?;
                change.moved += 1;
            }
        }
        let is_news = !same_times || (&former.place, former.online) != (&session.place, session.online);
        if tells && is_news && session.ends_at.date() >= self.today() {
            let news = format!(
                "{}\n  変更前 {}\n  変更後 {}",
                session.title,
                when_and_where(&former),
                when_and_where(session)
            );
            let about = format!("session/{}/{}", session.id, session.version + 1);
            change.told =
                self.tell_of_schedule(&mut work, (cohort.id, Some(session.id)), (&news, reason, &about)).await?;
        }
        work.commit().await?;
        Ok(change)
    }

    /// Cancels a session with a reason, or takes a cancelled one up again; trainees are told where it is still to come. Gives how many.
    ///
    /// # Errors
    /// [`Refusal::ReasonMissing`]; [`CohortRefusal::SessionRecorded`] where attendance was recorded.
    pub async fn cancel_session(
        &self,
        staff: &Staff,
        session: i64,
        version: i64,
        cancelled: bool,
        reason: &str,
    ) -> Result<usize> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Refusal::ReasonMissing.into());
        }
        let mut work = self.write(staff).await?;
        let former = work.session(session).await?;
        if former.cancelled.is_some() == cancelled {
            return Ok(0);
        }
        work.lock_facts(former.cohort_id).await?;
        let recorded = work.current_attendance(session).await?.len();
        if cancelled && recorded > 0 {
            return Err(CohortRefusal::SessionRecorded { count: recorded }.into());
        }
        let changed = Session { cancelled: cancelled.then(|| reason.to_owned()), version, ..former };
        work.change_session(&changed, reason).await?;
        let mut told = 0;
        if changed.ends_at.date() >= self.today() {
            let word = if cancelled { "中止" } else { "中止の取りやめ（予定どおり行います）" };
            let news = format!("{}\n  {} {word}", changed.title, when_and_where(&changed));
            let about = format!("session/{session}/{}", version + 1);
            told =
                self.tell_of_schedule(&mut work, (changed.cohort_id, Some(session)), (&news, reason, &about)).await?;
        }
        work.commit().await?;
        Ok(told)
    }
}

/// Who teaches has the account of an instructor.
async fn check_instructors(work: &mut Work, session: &Session) -> Result<()> {
    for id in &session.instructors {
        if work.user(*id).await?.role != Role::Instructor {
            return Err(Refusal::FieldInvalid { field: "instructor", value: id.to_string() }.into());
        }
    }
    Ok(())
}

/// [`records::Error::NotFound`] for an instructor who does not teach the session, and for a cohort that is over: what is finished is the
/// secretariat's.
pub(crate) async fn check_teaches(work: &mut Work, staff: &Staff, session: &Session) -> Result<()> {
    if staff.role != Role::Instructor {
        return Ok(());
    }
    let account = work.user_by_login(&staff.name).await?;
    let teaches = account.is_some_and(|account| session.instructors.contains(&account.id));
    let is_over = work.cohort(session.cohort_id).await?.ends_on < crate::fact::today(work);
    if teaches && !is_over { Ok(()) } else { Err(records::Error::NotFound.into()) }
}
