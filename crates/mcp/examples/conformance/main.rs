//! The fixtures of the official conformance suite on the product's own HTTP core.
//!
//! The suite asks for tools, prompts and resources that a product does not have. They are here so that
//! scenarios that need them test the same gate, sessions and answers that the product uses. Only
//! `tests/conformance/run` uses this. Usage: `conformance ADDRESS`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    deprecated,
    reason = "a tool of the developers; the suite still tests what the protocol deprecates"
)]

mod content;
mod rounds;

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CacheScope, CallToolRequestParams, CallToolResponse, CompleteRequestParams, CompleteResult,
        CompletionInfo, GetPromptRequestParams, GetPromptResponse, ListPromptsResult,
        ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
        ReadResourceRequestParams, ReadResourceResponse, ServerCapabilities, ServerConfig,
        SetLevelRequestParams, SubscribeRequestParams, SubscriptionFilter, Tool,
        UnsubscribeRequestParams,
    },
    service::RequestContext,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use streampay_mcp::http::{Http, settings::Options};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() {
    let address = std::env::args().nth(1).unwrap();
    let options = Options::read(|name| match name {
        "STREAM_HTTP" => Some(address.clone()),
        "STREAM_RATE_PER_ADDRESS" => Some("0".to_owned()),
        _ => None,
    });
    let http = Http::bind(options.unwrap(), |_| || Fixture).await.unwrap();
    println!("{}", http.address().unwrap());
    http.serve(CancellationToken::new()).await;
}

struct Fixture;

/// Reads a complete result from its JSON.
fn whole<T: DeserializeOwned>(mut json: Value) -> T {
    json["resultType"] = "complete".into();
    of(json)
}

/// Reads one of the protocol's types from its JSON.
fn of<T: DeserializeOwned>(json: Value) -> T {
    serde_json::from_value(json).unwrap()
}

/// The result of a call, whether it is complete or asks for more.
fn response(json: Value) -> CallToolResponse {
    if json["resultType"] == "input_required" {
        CallToolResponse::InputRequired(of(json))
    } else {
        CallToolResponse::Complete(whole(json))
    }
}

impl ServerHandler for Fixture {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_prompts()
            .enable_resources()
            .enable_resources_subscribe()
            .enable_completions()
            .enable_logging()
            .build();
        ServerConfig::new(capabilities)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = content::tools().into_iter().chain(rounds::tools());
        let mut result = ListToolsResult::with_all_items(tools.map(of).collect());
        (result.ttl_ms, result.cache_scope) = (Some(1000), Some(CacheScope::Public));
        Ok(result)
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        let mut tools = content::tools().into_iter().chain(rounds::tools());
        tools.find(|tool| tool["name"] == name).map(of)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if let Some(result) = content::call(&request, &context).await {
            return Ok(response(result));
        }
        let asked = serde_json::to_value(&request).unwrap();
        rounds::call(&request.name, &asked, &context).map(response)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let mut result = ListResourcesResult::with_all_items(of(content::resources()));
        (result.ttl_ms, result.cache_scope) = (Some(1000), Some(CacheScope::Public));
        Ok(result)
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let mut result = ListResourceTemplatesResult::with_all_items(of(content::templates()));
        (result.ttl_ms, result.cache_scope) = (Some(1000), Some(CacheScope::Public));
        Ok(result)
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let json = content::read(&request.uri)
            .ok_or_else(|| ErrorData::resource_not_found("there is no such resource", None))?;
        Ok(ReadResourceResponse::Complete(whole(json)))
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        let mut result = ListPromptsResult::with_all_items(of(content::prompts()));
        (result.ttl_ms, result.cache_scope) = (Some(1000), Some(CacheScope::Public));
        Ok(result)
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let asked = serde_json::to_value(&request).unwrap();
        if let Some(more) = rounds::prompt(&request.name, &asked) {
            return Ok(GetPromptResponse::InputRequired(of(more)));
        }
        let json = content::prompt(&request.name, &asked["arguments"])
            .ok_or_else(|| ErrorData::invalid_params("there is no such prompt", None))?;
        Ok(GetPromptResponse::Complete(whole(json)))
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let known = ["paris", "park", "party"].map(ToOwned::to_owned).into_iter();
        let fitting = known.filter(|word| word.starts_with(&request.argument.value)).collect();
        Ok(CompleteResult::new(CompletionInfo::with_all_values(fitting).unwrap()))
    }

    async fn set_level(
        &self,
        _: SetLevelRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        Some(requested.clone())
    }

    async fn subscribe(
        &self,
        _: SubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        Ok(())
    }

    async fn unsubscribe(
        &self,
        _: UnsubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        Ok(())
    }
}
