//! Contracts of people who sign in and of people who are looked for.

use super::{Place, actor, day, now, provider, trainee};
use chrono::TimeDelta;
use records::Error;
use records::account::listing::UserFilter;
use records::account::user::{NO_PASSWORD, NewUser};
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

pub(super) async fn accounts_are_listed_and_end(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let person_id = work.enrolment(enrolment).await.unwrap().person_id;
    let mut person = work.person(person_id).await.unwrap();
    person.email = Some("Chiyo@Mail.example".into());
    work.update_person(&person).await.unwrap();
    let waits = work.invitees(cohort).await.unwrap().remove(0);
    assert_eq!((waits.user_id, waits.has_password, waits.invited_at), (None, None, None));
    assert_eq!(waits.email.as_deref(), Some("Chiyo@Mail.example"), "as it was typed");
    let new = |login, role, person_id| NewUser {
        login,
        name: "名前",
        role,
        password_hash: NO_PASSWORD,
        person_id,
        host_office_id: None,
    };
    let own = work.create_user(&new("j1", Role::Trainee, Some(person_id))).await.unwrap();
    let staff = work.create_user(&new("jimu_1", Role::Secretariat, None)).await.unwrap();
    work.set_account_detail(staff, 1, ("jimu@office.example", Some(day(6, 1)))).await.unwrap();
    assert!(matches!(work.set_account_detail(staff, 1, ("", None)).await, Err(Error::LostUpdate)));
    let known = work.user(staff).await.unwrap();
    assert_eq!((known.email.as_str(), known.ends_on, known.version), ("jimu@office.example", Some(day(6, 1)), 2));
    assert!(known.is_open_on(day(6, 1)) && !known.is_open_on(day(6, 2)) && !known.has_password());
    work.set_account_detail(staff, 2, ("other@office.example", None)).await.unwrap();
    assert_eq!(work.user(staff).await.unwrap().ends_on, None, "said anew");

    let invitee = work.invitees(cohort).await.unwrap().remove(0);
    assert_eq!((invitee.user_id, invitee.has_password, invitee.signed_in_at), (Some(own), Some(false), None));
    let user = work.user(own).await.unwrap();
    work.note_sign_in(&user).await.unwrap();
    work.note_sign_in(&user).await.unwrap();
    assert!(work.invitees(cohort).await.unwrap()[0].signed_in_at.is_some());
    assert_eq!(work.account_of_person(person_id).await.unwrap().map(|user| user.id), Some(own));
    let by_email: Vec<_> =
        work.users_by_email("chiyo@mail.EXAMPLE").await.unwrap().iter().map(|user| user.id).collect();
    assert_eq!(by_email, [own]);
    assert_eq!(work.users_by_email("OTHER@office.example").await.unwrap()[0].id, staff);
    assert_eq!(work.users_by_email("chiyo").await.unwrap(), []);
    assert_eq!(work.birth_date_of_account(own).await.unwrap(), Some(person.birth_date));
    assert_eq!(work.birth_date_of_account(staff).await.unwrap(), None);

    let mut found = Vec::new();
    for (text, role, never_signed_in) in [
        ("", None, false),
        ("JIMU_", None, false),
        ("jimux1", None, false),
        ("chiyo@", None, false),
        ("", Some(Role::Trainee), false),
        ("", None, true),
    ] {
        let filter = UserFilter { text: text.into(), role, never_signed_in };
        let logins: Vec<_> =
            work.find_users(&filter, (10, 0)).await.unwrap().into_iter().map(|it| it.user.login).collect();
        assert_eq!(work.count_users(&filter).await.unwrap(), logins.len() as i64, "{filter:?}");
        found.push(logins.join(" "));
    }
    assert_eq!(found, ["jimu_1 j1", "jimu_1", "", "j1", "j1", "jimu_1"]);
    let page = work.find_users(&UserFilter::default(), (1, 1)).await.unwrap();
    assert_eq!(page.iter().map(|it| it.user.id).collect::<Vec<_>>(), [own]);
    assert_eq!(work.listed_user(own).await.unwrap().enrolment_id, Some(enrolment));
    work.commit().await.unwrap();

    let stranger = provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert!(matches!(work.invitees(cohort).await, Err(Error::NotFound)));
    assert!(matches!(work.listed_user(own).await, Err(Error::NotFound)));
    assert_eq!(work.account_of_person(person_id).await.unwrap(), None);
    assert_eq!(work.count_users(&UserFilter::default()).await.unwrap(), 0);
    assert!(matches!(work.set_account_detail(staff, 3, ("", None)).await, Err(Error::LostUpdate)));
}

pub(super) async fn a_code_on_paper_ends_with_the_last_wrong_birth_date(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let new = NewUser {
        login: "j1",
        name: "名前",
        role: Role::Trainee,
        password_hash: NO_PASSWORD,
        person_id: None,
        host_office_id: None,
    };
    let user = work.create_user(&new).await.unwrap();
    work.create_sign_in_link(user, "code", now() + TimeDelta::days(30), true).await.unwrap();
    assert!(work.sign_in_link("code").await.unwrap().unwrap().asks_birth_date);
    for left in [2, 1, 0, 0] {
        assert_eq!(work.note_wrong_birth_date("code", 3).await.unwrap(), left);
    }
    assert_eq!(work.use_sign_in_link("code").await.unwrap(), None);
    assert_eq!(work.note_wrong_birth_date("unknown", 3).await.unwrap(), 0);
}
