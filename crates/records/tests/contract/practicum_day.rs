//! Days of a practicum: offered, answered once, scoped by provider.

use super::*;
use chrono::NaiveTime;
use training::practicum::day::{Day, DayContent, DayState};

pub(super) async fn a_day_is_answered_once(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let host_office = office_id(&mut work, "1010000001").await;
    let new = NewRound { cohort, placed: 1, unplaced: 0, cost: 0, input_hash: "" };
    let round = work.create_round(new).await.unwrap();
    let new = NewPlacement {
        round,
        enrolment,
        host_office,
        window: 0,
        distance_m: None,
        fixed: false,
        state: PlacementState::Proposed,
    };
    let placement = work.create_placement(&new).await.unwrap();
    let time = |hour| NaiveTime::from_hms_opt(hour, 30, 0).unwrap();
    let visit = |on| Day { on, from: time(9), until: time(12), content: DayContent::Visit, note: "駅前".into() };
    let later = work.offer_day(placement, &visit(day(6, 8)), Role::Supervisor).await.unwrap();
    let first = work.offer_day(placement, &visit(day(6, 5)), Role::Trainee).await.unwrap();
    let days = work.days_of(enrolment).await.unwrap();
    assert_eq!(days.iter().map(|known| known.id).collect::<Vec<_>>(), [first, later], "by day");
    assert_eq!(
        (days[0].day(), days[0].offered_as, days[0].state),
        (visit(day(6, 5)), Role::Trainee, DayState::Offered)
    );
    work.change_day(&days[0], DayState::Agreed, "").await.unwrap();
    assert!(matches!(work.change_day(&days[0], DayState::Declined, "").await, Err(Error::LostUpdate)));
    let agreed = work.day(enrolment, first).await.unwrap();
    assert_eq!((agreed.state, agreed.answered_by.is_some()), (DayState::Agreed, true));
    work.change_day(&agreed, DayState::Cancelled, "台風").await.unwrap();
    let read = work.placement(placement).await.unwrap();
    work.lock_placement(placement).await.unwrap();
    work.change_placement(&read, PlacementState::Cancelled, "辞退").await.unwrap();
    let days = work.days_at(host_office).await.unwrap();
    let states: Vec<_> = days.iter().map(|known| (known.id, known.state, known.reason.as_str())).collect();
    let expected = [(first, DayState::Cancelled, "台風"), (later, DayState::Cancelled, "")];
    assert_eq!(states, expected, "with the placement its days are off");
    work.commit().await.unwrap();

    let stranger = provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert!(matches!(work.days_of(enrolment).await, Err(Error::NotFound)));
    assert!(matches!(work.day(enrolment, later).await, Err(Error::NotFound)));
    assert_eq!(work.days_at(host_office).await.unwrap(), []);
    assert!(matches!(work.lock_placement(placement).await, Err(Error::NotFound)));
    assert!(matches!(work.change_day(&agreed, DayState::Agreed, "").await, Err(Error::NotFound)));
    assert!(matches!(work.offer_day(placement, &visit(day(6, 9)), Role::Trainee).await, Err(Error::NotFound)));
}
