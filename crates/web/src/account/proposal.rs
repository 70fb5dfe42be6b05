//! Acts that wait for a second person.

use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::wording;
use askama::Template;
use axum::extract::Path;
use secretariat::account::second_person::{Proposal, TwoPersonAct};
use std::collections::HashMap;

struct Row {
    id: i64,
    what: String,
    /// The page of what it is done to.
    link: Option<String>,
    who: String,
    when: String,
    /// What was typed, as people read it.
    said: Vec<(String, String)>,
    /// Where the form goes, and all its fields.
    path: String,
    fields: Vec<(String, String)>,
    is_own: bool,
    may_confirm: bool,
}

#[derive(Template)]
#[template(path = "account/proposals.html")]
struct Proposals {
    page: Page,
    rows: Vec<Row>,
}

fn row(page: &Page, names: &HashMap<String, String>, proposal: Proposal) -> Row {
    let kind = TwoPersonAct::from_id(&proposal.kind);
    let is_own = page.viewer.as_ref().is_some_and(|viewer| viewer.login == proposal.proposed_by);
    let (path, fields): (String, Vec<(String, String)>) = serde_json::from_str(&proposal.form).unwrap_or_default();
    let is_shown = |name: &str| !name.contains("version") && name != "csrf" && name != "from_page";
    let told = |(name, value): &(String, String)| (wording::field::field(page, name), value.clone());
    let said = fields.iter().filter(|(name, value)| is_shown(name) && !value.is_empty()).map(told).collect();
    let for_administrators =
        matches!(kind, Some(TwoPersonAct::Rules | TwoPersonAct::Destruction | TwoPersonAct::Fewer));
    let link = proposal
        .subject
        .split_once('/')
        .map(|(what, rest)| (what, rest.split('/').next().unwrap_or_default()))
        .and_then(|(what, id)| match what {
            "enrolment" => Some(format!("/trainees/{id}")),
            "cohort" => Some(format!("/cohorts/{id}")),
            "certificate" => Some(format!("/certificates/{id}/pdf")),
            _ => None,
        });
    Row {
        id: proposal.id,
        what: kind.map_or(proposal.kind, |kind| wording::two_person_act(page, kind)),
        link,
        who: names.get(&proposal.proposed_by).cloned().unwrap_or(proposal.proposed_by),
        when: page.moment(&proposal.proposed_at),
        said,
        may_confirm: !is_own && !path.is_empty() && (page.is_administrator() || !for_administrators),
        path,
        fields,
        is_own,
    }
}

pub(crate) async fn list(mut desk: Desk, mut page: Page) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let names = work.account_names().await?;
    let rows = work.proposals().await?.into_iter().map(|proposal| row(&page, &names, proposal)).collect();
    render(&Proposals { page, rows })
}

/// Nobody does it.
pub(crate) async fn drop_one(mut desk: Desk, page: Page, Path(proposal): Path<i64>, _: Form) -> Answer {
    desk.act().drop_proposal(&page.staff()?, proposal).await?;
    page.go("/proposals", t!(page, "proposal-dropped")).await
}
