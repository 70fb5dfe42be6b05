//! Contracts of the timetable and of what heals it: sessions and cohorts are changed and cancelled, what they were stays known.

use super::{Place, actor, cohort, day, now, provider, trainee};
use chrono::TimeDelta;
use records::Error;
use records::cohort::Cohort;
use records::cohort::session::Session;
use records::practicum::FactKind;
use records::trainee::facts::Wanted;
use training::cohort::attendance::{HealedFact, Healing, Hours, Presence, Share};
use training::practicum::record::{OfficeContent, OfficeTime};

fn session(cohort_id: i64) -> Session {
    let at = |hour| day(4, 2).and_hms_opt(hour, 0, 0).unwrap();
    Session {
        id: 0,
        cohort_id,
        title: "第1日".into(),
        starts_at: at(9),
        ends_at: at(16),
        place: "会場".into(),
        online: false,
        version: 1,
        // In the order they are taught, which is not that of their codes.
        shares: vec![
            Share { hours: Some(Hours { from: at(9), until: at(12) }), ..Share::of("02", 180) },
            Share::of("01", 180),
        ],
        instructors: vec![],
        cancelled: None,
    }
}

pub(super) async fn a_session_is_changed_and_what_it_was_stays_known(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let id = work.create_session(&session(cohort)).await.unwrap();
    let first = work.session(id).await.unwrap();
    assert_eq!(first, Session { id, ..session(cohort) });
    work.commit().await.unwrap();

    let later = |days| records::Actor { now: now() + TimeDelta::days(days), ..actor(provider_a) };
    let mut work = place.records.write(later(1)).await.unwrap();
    let moved = Session { starts_at: first.starts_at + TimeDelta::hours(1), place: "別館".into(), ..first.clone() };
    work.change_session(&moved, "会場の都合").await.unwrap();
    assert!(matches!(work.change_session(&moved, "古い画面").await, Err(Error::LostUpdate)));
    work.commit().await.unwrap();
    let mut work = place.records.write(later(2)).await.unwrap();
    let known = work.session(id).await.unwrap();
    assert_eq!((known.place.as_str(), known.version), ("別館", 2));
    work.change_session(&Session { cancelled: Some("台風".into()), ..known }, "台風").await.unwrap();
    assert_eq!(work.session(id).await.unwrap().cancelled.as_deref(), Some("台風"));
    assert_eq!(work.sessions_to_record(cohort, day(5, 1)).await.unwrap(), [], "a cancelled one is not to be recorded");
    let versions = work.session_versions(id).await.unwrap();
    let told: Vec<(&str, &str)> = versions.iter().map(|known| (known.place.as_str(), known.reason.as_str())).collect();
    assert_eq!(told, [("会場", ""), ("別館", "会場の都合"), ("別館", "台風")]);
    work.commit().await.unwrap();

    let mut work = place.records.read(later(3)).await.unwrap();
    for (days, expected) in [(1, Some("会場")), (2, Some("別館")), (3, None)] {
        let before = now() + TimeDelta::days(days) - TimeDelta::hours(1);
        let wanted = Wanted { before: Some(before), ..Wanted::all(cohort) };
        let facts = work.facts(wanted).await.unwrap();
        let known = work.sessions_before(cohort, before).await.unwrap();
        assert_eq!(known[0].shares, first.shares);
        assert_eq!(facts.cohort.sessions().len(), usize::from(expected.is_some()), "after {days} days");
        assert_eq!(known[0].place, expected.unwrap_or("別館"));
        assert!(facts.trainees.contains_key(&enrolment));
    }
    assert_eq!(work.sessions_before(cohort, now() - TimeDelta::days(1)).await.unwrap(), [], "it was not known yet");
    let provider_b = provider(place, "乙").await;
    let mut other = place.records.read(actor(provider_b)).await.unwrap();
    assert!(matches!(other.session(id).await, Err(Error::NotFound)));
    assert_eq!(other.session_versions(id).await.unwrap(), []);
}

pub(super) async fn a_cohort_is_corrected_and_cancelled(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let id = work.create_cohort(&cohort()).await.unwrap();
    work.commit().await.unwrap();
    let later = records::Actor { now: now() + TimeDelta::days(1), ..actor(provider) };
    let mut work = place.records.write(later.clone()).await.unwrap();
    let first = work.cohort(id).await.unwrap();
    let changed = Cohort { name: "第1期（改）".into(), ends_on: day(10, 31), practicum_weeks: 6, ..first.clone() };
    work.change_cohort(&changed, "会場の都合").await.unwrap();
    assert!(matches!(work.change_cohort(&changed, "古い画面").await, Err(Error::LostUpdate)));
    work.roll_back().await.unwrap();
    let mut work = place.records.write(later).await.unwrap();
    work.change_cohort(&changed, "会場の都合").await.unwrap();
    let read = work.cohort(id).await.unwrap();
    assert_eq!((read.name.as_str(), read.ends_on, read.practicum_weeks), ("第1期（改）", day(10, 31), 6));
    assert!(read.facts_version > first.facts_version, "what was judged before no longer holds");
    let former = work.former_cohorts(id).await.unwrap();
    assert_eq!((former.len(), former[0].name.as_str(), former[0].reason.as_str()), (1, "第1期", "会場の都合"));
    assert!(!read.cancelled);
    work.cancel_cohort(id, true, "感染症").await.unwrap();
    assert!(work.cohort(id).await.unwrap().cancelled);
    work.cancel_cohort(id, false, "再開").await.unwrap();
    assert!(!work.cohorts().await.unwrap()[0].cancelled);
    assert_eq!(work.cohort_cancellations(id).await.unwrap().len(), 2);
    // The dates of a past day are those known then.
    for (before, until) in [(now() + TimeDelta::hours(1), day(9, 30)), (now() + TimeDelta::days(2), day(10, 31))] {
        let wanted = Wanted { before: Some(before), ..Wanted::all(id) };
        assert_eq!(work.facts(wanted).await.unwrap().cohort.dates.ends_on, Some(until));
    }
    work.commit().await.unwrap();
}

pub(super) async fn healed_sessions_and_time_at_the_office_are_facts(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let session = work.create_session(&session(cohort)).await.unwrap();
    let at = day(4, 2).and_hms_opt(10, 0, 0).unwrap();
    let presence = Presence { arrived_at: at, left_at: at + TimeDelta::hours(6) };
    work.record_attendance(session, enrolment, Some(presence), "").await.unwrap();
    let healed = HealedFact { id: 0, session, by: Healing::Report, on: day(4, 9) };
    let time = OfficeTime { id: 0, content: OfficeContent::LookBack, on: day(6, 4), minutes: 90, break_minutes: 10 };
    let healed_id = work.record_healed(enrolment, &healed, "様式3").await.unwrap();
    let time_id = work.record_office_time(enrolment, &time).await.unwrap();
    let facts = work.facts(Wanted::all(cohort)).await.unwrap().trainees.remove(&enrolment).unwrap();
    assert_eq!(facts.healed, [HealedFact { id: healed_id, ..healed }]);
    assert_eq!(facts.office_times, [OfficeTime { id: time_id, ..time }]);
    assert_eq!(work.healed_sessions(enrolment).await.unwrap()[0].note, "様式3");
    assert_eq!(work.office_times(enrolment).await.unwrap()[0].content, OfficeContent::LookBack);
    work.withdraw_fact(enrolment, FactKind::Healed, healed_id, "誤り").await.unwrap();
    work.withdraw_fact(enrolment, FactKind::OfficeTime, time_id, "誤り").await.unwrap();
    let facts = work.facts(Wanted::all(cohort)).await.unwrap().trainees.remove(&enrolment).unwrap();
    assert_eq!((facts.healed.len(), facts.office_times.len()), (0, 0));
    assert_eq!(
        (work.healed_sessions(enrolment).await.unwrap().len(), work.office_times(enrolment).await.unwrap().len()),
        (0, 0)
    );

    assert_eq!(work.exam_passes(cohort).await.unwrap(), [].into());
    work.record_exam_pass(enrolment, day(1, 10)).await.unwrap();
    work.record_exam_pass(enrolment, day(1, 11)).await.unwrap();
    assert_eq!(work.exam_passes(cohort).await.unwrap(), [(enrolment, day(1, 11))].into(), "the later word counts");
    assert_eq!(work.exam_pass(enrolment).await.unwrap(), Some(day(1, 11)));
    work.keep_heading("申込者", "name").await.unwrap();
    work.keep_heading("申込者", "").await.unwrap();
    assert_eq!(work.kept_headings().await.unwrap(), [("申込者".to_owned(), String::new())].into());
    work.commit().await.unwrap();

    let provider_b = provider(place, "乙").await;
    let mut other = place.records.write(actor(provider_b)).await.unwrap();
    assert!(matches!(other.record_healed(enrolment, &healed, "").await, Err(Error::NotFound)));
    assert!(matches!(other.record_office_time(enrolment, &time).await, Err(Error::NotFound)));
    assert!(matches!(other.record_exam_pass(enrolment, day(1, 1)).await, Err(Error::NotFound)));
    assert_eq!(other.kept_headings().await.unwrap(), [].into());
}

pub(super) async fn what_an_import_brought_is_known(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let id = work.create_session(&session(cohort)).await.unwrap();
    let document = work.record_handed_in(enrolment, "practicum_record", day(4, 2), "").await.unwrap();
    let sessions = work.record_import("timetable", "", "", &1).await.unwrap();
    let facts = work.record_import("facts", "", "", &1).await.unwrap();
    work.keep_session_import(id, sessions).await.unwrap();
    work.keep_fact_import(facts, enrolment, FactKind::Document, document).await.unwrap();
    assert_eq!(work.sessions_of_import(sessions).await.unwrap(), [id]);
    assert_eq!(work.sessions_of_import(facts).await.unwrap(), [0; 0]);
    assert_eq!(work.facts_of_import(facts).await.unwrap(), [(enrolment, FactKind::Document, document)]);
    let ids =
        |runs: Vec<records::cohort::import_run::ImportRun>| runs.into_iter().map(|run| run.id).collect::<Vec<_>>();
    assert_eq!(ids(work.session_imports(cohort).await.unwrap()), [sessions]);
    assert_eq!(ids(work.fact_imports(cohort).await.unwrap()), [facts]);
    assert_eq!(ids(work.fact_imports(cohort + 1).await.unwrap()), [0; 0]);
    work.commit().await.unwrap();

    let provider_b = provider(place, "乙").await;
    let mut other = place.records.read(actor(provider_b)).await.unwrap();
    assert_eq!(other.sessions_of_import(sessions).await.unwrap(), [0; 0]);
    assert_eq!(other.facts_of_import(facts).await.unwrap(), []);
    assert_eq!(ids(other.session_imports(cohort).await.unwrap()), [0; 0]);
}

pub(super) async fn a_make_up_session_is_theirs_who_are_invited(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    work.create_session(&session(cohort)).await.unwrap();
    let id = work.create_session(&Session { title: "補講".into(), ..session(cohort) }).await.unwrap();
    work.mark_make_up(id).await.unwrap();
    let not_invited = async |work: &mut records::Work, before| {
        let wanted = Wanted { before, ..Wanted::all(cohort) };
        work.facts(wanted).await.unwrap().trainees.remove(&enrolment).unwrap().not_invited
    };
    assert_eq!(not_invited(&mut work, None).await, [id].into());
    let to_record = async |work: &mut records::Work| {
        let sessions = work.sessions_to_record(cohort, day(5, 1)).await.unwrap();
        sessions.into_iter().map(|session| session.id).collect::<Vec<_>>()
    };
    let version = work.cohort(cohort).await.unwrap().facts_version;
    assert!(!to_record(&mut work).await.contains(&id), "nobody is expected there");
    work.commit().await.unwrap();

    let later = records::Actor { now: now() + TimeDelta::days(1), ..actor(provider_a) };
    let mut work = place.records.write(later).await.unwrap();
    assert!(work.invite_to_session(id, enrolment).await.unwrap());
    assert!(!work.invite_to_session(id, enrolment).await.unwrap(), "once is enough");
    assert_eq!(work.make_up_sessions(cohort).await.unwrap(), [(id, [enrolment].into())].into());
    assert_eq!(not_invited(&mut work, None).await, [].into());
    assert_eq!(not_invited(&mut work, Some(now() + TimeDelta::hours(1))).await, [id].into(), "as it was known then");
    assert!(work.cohort(cohort).await.unwrap().facts_version > version);
    work.commit().await.unwrap();

    let provider_b = provider(place, "乙").await;
    let mut other = place.records.write(actor(provider_b)).await.unwrap();
    assert_eq!(other.make_up_sessions(cohort).await.unwrap(), [].into());
    assert!(matches!(other.mark_make_up(id).await, Err(Error::NotFound)));
    assert!(other.invite_to_session(id, enrolment).await.is_err());
}
