//! A provider's own template is set in a process of its own: one that never ends, or wants all memory, ends there and harms nobody.
//!
//! The process is this program again, told to [`answer`]: a [`Job`] as JSON on standard input, an answer for each document as JSON on standard
//! output.

use crate::pdf::{self, PdfError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The program that sets templates, and what it may take.
#[derive(Debug, Clone)]
pub struct Apart {
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    pub limits: Limits,
}

/// What a process may take.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Limits {
    /// Seconds of a core; more for many documents.
    pub seconds: u64,
    pub mebibytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { seconds: 10, mebibytes: 2048 }
    }
}

/// Documents that a second is added for.
const DOCUMENTS_A_SECOND: u64 = 4;

/// Most bytes of an answer: a cohort's certificates have some tens of MiB.
const LONGEST_ANSWER: u64 = 512 * 1024 * 1024;

static APART: OnceLock<Apart> = OnceLock::new();

/// From now on templates that do not ship are set by this program. The first word counts.
pub fn set_apart_by(apart: Apart) {
    let _ = APART.set(apart);
}

#[derive(Serialize, Deserialize)]
struct Job {
    template: String,
    /// A character no font has is refused.
    exactly: bool,
    /// Data and day of each document.
    documents: Vec<(String, NaiveDate)>,
    limits: Limits,
}

impl Job {
    fn set(&self) -> Vec<Result<Vec<u8>, PdfError>> {
        let set = |(data, day): &(String, NaiveDate)| match self.exactly {
            true => pdf::render_exactly(&self.template, data.clone(), *day),
            false => pdf::render(&self.template, data.clone(), *day),
        };
        self.documents.iter().map(set).collect()
    }
}

/// Sets documents by a template, each as its own PDF: in this process by one that ships, apart by another one.
///
/// # Errors
/// [`PdfError::Exhausted`] where the template took more than it may.
pub(crate) fn set(
    template: &str,
    shipped: &str,
    exactly: bool,
    documents: Vec<(String, NaiveDate)>,
) -> Result<Vec<Vec<u8>>, PdfError> {
    let limits = APART.get().map(|apart| apart.limits).unwrap_or_default();
    let more = documents.len() as u64 / DOCUMENTS_A_SECOND;
    let limits = Limits { seconds: limits.seconds + more, ..limits };
    let job = Job { template: template.to_owned(), exactly, documents, limits };
    match APART.get().filter(|_| template != shipped) {
        Some(apart) => ask(apart, &job)?.into_iter().collect(),
        None => job.set().into_iter().collect(),
    }
}

fn ask(apart: &Apart, job: &Job) -> Result<Vec<Result<Vec<u8>, PdfError>>, PdfError> {
    let failed = |error: std::io::Error| PdfError::new(format!("no process to set it in: {error}"));
    let asked = serde_json::to_vec(job)?;
    let mut command = Command::new(&apart.program);
    // Nothing of the server's settings, which hold secrets, is the template's business.
    command.args(&apart.arguments).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().map_err(failed)?;
    let mut answer = Vec::new();
    // The process reads everything before it says anything.
    let written = process.stdin.take().map_or(Ok(()), |mut input| input.write_all(&asked));
    let read = process.stdout.take().map_or(Ok(0), |output| output.take(LONGEST_ANSWER + 1).read_to_end(&mut answer));
    if answer.len() as u64 > LONGEST_ANSWER {
        process.kill().map_err(failed)?;
    }
    let status = process.wait().map_err(failed)?;
    // Ended by its limits, or by having no memory left.
    if status.code().is_none() {
        return Err(PdfError::Exhausted);
    }
    if !status.success() {
        return Err(PdfError::new(format!("the process that sets it ended with {status}")));
    }
    written.and(read.map(drop)).map_err(failed)?;
    let answers: Vec<Result<String, PdfError>> = serde_json::from_slice(&answer)?;
    let pdf = |text: String| STANDARD.decode(text).map_err(|error| PdfError::new(error.to_string()));
    Ok(answers.into_iter().map(|answer| answer.and_then(pdf)).collect())
}

/// What the process apart does: reads a job, takes no more than it says, and answers.
pub fn answer(input: &mut impl Read, output: &mut impl Write) -> std::io::Result<()> {
    let job: Job = serde_json::from_reader(input)?;
    rlimit::Resource::CPU.set(job.limits.seconds, job.limits.seconds)?;
    let bytes = job.limits.mebibytes.saturating_mul(1 << 20);
    rlimit::Resource::AS.set(bytes, bytes)?;
    // No file of a crash holds what was set.
    rlimit::Resource::CORE.set(0, 0)?;
    let answers: Vec<Result<String, PdfError>> =
        job.set().into_iter().map(|set| set.map(|pdf| STANDARD.encode(pdf))).collect();
    serde_json::to_writer(&mut *output, &answers)?;
    output.flush()
}
