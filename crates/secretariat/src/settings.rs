//! A provider's own settings: its name, the issuer, and how its certificates are numbered and worded.

pub use records::backup::BackupRun;
pub use records::ledger::{AuditEntry, LedgerFault};

use crate::{Refusal, Result, Secretariat, Staff};
use documents::certificate::{CertificateContent, TEMPLATE, render};
use records::account::provider::Provider;
use training::completion::certificate::{check_pattern, number};
use training::wareki;

/// What a preview shows of a person who does not exist.
fn sample(provider: &Provider, today: training::NaiveDate) -> Result<CertificateContent> {
    let number = number(&provider.certificate_pattern, wareki::fiscal_year(today), 1).map_err(Refusal::Pattern)?;
    Ok(CertificateContent {
        number,
        name: "研修 太郎".to_owned(),
        kana: "ケンシュウ タロウ".to_owned(),
        former_name: Some("見本".to_owned()),
        birth_date: today - chrono::TimeDelta::days(14_000),
        course: "介護支援専門員実務研修".to_owned(),
        basis: "介護保険法施行規則第113条の4".to_owned(),
        completed_on: today,
        issuer: provider.issuer.clone(),
        verification_url: "https://kensan.example/verify/0123456789abcdef0123456789abcdef".to_owned(),
    })
}

impl Secretariat {
    /// Saves the settings as read at `provider.version`. The pattern and the template must work: a sample is set with them first.
    /// Certificates issued before stay as they are.
    pub async fn update_provider(&self, staff: &Staff, provider: &Provider) -> Result<()> {
        for (field, value) in [("name", &provider.name), ("issuer", &provider.issuer)] {
            if value.trim().is_empty() {
                return Err(Refusal::FieldMissing(field).into());
            }
        }
        check_pattern(&provider.certificate_pattern).map_err(Refusal::Pattern)?;
        self.set_sample(provider).await?;
        let mut work = self.write(staff).await?;
        work.update_provider(provider).await?;
        Ok(work.commit().await?)
    }

    /// A sample certificate as PDF, by the saved settings.
    pub async fn sample_certificate(&self, staff: &Staff) -> Result<Vec<u8>> {
        let mut work = self.read(staff).await?;
        let provider = work.provider().await?;
        drop(work);
        self.set_sample(&provider).await
    }

    async fn set_sample(&self, provider: &Provider) -> Result<Vec<u8>> {
        let content = sample(provider, self.today())?;
        let template = provider.certificate_template.clone().unwrap_or_else(|| TEMPLATE.to_owned());
        Ok(tokio::task::spawn_blocking(move || render(&[content], &template)).await??)
    }
}
