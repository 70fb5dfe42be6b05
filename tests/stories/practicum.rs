//! One trainee's practicum record over HTTP, on SQLite and on PostgreSQL: signed, opened, written, returned, approved, signed off; what a
//! second window, the Back button and a double press do; who sees what.

use crate::support::practicum::{ENTRIES, before_the_practicum, begun};
use crate::support::{Kensan, Visitor, first_day, text};
use chrono::TimeDelta;
use reqwest::StatusCode;
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

/// In the morning, of an entry as it was begun.
fn experience<'a>(on: &'a str, seen: &'a str, version: &'a str, act: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("entry_version", "1"),
        ("on", on),
        ("from", "9:00"),
        ("until", "１３時"),
        ("way", "accompanied"),
        ("place", "clients_home"),
        ("seen", seen),
        ("learned", "ご本人の言葉から始めること"),
        ("other_professions", "訪問看護師の観察の視点"),
        ("draft_version", version),
        ("act", act),
    ]
}

/// The same fields with one of them changed.
fn with<'a>(
    mut fields: Vec<(&'static str, &'a str)>,
    changed: &[(&'static str, &'a str)],
) -> Vec<(&'static str, &'a str)> {
    for (name, text) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push((name, text));
    }
    fields
}

/// Days: the trainee offers one, the office accepts it, which makes the placement scheduled; one is called off with a reason.
async fn days(
    trainee: &mut Visitor,
    supervisor: &mut Visitor,
    outsider: &Visitor,
    enrolment: i64,
    (on, office): (&str, i64),
) {
    let own = "/me/practicum/days";
    let theirs = format!("/practicum/{enrolment}/days");
    let offer = [("on", on), ("from", "900"), ("until", "１２時"), ("content", "visit"), ("note", "駅前に集合")];
    trainee.read(own).await;
    trainee.submit(own, &offer).await;
    trainee.submit(own, &offer).await;
    let taken = trainee.post(own, &[&offer[..4], &[("note", "")]].concat()).await;
    assert!(text(taken).await.contains("09:00 から 12:00 まで"), "the time is taken");
    let outside = trainee.post(own, &[("on", "令和10年4月1日"), offer[1], offer[2], offer[3]]).await;
    assert!(text(outside).await.contains("実習の期間の外"));
    let answer = |to, version| [("day", "1"), ("version", version), ("to", to)];
    let own_answer = trainee.post(own, &answer("agreed", "1")).await;
    assert_eq!(own_answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "the other side answers");
    assert_eq!(outsider.get(&theirs).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(outsider.post(&theirs, &answer("agreed", "1")).await.status(), StatusCode::NOT_FOUND);
    assert!(supervisor.read(&theirs).await.contains("回答を待っている提案（1 件）"));
    supervisor.submit(&theirs, &answer("agreed", "1")).await;
    supervisor.submit(&theirs, &answer("agreed", "1")).await;
    let afternoon = [("on", on), ("from", "13:00"), ("until", "16:00"), ("content", "office")];
    supervisor.submit(&theirs, &afternoon).await;
    let page = trainee.read(own).await;
    assert!(page.contains("1 日、3 時間 0 分") && page.contains("この日程で承諾する"), "{page}");
    let unsaid = supervisor.post(&theirs, &answer("cancelled", "2")).await;
    assert_eq!(unsaid.status(), StatusCode::UNPROCESSABLE_ENTITY, "calling off needs a reason");
    trainee.submit(own, &[("day", "2"), ("version", "1"), ("to", "agreed")]).await;
    let late = supervisor.post(&theirs, &[("day", "2"), ("version", "1"), ("to", "cancelled"), ("reason", "x")]).await;
    assert_eq!(late.status(), StatusCode::CONFLICT, "it was agreed on meanwhile");
    supervisor.submit(&theirs, &[&answer("cancelled", "2")[..], &[("reason", "感染症")]].concat()).await;
    let personal = [("day", "2"), ("version", "2"), ("to", "cancelled"), ("reason", "山田太郎さんが入院")];
    let personal = supervisor.post(&theirs, &personal).await;
    assert!(text(personal).await.contains("個人情報らしい"), "a reason says nothing of who a client is");
    let file = text(trainee.get("/me/practicum/days.ics").await).await;
    let count = |status: &str| file.matches(&format!("STATUS:{status}")).count();
    assert_eq!((count("CONFIRMED"), count("CANCELLED")), (1, 1), "{file}");
    let file = text(supervisor.get(&format!("/offices/{office}/days.ics")).await).await;
    assert!(file.contains("研修 太郎") && file.contains("STATUS:CONFIRMED"), "{file}");
    assert_eq!(outsider.get(&format!("/offices/{office}/days.ics")).await.status(), StatusCode::NOT_FOUND);
}

/// The assessment, and the three kinds of plan from it; the supervisor remarks at a field and gives one back. At the end all wait.
async fn plans(
    trainee: &mut Visitor,
    supervisor: &mut Visitor,
    outsider: &Visitor,
    enrolment: i64,
    (case, on): (&str, &str),
) {
    let versions = |entry: &'static str, draft: &'static str| [("entry_version", entry), ("draft_version", draft)];
    let hand_in = ("act", "hand_in");
    let assessment = begun(trainee, &[("kind", "assessment"), ("case", case)]).await;
    let written = [("client", "practicum"), ("written_on", on), ("found_need.1", "歩きたい"), hand_in];
    trainee.submit(&assessment, &[&written[..], &versions("1", "0")].concat()).await;
    let early = begun(trainee, &[("kind", "progress_notes"), ("case", case)]).await;
    let before = [("client", "practicum"), ("written_on", "令和9年1月5日"), hand_in];
    let refused = trainee.post(&early, &[&before[..], &versions("1", "0")].concat()).await;
    assert!(text(refused).await.contains("同意"), "nothing is written about a client who has not agreed yet");
    let stale = trainee.post(&early, &[&[("act", "discard")][..], &versions("1", "0")].concat()).await;
    assert_eq!(stale.status(), StatusCode::CONFLICT, "what was written since is not thrown away unseen");
    trainee.submit(&early, &[&[("act", "discard")][..], &versions("1", "1")].concat()).await;
    let nobodys = trainee.post(ENTRIES, &[("kind", "home_care_plan")]).await;
    assert_eq!(nobodys.status(), StatusCode::UNPROCESSABLE_ENTITY, "a plan is somebody's");
    for kind in ["home_care_plan", "facility_care_plan", "preventive_care_plan"] {
        let plan = begun(trainee, &[("kind", kind), ("case", case)]).await;
        let copy = [("act", "copy_assessment"), ("policy", "見守る")];
        trainee.submit(&plan, &[&copy[..], &versions("1", "0")].concat()).await;
        let page = trainee.read(&plan).await;
        assert!(page.contains("歩きたい</textarea>") && page.contains("見守る</textarea>"), "{page}");
        let late = trainee.post(&plan, &[&copy[..], &versions("1", "0")].concat()).await;
        assert_eq!(late.status(), StatusCode::SEE_OTHER, "pressed twice it says the same");
        let need =
            if kind == "preventive_care_plan" { ("issue.1", "歩きたい") } else { ("need.1", "歩きたい") };
        let undated = [("client", "practicum"), need, hand_in];
        let refused = trainee.post(&plan, &[&undated[..], &versions("1", "1")].concat()).await;
        assert!(text(refused).await.contains("作成年月日"), "the day is asked for");
        let dated = [&undated[..], &[("written_on", on)], &versions("1", "2")].concat();
        trainee.submit(&plan, &dated).await;
        for format in ["pdf", "xlsx"] {
            assert_eq!(trainee.get(&format!("{plan}/{format}")).await.status(), StatusCode::OK);
        }
        assert_eq!(trainee.get(&format!("{plan}/docx")).await.status(), StatusCode::NOT_FOUND);
        if kind != "home_care_plan" {
            continue;
        }
        let id = plan.rsplit('/').next().unwrap();
        let address = format!("/practicum/{enrolment}/entries/{id}");
        let remark = [("field", "need.1"), ("comment", "どこへ歩きたいのでしょうか。")];
        let nowhere = [("field", "need.61"), remark[1]];
        let review = supervisor.read(&format!("/practicum/{enrolment}")).await;
        let empty =
            review.split("<optgroup label=\"記入のない欄\">").skip(1).map(|group| group.split("</optgroup>").next());
        let offered =
            empty.flatten().any(|group| group.contains("value=\"policy\"") && !group.contains("value=\"need.1\""));
        assert!(offered, "what was left empty can be remarked on: {review}");
        supervisor
            .submit(&format!("{address}/comments"), &[("field", "policy"), ("comment", "方針も書きましょう。")])
            .await;
        supervisor.submit(&format!("{address}/comments"), &remark).await;
        assert_eq!(supervisor.post(&format!("{address}/comments"), &nowhere).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(outsider.post(&format!("{address}/comments"), &remark).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(supervisor.get(&format!("{address}/pdf")).await.status(), StatusCode::OK);
        assert_eq!(outsider.get(&format!("{address}/pdf")).await.status(), StatusCode::NOT_FOUND);
        let back = [("version", "2"), ("act", "return"), ("comment", "目標を具体的に")];
        supervisor.submit(&address, &back).await;
        let page = trainee.read(&plan).await;
        assert!(page.contains("方針も書きましょう。"), "{page}");
        assert!(page.contains("どこへ歩きたいのでしょうか。") && page.contains("目標を具体的に"), "{page}");
        let better = [("client", "practicum"), ("written_on", on), ("need.1", "店まで歩きたい"), hand_in];
        trainee.submit(&plan, &[&better[..], &versions("3", "0")].concat()).await;
    }
    let review = supervisor.read(&format!("/practicum/{enrolment}")).await;
    assert!(review.contains("確認待ち（13）") && review.contains("店まで歩きたい"), "{review}");
}

async fn story(kensan: Kensan) {
    let logs = crate::support::logs();
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let (cohort, enrolments) = before_the_practicum(&kensan, &staff).await;
    let (enrolment, other) = (enrolments[0], enrolments[1]);
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let person = work.person_of(enrolment).await.unwrap().id;
    let other_person = work.person_of(other).await.unwrap().id;
    let office_of = async |work: &mut records::Work, enrolment| {
        work.placements_of(enrolment).await.unwrap().into_iter().next().unwrap().host_office_id
    };
    let (own_office, other_office) = (office_of(&mut work, enrolment).await, office_of(&mut work, other).await);
    work.roll_back().await.unwrap();
    kensan.account(&staff, "jukousha", Role::Trainee, Some(person), None).await;
    kensan.account(&staff, "tanin", Role::Trainee, Some(other_person), None).await;
    kensan.account(&staff, "shidousha", Role::Supervisor, None, Some(own_office)).await;
    kensan.account(&staff, "yoso", Role::Supervisor, None, Some(other_office)).await;
    kensan.account(&staff, "ken", Role::Prefecture, None, None).await;
    let mut administrator = kensan.signed_in(&format!("admin{}", staff.provider)).await;
    let mut trainee = kensan.signed_in("jukousha").await;
    let mut supervisor = kensan.signed_in("shidousha").await;

    // Closed until the provider's texts are signed; a new version asks again; nobody signs for another.
    administrator.read("/settings/agreements").await;
    let publish = |kind, body| [("kind", kind), ("title", "誓約書"), ("body", body)];
    administrator.submit("/settings/agreements", &publish("pledge", "秘密を守ります。")).await;
    administrator.submit("/settings/agreements", &publish("practicum_consent", "実習に同意します。")).await;
    let closed = trainee.read("/me/practicum").await;
    assert!(closed.contains("実習記録はまだ記入できません") && closed.contains("秘密を守ります。"), "{closed}");
    let early = trainee.post("/me/practicum/cases", &[("pseudonym", "A")]).await;
    assert_eq!(early.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let early = trainee.post(ENTRIES, &[("kind", "goals")]).await;
    assert_eq!(early.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let sign = |text, name| [("text", text), ("name", name), ("read", "1")];
    let forged = trainee.post("/me/practicum/sign", &sign("1", "研修 花子")).await;
    assert_eq!(forged.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let unread = trainee.post("/me/practicum/sign", &[("text", "1"), ("name", "研修 太郎")]).await;
    assert_eq!(unread.status(), StatusCode::UNPROCESSABLE_ENTITY);
    trainee.submit("/me/practicum/sign", &sign("1", "研修太郎")).await;
    administrator.submit("/settings/agreements", &publish("pledge", "秘密を必ず守ります。")).await;
    administrator.submit("/settings/agreements", &publish("pledge", "秘密を必ず守ります。")).await;
    let stale = trainee.post("/me/practicum/sign", &sign("1", "研修 太郎")).await;
    assert_eq!(stale.status(), StatusCode::CONFLICT, "the text changed while it was read");
    let again = trainee.read("/me/practicum").await;
    assert!(again.contains("秘密を必ず守ります。") && again.contains("第2版") && !again.contains("第3版"), "{again}");
    trainee.submit("/me/practicum/sign", &sign("3", "研修 太郎")).await;
    trainee.submit("/me/practicum/sign", &sign("2", "研修 太郎")).await;
    trainee.submit("/me/practicum/sign", &sign("2", "研修 太郎")).await;
    let open = trainee.read("/me/practicum").await;
    assert!(!open.contains("実習記録はまだ記入できません"), "{open}");
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let signatures = work.signatures(enrolment).await.unwrap();
    assert_eq!(signatures.len(), 3, "two versions of the pledge, one consent, none twice");
    assert!(signatures.iter().all(|signature| signature.address == "127.0.0.1"), "{signatures:?}");
    work.roll_back().await.unwrap();

    // Cases under letter codes, with the client's consent.
    let named = trainee.post("/me/practicum/cases", &[("pseudonym", "山田さん")]).await;
    assert_eq!(named.status(), StatusCode::UNPROCESSABLE_ENTITY);
    for code in ["Ａ", "B"] {
        trainee.submit("/me/practicum/cases", &[("pseudonym", code), ("types", "dementia")]).await;
    }
    kensan.days_pass(5);
    trainee.sign_in("jukousha").await;
    supervisor.sign_in("shidousha").await;
    let day = |offset: i64| (first_day() + TimeDelta::days(offset)).to_string();
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let cases: Vec<String> = work.cases(enrolment).await.unwrap().iter().map(|case| case.fact.id.to_string()).collect();
    work.roll_back().await.unwrap();
    let (consented, practised) = (day(41), day(42));
    for case in &cases {
        let mut consent = vec![
            ("case", case.as_str()),
            ("subject", "client"),
            ("consented_on", consented.as_str()),
            ("form", "oral"),
            ("obtained_by", "実習指導者"),
            ("purpose", "同行と記録"),
        ];
        let witness = trainee.post("/me/practicum/consents", &consent).await;
        assert_eq!(witness.status(), StatusCode::UNPROCESSABLE_ENTITY, "word of mouth needs a witness");
        consent.push(("witness", "長女"));
        trainee.submit("/me/practicum/consents", &consent).await;
    }

    // A draft is kept while typing; a second window is told; what is wrong or says who somebody is comes back with the text.
    let about = [("kind", "experience"), ("case", cases[0].as_str()), ("stage", "assessment")];
    let entry = begun(&trainee, &about).await;
    assert_eq!(begun(&trainee, &about).await, entry, "a second press begins nothing new");
    let keep = |seen, version| experience(&practised, seen, version, "keep");
    let kept = trainee.post(&format!("{entry}/draft"), &keep("書きかけ", "0")).await;
    assert!(kept.status() == StatusCode::OK && text(kept).await.contains("\"version\":1"));
    let second_window = trainee.post(&format!("{entry}/draft"), &keep("別の画面", "0")).await;
    assert_eq!(second_window.status(), StatusCode::CONFLICT);
    let second_window = trainee.post(&entry, &keep("別の画面", "0")).await;
    assert_eq!(second_window.status(), StatusCode::CONFLICT);
    let both = text(second_window).await;
    assert!(both.contains("別の画面</textarea>") && both.contains("書きかけ</dd>"), "neither text is lost: {both}");
    let hand_in = |on, seen, version| experience(on, seen, version, "hand_in");
    let before_consent = day(40);
    let early = trainee.post(&entry, &hand_in(&before_consent, "早すぎる", "1")).await;
    assert_eq!(early.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(early).await.contains("同意の日"), "an experience before its consent is refused");
    let named = trainee.post(&entry, &hand_in(&practised, "山田花子さんを訪問", "2")).await;
    assert_eq!(named.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let named = text(named).await;
    assert!(named.contains("「山田花子さん」") && named.contains("山田花子さんを訪問</textarea>"), "{named}");
    assert!(
        !supervisor.read(&format!("/practicum/{enrolment}")).await.contains("山田花子"),
        "a draft is the trainee's"
    );
    let mut alarm = hand_in(&practised, "受付の棚の整理を見た", "3");
    let refused = trainee.post(&entry, &alarm).await;
    assert_eq!(refused.status(), StatusCode::SEE_OTHER, "no false alarm here: {}", text(refused).await);
    alarm = hand_in(&practised, "受付の棚の整理を見た", "3");
    let twice = trainee.post(&entry, &alarm).await;
    assert_eq!(twice.status(), StatusCode::SEE_OTHER, "a second press is answered as the first");
    let back = trainee.post(&entry, &hand_in(&practised, "戻るボタンの後", "3")).await;
    assert_eq!(back.status(), StatusCode::CONFLICT, "Back and another text: told, and shown");
    let back = text(back).await;
    assert!(back.contains("実習指導者の確認を待っています") && back.contains("戻るボタンの後</dd>"), "{back}");

    // The supervisor of the own office returns it with a reason; nobody else reads it.
    let mut outsider = kensan.signed_in("yoso").await;
    assert_eq!(outsider.get(&format!("/practicum/{enrolment}")).await.status(), StatusCode::NOT_FOUND);
    outsider.read(&format!("/practicum/{other}")).await;
    let id = entry.rsplit('/').next().unwrap().to_owned();
    let decide = |version, act| vec![("version", version), ("act", act), ("comment", "場面をもう少し詳しく")];
    let address = format!("/practicum/{enrolment}/entries/{id}");
    assert_eq!(outsider.post(&address, &decide("2", "approve")).await.status(), StatusCode::NOT_FOUND);
    let swapped = format!("/practicum/{other}/entries/{id}");
    assert_eq!(outsider.post(&swapped, &decide("2", "approve")).await.status(), StatusCode::NOT_FOUND);
    let stranger = kensan.signed_in("tanin").await;
    assert_eq!(stranger.get(&entry).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(stranger.post(&entry, &keep("他人", "0")).await.status(), StatusCode::NOT_FOUND);
    let prefecture = kensan.signed_in("ken").await;
    assert_eq!(prefecture.get(&format!("/practicum/{enrolment}")).await.status(), StatusCode::FORBIDDEN);
    let review = supervisor.read(&format!("/practicum/{enrolment}")).await;
    assert!(review.contains("受付の棚の整理を見た") && review.contains("確認待ち（1）"), "{review}");
    assert!(supervisor.read(&format!("/offices/{own_office}")).await.contains("確認待ち（1）"));
    let silent = supervisor.post(&address, &[("version", "2"), ("act", "return")]).await;
    assert_eq!(silent.status(), StatusCode::UNPROCESSABLE_ENTITY, "a return needs a reason");
    supervisor.submit(&address, &decide("2", "return")).await;
    let late = supervisor.post(&address, &decide("2", "approve")).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    let returned = trainee.read(&entry).await;
    assert!(returned.contains("場面をもう少し詳しく") && returned.contains("受付の棚の整理を見た</textarea>"));

    // Handed in again with a false alarm: the trainee says so, the supervisor confirms it.
    let alarm = |confirmed| {
        let mut fields = with(hand_in(&practised, "架空町1丁目の地図を一緒に見た", "0"), &[("entry_version", "3")]);
        fields.extend(Some(("none_personal", "1")).filter(|_| confirmed));
        fields
    };
    let asked = trainee.post(&entry, &alarm(false)).await;
    assert!(text(asked).await.contains("住所のようです"));
    let mut confirmed = alarm(true);
    confirmed.retain(|(name, _)| *name != "draft_version");
    confirmed.push(("draft_version", "1"));
    trainee.submit(&entry, &confirmed).await;
    let old_window = with(hand_in(&practised, "古い画面から", "0"), &[]);
    let old_window = trainee.post(&entry, &old_window).await;
    assert_eq!(old_window.status(), StatusCode::CONFLICT, "a window from before the first revision overwrites nothing");
    let review = supervisor.read(&format!("/practicum/{enrolment}")).await;
    assert!(review.contains("住所のようです") && review.contains("変更前"), "what is new is shown: {review}");
    let seen = format!("{id}:4");
    supervisor.submit(&format!("/practicum/{enrolment}/decide-all"), &[("confirmed", "1"), ("seen", &seen)]).await;
    let skipped = supervisor.read(&format!("/practicum/{enrolment}")).await;
    assert!(skipped.contains("確認待ち（1）"), "an alarm is confirmed one by one");
    let unconfirmed = supervisor.post(&address, &[("version", "4"), ("act", "approve")]).await;
    assert_eq!(unconfirmed.status(), StatusCode::UNPROCESSABLE_ENTITY);
    supervisor.submit(&address, &[("version", "4"), ("act", "approve"), ("none_personal", "1")]).await;

    // Every other stage but the conference, on two cases; the conference by its fallback; goals and evaluation.
    let others =
        ["intake", "plan", "conference_preparation", "service_arrangement", "monitoring", "benefit_management"]
            .into_iter();
    for (index, stage) in others.enumerate() {
        let fields = [("kind", "experience"), ("case", cases[index % 2].as_str()), ("stage", stage)];
        let entry = begun(&trainee, &fields).await;
        let seen = format!("{stage}に同席した");
        let on = day(42 + (index as i64 + 1) / 2 % 3);
        let morning = experience(&on, &seen, "0", "hand_in");
        let afternoon = with(morning.clone(), &[("from", "13:00"), ("until", "1700"), ("draft_version", "1")]);
        // No hour counts twice: the second entry of a day goes to the afternoon.
        let taken = trainee.post(&entry, &morning).await;
        if taken.status() != StatusCode::SEE_OTHER {
            assert!(text(taken).await.contains("09:00 から 13:00 まで"), "{seen}");
            let moved = trainee.post(&entry, &afternoon).await;
            if moved.status() != StatusCode::SEE_OTHER {
                let evening = [("from", "18:00"), ("until", "22:00"), ("draft_version", "2")];
                trainee.submit(&entry, &with(morning, &evening)).await;
            }
        }
    }
    let fallback = begun(&trainee, &[("kind", "conference_fallback")]).await;
    let half = [
        ("entry_version", "1"),
        ("on", practised.as_str()),
        ("reason", "期間中に開催なし"),
        ("preparation", "日程の調整と資料"),
        ("draft_version", "0"),
        ("act", "hand_in"),
    ];
    assert_eq!(
        trainee.post(&fallback, &half).await.status(),
        StatusCode::UNPROCESSABLE_ENTITY,
        "both parts are asked for"
    );
    let whole = [half.as_slice(), &[("proceedings", "当日の進め方")]].concat();
    let whole: Vec<_> =
        whole.into_iter().map(|(name, text)| (name, if name == "draft_version" { "1" } else { text })).collect();
    let before = kensan.secretariat.records().works_opened();
    trainee.submit(&fallback, &whole).await;
    // The session and its account, the draft, all the rest, and the notice for the next page.
    assert!(kensan.secretariat.records().works_opened() - before <= 5, "handing in opens two transactions of its own");
    let goals = begun(&trainee, &[("kind", "goals")]).await;
    trainee
        .submit(&goals, &[("goals", "面接を学ぶ"), ("entry_version", "1"), ("draft_version", "0"), ("act", "hand_in")])
        .await;
    let evaluation = begun(&trainee, &[("kind", "evaluation")]).await;
    let reached = [
        ("reached", "できた"),
        ("next_tasks", "医療との連携"),
        ("entry_version", "1"),
        ("draft_version", "0"),
        ("act", "hand_in"),
    ];
    trainee.submit(&evaluation, &reached).await;
    supervisor.read(&format!("/practicum/{enrolment}")).await;
    let waits = supervisor.post(&format!("/practicum/{enrolment}/sign-off"), &[]).await;
    assert_eq!(waits.status(), StatusCode::UNPROCESSABLE_ENTITY, "nothing may wait");
    supervisor.submit(&format!("/practicum/{enrolment}/decide-all"), &[("confirmed", "1")]).await;
    assert!(
        supervisor.read(&format!("/practicum/{enrolment}")).await.contains("確認待ち（9）"),
        "nothing unseen is approved"
    );
    plans(&mut trainee, &mut supervisor, &outsider, enrolment, (&cases[0], &practised)).await;
    days(&mut trainee, &mut supervisor, &outsider, enrolment, (&day(60), own_office)).await;
    let review = supervisor.read(&format!("/practicum/{enrolment}")).await;
    let seen: Vec<&str> =
        review.split("name=\"seen\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let seen: Vec<(&str, &str)> = seen.into_iter().map(|pair| ("seen", pair)).chain([("confirmed", "1")]).collect();
    let unread = supervisor.post(&format!("/practicum/{enrolment}/decide-all"), &seen[..seen.len() - 1]).await;
    assert_eq!(unread.status(), StatusCode::UNPROCESSABLE_ENTITY, "nothing is approved unread");
    supervisor.submit(&format!("/practicum/{enrolment}/decide-all"), &seen).await;

    // What was approved is written anew: the old fact counts until the new revision is approved, and then gives way.
    let after_approval = trainee.read(&entry).await;
    assert!(after_approval.contains("承認済"));
    let anew = with(hand_in(&practised, "書き直した所見 unsayable", "0"), &[("entry_version", "5")]);
    trainee.submit(&entry, &anew).await;
    let facts = kensan
        .secretariat
        .judge_trainee(&mut kensan.secretariat.read(&staff).await.unwrap(), enrolment)
        .await
        .unwrap()
        .facts;
    assert_eq!(facts.experiences.len(), 7, "what was approved counts until the new revision is");
    let review = supervisor.read(&format!("/practicum/{enrolment}")).await;
    let version = review.split(&format!("action=\"{address}\"")).nth(1).unwrap();
    let version = version.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    supervisor.submit(&address, &[("version", &version), ("act", "approve")]).await;
    let facts = kensan
        .secretariat
        .judge_trainee(&mut kensan.secretariat.read(&staff).await.unwrap(), enrolment)
        .await
        .unwrap()
        .facts;
    assert_eq!(facts.experiences.len(), 7, "the new fact stands in place of the old one");
    let unsaid = supervisor.post(&format!("/practicum/{enrolment}/sign-off"), &[]).await;
    assert_eq!(unsaid.status(), StatusCode::UNPROCESSABLE_ENTITY, "it is final, and has to be said");
    let confirmed = supervisor.read(&format!("/practicum/{enrolment}")).await;
    assert!(confirmed.contains("承認済みの実習: 3 日、28 時間 0 分"), "{confirmed}");
    supervisor.submit(&format!("/practicum/{enrolment}/sign-off"), &[("confirmed", "1")]).await;
    supervisor.submit(&format!("/practicum/{enrolment}/sign-off"), &[("confirmed", "1")]).await;
    let closed = trainee.post(ENTRIES, &[("kind", "conference_fallback")]).await;
    assert_eq!(closed.status(), StatusCode::UNPROCESSABLE_ENTITY, "nothing changes under the supervisor's word");
    let late = with(keep("後から", "0"), &[("entry_version", "7")]);
    let late = trainee.post(&format!("{entry}/draft"), &late).await;
    assert_eq!(late.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = trainee.read(&entry).await;
    assert!(page.contains("記録はもう変えられません") && !page.contains("後から"), "{page}");
    assert!(!trainee.read("/me/practicum").await.contains("記入する"));

    // The judgement: every requirement of the practicum is met, clause by clause, from what was approved alone.
    let judged =
        kensan.secretariat.judge_trainee(&mut kensan.secretariat.read(&staff).await.unwrap(), enrolment).await.unwrap();
    for finding in &judged.judgement.findings {
        let rule = &judged.rulebook.requirement(&finding.requirement).unwrap().rule;
        assert!(!rule.is_of_practicum() || finding.verdict.state.settled(), "{finding:?}");
    }
    assert_eq!(judged.facts.experiences.len(), 7);
    assert_eq!(judged.facts.conference_fallbacks[0].supervisor, "見本 指導");
    // On paper for those who may read it.
    let pdf = supervisor.get(&format!("/practicum/{enrolment}/pdf")).await.bytes().await.unwrap();
    assert!(pdf.starts_with(b"%PDF"));
    for paper in ["pdf", "report", "confirmation"] {
        let paper = trainee.get(&format!("/me/practicum/{paper}")).await;
        assert!(paper.bytes().await.unwrap().starts_with(b"%PDF"));
    }
    assert_eq!(outsider.get(&format!("/practicum/{enrolment}/pdf")).await.status(), StatusCode::NOT_FOUND);

    // The supervisor's certificate: issued once the practicum is done, verified, found at the own office, replaced when more is known.
    let mut office = kensan.signed_in("jimukyoku").await;
    let supervision = format!("{cohort}/supervision");
    assert!(office.read(&supervision).await.contains("実習が終わった受講者がまだいません"));
    let placement = async || {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        let placement = work.placements_of(enrolment).await.unwrap().remove(0);
        work.roll_back().await.unwrap();
        placement
    };
    // A day agreed on has made the placement a scheduled one.
    let scheduled = placement().await;
    let (address_of_placement, version) =
        (format!("/placements/{}/state", scheduled.id), scheduled.version.to_string());
    let late = supervisor
        .post(
            &format!("/practicum/{enrolment}/days"),
            &[("on", &*day(60)), ("from", "9:00"), ("until", "10:00"), ("content", "visit")],
        )
        .await;
    assert!(text(late).await.contains("確認"), "no day is added to what is signed off");
    supervisor.submit(&address_of_placement, &[("to", "done"), ("version", &version)]).await;
    let overview = format!("{cohort}/practicum");
    office.read(&overview).await;
    let both = [("trainee", enrolment.to_string()), ("trainee", other.to_string())];
    let both: Vec<(&str, &str)> = both.iter().map(|(name, id)| (*name, id.as_str())).collect();
    let to = office.submit(&format!("{overview}/done"), &both).await;
    assert!(office.read(&to).await.contains("0 人の実習を終了"), "one is done already, the other not signed off");
    let guided = placement().await.supervisor_id.unwrap().to_string();
    let issue = [("supervisor", guided.as_str()), ("issued_on", "令和9年5月15日")];
    assert_eq!(supervisor.post(&supervision, &issue).await.status(), StatusCode::FORBIDDEN);
    office.submit(&supervision, &issue).await;
    let issued = office.read(&supervision).await;
    assert!(issued.contains("指第00001号") && issued.contains("28:00"), "{issued}");
    office.submit(&supervision, &issue).await;
    assert!(office.read(&supervision).await.contains("0 件の実習指導証明書"), "once is enough");
    assert!(supervisor.read(&format!("/offices/{own_office}")).await.contains("指第00001号"));
    let document = "/supervision-certificates/1/pdf";
    assert!(supervisor.get(document).await.bytes().await.unwrap().starts_with(b"%PDF"));
    assert_eq!(outsider.get(document).await.status(), StatusCode::NOT_FOUND);
    let mut work = kensan.secretariat.write(&staff).await.unwrap();
    let (certificate, _) = work.supervision_certificate(1).await.unwrap();
    assert_eq!((certificate.trainees, certificate.minutes), (1, 28 * 60));
    let experience = work.experiences(enrolment).await.unwrap()[0].id;
    work.withdraw_fact(enrolment, records::practicum::FactKind::Experience, experience, "誤り").await.unwrap();
    work.commit().await.unwrap();
    office.submit(&supervision, &issue).await;
    let replaced = office.read(&supervision).await;
    assert!(replaced.contains("指第00002号") && !replaced.contains("指第00001号"), "{replaced}");
    // Found again by whom it was issued to, whatever has replaced it.
    let found = office.read("/supervision-certificates?q=指導").await;
    assert!(
        found.contains("指第00001号") && found.contains("指第00002号") && found.contains("差し替え済み"),
        "{found}"
    );
    assert!(!office.read("/supervision-certificates?q=別人").await.contains("指第"));
    assert_eq!(supervisor.get("/supervision-certificates").await.status(), StatusCode::FORBIDDEN);
    // Whoever has the paper can ask whether it stands.
    let token = "0123456789abcdef0123456789abcdef";
    let mut work = kensan.secretariat.write(&staff).await.unwrap();
    let known = work.supervisions(1).await.unwrap().remove(0);
    let certificate = records::practicum::supervision::NewSupervisionCertificate {
        supervision: &known,
        cohort: 1,
        serial: 3,
        number: "指第00003号",
        token,
        days: (known.first_on.unwrap(), known.last_on.unwrap()),
        issued_on: known.last_on.unwrap(),
        pdf: b"%PDF",
    };
    work.keep_supervision_certificate(&certificate).await.unwrap();
    work.commit().await.unwrap();
    let verified = text(kensan.visitor().get(&format!("/verify/{token}")).await).await;
    assert!(verified.contains("有効な証明書です") && verified.contains("指第00003号"), "{verified}");
    assert!(verified.contains("実習指導証明書") && !verified.contains("見本 指導"), "and nothing of whom: {verified}");
    let stranger = kensan.provider("別の機関").await;
    let mut work = kensan.secretariat.read(&stranger).await.unwrap();
    assert!(matches!(work.supervision_certificate(1).await, Err(records::Error::NotFound)));
    assert_eq!(work.supervisions(1).await.unwrap(), []);
    assert_eq!(work.find_supervision_certificates("", 10).await.unwrap(), []);
    work.roll_back().await.unwrap();

    // The secretariat sees all at once; the other trainee has written nothing.
    let overview = office.read(&format!("{cohort}/practicum")).await;
    assert!(overview.contains("未提出") && overview.contains("確認済"), "{overview}");
    assert!(overview.find("研修 花子").unwrap() < overview.find("研修 太郎").unwrap(), "the pressing one first");
    let silent = office.read(&format!("{cohort}/practicum?risk=silent")).await;
    assert!(silent.contains("研修 花子") && !silent.contains("研修 太郎"));
    assert!(office.read(&format!("/practicum/{enrolment}")).await.contains("書き直した所見"));
    assert_eq!(office.post(&address, &decide("9", "approve")).await.status(), StatusCode::FORBIDDEN);
    // In an epidemic year the secretariat sets a requirement aside for everybody it keeps from completion, where the rules let it.
    let waiver = [("requirement", "practicum-minimum"), ("reason", "感染症の流行")];
    assert!(!office.read(&cohort).await.contains("期の全員について要件を免除する"));
    let not_allowed = office.post(&format!("{cohort}/waiver"), &waiver).await;
    assert_eq!(not_allowed.status(), StatusCode::UNPROCESSABLE_ENTITY, "the rules let the administrator alone");
    administrator.sign_in(&format!("admin{}", staff.provider)).await;
    assert!(administrator.read(&cohort).await.contains("期の全員について要件を免除する"));
    let unsaid = administrator.post(&format!("{cohort}/waiver"), &[waiver[0], ("reason", "")]).await;
    assert_eq!(unsaid.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let unknown = administrator.post(&format!("{cohort}/waiver"), &[("requirement", "unknown"), waiver[1]]).await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    administrator.submit(&format!("{cohort}/waiver"), &waiver).await;
    let waived = administrator.read(&cohort).await;
    assert!(waived.contains("人について要件を免除しました"), "{waived}");
    administrator.submit(&format!("{cohort}/waiver"), &waiver).await;
    assert!(administrator.read(&cohort).await.contains("0 人について要件を免除しました"), "nobody is waived twice");
    // Nothing of the texts is in the ledger, the search, a mail or the logs.
    let found = office.read("/trainees?q=unsayable").await;
    assert!(!found.contains("研修 太郎"), "{found}");
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    assert_eq!(work.verify_rows().await.unwrap(), []);
    let (entries, faults) = work.verify_ledger().await.unwrap();
    assert!(entries > 100 && faults.is_empty());
    let ledger = format!("{:?}", work.audit_entries(None, i64::MAX, 10_000).await.unwrap());
    let notices = format!("{:?}", work.notices(None, records::notice::Shown::All, (10_000, 0)).await.unwrap());
    let logs = logs.text();
    assert!(logs.contains("/practicum/") && notices.contains("研修 太郎") && ledger.contains("entry.decided"));
    for place in [&ledger, &notices, &logs] {
        assert!(!place.contains("unsayable") && !place.contains("書き直した所見"));
    }
}
