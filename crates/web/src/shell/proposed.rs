//! An act that waits for a second person: the form it was sent with is kept, so that the second person does exactly the same.

use super::page::{Answer, Page};
use super::proof;
use crate::app::App;
use std::collections::HashSet;

/// Fields of which every value counts.
const LISTS: [&str; 2] = ["second_person", "supplements"];

/// Keeps the form of the page being answered, and goes on to what waits.
pub(super) async fn waits(app: &App, page: &Page, proposal: i64) -> Answer {
    let mut fields = page.typed.pairs();
    // What is read of a form is the first value of each field, but for those that are lists: what is not read is not shown as if it were.
    let mut known = HashSet::new();
    fields.retain(|(name, _)| !proof::is_own(name) && (LISTS.contains(&name.as_str()) || known.insert(name.clone())));
    let form = serde_json::to_string(&(&page.path, fields)).map_err(super::problem::Problem::internal)?;
    app.secretariat.keep_proposal_form(&page.staff()?, proposal, &form).await?;
    page.go("/proposals", t!(page, "refused-waits-for-another")).await
}
