//! What a command came to, and how it is told to a person or a program.

use secretariat::{Error, Refusal};
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;

/// A command that ended as it should.
pub struct Outcome {
    /// For a program.
    pub json: Value,
    /// For a person.
    pub text: String,
    /// A check found faults: exit code 4.
    pub faults: bool,
}

impl Outcome {
    pub fn new(json: Value, text: impl Into<String>) -> Outcome {
        Outcome { json, text: text.into(), faults: false }
    }
}

/// Why a command did not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The person can mend it: exit code 1.
    Refused(String),
    /// The operator must look: exit code 3.
    Operator(String),
}

impl Failure {
    pub fn refused(message: impl std::fmt::Display) -> Failure {
        Failure::Refused(message.to_string())
    }

    /// What went wrong, in words.
    pub fn message(&self) -> &str {
        let (Failure::Refused(message) | Failure::Operator(message)) = self;
        message
    }

    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Failure {
        Failure::Refused(format!("{}: {error}", path.display()))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::Refused(refusal) => Failure::Refused(refusal.to_string()),
            Error::Records(error) => Failure::from(error),
            Error::Internal(message) => Failure::Operator(message),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal.to_string())
    }
}

impl From<records::Error> for Failure {
    fn from(error: records::Error) -> Failure {
        match error {
            records::Error::NotFound
            | records::Error::LostUpdate
            | records::Error::InUse
            | records::Error::Schema(_)
            | records::Error::File(_)
            | records::Error::KeyFile(_) => Failure::Refused(error.to_string()),
            other => Failure::Operator(other.to_string()),
        }
    }
}

pub type Result<T = Outcome> = std::result::Result<T, Failure>;

/// Whoever reads the messages may be gone: that is no fault of the work.
pub fn tell(message: &str) {
    let _ = writeln!(std::io::stderr(), "{message}");
}

/// A reader who has seen enough (`| head`) closes the pipe: that is no fault.
fn print_line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints the outcome and gives the exit code.
pub fn report(result: Result, as_json: bool) -> ExitCode {
    let (json, code) = match result {
        Ok(outcome) => {
            if !as_json && !outcome.text.is_empty() {
                print_line(outcome.text.trim_end());
            }
            (outcome.json, if outcome.faults { 4 } else { 0 })
        }
        Err(failure) => {
            let (message, code) = match failure {
                Failure::Refused(message) => (message, 1),
                Failure::Operator(message) => (message, 3),
            };
            tell(&format!("kensan: {message}"));
            (json!({ "error": message }), code)
        }
    };
    if as_json {
        print_line(&json.to_string());
    }
    ExitCode::from(code)
}
