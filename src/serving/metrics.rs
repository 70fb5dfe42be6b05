//! Figures for whoever watches the machine, in the text form of Prometheus, on an address of their own. No figure names a person.

use crate::outcome::{Failure, Result};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use metrics::{describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use records::Records;
use std::sync::OnceLock;
use std::time::Duration;
use tokio::net::TcpListener;

/// Seconds by which the time of an answer is counted.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

const UPKEEP: Duration = Duration::from_secs(5);

/// One for the whole process.
static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// The figures of this process and of its records.
#[derive(Clone)]
pub struct Figures {
    handle: PrometheusHandle,
    records: Records,
}

impl Figures {
    /// From here on is counted.
    pub fn install(records: Records) -> Result<Figures> {
        let failed = |error: metrics_exporter_prometheus::BuildError| Failure::Operator(error.to_string());
        let handle = match RECORDER.get() {
            Some(handle) => handle.clone(),
            None => {
                let name = Matcher::Full(web::REQUEST_SECONDS.to_owned());
                let builder = PrometheusBuilder::new().set_buckets_for_metric(name, &BUCKETS).map_err(failed)?;
                let handle = builder.install_recorder().map_err(failed)?;
                RECORDER.get_or_init(|| handle).clone()
            }
        };
        describe_counter!(web::REQUESTS, "Answers, by method, route and class of status");
        describe_histogram!(web::REQUEST_SECONDS, "Seconds until an answer was ready, by route");
        describe_gauge!("kensan_database_connections", "Connections to the database");
        describe_gauge!("kensan_database_connections_idle", "Connections to the database that nobody uses");
        describe_gauge!("kensan_database_works_total", "Transactions opened since the start");
        describe_gauge!("kensan_database_writable", "1 where the database can be written at this moment");
        describe_gauge!(
            "kensan_backup_age_seconds",
            "Age of the newest backup in which all was well; NaN where there is none or nobody knows"
        );
        describe_gauge!("process_resident_memory_bytes", "Memory of the process");
        Ok(Figures { handle, records })
    }

    /// Answers `/metrics` and nothing else.
    pub async fn serve(self, listener: TcpListener) {
        let kept = self.handle.clone();
        tokio::spawn(async move {
            // What was measured is counted together, also where nobody asks.
            loop {
                tokio::time::sleep(UPKEEP).await;
                kept.run_upkeep();
            }
        });
        let router = Router::new().route("/metrics", get(answer)).with_state(self);
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "figures are not served any more");
        }
    }
}

/// Memory in use, as Linux says it.
fn resident_bytes() -> Option<f64> {
    const PAGE: f64 = 4096.0;
    let told = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(told.split_whitespace().nth(1)?.parse::<f64>().ok()? * PAGE)
}

async fn answer(State(figures): State<Figures>) -> String {
    let (open, idle) = figures.records.connections();
    gauge!("kensan_database_connections").set(f64::from(open));
    gauge!("kensan_database_connections_idle").set(idle as f64);
    gauge!("kensan_database_works_total").set(figures.records.works_opened() as f64);
    let writable = figures.records.check_writable().await.is_ok();
    gauge!("kensan_database_writable").set(if writable { 1.0 } else { 0.0 });
    let age = figures.backup_age().await.ok().flatten();
    gauge!("kensan_backup_age_seconds").set(age.unwrap_or(f64::NAN));
    if let Some(bytes) = resident_bytes() {
        gauge!("process_resident_memory_bytes").set(bytes);
    }
    figures.handle.render()
}

impl Figures {
    async fn backup_age(&self) -> records::Result<Option<f64>> {
        let now = crate::command::clock()();
        let actor = records::Actor { provider: 0, name: "kensan".to_owned(), now };
        let (good, _) = self.records.read(actor).await?.newest_backup().await?;
        Ok(good.map(|run| (now - run.made_at).num_seconds() as f64))
    }
}
