//! The comparison table (新旧対照表): two texts in, a page, a PDF or a Word file out. Nothing is kept.

use crate::App;
use crate::form::Upload;
use crate::page::{Answer, Page, render};
use crate::problem::Problem;
use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use documents::comparison::{Layout, docx, pdf};
use documents::legal_text::LegalTextError;
use secretariat::Refusal;
use secretariat::comparison::{Source, compare_texts};
use tokio::sync::Semaphore;
use training::guideline::comparison::table::{Side, TableRow, table};
use training::guideline::edition::Metadata;

#[derive(Template)]
#[template(path = "comparison.html")]
struct Comparing {
    page: Page,
    /// Name of the side in the form, and its heading.
    sides: [(&'static str, String); 2],
    /// Id and title.
    editions: Vec<(String, String)>,
    /// After comparing.
    rows: Option<Vec<TableRow>>,
}

fn sides(page: &Page) -> [(&'static str, String); 2] {
    [("old", t!(page, "comparison-old")), ("new", t!(page, "comparison-new"))]
}

fn editions(app: &App, page: &Page) -> Vec<(String, String)> {
    let editions = app.secretariat.guidelines().editions.values();
    let title = |metadata: &Metadata| match page.language.tag() {
        "ja" => metadata.title.clone(),
        _ => metadata.title_en.clone(),
    };
    editions.map(|edition| (edition.id.clone(), title(&edition.metadata))).collect()
}

pub(crate) async fn show(State(app): State<App>, page: Page) -> Answer {
    let editions = editions(&app, &page);
    let sides = sides(&page);
    render(&Comparing { page, sides, editions, rows: None })
}

/// Texts are compared one pair at a time.
static TURN: Semaphore = Semaphore::const_new(1);
/// Twice the longest law; the command has no such limit.
const MAX_MIB: usize = 8;

/// One of the two texts, as sent.
enum Sent {
    Edition(String),
    File(Bytes),
}

impl Sent {
    fn as_source(&self) -> Source<'_> {
        match self {
            Sent::Edition(id) => Source::Edition(id),
            Sent::File(bytes) => Source::File(bytes),
        }
    }
}

/// A file if one was sent, else the edition chosen.
fn source(upload: &Upload, side: &str) -> Result<Sent, Problem> {
    let file = upload.file(&format!("{side}_file"));
    let edition = upload.fields.text(&format!("{side}_edition"));
    match (file.filter(|file| !file.bytes.is_empty()), edition) {
        (Some(file), _) if file.bytes.len() > MAX_MIB * 1024 * 1024 => {
            Err(Problem::Refused(Refusal::LegalText(LegalTextError::TooLarge(MAX_MIB))))
        }
        (Some(file), _) => Ok(Sent::File(file.bytes.clone())),
        (None, "") => Err(Problem::BadForm(format!("{side}_file"))),
        (None, id) => Ok(Sent::Edition(id.to_owned())),
    }
}

pub(crate) async fn compare(State(app): State<App>, page: Page, upload: Upload) -> Answer {
    let (whole, guidelines) = (upload.fields.ticked("whole"), app.secretariat.clone());
    let (old, new) = (source(&upload, "old")?, source(&upload, "new")?);
    // One at a time, beside the threads that answer pages.
    let turn = TURN.acquire().await;
    let rows = tokio::task::spawn_blocking(move || {
        let comparison = compare_texts(guidelines.guidelines(), old.as_source(), new.as_source())?;
        Ok::<_, Refusal>(table(&comparison, whole))
    })
    .await
    .map_err(secretariat::Error::from)?
    .map_err(Problem::Refused)?;
    let layout = Layout { old_left: upload.fields.ticked("old_left"), ..Layout::default() };
    let download = |kind: &'static str, name: &str, bytes: Vec<u8>| {
        let name = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
        let disposition = format!("attachment; filename*=UTF-8''{name}");
        ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
    };
    match upload.fields.text("format") {
        "pdf" => {
            let today = page.today;
            let bytes = tokio::task::spawn_blocking(move || pdf(&rows, &layout, today))
                .await
                .map_err(secretariat::Error::from)?
                .map_err(secretariat::Error::from)?;
            drop(turn);
            Ok(download("application/pdf", "新旧対照表.pdf", bytes))
        }
        "docx" => {
            let bytes = docx(&rows, &layout).map_err(|error| secretariat::Error::Internal(error.to_string()))?;
            let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
            Ok(download(kind, "新旧対照表.docx", bytes))
        }
        _ => {
            let editions = editions(&app, &page);
            let sides = sides(&page);
            render(&Comparing { page, sides, editions, rows: Some(rows) })
        }
    }
}
