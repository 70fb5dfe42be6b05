//! What the area `placement` refuses, in words.

use crate::shell::page::Page;
use placement::InstanceError;
use placement::policy::PolicyProblem;
use secretariat::placement::refusal::PlacementRefusal;

pub(super) fn refusal(page: &Page, refusal: &PlacementRefusal) -> String {
    match refusal {
        PlacementRefusal::RoundOutdated { name } => {
            t!(page, "refused-round-outdated", name = name.clone())
        }
        PlacementRefusal::Several(refused) => {
            let one = |(name, why): &(String, secretariat::Refusal)| format!("{name}: {}", super::refusal(page, why));
            refused.iter().map(one).collect::<Vec<_>>().join("\n")
        }
        PlacementRefusal::BeingPlaced => t!(page, "refused-being-placed"),
        PlacementRefusal::OfficeTakesNobody => t!(page, "refused-office-takes-nobody"),
        PlacementRefusal::RequestsClosed => t!(page, "refused-requests-closed"),
        PlacementRefusal::PlacedAlready { office } => {
            t!(page, "refused-placed-already", office = office.clone())
        }
        PlacementRefusal::OfficeNotOpenToTrainee => t!(page, "refused-office-not-open"),
        PlacementRefusal::OfficeFull => t!(page, "refused-office-full"),
        PlacementRefusal::RoutingServer(why) => {
            t!(page, "refused-routing-server", why = why.clone())
        }
        PlacementRefusal::Policy(errors) => {
            let why: Vec<String> = errors
                .iter()
                .map(|error| format!("{}: {}", error.name, policy_problem(page, &error.problem)))
                .collect();
            t!(page, "refused-policy", why = why.join(" / "))
        }
        PlacementRefusal::Instance(error) => {
            t!(page, "refused-placement", why = instance_error(page, error))
        }
    }
}

pub(crate) fn policy_problem(page: &Page, problem: &PolicyProblem) -> String {
    match problem {
        PolicyProblem::Unreadable(message) => t!(page, "policy-unreadable", message = message.clone()),
        PolicyProblem::OutOfRange { value, lowest, highest } => {
            let (value, lowest, highest) = (value.to_string(), lowest.to_string(), highest.to_string());
            t!(page, "policy-out-of-range", value = value, lowest = lowest, highest = highest)
        }
        PolicyProblem::NoWay => t!(page, "policy-no-way"),
        PolicyProblem::LaterWishFirst => t!(page, "policy-later-wish-first"),
        PolicyProblem::AcceptedCheaper => t!(page, "policy-accepted-cheaper"),
        PolicyProblem::NoPrefecture => t!(page, "policy-no-prefecture"),
        PolicyProblem::TooManyTypes => t!(page, "policy-too-many-types"),
    }
}

/// What is wrong with a season: the rules a person can break by hand in words, the others as the command says them.
pub(crate) fn instance_error(page: &Page, error: &InstanceError) -> String {
    match error {
        InstanceError::FixedOverCapacity { host, window: None, capacity } => {
            t!(page, "season-over-capacity", office = host.clone(), capacity = *capacity)
        }
        InstanceError::FixedOverCapacity { host, window: Some(window), capacity } => {
            t!(page, "season-over-weekly-capacity", office = host.clone(), week = window + 1, capacity = *capacity)
        }
        InstanceError::FixedSameEmployer { host, window } => {
            t!(page, "season-same-employer", office = host.clone(), week = window + 1)
        }
        InstanceError::NobodyOffers { case_type } => t!(page, "season-nobody-offers", case_type = case_type.clone()),
        other => other.to_string(),
    }
}
