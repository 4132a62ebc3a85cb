//! One user's key never serves another, however their calls are mixed.

use std::time::Duration;

use futures_util::future::join_all;

use crate::common::{Serving, When, api, at_once, get_payment, mirrored, send, serve};

/// Answers overtake each other.
fn uneven(number: usize) -> When {
    When::After(Duration::from_millis([0, 3, 1, 0, 2][number % 5]))
}

async fn modern(serving: &Serving, key: &str, encoded: &str, calls: usize) {
    for _ in 0..calls {
        assert_eq!(
            serving.modern_as(key, get_payment()).await.done()["seen_key"],
            mirrored(encoded)
        );
    }
}

async fn legacy(serving: &Serving, key: &str, encoded: &str, calls: usize) {
    let session = serving.open(Some(key)).await;
    for id in 1..=calls {
        let reply = send(serving.legacy(&session, id, get_payment()).bearer_auth(key)).await;
        assert_eq!(reply.done()["seen_key"], mirrored(encoded));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_mixed_calls_each_come_with_their_own_key() {
    const CALLS: usize = 150;
    let api = api(uneven).await;
    let serving = serve(&api.url, &[]).await;
    let users = [("alice:one", "YWxpY2U6b25l"), ("bob:two", "Ym9iOnR3bw==")];
    let of = |(key, encoded)| {
        let serving = &serving;
        async move {
            let new = join_all((0..5).map(|_| modern(serving, key, encoded, CALLS)));
            let old = join_all((0..5).map(|_| legacy(serving, key, encoded, CALLS)));
            tokio::join!(new, old);
        }
    };
    join_all(users.map(of)).await;
    let keys = api.keys.lock().unwrap().clone();
    assert_eq!(keys.len(), 2, "{keys:?}");
    for (_, encoded) in users {
        assert_eq!(keys[encoded], 10 * CALLS, "{keys:?}");
    }
    assert!(serving.control.metrics().contains("stream_mcp_calls_running 0"));
}

#[tokio::test]
async fn a_session_is_good_for_the_key_that_opened_it_only() {
    let api = api(uneven).await;
    let serving = serve(&api.url, &[]).await;
    let session = serving.open(Some("alice:one")).await;
    let nobodys = serving.open(None).await;
    let as_bob = |session: &str| serving.legacy(session, 1, get_payment()).bearer_auth("bob:two");
    assert_eq!(send(as_bob(&session)).await.status, 404);
    assert_eq!(send(as_bob(&nobodys)).await.status, 404);
    assert_eq!(send(serving.legacy(&session, 1, get_payment())).await.status, 404, "without a key");
    for method in [reqwest::Method::GET, reqwest::Method::DELETE] {
        let request = serving.http.request(method, serving.url()).bearer_auth("bob:two");
        let request = request.header("accept", "text/event-stream");
        assert_eq!(send(request.header("mcp-session-id", &session)).await.status, 404);
    }
    let own = send(serving.legacy(&session, 1, get_payment()).bearer_auth("alice:one")).await;
    assert_eq!(own.done()["seen_key"], mirrored("YWxpY2U6b25l"));
    let mut forged = session.clone();
    forged.replace_range(0..1, if forged.starts_with('0') { "1" } else { "0" });
    for forged in [forged.as_str(), "x", "00000000-0000-0000-0000-000000000000"] {
        let reply = send(serving.legacy(forged, 1, get_payment()).bearer_auth("alice:one")).await;
        assert_eq!(reply.status, 404, "{forged}");
    }
    assert_eq!(api.keys.lock().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_keys_leave_nothing_behind() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_MAX_SESSIONS", "20")]).await;
    for number in 0..1000 {
        let key = format!("user{number}:secret");
        serving.modern_as(&key, get_payment()).await.done();
        if number % 20 == 0 {
            serving.open(Some(&key)).await;
        }
    }
    let metrics = serving.control.metrics();
    assert!(metrics.contains("stream_mcp_sessions 20"), "{metrics}");
    assert!(metrics.contains("limits_hit_total{limit=\"sessions\"} 30"), "{metrics}");
    assert!(metrics.lines().count() < 100, "metrics grow with keys:\n{metrics}");
}
