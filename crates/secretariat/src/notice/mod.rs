//! Notices to trainees and offices: what is told when, in whose words, and by which way.

pub mod contact;
pub mod delivery;
pub(crate) mod link;
pub mod mail;
pub mod message;
pub mod old;
pub mod outgoing;
pub mod refusal;
pub mod reminder;
mod telling;
mod witness;

use crate::local_hour;
use crate::notice::refusal::NoticeRefusal;
pub use records::notice::{Channel, Notice, NoticeSetting, NoticeTemplate, Shown};

pub use mail::Mailer;
pub(crate) use telling::{DayNews, NoticeWriter};

use crate::{Error, Refusal, Result, Secretariat, Staff};
use chrono::{DateTime, TimeDelta, Timelike, Utc};
use records::Work;
use records::notice::{Delivery, NewNotice};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;
use training::notice::{NoticeKind, NoticeState, QuietHours, Variable, check_transition, fill, unknown_variables};

/// Subject and body, with variables in braces.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub subject: String,
    pub body: String,
}

static SHIPPED: LazyLock<HashMap<NoticeKind, Text>> =
    LazyLock::new(|| toml::from_str(include_str!("texts.toml")).unwrap_or_default());

/// What holds where a provider has said nothing. Unconfirmed: no rule for it was found.
pub fn default_setting() -> NoticeSetting {
    NoticeSetting {
        quiet_from: 21,
        quiet_until: 8,
        lead_days: "14 7 3".to_owned(),
        waiting_days: 5,
        link_days: 7,
        version: 0,
    }
}

/// The text of a kind in a version; 0 is the one that ships.
pub fn text_of(own: &[NoticeTemplate], kind: NoticeKind, number: i64) -> Result<Text> {
    let found = own.iter().find(|known| (known.kind, known.number) == (kind, number));
    let found = found.map(|known| Text { subject: known.subject.clone(), body: known.body.clone() });
    let shipped = || if number == 0 { SHIPPED.get(&kind).cloned() } else { None };
    found.or_else(shipped).ok_or_else(|| Error::Internal(format!("no text {} {number}", kind.id())))
}

/// A notice as its reader sees it; `to_come` stands for addresses and links, which are put in when it goes out.
pub fn readable(own: &[NoticeTemplate], notice: &Notice, to_come: &str) -> Result<Text> {
    let text = text_of(own, notice.kind, notice.template_number)?;
    let mut variables = notice.variables()?;
    variables
        .extend([Variable::Address, Variable::Link, Variable::Code].map(|variable| (variable, to_come.to_owned())));
    // A rehearsal makes a login that is taken back.
    if notice.kind.is_sign_in() {
        variables.insert(Variable::Login, to_come.to_owned());
    }
    Ok(Text { subject: fill(&text.subject, &variables), body: fill(&text.body, &variables) })
}

/// Is it an hour in which nothing goes out by itself?
fn is_quiet(setting: &NoticeSetting, now: DateTime<Utc>) -> bool {
    quiet_hours(setting).contains(local_hour(now))
}

fn quiet_hours(setting: &NoticeSetting) -> QuietHours {
    QuietHours {
        from: u32::try_from(setting.quiet_from).unwrap_or(0),
        until: u32::try_from(setting.quiet_until).unwrap_or(0),
    }
}

/// The first moment, from now on, at which something may go out by itself.
fn when_allowed(setting: &NoticeSetting, now: DateTime<Utc>) -> DateTime<Utc> {
    let quiet = quiet_hours(setting);
    if !quiet.contains(local_hour(now)) {
        return now;
    }
    // The full hour at which the quiet ends; all day quiet is no quiet at all.
    let full = now - TimeDelta::seconds(i64::from(now.num_seconds_from_midnight() % 3600));
    (1..=24)
        .map(|hours| full + TimeDelta::hours(hours))
        .find(|moment| !quiet.contains(local_hour(*moment)))
        .unwrap_or(now)
}

/// Of a notice that was erased nothing is left to send.
fn check_not_erased(notice: &Notice) -> Result<()> {
    match notice.is_erased() {
        true => Err(NoticeRefusal::Erased.into()),
        false => Ok(()),
    }
}

/// Looks like one mail address.
pub(crate) fn check_email(email: &str) -> Result<()> {
    match email.is_empty() || email.parse::<lettre::Address>().is_ok() {
        true => Ok(()),
        false => Err(Refusal::FieldInvalid { field: "email", value: email.to_owned() }.into()),
    }
}

impl Secretariat {
    /// A provider's own text; refused where it mentions what such a notice does not know, and where a
    /// notice that is nothing but a link has lost it. Gives nothing new where the text is the one in use.
    pub async fn publish_notice_text(&self, staff: &Staff, kind: NoticeKind, text: &Text) -> Result<()> {
        for (field, text) in [("subject", &text.subject), ("body", &text.body)] {
            if text.trim().is_empty() {
                return Err(Refusal::FieldMissing(field).into());
            }
        }
        let unknown: Vec<String> =
            [&text.subject, &text.body].iter().flat_map(|text| unknown_variables(kind, text)).collect();
        if !unknown.is_empty() {
            return Err(NoticeRefusal::UnknownVariables(unknown).into());
        }
        if text.subject.contains('\n') {
            return Err(Refusal::FieldInvalid { field: "subject", value: text.subject.clone() }.into());
        }
        let way = if kind == NoticeKind::InvitationLetter { "{code}" } else { "{link}" };
        if kind.is_sign_in() && !text.body.contains(way) {
            return Err(Refusal::FieldInvalid { field: "body", value: way.to_owned() }.into());
        }
        let mut work = self.write(staff).await?;
        let own = work.notice_templates().await?;
        let number = own.iter().find(|known| known.kind == kind).map_or(0, |known| known.number);
        if text_of(&own, kind, number)? != *text {
            work.publish_notice_template(kind, &text.subject, &text.body).await?;
        }
        Ok(work.commit().await?)
    }

    /// When notices go out by themselves.
    pub async fn set_notice_setting(&self, staff: &Staff, setting: &NoticeSetting) -> Result<()> {
        let invalid =
            |field, value: &dyn ToString| Err(Refusal::FieldInvalid { field, value: value.to_string() }.into());
        let in_day = 0..24;
        match setting {
            it if !in_day.contains(&it.quiet_from) => return invalid("quiet_from", &it.quiet_from),
            it if !in_day.contains(&it.quiet_until) => return invalid("quiet_until", &it.quiet_until),
            it if lead_days(&it.lead_days).is_none() => return invalid("lead_days", &it.lead_days),
            it if !(0..=60).contains(&it.waiting_days) => return invalid("waiting_days", &it.waiting_days),
            it if !(1..=60).contains(&it.link_days) => return invalid("link_days", &it.link_days),
            _ => {}
        }
        let mut work = self.write(staff).await?;
        work.set_notice_setting(setting).await?;
        Ok(work.commit().await?)
    }

    /// Changes the delivery of a notice by hand: once more, to another address if one is given, came back, not needed, printed. Pressed
    /// twice it is done once.
    pub async fn change_notice(
        &self,
        staff: &Staff,
        (notice, version): (i64, i64),
        to: NoticeState,
        address: &str,
    ) -> Result<()> {
        let mut work = self.write(staff).await?;
        let known = work.notice(notice).await?;
        if known.version != version && known.state == to {
            return Ok(());
        }
        if known.version != version {
            return Err(records::Error::LostUpdate.into());
        }
        check_not_erased(&known)?;
        check_transition(known.state, to, staff.role)?;
        // What goes by way of the sender is not a person's to say.
        if to == NoticeState::Sending || known.state == NoticeState::Sending {
            return Err(Refusal::Transition(training::transition::Refusal::NotPermitted).into());
        }
        let address = if address.is_empty() { &known.address } else { address };
        if to == NoticeState::Queued && known.channel == Channel::Mail {
            check_email(address)?;
        }
        if to == NoticeState::Dropped && known.kind == NoticeKind::InvitationLetter {
            self.end_invitation(&mut work, &known).await?;
        }
        let delivery = Delivery { attempts: 0, not_before: self.now(), error: "", address };
        work.change_notice(&known, to, delivery).await?;
        Ok(work.commit().await?)
    }
}

impl Secretariat {
    /// A mail that did not arrive goes by post instead: a letter of the same words, and the mail is done with. Pressed twice it is one
    /// letter. A link that was asked for goes by mail alone.
    pub async fn send_as_letter(&self, staff: &Staff, (notice, version): (i64, i64)) -> Result<()> {
        let mut work = self.write(staff).await?;
        let known = work.notice(notice).await?;
        check_not_erased(&known)?;
        let undelivered = matches!(known.state, NoticeState::Bounced | NoticeState::Failed);
        if known.version != version || !undelivered {
            return Err(records::Error::LostUpdate.into());
        }
        self.put_letter_instead(&mut work, staff, &known).await?;
        Ok(work.commit().await?)
    }

    /// Queues a letter of the same words and drops the mail.
    pub(super) async fn put_letter_instead(&self, work: &mut Work, staff: &Staff, known: &Notice) -> Result<()> {
        if known.channel != Channel::Mail || known.kind.is_asked_for() {
            return Err(Refusal::Transition(training::transition::Refusal::NoSuchTransition).into());
        }
        let address = match (known.kind.is_to_office(), known.host_office_id, known.enrolment_id) {
            (true, Some(office), _) => {
                let office = work.host_office(office).await?;
                telling::postal(&[&office.address, &office.building])
            }
            (_, _, Some(enrolment)) => {
                let person = work.person_of(enrolment).await?;
                let postcode = person.postcode.as_deref().map(|code| format!("〒{code}")).unwrap_or_default();
                telling::postal(&[&postcode, person.address.as_deref().unwrap_or_default()])
            }
            _ => String::new(),
        };
        let (kind, template_number, variables) = match known.kind {
            NoticeKind::InvitationTrainee => self.invitation_on_paper(work, known).await?,
            kind => (kind, known.template_number, known.variables()?),
        };
        let letter = NewNotice {
            cohort: known.cohort_id,
            kind,
            template_number,
            variables,
            enrolment: known.enrolment_id,
            host_office: known.host_office_id,
            supervisor: None,
            recipient: known.recipient.clone(),
            channel: Channel::Letter,
            address,
            not_before: self.now(),
            once: format!("letter instead of {}", known.id),
        };
        work.queue_notice(&letter).await?;
        check_transition(known.state, NoticeState::Dropped, staff.role)?;
        let delivery = Delivery {
            attempts: known.attempts,
            not_before: known.not_before,
            error: &known.error,
            address: &known.address,
        };
        Ok(work.change_notice(known, NoticeState::Dropped, delivery).await?)
    }
}

/// Days before the end, each once, the longest first; `None` where the text is not such a list.
fn lead_days(text: &str) -> Option<Vec<i64>> {
    let mut days: Vec<i64> = text
        .split_whitespace()
        .map(|day| training::trainee::person::normalise(day).parse().ok().filter(|day| (0..=180).contains(day)))
        .collect::<Option<_>>()?;
    days.sort_unstable_by(|one, other| other.cmp(one));
    days.dedup();
    Some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_text_that_it_can_fill() {
        for kind in NoticeKind::ALL {
            let text = text_of(&[], kind, 0).unwrap();
            for part in [&text.subject, &text.body] {
                assert_eq!(unknown_variables(kind, part), Vec::<String>::new(), "{kind:?}");
            }
            let way = if kind.is_to_office() || kind.is_sign_in() { "{link}" } else { "{address}" };
            assert!(text.body.contains(way), "{kind:?} says where to go");
        }
        assert!(text_of(&[], NoticeKind::SignIn, 1).is_err());
    }

    #[test]
    fn quiet_hours_put_off_until_they_end() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        // Japan is nine hours ahead.
        for (now, expected) in [
            ("2027-04-01T03:00:00Z", "2027-04-01T03:00:00Z"),
            ("2027-04-01T12:10:05Z", "2027-04-01T23:00:00Z"),
            ("2027-04-01T22:59:59Z", "2027-04-01T23:00:00Z"),
            ("2027-04-01T23:00:00Z", "2027-04-01T23:00:00Z"),
        ] {
            assert_eq!(when_allowed(&default_setting(), at(now)), at(expected), "{now}");
        }
    }

    #[test]
    fn lead_days_are_read() {
        for (text, expected) in [
            ("14 7 3", Some(vec![14, 7, 3])),
            ("3 7 3　１４", Some(vec![14, 7, 3])),
            ("", Some(vec![])),
            ("a", None),
            ("-1", None),
            ("181", None),
        ] {
            assert_eq!(lead_days(text), expected, "{text}");
        }
    }
}
