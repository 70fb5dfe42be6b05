//! The end of the time of contact details and notices: set by the administrator, announced on seven days, erased by the daily run; over HTTP on both
//! databases.

use crate::support::{Kensan, Visitor, cohort, text};
use axum::http::StatusCode;
use records::trainee::enrolment::NewEnrolment;
use secretariat::Staff;
use secretariat::erasure::Erased;
use secretariat::notice::Shown;
use training::erasure::DataClass;
use training::role::Role;
use training::trainee::enrolment::EnrolmentState;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

const PAGE: &str = "/settings/retention";
const CLASSES: &str = "/settings/retention/classes";
const PHONE: &str = "090-0000-1234";
const ROSTER: &str = "受験番号,受講番号,氏名,フリガナ,生年月日,電話番号,メールアドレス,住所\r\n\
0001,001,研修 太郎,ケンシュウ タロウ,1985-04-01,090-0000-1234,taro@kensan.example,見本県見本市1-2-3\r\n\
0002,002,見本 花子,ミホン ハナコ,1990-05-06,090-0000-5678,hanako@kensan.example,見本県見本市4-5-6\r\n";
const LATER: &str = "受験番号,受講番号,氏名,フリガナ,生年月日\r\n0009,009,見本 次郎,ミホン ジロウ,1991-05-06\r\n";

async fn administrator(kensan: &Kensan, staff: &Staff) -> Visitor {
    let mut administrator = kensan.signed_in(&format!("admin{}", staff.provider)).await;
    administrator.read(PAGE).await;
    administrator
}

/// What one is asked of everything the provider holds of a trainee.
async fn trainee(kensan: &Kensan, staff: &Staff, enrolment: i64) -> records::trainee::person::Person {
    kensan.secretariat.read(staff).await.unwrap().person_of(enrolment).await.unwrap()
}

/// The person of an enrolment takes part in a later cohort too.
async fn enrol(kensan: &Kensan, staff: &Staff, cohort: i64, before: i64) {
    let mut work = kensan.secretariat.write(staff).await.unwrap();
    let person = work.person_of(before).await.unwrap().id;
    let new = NewEnrolment {
        cohort,
        person,
        trainee_number: "010",
        exam_number: None,
        state: EnrolmentState::Admitted,
        enrolled_on: None,
        windows: "",
        preferences: "",
    };
    work.create_enrolment(&new).await.unwrap();
    work.commit().await.unwrap();
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let mut office = kensan.signed_in("jimukyoku").await;
    let path = cohort(&mut office, "第1期", 0, ROSTER).await;
    let id: i64 = path.rsplit('/').next().unwrap().parse().unwrap();
    let enrolments = kensan.secretariat.read(&staff).await.unwrap().enrolments(id).await.unwrap();
    let (taro, hanako) = (enrolments[0].id, enrolments[1].id);
    let fields = [("whom", "everybody"), ("subject_line", "持ち物"), ("message", "筆記具"), ("confirmed", "1")];
    let sent = office.post(&format!("{path}/message"), &fields).await;
    assert_eq!(sent.status(), StatusCode::SEE_OTHER, "{}", text(sent).await);
    let list = format!("/notices?cohort={id}");
    assert!(office.read(&list).await.contains("筆記具"));
    // One that waits to be sent is not done with.
    for notice in kensan.secretariat.read(&staff).await.unwrap().notices(Some(id), Shown::All, (9, 0)).await.unwrap() {
        let fields = [("to", "dropped"), ("version", &notice.version.to_string())];
        office.submit(&format!("/notices/{}", notice.id), &fields).await;
    }

    // Only the administrator sets it; nothing is erased where nothing was said, or its time is not over.
    let refused = office.post(CLASSES, &[("class", "contacts"), ("years", "1"), ("version", "0")]).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let admin = administrator(&kensan, &staff).await;
    for (class, years) in [("contacts", "101"), ("contacts", "-1"), ("contacts", "三"), ("notices", "1.5")] {
        let refused = admin.post(CLASSES, &[("class", class), ("years", years), ("version", "0")]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{class} {years}");
    }
    let unknown = admin.post(CLASSES, &[("class", "names"), ("years", "1"), ("version", "0")]).await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    admin.submit(CLASSES, &[("class", "contacts"), ("years", "３"), ("version", "0")]).await;
    let overtaken = admin.post(CLASSES, &[("class", "contacts"), ("years", "4"), ("version", "0")]).await;
    assert_eq!(overtaken.status(), StatusCode::CONFLICT, "somebody else was faster");
    assert_eq!(kensan.secretariat.erase_announced().await.unwrap(), []);

    // Hanako comes back in a later cohort. Three years after the first one Taro's time is over, hers is not; the notice is named and asked for.
    kensan.days_pass(730);
    let mut office = kensan.signed_in("jimukyoku").await;
    let later = cohort(&mut office, "第3期", 730, LATER).await;
    enrol(&kensan, &staff, later.rsplit('/').next().unwrap().parse().unwrap(), hanako).await;
    kensan.days_pass(500);
    let mut admin = administrator(&kensan, &staff).await;
    assert!(admin.read(PAGE).await.contains("1人の連絡先"), "what is over is counted");
    let unasked = admin.post(CLASSES, &[("class", "notices"), ("years", "1"), ("version", "0")]).await;
    assert_eq!(unasked.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let said = text(unasked).await;
    assert!(said.contains("2件の通知"), "{said}");
    admin.submit(CLASSES, &[("class", "notices"), ("years", "1"), ("version", "0"), ("confirmed", "1")]).await;

    // A clock that jumps makes no days on which it was announced, and finds none of old.
    for day in 0..7 {
        assert_eq!(kensan.secretariat.erase_announced().await.unwrap(), [], "{day}");
        assert_eq!(kensan.secretariat.erase_announced().await.unwrap(), [], "the second start of a day counts nothing");
        kensan.days_pass(1);
    }
    kensan.days_pass(3_650);
    assert_eq!(kensan.secretariat.erase_announced().await.unwrap(), [], "a clock that jumped");
    kensan.days_pass(-3_650);
    assert_eq!(trainee(&kensan, &staff, taro).await.phone.as_deref(), Some(PHONE));
    let erased = |class, count| Erased { provider: staff.provider, class, count };
    let expected = [erased(DataClass::Contacts, 1), erased(DataClass::Notices, 2)];
    assert_eq!(kensan.secretariat.erase_announced().await.unwrap(), expected);
    assert_eq!(kensan.secretariat.erase_announced().await.unwrap(), [], "once");

    // Who it was stays; how to reach them, whom was written to and what, is gone, and the ledger proves the rest.
    let person = trainee(&kensan, &staff, taro).await;
    assert_eq!((person.name.as_str(), person.phone, person.email, person.address), ("研修 太郎", None, None, None));
    assert!(trainee(&kensan, &staff, hanako).await.phone.is_some(), "her time is not over");
    let mut office = kensan.signed_in("jimukyoku").await;
    let page = office.read(&list).await;
    assert!(page.contains("消去済み") && !page.contains("筆記具") && !page.contains("taro@kensan.example"), "{page}");
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    assert_eq!(work.verify_rows().await.unwrap(), []);
    assert_eq!(work.verify_ledger().await.unwrap().1, []);
    let notice = work.notices_of(taro).await.unwrap().remove(0);
    drop(work);
    let fields = [("to", "bounced"), ("version", &notice.version.to_string())];
    let refused = office.post(&format!("/notices/{}", notice.id), &fields).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let mut admin = administrator(&kensan, &staff).await;
    assert!(admin.read("/audit").await.contains("連絡先を消去"));
}
