//! Links that sign somebody in, once: made while the mail goes out, kept as a digest, bound to the person the mail went to.

use super::default_setting;
use crate::account::invitation;
use crate::account::refusal::AccountRefusal;
use crate::account::sign_in::Origin;
use crate::{Refusal, Result, Secretariat, Staff};
use chrono::{NaiveDate, TimeDelta};
use records::Work;
use records::account::sign_in_link::SignInLink;
use records::account::user::{NO_PASSWORD, NewUser, User};
use records::hex;
use records::notice::{Channel, NewNotice, Notice};
use records::office::contact::{OfficeContact, SupervisorContact};
use sha2::{Digest, Sha256};
use training::notice::{NoticeKind, Variable};
use training::role::Role;

/// Seconds after which a link that was sent counts as one that may not have arrived.
const JUST_SENT: i64 = 120;

/// Seconds within which an account is sent one link, however often it is asked for.
const ONE_LINK_IN: i64 = 300;

/// Minutes within which a link opens that was asked for on the sign-in page.
const ASKED_MINUTES: i64 = 10;

/// Wrong birth dates after which a code on paper ends.
const WRONG_BIRTH_DATES: i64 = 5;

/// The form a link's token or code is kept in.
pub(crate) fn digest(token: &str) -> String {
    hex(&Sha256::digest(token))
}

/// What digests of codes on paper are for.
pub(crate) const ON_PAPER: &str = "code on paper";

/// The form this token or code is kept in: a code by the pepper, but for those from before there was one.
async fn kept_as(work: &mut Work, token: &str) -> Result<String> {
    let Some(code) = invitation::code(token) else { return Ok(digest(token)) };
    let formerly = digest(&code);
    match work.peppered(ON_PAPER, &code).await? {
        Some(kept) if work.sign_in_link(&formerly).await?.is_none() => Ok(kept),
        _ => Ok(formerly),
    }
}

/// What is kept of a browser in which a link was asked for.
fn kept_browser(browser: &str) -> String {
    digest(&format!("asked in/{browser}"))
}

/// The token of a link in a mail.
fn new_token() -> String {
    hex(&rand::random::<[u8; 32]>())
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
    /// Where the recipient of a notice goes: for somebody of an office, who is invited or who asked for it, a new link that signs in; for
    /// anybody else the pages.
    pub(super) async fn link_for(&self, work: &mut Work, notice: &Notice, base_url: &str) -> Result<String> {
        if matches!(notice.kind, NoticeKind::InvitationTrainee | NoticeKind::SignInAccount) {
            return self.account_link(work, notice, base_url).await;
        }
        let Some(office) = notice.host_office_id.filter(|_| notice.kind.is_to_office()) else {
            return Ok(base_url.to_owned());
        };
        let holder = Holder::lock(work, office, notice.supervisor_id).await?;
        let Some(holder) = holder.filter(|holder| holder.is_addressed_by(notice)) else {
            return Ok(base_url.to_owned());
        };
        let user = holder.account(work, &notice.recipient).await?;
        if !user.is_open_on(self.today()) {
            return Ok(base_url.to_owned());
        }
        let days = self.link_days(work).await?;
        let token = self.make_link(work, user.id, notice.id, days).await?;
        Ok(format!("{base_url}/sign-in/link/{token}"))
    }

    /// The token of a new link. One that was asked for on the sign-in page opens in the browser that asked, for some minutes; an invitation
    /// for days, wherever its reader is.
    pub(crate) async fn make_link(&self, work: &mut Work, user: i64, notice: i64, days: i64) -> Result<String> {
        let token = new_token();
        let kept = digest(&token);
        let some_minutes = TimeDelta::minutes(ASKED_MINUTES);
        match work.asked_link(notice).await? {
            Some(browser) => {
                work.create_sign_in_link(user, &kept, self.now() + some_minutes, false).await?;
                work.bind_sign_in_link(&kept, &browser).await?;
            }
            None => work.create_sign_in_link(user, &kept, self.now() + TimeDelta::days(days), false).await?,
        }
        Ok(token)
    }

    /// Days a link that was asked for can be used.
    pub(crate) async fn link_days(&self, work: &mut Work) -> Result<i64> {
        Ok(work.notice_setting().await?.unwrap_or_else(default_setting).link_days)
    }

    /// Sends a supervisor, or else who receives trainees at the office, a link to sign in with, at the address known of them.
    pub async fn send_sign_in_link(&self, staff: &Staff, office: i64, supervisor: Option<i64>) -> Result<()> {
        let mut work = self.write(staff).await?;
        self.queue_sign_in_link(&mut work, (office, supervisor), None).await?;
        Ok(work.commit().await?)
    }

    /// The same within a work. One that is on its way, or was sent a moment ago, is enough.
    pub(crate) async fn queue_sign_in_link(
        &self,
        work: &mut Work,
        (office, supervisor): (i64, Option<i64>),
        browser: Option<&str>,
    ) -> Result<()> {
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
            once: match browser {
                Some(browser) => format!("sign_in/{about}/{browser}/{}", self.now().timestamp() / ONE_LINK_IN),
                None => format!("sign_in/{about}/{}", self.now().format("%Y-%m-%dT%H:%M:%S%.6f")),
            },
        };
        if let Some(browser) = browser {
            // Each browser has a mail of its own, which opens there.
            if let Some(notice) = work.queue_notice(&new).await? {
                work.note_asked_link(notice, browser).await?;
            }
            return Ok(());
        }
        let since = self.now() - TimeDelta::seconds(JUST_SENT);
        if work.link_on_its_way((office, supervisor), (&new.recipient, &new.address), since).await? {
            return Ok(work.hasten_link((office, supervisor), &new.address).await?);
        }
        work.queue_notice(&new).await?;
        Ok(())
    }

    /// Whom a link signs in; it is used up by it. One on paper also asks for the holder's birth date, and ends with the fifth wrong one.
    pub async fn sign_in_by_link(
        &self,
        (token, birth_date): (&str, Option<NaiveDate>),
        browser: &str,
        origin: &Origin,
    ) -> Result<User> {
        let used_up = || Refusal::Account(AccountRefusal::LinkUsedUp);
        let nobody = Staff { provider: 0, name: "sign-in".to_owned(), role: Role::Trainee };
        let mut work = self.write(&nobody).await?;
        let digest = kept_as(&mut work, token).await?;
        work.lock_sign_in_link(&digest).await?;
        let Some(link) = work.sign_in_link(&digest).await?.filter(|link| self.can_be_used(link)) else {
            self.count_unknown_code(&mut work, origin).await?;
            work.commit().await?;
            return Err(used_up().into());
        };
        if !link.browser.is_empty() && link.browser != kept_browser(browser) {
            return Err(AccountRefusal::OtherBrowser.into());
        }
        let user = work.user_of_session(link.user_id).await?.filter(|user| user.is_open_on(self.today()));
        let user = user.ok_or_else(used_up)?;
        if link.asks_birth_date {
            let said = birth_date.ok_or(Refusal::FieldMissing("birth_date"))?;
            if work.birth_date_of_account(user.id).await? != Some(said) {
                let left = work.note_wrong_birth_date(&digest, WRONG_BIRTH_DATES).await?;
                work.commit().await?;
                return Err(if left > 0 {
                    AccountRefusal::WrongBirthDate { left }
                } else {
                    AccountRefusal::LinkUsedUp
                }
                .into());
            }
        }
        work.use_sign_in_link(&digest).await?.ok_or_else(used_up)?;
        work.commit().await?;
        Ok(user)
    }

    fn can_be_used(&self, link: &SignInLink) -> bool {
        link.used_at.is_none() && self.now() < link.expires_at
    }

    /// Whoever holds a link that was used or has expired is sent a new one, to the address known of them. Nothing is told of whether the
    /// link was ever one.
    pub async fn ask_for_new_link(&self, token: &str, browser: &str, origin: &Origin) -> Result<()> {
        let nobody = Staff { provider: 0, name: "sign-in".to_owned(), role: Role::Trainee };
        self.count_asked(&nobody, origin).await?;
        let mut work = self.read(&nobody).await?;
        let user = match work.sign_in_link(&digest(token)).await? {
            Some(link) => work.user_of_session(link.user_id).await?,
            None => None,
        };
        drop(work);
        match user {
            Some(user) => self.send_link_to(user, browser).await,
            None => Ok(()),
        }
    }

    /// Whoever asks, and for whatever: the answer says nothing of who is there.
    async fn count_asked(&self, nobody: &Staff, origin: &Origin) -> Result<()> {
        let mut work = self.write(nobody).await?;
        self.count_asked_link(&mut work, origin).await?;
        Ok(work.commit().await?)
    }

    /// Sends a link to everybody whose account this mail address or login is; many hold none, and nothing is told of that. `browser` is what the
    /// browser keeps in which it is asked: the link opens there.
    pub async fn ask_for_link(&self, address_or_login: &str, browser: &str, origin: &Origin) -> Result<()> {
        let text = address_or_login.trim();
        let nobody = Staff { provider: 0, name: "sign-in".to_owned(), role: Role::Trainee };
        self.count_asked(&nobody, origin).await?;
        let mut work = self.read(&nobody).await?;
        let users = match text.contains('@') {
            true => work.users_by_email(text).await?,
            false => work.user_by_login(text).await?.into_iter().collect(),
        };
        drop(work);
        for user in users {
            self.send_link_to(user, browser).await?;
        }
        Ok(())
    }

    /// Sends an account's holder a link, at the address known of them; whoever has none hears nothing.
    async fn send_link_to(&self, user: User, browser: &str) -> Result<()> {
        if !user.is_open_on(self.today()) {
            return Ok(());
        }
        let own = Staff { provider: user.provider_id, name: user.login.clone(), role: user.role };
        let Some(office) = user.host_office_id else {
            let mut work = self.write(&own).await?;
            self.queue_account_link(&mut work, &user, Some(&kept_browser(browser))).await?;
            return Ok(work.commit().await?);
        };
        if user.supervisor_id.is_none() {
            let mut work = self.read(&own).await?;
            let contact = work.office_contacts(Some(office)).await?.pop();
            drop(work);
            // An account of the office that has a password is not the one mails go to.
            if contact.is_none_or(|contact| contact.user_id != Some(user.id) || contact.email.is_empty()) {
                return Ok(());
            }
        }
        // Nothing is told of why a link cannot be sent: the answer is the same for everybody.
        let mut work = self.write(&own).await?;
        match self.queue_sign_in_link(&mut work, (office, user.supervisor_id), Some(&kept_browser(browser))).await {
            Err(crate::Error::Refused(_)) => Ok(()),
            Err(error) => Err(error),
            Ok(()) => Ok(work.commit().await?),
        }
    }

    /// Queues a mail with a link for an account that is no office's. Asked again within five minutes it is the same mail, but for one that was
    /// asked for in another browser: no stranger keeps the holder from theirs. `browser`: where it was asked for on the sign-in page.
    pub(crate) async fn queue_account_link(&self, work: &mut Work, user: &User, browser: Option<&str>) -> Result<()> {
        let address = invitation::mail_address(work, user).await?;
        if address.is_empty() {
            return Ok(());
        }
        let kind = NoticeKind::SignInAccount;
        let own = work.notice_templates().await?;
        let variables = [
            (Variable::Recipient, user.name.clone()),
            (Variable::Provider, work.provider().await?.name),
            (Variable::Login, user.login.clone()),
            (Variable::Account, user.id.to_string()),
        ];
        let new = NewNotice {
            cohort: None,
            kind,
            template_number: own.iter().find(|known| known.kind == kind).map_or(0, |known| known.number),
            variables: variables.into(),
            enrolment: None,
            host_office: None,
            supervisor: None,
            recipient: user.name.clone(),
            channel: Channel::Mail,
            address,
            not_before: self.now(),
            once: format!(
                "{}/{}/{}{}",
                kind.id(),
                user.id,
                browser.unwrap_or_default(),
                self.now().timestamp() / ONE_LINK_IN
            ),
        };
        if let (Some(notice), Some(browser)) = (work.queue_notice(&new).await?, browser) {
            work.note_asked_link(notice, browser).await?;
        }
        Ok(())
    }
}
