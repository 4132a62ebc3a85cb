//! The guides and the description: live while the site can be reached, built in otherwise, and saying
//! which; as tools and as resources.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use common::{call, connect, structured, text, with};
use rmcp::model::{ReadResourceRequestParams, ResourceContents};
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::path};

const WHOLE: &str =
    "# All\n## Getting Started with Stream\nhello\n---\n## Webhooks\n### Part\nsigned\n";

async fn site(pages: &[(&str, &str, &str)]) -> MockServer {
    let site = MockServer::start().await;
    for (at, kind, body) in pages {
        let answer = ResponseTemplate::new(200).set_body_raw(*body, kind);
        Mock::given(path(*at)).respond_with(answer).mount(&site).await;
    }
    site
}

async fn client_of(docs_url: &str) -> common::McpClient {
    connect(with(&[("STREAM_DOCS_URL", docs_url)])).await
}

#[tokio::test]
async fn the_live_guides_are_split_into_pages_and_fetched_once() {
    let site = site(&[("/llms-full.txt", "text/plain", WHOLE)]).await;
    let client = client_of(&site.uri()).await;
    let list = structured(&call(&client, "list_stream_docs", json!({})).await);
    assert_eq!(list["source"], "live documentation");
    let slugs: Vec<&str> = list["pages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|page| page["slug"].as_str().unwrap())
        .collect();
    assert_eq!(slugs, ["getting-started-with-stream", "webhooks"]);
    let page = call(&client, "get_stream_doc", json!({"slug": "webhooks"})).await;
    assert_eq!(text(&page), "Source: live documentation.\n\n# Webhooks\n### Part\nsigned\n");
    let page =
        structured(&call(&client, "get_stream_doc", json!({"slug": "Getting Started"})).await);
    assert_eq!(page["slug"], "getting-started-with-stream");
    assert_eq!(site.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn without_the_whole_text_the_pages_of_the_sitemap_become_markdown() {
    let map = MockServer::start().await;
    let xml = format!(
        "<urlset><url><loc>{0}/docs/webhooks</loc></url><url><loc>https://evil.example/x</loc></url></urlset>",
        map.uri()
    );
    for (at, kind, body) in [
        ("/sitemap.xml", "application/xml", xml.as_str()),
        (
            "/docs/webhooks",
            "text/html",
            "<nav>menu</nav><main><h1>Hooks</h1><p>Sig <code>v1</code></p><script>x()</script></main>",
        ),
    ] {
        let answer = ResponseTemplate::new(200).set_body_raw(body, kind);
        Mock::given(path(at)).respond_with(answer).mount(&map).await;
    }
    let client = client_of(&map.uri()).await;
    let list = structured(&call(&client, "list_stream_docs", json!({})).await);
    assert_eq!(list["pages"].as_array().unwrap().len(), 1, "only the site's own pages: {list}");
    let page = structured(&call(&client, "get_stream_doc", json!({"slug": "docs-webhooks"})).await);
    assert_eq!(page["markdown"], "# Hooks\n\nSig `v1`");
}

#[tokio::test]
async fn out_of_reach_the_built_in_guide_answers_and_says_so() {
    let client = client_of("http://127.0.0.1:1").await;
    let page = call(&client, "get_stream_doc", json!({"slug": "webhooks"})).await;
    assert!(text(&page).starts_with("Source: built-in guide"), "{}", text(&page));
    let missing = call(&client, "get_stream_doc", json!({"slug": "webhoks"})).await;
    assert_eq!(missing.is_error, Some(true));
    assert!(text(&missing).contains("Similar: webhooks"), "{}", text(&missing));
    for slug in ["../../etc/passwd", "", "\u{0}", &"x".repeat(100_000)] {
        let result = call(&client, "get_stream_doc", json!({"slug": slug})).await;
        assert_eq!(result.is_error, Some(true), "{slug:.20}");
    }
}

#[tokio::test]
async fn a_site_that_answers_with_nonsense_is_no_site() {
    for (status, kind, body) in [
        (200, "text/html", "<html>soft 404</html>"),
        (200, "text/plain", "no headings here"),
        (500, "text/plain", WHOLE),
    ] {
        let site = MockServer::start().await;
        let answer = ResponseTemplate::new(status).set_body_raw(body, kind);
        Mock::given(path("/llms-full.txt")).respond_with(answer).mount(&site).await;
        let client = client_of(&site.uri()).await;
        let list = structured(&call(&client, "list_stream_docs", json!({})).await);
        assert!(list["source"].as_str().unwrap().starts_with("built-in guide"), "{list}");
    }
}

/// A site that answers every request after a while.
async fn slow_site(delay: Duration) -> MockServer {
    let site = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_raw(WHOLE, "text/plain").set_delay(delay);
    Mock::given(path("/llms-full.txt")).respond_with(answer).mount(&site).await;
    site
}

#[tokio::test]
async fn nobody_waits_long_for_a_slow_site_and_it_is_asked_once() {
    let site = slow_site(Duration::from_secs(60)).await;
    let client = Arc::new(client_of(&site.uri()).await);
    let start = Instant::now();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = Arc::clone(&client);
            tokio::spawn(async move {
                call(&client, "get_stream_doc", json!({"slug": "webhooks"})).await
            })
        })
        .collect();
    // What asks for nothing from the site does not wait at all.
    for _ in 0..5 {
        client.list_all_resources().await.unwrap();
        client.complete(completion("web")).await.unwrap();
    }
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    for page in calls {
        let page = page.await.unwrap();
        assert!(text(&page).starts_with("Source: built-in guide"), "{}", text(&page));
    }
    let again = Instant::now();
    call(&client, "list_stream_docs", json!({})).await;
    assert!(again.elapsed() < Duration::from_secs(2), "a later caller waits again");
    assert!(start.elapsed() < Duration::from_secs(9), "{:?}", start.elapsed());
    assert_eq!(site.received_requests().await.unwrap().len(), 1);
}

fn completion(typed: &str) -> rmcp::model::CompleteRequestParams {
    let page = rmcp::model::Reference::for_resource("stream://docs/pages/{slug}");
    let argument = rmcp::model::ArgumentInfo::new("slug", typed);
    rmcp::model::CompleteRequestParams::new(page, argument)
}

#[tokio::test]
async fn a_hostile_page_is_read_without_harm() {
    let site = MockServer::start().await;
    let pages = [
        "<b>".repeat(200_000),
        "<p><b class=1></p>".repeat(40_000),
        format!("<table>{}", "<tr><td>x".repeat(80_000)),
        format!("<h1>T\u{202e}</h1>{}", "\u{e0041}".repeat(1_000)),
    ];
    let locations: String =
        (0..pages.len()).map(|n| format!("<url><loc>{}/p{n}</loc></url>", site.uri())).collect();
    let map = ResponseTemplate::new(200).set_body_raw(locations, "application/xml");
    Mock::given(path("/sitemap.xml")).respond_with(map).mount(&site).await;
    for (n, page) in pages.iter().enumerate() {
        let answer = ResponseTemplate::new(200).set_body_raw(page.as_str(), "text/html");
        Mock::given(path(format!("/p{n}"))).respond_with(answer).mount(&site).await;
    }
    let client = client_of(&site.uri()).await;
    for slug in ["p0", "p1", "p2", "p3"] {
        let page = call(&client, "get_stream_doc", json!({"slug": slug})).await;
        assert_eq!(page.is_error, Some(false), "{slug}: {}", text(&page));
        assert!(!text(&page).contains(['\u{202e}', '\u{e0041}']), "{slug}");
        assert!(text(&page).len() < 600_000, "{slug}");
    }
    call(&client, "get_stream_doc", json!({"slug": "p0"})).await;
    let asked = site.received_requests().await.unwrap();
    let p0 = asked.iter().filter(|request| request.url.path() == "/p0").count();
    assert_eq!(p0, 1, "a page that was read is kept");
}

async fn read(client: &common::McpClient, uri: &str) -> Result<(String, String), String> {
    let request = ReadResourceRequestParams::new(uri);
    let result = client.read_resource(request).await.map_err(|error| error.to_string())?;
    match &result.contents[0] {
        ResourceContents::TextResourceContents { mime_type, text, .. } => {
            Ok((mime_type.clone().unwrap(), text.clone()))
        }
        other => Err(format!("{other:?}")),
    }
}

#[tokio::test]
async fn the_description_is_the_one_that_the_tools_were_made_from() {
    let client = client_of("http://127.0.0.1:1").await;
    let (kind, text) = read(&client, "stream://docs/openapi").await.unwrap();
    assert_eq!(kind, "application/json");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.contains_key("/api/v2/payments/{payment_id}/refund"));
}

#[tokio::test]
async fn pages_are_resources_too_with_a_template_and_completion() {
    let site = site(&[("/llms-full.txt", "text/plain", WHOLE)]).await;
    let client = client_of(&site.uri()).await;
    let (kind, text) = read(&client, "stream://docs/pages/webhooks").await.unwrap();
    assert_eq!(kind, "text/markdown");
    assert!(text.starts_with("<!-- Source: live documentation -->\n# Webhooks"), "{text}");
    let resources = client.list_all_resources().await.unwrap();
    assert!(resources.iter().any(|resource| resource.uri == "stream://docs/pages/webhooks"));
    let templates = client.list_all_resource_templates().await.unwrap();
    assert_eq!(templates[0].uri_template, "stream://docs/pages/{slug}");
    for uri in ["stream://docs/pages/nothing-like-it", "stream://other", "file:///etc/passwd", ""] {
        assert!(read(&client, uri).await.is_err(), "{uri}");
    }
}

#[tokio::test]
async fn endpoints_are_listed_found_and_read() {
    let client = client_of("http://127.0.0.1:1").await;
    let list = structured(&call(&client, "list_api_endpoints", json!({"tag": "payments"})).await);
    assert!(
        list["endpoints"]
            .as_array()
            .unwrap()
            .iter()
            .any(|e| e["tools"] == json!(["refund_payment"]))
    );
    let unknown = call(&client, "list_api_endpoints", json!({"tag": "nope"})).await;
    assert!(
        text(&unknown).contains("Similar:") && text(&unknown).contains("Payments"),
        "{}",
        text(&unknown)
    );
    let found =
        structured(&call(&client, "search_api_endpoints", json!({"query": "refund"})).await);
    assert_eq!(found["endpoints"][0]["tools"], json!(["refund_payment"]));
    for name in ["refund_payment", "post /api/v2/payments/{id}/refund"] {
        let endpoint =
            structured(&call(&client, "get_api_endpoint", json!({"endpoint": name})).await);
        assert_eq!(endpoint["path"], "/api/v2/payments/{payment_id}/refund");
        assert!(endpoint["schemas"]["PaymentRefundRequest"].is_object());
    }
    let schema =
        structured(&call(&client, "get_api_endpoint", json!({"endpoint": "CurrencyCode"})).await);
    assert!(schema["schemas"]["CurrencyCode"]["enum"].is_array());
    let missing = call(&client, "get_api_endpoint", json!({"endpoint": "GET /refund"})).await;
    assert_eq!(missing.is_error, Some(true));
}
