//! What a rule asks for, in words: for people who read and check an edition or supplement.

use crate::shell::page::Page;
use crate::wording::{case_type, document, hours, milestone, office_condition, role, stage, way};
use training::guideline::requirement::{Anchor, Due, HostOffice, Late, PracticumMinimum, Rule, Sheet, StagesCovered};
use training::practicum::record::OfficeCondition;

fn listed(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join("、")
}

/// One line for each thing asked.
pub(crate) fn rule(page: &Page, asked: &Rule) -> Vec<String> {
    match asked {
        Rule::PassRecord(_) => vec![t!(page, "rule-pass-record")],
        Rule::Subjects(rule) => {
            let mut lines = vec![match rule.only.as_slice() {
                [] => t!(page, "rule-subjects"),
                only => t!(page, "rule-subjects-only", codes = only.join("、")),
            }];
            lines.push(match (rule.tolerance_minutes, rule.tolerance_times) {
                (None | Some(0), _) => t!(page, "rule-no-tolerance"),
                (Some(minutes), None) => t!(page, "rule-tolerance", minutes = minutes),
                (Some(minutes), Some(times)) => t!(page, "rule-tolerance-times", minutes = minutes, times = times),
            });
            let ways = rule.healed_by.as_deref().unwrap_or_default();
            lines.extend((!ways.is_empty()).then(|| {
                let ways = listed(ways.iter().map(|by| crate::wording::healing(page, *by)));
                t!(page, "rule-healed-by", ways = ways)
            }));
            lines.push(if rule.credit { t!(page, "rule-credit") } else { t!(page, "rule-no-credit") });
            lines
        }
        Rule::Attendance(rule) => {
            let mut lines = vec![t!(page, "rule-absences", count = rule.absences)];
            lines.extend(rule.late.map(|count| t!(page, "rule-late", count = count, minutes = rule.tolerance_minutes)));
            lines.push(if rule.make_up { t!(page, "rule-make-up") } else { t!(page, "rule-no-make-up") });
            if !rule.healed_by.is_empty() {
                let ways = listed(rule.healed_by.iter().map(|by| crate::wording::healing(page, *by)));
                lines.push(t!(page, "rule-healed-by", ways = ways));
            }
            lines
        }
        Rule::Milestone(rule) => {
            let mut lines = vec![milestone(page, rule.milestone)];
            lines.extend(rule.before_practicum.then(|| t!(page, "rule-before-practicum")));
            lines
        }
        Rule::Document(rule) => {
            let mut lines = vec![t!(page, "rule-document", document = document(page, &rule.document))];
            lines.extend(rule.due.map(|day| due(page, day)));
            lines.extend((rule.late == Late::Refused).then(|| t!(page, "rule-late-refused")));
            lines
        }
        Rule::RecordSheet(rule) => {
            let sheet = match rule.sheet {
                Sheet::Before => t!(page, "sheet-before"),
                Sheet::After => t!(page, "sheet-after"),
                Sheet::ThreeMonthsLater => t!(page, "sheet-three-months-later"),
            };
            let mut lines = vec![sheet];
            lines.extend(rule.due.map(|day| due(page, day)));
            lines
        }
        Rule::PracticumMinimum(rule) => practicum_minimum(page, rule),
        Rule::SeveralCases(rule) => vec![t!(page, "rule-several-cases", count = rule.count)],
        Rule::CaseTypes(rule) => {
            let types = listed(rule.types.iter().map(|id| case_type(page, id)));
            match rule.count {
                None => vec![t!(page, "rule-case-types", types = types)],
                Some(count) => vec![t!(page, "rule-case-types-of", types = types, count = count)],
            }
        }
        Rule::StagesCovered(rule) => stages(page, rule),
        Rule::Conference(_) => vec![t!(page, "rule-conference")],
        Rule::PriorConsent(rule) => {
            let mut lines = vec![t!(page, "rule-prior-consent")];
            let who = crate::wording::practicum::listed(page, &rule.of);
            lines.extend((!rule.of.is_empty()).then(|| t!(page, "rule-prior-consent-of", who = who)));
            lines
        }
        Rule::HostOffice(rule) => host_office(page, rule),
        Rule::Supervisor(rule) => {
            let mut lines = Vec::new();
            if rule.chief_care_manager {
                lines.push(t!(page, "rule-supervisor-chief"));
                lines.extend(rule.substitute.then(|| t!(page, "rule-substitute")));
            }
            lines.extend(rule.max_trainees.map(|count| t!(page, "rule-max-trainees", count = count)));
            lines
        }
        Rule::CompletionAssessment(rule) => {
            let mut lines = vec![match rule.minimum_score {
                Some(score) => t!(page, "rule-score", score = score),
                None => t!(page, "rule-assessment"),
            }];
            let item = |item: &str, minimum: u32| t!(page, "rule-rubric", item = item.to_owned(), minimum = minimum);
            lines.extend(rule.rubric.iter().map(|known| item(&known.item, known.minimum)));
            if !rule.by.is_empty() {
                lines.push(t!(page, "rule-assessed-by", roles = listed(rule.by.iter().map(|by| role(page, *by)))));
            }
            lines
        }
        Rule::AnyOf(combined) => parts(page, t!(page, "rule-any-of"), &combined.rules),
        Rule::AllOf(combined) => parts(page, t!(page, "rule-all-of"), &combined.rules),
    }
}

fn parts(page: &Page, head: String, rules: &[Rule]) -> Vec<String> {
    let part = |part: &Rule| format!("・{}", rule(page, part).join("、"));
    std::iter::once(head).chain(rules.iter().map(part)).collect()
}

fn due(page: &Page, due: Due) -> String {
    let from = match due.from {
        Anchor::CohortStart => t!(page, "anchor-cohort-start"),
        Anchor::CohortEnd => t!(page, "anchor-cohort-end"),
        Anchor::PracticumStart => t!(page, "anchor-practicum-start"),
        Anchor::PracticumEnd => t!(page, "anchor-practicum-end"),
        Anchor::TrainingDay => t!(page, "anchor-training-day", day = due.training_day.unwrap_or(0)),
    };
    let mut distance = Vec::new();
    if due.months > 0 {
        distance.push(t!(page, "due-months", count = due.months));
    }
    match due.days {
        0 => {}
        days if days < 0 => distance.push(t!(page, "due-days-before", count = -days)),
        days => distance.push(t!(page, "due-days-after", count = days)),
    }
    t!(page, "rule-due", day = format!("{from}{}", distance.concat()))
}

fn practicum_minimum(page: &Page, rule: &PracticumMinimum) -> Vec<String> {
    let mut lines = Vec::new();
    if rule.minutes > 0 {
        lines.push(t!(page, "rule-practicum-minutes", hours = hours(page, rule.minutes)));
    }
    if rule.days > 0 {
        lines.push(t!(page, "rule-practicum-days", days = rule.days));
    }
    if rule.whole_day_minutes > 0 {
        lines.push(t!(page, "rule-half-day", hours = hours(page, rule.whole_day_minutes)));
    }
    if rule.half_day_minutes > 0 {
        lines.push(t!(page, "rule-too-short", hours = hours(page, rule.half_day_minutes)));
    }
    lines.push(if rule.breaks_count { t!(page, "rule-breaks") } else { t!(page, "rule-no-breaks") });
    lines.push(if rule.own_work_counts { t!(page, "rule-own-work") } else { t!(page, "rule-no-own-work") });
    lines.extend((!rule.without_case_counts).then(|| t!(page, "rule-no-office-time")));
    lines.extend((!rule.saturdays_count).then(|| t!(page, "rule-no-saturdays")));
    lines.extend(rule.consecutive.then(|| t!(page, "rule-consecutive")));
    lines.extend(rule.within_window.then(|| t!(page, "rule-within-window")));
    lines
}

fn stages(page: &Page, rule: &StagesCovered) -> Vec<String> {
    let mut lines = vec![listed(rule.stages.iter().map(|known| stage(page, known)))];
    for (known, ways) in &rule.ways {
        let ways = listed(ways.iter().map(|known| way(page, *known)));
        lines.push(t!(page, "rule-ways", stage = stage(page, known), ways = ways));
    }
    if rule.cases > 0 {
        lines.push(t!(page, "rule-stages-cases", count = rule.cases));
    }
    lines.extend(rule.accompanied_visit.then(|| t!(page, "rule-accompanied-visit")));
    lines
}

/// Conditions that hold together.
pub(crate) fn together(page: &Page, conditions: &[OfficeCondition]) -> String {
    conditions.iter().map(|condition| office_condition(page, *condition)).collect::<Vec<_>>().join(" + ")
}

fn host_office(page: &Page, rule: &HostOffice) -> Vec<String> {
    let mut lines: Vec<String> = rule.conditions.iter().map(|condition| office_condition(page, *condition)).collect();
    if !rule.ladder.is_empty() {
        lines.push(t!(page, "rule-ladder"));
        lines.extend(rule.ladder.iter().map(|rung| format!("・{}", together(page, rung))));
    }
    lines
}
