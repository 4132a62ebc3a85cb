//! Paying an invoice on its page: at once, in installments, or its open payments.

use rust_decimal::Decimal;
use serde_json::Value;

use super::attempt::{Attempt, FieldError, Receipt, Reply};
use super::words::Text;
use crate::billing::cards::Verdict;
use crate::billing::{fail, reprice, settle, split};
use crate::error::Result;
use crate::model::{Contact, Customer, Event, Invoice, InvoiceStatus, Payment};
use crate::money;
use crate::store::Store;

/// The payments of an invoice that can be paid.
pub(super) fn open_payments(store: &Store<'_>, invoice: &Invoice) -> Result<Vec<Payment>> {
    let mut payments = store.payments_of(&invoice.base.id)?;
    payments.retain(|payment| payment.status.is_payable());
    Ok(payments)
}

/// Why an invoice does not accept payments.
pub(super) fn closed(invoice: &Invoice, open: &[Payment]) -> Option<Text> {
    match invoice.status {
        InvoiceStatus::Completed => Some(Text::InvoiceCompleted),
        InvoiceStatus::Canceled => Some(Text::InvoiceCanceled),
        InvoiceStatus::Created | InvoiceStatus::Sent | InvoiceStatus::Accepted => {
            open.is_empty().then_some(Text::InvoiceCompleted)
        }
    }
}

/// The numbers of installments that an invoice may be split into.
pub(super) fn splits(invoice: &Invoice, total: Decimal) -> Vec<u32> {
    let offered = invoice.payment_methods.get("installment") == Some(&Value::Bool(true));
    let whole = invoice.payments == 1 && invoice.subscription_id.is_none();
    if offered && whole { money::splits(total, invoice.currency) } else { Vec::new() }
}

/// The total of an invoice paid in installments, which may forfeit its coupons.
pub(super) fn split_total(store: &Store<'_>, invoice: &Invoice) -> Result<Decimal> {
    if !invoice.exclude_coupons {
        return Ok(invoice.totals.amount);
    }
    let mut items = invoice.items.clone();
    items.iter_mut().for_each(|item| item.coupons.clear());
    Ok(reprice(store, &items, &[], invoice.currency)?.amount)
}

/// Tries to pay an invoice, or a part of it.
pub(crate) fn pay(store: &mut Store<'_>, id: &str, attempt: &Attempt) -> Result<Reply> {
    let mut invoice: Invoice = store.need(id)?;
    let currency = invoice.currency;
    let open = open_payments(store, &invoice)?;
    if let Some(reason) = closed(&invoice, &open) {
        return Ok(Reply::Closed(reason));
    }
    let count = attempt.installments.filter(|count| *count > 1);
    let split_total = split_total(store, &invoice)?;
    let mut wrong: Vec<FieldError> = Vec::new();
    if count.is_some_and(|count| !splits(&invoice, split_total).contains(&count)) {
        wrong.push(FieldError::new("installments", Text::InstallmentsWrong));
    }
    let chosen = if attempt.all { open.len() } else { 1 };
    let due: Decimal = match count {
        Some(count) => {
            let parts = money::installments(split_total, count, currency);
            parts.first().copied().unwrap_or(split_total)
        }
        None => open.iter().take(chosen).map(|payment| payment.amount).sum(),
    };
    wrong.extend(attempt.instrument.errors(store, &invoice.payment_methods, due.is_zero()));
    if !wrong.is_empty() {
        return Ok(Reply::Correct(wrong));
    }
    if attempt.saw_other(open.iter().map(|payment| payment.amount).sum(), currency) {
        return Ok(Reply::Changed);
    }
    let outcome = attempt.instrument.charge(due, currency);
    let link = invoice.payment_link_id.as_deref();
    let mut receipt = Receipt::new(store, &outcome, due, currency, link, Contact::Phone);
    let mut paying: Vec<Payment> = open.into_iter().take(chosen).collect();
    if outcome.verdict != Verdict::Paid {
        for payment in &mut paying {
            fail(store, &invoice, payment, &outcome)?;
        }
        return Ok(Reply::Tried(Box::new(receipt)));
    }
    if let Some(card) = attempt.instrument.stored(store) {
        let mut customer: Customer = store.need(&invoice.organization_consumer_id)?;
        receipt.consent_id = Some(card.id.clone());
        customer.store_card(card);
        store.put(&customer)?;
    }
    if let Some(count) = count {
        paying = vec![split(store, &mut invoice, count)?];
    }
    if invoice.status != InvoiceStatus::Accepted {
        invoice.status = InvoiceStatus::Accepted;
        store.update(&mut invoice)?;
        store.emit(Event::InvoiceAccepted, &invoice)?;
    }
    settle(store, &mut invoice, &mut paying, &attempt.instrument.settlement())?;
    receipt.invoice_id = Some(invoice.base.id.clone());
    receipt.payment_id = paying.first().map(|payment| payment.base.id.clone());
    receipt.organization_consumer_id = Some(invoice.organization_consumer_id);
    Ok(Reply::Tried(Box::new(receipt)))
}
