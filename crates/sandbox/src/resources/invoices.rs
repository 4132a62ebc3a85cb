//! Invoices. Paying them is in `payments` and `checkout`.

use serde_json::Value;

use super::call::{View, moment};
use super::{Call, links, views};
use crate::billing::{cancel_invoice, create_invoice, fill};
use crate::error::{ApiError, Code, Result};
use crate::model::{Customer, Event, Flow, Invoice, InvoiceKind, InvoiceStatus, Subscription};
use crate::store::Store;
use crate::time;

impl View for Invoice {
    const PARAMETER: &'static str = "invoice_id";

    fn view(&self, store: &Store<'_>) -> Result<Value> {
        views::invoice(store, self)
    }
}

/// A condition on the payments of an invoice.
fn some_payment(condition: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM entity p WHERE p.parent = entity.id AND p.kind = 'payment'
            AND {condition})"
    )
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let due = format!("{} * 1000000", moment("scheduled_on"));
    let mut filter = call
        .filter()
        .eq_if("parent", call.text("payment_link_id"))
        .eq_if("other", call.text("subscription_id"))
        .moments(&due, call.moments("due_date_from", "due_date_to"));
    let statuses = call.texts("payment_statuses");
    if !statuses.is_empty() {
        let marks = vec!["?"; statuses.len()].join(",");
        filter = filter.raw(&some_payment(&format!("p.status IN ({marks})")), statuses);
    }
    if let Some(open) = call.flag("payments_not_settled") {
        let online = "p.status = 'SUCCEEDED' AND json_extract(p.doc, '$.transaction') IS NOT NULL";
        let no = if open { "" } else { "NOT " };
        filter = filter.raw(&format!("{no}{}", some_payment(online)), []);
    }
    let with_payments = call.flag("include_payments").unwrap_or(false);
    let fields = ["total_amount", "status", "currency", "org_invoice_number", "scheduled_on"];
    call.page(store, &filter, &fields, |invoice, store| {
        views::invoice_row(store, invoice, with_payments)
    })
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let currency = call.or_default("currency");
    call.check_currency(currency)?;
    let id: String = call.or_default("organization_consumer_id");
    let customer: Customer = call.scope.find(store, &id)?;
    let (items, coupons) = links::basket_of(call);
    let basket = fill(store, &call.scope, items, coupons, currency, true)?;
    links::one_kind(&basket)?;
    let due = call.get("scheduled_on").unwrap_or(store.now);
    let later = due > time::days(store.now, 1);
    let parts = [(basket.totals.amount, due)];
    let notify = call.get("notify_consumer").unwrap_or(true);
    let invoice = Invoice {
        currency,
        description: call.get("description"),
        status: if notify { InvoiceStatus::Sent } else { InvoiceStatus::Created },
        kind: if later { InvoiceKind::OneOffFuture } else { InvoiceKind::OneOff },
        flow: Flow::Manual,
        exclude_coupons: call.or_default("exclude_coupons_if_installments"),
        payment_methods: call.or_default("payment_methods"),
        ..Invoice::default()
    };
    let (invoice, _) = create_invoice(store, &call.scope, &customer, basket, invoice, &parts)?;
    invoice.view(store)
}

/// Refuses what a finalized invoice cannot undergo.
pub(super) fn check_open(invoice: &Invoice) -> Result<()> {
    let info = || format!("Invoice {} is {}.", invoice.base.id, invoice.status);
    ensure!(!invoice.status.is_final(), Code::InvoiceFinalised.error(info()));
    Ok(())
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut invoice: Invoice = call.target(store)?;
    check_open(&invoice)?;
    if let Some(due) = call.get("scheduled_on") {
        let text = "scheduled_on is in the past";
        ensure!(due > store.now, ApiError::value("scheduled_on", text));
        invoice.scheduled_on = due;
        // One payment falls due with its invoice; installments keep their rhythm.
        if invoice.payments == 1 {
            for mut payment in store.payments_of(&invoice.base.id)? {
                payment.scheduled_on = due;
                store.update(&mut payment)?;
            }
        }
    }
    if call.has("description") {
        invoice.description = call.get("description");
    }
    store.update(&mut invoice)?;
    store.emit(Event::InvoiceUpdated, &invoice)?;
    invoice.view(store)
}

pub(super) fn send(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut invoice: Invoice = call.target(store)?;
    check_open(&invoice)?;
    if invoice.status == InvoiceStatus::Created {
        invoice.status = InvoiceStatus::Sent;
    }
    store.update(&mut invoice)?;
    store.emit(Event::InvoiceSent, &invoice)?;
    invoice.view(store)
}

pub(super) fn void(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut invoice: Invoice = call.target(store)?;
    check_open(&invoice)?;
    let info = "The invoice is partly paid. Refund the payment first.";
    ensure!(invoice.paid_amount.is_zero(), Code::InvoiceInvalidStatus.error(info));
    cancel_invoice(store, &mut invoice)?;
    forget_prepared(store, &invoice)?;
    invoice.view(store)
}

/// Forgets a voided invoice of the next cycle, so that the cycle makes another.
fn forget_prepared(store: &Store<'_>, invoice: &Invoice) -> Result<()> {
    let Some(id) = &invoice.subscription_id else { return Ok(()) };
    let mut sub: Subscription = store.need(id)?;
    if sub.prepared.as_ref() == Some(&invoice.base.id) {
        sub.prepared = None;
        store.put(&sub)?;
    }
    Ok(())
}
