//! Measures placement: the command on instances, and the pages of a cohort among the real offices of one prefecture.
//!
//! `cargo build --release && cargo run --release --example placement_benchmark -- jigyosho_430.csv plot.svg DIRECTORY…`
//! Each directory holds trainees.csv, hosts.csv and instance.json; the plot shows time and memory of the whole process against the number of
//! trainees.

use chrono::{TimeDelta, Utc};
use records::Records;
use records::cohort::Cohort;
use records::office::{HostOffice, OfficeFilter};
use secretariat::account::{Account, Password};
use secretariat::{Guidelines, Secretariat, Staff};
use serde_json::Value;
use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};
use training::role::Role;

const RUNS: usize = 5;
const PASSWORD: &str = "a password for the benchmark";
/// Tokyo, where most offices are.
const PREFECTURE: i64 = 13;

struct Point {
    name: String,
    trainees: f64,
    seconds: f64,
    mebibytes: f64,
}

#[allow(clippy::disallowed_methods)]
fn now() -> Instant {
    Instant::now()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The command's whole process on one instance.
fn whole_process(directory: &str) -> Result<Point, Box<dyn Error>> {
    let file = |name: &str| Path::new(directory).join(name).to_string_lossy().into_owned();
    let out = std::env::temp_dir().join("placement-benchmark.csv");
    let command = std::env::current_exe()?.with_file_name("../kensan");
    let (mut times, mut answer) = (Vec::new(), Value::Null);
    for _ in 0..RUNS {
        let started = now();
        let run = Command::new(&command)
            .args(["place", "--trainees", &file("trainees.csv"), "--hosts", &file("hosts.csv")])
            .args(["--instance", &file("instance.json"), "--json", "--out"])
            .arg(&out)
            .output()?;
        times.push(started.elapsed());
        answer = serde_json::from_slice(&run.stdout)?;
    }
    let number = |key: &str| answer[key].as_f64().unwrap_or(0.0);
    let name = Path::new(directory).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let seconds = median(times).as_secs_f64();
    println!(
        "| {name} | {} placed, cost {}, certificate {} | {seconds:.3} s | {} MiB |",
        number("placed"),
        number("cost"),
        answer["certificate_ok"],
        number("peak_memory_mib")
    );
    Ok(Point { name, trainees: number("trainees"), seconds, mebibytes: number("peak_memory_mib") })
}

/// A part of the plot: its title, where it begins, what it shows, and from which power of ten to which.
type Panel = (&'static str, f64, fn(&Point) -> f64, [f64; 2]);

/// Both axes in powers of ten; time left, memory right.
fn plot(points: &[Point]) -> String {
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 860 330\" font-family=\"sans-serif\" font-size=\"12\">\
         <rect width=\"860\" height=\"330\" fill=\"#fff\"/>\n",
    );
    let panels: [Panel; 2] = [
        ("seconds, whole process", 60.0, |point| point.seconds, [-3.0, 1.0]),
        ("peak memory, MiB", 490.0, |point| point.mebibytes, [0.0, 3.0]),
    ];
    for (title, left, value, [lowest, highest]) in panels {
        let x = |trainees: f64| left + (trainees.log10() - 1.5) / 3.5 * 340.0;
        let y = |value: f64| 290.0 - (value.max(1e-3).log10() - lowest) / (highest - lowest) * 240.0;
        svg.push_str(&format!("<text x=\"{left}\" y=\"30\" font-weight=\"bold\">{title}</text>\n"));
        for power in lowest as i32..=highest as i32 {
            let (at, label) = (y(10f64.powi(power)), 10f64.powi(power));
            svg.push_str(&format!(
                "<line x1=\"{left}\" y1=\"{at:.0}\" x2=\"{:.0}\" y2=\"{at:.0}\" stroke=\"#ccc\"/><text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{label}</text>\n",
                left + 340.0, left - 6.0, at + 4.0
            ));
        }
        for trainees in [100.0, 1_000.0, 10_000.0] {
            svg.push_str(&format!(
                "<line x1=\"{0:.0}\" y1=\"50\" x2=\"{0:.0}\" y2=\"290\" stroke=\"#eee\"/><text x=\"{0:.0}\" y=\"308\" text-anchor=\"middle\">{trainees} trainees</text>\n",
                x(trainees)
            ));
        }
        for point in points {
            let (at_x, at_y) = (x(point.trainees.max(32.0)), y(value(point)));
            svg.push_str(&format!(
                "<circle cx=\"{at_x:.0}\" cy=\"{at_y:.0}\" r=\"4\" fill=\"#0017c1\"/><text x=\"{:.0}\" y=\"{:.0}\" font-size=\"10\">{}</text>\n",
                at_x + 6.0,
                at_y - 5.0,
                point.name
            ));
        }
    }
    svg + "</svg>\n"
}

/// A repeatable scatter, in degrees.
fn scatter(seed: u64) -> f64 {
    let mixed = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed >> 40) as f64 / f64::from(1 << 24) - 0.5) * 0.08
}

fn roster(count: usize, offices: &[HostOffice]) -> String {
    let mut csv = String::from("受験番号,氏名,フリガナ,生年月日,緯度,経度\r\n");
    for index in 0..count {
        let office = &offices[index * 7919 % offices.len()];
        let degrees = |e6: Option<i64>, salt: u64| e6.unwrap_or(0) as f64 / 1e6 + scatter(index as u64 * 2 + salt);
        let (lat, lon) = (degrees(office.lat_e6, 0), degrees(office.lon_e6, 1));
        csv.push_str(&format!(
            "{count}{index:05},研修 {count}の{index},ケンシュウ タロウ,1985-04-01,{lat:.6},{lon:.6}\r\n"
        ));
    }
    csv
}

async fn pages(offices: &str) -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let guidelines = Guidelines::shipped().map_err(|problems| format!("{problems:?}"))?;
    let records = Records::open(directory.path()).await?;
    #[allow(clippy::disallowed_methods)]
    let secretariat = Secretariat::new(records, guidelines, Arc::new(Utc::now));
    let mut work = secretariat.write(&Secretariat::operator(0)).await?;
    let provider = work.create_provider("見本県", PREFECTURE).await?;
    work.commit().await?;
    let staff = Staff { provider, name: "benchmark".into(), role: Role::Administrator };
    secretariat.import_hosts(&staff, "offices.csv", &std::fs::read(offices)?, &|_, _| {}).await?;
    let mut work = secretariat.write(&staff).await?;
    let mut near =
        work.host_offices(&OfficeFilter { municipality: "東京都", ..OfficeFilter::default() }, 5000, 0).await?;
    near.retain(|office| office.lat_e6.is_some() && office.suspicion.is_empty());
    for (index, office) in near.iter().enumerate() {
        let capacity = 1 + index as i64 % 9;
        let changed =
            HostOffice { capacity, weekly_capacity: 1 + capacity / 2, chief_care_managers: 1, ..office.clone() };
        work.update_office_capacity(&changed).await?;
    }
    work.commit().await?;
    let account = Account {
        login: "benchmark",
        name: "benchmark",
        role: Role::Administrator,
        password: Some(Password::Own(PASSWORD)),
        email: "",
        person_id: None,
        host_office_id: None,
        supervisor_id: None,
    };
    secretariat.create_account(&staff, account).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let site = web::Site { base_url: address.clone(), ..web::Site::default() };
    let pages = web::pages(secretariat.clone(), site);
    tokio::spawn(async move { axum::serve(listener, pages).await });
    let client = reqwest::Client::builder().cookie_store(true).build()?;
    let form = client.get(format!("{address}/sign-in")).send().await?.text().await?;
    let token = form.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
    let fields = [("csrf", token), ("login", "benchmark"), ("password", PASSWORD)];
    client.post(format!("{address}/sign-in")).form(&fields).send().await?;
    let today = secretariat.today();
    for count in [300, 1_500, 12_000] {
        let cohort = Cohort {
            id: 0,
            name: format!("{count}"),
            edition: "initial-training-revised".into(),
            supplements: String::new(),
            starts_on: today,
            ends_on: today + TimeDelta::days(200),
            practicum_from: today + TimeDelta::days(60),
            practicum_weeks: 8,
            travel_limit_m: 20_000,
            cancelled: false,
            facts_version: 1,
            version: 1,
        };
        let id = secretariat.create_cohort(&staff, &cohort, true).await?;
        let csv = roster(count, &near);
        secretariat.import_roster(&staff, id, "roster.csv", csv.as_bytes(), &Default::default()).await?;
        secretariat.enrol_all(&staff, id).await?;
        let started = now();
        let round = secretariat.place_cohort(&staff, id, false).await?;
        println!("{count} trainees, {} offices: {} placed, proven {}", near.len(), round.placed, round.proven_optimal);
        println!("  a round read, solved, proven, written and audited: {:.3} s", started.elapsed().as_secs_f64());
        let mut work = secretariat.read(&staff).await?;
        let trainee = work.enrolments(id).await?[count / 2].id;
        work.roll_back().await?;
        let office = &near[3].office_number;
        for path in [
            format!("/cohorts/{id}/placement"),
            format!("/cohorts/{id}/placement?zoom=3"),
            format!("/cohorts/{id}/placement/wish?enrolment={trainee}&office={office}"),
            format!("/cohorts/{id}/placement/explanation"),
            format!("/cohorts/{id}/placement/map.pdf"),
        ] {
            let (mut times, mut bytes) = (Vec::new(), 0);
            for _ in 0..7 {
                let started = now();
                let response = client.get(format!("{address}{path}")).send().await?.error_for_status()?;
                bytes = response.bytes().await?.len();
                times.push(started.elapsed());
            }
            println!("  {path}: median {:.3} s, {} KiB", median(times).as_secs_f64(), bytes / 1024);
        }
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [offices, picture, directories @ ..] = &arguments[..] else {
        return Err("give the office file, where to write the plot, and directories of instances".into());
    };
    let points: Vec<Point> = directories.iter().map(|directory| whole_process(directory)).collect::<Result<_, _>>()?;
    std::fs::write(picture, plot(&points))?;
    pages(offices).await
}
