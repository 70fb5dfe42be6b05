//! What the rows of a plan's second sheet mean: a need has long goals, a long goal has short goals, a short goal has services. As on
//! paper, an empty cell continues the one above.

use super::forms::{self};
use super::{Cell, text};
use crate::practicum::entry::{EntryKind, Typed};
use crate::wareki;
use chrono::NaiveDate;

/// 生活全般の解決すべき課題 with what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need<'t> {
    /// The row it begins in, from 1.
    pub row: usize,
    pub text: &'t str,
    pub long_goals: Vec<Goal<'t, Goal<'t, Service<'t>>>>,
}

/// A goal with its term and what serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal<'t, Part> {
    pub row: usize,
    pub text: &'t str,
    pub term: &'t str,
    pub parts: Vec<Part>,
}

/// A service, or help by anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service<'t> {
    pub row: usize,
    pub text: &'t str,
    pub frequency: &'t str,
    pub term: &'t str,
}

/// The needs of a home or facility care plan in their order; a row before any need belongs to one without words.
pub fn needs(kind: EntryKind, typed: &Typed) -> Vec<Need<'_>> {
    let Some(sheet) = forms::sections(kind).iter().find(|section| section.fields.iter().any(|it| it.id == "need"))
    else {
        return Vec::new();
    };
    let mut needs: Vec<Need> = Vec::new();
    for row in 1..=sheet.rows(typed) {
        let here = |id: &str| {
            let field = sheet.fields.iter().find(|field| field.id == id);
            field.map_or("", |field| text(typed, Cell { field, row }))
        };
        if sheet.fields.iter().all(|field| here(field.id).is_empty()) {
            continue;
        }
        if !here("need").is_empty() || needs.is_empty() {
            needs.push(Need { row, text: here("need"), long_goals: Vec::new() });
        }
        let Some(need) = needs.last_mut() else { continue };
        let (long, short) = (here("long_goal"), here("short_goal"));
        let service = Service { row, text: here("service"), frequency: here("frequency"), term: here("service_term") };
        let below = !short.is_empty() || !service.text.is_empty();
        if !long.is_empty() || (need.long_goals.is_empty() && below) {
            need.long_goals.push(Goal { row, text: long, term: here("long_term"), parts: Vec::new() });
        }
        let Some(goal) = need.long_goals.last_mut() else { continue };
        if !short.is_empty() || (goal.parts.is_empty() && !service.text.is_empty()) {
            goal.parts.push(Goal { row, text: short, term: here("short_term"), parts: Vec::new() });
        }
        if let Some(goal) = goal.parts.last_mut().filter(|_| !service.text.is_empty()) {
            goal.parts.push(service);
        }
    }
    needs
}

/// First and last day of a term as people write it: `令和9年4月1日～令和10年3月31日`, `R9.4.1-R10.3.31`, `2027/04/01から2028/03/31`.
pub fn term(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let text = text.replace(['〜', '~', '〰', '－', '―', '–'], "～").replace("から", "～").replace("まで", "");
    let pair = match text.split_once('～') {
        Some((from, until)) => (from.to_owned(), until.to_owned()),
        // A hyphen may belong to a date: the one in the middle parts two.
        None => {
            let hyphens: Vec<usize> = text.match_indices('-').map(|(at, _)| at).collect();
            let middle = *hyphens.get(hyphens.len() / 2).filter(|_| hyphens.len() % 2 == 1)?;
            (text[..middle].to_owned(), text[middle + 1..].to_owned())
        }
    };
    let (from, until) = (wareki::parse(pair.0.trim())?, wareki::parse(pair.1.trim())?);
    (from <= until).then_some((from, until))
}

/// Days of the week from Monday, 0 to 6: `月水金`, `毎日`, `平日`.
pub fn days(text: &str) -> Option<Vec<usize>> {
    const NAMES: [char; 7] = ['月', '火', '水', '木', '金', '土', '日'];
    match text.trim() {
        "毎日" => return Some((0..7).collect()),
        "平日" => return Some((0..5).collect()),
        _ => {}
    }
    let text = text.replace("曜日", "").replace("曜", "");
    let mut days = Vec::new();
    for letter in text.chars().filter(|letter| !letter.is_whitespace() && !"・、,，/".contains(*letter)) {
        days.push(NAMES.iter().position(|name| *name == letter)?);
    }
    days.sort_unstable();
    days.dedup();
    (!days.is_empty()).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[(&str, &str)]]) -> Typed {
        let cells = rows.iter().enumerate().flat_map(|(index, row)| {
            row.iter().map(move |(id, text)| (format!("{id}.{}", index + 1), (*text).to_owned()))
        });
        cells.collect()
    }

    #[test]
    fn empty_cells_continue_what_stands_above() {
        let typed = rows(&[
            &[("need", "歩きたい"), ("long_goal", "買物に行く"), ("short_goal", "家の中を歩く"), ("service", "体操")],
            &[("service", "訪問リハ"), ("frequency", "週2回")],
            &[],
            &[("short_goal", "庭に出る")],
            &[("need", "食べたい"), ("service", "配食")],
        ]);
        let needs = needs(EntryKind::HomeCarePlan, &typed);
        let outline: Vec<String> = needs
            .iter()
            .map(|need| {
                let goals = need.long_goals.iter().map(|long| {
                    let short = long.parts.iter().map(|short| {
                        let services: Vec<&str> = short.parts.iter().map(|service| service.text).collect();
                        format!("{}:{}", short.text, services.join("+"))
                    });
                    format!("{}[{}]", long.text, short.collect::<Vec<_>>().join(" "))
                });
                format!("{}@{} {}", need.text, need.row, goals.collect::<Vec<_>>().join(" "))
            })
            .collect();
        let expected = ["歩きたい@1 買物に行く[家の中を歩く:体操+訪問リハ 庭に出る:]", "食べたい@5 [:配食]"];
        assert_eq!(outline, expected);
    }

    #[test]
    fn terms_as_people_write_them() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let year = Some((day(2027, 4, 1), day(2028, 3, 31)));
        for (text, expected) in [
            ("令和9年4月1日～令和10年3月31日", year),
            ("R9.4.1〜R10.3.31", year),
            ("2027-04-01 - 2028-03-31", year),
            ("2027/4/1から2028/3/31まで", year),
            ("Ｒ９．４．１－Ｒ１０．３．３１", year),
            ("令和10年3月31日～令和9年4月1日", None),
            ("6か月", None),
            ("", None),
            ("2027-04-01", None),
        ] {
            assert_eq!(term(text), expected, "{text}");
        }
    }

    #[test]
    fn days_of_the_week() {
        for (text, expected) in [
            ("月水金", Some(vec![0, 2, 4])),
            ("金曜日、月曜日", Some(vec![0, 4])),
            ("毎日", Some(vec![0, 1, 2, 3, 4, 5, 6])),
            ("平日", Some(vec![0, 1, 2, 3, 4])),
            ("週2回", None),
            (" ", None),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_typed_breaks_the_reading(text in "\\PC{0,30}", cells in proptest::collection::vec(("need|long_goal|short_goal|service", 1usize..9, "\\PC{0,8}"), 0..20)) {
            term(&text);
            days(&text);
            let typed: Typed = cells.into_iter().map(|(id, row, text)| (format!("{id}.{row}"), text)).collect();
            let services: usize = typed.iter().filter(|(key, text)| key.starts_with("service") && !text.trim().is_empty()).count();
            let found: usize = needs(EntryKind::HomeCarePlan, &typed).iter().flat_map(|need| &need.long_goals).flat_map(|goal| &goal.parts).map(|goal| goal.parts.len()).sum();
            proptest::prop_assert_eq!(found, services, "no service is lost");
        }
    }
}
