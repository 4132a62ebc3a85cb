//! Payment links. Paying one is in `checkout`.

use serde_json::{Value, json};

use super::{Call, Reply, coupons, products};
use crate::billing::{Basket, Wanted, fill, link_totals, usable_coupons};
use crate::error::{ApiError, Code, Result};
use crate::fields::Fields;
use crate::model::{
    Contact, Coupon, Customer, Interval, InvoiceItem, Link, LinkItem, LinkStatus, Product,
    ProductKind,
};
use crate::pricing::steps_json;
use crate::store::Store;
use crate::{money, time};

/// A link in the API's shape.
pub(crate) fn view(store: &Store, link: &Link) -> Result<Value> {
    let currency = link.currency.as_str();
    let totals = &link.totals;
    let mut items = Vec::new();
    for (item, priced) in link.items.iter().zip(&totals.lines) {
        let product: Product = store.need(&item.product_id)?;
        items.push(json!({
            "created_at": time::text(item.created_at),
            "updated_at": time::text_or_null(item.updated_at),
            "id": item.id,
            "product_id": item.product_id,
            "quantity": item.quantity,
            "original_amount": money::text(priced.original, currency),
            "discounted_amount": money::text(priced.discounted, currency),
            "coupon_calculation_metadata": steps_json(&priced.steps, currency),
            "product": products::view(&product),
            "allow_custom_quantity": item.custom_quantity,
            "min_quantity": item.min,
            "max_quantity": item.max,
            "currency": currency,
            "product_price_id": item.price_id,
            "original_amount_in_smallest_unit": money::minor(priced.original, currency),
            "discounted_amount_in_smallest_unit": money::minor(priced.discounted, currency),
        }));
    }
    let mut list = Vec::new();
    for id in &link.coupons {
        list.push(coupons::view(&store.need::<Coupon>(id)?));
    }
    let (interval, count) = link.interval.unzip();
    Ok(json!({
        "created_at": time::text(link.base.created_at),
        "updated_at": time::text_or_null(link.base.updated_at),
        "id": link.base.id,
        "name": link.name,
        "description": link.description,
        "amount": money::text(totals.amount, currency),
        "original_amount": money::text(totals.original, currency),
        "item_level_discounted_amount": money::text(totals.item_discount, currency),
        "coupon_calculation_metadata": steps_json(&totals.steps, currency),
        "currency": currency,
        "home_currency_amount": money::text(money::in_sar(totals.amount, currency), "SAR"),
        "exchange_rate_at_creation": money::rate(currency).to_string(),
        "max_number_of_payments": link.max_payments,
        "valid_until": time::text_or_null(link.valid_until),
        "confirmation_message": link.confirmation_message,
        "recurring_interval": interval,
        "recurring_interval_count": count,
        "trial_period_days": link.trial_days,
        "status": link.status,
        "organization_id": link.base.org,
        "user_id": link.base.user,
        "organization_consumer_id": link.customer,
        "deactivate_message": link.deactivate_message,
        "custom_fields": link.custom_fields,
        "success_redirect_url": link.success_url,
        "failure_redirect_url": link.failure_url,
        "custom_metadata": link.metadata,
        "contact_information_type": link.contact,
        "items": items,
        "coupons": list,
        "override_payment_methods": methods(&link.methods),
        "url": url(store, link),
        "amount_collected": money::text(link.collected, currency),
        "amount_in_smallest_unit": money::minor(totals.amount, currency),
        "original_amount_in_smallest_unit": money::minor(totals.original, currency),
        "amount_collected_in_smallest_unit": money::minor(link.collected, currency),
    }))
}

/// The address of a link's checkout page.
pub(crate) fn url(store: &Store, link: &Link) -> String {
    format!("{}/s/{}", store.base_url, link.base.id)
}

/// Payment methods. A method that is left out is off.
fn methods(given: &Value) -> Value {
    if given.is_null() {
        return Value::Null;
    }
    let fields = Fields(given);
    let flag = |name: &str| fields.flag(name).unwrap_or(false);
    json!({
        "visa": flag("visa"),
        "mastercard": flag("mastercard"),
        "amex": flag("amex"),
        "bank_transfer": flag("bank_transfer"),
        "installment": flag("installment"),
    })
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let query = &call.query;
    let mut filter = call
        .scope
        .filter()
        .one_of("status", &query.list("statuses"))
        .one_of("currency", &query.commas("currencies"))
        .moments("created", query.moment("from_date"), query.moment("to_date"))
        .amounts(query.amount("from_price"), query.amount("to_price"));
    filter = with_products(filter, &query.list("product_ids"));
    let fields = [
        ("name", "json_extract(doc, '$.name')"),
        ("amount", "amount"),
        ("status", "status"),
        ("currency", "currency"),
    ];
    call.page(store, &filter, &fields, view)
}

/// Keeps what has one of the products among its items.
pub(super) fn with_products(filter: crate::store::Filter, ids: &[String]) -> crate::store::Filter {
    if ids.is_empty() {
        return filter;
    }
    let marks = vec!["?"; ids.len()].join(",");
    let condition = format!(
        "EXISTS (SELECT 1 FROM json_each(doc, '$.items')
            WHERE json_extract(value, '$.product_id') IN ({marks}))"
    );
    filter.raw(&condition, ids.iter().map(|id| id.to_ascii_lowercase()))
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let scope = &call.scope;
    let fields = call.fields();
    let currency = fields.text("currency").unwrap_or_else(|| "SAR".to_owned());
    products::check_currency(call, &currency)?;
    check(store, call, fields)?;
    let codes = fields.ids("coupons");
    let basket = fill(store, scope, &Wanted::read(fields), &codes, &currency, true)?;
    let interval = one_kind(&basket)?;
    let trial_days = fields.number("trial_period_days");
    if trial_days.is_some() && interval.is_none() {
        let text = "Only recurring products can have a trial.";
        return Err(ApiError::invalid(text));
    }
    let Basket { items, coupons, totals, .. } = basket;
    let items = link_items(store, fields, items)?;
    let base = scope.base(store);
    let link = Link {
        base,
        name: fields.text("name").unwrap_or_default(),
        description: fields.text("description"),
        currency,
        items,
        coupons,
        totals,
        max_payments: fields.number("max_number_of_payments"),
        payments: 0,
        collected: rust_decimal::Decimal::ZERO,
        valid_until: fields.moment("valid_until"),
        confirmation_message: fields.text("confirmation_message"),
        deactivate_message: None,
        methods: fields.raw("payment_methods"),
        custom_fields: fields.raw("custom_fields"),
        metadata: fields.raw("custom_metadata"),
        trial_days,
        interval,
        success_url: fields.text("success_redirect_url"),
        failure_url: fields.text("failure_redirect_url"),
        customer: fields.id("organization_consumer_id"),
        contact: fields.word("contact_information_type").unwrap_or(Contact::Phone),
        status: LinkStatus::Active,
    };
    store.put(&link)?;
    Reply::ok(view(store, &link)?)
}

/// The rules for single members, beyond their types.
fn check(store: &Store<'_>, call: &Call, fields: Fields<'_>) -> Result<()> {
    if let Some(id) = fields.id("organization_consumer_id") {
        call.scope.find::<Customer>(store, &id)?;
    }
    if fields.moment("valid_until").is_some_and(|until| until <= store.now) {
        return Err(ApiError::value(&["valid_until"], "valid_until is in the past"));
    }
    if fields.number("max_number_of_payments").is_some_and(|most| most < 1) {
        let text = "max_number_of_payments must be at least 1";
        return Err(ApiError::value(&["max_number_of_payments"], text));
    }
    let Some(custom) = fields.given("custom_fields") else {
        return Ok(());
    };
    let properties = custom.get("properties").and_then(Value::as_object);
    let texts = |schema: &Value| schema.get("type").and_then(Value::as_str) == Some("string");
    let fits = custom.get("type").is_none_or(|kind| kind == "object")
        && properties.is_some_and(|properties| properties.values().all(texts));
    if !fits {
        let text =
            "custom_fields is a JSON Schema of an object whose properties are of type string";
        return Err(ApiError::value(&["custom_fields"], text));
    }
    Ok(())
}

/// Checks that all products are of one kind and that recurring ones have the same cycle. Returns the
/// cycle.
pub(super) fn one_kind(basket: &Basket) -> Result<Option<(Interval, i64)>> {
    let has = |kind| basket.products.iter().any(|product| product.kind == kind);
    if has(ProductKind::Metered) {
        let text = "Metered products are billed through metered subscriptions.";
        return Err(ApiError::invalid(text));
    }
    if has(ProductKind::OneOff) && has(ProductKind::Recurring) {
        let text = "One-time and recurring products cannot be mixed.";
        return Err(ApiError::invalid(text));
    }
    if !has(ProductKind::Recurring) {
        return Ok(None);
    }
    let mut cycles: Vec<_> = basket.products.iter().map(cycle).collect();
    cycles.dedup();
    match cycles.as_slice() {
        [one] => Ok(Some(*one)),
        _ => Err(ApiError::invalid("The products have different billing cycles.")),
    }
}

/// The cycle of a subscription to a product. Subscriptions know no semester; it is six months.
fn cycle(product: &Product) -> (Interval, i64) {
    match product.interval {
        Some(Interval::Semester) => (Interval::Month, product.interval_count.saturating_mul(6)),
        Some(unit) => (unit, product.interval_count),
        None => (Interval::Month, 1),
    }
}

fn link_items(store: &Store, fields: Fields<'_>, items: Vec<InvoiceItem>) -> Result<Vec<LinkItem>> {
    let mut list = Vec::new();
    for (index, (item, given)) in items.into_iter().zip(fields.objects("items")).enumerate() {
        let (min, max) = (given.number("min_quantity"), given.number("max_quantity"));
        if min.zip(max).is_some_and(|(min, max)| min > max) {
            let at = ["items", &index.to_string(), "min_quantity"];
            return Err(ApiError::value(&at, "min_quantity is above max_quantity"));
        }
        list.push(LinkItem {
            id: item.id,
            product_id: item.product_id,
            price_id: item.price_id,
            quantity: item.quantity,
            coupons: item.coupons,
            custom_quantity: given.flag("allow_custom_quantity").unwrap_or(false),
            min,
            max,
            created_at: store.now,
            updated_at: None,
        });
    }
    Ok(list)
}

pub(super) fn get(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let link: Link = call.target(store, "payment_link_id")?;
    Reply::ok(view(store, &link)?)
}

/// Replaces all coupons. Coupons that are not listed are removed.
pub(super) fn set_coupons(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut link: Link = call.target(store, "payment_link_id")?;
    let fields = call.fields();
    for item in &mut link.items {
        item.coupons.clear();
        item.updated_at = Some(store.now);
    }
    for given in fields.objects("items") {
        let id = given.id("payment_link_item_id").unwrap_or_default();
        let item = link.items.iter_mut().find(|item| item.id == id);
        let item = item.ok_or_else(|| ApiError::not_found("Payment link item", &id))?;
        item.coupons = given.ids("coupons");
    }
    link.coupons = fields.ids("coupons");
    let scope = &call.scope;
    for list in link.items.iter().map(|item| &item.coupons).chain([&link.coupons]) {
        usable_coupons(store, scope, list, &link.currency)?;
    }
    link.totals = link_totals(store, &link)?;
    store.update(&mut link)?;
    Reply::ok(view(store, &link)?)
}

pub(super) fn set_status(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut link: Link = call.target(store, "payment_link_id")?;
    let fields = call.fields();
    let status = fields.word("status").unwrap_or(LinkStatus::Inactive);
    if status == LinkStatus::Completed {
        let text = "A link is completed by its payments; set ACTIVE or INACTIVE.";
        return Err(ApiError::invalid(text));
    }
    if link.status == LinkStatus::Completed {
        let text = "The link has received its maximum number of payments.";
        return Err(ApiError::code(400, Code::InvalidStatus, text));
    }
    if status == LinkStatus::Active && link.valid_until.is_some_and(|until| until <= store.now) {
        return Err(ApiError::code(400, Code::InvalidStatus, "The link has expired."));
    }
    link.deactivate_message =
        if status == LinkStatus::Inactive { fields.text("deactivate_message") } else { None };
    link.status = status;
    store.update(&mut link)?;
    Reply::ok(view(store, &link)?)
}
