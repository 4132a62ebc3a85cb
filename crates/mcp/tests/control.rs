//! The owner's control: what a policy, an approval, a freeze, the audit and an unknown outcome do to calls,
//! through the real server.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio},
    time::{Duration, Instant},
};

use common::{ID, McpClient, call, requests, structured, text, with};
use rmcp::ServiceExt as _;
use serde_json::{Value, json};
use streampay_mcp::{Server, settings::Settings};
use wiremock::{
    Mock, MockServer, Request, ResponseTemplate,
    matchers::{method, path, path_regex},
};

const PATIENCE: Duration = Duration::from_secs(60);
const PASSPHRASE: &str = "correct horse battery";

const SMALL_REFUNDS: &str = r#"
default = "deny"
[[rules]]
name = "Read"
effects = ["reads"]
decision = "allow"
[[rules]]
name = "Small"
tools = ["refund_payment"]
amount = { at_most = "100.00", currency = "SAR" }
decision = "allow"
[[rules]]
name = "Large"
tools = ["refund_payment"]
amount = { over = "100.00", currency = "SAR" }
decision = "approve"
[[rules]]
name = "No invoices"
tools = ["create_invoice"]
decision = "hide"
"#;

/// An API with one payment of this amount, that can be refunded.
async fn bank(amount: &str, sandbox: bool) -> MockServer {
    let api = MockServer::start().await;
    let payment =
        json!({"id": ID, "amount": amount, "currency": "SAR", "current_status": "SUCCEEDED"});
    let answer = |body: &Value| ResponseTemplate::new(200).set_body_json(body);
    Mock::given(method("GET"))
        .and(path("/api/v2/me"))
        .respond_with(answer(&json!({"organization": {"sandbox": sandbox}})))
        .mount(&api)
        .await;
    Mock::given(method("GET"))
        .and(path_regex("^/api/v2/payments/"))
        .respond_with(answer(&payment))
        .mount(&api)
        .await;
    Mock::given(method("POST"))
        .and(path_regex("/refund$"))
        .respond_with(answer(&payment))
        .mount(&api)
        .await;
    api
}

async fn connect(settings: Settings) -> McpClient {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    // A call that waits for a person gives up after a second.
    let server = Server::new(settings).unwrap().with_call_timeout(Duration::from_secs(16));
    server.open_control().await.unwrap();
    tokio::spawn(async move { server.serve(theirs).await.unwrap().waiting().await });
    ().serve(ours).await.unwrap()
}

/// A server's settings, with the policy, the audit and the store in a folder.
fn controlled(api: &MockServer, folder: &Path, policy: &str) -> Vec<(String, String)> {
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    fs::write(folder.join("policy.toml"), policy).unwrap();
    [
        ("STREAM_API_KEY", "key:secret".to_owned()),
        ("STREAM_BASE_URL", api.uri()),
        ("STREAM_POLICY", file("policy.toml")),
        ("STREAM_AUDIT", file("audit.jsonl")),
        ("STREAM_CONTROL_STORE", file("control.db")),
        ("STREAM_CALL_TIMEOUT", "16".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

fn settings(values: &[(String, String)]) -> Settings {
    let pairs: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    with(&pairs)
}

fn plain(api: &MockServer) -> Settings {
    with(&[("STREAM_API_KEY", "key:secret"), ("STREAM_BASE_URL", &api.uri())])
}

fn refund(id: &str) -> Value {
    json!({"payment_id": id, "refund_reason": "DUPLICATE"})
}

async fn refunds(api: &MockServer) -> usize {
    let posts = |request: &&Request| request.method.as_str() == "POST";
    requests(api).await.iter().filter(posts).count()
}

/// Runs the program with these settings, and gives it one line of input.
fn program(values: &[(String, String)], arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stream-mcp"))
        .env_clear()
        .envs(values.iter().cloned())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(child.stdin.take().unwrap(), "{input}").unwrap();
    child.wait_with_output().unwrap()
}

#[track_caller]
fn succeeds(values: &[(String, String)], arguments: &[&str], input: &str) -> String {
    let output = program(values, arguments, input);
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}\n{out}\n{err}");
    out.into_owned()
}

#[tokio::test]
async fn without_a_policy_an_identical_refund_is_answered_with_the_first_one() {
    let api = bank("10.00", true).await;
    let client = connect(plain(&api)).await;
    let first = call(&client, "refund_payment", refund(ID)).await;
    assert_eq!(first.is_error, Some(false), "{}", text(&first));
    let before = requests(&api).await.len();
    let second = call(&client, "refund_payment", refund(ID)).await;
    assert_eq!(second.is_error, Some(false));
    assert!(text(&second).starts_with("ALREADY DONE"), "{}", text(&second));
    assert!(text(&second).contains(ID), "{}", text(&second));
    assert_eq!(structured(&second)["already_done"]["ids"]["id"], ID);
    assert_eq!(requests(&api).await.len(), before, "nothing is sent, not even a read");
    let other = ID.replace('3', "4");
    let other = call(&client, "refund_payment", refund(&other)).await;
    assert!(!text(&other).contains("ALREADY"), "another payment is another change");
    assert_eq!(refunds(&api).await, 2);
}

#[tokio::test]
async fn after_an_unknown_outcome_the_change_waits_for_the_read_that_shows_it() {
    let api = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(502)).mount(&api).await;
    let payment = json!({"id": ID, "amount": "10.00", "current_status": "SUCCEEDED"});
    let answer = ResponseTemplate::new(200).set_body_json(payment);
    Mock::given(method("GET")).respond_with(answer).mount(&api).await;
    let client = connect(plain(&api)).await;
    let unknown = call(&client, "refund_payment", refund(ID)).await;
    assert_eq!(structured(&unknown)["error"]["outcome"], "unknown");
    // Also with another reason: it is the same payment.
    let again = json!({"payment_id": ID, "refund_reason": "OTHER"});
    let held = call(&client, "refund_payment", again.clone()).await;
    assert_eq!(structured(&held)["error"]["reason"], "outcome_unknown");
    assert!(text(&held).contains("get_payment"), "{}", text(&held));
    assert_eq!(refunds(&api).await, 1);
    // The read of another payment shows nothing about this one.
    let other = ID.replace('3', "4");
    call(&client, "get_payment", json!({"payment_id": other})).await;
    call(&client, "refund_payment", again.clone()).await;
    assert_eq!(refunds(&api).await, 1);
    call(&client, "get_payment", json!({"payment_id": ID})).await;
    call(&client, "refund_payment", again).await;
    assert_eq!(refunds(&api).await, 2);
}

#[tokio::test]
async fn a_policy_lets_small_refunds_through_and_asks_a_person_about_large_ones() {
    let folder = tempfile::tempdir().unwrap();
    let api = bank("10.00", true).await;
    let values = controlled(&api, folder.path(), SMALL_REFUNDS);
    let client = connect(settings(&values)).await;
    let small = call(&client, "refund_payment", refund(ID)).await;
    assert_eq!(small.is_error, Some(false), "{}", text(&small));
    assert!(text(&small).contains("Test mode"), "{}", text(&small));
    let denied = call(&client, "create_coupon", json!({"name": "x", "discount_value": 5})).await;
    assert_eq!(structured(&denied)["error"]["kind"], "denied", "{}", text(&denied));
    let listed = client.list_all_tools().await.unwrap();
    assert!(!listed.iter().any(|tool| tool.name == "create_invoice"));
    assert!(listed.iter().any(|tool| tool.name == "refund_payment"));

    let folder = tempfile::tempdir().unwrap();
    let api = bank("900.00", false).await;
    let values = controlled(&api, folder.path(), SMALL_REFUNDS);
    let client = connect(settings(&values)).await;
    let pending = call(&client, "refund_payment", refund(ID)).await;
    let words = text(&pending);
    assert_eq!(structured(&pending)["error"]["kind"], "approval_pending", "{words}");
    for part in ["PENDING", "900.00 SAR", "Nothing was sent", "Live mode", "approvals setup"] {
        assert!(words.contains(part), "{part} is not in\n{words}");
    }
    let id = structured(&pending)["error"]["approval"]["id"].as_str().unwrap().to_owned();

    // A person approves, outside of the client.
    succeeds(&values, &["approvals", "setup", "noura"], PASSPHRASE);
    assert!(!program(&values, &["approvals", "approve", &id], "wrong passphrase").status.success());
    let still = call(&client, "refund_payment", refund(ID)).await;
    assert_eq!(structured(&still)["error"]["approval"]["id"], json!(id), "the same approval");
    assert!(text(&still).contains("approvals approve"), "{}", text(&still));
    assert_eq!(refunds(&api).await, 0);
    let shown = succeeds(&values, &["approvals", "show", &id], "");
    assert!(
        shown.contains("900.00 SAR") && shown.contains(ID) && shown.contains("استرداد"),
        "{shown}"
    );
    let approved = succeeds(&values, &["approvals", "approve", &id], PASSPHRASE);
    assert!(approved.contains("Approved"), "{approved}");

    // Other arguments are another call.
    let altered = json!({"payment_id": ID, "refund_reason": "FRAUDULENT"});
    let altered = call(&client, "refund_payment", altered).await;
    assert_eq!(structured(&altered)["error"]["kind"], "approval_pending");
    // Another key is another caller.
    let mut theirs = values.clone();
    theirs[0].1 = "other:secret".to_owned();
    let stranger = connect(settings(&theirs)).await;
    let stolen = call(&stranger, "refund_payment", refund(ID)).await;
    assert_eq!(structured(&stolen)["error"]["kind"], "approval_pending");
    assert_eq!(refunds(&api).await, 0);

    let done = call(&client, "refund_payment", refund(ID)).await;
    assert_eq!(done.is_error, Some(false), "{}", text(&done));
    assert_eq!(refunds(&api).await, 1);
    let again = call(&client, "refund_payment", refund(ID)).await;
    assert!(text(&again).starts_with("ALREADY DONE"), "{}", text(&again));
    assert_eq!(refunds(&api).await, 1, "an approval is good for one execution");

    // The audit tells all of it, without anything missing.
    let verified = succeeds(&values, &["audit", "verify"], "");
    assert!(verified.contains("The chain is whole"), "{verified}");
    let shown = succeeds(&values, &["audit", "show", "--tool", "refund_payment"], "");
    for part in ["sending", "outcome", "done", "by: noura", "900.00 SAR", "live"] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    let raw = fs::read_to_string(folder.path().join("audit.jsonl")).unwrap();
    assert!(!raw.contains("secret") && !raw.contains(PASSPHRASE));
    fs::write(folder.path().join("audit.jsonl"), raw.replace("900.00", "9.00")).unwrap();
    assert!(
        !program(&values, &["audit", "verify"], "").status.success(),
        "an altered line is found"
    );
}

#[tokio::test]
async fn a_call_waits_for_the_decision_and_goes_on_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let api = bank("900.00", true).await;
    let mut values = controlled(&api, folder.path(), SMALL_REFUNDS);
    values[5].1 = "70".to_owned();
    succeeds(&values, &["approvals", "setup", "noura"], PASSPHRASE);
    let server = Server::new(settings(&values)).unwrap().with_call_timeout(Duration::from_secs(70));
    server.open_control().await.unwrap();
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    tokio::spawn(async move { server.serve(theirs).await.unwrap().waiting().await });
    let client = ().serve(ours).await.unwrap();
    let values = values.clone();
    let person = tokio::task::spawn_blocking(move || {
        let start = Instant::now();
        loop {
            let listed = succeeds(&values, &["approvals", "list"], "");
            let line = listed.lines().find(|line| line.contains("pending"));
            if let Some(id) = line.and_then(|line| line.split(' ').next()) {
                return succeeds(
                    &values,
                    &["approvals", "approve", id, "--as", "noura"],
                    PASSPHRASE,
                );
            }
            assert!(start.elapsed() < PATIENCE, "nothing waits");
        }
    });
    let result = call(&client, "refund_payment", refund(ID)).await;
    person.await.unwrap();
    assert_eq!(result.is_error, Some(false), "{}", text(&result));
    assert_eq!(refunds(&api).await, 1);
}

#[tokio::test]
async fn a_freeze_stops_changes_and_lets_reads_through() {
    let folder = tempfile::tempdir().unwrap();
    let api = bank("10.00", true).await;
    let values = controlled(&api, folder.path(), "default = \"allow\"");
    let client = connect(settings(&values)).await;
    succeeds(&values, &["freeze", "the agent behaves oddly"], "");
    let stopped = call(&client, "refund_payment", refund(ID)).await;
    assert_eq!(structured(&stopped)["error"]["reason"], "frozen");
    assert!(text(&stopped).contains("the agent behaves oddly"), "{}", text(&stopped));
    let read = call(&client, "get_payment", json!({"payment_id": ID})).await;
    assert_eq!(read.is_error, Some(false));
    succeeds(&values, &["unfreeze"], "");
    let done = call(&client, "refund_payment", refund(ID)).await;
    assert_eq!((done.is_error, refunds(&api).await), (Some(false), 1), "{}", text(&done));
}

#[tokio::test]
async fn a_policy_for_test_mode_refuses_a_live_key() {
    for (sandbox, sent) in [(true, 1), (false, 0)] {
        let folder = tempfile::tempdir().unwrap();
        let api = bank("10.00", sandbox).await;
        let policy = "default = \"allow\"\nrequire_mode = \"test\"";
        let client = connect(settings(&controlled(&api, folder.path(), policy))).await;
        let result = call(&client, "refund_payment", refund(ID)).await;
        assert_eq!(refunds(&api).await, sent, "{}", text(&result));
    }
}

#[tokio::test]
async fn an_audit_that_cannot_be_written_stops_changes_and_not_reads() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: there is no /dev/full");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let api = bank("10.00", true).await;
    let mut values = controlled(&api, folder.path(), "default = \"allow\"");
    values[3].1 = "/dev/full".to_owned();
    let client = connect(settings(&values)).await;
    let stopped = call(&client, "refund_payment", refund(ID)).await;
    assert_eq!(structured(&stopped)["error"]["reason"], "audit", "{}", text(&stopped));
    assert!(text(&stopped).contains("the disk is full"), "{}", text(&stopped));
    let read = call(&client, "get_payment", json!({"payment_id": ID})).await;
    assert_eq!((read.is_error, refunds(&api).await), (Some(false), 0));
}

#[tokio::test]
async fn a_policy_with_faults_stops_the_start_and_names_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let api = bank("10.00", true).await;
    let policy = "[[rules]]\nname = \"x\"\ntools = [\"refund_paymnt\"]\ndecision = \"deny\"\n";
    let values = controlled(&api, folder.path(), policy);
    let message = Server::new(settings(&values)).unwrap().open_control().await.unwrap_err();
    let message = message.to_string();
    assert!(message.contains("policy.toml:3:10"), "{message}");
    assert!(message.contains("did you mean `refund_payment`?"), "{message}");
    for arguments in [&["policy", "check"][..], &["stdio"]] {
        let output = program(&values, arguments, "");
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && err.contains("policy.toml:3:10"), "{err}");
    }
    let alone = with(&[("STREAM_POLICY", values[2].1.as_str())]);
    let message = Server::new(alone).unwrap().open_control().await.unwrap_err().to_string();
    assert!(message.contains("--control-store"), "{message}");
}

#[tokio::test]
async fn a_shadow_policy_lets_calls_through_and_explain_says_what_it_would_do() {
    let folder = tempfile::tempdir().unwrap();
    let api = bank("900.00", true).await;
    let policy = format!("mode = \"shadow\"\n{SMALL_REFUNDS}");
    let values = controlled(&api, folder.path(), &policy);
    let client = connect(settings(&values)).await;
    let done = call(&client, "refund_payment", refund(ID)).await;
    assert_eq!((done.is_error, refunds(&api).await), (Some(false), 1), "{}", text(&done));
    let arguments = refund(ID).to_string();
    let values: Vec<_> = values.into_iter().collect();
    let explained = tokio::task::spawn_blocking(move || {
        let explained = succeeds(&values, &["policy", "explain", "refund_payment", &arguments], "");
        let audit = values[3].1.clone();
        (explained, succeeds(&values, &["policy", "replay", &audit], ""))
    });
    let (explained, replayed) = explained.await.unwrap();
    for part in ["APPROVE", "“Large”", "900.00 SAR", "test mode", "shadow"] {
        assert!(explained.contains(part), "{part} is not in\n{explained}");
    }
    assert!(
        replayed.contains("refund_payment 900.00 SAR was approve, would be approve"),
        "{replayed}"
    );
    assert_eq!(refunds(&api).await, 1, "neither sends anything that changes something");
}

#[test]
fn policy_init_writes_a_policy_that_check_accepts_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for name in
        ["read-only-analyst", "collections", "support-small-refunds", "everything-with-approval"]
    {
        let file = folder.path().join(name).to_str().unwrap().to_owned();
        let values = vec![("STREAM_POLICY".to_owned(), file)];
        succeeds(&values, &["policy", "init", name], "");
        assert!(succeeds(&values, &["policy", "check"], "").contains("The policy is valid"));
        assert!(!program(&values, &["policy", "init", name], "").status.success());
    }
}

/// A server over stdio in a process of its own.
struct Process {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Process {
    fn start(values: &[(String, String)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stream-mcp"))
            .env_clear()
            .envs(values.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut process = Self { child, stdin, stdout };
        process.send(&json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"}}}));
        process.line();
        process.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        process
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.stdin, "{message}").unwrap();
    }

    fn call(&mut self, id: usize, tool: &str, arguments: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {
            "name": tool, "arguments": arguments}}));
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_calls_over_two_processes_never_exceed_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    let api = bank("9.99", true).await;
    // 50 refunds of 9.99 fit; the 51st would exceed the limit by one halala.
    let policy = "default = \"allow\"\n[[rules]]\nname = \"Day\"\ntools = [\"refund_payment\"]\n\
                  limits = [{ window = \"day\", amount = \"509.48\", currency = \"SAR\" }]\n";
    let values = controlled(&api, folder.path(), policy);
    let run = |number: usize| {
        let values = values.clone();
        move || {
            let mut process = Process::start(&values);
            for id in 1..=100 {
                let payment = format!("3f2b8c1e-5d4a-4f6b-9a7c-{:012}", number * 1000 + id);
                process.call(id, "refund_payment", &refund(&payment));
            }
            let denied = (0..100).filter(|_| {
                let answer = process.line();
                let error = &answer["result"]["structuredContent"]["error"];
                assert!(error.is_null() || error["reason"] == "limit", "{answer}");
                !error.is_null()
            });
            denied.count()
        }
    };
    let (one, two) = (tokio::task::spawn_blocking(run(1)), tokio::task::spawn_blocking(run(2)));
    let denied = one.await.unwrap() + two.await.unwrap();
    assert_eq!(refunds(&api).await, 50);
    assert_eq!(denied, 150);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_between_sending_and_finishing_does_not_send_again() {
    let folder = tempfile::tempdir().unwrap();
    let api = MockServer::start().await;
    let slow = ResponseTemplate::new(200).set_body_json(json!({})).set_delay(PATIENCE);
    Mock::given(method("POST")).respond_with(slow).mount(&api).await;
    let payment = json!({"id": ID, "amount": "10.00", "currency": "SAR"});
    let answer = ResponseTemplate::new(200).set_body_json(payment);
    Mock::given(method("GET")).respond_with(answer).mount(&api).await;
    let values = controlled(&api, folder.path(), "default = \"allow\"");
    let first = values.clone();
    let mut process = tokio::task::spawn_blocking(move || {
        let mut process = Process::start(&first);
        process.call(1, "refund_payment", &refund(ID));
        process
    })
    .await
    .unwrap();
    let start = Instant::now();
    while refunds(&api).await == 0 {
        assert!(start.elapsed() < PATIENCE, "nothing was sent");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    process.child.kill().unwrap();
    process.child.wait().unwrap();
    let result = tokio::task::spawn_blocking(move || {
        let mut process = Process::start(&values);
        process.call(1, "refund_payment", &refund(ID));
        process.line()
    });
    let result = result.await.unwrap();
    assert_eq!(result["result"]["structuredContent"]["error"]["reason"], "running", "{result}");
    assert_eq!(refunds(&api).await, 1);
}
