//! Long units of work: announced, concluded, and those that a kill cut off told at the next start.

use crate::{Result, Secretariat, Staff};
use records::operation::Operation;

impl Secretariat {
    /// Announces a long unit of work, so that a kill in the middle of it is noticed at the next start.
    pub(crate) async fn announce(&self, staff: &Staff, kind: &str, detail: &str) -> Result<i64> {
        let mut work = self.write(staff).await?;
        let operation = work.announce(kind, detail).await?;
        work.commit().await?;
        Ok(operation)
    }

    /// A unit that failed by itself and was rolled back was not interrupted.
    pub(crate) async fn give_up(&self, staff: &Staff, operation: i64) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.conclude(operation).await?;
        Ok(work.commit().await?)
    }

    /// Keeps the rules every cohort is judged by, where a new version of Kensan or of the operator's own files changed them.
    pub async fn keep_rulebooks(&self) -> Result<()> {
        let mut work = self.read(&Secretariat::operator(0)).await?;
        let providers = work.providers().await?;
        drop(work);
        for provider in providers {
            let mut work = self.write(&Secretariat::operator(provider.id)).await?;
            for cohort in work.cohorts().await? {
                match self.guidelines.rulebook_of(&cohort) {
                    Ok(rulebook) => work.keep_rulebook(cohort.id, &serde_json::to_string(&rulebook)?).await?,
                    Err(refusal) => tracing::error!(cohort = cohort.id, %refusal, "the cohort has no rules"),
                }
            }
            work.commit().await?;
        }
        Ok(())
    }

    /// Units of work that a killed process left unfinished. Nothing of them was saved; each is told once and stays listed on
    /// the imports page.
    pub async fn report_interrupted(&self) -> Result<Vec<Operation>> {
        let mut work = self.write(&Secretariat::operator(0)).await?;
        let found = work.take_interrupted(self.now()).await?;
        work.commit().await?;
        for operation in &found {
            tracing::warn!(
                operation = operation.id,
                kind = operation.kind,
                started_at = %operation.started_at,
                "interrupted before it finished; nothing of it was saved"
            );
        }
        Ok(found)
    }
}
