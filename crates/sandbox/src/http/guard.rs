//! Which requests are let in. A browser on this machine can reach the sandbox, and with it every page
//! that the browser shows: such a page must not read or control the sandbox.
//!
//! - A page can rebind its own host name to this machine; the browser then takes the sandbox for a
//!   part of that page. Such requests still carry the page's name in `Host`.
//! - A page can send requests to another site. Browsers name the page's site with them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::error::Code;

/// The host names that are allowed in addition to the loopback names.
#[derive(Debug, Clone)]
pub(crate) struct Hosts {
    names: Arc<[String]>,
    /// The address of the listener.
    address: Option<SocketAddr>,
}

impl Hosts {
    pub(crate) fn new(names: &[String]) -> Self {
        let names = names.iter().map(|name| name.trim().to_ascii_lowercase()).collect();
        Self { names, address: None }
    }

    pub(super) fn listening_on(self, address: Option<SocketAddr>) -> Self {
        Self { address, ..self }
    }

    fn allow(&self, authority: &str) -> bool {
        let Ok(authority) = authority.parse::<Authority>() else { return false };
        if authority.as_str().contains('@') {
            return false;
        }
        let name = authority.host().to_ascii_lowercase();
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
        if let Ok(ip) = bare.parse::<IpAddr>() {
            // A name can be rebound, an address cannot: listening on all of the machine's addresses
            // means that it may be reached by each of them.
            let listens = |own: SocketAddr| own.ip() == ip || own.ip().is_unspecified();
            return ip.is_loopback() || self.address.is_some_and(listens);
        }
        name == "localhost" || self.names.contains(&name)
    }
}

/// Refuses requests that name another host.
pub(super) async fn host(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    let named = request.uri().authority().map(Authority::as_str);
    let header = request.headers().get(HOST).map(|host| host.to_str().unwrap_or_default());
    // If a request has both, both are checked.
    let refused = [named, header].into_iter().flatten().find(|host| !hosts.allow(host));
    let refused = refused.or((named.is_none() && header.is_none()).then_some(""));
    let Some(host) = refused.map(|host| host.chars().take(100).collect::<String>()) else {
        return next.run(request).await;
    };
    let info = format!(
        "The sandbox is not reached as {host:?}. Use localhost, or allow the name with --allow-host."
    );
    Code::PermissionForbidden.error(info).into_response()
}

/// Refuses changes that a page of another site makes the browser send.
pub(super) async fn own_page(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_own(request.headers()) {
        return next.run(request).await;
    }
    let info = "Pages of other sites may not control the sandbox.";
    Code::PermissionForbidden.error(info).into_response()
}

fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // Browsers say where a request comes from; other programs say nothing.
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = origin.split_once("://").map_or(origin, |(_, host)| host);
            text("host") == Some(host)
        }
        (None, None) => true,
    }
}
