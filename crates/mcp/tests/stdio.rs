//! The end of a server over stdio while a change is running: the end of input, and every signal.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(20);
const ID: &str = "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c";
const SIGNALS: [&str; 3] = ["TERM", "INT", "HUP"];

/// A server over stdio, and its API, which holds back an answer until the test releases it.
struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    api: TcpListener,
}

impl Server {
    fn start(call_timeout: &str) -> Self {
        let api = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_stream-mcp"))
            .env_clear()
            .env("STREAM_API_KEY", "key:secret")
            .env("STREAM_BASE_URL", format!("http://{}", api.local_addr().unwrap()))
            .env("STREAM_CALL_TIMEOUT", call_timeout)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self { stdin: child.stdin.take(), child, stdout, api };
        server.send(&json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"}}}));
        server.line();
        server.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        server
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.stdin.as_mut().unwrap(), "{message}").unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line
    }

    /// Asks for a change, without waiting for anything.
    fn ask(&mut self) {
        let arguments =
            json!({"customer_id": ID, "name": "Noura", "phone_number": "+966500000011"});
        self.send(&json!({"jsonrpc": "2.0", "id": 41, "method": "tools/call", "params": {
            "name": "update_customer", "arguments": arguments}}));
    }

    /// Begins a change and waits until it has reached the API.
    fn change(&mut self) -> TcpStream {
        self.ask();
        self.arrived()
    }

    fn arrived(&self) -> TcpStream {
        self.api.set_nonblocking(true).unwrap();
        let start = Instant::now();
        let mut stream = loop {
            if let Ok((stream, _)) = self.api.accept() {
                break stream;
            }
            assert!(start.elapsed() < PATIENCE, "the change does not reach the API");
            thread::sleep(Duration::from_millis(5));
        };
        stream.set_nonblocking(false).unwrap();
        let mut buffer = [0; 8192];
        assert!(stream.read(&mut buffer).unwrap() > 0);
        stream
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for its end: whether it succeeded, the rest of stdout, and stderr.
    fn end(mut self) -> (bool, String, String) {
        let start = Instant::now();
        while self.is_running() {
            if start.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("it does not end");
            }
            thread::sleep(Duration::from_millis(10));
        }
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        let output = self.child.wait_with_output().unwrap();
        (output.status.success(), rest, String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn answer(mut stream: TcpStream) {
    let body = json!({"id": ID, "name": "Noura"}).to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
}

fn assert_answered(ended: &(bool, String, String)) {
    let (success, out, err) = ended;
    assert!(success, "{err}");
    let answer: Value = serde_json::from_str(out).unwrap_or_else(|_| panic!("{out:?}\n{err}"));
    assert_eq!(answer["id"], 41);
    assert_eq!(answer["result"]["structuredContent"]["id"], ID, "{answer}");
    assert!(!err.contains("unknown"), "{err}");
}

/// What the log says about a change that was open at the end.
fn assert_logged_as_unknown(err: &str) {
    let line =
        err.lines().find(|line| line.contains("update_customer") && line.contains("unknown"));
    let line = line.unwrap_or_else(|| panic!("the change is not in the log:\n{err}"));
    assert!(line.contains(ID) && line.contains("41"), "{line}");
    for personal in ["Noura", "500000011"] {
        assert!(!err.contains(personal), "{err}");
    }
}

#[test]
fn the_end_of_input_waits_for_a_change_and_its_answer_is_written() {
    let mut server = Server::start("120");
    let held = server.change();
    server.stdin.take();
    // Longer than rmcp waits by itself.
    thread::sleep(Duration::from_secs(6));
    assert!(server.is_running(), "{:?}", server.end());
    answer(held);
    assert_answered(&server.end());
}

#[test]
fn a_change_that_was_asked_for_last_is_made() {
    for _ in 0..10 {
        let mut server = Server::start("120");
        server.ask();
        server.stdin.take();
        answer(server.arrived());
        assert_answered(&server.end());
    }
}

#[test]
fn a_signal_waits_for_a_change_and_its_answer_is_written() {
    for name in SIGNALS {
        let mut server = Server::start("120");
        let held = server.change();
        server.signal(name);
        thread::sleep(Duration::from_millis(300));
        assert!(server.is_running(), "{name}: {:?}", server.end());
        // No more messages are read.
        let _ = writeln!(
            server.stdin.as_mut().unwrap(),
            "{}",
            json!({"jsonrpc": "2.0", "id": 42, "method": "tools/list"})
        );
        answer(held);
        assert_answered(&server.end());
    }
}

#[test]
fn a_second_signal_ends_at_once_and_logs_what_is_open() {
    for name in SIGNALS {
        let mut server = Server::start("120");
        let _held = server.change();
        server.signal(name);
        thread::sleep(Duration::from_millis(300));
        assert!(server.is_running(), "{name}");
        server.signal(name);
        let (success, _, err) = server.end();
        assert!(!success, "{name}");
        assert_logged_as_unknown(&err);
    }
}

#[test]
fn a_change_that_does_not_end_is_logged_as_unknown() {
    let mut server = Server::start("1");
    let _held = server.change();
    server.stdin.take();
    let (success, out, err) = server.end();
    assert!(!success, "{err}");
    assert_logged_as_unknown(&err);
    assert!(out.contains("THE OUTCOME IS UNKNOWN"), "{out}");
}

#[test]
fn a_signal_ends_an_idle_server_in_order() {
    for name in SIGNALS {
        let server = Server::start("120");
        server.signal(name);
        let (success, out, err) = server.end();
        assert!(success && out.is_empty(), "{name}: {out}{err}");
    }
}

#[test]
fn a_signal_ends_a_server_that_no_client_has_spoken_to() {
    for name in SIGNALS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stream-mcp"));
        command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.env("RUST_LOG", "debug").spawn().unwrap();
        // Its log shows that it reads its input, so it handles signals.
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("waiting for messages") {
            line.clear();
            assert!(log.read_line(&mut line).unwrap() > 0);
        }
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < PATIENCE, "{name}");
            thread::sleep(Duration::from_millis(10));
        }
        assert!(child.wait().unwrap().success(), "{name}");
    }
}
