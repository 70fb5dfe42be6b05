//! The `kensan` command.

mod command;
mod outcome;
mod serving;

use clap::Parser;
use command::Command;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

/// Kensan runs the statutory training of care managers (介護支援専門員): from the roster of exam passers to the
/// completion certificate, every decision explained by the clause it rests on.
///
/// Records are kept in a directory (--data DIR, embedded SQLite) or in PostgreSQL (--database URL).
///
/// Exit codes: 0 done; 1 refused, the message says how to mend it; 2 the command line is wrong; 3 something the operator must
/// look at; 4 a check found faults.
#[derive(Debug, Parser)]
#[command(name = "kensan", version, arg_required_else_help = true)]
struct Arguments {
    /// Print exactly one JSON object on standard output; everything else goes to standard error.
    #[arg(long, global = true)]
    json: bool,
    /// Directory with editions and supplements of your own, laid out like `guidelines/`; they add to those in this binary, and a
    /// file stands for the one of the same name.
    #[arg(long, global = true, value_name = "DIR", env = "KENSAN_GUIDELINES")]
    guidelines: Option<PathBuf>,
    /// File with the main key for the texts of cases; made if it does not exist. Default: kensan.key in the directory of the
    /// records; PostgreSQL has no default. Keep a copy apart from the records.
    #[arg(long, global = true, value_name = "FILE", env = "KENSAN_KEYS")]
    keys: Option<PathBuf>,
    /// Directory with fonts (TTF, OTF, TTC) for characters the embedded ones lack, such as a provider's own (外字).
    #[arg(long, global = true, value_name = "DIR", env = "KENSAN_FONT_DIRECTORY")]
    fonts: Option<PathBuf>,
    /// How the log on standard error is written: for people, or one JSON object a line.
    #[arg(long, global = true, value_enum, default_value_t = Log::Text, env = "KENSAN_LOG_FORMAT")]
    log: Log,
    #[command(subcommand)]
    command: Command,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Log {
    Text,
    Json,
}

/// Writes an event of the log as one line: nothing that a stranger sent begins a line of its own.
struct OneLine<W>(W);

impl<W: std::io::Write> std::io::Write for OneLine<W> {
    fn write(&mut self, event: &[u8]) -> std::io::Result<usize> {
        let (line, end) = match event.strip_suffix(b"\n") {
            Some(line) => (line, true),
            None => (event, false),
        };
        let mut written = Vec::with_capacity(event.len() + 1);
        for byte in line {
            match byte {
                b'\n' => written.extend_from_slice(b"\\n"),
                b'\r' => written.extend_from_slice(b"\\r"),
                byte => written.push(*byte),
            }
        }
        if end {
            written.push(b'\n');
        }
        self.0.write_all(&written)?;
        Ok(event.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// Begins the log. Whoever reads it may leave, and a file gets no colours.
fn log(format: Log) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("KENSAN_LOG")
        .unwrap_or_else(|_| "info,sqlx=warn,typst=warn,i18n_embed=warn".into());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .log_internal_errors(false);
    match format {
        Log::Text => log.with_writer(|| OneLine(std::io::stderr())).init(),
        Log::Json => log.json().init(),
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    command::own_guidelines(arguments.guidelines);
    command::own_keys(arguments.keys);
    if let Some(directory) = arguments.fonts {
        if !directory.is_dir() {
            outcome::tell(&format!("kensan: --fonts {}: there is no such directory", directory.display()));
            return ExitCode::from(1);
        }
        documents::also_from(directory);
    }
    log(arguments.log);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            outcome::tell(&format!("kensan: the runtime cannot start: {error}"));
            return ExitCode::from(3);
        }
    };
    runtime.block_on(async { outcome::report(arguments.command.run(arguments.json).await, arguments.json) })
}

#[cfg(test)]
mod tests {
    use super::OneLine;
    use std::io::Write;

    #[test]
    fn an_event_is_one_line_of_the_log() {
        let mut log = OneLine(Vec::new());
        log.write_all(b"INFO a name\r\n2026-12-01 ERROR forged\n").unwrap();
        assert_eq!(log.0, b"INFO a name\\r\\n2026-12-01 ERROR forged\n");
    }
}
