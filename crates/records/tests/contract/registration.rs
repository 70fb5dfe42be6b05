//! Registration of host offices.

use super::*;
use records::office::registration::{Application, RegistrationSetting};
use training::practicum::registration::RegistrationState;

pub(super) async fn an_office_has_one_application_on_its_way(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    trainee(&mut work).await;
    let office = office_id(&mut work, "1010000001").await;
    let application = Application { capacity: 2, contact: "受入 担当".into(), ..Application::default() };
    let first = work.apply_for_registration(office, &application).await.unwrap();
    work.commit().await.unwrap();
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    assert!(work.apply_for_registration(office, &application).await.unwrap_err().is_duplicate());
    work.roll_back().await.unwrap();

    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let applied = work.registration(first).await.unwrap();
    assert_eq!((applied.state, &applied.application), (RegistrationState::Applied, &application));
    work.change_registration(&applied, RegistrationState::Returned, (false, None), "担当は").await.unwrap();
    let again = work.change_registration(&applied, RegistrationState::Returned, (false, None), "x").await;
    assert!(matches!(again, Err(Error::LostUpdate)));
    let returned = work.registration(first).await.unwrap();
    let mended = Application { improvement_recommended: Some(false), ..application.clone() };
    work.apply_again(&returned, &mended).await.unwrap();
    let applied = work.registration(first).await.unwrap();
    assert_eq!((applied.state, &applied.application), (RegistrationState::Applied, &mended));
    let until = Some(day(6, 30));
    work.change_registration(&applied, RegistrationState::Registered, (true, until), "").await.unwrap();
    let steps = work.registration_changes(first).await.unwrap();
    let steps: Vec<_> = steps.iter().map(|step| (step.to_state, step.reason.as_str())).collect();
    let expected = [
        (RegistrationState::Applied, ""),
        (RegistrationState::Returned, "担当は"),
        (RegistrationState::Applied, ""),
        (RegistrationState::Registered, ""),
    ];
    assert_eq!(steps, expected);
    let ending = work.registrations_ending(day(6, 30)).await.unwrap();
    assert_eq!(ending.iter().map(|known| (known.id, known.judged_suitable)).collect::<Vec<_>>(), [(first, true)]);
    assert_eq!(work.registrations_ending(day(6, 29)).await.unwrap(), []);
    assert_eq!(work.registrations_to_tell(day(6, 30)).await.unwrap().len(), 1, "nobody was told");
    let second = work.apply_for_registration(office, &application).await.unwrap();
    let of_office = work.registrations_of(office).await.unwrap();
    assert_eq!(of_office.iter().map(|known| known.id).collect::<Vec<_>>(), [second, first], "the newest first");
    let open = work.registrations(Some(RegistrationState::Applied), (10, 0)).await.unwrap();
    assert_eq!(open.iter().map(|known| known.id).collect::<Vec<_>>(), [second]);
    assert_eq!(work.registrations(None, (1, 1)).await.unwrap().len(), 1);
    let mut counts = work.count_registrations().await.unwrap();
    counts.sort();
    assert_eq!(counts, [(RegistrationState::Applied, 1), (RegistrationState::Registered, 1)]);

    // Where registration is required, only a registered office's places count, and only while it stands.
    let known = work.host_office(office).await.unwrap();
    let code = known.municipality_code.clone();
    work.update_office_capacity(&HostOffice { capacity: 2, specified_office_addition: true, ..known }).await.unwrap();
    assert!(!work.municipality_has_addition(&code, office).await.unwrap(), "another office's counts");
    assert!(work.municipality_has_addition(&code, office + 1000).await.unwrap());
    let setting = work.registration_setting().await.unwrap();
    assert_eq!((setting.required, setting.version), (false, 0));
    assert_eq!(work.office_sites(day(7, 1)).await.unwrap().len(), 1);
    work.set_registration_setting(&RegistrationSetting { required: true, ..setting }).await.unwrap();
    let late = work.set_registration_setting(&setting).await;
    assert!(matches!(late, Err(Error::LostUpdate)));
    assert_eq!(work.office_sites(day(6, 30)).await.unwrap().len(), 1);
    assert_eq!(work.office_sites(day(7, 1)).await.unwrap().len(), 0, "it has ended");
    let setting = work.registration_setting().await.unwrap();
    work.set_registration_setting(&RegistrationSetting { required: false, lead_days: 30, ..setting }).await.unwrap();
    assert_eq!(work.registration_setting().await.unwrap().lead_days, 30);
    work.commit().await.unwrap();

    let stranger = provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert!(matches!(work.registration(first).await, Err(Error::NotFound)));
    assert!(matches!(work.registrations_of(office).await, Err(Error::NotFound)));
    assert!(matches!(work.registration_changes(first).await, Err(Error::NotFound)));
    assert!(matches!(work.apply_for_registration(office, &application).await, Err(Error::NotFound)));
    assert!(matches!(work.apply_again(&returned, &mended).await, Err(Error::LostUpdate)));
    assert_eq!(work.registrations(None, (10, 0)).await.unwrap(), []);
    assert_eq!(work.count_registrations().await.unwrap(), []);
    assert_eq!(work.registrations_ending(day(6, 30)).await.unwrap(), []);
    assert!(!work.municipality_has_addition(&code, 0).await.unwrap());
}
