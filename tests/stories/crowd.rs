//! Many people at once: every page that is read answers all of them, while somebody else is in the middle of a long write.

use crate::support::{Kensan, Visitor};
use reqwest::StatusCode;
use secretariat::{Secretariat, Staff};
use std::time::Duration;
use training::role::Role;
use web::route::routes;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

/// More than either database has connections, several times over.
const CROWD: usize = 200;
/// Long past what any page takes: who waits for a connection that never comes is found by it.
const HANGS: Duration = Duration::from_secs(60);

async fn story(kensan: Kensan) {
    let provider = kensan.secretariat.create_demo().await.unwrap();
    let staff = Staff { provider, name: "test".into(), role: Role::Administrator };
    let readers = readers(&kensan, &staff).await;
    let long = kensan.secretariat.write(&Secretariat::operator(0)).await.unwrap();
    let mut read = 0;
    for route in routes().into_iter().filter(|route| route.method == "GET") {
        let (_, reader) = readers.iter().find(|(role, _)| route.access.permits(*role)).unwrap();
        let path = filled(route.path);
        let answers = tokio::time::timeout(HANGS, crowd(reader, &path)).await;
        let answers = answers.unwrap_or_else(|_| panic!("{path} hangs"));
        assert!(answers.iter().all(|status| !status.is_server_error()), "{path}: {answers:?}");
        read += usize::from(answers[0] == StatusCode::OK);
    }
    // PostgreSQL gives a write up in which nothing happens; SQLite has nobody who could.
    drop(long);
    assert!(read > 40, "{read} pages were there to be read");
}

/// Somebody of each role, and a visitor.
pub(crate) async fn readers(kensan: &Kensan, staff: &Staff) -> Vec<(Option<Role>, Visitor)> {
    let mut readers: Vec<(Option<Role>, Visitor)> = Vec::new();
    for role in Role::ALL {
        kensan.account(staff, role.id(), role, Some(1), Some(1)).await;
        readers.push((Some(role), kensan.signed_in(role.id()).await));
    }
    readers.push((None, kensan.visitor()));
    readers
}

async fn crowd(reader: &Visitor, path: &str) -> Vec<StatusCode> {
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..CROWD {
        let (reader, path) = (reader.clone(), path.to_owned());
        asked.spawn(async move {
            let answer = reader.get(&path).await;
            let status = answer.status();
            answer.bytes().await.unwrap();
            status
        });
    }
    asked.join_all().await
}

/// An address with the first of everything in it.
pub(crate) fn filled(path: &str) -> String {
    let path = path.replace("{list}/{format}", "attendance-book/csv").replace("{language}", "ja");
    let mut pieces = path.split(['{', '}']);
    let mut filled = String::new();
    while let Some(fixed) = pieces.next() {
        filled.push_str(fixed);
        if pieces.next().is_some() {
            filled.push('1');
        }
    }
    filled
}
