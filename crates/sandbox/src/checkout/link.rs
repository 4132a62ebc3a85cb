//! Paying a link: money is taken first. The customer, the subscription, the invoice and the payments
//! are created only once the payment succeeds (guide on payment links).

use rust_decimal::Decimal;
use serde_json::Value;

use super::attempt::{Answer, Attempt, FieldFault, Receipt};
use super::words::Text;
use crate::billing::cards::{self, Outcome, Verdict};
use crate::billing::{Basket, Draft, Wanted, create_invoice, cycles, fill, settle};
use crate::error::Result;
use crate::formats::{is_email, is_phone};
use crate::model::{
    Contact, Customer, Event, Interval, Invoice, InvoiceKind, InvoiceStatus, Link, LinkStatus,
    Organization, Payment, Subscription, SubscriptionStatus,
};
use crate::resources::{customers, subscriptions};
use crate::store::{Scope, Store};
use crate::webhooks::{self, Entity};
use crate::{money, time};

/// Why a link takes no payments.
pub(crate) fn closed(store: &Store, link: &Link) -> Option<Text> {
    if link.status == LinkStatus::Completed {
        return Some(Text::LinkCompleted);
    }
    if link.valid_until.is_some_and(|until| until <= store.now) {
        return Some(Text::LinkExpired);
    }
    (link.status != LinkStatus::Active || link.base.deleted).then_some(Text::LinkInactive)
}

/// The numbers of installments that a payer may choose from.
pub(super) fn splits(store: &Store, link: &Link, total: Decimal) -> Result<Vec<u32>> {
    let offered = match link.methods.get("installment") {
        Some(Value::Bool(on)) => *on,
        _ if link.methods.is_null() => store.need::<Organization>(&link.base.org)?.installments,
        _ => false,
    };
    // Always off for recurring products.
    let offered = offered && link.interval.is_none();
    Ok(if offered { money::splits(total, &link.currency) } else { Vec::new() })
}

/// The basket with the quantities that the payer chose.
pub(super) fn basket(store: &mut Store, link: &Link, attempt: &Attempt) -> Result<Basket> {
    let wanted: Vec<Wanted> = link
        .items
        .iter()
        .map(|item| {
            let mut wanted = Wanted::from(item);
            if let Some(quantity) = attempt.quantities.get(&item.id) {
                wanted.quantity = *quantity;
            }
            wanted
        })
        .collect();
    let scope = Scope::of(link);
    fill(store, &scope, &wanted, &link.coupons, &link.currency, false)
}

fn faults(link: &Link, attempt: &Attempt) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for item in &link.items {
        let Some(quantity) = attempt.quantities.get(&item.id) else {
            continue;
        };
        let fixed = !item.custom_quantity && *quantity != item.quantity;
        let low = *quantity < item.min.unwrap_or(1).max(1);
        let high = item.max.is_some_and(|max| *quantity > max) || *quantity > 1_000_000;
        if fixed || (item.custom_quantity && (low || high)) {
            faults.push(FieldFault::new(format!("quantity_{}", item.id), Text::QuantityWrong));
        }
    }
    if link.customer.is_none() {
        if attempt.name.as_deref().is_none_or(|name| name.trim().is_empty()) {
            faults.push(FieldFault::new("name", Text::NameMissing));
        }
        let phone = attempt.phone.as_deref().unwrap_or_default();
        let email = attempt.email.as_deref().unwrap_or_default();
        let needs_email = link.contact == Contact::Email;
        if (!needs_email || !phone.is_empty()) && !is_phone(phone) {
            faults.push(FieldFault::new("phone", Text::PhoneWrong));
        }
        if (needs_email || !email.is_empty()) && !is_email(email) {
            faults.push(FieldFault::new("email", Text::EmailWrong));
        }
    }
    let required = link.custom_fields.get("required").and_then(Value::as_array);
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        let given = attempt.answers.get(name).and_then(Value::as_str);
        if given.is_none_or(|answer| answer.trim().is_empty()) {
            faults.push(FieldFault::new(format!("custom_{name}"), Text::AnswerMissing));
        }
    }
    faults
}

/// Tries to pay a link.
pub(crate) fn pay(store: &mut Store, id: &str, attempt: &Attempt) -> Result<Answer> {
    let link: Link = store.need(id)?;
    if let Some(reason) = closed(store, &link) {
        return Ok(Answer::Closed(reason));
    }
    let mut wrong = faults(&link, attempt);
    // Quantities out of bounds must not reach the arithmetic.
    if wrong.iter().any(|fault| fault.problem == Text::QuantityWrong) {
        return Ok(Answer::Correct(wrong));
    }
    let basket = basket(store, &link, attempt)?;
    let total = basket.totals.amount;
    wrong.extend(attempt.instrument.faults(store, &link.methods, total.is_zero()));
    let count = attempt.installments.filter(|count| *count > 1);
    if count.is_some_and(|count| splits(store, &link, total).is_ok_and(|all| !all.contains(&count)))
    {
        wrong.push(FieldFault::new("installments", Text::InstallmentsWrong));
    }
    if !wrong.is_empty() {
        return Ok(Answer::Correct(wrong));
    }
    if attempt.saw_other(total, &link.currency) {
        return Ok(Answer::Changed);
    }
    let parts = money::installments(total, count.unwrap_or(1), &link.currency);
    let now = parts.first().copied().unwrap_or(total);
    let outcome = if total.is_zero() {
        Outcome { verdict: Verdict::Paid, message: "APPROVED", code: "00" }
    } else {
        cards::charge(&attempt.instrument.number(), now, &link.currency)
    };
    let id = Some(link.base.id.as_str());
    let mut receipt = Receipt::new(store, &outcome, now, &link.currency, id, link.contact);
    if outcome.verdict == Verdict::Paid {
        complete(store, &link, attempt, basket, &parts, &mut receipt)?;
        receipt.redirect_url = link.success_url.as_deref().and_then(|url| receipt.onto(url));
    } else {
        webhooks::emit(store, Event::PaymentLinkPayAttemptFailed, Entity::Attempt(&link))?;
        receipt.redirect_url = link.failure_url.as_deref().and_then(|url| receipt.onto(url));
    }
    Ok(Answer::Tried(Box::new(receipt)))
}

/// Records everything that follows from a successful payment.
fn complete(
    store: &mut Store,
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
        customer.cards.retain(|old| old.number != card.number);
        customer.cards.push(card);
        store.put(&customer)?;
    }
    receipt.organization_consumer_id = Some(customer.base.id.clone());
    match &link.interval {
        Some(cycle) => {
            let sub = subscribe(store, &scope, link, &customer, &basket, *cycle)?;
            receipt.invoice_id.clone_from(&sub.latest_invoice);
            receipt.subscription_id = Some(sub.base.id);
        }
        None => {
            let (invoice, payments) = buy(store, &scope, link, &customer, basket, parts, attempt)?;
            receipt.payment_id = payments.first().map(|payment| payment.base.id.clone());
            receipt.invoice_id = Some(invoice.base.id);
        }
    }
    if let (None, Some(invoice)) = (&receipt.payment_id, &receipt.invoice_id) {
        let payments = store.payments_of(invoice)?;
        receipt.payment_id = payments.first().map(|payment| payment.base.id.clone());
    }
    // Settling has written to the link in between.
    let mut link: Link = store.need(&link.base.id)?;
    link.payments += 1;
    if link.max_payments.is_some_and(|most| link.payments >= most) {
        link.status = LinkStatus::Completed;
    }
    store.update(&mut link)
}

/// The customer of the link, or the one with the payer's contact data, or a new one.
fn payer(store: &mut Store, scope: &Scope, link: &Link, attempt: &Attempt) -> Result<Customer> {
    if let Some(id) = &link.customer {
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
    (customer.phone, customer.email) = (phone, email);
    customers::insert(store, &customer)?;
    Ok(customer)
}

/// One-time products: an invoice, with its first payment or its only one made.
fn buy(
    store: &mut Store,
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
    let kind = if parts.len() > 1 { InvoiceKind::Installments } else { InvoiceKind::OneOff };
    let draft = Draft {
        description: link.description.clone(),
        link: Some(link.base.id.clone()),
        status: InvoiceStatus::Accepted,
        answers: attempt.answers.clone(),
        ..Draft::new(customer, basket, &link.currency, kind, parts)
    };
    let (mut invoice, mut payments) = create_invoice(store, scope, draft)?;
    if let Some((first, later)) = payments.split_first_mut() {
        for payment in later {
            payment.charge_at = Some(payment.scheduled_on);
            store.put(payment)?;
        }
        let one = std::slice::from_mut(first);
        settle(store, &mut invoice, one, attempt.instrument.settlement())?;
    }
    Ok((invoice, payments))
}

/// Recurring products: a subscription, and its first invoice paid, or its trial begun.
fn subscribe(
    store: &mut Store,
    scope: &Scope,
    link: &Link,
    customer: &Customer,
    basket: &Basket,
    cycle: (Interval, i64),
) -> Result<Subscription> {
    let mut sub = subscriptions::blank(store, scope, customer, &link.currency, basket, cycle);
    sub.link = Some(link.base.id.clone());
    sub.description.clone_from(&link.description);
    // The checkout informs the payer, and renewals are charged without a notification.
    sub.notify = false;
    if let Some(days) = link.trial_days {
        let end = time::days(store.now, days);
        sub.status = SubscriptionStatus::Trialing;
        (sub.trial_days, sub.trial_end) = (Some(days), Some(end));
        sub.period = (store.now, end);
        sub.started_at = Some(store.now);
    }
    store.put(&sub)?;
    webhooks::emit(store, Event::SubscriptionCreated, Entity::Subscription(&sub))?;
    if sub.trial_end.is_none() {
        cycles::begin(store, sub.clone())?;
    }
    store.need(&sub.base.id)
}
