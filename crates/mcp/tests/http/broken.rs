//! A server whose parts panic or hang: each request is answered, and the rest keeps working.

use std::future::pending;

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, ListToolsResult, PaginatedRequestParams,
        ServerCapabilities, ServerConfig,
    },
    service::RequestContext,
};
use serde_json::json;

use crate::common::{LONG, call, host, send};

struct Broken;

impl ServerHandler for Broken {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        panic!("as the test wants")
    }

    async fn call_tool(
        &self,
        _: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        pending().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn panics_and_hangs_are_answered_and_leave_nothing() {
    let serving = host(|| Broken, &[("STREAM_CALL_TIMEOUT", "1")]).await;
    let found = send(serving.modern(("server/discover", json!({})))).await;
    assert_eq!(found.status, 200);
    for message in [("tools/list", json!({})), call("any", &json!({}))] {
        let answered = send(serving.modern(message));
        let answered = tokio::time::timeout(LONG, answered).await.unwrap();
        assert_eq!(answered.status, 504, "{answered:?}");
        assert_eq!(answered.json()["error"]["code"], -32603);
    }
    assert_eq!(send(serving.modern(("server/discover", json!({})))).await.status, 200);
    // Only the handler that never ends may still run.
    serving.until_running(1).await;
}
