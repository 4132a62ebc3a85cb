//! Metered products: subscriptions to them, and recording usage.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Call;
use super::call::View;
use crate::billing::metered::{on_due, period_end};
use crate::error::{ApiError, Code, Result};
use crate::model::{Customer, Metered, Product, ProductKind, Record as _, Usage};
use crate::store::{Filter, Store};
use crate::time;

impl View for Metered {
    const PARAMETER: &'static str = "subscription_id";

    fn view(&self, _: &Store<'_>) -> Result<Value> {
        Ok(Value::Object(self.members()))
    }
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    call.page(store, &call.filter().eq("status", "ACTIVE"), &[], Metered::view)
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let product: Product = call.scope.find(store, &call.or_default::<String>("product_id"))?;
    let customer: String = call.or_default("organization_consumer_id");
    call.scope.find::<Customer>(store, &customer)?;
    let info = format!("Product {} is not metered.", product.base.id);
    ensure!(product.kind == ProductKind::Metered, ApiError::invalid(info));
    let starts_at = call.get("starts_at").unwrap_or(store.now);
    let text = "starts_at is more than a year in the past";
    ensure!(starts_at >= time::days(store.now, -366), ApiError::value("starts_at", text));
    let ends_at = call.get("ends_at");
    let text = "ends_at is before the start";
    ensure!(ends_at.is_none_or(|end| end > starts_at), ApiError::value("ends_at", text));
    let info = "The customer has an active subscription to this product.";
    ensure!(
        running(store, &product.base.id, &customer)?.is_none(),
        Code::ResourceAlreadyExists.error(info)
    );
    let mut metered = Metered {
        base: call.scope.base(store),
        product_id: product.base.id.clone(),
        organization_consumer_id: customer,
        starts_at,
        ends_at,
        ..Metered::default()
    };
    metered.period_end = period_end(&metered, &product);
    store.put(&metered)?;
    metered.view(store)
}

/// The active subscription of a customer to a metered product.
fn running(store: &Store<'_>, product: &str, customer: &str) -> Result<Option<Metered>> {
    let filter = Filter::new().eq("parent", product).eq("customer", customer);
    store.latest(&filter.eq("status", "ACTIVE"))
}

pub(super) fn end(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut metered: Metered = call.target(store)?;
    let info = format!("Metered subscription {} has ended.", metered.base.id);
    ensure!(!metered.closed, Code::InvalidStatus.error(info));
    metered.ends_at = Some(store.now);
    store.update(&mut metered)?;
    on_due(store, &metered.base.id)?;
    store.need::<Metered>(&metered.base.id)?.view(store)
}

/// A usage event in the body.
#[derive(Deserialize)]
struct NewUsage {
    product_id: String,
    organization_consumer_id: String,
    usage_amount: Decimal,
    idempotency_key: String,
}

pub(super) fn record(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let (mut records, mut inserted) = (Vec::new(), 0);
    for (index, one) in call.or_default::<Vec<NewUsage>>("records").into_iter().enumerate() {
        check_amount(one.usage_amount, index)?;
        let id = store_usage(store, call, one)?;
        inserted += i64::from(id.is_some());
        records.push(json!({"id": id, "success": id.is_some()}));
    }
    Ok(json!({"records": records, "total_inserted": inserted}))
}

/// At most ten digits in all, and not negative.
fn check_amount(amount: Decimal, index: usize) -> Result<()> {
    let at = format!("records.{index}.usage_amount");
    let is_negative = amount.is_sign_negative() && !amount.is_zero();
    ensure!(!is_negative, ApiError::value(at, "usage must not be negative"));
    let shown = amount.normalize().to_string();
    let digits = shown.bytes().filter(u8::is_ascii_digit).count();
    let leading = usize::from(shown.starts_with("0."));
    ensure!(digits - leading <= 10, ApiError::value(at, "usage must have at most 10 digits"));
    Ok(())
}

/// Stores one event. Returns `None` if its key is already used or there is no subscription.
fn store_usage(store: &mut Store<'_>, call: &Call, one: NewUsage) -> Result<Option<String>> {
    let known = Filter::new().eq("org", &call.scope.org).eq("other", &one.idempotency_key);
    if store.count::<Usage>(&known)? > 0 {
        return Ok(None);
    }
    let metered = running(store, &one.product_id, &one.organization_consumer_id)?;
    let usable = |metered: &Metered| call.scope.sees(metered) && metered.starts_at <= store.now;
    let Some(metered) = metered.filter(usable) else { return Ok(None) };
    let usage = Usage {
        base: call.scope.base(store),
        metered: metered.base.id,
        amount: one.usage_amount,
        key: one.idempotency_key,
        billed: false,
    };
    store.put(&usage)?;
    Ok(Some(usage.base.id))
}
