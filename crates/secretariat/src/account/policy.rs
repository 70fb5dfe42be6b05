//! What a provider asks of its accounts.

use crate::{Refusal, Result, Secretariat, Staff};
use records::Work;
pub use records::account::policy::AccountPolicy;

/// Days the read log is kept where nothing was said: three years.
const READ_LOG_DAYS: i64 = 3 * 365;
/// Shortest and longest time the read log may be kept: a month, ten years.
const LEAST_READ_LOG_DAYS: i64 = 30;
const MOST_READ_LOG_DAYS: i64 = 3650;

impl Secretariat {
    /// What the provider asks; version 0 where nothing was said yet.
    pub async fn account_policy(&self, work: &mut Work) -> Result<AccountPolicy> {
        let unsaid = AccountPolicy { staff_second_factor: false, read_log_days: READ_LOG_DAYS, version: 0 };
        Ok(work.account_policy().await?.unwrap_or(unsaid))
    }

    /// Over the version read.
    pub async fn set_account_policy(&self, staff: &Staff, policy: AccountPolicy) -> Result<()> {
        if !(LEAST_READ_LOG_DAYS..=MOST_READ_LOG_DAYS).contains(&policy.read_log_days) {
            let value = policy.read_log_days.to_string();
            return Err(Refusal::FieldInvalid { field: "read_log_days", value }.into());
        }
        let mut work = self.write(staff).await?;
        work.set_account_policy(policy).await?;
        Ok(work.commit().await?)
    }
}
