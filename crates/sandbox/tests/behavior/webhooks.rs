//! Webhooks as a receiver sees them: headers, signatures (checked by Python), order, retries by the
//! clock, resending, duplicates and reordering on request.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use super::common::{VISA, World, id, world};
use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// What arrived: headers and raw body.
type Arrived = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// A receiver that responds as the closure decides.
async fn receiver(
    answer: impl Fn(usize) -> u16 + Clone + Send + Sync + 'static,
) -> (String, Arrived) {
    let arrived = Arrived::default();
    let list = Arc::clone(&arrived);
    let router = Router::new().fallback(move |headers: HeaderMap, body: Bytes| {
        let (list, answer) = (Arc::clone(&list), answer.clone());
        async move {
            let mut list = list.lock().unwrap();
            list.push((headers, String::from_utf8(body.to_vec()).unwrap()));
            StatusCode::from_u16(answer(list.len())).unwrap()
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, arrived)
}

fn types(arrived: &Arrived) -> Vec<String> {
    let list = arrived.lock().unwrap();
    list.iter()
        .map(|(headers, _)| headers["x-webhook-event"].to_str().unwrap().to_owned())
        .collect()
}

async fn pay(w: &World) -> Value {
    let product = w.product("250").await;
    let link =
        w.link(&product, json!({"custom_metadata": {"order": "ط-٧", "deep": {"n": 1}}})).await;
    let receipt = w.pay(&link, VISA);
    w.sandbox().flush_webhooks().await.unwrap();
    receipt
}

#[tokio::test]
pub(crate) async fn headers_body_and_signature_match_the_guide() {
    let w = world().await;
    let (url, arrived) = receiver(|_| 200).await;
    let secret = w.sandbox().register_webhook(&url, Some("whsec_café"), &[]).unwrap();
    let receipt = pay(&w).await;
    assert_eq!(types(&arrived), ["INVOICE_CREATED", "PAYMENT_SUCCEEDED", "INVOICE_COMPLETED"]);
    let list = arrived.lock().unwrap().clone();
    let (headers, body) = &list[1];
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["user-agent"], "StreamApp-Webhook/1.0");
    assert_eq!(headers["x-webhook-entity-type"], "PAYMENT");
    let payment = receipt["payment_id"].as_str().unwrap();
    assert_eq!(headers["x-webhook-entity-id"], payment);
    let stamp = headers["x-webhook-timestamp"].to_str().unwrap();
    assert!(
        headers["x-webhook-signature"].to_str().unwrap().starts_with(&format!("t={stamp},v1="))
    );
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["status"], "SUCCEEDED");
    assert_eq!(body["entity_url"], format!("{}/api/v2/payments/{payment}", w.running.url()));
    assert_eq!(body["data"]["metadata"], json!({"order": "ط-٧", "deep": {"n": 1}}));
    assert_eq!(body["data"]["invoice"]["id"], receipt["invoice_id"]);
    assert_eq!(body["timestamp"], "2026-03-31T09:00:00.000000");

    let mut lines = String::new();
    for (headers, body) in &list {
        let signature = headers["x-webhook-signature"].to_str().unwrap();
        lines += &format!("{}\n", json!({"secret": secret, "signature": signature, "body": body}));
        lines += &format!("{}\n", json!({"secret": "other", "signature": signature, "body": body}));
        let changed = body.replace("250", "251") + " ";
        lines +=
            &format!("{}\n", json!({"secret": secret, "signature": signature, "body": changed}));
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/verify_webhook.py");
    let python =
        Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut python) = python else {
        eprintln!("skipped the check in Python: there is no python3");
        return;
    };
    python.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let verdicts = String::from_utf8(python.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(verdicts, "good\nbad\nbad\n".repeat(3));
}

#[tokio::test]
pub(crate) async fn a_failing_receiver_is_retried_five_times_on_the_published_schedule() {
    let w = world().await;
    let (url, arrived) = receiver(|_| 500).await;
    w.sandbox().register_webhook(&url, None, &["PAYMENT_SUCCEEDED"]).unwrap();
    pay(&w).await;
    let tries = || arrived.lock().unwrap().len();
    assert_eq!(tries(), 1);
    let mut at = 0;
    for (n, minutes) in [5, 30, 120, 360, 720].into_iter().enumerate() {
        let wait = async |minutes: u64| {
            w.sandbox().advance(std::time::Duration::from_secs(minutes * 60)).await.unwrap();
        };
        wait(minutes - 1).await;
        assert_eq!(tries(), n + 1, "{minutes} minutes have not passed");
        wait(1).await;
        assert_eq!(tries(), n + 2);
        at += minutes;
    }
    assert_eq!(at, 1235);
    w.sandbox().advance(std::time::Duration::from_secs(100 * 86_400)).await.unwrap();
    assert_eq!(tries(), 6);
    let log = w.sandbox().deliveries(10).unwrap();
    assert_eq!((&log[0]["status"], &log[0]["attempts_made"]), (&json!("FAILED"), &json!(6)));
    assert_eq!(log[0]["attempts"][5]["response_status"], 500);
    // Each attempt is signed at its own time.
    let stamps: std::collections::BTreeSet<String> = arrived
        .lock()
        .unwrap()
        .iter()
        .map(|(h, _)| h["x-webhook-timestamp"].to_str().unwrap().to_owned())
        .collect();
    assert_eq!(stamps.len(), 6);
}

#[tokio::test]
pub(crate) async fn a_recovered_receiver_gets_its_delivery_and_can_get_it_again() {
    let w = world().await;
    let (url, arrived) = receiver(|n| if n == 1 { 503 } else { 204 }).await;
    w.sandbox().register_webhook(&url, None, &["INVOICE_COMPLETED"]).unwrap();
    pay(&w).await;
    w.sandbox().advance(std::time::Duration::from_secs(300)).await.unwrap();
    let log = w.sandbox().deliveries(10).unwrap();
    assert_eq!((&log[0]["status"], arrived.lock().unwrap().len()), (&json!("DELIVERED"), 2));
    let path = format!("deliveries/{}/resend", log[0]["id"].as_str().unwrap());
    assert_eq!(w.control("POST", &path, Value::Null).await.0, 200);
    let list = arrived.lock().unwrap();
    assert_eq!((list.len(), &list[2].1), (3, &list[0].1));
}

#[tokio::test]
pub(crate) async fn deliveries_can_be_duplicated_and_reordered_on_request() {
    let w = world().await;
    let (url, arrived) = receiver(|_| 200).await;
    w.sandbox().register_webhook(&url, None, &["PAYMENT_SUCCEEDED", "INVOICE_COMPLETED"]).unwrap();
    w.control("PUT", "webhooks/mode", json!({"order": "reversed", "copies": 1})).await;
    pay(&w).await;
    assert_eq!(
        types(&arrived),
        ["INVOICE_COMPLETED", "INVOICE_COMPLETED", "PAYMENT_SUCCEEDED", "PAYMENT_SUCCEEDED"]
    );
}

#[tokio::test]
pub(crate) async fn endpoints_can_be_disabled_and_removed_and_belong_to_one_organization() {
    let w = world().await;
    let (url, arrived) = receiver(|_| 200).await;
    let (_, made) = w.control("POST", "webhooks", json!({"url": url})).await;
    let path = format!("webhooks/{}", made["id"].as_str().unwrap());
    w.control("PATCH", &path, json!({"enabled": false})).await;
    pay(&w).await;
    assert!(arrived.lock().unwrap().is_empty());
    w.control("PATCH", &path, json!({"enabled": true})).await;
    pay(&w).await;
    assert_eq!(arrived.lock().unwrap().len(), 3);
    assert_eq!(w.control("DELETE", &path, Value::Null).await.0, 200);
    assert_eq!(w.control("DELETE", &path, Value::Null).await.0, 404);
    let (status, _) = w.control("POST", "webhooks", json!({"url": "ftp://x"})).await;
    assert_eq!(status, 422);
}

/// A receiver that accepts the connection and responds only when the gate opens.
async fn gated(answer: StatusCode) -> (String, Arrived, tokio::sync::watch::Sender<bool>) {
    let (open, gate) = tokio::sync::watch::channel(false);
    let arrived = Arrived::default();
    let list = Arc::clone(&arrived);
    let router = Router::new().fallback(move |headers: HeaderMap, body: Bytes| {
        let (list, mut gate) = (Arc::clone(&list), gate.clone());
        async move {
            list.lock().unwrap().push((headers, String::from_utf8(body.to_vec()).unwrap()));
            let _ = gate.wait_for(|open| *open).await;
            answer
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, arrived, open)
}

/// Waits until a condition holds; fails after half a minute.
async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..1500 {
        if condition() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{what} did not happen");
}

/// Fails if the future does not complete soon.
async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    let limit = std::time::Duration::from_secs(20);
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| panic!("{what} did not end"))
}

fn days(count: u64) -> std::time::Duration {
    std::time::Duration::from_secs(count * 86_400)
}

async fn register(w: &World, url: &str) -> String {
    let (status, made) = w.control("POST", "webhooks", json!({"url": url})).await;
    assert_eq!(status, 200);
    format!("webhooks/{}", id(&made))
}

#[tokio::test]
pub(crate) async fn an_endpoint_removed_during_an_attempt_does_not_hang_the_clock() {
    let w = world().await;
    let (url, arrived, open) = gated(StatusCode::BAD_GATEWAY).await;
    let hook = register(&w, &url).await;
    let product = w.product("250").await;
    let link = w.link(&product, json!({})).await;
    w.pay(&link, VISA);
    until("an attempt", || !arrived.lock().unwrap().is_empty()).await;
    assert_eq!(w.control("DELETE", &hook, Value::Null).await.0, 200);
    open.send(true).unwrap();
    soon("the advance", w.sandbox().advance(days(2))).await.unwrap();
    assert!(w.sandbox().now().starts_with("2026-04-02"));
}

#[tokio::test]
pub(crate) async fn a_delivery_whose_endpoint_was_removed_cannot_be_resent() {
    let w = world().await;
    let (url, arrived) = receiver(|_| 200).await;
    let hook = register(&w, &url).await;
    pay(&w).await;
    let delivery = w.sandbox().deliveries(1).unwrap()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(w.control("DELETE", &hook, Value::Null).await.0, 200);
    let resend = format!("deliveries/{delivery}/resend");
    let (status, answer) = soon("the resend", w.control("POST", &resend, Value::Null)).await;
    assert_eq!((status, answer["error"]["code"].as_str()), (400, Some("INVALID_STATUS")));
    soon("the advance", w.sandbox().advance(days(2))).await.unwrap();
    assert_eq!(arrived.lock().unwrap().len(), 3);
}

#[tokio::test]
pub(crate) async fn a_disabled_endpoint_gets_no_retries() {
    let w = world().await;
    let (url, arrived) = receiver(|_| 500).await;
    let hook = register(&w, &url).await;
    pay(&w).await;
    let before = arrived.lock().unwrap().len();
    assert_eq!(before, 3);
    w.control("PATCH", &hook, json!({"enabled": false})).await;
    soon("the advance", w.sandbox().advance(days(2))).await.unwrap();
    assert_eq!(arrived.lock().unwrap().len(), before);
    let log = w.sandbox().deliveries(10).unwrap();
    assert!(log.iter().all(|delivery| delivery["status"] == "FAILED"), "{log:?}");
}

#[tokio::test]
pub(crate) async fn extra_copies_do_not_count_as_retries() {
    let w = world().await;
    let (url, arrived) = receiver(|_| 500).await;
    w.sandbox().register_webhook(&url, None, &["PAYMENT_SUCCEEDED"]).unwrap();
    w.control("PUT", "webhooks/mode", json!({"copies": 2})).await;
    pay(&w).await;
    w.sandbox().advance(days(2)).await.unwrap();
    // Six attempts with three copies each.
    assert_eq!(arrived.lock().unwrap().len(), 18);
    let log = w.sandbox().deliveries(10).unwrap();
    assert_eq!((&log[0]["attempts_made"], &log[0]["status"]), (&json!(6), &json!("FAILED")));
}

#[tokio::test]
pub(crate) async fn a_hanging_receiver_does_not_delay_the_others() {
    let w = world().await;
    let (hanging, _, _open) = gated(StatusCode::OK).await;
    let (url, arrived) = receiver(|_| 200).await;
    register(&w, &hanging).await;
    register(&w, &url).await;
    let subscription = w.subscribe("90").await;
    let started = std::time::Instant::now();
    w.sandbox().flush_webhooks().await.unwrap();
    let first = arrived.lock().unwrap().len();
    assert!(first >= 4, "{first}");
    w.sandbox().advance(days(62)).await.unwrap();
    assert!(started.elapsed() < std::time::Duration::from_secs(8), "{:?}", started.elapsed());
    // The events of both renewals were delivered before the clock call returned.
    let cycle =
        w.get(&format!("subscriptions/{subscription}")).await["current_cycle_number"].clone();
    assert_eq!(
        (cycle, types(&arrived).iter().filter(|t| *t == "INVOICE_COMPLETED").count()),
        (json!(3), 3)
    );
}

#[tokio::test]
pub(crate) async fn an_advance_completes_after_its_client_disconnects() {
    let w = world().await;
    let (url, arrived, open) = gated(StatusCode::OK).await;
    register(&w, &url).await;
    let product = w.product("250").await;
    let link = w.link(&product, json!({})).await;
    w.pay(&link, VISA);
    until("an attempt", || !arrived.lock().unwrap().is_empty()).await;
    let request = w.client.post(w.at("/_sandbox/clock")).json(&json!({"advance": "P2D"}));
    let limit = std::time::Duration::from_millis(300);
    assert!(tokio::time::timeout(limit, request.send()).await.is_err(), "the advance did not wait");
    open.send(true).unwrap();
    until("the end of the advance", || w.sandbox().now().starts_with("2026-04-02")).await;
}
