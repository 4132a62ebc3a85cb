//! The life of a subscription: trials, first invoices, renewals, retries,
//! plan changes, the end.
//!
//! What the guides leave open is decided here and listed in `coverage.json`: the next invoice is
//! prepared three days ahead; a failed renewal is tried again after one, three and five days; a
//! renewal that stays unpaid makes the subscription inactive after a week.

use jiff::Timestamp;

use super::freezes;
use super::{Settlement, cancel_invoice, charge_stored, create_invoice, fill};
use crate::billing::cards::Verdict;
use crate::error::Result;
use crate::model::{
    Customer, Event, Invoice, InvoiceKind, InvoiceStatus, PaymentMethod, Subscription,
    SubscriptionStatus,
};
use crate::store::{Filter, Scope, Store};
use crate::time;

/// Days from one attempt at a renewal to the next.
const RETRY_DAYS: [i64; 3] = [1, 2, 2];

/// Days that a customer without a stored card has to pay a renewal.
const GRACE_DAYS: i64 = 7;

/// Does the one thing that is due.
pub(super) fn on_due(store: &mut Store<'_>, id: &str) -> Result<()> {
    let mut sub: Subscription = store.need(id)?;
    let now = store.now;
    if sub.freeze_at.is_some_and(|at| at <= now) {
        return freezes::turn(store, &mut sub);
    }
    match sub.status {
        SubscriptionStatus::Trialing | SubscriptionStatus::Inactive => begin(store, sub),
        // These two are never due.
        SubscriptionStatus::Frozen | SubscriptionStatus::Canceled => Ok(()),
        SubscriptionStatus::Active if sub.retry_at.is_some_and(|at| at <= now) => retry(store, sub),
        SubscriptionStatus::Active if sub.end <= now => renew(store, sub),
        SubscriptionStatus::Active => {
            let invoice = bill(store, &sub, sub.next_period())?;
            sub.prepared = Some(invoice.base.id);
            store.put(&sub)
        }
    }
}

/// Creates the invoice of a period under the plan that applies to it.
pub(crate) fn bill(
    store: &mut Store<'_>,
    sub: &Subscription,
    (start, end): (Timestamp, Timestamp),
) -> Result<Invoice> {
    let scope = Scope::of(sub);
    let customer: Customer = store.need(&sub.organization_consumer_id)?;
    let (items, coupons, cycle) = sub.next_plan();
    let basket = fill(store, &scope, items.to_vec(), coupons.to_vec(), sub.currency, false)?;
    let parts = [(basket.totals.amount, start)];
    let invoice = Invoice {
        currency: sub.currency,
        description: sub.description.clone(),
        payment_link_id: sub.link.clone(),
        subscription_id: Some(sub.base.id.clone()),
        status: if sub.notify { InvoiceStatus::Sent } else { InvoiceStatus::Created },
        kind: InvoiceKind::Recurring,
        period_start: Some(start),
        period_end: Some(end),
        cycle: Some(cycle),
        exclude_coupons: sub.exclude_coupons,
        payment_methods: sub.payment_methods.clone(),
        ..Invoice::default()
    };
    Ok(create_invoice(store, &scope, &customer, basket, invoice, &parts)?.0)
}

/// Starts billing, at the end of a trial or at the start date.
pub(crate) fn begin(store: &mut Store<'_>, mut sub: Subscription) -> Result<()> {
    let start = sub.trial_end.unwrap_or(sub.start);
    apply_pending(store, &mut sub)?;
    sub.begin_at(start);
    let invoice = bill(store, &sub, (sub.start, sub.end))?;
    sub.number = 1;
    sub.latest_invoice_id = Some(invoice.base.id);
    sub.status = SubscriptionStatus::Inactive;
    store.put(&sub)?;
    if !collect(store, &sub.base.id)? && sub.trial_end.is_some() {
        let sub: Subscription = store.need(&sub.base.id)?;
        store.emit(Event::SubscriptionInactivated, &sub)?;
    }
    Ok(())
}

/// Charges the running cycle to the stored card. True if it is paid.
pub(crate) fn collect(store: &mut Store<'_>, id: &str) -> Result<bool> {
    let sub: Subscription = store.need(id)?;
    let Some(latest) = &sub.latest_invoice_id else {
        return Ok(false);
    };
    let mut invoice: Invoice = store.need(latest)?;
    if invoice.status == InvoiceStatus::Completed {
        return Ok(true);
    }
    let mut open = store.payments_of(latest)?;
    open.retain(|payment| payment.status.is_payable());
    if invoice.status == InvoiceStatus::Canceled || open.is_empty() {
        return Ok(false);
    }
    if invoice.totals.amount.is_zero() {
        let method = PaymentMethod::Unspecified;
        let settlement = Settlement::Gateway { method, card: String::new() };
        super::settle(store, &mut invoice, &mut open, &settlement)?;
        return Ok(true);
    }
    let outcome = charge_stored(store, &mut invoice, &mut open)?;
    let paid = outcome.as_ref().is_some_and(|outcome| outcome.verdict == Verdict::Paid);
    if outcome.is_some() && !paid {
        let sub: Subscription = store.need(id)?;
        store.emit(Event::SubscriptionCycleRenewalFailed, &sub)?;
    }
    Ok(paid)
}

/// Ends a period: the subscription ends, or the next period begins.
fn renew(store: &mut Store<'_>, mut sub: Subscription) -> Result<()> {
    if sub.cancel_at_end || sub.is_last_cycle() {
        return end(store, &mut sub);
    }
    let next = sub.next_period();
    let invoice = match sub.prepared.take() {
        Some(id) => id,
        None => bill(store, &sub, next)?.base.id,
    };
    let before = sub.cycle;
    apply_pending(store, &mut sub)?;
    if sub.cycle == before {
        sub.steps += 1;
    } else {
        (sub.anchor, sub.steps) = (next.0, 0);
    }
    (sub.start, sub.end) = next;
    sub.number += 1;
    sub.latest_invoice_id = Some(invoice);
    (sub.failures, sub.retry_at) = (0, None);
    store.update(&mut sub)?;
    if !collect(store, &sub.base.id)? {
        postpone(store, &sub.base.id)?;
    }
    Ok(())
}

/// Applies a pending plan change.
fn apply_pending(store: &mut Store<'_>, sub: &mut Subscription) -> Result<()> {
    let Some(change) = sub.pending.take() else {
        return Ok(());
    };
    (sub.items, sub.coupons, sub.cycle) = (change.items, change.coupons, change.cycle);
    retotal(store, sub)?;
    store.put(sub)?;
    store.emit(Event::SubscriptionPlanChanged, &*sub)
}

/// Recalculates the amount per cycle.
pub(crate) fn retotal(store: &mut Store<'_>, sub: &mut Subscription) -> Result<()> {
    let scope = Scope::of(sub);
    let (items, coupons) = (sub.items.clone(), sub.coupons.clone());
    let basket = fill(store, &scope, items, coupons, sub.currency, false)?;
    sub.product_text = basket.product_text();
    sub.totals = basket.totals;
    Ok(())
}

/// Handles an unpaid renewal: schedules the next attempt, or stops trying.
fn postpone(store: &mut Store<'_>, id: &str) -> Result<()> {
    let mut sub: Subscription = store.need(id)?;
    let customer: Customer = store.need(&sub.organization_consumer_id)?;
    let pause = if customer.cards.is_empty() {
        (sub.failures == 0).then_some(GRACE_DAYS)
    } else {
        usize::try_from(sub.failures).ok().and_then(|n| RETRY_DAYS.get(n)).copied()
    };
    sub.failures += 1;
    sub.retry_at = pause.map(|days| time::days(store.now, days));
    if pause.is_none() {
        sub.status = SubscriptionStatus::Inactive;
    }
    store.update(&mut sub)?;
    if pause.is_none() {
        if customer.cards.is_empty() {
            store.emit(Event::SubscriptionCycleRenewalFailed, &sub)?;
        }
        store.emit(Event::SubscriptionInactivated, &sub)?;
    }
    Ok(())
}

fn retry(store: &mut Store<'_>, mut sub: Subscription) -> Result<()> {
    sub.retry_at = None;
    store.put(&sub)?;
    if !collect(store, &sub.base.id)? {
        postpone(store, &sub.base.id)?;
    }
    Ok(())
}

/// Ends a subscription for good.
pub(crate) fn end(store: &mut Store<'_>, sub: &mut Subscription) -> Result<()> {
    sub.status = SubscriptionStatus::Canceled;
    sub.ended_at = Some(store.now);
    (sub.retry_at, sub.freeze_at, sub.pending) = (None, None, None);
    if let Some(id) = sub.prepared.take() {
        let mut invoice: Invoice = store.need(&id)?;
        if invoice.paid_amount.is_zero() && invoice.status != InvoiceStatus::Completed {
            cancel_invoice(store, &mut invoice)?;
        }
    }
    store.update(sub)?;
    store.emit(Event::SubscriptionCanceled, &*sub)
}

/// Cancels the open invoices of a subscription.
pub(crate) fn cancel_open_invoices(store: &mut Store<'_>, sub: &mut Subscription) -> Result<()> {
    let open = Filter::new()
        .eq("other", &sub.base.id)
        .raw("status IN ('CREATED', 'SENT', 'ACCEPTED')", []);
    for mut invoice in store.all::<Invoice>(&open)? {
        if sub.prepared.as_ref() == Some(&invoice.base.id) {
            sub.prepared = None;
        }
        cancel_invoice(store, &mut invoice)?;
    }
    Ok(())
}
