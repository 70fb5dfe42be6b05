//! Papers in the provider's own template.

use crate::{Result, Secretariat, Staff};
use documents::paper::Paper;
use records::Work;
use records::certificate::paper::PaperTemplate;

/// The provider's own template as it stands; without one its source is empty.
pub async fn own_template(work: &mut Work, paper: Paper) -> Result<PaperTemplate> {
    let own = work.paper_templates().await?.into_iter().find(|own| own.paper == paper.id());
    Ok(own.unwrap_or_else(|| PaperTemplate { paper: paper.id().to_owned(), ..PaperTemplate::default() }))
}

/// The source a paper is set by.
pub async fn template(work: &mut Work, paper: Paper) -> Result<String> {
    let own = own_template(work, paper).await?.source;
    Ok(if own.is_empty() { paper.template().to_owned() } else { own })
}

impl Secretariat {
    /// A new version of a paper's template after the one that was read. It must work: a sample is set with it first. An empty one, or the one that ships, means the one
    /// that ships, also after an upgrade.
    pub async fn set_paper_template(&self, staff: &Staff, paper: Paper, source: &str, number: i64) -> Result<()> {
        let own = !source.trim().is_empty() && source.trim() != paper.template().trim();
        let source = if own { source.to_owned() } else { String::new() };
        if own {
            self.set_paper(paper, source.clone()).await?;
        }
        let mut work = self.write(staff).await?;
        work.publish_paper_template(&PaperTemplate { paper: paper.id().to_owned(), source, number }).await?;
        Ok(work.commit().await?)
    }

    /// A sample of people who do not exist, by the template as it stands.
    pub async fn sample_paper(&self, staff: &Staff, paper: Paper) -> Result<Vec<u8>> {
        let mut work = self.read(staff).await?;
        let template = template(&mut work, paper).await?;
        drop(work);
        self.set_paper(paper, template).await
    }

    async fn set_paper(&self, paper: Paper, template: String) -> Result<Vec<u8>> {
        let today = self.today();
        Ok(tokio::task::spawn_blocking(move || paper.sample_pdf(&template, today)).await??)
    }
}
