//! Plans made as an exercise: words for their forms, tables of their rows, remarks at fields, files in and out.

use crate::practicum::reading::check_may_read;
use crate::practicum::shown::{Shown as ShownField, shown as shown_field};
use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Form, Upload};
use crate::shell::looks_personal;
use crate::shell::page::{Answer, Page, disposition};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::trainee::own::own_enrolment;
use crate::wording::plan::{advice_words, cell_name, label};
use crate::wording::practicum as words;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use documents::plan::Heading;
pub(crate) use secretariat::practicum::plan::Shown;
use secretariat::practicum::plan::{LARGEST_FILE, read_files};
use secretariat::practicum::{Comment, Entry};
use training::practicum::entry::{EntryKind, EntryState, Field, Typed};
use training::practicum::plan::advice::{Advice, advise};
use training::practicum::plan::{Cell, Label, Layout, PlanField, Section, Shape, forms};

/// A remark as it stands beside a field.
pub(crate) struct Remark {
    pub(crate) id: i64,
    /// Who, and when.
    pub(crate) by: String,
    pub(crate) text: String,
    /// Name of the field it is about, in words.
    pub(crate) about: String,
    /// Written by whoever looks at the page, who can take it back.
    pub(crate) own: bool,
}

/// Rows of a plan as a table.
pub(crate) struct PlanTable {
    pub(crate) title: String,
    pub(crate) heads: Vec<String>,
    /// Number of the row, and its cells.
    pub(crate) rows: Vec<(usize, Vec<ShownField>)>,
}

/// What is asked for a field: the shape of the input, and the choices of a select.
pub(crate) fn input(page: &Page, field: &PlanField) -> (&'static str, Vec<Choice>) {
    match field.shape {
        Shape::Line | Shape::Term | Shape::Days => ("line", Vec::new()),
        Shape::Text => ("text", Vec::new()),
        Shape::Date => ("date", Vec::new()),
        Shape::Time => ("time", Vec::new()),
        Shape::Mark => ("check", Vec::new()),
        Shape::Choice(choices) => {
            let choice = |(id, name): &(&str, Label)| Choice::new(*id, label(page, *name));
            ("select", choices.iter().map(choice).collect())
        }
    }
}

/// What the first column of a row says from the beginning: where it is a choice, each row is for one of them.
pub(crate) fn given(section: &Section, row: usize) -> &'static str {
    match section.fields.first().map(|field| field.shape) {
        Some(Shape::Choice(choices)) => choices.get(row - 1).map_or("", |(id, _)| *id),
        _ => "",
    }
}

/// How many rows say something from the beginning.
pub(crate) fn given_rows(section: &Section) -> usize {
    (1..).take_while(|row| !given(section, *row).is_empty()).count()
}

/// What a good plan would still want: the field's name in the form, and in words.
pub(crate) fn advice(page: &Page, kind: EntryKind, typed: &Typed) -> Vec<(String, String)> {
    let line = |(cell, advice): (Cell, Advice)| {
        (cell.key().into_owned(), format!("{}: {}", cell_name(page, cell), advice_words(page, advice)))
    };
    advise(kind, typed).into_iter().map(line).collect()
}

/// The rows of a section as a table; columns in which nothing stands are left out.
pub(crate) fn table(
    page: &Page,
    section: &'static Section,
    typed: &Typed,
    earlier: Option<&Typed>,
) -> Option<PlanTable> {
    let last = section.rows(typed).max(earlier.map_or(0, |earlier| section.rows(earlier)));
    let text = |typed: &Typed, cell: Cell| {
        shown_field(page, Field::Plan(cell), typed.get(cell.key().as_ref()).map_or("", String::as_str))
    };
    let filled = |field: &'static PlanField, row: usize| {
        let there = |typed: &Typed| !text(typed, Cell { field, row }).is_empty();
        there(typed) || earlier.is_some_and(there)
    };
    let columns: Vec<&'static PlanField> =
        section.fields.iter().filter(|field| (1..=last).any(|row| filled(field, row))).collect();
    let cell = |field: &'static PlanField, row: usize| {
        let cell = Cell { field, row };
        let (value, before) = (text(typed, cell), earlier.map(|earlier| text(earlier, cell)));
        ShownField {
            label: label(page, field.label).to_owned(),
            changed: before.as_ref().is_some_and(|before| *before != value),
            before: before.unwrap_or_default(),
            value,
        }
    };
    let rows = (1..=last).filter(|row| columns.iter().any(|field| filled(field, *row)));
    let rows: Vec<_> = rows.map(|row| (row, columns.iter().map(|field| cell(field, row)).collect())).collect();
    let heads = columns.iter().map(|field| label(page, field.label).to_owned()).collect();
    (!rows.is_empty()).then(|| PlanTable { title: label(page, section.label).to_owned(), heads, rows })
}

impl Remark {
    fn of(page: &Page, comment: &Comment, about: String) -> Remark {
        Remark {
            id: comment.id,
            by: format!("{} {}", comment.commented_by_name, page.moment(&comment.commented_at)),
            text: comment.content.clone(),
            own: page.viewer().is_ok_and(|viewer| viewer.login == comment.commented_by),
            about,
        }
    }

    /// Those at a field.
    pub(crate) fn at(page: &Page, comments: &[Comment], key: &str) -> Vec<Remark> {
        let here = comments.iter().filter(|comment| comment.field == key);
        here.map(|comment| Remark::of(page, comment, String::new())).collect()
    }

    /// Those on an entry, each with its field.
    pub(crate) fn on(page: &Page, entry: &Entry, comments: &[Comment]) -> Vec<Remark> {
        let here = comments.iter().filter(|comment| comment.entry_id == entry.id);
        let about = |comment: &Comment| {
            entry.kind.field(&comment.field).map_or_else(String::new, |field| words::field(page, field))
        };
        here.map(|comment| Remark::of(page, comment, about(comment))).collect()
    }
}

/// Fields a remark can be about: those of the form, and the beginning of every table that was left empty.
pub(crate) fn remarkable(kind: EntryKind, typed: &Typed) -> Vec<Field> {
    let empty = |section: &&Section| section.layout == Layout::Rows && section.rows(typed) == 0;
    let first = |section: &'static Section| section.fields.first().map(|field| Field::Plan(Cell { field, row: 1 }));
    let tables = forms::sections(kind).iter().filter(empty).filter_map(first);
    kind.fields(typed).into_iter().chain(tables).collect()
}

/// What a form says about a plan, or takes back.
pub(crate) fn remark(fields: &Fields) -> Result<secretariat::practicum::plan::Remark<'_>, Problem> {
    use secretariat::practicum::plan::Remark;
    match fields.optional("withdraw") {
        Some(_) => Ok(Remark::TakenBack(fields.number("withdraw")?)),
        None => Ok(Remark::At { field: fields.text("field"), text: fields.text("comment") }),
    }
}

pub(crate) async fn comment(
    mut desk: Desk,
    page: Page,
    Path((enrolment, entry)): Path<(i64, i64)>,
    Form(fields): Form,
) -> Answer {
    check_may_read(&mut desk, &page, enrolment).await?;
    if looks_personal::suspects(&fields, "comment") {
        return looks_personal::ask(
            page,
            format!("/practicum/{enrolment}/entries/{entry}/comments"),
            &fields,
            "comment",
        );
    }
    let (staff, guide) = (page.staff()?, page.viewer()?.guide());
    desk.act().comment(&staff, (enrolment, guide), entry, remark(&fields)?).await?;
    page.go(&format!("/practicum/{enrolment}#entry-{entry}"), t!(page, "notice-saved")).await
}

/// Files of other software into the draft.
pub(crate) async fn take_in(mut desk: Desk, page: Page, Path(entry): Path<i64>, upload: Upload) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    let files = ["sheet_1", "sheet_2", "sheet_3", "client"].map(|field| upload.file(field));
    let files = files.iter().flatten().filter(|file| !file.bytes.is_empty());
    let files: Vec<(String, Vec<u8>)> = files.map(|file| (file.name.clone(), file.bytes.to_vec())).collect();
    if files.iter().any(|(_, bytes)| bytes.len() > LARGEST_FILE) {
        return Err(Problem::TooLarge);
    }
    let versions = (upload.fields.number("entry_version")?, upload.fields.number("draft_version")?);
    let staff = page.staff()?;
    let work = desk.records().await?;
    let pseudonym = work.entry(enrolment, entry).await?.pseudonym.unwrap_or_default();
    let called = upload.fields.text("called").to_owned();
    let taken = tokio::task::spawn_blocking(move || read_files(&files, (&pseudonym, &called)))
        .await
        .map_err(Problem::internal)??;
    desk.act().take_in_plan(&staff, enrolment, entry, &taken, versions).await?;
    let [first, second, third] = taken.rows;
    let mut notice =
        t!(page, "notice-plan-taken-in", first = first, second = second, third = third, covered = taken.covered);
    if !taken.client_known {
        notice = format!("{notice} {}", t!(page, "notice-plan-client-unknown"));
    }
    page.go(&format!("/me/practicum/entries/{entry}"), notice).await
}

pub(crate) async fn own_document(mut desk: Desk, page: Page, Path((entry, format)): Path<(i64, String)>) -> Answer {
    let enrolment = own_enrolment(&mut desk, &page).await?;
    document(&mut desk, &page, (enrolment, entry), &format, true).await
}

pub(crate) async fn document_of_trainee(
    mut desk: Desk,
    page: Page,
    Path((enrolment, entry, format)): Path<(i64, i64, String)>,
) -> Answer {
    check_may_read(&mut desk, &page, enrolment).await?;
    document(&mut desk, &page, (enrolment, entry), &format, false).await
}

/// A plan as `pdf` or `xlsx`: the trainee's with what is being typed, everybody else's as it was handed in.
pub(crate) async fn document(
    desk: &mut Desk,
    page: &Page,
    (enrolment, entry): (i64, i64),
    format: &str,
    own: bool,
) -> Answer {
    let work = desk.records().await?;
    let entry = work.entry(enrolment, entry).await?;
    if !entry.kind.is_plan() || (!own && entry.state == EntryState::Draft) {
        return Err(Problem::NotFound);
    }
    let typed = if own {
        secretariat::practicum::plan::present(work, &entry).await?
    } else {
        let revisions = work.revisions(enrolment, Some(entry.id)).await?;
        revisions.into_iter().last().and_then(|revision| revision.typed).unwrap_or_default()
    };
    let enrolled = work.enrolment(enrolment).await?;
    let provider = work.provider().await?;
    let heading = Heading {
        title: words::kind(page, entry.kind),
        pseudonym: entry.pseudonym.clone().unwrap_or_default(),
        author: enrolled.name,
        provider: provider.name,
        exercise: t!(page, "plan-exercise"),
    };
    let (kind, today) = (entry.kind, page.today);
    let name = format!("{}-{}.{format}", kind.id(), enrolled.trainee_number);
    let (bytes, content_type) = match format {
        "pdf" => {
            let made = tokio::task::spawn_blocking(move || documents::plan::pdf(kind, &typed, &heading, today)).await;
            let pdf = made.map_err(Problem::internal)?.map_err(|error| Problem::Refused(error.into()))?;
            (pdf, "application/pdf")
        }
        "xlsx" => {
            let sheets = documents::plan::xlsx(kind, &typed, &heading).map_err(Problem::internal)?;
            (sheets, documents::export::ExportFormat::Xlsx.content_type())
        }
        _ => return Err(Problem::NotFound),
    };
    let headers =
        [(header::CONTENT_TYPE, content_type.to_owned()), (header::CONTENT_DISPOSITION, disposition("inline", &name))];
    Ok((headers, bytes).into_response())
}
