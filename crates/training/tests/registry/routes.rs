//! Which training renews a card, by when.

use crate::{beginner, card, card_on, completed, day, filed, known, practised, registered, with};
use training::registry::route::{Fit, Offer, Remark, Route, Way, What, fit, routes};
use training::registry::standing::{CardState, Loss};
use training::registry::{
    CardCause, DatedFact, Fact, Filing, Ground, Policy, SpecialistOneExemption, Standing, Training,
};

fn ways(facts: &[DatedFact], policy: &Policy, practised: Option<bool>, on: &str) -> Vec<Route> {
    routes(&Standing::on(facts, policy, day(on), day("2099-01-01")), policy, practised, day(on))
}

/// The trainings still to be taken, as short words.
fn open(route: &Route) -> String {
    let name = |what: &What| match what {
        What::Train(trainings) => trainings.iter().map(|training| training.id()).collect::<Vec<_>>().join("|"),
        What::File(filing) => format!("file {}", filing.id()),
        What::ReceiveCard => "card".to_owned(),
    };
    route.steps.iter().filter(|step| step.done_on.is_none()).map(|step| name(&step.what)).collect::<Vec<_>>().join(", ")
}

/// Renewed in 2022 as a practitioner: to 2027-05-30.
fn renewed() -> Vec<DatedFact> {
    with(
        beginner(),
        vec![
            practised("2017-06-01", None),
            completed("2020-09-01", Training::SpecialistOne),
            completed("2021-10-01", Training::SpecialistTwo),
            filed("2022-03-15", Filing::Renewal),
            card("2022-04-20", CardCause::Renewal, "2027-05-30"),
        ],
    )
}

fn renewed_otherwise(training: Training) -> Vec<DatedFact> {
    with(
        beginner(),
        vec![
            completed("2020-09-01", Training::SpecialistOne),
            completed("2022-02-01", training),
            card("2022-04-20", CardCause::Renewal, "2027-05-30"),
        ],
    )
}

const BOTH: &str = "specialist_one|renewal_first, specialist_two|renewal_first, file renewal, card";
const TWO: &str = "specialist_two|renewal_first|renewal_later, file renewal, card";

/// 法69条の8, by the table of routes.
#[test]
fn act_69_8_which_training_renews_a_card() {
    use Way::*;
    let once = Policy { specialist_one: SpecialistOneExemption::OnceInLife, ..Policy::default() };
    let within = Policy { specialist_one: SpecialistOneExemption::WithinValidity, ..Policy::default() };
    let usual = Policy::default();
    let lapsed = with(beginner(), vec![completed("2021-10-01", Training::Chief)]);
    let waiting = with(
        beginner(),
        vec![
            practised("2017-06-01", None),
            completed("2022-01-10", Training::RenewalFirst),
            filed("2022-05-30", Filing::Renewal),
        ],
    );
    /// Name, facts, policy, what the person says of practice, the day, the way, what is still open.
    type Case = (&'static str, Vec<DatedFact>, Policy, Option<bool>, &'static str, Way, String);
    let cases: Vec<Case> = vec![
        (
            "first renewal",
            with(beginner(), vec![practised("2017-06-01", None)]),
            usual,
            None,
            "2021-01-01",
            Practised,
            BOTH.into(),
        ),
        (
            "first, one done",
            with(beginner(), vec![practised("2017-06-01", None), completed("2020-09-01", Training::SpecialistOne)]),
            usual,
            None,
            "2021-01-01",
            Practised,
            "specialist_two|renewal_first, file renewal, card".into(),
        ),
        (
            "first, both in one",
            waiting[..5].to_vec(),
            usual,
            None,
            "2022-02-01",
            Practised,
            "file renewal, card".into(),
        ),
        ("filed on the last day", waiting.clone(), usual, None, "2022-06-20", Practised, "card".into()),
        ("second renewal", renewed(), usual, None, "2025-01-01", Practised, TWO.into()),
        ("second, within validity", renewed(), within, None, "2025-01-01", Practised, BOTH.into()),
        (
            "after unpractised",
            renewed_otherwise(Training::RenewalUnpractised),
            usual,
            Some(true),
            "2025-01-01",
            Practised,
            BOTH.into(),
        ),
        (
            "after unpractised, once",
            renewed_otherwise(Training::RenewalUnpractised),
            once,
            Some(true),
            "2025-01-01",
            Practised,
            TWO.into(),
        ),
        (
            "chief renewal last time",
            renewed_otherwise(Training::ChiefRenewal),
            usual,
            Some(true),
            "2025-01-01",
            Practised,
            TWO.into(),
        ),
        (
            "not practised",
            renewed(),
            usual,
            Some(false),
            "2025-01-01",
            Unpractised,
            "renewal_unpractised, file renewal, card".into(),
        ),
        (
            "chief renewal counts",
            with(renewed(), vec![completed("2025-06-01", Training::ChiefRenewal)]),
            usual,
            Some(false),
            "2026-01-01",
            ChiefRenewed,
            "file renewal, card".into(),
        ),
        ("chief does not", lapsed.clone(), usual, Some(true), "2022-01-01", Practised, BOTH.into()),
        ("lapsed", lapsed, usual, None, "2022-05-31", ReEntry, "re_entry, file card, card".into()),
        (
            "lapsed, trained",
            with(beginner(), vec![completed("2023-02-01", Training::ReEntry)]),
            usual,
            None,
            "2023-03-01",
            ReEntry,
            "file card, card".into(),
        ),
        (
            "trained before the lapse",
            with(beginner(), vec![completed("2022-02-01", Training::ReEntry)]),
            usual,
            None,
            "2022-06-01",
            ReEntry,
            "re_entry, file card, card".into(),
        ),
        ("never had a card", beginner()[..2].to_vec(), usual, None, "2022-05-20", FirstCard, "file card, card".into()),
        (
            "never, too late",
            beginner()[..2].to_vec(),
            usual,
            None,
            "2022-05-21",
            ReEntry,
            "re_entry, file card, card".into(),
        ),
        (
            "never, filed on the last day",
            with(beginner()[..2].to_vec(), vec![filed("2022-05-20", Filing::Card)]),
            usual,
            None,
            "2022-06-01",
            FirstCard,
            "card".into(),
        ),
        (
            "never, filed too late",
            with(beginner()[..2].to_vec(), vec![filed("2022-05-21", Filing::Card)]),
            usual,
            None,
            "2022-06-01",
            ReEntry,
            "re_entry, file card, card".into(),
        ),
        (
            "filed, not trained in time",
            with(
                beginner(),
                vec![
                    practised("2017-06-01", None),
                    filed("2022-05-30", Filing::Renewal),
                    completed("2022-05-31", Training::RenewalFirst),
                ],
            ),
            usual,
            None,
            "2022-06-20",
            ReEntry,
            "re_entry, file card, card".into(),
        ),
        (
            "moved late without a card",
            with(beginner(), vec![known("2022-05-21", Fact::Transferred { prefecture: 13 })]),
            usual,
            None,
            "2022-05-22",
            ReEntry,
            "re_entry, file card, card".into(),
        ),
        (
            "not registered",
            beginner()[..1].to_vec(),
            usual,
            None,
            "2017-06-20",
            Registration,
            "file registration".into(),
        ),
        (
            "too late to register",
            beginner()[..1].to_vec(),
            usual,
            None,
            "2017-06-21",
            RegistrationLapsed,
            String::new(),
        ),
        ("nobody", vec![], usual, None, "2017-06-21", Nowhere, String::new()),
        (
            "moved without a card",
            with(beginner(), vec![known("2020-06-01", Fact::Transferred { prefecture: 13 })]),
            usual,
            None,
            "2020-07-01",
            CardAnew,
            "file card, card".into(),
        ),
        (
            "moved, then lapsed",
            with(beginner(), vec![known("2020-06-01", Fact::Transferred { prefecture: 13 })]),
            usual,
            None,
            "2022-05-31",
            ReEntry,
            "re_entry, file card, card".into(),
        ),
    ];
    for (name, facts, policy, practised, on, way, expected) in cases {
        let found = ways(&facts, &policy, practised, on);
        // A chief is shown the chief renewal beside the way that is asked about.
        let route = found.last().unwrap();
        assert_eq!(found.len(), if name == "chief does not" { 2 } else { 1 }, "{name}: {found:?}");
        assert_eq!((route.way, open(route)), (way, expected), "{name}");
        assert!(found[0].steps.iter().all(|step| step.article.contains('条')), "{name}");
    }
    let unknown = ways(&beginner(), &usual, None, "2021-01-01");
    assert_eq!(unknown.iter().map(|route| route.way).collect::<Vec<_>>(), [Practised, Unpractised], "both are shown");
    let without = Policy { without_expiry_from: Some(day("2022-01-01")), ..usual };
    assert_eq!(ways(&beginner(), &without, None, "2023-01-01")[0].way, Nothing);
}

#[test]
fn what_is_to_be_known_beside_the_steps() {
    let remarks =
        |facts: &[DatedFact], practised, on: &str| ways(facts, &Policy::default(), practised, on)[0].remarks.clone();
    assert_eq!(
        remarks(&renewed_otherwise(Training::RenewalUnpractised), Some(true), "2025-01-01"),
        [Remark::SpecialistOneAgain]
    );
    assert_eq!(remarks(&renewed(), None, "2025-01-01"), [Remark::SpecialistOneExempt]);
    let trained = with(renewed(), vec![completed("2026-02-01", Training::SpecialistTwo)]);
    assert_eq!(remarks(&trained, None, "2026-06-01"), [Remark::SpecialistOneExempt, Remark::NotFiled]);
    assert_eq!(remarks(&beginner(), None, "2022-05-31"), [Remark::NoWorkUntilCard]);
    let on_paper = vec![registered("2008-04-01"), card("2018-05-31", CardCause::Renewal, "2023-05-30")];
    assert_eq!(remarks(&on_paper, Some(true), "2020-01-01"), [Remark::FormerRenewalUnknown]);
}

/// Renewal can be filed from the policy's months before the last day, to its end.
#[test]
fn regulation_113_26_renewal_is_filed_in_a_window() {
    let route = &ways(&renewed(), &Policy::default(), None, "2025-01-01")[0];
    let file = route.steps.iter().find(|step| step.what == What::File(Filing::Renewal)).unwrap();
    assert_eq!((file.from, file.by), (Some(day("2027-03-01")), Some(day("2027-05-30"))));
    assert_eq!(route.next().unwrap().by, Some(day("2027-05-30")));
    assert_eq!(route.deadline, Some(day("2027-05-30")));
}

#[test]
fn a_course_that_ends_after_the_card_is_told() {
    let route = &ways(&renewed(), &Policy::default(), None, "2026-12-01")[0];
    let offer =
        |training, starts_on: &str, ends_on: &str| Offer { training, starts_on: day(starts_on), ends_on: day(ends_on) };
    for (offer, expected) in [
        (offer(Training::SpecialistTwo, "2026-12-01", "2027-05-30"), Some(Fit::InTime)),
        (offer(Training::SpecialistTwo, "2026-12-01", "2027-05-31"), Some(Fit::EndsTooLate)),
        (offer(Training::SpecialistTwo, "2026-11-30", "2027-03-01"), Some(Fit::Begun)),
        (offer(Training::Chief, "2026-12-10", "2027-03-01"), None),
    ] {
        assert_eq!(fit(&offer, route.next().unwrap(), day("2026-12-01")), expected, "{offer:?}");
    }
    let file = &route.steps[1];
    assert_eq!(fit(&offer(Training::SpecialistTwo, "2027-01-01", "2027-02-01"), file, day("2026-12-01")), None);
}

/// Whoever is registered again begins again: the former card is over, and the five years run anew.
#[test]
fn act_69_7_a_new_registration_has_no_card() {
    let facts = with(
        beginner(),
        vec![known("2019-09-01", Fact::Deleted { ground: Ground::OwnRequest }), registered("2021-01-10")],
    );
    assert_eq!(card_on(&facts, "2021-01-10"), CardState::Never);
    let route = &ways(&facts, &Policy::default(), None, "2021-02-01")[0];
    assert_eq!((route.way, route.deadline), (Way::FirstCard, Some(day("2026-01-10"))));
    let late = with(
        beginner(),
        vec![
            known("2019-09-01", Fact::Deleted { ground: Ground::Death }),
            card("2019-10-01", CardCause::Reissue, "2022-05-30"),
        ],
    );
    assert_eq!(card_on(&late, "2019-10-01"), CardState::Lost(Loss::Deleted), "no card without a registration");
}
