//! Contracts of people who sign in and of people who are looked for.

use super::{Place, actor, day, now, provider, trainee};
use chrono::TimeDelta;
use records::account::access_policy::AccessPolicy;
use records::account::listing::UserFilter;
use records::account::policy::AccountPolicy;
use records::account::read_log::{NewRead, ReadFilter, ReadKind};
use records::account::user::{NO_PASSWORD, NewUser};
use records::{Actor, Error};
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
    assert_eq!(work.lock_sign_in_failures("jimu").await.unwrap().0, 2);
    work.take_back_sign_in_failure("jimu").await.unwrap();
    assert_eq!(work.lock_sign_in_failures("jimu").await.unwrap().0, 1);
    work.clear_sign_in_failures("jimu").await.unwrap();
    assert_eq!(work.lock_sign_in_failures("jimu").await.unwrap().0, 0);
    work.clear_sign_in_failures("jimu").await.unwrap();
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
    assert!(work.create_web_session("t", "{}", later).await.unwrap());
    for session in ["s", "t", "s"] {
        work.note_open_session(id, session, ("192.0.2.1", "Firefox")).await.unwrap();
    }
    let open = work.open_sessions(id).await.unwrap();
    assert_eq!(
        open.iter().map(|open| (open.is("t"), open.is("s"))).collect::<Vec<_>>(),
        [(true, false), (false, true)]
    );
    assert_eq!(work.end_open_sessions(id + 1, Some(open[0].id), "s").await.unwrap(), 0, "somebody else's");
    assert_eq!(work.end_open_sessions(id, None, "s").await.unwrap(), 1, "all but one's own");
    assert_eq!(work.end_open_sessions(id, Some(open[1].id), "").await.unwrap(), 1);
    assert_eq!(work.open_sessions(id).await.unwrap(), []);
    work.sweep_web_sessions().await.unwrap();
    assert!(work.create_web_session("s", "{}", later).await.unwrap());
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

fn user(login: &'static str, role: Role) -> NewUser<'static> {
    NewUser { login, name: "名前", role, password_hash: "hash", person_id: None, host_office_id: None }
}

pub(super) async fn a_second_factor_is_sealed_and_ends(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let id = work.create_user(&user("jimu", Role::Secretariat)).await.unwrap();
    let trainee = work.create_user(&user("jukou", Role::Trainee)).await.unwrap();
    assert!(work.second_factor(id).await.unwrap().is_none());
    work.offer_second_factor(id, b"a secret of twenty b").await.unwrap();
    work.offer_second_factor(id, b"another secret of tw").await.unwrap();
    assert!(!work.user(id).await.unwrap().has_second_factor, "offered is not there yet");
    assert!(work.use_step(id, 100).await.unwrap());
    assert!(work.user(id).await.unwrap().has_second_factor);
    assert!(
        !work.use_step(id, 100).await.unwrap() && !work.use_step(id, 99).await.unwrap(),
        "no step twice, none before"
    );
    assert!(matches!(work.offer_second_factor(id, b"x").await, Err(Error::LostUpdate)), "a confirmed one stays");
    work.set_recovery_codes(id, &["one".into(), "two".into()]).await.unwrap();
    assert!(work.use_recovery_code(id, "one").await.unwrap() && !work.use_recovery_code(id, "one").await.unwrap());
    assert!(!work.use_recovery_code(trainee, "two").await.unwrap(), "somebody else's");
    assert_eq!(work.recovery_codes_left(id).await.unwrap(), 1);
    work.set_recovery_codes(id, &["three".into()]).await.unwrap();
    assert!(!work.use_recovery_code(id, "two").await.unwrap(), "new codes end those before");
    work.commit().await.unwrap();

    // A new main key opens it as well.
    let mut records = place.records.clone();
    records.rotate_main_key(vec![actor(provider)]).await.unwrap();
    let mut work = records.write(actor(provider)).await.unwrap();
    assert_eq!(work.second_factor(id).await.unwrap().unwrap().secret.as_slice(), b"another secret of tw");

    assert!(!work.user(id).await.unwrap().second_factor_asked);
    assert_eq!(work.account_policy().await.unwrap(), None);
    let policy = AccountPolicy { staff_second_factor: true, read_log_days: 100, version: 0 };
    work.set_account_policy(policy).await.unwrap();
    assert!(work.user(id).await.unwrap().second_factor_asked && !work.user(trainee).await.unwrap().second_factor_asked);
    assert!(matches!(work.set_account_policy(policy).await, Err(Error::LostUpdate)));
    let known = AccountPolicy { version: 1, ..policy };
    assert_eq!(work.account_policy().await.unwrap(), Some(known));
    work.set_account_policy(AccountPolicy { staff_second_factor: false, ..known }).await.unwrap();

    assert!(work.is_settled_account("jimu", now() + TimeDelta::seconds(1), "kanri").await.unwrap());
    assert!(!work.is_settled_account("jimu", now() - TimeDelta::seconds(1), "kanri").await.unwrap(), "made since");
    assert!(
        !work.is_settled_account("jimu", now() + TimeDelta::seconds(1), "test").await.unwrap(),
        "made by the one it would confirm, a moment ago"
    );
    work.end_sessions(id).await.unwrap();
    let epoch = work.user(id).await.unwrap().session_epoch;
    work.ask_factor_reset(id).await.unwrap();
    work.ask_factor_reset(id).await.unwrap();
    let asked = work.factor_resets().await.unwrap();
    assert_eq!((asked.len(), asked[0].login.as_str()), (1, "jimu"));
    work.decide_factor_reset(id).await.unwrap();
    assert_eq!(work.factor_reset(id).await.unwrap(), None);
    work.ask_factor_reset(id).await.unwrap();
    work.remove_second_factor(id).await.unwrap();
    assert!(work.second_factor(id).await.unwrap().is_none() && work.factor_resets().await.unwrap().is_empty());
    let after = work.user(id).await.unwrap();
    assert_eq!((after.has_second_factor, after.session_epoch), (false, epoch + 1));
    work.offer_second_factor(id, b"a third secret of tw").await.unwrap();
    work.set_password(id, "new").await.unwrap();
    assert!(work.second_factor(id).await.unwrap().is_none(), "what was offered under the former password ends with it");
    work.commit().await.unwrap();
    let later = Actor { now: now() + TimeDelta::seconds(10), ..actor(provider) };
    let mut work = records.write(later).await.unwrap();
    assert!(work.user(id).await.unwrap().password_given_at.is_none());
    work.note_given_password(id).await.unwrap();
    assert!(work.user(id).await.unwrap().password_given_at.is_some());
    assert!(
        !work.is_settled_account("jimu", now() + TimeDelta::seconds(5), "kanri").await.unwrap(),
        "taken over since"
    );
    work.commit().await.unwrap();
}

pub(super) async fn a_look_is_kept_with_whose_data_it_was(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let provider_b = provider(place, "乙").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (_, enrolment) = trainee(&mut work).await;
    let person = work.enrolment(enrolment).await.unwrap().person_id;
    let id = work.create_user(&user("jimu", Role::Secretariat)).await.unwrap();
    let look = |provider, subject: String, kind, days| NewRead {
        provider,
        read_at: now() - TimeDelta::days(days),
        user: id,
        kind,
        subject,
        path: "/x?q=何".into(),
        address: "192.0.2.1".into(),
    };
    work.note_reads(&[
        look(provider_a, format!("enrolment/{enrolment}"), ReadKind::Page, 40),
        look(provider_a, format!("person/{person}"), ReadKind::File, 2),
        look(provider_a, "cohort/1".into(), ReadKind::Refused, 1),
        look(provider_b, format!("enrolment/{enrolment}"), ReadKind::Page, 1),
        look(provider_a, "no id".into(), ReadKind::SignInFailed, 0),
    ])
    .await
    .unwrap();
    let all = work.reads(&ReadFilter::default(), i64::MAX, 10).await.unwrap();
    let kinds: Vec<_> = all.iter().map(|read| (read.kind, read.person_id)).collect();
    assert_eq!(
        kinds,
        [
            (ReadKind::SignInFailed, None),
            (ReadKind::Refused, None),
            (ReadKind::File, Some(person)),
            (ReadKind::Page, Some(person))
        ],
        "newest first, the own provider's alone"
    );
    assert_eq!(
        (all[2].login.as_str(), all[2].path.as_str(), all[2].address.as_str()),
        ("jimu", "/x?q=何", "192.0.2.1")
    );
    let mut count = async |filter: ReadFilter| work.reads(&filter, i64::MAX, 10).await.unwrap().len();
    assert_eq!(count(ReadFilter { person: Some(person), ..Default::default() }).await, 2);
    assert_eq!(count(ReadFilter { kind: Some(ReadKind::File), ..Default::default() }).await, 1);
    assert_eq!(count(ReadFilter { who: "JIM".into(), ..Default::default() }).await, 4);
    assert_eq!(count(ReadFilter { who: "j_m".into(), ..Default::default() }).await, 0);
    assert_eq!(count(ReadFilter { from: Some(now() - TimeDelta::days(2)), ..Default::default() }).await, 3);
    assert_eq!(count(ReadFilter { until: Some(now() - TimeDelta::days(2)), ..Default::default() }).await, 1);
    assert_eq!(work.reads(&ReadFilter::default(), all[1].id, 1).await.unwrap()[0].id, all[2].id, "page by page");
    assert_eq!(work.sweep_reads(now() - TimeDelta::days(30)).await.unwrap(), 1);

    assert!(!work.is_known_device(id, "a browser").await.unwrap());
    work.note_device(id, "a browser").await.unwrap();
    work.note_device(id, "a browser").await.unwrap();
    assert!(
        work.is_known_device(id, "a browser").await.unwrap() && !work.is_known_device(id, "another").await.unwrap()
    );
    assert_eq!(work.sweep_devices(now() + TimeDelta::hours(1)).await.unwrap(), 1);
    work.note_device(id, "a browser").await.unwrap();
    work.forget_devices(id).await.unwrap();
    assert!(!work.is_known_device(id, "a browser").await.unwrap());
    work.commit().await.unwrap();
}

pub(super) async fn a_passkey_and_an_identity_open_one_account(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let provider_b = provider(place, "乙").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let id = work.create_user(&user("jimu", Role::Secretariat)).await.unwrap();
    let other = work.create_user(&user("jimu2", Role::Secretariat)).await.unwrap();
    work.add_passkey(id, ("credential", "{\"key\":1}"), "職場のパソコン").await.unwrap();
    assert!(work.user(id).await.unwrap().has_passkey && work.user(id).await.unwrap().has_second_factor);
    assert!(!work.user(other).await.unwrap().has_passkey);
    let known = work.passkey_by_credential("credential").await.unwrap().unwrap();
    assert_eq!((known.user_id, known.name.as_str(), known.used_at), (id, "職場のパソコン", None));
    work.note_passkey_used(&known, "{\"key\":2}").await.unwrap();
    let again = work.note_passkey_used(&known, "{\"key\":2}").await;
    assert!(matches!(again, Err(Error::LostUpdate)), "its counter has moved meanwhile");
    assert!(work.passkeys(id).await.unwrap()[0].used_at.is_some());
    assert!(matches!(work.end_passkey(other, known.id).await, Err(Error::NotFound)), "somebody else's");
    work.end_passkey(id, known.id).await.unwrap();
    assert!(work.passkeys(id).await.unwrap().is_empty() && !work.user(id).await.unwrap().has_second_factor);
    assert!(work.passkey_by_credential("credential").await.unwrap().is_none());
    work.add_passkey(id, ("another", "{}"), "電話").await.unwrap();
    work.remove_second_factor(id).await.unwrap();
    assert!(work.passkeys(id).await.unwrap().is_empty(), "a reset ends passkeys too");

    assert!(work.use_challenge("asked", now()).await.unwrap());
    assert!(!work.use_challenge("asked", now()).await.unwrap(), "once");
    assert_eq!(work.sweep_challenges().await.unwrap(), 0);

    assert!(work.link_identity(id, "https://op.example", "7").await.unwrap());
    assert!(!work.link_identity(other, "https://op.example", "7").await.unwrap(), "one identity, one account");
    assert!(work.link_identity(other, "https://other.example", "7").await.unwrap(), "somebody else vouches");
    assert_eq!(work.user_by_identity("https://op.example", "7").await.unwrap().unwrap().id, id);
    let linked = work.linked_identities(id).await.unwrap();
    assert_eq!(linked.iter().map(|known| known.issuer.as_str()).collect::<Vec<_>>(), ["https://op.example"]);
    assert!(matches!(work.end_linked_identity(other, linked[0].id).await, Err(Error::NotFound)));
    work.end_linked_identity(id, linked[0].id).await.unwrap();
    assert!(work.user_by_identity("https://op.example", "7").await.unwrap().is_none());
    assert!(work.link_identity(other, "https://op.example", "7").await.unwrap(), "free again");
    work.commit().await.unwrap();

    let later = Actor { now: now() + TimeDelta::minutes(1), ..actor(provider_b) };
    let mut work = place.records.write(later).await.unwrap();
    assert_eq!(work.sweep_challenges().await.unwrap(), 1);
    let foreign = work.link_identity(id, "https://op.example", "8").await;
    assert!(matches!(foreign, Err(Error::NotFound)), "another provider's account");
    assert!(matches!(work.add_passkey(id, ("x", "{}"), "x").await, Err(Error::NotFound)));
    assert!(work.user_by_identity("https://op.example", "7").await.unwrap().is_some(), "whoever's provider");

    // What travels through a browser comes back for its purpose alone, also after the main key has changed.
    let token = work.seal_token("sign-in", b"state").unwrap();
    assert_eq!(work.open_token("sign-in", &token).unwrap().unwrap().as_slice(), b"state");
    for (about, token) in [("add", token.as_str()), ("sign-in", "no.token"), ("sign-in", ""), ("sign-in", &token[..30])]
    {
        assert!(work.open_token(about, token).unwrap().is_none(), "{about} {token}");
    }
}

pub(super) async fn access_is_limited_closed_and_reviewed(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let chief = work.create_user(&user("kanri", Role::Administrator)).await.unwrap();
    let clerk = work.create_user(&user("jimu", Role::Secretariat)).await.unwrap();
    let trainee = work.create_user(&user("jukou", Role::Trainee)).await.unwrap();
    assert_eq!(work.access_policy().await.unwrap(), None);
    let networks = r#"{"secretariat":["192.0.2.0/24"]}"#;
    let policy = AccessPolicy { networks: networks.into(), idle_days: 90, second_person: "waiver".into(), version: 0 };
    work.set_access_policy(&policy).await.unwrap();
    assert!(matches!(work.set_access_policy(&policy).await, Err(Error::LostUpdate)));
    let known = work.access_policy().await.unwrap().unwrap();
    assert_eq!(known, AccessPolicy { version: 1, ..policy });
    assert_eq!(work.user(clerk).await.unwrap().networks, networks);
    assert_eq!(work.user(trainee).await.unwrap().networks, "", "of staff alone");
    work.set_access_policy(&AccessPolicy { idle_days: 30, ..known }).await.unwrap();
    work.open_networks().await.unwrap();
    assert_eq!(work.access_policy().await.unwrap().unwrap().networks, "{}");

    assert!(work.close_idle_accounts(now() - TimeDelta::days(1)).await.unwrap().is_empty(), "made since");
    let later = now() + TimeDelta::days(100);
    let version = work.user(clerk).await.unwrap().version;
    assert_eq!(work.close_idle_accounts(later).await.unwrap(), ["jimu"], "the last administrator's stays");
    assert!(!work.user(clerk).await.unwrap().active && work.user(trainee).await.unwrap().active);
    assert!(work.user(chief).await.unwrap().active);
    work.commit().await.unwrap();
    let mut work = place.records.write(Actor { now: later, ..actor(provider) }).await.unwrap();
    work.set_user_active(clerk, version + 1, true).await.unwrap();
    let closed = work.close_idle_accounts(later - TimeDelta::minutes(1)).await.unwrap();
    assert_eq!(closed, Vec::<String>::new(), "opened again, it is unused anew");

    assert_eq!(work.last_account_review().await.unwrap(), None);
    work.note_account_review().await.unwrap();
    let review = work.last_account_review().await.unwrap().unwrap();
    assert_eq!((review.accounts, review.reviewed_at.timestamp()), (3, later.timestamp()));
    work.commit().await.unwrap();
}

pub(super) async fn a_proposal_waits_and_is_decided_once(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let provider_b = provider(place, "乙").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let id = work.propose("revocation", "certificate/7", "\"誤って交付\"").await.unwrap();
    work.keep_proposal_form(id, "[\"/certificates/7/revoke\",[]]").await.unwrap();
    let known = work.open_proposal("revocation", "certificate/7").await.unwrap().unwrap();
    assert_eq!((known.id, known.act.as_str()), (id, "\"誤って交付\""));
    assert!(known.form.contains("revoke"));
    assert!(work.open_proposal("waiver", "certificate/7").await.unwrap().is_none());
    work.commit().await.unwrap();

    let mut foreign = place.records.write(actor(provider_b)).await.unwrap();
    assert!(foreign.proposals().await.unwrap().is_empty());
    assert!(matches!(foreign.decide_proposal(id, true).await, Err(Error::NotFound)));
    assert!(matches!(foreign.keep_proposal_form(id, "x").await, Err(Error::NotFound)));
    drop(foreign);

    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    work.decide_proposal(id, true).await.unwrap();
    assert!(matches!(work.decide_proposal(id, false).await, Err(Error::NotFound)), "once");
    assert!(work.proposals().await.unwrap().is_empty());
    work.propose("revocation", "certificate/7", "anew").await.unwrap();
    assert_eq!(work.proposals().await.unwrap().len(), 1);
    work.commit().await.unwrap();
}

pub(super) async fn short_codes_are_kept_by_a_pepper(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let id = work.create_user(&user("jimu", Role::Secretariat)).await.unwrap();
    assert_eq!(work.peppered("paper", "abcd").await.unwrap(), None, "none was made");
    work.make_pepper().await.unwrap();
    let kept = work.peppered("paper", "abcd").await.unwrap().unwrap();
    work.make_pepper().await.unwrap();
    assert_eq!(work.peppered("paper", "abcd").await.unwrap().unwrap(), kept, "it stays");
    assert_ne!(work.peppered("recovery", "abcd").await.unwrap().unwrap(), kept);
    work.set_recovery_codes(id, &["one".into()]).await.unwrap();
    work.renew_password_hash(id, ("another", "anew")).await.unwrap();
    assert_eq!(work.user(id).await.unwrap().password_hash, "hash", "it is another one by now");
    work.renew_password_hash(id, ("hash", "anew")).await.unwrap();
    let renewed = work.user(id).await.unwrap();
    assert_eq!((renewed.password_hash.as_str(), renewed.session_epoch), ("anew", 1), "sessions go on");
    work.commit().await.unwrap();
    let mut records = place.records.clone();
    records.rotate_main_key(vec![actor(provider)]).await.unwrap();
    let mut work = records.write(actor(provider)).await.unwrap();
    assert_eq!(work.peppered("paper", "abcd").await.unwrap().unwrap(), kept, "another main key opens it");
    assert!(work.use_recovery_code(id, "one").await.unwrap());

    // A link that was asked for opens in one browser.
    work.create_sign_in_link(id, "asked", now() + TimeDelta::minutes(10), false).await.unwrap();
    assert_eq!(work.sign_in_link("asked").await.unwrap().unwrap().browser, "");
    work.bind_sign_in_link("asked", "a browser").await.unwrap();
    assert_eq!(work.sign_in_link("asked").await.unwrap().unwrap().browser, "a browser");
    work.commit().await.unwrap();
}

/// What somebody who writes the database, and has no key, makes of accounts, links and sessions opens nothing.
pub(super) async fn accounts_links_and_sessions_are_vouched_for(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let admin = work.create_user(&user("kanri", Role::Administrator)).await.unwrap();
    let trainee = work.create_user(&user("jukou", Role::Trainee)).await.unwrap();
    work.offer_second_factor(admin, b"secret").await.unwrap();
    assert!(work.use_step(admin, 1).await.unwrap());
    work.create_sign_in_link(trainee, "own", now() + TimeDelta::days(1), false).await.unwrap();
    work.create_web_session("own", "{\"user\":2}", now() + TimeDelta::hours(1)).await.unwrap();
    work.commit().await.unwrap();
    let opens = async |login: &str| {
        place.records.read(actor(provider)).await.unwrap().user_by_login(login).await.unwrap().is_some()
    };
    assert!(opens("kanri").await && opens("jukou").await);

    // Each of these is undone again, and the account opens as before.
    for (login, done, undone) in [
        (
            "jukou",
            "UPDATE users SET role = 'administrator' WHERE id = 2",
            "UPDATE users SET role = 'trainee' WHERE id = 2",
        ),
        (
            "kanri",
            "UPDATE users SET password_hash = 'own' WHERE id = 1",
            "UPDATE users SET password_hash = 'hash' WHERE id = 1",
        ),
        ("kanri", "UPDATE second_factor SET user_id = 2", "UPDATE second_factor SET user_id = 1"),
        (
            "kanri",
            "INSERT INTO passkey (user_id, credential, public_key, name, added_at) VALUES (1, 'c', 'k', 'n', '2027-01-01T00:00:00+00:00')",
            "DELETE FROM passkey",
        ),
        (
            "kanri",
            "INSERT INTO linked_identity (user_id, issuer, subject, linked_at) VALUES (1, 'i', 's', '2027-01-01T00:00:00+00:00')",
            "DELETE FROM linked_identity",
        ),
        (
            "jukou",
            "UPDATE account_seal SET seal = (SELECT s.seal FROM account_seal s WHERE s.user_id = 1) WHERE user_id = 2",
            "UPDATE account_seal SET seal = seal",
        ),
    ] {
        place.tamper.run(done).await;
        assert!(!opens(login).await, "{done}");
        let id = if login == "kanri" { admin } else { trainee };
        let mut work = place.records.read(actor(provider)).await.unwrap();
        assert!(work.user_of_session(id).await.unwrap().is_none(), "{done}");
        assert!(matches!(work.user(id).await, Err(Error::Stored(_))), "nothing legitimate is built on it: {done}");
        drop(work);
        place.tamper.run(undone).await;
        if !done.contains("account_seal") {
            assert!(opens(login).await, "{undone}");
        }
    }
    // At the operator's word the accounts are vouched for as they stand.
    let mut work = place.records.write(actor(provider)).await.unwrap();
    assert_eq!(work.vouch_for_accounts().await.unwrap(), 2);
    work.commit().await.unwrap();
    assert!(opens("jukou").await);

    let mut work = place.records.write(actor(provider)).await.unwrap();
    assert_eq!(work.sign_in_link("own").await.unwrap().map(|link| link.user_id), Some(trainee));
    assert_eq!(work.web_session("own").await.unwrap().map(|(data, _)| data).as_deref(), Some("{\"user\":2}"));
    drop(work);
    place.tamper.run("UPDATE sign_in_link SET user_id = 1").await;
    place.tamper.run("UPDATE web_session SET data = '{\"user\":1}'").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    assert_eq!(work.sign_in_link("own").await.unwrap(), None, "a link signs in whom it was made for");
    assert_eq!(work.use_sign_in_link("own").await.unwrap(), None);
    assert_eq!(work.web_session("own").await.unwrap(), None, "nobody writes a session");
    drop(work);

    // Whoever has no key changes no account that is sealed: it would open nothing afterwards.
    let mut work = place.records.without_keys().write(actor(provider)).await.unwrap();
    work.set_password(trainee, "anew").await.unwrap();
    assert!(matches!(work.commit().await, Err(Error::KeyMissing)));
    assert!(opens("jukou").await);

    // Without the pepper nobody is believed, and no new one is made beside accounts that are there.
    place.tamper.run("DELETE FROM pepper").await;
    assert!(!opens("kanri").await);
    let mut work = place.records.write(actor(provider)).await.unwrap();
    work.create_user(&user("yatoi", Role::Administrator)).await.unwrap();
    assert!(matches!(work.commit().await, Err(Error::Unvouched)));
    let mut work = place.records.write(actor(provider)).await.unwrap();
    assert!(matches!(work.make_pepper().await, Err(Error::Unvouched)));
    work.vouch_for_accounts().await.unwrap();
    work.commit().await.unwrap();
    assert!(opens("kanri").await && !opens("yatoi").await);
}
