//! Runs the examples against the simulator.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]
#![cfg(all(feature = "axum", feature = "stream"))]

#[path = "../examples/checkout.rs"]
#[allow(missing_docs, unreachable_pub, reason = "a program of its own")]
mod checkout;
#[path = "../examples/dunning.rs"]
#[allow(missing_docs, unreachable_pub, reason = "a program of its own")]
mod dunning;
#[path = "../examples/import_customers.rs"]
#[allow(missing_docs, unreachable_pub, reason = "a program of its own")]
mod import_customers;
#[path = "../examples/monthly_revenue.rs"]
#[allow(missing_docs, unreachable_pub, reason = "a program of its own")]
mod monthly_revenue;
#[path = "support/shop.rs"]
mod shop;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use shop::{Shop, VISA};
use streampay::webhook::{Secrets, Verifier};

#[tokio::test]
async fn the_checkout_delivers_exactly_once() {
    let shop = Shop::open().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let hook = format!("{address}/webhooks/stream");
    let secret = shop.running.sandbox().register_webhook(&hook, None, &[]).unwrap();
    let order = checkout::Order {
        product: "Premium plan".into(),
        price: "150 SAR".parse().unwrap(),
        link: None,
        delivered: 0,
    };
    let orders = Arc::new(Mutex::new(HashMap::from([("order-1".to_owned(), order)])));
    let state = checkout::Shop {
        client: shop.client.clone(),
        verifier: Verifier::new(Secrets::new([secret]).unwrap())
            .tolerance(std::time::Duration::MAX),
        address: address.clone(),
        orders: Arc::clone(&orders),
    };
    tokio::spawn(async move { axum::serve(listener, checkout::app(state)).await.unwrap() });
    let none = reqwest::redirect::Policy::none();
    let browser = reqwest::Client::builder().redirect(none).build().unwrap();
    let buy = async || browser.post(format!("{address}/buy/order-1")).send().await.unwrap();
    let page = buy().await.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(
        buy().await.headers()["location"],
        page.as_str(),
        "a double click gets the same link"
    );
    let delivered = || orders.lock().unwrap()["order-1"].delivered;
    let forged = format!("{address}/paid/order-1?status=paid&invoice_id={}", uuid::Uuid::nil());
    assert_eq!(browser.get(forged).send().await.unwrap().status(), 404);
    assert_eq!(delivered(), 0, "what the browser says is not enough");
    let link = orders.lock().unwrap()["order-1"].link.unwrap();
    let receipt = shop.pay(link, VISA);
    let back = receipt["redirect_url"].as_str().unwrap().to_owned();
    shop.running.sandbox().flush_webhooks().await.unwrap();
    assert_eq!(delivered(), 1, "{:?}", shop.running.sandbox().deliveries(9));
    for _ in 0..2 {
        let page = browser.get(&back).send().await.unwrap();
        assert!(page.text().await.unwrap().contains("on its way"));
    }
    assert_eq!(delivered(), 1, "webhook and redirect together deliver once");
    for path in ["buy/other", "paid/other?status=paid", "paid/order-1"] {
        let request = match path.starts_with("buy") {
            true => browser.post(format!("{address}/{path}")),
            false => browser.get(format!("{address}/{path}")),
        };
        assert!(request.send().await.unwrap().status().is_client_error(), "{path}");
    }
    let failed = browser.get(format!("{address}/failed/x?status=failed_internal_error"));
    assert!(failed.send().await.unwrap().text().await.unwrap().contains("do not pay again"));
}

#[tokio::test]
async fn the_monthly_revenue_is_exact() {
    let shop = Shop::open().await;
    let customer = shop.customer("Amal").await.id.unwrap();
    let dear = shop.product("ONE_OFF", "33.33").await.id.unwrap();
    for index in 0..30 {
        let invoice = shop.invoice(dear, customer).await;
        let id = invoice.payments.as_ref().unwrap()[0].id.unwrap();
        if index < 12 {
            let pay = shop.client.mark_payment_as_paid().payment_id(id);
            pay.payment_method("CASH").send().await.unwrap();
        }
        if index < 2 {
            let refund = shop.client.refund_payment().payment_id(id);
            refund.refund_reason("OTHER").send().await.unwrap();
        }
    }
    let (from, to) = monthly_revenue::month("2026-03").unwrap();
    let sums = monthly_revenue::revenue(&shop.client, from, to).await.unwrap();
    let sum = &sums["SAR"];
    assert_eq!(
        (sums.len(), sum.payments, sum.received.to_string().as_str()),
        (1, 12, "399.96 SAR")
    );
    assert_eq!(sum.net().unwrap().to_string(), "333.30 SAR");
    let (from, to) = monthly_revenue::month("2026-02").unwrap();
    assert!(monthly_revenue::revenue(&shop.client, from, to).await.unwrap().is_empty());
    assert!(monthly_revenue::month("soon").is_err());
}

#[tokio::test]
async fn the_dunning_list_names_overdue_customers() {
    let shop = Shop::open().await;
    let customer = shop.customer("Late, \"Payer\"").await.id.unwrap();
    let product = shop.product("ONE_OFF", "250").await.id.unwrap();
    shop.invoice(product, customer).await;
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    let early = dunning::overdue(&shop.client, at("2026-04-09T00:00:00Z")).await.unwrap();
    assert!(early.is_empty(), "not due yet");
    let late = dunning::overdue(&shop.client, at("2026-04-20T01:00:00Z")).await.unwrap();
    assert_eq!(
        (late.len(), late[0].days, late[0].amount.to_string().as_str()),
        (1, 10, "250.00 SAR")
    );
    assert_eq!(dunning::field(&late[0].customer), r#""Late, ""Payer""""#);
    assert_eq!(dunning::field("=1+1"), "\"'=1+1\"");
}

#[tokio::test]
async fn the_import_can_be_repeated() {
    let shop = Shop::open().await;
    let mut text =
        String::from("Amal,amal@example.com,+966501234567,u-1\n\n,no-name@example.com\n");
    for index in 0..20 {
        text += &format!("Customer {index}, c{index}@example.com,,own-{index}\n");
    }
    let bar = indicatif::ProgressBar::hidden();
    let first = import_customers::import(&shop.client, &text, &bar).await;
    assert_eq!((first.created, first.existing, bar.position()), (21, 0, 22));
    assert!(matches!(first.failed.as_slice(), [(3, error)] if error.contains("name")), "{first:?}");
    let again = import_customers::import(&shop.client, &text, &bar).await;
    assert_eq!((again.created, again.existing), (0, 21));
}
