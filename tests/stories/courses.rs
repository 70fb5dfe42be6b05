//! Every course of the scheme runs by its data alone: a cohort without a practicum, its roster without exam numbers, classes, assessment,
//! certificate with the articles the course rests on; over HTTP on both databases.

use crate::support::{Kensan, Visitor, first_day, text};
use chrono::TimeDelta;
use reqwest::StatusCode;
use secretariat::{Guidelines, Staff};
use training::role::Role;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

/// One trainee, another one for each cohort: a known person would be asked about.
fn roster(number: usize) -> Vec<u8> {
    format!("氏名,フリガナ,生年月日,受講番号\r\n研修 太郎,ケンシュウ タロウ,19{:02}-04-01,S-1\r\n", 60 + number)
        .into_bytes()
}

/// A course of a prefecture that no law asks for, written from the documentation alone.
const OWN_COURSE: &str = "title = \"見本県 災害時ケアマネジメント研修\"\ntitle_en = \"Care management in disasters\"\nstatus = \"own\"\ntotal_hours = 6\nhours_confirmed = true\nsource = \"見本県要綱\"\n";

fn guidelines() -> Guidelines {
    let directory = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("courses/disaster.toml", OWN_COURSE);
    write(
        "disaster-2026/edition.toml",
        "title = \"災害時研修\"\ntitle_en = \"Disasters\"\ncourse = \"見本県 災害時ケアマネジメント研修\"\nissued_by = \"見本県\"\ngoverns_from = \"2016-04-01\"\ngoverns_from_confirmed = true\nsource = \"見本県要綱\"\n",
    );
    write("disaster-2026/clauses.toml", "[[clause]]\npath = \"第1\"\nheading = \"課程\"\ngist = \"一日の講義。\"\n");
    write(
        "disaster-2026/curriculum.toml",
        "confirmed = false\nsource = \"見本県要綱\"\ntotal_hours = 6\n\n[[subject]]\ncode = \"01\"\nname = \"災害時の支援\"\nform = \"lecture\"\nhalf = \"first\"\nhours = 6\n",
    );
    write(
        "disaster-2026/requirements.toml",
        "[[requirement]]\nid = \"subjects\"\nclause = \"第1\"\nduty = \"must\"\ntitle = \"受講\"\ntitle_en = \"Attended\"\nrule = { kind = \"subjects\" }\n",
    );
    Guidelines::with_directory(directory.path()).unwrap()
}

/// A cohort of an edition with one trainee and its timetable; gives the address of the cohort and the trainee's enrolment.
async fn begins(office: &Visitor, guidelines: &Guidelines, (number, edition): (usize, &str)) -> (String, String) {
    let known = &guidelines.editions[edition];
    let (starts, ends) = (first_day().to_string(), (first_day() + TimeDelta::days(40)).to_string());
    let fields = [
        ("name", edition),
        ("edition", edition),
        ("edition_confirmed", "1"),
        ("starts_on", starts.as_str()),
        ("ends_on", ends.as_str()),
        ("practicum_from", ""),
        ("practicum_weeks", ""),
        ("travel_limit_km", ""),
    ];
    let cohort = office.submit("/cohorts", &fields).await;
    let imported = office.upload(&format!("{cohort}/roster"), "roster.csv", roster(number), &[]).await;
    assert_eq!(imported.status(), StatusCode::SEE_OTHER, "{edition}: {}", text(imported).await);
    office.submit(&format!("{cohort}/enrol"), &[]).await;
    let overview = text(office.get(&cohort).await).await;
    assert!(!overview.contains(&format!("{cohort}/placement")), "{edition} has no practicum");
    assert!(overview.contains(&known.metadata.course), "{edition}");
    assert!(!overview.contains("name=\"exam_number\""), "{edition} asks nobody for the number of the exam");
    let file = text(office.get(&format!("{cohort}/roster")).await).await;
    let asked = file.split("受験番号").nth(1).unwrap().split("</tr>").next().unwrap();
    assert!(!asked.contains("必須"), "{edition}: {asked}");
    let trainee = overview.split("href=\"/trainees/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = text(office.get(&format!("/trainees/{trainee}")).await).await;
    assert!(!page.contains("id=\"practicum\"") && page.contains("/assessment"), "{edition}");
    let mut held = 0;
    for subject in &known.curriculum.subjects {
        // Long subjects take several days.
        let days = subject.hours.div_ceil(8).max(1);
        for part in 0..days {
            let day = (first_day() + TimeDelta::days(held)).to_string();
            held += 1;
            let title = format!("{} {part}", subject.code);
            let minutes = (subject.hours * 60).div_ceil(days).to_string();
            let fields = [
                ("title", title.as_str()),
                ("day", day.as_str()),
                ("starts", "9:00"),
                ("ends", "18:00"),
                ("subject", subject.code.as_str()),
                ("minutes", minutes.as_str()),
            ];
            office.submit(&format!("{cohort}/sessions"), &fields).await;
        }
    }
    (cohort, trainee)
}

/// The trainee attends everything, is assessed, and gets a certificate.
async fn ends(kensan: &Kensan, staff: &Staff, office: &Visitor, (cohort, trainee): (&str, &str)) -> String {
    let id = cohort.rsplit('/').next().unwrap().parse().unwrap();
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let sessions = work.sessions(id).await.unwrap();
    drop(work);
    let present = format!("present-{trainee}");
    for session in sessions {
        let marks = [("trainee", trainee), (present.as_str(), "1")];
        office.submit(&format!("/sessions/{}/attendance", session.id), &marks).await;
    }
    office.submit(&format!("/trainees/{trainee}/assessment"), &[("passed", "yes"), ("by", "")]).await;
    let last = (first_day() + TimeDelta::days(40)).to_string();
    office.submit(&format!("{cohort}/certificates"), &[("completed_on", last.as_str()), ("enrolment", trainee)]).await;
    let mut work = kensan.secretariat.read(staff).await.unwrap();
    let certificate = work.certificate_of(trainee.parse().unwrap()).await.unwrap();
    let certificate = certificate.unwrap_or_else(|| panic!("{cohort} has no certificate"));
    work.public_holder(&certificate.token).await.unwrap().unwrap()
}

async fn story(kensan: Kensan) {
    let guidelines = guidelines();
    let kensan = kensan.with_guidelines(guidelines.clone()).await;
    let staff = kensan.provider("見本県").await;
    kensan.account(&staff, "office", Role::Secretariat, None, None).await;
    let office = kensan.signed_in("office").await;
    let mut running = Vec::new();
    let others = guidelines.editions.keys().filter(|id| !id.starts_with("initial-training"));
    for (number, edition) in others.enumerate() {
        running.push((edition, begins(&office, &guidelines, (number, edition)).await));
    }
    assert_eq!(running.len(), 15, "the prefecture's own among them");
    kensan.days_pass(45);
    let office = kensan.signed_in("office").await;
    for (edition, (cohort, trainee)) in &running {
        let holder = ends(&kensan, &staff, &office, (cohort, trainee)).await;
        let known = &guidelines.editions[*edition];
        let basis = &guidelines.course_of(known).unwrap().about.basis;
        assert!(holder.contains(&known.metadata.course) && holder.contains(basis), "{edition}: {holder}");
    }
    // Nobody of these courses waits for a place, and no record is overdue.
    let home = text(office.get("/").await).await;
    assert!(!home.contains("実習先が未定") && !home.contains("risk=overdue"), "{home}");
}
