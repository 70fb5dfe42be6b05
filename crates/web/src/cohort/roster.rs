//! Importing a roster into a cohort.

use crate::shell::desk::Desk;
use crate::shell::form::{Fields, Upload};
use crate::shell::page::{Answer, Page, render};
use crate::shell::problem::Problem;
use crate::shell::view::Choice;
use crate::wording;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secretariat::cohort::Cohort;
use secretariat::cohort::roster::{Answers, Decision, Duplicate, RosterImport};
use secretariat::cohort::roster_row::{self, COLUMNS};
use std::collections::HashMap;

struct ColumnHelp {
    headings: String,
    required: bool,
    holds: &'static str,
}

fn help(page: &Page, by_exam: bool) -> Vec<ColumnHelp> {
    COLUMNS
        .iter()
        .map(|column| ColumnHelp {
            headings: column.headings.join(" / "),
            required: column.is_required(by_exam),
            holds: page.language.either(column.holds_ja, column.holds),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "cohort/roster.html")]
struct Roster {
    page: Page,
    cohort: Cohort,
    columns: Vec<ColumnHelp>,
}

pub(crate) async fn roster(mut desk: Desk, mut page: Page, Path(cohort): Path<i64>) -> Answer {
    page.take_notice().await?;
    let work = desk.records().await?;
    let cohort = work.cohort(cohort).await?;
    let columns = help(&page, page.guidelines.is_by_exam(&cohort.edition));
    render(&Roster { page, cohort, columns })
}

struct BadCell {
    row: usize,
    column: String,
    value: String,
    mend: String,
}

#[derive(Template)]
#[template(path = "cohort/roster_rejected.html")]
struct Rejected {
    page: Page,
    cohort: Cohort,
    rows: usize,
    bad_rows: usize,
    cells: Vec<BadCell>,
    file_name: String,
    /// The marked file, as a data address.
    file: String,
}

#[derive(Template)]
#[template(path = "cohort/roster_undecided.html")]
struct Undecided {
    page: Page,
    cohort: Cohort,
    duplicates: Vec<Duplicate>,
    /// Rows nobody sees in the file, with their names.
    hidden: Vec<(usize, String)>,
    /// The known person's page, by row.
    links: HashMap<usize, String>,
    /// Rows decided on before that are not asked about now, each with its field and value.
    decided: Vec<(String, &'static str)>,
    file_name: String,
    content: String,
}

/// Headings of a file in which a column that must be there was not found: somebody says what they mean.
#[derive(Template)]
#[template(path = "cohort/roster_unread.html")]
struct Unread {
    page: Page,
    cohort: Cohort,
    missing: &'static str,
    /// Each heading with the key of the column it is taken for.
    headings: Vec<(String, String)>,
    choices: Vec<Choice>,
    file_name: String,
    content: String,
}

/// A file to import, or the same file sent back with decisions about its duplicates.
pub(crate) async fn import_roster(mut desk: Desk, page: Page, Path(cohort): Path<i64>, upload: Upload) -> Answer {
    let staff = page.staff()?;
    let work = desk.records().await?;
    let cohort = work.cohort(cohort).await?;
    let content = upload.fields.text("content");
    let (bytes, file_name) = if content.is_empty() {
        let file = upload.only_file();
        (file.bytes.to_vec(), file.name)
    } else {
        let bytes = STANDARD.decode(content).map_err(|_| Problem::BadForm("content".into()))?;
        (bytes, upload.fields.text("file_name").to_owned())
    };
    let mut decisions = HashMap::new();
    for name in upload.fields.names() {
        let Some(row) = name.strip_prefix("decision-").and_then(|row| row.parse().ok()) else { continue };
        let Some(decision) = Decision::from_id(upload.fields.text(name)) else { continue };
        decisions.insert(row, decision);
    }
    // What the person says that headings of the file mean; "none" is no column of a roster.
    let mut said = HashMap::new();
    for (heading, meaning) in upload.fields.all("heading").zip(upload.fields.all("meaning")) {
        if !meaning.is_empty() {
            said.insert(heading.to_owned(), if meaning == "none" { String::new() } else { meaning.to_owned() });
        }
    }
    let answers = Answers { decisions, headings: said };
    let imported = desk.act().import_roster(&staff, cohort.id, &file_name, &bytes, &answers).await?;
    match imported {
        RosterImport::Imported { counts, unprintable, unread } => {
            let mut notice = t!(page, "notice-roster", count = counts.new + counts.known, skipped = counts.skipped);
            if !unprintable.is_empty() {
                let who = unprintable.iter().map(|(row, name, pieces)| {
                    t!(page, "unprintable-row", row = *row, name = name.clone(), codes = wording::codes(pieces))
                });
                let who: Vec<String> = who.collect();
                notice = format!("{notice} {}", t!(page, "unprintable-names", who = who.join("、")));
            }
            if !unread.is_empty() {
                notice = format!("{notice} {}", t!(page, "notice-columns-unread", columns = unread.join("、")));
            }
            page.go(&format!("/cohorts/{}", cohort.id), notice).await
        }
        RosterImport::Rejected { errors, file, rows } => {
            let cells = errors
                .iter()
                .flat_map(|(row, errors)| errors.iter().map(move |error| (*row, error)))
                .map(|(row, error)| BadCell {
                    row,
                    column: wording::roster_column(&page, error.column),
                    value: error.value.clone(),
                    mend: wording::cell_problem(&page, error.problem),
                })
                .collect();
            let kind = if file.starts_with(b"PK") {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            } else {
                "text/csv"
            };
            let file = format!("data:{kind};base64,{}", STANDARD.encode(file));
            let bad_rows = errors.len();
            let answer = render(&Rejected { page, cohort, rows, bad_rows, cells, file_name, file })?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, answer).into_response())
        }
        RosterImport::Unread { missing, headings } => {
            let by_exam = page.guidelines.is_by_exam(&cohort.edition);
            let choices = COLUMNS.iter().map(|column| {
                let name = wording::roster_column(&page, column.key);
                let required = if column.is_required(by_exam) { t!(page, "required-mark") } else { String::new() };
                Choice::new(column.key, format!("{name}{required}"))
            });
            let content = STANDARD.encode(&bytes);
            let headings = headings.into_iter().map(|(heading, taken)| (heading, taken.unwrap_or_default().to_owned()));
            let (choices, headings) = (choices.collect(), headings.collect());
            let answer = render(&Unread { page, cohort, missing, headings, choices, file_name, content })?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, answer).into_response())
        }
        RosterImport::Undecided { duplicates, hidden } => {
            let work = desk.records().await?;
            let mut links = HashMap::new();
            for duplicate in &duplicates {
                let Some(person) = duplicate.why.person() else { continue };
                if let Some(newest) = work.enrolments_of_person(person).await?.first() {
                    links.insert(duplicate.row, format!("/trainees/{}", newest.id));
                }
            }
            let content = STANDARD.encode(&bytes);
            let is_asked = |row: &usize| {
                hidden.iter().any(|(asked, _)| asked == row) || duplicates.iter().any(|duplicate| duplicate.row == *row)
            };
            let decided = answers.decisions.iter().filter(|(row, _)| !is_asked(row));
            let decided = decided.map(|(row, decision)| (format!("decision-{row}"), decision.id())).collect();
            let answer = render(&Undecided { page, cohort, duplicates, hidden, links, decided, file_name, content })?;
            Ok((StatusCode::CONFLICT, answer).into_response())
        }
    }
}

/// Reads a person's fields; every problem is told at its field.
/// `by_exam`: the course asks for the number of the qualifying exam.
pub(crate) fn read_row(page: &Page, fields: &Fields, by_exam: bool) -> Result<roster_row::RosterRow, Problem> {
    roster_row::read(|key| fields.text(key).to_owned(), page.today, by_exam).map_err(|errors| {
        let fault =
            |error: roster_row::CellError| (error.column.to_owned(), wording::cell_problem(page, error.problem));
        Problem::Fields(errors.into_iter().map(fault).collect())
    })
}
