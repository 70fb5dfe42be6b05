//! Every route × every role. The routes are read from the table the pages are built from, so that a new one cannot be forgotten.

use crate::support::{Kensan, text};
use reqwest::StatusCode;
use training::role::Role;
use web::route::routes;

#[tokio::test]
async fn every_route_and_role_on_sqlite() {
    every_route_and_role(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn every_route_and_role_on_postgres() {
    every_route_and_role(crate::support::postgres().await).await;
}

async fn every_route_and_role(kensan: crate::support::Kensan) {
    let staff = kensan.provider("甲").await;
    for role in Role::ALL {
        let visitor_login = role.id();
        kensan.account(&staff, visitor_login, role, Some(999_999), Some(999_999)).await;
    }
    for role in Role::ALL.map(Some).into_iter().chain([None]) {
        let mut visitor = match role {
            Some(role) => kensan.signed_in(role.id()).await,
            None => kensan.visitor(),
        };
        if role.is_none() {
            visitor.read("/sign-in").await;
        }
        for route in routes() {
            let path = filled(route.path, "999999");
            let what = format!("{:?} {} {path}", role, route.method);
            let permitted = route.access.permits(role);
            let response = match (route.method, route.takes_files()) {
                ("GET", _) => visitor.get(&path).await,
                (_, false) => visitor.post(&path, &[]).await,
                (_, true) => visitor.upload(&path, "a.csv", b"a".to_vec(), &[]).await,
            };
            let status = response.status();
            let to = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
            assert!(!status.is_server_error(), "{what}: {status}");
            match (permitted, role) {
                (true, _) => {
                    assert!(status != StatusCode::FORBIDDEN && status != StatusCode::UNAUTHORIZED, "{what}: {status}")
                }
                (false, Some(_)) => assert_eq!(status, StatusCode::FORBIDDEN, "{what}"),
                (false, None) if route.method == "GET" => assert_eq!(to.as_deref(), Some("/sign-in"), "{what}"),
                (false, None) => assert_eq!(status, StatusCode::UNAUTHORIZED, "{what}"),
            }
            if route.path == "/sign-out" && permitted {
                visitor = kensan.signed_in(role.unwrap().id()).await;
            }
        }
    }
}

#[tokio::test]
async fn no_form_is_taken_without_its_token() {
    let kensan = crate::support::sqlite().await;
    let staff = kensan.provider("甲").await;
    kensan.account(&staff, "jimu", Role::Administrator, None, None).await;
    let mut visitor = kensan.signed_in("jimu").await;
    for token in ["", "0000"] {
        visitor.token = token.to_owned();
        for route in routes()
            .into_iter()
            .filter(|route| route.method == "POST" && route.access.permits(Some(Role::Administrator)))
        {
            let path = filled(route.path, "1");
            let response = match route.takes_files() {
                false => visitor.post(&path, &[("login", "jimu")]).await,
                true => visitor.upload(&path, "a.csv", b"a".to_vec(), &[]).await,
            };
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path}");
        }
    }
}

#[tokio::test]
async fn another_providers_records_do_not_exist_on_sqlite() {
    another_providers_records_do_not_exist(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn another_providers_records_do_not_exist_on_postgres() {
    another_providers_records_do_not_exist(crate::support::postgres().await).await;
}

async fn another_providers_records_do_not_exist(kensan: crate::support::Kensan) {
    kensan.secretariat.create_demo().await.unwrap();
    let other = kensan.provider("乙").await;
    let stranger = kensan.signed_in(&format!("admin{}", other.provider)).await;
    let mut tried = 0;
    for route in routes().into_iter().filter(|route| route.path.contains('{') && !route.path.contains("{language}")) {
        let public = route.access.permits(None);
        if public || !route.access.permits(Some(Role::Administrator)) {
            continue;
        }
        tried += 1;
        let path = route.path.replace("{list}/{format}", "completion-roster/csv").replace("{entry}/{format}", "1/pdf");
        let path = filled(&path, "1");
        let fields = [
            ("to", "withdrawn"),
            ("version", "1"),
            ("reason", "x"),
            ("note", "x"),
            ("policy", ""),
            ("read", "0"),
            ("issued_on", "2027-01-01"),
            ("round", "1"),
            ("capacity", "1"),
            ("weekly_capacity", "1"),
            ("chief_care_managers", "1"),
            ("chief_care_manager", "1"),
            ("name", "見本 太郎"),
            ("kana", "ミホン"),
            ("birth_date", "1985-04-01"),
            ("exam_number", "1"),
            ("milestone", "pledge"),
            ("on", "2027-01-01"),
            ("pseudonym", "A"),
            ("case", "1"),
            ("stage", "plan"),
            ("way", "observed"),
            ("minutes", "60"),
            ("supervisor", "1"),
            ("document", "practicum_log"),
            ("edition", "initial-training-revised"),
            ("passed", "yes"),
            ("subject", "01"),
            ("source", "x"),
            ("requirement", "pledge"),
            ("kind", "milestone"),
            ("content", "look_back"),
            ("exam_passed_on", "2027-01-01"),
            ("id", "1"),
            ("office_number", "9970100001"),
            ("window", "1"),
            ("completed_on", "2027-01-01"),
            ("enrolment", "1"),
            ("trainee", "1"),
            ("title", "x"),
            ("day", "2027-01-01"),
            ("starts", "09:00"),
            ("ends", "12:00"),
            ("active", "no"),
        ];
        let response = match (route.method, route.takes_files()) {
            ("GET", _) => stranger.get(&path).await,
            (_, true) => {
                stranger
                    .upload(
                        &path,
                        "a.csv",
                        "受験番号,氏名,フリガナ,生年月日\r\n1,見本,ミホン,1985-04-01\r\n".into(),
                        &[],
                    )
                    .await
            }
            (_, false) if route.path == "/placements/{placement}/state" => {
                stranger.post(&path, &[("to", "cancelled"), ("version", "1"), ("reason", "x")]).await
            }
            (_, false) if route.path == "/registry/people/{person}/facts" => {
                stranger.post(&path, &[("kind", "card_returned"), ("on", "2027-01-01")]).await
            }
            (_, false) => stranger.post(&path, &fields).await,
        };
        let status = response.status();
        // Naming an office one does not have is told at the field; everything else answers as if it were not there.
        let told =
            status == StatusCode::UNPROCESSABLE_ENTITY && (path.ends_with("/exclude") || path.ends_with("/import"));
        assert!(status == StatusCode::NOT_FOUND || told, "{} {path}: {status} {}", route.method, text(response).await);
    }
    assert!(tried > 35, "{tried}");
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_the_address_of_nothing() {
    let kensan: Kensan = crate::support::sqlite().await;
    let staff = kensan.provider("甲").await;
    let visitor = kensan.signed_in(&format!("admin{}", staff.provider)).await;
    for path in
        ["/cohorts/abc", "/sessions/1x", "/trainees/99999999999999999999", "/offices/-", "/cohorts/1/list/a/b/c"]
    {
        let answer = visitor.get(path).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(text(answer).await.contains("<h1>"), "{path}: a page, and no line of the framework");
    }
}

#[tokio::test]
async fn failed_sign_ins_are_slowed_and_sessions_rotate() {
    let kensan: Kensan = crate::support::sqlite().await;
    let staff = kensan.provider("甲").await;
    let id = kensan.account(&staff, "jimu", Role::Secretariat, None, None).await;
    let mut visitor = kensan.visitor();
    visitor.read("/sign-in").await;
    let before = visitor.token.clone();
    for _ in 0..5 {
        let wrong = visitor.post("/sign-in", &[("login", "jimu"), ("password", "wrong")]).await;
        assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    let slowed = visitor.post("/sign-in", &[("login", "jimu"), ("password", crate::support::PASSWORD)]).await;
    assert!(text(slowed).await.contains("秒後"), "even the right password waits");
    kensan.days_pass(1);
    visitor.sign_in("jimu").await;
    assert_ne!(visitor.token, before, "a new session has a new token");
    assert_eq!(visitor.get("/cohorts").await.status(), StatusCode::OK);
    kensan.secretariat.set_password(&staff, id, "quite another password").await.unwrap();
    assert_eq!(visitor.get("/cohorts").await.headers()["location"], "/sign-in", "a new password ends old sessions");
}

#[tokio::test]
async fn signing_in_leads_to_the_page_that_was_asked_for() {
    let kensan: Kensan = crate::support::sqlite().await;
    let staff = kensan.provider("甲").await;
    kensan.account(&staff, "jimu", Role::Secretariat, None, None).await;
    let fields = [("login", "jimu"), ("password", crate::support::PASSWORD)];
    let mut visitor = kensan.visitor();
    assert_eq!(visitor.get("/trainees?q=研修&sort=number").await.headers()["location"], "/sign-in");
    visitor.read("/sign-in").await;
    let wrong = visitor.post("/sign-in", &[("login", "jimu"), ("password", "wrong")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let to = visitor.submit("/sign-in", &fields).await;
    assert_eq!(to, "/trainees?q=%E7%A0%94%E4%BF%AE&sort=number", "a wrong password does not lose the way");
    assert!(visitor.read(&to).await.contains("value=\"研修\""));
    visitor.submit("/sign-out", &[]).await;
    visitor.read("/sign-in").await;
    assert_eq!(visitor.submit("/sign-in", &fields).await, "/", "the way is gone once");

    for foreign in ["//example.jp/", "/\\example.jp/", "https://example.jp/", "/\u{9}/example.jp/"] {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let page = client.get(format!("{}/sign-in", kensan.address)).send().await.unwrap();
        let token = page.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let csrf = crate::support::hidden(&text(page).await, "csrf");
        let encoded: String = foreign.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let request = client.post(format!("{}/sign-in", kensan.address));
        let request = request.header("cookie", format!("{token}; wanted={encoded}"));
        let form = [("csrf", csrf.as_str()), fields[0], fields[1]];
        let answer = request.form(&form).send().await.unwrap();
        assert_eq!(answer.headers()["location"], "/", "{foreign}");
    }
}

#[tokio::test]
async fn a_session_lasts_while_somebody_reads_and_ends_when_nobody_does() {
    let kensan: Kensan = crate::support::sqlite().await;
    let staff = kensan.provider("甲").await;
    kensan.account(&staff, "jimu", Role::Secretariat, None, None).await;
    let visitor = kensan.signed_in("jimu").await;
    for _ in 0..4 {
        kensan.minutes_pass(90);
        assert_eq!(visitor.get("/cohorts").await.status(), StatusCode::OK);
        // Prolonged beside the request, by a write that had its turn before this one.
        kensan.secretariat.write(&staff).await.unwrap().roll_back().await.unwrap();
    }
    kensan.minutes_pass(121);
    assert_eq!(visitor.get("/cohorts").await.headers()["location"], "/sign-in");
}

#[tokio::test]
async fn every_answer_carries_its_headers() {
    let kensan = crate::support::sqlite().await;
    let visitor = kensan.visitor();
    for path in ["/sign-in", "/nowhere", "/static/kensan.css"] {
        let response = visitor.get(path).await;
        let headers = response.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["x-frame-options"], "DENY");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{path}");
        assert_eq!(headers["referrer-policy"], "same-origin");
        assert!(headers.contains_key("x-request-id"));
    }
    let client = reqwest::Client::new();
    let other_site = client.get(format!("{}/sign-in", kensan.address)).header("origin", "https://example.jp");
    assert!(!other_site.send().await.unwrap().headers().contains_key("access-control-allow-origin"));
    assert_eq!(visitor.get("/static/").await.status(), StatusCode::NOT_FOUND, "no list of files");
    let traced = client.request(reqwest::Method::TRACE, format!("{}/sign-in", kensan.address)).send().await.unwrap();
    assert_eq!(traced.status(), StatusCode::METHOD_NOT_ALLOWED);
    for (path, kind) in [
        ("/static/kensan.css", "text/css"),
        ("/static/kensan.js", "text/javascript"),
        ("/static/kensan.svg", "image/svg+xml"),
    ] {
        let answer = visitor.get(path).await;
        assert_eq!(answer.headers()["content-type"].to_str().unwrap(), format!("{kind}; charset=utf-8"));
    }
    let mut signed_in = kensan.visitor();
    let staff = kensan.provider("甲").await;
    kensan.account(&staff, "jimu", Role::Secretariat, None, None).await;
    signed_in.read("/sign-in").await;
    let fields = [("login", "jimu"), ("password", crate::support::PASSWORD)];
    let answer = signed_in.post("/sign-in", &fields).await;
    let cookies: Vec<&str> =
        answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    for name in ["kensan=", "device="] {
        let cookie =
            cookies.iter().find(|cookie| cookie.starts_with(name)).unwrap_or_else(|| panic!("{name}: {cookies:?}"));
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    }
    assert_eq!(
        signed_in.get("/cohorts").await.headers()["cache-control"],
        "no-store",
        "Back shows no page after signing out"
    );
    signed_in.read("/").await;
    assert_eq!(signed_in.post("/sign-out", &[]).await.headers()["clear-site-data"], "\"cache\"");
    let cookie = kensan.visitor().get("/sign-in").await.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let nowhere = text(visitor.get("/nowhere").await).await;
    assert!(nowhere.contains("見つかりません") && !nowhere.contains("<script>") && !nowhere.contains("style="));
}

/// Fills every parameter of a path.
fn filled(path: &str, value: &str) -> String {
    let mut filled = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        filled.push_str(value);
        rest = after.split_once('}').unwrap().1;
    }
    filled + rest
}

#[tokio::test]
async fn over_https_every_cookie_is_bound_to_the_host() {
    let kensan = crate::support::sqlite().await;
    let staff = kensan.provider("甲").await;
    kensan.account(&staff, "jimu", Role::Secretariat, None, None).await;
    let site = web::Site { base_url: "https://kensan.example.jp".into(), ..web::Site::default() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let pages = web::pages(kensan.secretariat.clone(), site);
    tokio::spawn(async move { axum::serve(listener, pages).await.unwrap() });
    // The proxy in front has ended TLS; the browser's cookies are carried by hand.
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut cookies: Vec<String> = Vec::new();
    let mut keep = |answer: &reqwest::Response| {
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000; includeSubDomains");
        for cookie in answer.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(
                cookie.starts_with("__Host-") && cookie.contains("Secure") && cookie.contains("Path=/"),
                "{cookie}"
            );
            cookies.push(cookie.split(';').next().unwrap().to_owned());
        }
        cookies.join("; ")
    };
    keep(&client.get(format!("{address}/cohorts")).send().await.unwrap());
    keep(&client.get(format!("{address}/language/en")).send().await.unwrap());
    let page = client.get(format!("{address}/sign-in")).send().await.unwrap();
    let kept = keep(&page);
    let csrf = crate::support::hidden(&text(page).await, "csrf");
    let fields = [("csrf", csrf.as_str()), ("login", "jimu"), ("password", crate::support::PASSWORD)];
    let answer = client.post(format!("{address}/sign-in")).header("cookie", kept).form(&fields).send().await.unwrap();
    assert_eq!(answer.headers()["location"], "/cohorts", "the page that was asked for first");
    let kept = keep(&answer);
    let page = client.get(format!("{address}/cohorts")).header("cookie", kept).send().await.unwrap();
    assert!(
        page.status() == StatusCode::OK && text(page).await.contains("Sign out"),
        "in the language that was chosen"
    );
}
