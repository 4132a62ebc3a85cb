//! Metered products: subscriptions to them, usage, and billing it when a period is over.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Call, Reply};
use crate::billing::metered::{on_due, period_end};
use crate::error::{ApiError, Code, Result};
use crate::fields::Fields;
use crate::model::{Customer, Metered, Product, ProductKind, Usage};
use crate::store::{Filter, Store};
use crate::time;

fn view(metered: &Metered) -> Value {
    json!({
        "id": metered.base.id,
        "product_id": metered.product,
        "organization_consumer_id": metered.customer,
        "organization_id": metered.base.org,
        "starts_at": time::text(metered.starts_at),
        "ends_at": time::text_or_null(metered.ends_at),
        "created_at": time::text(metered.base.created_at),
        "updated_at": time::text_or_null(metered.base.updated_at),
    })
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let filter = call.scope.filter().eq("status", "ACTIVE");
    call.page(store, &filter, &[], |_, metered| Ok(view(metered)))
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let fields = call.fields();
    let product = fields.id("product_id").unwrap_or_default();
    let customer = fields.id("organization_consumer_id").unwrap_or_default();
    let starts_at = fields.moment("starts_at").unwrap_or(store.now);
    let ends_at = fields.moment("ends_at");
    let scope = &call.scope;
    let product: Product = scope.find(store, &product)?;
    scope.find::<Customer>(store, &customer)?;
    if product.kind != ProductKind::Metered {
        let text = format!("Product {} is not metered.", product.base.id);
        return Err(ApiError::invalid(text));
    }
    if starts_at < time::days(store.now, -366) {
        let text = "starts_at is more than a year in the past";
        return Err(ApiError::value(&["starts_at"], text));
    }
    if ends_at.is_some_and(|end| end <= starts_at) {
        return Err(ApiError::value(&["ends_at"], "ends_at is before the start"));
    }
    if running(store, &product.base.id, &customer)?.is_some() {
        let info = "The customer has an active subscription to this product.";
        return Err(ApiError::code(422, Code::ResourceAlreadyExists, info));
    }
    let base = scope.base(store);
    let mut metered = Metered {
        base,
        product: product.base.id.clone(),
        customer,
        starts_at,
        ends_at,
        periods: 0,
        period_end: starts_at,
        closed: false,
    };
    metered.period_end = period_end(&metered, &product);
    store.put(&metered)?;
    Reply::ok(view(&metered))
}

/// The active subscription of a customer to a metered product.
fn running(store: &Store, product: &str, customer: &str) -> Result<Option<Metered>> {
    let filter =
        Filter::new().eq("parent", product).eq("customer", customer).eq("status", "ACTIVE");
    store.latest(&filter)
}

pub(super) fn end(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut metered: Metered = call.target(store, "subscription_id")?;
    if metered.closed {
        let info = format!("Metered subscription {} has ended.", metered.base.id);
        return Err(ApiError::code(400, Code::InvalidStatus, info));
    }
    metered.ends_at = Some(store.now);
    store.update(&mut metered)?;
    on_due(store, &metered.base.id)?;
    let metered: Metered = store.need(&metered.base.id)?;
    Reply::ok(view(&metered))
}

pub(super) fn record(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut results = Vec::new();
    let mut inserted = 0;
    for (index, one) in call.fields().objects("records").into_iter().enumerate() {
        let amount = one.amount("usage_amount").unwrap_or_default();
        check_amount(amount, index)?;
        let id = store_usage(store, call, one, amount)?;
        inserted += i64::from(id.is_some());
        results.push(json!({"id": id, "success": id.is_some()}));
    }
    Reply::ok(json!({"records": results, "total_inserted": inserted}))
}

/// At most ten digits in all, and not negative.
fn check_amount(amount: Decimal, index: usize) -> Result<()> {
    let shown = amount.normalize().to_string();
    let digits = shown.bytes().filter(u8::is_ascii_digit).count();
    let leading = usize::from(shown.starts_with("0."));
    let problem = if amount.is_sign_negative() && !amount.is_zero() {
        "usage must not be negative"
    } else if digits - leading > 10 {
        "usage must have at most 10 digits"
    } else {
        return Ok(());
    };
    Err(ApiError::value(&["records", &index.to_string(), "usage_amount"], problem))
}

/// Stores one event. Returns `None` if its key is already used or there is no subscription.
fn store_usage(
    store: &mut Store<'_>,
    call: &Call,
    one: Fields<'_>,
    amount: Decimal,
) -> Result<Option<String>> {
    let key = one.text("idempotency_key").unwrap_or_default();
    let known = Filter::new().eq("org", &call.scope.org).eq("other", &key);
    if store.count::<Usage>(&known)? > 0 {
        return Ok(None);
    }
    let product = one.id("product_id").unwrap_or_default();
    let customer = one.id("organization_consumer_id").unwrap_or_default();
    let Some(metered) = running(store, &product, &customer)? else {
        return Ok(None);
    };
    if !call.scope.sees(&metered) || metered.starts_at > store.now {
        return Ok(None);
    }
    let base = call.scope.base(store);
    let usage = Usage { base, metered: metered.base.id, amount, key, billed: false };
    store.put(&usage)?;
    Ok(Some(usage.base.id))
}
