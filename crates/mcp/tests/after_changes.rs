//! What the result of a change says is true now, where the API's own answer does not.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::time::{Duration, Instant};

use common::{ID, McpClient, call, connect, requests, settings, shop::Shop, structured, text};
use serde_json::{Value, json};
use streampay_sandbox::{Fault, FaultKind, FaultRule};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path_regex},
};

async fn done(client: &McpClient, tool: &'static str, arguments: Value) -> (String, Value) {
    let result = call(client, tool, arguments).await;
    assert_eq!(result.is_error, Some(false), "{}", text(&result));
    (text(&result), structured(&result))
}

#[tokio::test]
async fn a_refund_answers_with_the_customer_the_invoice_the_items_and_the_new_status() {
    let shop = Shop::open().await;
    let coffee = shop.link("Coffee", "SAR", "20").await;
    shop.pay_as(&coffee, "Badr", "+966500000002");
    let payment = shop.pay_as(&coffee, "Amal", "+966500000001");
    let client = connect(shop.settings()).await;
    let before = shop.requests();
    let arguments = json!({"payment_id": payment, "refund_reason": "DUPLICATE"});
    let (words, refund) = done(&client, "refund_payment", arguments).await;
    assert!(shop.requests() - before <= 3, "{}", shop.requests() - before);
    assert_eq!(refund["current_status"], "REFUNDED", "the API's own answer stays: {refund:#}");
    let now = &refund["now"];
    assert_eq!((&refund["ok"], &now["payment"]["status"]), (&json!(true), &json!("REFUNDED")));
    assert_eq!(now["customer"]["name"], "Amal");
    assert_eq!(now["items"][0], json!({"product": "Coffee", "quantity": 1, "amount": "20.00"}));
    assert_eq!(
        (&now["invoice"]["total"], &now["invoice"]["status"]),
        (&json!("20.00"), &json!("COMPLETED"))
    );
    assert!(words.contains("Coffee") && words.contains("\nNow: "), "{words}");
}

#[tokio::test]
async fn changes_that_the_api_answers_with_nothing_say_what_is_true_now() {
    let shop = Shop::open().await;
    let product = shop.product("One", "SAR", "10").await;
    let customer = shop.customer("Amal", "+966500000001").await;
    let invoice = shop.bill(&customer, "SAR", &[&product], 3).await;
    let client = connect(shop.settings()).await;
    let (_, whole) = done(&client, "get_invoice", json!({"invoice_id": invoice})).await;
    let payment = &whole["payments"][0]["id"];

    let before = shop.requests();
    let paid = json!({"payment_id": payment, "payment_method": "CASH"});
    let (words, paid) = done(&client, "mark_payment_as_paid", paid).await;
    assert_eq!(shop.requests() - before, 2, "one change and one read");
    assert_eq!((&paid["ok"], &paid["now"]["current_status"]), (&json!(true), &json!("SUCCEEDED")));
    assert!(words.starts_with("mark_payment_as_paid succeeded.\nNow: {"), "{words}");

    let branch = common::shop::id(&shop.post("branch", &json!({"name": "Jeddah"})).await, "id");
    let (_, deleted) = done(&client, "delete_branch", json!({"branch_id": branch})).await;
    assert_eq!(deleted, json!({"ok": true, "now": {"id": branch, "exists": false}}));

    let coupon = json!({"name": "Ten", "discount_value": "10", "is_percentage": true});
    let coupon = common::shop::id(&shop.post("coupons", &coupon).await, "id");
    let (_, deleted) = done(&client, "delete_coupon", json!({"coupon_id": coupon})).await;
    assert_eq!(deleted["ok"], true);
    assert!(deleted["now_unknown"].is_null(), "{deleted}");

    let other = shop.customer("Badr", "+966500000002").await;
    let (_, deleted) = done(&client, "delete_customer", json!({"customer_id": other})).await;
    let now = &deleted["now"];
    assert!(now["exists"] == json!(false) || now["is_deleted"] == json!(true), "{deleted}");

    let club = shop.subscription_link("Club", "149", &customer).await;
    shop.pay(&club);
    let (_, list) = done(&client, "get_customer_overview", json!({"customer_id": customer})).await;
    let subscription = json!({"subscription_id": list["subscriptions"][0]["subscription_id"]});
    done(&client, "cancel_subscription", subscription.clone()).await;
    let (_, back) = done(&client, "uncancel_subscription", subscription).await;
    assert_eq!((&back["ok"], &back["now"]["cancel_at_period_end"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn a_read_that_fails_does_not_turn_a_success_into_an_error() {
    let shop = Shop::open().await;
    let coffee = shop.link("Coffee", "SAR", "20").await;
    let payment = shop.pay(&coffee);
    let fault = Fault { status: Some(403), ..Fault::new(FaultKind::Status) };
    let rule = FaultRule { method: Some("GET".to_owned()), times: None, ..FaultRule::once(fault) };
    shop.sandbox().add_fault(rule);
    let client = connect(shop.settings()).await;
    let arguments = json!({"payment_id": payment, "refund_reason": "OTHER"});
    let (words, refund) = done(&client, "refund_payment", arguments).await;
    assert_eq!((&refund["ok"], &refund["current_status"]), (&json!(true), &json!("REFUNDED")));
    assert!(refund["now_unknown"].as_str().unwrap().starts_with("Stream answered 403"), "{refund}");
    assert!(words.contains("The change was made.") && words.contains("get_payment"), "{words}");
}

#[tokio::test]
async fn a_slow_read_does_not_outlast_the_call() {
    let api = MockServer::start().await;
    let empty = ResponseTemplate::new(200).set_body_raw("{}", "application/json");
    Mock::given(method("DELETE")).respond_with(empty.clone()).mount(&api).await;
    let slow = empty.set_delay(Duration::from_secs(60));
    Mock::given(path_regex(".*")).respond_with(slow).mount(&api).await;
    let client = common::connect_with(settings(&api.uri()), Duration::from_secs(4)).await;
    let start = Instant::now();
    let (words, deleted) = done(&client, "delete_coupon", json!({"coupon_id": ID})).await;
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    assert_eq!(deleted, json!({"ok": true, "now_unknown": "The read took too long."}));
    assert!(words.contains("took too long"), "{words}");
    assert_eq!(requests(&api).await.len(), 2);
}

#[tokio::test]
async fn a_failed_change_is_followed_by_no_read() {
    let shop = Shop::open().await;
    let coffee = shop.link("Coffee", "SAR", "20").await;
    let payment = shop.pay(&coffee);
    shop.refund(&payment).await;
    let client = connect(shop.settings()).await;
    let before = shop.requests();
    let arguments = json!({"payment_id": payment, "refund_reason": "OTHER"});
    let result = call(&client, "refund_payment", arguments).await;
    assert_eq!(result.is_error, Some(true));
    assert!(text(&result).ends_with("Nothing was changed."), "{}", text(&result));
    assert_eq!(shop.requests() - before, 1);
}
