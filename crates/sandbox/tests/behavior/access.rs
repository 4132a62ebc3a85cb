//! Access to the sandbox: requests with a foreign `Host` come from a page that rebound its host name to
//! this machine, and are rejected.

use super::common::{START, World, world};
use serde_json::Value;
use streampay_sandbox::Sandbox;

async fn status(w: &World, method: &str, path: &str, host: &str) -> u16 {
    let request = w.client.request(method.parse().unwrap(), w.at(path)).header("host", host);
    request.header("x-api-key", &w.key).send().await.unwrap().status().as_u16()
}

#[tokio::test]
pub(crate) async fn a_rebound_page_can_neither_read_nor_change_anything() {
    let w = world().await;
    w.customer().await;
    let port = w.running.url().rsplit(':').next().unwrap().to_owned();
    for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", ""]
    {
        for host in [host.to_owned(), format!("{host}:{port}")] {
            for (method, path) in [
                ("GET", "/"),
                ("GET", "/_sandbox"),
                ("GET", "/_sandbox/requests"),
                ("POST", "/_sandbox/reset"),
                ("POST", "/_sandbox/do/reset"),
                ("GET", "/api/v2/consumers"),
                ("GET", "/s/some-link"),
            ] {
                assert_eq!(status(&w, method, path, &host).await, 403, "{method} {path} {host:?}");
            }
        }
    }
    assert_eq!(w.get("consumers").await["pagination"]["total_count"], 1);
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "127.9.9.9:80", "[::1]", "[::1]:8787"] {
        assert_eq!(status(&w, "GET", "/_sandbox", host).await, 200, "{host}");
    }
}

#[tokio::test]
pub(crate) async fn further_host_names_are_allowed_by_a_setting() {
    let builder = Sandbox::builder().seed("tests").start_at(START).allow_host("Sandbox.internal");
    let w = World::of(builder.build().await.unwrap().start_on_free_port().await.unwrap());
    assert_eq!(status(&w, "GET", "/_sandbox", "sandbox.internal:8787").await, 200);
    assert_eq!(status(&w, "GET", "/_sandbox", "other.internal").await, 403);
    let refused = w.client.get(w.at("/_sandbox/state")).header("host", "other.internal").send();
    let body: Value = refused.await.unwrap().json().await.unwrap();
    let text = body["error"]["additional_info"].as_str().unwrap();
    assert!(text.contains("other.internal") && text.contains("--allow-host"), "{text}");
}
