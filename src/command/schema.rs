//! `schema NAME`: what each file Kensan reads or writes looks like.

use crate::outcome::{Outcome, Result};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub struct Schema {
    name: Name,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Name {
    /// Host offices, the ministry's open data
    Hosts,
    /// Roster of exam passers or trainees
    Roster,
    /// Attendance of a session
    Attendance,
    /// trainees.csv, hosts.csv, instance.json and the placement of `kensan place`
    Placement,
    /// Weights, limits and rules of a placement: the default policy, explained
    Policy,
    /// What `kensan judge --facts` reads
    Facts,
    /// What `kensan guideline compare --format json` prints
    Comparison,
}

fn columns(name: &str, columns: &[(&str, bool, &str)]) -> (Value, String) {
    let mut text = format!("{name}\n");
    let mut list = Vec::new();
    for (heading, required, holds) in columns {
        text.push_str(&format!("  {}{heading}\t{holds}\n", if *required { "* " } else { "  " }));
        list.push(json!({ "heading": heading, "required": required, "holds": holds }));
    }
    (json!({ "file": name, "columns": list }), text)
}

impl Schema {
    pub fn run(self) -> Result {
        let parts = match self.name {
            Name::Policy => {
                let policy = placement::policy::DEFAULT;
                return Ok(Outcome::new(json!({ "policy": policy }), policy));
            }
            Name::Hosts => {
                let all: Vec<_> = secretariat::office::import::COLUMNS
                    .iter()
                    .map(|(heading, required)| (*heading, *required, ""))
                    .collect();
                vec![columns("hosts (CSV, UTF-8 or CP932)", &all)]
            }
            Name::Roster => {
                let headings: Vec<(String, bool, &str)> = secretariat::cohort::roster_row::COLUMNS
                    .iter()
                    .map(|column| (column.headings.join(" / "), column.required, column.holds))
                    .collect();
                let all: Vec<_> =
                    headings.iter().map(|(heading, required, holds)| (heading.as_str(), *required, *holds)).collect();
                vec![columns("roster (CSV, UTF-8 or CP932, or xlsx)", &all)]
            }
            Name::Attendance => vec![columns(
                "attendance (CSV, UTF-8 or CP932, or xlsx)",
                &[
                    ("受講番号", true, "trainee number in the cohort"),
                    ("入室", true, "09:00; empty with 退室: absent"),
                    ("退室", true, "16:00; empty: the session's end"),
                ],
            )],
            Name::Facts => facts(),
            Name::Comparison => vec![columns(
                "comparison (JSON): {\"rows\": [{kind, new, old, unproven}]}; new and old are a cell or null",
                &[
                    ("kind", true, "same, changed, added, removed, moved, renumbered, formatting or omitted"),
                    ("path", true, "of a cell: labels from the outermost clause inwards, divided by /"),
                    ("line", true, "of a cell: 1-based line of the input"),
                    ("text", true, "of a cell: the line as read"),
                    ("spans", true, "of a cell: [from, to] of changed words in Unicode scalar values, end exclusive"),
                    ("unproven", false, "true where the other text is an excerpt that leaves something out here"),
                ],
            )],
            Name::Placement => placement_files(),
        };
        let (files, texts): (Vec<Value>, Vec<String>) = parts.into_iter().unzip();
        Ok(Outcome::new(json!({ "files": files }), texts.join("\n")))
    }
}

/// What `judge --facts` reads.
fn facts() -> Vec<(Value, String)> {
    vec![
        columns(
            "facts (JSON)",
            &[
                ("as_of", false, "day to judge for"),
                ("cohort", false, "{starts_on, ends_on, practicum_from, practicum_until}: days the rules count from"),
                (
                    "sessions",
                    false,
                    "[{id, starts_at, ends_at, shares: [{subject, minutes, hours: {from, until} if told}]}], local times 2027-04-01T09:00:00",
                ),
                ("trainees", true, "{name: facts of one trainee}"),
            ],
        ),
        columns(
            "facts of one trainee",
            &[
                ("exam_number", false, "of the pass"),
                ("enrolled_on", false, "sessions before it do not apply"),
                (
                    "attendances",
                    false,
                    "[{id, session, present: {arrived_at, left_at} or null, sequence}]; the highest sequence counts",
                ),
                ("credits", false, "[{id, subject}]"),
                (
                    "milestones",
                    false,
                    "[{id, kind, on}]; kind briefing_safety, briefing_confidentiality, pledge, practicum_consent or sign_off",
                ),
                (
                    "placement",
                    false,
                    "{id, office, conditions: [specified_office_addition, chief_care_manager, no_addition_in_municipality, community_support_centre, judged_suitable, reception_system, never_recommended_improvement], supervisor: {id, chief_care_manager, substitute_reason, trainees} or null, from}",
                ),
                (
                    "cases",
                    false,
                    "[{id, consent_on, consents: {client: day, family: day, other: day}, concerned: [family, other], types: [dementia …]}]; consent_on is the day by which whoever has no consent there had agreed",
                ),
                (
                    "experiences",
                    false,
                    "[{id, case, stage, way, on, minutes, break_minutes, own_work}]; breaks are part of the minutes",
                ),
                (
                    "office_times",
                    false,
                    "[{id, content, on, minutes, break_minutes}]; content benefit_management, office or look_back: time that belongs to no client",
                ),
                (
                    "healed",
                    false,
                    "[{id, session, by, on}]; a missed session made good by report, recording or other_course",
                ),
                (
                    "conference_fallbacks",
                    false,
                    "[{id, reason, supervisor, on, preparation_explained, proceedings_explained}]",
                ),
                ("assessments", false, "[{id, passed, score, items: {item: points}, by: role}]"),
                ("documents", false, "[{id, document, on}]; document is an id the rules name"),
                ("waivers", false, "[{id, requirement, subject, by, role, reason}]"),
            ],
        ),
    ]
}

/// What `place` reads and writes.
fn placement_files() -> Vec<(Value, String)> {
    vec![
        columns(
            "trainees.csv",
            &[
                ("id", true, "any text, unique"),
                ("pref", true, "JIS prefecture code"),
                ("lat_e6", true, "degrees × 10^6; empty: unknown"),
                ("lon_e6", true, "degrees × 10^6; empty: unknown"),
                ("limit_m", true, "travel limit in metres"),
                ("employer", true, "corporation id, 0 none"),
                ("windows", true, "one character a weekly window, 1 available"),
                ("pref1", true, "office_no of the first preference, or empty"),
                ("pref2", true, "second"),
                ("pref3", true, "third"),
            ],
        ),
        columns(
            "hosts.csv",
            &[
                ("office_no", true, "any text, unique"),
                ("pref", true, "JIS prefecture code"),
                ("lat_e6", true, "degrees × 10^6; empty: unknown"),
                ("lon_e6", true, "degrees × 10^6; empty: unknown"),
                ("corp", true, "corporation id, 0 unknown"),
                ("cap", true, "places in the season"),
                ("wcap", true, "places in one window"),
                ("tier", true, "1: specified-office addition"),
                ("chief", true, "chief care managers"),
            ],
        ),
        columns(
            "instance.json",
            &[("windows", true, "number, at most 64"), ("cross_prefecture", true, "true or false")],
        ),
        columns("placement.csv", &[("trainee", true, "id"), ("host", true, "office_no"), ("window", true, "from 0")]),
        columns(
            "certificate.csv: the prices that prove the optimum",
            &[
                ("host", true, "office_no"),
                ("window", true, "from 0; empty: the price is the host's"),
                ("employer", true, "corporation id; empty: the price is the window's"),
                ("price", true, "points, never negative, of full places alone"),
            ],
        ),
        columns(
            "minutes.csv",
            &[("trainee", true, "id"), ("host", true, "office_no"), ("minutes", true, "of the way")],
        ),
    ]
}
