//! The figures of `docs/performance.md`: `cargo run --release --example benchmark -- OFFICES.csv`.
//!
//! Fills a temporary directory with 100,000 trainees in 50 cohorts and measures judgement, pages and certificates there.
//! Build the command first (`cargo build --release`): its start is measured too.
//! `OFFICES.csv` is the ministry's open data; without it the import is left out.

#[path = "invented/mod.rs"]
mod invented;

use chrono::{NaiveDate, TimeDelta, Utc};
use documents::certificate::{CertificateContent, TEMPLATE, render};
use invented::{PASSWORD, account, cohort, ready_cohort, roster, sign_in};
use records::Records;
use records::cohort::session::Session;
use records::practicum::case::{Consent, NewCase};
use records::trainee::facts::{CohortRecord, Wanted};
use secretariat::cohort::attendance::{Mark, Reasons};
use secretariat::{Guidelines, Secretariat, Staff};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use training::cohort::attendance::Share;
use training::completion::judgement::judge;
use training::guideline::rulebook::Rulebook;
use training::practicum::entry::{EntryKind, Typed};
use training::practicum::record::ConsentSubject;
use training::role::Role;

const COHORTS: usize = 50;
const TRAINEES: usize = 2000;

fn told(what: &str, time: Duration) {
    println!("{what:<60} {:>9.1} ms", time.as_secs_f64() * 1000.0);
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Judges the trainees of a record `times` over, side by side. Gives the lines and the time.
fn judge_all(
    rulebook: &Rulebook,
    record: &CohortRecord,
    times: usize,
    threads: usize,
    today: NaiveDate,
) -> (usize, Duration) {
    let all: Vec<_> = record.trainees.values().collect();
    let started = Instant::now();
    let lines = std::thread::scope(|scope| {
        let work: Vec<_> = (0..threads)
            .map(|thread| {
                let all = &all;
                scope.spawn(move || {
                    let own = (0..times).filter(|index| index % threads == thread);
                    let one = |facts| judge(rulebook, &record.cohort, facts, today).findings.len();
                    own.map(|_| all.iter().map(|facts| one(facts)).sum::<usize>()).sum::<usize>()
                })
            })
            .collect();
        work.into_iter().map(|thread| thread.join().unwrap_or(0)).sum()
    });
    (lines, started.elapsed())
}

/// A written consent, as every case has of everybody concerned.
fn consent(case: i64, subject: ConsentSubject, on: NaiveDate) -> Consent {
    Consent {
        id: 0,
        case_id: case,
        subject,
        consented_on: on,
        form: "written".to_owned(),
        witness: String::new(),
        obtained_by: "実習指導者".to_owned(),
        purpose: "同行と記録".to_owned(),
    }
}

/// Three cases with every stage for each trainee, handed in. Gives how many entries.
async fn write_records(secretariat: &Secretariat, staff: &Staff, enrolments: &[i64]) -> Result<usize, Box<dyn Error>> {
    let typed: Typed =
        [("seen", "A さん宅を訪問し、住まいの様子を確かめた。"), ("learned", "生活の場で見て分かること。")]
            .map(|(field, text)| (field.to_owned(), text.repeat(5)))
            .into();
    let edition =
        secretariat.guidelines().governing_practicum(secretariat.today()).ok_or("no edition governs")?.clone();
    let mut count = 0;
    for some in enrolments.chunks(100) {
        let mut work = secretariat.write(staff).await?;
        for enrolment in some {
            for case in ["A", "B", "C"] {
                let concerned = &[ConsentSubject::Family];
                let new = NewCase { pseudonym: case, concerned, ..NewCase::default() };
                let case = work.create_case(*enrolment, &new).await?;
                for subject in [ConsentSubject::Client, ConsentSubject::Family] {
                    work.record_consent(*enrolment, &consent(case, subject, secretariat.today())).await?;
                }
                for stage in &edition.metadata.stages {
                    let about = (Some(case), Some(stage.id.as_str()));
                    let id = work.create_entry(*enrolment, EntryKind::Experience, about).await?;
                    let entry = work.entry(*enrolment, id).await?;
                    work.submit_entry(&entry, &typed, 0).await?;
                    count += 1;
                }
            }
        }
        work.commit().await?;
    }
    Ok(count)
}

/// A session of each subject with hours, everybody of the first cohort there.
async fn teach(secretariat: &Secretariat, staff: &Staff, enrolments: &[i64]) -> Result<(), Box<dyn Error>> {
    let edition = secretariat.guidelines().editions["initial-training-revised"].clone();
    let today = secretariat.today();
    for (index, subject) in edition.curriculum.subjects.iter().filter(|subject| subject.hours > 0).enumerate() {
        let day = today - TimeDelta::days(50 - index as i64);
        let at = |hour| day.and_hms_opt(hour, 0, 0).unwrap_or_default();
        let session = Session {
            id: 0,
            cohort_id: 1,
            title: subject.code.clone(),
            starts_at: at(9),
            ends_at: at(15),
            place: String::new(),
            online: false,
            version: 1,
            shares: vec![Share::of(subject.code.clone(), subject.hours * 60)],
            instructors: vec![],
            cancelled: None,
        };
        let id = secretariat.create_session(staff, &session).await?;
        let mark = |enrolment| Mark { enrolment, present: true, arrived_at: None, left_at: None, seen: None };
        let marks: Vec<Mark> = enrolments.iter().map(|enrolment| mark(*enrolment)).collect();
        secretariat.take_attendance(staff, id, &marks, Reasons::default(), None).await?;
    }
    Ok(())
}

/// The pages people open most, as they come over HTTP.
async fn measure_pages(secretariat: &Secretariat, staff: &Staff) -> Result<(), Box<dyn Error>> {
    secretariat.create_account(staff, account()).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let site = web::Site { base_url: address.clone(), ..web::Site::default() };
    let pages = web::pages(secretariat.clone(), site);
    tokio::spawn(async move { axum::serve(listener, pages).await });
    let client = reqwest::Client::builder().cookie_store(true).build()?;
    sign_in(&client, &address, "benchmark", PASSWORD).await?;
    for path in [
        "/cohorts/1",
        "/cohorts/1?at=1000",
        "/cohorts/1/practicum",
        "/practicum/7",
        "/trainees/7",
        "/trainees/7/judgement",
        "/guidelines",
        "/trainees?q=30の1999",
        "/offices?municipality=渋川",
        "/",
    ] {
        let mut times = Vec::new();
        for _ in 0..21 {
            let started = Instant::now();
            let response = client.get(format!("{address}{path}")).send().await?.error_for_status()?;
            response.bytes().await?;
            times.push(started.elapsed());
        }
        told(&format!("{path}, first"), times[0]);
        told(&format!("{path}, median of 21"), median(times));
    }
    Ok(())
}

/// Certificates: the documents alone, and issued, stored and registered.
async fn measure_certificates(secretariat: &Secretariat, staff: &Staff) -> Result<(), Box<dyn Error>> {
    let today = secretariat.today();
    let content = |index: usize| CertificateContent {
        number: format!("第8-{index:05}号"),
        name: "研修 太郎".into(),
        kana: "ケンシュウ タロウ".into(),
        former_name: None,
        birth_date: today - TimeDelta::days(15_000 + index as i64),
        course: "介護支援専門員実務研修".into(),
        basis: "介護保険法施行規則第113条の4".into(),
        completed_on: today,
        issuer: "見本県".into(),
        verification_url: format!("https://kensan.example/verify/{index:032}"),
    };
    let all: Vec<CertificateContent> = (0..500).map(content).collect();
    let started = Instant::now();
    let pdf = render(&all, TEMPLATE)?;
    told(&format!("500 certificates in one PDF ({} KiB)", pdf.len() / 1024), started.elapsed());

    let (id, ids) = ready_cohort(secretariat, staff, (99, 500)).await?;
    let started = Instant::now();
    let issued = secretariat.issue_certificates(staff, id, &ids, today, "https://kensan.example", &|_, _| {}).await?;
    told(&format!("{} certificates issued, stored and registered", issued.issued.len()), started.elapsed());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let records = Records::open(directory.path()).await?;
    let guidelines = Guidelines::shipped().map_err(|problems| format!("{problems:?}"))?;
    #[allow(clippy::disallowed_methods)]
    let secretariat = Secretariat::new(records, guidelines, Arc::new(Utc::now));
    let mut work = secretariat.write(&Secretariat::operator(0)).await?;
    let provider = work.create_provider("見本県", 10).await?;
    work.commit().await?;
    let staff = Staff { provider, name: "benchmark".into(), role: Role::Administrator };
    let today = secretariat.today();

    if let Some(path) = std::env::args().nth(1) {
        let bytes = std::fs::read(path)?;
        let started = Instant::now();
        let counts = secretariat.import_hosts(&staff, "offices.csv", &bytes, &|_, _| {}).await?;
        told(&format!("import of {} offices", counts.rows), started.elapsed());
    }

    let started = Instant::now();
    for index in 0..COHORTS {
        let id = secretariat.create_cohort(&staff, &cohort(index, "initial-training-revised", today), true).await?;
        let csv = roster(index, TRAINEES);
        secretariat.import_roster(&staff, id, "roster.csv", csv.as_bytes(), &Default::default()).await?;
    }
    told(&format!("roster imports of {} trainees", COHORTS * TRAINEES), started.elapsed());
    secretariat.enrol_all(&staff, 1).await?;
    let mut work = secretariat.read(&staff).await?;
    let enrolments = work.enrolments(1).await?;
    work.roll_back().await?;
    let ids: Vec<i64> = enrolments.iter().map(|enrolment| enrolment.id).collect();
    teach(&secretariat, &staff, &ids).await?;
    let started = Instant::now();
    let entries = write_records(&secretariat, &staff, &ids).await?;
    told(&format!("{entries} entries of practicum records written and handed in"), started.elapsed());

    let mut work = secretariat.read(&staff).await?;
    let facts = work.facts(Wanted::all(1)).await?;
    work.roll_back().await?;
    let rulebook = secretariat.guidelines().rulebook("initial-training-revised", [], today)?;
    let (judged, time) = judge_all(&rulebook, &facts, 1, 1, today);
    told(&format!("judgement of {} trainees ({judged} lines), pure", facts.trainees.len()), time);
    let (judged, time) = judge_all(&rulebook, &facts, COHORTS, 2, today);
    told(&format!("judgement of {} trainees ({judged} lines), two threads", TRAINEES * COHORTS), time);

    measure_pages(&secretariat, &staff).await?;
    measure_certificates(&secretariat, &staff).await?;
    let mut work = secretariat.read(&staff).await?;
    let started = Instant::now();
    let faults = work.verify_rows().await?;
    told(&format!("every row compared with the ledger ({} faults)", faults.len()), started.elapsed());
    work.roll_back().await?;
    secretariat.records().close().await;
    first_page(directory.path()).await
}

/// Starts the command on the filled records and waits for its first page; then looks at its memory.
async fn first_page(data: &Path) -> Result<(), Box<dyn Error>> {
    let command = std::env::current_exe()?.parent().and_then(Path::parent).ok_or("no directory")?.join("kensan");
    let free = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
    let client = reqwest::Client::new();
    let started = Instant::now();
    let mut server = std::process::Command::new(command)
        .args(["serve", "--listen", &free, "--data"])
        .arg(data)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()?;
    while client.get(format!("http://{free}/sign-in")).send().await.is_err() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    told("start of kensan serve to its first page", started.elapsed());
    tokio::time::sleep(Duration::from_secs(2)).await;
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id()))?;
    let resident = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS: unknown");
    println!("at rest, {resident}");
    server.kill()?;
    server.wait()?;
    Ok(())
}
