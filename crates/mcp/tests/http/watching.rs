//! What operators and waiting clients get to know: retries, progress, traces, the log.

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::any_value::Value as Any,
    trace::v1::{Span, span::SpanKind},
};
use prost::Message as _;
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::method};

use crate::{
    common::{ID, LONG, MODERN, api, at_once, call, get_payment, send, serve},
    program::{KEY, Program, program, start},
};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

/// An API that is overloaded at first.
async fn overloaded() -> MockServer {
    let api = MockServer::start().await;
    let first = ResponseTemplate::new(503).insert_header("retry-after", "0");
    Mock::given(method("GET")).respond_with(first).up_to_n_times(1).mount(&api).await;
    let then = ResponseTemplate::new(200).set_body_json(json!({"id": ID}));
    Mock::given(method("GET")).respond_with(then).mount(&api).await;
    api
}

/// The documentation names every metric as Prometheus gets it.
fn assert_documented(metrics: &str) {
    let documented = include_str!("../../../../docs/hosting.md");
    for line in metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').unwrap();
        let suffix = if kind == "counter" { "_total" } else { "" };
        assert!(documented.contains(&format!("`{name}{suffix}`")), "{name} is not documented");
    }
}

fn messages(text: &str) -> Vec<Value> {
    let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
    data.filter_map(|data| serde_json::from_str(data).ok()).collect()
}

#[tokio::test]
async fn a_client_that_asked_is_told_of_a_retry_and_it_is_counted() {
    for old in [false, true] {
        let api = overloaded().await;
        let serving = serve(&api.uri(), &[]).await;
        let (name, mut params) = get_payment();
        params["_meta"] = json!({"progressToken": "p-1"});
        let request = if old {
            let session = serving.open(Some("a:b")).await;
            serving.legacy(&session, 1, (name, params))
        } else {
            params["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!(MODERN);
            params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({});
            let body = json!({"jsonrpc": "2.0", "id": 1, "method": name, "params": params});
            let request = serving.post(body.to_string()).header("mcp-protocol-version", MODERN);
            request.header("mcp-method", name).header("mcp-name", "get_payment")
        };
        let reply = send(request.bearer_auth("a:b")).await;
        let messages = messages(&reply.text);
        let [progress, result] = messages.as_slice() else { panic!("old: {old}: {reply:?}") };
        assert_eq!(progress["method"], "notifications/progress");
        assert_eq!(progress["params"]["progressToken"], "p-1");
        assert_eq!(progress["params"]["progress"], 1.0);
        let words = progress["params"]["message"].as_str().unwrap();
        assert!(words.starts_with("Stream answered 503; sending again in "), "{words}");
        assert_eq!(result["result"]["structuredContent"]["id"], ID);
        let metrics = serving.control.metrics();
        let retried = "api_retries_total{operation=\"get_payment\",status=\"503\"} 1";
        assert!(metrics.contains(retried), "{metrics}");
        assert!(metrics.contains("stream_mcp_api_seconds_count 2"), "{metrics}");
        assert_documented(&metrics);
    }
}

#[tokio::test]
async fn who_did_not_ask_for_progress_gets_plain_json() {
    let api = overloaded().await;
    let serving = serve(&api.uri(), &[]).await;
    let reply = serving.modern_as("a:b", get_payment()).await;
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.done()["id"], ID);
}

/// Reads a payment with these arguments, as a part of a caller's trace.
async fn call_traced(program: &Program, arguments: &Value) {
    let (method, mut params) = call("get_payment", arguments);
    params["_meta"] = json!({
        "traceparent": format!("00-{TRACE}-{CALLER}-01"),
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let request = program
        .post(&reqwest::Client::new(), &body)
        .header("mcp-protocol-version", MODERN)
        .header("mcp-method", method)
        .header("mcp-name", "get_payment")
        .header("x-request-id", "trace-9")
        .bearer_auth(KEY);
    let answered = tokio::time::timeout(LONG, request.send()).await;
    assert_eq!(answered.expect("it takes long").unwrap().status(), 200);
}

fn attribute<'a>(span: &'a Span, name: &str) -> Option<&'a Any> {
    let found = span.attributes.iter().find(|attribute| attribute.key == name)?;
    found.value.as_ref()?.value.as_ref()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_go_to_a_collector_as_parts_of_the_callers() {
    let (api, folder) = (api(at_once).await, tempfile::tempdir().unwrap());
    let collector = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(200)).mount(&collector).await;
    let mut command = program(folder.path(), &api);
    let program = start(command.args(["--otlp", &collector.uri()])).await;
    for arguments in [json!({"payment_id": ID}), json!({})] {
        call_traced(&program, &arguments).await;
    }
    // What is left is sent when it stops.
    program.stop().await;
    let requests = collector.received_requests().await.unwrap();
    assert!(requests.iter().all(|request| request.url.path() == "/v1/traces"));
    let mut spans = Vec::new();
    for request in &requests {
        for secret in [KEY, "s3cr3thush", "cHViNGxpYzpzM2NyM3RodXNo"] {
            let found = request.body.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{secret} was exported");
        }
        let export = ExportTraceServiceRequest::decode(request.body.as_slice()).unwrap();
        for resource in export.resource_spans {
            let attributes = &resource.resource.as_ref().unwrap().attributes;
            let name = attributes.iter().find(|attribute| attribute.key == "service.name").unwrap();
            let wanted = Some(Any::StringValue("stream-mcp".to_owned()));
            assert_eq!(name.value.as_ref().unwrap().value, wanted);
            spans.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    let calls: Vec<&Span> =
        spans.iter().filter(|span| span.name == "tools/call get_payment").collect();
    let [done, refused] = calls.as_slice() else { panic!("{spans:#?}") };
    for call in [done, refused] {
        assert_eq!(
            (hex(&call.trace_id).as_str(), hex(&call.parent_span_id).as_str()),
            (TRACE, CALLER)
        );
        assert_eq!(call.kind(), SpanKind::Server);
        let id = Any::StringValue("trace-9".to_owned());
        assert_eq!(attribute(call, "stream.request_id"), Some(&id));
    }
    assert_eq!(attribute(done, "stream.outcome"), Some(&Any::StringValue("done".to_owned())));
    assert_eq!(attribute(refused, "error.type"), Some(&Any::StringValue("not_done".to_owned())));
    let attempt = spans.iter().find(|span| span.name.starts_with("GET /api/v2/payments/"));
    let attempt = attempt.unwrap_or_else(|| panic!("{spans:#?}"));
    assert_eq!(attempt.kind(), SpanKind::Client);
    assert_eq!(attribute(attempt, "http.response.status_code"), Some(&Any::IntValue(200)));
    let around = spans.iter().find(|span| span.span_id == attempt.parent_span_id).unwrap();
    assert_eq!(around.parent_span_id, done.span_id, "{spans:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_can_be_switched_off_as_everywhere() {
    let (api, folder) = (api(at_once).await, tempfile::tempdir().unwrap());
    let collector = MockServer::start().await;
    let mut command = program(folder.path(), &api);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.uri()).env("OTEL_SDK_DISABLED", "true");
    let program = start(&mut command).await;
    call_traced(&program, &json!({"payment_id": ID})).await;
    program.stop().await;
    assert!(collector.received_requests().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_not_there_harms_no_call() {
    let (api, folder) = (api(at_once).await, tempfile::tempdir().unwrap());
    let mut command = program(folder.path(), &api);
    let program = start(command.args(["--otlp", "http://127.0.0.1:1"])).await;
    for _ in 0..20 {
        call_traced(&program, &json!({"payment_id": ID})).await;
    }
    program.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_can_be_json() {
    let (api, folder) = (api(at_once).await, tempfile::tempdir().unwrap());
    let mut command = program(folder.path(), &api);
    let program = start(command.args(["--log-format", "json"])).await;
    call_traced(&program, &json!({"payment_id": ID})).await;
    let log = program.stop().await;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let called = lines.iter().find(|line| line["message"] == "called").unwrap();
    assert_eq!(called["tool"], "get_payment");
    assert_eq!(called["level"], "INFO");
    assert_eq!(called["span"]["id"], "trace-9", "{called}");
}

#[tokio::test]
async fn a_wrong_setting_is_reported_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = [
        ("STREAM_LOG_FORMAT", "xml"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("RUST_LOG", "="),
    ];
    for (name, value) in wrong {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_stream-mcp"));
        let command = command.arg("serve").env_clear().env(name, value).current_dir(folder.path());
        let ended = command.output().await.unwrap();
        let words = String::from_utf8(ended.stderr).unwrap();
        assert!(
            !ended.status.success() && words.contains(&format!("{name} (--")),
            "{name}: {words}"
        );
    }
}
