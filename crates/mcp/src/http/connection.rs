//! Connections: how many there may be, how long a client may take for its headers, how they end.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, header::CONTENT_TYPE};
use http_body_util::Full;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use rmcp::ServerHandler;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{debug, warn};

use super::{Control, gate::Gate, tls::Tls};
use crate::metrics::Metrics;

/// The most headers that a request may have.
const MAX_HEADERS: usize = 64;

/// The most bytes that are buffered for the head of a request.
const MAX_HEAD: usize = 32 * 1024;

/// How long to wait after a connection could not be accepted, which mostly means too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// Takes connections.
pub(super) struct Accept<S> {
    pub(super) gate: Arc<Gate<S>>,
    pub(super) tls: Option<Arc<Tls>>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) tracker: TaskTracker,
    pub(super) stop: CancellationToken,
    pub(super) header_timeout: Duration,
    pub(super) most: usize,
}

impl<S: ServerHandler> Accept<S> {
    /// Takes connections until told to stop.
    pub(super) async fn run(self, listener: TcpListener) {
        let room = Arc::new(Semaphore::new(self.most));
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(self.header_timeout)
            .max_headers(MAX_HEADERS)
            .max_buf_size(MAX_HEAD);
        loop {
            let (stream, peer) = tokio::select! {
                () = self.stop.cancelled() => return,
                next = next(&listener, &room) => next,
            };
            let (stream, permit) = stream;
            // Without this, small answers wait for the client's delayed acknowledgement.
            if let Err(error) = stream.set_nodelay(true) {
                debug!(%error, "TCP_NODELAY cannot be set");
            }
            self.metrics.connection(1);
            let (gate, metrics) = (Arc::clone(&self.gate), Arc::clone(&self.metrics));
            let (builder, stop) = (builder.clone(), self.stop.clone());
            let acceptor = self.tls.as_ref().map(|tls| tls.acceptor());
            let limit = self.header_timeout;
            self.tracker.spawn(async move {
                match acceptor {
                    None => one(stream, peer, &builder, gate, stop).await,
                    Some(acceptor) => {
                        match tokio::time::timeout(limit, acceptor.accept(stream)).await {
                            Ok(Ok(stream)) => one(stream, peer, &builder, gate, stop).await,
                            Ok(Err(error)) => debug!(%error, "a TLS handshake failed"),
                            Err(_) => debug!("a TLS handshake took too long"),
                        }
                    }
                }
                metrics.connection(-1);
                drop(permit);
            });
        }
    }
}

/// The next connection, once there is room for it.
async fn next(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> ((TcpStream, Option<tokio::sync::OwnedSemaphorePermit>), SocketAddr) {
    // The semaphore is never closed.
    let permit = Arc::clone(room).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return ((stream, permit), peer),
            Err(error) => {
                warn!(%error, "a connection cannot be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Serves one connection to its end.
async fn one<S: ServerHandler>(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    builder: &http1::Builder,
    gate: Arc<Gate<S>>,
    stop: CancellationToken,
) {
    let service = service_fn(move |request| {
        let gate = Arc::clone(&gate);
        async move { Ok::<_, Infallible>(gate.answer(request, peer.ip()).await) }
    });
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%error, "a connection broke");
    }
}

/// Serves metrics, on their own address, to whoever can reach it.
pub(super) async fn metrics(listener: TcpListener, control: Control) {
    let room = Arc::new(Semaphore::new(16));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(PAUSE * 100).keep_alive(false);
    loop {
        let ((stream, permit), _) = next(&listener, &room).await;
        let control = control.clone();
        let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
            let known = request.uri().path() == "/metrics";
            let text =
                if known { control.metrics() } else { "metrics are at /metrics\n".to_owned() };
            async move {
                let mut answer = http::Response::new(Full::new(Bytes::from(text)));
                if !known {
                    *answer.status_mut() = http::StatusCode::NOT_FOUND;
                }
                let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
                answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
                Ok::<_, Infallible>(answer)
            }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            let _ = connection.await;
            drop(permit);
        });
    }
}
