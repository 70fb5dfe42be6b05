//! The solver against brute force on small instances, and the properties every optimum has.

#![allow(clippy::unwrap_used)]

use placement::verification::verify;
use placement::{Assignment, Host, Instance, Point, Trainee, place};
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};

fn near(step: i32) -> Option<Point> {
    Some(Point { lat_e6: 35_000_000 + step * 20_000, lon_e6: 135_000_000 })
}

fn instances() -> impl Strategy<Value = Instance> {
    let trainee = (0i32..8, 0u64..4, 0u64..8, prop::option::of(0usize..4), 5_000u32..25_000);
    let host = (0i32..8, 0u64..4, 0u32..3, 0u32..3, any::<bool>());
    (
        prop::collection::vec(trainee, 0..6),
        prop::collection::vec(host, 0..4),
        prop::collection::hash_set((0usize..6, 0usize..4), 0..3),
    )
        .prop_map(|(trainees, hosts, excluded)| Instance {
            windows: 3,
            cross_prefecture: true,
            trainees: trainees
                .into_iter()
                .enumerate()
                .map(|(id, (step, employer, windows, preference, limit_m))| Trainee {
                    id: id.to_string(),
                    prefecture: 1,
                    home: near(step),
                    limit_m,
                    employer,
                    windows,
                    preferences: preference.into_iter().map(|host| host.to_string()).collect(),
                })
                .collect(),
            hosts: hosts
                .into_iter()
                .enumerate()
                .map(|(id, (step, corporation, capacity, weekly_capacity, addition))| Host {
                    id: id.to_string(),
                    prefecture: 1,
                    at: near(step),
                    corporation,
                    capacity,
                    weekly_capacity,
                    specified_office_addition: addition,
                })
                .collect(),
            excluded,
            fixed: vec![],
        })
}

/// Every way to place everybody, tried.
fn brute_force(instance: &Instance) -> (usize, i64) {
    fn go(instance: &Instance, trainee: usize, chosen: &mut Vec<Assignment>, cost: i64, best: &mut (usize, i64)) {
        if trainee == instance.trainees.len() {
            if chosen.len() > best.0 || (chosen.len() == best.0 && cost < best.1) {
                *best = (chosen.len(), cost);
            }
            return;
        }
        go(instance, trainee + 1, chosen, cost, best);
        let t = &instance.trainees[trainee];
        for (host, h) in instance.hosts.iter().enumerate() {
            let km = placement::distance::kilometres(t.home.unwrap(), h.at.unwrap());
            let forbidden = km > f64::from(t.limit_m) / 1000.0
                || (t.employer != 0 && t.employer == h.corporation)
                || instance.excluded.contains(&(trainee, host));
            if forbidden {
                continue;
            }
            let rank = t.preferences.iter().position(|preferred| *preferred == h.id);
            let price = placement::distance::cost(km, rank, h.specified_office_addition);
            for window in (0..3).filter(|window| t.windows >> window & 1 == 1) {
                let there = |a: &&Assignment| a.host == host;
                let in_window = |a: &&Assignment| a.host == host && a.window == window;
                let colleague = chosen
                    .iter()
                    .filter(in_window)
                    .any(|a| t.employer != 0 && instance.trainees[a.trainee].employer == t.employer);
                if chosen.iter().filter(there).count() as u32 >= h.capacity
                    || chosen.iter().filter(in_window).count() as u32 >= h.weekly_capacity
                    || colleague
                {
                    continue;
                }
                chosen.push(Assignment { trainee, host, window });
                go(instance, trainee + 1, chosen, cost + price, best);
                chosen.pop();
            }
        }
    }
    let mut best = (0, 0);
    go(instance, 0, &mut Vec::new(), 0, &mut best);
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn equals_brute_force_and_proves_it(instance in instances()) {
        let placement = place(&instance).unwrap();
        prop_assert_eq!((placement.placed, placement.cost), brute_force(&instance));
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

    #[test]
    fn the_order_of_rows_does_not_matter(instance in instances()) {
        let before = place(&instance).unwrap();
        let mut reversed = instance.clone();
        reversed.trainees.reverse();
        reversed.hosts.reverse();
        let (trainees, hosts) = (instance.trainees.len(), instance.hosts.len());
        reversed.excluded = instance
            .excluded
            .iter()
            .filter(|(trainee, host)| *trainee < trainees && *host < hosts)
            .map(|(trainee, host)| (trainees - 1 - trainee, hosts - 1 - host))
            .collect::<HashSet<_>>();
        let after = place(&reversed).unwrap();
        prop_assert_eq!((before.placed, before.cost), (after.placed, after.cost));
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
        preferences: vec![],
    };
    let office = |id: &str, step| Host {
        id: id.into(),
        prefecture: 1,
        at: near(step),
        corporation: 0,
        capacity: 1,
        weekly_capacity: 1,
        specified_office_addition: true,
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
