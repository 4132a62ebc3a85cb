//! How invoices, subscriptions and what belongs to them look in answers. They are shown within one
//! another, so this file holds them together.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{customers, products};
use crate::billing::freezes::latest as latest_freeze;
use crate::billing::{coupon_terms, cycles};
use crate::error::Result;
use crate::fields::Fields;
use crate::model::{
    Branch, Coupon, Customer, Freeze, Interval, Invoice, InvoiceStatus, Payment, PendingChange,
    Price, Product, Subscription, SubscriptionItem,
};
use crate::pricing::{self, steps_json};
use crate::store::Store;
use crate::{money, time};

/// The part of an invoice that all its shapes share.
pub(super) fn invoice_base(invoice: &Invoice) -> Value {
    let currency = invoice.currency.as_str();
    let totals = &invoice.totals;
    let sar = money::text(money::in_sar(totals.amount, currency), "SAR");
    let actual = (invoice.status == InvoiceStatus::Completed).then(|| sar.clone());
    let (start, end) = invoice.period.unzip();
    let (unit, count) = invoice.interval.unzip();
    // Invoices know the intervals of products, where a quarter is three months.
    let (unit, count) = match unit {
        Some(Interval::Quarter) => (Some(Interval::Month), count.map(|n| n.saturating_mul(3))),
        _ => (unit, count),
    };
    json!({
        "created_at": time::text(invoice.base.created_at),
        "updated_at": time::text_or_null(invoice.base.updated_at),
        "id": invoice.base.id,
        "payment_link_id": invoice.link,
        "user_id": invoice.base.user,
        "organization_id": invoice.base.org,
        "organization_consumer_id": invoice.customer,
        "account_id": invoice.base.org,
        "branch_id": invoice.base.branch,
        "org_invoice_number": invoice.number,
        "description": invoice.description,
        "total_amount": money::text(totals.amount, currency),
        "original_amount": money::text(totals.original, currency),
        "item_level_discounted_amount": money::text(totals.item_discount, currency),
        "total_vat_amount": money::text(totals.vat, currency),
        "total_price_excluding_vat": money::text(totals.net(), currency),
        "coupon_calculation_metadata": steps_json(&totals.steps, currency),
        "currency": currency,
        "home_currency_amount": sar,
        "home_currency_amount_actual": actual,
        "exchange_rate_at_creation": money::rate(currency).to_string(),
        "consumer_message": Value::Null,
        "status": invoice.status,
        "payment_method": "PAYMENTGATEWAY",
        "allowed_payment_flow": invoice.flow,
        "current_payment_flow": invoice.current_flow,
        "period_start": time::text_or_null(start),
        "period_end": time::text_or_null(end),
        "recurring_interval": unit,
        "recurring_interval_count": count,
        "type": invoice.kind,
        "total_amount_in_smallest_unit": money::minor(totals.amount, currency),
        "original_amount_in_smallest_unit": money::minor(totals.original, currency),
    })
}

/// Adds members to an object.
pub(super) fn extend(value: &mut Value, more: Value) {
    if let (Some(map), Value::Object(more)) = (value.as_object_mut(), more) {
        map.extend(more);
    }
}

/// An invoice in full.
pub(super) fn invoice(store: &Store, invoice: &Invoice) -> Result<Value> {
    let mut value = invoice_base(invoice);
    let currency = invoice.currency.as_str();
    let customer: Customer = store.need(&invoice.customer)?;
    let branch: Option<Branch> = store.get(&invoice.base.branch)?;
    let mut items = Vec::new();
    for (item, priced) in invoice.items.iter().zip(&invoice.totals.lines) {
        let product: Product = store.need(&item.product_id)?;
        items.push(json!({
            "created_at": time::text(invoice.base.created_at),
            "updated_at": Value::Null,
            "id": item.id,
            "product_id": item.product_id,
            "product": products::view(&product),
            "quantity": item.quantity,
            "original_amount": money::text(priced.original, currency),
            "discounted_amount": money::text(priced.discounted, currency),
            "coupon_calculation_metadata": steps_json(&priced.steps, currency),
            "currency": currency,
            "unit_price": money::text(item.unit, currency),
            "product_price_id": item.price_id,
            "original_amount_in_smallest_unit": money::minor(priced.original, currency),
            "discounted_amount_in_smallest_unit": money::minor(priced.discounted, currency),
        }));
    }
    let payments = store.payments_of(&invoice.base.id)?;
    let sub: Option<Subscription> = match &invoice.subscription {
        Some(id) => store.get(id)?,
        None => None,
    };
    let sub = sub.as_ref().map(|sub| subscription(store, sub)).transpose()?;
    let left = invoice.totals.amount - invoice.paid;
    let pattern = invoice.interval.map(|(unit, _)| match unit {
        Interval::Week => "Week",
        Interval::Month => "Month",
        Interval::Quarter => "Quarter",
        Interval::Semester => "Half-Year",
        Interval::Year => "Year",
    });
    extend(
        &mut value,
        json!({
            "invoice_number": invoice.stream_number,
            "remaining_amount": money::text(left, currency),
            "paid_amount": money::text(invoice.paid, currency),
            "exclude_coupons_if_installments": invoice.exclude_coupons,
            "organization_consumer": customers::embedded(&customer),
            "items": items,
            "branch": branch.map(|branch| json!({"id": branch.base.id, "name": branch.name})),
            "payments": payments.iter().map(invoice_payment).collect::<Vec<Value>>(),
            "subscription_id": invoice.subscription,
            "subscription": sub,
            "payment_methods": methods(&invoice.methods),
            "recurrence_pattern": pattern,
            "parent_id": Value::Null,
            "custom_field_answers": invoice.answers,
            "url": invoice_url(store, invoice),
            "remaining_amount_in_smallest_unit": money::minor(left, currency),
            "paid_amount_in_smallest_unit": money::minor(invoice.paid, currency),
        }),
    );
    Ok(value)
}

/// The address of the page where an invoice is paid.
pub(crate) fn invoice_url(store: &Store, invoice: &Invoice) -> String {
    format!("{}/i/{}", store.base_url, invoice.base.id)
}

fn methods(given: &Value) -> Value {
    if given.is_null() {
        return Value::Null;
    }
    let fields = Fields(given);
    let flag = |name: &str| fields.flag(name).unwrap_or(name == "mada" && !fields.has(name));
    json!({
        "mada": flag("mada"),
        "visa": flag("visa"),
        "mastercard": flag("mastercard"),
        "amex": flag("amex"),
        "bank_transfer": flag("bank_transfer"),
        "installment": flag("installment"),
        "qurrah": flag("qurrah"),
    })
}

/// A payment as part of its invoice.
fn invoice_payment(payment: &Payment) -> Value {
    let paid = payment.paid_at.is_some();
    json!({
        "id": payment.base.id,
        "amount": money::text(payment.amount, &payment.currency),
        "currency": payment.currency,
        "scheduled_on": time::text(payment.scheduled_on),
        "invoice_payment_number": payment.number,
        "type": payment.kind,
        "payment_method": payment.method,
        "current_status": payment.status,
        "payed_at": time::text_or_null(payment.paid_at),
        "settled_at": time::text_or_null(payment.settled_at),
        "refunded_at": time::text_or_null(payment.refunded_at),
        "pdf_link": Value::Null,
        "paid_to_account_id": paid.then_some(&payment.base.org),
        "amount_in_smallest_unit": money::minor(payment.amount, &payment.currency),
    })
}

/// An invoice in the shape of lists.
pub(super) fn invoice_row(store: &Store, invoice: &Invoice, with_payments: bool) -> Result<Value> {
    let mut value = invoice_base(invoice);
    let currency = invoice.currency.as_str();
    let customer: Customer = store.need(&invoice.customer)?;
    let subscription: Option<Subscription> = match &invoice.subscription {
        Some(id) => store.get(id)?,
        None => None,
    };
    let subscription = subscription.map(|sub| {
        json!({
            "id": sub.base.id,
            "recurring_interval": sub.unit,
            "recurring_interval_count": sub.count,
            "status": sub.status,
            "current_period_start": time::text(sub.period.0),
            "current_period_end": time::text(sub.period.1),
            "cancel_at_period_end": sub.cancel_at_end,
        })
    });
    let payments = if with_payments {
        Some(store.payments_of(&invoice.base.id)?.iter().map(invoice_payment).collect::<Vec<_>>())
    } else {
        None
    };
    let left = invoice.totals.amount - invoice.paid;
    extend(
        &mut value,
        json!({
            "remaining_amount": money::text(left, currency),
            "paid_amount": money::text(invoice.paid, currency),
            "organization_consumer": customers::embedded(&customer),
            "subscription": subscription,
            "payments": payments,
            "total_number_of_payments": invoice.payments,
            "last_payment_paid_at": time::text_or_null(invoice.last_paid_at),
            "remaining_amount_in_smallest_unit": money::minor(left, currency),
            "paid_amount_in_smallest_unit": money::minor(invoice.paid, currency),
        }),
    );
    Ok(value)
}

/// A subscription in the API's shape.
pub(super) fn subscription(store: &Store, sub: &Subscription) -> Result<Value> {
    let currency = sub.currency.as_str();
    let totals = &sub.totals;
    let customer: Customer = store.need(&sub.customer)?;
    let mut embedded = customers::embedded(&customer);
    if let Some(map) = embedded.as_object_mut() {
        for name in ["consumer", "is_deleted", "communication_methods"] {
            map.remove(name);
        }
    }
    let mut items = Vec::new();
    for (item, priced) in sub.items.iter().zip(&totals.lines) {
        let product: Product = store.need(&item.product_id)?;
        items.push(json!({
            "created_at": time::text(item.created_at),
            "updated_at": Value::Null,
            "id": item.id,
            "product_id": item.product_id,
            "subscription_id": sub.base.id,
            "quantity": item.quantity,
            "original_amount": money::text(priced.original, currency),
            "discounted_amount": money::text(priced.discounted, currency),
            "coupon_calculation_metadata": steps_json(&priced.steps, currency),
            "product": products::view(&product),
        }));
    }
    let latest: Option<Invoice> = match &sub.latest_invoice {
        Some(id) => store.get(id)?,
        None => None,
    };
    let mut value = json!({
        "created_at": time::text(sub.base.created_at),
        "updated_at": time::text_or_null(sub.base.updated_at),
        "id": sub.base.id,
        "description": sub.description,
        "amount": money::text(totals.amount, currency),
        "original_amount": money::text(totals.original, currency),
        "item_level_discounted_amount": money::text(totals.item_discount, currency),
        "coupon_calculation_metadata": steps_json(&totals.steps, currency),
        "remaining_days": if sub.is_over() { 0 } else { time::days_between(store.now, sub.period.1) },
        "currency": currency,
        "home_currency_amount": money::text(money::in_sar(totals.amount, currency), "SAR"),
        "exchange_rate_at_creation": money::rate(currency).to_string(),
        "recurring_interval": sub.unit,
        "recurring_interval_count": sub.count,
        "status": sub.status,
        "current_period_start": time::text(sub.period.0),
        "current_period_end": time::text(sub.period.1),
        "current_cycle_number": sub.cycle,
        "cancel_at_period_end": sub.cancel_at_end,
        "cancel_at_cycle_number": sub.until_cycle,
        "started_at": time::text_or_null(sub.started_at),
        "ended_at": time::text_or_null(sub.ended_at),
        "user_id": sub.base.user,
        "organization_consumer_id": sub.customer,
        "latest_invoice_id": sub.latest_invoice,
        "trial_period_days": sub.trial_days,
        "trial_end": time::text_or_null(sub.trial_end),
        "organization_consumer": embedded,
        "items": items,
        "latest_invoice": latest.as_ref().map(invoice_base),
        "latest_freeze": latest_freeze(store, &sub.base.id)?.as_ref().map(freeze),
    });
    let methods = Fields(&sub.methods);
    let names = [
        "visa",
        "mastercard",
        "amex",
        "bank_transfer",
        "installment",
        "qurrah",
        "subscription_auto_renewal",
    ];
    let methods: Option<Value> = (!sub.methods.is_null())
        .then(|| names.iter().map(|name| ((*name).to_owned(), methods.raw(name))).collect());
    extend(
        &mut value,
        json!({
            "override_payment_methods": methods,
            "pending_change": pending_change(store, sub)?,
            "amount_in_smallest_unit": money::minor(totals.amount, currency),
            "original_amount_in_smallest_unit": money::minor(totals.original, currency),
        }),
    );
    Ok(value)
}

/// A freeze in the API's shape. Its length is in days.
pub(super) fn freeze(freeze: &Freeze) -> Value {
    let days = freeze.end.map(|end| time::days_between(freeze.start, end));
    json!({
        "created_at": time::text(freeze.base.created_at),
        "updated_at": time::text_or_null(freeze.base.updated_at),
        "id": freeze.base.id,
        "freeze_start_datetime": time::text(freeze.start),
        "freeze_end_datetime": time::text_or_null(freeze.end),
        "notes": freeze.notes,
        "subscription_id": freeze.subscription,
        "invoice_id": freeze.invoice,
        "duration": days,
    })
}

/// The pending change of a subscription with its preview; null if there is none.
fn pending_change(store: &Store, sub: &Subscription) -> Result<Value> {
    let Some(change) = &sub.pending else {
        return Ok(Value::Null);
    };
    let currency = sub.currency.as_str();
    let (items, totals) = priced(store, sub, change)?;
    let start = sub.period.1;
    let end = cycles::next_end(sub);
    let amount = |value: Decimal| money::text(value, currency);
    let per_month = |value: Decimal, unit: Interval, count: i64| value / months(unit, count);
    let delta_per_month = per_month(totals.amount, change.unit, change.count)
        - per_month(sub.totals.amount, sub.unit, sub.count);
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

/// The length of an interval in months, for comparing amounts.
fn months(unit: Interval, count: i64) -> Decimal {
    let count = Decimal::from(count.max(1));
    match unit {
        // 52 weeks in 12 months.
        Interval::Week => count * Decimal::from(12) / Decimal::from(52),
        Interval::Quarter => count * Decimal::from(3),
        Interval::Semester => count * Decimal::from(6),
        Interval::Year => count * Decimal::from(12),
        Interval::Month => count,
    }
}

/// The items of the change at their agreed prices.
fn priced(
    store: &Store,
    sub: &Subscription,
    change: &PendingChange,
) -> Result<(Vec<Value>, pricing::Totals)> {
    let currency = sub.currency.as_str();
    let mut lines = Vec::new();
    let mut names = Vec::new();
    for item in &change.items {
        let product: Product = store.need(&item.product_id)?;
        let price = product.agreed_price(item.price_id.as_deref(), currency);
        lines.push(pricing::Line {
            unit: price.map(Price::gross).unwrap_or_default(),
            quantity: item.quantity.into(),
            exempt: price.is_some_and(|price| price.exempt),
            coupons: coupon_terms(store, &item.coupons)?,
        });
        names.push(product.name);
    }
    let totals = pricing::price(&lines, &coupon_terms(store, &change.coupons)?, currency)?;
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
    if (sub.unit, sub.count) != (change.unit, change.count) {
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
