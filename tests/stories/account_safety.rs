//! Who gets in, and what of their looks stays: second factors, strangers who try passwords, the read log; over HTTP on SQLite and on
//! PostgreSQL.

use crate::support::practicum::opened;
use crate::support::{Kensan, PASSWORD, Visitor, text};
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

/// The code an app shows now for a secret as the page shows it.
fn code(kensan: &Kensan, secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).with_account_name("x").build().unwrap();
    totp.generate(kensan.secretariat.now().timestamp() as u64).to_string()
}

fn between<'a>(html: &'a str, from: &str, to: &str) -> &'a str {
    html.split(from).nth(1).unwrap_or_else(|| panic!("no {from}: {html}")).split(to).next().unwrap()
}

/// Sets up a second factor at the page; gives its secret and the recovery codes.
async fn set_up(kensan: &Kensan, visitor: &mut Visitor) -> (String, Vec<String>) {
    visitor.read("/second-factor").await;
    assert_eq!(visitor.submit("/second-factor/begin", &[]).await, "/second-factor");
    let page = visitor.read("/second-factor").await;
    assert!(page.contains("data:image/svg+xml;base64,"), "{page}");
    let secret = between(&page, "<code class=\"secret\">", "<").to_owned();
    let again = visitor.read("/second-factor").await;
    assert!(again.contains(&secret), "the page opened again offers the same");
    for wrong in [[("code", "000000"), ("present", PASSWORD)], [("code", &code(kensan, &secret)), ("present", "wrong")]]
    {
        assert_eq!(visitor.post("/second-factor", &wrong).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    let right = [("code", &*code(kensan, &secret)), ("present", PASSWORD)];
    let done = text(visitor.post("/second-factor", &right).await).await;
    let codes: Vec<String> =
        done.split("<li><code>").skip(1).map(|part| part.split('<').next().unwrap().into()).collect();
    assert_eq!(codes.len(), 10, "{done}");
    assert!(!visitor.read("/second-factor").await.contains(&secret), "shown until it is confirmed");
    (secret, codes)
}

/// Shows the password; what follows is the second factor.
async fn half_in(kensan: &Kensan, login: &str) -> Visitor {
    let mut visitor = kensan.visitor();
    visitor.read("/sign-in").await;
    let to = visitor.submit("/sign-in", &[("login", login), ("password", PASSWORD)]).await;
    assert_eq!(to, "/sign-in/second");
    visitor.read("/sign-in/second").await;
    visitor
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    let opened = opened(&kensan, &staff).await;
    kensan.account(&staff, "jimu2", Role::Secretariat, None, None).await;
    kensan.account(&staff, "kanri2", Role::Administrator, None, None).await;
    second_factors(&kensan, &staff.provider.to_string()).await;
    given_passwords(&kensan).await;
    strangers(&kensan).await;
    looks(&kensan, opened.enrolments[0]).await;
}

async fn second_factors(kensan: &Kensan, provider: &str) {
    let mut administrator = kensan.signed_in(&format!("admin{provider}")).await;
    let page = administrator.read("/settings/accounts").await;
    assert!(page.contains("1095"), "{page}");
    let wanted = [("version", "0"), ("staff_second_factor", "1"), ("read_log_days", "30")];
    let wrong = [("version", "0"), ("read_log_days", "29")];
    assert_eq!(administrator.post("/settings/accounts", &wrong).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    administrator.submit("/settings/accounts", &wanted).await;
    // Whoever works for the provider sets it up first; trainees are not asked.
    assert_eq!(administrator.get("/cohorts").await.headers()["location"], "/second-factor");
    assert_eq!(administrator.post("/cohorts", &[]).await.headers()["location"], "/second-factor");
    assert_eq!(kensan.signed_in_half("jimu2").await.get("/users").await.headers()["location"], "/second-factor");
    for path in ["/second-factor/passkeys/challenge", "/second-factor/passkeys"] {
        let answered = kensan.signed_in_half("jimu2").await.post(path, &[]).await;
        assert_eq!(answered.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path}: a passkey is a second factor");
    }
    let mut trainee = kensan.signed_in("jukousha").await;
    assert!(trainee.read("/me").await.contains("研修"), "trainees are not asked");
    let (secret, codes) = set_up(kensan, &mut administrator).await;
    assert_eq!(administrator.get("/cohorts").await.status(), StatusCode::OK);
    assert_eq!(
        administrator.post("/second-factor/end", &[("present", PASSWORD)]).await.status(),
        StatusCode::UNPROCESSABLE_ENTITY,
        "it is asked for"
    );

    let login = format!("admin{provider}");
    kensan.minutes_pass(1);
    let half = half_in(kensan, &login).await;
    assert_eq!(half.get("/cohorts").await.headers()["location"], "/sign-in", "half in is not in");
    let now = code(kensan, &secret);
    let spaced: String = format!("{} {}", &now[..3], &now[3..])
        .chars()
        .map(|letter| match letter {
            '0'..='9' => char::from_u32(letter as u32 + 0xfee0).unwrap(),
            other => other,
        })
        .collect();
    assert_eq!(
        half.submit("/sign-in/second", &[("code", &spaced)]).await,
        "/cohorts",
        "on to the page that was asked for"
    );
    assert_eq!(half.get("/cohorts").await.status(), StatusCode::OK);
    let second = half_in(kensan, &login).await;
    let used = second.post("/sign-in/second", &[("code", &now)]).await;
    assert_eq!(used.status(), StatusCode::UNPROCESSABLE_ENTITY, "a code is used once");
    let upper = codes[0].to_uppercase();
    assert_eq!(second.submit("/sign-in/second", &[("code", &upper)]).await, "/", "a recovery code opens");
    let third = half_in(kensan, &login).await;
    assert_eq!(
        third.post("/sign-in/second", &[("code", &codes[0])]).await.status(),
        StatusCode::UNPROCESSABLE_ENTITY,
        "once"
    );
    for _ in 0..5 {
        third.post("/sign-in/second", &[("code", "123456")]).await;
    }
    let slowed = third.post("/sign-in/second", &[("code", &codes[1])]).await;
    assert_eq!(slowed.status(), StatusCode::TOO_MANY_REQUESTS, "even the right one waits");
    kensan.minutes_pass(11);
    let late = third.post("/sign-in/second", &[("code", &codes[1])]).await;
    assert_eq!(late.headers()["location"], "/sign-in", "the first half ends after ten minutes");
    let mut administrator = half_in(kensan, &login).await;
    administrator.submit("/sign-in/second", &[("code", &codes[1])]).await;

    // Somebody has lost the device and the codes: one administrator asks, another confirms.
    let mut lost = kensan.signed_in_half("jimu2").await;
    set_up(kensan, &mut lost).await;
    let mut other = kensan.signed_in_half("kanri2").await;
    set_up(kensan, &mut other).await;
    let users = administrator.read("/users").await;
    let user = between(users.split("jimu2").next().unwrap().rsplit("<tr>").next().unwrap(), "/users/", "\"").to_owned();
    let at = format!("/users/{user}/second-factor");
    administrator.submit(&at, &[]).await;
    let page = administrator.read(&format!("/users/{user}")).await;
    assert!(!page.contains("value=\"confirm\""), "not by who asked: {page}");
    let own = administrator.post(&format!("{at}/decide"), &[("decision", "confirm")]).await;
    assert_eq!(own.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(lost.get("/cohorts").await.status(), StatusCode::OK, "nothing happens before");
    assert!(other.read("/users").await.contains("解除を"), "the other one is told");
    other.read(&format!("/users/{user}")).await;
    other.submit(&format!("{at}/decide"), &[("decision", "confirm")]).await;
    assert_eq!(lost.get("/cohorts").await.headers()["location"], "/sign-in", "open sessions end");
    assert_eq!(
        kensan.signed_in_half("jimu2").await.get("/cohorts").await.headers()["location"],
        "/second-factor",
        "set up anew"
    );
    assert_eq!(
        other.post(&format!("{at}/decide"), &[("decision", "confirm")]).await.status(),
        StatusCode::NOT_FOUND,
        "once"
    );

    // The provider asks no more: it can be ended.
    administrator.read("/settings/accounts").await;
    administrator.submit("/settings/accounts", &[("version", "1"), ("read_log_days", "30")]).await;
    other.read("/second-factor").await;
    let wrong = other.post_from("/second-factor", "/second-factor/end", &[("present", "wrong")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY, "the password is asked again");
    assert_eq!(other.submit("/second-factor/end", &[("present", PASSWORD)]).await, "/sign-in");
    kensan.signed_in("kanri2").await;
}

/// A password that was told to its holder is changed at the first sign-in, and ends unused.
async fn given_passwords(kensan: &Kensan) {
    let mut administrator = kensan.signed_in("kanri2").await;
    administrator.read("/users").await;
    let at = administrator.submit("/users", &[("login", "shinjin"), ("name", "新人"), ("role", "secretariat")]).await;
    let told = administrator.read(&at).await;
    let password = between(&told, "shinjin のパスワードは ", " ").to_owned();
    let mut newcomer = kensan.visitor();
    newcomer.read("/sign-in").await;
    newcomer.submit("/sign-in", &[("login", "shinjin"), ("password", &password)]).await;
    assert_eq!(newcomer.get("/cohorts").await.headers()["location"], "/password", "nothing before it is changed");
    assert!(newcomer.read("/password").await.contains("管理者から渡された"));
    let same = [("present", password.as_str()), ("new", &password), ("again", &password)];
    assert_eq!(newcomer.post("/password", &same).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "another one");
    for guessable in ["kensankensan", "shinjinshinjin"] {
        let own = [("present", password.as_str()), ("new", guessable), ("again", guessable)];
        assert_eq!(newcomer.post("/password", &own).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "{guessable}");
    }
    let own = [("present", password.as_str()), ("new", PASSWORD), ("again", PASSWORD)];
    assert_eq!(newcomer.submit("/password", &own).await, "/", "and goes on");
    newcomer.read("/password").await;
    assert_eq!(newcomer.get("/cohorts").await.status(), StatusCode::OK);

    // Where one is signed in is seen, and ended elsewhere.
    let elsewhere = kensan.signed_in("shinjin").await;
    let page = newcomer.read("/password").await;
    assert!(page.contains("127.0.0.1") && page.contains("この端末"), "{page}");
    let ended = newcomer.submit("/password/sessions", &[]).await;
    assert!(newcomer.read(&ended).await.contains("1台のログインを終えました"));
    assert_eq!(elsewhere.get("/cohorts").await.headers()["location"], "/sign-in");
    assert_eq!(newcomer.get("/cohorts").await.status(), StatusCode::OK);
    kensan.minutes_pass(6 * 60);
    kensan.secretariat.sweep_sign_ins().await.unwrap();

    administrator = kensan.signed_in("kanri2").await;
    administrator.submit(&format!("{at}/password"), &[]).await;
    let told = administrator.read(&at).await;
    let password = between(&told, "shinjin のパスワードは ", " ").to_owned();
    kensan.days_pass(15);
    let mut late = kensan.visitor();
    late.read("/sign-in").await;
    let refused = late.post("/sign-in", &[("login", "shinjin"), ("password", &password)]).await;
    assert!(text(refused).await.contains("期限"));
}

/// Strangers slow down themselves, and nobody else.
async fn strangers(kensan: &Kensan) {
    let mut known = kensan.visitor_from("198.51.100.1");
    known.sign_in("jimu2").await;
    known.submit("/sign-out", &[]).await;
    // A hall full of people sign in from one network, each the first time.
    for _ in 0..210 {
        let mut guest = kensan.visitor_from("192.0.2.33");
        guest.read("/sign-in").await;
        guest.submit("/sign-in", &[("login", "jimu2"), ("password", PASSWORD)]).await;
    }
    let mut stranger = kensan.visitor_from("203.0.113.5");
    stranger.read("/sign-in").await;
    for _ in 0..6 {
        stranger.post("/sign-in", &[("login", "jimu2"), ("password", "wrong")]).await;
    }
    let right = stranger.post("/sign-in", &[("login", "jimu2"), ("password", PASSWORD)]).await;
    assert_eq!(right.status(), StatusCode::TOO_MANY_REQUESTS);
    kensan.visitor_from("198.51.100.9").sign_in("jimu2").await;
    // From many places at once: the browser that was there before still gets in.
    for place in 0..12 {
        let mut stranger = kensan.visitor_from(&format!("203.0.113.{}", 100 + place));
        stranger.read("/sign-in").await;
        for _ in 0..5 {
            stranger.post("/sign-in", &[("login", "jimu2"), ("password", "wrong")]).await;
        }
    }
    // A login name that looks like a key under which something else is counted is a name like others.
    let mut odd = kensan.visitor_from("203.0.113.200");
    odd.read("/sign-in").await;
    for name in ["own/1", "own/2", "own/3", "own/4", "own/5", "own/6", "own/7", "own/8"] {
        for _ in 0..5 {
            odd.post("/sign-in", &[("login", name), ("password", "wrong")]).await;
        }
    }
    let mut elsewhere = kensan.visitor_from("198.51.100.77");
    elsewhere.read("/sign-in").await;
    let slowed = elsewhere.post("/sign-in", &[("login", "jimu2"), ("password", PASSWORD)]).await;
    assert_eq!(slowed.status(), StatusCode::TOO_MANY_REQUESTS, "strangers together are slowed");
    known.sign_in("jimu2").await;
    // A password is taken as it is typed.
    elsewhere.read("/sign-in").await;
    kensan.minutes_pass(20);
    let blank = elsewhere.post("/sign-in", &[("login", "jimu2"), ("password", &format!("{PASSWORD} "))]).await;
    assert_eq!(blank.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

async fn looks(kensan: &Kensan, enrolment: i64) {
    kensan.minutes_pass(20);
    let mut office = kensan.signed_in("jimu2").await;
    let trainee = office.read(&format!("/trainees/{enrolment}")).await;
    let name = between(&trainee, "<h1>", "<").trim().to_owned();
    office.read(&format!("/trainees/{enrolment}/judgement")).await;
    assert_eq!(office.get("/cohorts/1/list/trainees/csv").await.status(), StatusCode::OK);
    assert_eq!(office.get("/trainees?q=SEARCHED").await.status(), StatusCode::OK);
    assert_eq!(office.get("/audit/reads").await.status(), StatusCode::FORBIDDEN);
    assert_eq!(office.get("/trainees/999999").await.status(), StatusCode::NOT_FOUND);
    let mut own = kensan.signed_in("jukousha").await;
    own.read("/me").await;
    assert_eq!(own.get(&format!("/trainees/{enrolment}")).await.status(), StatusCode::FORBIDDEN);

    kensan.secretariat.write_looks().await.unwrap();
    let mut administrator = kensan.signed_in("kanri2").await;
    let all = administrator.read("/audit/reads").await;
    for said in [
        "SEARCHED",
        "/cohorts/1/list/trainees/csv",
        "ファイル",
        "拒否",
        "/trainees/999999",
        "ログイン失敗",
        "203.0.113.5",
    ] {
        assert!(all.contains(said), "{said}: {all}");
    }
    assert!(!all.contains("/me<"), "trainees' own pages are not noted");
    let person =
        between(all.split("/judgement").next().unwrap().rsplit("<tr>").next().unwrap(), "/audit/reads?person=", "\"")
            .to_owned();
    let of_person = administrator.read(&format!("/audit/reads?person={person}")).await;
    assert!(
        of_person.contains(&format!("/trainees/{enrolment}/judgement")) && of_person.contains(&name),
        "{of_person}"
    );
    assert!(!of_person.contains("/cohorts/1/list"), "{of_person}");
    let csv = administrator.get(&format!("/audit/reads/csv?person={person}&who=jimu2")).await;
    let csv = String::from_utf8(csv.bytes().await.unwrap().to_vec()).unwrap();
    assert!(csv.contains("閲覧された人") && csv.contains(&name) && csv.contains("jimu2"), "{csv}");
    let refused = administrator.read("/audit/reads?kind=refused&who=jukousha").await;
    assert!(refused.contains(&format!("/trainees/{enrolment}")) && !refused.contains("/judgement"), "{refused}");
    assert_eq!(administrator.get("/audit/reads?from=nonsense").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let none = administrator.read("/audit/reads?until=2020-01-01").await;
    assert!(none.contains("当てはまる記録はありません"), "{none}");

    // Everything kept of one person, for whoever asks for the own data.
    let at = format!("/trainees/{enrolment}/disclosure");
    assert_eq!(office.get(&format!("{at}/json")).await.status(), StatusCode::FORBIDDEN);
    let json: serde_json::Value =
        serde_json::from_str(&text(administrator.get(&format!("{at}/json")).await).await).unwrap();
    let sections: Vec<&str> =
        json["sections"].as_array().unwrap().iter().map(|it| it["title"].as_str().unwrap()).collect();
    for title in ["本人", "アカウント管理", "第1期", "経過", "閲覧記録"] {
        assert!(sections.contains(&title), "{title}: {sections:?}");
    }
    assert!(json.to_string().contains(&name) && json.to_string().contains("jukousha"), "{json}");
    let pdf = administrator.get(&format!("{at}/pdf")).await.bytes().await.unwrap();
    assert!(pdf.starts_with(b"%PDF"));
    assert_eq!(administrator.get(&format!("{at}/exe")).await.status(), StatusCode::NOT_FOUND);

    // Another provider sees nothing of it.
    let stranger = kensan.provider("別の機関").await;
    let mut theirs = kensan.signed_in(&format!("admin{}", stranger.provider)).await;
    assert!(!theirs.read("/audit/reads").await.contains("SEARCHED"));
    assert_eq!(theirs.get(&format!("/audit/reads?person={person}")).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(theirs.get(&format!("{at}/json")).await.status(), StatusCode::NOT_FOUND);

    // Kept as long as the provider says: thirty days.
    kensan.days_pass(29);
    kensan.secretariat.sweep_looks().await.unwrap();
    let mut administrator = kensan.signed_in("kanri2").await;
    assert!(administrator.read("/audit/reads").await.contains("SEARCHED"));
    kensan.days_pass(2);
    kensan.secretariat.sweep_looks().await.unwrap();
    let mut administrator = kensan.signed_in("kanri2").await;
    assert!(!administrator.read("/audit/reads").await.contains("SEARCHED"));
}
