//! Attacks on the transport.

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::common::{LONG, Serving, api, at_once, call, eventually, get_payment, send, serve};

async fn still_serves(serving: &Serving) {
    serving.modern_as("a:b", get_payment()).await.done();
}

/// Sends bytes and returns what comes back until the server closes the connection.
async fn raw(serving: &Serving, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(serving.address).await.unwrap();
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(LONG, stream.read_to_end(&mut answer)).await;
    // Where bytes were left unread, the connection may end with a reset.
    let _ = read.expect("the server keeps the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_rebound_name_and_a_foreign_page_are_rejected() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    for host in ["evil.example", "localhost.evil.example:8000", "127.0.0.1.nip.io"] {
        let request = serving.modern(get_payment()).bearer_auth("a:b").header("host", host);
        assert_eq!(send(request).await.status, 403, "{host}");
    }
    for origin in ["https://evil.example", "null", "http://localhost.evil.example", "x"] {
        let request = serving.modern(get_payment()).bearer_auth("a:b").header("origin", origin);
        let reply = send(request).await;
        assert_eq!(reply.status, 403, "{origin}");
        assert!(reply.header("access-control-allow-origin").is_none());
    }
    let own =
        serving.modern(get_payment()).bearer_auth("a:b").header("origin", "http://localhost:1");
    let own = send(own).await;
    assert_eq!(own.header("access-control-allow-origin"), Some("http://localhost:1"));
    own.done();
    let two = "POST /mcp HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    assert!(raw(&serving, two.as_bytes()).await.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn a_foreign_name_in_the_target_is_rejected() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    let status = async |target: &str| {
        let request = format!(
            "GET {target} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\
             connection: close\r\n\r\n"
        );
        raw(&serving, request.as_bytes()).await.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(status("http://evil.example/mcp").await, "403");
    let own = status("/mcp").await;
    assert_ne!(own, "403");
    assert_eq!(status("http://localhost/mcp").await, own);
}

#[tokio::test]
async fn long_names_are_not_repeated() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    let long = "refund_payment_".repeat(50_000);
    let session = serving.open(Some("a:b")).await;
    for message in [(long.as_str(), json!({})), ("tools/call", json!({"name": long}))] {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": message.0, "params": message.1});
        let modern = serving.post(body.to_string()).header("mcp-protocol-version", "2026-07-28");
        let legacy = serving.post(body.to_string()).header("mcp-session-id", &session);
        for request in [modern, legacy] {
            let reply = send(request.bearer_auth("a:b")).await;
            assert_eq!(reply.status, 400);
            assert!(reply.text.len() < 1000, "{} bytes come back", reply.text.len());
        }
    }
}

#[tokio::test]
async fn doubtful_headers_do_not_widen_a_request() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    let request = serving.modern(get_payment()).bearer_auth("a:b");
    let request = request.header("x-stream-readonly", "false").header("x-stream-readonly", "true");
    assert_eq!(send(request).await.status, 400);
    assert_eq!(api.keys.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn oversized_and_never_ending_bodies_are_cut_off() {
    let api = api(at_once).await;
    let limits = [("STREAM_MAX_BODY", "10000"), ("STREAM_BODY_TIMEOUT", "1")];
    let serving = serve(&api.url, &limits).await;
    let head = "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                accept: application/json, text/event-stream\r\n";
    let announced = format!("{head}content-length: 99999999999\r\n\r\n");
    let answer = raw(&serving, announced.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    let endless = format!("{head}transfer-encoding: chunked\r\n\r\n{chunk}");
    let answer = raw(&serving, endless.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let slow = format!("{head}content-length: 100\r\n\r\n{{");
    let answer = raw(&serving, slow.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    still_serves(&serving).await;
}

#[tokio::test]
async fn slow_headers_and_floods_of_headers_end_the_connection() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_HEADER_TIMEOUT", "1")]).await;
    raw(&serving, b"POST /mcp HTTP/1.1\r\nhost: loc").await;
    let many: String = (0..500).map(|number| format!("x-{number}: y\r\n")).collect();
    let many = format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{many}\r\n");
    let answer = raw(&serving, many.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let long = format!("GET /healthz HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(100_000));
    let answer = raw(&serving, long.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431") || answer.is_empty(), "{answer}");
    still_serves(&serving).await;
}

#[tokio::test]
async fn broken_messages_are_answered_as_the_protocol_says() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_arguments = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"get_payment\",\
         \"arguments\":{}1{}}}}}",
        "{\"a\":".repeat(5000),
        "}".repeat(5000)
    );
    let cases: [(Vec<u8>, i64); 7] = [
        (deep.into_bytes(), -32600),
        (deep_arguments.into_bytes(), -32600),
        (
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"x\":\"\xff\xfe\"}".to_vec(),
            -32700,
        ),
        (b"{".to_vec(), -32700),
        (b"".to_vec(), -32700),
        (b"[]".to_vec(), -32600),
        (b"{\"jsonrpc\":\"1.0\"}".to_vec(), -32600),
    ];
    for (body, code) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let reply = send(serving.post(body).bearer_auth("a:b")).await;
        assert_eq!(reply.status, 400, "{shown}: {reply:?}");
        assert_eq!(reply.json()["error"]["code"], code, "{shown}");
    }
    still_serves(&serving).await;
}

#[tokio::test]
async fn arguments_reach_no_other_operation_and_no_header() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    let id = crate::common::ID;
    for bad in
        [format!("{id}/mark-paid#"), "../me#".into(), format!("{id}%2Frefund"), "a\r\nx: y".into()]
    {
        let reply =
            serving.modern_as("a:b", call("get_payment", &json!({"payment_id": bad}))).await;
        assert_eq!(reply.result()["isError"], true, "{reply:?}");
    }
    assert_eq!(api.keys.lock().unwrap().len(), 0, "a request was sent");
    for (name, value) in [("x-stream-branch-id", "a\tb"), ("x-stream-toolsets", "docs%0d%0a")] {
        let reply =
            send(serving.modern(get_payment()).bearer_auth("a:b").header(name, value)).await;
        assert_eq!(reply.status, 400, "{name}");
    }
    let smuggled = "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\
                    transfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let answer = raw(&serving, smuggled.as_bytes()).await;
    assert!(!answer.contains("200 OK"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_do_not_keep_others_out() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_HEADER_TIMEOUT", "2")]).await;
    let mut idle = Vec::new();
    // As many as usual limits on open files let one process hold at both ends.
    for _ in 0..400 {
        idle.push(TcpStream::connect(serving.address).await.unwrap());
    }
    still_serves(&serving).await;
    eventually("idle connections end", async || {
        let metrics = serving.control.metrics();
        let mut lines = metrics.lines();
        let line = lines.find(|line| line.starts_with("stream_mcp_connections ")).unwrap();
        let open: usize = line.rsplit(' ').next().unwrap().parse().unwrap();
        open < 5
    })
    .await;
}
