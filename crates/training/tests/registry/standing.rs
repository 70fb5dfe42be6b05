//! How somebody stands on a day, article by article.

use crate::{beginner, card, card_on, completed, day, known, number, practised, registered, standing, with};
use training::registry::route::{Way, routes};
use training::registry::standing::{CardState, Loss, RenewedBy};
use training::registry::{CardCause, DatedFact, Fact, Ground, Policy, Standing, Training};

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
