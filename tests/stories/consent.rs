//! Who has to agree before a case is studied, and clients who were made up, over HTTP on both databases.

use crate::support::practicum::opened;
use crate::support::{Kensan, Visitor, first_day, text};
use axum::http::StatusCode;
use chrono::TimeDelta;
use secretariat::{Guidelines, Staff};
use training::completion::verdict::State;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

const RECORD: &str = "/me/practicum";

fn day(offset: i64) -> String {
    (first_day() + TimeDelta::days(offset)).to_string()
}

/// The shipped guidelines, but of every case the family is asked too.
fn with_families() -> Guidelines {
    let shipped = include_str!("../../guidelines/supplements/gunma.toml");
    let more =
        "\n[[tighten]]\nrequirement = \"prior-consent\"\nrule = { kind = \"prior_consent\", of = [\"family\"] }\n";
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("supplements")).unwrap();
    std::fs::write(directory.path().join("supplements/gunma.toml"), format!("{shipped}{more}")).unwrap();
    Guidelines::with_directory(directory.path()).unwrap()
}

async fn prior_consent(kensan: &Kensan, staff: &Staff, enrolment: i64) -> (State, String) {
    let judged =
        kensan.secretariat.judge_trainee(&mut kensan.secretariat.read(staff).await.unwrap(), enrolment).await.unwrap();
    let found = judged.judgement.findings.iter().find(|finding| finding.requirement == "prior-consent").unwrap();
    (found.verdict.state, format!("{:?}", found.verdict.missing))
}

async fn case(kensan: &Kensan, staff: &Staff, enrolment: i64, pseudonym: &str) -> String {
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let cases = work.cases(enrolment).await.unwrap();
    work.roll_back().await.unwrap();
    cases.iter().find(|case| case.pseudonym == pseudonym).unwrap().fact.id.to_string()
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    let opened = opened(&kensan, &staff).await;
    let enrolment = opened.enrolments[0];
    let mut trainee = kensan.signed_in("jukousha").await;
    trainee.read(RECORD).await;
    everybody_concerned_agrees_first(&kensan, &staff, enrolment, &mut trainee).await;
    an_invented_client_has_plans_alone(&kensan, &staff, enrolment, &mut trainee).await;

    let kensan = kensan.with_guidelines(with_families()).await;
    let (state, missing) = prior_consent(&kensan, &staff, enrolment).await;
    assert!(state == State::Breached && missing.contains("not_agreed: [Family]"), "{missing}");
    let mut trainee = kensan.signed_in("jukousha").await;
    let page = trainee.read(RECORD).await;
    assert!(page.contains("同意がまだない人: 家族"), "the rule asks the family: {page}");
    assert!(page.contains("どの事例でも次の人の同意が要ります: 家族"), "{page}");
    let office = kensan.signed_in("jimukyoku").await;
    assert!(text(office.get("/guidelines/supplements/gunma").await).await.contains("どの事例でも要る同意: 家族"));
}

async fn everybody_concerned_agrees_first(kensan: &Kensan, staff: &Staff, enrolment: i64, trainee: &mut Visitor) {
    trainee.submit("/me/practicum/cases", &[("pseudonym", "A"), ("concerned", "other")]).await;
    let page = trainee.read(RECORD).await;
    assert!(page.contains("同意がまだない人: 利用者、その他の関係者"), "{page}");
    let a = case(kensan, staff, enrolment, "A").await;
    let (early, late, practised) = (day(41), day(43), day(42));
    let consent = |subject, on| {
        [
            ("case", a.as_str()),
            ("subject", subject),
            ("consented_on", on),
            ("form", "written"),
            ("obtained_by", "実習指導者"),
            ("purpose", "同行と記録"),
        ]
    };
    trainee.submit("/me/practicum/consents", &consent("client", &early)).await;
    let about = [("kind", "experience"), ("case", a.as_str()), ("stage", "assessment")];
    let entry = trainee.submit("/me/practicum/entries", &about).await;
    let hand_in = |version| {
        [
            ("entry_version", "1"),
            ("on", practised.as_str()),
            ("from", "9:00"),
            ("until", "12:00"),
            ("way", "accompanied"),
            ("place", "clients_home"),
            ("seen", "住まいの様子を確かめた"),
            ("learned", "本人の言葉から始めること"),
            ("draft_version", version),
            ("act", "hand_in"),
        ]
    };
    for (version, agreed) in [("0", None), ("1", Some(&late))] {
        if let Some(agreed) = agreed {
            trainee.submit("/me/practicum/consents", &consent("other", agreed)).await;
        }
        let refused = trainee.post(&entry, &hand_in(version)).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{agreed:?}");
        let refused = text(refused).await;
        assert!(refused.contains("同意") && refused.contains("住まいの様子を確かめた</textarea>"), "{refused}");
    }
    trainee.submit("/me/practicum/consents", &consent("other", &early)).await;
    let handed_in = trainee.post(&entry, &hand_in("2")).await;
    assert_eq!(handed_in.status(), StatusCode::SEE_OTHER, "{}", text(handed_in).await);

    // What was agreed is taken back before the supervisor has looked: the entry no longer stands.
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let consents = work.consents(enrolment).await.unwrap();
    work.roll_back().await.unwrap();
    let withdrawn = consents.iter().rfind(|known| known.subject.id() == "other").unwrap().id.to_string();
    let mut office = kensan.signed_in("jimukyoku").await;
    let review = format!("/practicum/{enrolment}");
    assert!(office.read(&review).await.contains(&format!("/trainees/{enrolment}/consents")));
    let withdrawn_for = |reason| [("kind", "case_consent"), ("id", withdrawn.as_str()), ("reason", reason)];
    let asked = office.post(&format!("/trainees/{enrolment}/withdraw"), &withdrawn_for("山田花子さんの希望")).await;
    assert_eq!(asked.status(), StatusCode::UNPROCESSABLE_ENTITY, "a reason stays, and names nobody");
    let withdraw = withdrawn_for("日付の誤り");
    office.submit(&format!("/trainees/{enrolment}/withdraw"), &withdraw).await;
    let mut supervisor = kensan.signed_in("shidousha").await;
    let page = supervisor.read(&review).await;
    assert!(
        page.contains("その他の関係者") && !page.contains(&format!("/trainees/{enrolment}/")),
        "read alone: {page}"
    );
    let decide = format!("/practicum/{enrolment}/entries/{}", entry.rsplit('/').next().unwrap());
    let approve = [("version", "2"), ("act", "approve")];
    assert_eq!(supervisor.post(&decide, &approve).await.status(), StatusCode::UNPROCESSABLE_ENTITY);

    // Nobody but the client is concerned after all: it stands.
    let concerned = format!("/me/practicum/cases/{a}/concerned");
    assert_eq!(trainee.post(&concerned, &[("concerned", "client")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    trainee.submit(&concerned, &[]).await;
    supervisor.submit(&decide, &approve).await;
    assert_eq!(prior_consent(kensan, staff, enrolment).await.0, State::Met);

    // The secretariat knows better, and records what came on paper.
    office.submit(&format!("/trainees/{enrolment}/cases/{a}/concerned"), &[("concerned", "other")]).await;
    let (state, missing) = prior_consent(kensan, staff, enrolment).await;
    assert!(state == State::Breached && missing.contains("not_agreed: []") && missing.contains(&late), "{missing}");
    office.submit(&format!("/trainees/{enrolment}/consents"), &consent("other", &early)).await;
    assert_eq!(prior_consent(kensan, staff, enrolment).await.0, State::Met);

    // Two presses at once are one case and one consent.
    let b = [("pseudonym", "B")];
    let (one, other) = tokio::join!(trainee.post("/me/practicum/cases", &b), trainee.post("/me/practicum/cases", &b));
    assert_eq!((one.status(), other.status()), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    let b = case(kensan, staff, enrolment, "B").await;
    let agreed = [&[("case", b.as_str())], &consent("client", &early)[1..]].concat();
    let press = || trainee.post("/me/practicum/consents", &agreed);
    let (one, other) = tokio::join!(press(), press());
    assert_eq!((one.status(), other.status()), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let consents = work.consents(enrolment).await.unwrap();
    work.roll_back().await.unwrap();
    assert_eq!(consents.iter().filter(|consent| consent.case_id.to_string() == b).count(), 1);

    // After an approval the trainee alone no longer says that somebody is not concerned.
    let refused = trainee.post(&concerned, &[]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(refused).await.contains("事務局にお申し出ください"));

    let stranger = kensan.signed_in("tanin").await;
    assert_eq!(stranger.post(&concerned, &[]).await.status(), StatusCode::NOT_FOUND, "another trainee's case");
    assert_eq!(
        stranger.post("/me/practicum/consents", &consent("family", &early)).await.status(),
        StatusCode::NOT_FOUND
    );
}

async fn an_invented_client_has_plans_alone(kensan: &Kensan, staff: &Staff, enrolment: i64, trainee: &mut Visitor) {
    let taken = trainee.post("/me/practicum/cases", &[("pseudonym", "A"), ("invented", "1")]).await;
    assert!(text(taken).await.contains("既にあります"), "a letter stands for one");
    for _ in 0..2 {
        trainee.submit("/me/practicum/cases", &[("pseudonym", "X"), ("invented", "1")]).await;
    }
    let page = trainee.read(RECORD).await;
    assert!(page.contains("X（架空）</option>"), "plans can be begun for it: {page}");
    assert!(!page.contains("<th scope=\"col\">X</th>") && !page.contains("事例 X"), "the grid has real cases: {page}");
    let x = case(kensan, staff, enrolment, "X").await;
    let experience = [("kind", "experience"), ("case", x.as_str()), ("stage", "assessment")];
    let refused = trainee.post("/me/practicum/entries", &experience).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(refused).await.contains("架空の利用者について書けるのは計画の演習だけです"));
    let plan = trainee.submit("/me/practicum/entries", &[("kind", "home_care_plan"), ("case", &x)]).await;
    assert!(trainee.read(RECORD).await.contains("X（架空） "), "and is marked as that");
    let form = trainee.read(&plan).await;
    assert!(form.contains("<option value=\"invented\" selected>"), "it says so itself: {form}");
    // A plan is for the client it says: a real one is not made up by a choice, nor the other way round.
    let a = case(kensan, staff, enrolment, "A").await;
    let of_a = trainee.submit("/me/practicum/entries", &[("kind", "home_care_plan"), ("case", &a)]).await;
    assert!(trainee.read(&of_a).await.contains("<option value=\"practicum\" selected>"));
    let on = day(45);
    for (plan, client) in [(&of_a, "invented"), (&plan, "practicum")] {
        let fields = [
            ("entry_version", "1"),
            ("draft_version", "0"),
            ("client", client),
            ("written_on", on.as_str()),
            ("need.1", "歩きたい"),
            ("act", "hand_in"),
        ];
        let refused = trainee.post(plan, &fields).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{client}");
        assert!(text(refused).await.contains("利用者の記号に合う方"), "{client}");
    }
    // A case nobody has agreed to yet turns out to be an invented client's; one with consents does not.
    trainee.submit("/me/practicum/cases", &[("pseudonym", "Y")]).await;
    let y = case(kensan, staff, enrolment, "Y").await;
    assert!(trainee.read(RECORD).await.contains(&format!("/me/practicum/cases/{y}/invented")));
    for _ in 0..2 {
        trainee.submit(&format!("/me/practicum/cases/{y}/invented"), &[]).await;
    }
    assert!(!trainee.read(RECORD).await.contains("事例 Y"));
    let refused = trainee.post(&format!("/me/practicum/cases/{a}/invented"), &[]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let stranger = kensan.signed_in("tanin").await;
    let theirs = stranger.post(&format!("/me/practicum/cases/{y}/invented"), &[]).await;
    assert_eq!(theirs.status(), StatusCode::NOT_FOUND);

    let judged =
        kensan.secretariat.judge_trainee(&mut kensan.secretariat.read(staff).await.unwrap(), enrolment).await.unwrap();
    assert_eq!(judged.facts.cases.len(), 2, "no fact of the practicum");
    let office = kensan.signed_in("jimukyoku").await;
    let on_paper =
        [("case", x.as_str()), ("stage", "assessment"), ("way", "accompanied"), ("on", &day(42)), ("minutes", "60")];
    let refused = office.post(&format!("/trainees/{enrolment}/experience"), &on_paper).await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    assert!(!text(office.get(&format!("/trainees/{enrolment}")).await).await.contains(">X</option>"));
}
