//! Coupons.

use rust_decimal::Decimal;
use serde_json::Value;

use super::Call;
use super::call::View;
use crate::billing::{cycles, link_totals};
use crate::error::{ApiError, Code, Result};
use crate::model::{Coupon, Link, Record as _, Subscription};
use crate::money;
use crate::store::{Filter, Store};

impl View for Coupon {
    const PARAMETER: &'static str = "coupon_id";

    fn view(&self, _: &Store<'_>) -> Result<Value> {
        Ok(Value::Object(self.members()))
    }
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let fields = ["name", "discount_value", "redemptions"];
    call.page(store, &call.filter(), &fields, Coupon::view)
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let base = call.scope.base(store);
    let mut coupon = Coupon { base, ..call.record()? };
    check(&mut coupon)?;
    store.put(&coupon)?;
    coupon.view(store)
}

fn check(coupon: &mut Coupon) -> Result<()> {
    let value = coupon.discount_value;
    if coupon.is_percentage {
        let text = "a percentage must not have a currency";
        ensure!(coupon.currency.is_none(), ApiError::value("currency", text));
        let text = "a percentage must be at most 100";
        ensure!(value <= Decimal::ONE_HUNDRED, ApiError::value("discount_value", text));
    } else {
        let text = "currency is required for a fixed discount";
        ensure!(coupon.currency.is_some(), ApiError::value("currency", text));
    }
    let text = "the discount is too large";
    ensure!(value <= money::MAX_AMOUNT, ApiError::value("discount_value", text));
    coupon.discount_value = money::round(value, coupon.currency.unwrap_or_default());
    Ok(())
}

/// Refuses to change a coupon on a finalized invoice.
fn check_unlocked(coupon: &Coupon) -> Result<()> {
    let info = || format!("Coupon {}.", coupon.base.id);
    ensure!(!coupon.locked, Code::CouponUsedInFinalizedInvoice.error(info()));
    Ok(())
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut coupon: Coupon = call.target(store)?;
    // Switching a coupon off, or back on, is possible for a locked one too.
    if call.changes_more_than_activity() {
        check_unlocked(&coupon)?;
    }
    if call.or_default("is_percentage") {
        coupon.currency = None;
    }
    coupon = call.patched(&coupon)?;
    check(&mut coupon)?;
    store.update(&mut coupon)?;
    reprice(store, &coupon.base.id)?;
    coupon.view(store)
}

/// Links and subscriptions show what their coupons take off now.
fn reprice(store: &mut Store<'_>, coupon: &str) -> Result<()> {
    let with = |status: &str| {
        let uses = format!("doc LIKE ? AND {status}");
        Filter::new().raw(&uses, [format!("%\"{coupon}\"%")])
    };
    for mut link in store.all::<Link>(&with("status = 'ACTIVE'"))? {
        link.totals = link_totals(store, &link)?;
        store.put(&link)?;
    }
    for mut sub in store.all::<Subscription>(&with("status <> 'CANCELED'"))? {
        cycles::retotal(store, &mut sub)?;
        store.put(&sub)?;
    }
    Ok(())
}

pub(super) fn delete(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let coupon: Coupon = call.target(store)?;
    check_unlocked(&coupon)?;
    store.delete(coupon)
}
