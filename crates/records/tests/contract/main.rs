//! What the records promise, on SQLite and on PostgreSQL alike. PostgreSQL is the one `scripts/test` starts
//! (`KENSAN_TEST_POSTGRES`); each test has a database of its own.

#![allow(clippy::unwrap_used)]
// A promise is told from its beginning to its end.
#![allow(clippy::too_many_lines)]

mod account;
mod arrangement;
mod attachment;
mod exercise_group;
mod guideline;
mod ledger;
mod operation;
mod paper_template;
mod placement;
mod practicum_day;
mod practicum_record;
mod registration;
mod registry;
mod timetable;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use records::certificate::NewCertificate;
use records::cohort::Cohort;
use records::cohort::session::Session;
use records::office::{HostOffice, OfficeFilter};
use records::placement::NewPlacement;
use records::placement::round::NewRound;
use records::practicum::FactKind;
use records::practicum::case::NewCase;
use records::trainee::enrolment::NewEnrolment;
use records::trainee::facts::Wanted;
use records::trainee::person::Person;
use records::{Actor, Error, Records, Work};
use training::cohort::attendance::{Presence, Share};
use training::completion::facts::{AssessmentFact, MilestoneKind};
use training::practicum::placement::PlacementState;
use training::practicum::record::{ConferenceFallback, Experience, Way};
use training::role::Role;
use training::trainee::enrolment::EnrolmentState;

struct Place {
    records: Records,
    /// A way to the same rows behind the ledger's back.
    tamper: Tamper,
    directory: tempfile::TempDir,
}

enum Tamper {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

impl Tamper {
    async fn run(&self, sql: &'static str) {
        match self {
            Tamper::Sqlite(pool) => {
                sqlx::query(sql).execute(pool).await.unwrap();
            }
            Tamper::Postgres(pool) => {
                sqlx::query(sql).execute(pool).await.unwrap();
            }
        }
    }
}

async fn sqlite() -> Place {
    let directory = tempfile::tempdir().unwrap();
    let records = Records::open(directory.path()).await.unwrap();
    let url = format!("sqlite://{}", directory.path().join("kensan.db").display());
    let tamper = Tamper::Sqlite(sqlx::SqlitePool::connect(&url).await.unwrap());
    Place { records, tamper, directory }
}

/// The address of an empty database of its own, and a directory for keys.
async fn empty_postgres() -> (String, tempfile::TempDir) {
    let admin = std::env::var("KENSAN_TEST_POSTGRES")
        .expect("KENSAN_TEST_POSTGRES names a PostgreSQL for tests; scripts/test starts one");
    let directory = tempfile::tempdir().unwrap();
    let name = directory.path().file_name().unwrap().to_string_lossy().replace('.', "contract_").to_lowercase();
    let pool = sqlx::PgPool::connect(&admin).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE \"{name}\""))).execute(&pool).await.unwrap();
    (admin.replacen("/postgres?", &format!("/{name}?"), 1), directory)
}

async fn postgres() -> Place {
    let (url, directory) = empty_postgres().await;
    let records = Records::connect(&url).await.unwrap().with_keys(&directory.path().join("kensan.key")).await.unwrap();
    let tamper = Tamper::Postgres(sqlx::PgPool::connect(&url).await.unwrap());
    Place { records, tamper, directory }
}

/// Each contract on both databases.
macro_rules! on_both {
    ($run:ident: $($contract:ident),* $(,)?) => {
        mod $run {
            mod on_sqlite {
                use super::super::{$run, sqlite};
                $(#[tokio::test] async fn $contract() { $run(sqlite().await, super::super::$contract).await; })*
            }
            mod on_postgres {
                use super::super::{$run, postgres};
                $(#[tokio::test] async fn $contract() { $run(postgres().await, super::super::$contract).await; })*
            }
        }
    };
}

/// Whatever a contract did, the ledger knows every row.
async fn kept(place: Place, contract: impl AsyncFn(&Place)) {
    contract(&place).await;
    assert_eq!(row_faults(&place).await, []);
}

/// A contract that changes rows behind the ledger's back.
async fn tampered(place: Place, contract: impl AsyncFn(&Place)) {
    contract(&place).await;
}

/// Does a work wait for another one's locks? On SQLite every writer waits for the one before.
async fn waits<T>(place: &Place, work: &tokio::task::JoinHandle<T>) -> bool {
    let Tamper::Postgres(pool) = &place.tamper else { return true };
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(pool).await.unwrap() == 0 && !work.is_finished() {}
    !work.is_finished()
}

async fn row_faults(place: &Place) -> Vec<(String, i64)> {
    let mut work = place.records.read(actor(0)).await.unwrap();
    work.verify_rows().await.unwrap().into_iter().map(|fault| (fault.table, fault.id)).collect()
}

use account::{
    a_code_on_paper_ends_with_the_last_wrong_birth_date, a_look_is_kept_with_whose_data_it_was,
    a_passkey_and_an_identity_open_one_account, a_person_is_found_however_the_name_is_written,
    a_proposal_waits_and_is_decided_once, a_second_factor_is_sealed_and_ends, access_is_limited_closed_and_reviewed,
    accounts_are_listed_and_end, accounts_links_and_sessions_are_vouched_for, short_codes_are_kept_by_a_pepper,
    users_and_sessions,
};
use arrangement::{a_link_signs_one_person_in_once, a_notice_is_told_once, trainees_ask_in_a_period};
use attachment::{
    a_file_stays_with_its_revisions, nothing_is_lost_while_a_key_changes, the_ledger_finds_a_changed_file,
};
use exercise_group::a_trainee_is_in_one_group;
use guideline::{drafts_and_texts, the_past_is_read_as_it_was};
use ledger::{
    entries_written_at_once_stay_in_one_chain, the_ledger_finds_a_chain_of_somebody_elses,
    the_ledger_finds_a_changed_entry, the_ledger_finds_an_inserted_entry, the_ledger_finds_entries_before_the_first,
    the_ledger_finds_removed_entries, the_ledger_finds_rows_changed_behind_its_back,
};
use operation::an_interrupted_operation_is_told_once;
use paper_template::a_template_is_the_providers_own;
use placement::{
    a_round_waits_for_who_comes_for_its_offices, one_current_placement_each,
    places_are_kept_and_public_data_is_replaced, rounds_are_versions, the_newest_offer_of_an_office_counts,
};
use practicum_day::a_day_is_answered_once;
use practicum_record::{
    a_newer_text_asks_again, evaluations_follow_a_rubric, keys_are_rotated_and_destroyed,
    the_record_is_sealed_and_read_back,
};
use registration::an_office_has_one_application_on_its_way;
use registry::{facts_of_the_registry_are_kept_and_taken_back, people_of_the_registry_are_found};
use timetable::{
    a_cohort_is_corrected_and_cancelled, a_make_up_session_is_theirs_who_are_invited,
    a_session_is_changed_and_what_it_was_stays_known, healed_sessions_and_time_at_the_office_are_facts,
    what_an_import_brought_is_known,
};

on_both!(
    kept: a_session_is_changed_and_what_it_was_stays_known,
    a_cohort_is_corrected_and_cancelled,
    healed_sessions_and_time_at_the_office_are_facts,
    what_an_import_brought_is_known,
    a_make_up_session_is_theirs_who_are_invited,
    a_second_factor_is_sealed_and_ends,
    a_passkey_and_an_identity_open_one_account,
    access_is_limited_closed_and_reviewed,
    a_proposal_waits_and_is_decided_once,
    a_look_is_kept_with_whose_data_it_was,
    the_past_is_read_as_it_was,
    drafts_and_texts,
    everything_is_read_back,
    nothing_remains_without_commit,
    a_person_is_found_however_the_name_is_written,
    no_provider_sees_anothers_rows,
    a_lost_update_is_refused,
    offices_keep_what_the_secretariat_added,
    attendance_is_corrected_by_new_facts,
    withdrawn_facts_leave_the_judgement,
    one_current_placement_each,
    a_day_is_answered_once,
    trainees_ask_in_a_period,
    evaluations_follow_a_rubric,
    an_office_has_one_application_on_its_way,
    a_link_signs_one_person_in_once,
    accounts_are_listed_and_end,
    short_codes_are_kept_by_a_pepper,
    facts_of_the_registry_are_kept_and_taken_back,
    people_of_the_registry_are_found,
    a_code_on_paper_ends_with_the_last_wrong_birth_date,
    a_notice_is_told_once,
    rounds_are_versions,
    a_round_waits_for_who_comes_for_its_offices,
    the_newest_offer_of_an_office_counts,
    places_are_kept_and_public_data_is_replaced,
    a_certificate_is_issued_once_and_kept,
    entries_written_at_once_stay_in_one_chain,
    an_interrupted_operation_is_told_once,
    users_and_sessions,
    the_record_is_sealed_and_read_back,
    keys_are_rotated_and_destroyed,
    a_newer_text_asks_again,
    a_file_stays_with_its_revisions,
    nothing_is_lost_while_a_key_changes,
    a_trainee_is_in_one_group,
    a_template_is_the_providers_own,
);
on_both!(
    tampered: the_ledger_finds_a_changed_entry,
    accounts_links_and_sessions_are_vouched_for,
    the_ledger_finds_entries_before_the_first,
    the_ledger_finds_a_chain_of_somebody_elses,
    the_ledger_finds_removed_entries,
    the_ledger_finds_an_inserted_entry,
    the_ledger_finds_rows_changed_behind_its_back,
    the_ledger_finds_a_changed_file,
);

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 123_456_789).unwrap()
}

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn actor(provider: i64) -> Actor {
    Actor { provider, name: "test".into(), now: now() }
}

async fn provider(place: &Place, name: &str) -> i64 {
    let mut work = place.records.write(actor(0)).await.unwrap();
    let id = work.create_provider(name, 10).await.unwrap();
    work.commit().await.unwrap();
    id
}

fn cohort() -> Cohort {
    Cohort {
        id: 0,
        name: "第1期".into(),
        edition: "initial-training-revised".into(),
        supplements: "gunma".into(),
        starts_on: day(4, 1),
        ends_on: day(9, 30),
        practicum_from: day(6, 1),
        practicum_weeks: 8,
        travel_limit_m: 30_000,
        cancelled: false,
        facts_version: 1,
        version: 1,
    }
}

fn person(name: &str) -> Person {
    Person { name: name.into(), kana: "ケンシュウ タロウ".into(), birth_date: day(1, 2), ..Person::default() }
}

fn office(number: &str) -> HostOffice {
    HostOffice {
        office_number: number.into(),
        municipality_code: "102083".into(),
        prefecture: "群馬県".into(),
        municipality: "渋川市".into(),
        name: "見本事業所".into(),
        lat_e6: Some(36_486_529),
        lon_e6: Some(139_006_644),
        content_hash: 7,
        ..HostOffice::default()
    }
}

/// A provider's cohort with one enrolled trainee: cohort, enrolment.
async fn trainee(work: &mut Work) -> (i64, i64) {
    let cohort = work.create_cohort(&cohort()).await.unwrap();
    let person = work.create_person(&person("研修 太郎")).await.unwrap();
    let enrolment = work
        .create_enrolment(&NewEnrolment {
            cohort,
            person,
            trainee_number: "0001",
            exam_number: Some("0012"),
            state: EnrolmentState::Enrolled,
            enrolled_on: Some(day(4, 1)),
            windows: "1100",
            preferences: "",
        })
        .await
        .unwrap();
    (cohort, enrolment)
}

async fn office_id(work: &mut Work, number: &str) -> i64 {
    work.insert_offices(&[office(number)]).await.unwrap();
    work.host_office_by_number(number).await.unwrap().unwrap().id
}

async fn everything_is_read_back(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let (cohort_id, enrolment) = trainee(&mut work).await;
    let read = work.cohort(cohort_id).await.unwrap();
    assert_eq!((read.name.as_str(), read.starts_on, read.travel_limit_m), ("第1期", day(4, 1), 30_000));
    let read = work.enrolment(enrolment).await.unwrap();
    assert_eq!(
        (read.name.as_str(), read.state, read.exam_number.as_deref()),
        ("研修 太郎", EnrolmentState::Enrolled, Some("0012"))
    );
    let session = Session {
        id: 0,
        cohort_id,
        title: "第1日".into(),
        starts_at: day(4, 2).and_hms_opt(9, 30, 0).unwrap(),
        ends_at: day(4, 2).and_hms_opt(16, 30, 0).unwrap(),
        place: "会場".into(),
        online: true,
        version: 1,
        shares: vec![Share::of("01", 180), Share::of("02", 120)],
        instructors: vec![],
        cancelled: None,
    };
    let id = work.create_session(&session).await.unwrap();
    assert_eq!(work.session(id).await.unwrap(), Session { id, ..session.clone() });
    assert_eq!(work.sessions(cohort_id).await.unwrap(), [Session { id, ..session }]);
    work.commit().await.unwrap();
    let mut work = place.records.read(actor(provider)).await.unwrap();
    let entries = work.audit_entries(None, i64::MAX, 10).await.unwrap();
    assert_eq!(entries[0].action, "session.created");
    assert_eq!(entries[0].at, now() - TimeDelta::nanoseconds(789), "to the microsecond");
    assert_eq!(work.verify_ledger().await.unwrap(), (entries.len() as i64, vec![]));
}

async fn nothing_remains_without_commit(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    trainee(&mut work).await;
    work.roll_back().await.unwrap();
    let mut work = place.records.read(actor(provider)).await.unwrap();
    assert_eq!(work.cohorts().await.unwrap(), []);
    assert_eq!(work.audit_entries(None, i64::MAX, 10).await.unwrap().len(), 1);
}

async fn no_provider_sees_anothers_rows(place: &Place) {
    let (first, second) = (provider(place, "甲").await, provider(place, "乙").await);
    let mut work = place.records.write(actor(first)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let office = office_id(&mut work, "1010000001").await;
    work.commit().await.unwrap();
    let mut work = place.records.write(actor(second)).await.unwrap();
    assert!(matches!(work.cohort(cohort).await, Err(Error::NotFound)));
    assert!(matches!(work.enrolment(enrolment).await, Err(Error::NotFound)));
    assert!(matches!(work.host_office(office).await, Err(Error::NotFound)));
    assert!(matches!(work.facts(Wanted::all(cohort)).await, Err(Error::NotFound)));
    assert!(matches!(work.cases(enrolment).await, Err(Error::NotFound)));
    assert!(matches!(
        work.create_case(enrolment, &NewCase { pseudonym: "A", ..NewCase::default() }).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        work.record_waiver(enrolment, ("pledge", None), Role::Administrator, "x").await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        work.record_milestone(enrolment, MilestoneKind::Pledge, day(4, 1), "").await,
        Err(Error::NotFound)
    ));
    assert!(matches!(work.create_supervisor(office, "見本 花子", true, "").await, Err(Error::NotFound)));
    assert_eq!(work.enrolments(cohort).await.unwrap(), []);
    assert_eq!(work.current_placements(cohort).await.unwrap(), []);
    assert_eq!(work.find_trainees("研修", 10).await.unwrap(), []);
    assert_eq!(work.count_host_offices(&OfficeFilter::default()).await.unwrap(), 0);
}

async fn a_lost_update_is_refused(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let id = work.create_person(&person("研修 太郎")).await.unwrap();
    let read = work.person(id).await.unwrap();
    work.update_person(&Person { name: "研修 次郎".into(), ..read.clone() }).await.unwrap();
    let late = work.update_person(&Person { name: "研修 三郎".into(), ..read }).await;
    assert!(matches!(late, Err(Error::LostUpdate)));
    assert_eq!(work.person(id).await.unwrap().name, "研修 次郎");
    work.commit().await.unwrap();
}

async fn offices_keep_what_the_secretariat_added(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let many: Vec<HostOffice> = (0..1000).map(|index| office(&format!("{index:010}"))).collect();
    work.insert_offices(&many).await.unwrap();
    let known = work.known_offices().await.unwrap();
    assert_eq!(known.len(), 1000);
    let mut first = work.host_office_by_number("0000000000").await.unwrap().unwrap();
    first.capacity = 3;
    first.confirmed_on = Some(day(5, 1));
    work.update_office_capacity(&first).await.unwrap();
    let newer = HostOffice { name: "新しい名前".into(), content_hash: 8, ..office("0000000000") };
    work.mark_office_vanished(first.id, day(5, 2)).await.unwrap();
    work.update_office_from_file(first.id, &newer).await.unwrap();
    let now = work.host_office(first.id).await.unwrap();
    assert_eq!(
        (now.name.as_str(), now.capacity, now.confirmed_on, now.vanished_on),
        ("新しい名前", 3, Some(day(5, 1)), None)
    );
    let filter =
        OfficeFilter { text: "新しい", municipality: "渋川", with_capacity: true, ..OfficeFilter::default() };
    assert_eq!(work.host_offices(&filter, 10, 0).await.unwrap(), [now]);
    let near = |at| OfficeFilter { nearest_to: Some(at), ..OfficeFilter::default() };
    let far_south = HostOffice { lat_e6: Some(33_000_000), ..office("9999999999") };
    work.insert_offices(&[far_south]).await.unwrap();
    let first = work.host_offices(&near((33_100_000, 139_000_000)), 1, 0).await.unwrap();
    assert_eq!(first[0].office_number, "9999999999");
    let first = work.host_offices(&near((36_400_000, 139_000_000)), 1, 0).await.unwrap();
    assert_eq!(first[0].office_number, "0000000000");
    let elsewhere = OfficeFilter { within: Some([0, 1, 0, 1]), ..OfficeFilter::default() };
    assert_eq!(work.count_host_offices(&elsewhere).await.unwrap(), 0);
    assert_eq!(
        work.municipality_centres().await.unwrap(),
        [("群馬県".to_owned(), "渋川市".to_owned(), 36_483_046, 139_006_644)]
    );
    work.commit().await.unwrap();
}

async fn attendance_is_corrected_by_new_facts(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let at = |hour| day(4, 2).and_hms_opt(hour, 0, 0).unwrap();
    let session = Session {
        id: 0,
        cohort_id: cohort,
        title: "第1日".into(),
        starts_at: at(9),
        ends_at: at(12),
        place: String::new(),
        online: false,
        version: 1,
        shares: vec![],
        instructors: vec![],
        cancelled: None,
    };
    let session = work.create_session(&session).await.unwrap();
    let waiting = |found: Vec<Session>| found.into_iter().map(|session| session.id).collect::<Vec<_>>();
    assert_eq!(waiting(work.sessions_to_record(cohort, day(4, 2)).await.unwrap()), Vec::<i64>::new(), "not held yet");
    assert_eq!(waiting(work.sessions_to_record(cohort, day(4, 3)).await.unwrap()), [session]);
    let before = work.cohort(cohort).await.unwrap().facts_version;
    work.record_attendance(session, enrolment, None, "").await.unwrap();
    let presence = Presence { arrived_at: at(9), left_at: at(12) };
    work.record_attendance(session, enrolment, Some(presence), "記入の誤り").await.unwrap();
    assert_eq!(work.cohort(cohort).await.unwrap().facts_version, before + 2);
    assert_eq!(waiting(work.sessions_to_record(cohort, day(4, 3)).await.unwrap()), Vec::<i64>::new());
    let current = work.current_attendance(session).await.unwrap();
    assert_eq!((current.len(), current[0].arrived_at), (1, Some(at(9))));
    assert_eq!(work.attendance_history(enrolment).await.unwrap().len(), 2);
    let facts = work.facts(Wanted { only: Some(enrolment), ..Wanted::all(cohort) }).await.unwrap();
    assert_eq!(facts.trainees[&enrolment].attendances.of_session(session).unwrap().present, Some(presence));
    assert!(matches!(work.record_attendance(session + 1, enrolment, None, "").await, Err(Error::NotFound)));
    work.commit().await.unwrap();
}

async fn withdrawn_facts_leave_the_judgement(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let dementia = ["dementia".to_owned()];
    let new = NewCase { pseudonym: "A", types: &dementia, ..NewCase::default() };
    let case = work.create_case(enrolment, &new).await.unwrap();
    assert!(work.record_experience(enrolment, &experience(case + 1)).await.is_err());
    let fallback = ConferenceFallback {
        id: 0,
        reason: "開催なし".into(),
        supervisor: "見本 花子".into(),
        on: day(6, 3),
        preparation_explained: true,
        proceedings_explained: false,
    };
    let facts = [
        (FactKind::Experience, work.record_experience(enrolment, &experience(case)).await.unwrap()),
        (FactKind::Milestone, work.record_milestone(enrolment, MilestoneKind::Pledge, day(5, 1), "").await.unwrap()),
        (FactKind::ConferenceFallback, work.record_conference_fallback(enrolment, &fallback).await.unwrap()),
        (FactKind::Assessment, work.record_assessment(enrolment, &assessment(80)).await.unwrap()),
        (FactKind::Credit, work.record_credit(enrolment, "01", "一部科目修了証明書").await.unwrap()),
        (FactKind::Document, work.record_handed_in(enrolment, "practicum_log", day(6, 4), "").await.unwrap()),
        (FactKind::Waiver, work.record_waiver(enrolment, ("pledge", None), Role::Administrator, "災害").await.unwrap()),
    ];
    let counts = |facts: &training::completion::facts::Facts| {
        [
            facts.experiences.len(),
            facts.milestones.len(),
            facts.conference_fallbacks.len(),
            facts.assessments.len(),
            facts.credits.len(),
            facts.documents.len(),
            facts.waivers.len(),
        ]
    };
    let read = work.facts(Wanted::all(cohort)).await.unwrap();
    assert_eq!(counts(&read.trainees[&enrolment]), [1; 7]);
    let facts_read = &read.trainees[&enrolment];
    assert_eq!((facts_read.cases[0].consent_on, facts_read.cases[0].types.len()), (None, 1));
    assert_eq!(facts_read.experiences[0], Experience { id: facts[0].1, ..experience(case) });
    assert_eq!(facts_read.assessments[0].items["観察"], 3);
    assert_eq!(work.handed_in(enrolment).await.unwrap()[0].document, "practicum_log");
    for (kind, id) in facts {
        work.withdraw_fact(enrolment, kind, id, "誤り").await.unwrap();
        assert!(matches!(work.withdraw_fact(enrolment, kind, id, "再び").await, Err(Error::NotFound)), "{kind:?}");
    }
    let read = work.facts(Wanted::all(cohort)).await.unwrap();
    assert_eq!(counts(&read.trainees[&enrolment]), [0; 7]);
    work.commit().await.unwrap();
}

pub(crate) fn experience(case: i64) -> Experience {
    Experience {
        id: 0,
        case,
        stage: "plan".to_owned(),
        way: Way::Observed,
        on: day(6, 2),
        minutes: 60,
        break_minutes: 10,
        own_work: true,
    }
}

pub(crate) fn assessment(score: u32) -> AssessmentFact {
    AssessmentFact {
        id: 0,
        passed: true,
        score: Some(score),
        items: [("観察".to_owned(), 3)].into(),
        by: Some(Role::Instructor),
    }
}

async fn a_certificate_is_issued_once_and_kept(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    assert_eq!(work.next_certificate_serial(2026).await.unwrap(), 1);
    let new = NewCertificate {
        enrolment,
        fiscal_year: 2026,
        serial: 1,
        number: "第8-00001号",
        token: "0123",
        completed_on: day(9, 30),
        judgement: "{}",
    };
    let next = NewCertificate { serial: 2, number: "第8-00002号", ..new.clone() };
    let id = work.create_certificate(&new).await.unwrap();
    assert_eq!(work.next_certificate_serial(2026).await.unwrap(), 2);
    assert_eq!(work.store_certificate_document(id, "issued", "{}", b"%PDF one").await.unwrap(), 1);
    assert_eq!(work.store_certificate_document(id, "改姓", "{}", b"%PDF two").await.unwrap(), 2);
    assert_eq!(work.certificate_pdf(id).await.unwrap(), b"%PDF two");
    assert_eq!(work.certificate_documents(id).await.unwrap().len(), 2);
    let public = work.public_certificate("0123").await.unwrap().unwrap();
    assert_eq!((public.revision, public.revoked, public.issuer.as_str()), (2, false, "甲"));
    work.commit().await.unwrap();
    let mut work = place.records.write(actor(provider)).await.unwrap();
    assert!(work.create_certificate(&NewCertificate { token: "4567", ..next }).await.unwrap_err().is_duplicate());
    work.roll_back().await.unwrap();
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let read = work.certificate(id).await.unwrap();
    work.revoke_certificate(&read, "誤り").await.unwrap();
    assert!(matches!(work.revoke_certificate(&read, "再び").await, Err(Error::LostUpdate)));
    assert!(work.public_certificate("0123").await.unwrap().unwrap().revoked);
    assert_eq!(work.public_certificate("4567").await.unwrap(), None);
    assert_eq!(work.certificate_of(enrolment).await.unwrap().unwrap().id, id);
    let anew = work.create_certificate(&NewCertificate { token: "4567", ..next }).await.unwrap();
    work.store_certificate_document(anew, "issued", "{}", b"%PDF anew").await.unwrap();
    assert_eq!(work.certificate_of(enrolment).await.unwrap().unwrap().id, anew, "the valid one");
    assert_eq!(work.certificates(cohort).await.unwrap().len(), 2, "the revoked one stays on the register");
    work.commit().await.unwrap();
}
