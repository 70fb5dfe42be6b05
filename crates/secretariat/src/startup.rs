//! Long units of work: announced, concluded, and those that a kill cut off told at the next start.

use crate::{Result, Secretariat, Staff};
use records::Work;
use records::operation::Operation;
use records::{Presence, Present};

/// A long unit of work that was announced. As long as this lives, everybody can see that somebody is at it.
pub(crate) struct Announced {
    pub(crate) id: i64,
    _present: Present,
}

impl Secretariat {
    /// Announces a long unit of work, so that a kill in the middle of it is noticed later.
    pub(crate) async fn announce(&self, staff: &Staff, kind: &str, detail: &str) -> Result<Announced> {
        let mut work = self.write(staff).await?;
        let id = work.announce(kind, detail).await?;
        // Before anybody can see it, so that nobody takes it for one that was killed.
        let present = self.records.be_present(Presence::Operation(id)).await?;
        work.commit().await?;
        Ok(Announced { id, _present: present })
    }

    /// A unit that failed by itself and was rolled back was not interrupted.
    pub(crate) async fn give_up(&self, staff: &Staff, announced: &Announced) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.conclude(announced.id).await?;
        Ok(work.commit().await?)
    }

    /// Makes the secret that short codes are kept by, and drafts on a device, where there is none yet.
    pub async fn make_pepper(&self) -> Result<()> {
        let mut work = self.write(&Secretariat::operator(0)).await?;
        match work.make_pepper().await {
            Ok(()) => Ok(work.commit().await?),
            // All but what needs a key can be used without.
            Err(records::Error::KeyMissing) => {
                tracing::warn!(
                    "there is no main key, or not the one the pepper is sealed by: nothing is kept on devices"
                );
                Ok(())
            }
            Err(error @ records::Error::Unvouched) => {
                tracing::error!(%error, "nobody can sign in");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The key by which a user's browser seals what has not reached the server yet: 32 bytes in hexadecimal digits. Whoever takes the device
    /// away and cannot sign in reads nothing of it. None: nothing is kept on the device.
    pub async fn device_key(&self, work: &mut Work, user: i64) -> Result<Option<String>> {
        match work.peppered("draft on a device", &user.to_string()).await {
            Err(records::Error::KeyMissing) => Ok(None),
            peppered => Ok(peppered?),
        }
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
        let unfinished = self.read(&Secretariat::operator(0)).await?.unfinished_operations().await?;
        let mut found = Vec::new();
        for operation in unfinished {
            if self.records.is_present(Presence::Operation(operation.id)).await? {
                continue;
            }
            let mut work = self.write(&Secretariat::operator(0)).await?;
            found.extend(work.mark_interrupted(operation.id).await?);
            work.commit().await?;
        }
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
