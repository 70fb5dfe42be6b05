//! Users: creating them, signing in, passwords.

pub mod access_policy;
pub mod breached;
mod client_assertion;
pub mod identity;
pub mod invitation;
pub mod passkey;
pub mod policy;
pub mod provider;
pub mod read_log;
pub mod refusal;
pub mod second_factor;
pub mod second_person;
pub mod sign_in;
pub mod ways_in;

use crate::account::refusal::AccountRefusal;
pub use records::account::listing::UserFilter;
pub use records::account::provider::Provider;
pub use records::account::user::{ListedUser, User};

use crate::notice::check_email;
use crate::{Error, Refusal, Result, Secretariat, Staff};
use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use chrono::NaiveDate;
use records::Work;
use records::account::user::{NO_PASSWORD, NewUser};
use records::office::contact::SupervisorContact;
use training::role::Role;
use zxcvbn::{Score, zxcvbn};

/// Shortest password accepted, in characters.
pub const PASSWORD_LENGTH: usize = 12;
/// Words everybody would try here.
const CONTEXT: [&str; 6] = ["kensan", "kenshuu", "kenshu", "caremanager", "keamane", "jimukyoku"];
/// Longest login name, in characters.
const LOGIN_LENGTH: usize = 100;
/// A password of a new account.
#[derive(Debug, Clone, Copy)]
pub enum Password<'a> {
    /// Told to the holder, who changes it at the first sign-in.
    Given(&'a str),
    Own(&'a str),
}

/// A user to be created by the administrator.
#[derive(Debug, Clone)]
pub struct Account<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub role: Role,
    /// `None`: a link goes to the mail address, and whoever opens it sets one.
    pub password: Option<Password<'a>>,
    /// Where mails to the account go; a trainee's and a supervisor's address stand with the person. May be empty.
    pub email: &'a str,
    pub person_id: Option<i64>,
    pub host_office_id: Option<i64>,
    /// The one supervisor of the office whose account it is; none: the office's as a whole, which accepts, agrees on days and names
    /// supervisors, but reads no record.
    pub supervisor_id: Option<i64>,
}

/// Makes an account a supervisor's own, who has none yet.
async fn bind(work: &mut Work, (office, supervisor): (i64, i64), user: i64) -> Result<()> {
    if !work.supervisors(office).await?.iter().any(|known| known.id == supervisor) {
        return Err(records::Error::NotFound.into());
    }
    work.lock_supervisor_contact(supervisor).await?;
    let known = work.supervisor_contacts(Some(office)).await?;
    let known = known.into_iter().find(|known| known.supervisor_id == supervisor).unwrap_or_default();
    if known.user_id.is_some() {
        return Err(AccountRefusal::SupervisorHasAccount.into());
    }
    let contact = SupervisorContact { supervisor_id: supervisor, host_office_id: office, user_id: Some(user), ..known };
    Ok(work.set_supervisor_contact(&contact).await?)
}

/// The secret of a calendar's address: nobody without the key can make it. It ends with the password and whatever else ends the account's sessions.
/// An account that is entered by links alone has none.
async fn calendar_secret(work: &mut Work, user: &User) -> Result<Option<String>> {
    if !user.has_password() {
        return Ok(None);
    }
    let made = work.peppered("calendar", &format!("{}/{}", user.id, user.session_epoch)).await?;
    Ok(made.map(|made| made[..32].to_owned()))
}

fn hash(password: &str) -> Result<String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::Internal(error.to_string()))
}

/// A password to be told once: letters and digits that are not mistaken for each other, 130 bits.
pub fn random_password() -> String {
    invitation::random_letters::<26>()
}

/// Refused where a password is too short to be one, or is among those that are tried first. `about` is what everybody knows of the person: the
/// login name, the name.
pub fn check_new_password(password: &str, about: &[&str]) -> Result<(), Refusal> {
    if password.chars().count() < PASSWORD_LENGTH {
        return Err(Refusal::Account(AccountRefusal::PasswordTooShort(PASSWORD_LENGTH)));
    }
    let about: Vec<&str> = about.iter().chain(&CONTEXT).copied().collect();
    if zxcvbn(password, &about).score() < Score::Three {
        return Err(Refusal::Account(AccountRefusal::PasswordGuessable));
    }
    Ok(())
}

impl Secretariat {
    /// The end of the address under which a calendar can subscribe to the days of whoever is at work.
    pub async fn calendar_address(&self, work: &mut Work) -> Result<Option<String>> {
        let login = work.actor().name.clone();
        let user = work.user_by_login(&login).await?.ok_or(records::Error::NotFound)?;
        Ok(calendar_secret(work, &user).await?.map(|secret| format!("{}-{secret}.ics", user.id)))
    }

    /// Whose days an address gives; none for one that is nobody's, or of an account that is closed or has a new password.
    pub async fn calendar_owner(&self, address: &str) -> Result<Option<User>> {
        let parts = address.strip_suffix(".ics").and_then(|address| address.split_once('-'));
        let Some((id, secret)) = parts.and_then(|(id, secret)| Some((id.parse::<i64>().ok()?, secret))) else {
            return Ok(None);
        };
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let found = work.user_of_session(id).await?.filter(|user| user.is_open_on(self.today()));
        let Some(user) = found else { return Ok(None) };
        let is_right = calendar_secret(&mut work, &user).await?.as_deref() == Some(secret);
        Ok(is_right.then_some(user))
    }

    /// Creates a user; the password is stored as an argon2id hash.
    pub async fn create_account(&self, staff: &Staff, account: Account<'_>) -> Result<i64> {
        if account.login.trim().is_empty() {
            return Err(Refusal::FieldMissing("login").into());
        }
        if account.login.trim().chars().count() > LOGIN_LENGTH {
            return Err(Refusal::FieldInvalid { field: "login", value: account.login.trim().to_owned() }.into());
        }
        if account.name.trim().is_empty() {
            return Err(Refusal::FieldMissing("name").into());
        }
        // A login that looks like a mail address would stand before the account that has the address.
        if account.login.contains('@') {
            return Err(Refusal::FieldInvalid { field: "login", value: account.login.trim().to_owned() }.into());
        }
        check_email(account.email)?;
        invitation::check_way_in(&account)?;
        let password_hash = match account.password {
            Some(Password::Given(password) | Password::Own(password)) => {
                self.hash_password(password, &[account.login.trim(), account.name.trim()]).await?
            }
            None => NO_PASSWORD.to_owned(),
        };
        let mut work = self.write(staff).await?;
        let created = work
            .create_user(&NewUser {
                login: account.login.trim(),
                name: account.name.trim(),
                role: account.role,
                password_hash: &password_hash,
                person_id: account.person_id,
                host_office_id: account.host_office_id,
            })
            .await;
        match created {
            Ok(id) => {
                if let Some((office, supervisor)) = account.host_office_id.zip(account.supervisor_id) {
                    bind(&mut work, (office, supervisor), id).await?;
                }
                if !account.email.is_empty() {
                    work.set_account_detail(id, 1, (account.email, None)).await?;
                }
                if let Some(Password::Given(_)) = account.password {
                    work.note_given_password(id).await?;
                }
                if account.password.is_none() {
                    let user = work.user(id).await?;
                    self.queue_account_link(&mut work, &user, None).await?;
                }
                work.commit().await?;
                Ok(id)
            }
            Err(error) if error.is_duplicate() => {
                Err(AccountRefusal::LoginTaken(account.login.trim().to_owned()).into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// `about` as in [`check_new_password`].
    async fn hash_password(&self, password: &str, about: &[&str]) -> Result<String> {
        check_new_password(password, about)?;
        let (password, breached) = (password.to_owned(), self.breached.clone());
        self.one_at_a_core(move || {
            if let Some(breached) = breached {
                match breached.contains(&password) {
                    Ok(true) => return Err(AccountRefusal::PasswordBreached.into()),
                    Ok(false) => {}
                    // A list that went away keeps nobody from a new password.
                    Err(error) => tracing::error!(%error, "the list of breached passwords cannot be read"),
                }
            }
            hash(&password)
        })
        .await?
    }

    /// Closes an account or opens it again. Nobody closes their own.
    pub async fn set_account_active(&self, staff: &Staff, user: i64, version: i64, active: bool) -> Result<()> {
        let mut work = self.write(staff).await?;
        if work.user(user).await?.login == staff.name {
            return Err(AccountRefusal::OwnAccount.into());
        }
        work.set_user_active(user, version, active).await?;
        Ok(work.commit().await?)
    }

    /// Where mails to an account go, and the last day it can be used. Nobody ends their own.
    pub async fn set_account_detail(
        &self,
        staff: &Staff,
        (user, version): (i64, i64),
        (email, ends_on): (&str, Option<NaiveDate>),
    ) -> Result<()> {
        check_email(email)?;
        let mut work = self.write(staff).await?;
        let known = work.user(user).await?;
        if known.login == staff.name && ends_on.is_some_and(|end| end < self.today()) {
            return Err(AccountRefusal::OwnAccount.into());
        }
        if known.email != email {
            work.end_sign_in_links(user).await?;
        }
        work.set_account_detail(user, version, (email, ends_on)).await?;
        Ok(work.commit().await?)
    }

    /// Where mails to an account go: its person's address, its office's, or its own; empty where none is known.
    pub async fn account_address(&self, work: &mut Work, user: &User) -> Result<String> {
        match (user.host_office_id, user.supervisor_id) {
            (Some(office), Some(supervisor)) => {
                let contacts = work.supervisor_contacts(Some(office)).await?.into_iter();
                Ok(contacts.filter(|known| known.supervisor_id == supervisor).map(|known| known.email).collect())
            }
            (Some(office), None) => {
                let contact = work.office_contacts(Some(office)).await?.pop();
                Ok(contact.filter(|known| known.user_id == Some(user.id)).map(|known| known.email).unwrap_or_default())
            }
            (None, _) => invitation::mail_address(work, user).await,
        }
    }

    /// The account of whoever has just set a password, to go on with.
    pub async fn account_with_new_password(&self, user: i64) -> Result<User> {
        let nobody = Staff { provider: 0, name: "session".to_owned(), role: Role::Trainee };
        let mut work = self.read(&nobody).await?;
        Ok(work.user_of_session(user).await?.ok_or(records::Error::NotFound)?)
    }

    /// Sends the holder of an account a link to sign in with, by mail. Refused where no address is known.
    pub async fn send_account_link(&self, staff: &Staff, user: i64) -> Result<()> {
        let mut work = self.write(staff).await?;
        let user = work.user(user).await?;
        if self.account_address(&mut work, &user).await?.is_empty() {
            return Err(Refusal::FieldMissing("email").into());
        }
        match user.host_office_id {
            Some(office) => self.queue_sign_in_link(&mut work, (office, user.supervisor_id), None).await?,
            None => self.queue_account_link(&mut work, &user, None).await?,
        }
        Ok(work.commit().await?)
    }

    /// A user's new password, set by the user; ends all open sessions.
    pub async fn set_password(&self, staff: &Staff, user: i64, password: &str) -> Result<()> {
        let work = self.with_new_password(staff, user, password).await?;
        Ok(work.commit().await?)
    }

    /// The same by somebody else, who tells it to the user.
    pub async fn give_password(&self, staff: &Staff, user: i64, password: &str) -> Result<()> {
        let mut work = self.with_new_password(staff, user, password).await?;
        work.note_given_password(user).await?;
        // Whoever was in before has left no other way behind.
        for known in work.linked_identities(user).await? {
            work.end_linked_identity(user, known.id).await?;
        }
        for known in work.passkeys(user).await? {
            work.end_passkey(user, known.id).await?;
        }
        Ok(work.commit().await?)
    }

    async fn with_new_password(&self, staff: &Staff, user: i64, password: &str) -> Result<Work> {
        let known = self.read(staff).await?.user(user).await?;
        let password_hash = self.hash_password(password, &[&known.login, &known.name]).await?;
        let mut work = self.write(staff).await?;
        work.set_password(user, &password_hash).await?;
        Ok(work)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_passwords_differ_and_are_long_enough() {
        assert!(random_password().len() >= PASSWORD_LENGTH);
        assert_ne!(random_password(), random_password());
    }
}
