//! The end of the retention: set by the administrator, told beforehand, shredded by the daily run, and the office reads no more; over HTTP on
//! both databases.

use crate::support::practicum::opened;
use crate::support::{Kensan, Visitor, first_day, text};
use axum::http::StatusCode;
use chrono::TimeDelta;
use secretariat::Staff;
use training::practicum::retention::kept_until;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

const PAGE: &str = "/settings/retention";

async fn daily_run(kensan: &Kensan) -> Vec<String> {
    let run = kensan.secretariat.shred_announced().await.unwrap();
    assert!(run.failed.is_none(), "{:?}", run.failed);
    run.done.into_iter().map(|due| due.name).collect()
}

async fn goals(kensan: &Kensan, staff: &Staff, enrolment: i64) -> Option<String> {
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let revisions = work.revisions(enrolment, None).await.unwrap();
    work.roll_back().await.unwrap();
    revisions[0].typed.as_ref().map(|typed| typed["goals"].clone())
}

async fn administrator(kensan: &Kensan, staff: &Staff) -> Visitor {
    let mut administrator = kensan.signed_in(&format!("admin{}", staff.provider)).await;
    administrator.read(PAGE).await;
    administrator
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    let stranger = kensan.provider("隣県 研修実施機関").await;
    let opened = opened(&kensan, &staff).await;
    let enrolment = opened.enrolments[0];
    let mut trainee = kensan.signed_in("jukousha").await;
    trainee.read("/me/practicum").await;
    let entry = trainee.submit("/me/practicum/entries", &[("kind", "goals")]).await;
    let fields = [("entry_version", "1"), ("draft_version", "0"), ("act", "hand_in"), ("goals", "面接の進め方を学ぶ")];
    let handed_in = trainee.post(&entry, &fields).await;
    assert_eq!(handed_in.status(), StatusCode::SEE_OTHER, "{}", text(handed_in).await);
    // The cohort ends on 30 July 2027.
    assert!(trainee.read("/me/practicum").await.contains("令和14年7月30日まで保存し"));

    // Five years are the default. What a shorter time would destroy at once is named and asked for.
    let mut admin = administrator(&kensan, &staff).await;
    let page = admin.read(PAGE).await;
    assert!(page.contains("令和14年7月30日") && page.contains("保存中"), "{page}");
    for (years, version) in [("0", "0"), ("101", "0"), ("", "0"), ("三", "0")] {
        let refused = admin.post(PAGE, &[("years", years), ("version", version)]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{years}");
    }
    admin.submit(PAGE, &[("years", "３"), ("version", "0")]).await;
    let overtaken = admin.post(PAGE, &[("years", "4"), ("version", "0")]).await;
    assert_eq!(overtaken.status(), StatusCode::CONFLICT, "somebody else was faster");
    assert!(admin.read(PAGE).await.contains("令和12年7月30日"));
    let mut others = administrator(&kensan, &stranger).await;
    let page = others.read(PAGE).await;
    assert!(page.contains("まだありません") && page.contains("value=\"5\""), "another provider's own: {page}");

    // A month before the end the home page tells the administrator; nothing is destroyed early.
    let last = kept_until(first_day() + TimeDelta::days(120), 3);
    kensan.days_pass((last - kensan.secretariat.today()).num_days() - 20);
    let mut admin = administrator(&kensan, &staff).await;
    assert!(admin.read("/").await.contains("/settings/retention"), "told beforehand");
    let mut office = kensan.signed_in("jimukyoku").await;
    assert!(!office.read("/").await.contains("/settings/retention"), "only who can change it");
    assert_eq!(daily_run(&kensan).await, Vec::<String>::new());
    assert!(goals(&kensan, &staff, enrolment).await.is_some());
    let mut supervisor = kensan.signed_in("shidousha").await;
    supervisor.read(&format!("/practicum/{enrolment}")).await;
    let own_office = office_of(&kensan, &staff, enrolment).await;
    assert!(supervisor.read(&format!("/offices/{own_office}")).await.contains("研修 太郎"));

    kensan.days_pass(21);
    let mut admin = administrator(&kensan, &staff).await;
    assert!(admin.read(PAGE).await.contains("期限切れ"));
    let shorter = admin.post(PAGE, &[("years", "2"), ("version", "1")]).await;
    assert_eq!(shorter.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(shorter).await.contains("第1期"), "what would be destroyed is named");
    admin.submit(PAGE, &[("years", "2"), ("version", "1"), ("confirmed", "1")]).await;

    // The office sees nobody any more, already before the run.
    let mut supervisor = kensan.signed_in("shidousha").await;
    for page in ["", "/days", "/pdf", "/evaluation"] {
        let gone = supervisor.get(&format!("/practicum/{enrolment}{page}")).await;
        assert_eq!(gone.status(), StatusCode::NOT_FOUND, "{page}");
    }
    let page = supervisor.read(&format!("/offices/{own_office}")).await;
    assert!(!page.contains("研修 太郎"));
    let calendar = text(supervisor.get(&format!("/offices/{own_office}/days.ics")).await).await;
    assert!(calendar.contains("VCALENDAR") && !calendar.contains("研修 太郎"), "{calendar}");
    let placement = placement(&kensan, &staff, enrolment).await;
    for (act, fields) in
        [("state", [("to", "cancelled"), ("version", "1")]), ("supervisor", [("supervisor", "1"), ("reason", "x")])]
    {
        let gone = supervisor.post(&format!("/placements/{placement}/{act}"), &fields).await;
        assert_eq!(gone.status(), StatusCode::NOT_FOUND, "{act}");
    }

    // Lengthened in between, nothing is destroyed.
    let due = kensan.secretariat.texts_to_shred(None).await.unwrap();
    admin.submit(PAGE, &[("years", "9"), ("version", "2")]).await;
    assert_eq!(kensan.secretariat.shred(&due, None).await.done, []);
    admin.submit(PAGE, &[("years", "2"), ("version", "3"), ("confirmed", "1")]).await;

    // The clock runs ten years ahead at one start, however often: nothing is destroyed.
    kensan.days_pass(3_650);
    for _ in 0..20 {
        assert_eq!(daily_run(&kensan).await, Vec::<String>::new(), "a clock that jumped");
    }
    kensan.days_pass(-3_650);
    assert!(goals(&kensan, &staff, enrolment).await.is_some());
    // Told on seven days, destroyed on the eighth.
    for day in 0..7 {
        assert_eq!(daily_run(&kensan).await, Vec::<String>::new(), "{day}");
        assert_eq!(daily_run(&kensan).await, Vec::<String>::new(), "the second start of a day counts nothing");
        kensan.days_pass(1);
    }
    assert_eq!(daily_run(&kensan).await, ["第1期"]);
    assert_eq!(daily_run(&kensan).await, Vec::<String>::new(), "once");
    let mut admin = administrator(&kensan, &staff).await;
    assert_eq!(goals(&kensan, &staff, enrolment).await, None);
    let page = admin.read(PAGE).await;
    assert!(page.contains("以前の控えからは読める") && page.contains("kensan keys shred"), "{page}");
    assert!(admin.read("/audit").await.contains("texts.shredded"));
    let mut office = kensan.signed_in("jimukyoku").await;
    let page = office.read(&format!("/trainees/{enrolment}")).await;
    assert!(page.contains("研修 太郎"), "who it was and what was judged stays");
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    assert_eq!(work.verify_rows().await.unwrap(), []);
    work.roll_back().await.unwrap();
}

async fn office_of(kensan: &Kensan, staff: &Staff, enrolment: i64) -> i64 {
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let office = work.placements_of(enrolment).await.unwrap()[0].host_office_id;
    work.roll_back().await.unwrap();
    office
}

async fn placement(kensan: &Kensan, staff: &Staff, enrolment: i64) -> i64 {
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let placement = work.placements_of(enrolment).await.unwrap()[0].id;
    work.roll_back().await.unwrap();
    placement
}
