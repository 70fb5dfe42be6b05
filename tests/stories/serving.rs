//! A server as the operator meets it: started, asked how it is, beside commands, stopped.

use super::command::{initialised, json, kensan};
use super::support;
use records::{Presence, Records};
use secretariat::Secretariat;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A served Kensan in a process of its own, which ends with the test.
struct Served {
    process: Child,
    address: String,
    log: BufReader<std::process::ChildStderr>,
}

impl Served {
    /// Waits for the line that says where it listens.
    fn start(data: &str, more: &[&str]) -> Served {
        let listen: &[&str] = if more.contains(&"--listen") { &[] } else { &["--listen", "127.0.0.1:0"] };
        let mut process = Command::new(env!("CARGO_BIN_EXE_kensan"))
            .args(["serve", "--data", data, "--log", "json"])
            .args(listen)
            .args(more)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(process.stderr.take().unwrap());
        let mut served = Served { process, address: String::new(), log };
        while served.address.is_empty() {
            let mut line = String::new();
            assert!(served.log.read_line(&mut line).unwrap() > 0, "the server ended");
            let said: Value = serde_json::from_str(&line).expect("one JSON object a line");
            assert!(said["timestamp"].as_str().unwrap().ends_with('Z'), "UTC: {line}");
            if said["fields"]["message"] == "serving" {
                served.address = said["fields"]["address"].as_str().unwrap().to_owned();
            }
        }
        served
    }

    fn ask(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        (answer[9..12].parse().unwrap(), answer)
    }

    fn terminate(&self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_server_says_how_it_is_and_keeps_others_from_its_records() {
    let (directory, data) = initialised();
    let served = Served::start(&data, &[]);
    assert_eq!(served.ask("/healthz").0, 200);
    assert_eq!(served.ask("/readyz").0, 200);
    let (code, report) = json(&["doctor", "--data", &data]);
    assert_eq!((code, &report["serving"]), (0, &Value::from(true)));
    // The keys stay while somebody uses them, and so does the schema.
    for refused in [&["keys", "rotate", "--data", &data][..], &["keys", "shred", "--data", &data]] {
        let output = kensan(refused);
        assert_eq!(output.status.code(), Some(1), "{refused:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("stop the server first"), "{refused:?}");
    }
    // A backup is made beside it, and another provider is set up.
    let copy = directory.path().join("a.backup").to_string_lossy().into_owned();
    assert_eq!(json(&["backup", &copy, "--data", &data]).0, 0);
    let add = ["provider", "add", "乙県社会福祉協議会", "--prefecture", "11", "--login", "otsu", "--data", &data];
    let (code, added) = json(&add);
    assert_eq!((code, added["password"].as_str().unwrap().len()), (0, 26));
    assert_eq!(json(&add).0, 1, "a login name is one person's, and there is no half provider");
    assert_eq!(json(&["provider", "list", "--data", &data]).1["providers"].as_array().unwrap().len(), 2);

    // The file is replaced under it: it says so, and takes nothing that would be lost.
    let open = Path::new(&data).join("kensan.db");
    std::fs::copy(&open, directory.path().join("aside")).unwrap();
    std::fs::remove_file(&open).unwrap();
    std::fs::copy(directory.path().join("aside"), &open).unwrap();
    assert_eq!(served.ask("/readyz").0, 503);
    assert_eq!(served.ask("/healthz").0, 200);
}

#[test]
fn a_server_that_is_told_to_stop_waits_for_nobody_forever() {
    let (_directory, data) = initialised();
    let mut served = Served::start(&data, &[]);
    // Somebody who never says what they want, and somebody who never takes the answer.
    let mut slow = TcpStream::connect(&served.address).unwrap();
    slow.write_all(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ncsrf=").unwrap();
    served.terminate();
    let status = served.process.wait().unwrap();
    assert!(status.success(), "{status}");
    let mut said = String::new();
    served.log.read_to_string(&mut said).unwrap();
    assert!(said.contains("stopping") && said.contains("cut off"), "{said}");
    let again = Served::start(&data, &[]);
    assert_eq!(again.ask("/readyz").0, 200);
}

#[test]
fn a_server_goes_on_when_nobody_reads_its_log_any_more() {
    let (_directory, data) = initialised();
    let mut served = Served::start(&data, &["--metrics", "127.0.0.1:0"]);
    drop(std::mem::replace(&mut served.log, BufReader::new(gone())));
    for path in ["/sign-in", "/no-such-page", "/readyz"] {
        assert!(served.ask(path).0 < 500, "{path}");
    }
}

/// The log of a process that has ended.
fn gone() -> std::process::ChildStderr {
    let mut ended = Command::new("true").stderr(Stdio::piped()).spawn().unwrap();
    ended.wait().unwrap();
    ended.stderr.take().unwrap()
}

#[test]
fn a_server_makes_the_days_backup_and_counts_what_it_answers() {
    let (directory, data) = initialised();
    let backups = directory.path().join("backups");
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let figures = format!("127.0.0.1:{port}");
    let directory_of_backups = backups.to_string_lossy().into_owned();
    let more = ["--backups", &directory_of_backups, "--backup-hour", "0", "--metrics", &figures];
    let mut served = Served::start(&data, &more);
    let mut line = String::new();
    while !line.contains("a backup was made and proven") {
        line.clear();
        assert!(served.log.read_line(&mut line).unwrap() > 0);
    }
    let made: Vec<_> = std::fs::read_dir(&backups).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(made.len(), 1, "{made:?}");
    let restored = directory.path().join("restored").to_string_lossy().into_owned();
    assert_eq!(json(&["restore", &made[0].to_string_lossy(), "--data", &restored]).0, 0);

    assert_eq!(served.ask("/sign-in").0, 200);
    assert_eq!(served.ask("/trainees/1").0, 303);
    served.address = figures;
    let (status, text) = served.ask("/metrics");
    assert_eq!(status, 200);
    let expected = [
        r#"kensan_http_requests_total{method="GET",route="/sign-in",status="2xx"} 1"#,
        r#"kensan_http_requests_total{method="GET",route="/trainees/{enrolment}",status="3xx"} 1"#,
        "kensan_database_writable 1",
        "kensan_backup_age_seconds",
        "process_resident_memory_bytes",
    ];
    for figure in expected {
        assert!(text.contains(figure), "{figure} is missing in\n{text}");
    }
    assert_eq!(served.ask("/sign-in").0, 404, "figures alone are served there");
}

#[tokio::test]
async fn work_that_goes_on_is_not_called_interrupted() {
    let (_directory, data) = initialised();
    let records = Records::open(Path::new(&data)).await.unwrap();
    let actor = records::Actor {
        provider: 1,
        name: "test".into(),
        now: support::first_day().and_hms_opt(0, 0, 0).unwrap().and_utc(),
    };
    let mut work = records.write(actor).await.unwrap();
    let operation = work.announce("import.hosts", "a.csv").await.unwrap();
    let at_work = records.be_present(Presence::Operation(operation)).await.unwrap();
    work.commit().await.unwrap();
    let interrupted = || json(&["doctor", "--data", &data]).1["interrupted"].as_array().unwrap().len();
    assert_eq!(interrupted(), 0, "somebody is at it");
    drop(at_work);
    assert_eq!(interrupted(), 1, "nobody is at it any more");
    assert_eq!(interrupted(), 0, "told once");
}

#[test]
fn an_upgrade_is_rehearsed_on_a_copy() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("demo").to_string_lossy().into_owned();
    assert!(kensan(&["demo", "--only-create", "--data", &data]).status.success());
    let heads = || json(&["audit", "verify", "--data", &data]).1["heads"].clone();
    let before = heads();
    let working = directory.path().to_string_lossy().into_owned();
    let (code, told) = json(&["upgrade", "--rehearse", "--working", &working, "--data", &data]);
    assert_eq!(code, 0, "{told}");
    let cohorts = told["cohorts"].as_array().unwrap();
    assert!(cohorts.iter().any(|cohort| cohort["judged"].as_i64() > Some(20)), "{told}");
    assert!(cohorts.iter().all(|cohort| cohort["changed"].as_object().unwrap().is_empty()), "the rules are the same");
    assert_eq!(heads(), before, "the records are as they were");
    assert_eq!(std::fs::read_dir(&working).unwrap().count(), 1, "the copy is gone");
    let head = before[0]["hash"].as_str().unwrap();
    let verified = |head: &str| json(&["audit", "verify", "--data", &data, "--head", head]).0;
    assert_eq!((verified(head), verified(&head.to_uppercase())), (0, 0));
    assert_eq!((verified(&"0".repeat(64)), verified("abc")), (4, 1));
    let (code, told) = json(&["upgrade", "--data", &data]);
    assert_eq!((code, &told["before"]), (0, &told["after"]));
}

/// The page of last resort and the one for a database that is away, without a database.
#[tokio::test]
async fn a_database_that_is_away_is_said_on_a_page() {
    let kensan = support::sqlite().await;
    let staff = kensan.provider("甲").await;
    let visitor = kensan.signed_in(&format!("admin{}", staff.provider)).await;
    let secretariat: Secretariat = kensan.secretariat.clone();
    secretariat.records().close().await;
    let answer = visitor.get("/cohorts").await;
    assert_eq!(answer.status().as_u16(), 503);
    assert_eq!(answer.headers()["retry-after"], "10");
    let page = support::text(answer).await;
    assert!(page.contains("ただいま利用できません") && page.contains("<main"), "{page}");
    let answer = kensan.visitor().get("/readyz").await;
    assert_eq!(answer.status().as_u16(), 503);
    assert_eq!(kensan.visitor().get("/healthz").await.status().as_u16(), 200);
}

#[test]
fn a_plain_address_is_refused_without_the_operators_word() {
    let (_directory, data) = initialised();
    for wrong in [&["--listen", "0.0.0.0:0"][..], &["--base-url", "http://kensan.example.jp"]] {
        let output = kensan(&[&["serve", "--data", &data], wrong].concat());
        assert_eq!(output.status.code(), Some(1), "{wrong:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("--plain-http"), "{wrong:?}");
    }
    let served = Served::start(&data, &["--listen", "0.0.0.0:0", "--plain-http"]);
    assert_eq!(served.ask("/healthz").0, 200);
}
