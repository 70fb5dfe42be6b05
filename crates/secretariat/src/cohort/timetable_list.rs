//! The rows of a timetable in a file or a pasted text: as offices write them, read cell by cell.

use crate::list_file::{self, ListFile, ListRow, one_cell};
use crate::{BadCell, CellFault, Refusal};
use chrono::TimeDelta;
use documents::table::TableError;
use records::cohort::Cohort;
use training::cohort::timetable::{Row, Taught};
use training::guideline::curriculum::Curriculum;
use training::trainee::person::tidy;
use training::{NaiveDate, NaiveTime, time_of_day, wareki};

const DAY: &[&str] = &["日付", "月日", "年月日", "開催日", "研修日", "実施日"];
const FROM: &[&str] = &["開始", "開始時刻", "開始時間"];
const UNTIL: &[&str] = &["終了", "終了時刻", "終了時間"];
const RANGE: &[&str] = &["時間", "時間帯", "時刻", "研修時間"];
const SUBJECT: &[&str] = &["科目", "科目名", "研修科目", "内容", "科目・内容"];
const TITLE: &[&str] = &["名称", "日程", "日程名", "研修名", "回"];
const PLACE: &[&str] = &["会場", "場所", "会場・URL"];
const ONLINE: &[&str] = &["オンライン"];
const MINUTES: &[&str] = &["分", "分数", "時間（分）"];
const WEEKDAY: &[&str] = &["曜日", "曜"];
const TEACHERS: &[&str] = &["講師", "講師名", "担当講師"];

/// The headings of the file to fill in, and of the text a draft is kept in.
pub const HEADINGS: [&str; 9] = ["日付", "開始", "終了", "科目", "名称", "会場", "オンライン", "分", "講師"];

/// Most rows a list may have.
const MOST_ROWS: usize = 2_000;

/// The rows of a list, and the headings that have values and are not read.
pub(super) struct TimetableList {
    pub(super) rows: Vec<Row>,
    pub(super) unread: Vec<String>,
}

/// A fraction of a day, as a spreadsheet keeps a time that nobody has formatted.
fn fraction(text: &str) -> Option<NaiveTime> {
    let fraction: f64 = text.parse().ok().filter(|fraction| (0.0..1.0).contains(fraction))?;
    text.contains('.').then_some(())?;
    // At most a day has minutes: nothing is cut off.
    Some(NaiveTime::MIN + TimeDelta::minutes((fraction * 24.0 * 60.0).round() as i64))
}

/// A time of day: as people write it, after its day, or as a spreadsheet keeps it; 午後1時 is 13:00.
fn time(text: &str) -> Option<NaiveTime> {
    let last = text.rsplit_once([' ', 'T']).map_or(text, |(_, last)| last);
    let (half, clock) = match (last.strip_prefix("午前"), last.strip_prefix("午後")) {
        (Some(clock), _) => (0, clock),
        (_, Some(clock)) => (12, clock),
        _ => (0, last),
    };
    let time = time_of_day::parse(clock).or_else(|| fraction(clock))?;
    let is_before_noon = time < NaiveTime::MIN + TimeDelta::hours(12);
    Some(if is_before_noon { time + TimeDelta::hours(half) } else { time })
}

/// Reads a range of times: `9:30～12:00（150分）`, `午前9時30分から午後0時30分まで`.
fn range(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let text = text.split(['(', '（']).next().unwrap_or_default();
    let text = text.replace("から", "~").replace("まで", "");
    let (from, until) = text.split_once(['~', '〜', '-', '–', '—', '−', '→', 'ー'])?;
    Some((time(from.trim())?, time(until.trim())?))
}

/// The times of a row.
fn hours(row: &ListRow<'_>, bad: &mut Vec<BadCell>) -> Option<(NaiveTime, NaiveTime)> {
    let found = if row.has(RANGE[0]) {
        let text = row.cell(RANGE[0]);
        let found = range(&text);
        if found.is_none() {
            bad.push(row.bad(RANGE[0], CellFault::NoTime(text)));
        }
        found
    } else {
        let mut read = |column: &str| {
            let text = row.cell(column);
            let found = time(&text);
            if found.is_none() {
                bad.push(row.bad(column, if text.is_empty() { CellFault::Empty } else { CellFault::NoTime(text) }));
            }
            found
        };
        let (from, until) = (read(FROM[0]), read(UNTIL[0]));
        from.zip(until)
    };
    if let Some((from, until)) = found.filter(|(from, until)| until <= from) {
        let column = if row.has(UNTIL[0]) { UNTIL[0] } else { RANGE[0] };
        bad.push(row.bad(column, CellFault::TimesBackwards { from, until }));
    }
    found
}

/// Is a cell of the column "online" a yes? `None` for a text that says neither.
fn yes(text: &str) -> Option<bool> {
    let text = text.to_lowercase();
    match text.as_str() {
        "" | "×" | "x" | "0" | "いいえ" | "会場" | "集合" | "対面" | "no" | "-" | "無" | "false" => {
            return Some(false);
        }
        "○" | "〇" | "◯" | "●" | "1" | "はい" | "有" | "yes" | "✓" | "レ" | "true" => return Some(true),
        _ => {}
    }
    ["オンライン", "web", "zoom", "teams", "meet", "遠隔"].iter().any(|word| text.contains(word)).then_some(true)
}

const WEEKDAYS: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];

/// The weekday a text begins with.
fn weekday(text: &str) -> Option<&'static str> {
    WEEKDAYS.into_iter().find(|known| text.starts_with(known))
}

/// A date, with the weekday that stands behind it in brackets or after a blank.
fn date_and_weekday(text: &str) -> (&str, Option<&'static str>) {
    let behind = text.split_once(['(', '（', ' ']).filter(|(_, behind)| behind.chars().count() <= 5);
    match behind.and_then(|(date, behind)| Some((date.trim(), weekday(behind.trim())?))) {
        Some((date, weekday)) => (date, Some(weekday)),
        None => (behind.filter(|(_, behind)| behind.starts_with('祝')).map_or(text, |(date, _)| date.trim()), None),
    }
}

/// A day; of one without a year the one in the course, or the nearest to its beginning. A spreadsheet may have kept the number of the day, or
/// midnight behind it.
fn day(text: &str, cohort: &Cohort) -> Option<NaiveDate> {
    let text = text.trim().trim_end_matches(" 00:00:00").trim_end_matches(" 0:00");
    // 12.10 that was saved as a number is 12.1: nobody knows which day was meant.
    let is_decimal = text.split_once('.').is_some_and(|(a, b)| a.parse::<u32>().is_ok() && b.parse::<u32>().is_ok());
    if is_decimal {
        return None;
    }
    if let Some(serial) = text.parse::<i64>().ok().filter(|serial| (36_526..73_415).contains(serial)) {
        return NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_signed(TimeDelta::days(serial));
    }
    let near = wareki::parse_near(text, cohort.starts_on)?;
    let is_in = |day: &NaiveDate| (cohort.starts_on..=cohort.ends_on).contains(day);
    Some(wareki::parse_near(text, cohort.ends_on).filter(|late| !is_in(&near) && is_in(late)).unwrap_or(near))
}

/// The day of a row; a weekday that is not its own is told: one of the two is a slip. 第2日 before it is passed over.
fn read_day(row: &ListRow<'_>, cohort: &Cohort, bad: &mut Vec<BadCell>) -> Option<NaiveDate> {
    let text = row.cell(DAY[0]);
    let is_title = |word: &str| word.starts_with('第') && word.ends_with(['日', '回']);
    let date = text.split_once(' ').filter(|(word, _)| is_title(word)).map_or(text.as_str(), |(_, date)| date);
    let (date, behind) = date_and_weekday(date);
    let Some(found) = day(date, cohort) else {
        bad.push(row.bad(DAY[0], CellFault::NoDate(text)));
        return None;
    };
    let of_column = row.cell(WEEKDAY[0]);
    for (column, told) in [(DAY[0], behind), (WEEKDAY[0], weekday(of_column.trim_start_matches(['(', '（'])))] {
        if told.is_some_and(|told| told != wareki::weekday(found)) {
            let value = if column == DAY[0] { text.clone() } else { of_column.clone() };
            bad.push(row.bad(column, CellFault::OtherWeekday { value, day: found }));
        }
    }
    Some(found)
}

/// Minutes: `90`, `90.0`, `90分`, `1.5時間`.
fn minutes(text: &str) -> Option<u32> {
    let (number, unit) = match text.strip_suffix("時間") {
        Some(hours) => (hours, 60.0),
        None => (text.trim_end_matches('分'), 1.0),
    };
    let minutes = number.trim().parse::<f64>().ok()? * unit;
    let is_whole = minutes.fract() == 0.0 && (1.0..=24.0 * 60.0).contains(&minutes);
    is_whole.then_some(minutes as u32)
}

/// A row without times and subject sets the day at most: a heading of a day, a note, a sum.
fn is_no_lesson(row: &ListRow<'_>) -> bool {
    let times = [FROM[0], UNTIL[0], RANGE[0]].map(|column| row.cell(column));
    let subject = row.cell(SUBJECT[0]);
    let is_sum = ["合計", "小計", "計", "総計"].contains(&subject.as_str());
    let is_heading = SUBJECT.contains(&subject.as_str());
    // A break that was merged over the columns of the times.
    let is_break = times.iter().any(|text| Taught::is_nothing(text));
    (times.iter().all(String::is_empty) && (subject.is_empty() || is_sum)) || is_heading || is_break
}

/// Does a cell of a row without a lesson say a day? A note or a sum says none.
fn says_day(text: &str) -> bool {
    let is_note = text.starts_with(['※', '*', '注', '(', '（']) || text.contains('計');
    !is_note && text.contains(|c: char| c.is_ascii_digit())
}

/// Reads the rows of a list. The day of a row without one is that of the row above it; a day without a year lies in the course.
fn read(file: &ListFile, cohort: &Cohort, curriculum: &Curriculum) -> Result<Vec<Row>, Refusal> {
    let (mut rows, mut bad) = (Vec::new(), Vec::new());
    let mut today: Option<NaiveDate> = None;
    for row in file.rows() {
        let told = row.cell(DAY[0]);
        if is_no_lesson(&row) {
            if says_day(&told) {
                today = read_day(&row, cohort, &mut bad);
            }
            continue;
        }
        if !told.is_empty() {
            today = read_day(&row, cohort, &mut bad);
        } else if today.is_none() {
            bad.push(row.bad(DAY[0], CellFault::Empty));
        }
        let hours = hours(&row, &mut bad);
        let subject = row.cell(SUBJECT[0]);
        let taught = Taught::named(curriculum, &subject);
        if taught.is_none() {
            let fault = if subject.is_empty() { CellFault::Empty } else { CellFault::UnknownSubject(subject) };
            bad.push(row.bad(SUBJECT[0], fault));
        }
        let of_minutes = row.cell(MINUTES[0]);
        let read_minutes = minutes(&of_minutes);
        if !of_minutes.is_empty() && read_minutes.is_none() {
            bad.push(row.bad(MINUTES[0], CellFault::NotBetween { value: of_minutes, from: 1, until: 24 * 60 }));
        }
        let online = row.cell(ONLINE[0]);
        if yes(&online).is_none() {
            bad.push(row.bad(ONLINE[0], CellFault::NeitherYesNorNo(online.clone())));
        }
        let teachers = row.as_written(TEACHERS[0]);
        let teachers = teachers.split(['、', ',', '，', '/', '／', '・', '\n']).map(tidy);
        if let (Some(day), Some((from, until)), Some(taught)) = (today, hours, taught) {
            rows.push(Row {
                number: row.number,
                day,
                from,
                until,
                taught,
                minutes: read_minutes,
                title: tidy(&row.as_written(TITLE[0])),
                place: tidy(&row.as_written(PLACE[0])),
                online: yes(&online).unwrap_or(false),
                teachers: teachers.filter(|name| !name.is_empty()).collect(),
            });
        }
    }
    list_file::check(bad)?;
    Ok(rows)
}

/// Reads a file or a pasted text.
pub(super) async fn read_list(
    bytes: &[u8],
    cohort: &Cohort,
    curriculum: &Curriculum,
) -> Result<TimetableList, Refusal> {
    let missing =
        |refusal: &Refusal| matches!(refusal, Refusal::File(list_file::refusal::FileRefusal::ColumnMissing(_)));
    let also = [WEEKDAY, TITLE, PLACE, ONLINE, MINUTES, TEACHERS];
    let tables = list_file::tables(bytes).await?;
    let in_two = ListFile::read_any(tables.clone(), &[DAY, FROM, UNTIL, SUBJECT], &also);
    let file = match in_two {
        Err(refusal) if missing(&refusal) => ListFile::read_any(tables, &[DAY, RANGE, SUBJECT], &also)
            .map_err(|other| if missing(&other) { refusal } else { other })?,
        found => found?,
    };
    if file.rows().nth(MOST_ROWS).is_some() {
        return Err(TableError::TooLong(MOST_ROWS).into());
    }
    Ok(TimetableList { rows: read(&file, cohort, curriculum)?, unread: file.unread() })
}

/// A row in the columns it is read in.
pub(super) fn cells(row: &Row, curriculum: &Curriculum) -> [String; HEADINGS.len()] {
    let subject = match &row.taught {
        Taught::Nothing(word) => word.clone(),
        Taught::Subject(code) => {
            let name = curriculum.subject(code).map_or("", |subject| subject.name.as_str());
            format!("{code} {name}").trim_end().to_owned()
        }
    };
    [
        row.day.to_string(),
        row.from.format("%H:%M").to_string(),
        row.until.format("%H:%M").to_string(),
        subject,
        row.title.clone(),
        row.place.clone(),
        if row.online { "○".to_owned() } else { String::new() },
        row.minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
        row.teachers.join("、"),
    ]
}

/// Rows as a text that is read as the same rows.
pub(super) fn text_of(rows: &[Row], curriculum: &Curriculum) -> String {
    let row = |row: &Row| cells(row, curriculum).map(|cell| one_cell(&cell)).join("\t");
    std::iter::once(HEADINGS.join("\t")).chain(rows.iter().map(row)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(text: &str) -> NaiveTime {
        time_of_day::parse(text).unwrap()
    }

    #[test]
    fn ranges_of_times_as_people_write_them() {
        for (text, expected) in [
            ("9:30～12:00", Some(("9:30", "12:00"))),
            ("９：３０－１２：００", Some(("9:30", "12:00"))),
            ("9:30-12:00", Some(("9:30", "12:00"))),
            ("9:30～12:00（150分）", Some(("9:30", "12:00"))),
            ("9時30分から12時まで", Some(("9:30", "12:00"))),
            ("午前9時30分～午後0時30分", Some(("9:30", "12:30"))),
            ("9:30", None),
            ("9:30～", None),
            ("午前", None),
        ] {
            let text = training::trainee::person::normalise(text);
            let expected = expected.map(|(from, until)| (clock(from), clock(until)));
            assert_eq!(range(&text), expected, "{text}");
        }
    }

    #[test]
    fn times_and_minutes_as_a_spreadsheet_keeps_them() {
        for (text, expected) in [
            ("0.395833333333333", Some("9:30")),
            ("2026-12-13 09:30:00", Some("9:30")),
            ("午後1:05", Some("13:05")),
            ("午後12:05", Some("12:05")),
            ("13:05", Some("13:05")),
            ("1", None),
            ("1.5", None),
            ("", None),
        ] {
            assert_eq!(time(text), expected.map(clock), "{text}");
        }
        for (text, expected) in [
            ("90", Some(90)),
            ("180.0", Some(180)),
            ("90分", Some(90)),
            ("1.5時間", Some(90)),
            ("3時間", Some(180)),
            ("90.5", None),
            ("0", None),
            ("-5", None),
            ("九十", None),
            ("", None),
        ] {
            assert_eq!(minutes(text), expected, "{text}");
        }
    }

    #[test]
    fn days_of_a_course() {
        let at = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let cohort = Cohort { starts_on: at(2026, 12, 1), ends_on: at(2027, 3, 26), ..cohort() };
        for (text, expected, weekday) in [
            ("12/5(土)", Some(at(2026, 12, 5)), Some("土")),
            ("12/5（土・祝）", Some(at(2026, 12, 5)), Some("土")),
            ("12月5日 土曜日", Some(at(2026, 12, 5)), Some("土")),
            ("3/1", Some(at(2027, 3, 1)), None),
            ("令和9年1月10日", Some(at(2027, 1, 10)), None),
            ("2026-12-13 00:00:00", Some(at(2026, 12, 13)), None),
            ("46369", Some(at(2026, 12, 13)), None),
            ("12.1", None, None),
            ("初日", None, None),
        ] {
            let (date, behind) = date_and_weekday(text);
            assert_eq!((day(date, &cohort), behind), (expected, weekday), "{text}");
        }
    }

    fn cohort() -> Cohort {
        Cohort {
            id: 1,
            name: String::new(),
            edition: String::new(),
            supplements: String::new(),
            starts_on: NaiveDate::default(),
            ends_on: NaiveDate::default(),
            practicum_from: NaiveDate::default(),
            practicum_weeks: 0,
            travel_limit_m: 0,
            cancelled: false,
            facts_version: 0,
            version: 1,
        }
    }
}
