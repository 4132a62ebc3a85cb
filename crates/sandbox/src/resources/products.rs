//! Products and their prices.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::Call;
use super::call::{View, with};
use crate::error::{ApiError, Code, Result};
use crate::model::{Price, Product, ProductKind, Record as _};
use crate::money;
use crate::store::Store;

impl View for Product {
    const PARAMETER: &'static str = "product_id";

    fn view(&self, _: &Store<'_>) -> Result<Value> {
        let default = self.default_price();
        let currency = default.map(|price| price.currency).unwrap_or_default();
        let gross = money::round(default.map(Price::gross).unwrap_or_default(), currency);
        let vat = money::round(default.map(Price::vat).unwrap_or_default(), currency);
        let more = json!({
            "price": gross,
            "currency": currency,
            "is_price_exempt_from_vat": default.is_some_and(|price| price.exempt),
            "is_price_inclusive_of_vat": default.is_some_and(|price| price.inclusive),
            "price_excluding_vat": gross - vat,
            "vat_amount": vat,
            "prices": self.prices().map(view_price).collect::<Vec<Value>>(),
        });
        Ok(with(self.members(), more))
    }
}

/// A price, alone or within its product.
fn view_price(price: &Price) -> Value {
    let vat = money::round(price.vat(), price.currency);
    let mut view = json!(price.base);
    if let (Some(view), Value::Object(members)) = (view.as_object_mut(), json!(price)) {
        view.extend(members);
        view.insert("price_excluding_vat".to_owned(), json!(price.gross() - vat));
        view.insert("vat_amount".to_owned(), json!(vat));
        let minor = money::minor(price.amount, price.currency);
        view.insert("amount_in_smallest_unit".to_owned(), json!(minor));
    }
    view
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut filter = call.filter().eq_if("status", call.text("type"));
    if let Some(currency) = call.text("currency") {
        let condition = "EXISTS (SELECT 1 FROM json_each(doc, '$.all_prices')
            WHERE json_extract(value, '$.currency') = ? AND json_extract(value, '$.is_active'))";
        filter = filter.raw(condition, [currency.to_uppercase()]);
    }
    call.page(store, &filter, &["name", "price", "type"], Product::view)
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let base = call.scope.base(store);
    let mut product = Product { base, is_active: true, ..call.record()? };
    check_cycle(&mut product)?;
    product.all_prices = prices(store, call)?;
    let text = "at least one price is required";
    ensure!(!product.all_prices.is_empty(), ApiError::value("prices", text));
    store.put(&product)?;
    product.view(store)
}

/// Type and billing cycle belong together.
fn check_cycle(product: &mut Product) -> Result<()> {
    if product.kind == ProductKind::OneOff {
        (product.recurring_interval, product.recurring_interval_count) = (None, 1);
        return Ok(());
    }
    let text = "recurring_interval_count exceeds the limit of this sandbox (1000)";
    let count = product.recurring_interval_count;
    ensure!(count <= 1000, ApiError::value("recurring_interval_count", text));
    let text = format!("recurring_interval is required for type {}", product.kind);
    ensure!(product.recurring_interval.is_some(), ApiError::value("recurring_interval", text));
    Ok(())
}

/// The prices in the body; none if it has none.
fn prices(store: &mut Store<'_>, call: &Call) -> Result<Vec<Price>> {
    let mut prices: Vec<Price> = Vec::new();
    for (index, given) in call.or_default::<Vec<Price>>("prices").into_iter().enumerate() {
        let price = new_price(store, call, given, &format!("prices.{index}."))?;
        call.check_currency(price.currency)?;
        let text = format!("{} has two prices", price.currency);
        ensure!(
            prices.iter().all(|other| other.currency != price.currency),
            ApiError::value(format!("prices.{index}.currency"), text)
        );
        prices.push(price);
    }
    if let Some(amount) = call.get("price").filter(|_| prices.is_empty()) {
        // The deprecated form. Without flags the price contains VAT, unless it is exempt.
        let exempt: bool = call.or_default("is_price_exempt_from_vat");
        let inclusive = call.get("is_price_inclusive_of_vat").unwrap_or(!exempt);
        let given = Price { amount, inclusive, exempt, ..Price::default() };
        prices.push(new_price(store, call, given, "")?);
    }
    Ok(prices)
}

/// A new price, if the rules allow it. `at` is its place in the body.
fn new_price(store: &mut Store<'_>, call: &Call, price: Price, at: &str) -> Result<Price> {
    let wrong = |member: &str, text| ApiError::value(format!("{at}{member}"), text);
    let text = "a price cannot be both exempt from VAT and inclusive of VAT";
    ensure!(!(price.inclusive && price.exempt), wrong("is_price_exempt_from_vat", text));
    ensure!(price.amount >= Decimal::ONE, wrong("amount", "a price must be at least 1"));
    ensure!(price.amount <= money::MAX_AMOUNT, wrong("amount", "the price is too large"));
    let amount = money::round(price.amount, price.currency);
    Ok(Price { base: call.scope.base(store), amount, is_active: true, ..price })
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let old: Product = call.target(store)?;
    // Taking a product off sale, or back, is possible for a locked one too.
    if call.changes_more_than_activity() {
        check_unlocked(&old)?;
    }
    let mut product: Product = call.patched(&old)?;
    product.recurring_interval = product.recurring_interval.or(old.recurring_interval);
    check_cycle(&mut product)?;
    let prices = prices(store, call)?;
    if !prices.is_empty() {
        for old in &mut product.all_prices {
            old.is_active = false;
        }
        product.all_prices.extend(prices);
    }
    store.update(&mut product)?;
    product.view(store)
}

/// Refuses to change a product on a finalized invoice.
fn check_unlocked(product: &Product) -> Result<()> {
    let info = || format!("Product {}.", product.base.id);
    ensure!(
        !product.is_used_in_finalized_invoice,
        Code::ProductUsedInFinalizedInvoice.error(info())
    );
    Ok(())
}

pub(super) fn delete(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut product: Product = call.target(store)?;
    check_unlocked(&product)?;
    product.is_active = false;
    store.delete(product)
}

pub(super) fn add_price(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut product: Product = call.target(store)?;
    let given: Price = serde_json::from_value(call.body.clone())?;
    let price = new_price(store, call, given, "")?;
    call.check_currency(price.currency)?;
    let info = format!("The product has an active price in {}.", price.currency);
    ensure!(product.price_in(price.currency).is_none(), Code::ResourceAlreadyExists.error(info));
    product.all_prices.push(price.clone());
    store.update(&mut product)?;
    Ok(view_price(&price))
}

/// The active price of a product that the path names.
fn target_price<'a>(call: &Call, product: &'a mut Product) -> Result<&'a mut Price> {
    let id = call.id("price_id");
    let mut prices = product.all_prices.iter_mut();
    let price = prices.find(|price| price.base.id == id && price.is_active);
    price.ok_or_else(|| ApiError::not_found("Price", &id))
}

/// Replaces a price. It is never edited: a new one takes its place.
pub(super) fn replace_price(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut product: Product = call.target(store)?;
    let old = target_price(call, &mut product)?;
    let given = Price {
        amount: money::round(call.get("amount").unwrap_or(old.amount), old.currency),
        inclusive: call.get("is_price_inclusive_of_vat").unwrap_or(old.inclusive),
        exempt: call.get("is_price_exempt_from_vat").unwrap_or(old.exempt),
        ..old.clone()
    };
    old.is_active = false;
    let price = new_price(store, call, given, "")?;
    product.all_prices.push(price.clone());
    store.update(&mut product)?;
    Ok(view_price(&price))
}

pub(super) fn delete_price(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut product: Product = call.target(store)?;
    let is_last = product.prices().count() <= 1;
    let price = target_price(call, &mut product)?;
    let info = "The last active price of a product cannot be removed.";
    ensure!(!is_last, Code::StreamError.error(info));
    price.is_active = false;
    store.update(&mut product)?;
    Ok(json!({}))
}
