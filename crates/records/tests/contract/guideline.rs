//! What was known on a day, by which rules; texts and drafts.

use super::*;
use records::guideline::{DraftFiles, NewGuidelineText};
use records::placement::round::NewRound;
use training::practicum::record::OfficeCondition;

/// A transaction a number of days after the first.
async fn on(place: &Place, provider: i64, days: i64) -> Work {
    let actor = Actor { now: now() + TimeDelta::days(days), ..actor(provider) };
    place.records.write(actor).await.unwrap()
}

pub(crate) async fn the_past_is_read_as_it_was(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = on(place, provider, 0).await;
    let (cohort, enrolment) = trainee(&mut work).await;
    work.keep_rulebook(cohort, "first rules").await.unwrap();
    let office = office_id(&mut work, "1010000001").await;
    let mut standing = work.host_office(office).await.unwrap();
    standing.specified_office_addition = true;
    standing.improvement_recommended = Some(false);
    work.update_office_capacity(&standing).await.unwrap();
    let chief = work.create_supervisor(office, "見本 花子", true, "").await.unwrap();
    work.commit().await.unwrap();

    // Day 1: a pledge, a session attended, a placement accepted, a supervisor named.
    let mut work = on(place, provider, 1).await;
    let pledge = work.record_milestone(enrolment, MilestoneKind::Pledge, day(5, 1), "").await.unwrap();
    let session = Session {
        id: 0,
        cohort_id: cohort,
        title: "前期".into(),
        starts_at: day(4, 2).and_hms_opt(9, 0, 0).unwrap(),
        ends_at: day(4, 2).and_hms_opt(12, 0, 0).unwrap(),
        place: String::new(),
        online: false,
        version: 1,
        shares: vec![Share::of("01", 180)],
        instructors: vec![],
        cancelled: None,
    };
    let session = work.create_session(&session).await.unwrap();
    work.record_attendance(session, enrolment, None, "").await.unwrap();
    let round =
        work.create_round(NewRound { cohort, placed: 1, unplaced: 0, cost: 120, input_hash: "hash" }).await.unwrap();
    let new = NewPlacement {
        round,
        enrolment,
        host_office: office,
        window: 2,
        distance_m: None,
        fixed: false,
        state: PlacementState::Proposed,
    };
    let placement = work.create_placement(&new).await.unwrap();
    for to in [PlacementState::Notified, PlacementState::Accepted] {
        let current = work.placement(placement).await.unwrap();
        work.change_placement(&current, to, "").await.unwrap();
    }
    work.assign_supervisor(placement, chief, "").await.unwrap();
    work.commit().await.unwrap();

    // Day 2: corrections, another rule, the office loses its addition, another supervisor takes over.
    let mut work = on(place, provider, 2).await;
    work.withdraw_fact(enrolment, FactKind::Milestone, pledge, "誤り").await.unwrap();
    let presence = Presence {
        arrived_at: day(4, 2).and_hms_opt(9, 0, 0).unwrap(),
        left_at: day(4, 2).and_hms_opt(12, 0, 0).unwrap(),
    };
    work.record_attendance(session, enrolment, Some(presence), "記入の誤り").await.unwrap();
    let mut standing = work.host_office(office).await.unwrap();
    standing.specified_office_addition = false;
    standing.judged_suitable = true;
    work.update_office_capacity(&standing).await.unwrap();
    let substitute = work.create_supervisor(office, "見本 次郎", false, "休職").await.unwrap();
    work.assign_supervisor(placement, substitute, "休職").await.unwrap();
    let read = work.cohort(cohort).await.unwrap();
    // The file moves the office to another municipality: what was said of it then stays as it was.
    let moved = HostOffice { municipality_code: "999999".into(), ..self::office("1010000001") };
    work.update_office_from_file(office, &moved).await.unwrap();
    let changed = Cohort { edition: "initial-training-earlier".into(), supplements: String::new(), ..read };
    work.change_cohort_rules(&changed, "改正").await.unwrap();
    assert!(matches!(work.change_cohort_rules(&changed, "再び").await, Err(Error::LostUpdate)));
    work.keep_rulebook(cohort, "second rules").await.unwrap();
    work.keep_rulebook(cohort, "second rules").await.unwrap();
    work.commit().await.unwrap();

    let mut work = on(place, provider, 3).await;
    let at = |days: i64, hours: i64| Some(now() + TimeDelta::days(days) + TimeDelta::hours(hours));
    let rules = |found: Option<String>| found.unwrap_or_default();
    for (before, expected_rules) in [(at(0, -1), ""), (at(1, 12), "first rules"), (at(2, 12), "second rules")] {
        assert_eq!(rules(work.rulebook_before(cohort, before.unwrap()).await.unwrap()), expected_rules);
    }
    let wanted = |before| Wanted { cohort, only: Some(enrolment), before };
    assert!(work.facts(wanted(at(0, -1))).await.unwrap().trainees.is_empty(), "nobody was enrolled yet");
    let read = work.facts(wanted(at(0, 12))).await.unwrap();
    assert_eq!((read.cohort.sessions().len(), read.trainees[&enrolment].milestones.len()), (0, 0));
    assert_eq!(read.trainees[&enrolment].placement, None);

    let read = work.facts(wanted(at(1, 12))).await.unwrap();
    let facts = &read.trainees[&enrolment];
    assert_eq!((read.cohort.sessions().len(), facts.milestones.len()), (1, 1));
    assert_eq!(facts.attendances.of_session(session).unwrap().present, None);
    let placed = facts.placement.as_ref().unwrap();
    assert!(placed.conditions.contains(&OfficeCondition::SpecifiedOfficeAddition));
    assert!(!placed.conditions.contains(&OfficeCondition::NoAdditionInMunicipality));
    assert!(placed.conditions.contains(&OfficeCondition::NeverRecommendedImprovement));
    let supervisor = placed.supervisor.as_ref().unwrap();
    assert_eq!((supervisor.id, supervisor.chief_care_manager, supervisor.trainees), (chief, true, 1));

    for before in [at(2, 12), None] {
        let read = work.facts(wanted(before)).await.unwrap();
        let facts = &read.trainees[&enrolment];
        assert_eq!(facts.milestones.len(), 0);
        assert_eq!(facts.attendances.of_session(session).unwrap().present, Some(presence));
        let placed = facts.placement.as_ref().unwrap();
        assert!(!placed.conditions.contains(&OfficeCondition::SpecifiedOfficeAddition));
        assert!(placed.conditions.contains(&OfficeCondition::NoAdditionInMunicipality));
        assert!(placed.conditions.contains(&OfficeCondition::JudgedSuitable));
        assert_eq!(placed.supervisor.as_ref().unwrap().id, substitute);
    }
    assert_eq!(work.placement(placement).await.unwrap().supervisor_id, Some(substitute));
    assert!(matches!(work.assign_supervisor(placement, substitute + 1, "x").await, Err(Error::NotFound)));
}

pub(crate) async fn drafts_and_texts(place: &Place) {
    let (first, second) = (provider(place, "甲").await, provider(place, "乙").await);
    let mut work = place.records.write(actor(first)).await.unwrap();
    let new = NewGuidelineText { title: "要綱", file_name: "a.txt", file_sha256: "00", content: "１　目的\n" };
    let text = work.create_guideline_text(&new).await.unwrap();
    assert_eq!(work.guideline_texts().await.unwrap()[0].title, "要綱");
    let files =
        DraftFiles { edition: "a".into(), clauses: "b".into(), curriculum: "c".into(), requirements: "d".into() };
    let draft = work.create_draft_edition("改正案", &files).await.unwrap();
    assert_eq!(work.draft_files(draft).await.unwrap(), files);
    work.commit().await.unwrap();

    let mut work = place.records.write(actor(second)).await.unwrap();
    assert!(matches!(work.guideline_text(text).await, Err(Error::NotFound)));
    assert!(matches!(work.draft_files(draft).await, Err(Error::NotFound)));
    assert!(matches!(work.withdraw_guideline_text(text, "x").await, Err(Error::NotFound)));
    assert!(matches!(work.withdraw_draft_edition(draft, "x").await, Err(Error::NotFound)));
    assert!(work.guideline_texts().await.unwrap().is_empty() && work.draft_editions().await.unwrap().is_empty());
    work.roll_back().await.unwrap();

    let mut work = place.records.write(actor(first)).await.unwrap();
    assert_eq!(work.guideline_text(text).await.unwrap(), ("要綱".into(), "１　目的\n".into()));
    work.withdraw_guideline_text(text, "誤り").await.unwrap();
    work.withdraw_draft_edition(draft, "誤り").await.unwrap();
    assert!(matches!(work.guideline_text(text).await, Err(Error::NotFound)));
    assert!(work.guideline_texts().await.unwrap().is_empty() && work.draft_editions().await.unwrap().is_empty());
    work.commit().await.unwrap();
}
