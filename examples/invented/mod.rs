//! Invented cohorts that benchmarks fill records with, and somebody who signs in to look at them.

// Each benchmark uses a part.
#![allow(dead_code)]

use chrono::{NaiveDate, TimeDelta};
use records::cohort::Cohort;
use reqwest::{Client, StatusCode};
use secretariat::account::{Account, Password};
use secretariat::{Secretariat, Staff};
use std::collections::BTreeMap;
use std::error::Error;
use training::completion::facts::AssessmentFact;
use training::role::Role;

pub const PASSWORD: &str = "a password for benchmarks";

/// Whoever looks at the pages.
pub fn account() -> Account<'static> {
    Account {
        login: "benchmark",
        name: "benchmark",
        role: Role::Administrator,
        password: Some(Password::Own(PASSWORD)),
        email: "",
        person_id: None,
        host_office_id: None,
        supervisor_id: None,
    }
}

/// The token of the first form of a page.
pub async fn token(client: &Client, page: &str) -> reqwest::Result<String> {
    let page = client.get(page).send().await?.text().await?;
    let found = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    Ok(found.unwrap_or_default().to_owned())
}

/// Signs in, and gives what the server answers.
pub async fn sign_in(client: &Client, address: &str, login: &str, password: &str) -> reqwest::Result<StatusCode> {
    let token = token(client, &format!("{address}/sign-in")).await?;
    let fields = [("csrf", token.as_str()), ("login", login), ("password", password)];
    Ok(client.post(format!("{address}/sign-in")).form(&fields).send().await?.status())
}

pub fn cohort(index: usize, edition: &str, today: NaiveDate) -> Cohort {
    Cohort {
        id: 0,
        name: format!("第{index}期"),
        edition: edition.to_owned(),
        supplements: String::new(),
        starts_on: today - TimeDelta::days(60),
        ends_on: today + TimeDelta::days(60),
        practicum_from: today,
        practicum_weeks: 8,
        travel_limit_m: 30_000,
        cancelled: false,
        facts_version: 1,
        version: 1,
    }
}

pub fn roster(cohort: usize, count: usize) -> String {
    let mut csv = String::from("受験番号,氏名,フリガナ,生年月日\r\n");
    for index in 0..count {
        csv.push_str(&format!("{cohort:03}{index:05},研修 {cohort}の{index},ケンシュウ タロウ,1985-04-01\r\n"));
    }
    csv
}

/// A cohort whose trainees lack nothing for their certificate. Gives its id and its enrolments.
pub async fn ready_cohort(
    secretariat: &Secretariat,
    staff: &Staff,
    (index, count): (usize, usize),
) -> Result<(i64, Vec<i64>), Box<dyn Error>> {
    let edition = secretariat.guidelines().editions["initial-training-earlier"].clone();
    let wanted = cohort(index, "initial-training-earlier", secretariat.today());
    let id = secretariat.create_cohort(staff, &wanted, true).await?;
    secretariat.import_roster(staff, id, "r.csv", roster(index, count).as_bytes(), &Default::default()).await?;
    secretariat.enrol_all(staff, id).await?;
    let mut work = secretariat.write(staff).await?;
    let ids: Vec<i64> = work.enrolments(id).await?.iter().map(|enrolment| enrolment.id).collect();
    for enrolment in &ids {
        let passed = AssessmentFact { id: 0, passed: true, score: None, items: BTreeMap::new(), by: None };
        work.record_assessment(*enrolment, &passed).await?;
        for subject in edition.curriculum.subjects.iter().filter(|subject| subject.hours > 0) {
            work.record_credit(*enrolment, &subject.code, "benchmark").await?;
        }
    }
    work.commit().await?;
    Ok((id, ids))
}
