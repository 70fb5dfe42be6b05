//! The demonstration: an invented prefecture with plainly invented people, made by the same use cases as the real thing.

pub(crate) mod arrangement;
mod courses;
pub(crate) mod plan;
pub(crate) mod practicum;
mod registry;

use crate::account::{Account, Password};
use crate::cohort::attendance::{Mark, Reasons};
use crate::cohort::roster_row::{COLUMNS, RosterRow};
use crate::demo::practicum::demo_consent;
use crate::office::guide::Guide;
use crate::{Error, Result, Secretariat, Staff};
use chrono::TimeDelta;
use records::cohort::Cohort;
use records::cohort::session::Session;
use records::practicum::case::NewCase;
use std::collections::BTreeMap;
use std::sync::Arc;
use training::cohort::attendance::{Hours, Share};
use training::completion::facts::{AssessmentFact, MilestoneKind};
use training::guideline::curriculum::{Curriculum, Half};
use training::practicum::placement::PlacementState;
use training::practicum::record::{ConferenceFallback, Experience, Way};
use training::role::Role;
use training::{NaiveDate, NaiveDateTime, NaiveTime};

/// The password of every demonstration account: printed at the start, good for nothing else.
pub const PASSWORD: &str = "kensan-demo-2026";

/// A sign-in of each role; the last two are in the middle of a practicum.
pub const LOGINS: [(&str, Role); 9] = [
    ("admin", Role::Administrator),
    ("jimukyoku", Role::Secretariat),
    ("pref", Role::Prefecture),
    ("koushi", Role::Instructor),
    ("shidousha", Role::Supervisor),
    ("jukousha", Role::Trainee),
    ("jisshusei", Role::Trainee),
    ("jisshushidou", Role::Supervisor),
    ("korekara", Role::Trainee),
];

const OFFICES: usize = 40;
const TOWNS: [(&str, f64, f64); 5] = [
    ("見本市", 36.39, 139.06),
    ("例町", 36.32, 139.19),
    ("架空村", 36.55, 138.99),
    ("仮名市", 36.28, 138.95),
    ("試町", 36.44, 139.24),
];
const FAMILY: [(&str, &str); 10] = [
    ("研修", "ケンシュウ"),
    ("見本", "ミホン"),
    ("例文", "レイブン"),
    ("仮名", "カリナ"),
    ("試験", "シケン"),
    ("練習", "レンシュウ"),
    ("架空", "カクウ"),
    ("模擬", "モギ"),
    ("演習", "エンシュウ"),
    ("体験", "タイケン"),
];
const GIVEN: [(&str, &str); 8] = [
    ("太郎", "タロウ"),
    ("花子", "ハナコ"),
    ("一郎", "イチロウ"),
    ("春子", "ハルコ"),
    ("次郎", "ジロウ"),
    ("秋子", "アキコ"),
    ("三郎", "サブロウ"),
    ("冬子", "フユコ"),
];

/// A repeatable scatter around a town, in degrees.
fn scatter(index: usize, salt: u64) -> f64 {
    let mut mixed = (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed >> 40) as f64 / f64::from(1 << 24) - 0.5) * 0.16
}

fn offices_csv() -> String {
    let headings: Vec<&str> = crate::office::import::COLUMNS.iter().map(|(heading, _)| *heading).collect();
    let mut csv = headings.join(",") + "\r\n";
    for index in 0..OFFICES {
        let (town, lat, lon) = TOWNS[index % TOWNS.len()];
        let number = 9_970_100_000u64 + index as u64 + 1;
        let (lat, lon) = (lat + scatter(index, 1), lon + scatter(index, 2));
        let corporation = if index % 7 == 0 {
            "社会福祉法人 見本会".to_owned()
        } else {
            format!("株式会社 架空ケア{}", index / 2 + 1)
        };
        csv.push_str(&format!(
            "99{:04},{number},見本県,{town},見本居宅介護支援事業所 第{}号,ミホンキョタク {},居宅介護支援,見本県{town}{}番地,,{lat:.6},{lon:.6},\
             099-{:03}-{:04},,,{corporation},{number},平日,,,,,,,\r\n",
            index % TOWNS.len() + 1, index + 1, index + 1, index + 1, 100 + index, 1000 + index,
        ));
    }
    csv
}

fn row(index: usize, cohort: usize, today: NaiveDate) -> RosterRow {
    let serial = index + cohort * 37;
    let (family, family_kana) = FAMILY[serial % FAMILY.len()];
    let (given, given_kana) = GIVEN[(serial / FAMILY.len()) % GIVEN.len()];
    let (town, lat, lon) = TOWNS[(serial * 3 + 1) % TOWNS.len()];
    let degrees = |base: f64, salt| Some(((base + scatter(serial, salt)) * 1e6) as i64);
    RosterRow {
        exam_number: format!("{:02}{:05}", 97 + cohort, index + 1),
        name: format!("{family} {given}"),
        kana: format!("{family_kana} {given_kana}"),
        birth_date: today - TimeDelta::days(9_500 + 137 * serial as i64),
        postcode: Some(format!("999-{:04}", 1000 + serial)),
        address: Some(format!("見本県{town}{}番地", serial + 1)),
        phone: Some(format!("090-0000-{:04}", serial + 1)),
        email: Some(format!("trainee{serial}@kensan.example")),
        employer: Some(if serial.is_multiple_of(6) {
            "社会福祉法人見本会".to_owned()
        } else {
            format!("架空ケア{}株式会社", serial % 20 + 1)
        }),
        lat_e6: degrees(lat, 3),
        lon_e6: degrees(lon, 4),
        ..RosterRow::default()
    }
}

fn seen(case: i64, stage: &str, way: Way, on: NaiveDate, minutes: u32) -> Experience {
    Experience { id: 0, case, stage: stage.to_owned(), way, on, minutes, break_minutes: 0, own_work: false }
}

/// The day the demonstration's people passed the exam: some weeks before their course.
fn passed_on(starts_on: NaiveDate) -> NaiveDate {
    starts_on - TimeDelta::days(90)
}

/// Three hours, an hour's break, three hours: from when to when each subject of a day is taught.
fn around_lunch(shares: Vec<Share>, starts_at: NaiveDateTime) -> Vec<Share> {
    let mut taught = 0;
    let with_hours = |share: Share| {
        let (begins, ends) = (taught, taught + i64::from(share.minutes));
        taught = ends;
        let lunch = |is_after: bool| if is_after { 60 } else { 0 };
        let from = starts_at + TimeDelta::minutes(begins + lunch(begins >= 180));
        let until = starts_at + TimeDelta::minutes(ends + lunch(ends > 180));
        Share { hours: Some(Hours { from, until }), ..share }
    };
    shares.into_iter().map(with_hours).collect()
}

/// Days of six hours, two days a week from the first day; the practicum's weeks lie between the halves.
fn calendar(
    (cohort, instructor): (i64, i64),
    curriculum: &Curriculum,
    starts_on: NaiveDate,
    second_half_from: NaiveDate,
) -> Vec<Session> {
    let mut sessions = Vec::new();
    for (half, from, title) in [(Half::First, starts_on, "前期"), (Half::Second, second_half_from, "後期")] {
        let mut shares: Vec<Vec<Share>> = vec![Vec::new()];
        let mut room = 360;
        for subject in curriculum.subjects.iter().filter(|subject| subject.half == half) {
            let mut left = subject.hours * 60;
            while left > 0 {
                let part = left.min(room);
                if let Some(day) = shares.last_mut() {
                    day.push(Share::of(subject.code.clone(), part));
                }
                left -= part;
                room -= part;
                if room == 0 {
                    shares.push(Vec::new());
                    room = 360;
                }
            }
        }
        shares.retain(|day| !day.is_empty());
        for (index, shares) in shares.into_iter().enumerate() {
            let offset = (index / 2 * 7 + index % 2) as i64;
            let day = from + TimeDelta::days(offset);
            let at = |hour| day.and_time(NaiveTime::from_hms_opt(hour, 30, 0).unwrap_or_default());
            sessions.push(Session {
                id: 0,
                cohort_id: cohort,
                title: format!("{title} 第{}日", index + 1),
                starts_at: at(9),
                ends_at: at(16),
                place: if index % 4 == 3 {
                    "オンライン".to_owned()
                } else {
                    "見本県研修センター".to_owned()
                },
                online: index % 4 == 3,
                version: 1,
                shares: around_lunch(shares, at(9)),
                instructors: vec![instructor],
                cancelled: None,
            });
        }
    }
    sessions
}

impl Secretariat {
    /// Fills an empty installation with the demonstration. Gives the provider.
    pub async fn create_demo(&self) -> Result<i64> {
        let mut work = self.write(&Secretariat::operator(0)).await?;
        let provider = work.create_provider("見本県 研修実施機関", 99).await?;
        work.commit().await?;
        let staff = Staff { provider, name: "jimukyoku".to_owned(), role: Role::Administrator };
        let quiet = |_: usize, _: usize| {};
        self.import_hosts(&staff, "見本県_事業所.csv", offices_csv().as_bytes(), &quiet).await?;
        self.equip_offices(&staff).await?;
        self.demo_agreements(&staff).await?;
        let today = self.today();
        let teacher = Account {
            login: "koushi",
            name: "講師 見本",
            role: Role::Instructor,
            password: Some(Password::Own(PASSWORD)),
            email: "",
            person_id: None,
            host_office_id: None,
            supervisor_id: None,
        };
        let instructor = self.create_account(&staff, teacher).await?;
        let begun = |days| today - TimeDelta::days(days);
        let finishing = self.demo_cohort(&staff, instructor, (0, 36), begun(150)).await?;
        let running = self.demo_cohort(&staff, instructor, (1, 32), begun(24)).await?;
        self.run_to_the_end(&staff, finishing).await?;
        self.run_first_half(&staff, running).await?;
        let practising = self.demo_cohort(&staff, instructor, (2, 12), begun(62)).await?;
        self.attend(&staff, practising).await?;
        let (enrolment, office) = self.run_into_practicum(&staff, practising).await?;
        self.demo_accounts(&staff, (finishing, running), (enrolment, office)).await?;
        self.demo_groups(&staff, (running, practising), enrolment).await?;
        self.demo_arrangement(&staff, running).await?;
        self.demo_courses(&staff, instructor).await?;
        self.demo_registry(&staff).await?;
        Ok(provider)
    }

    async fn equip_offices(&self, staff: &Staff) -> Result<()> {
        let today = self.today();
        let mut work = self.write(staff).await?;
        for (index, mut office) in
            work.host_offices(&Default::default(), OFFICES as i64, 0).await?.into_iter().enumerate()
        {
            office.capacity = [2, 3, 1, 2][index % 4];
            office.weekly_capacity = 1;
            office.specified_office_addition = index % 3 != 2;
            office.chief_care_managers = [2, 1, 3, 0][index % 4];
            office.confirmed_on = Some(today - TimeDelta::days(20 + index as i64));
            work.update_office_capacity(&office).await?;
            let name = format!("{} {}", FAMILY[(index + 3) % FAMILY.len()].0, GIVEN[(index + 1) % GIVEN.len()].0);
            let chief = office.chief_care_managers > 0;
            work.create_supervisor(office.id, &name, chief, if chief { "" } else { "主任介護支援専門員が不在のため" })
                .await?;
        }
        Ok(work.commit().await?)
    }

    async fn demo_cohort(
        &self,
        staff: &Staff,
        instructor: i64,
        (index, trainees): (usize, usize),
        starts_on: NaiveDate,
    ) -> Result<i64> {
        let edition =
            self.guidelines.governing_practicum(starts_on).ok_or_else(|| Error::Internal("no edition ships".into()))?;
        let practicum_from = starts_on + TimeDelta::days(35);
        let cohort = self
            .create_cohort(
                staff,
                &Cohort {
                    id: 0,
                    name: ["第28期 実務研修", "第29期 実務研修", "第28期 追加日程 実務研修"][index].to_owned(),
                    edition: edition.id.clone(),
                    supplements: String::new(),
                    starts_on,
                    ends_on: starts_on + TimeDelta::days(140),
                    practicum_from,
                    practicum_weeks: 6,
                    travel_limit_m: 30_000,
                    cancelled: false,
                    facts_version: 1,
                    version: 1,
                },
                false,
            )
            .await?;
        let second_half = practicum_from + TimeDelta::days(49);
        for session in calendar((cohort, instructor), &edition.curriculum.clone(), starts_on, second_half) {
            self.create_session(staff, &session).await?;
        }
        // Both cohorts come in by the roster import, as they would from the prefecture.
        let headings: Vec<&str> = COLUMNS.iter().map(|column| column.headings[0]).collect();
        let mut csv = headings.join(",") + "\r\n";
        for person in (0..trainees).map(|person| row(person, index, self.today())) {
            let degrees = |e6: Option<i64>| e6.map(|e6| format!("{:.6}", e6 as f64 / 1e6)).unwrap_or_default();
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            let cells = [
                person.exam_number.clone(),
                person.name.clone(),
                person.kana.clone(),
                training::wareki::format(passed_on(starts_on)),
                training::wareki::format(person.birth_date),
                String::new(),
                text(&person.postcode),
                text(&person.address),
                text(&person.phone),
                text(&person.email),
                text(&person.employer),
                String::new(),
                String::new(),
                degrees(person.lat_e6),
                degrees(person.lon_e6),
            ];
            csv.push_str(&(cells.join(",") + "\r\n"));
        }
        let imported = self.import_roster(staff, cohort, "合格者名簿.csv", csv.as_bytes(), &Default::default()).await?;
        match imported {
            crate::cohort::roster::RosterImport::Imported { .. } => {}
            _ => return Err(Error::Internal("the demonstration's roster was not taken in".to_owned())),
        }
        self.enrol_all(staff, cohort).await?;
        Ok(cohort)
    }

    /// Attendance of all sessions held so far; a few were absent or late.
    async fn attend(&self, staff: &Staff, cohort: i64) -> Result<()> {
        let mut work = self.read(staff).await?;
        let sessions = work.sessions(cohort).await?;
        let enrolments = work.enrolments(cohort).await?;
        drop(work);
        for (day, session) in sessions.iter().enumerate().filter(|(_, session)| session.ends_at.date() < self.today()) {
            let marks: Vec<Mark> = enrolments
                .iter()
                .enumerate()
                .map(|(index, enrolment)| {
                    let absent = index % 17 == 5 && day == 1;
                    let late = (index % 11 == 4 && day == 5).then(|| NaiveTime::from_hms_opt(9, 52, 0)).flatten();
                    Mark { enrolment: enrolment.id, present: !absent, arrived_at: late, left_at: None, seen: None }
                })
                .collect();
            self.take_attendance(staff, session.id, &marks, Reasons::default(), None).await?;
        }
        Ok(())
    }

    async fn run_first_half(&self, staff: &Staff, cohort: i64) -> Result<()> {
        self.attend(staff, cohort).await?;
        let mut work = self.write(staff).await?;
        let starts_on = work.cohort(cohort).await?.starts_on;
        for enrolment in work.enrolments(cohort).await?.iter().take(20) {
            self.demo_briefed(&mut work, enrolment.id, starts_on + TimeDelta::days(15)).await?;
        }
        work.commit().await?;
        self.place_cohort(staff, cohort, false).await?;
        Ok(())
    }

    /// Placed and told two weeks before the practicum. Gives its first day.
    pub(crate) async fn demo_placed(&self, staff: &Staff, cohort: i64) -> Result<NaiveDate> {
        let mut work = self.read(staff).await?;
        let start = work.cohort(cohort).await?.practicum_from;
        drop(work);
        let back = self.today().signed_duration_since(start - TimeDelta::weeks(2));
        let now = self.clock.clone();
        let then = Secretariat { clock: Arc::new(move || now() - back), ..self.clone() };
        let round = then.place_cohort(staff, cohort, false).await?;
        then.confirm_round(staff, cohort, round.round).await?;
        Ok(start)
    }

    async fn run_to_the_end(&self, staff: &Staff, cohort: i64) -> Result<()> {
        self.attend(staff, cohort).await?;
        let start = self.demo_placed(staff, cohort).await?;
        let mut work = self.write(staff).await?;
        for placement in work.current_placements(cohort).await? {
            if let Some(supervisor) = work.supervisors(placement.host_office_id).await?.first() {
                work.assign_supervisor(placement.id, supervisor.id, "").await?;
            }
            for to in [PlacementState::Accepted, PlacementState::Scheduled, PlacementState::Done] {
                let current = work.placement(placement.id).await?;
                work.change_placement(&current, to, "").await?;
            }
            let enrolment = placement.enrolment_id;
            self.demo_briefed(&mut work, enrolment, start - TimeDelta::days(10)).await?;
            let first = start + TimeDelta::weeks(placement.window_index);
            for (offset, pseudonym) in ["Aさん", "Bさん"].into_iter().enumerate() {
                let day = first + TimeDelta::days(offset as i64);
                let case = work.create_case(enrolment, &NewCase { pseudonym, ..NewCase::default() }).await?;
                work.record_consent(enrolment, &demo_consent(case, day - TimeDelta::days(3))).await?;
                for (stage, way) in [
                    ("assessment", Way::Accompanied),
                    ("plan", Way::Explained),
                    ("conference_preparation", Way::Observed),
                    ("monitoring", Way::Accompanied),
                ] {
                    work.record_experience(enrolment, &seen(case, stage, way, day, 120)).await?;
                }
                if offset == 0 && enrolment % 5 != 0 {
                    let conference = seen(case, "conference", Way::SatIn, day, 60);
                    work.record_experience(enrolment, &conference).await?;
                }
            }
            if enrolment % 5 == 0 {
                let fallback = ConferenceFallback {
                    id: 0,
                    reason: "実習期間中に担当者会議が開かれなかったため".to_owned(),
                    supervisor: "見本 花子".to_owned(),
                    on: first + TimeDelta::days(2),
                    preparation_explained: true,
                    proceedings_explained: enrolment % 10 != 0,
                };
                work.record_conference_fallback(enrolment, &fallback).await?;
            }
            work.record_milestone(enrolment, MilestoneKind::SignOff, first + TimeDelta::days(7), "").await?;
            if enrolment % 9 != 0 {
                let assessment = AssessmentFact {
                    id: 0,
                    passed: true,
                    score: Some(70 + (enrolment % 30) as u32),
                    items: BTreeMap::new(),
                    by: Some(Role::Instructor),
                };
                work.record_assessment(enrolment, &assessment).await?;
            }
        }
        work.commit().await?;
        let judged = self.judge_cohort(&mut self.read(staff).await?, cohort).await?;
        let ready = crate::home::matching(&judged, crate::ToDo::IssueCertificate);
        let some: Vec<i64> = ready.into_iter().take(8).collect();
        let completed_on = self.today() - TimeDelta::days(5);
        self.issue_certificates(staff, cohort, &some, completed_on, "http://127.0.0.1:8080", &|_, _| {}).await?;
        Ok(())
    }

    async fn demo_accounts(
        &self,
        staff: &Staff,
        (finishing, running): (i64, i64),
        practising: (i64, i64),
    ) -> Result<()> {
        let mut work = self.read(staff).await?;
        let placements = work.current_placements(finishing).await?;
        let placement = placements.first().ok_or_else(|| Error::Internal("nobody was placed".into()))?;
        let person = work.enrolment(placement.enrolment_id).await?.person_id;
        let practising_person = work.person_of(practising.0).await?;
        let guide = Guide::named_for(&work.placements_of(practising.0).await?);
        // Somebody whose practicum is still to come, and who may ask an office.
        let last = work.enrolments(running).await?.pop().ok_or_else(|| Error::Internal("nobody is enrolled".into()))?;
        drop(work);
        for (login, role) in LOGINS.into_iter().filter(|(_, role)| *role != Role::Instructor) {
            let in_practicum = login.starts_with("jisshu");
            let name = match role {
                Role::Trainee if in_practicum => &practising_person.name,
                Role::Trainee if login == "korekara" => &last.name,
                Role::Administrator => "管理 見本",
                Role::Secretariat => "事務 見本",
                Role::Prefecture => "県庁 見本",
                Role::Instructor => continue,
                Role::Supervisor => "指導 見本",
                Role::Trainee => &placement.trainee_name,
            };
            self.create_account(
                staff,
                Account {
                    login,
                    name,
                    role,
                    password: Some(Password::Own(PASSWORD)),
                    email: "",
                    person_id: (role == Role::Trainee).then_some(match login {
                        "korekara" => last.person_id,
                        _ if in_practicum => practising_person.id,
                        _ => person,
                    }),
                    host_office_id: (role == Role::Supervisor).then_some(if in_practicum {
                        practising.1
                    } else {
                        placement.host_office_id
                    }),
                    supervisor_id: match role {
                        Role::Supervisor if in_practicum => guide.supervisor,
                        Role::Supervisor => placement.supervisor_id,
                        _ => None,
                    },
                },
            )
            .await?;
        }
        Ok(())
    }
}
