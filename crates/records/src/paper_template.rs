//! A provider's own templates of papers.

use crate::work::one_row;
use crate::{Result, Work};

/// A template as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct PaperTemplate {
    /// Name of the paper.
    pub paper: String,
    /// Typst source; empty where the template that ships is used.
    pub source: String,
    /// 0 where the provider has never had one of its own.
    pub version: i64,
}

impl Work {
    /// The provider's own templates, also those it has gone back from.
    pub async fn paper_templates(&mut self) -> Result<Vec<PaperTemplate>> {
        all!(
            self,
            PaperTemplate,
            "SELECT paper, source, version FROM paper_template WHERE provider_id = $1 ORDER BY id",
            self.actor.provider
        )
    }

    /// Replaces the template of a paper as read at `version`; an empty one means the template that ships. [`crate::Error::LostUpdate`] where somebody
    /// else was faster.
    pub async fn set_paper_template(&mut self, template: &PaperTemplate) -> Result<()> {
        let changed = match template.version {
            0 => change!(
                self,
                "paper_template",
                "INSERT INTO paper_template (provider_id, paper, source, version) VALUES ($1, $2, $3, 1)
                 ON CONFLICT DO NOTHING RETURNING id",
                self.actor.provider,
                &template.paper,
                &template.source
            )?,
            version => change!(
                self,
                "paper_template",
                "UPDATE paper_template SET source = $3, version = version + 1
                 WHERE provider_id = $1 AND paper = $2 AND version = $4 RETURNING id",
                self.actor.provider,
                &template.paper,
                &template.source,
                version
            )?,
        };
        let id = one_row(&changed)?;
        self.audit("paper_template.changed", format!("paper_template/{id}"), (&template.paper, &template.source))
    }
}
