//! A year of a course for thirty people: how many forms the secretariat sends from the offices' list to the certificates. What trainees and
//! supervisors write in the practicum is theirs, and is not counted. Over HTTP on both databases.

use crate::support::{Kensan, Visitor, first_day, hidden, text};
use chrono::{NaiveDate, TimeDelta};
use reqwest::StatusCode;
use secretariat::Staff;
use secretariat::practicum::NewCase;
use secretariat::practicum::case::PaperConsent;
use std::fmt::Write;
use training::completion::facts::MilestoneKind;
use training::practicum::record::{ConferenceFallback, Experience, Way};
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    year(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    year(crate::support::postgres().await).await;
}

/// The target of a course for thirty.
const MOST_FORMS: usize = 60;

const FAMILIES: [(&str, &str); 6] = [
    ("研修", "ケンシュウ"),
    ("見本", "ミホン"),
    ("例文", "レイブン"),
    ("試験", "シケン"),
    ("練習", "レンシュウ"),
    ("架空", "カクウ"),
];
const GIVEN: [(&str, &str); 5] =
    [("太郎", "タロウ"), ("花子", "ハナコ"), ("一郎", "イチロウ"), ("次郎", "ジロウ"), ("三郎", "サブロウ")];

fn day(offset: i64) -> NaiveDate {
    first_day() + TimeDelta::days(offset)
}

/// The secretariat at its desk, and how many forms it has sent.
struct Desk {
    office: Visitor,
    forms: usize,
}

impl Desk {
    async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        self.forms += 1;
        self.office.submit(path, fields).await
    }

    async fn file(&mut self, path: &str, content: &str) {
        self.forms += 1;
        let answer = self.office.upload(path, "list.csv", content.as_bytes().to_vec(), &[]).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}: {}", text(answer).await);
    }

    /// A list is looked at, and then set.
    async fn list(&mut self, path: &str, set: &str, list: &str) {
        self.forms += 1;
        let answer =
            self.office.upload_files(path, &[], &[("source", "text"), ("by", "instructor"), ("text", list)]).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let told = text(answer).await;
        let fields = ["text", "seen", "by", "list_name", "list_digest"]
            .into_iter()
            .filter(|name| told.contains(&format!("name=\"{name}\" value")));
        let fields: Vec<(&str, String)> = fields.map(|name| (name, hidden(&told, name))).collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.send(set, &unescaped(&fields)).await;
    }

    /// What would go out is looked at, and then sent.
    async fn ask_and_send(&mut self, path: &str, fields: &[(&str, &str)]) {
        self.forms += 1;
        let answer = self.office.post(path, fields).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}: {}", text(answer).await);
        let confirmed: Vec<(&str, &str)> = fields.iter().copied().chain([("confirmed", "1")]).collect();
        self.send(path, &confirmed).await;
    }
}

/// Lists of this story hold nothing that is written otherwise in a page.
fn unescaped<'a>(fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    assert!(fields.iter().all(|(_, value)| !value.contains("&#")), "{fields:?}");
    fields.to_vec()
}

/// Sixteen days: those of the first half before the practicum, the others after it; a subject may go on the next day.
fn timetable(kensan: &Kensan) -> String {
    let edition = &kensan.secretariat.guidelines().editions["initial-training-revised"];
    let mut list = "日付,開始,終了,科目,会場".to_owned();
    for (half, first) in
        [(training::guideline::curriculum::Half::First, 5), (training::guideline::curriculum::Half::Second, 75)]
    {
        let (mut at, mut hour) = (first, 9);
        for subject in edition.curriculum.subjects.iter().filter(|subject| subject.half == half) {
            let mut left = subject.hours;
            while left > 0 {
                let taught = left.min(16 - hour);
                write!(list, "\n{},{hour}:00,{}:00,{},県民会館", day(at), hour + taught, subject.code).unwrap();
                (left, hour) = (left - taught, hour + taught);
                if hour == 16 {
                    (at, hour) = (at + 1, 9);
                }
            }
        }
    }
    list
}

/// What somebody does in the practicum and who guides signs off.
async fn practicum(kensan: &Kensan, staff: &Staff, enrolment: i64) {
    let secretariat = &kensan.secretariat;
    let (on, types) = (day(41), Vec::new());
    for pseudonym in ["A", "B"] {
        let case = NewCase { pseudonym, concerned: &[], types: &types, invented: false };
        let agreed = PaperConsent { on, obtained_by: "実習指導者", purpose: "実習" };
        secretariat.create_case(staff, enrolment, &case, Some(agreed)).await.unwrap();
    }
    let cases: Vec<i64> = {
        let mut work = secretariat.read(staff).await.unwrap();
        work.cases(enrolment).await.unwrap().into_iter().map(|case| case.fact.id).collect()
    };
    for (case, stage, way, at) in [
        (cases[0], "assessment", Way::Accompanied, 42),
        (cases[0], "plan", Way::Observed, 43),
        (cases[1], "monitoring", Way::Accompanied, 44),
    ] {
        let stage = stage.to_owned();
        let experience =
            Experience { id: 0, case, stage, way, on: day(at), minutes: 240, break_minutes: 0, own_work: false };
        secretariat.record_experience_on_paper(staff, enrolment, &experience, "").await.unwrap();
    }
    let fallback = ConferenceFallback {
        id: 0,
        reason: "none_planned".to_owned(),
        supervisor: String::new(),
        on: day(44),
        preparation_explained: true,
        proceedings_explained: true,
    };
    secretariat.record_fallback(staff, enrolment, fallback, true).await.unwrap();
    secretariat.record_milestone(staff, enrolment, MilestoneKind::SignOff, (day(50), "")).await.unwrap();
}

async fn year(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read("/imports").await;
    let mut desk = Desk { office, forms: 0 };

    // Offices from the open data, and what they offer.
    let mut hosts =
        "都道府県コード又は市町村コード,都道府県名,市区町村名,事業所名,住所,緯度,経度,事業所番号".to_owned();
    let mut places =
        "事業所番号,受入可能人数,1週の受入可能人数,主任介護支援専門員数,特定事業所加算,実習指導者".to_owned();
    for number in 1..=10 {
        write!(hosts, "\n102083,群馬県,渋川市,見本事業所{number},{number},36.4{number:02},139.00,10100000{number:02}")
            .unwrap();
        write!(places, "\n10100000{number:02},3,3,1,○,指導 {number}").unwrap();
    }
    desk.file("/imports/hosts", &hosts).await;
    desk.list("/offices/list", "/offices/list/set", &places).await;

    // The cohort, its people, their accounts, its days.
    let (starts, ends, from) = (day(0).to_string(), day(120).to_string(), day(40).to_string());
    let fields = [
        ("name", "第1期"),
        ("edition", "initial-training-revised"),
        ("starts_on", starts.as_str()),
        ("ends_on", ends.as_str()),
        ("practicum_from", from.as_str()),
        ("practicum_weeks", "4"),
        ("travel_limit_km", "30"),
    ];
    let cohort = desk.send("/cohorts", &fields).await;
    let mut roster = "受験番号,氏名,フリガナ,生年月日,緯度,経度,メールアドレス".to_owned();
    let people = FAMILIES.iter().flat_map(|family| GIVEN.iter().map(move |given| (family, given)));
    for (index, (family, given)) in people.enumerate() {
        let (name, kana) = (format!("{} {}", family.0, given.0), format!("{} {}", family.1, given.1));
        write!(roster, "\n{index:04},{name},{kana},1980-01-01,36.4{index:02},139.00,t{index}@kensan.example").unwrap();
    }
    desk.file(&format!("{cohort}/roster"), &roster).await;
    desk.send(&format!("{cohort}/enrol"), &[]).await;
    desk.ask_and_send(&format!("{cohort}/accounts"), &[("whom", "not_yet")]).await;
    desk.list(&format!("{cohort}/timetable"), &format!("{cohort}/timetable/set"), &timetable(&kensan)).await;
    desk.send(&format!("{cohort}/groups"), &[("act", "divide"), ("group_size", "6")]).await;
    let id: i64 = cohort.rsplit('/').next().unwrap().parse().unwrap();
    let (enrolments, sessions) = {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        (work.enrolments(id).await.unwrap(), work.sessions(id).await.unwrap())
    };
    assert_eq!((enrolments.len(), sessions.len()), (30, 13));
    let ids: Vec<String> = enrolments.iter().map(|known| known.id.to_string()).collect();
    let everybody: Vec<(&str, &str)> = ids.iter().map(|id| ("trainee", id.as_str())).collect();
    let present: Vec<String> = ids.iter().map(|id| format!("present-{id}")).collect();
    let sheet: Vec<(&str, &str)> =
        everybody.iter().copied().chain(present.iter().map(|name| (name.as_str(), "1"))).collect();

    // Places: a round, its notice, what offices said on the telephone.
    desk.send(&format!("{cohort}/placement"), &[]).await;
    let page = desk.office.read(&format!("{cohort}/placement")).await;
    let round = hidden(&page, "round");
    desk.ask_and_send(&format!("{cohort}/placement/confirm"), &[("round", &round)]).await;
    let placements = || async {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        work.current_placements(id).await.unwrap()
    };
    for to in ["accepted", "scheduled"] {
        let known = placements().await;
        assert_eq!(known.len(), 30);
        let chosen: Vec<String> = known.iter().map(|known| format!("{}:{}", known.id, known.version)).collect();
        let mut fields = vec![("to", to)];
        fields.extend(chosen.iter().map(|chosen| ("placement", chosen.as_str())));
        desk.ask_and_send(&format!("{cohort}/placement/answers"), &fields).await;
    }
    // Whom of the office: the office says so itself.
    for placement in placements().await {
        let supervisor = {
            let mut work = kensan.secretariat.read(&staff).await.unwrap();
            work.supervisors(placement.host_office_id).await.unwrap()[0].id
        };
        kensan.secretariat.assign_supervisor(&staff, placement.id, supervisor, "").await.unwrap();
    }

    // The first half, and what has to be told before the practicum.
    kensan.days_pass(39);
    desk.office = kensan.signed_in("jimukyoku").await;
    desk.office.read("/cohorts").await;
    for session in sessions.iter().filter(|session| session.starts_at.date() < day(40)) {
        desk.send(&format!("/sessions/{}/attendance", session.id), &sheet).await;
    }
    let on = day(39).to_string();
    let mut briefed = vec![("on", on.as_str())];
    briefed.extend(["briefing_safety", "briefing_confidentiality", "pledge"].map(|kind| {
        let what: &str = match kind {
            "briefing_safety" => "milestone-briefing_safety",
            "briefing_confidentiality" => "milestone-briefing_confidentiality",
            _ => "milestone-pledge",
        };
        ("what", what)
    }));
    briefed.extend_from_slice(&everybody);
    desk.ask_and_send(&format!("{cohort}/facts"), &briefed).await;

    kensan.days_pass(20);
    for enrolment in &enrolments {
        practicum(&kensan, &staff, enrolment.id).await;
    }
    kensan.days_pass(40);
    desk.office = kensan.signed_in("jimukyoku").await;
    desk.office.read("/cohorts").await;
    desk.send(&format!("{cohort}/practicum/done"), &everybody).await;

    // The second half, the assessment, the certificates.
    for session in sessions.iter().filter(|session| session.starts_at.date() > day(40)) {
        desk.send(&format!("/sessions/{}/attendance", session.id), &sheet).await;
    }
    let mut assessments = "受講番号,結果,点".to_owned();
    enrolments.iter().for_each(|known| write!(assessments, "\n{},合格,80", known.trainee_number).unwrap());
    desk.list(&format!("{cohort}/assessments"), &format!("{cohort}/assessments/set"), &assessments).await;
    let on = day(95).to_string();
    let mut certified = vec![("completed_on", on.as_str())];
    certified.extend(ids.iter().map(|id| ("enrolment", id.as_str())));
    desk.send(&format!("{cohort}/certificates"), &certified).await;
    let page = desk.office.read(&format!("{cohort}/certificates")).await;
    assert!(page.contains("30 件交付しました"), "{page}");

    println!("forms of a course for {}: {}", enrolments.len(), desk.forms);
    assert!(desk.forms < MOST_FORMS, "{} forms", desk.forms);
}
