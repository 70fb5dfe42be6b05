//! The registry's rules article by article, as tables: facts in, standing or way out; and what holds of any facts.

#![allow(clippy::unwrap_used, clippy::too_many_lines)]

use chrono::NaiveDate;
use proptest::prelude::*;
use training::registry::route::{Fit, Offer, Remark, Route, Way, What, fit, routes};
use training::registry::standing::{CardState, Loss, RenewedBy};
use training::registry::{
    CardCause, DatedFact, Fact, Filing, Ground, Policy, RegistrationNumber, SpecialistOneExemption, Standing, Training,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn number() -> RegistrationNumber {
    RegistrationNumber::new(10, 17, 1).unwrap()
}

fn known(on: &str, fact: Fact) -> DatedFact {
    DatedFact { on: day(on), recorded_on: day(on), withdrawn_on: None, fact }
}

fn completed(on: &str, training: Training) -> DatedFact {
    known(on, Fact::Completed { training, valid_until: None })
}

fn registered(on: &str) -> DatedFact {
    known(on, Fact::Registered { number: number(), prefecture: 10 })
}

fn card(on: &str, cause: CardCause, expires_on: &str) -> DatedFact {
    known(on, Fact::CardIssued { cause, expires_on: day(expires_on) })
}

fn filed(on: &str, filing: Filing) -> DatedFact {
    known(on, Fact::Filed { filing })
}

fn practised(from: &str, until: Option<&str>) -> DatedFact {
    known(from, Fact::Practised { until: until.map(day), dedicated: true })
}

/// Registered in 2017, with a first card to 2022-05-30.
fn beginner() -> Vec<DatedFact> {
    vec![
        completed("2017-03-20", Training::Initial),
        registered("2017-05-20"),
        card("2017-05-31", CardCause::First, "2022-05-30"),
    ]
}

fn with(mut facts: Vec<DatedFact>, more: Vec<DatedFact>) -> Vec<DatedFact> {
    facts.extend(more);
    facts
}

fn standing(facts: &[DatedFact], on: &str) -> Standing {
    Standing::on(facts, &Policy::default(), day(on), day("2099-01-01"))
}

fn card_on(facts: &[DatedFact], on: &str) -> CardState {
    standing(facts, on).card_state(day(on))
}

/// 法7条5項: who is a care manager is the holder of a valid card.
#[test]
fn act_7_5_a_care_manager_holds_a_valid_card() {
    let facts = beginner();
    for (on, is) in [
        ("2017-05-20", false),
        ("2017-05-30", false),
        ("2017-05-31", true),
        ("2022-05-30", true),
        ("2022-05-31", false),
    ] {
        assert_eq!(standing(&facts, on).is_care_manager(day(on)), is, "{on}");
    }
}

/// 法69条の2, 規則113条の5, 113条の6: registered once, by completion and registration.
#[test]
fn act_69_2_registration_has_a_number_and_a_day() {
    let facts = beginner();
    assert_eq!(standing(&facts, "2017-05-19").registration, None);
    let registration = standing(&facts, "2017-05-20").registration.unwrap();
    assert_eq!(
        (registration.number.to_string().as_str(), registration.since, registration.prefecture),
        ("10170001", day("2017-05-20"), 10)
    );
}

/// 法69条の3, 69条の7第4項・第5項, 規則113条の10, 113条の24: a transfer ends the card; one that is issued with it has what was left.
#[test]
fn act_69_3_a_transfer_moves_the_registration_and_keeps_the_number() {
    let moved = known("2020-06-01", Fact::Transferred { prefecture: 13 });
    let facts = with(beginner(), vec![moved.clone()]);
    let found = standing(&facts, "2020-06-01").registration.unwrap();
    assert_eq!((found.prefecture, found.number), (13, number()), "the number stays");
    assert_eq!(card_on(&facts, "2020-05-31"), CardState::Valid);
    assert_eq!(card_on(&facts, "2020-06-01"), CardState::Lost(Loss::Transferred));
    let facts = with(beginner(), vec![moved, card("2020-06-01", CardCause::Transfer, "2022-05-30")]);
    let found = standing(&facts, "2021-01-01");
    assert_eq!(found.card_state(day("2021-01-01")), CardState::Valid);
    assert_eq!(
        (found.difference(), found.card.unwrap().validity_from),
        (None, day("2017-05-31")),
        "the span is carried on"
    );
    assert_eq!(found.renewed_by, Some(RenewedBy::First), "a transfer is no renewal");
}

/// 法69条の5, 69条の6, 69条の39, 規則113条の14: a deletion ends registration and card, by whatever ground.
#[test]
fn act_69_6_a_deletion_ends_everything() {
    for ground in Ground::ALL {
        let facts = with(beginner(), vec![known("2019-09-01", Fact::Deleted { ground })]);
        assert!(standing(&facts, "2019-08-31").is_registered());
        let after = standing(&facts, "2019-09-01");
        assert_eq!((after.is_registered(), after.deleted), (false, Some((day("2019-09-01"), ground))));
        assert_eq!(after.card_state(day("2019-09-01")), CardState::Lost(Loss::Deleted));
        let anew = with(facts, vec![registered("2025-01-10")]);
        assert!(
            standing(&anew, "2025-01-10").is_registered()
                && !standing(&anew, "2025-01-10").is_care_manager(day("2025-01-10"))
        );
    }
}

/// 法69条の7第6項: a card that was handed back has no effect; the one issued the same day has.
#[test]
fn act_69_7_6_a_card_is_handed_back() {
    let facts = with(beginner(), vec![known("2020-01-10", Fact::CardReturned)]);
    assert_eq!(card_on(&facts, "2020-01-10"), CardState::Lost(Loss::Returned));
    let exchanged = with(facts, vec![card("2020-01-10", CardCause::Rewritten, "2022-05-30")]);
    assert_eq!(card_on(&exchanged, "2020-01-10"), CardState::Valid);
}

/// 法69条の38第3項, 69条の7第7項・第8項: a ban keeps from working and ends by a person's word alone.
#[test]
fn act_69_38_a_ban_ends_by_a_persons_word() {
    let banned = with(beginner(), vec![known("2019-01-10", Fact::Banned { until: day("2019-07-09") })]);
    let on = |facts: &[DatedFact], text: &str| {
        let found = standing(facts, text);
        (found.is_care_manager(day(text)), found.may_work(day(text)), found.ban_is_over(day(text)))
    };
    assert_eq!(on(&banned, "2019-01-09"), (true, true, false));
    assert_eq!(on(&banned, "2019-01-10"), (true, false, false));
    assert_eq!(on(&banned, "2019-07-09"), (true, false, false), "to the end of its last day");
    assert_eq!(on(&banned, "2019-07-10"), (true, false, true), "over, and told so");
    let longer = with(banned.clone(), vec![known("2019-06-01", Fact::Banned { until: day("2019-12-31") })]);
    assert_eq!(standing(&longer, "2019-05-31").banned_until, Some(day("2019-07-09")), "the history stays");
    assert_eq!(standing(&longer, "2019-06-01").banned_until, Some(day("2019-12-31")));
    let ended = with(banned, vec![known("2019-07-12", Fact::BanEnded)]);
    assert_eq!(on(&ended, "2019-07-12"), (true, true, false));
    let twice = vec![known("2019-01-10", Fact::Instructed), known("2019-03-01", Fact::Instructed)];
    assert_eq!(
        standing(&with(beginner(), twice), "2019-04-01").instructed_on,
        Some(day("2019-03-01")),
        "two of one kind are two"
    );
    let told = with(beginner(), vec![known("2019-01-10", Fact::Instructed)]);
    assert_eq!(
        (standing(&told, "2019-02-01").instructed_on, on(&told, "2019-02-01").1),
        (Some(day("2019-01-10")), true)
    );
}

/// 規則113条の21, 113条の22: what is printed counts; what the rules give stands beside it.
#[test]
fn regulation_113_21_the_printed_day_wins() {
    let facts = vec![
        completed("2017-03-20", Training::Initial),
        registered("2017-05-20"),
        card("2017-05-31", CardCause::First, "2022-05-31"),
    ];
    assert_eq!(card_on(&facts, "2022-05-31"), CardState::Valid);
    assert_eq!(
        standing(&facts, "2018-01-01").difference(),
        Some((day("2022-05-31"), day("2022-05-30"), "法69条の7第3項"))
    );
    let extended = with(beginner(), vec![known("2021-08-01", Fact::Extended { until: day("2023-03-31") })]);
    assert_eq!(
        (card_on(&extended, "2023-03-31"), card_on(&extended, "2023-04-01")),
        (CardState::Valid, CardState::Expired)
    );
    let shorter = with(beginner(), vec![known("2021-08-01", Fact::Extended { until: day("2021-12-31") })]);
    assert_eq!(card_on(&shorter, "2022-05-30"), CardState::Valid, "an order takes nothing away");
}

/// 規則113条の25: a card printed twice is one card.
#[test]
fn regulation_113_25_a_reissue_is_the_same_span() {
    let twice = with(beginner(), vec![card("2017-05-31", CardCause::First, "2022-05-30")]);
    assert_eq!(standing(&twice, "2018-01-01"), standing(&beginner(), "2018-01-01"));
    let reissued = with(beginner(), vec![card("2019-02-01", CardCause::Reissue, "2022-05-30")]);
    let found = standing(&reissued, "2019-02-01");
    assert_eq!((found.difference(), found.card.unwrap().validity_from), (None, day("2017-05-31")));
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

/// What the rule of a regime without a last day changes, and when.
#[test]
fn without_a_last_day_from_the_day_that_is_entered() {
    let policy = Policy { without_expiry_from: Some(day("2022-04-01")), ..Policy::default() };
    let on = |text: &str| Standing::on(&beginner(), &policy, day(text), day("2099-01-01")).card_state(day(text));
    assert_eq!(
        (on("2022-03-31"), on("2022-05-30"), on("2022-05-31")),
        (CardState::Valid, CardState::Valid, CardState::Valid)
    );
    let late = Policy { without_expiry_from: Some(day("2022-05-31")), ..Policy::default() };
    let found = Standing::on(&beginner(), &late, day("2022-05-31"), day("2099-01-01"));
    assert_eq!(found.card_state(day("2022-05-31")), CardState::Expired, "what had lapsed stays so");
    assert_eq!(routes(&found, &late, None, day("2022-05-31"))[0].way, Way::ReEntry);
}

/// A chief needs a valid card as well.
#[test]
fn a_chief_needs_both_validities() {
    let facts = with(beginner(), vec![completed("2021-12-01", Training::Chief)]);
    for (on, is) in [("2021-11-30", false), ("2021-12-01", true), ("2022-05-30", true), ("2022-05-31", false)] {
        assert_eq!(standing(&facts, on).is_chief(day(on)), is, "{on}");
    }
}

#[test]
fn practice_is_counted_once_a_day() {
    let facts = vec![
        practised("2018-04-01", Some("2018-04-30")),
        practised("2018-04-15", Some("2018-05-10")),
        practised("2018-04-20", Some("2018-04-25")),
        known("2019-01-01", Fact::Practised { until: None, dedicated: false }),
    ];
    let found = standing(&facts, "2019-01-10");
    assert_eq!(found.days_of_practice(day("2019-01-10"), false), 40 + 10);
    assert_eq!(found.days_of_practice(day("2019-01-10"), true), 40);
    assert_eq!(found.days_of_practice(day("2018-04-10"), true), 10);
    assert!(
        found.practised_between(day("2018-05-10"), day("2018-06-01"))
            && !found.practised_between(day("2018-05-11"), day("2018-12-31"))
    );
    assert!(found.practised_between(day("2019-01-01"), day("2019-01-01")));
}

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

/// The second after midnight the card has lapsed, without anything having run; and what was known stays known.
#[test]
fn what_was_known_on_a_day_stays() {
    let mut facts = beginner();
    facts[2].recorded_on = day("2017-06-10");
    let at = |on: &str, known: &str| Standing::on(&facts, &Policy::default(), day(on), day(known)).card_state(day(on));
    assert_eq!(at("2017-06-01", "2017-06-09"), CardState::Never, "not written down yet");
    assert_eq!(at("2017-06-01", "2017-06-10"), CardState::Valid);
    facts[2].withdrawn_on = Some(day("2018-01-01"));
    let at = |on: &str, known: &str| Standing::on(&facts, &Policy::default(), day(on), day(known)).card_state(day(on));
    assert_eq!(at("2017-12-01", "2017-12-31"), CardState::Valid, "it was known then");
    assert_eq!(at("2017-12-01", "2018-01-01"), CardState::Never);
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let date = || (0..6000i64).prop_map(|days| day("2010-01-01") + chrono::Days::new(days as u64));
    prop_oneof![
        (proptest::sample::select(Training::ALL.to_vec()), proptest::option::of(date()))
            .prop_map(|(training, valid_until)| Fact::Completed { training, valid_until }),
        (proptest::option::of(date()), any::<bool>())
            .prop_map(|(until, dedicated)| Fact::Practised { until, dedicated }),
        (1..48u8).prop_map(|prefecture| Fact::Registered { number: number(), prefecture }),
        (1..48u8).prop_map(|prefecture| Fact::Transferred { prefecture }),
        proptest::sample::select(Filing::ALL.to_vec()).prop_map(|filing| Fact::Filed { filing }),
        Just(Fact::CardReturned),
        (proptest::sample::select(CardCause::ALL.to_vec()), date())
            .prop_map(|(cause, expires_on)| Fact::CardIssued { cause, expires_on }),
        date().prop_map(|until| Fact::Extended { until }),
        date().prop_map(|until| Fact::Banned { until }),
        Just(Fact::BanEnded),
        proptest::sample::select(Ground::ALL.to_vec()).prop_map(|ground| Fact::Deleted { ground }),
    ]
}

fn any_dated() -> impl Strategy<Value = DatedFact> {
    let date = || (0..40i64).prop_map(|quarters| day("2015-01-01") + chrono::Days::new(quarters as u64 * 91));
    (date(), date(), any_fact()).prop_map(|(on, recorded_on, fact)| DatedFact {
        on,
        recorded_on,
        withdrawn_on: None,
        fact,
    })
}

proptest! {
    #[test]
    fn the_order_of_writing_down_makes_no_difference(
        facts in proptest::collection::vec(any_dated(), 0..12).prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
        on in 0..40u64,
    ) {
        let (one, other) = facts;
        let on = day("2015-01-01") + chrono::Days::new(on * 91);
        let of = |facts: &[DatedFact]| Standing::on(facts, &Policy::default(), on, on);
        prop_assert_eq!(of(&one), of(&other));
    }

    #[test]
    fn a_later_fact_changes_no_earlier_day_as_known_then(
        facts in proptest::collection::vec(any_dated(), 0..10),
        later in any_dated(),
        on in 0..40u64,
    ) {
        let on = day("2015-01-01") + chrono::Days::new(on * 91);
        prop_assume!(later.on > on || later.recorded_on > on);
        let before = Standing::on(&facts, &Policy::default(), on, on);
        let after = Standing::on(&with(facts, vec![later]), &Policy::default(), on, on);
        prop_assert_eq!(before, after);
    }

    #[test]
    fn every_way_can_be_computed(facts in proptest::collection::vec(any_dated(), 0..12), on in 0..40u64) {
        let on = day("2015-01-01") + chrono::Days::new(on * 91);
        let found = Standing::on(&facts, &Policy::default(), on, on);
        for route in routes(&found, &Policy::default(), None, on) {
            if let (Some(next), Some(deadline)) = (route.next(), route.deadline) {
                prop_assert!(next.by.is_none_or(|by| by <= deadline));
            }
        }
        if found.may_work(on) {
            prop_assert!(found.is_care_manager(on) && found.is_registered());
        }
    }
}
