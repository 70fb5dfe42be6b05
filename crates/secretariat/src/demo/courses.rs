//! Cohorts of the courses other than the initial training, small and at different points.

use super::{calendar, row};
use crate::{Result, Secretariat, Staff};
use chrono::TimeDelta;
use records::cohort::Cohort;
use training::NaiveDate;
use training::completion::facts::AssessmentFact;

/// How many days ago each cohort began, in the order of the courses' ids: some are over, some run, one is to come.
const BEGAN: [i64; 8] = [60, 25, 40, 12, 75, 30, 45, -20];
const TRAINEES: usize = 6;
/// Numbers after those of the initial training's people.
const FIRST: usize = 4;

impl Secretariat {
    /// One cohort of each other course; those that are over have their certificates.
    pub(super) async fn demo_courses(&self, staff: &Staff, instructor: i64) -> Result<()> {
        let courses: Vec<_> =
            self.guidelines.courses.values().filter(|course| !course.about.by_exam).cloned().collect();
        for (index, (course, began)) in courses.iter().zip(BEGAN).enumerate() {
            let starts_on = self.today() - TimeDelta::days(began);
            let Some(edition) = self.guidelines.governing(&course.about.title, starts_on).cloned() else { continue };
            let year = training::wareki::fiscal_year(starts_on);
            let cohort = Cohort {
                id: 0,
                name: format!("{year}年度 {}", course.about.title),
                edition: edition.id.clone(),
                supplements: String::new(),
                starts_on,
                ends_on: starts_on + TimeDelta::days(56),
                practicum_from: starts_on,
                practicum_weeks: 0,
                travel_limit_m: 0,
                cancelled: false,
                facts_version: 1,
                version: 1,
            };
            let id = self.create_cohort(staff, &cohort, false).await?;
            for session in calendar((id, instructor), &edition.curriculum, starts_on, cohort.ends_on) {
                self.create_session(staff, &session).await?;
            }
            self.demo_roster(staff, id, FIRST + index).await?;
            if began > 0 {
                self.enrol_all(staff, id).await?;
                self.attend(staff, id).await?;
            }
            if cohort.ends_on < self.today() {
                self.demo_completed(staff, id, cohort.ends_on).await?;
            }
        }
        Ok(())
    }

    async fn demo_roster(&self, staff: &Staff, cohort: i64, number: usize) -> Result<()> {
        let mut csv = String::from("氏名,フリガナ,生年月日,住所,電話番号,勤務先\r\n");
        for index in 0..TRAINEES {
            let person = row(index, number, self.today());
            // People in practice: from thirty to sixty-odd years old.
            let birth_date = self.today() - TimeDelta::days(11_000 + 157 * (number * TRAINEES + index) as i64);
            let cells = [
                person.name.clone(),
                person.kana.clone(),
                training::wareki::format(birth_date),
                person.address.clone().unwrap_or_default(),
                person.phone.clone().unwrap_or_default(),
                person.employer.clone().unwrap_or_default(),
            ];
            csv.push_str(&(cells.join(",") + "\r\n"));
        }
        match self.import_roster(staff, cohort, "受講者名簿.csv", csv.as_bytes(), &Default::default()).await? {
            crate::cohort::roster::RosterImport::Imported { .. } => Ok(()),
            _ => Err(crate::Error::Internal("the demonstration's roster was not taken in".to_owned())),
        }
    }

    /// Everybody but one has passed and gets a certificate.
    async fn demo_completed(&self, staff: &Staff, cohort: i64, on: NaiveDate) -> Result<()> {
        let mut work = self.write(staff).await?;
        let enrolments: Vec<i64> = work.enrolments(cohort).await?.iter().map(|known| known.id).collect();
        for enrolment in enrolments.iter().skip(1) {
            let passed = AssessmentFact { id: 0, passed: true, score: Some(80), items: Default::default(), by: None };
            work.record_assessment(*enrolment, &passed).await?;
        }
        work.commit().await?;
        let judged = self.judge_cohort(&mut self.read(staff).await?, cohort).await?;
        let ready: Vec<i64> = crate::home::matching(&judged, crate::ToDo::IssueCertificate).into_iter().collect();
        if !ready.is_empty() {
            self.issue_certificates(staff, cohort, &ready, on, "http://127.0.0.1:8080", &|_, _| {}).await?;
        }
        Ok(())
    }
}
