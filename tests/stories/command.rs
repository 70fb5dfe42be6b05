//! The command, as a script sees it: exit codes, one JSON object, what a kill leaves behind.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use training::completion::facts::AssessmentFact;

pub(crate) fn kensan(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kensan")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// Exactly one JSON object on standard output.
pub(crate) fn json(arguments: &[&str]) -> (i32, Value) {
    let output = kensan(&[arguments, &["--json"]].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.trim().lines().count(), 1, "{text}");
    (output.status.code().unwrap(), serde_json::from_str(&text).unwrap())
}

pub(crate) fn initialised() -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data").to_string_lossy().into_owned();
    let (code, answer) =
        json(&["init", "--data", &data, "--provider", "見本県", "--prefecture", "10", "--login", "admin"]);
    assert_eq!(code, 0);
    assert!(answer["password"].as_str().unwrap().len() >= 12);
    (directory, data)
}

pub(crate) fn offices(count: usize) -> String {
    let headings: Vec<&str> = secretariat::office::import::COLUMNS.iter().map(|(heading, _)| *heading).collect();
    let mut csv = headings.join(",") + "\n";
    for index in 0..count {
        csv.push_str(&format!("102083,{index},群馬県,渋川市,見本{index},ミホン,居宅介護支援,渋川市{index},,36.4,139.0,,,,,{:010},,,,,,,,\n", index));
    }
    csv
}

#[test]
fn keys_are_rotated_and_shredded() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("demo").to_string_lossy().into_owned();
    assert!(kensan(&["demo", "--only-create", "--data", &data]).status.success());
    let file = Path::new(&data).join("kensan.key");
    let before = std::fs::read_to_string(&file).unwrap();
    let (code, rotated) = json(&["keys", "rotate", "--data", &data]);
    assert_eq!((code, &rotated["keys"]), (0, &Value::from(2)));
    assert!(rotated["texts"].as_i64().unwrap() >= 5, "{rotated}");
    let after = std::fs::read_to_string(&file).unwrap();
    assert!(before != after && after.lines().filter(|line| !line.starts_with('#')).count() == 1);

    // Without the file everything but the texts is there, and the doctor says what is missing.
    std::fs::rename(&file, directory.path().join("kept.key")).unwrap();
    let (code, report) = json(&["doctor", "--data", &data]);
    assert_eq!(code, 4);
    assert!(report["faults"].to_string().contains("main key"), "{report}");
    let kept = directory.path().join("kept.key").to_string_lossy().into_owned();
    assert_eq!(json(&["doctor", "--data", &data, "--keys", &kept]).0, 0);

    let shred = ["keys", "shred", "--data", &data, "--keys", &kept];
    assert_eq!(json(&shred).1["shredded"], Value::from(Vec::<Value>::new()), "nothing ended five years ago");
    assert_eq!(kensan(&[shred.as_slice(), &["--years", "0"]].concat()).status.code(), Some(2));
    assert_eq!(json(&["audit", "verify", "--data", &data]).0, 0);
}

#[tokio::test]
async fn texts_are_shredded_when_their_retention_ends() {
    let (_directory, data) = initialised();
    ready_cohort(&data, 1).await;
    let old = "第0期";
    let secretariat = opened(&data).await;
    let staff = secretariat::Secretariat::operator(1);
    let typed: training::practicum::entry::Typed = [("goals".to_owned(), "面接の進め方を学ぶ".to_owned())].into();
    let mut written = Vec::new();
    let mut work = secretariat.read(&staff).await.unwrap();
    let cohort = work.cohort(1).await.unwrap();
    let past = |year| chrono::NaiveDate::from_ymd_opt(year, 4, 1).unwrap();
    let ended = records::cohort::Cohort {
        name: old.into(),
        starts_on: past(2019),
        ends_on: past(2020),
        practicum_from: past(2019),
        ..cohort
    };
    let running = work.enrolments(1).await.unwrap().remove(0);
    work.roll_back().await.unwrap();
    let cohort = secretariat.create_cohort(&staff, &ended, true).await.unwrap();
    let roster = "受験番号,氏名,フリガナ,生年月日\r\n0009,練習 次郎,レンシュウ ジロウ,1990-01-02\r\n";
    secretariat.import_roster(&staff, cohort, "名簿", roster.as_bytes(), &Default::default()).await.unwrap();
    secretariat.enrol_all(&staff, cohort).await.unwrap();
    let mut work = secretariat.write(&staff).await.unwrap();
    let earlier = work.enrolments(cohort).await.unwrap().remove(0);
    for enrolment in [earlier.id, running.id] {
        let id =
            work.create_entry(enrolment, training::practicum::entry::EntryKind::Goals, (None, None)).await.unwrap();
        let entry = work.entry(enrolment, id).await.unwrap();
        work.submit_entry(&entry, &typed, 0).await.unwrap();
        written.push(enrolment);
    }
    work.commit().await.unwrap();
    secretariat.records().close().await;

    let tried = ["keys", "shred", "--data", &data, "--dry-run"];
    assert_eq!(json(&tried).1["shredded"][0]["name"], old);
    let (code, told) = json(&tried[..4]);
    assert_eq!((code, told["shredded"].as_array().unwrap().len()), (0, 1), "{told}");
    assert_eq!(json(&tried[..4]).1["shredded"].as_array().unwrap().len(), 0, "once");
    let secretariat = opened(&data).await;
    let mut work = secretariat.read(&staff).await.unwrap();
    let mut texts = Vec::new();
    for enrolment in written {
        texts.push(work.revisions(enrolment, None).await.unwrap().remove(0).typed);
    }
    work.roll_back().await.unwrap();
    secretariat.records().close().await;
    assert_eq!(texts, [None, Some(typed)], "the texts of the ended cohort alone are gone");
    assert_eq!(json(&["doctor", "--data", &data]).0, 0);
    assert_eq!(json(&["audit", "verify", "--data", &data]).0, 0);
}

#[test]
fn records_from_nothing() {
    let (directory, data) = initialised();
    let again = kensan(&["init", "--data", &data, "--provider", "x", "--prefecture", "10", "--login", "x"]);
    assert_eq!(again.status.code(), Some(1), "records are never overwritten");
    let file = directory.path().join("offices.csv");
    std::fs::write(&file, offices(3)).unwrap();
    let file = file.to_string_lossy();
    let (code, counts) = json(&["import", "hosts", &file, "--data", &data]);
    assert_eq!(code, 0);
    for (key, expected) in [("rows", 3), ("new", 3), ("changed", 0), ("vanished", 0), ("suspicious", 0)] {
        assert_eq!(counts[key], expected, "{key}");
    }
    assert_eq!(json(&["audit", "verify", "--data", &data]).0, 0);
}

#[test]
fn a_lost_password_has_a_way_back() {
    let (_directory, data) = initialised();
    let user = |arguments: &[&str]| json(&[&["user"], arguments, &["--data", &data]].concat());
    let (code, added) = user(&["add", "jimu", "--name", "事務 見本", "--role", "secretariat"]);
    assert_eq!((code, added["password"].as_str().unwrap().len()), (0, 26));
    assert_eq!(user(&["add", "jimu", "--name", "別人", "--role", "secretariat"]).0, 1, "a login name is one person's");
    let trainee = kensan(&["user", "add", "x", "--name", "受講 者", "--role", "trainee", "--data", &data]);
    assert_eq!(trainee.status.code(), Some(2), "a trainee's account belongs to an enrolment");
    assert_eq!(user(&["disable", "jimu"]).0, 0);
    let state = |login: &str| {
        let (_, listed) = user(&["list"]);
        let users = listed["users"].as_array().unwrap().clone();
        users.into_iter().find(|user| user["login"] == login).unwrap()["active"].as_bool().unwrap()
    };
    assert!(!state("jimu") && state("admin"));
    let (code, reset) = user(&["reset", "jimu"]);
    assert_eq!(code, 0);
    assert_ne!(reset["password"], added["password"]);
    assert!(state("jimu"));
    assert_eq!(user(&["reset", "nobody"]).0, 1);
    assert_eq!(json(&["audit", "verify", "--data", &data]).0, 0);
}

#[cfg(unix)]
#[test]
fn nobody_but_the_owner_can_read_the_records() {
    use std::os::unix::fs::PermissionsExt;
    let (_directory, data) = initialised();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(Path::new(&data)), 0o700);
    for file in std::fs::read_dir(&data).unwrap().map(|file| file.unwrap().path()) {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    // Records whose files others could read are theirs no longer once they are opened.
    let database = Path::new(&data).join("kensan.db");
    std::fs::set_permissions(&database, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(json(&["doctor", "--data", &data]).0, 0);
    assert_eq!(mode(&database), 0o600);
}

#[test]
fn one_byte_changed_in_the_database_is_found() {
    let (_directory, data) = initialised();
    let database = Path::new(&data).join("kensan.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let needle = b"provider.created";
    let at = bytes.windows(needle.len()).position(|window| window == needle).unwrap();
    bytes[at] = b'P';
    std::fs::write(&database, bytes).unwrap();
    let (code, answer) = json(&["audit", "verify", "--data", &data]);
    assert_eq!(code, 4);
    assert_eq!(answer["faults"][0]["sequence"], 1);
    let (_directory, data) = initialised();
    let database = Path::new(&data).join("kensan.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let needle = "管理者".as_bytes();
    let at = bytes.windows(needle.len()).position(|window| window == needle).unwrap();
    bytes[at + needle.len() - 1] ^= 1;
    std::fs::write(&database, bytes).unwrap();
    let (code, answer) = json(&["audit", "verify", "--data", &data]);
    let fault = &answer["faults"][0];
    assert_eq!((code, fault["table"].as_str(), fault["row"].as_i64()), (4, Some("users"), Some(1)));
}

#[test]
fn a_kill_in_the_middle_leaves_all_or_nothing_and_is_told() {
    let (directory, data) = initialised();
    let file = directory.path().join("offices.csv");
    const OFFICES: usize = 60_000;
    std::fs::write(&file, offices(OFFICES)).unwrap();
    let file = file.to_string_lossy();
    // Past the announcement.
    killed_while_writing(&["import", "hosts", &file, "--data", &data], &data, 1_000_000);
    let (code, told) = json(&["doctor", "--data", &data]);
    assert_eq!(code, 0, "{told}");
    let interrupted = told["interrupted"].as_array().unwrap().len();
    let (_, counts) = json(&["import", "hosts", &file, "--data", &data]);
    match interrupted {
        1 => assert_eq!(counts["new"], OFFICES, "nothing of the killed import remains"),
        0 => assert_eq!(counts["unchanged"], OFFICES, "it had finished"),
        other => panic!("{other} operations"),
    }
    assert_eq!(json(&["doctor", "--data", &data]).1["interrupted"].as_array().unwrap().len(), 0, "told once");
}

/// Starts a command that writes and kills it once the write-ahead log has grown past a size: the rows are being written then.
fn killed_while_writing(arguments: &[&str], data: &str, bytes: u64) {
    let mut running = Command::new(env!("CARGO_BIN_EXE_kensan"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let log = Path::new(data).join("kensan.db-wal");
    while running.try_wait().unwrap().is_none() && std::fs::metadata(&log).map_or(0, |meta| meta.len()) < bytes {
        std::thread::yield_now();
    }
    running.kill().unwrap();
    running.wait().unwrap();
}

fn passed() -> AssessmentFact {
    AssessmentFact { id: 0, passed: true, score: None, items: BTreeMap::new(), by: None }
}

/// The records of a directory, early in 2027.
async fn opened(data: &str) -> secretariat::Secretariat {
    let records = records::Records::open(Path::new(data)).await.unwrap();
    let clock = std::sync::Arc::new(|| chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
    secretariat::Secretariat::new(records, secretariat::Guidelines::shipped().unwrap(), clock)
}

/// A cohort of which everybody is ready for the certificate.
async fn ready_cohort(data: &str, trainees: usize) {
    let secretariat = opened(data).await;
    let staff = secretariat::Secretariat::operator(1);
    let day = |month| chrono::NaiveDate::from_ymd_opt(2027, month, 1).unwrap();
    let cohort = records::cohort::Cohort {
        id: 0,
        name: "第1期".into(),
        edition: "initial-training-earlier".into(),
        supplements: String::new(),
        starts_on: day(1),
        ends_on: day(2),
        practicum_from: day(2),
        practicum_weeks: 1,
        travel_limit_m: 30_000,
        cancelled: false,
        facts_version: 1,
        version: 1,
    };
    let cohort = secretariat.create_cohort(&staff, &cohort, true).await.unwrap();
    let mut roster = String::from("受験番号,氏名,フリガナ,生年月日\r\n");
    for index in 0..trainees {
        roster.push_str(&format!("{index},研修 第{index},ケンシュウ,1985-04-01\r\n"));
    }
    secretariat.import_roster(&staff, cohort, "名簿", roster.as_bytes(), &Default::default()).await.unwrap();
    secretariat.enrol_all(&staff, cohort).await.unwrap();
    let edition = &secretariat.guidelines().editions["initial-training-earlier"];
    let mut work = secretariat.write(&staff).await.unwrap();
    for enrolment in work.enrolments(cohort).await.unwrap() {
        work.record_assessment(enrolment.id, &passed()).await.unwrap();
        for subject in edition.curriculum.subjects.iter().filter(|subject| subject.hours > 0) {
            work.record_credit(enrolment.id, &subject.code, "見本").await.unwrap();
        }
    }
    work.commit().await.unwrap();
    secretariat.records().close().await;
}

#[tokio::test]
async fn a_kill_while_certificates_are_issued_leaves_all_or_none() {
    const TRAINEES: usize = 60;
    let (_directory, data) = initialised();
    ready_cohort(&data, TRAINEES).await;
    let issue = ["certificate", "issue", "--cohort", "1", "--base-url", "https://kensan.example", "--data", &data];
    killed_while_writing(&issue, &data, 500_000);
    let (code, told) = json(&["doctor", "--data", &data]);
    assert_eq!(code, 0, "{told}");
    let interrupted = told["interrupted"].as_array().unwrap().len();
    let (_, issued) = json(&issue);
    let count = |key: &str| issued[key].as_array().unwrap().len();
    match interrupted {
        1 => assert_eq!((count("issued"), count("already")), (TRAINEES, 0), "nothing of the killed batch remains"),
        0 => assert_eq!((count("issued"), count("already")), (0, 0), "it had finished: nobody takes part any more"),
        other => panic!("{other} operations"),
    }
    assert_eq!(json(&["audit", "verify", "--data", &data]).0, 0);
}

#[test]
fn placement_from_files() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_string_lossy().into_owned();
    std::fs::write(
        path("trainees.csv"),
        "id,pref,lat_e6,lon_e6,limit_m,employer,windows,pref1,pref2,pref3\n007,10,36400000,139000000,30000,5,10,,,\n甲,10,36400000,139000000,30000,0,10,,,\n",
    )
    .unwrap();
    std::fs::write(
        path("hosts.csv"),
        "id,office_no,pref,lat_e6,lon_e6,corp,cap,wcap,tier,chief\n1,0001,10,36400000,139000000,5,1,1,1,1\n2,0002,10,36500000,139000000,0,1,1,0,1\n",
    )
    .unwrap();
    std::fs::write(path("instance.json"), r#"{"windows":2,"cross_prefecture":false}"#).unwrap();
    let (trainees, hosts, instance, out) =
        (path("trainees.csv"), path("hosts.csv"), path("instance.json"), path("out.csv"));
    let arguments = ["place", "--trainees", &trainees, "--hosts", &hosts, "--instance", &instance, "--out", &out];
    let (code, answer) = json(&arguments);
    assert_eq!((code, answer["placed"].as_i64(), answer["certificate_ok"].as_bool()), (0, Some(2), Some(true)));
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "trainee,host,window\n007,0002,0\n甲,0001,0\n");
    std::fs::write(path("instance.json"), r#"{"windows":65,"cross_prefecture":false}"#).unwrap();
    assert_eq!(json(&arguments).0, 1);
}

/// The manual's own supplement, document names and facts, as its reader would type them.
#[test]
fn the_facts_of_the_manual_are_judged() {
    let manual = include_str!("../../docs/supplements.md");
    let block = |language: &str, wanted: &str| {
        let fence = format!("```{language}\n");
        let mut blocks = manual.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap());
        blocks.find(|block| block.contains(wanted)).unwrap().to_owned()
    };
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_string_lossy().into_owned();
    std::fs::create_dir(path("supplements")).unwrap();
    let own = block("toml", "見本県") + &block("toml", "[[document]]");
    std::fs::write(path("supplements/mihon.toml"), own).unwrap();
    std::fs::write(path("jijitsu.json"), block("json", "as_of")).unwrap();
    let (place, facts) = (path("."), path("jijitsu.json"));
    let edition = "initial-training-revised";
    let arguments = ["--guidelines", &place, "judge", "--facts", &facts, "--edition", edition, "--supplement", "mihon"];
    let (code, answer) = json(&arguments);
    assert_eq!(code, 0, "{answer}");
    let findings = answer["trainees"][0]["judgement"]["findings"].as_array().unwrap();
    let of_subject = |code: &str| findings.iter().find(|finding| finding["subject"] == code).unwrap();
    assert_eq!((&of_subject("01")["state"], &of_subject("06")["state"]), (&"needs_make_up".into(), &"met".into()));
    assert_eq!(of_subject("01")["uncounted"][0]["why"], "missed");
    assert!(findings.iter().any(|finding| finding["requirement"] == "greeting-letter"));
    let output = kensan(&["--guidelines", &place, "guideline", "list", "--ids"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for id in ["several-cases", "conference_preparation", "practicum_log", "dementia", "greeting_letter"] {
        assert!(text.split_whitespace().any(|word| word == id), "{id}: {text}");
    }
    let twice = "\n[[document]]\nid = \"other\"\ntitle = \"実習先へのお礼状 \"\ntitle_en = \"x\"\n";
    let mut own = std::fs::read_to_string(path("supplements/mihon.toml")).unwrap();
    let at = own.find("[[document]]").unwrap();
    own.insert_str(at, twice);
    std::fs::write(path("supplements/mihon.toml"), own).unwrap();
    let (code, answer) = json(&["guideline", "check", &place]);
    assert_eq!(code, 4, "faults were found");
    assert!(answer["problems"][0]["message"].as_str().unwrap().contains("tell them apart"), "{answer}");
}

#[test]
fn facts_in_a_file_are_judged_without_records() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("facts.json").to_string_lossy().into_owned();
    let subjects =
        secretariat::Guidelines::shipped().unwrap().editions["initial-training-earlier"].curriculum.subjects.clone();
    let credits: Vec<Value> = (1..)
        .zip(subjects.iter().filter(|subject| subject.hours > 0))
        .map(|(id, subject)| serde_json::json!({ "id": id, "subject": subject.code }))
        .collect();
    let facts = serde_json::json!({ "as_of": "2027-09-01", "trainees": {
        "甲": { "exam_number": "0001", "credits": credits, "assessments": [{ "id": 1, "passed": true, "score": 80 }] },
        "乙": { "exam_number": "0002" },
    }});
    std::fs::write(&file, facts.to_string()).unwrap();
    let judged = |edition: &str| json(&["judge", "--edition", edition, "--facts", &file]);
    let (code, answer) = judged("initial-training-earlier");
    let complete: Vec<(&str, bool)> = answer["trainees"]
        .as_array()
        .unwrap()
        .iter()
        .map(|trainee| (trainee["trainee"].as_str().unwrap(), trainee["complete"].as_bool().unwrap()))
        .collect();
    assert_eq!((code, complete), (0, vec![("乙", false), ("甲", true)]));
    let (_, revised) = judged("initial-training-revised");
    assert_eq!(revised["trainees"][1]["complete"], false, "the revision asks for a practicum");
    assert_eq!(judged("no-such-edition").0, 1);
    std::fs::write(&file, r#"{"trainees": {"甲": {"exam": "1"}}}"#).unwrap();
    let (code, answer) = judged("initial-training-earlier");
    assert_eq!(code, 1);
    assert!(answer["error"].as_str().unwrap().contains("unknown field `exam`"), "{answer}");
}

#[test]
fn a_comparison_in_every_format() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_string_lossy().into_owned();
    let (old, new) = (path("old.txt"), path("new.xml"));
    let (cp932, _) = documents::encoding::encode(
        "第一条　研修は十二時間とする。\n２　費用は別に定める。\n",
        documents::encoding::Encoding::Cp932,
    );
    std::fs::write(&old, cp932).unwrap();
    std::fs::write(&new, "<Law><Article><ArticleTitle>第一条</ArticleTitle><Paragraph><ParagraphNum/><ParagraphSentence><Sentence>研修は十五時間とする。</Sentence></ParagraphSentence></Paragraph><Paragraph><ParagraphNum>２</ParagraphNum><ParagraphSentence><Sentence>費用は別に定める。</Sentence></ParagraphSentence></Paragraph></Article></Law>").unwrap();
    let (code, answer) = json(&["guideline", "compare", &old, &new]);
    assert_eq!((code, answer["rows"].as_array().unwrap().len()), (0, 2));
    assert_eq!(answer["rows"][0]["new"]["spans"], serde_json::json!([[7, 11]]));
    assert_eq!((&answer["rows"][0]["kind"], &answer["rows"][1]["kind"]), (&"changed".into(), &"same".into()));
    let plain = kensan(&["guideline", "compare", &old, &new, "--format", "json"]).stdout;
    assert_eq!(serde_json::from_slice::<Value>(&plain).unwrap(), answer);
    for (format, begins) in [("html", "<!DOCTYPE html>"), ("pdf", "%PDF"), ("docx", "PK"), ("text", "新旧対照表")]
    {
        let out = path(format);
        let (code, counts) = json(&["guideline", "compare", &old, &new, "--format", format, "-o", &out]);
        assert_eq!((code, counts["changed"].as_i64()), (0, Some(1)));
        assert!(std::fs::read(&out).unwrap().starts_with(begins.as_bytes()), "{format}");
    }
    assert_eq!(json(&["guideline", "compare", "initial-training-earlier", "initial-training-revised"]).0, 0);
    let word = path("docx");
    let refused = kensan(&["guideline", "compare", &word, &new]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("save it as text"));
}

#[test]
fn mistakes_have_their_exit_codes() {
    assert_eq!(kensan(&["no-such-command"]).status.code(), Some(2));
    let nobody = kensan(&["init", "--data", "/tmp/x", "--provider", "x", "--prefecture", "10"]);
    assert_eq!(nobody.status.code(), Some(2), "no account has a name of its own accord");
    assert_eq!(
        kensan(&["init", "--data", "/tmp/x", "--provider", "x", "--prefecture", "48", "--login", "x"]).status.code(),
        Some(2)
    );
    let (code, answer) = json(&["doctor", "--data", "/nonexistent"]);
    assert_eq!(code, 1);
    assert!(answer["error"].as_str().unwrap().contains("kensan init"), "it says what to do");
    for name in ["hosts", "roster", "attendance", "placement", "comparison", "facts"] {
        let (code, answer) = json(&["schema", name]);
        assert_eq!(code, 0);
        assert!(!answer["files"][0]["columns"].as_array().unwrap().is_empty());
    }
    assert_eq!(json(&["guideline", "check"]).1["problems"], Value::Array(vec![]));
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("broken")).unwrap();
    std::fs::write(directory.path().join("broken/edition.toml"), "title = ").unwrap();
    assert_eq!(json(&["guideline", "check", &directory.path().to_string_lossy()]).0, 4);
}

#[test]
fn official_texts_come_in_and_out() {
    let (directory, data) = initialised();
    let path = |name: &str| directory.path().join(name).to_string_lossy().into_owned();
    let text = "別添１\n１　目的\n　研修の目的を定める。\n（１）　対象者\n";
    std::fs::write(path("a.txt"), format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    let (code, imported) = json(&["guideline", "import", &path("a.txt"), "--title", "原文", "--data", &data]);
    assert_eq!((code, &imported["clauses"], &imported["paragraphs"]), (0, &3.into(), &4.into()), "{imported}");
    let exported = kensan(&["guideline", "export", "1", "--data", &data, "-o", &path("b.txt")]);
    assert_eq!(exported.status.code(), Some(0));
    assert_eq!(std::fs::read_to_string(path("b.txt")).unwrap(), text);
    let listed = kensan(&["guideline", "texts", "--data", &data]);
    assert_eq!(String::from_utf8(listed.stdout).unwrap().trim(), "text:1  原文");
    let (code, compared) =
        json(&["guideline", "compare", "text:1", "initial-training-revised", "--data", &data, "--format", "json"]);
    assert_eq!(code, 0);
    assert!(compared["rows"].as_array().unwrap().len() > 10);

    // What is no text of clauses is refused with what is wrong and where; nothing is kept.
    let mixed = ["１　目的\n研修\n".as_bytes(), b"\x96\xda\x93I\xff\xff\n"].concat();
    let bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE Law [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]>\n<Law><LawTitle>&b;</LawTitle></Law>";
    for (name, bytes, told) in [
        ("none.txt", "条項のない文。\n".as_bytes(), "no clause number was found"),
        ("mixed.txt", &mixed, "line 3: this is neither UTF-8 nor Shift_JIS"),
        ("word.docx", b"PK\x03\x04...", "Word, Excel or zip"),
        ("bomb.xml", bomb.as_bytes(), "line 3: the XML is broken"),
        ("cut.xml", b"<Law>\n<LawTitle>", "line 2: the XML is broken"),
        ("empty.txt", b"", "empty"),
    ] {
        std::fs::write(path(name), bytes).unwrap();
        let refused = kensan(&["guideline", "import", &path(name), "--data", &data]);
        let message = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{message}");
        assert!(message.contains(told) && message.contains(name), "{message}");
    }
    assert_eq!(json(&["guideline", "texts", "--data", &data]).1["texts"].as_array().unwrap().len(), 1);
}

#[test]
fn a_law_of_ten_megabytes_is_taken() {
    let (directory, data) = initialised();
    let file = directory.path().join("law.xml").to_string_lossy().into_owned();
    let article = "<Article><ArticleTitle>第一条</ArticleTitle><Paragraph><ParagraphNum/><ParagraphSentence><Sentence>この法律は、研修の実施に関し必要な事項を定める。</Sentence></ParagraphSentence></Paragraph></Article>\n";
    let count = 10 * 1024 * 1024 / article.len() + 1;
    let law = format!("<?xml version=\"1.0\"?><Law><LawTitle>見本法</LawTitle>{}</Law>", article.repeat(count));
    std::fs::write(&file, law).unwrap();
    let (code, imported) = json(&["guideline", "import", &file, "--data", &data]);
    assert_eq!((code, imported["clauses"].as_u64().unwrap() as usize), (0, count));
}

#[test]
fn guidelines_of_ones_own() {
    let directory = tempfile::tempdir().unwrap();
    let own = directory.path().join("supplements");
    std::fs::create_dir(&own).unwrap();
    let head = "title = \"見本県\"\ntitle_en = \"Mihon\"\neditions = [\"initial-training-revised\"]\nsource = \"x\"\nconfidence = \"unknown\"\n";
    let tighten = |count| {
        format!(
            "{head}[[tighten]]\nrequirement = \"several-cases\"\nduty = \"must\"\nrule = {{ kind = \"several_cases\", count = {count} }}\n"
        )
    };
    std::fs::write(own.join("mihon.toml"), tighten(3)).unwrap();
    let place = directory.path().to_string_lossy().into_owned();
    let (code, checked) = json(&["guideline", "check", &place]);
    assert_eq!((code, &checked["supplements"]), (0, &9.into()), "{checked}");
    let facts = directory.path().join("facts.json").to_string_lossy().into_owned();
    std::fs::write(&facts, r#"{"as_of": "2026-06-01", "trainees": {"A": {"exam_number": "1"}}}"#).unwrap();
    let arguments = ["judge", "--facts", &facts, "--edition", "initial-training-revised", "--guidelines", &place];
    let supplements = ["--supplement", "gunma", "--supplement", "mihon"];
    let (code, judged) = json(&[&arguments[..], &supplements].concat());
    let findings = judged["trainees"][0]["judgement"]["findings"].as_array().unwrap();
    let cases = findings.iter().find(|finding| finding["requirement"] == "several-cases").unwrap();
    assert_eq!((code, &cases["duty"], &cases["missing"][0]["required"]), (0, &"must".into(), &3.into()));
    assert!(findings.iter().any(|finding| finding["requirement"] == "practicum-consent"), "Gunma's too");

    std::fs::write(own.join("mihon.toml"), tighten(1)).unwrap();
    let (code, checked) = json(&["guideline", "check", &place]);
    let problem = &checked["problems"][0];
    assert_eq!((code, &problem["file"], &problem["line"]), (4, &"supplements/mihon.toml".into(), &7.into()));
    assert_eq!(kensan(&[&arguments[..], &supplements].concat()).status.code(), Some(3), "nothing is half-loaded");
}

#[tokio::test]
async fn the_impact_of_an_edition() {
    let (directory, data) = initialised();
    ready_cohort(&data, 3).await;
    let (code, found) =
        json(&["guideline", "impact", "--cohort", "1", "--edition", "initial-training-revised", "--data", &data]);
    assert_eq!((code, &found["impact"]["judged"]), (0, &3.into()));
    let counts = found["impact"]["by_requirement"].as_array().unwrap();
    let pledge = counts.iter().find(|count| count["requirement"] == "pledge").unwrap();
    assert_eq!((&pledge["clause"], &pledge["more"]), (&"別添1 4(1)イ ¶3".into(), &3.into()));
    let file = directory.path().join("impact.csv").to_string_lossy().into_owned();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/guidelines/initial-training-revised");
    let arguments =
        ["guideline", "impact", "--cohort", "1", "--folder", folder, "--data", &data, "--format", "csv", "-o", &file];
    assert_eq!(kensan(&arguments).status.code(), Some(0));
    let csv = std::fs::read_to_string(&file).unwrap();
    assert!(csv.contains("誓約,別添1 4(1)イ ¶3,（要件なし）"), "{csv}");
}
