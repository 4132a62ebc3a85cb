//! Paying a link: money is taken first. The customer, the subscription, the invoice and the payments
//! are created only once the payment succeeds (guide on payment links).

use rust_decimal::Decimal;
use serde_json::Value;

use super::attempt::{Attempt, FieldError, Receipt, Reply};
use super::words::Text;
use crate::billing::cards::Verdict;
use crate::billing::{Basket, create_invoice, cycles, fill, settle};
use crate::error::Result;
use crate::formats::{is_email, is_phone};
use crate::model::{
    Contact, Customer, Cycle, Event, Interval, Invoice, InvoiceKind, InvoiceStatus, Link,
    LinkStatus, Organization, Payment, Subscription,
};
use crate::resources::{customers, subscriptions};
use crate::store::{Scope, Store};
use crate::{money, time};

/// Why a link does not accept payments.
pub(super) fn closed(store: &Store<'_>, link: &Link) -> Option<Text> {
    if link.status == LinkStatus::Completed {
        return Some(Text::LinkCompleted);
    }
    if link.valid_until.is_some_and(|until| until <= store.now) {
        return Some(Text::LinkExpired);
    }
    (link.status != LinkStatus::Active || link.base.is_deleted).then_some(Text::LinkInactive)
}

/// The numbers of installments that a payer may choose from.
pub(super) fn splits(store: &Store<'_>, link: &Link, total: Decimal) -> Result<Vec<u32>> {
    let offered = match link.payment_methods.get("installment") {
        Some(Value::Bool(on)) => *on,
        _ if link.payment_methods.is_null() => {
            store.need::<Organization>(&link.base.organization_id)?.installments
        }
        _ => false,
    };
    // Always off for recurring products.
    let offered = offered && link.cycle.is_none();
    Ok(if offered { money::splits(total, link.currency) } else { Vec::new() })
}

/// The basket with the quantities that the payer chose.
pub(super) fn basket(store: &mut Store<'_>, link: &Link, attempt: &Attempt) -> Result<Basket> {
    let mut items = link.items.clone();
    for item in &mut items {
        if let Some(quantity) = attempt.quantities.get(&item.id) {
            item.quantity = *quantity;
        }
    }
    fill(store, &Scope::of(link), items, link.coupons.clone(), link.currency, false)
}

fn errors(link: &Link, attempt: &Attempt) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for item in &link.items {
        let Some(quantity) = attempt.quantities.get(&item.id) else { continue };
        let fits = if item.allow_custom_quantity {
            *quantity >= item.min_quantity.unwrap_or(1).max(1)
                && *quantity <= item.max_quantity.unwrap_or(i64::MAX).min(1_000_000)
        } else {
            *quantity == item.quantity
        };
        if !fits {
            errors.push(FieldError::new(format!("quantity_{}", item.id), Text::QuantityWrong));
        }
    }
    if link.organization_consumer_id.is_none() {
        if attempt.name.as_deref().is_none_or(|name| name.trim().is_empty()) {
            errors.push(FieldError::new("name", Text::NameMissing));
        }
        let phone = attempt.phone.as_deref().unwrap_or_default();
        let email = attempt.email.as_deref().unwrap_or_default();
        let needs_email = link.contact_information_type == Contact::Email;
        if (!needs_email || !phone.is_empty()) && !is_phone(phone) {
            errors.push(FieldError::new("phone", Text::PhoneWrong));
        }
        if (needs_email || !email.is_empty()) && !is_email(email) {
            errors.push(FieldError::new("email", Text::EmailWrong));
        }
    }
    let required = link.custom_fields.get("required").and_then(Value::as_array);
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        let given = attempt.answers.get(name).and_then(Value::as_str);
        if given.is_none_or(|answer| answer.trim().is_empty()) {
            errors.push(FieldError::new(format!("custom_{name}"), Text::AnswerMissing));
        }
    }
    errors
}

/// Tries to pay a link.
pub(crate) fn pay(store: &mut Store<'_>, id: &str, attempt: &Attempt) -> Result<Reply> {
    let link: Link = store.need(id)?;
    let currency = link.currency;
    if let Some(reason) = closed(store, &link) {
        return Ok(Reply::Closed(reason));
    }
    let mut wrong = errors(&link, attempt);
    // Quantities out of bounds must not reach the arithmetic.
    if wrong.iter().any(|error| error.problem == Text::QuantityWrong) {
        return Ok(Reply::Correct(wrong));
    }
    let basket = basket(store, &link, attempt)?;
    let total = basket.totals.amount;
    wrong.extend(attempt.instrument.errors(store, &link.payment_methods, total.is_zero()));
    let count = attempt.installments.filter(|count| *count > 1);
    let offered = splits(store, &link, total)?;
    if count.is_some_and(|count| !offered.contains(&count)) {
        wrong.push(FieldError::new("installments", Text::InstallmentsWrong));
    }
    if !wrong.is_empty() {
        return Ok(Reply::Correct(wrong));
    }
    if attempt.saw_other(total, currency) {
        return Ok(Reply::Changed);
    }
    let parts = money::installments(total, count.unwrap_or(1), currency);
    let now = parts.first().copied().unwrap_or(total);
    let outcome = attempt.instrument.charge(now, currency);
    let (id, contact) = (Some(link.base.id.as_str()), link.contact_information_type);
    let mut receipt = Receipt::new(store, &outcome, now, currency, id, contact);
    let redirect = if outcome.verdict == Verdict::Paid {
        complete(store, &link, attempt, basket, &parts, &mut receipt)?;
        &link.success_redirect_url
    } else {
        store.emit(Event::PaymentLinkPayAttemptFailed, &link)?;
        &link.failure_redirect_url
    };
    receipt.redirect_url = redirect.as_deref().and_then(|url| receipt.onto(url));
    Ok(Reply::Tried(Box::new(receipt)))
}

/// Records everything that follows from a successful payment.
fn complete(
    store: &mut Store<'_>,
    link: &Link,
    attempt: &Attempt,
    basket: Basket,
    parts: &[Decimal],
    receipt: &mut Receipt,
) -> Result<()> {
    let scope = Scope::of(link);
    let mut customer = payer(store, &scope, link, attempt)?;
    if let Some(card) = attempt.instrument.stored(store) {
        receipt.consent_id = Some(card.id.clone());
        customer.store_card(card);
        store.put(&customer)?;
    }
    receipt.organization_consumer_id = Some(customer.base.id.clone());
    let payments = match link.cycle {
        Some(cycle) => {
            let sub = subscribe(store, &scope, link, &customer, &basket, cycle)?;
            receipt.subscription_id = Some(sub.base.id);
            receipt.invoice_id = sub.latest_invoice_id;
            let invoice = receipt.invoice_id.as_deref();
            invoice.map_or(Ok(Vec::new()), |id| store.payments_of(id))?
        }
        None => {
            let (invoice, payments) = buy(store, &scope, link, &customer, basket, parts, attempt)?;
            receipt.invoice_id = Some(invoice.base.id);
            payments
        }
    };
    receipt.payment_id = payments.into_iter().next().map(|payment| payment.base.id);
    // Settling has written to the link in between.
    let mut link: Link = store.need(&link.base.id)?;
    link.payments += 1;
    if link.max_number_of_payments.is_some_and(|most| link.payments >= most) {
        link.status = LinkStatus::Completed;
    }
    store.update(&mut link)
}

/// The customer of the link, or the one with the payer's contact data, or a new one.
fn payer(store: &mut Store<'_>, scope: &Scope, link: &Link, attempt: &Attempt) -> Result<Customer> {
    if let Some(id) = &link.organization_consumer_id {
        return store.need(id);
    }
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (phone, email) = (given(&attempt.phone), given(&attempt.email));
    let known = customers::with_contact(store, &scope.org, phone.as_deref(), email.as_deref())?;
    if let Some(customer) = known {
        return Ok(customer);
    }
    let mut customer = customers::blank(store, scope);
    customer.name = attempt.name.clone().unwrap_or_default().trim().to_owned();
    (customer.phone_number, customer.email) = (phone, email);
    customers::insert(store, &customer)?;
    Ok(customer)
}

/// One-time products: an invoice, with its first payment or its only one made.
fn buy(
    store: &mut Store<'_>,
    scope: &Scope,
    link: &Link,
    customer: &Customer,
    basket: Basket,
    parts: &[Decimal],
    attempt: &Attempt,
) -> Result<(Invoice, Vec<Payment>)> {
    let start = store.now;
    let parts = (0..).zip(parts).map(|(n, part)| (*part, time::step(start, Interval::Month, 1, n)));
    let parts: Vec<_> = parts.collect();
    let installments = parts.len() > 1;
    let invoice = Invoice {
        currency: link.currency,
        description: link.description.clone(),
        payment_link_id: Some(link.base.id.clone()),
        status: InvoiceStatus::Accepted,
        kind: if installments { InvoiceKind::Installments } else { InvoiceKind::OneOff },
        custom_field_answers: attempt.answers.clone(),
        ..Invoice::default()
    };
    let (mut invoice, mut payments) =
        create_invoice(store, scope, customer, basket, invoice, &parts)?;
    if let Some((first, later)) = payments.split_first_mut() {
        for payment in later {
            payment.charge_at = Some(payment.scheduled_on);
            store.put(payment)?;
        }
        let one = std::slice::from_mut(first);
        settle(store, &mut invoice, one, &attempt.instrument.settlement())?;
    }
    Ok((invoice, payments))
}

/// Recurring products: a subscription, and its first invoice paid, or its trial begun.
fn subscribe(
    store: &mut Store<'_>,
    scope: &Scope,
    link: &Link,
    customer: &Customer,
    basket: &Basket,
    cycle: Cycle,
) -> Result<Subscription> {
    let mut sub = subscriptions::blank(store, scope, customer, link.currency, basket, cycle);
    sub.link = Some(link.base.id.clone());
    sub.description.clone_from(&link.description);
    // The checkout informs the payer, and renewals are charged without a notification.
    sub.notify = false;
    if let Some(days) = link.trial_period_days {
        let end = time::days(store.now, days);
        subscriptions::begin_trial(store, &mut sub, end, days);
    }
    store.put(&sub)?;
    store.emit(Event::SubscriptionCreated, &sub)?;
    if sub.trial_end.is_none() {
        cycles::begin(store, sub.clone())?;
    }
    store.need(&sub.base.id)
}
