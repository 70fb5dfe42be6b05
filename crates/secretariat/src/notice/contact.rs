//! Where offices and supervisors are reached, and naming a supervisor.

use super::check_email;
use crate::office::refusal::OfficeRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use records::Work;
use records::office::contact::{OfficeContact, SupervisorContact};
use training::trainee::person::comparable_name;

/// A supervisor to be named.
#[derive(Debug, Clone, Copy)]
pub struct NewSupervisor<'a> {
    pub name: &'a str,
    pub chief_care_manager: bool,
    /// Why somebody who is no chief care manager guides.
    pub substitute_reason: &'a str,
    /// Empty: not known yet.
    pub email: &'a str,
}

/// What is wrong with where an office is reached.
pub(crate) fn check_office_contact(contact: &OfficeContact) -> Result<()> {
    check_email(&contact.email)?;
    match !contact.email.is_empty() && contact.name.is_empty() {
        true => Err(Refusal::FieldMissing("contact_name").into()),
        false => Ok(()),
    }
}

/// What is wrong with naming a supervisor.
pub(crate) fn check_supervisor(new: &NewSupervisor<'_>) -> Result<()> {
    if new.name.trim().is_empty() {
        return Err(Refusal::FieldMissing("name").into());
    }
    if !new.chief_care_manager && new.substitute_reason.trim().is_empty() {
        return Err(Refusal::ReasonMissing.into());
    }
    check_email(new.email)
}

/// What is wrong with an address of a supervisor who is reached at `known`: the address of an account is changed by itself.
pub(crate) fn check_address(email: &str, known: Option<&SupervisorContact>) -> Result<()> {
    check_email(email)?;
    match known.is_some_and(|known| known.email != email && (known.user_id.is_some() || !known.email.is_empty())) {
        true => Err(OfficeRefusal::AddressKnown.into()),
        false => Ok(()),
    }
}

impl Secretariat {
    /// Where an office is reached, and who receives trainees there and reads its mails; an empty address: by post. Links sent to another
    /// address before no longer sign in, and the account of somebody else than is named now is closed.
    pub async fn set_office_contact(&self, staff: &Staff, contact: &OfficeContact) -> Result<()> {
        let mut work = self.write(staff).await?;
        self.set_office_contact_in(&mut work, contact).await?;
        Ok(work.commit().await?)
    }

    /// The door to where an office is reached, of one or of many.
    pub(crate) async fn set_office_contact_in(&self, work: &mut Work, contact: &OfficeContact) -> Result<()> {
        check_office_contact(contact)?;
        work.lock_office(contact.host_office_id).await?;
        let known = work.office_contacts(Some(contact.host_office_id)).await?.pop().unwrap_or_default();
        let mut user_id = known.user_id;
        if let Some(user) = user_id {
            if known.email != contact.email {
                work.end_sign_in_links(user).await?;
            }
            if known.name != contact.name || contact.email.is_empty() {
                let account = work.user(user).await?;
                work.set_user_active(user, account.version, false).await?;
                user_id = None;
            }
        }
        Ok(work.set_office_contact(&OfficeContact { user_id, ..contact.clone() }).await?)
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

    /// Names a supervisor; where the address is known, a link to sign in with goes out. Named twice it is one.
    pub async fn name_supervisor(&self, staff: &Staff, office: i64, new: NewSupervisor<'_>) -> Result<()> {
        let mut work = self.write(staff).await?;
        self.name_supervisor_in(&mut work, office, new).await?;
        Ok(work.commit().await?)
    }

    /// The door to every supervisor, of one office or of many.
    pub(crate) async fn name_supervisor_in(&self, work: &mut Work, office: i64, new: NewSupervisor<'_>) -> Result<()> {
        check_supervisor(&new)?;
        work.host_office(office).await?;
        work.lock_office(office).await?;
        let same = |name: &str| comparable_name(name) == comparable_name(new.name);
        let known = work.supervisors(office).await?.into_iter().find(|known| same(&known.name));
        let supervisor = match known {
            Some(known) if known.chief_care_manager != new.chief_care_manager => {
                return Err(OfficeRefusal::SupervisorKnown(known.name).into());
            }
            Some(known) => known.id,
            None => work.create_supervisor(office, new.name, new.chief_care_manager, new.substitute_reason).await?,
        };
        if !new.email.is_empty() {
            self.reach_in(work, (office, supervisor), new.email).await?;
        }
        Ok(())
    }

    /// An office says where a supervisor of it is reached, who then gets a link to sign in with. Only while nobody knows: an account's
    /// address is the secretariat's to change.
    pub async fn reach_supervisor(&self, staff: &Staff, (office, supervisor): (i64, i64), email: &str) -> Result<()> {
        if email.is_empty() {
            return Err(Refusal::FieldMissing("email").into());
        }
        check_email(email)?;
        let mut work = self.write(staff).await?;
        work.lock_office(office).await?;
        self.reach_in(&mut work, (office, supervisor), email).await?;
        Ok(work.commit().await?)
    }

    pub(crate) async fn reach_in(&self, work: &mut Work, (office, supervisor): (i64, i64), email: &str) -> Result<()> {
        let known = work.supervisor_contacts(Some(office)).await?;
        let known = known.into_iter().find(|known| known.supervisor_id == supervisor).unwrap_or_default();
        check_address(email, Some(&known))?;
        if known.email != email {
            let (email, host_office_id) = (email.to_owned(), office);
            let contact = SupervisorContact { supervisor_id: supervisor, host_office_id, email, ..known };
            work.set_supervisor_contact(&contact).await?;
        }
        self.queue_sign_in_link(work, (office, Some(supervisor)), None).await
    }
}
