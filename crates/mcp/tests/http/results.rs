//! Compact lists, answers to whole questions and masked data over HTTP, in both eras.

use serde_json::{Value, json};
use streampay_sandbox::{Running, Sandbox};

use crate::common::{Serving, call, send, serve};

async fn shop() -> Running {
    let sandbox = Sandbox::builder().seed("results over http").frozen().build().await.unwrap();
    sandbox.fill_demo().await.unwrap();
    sandbox.start_on_free_port().await.unwrap()
}

/// Calls a tool in both eras with the shop's key. The results must be the same.
async fn both(serving: &Serving, session: &str, key: &str, tool: &str, arguments: Value) -> Value {
    let modern = serving.modern_as(key, call(tool, &arguments)).await.result();
    let legacy = serving.legacy(session, 1, call(tool, &arguments)).bearer_auth(key);
    let legacy = send(legacy).await.result();
    for member in ["content", "structuredContent"] {
        assert_eq!(modern[member], legacy[member], "{tool}");
    }
    assert_ne!(modern["isError"], true, "{tool}: {modern}");
    modern
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap()
}

#[tokio::test]
async fn lists_and_answers_are_the_same_in_both_eras() {
    let shop = shop().await;
    let (serving, key) = (serve(shop.url(), &[]).await, shop.api_key());
    let session = serving.open(Some(key)).await;

    let rows = both(&serving, &session, key, "list_customers", json!({})).await;
    let header = text(&rows).lines().next().unwrap();
    assert!(header.starts_with("id\t") && header.contains("name*"), "{header}");
    let full = both(&serving, &session, key, "list_customers", json!({"detail": "full"})).await;
    assert!(text(&full).starts_with('{') && text(&full).len() > 2 * text(&rows).len());
    let first = &full["structuredContent"]["data"][0];
    assert_eq!(first["name"], rows["structuredContent"]["data"][0]["name"]);

    let sums = both(&serving, &session, key, "summarize_payments", json!({})).await;
    assert!(text(&sums).contains("SAR"), "{}", text(&sums));
    both(&serving, &session, key, "list_overdue_invoices", json!({})).await;
    let person = json!({"customer_id": first["id"]});
    let person = both(&serving, &session, key, "get_customer_overview", person).await;
    assert!(text(&person).contains(first["id"].as_str().unwrap()));
    shop.stop().await;
}

#[tokio::test]
async fn personal_data_is_masked_with_the_callers_key_in_both_eras() {
    let shop = shop().await;
    let (open, key) = (serve(shop.url(), &[]).await, shop.api_key());
    let real = open.modern_as(key, call("list_customers", &json!({}))).await.done();
    let real = real["data"].as_array().unwrap().iter().find(|row| row["phone_number"].is_string());
    let real = real.unwrap();
    let phone = real["phone_number"].as_str().unwrap();

    let serving = serve(shop.url(), &[("STREAM_MASK_PERSONAL_DATA", "true")]).await;
    let session = serving.open(Some(key)).await;
    let id = json!({"customer_id": real["id"]});
    let read = both(&serving, &session, key, "get_customer", id).await;
    let mask = read["structuredContent"]["phone_number"].as_str().unwrap();
    assert!(mask.starts_with("phone-"), "{mask}");
    for (tool, arguments) in [
        ("list_customers", json!({})),
        ("list_customers", json!({"detail": "full"})),
        ("list_customers", json!({"search_term": phone})),
        ("get_customer_overview", json!({"customer_id": real["id"]})),
        ("get_customer_overview", json!({"phone_number": phone})),
    ] {
        let result = both(&serving, &session, key, tool, arguments).await.to_string();
        assert!(result.contains(mask) && !result.contains(phone), "{tool}: {result}");
    }
    shop.stop().await;
}
