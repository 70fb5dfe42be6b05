//! What has to be there before a trainee's practicum opens, where no supplement asks for more: orientation, briefings, and both texts of the
//! provider signed as they stand; over HTTP, on SQLite and on PostgreSQL.

#![allow(clippy::unwrap_used)]

#[path = "support/practicum.rs"]
mod practicum;
mod support;

use practicum::before_the_practicum;
use reqwest::StatusCode;
use secretariat::Guidelines;
use support::{Kensan, text};
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    story(support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(support::postgres().await).await;
}

/// The shipped guidelines, the prefecture asking for nothing.
fn without_a_supplement() -> Guidelines {
    let shipped = include_str!("../guidelines/supplements/gunma.toml");
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("supplements")).unwrap();
    let head = &shipped[..shipped.find("# \"About three days\"").unwrap()];
    std::fs::write(directory.path().join("supplements/gunma.toml"), head).unwrap();
    Guidelines::with_directory(directory.path()).unwrap()
}

async fn story(kensan: Kensan) {
    let kensan = kensan.with_guidelines(without_a_supplement()).await;
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let (_, enrolments) = before_the_practicum(&kensan, &staff).await;
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let people = [work.person_of(enrolments[0]).await.unwrap(), work.person_of(enrolments[1]).await.unwrap()];
    work.roll_back().await.unwrap();
    for (login, person) in ["jukousha", "kesseki"].iter().zip(&people) {
        kensan.account(&staff, login, Role::Trainee, Some(person.id), None).await;
    }
    let mut administrator = kensan.signed_in("admin1").await;
    administrator.read("/settings/agreements").await;
    for (kind, title) in [("pledge", "誓約書"), ("practicum_consent", "実習同意書")] {
        let published = [("kind", kind), ("title", title), ("body", "本文")];
        administrator.submit("/settings/agreements", &published).await;
    }
    // Published once more it is the same text, and nobody is asked again.
    administrator.submit("/settings/agreements", &[("kind", "pledge"), ("title", "誓約書"), ("body", "本文")]).await;
    assert!(administrator.read("/settings/agreements").await.contains("既に公開されています"));

    // Each thing that is missing is named, until nothing is.
    let mut trainee = kensan.signed_in("jukousha").await;
    let goals = [("kind", "goals")];
    let closed = async |trainee: &mut support::Visitor| {
        let page = trainee.read("/me/practicum").await;
        let closed = page
            .split("<section class=\"warning\"><h2>実習記録はまだ開いていません")
            .nth(1)
            .map(|rest| rest.split("</ul>").next().unwrap().to_owned());
        (closed.unwrap_or_default(), page)
    };
    for (number, missing) in [("1", "誓約"), ("2", "実習同意書")] {
        let (list, page) = closed(&mut trainee).await;
        assert!(list.contains(missing), "{missing}: {list} {page}");
        let refused = trainee.post("/me/practicum/entries", &goals).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text(refused).await.contains(missing));
        let signed = [("text", number), ("read", "1"), ("name", people[0].name.as_str())];
        trainee.submit("/me/practicum/sign", &signed).await;
    }
    let (list, _) = closed(&mut trainee).await;
    assert!(list.is_empty(), "{list}");
    trainee.submit("/me/practicum/entries", &goals).await;

    // Who missed the orientation waits.
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let sessions = work.sessions(1).await.unwrap();
    let orientation =
        sessions.iter().find(|session| session.shares.iter().any(|share| share.subject == "07")).unwrap().id;
    work.roll_back().await.unwrap();
    let mut office = kensan.signed_in("jimukyoku").await;
    office.read(&format!("/sessions/{orientation}")).await;
    let (first, second) = (enrolments[0].to_string(), enrolments[1].to_string());
    let present = format!("present-{first}");
    let marks = [
        ("trainee", first.as_str()),
        ("trainee", second.as_str()),
        (present.as_str(), "1"),
        ("reason", "名簿の写し間違い"),
    ];
    office.submit(&format!("/sessions/{orientation}/attendance"), &marks).await;
    let mut absent = kensan.signed_in("kesseki").await;
    let (list, page) = closed(&mut absent).await;
    assert!(list.contains("実習オリエンテーションの受講"), "{page}");
}
