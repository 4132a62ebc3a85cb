//! Tools over MCP: what arrives at the API, and what comes back to the agent.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{ID, api, call, connect, requests, settings, structured, text};
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

#[tokio::test]
async fn a_read_gives_the_apis_own_text_and_the_same_as_structure() {
    let body = r#"{"id": "x", "current_status": "NEVER_SEEN", "new_field": {"a": null}}"#;
    let api = api(200, body).await;
    let client = connect(settings(&api.uri())).await;
    let result = call(&client, "get_payment", json!({"payment_id": ID})).await;
    assert_eq!(result.is_error, Some(false));
    assert_eq!(text(&result), body);
    assert_eq!(structured(&result), serde_json::from_str::<Value>(body).unwrap());
    let request = &requests(&api).await[0];
    assert_eq!(request.url.path(), format!("/api/v2/payments/{ID}"));
    assert_eq!(request.headers["x-api-key"], "a2V5OnNlY3JldA==");
}

#[tokio::test]
async fn path_query_and_body_arguments_find_their_places_unchanged() {
    let api = api(200, "{}").await;
    let client = connect(settings(&api.uri())).await;
    let arguments =
        json!({"customer_id": ID, "name": "Noura", "email": null, "communication_methods": []});
    let result = call(&client, "update_customer", arguments).await;
    assert_eq!(result.is_error, Some(false), "{}", text(&result));
    let arguments = json!({"statuses": ["PENDING", "FAILED"], "limit": "5", "search_term": null});
    call(&client, "list_payments", arguments).await;
    let requests = requests(&api).await;
    assert_eq!(requests[0].url.path(), format!("/api/v2/consumers/{ID}"));
    let body: Value = requests[0].body_json().unwrap();
    assert_eq!(body, json!({"name": "Noura", "email": null, "communication_methods": []}));
    assert_eq!(requests[1].url.query(), Some("statuses=PENDING&statuses=FAILED&limit=5"));
}

#[tokio::test]
async fn tools_with_fixed_arguments_send_them() {
    let api = api(200, "{}").await;
    let client = connect(settings(&api.uri())).await;
    call(&client, "archive_product", json!({"product_id": ID})).await;
    call(&client, "deactivate_coupon", json!({"coupon_id": ID})).await;
    let link = json!({"payment_link_id": ID, "deactivate_message": "over"});
    call(&client, "deactivate_payment_link", link).await;
    let result =
        call(&client, "archive_product", json!({"product_id": ID, "is_active": true})).await;
    assert_eq!(result.is_error, Some(true), "what is fixed is no argument");
    let bodies: Vec<Value> =
        requests(&api).await.iter().map(|request| request.body_json().unwrap()).collect();
    let wanted = [
        json!({"is_active": false}),
        json!({"is_active": false}),
        json!({"deactivate_message": "over", "status": "INACTIVE"}),
    ];
    assert_eq!(bodies, wanted);
}

#[tokio::test]
async fn an_empty_answer_is_a_plain_success() {
    let api = api(200, "").await;
    let client = connect(settings(&api.uri())).await;
    let result = call(&client, "delete_coupon", json!({"coupon_id": ID})).await;
    assert_eq!(result.is_error, Some(false));
    assert_eq!(structured(&result), json!({}));
    assert_eq!(text(&result), "delete_coupon succeeded; the API answers with nothing.");
}

#[tokio::test]
async fn api_errors_say_the_code_the_argument_and_what_to_do() {
    let envelope = r#"{"error":{"code":"DUPLICATE_CONSUMER","message":"exists already","additional_info":null}}"#;
    let duplicate = api(409, envelope).await;
    let client = connect(settings(&duplicate.uri())).await;
    let result = call(&client, "create_customer", json!({"name": "x"})).await;
    assert_eq!(result.is_error, Some(true));
    let words = text(&result);
    assert!(
        words.starts_with("Stream answered 409 DUPLICATE_CONSUMER: exists already."),
        "{words}"
    );
    assert!(words.contains("Nothing was changed.") && words.contains("list_customers"), "{words}");
    let details = &structured(&result)["error"];
    assert_eq!(
        (&details["code"], &details["outcome"]),
        (&json!("DUPLICATE_CONSUMER"), &json!("not_done"))
    );

    let validation = r#"{"detail":[{"loc":["path","consumer_id"],"msg":"not found here","type":"x"},
        {"loc":["body","address","city"],"msg":"Field required","type":"missing"}]}"#;
    let invalid = api(422, validation).await;
    let client = connect(settings(&invalid.uri())).await;
    let words = text(&call(&client, "update_customer", json!({"customer_id": ID})).await);
    assert!(words.contains("`customer_id`: Not found here."), "the tool's own name: {words}");
    assert!(words.contains("`address.city`: Field required."), "{words}");
}

#[tokio::test]
async fn an_unknown_outcome_names_the_read_that_settles_it_and_nothing_is_sent_twice() {
    for (tool, arguments, settling) in [
        ("refund_payment", json!({"payment_id": ID, "refund_reason": "OTHER"}), "get_payment"),
        (
            "mark_payment_as_paid",
            json!({"payment_id": ID, "payment_method": "CASH"}),
            "get_payment",
        ),
        (
            "create_payment_link",
            json!({"name": "x", "items": [{"product_id": ID}]}),
            "list_payment_links",
        ),
    ] {
        let api = api(500, "oops").await;
        let client = connect(settings(&api.uri())).await;
        let result = call(&client, tool, arguments).await;
        let words = text(&result);
        assert_eq!(result.is_error, Some(true));
        assert!(words.contains("THE OUTCOME IS UNKNOWN"), "{words}");
        assert!(words.contains(&format!("Call {settling} and look for")), "{words}");
        assert!(words.contains(&format!("Do not call {tool} again yet")), "{words}");
        assert_eq!(structured(&result)["error"]["outcome"], "unknown");
        assert_eq!(requests(&api).await.len(), 1, "{tool}");
    }
}

#[tokio::test]
async fn a_success_with_an_unreadable_answer_says_that_it_was_done() {
    let api = api(200, "{\"id\": ").await;
    let client = connect(settings(&api.uri())).await;
    let arguments = json!({"payment_id": ID, "refund_reason": "OTHER"});
    let result = call(&client, "refund_payment", arguments).await;
    let words = text(&result);
    assert_eq!(result.is_error, Some(true));
    assert!(words.contains("THE CHANGE WAS MADE; do not call refund_payment again"), "{words}");
    assert_eq!(requests(&api).await.len(), 1);
}

#[tokio::test]
async fn where_nothing_was_sent_calling_again_is_harmless() {
    let client = connect(settings("http://127.0.0.1:1")).await;
    let arguments = json!({"payment_id": ID, "refund_reason": "OTHER"});
    let words = text(&call(&client, "refund_payment", arguments).await);
    assert!(
        words.contains("No connection to the API could be made. Nothing was changed."),
        "{words}"
    );
    assert!(words.contains("does no harm"), "{words}");
}

#[tokio::test]
async fn hostile_ids_are_refused_before_anything_is_sent() {
    let api = api(200, "{}").await;
    let client = connect(settings(&api.uri())).await;
    let long = "x".repeat(100_000);
    let encoded = format!("{ID}%2Fmark-paid");
    let fragment = format!("{ID}/mark-paid#");
    for id in
        [&*fragment, "../me", "%2e%2e", "..", "", "a\r\nx-api-key: evil", "\0", &long, &encoded]
    {
        let arguments = json!({"payment_id": id, "refund_reason": "OTHER"});
        let result = call(&client, "refund_payment", arguments).await;
        assert_eq!(result.is_error, Some(true), "{id:.50}");
        assert!(text(&result).contains("`payment_id` must be a UUID"), "{}", text(&result));
        assert!(text(&result).len() < 1_000, "the value is not repeated");
    }
    assert_eq!(requests(&api).await.len(), 0);
}

#[tokio::test]
async fn a_misspelt_member_deep_inside_is_refused_not_ignored() {
    let api = api(200, "{}").await;
    let client = connect(settings(&api.uri())).await;
    let arguments = json!({"name": "x", "items": [{"product_id": ID, "qty": 3}]});
    let result = call(&client, "create_payment_link", arguments).await;
    assert_eq!(result.is_error, Some(true));
    assert!(text(&result).contains("`items.0.qty` is not known here"), "{}", text(&result));
    assert_eq!(requests(&api).await.len(), 0);
}

#[tokio::test]
async fn an_unknown_tool_is_a_protocol_error_with_a_suggestion() {
    let client = connect(settings("http://127.0.0.1:1")).await;
    let request = rmcp::model::CallToolRequestParams::new("refund_payments");
    let error = client.call_tool(request).await.unwrap_err().to_string();
    assert!(error.contains("did you mean `refund_payment`?"), "{error}");
}

#[tokio::test]
async fn without_a_key_tools_say_how_to_give_one_and_documentation_works() {
    let client = connect(common::with(&[("STREAM_DOCS_URL", "http://127.0.0.1:1")])).await;
    let result = call(&client, "get_account", json!({})).await;
    assert_eq!(result.is_error, Some(true));
    assert!(text(&result).contains("STREAM_API_KEY"), "{}", text(&result));
    assert_eq!(call(&client, "list_stream_docs", json!({})).await.is_error, Some(false));
    assert_eq!(call(&client, "list_api_endpoints", json!({})).await.is_error, Some(false));
}

#[tokio::test]
async fn many_calls_at_once_each_get_their_own_answer() {
    let api = MockServer::start().await;
    let echo = |request: &wiremock::Request| {
        ResponseTemplate::new(200).set_body_json(json!({"path": request.url.path()}))
    };
    Mock::given(any()).respond_with(echo).mount(&api).await;
    let client = std::sync::Arc::new(connect(settings(&api.uri())).await);
    let calls = (0..200_u128).map(|number| {
        let client = std::sync::Arc::clone(&client);
        tokio::spawn(async move {
            let id = uuid::Uuid::from_u128(number).to_string();
            let result = call(&client, "get_payment", json!({"payment_id": id})).await;
            assert_eq!(structured(&result)["path"], format!("/api/v2/payments/{id}"));
        })
    });
    for task in calls.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}
