//! Who may take a course: everybody is judged with every reason, whoever the rules keep out is left, and let in for a reason alone; over HTTP
//! on both databases. Trainings of two courses count for the third.

use crate::support::{Kensan, first_day, text};
use chrono::TimeDelta;
use reqwest::StatusCode;
use secretariat::registry::{Entering, NewFact};
use training::NaiveDate;
use training::registry::{CardCause, Fact, RegistrationNumber, Training};
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

const ROSTER: &str = "氏名,フリガナ,生年月日,受講番号\r\n\
    有効 一郎,ユウコウ イチロウ,1970-04-01,S-1\r\n\
    失効 二郎,シッコウ ジロウ,1971-04-01,S-2\r\n\
    不明 三郎,フメイ サブロウ,1972-04-01,S-3\r\n";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read("/cohorts").await;
    let (starts, ends) = (first_day() + TimeDelta::days(30), first_day() + TimeDelta::days(90));
    let fields = [
        ("name", "専門Ⅱ"),
        ("edition", "specialist-2-2024"),
        ("edition_confirmed", "1"),
        ("starts_on", &starts.to_string()),
        ("ends_on", &ends.to_string()),
    ];
    let cohort = office.submit("/cohorts", &fields).await;
    office.upload(&format!("{cohort}/roster"), "roster.csv", ROSTER.as_bytes().to_vec(), &[]).await;
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let id: i64 = cohort.rsplit('/').next().unwrap().parse().unwrap();
    let enrolments = work.enrolments(id).await.unwrap();
    work.roll_back().await.unwrap();
    let person = |name: &str| enrolments.iter().find(|known| known.name.starts_with(name)).unwrap().person_id;

    for (name, serial, expires, training) in
        [("有効", 1, "2029-04-30", Some(Training::SpecialistOne)), ("失効", 2, "2027-04-15", None)]
    {
        let number = RegistrationNumber::new(10, 19, serial).unwrap();
        let issued = day(expires) - TimeDelta::days(365 * 5);
        let entering = Entering::TakenOver(number);
        kensan.secretariat.register(&staff, person(name), (day("2019-04-01"), &entering), "").await.unwrap();
        let mut facts = vec![
            (issued, Fact::CardIssued { cause: CardCause::Renewal, expires_on: day(expires) }),
            (day("2022-01-01"), Fact::Practised { until: None, dedicated: true }),
        ];
        facts.extend(training.map(|training| (day("2024-10-10"), Fact::Completed { training, valid_until: None })));
        for (on, fact) in facts {
            let new = NewFact { on, fact, note: String::new() };
            kensan.secretariat.record_registry_fact(&staff, person(name), &new).await.unwrap();
        }
    }

    let page = office.read(&format!("{cohort}/entrance")).await;
    let row = |name: &str| page.split("<tr>").find(|part| part.contains(name)).unwrap_or_default().to_owned();
    assert_eq!(row("有効").matches("class=\"tag met\"").count(), 4, "{}", row("有効"));
    // The card ends before the first day; the practice is enough, and Ⅰ is not on record: every reason is told.
    let lapsed = row("失効");
    assert!(lapsed.matches("class=\"tag breached\"").count() == 2 && lapsed.contains("要確認"), "{lapsed}");
    assert!(lapsed.contains("実務36か月以上") && lapsed.contains("介護保険法第69条の8"), "{lapsed}");
    assert!(row("不明").matches("class=\"tag not_yet\"").count() == 4, "{}", row("不明"));

    let to = office.submit(&format!("{cohort}/enrol"), &[]).await;
    assert!(to.ends_with("/entrance?show=not_met"), "{to}");
    let told = office.read(&to).await;
    assert!(told.contains("2人を受講決定") && told.contains("失効 二郎"), "{told}");

    let left = enrolments.iter().find(|known| known.name.starts_with("失効")).unwrap();
    let trainee = format!("/trainees/{}", left.id);
    office.read(&trainee).await;
    let admitted = [("version", "1"), ("to", "admitted"), ("reason", "")];
    let refused = office.post_from(&trainee, &format!("{trainee}/state"), &admitted).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let told = text(refused).await;
    assert!(told.contains("有効な介護支援専門員証") && !told.contains("専門研修課程Ⅰ</"), "{told}");
    let waived = [("version", "1"), ("to", "admitted"), ("reason", "災害による延長（通知第5号）")];
    office.submit(&format!("{trainee}/state"), &waived).await;
    assert!(office.read(&trainee).await.contains("災害による延長"), "the reason stays");
    assert_eq!(office.submit(&format!("{cohort}/enrol"), &[]).await, cohort, "whoever was let in is enrolled");
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    assert!(work.enrolments(id).await.unwrap().iter().all(|known| known.state.takes_part()));
}
