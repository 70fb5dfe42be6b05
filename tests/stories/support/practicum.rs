//! A cohort on the day before its practicum, and with its records open.

use crate::support::{Kensan, Visitor, first_day};
use chrono::TimeDelta;
use training::role::Role;

const OFFICES: &str = "都道府県コード又は市町村コード,No,都道府県名,市区町村名,事業所名,事業所名カナ,サービスの種類,住所,緯度,経度,電話番号,法人の名称,事業所番号\r\n\
102083,1,群馬県,渋川市,見本事業所一,ミホンイチ,居宅介護支援,群馬県渋川市1,36.48,139.00,0279-00-0001,医療法人見本会,1010000001\r\n\
102083,2,群馬県,渋川市,見本事業所二,ミホンニ,居宅介護支援,群馬県渋川市2,36.60,139.00,0279-00-0002,株式会社架空,1010000002\r\n";

const ROSTER: &str = "受験番号,氏名,フリガナ,生年月日,緯度,経度\r\n\
0001,研修 太郎,ケンシュウ タロウ,1985-04-01,36.480,139.000\r\n\
0002,研修 花子,ケンシュウ ハナコ,1990-05-06,36.600,139.000\r\n";

/// A cohort on the day before the practicum: everything attended, everybody placed and accepted. Gives cohort and enrolments.
pub async fn before_the_practicum(kensan: &Kensan, staff: &secretariat::Staff) -> (String, Vec<i64>) {
    let mut office = kensan.signed_in("jimukyoku").await;
    let day = |offset: i64| (first_day() + TimeDelta::days(offset)).to_string();
    office.read("/imports").await;
    office.upload("/imports/hosts", "jigyosho.csv", OFFICES.as_bytes().to_vec(), &[]).await;
    for id in ["1", "2"] {
        let fields = [
            ("version", "1"),
            ("capacity", "1"),
            ("weekly_capacity", "1"),
            ("chief_care_managers", "1"),
            ("specified_office_addition", "1"),
        ];
        office.submit(&format!("/offices/{id}"), &fields).await;
        let supervisor = [("name", "見本 指導"), ("chief_care_manager", "1")];
        office.submit(&format!("/offices/{id}/supervisors"), &supervisor).await;
    }
    let (starts, ends, practicum) = (day(0), day(120), day(40));
    let fields = [
        ("name", "第1期"),
        ("edition", "initial-training-revised"),
        ("supplements", "gunma"),
        ("starts_on", starts.as_str()),
        ("ends_on", ends.as_str()),
        ("practicum_from", practicum.as_str()),
        ("practicum_weeks", "4"),
        ("travel_limit_km", "30"),
    ];
    let cohort = office.submit("/cohorts", &fields).await;
    office.upload(&format!("{cohort}/roster"), "roster.csv", ROSTER.as_bytes().to_vec(), &[]).await;
    office.submit(&format!("{cohort}/enrol"), &[]).await;
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let enrolments: Vec<i64> = work.enrolments(1).await.unwrap().iter().map(|enrolment| enrolment.id).collect();
    work.roll_back().await.unwrap();
    let edition = kensan.secretariat.guidelines().editions["initial-training-revised"].clone();
    let subjects: Vec<_> = edition.curriculum.subjects.iter().filter(|subject| subject.hours > 0).collect();
    for (index, subject) in subjects.iter().enumerate() {
        let (minutes, day) = ((subject.hours * 60).to_string(), day(1 + index as i64));
        let fields = [
            ("title", subject.code.as_str()),
            ("day", &day),
            ("starts", "09:00"),
            ("ends", "15:00"),
            ("subject", &subject.code),
            ("minutes", &minutes),
        ];
        office.submit(&format!("{cohort}/sessions"), &fields).await;
    }
    kensan.days_pass(39);
    office.sign_in("jimukyoku").await;
    let marks: Vec<(&str, String)> =
        enrolments.iter().flat_map(|id| [("trainee", id.to_string()), ("present", format!("present-{id}"))]).collect();
    for session in 1..=subjects.len() {
        let fields: Vec<(&str, &str)> = marks
            .iter()
            .map(|(name, value)| if *name == "trainee" { ("trainee", value.as_str()) } else { (value.as_str(), "1") })
            .collect();
        office.submit(&format!("/sessions/{session}/attendance"), &fields).await;
    }
    office.submit(&format!("{cohort}/placement"), &[]).await;
    office.submit(&format!("{cohort}/placement/confirm"), &[("round", "1"), ("confirmed", "1")]).await;
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let placements = work.current_placements(1).await.unwrap();
    work.roll_back().await.unwrap();
    for placement in &placements {
        let (version, supervisor) = (placement.version.to_string(), placement.host_office_id.to_string());
        let address = format!("/placements/{}", placement.id);
        office.submit(&format!("{address}/state"), &[("to", "accepted"), ("version", &version)]).await;
        office.submit(&format!("{address}/supervisor"), &[("supervisor", &supervisor)]).await;
    }
    for kind in ["briefing_safety", "briefing_confidentiality"] {
        for enrolment in &enrolments {
            let fields = [("milestone", kind), ("on", day(30).as_str())].map(|(name, text)| (name, text.to_owned()));
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (*name, text.as_str())).collect();
            office.submit(&format!("/trainees/{enrolment}/milestone"), &fields).await;
        }
    }
    (cohort, enrolments)
}

/// Two trainees whose practicum has begun.
pub struct Opened {
    /// Address of the cohort.
    pub cohort: String,
    pub enrolments: Vec<i64>,
}

/// Everybody has signed on paper and is a week into the practicum. Accounts: `jimukyoku`, the trainees `jukousha` and `tanin`, their offices'
/// supervisors `shidousha` and `yoso`, and `ken` of the prefecture.
pub async fn opened(kensan: &Kensan, staff: &secretariat::Staff) -> Opened {
    kensan.account(staff, "jimukyoku", Role::Secretariat, None, None).await;
    let (cohort, enrolments) = before_the_practicum(kensan, staff).await;
    let mut administrator = kensan.signed_in(&format!("admin{}", staff.provider)).await;
    administrator.read("/settings/agreements").await;
    for (kind, title) in [("pledge", "誓約書"), ("practicum_consent", "実習同意書")] {
        let text = [("kind", kind), ("title", title), ("body", "本文")];
        administrator.submit("/settings/agreements", &text).await;
        for enrolment in &enrolments {
            let on = (first_day() + TimeDelta::days(30)).to_string();
            let fields = [("milestone", kind), ("on", on.as_str())];
            administrator.submit(&format!("/trainees/{enrolment}/milestone"), &fields).await;
        }
    }
    let people = enrolments.iter().zip([("jukousha", "shidousha"), ("tanin", "yoso")]);
    for (enrolment, (trainee, supervisor)) in people {
        let mut work = kensan.secretariat.read(staff).await.unwrap();
        let person = work.person_of(*enrolment).await.unwrap().id;
        let office = work.placements_of(*enrolment).await.unwrap()[0].host_office_id;
        work.roll_back().await.unwrap();
        kensan.account(staff, trainee, Role::Trainee, Some(person), None).await;
        kensan.account(staff, supervisor, Role::Supervisor, None, Some(office)).await;
    }
    kensan.account(staff, "ken", Role::Prefecture, None, None).await;
    kensan.days_pass(7);
    Opened { cohort, enrolments }
}

pub const ENTRIES: &str = "/me/practicum/entries";

/// Begins an entry and gives its address.
pub async fn begun(trainee: &Visitor, fields: &[(&str, &str)]) -> String {
    let address = trainee.submit(ENTRIES, fields).await;
    assert!(address.starts_with(ENTRIES), "{address}");
    address
}
