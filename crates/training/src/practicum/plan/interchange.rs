//! Plans made in other software, by the CSV interchange of care plans (ケアプランデータ連携標準仕様, 第1～3表): columns as public software that
//! reads it has them, counted from 1. Insurer, insured number, names, addresses and the office's own particulars are never taken over;
//! what else looks like personal data is covered.

use super::{Cell, MOST_ROWS, cell};
use crate::practicum::entry::{EntryKind, LONGEST_TEXT, Typed};
use crate::practicum::personal_data::{COVER, covered};
use crate::wareki;
use chrono::NaiveDate;

/// Which sheet a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// 第1表, UP1KYO.
    First,
    /// 第2表, UP2KYO.
    Second,
    /// 第3表, UP3KYO.
    Third,
    /// 利用者補足情報, UPHOSOKU: the client's particulars, of which the name alone is read, to cover it.
    Client,
}

/// What a file cannot be taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRead {
    /// Neither the file's name nor its columns say which sheet it is.
    UnknownSheet,
    /// No row begins with the version of the format (six digits).
    NoRows,
    /// The files are about more than one client.
    SeveralClients,
    /// More rows than a plan can have here.
    TooManyRows,
    /// A text is longer than a field may be.
    TooLong,
}

/// What was taken over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    pub typed: Typed,
    /// Rows by sheet: first, second, third.
    pub rows: [usize; 3],
    /// Pieces that looked like personal data and were covered.
    pub covered: usize,
    /// Who the client is was in a file, so that the name is known and covered.
    pub client_known: bool,
}

impl Taken {
    /// Does this field belong to a sheet whose rows were taken over, so that rows typed before must not stay among them?
    pub fn replaces(&self, key: &str) -> bool {
        let id = key.split_once('.').map(|(id, _)| id);
        let of_sheet = |from: &str, until: &str| {
            let sections = super::forms::sections(EntryKind::HomeCarePlan).iter();
            let section =
                sections.filter(|section| section.fields.iter().any(|field| field.id == from || field.id == until));
            section.flat_map(|section| section.fields).any(|field| Some(field.id) == id)
        };
        (self.rows[1] > 0 && of_sheet("need", "need")) || (self.rows[2] > 0 && of_sheet("days", "activity"))
    }
}

/// Most rows of a file that are looked at: services and activities of a week stand in rows of one file.
const MOST_LINES: usize = 2 * MOST_ROWS;

/// Columns of each sheet.
const COLUMNS: [(Sheet, &str, usize); 4] = [
    (Sheet::First, "UP1KYO", 28),
    (Sheet::Second, "UP2KYO", 22),
    (Sheet::Third, "UP3KYO", 13),
    (Sheet::Client, "UPHOSOKU", 0),
];

/// By the file's name, or by the number of its columns.
pub fn sheet(name: &str, rows: &[Vec<String>]) -> Option<Sheet> {
    let name = name.to_uppercase();
    let by_name = COLUMNS.iter().find(|(_, mark, _)| name.contains(mark));
    let width = data(rows).next().map_or(0, Vec::len);
    by_name.or_else(|| COLUMNS.iter().find(|(_, _, columns)| *columns == width)).map(|(sheet, _, _)| *sheet)
}

/// Rows that begin with the version of the format.
fn data(rows: &[Vec<String>]) -> impl Iterator<Item = &Vec<String>> {
    rows.iter().filter(|row| {
        let version = row.first().map_or("", |text| text.trim());
        version.len() == 6 && version.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The files of one plan, each with its name and rows, as cells of a home care plan for the client `pseudonym`, in whose place the files
/// may have what is `called`: names, parted by blanks or lines.
pub fn read(files: &[(String, Vec<Vec<String>>)], (pseudonym, called): (&str, &str)) -> Result<Taken, NotRead> {
    let mut sheets = Vec::new();
    for (name, rows) in files {
        sheets.push((sheet(name, rows).ok_or(NotRead::UnknownSheet)?, rows));
    }
    let mut clients: Vec<&str> = sheets.iter().flat_map(|(_, rows)| data(rows)).map(|row| at(row, 3)).collect();
    clients.sort_unstable();
    clients.dedup();
    match clients.len() {
        0 => return Err(NotRead::NoRows),
        1 => {}
        _ => return Err(NotRead::SeveralClients),
    }
    let particulars: Vec<&Vec<String>> =
        sheets.iter().filter(|(sheet, _)| *sheet == Sheet::Client).flat_map(|(_, rows)| data(rows)).collect();
    // Kana and name; address, building and telephone.
    let names: Vec<String> =
        particulars.iter().flat_map(|row| [at(row, 6), at(row, 5)]).chain([called]).flat_map(names).collect();
    let others = particulars.iter().flat_map(|row| [at(row, 10), at(row, 11), at(row, 12)]);
    let others: Vec<&str> = others.filter(|text| text.chars().count() > 2).collect();
    let mut taken = Taken { client_known: !names.is_empty(), ..Taken::default() };
    let mut put = |key: &str, text: &str| {
        if let Some(cell) = cell(EntryKind::HomeCarePlan, key).filter(|_| !text.trim().is_empty()) {
            let named = names.iter().fold(text.trim().to_owned(), |text, name| text.replace(name, pseudonym));
            let known = others.iter().fold(named, |text, other| text.replace(other, COVER));
            let (text, count) = covered(&known);
            taken.covered += count;
            // What several rows say of the whole week stands one below the other.
            let kept = taken.typed.entry(Cell::key(cell).into_owned()).or_default();
            if kept.is_empty() {
                *kept = text;
            } else if !kept.lines().any(|line| line == text) {
                *kept = format!("{kept}\n{text}");
            }
        }
    };
    let mut counts = [0; 3];
    for (sheet, rows) in &sheets {
        if data(rows).count() > MOST_LINES {
            return Err(NotRead::TooManyRows);
        }
        match sheet {
            Sheet::First => {
                if let Some(row) = data(rows).next() {
                    counts[0] = 1;
                    first_sheet(row, &mut put);
                }
            }
            Sheet::Second => {
                let mut above: Option<&Vec<String>> = None;
                for row in data(rows) {
                    if counts[1] == MOST_ROWS {
                        return Err(NotRead::TooManyRows);
                    }
                    counts[1] += 1;
                    second_sheet(row, above, counts[1], &mut put);
                    above = Some(row);
                }
            }
            Sheet::Third => {
                let (mut weekly, mut activities) = (0, 0);
                for row in data(rows) {
                    counts[2] += 1;
                    third_sheet(row, (&mut weekly, &mut activities), &mut put);
                    if weekly.max(activities) > MOST_ROWS {
                        return Err(NotRead::TooManyRows);
                    }
                }
            }
            Sheet::Client => {}
        }
    }
    taken.rows = counts;
    if taken.typed.values().any(|text| text.chars().count() > LONGEST_TEXT) { Err(NotRead::TooLong) } else { Ok(taken) }
}

/// A name as it may stand in a text: whole, and its parts where a blank parts them.
fn names(name: &str) -> Vec<String> {
    let parts: Vec<&str> = name.split_whitespace().collect();
    let whole = [parts.concat(), parts.join(" "), parts.join("\u{3000}")].into_iter();
    let parts = parts.iter().map(|part| (*part).to_owned());
    whole.chain(parts).filter(|name| name.chars().count() > 1).collect()
}

/// The text of a column, counted from 1.
fn at(row: &[String], column: usize) -> &str {
    row.get(column - 1).map_or("", |text| text.trim())
}

/// `20270401` as people here write it; `00000000` says nothing.
fn day(text: &str) -> String {
    let day = NaiveDate::parse_from_str(text, "%Y%m%d").ok();
    day.map_or_else(String::new, wareki::format)
}

fn first_sheet(row: &[String], put: &mut impl FnMut(&str, &str)) {
    put("written_on", &day(at(row, 4)));
    put("changed_on", &day(at(row, 14)));
    put("first_on", &day(at(row, 15)));
    // 11 first, 12 referred, 21 continued; 51 to 54 are several at once, of which the first counts.
    let plan_type = match at(row, 16) {
        "11" | "51" | "52" | "54" => "first",
        "12" | "53" => "referred",
        "21" => "continued",
        _ => "",
    };
    put("plan_type", plan_type);
    put("certified_on", &day(at(row, 18)));
    let (from, until) = (day(at(row, 19)), day(at(row, 20)));
    if !from.is_empty() && !until.is_empty() {
        put("valid_term", &format!("{from}～{until}"));
    }
    let level = match at(row, 21).trim_start_matches("要介護") {
        "1" | "１" => "care_1",
        "2" | "２" => "care_2",
        "3" | "３" => "care_3",
        "4" | "４" => "care_4",
        "5" | "５" => "care_5",
        // The codes of claims.
        "21" => "care_1",
        "22" => "care_2",
        "23" => "care_3",
        "24" => "care_4",
        "25" => "care_5",
        _ => "",
    };
    put("care_level", level);
    put("analysis", at(row, 22));
    put("opinion", at(row, 23));
    put("policy", at(row, 24));
    let reason = match at(row, 25) {
        "1" => "alone",
        "2" => "family",
        "3" => "other",
        _ => "",
    };
    put("housework_reason", reason);
    put("housework_other", at(row, 26));
}

/// What the row above already says of the same need or goal is left empty, as on paper.
fn second_sheet(row: &[String], above: Option<&Vec<String>>, number: usize, put: &mut impl FnMut(&str, &str)) {
    let same = |column: usize| above.is_some_and(|above| at(above, column) == at(row, column));
    let mut put = |id: &str, text: &str| put(&format!("{id}.{number}"), text);
    let same_need = same(6) && same(7);
    let same_long = same_need && same(9) && same(11);
    let same_short = same_long && same(8) && same(10) && same(12);
    if !same_need {
        put("need", at(row, 7));
    }
    if !same_long {
        put("long_goal", at(row, 9));
        put("long_term", at(row, 11));
    }
    if !same_short {
        put("short_goal", at(row, 10));
        put("short_term", at(row, 12));
    }
    put("service", at(row, 14));
    put("insured", if matches!(at(row, 15), "Y" | "y" | "1") { "1" } else { "" });
    put("service_type", at(row, 16));
    put("provider", at(row, 18));
    put("frequency", at(row, 19));
    put("service_term", at(row, 20));
}

fn third_sheet(row: &[String], (weekly, activities): (&mut usize, &mut usize), put: &mut impl FnMut(&str, &str)) {
    const DAYS: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];
    let time = |text: &str| match text.len() {
        4 if text.is_ascii() => format!("{}:{}", &text[..2], &text[2..]),
        _ => text.to_owned(),
    };
    let day = at(row, 7).parse().ok().and_then(|day: usize| DAYS.get(day.checked_sub(1)?));
    if !at(row, 6).is_empty() {
        *weekly += 1;
        put(&format!("days.{weekly}"), day.unwrap_or(&""));
        put(&format!("weekly_from.{weekly}"), &time(at(row, 8)));
        put(&format!("weekly_until.{weekly}"), &time(at(row, 9)));
        put(&format!("weekly_service.{weekly}"), at(row, 6));
    }
    if !at(row, 10).is_empty() {
        *activities += 1;
        put(&format!("activity_from.{activities}"), &time(at(row, 11)));
        put(&format!("activity_until.{activities}"), &time(at(row, 12)));
        put(&format!("activity.{activities}"), at(row, 10));
    }
    put("other_services", at(row, 13));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(columns: &[(usize, &str)], width: usize) -> Vec<String> {
        let mut row = vec![String::new(); width];
        for (column, text) in [(1, "202404"), (2, "100001"), (3, "0000000001")].iter().chain(columns) {
            row[column - 1] = (*text).to_owned();
        }
        row
    }

    fn files() -> Vec<(String, Vec<Vec<String>>)> {
        let first = row(
            &[
                (4, "20270401"),
                (6, "架空市架空町1-2-3"),
                (16, "11"),
                (19, "20270401"),
                (20, "20280331"),
                (21, "要介護2"),
                (22, "架空様は家で暮らしたい。太郎はカクウ町の長男宅にいた。連絡先 090-0000-0000"),
                (8, "研修 花子"),
                (24, "見守る。花子が見本市例町から来る。電話 0279000000"),
                (25, "1"),
            ],
            28,
        );
        let service = |service: &'static str, need: &'static str| {
            row(
                &[(6, "1"), (7, need), (8, "1"), (9, "買物"), (10, "歩く"), (14, service), (15, "Y"), (19, "週2回")],
                22,
            )
        };
        let week = row(&[(6, "訪問介護"), (7, "3"), (8, "0930"), (9, "1030"), (10, "起床"), (11, "0700")], 13);
        let client = row(&[(5, "カクウ タロウ"), (6, "架空 太郎"), (10, "見本市例町"), (12, "0279000000")], 20);
        vec![
            ("UP1KYO_x.csv".to_owned(), vec![vec!["CSVバージョン".to_owned()], first]),
            (
                "plan.csv".to_owned(),
                vec![service("訪問介護", "歩きたい"), service("通所", "歩きたい"), service("配食", "食べたい")],
            ),
            ("UP3KYO.csv".to_owned(), vec![week]),
            ("UPHOSOKU.csv".to_owned(), vec![client]),
        ]
    }

    #[test]
    fn a_plan_is_taken_over_without_who_the_client_is() {
        let taken = read(&files(), ("A", "")).unwrap();
        let get = |key: &str| taken.typed.get(key).map_or("", String::as_str);
        for (key, expected) in [
            ("written_on", "令和9年4月1日"),
            ("plan_type", "first"),
            ("valid_term", "令和9年4月1日～令和10年3月31日"),
            ("care_level", "care_2"),
            ("policy", "見守る。花子が●●から来る。電話 ●●"),
            ("housework_reason", "alone"),
            ("need.1", "歩きたい"),
            ("need.2", ""),
            ("long_goal.2", ""),
            ("need.3", "食べたい"),
            ("service.2", "通所"),
            ("insured.1", "1"),
            ("frequency.3", "週2回"),
            ("days.1", "水"),
            ("weekly_from.1", "09:30"),
            ("activity.1", "起床"),
        ] {
            assert_eq!(get(key), expected, "{key}");
        }
        assert_eq!((taken.rows, taken.covered), ([1, 3, 1], 1));
        assert!(
            taken.replaces("service.9") && taken.replaces("activity.2"),
            "rows typed before do not stay among them"
        );
        assert!(!taken.replaces("policy") && !Taken::default().replaces("service.9"));
        let all = taken.typed.values().cloned().collect::<String>();
        for secret in ["架空", "太郎", "カクウ", "090", "0279", "見本市", "研修", "0000000001", "100001"] {
            assert!(!all.contains(secret), "{secret} in {all}");
        }
        assert_eq!(get("analysis"), "A様は家で暮らしたい。AはA町の長男宅にいた。連絡先 ●●");
        assert!(taken.client_known && !read(&files()[..3], ("A", "")).unwrap().client_known);
        // Without the client's file, what the trainee says the client is called.
        let told = read(&files()[..3], ("A", "架空 太郎")).unwrap();
        let all = told.typed.values().cloned().collect::<String>();
        assert!(told.client_known && !all.contains("架空") && !all.contains("太郎"), "{all}");
    }

    #[test]
    fn what_is_no_plan_is_refused() {
        let unknown = vec![("x.csv".to_owned(), vec![row(&[], 7)])];
        assert_eq!(read(&unknown, ("A", "")), Err(NotRead::UnknownSheet));
        let empty = vec![("UP1KYO.csv".to_owned(), vec![vec!["見出し".to_owned()]])];
        assert_eq!(read(&empty, ("A", "")), Err(NotRead::NoRows));
        let mut two = files();
        two[1].1[0][2] = "0000000002".to_owned();
        assert_eq!(read(&two, ("A", "")), Err(NotRead::SeveralClients));
        let mut many = files();
        many[1].1 = vec![many[1].1[0].clone(); MOST_ROWS + 1];
        assert_eq!(read(&many, ("A", "")), Err(NotRead::TooManyRows));
        let mut long = files();
        long[0].1[1][22] = "あ".repeat(LONGEST_TEXT + 1);
        assert_eq!(read(&long, ("A", "")), Err(NotRead::TooLong));
        let mut weeks = files();
        weeks[2].1 = ["受診", "受診", "福祉用具"].map(|other| row(&[(13, other)], 13)).to_vec();
        assert_eq!(read(&weeks, ("A", "")).unwrap().typed["other_services"], "受診\n福祉用具");
    }

    proptest::proptest! {
        #[test]
        fn any_rows_end_well(rows in proptest::collection::vec(proptest::collection::vec("(202404)|\\PC{0,12}", 0..30), 0..8), name in "(UP[123]KYO)|\\PC{0,8}") {
            let _ = read(&[(name, rows)], ("A", ""));
        }
    }
}
