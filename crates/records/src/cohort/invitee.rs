//! Make-up sessions, and who is invited to them: only they are expected.

use crate::{Result, Work};
use std::collections::{BTreeSet, HashMap};

impl Work {
    /// Keeps that a session is for those alone who are invited to it.
    pub async fn mark_make_up(&mut self, session: i64) -> Result<()> {
        self.session(session).await?;
        insert!(self, "make_up_session", "INSERT INTO make_up_session (session_id) VALUES ($1) RETURNING id", session)?;
        Ok(())
    }

    /// Make-up sessions of a cohort, each with the enrolments invited to it.
    pub async fn make_up_sessions(&mut self, cohort: i64) -> Result<HashMap<i64, BTreeSet<i64>>> {
        let found = all!(
            self,
            (i64, Option<i64>),
            "SELECT m.session_id, i.enrolment_id FROM make_up_session m JOIN session s ON s.id = m.session_id
             LEFT JOIN session_invitee i ON i.session_id = s.id WHERE s.cohort_id = $1 AND s.provider_id = $2",
            cohort,
            self.actor.provider
        )?;
        let mut sessions: HashMap<i64, BTreeSet<i64>> = HashMap::new();
        for (session, enrolment) in found {
            sessions.entry(session).or_default().extend(enrolment);
        }
        Ok(sessions)
    }

    /// Invites somebody to a session; gives whether that is new.
    pub async fn invite_to_session(&mut self, session: i64, enrolment: i64) -> Result<bool> {
        self.facts_of_enrolment_changed(enrolment).await?;
        let invited = change!(
            self,
            "session_invitee",
            "INSERT INTO session_invitee (session_id, enrolment_id, invited_by, invited_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (session_id, enrolment_id) DO NOTHING RETURNING id",
            session,
            enrolment,
            &self.actor.name,
            self.actor.now
        )?;
        self.audit("session.invited", format!("session/{session}"), enrolment)?;
        Ok(!invited.is_empty())
    }
}
