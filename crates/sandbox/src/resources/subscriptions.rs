//! Subscriptions: reading, starting, cancelling. Their life by the clock is in `billing::cycles`,
//! changes of plan in `plan_changes`, freezes in `freezes`.

use serde_json::Value;

use super::views::subscription as view;
use super::{Call, Reply, links, products};
use crate::billing::{Basket, Wanted, cycles, fill};
use crate::error::{ApiError, Code, Result};
use crate::model::{Customer, Event, Interval, Subscription, SubscriptionItem, SubscriptionStatus};
use crate::pricing::Totals;
use crate::store::{Scope, Store};
use crate::time;
use crate::webhooks::{self, Entity};

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let query = &call.query;
    let moment = |name: &str| query.moment(name);
    let customer = query.text("organization_consumer_id").map(str::to_ascii_lowercase);
    let period =
        |n: u8| format!("unixepoch(json_extract(doc, '$.period[{n}]'), 'subsec') * 1000000");
    let mut filter = call
        .scope
        .filter()
        .eq_if("customer", customer.as_deref())
        .one_of("status", &query.list("statuses"))
        .one_of("currency", &query.commas("currencies"))
        .search(query.text("search_term"))
        .moments("created", moment("from_date"), moment("to_date"))
        .moments(
            &period(0),
            moment("current_period_start_from_date"),
            moment("current_period_start_to_date"),
        )
        .moments(
            &period(1),
            moment("current_period_end_from_date"),
            moment("current_period_end_to_date"),
        )
        .amounts(query.amount("from_price"), query.amount("to_price"));
    filter = links::with_products(filter, &query.list("product_ids"));
    if let Some(paid) = query.flag("latest_invoice_is_paid") {
        // Paid in part counts as paid; an invoice is never paid with nothing.
        let no = if paid { "" } else { "NOT " };
        let condition = format!(
            "{no}EXISTS (SELECT 1 FROM entity i WHERE i.kind = 'invoice' AND i.id = entity.other
                AND json_extract(i.doc, '$.last_paid_at') IS NOT NULL)"
        );
        filter = filter.raw(&condition, []);
    }
    let fields = [
        ("amount", "amount"),
        ("status", "status"),
        ("current_period_start", "unixepoch(json_extract(doc, '$.period[0]'), 'subsec')"),
        ("current_period_end", "unixepoch(json_extract(doc, '$.period[1]'), 'subsec')"),
    ];
    call.page(store, &filter, &fields, view)
}

/// A subscription before its life begins.
pub(crate) fn blank(
    store: &mut Store,
    scope: &Scope,
    customer: &Customer,
    currency: &str,
    basket: &Basket,
    cycle: (Interval, i64),
) -> Subscription {
    let now = store.now;
    let items = basket.items.iter().map(|item| SubscriptionItem {
        id: item.id.clone(),
        product_id: item.product_id.clone(),
        price_id: item.price_id.clone(),
        quantity: item.quantity,
        coupons: item.coupons.clone(),
        created_at: now,
    });
    let texts = basket
        .products
        .iter()
        .flat_map(|product| [Some(product.name.as_str()), product.description.as_deref()]);
    let items = items.collect();
    let end = time::step(now, cycle.0, cycle.1, 1);
    Subscription {
        base: scope.base(store),
        customer: customer.base.id.clone(),
        link: None,
        description: None,
        currency: currency.to_owned(),
        items,
        coupons: basket.coupons.clone(),
        totals: Totals::clone(&basket.totals),
        unit: cycle.0,
        count: cycle.1,
        anchor: now,
        steps: 0,
        period: (now, end),
        cycle: 0,
        until_cycle: None,
        cancel_at_end: false,
        status: SubscriptionStatus::Inactive,
        started_at: None,
        ended_at: None,
        trial_days: None,
        trial_end: None,
        latest_invoice: None,
        prepared: None,
        pending: None,
        methods: Value::Null,
        notify: true,
        exclude_coupons: false,
        failures: 0,
        retry_at: None,
        freeze_at: None,
        product_text: crate::model::searchable(texts),
    }
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let scope = &call.scope;
    let fields = call.fields();
    let currency = fields.text("currency").unwrap_or_else(|| "SAR".to_owned());
    products::check_currency(call, &currency)?;
    let id = fields.id("organization_consumer_id").unwrap_or_default();
    let customer: Customer = scope.find(store, &id)?;
    let codes = fields.ids("coupons");
    let basket = fill(store, scope, &Wanted::read(fields), &codes, &currency, true)?;
    let Some(cycle) = links::one_kind(&basket)? else {
        let text = "A subscription needs recurring products.";
        return Err(ApiError::invalid(text));
    };
    let mut sub = blank(store, scope, &customer, &currency, &basket, cycle);
    let start = fields.moment("period_start").unwrap_or(store.now);
    sub.description = fields.text("description");
    sub.until_cycle = fields.number("until_cycle_number");
    sub.methods = fields.raw("override_payment_methods");
    sub.notify = fields.flag("notify_consumer").unwrap_or(true);
    sub.exclude_coupons = fields.flag("exclude_coupons_if_installments").unwrap_or(false);
    sub.anchor = start;
    sub.period = (start, time::step(start, sub.unit, sub.count, 1));
    if fields.flag("trial").unwrap_or(false) {
        if start <= store.now {
            let text = "period_start of a trial must be in the future";
            return Err(ApiError::value(&["period_start"], text));
        }
        sub.status = SubscriptionStatus::Trialing;
        sub.trial_end = Some(start);
        sub.trial_days = Some(time::days_between(store.now, start));
        // Until billing begins, the running period is the trial.
        sub.period = (store.now, start);
        sub.started_at = Some(store.now);
    }
    store.put(&sub)?;
    webhooks::emit(store, Event::SubscriptionCreated, Entity::Subscription(&sub))?;
    if sub.trial_end.is_none() && start <= store.now {
        cycles::begin(store, sub.clone())?;
    }
    let sub: Subscription = store.need(&sub.base.id)?;
    Reply::ok(view(store, &sub)?)
}

pub(super) fn get(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let sub: Subscription = call.target(store, "subscription_id")?;
    Reply::ok(view(store, &sub)?)
}

/// The refusal that a status gives.
pub(super) fn wrong_status(sub: &Subscription) -> ApiError {
    let info = format!("Subscription {} is {}.", sub.base.id, sub.status);
    ApiError::code(400, Code::InvalidStatus, info)
}

pub(super) fn cancel(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut sub: Subscription = call.target(store, "subscription_id")?;
    if sub.is_over() {
        return Err(wrong_status(&sub));
    }
    if call.fields().flag("cancel_related_invoices").unwrap_or(false) {
        cycles::cancel_open_invoices(store, &mut sub)?;
    }
    if sub.status.is_running() {
        sub.cancel_at_end = true;
        store.update(&mut sub)?;
        let event = Event::SubscriptionCancelAtPeriodEnd;
        webhooks::emit(store, event, Entity::Subscription(&sub))?;
    } else {
        cycles::end(store, &mut sub)?;
    }
    Reply::ok(view(store, &sub)?)
}

pub(super) fn uncancel(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut sub: Subscription = call.target(store, "subscription_id")?;
    if sub.status != SubscriptionStatus::Active {
        return Err(wrong_status(&sub));
    }
    if sub.cancel_at_end {
        sub.cancel_at_end = false;
        store.update(&mut sub)?;
    }
    Reply::empty()
}
