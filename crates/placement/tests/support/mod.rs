//! Small random instances with everything the model knows, and the optimum by trying everything.

#![allow(clippy::unwrap_used, dead_code)]

use placement::policy::{Policy, Rule, Start, Strictness};
use placement::{Assignment, Host, Instance, Point, Stay, Trainee};
use proptest::prelude::*;

pub fn near(step: i32) -> Option<Point> {
    Some(Point { lat_e6: 35_000_000 + step * 20_000, lon_e6: 135_000_000 })
}

fn strictness() -> impl Strategy<Value = Strictness> {
    prop_oneof![Just(Strictness::Forbid), Just(Strictness::Avoid), Just(Strictness::Allow)]
}

fn policies() -> impl Strategy<Value = Policy> {
    (strictness(), strictness(), strictness(), any::<bool>(), any::<bool>()).prop_map(
        |(own, other, types, colleagues_apart, nearer)| {
            let mut policy = Policy::default();
            policy.rules.own_employer.rule = own;
            policy.rules.other_prefecture.rule = other;
            policy.rules.missing_case_types.rule = types;
            policy.rules.no_chief_care_manager.rule = Strictness::Avoid;
            policy.office.colleagues_apart = colleagues_apart;
            policy.office.required_case_types = ["dementia".to_owned()].into();
            policy.travel.limit_minutes = 20;
            policy.travel.start = if nearer { Start::Nearer } else { Start::Home };
            policy
        },
    )
}

pub fn instances() -> impl Strategy<Value = Instance> {
    let stay = prop::option::of((0usize..4, 0u32..3, prop_oneof![Just(0u32), Just(700), Just(4000)]));
    let trainee = (
        (prop::option::weighted(0.9, 0i32..8), prop::option::of(0i32..8), 1u8..3),
        0u64..4,
        0u64..8,
        prop::option::of(0usize..4),
        5_000u32..25_000,
        stay,
    );
    let host = (
        (prop::option::weighted(0.9, 0i32..8), 1u8..3),
        0u64..4,
        0u32..3,
        0u32..3,
        any::<bool>(),
        0u32..2,
        0u64..2,
        0u64..8,
    );
    (
        policies(),
        prop::collection::vec(trainee, 0..6),
        prop::collection::vec(host, 0..4),
        prop::collection::hash_set((0usize..6, 0usize..4), 0..3),
        prop::collection::vec(prop::collection::btree_map(0u32..4, 1u32..30, 0..3), 6),
    )
        .prop_map(|(policy, trainees, hosts, excluded, minutes)| {
            let count = hosts.len();
            let hosts = hosts.into_iter().enumerate().map(
                |(
                    id,
                    ((step, prefecture), corporation, capacity, weekly_capacity, addition, chief, case_types, closed),
                )| Host {
                    id: id.to_string(),
                    prefecture,
                    at: step.and_then(near),
                    corporation,
                    capacity,
                    weekly_capacity,
                    specified_office_addition: addition,
                    chief_care_managers: chief,
                    // One office shows everything, so that the rule can be kept.
                    case_types: case_types | u64::from(id == 0),
                    closed_windows: closed & (closed >> 1),
                },
            );
            let hosts: Vec<Host> = hosts.collect();
            let trainees = trainees.into_iter().enumerate().map(
                |(id, ((step, workplace, prefecture), employer, windows, preference, limit_m, stay))| Trainee {
                    id: id.to_string(),
                    prefecture,
                    home: step.and_then(near),
                    workplace: workplace.and_then(near),
                    limit_m,
                    employer,
                    windows,
                    preferences: preference.into_iter().map(|host| host.to_string()).collect(),
                    stay: stay.filter(|stay| stay.0 < count).map(|(host, window, price)| Stay { host, window, price }),
                },
            );
            let mut instance = Instance {
                windows: 3,
                policy,
                trainees: trainees.collect(),
                hosts,
                excluded: excluded.into_iter().collect(),
                minutes: minutes
                    .into_iter()
                    .map(|known| known.into_iter().filter(|(host, _)| (*host as usize) < count).collect())
                    .collect(),
                ..Instance::default()
            };
            if instance.check().is_err() {
                instance.policy.rules.missing_case_types.rule = Strictness::Avoid;
            }
            instance
        })
}

/// May this pair be, by the model's words?
pub fn allowed(instance: &Instance, trainee: usize, host: usize) -> bool {
    let (t, h, policy) = (&instance.trainees[trainee], &instance.hosts[host], &instance.policy);
    let forbids = |rule: Rule, broken: bool| broken && rule.rule == Strictness::Forbid;
    let km = |from: Option<Point>| Some(placement::distance::kilometres(from?, h.at?));
    let starts = if policy.travel.start == Start::Nearer { vec![t.home, t.workplace] } else { vec![t.home] };
    let way = starts.into_iter().filter_map(km).fold(f64::INFINITY, f64::min);
    let minutes = instance.minutes.get(trainee).and_then(|row| row.iter().find(|(known, _)| *known as usize == host));
    let near = match minutes {
        Some((_, minutes)) => *minutes <= policy.travel.limit_minutes,
        None => way <= f64::from(t.limit_m) / 1000.0,
    };
    near && !instance.excluded.contains(&(trainee, host))
        && !forbids(policy.rules.own_employer, t.employer != 0 && t.employer == h.corporation)
        && !forbids(policy.rules.other_prefecture, t.prefecture != h.prefecture)
        && !forbids(policy.rules.missing_case_types, h.case_types & 1 == 0)
}

/// Every way to place everybody, tried.
pub fn brute_force(instance: &Instance) -> (usize, i64) {
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
            if !allowed(instance, trainee, host) {
                continue;
            }
            for window in (0..3).filter(|window| (t.windows & !h.closed_windows) >> window & 1 == 1) {
                let there = |a: &&Assignment| a.host == host;
                let in_window = |a: &&Assignment| a.host == host && a.window == window;
                let colleague = chosen
                    .iter()
                    .filter(in_window)
                    .any(|a| t.employer != 0 && instance.trainees[a.trainee].employer == t.employer)
                    && instance.policy.office.colleagues_apart;
                if chosen.iter().filter(there).count() as u32 >= h.capacity
                    || chosen.iter().filter(in_window).count() as u32 >= h.weekly_capacity
                    || colleague
                {
                    continue;
                }
                chosen.push(Assignment { trainee, host, window });
                let price: i64 =
                    placement::cost::parts(instance, &chosen[chosen.len() - 1]).iter().map(|part| part.points()).sum();
                go(instance, trainee + 1, chosen, cost + price, best);
                chosen.pop();
            }
        }
    }
    let mut best = (0, 0);
    go(instance, 0, &mut Vec::new(), 0, &mut best);
    best
}
