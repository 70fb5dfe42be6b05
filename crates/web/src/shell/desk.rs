//! A desk: what a handler works at. It reads one snapshot of the records and holds one transaction at most.

use crate::app::App;
use crate::shell::page::Page;
use crate::shell::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use secretariat::{Secretariat, Staff, Work};
use std::sync::Arc;

/// The open work of one request, and who is at it.
///
/// The snapshot is opened by the first question, so that no connection waits for a form that is still being sent; dropping the desk ends
/// it. Both ways to the records borrow the desk, so that two works of one request cannot be open together.
pub(crate) struct Desk {
    app: App,
    /// Nobody, on the pages for everybody.
    staff: Option<Staff>,
    snapshot: Option<Work>,
}

impl Desk {
    /// The snapshot this request reads.
    pub(crate) async fn records(&mut self) -> Result<&mut Work, Problem> {
        Ok(self.reading().await?.1)
    }

    /// The use cases that read, and the snapshot they read.
    pub(crate) async fn reading(&mut self) -> Result<(&Secretariat, &mut Work), Problem> {
        let secretariat = &self.app.secretariat;
        let snapshot = match self.snapshot.take() {
            Some(open) => open,
            None => secretariat.read(self.staff.as_ref().ok_or(Problem::SignedOut)?).await?,
        };
        Ok((secretariat, self.snapshot.insert(snapshot)))
    }

    /// The use cases that write, each in a transaction of its own: the snapshot read before ends.
    pub(crate) fn act(&mut self) -> &Secretariat {
        self.snapshot = None;
        &self.app.secretariat
    }

    /// Somebody else works at it, whose address of a calendar was recognised.
    pub(crate) fn hand_over(&mut self, staff: Staff) {
        self.staff = Some(staff);
        self.snapshot = None;
    }

    /// Where people reach the pages from outside.
    pub(crate) fn base_url(&self) -> Arc<str> {
        Arc::clone(&self.app.base_url)
    }

    /// What is known without asking the records: guidelines, the clock.
    pub(crate) fn app(&self) -> &App {
        &self.app
    }
}

impl FromRequestParts<App> for Desk {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Desk, Problem> {
        let page = parts.extensions.get::<Page>().ok_or_else(|| Problem::internal("the page was not prepared"))?;
        let staff = if page.viewer.is_some() { Some(page.staff()?) } else { None };
        Ok(Desk { app: app.clone(), staff, snapshot: None })
    }
}
