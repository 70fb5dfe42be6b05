//! A timetable with its hours: what lateness costs, what heals a missed session, how sessions and cohorts are corrected and cancelled; over
//! HTTP on both databases.

use crate::support::{Kensan, Visitor, first_day, text};
use chrono::TimeDelta;
use reqwest::StatusCode;
use secretariat::Guidelines;
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

const ROSTER: &str = "受験番号,氏名,フリガナ,生年月日,メールアドレス\r\n\
0001,研修 太郎,ケンシュウ タロウ,1985-04-01,taro@kensan.example\r\n\
0002,研修 花子,ケンシュウ ハナコ,1990-05-06,\r\n";

/// A supplement that forgives 15 minutes twice, and lets a report or another course's day heal.
const SUPPLEMENT: &str = r#"
title = "見本県 研修実施要領"
title_en = "Mihon supplement"
prefecture = 10
editions = ["initial-training-revised"]
source = "見本"
confidence = "unknown"

[[tighten]]
requirement = "subjects"
rule = { kind = "subjects", tolerance_minutes = 15, tolerance_times = 2, healed_by = ["report", "other_course"] }
"#;

fn guidelines() -> Guidelines {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("supplements")).unwrap();
    std::fs::write(directory.path().join("supplements/mihon.toml"), SUPPLEMENT).unwrap();
    Guidelines::with_directory(directory.path()).unwrap()
}

fn day(offset: i64) -> String {
    (first_day() + TimeDelta::days(offset)).to_string()
}

struct Desk {
    kensan: Kensan,
    staff: secretariat::Staff,
    office: Visitor,
    cohort: String,
    enrolments: Vec<i64>,
}

impl Desk {
    async fn refused(&self, path: &str, fields: &[(&str, &str)], words: &str) {
        let answer = self.office.post(path, fields).await;
        let (status, told) = (answer.status(), text(answer).await);
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {fields:?}: {told}");
        assert!(told.contains(words), "{path} {fields:?}: {words}: {told}");
    }

    async fn state(&self, trainee: usize, subject: &str) -> State {
        let judged = self
            .kensan
            .secretariat
            .judge_trainee(&mut self.kensan.secretariat.read(&self.staff).await.unwrap(), self.enrolments[trainee])
            .await
            .unwrap();
        let of_subject =
            |finding: &&training::completion::judgement::Finding| finding.subject.as_deref() == Some(subject);
        judged.judgement.findings.iter().find(of_subject).unwrap().verdict.state
    }

    async fn notices(&self) -> Vec<(String, String)> {
        let mut work = self.kensan.secretariat.read(&self.staff).await.unwrap();
        let own = work.notice_templates().await.unwrap();
        let mut notices = work.notices_from(1, 1000).await.unwrap();
        notices.reverse();
        let told = notices.iter().map(|notice| {
            let text = secretariat::notice::readable(&own, notice, "-").unwrap();
            (notice.recipient.clone(), format!("{}\n{}", text.subject, text.body))
        });
        told.collect()
    }
}

fn session<'a>(on: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let fields =
        [("title", "前期 第1日"), ("day", on), ("starts", "9:30"), ("ends", "16:30"), ("place", "研修センター")];
    fields.into_iter().chain(more.iter().copied()).collect()
}

/// Two subjects of half an hour's lesson each, with their hours.
const TWO: [(&str, &str); 8] = [
    ("subject", "01"),
    ("minutes", "180"),
    ("taught_from", "9:30"),
    ("taught_until", "12:30"),
    ("subject", "06"),
    ("minutes", "120"),
    ("taught_from", "13:30"),
    ("taught_until", "15:30"),
];

async fn story(kensan: Kensan) {
    let kensan = kensan.with_guidelines(guidelines()).await;
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let teacher = kensan.account(&staff, "koushi", Role::Instructor, None, None).await.to_string();
    kensan.account(&staff, "betsu", Role::Instructor, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    let form = office.read("/cohorts/new").await;
    let own = form.find("見本県 研修実施要領").unwrap();
    assert!(own < form.find("熊本県").unwrap(), "the own prefecture's supplements come first");
    let (starts, ends, practicum) = (day(0), day(120), day(60));
    let fields = [
        ("name", "第1期"),
        ("edition", "initial-training-revised"),
        ("supplements", "mihon"),
        ("starts_on", starts.as_str()),
        ("ends_on", &ends),
        ("practicum_from", &practicum),
        ("practicum_weeks", "2"),
        ("travel_limit_km", "30"),
    ];
    let cohort = office.submit("/cohorts", &fields).await;
    office.upload(&format!("{cohort}/roster"), "roster.csv", ROSTER.as_bytes().to_vec(), &[]).await;
    office.submit(&format!("{cohort}/enrol"), &[]).await;
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let enrolments = work.enrolments(1).await.unwrap().iter().map(|known| known.id).collect();
    drop(work);
    let mut desk = Desk { kensan, staff, office, cohort, enrolments };
    what_a_cohort_may_be(&desk, &fields).await;
    what_a_session_may_be(&desk).await;
    a_refused_form_comes_back(&desk).await;
    lateness_and_what_heals_it(&mut desk, &teacher).await;
    a_session_is_corrected(&desk).await;
    sessions_to_come_are_moved_and_cancelled(&desk).await;
    the_cohort_itself(&desk).await;
}

async fn what_a_cohort_may_be(desk: &Desk, fields: &[(&str, &str)]) {
    let with = |changes: &[(&'static str, String)]| -> Vec<(&str, String)> {
        let kept = fields.iter().filter(|(name, _)| !changes.iter().any(|(known, _)| known == name));
        kept.map(|(name, value)| (*name, (*value).to_owned())).chain(changes.iter().cloned()).collect()
    };
    for (changes, words) in [
        (vec![("name", "第１期 ".to_owned())], "すでにあります"),
        (vec![("name", "第2期".to_owned()), ("ends_on", day(-1))], "より前です"),
        (vec![("name", "第2期".to_owned()), ("practicum_from", day(121))], "研修期間"),
        (vec![("name", "第2期".to_owned()), ("practicum_from", day(-1))], "研修期間"),
        (
            vec![
                ("name", "第2期".to_owned()),
                ("edition", "initial-training-earlier".to_owned()),
                ("supplements", String::new()),
            ],
            "適用される版ではありません",
        ),
        (
            vec![
                ("name", "第2期".to_owned()),
                ("starts_on", "2005-04-01".to_owned()),
                ("ends_on", "2005-08-01".to_owned()),
                ("practicum_from", "2005-06-01".to_owned()),
            ],
            "適用される版ではありません",
        ),
    ] {
        let fields = with(&changes);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        desk.refused("/cohorts", &fields, words).await;
    }
}

async fn what_a_session_may_be(desk: &Desk) {
    let path = format!("{}/sessions", desk.cohort);
    let (third, before, after) = (day(3), day(-1), day(121));
    for (on, more, words) in [
        (before.as_str(), &TWO[..], "研修期間"),
        (&after, &TWO[..], "研修期間"),
        (&third, &[("subject", "01"), ("minutes", "421")][..], "超えています"),
        (&third, &[("subject", "99"), ("minutes", "60")][..], "基準にない科目"),
        (&third, &[("subject", "01"), ("minutes", "60"), ("subject", "01"), ("minutes", "60")][..], "上の行と同じ科目"),
        (
            &third,
            &[("subject", "01"), ("minutes", "60"), ("taught_from", "9:00"), ("taught_until", "10:00")][..],
            "終了までの外",
        ),
        (
            &third,
            &[("subject", "01"), ("minutes", "60"), ("taught_from", "16:00"), ("taught_until", "17:00")][..],
            "終了までの外",
        ),
        (
            &third,
            &[("subject", "01"), ("minutes", "90"), ("taught_from", "10:00"), ("taught_until", "11:00")][..],
            "60分しかありません",
        ),
        (&third, &[("subject", "01"), ("minutes", "60"), ("taught_from", "10:00"), ("taught_until", "")][..], "終了"),
        (&third, &[("subject", "01"), ("minutes", "60"), ("subject", ""), ("minutes", "30")][..], "科目を選ぶか"),
        (&third, &[("subject", "01"), ("minutes", "0")][..], "1以上"),
        (&third, &[("subject", "01"), ("minutes", "-5")][..], "1以上"),
        (
            &third,
            &[
                ("subject", "01"),
                ("minutes", "180"),
                ("taught_from", "9:30"),
                ("taught_until", "12:30"),
                ("subject", "06"),
                ("minutes", "240"),
                ("taught_from", "12:30"),
                ("taught_until", "16:30"),
                ("subject", "07"),
                ("minutes", "60"),
            ][..],
            "入る時間がありません",
        ),
        (&third, &[][..], "科目"),
    ] {
        desk.refused(&path, &session(on, more), words).await;
    }
}

/// What was typed comes back with every fault at its field, on the page it was typed on; also the second time, when the address is the act's.
async fn a_refused_form_comes_back(desk: &Desk) {
    let (page, path) = (format!("{}/sessions/new", desk.cohort), format!("{}/sessions", desk.cohort));
    let wrong = [
        ("title", ""),
        ("day", "来週"),
        ("starts", "9時半"),
        ("ends", "遅め"),
        ("place", "<研修センター>"),
        ("subject", "06"),
        ("minutes", "二時間"),
    ];
    for more in [&[][..], &[("from_page", page.as_str())]] {
        let from = if more.is_empty() { &page } else { &path };
        let fields: Vec<(&str, &str)> = wrong.iter().chain(more).copied().collect();
        let answer = desk.office.post_from(from, &path, &fields).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let html = text(answer).await;
        assert!(html.contains("<h1>日程を追加する</h1>") || html.contains("name=\"day\""), "{html}");
        assert!(html.contains("value=\"9時半\"") && html.contains("value=\"&lt;研修センター&gt;\""), "{html}");
        assert!(html.contains("<option value=\"06\" selected"), "{html}");
        for words in ["入力してください", "日付として読めません", "時刻として読めません", "分は1以上の数"]
        {
            assert!(html.contains(&format!("\">{words}")), "{words}: at the field: {html}");
            assert!(html.contains(&format!(": {words}")), "{words}: above, with the field's name: {html}");
        }
        assert!(html.contains(&format!("name=\"from_page\" value=\"{page}\"")), "{html}");
    }
    // Of several lines each fault stands at its own, all at once.
    let on = day(3);
    let lines = [
        ("subject", ""),
        ("minutes", ""),
        ("taught_from", ""),
        ("taught_until", ""),
        ("subject", "01"),
        ("minutes", "120"),
        ("taught_from", "10:00"),
        ("taught_until", "11:00"),
        ("subject", "06"),
        ("minutes", "60"),
        ("taught_from", "10:30"),
        ("taught_until", "11:30"),
    ];
    let answer = desk.office.post_from(&page, &path, &session(&on, &lines)).await;
    let html = text(answer).await;
    for (field, words) in [("分 2", "60分しかありません"), ("開始（任意） 3", "上の科目が終わる前")]
    {
        let line = html.lines().find(|line| line.contains("class=\"error-summary\"")).unwrap_or_default();
        assert!(line.contains(&format!("{field}: ")) && line.contains(words), "{field} {words}: {line}");
    }
    let elsewhere = [("from_page", "//evil.example/"), ("title", "")];
    let answer = desk.office.post_from("/nowhere", &path, &elsewhere).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(answer).await.contains("error-summary"), "without a page of its own it is told on a page by itself");
}

async fn lateness_and_what_heals_it(desk: &mut Desk, teacher: &str) {
    let path = format!("{}/sessions", desk.cohort);
    let on = day(3);
    let teaching: Vec<(&str, &str)> = TWO.into_iter().chain([("instructor", teacher)]).collect();
    // Without a year: the year nearest to today is meant.
    let short = (first_day() + TimeDelta::days(3)).format("%-m/%-d").to_string();
    desk.office.submit(&path, &session(&short, &teaching)).await;
    desk.refused(&path, &session(&short, &teaching), "すでに登録されています").await;
    desk.kensan.days_pass(3);
    desk.office.sign_in("jimukyoku").await;
    let mut others = desk.kensan.signed_in("betsu").await;
    let mut instructor = desk.kensan.signed_in("koushi").await;
    // A calendar subscribes by an address that is a secret, and ends with the password.
    let home = instructor.read("/").await;
    let address = home.split("/calendar/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let nobody = desk.kensan.visitor();
    let calendar = text(nobody.get(&format!("/calendar/{address}")).await).await;
    assert!(calendar.contains("SUMMARY:前期 第1日") && calendar.contains("DTSTART:20270404T003000Z"), "{calendar}");
    let other = others.read("/").await;
    let other = other.split("/calendar/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(
        !text(nobody.get(&format!("/calendar/{other}")).await).await.contains("SUMMARY"),
        "of another's days nothing"
    );
    for wrong in ["1-0.ics", "x.ics", &address.replace(".ics", ""), &address.replace(['a', '1'], "0")] {
        if *wrong != address {
            assert_eq!(nobody.get(&format!("/calendar/{wrong}")).await.status(), StatusCode::NOT_FOUND, "{wrong}");
        }
    }
    for (visitor, status) in [(&mut instructor, StatusCode::OK), (&mut others, StatusCode::NOT_FOUND)] {
        let listed = visitor.read(&path).await;
        assert_eq!(listed.contains("/sessions/1\""), status == StatusCode::OK, "an instructor sees the own sessions");
        assert_eq!(visitor.get("/sessions/1").await.status(), status);
    }
    let (first, second) = (desk.enrolments[0].to_string(), desk.enrolments[1].to_string());
    let present = [format!("present-{first}"), format!("arrived-{first}")];
    let marks = [("trainee", first.as_str()), ("trainee", &second), (&present[0], "1"), (&present[1], "10:15")];
    let refused = others.post("/sessions/1/attendance", &marks).await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND, "nor takes attendance of another's");
    instructor.submit("/sessions/1/attendance", &marks).await;

    // 45 minutes late: that is the first subject's loss, not the second's. Nothing else is scheduled of it.
    let mut office = desk.office.clone();
    let page = office.read(&format!("/trainees/{}/judgement", desk.enrolments[0])).await;
    assert!(page.contains("令和9年4月4日 前期 第1日 遅刻45分（09:30→10:15）"), "{page}");
    // A day nobody can judge by is told at its field; the address of an act, opened anew, is its page.
    for (day, words) in [
        ("来週", "日付として読めません"),
        ("令和99年1月1日", "まだ来ていません"),
        ("平成30年1月1日", "まだこの方の記録がありません"),
    ] {
        let answer = office.get(&format!("/trainees/{}/judgement?as_of={day}", desk.enrolments[0])).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        let told = text(answer).await;
        assert!(told.contains(words) && told.contains(&format!("value=\"{day}\"")), "{day}: {told}");
    }
    let act = office.get("/sessions/1/cancel").await;
    assert_eq!((act.status(), act.headers()["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/sessions/1"));
    let absent = office.read(&format!("/trainees/{}/judgement", desk.enrolments[1])).await;
    assert!(absent.contains("令和9年4月4日 前期 第1日 欠席"), "{absent}");
    assert!(!absent.contains("の出席"), "an absence is no attendance");
    let hours = |subject: &str| {
        let edition = &desk.kensan.secretariat.guidelines().editions["initial-training-revised"];
        edition.curriculum.subject(subject).unwrap().hours
    };
    assert_eq!((hours("01"), hours("06")), (3, 2), "the session holds both in full");
    assert_eq!((desk.state(0, "01").await, desk.state(0, "06").await), (State::NeedsMakeUp, State::Met));
    assert_eq!((desk.state(1, "01").await, desk.state(1, "06").await), (State::NeedsMakeUp, State::NeedsMakeUp));
    assert!(page.contains("令和9年4月4日（日） 遅刻45分のため補講が必要です"), "{page}");

    // The file to fill in says what is recorded: sent back as it is, it changes nothing. A list of another day is no list of this one.
    let blank = office.get("/sessions/1/template").await.bytes().await.unwrap().to_vec();
    let answer = office.upload("/sessions/1/import", "出席.xlsx", blank, &[]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    for list in [
        "受講番号,入室,退室\n1,2027-04-05 09:30,2027-04-05 16:30\n",
        "受講番号,日付,入室,退室\n1,4/5,09:30,16:30\n",
        "受講番号,入室,退室\n1,遅刻 9:30,16:30\n",
    ] {
        let number = desk.kensan.secretariat.read(&desk.staff).await.unwrap().enrolments(1).await.unwrap()[0]
            .trainee_number
            .clone();
        let list = list.replace("\n1,", &format!("\n{number},"));
        let answer = office.upload("/sessions/1/import", "出席.csv", list.clone().into_bytes(), &[]).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{list}");
        let told = text(answer).await;
        assert!(told.contains("この日程の日") || told.contains("時刻"), "{list}: {told}");
    }
    // A time in the row of somebody marked absent is a slip.
    let first = desk.enrolments[0].to_string();
    let arrived = format!("arrived-{first}");
    let slip = [("trainee", first.as_str()), (arrived.as_str(), "13:40"), ("reason", "訂正")];
    desk.refused("/sessions/1/attendance", &slip, "出席に印がありません").await;

    // A report heals it, from its day on; nothing else does.
    let heal = format!("/trainees/{}/healed", desk.enrolments[0]);
    let (tomorrow, yesterday) = (day(4), day(2));
    for (way, when, words) in [
        ("recording", on.as_str(), "使えません"),
        ("report", &tomorrow, "まだ来ていません"),
        ("report", &yesterday, "使えません"),
        ("other_course", &on, "メモ"),
    ] {
        desk.refused(&heal, &[("session", "1"), ("way", way), ("on", when)], words).await;
    }
    desk.office.submit(&heal, &[("session", "1"), ("way", "report"), ("on", &on), ("note", "様式3")]).await;
    desk.refused(&heal, &[("session", "1"), ("way", "report"), ("on", &on)], "すでに").await;
    assert_eq!(desk.state(0, "01").await, State::Met);
    let page = office.read(&format!("/trainees/{}", desk.enrolments[0])).await;
    assert!(page.contains("前期 第1日 レポート 令和9年4月4日 様式3"), "{page}");
    let id = crate::support::hidden(page.split("value=\"healed_session\"").nth(1).unwrap(), "id");
    let withdraw = format!("/trainees/{}/withdraw", desk.enrolments[0]);
    desk.office.submit(&withdraw, &[("kind", "healed_session"), ("id", &id), ("reason", "取り違え")]).await;
    assert_eq!(desk.state(0, "01").await, State::NeedsMakeUp);
}

/// The times were typed wrongly: 10:15 was the beginning.
async fn a_session_is_corrected(desk: &Desk) {
    let on = day(3);
    let corrected: Vec<(&str, &str)> = [
        ("title", "前期 第1日"),
        ("day", on.as_str()),
        ("starts", "10:15"),
        ("ends", "17:00"),
        ("place", "研修センター"),
        ("version", "1"),
        ("subject", "01"),
        ("minutes", "180"),
        ("subject", "06"),
        ("minutes", "120"),
    ]
    .into();
    let path = "/sessions/1/edit";
    desk.refused(path, &corrected, "理由").await;
    let with_reason: Vec<(&str, &str)> = corrected.iter().copied().chain([("reason", "開始時刻の誤り")]).collect();
    desk.office.submit(path, &with_reason).await;
    let again = desk.office.post(path, &with_reason).await;
    assert_eq!(again.status(), StatusCode::CONFLICT, "of two who change it at once the second is told");
    // Who came at the former beginning would be there at the new one; who came at 10:15 was on time.
    assert_eq!((desk.state(0, "01").await, desk.state(0, "06").await), (State::Met, State::Met));
    let mut office = desk.office.clone();
    let page = office.read("/sessions/1").await;
    assert!(page.contains("変更の履歴（1 件）") && page.contains("開始時刻の誤り"), "{page}");
    assert!(page.contains("分数に応じて順に割り当てています"), "hours nobody told are said to be laid out");
    desk.refused("/sessions/1/cancel", &[("version", "2"), ("reason", "x")], "出席が記録されています").await;
    assert_eq!(desk.notices().await, [], "of a past day nobody is told");
}

async fn sessions_to_come_are_moved_and_cancelled(desk: &Desk) {
    let path = format!("{}/sessions", desk.cohort);
    let (on, moved) = (day(20), day(21));
    desk.office.submit(&path, &session(&on, &TWO)).await;
    let more: Vec<(&str, &str)> =
        TWO.into_iter().chain([("version", "1"), ("reason", "会場の都合"), ("tells", "1")]).collect();
    desk.office.submit("/sessions/2/edit", &session(&moved, &more)).await;
    let notices = desk.notices().await;
    assert_eq!(notices.len(), 2, "everybody of the cohort");
    assert!(notices[0].1.contains("変更前 令和9年4月21日（水） 9:30〜16:30（研修センター）"), "{notices:?}");
    assert!(notices[0].1.contains("変更後 令和9年4月22日（木）") && notices[0].1.contains("会場の都合"), "{notices:?}");
    desk.refused("/sessions/2/cancel", &[("version", "2"), ("reason", " ")], "理由").await;
    desk.office.submit("/sessions/2/cancel", &[("version", "2"), ("reason", "台風の接近")]).await;
    assert_eq!(desk.notices().await.len(), 4);
    let mut office = desk.office.clone();
    let page = office.read("/sessions/2").await;
    assert!(page.contains("中止されました。理由: 台風の接近"), "{page}");
    desk.refused("/sessions/2/edit", &session(&moved, &[("version", "3"), ("reason", "x")]), "中止").await;
    let judged = desk
        .kensan
        .secretariat
        .judge_trainee(&mut desk.kensan.secretariat.read(&desk.staff).await.unwrap(), desk.enrolments[0])
        .await
        .unwrap();
    assert_eq!(judged.cohort_facts.sessions().len(), 1, "what does not take place is not to come");
    desk.office.submit("/sessions/2/cancel", &[("version", "3"), ("reason", "天候の回復"), ("resume", "1")]).await;
    let judged = desk
        .kensan
        .secretariat
        .judge_trainee(&mut desk.kensan.secretariat.read(&desk.staff).await.unwrap(), desk.enrolments[0])
        .await
        .unwrap();
    assert_eq!(judged.cohort_facts.sessions().len(), 2);
}

async fn the_cohort_itself(desk: &Desk) {
    let path = format!("{}/edit", desk.cohort);
    let (starts, ends, practicum) = (day(0), day(130), day(70));
    let changed = |ends: &'static str| {
        [
            ("name", "第1期（改）".to_owned()),
            ("starts_on", starts.clone()),
            ("ends_on", if ends.is_empty() { day(130) } else { day(10) }),
            ("practicum_from", if ends.is_empty() { practicum.clone() } else { day(9) }),
            ("practicum_weeks", "3".to_owned()),
            ("travel_limit_km", "25".to_owned()),
            ("version", "1".to_owned()),
            ("tells", "1".to_owned()),
        ]
    };
    let send = |fields: Vec<(&'static str, String)>| fields;
    let as_text = |fields: &[(&'static str, String)]| -> Vec<(&'static str, String)> { fields.to_vec() };
    let fields = send(as_text(&changed("")));
    let plain: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    desk.refused(&path, &plain, "理由").await;
    let early = changed("early");
    let mut too_short: Vec<(&str, &str)> = early.iter().map(|(name, value)| (*name, value.as_str())).collect();
    too_short.push(("reason", "短縮"));
    desk.refused(&path, &too_short, "外になる日程").await;
    let before = desk.notices().await.len();
    let mut sound = plain.clone();
    sound.push(("reason", "会場の都合"));
    desk.office.submit(&path, &sound).await;
    assert_eq!(desk.notices().await.len(), before + 2);
    let mut office = desk.office.clone();
    let page = office.read(&path).await;
    assert!(page.contains("第1期（改）") && page.contains("変更前: 第1期、"), "{page}");
    assert!(page.contains(&training::wareki::format(first_day() + TimeDelta::days(130))), "{ends}");

    let cancel = format!("{}/cancel", desk.cohort);
    desk.refused(&cancel, &[], "理由").await;
    desk.office.submit(&cancel, &[("reason", "受講者が少ないため")]).await;
    assert!(office.read(&desk.cohort).await.contains("この期は中止されています"));
    desk.refused(&format!("{}/sessions", desk.cohort), &session(&day(30), &TWO), "中止").await;
    let person = [("exam_number", "9"), ("name", "研修 次郎"), ("kana", "ケンシュウ"), ("birth_date", "1985-04-02")];
    desk.refused(&format!("{}/admit", desk.cohort), &person, "中止").await;
    desk.office.submit(&cancel, &[("reason", "人数がそろったため"), ("resume", "1")]).await;
    assert!(!office.read(&desk.cohort).await.contains("この期は中止されています"));
}
