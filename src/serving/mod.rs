//! Serving the pages until told to stop.

mod connection;
mod housekeeping;
mod metrics;

use crate::outcome::{Failure, Result};
pub use housekeeping::Backups;
use housekeeping::Witness;
use records::Presence;
use sd_notify::NotifyState;
use secretariat::Secretariat;
use secretariat::account::identity::IdentityProvider;
use secretariat::notice::Mailer;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// How long a server waits for another one, or for a command, to leave the records.
const PATIENCE: Duration = Duration::from_secs(15);

/// How the pages are served.
pub struct Serving {
    pub listen: SocketAddr,
    /// Where people reach the pages from outside.
    pub base_url: Option<String>,
    /// With it notices go out by mail.
    pub mailer: Option<Mailer>,
    /// Where figures for a supervisor of machines are served; nowhere without it.
    pub metrics: Option<SocketAddr>,
    pub backups: Option<Backups>,
    /// Proxies in front on other machines.
    pub proxies: Vec<IpAddr>,
    /// Who vouches for identities beside the own accounts.
    pub identities: Vec<IdentityProvider>,
    /// Where weaknesses are reported to.
    pub security_contact: Option<String>,
    /// To whom the ledgers' heads are mailed every day.
    pub heads_to: Option<String>,
}

impl Serving {
    /// Pages at an address, and nothing else.
    #[cfg(feature = "demo")]
    pub fn at(listen: SocketAddr) -> Serving {
        Serving {
            listen,
            base_url: None,
            mailer: None,
            metrics: None,
            backups: None,
            proxies: Vec::new(),
            identities: Vec::new(),
            security_contact: None,
            heads_to: None,
        }
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| Failure::refused(format!("cannot listen on {address}: {error}")))
}

/// Listens and serves; Ctrl-C or SIGTERM ends it after open requests are answered, or after ten seconds.
pub async fn serve(secretariat: Secretariat, serving: Serving) -> Result<()> {
    let records = secretariat.records().clone();
    // Before anybody hears that it serves.
    let stopped = stopped();
    let _present = present(&secretariat).await?;
    if !records.keys_are_current() || records.schema().await? != records::schema::known() {
        return Err(Failure::refused(
            "the keys or the schema were changed while the server was starting: start it again",
        ));
    }
    secretariat.keep_rulebooks().await?;
    secretariat.make_pepper().await?;
    let listener = listen(serving.listen).await?;
    let local = listener.local_addr().map_err(|error| Failure::Operator(error.to_string()))?;
    let base_url = serving.base_url.unwrap_or_else(|| format!("http://{local}"));
    let site = web::Site {
        base_url: base_url.clone(),
        mails: serving.mailer.is_some(),
        proxies: serving.proxies,
        identities: serving.identities,
        limits_pace: true,
        security_contact: serving.security_contact,
    };
    let pages = web::pages(secretariat.clone(), site);
    if let Some(address) = serving.metrics {
        let figures = metrics::Figures::install(records.clone())?;
        let listener = listen(address).await?;
        tracing::info!(%address, "serving figures");
        tokio::spawn(figures.serve(listener));
    }
    let watched = records.clone();
    tokio::spawn(async move { watched.watch().await });
    let mailer = serving.mailer.map(Arc::new);
    let witness = mailer.clone().zip(serving.heads_to).map(|(mailer, address)| Witness { mailer, address });
    tokio::spawn(housekeeping::keep_up(secretariat.clone(), serving.backups, witness));
    if let Some(mailer) = mailer {
        let base_url = base_url.trim_end_matches('/').to_owned();
        tokio::spawn(housekeeping::send_mails(secretariat.clone(), mailer, base_url));
    }
    tokio::spawn(tell_the_supervisor(records.clone()));
    tracing::info!(address = %local, version = env!("CARGO_PKG_VERSION"), schema = records::schema::known(), "serving");
    connection::serve(listener, pages, stopped).await;
    if let Err(error) = secretariat.write_looks().await {
        tracing::error!(%error, "the last looks could not be written into the read log");
    }
    let _ = sd_notify::notify(&[NotifyState::Stopping]);
    // A connection that hangs keeps nobody.
    let _ = tokio::time::timeout(Duration::from_secs(5), records.close()).await;
    Ok(())
}

/// Whoever changes the schema or the keys is waited for; on SQLite another server too, which may just be leaving.
async fn present(secretariat: &Secretariat) -> Result<records::Present> {
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        match secretariat.records().be_present(Presence::Serving).await {
            Err(records::Error::InUse) if tokio::time::Instant::now() < until => {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            Err(records::Error::InUse) => {
                return Err(Failure::refused("another server, or a command that excludes one, is using these records"));
            }
            other => return Ok(other?),
        }
    }
}

/// systemd learns that the server is ready, and then that it still is.
async fn tell_the_supervisor(records: records::Records) {
    let _ = sd_notify::notify(&[NotifyState::Ready]);
    let Some(patience) = sd_notify::watchdog_enabled() else { return };
    loop {
        tokio::time::sleep(patience / 3).await;
        // A database that is away is no reason to start the server anew; a server that does not come to ask is.
        let _ = tokio::time::timeout(patience / 3, records.check_writable()).await;
        let _ = sd_notify::notify(&[NotifyState::Watchdog]);
    }
}

/// Listens for the signals that end the server from here on, and waits for one.
fn stopped() -> impl Future<Output = ()> {
    let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        match signals {
            (Ok(mut terminate), Ok(mut interrupt)) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            }
            _ => std::future::pending().await,
        }
    }
}
