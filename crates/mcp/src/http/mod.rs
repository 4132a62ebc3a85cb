//! The server over HTTP, for any number of users, each with their own key.
//!
//! ```text
//! connection → gate (rates, names, slots, key, session, memory) → rmcp → server → run → call
//! ```
//!
//! One pool of connections to the API serves all keys. The server keeps nothing for a key but its running
//! requests, its open sessions, and its rate until that is back at its start.
//!
//! Everything that grows with what callers send is limited twice, for the caller's address and in all, and
//! the address comes first, so that one caller cannot use up what is meant for everybody.

mod connection;
mod gate;
mod hosts;
mod identity;
mod initialize;
mod log_budget;
mod memory;
mod rates;
mod refusal;
mod sessions;
pub mod settings;
mod shared_state;
mod slots;
mod sse_to_json;
mod tls;
mod write_timeout;

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt as _, Full, combinators::BoxBody};
use parking_lot::RwLock;
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

use self::{
    gate::Gate,
    identity::Seal,
    log_budget::LogBudget,
    memory::Memory,
    rates::{Rate, Rates},
    sessions::Sessions,
    settings::{Fixed, Live, Options},
    shared_state::SharedState,
    slots::Slots,
    tls::Tls,
};
use crate::{changes::Changes, metrics::Metrics};

type Answer = Response<BoxBody<Bytes, Infallible>>;

/// How often rates that are no longer needed are forgotten, and replicas check that they agree.
const SWEEP: Duration = Duration::from_secs(5);

/// How much longer than a call a request may take before the server counts it as broken.
const MARGIN: Duration = Duration::from_secs(1);

/// How long answers that are ready may take to leave when the server stops.
const FLUSH: Duration = Duration::from_secs(2);

/// How many bytes of bodies may be held while they arrive, in all and from one address.
const BODIES: (usize, usize) = (256 << 20, 16 << 20);

/// How much memory parsed messages may take, in all and from one address.
const PARSED: (usize, usize) = (512 << 20, 128 << 20);

/// What applies now, and can be replaced as a whole.
struct Now {
    live: Live,
    rates: Rates,
    slots: slots::Most,
}

impl Now {
    fn new(live: Live) -> Self {
        let rates =
            Rates { key: Rate::new(live.rate_per_key), address: Rate::new(live.rate_per_address) };
        let slots = slots::Most {
            in_all: live.max_calls,
            per_key: live.max_calls_per_key,
            per_address: live.max_calls_per_address,
        };
        Self { live, rates, slots }
    }
}

/// What all requests share.
struct Shared {
    now: RwLock<Arc<Now>>,
    slots: Arc<Slots>,
    /// The bodies that are arriving.
    bodies: Arc<Memory>,
    /// The messages that are being handled.
    parsed: Arc<Memory>,
    seal: Arc<Seal>,
    metrics: Arc<Metrics>,
    state: Option<Arc<SharedState>>,
    log: LogBudget,
    /// How long rmcp may take to begin an answer. Calls have their own, shorter limit, so only what is
    /// broken reaches this one.
    patience: Duration,
    stopping: AtomicBool,
}

impl Shared {
    fn now(&self) -> Arc<Now> {
        Arc::clone(&self.now.read())
    }

    /// The answer to a health check; `None` where `path` is none.
    fn health(&self, path: &str) -> Option<Answer> {
        match path {
            "/healthz" => Some(plain(StatusCode::OK, "ok\n")),
            "/readyz" if self.stopping.load(Ordering::Acquire) => {
                Some(plain(StatusCode::SERVICE_UNAVAILABLE, "stopping\n"))
            }
            "/readyz" => Some(plain(StatusCode::OK, "ready\n")),
            _ => None,
        }
    }
}

/// A server over HTTP that is bound to its address.
pub struct Http<S> {
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    metrics: Option<TcpListener>,
    gate: Arc<Gate<S>>,
    shared: Arc<Shared>,
    fixed: Fixed,
    changes: Arc<Changes>,
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
        *self.shared.now.write() = Arc::new(Now::new(live));
    }

    /// Reads the certificate again.
    ///
    /// # Errors
    /// The certificate or its key cannot be read. The old one stays in use.
    pub fn reload_certificate(&self) -> io::Result<()> {
        self.tls.as_ref().map_or(Ok(()), |tls| tls.reload())
    }

    /// All metrics in Prometheus's text format.
    #[must_use]
    pub fn metrics(&self) -> String {
        self.shared.metrics.set_running(self.shared.slots.count());
        self.shared.metrics.text()
    }
}

impl<S> std::fmt::Debug for Http<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("fixed", &self.fixed).finish_non_exhaustive()
    }
}

impl<S: ServerHandler> Http<S> {
    /// Binds a server to its address. `server` is given what calls report to, and returns what makes a server
    /// for each session and each request outside of one.
    ///
    /// # Errors
    /// An address cannot be bound, the certificate cannot be read, the shared state is unavailable, or the
    /// system gives no random numbers.
    pub async fn bind<M>(
        options: Options,
        server: impl FnOnce(Arc<Metrics>) -> M,
    ) -> io::Result<Self>
    where
        M: Fn() -> S + Send + Sync + 'static,
    {
        let metrics = Arc::new(Metrics::default());
        let make = server(Arc::clone(&metrics));
        let Options { fixed, live } = options;
        let tls = fixed.tls.pair().map(Tls::new).transpose()?.map(Arc::new);
        let listener = TcpListener::bind(fixed.listen.address()).await?;
        let metrics_at = match fixed.metrics {
            Some(address) => Some(TcpListener::bind(address).await?),
            None => None,
        };
        let idle = fixed.session_idle;
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
        let most = sessions::Most {
            in_all: fixed.max_sessions,
            per_key: fixed.max_sessions_per_key,
            per_address: fixed.max_sessions_per_address,
        };
        let sessions =
            Sessions::new(Arc::clone(&seal), Arc::clone(&metrics), state.clone(), most, idle);
        let sessions = Arc::new(sessions);
        let mcp = StreamableHttpService::new(move || Ok(make()), Arc::clone(&sessions), config);
        let shared = Arc::new(Shared {
            now: RwLock::new(Arc::new(Now::new(live))),
            slots: Arc::default(),
            bodies: Memory::new(BODIES.0, BODIES.1),
            parsed: Memory::new(PARSED.0, PARSED.1),
            seal,
            metrics,
            state,
            log: LogBudget::default(),
            patience: fixed.call_timeout + MARGIN,
            stopping: AtomicBool::new(false),
        });
        let gate = Arc::new(Gate::new(mcp, sessions, Arc::clone(&shared)));
        Ok(Self {
            listener,
            tls,
            metrics: metrics_at,
            gate,
            shared,
            fixed,
            changes: Arc::default(),
            end,
        })
    }

    /// The same server, which answers these changes as unknown if they are still running at the end of
    /// the stop timeout.
    #[must_use]
    pub fn with_changes(mut self, changes: Arc<Changes>) -> Self {
        self.changes = changes;
        self
    }

    /// The address that it listens on.
    ///
    /// # Errors
    /// The system does not tell the address of the socket.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The address that serves metrics.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// `https` or `http`.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// A handle to change this server while it runs.
    #[must_use]
    pub fn control(&self) -> Control {
        Control { shared: Arc::clone(&self.shared), tls: self.tls.clone() }
    }

    /// Serves until `stop` is cancelled. Then no new calls are accepted, and running ones may end within the
    /// stop timeout.
    pub async fn serve(self, stop: CancellationToken) {
        let tracker = TaskTracker::new();
        let control = self.control();
        // Dropping this future ends connections, streams and tasks too.
        let stop = stop.child_token();
        let _connections = stop.clone().drop_guard();
        let _streams = self.end.clone().drop_guard();
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
                        // A failure is in the log already.
                        let _ = state.agree(&shared.seal).await;
                    }
                }
            }))
        };
        let accept = connection::Accept {
            gate: Arc::clone(&self.gate),
            tls: self.tls,
            shared: Arc::clone(&self.shared),
            tracker: tracker.clone(),
            stop: stop.clone(),
            fixed: self.fixed.clone(),
        };
        accept.run(self.listener).await;
        self.shared.stopping.store(true, Ordering::Release);
        let slots = &self.shared.slots;
        info!(running = slots.count(), "stopping; waiting for running calls");
        let deadline = Instant::now() + self.fixed.stop_timeout;
        // A change that waits before its next attempt holds no slot.
        let open = || slots.count().max(self.changes.count());
        while open() > 0 && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tracker.close();
        if open() > 0 {
            warn!(left = open(), "calls are still running at the end of the stop timeout");
            self.changes.give_up();
            // What was running is answered now. Open streams last until the end.
            let _ = tokio::time::timeout(FLUSH, tracker.wait()).await;
        }
        self.end.cancel();
        let _ = tokio::time::timeout(FLUSH, tracker.wait()).await;
        info!("stopped");
    }
}

/// An answer of plain text.
fn plain(status: StatusCode, text: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from_static(text.as_bytes())).boxed());
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}
