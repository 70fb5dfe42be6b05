//! The audit ledger, newest first, with a check of the whole chain.

use crate::shell::desk::Desk;
use crate::shell::page::{Answer, Page, render};
use crate::wording::audit;
use askama::Template;
use axum::extract::Query;
use secretariat::settings::{AuditEntry, LedgerFault};
use serde::Deserialize;

const PAGE_SIZE: i64 = 100;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Show {
    before: Option<i64>,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    check: String,
}

/// An entry in words.
struct Line {
    action: String,
    about: String,
    detail: String,
    entry: AuditEntry,
}

impl Line {
    fn of(page: &Page, entry: AuditEntry) -> Line {
        let (kind, id) = entry.subject.split_once('/').unwrap_or((entry.subject.as_str(), ""));
        Line {
            action: audit::action(page, &entry.action),
            about: format!("{} {id}", audit::kind(page, kind)).trim().to_owned(),
            detail: audit::detail(&entry.detail),
            entry,
        }
    }
}

#[derive(Template)]
#[template(path = "settings/audit.html")]
struct Ledger {
    page: Page,
    lines: Vec<Line>,
    subject: String,
    older: Option<i64>,
    checked: Option<(i64, Vec<LedgerFault>)>,
}

pub(crate) async fn show(mut desk: Desk, page: Page, Query(query): Query<Show>) -> Answer {
    let work = desk.records().await?;
    let subject = (!query.subject.is_empty()).then_some(query.subject.as_str());
    let entries = work.audit_entries(subject, query.before.unwrap_or(i64::MAX), PAGE_SIZE).await?;
    let checked = if query.check.is_empty() { None } else { Some(work.verify_ledger().await?) };
    let full = entries.len() as i64 == PAGE_SIZE;
    let older = entries.last().filter(|_| full).map(|entry| entry.sequence);
    let lines = entries.into_iter().map(|entry| Line::of(&page, entry)).collect();
    render(&Ledger { page, lines, subject: query.subject, older, checked })
}
