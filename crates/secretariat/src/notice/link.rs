//! Links that sign a person of an office in, once: made while the mail goes out, kept as a digest, bound to the person the mail went to.

use super::default_setting;
use crate::account::refusal::AccountRefusal;
use crate::{Refusal, Result, Secretariat, Staff};
use chrono::TimeDelta;
use records::Work;
use records::account::user::{NewUser, User};
use records::hex;
use records::notice::{Channel, NewNotice, Notice};
use records::office::contact::{OfficeContact, SupervisorContact};
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

/// Whom a link signs in: a supervisor, or who receives trainees at an office.
enum Holder {
    Supervisor(SupervisorContact),
    Office(OfficeContact),
}

impl Holder {
    /// Who reads mails to this office, or to this supervisor of it. Whoever else comes to it waits until this work is done.
    async fn lock(work: &mut Work, office: i64, supervisor: Option<i64>) -> Result<Option<Holder>> {
        match supervisor {
            Some(supervisor) => {
                work.lock_supervisor_contact(supervisor).await?;
                let contacts = work.supervisor_contacts(Some(office)).await?;
                let contact = contacts.into_iter().find(|known| known.supervisor_id == supervisor);
                Ok(contact.map(Holder::Supervisor))
            }
            None => {
                work.lock_office(office).await?;
                Ok(work.office_contacts(Some(office)).await?.pop().map(Holder::Office))
            }
        }
    }

    /// Was this notice written to them, at the address they have now? A name or an address may have changed since it was queued: no link for
    /// somebody goes to another's mailbox, and an office's to nobody but the one person named there.
    fn is_addressed_by(&self, notice: &Notice) -> bool {
        let same_person = match self {
            Holder::Supervisor(_) => true,
            Holder::Office(contact) => !contact.name.is_empty() && contact.name == notice.recipient,
        };
        same_person && self.email() == notice.address
    }

    fn email(&self) -> &str {
        match self {
            Holder::Supervisor(contact) => &contact.email,
            Holder::Office(contact) => &contact.email,
        }
    }

    /// The account that is theirs alone; made where there is none. `name` is who the mail goes to.
    async fn account(self, work: &mut Work, name: &str) -> Result<User> {
        let (known, office, login) = match &self {
            Holder::Supervisor(contact) => {
                (contact.user_id, contact.host_office_id, format!("shidousha-{}", contact.supervisor_id))
            }
            Holder::Office(contact) => {
                (contact.user_id, contact.host_office_id, format!("uketsuke-{}", contact.host_office_id))
            }
        };
        if let Some(user) = known {
            return Ok(work.user(user).await?);
        }
        // Nobody types it; it must only be nobody else's.
        let login = format!("{login}-{}", hex(&rand::random::<[u8; 4]>()));
        let new = NewUser {
            login: &login,
            name,
            role: Role::Supervisor,
            password_hash: NO_PASSWORD,
            person_id: None,
            host_office_id: Some(office),
        };
        let user = work.create_user(&new).await?;
        match self {
            Holder::Supervisor(contact) => {
                work.set_supervisor_contact(&SupervisorContact { user_id: Some(user), ..contact }).await?;
            }
            Holder::Office(contact) => work.set_office_account(contact.host_office_id, user).await?,
        }
        Ok(work.user(user).await?)
    }
}

impl Secretariat {
    /// Where the recipient of a notice goes: for somebody of an office a new link that signs in, for anybody else the pages.
    pub(super) async fn link_for(&self, work: &mut Work, notice: &Notice, base_url: &str) -> Result<String> {
        let Some(office) = notice.host_office_id.filter(|_| notice.kind.is_to_office()) else {
            return Ok(base_url.to_owned());
        };
        let holder = Holder::lock(work, office, notice.supervisor_id).await?;
        let Some(holder) = holder.filter(|holder| holder.is_addressed_by(notice)) else {
            return Ok(base_url.to_owned());
        };
        let user = holder.account(work, &notice.recipient).await?;
        if !user.active {
            return Ok(base_url.to_owned());
        }
        let days = work.notice_setting().await?.unwrap_or_else(default_setting).link_days;
        let token = hex(&rand::random::<[u8; 32]>());
        work.create_sign_in_link(user.id, &digest(&token), self.now() + TimeDelta::days(days)).await?;
        Ok(format!("{base_url}/sign-in/link/{token}"))
    }

    /// Sends a supervisor, or else who receives trainees at the office, a link to sign in with, at the address known of them.
    pub async fn send_sign_in_link(&self, staff: &Staff, office: i64, supervisor: Option<i64>) -> Result<()> {
        let mut work = self.write(staff).await?;
        self.queue_sign_in_link(&mut work, office, supervisor).await?;
        Ok(work.commit().await?)
    }

    /// The same within a work. One that is on its way, or was sent a moment ago, is enough.
    pub(super) async fn queue_sign_in_link(&self, work: &mut Work, office: i64, supervisor: Option<i64>) -> Result<()> {
        // Of two who ask at once the second finds the first's.
        work.lock_office(office).await?;
        let (provider, known) = (work.provider().await?, work.host_office(office).await?);
        let supervisors = work.supervisors(office).await?;
        let named = match supervisor {
            Some(id) => Some(supervisors.into_iter().find(|known| known.id == id).ok_or(records::Error::NotFound)?),
            None => None,
        };
        let holder = Holder::lock(work, office, supervisor).await?.filter(|holder| !holder.email().is_empty());
        let holder = holder.ok_or(Refusal::FieldMissing("email"))?;
        let address = holder.email().to_owned();
        let name = match (named, holder) {
            (None, Holder::Office(contact)) if contact.name.is_empty() => {
                return Err(Refusal::FieldMissing("contact_name").into());
            }
            (None, Holder::Office(contact)) => contact.name,
            (named, _) => named.map(|named| named.name).unwrap_or_default(),
        };
        let own = work.notice_templates().await?;
        let variables =
            [(Variable::Recipient, name.clone()), (Variable::Provider, provider.name), (Variable::Office, known.name)];
        let about = supervisor.map_or_else(|| format!("office-{office}"), |supervisor| supervisor.to_string());
        let new = NewNotice {
            cohort: None,
            kind: NoticeKind::SignIn,
            template_number: own.iter().find(|it| it.kind == NoticeKind::SignIn).map_or(0, |it| it.number),
            variables: variables.into(),
            enrolment: None,
            host_office: Some(office),
            supervisor,
            recipient: name,
            channel: Channel::Mail,
            address,
            not_before: self.now(),
            once: format!("sign_in/{about}/{}", self.now().format("%Y-%m-%dT%H:%M:%S%.6f")),
        };
        let since = self.now() - TimeDelta::seconds(JUST_SENT);
        if work.link_on_its_way((office, supervisor), (&new.recipient, &new.address), since).await? {
            return Ok(work.hasten_link((office, supervisor), &new.address).await?);
        }
        work.queue_notice(&new).await?;
        Ok(())
    }

    /// Signs in by a link, which is used up by it.
    pub async fn sign_in_by_link(&self, token: &str) -> Result<User> {
        let nobody = Staff { provider: 0, name: "sign-in".to_owned(), role: Role::Trainee };
        let mut work = self.write(&nobody).await?;
        let user = work.use_sign_in_link(&digest(token)).await?.ok_or(Refusal::Account(AccountRefusal::LinkUsedUp))?;
        let user = work
            .user_of_session(user)
            .await?
            .filter(|user| user.active)
            .ok_or(Refusal::Account(AccountRefusal::LinkUsedUp))?;
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
        drop(work);
        let Some(user) = user else { return Ok(()) };
        let Some(office) = user.host_office_id else { return Ok(()) };
        let own = Staff { provider: user.provider_id, name: user.login, role: Role::Supervisor };
        if user.supervisor_id.is_none() {
            let mut work = self.read(&own).await?;
            let contact = work.office_contacts(Some(office)).await?.pop();
            drop(work);
            // An account of the office that has a password is not the one mails go to.
            if contact.is_none_or(|contact| contact.user_id != Some(user.id) || contact.email.is_empty()) {
                return Ok(());
            }
        }
        self.send_sign_in_link(&own, office, user.supervisor_id).await
    }
}
