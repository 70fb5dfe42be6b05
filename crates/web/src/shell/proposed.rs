//! An act that waits for a second person: the form it was sent with is kept, so that the second person does exactly the same.

use super::page::{Answer, Page};
use super::proof;
use crate::app::App;

/// Keeps the form of the page being answered, and goes on to what waits.
pub(super) async fn waits(app: &App, page: &Page, proposal: i64) -> Answer {
    let fields = page.typed.pairs().into_iter().filter(|(name, _)| !proof::is_own(name)).collect::<Vec<_>>();
    let form = serde_json::to_string(&(&page.path, fields)).map_err(super::problem::Problem::internal)?;
    app.secretariat.keep_proposal_form(&page.staff()?, proposal, &form).await?;
    page.go("/proposals", t!(page, "refused-waits-for-another")).await
}
