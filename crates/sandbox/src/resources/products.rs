//! Products and their prices.

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::error::{ApiError, Code, Result};
use crate::fields::Fields;
use crate::model::{Price, Product, ProductKind};
use crate::store::Scope;
use crate::store::Store;
use crate::{money, time};

/// A product in the API's shape.
pub(crate) fn view(product: &Product) -> Value {
    let default = product.default_price();
    let currency = default.map_or("SAR", |price| price.currency.as_str());
    let gross = default.map(Price::gross).unwrap_or_default();
    let vat = default.map(Price::vat).unwrap_or_default();
    let active = product.prices.iter().filter(|price| price.is_active);
    json!({
        "created_at": time::text(product.base.created_at),
        "updated_at": time::text_or_null(product.base.updated_at),
        "id": product.base.id,
        "name": product.name,
        "description": product.description,
        "type": product.kind,
        "recurring_interval": product.interval,
        "recurring_interval_count": product.interval_count,
        "price": money::text(gross, currency),
        "currency": currency,
        "is_price_exempt_from_vat": default.is_some_and(|price| price.exempt),
        "is_price_inclusive_of_vat": default.is_some_and(|price| price.inclusive),
        "price_excluding_vat": money::text(gross - vat, currency),
        "vat_amount": money::text(vat, currency),
        "prices": active.map(view_price).collect::<Vec<Value>>(),
        "is_active": product.is_active,
        "is_one_time": product.is_one_time,
        "is_used_in_finalized_invoice": product.locked,
    })
}

/// A price as part of its product.
fn view_price(price: &Price) -> Value {
    let currency = price.currency.as_str();
    json!({
        "id": price.base.id,
        "currency": currency,
        "amount": money::text(price.amount, currency),
        "is_active": price.is_active,
        "is_price_inclusive_of_vat": price.inclusive,
        "is_price_exempt_from_vat": price.exempt,
        "price_excluding_vat": money::text(price.gross() - price.vat(), currency),
        "vat_amount": money::text(price.vat(), currency),
    })
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut filter = call
        .scope
        .filter()
        .search(call.query.text("search_term"))
        .eq_if("status", call.query.text("type"));
    if let Some(active) = call.query.flag("active") {
        filter =
            filter.raw(&format!("json_extract(doc, '$.is_active') = {}", i32::from(active)), []);
    }
    if let Some(currency) = call.query.text("currency") {
        let condition = "EXISTS (SELECT 1 FROM json_each(doc, '$.prices')
            WHERE json_extract(value, '$.currency') = ? AND json_extract(value, '$.is_active'))";
        filter = filter.raw(condition, [currency.to_uppercase()]);
    }
    let fields = [("name", "json_extract(doc, '$.name')"), ("price", "amount"), ("type", "status")];
    call.page(store, &filter, &fields, |_, product| Ok(view(product)))
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let scope = &call.scope;
    let base = scope.base(store);
    let fields = call.fields();
    let kind = fields.word("type").unwrap_or(ProductKind::OneOff);
    let mut product = Product {
        base,
        name: fields.text("name").unwrap_or_default(),
        description: fields.text("description"),
        interval: None,
        interval_count: 1,
        prices: Vec::new(),
        is_active: true,
        is_one_time: fields.flag("is_one_time").unwrap_or(false),
        locked: false,
        kind,
    };
    cycle(&mut product, fields)?;
    product.prices = match prices(store, call, fields)? {
        Some(prices) => prices,
        None => return Err(ApiError::value(&["prices"], "at least one price is required")),
    };
    store.put(&product)?;
    Reply::ok(view(&product))
}

/// Type and billing cycle, which belong together.
fn cycle(product: &mut Product, fields: Fields<'_>) -> Result<()> {
    if let Some(kind) = fields.word("type") {
        product.kind = kind;
    }
    if product.kind == ProductKind::OneOff {
        (product.interval, product.interval_count) = (None, 1);
        return Ok(());
    }
    product.interval = fields.word("recurring_interval").or(product.interval);
    product.interval_count =
        fields.number("recurring_interval_count").unwrap_or(product.interval_count);
    if product.interval_count > 1000 {
        let text = "recurring_interval_count exceeds the limit of this sandbox (1000)";
        return Err(ApiError::value(&["recurring_interval_count"], text));
    }
    if product.interval.is_none() {
        let text = format!("recurring_interval is required for type {}", product.kind);
        return Err(ApiError::value(&["recurring_interval"], text));
    }
    Ok(())
}

/// The prices in the body, if it has any.
fn prices(store: &mut Store<'_>, call: &Call, fields: Fields<'_>) -> Result<Option<Vec<Price>>> {
    let scope = &call.scope;
    let mut prices: Vec<Price> = Vec::new();
    for (index, given) in fields.objects("prices").into_iter().enumerate() {
        let index = index.to_string();
        let price = price(store, scope, given, &["prices", &index])?;
        check_currency(call, &price.currency)?;
        if prices.iter().any(|other| other.currency == price.currency) {
            let text = format!("{} has two prices", price.currency);
            return Err(ApiError::value(&["prices", &index, "currency"], text));
        }
        prices.push(price);
    }
    if prices.is_empty() && fields.given("price").is_some() {
        // The deprecated form. Without flags the price contains VAT, unless it is exempt.
        let exempt = fields.flag("is_price_exempt_from_vat").unwrap_or(false);
        let inclusive = fields.flag("is_price_inclusive_of_vat").unwrap_or(!exempt);
        let given = json!({
            "currency": "SAR",
            "amount": fields.raw("price"),
            "is_price_inclusive_of_vat": inclusive,
            "is_price_exempt_from_vat": exempt,
        });
        prices.push(price(store, scope, Fields(&given), &[])?);
    }
    Ok((!prices.is_empty()).then_some(prices))
}

/// Reads one price.
fn price(store: &mut Store, scope: &Scope, fields: Fields<'_>, at: &[&str]) -> Result<Price> {
    let currency = fields.text("currency").unwrap_or_else(|| "SAR".to_owned());
    let amount = fields.amount("amount").unwrap_or_default();
    let inclusive = fields.flag("is_price_inclusive_of_vat").unwrap_or(true);
    let exempt = fields.flag("is_price_exempt_from_vat").unwrap_or(false);
    check_price(amount, inclusive, exempt, at)?;
    Ok(Price {
        base: scope.base(store),
        amount: money::round(amount, &currency),
        currency,
        inclusive,
        exempt,
        is_active: true,
    })
}

/// The rules for a price, beyond its types.
fn check_price(
    amount: rust_decimal::Decimal,
    inclusive: bool,
    exempt: bool,
    at: &[&str],
) -> Result<()> {
    let at = |name: &'static str| [at, &[name]].concat();
    if inclusive && exempt {
        let text = "a price cannot be both exempt from VAT and inclusive of VAT";
        return Err(ApiError::value(&at("is_price_exempt_from_vat"), text));
    }
    if amount < rust_decimal::Decimal::ONE {
        return Err(ApiError::value(&at("amount"), "a price must be at least 1"));
    }
    if amount > money::MAX_AMOUNT {
        return Err(ApiError::value(&at("amount"), "the price is too large"));
    }
    Ok(())
}

/// A currency must be enabled for the organization.
pub(crate) fn check_currency(call: &Call, currency: &str) -> Result<()> {
    if call.org.enabled_currencies.iter().any(|enabled| enabled == currency) {
        return Ok(());
    }
    Err(ApiError::invalid(format!("{currency} is not enabled for the organization.")))
}

pub(super) fn get(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let product: Product = call.target(store, "product_id")?;
    Reply::ok(view(&product))
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut product: Product = call.target(store, "product_id")?;
    let fields = call.fields();
    // Taking a product off sale, or back, is possible for a locked one too.
    let others = call
        .body
        .as_object()
        .into_iter()
        .flatten()
        .any(|(name, value)| name != "is_active" && !value.is_null());
    if product.locked && others {
        return Err(locked(&product));
    }
    if let Some(name) = fields.text("name") {
        product.name = name;
    }
    if fields.has("description") {
        product.description = fields.text("description");
    }
    if let Some(active) = fields.flag("is_active") {
        product.is_active = active;
    }
    cycle(&mut product, fields)?;
    if let Some(prices) = prices(store, call, fields)? {
        for old in &mut product.prices {
            old.is_active = false;
        }
        product.prices.extend(prices);
    }
    store.update(&mut product)?;
    Reply::ok(view(&product))
}

/// The refusal to change a product on a finalized invoice.
fn locked(product: &Product) -> ApiError {
    let info = format!("Product {}.", product.base.id);
    ApiError::code(400, Code::ProductUsedInFinalizedInvoice, info)
}

pub(super) fn delete(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut product: Product = call.target(store, "product_id")?;
    if product.locked {
        return Err(locked(&product));
    }
    product.base.deleted = true;
    product.is_active = false;
    store.update(&mut product)?;
    Reply::empty()
}

/// A price in the shape of its own operations.
fn view_single_price(price: &Price) -> Value {
    let mut value = view_price(price);
    if let Some(map) = value.as_object_mut() {
        map.insert("created_at".to_owned(), json!(time::text(price.base.created_at)));
        map.insert("updated_at".to_owned(), time::text_or_null(price.base.updated_at));
        let minor = money::minor(price.amount, &price.currency);
        map.insert("amount_in_smallest_unit".to_owned(), json!(minor));
    }
    value
}

pub(super) fn add_price(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
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
    Ok(Reply { status: 201, body: view_single_price(&added) })
}

/// The place of an active price in its product.
fn price_place(call: &Call, product: &Product) -> Result<usize> {
    let id = call.path.get("price_id").map(|id| id.to_ascii_lowercase()).unwrap_or_default();
    let place = product.prices.iter().position(|price| price.base.id == id && price.is_active);
    place.ok_or_else(|| ApiError::not_found("Price", &id))
}

/// Replaces a price. It is never edited: a new one takes its place.
pub(super) fn replace_price(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut product: Product = call.target(store, "product_id")?;
    let place = price_place(call, &product)?;
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
    Reply::ok(view_single_price(&next))
}

pub(super) fn delete_price(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut product: Product = call.target(store, "product_id")?;
    let place = price_place(call, &product)?;
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
