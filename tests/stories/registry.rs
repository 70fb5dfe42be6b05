//! The registry of care managers over HTTP on SQLite and on PostgreSQL: from registration to card, renewal, lapse, transfer, a ban, and what
//! the person sees of it.

use crate::support::{Kensan, Visitor, first_day, text};
use records::trainee::person::Person;
use reqwest::StatusCode;
use secretariat::Staff;
use training::NaiveDate;
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

#[tokio::test]
async fn two_desks_never_give_one_number_on_sqlite() {
    two_desks(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn two_desks_never_give_one_number_on_postgres() {
    two_desks(crate::support::postgres().await).await;
}

async fn person(kensan: &Kensan, staff: &Staff, name: &str) -> i64 {
    let mut work = kensan.secretariat.write(staff).await.unwrap();
    let new = Person {
        name: name.to_owned(),
        kana: "ケンシュウ".to_owned(),
        birth_date: NaiveDate::from_ymd_opt(1985, 4, 1).unwrap(),
        ..Person::default()
    };
    let id = work.create_person(&new).await.unwrap();
    work.commit().await.unwrap();
    id
}

struct Desk {
    visitor: Visitor,
    page: String,
}

impl Desk {
    async fn record(&mut self, kind: &str, on: &str, more: &[(&str, &str)]) {
        self.visitor.read(&self.page).await;
        let fields = [&[("kind", kind), ("on", on)], more].concat();
        self.visitor.submit(&format!("{}/facts", self.page), &fields).await;
    }

    async fn refused(&mut self, kind: &str, on: &str, more: &[(&str, &str)], words: &str) {
        self.visitor.read(&self.page).await;
        let fields = [&[("kind", kind), ("on", on)], more].concat();
        let answer = self.visitor.post_from(&self.page, &format!("{}/facts", self.page), &fields).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{kind} {on}");
        let told = text(answer).await;
        assert!(told.contains(words), "{kind} {on}: {words}: {told}");
    }

    async fn shows(&mut self, words: &[&str]) {
        let page = self.visitor.read(&self.page).await;
        for word in words {
            assert!(page.contains(word), "{word}: {page}");
        }
    }
}

/// Today is 1 April 2027.
async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    kensan.account(&staff, "kanri", Role::Administrator, None, None).await;
    let taro = person(&kensan, &staff, "登録 太郎").await;
    let mut desk = Desk { visitor: kensan.signed_in("jimukyoku").await, page: format!("/registry/people/{taro}") };
    registration(&mut desk).await;
    first_card_and_renewal(&mut desk).await;
    a_fact_taken_back(&mut desk, &kensan, &staff, taro).await;
    the_card_is_printed(&desk).await;
    lapsed(&kensan, &staff).await;
    sanctions(&kensan, &staff).await;
    dated_back(&kensan, &staff).await;
    own_page(&kensan, &staff, taro).await;
    lists(&kensan, taro).await;

    let stranger = kensan.provider("別の機関").await;
    kensan.account(&stranger, "yoso", Role::Administrator, None, None).await;
    let mut other = kensan.signed_in("yoso").await;
    other.read("/registry").await;
    assert_eq!(other.get(&desk.page).await.status(), StatusCode::NOT_FOUND);
    let form = [("kind", "card_returned"), ("on", "2027-03-31")];
    assert_eq!(other.post(&format!("{}/facts", desk.page), &form).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(other.post("/registry/facts/1/withdraw", &[("reason", "x")]).await.status(), StatusCode::NOT_FOUND);
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    assert!(work.verify_ledger().await.unwrap().1.is_empty() && work.verify_rows().await.unwrap().is_empty());
}

/// Whatever stands against an application is told at once; then a number is given.
async fn registration(desk: &mut Desk) {
    let register = format!("{}/register", desk.page);
    desk.visitor.read(&desk.page).await;
    let refused = desk.visitor.post_from(&desk.page, &register, &[("on", "2027-04-01"), ("fine", "1")]).await;
    let told = text(refused).await;
    for words in ["実務の経験が確かめられていません", "試験の合格", "実務研修の修了", "罰金", "法69条の2第1項第3号"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    desk.refused("completed", "2027-04-02", &[("training", "initial")], "まだ来ていません").await;
    desk.refused("card_issued", "2027-03-31", &[("cause", "first"), ("expires_on", "2032-03-30")], "登録がありません")
        .await;
    desk.record("completed", "2026-12-31", &[("training", "initial")]).await;
    desk.visitor.read(&desk.page).await;
    let sound = [("on", "2027-04-01"), ("experience", "1"), ("exam", "1")];
    let late = text(desk.visitor.post_from(&desk.page, &register, &sound).await).await;
    assert!(late.contains("申請の期限は令和9年3月31日"), "{late}");
    let in_time = [("on", "令和9年3月31日"), ("experience", "1"), ("exam", "1")];
    desk.visitor.submit(&register, &in_time).await;
    desk.shows(&["10260001", "証の交付の申請", "令和14年3月31日まで", "業務はできません"]).await;
    let again = text(desk.visitor.post_from(&desk.page, &register, &in_time).await).await;
    assert!(again.contains("すでに登録を受けています"), "{again}");
}

async fn first_card_and_renewal(desk: &mut Desk) {
    desk.refused("card_issued", "2027-04-01", &[("cause", "reissue"), ("expires_on", "2032-03-31")], "合いません")
        .await;
    desk.refused("card_issued", "2027-04-01", &[("cause", "first"), ("expires_on", "2033-04-01")], "満了日は").await;
    let card = [("cause", "first"), ("expires_on", "2032-03-30")];
    desk.record("card_issued", "2027-04-01", &card).await;
    desk.refused("card_issued", "2027-04-01", &card, "すでに").await;
    // Printed a day short of the rule: what is printed counts, and the other stands beside it.
    desk.shows(&["証は有効", "令和14年3月30日", "規則による計算では令和14年3月31日", "法69条の7第3項"]).await;
    let both = desk.visitor.read(&desk.page).await;
    assert!(both.contains("実務に従事した人") && both.contains("実務に従事しなかった人"), "both ways are shown");
    let one = desk.visitor.read(&format!("{}?practised=no", desk.page)).await;
    assert!(!one.contains("実務に従事した人") && one.contains("実務に従事しなかった人"));
    desk.record("practised", "2027-04-01", &[("dedicated", "1")]).await;
    desk.shows(&["専門研修課程Ⅰ", "専門研修課程Ⅱ", "専従・常勤"]).await;
    let past = desk.visitor.read(&format!("{}?on=2027-03-31", desk.page)).await;
    assert!(past.contains("の時点で示しています") && past.contains("証の交付なし"), "{past}");
}

async fn a_fact_taken_back(desk: &mut Desk, kensan: &Kensan, staff: &Staff, person: i64) {
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let card =
        work.registry_facts(person).await.unwrap().into_iter().find(|known| known.effective_on == first_day()).unwrap();
    work.roll_back().await.unwrap();
    let withdraw = format!("/registry/facts/{}/withdraw", card.id);
    desk.visitor.read(&desk.page).await;
    let refused = desk.visitor.post_from(&desk.page, &withdraw, &[("reason", "")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    desk.visitor.submit(&withdraw, &[("reason", "印字の誤り")]).await;
    desk.shows(&["印字の誤り", "<del>"]).await;
    desk.record("card_issued", "2027-04-01", &[("cause", "first"), ("expires_on", "2032-03-31")]).await;
    let page = desk.visitor.read(&desk.page).await;
    assert!(!page.contains("規則による計算では"), "{page}");
}

/// Taken over from paper, lapsed, re-entry, card; then a transfer without and with a card.
async fn lapsed(kensan: &Kensan, staff: &Staff) {
    let hanako = person(kensan, staff, "台帳 花子").await;
    let mut desk = Desk { visitor: kensan.signed_in("jimukyoku").await, page: format!("/registry/people/{hanako}") };
    desk.visitor.read(&desk.page).await;
    let register = format!("{}/register", desk.page);
    let wrong = [("on", "2008-04-01"), ("registration_number", "第98-001号")];
    assert_eq!(desk.visitor.post_from(&desk.page, &register, &wrong).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let taken = [("on", "2008-04-01"), ("registration_number", "１０２６０００１")];
    assert!(text(desk.visitor.post_from(&desk.page, &register, &taken).await).await.contains("別の人のもの"));
    desk.visitor.submit(&register, &[("on", "2008-04-01"), ("registration_number", "第98-0001号")]).await;
    desk.record("card_issued", "2018-05-31", &[("cause", "renewal"), ("expires_on", "2023-05-30")]).await;
    desk.shows(&["10980001", "証は期限切れ", "再研修", "令和5年5月30日"]).await;
    let lapsed = desk.visitor.get(&format!("{}/card", desk.page)).await;
    assert_eq!(lapsed.status(), StatusCode::UNPROCESSABLE_ENTITY, "what has lapsed is not printed");
    desk.refused("filed", "2023-05-31", &[("filing", "renewal")], "有効な証").await;
    desk.record("completed", "2026-11-20", &[("training", "re_entry")]).await;
    desk.record("card_issued", "2027-01-10", &[("cause", "re_entry"), ("expires_on", "2032-01-09")]).await;
    desk.shows(&["証は有効", "令和14年1月9日"]).await;
    desk.refused("transferred", "2027-02-01", &[("prefecture", "10")], "すでにその都道府県").await;
    desk.record("transferred", "2027-02-01", &[("prefecture", "13")]).await;
    desk.shows(&["登録移転により証は失効", "東京都"]).await;
    desk.record("card_issued", "2027-02-01", &[("cause", "transfer"), ("expires_on", "2032-01-09")]).await;
    desk.shows(&["証は有効", "10980001"]).await;
}

/// Orders are the administrator's, need evidence, and end by a person's word.
async fn sanctions(kensan: &Kensan, staff: &Staff) {
    let jiro = person(kensan, staff, "処分 次郎").await;
    let page = format!("/registry/people/{jiro}");
    let mut office = Desk { visitor: kensan.signed_in("jimukyoku").await, page: page.clone() };
    office.visitor.read(&page).await;
    office
        .visitor
        .submit(&format!("{page}/register"), &[("on", "2020-04-01"), ("registration_number", "10200005")])
        .await;
    office.record("card_issued", "2023-04-10", &[("cause", "renewal"), ("expires_on", "2028-04-09")]).await;
    let ban = [("until", "2027-03-20"), ("note", "聴聞 第3号")];
    office.refused("banned", "2026-10-01", &ban, "管理者が行います").await;
    let mut desk = Desk { visitor: kensan.signed_in("kanri").await, page };
    desk.refused("banned", "2026-10-01", &[("until", "2027-10-01"), ("note", "聴聞 第3号")], "満了日は").await;
    desk.refused("banned", "2026-10-01", &[("until", "2027-03-20"), ("note", " ")], "理由").await;
    desk.record("banned", "2026-10-01", &ban).await;
    desk.shows(&["令和9年3月20日に満了しています", "聴聞 第3号"]).await;
    desk.refused("transferred", "2027-03-20", &[("prefecture", "13")], "法69条の3").await;
    desk.record("ban_ended", "2027-03-28", &[("note", "期間満了")]).await;
    let page = desk.visitor.read(&desk.page).await;
    assert!(!page.contains("終了を記録してください"), "{page}");
    desk.record("deleted", "2027-03-30", &[("ground", "own_request"), ("note", "申請書")]).await;
    desk.shows(&["登録が消除されました", "登録消除により証は失効"]).await;
}

async fn the_card_is_printed(desk: &Desk) {
    let printed = desk.visitor.get(&format!("{}/card", desk.page)).await;
    assert_eq!(printed.headers()["content-type"], "application/pdf");
    assert!(printed.bytes().await.unwrap().starts_with(b"%PDF"));
}

/// What is dated back must fit with what is on record of later days.
async fn dated_back(kensan: &Kensan, staff: &Staff) {
    let person = person(kensan, staff, "遡及 四郎").await;
    let mut desk = Desk { visitor: kensan.signed_in("kanri").await, page: format!("/registry/people/{person}") };
    let register = format!("{}/register", desk.page);
    desk.visitor.read(&desk.page).await;
    desk.visitor.submit(&register, &[("on", "2021-04-01"), ("registration_number", "10210009")]).await;
    let other = [("on", "2020-01-01"), ("registration_number", "13200099")];
    assert!(text(desk.visitor.post_from(&desk.page, &register, &other).await).await.contains("10210009 です"));
    desk.record("card_issued", "2021-06-01", &[("cause", "first"), ("expires_on", "2026-05-31")]).await;
    let deleted = [("ground", "own_request"), ("note", "申請書")];
    desk.refused("deleted", "2021-05-01", &deleted, "合わなくなります").await;
    // Lapsed: no renewal without the re-entry training, and none filed in time.
    let renewal = [("cause", "renewal"), ("expires_on", "2031-05-31")];
    desk.refused("card_issued", "2026-11-01", &renewal, "法69条の7第2項").await;
    desk.refused("card_issued", "2026-11-01", &[("cause", "re_entry"), ("expires_on", "2031-10-31")], "再研修の修了")
        .await;
    desk.refused("filed", "2023-01-10", &[("filing", "renewal")], "令和8年3月1日から").await;
    desk.record("filed", "2026-05-31", &[("filing", "renewal")]).await;
    desk.shows(&["再研修を受けて"]).await;
    desk.record("completed", "2026-05-01", &[("training", "renewal_first")]).await;
    desk.record("card_issued", "2026-07-01", &renewal).await;
    desk.shows(&["証は有効", "令和13年5月31日"]).await;
    // Deleted by order; typing the old number is no way round the five years.
    desk.record("deleted", "2026-12-01", &[("ground", "order"), ("note", "聴聞 第4号")]).await;
    let again = [("on", "2027-01-05"), ("registration_number", "10210009")];
    assert!(text(desk.visitor.post_from(&desk.page, &register, &again).await).await.contains("法69条の2第1項第6号"));
}

async fn own_page(kensan: &Kensan, staff: &Staff, taro: i64) {
    kensan.account(staff, "taro", Role::Trainee, Some(taro), None).await;
    let mut visitor = kensan.signed_in("taro").await;
    let page = visitor.read("/me/registry").await;
    for words in ["証は有効", "令和14年3月31日", "専門研修課程Ⅰ", "更新"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("<form method=\"post\" novalidate action=\"/registry"), "nothing to write");
    assert_eq!(visitor.get("/registry").await.status(), StatusCode::FORBIDDEN);
}

async fn lists(kensan: &Kensan, taro: i64) {
    let mut office = kensan.signed_in("kanri").await;
    let list = office.read("/registry").await;
    assert!(list.contains(&format!("/registry/people/{taro}")) && !list.contains("処分 次郎"), "{list}");
    assert!(office.read("/registry?q=10260001").await.contains("登録 太郎"));
    assert!(office.read("/registry?q=台帳").await.contains("台帳 花子"));
    let forecast = office.read("/registry/forecast").await;
    assert!(forecast.contains("/registry?month=2032-03") || forecast.contains("満了する人は"), "{forecast}");
    assert!(office.read("/registry?month=2032-03").await.contains("登録 太郎"));
    office.read("/registry/settings").await;
    let setting = [
        ("version", "1"),
        ("specialist_one", "once_in_life"),
        ("chief_anchor", "each_renewal"),
        ("renewal_opens_months", "12"),
        ("first_serial", "800"),
        ("without_expiry_from", ""),
    ];
    office.submit("/registry/settings", &setting).await;
    assert_eq!(office.post("/registry/settings", &setting).await.status(), StatusCode::CONFLICT, "from an older page");
    // A regime without a last day, by the date that was entered.
    let mut changed = setting;
    changed[0] = ("version", "2");
    changed[5] = ("without_expiry_from", "2027-04-01");
    office.submit("/registry/settings", &changed).await;
    assert!(office.read(&format!("/registry/people/{taro}")).await.contains("手続は要りません"));
}

async fn two_desks(kensan: Kensan) {
    let staff = kensan.provider("甲").await;
    let mut people = Vec::new();
    for index in 0..8 {
        people.push(person(&kensan, &staff, &format!("同時 {index}")).await);
    }
    let application = secretariat::registry::Entering::Application(training::registry::registration::Application {
        experience_shown: true,
        exam_passed: true,
        ..Default::default()
    });
    let completed = secretariat::registry::NewFact {
        on: first_day(),
        fact: training::registry::Fact::Completed {
            training: training::registry::Training::Initial,
            valid_until: None,
        },
        note: String::new(),
    };
    let registering = people.into_iter().map(|person| {
        let (secretariat, staff) = (kensan.secretariat.clone(), staff.clone());
        let (application, completed) = (application.clone(), completed.clone());
        tokio::spawn(async move {
            secretariat.record_registry_fact(&staff, person, &completed).await.unwrap();
            secretariat.register(&staff, person, (first_day(), &application), "").await.unwrap().to_string()
        })
    });
    let registering: Vec<_> = registering.collect();
    let mut numbers = Vec::new();
    for number in registering {
        numbers.push(number.await.unwrap());
    }
    numbers.sort();
    let expected: Vec<String> = (1..=8).map(|serial| format!("1027000{serial}")).collect();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn lists_are_taken_over_on_sqlite() {
    taken_over(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn lists_are_taken_over_on_postgres() {
    taken_over(crate::support::postgres().await).await;
}

/// An existing registry as it comes: CP932, 和暦 beyond 平成31年, full width, old forms of characters, and faults told for every cell.
async fn taken_over(kensan: Kensan) {
    let staff = kensan.provider("見本県").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read("/registry").await;
    let heading = "登録番号,氏　名,フリガナ,生年月日,登録年月日,交付年月日,有効期間満了日,主任研修修了日\r\n";
    let bad = format!(
        "{heading}1980001,誤り 一,ア,昭和40年1月1日,平成10年4月1日,,,\r\n\
         10980002,,イ,昭和40年2月30日,平成10年4月1日,平成30年5月31日,平成29年5月30日,\r\n\
         10980003,誤り 三,ウ,昭和40年3月1日,令和20年4月1日,,令和5年5月30日,\r\n\
         10980003,誤り 四,エ,昭和40年3月2日,平成10年4月1日,,,\r\n"
    );
    let refused = text(office.upload("/registry/import", "台帳.csv", bad.into_bytes(), &[]).await).await;
    for words in
        ["8桁の登録番号ではありません", "昭和40年2月30日", "空です", "より前です", "まだ来ていません", "5", "登録番号"]
    {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    assert!(work.registration_numbers().await.unwrap().is_empty(), "nothing is half saved");
    work.roll_back().await.unwrap();

    let good = format!(
        "資格登録簿（令和9年3月）\r\n{heading}第98‐0001号,髙橋 千代子,タカハシ チヨコ,昭和４０年１月１日,平成10年4月1日,平成30年5月31日,平成35年5月30日,\r\n\
         １０９８０００２,渡邉 次郎,ワタナベ ジロウ,S41.2.3,H10.4.1,R4.6.1,R9.5.31,平成28年11月30日\r\n\
         10980004,無証 花子,ムショウ ハナコ,1970-03-04,2020/4/1,,,\r\n"
    );
    let (cp932, lost) = documents::encoding::encode(&good, documents::encoding::Encoding::Cp932);
    assert_eq!(lost, 0);
    let answer = office.upload("/registry/import", "台帳.csv", cp932.clone(), &[]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", text(answer).await);
    let page = office.read("/registry?q=高橋").await;
    assert!(
        page.contains("髙橋 千代子") && page.contains("令和5年5月30日"),
        "as it was written, and 平成35年 is 2023: {page}"
    );
    assert!(office.read("/registry?q=10980002").await.contains("渡邉 次郎"));

    // Sent again nothing is written twice; another birth date under a known number is told.
    office.upload("/registry/import", "台帳.csv", cp932.clone(), &[]).await;
    let page = office.read("/registry").await;
    assert!(page.contains("新しい人 0人、記載 0件"), "{page}");
    let other = format!("{heading}10980002,渡邉 次郎,ワタナベ ジロウ,S41.2.4,H10.4.1,,,\r\n");
    let refused = text(office.upload("/registry/import", "台帳.csv", other.into_bytes(), &[]).await).await;
    assert!(refused.contains("昭和41年2月3日"), "{refused}");

    // What differs from the record goes through the same door as a form: another day of issue, another day of registration, a card of 20 years.
    let differing = format!(
        "{heading}10980002,渡邉 次郎,ワタナベ ジロウ,S41.2.3,H11.4.1,R4.6.2,R9.5.31,\r\n\
         10980010,長寿 十郎,チョウジュ,S41.2.3,R2.4.1,R2.5.1,R22.4.30,\r\n"
    );
    let refused = text(office.upload("/registry/import", "台帳.csv", differing.into_bytes(), &[]).await).await;
    for words in ["すでに登録を受けています", "これまでの記載と合いません", "令和7年5月1日までの日"]
    {
        assert!(refused.contains(words), "{words}: {refused}");
    }

    // Semicolons and ISO-2022-JP, with a long preamble above the heading, as an old system writes it.
    let preamble = "資格登録簿\r\n".repeat(15);
    let old =
        format!("{preamble}登録番号;氏名;生年月日;登録年月日\r\n10980009;古井 九郎;昭和40年9月9日;平成10年9月1日\r\n");
    let (old, lost) = documents::encoding::encode(&old, documents::encoding::Encoding::Iso2022Jp);
    assert!(lost == 0 && old.is_ascii());
    let answer = office.upload("/registry/import", "古い台帳.txt", old, &[]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", text(answer).await);
    assert!(office.read("/registry?q=10980009").await.contains("古井 九郎"));

    // Taken back, but for whom something was written about since.
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let run = work
        .imports(10)
        .await
        .unwrap()
        .into_iter()
        .filter(|run| run.kind == "registry")
        .map(|run| run.id)
        .min()
        .unwrap();
    let touched = work.find_registered("10980002", 1).await.unwrap()[0].person_id;
    work.roll_back().await.unwrap();
    let path = format!("/registry/people/{touched}");
    office.read(&path).await;
    office.submit(&format!("{path}/facts"), &[("kind", "filed"), ("on", "2027-03-01"), ("filing", "renewal")]).await;
    let undo = format!("/registry/imports/{run}/undo");
    assert_eq!(office.post(&undo, &[("reason", "")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    office.submit(&undo, &[("reason", "ファイルの取り違え")]).await;
    let page = office.read("/registry").await;
    assert!(page.contains("2人の記載を取り消しました") && page.contains("渡邉 次郎"), "{page}");
    assert!(!office.read("/registry?q=高橋").await.contains("令和5年5月30日"));
    assert!(office.read("/registry?q=10980002").await.contains("令和9年5月31日"));
    // What was undone can be taken over again, also under the right number.
    let right = format!("{heading}10980001,正本 一子,ショウホン,昭和40年1月1日,平成10年4月1日,,,\r\n");
    let answer = office.upload("/registry/import", "台帳.csv", right.into_bytes(), &[]).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", text(answer).await);
    assert!(office.read("/registry?q=10980001").await.contains("正本 一子"));
}
