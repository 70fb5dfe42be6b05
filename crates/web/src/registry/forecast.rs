//! How many cards end in which month, and to which training their holders have to be invited.

use crate::shell::desk::Desk;
use crate::shell::page::{Answer, Page, render};
use askama::Template;
use chrono::{Datelike, Months, NaiveDate};
use secretariat::registry::EndingCards;

/// Months shown.
const MONTHS: u32 = 60;
/// Height of the picture's bars.
const HEIGHT: i64 = 120;
/// Width of a month.
const STEP: i64 = 14;

/// Who is invited to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    /// Renewal for the first time as a practitioner, or after another renewal: Ⅰ and Ⅱ.
    First,
    /// Renewed by practice before: Ⅱ.
    Later,
    /// A chief whose validity reaches beyond the card: chief renewal.
    Chief,
}

const GROUPS: [Group; 3] = [Group::First, Group::Later, Group::Chief];

impl Group {
    fn of(cards: &EndingCards) -> Group {
        match (cards.chief, cards.renewed_by.as_str()) {
            (true, _) => Group::Chief,
            (false, "practice") => Group::Later,
            (false, _) => Group::First,
        }
    }

    fn words(self, page: &Page) -> String {
        match self {
            Group::First => t!(page, "forecast-first"),
            Group::Later => t!(page, "forecast-later"),
            Group::Chief => t!(page, "forecast-chief"),
        }
    }
}

struct Bar {
    x: i64,
    y: i64,
    height: i64,
    class: String,
}

struct Month {
    id: String,
    name: String,
    counts: Vec<i64>,
    total: i64,
}

#[derive(Template)]
#[template(path = "registry/forecast.html")]
struct Forecast {
    page: Page,
    groups: Vec<String>,
    months: Vec<Month>,
    bars: Vec<Bar>,
    width: i64,
    height: i64,
    total: i64,
    years: Vec<(i64, String)>,
}

pub(crate) async fn show(mut desk: Desk, page: Page) -> Answer {
    let first = page.today.with_day(1).unwrap_or(page.today);
    let last = first.checked_add_months(Months::new(MONTHS)).and_then(|day| day.pred_opt()).unwrap_or(first);
    let counts = desk.records().await?.cards_by_month((first, last)).await?;
    let starts: Vec<NaiveDate> = (0..MONTHS).filter_map(|month| first.checked_add_months(Months::new(month))).collect();
    let months: Vec<Month> = starts.iter().map(|start| month(&page, *start, &counts)).collect();
    let most = months.iter().map(|month| month.total).max().unwrap_or(0).max(1);
    let bars = months.iter().enumerate().flat_map(|(index, month)| bars_of(index, month, most)).collect();
    let years = starts.iter().enumerate().filter(|(_, start)| start.month() == 4 || **start == first);
    let years = years.map(|(index, start)| (index as i64 * STEP, start.format("%Y-%m").to_string())).collect();
    render(&Forecast {
        groups: GROUPS.map(|group| group.words(&page)).into(),
        total: months.iter().map(|month| month.total).sum(),
        width: i64::from(MONTHS) * STEP,
        height: HEIGHT,
        months,
        bars,
        years,
        page,
    })
}

fn month(page: &Page, start: NaiveDate, counts: &[EndingCards]) -> Month {
    let id = start.format("%Y-%m").to_string();
    let of = |group: Group| {
        let own = counts.iter().filter(|cards| cards.month == id && Group::of(cards) == group);
        own.map(|cards| cards.people).sum()
    };
    let counts: Vec<i64> = GROUPS.map(of).into();
    Month {
        name: t!(page, "forecast-month", year = start.year(), month = start.month()),
        total: counts.iter().sum(),
        counts,
        id,
    }
}

/// A month's bars, one above the other.
fn bars_of(index: usize, month: &Month, most: i64) -> Vec<Bar> {
    let mut bottom = HEIGHT;
    let mut bars = Vec::new();
    for (group, count) in month.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let height = (count * HEIGHT / most).max(1);
        bottom -= height;
        bars.push(Bar { x: index as i64 * STEP, y: bottom, height, class: format!("forecast-{group}") });
    }
    bars
}
