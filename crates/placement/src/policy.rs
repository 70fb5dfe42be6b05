//! Every weight, limit and rule of a placement, by name.
//!
//! A policy is a TOML file; `policy.toml` beside this file is the default and explains each value. A file may name only what it
//! changes. What is unknown, out of range or at odds with itself is refused by its name.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The default with its explanations, in Japanese and English.
pub const DEFAULT: &str = include_str!("policy.toml");

/// No price exceeds this many points, so that sums stay whole numbers a machine can hold.
const HIGHEST_PRICE: u32 = 1_000_000;
/// Metres; farther than the ends of Japan are apart.
const HIGHEST_LIMIT_M: u32 = 4_000_000;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    pub travel: Travel,
    pub preference: Preference,
    pub rules: Rules,
    pub office: Offices,
    pub change: Change,
    pub fairness: Fairness,
}

/// Where the way to an office begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    #[default]
    Home,
    Workplace,
    /// Whichever of the two is nearer to the office.
    Nearer,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Travel {
    pub start: Start,
    /// Metres; the cohort's where `None`.
    pub limit_m: Option<u32>,
    /// Metres by JIS prefecture code, before `limit_m`.
    pub limits_m: BTreeMap<String, u32>,
    pub per_km: u32,
    pub per_km_squared: u32,
    pub per_minute: u32,
    pub limit_minutes: u32,
}

impl Default for Travel {
    fn default() -> Travel {
        Travel {
            start: Start::Home,
            limit_m: None,
            limits_m: BTreeMap::new(),
            per_km: 100,
            per_km_squared: 2,
            per_minute: 200,
            limit_minutes: 90,
        }
    }
}

impl Travel {
    /// The travel limit of a prefecture in metres, where the policy says one.
    pub fn limit_of(&self, prefecture: u8) -> Option<u32> {
        // JIS codes are written with and without the leading zero.
        let named = self.limits_m.iter().find(|(code, _)| code.parse() == Ok(prefecture));
        named.map(|(_, metres)| *metres).or(self.limit_m)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Preference {
    pub first: u32,
    pub second: u32,
    pub third: u32,
}

impl Default for Preference {
    fn default() -> Preference {
        Preference { first: 3000, second: 2000, third: 1000 }
    }
}

impl Preference {
    /// What a wish takes off, by rank from 0.
    pub fn bonus(&self, rank: Option<usize>) -> i64 {
        i64::from(match rank {
            Some(0) => self.first,
            Some(1) => self.second,
            Some(2) => self.third,
            _ => 0,
        })
    }
}

/// How strict a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strictness {
    Forbid,
    Avoid,
    Allow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub rule: Strictness,
    /// Points where the rule is to be avoided.
    #[serde(default)]
    pub price: u32,
}

/// What a pair of trainee and office can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleName {
    OwnEmployer,
    OtherPrefecture,
    NoSpecifiedOfficeAddition,
    NoChiefCareManager,
    MissingCaseTypes,
}

impl RuleName {
    pub const ALL: [RuleName; 5] = [
        RuleName::OwnEmployer,
        RuleName::OtherPrefecture,
        RuleName::NoSpecifiedOfficeAddition,
        RuleName::NoChiefCareManager,
        RuleName::MissingCaseTypes,
    ];

    pub fn id(self) -> &'static str {
        match self {
            RuleName::OwnEmployer => "own_employer",
            RuleName::OtherPrefecture => "other_prefecture",
            RuleName::NoSpecifiedOfficeAddition => "no_specified_office_addition",
            RuleName::NoChiefCareManager => "no_chief_care_manager",
            RuleName::MissingCaseTypes => "missing_case_types",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    pub own_employer: Rule,
    pub other_prefecture: Rule,
    pub no_specified_office_addition: Rule,
    pub no_chief_care_manager: Rule,
    pub missing_case_types: Rule,
}

impl Default for Rules {
    fn default() -> Rules {
        use Strictness::{Allow, Avoid, Forbid};
        Rules {
            own_employer: Rule { rule: Forbid, price: 5000 },
            other_prefecture: Rule { rule: Forbid, price: 2000 },
            no_specified_office_addition: Rule { rule: Avoid, price: 500 },
            no_chief_care_manager: Rule { rule: Allow, price: 300 },
            missing_case_types: Rule { rule: Allow, price: 1000 },
        }
    }
}

impl Rules {
    pub fn get(&self, name: RuleName) -> Rule {
        match name {
            RuleName::OwnEmployer => self.own_employer,
            RuleName::OtherPrefecture => self.other_prefecture,
            RuleName::NoSpecifiedOfficeAddition => self.no_specified_office_addition,
            RuleName::NoChiefCareManager => self.no_chief_care_manager,
            RuleName::MissingCaseTypes => self.missing_case_types,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Offices {
    pub required_case_types: BTreeSet<String>,
    pub colleagues_apart: bool,
}

impl Default for Offices {
    fn default() -> Offices {
        Offices { required_case_types: BTreeSet::new(), colleagues_apart: true }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    pub notified: u32,
    pub accepted: u32,
}

impl Default for Change {
    fn default() -> Change {
        Change { notified: 3000, accepted: 8000 }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fairness {
    pub worst_distance_first: bool,
}

/// A value that cannot stand: its name in the file, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct PolicyError {
    pub name: String,
    pub problem: PolicyProblem,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyProblem {
    #[error("{0}")]
    Unreadable(String),
    #[error("{value} is not between {lowest} and {highest}")]
    OutOfRange { value: u32, lowest: u32, highest: u32 },
    #[error("no way would cost anything: per_km and per_km_squared are both 0")]
    NoWay,
    #[error("a later wish may not take off more than an earlier one")]
    LaterWishFirst,
    #[error("moving who was accepted may not cost less than moving who was notified")]
    AcceptedCheaper,
    #[error("is no prefecture code from 1 to 47")]
    NoPrefecture,
    #[error("there may be at most 64 types")]
    TooManyTypes,
}

impl Policy {
    /// Reads a policy; every value that cannot stand is told.
    pub fn read(text: &str) -> Result<Policy, Vec<PolicyError>> {
        let policy: Policy = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let problem = PolicyProblem::Unreadable(error.message().to_owned());
            vec![PolicyError { name: format!("line {line}"), problem }]
        })?;
        let errors = policy.check();
        if errors.is_empty() { Ok(policy) } else { Err(errors) }
    }

    /// The policy as a file, without the explanations.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    fn check(&self) -> Vec<PolicyError> {
        let Policy { travel, preference, change, .. } = self;
        let mut ranges = vec![
            // Half way round the earth is still a price that 32 bits hold.
            ("travel.per_km".to_owned(), travel.per_km, 0, 10_000),
            ("travel.per_km_squared".to_owned(), travel.per_km_squared, 0, 10),
            ("travel.per_minute".to_owned(), travel.per_minute, 0, HIGHEST_PRICE),
            ("travel.limit_minutes".to_owned(), travel.limit_minutes, 1, 1440),
            ("preference.first".to_owned(), preference.first, 0, HIGHEST_PRICE),
            ("change.notified".to_owned(), change.notified, 0, HIGHEST_PRICE),
            ("change.accepted".to_owned(), change.accepted, 0, HIGHEST_PRICE),
        ];
        let limit = travel.limit_m.map(|limit| ("travel.limit_m".to_owned(), limit, 1, HIGHEST_LIMIT_M));
        ranges.extend(limit);
        let limits = travel.limits_m.iter();
        ranges.extend(limits.map(|(code, limit)| (format!("travel.limits_m.{code}"), *limit, 1, HIGHEST_LIMIT_M)));
        ranges.extend(
            RuleName::ALL.map(|name| (format!("rules.{}", name.id()), self.rules.get(name).price, 0, HIGHEST_PRICE)),
        );
        let mut errors: Vec<PolicyError> = ranges
            .into_iter()
            .filter(|(_, value, lowest, highest)| !(lowest..=highest).contains(&value))
            .map(|(name, value, lowest, highest)| PolicyError {
                name,
                problem: PolicyProblem::OutOfRange { value, lowest, highest },
            })
            .collect();
        let mut refuse = |broken: bool, name: &str, problem: PolicyProblem| {
            if broken {
                errors.push(PolicyError { name: name.to_owned(), problem });
            }
        };
        let free = travel.per_km == 0 && travel.per_km_squared == 0;
        refuse(free, "travel.per_km", PolicyProblem::NoWay);
        let later_first = preference.second > preference.first || preference.third > preference.second;
        refuse(later_first, "preference", PolicyProblem::LaterWishFirst);
        refuse(change.accepted < change.notified, "change.accepted", PolicyProblem::AcceptedCheaper);
        for code in travel.limits_m.keys() {
            let parsed = code.parse::<u8>().ok();
            let twice = travel.limits_m.keys().any(|other| other != code && other.parse().ok() == parsed);
            let known = !twice && parsed.is_some_and(|code| (1..=47).contains(&code));
            refuse(!known, &format!("travel.limits_m.{code}"), PolicyProblem::NoPrefecture);
        }
        let types = self.office.required_case_types.len();
        refuse(types > 64, "office.required_case_types", PolicyProblem::TooManyTypes);
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_explained_default_is_the_default() {
        assert_eq!(Policy::read(DEFAULT), Ok(Policy::default()));
        assert_eq!(Policy::read(""), Ok(Policy::default()));
        assert_eq!(Policy::read(&Policy::default().to_toml()), Ok(Policy::default()));
    }

    #[test]
    fn what_cannot_stand_is_named() {
        for (text, name) in [
            ("[travel]\nper_mile = 3", "line 2"),
            ("[travel]\nper_km = 0\nper_km_squared = 0", "travel.per_km"),
            ("[travel]\nper_km_squared = 11", "travel.per_km_squared"),
            ("[travel]\nlimit_m = 0", "travel.limit_m"),
            ("[travel.limits_m]\n48 = 30000", "travel.limits_m.48"),
            ("[travel]\nlimit_minutes = 0", "travel.limit_minutes"),
            ("[preference]\nfirst = 10\nsecond = 20\nthird = 5", "preference"),
            ("[change]\nnotified = 9000", "change.accepted"),
            ("[rules.own_employer]\nrule = \"avoid\"\nprice = 2000000", "rules.own_employer"),
            ("[rules.own_employer]\nrule = \"never\"", "line 2"),
        ] {
            assert_eq!(Policy::read(text).unwrap_err()[0].name, name, "{text}");
        }
    }

    #[test]
    fn the_prefecture_s_limit_comes_first() {
        let policy = Policy::read("[travel]\nlimit_m = 30000\nlimits_m = { 1 = 60000 }").unwrap();
        assert_eq!([1, 13].map(|code| policy.travel.limit_of(code)), [Some(60_000), Some(30_000)]);
    }
}
