//! What a new fact must fit: a row for each misfit, and the days on both sides of its limit.

use crate::{beginner, card, completed, day, filed, known, practised, registered, with};
use training::registry::door::{Misfit, check, check_taken_over, number_of};
use training::registry::registration::Obstacle;
use training::registry::{CardCause, DatedFact, Fact, Filing, Ground, Policy, RegistrationNumber, Standing, Training};

fn told(facts: &[DatedFact], on: &str, fact: &Fact) -> Option<Misfit> {
    check(facts, (day(on), fact), &Policy::default(), day("2026-11-30")).err()
}

fn issued(cause: CardCause, expires_on: &str) -> Fact {
    Fact::CardIssued { cause, expires_on: day(expires_on) }
}

fn outside(from: &str, until: &str) -> Option<Misfit> {
    Some(Misfit::LastDayOutside { from: day(from), until: day(until) })
}

#[test]
fn a_card_fits_what_is_on_record() {
    use CardCause::{Aligned, First, Former, ReEntry, Reissue, Renewal, Transfer};
    let new = vec![completed("2017-03-20", Training::Initial), registered("2017-05-20")];
    let nobody = vec![completed("2017-03-20", Training::Initial)];
    let lapsed = |on: &str| Some(Misfit::CardLapsed { lapsed_on: day(on) });
    let trained = with(beginner(), vec![completed("2023-01-01", Training::ReEntry)]);
    let in_time = with(beginner(), vec![filed("2022-05-30", Filing::Renewal)]);
    let card_in_time = with(new.clone(), vec![filed("2022-05-20", Filing::Card)]);
    for (facts, on, fact, expected) in [
        (&nobody, "2017-05-31", issued(First, "2022-05-30"), Some(Misfit::NotRegistered { on: day("2017-05-31") })),
        (&new, "2017-05-31", issued(First, "2022-05-31"), None),
        (&new, "2017-05-31", issued(First, "2022-06-01"), outside("2017-05-31", "2022-05-31")),
        (&new, "2017-05-31", issued(First, "2017-05-30"), outside("2017-05-31", "2022-05-31")),
        (&new, "2022-05-20", issued(First, "2027-05-19"), None),
        (&new, "2022-05-21", issued(First, "2027-05-20"), lapsed("2022-05-20")),
        (&card_in_time, "2022-06-10", issued(First, "2027-06-09"), None),
        (&beginner(), "2018-01-01", issued(First, "2022-12-31"), Some(Misfit::CardDoesNotFit)),
        (&new, "2018-01-01", issued(Reissue, "2022-05-30"), Some(Misfit::CardDoesNotFit)),
        (&new, "2018-01-01", issued(Transfer, "2022-05-30"), Some(Misfit::CardDoesNotFit)),
        (&new, "2018-01-01", issued(Former, "2029-01-01"), None),
        (&new, "2018-01-01", issued(Former, "2029-01-02"), outside("2018-01-01", "2029-01-01")),
        // Of an unknown card before: a year early at most.
        (&new, "2022-01-01", issued(Renewal, "2028-01-01"), None),
        (&new, "2022-01-01", issued(Renewal, "2028-01-02"), outside("2022-01-01", "2028-01-01")),
        (&beginner(), "2022-05-30", issued(Renewal, "2027-05-30"), None),
        (&beginner(), "2022-05-30", issued(Renewal, "2027-05-31"), outside("2022-05-30", "2027-05-30")),
        (&beginner(), "2022-05-30", issued(Renewal, "2022-05-31"), None),
        (&beginner(), "2022-05-30", issued(Renewal, "2022-05-30"), Some(Misfit::CardDoesNotFit)),
        (&beginner(), "2022-05-31", issued(Renewal, "2027-05-30"), lapsed("2022-05-30")),
        (&beginner(), "2022-05-31", issued(Aligned, "2027-05-30"), lapsed("2022-05-30")),
        (&in_time, "2022-07-01", issued(Renewal, "2027-05-30"), None),
        (&beginner(), "2023-02-01", issued(ReEntry, "2028-01-31"), Some(Misfit::ReEntryMissing)),
        (&trained, "2023-02-01", issued(ReEntry, "2028-01-31"), None),
    ] {
        assert_eq!(told(facts, on, &fact), expected, "{fact:?} on {on}");
    }
}

#[test]
fn each_other_fact_fits_or_is_told() {
    let banned = with(beginner(), vec![known("2019-01-10", Fact::Banned { until: day("2019-07-09") })]);
    let returned = with(beginner(), vec![known("2019-01-10", Fact::CardReturned)]);
    let done = |until: Option<&str>| Fact::Completed { training: Training::Chief, valid_until: until.map(day) };
    let worked = |until: &str| Fact::Practised { until: Some(day(until)), dedicated: true };
    let moved = |prefecture| Fact::Transferred { prefecture };
    let renewal = Fact::Filed { filing: Filing::Renewal };
    let unregistered = |on: &str| Some(Misfit::NotRegistered { on: day(on) });
    let early = Misfit::FiledOutsideWindow { from: day("2022-03-01"), until: day("2022-05-30") };
    let deleted = Fact::Deleted { ground: Ground::OwnRequest };
    for (facts, on, fact, expected) in [
        (vec![], "2020-01-01", done(None), None),
        (vec![], "2020-01-01", done(Some("2040-01-01")), None),
        (vec![], "2020-01-01", done(Some("2040-01-02")), outside("2020-01-01", "2040-01-01")),
        (vec![], "2020-01-01", worked("2026-11-30"), None),
        (vec![], "2020-01-01", worked("2026-12-01"), outside("2020-01-01", "2026-11-30")),
        (vec![], "2020-01-01", worked("2019-12-31"), outside("2020-01-01", "2026-11-30")),
        (vec![], "2020-01-01", moved(13), unregistered("2020-01-01")),
        (vec![], "2020-01-01", deleted.clone(), unregistered("2020-01-01")),
        (vec![], "2020-01-01", Fact::Instructed, unregistered("2020-01-01")),
        (beginner(), "2020-01-01", moved(10), Some(Misfit::SamePrefecture)),
        (beginner(), "2020-01-01", moved(13), None),
        (banned.clone(), "2019-07-09", moved(13), Some(Misfit::BanRuns)),
        (banned.clone(), "2019-07-10", moved(13), None),
        (beginner(), "2022-02-28", renewal.clone(), Some(early)),
        (beginner(), "2022-03-01", renewal.clone(), None),
        (beginner(), "2022-05-30", renewal.clone(), None),
        (beginner(), "2022-05-31", renewal, Some(Misfit::NoCard)),
        (beginner(), "2022-05-31", Fact::Filed { filing: Filing::Card }, None),
        (beginner(), "2020-01-01", Fact::CardReturned, None),
        (returned, "2020-01-01", Fact::CardReturned, Some(Misfit::NoCard)),
        (vec![registered("2017-05-20")], "2020-01-01", Fact::CardReturned, Some(Misfit::NoCard)),
        (beginner(), "2020-01-01", Fact::Extended { until: day("2027-05-30") }, None),
        (beginner(), "2020-01-01", Fact::Extended { until: day("2027-05-31") }, outside("2022-05-30", "2027-05-30")),
        (vec![], "2020-01-01", Fact::Extended { until: day("2027-05-30") }, Some(Misfit::NoCard)),
        (beginner(), "2020-01-01", Fact::Banned { until: day("2020-12-31") }, None),
        (beginner(), "2020-01-01", Fact::Banned { until: day("2021-01-01") }, outside("2020-01-01", "2020-12-31")),
        (beginner(), "2020-01-01", Fact::BanEnded, Some(Misfit::NoBan)),
        (banned, "2020-01-01", Fact::BanEnded, None),
    ] {
        assert_eq!(told(&facts, on, &fact), expected, "{fact:?} on {on}");
    }
}

/// A number is for life, and what is dated back must fit what follows.
#[test]
fn a_fact_dated_back_fits_what_follows() {
    let other = RegistrationNumber::new(13, 20, 99).unwrap();
    let again = Fact::Registered { number: other, prefecture: 13 };
    assert_eq!(told(&beginner(), "2015-01-01", &again), Some(Misfit::OtherNumber(crate::number())));
    let same = Fact::Registered { number: crate::number(), prefecture: 10 };
    let twice = Some(Misfit::Obstacles(vec![Obstacle::AlreadyRegistered]));
    assert_eq!(told(&beginner(), "2018-01-01", &same), twice);
    let later = Misfit::LaterFact { on: day("2017-05-20"), fact: same.clone() };
    assert_eq!(told(&beginner(), "2016-01-01", &same), Some(later), "registered before one is registered");
    let deleted = Fact::Deleted { ground: Ground::OwnRequest };
    let later = Misfit::LaterFact { on: day("2017-05-31"), fact: issued(CardCause::First, "2022-05-30") };
    assert_eq!(told(&beginner(), "2017-05-25", &deleted), Some(later));
    assert_eq!(told(&beginner(), "2017-06-01", &deleted), None);
    let mut taken_back = beginner();
    taken_back[2].withdrawn_on = Some(day("2018-01-01"));
    assert_eq!(told(&taken_back, "2017-05-25", &deleted), None, "what was taken back asks for nothing");
    // What did not fit before the new fact is not held against it.
    let odd = vec![card("2017-05-31", CardCause::First, "2022-05-30")];
    assert_eq!(told(&odd, "2017-01-01", &Fact::Practised { until: None, dedicated: false }), None);
    assert_eq!(told(&with(odd, vec![practised("2018-01-01", None)]), "2017-01-01", &same), None);
}

#[test]
fn a_registration_taken_over_meets_what_is_on_record_here() {
    let on = |facts: &[DatedFact], text: &str| {
        check_taken_over(&Standing::on(facts, &Policy::default(), day(text), day("2099-01-01")), day(text)).err()
    };
    assert_eq!(on(&[], "2020-01-01"), None, "judged elsewhere");
    assert_eq!(on(&beginner(), "2020-01-01"), Some(Misfit::Obstacles(vec![Obstacle::AlreadyRegistered])));
    let ordered = with(beginner(), vec![known("2020-01-01", Fact::Deleted { ground: Ground::Order })]);
    let until = Obstacle::DeletedByOrder(day("2024-12-31"));
    assert_eq!(on(&ordered, "2024-12-31"), Some(Misfit::Obstacles(vec![until])));
    assert_eq!(on(&ordered, "2025-01-01"), None);
    assert_eq!((number_of(&ordered), number_of(&[])), (Some(crate::number()), None));
}
