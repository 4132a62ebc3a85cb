//! Money is never sent twice: what the client retries, and which outcome it reports otherwise.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;
use streampay::{Builder, Client, Error, Outcome, operations};
use support::{ID, Reply, Stub, client, with_id};
use tokio::{io::AsyncWriteExt as _, net::TcpListener};

const LINK: &str = r#"{"id":"3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c","name":"x"}"#;

fn refund() -> streampay::Arguments {
    let mut arguments = with_id("payment_id");
    arguments.body = Some(json!({"refund_reason": "OTHER"}));
    arguments
}

#[tokio::test]
async fn a_change_that_was_answered_with_5xx_is_sent_once_and_its_outcome_is_unknown() {
    for status in [500, 502, 503, 504, 408] {
        let stub = Stub::start(vec![Reply::status(status), Reply::ok("{}")]).await;
        let error = client(&stub).call(&operations::REFUND_PAYMENT, &refund()).await.unwrap_err();
        assert_eq!(stub.requests(), 1, "{status}");
        assert_eq!(error.outcome(), Outcome::Unknown, "{status}");
        assert!(error.to_string().contains("whether it took effect is unknown"), "{error}");
    }
}

#[tokio::test]
async fn a_change_whose_connection_broke_is_sent_once_and_its_outcome_is_unknown() {
    let stub = Stub::start(vec![Reply::Cut, Reply::ok("{}")]).await;
    let error = client(&stub).call(&operations::REFUND_PAYMENT, &refund()).await.unwrap_err();
    assert_eq!(stub.requests(), 1);
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(matches!(error, Error::Transport { attempts: 1, .. }), "{error:?}");
}

#[tokio::test]
async fn a_change_that_was_not_answered_in_time_is_sent_once_and_its_outcome_is_unknown() {
    let stub = Stub::start(vec![Reply::Hang, Reply::ok("{}")]).await;
    let client = support::builder(&stub).timeout(Duration::from_millis(200)).build().unwrap();
    let error = client.call(&operations::REFUND_PAYMENT, &refund()).await.unwrap_err();
    assert_eq!(stub.requests(), 1);
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(error.to_string().contains("did not answer in time"), "{error}");
}

#[tokio::test]
async fn a_change_is_retried_after_429_and_its_retry_after() {
    let wait = Reply::Answer { status: 429, headers: "retry-after: 1\r\n", body: "{}" };
    let stub = Stub::start(vec![wait.clone(), wait, Reply::ok("{\"id\":1}")]).await;
    let start = Instant::now();
    let answer = client(&stub).call(&operations::REFUND_PAYMENT, &refund()).await.unwrap();
    assert_eq!(stub.requests(), 3);
    assert!(start.elapsed() >= Duration::from_secs(2));
    assert_eq!(answer.json, json!({"id": 1}));
}

#[tokio::test]
async fn a_retry_after_that_is_too_long_is_left_to_the_caller() {
    let wait = Reply::Answer { status: 429, headers: "retry-after: 3600\r\n", body: "{}" };
    let stub = Stub::start(vec![wait, Reply::ok("{}")]).await;
    let error = client(&stub).call(&operations::REFUND_PAYMENT, &refund()).await.unwrap_err();
    assert_eq!(stub.requests(), 1);
    assert_eq!(error.outcome(), Outcome::NotDone);
    assert_eq!(error.api().unwrap().retry_after, Some(Duration::from_secs(3600)));
}

#[tokio::test]
async fn without_a_connection_nothing_was_done() {
    let stub = Stub::start(vec![]).await;
    let client = client(&stub);
    stub.stop().await;
    let error = client.call(&operations::REFUND_PAYMENT, &refund()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotDone);
    assert!(matches!(error, Error::Transport { attempts: 3, .. }), "{error:?}");
}

#[tokio::test]
async fn reads_are_retried_after_5xx_broken_connections_and_partial_answers() {
    for fault in [Reply::status(500), Reply::status(503), Reply::Cut, Reply::Half] {
        let stub = Stub::start(vec![fault.clone(), fault.clone(), Reply::ok(LINK)]).await;
        let arguments = with_id("payment_link_id");
        let answer = client(&stub).call(&operations::GET_PAYMENT_LINK, &arguments).await.unwrap();
        assert_eq!(stub.requests(), 3, "{fault:?}");
        assert_eq!(answer.text, LINK);
    }
}

#[tokio::test]
async fn a_read_that_keeps_failing_changed_nothing() {
    let stub = Stub::start(vec![Reply::status(500); 5]).await;
    let arguments = with_id("payment_id");
    let error = client(&stub).call(&operations::GET_PAYMENT, &arguments).await.unwrap_err();
    assert_eq!(stub.requests(), 3);
    assert_eq!(error.outcome(), Outcome::NotDone);
}

#[tokio::test]
async fn a_retry_safe_change_is_retried_but_stays_unknown_if_it_never_succeeds() {
    let mut arguments = with_id("consumer_id");
    arguments.body = Some(json!({"name": "x"}));
    let stub = Stub::start(vec![Reply::Cut, Reply::ok("{}")]).await;
    assert!(client(&stub).call(&operations::UPDATE_CUSTOMER, &arguments).await.is_ok());
    assert_eq!(stub.requests(), 2);

    // The first attempt may have been made; that the last was refused does not undo it.
    let stub = Stub::start(vec![Reply::Cut, Reply::status(400)]).await;
    let error = client(&stub).call(&operations::UPDATE_CUSTOMER, &arguments).await.unwrap_err();
    assert_eq!(error.status(), Some(400));
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn an_error_of_the_payment_gateway_leaves_the_outcome_unknown() {
    let body = r#"{"error":{"code":"MOYASAR_TIMEOUT","message":"m","additional_info":null}}"#;
    let reply = Reply::Answer { status: 400, headers: "", body };
    let stub = Stub::start(vec![reply.clone(), reply]).await;
    let client = client(&stub);
    let change = client.call(&operations::REFUND_PAYMENT, &refund()).await.unwrap_err();
    assert_eq!(change.outcome(), Outcome::Unknown);
    let read = client.call(&operations::GET_PAYMENT, &with_id("payment_id")).await.unwrap_err();
    assert_eq!(read.outcome(), Outcome::NotDone);
    assert_eq!(stub.requests(), 2);
}

#[tokio::test]
async fn success_with_an_unreadable_answer_is_done_and_not_retried() {
    for reply in [Reply::ok("{\"id\": "), Reply::ok("<html>"), Reply::Half] {
        let stub = Stub::start(vec![reply.clone(), Reply::ok("{}")]).await;
        let error = client(&stub).call(&operations::REFUND_PAYMENT, &refund()).await.unwrap_err();
        assert_eq!(stub.requests(), 1, "{reply:?}");
        assert_eq!(error.outcome(), Outcome::Done, "{reply:?}");
    }
}

#[tokio::test]
async fn the_request_id_survives_an_answer_that_breaks_off() {
    let stub = Stub::start(vec![Reply::Half, Reply::Half]).await;
    let client = support::builder(&stub).max_retries(0).build().unwrap();
    let error = client.call(&operations::REFUND_PAYMENT, &refund()).await.unwrap_err();
    assert_eq!(error.request_id(), Some("r-1"), "{error}");
    let error = client.call(&operations::GET_PAYMENT, &with_id("payment_id")).await.unwrap_err();
    assert_eq!(error.request_id(), Some("r-1"), "{error}");
}

#[tokio::test]
async fn redirects_are_never_followed_so_the_key_stays_with_the_api() {
    let target = Stub::start(vec![Reply::ok("{}")]).await;
    let location = format!("location: {}/elsewhere\r\n", target.url());
    let follow =
        |http: reqwest::ClientBuilder| http.redirect(reqwest::redirect::Policy::limited(9));
    for status in [301, 302, 303, 307, 308] {
        let reply = Reply::Answer { status, headers: location.clone().leak(), body: "" };
        let stub = Stub::start(vec![reply.clone(), reply]).await;
        let client = support::builder(&stub).configure_http(follow).build().unwrap();
        let read = client.call(&operations::GET_PAYMENT, &with_id("payment_id")).await;
        let error = read.unwrap_err();
        assert_eq!((error.status(), error.outcome()), (Some(status), Outcome::NotDone));
        let error = client.call(&operations::REFUND_PAYMENT, &refund()).await.unwrap_err();
        assert_eq!((error.status(), error.outcome()), (Some(status), Outcome::Unknown));
        assert_eq!((stub.requests(), target.requests()), (2, 0), "{status}");
    }
}

#[tokio::test]
async fn typed_methods_follow_the_same_rules() {
    let id: uuid::Uuid = ID.parse().unwrap();
    let reason = streampay::enums::PaymentRefundReason::Other;

    let stub = Stub::start(vec![Reply::Answer { status: 500, headers: "", body: "<html>" }]).await;
    let client_ = client(&stub);
    let call =
        client_.refund_payment().payment_id(id).body_map(|body| body.refund_reason(reason.clone()));
    let error = call.send().await.unwrap_err();
    assert_eq!((stub.requests(), error.outcome()), (1, Outcome::Unknown), "{error:?}");
    assert_eq!(error.api().unwrap().body.raw, json!("<html>"));

    let stub = Stub::start(vec![Reply::Cut]).await;
    let client_ = client(&stub);
    let call =
        client_.refund_payment().payment_id(id).body_map(|body| body.refund_reason(reason.clone()));
    let error = call.send().await.unwrap_err();
    assert_eq!((stub.requests(), error.outcome()), (1, Outcome::Unknown), "{error:?}");

    let stub =
        Stub::start(vec![Reply::status(503), Reply::ok("{\"id\": \"x\", \"new\": 1}")]).await;
    let error = client(&stub).get_payment().payment_id(id).send().await.unwrap_err();
    assert_eq!(
        (stub.requests(), error.outcome()),
        (2, Outcome::Done),
        "an id that is no UUID: {error}"
    );
}

/// Answers one request after another with these statuses, each on its own connection.
async fn server(statuses: std::ops::RangeInclusive<u16>) -> (Builder, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    tokio::spawn(async move {
        for status in statuses {
            let (mut stream, _) = listener.accept().await.unwrap();
            support::read(&mut stream).await.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let text = format!(
                "HTTP/1.1 {status} X\r\nlocation: /elsewhere\r\nconnection: close\r\n\
                 content-type: application/json\r\ncontent-length: 2\r\n\r\n{{}}"
            );
            stream.write_all(text.as_bytes()).await.unwrap();
        }
    });
    let builder = Client::builder().key("key:secret".parse().unwrap()).max_retries(0);
    (builder.base_url(url.parse().unwrap()), requests)
}

#[tokio::test]
async fn every_status_of_a_change_has_its_true_outcome_and_is_sent_once() {
    let (builder, requests) = server(100..=999).await;
    let (once, retrying) = (builder.clone().build().unwrap(), builder.max_retries(2).build());
    let retrying = retrying.unwrap();
    for status in 100..=999 {
        // Only 429 is retried.
        let client = if status == 429 { &once } else { &retrying };
        let result = client.call(&operations::REFUND_PAYMENT, &refund()).await;
        let wanted = match status {
            200..=299 => None,
            408 => Some(Outcome::Unknown),
            400..=499 => Some(Outcome::NotDone),
            _ => Some(Outcome::Unknown),
        };
        assert_eq!(result.as_ref().err().map(Error::outcome), wanted, "{status}: {result:?}");
        assert_eq!(requests.load(Ordering::SeqCst), status - 99, "{status}");
        if wanted == Some(Outcome::Unknown) {
            let text = result.unwrap_err().to_string();
            assert!(text.contains("whether it took effect is unknown"), "{status}: {text}");
        }
    }
}

#[tokio::test]
async fn no_status_of_a_read_claims_a_change() {
    let (builder, _) = server(100..=999).await;
    let client = builder.build().unwrap();
    for status in 100..=999 {
        let result = client.call(&operations::GET_PAYMENT, &with_id("payment_id")).await;
        let wanted = (!(200..=299).contains(&status)).then_some(Outcome::NotDone);
        assert_eq!(result.as_ref().err().map(Error::outcome), wanted, "{status}: {result:?}");
    }
}
