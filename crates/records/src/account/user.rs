//! Users: who may sign in, with which role.

use crate::work::one_row;
use crate::{Error, Result, Work, hex};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use training::role::Role;

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct User {
    pub id: i64,
    pub provider_id: i64,
    pub login: String,
    pub name: String,
    #[sqlx(try_from = "String")]
    pub role: Role,
    pub password_hash: String,
    /// A trainee's person.
    pub person_id: Option<i64>,
    /// A practicum supervisor's office.
    pub host_office_id: Option<i64>,
    /// The one supervisor whose account this is; an account of an office as a whole has none.
    pub supervisor_id: Option<i64>,
    pub active: bool,
    /// The last day the account can be used, in Japan.
    pub ends_on: Option<NaiveDate>,
    /// Where mails to the account go that is nobody's in the records; a trainee's address stands with the person.
    pub email: String,
    /// It is entered with a second factor: a code of an app, or a passkey.
    pub has_second_factor: bool,
    /// It can be entered with a passkey.
    pub has_passkey: bool,
    /// The provider wants its staff to have one.
    pub second_factor_asked: bool,
    /// From where whoever works for the provider may come, as in [`super::access_policy::AccessPolicy::networks`]; empty: from anywhere.
    pub networks: String,
    /// When the present password was told to the holder, who has not changed it yet.
    pub password_given_at: Option<DateTime<Utc>>,
    /// Raised when the password or the account's state changes: sessions opened before end.
    pub session_epoch: i64,
    pub version: i64,
}

impl User {
    /// Has a password been set? Without one the account is entered by links alone.
    pub fn has_password(&self) -> bool {
        self.password_hash != NO_PASSWORD
    }

    /// Does the provider want a second factor that is not there yet?
    pub fn lacks_second_factor(&self) -> bool {
        self.second_factor_asked && !self.has_second_factor
    }

    /// Can it be signed in with on this day?
    pub fn is_open_on(&self, day: NaiveDate) -> bool {
        self.active && self.ends_on.is_none_or(|end| day <= end)
    }
}

/// A user with whom the account is for.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedUser {
    #[sqlx(flatten)]
    pub user: User,
    /// Name and newest enrolment of a trainee.
    pub trainee: Option<String>,
    pub enrolment_id: Option<i64>,
    pub office: Option<String>,
    pub supervisor: Option<String>,
    pub signed_in_at: Option<DateTime<Utc>>,
}

/// A user to be created.
#[derive(Debug, Clone)]
pub struct NewUser<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub role: Role,
    pub password_hash: &'a str,
    pub person_id: Option<i64>,
    pub host_office_id: Option<i64>,
}

/// Days for which an account that somebody has had in hand is not taken for another person's.
const IN_HAND_DAYS: i64 = 30;

/// What stands for a password's hash where there is none: no password is this one's hash.
pub const NO_PASSWORD: &str = "-";

pub(super) const COLUMNS: &str = "id, provider_id, login, name, role, password_hash, person_id, host_office_id,
        (SELECT c.supervisor_id FROM supervisor_contact c WHERE c.user_id = users.id) AS supervisor_id, active,
        (SELECT d.ends_on FROM account_detail d WHERE d.user_id = users.id) AS ends_on,
        coalesce((SELECT d.email FROM account_detail d WHERE d.user_id = users.id), '') AS email,
        EXISTS (SELECT 1 FROM second_factor f WHERE f.user_id = users.id AND f.confirmed_at IS NOT NULL)
            OR EXISTS (SELECT 1 FROM passkey k WHERE k.user_id = users.id AND k.ended_at IS NULL) AS has_second_factor,
        EXISTS (SELECT 1 FROM passkey k WHERE k.user_id = users.id AND k.ended_at IS NULL) AS has_passkey,
        users.role IN ('administrator', 'secretariat', 'instructor', 'prefecture') AND EXISTS (SELECT 1 FROM account_policy y
            WHERE y.provider_id = users.provider_id AND y.staff_second_factor) AS second_factor_asked,
        CASE WHEN users.role IN ('administrator', 'secretariat', 'instructor', 'prefecture') THEN coalesce((SELECT x.networks
            FROM access_policy x WHERE x.provider_id = users.provider_id), '') ELSE '' END AS networks,
        (SELECT max(g.given_at) FROM given_password g WHERE g.user_id = users.id AND g.replaced_at IS NULL) AS password_given_at,
        session_epoch, version";

/// What is kept of a key under which failures are counted: somebody may have typed a password for a login name.
fn kept(key: &str) -> String {
    hex(&Sha256::digest(format!("login/{key}").as_bytes()))
}

impl Work {
    pub async fn create_user(&mut self, user: &NewUser<'_>) -> Result<i64> {
        let id = insert!(
            self,
            "users",
            "INSERT INTO users (provider_id, login, name, role, password_hash, person_id, host_office_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
            self.actor.provider,
            user.login,
            user.name,
            user.role.id(),
            user.password_hash,
            user.person_id,
            user.host_office_id,
            self.actor.now
        )?;
        self.audit("user.created", format!("user/{id}"), (user.login, user.name, user.role))?;
        Ok(id)
    }

    /// The user with this login name, of whichever provider: for signing in only.
    pub async fn user_by_login(&mut self, login: &str) -> Result<Option<User>> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM users WHERE login = $1"));
        let found = optional!(self, User, sql, login)?;
        self.vouched(found).await
    }

    /// The user with this id, of whichever provider: for resuming a session only.
    pub async fn user_of_session(&mut self, id: i64) -> Result<Option<User>> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM users WHERE id = $1"));
        let found = optional!(self, User, sql, id)?;
        self.vouched(found).await
    }

    pub async fn user(&mut self, id: i64) -> Result<User> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM users WHERE id = $1 AND provider_id = $2"));
        let found = optional!(self, User, sql, id, self.actor.provider)?.ok_or(Error::NotFound)?;
        let changed = Error::Stored(format!("account {id} was changed behind the ledger's back"));
        self.vouched(Some(found)).await?.ok_or(changed)
    }

    pub async fn users(&mut self) -> Result<Vec<User>> {
        let sql =
            sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM users WHERE provider_id = $1 ORDER BY role, login"));
        all!(self, User, sql, self.actor.provider)
    }

    /// Names of the provider's accounts, by login: what is recorded by a login is shown by the name.
    pub async fn account_names(&mut self) -> Result<HashMap<String, String>> {
        let sql = "SELECT login, name FROM users WHERE provider_id = $1";
        Ok(all!(self, (String, String), sql, self.actor.provider)?.into_iter().collect())
    }

    /// A new password: every open session of the user ends.
    pub async fn set_password(&mut self, id: i64, password_hash: &str) -> Result<()> {
        let changed = change!(
            self,
            "users",
            "UPDATE users SET password_hash = $3, session_epoch = session_epoch + 1, version = version + 1
             WHERE id = $1 AND provider_id = $2 RETURNING id",
            id,
            self.actor.provider,
            password_hash
        )?;
        one_row(&changed).map_err(|_| Error::NotFound)?;
        let sql = "UPDATE given_password SET replaced_at = $2 WHERE user_id = $1 AND replaced_at IS NULL RETURNING id";
        change!(self, "given_password", sql, id, self.actor.now)?;
        // What somebody with the former password may have seen and not confirmed.
        let sql = "UPDATE second_factor SET secret = '', sealed_by = '' WHERE user_id = $1 AND confirmed_at IS NULL RETURNING id";
        change!(self, "second_factor", sql, id)?;
        self.forget_devices(id).await?;
        self.end_sign_in_links(id).await?;
        self.audit("user.password_changed", format!("user/{id}"), ())
    }

    /// The same password, hashed anew; nothing else changes. Not where it is another one by now.
    pub async fn renew_password_hash(&mut self, id: i64, (known, renewed): (&str, &str)) -> Result<()> {
        let sql = "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id";
        change!(self, "users", sql, id, known, renewed)?;
        Ok(())
    }

    /// Ends every open session of a user.
    pub async fn end_sessions(&mut self, id: i64) -> Result<()> {
        let sql = "UPDATE users SET session_epoch = session_epoch + 1, version = version + 1
             WHERE id = $1 AND provider_id = $2 RETURNING id";
        let changed = change!(self, "users", sql, id, self.actor.provider)?;
        one_row(&changed).map(drop)
    }

    /// Has an account been there since before a moment, was no password given to it since then, and has somebody else (`by`, a login) not had
    /// it in hand for a month: made it, opened it again, given it a password or another address, or taken away its second factor?
    pub async fn is_settled_account(&mut self, login: &str, since: DateTime<Utc>, by: &str) -> Result<bool> {
        let sql = "SELECT count(*) FROM audit_entry a JOIN users u ON u.login = $1 AND u.provider_id = $2
             WHERE a.provider_id = $2 AND a.subject = 'user/' || u.id AND a.actor = $3 AND a.at >= $4
             AND a.action IN ('user.created', 'user.activated', 'user.password_changed', 'user.detail_changed', 'second_factor.removed')";
        let lately = self.actor.now - TimeDelta::days(IN_HAND_DAYS);
        if scalar!(self, i64, sql, login, self.actor.provider, by, lately)? > 0 {
            return Ok(false);
        }
        let sql = "SELECT count(*) FROM users u WHERE u.login = $1 AND u.provider_id = $2 AND u.created_at < $3
             AND NOT EXISTS (SELECT 1 FROM given_password g WHERE g.user_id = u.id AND g.given_at >= $3)";
        Ok(scalar!(self, i64, sql, login, self.actor.provider, since)? > 0)
    }

    /// Notes that the present password was told to the holder, who changes it.
    pub async fn note_given_password(&mut self, id: i64) -> Result<()> {
        self.user(id).await?;
        let sql = "INSERT INTO given_password (user_id, given_at) VALUES ($1, $2) RETURNING id";
        insert!(self, "given_password", sql, id, self.actor.now)?;
        Ok(())
    }

    /// Lets a user in or keeps them out; keeping out ends every open session.
    pub async fn set_user_active(&mut self, id: i64, version: i64, active: bool) -> Result<()> {
        self.user(id).await?;
        let changed = change!(
            self,
            "users",
            "UPDATE users SET active = $4, session_epoch = session_epoch + 1, version = version + 1
             WHERE id = $1 AND provider_id = $2 AND version = $3 RETURNING id",
            id,
            self.actor.provider,
            version,
            active
        )?;
        one_row(&changed)?;
        if active {
            // From now on it is unused anew.
            let sql = "INSERT INTO account_opened (user_id, opened_at) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET opened_at = $2";
            execute!(self, sql, id, self.actor.now)?;
        }
        self.end_sign_in_links(id).await?;
        self.audit(if active { "user.activated" } else { "user.deactivated" }, format!("user/{id}"), ())
    }

    /// Where mails to an account go, and the last day it can be used. Sessions after that day end by themselves.
    pub async fn set_account_detail(
        &mut self,
        id: i64,
        version: i64,
        (email, ends_on): (&str, Option<NaiveDate>),
    ) -> Result<()> {
        let changed = change!(
            self,
            "users",
            "UPDATE users SET version = version + 1 WHERE id = $1 AND provider_id = $2 AND version = $3 RETURNING id",
            id,
            self.actor.provider,
            version
        )?;
        one_row(&changed)?;
        change!(
            self,
            "account_detail",
            "INSERT INTO account_detail (user_id, email, ends_on) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE SET email = $2, ends_on = $3, version = account_detail.version + 1 RETURNING id",
            id,
            email,
            ends_on
        )?;
        self.audit("user.detail_changed", format!("user/{id}"), (email.is_empty(), ends_on))
    }

    /// Failures in a row that are counted under a key, and when the last was. Whoever else comes to the key waits until this work is done: of
    /// many guesses at once each sees those before it.
    pub async fn lock_sign_in_failures(&mut self, key: &str) -> Result<(i64, DateTime<Utc>)> {
        let rows = all!(
            self,
            (i64, DateTime<Utc>),
            "INSERT INTO sign_in_failure (login, failures, last_at) VALUES ($1, 0, $2)
             ON CONFLICT (login) DO UPDATE SET failures = sign_in_failure.failures RETURNING failures, last_at",
            kept(key),
            self.actor.now
        )?;
        rows.first().copied().ok_or(Error::NotFound)
    }

    pub async fn note_sign_in_failure(&mut self, key: &str) -> Result<()> {
        execute!(
            self,
            "INSERT INTO sign_in_failure (login, failures, last_at) VALUES ($1, 1, $2)
             ON CONFLICT (login) DO UPDATE SET failures = sign_in_failure.failures + 1, last_at = $2",
            kept(key),
            self.actor.now
        )?;
        Ok(())
    }

    /// One of the failures counted under a key was none.
    pub async fn take_back_sign_in_failure(&mut self, key: &str) -> Result<()> {
        let sql = "UPDATE sign_in_failure SET failures = failures - 1 WHERE login = $1 AND failures > 0";
        execute!(self, sql, kept(key))?;
        Ok(())
    }

    pub async fn clear_sign_in_failures(&mut self, key: &str) -> Result<()> {
        execute!(self, "DELETE FROM sign_in_failure WHERE login = $1", kept(key))?;
        Ok(())
    }

    /// Removes failed sign-ins that slow nobody down any more: whose last was before a moment.
    pub async fn sweep_sign_in_failures(&mut self, before: DateTime<Utc>) -> Result<u64> {
        execute!(self, "DELETE FROM sign_in_failure WHERE last_at < $1", before)
    }

    /// Writes the sign-in into the ledger, and when it was beside the account.
    pub async fn note_sign_in(&mut self, user: &User) -> Result<()> {
        self.actor.provider = user.provider_id;
        execute!(
            self,
            "INSERT INTO account_use (user_id, signed_in_at) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET signed_in_at = $2",
            user.id,
            self.actor.now
        )?;
        self.audit("user.signed_in", format!("user/{}", user.id), ())
    }
}
