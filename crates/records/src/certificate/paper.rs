//! A provider's own templates of papers, in versions.

use crate::{Result, Work};

/// The newest version of a template.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct PaperTemplate {
    /// Name of the paper.
    pub paper: String,
    /// Versions count from 1; 0 where the provider has never had one of its own.
    pub number: i64,
    /// Typst source; empty where the template that ships is used.
    pub source: String,
}

impl Work {
    /// The newest version of each paper's template, also where the provider has gone back to the one that ships.
    pub async fn paper_templates(&mut self) -> Result<Vec<PaperTemplate>> {
        all!(
            self,
            PaperTemplate,
            "SELECT t.paper, t.number, t.source FROM paper_template t WHERE t.provider_id = $1 AND t.number =
                (SELECT max(n.number) FROM paper_template n WHERE n.provider_id = t.provider_id AND n.paper = t.paper)
             ORDER BY t.id",
            self.actor.provider
        )
    }

    /// A version after the one that was read; an empty source means the template that ships. [`crate::Error::LostUpdate`] where somebody else was
    /// faster.
    pub async fn publish_paper_template(&mut self, after: &PaperTemplate) -> Result<()> {
        let number = after.number.saturating_add(1);
        let id = insert!(
            self,
            "paper_template",
            "INSERT INTO paper_template (provider_id, paper, number, source, published_by, published_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id",
            self.actor.provider,
            &after.paper,
            number,
            &after.source,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("paper_template.published", format!("paper_template/{id}"), (&after.paper, number))
    }
}
