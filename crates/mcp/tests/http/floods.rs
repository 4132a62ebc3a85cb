//! One caller asks for too much; all others are still served.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, method},
};

use crate::common::{
    ID, LONG, Serving, api, at_once, call, connect, eventually, first_held, get_payment, send,
    serve,
};

/// Requests can name their address: the test is a trusted proxy.
const PROXIED: (&str, &str) = ("STREAM_TRUSTED_PROXIES", "127.0.0.0/8");

fn from(request: reqwest::RequestBuilder, address: &str) -> reqwest::RequestBuilder {
    request.header("x-forwarded-for", address)
}

fn initialize(serving: &Serving, capabilities: &Value) -> reqwest::RequestBuilder {
    let params = json!({
        "protocolVersion": "2025-06-18", "capabilities": capabilities,
        "clientInfo": {"name": "test", "version": "1"},
    });
    let body = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
    serving.post(body.to_string())
}

#[tokio::test]
async fn a_large_introduction_opens_no_session() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    let members = |count: usize| -> Value {
        (0..count)
            .map(|number| (format!("k{number}"), json!({})))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let large = initialize(&serving, &json!({"experimental": members(50_000)}));
    assert_eq!(send(large).await.status, 413);
    assert!(serving.control.metrics().contains("stream_mcp_sessions 0\n"));
    let usual = send(initialize(&serving, &json!({"experimental": members(500)}))).await;
    assert_eq!(usual.status, 200, "{usual:?}");
    assert!(serving.control.metrics().contains("stream_mcp_sessions 1\n"));
}

#[tokio::test]
async fn a_flood_of_sessions_ends_those_of_its_own_address() {
    let api = api(at_once).await;
    let limits =
        [PROXIED, ("STREAM_MAX_SESSIONS", "30"), ("STREAM_MAX_SESSIONS_PER_ADDRESS", "10")];
    let serving = serve(&api.url, &limits).await;
    let open = async |address: &str| {
        let opened = send(from(serving.initialize(), address)).await;
        opened.header("mcp-session-id").unwrap().to_owned()
    };
    let session = open("192.0.2.1").await;
    for address in ["192.0.2.2", "192.0.2.3", "192.0.2.4"] {
        for _ in 0..20 {
            open(address).await;
        }
    }
    let list = from(serving.legacy(&session, 1, ("tools/list", json!({}))), "192.0.2.1");
    assert_eq!(send(list).await.status, 200);
    assert!(serving.control.metrics().contains("stream_mcp_sessions 30\n"));
}

#[tokio::test]
async fn two_requests_of_a_session_cannot_have_one_id_at_a_time() {
    let api = api(first_held::<1>).await;
    let serving = serve(&api.url, &[]).await;
    let session = serving.open(Some("a:b")).await;
    let call = || send(serving.legacy(&session, 1, get_payment()).bearer_auth("a:b"));
    let (first, second) = tokio::join!(call(), async {
        serving.until_running(1).await;
        let second = call().await;
        api.release();
        second
    });
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 409), "{second:?}");
    call().await.done();
}

/// Sends the head of a request and nothing of its body.
async fn head_only(serving: &Serving, address: &str) -> TcpStream {
    let mut stream = TcpStream::connect(serving.address).await.unwrap();
    let head = format!(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: {address}\r\n\
         content-type: application/json\r\naccept: application/json, text/event-stream\r\n\
         transfer-encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn bodies_that_never_arrive_keep_nobody_else_out() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[PROXIED]).await;
    let mut waiting = Vec::new();
    for number in 0..300 {
        waiting.push(head_only(&serving, &format!("192.0.2.{}", 1 + number % 3)).await);
    }
    for _ in 0..10 {
        let other = from(serving.modern(get_payment()).bearer_auth("a:b"), "192.0.2.9");
        send(other).await.done();
    }
    drop(waiting);
}

#[tokio::test]
async fn invented_keys_share_the_limit_of_their_address() {
    let api = api(first_held::<3>).await;
    let limits = [PROXIED, ("STREAM_MAX_CALLS_PER_ADDRESS", "3")];
    let serving = serve(&api.url, &limits).await;
    let call = |key: &str| from(serving.modern(get_payment()).bearer_auth(key), "192.0.2.1");
    let hung: Vec<_> =
        (0..3).map(|number| tokio::spawn(call(&format!("user{number}:x")).send())).collect();
    serving.until_running(3).await;
    api.until_arrived(3).await;
    for number in 3..8 {
        assert_eq!(send(call(&format!("user{number}:x"))).await.status, 429);
    }
    assert!(serving.control.metrics().contains("limit=\"calls_per_address\"} 5"));
    let other = from(serving.modern(get_payment()).bearer_auth("a:b"), "192.0.2.2");
    send(other).await.done();
    hung.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn a_call_that_waits_for_the_api_lets_others_run() {
    let api = MockServer::start().await;
    let busy = ResponseTemplate::new(429).insert_header("retry-after", "3");
    let asked = Mock::given(method("GET")).and(header("x-api-key", "YTpi"));
    asked.respond_with(busy).up_to_n_times(1).mount(&api).await;
    let done = ResponseTemplate::new(200).set_body_json(json!({"id": ID}));
    Mock::given(method("GET")).respond_with(done).mount(&api).await;
    let serving = serve(&api.uri(), &[("STREAM_MAX_CALLS", "1")]).await;
    let waits = serving.modern_as("a:b", get_payment());
    let other = async {
        serving.until_metrics("stream_mcp_api_seconds_count 1\n").await;
        serving.modern_as("c:d", get_payment()).await
    };
    let (waits, other) = tokio::join!(waits, other);
    assert_eq!((waits.status, other.status), (reqwest::StatusCode::OK, reqwest::StatusCode::OK));
    let metrics = serving.control.metrics();
    assert!(metrics.contains("stream_mcp_calls_running 0\n"), "{metrics}");
}

/// Asks for a path and gives the whole answer, empty where the connection is closed.
async fn get(mut stream: TcpStream, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(LONG, stream.read_to_end(&mut answer)).await;
    read.map_or_else(|_| "no answer".to_owned(), |_| String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn one_address_has_a_limited_number_of_connections() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_MAX_CONNECTIONS_PER_ADDRESS", "5")]).await;
    let mut flood = Vec::new();
    for _ in 0..5 {
        flood.push(connect([127, 0, 0, 1], serving.address).await);
    }
    let sixth = connect([127, 0, 0, 1], serving.address).await;
    assert_eq!(get(sixth, "/healthz").await, "");
    let other = connect([127, 0, 0, 2], serving.address).await;
    assert!(get(other, "/healthz").await.starts_with("HTTP/1.1 200"));
    drop(flood);
    eventually("the connections are no longer counted", async || {
        let again = connect([127, 0, 0, 1], serving.address).await;
        get(again, "/healthz").await.starts_with("HTTP/1.1 200")
    })
    .await;
}

#[tokio::test]
async fn health_and_metrics_are_served_while_all_connections_are_taken() {
    let api = api(at_once).await;
    let limits = [("STREAM_MAX_CONNECTIONS", "2"), ("STREAM_METRICS", "127.0.0.1:0")];
    let serving = serve(&api.url, &limits).await;
    let metrics = serving.metrics.unwrap();
    let mut taken = Vec::new();
    for _ in 0..10 {
        taken.push(TcpStream::connect(serving.address).await.unwrap());
    }
    // Nor do connections to this listener that are left open block it.
    for _ in 0..200 {
        taken.push(TcpStream::connect(metrics).await.unwrap());
    }
    for path in ["/healthz", "/readyz", "/metrics"] {
        let answer = get(TcpStream::connect(metrics).await.unwrap(), path).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    }
    drop(taken);
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answers_is_disconnected() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_WRITE_TIMEOUT", "1")]).await;
    let (method, params) = (
        "tools/list",
        json!({"_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        }}),
    );
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
    let request = format!(
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         accept: application/json, text/event-stream\r\nmcp-protocol-version: 2026-07-28\r\n\
         mcp-method: {method}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(serving.address).await.unwrap();
    // More answers than the buffers of both sides hold.
    let all = request.repeat(200);
    let _ = tokio::time::timeout(Duration::from_secs(3), stream.write_all(all.as_bytes())).await;
    serving.until_metrics("http_requests_total{status=\"200\"}").await;
    serving.until_metrics("stream_mcp_connections 0\n").await;
    drop(stream);
}

#[tokio::test]
async fn requests_for_a_wrong_host_count_against_the_rate() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_RATE_PER_ADDRESS", "1")]).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let request =
            serving.modern(call("get_payment", &json!({}))).header("host", "evil.example");
        statuses.push(send(request).await.status.as_u16());
    }
    assert!(statuses.starts_with(&[403]) && statuses.ends_with(&[429]), "{statuses:?}");
}
