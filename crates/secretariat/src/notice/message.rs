//! A message of the secretariat's own to trainees of a cohort, by mail, or by letter to whoever has none.

use super::NoticeWriter;
use super::outgoing::Outgoing;
use super::refusal::NoticeRefusal;
use crate::{Refusal, Result, Secretariat, Staff, hex};
use records::Work;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use training::notice::{NoticeKind, Variable, Variables};
use training::trainee::enrolment::EnrolmentState;

/// Letters a message and its subject may have.
const LONGEST: usize = 4_000;
const LONGEST_TITLE: usize = 100;

/// What is said.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    pub title: &'a str,
    pub text: &'a str,
    /// It goes out in quiet hours too.
    pub urgent: bool,
}

/// To whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who takes part or is to.
    Everybody,
    /// Those of an exercise group who take part.
    Group(i64),
    /// These enrolments.
    Chosen(Vec<i64>),
}

impl Secretariat {
    /// Queues a message; gives how many mails and letters are new.
    ///
    /// # Errors
    /// [`Refusal::FieldMissing`], [`NoticeRefusal::MessageTooLong`], [`NoticeRefusal::NobodyToTell`], [`NoticeRefusal::SaidToday`]; `NotFound` for a
    /// trainee or group of another cohort.
    pub async fn send_message(
        &self,
        staff: &Staff,
        cohort: i64,
        audience: &Audience,
        message: Message<'_>,
    ) -> Result<usize> {
        let mut work = self.write(staff).await?;
        let queued = self.send_message_in(&mut work, cohort, audience, message).await?;
        work.commit().await?;
        Ok(queued.len())
    }

    /// What sending would send. It is done and taken back, so that it says what will happen.
    pub async fn rehearse_message(
        &self,
        staff: &Staff,
        cohort: i64,
        (audience, message): (&Audience, Message<'_>),
        to_come: &str,
    ) -> Result<Outgoing> {
        let mut work = self.write(staff).await?;
        let queued = self.send_message_in(&mut work, cohort, audience, message).await?;
        Outgoing::queued(&mut work, &queued, to_come).await
    }

    async fn send_message_in(
        &self,
        work: &mut Work,
        cohort: i64,
        audience: &Audience,
        message: Message<'_>,
    ) -> Result<Vec<i64>> {
        let title = message.title.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = message.text.trim();
        if title.is_empty() {
            return Err(Refusal::FieldMissing("subject_line").into());
        }
        if text.is_empty() {
            return Err(Refusal::FieldMissing("message").into());
        }
        for (field, said, most) in [("subject_line", title.as_str(), LONGEST_TITLE), ("message", text, LONGEST)] {
            if said.chars().count() > most {
                return Err(NoticeRefusal::MessageTooLong { field, most }.into());
            }
            if training::trainee::person::has_unseen(said) {
                return Err(Refusal::ControlCharacter { field: field.to_owned() }.into());
            }
        }
        let to = self.audience(work, cohort, audience).await?;
        let mut writer = NoticeWriter::open(work, cohort, None).await?;
        let kind = if message.urgent { NoticeKind::UrgentTrainee } else { NoticeKind::MessageTrainee };
        // The same words to the same person on one day are one message, whatever page they come from.
        let said = Sha256::digest(format!("{title}/{text}"));
        let about = format!("{}/{}", hex(&said[..16]), self.today());
        for (enrolment, name) in to {
            let news: Variables = [(Variable::Title, title.clone()), (Variable::Message, text.to_owned())].into();
            writer.tell_trainee(work, (enrolment, &name), kind, (&about, news)).await?;
        }
        match writer.queued.is_empty() {
            true => Err(NoticeRefusal::SaidToday.into()),
            false => Ok(writer.queued),
        }
    }

    async fn audience(&self, work: &mut Work, cohort: i64, audience: &Audience) -> Result<Vec<(i64, String)>> {
        let mut enrolments = work.enrolments(cohort).await?;
        match audience {
            Audience::Everybody => enrolments.retain(|known| {
                known.state.takes_part() || matches!(known.state, EnrolmentState::Applied | EnrolmentState::Admitted)
            }),
            Audience::Group(group) => {
                if !work.exercise_groups(cohort).await?.iter().any(|known| known.id == *group) {
                    return Err(records::Error::NotFound.into());
                }
                let members = work.group_members(*group).await?;
                let members: HashSet<i64> = members.into_iter().map(|member| member.enrolment_id).collect();
                enrolments.retain(|known| members.contains(&known.id) && known.state.takes_part());
            }
            Audience::Chosen(chosen) => {
                let chosen: HashSet<i64> = chosen.iter().copied().collect();
                enrolments.retain(|known| chosen.contains(&known.id));
                if enrolments.len() < chosen.len() {
                    return Err(records::Error::NotFound.into());
                }
            }
        }
        if enrolments.is_empty() {
            return Err(NoticeRefusal::NobodyToTell.into());
        }
        Ok(enrolments.into_iter().map(|known| (known.id, known.name)).collect())
    }
}
