//! `import hosts|roster|attendance FILE`.

use super::{Target, file_name, open_for_provider, progress_bar, read_file, waiting};
use crate::outcome::{Failure, Outcome, Result};
use clap::{Args, Subcommand};
use secretariat::cohort::attendance::AttendanceImport;
use secretariat::cohort::roster::{Answers, RosterImport};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Host offices: the ministry's open data (24 columns; UTF-8 or CP932)
    Hosts {
        file: PathBuf,
        #[command(flatten)]
        target: Target,
    },
    /// Exam passers or trainees into a cohort (CSV or xlsx)
    Roster {
        file: PathBuf,
        #[arg(long)]
        cohort: i64,
        /// Where to write the file with its result and error columns, if rows are refused.
        #[arg(long, value_name = "FILE")]
        errors: Option<PathBuf>,
        #[command(flatten)]
        target: Target,
    },
    /// Towns and their coordinates: the ministry's 位置参照情報 (CSV), to find homes by their address
    Gazetteer {
        file: PathBuf,
        #[command(flatten)]
        target: Target,
    },
    /// Outlines of prefectures and municipalities for the map (GeoJSON)
    Outlines {
        file: PathBuf,
        #[command(flatten)]
        target: Target,
    },
    /// Travel minutes of a cohort (受講番号, 事業所番号, 分), from a file or from a routing server
    Minutes {
        #[arg(required_unless_present = "osrm", conflicts_with = "osrm")]
        file: Option<PathBuf>,
        /// Address of a server with OSRM's table service, for example http://127.0.0.1:5000
        #[arg(long, value_name = "URL")]
        osrm: Option<String>,
        /// Send homes to a routing server on another machine without TLS. Only on a network of its own.
        #[arg(long, requires = "osrm")]
        plain_http: bool,
        #[arg(long)]
        cohort: i64,
        #[command(flatten)]
        target: Target,
    },
    /// Attendance of one session (CSV or xlsx)
    Attendance {
        file: PathBuf,
        #[arg(long)]
        session: i64,
        /// Why what is recorded already is corrected; without it a list that would change something is refused.
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        target: Target,
    },
}

impl Import {
    pub async fn run(self, json: bool) -> Result {
        match self.what {
            What::Hosts { file, target } => {
                let (secretariat, staff) = open_for_provider(&target).await?;
                let bytes = read_file(&file)?;
                let progress = progress_bar(json);
                let counts = secretariat.import_hosts(&staff, &file_name(&file), &bytes, &progress).await?;
                secretariat.records().close().await;
                let text = format!(
                    "{} offices: {} new, {} changed, {} unchanged, {} vanished; {} look suspicious",
                    counts.rows, counts.new, counts.changed, counts.unchanged, counts.vanished, counts.suspicious
                );
                Ok(Outcome::new(json!(counts), text))
            }
            What::Roster { file, cohort, errors, target } => roster((file, cohort, errors), &target, json).await,
            What::Gazetteer { file, target } => {
                let (secretariat, staff) = open_for_provider(&target).await?;
                let bytes = read_file(&file)?;
                let counts = waiting(json, secretariat.import_gazetteer(&staff, &file_name(&file), &bytes)).await?;
                secretariat.records().close().await;
                Ok(Outcome::new(json!(counts), format!("{} rows, {} towns", counts.rows, counts.towns)))
            }
            What::Outlines { file, target } => {
                let (secretariat, staff) = open_for_provider(&target).await?;
                let bytes = read_file(&file)?;
                let counts = waiting(json, secretariat.import_outlines(&staff, &file_name(&file), &bytes)).await?;
                secretariat.records().close().await;
                let text = format!("{} areas: {} lines, {} points", counts.areas, counts.lines, counts.points);
                Ok(Outcome::new(json!(counts), text))
            }
            What::Minutes { file, osrm, plain_http, cohort, target } => {
                minutes((file, osrm.map(|server| (server, plain_http)), cohort), &target, json).await
            }
            What::Attendance { file, session, reason, target } => {
                attendance((file, session, reason), &target, json).await
            }
        }
    }
}

async fn roster((file, cohort, errors): (PathBuf, i64, Option<PathBuf>), target: &Target, json: bool) -> Result {
    let (secretariat, staff) = open_for_provider(target).await?;
    let bytes = read_file(&file)?;
    let (name, answers) = (file_name(&file), Answers::default());
    let import = secretariat.import_roster(&staff, cohort, &name, &bytes, &answers);
    let imported = waiting(json, import).await?;
    match imported {
        RosterImport::Imported { counts, unprintable, unread } => {
            let mut text = format!("{} trainees imported", counts.rows - counts.skipped);
            for (row, name, pieces) in unprintable {
                let codes: Vec<String> = pieces.iter().map(|piece| documents::code_points(piece)).collect();
                text.push_str(&format!("\nrow {row}: no font can print {} of {name} (see --fonts)", codes.join(", ")));
            }
            if !unread.is_empty() {
                text.push_str(&format!("\ncolumns that were not read: {}", unread.join(", ")));
            }
            Ok(Outcome::new(json!(counts), text))
        }
        RosterImport::Rejected { errors: found, file: marked, rows } => {
            if let Some(path) = &errors {
                std::fs::write(path, marked).map_err(|error| Failure::file(path, &error))?;
            }
            let lines: Vec<String> = found
                .iter()
                .flat_map(|(row, errors)| {
                    errors.iter().map(move |error| {
                        format!("row {row}, {}: {:?}: {}", error.column, error.value, error.problem.mend())
                    })
                })
                .collect();
            Err(Failure::refused(format!(
                "nothing was saved: {} of {rows} rows have errors\n{}",
                found.len(),
                lines.join("\n")
            )))
        }
        RosterImport::Unread { missing, headings } => {
            let found: Vec<&str> = headings.iter().map(|(heading, _)| heading.as_str()).collect();
            Err(Failure::refused(format!(
                "nothing was saved: the column {missing} is missing; the headings are {}. Say on the page what they mean, or rename them",
                found.join(", ")
            )))
        }
        RosterImport::Undecided { duplicates, hidden } => {
            let rows: Vec<String> =
                duplicates.iter().map(|duplicate| format!("row {} {}", duplicate.row, duplicate.name)).collect();
            Err(Failure::refused(format!(
                "nothing was saved: decide on the page about people who may be known ({}) and rows hidden in the file ({})",
                rows.join(", "),
                hidden.iter().map(|(row, name)| format!("row {row} {name}")).collect::<Vec<_>>().join(", ")
            )))
        }
    }
}

async fn minutes(
    (file, osrm, cohort): (Option<PathBuf>, Option<(String, bool)>, i64),
    target: &Target,
    json: bool,
) -> Result {
    let (secretariat, staff) = open_for_provider(target).await?;
    let counts = match (file, osrm) {
        (Some(file), _) => {
            let bytes = read_file(&file)?;
            let name = file_name(&file);
            waiting(json, secretariat.import_travel_minutes(&staff, cohort, &name, &bytes)).await?
        }
        (None, Some((server, plain_http))) => {
            let questions = secretariat.route_questions(&staff, cohort).await?;
            let progress = progress_bar(json);
            let answers = super::routing::ask((&server, plain_http), questions, &progress).await?;
            secretariat.take_route_answers(&staff, cohort, &server, &answers).await?
        }
        (None, None) => return Err(Failure::refused("give a file or --osrm URL")),
    };
    secretariat.records().close().await;
    Ok(Outcome::new(json!(counts), format!("{} pairs of {} trainees", counts.pairs, counts.trainees)))
}

async fn attendance((file, session, reason): (PathBuf, i64, Option<String>), target: &Target, json: bool) -> Result {
    let (secretariat, staff) = open_for_provider(target).await?;
    let bytes = read_file(&file)?;
    let name = file_name(&file);
    let reason = reason.unwrap_or_default();
    let import = secretariat.import_attendance(&staff, session, &name, &bytes, &reason);
    match waiting(json, import).await? {
        AttendanceImport::Recorded(counts) => {
            let mut text = format!(
                "{} rows: {} recorded, {} corrected, {} unchanged",
                counts.rows, counts.recorded, counts.corrected, counts.unchanged
            );
            if !counts.closed.is_empty() {
                text.push_str(&format!("; not let into the second half: {}", counts.closed.join(", ")));
            }
            Ok(Outcome::new(json!(counts), text))
        }
        AttendanceImport::Asks { corrections, .. } => {
            let who: Vec<String> = corrections
                .iter()
                .map(|correction| format!("{} {}", correction.trainee_number, correction.name))
                .collect();
            Err(Failure::refused(format!(
                "nothing was saved: the list changes what is recorded of {}; say why with --reason",
                who.join(", ")
            )))
        }
    }
}
