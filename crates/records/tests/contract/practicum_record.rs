//! Contracts of the practicum record: texts under keys, revisions, signatures on texts in versions.

use super::office_id;
use super::{Place, Tamper, actor, day, now, provider, trainee};
use chrono::TimeDelta;
use records::practicum::agreement::Medium;
use records::practicum::case::{Consent, NewCase};
use records::practicum::record::{Decision, Entry};
use records::practicum::retention::{CohortTexts, RetentionSetting};
use records::trainee::facts::Wanted;
use records::{Actor, Error, Records, Work};
use training::completion::facts::MilestoneKind;
use training::practicum::agreement::AgreementKind;
use training::practicum::entry::{EntryKind, EntryState, Typed};
use training::practicum::evaluation::Evaluation;
use training::practicum::record::ConsentSubject;

const SECRET: &str = "秘密の所見その一";
const LATER: &str = "秘密の所見その二";
const REMARK: &str = "秘密の講評";

pub(super) fn typed(seen: &str) -> Typed {
    [("on".to_owned(), "2027-05-10".to_owned()), ("seen".to_owned(), seen.to_owned())].into()
}

pub(super) fn decided(state: EntryState) -> Decision<'static> {
    Decision { state, comment: REMARK, experience_id: None, conference_fallback_id: None }
}

/// Everything the database holds that texts could leak into.
async fn stored(tamper: &Tamper) -> String {
    let mut all = String::new();
    for sql in [
        "SELECT content FROM record_draft",
        "SELECT content || coalesce(comment, '') FROM record_revision",
        "SELECT detail || sealed FROM audit_entry",
        "SELECT coalesce(wrapped, '') FROM data_key",
        "SELECT content FROM entry_comment",
        "SELECT witness || obtained_by || purpose FROM case_consent",
    ] {
        let rows: Vec<String> = match tamper {
            Tamper::Sqlite(pool) => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
            Tamper::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await.unwrap(),
        };
        all.extend(rows);
    }
    all
}

/// A case's assessment: handed in, returned, and written on.
pub(super) async fn written(work: &mut Work, enrolment: i64) -> Entry {
    let case = work.create_case(enrolment, &NewCase { pseudonym: "A", ..NewCase::default() }).await.unwrap();
    let about = (Some(case), Some("assessment"));
    let id = work.create_entry(enrolment, EntryKind::Experience, about).await.unwrap();
    let entry = work.entry(enrolment, id).await.unwrap();
    assert_eq!(work.save_draft(&entry, &typed("first"), 0).await.unwrap(), 1);
    assert_eq!(work.save_draft(&entry, &typed(SECRET), 1).await.unwrap(), 2);
    for stale in [0, 1] {
        assert!(matches!(work.save_draft(&entry, &typed("late"), stale).await, Err(Error::LostUpdate)));
    }
    assert_eq!(work.draft(&entry).await.unwrap().typed, typed(SECRET));
    assert_eq!(work.submit_entry(&entry, &typed(SECRET), 1).await.unwrap(), 1);
    assert!(matches!(work.submit_entry(&entry, &typed(SECRET), 1).await, Err(Error::LostUpdate)));
    let entry = work.entry(enrolment, id).await.unwrap();
    assert_eq!(
        (entry.state, entry.drafted_at, entry.stage.as_deref()),
        (EntryState::Submitted, None, Some("assessment"))
    );
    work.decide_entry(&entry, decided(EntryState::Returned)).await.unwrap();
    assert!(matches!(work.decide_entry(&entry, decided(EntryState::Approved)).await, Err(Error::LostUpdate)));
    let entry = work.entry(enrolment, id).await.unwrap();
    work.save_draft(&entry, &typed(LATER), 0).await.unwrap();
    entry
}

pub(super) async fn the_record_is_sealed_and_read_back(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let entry = written(&mut work, enrolment).await;
    work.commit().await.unwrap();

    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let revisions = work.revisions(enrolment, Some(entry.id)).await.unwrap();
    let [revision] = revisions.as_slice() else { panic!("{revisions:?}") };
    assert_eq!((revision.number, revision.suspicions), (1, 1));
    assert_eq!(revision.typed, Some(typed(SECRET)));
    assert_eq!((revision.decision, revision.comment.as_str()), (Some(EntryState::Returned), REMARK));
    assert_eq!(work.draft(&entry).await.unwrap().typed, typed(LATER));
    let figures = work.record_figures(cohort).await.unwrap();
    let totals = work.record_totals().await.unwrap();
    let totals: Vec<_> = totals.iter().map(|it| (it.cohort_id, it.trainees, it.waiting, it.approved)).collect();
    assert_eq!(totals, [(cohort, 1, 0, 0)]);
    let counts = figures.iter().map(|it| (it.enrolment_id, it.drafts, it.submitted, it.returned, it.approved));
    assert_eq!(counts.collect::<Vec<_>>(), [(enrolment, 0, 0, 1, 0)]);
    let late = work.discard_entry(&Entry { version: entry.version - 1, ..entry.clone() }).await;
    assert!(matches!(late, Err(Error::LostUpdate)), "what was decided meanwhile is not discarded unseen: {late:?}");
    let goals = work.create_entry(enrolment, EntryKind::Goals, (None, None)).await.unwrap();
    let goals = work.entry(enrolment, goals).await.unwrap();
    work.discard_entry(&goals).await.unwrap();
    assert_eq!(work.entries(enrolment).await.unwrap().len(), 1);
    let consent = Consent {
        id: 0,
        case_id: entry.case_id.unwrap(),
        subject: ConsentSubject::Client,
        consented_on: day(5, 9),
        form: "oral".into(),
        witness: "長女".into(),
        obtained_by: "実習指導者".into(),
        purpose: "同行".into(),
    };
    let family = Consent { subject: ConsentSubject::Family, consented_on: day(5, 1), ..consent.clone() };
    let remark = work.add_comment(&entry, "seen", REMARK).await.unwrap();
    let slip = work.add_comment(&entry, "learned", "誤記").await.unwrap();
    work.withdraw_comment(&entry, slip).await.unwrap();
    assert!(matches!(work.withdraw_comment(&entry, slip).await, Err(Error::LostUpdate)), "it is taken back already");
    let comments = work.comments(enrolment).await.unwrap();
    let kept: Vec<_> = comments.iter().map(|it| (it.id, it.entry_id, it.field.as_str(), it.content.as_str())).collect();
    assert_eq!(kept, [(remark, entry.id, "seen", REMARK)]);
    work.record_consent(enrolment, &family).await.unwrap();
    let agreed = async |work: &mut Work| work.cases(enrolment).await.unwrap()[0].fact.agreed_on(&[]);
    assert_eq!(agreed(&mut work).await, None, "the client's own consent is asked for");
    work.record_consent(enrolment, &consent).await.unwrap();
    work.record_consent(enrolment, &Consent { consented_on: day(5, 11), ..consent.clone() }).await.unwrap();
    assert_eq!(agreed(&mut work).await, Some(day(5, 9)), "the first day counts");
    assert_eq!(work.consents(enrolment).await.unwrap()[1].witness, "長女");
    let facts = work.facts(Wanted::all(cohort)).await.unwrap();
    assert_eq!(facts.trainees[&enrolment].cases[0].agreed_on(&[]), Some(day(5, 9)));
    work.commit().await.unwrap();
    let later = Actor { now: now() + TimeDelta::hours(1), ..actor(provider_a) };
    let mut work = place.records.write(later).await.unwrap();
    concerned_and_invented(&mut work, (cohort, enrolment), &consent).await;
    work.commit().await.unwrap();

    let other = Actor { name: "別の人".to_owned(), ..actor(provider_a) };
    let mut work = place.records.write(other).await.unwrap();
    assert!(matches!(work.withdraw_comment(&entry, remark).await, Err(Error::LostUpdate)), "somebody else's stays");
    work.roll_back().await.unwrap();

    let stored = stored(&place.tamper).await;
    assert!(stored.len() > 500, "something is stored");
    for text in [SECRET, LATER, REMARK, "長女", "実習指導者", "同行"] {
        assert!(!stored.contains(text), "{text} lies open");
    }

    let stranger = provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert!(matches!(work.entry(enrolment, entry.id).await, Err(Error::NotFound)));
    assert!(matches!(work.entries(enrolment).await, Err(Error::NotFound)));
    assert!(matches!(work.revisions(enrolment, None).await, Err(Error::NotFound)));
    assert!(matches!(work.draft(&entry).await, Err(Error::NotFound)));
    assert!(matches!(work.save_draft(&entry, &typed("x"), 1).await, Err(Error::NotFound)));
    assert!(matches!(work.submit_entry(&entry, &typed("x"), 0).await, Err(Error::NotFound)));
    assert!(matches!(work.decide_entry(&entry, decided(EntryState::Approved)).await, Err(Error::NotFound)));
    assert!(matches!(work.discard_entry(&entry).await, Err(Error::NotFound)));
    assert!(matches!(work.record_consent(enrolment, &consent).await, Err(Error::NotFound)));
    assert!(matches!(work.add_comment(&entry, "seen", "x").await, Err(Error::NotFound)));
    assert!(matches!(work.withdraw_comment(&entry, remark).await, Err(Error::NotFound)));
    assert!(matches!(work.comments(enrolment).await, Err(Error::NotFound)));
    assert!(matches!(work.consents(enrolment).await, Err(Error::NotFound)));
    assert!(matches!(work.shred_texts(cohort).await, Err(Error::NotFound)));
    assert_eq!(work.rotate_data_key(cohort).await.unwrap(), 0);
    assert!(matches!(work.record_figures(cohort).await, Err(Error::NotFound)));
    assert_eq!(work.record_totals().await.unwrap(), []);
}

pub(super) async fn evaluations_follow_a_rubric(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (_, enrolment) = trainee(&mut work).await;
    assert_eq!(work.rubrics().await.unwrap(), []);
    for number in [1, 2] {
        assert_eq!(work.publish_rubric("尊厳\n連携", "よい\nもう少し").await.unwrap(), number);
    }
    assert_eq!(work.rubrics().await.unwrap().iter().map(|known| known.number).collect::<Vec<_>>(), [2, 1]);
    let evaluation = |level| Evaluation { levels: vec![0, level], comment: REMARK.into() };
    let office = office_id(&mut work, "1010000001").await;
    let first = work.record_evaluation(enrolment, (2, &evaluation(0)), (office, "指導 一子"), 0).await.unwrap();
    let unseen = work.record_evaluation(enrolment, (2, &evaluation(1)), (office, "指導 二子"), 0).await;
    assert!(matches!(unseen, Err(Error::LostUpdate)), "somebody evaluated meanwhile");
    work.record_evaluation(enrolment, (2, &evaluation(1)), (office, "指導 一子"), first).await.unwrap();
    let known = work.evaluations(enrolment).await.unwrap();
    let levels: Vec<_> = known.iter().map(|known| known.evaluation.clone().unwrap().levels).collect();
    assert_eq!((levels, known[0].rubric_number), (vec![vec![0, 1], vec![0, 0]], 2), "the newest counts");
    work.commit().await.unwrap();
    let stranger = provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert!(matches!(work.evaluations(enrolment).await, Err(Error::NotFound)));
    let theirs = work.record_evaluation(enrolment, (0, &evaluation(0)), (office, "x"), first).await;
    assert!(matches!(theirs, Err(Error::NotFound)));
    assert_eq!(work.rubrics().await.unwrap(), []);
}

pub(super) async fn keys_are_rotated_and_destroyed(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let entry = written(&mut work, enrolment).await;
    let consent = Consent {
        id: 0,
        case_id: entry.case_id.unwrap(),
        subject: ConsentSubject::Client,
        consented_on: day(5, 9),
        form: "written".into(),
        witness: String::new(),
        obtained_by: "実習指導者".into(),
        purpose: "同行".into(),
    };
    work.record_consent(enrolment, &consent).await.unwrap();
    work.add_comment(&entry, "seen", REMARK).await.unwrap();
    let evaluation = Evaluation { levels: vec![0, 1], comment: REMARK.into() };
    let office = office_id(&mut work, "1010000001").await;
    work.record_evaluation(enrolment, (0, &evaluation), (office, "指導 一子"), 0).await.unwrap();
    work.commit().await.unwrap();
    let file = place.directory.path().join("kensan.key");
    let old = std::fs::read_to_string(&file).unwrap();
    let before = stored(&place.tamper).await;

    let mut records: Records = place.records.clone();
    assert_eq!(records.rotate_main_key(vec![actor(provider)]).await.unwrap(), 1);
    let mut work = records.write(actor(provider)).await.unwrap();
    assert_eq!(
        work.rotate_data_key(cohort).await.unwrap(),
        8,
        "a revision and its comment, a draft, three texts of a consent, a remark, an evaluation"
    );
    work.commit().await.unwrap();
    assert_ne!(stored(&place.tamper).await, before);
    let mut work = records.read(actor(provider)).await.unwrap();
    assert_eq!(work.revisions(enrolment, None).await.unwrap()[0].typed, Some(typed(SECRET)));
    assert_eq!(work.revisions(enrolment, None).await.unwrap()[0].comment, REMARK);
    assert_eq!(work.draft(&entry).await.unwrap().typed, typed(LATER));
    assert_eq!(work.consents(enrolment).await.unwrap()[0].purpose, "同行");
    assert_eq!(work.comments(enrolment).await.unwrap()[0].content, REMARK);
    assert_eq!(work.evaluations(enrolment).await.unwrap()[0].evaluation.as_ref(), Some(&evaluation));
    work.roll_back().await.unwrap();

    // Who has only the old key file reads nothing, and is told which key is missing.
    let stolen = place.directory.path().join("old.key");
    std::fs::write(&stolen, old).unwrap();
    let with_old = place.records.clone().with_keys(&stolen).await.unwrap();
    let mut work = with_old.read(actor(provider)).await.unwrap();
    assert!(matches!(work.revisions(enrolment, None).await, Err(Error::KeyMissing)));
    work.roll_back().await.unwrap();
    // A missing file is not replaced by a new key while there are texts.
    let gone = place.directory.path().join("gone.key");
    let without = place.records.clone().with_keys(&gone).await.unwrap();
    assert!(!without.missing_keys().await.unwrap().is_empty() && !gone.exists());
    std::fs::write(&gone, "no key").unwrap();
    assert!(matches!(place.records.clone().with_keys(&gone).await, Err(Error::KeyFile(_))));

    let mut work = records.write(actor(provider)).await.unwrap();
    assert_eq!(work.retention_setting().await.unwrap(), None);
    work.set_retention(RetentionSetting { years: 7, version: 0 }).await.unwrap();
    work.set_retention(RetentionSetting { years: 3, version: 1 }).await.unwrap();
    for version in [0, 1] {
        let late = work.set_retention(RetentionSetting { years: 9, version }).await;
        assert!(matches!(late, Err(Error::LostUpdate)), "{late:?}");
    }
    assert_eq!(work.retention_setting().await.unwrap(), Some(RetentionSetting { years: 3, version: 2 }));
    let texts = work.cohorts_with_texts().await.unwrap();
    let main_key = work.main_key_names().remove(0);
    let known = CohortTexts {
        cohort_id: cohort,
        name: "第1期".to_owned(),
        ends_on: day(9, 30),
        shredded_at: None,
        wrapped_by: main_key.clone(),
    };
    assert_eq!(texts, std::slice::from_ref(&known));
    work.shred_texts(cohort).await.unwrap();
    let shredded_at = Some(work.actor().now);
    assert_eq!(work.cohorts_with_texts().await.unwrap(), [CohortTexts { shredded_at, ..known }]);
    work.commit().await.unwrap();
    let mut work = records.write(actor(provider)).await.unwrap();
    let revision = work.revisions(enrolment, None).await.unwrap().remove(0);
    assert_eq!((revision.typed, revision.comment.as_str()), (None, ""), "what was decided stays, the texts are gone");
    assert_eq!(work.draft(&entry).await.unwrap(), Default::default());
    assert_eq!(work.comments(enrolment).await.unwrap()[0].content, "");
    let consent = work.consents(enrolment).await.unwrap().remove(0);
    assert_eq!((consent.consented_on, consent.purpose.as_str()), (day(5, 9), ""), "that there was a consent stays");
    assert!(matches!(work.save_draft(&entry, &typed("x"), 0).await, Err(Error::Shredded)));
}

pub(super) async fn a_newer_text_asks_again(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let first = work.publish_agreement(AgreementKind::Pledge, "誓約書", "秘密を守ります。").await.unwrap();
    let electronic = Medium::Electronic { address: "192.0.2.1" };
    let signed = work.sign(enrolment, first, "研修 太郎", electronic, day(5, 1)).await.unwrap();
    assert_eq!(
        work.sign(enrolment, first, "研修 太郎", electronic, day(5, 2)).await.unwrap(),
        signed,
        "once is enough"
    );
    work.commit().await.unwrap();

    let reached = async |records: &Records, at: Actor| {
        let mut work = records.read(at).await.unwrap();
        let facts = work.facts(Wanted { cohort, only: Some(enrolment), before: None }).await.unwrap();
        let milestones = facts.trainees[&enrolment].milestones.iter();
        milestones.filter(|it| it.kind == MilestoneKind::Pledge).map(|it| it.on).collect::<Vec<_>>()
    };
    assert_eq!(reached(&place.records, actor(provider)).await, [day(5, 1)]);

    let later = Actor { now: now() + TimeDelta::days(1), ..actor(provider) };
    let mut work = place.records.write(later.clone()).await.unwrap();
    let second = work.publish_agreement(AgreementKind::Pledge, "誓約書", "秘密を必ず守ります。").await.unwrap();
    assert!(matches!(work.sign(enrolment, first, "研修 太郎", electronic, day(5, 3)).await, Err(Error::LostUpdate)));
    work.commit().await.unwrap();
    assert_eq!(reached(&place.records, later.clone()).await, []);

    let mut work = place.records.write(later.clone()).await.unwrap();
    work.sign(enrolment, second, "研修 太郎", Medium::Paper { on: day(5, 4) }, day(5, 6)).await.unwrap();
    let signatures = work.signatures(enrolment).await.unwrap();
    let kept: Vec<_> = signatures.iter().map(|it| (it.number, it.medium.as_str(), it.address.as_str())).collect();
    assert_eq!(kept, [(2, "paper", ""), (1, "electronic", "192.0.2.1")]);
    assert_eq!(signatures[0].digest.len(), 64);
    assert_ne!(signatures[0].digest, signatures[1].digest);
    work.record_milestone(enrolment, MilestoneKind::SignOff, day(6, 1), "").await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(reached(&place.records, later.clone()).await, [day(5, 1)], "pledged since the first text");

    // Who was signed off is not asked again; what was known before the second version is told as it was.
    let much_later = Actor { now: now() + TimeDelta::days(30), ..actor(provider) };
    let mut work = place.records.write(much_later.clone()).await.unwrap();
    work.publish_agreement(AgreementKind::Pledge, "誓約書", "第三版").await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(reached(&place.records, much_later.clone()).await, [day(5, 1)]);
    let mut work = place.records.read(much_later).await.unwrap();
    let then = Wanted { cohort, only: Some(enrolment), before: Some(now() + TimeDelta::hours(1)) };
    let facts = work.facts(then).await.unwrap();
    assert_eq!(facts.trainees[&enrolment].milestones.len(), 1);
}

/// Who is concerned is asked too; a client who was made up has no consent and is no fact of the judgement.
async fn concerned_and_invented(work: &mut Work, (cohort, enrolment): (i64, i64), consent: &Consent) {
    let case = consent.case_id;
    let before = work.actor().now;
    work.set_concerned(enrolment, case, &[ConsentSubject::Family, ConsentSubject::Other]).await.unwrap();
    let cases = work.cases(enrolment).await.unwrap();
    assert_eq!(cases[0].fact.not_agreed(&[]), [ConsentSubject::Other]);
    let facts = work.facts(Wanted::all(cohort)).await.unwrap();
    assert_eq!(facts.trainees[&enrolment].cases, [cases[0].fact.clone()]);
    let earlier = Wanted { before: Some(before), ..Wanted::all(cohort) };
    let earlier = work.facts(earlier).await.unwrap();
    assert!(earlier.trainees[&enrolment].cases.iter().all(|case| case.concerned.is_empty()), "not known then");
    work.set_concerned(enrolment, case, &[]).await.unwrap();
    assert_eq!(work.cases(enrolment).await.unwrap()[0].fact.agreed_on(&[]), Some(day(5, 9)), "the newest word counts");

    let invented = NewCase { pseudonym: "X", invented: true, ..NewCase::default() };
    let invented = work.create_case(enrolment, &invented).await.unwrap();
    assert!(work.cases(enrolment).await.unwrap()[1].invented);
    let facts = work.facts(Wanted::all(cohort)).await.unwrap();
    assert_eq!(facts.trainees[&enrolment].cases.len(), 1);
    let refused = work.record_consent(enrolment, &Consent { case_id: invented, ..consent.clone() }).await;
    assert!(matches!(refused, Err(Error::NotFound)), "nobody is asked: {refused:?}");
    let refused = work.set_concerned(enrolment, invented, &[ConsentSubject::Family]).await;
    assert!(matches!(refused, Err(Error::NotFound)), "nobody is concerned: {refused:?}");
}
