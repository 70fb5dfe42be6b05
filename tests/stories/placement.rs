//! A season's placement over HTTP, on SQLite and on PostgreSQL: a round, its notice, an office that withdraws, who moves for whom, the
//! way back, and the same result when the round is solved again.

use crate::support::{Kensan, first_day, text};
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
102083,1,群馬県,渋川市,見本事業所一,ミホンイチ,居宅介護支援,群馬県渋川市1,36.48,139.00,0279-00-0001,医療法人見本会,1010000001\r\n\
102083,2,群馬県,渋川市,見本事業所二,ミホンニ,居宅介護支援,群馬県渋川市2,36.49,139.00,0279-00-0002,株式会社架空,1010000002\r\n\
102083,3,群馬県,渋川市,見本事業所三,ミホンサン,居宅介護支援,群馬県渋川市3,36.52,139.00,0279-00-0003,株式会社仮名,1010000003\r\n\
102083,4,群馬県,渋川市,見本事業所四,ミホンヨン,居宅介護支援,群馬県渋川市4,37.30,139.00,0279-00-0004,株式会社遠方,1010000004\r\n";

const ROSTER: &str = "受験番号,氏名,フリガナ,生年月日,緯度,経度\r\n\
0001,研修 太郎,ケンシュウ タロウ,1985-04-01,36.480,139.000\r\n\
0002,研修 花子,ケンシュウ ハナコ,1990-05-06,36.488,139.000\r\n\
0003,研修 一郎,ケンシュウ イチロウ,1993-07-08,36.519,139.000\r\n";

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    let day = |offset: i64| (first_day() + chrono::TimeDelta::days(offset)).to_string();
    office.read("/imports").await;
    office.upload("/imports/hosts", "jigyosho.csv", OFFICES.as_bytes().to_vec(), &[]).await;
    for id in ["1", "2", "3", "4"] {
        let fields = [
            ("version", "1"),
            ("capacity", "1"),
            ("weekly_capacity", "1"),
            ("chief_care_managers", "1"),
            ("specified_office_addition", "1"),
        ];
        office.submit(&format!("/offices/{id}"), &fields).await;
    }
    let (starts, ends, practicum) = (day(0), day(200), day(60));
    let cohort = office
        .submit(
            "/cohorts",
            &[
                ("name", "第30期"),
                ("edition", "initial-training-revised"),
                ("starts_on", &starts),
                ("ends_on", &ends),
                ("practicum_from", &practicum),
                ("practicum_weeks", "2"),
                ("travel_limit_km", "30"),
            ],
        )
        .await;
    office.upload(&format!("{cohort}/roster"), "roster.csv", ROSTER.as_bytes().to_vec(), &[]).await;
    office.submit(&format!("{cohort}/enrol"), &[]).await;
    let number: i64 = cohort.rsplit('/').next().unwrap().parse().unwrap();
    let placement = format!("{cohort}/placement");

    // A policy is checked: what cannot stand is named, what cannot be kept too.
    for (policy, told) in [
        ("[travel]\nper_km = 0\nper_km_squared = 0", "travel.per_km"),
        (
            "[office]\nrequired_case_types = [\"dementia\"]\n[rules.missing_case_types]\nrule = \"forbid\"",
            "required_case_types",
        ),
    ] {
        let refused =
            office.post(&format!("{placement}/policy"), &[("policy", policy), ("read", "0"), ("reason", "試し")]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let refused = text(refused).await;
        assert!(refused.contains(told), "{refused}");
    }
    let policy = "[change]\nnotified = 400\naccepted = 90000\n";
    office.submit(&format!("{placement}/policy"), &[("policy", policy), ("read", "0"), ("reason", "会議で決定")]).await;
    let late = [("policy", policy), ("read", "0"), ("reason", "別の人")];
    let late = office.post(&format!("{placement}/policy"), &late).await;
    assert_eq!(late.status(), StatusCode::CONFLICT, "a policy saved meanwhile is not overwritten unseen");
    assert!(office.read(&format!("{placement}/policy")).await.contains("会議で決定"));

    // Everybody goes to the nearest office, and is told.
    office.submit(&placement, &[]).await;
    assert!(office.read(&placement).await.contains("3 人の配置案を作りました（未配置 0 人）"));
    // A pair ruled out since the round was made is not told: the round has to be made anew, or the pair allowed again.
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let ids: Vec<i64> = work.enrolments(number).await.unwrap().iter().map(|enrolment| enrolment.id).collect();
    work.roll_back().await.unwrap();
    let exclude = [("office_number", "1010000001"), ("reason", "親族が利用者")];
    for _ in 0..2 {
        office.submit(&format!("/trainees/{}/exclude", ids[0]), &exclude).await;
    }
    let outdated = office.post(&format!("{placement}/confirm"), &[("round", "1"), ("confirmed", "1")]).await;
    assert_eq!(outdated.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(outdated).await.contains("研修 太郎 さんは、この案のとおりには配置できなくなりました"));
    let page = office.read(&format!("/trainees/{}", ids[0])).await;
    assert_eq!(page.matches("/allow\"").count(), 1, "pressed twice, ruled out once");
    let exclusion = page.split("/allow\"").nth(1).unwrap().split("name=\"id\" value=\"").nth(1).unwrap();
    let allow = [("id", exclusion.split('"').next().unwrap()), ("reason", "誤り")];
    office.submit(&format!("/trainees/{}/allow", ids[0]), &allow).await;
    office.submit(&format!("{placement}/confirm"), &[("round", "1"), ("confirmed", "1")]).await;
    let again = office.post(&format!("{placement}/confirm"), &[("round", "1"), ("confirmed", "1")]).await;
    assert_eq!(again.status(), StatusCode::CONFLICT, "a round is confirmed once");

    // The first office withdraws: its trainee has no place, and the page says what would help.
    let unsaid = office.post("/offices/1/withdraw", &[("version", "2"), ("reason", "")]).await;
    assert_eq!(unsaid.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let stale = office.post("/offices/1/withdraw", &[("version", "1"), ("reason", "異動")]).await;
    assert_eq!(stale.status(), StatusCode::CONFLICT);
    office.submit("/offices/1/withdraw", &[("version", "2"), ("reason", "指導者の異動")]).await;
    assert!(office.read("/offices/1").await.contains("1 人の配置を取り消しました"));
    let explained = office.read(&format!("{placement}/explanation")).await;
    assert!(explained.contains("3 人のうち 2 人に実習先があります"), "{explained}");
    assert!(explained.contains("見本事業所二 があと1人受け入れる"), "{explained}");
    assert!(explained.contains("移動の上限を") && explained.contains("見本事業所四"), "{explained}");

    // The third office takes one more. Moving one who was notified is dearer than going there, until she may move cheaply.
    office
        .submit(
            "/offices/3",
            &[
                ("version", "2"),
                ("capacity", "2"),
                ("weekly_capacity", "2"),
                ("chief_care_managers", "1"),
                ("specified_office_addition", "1"),
            ],
        )
        .await;
    office.submit(&placement, &[("move_notified", "1")]).await;
    let page = office.read(&placement).await;
    assert!(!page.contains("通知済みの人の変更（未確定）"), "a move of 400 points is not worth it here: {page}");
    let cheap = "[change]\nnotified = 10\naccepted = 10\n";
    office
        .submit(&format!("{placement}/policy"), &[("policy", cheap), ("read", "1"), ("reason", "動かしてよい")])
        .await;
    office.submit(&placement, &[("move_notified", "1")]).await;
    let page = office.read(&placement).await;
    assert!(page.contains("通知済みの人の変更（未確定）") && page.contains("研修 花子"), "{page}");
    assert!(office.read("/offices/2").await.contains("研修 花子"), "nothing has moved yet");
    office.submit(&format!("{placement}/confirm"), &[("round", "3"), ("confirmed", "1")]).await;
    assert!(office.read("/offices/3").await.contains("研修 花子"));
    assert!(office.read("/offices/2").await.contains("研修 太郎"));

    // Rounds are versions.
    let compared = office.read(&format!("{placement}/rounds?a=1&b=3")).await;
    assert!(compared.contains("見本事業所一") && compared.contains("研修 太郎"), "{compared}");
    office.submit(&format!("{placement}/rounds/3/note"), &[("note", "電話で了承")]).await;
    assert!(office.read(&placement).await.contains("電話で了承"));
    let impossible = office.post(&format!("{placement}/rounds/1/again"), &[("reason", "戻す")]).await;
    assert_eq!(impossible.status(), StatusCode::UNPROCESSABLE_ENTITY, "the first office has withdrawn");
    office.submit(&format!("{placement}/rounds/2/again"), &[("reason", "元の案がよい")]).await;
    let page = office.read(&placement).await;
    assert!(page.contains("元の案がよい") && page.contains("通知済みの人の変更（未確定）"), "{page}");
    for round in [1, 2, 3, 4] {
        let again = kensan.secretariat.recompute_round(&staff, number, round).await.unwrap();
        assert!(again.same && again.input_intact, "round {round}: {again:?}");
    }

    // What would a wish cost?
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let third = work.enrolments(number).await.unwrap()[2].id;
    work.roll_back().await.unwrap();
    let wish = office.read(&format!("{placement}/wish?enrolment={third}&office=1010000004")).await;
    assert!(wish.contains("見本事業所四") && wish.contains("動く人"), "{wish}");
    assert!(wish.contains("移動の上限を超えている"), "what no round would do is said: {wish}");
    // A pair ruled out by hand can be allowed again, and the ledger keeps both.
    let exclude = [("office_number", "1010000002"), ("reason", "本人の希望")];
    office.submit(&format!("/trainees/{third}/exclude"), &exclude).await;
    let page = office.read(&format!("/trainees/{third}")).await;
    assert!(page.contains("除外: 見本事業所二（本人の希望）"), "{page}");
    let id =
        page.split("/allow\"").nth(1).unwrap().split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    office.submit(&format!("/trainees/{third}/allow"), &[("id", id), ("reason", "誤り")]).await;
    assert!(!office.read(&format!("/trainees/{third}")).await.contains("除外: 見本"));

    // Somebody who was notified would have to move for it, and is marked.
    let full = office.read(&format!("{placement}/wish?enrolment={third}&office=1010000002&week=1")).await;
    assert!(full.contains("動く人 (2)") && full.contains("通知済み</span>"), "{full}");
    let fix = [("office_number", "1010000002"), ("window", "1"), ("reason", "本人の希望")];
    office.submit(&format!("/trainees/{third}/place"), &fix).await;
    office.submit(&placement, &[("move_notified", "1")]).await;
    let page = office.read(&placement).await;
    assert!(page.contains("通知済みの人の変更（未確定）"), "{page}");
    let newest = newest_round(&kensan, &staff, number).await;
    office.submit(&format!("{placement}/confirm"), &[("round", &newest), ("confirmed", "1")]).await;
    assert!(office.read("/offices/2").await.contains("研修 一郎"));
    let unknown = office.get(&format!("{placement}/wish?enrolment={third}&office=9999999999")).await;
    assert_eq!(unknown.status(), StatusCode::UNPROCESSABLE_ENTITY);

    // Who leaves gives the place back, and is not placed by hand.
    let withdrawn = [("to", "withdrawn"), ("version", "3"), ("reason", "退職")];
    office.submit(&format!("/trainees/{third}/state"), &withdrawn).await;
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    assert!(work.current_placements(number).await.unwrap().iter().all(|placement| placement.enrolment_id != third));
    work.roll_back().await.unwrap();
    let gone = office.post(&format!("/trainees/{third}/place"), &fix).await;
    assert_eq!(gone.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

/// An office that is no longer in the open data keeps who was told, and nobody else is sent there.
async fn vanished(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read("/imports").await;
    office.upload("/imports/hosts", "jigyosho.csv", OFFICES.as_bytes().to_vec(), &[]).await;
    for id in ["1", "2"] {
        let fields = [("version", "1"), ("capacity", "3"), ("weekly_capacity", "3"), ("chief_care_managers", "1")];
        office.submit(&format!("/offices/{id}"), &fields).await;
    }
    let day = |offset: i64| (first_day() + chrono::TimeDelta::days(offset)).to_string();
    let (starts, ends, practicum) = (day(0), day(200), day(60));
    let fields = [
        ("name", "第32期"),
        ("edition", "initial-training-revised"),
        ("starts_on", starts.as_str()),
        ("ends_on", &ends),
        ("practicum_from", &practicum),
        ("practicum_weeks", "2"),
        ("travel_limit_km", "30"),
    ];
    let cohort = office.submit("/cohorts", &fields).await;
    let number: i64 = cohort.rsplit('/').next().unwrap().parse().unwrap();
    let placement = format!("{cohort}/placement");
    let (heading, rows) = ROSTER.split_once("\r\n").unwrap();
    let places = async || {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        let placements = work.current_placements(number).await.unwrap();
        work.roll_back().await.unwrap();
        placements.iter().map(|it| (it.trainee_name.clone(), it.office_number.clone())).collect::<Vec<_>>()
    };
    for row in rows.split_terminator("\r\n").take(2) {
        let one = format!("{heading}\r\n{row}\r\n").replace("36.488", "36.480");
        office.upload(&format!("{cohort}/roster"), "roster.csv", one.into_bytes(), &[]).await;
        office.submit(&format!("{cohort}/enrol"), &[]).await;
        office.submit(&placement, &[]).await;
        let mut rounds = kensan.secretariat.read(&staff).await.unwrap();
        let round = rounds.rounds(number).await.unwrap()[0].id.to_string();
        rounds.roll_back().await.unwrap();
        office.submit(&format!("{placement}/confirm"), &[("round", &round), ("confirmed", "1")]).await;
        let left: String =
            OFFICES.lines().filter(|line| !line.contains("1010000001")).flat_map(|line| [line, "\r\n"]).collect();
        office.upload("/imports/hosts", "jigyosho.csv", left.into_bytes(), &[]).await;
    }
    let told = |name: &str, office: &str| (name.to_owned(), office.to_owned());
    assert_eq!(places().await, [told("研修 太郎", "1010000001"), told("研修 花子", "1010000002")]);
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let second = work.enrolments(number).await.unwrap()[1].id;
    work.roll_back().await.unwrap();
    let fix = [("office_number", "1010000001"), ("window", "1"), ("reason", "近い")];
    let gone = office.post(&format!("/trainees/{second}/place"), &fix).await;
    assert_eq!(gone.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(office.get(&format!("{placement}/explanation")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn vanished_on_sqlite() {
    vanished(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn vanished_on_postgres() {
    vanished(crate::support::postgres().await).await;
}

/// The newest round's id.
async fn newest_round(kensan: &Kensan, staff: &secretariat::Staff, cohort: i64) -> String {
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let newest = work.rounds(cohort).await.unwrap()[0].id;
    work.roll_back().await.unwrap();
    newest.to_string()
}

const TOWNS: &str = "都道府県コード,都道府県名,市区町村コード,市区町村名,大字町丁目コード,大字町丁目名,緯度,経度\r\n\
10,群馬県,10208,渋川市,1,見本一丁目,36.4810,139.0010\r\n10,群馬県,10208,渋川市,2,見本二丁目,36.4900,139.0000\r\n";
const OUTLINES: &str = r#"{"type":"FeatureCollection","features":[{"properties":{"N03_001":"群馬県"},"geometry":
{"type":"Polygon","coordinates":[[[138.9,36.4],[139.1,36.4],[139.1,36.6],[138.9,36.6],[138.9,36.4]]]}}]}"#;
const HOMES: &str = "受験番号,氏名,フリガナ,生年月日,住所\r\n\
0001,研修 太郎,ケンシュウ タロウ,1985-04-01,群馬県渋川市見本1-2-3\r\n\
0002,研修 花子,ケンシュウ ハナコ,1990-05-06,群馬県渋川市どこか9\r\n";

/// Where people live: from the address to the town, the marker by hand, minutes from a table and from a routing server, outlines.
async fn positions(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read("/imports").await;
    office.upload("/imports/hosts", "jigyosho.csv", OFFICES.as_bytes().to_vec(), &[]).await;
    for id in ["1", "2"] {
        let fields = [("version", "1"), ("capacity", "2"), ("weekly_capacity", "2"), ("chief_care_managers", "1")];
        office.submit(&format!("/offices/{id}"), &fields).await;
    }
    let day = |offset: i64| (first_day() + chrono::TimeDelta::days(offset)).to_string();
    let (starts, ends, practicum) = (day(0), day(200), day(60));
    let fields = [
        ("name", "第31期"),
        ("edition", "initial-training-revised"),
        ("starts_on", starts.as_str()),
        ("ends_on", &ends),
        ("practicum_from", &practicum),
        ("practicum_weeks", "2"),
        ("travel_limit_km", "30"),
    ];
    let cohort = office.submit("/cohorts", &fields).await;
    let number: i64 = cohort.rsplit('/').next().unwrap().parse().unwrap();
    office.upload(&format!("{cohort}/roster"), "roster.csv", HOMES.as_bytes().to_vec(), &[]).await;
    office.submit(&format!("{cohort}/enrol"), &[]).await;
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let enrolments = work.enrolments(number).await.unwrap();
    work.roll_back().await.unwrap();
    let placement = format!("{cohort}/placement");
    let page = office.read(&placement).await;
    assert!(page.contains("市区町村の中心 2") && !page.contains("polyline"), "{page}");

    // With the gazetteer an address leads to its town; without a town the middle of the municipality stays.
    let damaged =
        office.upload("/imports/gazetteer", "x.csv", TOWNS.replace("36.4900", "北緯").into_bytes(), &[]).await;
    assert_eq!(damaged.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(damaged).await.contains("緯度"));
    let (cp932, _) = documents::encoding::encode(TOWNS, documents::encoding::Encoding::Cp932);
    office.upload("/imports/gazetteer", "10_2024.csv", cp932, &[]).await;
    assert_eq!(
        office.upload("/imports/outlines", "N03.geojson", OUTLINES.into(), &[]).await.status(),
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        office.upload("/imports/outlines", "N03.geojson", b"{}".to_vec(), &[]).await.status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    office.submit(&format!("{placement}/locate"), &[]).await;
    let page = office.read(&placement).await;
    assert!(page.contains("1 人の自宅の位置を求めました") && page.contains("町丁目 1"), "{page}");
    assert!(page.contains("polyline"), "the outline that was imported is drawn");
    let edit = office.read(&format!("/trainees/{}/edit", enrolments[0].id)).await;
    assert!(edit.contains("群馬県渋川市見本一丁目 の代表点です") && edit.contains("36.481000"), "{edit}");

    // The marker by hand is exact, and looking up does not move it any more.
    let by_hand = [
        ("version", "2"),
        ("exam_number", "-"),
        ("name", "研修 太郎"),
        ("kana", "ケンシュウ タロウ"),
        ("birth_date", "1985-04-01"),
        ("address", "群馬県渋川市見本1-2-3"),
        ("latitude", "36.4899"),
        ("longitude", "139.0001"),
        ("workplace", "群馬県渋川市見本2-5"),
    ];
    office.submit(&format!("/trainees/{}/edit", enrolments[0].id), &by_hand).await;
    office.submit(&format!("{placement}/locate"), &[]).await;
    let page = office.read(&placement).await;
    assert!(page.contains("正確 1"), "{page}");
    let edit = office.read(&format!("/trainees/{}/edit", enrolments[0].id)).await;
    assert!(edit.contains("手で決めた位置です") && edit.contains("群馬県渋川市見本2-5"), "{edit}");

    // Who moves house is looked for anew; latitudes and longitudes that were mixed up are told.
    let mixed_up: Vec<_> = by_hand
        .iter()
        .map(|(field, text)| match *field {
            "latitude" => (*field, "139.0001"),
            "longitude" => (*field, "36.4899"),
            "version" => (*field, "3"),
            _ => (*field, *text),
        })
        .collect();
    let refused = office.post(&format!("/trainees/{}/edit", enrolments[0].id), &mixed_up).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let with = |version, address| {
        let fields = by_hand.iter().map(move |(field, text)| match *field {
            "version" => (*field, version),
            "address" => (*field, address),
            _ => (*field, *text),
        });
        fields.collect::<Vec<_>>()
    };
    office.submit(&format!("/trainees/{}/edit", enrolments[0].id), &with("3", "群馬県渋川市見本2-9")).await;
    office.submit(&format!("{placement}/locate"), &[]).await;
    let edit = office.read(&format!("/trainees/{}/edit", enrolments[0].id)).await;
    assert!(edit.contains("群馬県渋川市見本二丁目 の代表点です"), "{edit}");
    let mut back = with("5", "群馬県渋川市見本1-2-3");
    back.retain(|(field, _)| *field != "workplace");
    office.submit(&format!("/trainees/{}/edit", enrolments[0].id), &back).await;

    // Minutes stand for the way: the nearest office as the crow flies is the farther one by the table.
    office.submit(&placement, &[]).await;
    assert!(office.read(&format!("/trainees/{}", enrolments[0].id)).await.contains("見本事業所二"));
    let minutes = |office_number: &str, minutes: &str| {
        format!(
            "受講番号,事業所番号,分\r\n{0},1010000001,5\r\n{0},{office_number},{minutes}\r\n",
            enrolments[0].trainee_number
        )
    };
    for (number, value, told) in
        [("1010000009", "30", "1010000009"), ("1010000002", "半", "分"), ("1010000001", "7", "同じ組合せ")]
    {
        let refused = office.upload(&format!("{placement}/minutes"), "m.csv", minutes(number, value).into(), &[]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text(refused).await.contains(told), "{number} {value}");
    }
    office.upload(&format!("{placement}/minutes"), "m.csv", minutes("1010000002", "80").into(), &[]).await;
    office.submit(&placement, &[]).await;
    assert!(office.read(&format!("/trainees/{}", enrolments[0].id)).await.contains("見本事業所一"));

    // A routing server is asked for every home's offices within the limit, and its answer replaces the table.
    let questions = kensan.secretariat.route_questions(&staff, number).await.unwrap();
    assert_eq!(questions.len(), 2);
    assert!(
        questions[0].path.starts_with("/table/v1/driving/139.000100,36.489900;139.000000,36.490000;"),
        "{}",
        questions[0].path
    );
    let answered = |seconds: &str| format!("{{\"code\":\"Ok\",\"durations\":[[{seconds}]]}}");
    let answers: Vec<_> = questions.into_iter().zip([answered("60,3000"), answered("null,600")]).collect();
    let counts = kensan.secretariat.take_route_answers(&staff, number, "http://127.0.0.1", &answers).await.unwrap();
    assert_eq!((counts.pairs, counts.trainees), (3, 2));
    office.submit(&placement, &[]).await;
    assert!(office.read(&format!("/trainees/{}", enrolments[0].id)).await.contains("見本事業所二"));
}

#[tokio::test]
async fn positions_on_sqlite() {
    positions(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn positions_on_postgres() {
    positions(crate::support::postgres().await).await;
}
