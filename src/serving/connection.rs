//! Connections: nobody holds one for longer than they use it, and the end of the server waits for nobody forever.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::future::Future;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// How long somebody may take to say what they want, also on a connection that is kept open.
const HEADERS: Duration = Duration::from_secs(30);
/// How long somebody may take nothing of an answer.
const STALLED: Duration = Duration::from_secs(60);
/// How long open requests are waited for at the end.
const DRAINING: Duration = Duration::from_secs(10);
/// How long to wait where the system has no connection left to give.
const BREATH: Duration = Duration::from_millis(100);

/// Accepts connections until told to stop, then answers what was asked.
pub async fn serve(listener: TcpListener, pages: Router, stopped: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let mut stopped = std::pin::pin!(stopped);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => {
                    let _ = stream.set_nodelay(true);
                    let pages = pages.clone();
                    let answer = service_fn(move |request: hyper::Request<Incoming>| {
                        let mut request = request.map(Body::new);
                        // Signatures keep where they came from.
                        request.extensions_mut().insert(ConnectInfo(from));
                        pages.clone().oneshot(request)
                    });
                    let connection = http1::Builder::new()
                        .timer(TokioTimer::new())
                        .header_read_timeout(HEADERS)
                        .serve_connection(TokioIo::new(patient(stream)), answer);
                    let watched = graceful.watch(connection);
                    tokio::spawn(async move {
                        if let Err(error) = watched.await {
                            tracing::debug!(%error, "a connection ended early");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(BREATH).await;
                }
            },
            () = &mut stopped => break,
        }
    }
    drop(listener);
    tracing::info!("stopping: open requests are answered first");
    if tokio::time::timeout(DRAINING, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests that were not answered in time were cut off");
    }
}

/// A stream that ends when nothing of an answer is taken for long.
fn patient(stream: TcpStream) -> std::pin::Pin<Box<TimeoutStream<TcpStream>>> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(STALLED));
    Box::pin(stream)
}
