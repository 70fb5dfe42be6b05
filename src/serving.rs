//! Serving the pages until told to stop.

use crate::outcome::{Failure, Result};
use secretariat::Secretariat;
use secretariat::notice::Mailer;
use std::net::SocketAddr;
use std::time::Duration;

/// How often is looked for mails to send.
const MAIL_PAUSE: Duration = Duration::from_secs(15);
/// How often is looked whether a new day has begun, on which reminders fall due.
const REMINDER_PAUSE: Duration = Duration::from_secs(3600);

/// Listens and serves; Ctrl-C or SIGTERM ends it after open requests are answered. With a mailer, notices go out by mail.
pub async fn serve(
    secretariat: Secretariat,
    listen: SocketAddr,
    base_url: Option<String>,
    mailer: Option<Mailer>,
) -> Result<()> {
    secretariat.report_interrupted().await?;
    secretariat.keep_rulebooks().await?;
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .map_err(|error| Failure::refused(format!("cannot listen on {listen}: {error}")))?;
    let local = listener.local_addr().map_err(|error| Failure::Operator(error.to_string()))?;
    let base_url = base_url.unwrap_or_else(|| format!("http://{local}"));
    let records = secretariat.records().clone();
    let pages = web::pages(secretariat.clone(), &base_url, mailer.is_some());
    tokio::spawn(keep_up(secretariat.clone()));
    if let Some(mailer) = mailer {
        tokio::spawn(send_mails(secretariat, mailer, base_url.trim_end_matches('/').to_owned()));
    }
    tracing::info!(address = %local, "serving");
    // Signatures keep where they came from.
    axum::serve(listener, pages.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stopped())
        .await
        .map_err(|error| Failure::Operator(error.to_string()))?;
    records.close().await;
    Ok(())
}

async fn send_mails(secretariat: Secretariat, mailer: Mailer, base_url: String) {
    loop {
        if let Err(error) = secretariat.deliver_mails(&mailer, &base_url).await {
            tracing::error!(%error, "notices could not be sent");
        }
        tokio::time::sleep(MAIL_PAUSE).await;
    }
}

async fn keep_up(secretariat: Secretariat) {
    let mut done = None;
    loop {
        if let Err(error) = secretariat.conclude_mails_cut_off().await {
            tracing::error!(%error, "mails that were cut off could not be told");
        }
        if let Err(error) = secretariat.sweep_sign_ins().await {
            tracing::error!(%error, "ended sessions could not be swept");
        }
        let today = secretariat.today();
        // Every cohort under way is judged for it: once a day, not once an hour.
        if done != Some(today) {
            match secretariat.queue_reminders().await {
                Ok(_) => done = Some(today),
                Err(error) => tracing::error!(%error, "reminders could not be queued"),
            }
            if let Err(error) = shred_ended(&secretariat).await {
                tracing::error!(%error, "texts whose retention has ended could not be shredded");
                done = None;
            }
        }
        tokio::time::sleep(REMINDER_PAUSE).await;
    }
}

/// The texts' keys alone: a new main key, which older copies need, is the operator's, who keeps a copy of the key file.
async fn shred_ended(secretariat: &Secretariat) -> secretariat::Result<()> {
    secretariat.shred_announced().await?.failed.map_or(Ok(()), Err)
}

async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}
