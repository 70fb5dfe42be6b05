//! Rounds as versions, policies, and what offices offer.

use super::*;
use records::office::OfficeOffer;
use records::placement::location::{Outline, PersonPlace, Town};
use records::placement::round::{PlaceInRound, RoundAssignment, RoundVersion};

pub(crate) async fn one_current_placement_each(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let host_office = office_id(&mut work, "1010000001").await;
    let round =
        work.create_round(NewRound { cohort, placed: 1, unplaced: 0, cost: 120, input_hash: "hash" }).await.unwrap();
    let new = NewPlacement {
        round,
        enrolment,
        host_office,
        window: 2,
        distance_m: Some(1200),
        fixed: false,
        state: PlacementState::Proposed,
    };
    let id = work.create_placement(&new).await.unwrap();
    let read = work.placement(id).await.unwrap();
    assert_eq!(
        (read.state, read.office_number.as_str(), read.window_index),
        (PlacementState::Proposed, "1010000001", 2)
    );
    assert_eq!(work.places_taken().await.unwrap(), [(host_office, 1)]);
    work.change_placement(&read, PlacementState::Cancelled, "辞退").await.unwrap();
    assert!(matches!(work.change_placement(&read, PlacementState::Notified, "").await, Err(Error::LostUpdate)));
    assert_eq!(work.places_taken().await.unwrap(), []);
    work.create_placement(&new).await.unwrap();
    assert_eq!(work.cohort_ends_at(host_office).await.unwrap(), [(enrolment, day(9, 30))].into());
    assert_eq!(work.placements_of(enrolment).await.unwrap().len(), 2);
    assert_eq!(work.placement_changes(id).await.unwrap()[0].reason, "辞退");
    work.exclude_pair(enrolment, host_office, "本人の希望").await.unwrap();
    assert_eq!(work.excluded_pairs(cohort).await.unwrap(), [(enrolment, host_office)]);
    let excluded = work.excluded_offices(enrolment).await.unwrap();
    assert_eq!((excluded[0].office_number.as_str(), excluded[0].reason.as_str()), ("1010000001", "本人の希望"));
    work.withdraw_excluded_pair(enrolment, excluded[0].id, "誤り").await.unwrap();
    assert_eq!(work.excluded_pairs(cohort).await.unwrap(), []);
    let twice = work.withdraw_excluded_pair(enrolment, excluded[0].id, "再び").await;
    assert!(matches!(twice, Err(Error::NotFound)));
    work.confirm_round(cohort, round).await.unwrap();
    assert!(matches!(work.confirm_round(cohort, round).await, Err(Error::LostUpdate)));
    work.commit().await.unwrap();
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let twice = work.create_placement(&new).await.unwrap_err();
    assert!(twice.is_duplicate(), "{twice}");
}

/// A last place is not given by a round while a trainee of another cohort asks for it.
pub(crate) async fn a_round_waits_for_who_comes_for_its_offices(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let host_office = office_id(&mut work, "1010000001").await;
    let new = NewRound { cohort, placed: 1, unplaced: 0, cost: 120, input_hash: "hash" };
    let round = work.create_round(new).await.unwrap();
    let state = PlacementState::Proposed;
    let new = NewPlacement { round, enrolment, host_office, window: 2, distance_m: None, fixed: false, state };
    work.create_placement(&new).await.unwrap();
    work.commit().await.unwrap();

    let mut asking = place.records.write(actor(provider)).await.unwrap();
    asking.lock_office(host_office).await.unwrap();
    let records = place.records.clone();
    let confirming = tokio::spawn(async move {
        let mut work = records.write(actor(provider)).await.unwrap();
        work.lock_offices_of(cohort).await.unwrap();
        work.roll_back().await.unwrap();
    });
    assert!(waits(place, &confirming).await, "whoever asks is first");
    asking.roll_back().await.unwrap();
    confirming.await.unwrap();
    let stranger = super::provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    work.lock_offices_of(cohort).await.unwrap();
}

pub(crate) async fn rounds_are_versions(place: &Place) {
    let provider = provider(place, "甲").await;
    let stranger = super::provider(place, "乙").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let new = NewRound { cohort, placed: 1, unplaced: 0, cost: 120, input_hash: "hash" };
    let round = work.create_round(new).await.unwrap();
    assert_eq!(work.round_version(cohort, round).await.unwrap(), None);
    let version = RoundVersion {
        policy: "[travel]\nper_km = 100\n".into(),
        input: "{}".into(),
        assignments: vec![
            RoundAssignment {
                enrolment,
                place: Some(PlaceInRound {
                    office_number: "0010000001".into(),
                    window: 2,
                    distance_m: Some(1200),
                    cost: 120,
                }),
                replaces: Some(7),
            },
            RoundAssignment { enrolment: enrolment + 1, place: None, replaces: None },
        ],
    };
    work.keep_round_version(cohort, round, &version).await.unwrap();
    assert_eq!(work.round_version(cohort, round).await.unwrap(), Some(version.clone()));
    work.note_round(cohort, round, "電話で了承").await.unwrap();
    assert_eq!(work.round_notes(cohort).await.unwrap()[0].note, "電話で了承");
    assert_eq!(work.placement_policies(cohort).await.unwrap(), []);
    for content in ["first", "second"] {
        work.set_placement_policy(cohort, content, "会議").await.unwrap();
    }
    let policies = work.placement_policies(cohort).await.unwrap();
    assert_eq!(policies.iter().map(|policy| policy.content.as_str()).collect::<Vec<_>>(), ["second", "first"]);
    work.commit().await.unwrap();

    let mut work = place.records.write(actor(provider)).await.unwrap();
    let twice = work.keep_round_version(cohort, round, &version).await.unwrap_err();
    assert!(twice.is_duplicate(), "{twice}");
    work.roll_back().await.unwrap();

    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert_eq!(work.round_version(cohort, round).await.unwrap(), None);
    assert_eq!(work.placement_policies(cohort).await.unwrap(), []);
    assert!(matches!(work.keep_round_version(cohort, round, &version).await, Err(Error::NotFound)));
    assert!(matches!(work.note_round(cohort, round, "x").await, Err(Error::NotFound)));
    assert!(matches!(work.set_placement_policy(cohort, "x", "x").await, Err(Error::NotFound)));
    work.roll_back().await.unwrap();
}

pub(crate) async fn the_newest_offer_of_an_office_counts(place: &Place) {
    let provider = provider(place, "甲").await;
    let stranger = super::provider(place, "乙").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let office = office_id(&mut work, "1010000001").await;
    let offer = |case_types: &str, closed: &str| OfficeOffer {
        host_office_id: office,
        case_types: case_types.into(),
        closed: closed.into(),
    };
    work.set_office_offer(&offer("dementia", "")).await.unwrap();
    let newest = offer("dementia lives_alone", "2027-02-01/2027-02-14");
    work.set_office_offer(&newest).await.unwrap();
    assert_eq!(work.office_offers().await.unwrap(), std::slice::from_ref(&newest));
    let names = work.office_names(&["1010000001".to_owned(), "none".to_owned()]).await.unwrap();
    assert_eq!(names.len(), 1);
    work.commit().await.unwrap();
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert_eq!(work.office_offers().await.unwrap(), []);
    assert!(matches!(work.set_office_offer(&newest).await, Err(Error::NotFound)));
    assert_eq!(work.office_names(&["1010000001".to_owned()]).await.unwrap().len(), 0);
    work.roll_back().await.unwrap();
}

pub(crate) async fn places_are_kept_and_public_data_is_replaced(place: &Place) {
    let provider = provider(place, "甲").await;
    let stranger = super::provider(place, "乙").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let person = work.person_of(enrolment).await.unwrap().id;
    let office = office_id(&mut work, "1010000001").await;
    let at = |kind: &str, lat_e6, precision: &str| PersonPlace {
        person_id: person,
        kind: kind.into(),
        lat_e6,
        lon_e6: 139_000_000,
        precision: precision.into(),
        source: "roster".into(),
    };
    for known in [at("home", 1, "municipality"), at("home", 2, "exact"), at("workplace", 3, "town")] {
        work.set_person_place(&known).await.unwrap();
    }
    let mut places = work.person_places(cohort).await.unwrap();
    places.sort_by_key(|place| place.lat_e6);
    assert_eq!(places, [at("home", 2, "exact"), at("workplace", 3, "town")]);
    let town = |prefecture: &str, town: &str| Town {
        prefecture: prefecture.into(),
        municipality: "見本市".into(),
        town: town.into(),
        lat_e6: 36_000_000,
        lon_e6: 139_000_000,
    };
    work.replace_gazetteer(&[town("群馬県", "一丁目"), town("埼玉県", "本町")]).await.unwrap();
    work.replace_gazetteer(&[town("群馬県", "二丁目")]).await.unwrap();
    assert_eq!(work.gazetteer_municipalities().await.unwrap().len(), 2, "another prefecture's towns stay");
    assert_eq!(work.gazetteer_towns("群馬県", "見本市").await.unwrap(), [town("群馬県", "二丁目")]);
    for minutes in [10, 20] {
        work.replace_travel_minutes(cohort, &[(enrolment, office, minutes)]).await.unwrap();
    }
    assert_eq!(work.travel_minutes(cohort).await.unwrap(), [((enrolment, office), 20)].into());
    let line = |lat| Outline { name: "見本市".into(), line: vec![(lat, 10), (lat + 5, 20)] };
    work.replace_outlines(&[line(0)]).await.unwrap();
    work.replace_outlines(&[line(100), line(1000)]).await.unwrap();
    assert_eq!(work.outlines([90, 102, 0, 15]).await.unwrap(), [line(100)]);
    work.commit().await.unwrap();

    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert!(matches!(work.set_person_place(&at("home", 1, "exact")).await, Err(Error::NotFound)));
    assert_eq!(work.person_places(cohort).await.unwrap(), []);
    assert_eq!(work.gazetteer_towns("群馬県", "見本市").await.unwrap(), []);
    assert_eq!(work.travel_minutes(cohort).await.unwrap().len(), 0);
    assert_eq!(work.outlines([0, 2000, 0, 100]).await.unwrap(), []);
    work.replace_gazetteer(&[town("群馬県", "x")]).await.unwrap();
    work.replace_outlines(&[]).await.unwrap();
    work.commit().await.unwrap();
    let mut work = place.records.read(actor(provider)).await.unwrap();
    assert_eq!(work.gazetteer_towns("群馬県", "見本市").await.unwrap(), [town("群馬県", "二丁目")]);
    assert_eq!(work.outlines([90, 102, 0, 15]).await.unwrap(), [line(100)]);
}
