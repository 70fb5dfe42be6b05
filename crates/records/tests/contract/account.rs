//! Contracts of people who sign in and of people who are looked for.

use super::{Place, actor, now, provider, trainee};
use chrono::TimeDelta;
use records::Error;
use records::account::user::NewUser;
use training::role::Role;

pub(super) async fn a_person_is_found_however_the_name_is_written(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let (_, enrolment) = trainee(&mut work).await;
    let id = work.enrolment(enrolment).await.unwrap().person_id;
    let mut person = work.person(id).await.unwrap();
    person.name = "髙橋 千代子".into();
    person.email = Some("chiyo_ko@mail.example".into());
    work.update_person(&person).await.unwrap();
    let mut found = Vec::new();
    for text in ["高橋千代子", "高橋　千代子", "CHIYO_KO", "研修", "chiyoxko", "%", "_"] {
        found.push((text, work.find_trainees(text, 10).await.unwrap().len()));
    }
    assert_eq!(
        found,
        [("高橋千代子", 1), ("高橋　千代子", 1), ("CHIYO_KO", 1), ("研修", 0), ("chiyoxko", 0), ("%", 0), ("_", 1)]
    );
    let named = work.people_named(&["高橋千代子"]).await.unwrap();
    assert_eq!(named.iter().map(|(known, ..)| *known).collect::<Vec<_>>(), [id]);
}

pub(super) async fn users_and_sessions(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let new = NewUser {
        login: "jimu",
        name: "事務",
        role: Role::Secretariat,
        password_hash: "hash",
        person_id: None,
        host_office_id: None,
    };
    let id = work.create_user(&new).await.unwrap();
    work.set_password(id, "other").await.unwrap();
    let read = work.user_by_login("jimu").await.unwrap().unwrap();
    assert_eq!((read.role, read.password_hash.as_str(), read.session_epoch), (Role::Secretariat, "other", 2));
    assert!(matches!(work.set_user_active(id, 1, false).await, Err(Error::LostUpdate)));
    work.set_user_active(id, read.version, false).await.unwrap();
    assert!(!work.user(id).await.unwrap().active);
    work.note_sign_in_failure("jimu").await.unwrap();
    work.note_sign_in_failure("jimu").await.unwrap();
    assert_eq!(work.sign_in_failures("jimu").await.unwrap().unwrap().0, 2);
    work.clear_sign_in_failures("jimu").await.unwrap();
    assert_eq!(work.sign_in_failures("jimu").await.unwrap(), None);
    let soon = now() + TimeDelta::hours(1);
    assert!(work.create_web_session("s", "{}", soon).await.unwrap());
    assert!(!work.create_web_session("s", "{}", soon).await.unwrap(), "a taken id is refused");
    work.save_web_session("s", "{\"a\":1}", soon).await.unwrap();
    assert_eq!(work.web_session("s").await.unwrap().unwrap().0, "{\"a\":1}");
    work.save_web_session("ended", "{}", soon).await.unwrap();
    assert_eq!(work.web_session("ended").await.unwrap(), None, "what was ended does not come back");
    assert!(work.create_web_session("old", "{}", now() - TimeDelta::hours(1)).await.unwrap());
    assert_eq!(work.web_session("old").await.unwrap(), None);
    assert_eq!(work.sweep_web_sessions().await.unwrap(), 1);
    let later = now() + TimeDelta::hours(2);
    work.touch_web_sessions(&["s".into(), "old".into()], later).await.unwrap();
    let ends = work.web_session("s").await.unwrap().unwrap().1;
    assert!(ends > soon);
    work.touch_web_sessions(&["s".into()], soon).await.unwrap();
    assert_eq!(work.web_session("s").await.unwrap().unwrap().1, ends, "never shortened");
    assert_eq!(work.web_session("old").await.unwrap(), None, "what was swept does not come back");
    work.note_sign_in_failure("jimu").await.unwrap();
    assert_eq!(work.sweep_sign_in_failures(now() - TimeDelta::hours(1)).await.unwrap(), 0);
    assert_eq!(work.sweep_sign_in_failures(later).await.unwrap(), 1);
    work.delete_web_session("s").await.unwrap();
    assert_eq!(work.web_session("s").await.unwrap(), None);
    work.commit().await.unwrap();
    let mut work = place.records.write(actor(provider)).await.unwrap();
    assert!(work.create_user(&new).await.unwrap_err().is_duplicate());
}
