//! One request, one work: what each page opens, and what handing in an entry opens.

use crate::crowd::{filled, readers};
use crate::support::Kensan;
use reqwest::StatusCode;
use secretariat::{Secretariat, Staff};
use training::role::Role;
use web::route::routes;

/// Who has signed in is found in two: the session and its account.
const SIGNED_IN: usize = 2;

/// How often each page is asked.
const TRIES: usize = 3;

/// Solves for seconds between two readings, and holds no connection meanwhile.
const COMPUTES: [&str; 1] = ["/cohorts/1/placement/explanation"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

async fn story(kensan: Kensan) {
    let provider = kensan.secretariat.create_demo().await.unwrap();
    let staff = Staff { provider, name: "test".into(), role: Role::Administrator };
    let readers = readers(&kensan, &staff).await;
    // Who is there is noted beside the requests; the first of a minute does it.
    for (_, reader) in &readers {
        reader.get("/").await;
    }
    let mut several = Vec::new();
    let mut read = 0;
    for route in routes().into_iter().filter(|route| route.method == "GET") {
        let (role, reader) = readers.iter().find(|(role, _)| route.access.permits(*role)).unwrap();
        let path = filled(route.path);
        // Looks are written into the read log beside the requests, twice a second: the fewest of some tries are the page's own.
        let (mut opened, mut answer) = (usize::MAX, None);
        for _ in 0..TRIES {
            let before = kensan.secretariat.records().works_opened();
            answer = Some(reader.get(&path).await);
            opened = opened.min(kensan.secretariat.records().works_opened() - before);
        }
        let answer = answer.unwrap();
        let allowed = 1 + if role.is_some() { SIGNED_IN } else { 0 };
        if opened > allowed && !COMPUTES.contains(&path.as_str()) {
            several.push(format!("{path}: {}", opened + 1 - allowed));
        }
        read += usize::from(answer.status() == StatusCode::OK);
    }
    assert!(read > 40, "{read} pages were there to be read");
    assert!(several.is_empty(), "pages that open several works:\n{}", several.join("\n"));
    let _ = Secretariat::operator(provider);
}
