//! A server over HTTP in this process, an API that answers with what it was called with, raw JSON-RPC.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Response, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use reqwest::{
    RequestBuilder, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap},
};
use rmcp::ServerHandler;
use serde_json::{Value, json};
use streampay_mcp::{
    Server,
    http::{Control, Http, settings::Options},
    settings::Settings,
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::Semaphore,
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

pub(crate) const MODERN: &str = "2026-07-28";
pub(crate) const LEGACY: &str = "2025-06-18";
pub(crate) const ID: &str = "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c";

/// An API that answers with what it was called with: the key, the branch, the request id, the path.
pub(crate) struct Api {
    pub(crate) url: String,
    /// Requests that arrived.
    pub(crate) arrived: Arc<AtomicUsize>,
    /// Requests that were answered.
    pub(crate) answered: Arc<AtomicUsize>,
    /// The keys of the requests, and how many came with each.
    pub(crate) keys: Arc<Mutex<HashMap<String, usize>>>,
    /// How many of the held requests may be answered.
    released: Arc<Semaphore>,
}

/// When the API answers a request.
#[derive(Clone, Copy)]
pub(crate) enum When {
    AtOnce,
    After(Duration),
    /// When the test calls [`Api::release`].
    Released,
}

impl Api {
    /// Answers one of the held requests, also one that is yet to come.
    pub(crate) fn release(&self) {
        self.released.add_permits(1);
    }

    /// Waits until so many requests have arrived.
    pub(crate) async fn until_arrived(&self, count: usize) {
        let what = format!("{count} requests arrive at the API");
        eventually(&what, async || self.arrived.load(Ordering::SeqCst) == count).await;
    }
}

/// Starts an API that answers request number n at the time `when(n)`.
pub(crate) async fn api(when: fn(usize) -> When) -> Api {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let released = Arc::new(Semaphore::new(0));
    let api = Api {
        url,
        arrived: Arc::default(),
        answered: Arc::default(),
        keys: Arc::default(),
        released: Arc::clone(&released),
    };
    let (arrived, answered, keys) =
        (Arc::clone(&api.arrived), Arc::clone(&api.answered), Arc::clone(&api.keys));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (arrived, answered, keys, released) = (
                Arc::clone(&arrived),
                Arc::clone(&answered),
                Arc::clone(&keys),
                Arc::clone(&released),
            );
            let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let number = arrived.fetch_add(1, Ordering::SeqCst);
                let (answered, keys, released) =
                    (Arc::clone(&answered), Arc::clone(&keys), Arc::clone(&released));
                async move {
                    let header = |name: &str| {
                        request.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
                    };
                    let key = header("x-api-key").unwrap_or_default();
                    *keys.lock().unwrap().entry(key.clone()).or_default() += 1;
                    let body = json!({
                        "id": ID, "amount": "25.00", "currency": "SAR", "seen_key": mirrored(&key),
                        "seen_branch": header("x-branch-id"),
                        "seen_request_id": header("x-request-id"),
                        "seen_path": request.uri().to_string(),
                    });
                    match when(number) {
                        When::AtOnce => {}
                        When::After(delay) => tokio::time::sleep(delay).await,
                        When::Released => released.acquire().await.unwrap().forget(),
                    }
                    answered.fetch_add(1, Ordering::SeqCst);
                    let body = Full::new(Bytes::from(body.to_string()));
                    let response = Response::builder().header("content-type", "application/json");
                    Ok::<_, Infallible>(response.body(body).unwrap())
                }
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    });
    api
}

/// A key as the API repeats it. The client would replace the key itself.
pub(crate) fn mirrored(key: &str) -> String {
    key.chars().rev().collect()
}

pub(crate) fn at_once(_: usize) -> When {
    When::AtOnce
}

/// Holds every request until the test releases it.
pub(crate) fn held(_: usize) -> When {
    When::Released
}

/// Holds the first `N` requests.
pub(crate) fn first_held<const N: usize>(number: usize) -> When {
    if number < N { When::Released } else { When::AtOnce }
}

/// A running server.
pub(crate) struct Serving {
    pub(crate) address: SocketAddr,
    pub(crate) metrics: Option<SocketAddr>,
    pub(crate) control: Control,
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<()>,
    pub(crate) http: reqwest::Client,
}

/// Finds a setting: among the given ones first, then among those of all tests.
fn find<'a>(api: &'a str, settings: &'a [(&str, &str)]) -> impl Fn(&str) -> Option<String> + 'a {
    move |name| {
        let usual = [
            ("STREAM_HTTP", "127.0.0.1:0"),
            ("STREAM_BASE_URL", api),
            ("STREAM_DOCS_URL", "http://127.0.0.1:1"),
            ("STREAM_RATE_PER_KEY", "0"),
            ("STREAM_RATE_PER_ADDRESS", "0"),
        ];
        let mut all = settings.iter().chain(&usual);
        all.find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }
}

/// Starts a server with these settings, for the API at `api`, without rate limits unless they are given.
pub(crate) async fn serve(api: &str, settings: &[(&str, &str)]) -> Serving {
    let options = Options::read(find(api, settings)).unwrap();
    let server = Server::new(Settings::read(find(api, settings)).unwrap()).unwrap();
    let server = server.with_call_timeout(options.fixed.call_timeout);
    let server = server.with_view(options.live.view.clone());
    let changes = server.changes();
    let make = |metrics| {
        let server = server.with_metrics(metrics);
        move || server.clone()
    };
    running(Http::bind(options, make).await.unwrap().with_changes(changes))
}

/// Starts any other server.
pub(crate) async fn host<S: ServerHandler>(
    make: impl Fn() -> S + Send + Sync + 'static,
    settings: &[(&str, &str)],
) -> Serving {
    let options = Options::read(find("", settings)).unwrap();
    running(Http::bind(options, |_| make).await.unwrap())
}

fn running<S: ServerHandler>(http: Http<S>) -> Serving {
    let (address, control, stop) =
        (http.address().unwrap(), http.control(), CancellationToken::new());
    let metrics = http.metrics_address();
    let task = tokio::spawn(http.serve(stop.clone()));
    Serving { address, metrics, control, stop, task, http: reqwest::Client::new() }
}

/// Connects from an address of the loopback network.
pub(crate) async fn connect(from: [u8; 4], to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from((from, 0))).unwrap();
    socket.connect(to).await.unwrap()
}

/// The longest that tests wait for anything.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// Waits until a condition holds.
pub(crate) async fn eventually(what: &str, holds: impl AsyncFn() -> bool) {
    let start = Instant::now();
    while !holds().await {
        assert!(start.elapsed() < LONG, "timed out after {LONG:?} waiting until {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    /// The JSON of the answer, whether it is the body or an event.
    pub(crate) fn json(&self) -> Value {
        let data = self.text.lines().filter_map(|line| line.strip_prefix("data:")).next_back();
        let text = data.unwrap_or(&self.text);
        serde_json::from_str(text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub(crate) fn result(&self) -> Value {
        self.json()["result"].clone()
    }

    /// The structured result of a call that succeeded.
    pub(crate) fn done(&self) -> Value {
        let result = self.result();
        assert_ne!(result["isError"], json!(true), "{self:?}");
        result["structuredContent"].clone()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
}

/// A call of a tool as the protocol's message.
pub(crate) fn call(tool: &str, arguments: &Value) -> (&'static str, Value) {
    ("tools/call", json!({"name": tool, "arguments": arguments}))
}

pub(crate) fn get_payment() -> (&'static str, Value) {
    call("get_payment", &json!({"payment_id": ID}))
}

impl Serving {
    pub(crate) fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    /// A POST of this body with the headers that the protocol requires.
    pub(crate) fn post(&self, body: impl Into<reqwest::Body>) -> RequestBuilder {
        let accepted = "application/json, text/event-stream";
        self.http
            .post(self.url())
            .header(ACCEPT, accepted)
            .header(CONTENT_TYPE, "application/json")
            .body(body)
    }

    /// A request of the protocol without sessions.
    pub(crate) fn modern(&self, (method, mut params): (&str, Value)) -> RequestBuilder {
        let name = params["name"].as_str().or(params["uri"].as_str()).map(ToOwned::to_owned);
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let request = self
            .post(body.to_string())
            .header("mcp-protocol-version", MODERN)
            .header("mcp-method", method);
        match name {
            Some(name) => request.header("mcp-name", name),
            None => request,
        }
    }

    /// A request of the older protocol, within a session.
    pub(crate) fn legacy(
        &self,
        session: &str,
        id: usize,
        (method, params): (&str, Value),
    ) -> RequestBuilder {
        let body = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.post(body.to_string())
            .header("mcp-protocol-version", LEGACY)
            .header("mcp-session-id", session)
    }

    pub(crate) fn initialize(&self) -> RequestBuilder {
        let params = json!({
            "protocolVersion": LEGACY, "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        });
        let body = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
        self.post(body.to_string())
    }

    /// Opens a session.
    pub(crate) async fn open(&self, key: Option<&str>) -> String {
        let with_key = |request: RequestBuilder| match key {
            Some(key) => request.bearer_auth(key),
            None => request,
        };
        let opened = send(with_key(self.initialize())).await;
        assert_eq!(opened.status, 200, "{opened:?}");
        assert_eq!(opened.result()["protocolVersion"], LEGACY);
        let session = opened.header("mcp-session-id").unwrap().to_owned();
        let note = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        let note = self.post(note.to_string()).header("mcp-session-id", &session);
        let noted = send(with_key(note.header("mcp-protocol-version", LEGACY))).await;
        assert_eq!(noted.status, 202, "{noted:?}");
        session
    }

    /// Waits until so many requests are running.
    pub(crate) async fn until_running(&self, count: usize) {
        let line = format!("stream_mcp_calls_running {count}\n");
        let what = format!("{count} requests are running");
        eventually(&what, async || self.control.metrics().contains(&line)).await;
    }

    /// Waits until the metrics contain a text.
    pub(crate) async fn until_metrics(&self, text: &str) {
        let what = format!("the metrics contain {text:?}");
        eventually(&what, async || self.control.metrics().contains(text)).await;
    }

    pub(crate) async fn modern_as(&self, key: &str, message: (&str, Value)) -> Reply {
        send(self.modern(message).bearer_auth(key)).await
    }
}
