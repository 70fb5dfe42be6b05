//! An office that is reached by its own address: who receives trainees there signs in by a link, accepts, and names the supervisor, who then
//! gets one; over HTTP on both databases.

use crate::support::mail::{Catcher, Caught};
use crate::support::practicum::opened;
use crate::support::{Kensan, Visitor, text};
use axum::http::StatusCode;
use secretariat::Staff;
use secretariat::notice::Mailer;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

fn link(mail: &Caught) -> String {
    let rest = mail.body.split("/sign-in/link/").nth(1).unwrap_or_else(|| panic!("no link: {}", mail.body));
    format!("/sign-in/link/{}", rest.split_whitespace().next().unwrap())
}

async fn by_link(kensan: &Kensan, mail: &Caught) -> Visitor {
    let mut visitor = kensan.visitor();
    visitor.read(&link(mail)).await;
    assert_eq!(visitor.submit(&link(mail), &[]).await, "/");
    visitor
}

/// Ids of the placement at an office and of its trainee.
async fn placed_at(kensan: &Kensan, staff: &Staff, office: i64) -> (i64, i64) {
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let placements = work.placements_at(office).await.unwrap();
    work.roll_back().await.unwrap();
    (placements[0].id, placements[0].enrolment_id)
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    opened(&kensan, &staff).await;
    let catcher = Catcher::start().await;
    let mailer = Mailer::new(&catcher.url, "見本県 研修実施機関 <kensan@provider.example>").unwrap();
    let deliver = async || {
        kensan.secretariat.deliver_mails(&mailer, &kensan.address).await.unwrap();
        catcher.take()
    };
    let mut office = kensan.signed_in("jimukyoku").await;
    let contact = |version, email, name| [("version", version), ("email", email), ("contact_name", name)];
    let refused = office.post("/offices/1/link", &[]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "nobody knows where to");
    let nobody = office.post("/offices/1/contact", &contact("0", "uketsuke@office.example", "")).await;
    assert_eq!(nobody.status(), StatusCode::UNPROCESSABLE_ENTITY, "a link is for one person");
    office.submit("/offices/1/contact", &contact("0", "uketsuke@office.example", "受入 一郎")).await;
    for _ in 0..2 {
        office.submit("/offices/1/link", &[]).await;
    }
    let mails = deliver().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["uketsuke@office.example"], "one");
    let head = &mails[0].head;
    assert!(mails[0].body.contains("受入 一郎 様") && head.contains("uketsuke@office.example"), "{}", mails[0].body);
    let mut receiver = by_link(&kensan, &mails[0]).await;
    let again = kensan.visitor();
    let used = again.get(&link(&mails[0])).await;
    assert_eq!(used.status(), StatusCode::OK);
    let mut again = kensan.visitor();
    again.read(&link(&mails[0])).await;
    assert!(text(again.post(&link(&mails[0]), &[]).await).await.contains("期限が切れています"), "once");

    names_the_supervisor(&kensan, &staff, &mut receiver).await;
    let mails = deliver().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["shido@office.example"], "named twice");
    let mut supervisor = by_link(&kensan, &mails[0]).await;
    let (placement, trainee) = placed_at(&kensan, &staff, 1).await;
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let named = work.supervisors(1).await.unwrap().into_iter().find(|known| known.name == "指導 三子").unwrap().id;
    work.roll_back().await.unwrap();
    assert_eq!(supervisor.get(&format!("/practicum/{trainee}")).await.status(), StatusCode::NOT_FOUND, "not theirs");
    let assign = [("supervisor", named.to_string()), ("reason", "担当の交代".to_owned())];
    let assign: Vec<(&str, &str)> = assign.iter().map(|(name, text)| (*name, text.as_str())).collect();
    receiver.submit(&format!("/placements/{placement}/supervisor"), &assign).await;
    supervisor.read(&format!("/practicum/{trainee}")).await;
    let record = format!("/practicum/{trainee}");
    assert_eq!(receiver.get(&record).await.status(), StatusCode::NOT_FOUND, "who receives reads no record");
    for act in ["sign-off", "decide-all", "evaluation"] {
        let refused = receiver.post(&format!("{record}/{act}"), &[("confirmed", "1"), ("act", "approve")]).await;
        assert_eq!(refused.status(), StatusCode::NOT_FOUND, "{act}");
    }
    receiver.read(&format!("/practicum/{trainee}/days")).await;
    let refused = supervisor.post("/offices/1/supervisors", &[("name", "誰か"), ("chief_care_manager", "1")]).await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND, "a supervisor names no other");

    // Somebody else receives now: the account of the one before is closed, also by a link that is still on its way.
    kensan.minutes_pass(3);
    office.submit("/offices/1/link", &[]).await;
    let old = deliver().await;
    office.read("/offices/1").await;
    let version = version_of(&kensan, &staff).await;
    // One more for the first is queued, but has not gone out.
    kensan.minutes_pass(3);
    office.submit("/offices/1/link", &[]).await;
    office.submit("/offices/1/contact", &contact(&version, "uketsuke@office.example", "受入 二郎")).await;
    let late = deliver().await;
    assert!(!late[0].body.contains("/sign-in/link/"), "no link for one in another's mails: {}", late[0].body);
    assert_eq!(receiver.get("/offices/1").await.status(), StatusCode::SEE_OTHER, "signed out");
    let mut late = kensan.visitor();
    late.read(&link(&old[0])).await;
    assert!(text(late.post(&link(&old[0]), &[]).await).await.contains("期限が切れています"));
    late.post(&link(&old[0]), &[("again", "1")]).await;
    assert!(deliver().await.is_empty(), "and no new one for them");
    kensan.minutes_pass(1);
    office.submit("/offices/1/link", &[]).await;
    let mut second = by_link(&kensan, &deliver().await[0]).await;
    second.read("/offices/1").await;
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let users = work.users().await.unwrap();
    work.roll_back().await.unwrap();
    let active: Vec<_> =
        users.iter().filter(|user| user.name.starts_with("受入")).map(|user| (&*user.name, user.active)).collect();
    assert!(active.contains(&("受入 一郎", false)) && active.contains(&("受入 二郎", true)), "{active:?}");
}

async fn version_of(kensan: &Kensan, staff: &Staff) -> String {
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let version = work.office_contacts(Some(1)).await.unwrap()[0].version.to_string();
    work.roll_back().await.unwrap();
    version
}

async fn names_the_supervisor(kensan: &Kensan, staff: &Staff, receiver: &mut Visitor) {
    let page = receiver.read("/offices/1").await;
    assert!(page.contains("実習指導者を加える") && !page.contains("/offices/1/contact"), "{page}");
    let fields = |name| [("name", name), ("chief_care_manager", "1"), ("email", "shido@office.example")];
    for address in ["/offices/2/supervisors", "/offices/2/supervisors/2/reach", "/offices/1/supervisors/2/reach"] {
        let refused = receiver.post(address, &fields("指導 三子")).await;
        assert_eq!(refused.status(), StatusCode::NOT_FOUND, "{address}: another office's");
    }
    let refused = receiver.post("/offices/1/supervisors", &[("name", "指導 三子")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "a substitute needs a reason");
    for name in ["指導 三子", "指導　三子"] {
        receiver.submit("/offices/1/supervisors", &fields(name)).await;
    }
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    assert_eq!(work.supervisors(1).await.unwrap().len(), 2, "said twice it is one");
    work.roll_back().await.unwrap();

    // Whose account it is already is not taken over by another address.
    let page = receiver.read("/offices/1").await;
    assert!(!page.contains("/offices/1/supervisors/1/reach"), "{page}");
    let taken = receiver.post("/offices/1/supervisors/1/reach", &[("email", "mine@office.example")]).await;
    assert_eq!(taken.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(taken).await.contains("登録済みです"));
}
