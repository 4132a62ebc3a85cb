//! How invoices, subscriptions and what belongs to them look in responses. They are shown within
//! one another, so this file holds them together.
//!
//! A view may have more members than a response shows: the contract gives each response the members
//! that the description promises.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::call::{View as _, with};
use super::customers;
use crate::billing::{freezes, reprice};
use crate::error::Result;
use crate::model::{
    Branch, Coupon, Currency, Customer, Cycle, Interval, Invoice, InvoiceStatus, Item,
    PendingChange, Price, Product, Record as _, Subscription,
};
use crate::money;
use crate::pricing::{Totals, steps_json};
use crate::store::Store;
use crate::time;

/// Amounts by name, each as a decimal number and in the smallest unit of its currency.
pub(super) fn amounts<const N: usize>(
    currency: Currency,
    amounts: [(&str, Decimal); N],
) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, amount) in amounts {
        members.insert(name.to_owned(), json!(money::round(amount, currency)));
        let minor = money::minor(amount, currency);
        members.insert(format!("{name}_in_smallest_unit"), json!(minor));
    }
    members
}

/// The totals of a basket. Invoices name the amount otherwise than links and subscriptions.
pub(super) fn totals(totals: &Totals, currency: Currency) -> Map<String, Value> {
    let mut members = amounts(
        currency,
        [
            ("amount", totals.amount),
            ("total_amount", totals.amount),
            ("original_amount", totals.original),
            ("item_level_discounted_amount", totals.item_discount),
            ("total_vat_amount", totals.vat),
            ("total_price_excluding_vat", totals.net()),
        ],
    );
    let sar = money::in_sar(totals.amount, currency);
    members.insert("home_currency_amount".to_owned(), json!(sar));
    members.insert("exchange_rate_at_creation".to_owned(), json!(money::rate(currency)));
    let steps = steps_json(&totals.steps, currency);
    members.insert("coupon_calculation_metadata".to_owned(), steps);
    members
}

/// The items of a link, an invoice or a subscription.
pub(super) fn items(
    store: &Store<'_>,
    items: &[Item],
    totals: &Totals,
    currency: Currency,
) -> Result<Vec<Value>> {
    let mut list = Vec::new();
    for (item, line) in items.iter().zip(&totals.lines) {
        let product: Product = store.need(&item.product_id)?;
        let mut members = amounts(
            currency,
            [
                ("original_amount", line.original),
                ("discounted_amount", line.discounted),
                ("unit_price", item.unit_price),
            ],
        );
        if let Value::Object(mut own) = json!(item) {
            own.extend(members);
            members = own;
        }
        let more = json!({
            "currency": currency,
            "coupon_calculation_metadata": steps_json(&line.steps, currency),
            "product": product.view(store)?,
        });
        list.push(with(members, more));
    }
    Ok(list)
}

/// What all shapes of an invoice share.
fn invoice_base(invoice: &Invoice) -> Map<String, Value> {
    let currency = invoice.currency;
    let mut members = invoice.members();
    members.extend(totals(&invoice.totals, currency));
    let left = invoice.totals.amount - invoice.paid_amount;
    let payments = [("paid_amount", invoice.paid_amount), ("remaining_amount", left)];
    members.extend(amounts(currency, payments));
    let actual = (invoice.status == InvoiceStatus::Completed)
        .then(|| money::in_sar(invoice.totals.amount, currency));
    members.insert("home_currency_amount_actual".to_owned(), json!(actual));
    members.insert("account_id".to_owned(), json!(invoice.base.organization_id));
    members.insert("payment_method".to_owned(), json!("PAYMENTGATEWAY"));
    // Invoices know the intervals of products, where a quarter is three months.
    if let Some(Cycle { unit: Interval::Quarter, count }) = invoice.cycle {
        let months = Cycle::new(Interval::Month, count.saturating_mul(3));
        members.insert("recurring_interval".to_owned(), json!(months.unit));
        members.insert("recurring_interval_count".to_owned(), json!(months.count));
    }
    members
}

fn payments(store: &Store<'_>, invoice: &Invoice) -> Result<Vec<Value>> {
    store.payments_of(&invoice.base.id)?.iter().map(|payment| payment.view(store)).collect()
}

fn subscription_of(store: &Store<'_>, invoice: &Invoice) -> Result<Option<Subscription>> {
    invoice.subscription_id.as_deref().map_or(Ok(None), |id| store.get(id))
}

/// An invoice in full.
pub(super) fn invoice(store: &Store<'_>, invoice: &Invoice) -> Result<Value> {
    let customer: Customer = store.need(&invoice.organization_consumer_id)?;
    let branch: Option<Branch> = store.get(&invoice.base.branch_id)?;
    let sub = subscription_of(store, invoice)?;
    let pattern = invoice.cycle.map(|cycle| match cycle.unit {
        Interval::Week => "Week",
        Interval::Month => "Month",
        Interval::Quarter => "Quarter",
        Interval::Semester => "Half-Year",
        Interval::Year => "Year",
    });
    let more = json!({
        "branch": branch.map(|branch| branch.members()),
        "organization_consumer": customers::embedded(&customer),
        "items": items(store, &invoice.items, &invoice.totals, invoice.currency)?,
        "payments": payments(store, invoice)?,
        "subscription": sub.map(|sub| sub.view(store)).transpose()?,
        "payment_methods": methods(&invoice.payment_methods),
        "recurrence_pattern": pattern,
        "url": invoice_url(store, invoice),
    });
    Ok(with(invoice_base(invoice), more))
}

/// The address of the page where an invoice is paid.
pub(crate) fn invoice_url(store: &Store<'_>, invoice: &Invoice) -> String {
    format!("{}/i/{}", store.base_url, invoice.base.id)
}

/// The payment methods of an invoice. A method that is left out is off, but Mada is on.
fn methods(given: &Value) -> Value {
    let names = ["mada", "visa", "mastercard", "amex", "bank_transfer", "installment", "qurrah"];
    let is_on = |name: &str| match given.get(name) {
        Some(on) => on.as_bool().unwrap_or(false),
        None => name == "mada",
    };
    if given.is_null() {
        return Value::Null;
    }
    names.into_iter().map(|name| (name.to_owned(), json!(is_on(name)))).collect()
}

/// An invoice in the shape of lists.
pub(super) fn invoice_row(
    store: &Store<'_>,
    invoice: &Invoice,
    with_payments: bool,
) -> Result<Value> {
    let customer: Customer = store.need(&invoice.organization_consumer_id)?;
    let sub = subscription_of(store, invoice)?;
    let payments = if with_payments { Some(payments(store, invoice)?) } else { None };
    let more = json!({
        "organization_consumer": customers::embedded(&customer),
        "subscription": sub.map(|sub| json!({
            "id": sub.base.id,
            "recurring_interval": sub.cycle.unit,
            "recurring_interval_count": sub.cycle.count,
            "status": sub.status,
            "current_period_start": sub.start,
            "current_period_end": sub.end,
            "cancel_at_period_end": sub.cancel_at_end,
        })),
        "payments": payments,
    });
    Ok(with(invoice_base(invoice), more))
}

/// A subscription in the API's shape.
pub(super) fn subscription(store: &Store<'_>, sub: &Subscription) -> Result<Value> {
    let customer: Customer = store.need(&sub.organization_consumer_id)?;
    let latest = sub.latest_invoice_id.as_deref().map_or(Ok(None), |id| store.get::<Invoice>(id));
    let freeze = freezes::latest(store, &sub.base.id)?;
    let days = if sub.is_over() { 0 } else { time::days_between(store.now, sub.end) };
    let mut items = items(store, &sub.items, &sub.totals, sub.currency)?;
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        item.insert("subscription_id".to_owned(), json!(sub.base.id));
    }
    let mut members = sub.members();
    members.extend(totals(&sub.totals, sub.currency));
    let more = json!({
        "remaining_days": days,
        "organization_consumer": customers::embedded(&customer),
        "items": items,
        "latest_invoice": latest?.as_ref().map(invoice_base),
        "latest_freeze": freeze.map(|freeze| freeze.view(store)).transpose()?,
        "pending_change": sub.pending.as_ref().map(|it| pending(store, sub, it)).transpose()?,
    });
    Ok(with(members, more))
}

/// The pending change of a subscription with its preview.
fn pending(store: &Store<'_>, sub: &Subscription, change: &PendingChange) -> Result<Value> {
    let currency = sub.currency;
    let mut target = change.items.clone();
    let mut names = Vec::new();
    for item in &mut target {
        let product: Product = store.need(&item.product_id)?;
        let price = product.agreed_price(item.product_price_id.as_deref(), currency);
        item.unit_price = price.map(Price::gross).unwrap_or_default();
        item.exempt = price.is_some_and(|price| price.exempt);
        names.push(product.name);
    }
    let totals = reprice(store, &target, &change.coupons, currency)?;
    let items = target.iter().zip(&totals.lines).zip(names).map(|((item, line), name)| {
        json!({
            "product_id": item.product_id,
            "product_name": name,
            "quantity": item.quantity,
            "original_amount": line.original,
            "discounted_amount": line.discounted,
        })
    });
    let items: Vec<Value> = items.collect();
    let (start, end) = sub.next_period();
    let amount = |value: Decimal| money::round(value, currency);
    let delta_per_month =
        totals.amount / months(change.cycle) - sub.totals.amount / months(sub.cycle);
    Ok(json!({
        "id": change.id,
        "effective_at": start,
        "invoice_was_reissued": change.reissued,
        "target_items": items,
        "target_subscription_coupon_ids": change.coupons,
        "target_recurring_interval": change.cycle.unit,
        "target_recurring_interval_count": change.cycle.count,
        "target_amount": amount(totals.amount),
        "currency": currency,
        "current_amount": amount(sub.totals.amount),
        "delta_amount": amount(totals.amount - sub.totals.amount),
        "delta_amount_per_month": amount(delta_per_month),
        "changes": differences(store, sub, change)?,
        "next_invoice_preview": {
            "period_start": start,
            "period_end": end,
            "issue_at": sub.prepare_at().max(store.now),
            "due_at": start,
            "subtotal": amount(totals.original),
            "discount_total": amount(totals.original - totals.amount),
            "total_amount": amount(totals.amount),
            "currency": currency,
        },
    }))
}

/// The length of a cycle in months, for comparing amounts.
fn months(cycle: Cycle) -> Decimal {
    let count = Decimal::from(cycle.count.max(1));
    match cycle.unit {
        // 52 weeks in 12 months.
        Interval::Week => count * Decimal::from(12) / Decimal::from(52),
        Interval::Month => count,
        Interval::Quarter => count * Decimal::from(3),
        Interval::Semester => count * Decimal::from(6),
        Interval::Year => count * Decimal::from(12),
    }
}

/// The differences between the present plan and the coming one, one by one.
fn differences(
    store: &Store<'_>,
    sub: &Subscription,
    change: &PendingChange,
) -> Result<Vec<Value>> {
    let mut list = Vec::new();
    let mut add =
        |kind: &str, label: String, product: Option<&str>, values: [Option<String>; 2]| {
            let [from, to] = values;
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
    let removed: Vec<&str> = old.keys().filter(|id| !new.contains_key(*id)).copied().collect();
    let added: Vec<&str> = new.keys().filter(|id| !old.contains_key(*id)).copied().collect();
    if let ([from], [to]) = (removed.as_slice(), added.as_slice()) {
        let (was, is) = (name(from)?, name(to)?);
        let label = format!("{was} is replaced by {is}");
        add("PRODUCT_REPLACED", label, Some(to), [Some(was), Some(is)]);
    } else {
        for id in removed {
            let was = name(id)?;
            add("PRODUCT_REMOVED", format!("{was} is removed"), Some(id), [Some(was), None]);
        }
        for id in added {
            let is = name(id)?;
            add("PRODUCT_ADDED", format!("{is} is added"), Some(id), [None, Some(is)]);
        }
    }
    for (id, before) in &old {
        let Some(after) = new.get(id).filter(|after| *after != before) else { continue };
        let kind = if after > before { "QUANTITY_INCREASED" } else { "QUANTITY_DECREASED" };
        let label = format!("{}: {before} becomes {after}", name(id)?);
        add(kind, label, Some(id), [Some(before.to_string()), Some(after.to_string())]);
    }
    let had = all_coupons(store, &sub.items, &sub.coupons)?;
    let has = all_coupons(store, &change.items, &change.coupons)?;
    for (_, name) in had.iter().filter(|(id, _)| !has.contains_key(*id)) {
        let label = format!("Coupon {name} is removed");
        add("COUPON_REMOVED", label, None, [Some(name.clone()), None]);
    }
    for (_, name) in has.iter().filter(|(id, _)| !had.contains_key(*id)) {
        let label = format!("Coupon {name} is added");
        add("COUPON_ADDED", label, None, [None, Some(name.clone())]);
    }
    if sub.cycle != change.cycle {
        let [from, to] =
            [sub.cycle, change.cycle].map(|cycle| format!("{} {}", cycle.count, cycle.unit));
        let label = format!("The interval {from} becomes {to}");
        add("INTERVAL_CHANGED", label, None, [Some(from), Some(to)]);
    }
    Ok(list)
}

fn quantities(items: &[Item]) -> BTreeMap<&str, i64> {
    let mut sums = BTreeMap::new();
    for item in items {
        let sum: &mut i64 = sums.entry(item.product_id.as_str()).or_default();
        *sum = sum.saturating_add(item.quantity);
    }
    sums
}

/// The coupons of the whole and of the items: their names by their ids.
fn all_coupons(
    store: &Store<'_>,
    items: &[Item],
    whole: &[String],
) -> Result<BTreeMap<String, String>> {
    let ids = items.iter().flat_map(|item| &item.coupons).chain(whole);
    ids.map(|id| Ok((id.clone(), store.need::<Coupon>(id)?.name))).collect()
}
