//! The client: requests that are made once, answers of which only the length is read.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::LocalSet,
};

const ID: &str = "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A GET of the API's path.
    Plain,
    /// A call of the stateless era.
    New,
    /// A call within a session.
    Old,
}

/// How long calls took.
pub(crate) struct Measured {
    /// Sorted, in milliseconds.
    times: Vec<f64>,
    took: Duration,
}

impl Measured {
    pub(crate) fn calls(&self) -> usize {
        self.times.len()
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.took.as_secs_f64()
    }

    pub(crate) fn quantile(&self, quantile: f64) -> f64 {
        let index = (self.times.len() as f64 * quantile) as usize;
        self.times.get(index).copied().unwrap_or(f64::NAN)
    }
}

/// A connection, and the request that it sends again and again.
pub(crate) struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

impl Connection {
    async fn ask(&mut self, request: &[u8]) -> String {
        self.stream.write_all(request).await.unwrap();
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.unwrap();
            assert!(read > 0, "the connection was closed");
            if let Some(head) = whole(&self.buffer) {
                return head;
            }
        }
    }

    async fn again(&mut self) {
        let request = std::mem::take(&mut self.request);
        let head = self.ask(&request).await;
        assert!(
            head.starts_with("HTTP/1.1 200"),
            "{head}{}",
            String::from_utf8_lossy(&self.buffer)
        );
        self.request = request;
    }
}

/// The head of an answer, once all of the answer is there.
fn whole(buffer: &[u8]) -> Option<String> {
    let end = buffer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let Some(length) = length else { panic!("an answer without a length: {head}") };
    let length: usize = length.trim().parse().unwrap();
    (buffer.len() >= end + 4 + length).then(|| head.replacen("http", "HTTP", 1))
}

fn post(headers: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let accept =
        "accept: application/json, text/event-stream\r\ncontent-type: application/json\r\n";
    let length = body.len();
    format!("POST /mcp HTTP/1.1\r\nhost: localhost\r\n{accept}{headers}content-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn message(kind: Kind, key: &str, session: &str, method: &str, mut params: Value) -> Vec<u8> {
    let mut headers = format!("authorization: Bearer {key}\r\n");
    if kind == Kind::New {
        headers.push_str("mcp-protocol-version: 2026-07-28\r\n");
        headers.push_str(&format!("mcp-method: {method}\r\n"));
        if let Some(name) = params["name"].as_str() {
            headers.push_str(&format!("mcp-name: {name}\r\n"));
        }
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        });
    } else {
        headers.push_str(&format!(
            "mcp-protocol-version: 2025-06-18\r\nmcp-session-id: {session}\r\n"
        ));
    }
    post(&headers, &json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}))
}

/// The request for the list of tools.
pub(crate) fn list(kind: Kind) -> Vec<u8> {
    message(kind, "key:secret", "", "tools/list", json!({}))
}

/// Opens a client: a connection, for an old one with its session; and makes one call.
pub(crate) async fn open(address: SocketAddr, kind: Kind, key: &str) -> Connection {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut connection = Connection { stream, request: Vec::new(), buffer: Vec::new() };
    let mut session = String::new();
    if kind == Kind::Old {
        let opened = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "load", "version": "1"}}});
        let head =
            connection.ask(&post(&format!("authorization: Bearer {key}\r\n"), &opened)).await;
        let line = head.lines().find_map(|line| line.strip_prefix("mcp-session-id:"));
        session = line.unwrap_or_default().trim().to_owned();
        let note = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        let headers = format!(
            "authorization: Bearer {key}\r\nmcp-protocol-version: 2025-06-18\r\nmcp-session-id: {session}\r\n"
        );
        let head = connection.ask(&post(&headers, &note)).await;
        assert!(head.starts_with("HTTP/1.1 202"), "{head}");
    }
    let params = json!({"name": "get_payment", "arguments": {"payment_id": ID}});
    connection.request = match kind {
        Kind::Plain => {
            let path = format!("/api/v2/payments/{ID}");
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: a2V5OnNlY3JldA==\r\n\r\n")
                .into_bytes()
        }
        _ => message(kind, key, &session, "tools/call", params),
    };
    connection.again().await;
    connection
}

/// Lets so many clients call for so long, each again as soon as it has its answer.
pub(crate) async fn measure(
    address: SocketAddr,
    kind: Kind,
    clients: usize,
    time: Duration,
) -> Measured {
    let local = LocalSet::new();
    local
        .run_until(async {
            let mut open_ones = Vec::new();
            for _ in 0..clients {
                open_ones.push(open(address, kind, "key:secret").await);
            }
            let start = Instant::now();
            let tasks: Vec<_> = open_ones
                .into_iter()
                .map(|mut connection| {
                    tokio::task::spawn_local(async move {
                        let mut times = Vec::new();
                        while start.elapsed() < time {
                            let before = Instant::now();
                            connection.again().await;
                            times.push(before.elapsed().as_secs_f64() * 1e3);
                        }
                        times
                    })
                })
                .collect();
            let mut times = Vec::new();
            for task in tasks {
                times.extend(task.await.unwrap());
            }
            let took = start.elapsed();
            times.sort_by(f64::total_cmp);
            Measured { times, took }
        })
        .await
}
