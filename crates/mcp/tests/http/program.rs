//! The program itself: what it writes, how it starts and stops, TLS, signals.

use std::{
    fs,
    path::Path,
    process::Stdio,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    task::JoinHandle,
};

use crate::common::{Api, ID, LEGACY, LONG, MODERN, api, at_once, connect, held};

pub(crate) const KEY: &str = "pub4lic:s3cr3thush";
const ENCODED: &str = "cHViNGxpYzpzM2NyM3RodXNo";

/// `stream-mcp serve`, and all that it writes.
pub(crate) struct Program {
    child: Child,
    url: String,
    log: Arc<Mutex<String>>,
    reader: JoinHandle<()>,
}

pub(crate) fn program(folder: &Path, api: &Api) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stream-mcp"));
    command.args(["serve", "--http", "127.0.0.1:0", "--base-url", &api.url]);
    command.env_clear().current_dir(folder).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts it and waits until it says where it serves.
pub(crate) async fn start(command: &mut Command) -> Program {
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut written = String::new();
    let url = loop {
        let line = tokio::time::timeout(LONG, lines.next_line()).await;
        let line = line.expect("it does not start").unwrap().unwrap_or_else(|| {
            panic!("it ended:\n{written}");
        });
        written.push_str(&line);
        written.push('\n');
        if let Some((_, url)) = line.split_once("serving MCP at ") {
            let url = url.split('"').next().unwrap_or(url);
            break url.trim().to_owned();
        }
    };
    let log = Arc::new(Mutex::new(written));
    let reader = {
        let log = Arc::clone(&log);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let mut log = log.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        })
    };
    Program { child, url, log, reader }
}

impl Api {
    /// How many requests came with a key.
    fn requests_with(&self, key: &str) -> usize {
        self.keys.lock().unwrap().get(key).copied().unwrap_or_default()
    }
}

impl Program {
    fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        let sent = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Stops it and gives all that it wrote.
    pub(crate) async fn stop(self) -> String {
        self.signal("TERM");
        self.end().await
    }

    /// Waits until it has ended in order and gives all that it wrote.
    async fn end(mut self) -> String {
        let ended = tokio::time::timeout(LONG, self.child.wait()).await;
        assert!(ended.expect("it does not stop").unwrap().success());
        let mut out = String::new();
        let mut stdout = self.child.stdout.take().unwrap();
        tokio::io::AsyncReadExt::read_to_string(&mut stdout, &mut out).await.unwrap();
        assert_eq!(out, "", "stdout belongs to the protocol");
        self.reader.await.unwrap();
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log says something for the n-th time.
    async fn logs(&self, words: &str, times: usize) {
        let start = Instant::now();
        while self.log.lock().unwrap().matches(words).count() < times {
            let log = self.log.lock().unwrap().clone();
            assert!(start.elapsed() < LONG, "`{words}` is not in\n{log}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) fn post(
        &self,
        client: &reqwest::Client,
        body: &serde_json::Value,
    ) -> reqwest::RequestBuilder {
        let accepted = "application/json, text/event-stream";
        client.post(&self.url).header("accept", accepted).json(body)
    }
}

fn modern_call() -> serde_json::Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "get_payment", "arguments": {"payment_id": ID},
        "_meta": {"io.modelcontextprotocol/protocolVersion": MODERN,
                  "io.modelcontextprotocol/clientCapabilities": {}},
    }})
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_private_is_written_at_the_most_verbose_level() {
    const IBAN: &str = "SA0380000000608010167519";
    const PHONE: &str = "966512345678";
    let (api, folder) = (api(at_once).await, tempfile::tempdir().unwrap());
    let mut command = program(folder.path(), &api);
    let collector = "http://otlp-us3r:otlp-s3cr3t@127.0.0.1:1/otlp-p4th";
    let program = start(command.args(["--log", "trace", "--otlp", collector])).await;
    let client = reqwest::Client::new();
    let call = async |name: &str, arguments: serde_json::Value, key: &str| {
        let mut call = modern_call();
        call["params"]["name"] = json!(name);
        call["params"]["arguments"] = arguments;
        let request = program.post(&client, &call).bearer_auth(key);
        let request = request.header("mcp-protocol-version", MODERN);
        let request = request.header("mcp-method", "tools/call").header("mcp-name", name);
        request.send().await.unwrap().text().await.unwrap()
    };
    for key in [KEY, ENCODED] {
        let text = call("get_payment", json!({"payment_id": ID}), key).await;
        assert!(text.contains(ID), "it did not reach the API: {text}");
    }
    assert_eq!(api.requests_with(ENCODED), 2);
    // The stand-in for the API answers with the query.
    let text = call("list_customers", json!({"search_term": IBAN}), KEY).await;
    assert!(text.contains(IBAN), "{text}");
    call(
        "create_customer",
        json!({"name": "Noura N4me", "phone_number": format!("+{PHONE}")}),
        KEY,
    )
    .await;
    call("create_customer", json!({IBAN: IBAN, "phone_number": [PHONE]}), KEY).await;
    call("no_such_tool_s3cr3thush", json!({}), KEY).await;
    for bad in [format!("Bearer {KEY} x"), format!("Basic {ENCODED}"), KEY.to_owned()] {
        let reply = program.post(&client, &modern_call()).header("authorization", bad);
        assert_eq!(reply.send().await.unwrap().status(), 401);
    }
    let lost = program.url.replace("/mcp", "/sk_live_k3y-in-a-path?key=k3y-in-a-query");
    assert_eq!(client.get(lost).send().await.unwrap().status(), 404);
    let opened = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}});
    let opened = program.post(&client, &opened).bearer_auth(KEY).send().await.unwrap();
    let session = opened.headers()["mcp-session-id"].to_str().unwrap().to_owned();
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let list = program.post(&client, &list).bearer_auth(KEY).header("mcp-session-id", &session);
    assert_eq!(list.send().await.unwrap().status(), 200);
    let close = client.delete(&program.url).bearer_auth(KEY).header("mcp-session-id", &session);
    assert!(close.send().await.unwrap().status().is_success());
    let log = program.stop().await;
    assert!(log.contains("DEBUG") && log.contains("get_payment"), "it wrote little:\n{log}");
    assert!(log.contains("traces cannot be sent") || log.contains("traces could not be sent"));
    for private in [
        KEY,
        ENCODED,
        "s3cr3thush",
        "pub4lic",
        IBAN,
        PHONE,
        "N4me",
        &session,
        "otlp-us3r",
        "otlp-s3cr3t",
        "otlp-p4th",
        "k3y-in-a-path",
        "k3y-in-a-query",
    ] {
        let line = log.lines().find(|line| line.contains(private));
        assert!(line.is_none(), "{private} was written: {line:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_says_what_became_of_a_change_that_nobody_waited_for() {
    let api = api(held).await;
    let folder = tempfile::tempdir().unwrap();
    let program = start(&mut program(folder.path(), &api)).await;
    let mut call = modern_call();
    call["params"]["name"] = json!("create_customer");
    call["params"]["arguments"] = json!({"name": "x", "phone_number": "+966500000000"});
    let client = reqwest::Client::new();
    let request = program
        .post(&client, &call)
        .header("mcp-protocol-version", MODERN)
        .header("mcp-method", "tools/call")
        .header("mcp-name", "create_customer")
        .header("x-request-id", "trace-9")
        .bearer_auth(KEY);
    let request = tokio::spawn(request.send());
    api.until_arrived(1).await;
    request.abort();
    program.logs("the client has gone", 1).await;
    // The server is asked to stop while the change is on its way, and waits for it.
    program.signal("TERM");
    program.logs("stopping; waiting for running calls", 1).await;
    api.release();
    let log = program.end().await;
    let line = log.lines().find(|line| line.contains("that nobody waited for has ended"));
    let line = line.unwrap_or_else(|| panic!("nothing was said:\n{log}"));
    assert!(line.contains("trace-9") && line.contains("done") && line.contains("create_customer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_servers_own_key_is_used_only_where_it_is_shared() {
    let (api, folder) = (api(at_once).await, tempfile::tempdir().unwrap());
    for (share, wanted, requests) in [(false, "none was given", 0), (true, ID, 1)] {
        let mut command = program(folder.path(), &api);
        command.env("STREAM_API_KEY", KEY);
        if share {
            command.arg("--share-key");
        }
        let program = start(&mut command).await;
        let request = program.post(&reqwest::Client::new(), &modern_call());
        let request = request
            .header("mcp-protocol-version", MODERN)
            .header("mcp-method", "tools/call")
            .header("mcp-name", "get_payment");
        let text = request.send().await.unwrap().text().await.unwrap();
        assert!(text.contains(wanted), "{text}");
        assert_eq!(api.requests_with(ENCODED), requests);
        program.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_not_shared_with_everybody() {
    let folder = tempfile::tempdir().unwrap();
    for open in [["--http", "0.0.0.0:0"], ["--allowed-host", "*"], ["--allowed-origin", "*"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stream-mcp"));
        command.args(["serve", "--share-key", "--port", "0"]).args(open).kill_on_drop(true);
        command.env_clear().env("STREAM_API_KEY", KEY).current_dir(folder.path());
        let ended = tokio::time::timeout(LONG, command.output()).await;
        let ended = ended.unwrap_or_else(|_| panic!("{open:?}: it started")).unwrap();
        let words = String::from_utf8(ended.stderr).unwrap();
        assert!(!ended.status.success() && words.contains("(--share-key): "), "{words}");
        assert!(!words.contains("s3cr3thush"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_address_without_tls_starts_with_a_warning() {
    let (api, folder) = (api(at_once).await, tempfile::tempdir().unwrap());
    for (address, warned) in [("127.0.0.1:0", false), ("0.0.0.0:0", true)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stream-mcp"));
        command.args(["serve", "--http", address, "--base-url", &api.url]).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let program = start(command.env_clear().current_dir(folder.path())).await;
        let log = program.stop().await;
        assert_eq!(log.contains("are not encrypted"), warned, "{address}: {log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hangup_reads_limits_and_lists_again() {
    let (api, folder) = (api(at_once).await, tempfile::tempdir().unwrap());
    let file = folder.path().join("settings.env");
    fs::write(&file, "").unwrap();
    let program = start(program(folder.path(), &api).args(["--env-file", "settings.env"])).await;
    let client = reqwest::Client::new();
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let status = async || {
        let request = program.post(&client, &list).header("host", "mcp.example.com");
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(status().await, 403);
    // A file that was not named has no effect, even after a signal.
    fs::write(folder.path().join(".env"), "STREAM_ALLOWED_HOSTS=*\n").unwrap();
    program.signal("HUP");
    program.logs("the settings were read again", 1).await;
    assert_eq!(status().await, 403);
    fs::write(&file, "STREAM_ALLOWED_HOSTS=mcp.example.com\n").unwrap();
    program.signal("HUP");
    program.logs("the settings were read again", 2).await;
    assert_ne!(status().await, 403);
    // Wrong settings change nothing.
    fs::write(&file, "STREAM_ALLOWED_HOSTS=https://x\n").unwrap();
    program.signal("HUP");
    program.logs("the settings stay as they were", 1).await;
    assert_ne!(status().await, 403);
    let log = program.stop().await;
    assert!(log.contains("STREAM_ALLOWED_HOSTS"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_idle_connections_keep_nobody_out() {
    let (api, folder) = (api(at_once).await, tempfile::tempdir().unwrap());
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap();
    let program = start(&mut program(folder.path(), &api)).await;
    let address = program.url.trim_start_matches("http://").trim_end_matches("/mcp").to_owned();
    let mut idle = Vec::new();
    // Where a process may hold fewer files, as many as it may.
    let address = address.parse().unwrap();
    for number in 0..10_000.min(files.saturating_sub(500)) {
        // One address may have 1,000 of them.
        let from = [127, 0, 1, (number / 900) as u8];
        idle.push(connect(from, address).await);
    }
    let request = program
        .post(&reqwest::Client::new(), &modern_call())
        .header("mcp-protocol-version", MODERN)
        .header("mcp-method", "tools/call")
        .header("mcp-name", "get_payment")
        .bearer_auth(KEY);
    let reply = tokio::time::timeout(LONG, request.send()).await.expect("no answer").unwrap();
    assert_eq!(reply.status(), 200);
    assert_eq!(api.requests_with(ENCODED), 1);
    drop(idle);
    program.stop().await;
}

fn certificate(folder: &Path) -> reqwest::Certificate {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(folder.join("tls.crt"), made.cert.pem()).unwrap();
    fs::write(folder.join("tls.key"), made.signing_key.serialize_pem()).unwrap();
    reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_from_files_which_are_read_again() {
    let (api, folder) = (api(at_once).await, tempfile::tempdir().unwrap());
    let first = certificate(folder.path());
    let mut command = program(folder.path(), &api);
    let program = start(command.args(["--tls-cert", "tls.crt", "--tls-key", "tls.key"])).await;
    let port = reqwest::Url::parse(&program.url).unwrap().port().unwrap();
    assert!(program.url.starts_with("https://"));
    let healthy = async |certificate: &reqwest::Certificate| {
        let client = reqwest::Client::builder().tls_certs_only([certificate.clone()]);
        let url = format!("https://localhost:{port}/healthz");
        client.build().unwrap().get(url).send().await.is_ok_and(|reply| reply.status() == 200)
    };
    assert!(healthy(&first).await);
    let second = certificate(folder.path());
    assert!(!healthy(&second).await);
    // The change is noticed without a signal.
    program.logs("the certificate was read again", 1).await;
    assert!(healthy(&second).await && !healthy(&first).await);
    fs::write(folder.path().join("tls.key"), "no key").unwrap();
    program.signal("HUP");
    program.logs("the certificate stays as it was", 1).await;
    assert!(healthy(&second).await, "a broken file takes the server down");
    program.stop().await;
}
