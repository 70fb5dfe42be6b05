//! A problem as a page: title, what happened, what to do.

use super::page::Page;
use super::problem::{Conflict, Problem};
use super::proof;
use super::watching::AFTER;
use crate::wording;
use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::response::{Html, IntoResponse, Response};

#[derive(Template)]
#[template(path = "shell/problem.html")]
struct ProblemPage<'a> {
    page: &'a Page,
    title: String,
    text: String,
    conflicts: &'a [Conflict],
}

impl Problem {
    /// The problem as a page in the reader's language.
    pub(crate) fn page(&self, page: &Page) -> Response {
        let (title, text) = match self {
            Problem::AsksAgain => return proof::before_act(page),
            Problem::SignedOut => (t!(page, "problem-signed-out"), t!(page, "problem-signed-out-text")),
            Problem::Forbidden => (t!(page, "problem-forbidden"), t!(page, "problem-forbidden-text")),
            Problem::NotFound => (t!(page, "problem-not-found"), t!(page, "problem-not-found-text")),
            Problem::WrongToken => (t!(page, "problem-token"), t!(page, "problem-token-text")),
            Problem::TooMany => (t!(page, "problem-too-many"), t!(page, "problem-too-many-text")),
            Problem::TooLarge => (t!(page, "problem-too-large"), t!(page, "problem-too-large-text")),
            Problem::BadForm(field) => (
                t!(page, "problem-refused"),
                t!(page, "problem-bad-form", field = crate::wording::field::field(page, field)),
            ),
            Problem::Fields(faults) => {
                let one = |(field, message): &(String, String)| {
                    t!(
                        page,
                        "problem-field",
                        field = crate::wording::field::field(page, field),
                        message = message.clone()
                    )
                };
                (t!(page, "problem-refused"), faults.iter().map(one).collect::<Vec<_>>().join(" / "))
            }
            Problem::Refused(refusal) => (t!(page, "problem-refused"), wording::refusal::refusal(page, refusal)),
            Problem::LostUpdate(_) => (t!(page, "problem-lost-update"), t!(page, "problem-lost-update-text")),
            Problem::Unavailable => (t!(page, "problem-unavailable"), t!(page, "problem-unavailable-text")),
            Problem::Unclear => (t!(page, "problem-unclear"), t!(page, "problem-unclear-text")),
            Problem::Internal { id } => {
                (t!(page, "problem-internal"), t!(page, "problem-internal-text", id = id.clone()))
            }
        };
        let conflicts = match self {
            Problem::LostUpdate(conflicts) => conflicts.as_slice(),
            _ => &[],
        };
        let html = ProblemPage { page, title, text, conflicts }.render().unwrap_or_else(|error| error.to_string());
        let mut answer = (self.status(), Html(html)).into_response();
        if matches!(self, Problem::Unavailable | Problem::TooMany) {
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(AFTER));
        }
        answer
    }
}
