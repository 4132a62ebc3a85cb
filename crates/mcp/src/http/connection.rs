//! Connections: how many there may be, how long a client may take, how they end.

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use rmcp::ServerHandler;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::AbortHandle,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{debug, info, warn};

use super::{
    Answer, Control, Shared,
    gate::{Gate, prefix},
    plain,
    settings::Fixed,
    tls::Tls,
    write_timeout::WriteTimeout,
};

/// The most headers that a request may have.
const MAX_HEADERS: usize = 64;

/// The most bytes that are buffered for the head of a request.
const MAX_HEAD: usize = 32 * 1024;

/// How long to wait after a connection could not be accepted, mostly because too many files are open.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections.
pub(super) struct Accept<S> {
    pub(super) gate: Arc<Gate<S>>,
    pub(super) tls: Option<Arc<Tls>>,
    pub(super) shared: Arc<Shared>,
    pub(super) tracker: TaskTracker,
    pub(super) stop: CancellationToken,
    pub(super) fixed: Fixed,
}

impl<S: ServerHandler> Accept<S> {
    /// Accepts connections until the server stops.
    pub(super) async fn run(self, listener: TcpListener) {
        let room = Arc::new(Semaphore::new(self.fixed.max_connections));
        let addresses = Arc::new(Addresses::default());
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(self.fixed.header_timeout)
            .max_headers(MAX_HEADERS)
            .max_buf_size(MAX_HEAD);
        loop {
            let (stream, permit, peer) = tokio::select! {
                () = self.stop.cancelled() => return,
                next = next(&listener, &room) => next,
            };
            let Some(counted) = self.admit(&addresses, peer.ip()) else { continue };
            let stream = prepared(stream, self.fixed.write_timeout);
            let (gate, shared) = (Arc::clone(&self.gate), Arc::clone(&self.shared));
            let (builder, stop) = (builder.clone(), self.stop.clone());
            let acceptor = self.tls.as_ref().map(|tls| tls.acceptor());
            let limit = self.fixed.header_timeout;
            self.tracker.spawn(async move {
                shared.metrics.connection(1);
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
                shared.metrics.connection(-1);
                drop((permit, counted));
            });
        }
    }

    /// Counts a connection for its address. `None` where that has too many: the connection is closed.
    fn admit(&self, addresses: &Arc<Addresses>, peer: IpAddr) -> Option<Option<Counted>> {
        let peer = peer.to_canonical();
        if self.shared.now().live.proxies.iter().any(|proxies| proxies.contains(&peer)) {
            return Some(None);
        }
        let half = self.fixed.max_connections.div_ceil(2);
        let most = self.fixed.max_connections_per_address.min(half);
        let counted = addresses.count(prefix(peer), most);
        if counted.is_none() {
            self.shared.metrics.limited("connections_per_address");
            if let Some(omitted) = self.shared.log.line(Instant::now()) {
                info!(%peer, omitted, "a connection was closed: its address has too many");
            }
        }
        counted.map(Some)
    }
}

/// How many connections each address has.
#[derive(Debug, Default)]
struct Addresses(Mutex<HashMap<IpAddr, usize>>);

impl Addresses {
    fn count(self: &Arc<Self>, address: IpAddr, most: usize) -> Option<Counted> {
        let mut counts = self.0.lock();
        let count = counts.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Counted { addresses: Arc::clone(self), address })
    }
}

/// A connection that counts for its address.
#[derive(Debug)]
struct Counted {
    addresses: Arc<Addresses>,
    address: IpAddr,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.addresses.0.lock();
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

fn prepared(stream: TcpStream, write_timeout: Duration) -> WriteTimeout<TcpStream> {
    // Without this, small answers wait for the client's delayed acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "TCP_NODELAY cannot be set");
    }
    WriteTimeout::new(stream, write_timeout)
}

/// The next connection, once there is room for it.
async fn next(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> (TcpStream, Option<OwnedSemaphorePermit>, SocketAddr) {
    // The semaphore is never closed.
    let permit = Arc::clone(room).acquire_owned().await.ok();
    let (stream, peer) = accepted(listener).await;
    (stream, permit, peer)
}

async fn accepted(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
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

/// How many connections the metrics listener has at a time.
const OBSERVERS: usize = 64;

/// How long a client that reads metrics may take to send a request, and to read the answer.
const OBSERVER_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves metrics and health on their own address, to every client that can reach it. This listener has its own
/// connections, so it answers while the other one is full; and a new connection replaces the oldest one, so
/// connections on which nothing happens cannot block it.
pub(super) async fn metrics(listener: TcpListener, control: Control) {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(OBSERVER_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD)
        .keep_alive(false);
    let mut open: VecDeque<AbortHandle> = VecDeque::with_capacity(OBSERVERS);
    loop {
        let (stream, _) = accepted(&listener).await;
        let control = control.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let answer = observed(&control, request.uri().path());
            async move { Ok::<_, Infallible>(answer) }
        });
        let stream = TokioIo::new(prepared(stream, OBSERVER_TIMEOUT));
        let connection = builder.serve_connection(stream, service);
        open.retain(|connection| !connection.is_finished());
        if open.len() >= OBSERVERS
            && let Some(oldest) = open.pop_front()
        {
            oldest.abort();
        }
        let connection = tokio::spawn(async move {
            // Errors are ignored: the client will ask again.
            let _ = connection.await;
        });
        open.push_back(connection.abort_handle());
    }
}

fn observed(control: &Control, path: &str) -> Answer {
    if path != "/metrics" {
        let unknown = || plain(StatusCode::NOT_FOUND, "metrics are at /metrics\n");
        return control.shared.health(path).unwrap_or_else(unknown);
    }
    let mut answer = Response::new(Full::new(Bytes::from(control.metrics())).boxed());
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Addresses;

    #[test]
    fn connections_are_counted_for_each_address() {
        let addresses = Arc::new(Addresses::default());
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().unwrap());
        let first = addresses.count(one, 2).unwrap();
        let second = addresses.count(one, 2).unwrap();
        assert!(addresses.count(one, 2).is_none());
        assert!(addresses.count(other, 2).is_some());
        drop(first);
        assert!(addresses.count(one, 2).is_some());
        drop(second);
        assert!(addresses.0.lock().is_empty());
    }
}
