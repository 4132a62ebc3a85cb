//! What the client costs: decoding, verifying, and one call over loopback beside bare reqwest.
//!
//! ```sh
//! cargo bench -p streampay --all-features --bench client
//! ```

#![allow(missing_docs, clippy::unwrap_used, reason = "criterion's macros; a benchmark")]

use std::{
    hint::black_box,
    time::{Duration, SystemTime},
};

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use streampay::{
    Amount, Client, Money, operations, types,
    webhook::{Secrets, TOLERANCE, sign_headers, verify},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

const ID: &str = "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c";

fn invoice(number: u32) -> Value {
    let payment = json!({"id": ID, "amount": "33.330", "currency": "SAR", "current_status": "SUCCEEDED",
        "scheduled_on": "2026-04-10T00:00:00Z", "payed_at": "2026-04-10T10:00:00Z", "settled_at": null,
        "type": "PAYMENT", "payment_method": "MADA", "amount_in_smallest_unit": 3333, "refunded_at": null});
    json!({
        "id": ID, "created_at": "2026-04-01T10:00:00.123456", "updated_at": null, "payment_link_id": ID,
        "user_id": ID, "organization_id": ID, "organization_consumer_id": ID, "branch_id": ID,
        "org_invoice_number": number, "description": "A monthly plan, paid in three parts",
        "total_amount": "99.990", "original_amount": "99.990", "total_vat_amount": "13.042",
        "currency": "SAR", "status": "COMPLETED", "type": "ONE_OFF", "remaining_amount": "0.000",
        "paid_amount": "99.990", "recurring_interval": null, "subscription": null,
        "organization_consumer": {"id": ID, "name": "Amal", "email": "amal@example.com",
            "phone_number": "+966501234567", "is_deleted": false, "communication_methods": ["EMAIL"]},
        "payments": [payment, payment, payment], "total_amount_in_smallest_unit": 9999,
        "a_field_of_tomorrow": {"kept": true},
    })
}

fn decoding(c: &mut Criterion) {
    let page = json!({"data": (0..100).map(invoice).collect::<Vec<_>>(), "pagination":
        {"total_count": 100, "max_page": 1, "current_page": 1, "limit": 100, "has_next_page": false,
        "has_previous_page": false}});
    let text = page.to_string();
    let mut group = c.benchmark_group(format!("100 invoices, {} KiB", text.len() / 1024));
    group.bench_function("typed", |b| {
        b.iter(|| serde_json::from_str::<types::InvoiceListItemList>(black_box(&text)).unwrap());
    });
    group.bench_function("serde_json::Value", |b| {
        b.iter(|| serde_json::from_str::<Value>(black_box(&text)).unwrap());
    });
    let typed: types::InvoiceListItemList = serde_json::from_str(&text).unwrap();
    group.bench_function("written back", |b| {
        b.iter(|| serde_json::to_string(black_box(&typed)).unwrap());
    });
    group.finish();
    let amounts: Vec<Amount> = (0..100).map(|n| format!("{n}.990").parse().unwrap()).collect();
    c.bench_function("100 amounts added", |b| {
        b.iter(|| {
            let mut sum = Money::new(0, "SAR".into()).unwrap();
            for amount in black_box(&amounts) {
                let money = Money::new(amount.decimal().unwrap(), "SAR".into()).unwrap();
                sum = sum.checked_add(&money).unwrap();
            }
            sum
        });
    });
}

fn webhooks(c: &mut Criterion) {
    let body = json!({"event_type": "PAYMENT_SUCCEEDED", "entity_type": "PAYMENT", "entity_id": ID,
        "data": {"invoice": {"id": ID}, "metadata": {"order": "7"}}, "status": "SUCCEEDED",
        "timestamp": "2025-07-22T14:40:31.485576"});
    let body = body.to_string();
    let headers = sign_headers("old", body.as_bytes(), SystemTime::now());
    let secrets = Secrets::new(["new", "old"]).unwrap();
    c.bench_function("webhook verified with the second of two secrets", |b| {
        let tolerance = TOLERANCE.max(Duration::from_secs(3600));
        b.iter(|| verify(&secrets, &headers, black_box(body.as_bytes()), tolerance).unwrap());
    });
}

/// Answers every request with the same payment, as fast as can be.
async fn serve(listener: TcpListener, answer: &'static str) {
    while let Ok((mut stream, _)) = listener.accept().await {
        tokio::spawn(async move {
            let mut buffer = [0; 8192];
            while let Ok(1..) = stream.read(&mut buffer).await {
                if stream.write_all(answer.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
    }
}

fn calls(c: &mut Criterion) {
    let body =
        json!({"id": ID, "amount": "33.330", "currency": "SAR", "current_status": "SUCCEEDED",
        "scheduled_on": "2026-04-10T00:00:00Z", "payed_at": null})
        .to_string();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(serve(listener, answer.leak()));
    let client = Client::builder()
        .key("key:secret".parse().unwrap())
        .base_url(url.parse().unwrap())
        .build()
        .unwrap();
    let bare = reqwest::Client::new();
    let mut arguments = streampay::Arguments::default();
    arguments.path.insert("payment_id".to_owned(), ID.into());
    let mut group = c.benchmark_group("one call over loopback");
    group.bench_function("bare reqwest, bytes", |b| {
        b.to_async(&runtime).iter(async || {
            let sent =
                bare.get(format!("{url}/api/v2/payments/{ID}")).header("x-api-key", "a").send();
            sent.await.unwrap().bytes().await.unwrap()
        });
    });
    group.bench_function("typed", |b| {
        b.to_async(&runtime)
            .iter(async || client.get_payment().payment_id(ID).send().await.unwrap());
    });
    group.bench_function("lossless", |b| {
        b.to_async(&runtime)
            .iter(async || client.call(&operations::GET_PAYMENT, &arguments).await.unwrap());
    });
    group.finish();
}

criterion_group!(benches, decoding, webhooks, calls);
criterion_main!(benches);
