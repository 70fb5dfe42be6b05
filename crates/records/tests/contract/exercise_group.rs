//! Contracts of exercise groups: a trainee is in one, an instructor leads some, and the plans handed in to them are found.

use super::practicum_record::{decided, typed};
use super::{Place, actor, provider, trainee};
use records::Error;
use records::account::user::NewUser;
use records::practicum::case::NewCase;
use training::practicum::entry::{EntryKind, EntryState};
use training::role::Role;

pub(super) async fn a_trainee_is_in_one_group(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let user = NewUser {
        login: "koushi",
        name: "講師 一子",
        role: Role::Instructor,
        password_hash: "-",
        person_id: None,
        host_office_id: None,
    };
    let instructor = work.create_user(&user).await.unwrap();
    let first = work.create_exercise_group(cohort, "1班").await.unwrap();
    let second = work.create_exercise_group(cohort, "2班").await.unwrap();
    assert!(matches!(work.create_exercise_group(cohort, "1班").await, Err(Error::LostUpdate)), "a name is one group's");
    for group in [first, second, second] {
        work.put_into_groups(cohort, &[(enrolment, Some(group))]).await.unwrap();
    }
    let counts = async |work: &mut records::Work| {
        let groups = work.exercise_groups(cohort).await.unwrap();
        groups.into_iter().map(|group| (group.name, group.members)).collect::<Vec<_>>()
    };
    assert_eq!(counts(&mut work).await, [("1班".to_owned(), 0), ("2班".to_owned(), 1)]);
    assert_eq!(work.groups_of_trainees(cohort).await.unwrap(), [(enrolment, second)].into());
    assert_eq!(work.group_members(second).await.unwrap()[0].enrolment_id, enrolment);
    assert!(matches!(work.close_exercise_group(second).await, Err(Error::LostUpdate)), "it has a trainee");
    work.close_exercise_group(first).await.unwrap();
    assert!(matches!(work.exercise_group(first).await, Err(Error::NotFound)));
    work.create_exercise_group(cohort, "1班").await.unwrap();

    for _ in 0..2 {
        work.appoint_instructor(second, instructor).await.unwrap();
    }
    let led = work.exercise_groups_of(instructor).await.unwrap();
    assert_eq!(led.iter().map(|group| (group.id, group.cohort_name.as_str())).collect::<Vec<_>>(), [(second, "第1期")]);
    assert_eq!(work.group_instructors(cohort).await.unwrap()[0].name, "講師 一子");

    // A plan is found once it is handed in; a draft, an experience and what was discarded are not.
    let case = work.create_case(enrolment, &NewCase { pseudonym: "A", ..NewCase::default() }).await.unwrap();
    let plan = work.create_entry(enrolment, EntryKind::HomeCarePlan, (Some(case), None)).await.unwrap();
    let goals = work.create_entry(enrolment, EntryKind::Goals, (None, None)).await.unwrap();
    assert_eq!(work.plans_of_group(second).await.unwrap(), []);
    for entry in [plan, goals] {
        let entry = work.entry(enrolment, entry).await.unwrap();
        work.submit_entry(&entry, &typed("x"), 0).await.unwrap();
        work.add_comment(&entry, "seen", "よい").await.unwrap();
    }
    let plans = work.plans_of_group(second).await.unwrap();
    let found: Vec<_> = plans.iter().map(|it| (it.entry_id, it.state, it.pseudonym.as_deref(), it.remarks)).collect();
    assert_eq!(found, [(plan, EntryState::Submitted, Some("A"), 1)]);
    // What may say who a client is waits for the supervisor's word.
    let given_back = work.entry(enrolment, plan).await.unwrap();
    work.decide_entry(&given_back, decided(EntryState::Returned)).await.unwrap();
    let again = work.entry(enrolment, plan).await.unwrap();
    work.submit_entry(&again, &typed("山田さん"), 1).await.unwrap();
    assert_eq!(work.plans_of_group(second).await.unwrap(), []);
    let suspected = work.entry(enrolment, plan).await.unwrap();
    work.decide_entry(&suspected, decided(EntryState::Approved)).await.unwrap();
    assert_eq!(work.plans_of_group(second).await.unwrap().len(), 1);
    work.put_into_groups(cohort, &[(enrolment, None)]).await.unwrap();
    assert_eq!(work.plans_of_group(second).await.unwrap(), []);
    work.end_instructor(second, instructor).await.unwrap();
    work.end_instructor(second, instructor).await.unwrap();
    assert_eq!(work.exercise_groups_of(instructor).await.unwrap(), []);
    work.commit().await.unwrap();

    let stranger = provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    let (other_cohort, theirs) = trainee(&mut work).await;
    assert!(matches!(work.exercise_group(second).await, Err(Error::NotFound)));
    assert!(matches!(work.create_exercise_group(cohort, "3班").await, Err(Error::NotFound)));
    assert!(matches!(work.close_exercise_group(second).await, Err(Error::NotFound)));
    for (cohort, member) in [
        (cohort, (enrolment, None)),
        (cohort, (enrolment, Some(second))),
        (other_cohort, (enrolment, None)),
        (other_cohort, (theirs, Some(second))),
    ] {
        assert!(matches!(work.put_into_groups(cohort, &[member]).await, Err(Error::NotFound)), "{member:?}");
    }
    assert!(matches!(work.appoint_instructor(second, instructor).await, Err(Error::NotFound)));
    assert!(matches!(work.end_instructor(second, instructor).await, Err(Error::NotFound)));
    assert_eq!(work.exercise_groups(cohort).await.unwrap(), []);
    assert_eq!(work.group_members(second).await.unwrap(), []);
    assert_eq!(work.groups_of_trainees(cohort).await.unwrap(), [].into());
    assert_eq!(work.group_instructors(cohort).await.unwrap(), []);
    assert_eq!(work.exercise_groups_of(instructor).await.unwrap(), []);
    assert_eq!(work.plans_of_group(second).await.unwrap(), []);
}
