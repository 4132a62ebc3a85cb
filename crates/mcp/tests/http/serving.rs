//! Both eras on one endpoint; keys, branches, views; health.

use serde_json::{Value, json};

use crate::common::{ID, api, at_once, call, get_payment, mirrored, send, serve};

fn names(list: &Value) -> Vec<&str> {
    list["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_new_client_needs_no_session_and_gets_plain_json() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    let found = send(serving.modern(("server/discover", json!({})))).await;
    assert_eq!(found.status, 200, "{found:?}");
    assert!(found.result()["supportedVersions"].to_string().contains("2026-07-28"), "{found:?}");
    let list = send(serving.modern(("tools/list", json!({})))).await;
    assert_eq!(list.header("content-type"), Some("application/json"));
    assert!(list.header("mcp-session-id").is_none());
    assert!(names(&list.result()).contains(&"get_payment"));
    assert_eq!(list.result()["cacheScope"], "public");
    let reply = serving.modern_as("a:b", get_payment()).await;
    assert_eq!(reply.done()["seen_key"], mirrored("YTpi"));
    assert_eq!(reply.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn an_old_client_has_a_session_and_gets_plain_json() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    let session = serving.open(Some("a:b")).await;
    let request = serving.legacy(&session, 1, get_payment()).bearer_auth("YTpi");
    let reply = send(request).await;
    assert_eq!(reply.done()["seen_key"], mirrored("YTpi"));
    assert_eq!(reply.header("content-type"), Some("application/json"), "{reply:?}");
    let ended = serving.http.delete(serving.url()).header("mcp-session-id", &session);
    assert_eq!(send(ended.bearer_auth("a:b")).await.status, 204);
    let gone = send(serving.legacy(&session, 2, get_payment()).bearer_auth("a:b")).await;
    assert_eq!(gone.status, 404, "{gone:?}");
}

#[tokio::test]
async fn branch_and_request_id_go_upstream() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    let request = serving.modern(get_payment()).bearer_auth("a:b");
    let request = request.header("x-stream-branch-id", ID).header("x-request-id", "trace-7");
    let reply = send(request).await;
    assert_eq!(reply.done()["seen_branch"], ID);
    assert_eq!(reply.done()["seen_request_id"], "trace-7");
    assert_eq!(reply.header("x-request-id"), Some("trace-7"));
    let bad = serving.modern(get_payment()).bearer_auth("a:b").header("x-stream-branch-id", "main");
    assert_eq!(send(bad).await.status, 400);
}

#[tokio::test]
async fn documentation_and_lists_need_no_key_and_calls_say_what_to_do() {
    let api = api(at_once).await;
    // A key on the server is never used over HTTP: the program takes it out of the settings.
    let serving = serve(&api.url, &[]).await;
    let docs = send(serving.modern(call("list_stream_docs", &json!({})))).await;
    assert_ne!(docs.result()["isError"], json!(true), "{docs:?}");
    let refused = send(serving.modern(get_payment())).await;
    assert_eq!(refused.status, 200);
    assert_eq!(refused.result()["isError"], true);
    assert!(refused.text.contains("Authorization: Bearer"), "{refused:?}");
    for bad in ["Bearer a b", "Basic YTpi", "Bearer"] {
        let reply = send(serving.modern(get_payment()).header("authorization", bad)).await;
        assert_eq!(reply.status, 401, "{bad}");
        assert!(reply.header("www-authenticate").unwrap().starts_with("Bearer "));
    }
    assert_eq!(api.keys.lock().unwrap().len(), 0, "something was sent without a key");
}

#[tokio::test]
async fn a_request_narrows_the_servers_view_and_never_widens_it() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_TOOLSETS", "payments,customers")]).await;
    let all = send(serving.modern(("tools/list", json!({})))).await.result();
    assert!(names(&all).contains(&"get_payment") && names(&all).contains(&"get_customer"));
    assert!(!names(&all).contains(&"list_invoices"));
    let narrowed = serving.modern(("tools/list", json!({})));
    let narrowed = narrowed
        .header("x-stream-toolsets", "payments,invoices")
        .header("x-stream-readonly", "true");
    let few = send(narrowed).await.result();
    assert!(names(&few).contains(&"get_payment"));
    let absent = ["get_customer", "list_invoices", "refund_payment"];
    assert!(absent.iter().all(|tool| !names(&few).contains(tool)), "{few}");
    assert_eq!(few["cacheScope"], "private");
    assert!(
        few["tools"]
            .as_array()
            .unwrap()
            .iter()
            .all(|tool| tool["annotations"]["readOnlyHint"] == true)
    );
    for tool in absent {
        let request = serving.modern(call(tool, &json!({}))).bearer_auth("a:b");
        let request = request
            .header("x-stream-toolsets", "payments,invoices")
            .header("x-stream-readonly", "1");
        let reply = send(request).await;
        assert_eq!(reply.json()["error"]["code"], -32602, "{tool}: {reply:?}");
    }
    let wrong = serving.modern(("tools/list", json!({}))).header("x-stream-toolsets", "everything");
    assert_eq!(send(wrong).await.status, 400);
    assert_eq!(api.keys.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_request_chooses_tools_by_name_and_leaves_out_previews() {
    let api = api(at_once).await;
    let settings = [("STREAM_EXCLUDE_TOOLS", "refund_payment")];
    let serving = serve(&api.url, &settings).await;
    let list = async |header: &'static str, value: &str| {
        send(serving.modern(("tools/list", json!({}))).header(header, value)).await
    };
    let two = list("x-stream-tools", "get_payment, refund_payment,get_customer").await.result();
    assert_eq!(names(&two), ["get_customer", "get_payment"], "the server hides one of them");
    assert_eq!(two["cacheScope"], "private");
    let most = list("x-stream-exclude-tools", "get_payment").await.result();
    assert!(!names(&most).contains(&"get_payment") && !names(&most).contains(&"refund_payment"));
    assert!(names(&most).contains(&"record_usage"));
    let stable = list("x-stream-no-preview", "true").await.result();
    assert!(!names(&stable).contains(&"record_usage") && names(&stable).contains(&"get_payment"));
    for (header, value, wanted) in [
        ("x-stream-tools", "get_paymnt", "did you mean `get_payment`?"),
        ("x-stream-exclude-tools", "refund_paymnt", "did you mean `refund_payment`?"),
        ("x-stream-no-preview", "perhaps", "true or false"),
    ] {
        let reply = list(header, value).await;
        assert_eq!(reply.status, 400, "{header}");
        assert!(reply.text.contains(wanted) && reply.text.contains(header), "{reply:?}");
    }
    let session = serving.open(Some("a:b")).await;
    let request = serving.legacy(&session, 1, get_payment()).bearer_auth("a:b");
    let reply = send(request.header("x-stream-exclude-tools", "get_payment")).await;
    assert_eq!(reply.json()["error"]["code"], -32602, "{reply:?}");
    assert_eq!(api.keys.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn read_only_wins_over_all_in_both_eras() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_READ_ONLY", "true")]).await;
    let widened = serving.modern(("tools/list", json!({}))).header("x-stream-readonly", "false");
    let list = send(widened).await.result();
    assert!(!names(&list).contains(&"create_customer") && names(&list).contains(&"get_customer"));
    let session = serving.open(Some("a:b")).await;
    let create = call("create_customer", &json!({"name": "x"}));
    let reply = send(serving.legacy(&session, 1, create).bearer_auth("a:b")).await;
    assert_eq!(reply.json()["error"]["code"], -32602, "{reply:?}");
    assert_eq!(api.keys.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn health_needs_no_key_and_metrics_contain_none() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    for path in ["healthz", "readyz"] {
        let url = format!("http://{}/{path}", serving.address);
        assert_eq!(send(serving.http.get(url)).await.status, 200, "{path}");
    }
    serving.modern_as("public:hush", get_payment()).await.done();
    let metrics = serving.control.metrics();
    let wanted = "stream_mcp_calls_total{tool=\"get_payment\",outcome=\"done\"} 1";
    assert!(metrics.contains(wanted), "{metrics}");
    assert!(metrics.contains("stream_mcp_call_seconds_bucket"), "{metrics}");
    assert!(!metrics.contains("hush") && !metrics.contains("cHVibGlj"));
}
