//! What the area `registry` refuses, in words.

use crate::shell::page::Page;
use crate::wording::registry as words;
use secretariat::registry::refusal::RegistryRefusal;
use training::registry::registration::{Disqualification, Obstacle};

pub(super) fn refusal(page: &Page, refusal: &RegistryRefusal) -> String {
    match refusal {
        RegistryRefusal::NotRegistered { on } => t!(page, "refused-not-registered", day = page.date(*on)),
        RegistryRefusal::Obstacles(found) => {
            let lines: Vec<String> = found.iter().map(|known| obstacle(page, *known)).collect();
            t!(page, "refused-registration", reasons = lines.join(" "))
        }
        RegistryRefusal::NumberTaken(number) => t!(page, "refused-number-taken", number = number.clone()),
        RegistryRefusal::NumbersUsedUp => t!(page, "refused-numbers-used-up"),
        RegistryRefusal::CardDoesNotFit => t!(page, "refused-card-does-not-fit"),
        RegistryRefusal::LastDayOutside { from, until } => {
            t!(page, "refused-last-day-outside", from = page.date(*from), until = page.date(*until))
        }
        RegistryRefusal::NoCard => t!(page, "refused-no-card"),
        RegistryRefusal::CardLapsed { lapsed_on } => t!(page, "refused-card-lapsed", day = page.date(*lapsed_on)),
        RegistryRefusal::ReEntryMissing => t!(page, "refused-re-entry-missing"),
        RegistryRefusal::FiledOutsideWindow { from, until } => {
            t!(page, "refused-filed-outside", from = page.date(*from), until = page.date(*until))
        }
        RegistryRefusal::LaterFact { on, fact } => {
            t!(page, "refused-later-fact", day = page.date(*on), fact = words::fact(page, fact))
        }
        RegistryRefusal::OtherNumber(number) => t!(page, "refused-other-number", number = number.clone()),
        RegistryRefusal::BanRuns => t!(page, "refused-ban-runs"),
        RegistryRefusal::NoBan => t!(page, "refused-no-ban"),
        RegistryRefusal::AdministratorOnly => t!(page, "refused-administrator-only"),
        RegistryRefusal::SamePrefecture => t!(page, "refused-same-prefecture"),
    }
}

/// One reason against a registration, with its article.
fn obstacle(page: &Page, obstacle: Obstacle) -> String {
    let words = match obstacle {
        Obstacle::ExperienceMissing => t!(page, "obstacle-experience"),
        Obstacle::ExamNotPassed => t!(page, "obstacle-exam"),
        Obstacle::InitialNotCompleted => t!(page, "obstacle-initial"),
        Obstacle::TooLate(day) => t!(page, "obstacle-too-late", day = page.date(day)),
        Obstacle::AlreadyRegistered => t!(page, "obstacle-registered"),
        Obstacle::Disqualified(Disqualification::MentalImpairment) => t!(page, "obstacle-impairment"),
        Obstacle::Disqualified(Disqualification::Imprisonment) => t!(page, "obstacle-imprisonment"),
        Obstacle::Disqualified(Disqualification::Fine) => t!(page, "obstacle-fine"),
        Obstacle::WrongfulAct(day) => t!(page, "obstacle-wrongful-act", day = page.date(day)),
        Obstacle::BanRunning(day) => t!(page, "obstacle-ban", day = page.date(day)),
        Obstacle::DeletedByOrder(day) => t!(page, "obstacle-deleted-by-order", day = page.date(day)),
        Obstacle::DeletedBeforeOrder(day) => t!(page, "obstacle-deleted-before-order", day = page.date(day)),
    };
    format!("{words}（{}）", obstacle.article())
}
