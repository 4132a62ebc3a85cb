//! A shop on the simulator: its client, and helpers that create what tests need.
#![allow(dead_code, reason = "each test file uses its part")]

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use streampay::{
    Attempted, Client, Hook,
    types::{
        ConsumerResponse, InvoiceDetailed, InvoicePaymentMethodDto, ProductDto,
        ProductPriceInlineCreate,
    },
};
use streampay_sandbox::{Running, Sandbox};
use uuid::Uuid;

pub(crate) const START: &str = "2026-03-31T09:00:00Z";
pub(crate) const VISA: &str = "4111111111111111";

pub(crate) struct Shop {
    pub(crate) running: Running,
    pub(crate) client: Client,
    pub(crate) met: Arc<Met>,
}

/// The operations that succeeded.
#[derive(Default)]
pub(crate) struct Met(pub(crate) Mutex<BTreeSet<&'static str>>);

impl Hook for Met {
    fn after(&self, attempt: &Attempted<'_>) {
        if attempt.status.is_some_and(|status| status < 300) {
            self.0.lock().unwrap().insert(attempt.operation.name);
        }
    }
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let sandbox = Sandbox::builder().seed("shop").start_at(START).frozen().build().await;
        let running = sandbox.unwrap().start_on_free_port().await.unwrap();
        let met = Arc::new(Met::default());
        let client = Client::builder()
            .key(running.api_key().parse().unwrap())
            .base_url(running.url().parse().unwrap())
            .hook(Arc::clone(&met))
            .build()
            .unwrap();
        Self { running, client, met }
    }

    pub(crate) async fn customer(&self, name: &str) -> ConsumerResponse {
        self.client.create_customer().name(name).send().await.unwrap()
    }

    pub(crate) async fn product(&self, kind: &str, price: &str) -> ProductDto {
        let price =
            ProductPriceInlineCreate::builder().amount(price).currency("SAR").build().unwrap();
        let create = self.client.create_product().name(format!("A {kind}")).prices([price]);
        let create = match kind {
            "ONE_OFF" => create,
            _ => create.recurring_interval("MONTH"),
        };
        create.type_(kind).send().await.unwrap()
    }

    pub(crate) async fn invoice(&self, product: Uuid, customer: Uuid) -> InvoiceDetailed {
        let item = streampay::types::InvoiceItemCreateDto::builder()
            .product_id(product)
            .quantity(1)
            .build()
            .unwrap();
        let methods = InvoicePaymentMethodDto::builder()
            .mada(true)
            .visa(true)
            .mastercard(true)
            .amex(true)
            .bank_transfer(false)
            .installment(true)
            .build()
            .unwrap();
        self.client
            .create_invoice()
            .organization_consumer_id(customer)
            .items(vec![item])
            .payment_methods(methods)
            .scheduled_on("2026-04-10T00:00:00Z")
            .send()
            .await
            .unwrap()
    }

    /// Pays a link as a new customer; the parameters of the redirect.
    pub(crate) fn pay(&self, link: Uuid, card: &str) -> Value {
        let attempt = json!({
            "customer": {"name": "Sara Omar", "phone_number": "+966555000111"}, "card": card,
        });
        self.running.sandbox().pay_link(&link.to_string(), &attempt).unwrap()
    }

    /// Stores a card for a customer.
    pub(crate) async fn store_card(&self, customer: Uuid) {
        let url = format!("{}/_sandbox/customers/{customer}/card", self.running.url());
        let put = reqwest::Client::new().put(url).header("content-type", "application/json");
        let body = json!({"number": VISA}).to_string();
        assert!(put.body(body).send().await.unwrap().status().is_success());
    }
}
