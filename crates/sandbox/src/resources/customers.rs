//! Customers: the API's "consumers" of an organization.

use serde_json::{Value, json};

use super::Call;
use super::call::with;
use crate::error::{ApiError, Code, Result};
use crate::model::{Branch, ConsumerType, Customer, Invoice, Link, Record, Subscription};
use crate::store::{Filter, Scope, Store};

/// A customer within other records.
pub(super) fn embedded(customer: &Customer) -> Value {
    let consumer = json!({
        "id": customer.consumer_id,
        "phone_number": customer.phone_number,
        "email": customer.email,
        "preferred_language": customer.preferred_language,
    });
    with(customer.members(), json!({ "consumer": consumer }))
}

/// A customer with its branch.
fn view(store: &Store<'_>, customer: &Customer) -> Result<Value> {
    let mut value = embedded(customer);
    let branch: Option<Branch> = store.get(&customer.base.branch_id)?;
    if let Some(members) = value.as_object_mut() {
        members.insert("branch".to_owned(), json!(branch.map(|branch| branch.members())));
    }
    Ok(value)
}

/// A customer in the shape of creation and lists, with the latest invoice.
fn view_with_activity(customer: &Customer, store: &Store<'_>) -> Result<Value> {
    let mut value = view(store, customer)?;
    let latest: Option<Invoice> = store.latest(&Filter::new().eq("customer", &customer.base.id))?;
    let activity = latest.map(|invoice| {
        json!({
            "id": invoice.base.id,
            "org_invoice_number": invoice.org_invoice_number,
            "subcription_id": invoice.subscription_id,
        })
    });
    if let Some(members) = value.as_object_mut() {
        members.insert("last_invoice_activity".to_owned(), json!(activity));
    }
    Ok(value)
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    call.page(store, &call.filter(), &["name", "email", "phone_number"], view_with_activity)
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let customer = without_empty_texts(call.patched(&blank(store, &call.scope))?);
    insert(store, &customer)?;
    view_with_activity(&customer, store)
}

/// A customer without data.
pub(crate) fn blank(store: &mut Store<'_>, scope: &Scope) -> Customer {
    let base = scope.base(store);
    Customer { base, consumer_id: store.new_id(), ..Customer::default() }
}

/// Stores a new customer, unless a rule forbids it.
pub(crate) fn insert(store: &Store<'_>, customer: &Customer) -> Result<()> {
    check(store, customer)?;
    store.put(customer)
}

/// The customer of an organization with a phone number or an e-mail address.
pub(crate) fn with_contact(
    store: &Store<'_>,
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

fn check(store: &Store<'_>, customer: &Customer) -> Result<()> {
    ensure!(!customer.name.trim().is_empty(), ApiError::value("name", "a customer needs a name"));
    ensure!(
        customer.consumer_type != ConsumerType::Business || !customer.address.is_null(),
        ApiError::value("address", "address is required for a business")
    );
    let (phone, email) = (customer.phone_number.as_deref(), customer.email.as_deref());
    for (what, phone, email) in [("phone number", phone, None), ("email", None, email)] {
        let other = with_contact(store, &customer.base.organization_id, phone, email)?;
        if other.is_some_and(|other| other.base.id != customer.base.id) {
            let value = phone.or(email).unwrap_or_default();
            let info = format!("A consumer with the {what} {value} exists.");
            return Err(Code::DuplicateConsumer.error(info));
        }
    }
    Ok(())
}

/// An empty text means that there is none.
fn without_empty_texts(mut customer: Customer) -> Customer {
    for text in [
        &mut customer.phone_number,
        &mut customer.email,
        &mut customer.external_id,
        &mut customer.iban,
        &mut customer.alias,
        &mut customer.comment,
        &mut customer.vat_number,
        &mut customer.commercial_registration,
    ] {
        text.take_if(|text| text.is_empty());
    }
    customer
}

/// The customer that the path names. Deleted ones can still be read, with `is_deleted` true.
fn target(store: &Store<'_>, call: &Call, deleted_too: bool) -> Result<Customer> {
    let id = call.id("consumer_id");
    let customer = store.get::<Customer>(&id)?.filter(|customer| {
        let base = &customer.base;
        base.organization_id == call.scope.org
            && base.branch_id == call.scope.branch
            && (deleted_too || !base.is_deleted)
    });
    customer.ok_or_else(|| ApiError::not_found(Customer::NAME, &id))
}

pub(super) fn get(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    view(store, &target(store, call, true)?)
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut customer = without_empty_texts(call.patched(&target(store, call, false)?)?);
    check(store, &customer)?;
    store.update(&mut customer)?;
    view(store, &customer)
}

pub(super) fn delete(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut customer = target(store, call, false)?;
    let id = customer.base.id.clone();
    let of = |condition: &str| Filter::new().eq("customer", &id).raw(condition, []);
    let info = || format!("Consumer {id}.");
    let open = of("status IN ('CREATED', 'SENT', 'ACCEPTED')");
    ensure!(store.count::<Invoice>(&open)? == 0, Code::ConsumerHasOngoingInvoices.error(info()));
    let running = of("status <> 'CANCELED'");
    ensure!(
        store.count::<Subscription>(&running)? == 0,
        Code::ConsumerHasOngoingSubscriptions.error(info())
    );
    let active = of("status = 'ACTIVE'");
    ensure!(store.count::<Link>(&active)? == 0, Code::ConsumerHasActivePaymentLinks.error(info()));
    customer.cards.clear();
    store.delete(customer)
}
