//! `place`: from files without records, or a cohort of the records.

use super::{RecordsIfAny, open_for_provider, progress_bar};
use crate::outcome::{Failure, Outcome, Result};
use clap::Args;
use placement::explanation::{limited, worst_distance_first};
use placement::files::Unknown;
use placement::solver::place_with_progress;
use placement::verification::verify;
use placement::{Instance, Placement, Policy, files, resolve};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Debug, Args)]
pub struct PlaceTrainees {
    #[command(flatten)]
    files: Files,
    /// Id of a cohort in the records: a new round is made.
    #[arg(long, required_unless_present = "trainees")]
    cohort: Option<i64>,
    /// With --cohort: who was notified may be moved, at the policy's price.
    #[arg(long, requires = "cohort")]
    move_notified: bool,
    /// With --cohort: solve the round of this number again from what it was made of, and compare.
    #[arg(long, value_name = "NUMBER", requires = "cohort", conflicts_with = "move_notified")]
    recompute: Option<i64>,
    #[command(flatten)]
    records: RecordsIfAny,
}

#[derive(Debug, Clone, Args)]
struct Files {
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
    /// Weights, limits and rules (TOML; `kensan schema policy` prints the default, explained).
    #[arg(long, value_name = "FILE", conflicts_with = "cohort")]
    policy: Option<PathBuf>,
    /// Travel minutes (trainee,host,minutes) that stand for the way of the pairs they name.
    #[arg(long, value_name = "FILE", conflicts_with = "cohort")]
    minutes: Option<PathBuf>,
    /// Where to write the certificate, the prices that prove the optimum (host,window,employer,price).
    #[arg(long, value_name = "FILE", conflicts_with = "cohort")]
    certificate: Option<PathBuf>,
    /// Solve nothing: check the placement in --out against the certificate in --certificate.
    #[arg(long, requires = "certificate", conflicts_with = "before")]
    verify: bool,
    /// Solve on from the placement before a change, with its certificate.
    #[arg(long, value_name = "FILE", requires_all = ["before_certificate", "trainees"])]
    before: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "before")]
    before_certificate: Option<PathBuf>,
}

impl PlaceTrainees {
    pub async fn run(self, json: bool) -> Result {
        let Some(cohort) = self.cohort else {
            let files = self.files;
            let run = tokio::task::spawn_blocking(move || files.run(json));
            return run.await.map_err(|error| Failure::Operator(error.to_string()))?;
        };
        let (secretariat, staff) = open_for_provider(&self.records.target()).await?;
        let outcome = match self.recompute {
            Some(number) => {
                let again = secretariat.recompute_round(&staff, cohort, number).await?;
                let told = if again.same { "the same" } else { "not the same" };
                let mut outcome = Outcome::new(json!(again), format!("round {number}, solved again: {told}"));
                outcome.faults = !again.same;
                outcome
            }
            None => {
                let round = secretariat.place_cohort(&staff, cohort, self.move_notified).await?;
                let text = format!(
                    "{} placed, {} not, {} to move, cost {}",
                    round.placed,
                    round.unplaced.len(),
                    round.moved,
                    round.cost
                );
                Outcome::new(json!(round), text)
            }
        };
        secretariat.records().close().await;
        Ok(outcome)
    }
}

/// The most memory this process ever had, where the system tells (Linux).
fn peak_memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib / 1024)
}

fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))
}

/// Whole or not at all: the file appears under its name once it is complete.
fn write(path: &Path, content: &str) -> Result<()> {
    let unfinished = path.with_extension("unfinished");
    std::fs::write(&unfinished, content)
        .and_then(|()| std::fs::rename(&unfinished, path))
        .map_err(|error| Failure::file(path, &error))
}

impl Files {
    fn run(self, json: bool) -> Result {
        let started = Instant::now();
        let (Some(trainees), Some(hosts), Some(instance), Some(out)) =
            (&self.trainees, &self.hosts, &self.instance, &self.out)
        else {
            return Err(Failure::refused("give --trainees, --hosts, --instance and --out, or --cohort"));
        };
        let policy = match &self.policy {
            Some(path) => Policy::read(&text(path)?).map_err(|errors| {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                Failure::refused(format!("{}: {}", path.display(), errors.join("; ")))
            })?,
            None => Policy::default(),
        };
        let mut instance =
            files::read(&text(trainees)?, &text(hosts)?, &text(instance)?, policy).map_err(Failure::refused)?;
        if let Some(path) = &self.minutes {
            files::read_minutes(&mut instance, &text(path)?).map_err(Failure::refused)?;
        }
        let read = started.elapsed();
        let placement = self.placement(&mut instance, out, json)?;
        let solved = started.elapsed();
        let proof = verify(&instance, &placement);
        let verified = started.elapsed();
        if !self.verify {
            write(out, &files::write(&instance, &placement).map_err(Failure::refused)?)?;
            if let Some(path) = &self.certificate {
                write(path, &files::write_certificate(&instance, &placement).map_err(Failure::refused)?)?;
            }
        }
        let without_start =
            (0..instance.trainees.len()).filter(|trainee| instance.starts(*trainee)[0].is_none()).count();
        let seconds = json!({
            "read": read.as_secs_f64(),
            "solve": (solved - read).as_secs_f64(),
            "verify": (verified - solved).as_secs_f64(),
        });
        let mut outcome = Outcome::new(
            json!({
                "trainees": instance.trainees.len(),
                "placed": placement.placed,
                "cost": placement.cost,
                "without_coordinates": without_start,
                "certificate_ok": proof.is_ok(),
                "seconds": seconds,
                "peak_memory_mib": peak_memory_mib(),
            }),
            format!("{} of {} placed, cost {}", placement.placed, instance.trainees.len(), placement.cost),
        );
        if without_start > 0 {
            outcome.text.push_str(&format!("; {without_start} have no coordinates and cannot be placed"));
        }
        if let Err(fault) = proof {
            outcome.faults = true;
            outcome.text.push_str(&format!("\nthe proof of optimality fails: {fault}"));
        }
        Ok(outcome)
    }

    /// Read back, solved on, or solved. Where the policy shortens the worst distance first, the instance is held to that limit.
    fn placement(&self, instance: &mut Instance, out: &Path, json: bool) -> Result<Placement> {
        if let (true, Some(certificate)) = (self.verify, &self.certificate) {
            let (placed, certificate) = (text(out)?, text(certificate)?);
            return files::read_placement(instance, &placed, &certificate, Unknown::Refuse).map_err(Failure::refused);
        }
        if let (Some(before), Some(certificate)) = (&self.before, &self.before_certificate) {
            let (before, certificate) = (text(before)?, text(certificate)?);
            let before =
                files::read_placement(instance, &before, &certificate, Unknown::Skip).map_err(Failure::refused)?;
            return resolve(instance, &before).map_err(Failure::refused);
        }
        if instance.policy.fairness.worst_distance_first {
            let worst_first = worst_distance_first(instance).map_err(Failure::refused)?;
            *instance = limited(instance, worst_first.limit_m);
            return Ok(worst_first.placement);
        }
        let (shown, total) = (progress_bar(json), instance.trainees.len());
        let started = Instant::now();
        let progress = |entered: usize| {
            // What is done within a second needs no bar.
            if entered.is_multiple_of(256) && started.elapsed().as_secs() >= 1 {
                shown(entered, total);
            }
            true
        };
        Ok(place_with_progress(instance, &progress).map_err(Failure::refused)?.unwrap_or_default())
    }
}
