//! What a pair of trainee and host costs, in points, and of which parts.

use crate::instance::{Assignment, Host, Instance, Trainee};
use crate::policy::{Policy, Rule, RuleName, Strictness};
use serde::Serialize;

/// The policy's weights, ready to calculate with.
#[derive(Debug, Clone)]
pub struct Pricing {
    per_km: f64,
    per_km_squared: f64,
    per_minute: i64,
    limit_minutes: u32,
    rules: [Rule; RuleName::ALL.len()],
    /// Bits of all required case types.
    required: u64,
}

/// One part of what a pair costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "part")]
pub enum CostPart {
    /// As the crow flies.
    Way {
        kilometres: f64,
        points: i64,
    },
    /// By the table of travel minutes.
    Minutes {
        minutes: u32,
        points: i64,
    },
    /// A wish, by rank from 1; it takes off no more than the way costs.
    Preference {
        rank: usize,
        points: i64,
    },
    Rule {
        rule: RuleName,
        points: i64,
    },
    /// Somebody who was told another place.
    Change {
        points: i64,
    },
}

impl CostPart {
    pub fn points(&self) -> i64 {
        match self {
            CostPart::Way { points, .. }
            | CostPart::Minutes { points, .. }
            | CostPart::Preference { points, .. }
            | CostPart::Rule { points, .. }
            | CostPart::Change { points } => *points,
        }
    }
}

impl Pricing {
    pub fn of(policy: &Policy) -> Pricing {
        let types = policy.office.required_case_types.len();
        Pricing {
            per_km: f64::from(policy.travel.per_km),
            per_km_squared: f64::from(policy.travel.per_km_squared),
            per_minute: i64::from(policy.travel.per_minute),
            limit_minutes: policy.travel.limit_minutes,
            rules: RuleName::ALL.map(|name| policy.rules.get(name)),
            required: if types >= 64 { u64::MAX } else { (1 << types) - 1 },
        }
    }

    /// What the way alone costs: it grows faster when far.
    pub fn way(&self, kilometres: f64) -> i64 {
        // Casts cut off, which for what is not negative is the floor.
        (self.per_km * kilometres + 0.5) as i64 + (self.per_km_squared * kilometres * kilometres + 0.5) as i64
    }

    /// Is no rounding of the way's points near?
    pub(crate) fn off_rounding(&self, kilometres: f64) -> bool {
        let off = |value: f64| (value - (value as i64) as f64 - 0.5).abs() > 1e-6;
        off(self.per_km * kilometres) && off(self.per_km_squared * kilometres * kilometres)
    }

    /// A distance beyond which the way alone costs at least `cost`.
    pub(crate) fn kilometres_costing(&self, cost: i64) -> f64 {
        // a d + b d² ≥ cost + 2, where 2 covers both roundings.
        let (a, b, wanted) = (self.per_km, self.per_km_squared, cost.max(0) as f64 + 2.0);
        if b == 0.0 { wanted / a } else { ((a * a + 4.0 * b * wanted).sqrt() - a) / (2.0 * b) }
    }

    fn minutes(&self, minutes: u32) -> Option<i64> {
        (minutes <= self.limit_minutes).then_some(self.per_minute * i64::from(minutes))
    }

    /// Points for what a host lacks; `None` where that is forbidden.
    pub(crate) fn of_host(&self, host: &Host) -> Option<u32> {
        self.sum(of_host(host, self.required))
    }

    /// Points for what the pair breaks beyond that; `None` where that is forbidden.
    pub(crate) fn of_pair(&self, trainee: &Trainee, prefecture: u8, corporation: u64) -> Option<u32> {
        self.sum(of_pair(trainee, prefecture, corporation))
    }

    fn sum(&self, broken: impl Iterator<Item = RuleName>) -> Option<u32> {
        broken.map(|name| self.rules[name as usize]).try_fold(0, |sum, rule| match rule.rule {
            Strictness::Forbid => None,
            Strictness::Avoid => Some(sum + rule.price),
            Strictness::Allow => Some(sum),
        })
    }
}

fn of_host(host: &Host, required: u64) -> impl Iterator<Item = RuleName> {
    [
        (!host.specified_office_addition, RuleName::NoSpecifiedOfficeAddition),
        (host.chief_care_managers == 0, RuleName::NoChiefCareManager),
        (host.case_types & required != required, RuleName::MissingCaseTypes),
    ]
    .into_iter()
    .filter_map(|(broken, name)| broken.then_some(name))
}

fn of_pair(trainee: &Trainee, prefecture: u8, corporation: u64) -> impl Iterator<Item = RuleName> {
    [
        (trainee.employer != 0 && trainee.employer == corporation, RuleName::OwnEmployer),
        (trainee.prefecture != prefecture, RuleName::OtherPrefecture),
    ]
    .into_iter()
    .filter_map(|(broken, name)| broken.then_some(name))
}

/// The rules a pair breaks, whether forbidden, avoided or allowed.
pub fn broken(instance: &Instance, trainee: usize, host: usize) -> Vec<RuleName> {
    let (trainee, host) = (&instance.trainees[trainee], &instance.hosts[host]);
    let required = Pricing::of(&instance.policy).required;
    of_pair(trainee, host.prefecture, host.corporation).chain(of_host(host, required)).collect()
}

/// Rank from 0 of a host among a trainee's wishes.
pub fn rank(trainee: &Trainee, host: &Host) -> Option<usize> {
    trainee.preferences.iter().position(|preferred| *preferred == host.id)
}

/// The way's part of a pair's cost; `None` beyond the limits or without coordinates.
pub(crate) fn way(instance: &Instance, pricing: &Pricing, trainee: usize, host: usize) -> Option<CostPart> {
    if let Some(minutes) = instance.minutes(trainee, host) {
        return pricing.minutes(minutes).map(|points| CostPart::Minutes { minutes, points });
    }
    let kilometres = instance.kilometres(trainee, host)?;
    let near = kilometres <= f64::from(instance.trainees[trainee].limit_m) / 1000.0;
    near.then(|| CostPart::Way { kilometres, points: pricing.way(kilometres) })
}

/// The way less a wish's bonus.
pub(crate) fn way_less_wish(policy: &Policy, way: i64, rank: Option<usize>) -> i64 {
    (way - policy.preference.bonus(rank)).max(0)
}

/// What an assignment costs and why, its sum being the cost. A placement fixed by hand may lie beyond every limit and break every
/// rule; then the limits are left aside, forbidden rules cost nothing, and without coordinates the way costs nothing.
pub fn parts(instance: &Instance, assignment: &Assignment) -> Vec<CostPart> {
    let Assignment { trainee, host, window } = *assignment;
    let pricing = Pricing::of(&instance.policy);
    let (known, there) = (&instance.trainees[trainee], &instance.hosts[host]);
    let way = match instance.minutes(trainee, host) {
        Some(minutes) => CostPart::Minutes { minutes, points: pricing.per_minute * i64::from(minutes) },
        None => {
            let kilometres = instance.kilometres(trainee, host).unwrap_or(0.0);
            CostPart::Way { kilometres, points: pricing.way(kilometres) }
        }
    };
    let mut parts = vec![way];
    if let Some(rank) = rank(known, there) {
        let points = way_less_wish(&instance.policy, way.points(), Some(rank)) - way.points();
        parts.push(CostPart::Preference { rank: rank + 1, points });
    }
    for rule in broken(instance, trainee, host) {
        let known = instance.policy.rules.get(rule);
        if known.rule == Strictness::Avoid {
            parts.push(CostPart::Rule { rule, points: i64::from(known.price) });
        }
    }
    if let Some(stay) = known.stay.filter(|stay| (stay.host, stay.window) != (host, window)) {
        parts.push(CostPart::Change { points: i64::from(stay.price) });
    }
    parts
}

/// A fixed placement costs what its pair costs, at whatever distance.
pub(crate) fn cost_of_fixed(instance: &Instance, fixed: &Assignment) -> i64 {
    parts(instance, fixed).iter().map(CostPart::points).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Stay;
    use crate::point::Point;

    #[test]
    fn costs() {
        let at = |km: f64| Some(Point { lat_e6: (km / 111.194_927 * 1e6).round() as i32, lon_e6: 0 });
        for (km, wishes, addition, stay, expected) in [
            (0.0, vec![], true, None, 0),
            (0.0, vec![], false, None, 500),
            (10.0, vec![], true, None, 1200),
            (10.0, vec!["h"], true, None, 0),
            (30.0, vec!["x", "y", "h"], true, None, 3800),
            (30.0, vec!["h"], false, None, 2300),
            (10.0, vec![], true, Some(Stay { host: 0, window: 0, price: 70 }), 1200),
            (10.0, vec![], true, Some(Stay { host: 0, window: 1, price: 70 }), 1270),
        ] {
            let instance = Instance {
                windows: 2,
                trainees: vec![Trainee {
                    home: at(0.0),
                    preferences: wishes.iter().map(|wish| (*wish).to_owned()).collect(),
                    stay,
                    ..Trainee::default()
                }],
                hosts: vec![Host {
                    id: "h".into(),
                    at: at(km),
                    specified_office_addition: addition,
                    chief_care_managers: 1,
                    ..Host::default()
                }],
                ..Instance::default()
            };
            let parts = parts(&instance, &Assignment { trainee: 0, host: 0, window: 0 });
            assert_eq!(parts.iter().map(CostPart::points).sum::<i64>(), expected, "{km} {wishes:?} {addition}");
        }
    }

    #[test]
    fn the_way_back_from_cost_to_distance_is_never_too_short() {
        for policy in
            ["", "[travel]\nper_km = 0", "[travel]\nper_km_squared = 0", "[travel]\nper_km = 7\nper_km_squared = 9"]
        {
            let pricing = Pricing::of(&Policy::read(policy).unwrap());
            for cost in [0, 1, 99, 500, 3000, 5300, 1 << 42] {
                assert!(pricing.way(pricing.kilometres_costing(cost)) >= cost);
            }
        }
    }
}
