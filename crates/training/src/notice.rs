//! Notices to trainees and offices: their kinds, what their texts may mention, and the states of a delivery.

use crate::practicum::placement::PlacementState;
use crate::role::Role;
use crate::transition::{self, Refusal, Transition};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a notice is about, and to whom it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// To the trainee: where the practicum takes place.
    PlacementTrainee,
    /// To the office: whom it is asked to receive.
    PlacementOffice,
    /// To the trainee: the office accepts.
    AcceptedTrainee,
    /// To the trainee: the office declines.
    DeclinedTrainee,
    CancelledTrainee,
    CancelledOffice,
    /// To the trainee: what still keeps the practicum closed, before it begins.
    OpeningTrainee,
    /// To the trainee: the practicum's weeks are ending.
    ReminderTrainee,
    /// To the office: entries of the record wait.
    ReminderOffice,
    /// To the office: its registration as a host office ends.
    RegistrationEnding,
    /// To the trainee: days were offered, answered or called off.
    DaysTrainee,
    /// To the office: the same.
    DaysOffice,
    /// To the trainee: sessions, or the course itself, were moved or cancelled.
    ScheduleTrainee,
    /// To the trainee: something the secretariat has written.
    MessageTrainee,
    /// The same, which cannot wait for the morning.
    UrgentTrainee,
    /// To a supervisor: a link to sign in with, and nothing else.
    SignIn,
    /// To the trainee, by mail: a link that signs in for the first time.
    InvitationTrainee,
    /// The same on paper: a code that asks for the birth date.
    InvitationLetter,
    /// To whoever has an account and asked for it: a link to sign in with.
    SignInAccount,
}

impl NoticeKind {
    pub const ALL: [NoticeKind; 19] = [
        NoticeKind::PlacementTrainee,
        NoticeKind::PlacementOffice,
        NoticeKind::AcceptedTrainee,
        NoticeKind::DeclinedTrainee,
        NoticeKind::CancelledTrainee,
        NoticeKind::CancelledOffice,
        NoticeKind::OpeningTrainee,
        NoticeKind::ReminderTrainee,
        NoticeKind::ReminderOffice,
        NoticeKind::RegistrationEnding,
        NoticeKind::DaysTrainee,
        NoticeKind::DaysOffice,
        NoticeKind::ScheduleTrainee,
        NoticeKind::MessageTrainee,
        NoticeKind::UrgentTrainee,
        NoticeKind::SignIn,
        NoticeKind::InvitationTrainee,
        NoticeKind::InvitationLetter,
        NoticeKind::SignInAccount,
    ];

    pub fn id(self) -> &'static str {
        match self {
            NoticeKind::PlacementTrainee => "placement_trainee",
            NoticeKind::PlacementOffice => "placement_office",
            NoticeKind::AcceptedTrainee => "accepted_trainee",
            NoticeKind::DeclinedTrainee => "declined_trainee",
            NoticeKind::CancelledTrainee => "cancelled_trainee",
            NoticeKind::CancelledOffice => "cancelled_office",
            NoticeKind::OpeningTrainee => "opening_trainee",
            NoticeKind::ReminderTrainee => "reminder_trainee",
            NoticeKind::ReminderOffice => "reminder_office",
            NoticeKind::RegistrationEnding => "registration_ending",
            NoticeKind::DaysTrainee => "days_trainee",
            NoticeKind::DaysOffice => "days_office",
            NoticeKind::ScheduleTrainee => "schedule_trainee",
            NoticeKind::MessageTrainee => "message_trainee",
            NoticeKind::UrgentTrainee => "urgent_trainee",
            NoticeKind::SignIn => "sign_in",
            NoticeKind::InvitationTrainee => "invitation_trainee",
            NoticeKind::InvitationLetter => "invitation_letter",
            NoticeKind::SignInAccount => "sign_in_account",
        }
    }

    pub fn from_id(id: &str) -> Option<NoticeKind> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// Does it go to an office, by way of one of its supervisors where one is known?
    pub fn is_to_office(self) -> bool {
        matches!(
            self,
            NoticeKind::PlacementOffice
                | NoticeKind::CancelledOffice
                | NoticeKind::ReminderOffice
                | NoticeKind::RegistrationEnding
                | NoticeKind::DaysOffice
                | NoticeKind::SignIn
        )
    }

    /// Is it nothing but a way to sign in? Somebody waits for it, and without its link or code it says nothing.
    pub fn is_sign_in(self) -> bool {
        matches!(
            self,
            NoticeKind::SignIn
                | NoticeKind::InvitationTrainee
                | NoticeKind::InvitationLetter
                | NoticeKind::SignInAccount
        )
    }

    /// Is it asked for by whoever waits for it?
    pub fn is_asked_for(self) -> bool {
        matches!(self, NoticeKind::SignIn | NoticeKind::SignInAccount)
    }

    /// Does it go out in quiet hours too?
    pub fn is_urgent(self) -> bool {
        self.is_asked_for() || self == NoticeKind::UrgentTrainee
    }

    /// What its text may mention, as `{trainee}`.
    pub fn variables(self) -> &'static [Variable] {
        use Variable::*;
        match self {
            NoticeKind::PlacementTrainee | NoticeKind::AcceptedTrainee => {
                &[Recipient, Provider, Cohort, Trainee, Office, Week, Address]
            }
            NoticeKind::DeclinedTrainee | NoticeKind::CancelledTrainee => {
                &[Recipient, Provider, Cohort, Trainee, Office, Week, Reason, Address]
            }
            NoticeKind::PlacementOffice => &[Recipient, Provider, Cohort, Trainee, Office, Week, Link],
            NoticeKind::CancelledOffice => &[Recipient, Provider, Cohort, Trainee, Office, Week, Reason, Link],
            NoticeKind::OpeningTrainee => &[Recipient, Provider, Cohort, Trainee, Office, Week, Missing, Address],
            NoticeKind::ReminderTrainee => &[Recipient, Provider, Cohort, Trainee, Office, Until, Address],
            NoticeKind::ReminderOffice => &[Recipient, Provider, Cohort, Trainee, Office, Until, Count, Link],
            NoticeKind::RegistrationEnding => &[Recipient, Provider, Office, Until, Link],
            NoticeKind::DaysTrainee => &[Recipient, Provider, Cohort, Trainee, Office, Days, Address],
            NoticeKind::DaysOffice => &[Recipient, Provider, Cohort, Trainee, Office, Days, Link],
            NoticeKind::ScheduleTrainee => &[Recipient, Provider, Cohort, Change, Reason, Address],
            NoticeKind::MessageTrainee | NoticeKind::UrgentTrainee => {
                &[Recipient, Provider, Cohort, Title, Message, Address]
            }
            NoticeKind::SignIn => &[Recipient, Provider, Office, Link],
            NoticeKind::InvitationTrainee => &[Recipient, Provider, Cohort, Until, Login, Link],
            NoticeKind::InvitationLetter => &[Recipient, Provider, Cohort, Until, Login, Code, Link],
            NoticeKind::SignInAccount => &[Recipient, Provider, Login, Link],
        }
    }
}

/// What a text can mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variable {
    Recipient,
    Provider,
    Cohort,
    Trainee,
    Office,
    Week,
    Reason,
    /// The last day of the practicum, or of a registration.
    Until,
    Count,
    /// What keeps the practicum closed, one a line.
    Missing,
    /// Days that were offered, answered or called off, one a line.
    Days,
    /// What was moved or cancelled, one a line.
    Change,
    /// What a message is called, in one line.
    Title,
    Message,
    /// Where the pages are.
    Address,
    /// A link that signs the recipient in, once; in a letter, where the pages are.
    Link,
    /// The name an account is signed in with.
    Login,
    /// A code on paper that signs in, once, together with the birth date.
    Code,
    /// Whose account a link signs in, by its number: for the sender alone, no text mentions it.
    Account,
}

impl Variable {
    pub fn id(self) -> &'static str {
        match self {
            Variable::Recipient => "recipient",
            Variable::Provider => "provider",
            Variable::Cohort => "cohort",
            Variable::Trainee => "trainee",
            Variable::Office => "office",
            Variable::Week => "week",
            Variable::Reason => "reason",
            Variable::Until => "until",
            Variable::Count => "count",
            Variable::Missing => "missing",
            Variable::Days => "days",
            Variable::Change => "change",
            Variable::Title => "title",
            Variable::Message => "message",
            Variable::Address => "address",
            Variable::Link => "link",
            Variable::Login => "login",
            Variable::Code => "code",
            Variable::Account => "account",
        }
    }
}

/// Values a text is filled with.
pub type Variables = BTreeMap<Variable, String>;

/// The pieces of a text in braces, without them.
fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// What a text of this kind mentions that a notice of this kind does not know.
pub fn unknown_variables(kind: NoticeKind, text: &str) -> Vec<String> {
    let known = |name: &str| kind.variables().iter().any(|variable| variable.id() == name);
    mentioned(text).filter(|name| !known(name)).map(str::to_owned).collect()
}

/// The text with its variables filled in. What is filled in is not looked at again: a name with braces stays one.
pub fn fill(text: &str, variables: &Variables) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let found = after.split_once('}').and_then(|(name, following)| {
            let value = variables.iter().find(|(variable, _)| variable.id() == name)?;
            Some((value.1, following))
        });
        match found {
            Some((value, following)) => {
                filled.push_str(value);
                rest = following;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// Where the delivery of a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    Queued,
    /// The mail server has been asked; whether it has taken the mail is not known yet.
    Sending,
    /// The mail server has taken it, or the letter was printed.
    Sent,
    /// The address does not take it.
    Bounced,
    Failed,
    /// Will not be sent: the secretariat has told the people otherwise.
    Dropped,
}

use NoticeState::*;

impl NoticeState {
    pub const ALL: [NoticeState; 6] = [Queued, Sending, Sent, Bounced, Failed, Dropped];

    pub fn id(self) -> &'static str {
        match self {
            Queued => "queued",
            Sending => "sending",
            Sent => "sent",
            Bounced => "bounced",
            Failed => "failed",
            Dropped => "dropped",
        }
    }

    pub fn from_id(id: &str) -> Option<NoticeState> {
        Self::ALL.into_iter().find(|state| state.id() == id)
    }
}

const STAFF: &[Role] = &[Role::Administrator, Role::Secretariat];

const fn change(from: NoticeState, to: NoticeState) -> Transition<NoticeState> {
    Transition { from, to, who: STAFF, needs_reason: false }
}

/// Every permitted change of a delivery. What goes by way of [`Sending`] is the sender's.
pub const TRANSITIONS: &[Transition<NoticeState>] = &[
    change(Queued, Sending),
    change(Sending, Sent),
    change(Sending, Queued),
    change(Sending, Bounced),
    change(Sending, Failed),
    // A letter was printed.
    change(Queued, Sent),
    change(Queued, Dropped),
    // The mail came back.
    change(Sent, Bounced),
    // Once more.
    change(Bounced, Queued),
    change(Failed, Queued),
    // The secretariat has told the people otherwise.
    change(Bounced, Dropped),
    change(Failed, Dropped),
];

/// May `role` change a delivery so?
pub fn check_transition(from: NoticeState, to: NoticeState, role: Role) -> Result<(), Refusal> {
    transition::check(TRANSITIONS, (from, to), role, "").map(|_| ())
}

/// Who is told when a placement comes to a state; `None` is one that did not exist before. What the secretariat has only proposed is
/// nobody's business yet.
pub fn of_placement_change(from: Option<PlacementState>, to: PlacementState) -> &'static [NoticeKind] {
    use PlacementState as Placement;
    match (from, to) {
        (_, Placement::Notified) => &[NoticeKind::PlacementTrainee, NoticeKind::PlacementOffice],
        (_, Placement::Requested) => &[NoticeKind::PlacementOffice],
        (_, Placement::Accepted) => &[NoticeKind::AcceptedTrainee],
        (_, Placement::Declined) => &[NoticeKind::DeclinedTrainee],
        (Some(Placement::Proposed) | None, Placement::Cancelled) => &[],
        (_, Placement::Cancelled) => &[NoticeKind::CancelledTrainee, NoticeKind::CancelledOffice],
        (_, Placement::Proposed | Placement::Scheduled | Placement::Done) => &[],
    }
}

/// Who is told of days that `role` has offered, answered or called off: the other side; of the secretariat's doing both.
pub fn of_day_change(role: Role) -> &'static [NoticeKind] {
    match role {
        Role::Trainee => &[NoticeKind::DaysOffice],
        Role::Supervisor => &[NoticeKind::DaysTrainee],
        Role::Administrator | Role::Secretariat => &[NoticeKind::DaysTrainee, NoticeKind::DaysOffice],
        Role::Instructor | Role::Prefecture => &[],
    }
}

/// Seconds until a mail that a server has put off is tried again; `None` when it was tried often enough.
pub fn wait_before_retry(attempts: i64) -> Option<i64> {
    const FIRST: i64 = 300;
    match attempts {
        ..1 => Some(0),
        1..=6 => Some(FIRST << (attempts - 1)),
        _ => None,
    }
}

/// Hours of the day in which nothing goes out by itself: from the first to before the second, over midnight where the first is later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    pub from: u32,
    pub until: u32,
}

impl QuietHours {
    pub fn contains(self, hour: u32) -> bool {
        if self.from <= self.until {
            (self.from..self.until).contains(&hour)
        } else {
            hour >= self.from || hour < self.until
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_filled_once() {
        let variables: Variables =
            [(Variable::Trainee, "研修 {office} 太郎".to_owned()), (Variable::Office, "見本".to_owned())].into();
        for (text, expected) in [
            ("{trainee}様", "研修 {office} 太郎様"),
            ("{office}{office}", "見本見本"),
            ("{unknown} { {office", "{unknown} { {office"),
            ("{{office}}", "{見本}"),
            ("", ""),
        ] {
            assert_eq!(fill(text, &variables), expected, "{text}");
        }
    }

    #[test]
    fn what_a_text_cannot_know_is_named() {
        for (kind, text, expected) in [
            (NoticeKind::SignIn, "{recipient} {link}", vec![]),
            (NoticeKind::SignIn, "{trainee} {links}", vec!["trainee", "links"]),
            (NoticeKind::CancelledOffice, "{reason}{trainee}", vec![]),
            (NoticeKind::PlacementTrainee, "{link}", vec!["link"]),
        ] {
            assert_eq!(unknown_variables(kind, text), expected, "{text}");
        }
    }

    #[test]
    fn changes_of_a_delivery() {
        for (from, to, role, expected) in [
            (Queued, Sending, Role::Administrator, Ok(())),
            (Failed, Queued, Role::Secretariat, Ok(())),
            (Sent, Queued, Role::Secretariat, Err(Refusal::NoSuchTransition)),
            (Dropped, Queued, Role::Secretariat, Err(Refusal::NoSuchTransition)),
            (Sent, Bounced, Role::Supervisor, Err(Refusal::NotPermitted)),
        ] {
            assert_eq!(check_transition(from, to, role), expected, "{from:?} {to:?}");
        }
    }

    #[test]
    fn both_sides_hear_of_a_placement() {
        use PlacementState as Placement;
        for (from, to, expected) in [
            (None, Placement::Proposed, 0),
            (Some(Placement::Proposed), Placement::Notified, 2),
            (None, Placement::Requested, 1),
            (Some(Placement::Requested), Placement::Declined, 1),
            (Some(Placement::Proposed), Placement::Cancelled, 0),
            (Some(Placement::Scheduled), Placement::Cancelled, 2),
            (Some(Placement::Accepted), Placement::Scheduled, 0),
        ] {
            assert_eq!(of_placement_change(from, to).len(), expected, "{from:?} {to:?}");
        }
    }

    #[test]
    fn the_other_side_hears_of_a_day() {
        for (role, expected) in [
            (Role::Trainee, &[NoticeKind::DaysOffice][..]),
            (Role::Supervisor, &[NoticeKind::DaysTrainee]),
            (Role::Secretariat, &[NoticeKind::DaysTrainee, NoticeKind::DaysOffice]),
            (Role::Prefecture, &[]),
        ] {
            assert_eq!(of_day_change(role), expected, "{role:?}");
        }
    }

    #[test]
    fn nothing_goes_out_in_quiet_hours() {
        for (from, until, hour, quiet) in [
            (21, 8, 21, true),
            (21, 8, 23, true),
            (21, 8, 7, true),
            (21, 8, 8, false),
            (21, 8, 20, false),
            (12, 13, 12, true),
            (12, 13, 13, false),
            (0, 0, 5, false),
        ] {
            assert_eq!(QuietHours { from, until }.contains(hour), quiet, "{from}-{until} {hour}");
        }
    }

    #[test]
    fn a_mail_put_off_is_tried_later_and_later() {
        let waits: Vec<Option<i64>> = (0..=7).map(wait_before_retry).collect();
        assert_eq!(waits, [Some(0), Some(300), Some(600), Some(1200), Some(2400), Some(4800), Some(9600), None]);
    }
}
