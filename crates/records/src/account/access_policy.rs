//! From where staff may come, how long unused accounts stay open, which acts need a second person.

use crate::work::one_row;
use crate::{Result, Work};
use chrono::{DateTime, Utc};

/// Version 0 where nothing was said yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct AccessPolicy {
    /// For each role the networks it may come from, as JSON; a role that is not named comes from anywhere.
    pub networks: String,
    /// Days after which an account of staff that nobody used is closed; 0: never.
    pub idle_days: i64,
    /// Kinds of acts that need a second person, with commas between them.
    pub second_person: String,
    pub version: i64,
}

/// A look at who has an account.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AccountReview {
    pub reviewed_by: String,
    pub reviewed_at: DateTime<Utc>,
    /// How many open accounts were looked at.
    pub accounts: i64,
}

impl Work {
    pub async fn access_policy(&mut self) -> Result<Option<AccessPolicy>> {
        let sql = "SELECT networks, idle_days, second_person, version FROM access_policy WHERE provider_id = $1";
        optional!(self, AccessPolicy, sql, self.actor.provider)
    }

    /// Over the version read.
    pub async fn set_access_policy(&mut self, policy: &AccessPolicy) -> Result<()> {
        let changed = if policy.version == 0 {
            change!(
                self,
                "access_policy",
                "INSERT INTO access_policy (provider_id, networks, idle_days, second_person) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (provider_id) DO NOTHING RETURNING id",
                self.actor.provider,
                &policy.networks,
                policy.idle_days,
                &policy.second_person
            )?
        } else {
            change!(
                self,
                "access_policy",
                "UPDATE access_policy SET networks = $2, idle_days = $3, second_person = $4, version = version + 1
                 WHERE provider_id = $1 AND version = $5 RETURNING id",
                self.actor.provider,
                &policy.networks,
                policy.idle_days,
                &policy.second_person,
                policy.version
            )?
        };
        one_row(&changed)?;
        let detail = (&policy.networks, policy.idle_days, &policy.second_person);
        self.audit("access_policy.changed", format!("provider/{}", self.actor.provider), detail)
    }

    /// Staff may come from anywhere again: the operator's way out for whoever has shut themselves out.
    pub async fn open_networks(&mut self) -> Result<()> {
        let sql = "UPDATE access_policy SET networks = '{}', version = version + 1 WHERE provider_id = $1 RETURNING id";
        change!(self, "access_policy", sql, self.actor.provider)?;
        self.audit("access_policy.networks_opened", format!("provider/{}", self.actor.provider), ())
    }

    /// Closes accounts of staff that nobody used since a moment; the one signed in with last of all administrators' stays. Gives their logins.
    pub async fn close_idle_accounts(&mut self, before: DateTime<Utc>) -> Result<Vec<String>> {
        let idle = all!(
            self,
            (i64, String),
            "WITH used AS (SELECT u.id, u.login, u.role, u.created_at,
                (SELECT a.signed_in_at FROM account_use a WHERE a.user_id = u.id) AS signed_in_at,
                (SELECT o.opened_at FROM account_opened o WHERE o.user_id = u.id) AS opened_at
                FROM users u WHERE u.provider_id = $1 AND u.active
                AND u.role IN ('administrator', 'secretariat', 'instructor', 'prefecture'))
             SELECT id, login FROM used WHERE created_at < $2 AND coalesce(signed_in_at, created_at) < $2
                AND coalesce(opened_at, created_at) < $2
                AND id NOT IN (SELECT id FROM used WHERE role = 'administrator'
                    ORDER BY coalesce(signed_in_at, created_at) DESC, id LIMIT 1)
             ORDER BY id",
            self.actor.provider,
            before
        )?;
        for (id, _) in &idle {
            let sql = "UPDATE users SET active = FALSE, session_epoch = session_epoch + 1, version = version + 1
                 WHERE id = $1 AND active RETURNING id";
            change!(self, "users", sql, id)?;
            self.end_sign_in_links(*id).await?;
            self.audit("user.closed_unused", format!("user/{id}"), ())?;
        }
        Ok(idle.into_iter().map(|(_, login)| login).collect())
    }

    /// Somebody has looked at who has an account.
    pub async fn note_account_review(&mut self) -> Result<()> {
        let sql = "SELECT count(*) FROM users WHERE provider_id = $1 AND active";
        let accounts = scalar!(self, i64, sql, self.actor.provider)?;
        let sql = "INSERT INTO account_review (provider_id, reviewed_by, reviewed_at, accounts) VALUES ($1, $2, $3, $4) RETURNING id";
        insert!(self, "account_review", sql, self.actor.provider, &self.actor.name, self.actor.now, accounts)?;
        self.audit("accounts.reviewed", format!("provider/{}", self.actor.provider), accounts)
    }

    /// The newest look at who has an account.
    pub async fn last_account_review(&mut self) -> Result<Option<AccountReview>> {
        let sql = "SELECT reviewed_by, reviewed_at, accounts FROM account_review WHERE provider_id = $1 ORDER BY id DESC LIMIT 1";
        optional!(self, AccountReview, sql, self.actor.provider)
    }
}
