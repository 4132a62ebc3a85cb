//! Events: written in the transaction that caused them, so that neither exists without the other.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::error::Result;
use crate::model::{Base, Delivery, Endpoint, Event, Invoice, Link, Payment, Subscription};
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

impl<'a> From<&'a Invoice> for Entity<'a> {
    fn from(invoice: &'a Invoice) -> Self {
        Self::Invoice(invoice)
    }
}

impl<'a> From<(&'a Payment, &'a Invoice)> for Entity<'a> {
    fn from((payment, invoice): (&'a Payment, &'a Invoice)) -> Self {
        Self::Payment(payment, invoice)
    }
}

impl<'a> From<&'a Subscription> for Entity<'a> {
    fn from(subscription: &'a Subscription) -> Self {
        Self::Subscription(subscription)
    }
}

impl<'a> From<&'a Link> for Entity<'a> {
    fn from(link: &'a Link) -> Self {
        Self::Attempt(link)
    }
}

impl Entity<'_> {
    fn base(&self) -> &Base {
        match self {
            Self::Invoice(invoice) => &invoice.base,
            Self::Payment(payment, _) => &payment.base,
            Self::Subscription(sub) => &sub.base,
            Self::Attempt(link) => &link.base,
        }
    }

    /// Its type, the path under which the API shows it, and its status.
    const fn kind(&self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Invoice(invoice) => ("INVOICE", "invoices", invoice.status.word()),
            Self::Payment(payment, _) => ("PAYMENT", "payments", payment.status.word()),
            Self::Subscription(sub) => ("SUBSCRIPTION", "subscriptions", sub.status.word()),
            Self::Attempt(_) => ("PAYMENT_LINK", "payment_links", "FAILED"),
        }
    }

    fn data(self, store: &Store<'_>) -> Result<Map<String, Value>> {
        let mut data = Map::new();
        let mut add = |name: &str, value: Value| data.insert(name.to_owned(), value);
        let (link, subscription) = match self {
            Self::Invoice(invoice) | Self::Payment(_, invoice) => {
                add("invoice", reference(store, "invoices", &invoice.base.id));
                (invoice.payment_link_id.as_ref(), invoice.subscription_id.as_ref())
            }
            Self::Subscription(sub) => {
                add("subscription", reference(store, "subscriptions", &sub.base.id));
                if let Some(id) = &sub.latest_invoice_id {
                    add("invoice", reference(store, "invoices", id));
                }
                (sub.link.as_ref(), None)
            }
            Self::Attempt(link) => (Some(&link.base.id), None),
        };
        if let Some(id) = subscription {
            add("subscription", reference(store, "subscriptions", id));
            add("subscription_id", json!(id));
        }
        let mut metadata = Value::Null;
        if let Some(id) = link {
            add("payment_link", reference(store, "payment_links", id));
            metadata = store.get::<Link>(id)?.map(|link| link.custom_metadata).unwrap_or_default();
        }
        match self {
            Self::Invoice(invoice) => {
                let payments = store.payments_of(&invoice.base.id)?;
                let list = payments.iter().map(|one| reference(store, "payments", &one.base.id));
                add("payments", list.collect());
            }
            Self::Payment(payment, _) => {
                add("payment", reference(store, "payments", &payment.base.id));
            }
            Self::Subscription(_) | Self::Attempt(_) => {}
        }
        add("metadata", if metadata.is_null() { json!({}) } else { metadata });
        Ok(data)
    }
}

impl Store<'_> {
    /// Stores an event and a delivery for every endpoint that subscribes to it. Without such an
    /// endpoint nothing is stored.
    pub(crate) fn emit<'a>(&mut self, event: Event, entity: impl Into<Entity<'a>>) -> Result<()> {
        let entity = entity.into();
        let base = entity.base();
        let own = Filter::new().eq("org", &base.organization_id).raw("deleted = 0", []);
        let mut endpoints = self.all::<Endpoint>(&own)?;
        endpoints.retain(|endpoint| endpoint.wants(event));
        if endpoints.is_empty() {
            return Ok(());
        }
        let (kind, path, status) = entity.kind();
        let payload = json!({
            "event_type": event,
            "entity_type": kind,
            "entity_id": base.id,
            "entity_url": address(self, path, &base.id),
            "status": status,
            "data": entity.data(self)?,
            "timestamp": stamp(self.now),
        });
        for endpoint in endpoints {
            let delivery = Delivery {
                base: self.base(&base.organization_id, "", ""),
                endpoint_id: endpoint.base.id,
                event,
                entity_type: kind.to_owned(),
                entity_id: base.id.clone(),
                payload: payload.clone(),
                next_attempt_at: Some(self.now),
                ..Delivery::default()
            };
            self.put(&delivery)?;
        }
        Ok(())
    }
}

fn reference(store: &Store<'_>, path: &str, id: &str) -> Value {
    json!({"id": id, "url": address(store, path, id)})
}

fn address(store: &Store<'_>, path: &str, id: &str) -> String {
    format!("{}/api/v2/{path}/{id}", store.base_url)
}

/// UTC without a zone and with microseconds, as in the published example of a payload.
fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}
