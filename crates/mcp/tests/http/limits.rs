//! Rates, running calls, time-outs, and settings that change while the server runs.

use std::{sync::atomic::Ordering, time::Duration};

use futures_util::future::join_all;
use serde_json::json;
use streampay_mcp::http::settings::Options;

use crate::common::{api, at_once, call, eventually, get_payment, send, serve};

fn slow(_: usize) -> Duration {
    Duration::from_millis(2000)
}

#[tokio::test]
async fn a_rate_per_key_and_per_address_is_kept() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_RATE_PER_KEY", "2")]).await;
    let calls = join_all((0..8).map(|_| serving.modern_as("a:b", get_payment()))).await;
    let refused: Vec<_> = calls.iter().filter(|reply| reply.status == 429).collect();
    assert!((3..=4).contains(&refused.len()), "{calls:?}");
    assert_eq!(refused[0].header("retry-after"), Some("1"));
    assert_eq!(serving.modern_as("c:d", get_payment()).await.status, 200, "another key");

    let proxied = [("STREAM_RATE_PER_ADDRESS", "1"), ("STREAM_TRUSTED_PROXIES", "127.0.0.0/8")];
    let serving = serve(&api.url, &proxied).await;
    let from = |address: &str| {
        let request = serving.modern(("tools/list", json!({})));
        send(request.header("x-forwarded-for", format!("spoofed, {address}, 127.0.0.1")))
    };
    let mut last = 200;
    for _ in 0..4 {
        last = from("192.0.2.1").await.status.as_u16();
    }
    assert_eq!(last, 429);
    assert_eq!(from("192.0.2.2").await.status, 200, "another address");
}

#[tokio::test]
async fn nobodys_word_on_addresses_is_believed_but_a_proxys() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_RATE_PER_ADDRESS", "1")]).await;
    let mut last = 200;
    for number in 0..4 {
        let request = serving.modern(("tools/list", json!({})));
        let reply = send(request.header("x-forwarded-for", format!("192.0.2.{number}"))).await;
        last = reply.status.as_u16();
    }
    assert_eq!(last, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_run_at_a_time() {
    let api = api(slow).await;
    let limits = [("STREAM_MAX_CALLS", "4"), ("STREAM_MAX_CALLS_PER_KEY", "2")];
    let serving = serve(&api.url, &limits).await;
    let of = |key: &'static str, count: usize| {
        join_all((0..count).map(|_| serving.modern_as(key, get_payment())))
    };
    let statuses: Vec<u16> = of("a:b", 4).await.iter().map(|reply| reply.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 2, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 2, "{statuses:?}");
    let keys = ["a:a", "b:b", "c:c", "d:d", "e:e", "f:f"];
    let replies = join_all(keys.map(|key| serving.modern_as(key, get_payment()))).await;
    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 4, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 503).count(), 2, "{statuses:?}");
    assert_eq!(serving.modern_as("a:b", get_payment()).await.status, 200, "the room comes back");
}

#[tokio::test]
async fn a_hang_is_answered_in_time_and_the_rest_goes_on() {
    let api = api(|number| Duration::from_secs(if number == 0 { 3600 } else { 0 })).await;
    let serving = serve(&api.url, &[("STREAM_CALL_TIMEOUT", "1")]).await;
    let hung = serving.modern_as("a:b", get_payment());
    let (hung, well) = tokio::join!(hung, async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        serving.modern_as("a:b", get_payment()).await
    });
    well.done();
    assert_eq!(hung.result()["structuredContent"]["error"]["kind"], "timeout", "{hung:?}");
    assert!(serving.control.metrics().contains("outcome=\"timeout\"} 1"));
}

#[tokio::test]
async fn a_read_whose_client_went_is_dropped_and_a_change_is_followed() {
    let api = api(slow).await;
    let serving = serve(&api.url, &[]).await;
    let create = call("create_customer", &json!({"name": "x", "phone_number": "+966500000000"}));
    for (message, followed) in [(get_payment(), 0), (create, 1)] {
        let (arrived, answered) =
            (api.arrived.load(Ordering::SeqCst), api.answered.load(Ordering::SeqCst));
        let request = tokio::spawn(serving.modern(message).bearer_auth("a:b").send());
        eventually("the API is called", || api.arrived.load(Ordering::SeqCst) == arrived + 1).await;
        request.abort();
        let running =
            |count: usize| serving.control.metrics().contains(&format!("calls_running {count}\n"));
        // The API has not answered yet, so what is running now was not dropped.
        eventually("only a change runs on", || running(followed)).await;
        assert_eq!(api.answered.load(Ordering::SeqCst), answered);
        eventually("nothing runs", || running(0)).await;
        assert_eq!(api.answered.load(Ordering::SeqCst), answered + followed);
    }
}

#[tokio::test]
async fn an_old_client_can_cancel() {
    let api = api(|_| Duration::from_secs(3600)).await;
    let serving = serve(&api.url, &[]).await;
    let session = serving.open(Some("a:b")).await;
    let call = send(serving.legacy(&session, 7, get_payment()).bearer_auth("a:b"));
    let cancel = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let params = json!({"requestId": 7, "reason": "the user changed their mind"});
        let note = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params});
        let note = serving.post(note.to_string()).header("mcp-session-id", &session);
        send(note.header("mcp-protocol-version", "2025-06-18").bearer_auth("a:b")).await
    };
    let both = tokio::time::timeout(Duration::from_secs(5), async { tokio::join!(call, cancel) });
    let (_, cancelled) = both.await.expect("the call did not end");
    assert_eq!(cancelled.status, 202);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(serving.control.metrics().contains("stream_mcp_calls_running 0\n"));
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
