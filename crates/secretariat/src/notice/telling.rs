//! Writing notices about placements: who is told, where they are reached, and what the text is filled with.

use super::{default_setting, when_allowed};
use crate::{Result, Secretariat};
use chrono::{DateTime, TimeDelta, Utc};
use records::Work;
use records::cohort::Cohort;
use records::notice::{Channel, NewNotice, Notice, NoticeSetting};
use records::office::contact::{OfficeContact, SupervisorContact};
use records::office::registration::Registration;
use records::placement::Placement;
use records::trainee::person::Person;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use training::notice::{NoticeKind, Variable, Variables, of_day_change, of_placement_change};
use training::practicum::day::{Day, DayState};
use training::practicum::placement::PlacementState;
use training::role::Role;
use training::wareki;

/// Whom a notice goes to, and how.
struct Recipient {
    name: String,
    supervisor: Option<i64>,
    channel: Channel,
    address: String,
}

impl Recipient {
    /// Who receives trainees at an office that is reached by its own address.
    fn office(contact: &OfficeContact, office: &str) -> Recipient {
        let (name, address) = (receiver(&contact.name, office), contact.email.clone());
        Recipient { name, supervisor: None, channel: Channel::Mail, address }
    }
}

/// Who receives trainees at an office, as a letter calls them.
fn receiver(name: &str, office: &str) -> String {
    if name.is_empty() { format!("{office} ご担当者") } else { name.to_owned() }
}

/// Everything about a cohort that its notices need, read once however many there are.
pub(crate) struct NoticeWriter {
    cohort: Cohort,
    provider: String,
    setting: NoticeSetting,
    /// Newest version of each kind the provider has written itself.
    numbers: HashMap<NoticeKind, i64>,
    people: HashMap<i64, Person>,
    offices: HashMap<i64, OfficeContact>,
    supervisors: Vec<SupervisorContact>,
    /// Names of supervisors and postal addresses of offices met so far.
    names: HashMap<i64, String>,
    addresses: HashMap<i64, String>,
    /// Notices queued so far.
    pub(crate) queued: Vec<i64>,
}

/// How long a mail about days waits for others.
const DAY_PAUSE: TimeDelta = TimeDelta::minutes(10);

/// Most days that one mail tells of.
const MOST_DAYS: usize = 30;

/// What there is to tell of a day.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DayNews<'a> {
    Offered,
    /// From the state before; the reason may be empty.
    Answered {
        from: DayState,
        to: DayState,
        reason: &'a str,
    },
}

impl DayNews<'_> {
    /// Somebody might be on the way.
    fn is_urgent(self) -> bool {
        matches!(self, DayNews::Answered { from: DayState::Agreed, .. })
    }

    /// A line of the mail.
    fn line(self, day: &Day) -> String {
        let (word, reason) = match self {
            DayNews::Offered | DayNews::Answered { to: DayState::Offered, .. } => ("提案", ""),
            DayNews::Answered { to: DayState::Agreed, reason, .. } => ("決定", reason),
            DayNews::Answered { to: DayState::Declined, reason, .. } => ("お断り", reason),
            DayNews::Answered { to: DayState::Cancelled, reason, .. } => ("取消し", reason),
        };
        let (from, until) = (day.from.format("%-H:%M"), day.until.format("%-H:%M"));
        // One line, whatever was typed.
        let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        let reason = if reason.is_empty() { String::new() } else { format!("（{reason}）") };
        format!("{} {from}〜{until} {word}{reason}", wareki::format(day.on))
    }
}

/// Who can be reached by mail at an office.
enum AtOffice {
    Supervisor(SupervisorContact),
    Office(OfficeContact),
    Nobody,
}

/// Who guides the trainee, if known; else any supervisor of the office; else the office.
fn reachable(
    (office, guide): (i64, Option<i64>),
    supervisors: &[SupervisorContact],
    contact: Option<&OfficeContact>,
) -> AtOffice {
    let wanted = |known: &&SupervisorContact| {
        let own = guide.is_none_or(|guide| guide == known.supervisor_id);
        known.host_office_id == office && !known.email.is_empty() && own
    };
    match (supervisors.iter().find(wanted), contact.filter(|contact| !contact.email.is_empty())) {
        (Some(supervisor), _) => AtOffice::Supervisor(supervisor.clone()),
        (None, Some(contact)) => AtOffice::Office(contact.clone()),
        (None, None) => AtOffice::Nobody,
    }
}

pub(super) fn postal(lines: &[&str]) -> String {
    lines.iter().filter(|line| !line.trim().is_empty()).copied().collect::<Vec<_>>().join("\n")
}

impl NoticeWriter {
    /// For the notices of a cohort, or of one trainee of it.
    pub(crate) async fn open(work: &mut Work, cohort: i64, only: Option<i64>) -> Result<NoticeWriter> {
        let cohort = work.cohort(cohort).await?;
        let people = match only {
            Some(enrolment) => [(enrolment, work.person_of(enrolment).await?)].into(),
            None => work.people_of_cohort(cohort.id).await?,
        };
        let mut numbers = HashMap::new();
        for template in work.notice_templates().await? {
            numbers.entry(template.kind).or_insert(template.number);
        }
        let contacts = work.office_contacts(None).await?;
        Ok(NoticeWriter {
            provider: work.provider().await?.name,
            setting: work.notice_setting().await?.unwrap_or_else(default_setting),
            numbers,
            people,
            offices: contacts.into_iter().map(|contact| (contact.host_office_id, contact)).collect(),
            supervisors: work.supervisor_contacts(None).await?,
            names: HashMap::new(),
            addresses: HashMap::new(),
            queued: Vec::new(),
            cohort,
        })
    }

    fn trainee(&self, placement: &Placement) -> Recipient {
        self.trainee_of(placement.enrolment_id, &placement.trainee_name)
    }

    fn trainee_of(&self, enrolment: i64, name: &str) -> Recipient {
        let person = self.people.get(&enrolment);
        let email = person.and_then(|person| person.email.clone()).filter(|email| !email.trim().is_empty());
        let (channel, address) = match (email, person) {
            (Some(email), _) => (Channel::Mail, email),
            (None, Some(person)) => {
                let postcode = person.postcode.as_deref().map(|code| format!("〒{code}")).unwrap_or_default();
                (Channel::Letter, postal(&[&postcode, person.address.as_deref().unwrap_or_default()]))
            }
            (None, None) => (Channel::Letter, String::new()),
        };
        Recipient { name: name.to_owned(), supervisor: None, channel, address }
    }

    /// Whom a notice about a placement goes to at the office.
    async fn office(&mut self, work: &mut Work, placement: &Placement) -> Result<Recipient> {
        let office = placement.host_office_id;
        let office_name = &placement.office_name;
        match reachable((office, placement.supervisor_id), &self.supervisors, self.offices.get(&office)) {
            AtOffice::Supervisor(contact) => {
                let supervisor = contact.supervisor_id;
                if !self.names.contains_key(&supervisor) {
                    let known = work.supervisors(office).await?;
                    self.names.extend(known.into_iter().map(|supervisor| (supervisor.id, supervisor.name)));
                }
                let name = self.names.get(&supervisor).cloned().unwrap_or_default();
                Ok(Recipient { name, supervisor: Some(supervisor), channel: Channel::Mail, address: contact.email })
            }
            AtOffice::Office(contact) => Ok(Recipient::office(&contact, office_name)),
            AtOffice::Nobody => {
                let name = receiver("", office_name);
                let address = match self.addresses.entry(office) {
                    Entry::Occupied(known) => known.get().clone(),
                    Entry::Vacant(free) => {
                        let known = work.host_office(office).await?;
                        free.insert(postal(&[&known.address, &known.building])).clone()
                    }
                };
                Ok(Recipient { name, supervisor: None, channel: Channel::Letter, address })
            }
        }
    }

    /// Tells an office that its registration ends, once.
    pub(crate) async fn tell_of_ending(
        work: &mut Work,
        setting: &NoticeSetting,
        registration: &Registration,
    ) -> Result<bool> {
        let office = work.host_office(registration.host_office_id).await?;
        let supervisors = work.supervisor_contacts(Some(office.id)).await?;
        let contact = work.office_contacts(Some(office.id)).await?.pop();
        let recipient = match reachable((office.id, None), &supervisors, contact.as_ref()) {
            AtOffice::Supervisor(contact) => {
                let known = work.supervisors(office.id).await?;
                let name = known.into_iter().find(|known| known.id == contact.supervisor_id).map(|known| known.name);
                let (name, supervisor) = (name.unwrap_or_default(), Some(contact.supervisor_id));
                Recipient { name, supervisor, channel: Channel::Mail, address: contact.email }
            }
            AtOffice::Office(contact) => Recipient::office(&contact, &office.name),
            AtOffice::Nobody => {
                let address = postal(&[&office.address, &office.building]);
                let name = receiver("", &office.name);
                Recipient { name, supervisor: None, channel: Channel::Letter, address }
            }
        };
        let kind = NoticeKind::RegistrationEnding;
        let own = work.notice_templates().await?;
        let variables = [
            (Variable::Recipient, recipient.name.clone()),
            (Variable::Provider, work.provider().await?.name),
            (Variable::Office, office.name),
            (Variable::Until, registration.valid_until.map(wareki::format).unwrap_or_default()),
        ];
        let new = NewNotice {
            cohort: None,
            kind,
            template_number: own.iter().find(|known| known.kind == kind).map_or(0, |known| known.number),
            variables: variables.into(),
            enrolment: None,
            host_office: Some(office.id),
            supervisor: recipient.supervisor,
            recipient: recipient.name,
            channel: recipient.channel,
            address: recipient.address,
            not_before: when_allowed(setting, work.actor().now),
            once: format!("{}/{}", kind.id(), registration.id),
        };
        Ok(work.queue_notice(&new).await?.is_some())
    }

    /// Queues one notice about a placement, once for what `about` names. Gives whether it is new.
    pub(crate) async fn tell(
        &mut self,
        work: &mut Work,
        kind: NoticeKind,
        placement: &Placement,
        (about, more): (String, Variables),
    ) -> Result<bool> {
        let recipient = if kind.is_to_office() { self.office(work, placement).await? } else { self.trainee(placement) };
        let not_before = when_allowed(&self.setting, work.actor().now);
        self.queue(work, (kind, recipient), placement, (about, more, not_before)).await
    }

    /// Can the trainee be written to by mail?
    pub(crate) fn has_mail(&self, enrolment: i64) -> bool {
        self.trainee_of(enrolment, "").channel == Channel::Mail
    }

    /// Tells a trainee, by enrolment and name, something that concerns no placement, once for what `about` names. Gives whether it is new.
    pub(crate) async fn tell_trainee(
        &mut self,
        work: &mut Work,
        (enrolment, name): (i64, &str),
        kind: NoticeKind,
        (about, news): (&str, Variables),
    ) -> Result<bool> {
        let recipient = self.trainee_of(enrolment, name);
        let mut variables: Variables = [
            (Variable::Recipient, recipient.name.clone()),
            (Variable::Provider, self.provider.clone()),
            (Variable::Cohort, self.cohort.name.clone()),
        ]
        .into();
        variables.extend(news);
        let new = NewNotice {
            cohort: Some(self.cohort.id),
            kind,
            template_number: self.numbers.get(&kind).copied().unwrap_or(0),
            variables,
            enrolment: Some(enrolment),
            host_office: None,
            supervisor: None,
            recipient: recipient.name,
            channel: recipient.channel,
            address: recipient.address,
            not_before: match kind.is_urgent() {
                true => work.actor().now,
                false => when_allowed(&self.setting, work.actor().now),
            },
            once: format!("{}/{about}/{enrolment}", kind.id()),
        };
        let made = work.queue_notice(&new).await?;
        self.queued.extend(made);
        Ok(made.is_some())
    }

    async fn queue(
        &mut self,
        work: &mut Work,
        (kind, recipient): (NoticeKind, Recipient),
        placement: &Placement,
        (about, more, not_before): (String, Variables, DateTime<Utc>),
    ) -> Result<bool> {
        let begins = self.cohort.practicum_from + chrono::TimeDelta::weeks(placement.window_index);
        let last = self.cohort.practicum_from + chrono::TimeDelta::weeks(self.cohort.practicum_weeks)
            - chrono::TimeDelta::days(1);
        let mut variables: Variables = [
            (Variable::Recipient, recipient.name.clone()),
            (Variable::Provider, self.provider.clone()),
            (Variable::Cohort, self.cohort.name.clone()),
            (Variable::Trainee, placement.trainee_name.clone()),
            (Variable::Office, placement.office_name.clone()),
            (Variable::Week, format!("{}からの週", wareki::format(begins))),
            (Variable::Until, wareki::format(last)),
        ]
        .into();
        variables.extend(more);
        variables.retain(|variable, _| kind.variables().contains(variable));
        let new = NewNotice {
            cohort: Some(self.cohort.id),
            kind,
            template_number: self.numbers.get(&kind).copied().unwrap_or(0),
            variables,
            enrolment: Some(placement.enrolment_id),
            host_office: Some(placement.host_office_id),
            supervisor: recipient.supervisor,
            recipient: recipient.name,
            channel: recipient.channel,
            address: recipient.address,
            not_before,
            once: format!("{}/{about}", kind.id()),
        };
        let made = work.queue_notice(&new).await?;
        self.queued.extend(made);
        Ok(made.is_some())
    }

    /// Tells the other side of a day that was offered, answered or called off. Several within some minutes come in one mail; whoever has no mail
    /// address sees them on the page, a letter would come too late.
    pub(crate) async fn tell_of_day(
        &mut self,
        work: &mut Work,
        (placement, about): (&Placement, String),
        role: Role,
        (day, news): (&Day, DayNews<'_>),
    ) -> Result<()> {
        let now = work.actor().now;
        let soon = when_allowed(&self.setting, if news.is_urgent() { now } else { now + DAY_PAUSE });
        let line = news.line(day);
        for kind in of_day_change(role) {
            let recipient =
                if kind.is_to_office() { self.office(work, placement).await? } else { self.trainee(placement) };
            if recipient.channel == Channel::Letter {
                continue;
            }
            let waiting = work.mail_waiting(*kind, placement.enrolment_id, placement.host_office_id).await?;
            let same = |waiting: &Notice| {
                waiting.address == recipient.address && waiting.supervisor_id == recipient.supervisor
            };
            if let Some(waiting) = waiting.filter(same) {
                let mut variables = waiting.variables()?;
                let days = variables.entry(Variable::Days).or_default();
                if days.lines().count() >= MOST_DAYS {
                    // The page tells the rest.
                    continue;
                }
                days.push_str(&format!("\n  {line}"));
                if work.say_instead(&waiting, &variables, waiting.not_before.min(soon)).await? {
                    continue;
                }
            }
            let days = [(Variable::Days, line.clone())].into();
            self.queue(work, (*kind, recipient), placement, (about.clone(), days, soon)).await?;
        }
        Ok(())
    }

    /// Changes a placement's state, which the caller has checked, and tells whoever has to know.
    pub(crate) async fn change_placement(
        &mut self,
        work: &mut Work,
        placement: &Placement,
        to: PlacementState,
        reason: &str,
    ) -> Result<()> {
        work.change_placement(placement, to, reason).await?;
        self.tell_of_change(work, placement, (Some(placement.state), to), reason).await
    }

    /// Tells whoever has to know that a placement has come to a state.
    pub(crate) async fn tell_of_change(
        &mut self,
        work: &mut Work,
        placement: &Placement,
        (from, to): (Option<PlacementState>, PlacementState),
        reason: &str,
    ) -> Result<()> {
        for kind in of_placement_change(from, to) {
            // A state a placement comes to twice is told twice.
            let about = format!("placement/{}/{}", placement.id, placement.version);
            let reason = [(Variable::Reason, reason.to_owned())].into();
            self.tell(work, *kind, placement, (about, reason)).await?;
        }
        Ok(())
    }
}

impl Secretariat {
    /// The writer of the cohort a placement belongs to, for telling of that placement alone.
    pub(crate) async fn notice_writer_of(work: &mut Work, enrolment: i64) -> Result<NoticeWriter> {
        let cohort = work.enrolment(enrolment).await?.cohort_id;
        NoticeWriter::open(work, cohort, Some(enrolment)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_told_in_a_line() {
        let time = |hour| chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        let day = Day {
            on: chrono::NaiveDate::from_ymd_opt(2027, 5, 10).unwrap_or_default(),
            from: time(9),
            until: time(12),
            content: training::practicum::day::DayContent::Visit,
            note: String::new(),
        };
        let answered = |from, to, reason| DayNews::Answered { from, to, reason };
        for (news, expected, urgent) in [
            (DayNews::Offered, "令和9年5月10日 9:00〜12:00 提案", false),
            (answered(DayState::Offered, DayState::Agreed, ""), "令和9年5月10日 9:00〜12:00 決定", false),
            (
                answered(DayState::Agreed, DayState::Cancelled, "感染症\n\n  決定"),
                "令和9年5月10日 9:00〜12:00 取消し（感染症 決定）",
                true,
            ),
        ] {
            assert_eq!((news.line(&day).as_str(), news.is_urgent()), (expected, urgent));
        }
    }

    #[test]
    fn the_guide_is_told_else_whoever_can_be_reached() {
        let supervisor = |supervisor_id, host_office_id, email: &str| SupervisorContact {
            supervisor_id,
            host_office_id,
            email: email.to_owned(),
            ..SupervisorContact::default()
        };
        let supervisors =
            [supervisor(1, 7, ""), supervisor(2, 7, "two@x"), supervisor(3, 7, "three@x"), supervisor(4, 8, "four@x")];
        let contact =
            OfficeContact { host_office_id: 7, email: "office@x".to_owned(), version: 1, ..OfficeContact::default() };
        let silent = OfficeContact { email: String::new(), ..contact.clone() };
        for (guide, office, expected) in [
            (Some(3), Some(&contact), "three@x"),
            (None, Some(&contact), "two@x"),
            // Whose trainee it is not hears nothing of it.
            (Some(1), Some(&contact), "office@x"),
            (Some(1), Some(&silent), ""),
            (Some(4), None, ""),
        ] {
            let address = match reachable((7, guide), &supervisors, office) {
                AtOffice::Supervisor(contact) => contact.email,
                AtOffice::Office(contact) => contact.email,
                AtOffice::Nobody => String::new(),
            };
            assert_eq!(address, expected, "{guide:?}");
        }
    }
}
