//! Stopping: no new calls, running ones end within a limit.

use std::time::{Duration, Instant};

use crate::common::{api, get_payment, serve};

#[tokio::test(flavor = "multi_thread")]
async fn running_calls_end_and_new_ones_are_not_taken() {
    let api = api(|_| Duration::from_millis(3000)).await;
    let serving = serve(&api.url, &[]).await;
    let session = serving.open(Some("a:b")).await;
    let running = serving.modern_as("a:b", get_payment());
    let stop = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        serving.stop.cancel();
        tokio::time::sleep(Duration::from_millis(100)).await;
        let late = serving.legacy(&session, 1, get_payment()).bearer_auth("a:b").send().await;
        assert!(late.is_err() || late.unwrap().status() == 503, "a new call was taken");
    };
    let (reply, ()) = tokio::join!(running, stop);
    reply.done();
    tokio::time::timeout(Duration::from_secs(10), serving.task).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_does_not_end_does_not_keep_the_server() {
    let api = api(|_| Duration::from_secs(3600)).await;
    let serving = serve(&api.url, &[("STREAM_STOP_TIMEOUT", "1")]).await;
    let request = serving.modern(get_payment()).bearer_auth("a:b").send();
    let call = tokio::spawn(request);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let start = Instant::now();
    serving.stop.cancel();
    tokio::time::timeout(Duration::from_secs(10), serving.task).await.unwrap().unwrap();
    assert!(start.elapsed() >= Duration::from_millis(900));
    call.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn open_streams_of_old_clients_end() {
    let api = api(|_| Duration::ZERO).await;
    let serving = serve(&api.url, &[]).await;
    let session = serving.open(Some("a:b")).await;
    let stream = serving.http.get(serving.url()).header("accept", "text/event-stream");
    let stream = stream.header("mcp-session-id", &session).bearer_auth("a:b").send().await.unwrap();
    assert_eq!(stream.status(), 200);
    serving.stop.cancel();
    tokio::time::timeout(Duration::from_secs(10), serving.task).await.unwrap().unwrap();
    assert!(stream.text().await.is_ok());
}
