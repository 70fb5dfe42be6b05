//! `import hosts|roster|attendance FILE`.

use super::{Target, file_name, open_for_provider, progress_bar, read_file, waiting};
use crate::outcome::{Failure, Outcome, Result};
use clap::{Args, Subcommand};
use secretariat::roster::RosterImport;
use serde_json::json;
use std::collections::HashMap;
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
            What::Roster { file, cohort, errors, target } => {
                let (secretariat, staff) = open_for_provider(&target).await?;
                let bytes = read_file(&file)?;
                let (name, undecided) = (file_name(&file), HashMap::new());
                let import = secretariat.import_roster(&staff, cohort, &name, &bytes, &undecided);
                let imported = waiting(json, import).await?;
                match imported {
                    RosterImport::Imported(counts) => {
                        Ok(Outcome::new(json!(counts), format!("{} trainees imported", counts.rows - counts.skipped)))
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
                    RosterImport::Undecided(duplicates) => {
                        let rows: Vec<String> = duplicates
                            .iter()
                            .map(|duplicate| format!("row {} {}", duplicate.row, duplicate.name))
                            .collect();
                        Err(Failure::refused(format!(
                            "nothing was saved: these may be known people, decide on the page: {}",
                            rows.join(", ")
                        )))
                    }
                }
            }
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
            What::Minutes { file, osrm, cohort, target } => {
                let (secretariat, staff) = open_for_provider(&target).await?;
                let counts = match (file, osrm) {
                    (Some(file), _) => {
                        let bytes = read_file(&file)?;
                        let name = file_name(&file);
                        waiting(json, secretariat.import_travel_minutes(&staff, cohort, &name, &bytes)).await?
                    }
                    (None, Some(server)) => {
                        let questions = secretariat.route_questions(&staff, cohort).await?;
                        let progress = progress_bar(json);
                        let answers = super::routing::ask(&server, questions, &progress).await?;
                        secretariat.take_route_answers(&staff, cohort, &server, &answers).await?
                    }
                    (None, None) => return Err(Failure::refused("give a file or --osrm URL")),
                };
                secretariat.records().close().await;
                Ok(Outcome::new(json!(counts), format!("{} pairs of {} trainees", counts.pairs, counts.trainees)))
            }
            What::Attendance { file, session, target } => {
                let (secretariat, staff) = open_for_provider(&target).await?;
                let bytes = read_file(&file)?;
                let name = file_name(&file);
                let counts = waiting(json, secretariat.import_attendance(&staff, session, &name, &bytes)).await?;
                let text =
                    format!("{} rows: {} recorded, {} unchanged", counts.rows, counts.recorded, counts.unchanged);
                Ok(Outcome::new(json!(counts), text))
            }
        }
    }
}
