//! Where offices and supervisors are reached.

use super::check_email;
use crate::{Result, Secretariat, Staff};
use records::contact::{OfficeContact, SupervisorContact};

impl Secretariat {
    /// Where an office is reached; empty: by post.
    pub async fn set_office_contact(&self, staff: &Staff, contact: &OfficeContact) -> Result<()> {
        check_email(&contact.email)?;
        let mut work = self.write(staff).await?;
        work.set_office_contact(contact).await?;
        Ok(work.commit().await?)
    }

    /// Where a supervisor is reached; the account stays as it is. Links sent to the address before no longer sign in.
    pub async fn set_supervisor_contact(&self, staff: &Staff, contact: SupervisorContact) -> Result<()> {
        check_email(&contact.email)?;
        let mut work = self.write(staff).await?;
        work.lock_supervisor_contact(contact.supervisor_id).await?;
        let known = work.supervisor_contacts(Some(contact.host_office_id)).await?;
        let known = known.into_iter().find(|known| known.supervisor_id == contact.supervisor_id);
        let user_id = known.as_ref().and_then(|known| known.user_id);
        if let Some(user) = user_id.filter(|_| known.is_some_and(|known| known.email != contact.email)) {
            work.end_sign_in_links(user).await?;
        }
        work.set_supervisor_contact(&SupervisorContact { user_id, ..contact }).await?;
        Ok(work.commit().await?)
    }
}
