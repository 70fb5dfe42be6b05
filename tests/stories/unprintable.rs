//! People whose names no font has: told where the name is entered, left out of a batch alone; over HTTP on both databases.

use crate::support::{Kensan, Visitor, first_day};
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
0001,𠮷野 花子,ヨシノ ハナコ,1985-04-01\r\n\
0002,Nguyễn Thị Hương,グエン ティ フオン,1990-05-06\r\n\
0003,外字\u{e000} 一郎,ガイジ イチロウ,1993-07-08\r\n";

const PASSED: &str = r#"
[[requirement]]
id = "pass-record"
clause = "別添1 2"
duty = "must"
title = "受講試験の合格"
title_en = "Qualifying exam passed"
rule = { kind = "pass_record" }
"#;

const COURSE: &str = "title = \"見本研修\"\ntitle_en = \"Sample\"\nstatus = \"own\"\ntotal_hours = 87\nhours_confirmed = false\nsource = \"見本\"\npracticum = true\nby_exam = true\n";

/// An edition that asks for the exam alone: everybody is ready.
async fn all_ready(kensan: Kensan) -> Kensan {
    let directory = tempfile::tempdir().unwrap();
    let edition = directory.path().join("nothing-asked");
    std::fs::create_dir(&edition).unwrap();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/guidelines/initial-training-revised/");
    for file in std::fs::read_dir(shipped).unwrap().map(|file| file.unwrap().path()) {
        let name = file.file_name().unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        let text = text.replace("initial-training-revised", "nothing-asked");
        let text = text.replace("course = \"介護支援専門員実務研修\"", "course = \"見本研修\"");
        let text = if name == "requirements.toml" { PASSED.to_owned() } else { text };
        std::fs::write(edition.join(name), text).unwrap();
    }
    std::fs::create_dir(directory.path().join("courses")).unwrap();
    std::fs::write(directory.path().join("courses/mihon.toml"), COURSE).unwrap();
    let guidelines = secretariat::Guidelines::with_directory(directory.path()).unwrap();
    kensan.with_guidelines(guidelines).await
}

async fn issue(office: &mut Visitor, cohort: &str, completed_on: &str) -> String {
    let page = office.read(&format!("{cohort}/certificates")).await;
    let ready = page.split("name=\"enrolment\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let mut fields: Vec<(&str, &str)> = ready.map(|id| ("enrolment", id)).collect();
    fields.push(("completed_on", completed_on));
    let to = office.submit(&format!("{cohort}/certificates"), &fields).await;
    office.read(&to).await
}

async fn story(kensan: Kensan) {
    let kensan = all_ready(kensan).await;
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read("/cohorts").await;
    let day = |offset: i64| (first_day() + TimeDelta::days(offset)).to_string();
    let (starts, ends, practicum) = (day(0), day(120), day(60));
    let fields = [
        ("name", "第1期"),
        ("edition", "nothing-asked"),
        ("starts_on", starts.as_str()),
        ("ends_on", &ends),
        ("practicum_from", &practicum),
        ("practicum_weeks", "2"),
        ("travel_limit_km", "30"),
    ];
    let cohort = office.submit("/cohorts", &fields).await;
    let imported = office.upload(&format!("{cohort}/roster"), "roster.csv", ROSTER.as_bytes().to_vec(), &[]).await;
    assert_eq!(imported.status(), StatusCode::SEE_OTHER, "the name is kept as it is");
    let told = office.read(&cohort).await;
    assert!(
        told.contains("4行目 外字\u{e000} 一郎") && told.contains("U+E000") && !told.contains("𠮷野 花子（"),
        "{told}"
    );
    office.submit(&format!("{cohort}/enrol"), &[]).await;
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let enrolments: Vec<i64> = work.enrolments(1).await.unwrap().into_iter().map(|known| known.id).collect();
    drop(work);
    let [yoshino, _, gaiji] = enrolments[..] else { panic!() };
    assert!(office.read(&format!("/trainees/{gaiji}")).await.contains("U+E000"));
    assert!(!office.read(&format!("/trainees/{yoshino}")).await.contains("印刷できない文字"));

    // Every other paper of that person is printed, with a stand-in.
    let judgement = office.get(&format!("/trainees/{gaiji}/judgement/pdf")).await;
    assert_eq!(judgement.status(), StatusCode::OK);
    assert!(judgement.bytes().await.unwrap().starts_with(b"%PDF"));
    let page = issue(&mut office, &cohort, &starts).await;
    assert!(page.contains("2 件交付しました") && page.contains("交付しなかった人: 外字\u{e000} 一郎"), "{page}");
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let certificates = work.certificates(1).await.unwrap();
    assert_eq!(certificates.len(), 2, "everybody else has theirs, numbered without a gap");
    for certificate in &certificates {
        assert!(work.certificate_pdf(certificate.id).await.unwrap().starts_with(b"%PDF"));
    }
    let person = work.person_of(gaiji).await.unwrap();
    drop(work);
    let mut work = kensan.secretariat.write(&staff).await.unwrap();
    work.update_person(&records::trainee::person::Person { name: "外字 一郎".to_owned(), ..person }).await.unwrap();
    work.commit().await.unwrap();
    let page = issue(&mut office, &cohort, &starts).await;
    assert!(page.contains("1 件交付しました"), "{page}");
    assert!(!office.read(&format!("/trainees/{gaiji}")).await.contains("U+E000"));
}
