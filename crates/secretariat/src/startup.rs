//! The first thing at a start: what was cut off the last time.

use crate::{Result, Secretariat};
use records::operation::Operation;

impl Secretariat {
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
