//! One cohort from the roster to the certificate, over HTTP, on SQLite and on PostgreSQL.

use crate::support::{Kensan, first_day, text};
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

const OFFICES: &str = "都道府県コード又は市町村コード,No,都道府県名,市区町村名,事業所名,事業所名カナ,サービスの種類,住所,緯度,経度,電話番号,法人の名称,事業所番号\r\n\
102083,1,群馬県,渋川市,見本事業所一,ミホンイチ,居宅介護支援,群馬県渋川市1,36.48,139.00,0279-00-0001,医療法人 見本会,1010000001\r\n\
102083,2,群馬県,渋川市,見本事業所二,ミホンニ,居宅介護支援,群馬県渋川市2,36.49,139.01,0279-00-0002,株式会社架空,1010000002\r\n\
102083,3,群馬県,渋川市,見本事業所三,ミホンサン,居宅介護支援,群馬県渋川市3,,,0279-00-0003,株式会社架空,101000000X\r\n";

const ROSTER: &str = "受験番号,氏名,フリガナ,生年月日,住所,勤務先\r\n\
0001,研修 太郎,けんしゅう たろう,昭和60年4月1日,群馬県渋川市見本1,見本会\r\n\
0002,研修 花子,ケンシュウ ハナコ,1990-05-06,群馬県渋川市見本2,\r\n\
0003,研修 一郎,ケンシュウ イチロウ,H5.7.8,,\r\n";

fn seen<'a>(case: &'a str, stage: &'a str, way: &'a str, on: &'a str) -> [(&'static str, &'a str); 5] {
    [("case", case), ("stage", stage), ("way", way), ("on", on), ("minutes", "240")]
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    let day = |offset: i64| (first_day() + TimeDelta::days(offset)).to_string();

    // Host offices from the open data; one row looks suspicious and is kept.
    office.read("/imports").await;
    let imported = office.upload("/imports/hosts", "jigyosho.csv", OFFICES.as_bytes().to_vec(), &[]).await;
    assert_eq!(imported.status(), StatusCode::SEE_OTHER);
    let imports = office.read("/imports").await;
    assert!(imports.contains("3 件を取り込みました（新規 3、変更 0、掲載なし 0、要確認 1）"), "{imports}");
    for (id, version) in [("1", "1"), ("2", "1")] {
        let fields = [
            ("version", version),
            ("capacity", "1"),
            ("weekly_capacity", "1"),
            ("chief_care_managers", "１"),
            ("specified_office_addition", "1"),
            ("confirmed_on", "令和9年4月1日"),
        ];
        office.submit(&format!("/offices/{id}"), &fields).await;
    }
    let stale = [("version", "1"), ("capacity", "9"), ("weekly_capacity", "1"), ("chief_care_managers", "1")];
    let late = office.post("/offices/1", &stale).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    let both = text(late).await;
    assert!(both.contains("<td>9</td><td>1</td>"), "both versions are shown: {both}");

    // A cohort under the revised edition with Gunma's supplement.
    let cohort = office
        .submit(
            "/cohorts",
            &[
                ("name", "第1期"),
                ("edition", "initial-training-revised"),
                ("supplements", "gunma"),
                ("starts_on", &day(0)),
                ("ends_on", &day(120)),
                ("practicum_from", &day(40)),
                ("practicum_weeks", "4"),
                ("travel_limit_km", "30"),
            ],
        )
        .await;

    // The roster: a bad one saves nothing and comes back marked, a good one goes in, the same again asks.
    let bad = ROSTER.replace("H5.7.8", "いつか");
    let rejected = office.upload(&format!("{cohort}/roster"), "名簿.csv", bad.into_bytes(), &[]).await;
    assert_eq!(rejected.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(rejected).await.contains("3 行のうち 1 行に誤りがあります"));
    let (cp932, _) = documents::encoding::encode(ROSTER, documents::encoding::Encoding::Cp932);
    let accepted = office.upload(&format!("{cohort}/roster"), "名簿.csv", cp932.clone(), &[]).await;
    assert_eq!(accepted.status(), StatusCode::SEE_OTHER, "{}", text(accepted).await);
    let again = office.upload(&format!("{cohort}/roster"), "名簿.csv", cp932, &[]).await;
    assert_eq!(again.status(), StatusCode::CONFLICT, "known people are asked about, not merged");
    office.submit(&format!("{cohort}/enrol"), &[]).await;
    // A dry run leaves gaps in PostgreSQL's numbering: ask for the ids.
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let ids: Vec<i64> = work.enrolments(1).await.unwrap().iter().map(|enrolment| enrolment.id).collect();
    work.roll_back().await.unwrap();
    let number: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let present: Vec<String> = number.iter().map(|id| format!("present-{id}")).collect();
    let at = |trainee: usize, rest: &str| format!("/trainees/{}{rest}", number[trainee - 1]);
    let home = office.read("/").await;
    assert!(home.contains("実習先の決まっていない受講者"), "{home}");

    // All subjects, a day each, attended by the first two; the third misses one.
    let edition = kensan.secretariat.guidelines().editions["initial-training-revised"].clone();
    let subjects: Vec<_> = edition.curriculum.subjects.iter().filter(|subject| subject.hours > 0).collect();
    for (index, subject) in subjects.iter().enumerate() {
        let minutes = (subject.hours * 60).to_string();
        let fields = [
            ("title", subject.code.as_str()),
            ("day", &day(1 + index as i64)),
            ("starts", "09:00"),
            ("ends", "15:00"),
            ("subject", &subject.code),
            ("minutes", &minutes),
        ];
        office.submit(&format!("{cohort}/sessions"), &fields).await;
    }
    kensan.days_pass(35);
    office.sign_in("jimukyoku").await;
    for session in 1..=subjects.len() {
        let mut fields: Vec<(&str, &str)> = number.iter().map(|id| ("trainee", id.as_str())).collect();
        fields.extend([(present[0].as_str(), "1"), (present[1].as_str(), "1")]);
        if session != 3 {
            fields.push((&present[2], "1"));
        }
        office.submit(&format!("/sessions/{session}/attendance"), &fields).await;
    }
    let twice = office.submit("/sessions/1/attendance", &[("trainee", &number[0]), (&present[0], "1")]).await;
    assert_eq!(twice, "/sessions/1", "the same marks again change nothing");
    let book = office.read("/sessions/1").await;
    let version = format!("seen-{}", number[0]);
    let shown = crate::support::hidden(&book, &version);
    let correction = office.post("/sessions/1/attendance", &[("trainee", &number[0]), (&version, &shown)]).await;
    assert_eq!(correction.status(), StatusCode::UNPROCESSABLE_ENTITY, "a correction needs a reason");
    let third = office.read(&at(3, "")).await;
    assert!(third.contains("補講等が必要"), "{third}");

    // Placement: the first trainee's employer runs the first office, so the second takes it; the third has no coordinates.
    office.submit(&format!("{cohort}/placement"), &[]).await;
    let placement = office.read(&format!("{cohort}/placement")).await;
    assert!(placement.contains("2 人の配置案を作りました（未配置 1 人）"), "{placement}");
    assert!(placement.contains("自宅の位置がわかりません"));
    assert!(office.read(&at(1, "")).await.contains("見本事業所二"));
    office.submit(&format!("{cohort}/placement/confirm"), &[("round", "1"), ("confirmed", "1")]).await;

    // The offices answer: each supervisor sees the own office alone.
    kensan.account(&staff, "shidousha", Role::Supervisor, None, Some(2)).await;
    let mut supervisor = kensan.signed_in("shidousha").await;
    assert!(supervisor.read("/offices/2").await.contains("研修 太郎"));
    assert_eq!(supervisor.get("/offices/1").await.status(), StatusCode::NOT_FOUND);
    let others = supervisor.post("/placements/2/state", &[("to", "accepted"), ("version", "2")]).await;
    assert_eq!(others.status(), StatusCode::NOT_FOUND);
    supervisor.submit("/placements/1/state", &[("to", "accepted"), ("version", "2")]).await;
    supervisor.submit("/placements/1/state", &[("to", "scheduled"), ("version", "3")]).await;
    let double = supervisor.post("/placements/1/state", &[("to", "scheduled"), ("version", "3")]).await;
    assert_eq!(double.status(), StatusCode::UNPROCESSABLE_ENTITY, "a second press is refused and changes nothing");
    office.submit("/placements/2/state", &[("to", "declined"), ("version", "2"), ("reason", "指導者の異動")]).await;
    let declined = office.read(&at(2, "")).await;
    assert!(
        declined.contains("指導者の異動") && declined.contains("まだ決まっていません"),
        "the history keeps the reason"
    );

    // The practicum: consent first, three days, every stage, the conference by its fallback.
    kensan.days_pass(45);
    office.sign_in("jimukyoku").await;
    for kind in ["briefing_safety", "briefing_confidentiality", "pledge"] {
        office.submit(&at(1, "/milestone"), &[("milestone", kind), ("on", &day(30))]).await;
    }
    // Gunma's papers: the consent is due the day before the practicum may begin, and keeps it closed until then.
    assert!(office.read(&at(1, "")).await.contains("まだ実習を始められません。未了: 実習同意書（様式1）"));
    let named = office
        .post(&at(1, "/case"), &[("pseudonym", "山田 花子"), ("consent_on", &day(41)), ("obtained_by", "実習指導者")])
        .await;
    assert_eq!(named.status(), StatusCode::UNPROCESSABLE_ENTITY, "a case has a pseudonym, never a name");
    office
        .submit(&at(1, "/case"), &[("pseudonym", "A"), ("consent_on", &day(41)), ("obtained_by", "実習指導者")])
        .await;
    office
        .submit(&at(1, "/case"), &[("pseudonym", "B"), ("consent_on", &day(41)), ("obtained_by", "実習指導者")])
        .await;
    let closed = office.post(&at(1, "/experience"), &seen("1", "assessment", "accompanied", &day(42))).await;
    assert!(text(closed).await.contains("次の要件がすむまで進めません"));
    office.submit(&at(1, "/document"), &[("document", "practicum_consent"), ("on", &day(39))]).await;
    let early = office.post(&at(1, "/experience"), &seen("1", "assessment", "accompanied", &day(40))).await;
    assert_eq!(early.status(), StatusCode::UNPROCESSABLE_ENTITY, "no experience before its consent");
    for (case, stage, way, on) in [
        ("1", "assessment", "accompanied", &day(42)),
        ("1", "plan", "observed", &day(43)),
        ("2", "monitoring", "accompanied", &day(44)),
    ] {
        office.submit(&at(1, "/experience"), &seen(case, stage, way, on)).await;
    }
    let fallback = [
        ("reason", "none_planned"),
        ("on", &day(44)),
        ("preparation_explained", "1"),
        ("proceedings_explained", "1"),
        ("confirmed", "1"),
    ];
    let nobody_guides = office.post(&at(1, "/fallback"), &fallback).await;
    assert_eq!(nobody_guides.status(), StatusCode::UNPROCESSABLE_ENTITY, "it counts by the word of who guides");
    office.submit("/offices/2/supervisors", &[("name", "見本 花子"), ("chief_care_manager", "1")]).await;
    office.submit("/placements/1/supervisor", &[("supervisor", "1")]).await;
    for without in [0, 4] {
        let mut fields = fallback.to_vec();
        fields.remove(without);
        let refused = office.post(&at(1, "/fallback"), &fields).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "without {}", fallback[without].0);
    }
    let told = [&[("reason", "見本さんの都合")], &fallback[1..]].concat();
    let told = office.post(&at(1, "/fallback"), &told).await;
    assert_eq!(told.status(), StatusCode::UNPROCESSABLE_ENTITY, "what is written about a client stays on the paper");
    office.submit(&at(1, "/fallback"), &fallback).await;
    office.submit(&at(1, "/milestone"), &[("milestone", "sign_off"), ("on", &day(50))]).await;
    office.submit(&at(1, "/document"), &[("document", "practicum_log"), ("on", &day(51))]).await;
    let before = office
        .post(&format!("{cohort}/certificates"), &[("enrolment", number[0].as_str()), ("completed_on", &day(60))])
        .await;
    assert_eq!(before.status(), StatusCode::SEE_OTHER);
    assert!(
        office.read(&format!("{cohort}/certificates")).await.contains("交付しなかったもの 1 件"),
        "judgement refuses"
    );
    office.submit(&at(1, "/assessment"), &[("passed", "yes"), ("score", "80")]).await;

    // Page, list and judgement agree; the certificate is issued once, verified, reissued, revoked.
    let trainee = office.read(&at(1, "")).await;
    assert!(trainee.contains("必須の要件 36 のうち 36 を満たしています"), "{trainee}");
    let judged = kensan.secretariat.judge_cohort(&mut kensan.secretariat.read(&staff).await.unwrap(), 1).await.unwrap();
    assert!(
        judged.judgements[&ids[0]].complete()
            && !judged.judgements[&ids[1]].complete()
            && !judged.judgements[&ids[2]].complete()
    );
    let batch = [
        ("enrolment", number[0].as_str()),
        ("enrolment", number[1].as_str()),
        ("enrolment", number[2].as_str()),
        ("completed_on", "令和9年6月1日"),
    ];
    office.submit(&format!("{cohort}/certificates"), &batch).await;
    let issued = office.read(&format!("{cohort}/certificates")).await;
    assert!(issued.contains("1 件交付しました（要件を満たさず交付しなかったもの 2 件）"), "{issued}");
    office.submit(&format!("{cohort}/certificates"), &batch).await;
    assert!(
        office.read(&format!("{cohort}/certificates")).await.contains("0 件交付しました"),
        "issuing twice makes one"
    );
    let first = office.get("/certificates/1/pdf").await.bytes().await.unwrap();
    assert!(first.starts_with(b"%PDF"));

    let trainee = office.read(&at(1, "")).await;
    let token = trainee.split("/verify/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut anybody = kensan.visitor();
    let verified = anybody.read(&format!("/verify/{token}")).await;
    assert!(verified.contains("有効な証明書です") && verified.contains("第9-00001号"), "{verified}");
    assert!(!verified.contains("太郎"), "nothing else is told");
    // Who has the paper may ask whether a name is the holder's: yes or no.
    for (asked, words) in [("研修　太郎", "一致します"), ("研修 花子", "一致しません"), ("", "入力")]
    {
        let answer = text(anybody.post(&format!("/verify/{token}"), &[("name", asked)]).await).await;
        assert!(answer.contains(words), "{asked}: {answer}");
    }
    let unknown = text(anybody.post("/verify/0123", &[("name", "研修 太郎")]).await).await;
    assert!(unknown.contains("ありません") && !unknown.contains("一致"), "{unknown}");
    // All that stand as one PDF; of another cohort's or of none nothing.
    let booklet = office.get(&format!("{cohort}/certificates/pdf")).await;
    assert_eq!(booklet.status(), StatusCode::OK);
    assert!(booklet.bytes().await.unwrap().starts_with(b"%PDF"));
    let nothing = office.get(&format!("{cohort}/certificates/pdf?certificate=999")).await;
    assert_eq!(nothing.status(), StatusCode::UNPROCESSABLE_ENTITY);
    // The day the exam was passed comes into the statutory list.
    office.submit(&at(1, "/exam-pass"), &[("exam_passed_on", "令和8年12月1日")]).await;
    let list = office.get(&format!("{cohort}/list/completion-roster/csv")).await.bytes().await.unwrap();
    let (list, _) = documents::encoding::decode(&list).unwrap();
    assert!(
        list.contains("氏名,フリガナ,生年月日,試験合格年月日,研修開始年月日,修了年月日")
            && list.contains("昭和60年4月1日,令和8年12月1日,令和9年4月1日,令和9年6月1日"),
        "{list}"
    );
    let person = [
        ("exam_number", "-"),
        ("name", "見本 太郎"),
        ("kana", "ミホン タロウ"),
        ("birth_date", "1985-04-01"),
        ("former_name", "研修"),
        ("version", "1"),
    ];
    office.submit(&at(1, "/edit"), &person).await;
    let page = office.read(&at(1, "")).await;
    assert!(page.contains("フリガナと旧姓が正しいか"), "{page}");
    assert!(page.contains("変更前の「研修 太郎」のままです"), "the certificate still bears the former name: {page}");
    assert!(page.contains("氏名の変更（研修 太郎 → 現在 見本 太郎）"), "{page}");
    let lost = office.post(&at(1, "/edit"), &person).await;
    assert_eq!(lost.status(), StatusCode::CONFLICT, "a lost update is refused");
    // The provider's own template: a broken one is refused, a good one is used from the next document on.
    let mut administrator = kensan.signed_in("admin1").await;
    let settings = |version, template| {
        [
            ("version", version),
            ("name", "見本県"),
            ("issuer", "見本県知事"),
            ("pattern", "第{serial}号"),
            ("template", template),
        ]
    };
    administrator.read("/settings").await;
    let broken =
        administrator.post("/settings", &settings("1", "#let c = json(\"data.json\")\n#c.at(0).nickname")).await;
    assert_eq!(broken.status(), StatusCode::UNPROCESSABLE_ENTITY);
    administrator.submit("/settings", &settings("1", "#json(\"data.json\").at(0).name")).await;
    let stale = administrator.post("/settings", &settings("1", "")).await;
    assert_eq!(stale.status(), StatusCode::CONFLICT);
    assert_eq!(office.get("/certificates/1/pdf").await.bytes().await.unwrap(), first, "issued documents do not change");
    office.submit("/certificates/1/reissue", &[("reason", "改姓")]).await;
    let second = office.get("/certificates/1/pdf").await.bytes().await.unwrap();
    assert_ne!(first, second);
    assert!(!office.read(&at(1, "")).await.contains("変更前の「"), "the new document bears the new name");
    let reissued = anybody.read(&format!("/verify/{token}")).await;
    assert!(reissued.contains("再交付") && reissued.contains("第9-00001号"), "number and date stay: {reissued}");
    let roster = office.get(&format!("{cohort}/list/completion-roster/csv-cp932")).await.bytes().await.unwrap();
    let (roster, _) = documents::encoding::decode(&roster).unwrap();
    assert!(roster.contains("第9-00001号,2027-0001,見本 太郎"), "{roster}");
    office.submit("/certificates/1/revoke", &[("reason", "誤って交付")]).await;
    assert!(anybody.read(&format!("/verify/{token}")).await.contains("取り消されています"));
    assert!(anybody.read("/verify/0123").await.contains("ありません"));

    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let (entries, faults) = work.verify_ledger().await.unwrap();
    assert!(entries >= 100 && faults.is_empty(), "{entries} {faults:?}");
    assert_eq!(work.verify_rows().await.unwrap(), []);
}
