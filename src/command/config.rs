//! `config check`: what `serve` would do with these settings, looked at before it is started.

use super::run::Serve;
use super::{key_file, open_records, secret, try_guidelines};
use crate::outcome::{Outcome, Result};
use clap::Subcommand;
use records::Opening;
use secretariat::notice::Mailer;
use serde_json::json;
use std::path::Path;

#[derive(Debug, Subcommand)]
pub enum Config {
    /// Look at the settings of `serve`, in the environment or as arguments, and change nothing
    Check(Serve),
}

/// What was found, one line each.
#[derive(Default)]
struct Findings {
    well: Vec<String>,
    faults: Vec<String>,
    remarks: Vec<String>,
}

impl Config {
    pub async fn run(self) -> Result {
        let Config::Check(serve) = self;
        let mut found = Findings::default();
        records(&serve, &mut found).await;
        keys(&serve, &mut found);
        pages(&serve, &mut found);
        mails(&serve, &mut found);
        backups(&serve, &mut found);
        match try_guidelines() {
            Ok(guidelines) => found.well.push(format!("guidelines: {} editions", guidelines.editions.len())),
            Err(problems) => found.faults.extend(problems.iter().map(ToString::to_string)),
        }
        let mut text = String::new();
        for (label, lines) in [("ok    ", &found.well), ("remark", &found.remarks), ("fault ", &found.faults)] {
            for line in lines {
                text.push_str(&format!("{label} {line}\n"));
            }
        }
        let json = json!({ "ok": found.well, "remarks": found.remarks, "faults": found.faults });
        Ok(Outcome { faults: !found.faults.is_empty(), ..Outcome::new(json, text) })
    }
}

async fn records(serve: &Serve, found: &mut Findings) {
    let opened = match open_records(&serve.place, Opening::ToCopy).await {
        Ok(opened) => opened,
        Err(failure) => return found.faults.push(format!("records: {}", failure.message())),
    };
    match (opened.schema().await, records::schema::known()) {
        (Ok(schema), known) if schema == known => found.well.push(format!("records: schema {schema}")),
        (Ok(schema), known) => {
            found.remarks.push(format!(
                "records: schema {schema} will be brought to {known}; try it with `kensan upgrade --rehearse`"
            ));
        }
        (Err(error), _) => found.faults.push(format!("records: {error}")),
    }
    match opened.missing_keys().await {
        Ok(missing) if missing.is_empty() => found.well.push("main key: the one the records need".to_owned()),
        Ok(missing) => found
            .faults
            .push(format!("main key: the records need {}, which is not in the key file", missing.join(", "))),
        // An older schema may not have keys yet.
        Err(_) => {}
    }
    opened.close().await;
}

fn keys(serve: &Serve, found: &mut Findings) {
    let beside = serve.place.data.as_ref().map(|directory| directory.join("kensan.key"));
    let Some(file) = key_file().map(Path::to_owned).or(beside) else {
        return found.faults.push("main key: with PostgreSQL its file has to be named (KENSAN_KEYS)".to_owned());
    };
    #[cfg(unix)]
    if let Ok(metadata) = std::fs::metadata(&file) {
        use std::os::unix::fs::PermissionsExt;
        if metadata.permissions().mode() & 0o077 != 0 {
            found.faults.push(format!("{}: others can read the main key; chmod 600", file.display()));
        }
    }
}

fn pages(serve: &Serve, found: &mut Findings) {
    match &serve.base_url {
        Some(url) if url.starts_with("https://") => found.well.push(format!("pages: {url}")),
        Some(url) => match serve.check_base_url() {
            Ok(()) => found.remarks.push(format!("pages: {url} is not https: passwords travel in the clear")),
            Err(failure) => found.faults.push(format!("pages: {}", failure.message())),
        },
        None if serve.check_base_url().is_err() => {
            found.faults.extend(serve.check_base_url().err().map(|failure| format!("pages: {}", failure.message())));
        }
        None => found
            .remarks
            .push("pages: without KENSAN_BASE_URL links and QR codes name the listening address".to_owned()),
    }
    if !serve.listen.ip().is_loopback() {
        found.remarks.push(format!("pages: {} is reached from other machines without a proxy", serve.listen));
    }
    match (serve.check_metrics(), serve.metrics.filter(|metrics| !metrics.ip().is_loopback())) {
        (Err(failure), _) => found.faults.push(format!("figures: {}", failure.message())),
        (Ok(()), Some(metrics)) => found.remarks.push(format!("figures: {metrics} is reached from other machines")),
        (Ok(()), None) => {}
    }
    match serve.breached_passwords() {
        Ok(None) => found.remarks.push("passwords: no list of breached ones (KENSAN_BREACHED_PASSWORDS)".to_owned()),
        Ok(Some(_)) => found.well.push("passwords: a list of breached ones".to_owned()),
        Err(failure) => found.faults.push(format!("passwords: {}", failure.message())),
    }
    match serve.identities() {
        Ok(identities) if identities.is_empty() => {}
        Ok(identities) => found.well.push(format!("identities: {} who vouch", identities.len())),
        Err(failure) => found.faults.push(format!("identities: {}", failure.message())),
    }
}

fn mails(serve: &Serve, found: &mut Findings) {
    match (&serve.smtp, &serve.mail_from) {
        (Some(url), Some(from)) => match secret(url).and_then(|url| Ok(Mailer::new(&url, from)?)) {
            Ok(_) => found.well.push("mails: the server and the sender can be read".to_owned()),
            Err(failure) => found.faults.push(format!("mails: {}", failure.message())),
        },
        _ => found.remarks.push("mails: no server; notices wait to be printed".to_owned()),
    }
}

fn backups(serve: &Serve, found: &mut Findings) {
    let Some(directory) = &serve.backups else {
        return found.remarks.push("backups: the server makes none (KENSAN_BACKUPS)".to_owned());
    };
    let tried = directory.join(".kensan-config-check");
    match std::fs::write(&tried, "").and_then(|()| std::fs::remove_file(&tried)) {
        Ok(()) => found.well.push(format!("backups: into {}", directory.display())),
        Err(error) => found.faults.push(format!("backups: {}: {error}", directory.display())),
    }
    match &serve.backup_recipient {
        Some(recipient) => match records::backup::check_recipient(recipient) {
            Ok(()) => found.well.push("backups: encrypted to a recovery key".to_owned()),
            Err(error) => found.faults.push(format!("backups: {error}")),
        },
        None => found.remarks.push("backups: not encrypted (KENSAN_BACKUP_RECIPIENT)".to_owned()),
    }
}
