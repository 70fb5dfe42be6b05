//! Who may be registered, with every reason against it: 法69条の2, 規則113条の5 to 113条の8.

use super::expiry::{last_day_of_years, registration_deadline};
use super::{Article, Ground, Standing, Training};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What an application says and its papers show, beside the person's own record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Application {
    /// The practice asked for by 規則113条の2 was shown.
    pub experience_shown: bool,
    pub exam_passed: bool,
    /// Registered in another prefecture at present.
    pub registered_elsewhere: bool,
    /// Grounds of 法69条の2第1項 that the applicant declares or the prefecture knows of.
    pub declared: Vec<Disqualification>,
    /// The last day of a wrongful act about care services, if any.
    pub wrongful_act_on: Option<NaiveDate>,
    /// The deletion was asked for after the hearing about an order was announced, without good reason.
    pub deletion_before_order: bool,
}

/// A ground of refusal that runs as long as it is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disqualification {
    /// 第1号, 規則113条の5の2.
    MentalImpairment,
    /// 第2号.
    Imprisonment,
    /// 第3号.
    Fine,
}

/// What stands against a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    ExperienceMissing,
    ExamNotPassed,
    InitialNotCompleted,
    /// The last day to apply was this one.
    TooLate(NaiveDate),
    AlreadyRegistered,
    Disqualified(Disqualification),
    /// Until this day a wrongful act stands against it.
    WrongfulAct(NaiveDate),
    /// A ban runs until this day, and the registration was deleted meanwhile on request.
    BanRunning(NaiveDate),
    /// Deleted by order; until this day.
    DeletedByOrder(NaiveDate),
    /// Deleted on request before an order; until this day.
    DeletedBeforeOrder(NaiveDate),
}

impl Obstacle {
    pub fn article(self) -> Article {
        match self {
            Obstacle::ExperienceMissing => "規則113条の8第2項第1号",
            Obstacle::ExamNotPassed | Obstacle::InitialNotCompleted => "法69条の2第1項",
            Obstacle::TooLate(_) => "規則113条の7第1項",
            Obstacle::AlreadyRegistered => "規則113条の8第2項第3号",
            Obstacle::Disqualified(Disqualification::MentalImpairment) => "法69条の2第1項第1号",
            Obstacle::Disqualified(Disqualification::Imprisonment) => "法69条の2第1項第2号",
            Obstacle::Disqualified(Disqualification::Fine) => "法69条の2第1項第3号",
            Obstacle::WrongfulAct(_) => "法69条の2第1項第4号",
            Obstacle::BanRunning(_) => "法69条の2第1項第5号",
            Obstacle::DeletedByOrder(_) => "法69条の2第1項第6号",
            Obstacle::DeletedBeforeOrder(_) => "法69条の2第1項第7号",
        }
    }
}

/// Everything that stands against registering somebody who applies on a day; empty: nothing does.
pub fn obstacles(standing: &Standing, application: &Application, applied_on: NaiveDate) -> Vec<Obstacle> {
    let mut found = Vec::new();
    if !application.experience_shown {
        found.push(Obstacle::ExperienceMissing);
    }
    if !application.exam_passed {
        found.push(Obstacle::ExamNotPassed);
    }
    let completed = standing.completions.iter().rev().find(|(_, training, _)| *training == Training::Initial);
    match completed {
        None => found.push(Obstacle::InitialNotCompleted),
        // Whoever was registered before had applied in time.
        Some((on, _, _)) if standing.registration.is_none() && applied_on > registration_deadline(*on) => {
            found.push(Obstacle::TooLate(registration_deadline(*on)));
        }
        Some(_) => {}
    }
    if standing.is_registered() || application.registered_elsewhere {
        found.push(Obstacle::AlreadyRegistered);
    }
    let mut declared = application.declared.clone();
    declared.sort_unstable();
    declared.dedup();
    found.extend(declared.into_iter().map(Obstacle::Disqualified));
    let running = |until: NaiveDate| applied_on <= until;
    // Within five years before the application: on the anniversary they are over.
    let act = application.wrongful_act_on.map(|on| last_day_of_years(on, 5)).filter(|until| running(*until));
    found.extend(act.map(Obstacle::WrongfulAct));
    if let Some((deleted_on, ground)) = standing.deleted {
        let five_years = last_day_of_years(deleted_on, 5);
        match ground {
            Ground::Order if running(five_years) => found.push(Obstacle::DeletedByOrder(five_years)),
            Ground::OwnRequest => {
                let banned = standing.banned_until.filter(|until| running(*until));
                found.extend(banned.map(Obstacle::BanRunning));
                if application.deletion_before_order && running(five_years) {
                    found.push(Obstacle::DeletedBeforeOrder(five_years));
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::{DatedFact, Fact, Policy, RegistrationNumber};
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn standing(facts: &[(&str, Fact)], on: &str) -> Standing {
        let facts: Vec<DatedFact> = facts
            .iter()
            .map(|(on, fact)| DatedFact { on: day(on), recorded_on: day(on), withdrawn_on: None, fact: fact.clone() })
            .collect();
        Standing::on(&facts, &Policy::default(), day(on), day(on))
    }

    fn sound() -> Application {
        Application { experience_shown: true, exam_passed: true, ..Application::default() }
    }

    const COMPLETED: (&str, Fact) = ("2027-03-20", Fact::Completed { training: Training::Initial, valid_until: None });

    fn registered() -> (&'static str, Fact) {
        let number = RegistrationNumber::new(10, 27, 1).unwrap();
        ("2027-04-10", Fact::Registered { number, prefecture: 10 })
    }

    #[test]
    fn every_reason_is_told() {
        use Obstacle::*;
        let none = Application::default();
        let declared = Application {
            declared: vec![Disqualification::Fine, Disqualification::MentalImpairment, Disqualification::Fine],
            registered_elsewhere: true,
            ..sound()
        };
        let wrongful = Application { wrongful_act_on: Some(day("2022-05-01")), ..sound() };
        let fled = Application { deletion_before_order: true, ..sound() };
        let deleted = |ground| ("2027-05-01", Fact::Deleted { ground });
        let banned = ("2027-04-20", Fact::Banned { until: day("2027-10-19") });
        for (facts, application, on, expected) in [
            (vec![COMPLETED], &sound(), "2027-06-20", vec![]),
            (vec![COMPLETED], &sound(), "2027-06-21", vec![TooLate(day("2027-06-20"))]),
            (vec![], &none, "2027-06-20", vec![ExperienceMissing, ExamNotPassed, InitialNotCompleted]),
            (vec![COMPLETED, registered()], &sound(), "2027-05-01", vec![AlreadyRegistered]),
            (
                vec![COMPLETED],
                &declared,
                "2027-05-01",
                vec![
                    AlreadyRegistered,
                    Disqualified(Disqualification::MentalImpairment),
                    Disqualified(Disqualification::Fine),
                ],
            ),
            (vec![COMPLETED], &wrongful, "2027-04-30", vec![WrongfulAct(day("2027-04-30"))]),
            (vec![COMPLETED], &wrongful, "2027-05-01", vec![]),
            (
                vec![COMPLETED, registered(), deleted(Ground::Order)],
                &sound(),
                "2032-04-30",
                vec![DeletedByOrder(day("2032-04-30"))],
            ),
            (vec![COMPLETED, registered(), deleted(Ground::Order)], &sound(), "2032-05-01", vec![]),
            (vec![COMPLETED, registered(), deleted(Ground::OwnRequest)], &sound(), "2027-06-01", vec![]),
            (
                vec![COMPLETED, registered(), deleted(Ground::OwnRequest)],
                &fled,
                "2027-06-01",
                vec![DeletedBeforeOrder(day("2032-04-30"))],
            ),
            (
                vec![COMPLETED, registered(), banned, deleted(Ground::OwnRequest)],
                &sound(),
                "2027-10-19",
                vec![BanRunning(day("2027-10-19"))],
            ),
        ] {
            let found = obstacles(&standing(&facts, on), application, day(on));
            assert_eq!(found, expected, "{facts:?} on {on}");
            assert!(found.iter().all(|obstacle| obstacle.article().contains('条')));
        }
    }
}
