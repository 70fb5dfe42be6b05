//! A prefecture with stages of its own: a practicum record with one more and some left out, judged by them; and what was written
//! stays when the list changes; over HTTP, on SQLite and on PostgreSQL.

use crate::support::practicum::opened;
use crate::support::{Kensan, first_day, text};
use chrono::TimeDelta;
use reqwest::StatusCode;
use secretariat::Guidelines;
use training::practicum::record::ConferenceFallback;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

/// The shipped guidelines, but the supplement's records have six stages, the last its own, which must be experienced.
fn with_a_closing_stage() -> Guidelines {
    let shipped = include_str!("../../guidelines/supplements/gunma.toml");
    let head = shipped.find("# \"About three days\"").unwrap();
    let more = r#"
stages = ["assessment", "plan", "conference_preparation", "conference", "monitoring", "closing"]

[[stage]]
id = "closing"
title = "終結"
title_en = "Closing"

[[tighten]]
requirement = "stages-covered"
rule = { kind = "stages_covered", stages = ["assessment", "plan", "conference_preparation", "conference", "monitoring", "closing"], accompanied_visit = true }

"#;
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("supplements")).unwrap();
    let own = format!("{}{more}{}", &shipped[..head], &shipped[head..]);
    std::fs::write(directory.path().join("supplements/gunma.toml"), own).unwrap();
    Guidelines::with_directory(directory.path()).unwrap()
}

async fn story(kensan: Kensan) {
    let kensan = kensan.with_guidelines(with_a_closing_stage()).await;
    let staff = kensan.provider("見本県 研修実施機関").await;
    let opened = opened(&kensan, &staff).await;
    let enrolment = opened.enrolments[0];
    let day = |offset: i64| (first_day() + TimeDelta::days(offset)).to_string();
    let mut office = kensan.signed_in("jimukyoku").await;
    let mut trainee = kensan.signed_in("jukousha").await;
    let page = office.read("/guidelines/supplements/gunma").await;
    assert!(page.contains("モニタリング → 終結"), "the supplement says which stages its records have: {page}");

    // The record has the stages of the list, in its order, and no other one can be begun.
    trainee.read("/me/practicum").await;
    trainee.submit("/me/practicum/cases", &[("pseudonym", "A")]).await;
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let case = work.cases(enrolment).await.unwrap()[0].fact.id.to_string();
    work.roll_back().await.unwrap();
    let page = trainee.read("/me/practicum").await;
    let row = |label: &str| page.find(&format!("<th scope=\"row\">{label}</th>"));
    assert!(row("モニタリング").unwrap() < row("終結").unwrap(), "{page}");
    assert!(row("給付管理").is_none() && row("受付・相談").is_none(), "what the list leaves out has no row");
    let about = |stage| [("kind", "experience"), ("case", case.as_str()), ("stage", stage)];
    for stage in ["benefit_management", "no_such_stage", ""] {
        let refused = trainee.post("/me/practicum/entries", &about(stage)).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{stage}");
    }
    let entry = trainee.submit("/me/practicum/entries", &about("closing")).await;
    assert!(trainee.read(&entry).await.contains("終結"));

    // The judgement asks for it, and is content once it was experienced.
    let covered = |kensan: &Kensan| {
        let (secretariat, staff) = (kensan.secretariat.clone(), staff.clone());
        async move {
            let judged =
                secretariat.judge_trainee(&mut secretariat.read(&staff).await.unwrap(), enrolment).await.unwrap();
            let found = judged.judgement.findings.iter().find(|finding| finding.requirement == "stages-covered");
            format!("{:?}", found.unwrap().verdict.missing)
        }
    };
    assert!(covered(&kensan).await.contains("\"closing\""));
    let consented = [("pseudonym", "B"), ("consent_on", &day(30)), ("obtained_by", "実習指導者")];
    office.read(&format!("/trainees/{enrolment}")).await;
    office.submit(&format!("/trainees/{enrolment}/case"), &consented).await;
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let second = work.cases(enrolment).await.unwrap()[1].fact.id.to_string();
    work.roll_back().await.unwrap();
    let (address, on) = (format!("/trainees/{enrolment}/experience"), day(42));
    let experience = |stage| {
        [("case", second.as_str()), ("stage", stage), ("way", "accompanied"), ("on", on.as_str()), ("minutes", "60")]
    };
    office.submit(&address, &experience("closing")).await;
    assert_eq!(office.post(&address, &experience("intake")).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!covered(&kensan).await.contains("\"closing\""));

    // The list changes: what was written at a stage of before keeps its row, which takes nothing new.
    let kensan = kensan.with_guidelines(Guidelines::shipped().unwrap()).await;
    let mut trainee = kensan.signed_in("jukousha").await;
    let page = trainee.read("/me/practicum").await;
    let row = page.split("<th scope=\"row\">closing</th>").nth(1).unwrap_or_else(|| panic!("no row: {page}"));
    let row = row.split("</tr>").next().unwrap();
    assert!(row.contains(&entry) && !row.contains("<button"), "{row}");
    assert!(page.contains("<th scope=\"row\">給付管理</th>"));
    let report = trainee.get("/me/practicum/report").await;
    assert_eq!(report.status(), StatusCode::OK, "{}", text(report).await);

    // Rules kept before stages were part of an edition are read with those of the edition: a past day is judged as it was.
    let mut work = kensan.secretariat.write(&staff).await.unwrap();
    let fallback = ConferenceFallback {
        id: 0,
        reason: "開催なし".into(),
        supervisor: "見本 指導".into(),
        on: first_day() + TimeDelta::days(43),
        preparation_explained: true,
        proceedings_explained: true,
    };
    work.record_conference_fallback(enrolment, &fallback).await.unwrap();
    let cohort = work.cohort(1).await.unwrap();
    let mut kept = serde_json::to_value(kensan.secretariat.guidelines().rulebook_of(&cohort).unwrap()).unwrap();
    kept.as_object_mut().unwrap().remove("stages").unwrap();
    work.keep_rulebook(cohort.id, &kept.to_string()).await.unwrap();
    work.commit().await.unwrap();
    let yesterday = kensan.secretariat.today();
    kensan.days_pass(1);
    let judged = kensan
        .secretariat
        .judge_trainee_as_of(&mut kensan.secretariat.read(&staff).await.unwrap(), enrolment, yesterday)
        .await
        .unwrap();
    let covered = judged.judgement.findings.iter().find(|finding| finding.requirement == "stages-covered").unwrap();
    assert!(!format!("{:?}", covered.verdict.missing).contains("conference"), "{:?}", covered.verdict);
}
