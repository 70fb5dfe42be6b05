//! A question before a text is kept that looks as if it said who somebody is: rewrite it, or say that it does not.

use crate::shell::form::Fields;
use crate::shell::page::{Answer, Page, render};
use crate::wording::practicum as words;
use askama::Template;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use training::practicum::personal_data::look_for;

#[derive(Template)]
#[template(path = "shell/looks_personal.html")]
struct LooksPersonal {
    page: Page,
    /// Where the form goes.
    action: String,
    field: &'static str,
    label: String,
    text: String,
    pieces: Vec<String>,
    /// What else was sent.
    others: Vec<(String, String)>,
}

/// Said by whoever has looked: it is about nobody.
const NONE_PERSONAL: &str = "none_personal";

/// Is there something to ask about?
pub(crate) fn suspects(fields: &Fields, field: &str) -> bool {
    !fields.ticked(NONE_PERSONAL) && !look_for(fields.text(field)).is_empty()
}

/// The page that asks. Nothing is kept yet.
pub(crate) fn ask(page: Page, action: String, fields: &Fields, field: &'static str) -> Answer {
    let piece = |found: training::practicum::personal_data::Suspicion| {
        format!("「{}」 {}", found.piece, words::personal_data(&page, found.kind))
    };
    let others = fields.names().filter(|name| ![field, NONE_PERSONAL, "csrf"].contains(name));
    let others = others.flat_map(|name| fields.all(name).map(|value| (name.to_owned(), value.to_owned())));
    let text = fields.text(field).to_owned();
    let asked = LooksPersonal {
        action,
        field,
        label: crate::wording::field::field(&page, field),
        pieces: look_for(&text).into_iter().map(piece).collect(),
        text,
        others: others.collect(),
        page,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&asked)?).into_response())
}
