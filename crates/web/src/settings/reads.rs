//! The read log: who looked at whose personal data, newest first, and as a file.

use crate::shell::desk::Desk;
use crate::shell::page::{Answer, Page, disposition, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording::audit;
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::IntoResponse;
use documents::export::ExportFormat;
use secretariat::account::read_log::{Read, ReadKind, Wanted};
use serde::Deserialize;
use training::wareki;

const PAGE_SIZE: i64 = 100;

/// What is asked for, as it was typed.
#[derive(Debug, Default, Clone, Deserialize)]
pub(crate) struct ReadQuery {
    #[serde(default)]
    who: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    before: Option<i64>,
}

impl ReadQuery {
    fn wanted(&self, page: &Page) -> Result<Wanted, Problem> {
        let day = |name: &str, text: &str| match text.trim() {
            "" => Ok(None),
            text => wareki::parse_near(text, page.today).map(Some).ok_or_else(|| Problem::BadForm(name.to_owned())),
        };
        Ok(Wanted {
            who: self.who.clone(),
            person: self.person.parse().ok(),
            kind: ReadKind::from_id(&self.kind),
            from: day("from", &self.from)?,
            until: day("until", &self.until)?,
        })
    }

    /// The same question, after an address that ends in `?`.
    fn question(&self) -> String {
        let asked = [
            ("who", &self.who),
            ("person", &self.person),
            ("kind", &self.kind),
            ("from", &self.from),
            ("until", &self.until),
        ];
        let asked: Vec<(&str, &String)> = asked.into_iter().filter(|(_, text)| !text.is_empty()).collect();
        serde_urlencoded::to_string(asked).unwrap_or_default()
    }
}

/// A look in words.
struct Line {
    kind: String,
    about: String,
    read: Read,
}

fn said(page: &Page, kind: ReadKind) -> String {
    match kind {
        ReadKind::Page => t!(page, "read-page"),
        ReadKind::File => t!(page, "read-file"),
        ReadKind::Refused => t!(page, "read-refused"),
        ReadKind::SignInFailed => t!(page, "read-sign-in-failed"),
    }
}

impl Line {
    fn of(page: &Page, read: Read) -> Line {
        let (kind, id) = read.subject.split_once('/').unwrap_or_default();
        let about = match (&read.person, kind.is_empty()) {
            (Some(name), _) => name.clone(),
            (None, true) => String::new(),
            (None, false) => format!("{} {id}", audit::kind(page, kind)),
        };
        Line { kind: said(page, read.kind), about, read }
    }
}

#[derive(Template)]
#[template(path = "settings/reads.html")]
struct Reads {
    page: Page,
    query: ReadQuery,
    question: String,
    kinds: Vec<Choice>,
    lines: Vec<Line>,
    /// The name of the person whose looks are shown.
    person: Option<String>,
    older: Option<i64>,
}

pub(crate) async fn show(mut desk: Desk, page: Page, Query(query): Query<ReadQuery>) -> Answer {
    let wanted = query.wanted(&page)?;
    let (secretariat, work) = desk.reading().await?;
    let reads = secretariat.looks(work, &wanted, (query.before.unwrap_or(i64::MAX), PAGE_SIZE)).await?;
    let person = match wanted.person {
        Some(person) => Some(work.person(person).await?.name),
        None => None,
    };
    let older = reads.last().filter(|_| reads.len() as i64 == PAGE_SIZE).map(|read| read.id);
    let lines = reads.into_iter().map(|read| Line::of(&page, read)).collect();
    let kinds = ReadKind::ALL.map(|kind| Choice::new(kind.id(), said(&page, kind))).into();
    render(&Reads { question: query.question(), page, query, kinds, lines, person, older })
}

pub(crate) async fn download(
    mut desk: Desk,
    page: Page,
    Path(format): Path<String>,
    Query(query): Query<ReadQuery>,
) -> Answer {
    let format = ExportFormat::from_id(&format).ok_or(Problem::NotFound)?;
    let wanted = query.wanted(&page)?;
    let (secretariat, work) = desk.reading().await?;
    let bytes = secretariat.looks_file(work, &wanted, format).await?;
    let name = format!("閲覧記録_{}.{}", page.today.format("%Y%m%d"), format.extension());
    let headers = [
        (header::CONTENT_TYPE, format.content_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition("attachment", &name)),
    ];
    Ok((headers, bytes).into_response())
}
