//! A server and a client of it in one process, with a stand-in for the API.

#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod shop;

use std::time::Duration;

use rmcp::{
    RoleClient, ServiceExt as _,
    model::{CallToolRequestParams, CallToolResult},
    service::RunningService,
};
use serde_json::Value;
use streampay_mcp::{Server, settings::Settings};
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

pub(crate) const ID: &str = "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c";

pub(crate) type McpClient = RunningService<RoleClient, ()>;

/// Settings with a key, the API at `base_url`, and documentation that cannot be reached.
pub(crate) fn settings(base_url: &str) -> Settings {
    with(&[
        ("STREAM_API_KEY", "key:secret"),
        ("STREAM_BASE_URL", base_url),
        ("STREAM_DOCS_URL", "http://127.0.0.1:1"),
    ])
}

pub(crate) fn with(values: &[(&str, &str)]) -> Settings {
    let find =
        |name: &str| values.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned());
    Settings::read(find).unwrap()
}

/// Starts a server with these settings and connects a client to it.
pub(crate) async fn connect(settings: Settings) -> McpClient {
    connect_with(settings, Duration::from_secs(120)).await
}

/// The same with a limit on how long a call may take.
pub(crate) async fn connect_with(settings: Settings, call_timeout: Duration) -> McpClient {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    let server = Server::new(settings).unwrap().with_call_timeout(call_timeout);
    tokio::spawn(async move { server.serve(theirs).await.unwrap().waiting().await });
    ().serve(ours).await.unwrap()
}

/// An API that answers everything with the same.
pub(crate) async fn api(status: u16, body: &str) -> MockServer {
    let api = MockServer::start().await;
    let answer = ResponseTemplate::new(status).set_body_raw(body, "application/json");
    Mock::given(any()).respond_with(answer).mount(&api).await;
    api
}

pub(crate) async fn call(
    client: &McpClient,
    tool: &'static str,
    arguments: Value,
) -> CallToolResult {
    let arguments = arguments.as_object().unwrap().clone();
    client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await.unwrap()
}

pub(crate) fn text(result: &CallToolResult) -> String {
    result
        .content
        .iter()
        .filter_map(|block| block.as_text())
        .map(|text| text.text.clone())
        .collect()
}

pub(crate) fn structured(result: &CallToolResult) -> Value {
    result.structured_content.clone().unwrap()
}

pub(crate) async fn requests(api: &MockServer) -> Vec<Request> {
    api.received_requests().await.unwrap()
}
