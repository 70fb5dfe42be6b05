//! Two desks issue certificates at once: both end, every number is given once, nobody gets two.

use crate::support::{self, Kensan, first_day};
use chrono::TimeDelta;
use records::cohort::Cohort;
use secretariat::Staff;
use std::collections::{BTreeMap, BTreeSet};
use training::completion::facts::AssessmentFact;

const TRAINEES: usize = 6;

#[tokio::test]
async fn on_sqlite() {
    story(support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(support::postgres().await).await;
}

/// A cohort of which everybody is ready for the certificate. Gives its id and its enrolments.
async fn ready(kensan: &Kensan, staff: &Staff, name: &str) -> (i64, Vec<i64>) {
    let secretariat = &kensan.secretariat;
    let wanted = Cohort {
        id: 0,
        name: name.to_owned(),
        edition: "initial-training-earlier".to_owned(),
        supplements: String::new(),
        starts_on: first_day() - TimeDelta::days(90),
        ends_on: first_day() - TimeDelta::days(1),
        practicum_from: first_day() - TimeDelta::days(60),
        practicum_weeks: 4,
        travel_limit_m: 30_000,
        cancelled: false,
        facts_version: 1,
        version: 1,
    };
    let cohort = secretariat.create_cohort(staff, &wanted, true).await.unwrap();
    let mut roster = String::from("受験番号,氏名,フリガナ,生年月日\r\n");
    for index in 0..TRAINEES {
        roster.push_str(&format!("{name}{index},研修 {name}の{index},ケンシュウ,1985-04-01\r\n"));
    }
    secretariat.import_roster(staff, cohort, "名簿", roster.as_bytes(), &Default::default()).await.unwrap();
    secretariat.enrol_all(staff, cohort).await.unwrap();
    let edition = &secretariat.guidelines().editions["initial-training-earlier"];
    let mut work = secretariat.write(staff).await.unwrap();
    let enrolments: Vec<i64> = work.enrolments(cohort).await.unwrap().into_iter().map(|known| known.id).collect();
    for enrolment in &enrolments {
        let passed = AssessmentFact { id: 0, passed: true, score: None, items: BTreeMap::new(), by: None };
        work.record_assessment(*enrolment, &passed).await.unwrap();
        for subject in edition.curriculum.subjects.iter().filter(|subject| subject.hours > 0) {
            work.record_credit(*enrolment, &subject.code, "見本").await.unwrap();
        }
    }
    work.commit().await.unwrap();
    (cohort, enrolments)
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("甲").await;
    let (first, of_first) = ready(&kensan, &staff, "い").await;
    let (second, of_second) = ready(&kensan, &staff, "ろ").await;
    let secretariat = &kensan.secretariat;
    let (base, today) = ("https://kensan.example", first_day());
    // Two cohorts draw numbers from one row, and one of them is issued by two desks.
    let (one, other, again) = tokio::join!(
        secretariat.issue_certificates(&staff, first, &of_first, today, base, &|_, _| {}),
        secretariat.issue_certificates(&staff, second, &of_second, today, base, &|_, _| {}),
        secretariat.issue_certificates(&staff, first, &of_first, today, base, &|_, _| {}),
    );
    let (one, other, again) = (one.unwrap(), other.unwrap(), again.unwrap());
    assert_eq!(other.issued.len(), TRAINEES);
    assert_eq!(one.issued.len() + again.issued.len(), TRAINEES, "nobody gets two");
    assert_eq!(one.already.len() + again.already.len(), TRAINEES, "the other desk finds them issued");
    let mut work = secretariat.read(&staff).await.unwrap();
    let mut serials = BTreeSet::new();
    for cohort in [first, second] {
        let certificates = work.certificates(cohort).await.unwrap();
        assert_eq!(certificates.len(), TRAINEES);
        serials.extend(certificates.into_iter().map(|certificate| certificate.serial));
    }
    assert_eq!(serials, (1..=2 * TRAINEES as i64).collect(), "without a gap or a double");
    assert_eq!(work.verify_rows().await.unwrap(), []);
    drop(work);
    assert!(secretariat.report_interrupted().await.unwrap().is_empty());
}
