//! Subscriptions: reading, starting, cancelling. Their life by the clock is in `billing::cycles`,
//! changes of plan in `plan_changes`, freezes in `freezes`.

use serde_json::{Value, json};

use super::call::{View, moment};
use super::{Call, links, views};
use crate::billing::{Basket, cycles, fill};
use crate::error::{ApiError, Code, Result};
use crate::model::{Currency, Customer, Cycle, Event, Subscription, SubscriptionStatus};
use crate::store::{Scope, Store};
use crate::time;

impl View for Subscription {
    const PARAMETER: &'static str = "subscription_id";

    fn view(&self, store: &Store<'_>) -> Result<Value> {
        views::subscription(store, self)
    }
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut filter = call.filter();
    for member in ["current_period_start", "current_period_end"] {
        let bounds = call.moments(&format!("{member}_from_date"), &format!("{member}_to_date"));
        filter = filter.moments(&format!("{} * 1000000", moment(member)), bounds);
    }
    if let Some(paid) = call.flag("latest_invoice_is_paid") {
        // Paid in part counts as paid; an invoice is never paid with nothing.
        let no = if paid { "" } else { "NOT " };
        let condition = format!(
            "{no}EXISTS (SELECT 1 FROM entity i WHERE i.kind = 'invoice' AND i.id = entity.other
                AND json_extract(i.doc, '$.last_payment_paid_at') IS NOT NULL)"
        );
        filter = filter.raw(&condition, []);
    }
    let fields = ["amount", "status", "current_period_start", "current_period_end"];
    call.page(store, &filter, &fields, Subscription::view)
}

/// A subscription before its life begins.
pub(crate) fn blank(
    store: &mut Store<'_>,
    scope: &Scope,
    customer: &Customer,
    currency: Currency,
    basket: &Basket,
    cycle: Cycle,
) -> Subscription {
    let mut sub = Subscription {
        base: scope.base(store),
        organization_consumer_id: customer.base.id.clone(),
        currency,
        items: basket.items.clone(),
        coupons: basket.coupons.clone(),
        totals: basket.totals.clone(),
        cycle,
        notify: true,
        product_text: basket.product_text(),
        ..Subscription::default()
    };
    sub.begin_at(store.now);
    sub
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let currency = call.or_default("currency");
    call.check_currency(currency)?;
    let id: String = call.or_default("organization_consumer_id");
    let customer: Customer = call.scope.find(store, &id)?;
    let (items, coupons) = links::basket_of(call);
    let basket = fill(store, &call.scope, items, coupons, currency, true)?;
    let Some(cycle) = links::one_kind(&basket)? else {
        return Err(ApiError::invalid("A subscription needs recurring products."));
    };
    let mut sub = blank(store, &call.scope, &customer, currency, &basket, cycle);
    let start = call.get("period_start").unwrap_or(store.now);
    sub.description = call.get("description");
    sub.until_cycle = call.get("until_cycle_number");
    sub.payment_methods = call.or_default("override_payment_methods");
    sub.notify = call.get("notify_consumer").unwrap_or(true);
    sub.exclude_coupons = call.or_default("exclude_coupons_if_installments");
    sub.begin_at(start);
    if call.or_default("trial") {
        let text = "period_start of a trial must be in the future";
        ensure!(start > store.now, ApiError::value("period_start", text));
        begin_trial(store, &mut sub, start, time::days_between(store.now, start));
    }
    store.put(&sub)?;
    store.emit(Event::SubscriptionCreated, &sub)?;
    if sub.trial_end.is_none() && start <= store.now {
        cycles::begin(store, sub.clone())?;
    }
    store.need::<Subscription>(&sub.base.id)?.view(store)
}

/// Begins a trial. Until billing begins, the running period is the trial.
pub(crate) fn begin_trial(
    store: &Store<'_>,
    sub: &mut Subscription,
    end: jiff::Timestamp,
    days: i64,
) {
    sub.status = SubscriptionStatus::Trialing;
    (sub.trial_days, sub.trial_end) = (Some(days), Some(end));
    (sub.start, sub.end) = (store.now, end);
    sub.started_at = Some(store.now);
}

/// The refusal that a status gives.
pub(super) fn wrong_status(sub: &Subscription) -> ApiError {
    let info = format!("Subscription {} is {}.", sub.base.id, sub.status);
    Code::InvalidStatus.error(info)
}

pub(super) fn cancel(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut sub: Subscription = call.target(store)?;
    ensure!(!sub.is_over(), wrong_status(&sub));
    if call.or_default("cancel_related_invoices") {
        cycles::cancel_open_invoices(store, &mut sub)?;
    }
    if sub.status.is_running() {
        sub.cancel_at_end = true;
        store.update(&mut sub)?;
        store.emit(Event::SubscriptionCancelAtPeriodEnd, &sub)?;
    } else {
        cycles::end(store, &mut sub)?;
    }
    sub.view(store)
}

pub(super) fn uncancel(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut sub: Subscription = call.target(store)?;
    ensure!(sub.status == SubscriptionStatus::Active, wrong_status(&sub));
    if sub.cancel_at_end {
        sub.cancel_at_end = false;
        store.update(&mut sub)?;
    }
    Ok(json!({}))
}
