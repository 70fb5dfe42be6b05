//! Links that sign a supervisor in, once: made while the mail goes out, kept as a digest, bound to the person the mail went to.

use super::default_setting;
use crate::{Refusal, Result, Secretariat, Staff};
use chrono::TimeDelta;
use records::Work;
use records::audit::hex;
use records::contact::SupervisorContact;
use records::notice::{Channel, NewNotice, Notice};
use records::user::{NewUser, User};
use sha2::{Digest, Sha256};
use training::notice::{NoticeKind, Variable};
use training::role::Role;

/// No password is this one's hash: the account is entered by links alone until an administrator gives it one.
const NO_PASSWORD: &str = "-";

/// Seconds after which a link that was sent counts as one that may not have arrived.
const JUST_SENT: i64 = 120;

fn digest(token: &str) -> String {
    hex(&Sha256::digest(token))
}

/// The account that is a supervisor's alone; made where there is none.
async fn account(work: &mut Work, contact: &SupervisorContact, name: &str) -> Result<User> {
    if let Some(user) = contact.user_id {
        return Ok(work.user(user).await?);
    }
    // Nobody types it; it must only be nobody else's.
    let login = format!("shidousha-{}-{}", contact.supervisor_id, hex(&rand::random::<[u8; 4]>()));
    let new = NewUser {
        login: &login,
        name,
        role: Role::Supervisor,
        password_hash: NO_PASSWORD,
        person_id: None,
        host_office_id: Some(contact.host_office_id),
    };
    let user = work.create_user(&new).await?;
    work.set_supervisor_contact(&SupervisorContact { user_id: Some(user), ..contact.clone() }).await?;
    Ok(work.user(user).await?)
}

impl Secretariat {
    /// Where the recipient of a notice goes: for a supervisor a new link that signs in, for anybody else the pages.
    pub(super) async fn link_for(&self, work: &mut Work, notice: &Notice, base_url: &str) -> Result<String> {
        let Some(supervisor) = notice.supervisor_id.filter(|_| notice.kind.is_to_office()) else {
            return Ok(base_url.to_owned());
        };
        work.lock_supervisor_contact(supervisor).await?;
        let contacts = work.supervisor_contacts(notice.host_office_id).await?;
        // The address may have changed since the notice was queued: no link for somebody goes to another's mailbox.
        let contact = contacts.into_iter().find(|known| known.supervisor_id == supervisor);
        let Some(contact) = contact.filter(|contact| contact.email == notice.address) else {
            return Ok(base_url.to_owned());
        };
        let user = account(work, &contact, &notice.recipient).await?;
        if !user.active {
            return Ok(base_url.to_owned());
        }
        let days = work.notice_setting().await?.unwrap_or_else(default_setting).link_days;
        let token = hex(&rand::random::<[u8; 32]>());
        work.create_sign_in_link(user.id, &digest(&token), self.now() + TimeDelta::days(days)).await?;
        Ok(format!("{base_url}/sign-in/link/{token}"))
    }

    /// Sends a supervisor a link to sign in with, at the address known of them. One that is on its way, or was sent a moment ago, is enough.
    pub async fn send_sign_in_link(&self, staff: &Staff, office: i64, supervisor: i64) -> Result<()> {
        let mut work = self.write(staff).await?;
        // Of two who ask at once the second finds the first's.
        work.lock_office(office).await?;
        let known = work.supervisors(office).await?.into_iter().find(|known| known.id == supervisor);
        let known = known.ok_or(records::Error::NotFound)?;
        let contact = work.supervisor_contacts(Some(office)).await?;
        let contact =
            contact.into_iter().find(|contact| contact.supervisor_id == supervisor && !contact.email.is_empty());
        let contact = contact.ok_or(Refusal::FieldMissing("email"))?;
        let (office, provider) = (work.host_office(office).await?, work.provider().await?);
        let own = work.notice_templates().await?;
        let variables = [
            (Variable::Recipient, known.name.clone()),
            (Variable::Provider, provider.name),
            (Variable::Office, office.name),
        ];
        let new = NewNotice {
            cohort: None,
            kind: NoticeKind::SignIn,
            template_number: own.iter().find(|it| it.kind == NoticeKind::SignIn).map_or(0, |it| it.number),
            variables: variables.into(),
            enrolment: None,
            host_office: Some(office.id),
            supervisor: Some(supervisor),
            recipient: known.name,
            channel: Channel::Mail,
            address: contact.email,
            not_before: self.now(),
            once: format!("sign_in/{supervisor}/{}", self.now().format("%Y-%m-%dT%H:%M:%S%.6f")),
        };
        if work.link_on_its_way(supervisor, &new.address, self.now() - TimeDelta::seconds(JUST_SENT)).await? {
            work.hasten_link(supervisor, &new.address).await?;
            return Ok(work.commit().await?);
        }
        work.queue_notice(&new).await?;
        Ok(work.commit().await?)
    }

    /// Signs in by a link, which is used up by it.
    pub async fn sign_in_by_link(&self, token: &str) -> Result<User> {
        let nobody = Staff { provider: 0, name: "sign-in".to_owned(), role: Role::Trainee };
        let mut work = self.write(&nobody).await?;
        let user = work.use_sign_in_link(&digest(token)).await?.ok_or(Refusal::LinkUsedUp)?;
        let user = work.user_of_session(user).await?.filter(|user| user.active).ok_or(Refusal::LinkUsedUp)?;
        work.note_sign_in(&user).await?;
        work.commit().await?;
        Ok(user)
    }

    /// Whoever holds a link that was used or has expired is sent a new one, to the address known of them. Nothing is told of whether the
    /// link was ever one.
    pub async fn ask_for_new_link(&self, token: &str) -> Result<()> {
        let nobody = Staff { provider: 0, name: "sign-in".to_owned(), role: Role::Trainee };
        let mut work = self.read(&nobody).await?;
        let user = match work.user_of_sign_in_link(&digest(token)).await? {
            Some(user) => work.user_of_session(user).await?.filter(|user| user.active),
            None => None,
        };
        work.roll_back().await?;
        let Some(user) = user else { return Ok(()) };
        let (Some(office), Some(supervisor)) = (user.host_office_id, user.supervisor_id) else { return Ok(()) };
        let own = Staff { provider: user.provider_id, name: user.login, role: Role::Supervisor };
        self.send_sign_in_link(&own, office, supervisor).await
    }
}
