//! Search mode over HTTP: for a whole server, or for the requests that ask for it.

use std::sync::atomic::Ordering;

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::common::{ID, api, at_once, call, eventually, held, mirrored, send, serve};

fn names(list: &Value) -> Vec<&str> {
    list["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect()
}

fn searching(request: RequestBuilder) -> RequestBuilder {
    request.header("x-stream-mode", "search").bearer_auth("a:b")
}

fn call_read() -> (&'static str, Value) {
    call("call_read_tool", &json!({"name": "get_payment", "arguments": {"payment_id": ID}}))
}

#[tokio::test]
async fn a_request_can_ask_for_search_mode_in_both_eras() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    let list = ("tools/list", json!({}));
    let few = send(searching(serving.modern(list.clone()))).await.result();
    assert_eq!(names(&few), ["find_tools", "describe_tools", "call_read_tool", "call_change_tool"]);
    assert_eq!(few["cacheScope"], "private");
    let found = send(searching(serving.modern(("server/discover", json!({}))))).await.result();
    assert!(found["instructions"].as_str().unwrap().contains("find_tools"), "{found}");
    assert_eq!(found["cacheScope"], "private");
    let read = send(searching(serving.modern(call_read()))).await.done();
    assert_eq!(read["seen_key"], mirrored("YTpi"));

    let session = serving.open(Some("a:b")).await;
    let few = send(searching(serving.legacy(&session, 1, list.clone()))).await.result();
    assert_eq!(names(&few).len(), 4);
    let read = send(searching(serving.legacy(&session, 2, call_read()))).await.done();
    assert_eq!(read["seen_key"], mirrored("YTpi"));

    let all = send(serving.modern(list.clone())).await.result();
    assert!(names(&all).len() > 40, "other requests list all tools");
    let wrong = serving.modern(list).header("x-stream-mode", "hush");
    let refused = send(wrong).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("`full` or `search`") && !refused.text.contains("hush"));
}

#[tokio::test]
async fn a_server_in_search_mode_stays_in_it_and_narrows_by_request() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_MODE", "search")]).await;
    let list = serving.modern(("tools/list", json!({}))).header("x-stream-mode", "full");
    assert_eq!(names(&send(list).await.result()).len(), 4);
    let list = serving.modern(("tools/list", json!({}))).header("x-stream-readonly", "true");
    let wanted = ["find_tools", "describe_tools", "call_read_tool"];
    assert_eq!(names(&send(list).await.result()), wanted);
    for (header, value) in
        [("x-stream-toolsets", "customers"), ("x-stream-exclude-tools", "get_payment")]
    {
        let reply =
            send(serving.modern(call_read()).header(header, value).bearer_auth("a:b")).await;
        assert_eq!(reply.result()["isError"], true, "{header}: {reply:?}");
        assert!(reply.text.contains("not available here"), "{header}: {reply:?}");
    }
    let direct = call("get_payment", &json!({"payment_id": ID}));
    let reply = send(serving.modern(direct).bearer_auth("a:b")).await;
    assert_eq!(reply.json()["error"]["code"], -32602, "{reply:?}");
    assert!(reply.text.contains("call_read_tool"), "{reply:?}");
    assert_eq!(api.keys.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_call_is_counted_under_the_tool_that_it_reaches() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_MODE", "search")]).await;
    serving.modern_as("a:b", call_read()).await.done();
    let wrong = call("call_change_tool", &json!({"name": "get_payment", "arguments": {}}));
    serving.modern_as("a:b", wrong).await;
    serving.modern_as("a:b", call("find_tools", &json!({"query": "refund"}))).await.done();
    let metrics = serving.control.metrics();
    for line in [
        "stream_mcp_calls_total{tool=\"get_payment\",outcome=\"done\"} 1",
        "stream_mcp_calls_total{tool=\"call_change_tool\",outcome=\"not_done\"} 1",
        "stream_mcp_calls_total{tool=\"find_tools\",outcome=\"done\"} 1",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    assert!(!metrics.contains("tool=\"call_read_tool\""), "{metrics}");
}

#[tokio::test]
async fn a_change_goes_on_when_its_client_goes_away() {
    let api = api(held).await;
    let serving = serve(&api.url, &[("STREAM_MODE", "search")]).await;
    let create = json!({"name": "create_customer", "arguments": {"name": "x"}});
    let request = serving.modern(call("call_change_tool", &create)).bearer_auth("a:b");
    let waiting = tokio::spawn(request.send());
    api.until_arrived(1).await;
    waiting.abort();
    let counted = "stream_mcp_calls_total{tool=\"create_customer\",outcome=\"abandoned\"} 1";
    serving.until_metrics(counted).await;
    api.release();
    eventually("the change is made", async || api.answered.load(Ordering::SeqCst) == 1).await;
}

#[tokio::test]
async fn prompts_follow_the_view_and_the_key_of_each_request_in_both_eras() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    let list = ("prompts/list", json!({}));
    let all = send(serving.modern(list.clone())).await.result();
    assert!(all["prompts"].to_string().contains("collect_payment"), "{all}");
    assert_eq!(all["cacheScope"], "public");
    let session = serving.open(Some("a:b")).await;
    let few = serving.legacy(&session, 1, list).bearer_auth("a:b");
    let few = send(few.header("x-stream-readonly", "true")).await.result();
    assert!(!few["prompts"].to_string().contains("collect_payment"), "{few}");
    assert!(few["prompts"].to_string().contains("integrate_webhooks"), "{few}");
    let get = json!({"name": "integrate_webhooks", "arguments": {"technology": "Rust"}});
    let filled = send(serving.modern(("prompts/get", get))).await.result();
    let text = filled["messages"][0]["content"]["text"].as_str().unwrap();
    assert!(text.ends_with("- technology: \"Rust\""), "{filled}");
    let complete = json!({"ref": {"type": "ref/prompt", "name": "collect_payment"},
        "argument": {"name": "customer", "value": "s"}});
    for (key, seen) in [(None, 0), (Some("a:b"), 1)] {
        let request = serving.modern(("completion/complete", complete.clone()));
        let request = match key {
            Some(key) => request.bearer_auth(key),
            None => request,
        };
        assert_eq!(send(request).await.result()["completion"]["values"], json!([]));
        assert_eq!(api.keys.lock().unwrap().len(), seen);
    }
}
