//! What is dangerous: whoever does it shows anew who they are, a second person confirms it, and it is done from where staff may come; over HTTP
//! on SQLite and on PostgreSQL.

use crate::support::practicum::opened;
use crate::support::{Kensan, PASSWORD, hidden, text};
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

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    let opened = opened(&kensan, &staff).await;
    kensan.account(&staff, "kanri2", Role::Administrator, None, None).await;
    let login = format!("admin{}", staff.provider);
    asked_again(&kensan, &login, opened.enrolments[0]).await;
    two_persons(&kensan, &login, &opened.cohort).await;
    networks(&kensan, &login).await;
    searches(&kensan, &login).await;
    unused_accounts(&kensan, &login).await;
    other_ways_in(&kensan).await;
}

/// A quarter of an hour after the sign-in somebody else may sit there.
async fn asked_again(kensan: &Kensan, login: &str, enrolment: i64) {
    let mut administrator = kensan.signed_in(login).await;
    kensan.minutes_pass(16);
    administrator.read("/users").await;
    let fields = [("login", "rusu"), ("name", "留守 番"), ("role", "secretariat"), ("email", "rusu@mail.example")];
    let asked = administrator.post_from("/users", "/users", &fields).await;
    assert_eq!(asked.status(), StatusCode::UNAUTHORIZED);
    let question = text(asked).await;
    assert!(question.contains("もう一度ご本人を確かめます"), "{question}");
    let typed: Vec<(String, String)> = ["again_to", "login", "name", "role", "email", "from_page"]
        .map(|name| (name.to_owned(), hidden(&question, name)))
        .into();
    let mut waiting: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(waiting[0].1, "/users");
    waiting.push(("again_password", "wrong"));
    let refused = administrator.post("/again", &waiting).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let again = text(refused).await;
    assert!(again.contains("value=\"留守 番\"") && !again.contains("value=\"wrong\""), "what was typed stays: {again}");
    waiting.pop();
    waiting.push(("again_password", PASSWORD));
    let right = administrator.post("/again", &waiting).await;
    assert_eq!(
        (right.status(), &right.headers()["location"]),
        (StatusCode::TEMPORARY_REDIRECT, &"/users".parse().unwrap())
    );
    // The browser sends the same once more; what belongs to the question is no field of the form.
    let made = administrator.submit("/users", &waiting).await;
    assert!(administrator.read(&made).await.contains("留守 番"));

    // Before a page that shows everything of a person, too; it leads to pages of ours alone.
    kensan.minutes_pass(16);
    let page = format!("/trainees/{enrolment}/disclosure/json");
    let asked = administrator.get(&page).await.headers()["location"].to_str().unwrap().to_owned();
    assert!(asked.starts_with("/again?to="), "{asked}");
    let question = administrator.read(&asked).await;
    assert_eq!(hidden(&question, "again_to"), page);
    let right = [("again_to", page.as_str()), ("is_page", "1"), ("again_password", PASSWORD)];
    assert_eq!(administrator.submit("/again", &right).await, page);
    assert_eq!(administrator.get(&page).await.status(), StatusCode::OK);
    for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example", ""] {
        let to = administrator.submit("/again", &[("again_to", elsewhere), right[1], right[2]]).await;
        assert_eq!(to, "/", "{elsewhere}");
    }
    // Where a person's mails go is where links go that sign in; the rest of a person is the day's work.
    kensan.minutes_pass(16);
    let person = format!("/trainees/{enrolment}/edit");
    let html = administrator.read(&person).await;
    let value = |name: &str| {
        html.split(&format!("name=\"{name}\""))
            .nth(1)
            .map(|rest| rest.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned())
    };
    let version = value("version").unwrap();
    let names = ["name", "kana", "birth_date"].map(|name| (name, value(name).unwrap_or_default()));
    let mut fields: Vec<(&str, &str)> = names.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.push(("version", &version));
    fields.push(("email", "elsewhere@mail.example"));
    assert_eq!(administrator.post(&person, &fields).await.status(), StatusCode::UNAUTHORIZED);
    // A form of a finished session asks nothing.
    let stranger = kensan.visitor();
    assert_eq!(stranger.post("/again", &right).await.status(), StatusCode::UNAUTHORIZED);
}

/// One proposes, another does exactly that.
async fn two_persons(kensan: &Kensan, login: &str, cohort: &str) {
    let mut one = kensan.signed_in(login).await;
    let mut other = kensan.signed_in("kanri2").await;
    one.read("/settings/accounts").await;
    let chosen =
        [("access_version", "0"), ("idle_days", "0"), ("second_person", "waiver"), ("second_person", "destruction")];
    one.submit("/settings/accounts/access", &chosen).await;
    let waiver = format!("{cohort}/waiver");
    let act = |reason: &'static str| [("requirement", "pledge"), ("reason", reason)];
    let waits = one.post_from(cohort, &waiver, &act("災害")).await;
    assert_eq!(waits.headers()["location"], "/proposals");
    one.submit(&waiver, &act("災害")).await;
    let page = one.read("/proposals").await;
    assert!(page.contains("申し出ました") && page.contains("災害") && page.contains("要件の免除"), "{page}");
    assert!(!page.contains("<dd>pledge</dd>") && page.contains("誓約"), "by its title: {page}");
    assert!(!page.contains("確認して行う"), "not by who proposed it: {page}");
    assert!(one.read("/").await.contains("/proposals"), "it is a thing to do");

    // Something else is another proposal, and what was proposed before is not done by it.
    other.read("/proposals").await;
    assert_eq!(other.submit(&waiver, &act("感染症")).await, "/proposals");
    assert!(!other.read("/proposals").await.contains("災害"));
    let page = one.read("/proposals").await;
    assert!(page.contains("感染症") && page.contains("確認して行う"), "{page}");
    // Nobody makes the second person for it.
    one.read("/users").await;
    kensan.minutes_pass(1);
    let made = [("login", "yatoi"), ("name", "雇われ 者"), ("role", "administrator")];
    one.submit("/users", &made).await;
    let mut work = kensan.secretariat.write(&secretariat::Secretariat::operator(1)).await.unwrap();
    let hired = work.user_by_login("yatoi").await.unwrap().unwrap();
    work.commit().await.unwrap();
    let staff = secretariat::Staff { provider: hired.provider_id, name: "yatoi".into(), role: Role::Administrator };
    let cohort_id: i64 = cohort.rsplit('/').next().unwrap().parse().unwrap();
    let early = kensan.secretariat.waive_for_cohort(&staff, cohort_id, "pledge", "感染症").await;
    assert!(format!("{early:?}").contains("NeedsAnother"), "{early:?}");

    let done = one.submit(&waiver, &act("感染症")).await;
    assert_ne!(done, "/proposals", "done");
    assert!(!one.read("/proposals").await.contains("感染症"));
    // What is dropped is not done.
    kensan.minutes_pass(1);
    one.submit(&waiver, &act("また")).await;
    // Whoever had the other's account in hand lately is not confirmed by it.
    let taken = kensan.secretariat.waive_for_cohort(&staff, cohort_id, "pledge", "また").await;
    assert!(format!("{taken:?}").contains("NeedsAnother"), "{taken:?}");
    let page = one.read("/proposals").await;
    let id = page.split("/proposals/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    one.submit(&format!("/proposals/{id}/drop"), &[]).await;
    assert_eq!(one.post(&format!("/proposals/{id}/drop"), &[]).await.status(), StatusCode::NOT_FOUND);

    one.read("/settings/retention").await;
    let kept = [("years", "6"), ("version", "0")];
    assert_eq!(one.submit("/settings/retention", &kept).await, "/proposals");
    other.read("/settings/retention").await;
    assert_ne!(other.submit("/settings/retention", &kept).await, "/proposals");
    assert!(other.read("/settings/retention").await.contains("value=\"6\""));

    // Fewer acts of two need two as well; more do not.
    let fewer = [("access_version", "1"), ("idle_days", "0"), ("second_person", "waiver")];
    let unknown = [fewer[0], fewer[1], fewer[2], ("second_person", " destruction")];
    let refused = one.post("/settings/accounts/access", &unknown).await;
    assert!(refused.status().is_client_error(), "what is not known is not dropped in silence");
    let dressed_up = [fewer[0], fewer[1], fewer[2], ("reason", "県の指示"), ("idle_days", "90")];
    assert_eq!(one.submit("/settings/accounts/access", &dressed_up).await, "/proposals");
    let page = other.read("/proposals").await;
    assert!(page.contains("一人で行えるようになる操作") && page.contains("保存期間"), "what ends is said: {page}");
    assert!(!page.contains("<dd>県の指示") && !page.contains("<dd>90"), "what is not done is not shown: {page}");
    assert_eq!(one.submit("/settings/accounts/access", &fewer).await, "/proposals");
    let more = [fewer[0], fewer[1], chosen[2], chosen[3], ("second_person", "rules")];
    assert_eq!(one.submit("/settings/accounts/access", &more).await, "/settings/accounts");
    let fewer = [("access_version", "2"), fewer[1], fewer[2]];
    assert_eq!(other.submit("/settings/accounts/access", &fewer).await, "/settings/accounts", "the other confirms");
    one.read("/settings/accounts").await;
    let none = [("access_version", "3"), ("idle_days", "0")];
    one.submit("/settings/accounts/access", &none).await;
    other.submit("/settings/accounts/access", &none).await;
}

/// Staff come from where the provider says; whoever sets it is not shut out by it.
async fn networks(kensan: &Kensan, login: &str) {
    let mut office = kensan.visitor_from("192.0.2.10");
    office.sign_in(login).await;
    office.read("/settings/accounts").await;
    let set = |networks: &'static str| {
        [
            ("access_version", "4"),
            ("idle_days", "0"),
            ("networks-administrator", networks),
            ("networks-secretariat", "192.0.2.0/24"),
        ]
    };
    for (wrong, why) in [("198.51.100.0/24", "入れなくなります"), ("事務所", "読めません")] {
        let refused = office.post_from("/settings/accounts", "/settings/accounts/access", &set(wrong)).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text(refused).await.contains(why));
    }
    let mut home = kensan.visitor_from("203.0.113.4");
    home.sign_in("jimukyoku").await;
    office.submit("/settings/accounts/access", &set("192.0.2.0/24\n２００１:db8::/32")).await;
    assert!(office.read("/settings/accounts").await.contains("2001:db8::/32"));
    // Whoever sits elsewhere is out at once, and does not come in.
    assert_eq!(home.get("/cohorts").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let mut again = kensan.visitor_from("203.0.113.4");
    again.read("/sign-in").await;
    let refused = again.post("/sign-in", &[("login", "jimukyoku"), ("password", PASSWORD)]).await;
    assert!(text(refused).await.contains("203.0.113.4"));
    assert_eq!(again.get("/cohorts").await.headers()["location"], "/sign-in");
    kensan.visitor_from("192.0.2.200").sign_in("jimukyoku").await;
    kensan.visitor_from("203.0.113.4").sign_in("jukousha").await;
    let mut work = kensan.secretariat.read(&secretariat::Secretariat::operator(0)).await.unwrap();
    let provider = work.user_by_login("jimukyoku").await.unwrap().unwrap().provider_id;
    drop(work);
    kensan.secretariat.open_networks(provider).await.unwrap();
    kensan.visitor_from("203.0.113.4").sign_in("jimukyoku").await;
}

/// No name that is searched for stands in an address; the address can be kept, and the log says what was looked for.
async fn searches(kensan: &Kensan, login: &str) {
    let mut administrator = kensan.signed_in(login).await;
    for (page, typed, found) in
        [("/trainees", "見本", "見本"), ("/users", "jukousha", "jukousha"), ("/registry", "見本", "見本")]
    {
        let html = administrator.read(page).await;
        assert!(!html.contains(&format!("method=\"get\" action=\"{page}\"")), "{page}");
        let to = administrator.submit("/search", &[("to", page), ("q", typed), ("from_page", page)]).await;
        assert!(to.starts_with(&format!("{page}?for=")) && !to.contains(typed) && !to.contains('%'), "{to}");
        let html = administrator.read(&to).await;
        assert!(html.contains(&format!("value=\"{typed}\"")) && html.contains(found), "{page}: {html}");
    }
    for elsewhere in ["/audit", "https://evil.example", "//evil.example", ""] {
        let refused = administrator.post("/search", &[("to", elsewhere), ("q", "x")]).await;
        assert_eq!(refused.status(), StatusCode::NOT_FOUND, "{elsewhere}");
    }
    assert_eq!(administrator.submit("/search", &[("to", "/trainees"), ("q", "")]).await, "/trainees");
    administrator.read("/trainees?for=none.ofours").await;
    kensan.secretariat.write_looks().await.unwrap();
    assert!(administrator.read("/audit/reads").await.contains("/trainees?q=見本"));
}

/// Accounts that nobody uses are closed, and once a year somebody looks at all of them.
async fn unused_accounts(kensan: &Kensan, login: &str) {
    let mut administrator = kensan.signed_in(login).await;
    administrator.read("/settings/accounts").await;
    for wrong in ["29", "-1", "4000"] {
        let days = [("access_version", "6"), ("idle_days", wrong)];
        let refused = administrator.post("/settings/accounts/access", &days).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    administrator.submit("/settings/accounts/access", &[("access_version", "6"), ("idle_days", "90")]).await;
    kensan.days_pass(60);
    kensan.signed_in(login).await;
    kensan.days_pass(60);
    kensan.secretariat.close_idle_accounts().await.unwrap();
    let mut gone = kensan.visitor();
    gone.read("/sign-in").await;
    let refused = gone.post("/sign-in", &[("login", "jimukyoku"), ("password", PASSWORD)]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "closed");
    administrator = kensan.signed_in(login).await;
    let users = administrator.read("/users").await;
    assert!(users.contains("まだ点検の記録がありません"), "{users}");
    kensan.days_pass(300);
    administrator = kensan.signed_in(login).await;
    assert!(administrator.read("/").await.contains("アカウントの点検"), "a year is over");
    administrator.submit("/users/review", &[]).await;
    assert!(administrator.read("/users").await.contains("前回の点検"));
    assert!(!administrator.read("/").await.contains("アカウントの点検"));
}

/// Pages that are reached by a number offer no passkeys; nobody vouches whom the operator has not named.
async fn other_ways_in(kensan: &Kensan) {
    let mut visitor = kensan.visitor();
    assert!(!visitor.read("/sign-in").await.contains("passkey"));
    for path in ["/sign-in/passkey/challenge", "/sign-in/passkey"] {
        let refused = visitor.post(path, &[("passkey_token", "x"), ("passkey_answer", "{}")]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
    for path in ["/sign-in/with/nobody", "/sign-in/with/nobody/return?code=1&state=2", "/sign-in/with/nobody/return"] {
        assert_eq!(visitor.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/sign-in/second/passkey", "/sign-in/second/passkey/challenge"] {
        let answered = visitor.post(path, &[("passkey_token", "x"), ("passkey_answer", "{}")]).await;
        assert_eq!(answered.headers()["location"], "/sign-in", "{path}: nobody is half in");
    }
}
