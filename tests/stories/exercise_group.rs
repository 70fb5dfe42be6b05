//! Exercise groups over HTTP on SQLite and on PostgreSQL: a cohort is divided, instructors see the plans handed in to the groups they lead, remark on them
//! and give them back, and see nothing else.

use crate::support::practicum::{ENTRIES, Opened, opened};
use crate::support::{Kensan, text};
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

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    let Opened { cohort, enrolments } = opened(&kensan, &staff).await;
    let enrolment = enrolments[0];
    let leads = kensan.account(&staff, "koushi", Role::Instructor, None, None).await.to_string();
    let other = kensan.account(&staff, "betsu", Role::Instructor, None, None).await.to_string();
    let mut office = kensan.signed_in("jimukyoku").await;
    let mut instructor = kensan.signed_in("koushi").await;
    let mut outsider = kensan.signed_in("betsu").await;

    // Divided by number, then by a list; a bad row changes nothing.
    let groups = format!("{cohort}/groups");
    assert!(office.read(&groups).await.contains("グループのない受講者（2 人）"));
    let unsound = office.post(&groups, &[("act", "divide"), ("group_size", "1")]).await;
    assert_eq!(unsound.status(), StatusCode::UNPROCESSABLE_ENTITY);
    for _ in 0..2 {
        office.submit(&groups, &[("act", "divide"), ("group_size", "６")]).await;
    }
    let page = office.read(&groups).await;
    assert!(page.contains("1班") && !page.contains("2班") && page.contains("グループのない受講者（0 人）"), "{page}");
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let numbers: Vec<String> = work.enrolments(1).await.unwrap().into_iter().map(|it| it.trainee_number).collect();
    work.roll_back().await.unwrap();
    let list = |second: &str| format!("受講番号,班\r\n{},1班\r\n{second},２班\r\n", numbers[0]).into_bytes();
    let import = format!("{groups}/import");
    let unknown = office.upload(&import, "班.csv", list("9999"), &[]).await;
    assert!(text(unknown).await.contains("9999"));
    let twice = office.upload(&import, "班.csv", list(&numbers[0]), &[]).await;
    assert_eq!(twice.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!office.read(&groups).await.contains("2班"), "nothing was half-saved");
    for _ in 0..2 {
        assert_eq!(office.upload(&import, "班.csv", list(&numbers[1]), &[]).await.status(), StatusCode::SEE_OTHER);
    }
    assert!(office.read(&groups).await.contains("2班"));
    let full = office.post("/groups/1", &[("act", "close")]).await;
    assert_eq!(full.status(), StatusCode::UNPROCESSABLE_ENTITY, "a group with trainees stays");
    let appoint = |instructor: &str| [("act", "appoint".to_owned()), ("instructor", instructor.to_owned())];
    for (group, user) in [("/groups/1", &leads), ("/groups/2", &other)] {
        let fields = appoint(user);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        office.submit(group, &fields).await;
    }
    let nobody = office.post("/groups/1", &[("act", "appoint"), ("instructor", "1")]).await;
    assert_eq!(nobody.status(), StatusCode::NOT_FOUND, "an administrator leads no group");

    // A plan is seen once it is handed in, by whoever leads the group.
    let mut trainee = kensan.signed_in("jukousha").await;
    trainee.read("/me/practicum").await;
    trainee.submit("/me/practicum/cases", &[("pseudonym", "A")]).await;
    let on = (crate::support::first_day() + chrono::TimeDelta::days(46)).to_string();
    let consent = [
        ("case", "1"),
        ("subject", "client"),
        ("consented_on", on.as_str()),
        ("form", "written"),
        ("obtained_by", "実習指導者"),
        ("purpose", "見学"),
    ];
    trainee.submit("/me/practicum/consents", &consent).await;
    let plan = trainee.submit(ENTRIES, &[("kind", "home_care_plan"), ("case", "1")]).await;
    let goals = trainee.submit(ENTRIES, &[("kind", "goals")]).await;
    let at = format!("/groups/1/plans/{}", plan.rsplit('/').next().unwrap());
    assert_eq!(instructor.get(&at).await.status(), StatusCode::NOT_FOUND, "a draft is the trainee's own");
    let versions = |entry: &'static str, draft: &'static str| [("entry_version", entry), ("draft_version", draft)];
    let written = [("client", "practicum"), ("written_on", on.as_str()), ("need.1", "歩きたい"), ("act", "hand_in")];
    let letter = b"%PDF-1.7\n\n%%EOF".to_vec();
    trainee.upload(&format!("{plan}/attachments"), "資料.pdf", letter, &[("unrecognisable", "1")]).await;
    trainee.submit(&plan, &[&written[..], &versions("1", "0")].concat()).await;
    trainee.submit(&goals, &[&[("goals", "学ぶ"), ("act", "hand_in")][..], &versions("1", "0")].concat()).await;
    assert!(instructor.read("/").await.contains("/groups/1"));
    let page = instructor.read("/groups/1").await;
    assert!(page.contains("研修 太郎") && page.contains(&at) && !page.contains("研修 花子"), "{page}");
    let page = instructor.read(&at).await;
    assert!(page.contains("歩きたい") && page.contains("資料.pdf") && !page.contains("学ぶ"), "{page}");
    for path in [format!("{at}/pdf"), format!("{at}/xlsx"), format!("{at}/attachments/1")] {
        assert_eq!(instructor.get(&path).await.status(), StatusCode::OK, "{path}");
        assert_eq!(outsider.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let of_goals = format!("/groups/1/plans/{}", goals.rsplit('/').next().unwrap());
    assert_eq!(instructor.get(&of_goals).await.status(), StatusCode::NOT_FOUND, "goals are no plan");
    assert_eq!(instructor.get(&format!("/practicum/{enrolment}")).await.status(), StatusCode::FORBIDDEN);
    for path in ["/groups/1".to_owned(), at.clone(), at.replace("/groups/1/", "/groups/2/")] {
        assert_eq!(outsider.get(&path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }

    // A remark at a field, and the plan given back with a reason; both reach the trainee.
    let remark = [("field", "need.1"), ("comment", "どこまで歩きたいのでしょう。")];
    let (comments, give_back) = (format!("{at}/comments"), format!("{at}/return"));
    outsider.read("/").await;
    assert_eq!(outsider.post(&comments, &remark).await.status(), StatusCode::NOT_FOUND);
    let reason = [("version", "2"), ("comment", "目標がありません")];
    assert_eq!(outsider.post(&give_back, &reason).await.status(), StatusCode::NOT_FOUND);
    // A remark that seems to name somebody is asked about first, with what was typed; said to name nobody, it is kept.
    let named = [("field", "need.1"), ("comment", "田中様の言葉を書きましょう。")];
    let asked = instructor.post(&comments, &named).await;
    assert_eq!(asked.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let asked = text(asked).await;
    assert!(asked.contains("「田中様」") && asked.contains("田中様の言葉を書きましょう。</textarea>"), "{asked}");
    assert!(asked.contains("name=\"field\" value=\"need.1\""), "nothing else is lost: {asked}");
    assert!(!trainee.read(&plan).await.contains("田中様"), "nothing is kept yet");
    instructor.submit(&comments, &[&named[..], &[("none_personal", "1")]].concat()).await;
    assert!(trainee.read(&plan).await.contains("田中様"));
    instructor.submit(&comments, &remark).await;
    let unsaid = instructor.post(&give_back, &[("version", "2"), ("comment", " ")]).await;
    assert_eq!(unsaid.status(), StatusCode::UNPROCESSABLE_ENTITY);
    instructor.submit(&give_back, &reason).await;
    let late = instructor.post(&give_back, &reason).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    let page = trainee.read(&plan).await;
    assert!(page.contains("どこまで歩きたいのでしょう。") && page.contains("目標がありません"), "{page}");
    let better = [("client", "practicum"), ("written_on", on.as_str()), ("need.1", "店まで歩きたい"), written[3]];
    trainee.submit(&plan, &[&better[..], &versions("3", "0")].concat()).await;

    // Signed off, the second half goes on working with the plan; the supervisor's part is over.
    let mut supervisor = kensan.signed_in("shidousha").await;
    let review = format!("/practicum/{enrolment}");
    supervisor.read(&review).await;
    let ids = [&plan, &goals].map(|entry| entry.rsplit('/').next().unwrap().to_owned());
    // Given back together with others, for one reason; and handed in again.
    let back = [("act", "return"), ("seen", &*format!("{}:2", ids[1])), ("comment", "もう少し具体的に")];
    let unsaid = supervisor.post(&format!("{review}/decide-all"), &back[..2]).await;
    assert_eq!(unsaid.status(), StatusCode::UNPROCESSABLE_ENTITY, "a reason is asked for");
    supervisor.submit(&format!("{review}/decide-all"), &back).await;
    assert!(supervisor.read(&review).await.contains("1 件を差し戻しました"));
    assert!(trainee.read(&goals).await.contains("もう少し具体的に"));
    let again = [("goals", "面接で意向を引き出す"), ("act", "hand_in")];
    trainee.submit(&goals, &[&again[..], &versions("3", "0")].concat()).await;
    let seen: Vec<String> = ids.iter().zip(["4", "4"]).map(|(id, version)| format!("{id}:{version}")).collect();
    let seen: Vec<(&str, &str)> = seen.iter().map(|seen| ("seen", seen.as_str())).chain([("confirmed", "1")]).collect();
    supervisor.submit(&format!("{review}/decide-all"), &seen).await;
    let unsent = trainee.submit(ENTRIES, &[("kind", "evaluation")]).await;
    let kept = [("reached", "意向を聞けた"), ("act", "keep")];
    trainee.submit(&unsent, &[&kept[..], &versions("1", "0")].concat()).await;
    let before = supervisor.read(&review).await;
    assert!(before.contains("評価が記録されていません") && before.contains("確認の後は提出できません"), "{before}");
    supervisor.submit(&format!("{review}/sign-off"), &[("confirmed", "1")]).await;
    let unsent = trainee.read(&unsent).await;
    assert!(
        unsent.contains("意向を聞けた</dd>") && !unsent.contains("<textarea"),
        "what was not handed in stays readable"
    );
    let done = format!("{cohort}/practicum/done");
    office.read(&format!("{cohort}/practicum")).await;
    let to = office.submit(&done, &[("trainee", &*enrolment.to_string())]).await;
    assert!(office.read(&to).await.contains("1 人の実習を終了"));
    let over = supervisor.post(&format!("{review}/entries/{}/comments", ids[0]), &remark).await;
    assert_eq!(over.status(), StatusCode::UNPROCESSABLE_ENTITY);
    instructor.submit(&comments, &[("field", "need.1"), ("comment", "後期の演習で使いましょう。")]).await;
    assert!(trainee.read(&plan).await.contains("後期の演習で使いましょう。"));

    // Moved, or no longer led: gone.
    let moved = [("act", "move"), ("enrolment", &*enrolment.to_string()), ("to", "2")];
    office.submit("/groups/1", &moved).await;
    assert_eq!(instructor.get(&at).await.status(), StatusCode::NOT_FOUND);
    assert!(outsider.read(&at.replace("/groups/1/", "/groups/2/")).await.contains("店まで歩きたい"));
    office.submit("/groups/2", &[("act", "end"), ("instructor", &other)]).await;
    assert_eq!(outsider.get("/groups/2").await.status(), StatusCode::NOT_FOUND);
    office.submit("/groups/1", &[("act", "close")]).await;
    assert_eq!(office.get("/groups/1").await.status(), StatusCode::NOT_FOUND);
}
