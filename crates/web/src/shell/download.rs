//! Files to keep. A file whose encoding lacks some characters is handed out only after that was told.

use super::page::{Answer, Page, disposition, render};
use askama::Template;
use axum::http::header;
use axum::response::IntoResponse;
use secretariat::cohort::list::{Download, LostCell};

/// In a question: said by whoever wants the file although characters are replaced in it.
const REPLACE: &str = "replace=1";

#[derive(Template)]
#[template(path = "shell/lost_characters.html")]
struct LostCharacters {
    page: Page,
    file_name: String,
    count: usize,
    lost: Vec<LostCell>,
    /// The same list in formats that lack nothing.
    others: Vec<(String, &'static str)>,
    /// The list as it was asked for.
    all_the_same: String,
}

/// The file, or the page that says what it would lose. `query` is what was asked after the address, whose last piece names the format.
pub(crate) fn hand_out(page: Page, file: Download, query: Option<String>) -> Answer {
    let query = query.unwrap_or_default();
    if !file.lost.is_empty() && !query.split('&').any(|part| part == REPLACE) {
        let base = page.path.rsplit_once('/').map(|(base, _)| base.to_owned()).unwrap_or_default();
        let asked = if query.is_empty() { String::new() } else { format!("?{query}") };
        let others =
            [("xlsx", "Excel"), ("csv", "CSV (UTF-8)")].map(|(id, name)| (format!("{base}/{id}{asked}"), name));
        let joint = if query.is_empty() { "?" } else { "&" };
        let all_the_same = format!("{}{asked}{joint}{REPLACE}", page.path);
        let count = file.lost.iter().map(|cell| cell.characters.len()).sum();
        let (file_name, lost, others) = (file.file_name, file.lost, others.into());
        return render(&LostCharacters { page, file_name, count, lost, others, all_the_same });
    }
    let headers = [
        (header::CONTENT_TYPE, file.content_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition("attachment", &file.file_name)),
    ];
    Ok((headers, file.bytes).into_response())
}
