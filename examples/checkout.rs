//! A shop with axum. An order gets a payment link, the payer returns by redirect, a webhook confirms the
//! payment, and the shop delivers exactly once.
//!
//! ```sh
//! STREAM_API_KEY=… STREAM_WEBHOOK_SECRET=… cargo run --example checkout --features axum
//! ```
//!
//! Orders are kept in memory. In a database, "deliver once" is one statement:
//! `UPDATE … SET delivered = true WHERE id = ? AND NOT delivered`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::{FromRef, Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use streampay::{
    Client, Error, Money, REFERENCE, SimplePaymentLink, UnverifiedRedirect, Verified,
    enums::InvoiceStatusEnum,
    webhook::{EventType, Secrets, Verifier, Webhook},
};
use uuid::Uuid;

/// An order.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone)]
pub struct Order {
    pub product: String,
    pub price: Money,
    pub link: Option<Uuid>,
    pub delivered: u32,
}

/// The state that the handlers share.
#[allow(missing_docs, reason = "the names say it")]
#[derive(Clone)]
pub struct Shop {
    pub client: Client,
    pub verifier: Verifier,
    /// The address of this shop for the payer's browser.
    pub address: String,
    pub orders: Arc<Mutex<HashMap<String, Order>>>,
}

impl FromRef<Shop> for Verifier {
    fn from_ref(shop: &Shop) -> Self {
        shop.verifier.clone()
    }
}

impl Shop {
    fn with<T>(&self, order: &str, change: impl FnOnce(&mut Order) -> T) -> Option<T> {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        orders.get_mut(order).map(change)
    }

    /// Delivers an order once, however often it is called.
    fn deliver(&self, order: &str) -> bool {
        let first = self.with(order, |order| {
            let first = order.delivered == 0;
            order.delivered += u32::from(first);
            first
        });
        first == Some(true)
    }
}

/// The routes.
pub fn app(shop: Shop) -> Router {
    Router::new()
        .route("/buy/{order}", post(buy))
        .route("/paid/{order}", get(paid))
        .route("/failed/{order}", get(failed))
        .route("/webhooks/stream", post(webhook))
        .with_state(shop)
}

/// An error for the payer. Details go to the log.
struct Trouble(Error);

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let status = match &self.0 {
            error if error.is_invalid() => StatusCode::BAD_REQUEST,
            error if error.is_not_found() => StatusCode::NOT_FOUND,
            _ => StatusCode::BAD_GATEWAY,
        };
        (status, "That did not work; please try again.").into_response()
    }
}

/// Sends the payer to the checkout page. A double click leads to the same link.
async fn buy(State(shop): State<Shop>, Path(id): Path<String>) -> Result<Response, Trouble> {
    let Some(order) = shop.with(&id, |order| order.clone()) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let wanted = SimplePaymentLink::new(&id, order.product, order.price)
        .redirects(format!("{}/paid/{id}", shop.address), format!("{}/failed/{id}", shop.address));
    let made = shop.client.create_simple_payment_link(wanted).await?;
    shop.with(&id, |order| order.link = made.link.id.into_option());
    Ok(match made.url() {
        Some(url) => Redirect::to(url).into_response(),
        None => StatusCode::BAD_GATEWAY.into_response(),
    })
}

/// The payer returns. The address proves nothing, so this asks the API.
async fn paid(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Trouble> {
    let redirect = UnverifiedRedirect::parse(&query.unwrap_or_default())?;
    let Some(order) = shop.with(&id, |order| order.clone()) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let page = match redirect.verify(&shop.client, &order.price, order.link).await? {
        Verified::Paid(_) => {
            shop.deliver(&id);
            "Thank you, it is on its way."
        }
        Verified::Open(_) | Verified::NoInvoice => "Thank you. We wait for the bank's word.",
        Verified::Other(_) => return Ok(StatusCode::BAD_REQUEST.into_response()),
    };
    Ok(page.into_response())
}

async fn failed(RawQuery(query): RawQuery) -> Result<&'static str, Trouble> {
    let redirect = UnverifiedRedirect::parse(&query.unwrap_or_default())?;
    Ok(if redirect.status.may_have_been_charged() {
        "Something went wrong on the way. Please do not pay again; call us."
    } else {
        "The payment was refused. Please try again, or with another card."
    })
}

/// Receives webhooks, only genuine ones. They can arrive twice, late, or before the redirect, and Stream
/// repeats them after an error, so the state of the order decides.
async fn webhook(State(shop): State<Shop>, Webhook(event): Webhook) -> Result<StatusCode, Trouble> {
    let order = event.metadata(REFERENCE).and_then(|value| value.as_str());
    let (EventType::InvoiceCompleted, Some(invoice), Some(id)) =
        (&event.event_type, event.invoice_id(), order)
    else {
        return Ok(StatusCode::NO_CONTENT);
    };
    let invoice = shop.client.get_invoice().invoice_id(invoice).send().await?;
    let total = Money::of(&invoice.total_amount, &invoice.currency);
    let price = shop.with(id, |order| order.price.clone());
    if invoice.status == Some(InvoiceStatusEnum::Completed) && total.is_some() && total == price {
        shop.deliver(id);
    }
    Ok(StatusCode::NO_CONTENT)
}

#[tokio::main]
#[allow(dead_code, reason = "the tests include this file for its routes")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let order = Order {
        product: "Premium plan".to_owned(),
        price: "150 SAR".parse()?,
        link: None,
        delivered: 0,
    };
    let shop = Shop {
        client: Client::from_env()?,
        verifier: Verifier::new(Secrets::from_env()?),
        address: "http://localhost:3000".to_owned(),
        orders: Arc::new(Mutex::new(HashMap::from([("order-1".to_owned(), order)]))),
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app(shop)).await?;
    Ok(())
}
