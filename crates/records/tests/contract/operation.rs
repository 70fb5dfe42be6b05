//! What holds while the records are operated: schemas, who is at them, commits without an answer, a file that was replaced.

use super::{Actor, Error, Place, Records, actor, empty_postgres, now, provider};
use records::{Opening, Presence, SchemaFault};
use sqlx::migrate::Migrator;
use sqlx::{PgPool, SqlitePool};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

fn migrations(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(kind)
}

async fn providers(records: &Records) -> usize {
    records.read(actor(0)).await.unwrap().providers().await.unwrap().len()
}

/// A database of SQLite with the schema of this number and a provider.
async fn older_sqlite(directory: &Path, number: i64) {
    let url = format!("sqlite://{}?mode=rwc", directory.join("kensan.db").display());
    let pool = SqlitePool::connect(&url).await.unwrap();
    Migrator::new(migrations("sqlite")).await.unwrap().run_to(number, &pool).await.unwrap();
    let sql = "INSERT INTO provider (name, prefecture, certificate_pattern, issuer, created_at) VALUES ('甲', 10, '', '甲', '2026-01-01T00:00:00+00:00')";
    sqlx::query(sql).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn every_older_schema_is_brought_up_to_date_after_a_copy() {
    for number in 1..records::schema::known() {
        let directory = tempfile::tempdir().unwrap();
        older_sqlite(directory.path(), number).await;
        let keys = directory.path().join("k");
        let refused = Records::open_with_keys(directory.path(), &keys, Opening::AsItIs).await.unwrap_err();
        let known = records::schema::known();
        assert!(
            matches!(refused, Error::Schema(SchemaFault::Behind { found, known: of }) if (found, of) == (number, known))
        );
        let records = Records::open(directory.path()).await.unwrap();
        assert_eq!((records.schema().await.unwrap(), providers(&records).await), (known, 1));
        records.close().await;
        let copy = directory.path().join(format!("before-upgrade-{number}.db"));
        let pool = SqlitePool::connect(&format!("sqlite://{}", copy.display())).await.unwrap();
        let sql = "SELECT max(version) FROM _sqlx_migrations";
        let kept: i64 = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
        assert_eq!(kept, number, "as the older program left it");
    }
}

#[tokio::test]
async fn an_older_schema_of_postgres_is_brought_up_to_date_or_refused() {
    let (url, _directory) = empty_postgres().await;
    let pool = PgPool::connect(&url).await.unwrap();
    Migrator::new(migrations("postgres")).await.unwrap().run_to(20, &pool).await.unwrap();
    let refused = Records::connect_for(&url, Opening::AsItIs).await.unwrap_err();
    assert!(matches!(refused, Error::Schema(SchemaFault::Behind { found: 20, .. })), "{refused}");

    // Nobody changes the schema under a server that runs.
    let old = Records::connect_for(&url, Opening::ToCopy).await.unwrap();
    let serving = old.be_present(Presence::Serving).await.unwrap();
    assert!(matches!(Records::connect(&url).await, Err(Error::InUse)));
    assert_eq!(old.schema().await.unwrap(), 20);
    drop(serving);
    while old.is_present(Presence::Serving).await.unwrap() {
        tokio::task::yield_now().await;
    }
    let records = Records::connect(&url).await.unwrap();
    assert_eq!(records.schema().await.unwrap(), records::schema::known());
}

#[tokio::test]
async fn newer_and_foreign_databases_are_refused_and_stay_as_they_are() {
    let directory = tempfile::tempdir().unwrap();
    let records = Records::open(directory.path()).await.unwrap();
    records.close().await;
    let url = format!("sqlite://{}", directory.path().join("kensan.db").display());
    let pool = SqlitePool::connect(&url).await.unwrap();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'x', 1, x'00', 0)";
    sqlx::query(newer).execute(&pool).await.unwrap();
    for opening in [Opening::UpToDate, Opening::AsItIs, Opening::ToCopy] {
        let keys = directory.path().join("kensan.key");
        let refused = Records::open_with_keys(directory.path(), &keys, opening).await.unwrap_err();
        assert!(matches!(refused, Error::Schema(SchemaFault::Ahead { found: 9999, .. })), "{refused}");
    }
    let foreign = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", foreign.path().join("kensan.db").display());
    let pool = SqlitePool::connect(&url).await.unwrap();
    sqlx::query("CREATE TABLE address (name TEXT)").execute(&pool).await.unwrap();
    let refused = Records::open(foreign.path()).await.unwrap_err();
    assert!(matches!(refused, Error::Schema(SchemaFault::Foreign)), "{refused}");
}

async fn presences(records: &Records, servers: bool) {
    let first = records.be_present(Presence::Serving).await.unwrap();
    let second = records.be_present(Presence::Serving).await;
    assert_eq!(second.is_ok(), servers, "several servers share PostgreSQL alone");
    assert!(matches!(records.be_present(Presence::Maintaining).await, Err(Error::InUse)));
    assert!(records.is_present(Presence::Maintaining).await.unwrap());
    let working = records.be_present(Presence::Operation(7)).await.unwrap();
    assert!(records.is_present(Presence::Operation(7)).await.unwrap());
    assert!(!records.is_present(Presence::Operation(8)).await.unwrap());
    drop((first, second, working));
    while records.is_present(Presence::Operation(7)).await.unwrap()
        || records.be_present(Presence::Maintaining).await.is_err()
    {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_is_at_the_records_is_known_on_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    presences(&Records::open(directory.path()).await.unwrap(), false).await;
}

#[tokio::test]
async fn who_is_at_the_records_is_known_on_postgres() {
    let (url, _directory) = empty_postgres().await;
    presences(&Records::connect(&url).await.unwrap(), true).await;
}

#[tokio::test]
async fn nothing_is_written_into_a_file_that_was_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let records = Records::open(directory.path()).await.unwrap();
    assert!(records.check_writable().await.is_ok());
    let (open, aside) = (directory.path().join("kensan.db"), directory.path().join("aside.db"));
    std::fs::rename(&open, &aside).unwrap();
    std::fs::copy(&aside, &open).unwrap();
    assert!(matches!(records.check_writable().await, Err(Error::Replaced)));
    assert!(matches!(records.write(actor(0)).await, Err(Error::Replaced)));
    std::fs::rename(&aside, &open).unwrap();
    assert!(records.write(actor(0)).await.is_ok());
}

/// What the wire does with the next commit.
const PASSES: u8 = 0;
const CUT_BEFORE: u8 = 1;
const CUT_AFTER: u8 = 2;

/// A wire to the PostgreSQL of the tests that can be cut around a commit. Gives its port.
async fn wire(socket: PathBuf, does: Arc<AtomicU8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let server = UnixStream::connect(&socket).await.unwrap();
            tokio::spawn(carry(client, server, Arc::clone(&does)));
        }
    });
    port
}

async fn carry(mut client: TcpStream, mut server: UnixStream, does: Arc<AtomicU8>) {
    let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                let is_commit = asked[..length].windows(7).any(|bytes| bytes == b"COMMIT\0");
                match does.load(Ordering::SeqCst) {
                    CUT_BEFORE if is_commit => { does.store(PASSES, Ordering::SeqCst); return }
                    CUT_AFTER if is_commit => {
                        does.store(PASSES, Ordering::SeqCst);
                        server.write_all(&asked[..length]).await.unwrap();
                        // The server has answered, and nobody hears it.
                        let _ = server.read(&mut answered).await;
                        return;
                    }
                    _ => server.write_all(&asked[..length]).await.unwrap(),
                }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&answered[..length]).await.is_err() { return }
            }
        }
    }
}

#[tokio::test]
async fn a_commit_without_an_answer_is_asked_about() {
    let (url, _directory) = empty_postgres().await;
    let (address, query) = url.split_once('?').unwrap();
    let name = address.rsplit('/').next().unwrap();
    let host = query.split('&').find_map(|part| part.strip_prefix("host=")).unwrap();
    let does = Arc::new(AtomicU8::new(PASSES));
    let port = wire(Path::new(host).join(".s.PGSQL.5432"), Arc::clone(&does)).await;
    let records =
        Records::connect(&format!("postgres://kensan@127.0.0.1:{port}/{name}?sslmode=disable")).await.unwrap();
    let create = async |name: &str| {
        let mut work = records.write(Actor { now: now(), ..actor(0) }).await.unwrap();
        work.create_provider(name, 10).await.unwrap();
        work.commit().await
    };
    create("甲").await.unwrap();
    does.store(CUT_AFTER, Ordering::SeqCst);
    create("乙").await.expect("it was kept, and that is found out");
    assert_eq!(providers(&records).await, 2);
    does.store(CUT_BEFORE, Ordering::SeqCst);
    let error = create("丙").await.unwrap_err();
    assert!(error.is_unavailable(), "nothing was kept, and that is said: {error}");
    assert_eq!(providers(&records).await, 2);

    // A work that leaves no trace in the ledger cannot be asked about.
    does.store(CUT_AFTER, Ordering::SeqCst);
    let mut work = records.write(actor(0)).await.unwrap();
    work.create_web_session("a", "{}", now()).await.unwrap();
    let unclear = work.commit().await;
    assert!(matches!(unclear, Err(Error::Unclear)), "{unclear:?}");
}

pub(super) async fn an_interrupted_operation_is_told_once(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let finished = work.announce("import.hosts", "a.csv").await.unwrap();
    work.conclude(finished).await.unwrap();
    let killed = work.announce("import.hosts", "b.csv").await.unwrap();
    work.commit().await.unwrap();
    let mut work = place.records.write(actor(0)).await.unwrap();
    let unfinished: Vec<i64> = work.unfinished_operations().await.unwrap().into_iter().map(|found| found.id).collect();
    assert_eq!(unfinished, [killed]);
    assert_eq!(work.mark_interrupted(killed).await.unwrap().unwrap().detail, "b.csv");
    assert_eq!(work.mark_interrupted(killed).await.unwrap(), None);
    assert_eq!(work.mark_interrupted(finished).await.unwrap(), None);
    assert_eq!(work.unfinished_operations().await.unwrap(), []);
    work.commit().await.unwrap();
    let mut work = place.records.read(actor(provider)).await.unwrap();
    assert_eq!(work.interrupted(10).await.unwrap().len(), 1);
}
