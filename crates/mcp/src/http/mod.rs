//! The server over HTTP, for any number of users, each with their own key.
//!
//! ```text
//! connection → gate (names, rates, key, session, room) → rmcp → server → run → call
//! ```
//!
//! One pool of connections to the API serves all keys; nothing is kept for one of them beyond the
//! requests that are running, the sessions that are open and the rates that are not yet back at their
//! start.

mod caller;
mod connection;
mod gate;
mod hosts;
mod limits;
mod plainly;
mod refusal;
mod sessions;
pub mod settings;
mod shared_state;
mod tls;

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt as _, Full, combinators::BoxBody};
use rmcp::{
    ServerHandler,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::store::SessionStore,
    },
};
use tokio::{net::TcpListener, time::Instant};
use tokio_util::{
    sync::CancellationToken,
    task::{AbortOnDropHandle, TaskTracker},
};
use tracing::{info, warn};

pub(crate) use self::caller::Caller;
use self::{
    caller::Seal,
    gate::Gate,
    limits::{Rate, Rates, Running},
    sessions::Sessions,
    settings::{Fixed, Live, Options},
    shared_state::SharedState,
    tls::Tls,
};
use crate::{metrics::Metrics, server::Server};

type Answer = Response<BoxBody<Bytes, Infallible>>;

/// How often what is no longer needed is forgotten, and replicas make sure that they agree.
const SWEEP: Duration = Duration::from_secs(5);

/// How much longer than a call whatever is broken may take.
const MARGIN: Duration = Duration::from_secs(1);

/// How long answers that are ready may take to leave when the server stops.
const FLUSH: Duration = Duration::from_secs(2);

/// What holds now, and can be replaced as a whole.
pub(crate) struct Now {
    live: Live,
    rates: Rates,
}

/// What all requests share.
pub(crate) struct Shared {
    now: RwLock<Arc<Now>>,
    running: Arc<Running>,
    seal: Arc<Seal>,
    metrics: Arc<Metrics>,
    state: Option<Arc<SharedState>>,
    /// How long rmcp may take to begin an answer: calls have their own, shorter limit, so that only what
    /// is broken meets this one.
    patience: Duration,
    stopping: AtomicBool,
}

impl Shared {
    fn now(&self) -> Arc<Now> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A server over HTTP that is bound to its address.
pub struct Http<S = Server> {
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    metrics: Option<TcpListener>,
    gate: Arc<Gate<S>>,
    shared: Arc<Shared>,
    fixed: Fixed,
    /// Ends all streams and sessions.
    end: CancellationToken,
}

/// Changes a running server.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
    tls: Option<Arc<Tls>>,
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").finish_non_exhaustive()
    }
}

impl Control {
    /// Replaces limits and lists. Requests that are running continue under the old ones.
    pub fn reload(&self, live: Live) {
        let rates = rates(&live);
        let mut now = self.shared.now.write().unwrap_or_else(PoisonError::into_inner);
        *now = Arc::new(Now { live, rates });
    }

    /// Reads the certificate again.
    ///
    /// # Errors
    /// The certificate or its key cannot be read. The old one stays in use.
    pub fn reload_certificate(&self) -> io::Result<()> {
        self.tls.as_ref().map_or(Ok(()), |tls| tls.reload())
    }

    /// What is counted and measured, in Prometheus' text format.
    #[must_use]
    pub fn metrics(&self) -> String {
        self.shared.metrics.set_running(self.shared.running.count());
        self.shared.metrics.text()
    }
}

impl<S> std::fmt::Debug for Http<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("fixed", &self.fixed).finish_non_exhaustive()
    }
}

fn rates(live: &Live) -> Rates {
    Rates { key: Rate::new(live.rate_per_key), address: Rate::new(live.rate_per_address) }
}

impl Http {
    /// Binds a server to its address.
    ///
    /// # Errors
    /// An address that cannot be bound; a certificate that cannot be read; a shared state that
    /// cannot be reached; a machine without random numbers.
    pub async fn bind(server: Server, options: Options) -> io::Result<Self> {
        let metrics = Arc::new(Metrics::default());
        let server = server.with_view(options.live.view).with_metrics(Arc::clone(&metrics));
        Self::bind_any(move || server.clone(), options, metrics).await
    }
}

impl<S: ServerHandler> Http<S> {
    /// Binds any other server to its address: tests of the protocol need tools that a product lacks.
    ///
    /// # Errors
    /// As [`Http::bind`].
    pub async fn host(
        make: impl Fn() -> S + Send + Sync + 'static,
        options: Options,
    ) -> io::Result<Self> {
        Self::bind_any(make, options, Arc::new(Metrics::default())).await
    }

    async fn bind_any(
        make: impl Fn() -> S + Send + Sync + 'static,
        options: Options,
        metrics: Arc<Metrics>,
    ) -> io::Result<Self> {
        let Options { fixed, live } = options;
        let tls = fixed.tls.pair().map(Tls::new).transpose()?.map(Arc::new);
        let listener = TcpListener::bind(fixed.listen.address()).await?;
        let metrics_at = match fixed.metrics {
            Some(address) => Some(TcpListener::bind(address).await?),
            None => None,
        };
        let (idle, most) = (fixed.session_idle, fixed.max_sessions);
        let seal = Arc::new(Seal::random()?);
        let state = match fixed.state.redis() {
            Some(url) => {
                let state = SharedState::connect(url, idle).await?;
                state.agree(&seal).await?;
                Some(Arc::new(state))
            }
            None => None,
        };
        let end = CancellationToken::new();
        let mut config = StreamableHttpServerConfig::default()
            .disable_allowed_hosts()
            .with_json_response(true)
            .with_sse_retry(None)
            .with_max_request_body_bytes(usize::MAX)
            .with_cancellation_token(end.clone());
        config.session_store = state.clone().map(|state| state as Arc<dyn SessionStore>);
        let sessions = Sessions::new(Arc::clone(&seal), Arc::clone(&metrics), most, idle);
        let mcp = StreamableHttpService::new(move || Ok(make()), Arc::new(sessions), config);
        let rates = rates(&live);
        let shared = Arc::new(Shared {
            now: RwLock::new(Arc::new(Now { live, rates })),
            running: Arc::new(Running::new()),
            seal,
            metrics,
            state,
            patience: fixed.call_timeout + MARGIN,
            stopping: AtomicBool::new(false),
        });
        let gate = Arc::new(Gate::new(mcp, Arc::clone(&shared)));
        Ok(Self { listener, tls, metrics: metrics_at, gate, shared, fixed, end })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// None that is known of.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Where metrics are served.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// `https` or `http`.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// Changes this server while it runs.
    #[must_use]
    pub fn control(&self) -> Control {
        Control { shared: Arc::clone(&self.shared), tls: self.tls.clone() }
    }

    /// Serves until `stop` fires: then no new calls are taken, and those that run may end within their
    /// time.
    pub async fn serve(self, stop: CancellationToken) {
        let tracker = TaskTracker::new();
        let control = self.control();
        // Dropping this future ends these tasks too.
        let _metrics = self.metrics.map(|listener| {
            AbortOnDropHandle::new(tokio::spawn(connection::metrics(listener, control)))
        });
        let _sweeper = {
            let shared = Arc::clone(&self.shared);
            AbortOnDropHandle::new(tokio::spawn(async move {
                loop {
                    tokio::time::sleep(SWEEP).await;
                    shared.now().rates.sweep();
                    if let Some(state) = &shared.state {
                        // What goes wrong is in the log already.
                        let _ = state.agree(&shared.seal).await;
                    }
                }
            }))
        };
        let accept = connection::Accept {
            gate: Arc::clone(&self.gate),
            tls: self.tls,
            metrics: Arc::clone(&self.shared.metrics),
            tracker: tracker.clone(),
            stop: stop.clone(),
            header_timeout: self.fixed.header_timeout,
            most: self.fixed.max_connections,
        };
        accept.run(self.listener).await;
        self.shared.stopping.store(true, Ordering::Release);
        let running = &self.shared.running;
        info!(running = running.count(), "stopping; running calls may end");
        let deadline = Instant::now() + self.fixed.stop_timeout;
        while running.count() > 0 && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if running.count() > 0 {
            let left = running.count();
            warn!(left, "calls are still running after the time to stop; their outcome is unknown");
        }
        self.end.cancel();
        tracker.close();
        let _ = tokio::time::timeout(FLUSH, tracker.wait()).await;
        info!("stopped");
    }
}

/// A short text as an answer.
fn plain(status: StatusCode, text: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from_static(text.as_bytes())).boxed());
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}
