//! Words for the practicum record: kinds, states, fields, faults, what looks like personal data, how pressing a record is.

use crate::shell::page::Page;
use secretariat::practicum::overview::Risk;
use training::practicum::agreement::AgreementKind;
use training::practicum::attachment::AttachmentFault;
use training::practicum::day::{DayFault, DayField, LONGEST_NOTE};
use training::practicum::entry::{EntryKind, EntryState, Fault, Field, LONGEST_STAY, LONGEST_TEXT, PlaceKind};
use training::practicum::personal_data::PersonalData;
use training::practicum::record::ConsentSubject;

pub(crate) fn agreement(page: &Page, kind: AgreementKind) -> String {
    crate::wording::milestone(page, kind.milestone())
}

pub(crate) fn kind(page: &Page, kind: EntryKind) -> String {
    match kind {
        EntryKind::Goals => t!(page, "entry-goals"),
        EntryKind::Experience => t!(page, "experience"),
        EntryKind::ConferenceFallback => t!(page, "fallback"),
        EntryKind::Evaluation => t!(page, "entry-evaluation"),
        EntryKind::Assessment => t!(page, "plan-assessment"),
        EntryKind::HomeCarePlan => t!(page, "plan-home"),
        EntryKind::FacilityCarePlan => t!(page, "plan-facility"),
        EntryKind::PreventiveCarePlan => t!(page, "plan-preventive"),
        EntryKind::ConferenceMinutes => t!(page, "plan-conference"),
        EntryKind::ProgressNotes => t!(page, "plan-progress"),
    }
}

pub(crate) fn state(page: &Page, state: EntryState) -> String {
    match state {
        EntryState::Draft => t!(page, "entry-draft"),
        EntryState::Submitted => t!(page, "entry-submitted"),
        EntryState::Returned => t!(page, "entry-returned"),
        EntryState::Approved => t!(page, "entry-approved"),
    }
}

/// The colour of a state's tag, by the names of the judgement's states.
pub(crate) fn colour(state: EntryState) -> &'static str {
    match state {
        EntryState::Draft => "plain-tag",
        EntryState::Submitted => "not_yet",
        EntryState::Returned => "breached",
        EntryState::Approved => "met",
    }
}

pub(crate) fn place(page: &Page, place: PlaceKind) -> String {
    match place {
        PlaceKind::ClientsHome => t!(page, "place-clients-home"),
        PlaceKind::Office => t!(page, "place-office"),
        PlaceKind::Facility => t!(page, "place-facility"),
        PlaceKind::Hospital => t!(page, "place-hospital"),
        PlaceKind::Online => t!(page, "place-online"),
        PlaceKind::Elsewhere => t!(page, "place-elsewhere"),
    }
}

pub(crate) fn field(page: &Page, field: Field) -> String {
    match field {
        Field::On => t!(page, "date"),
        Field::From => t!(page, "field-from"),
        Field::Until => t!(page, "field-until"),
        Field::BreakMinutes => t!(page, "break-minutes"),
        Field::Way => t!(page, "way"),
        Field::Place => t!(page, "field-place"),
        Field::OwnWork => t!(page, "own-work"),
        Field::Seen => t!(page, "field-seen"),
        Field::Learned => t!(page, "field-learned"),
        Field::OtherProfessions => t!(page, "field-other-professions"),
        Field::Goals => t!(page, "field-goals"),
        Field::Reason => t!(page, "fallback-reason"),
        Field::Preparation => t!(page, "field-preparation"),
        Field::Proceedings => t!(page, "field-proceedings"),
        Field::Reached => t!(page, "field-reached"),
        Field::NextTasks => t!(page, "field-next-tasks"),
        Field::Plan(cell) => crate::wording::plan::cell_name(page, cell),
    }
}

pub(crate) fn fault(page: &Page, fault: &Fault) -> String {
    match fault {
        Fault::Missing => t!(page, "fault-missing"),
        Fault::Unreadable => t!(page, "fault-unreadable"),
        Fault::TooLong => t!(page, "fault-too-long", count = LONGEST_TEXT),
        Fault::OutsidePracticum { from, until } => {
            t!(page, "fault-outside-practicum", from = page.date(from), until = page.date(until))
        }
        Fault::InTheFuture => t!(page, "fault-future"),
        Fault::OtherClient => t!(page, "fault-other-client"),
        Fault::BeforeConsent(None) => t!(page, "fault-no-consent"),
        Fault::BeforeConsent(Some(day)) => t!(page, "fault-before-consent", day = page.date(day)),
        Fault::NotAfter => t!(page, "fault-not-after"),
        Fault::StayTooLong => t!(page, "fault-stay-too-long", hours = LONGEST_STAY / 60),
        Fault::BreakTooLong => t!(page, "fault-break"),
        Fault::Overlaps { from, until } => {
            let (from, until) = (from.format("%H:%M").to_string(), until.format("%H:%M").to_string());
            t!(page, "fault-overlaps", from = from, until = until)
        }
    }
}

pub(crate) fn personal_data(page: &Page, kind: PersonalData) -> String {
    match kind {
        PersonalData::Name => t!(page, "personal-name"),
        PersonalData::Address => t!(page, "personal-address"),
        PersonalData::BirthDate => t!(page, "personal-birth-date"),
        PersonalData::Phone => t!(page, "personal-phone"),
        PersonalData::Email => t!(page, "personal-email"),
        PersonalData::Number => t!(page, "personal-number"),
    }
}

/// A client's letter code, marked where the client was made up.
pub(crate) fn client(page: &Page, code: &str, invented: bool) -> String {
    if invented { t!(page, "invented-code", code = code.to_owned()) } else { code.to_owned() }
}

pub(crate) fn consent_subject(page: &Page, subject: ConsentSubject) -> String {
    match subject {
        ConsentSubject::Client => t!(page, "consent-client"),
        ConsentSubject::Family => t!(page, "consent-family"),
        ConsentSubject::Other => t!(page, "consent-other"),
    }
}

pub(crate) fn consent_form(page: &Page, form: &str) -> String {
    if form == "oral" { t!(page, "consent-oral") } else { t!(page, "consent-written") }
}

pub(crate) fn risk(page: &Page, risk: Risk) -> String {
    match risk {
        Risk::Overdue => t!(page, "risk-overdue"),
        Risk::NoOffice => t!(page, "risk-no-office"),
        Risk::Returned => t!(page, "risk-returned"),
        Risk::Silent => t!(page, "risk-silent"),
        Risk::Waiting => t!(page, "risk-waiting"),
        Risk::UnderWay => t!(page, "risk-under-way"),
        Risk::NotBegun => t!(page, "risk-not-begun"),
        Risk::Done => t!(page, "risk-done"),
    }
}

pub(crate) fn risk_colour(risk: Risk) -> &'static str {
    match risk {
        Risk::Overdue | Risk::NoOffice => "breached",
        Risk::Returned | Risk::Silent | Risk::Waiting => "not_yet",
        Risk::UnderWay | Risk::NotBegun => "plain-tag",
        Risk::Done => "met",
    }
}

pub(crate) fn listed(page: &Page, subjects: &[ConsentSubject]) -> String {
    subjects.iter().map(|subject| consent_subject(page, *subject)).collect::<Vec<_>>().join("、")
}

/// Why an offer was refused, in words.
/// What is wrong with a day that was offered: the name of each field in its form, and the message.
pub(crate) fn day_faults_at_fields(page: &Page, faults: &[(DayField, DayFault)]) -> Vec<(String, String)> {
    let name = |field: DayField| match field {
        DayField::On => "on",
        DayField::From => "from",
        DayField::Until => "until",
        DayField::Content => "content",
        DayField::Note => "note",
        DayField::Reason => "reason",
    };
    faults.iter().map(|(field, fault)| (name(*field).to_owned(), day_fault(page, *fault))).collect()
}

fn day_fault(page: &Page, fault: DayFault) -> String {
    match fault {
        DayFault::Unreadable => t!(page, "fault-unreadable"),
        DayFault::Past => t!(page, "day-fault-past"),
        DayFault::OutsidePracticum => t!(page, "day-fault-outside"),
        DayFault::NotAfter => t!(page, "fault-not-after"),
        DayFault::TooLong => t!(page, "fault-too-long", count = LONGEST_NOTE),
        DayFault::Personal => t!(page, "day-fault-personal"),
    }
}

pub(crate) fn day_faults(page: &Page, faults: &[(DayField, DayFault)]) -> String {
    let line = |(field, fault): &(DayField, DayFault)| {
        let field = match field {
            DayField::On => t!(page, "date"),
            DayField::From => t!(page, "field-from"),
            DayField::Until => t!(page, "field-until"),
            DayField::Content => t!(page, "day-content"),
            DayField::Note => t!(page, "note"),
            DayField::Reason => t!(page, "reason"),
        };
        format!("{field}: {}", day_fault(page, *fault))
    };
    faults.iter().map(line).collect::<Vec<_>>().join(" ")
}

pub(crate) fn attachment_fault(page: &Page, fault: AttachmentFault) -> String {
    use training::practicum::attachment::{LARGEST, LARGEST_TOGETHER, MOST};
    const MEGABYTE: usize = 1024 * 1024;
    match fault {
        AttachmentFault::Empty => t!(page, "attachment-empty"),
        AttachmentFault::TooLarge => t!(page, "attachment-too-large", megabytes = LARGEST / MEGABYTE),
        AttachmentFault::WrongType => t!(page, "attachment-wrong-type"),
        AttachmentFault::Damaged => t!(page, "attachment-damaged"),
        AttachmentFault::Active => t!(page, "attachment-active"),
        AttachmentFault::TooMany => t!(page, "attachment-too-many", count = MOST),
        AttachmentFault::TooMuch => {
            t!(page, "attachment-too-much", megabytes = LARGEST_TOGETHER / MEGABYTE as i64)
        }
        AttachmentFault::Harmful => t!(page, "attachment-harmful"),
        AttachmentFault::Unconfirmed => t!(page, "attachment-unconfirmed"),
    }
}
