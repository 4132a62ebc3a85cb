//! Subscriptions: reading, starting, cancelling. Their life by the clock is in `billing::cycles`,
//! changes of plan in `plan_changes`, freezes in `freezes`.

use serde_json::{Value, json};

use super::invoices::{extend, view_base};
use super::{Call, Fields, Reply, Scope, customers, freezes, links, plan_changes, products};
use crate::billing::{Basket, Wanted, cycles, fill};
use crate::error::{ApiError, Result};
use crate::model::{Customer, Invoice, Product, Subscription, SubscriptionItem};
use crate::pricing::{Totals, steps_json};
use crate::store::Store;
use crate::webhooks::{self, Entity};
use crate::{money, time};

/// A subscription in the API's shape.
pub(crate) fn view(store: &Store, sub: &Subscription) -> Result<Value> {
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
        "latest_invoice": latest.as_ref().map(view_base),
        "latest_freeze": freezes::latest(store, &sub.base.id)?.as_ref().map(freezes::view),
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
            "pending_change": plan_changes::view(store, sub)?,
            "amount_in_smallest_unit": money::minor(totals.amount, currency),
            "original_amount_in_smallest_unit": money::minor(totals.original, currency),
        }),
    );
    Ok(value)
}

pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply> {
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
    call.page(&filter, &fields, view)
}

/// A subscription before its life begins.
pub(crate) fn blank(
    store: &mut Store,
    scope: &Scope,
    customer: &Customer,
    currency: &str,
    basket: &Basket,
    cycle: (String, i64),
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
    let end = time::step(now, &cycle.0, cycle.1, 1);
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
        status: "INACTIVE".to_owned(),
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
    let Some(cycle) = links::one_kind(&basket)? else {
        let text = "A subscription is to recurring products.";
        return Err(ApiError::invalid(text));
    };
    let mut sub = blank(call.store, &scope, &customer, &currency, &basket, cycle);
    let start = fields.moment("period_start").unwrap_or(call.store.now);
    sub.description = fields.text("description");
    sub.until_cycle = fields.number("until_cycle_number");
    sub.methods = fields.raw("override_payment_methods");
    sub.notify = fields.flag("notify_consumer").unwrap_or(true);
    sub.exclude_coupons = fields.flag("exclude_coupons_if_installments").unwrap_or(false);
    sub.anchor = start;
    sub.period = (start, time::step(start, &sub.unit, sub.count, 1));
    if fields.flag("trial").unwrap_or(false) {
        if start <= call.store.now {
            let text = "period_start of a trial lies in the future";
            return Err(ApiError::value(&["period_start"], text));
        }
        sub.status = "TRIALING".to_owned();
        sub.trial_end = Some(start);
        sub.trial_days = Some(time::days_between(call.store.now, start));
        // Until billing begins, the running period is the trial.
        sub.period = (call.store.now, start);
        sub.started_at = Some(call.store.now);
    }
    call.store.put(&sub)?;
    webhooks::emit(call.store, "SUBSCRIPTION_CREATED", Entity::Subscription(&sub))?;
    if sub.trial_end.is_none() && start <= call.store.now {
        cycles::begin(call.store, sub.clone())?;
    }
    let sub: Subscription = call.store.need(&sub.base.id)?;
    Reply::ok(view(call.store, &sub)?)
}

pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Reply> {
    let sub: Subscription = call.target("subscription_id")?;
    Reply::ok(view(call.store, &sub)?)
}

/// The refusal that a status gives.
pub(super) fn wrong_status(sub: &Subscription) -> ApiError {
    let info = format!("Subscription {} is {}.", sub.base.id, sub.status);
    ApiError::code(400, "INVALID_STATUS", info)
}

pub(super) fn cancel(call: &mut Call<'_, '_>) -> Result<Reply> {
    let mut sub: Subscription = call.target("subscription_id")?;
    if sub.is_over() {
        return Err(wrong_status(&sub));
    }
    if call.fields().flag("cancel_related_invoices").unwrap_or(false) {
        cycles::cancel_open_invoices(call.store, &mut sub)?;
    }
    if matches!(sub.status.as_str(), "ACTIVE" | "FROZEN") {
        sub.cancel_at_end = true;
        call.store.update(&mut sub, |sub| &mut sub.base)?;
        let event = "SUBSCRIPTION_CANCEL_AT_PERIOD_END";
        webhooks::emit(call.store, event, Entity::Subscription(&sub))?;
    } else {
        cycles::end(call.store, &mut sub)?;
    }
    Reply::ok(view(call.store, &sub)?)
}

pub(super) fn uncancel(call: &mut Call<'_, '_>) -> Result<Reply> {
    let mut sub: Subscription = call.target("subscription_id")?;
    if sub.status != "ACTIVE" {
        return Err(wrong_status(&sub));
    }
    if sub.cancel_at_end {
        sub.cancel_at_end = false;
        call.store.update(&mut sub, |sub| &mut sub.base)?;
    }
    Reply::empty()
}
