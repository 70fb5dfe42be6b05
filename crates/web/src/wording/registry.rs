//! The registry of care managers in words.

use crate::shell::page::Page;
use training::registry::route::{Remark, Way, What};
use training::registry::standing::{CardState, Loss};
use training::registry::{
    CardCause, ChiefAnchor, Fact, Filing, Ground, SpecialistOneExemption, Training, prefecture as prefectures,
};

/// A training as its course is called.
pub(crate) fn training(page: &Page, training: Training) -> String {
    let course = page.guidelines.courses.values().find(|course| course.about.training == Some(training));
    match course {
        Some(course) => page.language.either(&course.about.title, &course.about.title_en).to_owned(),
        None => training.id().to_owned(),
    }
}

/// Several trainings of which one will do.
pub(crate) fn trainings(page: &Page, wanted: &[Training]) -> String {
    let names: Vec<String> = wanted.iter().map(|known| training(page, *known)).collect();
    names.join(&t!(page, "registry-or"))
}

pub(crate) fn prefecture(page: &Page, code: u8) -> String {
    let name = prefectures::name(code);
    name.map_or_else(|| code.to_string(), |(japanese, english)| page.language.either(japanese, english).to_owned())
}

pub(crate) fn cause(page: &Page, cause: CardCause) -> String {
    match cause {
        CardCause::First => t!(page, "card-first"),
        CardCause::ReEntry => t!(page, "card-re-entry"),
        CardCause::Renewal => t!(page, "card-renewal"),
        CardCause::Aligned => t!(page, "card-aligned"),
        CardCause::Transfer => t!(page, "card-transfer"),
        CardCause::Reissue => t!(page, "card-reissue"),
        CardCause::Rewritten => t!(page, "card-rewritten"),
        CardCause::Former => t!(page, "card-former"),
    }
}

pub(crate) fn filing(page: &Page, filing: Filing) -> String {
    match filing {
        Filing::Registration => t!(page, "filing-registration"),
        Filing::Card => t!(page, "filing-card"),
        Filing::Renewal => t!(page, "filing-renewal"),
        Filing::Transfer => t!(page, "filing-transfer"),
    }
}

pub(crate) fn ground(page: &Page, ground: Ground) -> String {
    match ground {
        Ground::OwnRequest => t!(page, "ground-own-request"),
        Ground::Death => t!(page, "ground-death"),
        Ground::Disqualified => t!(page, "ground-disqualified"),
        Ground::PassAnnulled => t!(page, "ground-pass-annulled"),
        Ground::Order => t!(page, "ground-order"),
    }
}

/// A fact in a line.
pub(crate) fn fact(page: &Page, fact: &Fact) -> String {
    let until = |day: &chrono::NaiveDate| page.date(*day);
    match fact {
        Fact::Completed { training: of, valid_until: None } => {
            t!(page, "fact-completed", training = training(page, *of))
        }
        Fact::Completed { training: of, valid_until: Some(day) } => {
            t!(page, "fact-completed-until", training = training(page, *of), day = until(day))
        }
        Fact::Practised { until: None, dedicated } => t!(page, "fact-practised", dedicated = dedicated.to_string()),
        Fact::Practised { until: Some(day), dedicated } => {
            t!(page, "fact-practised-until", day = until(day), dedicated = dedicated.to_string())
        }
        Fact::Registered { number, prefecture: code } => {
            t!(page, "fact-registered", number = number.to_string(), prefecture = prefecture(page, *code))
        }
        Fact::Transferred { prefecture: code } => t!(page, "fact-transferred", prefecture = prefecture(page, *code)),
        Fact::Filed { filing: of } => t!(page, "fact-filed", filing = filing(page, *of)),
        Fact::CardReturned => t!(page, "fact-card-returned"),
        Fact::CardIssued { cause: of, expires_on } => {
            t!(page, "fact-card-issued", cause = cause(page, *of), day = until(expires_on))
        }
        Fact::Extended { until: day } => t!(page, "fact-extended", day = until(day)),
        Fact::Instructed => t!(page, "fact-instructed"),
        Fact::Banned { until: day } => t!(page, "fact-banned", day = until(day)),
        Fact::BanEnded => t!(page, "fact-ban-ended"),
        Fact::Deleted { ground: of } => t!(page, "fact-deleted", ground = ground(page, *of)),
    }
}

pub(crate) fn card_state(page: &Page, state: CardState) -> String {
    match state {
        CardState::Never => t!(page, "card-state-never"),
        CardState::Valid => t!(page, "card-state-valid"),
        CardState::Expired => t!(page, "card-state-expired"),
        CardState::Lost(Loss::Transferred) => t!(page, "card-state-transferred"),
        CardState::Lost(Loss::Deleted) => t!(page, "card-state-deleted"),
        CardState::Lost(Loss::Returned) => t!(page, "card-state-returned"),
    }
}

pub(crate) fn card_colour(state: CardState) -> &'static str {
    match state {
        CardState::Valid => "met",
        CardState::Never => "not_yet",
        CardState::Expired | CardState::Lost(_) => "breached",
    }
}

pub(crate) fn way(page: &Page, way: Way) -> String {
    match way {
        Way::Registration => t!(page, "way-registration"),
        Way::RegistrationLapsed => t!(page, "way-registration-lapsed"),
        Way::FirstCard => t!(page, "way-first-card"),
        Way::Practised => t!(page, "way-practised"),
        Way::Unpractised => t!(page, "way-unpractised"),
        Way::ChiefRenewed => t!(page, "way-chief-renewed"),
        Way::ReEntry => t!(page, "way-re-entry"),
        Way::CardAnew => t!(page, "way-card-anew"),
        Way::Nothing => t!(page, "way-nothing"),
        Way::Nowhere => t!(page, "way-nowhere"),
    }
}

pub(crate) fn what(page: &Page, what: &What) -> String {
    match what {
        What::Train(wanted) => t!(page, "step-train", trainings = trainings(page, wanted)),
        What::File(of) => t!(page, "step-file", filing = filing(page, *of)),
        What::ReceiveCard => t!(page, "step-receive"),
    }
}

pub(crate) fn remark(page: &Page, remark: Remark) -> String {
    match remark {
        Remark::SpecialistOneAgain => t!(page, "remark-specialist-one-again"),
        Remark::SpecialistOneExempt => t!(page, "remark-specialist-one-exempt"),
        Remark::NotFiled => t!(page, "remark-not-filed"),
        Remark::FormerRenewalUnknown => t!(page, "remark-former-renewal-unknown"),
        Remark::NoWorkUntilCard => t!(page, "remark-no-work"),
    }
}

pub(crate) fn exemption(page: &Page, exemption: SpecialistOneExemption) -> String {
    match exemption {
        SpecialistOneExemption::OnceInLife => t!(page, "exemption-once-in-life"),
        SpecialistOneExemption::WhileRenewedByPractice => t!(page, "exemption-while-renewed"),
        SpecialistOneExemption::WithinValidity => t!(page, "exemption-within-validity"),
    }
}

pub(crate) fn anchor(page: &Page, anchor: ChiefAnchor) -> String {
    match anchor {
        ChiefAnchor::ByFirstCompletion => t!(page, "anchor-by-first-completion"),
        ChiefAnchor::EachRenewal => t!(page, "anchor-each-renewal"),
    }
}
