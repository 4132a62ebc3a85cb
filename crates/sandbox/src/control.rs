//! Controlling the sandbox: what the control API, the console and the library have in common.

use serde_json::{Value, json};

use crate::app::App;
use crate::checkout::{Reply, from_json, pay_invoice, pay_link};
use crate::error::{ApiError, Code, Result};
use crate::model::{
    Card, Coupon, Customer, Endpoint, Invoice, Language, Link, Payment, Product, Record,
    Subscription,
};
use crate::store::{Filter, Store};
use crate::tenants;
use crate::time;
use crate::webhooks;

/// What a payer pays.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target {
    Link,
    Invoice,
}

/// Registers a webhook of the first organization.
pub(crate) fn register_webhook(
    app: &App,
    url: &str,
    secret: Option<&str>,
    events: &[String],
) -> Result<Endpoint> {
    app.change(|store| {
        let org = tenants::organization(store, None)?.base.id;
        webhooks::register(store, &org, url, secret, events)
    })
}

/// Pays as a payer would. Returns the receipt, or an error if nothing was charged.
pub(crate) fn pay(app: &App, target: Target, id: &str, attempt: &Value) -> Result<Value> {
    let attempt = from_json(attempt);
    let reply = app.change(|store| match target {
        Target::Link => pay_link(store, id, &attempt),
        Target::Invoice => pay_invoice(store, id, &attempt),
    })?;
    match reply {
        Reply::Tried(receipt) => Ok(serde_json::to_value(receipt)?),
        Reply::Closed(reason) => {
            Err(Code::InvalidStatus.error(Language::English.text(reason)).with_status(410))
        }
        Reply::Changed => Err(ApiError::invalid("The amount has changed.")),
        Reply::Correct(errors) => {
            let texts: Vec<String> = errors
                .iter()
                .map(|error| format!("{}: {}", error.field, Language::English.text(error.problem)))
                .collect();
            Err(ApiError::invalid(texts.join("; ")))
        }
    }
}

/// Gives a customer a stored card, as if they had paid with it; `None` removes all cards.
pub(crate) fn set_card(app: &App, id: &str, number: Option<&str>) -> Result<()> {
    app.change(|store| {
        let mut customer: Customer = store.need(id)?;
        customer.cards.clear();
        if let Some(number) = number {
            let tail = number.len().saturating_sub(4);
            customer.cards.push(Card {
                id: store.new_id(),
                method: crate::billing::cards::scheme(number).method(),
                last4: number.get(tail..).unwrap_or_default().to_owned(),
                number: number.to_owned(),
            });
        }
        store.put(&customer)
    })
}

/// The number of records of each kind.
pub(crate) fn state(app: &App) -> Result<Value> {
    app.read(|store| {
        Ok(json!({
            "now": time::text(store.now),
            "clock": if store.clock.frozen.is_some() { "frozen" } else { "running" },
            "organization_id": tenants::organization(store, None)?.base.id,
            "customers": count::<Customer>(store)?,
            "products": count::<Product>(store)?,
            "coupons": count::<Coupon>(store)?,
            "payment_links": count::<Link>(store)?,
            "invoices": count::<Invoice>(store)?,
            "payments": count::<Payment>(store)?,
            "subscriptions": count::<Subscription>(store)?,
        }))
    })
}

fn count<R: Record>(store: &Store) -> Result<i64> {
    store.count::<R>(&Filter::new().raw("deleted = 0", []))
}
