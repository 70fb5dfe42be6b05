//! The ledger's heads go to somebody outside every day: whoever can write the database cannot rewrite what stands in another's mailbox.

use super::mail::{Mail, Mailer};
use crate::{Error, Result, Secretariat};
use training::wareki;

impl Secretariat {
    /// Sends the heads of all ledgers to an address, once a day however often it is asked for: a mailbox can tell by the mail's id.
    pub async fn mail_ledger_heads(&self, mailer: &Mailer, address: &str) -> Result<()> {
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let heads = work.ledger_heads().await?;
        let providers = work.providers().await?;
        drop(work);
        let mut body = String::from(
            "研鑽の台帳の先頭です。あとで台帳が書き換えられていないことを、次の値で確かめられます。\n\
             These are the heads of Kensan's ledgers, by which it can be shown later that nothing was rewritten.\n\n",
        );
        for (provider, sequence, hash) in &heads {
            let name = providers.iter().find(|known| known.id == *provider).map_or("", |known| &known.name);
            body.push_str(&format!("{name}\n  {sequence} {hash}\n  kensan audit verify --head {hash}\n\n"));
        }
        let today = self.today();
        let mail = Mail {
            recipient: String::new(),
            address: address.to_owned(),
            subject: format!("研鑽 台帳の先頭 {}", wareki::format(today)),
            body,
            at: self.now(),
            id: format!("ledger-heads-{today}"),
        };
        let sent = mailer.send(&mail).await;
        sent.map_err(|why| Error::Internal(format!("the ledgers' heads could not be mailed: {why:?}")))
    }
}
