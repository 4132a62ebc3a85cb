//! A shop on the simulator, with a frozen clock.

use std::time::Duration;

use serde_json::{Value, json};
use streampay_mcp::settings::Settings;
use streampay_sandbox::{Running, Sandbox};

const VISA: &str = "4111111111111111";

/// A shop.
pub(crate) struct Shop {
    running: Running,
    http: reqwest::Client,
}

/// A payment link for one product.
pub(crate) struct Link {
    pub(crate) id: String,
    pub(crate) product: String,
}

/// The member of an answer that is an id.
pub(crate) fn id(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {value}")).to_owned()
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::open_at("2026-11-10T09:00:00Z").await
    }

    pub(crate) async fn open_at(moment: &str) -> Self {
        let sandbox =
            Sandbox::builder().seed("shop").frozen().start_at(moment).build().await.unwrap();
        Self { running: sandbox.start_on_free_port().await.unwrap(), http: reqwest::Client::new() }
    }

    pub(crate) fn settings(&self) -> Settings {
        super::with(&[
            ("STREAM_API_KEY", self.running.api_key()),
            ("STREAM_BASE_URL", self.running.url()),
            ("STREAM_DOCS_URL", "http://127.0.0.1:1"),
        ])
    }

    pub(crate) fn running(&self) -> &Running {
        &self.running
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        self.running.sandbox()
    }

    /// How many requests have arrived.
    pub(crate) fn requests(&self) -> usize {
        self.sandbox().requests().len()
    }

    pub(crate) async fn advance(&self, span: Duration) {
        self.sandbox().advance(span).await.unwrap();
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}/api/v2/{path}", self.running.url());
        let request = self.http.post(url).header("x-api-key", self.running.api_key());
        let response = request.body(body.to_string()).header("content-type", "application/json");
        let response = response.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) async fn product(&self, name: &str, currency: &str, price: &str) -> String {
        let prices =
            json!([{"currency": currency, "amount": price, "is_price_inclusive_of_vat": true}]);
        id(
            &self
                .post("products", &json!({"name": name, "type": "ONE_OFF", "prices": prices}))
                .await,
            "id",
        )
    }

    pub(crate) async fn customer(&self, name: &str, phone: &str) -> String {
        id(&self.post("consumers", &json!({"name": name, "phone_number": phone})).await, "id")
    }

    pub(crate) async fn link(&self, name: &str, currency: &str, price: &str) -> Link {
        let product = self.product(name, currency, price).await;
        let body = json!({"name": name, "currency": currency,
            "items": [{"product_id": product, "quantity": 1}]});
        Link { id: id(&self.post("payment_links", &body).await, "id"), product }
    }

    /// A link with which a customer subscribes to a monthly product.
    pub(crate) async fn subscription_link(&self, name: &str, price: &str, customer: &str) -> Link {
        let prices =
            json!([{"currency": "SAR", "amount": price, "is_price_inclusive_of_vat": true}]);
        let body = json!({"name": name, "type": "RECURRING", "recurring_interval": "MONTH", "prices": prices});
        let product = id(&self.post("products", &body).await, "id");
        let body = json!({"name": name, "organization_consumer_id": customer, "max_number_of_payments": 1,
            "items": [{"product_id": product, "quantity": 1}]});
        Link { id: id(&self.post("payment_links", &body).await, "id"), product }
    }

    /// Bills a customer; due in so many days.
    pub(crate) async fn bill(
        &self,
        customer: &str,
        currency: &str,
        products: &[&str],
        days: i64,
    ) -> String {
        let now: streampay::jiff::Timestamp = self.sandbox().now().parse().unwrap();
        let due = now + streampay::jiff::SignedDuration::from_hours(24 * days);
        let items: Vec<Value> =
            products.iter().map(|id| json!({"product_id": id, "quantity": 1})).collect();
        let methods = json!({"mada": true, "visa": true, "mastercard": true, "amex": false,
            "bank_transfer": true, "installment": false, "qurrah": false});
        let body = json!({"organization_consumer_id": customer, "currency": currency,
            "items": items, "scheduled_on": due.to_string(), "payment_methods": methods});
        id(&self.post("invoices", &body).await, "id")
    }

    /// Pays a link; the id of the payment.
    pub(crate) fn pay(&self, link: &Link) -> String {
        self.pay_as(link, "Amal", "+966500000001")
    }

    pub(crate) fn pay_as(&self, link: &Link, name: &str, phone: &str) -> String {
        let attempt = json!({"customer": {"name": name, "phone_number": phone}, "card": VISA});
        let receipt = self.sandbox().pay_link(&link.id, &attempt).unwrap();
        assert_eq!(receipt["status"], "paid", "{receipt}");
        id(&receipt, "payment_id")
    }

    pub(crate) fn pay_invoice(&self, invoice: &str) -> String {
        let receipt = self.sandbox().pay_invoice(invoice, &json!({"card": VISA})).unwrap();
        assert_eq!(receipt["status"], "paid", "{receipt}");
        id(&receipt, "payment_id")
    }

    pub(crate) async fn refund(&self, payment: &str) {
        let body = json!({"refund_reason": "DUPLICATE"});
        self.post(&format!("payments/{payment}/refund"), &body).await;
    }
}
