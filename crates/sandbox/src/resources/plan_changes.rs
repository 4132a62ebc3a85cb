//! Changing the plan of a subscription: scheduled for the period's end, with a preview, and the
//! invoice that was already prepared replaced.

use serde_json::{Map, Value, json};

use super::call::View as _;
use super::subscriptions::wrong_status;
use super::{Call, links};
use crate::billing::{cancel_invoice, cycles, fill};
use crate::error::{ApiError, Result};
use crate::model::{
    Cycle, Event, Invoice, InvoiceStatus, Item, PendingChange, ProductKind, Subscription,
};
use crate::store::Store;

/// The parts of a plan that make it different from another.
fn essence(items: &[Item], coupons: &[String], cycle: Cycle) -> Value {
    let items = items.iter().map(|item| json!([item.product_id, item.quantity, item.coupons]));
    json!([items.collect::<Vec<Value>>(), coupons, cycle])
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut sub: Subscription = call.target(store)?;
    ensure!(!sub.is_over(), wrong_status(&sub));
    let was = (sub.until_cycle, sub.payment_methods.clone());
    apply_now(&mut sub, call)?;
    let (items, coupons) = links::basket_of(call);
    let basket = fill(store, &call.scope, items, coupons, sub.currency, true)?;
    ensure!(
        basket.products.iter().all(|product| product.kind == ProductKind::Recurring),
        ApiError::invalid("A subscription needs recurring products.")
    );
    let (mut items, coupons) = (basket.items, basket.coupons);
    keep_ids(&mut items, &sub);
    let cycle = Cycle {
        unit: call.get("recurring_interval").unwrap_or(sub.cycle.unit),
        count: call.get("recurring_interval_count").unwrap_or(sub.cycle.count),
    };
    let text = "recurring_interval_count exceeds the limit of this sandbox (1000)";
    ensure!(cycle.count <= 1000, ApiError::value("recurring_interval_count", text));
    let changed = essence(&items, &coupons, cycle) != essence(&sub.items, &sub.coupons, sub.cycle);
    let before = sub.pending.take();
    if changed {
        let id = store.new_id();
        sub.pending = Some(PendingChange { id, items, coupons, cycle, reissued: false });
    }
    let reissued = (changed || before.is_some()) && reissue(store, &mut sub)?;
    if let Some(pending) = &mut sub.pending {
        pending.reissued = reissued;
    }
    store.update(&mut sub)?;
    if was != (sub.until_cycle, sub.payment_methods.clone()) {
        store.emit(Event::SubscriptionPlanUpdated, &sub)?;
    }
    if changed {
        store.emit(Event::SubscriptionPlanChangeScheduled, &sub)?;
        if reissued {
            store.emit(Event::SubscriptionPlanChangeInvoiceReissued, &sub)?;
        }
    } else if before.is_some() {
        store.emit(Event::SubscriptionPlanChangeCanceled, &sub)?;
    }
    sub.view(store)
}

/// Applies the changes that take effect immediately.
fn apply_now(sub: &mut Subscription, call: &Call) -> Result<()> {
    if call.has("description") {
        sub.description = call.get("description");
    }
    if call.has("until_cycle_number") {
        let until: Option<i64> = call.get("until_cycle_number");
        let text = format!("cycle {} is already running", sub.number);
        let fits = until.is_none_or(|until| until >= sub.number);
        ensure!(fits, ApiError::value("until_cycle_number", text));
        sub.until_cycle = until;
    }
    if let Some(given) = call.get::<Map<String, Value>>("override_payment_methods") {
        let mut methods = sub.payment_methods.as_object().cloned().unwrap_or_default();
        methods.extend(given);
        sub.payment_methods = Value::Object(methods);
    }
    if let Some(exclude) = call.get("exclude_coupons_if_installments") {
        sub.exclude_coupons = exclude;
    }
    Ok(())
}

/// Items of the same product keep their ids.
fn keep_ids(items: &mut [Item], sub: &Subscription) {
    for item in items {
        if let Some(old) = sub.items.iter().find(|old| old.product_id == item.product_id) {
            item.id.clone_from(&old.id);
            item.created_at = old.created_at;
        }
    }
}

/// Replaces the prepared invoice of the next cycle, unless it is paid.
fn reissue(store: &mut Store<'_>, sub: &mut Subscription) -> Result<bool> {
    let Some(id) = &sub.prepared else { return Ok(false) };
    let mut invoice: Invoice = store.need(id)?;
    if !invoice.paid_amount.is_zero() || invoice.status == InvoiceStatus::Canceled {
        return Ok(false);
    }
    cancel_invoice(store, &mut invoice)?;
    let period = sub.next_period();
    sub.prepared = Some(cycles::bill(store, sub, period)?.base.id);
    Ok(true)
}

pub(super) fn withdraw(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut sub: Subscription = call.target(store)?;
    // A reissued invoice stays unchanged: the customer has already received it.
    if sub.pending.take().is_some() {
        store.update(&mut sub)?;
        store.emit(Event::SubscriptionPlanChangeCanceled, &sub)?;
    }
    Ok(json!({}))
}
