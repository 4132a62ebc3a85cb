//! Making and ending invoices, and what their completion locks.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{Basket, reprice};
use crate::error::Result;
use crate::model::{
    Coupon, Customer, Event, Interval, Invoice, InvoiceKind, InvoiceStatus, Organization, Payment,
    PaymentKind, PaymentStatus, Product,
};
use crate::store::{Scope, Store};
use crate::{money, time};

/// Creates an invoice with its payments, and the events about it. `invoice` has what does not follow
/// from the customer and the basket; `parts` are the amounts and due dates of the payments, which
/// sum to the total.
pub(crate) fn create_invoice(
    store: &mut Store<'_>,
    scope: &Scope,
    customer: &Customer,
    basket: Basket,
    invoice: Invoice,
    parts: &[(Decimal, Timestamp)],
) -> Result<(Invoice, Vec<Payment>)> {
    let mut org: Organization = store.need(&scope.org)?;
    org.invoices += 1;
    store.put(&org)?;
    let base = scope.base(store);
    let invoice = Invoice {
        base,
        org_invoice_number: org.invoices,
        invoice_number: store.ids.counter,
        organization_consumer_id: customer.base.id.clone(),
        customer_name: customer.name.clone(),
        items: basket.items,
        coupons: basket.coupons,
        totals: basket.totals,
        scheduled_on: parts.first().map_or(store.now, |(_, at)| *at),
        payments: u32::try_from(parts.len()).unwrap_or(u32::MAX),
        ..invoice
    };
    store.put(&invoice)?;
    store.emit(Event::InvoiceCreated, &invoice)?;
    if invoice.status == InvoiceStatus::Sent {
        store.emit(Event::InvoiceSent, &invoice)?;
    }
    let mut payments = Vec::new();
    for (number, (amount, due)) in (1..).zip(parts) {
        let payment = new_payment(store, scope, &invoice, number, *amount, *due);
        store.put(&payment)?;
        payments.push(payment);
    }
    Ok((invoice, payments))
}

/// A new, unpaid payment.
fn new_payment(
    store: &mut Store<'_>,
    scope: &Scope,
    invoice: &Invoice,
    number: u32,
    amount: Decimal,
    due: Timestamp,
) -> Payment {
    Payment {
        base: scope.base(store),
        invoice_id: invoice.base.id.clone(),
        organization_consumer_id: invoice.organization_consumer_id.clone(),
        amount,
        currency: invoice.currency,
        scheduled_on: due,
        number,
        kind: if number == 1 { PaymentKind::Initial } else { PaymentKind::Installment },
        ..Payment::default()
    }
}

/// Cancels an invoice and its unpaid payments.
pub(crate) fn cancel_invoice(store: &mut Store<'_>, invoice: &mut Invoice) -> Result<()> {
    for mut payment in store.payments_of(&invoice.base.id)? {
        if !payment.status.is_paid() && payment.status != PaymentStatus::Canceled {
            payment.status = PaymentStatus::Canceled;
            payment.charge_at = None;
            store.update(&mut payment)?;
            store.emit(Event::PaymentCanceled, (&payment, &*invoice))?;
        }
    }
    invoice.status = InvoiceStatus::Canceled;
    store.update(invoice)?;
    store.emit(Event::InvoiceCanceled, &*invoice)
}

/// Locks the products and coupons of a completed invoice and counts the coupons' use.
pub(super) fn lock(store: &Store<'_>, invoice: &Invoice) -> Result<()> {
    for item in &invoice.items {
        let mut product: Product = store.need(&item.product_id)?;
        if !product.is_used_in_finalized_invoice {
            product.is_used_in_finalized_invoice = true;
            store.put(&product)?;
        }
    }
    let used = invoice.items.iter().flat_map(|item| &item.coupons).chain(&invoice.coupons);
    for id in used {
        let mut coupon: Coupon = store.need(id)?;
        coupon.locked = true;
        coupon.redemptions += 1;
        store.put(&coupon)?;
    }
    Ok(())
}

/// Splits an unpaid invoice of one payment into installments. Returns the first one.
pub(crate) fn split(store: &mut Store<'_>, invoice: &mut Invoice, count: u32) -> Result<Payment> {
    if invoice.exclude_coupons {
        invoice.coupons.clear();
        invoice.items.iter_mut().for_each(|item| item.coupons.clear());
        invoice.totals = reprice(store, &invoice.items, &[], invoice.currency)?;
    }
    let scope = Scope::of(invoice);
    let now = store.now;
    let parts = money::installments(invoice.totals.amount, count, invoice.currency);
    let mut first: Payment = match store.payments_of(&invoice.base.id)?.into_iter().next() {
        Some(payment) => payment,
        None => new_payment(store, &scope, invoice, 1, Decimal::ZERO, now),
    };
    for (number, amount) in (1..).zip(parts) {
        if number == 1 {
            first.amount = amount;
            // It is paid now, regardless of when the invoice was due.
            first.scheduled_on = now;
            store.put(&first)?;
            continue;
        }
        let due = time::step(now, Interval::Month, 1, i64::from(number) - 1);
        let mut payment = new_payment(store, &scope, invoice, number, amount, due);
        payment.charge_at = Some(due);
        store.put(&payment)?;
    }
    invoice.kind = InvoiceKind::Installments;
    invoice.payments = count;
    store.put(invoice)?;
    Ok(first)
}
