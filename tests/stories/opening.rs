//! What has to be there before a trainee's practicum opens, where no supplement asks for more: orientation, briefings, and both texts of the
//! provider signed as they stand; over HTTP, on SQLite and on PostgreSQL.

use crate::support::practicum::before_the_practicum;
use crate::support::{Kensan, text};
use records::notice::Shown;
use reqwest::StatusCode;
use secretariat::Guidelines;
use training::notice::{NoticeKind, Variable};
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

/// The shipped guidelines, the prefecture asking for nothing.
fn without_a_supplement() -> Guidelines {
    let shipped = include_str!("../../guidelines/supplements/gunma.toml");
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

    // Before their own week begins both are told what is still to be signed, once; who has signed all is not.
    let to_sign = async |kensan: &Kensan| {
        let mut work = kensan.secretariat.read(&staff).await.unwrap();
        let notices = work.notices(None, Shown::All, (50, 0)).await.unwrap();
        work.roll_back().await.unwrap();
        let opening = notices.into_iter().filter(|notice| notice.kind == NoticeKind::OpeningTrainee);
        opening.map(|notice| notice.variables().unwrap()[&Variable::Missing].clone()).collect::<Vec<_>>()
    };
    assert_eq!(kensan.secretariat.queue_reminders().await.unwrap(), 2);
    assert_eq!(kensan.secretariat.queue_reminders().await.unwrap(), 0, "once");
    let told = to_sign(&kensan).await;
    assert!(told.iter().all(|missing| missing.contains("誓約") && missing.contains("実習同意書")), "{told:?}");

    // Each thing that is missing is named, until nothing is.
    let mut trainee = kensan.signed_in("jukousha").await;
    let goals = [("kind", "goals")];
    let closed = async |trainee: &mut crate::support::Visitor| {
        let page = trainee.read("/me/practicum").await;
        let closed = page
            .split("<section class=\"warning\"><h2>実習記録はまだ記入できません")
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
    let setting = [
        ("version", "0"),
        ("quiet_from", "21"),
        ("quiet_until", "8"),
        ("lead_days", "1"),
        ("waiting_days", "5"),
        ("link_days", "7"),
    ];
    administrator.read("/settings/notices").await;
    administrator.submit("/settings/notices/when", &setting).await;
    assert_eq!(kensan.secretariat.queue_reminders().await.unwrap(), 1, "the other one, who has not signed");

    // The same said twice is one case and one consent; a name is refused with the reason.
    for _ in 0..2 {
        trainee.submit("/me/practicum/cases", &[("pseudonym", "a")]).await;
    }
    for (pseudonym, types, why) in [("Ａさん", "dementia", "既にあります"), ("山田 花子", "", "英数字3文字")]
    {
        let mut fields = vec![("pseudonym", pseudonym)];
        fields.extend((!types.is_empty()).then_some(("types", types)));
        let refused = trainee.post("/me/practicum/cases", &fields).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{pseudonym}");
        assert!(text(refused).await.contains(why), "{pseudonym}");
    }
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let cases = work.cases(enrolments[0]).await.unwrap();
    work.roll_back().await.unwrap();
    assert_eq!(cases.iter().map(|case| case.pseudonym.as_str()).collect::<Vec<_>>(), ["A"]);
    let (case, on) = (cases[0].fact.id.to_string(), kensan.secretariat.today().to_string());
    let consent = |purpose| {
        [
            ("case", case.as_str()),
            ("subject", "client"),
            ("consented_on", on.as_str()),
            ("form", "written"),
            ("obtained_by", "実習指導者"),
            ("purpose", purpose),
        ]
    };
    for _ in 0..2 {
        trainee.submit("/me/practicum/consents", &consent("同行と記録")).await;
    }
    let named = text(trainee.post("/me/practicum/consents", &consent("山田花子さん宅への同行")).await).await;
    assert!(named.contains("山田花子さん") && named.contains("続柄や職種"), "{named}");
    let page = trainee.read("/me/practicum").await;
    assert_eq!(page.matches("目的: 同行と記録").count(), 1, "{page}");

    // Who missed the orientation waits.
    let mut work = kensan.secretariat.read(&staff).await.unwrap();
    let sessions = work.sessions(1).await.unwrap();
    let orientation =
        sessions.iter().find(|session| session.shares.iter().any(|share| share.subject == "07")).unwrap().id;
    work.roll_back().await.unwrap();
    let mut office = kensan.signed_in("jimukyoku").await;
    let book = office.read(&format!("/sessions/{orientation}")).await;
    let (first, second) = (enrolments[0].to_string(), enrolments[1].to_string());
    let present = format!("present-{first}");
    let seen = [&first, &second].map(|id| format!("seen-{id}"));
    let shown = seen.each_ref().map(|name| crate::support::hidden(&book, name));
    let marks = [
        (seen[0].as_str(), shown[0].as_str()),
        (seen[1].as_str(), shown[1].as_str()),
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
