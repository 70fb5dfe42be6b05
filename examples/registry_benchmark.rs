//! How long standing and the way to the next card take for many people: `cargo run --release --example registry_benchmark -- 1000000`.
//! Prints seconds on two threads, and the most memory the process has had.

use chrono::{Days, NaiveDate};
use std::time::Instant;
use training::registry::expiry::{last_day_of_years, months_later};
use training::registry::route::{Way, routes};
use training::registry::{CardCause, DatedFact, Fact, Policy, RegistrationNumber, Standing, Training};

/// A person as an existing registry has them: registered, carded, renewed, practising; every seventh lapsed, every ninth a chief.
fn person(index: u32) -> Vec<DatedFact> {
    let first = NaiveDate::from_ymd_opt(2012, 4, 1).unwrap_or_default() + Days::new(u64::from(index % 3000));
    let number = RegistrationNumber::new(1 + (index % 47) as u8, (index % 27) as u8, 1 + (index % 9999) as u16);
    let known = |on: NaiveDate, fact: Fact| DatedFact { on, recorded_on: on, withdrawn_on: None, fact };
    let mut facts = Vec::new();
    if let Some(number) = number {
        facts.push(known(first, Fact::Registered { number, prefecture: number.prefecture() }));
    }
    let ends = last_day_of_years(first, 5);
    facts.push(known(first, Fact::CardIssued { cause: CardCause::First, expires_on: ends }));
    facts.push(known(first, Fact::Practised { until: None, dedicated: true }));
    if !index.is_multiple_of(7) {
        let before = ends - Days::new(60);
        for training in [Training::SpecialistOne, Training::SpecialistTwo] {
            facts.push(known(before, Fact::Completed { training, valid_until: None }));
        }
        let renewed = Fact::CardIssued { cause: CardCause::Renewal, expires_on: months_later(ends, 60) };
        facts.push(known(before + Days::new(20), renewed));
    }
    if index.is_multiple_of(9) {
        facts.push(known(ends - Days::new(300), Fact::Completed { training: Training::Chief, valid_until: None }));
    }
    facts
}

fn most_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown").to_owned()
}

fn main() {
    let people: u32 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let all: Vec<Vec<DatedFact>> = (0..people).map(person).collect();
    let day = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap_or_default();
    let policy = Policy::default();
    let began = Instant::now();
    let lapsed: usize = std::thread::scope(|scope| {
        let halves = all.chunks(all.len().div_ceil(2).max(1)).map(|half| {
            scope.spawn(move || {
                let way = |facts: &Vec<DatedFact>| {
                    let standing = Standing::on(facts, &policy, day, day);
                    routes(&standing, &policy, None, day).iter().any(|route| route.way == Way::ReEntry)
                };
                half.iter().filter(|facts| way(facts)).count()
            })
        });
        let halves: Vec<_> = halves.collect();
        halves.into_iter().filter_map(|half| half.join().ok()).sum()
    });
    println!("{people} people in {:.2} s, {lapsed} of them lapsed; {}", began.elapsed().as_secs_f64(), most_memory());
}
