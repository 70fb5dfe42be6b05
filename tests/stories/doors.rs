//! Every kind of fact has one door: each rule is tried by every way the fact can come, over HTTP on both databases.

use crate::support::practicum::opened;
use crate::support::{Kensan, Visitor, first_day, hidden, text};
use chrono::TimeDelta;
use records::Work;
use reqwest::StatusCode;
use secretariat::Staff;
use training::practicum::placement::PlacementState;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

/// A day of the cohort; the practicum lasts from day 40 to day 67, and it is day 46.
fn day(offset: i64) -> String {
    (first_day() + TimeDelta::days(offset)).to_string()
}

struct Desk {
    kensan: Kensan,
    staff: Staff,
    office: Visitor,
    cohort: String,
    enrolment: i64,
}

impl Desk {
    async fn facts_version(&self) -> i64 {
        self.read().await.cohort(1).await.unwrap().facts_version
    }

    async fn read(&self) -> Work {
        self.kensan.secretariat.read(&self.staff).await.unwrap()
    }

    fn at(&self, page: &str) -> String {
        format!("/trainees/{}/{page}", self.enrolment)
    }

    /// A form that is refused with these words, and changes nothing.
    async fn refused(&self, path: &str, fields: &[(&str, &str)], words: &str) {
        let before = self.facts_version().await;
        let answer = self.office.post(path, fields).await;
        let status = answer.status();
        let told = text(answer).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {fields:?}: {told}");
        assert!(told.contains(words), "{path} {fields:?}: {words}: {told}");
        assert_eq!(self.facts_version().await, before, "{path} {fields:?}");
    }
}

fn with<'a>(fields: &[(&'a str, &'a str)], name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<(&str, &str)> = fields.iter().filter(|(known, _)| *known != name).copied().collect();
    fields.push((name, value));
    fields
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    let opened = opened(&kensan, &staff).await;
    let office = kensan.signed_in("jimukyoku").await;
    let mut desk = Desk { kensan, staff, office, cohort: opened.cohort, enrolment: opened.enrolments[0] };
    desk.office.read(&format!("/trainees/{}", desk.enrolment)).await;
    nothing_to_come(&desk).await;
    a_wrong_assessment(&mut desk).await;
    let case = experiences(&desk).await;
    sign_off_on_paper(&mut desk, &case).await;
    what_a_certificate_rests_on(&mut desk).await;
}

/// No date after today, by no way.
async fn nothing_to_come(desk: &Desk) {
    let (tomorrow, yesterday) = (day(47), day(45));
    let words = "まだ来ていません";
    for (page, fields) in [
        ("milestone", &[("milestone", "briefing_safety"), ("on", tomorrow.as_str())][..]),
        ("milestone", &[("milestone", "pledge"), ("on", &tomorrow)]),
        ("milestone", &[("milestone", "sign_off"), ("on", &tomorrow)]),
        ("document", &[("document", "own_care_plan"), ("on", &tomorrow)]),
        ("case", &[("pseudonym", "Z"), ("consent_on", &tomorrow), ("obtained_by", "実習指導者")]),
        (
            "fallback",
            &[
                ("reason", "none_planned"),
                ("on", &tomorrow),
                ("preparation_explained", "1"),
                ("proceedings_explained", "1"),
                ("confirmed", "1"),
            ],
        ),
    ] {
        desk.refused(&desk.at(page), fields, words).await;
    }
    let certificates = format!("{}/certificates", desk.cohort);
    let enrolment = desk.enrolment.to_string();
    desk.refused(&certificates, &[("enrolment", &enrolment), ("completed_on", &tomorrow)], words).await;
    desk.refused(&certificates, &[("completed_on", &yesterday)], "受講者").await;
    let chosen = [desk.enrolment];
    let command = desk.kensan.secretariat.issue_certificates(
        &desk.staff,
        1,
        &chosen,
        first_day() + TimeDelta::days(47),
        "https://kensan.example",
        &|_, _| {},
    );
    assert!(command.await.unwrap_err().to_string().contains("has not come yet"));
    // A briefing of another day than the one recorded is asked about, the same once more is one.
    desk.refused(&desk.at("milestone"), &[("milestone", "briefing_safety"), ("on", &yesterday)], "すでに").await;
    desk.office.submit(&desk.at("milestone"), &[("milestone", "briefing_safety"), ("on", &day(30))]).await;
    let judged = desk
        .kensan
        .secretariat
        .judge_trainee(&mut desk.kensan.secretariat.read(&desk.staff).await.unwrap(), desk.enrolment)
        .await
        .unwrap();
    let briefings = judged.facts.milestones.iter().filter(|known| known.kind.id() == "briefing_safety");
    assert_eq!(briefings.count(), 1);
}

/// A pass recorded by mistake is taken back on the page it stands on.
async fn a_wrong_assessment(desk: &mut Desk) {
    let path = desk.at("assessment");
    desk.office.submit(&path, &[("passed", "yes"), ("by", "secretariat")]).await;
    let page = desk.office.read(&format!("/trainees/{}", desk.enrolment)).await;
    let form = page.split("value=\"assessment_result\"").nth(1).expect("the assessment stands on the page");
    let id = hidden(form, "id");
    let fields = [("kind", "assessment_result"), ("id", id.as_str()), ("reason", "押し間違い")];
    desk.office.submit(&desk.at("withdraw"), &fields).await;
    let judged = desk
        .kensan
        .secretariat
        .judge_trainee(&mut desk.kensan.secretariat.read(&desk.staff).await.unwrap(), desk.enrolment)
        .await
        .unwrap();
    assert_eq!(judged.facts.assessments, []);
    let page = desk.office.read(&format!("/trainees/{}", desk.enrolment)).await;
    assert!(!page.contains("value=\"assessment_result\""));
}

/// Everything an experience is asked, as a paper record. Gives the case.
async fn experiences(desk: &Desk) -> String {
    let consent = [("pseudonym", "A"), ("consent_on", &day(41)), ("obtained_by", "実習指導者")];
    desk.office.submit(&desk.at("case"), &consent).await;
    let mut work = desk.read().await;
    let case = work.cases(desk.enrolment).await.unwrap()[0].fact.id.to_string();
    drop(work);
    let (on, early, later, outside) = (day(43), day(40), day(47), day(39));
    let sound = [
        ("case", case.as_str()),
        ("stage", "assessment"),
        ("way", "accompanied"),
        ("on", on.as_str()),
        ("minutes", "120"),
    ];
    let path = desk.at("experience");
    for (name, value, words) in [
        ("on", later.as_str(), "まだ来ていません"),
        ("on", &early, "同意"),
        ("on", &outside, "同意"),
        ("stage", "no_such_stage", "使えません"),
        ("minutes", "0", "使えません"),
        ("minutes", "721", "使えません"),
        ("break_minutes", "120", "使えません"),
    ] {
        desk.refused(&path, &with(&sound, name, value), words).await;
    }
    let nobody = with(&sound, "case", "999999");
    assert_eq!(desk.office.post(&path, &nobody).await.status(), StatusCode::NOT_FOUND);
    desk.office.submit(&path, &sound).await;
    desk.refused(&path, &sound, "すでに").await;
    desk.office.submit(&path, &with(&sound, "minutes", "720")).await;
    desk.refused(&path, &with(&sound, "minutes", "601"), "1日を超えます").await;

    // Before the office has accepted only with a reason, which the ledger keeps; after the practicum's weeks not at all.
    let placement = desk.read().await.placements_of(desk.enrolment).await.unwrap().remove(0);
    let version = placement.version.to_string();
    let state = format!("/placements/{}/state", placement.id);
    desk.office.submit(&state, &[("to", "cancelled"), ("version", &version), ("reason", "指導者の異動")]).await;
    let before = with(&sound, "stage", "plan");
    desk.refused(&path, &before, "承諾").await;
    desk.office.submit(&path, &with(&before, "before_acceptance", "事前訪問")).await;
    let mut work = desk.read().await;
    let kept = work.audit_entries(None, i64::MAX, 10).await.unwrap();
    assert!(
        kept.iter().any(|entry| entry.action == "experience.before_acceptance" && entry.detail.contains("事前訪問"))
    );
    case
}

/// What a sign-off on paper has to show.
async fn sign_off_on_paper(desk: &mut Desk, case: &str) {
    let path = desk.at("milestone");
    let sign_off = [("milestone", "sign_off"), ("on", &day(45))];
    desk.refused(&path, &sign_off, "指導者").await;
    // Placed anew, accepted, and guided.
    desk.office.submit(&format!("{}/placement", desk.cohort), &[]).await;
    let mut work = desk.kensan.secretariat.write(&desk.staff).await.unwrap();
    let placed = work.placements_of(desk.enrolment).await.unwrap();
    let office = placed.iter().find(|known| known.state == PlacementState::Cancelled).unwrap().host_office_id;
    let current = match placed.iter().find(|known| known.state == PlacementState::Proposed) {
        Some(proposed) => proposed.clone(),
        None => {
            let round = work.rounds(1).await.unwrap()[0].id;
            let new = records::placement::NewPlacement {
                round,
                enrolment: desk.enrolment,
                host_office: office,
                window: 0,
                distance_m: None,
                fixed: false,
                state: PlacementState::Proposed,
            };
            let id = work.create_placement(&new).await.unwrap();
            work.placement(id).await.unwrap()
        }
    };
    work.change_placement(&current, PlacementState::Accepted, "").await.unwrap();
    let supervisor = work.supervisors(current.host_office_id).await.unwrap()[0].id;
    work.assign_supervisor(current.id, supervisor, "").await.unwrap();
    work.commit().await.unwrap();

    desk.refused(&path, &[("milestone", "sign_off"), ("on", &day(42))], "より前です").await;
    desk.refused(&path, &sign_off, "満たしていないもの").await;
    desk.office.submit(&path, &with(&sign_off, "note", "残りは紙の記録で確認した")).await;
    desk.office.submit(&path, &with(&sign_off, "note", "二度押し")).await;
    let on = day(44);
    let late =
        [("case", case), ("stage", "monitoring"), ("way", "accompanied"), ("on", on.as_str()), ("minutes", "60")];
    desk.refused(&desk.at("experience"), &late, "確認").await;
    let fallback = [
        ("reason", "none_planned"),
        ("on", on.as_str()),
        ("preparation_explained", "1"),
        ("proceedings_explained", "1"),
        ("confirmed", "1"),
    ];
    desk.refused(&desk.at("fallback"), &fallback, "確認").await;
}

/// What a certificate rests on is changed only after it was revoked; what changes all the same is a thing to do.
async fn what_a_certificate_rests_on(desk: &mut Desk) {
    // The rules of the cohort are set aside, so that the certificate can be issued.
    let judged = desk
        .kensan
        .secretariat
        .judge_trainee(&mut desk.kensan.secretariat.read(&desk.staff).await.unwrap(), desk.enrolment)
        .await
        .unwrap();
    let open: Vec<(String, Option<String>)> =
        judged.judgement.blocking().map(|finding| (finding.requirement.clone(), finding.subject.clone())).collect();
    let mut work = desk.kensan.secretariat.write(&desk.staff).await.unwrap();
    for (requirement, subject) in &open {
        let about = (requirement.as_str(), subject.as_deref());
        work.record_waiver(desk.enrolment, about, training::role::Role::Administrator, "試験").await.unwrap();
    }
    let assessment = training::completion::facts::AssessmentFact {
        id: 0,
        passed: true,
        score: Some(100),
        items: std::collections::BTreeMap::new(),
        by: None,
    };
    work.record_assessment(desk.enrolment, &assessment).await.unwrap();
    work.commit().await.unwrap();
    let judged = desk
        .kensan
        .secretariat
        .judge_trainee(&mut desk.kensan.secretariat.read(&desk.staff).await.unwrap(), desk.enrolment)
        .await
        .unwrap();
    let waived_all = judged.judgement.complete();
    let certificates = format!("{}/certificates", desk.cohort);
    let enrolment = desk.enrolment.to_string();
    assert!(waived_all, "{:?}", judged.judgement.blocking().map(|known| &known.requirement).collect::<Vec<_>>());
    desk.office.submit(&certificates, &[("enrolment", &enrolment), ("completed_on", &day(44))]).await;
    let told = desk.office.read(&certificates).await;
    assert!(told.contains("修了年月日より後の記録がある"), "the sign-off is of day 45: {told}");
    let twice = [("enrolment", enrolment.as_str()), ("enrolment", &enrolment), ("completed_on", &day(46))];
    desk.office.submit(&certificates, &twice).await;
    assert!(desk.office.read(&certificates).await.contains("1 件交付しました"));
    let mut work = desk.read().await;
    let placement = work.placements_of(desk.enrolment).await.unwrap().remove(0);
    assert_eq!(placement.state, PlacementState::Done, "who has completed has done the practicum");
    let experience = work.experiences(desk.enrolment).await.unwrap()[0].id.to_string();
    let session = work.sessions(1).await.unwrap()[0].id;
    drop(work);

    let withdraw = [("kind", "experience"), ("id", experience.as_str()), ("reason", "誤り")];
    desk.refused(&desk.at("withdraw"), &withdraw, "根拠").await;
    desk.refused(&desk.at("assessment"), &[("passed", "no")], "根拠").await;
    let book = desk.office.read(&format!("/sessions/{session}")).await;
    let seen = format!("seen-{enrolment}");
    let shown = hidden(&book, &seen);
    let absent = [("trainee", enrolment.as_str()), (seen.as_str(), shown.as_str()), ("reason", "写し間違い")];
    desk.refused(&format!("/sessions/{session}/attendance"), &absent, "根拠").await;
    let version = placement.version.to_string();
    let back = [("to", "scheduled"), ("version", version.as_str()), ("reason", "誤り")];
    desk.refused(&format!("/placements/{}/state", placement.id), &back, "根拠").await;
    let office = format!("/offices/{}", placement.host_office_id);
    let version = desk.read().await.host_office(placement.host_office_id).await.unwrap().version.to_string();
    desk.office.submit(&format!("{office}/withdraw"), &[("version", &version), ("reason", "閉鎖")]).await;
    let after = desk.read().await.placements_of(desk.enrolment).await.unwrap().remove(0);
    assert_eq!(after.state, PlacementState::Done);
    assert!(!desk.office.read("/").await.contains("show=uncovered"));

    // A fact that goes all the same puts it on the home page.
    let mut work = desk.kensan.secretariat.write(&desk.staff).await.unwrap();
    let judged = desk.kensan.secretariat.judge_trainee(&mut work, desk.enrolment).await.unwrap();
    for waiver in &judged.facts.waivers {
        let kind = records::practicum::FactKind::Waiver;
        work.withdraw_fact(desk.enrolment, kind, waiver.id, "試験").await.unwrap();
    }
    work.commit().await.unwrap();
    assert!(desk.office.read("/").await.contains("show=uncovered"));
    let listed = desk.office.read(&format!("{}?show=uncovered", desk.cohort)).await;
    assert!(listed.contains("研修 太郎"), "{listed}");
}
