//! What a provider asks of its accounts.

use crate::work::one_row;
use crate::{Result, Work};

/// Version 0 where nothing was said yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct AccountPolicy {
    /// Whoever works for the provider signs in with a second factor.
    pub staff_second_factor: bool,
    /// Days the read log is kept.
    pub read_log_days: i64,
    pub version: i64,
}

impl Work {
    pub async fn account_policy(&mut self) -> Result<Option<AccountPolicy>> {
        optional!(
            self,
            AccountPolicy,
            "SELECT staff_second_factor, read_log_days, version FROM account_policy WHERE provider_id = $1",
            self.actor.provider
        )
    }

    /// Over the version read.
    pub async fn set_account_policy(&mut self, policy: AccountPolicy) -> Result<()> {
        let changed = if policy.version == 0 {
            change!(
                self,
                "account_policy",
                "INSERT INTO account_policy (provider_id, staff_second_factor, read_log_days) VALUES ($1, $2, $3)
                 ON CONFLICT (provider_id) DO NOTHING RETURNING id",
                self.actor.provider,
                policy.staff_second_factor,
                policy.read_log_days
            )?
        } else {
            change!(
                self,
                "account_policy",
                "UPDATE account_policy SET staff_second_factor = $2, read_log_days = $3, version = version + 1
                 WHERE provider_id = $1 AND version = $4 RETURNING id",
                self.actor.provider,
                policy.staff_second_factor,
                policy.read_log_days,
                policy.version
            )?
        };
        one_row(&changed)?;
        let detail = (policy.staff_second_factor, policy.read_log_days);
        self.audit("account_policy.changed", format!("provider/{}", self.actor.provider), detail)
    }
}
