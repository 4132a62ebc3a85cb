//! Making and ending invoices, and what their completion locks.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::Value;

use super::Basket;
use crate::error::Result;
use crate::model::{
    Coupon, Customer, Event, Flow, Interval, Invoice, InvoiceKind, InvoiceStatus, Organization,
    Payment, PaymentKind, PaymentStatus, Product,
};
use crate::store::{Scope, Store};
use crate::webhooks::{self, Entity};
use crate::{money, time};

/// An invoice to make.
pub(crate) struct Draft<'a> {
    pub(crate) customer: &'a Customer,
    pub(crate) basket: Basket,
    pub(crate) currency: &'a str,
    pub(crate) description: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) subscription: Option<String>,
    pub(crate) status: InvoiceStatus,
    pub(crate) kind: InvoiceKind,
    pub(crate) flow: Flow,
    pub(crate) period: Option<(Timestamp, Timestamp)>,
    pub(crate) interval: Option<(Interval, i64)>,
    pub(crate) cycle: Option<i64>,
    pub(crate) exclude_coupons: bool,
    pub(crate) methods: Value,
    pub(crate) answers: Value,
    /// Amounts and due dates of the payments, which sum to the total.
    pub(crate) parts: Vec<(Decimal, Timestamp)>,
}

impl<'a> Draft<'a> {
    /// An invoice that was sent and belongs to nothing else.
    pub(crate) fn new(
        customer: &'a Customer,
        basket: Basket,
        currency: &'a str,
        kind: InvoiceKind,
        parts: Vec<(Decimal, Timestamp)>,
    ) -> Self {
        Self {
            customer,
            basket,
            currency,
            description: None,
            link: None,
            subscription: None,
            status: InvoiceStatus::Sent,
            kind,
            flow: Flow::All,
            period: None,
            interval: None,
            cycle: None,
            exclude_coupons: false,
            methods: Value::Null,
            answers: Value::Null,
            parts,
        }
    }
}

/// Creates an invoice with its payments, and the events about it.
pub(crate) fn create_invoice(
    store: &mut Store,
    scope: &Scope,
    draft: Draft<'_>,
) -> Result<(Invoice, Vec<Payment>)> {
    let mut org: Organization = store.need(&scope.org)?;
    org.invoices += 1;
    store.put(&org)?;
    let scheduled_on = draft.parts.first().map_or(store.now, |(_, at)| *at);
    let base = scope.base(store);
    let invoice = Invoice {
        number: org.invoices,
        stream_number: store.ids.counter,
        link: draft.link,
        subscription: draft.subscription,
        customer: draft.customer.base.id.clone(),
        customer_name: draft.customer.name.clone(),
        description: draft.description,
        currency: draft.currency.to_owned(),
        items: draft.basket.items,
        coupons: draft.basket.coupons,
        totals: draft.basket.totals,
        status: draft.status,
        kind: draft.kind,
        flow: draft.flow,
        current_flow: None,
        period: draft.period,
        interval: draft.interval,
        cycle: draft.cycle,
        exclude_coupons: draft.exclude_coupons,
        methods: draft.methods,
        answers: draft.answers,
        scheduled_on,
        paid: Decimal::ZERO,
        payments: u32::try_from(draft.parts.len()).unwrap_or(u32::MAX),
        last_paid_at: None,
        base,
    };
    store.put(&invoice)?;
    webhooks::emit(store, Event::InvoiceCreated, Entity::Invoice(&invoice))?;
    if invoice.status == InvoiceStatus::Sent {
        webhooks::emit(store, Event::InvoiceSent, Entity::Invoice(&invoice))?;
    }
    let mut payments = Vec::new();
    for (number, (amount, due)) in (1..).zip(&draft.parts) {
        let payment = new_payment(store, scope, &invoice, number, *amount, *due);
        store.put(&payment)?;
        payments.push(payment);
    }
    Ok((invoice, payments))
}

/// A new, unpaid payment.
pub(super) fn new_payment(
    store: &mut Store,
    scope: &Scope,
    invoice: &Invoice,
    number: u32,
    amount: Decimal,
    due: Timestamp,
) -> Payment {
    Payment {
        base: scope.base(store),
        invoice: invoice.base.id.clone(),
        customer: invoice.customer.clone(),
        amount,
        currency: invoice.currency.clone(),
        scheduled_on: due,
        number,
        kind: if number == 1 { PaymentKind::Initial } else { PaymentKind::Installment },
        method: None,
        status: PaymentStatus::Pending,
        paid_at: None,
        settled_at: None,
        refunded_at: None,
        refund_reason: None,
        refund_note: None,
        note: None,
        gateway_message: None,
        transaction: None,
        card: None,
        charge_at: None,
    }
}

/// Cancels an invoice and its unpaid payments.
pub(crate) fn cancel_invoice(store: &mut Store, invoice: &mut Invoice) -> Result<()> {
    for mut payment in store.payments_of(&invoice.base.id)? {
        if !payment.status.is_paid() && payment.status != PaymentStatus::Canceled {
            payment.status = PaymentStatus::Canceled;
            payment.charge_at = None;
            store.update(&mut payment)?;
            webhooks::emit(store, Event::PaymentCanceled, Entity::Payment(&payment, invoice))?;
        }
    }
    invoice.status = InvoiceStatus::Canceled;
    store.update(invoice)?;
    webhooks::emit(store, Event::InvoiceCanceled, Entity::Invoice(invoice))
}

/// Locks the products and coupons of a completed invoice and counts the coupons' use.
pub(super) fn lock(store: &mut Store, invoice: &Invoice) -> Result<()> {
    for item in &invoice.items {
        let mut product: Product = store.need(&item.product_id)?;
        if !product.locked {
            product.locked = true;
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
pub(crate) fn split(store: &mut Store, invoice: &mut Invoice, count: u32) -> Result<Payment> {
    if invoice.exclude_coupons {
        invoice.coupons.clear();
        invoice.items.iter_mut().for_each(|item| item.coupons.clear());
        invoice.totals = super::reprice(store, &invoice.items, &[], &invoice.currency)?;
    }
    let scope = Scope::of(invoice);
    let now = store.now;
    let parts = money::installments(invoice.totals.amount, count, &invoice.currency);
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
