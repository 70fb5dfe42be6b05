//! Many at the pages while long work goes on, the figures of `docs/reliability.md`:
//! `cargo build --release && cargo run --release --example load_benchmark`.
//!
//! Fills a temporary directory with 20,000 trainees, serves it with the command, and lets 200 people open a page every two seconds: alone, while
//! 1,000 certificates are issued, while 500 connections send nothing and while 400 strangers sign in wrongly at once. Each answer's time counts
//! from the request to the last byte. The people are in this process, so both share the machine's cores.

#[path = "invented/mod.rs"]
mod invented;

use chrono::Utc;
use invented::{PASSWORD, account, cohort, ready_cohort, roster, sign_in, token};
use records::Records;
use reqwest::{Client, StatusCode};
use secretariat::{Guidelines, Secretariat, Staff};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::task::JoinSet;
use training::role::Role;

const COHORTS: usize = 10;
const TRAINEES: usize = 2000;
const READY: usize = 1000;
const PEOPLE: usize = 200;
const PACE: Duration = Duration::from_secs(2);
const LASTS: Duration = Duration::from_secs(20);
const PATHS: [&str; 8] = [
    "/",
    "/cohorts",
    "/cohorts/1",
    "/cohorts/2?at=500",
    "/trainees/7",
    "/trainees/2007/judgement",
    "/trainees?q=3の1999",
    "/cohorts/1/practicum",
];

struct Server {
    process: std::process::Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    async fn start(data: &Path) -> Result<Server, Box<dyn Error>> {
        let command = std::env::current_exe()?.parent().and_then(Path::parent).ok_or("no directory")?.join("kensan");
        let free = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let process = std::process::Command::new(command)
            .args(["serve", "--listen", &free, "--data"])
            .arg(data)
            .stderr(std::process::Stdio::null())
            .spawn()?;
        let server = Server { process, address: format!("http://{free}") };
        let client = Client::new();
        while client.get(format!("{}/readyz", server.address)).send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(server)
    }

    /// Memory the process holds, in MiB.
    fn memory(&self) -> Result<u64, Box<dyn Error>> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? / 1024)
    }
}

/// Somebody who has signed in, and the token of the forms.
async fn signed_in(address: &str) -> Result<(Client, String), Box<dyn Error>> {
    let client = Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build()?;
    sign_in(&client, address, "benchmark", PASSWORD).await?;
    let token = token(&client, &format!("{address}/")).await?;
    Ok((client, token))
}

/// Opens pages at the pace until the time is over. Gives how long each took; an answer that is no page is an error.
async fn people(client: Client, address: String, until: Instant) -> Result<Vec<Duration>, String> {
    let mut all = JoinSet::new();
    for person in 0..PEOPLE {
        let (client, address) = (client.clone(), address.clone());
        all.spawn(async move {
            let mut times = Vec::new();
            tokio::time::sleep(PACE / PEOPLE as u32 * person as u32).await;
            let mut count = person;
            while Instant::now() < until {
                let begun = Instant::now();
                let path = PATHS[count % PATHS.len()];
                count += 1;
                let answer = client.get(format!("{address}{path}")).send().await.map_err(|error| error.to_string())?;
                if answer.status() != StatusCode::OK {
                    return Err(format!("{path}: {}", answer.status()));
                }
                answer.bytes().await.map_err(|error| error.to_string())?;
                times.push(begun.elapsed());
                tokio::time::sleep(PACE.saturating_sub(begun.elapsed())).await;
            }
            Ok(times)
        });
    }
    let mut times = Vec::new();
    while let Some(person) = all.join_next().await {
        times.extend(person.map_err(|error| error.to_string())??);
    }
    times.sort_unstable();
    Ok(times)
}

fn told(what: &str, times: &[Duration], memory: u64) {
    let at = |share: f64| {
        times.get(((times.len() as f64 * share) as usize).min(times.len() - 1)).copied().unwrap_or_default()
    };
    println!(
        "{what:<44} {:>6} pages  p50 {:>6.1} ms  p99 {:>7.1} ms  slowest {:>7.1} ms  memory {memory} MiB",
        times.len(),
        at(0.5).as_secs_f64() * 1e3,
        at(0.99).as_secs_f64() * 1e3,
        at(1.0).as_secs_f64() * 1e3,
    );
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let (cohort_ready, ready) = fill(directory.path()).await?;
    let server = Server::start(directory.path()).await?;
    let (client, token) = signed_in(&server.address).await?;

    let begun = Instant::now();
    let mut first = JoinSet::new();
    for _ in 0..50 {
        let (client, home) = (client.clone(), format!("{}/", server.address));
        first.spawn(async move { client.get(home).send().await?.bytes().await });
    }
    while let Some(answer) = first.join_next().await {
        answer??;
    }
    println!("first home after the start, 50 at once: {:.2} s", begun.elapsed().as_secs_f64());

    let alone = people(client.clone(), server.address.clone(), Instant::now() + LASTS).await?;
    told("200 people", &alone, server.memory()?);

    #[allow(clippy::disallowed_methods)]
    let today = secretariat::local_day(Utc::now());
    let mut body = format!("csrf={token}&completed_on={today}");
    for id in &ready {
        body.push_str(&format!("&enrolment={id}"));
    }
    let issuing = {
        let (client, address) = (client.clone(), format!("{}/cohorts/{cohort_ready}/certificates", server.address));
        tokio::spawn(async move {
            let begun = Instant::now();
            let kind = "application/x-www-form-urlencoded";
            let answer = client.post(address).header("content-type", kind).body(body).send().await?;
            Ok::<_, reqwest::Error>((answer.status(), begun.elapsed()))
        })
    };
    let beside = people(client.clone(), server.address.clone(), Instant::now() + LASTS).await?;
    told("200 people, 1,000 certificates issued beside", &beside, server.memory()?);
    let (status, took) = issuing.await??;
    println!("1,000 certificates: {status}, {:.1} s", took.as_secs_f64());

    let mut silent = Vec::new();
    for _ in 0..500 {
        let mut stream = tokio::net::TcpStream::connect(server.address.trim_start_matches("http://")).await?;
        stream.write_all(b"GET / HTTP/1.1\r\nHost:").await?;
        silent.push(stream);
    }
    let beside = people(client.clone(), server.address.clone(), Instant::now() + LASTS).await?;
    told("200 people, 500 connections that say nothing", &beside, server.memory()?);
    drop(silent);

    let mut strangers = JoinSet::new();
    for number in 0..400 {
        let address = server.address.clone();
        strangers.spawn(async move { wrong_sign_in(&address, number).await.map_err(|error| error.to_string()) });
    }
    let beside = people(client, server.address.clone(), Instant::now() + LASTS).await?;
    told("200 people, 400 sign-ins of strangers at once", &beside, server.memory()?);
    let mut answers: BTreeMap<u16, usize> = BTreeMap::new();
    while let Some(answer) = strangers.join_next().await {
        *answers.entry(answer??).or_default() += 1;
    }
    println!("answers to the strangers: {answers:?}");
    Ok(())
}

async fn wrong_sign_in(address: &str, number: usize) -> Result<u16, Box<dyn Error>> {
    let client = Client::builder().cookie_store(true).redirect(reqwest::redirect::Policy::none()).build()?;
    Ok(sign_in(&client, address, &format!("stranger{number}"), "wrong").await?.as_u16())
}

/// 20,000 trainees, and a cohort that waits for its certificates.
async fn fill(directory: &Path) -> Result<(i64, Vec<i64>), Box<dyn Error>> {
    let guidelines = Guidelines::shipped().map_err(|problems| format!("{problems:?}"))?;
    #[allow(clippy::disallowed_methods)]
    let secretariat = Secretariat::new(Records::open(directory).await?, guidelines, Arc::new(Utc::now));
    let mut work = secretariat.write(&Secretariat::operator(0)).await?;
    let provider = work.create_provider("見本県", 10).await?;
    work.commit().await?;
    let staff = Staff { provider, name: "benchmark".into(), role: Role::Administrator };
    secretariat.create_account(&staff, account()).await?;
    let today = secretariat.today();
    for index in 0..COHORTS {
        let id = secretariat.create_cohort(&staff, &cohort(index, "initial-training-revised", today), true).await?;
        let csv = roster(index, TRAINEES);
        secretariat.import_roster(&staff, id, "roster.csv", csv.as_bytes(), &Default::default()).await?;
        secretariat.enrol_all(&staff, id).await?;
    }
    let ready = ready_cohort(&secretariat, &staff, (99, READY)).await?;
    secretariat.records().close().await;
    Ok(ready)
}
