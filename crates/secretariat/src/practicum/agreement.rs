//! Texts that open a practicum record by a signature: the pledge, the consent, as the provider words them.

use crate::{Refusal, Result, Secretariat, Staff};
use training::practicum::agreement::AgreementKind;

impl Secretariat {
    /// Publishes a text. Gives whether it is a new one: a second press of the button publishes nothing.
    pub async fn publish_agreement(&self, staff: &Staff, kind: AgreementKind, title: &str, body: &str) -> Result<bool> {
        for (field, text) in [("title", title), ("body", body)] {
            if text.is_empty() {
                return Err(Refusal::FieldMissing(field).into());
            }
        }
        let mut work = self.write(staff).await?;
        let current = work.current_agreement(kind).await?;
        let is_new = current.is_none_or(|current| (current.title.as_str(), current.body.as_str()) != (title, body));
        if is_new {
            work.publish_agreement(kind, title, body).await?;
        }
        work.commit().await?;
        Ok(is_new)
    }
}
