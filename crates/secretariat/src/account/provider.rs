//! A provider and its administrator: both, or neither.

use super::{LOGIN_LENGTH, random_password};
use crate::account::refusal::AccountRefusal;
use crate::{Refusal, Result, Secretariat};
use records::account::user::NewUser;
use training::role::Role;

/// A provider that was set up, and how its administrator signs in the first time.
pub struct NewProvider {
    pub id: i64,
    pub login: String,
    pub password: String,
}

impl Secretariat {
    /// Sets up a provider with one administrator. For the operator's commands.
    ///
    /// # Errors
    /// [`AccountRefusal::LoginTaken`], and [`Refusal::FieldMissing`] or [`Refusal::FieldInvalid`] for a name or a login that cannot be.
    pub async fn create_provider(&self, name: &str, prefecture: i64, login: &str) -> Result<NewProvider> {
        let (name, login) = (name.trim(), login.trim());
        if name.is_empty() {
            return Err(Refusal::FieldMissing("provider").into());
        }
        if login.is_empty() {
            return Err(Refusal::FieldMissing("login").into());
        }
        if login.contains('@') || login.chars().count() > LOGIN_LENGTH {
            return Err(Refusal::FieldInvalid { field: "login", value: login.to_owned() }.into());
        }
        let password = random_password();
        let password_hash = self.hash_password(&password, &[]).await?;
        let mut work = self.write(&Secretariat::operator(0)).await?;
        if work.user_by_login(login).await?.is_some() {
            return Err(AccountRefusal::LoginTaken(login.to_owned()).into());
        }
        let id = work.create_provider(name, prefecture).await?;
        let user = work
            .create_user(&NewUser {
                login,
                name: "管理者",
                role: Role::Administrator,
                password_hash: &password_hash,
                person_id: None,
                host_office_id: None,
            })
            .await?;
        work.note_given_password(user).await?;
        work.commit().await?;
        Ok(NewProvider { id, login: login.to_owned(), password })
    }
}
