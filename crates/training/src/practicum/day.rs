//! Days of a practicum that trainee and office agree on (日程調整): one side offers a day, the other accepts or declines it, either calls it
//! off with a reason.

use crate::practicum::entry::time;
use crate::practicum::personal_data::look_for;
use crate::role::Role;
use crate::transition::{self, Refusal, Transition};
use crate::wareki;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// Where a day stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    Offered,
    Agreed,
    Declined,
    Cancelled,
}

/// What happens on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayContent {
    /// 事前の打合せ: not part of the practicum's hours.
    Meeting,
    Office,
    Visit,
    Conference,
}

use DayState::*;

impl DayState {
    pub const ALL: [DayState; 4] = [Offered, Agreed, Declined, Cancelled];

    pub fn id(self) -> &'static str {
        match self {
            Offered => "offered",
            Agreed => "agreed",
            Declined => "declined",
            Cancelled => "cancelled",
        }
    }

    pub fn from_id(id: &str) -> Option<DayState> {
        Self::ALL.into_iter().find(|state| state.id() == id)
    }

    /// Does the day stand, or may it still come to be?
    pub fn is_open(self) -> bool {
        matches!(self, Offered | Agreed)
    }
}

impl DayContent {
    pub const ALL: [DayContent; 4] =
        [DayContent::Office, DayContent::Visit, DayContent::Conference, DayContent::Meeting];

    pub fn id(self) -> &'static str {
        match self {
            DayContent::Meeting => "meeting",
            DayContent::Office => "office",
            DayContent::Visit => "visit",
            DayContent::Conference => "conference",
        }
    }

    pub fn from_id(id: &str) -> Option<DayContent> {
        Self::ALL.into_iter().find(|content| content.id() == id)
    }
}

const BOTH: &[Role] = &[Role::Trainee, Role::Supervisor, Role::Administrator, Role::Secretariat];

const fn change(from: DayState, to: DayState, needs_reason: bool) -> Transition<DayState> {
    Transition { from, to, who: BOTH, needs_reason }
}

/// Every permitted change of a day. Who has offered it answers no offer: [`check_answer`].
pub const TRANSITIONS: &[Transition<DayState>] = &[
    change(Offered, Agreed, false),
    change(Offered, Declined, false),
    change(Offered, Cancelled, false),
    change(Agreed, Cancelled, true),
];

/// May `role` change a day that `offered_by` has offered? An offer is accepted or declined by the other side, and taken back by its own;
/// the secretariat may speak for both.
pub fn check_answer(from: DayState, to: DayState, role: Role, offered_by: Role, reason: &str) -> Result<(), Refusal> {
    transition::check(TRANSITIONS, (from, to), role, reason)?;
    // An offer of the secretariat may be answered by either.
    let own = role == offered_by;
    match to {
        _ if matches!(role, Role::Administrator | Role::Secretariat) => Ok(()),
        Agreed | Declined if own => Err(Refusal::NotPermitted),
        Cancelled if from == Offered && !own => Err(Refusal::NotPermitted),
        _ => Ok(()),
    }
}

/// The changes `role` may make, for a page's buttons.
pub fn answers(from: DayState, role: Role, offered_by: Role) -> impl Iterator<Item = &'static Transition<DayState>> {
    transition::from(TRANSITIONS, from, role)
        .filter(move |transition| check_answer(from, transition.to, role, offered_by, "-").is_ok())
}

/// A day as it is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    pub on: NaiveDate,
    pub from: NaiveTime,
    pub until: NaiveTime,
    pub content: DayContent,
    pub note: String,
}

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayField {
    On,
    From,
    Until,
    Content,
    Note,
    Reason,
}

/// Why a day cannot be offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayFault {
    Unreadable,
    /// Before today.
    Past,
    /// Before or after the weeks of the practicum; a meeting may be earlier.
    OutsidePracticum,
    NotAfter,
    TooLong,
    /// Looks like personal data.
    Personal,
}

/// Longest note, in characters.
pub const LONGEST_NOTE: usize = 200;

/// The texts of the form: day, from, until, content and note.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    pub on: &'a str,
    pub from: &'a str,
    pub until: &'a str,
    pub content: &'a str,
    pub note: &'a str,
}

/// Reads an offer; every fault at once. The practicum's weeks lie from the first day `.0` to before `.1`.
pub fn read(
    offer: Offer<'_>,
    today: NaiveDate,
    (first, end): (NaiveDate, NaiveDate),
) -> Result<Day, Vec<(DayField, DayFault)>> {
    let mut faults = Vec::new();
    let content = DayContent::from_id(offer.content);
    let (on, from, until) = (wareki::parse(offer.on), time(offer.from), time(offer.until));
    for (field, unreadable) in [
        (DayField::On, on.is_none()),
        (DayField::From, from.is_none()),
        (DayField::Until, until.is_none()),
        (DayField::Content, content.is_none()),
    ] {
        if unreadable {
            faults.push((field, DayFault::Unreadable));
        }
    }
    let early = content == Some(DayContent::Meeting);
    match on {
        Some(on) if on < today => faults.push((DayField::On, DayFault::Past)),
        Some(on) if on >= end || (on < first && !early) => faults.push((DayField::On, DayFault::OutsidePracticum)),
        _ => {}
    }
    if from.zip(until).is_some_and(|(from, until)| until <= from) {
        faults.push((DayField::Until, DayFault::NotAfter));
    }
    let note = offer.note.trim();
    faults.extend(check_text(note).err().map(|fault| (DayField::Note, fault)));
    match (on, from, until, content) {
        (Some(on), Some(from), Some(until), Some(content)) if faults.is_empty() => {
            Ok(Day { on, from, until, content, note: note.to_owned() })
        }
        _ => Err(faults),
    }
}

/// Is a note or a reason short enough, and does it say nothing of who a client is?
pub fn check_text(text: &str) -> Result<(), DayFault> {
    match text {
        text if text.chars().count() > LONGEST_NOTE => Err(DayFault::TooLong),
        text if !look_for(text).is_empty() => Err(DayFault::Personal),
        _ => Ok(()),
    }
}

impl Day {
    /// Do the two share any minute?
    pub fn overlaps(&self, other: &Day) -> bool {
        self.on == other.on && self.from < other.until && other.from < self.until
    }

    /// Minutes that are part of the practicum.
    pub fn minutes(&self) -> i64 {
        if self.content == DayContent::Meeting { 0 } else { (self.until - self.from).num_minutes() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2027, month, day).unwrap()
    }

    const SOUND: Offer<'_> =
        Offer { on: "令和9年6月5日", from: "9:00", until: "１２時", content: "visit", note: "駅前に集合" };

    #[test]
    fn an_offer_is_read() {
        let read = |offer| read(offer, day(6, 1), (day(6, 1), day(6, 29)));
        let sound = read(SOUND).unwrap();
        assert_eq!((sound.on, sound.minutes(), sound.note.as_str()), (day(6, 5), 180, "駅前に集合"));
        assert_eq!(read(Offer { content: "meeting", ..SOUND }).unwrap().minutes(), 0);
        for (offer, expected) in [
            (Offer { on: "土曜", ..SOUND }, (DayField::On, DayFault::Unreadable)),
            (Offer { on: "2027-05-31", ..SOUND }, (DayField::On, DayFault::Past)),
            (Offer { on: "2027-06-29", ..SOUND }, (DayField::On, DayFault::OutsidePracticum)),
            (Offer { from: "朝", ..SOUND }, (DayField::From, DayFault::Unreadable)),
            (Offer { until: "9時", ..SOUND }, (DayField::Until, DayFault::NotAfter)),
            (Offer { content: "party", ..SOUND }, (DayField::Content, DayFault::Unreadable)),
            (Offer { note: &"あ".repeat(201), ..SOUND }, (DayField::Note, DayFault::TooLong)),
            (Offer { note: "山田太郎さん宅", ..SOUND }, (DayField::Note, DayFault::Personal)),
        ] {
            assert_eq!(read(offer), Err(vec![expected]), "{offer:?}");
        }
    }

    #[test]
    fn a_meeting_may_be_before_the_practicum() {
        let read = |content| read(Offer { on: "2027-05-20", content, ..SOUND }, day(5, 1), (day(6, 1), day(6, 29)));
        assert!(read("meeting").is_ok());
        assert_eq!(read("office"), Err(vec![(DayField::On, DayFault::OutsidePracticum)]));
    }

    #[test]
    fn the_other_side_answers() {
        use Role::{Prefecture, Secretariat, Supervisor, Trainee};
        for (from, to, role, offered_by, reason, expected) in [
            (Offered, Agreed, Supervisor, Trainee, "", Ok(())),
            (Offered, Agreed, Trainee, Supervisor, "", Ok(())),
            (Offered, Agreed, Trainee, Trainee, "", Err(Refusal::NotPermitted)),
            (Offered, Declined, Supervisor, Supervisor, "", Err(Refusal::NotPermitted)),
            (Offered, Cancelled, Supervisor, Supervisor, "", Ok(())),
            (Offered, Cancelled, Trainee, Supervisor, "", Err(Refusal::NotPermitted)),
            (Offered, Agreed, Secretariat, Trainee, "", Ok(())),
            (Offered, Agreed, Trainee, Secretariat, "", Ok(())),
            (Offered, Agreed, Supervisor, Secretariat, "", Ok(())),
            (Offered, Cancelled, Supervisor, Secretariat, "", Err(Refusal::NotPermitted)),
            (Agreed, Cancelled, Trainee, Trainee, "", Err(Refusal::ReasonMissing)),
            (Agreed, Cancelled, Supervisor, Trainee, "感染症", Ok(())),
            (Agreed, Declined, Supervisor, Trainee, "", Err(Refusal::NoSuchTransition)),
            (Offered, Agreed, Prefecture, Trainee, "", Err(Refusal::NotPermitted)),
            (Cancelled, Agreed, Secretariat, Trainee, "", Err(Refusal::NoSuchTransition)),
        ] {
            assert_eq!(check_answer(from, to, role, offered_by, reason), expected, "{from:?} {to:?} {role:?}");
        }
        let buttons: Vec<DayState> = answers(Offered, Trainee, Supervisor).map(|answer| answer.to).collect();
        assert_eq!(buttons, [Agreed, Declined]);
    }
}
