//! `place`: from files without records, or a cohort of the records.

use super::{RecordsIfAny, open_for_provider};
use crate::outcome::{Failure, Outcome, Result};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, Args)]
pub struct PlaceTrainees {
    /// trainees.csv of an instance (see `kensan schema placement`).
    #[arg(long, requires_all = ["hosts", "instance", "out"], conflicts_with = "cohort")]
    trainees: Option<PathBuf>,
    /// hosts.csv of an instance.
    #[arg(long)]
    hosts: Option<PathBuf>,
    /// instance.json.
    #[arg(long)]
    instance: Option<PathBuf>,
    /// Where to write the placement (trainee,host,window).
    #[arg(long)]
    out: Option<PathBuf>,
    /// Id of a cohort in the records: a new round is made.
    #[arg(long, required_unless_present = "trainees")]
    cohort: Option<i64>,
    #[command(flatten)]
    records: RecordsIfAny,
}

impl PlaceTrainees {
    pub async fn run(self) -> Result {
        match (self.trainees, self.hosts, self.instance, self.out, self.cohort) {
            (Some(trainees), Some(hosts), Some(instance), Some(out), _) => {
                place_files(&trainees, &hosts, &instance, &out)
            }
            (_, _, _, _, Some(cohort)) => {
                let (secretariat, staff) = open_for_provider(&self.records.target()).await?;
                let round = secretariat.place_cohort(&staff, cohort).await?;
                secretariat.records().close().await;
                let text = format!("{} placed, {} not, cost {}", round.placed, round.unplaced.len(), round.cost);
                Ok(Outcome::new(json!(round), text))
            }
            _ => Err(Failure::refused("give --trainees, --hosts, --instance and --out, or --cohort")),
        }
    }
}

/// The most memory this process ever had, where the system tells (Linux).
fn peak_memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib / 1024)
}

fn place_files(trainees: &Path, hosts: &Path, instance: &Path, out: &Path) -> Result {
    let text = |path: &Path| std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error));
    let started = Instant::now();
    let instance =
        placement::files::read(&text(trainees)?, &text(hosts)?, &text(instance)?).map_err(Failure::refused)?;
    let read = started.elapsed();
    let placement = placement::place(&instance).map_err(Failure::refused)?;
    let solved = started.elapsed();
    let proof = placement::verification::verify(&instance, &placement);
    let verified = started.elapsed();
    let csv = placement::files::write(&instance, &placement).map_err(Failure::refused)?;
    std::fs::write(out, csv).map_err(|error| Failure::file(out, &error))?;
    let seconds = json!({
        "read": read.as_secs_f64(),
        "solve": (solved - read).as_secs_f64(),
        "verify": (verified - solved).as_secs_f64(),
    });
    let proven = proof.is_ok();
    let mut outcome = Outcome::new(
        json!({
            "trainees": instance.trainees.len(),
            "placed": placement.placed,
            "cost": placement.cost,
            "certificate_ok": proven,
            "seconds": seconds,
            "peak_memory_mib": peak_memory_mib(),
        }),
        format!("{} of {} placed, cost {}", placement.placed, instance.trainees.len(), placement.cost),
    );
    if let Err(fault) = proof {
        outcome.faults = true;
        outcome.text.push_str(&format!("\nthe proof of optimality fails: {fault}"));
    }
    Ok(outcome)
}
