//! Offices by a list: every cell that cannot be read is named, what would change is shown first, what stays empty stays, and each change goes
//! through its door. Over HTTP on both databases.

use crate::support::{Kensan, Visitor, hidden, text};
use reqwest::StatusCode;
use secretariat::office::HostOffice;
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

const HOSTS: &str = "都道府県コード又は市町村コード,都道府県名,市区町村名,事業所名,住所,緯度,経度,事業所番号,法人の名称\r\n\
102016,群馬県,前橋市,ケアプラン見本,大手町1-1,36.39,139.06,0170000001,見本会\r\n\
102016,群馬県,前橋市,ケアプラン例文,大手町1-2,36.39,139.06,1070000002,例文会\r\n\
131016,東京都,千代田区,ケアプラン遠方,霞が関1,35.67,139.75,1370000003,遠方会\r\n";

async fn look(office: &Visitor, list: &str) -> (StatusCode, String) {
    let answer = office.upload_files("/offices/list", &[], &[("source", "text"), ("text", list)]).await;
    (answer.status(), text(answer).await)
}

async fn known(kensan: &Kensan, staff: &secretariat::Staff, number: &str) -> HostOffice {
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    work.host_office_by_number(number).await.unwrap().unwrap()
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read("/imports").await;
    office.upload("/imports/hosts", "hosts.csv", HOSTS.as_bytes().to_vec(), &[]).await;
    let page = office.read("/offices/list").await;
    assert!(page.contains("事業所番号\t事業所名"));
    assert_eq!(office.get("/offices/list/template").await.status(), StatusCode::OK);

    let wrong = "事業所番号\t事業所名\t受入可能人数\t特定事業所加算\t確認日\t実習指導者\t実習指導者メールアドレス\n\
        170000001\t\t1\t\t\t\t\n9999999999\t\t1\t\t\t\t\n1070000002\tケアプラン見本\t1\t\t\t\t\n\
        1370000003\t\t千人\tたぶん\tいつか\t指導 一郎、指導 花子\ta@kensan.example\n1370000003\t\t\t\t\t\t\n";
    let (status, told) = look(&office, wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["170000001", "9999999999", "ケアプラン例文", "千人", "たぶん", "いつか", "2人に対して", "5行目"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }

    // One row is refused by its door and named, the others are taken; nothing is saved by looking.
    let list = "事業所番号\t受入人数\t週の受入人数\t主任の人数\t特定事業所加算\t回答日\t担当者\tメール\t指導者\t指導者メールアドレス\n\
        0170000001\t３人\t2\t1\t○\t令和9年3月31日\t受入 太郎\tuketsuke@kensan.example\t指導 一郎、指導 花子\tichiro@kensan.example、\n\
        1070000002\t2\t3\t\t\t\t\t\t\t\n1370000003\t\t\t\t\t\t\t\t\t\n";
    let (status, told) = look(&office, list).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    for words in
        ["1か所の内容が変わります", "1か所は今のまま", "1件は記録できません", "実習指導者 1人に", "受入可能人数: 0 → 3"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(known(&kensan, &staff, "0170000001").await.capacity, 0);
    let list = hidden(&told, "text");
    let seen = hidden(&told, "seen");
    office.submit("/offices/list/set", &[("text", &list), ("seen", &seen)]).await;
    let stale = office.post("/offices/list/set", &[("text", &list), ("seen", &seen)]).await;
    assert_eq!(stale.status(), StatusCode::CONFLICT, "what is set is what was shown");
    let page = office.read("/offices").await;
    assert!(page.contains("1か所を登録しました") && page.contains("1か所は登録できませんでした"), "{page}");
    let first = known(&kensan, &staff, "0170000001").await;
    let places = (first.capacity, first.weekly_capacity, first.chief_care_managers, first.specified_office_addition);
    assert_eq!(places, (3, 2, 1, true));
    assert_eq!(first.confirmed_on.map(|day| day.to_string()).as_deref(), Some("2027-03-31"));
    let second = known(&kensan, &staff, "1070000002").await;
    assert_eq!((second.capacity, second.weekly_capacity, second.version), (0, 0, 1), "whole or not at all");
    let (contact, supervisors, links) = {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        let contact = work.office_contacts(Some(first.id)).await.unwrap().pop().unwrap();
        let supervisors = work.supervisors(first.id).await.unwrap();
        (contact, supervisors, work.notices_from(1, i64::MAX).await.unwrap())
    };
    assert_eq!((contact.name.as_str(), contact.email.as_str()), ("受入 太郎", "uketsuke@kensan.example"));
    let named: Vec<(&str, bool)> =
        supervisors.iter().map(|known| (known.name.as_str(), known.chief_care_manager)).collect();
    assert_eq!(named, [("指導 一郎", true), ("指導 花子", true)]);
    let sent: Vec<&str> = links.iter().map(|notice| notice.address.as_str()).collect();
    assert_eq!(sent, ["ichiro@kensan.example"]);

    // The same list once more changes nothing, and sends nothing.
    let (_, told) = look(&office, &list).await;
    assert!(told.contains("0か所の内容が変わります") && !told.contains("/offices/list/set"), "{told}");
    // An address that is known is changed by itself.
    let other = "事業所番号\t指導者\t指導者メールアドレス\n0170000001\t指導一郎\tbetsu@kensan.example\n";
    let (_, told) = look(&office, other).await;
    assert!(told.contains("0か所の内容が変わります") && told.contains("1件は記録できません"), "{told}");

    // Who is no chief care manager has a reason, each their own; a word for nobody is nobody; an older answer does not count.
    let mixed =
        "事業所番号\t指導者\t主任以外の理由\n1370000003\t主任 一郎、補助 花子、主任一郎\t、主任は病気のため、\n";
    let (_, told) = look(&office, mixed).await;
    assert!(
        told.contains("実習指導者を登録: 主任 一郎<") && told.contains("補助 花子（主任以外・主任は病気のため）"),
        "{told}"
    );
    for (list, words) in [
        ("事業所番号\t担当者\n1370000003\t未定\n", "氏名ではありません"),
        ("事業所番号\t指導者\n1370000003\t－\n", "氏名ではありません"),
        ("事業所番号\t回答日\n0170000001\t令和9年3月1日\n", "登録済みの確認日"),
    ] {
        let (_, told) = look(&office, list).await;
        assert!(told.contains(words), "{words}: {told}");
    }

    // Another provider's offices are nobody's.
    let other = kensan.provider("別の機関").await;
    kensan.account(&other, "betsu", Role::Secretariat, None, None).await;
    let mut stranger = kensan.signed_in("betsu").await;
    stranger.read("/offices/list").await;
    let (status, told) = look(&stranger, &list).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.contains("0170000001"));
}
