//! The life of a subscription: trials, first invoices, renewals, retries,
//! plan changes, the end.
//!
//! What the guides leave open is decided here and listed in `coverage.json`: the next invoice is
//! prepared three days ahead; a failed renewal is tried again after one, three and five days; a
//! renewal that stays unpaid makes the subscription inactive after a week.

use jiff::Timestamp;

use super::freezes;
use super::{Draft, Settlement, Wanted, cancel_invoice, charge_stored, create_invoice, fill};
use crate::billing::cards::Verdict;
use crate::error::Result;
use crate::model::{
    Customer, Event, Interval, Invoice, InvoiceKind, InvoiceStatus, Subscription, SubscriptionItem,
    SubscriptionStatus,
};
use crate::store::{Filter, Scope, Store};
use crate::time;
use crate::webhooks::{self, Entity};

/// Days from one attempt at a renewal to the next.
const RETRY_DAYS: [i64; 3] = [1, 2, 2];

/// Days that a customer without a stored card has to pay a renewal.
const GRACE_DAYS: i64 = 7;

/// Does the one thing that is due.
pub(super) fn on_due(store: &mut Store, id: &str) -> Result<()> {
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
        SubscriptionStatus::Active if sub.period.1 <= now => renew(store, sub),
        SubscriptionStatus::Active => {
            let next = (sub.period.1, next_end(&sub));
            let invoice = bill(store, &mut sub, next)?;
            sub.prepared = Some(invoice.base.id);
            store.put(&sub)
        }
    }
}

/// The plan of the next cycle: the pending one, otherwise the present one.
fn next_plan(sub: &Subscription) -> (Vec<SubscriptionItem>, Vec<String>, Interval, i64) {
    match &sub.pending {
        Some(p) => (p.items.clone(), p.coupons.clone(), p.unit, p.count),
        None => (sub.items.clone(), sub.coupons.clone(), sub.unit, sub.count),
    }
}

/// The end of the period after the running one.
pub(crate) fn next_end(sub: &Subscription) -> Timestamp {
    let (_, _, unit, count) = next_plan(sub);
    if (unit, count) == (sub.unit, sub.count) {
        time::step(sub.anchor, unit, count, sub.steps + 2)
    } else {
        time::step(sub.period.1, unit, count, 1)
    }
}

/// Wanted products as a basket takes them.
pub(crate) fn wanted(items: &[SubscriptionItem]) -> Vec<Wanted> {
    let items = items.iter().map(|item| Wanted {
        product_id: item.product_id.clone(),
        quantity: item.quantity,
        coupons: item.coupons.clone(),
        price_id: item.price_id.clone(),
    });
    items.collect()
}

/// Makes the invoice of a period under the plan that will be in force.
pub(crate) fn bill(
    store: &mut Store,
    sub: &mut Subscription,
    period: (Timestamp, Timestamp),
) -> Result<Invoice> {
    let (items, coupons, unit, count) = next_plan(sub);
    let scope = Scope::of(sub);
    let customer: Customer = store.need(&sub.customer)?;
    let basket = fill(store, &scope, &wanted(&items), &coupons, &sub.currency, false)?;
    let parts = vec![(basket.totals.amount, period.0)];
    let draft = Draft {
        description: sub.description.clone(),
        link: sub.link.clone(),
        subscription: Some(sub.base.id.clone()),
        status: if sub.notify { InvoiceStatus::Sent } else { InvoiceStatus::Created },
        period: Some(period),
        interval: Some((unit, count)),
        cycle: Some(sub.cycle + 1),
        exclude_coupons: sub.exclude_coupons,
        methods: sub.methods.clone(),
        ..Draft::new(&customer, basket, &sub.currency, InvoiceKind::Recurring, parts)
    };
    Ok(create_invoice(store, &scope, draft)?.0)
}

/// Starts billing, at the end of a trial or at the start date.
pub(crate) fn begin(store: &mut Store, mut sub: Subscription) -> Result<()> {
    let start = sub.trial_end.unwrap_or(sub.period.0);
    apply_pending(store, &mut sub)?;
    (sub.anchor, sub.steps) = (start, 0);
    sub.period = (start, time::step(start, sub.unit, sub.count, 1));
    let period = sub.period;
    let invoice = bill(store, &mut sub, period)?;
    sub.cycle = 1;
    sub.latest_invoice = Some(invoice.base.id);
    sub.status = SubscriptionStatus::Inactive;
    store.put(&sub)?;
    if !collect(store, &sub.base.id)? && sub.trial_end.is_some() {
        let sub: Subscription = store.need(&sub.base.id)?;
        webhooks::emit(store, Event::SubscriptionInactivated, Entity::Subscription(&sub))?;
    }
    Ok(())
}

/// Charges the running cycle to the stored card. True if it is paid.
pub(crate) fn collect(store: &mut Store, id: &str) -> Result<bool> {
    let sub: Subscription = store.need(id)?;
    let Some(latest) = &sub.latest_invoice else {
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
    let outcome = if invoice.totals.amount.is_zero() {
        let (method, card) = ("PGW_CARD_UNSPECIFIED".to_owned(), String::new());
        super::settle(store, &mut invoice, &mut open, Settlement::Gateway { method, card })?;
        return Ok(true);
    } else {
        charge_stored(store, &mut invoice, &mut open)?
    };
    let paid = outcome.as_ref().is_some_and(|outcome| outcome.verdict == Verdict::Paid);
    if outcome.is_some() && !paid {
        let sub: Subscription = store.need(id)?;
        webhooks::emit(store, Event::SubscriptionCycleRenewalFailed, Entity::Subscription(&sub))?;
    }
    Ok(paid)
}

/// Ends a period: the subscription ends, or the next period begins.
fn renew(store: &mut Store, mut sub: Subscription) -> Result<()> {
    if sub.cancel_at_end || sub.is_last_cycle() {
        return end(store, &mut sub);
    }
    let next = (sub.period.1, next_end(&sub));
    let invoice = match sub.prepared.take() {
        Some(id) => id,
        None => bill(store, &mut sub, next)?.base.id,
    };
    let kept = (sub.unit, sub.count);
    apply_pending(store, &mut sub)?;
    if kept == (sub.unit, sub.count) {
        sub.steps += 1;
    } else {
        (sub.anchor, sub.steps) = (next.0, 0);
    }
    sub.period = next;
    sub.cycle += 1;
    sub.latest_invoice = Some(invoice);
    (sub.failures, sub.retry_at) = (0, None);
    store.update(&mut sub)?;
    if !collect(store, &sub.base.id)? {
        postpone(store, &sub.base.id)?;
    }
    Ok(())
}

/// Applies a pending plan change.
fn apply_pending(store: &mut Store, sub: &mut Subscription) -> Result<()> {
    let Some(change) = sub.pending.take() else {
        return Ok(());
    };
    (sub.items, sub.coupons) = (change.items, change.coupons);
    (sub.unit, sub.count) = (change.unit, change.count);
    retotal(store, sub)?;
    store.put(sub)?;
    webhooks::emit(store, Event::SubscriptionPlanChanged, Entity::Subscription(sub))
}

/// Recalculates the amount per cycle.
pub(crate) fn retotal(store: &mut Store, sub: &mut Subscription) -> Result<()> {
    let scope = Scope::of(sub);
    let basket = fill(store, &scope, &wanted(&sub.items), &sub.coupons, &sub.currency, false)?;
    let texts = basket
        .products
        .iter()
        .flat_map(|product| [Some(product.name.as_str()), product.description.as_deref()]);
    sub.product_text = crate::model::searchable(texts);
    sub.totals = basket.totals;
    Ok(())
}

/// Handles an unpaid renewal: schedules the next attempt, or stops trying.
fn postpone(store: &mut Store, id: &str) -> Result<()> {
    let mut sub: Subscription = store.need(id)?;
    let customer: Customer = store.need(&sub.customer)?;
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
            let failed = Event::SubscriptionCycleRenewalFailed;
            webhooks::emit(store, failed, Entity::Subscription(&sub))?;
        }
        webhooks::emit(store, Event::SubscriptionInactivated, Entity::Subscription(&sub))?;
    }
    Ok(())
}

fn retry(store: &mut Store, mut sub: Subscription) -> Result<()> {
    sub.retry_at = None;
    store.put(&sub)?;
    if !collect(store, &sub.base.id)? {
        postpone(store, &sub.base.id)?;
    }
    Ok(())
}

/// Ends a subscription for good.
pub(crate) fn end(store: &mut Store, sub: &mut Subscription) -> Result<()> {
    sub.status = SubscriptionStatus::Canceled;
    sub.ended_at = Some(store.now);
    (sub.retry_at, sub.freeze_at, sub.pending) = (None, None, None);
    if let Some(id) = sub.prepared.take() {
        let mut invoice: Invoice = store.need(&id)?;
        if invoice.paid.is_zero() && invoice.status != InvoiceStatus::Completed {
            cancel_invoice(store, &mut invoice)?;
        }
    }
    store.update(sub)?;
    webhooks::emit(store, Event::SubscriptionCanceled, Entity::Subscription(sub))
}

/// Cancels the open invoices of a subscription.
pub(crate) fn cancel_open_invoices(store: &mut Store, sub: &mut Subscription) -> Result<()> {
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
