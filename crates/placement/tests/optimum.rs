//! The solver against brute force on small instances, and the properties every optimum has.

#![allow(clippy::unwrap_used)]

mod support;

use placement::verification::verify;
use placement::{Host, Instance, Point, Trainee, place, resolve};
use proptest::prelude::*;
use std::collections::HashMap;
use support::{brute_force, instances, near};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn equals_brute_force_and_proves_it(instance in instances()) {
        let placement = place(&instance).unwrap();
        prop_assert_eq!((placement.placed, placement.cost), brute_force(&instance));
        prop_assert_eq!(verify(&instance, &placement), Ok(()));
    }

    /// Few places and many who want them: the last ones are searched for from the places.
    #[test]
    fn the_proof_holds_where_places_are_short(mut instance in instances(), crowd in 4usize..9) {
        let (trainees, minutes) = (instance.trainees.clone(), instance.minutes.clone());
        for time in 1..crowd {
            instance.minutes.extend(minutes.iter().take(trainees.len()).cloned());
            instance.trainees.extend(trainees.iter().map(|trainee| Trainee {
                id: format!("{time}-{}", trainee.id),
                employer: trainee.employer * time as u64,
                ..trainee.clone()
            }));
        }
        let placement = place(&instance).unwrap();
        prop_assert_eq!(verify(&instance, &placement), Ok(()));
    }

    #[test]
    fn one_more_place_never_places_fewer(instance in instances(), host in 0usize..4) {
        let before = place(&instance).unwrap();
        let mut wider = instance.clone();
        if let Some(host) = wider.hosts.get_mut(host) {
            host.capacity += 1;
            host.weekly_capacity += 1;
        }
        let after = place(&wider).unwrap();
        prop_assert!(after.placed > before.placed || (after.placed == before.placed && after.cost <= before.cost));
    }

    /// Whatever changes, solving on from the optimum before gives what solving anew gives, with a proof.
    #[test]
    fn resolving_equals_solving(before in instances(), after in instances(), capacity in 0u32..3, who in 0usize..6) {
        let solved = place(&before).unwrap();
        // A small change of the same, and something altogether different that has as many rows.
        let mut small = before.clone();
        if let Some(host) = small.hosts.get_mut(who % 4) {
            host.capacity = capacity;
        }
        if let Some(trainee) = small.trainees.get_mut(who) {
            trainee.windows = u64::from(capacity);
            trainee.stay = None;
        }
        small.fixed.extend(solved.assigned.iter().flatten().nth(who).filter(|_| capacity == 2));
        for changed in [before.clone(), small, after] {
            if changed.check().is_err() {
                continue;
            }
            let mut known = solved.clone();
            known.assigned.resize(changed.trainees.len(), None);
            for assigned in &mut known.assigned {
                *assigned = assigned.filter(|assigned| assigned.host < changed.hosts.len());
            }
            let again = resolve(&changed, &known).unwrap();
            let anew = place(&changed).unwrap();
            prop_assert_eq!((again.placed, again.cost), (anew.placed, anew.cost));
            prop_assert_eq!(verify(&changed, &again), Ok(()));
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(instance in instances()) {
        let before = place(&instance).unwrap();
        let mut reversed = instance.clone();
        reversed.trainees.reverse();
        reversed.hosts.reverse();
        reversed.minutes.truncate(instance.trainees.len());
        reversed.minutes.reverse();
        for row in &mut reversed.minutes {
            *row = row.iter().rev().map(|(host, minutes)| (instance.hosts.len() as u32 - 1 - host, *minutes)).collect();
        }
        for stay in reversed.trainees.iter_mut().filter_map(|trainee| trainee.stay.as_mut()) {
            stay.host = instance.hosts.len() - 1 - stay.host;
        }
        let (trainees, hosts) = (instance.trainees.len(), instance.hosts.len());
        reversed.excluded = instance
            .excluded
            .iter()
            .filter(|(trainee, host)| *trainee < trainees && *host < hosts)
            .map(|(trainee, host)| (trainees - 1 - trainee, hosts - 1 - host))
            .collect();
        let after = place(&reversed).unwrap();
        prop_assert_eq!((before.placed, before.cost), (after.placed, after.cost));
    }

    /// Dearer by a factor is the same choice: the same people at places that cost the factor more.
    #[test]
    fn scaling_every_price_keeps_the_choice(instance in instances(), factor in 2u32..5) {
        let mut instance = instance;
        // Rounding halves do not scale; whole points do.
        instance.policy.travel.per_km = 0;
        instance.policy.travel.per_km_squared = 1;
        instance.minutes = (0..instance.trainees.len())
            .map(|trainee| (0..instance.hosts.len() as u32).map(|host| (host, 1 + (trainee as u32 * 7 + host * 3) % 25)).collect())
            .collect();
        let before = place(&instance).unwrap();
        let mut scaled = instance.clone();
        let policy = &mut scaled.policy;
        policy.travel.per_minute *= factor;
        for price in [&mut policy.preference.first, &mut policy.preference.second, &mut policy.preference.third] {
            *price *= factor;
        }
        let rules = &mut policy.rules;
        for rule in [&mut rules.own_employer, &mut rules.other_prefecture, &mut rules.no_specified_office_addition,
            &mut rules.no_chief_care_manager, &mut rules.missing_case_types] {
            rule.price *= factor;
        }
        for stay in scaled.trainees.iter_mut().filter_map(|trainee| trainee.stay.as_mut()) {
            stay.price *= factor;
        }
        let after = place(&scaled).unwrap();
        prop_assert_eq!((before.placed, before.cost * i64::from(factor)), (after.placed, after.cost));
    }

    #[test]
    fn an_unused_host_can_go(instance in instances(), host in 0usize..4) {
        let before = place(&instance).unwrap();
        if host >= instance.hosts.len() || before.assigned.iter().flatten().any(|assigned| assigned.host == host) {
            return Ok(());
        }
        let mut without = instance.clone();
        (without.hosts[host].capacity, without.hosts[host].weekly_capacity) = (0, 0);
        // Nobody offers what nobody has to offer any more: that is another matter.
        if without.check().is_ok() {
            let after = place(&without).unwrap();
            prop_assert_eq!((before.placed, before.cost), (after.placed, after.cost));
        }
    }

    #[test]
    fn the_same_instance_gives_the_same_placement(instance in instances()) {
        prop_assert_eq!(place(&instance).unwrap().assigned, place(&instance.clone()).unwrap().assigned);
    }

    #[test]
    fn fixing_what_was_found_changes_nothing(instance in instances(), which in 0usize..6) {
        let before = place(&instance).unwrap();
        let mut fixed = instance.clone();
        fixed.fixed.extend(before.assigned.iter().flatten().nth(which));
        let after = place(&fixed).unwrap();
        prop_assert_eq!((before.placed, before.cost), (after.placed, after.cost));
        prop_assert_eq!(verify(&fixed, &after), Ok(()));
    }
}

#[test]
fn a_wrong_proof_is_found() {
    let home = |id: &str, step| Trainee {
        id: id.into(),
        prefecture: 1,
        home: near(step),
        limit_m: 50_000,
        employer: 0,
        windows: 1,
        ..Trainee::default()
    };
    let office = |id: &str, step| Host {
        id: id.into(),
        prefecture: 1,
        at: near(step),
        corporation: 0,
        capacity: 1,
        weekly_capacity: 1,
        specified_office_addition: true,
        ..Host::default()
    };
    let instance = Instance {
        windows: 1,
        trainees: vec![home("a", 0), home("b", 1)],
        hosts: vec![office("x", 0), office("y", 1)],
        ..Instance::default()
    };
    let good = place(&instance).unwrap();
    assert_eq!(verify(&instance, &good), Ok(()));
    let mut swapped = good.clone();
    for assignment in swapped.assigned.iter_mut().flatten() {
        assignment.host = 1 - assignment.host;
    }
    assert!(verify(&instance, &swapped).is_err());
    let mut priced = good;
    priced.prices.windows = HashMap::from([((0, 0), -1)]);
    assert!(verify(&instance, &priced).is_err());
}

/// Two towns of some hundreds of kilometres between them, and people on the way: large enough to be solved in halves.
#[test]
fn a_large_part_is_solved_in_halves() {
    let mut state = 7u64;
    let mut below = |end: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % end
    };
    let mut at = |index: usize, wide: u64| {
        let town = [135_000_000, 140_000_000, 137_500_000][index % 5 % 3];
        let (north, east) = (below(wide) as i32, below(wide) as i32);
        Some(Point { lat_e6: 35_000_000 + north, lon_e6: town + east - wide as i32 / 2 })
    };
    let hosts = (0..1400).map(|index| Host {
        id: index.to_string(),
        prefecture: 1,
        at: at(index, 400_000),
        corporation: index as u64 % 50,
        capacity: 1 + index as u32 % 2,
        weekly_capacity: 1,
        specified_office_addition: index % 3 > 0,
        chief_care_managers: 1,
        case_types: 0,
        closed_windows: 0,
    });
    let hosts: Vec<Host> = hosts.collect();
    let trainees = (0..2050).map(|index| Trainee {
        id: index.to_string(),
        prefecture: 1,
        home: at(index + 1, 600_000),
        workplace: None,
        limit_m: 14_000,
        employer: index as u64 % 40,
        windows: 1 + index as u64 % 7,
        // Some wish for an office in the other town.
        preferences: if index % 4 == 0 { vec![(index * 31 % 1400).to_string()] } else { Vec::new() },
        stay: None,
    });
    let instance = Instance { windows: 3, trainees: trainees.collect(), hosts, ..Instance::default() };
    let placement = place(&instance).unwrap();
    assert!(placement.placed > 1000, "{}", placement.placed);
    assert_eq!(verify(&instance, &placement), Ok(()));
    let again = place(&instance).unwrap();
    assert_eq!(placement.assigned, again.assigned, "the same on any machine");
}
