//! Backups: made while the records are in use, proven, encrypted, restored; and the way from one database to the other.

use super::command::{initialised, json, kensan, offices};
use serde_json::Value;
use std::path::Path;

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// An empty database in the PostgreSQL that `scripts/test` starts.
fn empty_database(name: &str) -> String {
    let admin = std::env::var("KENSAN_TEST_POSTGRES")
        .expect("KENSAN_TEST_POSTGRES names a PostgreSQL for tests; scripts/test starts one");
    let name = format!("backup_{name}_{}", std::process::id());
    let sql = format!("CREATE DATABASE \"{name}\"");
    assert!(std::process::Command::new("psql").args([&admin, "-q", "-c", &sql]).status().unwrap().success());
    admin.replacen("/postgres?", &format!("/{name}?"), 1)
}

/// Names of the files in a directory.
fn files(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(directory)
        .map(|found| found.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    names.sort();
    names
}

#[test]
fn a_backup_is_proven_and_restored() {
    let (directory, data) = initialised();
    let list = directory.path().join("offices.csv");
    std::fs::write(&list, offices(3)).unwrap();
    assert_eq!(json(&["import", "hosts", &text(&list), "--data", &data]).0, 0);
    let copy = directory.path().join("a.backup");
    let (code, made) = json(&["backup", &text(&copy), "--data", &data]);
    assert_eq!(code, 0, "{made}");
    let about = &made["backup"];
    assert_eq!((about["source"].as_str(), about["rows"]["host_office"].as_i64()), (Some("sqlite"), Some(3)));
    assert_eq!(about["rows"]["web_session"], 0);
    assert_eq!(about["heads"][0]["hash"].as_str().unwrap().len(), 64);
    assert_eq!(about["main_keys"].as_array().unwrap().len(), 1, "which key it needs is said, and never the key");
    assert_eq!(json(&["backup", &text(&copy), "--data", &data]).0, 1, "a backup is never overwritten");
    assert_eq!(json(&["doctor", "--data", &data]).1["newest_backup"]["file"], "a.backup");

    let restored = text(&directory.path().join("restored"));
    let (code, told) = json(&["restore", &text(&copy), "--data", &restored]);
    assert_eq!((code, &told["backup"]["heads"]), (0, &about["heads"]));
    assert_eq!(json(&["restore", &text(&copy), "--data", &restored]).0, 1, "records are never overwritten");
    assert_eq!(files(Path::new(&restored)), ["kensan.db"], "no new key stands where the old one belongs");
    assert_eq!(json(&["doctor", "--data", &restored]).0, 4, "the key is missing");
    std::fs::copy(Path::new(&data).join("kensan.key"), Path::new(&restored).join("kensan.key")).unwrap();
    assert_eq!(json(&["import", "hosts", &text(&list), "--data", &restored]).1["unchanged"], 3);
    assert_eq!(json(&["doctor", "--data", &restored]).0, 0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn what_is_no_sound_backup_is_refused_and_leaves_nothing_behind() {
    let (directory, data) = initialised();
    let copy = directory.path().join("copy.backup");
    assert_eq!(json(&["backup", &text(&copy), "--data", &data]).0, 0);
    let whole = std::fs::read(&copy).unwrap();
    let database = std::fs::read(Path::new(&data).join("kensan.db")).unwrap();
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let longer = [whole.as_slice(), b"x"].concat();
    for (what, bytes) in [
        ("empty", vec![]),
        ("half", whole[..whole.len() / 2].to_vec()),
        ("last byte missing", whole[..whole.len() - 1].to_vec()),
        ("longer", longer),
        ("flipped in its head", flipped(30)),
        ("flipped at its end", flipped(whole.len() - 1)),
        ("flipped in a page of nothing", flipped(whole.len() - 3000)),
        ("database alone", database),
        ("foreign", [b"SQLite format 3\0".as_slice(), &[0; 4080]].concat()),
        ("text", "受験番号,氏名\n".as_bytes().to_vec()),
    ] {
        let file = directory.path().join(format!("{what}.backup"));
        std::fs::write(&file, bytes).unwrap();
        let place = directory.path().join(what);
        let output = kensan(&["restore", &text(&file), "--data", &text(&place)]);
        assert_eq!(output.status.code(), Some(1), "{what}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8(output.stderr).unwrap().contains(&format!("{what}.backup")), "{what}: named");
        assert_eq!(files(&place), Vec::<String>::new(), "{what}");
    }
    let log = directory.path().join("log");
    std::fs::create_dir(&log).unwrap();
    std::fs::write(log.join("kensan.db-wal"), b"what somebody else's records left").unwrap();
    assert_eq!(json(&["restore", &text(&copy), "--data", &text(&log)]).0, 1);
    assert_eq!(files(&log), ["kensan.db-wal"]);
}

#[test]
fn a_plain_copy_is_told_apart_and_taken_at_a_word() {
    let (directory, data) = initialised();
    let copy = directory.path().join("kensan.db");
    std::fs::copy(Path::new(&data).join("kensan.db"), &copy).unwrap();
    let place = text(&directory.path().join("place"));
    let output = kensan(&["restore", &text(&copy), "--data", &place]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && told.contains("--plain-copy"), "{told}");
    let log = directory.path().join("kensan.db-wal");
    std::fs::write(&log, "what was not folded in yet").unwrap();
    assert_eq!(json(&["restore", &text(&copy), "--data", &place, "--plain-copy"]).0, 1, "its log would be missing");
    std::fs::remove_file(&log).unwrap();
    assert_eq!(json(&["restore", &text(&copy), "--data", &place, "--plain-copy"]).0, 0);
    assert_eq!(json(&["audit", "verify", "--data", &place]).0, 0);
}

#[test]
fn an_encrypted_backup_opens_by_its_recovery_key_alone() {
    let (directory, data) = initialised();
    let (key, other) = (directory.path().join("recovery"), directory.path().join("other"));
    let (code, made) = json(&["keys", "recovery", &text(&key)]);
    assert_eq!(code, 0);
    assert_eq!(json(&["keys", "recovery", &text(&key)]).0, 1, "a key is never overwritten");
    json(&["keys", "recovery", &text(&other)]);
    let recipient = made["recipient"].as_str().unwrap();
    let copy = directory.path().join("b.backup");
    let backup = ["backup", &text(&copy), "--data", &data, "--recipient"];
    assert_eq!(json(&[&backup[..], &["age1wrong"]].concat()).0, 1);
    assert_eq!(files(directory.path()).iter().filter(|name| name.contains("b.backup")).count(), 0, "nothing half-made");
    assert_eq!(json(&[&backup[..], &[recipient]].concat()).0, 0);
    let bytes = std::fs::read(&copy).unwrap();
    assert!(!bytes.windows(9).any(|window| window == "見本県".as_bytes()), "nothing can be read in it");
    let place = text(&directory.path().join("place"));
    let restore = ["restore", &text(&copy), "--data", &place];
    for arguments in [&[][..], &["--recovery-key", &text(&other)], &["--recovery-key", &text(&copy)]] {
        assert_eq!(json(&[&restore[..], arguments].concat()).0, 1, "{arguments:?}");
    }
    let mut flipped = bytes.clone();
    let last = flipped.len() - 20;
    flipped[last] ^= 1;
    std::fs::write(&copy, &flipped).unwrap();
    assert_eq!(json(&[&restore[..], &["--recovery-key", &text(&key)]].concat()).0, 1);
    std::fs::write(&copy, &bytes).unwrap();
    assert_eq!(json(&[&restore[..], &["--recovery-key", &text(&key)]].concat()).0, 0);
    let main_key = text(&Path::new(&data).join("kensan.key"));
    assert_eq!(json(&["doctor", "--data", &place, "--keys", &main_key]).0, 0);
}

/// The demonstration has a row in most tables, signed papers and sealed texts.
#[test]
fn records_move_to_the_other_database_and_back_with_every_row() {
    let directory = tempfile::tempdir().unwrap();
    let data = text(&directory.path().join("demo"));
    assert!(kensan(&["demo", "--only-create", "--data", &data]).status.success());
    let key = text(&Path::new(&data).join("kensan.key"));
    let url = empty_database("move");
    let (code, moved) = json(&["move", "--data", &data, "--to-database", &url]);
    assert_eq!(code, 0, "{moved}");
    assert!(moved["rows"]["enrolment"].as_i64().unwrap() > 30, "{moved}");
    let there = ["--database", &url, "--keys", &key];
    let (code, report) = json(&[&["doctor"][..], &there].concat());
    assert_eq!((code, &report["faults"]), (0, &Value::from(Vec::<Value>::new())));
    assert_eq!(json(&["move", "--data", &data, "--to-database", &url]).0, 1, "into an empty database alone");

    assert_eq!(json(&["move", "--data", &data, "--to-data", &text(&directory.path().join("same"))]).0, 1);

    // The judgement is the same, and the next number is nobody's.
    let judged = |place: &[&str]| json(&[&["judge", "--cohort", "1"], place].concat()).1;
    assert_eq!(judged(&["--data", &data]), judged(&there));
    let list = directory.path().join("offices.csv");
    std::fs::write(&list, offices(2)).unwrap();
    assert_eq!(json(&[&["import", "hosts", &text(&list)][..], &there].concat()).0, 0);

    // A backup of the server is a file like any other; it goes back into a server as it was, and into a directory.
    let copy = text(&directory.path().join("server.backup"));
    let (code, made) = json(&[&["backup", &copy][..], &there].concat());
    assert_eq!((code, made["backup"]["source"].as_str()), (0, Some("postgres")));
    let again = empty_database("again");
    let (code, told) = json(&["restore", &copy, "--database", &again, "--keys", &key]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(told["backup"]["heads"], made["backup"]["heads"]);
    assert_eq!(json(&["doctor", "--database", &again, "--keys", &key]).0, 0);
    assert_eq!(json(&["restore", &copy, "--database", &again, "--keys", &key]).0, 1, "into an empty database alone");
    let home = text(&directory.path().join("home"));
    assert_eq!(json(&["restore", &copy, "--data", &home]).0, 1, "the key has to vouch for it");
    assert_eq!(files(Path::new(&home)), Vec::<String>::new());
    assert_eq!(json(&["restore", &copy, "--data", &home, "--keys", &key]).0, 0);
    assert_eq!(json(&["doctor", "--data", &home, "--keys", &key]).0, 0);
    assert_eq!(judged(&["--data", &home, "--keys", &key])["trainees"], judged(&there)["trainees"]);

    // What was changed behind the ledger's back is told when it is copied.
    let change = "UPDATE person SET name = 'x' WHERE id = 3";
    assert!(std::process::Command::new("psql").args([&url, "-q", "-c", change]).status().unwrap().success());
    let tampered = text(&directory.path().join("tampered.backup"));
    let (code, made) = json(&[&["backup", &tampered][..], &there].concat());
    assert_eq!((code, made["faults"].as_array().unwrap().len()), (4, 1), "{made}");
}
