//! The comparison table (新旧対照表): two texts in, a page, a PDF or a Word file out. Nothing is kept.

use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Upload};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use askama::Template;
use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;
use documents::comparison::{Layout, docx, pdf};
use documents::legal_text::LegalTextError;
use secretariat::Refusal;
use secretariat::guideline::comparison::{Source, are_wrapped, compare_table, compare_texts};
use secretariat::guideline::refusal::GuidelineRefusal;
use tokio::sync::Semaphore;
use training::guideline::comparison::table::{Side, TableRow, table};

#[derive(Template)]
#[template(path = "guideline/comparison.html")]
struct Comparing {
    page: Page,
    sides: [Chosen; 2],
    /// Editions and imported texts: id and title.
    editions: Vec<(String, String)>,
    wrapped: bool,
    whole: bool,
    old_left: bool,
    /// After comparing.
    rows: Option<Vec<TableRow>>,
}

/// One side of the form.
struct Chosen {
    /// Its name in the form.
    name: &'static str,
    heading: String,
    /// The edition or text chosen the last time.
    chosen: String,
}

impl Comparing {
    async fn new(
        desk: &mut Desk,
        page: Page,
        fields: &Fields,
        rows: Option<Vec<TableRow>>,
    ) -> Result<Comparing, Problem> {
        let side = |name: &'static str, heading: String| {
            let chosen = fields.text(&format!("{name}_edition")).to_owned();
            Chosen { name, heading, chosen }
        };
        let editions = page.guidelines.editions.values().map(|edition| {
            let metadata = &edition.metadata;
            (edition.id.clone(), page.language.either(&metadata.title, &metadata.title_en).to_owned())
        });
        let work = desk.records().await?;
        let texts = work.guideline_texts().await?;
        let texts = texts.into_iter().map(|text| (format!("{IMPORTED}{}", text.id), text.title));
        Ok(Comparing {
            sides: [side("old", t!(page, "comparison-old")), side("new", t!(page, "comparison-new"))],
            editions: editions.chain(texts).collect(),
            wrapped: fields.ticked("wrapped"),
            whole: fields.ticked("whole"),
            old_left: fields.ticked("old_left"),
            rows,
            page,
        })
    }
}

pub(crate) async fn show(mut desk: Desk, page: Page) -> Answer {
    render(&Comparing::new(&mut desk, page, &Fields::default(), None).await?)
}

/// Texts are compared one pair at a time.
static TURN: Semaphore = Semaphore::const_new(1);
/// Three times the longest law; the command has no such limit.
pub(crate) const MAX_MIB: usize = 12;

/// Before the id of an imported text, where an edition's could stand.
const IMPORTED: &str = "text-";

/// One of the two texts, as sent.
enum Sent {
    Edition(String),
    File(Bytes),
    Wrapped(Bytes),
    Imported(String),
}

impl Sent {
    fn as_source(&self) -> Source<'_> {
        match self {
            Sent::Edition(id) => Source::Edition(id),
            Sent::File(bytes) => Source::File(bytes),
            Sent::Wrapped(bytes) => Source::Wrapped(bytes),
            Sent::Imported(content) => Source::Imported(content),
        }
    }
}

fn too_large() -> Problem {
    Problem::Refused(Refusal::Guideline(GuidelineRefusal::LegalText(LegalTextError::TooLarge(MAX_MIB))))
}

/// A file if one was sent, else the edition or imported text chosen.
async fn source(desk: &mut Desk, upload: &Upload, side: &str) -> Result<Sent, Problem> {
    let file = upload.file(&format!("{side}_file"));
    let edition = upload.fields.text(&format!("{side}_edition"));
    match (file.filter(|file| !file.bytes.is_empty()), edition) {
        (Some(file), _) if file.bytes.len() > MAX_MIB * 1024 * 1024 => Err(too_large()),
        (Some(file), _) if upload.fields.ticked("wrapped") => Ok(Sent::Wrapped(file.bytes.clone())),
        (Some(file), _) => Ok(Sent::File(file.bytes.clone())),
        (None, "") => Err(Problem::BadForm(format!("{side}_file"))),
        (None, id) => match id.strip_prefix(IMPORTED) {
            Some(id) => {
                let id = id.parse().map_err(|_| Problem::NotFound)?;
                let (secretariat, work) = desk.reading().await?;
                let content = secretariat.official_text(work, id).await?.content;
                if content.len() > MAX_MIB * 1024 * 1024 {
                    return Err(too_large());
                }
                Ok(Sent::Imported(content))
            }
            None => Ok(Sent::Edition(id.to_owned())),
        },
    }
}

pub(crate) async fn compare(mut desk: Desk, page: Page, upload: Upload) -> Answer {
    let (whole, secretariat) = (upload.fields.ticked("whole"), desk.act().clone());
    let whole_table = upload.file("table_file").filter(|file| !file.bytes.is_empty()).map(|file| file.bytes.clone());
    let sent = match whole_table {
        Some(bytes) if bytes.len() > MAX_MIB * 1024 * 1024 => return Err(too_large()),
        Some(bytes) => Err(bytes),
        None => Ok((source(&mut desk, &upload, "old").await?, source(&mut desk, &upload, "new").await?)),
    };
    let (sent, joined) = match sent {
        Ok((Sent::File(old), Sent::File(new))) if are_wrapped(&old, &new) => {
            (Ok((Sent::Wrapped(old), Sent::Wrapped(new))), true)
        }
        other => (other, false),
    };
    // One at a time, beside the threads that answer pages.
    let turn = TURN.acquire().await;
    let rows = tokio::task::spawn_blocking(move || {
        let comparison = match &sent {
            Ok((old, new)) => compare_texts(secretariat.guidelines(), old.as_source(), new.as_source())?,
            Err(table) => compare_table(table)?.0,
        };
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
            let mut page = page;
            page.notice = joined.then(|| t!(page, "comparison-joined"));
            render(&Comparing::new(&mut desk, page, &upload.fields, Some(rows)).await?)
        }
    }
}
