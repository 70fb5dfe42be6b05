//! Contracts of the registry of care managers.

use super::{Place, actor, day, provider, trainee};
use records::Error;
use records::registry::{IndexEntry, RegistrySetting};
use training::registry::{CardCause, Fact, Policy, RegistrationNumber, SpecialistOneExemption};

pub(super) async fn facts_of_the_registry_are_kept_and_taken_back(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (_, enrolment) = trainee(&mut work).await;
    let person = work.enrolment(enrolment).await.unwrap().person_id;
    let number = RegistrationNumber::new(10, 27, 1).unwrap();
    let registered = Fact::Registered { number, prefecture: 10 };
    let issued = Fact::CardIssued { cause: CardCause::First, expires_on: day(6, 1) };
    let first = work.record_registry_fact(person, (day(4, 1), &registered), "紙の台帳", None).await.unwrap();
    let second = work.record_registry_fact(person, (day(4, 2), &issued), "", None).await.unwrap();
    assert_eq!(work.withdraw_registry_fact(second, "誤り").await.unwrap(), person);
    assert_eq!(work.withdraw_registry_fact(second, "もう一度").await.unwrap(), person, "once is enough");
    let facts = work.registry_facts(person).await.unwrap();
    assert_eq!(facts.iter().map(|known| known.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!((&facts[0].fact, facts[0].note.as_str(), facts[0].withdrawn_at), (&registered, "紙の台帳", None));
    assert_eq!((&facts[1].fact, facts[1].withdrawn_reason.as_deref()), (&issued, Some("誤り")));
    assert_eq!(work.registry_fact(first).await.unwrap(), facts[0]);
    assert_eq!(work.completed_here(person).await.unwrap(), []);

    assert_eq!(work.next_registration_number(10, 27).await.unwrap(), Some(number));
    assert!(work.keep_registration_number(person, number).await.unwrap());
    assert!(work.keep_registration_number(person, number).await.unwrap(), "their own, again");
    assert_eq!(work.next_registration_number(10, 27).await.unwrap(), RegistrationNumber::new(10, 27, 2));
    assert_eq!(
        work.next_registration_number(10, 28).await.unwrap(),
        RegistrationNumber::new(10, 28, 1),
        "each year anew"
    );
    assert_eq!(work.person_of_number(number).await.unwrap(), Some(person));
    let mut other = work.person(person).await.unwrap();
    other.name = "別人".into();
    let other = work.create_person(&other).await.unwrap();
    let in_use =
        |number: &str| IndexEntry { number: number.to_owned(), expires_on: None, chief_until: None, renewed_by: "" };
    work.set_registry_index(person, &in_use("10270001")).await.unwrap();
    assert!(!work.keep_registration_number(other, number).await.unwrap(), "another's");
    work.set_registry_index(person, &in_use("")).await.unwrap();
    assert!(work.keep_registration_number(other, number).await.unwrap(), "taken back as wrong");
    work.set_registry_index(other, &in_use("10270001")).await.unwrap();
    assert!(!work.keep_registration_number(person, number).await.unwrap());
    work.set_registry_index(other, &in_use("")).await.unwrap();
    assert!(work.keep_registration_number(person, number).await.unwrap());
    work.set_registry_index(person, &in_use("10270001")).await.unwrap();

    let known = work.registry_setting().await.unwrap();
    let policy = Policy { specialist_one: SpecialistOneExemption::OnceInLife, ..Policy::default() };
    let setting = RegistrySetting { policy, first_serial: 500, version: known.version };
    work.set_registry_setting(&setting).await.unwrap();
    assert!(matches!(work.set_registry_setting(&setting).await, Err(Error::LostUpdate)));
    assert_eq!(work.registry_setting().await.unwrap().policy, policy);
    assert_eq!(work.next_registration_number(10, 27).await.unwrap(), RegistrationNumber::new(10, 27, 500));
    work.keep_registration_number(other, RegistrationNumber::new(10, 27, 9999).unwrap()).await.unwrap();
    assert_eq!(work.next_registration_number(10, 27).await.unwrap(), None, "used up");
    work.commit().await.unwrap();

    let stranger = provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert!(matches!(work.registry_facts(person).await.as_deref(), Ok([])));
    assert!(matches!(work.registry_fact(first).await, Err(Error::NotFound)));
    assert!(matches!(work.withdraw_registry_fact(first, "x").await, Err(Error::NotFound)));
    assert!(matches!(
        work.record_registry_fact(person, (day(4, 1), &registered), "", None).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(work.keep_registration_number(person, number).await, Err(Error::NotFound)));
    assert_eq!(work.person_of_number(number).await.unwrap(), None);
    assert_eq!(work.registry_setting().await.unwrap().version, 0);
}

pub(super) async fn people_of_the_registry_are_found(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (_, enrolment) = trainee(&mut work).await;
    let id = work.enrolment(enrolment).await.unwrap().person_id;
    let mut person = work.person(id).await.unwrap();
    person.name = "髙橋 千代子".into();
    work.update_person(&person).await.unwrap();
    let other = work.create_person(&person).await.unwrap();
    let entry = |number: &str, ends: Option<(u32, u32)>, renewed_by| IndexEntry {
        number: number.to_owned(),
        expires_on: ends.map(|(month, on)| day(month, on)),
        chief_until: None,
        renewed_by,
    };
    work.set_registry_index(id, &entry("10270001", Some((6, 1)), "first")).await.unwrap();
    work.set_registry_index(id, &entry("10270001", Some((6, 20)), "first")).await.unwrap();
    let chief = IndexEntry { chief_until: Some(day(12, 1)), ..entry("10270002", Some((6, 5)), "practice") };
    work.set_registry_index(other, &chief).await.unwrap();
    let mut found = Vec::new();
    for text in ["1027", "10270002", "高橋", "千代子", "99", "x%"] {
        let lines = work.find_registered(text, 10).await.unwrap();
        found.push((text, lines.into_iter().map(|line| line.person_id).collect::<Vec<_>>()));
    }
    let both = vec![other, id];
    assert_eq!(
        found,
        [
            ("1027", vec![id, other]),
            ("10270002", vec![other]),
            ("高橋", both.clone()),
            ("千代子", both),
            ("99", vec![]),
            ("x%", vec![])
        ]
    );
    assert_eq!(work.cards_ending((day(6, 2), day(6, 30)), 10).await.unwrap().len(), 2);
    assert_eq!(work.cards_ending((day(6, 6), day(6, 19)), 10).await.unwrap(), []);
    let months = work.cards_by_month((day(1, 1), day(12, 31))).await.unwrap();
    let months: Vec<_> =
        months.iter().map(|it| (it.month.get(5..), it.renewed_by.as_str(), it.chief, it.people)).collect();
    assert_eq!(months, [(Some("06"), "first", false, 1), (Some("06"), "practice", true, 1)]);
    work.commit().await.unwrap();
    let stranger = provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert_eq!(work.find_registered("1027", 10).await.unwrap(), []);
    assert_eq!(work.cards_by_month((day(1, 1), day(12, 31))).await.unwrap(), []);
}
