//! What explanations say holds when one does what they say.

#![allow(clippy::unwrap_used)]

mod support;

use placement::candidates::Hosts;
use placement::explanation::{Remedy, Standing, limited, worst_distance_first};
use placement::policy::Strictness;
use placement::{Assignment, Instance, Placement, Point, place};
use proptest::prelude::*;
use support::{allowed, brute_force, instances};

/// What a trainee's rule costs or forbids, gone for this trainee at this host alone: a travel time of no minutes does not come into it.
fn waive(instance: &mut Instance, trainee: usize, host: usize, rule: placement::policy::RuleName) -> bool {
    use placement::policy::RuleName;
    match rule {
        RuleName::OwnEmployer => instance.trainees[trainee].employer = 1000,
        RuleName::OtherPrefecture => {
            // Only where nobody else's rule changes with the host's.
            if instance.trainees.len() > 1 {
                return false;
            }
            instance.hosts[host].prefecture = instance.trainees[trainee].prefecture;
        }
        RuleName::MissingCaseTypes if instance.trainees.len() == 1 => instance.hosts[host].case_types = 1,
        _ => return false,
    }
    true
}

fn apply(instance: &Instance, trainee: usize, remedy: &Remedy) -> Option<Instance> {
    let mut changed = instance.clone();
    match remedy {
        Remedy::OnePlaceMore { host, .. } => {
            changed.hosts[*host].capacity += 1;
            changed.hosts[*host].weekly_capacity += 1;
        }
        Remedy::LongerLimit { metres, .. } => changed.trainees[trainee].limit_m = *metres,
        Remedy::OneWindowMore { window, .. } => changed.trainees[trainee].windows |= 1 << window,
        Remedy::RuleWaived { rule, host, .. } => return waive(&mut changed, trainee, *host, *rule).then_some(changed),
        Remedy::PairAllowed { host, .. } => {
            changed.excluded.remove(&(trainee, *host));
        }
    }
    Some(changed)
}

fn figures(placement: &Placement) -> (i64, i64) {
    (placement.placed as i64, placement.cost)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_wish_costs_what_fixing_it_costs(instance in instances(), trainee in 0usize..6, host in 0usize..4, window in 0u32..3) {
        let before = place(&instance).unwrap();
        let hosts = Hosts::new(&instance);
        let standing = Standing::new(&instance, &hosts, &before).unwrap();
        if trainee >= instance.trainees.len() || host >= instance.hosts.len() {
            return Ok(());
        }
        let assignment = Assignment { trainee, host, window };
        let mut fixed = instance.clone();
        fixed.fixed.push(assignment);
        match standing.wish(assignment) {
            Some(wish) => {
                let after = place(&fixed).unwrap();
                prop_assert_eq!(figures(&after), (before.placed as i64 + wish.placed, before.cost + wish.cost));
            }
            None => {
                let closed = instance.hosts[host].closed_windows >> window & 1 == 1;
                prop_assert!(closed || fixed.check().is_err());
            }
        }
    }

    #[test]
    fn the_best_alternative_is_the_best_of_all(instance in instances(), trainee in 0usize..6) {
        let before = place(&instance).unwrap();
        let hosts = Hosts::new(&instance);
        let standing = Standing::new(&instance, &hosts, &before).unwrap();
        if trainee >= instance.trainees.len() {
            return Ok(());
        }
        let now = before.assigned[trainee].map(|assigned| assigned.host);
        let mut best: Option<(i64, i64)> = None;
        for host in (0..instance.hosts.len()).filter(|host| Some(*host) != now && allowed(&instance, trainee, *host)) {
            for window in (0..3).filter(|window| instance.open(trainee, host) >> window & 1 == 1) {
                let mut fixed = instance.clone();
                fixed.fixed.push(Assignment { trainee, host, window });
                if fixed.check().is_ok() {
                    let after = place(&fixed).unwrap();
                    best = best.into_iter().chain([(-(after.placed as i64), after.cost)]).min();
                }
            }
        }
        let found = standing.best_alternative(trainee, None);
        prop_assert_eq!(found.map(|wish| (-(before.placed as i64 + wish.placed), before.cost + wish.cost)), best);
    }

    #[test]
    fn a_remedy_places_one_more_at_its_cost(instance in instances()) {
        let before = place(&instance).unwrap();
        let hosts = Hosts::new(&instance);
        let mut standing = Standing::new(&instance, &hosts, &before).unwrap();
        let unplaced: Vec<usize> = (0..instance.trainees.len()).filter(|trainee| before.assigned[*trainee].is_none()).collect();
        for trainee in &unplaced {
            for remedy in standing.remedies(*trainee) {
                let Some(changed) = apply(&instance, *trainee, &remedy) else { continue };
                let after = place(&changed).unwrap();
                prop_assert_eq!(after.placed, before.placed + 1, "{:?}", remedy);
                let exact = !matches!(remedy, Remedy::RuleWaived { .. } | Remedy::OnePlaceMore { .. });
                if exact && unplaced.len() == 1 {
                    prop_assert!(after.cost <= before.cost + remedy.cost(), "{:?}", remedy);
                    if matches!(remedy, Remedy::LongerLimit { .. } | Remedy::OneWindowMore { .. } | Remedy::PairAllowed { .. }) {
                        prop_assert_eq!(after.cost, before.cost + remedy.cost(), "{:?}", remedy);
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_less_helps(instance in instances()) {
        let before = place(&instance).unwrap();
        let hosts = Hosts::new(&instance);
        let mut standing = Standing::new(&instance, &hosts, &before).unwrap();
        for trainee in (0..instance.trainees.len()).filter(|trainee| before.assigned[*trainee].is_none()) {
            let remedies = standing.remedies(trainee);
            let longer = remedies.iter().find_map(|remedy| match remedy {
                Remedy::LongerLimit { metres, .. } => Some(*metres),
                _ => None,
            });
            let mut changed = instance.clone();
            changed.trainees[trainee].limit_m = longer.map_or(299_000, |metres| metres - 1);
            prop_assert_eq!(place(&changed).unwrap().placed, before.placed);
            let windows: Vec<u32> = remedies.iter().filter_map(|remedy| match remedy {
                Remedy::OneWindowMore { window, .. } => Some(*window),
                _ => None,
            }).collect();
            if windows.is_empty() {
                let mut changed = instance.clone();
                for window in 0..3 {
                    changed.trainees[trainee].windows = instance.trainees[trainee].windows | 1 << window;
                    prop_assert_eq!(place(&changed).unwrap().placed, before.placed);
                }
            }
        }
    }

    #[test]
    fn one_more_place_brings_what_its_price_says(instance in instances()) {
        let before = place(&instance).unwrap();
        let hosts = Hosts::new(&instance);
        let told = Standing::new(&instance, &hosts, &before).unwrap().one_more_place();
        for host in 0..instance.hosts.len() {
            let taken = before.assigned.iter().flatten().filter(|assigned| assigned.host == host).count() as u32;
            let mut wider = instance.clone();
            wider.hosts[host].capacity += 1;
            if !instance.hosts[host].has_places() || taken < instance.hosts[host].capacity {
                continue;
            }
            let after = place(&wider).unwrap();
            let expected = told.iter().find(|place| place.host == host).map_or((0, 0), |place| (i64::from(place.places_one), -place.saves));
            prop_assert_eq!((after.placed as i64 - before.placed as i64, after.cost - before.cost), expected);
        }
    }

    #[test]
    fn a_bottleneck_is_one(instance in instances()) {
        let before = place(&instance).unwrap();
        let hosts = Hosts::new(&instance);
        let groups = Standing::new(&instance, &hosts, &before).unwrap().bottlenecks();
        let told: Vec<usize> = groups.iter().flat_map(|group| group.unplaced.clone()).collect();
        for trainee in (0..instance.trainees.len()).filter(|trainee| before.assigned[*trainee].is_none()) {
            let anywhere = (0..instance.hosts.len())
                .any(|host| instance.hosts[host].has_places() && instance.open(trainee, host) != 0 && allowed(&instance, trainee, host));
            prop_assert_eq!(told.contains(&trainee), anywhere);
        }
        for group in groups {
            let members: Vec<usize> = group.unplaced.iter().chain(&group.placed).copied().collect();
            for trainee in &members {
                for host in (0..instance.hosts.len()).filter(|host| instance.hosts[*host].has_places()) {
                    if instance.open(*trainee, host) != 0 && allowed(&instance, *trainee, host) {
                        prop_assert!(group.offices.contains(&host));
                    }
                }
            }
            // Alone in the world they would still be too many.
            let mut alone = instance.clone();
            for trainee in (0..alone.trainees.len()).filter(|trainee| !members.contains(trainee)) {
                alone.trainees[trainee].windows = 0;
            }
            prop_assert_eq!(brute_force(&alone).0, group.places());
        }
    }

    #[test]
    fn the_worst_distance_cannot_be_shorter(instance in instances()) {
        let mut instance = instance;
        instance.minutes.clear();
        let found = worst_distance_first(&instance).unwrap();
        let all = place(&instance).unwrap();
        prop_assert_eq!(found.placement.placed, all.placed);
        prop_assert_eq!(figures(&found.placement), figures(&place(&limited(&instance, found.limit_m)).unwrap()));
        if found.limit_m > 0 {
            prop_assert!(brute_force(&limited(&instance, found.limit_m - 1)).0 < all.placed);
        }
    }
}

/// Seven trainees around four places.
#[test]
fn seven_share_four_places() {
    let mut instance = Instance { windows: 1, ..Instance::default() };
    instance.policy.rules.other_prefecture.rule = Strictness::Allow;
    for id in 0..7 {
        instance.trainees.push(placement::Trainee {
            id: id.to_string(),
            home: Some(Point { lat_e6: 36_000_000 + id * 1000, lon_e6: 139_000_000 }),
            limit_m: 10_000,
            windows: 1,
            ..placement::Trainee::default()
        });
    }
    for (id, km, capacity) in [("a", 0, 3), ("b", 2, 1), ("far", 40, 5)] {
        instance.hosts.push(placement::Host {
            id: id.to_owned(),
            at: Some(Point { lat_e6: 36_000_000 + km * 9_000, lon_e6: 139_000_000 }),
            capacity,
            weekly_capacity: capacity,
            ..placement::Host::default()
        });
    }
    let before = place(&instance).unwrap();
    let hosts = Hosts::new(&instance);
    let mut standing = Standing::new(&instance, &hosts, &before).unwrap();
    let groups = standing.bottlenecks();
    assert_eq!(groups.len(), 1);
    assert_eq!((groups[0].trainees(), groups[0].places(), groups[0].offices.clone()), (7, 4, vec![0, 1]));
    let unplaced = groups[0].unplaced[0];
    let remedies = standing.remedies(unplaced);
    assert!(remedies.iter().any(|remedy| matches!(remedy, Remedy::OnePlaceMore { host: 0 | 1, .. })), "{remedies:?}");
    assert!(
        remedies.iter().any(|remedy| matches!(remedy, Remedy::LongerLimit { host: 2, metres: 39_000..41_000, .. }))
    );
}
