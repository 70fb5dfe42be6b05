//! Offices by a list: what it would change of each is shown first.

use crate::shell::desk::Desk;
use crate::shell::download::hand_out;
use crate::shell::form::{Form, Upload};
use crate::shell::page::{Answer, Page, render};
use crate::wording;
use askama::Template;
use secretariat::office::list::{OfficeChange, OfficeLine, OfficeListCounts, OfficeListResult, headings};

#[derive(Template)]
#[template(path = "office/list.html")]
struct Start {
    page: Page,
    headings: String,
}

pub(crate) async fn show(mut page: Page) -> Answer {
    page.take_notice().await?;
    render(&Start { page, headings: headings().join("\t") })
}

/// The offices of the prefecture with what is known, to be filled in.
pub(crate) async fn template(mut desk: Desk, page: Page) -> Answer {
    let file = desk.act().office_template(&page.staff()?).await?;
    hand_out(page, file, None)
}

struct Line {
    row: usize,
    office: i64,
    number: String,
    name: String,
    changes: Vec<String>,
    refused: Option<String>,
}

#[derive(Template)]
#[template(path = "office/list_check.html")]
struct Check {
    page: Page,
    counts: OfficeListCounts,
    /// Those that change, and those it is refused for, which stand first.
    lines: Vec<Line>,
    /// Links that would go out to supervisors.
    links: usize,
    unread: String,
    state: String,
    text: String,
}

fn line(page: &Page, line: &OfficeLine) -> Line {
    let change = |change: &OfficeChange| match change {
        OfficeChange::Value { column, before, after } => {
            let nothing = |text: &String| if text.is_empty() { t!(page, "office-list-nothing") } else { text.clone() };
            let (before, after) = (nothing(before), nothing(after));
            t!(page, "office-list-value", column = *column, before = before, after = after)
        }
        OfficeChange::FewerThanPlaced(count) => t!(page, "office-list-fewer", count = *count),
        OfficeChange::SupervisorNamed { name, substitute_reason } if substitute_reason.is_empty() => {
            t!(page, "office-list-named", name = name.clone())
        }
        OfficeChange::SupervisorNamed { name, substitute_reason } => {
            t!(page, "office-list-substitute", name = name.clone(), reason = substitute_reason.clone())
        }
        OfficeChange::SupervisorReached { name, email } => {
            t!(page, "office-list-reached", name = name.clone(), email = email.clone())
        }
    };
    Line {
        row: line.row,
        office: line.office,
        number: line.number.clone(),
        name: line.name.clone(),
        changes: line.changes.iter().map(change).collect(),
        refused: line.refused.as_ref().map(|refusal| wording::refusal::refusal(page, refusal)),
    }
}

fn check(page: Page, result: OfficeListResult) -> Answer {
    let counts = result.counts();
    let mut shown: Vec<&OfficeLine> =
        result.lines.iter().filter(|line| line.refused.is_some() || !line.changes.is_empty()).collect();
    shown.sort_by_key(|line| line.refused.is_none());
    let links = result.links;
    let lines = shown.into_iter().map(|known| line(&page, known)).collect();
    render(&Check {
        page,
        counts,
        lines,
        links,
        unread: result.unread.join("、"),
        state: result.state,
        text: result.text,
    })
}

pub(crate) async fn draft(mut desk: Desk, page: Page, upload: Upload) -> Answer {
    let bytes = match upload.fields.text("source") {
        "text" => upload.fields.text("text").as_bytes().to_vec(),
        _ => upload.only_file().bytes.to_vec(),
    };
    let result = desk.act().rehearse_offices(&page.staff()?, &bytes).await?;
    check(page, result)
}

pub(crate) async fn set(mut desk: Desk, page: Page, Form(fields): Form) -> Answer {
    let counts =
        desk.act().set_offices(&page.staff()?, fields.text("text").as_bytes(), fields.text("seen")).await?.counts();
    page.go("/offices", t!(page, "office-list-done", count = counts.changed, skipped = counts.skipped)).await
}
