//! How offices and their supervisors are reached, and the links that sign them in.

use crate::work::one_row;
use crate::{Error, Result, Work};

/// Version 0 where nothing was said yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct OfficeContact {
    pub host_office_id: i64,
    pub email: String,
    /// Who receives trainees there and reads the mails; empty: nobody is named.
    pub name: String,
    /// The account the office's links sign in.
    pub user_id: Option<i64>,
    pub version: i64,
}

/// Version 0 where nothing was said yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct SupervisorContact {
    pub supervisor_id: i64,
    pub host_office_id: i64,
    pub email: String,
    /// The account that is theirs alone.
    pub user_id: Option<i64>,
    pub version: i64,
}

impl Work {
    /// The contacts of offices: of one, or of all.
    pub async fn office_contacts(&mut self, host_office: Option<i64>) -> Result<Vec<OfficeContact>> {
        all!(
            self,
            OfficeContact,
            "SELECT c.host_office_id, c.email, coalesce(r.name, '') AS name, r.user_id, c.version FROM office_contact c
             JOIN host_office h ON h.id = c.host_office_id LEFT JOIN office_reception r ON r.host_office_id = h.id
             WHERE h.provider_id = $1 AND (h.id = $2 OR $2 = 0)",
            self.actor.provider,
            host_office.unwrap_or(0)
        )
    }

    /// Supervisors that can be reached: of one office, or of all.
    pub async fn supervisor_contacts(&mut self, host_office: Option<i64>) -> Result<Vec<SupervisorContact>> {
        all!(
            self,
            SupervisorContact,
            "SELECT c.supervisor_id, s.host_office_id, c.email, c.user_id, c.version FROM supervisor_contact c
             JOIN supervisor s ON s.id = c.supervisor_id WHERE s.provider_id = $1 AND (s.host_office_id = $2 OR $2 = 0)
             ORDER BY c.supervisor_id",
            self.actor.provider,
            host_office.unwrap_or(0)
        )
    }

    /// Where an office is reached, who receives trainees there, and the account of its links, over the version read.
    pub async fn set_office_contact(&mut self, contact: &OfficeContact) -> Result<()> {
        self.host_office(contact.host_office_id).await?;
        let changed = if contact.version == 0 {
            change!(
                self,
                "office_contact",
                "INSERT INTO office_contact (host_office_id, email) VALUES ($1, $2)
                 ON CONFLICT (host_office_id) DO NOTHING RETURNING id",
                contact.host_office_id,
                &contact.email
            )?
        } else {
            change!(
                self,
                "office_contact",
                "UPDATE office_contact SET email = $2, version = version + 1 WHERE host_office_id = $1 AND version = $3 RETURNING id",
                contact.host_office_id,
                &contact.email,
                contact.version
            )?
        };
        one_row(&changed)?;
        self.set_reception(contact).await?;
        self.audit("contact.changed", format!("host_office/{}", contact.host_office_id), contact.user_id)
    }

    /// The account that an office's links sign in; who reads its mails stays as it is.
    pub async fn set_office_account(&mut self, host_office: i64, user: i64) -> Result<()> {
        let contact = self.office_contacts(Some(host_office)).await?.pop().ok_or(Error::NotFound)?;
        self.set_reception(&OfficeContact { user_id: Some(user), ..contact }).await?;
        self.audit("contact.changed", format!("host_office/{host_office}"), user)
    }

    async fn set_reception(&mut self, contact: &OfficeContact) -> Result<()> {
        change!(
            self,
            "office_reception",
            "INSERT INTO office_reception (host_office_id, name, user_id) VALUES ($1, $2, $3)
             ON CONFLICT (host_office_id) DO UPDATE SET name = excluded.name, user_id = excluded.user_id RETURNING id",
            contact.host_office_id,
            &contact.name,
            contact.user_id
        )?;
        Ok(())
    }

    /// Whoever else comes to where this supervisor is reached waits until this work is done.
    pub async fn lock_supervisor_contact(&mut self, supervisor: i64) -> Result<()> {
        execute!(
            self,
            "UPDATE supervisor_contact SET version = version WHERE supervisor_id = $1 AND supervisor_id IN
                (SELECT s.id FROM supervisor s WHERE s.provider_id = $2)",
            supervisor,
            self.actor.provider
        )?;
        Ok(())
    }

    /// Where a supervisor is reached, and the account that is theirs, over the version read.
    pub async fn set_supervisor_contact(&mut self, contact: &SupervisorContact) -> Result<()> {
        if !self.supervisors(contact.host_office_id).await?.iter().any(|known| known.id == contact.supervisor_id) {
            return Err(Error::NotFound);
        }
        let changed = if contact.version == 0 {
            change!(
                self,
                "supervisor_contact",
                "INSERT INTO supervisor_contact (supervisor_id, email, user_id) VALUES ($1, $2, $3)
                 ON CONFLICT (supervisor_id) DO NOTHING RETURNING id",
                contact.supervisor_id,
                &contact.email,
                contact.user_id
            )?
        } else {
            change!(
                self,
                "supervisor_contact",
                "UPDATE supervisor_contact SET email = $2, user_id = $3, version = version + 1
                 WHERE supervisor_id = $1 AND version = $4 RETURNING id",
                contact.supervisor_id,
                &contact.email,
                contact.user_id,
                contact.version
            )?
        };
        one_row(&changed)?;
        self.audit("contact.changed", format!("supervisor/{}", contact.supervisor_id), contact.user_id)
    }
}
