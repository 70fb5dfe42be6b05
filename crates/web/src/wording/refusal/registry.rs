//! What the area `registry` refuses, in words.

use crate::shell::page::Page;
use crate::wording::registry as words;
use secretariat::registry::refusal::RegistryRefusal;
use training::registry::door::Misfit;
use training::registry::registration::{Disqualification, Obstacle};

pub(super) fn refusal(page: &Page, refusal: &RegistryRefusal) -> String {
    match refusal {
        RegistryRefusal::Misfit(misfit) => self::misfit(page, misfit),
        RegistryRefusal::NumberTaken(number) => t!(page, "refused-number-taken", number = number.clone()),
        RegistryRefusal::NumbersUsedUp => t!(page, "refused-numbers-used-up"),
        RegistryRefusal::AdministratorOnly => t!(page, "refused-administrator-only"),
    }
}

/// Why a fact does not fit what is on record.
pub(super) fn misfit(page: &Page, misfit: &Misfit) -> String {
    match misfit {
        Misfit::NotRegistered { on } => t!(page, "refused-not-registered", day = page.date(*on)),
        Misfit::Obstacles(found) => {
            let lines: Vec<String> = found.iter().map(|known| obstacle(page, *known)).collect();
            t!(page, "refused-registration", reasons = lines.join(" "))
        }
        Misfit::OtherNumber(number) => t!(page, "refused-other-number", number = number.to_string()),
        Misfit::CardDoesNotFit => t!(page, "refused-card-does-not-fit"),
        Misfit::CardLapsed { lapsed_on } => t!(page, "refused-card-lapsed", day = page.date(*lapsed_on)),
        Misfit::ReEntryMissing => t!(page, "refused-re-entry-missing"),
        Misfit::LastDayOutside { from, until } => {
            t!(page, "refused-last-day-outside", from = page.date(*from), until = page.date(*until))
        }
        Misfit::FiledOutsideWindow { from, until } => {
            t!(page, "refused-filed-outside", from = page.date(*from), until = page.date(*until))
        }
        Misfit::NoCard => t!(page, "refused-no-card"),
        Misfit::BanRuns => t!(page, "refused-ban-runs"),
        Misfit::NoBan => t!(page, "refused-no-ban"),
        Misfit::SamePrefecture => t!(page, "refused-same-prefecture"),
        Misfit::LaterFact { on, fact } => {
            t!(page, "refused-later-fact", day = page.date(*on), fact = words::fact(page, fact))
        }
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
