//! Files as people send them, each with its right outcome: hidden sheets and rows, number formats, errors of formulas, old forms of
//! characters, codes a spreadsheet has damaged; over HTTP on both databases.

use crate::support::{Kensan, Visitor, first_day, hidden, text};
use chrono::TimeDelta;
use records::trainee::enrolment::Enrolment;
use reqwest::StatusCode;
use secretariat::Staff;
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

macro_rules! case {
    ($name:literal) => {
        include_bytes!(concat!("cases/", $name)).as_slice()
    };
}

struct Office {
    kensan: Kensan,
    staff: Staff,
    visitor: Visitor,
    cohorts: i64,
}

impl Office {
    /// A new cohort each time; gives its address and number.
    async fn cohort(&mut self) -> (String, i64) {
        self.cohorts += 1;
        let day = |offset: i64| (first_day() + TimeDelta::days(offset)).to_string();
        let (name, starts, ends, practicum) = (format!("第{}期", self.cohorts), day(0), day(120), day(60));
        let fields = [
            ("name", name.as_str()),
            ("edition", "initial-training-revised"),
            ("starts_on", &starts),
            ("ends_on", &ends),
            ("practicum_from", &practicum),
            ("practicum_weeks", "2"),
            ("travel_limit_km", "30"),
        ];
        let address = self.visitor.submit("/cohorts", &fields).await;
        let number = address.rsplit('/').next().unwrap().parse().unwrap();
        (address, number)
    }

    async fn import(&self, cohort: &str, file: &str, bytes: &[u8], fields: &[(&str, &str)]) -> (StatusCode, String) {
        let answer = self.visitor.upload(&format!("{cohort}/roster"), file, bytes.to_vec(), fields).await;
        (answer.status(), text(answer).await)
    }

    /// Imports a roster that is taken without a question; gives who is enrolled.
    async fn taken(&mut self, bytes: &[u8]) -> (String, Vec<Enrolment>) {
        let (address, number) = self.cohort().await;
        let (status, told) = self.import(&address, "名簿", bytes, &[]).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{told}");
        (address, self.enrolled(number).await)
    }

    async fn enrolled(&self, cohort: i64) -> Vec<Enrolment> {
        let mut work = self.kensan.secretariat.read(&self.staff).await.unwrap();
        let mut enrolled = work.enrolments(cohort).await.unwrap();
        enrolled.sort_by(|one, other| one.exam_number.cmp(&other.exam_number));
        enrolled
    }
}

fn who(enrolled: &[Enrolment]) -> Vec<(&str, &str)> {
    enrolled.iter().map(|known| (known.exam_number.as_deref().unwrap_or_default(), known.name.as_str())).collect()
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut visitor = kensan.signed_in("jimukyoku").await;
    visitor.read("/cohorts").await;
    let mut office = Office { kensan, staff, visitor, cohorts: 0 };
    sheets_and_cells(&mut office).await;
    old_forms(&mut office).await;
    known_people(&mut office).await;
    characters_beyond_cp932(&mut office).await;
    hidden_rows(&mut office).await;
    attendance(&mut office).await;
    offices(&mut office).await;
    control_characters(&mut office).await;
}

async fn sheets_and_cells(office: &mut Office) {
    let (_, one) = office.taken(case!("01-hidden-sheet.xlsx")).await;
    assert_eq!(who(&one), [("26100001", "見本 一郎")]);
    let (_, two) = office.taken(case!("01-notes-first.xlsx")).await;
    assert_eq!(who(&two), [("26100002", "見本 二郎")]);

    let (_, formatted) = office.taken(case!("02-number-formats.xlsx")).await;
    let numbers: Vec<&str> = formatted.iter().filter_map(|known| known.exam_number.as_deref()).collect();
    assert_eq!(numbers, ["00090887", "0012"]);
    let (_, formatted) = office.taken(case!("02-postcode-phone.xlsx")).await;
    let shown = office.visitor.read(&format!("/trainees/{}", formatted[0].id)).await;
    assert!(shown.contains("060-0001") && shown.contains("09012345678"), "{shown}");

    let (cohort, number) = office.cohort().await;
    let (status, told) = office.import(&cohort, "名簿.xlsx", case!("03-error-cells.xlsx"), &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.contains("#N/A") && told.contains("#REF!"), "{told}");
    assert_eq!(office.enrolled(number).await, []);
}

async fn old_forms(office: &mut Office) {
    let names = ["\u{fa2a}\u{fa10} \u{fa19}太", "\u{fa1b}\u{fa1e} \u{f9dc}", "髙\u{fa11} 京子"];
    for (number, bytes) in [case!("04-old-forms-cp932.csv"), case!("04-old-forms-utf8.csv")].iter().enumerate() {
        let (cohort, id) = office.cohort().await;
        let (mut status, mut told) = office.import(&cohort, "名簿.csv", bytes, &[]).await;
        if number > 0 {
            assert_eq!(status, StatusCode::CONFLICT, "the same people again are asked about");
            let again = [("decision-2", "same"), ("decision-3", "same"), ("decision-4", "same")];
            (status, told) = office.import(&cohort, "名簿.csv", bytes, &again).await;
        }
        assert_eq!(status, StatusCode::SEE_OTHER, "{told}");
        let enrolled = office.enrolled(id).await;
        let kept: Vec<&str> = enrolled.iter().map(|known| known.name.as_str()).collect();
        assert_eq!(kept, names);
        let page = office.visitor.read(&format!("/trainees/{}", enrolled[0].id)).await;
        assert!(page.contains(names[0]));
        let list = office.visitor.get(&format!("{cohort}/list/attendance-book/csv-cp932")).await;
        assert_eq!(list.headers()["content-type"], "text/csv; charset=Shift_JIS");
        let list = list.bytes().await.unwrap();
        let (list, _) = documents::encoding::decode(&list).unwrap();
        assert!(names.iter().all(|name| list.contains(name)), "{list}");
    }
    let found = office.visitor.read("/trainees?q=福羽").await;
    assert!(found.contains(names[1]), "found by the usual form");
}

async fn known_people(office: &mut Office) {
    office.taken(case!("07-first-year.csv")).await;
    let (cohort, number) = office.cohort().await;
    let (status, asked) = office.import(&cohort, "名簿.csv", case!("07-next-year.csv"), &[]).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(asked.contains("decision-2") && asked.contains("decision-3"), "{asked}");
    assert_eq!(office.enrolled(number).await, []);
    let wanted =
        ["見本千代子", "見本　千代子", "みほん ちよこ", "ﾐﾎﾝ", "ＭＩＨＯＮ", "chiyoko@mail", "大手町１－１－１"];
    for (index, query) in wanted.iter().enumerate() {
        let page = office.visitor.get(&format!("/trainees?q={query}")).await;
        assert_eq!(text(page).await.contains("見本 千代子"), index != 4, "{query}");
    }
}

async fn characters_beyond_cp932(office: &mut Office) {
    let (cohort, enrolled) = office.taken(case!("09-characters-beyond-cp932.csv")).await;
    let list = format!("{cohort}/list/attendance-book/csv-cp932");
    let told = office.visitor.get(&list).await;
    assert!(told.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    let told = text(told).await;
    assert!(told.contains("𠮷") && told.contains("2 文字") && told.contains('é'), "{told}");
    let file = office.visitor.get(&format!("{list}?replace=1")).await.bytes().await.unwrap();
    let (lines, _) = documents::encoding::decode(&file).unwrap();
    assert!(lines.contains("〓田 渚子"), "{lines}");
    let whole = office.visitor.get(&format!("{cohort}/list/attendance-book/csv")).await;
    assert!(text(whole).await.contains(&enrolled[0].name));
}

async fn hidden_rows(office: &mut Office) {
    let (cohort, number) = office.cohort().await;
    let bytes = case!("30-hidden-row.xlsx");
    let (status, asked) = office.import(&cohort, "名簿.xlsx", bytes, &[]).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(asked.contains("3") && asked.contains("辞退 十子"), "{asked}");
    assert_eq!(office.enrolled(number).await, []);
    let (status, _) = office.import(&cohort, "名簿.xlsx", bytes, &[("decision-3", "skip")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(office.enrolled(number).await.iter().all(|known| known.name != "辞退 十子"));
    // What was decided before is kept while the next question is answered.
    let (second, number) = office.cohort().await;
    let (status, asked) =
        office.import(&second, "名簿.xlsx", bytes, &[("decision-2", "same"), ("decision-3", "include")]).await;
    assert_eq!(status, StatusCode::CONFLICT, "the third is known too");
    assert_eq!((hidden(&asked, "decision-2").as_str(), hidden(&asked, "decision-3").as_str()), ("same", "include"));
    let decided = [("decision-2", "same"), ("decision-3", "include"), ("decision-4", "same")];
    let (status, told) = office.import(&second, "名簿.xlsx", bytes, &decided).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{told}");
    let enrolled = office.enrolled(number).await;
    assert!(enrolled.iter().any(|known| known.name == "辞退 十子"));
    // The same roster once more: everybody takes part already, and leaving them out is what is offered.
    let (status, asked) = office.import(&second, "名簿.xlsx", bytes, &[("decision-3", "include")]).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(asked.contains("この期にすでに登録されています") && asked.contains("value=\"skip\" checked"), "{asked}");
    assert!(!asked.contains("value=\"same\""), "{asked}");
    let again = [("decision-2", "same"), ("decision-3", "same"), ("decision-4", "same")];
    let (status, _) = office.import(&second, "名簿.xlsx", bytes, &again).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(office.enrolled(number).await, enrolled);
}

async fn attendance(office: &mut Office) {
    let roster = "受験番号,氏名,フリガナ,生年月日\r\n\
0901,出席 一子,シュッセキ イチコ,1985-04-01\r\n0902,出席 二子,シュッセキ ニコ,1985-04-02\r\n0903,出席 三子,シュッセキ サンコ,1985-04-03\r\n\
0904,出席 四子,シュッセキ ヨンコ,1985-04-04\r\n";
    let (cohort, number) = office.cohort().await;
    office.import(&cohort, "名簿.csv", roster.as_bytes(), &[]).await;
    office.visitor.submit(&format!("{cohort}/enrol"), &[]).await;
    let day = first_day().to_string();
    let session = [
        ("title", "前期第1日"),
        ("day", day.as_str()),
        ("starts", "09:00"),
        ("ends", "16:00"),
        ("subject", "02"),
        ("minutes", "120"),
    ];
    office.visitor.submit(&format!("{cohort}/sessions"), &session).await;
    let enrolled = office.enrolled(number).await;
    // The lists name the trainees of another office's numbering: they are written anew with ours.
    let list = |bytes: &[u8]| {
        let mut table = documents::table::read(bytes).unwrap();
        for row in table.rows.iter_mut().skip(1) {
            let index = row[0].trim_start_matches("2026-").parse::<usize>().unwrap() - 1;
            row[0] = enrolled[index].trainee_number.clone();
        }
        table.format = documents::table::Format::Csv(documents::encoding::Encoding::Utf8);
        documents::table::write(&table).unwrap()
    };
    let errors = list(case!("11-attendance.xlsx"));
    let answer = office.visitor.upload("/sessions/1/import", "card.xlsx", errors, &[]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let told = text(answer).await;
    for named in ["3行目「入室」", "3行目「退室」", "4行目「入室」", "#N/A", "#REF!"] {
        assert!(told.contains(named), "{named}: {told}");
    }
    assert_eq!(attended(office).await, Vec::<(i64, String)>::new());
    let elapsed = list(case!("11-attendance-elapsed-format.xlsx"));
    let taken = office.visitor.upload("/sessions/1/import", "card.xlsx", elapsed, &[]).await;
    assert_eq!(taken.status(), StatusCode::SEE_OTHER, "{}", text(taken).await);
    assert_eq!(attended(office).await, [(enrolled[0].id, "09:00-16:00".to_owned())]);
    // The file to fill in comes back as it was handed out: everybody from beginning to end.
    let blank = office.visitor.get("/sessions/1/template").await.bytes().await.unwrap();
    let filled = documents::table::read(&blank).unwrap();
    assert_eq!(filled.rows[0], ["受講番号", "氏名", "入室", "退室"]);
    assert_eq!(filled.rows[1], [enrolled[0].trainee_number.as_str(), "出席 一子", "09:00", "16:00"]);
    for (page, heading) in [
        (format!("{cohort}/templates/roster"), "受験番号"),
        (format!("{cohort}/templates/groups"), "受講番号"),
        (format!("{cohort}/templates/minutes"), "受講番号"),
        ("/imports/templates/hosts".to_owned(), "都道府県コード又は市町村コード"),
        ("/imports/templates/gazetteer".to_owned(), "都道府県名"),
    ] {
        let blank = office.visitor.get(&page).await.bytes().await.unwrap();
        assert_eq!(documents::table::read(&blank).unwrap().rows[0][0], heading, "{page}");
    }
    let none = office.visitor.get(&format!("{cohort}/templates/nothing")).await;
    assert_eq!(none.status(), StatusCode::NOT_FOUND);
    // A list of another cohort has the same numbers, and other names.
    let other = format!("受講番号,氏名,入室,退室\r\n{},別の期 花子,09:00,16:00\r\n", enrolled[1].trainee_number);
    let refused = office.visitor.upload("/sessions/1/import", "card.csv", other.into_bytes(), &[]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let told = text(refused).await;
    assert!(told.contains("別の期 花子") && told.contains("出席 二子"), "{told}");
    let general = list(case!("11-attendance-general-number.xlsx"));
    let refused = office.visitor.upload("/sessions/1/import", "card.xlsx", general, &[]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(refused).await.contains("0.375"));
}

async fn attended(office: &Office) -> Vec<(i64, String)> {
    let mut work = office.kensan.secretariat.read(&office.staff).await.unwrap();
    let rows = work.current_attendance(1).await.unwrap();
    let words = |row: &records::cohort::session::AttendanceRow| {
        let (arrived, left) = row.arrived_at.zip(row.left_at)?;
        Some((row.enrolment_id, format!("{}-{}", arrived.format("%H:%M"), left.format("%H:%M"))))
    };
    rows.iter().filter_map(words).collect()
}

async fn offices(office: &mut Office) {
    office.visitor.upload("/imports/hosts", "jigyosho.csv", case!("13-offices.csv").to_vec(), &[]).await;
    let names = ["見本事業所 札幌", "見本事業所 函館"];
    let before = text(office.visitor.get("/offices").await).await;
    let damaged = case!("13-offices-saved-by-excel.csv").to_vec();
    let refused = office.visitor.upload("/imports/hosts", "jigyosho.csv", damaged, &[]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let told = text(refused).await;
    assert!(told.contains("2行目「都道府県コード又は市町村コード」") && told.contains("11011"), "{told}");
    let after = text(office.visitor.get("/offices").await).await;
    for name in names {
        assert_eq!(before.matches(name).count(), after.matches(name).count());
    }
}

async fn control_characters(office: &mut Office) {
    let day = first_day().to_string();
    let nul = [("name", "期\0の名"), ("edition", "initial-training-revised"), ("starts_on", day.as_str())];
    let refused = office.visitor.post("/cohorts", &nul).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(refused).await.contains("制御文字"));
    let asked = office.visitor.get("/trainees?q=%00").await;
    assert_eq!(asked.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!text(asked).await.contains("見本"));
    let anybody = office.kensan.visitor();
    assert_eq!(anybody.get("/verify/%00").await.status(), StatusCode::NOT_FOUND);
    let mut unknown = office.kensan.visitor();
    unknown.read("/sign-in").await;
    let refused = unknown.post("/sign-in", &[("login", "ad\0min"), ("password", "x")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let admitted = office.visitor.post("/cohorts/1/admit", &[("name", "見本\0花子")]).await;
    assert_eq!(admitted.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(admitted).await.contains("制御文字"));
}
