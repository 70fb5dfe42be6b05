//! What vouches for accounts and links: a seal by a key outside the database. Whoever can write the database alone makes nobody an administrator,
//! gives no account another password, takes away no second factor, and makes no link.

use crate::account::user::{COLUMNS, User};
use crate::keys::pepper::Pepper;
use crate::{Actor, Error, Records, Result, Work};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Tables whose rows open accounts.
const GUARDED: [&str; 4] = ["users", "second_factor", "passkey", "linked_identity"];
/// Accounts that are sealed together.
const TOGETHER: usize = 500;
/// The first schema whose accounts have seals.
pub(crate) const SEALED_ACCOUNTS: i64 = 38;

/// What an account is entered with, a line each.
const WAYS: &str = "SELECT user_id, 'code ' || secret || CASE WHEN confirmed_at IS NULL THEN ' no' ELSE ' yes' END AS way
        FROM second_factor WHERE secret <> '' AND user_id IN (IDS)
    UNION ALL SELECT user_id, 'passkey ' || credential || ' ' || public_key FROM passkey WHERE ended_at IS NULL AND user_id IN (IDS)
    UNION ALL SELECT user_id, 'identity ' || issuer || ' ' || subject FROM linked_identity WHERE ended_at IS NULL AND user_id IN (IDS)
    ORDER BY 1, 2";

fn seal_of_account(pepper: &Pepper, user: &User, ways: &[String]) -> Result<String> {
    let account = (user.id, user.provider_id, &user.login, user.role.id(), &user.password_hash);
    let whose = (user.person_id, user.host_office_id, user.active, user.session_epoch);
    let mut ways = ways.to_vec();
    ways.sort_unstable();
    pepper.digest("account", &serde_json::to_string(&(account, whose, ways))?)
}

/// What a link is sealed by.
pub(crate) struct SealedLink<'a> {
    pub(crate) digest: &'a str,
    pub(crate) user: i64,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) asks_birth_date: bool,
}

impl SealedLink<'_> {
    fn seal(&self, pepper: &Pepper) -> Result<String> {
        let about = (self.digest, self.user, self.expires_at.timestamp_micros(), self.asks_birth_date);
        pepper.digest("link", &serde_json::to_string(&about)?)
    }
}

fn listed(ids: &[i64]) -> String {
    ids.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}

impl Work {
    /// What each of these accounts is entered with.
    async fn ways_into(&mut self, users: &[i64]) -> Result<BTreeMap<i64, Vec<String>>> {
        let sql = sqlx::AssertSqlSafe(WAYS.replace("IDS", &listed(users)));
        let mut ways: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for (user, way) in all!(self, (i64, String), sql)? {
            ways.entry(user).or_default().push(way);
        }
        Ok(ways)
    }

    /// The accounts whose rows this work has changed.
    async fn changed_accounts(&mut self) -> Result<BTreeSet<i64>> {
        let mut users = BTreeSet::new();
        for table in GUARDED {
            let Some(rows) = self.touched.get(table).filter(|rows| !rows.is_empty()) else { continue };
            let rows: Vec<i64> = rows.iter().copied().collect();
            if table == "users" {
                users.extend(rows);
                continue;
            }
            for rows in rows.chunks(TOGETHER) {
                let sql = format!("SELECT DISTINCT user_id FROM {table} WHERE id IN ({})", listed(rows));
                users.extend(all!(self, (i64,), sqlx::AssertSqlSafe(sql))?.into_iter().map(|(user,)| user));
            }
        }
        Ok(users)
    }

    /// Seals the accounts that this work has changed; before it is committed.
    pub(crate) async fn seal_changed_accounts(&mut self) -> Result<()> {
        let users: Vec<i64> = self.changed_accounts().await?.into_iter().collect();
        if users.is_empty() {
            return Ok(());
        }
        if self.keys.is_none() {
            // Without the key they could not be sealed, and would open nothing afterwards.
            let sealed = scalar!(self, i64, "SELECT count(*) FROM account_seal")?;
            return if sealed == 0 { Ok(()) } else { Err(Error::KeyMissing) };
        }
        let pepper = self.pepper().await?;
        self.seal_accounts(&pepper, &users).await
    }

    /// The pepper; made where the installation is new and has no accounts but those of this work.
    ///
    /// # Errors
    /// [`Error::Unvouched`] where there are accounts and no pepper: somebody took it away.
    pub(crate) async fn pepper(&mut self) -> Result<Pepper> {
        if let Some(pepper) = self.known_pepper().await? {
            return Ok(pepper);
        }
        let own = self.touched.get("users").map_or(0, BTreeSet::len) as i64;
        if scalar!(self, i64, "SELECT count(*) FROM users")? != own {
            return Err(Error::Unvouched);
        }
        self.new_pepper().await
    }

    /// Makes the pepper of a new installation; nothing where there is one.
    pub async fn make_pepper(&mut self) -> Result<()> {
        self.pepper().await.map(drop)
    }

    async fn seal_accounts(&mut self, pepper: &Pepper, users: &[i64]) -> Result<()> {
        for users in users.chunks(TOGETHER) {
            let ways = self.ways_into(users).await?;
            let sql = format!("SELECT {COLUMNS} FROM users WHERE id IN ({})", listed(users));
            let mut seals = Vec::new();
            for user in all!(self, User, sqlx::AssertSqlSafe(sql))? {
                let own = ways.get(&user.id).map_or(&[][..], Vec::as_slice);
                seals.push((user.id, seal_of_account(pepper, &user, own)?));
            }
            if seals.is_empty() {
                continue;
            }
            on!(self, connection => {
                let mut query = sqlx::QueryBuilder::new("INSERT INTO account_seal (user_id, seal) ");
                query.push_values(&seals, |mut row, (user, seal)| {
                    row.push_bind(*user).push_bind(seal);
                });
                query.push(" ON CONFLICT (user_id) DO UPDATE SET seal = excluded.seal");
                query.build().execute(connection).await.map(|_| ())
            })?;
        }
        Ok(())
    }

    /// The account, where it is as it was sealed. An account that this very work has changed is not sealed yet.
    pub(crate) async fn vouched(&mut self, found: Option<User>) -> Result<Option<User>> {
        let Some(user) = found else { return Ok(None) };
        if self.keys.is_none() || GUARDED.iter().any(|table| self.touched.contains_key(table)) {
            return Ok(Some(user));
        }
        // Every page asks for it: seal and pepper at once.
        let sealed = optional!(
            self,
            (String, String, String),
            "SELECT s.seal, p.secret, p.sealed_by FROM account_seal s JOIN pepper p ON p.id = 1 WHERE s.user_id = $1",
            user.id
        )?;
        let ways = self.ways_into(&[user.id]).await?.remove(&user.id).unwrap_or_default();
        let is_vouched = match sealed {
            Some((seal, pepper, by)) => seal_of_account(&self.opened_pepper(&pepper, &by)?, &user, &ways)? == seal,
            None => false,
        };
        if !is_vouched {
            tracing::error!(user = user.id, "an account was changed behind the ledger's back: it opens nothing");
        }
        Ok(is_vouched.then_some(user))
    }

    /// The seal of a link; empty without a key.
    pub(crate) async fn seal_of_link(&mut self, link: &SealedLink<'_>) -> Result<String> {
        if self.keys.is_none() {
            return Ok(String::new());
        }
        link.seal(&self.pepper().await?)
    }

    /// Seals every account and every link as they stand, at the operator's word or after an upgrade. Gives how many accounts. A pepper that is
    /// missing, or that no key opens any more, is made anew: codes that were kept by the former one open nothing.
    async fn seal_all_accounts(&mut self) -> Result<usize> {
        if self.keys.is_none() {
            return Ok(0);
        }
        let pepper = match self.known_pepper().await {
            Ok(Some(pepper)) => pepper,
            Ok(None) | Err(Error::KeyMissing | Error::Stored(_)) => self.new_pepper().await?,
            Err(error) => return Err(error),
        };
        let users: Vec<i64> =
            all!(self, (i64,), "SELECT id FROM users ORDER BY id")?.into_iter().map(|(id,)| id).collect();
        self.seal_accounts(&pepper, &users).await?;
        let sql = "SELECT id, digest, user_id, expires_at, asks_birth_date FROM sign_in_link WHERE used_at IS NULL";
        for (id, digest, user, expires_at, asks_birth_date) in all!(self, (i64, String, i64, DateTime<Utc>, bool), sql)?
        {
            let seal = SealedLink { digest: &digest, user, expires_at, asks_birth_date }.seal(&pepper)?;
            execute!(self, "UPDATE sign_in_link SET seal = $2 WHERE id = $1", id, seal)?;
        }
        Ok(users.len())
    }

    /// The same at the operator's word.
    pub async fn vouch_for_accounts(&mut self) -> Result<usize> {
        let sealed = self.seal_all_accounts().await?;
        self.audit("accounts.sealed", String::new(), sealed)?;
        Ok(sealed)
    }
}

impl Records {
    /// Accounts from before there were seals get them, in the process that has brought the database up to date.
    pub(crate) async fn seal_former_accounts(&self) -> Result<()> {
        let actor = Actor { provider: 0, name: "kensan".to_owned(), now: DateTime::UNIX_EPOCH };
        let mut work = self.write(actor).await?;
        work.seal_all_accounts().await?;
        work.commit().await
    }
}
