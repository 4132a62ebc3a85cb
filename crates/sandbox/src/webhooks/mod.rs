//! Webhooks: what happened becomes events, events become deliveries to the registered endpoints,
//! deliveries are attempts that follow the published retry schedule on the sandbox's clock.

mod deliver;
mod events;

pub(crate) use deliver::{Dispatcher, Order};

use serde_json::{Value, json};

use crate::error::{ApiError, Code, Result};
use crate::formats::is_web_address;
use crate::model::{Delivery, DeliveryStatus, Endpoint, Event, Record as _};
use crate::store::{Filter, Paging, Store};

impl Endpoint {
    /// Whether it wants events of a type.
    fn wants(&self, event: Event) -> bool {
        self.enabled
            && (self.events.is_empty() || self.events.iter().any(|wanted| wanted == event.word()))
    }

    /// The endpoint in the control API's shape, with its secret.
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.base.id,
            "organization_id": self.base.organization_id,
            "url": self.url,
            "secret_key": self.secret_key,
            "events": self.events,
            "enabled": self.enabled,
        })
    }
}

/// All endpoints, in the order of their registration.
pub(crate) fn endpoints(store: &Store<'_>) -> Result<Vec<Endpoint>> {
    store.all(&Filter::new().raw("deleted = 0", []))
}

/// An endpoint that was not removed.
fn endpoint(store: &Store<'_>, id: &str) -> Result<Option<Endpoint>> {
    Ok(store.get::<Endpoint>(id)?.filter(|endpoint| !endpoint.base.is_deleted))
}

fn need_endpoint(store: &Store<'_>, id: &str) -> Result<Endpoint> {
    endpoint(store, id)?.ok_or_else(|| ApiError::not_found(Endpoint::NAME, id))
}

/// Registers an endpoint. Generates a secret if none is given.
pub(crate) fn register(
    store: &mut Store<'_>,
    org: &str,
    url: &str,
    secret: Option<&str>,
    events: &[String],
) -> Result<Endpoint> {
    ensure!(
        is_web_address(url),
        ApiError::invalid(format!("{url:?} is not an http or https address."))
    );
    let base = store.base(org, "", "");
    let generated = || store.ids.secret(&format!("webhook {}", base.id));
    let endpoint = Endpoint {
        url: url.to_owned(),
        secret_key: secret.map_or_else(generated, ToOwned::to_owned),
        events: events.to_vec(),
        enabled: true,
        base,
    };
    store.put(&endpoint)?;
    Ok(endpoint)
}

/// Enables or disables an endpoint. Disabling it ends its waiting deliveries.
pub(crate) fn set_enabled(store: &Store<'_>, id: &str, enabled: bool) -> Result<Value> {
    let mut endpoint = need_endpoint(store, id)?;
    endpoint.enabled = enabled;
    store.put(&endpoint)?;
    if !enabled {
        end_deliveries(store, id)?;
    }
    Ok(json!({}))
}

/// Removes an endpoint, and ends its waiting deliveries.
pub(crate) fn remove_endpoint(store: &Store<'_>, id: &str) -> Result<Value> {
    end_deliveries(store, id)?;
    store.delete(need_endpoint(store, id)?)
}

fn end_deliveries(store: &Store<'_>, endpoint: &str) -> Result<()> {
    let waiting = Filter::new().eq("parent", endpoint).raw("due IS NOT NULL", []);
    for mut delivery in store.all::<Delivery>(&waiting)? {
        (delivery.status, delivery.next_attempt_at) = (DeliveryStatus::Failed, None);
        store.put(&delivery)?;
    }
    Ok(())
}

/// Sends a delivery again, even if it was delivered.
pub(crate) fn resend(store: &Store<'_>, id: &str) -> Result<()> {
    let mut delivery: Delivery = store.need(id)?;
    let refusal =
        |state| Code::InvalidStatus.error(format!("The webhook of this delivery {state}."));
    match endpoint(store, &delivery.endpoint_id)? {
        None => return Err(refusal("was removed")),
        Some(endpoint) => ensure!(endpoint.enabled, refusal("is disabled")),
    }
    (delivery.status, delivery.attempts_made) = (DeliveryStatus::Pending, 0);
    delivery.next_attempt_at = Some(store.now);
    store.put(&delivery)
}

/// The latest deliveries, newest first.
pub(crate) fn latest_deliveries(store: &Store<'_>, limit: u32) -> Result<Vec<Delivery>> {
    let order = "seq".to_owned();
    let paging = Paging { page: 1, limit: limit.into(), order, descending: true };
    Ok(store.page(&Filter::new(), &paging)?.0)
}

/// The latest deliveries in the control API's shape, newest first, each with its attempts.
pub(crate) fn delivery_log(store: &Store<'_>, limit: u32) -> Result<Vec<Value>> {
    let view = |delivery: &Delivery| {
        Ok(json!({
            "id": delivery.base.id,
            "status": delivery.status,
            "attempts_made": delivery.attempts_made,
            "next_attempt_at": delivery.next_attempt_at,
            "endpoint_id": delivery.endpoint_id,
            "url": endpoint(store, &delivery.endpoint_id)?.map(|endpoint| endpoint.url),
            "payload": delivery.payload,
            "attempts": delivery.attempts,
        }))
    };
    latest_deliveries(store, limit)?.iter().map(view).collect()
}
