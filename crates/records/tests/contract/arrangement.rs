//! How a practicum is arranged: periods of request, contacts, links, notices.

use super::*;
use chrono::TimeDelta;
use records::account::user::NewUser;
use records::notice::{Channel, Delivery, NewNotice, NoticeSetting, Shown};
use records::office::contact::{OfficeContact, SupervisorContact};
use records::placement::request::RequestPeriod;
use training::notice::{NoticeKind, NoticeState, Variable, Variables};

pub(super) async fn trainees_ask_in_a_period(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let host_office = office_id(&mut work, "1010000001").await;
    assert_eq!(work.request_period(cohort).await.unwrap(), None);
    let period = RequestPeriod { opens_on: day(5, 1), closes_on: day(5, 31), version: 0 };
    work.set_request_period(cohort, &period).await.unwrap();
    assert!(matches!(work.set_request_period(cohort, &period).await, Err(Error::LostUpdate)), "said meanwhile");
    let longer = RequestPeriod { closes_on: day(6, 15), version: 1, ..period };
    work.set_request_period(cohort, &longer).await.unwrap();
    let known = work.request_period(cohort).await.unwrap().unwrap();
    assert_eq!((known.closes_on, known.version), (day(6, 15), 2));
    assert!(known.contains(day(6, 15)) && known.contains(day(5, 1)) && !known.contains(day(6, 16)));

    let round = work.create_round(NewRound { cohort, placed: 0, unplaced: 0, cost: 0, input_hash: "" }).await.unwrap();
    let new = NewPlacement {
        round,
        enrolment,
        host_office,
        window: 1,
        distance_m: None,
        fixed: false,
        state: PlacementState::Requested,
    };
    work.lock_office(host_office).await.unwrap();
    let placement = work.create_placement(&new).await.unwrap();
    let taken = work.places_taken_by_window(cohort).await.unwrap();
    assert_eq!(
        taken.iter().map(|it| (it.host_office_id, it.window_index, it.taken)).collect::<Vec<_>>(),
        [(host_office, 1, 1)]
    );
    let asked = work.placement(placement).await.unwrap();
    assert_eq!(asked.state, PlacementState::Requested);
    work.change_placement(&asked, PlacementState::Declined, "満員").await.unwrap();
    assert_eq!(work.places_taken_by_window(cohort).await.unwrap(), [], "who was declined takes no place");
    work.commit().await.unwrap();

    let stranger = provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert!(matches!(work.request_period(cohort).await, Err(Error::NotFound)));
    assert!(matches!(work.set_request_period(cohort, &longer).await, Err(Error::NotFound)));
    assert!(matches!(work.lock_office(host_office).await, Err(Error::NotFound)));
    assert_eq!(work.places_taken_by_window(cohort).await.unwrap(), []);
    assert!(work.cohort_ends_at(host_office).await.unwrap().is_empty());
}

pub(super) async fn a_link_signs_one_person_in_once(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    trainee(&mut work).await;
    let host_office_id = office_id(&mut work, "1010000001").await;
    let contact = OfficeContact { host_office_id, email: "a@office.example".into(), ..OfficeContact::default() };
    work.set_office_contact(&contact).await.unwrap();
    assert!(matches!(work.set_office_contact(&contact).await, Err(Error::LostUpdate)));
    let (email, name) = ("b@office.example".to_owned(), "受入 一郎".to_owned());
    let changed = OfficeContact { email, name, version: 1, ..contact };
    work.set_office_contact(&changed).await.unwrap();
    let known = work.office_contacts(Some(host_office_id)).await.unwrap().remove(0);
    assert_eq!(known, OfficeContact { version: 2, ..changed.clone() });
    let receiver = NewUser {
        login: "uketsuke",
        name: "受入 一郎",
        role: Role::Supervisor,
        password_hash: "-",
        person_id: None,
        host_office_id: Some(host_office_id),
    };
    let receiver = work.create_user(&receiver).await.unwrap();
    work.set_office_account(host_office_id, receiver).await.unwrap();
    let known = work.office_contacts(Some(host_office_id)).await.unwrap().remove(0);
    assert_eq!((known.user_id, known.version), (Some(receiver), 2), "a form that was open stays good");
    let supervisor_id = work.create_supervisor(host_office_id, "指導 一子", true, "").await.unwrap();
    let user = NewUser {
        login: "shidousha",
        name: "指導 一子",
        role: Role::Supervisor,
        password_hash: "-",
        person_id: None,
        host_office_id: Some(host_office_id),
    };
    let user = work.create_user(&user).await.unwrap();
    assert_eq!(work.user(user).await.unwrap().supervisor_id, None, "the office's account");
    let email = "ichiko@office.example".to_owned();
    let contact = SupervisorContact { supervisor_id, host_office_id, email, user_id: Some(user), version: 0 };
    work.set_supervisor_contact(&contact).await.unwrap();
    assert!(matches!(work.set_supervisor_contact(&contact).await, Err(Error::LostUpdate)));
    assert_eq!(work.user(user).await.unwrap().supervisor_id, Some(supervisor_id));
    assert_eq!(work.supervisor_contacts(None).await.unwrap(), [SupervisorContact { version: 1, ..contact.clone() }]);

    let now = work.actor().now;
    work.create_sign_in_link(user, "older", now + TimeDelta::days(1), false).await.unwrap();
    work.create_sign_in_link(user, "newer", now + TimeDelta::days(1), false).await.unwrap();
    assert_eq!(work.use_sign_in_link("older").await.unwrap(), Some(user), "each mail's link is good");
    assert_eq!(work.sign_in_link("older").await.unwrap().map(|link| link.user_id), Some(user));
    assert_eq!(work.use_sign_in_link("newer").await.unwrap(), Some(user));
    assert_eq!(work.use_sign_in_link("newer").await.unwrap(), None, "once");
    work.create_sign_in_link(user, "expired", now, false).await.unwrap();
    assert_eq!(work.use_sign_in_link("expired").await.unwrap(), None);
    work.create_sign_in_link(user, "ended", now + TimeDelta::days(1), false).await.unwrap();
    work.end_sign_in_links(user).await.unwrap();
    assert_eq!(work.use_sign_in_link("ended").await.unwrap(), None);
    assert_eq!(work.sign_in_link("unknown").await.unwrap(), None);
    work.commit().await.unwrap();

    let stranger = provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert_eq!(work.supervisor_contacts(None).await.unwrap(), []);
    assert_eq!(work.office_contacts(None).await.unwrap(), []);
    assert!(matches!(work.set_supervisor_contact(&contact).await, Err(Error::NotFound)));
    assert!(matches!(work.set_office_contact(&changed).await, Err(Error::NotFound)));
    assert!(matches!(work.create_sign_in_link(user, "theirs", now, false).await, Err(Error::NotFound)));
}

fn notice(cohort: i64, channel: Channel, once: &str, not_before: DateTime<Utc>) -> NewNotice {
    let variables: Variables = [(Variable::Recipient, "研修 太郎".to_owned())].into();
    NewNotice {
        cohort: Some(cohort),
        kind: NoticeKind::PlacementTrainee,
        template_number: 0,
        variables,
        enrolment: None,
        host_office: None,
        supervisor: None,
        recipient: "研修 太郎".into(),
        channel,
        address: "taro@trainee.example".into(),
        not_before,
        once: once.into(),
    }
}

pub(super) async fn a_notice_is_told_once(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (cohort, _) = trainee(&mut work).await;
    let now = work.actor().now;
    for (subject, number) in [("一", 1), ("二", 2)] {
        let made = work.publish_notice_template(NoticeKind::SignIn, subject, "{link}").await.unwrap();
        assert_eq!(made, number, "versions of a kind count from 1");
    }
    let templates = work.notice_templates().await.unwrap();
    assert_eq!(templates.iter().map(|known| known.number).collect::<Vec<_>>(), [2, 1], "the newest first");
    assert_eq!(work.notice_setting().await.unwrap(), None);
    let setting = NoticeSetting {
        quiet_from: 22,
        quiet_until: 7,
        lead_days: "7".into(),
        waiting_days: 0,
        link_days: 3,
        version: 0,
    };
    work.set_notice_setting(&setting).await.unwrap();
    assert!(matches!(work.set_notice_setting(&setting).await, Err(Error::LostUpdate)));
    work.set_notice_setting(&NoticeSetting { quiet_from: 20, version: 1, ..setting.clone() }).await.unwrap();
    assert_eq!(work.notice_setting().await.unwrap().map(|it| (it.quiet_from, it.version)), Some((20, 2)));

    let later = work.queue_notice(&notice(cohort, Channel::Mail, "b", now + TimeDelta::hours(1))).await.unwrap();
    let mail = work.queue_notice(&notice(cohort, Channel::Mail, "a", now)).await.unwrap().unwrap();
    assert_eq!(work.queue_notice(&notice(cohort, Channel::Mail, "a", now)).await.unwrap(), None, "about the same");
    let letter = work.queue_notice(&notice(cohort, Channel::Letter, "c", now)).await.unwrap().unwrap();
    assert!(later.is_some());
    let before = now - TimeDelta::days(7);
    assert_eq!(work.next_mail(now, false).await.unwrap(), None, "what was last spoken for by then is old");
    assert_eq!(work.next_mail(before, true).await.unwrap(), None, "of another kind");
    let old = work.old_mails(Some(cohort), now).await.unwrap();
    assert_eq!(
        old.iter().map(|known| known.id).collect::<Vec<_>>(),
        [later.unwrap(), mail],
        "letters are printed, not sent"
    );
    assert_eq!(work.old_mails(None, before).await.unwrap(), []);
    assert_eq!(work.notices_from(mail, letter).await.unwrap().len(), 2);
    let next = work.next_mail(before, false).await.unwrap().unwrap();
    assert_eq!(next.id, mail, "neither a letter nor what is for later");
    assert_eq!(next.variables().unwrap()[&Variable::Recipient], "研修 太郎");
    let sending = Delivery { attempts: 1, ..next.delivery() };
    work.change_notice(&next, NoticeState::Sending, sending).await.unwrap();
    assert!(matches!(work.change_notice(&next, NoticeState::Sending, sending).await, Err(Error::LostUpdate)));
    assert_eq!(work.next_mail(before, false).await.unwrap(), None);
    assert_eq!(work.mails_cut_off(now).await.unwrap(), [], "they may still be going out");
    let cut_off = work.mails_cut_off(now + TimeDelta::seconds(1)).await.unwrap();
    assert_eq!(cut_off.iter().map(|known| (known.id, known.attempts)).collect::<Vec<_>>(), [(mail, 1)]);
    let failed = Delivery { error: "interrupted", address: "other@trainee.example", ..cut_off[0].delivery() };
    work.change_notice(&cut_off[0], NoticeState::Failed, failed).await.unwrap();
    let known = work.notice(mail).await.unwrap();
    assert_eq!(
        (known.state, known.error.as_str(), known.address.as_str()),
        (NoticeState::Failed, "interrupted", "other@trainee.example")
    );
    let waiting = work.letters_waiting(Some(cohort)).await.unwrap();
    assert_eq!(waiting.iter().map(|known| known.id).collect::<Vec<_>>(), [letter]);
    let queued = work.notices(Some(cohort), Shown::In(NoticeState::Queued), (10, 0)).await.unwrap();
    assert_eq!((queued.len(), work.notices(Some(cohort), Shown::All, (2, 1)).await.unwrap().len()), (2, 2));
    let link = NewNotice { kind: NoticeKind::SignIn, ..notice(cohort, Channel::Mail, "d", now) };
    assert!(!work.link_on_its_way((0, None), (&link.recipient, &link.address), now).await.unwrap());
    work.hasten_link((0, None), &link.address).await.unwrap();
    work.note_asked_link(mail, "a browser").await.unwrap();
    work.note_asked_link(mail, "another browser").await.unwrap();
    assert_eq!(
        work.asked_link(mail).await.unwrap().as_deref(),
        Some("a browser"),
        "whoever asks later changes nothing"
    );
    assert_eq!(work.asked_link(letter).await.unwrap(), None);
    let undelivered = work.notices(None, Shown::Undelivered, (10, 0)).await.unwrap();
    assert_eq!(undelivered.iter().map(|known| known.id).collect::<Vec<_>>(), [mail]);
    let mut counts = work.count_notices(Some(cohort)).await.unwrap();
    counts.sort();
    assert_eq!(counts, [(NoticeState::Queued, 2), (NoticeState::Failed, 1)]);
    work.commit().await.unwrap();

    let stranger = provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert!(matches!(work.notice(mail).await, Err(Error::NotFound)));
    assert_eq!(work.notices(None, Shown::All, (10, 0)).await.unwrap(), []);
    assert_eq!(work.notices(Some(cohort), Shown::All, (10, 0)).await.unwrap(), []);
    assert_eq!(work.letters_waiting(None).await.unwrap(), []);
    assert_eq!(work.count_notices(None).await.unwrap(), []);
    assert_eq!(
        (work.old_mails(None, now).await.unwrap(), work.notices_from(1, letter).await.unwrap()),
        (vec![], vec![])
    );
    assert_eq!((work.next_mail(before, false).await.unwrap(), work.notice_setting().await.unwrap()), (None, None));
    assert!(matches!(work.change_notice(&known, NoticeState::Queued, known.delivery()).await, Err(Error::LostUpdate)));
}
