//! An office becomes a host office, over HTTP, on SQLite and on PostgreSQL: it applies, the application is given back, applied for again,
//! checked and decided by the prefecture; it changes, ends, and is withdrawn.

use crate::support::{Kensan, first_day, text};
use reqwest::StatusCode;
use secretariat::{Secretariat, Staff};
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
PREFECTURE2083,1,見本県,見本市,見本事業所一,ミホンイチ,居宅介護支援,見本県見本市1,33.84,132.76,089-000-0001,医療法人見本会,PREFECTURE70000001\r\n\
PREFECTURE2083,2,見本県,見本市,見本事業所二,ミホンニ,居宅介護支援,見本県見本市2,33.85,132.76,089-000-0002,株式会社架空,PREFECTURE70000002\r\n";

/// A provider in a prefecture, with its two offices. Gives it with the first office's address.
async fn provider(kensan: &Kensan, prefecture: i64) -> (Staff, String) {
    let mut work = kensan.secretariat.write(&Secretariat::operator(0)).await.unwrap();
    let provider = work.create_provider("見本県 研修実施機関", prefecture).await.unwrap();
    work.commit().await.unwrap();
    let staff = Staff { provider, name: "test".into(), role: Role::Administrator };
    kensan.account(&staff, &format!("jimukyoku{prefecture}"), Role::Secretariat, None, None).await;
    kensan.account(&staff, &format!("ken{prefecture}"), Role::Prefecture, None, None).await;
    let mut office = kensan.signed_in(&format!("jimukyoku{prefecture}")).await;
    office.read("/imports").await;
    let file = OFFICES.replace("PREFECTURE", &prefecture.to_string());
    office.upload("/imports/hosts", "jigyosho.csv", file.into_bytes(), &[]).await;
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let number = format!("{prefecture}70000001");
    let id = work.host_office_by_number(&number).await.unwrap().unwrap().id;
    work.roll_back().await.unwrap();
    kensan.account(&staff, &format!("jigyosho{prefecture}"), Role::Supervisor, None, Some(id)).await;
    (staff, format!("/offices/{id}"))
}

const APPLICATION: [(&str, &str); 8] = [
    ("version", "0"),
    ("capacity", "2"),
    ("weekly_capacity", "1"),
    ("chief_care_managers", "1"),
    ("specified_office_addition", "1"),
    ("improvement_recommended", "no"),
    ("contact", "受入 担当"),
    ("note", ""),
];

/// The same with one field said otherwise.
fn with(field: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    APPLICATION.iter().map(|(name, known)| (*name, if *name == field { value } else { *known })).collect()
}

async fn story(kensan: Kensan) {
    // Ehime: never a recommendation of improvement, and a ladder of which the addition is the first rung.
    let (staff, address) = provider(&kensan, 38).await;
    let form = format!("{address}/registration");
    let mut office = kensan.signed_in("jigyosho38").await;
    let mut prefecture = kensan.signed_in("ken38").await;
    let mut secretariat = kensan.signed_in("jimukyoku38").await;
    office.read(&form).await;
    for (field, value) in [("capacity", "0"), ("capacity", "x"), ("contact", "")] {
        let refused = office.post(&form, &with(field, value)).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
    }
    for _ in 0..2 {
        office.submit(&form, &with("improvement_recommended", "")).await;
    }
    let list = prefecture.read("/registrations").await;
    assert_eq!(list.matches("見本事業所一").count(), 1, "pressed twice, applied once: {list}");
    let registration = list.split("href=\"/registrations/").nth(1).unwrap().split('"').next().unwrap();
    let page = format!("/registrations/{registration}");
    let seen = prefecture.read(&page).await;
    assert!(seen.contains("改善勧告を受けたことがない") && seen.contains("別添1 4(1)イ ¶1"), "{seen}");

    // Given back with a reason, mended, applied for again.
    let registered = |version: &'static str, reason| [("version", version), ("to", "registered"), ("reason", reason)];
    let early = prefecture.post(&page, &registered("1", "")).await;
    assert_eq!(early.status(), StatusCode::UNPROCESSABLE_ENTITY, "not before it is checked");
    let unsaid = prefecture.post(&page, &[("version", "1"), ("to", "returned"), ("reason", "")]).await;
    assert_eq!(unsaid.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let back = [("version", "1"), ("to", "returned"), ("reason", "改善勧告の欄が空です")];
    prefecture.submit(&page, &back).await;
    prefecture.submit(&page, &back).await;
    assert!(office.read(&form).await.contains("改善勧告の欄が空です"));
    office.submit(&form, &with("version", "2")).await;
    let meanwhile = office.post(&form, &with("capacity", "5")).await;
    assert!(text(meanwhile).await.contains("申請を確認しています"), "nothing changes while it is looked at");

    // Checked; the provider may not register, the prefecture does; what was registered is known of the office.
    secretariat.read(&page).await;
    secretariat.submit(&page, &[("version", "3"), ("to", "checked")]).await;
    let refused = secretariat.post(&page, &registered("4", "")).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let stale = prefecture.post(&page, &registered("3", "")).await;
    assert_eq!(stale.status(), StatusCode::CONFLICT);
    prefecture.submit(&page, &registered("4", "")).await;
    let known = secretariat.read(&address).await;
    assert!(known.contains("0/2") || known.contains("2/2"), "capacity is taken over: {known}");
    let steps = secretariat.read(&page).await;
    for step in ["申請中", "差し戻し", "確認済み・決定待ち", "登録済み"] {
        assert!(steps.contains(step), "{step}");
    }

    // The secretariat keeps the places; what the office was registered for is the prefecture's to say.
    let id: i64 = address.rsplit('/').next().unwrap().parse().unwrap();
    let known = async |kensan: &Kensan| {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        let known = work.host_office(id).await.unwrap();
        work.roll_back().await.unwrap();
        known
    };
    let before = known(&kensan).await;
    assert!(!secretariat.read(&address).await.contains("name=\"judged_suitable\""));
    let (version, weekly) = (before.version.to_string(), before.weekly_capacity.to_string());
    let (capacity, chiefs) = (before.capacity.to_string(), before.chief_care_managers.to_string());
    let fields = [
        ("version", version.as_str()),
        ("capacity", capacity.as_str()),
        ("weekly_capacity", weekly.as_str()),
        ("chief_care_managers", chiefs.as_str()),
        ("judged_suitable", "1"),
    ];
    secretariat.submit(&address, &fields).await;
    let after = known(&kensan).await;
    assert!(before.specified_office_addition && after.specified_office_addition && !after.judged_suitable);
    // The office itself, or the secretariat, says that they are still as stated.
    let version = after.version.to_string();
    office.read(&address).await;
    office.submit(&format!("{address}/confirm"), &[("version", &version)]).await;
    assert_eq!(known(&kensan).await.confirmed_on, Some(kensan.secretariat.today()));
    // Only registered offices take part where the provider says so.
    let sites = async |staff: &Staff| {
        let mut work = kensan.secretariat.read(staff).await.unwrap();
        let sites = work.office_sites(first_day()).await.unwrap();
        work.roll_back().await.unwrap();
        sites.into_iter().map(|site| site.name).collect::<Vec<_>>()
    };
    let capacity = [("version", "1"), ("capacity", "1"), ("weekly_capacity", "1"), ("chief_care_managers", "0")];
    let second: i64 = address.rsplit('/').next().unwrap().parse::<i64>().unwrap() + 1;
    secretariat.submit(&format!("/offices/{second}"), &capacity).await;
    assert_eq!(sites(&staff).await, ["見本事業所一", "見本事業所二"]);
    let required = [("version", "0"), ("required", "1"), ("lead_days", "60")];
    secretariat.submit("/registrations", &required).await;
    assert_eq!(secretariat.post("/registrations", &required).await.status(), StatusCode::CONFLICT);
    assert_eq!(sites(&staff).await, ["見本事業所一"]);

    // A change is a new application; registered, it stands in place of the one before. Against the rules only with a reason.
    office.submit(&form, &with("improvement_recommended", "yes")).await;
    let list = prefecture.read("/registrations?state=applied").await;
    let change =
        format!("/registrations/{}", list.split("href=\"/registrations/").nth(1).unwrap().split('"').next().unwrap());
    prefecture.read(&change).await;
    prefecture.submit(&change, &[("version", "1"), ("to", "checked")]).await;
    let unmet = prefecture.post(&change, &registered("2", "")).await;
    assert!(text(unmet).await.contains("理由"), "a requirement that must be met is not");
    prefecture.submit(&change, &registered("2", "改善を確認した")).await;
    assert!(secretariat.read(&page).await.contains("更新前"));
    // The office withdraws: it takes nobody any more.
    office.read(&form).await;
    let number = change.rsplit('/').next().unwrap().to_owned();
    let withdraw =
        |reason| [("registration", number.as_str()), ("version", "3"), ("to", "withdrawn"), ("reason", reason)];
    assert_eq!(office.post(&form, &withdraw("")).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    office.submit(&form, &withdraw("指導者の退職")).await;
    assert_eq!(sites(&staff).await, Vec::<String>::new());

    yearly(&kensan).await;
}

/// Kagoshima: for a fiscal year; the office is told in time, and of another provider's applications nothing is seen.
async fn yearly(kensan: &Kensan) {
    let (_, address) = provider(kensan, 46).await;
    let form = format!("{address}/registration");
    let mut office = kensan.signed_in("jigyosho46").await;
    let mut prefecture = kensan.signed_in("ken46").await;
    assert!(!prefecture.read("/registrations").await.contains("見本事業所一"), "another provider's");
    assert_eq!(prefecture.get("/registrations/1").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(office.get("/offices/1/registration").await.status(), StatusCode::NOT_FOUND);
    office.read(&form).await;
    let mut fields = APPLICATION.to_vec();
    fields.push(("reception_system", "1"));
    office.submit(&form, &fields).await;
    let list = prefecture.read("/registrations").await;
    let page =
        format!("/registrations/{}", list.split("href=\"/registrations/").nth(1).unwrap().split('"').next().unwrap());
    prefecture.read(&page).await;
    prefecture.submit(&page, &[("version", "1"), ("to", "checked")]).await;
    let proposed = prefecture.read(&page).await;
    assert!(proposed.contains("value=\"令和10年3月31日\""), "{proposed}");
    let past = [("version", "2"), ("to", "registered"), ("valid_until", "令和9年3月31日")];
    assert_eq!(prefecture.post(&page, &past).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let until = [("version", "2"), ("to", "registered"), ("valid_until", "令和10年3月31日")];
    prefecture.submit(&page, &until).await;
    assert!(prefecture.read(&page).await.contains("令和10年3月31日まで有効"));
    let told = |kensan: &Kensan| kensan.secretariat.clone();
    assert_eq!(told(kensan).queue_reminders().await.unwrap(), 0, "a year is left");
    kensan.days_pass(320);
    assert_eq!(told(kensan).queue_reminders().await.unwrap(), 1);
    assert_eq!(told(kensan).queue_reminders().await.unwrap(), 0, "once");
    let mut secretariat = kensan.signed_in("jimukyoku46").await;
    assert!(secretariat.read("/notices").await.contains("実習受入協力事業所の登録期限について"));
    // In February the office asks for the next year.
    let mut office = kensan.signed_in("jigyosho46").await;
    office.read(&form).await;
    office.submit(&form, &fields).await;
    let mut prefecture = kensan.signed_in("ken46").await;
    let list = prefecture.read("/registrations?state=applied").await;
    let renewal = list.split("href=\"/registrations/").nth(1).unwrap().split('"').next().unwrap();
    let renewal = format!("/registrations/{renewal}");
    prefecture.read(&renewal).await;
    prefecture.submit(&renewal, &[("version", "1"), ("to", "checked")]).await;
    assert!(prefecture.read(&renewal).await.contains("value=\"令和11年3月31日\""));
    kensan.days_pass(60);
    let mut prefecture = kensan.signed_in("ken46").await;
    assert!(prefecture.read("/registrations").await.contains("期限切れ"));
}
