//! The program itself: settings, the terminal, both protocol eras over stdio, and what it writes where.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio},
    thread,
};

use serde_json::{Value, json};

const BINARY: &str = env!("CARGO_BIN_EXE_stream-mcp");
const ID: &str = "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c";

/// The program in an empty folder, with these variables and no others of its own.
fn command(folder: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(BINARY);
    command.current_dir(folder).env_clear();
    command.envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn folder(name: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn run(command: &mut Command) -> (Output, String, String) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    (output, out, err)
}

/// A running server that is spoken to in raw JSON.
struct Session {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Session {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdin, stdout }
    }

    fn send(&mut self, text: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{text}").unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON on stdout: {line:?}"))
    }

    fn ask(&mut self, id: u32, method: &str, params: Value) -> Value {
        self.send(
            &json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string(),
        );
        self.receive()
    }

    fn initialize(&mut self, version: &str) -> Value {
        let params = json!({"protocolVersion": version, "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"}});
        let answer = self.ask(0, "initialize", params);
        self.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
        answer
    }

    /// Ends the session; everything that was left on stdout and all of stderr.
    fn end(mut self) -> (bool, String, String) {
        self.stdin.take();
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        let output = self.child.wait_with_output().unwrap();
        (output.status.success(), rest, String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn wrong_settings_are_all_named_and_nothing_goes_to_stdout() {
    let folder = folder("settings");
    let variables = [("STREAM_TIMEOUT", "soon"), ("STREAM_BRANCH_ID", "main")];
    let (output, out, err) = run(command(&folder, &variables).args(["--max-retries", "99"]));
    assert!(!output.status.success());
    assert_eq!(out, "");
    for part in [
        "STREAM_TIMEOUT (--timeout): must be",
        "STREAM_BRANCH_ID (--branch-id): must be",
        "STREAM_MAX_RETRIES (--max-retries): must be a whole number from 0 to 10",
    ] {
        assert!(err.contains(part), "{err}");
    }
}

#[test]
fn a_misspelt_tool_stops_the_start_with_the_right_name() {
    let folder = folder("misspelt");
    let excluded = ("STREAM_EXCLUDE_TOOLS", "delete_custmer");
    for mode in ["stdio", "serve", "tools"] {
        let (output, out, err) =
            run(command(&folder, &[excluded]).args([mode, "--tools", "refund_paymnt"]));
        assert!(!output.status.success() && out.is_empty(), "{mode}: {out}");
        for part in [
            "STREAM_TOOLS (--tools): unknown tool; did you mean `refund_payment`?",
            "STREAM_EXCLUDE_TOOLS (--exclude-tools): unknown tool; did you mean `delete_customer`?",
        ] {
            assert!(err.contains(part), "{mode}: {err}");
        }
    }
}

#[test]
fn flags_choose_the_tools_of_a_session() {
    let folder = folder("chosen");
    let mut command = command(&folder, &[("STREAM_NO_PREVIEW", "true")]);
    command.args(["--tools", "refund_payment,get_payment,record_usage"]);
    command.args(["--exclude-tools", "get_payment"]);
    let mut session = Session::start(command);
    session.initialize("2025-06-18");
    let list = session.ask(1, "tools/list", json!({}));
    let tools = list["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["refund_payment"]);
    let params = json!({"name": "get_payment", "arguments": {"payment_id": ID}});
    assert_eq!(session.ask(2, "tools/call", params)["error"]["code"], -32602);
    assert!(session.end().0);
}

#[test]
fn search_mode_lists_four_tools_in_both_eras() {
    let folder = folder("search-mode");
    let meta = json!({"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }});
    for old in [true, false] {
        let mut command = command(&folder, &[]);
        command.args(["--mode", "search"]);
        let mut session = Session::start(command);
        if old {
            session.initialize("2025-06-18");
        }
        let list = session.ask(1, "tools/list", if old { json!({}) } else { meta.clone() });
        assert_eq!(list["result"]["tools"].as_array().unwrap().len(), 4, "{list}");
        let mut params = if old { json!({}) } else { meta.clone() };
        params["name"] = json!("find_tools");
        params["arguments"] = json!({"query": "رابط دفع"});
        let found = session.ask(2, "tools/call", params);
        let first = &found["result"]["structuredContent"]["tools"][0]["name"];
        assert!(first.as_str().unwrap().contains("payment_link"), "{found}");
        assert!(session.end().0);
    }
}

#[test]
fn a_key_on_the_command_line_is_rejected() {
    let folder = folder("key-flag");
    let (output, _, err) = run(command(&folder, &[]).args(["--api-key", "a:hush"]));
    assert!(!output.status.success() && err.contains("set STREAM_API_KEY"), "{err}");
    assert!(!err.contains("hush"), "{err}");
}

#[test]
fn an_unusual_key_is_sent_as_it_is_with_one_warning() {
    let api = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", api.local_addr().unwrap());
    let answers = thread::spawn(move || {
        for _ in 0..2 {
            let (mut stream, _) = api.accept().unwrap();
            let mut buffer = [0; 8192];
            let read = stream.read(&mut buffer).unwrap();
            let head = String::from_utf8_lossy(&buffer[..read]).into_owned();
            assert!(head.contains("x-api-key: sk_live_hush\r\n"), "{head}");
            let body = r#"{"detail":"Invalid API key"}"#;
            let answer = format!(
                "HTTP/1.1 401 Unauthorized\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    let folder = folder("unusual-key");
    let variables = [("STREAM_API_KEY", "sk_live_hush"), ("STREAM_BASE_URL", url.as_str())];
    let mut session = Session::start(command(&folder, &variables));
    session.initialize("2025-06-18");
    for number in 1..3 {
        let params = json!({"name": "get_account", "arguments": {}});
        let answer = session.ask(number, "tools/call", params).to_string();
        assert!(answer.contains("401"), "{answer}");
    }
    answers.join().unwrap();
    let (success, _, err) = session.end();
    assert!(success && err.matches("STREAM_API_KEY is neither").count() == 1, "{err}");
    assert!(!err.contains("hush"), "{err}");
}

#[test]
fn a_wrong_log_filter_is_reported() {
    let folder = folder("filters");
    let (output, _, err) = run(&mut command(&folder, &[("RUST_LOG", "a=b=c")]));
    assert!(!output.status.success() && err.contains("RUST_LOG"), "{err}");
}

#[test]
fn the_tool_list_is_for_people_and_for_programs() {
    let folder = folder("tools");
    let (_, out, _) = run(command(&folder, &[]).arg("tools"));
    assert!(
        out.lines().any(|line| line.contains("refund_payment") && line.contains("changes")),
        "{out}"
    );
    let (_, out, _) = run(command(&folder, &[]).args(["tools", "--json"]));
    let tools: Vec<Value> = serde_json::from_str(&out).unwrap();
    assert!(tools.iter().any(|tool| tool["name"] == "refund_payment"));
}

#[test]
fn in_a_terminal_it_says_what_it_is_and_ends() {
    let folder = folder("terminal");
    // `script` gives it a terminal; it is part of every Debian.
    let mut command = Command::new("script");
    command.args(["-qec", BINARY, "/dev/null"]).current_dir(&folder).env_remove("STREAM_API_KEY");
    let (output, out, _) = run(&mut command);
    assert!(output.status.success());
    for part in [
        "an MCP server for Stream",
        "\"mcpServers\"",
        "claude mcp add",
        "STREAM_API_KEY is not set",
    ] {
        assert!(out.contains(part), "{part} is not in {out}");
    }
}

#[test]
fn old_and_new_clients_are_served() {
    let folder = folder("eras");
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut session = Session::start(command(&folder, &[]));
        let answer = session.initialize(version);
        assert_eq!(answer["result"]["protocolVersion"], version);
        let list = session.ask(1, "tools/list", json!({}));
        assert!(list["result"]["tools"].as_array().unwrap().len() > 40);
        assert!(list["result"].get("resultType").is_none(), "old clients get the old form");
        assert!(session.end().0);
    }
    let meta = json!({"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }});
    let mut session = Session::start(command(&folder, &[]));
    let discovered = session.ask(1, "server/discover", meta.clone());
    let result = &discovered["result"];
    assert!(
        result["supportedVersions"].as_array().unwrap().contains(&json!("2026-07-28")),
        "{discovered}"
    );
    assert!(result["ttlMs"].as_u64().unwrap() > 0);
    let list = session.ask(2, "tools/list", meta);
    assert_eq!(list["result"]["resultType"], "complete");
    assert_eq!(list["result"]["cacheScope"], "public");
    let unknown = json!({"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2099-01-01",
        "io.modelcontextprotocol/clientCapabilities": {},
    }});
    let refused = session.ask(3, "tools/list", unknown);
    assert_eq!(refused["error"]["code"], -32022, "{refused}");
    assert!(session.end().0);
}

#[test]
fn nonsense_on_stdin_is_survived() {
    let folder = folder("nonsense");
    let mut session = Session::start(command(&folder, &[]));
    session.initialize("2025-06-18");
    for line in ["", "{", "[]", "null", "{\"jsonrpc\":\"2.0\"}", &"[".repeat(10_000), "\u{0}\u{1}"]
    {
        session.send(line);
    }
    session.send(&json!({"jsonrpc": "2.0", "id": 7, "method": "ping"}).to_string());
    let answer = (0..20).map(|_| session.receive()).find(|answer| answer["id"] == 7).unwrap();
    assert!(answer["result"].is_object());
    let wrong =
        session.ask(8, "tools/call", json!({"name": "get_payment", "arguments": "no object"}));
    assert!(wrong["error"].is_object() || wrong["result"]["isError"] == true, "{wrong}");
    assert!(session.end().0);
}

#[test]
fn at_the_most_verbose_level_stdout_stays_clean_and_nothing_private_is_logged() {
    const IBAN: &str = "SA0380000000608010167519";
    let api = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/k3y-in-a-path", api.local_addr().unwrap());
    let answers = thread::spawn(move || {
        for status in ["200 OK", "401 Unauthorized", "500 Oops"] {
            let (mut stream, _) = api.accept().unwrap();
            let mut buffer = [0; 8192];
            let read = stream.read(&mut buffer).unwrap();
            let head = String::from_utf8_lossy(&buffer[..read]).into_owned();
            assert!(head.contains("x-api-key: cHVibGljLWhhbGY6c2VjcmV0LWhhbGY="), "{head}");
            let body = json!({"iban": IBAN, "error": {"code": "X", "message": IBAN}}).to_string();
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    let folder = folder("secrets");
    let variables = [
        ("STREAM_API_KEY", "public-half:secret-half"),
        ("STREAM_BASE_URL", url.as_str()),
        ("STREAM_MAX_RETRIES", "0"),
        ("RUST_LOG", "trace"),
    ];
    let mut session = Session::start(command(&folder, &variables));
    session.initialize("2025-06-18");
    let mut written = String::new();
    for number in 0..3 {
        let params = json!({"name": "get_payment", "arguments": {"payment_id": ID}});
        written += &session.ask(number + 1, "tools/call", params).to_string();
    }
    answers.join().unwrap();
    assert!(written.contains(IBAN), "{written}");
    // Arguments that are refused, and messages that are not understood.
    let phone =
        json!({"name": "create_customer", "arguments": {"phone": ["+966512345678"], IBAN: 1}});
    session.ask(10, "tools/call", phone);
    session.send(
        &json!({"jsonrpc": "2.0", "id": 11, "method": "tools/call", "params": [IBAN]}).to_string(),
    );
    session.send(&format!("{{\"{IBAN}\": "));
    session.ask(12, "ping", json!({}));
    let (success, rest, err) = session.end();
    assert!(success);
    assert!(rest.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{rest}");
    assert!(err.contains("DEBUG") && err.contains("get_payment"), "it wrote little: {err}");
    for secret in ["public-half", "secret-half", "cHVibGljLWhhbGY", "c2VjcmV0LWhhbGY"] {
        assert!(!written.contains(secret), "{secret} is in an answer");
    }
    for private in [
        "public-half",
        "secret-half",
        "cHVibGljLWhhbGY",
        "c2VjcmV0LWhhbGY",
        IBAN,
        "512345678",
        "k3y-in-a-path",
    ] {
        assert!(!err.contains(private), "{private} is in stderr: {err}");
    }
}

#[test]
fn the_demo_plays_its_whole_story() {
    let folder = folder("demo");
    let (output, out, err) = run(command(&folder, &[]).arg("demo"));
    assert!(output.status.success(), "{out}\n{err}");
    assert_eq!(err, "");
    // Where a line ends is a matter of width.
    let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "failed (INSUFFICIENT FUNDS)",
        "paid (APPROVED)",
        "receives 4 webhooks with valid signatures: PAYMENT_LINK_PAY_ATTEMPT_FAILED, INVOICE_CREATED, PAYMENT_SUCCEEDED, INVOICE_COMPLETED",
        "current_status=REFUNDED",
        "ALREADY DONE: the same call of refund_payment succeeded",
        "PAYMENT_REFUNDED_ALREADY",
        "clock moves forward by 32 days",
    ] {
        assert!(words.contains(part), "{part} is not in\n{out}");
    }
    assert!(words.ends_with("requests to the API."), "{out}");
    let longest = out.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(longest <= 100, "{longest} columns:\n{out}");
}

#[test]
fn with_the_sandbox_every_tool_works_at_once_and_a_real_key_stays_unused() {
    let folder = folder("sandbox");
    let variables = [("STREAM_API_KEY", "real:key"), ("STREAM_BASE_URL", "https://127.0.0.1:1")];
    let mut command = command(&folder, &variables);
    command.arg("--sandbox");
    let mut session = Session::start(command);
    session.initialize("2025-06-18");
    let account = session.ask(1, "tools/call", json!({"name": "get_account", "arguments": {}}));
    let account = &account["result"]["structuredContent"];
    assert_eq!(account["organization"]["sandbox"], true, "{account}");
    let customer = json!({"name": "create_customer", "arguments": {"name": "Noura", "email": "n@example.com"}});
    let made = session.ask(2, "tools/call", customer.clone());
    assert_eq!(made["result"]["isError"], false, "{made}");
    let again = session.ask(3, "tools/call", customer);
    assert_eq!(
        again["result"]["structuredContent"]["error"]["code"], "DUPLICATE_CONSUMER",
        "{again}"
    );
    let (success, _, err) = session.end();
    assert!(success);
    assert!(err.contains("/_sandbox") && err.contains("nothing reaches Stream"), "{err}");
}
