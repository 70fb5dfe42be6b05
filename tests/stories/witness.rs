//! The ledgers' heads go to somebody outside, over both databases.

use crate::support::Kensan;
use crate::support::mail::{Catcher, Caught};
use secretariat::Secretariat;
use secretariat::notice::Mailer;

#[tokio::test]
async fn on_sqlite() {
    story(crate::support::sqlite().await).await;
}

#[tokio::test]
async fn on_postgres() {
    story(crate::support::postgres().await).await;
}

fn id_of(mail: &Caught) -> &str {
    mail.head.lines().find(|line| line.starts_with("Message-ID:")).unwrap()
}

async fn story(kensan: Kensan) {
    let staff = kensan.provider("見本県 研修実施機関").await;
    kensan.provider("隣県 研修実施機関").await;
    let catcher = Catcher::start().await;
    let mailer = Mailer::new(&catcher.url, "研修係 <kenshu@kensan.example>").unwrap();
    kensan.secretariat.mail_ledger_heads(&mailer, "kencho@kensan.example").await.unwrap();
    let sent = catcher.take();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0].to, "kencho@kensan.example");
    let heads = kensan.secretariat.read(&Secretariat::operator(0)).await.unwrap().ledger_heads().await.unwrap();
    assert_eq!(heads.len(), 2);
    for (_, sequence, hash) in &heads {
        assert!(sent[0].body.contains(&format!("{sequence} {hash}")), "{}", sent[0].body);
    }
    assert!(sent[0].body.contains("見本県 研修実施機関") && sent[0].body.contains("隣県 研修実施機関"));

    // Sent again on the same day it is the same mail, and a mailbox can tell; the next day's is another, and shows what was done meanwhile.
    kensan.secretariat.mail_ledger_heads(&mailer, "kencho@kensan.example").await.unwrap();
    let again = catcher.take();
    assert_eq!(id_of(&again[0]), id_of(&sent[0]));
    kensan.account(&staff, "koushi", training::role::Role::Instructor, None, None).await;
    kensan.days_pass(1);
    kensan.secretariat.mail_ledger_heads(&mailer, "kencho@kensan.example").await.unwrap();
    let next = catcher.take();
    assert_ne!(id_of(&next[0]), id_of(&sent[0]));
    assert_ne!(next[0].body, sent[0].body);
    // A server that does not take it is told: it is tried again.
    assert!(kensan.secretariat.mail_ledger_heads(&mailer, "bounce@kensan.example").await.is_err());
}
