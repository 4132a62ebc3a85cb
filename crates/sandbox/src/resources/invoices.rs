//! Invoices, one at a time. Lists are in `invoice_list`, paying in `payments` and `checkout`.

use serde_json::{Value, json};

use super::{Call, Fields, Reply, customers, links, products, subscriptions};
use crate::billing::{Draft, Wanted, cancel_invoice, create_invoice, fill, payments_of};
use crate::error::{ApiError, Result};
use crate::model::{Branch, Customer, Invoice, Payment, Product, Subscription};
use crate::pricing::steps_json;
use crate::store::Store;
use crate::webhooks::{self, Entity};
use crate::{money, time};

/// The part of an invoice that all its shapes share.
pub(super) fn view_base(invoice: &Invoice) -> Value {
    let currency = invoice.currency.as_str();
    let totals = &invoice.totals;
    let sar = money::text(money::in_sar(totals.amount, currency), "SAR");
    let actual = (invoice.status == "COMPLETED").then(|| sar.clone());
    let (start, end) = invoice.period.unzip();
    let (unit, count) = invoice.interval.clone().unzip();
    // Invoices know the intervals of products, where a quarter is three months.
    let (unit, count) = match unit.as_deref() {
        Some("QUARTER") => (Some("MONTH".to_owned()), count.map(|n| n.saturating_mul(3))),
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
pub(crate) fn view(store: &Store, invoice: &Invoice) -> Result<Value> {
    let mut value = view_base(invoice);
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
    let payments = payments_of(store, &invoice.base.id)?;
    let subscription: Option<Subscription> = match &invoice.subscription {
        Some(id) => store.get(id)?,
        None => None,
    };
    let subscription = match &subscription {
        Some(subscription) => subscriptions::view(store, subscription)?,
        None => Value::Null,
    };
    let left = invoice.totals.amount - invoice.paid;
    let pattern = invoice.interval.as_ref().map(|(unit, _)| match unit.as_str() {
        "WEEK" => "Week",
        "QUARTER" => "Quarter",
        "YEAR" => "Year",
        _ => "Month",
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
            "payments": payments.iter().map(view_payment).collect::<Vec<Value>>(),
            "subscription_id": invoice.subscription,
            "subscription": subscription,
            "payment_methods": methods(&invoice.methods),
            "recurrence_pattern": pattern,
            "parent_id": Value::Null,
            "custom_field_answers": invoice.answers,
            "url": url(store, invoice),
            "remaining_amount_in_smallest_unit": money::minor(left, currency),
            "paid_amount_in_smallest_unit": money::minor(invoice.paid, currency),
        }),
    );
    Ok(value)
}

/// The address of the page where an invoice is paid.
pub(crate) fn url(store: &Store, invoice: &Invoice) -> String {
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
pub(super) fn view_payment(payment: &Payment) -> Value {
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

pub(super) fn create(call: &mut Call<'_, '_>) -> Result<Reply> {
    let scope = call.scope.clone();
    let body = call.body.clone();
    let fields = Fields(&body);
    let currency = fields.text("currency").unwrap_or_else(|| "SAR".to_owned());
    products::check_currency(call, &currency)?;
    let id = fields.id("organization_consumer_id").unwrap_or_default();
    let customer: Customer = scope.find(call.store, &id)?;
    let codes = fields.ids("coupons");
    let basket = fill(call.store, &scope, &Wanted::read(fields), &codes, &currency, true)?;
    links::one_kind(&basket)?;
    let due = fields.moment("scheduled_on").unwrap_or(call.store.now);
    let later = due > time::days(call.store.now, 1);
    let parts = vec![(basket.totals.amount, due)];
    let draft = Draft {
        customer: &customer,
        basket,
        currency: &currency,
        description: fields.text("description"),
        link: None,
        subscription: None,
        status: if fields.flag("notify_consumer").unwrap_or(true) { "SENT" } else { "CREATED" },
        kind: if later { "ONE_OFF_FUTURE" } else { "ONE_OFF" },
        flow: "MANUAL",
        period: None,
        interval: None,
        cycle: None,
        exclude_coupons: fields.flag("exclude_coupons_if_installments").unwrap_or(false),
        methods: fields.raw("payment_methods"),
        answers: Value::Null,
        parts,
    };
    let (invoice, _) = create_invoice(call.store, &scope, draft)?;
    Reply::ok(view(call.store, &invoice)?)
}

pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Reply> {
    let invoice: Invoice = call.target("invoice_id")?;
    Reply::ok(view(call.store, &invoice)?)
}

/// Refuses what a finalized invoice cannot undergo.
pub(crate) fn check_open(invoice: &Invoice) -> Result<()> {
    let status = invoice.status.as_str();
    if matches!(status, "COMPLETED" | "CANCELED" | "EXPIRED" | "REJECTED") {
        let info = format!("Invoice {} is {status}.", invoice.base.id);
        return Err(ApiError::code(400, "INVOICE_FINALISED", info));
    }
    Ok(())
}

pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Reply> {
    let mut invoice: Invoice = call.target("invoice_id")?;
    check_open(&invoice)?;
    let body = call.body.clone();
    let fields = Fields(&body);
    if let Some(due) = fields.moment("scheduled_on") {
        if due <= call.store.now {
            return Err(ApiError::value(&["scheduled_on"], "scheduled_on lies in the past"));
        }
        invoice.scheduled_on = due;
        // One payment falls due with its invoice; installments keep their rhythm.
        if invoice.payments == 1 {
            for mut payment in payments_of(call.store, &invoice.base.id)? {
                payment.scheduled_on = due;
                call.store.update(&mut payment, |payment| &mut payment.base)?;
            }
        }
    }
    if fields.has("description") {
        invoice.description = fields.text("description");
    }
    call.store.update(&mut invoice, |invoice| &mut invoice.base)?;
    webhooks::emit(call.store, "INVOICE_UPDATED", Entity::Invoice(&invoice))?;
    Reply::ok(view(call.store, &invoice)?)
}

pub(super) fn send(call: &mut Call<'_, '_>) -> Result<Reply> {
    let mut invoice: Invoice = call.target("invoice_id")?;
    check_open(&invoice)?;
    if matches!(invoice.status.as_str(), "DRAFT" | "CREATED") {
        invoice.status = "SENT".to_owned();
    }
    call.store.update(&mut invoice, |invoice| &mut invoice.base)?;
    webhooks::emit(call.store, "INVOICE_SENT", Entity::Invoice(&invoice))?;
    Reply::ok(view(call.store, &invoice)?)
}

pub(super) fn void(call: &mut Call<'_, '_>) -> Result<Reply> {
    let mut invoice: Invoice = call.target("invoice_id")?;
    check_open(&invoice)?;
    if !invoice.paid.is_zero() {
        let info = "A part of the invoice is paid; refund it first.";
        return Err(ApiError::code(400, "INVOICE_INVALID_STATUS", info));
    }
    cancel_invoice(call.store, &mut invoice)?;
    forget_prepared(call.store, &invoice)?;
    Reply::ok(view(call.store, &invoice)?)
}

/// A voided invoice of the next cycle is made anew when that cycle begins.
fn forget_prepared(store: &Store, invoice: &Invoice) -> Result<()> {
    let Some(id) = &invoice.subscription else {
        return Ok(());
    };
    let mut sub: Subscription = store.need(id)?;
    if sub.prepared.as_ref() == Some(&invoice.base.id) {
        sub.prepared = None;
        store.put(&sub)?;
    }
    Ok(())
}
