//! Payment links. Paying one is in `checkout`.

use serde_json::{Value, json};

use super::call::{View, with};
use super::{Call, views};
use crate::billing::{Basket, fill, link_totals, usable_coupons};
use crate::error::{ApiError, Code, Result};
use crate::model::{Coupon, Customer, Cycle, Item, Link, LinkStatus, ProductKind, Record as _};
use crate::store::Store;

impl View for Link {
    const PARAMETER: &'static str = "payment_link_id";

    fn view(&self, store: &Store<'_>) -> Result<Value> {
        let coupons = self.coupons.iter().map(|id| store.need::<Coupon>(id)?.view(store));
        let mut members = self.members();
        members.extend(views::totals(&self.totals, self.currency));
        members
            .extend(views::amounts(self.currency, [("amount_collected", self.amount_collected)]));
        let more = json!({
            "items": views::items(store, &self.items, &self.totals, self.currency)?,
            "coupons": coupons.collect::<Result<Vec<Value>>>()?,
            "override_payment_methods": self.payment_methods,
            "url": url(store, self),
        });
        Ok(with(members, more))
    }
}

/// The address of a link's checkout page.
pub(crate) fn url(store: &Store<'_>, link: &Link) -> String {
    format!("{}/s/{}", store.base_url, link.base.id)
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    call.page(store, &call.filter(), &["name", "amount", "status", "currency"], Link::view)
}

/// The items and the coupons in the body.
pub(super) fn basket_of(call: &Call) -> (Vec<Item>, Vec<String>) {
    let mut items: Vec<Value> = call.or_default("items");
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        item.retain(|_, member| !member.is_null());
    }
    let items = items.into_iter().filter_map(|item| serde_json::from_value(item).ok());
    (items.collect(), call.or_default("coupons"))
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let link: Link = call.record()?;
    call.check_currency(link.currency)?;
    check(store, call, &link)?;
    let (items, coupons) = basket_of(call);
    let basket = fill(store, &call.scope, items, coupons, link.currency, true)?;
    let cycle = one_kind(&basket)?;
    ensure!(
        link.trial_period_days.is_none() || cycle.is_some(),
        ApiError::invalid("Only recurring products can have a trial.")
    );
    let Basket { items, coupons, totals, .. } = basket;
    for (index, item) in items.iter().enumerate() {
        let fits = item.min_quantity.zip(item.max_quantity).is_none_or(|(min, max)| min <= max);
        let at = format!("items.{index}.min_quantity");
        ensure!(fits, ApiError::value(at, "min_quantity is above max_quantity"));
    }
    let base = call.scope.base(store);
    let link = Link { base, items, coupons, totals, cycle, ..link };
    store.put(&link)?;
    link.view(store)
}

/// The rules for single members, beyond their types.
fn check(store: &Store<'_>, call: &Call, link: &Link) -> Result<()> {
    if let Some(id) = &link.organization_consumer_id {
        call.scope.find::<Customer>(store, id)?;
    }
    let text = "valid_until is in the past";
    let is_future = link.valid_until.is_none_or(|until| until > store.now);
    ensure!(is_future, ApiError::value("valid_until", text));
    let text = "max_number_of_payments must be at least 1";
    let enough = link.max_number_of_payments.is_none_or(|most| most >= 1);
    ensure!(enough, ApiError::value("max_number_of_payments", text));
    let custom = &link.custom_fields;
    let properties = custom.get("properties").and_then(Value::as_object);
    let texts = |schema: &Value| schema.get("type").and_then(Value::as_str) == Some("string");
    let fits = custom.get("type").is_none_or(|kind| kind == "object")
        && properties.is_some_and(|properties| properties.values().all(texts));
    let text = "custom_fields is a JSON Schema of an object whose properties are of type string";
    ensure!(custom.is_null() || fits, ApiError::value("custom_fields", text));
    Ok(())
}

/// Checks that all products are of one kind and that recurring ones have the same cycle. Returns the
/// cycle.
pub(super) fn one_kind(basket: &Basket) -> Result<Option<Cycle>> {
    let has = |kind| basket.products.iter().any(|product| product.kind == kind);
    let text = "Metered products are billed through metered subscriptions.";
    ensure!(!has(ProductKind::Metered), ApiError::invalid(text));
    if !has(ProductKind::Recurring) {
        return Ok(None);
    }
    let text = "One-time and recurring products cannot be mixed.";
    ensure!(!has(ProductKind::OneOff), ApiError::invalid(text));
    let mut cycles: Vec<Cycle> = basket.products.iter().map(|product| product.cycle()).collect();
    cycles.dedup();
    match cycles.as_slice() {
        [one] => Ok(Some(*one)),
        _ => Err(ApiError::invalid("The products have different billing cycles.")),
    }
}

/// Replaces all coupons. Coupons that are not listed are removed.
pub(super) fn set_coupons(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut link: Link = call.target(store)?;
    for item in &mut link.items {
        item.coupons.clear();
        item.updated_at = Some(store.now);
    }
    for given in call.or_default::<Vec<Value>>("items") {
        let id = given.get("payment_link_item_id").and_then(Value::as_str).unwrap_or_default();
        let item = link.items.iter_mut().find(|item| item.id == id);
        let item = item.ok_or_else(|| ApiError::not_found("Payment link item", id))?;
        let coupons = given.get("coupons").cloned().unwrap_or_else(|| json!([]));
        item.coupons = serde_json::from_value(coupons)?;
    }
    link.coupons = call.or_default("coupons");
    for list in link.items.iter().map(|item| &item.coupons).chain([&link.coupons]) {
        usable_coupons(store, &call.scope, list, link.currency)?;
    }
    link.totals = link_totals(store, &link)?;
    store.update(&mut link)?;
    link.view(store)
}

pub(super) fn set_status(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut link: Link = call.target(store)?;
    let status = call.get("status").unwrap_or(LinkStatus::Inactive);
    let text = "A link is completed by its payments; set ACTIVE or INACTIVE.";
    ensure!(status != LinkStatus::Completed, ApiError::invalid(text));
    let text = "The link has received its maximum number of payments.";
    ensure!(link.status != LinkStatus::Completed, Code::InvalidStatus.error(text));
    let expired = link.valid_until.is_some_and(|until| until <= store.now);
    ensure!(
        status != LinkStatus::Active || !expired,
        Code::InvalidStatus.error("The link has expired.")
    );
    link.deactivate_message =
        call.get("deactivate_message").filter(|_| status == LinkStatus::Inactive);
    link.status = status;
    store.update(&mut link)?;
    link.view(store)
}
