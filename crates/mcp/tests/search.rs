//! Search mode: four tools stand for all, and a tool that is called through them is called as any other.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

#[path = "search/ranking.rs"]
mod ranking;

use common::{ID, McpClient, api, call, requests, settings, structured, text};
use rmcp::{
    ServiceExt as _,
    model::{CallToolRequestParams, ReadResourceRequestParams},
};
use serde_json::{Value, json};
use streampay_mcp::{Server, View, settings::Settings};

/// What the list of search mode may cost, in tokens.
const MAX_TOKENS: usize = 1_000;

/// A client of a server in search mode with this view.
async fn connect(settings: Settings, view: View) -> McpClient {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    let server = Server::new(settings).unwrap().with_view(view.search());
    tokio::spawn(async move { server.serve(theirs).await.unwrap().waiting().await });
    ().serve(ours).await.unwrap()
}

async fn names(client: &McpClient) -> Vec<String> {
    client.list_all_tools().await.unwrap().into_iter().map(|tool| tool.name.to_string()).collect()
}

#[tokio::test]
async fn four_tools_are_listed_whose_hints_tell_harmless_from_harmful() {
    let client = connect(settings("http://127.0.0.1:1"), View::default()).await;
    let tools = client.list_all_tools().await.unwrap();
    let hints: Vec<(&str, Option<bool>, Option<bool>)> = tools
        .iter()
        .map(|tool| {
            let hints = tool.annotations.as_ref().unwrap();
            (tool.name.as_ref(), hints.read_only_hint, hints.destructive_hint)
        })
        .collect();
    let reads = |name| (name, Some(true), Some(false));
    let changes = ("call_change_tool", Some(false), Some(true));
    let wanted = [reads("find_tools"), reads("describe_tools"), reads("call_read_tool"), changes];
    assert_eq!(hints, wanted);
    let info = client.peer_info().unwrap();
    assert!(info.instructions.as_ref().unwrap().starts_with("Only four tools are listed"));
    let read_only = connect(settings("http://127.0.0.1:1"), View::default().read_only()).await;
    assert_eq!(names(&read_only).await, ["find_tools", "describe_tools", "call_read_tool"]);
}

#[test]
fn the_list_costs_at_most_a_thousand_tokens() {
    let server = Server::new(settings("http://127.0.0.1:1")).unwrap();
    let server = server.with_view(View::default().search());
    let list = json!({"tools": server.tools()});
    let tokens = tiktoken_rs::o200k_base().unwrap();
    let all = tokens.encode_ordinary(&list.to_string()).len();
    let read: usize = list["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| {
            let read = json!({"name": tool["name"], "description": tool["description"], "inputSchema": tool["inputSchema"]});
            tokens.encode_ordinary(&read.to_string()).len()
        })
        .sum();
    println!(
        "search mode: {all} tokens (o200k_base) for all of tools/list, {read} of them in names, \
        descriptions and input schemas"
    );
    assert!(all <= MAX_TOKENS, "{all} tokens");
}

#[tokio::test]
async fn tools_are_found_described_and_called() {
    let api = api(200, r#"{"id": "x", "amount": "25.00"}"#).await;
    let client = connect(settings(&api.uri()), View::default()).await;
    let found = call(&client, "find_tools", json!({"query": "استرداد مبلغ", "limit": 2})).await;
    let first = &structured(&found)["tools"][0];
    assert_eq!(first["name"], "refund_payment");
    assert_eq!(
        (&first["read_only"], &first["required"]),
        (&json!(false), &json!(["payment_id", "refund_reason"]))
    );
    assert_eq!(structured(&found)["tools"].as_array().unwrap().len(), 2);
    assert!(text(&found).starts_with("refund_payment (changes): "), "{}", text(&found));
    assert!(text(&found).contains("payment_id*, refund_reason*, refund_note"), "{}", text(&found));

    let described = call(&client, "describe_tools", json!({"names": ["get_payment"]})).await;
    let schema = &structured(&described)["tools"][0]["input_schema"];
    assert_eq!(schema["required"], json!(["payment_id"]));
    assert!(text(&described).contains("Input schema: {"), "{}", text(&described));

    let arguments = json!({"name": "get_payment", "arguments": {"payment_id": ID}});
    let read = call(&client, "call_read_tool", arguments).await;
    assert_eq!(structured(&read)["amount"], "25.00");
    let arguments = json!({"name": "refund_payment", "arguments": {"payment_id": ID, "refund_reason": "REQUESTED_BY_CUSTOMER"}});
    let changed = call(&client, "call_change_tool", arguments).await;
    assert_eq!(changed.is_error, Some(false), "{}", text(&changed));
    let paths: Vec<String> =
        requests(&api).await.iter().map(|request| request.url.path().to_owned()).collect();
    assert_eq!(paths[0], format!("/api/v2/payments/{ID}"));
    assert_eq!(paths[1], format!("/api/v2/payments/{ID}/refund"));
}

#[tokio::test]
async fn a_call_through_the_wrong_door_or_of_no_tool_is_refused_with_the_way_to_go() {
    let api = api(200, "{}").await;
    let view = View::default().exclude_tools("void_invoice").unwrap();
    let client = connect(settings(&api.uri()), view).await;
    let refund = json!({"payment_id": ID, "refund_reason": "OTHER"});
    for (door, arguments, wanted) in [
        (
            "call_read_tool",
            json!({"name": "refund_payment", "arguments": refund}),
            "call it with call_change_tool",
        ),
        (
            "call_change_tool",
            json!({"name": "get_payment", "arguments": {"payment_id": ID}}),
            "call it with call_read_tool",
        ),
        (
            "call_change_tool",
            json!({"name": "refund_paymnt", "arguments": refund}),
            "Did you mean refund_payment?",
        ),
        (
            "call_change_tool",
            json!({"name": "void_invoice", "arguments": {"invoice_id": ID}}),
            "not available here",
        ),
        (
            "call_change_tool",
            json!({"name": "call_change_tool", "arguments": {}}),
            "No tool has this name",
        ),
        ("call_read_tool", json!({"name": "\u{202e}xyz\u{2603}"}), "find_tools finds"),
        ("call_read_tool", json!({"arguments": {}}), "`name`"),
        ("call_read_tool", json!({"name": "get_payment", "arguments": [1]}), "`arguments`"),
        (
            "call_read_tool",
            json!({"name": "get_payment", "arguments": {"payment_id": "1"}}),
            "`payment_id`",
        ),
        (
            "describe_tools",
            json!({"names": ["get_payment", "refund_paymnt"]}),
            "Did you mean refund_payment?",
        ),
        ("describe_tools", json!({"names": ["void_invoice"]}), "not available here"),
        ("find_tools", json!({"query": "x".repeat(301)}), "`query`"),
    ] {
        let result = call(&client, door, arguments.clone()).await;
        assert_eq!(result.is_error, Some(true), "{door} {arguments}");
        assert!(text(&result).contains(wanted), "{door} {arguments}: {}", text(&result));
        assert!(text(&result).ends_with("Nothing was sent."), "{}", text(&result));
    }
    for (name, wanted) in [
        ("refund_payment", "refund_payment is called through call_change_tool"),
        ("get_payment", "get_payment is called through call_read_tool"),
        ("void_invoice", "not available here"),
        ("find_tool", "did you mean `find_tools`?"),
    ] {
        let error = client.call_tool(CallToolRequestParams::new(name)).await.unwrap_err();
        assert!(error.to_string().contains(wanted), "{name}: {error}");
    }
    assert!(requests(&api).await.is_empty());
}

#[tokio::test]
async fn only_tools_of_the_view_are_found_and_called() {
    let api = api(200, "{}").await;
    let view = View::default().read_only().toolsets("payments").unwrap();
    let client = connect(settings(&api.uri()), view).await;
    for query in ["refund a payment", "list customers", "payments", "فاتورة", "delete everything"]
    {
        let found = call(&client, "find_tools", json!({"query": query, "limit": 10})).await;
        for tool in structured(&found)["tools"].as_array().unwrap() {
            assert!(tool["name"].as_str().unwrap().contains("payment"), "{tool}");
            assert_eq!(tool["read_only"], true, "{tool}");
        }
    }
    let nothing = call(&client, "find_tools", json!({"query": "☃ zzzzzz"})).await;
    assert!(text(&nothing).contains("All tools: list_payments, get_payment"), "{}", text(&nothing));
    let arguments = json!({"name": "get_customer", "arguments": {"customer_id": ID}});
    let result = call(&client, "call_read_tool", arguments).await;
    assert!(text(&result).contains("not available here"), "{}", text(&result));
    assert!(requests(&api).await.is_empty());
}

#[tokio::test]
async fn a_verdict_names_the_way_to_the_read_that_verifies() {
    let api = api(500, r#"{"detail": "broken"}"#).await;
    let arguments = json!({"payment_id": ID, "refund_reason": "OTHER"});
    let search = connect(settings(&api.uri()), View::default()).await;
    let call_change = json!({"name": "refund_payment", "arguments": arguments});
    let result = call(&search, "call_change_tool", call_change).await;
    let words = text(&result);
    let last = words.lines().last().unwrap();
    assert!(last.starts_with("THE OUTCOME IS UNKNOWN"), "{words}");
    assert!(last.ends_with("Call get_payment through call_read_tool."), "{words}");
    let full = common::connect(settings(&api.uri())).await;
    let words = text(&call(&full, "refund_payment", arguments).await);
    assert!(!words.contains("call_read_tool"), "{words}");
}

#[tokio::test]
async fn resources_are_there_in_search_mode_too() {
    let client = connect(settings("http://127.0.0.1:1"), View::default()).await;
    let read = ReadResourceRequestParams::new("stream://docs/openapi");
    assert!(!client.read_resource(read).await.unwrap().contents.is_empty());
}

/// The names of the tools that a request finds.
async fn find(client: &McpClient, request: &str) -> Vec<String> {
    let result = call(client, "find_tools", json!({"query": request, "limit": 10})).await;
    assert_eq!(result.is_error, Some(false), "{request}: {}", text(&result));
    let tools = structured(&result)["tools"].clone();
    let name = |tool: &Value| tool["name"].as_str().unwrap().to_owned();
    tools.as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn the_same_request_always_finds_the_same_tools() {
    let one = connect(settings("http://127.0.0.1:1"), View::default()).await;
    let other = connect(settings("http://127.0.0.1:1"), View::default()).await;
    for request in ["customer", "payment link", "عميل", "get", "coupon code"] {
        assert_eq!(find(&one, request).await, find(&other, request).await, "{request}");
    }
    for (request, spelling) in
        [("إلغاء الاشتراك", "الغاء الإشتراك"), ("فاتورة", "فَاتُـــورَه"), ("refund", "REFUND!")]
    {
        assert_eq!(find(&one, request).await, find(&one, spelling).await, "{request}");
    }
}
