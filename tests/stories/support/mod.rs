//! A served Kensan on either database, and a person at its pages.

pub mod mail;
pub mod practicum;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use records::Records;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use secretariat::account::{Account, Password};
use secretariat::practicum::attachment::Scanner;
use secretariat::{Guidelines, Secretariat, Staff};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use training::role::Role;

pub const PASSWORD: &str = "a password for tests";

pub struct Kensan {
    pub secretariat: Secretariat,
    pub address: String,
    clock: Arc<Mutex<DateTime<Utc>>>,
    _directory: tempfile::TempDir,
}

/// Everything this process logs from now on, at the finest level.
pub fn logs() -> Logs {
    static LOGS: OnceLock<Logs> = OnceLock::new();
    LOGS.get_or_init(|| {
        let logs = Logs::default();
        let writer = logs.clone();
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).init();
        logs
    })
    .clone()
}

/// What was logged.
#[derive(Clone, Default)]
pub struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl std::io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The first day of the stories: they hold whenever they are run.
pub fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 4, 1).unwrap()
}

async fn serve(records: Records, directory: tempfile::TempDir) -> Kensan {
    let noon_in_japan = first_day().and_time(NaiveTime::from_hms_opt(3, 0, 0).unwrap()).and_utc();
    let clock = Arc::new(Mutex::new(noon_in_japan));
    serve_by(Guidelines::shipped().unwrap(), records, (clock, directory)).await
}

async fn serve_by(
    guidelines: Guidelines,
    records: Records,
    (clock, directory): (Arc<Mutex<DateTime<Utc>>>, tempfile::TempDir),
) -> Kensan {
    let read = clock.clone();
    // Finds the word HARMFUL.
    let scanner = directory.path().join("scanner.sh");
    std::fs::write(&scanner, "! grep -q HARMFUL\n").unwrap();
    let secretariat = Secretariat::new(records, guidelines, Arc::new(move || *read.lock().unwrap()))
        .with_scanner(Scanner::of(&format!("sh {}", scanner.display())));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let site = web::Site { base_url: address.clone(), mails: true, ..web::Site::default() };
    let pages = web::pages(secretariat.clone(), site);
    tokio::spawn(async move {
        axum::serve(listener, pages.into_make_service_with_connect_info::<SocketAddr>()).await.unwrap()
    });
    Kensan { secretariat, address, clock, _directory: directory }
}

pub async fn sqlite() -> Kensan {
    let directory = tempfile::tempdir().unwrap();
    serve(Records::open(directory.path()).await.unwrap(), directory).await
}

/// A database of its own in the PostgreSQL that `scripts/test` starts.
pub async fn postgres() -> Kensan {
    let admin = std::env::var("KENSAN_TEST_POSTGRES")
        .expect("KENSAN_TEST_POSTGRES names a PostgreSQL for tests; scripts/test starts one");
    let directory = tempfile::tempdir().unwrap();
    let name = directory.path().file_name().unwrap().to_string_lossy().replace('.', "story_").to_lowercase();
    let created = std::process::Command::new("psql")
        .args([&admin, "-q", "-c", &format!("CREATE DATABASE \"{name}\"")])
        .status()
        .unwrap();
    assert!(created.success());
    let url = admin.replacen("/postgres?", &format!("/{name}?"), 1);
    let records = Records::connect(&url).await.unwrap().with_keys(&directory.path().join("kensan.key")).await.unwrap();
    serve(records, directory).await
}

impl Kensan {
    /// The same records served by other guidelines.
    pub async fn with_guidelines(self, guidelines: Guidelines) -> Kensan {
        serve_by(guidelines, self.secretariat.records().clone(), (self.clock, self._directory)).await
    }

    /// Lets minutes pass, in which nobody is signed out.
    pub fn minutes_pass(&self, minutes: i64) {
        *self.clock.lock().unwrap() += TimeDelta::minutes(minutes);
    }

    /// Lets days pass.
    pub fn days_pass(&self, days: i64) {
        *self.clock.lock().unwrap() += TimeDelta::days(days);
    }

    /// A provider with an administrator; login names end in the provider's id.
    pub async fn provider(&self, name: &str) -> Staff {
        let mut work = self.secretariat.write(&Secretariat::operator(0)).await.unwrap();
        let provider = work.create_provider(name, 10).await.unwrap();
        work.commit().await.unwrap();
        let staff = Staff { provider, name: "test".into(), role: Role::Administrator };
        self.account(&staff, &format!("admin{provider}"), Role::Administrator, None, None).await;
        staff
    }

    pub async fn account(
        &self,
        staff: &Staff,
        login: &str,
        role: Role,
        person_id: Option<i64>,
        host_office_id: Option<i64>,
    ) -> i64 {
        // Whoever guides at the office and has no account yet.
        let mut work = self.secretariat.read(staff).await.unwrap();
        let mut supervisor_id = None;
        if let Some(office) = host_office_id {
            let contacts = work.supervisor_contacts(Some(office)).await.unwrap();
            let has_one = |id: i64| contacts.iter().any(|it| it.supervisor_id == id && it.user_id.is_some());
            let supervisors = work.supervisors(office).await.unwrap();
            supervisor_id = supervisors.iter().map(|known| known.id).find(|id| !has_one(*id));
        }
        work.roll_back().await.unwrap();
        let account = Account {
            login,
            name: login,
            role,
            password: Some(Password::Own(PASSWORD)),
            email: "",
            person_id,
            host_office_id,
            supervisor_id,
        };
        self.secretariat.create_account(staff, account).await.unwrap()
    }

    pub fn visitor(&self) -> Visitor {
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).build().unwrap();
        Visitor { client, address: self.address.clone(), token: String::new() }
    }

    /// Somebody who has signed in and may have to set up a second factor first.
    pub async fn signed_in_half(&self, login: &str) -> Visitor {
        let mut visitor = self.visitor();
        visitor.read("/sign-in").await;
        visitor.submit("/sign-in", &[("login", login), ("password", PASSWORD)]).await;
        visitor.read("/second-factor").await;
        visitor
    }

    /// Somebody behind a proxy on this machine, which says where the requests come from.
    pub fn visitor_from(&self, address: &str) -> Visitor {
        let headers = [("x-forwarded-for".parse().unwrap(), address.parse().unwrap())].into_iter().collect();
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).default_headers(headers);
        Visitor { client: client.build().unwrap(), address: self.address.clone(), token: String::new() }
    }

    pub async fn signed_in(&self, login: &str) -> Visitor {
        let mut visitor = self.visitor();
        visitor.sign_in(login).await;
        visitor
    }
}

#[derive(Clone)]
/// Somebody with a browser that keeps cookies and follows no redirect by itself.
pub struct Visitor {
    client: Client,
    address: String,
    pub token: String,
}

pub async fn text(response: Response) -> String {
    response.text().await.unwrap()
}

/// A cohort of the initial training that begins so many days after the first day of the stories, with a roster of people who are all admitted.
/// Gives its address.
pub async fn cohort(office: &mut Visitor, name: &str, begins: i64, roster: &str) -> String {
    let day = |offset: i64| (first_day() + TimeDelta::days(begins + offset)).to_string();
    let fields = [
        ("name", name),
        ("edition", "initial-training-revised"),
        ("starts_on", &day(0)),
        ("ends_on", &day(120)),
        ("practicum_from", &day(40)),
        ("practicum_weeks", "4"),
        ("travel_limit_km", "30"),
    ];
    office.read("/cohorts").await;
    let cohort = office.submit("/cohorts", &fields).await;
    office.upload(&format!("{cohort}/roster"), "roster.csv", roster.as_bytes().to_vec(), &[]).await;
    office.submit(&format!("{cohort}/enrol"), &[]).await;
    cohort
}

/// The value of a hidden field of a page.
pub fn hidden(html: &str, name: &str) -> String {
    let rest = html.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name}: {html}"));
    rest.split('"').next().unwrap().to_owned()
}

fn token_of(html: &str) -> Option<String> {
    let rest = html.split("name=\"csrf\" value=\"").nth(1)?;
    Some(rest.split('"').next()?.to_owned())
}

impl Visitor {
    /// Something a browser would not send by itself.
    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.address))
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.address)).send().await.unwrap()
    }

    /// A page that must be there; remembers the token of its forms.
    pub async fn read(&mut self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let html = text(response).await;
        if let Some(token) = token_of(&html) {
            self.token = token;
        }
        html
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let mut all = vec![("csrf", self.token.as_str())];
        all.extend_from_slice(fields);
        self.client.post(format!("{}{path}", self.address)).form(&all).send().await.unwrap()
    }

    /// A form as a browser sends it, which says what page it stands on.
    pub async fn post_from(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let mut all = vec![("csrf", self.token.as_str())];
        all.extend_from_slice(fields);
        let request = self.client.post(format!("{}{path}", self.address));
        request.header("referer", format!("{}{page}", self.address)).form(&all).send().await.unwrap()
    }

    /// A form that must be accepted; gives where it leads.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let response = self.post(path, fields).await;
        let status = response.status();
        let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(status, StatusCode::SEE_OTHER, "{path} {fields:?}: {}", text(response).await);
        location.unwrap()
    }

    pub async fn upload(&self, path: &str, file_name: &str, bytes: Vec<u8>, fields: &[(&str, &str)]) -> Response {
        self.upload_files(path, &[("file", file_name, bytes)], fields).await
    }

    /// Several files: the field each goes into, its name, its content.
    pub async fn upload_files(&self, path: &str, files: &[(&str, &str, Vec<u8>)], fields: &[(&str, &str)]) -> Response {
        let mut form = reqwest::multipart::Form::new().text("csrf", self.token.clone());
        for (name, value) in fields {
            form = form.text((*name).to_owned(), (*value).to_owned());
        }
        for (field, name, bytes) in files {
            let part = reqwest::multipart::Part::bytes(bytes.clone()).file_name((*name).to_owned());
            form = form.part((*field).to_owned(), part);
        }
        self.client.post(format!("{}{path}", self.address)).multipart(form).send().await.unwrap()
    }

    pub async fn sign_in(&mut self, login: &str) {
        self.read("/sign-in").await;
        let to = self.submit("/sign-in", &[("login", login), ("password", PASSWORD)]).await;
        assert_eq!(to, "/");
        let password = self.read("/password").await;
        assert!(password.contains("csrf"));
    }
}
