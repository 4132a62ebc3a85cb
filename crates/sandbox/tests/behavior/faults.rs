//! Faults requested by header, by rule and through the library, and their effects.

use super::common::{World, id, world};
use serde_json::{Value, json};
use streampay_sandbox::{Fault, FaultKind, FaultRule};

/// Creates a customer under a fault. Returns the response, or the error.
async fn create(w: &World, fault: &str, name: &str) -> Result<reqwest::Response, reqwest::Error> {
    w.client
        .post(w.at("/api/v2/consumers"))
        .header("x-api-key", &w.key)
        .header("x-sandbox-fault", fault)
        .json(&json!({"name": name}))
        .send()
        .await
}

async fn exists(w: &World, name: &str) -> bool {
    w.get(&format!("consumers?search_term={name}")).await["pagination"]["total_count"] == 1
}

#[tokio::test]
pub(crate) async fn each_fault_has_its_documented_effect_only() {
    let w = world().await;
    for (fault, name, made) in [
        ("timeout-before; delay=30", "Anna", false),
        ("timeout-after; delay=30", "Badr", true),
        ("cut-before", "Celine", false),
        ("cut-after", "Dana", true),
    ] {
        let started = std::time::Instant::now();
        assert!(create(&w, fault, name).await.is_err(), "{fault}");
        assert!(!fault.contains("delay") || started.elapsed().as_millis() >= 30);
        assert_eq!(exists(&w, name).await, made, "{fault}");
    }
    let response = create(&w, "rate-limit; retry_after=7", "Emad").await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    let response = create(&w, "status; status=503", "Fay").await.unwrap();
    assert_eq!(response.status(), 503);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"]["code"], "STREAM_UNKNOWN_ERROR");
    assert!(!exists(&w, "Emad").await && !exists(&w, "Fay").await);
    let response = create(&w, "status-after; status=502", "Ghada").await.unwrap();
    assert_eq!(response.status(), 502);
    assert!(exists(&w, "Ghada").await);

    let response = create(&w, "truncated", "Huda").await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.text().await.is_err());
    let text = create(&w, "invalid-json", "Iman").await.unwrap().text().await.unwrap();
    assert!(serde_json::from_str::<Value>(&text).is_err());
    let body: Value = create(&w, "unknown-enum", "Jana").await.unwrap().json().await.unwrap();
    assert!(body.to_string().contains("SANDBOX_UNKNOWN_VALUE"));
    let body: Value = create(&w, "extra-field", "Khalid").await.unwrap().json().await.unwrap();
    assert!(body.get("sandbox_extra_field").is_some());
    let started = std::time::Instant::now();
    let body: Value = create(&w, "slow; delay=80", "Layan").await.unwrap().json().await.unwrap();
    assert!(started.elapsed().as_millis() >= 80 && id(&body).len() == 36);
    assert_eq!(create(&w, "gremlins", "Mona").await.unwrap().status(), 400);
    // The log shows the fault of each request, and that there was no response.
    let log = w.sandbox().requests();
    let cut = log.iter().find(|r| r.fault.as_deref() == Some("cut-after")).unwrap();
    assert_eq!((cut.status, &cut.body["name"]), (None, &json!("Dana")));
}

#[tokio::test]
pub(crate) async fn every_published_error_code_can_be_requested() {
    let w = world().await;
    let codes = crate::common::api().schemas["StreamErrorCodes"]["enum"].as_array().unwrap();
    assert_eq!(codes.len(), 63);
    for code in codes {
        let code = code.as_str().unwrap();
        let fault = format!("status; status=400; code={code}");
        let response = create(&w, &fault, "Nobody").await.unwrap();
        assert_eq!(response.status(), 400);
        let body: Value = response.json().await.unwrap();
        w.check("POST", "consumers", 400, &body);
        assert_eq!(body["error"]["code"], code);
    }
}

#[tokio::test]
pub(crate) async fn fault_rules_select_requests() {
    let w = world().await;
    let rule = json!({
        "fault": {"kind": "status", "status": 500}, "method": "GET", "path": "/api/v2/products*",
        "skip": 1, "times": 2,
    });
    assert_eq!(w.control("POST", "faults", rule).await.0, 200);
    let mut met = Vec::new();
    for path in ["consumers", "products", "products", "products", "products"] {
        let url = w.at(&format!("/api/v2/{path}"));
        let response = w.client.get(url).header("x-api-key", &w.key).send().await.unwrap();
        met.push(response.status().as_u16());
    }
    assert_eq!(met, [200, 200, 500, 500, 200]);
    let (_, list) = w.control("GET", "faults", Value::Null).await;
    assert_eq!(list["data"][0]["played"], 2);
    w.sandbox().add_fault(FaultRule::once(Fault::new(FaultKind::CutBefore)));
    w.sandbox().clear_faults();
    w.get("me").await;
    assert_eq!(w.control("POST", "faults", json!({"fault": {"kind": "nothing"}})).await.0, 422);
}

#[tokio::test]
pub(crate) async fn other_sites_cannot_control_the_sandbox() {
    let w = world().await;
    let send = |origin: &'static str| {
        w.client.post(w.at("/_sandbox/reset")).header("origin", origin).send()
    };
    assert_eq!(send("https://evil.example").await.unwrap().status(), 403);
    assert_eq!(w.client.post(w.at("/_sandbox/reset")).send().await.unwrap().status(), 200);
}

#[tokio::test]
pub(crate) async fn the_same_seed_reproduces_the_same_run() {
    let run = async || {
        let w = world().await;
        let product = w.product("100").await;
        let link = w.link(&product, json!({})).await;
        let receipt = w.pay(&link, crate::common::VISA);
        (w.key.clone(), link["id"].clone(), receipt["payment_id"].clone())
    };
    assert_eq!(run().await, run().await);
}

#[tokio::test]
pub(crate) async fn reset_keeps_keys_and_webhooks() {
    let w = world().await;
    w.sandbox().register_webhook("http://127.0.0.1:9/x", None, &[]).unwrap();
    w.customer().await;
    let before = w.get("me").await;
    w.sandbox().reset().unwrap();
    assert_eq!(w.get("consumers").await["data"], json!([]));
    assert_eq!(w.get("me").await["organization"]["id"], before["organization"]["id"]);
    let (_, hooks) = w.control("GET", "webhooks", Value::Null).await;
    assert_eq!(hooks["data"].as_array().unwrap().len(), 1);
}
