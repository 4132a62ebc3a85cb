//! Building the tool list, and one call from MCP message to HTTP request and back.
//!
//! The call goes through everything but a network: MCP over pipes in memory, HTTP over loopback to a
//! responder in this process that answers at once. `direct` is the same HTTP request without MCP.

#![allow(clippy::expect_used, reason = "a benchmark that cannot run should stop")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use rmcp::{ServiceExt as _, model::CallToolRequestParams};
use serde_json::json;
use streampay_mcp::{Server, settings::Settings};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};

const PAYMENT: &str = r#"{"id":"3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c","amount":"25.00","currency":"SAR","current_status":"SUCCEEDED"}"#;

fn settings(base_url: &str) -> Settings {
    Settings::read(|name| match name {
        "STREAM_API_KEY" => Some("key:secret".to_owned()),
        "STREAM_BASE_URL" => Some(base_url.to_owned()),
        _ => None,
    })
    .expect("the settings are good")
}

/// Answers every request that ends with an empty line.
async fn answer(mut stream: TcpStream) {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{PAYMENT}",
        PAYMENT.len()
    );
    stream.set_nodelay(true).expect("a socket takes TCP_NODELAY");
    let mut buffer = vec![0; 4096];
    while let Ok(read) = stream.read(&mut buffer).await {
        if read == 0 || stream.write_all(head.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn responder() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback is there");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    format!("http://{address}")
}

fn server(criterion: &mut Criterion) {
    criterion.bench_function("tool list", |bencher| {
        bencher.iter(|| {
            let server = Server::new(settings("http://127.0.0.1:1")).expect("the tools are sound");
            black_box(serde_json::to_vec(&server.tools()).expect("it serialises"))
        });
    });

    let runtime = Runtime::new().expect("a runtime");
    let base_url = runtime.block_on(responder());
    let client = runtime.block_on(async {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let server = Server::new(settings(&base_url)).expect("the tools are sound");
        tokio::spawn(async move {
            server.serve(theirs).await?.waiting().await.map_err(anyhow::Error::from)
        });
        ().serve(ours).await.expect("the handshake succeeds")
    });
    let arguments = json!({"payment_id": "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c"});
    let arguments = arguments.as_object().expect("it is an object").clone();
    criterion.bench_function("one read", |bencher| {
        bencher.to_async(&runtime).iter(|| async {
            let request =
                CallToolRequestParams::new("get_payment").with_arguments(arguments.clone());
            let result = client.call_tool(request).await.expect("it is answered");
            assert_ne!(result.is_error, Some(true));
        });
    });
    let direct = reqwest::Client::new();
    let url = format!("{base_url}/api/v2/payments/3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c");
    criterion.bench_function("direct", |bencher| {
        bencher.to_async(&runtime).iter(|| async {
            let response = direct.get(&url).header("x-api-key", "a2V5OnNlY3JldA==").send().await;
            response.expect("it is sent").bytes().await.expect("it is answered")
        });
    });
}

criterion_group!(benches, server);
criterion_main!(benches);
