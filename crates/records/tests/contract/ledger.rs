//! Contracts of the ledger: what was changed behind its back is found, and entries written at once stay in one chain.

use super::{Place, actor, person, provider, row_faults};

/// A ledger of five entries.
async fn ledger(place: &Place) -> i64 {
    let provider = provider(place, "甲").await;
    let mut work = place.records.write(actor(provider)).await.unwrap();
    for name in ["一", "二", "三", "四"] {
        work.create_person(&person(name)).await.unwrap();
    }
    work.commit().await.unwrap();
    provider
}

async fn faults(place: &Place, provider: i64) -> Vec<i64> {
    let mut work = place.records.read(actor(provider)).await.unwrap();
    let (_, faults) = work.verify_ledger().await.unwrap();
    faults.into_iter().map(|fault| fault.sequence).collect()
}

pub(super) async fn the_ledger_finds_a_changed_entry(place: &Place) {
    let provider = ledger(place).await;
    assert_eq!(faults(place, provider).await, Vec::<i64>::new());
    place.tamper.run("UPDATE audit_entry SET detail = '\"弐\"' WHERE sequence = 3").await;
    assert_eq!(faults(place, provider).await, [3]);
}

pub(super) async fn the_ledger_finds_removed_entries(place: &Place) {
    let provider = ledger(place).await;
    place.tamper.run("DELETE FROM audit_entry WHERE sequence = 5").await;
    assert_eq!(faults(place, provider).await, [5], "the last one too");
    place.tamper.run("DELETE FROM audit_entry WHERE sequence = 2").await;
    assert!(faults(place, provider).await.contains(&2));
}

pub(super) async fn the_ledger_finds_an_inserted_entry(place: &Place) {
    let provider = ledger(place).await;
    place
        .tamper
        .run("INSERT INTO audit_entry SELECT provider_id, 6, at, actor, action, subject, detail, sealed, hash, hash FROM audit_entry WHERE sequence = 5")
        .await;
    assert!(faults(place, provider).await.contains(&6));
}

pub(super) async fn the_ledger_finds_rows_changed_behind_its_back(place: &Place) {
    ledger(place).await;
    assert_eq!(row_faults(place).await, []);
    let found = async |sql: &'static str| {
        place.tamper.run(sql).await;
        row_faults(place).await
    };
    assert_eq!(found("UPDATE person SET name = '弐' WHERE id = 2").await, [("person".to_owned(), 2)]);
    place.tamper.run("UPDATE person SET name = '二' WHERE id = 2").await;
    let copied = "INSERT INTO person (provider_id, name, kana, birth_date)
                  SELECT provider_id, name, kana, birth_date FROM person WHERE id = 3";
    assert_eq!(found(copied).await, [("person".to_owned(), 5)]);
    assert_eq!(found("DELETE FROM person WHERE id > 3").await, [("person".to_owned(), 4)]);
}

pub(super) async fn entries_written_at_once_stay_in_one_chain(place: &Place) {
    let provider = provider(place, "甲").await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let records = place.records.clone();
            tokio::spawn(async move {
                let mut work = records.write(actor(provider)).await.unwrap();
                work.create_person(&person("同時")).await.unwrap();
                work.commit().await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut work = place.records.read(actor(provider)).await.unwrap();
    assert_eq!(work.verify_ledger().await.unwrap(), (9, vec![]));
}

/// Whoever can write the database alone makes a chain of their own: it is whole in itself, and not signed by the key.
pub(super) async fn the_ledger_finds_a_chain_of_somebody_elses(place: &Place) {
    let provider = ledger(place).await;
    let noted = place.records.read(actor(0)).await.unwrap().ledger_heads().await.unwrap();
    place.tamper.run("DELETE FROM audit_entry WHERE sequence = 5").await;
    place
        .tamper
        .run("UPDATE audit_head SET sequence = 4, hash = (SELECT hash FROM audit_entry WHERE sequence = 4)")
        .await;
    assert_eq!(faults(place, provider).await, [4]);
    place.tamper.run("UPDATE audit_head SET signed_by = '', signature = ''").await;
    assert_eq!(faults(place, provider).await, [4], "no signature is none");
    // Whoever goes on from it does not make it good.
    let mut work = place.records.write(actor(provider)).await.unwrap();
    work.create_person(&person("五")).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(faults(place, provider).await, [5]);
    // The operator's word does; a head noted before shows what was cut off.
    let mut work = place.records.write(actor(0)).await.unwrap();
    assert_eq!(work.sign_heads().await.unwrap(), 1);
    work.commit().await.unwrap();
    assert_eq!(faults(place, provider).await, Vec::<i64>::new());
    let mut work = place.records.read(actor(0)).await.unwrap();
    assert!(!work.has_entry_with_hash(&noted[0].2).await.unwrap());
    let now = work.ledger_heads().await.unwrap();
    assert!(work.has_entry_with_hash(&now[0].2).await.unwrap());
}

/// A seal that stands before the first entry is believed by nobody.
pub(super) async fn the_ledger_finds_entries_before_the_first(place: &Place) {
    let provider = ledger(place).await;
    place
        .tamper
        .run("INSERT INTO audit_entry SELECT provider_id, 0, at, actor, action, subject, detail, '{\"person\":{\"1\":\"00\"}}', hash, 'f' FROM audit_entry WHERE sequence = 5")
        .await;
    assert_eq!(faults(place, provider).await, [0]);
    assert_eq!(row_faults(place).await, [], "the rows are as the true entries have them");
    let mut work = place.records.read(actor(0)).await.unwrap();
    assert!(!work.has_entry_with_hash("f").await.unwrap());
}
