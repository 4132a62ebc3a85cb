//! Accepting connections. Hyper is driven directly rather than through `axum::serve`, so that a
//! fault can cut a connection without a response.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{Hosts, router};
use crate::app::App;

/// Marks a response that must not be sent: the connection is cut instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut;

/// Ends a server: send true.
pub(crate) type Stop = watch::Receiver<bool>;

/// How long a client may take to send the head of a request.
const HEAD_PATIENCE: Duration = Duration::from_secs(30);

/// How often the clock is checked while nothing else happens.
const BEAT: Duration = Duration::from_millis(250);

/// Serves until `stop` changes, then finishes the requests in progress.
///
/// Dropping the future ends everything that runs for the sandbox, at once.
pub(crate) async fn serve(app: Arc<App>, listener: TcpListener, hosts: Hosts, mut stop: Stop) {
    let app = Running(app);
    let mut clock = JoinSet::new();
    clock.spawn(clockwork(Arc::clone(&app.0)));
    let router = router(Arc::clone(&app.0), hosts.listening_on(listener.local_addr().ok()));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stopped(&mut stop) => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let _ = stream.set_nodelay(true);
                    connections.spawn(converse(stream, router.clone(), stop.clone()));
                }
                Err(error) => {
                    // Out of descriptors, for example: give others time to close theirs.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
        }
    }
    drop(listener);
    drop(clock);
    let all = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(Duration::from_secs(5), all).await;
    // The last events still go out.
    let _ = tokio::time::timeout(Duration::from_secs(5), app.0.tick()).await;
}

/// Ends what runs in the background when it is dropped.
struct Running(Arc<App>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn stopped(stop: &mut Stop) {
    // An error means that the sender was dropped. The server stops then as well.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn clockwork(app: Arc<App>) {
    loop {
        let _ = tokio::time::timeout(BEAT, app.wake.notified()).await;
        if let Err(error) = app.tick().await {
            tracing::error!(?error, "the clock could not be followed");
        }
    }
}

/// A response was withheld on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the connection was cut on request")]
struct WasCut;

async fn converse(stream: TcpStream, router: Router, mut stop: Stop) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let response: Result<Response, Infallible> =
                tower_call(router, request.map(axum::body::Body::new)).await;
            match response {
                Ok(response) if response.extensions().get::<Cut>().is_some() => Err(WasCut),
                Ok(response) => Ok(response),
                Err(never) => match never {},
            }
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn tower_call(
    router: Router,
    request: hyper::Request<axum::body::Body>,
) -> Result<Response, Infallible> {
    use hyper::service::Service as _;
    use hyper_util::service::TowerToHyperService;
    TowerToHyperService::new(router).call(request).await
}
