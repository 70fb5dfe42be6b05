//! Small guards of browsers, forms and the wire, each asked for by a requirement of OWASP ASVS 5.0 (docs/asvs.csv). None touches the records
//! otherwise than the stories do, so that they are tried on SQLite alone.

use crate::support::practicum::{begun, opened};
use crate::support::{Kensan, PASSWORD, Visitor, sqlite, text};
use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use training::role::Role;

/// An installation with a secretariat's account.
async fn office() -> (Kensan, secretariat::Staff, Visitor) {
    let kensan = sqlite().await;
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.account(&staff, "jimukyoku", Role::Secretariat, None, None).await;
    let office = kensan.signed_in("jimukyoku").await;
    (kensan, staff, office)
}

#[tokio::test]
async fn no_other_site_reads_our_answers() {
    let (_kensan, _, office) = office().await;
    for (method, path) in
        [(Method::GET, "/sign-in"), (Method::GET, "/"), (Method::OPTIONS, "/"), (Method::GET, "/healthz")]
    {
        let asked = office.request(method.clone(), path).header("origin", "https://evil.example");
        let answered = asked.header("access-control-request-method", "POST").send().await.unwrap();
        let allowing: Vec<_> =
            answered.headers().keys().filter(|name| name.as_str().starts_with("access-control")).collect();
        assert!(allowing.is_empty(), "{method} {path}: {allowing:?}");
    }
}

#[tokio::test]
async fn only_get_and_post_are_known_and_static_files_by_name() {
    let (_kensan, _, office) = office().await;
    for method in ["TRACE", "PUT", "DELETE", "PATCH", "PROPFIND"] {
        for path in ["/sign-in", "/cohorts", "/settings"] {
            let asked = office.request(Method::from_bytes(method.as_bytes()).unwrap(), path);
            let status = asked.send().await.unwrap().status();
            assert!(status.is_client_error(), "{method} {path}: {status}");
        }
    }
    for path in [
        "/static/",
        "/static",
        "/static/..%2f..%2fCargo.toml",
        "/static/%2e%2e/Cargo.toml",
        "/.git/config",
        "/kensan.db",
    ] {
        assert_eq!(office.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn passwords_may_be_long_and_never_end() {
    let (kensan, _, mut office) = office().await;
    office.read("/password").await;
    for weak in ["passwordpassword", "123456789012", "qwertyuiop12", "kensankensan"] {
        let refused = office.post("/password", &[("present", PASSWORD), ("new", weak), ("again", weak)]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{weak}");
    }
    // Letters of all kinds, blanks at both ends, 200 of them.
    let long = format!(" 花 {} ", "長い合言葉 correct horse ".repeat(8));
    assert!(long.chars().count() > 128);
    office.submit("/password", &[("present", PASSWORD), ("new", &long), ("again", &long)]).await;
    kensan.days_pass(366);
    let mut later = kensan.visitor();
    later.read("/sign-in").await;
    let cut = later.post("/sign-in", &[("login", "jimukyoku"), ("password", long.trim())]).await;
    assert_eq!(cut.status(), StatusCode::UNPROCESSABLE_ENTITY, "no blank is cut");
    assert_eq!(later.submit("/sign-in", &[("login", "jimukyoku"), ("password", &long)]).await, "/");
    assert_eq!(later.get("/cohorts").await.status(), StatusCode::OK, "nothing asks for a new one");
}

#[tokio::test]
async fn password_fields_hide_what_is_typed_and_let_it_be_filled_in() {
    let (kensan, _, mut office) = office().await;
    let mut stranger = kensan.visitor();
    for (page, fields) in [(stranger.read("/sign-in").await, 1), (office.read("/password").await, 3)] {
        let hidden = page.matches("type=\"password\"").count();
        let filled = page.matches("autocomplete=\"current-password\"").count()
            + page.matches("autocomplete=\"new-password\"").count();
        assert_eq!((hidden, filled), (fields, fields), "{page}");
    }
    let script = text(stranger.get("/static/kensan.js").await).await;
    assert!(script.len() > 1000 && !script.contains("paste"), "pasting is nobody's business");
}

#[tokio::test]
async fn a_session_that_was_ended_does_not_come_back() {
    let (kensan, _, _) = office().await;
    let mut visitor = kensan.visitor();
    visitor.read("/sign-in").await;
    let signed_in = visitor.post("/sign-in", &[("login", "jimukyoku"), ("password", PASSWORD)]).await;
    let cookies = signed_in.headers().get_all("set-cookie").iter();
    let cookies: Vec<&str> = cookies.map(|set| set.to_str().unwrap().split(';').next().unwrap()).collect();
    let cookie = cookies.join("; ");
    let replay = || {
        let stranger = kensan.visitor();
        let asked = stranger.request(Method::GET, "/cohorts").header("cookie", &cookie);
        async move { asked.send().await.unwrap().status() }
    };
    assert_eq!(replay().await, StatusCode::OK, "the cookie is the session");
    visitor.read("/").await;
    visitor.submit("/sign-out", &[]).await;
    assert_eq!(replay().await, StatusCode::SEE_OTHER, "ended, it opens nothing");
}

#[tokio::test]
async fn every_role_finds_the_way_out_on_every_first_page() {
    let kensan = sqlite().await;
    let staff = kensan.provider("見本県 研修実施機関").await;
    opened(&kensan, &staff).await;
    kensan.account(&staff, "koushi", Role::Instructor, None, None).await;
    let admin = format!("admin{}", staff.provider);
    for login in [&*admin, "jimukyoku", "koushi", "jukousha", "shidousha", "ken"] {
        let mut visitor = kensan.signed_in(login).await;
        let first = visitor.get("/").await;
        let page = match first.headers().get("location").map(|to| to.to_str().unwrap().to_owned()) {
            Some(to) => visitor.read(&to).await,
            None => text(first).await,
        };
        assert!(page.contains("action=\"/sign-out\""), "{login}: {page}");
    }
}

#[tokio::test]
async fn what_a_form_does_not_ask_for_is_not_taken() {
    let (kensan, staff, mut office) = office().await;
    office.read("/password").await;
    let new = "ながいあいことば長い合言葉";
    let more = [("present", PASSWORD), ("new", new), ("again", new), ("role", "administrator"), ("provider_id", "2")];
    office.submit("/password", &more).await;
    let mut again = kensan.visitor();
    again.read("/sign-in").await;
    again.submit("/sign-in", &[("login", "jimukyoku"), ("password", new)]).await;
    assert_eq!(again.get("/users").await.status(), StatusCode::FORBIDDEN, "still no administrator");

    // Of a field that comes twice the first counts, and nothing of the address does.
    let mut admin = kensan.signed_in(&format!("admin{}", staff.provider)).await;
    admin.read("/settings/accounts").await;
    let twice = [("version", "0"), ("read_log_days", "400"), ("read_log_days", "30"), ("version", "9")];
    admin.submit("/settings/accounts?read_log_days=50&version=7", &twice).await;
    assert!(admin.read("/settings/accounts").await.contains("value=\"400\""));
}

#[tokio::test]
async fn markup_in_a_draft_stays_text() {
    let kensan = sqlite().await;
    let staff = kensan.provider("見本県 研修実施機関").await;
    opened(&kensan, &staff).await;
    let mut trainee = kensan.signed_in("jukousha").await;
    trainee.read("/me/practicum").await;
    let entry = begun(&trainee, &[("kind", "goals")]).await;
    let text_with_markup = "\"引用\" </script><img src=x onerror=alert(1)> \\u003c & 'x'";
    let fields = [("entry_version", "1"), ("draft_version", "0"), ("goals", text_with_markup)];
    let kept = trainee.post(&format!("{entry}/draft"), &fields).await;
    assert_eq!(kept.headers()["content-type"], "application/json");
    let answer: serde_json::Value = serde_json::from_str(&text(kept).await).unwrap();
    assert_eq!(answer["version"], 1);
    let page = trainee.read(&entry).await;
    assert!(!page.contains("<img src=x") && page.contains("onerror=alert(1)"), "it is text: {page}");
}

#[tokio::test]
async fn a_request_with_two_lengths_has_one_end() {
    let kensan = sqlite().await;
    let address = kensan.address.strip_prefix("http://").unwrap();
    // The chunks end at once; whoever believed the length would wait for more, or take what follows for the body.
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n"
    );
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 4"), "refused, and answered: {answer}");
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "one request, one answer");
}
