//! A cohort under each edition, side by side: what each is judged by, what the revision changes for whom, and what was known on a
//! past day; over HTTP, on SQLite and on PostgreSQL.

use crate::support::{Kensan, first_day, text};
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

const OFFICIAL: &str =
    "別添１\n１　目的\n　専門職としての知識及び技能を修得する。\n２　対象者\n（１）　試験に合格した者\n";

/// The files of the revised edition as it ships.
fn draft(change: impl Fn(&str, String) -> String) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/guidelines/initial-training-revised/");
    [
        ("edition", "edition.toml"),
        ("clauses", "clauses.toml"),
        ("curriculum", "curriculum.toml"),
        ("requirements", "requirements.toml"),
    ]
    .map(|(field, name)| {
        let text = std::fs::read_to_string(format!("{folder}{name}")).unwrap();
        (field, name, change(name, text).into_bytes())
    })
    .into()
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    kensan.account(&staff, "kencho", Role::Prefecture, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    let mut administrator = kensan.signed_in("admin1").await;
    let mut prefecture = kensan.signed_in("kencho").await;
    let day = |offset: i64| (first_day() + TimeDelta::days(offset)).to_string();

    // One cohort under each edition; a supplement of the other edition is refused.
    let cohort = |name: &'static str, edition: &'static str, supplement: &'static str| {
        [
            ("name", name.to_owned()),
            ("edition", edition.to_owned()),
            ("supplements", supplement.to_owned()),
            ("starts_on", day(0)),
            ("ends_on", day(120)),
            ("practicum_from", day(40)),
            ("practicum_weeks", "4".to_owned()),
            ("travel_limit_km", "30".to_owned()),
            ("edition_confirmed", "1".to_owned()),
        ]
    };
    let mut places = Vec::new();
    for (name, edition, supplement) in
        [("第1期", "initial-training-revised", "gunma"), ("第2期", "initial-training-earlier", "")]
    {
        let fields = cohort(name, edition, supplement);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(field, value)| (*field, value.as_str())).collect();
        places.push(office.submit("/cohorts", &fields).await);
    }
    let wrong = cohort("第3期", "initial-training-earlier", "gunma");
    let wrong: Vec<(&str, &str)> = wrong.iter().map(|(field, value)| (*field, value.as_str())).collect();
    let refused = office.post("/cohorts", &wrong).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(refused).await.contains("この版の要領ではありません"));
    for (index, place) in places.iter().enumerate() {
        let roster = format!(
            "受験番号,氏名,フリガナ,生年月日\r\n{index}001,研修 太郎{index},ケンシュウ,1985-04-01\r\n{index}002,研修 花子{index},ケンシュウ,1986-05-02\r\n"
        );
        let imported = office.upload(&format!("{place}/roster"), "r.csv", roster.into_bytes(), &[]).await;
        assert_eq!(imported.status(), StatusCode::SEE_OTHER);
        office.submit(&format!("{place}/enrol"), &[]).await;
    }
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let mut first = Vec::new();
    for cohort in [1, 2] {
        first.push(work.enrolments(cohort).await.unwrap()[0].id);
    }
    work.roll_back().await.unwrap();
    let (revised, earlier) = (format!("/trainees/{}", first[0]), format!("/trainees/{}", first[1]));

    // Each is judged by its own edition, clause by clause.
    let page = office.read(&format!("{revised}/judgement")).await;
    assert!(page.contains("別添1 4(1)イ ¶3") && page.contains("群馬県"), "{page}");
    assert!(!office.read(&format!("{earlier}/judgement")).await.contains("4(1)"));

    // What the revision would change for the cohort under the earlier edition; nothing is saved.
    let impact = "/guidelines/impact?cohort=2&new=initial-training-revised";
    let page = office.read(impact).await;
    assert!(page.contains("2 人のうち 2 人の判定が変わります"), "{page}");
    assert!(page.contains("研修 太郎1") && page.contains("別添1 4(1)イ ¶3") && page.contains("要件なし"), "{page}");
    let csv = office.get("/guidelines/impact/csv?cohort=2&new=initial-training-revised").await;
    let csv = text(csv).await;
    assert!(csv.contains("受講番号,氏名,要件,条項") && csv.contains("研修 花子1,誓約,別添1 4(1)イ ¶3"), "{csv}");
    assert!(!office.read(&format!("{earlier}/judgement")).await.contains("4(1)"), "nothing was saved");
    let page = prefecture.read(impact).await;
    assert!(page.contains("2 人のうち 2 人") && !page.contains("研修 太郎1"), "the prefecture sees figures: {page}");

    // What was known on a past day, whatever was corrected since.
    kensan.days_pass(10);
    office.sign_in("jimukyoku").await;
    office.submit(&format!("{revised}/milestone"), &[("milestone", "pledge"), ("on", &day(10))]).await;
    kensan.days_pass(2);
    office.sign_in("jimukyoku").await;
    let withdrawn = [("kind", "milestone"), ("id", "1"), ("reason", "別の人の誓約書")];
    office.submit(&format!("{revised}/withdraw"), &withdrawn).await;
    let settled = |page: &str| {
        let rest = page.split("必須の要件 ").nth(1).unwrap();
        rest.split(" を").next().unwrap().to_owned()
    };
    for (as_of, expected) in [(9, "36 のうち 1"), (10, "36 のうち 2"), (11, "36 のうち 2"), (12, "36 のうち 1")]
    {
        let page = office.read(&format!("{revised}/judgement?as_of={}", day(as_of))).await;
        assert_eq!(settled(&page), expected, "on day {as_of}");
    }
    for unknown in [day(13), day(-1), "いつか".to_owned()] {
        let refused = office.get(&format!("{revised}/judgement?as_of={unknown}")).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{unknown}");
    }
    let pdf = office.get(&format!("{revised}/judgement/pdf?as_of={}", day(10))).await.bytes().await.unwrap();
    assert!(pdf.starts_with(b"%PDF"));

    // The administrator takes the revision over for the second cohort: from now on, not for days gone by.
    administrator.sign_in("admin1").await;
    let adopted = [("version", "1"), ("edition", "initial-training-revised"), ("supplements", "gunma")];
    let silent = administrator.post("/cohorts/2/rules", &adopted).await;
    assert_eq!(silent.status(), StatusCode::UNPROCESSABLE_ENTITY, "a change of rules needs a reason");
    let fields = [&adopted[..], &[("reason", "改正の施行")]].concat();
    administrator.submit("/cohorts/2/rules", &fields).await;
    assert_eq!(administrator.post("/cohorts/2/rules", &fields).await.status(), StatusCode::CONFLICT, "pressed twice");
    assert!(office.read(&format!("{earlier}/judgement")).await.contains("4(1)"));
    assert!(!office.read(&format!("{earlier}/judgement?as_of={}", day(11))).await.contains("4(1)"));

    // Who may waive is the requirement's policy.
    let waived = [("requirement", "pledge"), ("reason", "災害")];
    let refused = office.post(&format!("{revised}/waiver"), &waived).await;
    assert!(text(refused).await.contains("この要件を免除できるのは"));
    administrator.submit(&format!("{revised}/waiver"), &waived).await;
    let page = office.read(&format!("{revised}/judgement")).await;
    assert!(page.contains("災害") && settled(&page) == "36 のうち 2", "{page}");

    // An official text is loaded, read by clause, written out again, compared.
    office.read("/guidelines").await;
    let empty = office.upload("/guidelines/texts", "a.txt", "条項のない文".into(), &[]).await;
    assert!(text(empty).await.contains("条項の番号が見つかりません"));
    let loaded = office.upload("/guidelines/texts", "a.txt", OFFICIAL.into(), &[("title", "別添１の原文")]).await;
    assert_eq!(loaded.headers()["location"], "/guidelines/texts/1");
    let page = office.read("/guidelines/texts/1").await;
    assert!(page.contains("5 段落") && page.contains("別添1/2/(1)"), "{page}");
    assert_eq!(text(office.get("/guidelines/texts/1/export").await).await, OFFICIAL);
    office.read("/guidelines/comparison").await;
    let sides = [("old_edition", "initial-training-earlier"), ("new_edition", "text-1"), ("format", "page")];
    let compared = text(office.upload_files("/guidelines/comparison", &[], &sides).await).await;
    assert!(compared.contains("専門職としての") && compared.contains("value=\"text-1\" selected"), "{compared}");
    office.submit("/guidelines/texts/1/withdraw", &[("reason", "改正")]).await;
    assert_eq!(office.get("/guidelines/texts/1").await.status(), StatusCode::NOT_FOUND);

    // The prefecture tries a draft: a broken one is refused with file and line, a sound one shows what it touches.
    prefecture.sign_in("kencho").await;
    let broken = draft(|name, text| match name {
        "requirements.toml" => text.replace("count = 2", "count = 0"),
        _ => text,
    });
    let refused = prefecture.upload_files("/guidelines/drafts", &broken, &[("name", "改正案")]).await;
    let told = text(refused).await;
    assert!(told.contains("改正案/requirements.toml:") && told.contains("several-cases: count is 0"), "{told}");
    let sound = draft(|name, text| match name {
        "curriculum.toml" => text.replacen("hours = 3", "hours = 4", 1).replace("total_hours = 87", "total_hours = 88"),
        "requirements.toml" => text.replace("count = 2", "count = 3"),
        _ => text,
    });
    let kept = prefecture.upload_files("/guidelines/drafts", &sound, &[("name", "改正案")]).await;
    assert_eq!(kept.status(), StatusCode::SEE_OTHER, "{}", text(kept).await);
    let page = prefecture.read("/guidelines/impact?cohort=1&new=draft-1").await;
    assert!(page.contains("3 時間 → 4 時間") && !page.contains("/trainees/"), "{page}");
    prefecture.submit("/guidelines/drafts/1/withdraw", &[("reason", "差替え")]).await;
    assert_eq!(prefecture.get("/guidelines/impact?cohort=1&new=draft-1").await.status(), StatusCode::NOT_FOUND);

    // Everything is there to read.
    for path in [
        "/guidelines",
        "/guidelines/editions/initial-training-revised",
        "/guidelines/editions/initial-training-earlier",
        "/guidelines/supplements/ehime",
    ] {
        assert!(prefecture.read(path).await.contains("</html>"), "{path}");
    }
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    assert!(work.verify_ledger().await.unwrap().1.is_empty());
    assert_eq!(work.verify_rows().await.unwrap(), []);
}
