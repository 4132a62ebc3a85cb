//! Every request passes through here on its way to the protocol: whether it may come in, whose it is,
//! whether there is room for it. What its message means is up to rmcp and [`crate::server`].

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use bytes::{Bytes, BytesMut};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, CONTENT_LENGTH, CONTENT_TYPE, HOST, ORIGIN, VARY,
    },
    uri::Authority,
};
use http_body_util::{BodyExt as _, Full as FullBody};
use hyper::body::Incoming;
use rmcp::{
    ServerHandler, model::RequestId, transport::streamable_http_server::StreamableHttpService,
};
use serde::Deserialize;
use serde_json::Value;
use streampay::Context;
use tracing::{debug, info};

use super::{
    Answer, Now, Shared,
    identity::{self, Identity, Principal},
    memory::{Full, Held},
    plain,
    rates::Rate,
    refusal::Refusal,
    sessions::{self, OPENER, Opener, Sessions},
    shared_state::Unavailable,
    sse_to_json::{self, sse_to_json},
};
use crate::{caller::Caller, exact};

/// Where the protocol is spoken.
const ENDPOINT: &str = "/mcp";

/// The longest body with which rmcp may refuse a message, in bytes.
const MAX_ERROR: u64 = 4096;

const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The largest `initialize` request, in bytes: clients send a few hundred.
const MAX_INITIALIZE: usize = 16 * 1024;

/// The longest name of a method or a tool, in bytes. Longer ones exist nowhere, and errors would repeat them.
const MAX_NAME: usize = 256;

/// The most memory, in bytes, that one byte of a message takes once it is parsed. The worst case is an
/// object with members such as `"a":0`.
const PARSED: usize = 54;

/// Headers that a web page may send.
const CORS_HEADERS: &str = "authorization, content-type, last-event-id, mcp-method, mcp-name, \
    mcp-protocol-version, mcp-session-id, x-request-id, x-stream-branch-id, x-stream-exclude-tools, \
    x-stream-mode, x-stream-no-preview, x-stream-readonly, x-stream-tools, x-stream-toolsets";

/// Lets requests through to the server, or rejects them.
pub(super) struct Gate<S> {
    mcp: StreamableHttpService<S, Sessions>,
    sessions: Arc<Sessions>,
    shared: Arc<Shared>,
}

/// What the gate reads of a message; the rest is up to rmcp.
#[derive(Deserialize)]
struct Envelope {
    method: Option<String>,
    id: Option<RequestId>,
    params: Option<Params>,
}

#[derive(Deserialize)]
struct Params {
    name: Option<Value>,
}

impl<S: ServerHandler> Gate<S> {
    pub(super) fn new(
        mcp: StreamableHttpService<S, Sessions>,
        sessions: Arc<Sessions>,
        shared: Arc<Shared>,
    ) -> Self {
        Self { mcp, sessions, shared }
    }

    /// Answers a request.
    pub(super) async fn answer(&self, request: Request<Incoming>, peer: IpAddr) -> Answer {
        let id = identity::request_id(request.headers());
        let method = request.method().clone();
        let mut answer = match request.uri().path() {
            ENDPOINT => {
                let origin = request.headers().get(ORIGIN).cloned();
                let now = self.shared.now();
                match self.protocol(request, peer, &id, &now).await {
                    Ok(answer) => with_cors(answer, origin, &now),
                    Err(refusal) => {
                        self.log(&id, &refusal);
                        with_cors(refusal.answer(), origin, &now)
                    }
                }
            }
            path => match self.shared.health(path) {
                Some(answer) => answer,
                None => Refusal::new(StatusCode::NOT_FOUND, "MCP is served at /mcp").answer(),
            },
        };
        if let Ok(id) = HeaderValue::try_from(&id) {
            answer.headers_mut().insert(identity::REQUEST_ID, id);
        }
        self.shared.metrics.request(answer.status());
        debug!(id, %method, status = answer.status().as_u16(), "answered");
        answer
    }

    fn log(&self, id: &str, refusal: &Refusal) {
        if let Some(limit) = refusal.limit {
            self.shared.metrics.limited(limit);
        }
        let Some(omitted) = self.shared.log.line(Instant::now()) else { return };
        if omitted > 0 {
            info!(omitted, "more requests were rejected than the log has lines for");
        }
        let (status, limit) = (refusal.status, refusal.limit);
        info!(id, status, limit, message = refusal.message, "rejected");
    }

    async fn protocol(
        &self,
        mut request: Request<Incoming>,
        peer: IpAddr,
        id: &str,
        now: &Now,
    ) -> Result<Answer, Refusal> {
        let (live, seal) = (&now.live, &self.shared.seal);
        let client = client(request.headers(), peer, now);
        let address = seal.address(prefix(*client.as_ref().unwrap_or(&peer)));
        self.check_rate("address", &now.rates.address, &address).await?;
        client?;
        check_names(request.uri(), request.headers(), now)?;
        if request.method() == Method::OPTIONS {
            return Ok(preflight());
        }
        let admission = self.shared.slots.admit(address, now.slots)?;
        let Identity { key, principal } = identity::identity(request.headers_mut(), seal)?;
        if let Some(principal) = &principal {
            self.check_rate("key", &now.rates.key, principal).await?;
        }
        if self.shared.stopping.load(Ordering::Acquire) {
            let message = "the server is stopping; try again";
            let refusal = Refusal::limit(StatusCode::SERVICE_UNAVAILABLE, "stopping", 1, message);
            return Err(refusal.closing());
        }
        let opener = Opener { key: principal, address };
        let session = self.check_session(request.headers(), &opener.owner(seal)).await?;
        let (branch, view) = identity::request_options(request.headers(), &live.view)?;
        let (mut parts, body) = request.into_parts();
        let body = self.body(&parts.headers, body, address, now).await?;
        let post = parts.method == Method::POST;
        let json = is_json(&parts.headers);
        let held = self.parsed(&body, address)?;
        let envelope = match post && json {
            true => Some(envelope(&body)?),
            false => None,
        };
        let body = exact::body(body);
        let place = admission.run(principal.unwrap_or(address), now.slots, held)?;
        let running = self.begin(session.as_deref(), envelope)?;
        let context = Context { key, branch, request_id: Some(id.to_owned()) };
        let narrowed = view != live.view;
        // Also held here, so that a stopping server takes the call as running until its answer is at hand.
        let caller = Arc::new(Caller { context, view, narrowed, place: Box::new(place) });
        parts.extensions.insert(Arc::clone(&caller));
        let method = parts.method.clone();
        let request = Request::from_parts(parts, FullBody::new(body.clone()));
        // On the heap, because it is large and would be moved from one future into the next.
        let handled = OPENER.scope(opener, Box::pin(self.mcp.handle(request)));
        let handled = tokio::time::timeout(self.shared.patience, handled).await;
        let answer = handled.map_err(|_| {
            let message =
                "the server failed to answer in time; whether a change was made is unknown";
            Refusal::internal(StatusCode::GATEWAY_TIMEOUT, message)
        })?;
        if !post {
            return Ok(ended(&method, answer));
        }
        // Only an answer with a stream says that rmcp handed the request to the session.
        if let Some((session, request)) = running.filter(|_| !sse_to_json::is_stream(&answer)) {
            self.sessions.cancel(session, &request);
        }
        // For a body that it cannot read, rmcp has the status for a wrong content type.
        if answer.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE && json {
            return Err(Refusal::message(&body));
        }
        // rmcp repeats what does not match, whatever its length.
        let length = hyper::body::Body::size_hint(answer.body()).exact();
        if answer.status() == StatusCode::BAD_REQUEST && length.is_some_and(|n| n > MAX_ERROR) {
            return Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "the headers do not match the message",
            ));
        }
        if session.is_none() {
            self.check_shared(&answer).await?;
        }
        Ok(sse_to_json(answer).await)
    }

    /// Notes that a request begins in its session.
    fn begin<'a>(
        &self,
        session: Option<&'a str>,
        envelope: Option<Envelope>,
    ) -> Result<Option<(&'a str, RequestId)>, Refusal> {
        let request = envelope.filter(|envelope| envelope.method.is_some());
        let Some((session, request)) = session.zip(request.and_then(|envelope| envelope.id)) else {
            return Ok(None);
        };
        if self.sessions.begin(session, &request) {
            return Ok(Some((session, request)));
        }
        let message = "a request with this id is still running in this session";
        Err(Refusal::new(StatusCode::CONFLICT, message))
    }

    /// Memory for a parsed body.
    fn parsed(&self, body: &Bytes, address: Principal) -> Result<Held, Refusal> {
        let mut held = self.shared.parsed.hold(address);
        held.grow(body.len().saturating_mul(PARSED)).map_err(full)?;
        Ok(held)
    }

    /// Counts a request: among all replicas where they share that, otherwise here.
    async fn check_rate(&self, of: &str, rate: &Rate, who: &Principal) -> Result<(), Refusal> {
        let per_second = rate.per_second();
        if per_second == 0 {
            return Ok(());
        }
        let counted = match &self.shared.state {
            Some(state) => state.rate(of, who, per_second).await.ok(),
            None => None,
        };
        let Some(wait) = counted.unwrap_or_else(|| rate.check(who).err()) else { return Ok(()) };
        let (limit, whose) = match of {
            "key" => ("rate_per_key", "with this key"),
            _ => ("rate_per_address", "from this address"),
        };
        let message = format!("more than {per_second} requests per second {whose}");
        Err(Refusal::limit(StatusCode::TOO_MANY_REQUESTS, limit, wait, &message))
    }

    /// The session of a request. It is good for the key that opened it; for everybody else there is no
    /// session of that id.
    async fn check_session(
        &self,
        headers: &HeaderMap,
        owner: &Principal,
    ) -> Result<Option<String>, Refusal> {
        let mut given = headers.get_all(SESSION).iter();
        let Some(id) = given.next() else { return Ok(None) };
        let own = |id: &&str| sessions::belongs(&self.shared.seal, id, owner);
        let id = id.to_str().ok().filter(own).filter(|_| given.next().is_none());
        let open = match (id, &self.shared.state) {
            (Some(id), Some(state)) => state.touch(id).await.map_err(|Unavailable| no_state())?,
            (id, _) => id.is_some(),
        };
        if let Some(id) = id.filter(|_| open) {
            return Ok(Some(id.to_owned()));
        }
        let message = "there is no such session for this key; open a new one with initialize";
        Err(Refusal::new(StatusCode::NOT_FOUND, message))
    }

    /// Where replicas share their sessions, a new one counts only once it is shared.
    async fn check_shared(&self, answer: &Answer) -> Result<(), Refusal> {
        let Some(state) = &self.shared.state else { return Ok(()) };
        let id = answer.headers().get(SESSION).and_then(|id| id.to_str().ok());
        let Some(id) = id else { return Ok(()) };
        if state.touch(id).await.unwrap_or(false) { Ok(()) } else { Err(no_state()) }
    }

    /// Reads the whole body, within its limits. Memory is reserved for what has arrived, not for what was
    /// announced.
    async fn body(
        &self,
        headers: &HeaderMap,
        mut body: Incoming,
        address: Principal,
        now: &Now,
    ) -> Result<Bytes, Refusal> {
        let most = now.live.max_body;
        let too_large = || {
            let message = format!("the body is larger than {most} bytes");
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message).closing()
        };
        let announced: Option<usize> =
            headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        if announced.is_some_and(|announced| announced > most) {
            return Err(too_large());
        }
        let mut held = self.shared.bodies.hold(address);
        let mut whole = BytesMut::new();
        let read = async {
            while let Some(frame) = body.frame().await {
                let Ok(frame) = frame else {
                    let message = "the connection broke off within the body";
                    return Err(Refusal::new(StatusCode::BAD_REQUEST, message).closing());
                };
                let Ok(data) = frame.into_data() else { continue };
                if whole.len() + data.len() > most {
                    return Err(too_large());
                }
                held.grow(data.len()).map_err(|error| full(error).closing())?;
                whole.extend_from_slice(&data);
            }
            Ok(())
        };
        match tokio::time::timeout(now.live.body_timeout, read).await {
            Ok(read) => read.map(|()| whole.freeze()),
            Err(_) => {
                let message = "the body did not arrive in time";
                Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, message).closing())
            }
        }
    }
}

/// Reads what the gate needs of a message.
fn envelope(body: &Bytes) -> Result<Envelope, Refusal> {
    let envelope: Envelope = serde_json::from_slice(body).map_err(|_| Refusal::message(body))?;
    if envelope.method.as_deref() == Some("initialize") && body.len() > MAX_INITIALIZE {
        let message = format!("an initialize request may have at most {MAX_INITIALIZE} bytes");
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message));
    }
    let name = envelope.params.as_ref().and_then(|params| params.name.as_ref()?.as_str());
    if [envelope.method.as_deref(), name].into_iter().flatten().any(|text| text.len() > MAX_NAME) {
        let message = format!("the name of a method or a tool may have at most {MAX_NAME} bytes");
        return Err(Refusal::new(StatusCode::BAD_REQUEST, message));
    }
    Ok(envelope)
}

fn full(full: Full) -> Refusal {
    match full {
        Full::Address => {
            let message = "the requests from this address hold too much memory; try again";
            Refusal::limit(StatusCode::TOO_MANY_REQUESTS, "bodies_per_address", 1, message)
        }
        Full::Everybody => {
            let message = "the server holds as many bytes of requests as it can; try again";
            Refusal::limit(StatusCode::SERVICE_UNAVAILABLE, "bodies", 1, message)
        }
    }
}

/// Some clients report that a session could not be ended unless the answer is 204.
fn ended(method: &Method, mut answer: Answer) -> Answer {
    if method == Method::DELETE && answer.status() == StatusCode::ACCEPTED {
        *answer.status_mut() = StatusCode::NO_CONTENT;
    }
    answer
}

fn no_state() -> Refusal {
    let message = "sessions cannot be used now, because the state that the replicas of this server share is \
                   unavailable; clients of protocol 2026-07-28, which need no session, are served";
    Refusal::limit(StatusCode::SERVICE_UNAVAILABLE, "shared_state", 2, message)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

/// Whether the server answers under the name that the request uses, and to the page that sent it. A target
/// with a name of its own counts as well as the Host header.
fn check_names(target: &Uri, headers: &HeaderMap, now: &Now) -> Result<(), Refusal> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let (Some(host), None) = (host, hosts.next()) else {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "the request needs one Host header"));
    };
    let named = target.authority().map(Authority::as_str);
    if ![Some(host), named].into_iter().flatten().all(|name| now.live.hosts.allow(name)) {
        let message = "this server does not answer under that Host; its operator can allow it with \
                       --allowed-host";
        return Err(Refusal::new(StatusCode::FORBIDDEN, message));
    }
    for origin in headers.get_all(ORIGIN) {
        if !origin.to_str().is_ok_and(|origin| now.live.origins.allow(origin)) {
            let message = "web pages of that Origin may not use this server; its operator can allow \
                           it with --allowed-origin";
            return Err(Refusal::new(StatusCode::FORBIDDEN, message));
        }
    }
    Ok(())
}

/// The client's address, as the last trusted proxy reports it.
fn client(headers: &HeaderMap, peer: IpAddr, now: &Now) -> Result<IpAddr, Refusal> {
    let trusted = |address: &IpAddr| now.live.proxies.iter().any(|net| net.contains(address));
    let peer = peer.to_canonical();
    if !trusted(&peer) {
        return Ok(peer);
    }
    let mut client = peer;
    let lines: Vec<&str> =
        headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).collect();
    for text in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Ok(address) = text.trim().parse::<IpAddr>() else {
            let why = "it must consist of addresses";
            return Err(Refusal::header(&FORWARDED_FOR, why));
        };
        client = address.to_canonical();
        if !trusted(&client) {
            break;
        }
    }
    Ok(client)
}

/// A customer of a network provider has at least 2^64 IPv6 addresses: they count as one.
pub(super) fn prefix(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
    }
}

fn preflight() -> Answer {
    let mut answer = plain(StatusCode::NO_CONTENT, "");
    let headers = answer.headers_mut();
    headers.remove(CONTENT_TYPE);
    let methods = HeaderValue::from_static("GET, POST, DELETE");
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(CORS_HEADERS));
    answer
}

/// Lets a page read the answer, where its origin is allowed.
fn with_cors(mut answer: Answer, origin: Option<HeaderValue>, now: &Now) -> Answer {
    let allowed =
        |origin: &HeaderValue| origin.to_str().is_ok_and(|text| now.live.origins.allow(text));
    if let Some(origin) = origin.filter(allowed) {
        let headers = answer.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let exposed = HeaderValue::from_static("mcp-session-id, x-request-id, retry-after");
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        headers.insert(VARY, HeaderValue::from_static("origin"));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::prefix;

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let of = |text: &str| prefix(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::"));
        assert_ne!(of("2001:db8:1:2::"), of("2001:db8:1:3::"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
