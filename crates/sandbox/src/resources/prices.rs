//! Prices of a product, one by one. A price is never edited: a new one takes the place of the old.

use serde_json::{Value, json};

use super::products::{check_currency, check_price, price, view_price};
use super::{Call, Reply};
use crate::error::{ApiError, Code, Result};
use crate::model::{Price, Product};
use crate::store::Store;
use crate::{money, time};

fn view(price: &Price) -> Value {
    let mut value = view_price(price);
    if let Some(map) = value.as_object_mut() {
        map.insert("created_at".to_owned(), json!(time::text(price.base.created_at)));
        map.insert("updated_at".to_owned(), time::text_or_null(price.base.updated_at));
        let minor = money::minor(price.amount, &price.currency);
        map.insert("amount_in_smallest_unit".to_owned(), json!(minor));
    }
    value
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut product: Product = call.target(store, "product_id")?;
    let scope = &call.scope;
    let added = price(store, scope, call.fields(), &[])?;
    check_currency(call, &added.currency)?;
    if product.price_in(&added.currency).is_some() {
        let info = format!("The product has an active price in {}.", added.currency);
        return Err(ApiError::code(422, Code::ResourceAlreadyExists, info));
    }
    product.prices.push(added.clone());
    store.update(&mut product)?;
    Ok(Reply { status: 201, body: view(&added) })
}

/// The place of an active price in its product.
fn place(call: &Call, product: &Product) -> Result<usize> {
    let id = call.path.get("price_id").map(|id| id.to_ascii_lowercase()).unwrap_or_default();
    let place = product.prices.iter().position(|price| price.base.id == id && price.is_active);
    place.ok_or_else(|| ApiError::not_found("Price", &id))
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut product: Product = call.target(store, "product_id")?;
    let place = place(call, &product)?;
    let scope = &call.scope;
    let base = scope.base(store);
    let fields = call.fields();
    let Some(old) = product.prices.get_mut(place) else {
        return Err(ApiError::not_found("Price", ""));
    };
    let amount = fields.amount("amount").unwrap_or(old.amount);
    let next = Price {
        base,
        currency: old.currency.clone(),
        amount: money::round(amount, &old.currency),
        inclusive: fields.flag("is_price_inclusive_of_vat").unwrap_or(old.inclusive),
        exempt: fields.flag("is_price_exempt_from_vat").unwrap_or(old.exempt),
        is_active: true,
    };
    check_price(next.amount, next.inclusive, next.exempt, &[])?;
    old.is_active = false;
    product.prices.push(next.clone());
    store.update(&mut product)?;
    Reply::ok(view(&next))
}

pub(super) fn delete(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut product: Product = call.target(store, "product_id")?;
    let place = place(call, &product)?;
    if product.prices.iter().filter(|price| price.is_active).count() <= 1 {
        let info = "The last active price of a product cannot be removed.";
        return Err(ApiError::code(400, Code::StreamError, info));
    }
    if let Some(price) = product.prices.get_mut(place) {
        price.is_active = false;
    }
    store.update(&mut product)?;
    Reply::empty()
}
