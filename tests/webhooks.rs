//! Webhooks: only genuine and recent ones are accepted, and their events are parsed without loss.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use streampay::webhook::{
    EntityType, Event, EventType, SIGNATURE, Secrets, TOLERANCE, WebhookError, sign, sign_headers,
    verify_at,
};

const BODY: &[u8] = br#"{"event_type":"INVOICE_COMPLETED","entity_type":"INVOICE",
    "entity_id":"2df0f7e0-2634-46ab-829a-bfcb0a797d87","entity_url":null,"status":"COMPLETED",
    "data":{"payment":{"id":"e2182d3d-b4cf-4972-bcc0-ec6d963c066d","url":"https://x","new":[1]},
    "subscription_id":"6361941e-3a81-4aa5-aaa6-60d6e052883a","metadata":{"order_id":"789","n":{"a":null}},"other":null},
    "timestamp":"2025-07-22T14:40:31.485576","brand_new":{"a":[null]}}"#;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn headers(signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(SIGNATURE, signature.parse().unwrap());
    headers
}

fn secrets() -> Secrets {
    Secrets::new(["new", "old"]).unwrap()
}

#[derive(Deserialize)]
struct Vector {
    secret: String,
    time: u64,
    body: String,
    header: String,
    genuine: bool,
}

#[test]
fn signatures_of_another_implementation_get_the_same_verdict() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("support/webhook_vectors.json")).unwrap();
    assert_eq!(vectors.len(), 160);
    for Vector { secret, time, body, header, genuine } in vectors {
        let secrets = Secrets::new(["first", secret.as_str(), "last"]).unwrap();
        let verified = verify_at(&secrets, &headers(&header), body.as_bytes(), TOLERANCE, at(time));
        assert_eq!(verified.is_ok(), genuine, "{header} {verified:?}");
        if genuine {
            let event = verified.unwrap();
            assert_eq!(
                serde_json::to_value(&event).unwrap(),
                serde_json::from_str::<Value>(&body).unwrap()
            );
            let made = sign(&secret, body.as_bytes(), at(time));
            assert!(header.to_lowercase().contains(made.split_once("v1=").unwrap().1));
        }
    }
}

#[test]
fn signatures_outside_the_tolerance_are_rejected() {
    let signed = sign_headers("old", BODY, at(10_000));
    let judge = |now| verify_at(&secrets(), &signed, BODY, Duration::from_secs(300), at(now));
    assert!(judge(9_700).is_ok() && judge(10_300).is_ok());
    assert_eq!(judge(10_301).unwrap_err(), WebhookError::Time { seconds: 301 });
    assert_eq!(judge(9_699).unwrap_err(), WebhookError::Time { seconds: -301 });
    assert!(judge(9_699).unwrap_err().to_string().contains("301 seconds in the future"));
    for odd in ["t=9999999999999999999999,v1=00", "t=-5,v1=00", "t= 5,v1=00", "t=+5,v1=00"] {
        assert_eq!(
            verify_at(&secrets(), &headers(odd), BODY, TOLERANCE, at(1)).unwrap_err(),
            WebhookError::Form,
            "{odd}"
        );
    }
    let largest = format!("t={},v1={}", i64::MAX, "0".repeat(64));
    let error = verify_at(&secrets(), &headers(&largest), BODY, TOLERANCE, at(1)).unwrap_err();
    assert_eq!(error, WebhookError::Signature);
}

#[test]
fn missing_and_duplicate_parts_are_rejected() {
    let now = at(5);
    let judge = |headers: &HeaderMap| verify_at(&secrets(), headers, BODY, TOLERANCE, now);
    assert_eq!(judge(&HeaderMap::new()).unwrap_err(), WebhookError::Missing);
    let mut twice = sign_headers("new", BODY, now);
    assert!(judge(&twice).is_ok());
    twice.append(SIGNATURE, sign("new", BODY, now).parse().unwrap());
    assert_eq!(judge(&twice).unwrap_err(), WebhookError::Form);
    assert_eq!(judge(&sign_headers("newer", BODY, now)).unwrap_err(), WebhookError::Signature);
    for none in [vec![], vec![""], vec!["a", " "]] {
        assert_eq!(Secrets::new(none).unwrap_err(), WebhookError::NoSecret);
    }
    assert!(!format!("{:?}", secrets()).contains("old"));
    for body in [&b"{}"[..], b"[]", b"null", b"<xml>", b"{\"event_type\":7}", b"\xff"] {
        let verified = verify_at(&secrets(), &sign_headers("new", body, now), body, TOLERANCE, now);
        assert!(matches!(verified, Err(WebhookError::Body(_))), "{verified:?}");
    }
}

#[test]
fn an_event_is_typed_and_keeps_unknown_members() {
    let event = Event::from_body(BODY).unwrap();
    assert_eq!(
        serde_json::to_value(&event).unwrap(),
        serde_json::from_slice::<Value>(BODY).unwrap()
    );
    assert_eq!(event.event_type, EventType::InvoiceCompleted);
    assert_eq!(event.entity_type, Some(EntityType::Invoice));
    assert_eq!(event.invoice_id().unwrap().to_string(), "2df0f7e0-2634-46ab-829a-bfcb0a797d87");
    assert_eq!(event.payment_id().unwrap().to_string(), "e2182d3d-b4cf-4972-bcc0-ec6d963c066d");
    assert_eq!(
        event.subscription_id().unwrap().to_string(),
        "6361941e-3a81-4aa5-aaa6-60d6e052883a"
    );
    assert_eq!(event.payment_link_id(), None);
    assert_eq!(event.metadata("order_id"), Some(&json!("789")));
    let again = Event::from_body(BODY).unwrap();
    assert_eq!(event.key(), again.key());
    let other = Event { timestamp: "2025-07-22T14:40:32".into(), ..again };
    assert_ne!(event.key(), other.key());
    let odd = Event::from_body(br#"{"event_type":"NEVER_SEEN"}"#).unwrap();
    assert!(
        !odd.event_type.is_known()
            && odd.entity_id().is_none()
            && odd.key().starts_with("NEVER_SEEN/")
    );
    assert_eq!(EventType::KNOWN.len(), 31);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_header_and_no_body_causes_a_panic(header in "[ -~]{0,200}", body in prop::collection::vec(any::<u8>(), 0..300)) {
        let verified = verify_at(&secrets(), &headers(&header), &body, TOLERANCE, at(1));
        prop_assert!(verified.is_err());
        let _ = Event::from_body(&body);
    }

    #[test]
    fn a_changed_byte_is_noticed(at_byte in 0..BODY.len(), bit in 0..8_u8) {
        let signed = sign_headers("new", BODY, at(5));
        let mut body = BODY.to_vec();
        body[at_byte] ^= 1 << bit;
        let verified = verify_at(&secrets(), &signed, &body, TOLERANCE, at(5));
        prop_assert_eq!(verified.unwrap_err(), WebhookError::Signature);
    }

    #[test]
    fn a_signed_body_is_accepted(secret in "[^\\s]{1,40}", body in "[a-z\"{}:, ]{0,80}", time in 0..4_000_000_000_u64) {
        let body = json!({"event_type": "X", "note": body}).to_string();
        let secrets = Secrets::new(["other", secret.as_str()]).unwrap();
        let signed = sign_headers(&secret, body.as_bytes(), at(time));
        prop_assert!(verify_at(&secrets, &signed, body.as_bytes(), TOLERANCE, at(time)).is_ok());
    }
}

#[cfg(feature = "axum")]
mod http_side {
    use super::*;
    use axum::{Router, body::Body, extract::Request, routing::post};
    use streampay::webhook::{Verifier, VerifyLayer, Webhook};
    use tower::ServiceExt as _;

    async fn status(app: Router, headers: HeaderMap, body: &[u8]) -> (u16, String) {
        let mut request = Request::post("/hook").body(Body::from(body.to_vec())).unwrap();
        *request.headers_mut() = headers;
        let response = app.oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    fn extractor() -> Router {
        let receive = |Webhook(event): Webhook| async move { event.event_type.to_string() };
        Router::new().route("/hook", post(receive)).with_state(Verifier::new(secrets()).limit(2000))
    }

    fn layered() -> Router {
        let receive = async |request: Request| {
            let event = request.extensions().get::<Event>().unwrap().event_type.to_string();
            let body = axum::body::to_bytes(request.into_body(), 10_000).await.unwrap();
            assert_eq!(body, BODY, "the raw body goes on");
            event
        };
        let layer = VerifyLayer::new(Verifier::new(secrets()).limit(2000));
        Router::new().route("/hook", post(receive)).layer(layer)
    }

    #[tokio::test]
    async fn the_extractor_and_the_layer_pass_only_genuine_webhooks() {
        for app in [extractor(), layered()] {
            let now = SystemTime::now();
            let good = sign_headers("old", BODY, now);
            let answer = status(app.clone(), good.clone(), BODY).await;
            assert_eq!(answer, (200, "INVOICE_COMPLETED".to_owned()));
            let unsigned = status(app.clone(), HeaderMap::new(), BODY).await;
            assert_eq!(unsigned.0, 401, "{unsigned:?}");
            assert_eq!(status(app.clone(), sign_headers("bad", BODY, now), BODY).await.0, 401);
            let old = sign_headers("old", BODY, now - Duration::from_secs(600));
            assert_eq!(status(app.clone(), old, BODY).await.0, 401);
            let large = vec![b' '; 2001];
            assert_eq!(status(app.clone(), sign_headers("old", &large, now), &large).await.0, 413);
            let odd = b"not json";
            assert_eq!(status(app.clone(), sign_headers("old", odd, now), odd).await.0, 400);
        }
    }
}
