//! Providers (研修実施機関): one installation can serve many, and none sees another's rows.

use crate::work::one_row;
use crate::{Error, Result, Work};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Provider {
    pub id: i64,
    pub name: String,
    /// JIS prefecture code.
    pub prefecture: i64,
    /// See `training::completion::certificate`.
    pub certificate_pattern: String,
    /// The provider's own wording; `None`: the one that ships.
    pub certificate_template: Option<String>,
    /// Who issues the certificate, as printed.
    pub issuer: String,
    pub version: i64,
}

impl Work {
    /// Creates a provider; from then on this work is done for it.
    pub async fn create_provider(&mut self, name: &str, prefecture: i64) -> Result<i64> {
        let id = insert!(
            self,
            "provider",
            "INSERT INTO provider (name, prefecture, certificate_pattern, issuer, created_at)
             VALUES ($1, $2, $3, $1, $4) RETURNING id",
            name,
            prefecture,
            "第{era_year}-{serial:5}号",
            self.actor.now
        )?;
        self.actor.provider = id;
        self.audit("provider.created", format!("provider/{id}"), (name, prefecture))?;
        Ok(id)
    }

    /// The provider this work is done for.
    pub async fn provider(&mut self) -> Result<Provider> {
        optional!(
            self,
            Provider,
            "SELECT id, name, prefecture, certificate_pattern, certificate_template, issuer, version
             FROM provider WHERE id = $1",
            self.actor.provider
        )?
        .ok_or(Error::NotFound)
    }

    /// All providers of the installation: for the operator's commands, never for a page.
    pub async fn providers(&mut self) -> Result<Vec<Provider>> {
        all!(
            self,
            Provider,
            "SELECT id, name, prefecture, certificate_pattern, certificate_template, issuer, version
             FROM provider ORDER BY id"
        )
    }

    pub async fn update_provider(&mut self, provider: &Provider) -> Result<()> {
        let changed = change!(
            self,
            "provider",
            "UPDATE provider SET name = $3, certificate_pattern = $4, certificate_template = $5, issuer = $6,
                version = version + 1 WHERE id = $1 AND version = $2 RETURNING id",
            self.actor.provider,
            provider.version,
            &provider.name,
            &provider.certificate_pattern,
            &provider.certificate_template,
            &provider.issuer
        )?;
        one_row(&changed)?;
        let detail = (&provider.name, &provider.certificate_pattern, &provider.certificate_template, &provider.issuer);
        self.audit("provider.changed", format!("provider/{}", provider.id), detail)
    }
}
