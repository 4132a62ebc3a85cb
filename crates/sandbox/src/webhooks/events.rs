//! Events: written in the transaction that caused them, so that neither exists without the other.

use jiff::Timestamp;
use rusqlite::params;
use serde_json::{Map, Value, json};

use crate::error::Result;
use crate::model::{Event, Invoice, Link, Payment, Record, Subscription};
use crate::store::{Filter, Store};

/// What an event is about.
#[derive(Clone, Copy)]
pub(crate) enum Entity<'a> {
    Invoice(&'a Invoice),
    /// A payment and its invoice.
    Payment(&'a Payment, &'a Invoice),
    Subscription(&'a Subscription),
    /// A failed attempt at a link, which leaves nothing else behind.
    Attempt(&'a Link),
}

/// Stores an event and a delivery for every endpoint that subscribes to it. Without such an endpoint
/// nothing is stored.
pub(crate) fn emit(store: &mut Store, event: Event, entity: Entity<'_>) -> Result<()> {
    let mut wanting = super::endpoints(store)?;
    wanting.retain(|endpoint| {
        endpoint.org == entity.org() && endpoint.enabled && endpoint.wants(event)
    });
    if wanting.is_empty() {
        return Ok(());
    }
    let (org, place, id, status, data) = describe(store, entity)?;
    let (entity_type, path) = place;
    let body = json!({
        "event_type": event,
        "entity_type": entity_type,
        "entity_id": id,
        "entity_url": address(store, path, &id),
        "status": status,
        "data": data,
        "timestamp": stamp(store.now),
    });
    let sql = "INSERT INTO event(org, type, entity_type, entity_id, body, at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let now = store.now.as_microsecond();
    store.db.prepare_cached(sql)?.execute(params![
        org,
        event.word(),
        entity_type,
        id,
        body.to_string(),
        now
    ])?;
    let number = store.db.last_insert_rowid();
    for endpoint in wanting {
        let id = store.new_id();
        let sql = "INSERT INTO delivery(id, event, endpoint, status, attempts, next_at)
                   VALUES (?1, ?2, ?3, 'PENDING', 0, ?4)";
        store.db.prepare_cached(sql)?.execute(params![id, number, endpoint.id, now])?;
    }
    Ok(())
}

impl Entity<'_> {
    fn org(&self) -> &str {
        match self {
            Self::Invoice(invoice) => &invoice.base.org,
            Self::Payment(payment, _) => &payment.base.org,
            Self::Subscription(sub) => &sub.base.org,
            Self::Attempt(link) => &link.base.org,
        }
    }
}

type Described = (String, (&'static str, &'static str), String, String, Value);

fn describe(store: &Store, entity: Entity<'_>) -> Result<Described> {
    let mut data = Map::new();
    let mut metadata = Value::Null;
    let described = match entity {
        Entity::Invoice(invoice) => {
            about_invoice(store, &mut data, &mut metadata, invoice)?;
            let payments = store.payments_of(&invoice.base.id)?;
            let list =
                payments.iter().map(|payment| reference(store, "payments", &payment.base.id));
            data.insert("payments".to_owned(), list.collect());
            (("INVOICE", "invoices"), invoice.base(), invoice.status.word())
        }
        Entity::Payment(payment, invoice) => {
            about_invoice(store, &mut data, &mut metadata, invoice)?;
            let value = reference(store, "payments", &payment.base.id);
            data.insert("payment".to_owned(), value);
            (("PAYMENT", "payments"), payment.base(), payment.status.word())
        }
        Entity::Subscription(sub) => {
            let value = reference(store, "subscriptions", &sub.base.id);
            data.insert("subscription".to_owned(), value);
            if let Some(id) = &sub.latest_invoice {
                data.insert("invoice".to_owned(), reference(store, "invoices", id));
            }
            if let Some(id) = &sub.link {
                about_link(store, &mut data, &mut metadata, id)?;
            }
            (("SUBSCRIPTION", "subscriptions"), sub.base(), sub.status.word())
        }
        Entity::Attempt(link) => {
            about_link(store, &mut data, &mut metadata, &link.base.id)?;
            (("PAYMENT_LINK", "payment_links"), link.base(), "FAILED")
        }
    };
    data.insert("metadata".to_owned(), if metadata.is_null() { json!({}) } else { metadata });
    let (place, base, status) = described;
    Ok((base.org.clone(), place, base.id.clone(), status.to_owned(), Value::Object(data)))
}

fn about_invoice(
    store: &Store,
    data: &mut Map<String, Value>,
    metadata: &mut Value,
    invoice: &Invoice,
) -> Result<()> {
    data.insert("invoice".to_owned(), reference(store, "invoices", &invoice.base.id));
    if let Some(id) = &invoice.subscription {
        data.insert("subscription".to_owned(), reference(store, "subscriptions", id));
        data.insert("subscription_id".to_owned(), json!(id));
    }
    if let Some(id) = &invoice.link {
        about_link(store, data, metadata, id)?;
    }
    Ok(())
}

fn about_link(
    store: &Store,
    data: &mut Map<String, Value>,
    metadata: &mut Value,
    id: &str,
) -> Result<()> {
    data.insert("payment_link".to_owned(), reference(store, "payment_links", id));
    if let Some(link) = store.latest::<Link>(&Filter::new().eq("id", id))? {
        *metadata = link.metadata;
    }
    Ok(())
}

fn reference(store: &Store, path: &str, id: &str) -> Value {
    json!({"id": id, "url": address(store, path, id)})
}

fn address(store: &Store, path: &str, id: &str) -> String {
    format!("{}/api/v2/{path}/{id}", store.base_url)
}

/// UTC without a zone and with microseconds, as in the published example of a payload.
fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}
