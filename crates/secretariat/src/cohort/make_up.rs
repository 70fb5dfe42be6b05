//! Making up for missed subjects: who lacks what, the sessions to come that teach it, and inviting to one. A make-up session is for those alone
//! who are invited.

use crate::cohort::refusal::CohortRefusal;
use crate::notice::NoticeWriter;
use crate::notice::outgoing::Outgoing;
use crate::{Refusal, Result, Secretariat, Staff};
use records::Work;
use records::cohort::session::Session;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use training::NaiveDate;
use training::completion::verdict::{Missing, NotCounted, State};
use training::notice::{NoticeKind, Variable, Variables};

/// Somebody who lacks a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    pub enrolment: i64,
    pub number: String,
    pub name: String,
    /// Minutes attended or made good, of those required.
    pub done: u32,
    pub required: u32,
    /// When something was missed, and how.
    pub missed: Vec<(NaiveDate, NotCounted)>,
    /// Make-up sessions to come of this subject they are invited to.
    pub invited: Vec<i64>,
}

/// A subject somebody lacks.
#[derive(Debug, Clone)]
pub struct LackingSubject {
    pub code: String,
    pub name: String,
    pub lacks: Vec<Lack>,
    /// Make-up sessions of the cohort to come that teach it.
    pub sessions: Vec<Session>,
    /// Other sessions to come that teach it: of the cohort, where everybody is expected, and of other cohorts, with the cohort's name.
    pub others: Vec<(String, Session)>,
}

fn teaches(session: &Session, subject: &str, after: NaiveDate) -> bool {
    session.cancelled.is_none()
        && session.starts_at.date() > after
        && session.shares.iter().any(|share| share.subject == subject)
}

impl Secretariat {
    /// Subjects that trainees of a cohort who take part have missed and not made good, in the order of teaching.
    pub async fn make_ups(&self, work: &mut Work, cohort: i64) -> Result<Vec<LackingSubject>> {
        let today = self.today();
        let judged = self.judge_cohort(work, cohort).await?;
        let of_make_up = work.make_up_sessions(cohort).await?;
        let own = work.sessions(cohort).await?;
        let mut elsewhere = Vec::new();
        for other in work.cohorts().await? {
            let is_alike = other.edition == judged.cohort.edition && !other.cancelled && other.ends_on > today;
            if other.id != cohort && is_alike {
                let marked = work.make_up_sessions(other.id).await?;
                let held = work.sessions(other.id).await?.into_iter().filter(|known| !marked.contains_key(&known.id));
                elsewhere.extend(held.map(|session| (other.name.clone(), session)));
            }
        }
        let mut lacks: BTreeMap<&str, Vec<Lack>> = BTreeMap::new();
        for known in judged.enrolments.iter().filter(|known| known.state.takes_part()) {
            let findings = judged.judgements.get(&known.id).map_or(&[][..], |judgement| &judgement.findings);
            for finding in findings {
                let Some(subject) = finding.subject.as_deref() else { continue };
                let verdict = &finding.verdict;
                let is_missed = verdict.state == State::NotYet && !verdict.uncounted.is_empty();
                if verdict.state != State::NeedsMakeUp && !is_missed {
                    continue;
                }
                let minutes = verdict.missing.iter().find_map(|missing| match missing {
                    Missing::Minutes { done, required } => Some((*done, *required)),
                    _ => None,
                });
                let missed = verdict.missing.iter().filter_map(|missing| match missing {
                    Missing::MadeUp { on, why } => Some((*on, *why)),
                    _ => None,
                });
                let is_invited = |session: &&Session| {
                    teaches(session, subject, today)
                        && of_make_up.get(&session.id).is_some_and(|invited| invited.contains(&known.id))
                };
                let (done, required) = minutes.unwrap_or_default();
                lacks.entry(subject).or_default().push(Lack {
                    enrolment: known.id,
                    number: known.trainee_number.clone(),
                    name: known.name.clone(),
                    done,
                    required,
                    missed: missed.collect(),
                    invited: own.iter().filter(is_invited).map(|session| session.id).collect(),
                });
            }
        }
        let subject = |(code, lacks): (&str, Vec<Lack>)| {
            let to_come = own.iter().filter(|session| teaches(session, code, today));
            let (sessions, usual): (Vec<&Session>, Vec<&Session>) =
                to_come.partition(|session| of_make_up.contains_key(&session.id));
            let usual = usual.into_iter().map(|session| (judged.cohort.name.clone(), session.clone()));
            let of_others = elsewhere.iter().filter(|(_, session)| teaches(session, code, today)).cloned();
            LackingSubject {
                code: code.to_owned(),
                name: judged.rulebook.edition.curriculum.subject(code).map_or("", |known| &known.name).to_owned(),
                lacks,
                sessions: sessions.into_iter().cloned().collect(),
                others: usual.chain(of_others).collect(),
            }
        };
        Ok(lacks.into_iter().map(subject).collect())
    }

    /// Who is expected in a session: everybody who takes part, or of a make-up session who is invited; and who is recorded there.
    pub async fn expected(&self, work: &mut Work, session: &Session) -> Result<HashSet<i64>> {
        let invited = work.make_up_sessions(session.cohort_id).await?.remove(&session.id);
        let recorded = work.current_attendance(session.id).await?.into_iter().map(|row| row.enrolment_id);
        let mut expected: HashSet<i64> = recorded.collect();
        let enrolments = work.enrolments(session.cohort_id).await?.into_iter();
        let takes_part = enrolments.filter(|known| known.state.takes_part()).map(|known| known.id);
        expected.extend(takes_part.filter(|id| invited.as_ref().is_none_or(|invited| invited.contains(id))));
        Ok(expected)
    }

    /// Invites trainees to a make-up session to come, and tells them; gives how many are new.
    ///
    /// # Errors
    /// [`CohortRefusal::NoMakeUp`] for a session of everybody, or one that was held; [`CohortRefusal::SessionCancelled`]; `NotFound` for a
    /// trainee of another cohort or one who takes no part.
    pub async fn invite_to_make_up(&self, staff: &Staff, session: i64, enrolments: &[i64]) -> Result<usize> {
        let mut work = self.write(staff).await?;
        let queued = self.invite_to_make_up_in(&mut work, session, enrolments).await?;
        work.commit().await?;
        Ok(queued.len())
    }

    /// What inviting would send. It is done and taken back, so that it says what will happen.
    pub async fn rehearse_make_up(
        &self,
        staff: &Staff,
        session: i64,
        enrolments: &[i64],
        to_come: &str,
    ) -> Result<Outgoing> {
        let mut work = self.write(staff).await?;
        let queued = self.invite_to_make_up_in(&mut work, session, enrolments).await?;
        Outgoing::queued(&mut work, &queued, to_come).await
    }

    async fn invite_to_make_up_in(&self, work: &mut Work, session: i64, enrolments: &[i64]) -> Result<Vec<i64>> {
        let session = work.session(session).await?;
        let cohort = session.cohort_id;
        if enrolments.is_empty() {
            return Err(Refusal::FieldMissing("trainee").into());
        }
        if session.cancelled.is_some() {
            return Err(CohortRefusal::SessionCancelled.into());
        }
        let is_make_up = work.make_up_sessions(cohort).await?.contains_key(&session.id);
        if !is_make_up || session.starts_at.date() <= self.today() {
            return Err(CohortRefusal::NoMakeUp.into());
        }
        let wanted: BTreeSet<i64> = enrolments.iter().copied().collect();
        let known = work.enrolments(cohort).await?.into_iter();
        let known: Vec<_> = known.filter(|known| wanted.contains(&known.id) && known.state.takes_part()).collect();
        if known.len() < wanted.len() {
            return Err(records::Error::NotFound.into());
        }
        let mut writer = NoticeWriter::open(work, cohort, None).await?;
        let when = super::session::when_and_where(&session);
        let text = format!(
            "次の日程で補講を行います。\n\n  {}\n  {when}\n\n都合がつかないときは、事務局にお知らせください。",
            session.title
        );
        for enrolment in known {
            if !work.invite_to_session(session.id, enrolment.id).await? {
                continue;
            }
            let news: Variables =
                [(Variable::Title, "補講のご案内".to_owned()), (Variable::Message, text.clone())].into();
            let about = format!("make-up/{}", session.id);
            let to = (enrolment.id, enrolment.name.as_str());
            writer.tell_trainee(work, to, NoticeKind::MessageTrainee, (&about, news)).await?;
        }
        Ok(writer.queued)
    }
}
