//! Customers: the API's "consumers" of an organization.

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::error::{ApiError, Code, Result};
use crate::fields::Fields;
use crate::model::{Branch, ConsumerType, Customer, Invoice, Link, Subscription};
use crate::store::Scope;
use crate::store::{Filter, Store};
use crate::time;

/// A customer in the shape of a single read.
pub(crate) fn view(store: &Store, customer: &Customer) -> Result<Value> {
    let branch: Option<Branch> = store.get(&customer.base.branch)?;
    Ok(json!({
        "id": customer.base.id,
        "name": customer.name,
        "phone_number": customer.phone,
        "email": customer.email,
        "external_id": customer.external_id,
        "consumer": {
            "id": customer.consumer,
            "phone_number": customer.phone,
            "preferred_language": customer.language,
        },
        "iban": customer.iban,
        "is_deleted": customer.base.deleted,
        "alias": customer.alias,
        "created_at": time::text(customer.base.created_at),
        "branch": {
            "id": customer.base.branch,
            "name": branch.map_or_else(String::new, |branch| branch.name),
        },
        "comment": customer.comment,
        "communication_methods": customer.methods,
        "preferred_language": customer.language,
        "consumer_type": customer.consumer_type,
        "address": address(customer),
        "vat_number": customer.vat_number,
        "commercial_registration": customer.commercial_registration,
    }))
}

/// A customer in the shape of creation and lists, with the latest invoice.
fn view_with_activity(store: &Store, customer: &Customer) -> Result<Value> {
    let mut value = view(store, customer)?;
    let latest: Option<Invoice> = store.latest(&Filter::new().eq("customer", &customer.base.id))?;
    let activity = latest.map(|invoice| {
        json!({
            "id": invoice.base.id,
            "org_invoice_number": invoice.number,
            "subcription_id": invoice.subscription,
        })
    });
    if let Some(map) = value.as_object_mut() {
        map.insert("last_invoice_activity".to_owned(), json!(activity));
    }
    Ok(value)
}

/// The part of a customer that invoices and subscriptions carry.
pub(crate) fn embedded(customer: &Customer) -> Value {
    json!({
        "id": customer.base.id,
        "name": customer.name,
        "alias": customer.alias,
        "email": customer.email,
        "phone_number": customer.phone,
        "preferred_language": customer.language,
        "consumer_type": customer.consumer_type,
        "address": address(customer),
        "vat_number": customer.vat_number,
        "commercial_registration": customer.commercial_registration,
        "consumer": {
            "id": customer.consumer,
            "phone_number": customer.phone,
            "email": customer.email,
            "preferred_language": customer.language,
        },
        "is_deleted": customer.base.deleted,
        "communication_methods": customer.methods,
    })
}

fn address(customer: &Customer) -> Value {
    let fields = Fields(&customer.address);
    if customer.address.is_null() {
        return Value::Null;
    }
    json!({
        "address_line_1": fields.raw("address_line_1"),
        "address_line_2": fields.raw("address_line_2"),
        "city": fields.raw("city"),
        "postal_code": fields.raw("postal_code"),
        "country": fields.raw("country"),
    })
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let filter = call.scope.filter().search(call.query.text("search_term"));
    let fields = [
        ("name", "json_extract(doc, '$.name')"),
        ("email", "json_extract(doc, '$.email')"),
        ("phone_number", "json_extract(doc, '$.phone')"),
    ];
    call.page(store, &filter, &fields, view_with_activity)
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let scope = &call.scope;
    let mut customer = blank(store, scope);
    apply(&mut customer, call.fields());
    insert(store, &customer)?;
    Reply::ok(view_with_activity(store, &customer)?)
}

/// A customer without data.
pub(crate) fn blank(store: &mut Store, scope: &Scope) -> Customer {
    let base = scope.base(store);
    let consumer = store.new_id();
    Customer {
        base,
        name: String::new(),
        phone: None,
        email: None,
        external_id: None,
        iban: None,
        alias: None,
        comment: None,
        language: "AR".to_owned(),
        methods: Vec::new(),
        consumer_type: ConsumerType::Individual,
        address: Value::Null,
        vat_number: None,
        commercial_registration: None,
        consumer,
        cards: Vec::new(),
    }
}

/// Stores a new customer, unless a rule forbids it.
pub(crate) fn insert(store: &Store, customer: &Customer) -> Result<()> {
    check(store, customer)?;
    store.put(customer)
}

/// The customer of an organization with a phone number or an e-mail address.
pub(crate) fn with_contact(
    store: &Store,
    org: &str,
    phone: Option<&str>,
    email: Option<&str>,
) -> Result<Option<Customer>> {
    let filter = || Filter::new().eq("org", org).raw("deleted = 0", []);
    if let Some(phone) = phone
        && let Some(customer) = store.latest(&filter().eq("other", phone))?
    {
        return Ok(Some(customer));
    }
    match email {
        Some(email) => store.latest(&filter().eq("parent", &email.to_lowercase())),
        None => Ok(None),
    }
}

fn check(store: &Store, customer: &Customer) -> Result<()> {
    if customer.name.trim().is_empty() {
        return Err(ApiError::value(&["name"], "a customer needs a name"));
    }
    if customer.consumer_type == ConsumerType::Business && customer.address.is_null() {
        return Err(ApiError::value(&["address"], "address is required for a business"));
    }
    let email = customer.email.as_deref();
    for (phone, email) in [(customer.phone.as_deref(), None), (None, email)] {
        let other = with_contact(store, &customer.base.org, phone, email)?;
        if other.is_some_and(|other| other.base.id != customer.base.id) {
            let (what, value) = match phone {
                Some(phone) => ("phone number", phone),
                None => ("email", email.unwrap_or_default()),
            };
            let info = format!("A consumer with the {what} {value} exists.");
            return Err(ApiError::code(422, Code::DuplicateConsumer, info));
        }
    }
    Ok(())
}

/// Applies the body. An explicit null clears an optional member.
fn apply(customer: &mut Customer, fields: Fields<'_>) {
    let set = |name: &str, place: &mut Option<String>| {
        if fields.has(name) {
            *place = fields.text(name).filter(|text| !text.is_empty());
        }
    };
    set("phone_number", &mut customer.phone);
    set("email", &mut customer.email);
    set("external_id", &mut customer.external_id);
    set("iban", &mut customer.iban);
    set("alias", &mut customer.alias);
    set("comment", &mut customer.comment);
    set("vat_number", &mut customer.vat_number);
    set("commercial_registration", &mut customer.commercial_registration);
    if let Some(name) = fields.text("name") {
        customer.name = name;
    }
    if let Some(language) = fields.text("preferred_language") {
        customer.language = language;
    }
    if fields.has("communication_methods") {
        customer.methods = fields.texts("communication_methods");
    }
    if let Some(kind) = fields.word("consumer_type") {
        customer.consumer_type = kind;
    }
    if fields.has("address") {
        customer.address = fields.raw("address");
    }
}

/// A customer by path, a deleted one too: those are still read, with `is_deleted` true.
fn target(store: &Store<'_>, call: &Call, deleted_too: bool) -> Result<Customer> {
    let id = call.path.get("consumer_id").map(|id| id.to_ascii_lowercase()).unwrap_or_default();
    let customer = store.get::<Customer>(&id)?.filter(|customer| {
        let base = &customer.base;
        base.org == call.scope.org
            && base.branch == call.scope.branch
            && (deleted_too || !base.deleted)
    });
    customer.ok_or_else(|| ApiError::not_found("Consumer", &id))
}

pub(super) fn get(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let customer = target(store, call, true)?;
    Reply::ok(view(store, &customer)?)
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut customer = target(store, call, false)?;
    apply(&mut customer, call.fields());
    check(store, &customer)?;
    store.update(&mut customer)?;
    Reply::ok(view(store, &customer)?)
}

pub(super) fn delete(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut customer = target(store, call, false)?;
    let id = customer.base.id.clone();
    let of = || Filter::new().eq("customer", &id);
    let refuse = |code: Code| Err(ApiError::code(400, code, format!("Consumer {id}.")));
    let open = of().raw("status IN ('CREATED', 'SENT', 'ACCEPTED')", []);
    if store.count::<Invoice>(&open)? > 0 {
        return refuse(Code::ConsumerHasOngoingInvoices);
    }
    let running = of().raw("status <> 'CANCELED'", []);
    if store.count::<Subscription>(&running)? > 0 {
        return refuse(Code::ConsumerHasOngoingSubscriptions);
    }
    if store.count::<Link>(&of().eq("status", "ACTIVE"))? > 0 {
        return refuse(Code::ConsumerHasActivePaymentLinks);
    }
    customer.base.deleted = true;
    customer.cards.clear();
    store.update(&mut customer)?;
    Reply::empty()
}
