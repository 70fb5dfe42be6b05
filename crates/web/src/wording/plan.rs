//! Words of care plans: their fields, cells, hints, and what is weak about them.

use crate::shell::page::Page;
use training::practicum::plan::advice::Advice;
use training::practicum::plan::{Cell, Label, PlanField, Shape};

pub(crate) fn label(page: &Page, label: Label) -> &'static str {
    page.language.either(label.ja, label.en)
}

/// `Service (row 3)`.
pub(crate) fn cell_name(page: &Page, cell: Cell) -> String {
    let name = label(page, cell.field.label);
    if cell.row == 0 { name.to_owned() } else { t!(page, "plan-cell", field = name, row = cell.row) }
}

pub(crate) fn hint(page: &Page, field: &PlanField) -> String {
    match field.shape {
        Shape::Term => t!(page, "hint-term"),
        Shape::Days => t!(page, "hint-days"),
        _ if field.id == "need" => t!(page, "hint-need"),
        _ => String::new(),
    }
}

/// A value as people read it.
pub(crate) fn shown(page: &Page, field: &PlanField, value: &str) -> String {
    match field.shape {
        Shape::Choice(choices) => choices
            .iter()
            .find(|(id, _)| *id == value)
            .map_or_else(|| value.to_owned(), |(_, name)| label(page, *name).to_owned()),
        Shape::Mark if !value.is_empty() => "○".to_owned(),
        Shape::Date => training::wareki::parse(value).map_or_else(|| value.to_owned(), |day| page.date(day)),
        _ => value.to_owned(),
    }
}

pub(crate) fn advice_words(page: &Page, advice: Advice) -> String {
    match advice {
        Advice::NeedWithoutGoal => t!(page, "advice-need-without-goal"),
        Advice::GoalWithoutNeed => t!(page, "advice-goal-without-need"),
        Advice::GoalWithoutStep => t!(page, "advice-goal-without-step"),
        Advice::GoalWithoutTerm => t!(page, "advice-goal-without-term"),
        Advice::GoalWithoutService => t!(page, "advice-goal-without-service"),
        Advice::ServiceWithoutFrequency => t!(page, "advice-service-without-frequency"),
        Advice::ServiceWithoutTerm => t!(page, "advice-service-without-term"),
        Advice::TermUnreadable => t!(page, "advice-term-unreadable"),
        Advice::OutsideCertification => t!(page, "advice-outside-certification"),
        Advice::LongerThanGoal => t!(page, "advice-longer-than-goal"),
        Advice::DaysUnreadable => t!(page, "advice-days-unreadable"),
        Advice::NothingWritten => t!(page, "advice-nothing-written"),
    }
}
