//! Imports on input as it comes: wrong rows, several encodings, duplicates, a newer file.

#![allow(clippy::unwrap_used)]

use chrono::{DateTime, NaiveDate, Utc};
use documents::encoding::{Encoding, decode, encode};
use documents::table::{Format, Table, TableError, read, write};
use records::Records;
use records::cohort::Cohort;
use secretariat::cohort::roster::{Alike, Answers, Decision, Duplicate, RosterImport};
use secretariat::cohort::roster_row::CellProblem;
use secretariat::list_file::refusal::FileRefusal;
use secretariat::office::import::COLUMNS;
use secretariat::{Error, Guidelines, Refusal, Secretariat, Staff};
use std::collections::HashMap;
use std::sync::Arc;
use training::role::Role;

struct Place {
    secretariat: Secretariat,
    staff: Staff,
    cohort: i64,
    _directory: tempfile::TempDir,
}

fn cohort(name: &str, year: i32) -> Cohort {
    let day = |month| NaiveDate::from_ymd_opt(year, month, 1).unwrap();
    Cohort {
        id: 0,
        name: name.into(),
        edition: "initial-training-revised".into(),
        supplements: String::new(),
        starts_on: day(1),
        ends_on: day(8),
        practicum_from: day(3),
        practicum_weeks: 8,
        travel_limit_m: 30_000,
        cancelled: false,
        facts_version: 1,
        version: 1,
    }
}

async fn place() -> Place {
    let directory = tempfile::tempdir().unwrap();
    let records = Records::open(directory.path()).await.unwrap();
    let now: DateTime<Utc> = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    let secretariat = Secretariat::new(records, Guidelines::shipped().unwrap(), Arc::new(move || now));
    let mut work = secretariat.write(&Secretariat::operator(0)).await.unwrap();
    let provider = work.create_provider("甲", 10).await.unwrap();
    work.commit().await.unwrap();
    let staff = Staff { provider, name: "test".into(), role: Role::Secretariat };
    let cohort = secretariat.create_cohort(&staff, &cohort("第1期", 2027), true).await.unwrap();
    Place { secretariat, staff, cohort, _directory: directory }
}

fn answers(decisions: &HashMap<usize, Decision>) -> Answers {
    Answers { decisions: decisions.clone(), ..Answers::default() }
}

impl Place {
    async fn roster(&self, bytes: &[u8], decisions: &HashMap<usize, Decision>) -> Result<RosterImport, Error> {
        self.secretariat.import_roster(&self.staff, self.cohort, "名簿", bytes, &answers(decisions)).await
    }

    async fn trainees(&self) -> Vec<records::trainee::enrolment::Enrolment> {
        let mut work = self.secretariat.read(&self.staff).await.unwrap();
        work.enrolments(self.cohort).await.unwrap()
    }
}

/// 300 rows under a title row, with columns out of order; rows 10, 20 and 30 of the file are wrong.
fn three_hundred(format: Format, with_errors: bool) -> Vec<u8> {
    let mut rows = vec![
        vec!["令和8年度 合格者名簿".to_owned()],
        ["氏名", "受験番号", "生年月日", "フリガナ", "電話番号"].map(str::to_owned).to_vec(),
    ];
    for index in 0..300 {
        let mut row = vec![
            format!("研修　第{index}"),
            format!("{index:06}"),
            "昭和60年4月1日".to_owned(),
            "ケンシュウ タロウ".to_owned(),
            "０９０−１２３４−５６７８".to_owned(),
        ];
        match index {
            7 if with_errors => row[2] = "昭和60年4月31日".to_owned(),
            17 if with_errors => row[3] = "研修".to_owned(),
            27 if with_errors => row[4] = "12".to_owned(),
            _ => {}
        }
        rows.push(row);
    }
    write(&Table::new(format, rows)).unwrap()
}

#[tokio::test]
async fn three_bad_rows_of_300_save_nothing_and_come_back_marked() {
    for format in
        [Format::Csv(Encoding::Cp932), Format::Csv(Encoding::Utf8WithBom), Format::Csv(Encoding::Utf8), Format::Xlsx]
    {
        let place = place().await;
        let RosterImport::Rejected { errors, file, rows } =
            place.roster(&three_hundred(format, true), &HashMap::new()).await.unwrap()
        else {
            panic!("{format:?} was taken");
        };
        assert_eq!(rows, 300);
        let found: Vec<(usize, &str)> = errors.iter().map(|(row, errors)| (*row, errors[0].column)).collect();
        assert_eq!(found, [(10, "birth_date"), (20, "kana"), (30, "phone")], "{format:?}");
        assert_eq!(place.trainees().await, [], "{format:?}");
        let marked = read(&file).unwrap();
        assert_eq!(marked.format, format, "the file comes back as it came");
        assert_eq!(marked.rows[1][5..], ["結果", "エラー"]);
        assert!(marked.rows[9][6].contains("生年月日「昭和60年4月31日」"), "{:?}", marked.rows[9]);
        assert_eq!(marked.rows[8][5..], ["未登録", ""]);

        let RosterImport::Imported { counts, .. } =
            place.roster(&three_hundred(format, false), &HashMap::new()).await.unwrap()
        else {
            panic!("{format:?} was refused");
        };
        assert_eq!((counts.rows, counts.new), (300, 300));
        let trainees = place.trainees().await;
        assert_eq!(trainees[7].exam_number.as_deref(), Some("000007"), "zeros stay");
        assert_eq!(trainees[7].name, "研修 第7");
    }
}

#[tokio::test]
async fn a_known_person_is_decided_on_not_merged() {
    let place = place().await;
    let file =
        "受験番号,氏名,フリガナ,生年月日\r\n1,研修 太郎,ケンシュウ,1985-04-01\r\n2,研修 花子,ケンシュウ,1986-04-01\r\n";
    place.roster(file.as_bytes(), &HashMap::new()).await.unwrap();
    let next = place.secretariat.create_cohort(&place.staff, &cohort("第2期", 2028), true).await.unwrap();
    let again = "受験番号,氏名,フリガナ,生年月日\r\n1,研修 太朗,ケンシュウ,1985-04-01\r\n9,研修 花子,ケンシュウ,1986-04-01\r\n8,研修 新,ケンシュウ,1990-01-01\r\n";
    let import = |decisions: HashMap<usize, Decision>| {
        let (secretariat, staff) = (place.secretariat.clone(), place.staff.clone());
        async move {
            secretariat.import_roster(&staff, next, "名簿", again.as_bytes(), &answers(&decisions)).await.unwrap()
        }
    };
    let RosterImport::Undecided { duplicates, .. } = import(HashMap::new()).await else { panic!("merged silently") };
    let why: Vec<(usize, Alike)> = duplicates.iter().map(|duplicate| (duplicate.row, duplicate.why)).collect();
    assert!(matches!(why[..], [(2, Alike::ExamNumber(_)), (3, Alike::NameAndBirthDate(_))]), "{why:?}");
    let decisions = HashMap::from([(2, Decision::Same), (3, Decision::Different)]);
    // A namesake in the file does not hide somebody known by the number.
    let namesakes = "受験番号,氏名,フリガナ,生年月日\r\n70,研修 太郎,ケンシュウ,1999-01-01\r\n1,研修 太郎,ケンシュウ,1999-01-01\r\n";
    let answer =
        place.secretariat.import_roster(&place.staff, next, "名簿", namesakes.as_bytes(), &Answers::default()).await;
    let RosterImport::Undecided { duplicates: found, .. } = answer.unwrap() else { panic!("merged silently") };
    assert!(matches!(found[..], [Duplicate { row: 3, why: Alike::ExamNumber(_), .. }]), "{found:?}");
    let RosterImport::Imported { counts, .. } = import(decisions).await else { panic!("decided, yet refused") };
    assert_eq!((counts.known, counts.new), (1, 2));
}

#[tokio::test]
async fn one_person_twice_in_a_file_is_decided_on_and_one_number_of_two_people_is_a_mistake() {
    let place = place().await;
    let rows = |rows: &str| format!("受験番号,氏名,フリガナ,生年月日\r\n{rows}");
    let twice = rows(
        "1,研修 太郎,ケンシュウ,1985-04-01\r\n2,研修　太郎,ケンシュウ,昭和60年4月1日\r\n1,研修太郎,ケンシュウ,1985-04-01\r\n",
    );
    let RosterImport::Undecided { duplicates: found, .. } =
        place.roster(twice.as_bytes(), &HashMap::new()).await.unwrap()
    else {
        panic!("merged silently")
    };
    let why: Vec<(usize, Alike)> = found.iter().map(|duplicate| (duplicate.row, duplicate.why)).collect();
    assert_eq!(why, [(3, Alike::RowOfFile(2)), (4, Alike::RowOfFile(2))]);
    let decisions = HashMap::from([(3, Decision::Different), (4, Decision::Same)]);
    let RosterImport::Imported { counts, .. } = place.roster(twice.as_bytes(), &decisions).await.unwrap() else {
        panic!("decided, yet refused")
    };
    assert_eq!((counts.new, counts.skipped, place.trainees().await.len()), (2, 1, 2));
    let shared = rows("7,研修 一郎,ケンシュウ,1985-04-01\r\n7,研修 二郎,ケンシュウ,1986-04-01\r\n");
    let RosterImport::Rejected { errors, .. } = place.roster(shared.as_bytes(), &HashMap::new()).await.unwrap() else {
        panic!("one number of two people")
    };
    assert_eq!((errors.len(), errors[0].0, errors[0].1[0].column), (1, 3, "exam_number"));
}

#[tokio::test]
async fn what_is_no_roster_is_refused_with_its_reason() {
    let place = place().await;
    let whole = three_hundred(Format::Xlsx, false);
    let long = "a,b\r\n".repeat(50 * 1024 * 1024 / 5);
    for (name, bytes, expected) in [
        ("empty", &b""[..], Refusal::File(FileRefusal::Table(TableError::Empty))),
        (
            "headings only",
            "受験番号,氏名,フリガナ,生年月日\r\n".as_bytes(),
            Refusal::File(FileRefusal::Table(TableError::Empty)),
        ),
        ("picture", b"\x89PNG\r\n\x1a\n\x00\x00", Refusal::File(FileRefusal::Table(TableError::WrongType))),
        (
            "a heading twice",
            "受験番号,氏名,フリガナ,生年月日,氏名\r\n1,研修,ケンシュウ,1985-04-01,花子\r\n".as_bytes(),
            Refusal::File(FileRefusal::ColumnTwice { heading: "氏名".into(), columns: vec!["B".into(), "E".into()] }),
        ),
        ("50 MiB", long.as_bytes(), Refusal::File(FileRefusal::Table(TableError::TooLong(100_000)))),
    ] {
        match place.roster(bytes, &HashMap::new()).await {
            Err(Error::Refused(refusal)) => assert_eq!(refusal, expected, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    let half = place.roster(&whole[..whole.len() / 2], &HashMap::new()).await;
    assert!(matches!(half, Err(Error::Refused(Refusal::File(FileRefusal::Table(TableError::Damaged(_)))))), "{half:?}");
    assert_eq!(place.trainees().await, []);
}

#[tokio::test]
async fn headings_are_read_as_people_write_them() {
    let person = "研修 花子";
    for (name, headings, row) in [
        (
            "with remarks and blanks",
            "受験番号※,氏　名,フリガナ（全角）,生年月日(和暦)",
            "0001,研修 花子,ケンシュウ ハナコ,昭和60年4月1日",
        ),
        ("in two columns", "受験番号,姓,名,セイ,メイ,生年月日", "0001,研修,花子,ケンシュウ,ハナコ,1985-04-01"),
        (
            "in two columns with brackets",
            "受験番号,氏名（姓）,氏名（名）,フリガナ（姓）,フリガナ（名）,生年月日",
            "0001,研修,花子,ケンシュウ,ハナコ,1985-04-01",
        ),
        ("名前 beside 姓", "受験番号,姓,名前,姓カナ,名カナ,生年月日", "0001,研修,花子,ケンシュウ,ハナコ,1985-04-01"),
        (
            "whole and parts",
            "受験番号,姓,名,氏名,フリガナ,生年月日",
            "0001,研,花,研修 花子,ケンシュウ ハナコ,1985-04-01",
        ),
        (
            "a title above",
            "令和8年度 合格者名簿\n\n受験番号,氏名,フリガナ,生年月日",
            "0001,研修 花子,ケンシュウ ハナコ,1985-04-01",
        ),
        (
            "the exam's day",
            "受験番号,氏名,フリガナ,生年月日,試験合格年月日",
            "0001,研修 花子,ケンシュウ ハナコ,1985-04-01,令和7年12月2日",
        ),
    ] {
        let place = place().await;
        let imported = place.roster(format!("{headings}\n{row}\n").as_bytes(), &HashMap::new()).await;
        assert!(matches!(imported, Ok(RosterImport::Imported { .. })), "{name}: {imported:?}");
        let trainees = place.trainees().await;
        assert_eq!((trainees[0].name.as_str(), trainees[0].kana.as_str()), (person, "ケンシュウ ハナコ"), "{name}");
        let mut work = place.secretariat.read(&place.staff).await.unwrap();
        let passed = work.exam_passes(place.cohort).await.unwrap();
        assert_eq!(passed.len(), usize::from(headings.contains("合格年月日")), "{name}");
    }
}

#[tokio::test]
async fn a_column_of_something_else_is_not_taken() {
    let rest = "フリガナ,生年月日,受験番号";
    let cells = "ケンシュウ ハナコ,1985-04-01,0001";
    for (headings, row, unread) in [
        (
            "受講者氏名,氏名（緊急連絡先）,電話番号（緊急連絡先）",
            "研修 花子,緊急 母,090-9999-9999",
            "氏名（緊急連絡先）、電話番号（緊急連絡先）",
        ),
        ("氏名（戸籍）,受講者氏名,住所（勤務先）", "研修 華子,研修 花子,勤務市1", "氏名（戸籍）、住所（勤務先）"),
        ("氏名（英字表記）,氏名,携帯電話", "Kenshu Hanako,研修 花子,", "氏名（英字表記）"),
        ("電話番号,氏名,連絡先", ",研修 花子,090-0000-0000", ""),
        ("電話番号,氏名,連絡先", "03-0000-0000,研修 花子,090-0000-0000", "連絡先"),
        ("姓,お名前,性別", "研修,花子,女", "性別"),
    ] {
        let place = place().await;
        let file = format!("{headings},{rest}\n{row},{cells}\n");
        let RosterImport::Imported { unread: told, .. } = place.roster(file.as_bytes(), &HashMap::new()).await.unwrap()
        else {
            panic!("{headings}")
        };
        assert_eq!(told.join("、"), unread, "{headings}");
        let trainees = place.trainees().await;
        assert_eq!((trainees[0].name.as_str(), trainees.len()), ("研修 花子", 1), "{headings}");
        let mut work = place.secretariat.read(&place.staff).await.unwrap();
        let person = work.person(trainees[0].person_id).await.unwrap();
        let phone = match headings {
            "電話番号,氏名,連絡先" if row.starts_with(',') => Some("090-0000-0000"),
            "電話番号,氏名,連絡先" => Some("03-0000-0000"),
            _ => None,
        };
        assert_eq!((person.phone.as_deref(), person.address), (phone, None), "{headings}");
    }
}

#[tokio::test]
async fn half_a_row_is_not_taken_for_a_whole_one() {
    let place = place().await;
    let import = async |file: &str| place.roster(file.as_bytes(), &HashMap::new()).await;
    let refused = [
        ("受験番号,氏名,,フリガナ,,生年月日\n1,研修,花子,ケンシュウ,ハナコ,1985-04-01\n", vec!["C", "E"]),
        ("受験番号,氏名,,フリガナ,生年月日\n1,研修,花子,ケンシュウ ハナコ,1985-04-01\n", vec!["C"]),
    ];
    for (file, columns) in refused {
        let Err(Error::Refused(refusal)) = import(file).await else { panic!("{file}") };
        assert_eq!(refusal, Refusal::File(FileRefusal::HeadingEmpty(columns.into_iter().map(str::to_owned).collect())));
    }
    let asked = "受験番号,姓,名,フリガナ,フリガナ（名）,生年月日\n1,研修,花子,ケンシュウ,ハナコ,1985-04-01\n";
    let Ok(RosterImport::Unread { missing, .. }) = import(asked).await else { panic!("half a reading") };
    assert_eq!(missing, "フリガナ");
    for (file, column, problem) in [
        ("受験番号,姓,名,フリガナ,生年月日\n1,研修,,ケンシュウ,1985-04-01\n", "name", CellProblem::HalfAName),
        (
            "受験番号,氏名,フリガナ,生年月日,住所\n1,研修 花子,ケンシュウ,1985-04-01,見本市1,2番地\n",
            "address",
            CellProblem::BeyondHeadings,
        ),
        (
            "受験番号,氏名,フリガナ,生年月日\n2.6E+07,研修 花子,ケンシュウ,1985-04-01\n",
            "exam_number",
            CellProblem::NumberDamaged,
        ),
    ] {
        let Ok(RosterImport::Rejected { errors, .. }) = import(file).await else { panic!("{file}") };
        assert_eq!((errors[0].0, errors[0].1[0].column, errors[0].1[0].problem), (2, column, problem));
    }
    // Parts beneath one heading are its parts.
    let parts = "受験番号,氏名,,フリガナ,,生年月日\n,姓,名,セイ,メイ,\n1,研修,花子,ケンシュウ,ハナコ,1985-04-01\n";
    assert!(matches!(import(parts).await, Ok(RosterImport::Imported { .. })));
    assert_eq!(place.trainees().await[0].name, "研修 花子");
}

#[tokio::test]
async fn what_a_row_says_of_a_known_person_is_shown_and_taken_over_if_wanted() {
    let place = place().await;
    let rows = |rows: &str| format!("受験番号,氏名,フリガナ,生年月日,電話番号,住所\n{rows}\n");
    let import = async |text: &str, decision: Option<Decision>| {
        let decisions = decision.map(|decision| HashMap::from([(2, decision)])).unwrap_or_default();
        place.roster(text.as_bytes(), &decisions).await.unwrap()
    };
    let first = rows("1,研修 花子,ケンシュウ ハナコ,1985-04-01,03-0000-0000,見本市1");
    assert!(matches!(import(&first, None).await, RosterImport::Imported { .. }));
    let again = rows("1,演習 花子,エンシュウ ハナコ,1985-04-01,,見本市2");
    let RosterImport::Undecided { duplicates, .. } = import(&again, None).await else { panic!("silently") };
    let told: Vec<(&str, &str, &str)> =
        duplicates[0].differs.iter().map(|(key, known, said)| (*key, known.as_str(), said.as_str())).collect();
    assert_eq!(
        told,
        [
            ("name", "研修 花子", "演習 花子"),
            ("kana", "ケンシュウ ハナコ", "エンシュウ ハナコ"),
            ("address", "見本市1", "見本市2")
        ]
    );
    let RosterImport::Rejected { errors, .. } = import(&again, Some(Decision::Different)).await else {
        panic!("one number of two people in a cohort")
    };
    assert_eq!(errors[0].1[0].problem, CellProblem::ExamNumberHere);
    for (decision, name, address) in [
        (Decision::Skip, "研修 花子", "見本市1"),
        (Decision::Same, "研修 花子", "見本市1"),
        (Decision::Update, "演習 花子", "見本市2"),
    ] {
        let RosterImport::Imported { counts, .. } = import(&again, Some(decision)).await else {
            panic!("{decision:?}")
        };
        assert_eq!((counts.new, counts.known, counts.skipped), (0, 0, 1));
        let trainees = place.trainees().await;
        assert_eq!(trainees.len(), 1);
        let mut work = place.secretariat.read(&place.staff).await.unwrap();
        let person = work.person(trainees[0].person_id).await.unwrap();
        assert_eq!((person.name.as_str(), person.address.as_deref()), (name, Some(address)), "{decision:?}");
        assert_eq!(person.phone.as_deref(), Some("03-0000-0000"), "an empty cell says nothing");
    }
}

#[tokio::test]
async fn what_a_heading_means_is_said_once() {
    let place = place().await;
    let file = "合格者一覧\n番号,申込者,よみ,生年月日,所属\n0001,研修 花子,ケンシュウ ハナコ,1985-04-01,見本会\n";
    let import = async |file: &str, headings: &[(&str, &str)]| {
        let headings = headings.iter().map(|(heading, meaning)| ((*heading).to_owned(), (*meaning).to_owned()));
        let answers = Answers { headings: headings.collect(), ..Answers::default() };
        place.secretariat.import_roster(&place.staff, place.cohort, "名簿", file.as_bytes(), &answers).await
    };
    let Ok(RosterImport::Unread { missing, headings }) = import(file, &[]).await else { panic!() };
    assert_eq!(missing, "受験番号");
    let told: Vec<(&str, Option<&str>)> = headings.iter().map(|(heading, taken)| (heading.as_str(), *taken)).collect();
    assert_eq!(
        told,
        [("番号", None), ("申込者", None), ("よみ", None), ("生年月日", Some("birth_date")), ("所属", None)]
    );
    assert_eq!(place.trainees().await, [], "nothing is saved");
    let said = [("番号", "exam_number"), ("申込者", "name"), ("よみ", "kana"), ("所属", "")];
    assert!(matches!(import(file, &said).await, Ok(RosterImport::Imported { .. })));
    assert_eq!(place.trainees().await[0].name, "研修 花子");
    // The next list of the same headings needs no word, wherever its columns stand.
    let next = "申　込　者,よみ,生年月日,番号\n研修 太郎,ケンシュウ タロウ,1986-04-01,0002\n";
    assert!(matches!(import(next, &[]).await, Ok(RosterImport::Imported { .. })));
    assert_eq!(place.trainees().await.len(), 2);
}

fn offices(rows: &[[&str; 6]]) -> String {
    let headings: Vec<&str> = COLUMNS.iter().map(|(heading, _)| *heading).collect();
    let mut csv = headings.join(",") + "\r\n";
    for [code, number, name, lat, lon, phone] in rows {
        let mut cells = vec![String::new(); COLUMNS.len()];
        for (column, value) in [(0, code), (15, number), (4, name), (9, lat), (10, lon), (11, phone)] {
            cells[column] = (*value).to_owned();
        }
        cells[3] = format!("{code}の町");
        csv.push_str(&(cells.join(",") + "\r\n"));
    }
    csv
}

#[tokio::test]
async fn a_newer_file_updates_and_keeps_what_was_added() {
    let place = place().await;
    let import = |text: String| {
        let (secretariat, staff) = (place.secretariat.clone(), place.staff.clone());
        async move { secretariat.import_hosts(&staff, "jigyosho.csv", text.as_bytes(), &|_, _| {}).await }
    };
    let first = [
        ["102083", "1010000001", "一", "36.40", "139.00", "1"],
        ["102083", "1010000002", "二", "36.41", "139.01", "2"],
        ["102083", "1010000003", "三", "36.42", "139.02", "3"],
        ["102083", "1010000004", "遠", "33.00", "131.00", "4"],
        ["102083", "101000000X", "印", "36.42", "139.02", "5"],
        ["011011", "0110000001", "北", "", "", "6"],
        ["011011", "0110000002", "外", "53.41", "-8.24", "7"],
    ];
    let counts = import(offices(&first)).await.unwrap();
    assert_eq!((counts.rows, counts.new, counts.suspicious), (7, 7, 4));
    assert_eq!(
        (
            counts.without_coordinates,
            counts.outside_japan,
            counts.far_from_municipality,
            counts.office_number_malformed
        ),
        (1, 1, 1, 1)
    );
    let mut work = place.secretariat.write(&place.staff).await.unwrap();
    let mut office = work.host_office_by_number("1010000001").await.unwrap().unwrap();
    office.capacity = 2;
    work.update_office_capacity(&office).await.unwrap();
    work.commit().await.unwrap();

    // A newer file of one prefecture: one changed, one new, three gone; the other prefecture is not touched.
    let second = [
        ["102083", "1010000001", "一（改称）", "36.40", "139.00", "1"],
        ["102083", "1010000002", "二", "36.41", "139.01", "2"],
        ["102083", "1010000009", "九", "36.41", "139.01", "9"],
    ];
    let counts = import(offices(&second)).await.unwrap();
    assert_eq!((counts.new, counts.changed, counts.unchanged, counts.vanished), (1, 1, 1, 3));
    let mut work = place.secretariat.read(&place.staff).await.unwrap();
    let office = work.host_office_by_number("1010000001").await.unwrap().unwrap();
    assert_eq!((office.name.as_str(), office.capacity), ("一（改称）", 2));
    assert!(work.host_office_by_number("1010000003").await.unwrap().unwrap().vanished_on.is_some());
    assert!(work.host_office_by_number("0110000001").await.unwrap().unwrap().vanished_on.is_none());
    work.roll_back().await.unwrap();

    for (broken, part) in [
        (offices(&[["102083", "1", "一", "", "", ""], ["102083", "1", "二", "", "", ""]]), "row 3"),
        (offices(&[["102083", "", "一", "", "", ""]]), "row 2"),
        (offices(&first).trim_end().rsplit_once(',').unwrap().0.to_owned(), "cut off"),
        ("a,b\r\n1,2\r\n".to_owned(), "都道府県コード又は市町村コード"),
    ] {
        let error = import(broken).await.unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
    let (cp932, _) = encode(&offices(&second), Encoding::Cp932);
    assert_eq!(decode(&cp932).unwrap().1, Encoding::Cp932);
    let counts = place.secretariat.import_hosts(&place.staff, "cp932.csv", &cp932, &|_, _| {}).await.unwrap();
    assert_eq!((counts.unchanged, counts.changed), (3, 0));
}
