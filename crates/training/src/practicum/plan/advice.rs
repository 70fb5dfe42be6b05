//! What a good plan would still want. Advice is shown beside the form and never keeps it from being handed in.

use super::structure::{days, needs, term};
use super::{Cell, MOST_ROWS, Shape, cell, cells, text};
use crate::practicum::entry::{EntryKind, Typed};

/// A weakness of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Advice {
    NeedWithoutGoal,
    GoalWithoutNeed,
    /// A long goal no short one leads to.
    GoalWithoutStep,
    GoalWithoutTerm,
    GoalWithoutService,
    ServiceWithoutFrequency,
    ServiceWithoutTerm,
    /// Cannot be read as two days, so that it is not compared.
    TermUnreadable,
    OutsideCertification,
    /// A short goal ends after the long one it leads to.
    LongerThanGoal,
    DaysUnreadable,
    /// None of the 23 items may be forgotten; an empty one says that nothing is known.
    NothingWritten,
}

/// Everything there is to say, by cell, in the form's order.
pub fn advise(kind: EntryKind, typed: &Typed) -> Vec<(Cell, Advice)> {
    let mut advice = Vec::new();
    let mut say = |id: &str, row: usize, what: Advice| {
        let key = if row == 0 { id.to_owned() } else { format!("{id}.{row}") };
        advice.extend(cell(kind, &key).map(|cell| (cell, what)));
    };
    for need in needs(kind, typed) {
        if need.text.is_empty() {
            say("need", need.row, Advice::GoalWithoutNeed);
        }
        if need.long_goals.iter().all(|goal| goal.text.is_empty()) {
            say("long_goal", need.row, Advice::NeedWithoutGoal);
        }
        for long in need.long_goals.iter().filter(|goal| !goal.text.is_empty()) {
            if long.term.is_empty() {
                say("long_term", long.row, Advice::GoalWithoutTerm);
            }
            if long.parts.iter().all(|goal| goal.text.is_empty()) {
                say("short_goal", long.row, Advice::GoalWithoutStep);
            }
        }
        for long in &need.long_goals {
            for short in &long.parts {
                if short.term.is_empty() && !short.text.is_empty() {
                    say("short_term", short.row, Advice::GoalWithoutTerm);
                }
                if short.parts.is_empty() {
                    say("service", short.row, Advice::GoalWithoutService);
                }
                if let (Some(long), Some(short_term)) = (term(long.term), term(short.term))
                    && short_term.1 > long.1
                {
                    say("short_term", short.row, Advice::LongerThanGoal);
                }
                for service in &short.parts {
                    if service.frequency.is_empty() {
                        say("frequency", service.row, Advice::ServiceWithoutFrequency);
                    }
                    if service.term.is_empty() {
                        say("service_term", service.row, Advice::ServiceWithoutTerm);
                    }
                }
            }
        }
    }
    for (id, row, what) in of_preventive_rows(kind, typed) {
        say(id, row, what);
    }
    let certified = cell(kind, "valid_term").and_then(|cell| term(text(typed, cell)));
    let cells = cells(kind, typed);
    for cell in &cells {
        let text = text(typed, *cell);
        let what = match cell.field.shape {
            Shape::Term if !text.is_empty() => match (term(text), certified) {
                (None, _) => Some(Advice::TermUnreadable),
                (Some((from, until)), Some((first, last))) if from < first || until > last => {
                    Some(Advice::OutsideCertification)
                }
                _ => None,
            },
            Shape::Days if !text.is_empty() && days(text).is_none() => Some(Advice::DaysUnreadable),
            Shape::Text if kind == EntryKind::Assessment && cell.row == 0 && text.is_empty() => {
                Some(Advice::NothingWritten)
            }
            _ => None,
        };
        if let Some(what) = what {
            advice.push((*cell, what));
        }
    }
    advice
}

/// The same of a preventive plan: an issue, its goal, and who does what for it until when. An issue goes on until the next one.
fn of_preventive_rows(kind: EntryKind, typed: &Typed) -> Vec<(&'static str, usize, Advice)> {
    let here =
        |id: &str, row: usize| cell(kind, &format!("{id}.{row}")).is_some_and(|cell| !text(typed, cell).is_empty());
    let mut advice = Vec::new();
    let mut issue = false;
    for row in 1..=MOST_ROWS {
        issue |= here("issue", row);
        if here("issue", row) && !here("goal", row) {
            advice.push(("goal", row, Advice::NeedWithoutGoal));
        }
        if here("goal", row) && !issue {
            advice.push(("issue", row, Advice::GoalWithoutNeed));
        }
        let helped = ["self_care", "informal", "insured_service"].iter().any(|id| here(id, row));
        if here("goal", row) && !helped {
            advice.push(("insured_service", row, Advice::GoalWithoutService));
        }
        if here("insured_service", row) && !here("support_term", row) {
            advice.push(("support_term", row, Advice::ServiceWithoutTerm));
        }
    }
    advice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weaknesses_are_named_where_they_are() {
        let sound = [
            ("valid_term", "令和9年4月1日～令和10年3月31日"),
            ("need.1", "歩きたい"),
            ("long_goal.1", "買物に行く"),
            ("long_term.1", "令和9年4月1日～令和10年3月31日"),
            ("short_goal.1", "家の中を歩く"),
            ("short_term.1", "令和9年4月1日～令和9年9月30日"),
            ("service.1", "訪問リハビリテーション"),
            ("frequency.1", "週2回"),
            ("service_term.1", "令和9年4月1日～令和9年9月30日"),
        ];
        for (change, expected) in [
            (("policy", ""), vec![]),
            (("need.1", ""), vec![("need.1", Advice::GoalWithoutNeed)]),
            (("need.2", "食べたい"), vec![("long_goal.2", Advice::NeedWithoutGoal)]),
            (("long_goal.1", ""), vec![("long_goal.1", Advice::NeedWithoutGoal)]),
            (("long_term.1", ""), vec![("long_term.1", Advice::GoalWithoutTerm)]),
            (("short_goal.1", ""), vec![("short_goal.1", Advice::GoalWithoutStep)]),
            (("short_term.1", ""), vec![("short_term.1", Advice::GoalWithoutTerm)]),
            (("service.1", ""), vec![("service.1", Advice::GoalWithoutService)]),
            (("frequency.1", ""), vec![("frequency.1", Advice::ServiceWithoutFrequency)]),
            (("service_term.1", ""), vec![("service_term.1", Advice::ServiceWithoutTerm)]),
            (("service_term.1", "当面の間"), vec![("service_term.1", Advice::TermUnreadable)]),
            (("long_term.1", "令和9年4月1日～令和10年4月1日"), vec![("long_term.1", Advice::OutsideCertification)]),
            (("long_term.1", "令和9年4月1日～令和9年9月1日"), vec![("short_term.1", Advice::LongerThanGoal)]),
            (("days.1", "ときどき"), vec![("days.1", Advice::DaysUnreadable)]),
        ] {
            let whole = sound.iter().chain([&change]);
            let typed = whole.map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
            let found = advise(EntryKind::HomeCarePlan, &typed);
            let found: Vec<(String, Advice)> = found.iter().map(|(cell, what)| (cell.key().into(), *what)).collect();
            let expected: Vec<(String, Advice)> =
                expected.iter().map(|(key, what)| ((*key).to_owned(), *what)).collect();
            assert_eq!(found, expected, "{change:?}");
        }
    }

    #[test]
    fn a_preventive_plan_leads_from_issues_to_terms() {
        let sound = [
            ("issue.1", "外に出る機会が減っている"),
            ("goal.1", "週に一度は出かける"),
            ("insured_service.1", "通所型サービス"),
            ("support_term.1", "令和9年4月1日～令和9年9月30日"),
        ];
        for (change, expected) in [
            (("points.1", ""), vec![]),
            (("goal.1", ""), vec![("goal.1", Advice::NeedWithoutGoal)]),
            (("issue.1", ""), vec![("issue.1", Advice::GoalWithoutNeed)]),
            (("insured_service.1", ""), vec![("insured_service.1", Advice::GoalWithoutService)]),
            (("support_term.1", ""), vec![("support_term.1", Advice::ServiceWithoutTerm)]),
            (("goal.2", "庭に出る"), vec![("insured_service.2", Advice::GoalWithoutService)]),
            (("self_care.2", "毎朝歩く"), vec![]),
        ] {
            let typed = sound.iter().chain([&change]).map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
            let found = advise(EntryKind::PreventiveCarePlan, &typed.collect());
            let found: Vec<(String, Advice)> = found.iter().map(|(cell, what)| (cell.key().into(), *what)).collect();
            let expected: Vec<(String, Advice)> =
                expected.iter().map(|(key, what)| ((*key).to_owned(), *what)).collect();
            assert_eq!(found, expected, "{change:?}");
        }
        for help in ["self_care.1", "informal.1", "insured_service.1"] {
            let typed = [("issue.1", "課題"), ("goal.1", "目標"), ("support_term.1", ""), (help, "助け")];
            let typed = typed.map(|(key, text)| (key.to_owned(), text.to_owned())).into();
            let found = advise(EntryKind::PreventiveCarePlan, &typed);
            assert!(found.iter().all(|(_, what)| *what != Advice::GoalWithoutService), "{help}");
        }
    }

    #[test]
    fn an_assessment_forgets_none_of_the_items() {
        let empty = advise(EntryKind::Assessment, &Typed::new());
        assert_eq!(empty.iter().filter(|(_, what)| *what == Advice::NothingWritten).count(), 23);
        let written = [("item_12".to_owned(), "買物は家族".to_owned())].into();
        assert_eq!(advise(EntryKind::Assessment, &written).len(), 22);
    }
}
