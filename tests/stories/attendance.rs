//! Attendance of a class by several people, by lists and before its day; over HTTP on both databases.

use crate::support::{Kensan, Visitor, first_day, hidden, text};
use chrono::TimeDelta;
use reqwest::StatusCode;
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

const ROSTER: &str = "受験番号,氏名,フリガナ,生年月日\r\n\
0001,研修 太郎,ケンシュウ タロウ,1985-04-01\r\n\
0002,研修 花子,ケンシュウ ハナコ,1990-05-06\r\n\
0003,研修 一郎,ケンシュウ イチロウ,1993-07-08\r\n";

/// A class of three people that comes on the third day, 9:00 to 16:00.
struct Class {
    kensan: Kensan,
    staff: secretariat::Staff,
    enrolments: Vec<i64>,
    numbers: Vec<String>,
}

async fn class(kensan: Kensan) -> Class {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let teacher = kensan.account(&staff, "koushi", Role::Instructor, None, None).await.to_string();
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read("/cohorts").await;
    let day = |offset: i64| (first_day() + TimeDelta::days(offset)).to_string();
    let (starts, ends, practicum, held) = (day(0), day(120), day(60), day(3));
    let fields = [
        ("name", "第1期"),
        ("edition", "initial-training-revised"),
        ("starts_on", starts.as_str()),
        ("ends_on", &ends),
        ("practicum_from", &practicum),
        ("practicum_weeks", "2"),
        ("travel_limit_km", "30"),
    ];
    let cohort = office.submit("/cohorts", &fields).await;
    office.upload(&format!("{cohort}/roster"), "roster.csv", ROSTER.as_bytes().to_vec(), &[]).await;
    office.submit(&format!("{cohort}/enrol"), &[]).await;
    let session = [
        ("title", "前期第1日"),
        ("day", held.as_str()),
        ("starts", "９時"),
        ("ends", "1600"),
        ("subject", "02"),
        ("minutes", "120"),
        ("instructor", teacher.as_str()),
    ];
    office.submit(&format!("{cohort}/sessions"), &session).await;
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let enrolled = work.enrolments(1).await.unwrap();
    drop(work);
    Class {
        enrolments: enrolled.iter().map(|known| known.id).collect(),
        numbers: enrolled.into_iter().map(|known| known.trainee_number).collect(),
        kensan,
        staff,
    }
}

impl Class {
    /// The fields of the sheet as a page shows them before anything is typed.
    fn sheet(&self, page: &str) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        for id in &self.enrolments {
            fields.push(("trainee".to_owned(), id.to_string()));
            for name in [format!("seen-{id}"), format!("arrived-{id}"), format!("left-{id}")] {
                let value = hidden(page, &name);
                fields.push((name, value));
            }
            if page.contains(&format!("name=\"present-{id}\" value=\"1\" checked")) {
                fields.push((format!("present-{id}"), "1".to_owned()));
            }
        }
        fields
    }

    /// What counts, as `09:00-16:00` or `-`, by trainee.
    async fn recorded(&self) -> Vec<String> {
        let mut work = self.kensan.secretariat.read(&self.staff).await.unwrap();
        let rows = work.current_attendance(1).await.unwrap();
        let words = |id: &i64| {
            let row = rows.iter().find(|row| row.enrolment_id == *id);
            row.map_or_else(String::new, |row| match row.arrived_at.zip(row.left_at) {
                Some((arrived, left)) => format!("{}-{}", arrived.format("%H:%M"), left.format("%H:%M")),
                None => "-".to_owned(),
            })
        };
        self.enrolments.iter().map(words).collect()
    }

    async fn judged_met(&self, trainee: usize) -> bool {
        let judged = self
            .kensan
            .secretariat
            .judge_trainee(&mut self.kensan.secretariat.read(&self.staff).await.unwrap(), self.enrolments[trainee])
            .await
            .unwrap();
        let finding =
            judged.judgement.findings.iter().find(|finding| finding.subject.as_deref() == Some("02")).unwrap();
        !finding.verdict.evidence.is_empty()
    }
}

async fn post(visitor: &Visitor, fields: &[(String, String)]) -> (StatusCode, String) {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = visitor.post("/sessions/1/attendance", &fields).await;
    (answer.status(), text(answer).await)
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value.to_owned()));
}

fn unset(fields: &mut Vec<(String, String)>, name: &str) {
    fields.retain(|(known, _)| known != name);
}

async fn story(kensan: Kensan) {
    let class = class(kensan).await;
    let mut office = class.kensan.signed_in("jimukyoku").await;
    let [first, second, third] = class.enrolments[..] else { panic!() };

    // The day has not come: nothing is recorded by any way, and nothing counts.
    let page = office.read("/sessions/1").await;
    assert!(page.contains("まだ来ていません") && !page.contains("出席を記録する</button>"), "{page}");
    assert!(page.contains("研修 太郎") && !page.contains("name=\"trainee\""), "who is to come stands there, to read");
    let early: Vec<(String, String)> = class
        .enrolments
        .iter()
        .flat_map(|id| [("trainee".to_owned(), id.to_string()), (format!("present-{id}"), "1".to_owned())])
        .collect();
    let (status, answer) = post(&office, &early).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.contains("まだ来ていません"), "{answer}");
    let list = |rows: &str| format!("受講番号,入室,退室\r\n{rows}").into_bytes();
    let early = list(&format!("{},09:00,16:00\r\n", class.numbers[0]));
    let refused = office.upload("/sessions/1/import", "card.csv", early, &[]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(class.recorded().await, ["", "", ""]);
    assert!(!class.judged_met(0).await);

    class.kensan.days_pass(3);
    let mut office = class.kensan.signed_in("jimukyoku").await;
    let mut teacher = class.kensan.signed_in("koushi").await;

    // Both open the page before anything is recorded; what each has touched is kept, what the other did stays.
    let (of_office, of_teacher) = (office.read("/sessions/1").await, teacher.read("/sessions/1").await);
    let mut late = class.sheet(&of_office);
    set(&mut late, &format!("arrived-{first}"), "10:00");
    assert_eq!(post(&office, &late).await.0, StatusCode::SEE_OTHER);
    let mut absent = class.sheet(&of_teacher);
    unset(&mut absent, &format!("present-{second}"));
    let (status, answer) = post(&teacher, &absent).await;
    assert_eq!(status, StatusCode::CONFLICT, "the second was recorded as present meanwhile: {answer}");
    let mut absent = class.sheet(&teacher.read("/sessions/1").await);
    unset(&mut absent, &format!("present-{second}"));
    set(&mut absent, "reason", "欠席の付け忘れ");
    assert_eq!(post(&teacher, &absent).await.0, StatusCode::SEE_OTHER);
    assert_eq!(class.recorded().await, ["10:00-16:00", "-", "09:00-16:00"]);
    assert!(class.judged_met(2).await);

    // An older page: the first stays late, whom nobody but the older page has touched is corrected.
    let (of_office, of_teacher) = (office.read("/sessions/1").await, teacher.read("/sessions/1").await);
    let mut earlier = class.sheet(&of_office);
    set(&mut earlier, &format!("arrived-{first}"), "9:30");
    set(&mut earlier, "reason", "電車の遅れ（本人申出）");
    assert_eq!(post(&office, &earlier).await.0, StatusCode::SEE_OTHER);
    let mut older = class.sheet(&of_teacher);
    unset(&mut older, &format!("present-{third}"));
    set(&mut older, "reason", "早退ではなく欠席");
    assert_eq!(post(&teacher, &older).await.0, StatusCode::SEE_OTHER);
    assert_eq!(class.recorded().await, ["09:30-16:00", "-", "-"]);
    let mut both = class.sheet(&of_teacher);
    unset(&mut both, &format!("present-{first}"));
    set(&mut both, "reason", "取り違え");
    assert_eq!(post(&teacher, &both).await.0, StatusCode::CONFLICT, "both have changed the first");

    // A list with a broken formula, a trainee twice, a number nobody has: every bad cell is named, nothing is saved.
    let before = class.recorded().await;
    let rows =
        format!("{0},09:00,16:00\r\n{1},#N/A,\r\n{2},,#REF!\r\n", class.numbers[0], class.numbers[1], class.numbers[2]);
    let refused = office.upload("/sessions/1/import", "card.csv", list(&rows), &[]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let told = text(refused).await;
    assert!(told.contains("3行目「入室」: 「#N/A」") && told.contains("4行目「退室」: 「#REF!」"), "{told}");
    let rows = format!("{0},09:00,16:00\r\n{0},,\r\n9999,9:5,\r\n", class.numbers[0]);
    let refused = text(office.upload("/sessions/1/import", "card.csv", list(&rows), &[]).await).await;
    assert!(refused.contains("3行目") && refused.contains("2 行目") && refused.contains("4行目「入室」"), "{refused}");
    assert_eq!(class.recorded().await, before);

    // An older list of the card reader asks before it changes what is recorded, and needs a reason.
    let rows = format!("{},09:00,16:00\r\n{},09:00,16:00\r\n", class.numbers[0], class.numbers[1]);
    let asks = office.upload("/sessions/1/import", "古い一覧.csv", list(&rows), &[]).await;
    assert_eq!(asks.status(), StatusCode::CONFLICT);
    let page = text(asks).await;
    assert!(page.contains("2 件変わります") && page.contains("09:30–16:00") && page.contains("欠席"), "{page}");
    assert_eq!(class.recorded().await, before, "nothing is saved yet");
    let mut fields = Vec::new();
    for id in [first, second] {
        fields.push(("trainee".to_owned(), id.to_string()));
        for name in ["seen", "present", "arrived", "left"] {
            let name = format!("{name}-{id}");
            fields.push((name.clone(), hidden(&page, &name)));
        }
    }
    for name in ["list_name", "list_digest"] {
        fields.push((name.to_owned(), hidden(&page, name)));
    }
    assert_eq!(post(&office, &fields).await.0, StatusCode::UNPROCESSABLE_ENTITY, "without a reason");
    fields.push(("reason".to_owned(), "カードの時刻が正しい".to_owned()));
    assert_eq!(post(&office, &fields).await.0, StatusCode::SEE_OTHER);
    assert_eq!(class.recorded().await, ["09:00-16:00", "09:00-16:00", "-"]);
    assert!(office.read("/imports").await.contains("古い一覧.csv"));
}
