//! Plans made as an exercise on paper and as a spreadsheet: home and facility care plans in the layout of the standard sheets, the others
//! section by section.

use crate::export::ExportError;
use crate::pdf::{PdfError, render};
use chrono::{NaiveDate, Timelike};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook};
use serde::Serialize;
use training::practicum::entry::{EntryKind, Typed, time};
use training::practicum::plan::structure::days;
use training::practicum::plan::{Cell, Layout, PlanField, Section, Shape, forms, text};
use training::wareki;

/// Whose plan it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Heading {
    pub title: String,
    /// The client's letter code.
    pub pseudonym: String,
    pub author: String,
    pub provider: String,
    /// Said at the top of every page: that this is an exercise.
    pub exercise: String,
}

#[derive(Serialize)]
struct Printed<'a> {
    heading: &'a Heading,
    landscape: bool,
    sections: Vec<PrintedSection>,
}

#[derive(Serialize)]
struct PrintedSection {
    title: &'static str,
    /// Short values, several in a line.
    short: Vec<(&'static str, String)>,
    /// Long ones, each in a box.
    long: Vec<(&'static str, String)>,
    /// Columns with their share of the width.
    columns: Vec<(&'static str, f32)>,
    rows: Vec<Vec<Spanned>>,
    week: Option<Week>,
}

/// A cell that may reach over the rows below; a span of 0 is covered by the one above.
#[derive(Serialize)]
struct Spanned {
    text: String,
    span: usize,
}

/// A service or activity in the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Bar {
    /// From Monday; 7 beside the days.
    day: usize,
    /// Minutes of the day.
    from: u32,
    until: u32,
    what: String,
    /// Which of how many side by side.
    lane: usize,
    lanes: usize,
}

#[derive(Serialize, Default)]
struct Week {
    bars: Vec<Bar>,
    /// What has no day or time to be drawn at.
    beside: Vec<String>,
}

const TEMPLATE: &str = include_str!("../templates/plan.typ");

/// PDF/A, dated `day`.
pub fn pdf(kind: EntryKind, typed: &Typed, heading: &Heading, day: NaiveDate) -> Result<Vec<u8>, PdfError> {
    let sections = forms::sections(kind);
    let printed = Printed {
        heading,
        landscape: !matches!(kind, EntryKind::Assessment | EntryKind::ConferenceMinutes | EntryKind::ProgressNotes),
        sections: sections
            .iter()
            .filter(|section| !section.fields.iter().any(|field| field.id == "activity"))
            .map(|section| printed(section, sections, typed))
            .collect(),
    };
    let data = serde_json::to_string(&printed)?;
    render(TEMPLATE, data, day)
}

/// What stands in a cell, as people read it.
pub fn shown(field: &PlanField, text: &str) -> String {
    match field.shape {
        Shape::Choice(choices) => {
            choices.iter().find(|(id, _)| *id == text).map_or_else(|| text.to_owned(), |(_, label)| label.ja.to_owned())
        }
        Shape::Mark if !text.is_empty() => "○".to_owned(),
        Shape::Date => wareki::parse(text).map_or_else(|| text.to_owned(), wareki::format),
        _ => text.to_owned(),
    }
}

fn printed(section: &'static Section, all: &'static [Section], typed: &Typed) -> PrintedSection {
    let value = |field: &'static PlanField, row: usize| shown(field, text(typed, Cell { field, row }));
    let mut into = PrintedSection {
        title: section.label.ja,
        short: Vec::new(),
        long: Vec::new(),
        columns: Vec::new(),
        rows: Vec::new(),
        week: None,
    };
    if section.fields.iter().any(|field| field.shape == Shape::Days) {
        into.week = Some(week(section, all, typed));
        return into;
    }
    match section.layout {
        Layout::Fields => {
            for field in section.fields {
                let list = if field.shape == Shape::Text { &mut into.long } else { &mut into.short };
                list.push((field.label.ja, value(field, 0)));
            }
        }
        Layout::Rows => {
            into.columns = section.fields.iter().map(|field| (field.label.ja, width(field))).collect();
            let filled = |row: &usize| section.fields.iter().any(|field| !value(field, *row).is_empty());
            let rows: Vec<usize> = (1..=section.rows(typed)).filter(filled).collect();
            // A term stands in a narrow column, a day on each line.
            let narrow = |field: &'static PlanField, row: usize| match field.shape {
                Shape::Term => value(field, row).replace('～', "～\n"),
                _ => value(field, row),
            };
            let cells = rows.iter().map(|row| section.fields.iter().map(|field| narrow(field, *row)).collect());
            into.rows = spanned(section.fields, cells.collect());
        }
    }
    into
}

fn width(field: &PlanField) -> f32 {
    match field.shape {
        Shape::Mark => 0.7,
        Shape::Text => 1.6,
        Shape::Term => 1.2,
        _ => 1.0,
    }
}

/// Columns whose empty cells continue the one above, with the columns that begin a new one: a need begins new goals.
const CONTINUED: [(&str, &[&str]); 5] = [
    ("need", &["need"]),
    ("long_goal", &["need", "long_goal"]),
    ("long_term", &["need", "long_goal"]),
    ("short_goal", &["need", "long_goal", "short_goal"]),
    ("short_term", &["need", "long_goal", "short_goal"]),
];

fn spanned(fields: &[PlanField], rows: Vec<Vec<String>>) -> Vec<Vec<Spanned>> {
    let begins: Vec<Vec<bool>> = rows
        .iter()
        .enumerate()
        .map(|(index, row)| {
            let filled =
                |id: &&str| fields.iter().position(|field| field.id == *id).is_some_and(|at| !row[at].is_empty());
            let begins = |(column, field): (usize, &PlanField)| match CONTINUED.iter().find(|(id, _)| *id == field.id) {
                Some((_, by)) => index == 0 || !row[column].is_empty() || by.iter().any(filled),
                None => true,
            };
            fields.iter().enumerate().map(begins).collect()
        })
        .collect();
    let span = |row: usize, column: usize| match begins[row][column] {
        true => 1 + begins[row + 1..].iter().take_while(|below| !below[column]).count(),
        false => 0,
    };
    let cells = |(row, cells): (usize, Vec<String>)| {
        cells.into_iter().enumerate().map(|(column, text)| Spanned { text, span: span(row, column) }).collect()
    };
    rows.into_iter().enumerate().map(cells).collect()
}

fn week(weekly: &'static Section, all: &'static [Section], typed: &Typed) -> Week {
    let mut week = Week::default();
    let mut add = |section: &'static Section, ids: [&str; 4]| {
        for row in 1..=section.rows(typed) {
            let here = |id: &str| {
                let field = section.fields.iter().find(|field| field.id == id);
                field.map_or("", |field| text(typed, Cell { field, row }))
            };
            let [on, from, until, what] = ids.map(here);
            let minutes = |text: &str| time(text).map(|time| time.hour() * 60 + time.minute());
            let on = if ids[0].is_empty() { Some(vec![7]) } else { days(on) };
            match (on, minutes(from)) {
                (Some(days), Some(begins)) if !what.is_empty() => {
                    let bar = |day, from, until| Bar { day, from, until, what: what.to_owned(), lane: 0, lanes: 1 };
                    for day in days {
                        match minutes(until) {
                            // Through the night.
                            Some(ends) if ends < begins => {
                                let morning = if day == 7 { 7 } else { (day + 1) % 7 };
                                week.bars.push(bar(day, begins, 24 * 60));
                                week.bars.extend((ends > 0).then(|| bar(morning, 0, ends)));
                            }
                            ends => {
                                let ends = ends.filter(|ends| *ends > begins).unwrap_or(begins + 30);
                                week.bars.push(bar(day, begins, ends.min(24 * 60)));
                            }
                        }
                    }
                }
                _ if what.is_empty() => {}
                _ => {
                    let time = if until.is_empty() { from.to_owned() } else { format!("{from}-{until}") };
                    let said = [here(ids[0]), &time, what].into_iter().filter(|text| !text.is_empty());
                    week.beside.push(said.collect::<Vec<_>>().join(" "));
                }
            }
        }
    };
    add(weekly, ["days", "weekly_from", "weekly_until", "weekly_service"]);
    if let Some(activities) = all.iter().find(|section| section.fields.iter().any(|field| field.id == "activity")) {
        add(activities, ["", "activity_from", "activity_until", "activity"]);
    }
    side_by_side(&mut week.bars);
    week
}

/// Bars of one day that share a time stand side by side.
fn side_by_side(bars: &mut [Bar]) {
    bars.sort_by_key(|bar| (bar.day, bar.from, bar.until));
    let mut first = 0;
    while first < bars.len() {
        let (day, mut end) = (bars[first].day, bars[first].until);
        let mut last = first + 1;
        while last < bars.len() && bars[last].day == day && bars[last].from < end {
            end = end.max(bars[last].until);
            last += 1;
        }
        for (lane, bar) in bars[first..last].iter_mut().enumerate() {
            (bar.lane, bar.lanes) = (lane, last - first);
        }
        first = last;
    }
}

/// A sheet for each section; every cell is text.
pub fn xlsx(kind: EntryKind, typed: &Typed, heading: &Heading) -> Result<Vec<u8>, ExportError> {
    let mut book = Workbook::new();
    let head = Format::new().set_bold().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::Top);
    let cell = Format::new().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::Top);
    for section in forms::sections(kind) {
        let sheet = book.add_worksheet().set_name(section.label.ja)?;
        sheet.write_string(0, 0, format!("{} {} {}", heading.title, heading.pseudonym, heading.author))?;
        sheet.write_string(1, 0, &heading.exercise)?;
        match section.layout {
            Layout::Fields => {
                sheet.set_column_width(0, 36)?.set_column_width(1, 80)?;
                for (row, field) in (3u32..).zip(section.fields) {
                    sheet.write_string_with_format(row, 0, field.label.ja, &head)?;
                    let value = shown(field, text(typed, Cell { field, row: 0 }));
                    sheet.write_string_with_format(row, 1, value, &cell)?;
                }
            }
            Layout::Rows => {
                for (column, field) in (0u16..).zip(section.fields) {
                    sheet.set_column_width(column, f64::from(width(field)) * 20.0)?;
                    sheet.write_string_with_format(3, column, field.label.ja, &head)?;
                    for row in 1..=section.rows(typed) {
                        let value = shown(field, text(typed, Cell { field, row }));
                        sheet.write_string_with_format(row as u32 + 3, column, value, &cell)?;
                    }
                }
                sheet.set_freeze_panes(4, 0)?;
            }
        }
        sheet.set_landscape().set_print_fit_to_pages(1, 0);
    }
    Ok(book.save_to_buffer()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading() -> Heading {
        Heading {
            title: "居宅サービス計画書".into(),
            pseudonym: "A".into(),
            author: "研修 太郎".into(),
            provider: "架空県研修センター".into(),
            exercise: "演習用".into(),
        }
    }

    fn typed(fields: &[(&str, &str)]) -> Typed {
        fields.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn an_empty_cell_is_covered_by_the_one_above() {
        let section = &forms::sections(EntryKind::HomeCarePlan)[1];
        let typed = typed(&[
            ("need.1", "歩きたい"),
            ("short_goal.1", "室内を歩く"),
            ("service.1", "体操"),
            ("service.2", "訪問リハ"),
            ("short_goal.3", "庭に出る"),
            ("need.5", "食べたい"),
        ]);
        let printed = printed(section, forms::sections(EntryKind::HomeCarePlan), &typed);
        let spans = |id: &str| {
            let column = section.fields.iter().position(|field| field.id == id).unwrap();
            printed.rows.iter().map(|row| row[column].span).collect::<Vec<_>>()
        };
        assert_eq!(spans("need"), [3, 0, 0, 1], "the empty fourth row is left out");
        assert_eq!(spans("long_goal"), [3, 0, 0, 1]);
        assert_eq!(spans("short_goal"), [2, 0, 1, 1]);
        assert_eq!(spans("service"), [1, 1, 1, 1]);
        let termed = [typed, [("short_term.2".to_owned(), "R9.5.1-R9.6.1".to_owned())].into()];
        let termed: Typed = termed.into_iter().flatten().collect();
        let printed = super::printed(section, forms::sections(EntryKind::HomeCarePlan), &termed);
        let column = section.fields.iter().position(|field| field.id == "short_term").unwrap();
        let spans: Vec<usize> = printed.rows.iter().map(|row| row[column].span).collect();
        assert_eq!(spans, [1, 1, 1, 1], "what was typed is printed");
    }

    #[test]
    fn the_week_is_drawn_where_days_and_times_are_known() {
        let sections = forms::sections(EntryKind::HomeCarePlan);
        let typed = typed(&[
            ("days.1", "月木"),
            ("weekly_from.1", "9:30"),
            ("weekly_until.1", "10:30"),
            ("weekly_service.1", "訪問介護"),
            ("days.2", "ときどき"),
            ("weekly_service.2", "見守り"),
            ("days.3", "日"),
            ("weekly_from.3", "22:00"),
            ("weekly_until.3", "6:00"),
            ("weekly_service.3", "夜間"),
            ("days.4", "月"),
            ("weekly_from.4", "10:00"),
            ("weekly_until.4", "11:00"),
            ("weekly_service.4", "看護"),
            ("activity_from.1", "7時"),
            ("activity.1", "起床"),
        ]);
        let week = week(&sections[2], sections, &typed);
        let bar = |bar: &Bar| (bar.day, bar.from, bar.until, bar.lane, bar.lanes, bar.what.clone());
        let bars: Vec<_> = week.bars.iter().map(bar).collect();
        let expected = [
            (0, 0, 360, 0, 1, "夜間"),
            (0, 570, 630, 0, 2, "訪問介護"),
            (0, 600, 660, 1, 2, "看護"),
            (3, 570, 630, 0, 1, "訪問介護"),
            (6, 1320, 1440, 0, 1, "夜間"),
            (7, 420, 450, 0, 1, "起床"),
        ];
        assert_eq!(
            bars,
            expected.map(|(day, from, until, lane, lanes, what)| (day, from, until, lane, lanes, what.to_owned()))
        );
        assert_eq!(week.beside, ["ときどき 見守り"]);
    }

    #[test]
    fn every_form_becomes_a_document_empty_or_full() {
        let day = NaiveDate::from_ymd_opt(2027, 6, 1).unwrap();
        for kind in EntryKind::ALL.into_iter().filter(|kind| kind.is_plan()) {
            let full: Typed = forms::sections(kind)
                .iter()
                .flat_map(|section| section.fields.iter().map(move |field| (section, field)))
                .flat_map(|(section, field)| {
                    let rows = if section.layout == Layout::Rows { 1..=40 } else { 0..=0 };
                    rows.map(move |row| (Cell { field, row }.key().into_owned(), "#set \\ $x$ *文* _ `あ`\n".repeat(4)))
                })
                .collect();
            for typed in [Typed::new(), full] {
                assert!(pdf(kind, &typed, &heading(), day).unwrap().starts_with(b"%PDF"), "{kind:?}");
                let table = crate::table::read(&xlsx(kind, &typed, &heading()).unwrap()).unwrap();
                assert!(table.rows[0][0].contains("研修 太郎"), "{kind:?}");
            }
        }
    }
}
