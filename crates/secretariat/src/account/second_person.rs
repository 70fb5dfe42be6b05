//! Four eyes: acts that a second person confirms, where the provider says so. The second person does the same act; what was proposed is done
//! when both want exactly the same.

use crate::account::refusal::AccountRefusal;
use crate::{Result, Secretariat, Staff};
use records::Work;
pub use records::account::proposal::Proposal;
use serde::Serialize;

/// A kind of act that a provider may want a second person for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TwoPersonAct {
    /// A certificate is taken back.
    Revocation,
    /// A requirement is set aside.
    Waiver,
    /// A cohort is judged by other rules.
    Rules,
    /// How long texts are kept before they are destroyed.
    Destruction,
    /// Fewer acts shall need a second person; asks for one itself, always.
    Fewer,
}

impl TwoPersonAct {
    /// Those a provider chooses from.
    pub const CHOICES: [TwoPersonAct; 4] =
        [TwoPersonAct::Revocation, TwoPersonAct::Waiver, TwoPersonAct::Rules, TwoPersonAct::Destruction];

    pub fn id(self) -> &'static str {
        match self {
            TwoPersonAct::Revocation => "revocation",
            TwoPersonAct::Waiver => "waiver",
            TwoPersonAct::Rules => "rules",
            TwoPersonAct::Destruction => "destruction",
            TwoPersonAct::Fewer => "fewer",
        }
    }

    pub fn from_id(id: &str) -> Option<TwoPersonAct> {
        TwoPersonAct::CHOICES.into_iter().chain([TwoPersonAct::Fewer]).find(|act| act.id() == id)
    }
}

impl Secretariat {
    /// Goes on where nobody else is asked, or where another person has proposed exactly this; else the proposal is kept, and waits.
    ///
    /// # Errors
    /// [`AccountRefusal::WaitsForAnother`]: kept, and nothing else of the work.
    pub(crate) async fn second_person(
        &self,
        mut work: Work,
        kind: TwoPersonAct,
        (subject, act): (&str, impl Serialize),
    ) -> Result<Work> {
        let policy = work.access_policy().await?.unwrap_or_default();
        if kind != TwoPersonAct::Fewer && !policy.second_person.split(',').any(|wanted| wanted == kind.id()) {
            return Ok(work);
        }
        let act = serde_json::to_string(&act)?;
        let known = work.open_proposal(kind.id(), subject).await?;
        let own = work.actor().name.clone();
        let id = match known {
            Some(known) if known.act == act && known.proposed_by == own => known.id,
            // Nobody makes the second person for it, nor takes over one.
            Some(known) if known.act == act => {
                if !work.is_settled_account(&own, known.proposed_at, &known.proposed_by).await? {
                    return Err(AccountRefusal::NeedsAnother.into());
                }
                work.decide_proposal(known.id, true).await?;
                return Ok(work);
            }
            // Something else is wanted now.
            known => {
                if let Some(known) = known {
                    work.decide_proposal(known.id, false).await?;
                }
                work.propose(kind.id(), subject, &act).await?
            }
        };
        work.commit().await?;
        Err(AccountRefusal::WaitsForAnother { proposal: id }.into())
    }

    /// Keeps the form with which the second person does what was proposed.
    pub async fn keep_proposal_form(&self, staff: &Staff, proposal: i64, form: &str) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.keep_proposal_form(proposal, form).await?;
        Ok(work.commit().await?)
    }

    /// Nobody does what was proposed.
    pub async fn drop_proposal(&self, staff: &Staff, proposal: i64) -> Result<()> {
        let mut work = self.write(staff).await?;
        work.decide_proposal(proposal, false).await?;
        Ok(work.commit().await?)
    }
}
