//! Answers of offices recorded of many placements at once: what goes out is shown first, all or none, each through its door. Over HTTP on both
//! databases.

use crate::support::{Kensan, Visitor, cohort, hidden, text};
use reqwest::StatusCode;
use secretariat::placement::Placement;
use training::practicum::placement::PlacementState;
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

const HOSTS: &str = "都道府県コード又は市町村コード,都道府県名,市区町村名,事業所名,住所,緯度,経度,事業所番号\r\n\
102083,群馬県,渋川市,見本事業所一,1,36.48,139.00,1010000001\r\n\
102083,群馬県,渋川市,見本事業所二,2,36.49,139.00,1010000002\r\n";

const PLACES: &str = "事業所番号\t受入可能人数\t1週の受入可能人数\t主任介護支援専門員数\t特定事業所加算\n\
1010000001\t2\t2\t1\t○\n1010000002\t2\t2\t1\t○\n";

const ROSTER: &str = "受験番号,氏名,フリガナ,生年月日,緯度,経度,メールアドレス\r\n\
0001,研修 太郎,ケンシュウ タロウ,1985-04-01,36.480,139.000,taro@kensan.example\r\n\
0002,研修 花子,ケンシュウ ハナコ,1990-05-06,36.488,139.000,hanako@kensan.example\r\n\
0003,研修 一郎,ケンシュウ イチロウ,1993-07-08,36.489,139.000,\r\n";

async fn placements(kensan: &Kensan, staff: &secretariat::Staff, cohort: &str) -> Vec<Placement> {
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    work.current_placements(cohort.rsplit('/').next().unwrap().parse().unwrap()).await.unwrap()
}

async fn post(
    office: &Visitor,
    path: &str,
    to: &str,
    chosen: &[String],
    more: &[(&str, &str)],
) -> (StatusCode, String) {
    let mut fields = vec![("to", to)];
    fields.extend(chosen.iter().map(|chosen| ("placement", chosen.as_str())));
    fields.extend_from_slice(more);
    let answer = office.post(path, &fields).await;
    (answer.status(), text(answer).await)
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read("/imports").await;
    office.upload("/imports/hosts", "hosts.csv", HOSTS.as_bytes().to_vec(), &[]).await;
    let answer = office.upload_files("/offices/list", &[], &[("source", "text"), ("text", PLACES)]).await;
    let told = text(answer).await;
    let (list, seen) = (hidden(&told, "text"), hidden(&told, "seen"));
    office.submit("/offices/list/set", &[("text", &list), ("seen", &seen)]).await;
    let cohort = cohort(&mut office, "第1期", 0, ROSTER).await;
    office.submit(&format!("{cohort}/placement"), &[]).await;
    let path = format!("{cohort}/placement/answers");
    let proposed = placements(&kensan, &staff, &cohort).await;
    assert_eq!(proposed.len(), 3);

    // A proposal nobody knows of is not there, and is not accepted either; who stands in the way is named.
    let page = office.read(&path).await;
    assert!(page.contains("該当する配置はありません"), "{page}");
    let boxes =
        |known: &[Placement]| known.iter().map(|known| format!("{}:{}", known.id, known.version)).collect::<Vec<_>>();
    let (status, told) = post(&office, &path, "accepted", &boxes(&proposed), &[]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.contains("研修 太郎: ") && told.contains("研修 一郎: "), "{told}");
    for known in &proposed {
        let fields = [("to", "notified"), ("version", &known.version.to_string())];
        office.submit(&format!("/placements/{}/state", known.id), &fields).await;
    }
    let notified = placements(&kensan, &staff, &cohort).await;
    let sent = async || {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        work.notices_from(1, i64::MAX).await.unwrap().len()
    };
    let before = sent().await;
    let page = office.read(&format!("{path}?all=accepted")).await;
    assert_eq!(page.matches(" checked").count(), 3, "{page}");
    for (to, chosen, words) in [("accepted", vec![], "配置"), ("cancelled", boxes(&notified), "確認")] {
        let (status, told) = post(&office, &path, to, &chosen, &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{to}");
        assert!(told.contains(words), "{told}");
    }
    // Looked at: two mails and a letter would go out, and nothing has.
    let two = boxes(&notified[..2]);
    let (status, told) = post(&office, &path, "accepted", &two, &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(told.contains("2件の配置を記録します") && told.contains("研修 太郎"), "{told}");
    assert_eq!((sent().await, placements(&kensan, &staff, &cohort).await), (before, notified.clone()));
    let (status, _) = post(&office, &path, "accepted", &two, &[("confirmed", "1")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let accepted = placements(&kensan, &staff, &cohort).await;
    let states: Vec<PlacementState> = accepted.iter().map(|known| known.state).collect();
    use PlacementState::{Accepted, Notified, Scheduled};
    assert_eq!(states, [Accepted, Accepted, Notified]);
    assert_eq!(sent().await, before + 2);

    // From an older page: one of them was accepted meanwhile, so none is.
    let (status, told) = post(&office, &path, "accepted", &boxes(&notified[1..]), &[("confirmed", "1")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.contains("研修 花子: "), "{told}");
    assert_eq!(placements(&kensan, &staff, &cohort).await, accepted);
    let (status, _) = post(&office, &path, "scheduled", &boxes(&accepted[..2]), &[("confirmed", "1")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let states: Vec<PlacementState> =
        placements(&kensan, &staff, &cohort).await.iter().map(|known| known.state).collect();
    assert_eq!(states, [Scheduled, Scheduled, Notified]);

    // Fewer places than are taken: that is told, and moves nobody.
    let office_of = &accepted[0].office_number;
    let fewer = format!("事業所番号\t受入可能人数\n{office_of}\t0\n");
    let answer = office.upload_files("/offices/list", &[], &[("source", "text"), ("text", &fewer)]).await;
    let told = text(answer).await;
    assert!(told.contains("配置されています"), "{told}");

    let other = kensan.provider("別の機関").await;
    kensan.account(&other, "betsu", Role::Secretariat, None, None).await;
    let mut stranger = kensan.signed_in("betsu").await;
    stranger.read("/cohorts").await;
    let (status, _) = post(&stranger, &path, "accepted", &boxes(&accepted), &[("confirmed", "1")]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
