//! Changing the plan of a subscription: scheduled for the period's end, with a preview, and the
//! invoice that was already prepared replaced.

use serde_json::{Value, json};

use super::subscriptions::wrong_status;
use super::views::subscription as view_subscription;
use super::{Call, Reply};
use crate::billing::{Basket, Wanted, cancel_invoice, cycles, fill};
use crate::error::{ApiError, Result};
use crate::fields::Fields;
use crate::model::{
    Event, Invoice, InvoiceStatus, PendingChange, ProductKind, Subscription, SubscriptionItem,
};
use crate::store::Store;
use crate::webhooks::{self, Entity};

/// The parts of a plan that make it different from another.
fn essence(items: &[SubscriptionItem], coupons: &[String]) -> Value {
    let items: Vec<Value> =
        items.iter().map(|item| json!([item.product_id, item.quantity, item.coupons])).collect();
    json!([items, coupons])
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut sub: Subscription = call.target(store, "subscription_id")?;
    if sub.is_over() {
        return Err(wrong_status(&sub));
    }
    let fields = call.fields();
    let was = (sub.until_cycle, sub.methods.clone());
    apply_now(&mut sub, fields)?;
    let scope = &call.scope;
    let coupons = fields.ids("coupons");
    let basket = fill(store, scope, &Wanted::read(fields), &coupons, &sub.currency, true)?;
    if basket.products.iter().any(|product| product.kind != ProductKind::Recurring) {
        return Err(ApiError::invalid("A subscription needs recurring products."));
    }
    let items = keep_ids(store, &sub, basket);
    let unit = fields.word("recurring_interval").unwrap_or(sub.unit);
    let count = fields.number("recurring_interval_count").unwrap_or(sub.count);
    if count > 1000 {
        let text = "recurring_interval_count exceeds the limit of this sandbox (1000)";
        return Err(ApiError::value(&["recurring_interval_count"], text));
    }
    let changed = essence(&items, &coupons) != essence(&sub.items, &sub.coupons)
        || (unit, count) != (sub.unit, sub.count);
    let before = sub.pending.take();
    if changed {
        let id = store.new_id();
        sub.pending = Some(PendingChange { id, items, coupons, unit, count, reissued: false });
    }
    let reissued = (changed || before.is_some()) && reissue(store, &mut sub)?;
    if let Some(pending) = &mut sub.pending {
        pending.reissued = reissued;
    }
    store.update(&mut sub)?;
    let mut events = Vec::new();
    if was != (sub.until_cycle, sub.methods.clone()) {
        events.push(Event::SubscriptionPlanUpdated);
    }
    if changed {
        events.push(Event::SubscriptionPlanChangeScheduled);
        if reissued {
            events.push(Event::SubscriptionPlanChangeInvoiceReissued);
        }
    } else if before.is_some() {
        events.push(Event::SubscriptionPlanChangeCanceled);
    }
    for event in events {
        webhooks::emit(store, event, Entity::Subscription(&sub))?;
    }
    Reply::ok(view_subscription(store, &sub)?)
}

/// Applies the changes that take effect immediately.
fn apply_now(sub: &mut Subscription, fields: Fields<'_>) -> Result<()> {
    if fields.has("description") {
        sub.description = fields.text("description");
    }
    if fields.has("until_cycle_number") {
        let until = fields.number("until_cycle_number");
        if until.is_some_and(|until| until < sub.cycle) {
            let text = format!("cycle {} is already running", sub.cycle);
            return Err(ApiError::value(&["until_cycle_number"], text));
        }
        sub.until_cycle = until;
    }
    if let Some(Value::Object(given)) = fields.given("override_payment_methods") {
        if sub.methods.is_null() {
            sub.methods = json!({});
        }
        if let Some(map) = sub.methods.as_object_mut() {
            map.extend(given.clone());
        }
    }
    if let Some(exclude) = fields.flag("exclude_coupons_if_installments") {
        sub.exclude_coupons = exclude;
    }
    Ok(())
}

/// Items of the same product keep their ids.
fn keep_ids(store: &Store, sub: &Subscription, basket: Basket) -> Vec<SubscriptionItem> {
    let now = store.now;
    let items = basket.items.into_iter().map(|item| {
        let old = sub.items.iter().find(|old| old.product_id == item.product_id);
        SubscriptionItem {
            id: old.map_or(item.id, |old| old.id.clone()),
            product_id: item.product_id,
            price_id: item.price_id,
            quantity: item.quantity,
            coupons: item.coupons,
            created_at: old.map_or(now, |old| old.created_at),
        }
    });
    items.collect()
}

/// Replaces the prepared invoice of the next cycle, unless it is paid.
fn reissue(store: &mut Store, sub: &mut Subscription) -> Result<bool> {
    let Some(id) = &sub.prepared else {
        return Ok(false);
    };
    let mut invoice: Invoice = store.need(id)?;
    if !invoice.paid.is_zero() || invoice.status == InvoiceStatus::Canceled {
        return Ok(false);
    }
    cancel_invoice(store, &mut invoice)?;
    let period = (sub.period.1, cycles::next_end(sub));
    sub.prepared = Some(cycles::bill(store, sub, period)?.base.id);
    Ok(true)
}

pub(super) fn withdraw(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut sub: Subscription = call.target(store, "subscription_id")?;
    // A reissued invoice stays unchanged: the customer has already received it.
    if sub.pending.take().is_some() {
        store.update(&mut sub)?;
        let event = Event::SubscriptionPlanChangeCanceled;
        webhooks::emit(store, event, Entity::Subscription(&sub))?;
    }
    Reply::empty()
}
