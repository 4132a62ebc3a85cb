//! Stopping: no new calls, and running ones end within a limit.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::{net::TcpStream, time::timeout};

use crate::common::{
    ID, LONG, api, at_once, call, eventually, get_payment, held, mirrored, send, serve,
};

#[tokio::test(flavor = "multi_thread")]
async fn running_calls_end_and_new_ones_are_not_accepted() {
    let api = api(held).await;
    let serving = serve(&api.url, &[]).await;
    let session = serving.open(Some("a:b")).await;
    let running = serving.modern_as("a:b", get_payment());
    let stop = async {
        api.until_arrived(1).await;
        serving.stop.cancel();
        eventually("new calls are rejected", async || {
            let late = serving.legacy(&session, 1, get_payment()).bearer_auth("a:b");
            late.send().await.is_err_and(|error| error.is_connect())
        })
        .await;
        api.release();
    };
    let (reply, ()) = tokio::join!(running, stop);
    assert_eq!(reply.done()["seen_key"], mirrored("YTpi"));
    assert_eq!(api.arrived.load(Ordering::SeqCst), 1);
    timeout(LONG, serving.task).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_does_not_end_does_not_keep_the_server() {
    let api = api(held).await;
    let serving = serve(&api.url, &[("STREAM_STOP_TIMEOUT", "1")]).await;
    let call = tokio::spawn(serving.modern(get_payment()).bearer_auth("a:b").send());
    api.until_arrived(1).await;
    let start = Instant::now();
    serving.stop.cancel();
    timeout(LONG, serving.task).await.unwrap().unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1));
    call.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_does_not_end_is_answered_as_unknown() {
    for old in [false, true] {
        let api = api(held).await;
        let serving = serve(&api.url, &[("STREAM_STOP_TIMEOUT", "1")]).await;
        let change = call("delete_coupon", &json!({"coupon_id": ID}));
        let request = if old {
            let session = serving.open(Some("a:b")).await;
            serving.legacy(&session, 1, change)
        } else {
            serving.modern(change)
        };
        let reply = tokio::spawn(send(request.bearer_auth("a:b")));
        api.until_arrived(1).await;
        serving.stop.cancel();
        let reply = timeout(LONG, reply).await.unwrap().unwrap();
        assert!(reply.text.contains("THE OUTCOME IS UNKNOWN"), "old: {old}: {reply:?}");
        assert_eq!(reply.result()["structuredContent"]["error"]["outcome"], "unknown");
        timeout(LONG, serving.task).await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn open_streams_of_old_clients_end() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[]).await;
    let session = serving.open(Some("a:b")).await;
    let stream = serving.http.get(serving.url()).header("accept", "text/event-stream");
    let stream = stream.header("mcp-session-id", &session).bearer_auth("a:b").send().await.unwrap();
    assert_eq!(stream.status(), 200);
    serving.stop.cancel();
    timeout(LONG, serving.task).await.unwrap().unwrap();
    assert!(stream.text().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_dropped_closes_everything() {
    let api = api(at_once).await;
    let serving = serve(&api.url, &[("STREAM_METRICS", "127.0.0.1:0")]).await;
    let _idle = TcpStream::connect(serving.address).await.unwrap();
    serving.until_metrics("stream_mcp_connections 1\n").await;
    serving.task.abort();
    serving.until_metrics("stream_mcp_connections 0\n").await;
    for address in [serving.address, serving.metrics.unwrap()] {
        eventually("nothing listens any more", async || TcpStream::connect(address).await.is_err())
            .await;
    }
}
