//! Changing the plan of a subscription: scheduled for the period's end, with a preview, and the
//! already prepared invoice made anew.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::subscriptions::{view as view_subscription, wrong_status};
use super::{Call, Fields, Reply};
use crate::billing::{Basket, Wanted, cancel_invoice, cycles, fill};
use crate::error::{ApiError, Result};
use crate::model::{Coupon, Invoice, PendingChange, Product, Subscription, SubscriptionItem};
use crate::store::Store;
use crate::webhooks::{self, Entity};
use crate::{money, time};

/// The pending change of a subscription with its preview, null where there is none.
pub(super) fn view(store: &Store, sub: &Subscription) -> Result<Value> {
    let Some(change) = &sub.pending else {
        return Ok(Value::Null);
    };
    let currency = sub.currency.as_str();
    let (items, totals) = priced(store, sub, change)?;
    let start = sub.period.1;
    let end = cycles::next_end(sub);
    let amount = |value: Decimal| money::text(value, currency);
    let per_month = |value: Decimal, unit: &str, count: i64| value / months(unit, count);
    let delta_per_month = per_month(totals.amount, &change.unit, change.count)
        - per_month(sub.totals.amount, &sub.unit, sub.count);
    let discount = totals.original - totals.amount;
    Ok(json!({
        "id": change.id,
        "effective_at": time::text(start),
        "invoice_was_reissued": change.reissued,
        "target_items": items,
        "target_subscription_coupon_ids": change.coupons,
        "target_recurring_interval": change.unit,
        "target_recurring_interval_count": change.count,
        "target_amount": amount(totals.amount),
        "currency": currency,
        "current_amount": amount(sub.totals.amount),
        "delta_amount": amount(totals.amount - sub.totals.amount),
        "delta_amount_per_month": amount(delta_per_month),
        "changes": differences(store, sub, change)?,
        "next_invoice_preview": {
            "period_start": time::text(start),
            "period_end": time::text(end),
            "issue_at": time::text(sub.prepare_at().max(store.now)),
            "due_at": time::text(start),
            "subtotal": amount(totals.original),
            "discount_total": amount(discount),
            "total_amount": amount(totals.amount),
            "currency": currency,
        },
    }))
}

/// Months in an interval, as far as comparing needs.
fn months(unit: &str, count: i64) -> Decimal {
    let count = Decimal::from(count.max(1));
    match unit {
        // 52 weeks in 12 months.
        "WEEK" => count * Decimal::from(12) / Decimal::from(52),
        "QUARTER" => count * Decimal::from(3),
        "YEAR" => count * Decimal::from(12),
        _ => count,
    }
}

/// The items of the change at their agreed prices.
fn priced(
    store: &Store,
    sub: &Subscription,
    change: &PendingChange,
) -> Result<(Vec<Value>, crate::pricing::Totals)> {
    let currency = sub.currency.as_str();
    let mut lines = Vec::new();
    let mut names = Vec::new();
    for item in &change.items {
        let product: Product = store.need(&item.product_id)?;
        let price = product.agreed_price(item.price_id.as_deref(), currency);
        lines.push(crate::pricing::Line {
            unit: price.map(crate::model::Price::gross).unwrap_or_default(),
            quantity: item.quantity.into(),
            exempt: price.is_some_and(|price| price.exempt),
            coupons: super::coupons::terms(store, &item.coupons)?,
        });
        names.push(product.name);
    }
    let totals =
        crate::pricing::price(&lines, &super::coupons::terms(store, &change.coupons)?, currency)?;
    let items = change.items.iter().zip(&totals.lines).zip(names).map(|((item, line), name)| {
        json!({
            "product_id": item.product_id,
            "product_name": name,
            "quantity": item.quantity,
            "original_amount": money::text(line.original, currency),
            "discounted_amount": money::text(line.discounted, currency),
        })
    });
    Ok((items.collect(), totals))
}

/// The differences between the present plan and the coming one, one by one.
fn differences(store: &Store, sub: &Subscription, change: &PendingChange) -> Result<Vec<Value>> {
    let mut list = Vec::new();
    let mut add = |kind: &str,
                   label: String,
                   product: Option<&str>,
                   from: Option<String>,
                   to: Option<String>| {
        list.push(json!({
            "kind": kind,
            "label": label,
            "product_id": product,
            "from_value": from,
            "to_value": to,
        }));
    };
    let name = |id: &str| -> Result<String> { Ok(store.need::<Product>(id)?.name) };
    let (old, new) = (quantities(&sub.items), quantities(&change.items));
    let gone: Vec<&String> = old.keys().filter(|id| !new.contains_key(*id)).collect();
    let come: Vec<&String> = new.keys().filter(|id| !old.contains_key(*id)).collect();
    if let ([from], [to]) = (gone.as_slice(), come.as_slice()) {
        let (was, is) = (name(from)?, name(to)?);
        let label = format!("{was} is replaced by {is}");
        add("PRODUCT_REPLACED", label, Some(to), Some(was), Some(is));
    } else {
        for id in gone {
            let was = name(id)?;
            add("PRODUCT_REMOVED", format!("{was} is removed"), Some(id), Some(was), None);
        }
        for id in come {
            let is = name(id)?;
            add("PRODUCT_ADDED", format!("{is} is added"), Some(id), None, Some(is));
        }
    }
    for (id, before) in &old {
        let Some(after) = new.get(id).filter(|after| *after != before) else {
            continue;
        };
        let kind = if after > before { "QUANTITY_INCREASED" } else { "QUANTITY_DECREASED" };
        let label = format!("{}: {before} becomes {after}", name(id)?);
        add(kind, label, Some(id), Some(before.to_string()), Some(after.to_string()));
    }
    let (had, has) =
        (all_coupons(&sub.items, &sub.coupons), all_coupons(&change.items, &change.coupons));
    for id in had.iter().filter(|id| !has.contains(*id)) {
        let coupon: Coupon = store.need(id)?;
        let label = format!("Coupon {} is removed", coupon.name);
        add("COUPON_REMOVED", label, None, Some(coupon.name), None);
    }
    for id in has.iter().filter(|id| !had.contains(*id)) {
        let coupon: Coupon = store.need(id)?;
        let label = format!("Coupon {} is added", coupon.name);
        add("COUPON_ADDED", label, None, None, Some(coupon.name));
    }
    if (&sub.unit, sub.count) != (&change.unit, change.count) {
        let from = format!("{} {}", sub.count, sub.unit);
        let to = format!("{} {}", change.count, change.unit);
        let label = format!("The interval {from} becomes {to}");
        add("INTERVAL_CHANGED", label, None, Some(from), Some(to));
    }
    Ok(list)
}

fn quantities(items: &[SubscriptionItem]) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for item in items {
        let sum: &mut i64 = sums.entry(item.product_id.clone()).or_default();
        *sum = sum.saturating_add(item.quantity);
    }
    sums
}

/// The coupons of the whole and of the items.
fn all_coupons(items: &[SubscriptionItem], whole: &[String]) -> Vec<String> {
    let mut list: Vec<String> = whole.to_vec();
    list.extend(items.iter().flat_map(|item| item.coupons.iter().cloned()));
    list.sort();
    list.dedup();
    list
}

/// A plan without what does not matter when plans are compared.
fn essence(items: &[SubscriptionItem], coupons: &[String]) -> Value {
    let items: Vec<Value> =
        items.iter().map(|item| json!([item.product_id, item.quantity, item.coupons])).collect();
    json!([items, coupons])
}

pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Reply> {
    let mut sub: Subscription = call.target("subscription_id")?;
    if sub.is_over() {
        return Err(wrong_status(&sub));
    }
    let body = call.body.clone();
    let fields = Fields(&body);
    let was = (sub.until_cycle, sub.methods.clone());
    apply_now(&mut sub, fields)?;
    let scope = call.scope.clone();
    let coupons = fields.ids("coupons");
    let basket = fill(call.store, &scope, &Wanted::read(fields), &coupons, &sub.currency, true)?;
    if basket.products.iter().any(|product| product.kind != "RECURRING") {
        return Err(ApiError::invalid("A subscription is to recurring products."));
    }
    let items = keep_ids(call.store, &sub, basket);
    let unit = fields.text("recurring_interval").unwrap_or_else(|| sub.unit.clone());
    let count = fields.number("recurring_interval_count").unwrap_or(sub.count);
    if count > 1000 {
        let text = "recurring_interval_count is more than this sandbox works with (1000)";
        return Err(ApiError::value(&["recurring_interval_count"], text));
    }
    let changed = essence(&items, &coupons) != essence(&sub.items, &sub.coupons)
        || (&unit, count) != (&sub.unit, sub.count);
    let before = sub.pending.take();
    if changed {
        let id = call.store.new_id();
        sub.pending = Some(PendingChange { id, items, coupons, unit, count, reissued: false });
    }
    let reissued = (changed || before.is_some()) && reissue(call.store, &mut sub)?;
    if let Some(pending) = &mut sub.pending {
        pending.reissued = reissued;
    }
    call.store.update(&mut sub, |sub| &mut sub.base)?;
    let mut events = Vec::new();
    if was != (sub.until_cycle, sub.methods.clone()) {
        events.push("SUBSCRIPTION_PLAN_UPDATED");
    }
    if changed {
        events.push("SUBSCRIPTION_PLAN_CHANGE_SCHEDULED");
        if reissued {
            events.push("SUBSCRIPTION_PLAN_CHANGE_INVOICE_REISSUED");
        }
    } else if before.is_some() {
        events.push("SUBSCRIPTION_PLAN_CHANGE_CANCELED");
    }
    for event in events {
        webhooks::emit(call.store, event, Entity::Subscription(&sub))?;
    }
    Reply::ok(view_subscription(call.store, &sub)?)
}

/// What takes effect at once.
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

/// Makes the prepared invoice of the next cycle anew, if there is one and nobody has paid it.
fn reissue(store: &mut Store, sub: &mut Subscription) -> Result<bool> {
    let Some(id) = &sub.prepared else {
        return Ok(false);
    };
    let mut invoice: Invoice = store.need(id)?;
    if !invoice.paid.is_zero() || invoice.status == "CANCELED" {
        return Ok(false);
    }
    cancel_invoice(store, &mut invoice)?;
    let period = (sub.period.1, cycles::next_end(sub));
    sub.prepared = Some(cycles::bill(store, sub, period)?.base.id);
    Ok(true)
}

pub(super) fn withdraw(call: &mut Call<'_, '_>) -> Result<Reply> {
    let mut sub: Subscription = call.target("subscription_id")?;
    // An invoice that was made anew stays as it is: the customer has been told of it.
    if sub.pending.take().is_some() {
        call.store.update(&mut sub, |sub| &mut sub.base)?;
        let event = "SUBSCRIPTION_PLAN_CHANGE_CANCELED";
        webhooks::emit(call.store, event, Entity::Subscription(&sub))?;
    }
    Reply::empty()
}
