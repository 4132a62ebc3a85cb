//! What the product is compared with: the API, a pass-through, a bare rmcp service.

use std::sync::Arc;

use axum::{Router, extract::State, routing::get};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ListToolsResult,
        PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool,
    },
    service::RequestContext,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

const PAYMENT: &str = r#"{"id":"3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c","amount":"25.00","currency":"SAR","current_status":"SUCCEEDED"}"#;

async fn listener() -> TcpListener {
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    listener
}

/// Answers every request with the same payment, at once.
pub(crate) async fn api() {
    let listener = listener().await;
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{PAYMENT}",
        PAYMENT.len()
    );
    let answer: Arc<str> = answer.into();
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let answer = Arc::clone(&answer);
        tokio::spawn(async move {
            let mut buffer = vec![0; 4096];
            while let Ok(read) = stream.read(&mut buffer).await {
                if read == 0 || stream.write_all(answer.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
    }
}

#[derive(Clone)]
struct Upstream {
    http: reqwest::Client,
    api: String,
}

impl Upstream {
    async fn read(&self, path: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.api));
        let request = request.header("x-api-key", "a2V5OnNlY3JldA==");
        request.send().await.unwrap().text().await.unwrap()
    }
}

async fn serve(router: Router) {
    use axum::serve::ListenerExt as _;
    let listener = listener().await.tap_io(|stream| stream.set_nodelay(true).unwrap());
    axum::serve(listener, router).await.unwrap();
}

/// Sends every request on to the API.
pub(crate) async fn pass_through(api: &str) {
    let upstream = Upstream { http: reqwest::Client::new(), api: api.to_owned() };
    let on = |State(upstream): State<Upstream>, uri: axum::http::Uri| async move {
        ([("content-type", "application/json")], upstream.read(uri.path()).await)
    };
    serve(Router::new().route("/{*path}", get(on)).with_state(upstream)).await;
}

/// One handwritten tool, without checks.
#[derive(Clone)]
struct Bare(Upstream);

fn tool() -> Tool {
    let schema = json!({"type": "object", "properties": {"payment_id": {"type": "string"}}});
    Tool::new("get_payment", "Reads a payment", schema.as_object().unwrap().clone())
}

impl ServerHandler for Bare {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(vec![tool()]))
    }

    fn get_tool(&self, _: &str) -> Option<Tool> {
        Some(tool())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let id = arguments.get("payment_id").and_then(|id| id.as_str()).unwrap_or_default();
        let text = self.0.read(&format!("/api/v2/payments/{id}")).await;
        Ok(CallToolResult::success(vec![ContentBlock::text(text)]).into())
    }
}

/// An rmcp service without sessions that reads from the API.
pub(crate) async fn bare(api: &str) {
    let bare = Bare(Upstream { http: reqwest::Client::new(), api: api.to_owned() });
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true);
    let service = StreamableHttpService::new(
        move || Ok(bare.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    serve(Router::new().nest_service("/mcp", service)).await;
}
