//! Taking money for payments: charging stored cards, settling what was paid, noting failures.

use rust_decimal::Decimal;

use super::cards::{self, Outcome, Verdict};
use super::invoices::lock;
use crate::error::Result;
use crate::model::{
    Card, Customer, Event, Flow, Invoice, InvoiceStatus, Link, Payment, PaymentMethod,
    PaymentStatus, Subscription, SubscriptionStatus,
};
use crate::store::Store;

/// How money came in.
pub(crate) enum Settlement {
    /// Through the payment gateway, from a card.
    Gateway { method: PaymentMethod, card: String },
    /// Outside Stream, recorded by the merchant.
    ByHand { method: PaymentMethod },
}

/// Records payments as paid, together, and what follows from it: events, the invoice's completion,
/// the link's account, the subscription's life.
pub(crate) fn settle(
    store: &mut Store<'_>,
    invoice: &mut Invoice,
    payments: &mut [Payment],
    settlement: &Settlement,
) -> Result<()> {
    let transaction = store.new_id();
    let (method, card, event) = match settlement {
        Settlement::Gateway { method, card } => (*method, Some(card), Event::PaymentSucceeded),
        Settlement::ByHand { method } => (*method, None, Event::PaymentMarkedAsPaid),
    };
    for payment in payments.iter_mut() {
        payment.status = PaymentStatus::Succeeded;
        payment.method = Some(method);
        payment.paid_at = Some(store.now);
        payment.charge_at = None;
        if card.is_some() {
            payment.card = card.cloned();
            payment.transaction = Some(transaction.clone());
            payment.gateway_message = Some("APPROVED".to_owned());
        }
        store.update(payment)?;
        invoice.paid_amount += payment.amount;
    }
    invoice.last_paid_at = Some(store.now);
    invoice.current_flow.get_or_insert(Flow::Manual);
    let complete =
        store.payments_of(&invoice.base.id)?.iter().all(|payment| payment.status.is_paid());
    if complete {
        invoice.status = InvoiceStatus::Completed;
    }
    store.update(invoice)?;
    for payment in payments.iter() {
        store.emit(event, (payment, &*invoice))?;
    }
    if let Some(id) = &invoice.payment_link_id {
        let mut link: Link = store.need(id)?;
        link.amount_collected += payments.iter().map(|payment| payment.amount).sum::<Decimal>();
        store.put(&link)?;
    }
    if complete {
        lock(store, invoice)?;
        store.emit(Event::InvoiceCompleted, &*invoice)?;
        if let Some(subscription) = &invoice.subscription_id {
            invoice_paid(store, subscription)?;
        }
    }
    Ok(())
}

/// An invoice of the subscription was paid in full.
fn invoice_paid(store: &mut Store<'_>, id: &str) -> Result<()> {
    let mut sub: Subscription = store.need(id)?;
    (sub.failures, sub.retry_at) = (0, None);
    let starts = sub.status == SubscriptionStatus::Inactive;
    if starts {
        sub.status = SubscriptionStatus::Active;
        sub.started_at.get_or_insert(store.now);
        if sub.end <= store.now {
            // The subscription was inactive past its period, so the paid cycle begins now.
            sub.begin_at(store.now);
        }
    }
    store.update(&mut sub)?;
    if starts {
        store.emit(Event::SubscriptionActivated, &sub)?;
    }
    Ok(())
}

/// Records a failed attempt at a payment.
pub(crate) fn fail(
    store: &mut Store<'_>,
    invoice: &Invoice,
    payment: &mut Payment,
    outcome: &Outcome,
) -> Result<()> {
    // If it is unknown whether money moved, the payment is under review.
    let unclear = outcome.verdict == Verdict::Unclear;
    payment.status = if unclear { PaymentStatus::UnderReview } else { PaymentStatus::Failed };
    payment.gateway_message = Some(outcome.message.to_owned());
    payment.charge_at = None;
    store.update(payment)?;
    if !unclear {
        store.emit(Event::PaymentFailed, (&*payment, invoice))?;
    }
    Ok(())
}

/// Charges payments of an invoice to the card that the customer stored last, as one transaction.
/// Returns `None` if the customer has no card.
pub(crate) fn charge_stored(
    store: &mut Store<'_>,
    invoice: &mut Invoice,
    payments: &mut [Payment],
) -> Result<Option<Outcome>> {
    let customer: Customer = store.need(&invoice.organization_consumer_id)?;
    let Some(Card { method, number, .. }) = customer.cards.last() else {
        return Ok(None);
    };
    let total = payments.iter().map(|payment| payment.amount).sum();
    let outcome = cards::charge(number, total, invoice.currency);
    if outcome.verdict == Verdict::Paid {
        invoice.current_flow = Some(Flow::Auto);
        let settlement = Settlement::Gateway { method: *method, card: number.clone() };
        settle(store, invoice, payments, &settlement)?;
    } else {
        for payment in payments {
            fail(store, invoice, payment, &outcome)?;
        }
    }
    Ok(Some(outcome))
}

/// Charges the stored card for an installment that falls due.
pub(super) fn on_due(store: &mut Store<'_>, id: &str) -> Result<()> {
    let mut payment: Payment = store.need(id)?;
    let mut invoice: Invoice = store.need(&payment.invoice_id)?;
    payment.charge_at = None;
    store.put(&payment)?;
    if payment.status == PaymentStatus::Pending && invoice.status != InvoiceStatus::Canceled {
        charge_stored(store, &mut invoice, std::slice::from_mut(&mut payment))?;
    }
    Ok(())
}
