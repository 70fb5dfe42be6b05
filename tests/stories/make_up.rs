//! Making up: who lacks a subject is on the board until it is made good, a make-up session lists those alone who are invited, and counts for
//! them. Over HTTP on both databases.

use crate::support::{Kensan, cohort, first_day, text};
use chrono::TimeDelta;
use reqwest::StatusCode;
use training::completion::verdict::State;
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

const ROSTER: &str = "受験番号,受講番号,氏名,フリガナ,生年月日,メールアドレス\r\n\
0001,001,研修 太郎,ケンシュウ タロウ,1985-04-01,taro@kensan.example\r\n\
0002,002,研修 花子,ケンシュウ ハナコ,1990-05-06,\r\n\
0003,003,見本 次郎,ミホン ジロウ,1991-05-06,jiro@kensan.example\r\n";

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    let cohort = cohort(&mut office, "第1期", 0, ROSTER).await;
    let id: i64 = cohort.rsplit('/').next().unwrap().parse().unwrap();
    let day = |offset: i64| (first_day() + TimeDelta::days(offset)).to_string();
    let class = |title: &'static str, on: String| {
        [
            ("title", title.to_owned()),
            ("day", on),
            ("starts", "9:00".to_owned()),
            ("ends", "12:00".to_owned()),
            ("subject", "01".to_owned()),
            ("minutes", "180".to_owned()),
        ]
    };
    let set = async |office: &crate::support::Visitor, fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        office.submit(&format!("{cohort}/sessions"), &fields).await
    };
    set(&office, &class("第1日", day(2))).await;
    kensan.days_pass(3);
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read(&cohort).await;
    let enrolments: Vec<i64> = {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        work.enrolments(id).await.unwrap().into_iter().map(|known| known.id).collect()
    };
    let sessions = async || {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        work.sessions(id).await.unwrap()
    };
    let first = sessions().await[0].id;
    let number: Vec<String> = enrolments.iter().map(i64::to_string).collect();
    let present = format!("present-{}", number[2]);
    let mut sheet: Vec<(&str, &str)> = number.iter().map(|id| ("trainee", id.as_str())).collect();
    sheet.push((&present, "1"));
    office.submit(&format!("/sessions/{first}/attendance"), &sheet).await;

    // Two lack the subject; there is no make-up yet.
    let path = format!("{cohort}/make-ups");
    let page = office.read(&path).await;
    assert!(page.contains("研修 太郎") && page.contains("研修 花子") && !page.contains("見本 次郎"), "{page}");
    assert!(page.contains("補講の日程がありません") && page.contains("欠席"), "{page}");
    let refused = office.post(&path, &[("session", &first.to_string()), ("trainee", &number[0])]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "a session of everybody is no make-up");

    let made = [class("補講", day(10)).as_slice(), &[("make_up", "1".to_owned())]].concat();
    assert_eq!(set(&office, &made).await, path);
    let make_up = sessions().await[1].id.to_string();
    let states = async || {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        let judged = kensan.secretariat.judge_cohort(&mut work, id).await.unwrap();
        let state = |id: &i64| {
            let findings = &judged.judgements[id].findings;
            findings.iter().find(|finding| finding.subject.as_deref() == Some("01")).unwrap().verdict.state
        };
        enrolments.iter().map(state).collect::<Vec<State>>()
    };
    assert_eq!(states().await, [State::NeedsMakeUp, State::NeedsMakeUp, State::Met], "nobody is invited yet");

    // Looked at, invited once; the other one still lacks it.
    let invited = [("session", make_up.as_str()), ("trainee", number[0].as_str())];
    let answer = office.post(&path, &invited).await;
    let told = text(answer).await;
    assert!(told.contains("補講のご案内") && told.contains("研修 太郎"), "{told}");
    let confirmed = [invited.as_slice(), &[("confirmed", "1")]].concat();
    for expected in ["1人に補講を案内しました", "0人に補講を案内しました"] {
        office.submit(&path, &confirmed).await;
        let page = office.read(&path).await;
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert_eq!(states().await, [State::NotYet, State::NeedsMakeUp, State::Met]);
    let sheet = office.read(&format!("/sessions/{make_up}")).await;
    assert!(sheet.contains("研修 太郎") && !sheet.contains("研修 花子") && !sheet.contains("見本 次郎"), "{sheet}");

    // A change of the make-up is told to those alone who are invited.
    let before = {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        work.notices_from(1, i64::MAX).await.unwrap().len()
    };
    let moved = [
        class("補講", day(11)).as_slice(),
        &[("version", "1".to_owned()), ("reason", "会場の都合".to_owned()), ("tells", "1".to_owned())],
    ]
    .concat();
    let moved: Vec<(&str, &str)> = moved.iter().map(|(name, value)| (*name, value.as_str())).collect();
    office.submit(&format!("/sessions/{make_up}/edit"), &moved).await;
    {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        let told = work.notices_from(1, i64::MAX).await.unwrap();
        assert_eq!(told.len(), before + 1);
        assert_eq!(told.last().unwrap().recipient, "研修 太郎");
    }

    // Held: who came has made it good, and is on the board no more.
    kensan.days_pass(9);
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read(&cohort).await;
    let present = format!("present-{}", number[0]);
    office.submit(&format!("/sessions/{make_up}/attendance"), &[("trainee", &number[0]), (&present, "1")]).await;
    assert_eq!(states().await, [State::Met, State::NeedsMakeUp, State::Met]);
    let page = office.read(&path).await;
    assert!(!page.contains("研修 太郎") && page.contains("研修 花子"), "{page}");
    let late = office.post(&path, &[("session", make_up.as_str()), ("trainee", &number[1])]).await;
    assert_eq!(late.status(), StatusCode::UNPROCESSABLE_ENTITY, "it was held");

    let other = kensan.provider("別の機関").await;
    kensan.account(&other, "betsu", Role::Secretariat, None, None).await;
    let mut stranger = kensan.signed_in("betsu").await;
    stranger.read("/cohorts").await;
    assert_eq!(stranger.post(&path, &confirmed).await.status(), StatusCode::NOT_FOUND);
}
