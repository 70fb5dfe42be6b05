//! What a trainee writes in the practicum record (実習記録), as typed and as read, and the states of such an entry.

use crate::practicum::personal_data::{Suspicion, look_for};
use crate::practicum::plan;
use crate::practicum::record::Way;
use crate::role::Role;
use crate::trainee::person::normalise;
use crate::transition::{self, Refusal, Transition};
use crate::{time_of_day, wareki};
use chrono::{NaiveDate, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// 目標: what the trainee sets out to learn, before the practicum.
    Goals,
    /// A stage of the process experienced on a case (別添1 4(1)イ ¶2).
    Experience,
    /// No conference was held: what the practicum supervisor explained instead (別添1 4(1)イ ¶2).
    ConferenceFallback,
    /// 自己評価, after the practicum.
    Evaluation,
    /// 課題分析: the 23 standard items. This and the following are plans made as an exercise ([`plan`]).
    Assessment,
    HomeCarePlan,
    FacilityCarePlan,
    PreventiveCarePlan,
    /// サービス担当者会議の要点.
    ConferenceMinutes,
    /// 居宅介護支援経過.
    ProgressNotes,
}

/// Where a stage was experienced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    ClientsHome,
    Office,
    Facility,
    Hospital,
    Online,
    Elsewhere,
}

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// Nobody but the trainee and the secretariat has seen it.
    Draft,
    /// A revision waits for the practicum supervisor.
    Submitted,
    /// The supervisor gave it back with a reason.
    Returned,
    /// The newest revision counts.
    Approved,
}

use EntryState::*;

impl EntryKind {
    pub const ALL: [EntryKind; 10] = [
        EntryKind::Goals,
        EntryKind::Experience,
        EntryKind::ConferenceFallback,
        EntryKind::Evaluation,
        EntryKind::Assessment,
        EntryKind::HomeCarePlan,
        EntryKind::FacilityCarePlan,
        EntryKind::PreventiveCarePlan,
        EntryKind::ConferenceMinutes,
        EntryKind::ProgressNotes,
    ];

    pub fn id(self) -> &'static str {
        match self {
            EntryKind::Goals => "goals",
            EntryKind::Experience => "experience",
            EntryKind::ConferenceFallback => "conference_fallback",
            EntryKind::Evaluation => "evaluation",
            EntryKind::Assessment => "assessment",
            EntryKind::HomeCarePlan => "home_care_plan",
            EntryKind::FacilityCarePlan => "facility_care_plan",
            EntryKind::PreventiveCarePlan => "preventive_care_plan",
            EntryKind::ConferenceMinutes => "conference_minutes",
            EntryKind::ProgressNotes => "progress_notes",
        }
    }

    /// Is it written on a form of [`plan`], for a client?
    pub fn is_plan(self) -> bool {
        !plan::forms::sections(self).is_empty()
    }

    pub fn from_id(id: &str) -> Option<EntryKind> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// The fields of its form, in order; of a plan's rows those that are filled.
    pub fn fields(self, typed: &Typed) -> Vec<Field> {
        use Field::*;
        match self {
            EntryKind::Goals => vec![Goals],
            EntryKind::Experience => {
                vec![On, From, Until, BreakMinutes, Way, Place, OwnWork, Seen, Learned, OtherProfessions]
            }
            EntryKind::ConferenceFallback => vec![On, Reason, Preparation, Proceedings],
            EntryKind::Evaluation => vec![Reached, NextTasks],
            plan => plan::cells(plan, typed).into_iter().map(Field::Plan).collect(),
        }
    }

    /// The field of this name, of a plan in any row.
    pub fn field(self, key: &str) -> Option<Field> {
        if self.is_plan() {
            return plan::cell(self, key).map(Field::Plan);
        }
        self.fields(&Typed::new()).into_iter().find(|field| field.key() == key)
    }
}

impl PlaceKind {
    pub const ALL: [PlaceKind; 6] = [
        PlaceKind::ClientsHome,
        PlaceKind::Office,
        PlaceKind::Facility,
        PlaceKind::Hospital,
        PlaceKind::Online,
        PlaceKind::Elsewhere,
    ];

    pub fn id(self) -> &'static str {
        match self {
            PlaceKind::ClientsHome => "clients_home",
            PlaceKind::Office => "office",
            PlaceKind::Facility => "facility",
            PlaceKind::Hospital => "hospital",
            PlaceKind::Online => "online",
            PlaceKind::Elsewhere => "elsewhere",
        }
    }

    pub fn from_id(id: &str) -> Option<PlaceKind> {
        Self::ALL.into_iter().find(|place| place.id() == id)
    }
}

impl EntryState {
    pub const ALL: [EntryState; 4] = [Draft, Submitted, Returned, Approved];

    pub fn id(self) -> &'static str {
        match self {
            Draft => "draft",
            Submitted => "submitted",
            Returned => "returned",
            Approved => "approved",
        }
    }

    pub fn from_id(id: &str) -> Option<EntryState> {
        Self::ALL.into_iter().find(|state| state.id() == id)
    }
}

const TRAINEE: &[Role] = &[Role::Trainee];
const SUPERVISOR: &[Role] = &[Role::Supervisor];
/// An instructor gives plans of the own exercise group back; nothing else comes before one.
const REVIEWERS: &[Role] = &[Role::Supervisor, Role::Instructor];

const fn change(from: EntryState, to: EntryState, who: &'static [Role], needs_reason: bool) -> Transition<EntryState> {
    Transition { from, to, who, needs_reason }
}

/// Every permitted change of an entry. What was approved is changed by a new revision alone, which is looked at again.
pub const TRANSITIONS: &[Transition<EntryState>] = &[
    change(Draft, Submitted, TRAINEE, false),
    change(Returned, Submitted, TRAINEE, false),
    change(Approved, Submitted, TRAINEE, false),
    change(Submitted, Approved, SUPERVISOR, false),
    change(Submitted, Returned, REVIEWERS, true),
];

/// May `role` change an entry from one state to another, giving this reason?
pub fn check_transition(
    from: EntryState,
    to: EntryState,
    role: Role,
    reason: &str,
) -> Result<&'static Transition<EntryState>, Refusal> {
    transition::check(TRANSITIONS, (from, to), role, reason)
}

/// A field of an entry's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    On,
    From,
    Until,
    BreakMinutes,
    Way,
    Place,
    OwnWork,
    Seen,
    Learned,
    /// Work with other professions, medicine first (別添1 3(1)).
    OtherProfessions,
    Goals,
    Reason,
    Preparation,
    Proceedings,
    Reached,
    NextTasks,
    /// A cell of a plan's form.
    Plan(plan::Cell),
}

impl Field {
    /// Its name in forms and in what is kept.
    pub fn key(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Field::Plan(cell) => return cell.key(),
            Field::On => "on",
            Field::From => "from",
            Field::Until => "until",
            Field::BreakMinutes => "break_minutes",
            Field::Way => "way",
            Field::Place => "place",
            Field::OwnWork => "own_work",
            Field::Seen => "seen",
            Field::Learned => "learned",
            Field::OtherProfessions => "other_professions",
            Field::Goals => "goals",
            Field::Reason => "reason",
            Field::Preparation => "preparation",
            Field::Proceedings => "proceedings",
            Field::Reached => "reached",
            Field::NextTasks => "next_tasks",
        })
    }

    /// Free text of any length up to [`LONGEST_TEXT`].
    pub fn is_text(self) -> bool {
        match self {
            Field::Plan(cell) => {
                !matches!(cell.field.shape, plan::Shape::Date | plan::Shape::Choice(_) | plan::Shape::Mark)
            }
            Field::On
            | Field::From
            | Field::Until
            | Field::BreakMinutes
            | Field::Way
            | Field::Place
            | Field::OwnWork => false,
            _ => true,
        }
    }

    /// May it stay empty when the entry is handed in?
    pub fn is_optional(self) -> bool {
        match self {
            Field::Plan(cell) => !cell.field.required,
            field => matches!(field, Field::BreakMinutes | Field::OwnWork | Field::OtherProfessions),
        }
    }
}

/// Longest free text of one field, in characters.
pub const LONGEST_TEXT: usize = 4000;

/// The fields as typed, by [`Field::key`]; a draft may hold anything.
pub type Typed = BTreeMap<String, String>;

/// When and how a stage was experienced, as the judgement needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub on: NaiveDate,
    pub from: NaiveTime,
    /// From coming to leaving, breaks included.
    pub minutes: u32,
    pub break_minutes: u32,
    pub way: Way,
    pub place: PlaceKind,
    pub own_work: bool,
}

/// What an entry says beside its texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    Experience(Visit),
    ConferenceFallback { on: NaiveDate },
    Texts,
}

/// What an entry is checked against.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    pub today: NaiveDate,
    /// Day by which everybody concerned in the case agreed; an experience dated before is refused.
    pub consent_on: Option<NaiveDate>,
    /// The client was made up.
    pub invented: bool,
    /// First and last day of the cohort's practicum, where they are known.
    pub season: Option<(NaiveDate, NaiveDate)>,
}

/// Why a field cannot be handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    Missing,
    Unreadable,
    /// More characters than [`LONGEST_TEXT`].
    TooLong,
    InTheFuture,
    /// Not in the weeks of the practicum.
    OutsidePracticum {
        from: NaiveDate,
        until: NaiveDate,
    },
    /// Before everybody concerned agreed, or somebody has not agreed yet.
    BeforeConsent(Option<NaiveDate>),
    /// The case is another kind of client's: one of the practicum's, or one who was made up.
    OtherClient,
    /// Left before coming.
    NotAfter,
    /// Longer than anybody is at a practicum: see [`LONGEST_STAY`].
    StayTooLong,
    /// The break is as long as the stay.
    BreakTooLong,
    /// Another entry is about the same time: two stages of one visit share it, so that no hour counts twice.
    Overlaps {
        from: NaiveTime,
        until: NaiveTime,
    },
}

/// The longest stay that is taken for one, in minutes: Kensan's own, a guard against slips. Two entries can share a longer day.
pub const LONGEST_STAY: u32 = 12 * 60;

impl Visit {
    pub fn until(&self) -> NaiveTime {
        self.from + chrono::TimeDelta::minutes(i64::from(self.minutes))
    }

    /// Do the two share any minute?
    pub fn overlaps(&self, other: &Visit) -> bool {
        self.on == other.on && self.from < other.until() && other.from < self.until()
    }
}

/// Reads what was typed; every fault at once, by field.
pub fn read(kind: EntryKind, typed: &Typed, at: Circumstances) -> Result<Read, Vec<(Field, Fault)>> {
    if kind.is_plan() {
        let faults = plan::faults(kind, typed, at);
        return if faults.is_empty() { Ok(Read::Texts) } else { Err(faults) };
    }
    let mut faults = Vec::new();
    let text = |field: Field| typed.get(field.key().as_ref()).map_or("", |text| text.trim());
    for field in kind.fields(typed) {
        if text(field).is_empty() && !field.is_optional() {
            faults.push((field, Fault::Missing));
        } else if text(field).chars().count() > LONGEST_TEXT {
            faults.push((field, Fault::TooLong));
        }
    }
    let mut fault = |field: Field, fault: Fault| {
        if !faults.iter().any(|(known, _)| *known == field) {
            faults.push((field, fault));
        }
    };
    // Told after what is missing of the consent, which matters more.
    let mut outside = None;
    let mut on = || {
        let Some(on) = wareki::parse(text(Field::On)) else {
            fault(Field::On, Fault::Unreadable);
            return None;
        };
        if on > at.today {
            fault(Field::On, Fault::InTheFuture);
        }
        if let Some((from, until)) = at.season.filter(|(from, until)| !(*from..=*until).contains(&on)) {
            outside = Some(Fault::OutsidePracticum { from, until });
        }
        Some(on)
    };
    let read = match kind {
        EntryKind::ConferenceFallback => on().map(|on| Read::ConferenceFallback { on }),
        EntryKind::Experience => {
            let on = on();
            if let Some(on) = on
                && at.consent_on.is_none_or(|consent| consent > on)
            {
                fault(Field::On, Fault::BeforeConsent(at.consent_on));
            }
            let (from, until) = (time(text(Field::From)), time(text(Field::Until)));
            for (field, time) in [(Field::From, from), (Field::Until, until)] {
                if time.is_none() {
                    fault(field, Fault::Unreadable);
                }
            }
            let minutes = from.zip(until).map_or(0, |(from, until)| minutes(until).saturating_sub(minutes(from)));
            if from.is_some() && until.is_some() && minutes == 0 {
                fault(Field::Until, Fault::NotAfter);
            } else if minutes > LONGEST_STAY {
                fault(Field::Until, Fault::StayTooLong);
            }
            let break_minutes = match normalise(text(Field::BreakMinutes)).as_str() {
                "" => Some(0),
                text => text.parse().ok(),
            };
            match break_minutes {
                None => fault(Field::BreakMinutes, Fault::Unreadable),
                Some(break_minutes) if minutes > 0 && break_minutes >= minutes => {
                    fault(Field::BreakMinutes, Fault::BreakTooLong);
                }
                Some(_) => {}
            }
            let (way, place) = (Way::from_id(text(Field::Way)), PlaceKind::from_id(text(Field::Place)));
            if way.is_none() {
                fault(Field::Way, Fault::Unreadable);
            }
            if place.is_none() {
                fault(Field::Place, Fault::Unreadable);
            }
            let own_work = !text(Field::OwnWork).is_empty();
            let (when, how) = (on.zip(from).zip(break_minutes), way.zip(place));
            when.zip(how).map(|(((on, from), break_minutes), (way, place))| {
                Read::Experience(Visit { on, from, minutes, break_minutes, way, place, own_work })
            })
        }
        _ => Some(Read::Texts),
    };
    if let Some(outside) = outside
        && !faults.iter().any(|(known, _)| *known == Field::On)
    {
        faults.push((Field::On, outside));
    }
    match read {
        Some(read) if faults.is_empty() => Ok(read),
        _ => Err(faults),
    }
}

/// Pieces of its free texts that look like personal data, by field.
pub fn suspicions(kind: EntryKind, typed: &Typed) -> Vec<(Field, Suspicion)> {
    let texts = kind.fields(typed).into_iter().filter(|field| field.is_text());
    texts
        .flat_map(|field| {
            let found = typed.get(field.key().as_ref()).map(|text| look_for(text)).unwrap_or_default();
            found.into_iter().map(move |suspicion| (field, suspicion))
        })
        .collect()
}

/// A time of day as typed; `9.30` too.
pub fn time(text: &str) -> Option<NaiveTime> {
    time_of_day::parse(&normalise(text).replace('.', ":"))
}

fn minutes(time: NaiveTime) -> u32 {
    time.hour() * 60 + time.minute()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2027, 5, day).unwrap()
    }

    fn typed(fields: &[(Field, &str)]) -> Typed {
        let whole = [
            (Field::On, "令和9年5月10日"),
            (Field::From, "9:30"),
            (Field::Until, "１２時"),
            (Field::Way, "accompanied"),
            (Field::Place, "clients_home"),
            (Field::Seen, "Aさん宅を訪問"),
            (Field::Learned, "傾聴の姿勢"),
        ];
        let whole = whole.iter().chain(fields);
        whole.map(|(field, text)| (field.key().into_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn an_experience_is_read() {
        let at = Circumstances { today: day(11), consent_on: Some(day(10)), invented: false, season: None };
        let visit = Visit {
            on: day(10),
            from: NaiveTime::from_hms_opt(9, 30, 0).unwrap(),
            minutes: 150,
            break_minutes: 0,
            way: Way::Accompanied,
            place: PlaceKind::ClientsHome,
            own_work: false,
        };
        assert_eq!(read(EntryKind::Experience, &typed(&[]), at), Ok(Read::Experience(visit.clone())));
        let whole = typed(&[(Field::From, "0930"), (Field::BreakMinutes, "１５"), (Field::OwnWork, "1")]);
        let expected = Visit { break_minutes: 15, own_work: true, ..visit.clone() };
        assert_eq!(read(EntryKind::Experience, &whole, at), Ok(Read::Experience(expected)));
        for (from, minutes, on, shared) in
            [(8, 90, 10, false), (8, 91, 10, true), (11, 10, 10, true), (12, 60, 10, false), (9, 600, 11, false)]
        {
            let from = NaiveTime::from_hms_opt(from, 0, 0).unwrap();
            let other = Visit { from, minutes, on: day(on), ..visit.clone() };
            assert_eq!((visit.overlaps(&other), other.overlaps(&visit)), (shared, shared), "{other:?}");
        }
    }

    #[test]
    fn what_cannot_be_handed_in_is_named() {
        let at = Circumstances { today: day(11), consent_on: Some(day(10)), invented: false, season: None };
        for (change, consent_on, expected) in [
            ((Field::Seen, " "), at.consent_on, (Field::Seen, Fault::Missing)),
            ((Field::On, "5月"), at.consent_on, (Field::On, Fault::Unreadable)),
            ((Field::On, ""), at.consent_on, (Field::On, Fault::Missing)),
            ((Field::On, "2027-05-12"), at.consent_on, (Field::On, Fault::InTheFuture)),
            ((Field::On, "2027-05-09"), at.consent_on, (Field::On, Fault::BeforeConsent(Some(day(10))))),
            ((Field::On, "2027-05-10"), None, (Field::On, Fault::BeforeConsent(None))),
            ((Field::From, "25:00"), at.consent_on, (Field::From, Fault::Unreadable)),
            ((Field::Until, "9:30"), at.consent_on, (Field::Until, Fault::NotAfter)),
            ((Field::Until, "23:59"), at.consent_on, (Field::Until, Fault::StayTooLong)),
            ((Field::BreakMinutes, "150"), at.consent_on, (Field::BreakMinutes, Fault::BreakTooLong)),
            ((Field::BreakMinutes, "少し"), at.consent_on, (Field::BreakMinutes, Fault::Unreadable)),
            ((Field::Way, "flying"), at.consent_on, (Field::Way, Fault::Unreadable)),
            ((Field::Place, ""), at.consent_on, (Field::Place, Fault::Missing)),
            ((Field::Learned, &*"あ".repeat(LONGEST_TEXT + 1)), at.consent_on, (Field::Learned, Fault::TooLong)),
        ] {
            let read = read(EntryKind::Experience, &typed(&[change]), Circumstances { consent_on, ..at });
            assert_eq!(read, Err(vec![expected]), "{change:?}");
        }
    }

    #[test]
    fn both_parts_of_a_fallback_are_asked_for() {
        let at = Circumstances { today: day(11), consent_on: None, invented: false, season: None };
        let mut whole = typed(&[(Field::Reason, "期間中に開催なし"), (Field::Preparation, "開催前の準備")]);
        assert_eq!(read(EntryKind::ConferenceFallback, &whole, at), Err(vec![(Field::Proceedings, Fault::Missing)]));
        whole.insert(Field::Proceedings.key().into_owned(), "当日の進め方".to_owned());
        assert_eq!(read(EntryKind::ConferenceFallback, &whole, at), Ok(Read::ConferenceFallback { on: day(10) }));
    }

    #[test]
    fn changes_of_state() {
        for (from, to, role, reason, expected) in [
            (Draft, Submitted, Role::Trainee, "", Ok(())),
            (Draft, Approved, Role::Supervisor, "", Err(Refusal::NoSuchTransition)),
            (Submitted, Approved, Role::Supervisor, "", Ok(())),
            (Submitted, Approved, Role::Trainee, "", Err(Refusal::NotPermitted)),
            (Submitted, Approved, Role::Secretariat, "", Err(Refusal::NotPermitted)),
            (Submitted, Returned, Role::Supervisor, " ", Err(Refusal::ReasonMissing)),
            (Submitted, Returned, Role::Instructor, "短期目標", Ok(())),
            (Submitted, Approved, Role::Instructor, "", Err(Refusal::NotPermitted)),
            (Approved, Submitted, Role::Trainee, "", Ok(())),
            (Submitted, Submitted, Role::Trainee, "", Err(Refusal::NoSuchTransition)),
        ] {
            assert_eq!(check_transition(from, to, role, reason).map(|_| ()), expected, "{from:?} {to:?}");
        }
    }
}
