//! Rates, running calls, timeouts, and settings that change while the server runs.

use std::{sync::atomic::Ordering, time::Instant};

use serde_json::json;
use streampay_mcp::http::settings::Options;

use crate::common::{LONG, api, at_once, call, first_held, get_payment, held, send, serve};

/// Sends requests as fast as they are answered until one is rejected. Returns how many were allowed.
async fn allowed(mut send: impl AsyncFnMut() -> u16) -> usize {
    for number in 0..10_000 {
        match send().await {
            200 => {}
            429 => return number,
            other => panic!("{other}"),
        }
    }
    panic!("10,000 requests were allowed");
}

/// So many requests may a caller have sent whose rate and burst are known.
fn at_most(per_second: usize, start: Instant) -> usize {
    per_second * 2 + per_second * (start.elapsed().as_secs() as usize + 1)
}

#[tokio::test]
async fn a_rate_per_key_and_per_address_is_enforced() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_RATE_PER_KEY", "2")]).await;
    let (start, mut rejected) = (Instant::now(), None);
    let count = allowed(async || {
        let reply = serving.modern_as("a:b", get_payment()).await;
        let status = reply.status.as_u16();
        rejected = (status == 429).then_some(reply);
        status
    });
    let count = count.await;
    assert!((4..=at_most(2, start)).contains(&count), "{count}");
    assert_eq!(rejected.unwrap().header("retry-after"), Some("1"));
    assert_eq!(serving.modern_as("c:d", get_payment()).await.status, 200, "another key");

    let proxied = [("STREAM_RATE_PER_ADDRESS", "2"), ("STREAM_TRUSTED_PROXIES", "127.0.0.0/8")];
    let serving = serve(&api.url, &proxied).await;
    let from = async |address: &str| {
        let request = serving.modern(("tools/list", json!({})));
        let forwarded = format!("spoofed, {address}, 127.0.0.1");
        send(request.header("x-forwarded-for", forwarded)).await.status.as_u16()
    };
    let start = Instant::now();
    let count = allowed(async || from("192.0.2.1").await).await;
    assert!((4..=at_most(2, start)).contains(&count), "{count}");
    assert_eq!(from("192.0.2.2").await, 200, "another address");
}

#[tokio::test]
async fn only_a_proxy_is_trusted_with_addresses() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_RATE_PER_ADDRESS", "2")]).await;
    let (start, mut number) = (Instant::now(), 0);
    let count = allowed(async || {
        number += 1;
        let request = serving.modern(("tools/list", json!({})));
        let forwarded = format!("192.0.2.{}", number % 250);
        send(request.header("x-forwarded-for", forwarded)).await.status.as_u16()
    });
    let count = count.await;
    assert!((4..=at_most(2, start)).contains(&count), "{count}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limited_number_of_requests_runs_at_a_time() {
    let api = api(first_held::<4>).await;
    let limits = [("STREAM_MAX_CALLS", "4"), ("STREAM_MAX_CALLS_PER_KEY", "2")];
    let serving = serve(&api.url, &limits).await;
    let start = |key: &str| tokio::spawn(serving.modern(get_payment()).bearer_auth(key).send());
    let mut hung = vec![start("a:b"), start("a:b")];
    serving.until_running(2).await;
    assert_eq!(serving.modern_as("a:b", get_payment()).await.status, 429, "the key has two");
    hung.extend([start("c:d"), start("e:f")]);
    serving.until_running(4).await;
    let full = serving.modern_as("g:h", get_payment()).await;
    assert_eq!(full.status, 503);
    assert_eq!(full.header("retry-after"), Some("1"));
    api.until_arrived(4).await;
    hung.iter().for_each(tokio::task::JoinHandle::abort);
    serving.until_running(0).await;
    assert_eq!(serving.modern_as("a:b", get_payment()).await.status, 200, "there is room again");
}

#[tokio::test]
async fn a_hang_ends_with_the_call_timeout_and_others_are_served() {
    let api = api(first_held::<1>).await;
    let serving = serve(&api.url, &[("STREAM_CALL_TIMEOUT", "1")]).await;
    let hung = serving.modern_as("a:b", get_payment());
    let (hung, other) = tokio::join!(hung, async {
        serving.until_running(1).await;
        api.until_arrived(1).await;
        serving.modern_as("a:b", get_payment()).await
    });
    other.done();
    assert_eq!(hung.result()["structuredContent"]["error"]["kind"], "timeout", "{hung:?}");
    assert!(serving.control.metrics().contains("outcome=\"timeout\"} 1"));
}

#[tokio::test]
async fn a_read_ends_with_its_client_and_a_change_is_followed() {
    let create = call("create_customer", &json!({"name": "x", "phone_number": "+966500000000"}));
    for (message, followed) in [(get_payment(), 0), (create, 1)] {
        let api = api(held).await;
        let serving = serve(&api.url, &[]).await;
        let request = tokio::spawn(serving.modern(message).bearer_auth("a:b").send());
        api.until_arrived(1).await;
        request.abort();
        // Now the server knows that the client has gone.
        serving.until_metrics("stream_mcp_connections 0\n").await;
        serving.until_running(followed).await;
        api.release();
        serving.until_running(0).await;
        assert_eq!(api.answered.load(Ordering::SeqCst), followed);
    }
}

#[tokio::test]
async fn an_old_client_can_cancel() {
    let api = api(first_held::<1>).await;
    let serving = serve(&api.url, &[]).await;
    let session = serving.open(Some("a:b")).await;
    let call = send(serving.legacy(&session, 7, get_payment()).bearer_auth("a:b"));
    let cancel = async {
        api.until_arrived(1).await;
        let params = json!({"requestId": 7, "reason": "the user changed their mind"});
        let note = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params});
        let note = serving.post(note.to_string()).header("mcp-session-id", &session);
        send(note.header("mcp-protocol-version", "2025-06-18").bearer_auth("a:b")).await
    };
    let both = tokio::time::timeout(LONG, async { tokio::join!(call, cancel) });
    let (_, cancelled) = both.await.expect("the call did not end");
    assert_eq!(cancelled.status, 202);
    serving.until_running(0).await;
    let again = send(serving.legacy(&session, 7, get_payment()).bearer_auth("a:b")).await;
    assert_eq!(again.status, 200, "the id of a cancelled request is free again");
}

#[tokio::test]
async fn limits_and_lists_change_while_it_runs() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    assert_eq!(send(serving.modern(("tools/list", json!({})))).await.status, 200);
    let options = Options::read(|name| match name {
        "STREAM_ALLOWED_HOSTS" => Some("mcp.example.com".to_owned()),
        "STREAM_READ_ONLY" => Some("true".to_owned()),
        _ => None,
    });
    serving.control.reload(options.unwrap().live);
    assert_eq!(send(serving.modern(("tools/list", json!({})))).await.status, 403);
    let named = serving.modern(("tools/list", json!({}))).header("host", "mcp.example.com");
    let list = send(named).await;
    assert!(list.text.contains("get_customer") && !list.text.contains("create_customer"));
}
