//! Every request passes here on its way to the protocol: who may come in, whose request it is, whether
//! there is room. What a message means stands behind it, in rmcp and `server`.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, atomic::Ordering},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS, CONTENT_LENGTH, CONTENT_TYPE, HOST, ORIGIN, VARY,
    },
};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use rmcp::{ServerHandler, transport::streamable_http_server::StreamableHttpService};
use streampay::Context;
use tracing::{debug, info};

use super::{
    Answer, Now, Shared, caller,
    caller::{Caller, Identity, Principal},
    limits::Rate,
    plain,
    plainly::plainly,
    refusal::Refusal,
    sessions::{self, OPENER, Sessions},
    shared_state::Gone,
};
use crate::exact;

/// Where the protocol is spoken.
const ENDPOINT: &str = "/mcp";

const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Headers that a web page may send.
const CORS_HEADERS: &str = "authorization, content-type, last-event-id, mcp-method, mcp-name, \
    mcp-protocol-version, mcp-session-id, x-request-id, x-stream-branch-id, x-stream-readonly, \
    x-stream-toolsets";

/// Lets requests through to the server, or does not.
pub(super) struct Gate<S> {
    mcp: StreamableHttpService<S, Sessions>,
    shared: Arc<Shared>,
}

impl<S: ServerHandler> Gate<S> {
    pub(super) fn new(mcp: StreamableHttpService<S, Sessions>, shared: Arc<Shared>) -> Self {
        Self { mcp, shared }
    }

    /// Answers a request.
    pub(super) async fn answer(&self, request: Request<Incoming>, peer: IpAddr) -> Answer {
        let id = caller::request_id(request.headers());
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let mut answer = match path.as_str() {
            "/healthz" => plain(StatusCode::OK, "ok\n"),
            "/readyz" => self.ready(),
            ENDPOINT => {
                let origin = request.headers().get(ORIGIN).cloned();
                let now = self.shared.now();
                match self.protocol(request, peer, &id, &now).await {
                    Ok(answer) => with_cors(answer, origin, &now),
                    Err(refusal) => {
                        let (status, limit) = (refusal.status, refusal.limit);
                        info!(id, status, limit, message = refusal.message, "refused");
                        if let Some(limit) = limit {
                            self.shared.metrics.limited(limit);
                        }
                        with_cors(refusal.answer(), origin, &now)
                    }
                }
            }
            _ => Refusal::new(StatusCode::NOT_FOUND, "MCP is served at /mcp").answer(),
        };
        if let Ok(id) = HeaderValue::try_from(&id) {
            answer.headers_mut().insert(caller::REQUEST_ID, id);
        }
        self.shared.metrics.request(answer.status());
        debug!(id, %method, path, status = answer.status().as_u16(), "answered");
        answer
    }

    fn ready(&self) -> Answer {
        if self.shared.stopping.load(Ordering::Acquire) {
            return plain(StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
        }
        plain(StatusCode::OK, "ready\n")
    }

    async fn protocol(
        &self,
        mut request: Request<Incoming>,
        peer: IpAddr,
        id: &str,
        now: &Now,
    ) -> Result<Answer, Refusal> {
        check_names(request.headers(), now)?;
        if request.method() == Method::OPTIONS {
            return Ok(preflight());
        }
        let seal = &self.shared.seal;
        let address = seal.address(prefix(client(request.headers(), peer, now)?));
        self.check_rate("address", &now.rates.address, &address).await?;
        let Identity { key, principal } = caller::identity(request.headers_mut(), seal)?;
        if let Some(principal) = &principal {
            self.check_rate("key", &now.rates.key, principal).await?;
        }
        if self.shared.stopping.load(Ordering::Acquire) {
            let message = "the server is stopping; try again";
            let refusal = Refusal::limit(StatusCode::SERVICE_UNAVAILABLE, "stopping", 1, message);
            return Err(refusal.closing());
        }
        let opener = principal.unwrap_or_else(|| seal.nobody());
        let in_session = self.check_session(request.headers(), &opener).await?;
        let (branch, view) = caller::wishes(request.headers(), now.live.view)?;
        let (mut parts, body) = request.into_parts();
        let body = exact::body(self.body(&parts.headers, body, now).await?);
        let live = &now.live;
        let permit = self.shared.running.permit(
            principal.unwrap_or(address),
            live.max_calls,
            live.max_calls_per_key,
        )?;
        let context = Context { key, branch, request_id: Some(id.to_owned()) };
        let narrowed = view != live.view;
        parts.extensions.insert(Arc::new(Caller { context, view, narrowed, _permit: permit }));
        let method = parts.method.clone();
        let post = method == Method::POST;
        let json = is_json(&parts.headers);
        let request = Request::from_parts(parts, Full::new(body.clone()));
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
        // For a body that it cannot read, rmcp has the status for a wrong content type.
        if answer.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE && json {
            return Err(Refusal::message(&body));
        }
        if !in_session {
            self.check_shared(&answer).await?;
        }
        Ok(plainly(answer).await)
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

    /// A session is good for the key that opened it. To everybody else there is none of that id.
    async fn check_session(
        &self,
        headers: &HeaderMap,
        opener: &Principal,
    ) -> Result<bool, Refusal> {
        let mut given = headers.get_all(SESSION).iter();
        let Some(id) = given.next() else { return Ok(false) };
        let own = |id: &&str| sessions::belongs(&self.shared.seal, id, opener);
        let id = id.to_str().ok().filter(own).filter(|_| given.next().is_none());
        let open = match (id, &self.shared.state) {
            (Some(id), Some(state)) => state.touch(id).await.map_err(|Gone| no_state())?,
            (id, _) => id.is_some(),
        };
        if open {
            return Ok(true);
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

    /// Reads the whole body, within its limits.
    async fn body(&self, headers: &HeaderMap, body: Incoming, now: &Now) -> Result<Bytes, Refusal> {
        let most = now.live.max_body;
        let too_large = || {
            let message = format!("the body is larger than {most} bytes");
            Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message).closing()
        };
        let announced =
            headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        let announced: usize =
            announced.unwrap_or(if hyper::body::Body::is_end_stream(&body) { 0 } else { most });
        if announced > most {
            return Err(too_large());
        }
        let _room = self.shared.running.body(announced)?;
        let collected = Limited::new(body, most).collect();
        match tokio::time::timeout(now.live.body_timeout, collected).await {
            Ok(Ok(collected)) => Ok(collected.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
            Ok(Err(_)) => {
                Err(Refusal::new(StatusCode::BAD_REQUEST, "the body broke off").closing())
            }
            Err(_) => {
                let message = "the body did not come in time";
                Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, message).closing())
            }
        }
    }
}

/// Clients take the end of a session for failed unless it is told as done.
fn ended(method: &Method, mut answer: Answer) -> Answer {
    if method == Method::DELETE && answer.status() == StatusCode::ACCEPTED {
        *answer.status_mut() = StatusCode::NO_CONTENT;
    }
    answer
}

fn no_state() -> Refusal {
    let message = "sessions cannot be used now, because what the replicas of this server share cannot be \
                   reached; clients of protocol 2026-07-28, which need no session, are served";
    Refusal::limit(StatusCode::SERVICE_UNAVAILABLE, "shared_state", 2, message)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

fn check_names(headers: &HeaderMap, now: &Now) -> Result<(), Refusal> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    let (Some(host), None) = (host, hosts.next()) else {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "the request needs one Host header"));
    };
    if !now.live.hosts.allow(host) {
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

/// The client's address: what the last proxy that is trusted says it is.
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
            let why = "it must hold addresses";
            return Err(Refusal::header(&FORWARDED_FOR, why));
        };
        client = address.to_canonical();
        if !trusted(&client) {
            break;
        }
    }
    Ok(client)
}

/// One customer of a network provider has at least 2^64 addresses of IPv6: they count as one.
fn prefix(address: IpAddr) -> IpAddr {
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
