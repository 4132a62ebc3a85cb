//! Coupons.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Call, Reply};
use crate::billing::{cycles, link_totals};
use crate::error::{ApiError, Code, Result};
use crate::model::{Coupon, Link, Subscription};
use crate::store::{Filter, Store};
use crate::{money, time};

/// A coupon without its redemption count.
pub(crate) fn view(coupon: &Coupon) -> Value {
    let currency = coupon.currency.as_deref().unwrap_or("SAR");
    json!({
        "created_at": time::text(coupon.base.created_at),
        "updated_at": time::text_or_null(coupon.base.updated_at),
        "id": coupon.base.id,
        "name": coupon.name,
        "discount_value": money::text(coupon.value, currency),
        "currency": coupon.currency,
        "is_percentage": coupon.is_percentage,
        "is_active": coupon.is_active,
    })
}

fn detailed(coupon: &Coupon) -> Value {
    let mut value = view(coupon);
    if let Some(map) = value.as_object_mut() {
        map.insert("redemptions".to_owned(), json!(coupon.redemptions));
    }
    value
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut filter = call.scope.filter().search(call.query.text("search_term"));
    for (parameter, member) in [("active", "is_active"), ("is_percentage", "is_percentage")] {
        if let Some(wanted) = call.query.flag(parameter) {
            let condition = format!("json_extract(doc, '$.{member}') = {}", i32::from(wanted));
            filter = filter.raw(&condition, []);
        }
    }
    let fields = [
        ("name", "json_extract(doc, '$.name')"),
        ("discount_value", "amount"),
        ("redemptions", "json_extract(doc, '$.redemptions')"),
    ];
    call.page(store, &filter, &fields, |_, coupon| Ok(detailed(coupon)))
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let scope = &call.scope;
    let base = scope.base(store);
    let fields = call.fields();
    let is_percentage = fields.flag("is_percentage").unwrap_or(false);
    let mut coupon = Coupon {
        base,
        name: fields.text("name").unwrap_or_default(),
        value: fields.amount("discount_value").unwrap_or_default(),
        currency: fields.text("currency"),
        is_percentage,
        is_active: fields.flag("is_active").unwrap_or(true),
        redemptions: 0,
        locked: false,
    };
    check(&mut coupon)?;
    store.put(&coupon)?;
    Reply::ok(view(&coupon))
}

fn check(coupon: &mut Coupon) -> Result<()> {
    if coupon.is_percentage {
        if coupon.currency.is_some() {
            return Err(ApiError::value(&["currency"], "a percentage must not have a currency"));
        }
        if coupon.value > Decimal::ONE_HUNDRED {
            return Err(ApiError::value(&["discount_value"], "a percentage must be at most 100"));
        }
    } else if coupon.currency.is_none() {
        return Err(ApiError::value(&["currency"], "currency is required for a fixed discount"));
    }
    if coupon.value > money::MAX_AMOUNT {
        return Err(ApiError::value(&["discount_value"], "the discount is too large"));
    }
    let currency = coupon.currency.as_deref().unwrap_or("SAR");
    coupon.value = money::round(coupon.value, currency);
    Ok(())
}

pub(super) fn get(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let coupon: Coupon = call.target(store, "coupon_id")?;
    Reply::ok(detailed(&coupon))
}

/// The refusal to change a coupon on a finalized invoice.
fn locked(coupon: &Coupon) -> ApiError {
    let info = format!("Coupon {}.", coupon.base.id);
    ApiError::code(400, Code::CouponUsedInFinalizedInvoice, info)
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut coupon: Coupon = call.target(store, "coupon_id")?;
    let fields = call.fields();
    // Switching a coupon off, or back on, is possible for a locked one too.
    let others = call
        .body
        .as_object()
        .into_iter()
        .flatten()
        .any(|(name, value)| name != "is_active" && !value.is_null());
    if coupon.locked && others {
        return Err(locked(&coupon));
    }
    if let Some(name) = fields.text("name") {
        coupon.name = name;
    }
    if let Some(value) = fields.amount("discount_value") {
        coupon.value = value;
    }
    if let Some(is_percentage) = fields.flag("is_percentage") {
        coupon.is_percentage = is_percentage;
        if is_percentage {
            coupon.currency = None;
        }
    }
    if fields.has("currency") {
        coupon.currency = fields.text("currency");
    }
    if let Some(active) = fields.flag("is_active") {
        coupon.is_active = active;
    }
    check(&mut coupon)?;
    store.update(&mut coupon)?;
    reprice(store, &coupon.base.id)?;
    Reply::ok(view(&coupon))
}

/// Links and subscriptions show what their coupons take off now.
fn reprice(store: &mut Store<'_>, coupon: &str) -> Result<()> {
    let uses = "doc LIKE ? AND status = 'ACTIVE'";
    let filter = Filter::new().raw(uses, [format!("%\"{coupon}\"%")]);
    for mut link in store.all::<Link>(&filter)? {
        link.totals = link_totals(store, &link)?;
        store.put(&link)?;
    }
    let uses = "doc LIKE ? AND status <> 'CANCELED'";
    let filter = Filter::new().raw(uses, [format!("%\"{coupon}\"%")]);
    for mut sub in store.all::<Subscription>(&filter)? {
        cycles::retotal(store, &mut sub)?;
        store.put(&sub)?;
    }
    Ok(())
}

pub(super) fn delete(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut coupon: Coupon = call.target(store, "coupon_id")?;
    if coupon.locked {
        return Err(locked(&coupon));
    }
    coupon.base.deleted = true;
    store.update(&mut coupon)?;
    Reply::empty()
}
