//! What holds of any facts.

use crate::{day, number, with};
use proptest::prelude::*;
use training::registry::route::routes;
use training::registry::{CardCause, DatedFact, Fact, Filing, Ground, Policy, Standing, Training};

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
