//! Acts that wait for a second person.

use crate::settings::erasure;
use crate::shell::desk::Desk;
use crate::shell::form::Form;
use crate::shell::page::{Answer, Page, render};
use crate::wording;
use askama::Template;
use axum::extract::Path;
use secretariat::account::second_person::{Proposal, TwoPersonAct};
use std::collections::HashMap;
use training::erasure::DataClass;
use training::guideline::requirement::Requirement;
use training::role::Role;

/// What a requirement is called, by what the act is done to and the requirement's id.
type Titles = HashMap<(String, String), String>;

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

/// `names` are those of accounts by their login, `titles` those of requirements by enrolment and id.
fn row(page: &Page, names: &HashMap<String, String>, titles: &Titles, proposal: Proposal) -> Row {
    let kind = TwoPersonAct::from_id(&proposal.kind);
    let is_own = page.viewer.as_ref().is_some_and(|viewer| viewer.login == proposal.proposed_by);
    let (path, fields): (String, Vec<(String, String)>) = serde_json::from_str(&proposal.form).unwrap_or_default();
    let shown: &[&str] = match kind {
        Some(TwoPersonAct::Revocation) => &["reason"],
        Some(TwoPersonAct::Waiver) => &["requirement", "subject", "reason"],
        Some(TwoPersonAct::Rules) => &["edition", "supplements", "reason"],
        Some(TwoPersonAct::Destruction) => &["class", "years"],
        Some(TwoPersonAct::Fewer) => &["idle_days"],
        None => &[],
    };
    let is_shown =
        |name: &str| shown.contains(&name) || (kind == Some(TwoPersonAct::Fewer) && name.starts_with("networks-"));
    let told = |(name, value): &(String, String)| {
        let said = match name.as_str() {
            "requirement" => titles.get(&(proposal.subject.clone(), value.clone())).cloned(),
            "class" => DataClass::from_id(value).map(|class| erasure::name(page, class)),
            _ => None,
        };
        let label = match name.strip_prefix("networks-").and_then(Role::from_id) {
            Some(role) => format!("{} {}", t!(page, "policy-networks"), wording::role(page, role)),
            None => wording::field::field(page, name),
        };
        let said = said.unwrap_or_else(|| value.clone());
        (label, if said.is_empty() { t!(page, "proposal-empty") } else { said })
    };
    let mut said: Vec<(String, String)> = fields.iter().filter(|(name, _)| is_shown(name)).map(told).collect();
    if kind == Some(TwoPersonAct::Fewer) {
        // What is compared, not what was typed.
        let wanted: String = serde_json::from_str(&proposal.act).unwrap_or_default();
        let stays = |act: &TwoPersonAct| wanted.split(',').any(|id| id == act.id());
        let named = |stay: bool| {
            let acts = TwoPersonAct::CHOICES.into_iter().filter(|act| stays(act) == stay);
            let named: Vec<String> = acts.map(|act| wording::two_person_act(page, act)).collect();
            if named.is_empty() { t!(page, "proposal-none") } else { named.join("、") }
        };
        said.push((t!(page, "proposal-acts-of-two"), named(true)));
        said.push((t!(page, "proposal-acts-of-one"), named(false)));
    }
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
    let (secretariat, work) = desk.reading().await?;
    let names = work.account_names().await?;
    let proposals = work.proposals().await?;
    let mut titles = Titles::new();
    for subject in proposals.iter().map(|proposal| &proposal.subject) {
        let Some((what, rest)) = subject.split_once('/') else { continue };
        let Some(Ok(id)) = rest.split('/').next().map(str::parse) else { continue };
        let cohort = match what {
            "enrolment" => work.cohort_of(id).await?,
            "cohort" => id,
            _ => continue,
        };
        let cohort = work.cohort(cohort).await?;
        let rulebook = secretariat.guidelines().rulebook_of(&cohort).map_err(secretariat::Error::from)?;
        let title = |it: &Requirement| page.language.either(&it.title, &it.title_en).to_owned();
        titles.extend(rulebook.requirements.iter().map(|it| ((subject.clone(), it.id.clone()), title(it))));
    }
    let rows = proposals.into_iter().map(|proposal| row(&page, &names, &titles, proposal)).collect();
    render(&Proposals { page, rows })
}

/// Nobody does it.
pub(crate) async fn drop_one(mut desk: Desk, page: Page, Path(proposal): Path<i64>, _: Form) -> Answer {
    desk.act().drop_proposal(&page.staff()?, proposal).await?;
    page.go("/proposals", t!(page, "proposal-dropped")).await
}
