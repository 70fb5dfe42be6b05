//! A placement that ends during the practicum: the secretariat ends it on the trainee's page, the engine looks for another place in the
//! weeks to come, and everybody is told; over HTTP, on SQLite and on PostgreSQL.

use crate::support::Kensan;
use crate::support::practicum::opened;
use reqwest::StatusCode;
use training::practicum::placement::PlacementState;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    let opened = opened(&kensan, &staff).await;
    let enrolment = opened.enrolments[0];
    let mut office = kensan.signed_in("jimukyoku").await;
    let mut supervisor = kensan.signed_in("shidousha").await;
    let record = format!("/practicum/{enrolment}");
    assert_eq!(supervisor.get(&record).await.status(), StatusCode::OK);
    let placements = async |kensan: &Kensan| {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        let found = work.placements_of(enrolment).await.unwrap();
        work.roll_back().await.unwrap();
        found
    };
    let first = placements(&kensan).await[0].clone();
    let (id, version) = (first.id.to_string(), first.version.to_string());
    let trainee = format!("/trainees/{enrolment}");
    let anew = format!("{trainee}/place-anew");

    // Ended with a reason; the only other office is full, which the page says.
    let ended =
        [("placement", id.as_str()), ("version", version.as_str()), ("reason", "指導者の入院"), ("elsewhere", "1")];
    let page = office.read(&trainee).await;
    assert!(page.contains("取り消して配置し直す") && page.contains("見本 指導"), "{page}");
    let unsaid = office.post(&anew, &[ended[0], ended[1]]).await;
    assert_eq!(unsaid.status(), StatusCode::UNPROCESSABLE_ENTITY, "a reason is asked for");
    office.submit(&anew, &ended).await;
    let page = office.read(&trainee).await;
    assert!(page.contains("ほかの受入先が見つかりません") && page.contains("指導者の入院"), "{page}");
    assert_eq!(office.post(&anew, &ended).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "it has ended already");
    let now = placements(&kensan).await;
    assert!(now.iter().all(|placement| placement.state == PlacementState::Cancelled), "{now:?}");
    // Who guided reads nothing any more.
    assert_eq!(supervisor.get(&record).await.status(), StatusCode::NOT_FOUND);
    let own = format!("/offices/{}", first.host_office_id);
    assert!(!supervisor.read(&own).await.contains("研修 太郎"));

    // Another office takes one more: a week that has not begun, and not the office that is ruled out.
    let other = if first.host_office_id == 1 { 2 } else { 1 };
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let version = work.host_office(other).await.unwrap().version.to_string();
    work.roll_back().await.unwrap();
    let more = [
        ("version", version.as_str()),
        ("capacity", "2"),
        ("weekly_capacity", "2"),
        ("chief_care_managers", "1"),
        ("specified_office_addition", "1"),
    ];
    office.submit(&format!("/offices/{other}"), &more).await;
    office.read(&trainee).await;
    office.submit(&anew, &[]).await;
    let page = office.read(&trainee).await;
    assert!(page.contains("受入先の案ができました"), "{page}");
    let now = placements(&kensan).await;
    let proposed = now.iter().find(|placement| placement.state == PlacementState::Proposed).unwrap();
    assert_eq!(proposed.host_office_id, other);
    assert!(proposed.window_index >= 1, "the first week has begun: {proposed:?}");
    let (id, version) = (proposed.id, proposed.version.to_string());
    let tell = [("from", "trainee"), ("to", "notified"), ("version", version.as_str())];
    let back = office.submit(&format!("/placements/{id}/state"), &tell).await;
    assert_eq!(back, format!("{trainee}#placement"));
    let notices = office.read("/notices?cohort=1").await;
    assert!(notices.contains("研修 太郎"), "both are told: {notices}");
}
