//! Contracts of files beside entries and signatures: sealed, bound to revisions, rotated and erased with the cohort's texts.

use super::practicum_record::{decided, typed, written};
use super::{Place, Tamper, actor, day, provider, row_faults, trainee, waits};
use records::practicum::agreement::Medium;
use records::practicum::attachment::{Beside, NewAttachment};
use records::{Error, Records, Work};
use training::practicum::agreement::AgreementKind;
use training::practicum::attachment::MediaType;
use training::practicum::entry::EntryState;

const CONTENT: &[u8] = b"%PDF-1.7 a letter nobody else reads %%EOF";

fn letter(name: &str) -> NewAttachment<'_> {
    NewAttachment { name, media_type: MediaType::Pdf, bytes: CONTENT, scanned: true }
}

/// What the database holds of names and contents, without its ciphers.
async fn stored(tamper: &Tamper) -> (Vec<String>, Vec<Vec<u8>>) {
    let (names, contents) = ("SELECT name FROM attachment", "SELECT content FROM attachment_content");
    match tamper {
        Tamper::Sqlite(pool) => (
            sqlx::query_scalar(names).fetch_all(pool).await.unwrap(),
            sqlx::query_scalar(contents).fetch_all(pool).await.unwrap(),
        ),
        Tamper::Postgres(pool) => (
            sqlx::query_scalar(names).fetch_all(pool).await.unwrap(),
            sqlx::query_scalar(contents).fetch_all(pool).await.unwrap(),
        ),
    }
}

/// Names of the files that were beside each revision of the trainee's entries.
async fn by_revision(work: &mut Work, enrolment: i64) -> Vec<Vec<String>> {
    let attachments = work.attachments(enrolment).await.unwrap();
    let revisions = work.revisions(enrolment, None).await.unwrap();
    let of = |revision| {
        let own = attachments.iter().filter(|attachment| attachment.belongs_to(revision));
        own.map(|attachment| attachment.name.clone()).collect()
    };
    revisions.iter().map(of).collect()
}

pub(super) async fn a_file_stays_with_its_revisions(place: &Place) {
    let provider_a = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    // One revision is handed in, and was given back.
    let entry = written(&mut work, enrolment).await;
    let kept = work.add_attachment(enrolment, Beside::Entry(&entry), letter("手紙.pdf")).await.unwrap();
    let regretted = work.add_attachment(enrolment, Beside::Entry(&entry), letter("誤り.pdf")).await.unwrap();
    let known = work.attachments(enrolment).await.unwrap();
    let names: Vec<(i64, &str, i64)> = known.iter().map(|it| (it.id, it.name.as_str(), it.since_revision)).collect();
    assert_eq!(names, [(kept, "手紙.pdf", 2), (regretted, "誤り.pdf", 2)]);
    assert_eq!(work.attachment_content(&known[0]).await.unwrap(), CONTENT);
    work.remove_attachment(&known[1]).await.unwrap();
    assert!(matches!(work.remove_attachment(&known[1]).await, Err(Error::LostUpdate)), "taken back once");
    assert!(matches!(work.attachment_content(&known[1]).await, Err(Error::Shredded)), "it was never handed in");
    let entry = work.entry(enrolment, entry.id).await.unwrap();
    work.submit_entry(&entry, &typed("second"), 0).await.unwrap();
    let entry = work.entry(enrolment, entry.id).await.unwrap();
    work.decide_entry(&entry, decided(EntryState::Returned)).await.unwrap();
    work.remove_attachment(&known[0]).await.unwrap();
    assert_eq!(work.attachment_content(&known[0]).await.unwrap(), CONTENT, "the supervisor saw it");
    let entry = work.entry(enrolment, entry.id).await.unwrap();
    work.submit_entry(&entry, &typed("third"), 0).await.unwrap();
    assert_eq!(by_revision(&mut work, enrolment).await, [vec![], vec!["手紙.pdf".to_owned()], vec![]]);

    // What is thrown away takes its files along.
    let about = (entry.case_id, Some("plan"));
    let thrown = work.create_entry(enrolment, training::practicum::entry::EntryKind::Experience, about).await.unwrap();
    let thrown = work.entry(enrolment, thrown).await.unwrap();
    work.add_attachment(enrolment, Beside::Entry(&thrown), letter("x.pdf")).await.unwrap();
    work.discard_entry(&thrown).await.unwrap();
    let last = work.attachments(enrolment).await.unwrap().pop().unwrap();
    assert!(!last.stands() && last.erased_at.is_some(), "{last:?}");

    // A scan belongs to a signature of this trainee.
    let text = work.publish_agreement(AgreementKind::Pledge, "誓約書", "秘密を守ります。").await.unwrap();
    let paper = Medium::Paper { on: day(5, 4) };
    let signature = work.sign(enrolment, text, "研修 太郎", paper, day(5, 4)).await.unwrap();
    let nobodys = work.add_attachment(enrolment, Beside::Signature(signature + 1), letter("x.pdf")).await;
    assert!(matches!(nobodys, Err(Error::NotFound)));
    work.add_attachment(enrolment, Beside::Signature(signature), letter("誓約書.pdf")).await.unwrap();
    let scan = work.attachments(enrolment).await.unwrap().pop().unwrap();
    assert_eq!((scan.signature_id, scan.stands()), (Some(signature), true));
    work.commit().await.unwrap();

    let (names, contents) = stored(&place.tamper).await;
    assert_eq!((names.len(), contents.len()), (4, 2));
    assert!(names.iter().all(|name| !name.contains("手紙")));
    assert!(contents.iter().all(|content| !content.windows(6).any(|piece| piece == b"letter")), "nothing lies open");

    let stranger = provider(place, "乙").await;
    let mut work = place.records.write(actor(stranger)).await.unwrap();
    assert!(matches!(work.attachments(enrolment).await, Err(Error::NotFound)));
    assert!(matches!(work.attachment_content(&scan).await, Err(Error::NotFound)));
    assert!(matches!(work.remove_attachment(&scan).await, Err(Error::NotFound)));
    let theirs = work.add_attachment(enrolment, Beside::Entry(&entry), letter("x.pdf")).await;
    assert!(matches!(theirs, Err(Error::NotFound)));
    work.roll_back().await.unwrap();

    // A new key opens them, a destroyed one leaves nothing.
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    work.rotate_data_key(cohort).await.unwrap();
    work.commit().await.unwrap();
    assert_ne!(stored(&place.tamper).await.1, contents);
    let mut work = place.records.write(actor(provider_a)).await.unwrap();
    assert_eq!(work.attachment_content(&scan).await.unwrap(), CONTENT);
    assert_eq!(work.attachments(enrolment).await.unwrap()[0].name, "手紙.pdf");
    work.shred_texts(cohort).await.unwrap();
    assert!(matches!(work.attachment_content(&scan).await, Err(Error::Shredded)));
    assert_eq!(work.attachments(enrolment).await.unwrap()[0].name, "");
    work.commit().await.unwrap();
    assert_eq!(stored(&place.tamper).await.1, Vec::<Vec<u8>>::new());
}

/// What is written while the key changes can be read afterwards, whoever comes first.
pub(super) async fn nothing_is_lost_while_a_key_changes(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let (cohort, enrolment) = trainee(&mut work).await;
    let entry = written(&mut work, enrolment).await;
    work.commit().await.unwrap();

    let mut work = place.records.write(actor(provider)).await.unwrap();
    work.add_comment(&entry, "seen", "written before the change").await.unwrap();
    let records: Records = place.records.clone();
    let change = tokio::spawn(async move {
        let mut work = records.write(actor(provider)).await.unwrap();
        work.rotate_data_key(cohort).await.unwrap();
        work
    });
    assert!(waits(place, &change).await, "the change waits for who writes");
    work.commit().await.unwrap();
    let changed = change.await.unwrap();

    let records: Records = place.records.clone();
    let writer = tokio::spawn({
        let entry = entry.clone();
        async move {
            let mut work = records.write(actor(provider)).await.unwrap();
            work.add_comment(&entry, "seen", "written after the change").await.unwrap();
            work.commit().await.unwrap();
        }
    });
    changed.commit().await.unwrap();
    writer.await.unwrap();
    let mut work = place.records.read(actor(provider)).await.unwrap();
    let comments = work.comments(enrolment).await.unwrap();
    let texts: Vec<&str> = comments.iter().map(|comment| comment.content.as_str()).collect();
    assert_eq!(texts, ["written before the change", "written after the change"]);
}

pub(super) async fn the_ledger_finds_a_changed_file(place: &Place) {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    let (_, enrolment) = trainee(&mut work).await;
    let entry = written(&mut work, enrolment).await;
    let id = work.add_attachment(enrolment, Beside::Entry(&entry), letter("手紙.pdf")).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(row_faults(place).await, []);
    let other = match &place.tamper {
        Tamper::Sqlite(_) => "UPDATE attachment_content SET content = x'00'",
        Tamper::Postgres(_) => "UPDATE attachment_content SET content = '\\x00'",
    };
    for tampering in [other, "DELETE FROM attachment_content"] {
        place.tamper.run(tampering).await;
        assert_eq!(row_faults(place).await, [("attachment".to_owned(), id)], "{tampering}");
    }
}
