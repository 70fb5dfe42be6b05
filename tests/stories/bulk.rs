//! Facts of many trainees at once, and messages to them: what would happen is shown first, each goes through its door, and what was done at once
//! is taken back at once. Over HTTP on both databases.

use crate::support::{Kensan, Visitor, cohort, first_day, hidden, text};
use chrono::TimeDelta;
use reqwest::StatusCode;
use training::completion::facts::{Facts, MilestoneKind};
use training::notice::NoticeKind;
use training::role::Role;

#[tokio::test]
async fn facts_on_sqlite() {
    facts(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn facts_on_postgres() {
    facts(crate::support::postgres().await).await;
}

#[tokio::test]
async fn messages_on_sqlite() {
    messages(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn messages_on_postgres() {
    messages(crate::support::postgres().await).await;
}

const ROSTER: &str = "受験番号,受講番号,氏名,フリガナ,生年月日,メールアドレス\r\n\
0001,001,研修 太郎,ケンシュウ タロウ,1985-04-01,taro@kensan.example\r\n\
0002,002,研修 花子,ケンシュウ ハナコ,1990-05-06,\r\n\
0003,003,見本 次郎,ミホン ジロウ,1991-05-06,jiro@kensan.example\r\n";

struct Desk {
    kensan: Kensan,
    staff: secretariat::Staff,
    office: Visitor,
    cohort: String,
    id: i64,
    enrolments: Vec<i64>,
}

async fn desk(kensan: Kensan) -> Desk {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    let cohort = cohort(&mut office, "第1期", 0, ROSTER).await;
    let id = cohort.rsplit('/').next().unwrap().parse().unwrap();
    let enrolments = {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        work.enrolments(id).await.unwrap().into_iter().map(|known| known.id).collect()
    };
    kensan.days_pass(10);
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read(&cohort).await;
    Desk { kensan, staff, office, cohort, id, enrolments }
}

impl Desk {
    async fn facts(&self) -> Vec<Facts> {
        let mut work = self.kensan.secretariat.read(&self.staff).await.unwrap();
        let known = self.kensan.secretariat.facts_of_cohort(&mut work, self.id).await.unwrap();
        known.into_iter().map(|(_, facts)| facts).collect()
    }
}

async fn facts(kensan: Kensan) {
    let mut desk = desk(kensan).await;
    let path = format!("{}/facts", desk.cohort);
    let page = desk.office.read(&path).await;
    assert!(page.contains("milestone-briefing_safety"));
    let day = |offset: i64| (first_day() + TimeDelta::days(offset)).to_string();
    let ids: Vec<String> = desk.enrolments.iter().map(i64::to_string).collect();
    let (today, tomorrow) = (day(10), day(11));
    let briefed = |on: &str, confirmed: bool| {
        let mut fields = vec![
            ("what", "milestone-briefing_safety".to_owned()),
            ("what", "milestone-briefing_confidentiality".to_owned()),
            ("on", on.to_owned()),
            ("trainee", ids[0].clone()),
            ("trainee", ids[1].clone()),
        ];
        fields.extend(confirmed.then(|| ("confirmed", "1".to_owned())));
        fields
    };
    let post = async |office: &Visitor, path: &str, fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = office.post(path, &fields).await;
        (answer.status(), text(answer).await)
    };

    // Nobody and nothing chosen is told; what has not come is told of everybody, and nothing is recorded by looking.
    for (fields, words) in [
        (vec![("on", today.clone()), ("trainee", ids[0].clone())], "記録すること"),
        (vec![("on", today.clone()), ("what", "milestone-pledge".to_owned())], "受講者"),
        (vec![("on", today.clone()), ("what", "milestone-sign_off".to_owned())], "記録すること"),
    ] {
        let (status, told) = post(&desk.office, &path, &fields).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(told.contains(words), "{words}: {told}");
    }
    let (_, told) = post(&desk.office, &path, &briefed(&tomorrow, false)).await;
    assert!(told.contains("4件は記録できません") && !told.contains("name=\"confirmed\""), "{told}");
    let (_, told) = post(&desk.office, &path, &briefed(&today, false)).await;
    assert!(told.contains("4件を記録します") && told.contains("name=\"confirmed\""), "{told}");
    assert!(desk.facts().await.iter().all(|facts| facts.milestones.is_empty()));

    // One was briefed before, on another day: that stays, the others are recorded. Pressed twice it is recorded once.
    let one = [("milestone", "briefing_safety"), ("on", &day(3))];
    desk.office.submit(&format!("/trainees/{}/milestone", ids[1]), &one).await;
    for expected in
        ["3件を記録しました。記録済みの 1件はそのままです", "0件を記録しました。記録済みの 4件はそのままです"]
    {
        let (status, _) = post(&desk.office, &path, &briefed(&today, true)).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let page = desk.office.read(&path).await;
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let kinds = |facts: &Facts| facts.milestones.iter().map(|known| (known.kind, known.on)).collect::<Vec<_>>();
    let known = desk.facts().await;
    assert_eq!(kinds(&known[0]).len(), 2);
    assert!(kinds(&known[1]).contains(&(MilestoneKind::BriefingSafety, first_day() + TimeDelta::days(3))));
    assert_eq!(kinds(&known[2]).len(), 0);

    // Somebody of another cohort is nobody of this one.
    let mut other_office = desk.kensan.signed_in("jimukyoku").await;
    let other = cohort(&mut other_office, "第2期", 0, ROSTER).await;
    let (status, _) = post(&other_office, &format!("{other}/facts"), &briefed(&today, true)).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    // What cannot be recorded of many: what the rules do not ask for, and of somebody who takes no part any more.
    let unasked = [("what", "document-hoge".to_owned()), ("on", today.clone()), ("trainee", ids[0].clone())];
    let (_, told) = post(&desk.office, &path, &unasked).await;
    assert!(told.contains("1件は記録できません"), "{told}");
    let version = {
        let mut work = desk.kensan.secretariat.read(&desk.staff).await.unwrap();
        work.enrolment(desk.enrolments[2]).await.unwrap().version.to_string()
    };
    let withdrawal = [("to", "withdrawn"), ("version", version.as_str()), ("reason", "転居")];
    desk.office.submit(&format!("/trainees/{}/state", ids[2]), &withdrawal).await;
    let withdrawn = [("what", "milestone-pledge".to_owned()), ("on", today.clone()), ("trainee", ids[2].clone())];
    let (_, told) = post(&desk.office, &path, &withdrawn).await;
    assert!(told.contains("1件は記録できません"), "{told}");

    // Taken back as one, but for what was taken back by itself; an address of another cohort takes back nothing.
    let first = known[0].milestones[0].id;
    let withdrawn = [("kind", "milestone"), ("id", &first.to_string()), ("reason", "誤り")];
    desk.office.submit(&format!("/trainees/{}/withdraw", ids[0]), &withdrawn).await;
    let page = desk.office.read(&path).await;
    let undo = page.split(&format!("action=\"{path}/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(
        desk.office.post(&format!("{other}/facts/{undo}"), &[("reason", "x")]).await.status(),
        StatusCode::NOT_FOUND
    );
    desk.office.submit(&format!("{path}/{undo}"), &[("reason", "取り違え")]).await;
    let page = desk.office.read(&path).await;
    assert!(page.contains("2件の記録を取り消しました") && !page.contains("/undo"), "{page}");
    let known = desk.facts().await;
    assert_eq!((kinds(&known[0]).len(), kinds(&known[1]).len()), (0, 1));

    // Assessments from a list: every cell that cannot be read is named, and whoever was not assessed is left out.
    let assessments = format!("{}/assessments", desk.cohort);
    let look = async |list: &str| {
        let fields = [("source", "text"), ("by", "instructor"), ("text", list)];
        let answer = desk.office.upload_files(&assessments, &[], &fields).await;
        (answer.status(), text(answer).await)
    };
    let (status, told) =
        look("受講番号\t氏名\t結果\t点\n001\t研修太郎\t保留\t80\n002\t見本次郎\t合格\t120\n001\t\t合格\t\n").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["「保留」は読み取れません", "見本次郎", "120", "2行目"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let (status, told) =
        look("番号\t氏名\t合否\t得点\t総合得点\n001\t研修太郎\t○\t８０点\t90\n002\t研修花子\t×\t\t\n003\t見本次郎\t欠席\t\t\n").await;
    assert_eq!(status, StatusCode::OK);
    assert!(told.contains("2件を記録します") && told.contains("読まなかった列: 総合得点"), "{told}");
    let list = hidden(&told, "text");
    let set = [("text", list.as_str()), ("by", "instructor")];
    desk.office.submit(&format!("{assessments}/set"), &set).await;
    desk.office.submit(&format!("{assessments}/set"), &set).await;
    let known = desk.facts().await;
    let result =
        |facts: &Facts| facts.assessments.iter().map(|known| (known.passed, known.score, known.by)).collect::<Vec<_>>();
    assert_eq!(result(&known[0]), [(true, Some(80), Some(Role::Instructor))]);
    assert_eq!(result(&known[1]), [(false, None, Some(Role::Instructor))]);
    assert_eq!(result(&known[2]), []);
    // A worse one does not take the place of a better one: that is told.
    let (_, told) = look("受講番号\t結果\t点\n001\t不合格\t30\n").await;
    assert!(told.contains("合格 / 80点 が判定に使われます"), "{told}");
    assert_eq!(desk.office.get(&format!("{}/templates/assessment", desk.cohort)).await.status(), StatusCode::OK);
}

async fn messages(kensan: Kensan) {
    let mut desk = desk(kensan).await;
    let path = format!("{}/message", desk.cohort);
    desk.office.read(&path).await;
    let ids: Vec<String> = desk.enrolments.iter().map(i64::to_string).collect();
    let written = |whom: &'static str, more: &[(&'static str, &str)]| {
        let mut fields =
            vec![("subject_line", "明日の\n研修"), ("message", "{recipient} は\n中止です。"), ("whom", whom)];
        fields.extend(more.iter().map(|(name, value)| (*name, *value)));
        fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
    };
    let post = async |fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = desk.office.post(&path, &fields).await;
        (answer.status(), text(answer).await)
    };
    let queued = async || {
        let mut work = desk.kensan.secretariat.read(&desk.staff).await.unwrap();
        work.notices_from(1, i64::MAX).await.unwrap()
    };

    for (fields, words) in [
        (written("chosen", &[]), "送る相手がいません"),
        (vec![("whom".to_owned(), "everybody".to_owned()), ("message".to_owned(), "x".to_owned())], "件名"),
        (vec![("whom".to_owned(), "everybody".to_owned()), ("subject_line".to_owned(), "x".to_owned())], "本文"),
    ] {
        let (status, told) = post(&fields).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.contains(words), "{words}: {told}");
    }
    // Looked at: two mails and a letter, and how it reads. Nothing is on its way yet.
    let (status, told) = post(&written("everybody", &[])).await;
    assert_eq!(status, StatusCode::OK);
    assert!(told.contains("中止です。") && told.contains("研修 太郎"), "{told}");
    assert_eq!(queued().await.len(), 0);
    let confirmed = written("everybody", &[("confirmed", "1")]);
    let (status, _) = post(&confirmed).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    // Pressed again, or written again after Back: nobody gets it twice on a day.
    for fields in [confirmed, written("everybody", &[])] {
        let (status, told) = post(&fields).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.contains("今日すでに送っています"), "{told}");
    }
    let known = queued().await;
    assert_eq!(known.len(), 3, "pressed twice it is sent once");
    let channels: Vec<_> = known.iter().map(|notice| notice.channel).collect();
    use secretariat::notice::Channel::{Letter, Mail};
    assert_eq!(channels, [Mail, Letter, Mail]);
    let said = known[0].variables().unwrap();
    assert_eq!(said[&training::notice::Variable::Title], "明日の 研修");
    assert_eq!(said[&training::notice::Variable::Message], "{recipient} は\n中止です。", "nothing is filled into it");

    // To some, and at night: what is urgent does not wait for the morning.
    desk.kensan.minutes_pass(14 * 60);
    let mut office = desk.kensan.signed_in("jimukyoku").await;
    office.read(&path).await;
    let at_night = written("chosen", &[("trainee", &ids[2]), ("urgent", "1"), ("confirmed", "1")]);
    let at_night: Vec<(&str, &str)> = at_night.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    office.submit(&path, &at_night).await;
    let known = queued().await;
    let urgent = known.last().unwrap();
    assert_eq!((known.len(), urgent.kind, urgent.recipient.as_str()), (4, NoticeKind::UrgentTrainee, "見本 次郎"));
    assert!(urgent.not_before <= desk.kensan.secretariat.now());

    let other = desk.kensan.provider("別の機関").await;
    desk.kensan.account(&other, "betsu", Role::Secretariat, None, None).await;
    let mut stranger = desk.kensan.signed_in("betsu").await;
    stranger.read("/cohorts").await;
    let fields = [("whom", "everybody"), ("subject_line", "x"), ("message", "y"), ("confirmed", "1")];
    assert_eq!(stranger.post(&path, &fields).await.status(), StatusCode::NOT_FOUND);
}
