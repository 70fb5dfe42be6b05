//! Rules of entrance in words.

use super::registry;
use crate::shell::page::Page;
use training::course::entrance::{Answer, Entrance, EntranceRule};

pub(crate) fn rule(page: &Page, entrance: &Entrance) -> String {
    match &entrance.rule {
        EntranceRule::ExamPassed => t!(page, "entrance-exam"),
        EntranceRule::Registered => t!(page, "entrance-registered"),
        EntranceRule::CardValid => t!(page, "entrance-card-valid"),
        EntranceRule::NoValidCard => t!(page, "entrance-no-valid-card"),
        EntranceRule::CardEndsWithin { months } => t!(page, "entrance-card-ends", months = *months),
        EntranceRule::Completed { any_of } => {
            t!(page, "entrance-completed", trainings = registry::trainings(page, any_of))
        }
        EntranceRule::Practice { months, dedicated: false } => t!(page, "entrance-practice", months = *months),
        EntranceRule::Practice { months, dedicated: true } => t!(page, "entrance-dedicated", months = *months),
        EntranceRule::PractisedInValidity => t!(page, "entrance-practised"),
        EntranceRule::NotPractisedInValidity => t!(page, "entrance-not-practised"),
        EntranceRule::ChiefValid => t!(page, "entrance-chief"),
        EntranceRule::Paper { title, title_en } => {
            t!(page, "entrance-paper", title = page.language.either(title, title_en).to_owned())
        }
    }
}

pub(crate) fn answer(page: &Page, answer: Answer) -> String {
    match answer {
        Answer::Met => t!(page, "entrance-met"),
        Answer::Open => t!(page, "entrance-open"),
        Answer::NotMet => t!(page, "entrance-not-met"),
    }
}

pub(crate) fn colour(answer: Answer) -> &'static str {
    match answer {
        Answer::Met => "met",
        Answer::Open => "not_yet",
        Answer::NotMet => "breached",
    }
}
