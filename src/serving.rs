//! Serving the pages until told to stop.

use crate::outcome::{Failure, Result};
use secretariat::Secretariat;
use std::net::SocketAddr;

/// Listens and serves; Ctrl-C or SIGTERM ends it after open requests are answered.
pub async fn serve(secretariat: Secretariat, listen: SocketAddr, base_url: Option<String>) -> Result<()> {
    secretariat.report_interrupted().await?;
    secretariat.keep_rulebooks().await?;
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .map_err(|error| Failure::refused(format!("cannot listen on {listen}: {error}")))?;
    let local = listener.local_addr().map_err(|error| Failure::Operator(error.to_string()))?;
    let base_url = base_url.unwrap_or_else(|| format!("http://{local}"));
    let records = secretariat.records().clone();
    let pages = web::pages(secretariat, &base_url);
    tracing::info!(address = %local, "serving");
    // Signatures keep where they came from.
    axum::serve(listener, pages.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stopped())
        .await
        .map_err(|error| Failure::Operator(error.to_string()))?;
    records.close().await;
    Ok(())
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
