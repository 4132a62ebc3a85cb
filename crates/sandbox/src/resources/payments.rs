//! Payments: reading, recording manually, charging stored cards, refunding.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::Call;
use super::call::{View, with};
use super::invoices::check_open;
use super::views::amounts;
use crate::billing::cards::{UNREFUNDABLE_CARD, Verdict};
use crate::billing::{Settlement, charge_stored, settle};
use crate::error::{ApiError, Code, Result};
use crate::formats;
use crate::model::{
    Event, Invoice, InvoiceKind, InvoiceStatus, Payment, PaymentMethod, PaymentStatus, Record as _,
};
use crate::money;
use crate::store::{Filter, Store};

impl View for Payment {
    const PARAMETER: &'static str = "payment_id";

    fn view(&self, _: &Store<'_>) -> Result<Value> {
        let mut members = self.members();
        members.extend(amounts(self.currency, [("amount", self.amount)]));
        let account = self.paid_at.map(|_| &self.base.organization_id);
        Ok(with(members, json!({ "paid_to_account_id": account })))
    }
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let filter = call.filter().one_of("parent", &call.texts("invoice_id"));
    let fields = ["amount", "current_status", "scheduled_on", "payed_at"];
    call.page(store, &filter, &fields, Payment::view)
}

pub(super) fn mark_paid(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut payment: Payment = call.target(store)?;
    let mut invoice: Invoice = store.need(&payment.invoice_id)?;
    let method = call.or_default("payment_method");
    ensure!(is_by_hand(method), {
        let methods = "CASH, BANK_TRANSFER, CARD, QURRAH";
        let text = format!("{method} is not a method for payments outside Stream: {methods}");
        ApiError::value("payment_method", text)
    });
    check_unpaid(&payment)?;
    check_open(&invoice)?;
    ensure!(
        invoice.kind != InvoiceKind::Installments || invoice.status == InvoiceStatus::Accepted,
        Code::InvoiceInvalidStatus.error("The invoice of an installment must be ACCEPTED.")
    );
    payment.note = call.get("note");
    let one = std::slice::from_mut(&mut payment);
    settle(store, &mut invoice, one, &Settlement::ByHand { method })?;
    Ok(json!({}))
}

/// Whether a method is for money received outside Stream (guide on marking as paid).
const fn is_by_hand(method: PaymentMethod) -> bool {
    match method {
        PaymentMethod::Cash
        | PaymentMethod::BankTransfer
        | PaymentMethod::Card
        | PaymentMethod::Qurrah => true,
        PaymentMethod::Unspecified
        | PaymentMethod::Mada
        | PaymentMethod::Visa
        | PaymentMethod::Mastercard
        | PaymentMethod::Amex
        | PaymentMethod::ApplePay
        | PaymentMethod::SamsungPay => false,
    }
}

pub(super) fn charge_on_demand(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut payment: Payment = call.target(store)?;
    let info = "Charging on demand is restricted.";
    ensure!(call.org.on_demand, Code::FeatureDisabled.error(info));
    let mut invoice: Invoice = store.need(&payment.invoice_id)?;
    check_unpaid(&payment)?;
    check_open(&invoice)?;
    let one = std::slice::from_mut(&mut payment);
    let Some(outcome) = charge_stored(store, &mut invoice, one)? else {
        let id = &invoice.organization_consumer_id;
        let info = format!("Consumer {id} has no active stored card.");
        return Err(Code::AutoInvoiceMissingCardId.error(info));
    };
    let code = match outcome.verdict {
        Verdict::Paid => {
            return Ok(json!({"payment_id": payment.base.id, "invoice_id": invoice.base.id}));
        }
        Verdict::Declined if outcome.code == "51" => Code::InsufficientFunds,
        Verdict::Declined => Code::PaymentGatewayDeclined,
        Verdict::Unclear => Code::MoyasarTimeout,
    };
    // The attempt happened: its traces stay.
    Err(code.error(outcome.message).keeping())
}

pub(super) fn refund(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let payment: Payment = call.target(store)?;
    check_refundable(&payment)?;
    // The API ignores members that it does not know. Ignoring this one would refund more than was
    // requested, so the sandbox rejects it.
    let sent: Value = serde_json::from_slice(&call.sent).unwrap_or_default();
    if let Some(amount) = sent.get("amount") {
        let text = "a payment is refunded in full; a partial amount cannot be asked for";
        let is_whole = formats::decimal(amount) == Some(payment.amount);
        ensure!(is_whole, ApiError::value("amount", text));
    }
    let mut together = match &payment.transaction {
        Some(transaction) => {
            let paid = PaymentStatus::Succeeded.word();
            store.all::<Payment>(&Filter::new().eq("other", transaction).eq("status", paid))?
        }
        None => vec![payment.clone()],
    };
    let allowed: bool = call.or_default("allow_refund_multiple_related_payments");
    ensure!(together.len() == 1 || allowed, several(&together));
    ensure!(
        payment.card.as_deref() != Some(UNREFUNDABLE_CARD),
        Code::PaymentRefundedFailed.error(format!("Payment {}.", payment.base.id))
    );
    for one in &mut together {
        one.status = PaymentStatus::Refunded;
        one.refunded_at = Some(store.now);
        one.refund_reason = call.get("refund_reason");
        one.refund_note = call.get("refund_note");
        store.update(one)?;
        let invoice: Invoice = store.need(&one.invoice_id)?;
        store.emit(Event::PaymentRefunded, (&*one, &invoice))?;
    }
    store.need::<Payment>(&payment.base.id)?.view(store)
}

fn check_unpaid(payment: &Payment) -> Result<()> {
    match payment.status {
        PaymentStatus::Pending | PaymentStatus::UnderReview | PaymentStatus::Failed => Ok(()),
        status @ (PaymentStatus::Succeeded | PaymentStatus::Refunded | PaymentStatus::Canceled) => {
            Err(Code::PaymentFinalized.error(format!("The payment is {status}.")))
        }
    }
}

fn check_refundable(payment: &Payment) -> Result<()> {
    let id = &payment.base.id;
    match payment.status {
        PaymentStatus::Succeeded => Ok(()),
        PaymentStatus::Refunded => {
            Err(Code::PaymentRefundedAlready.error(format!("Payment {id}.")))
        }
        status @ (PaymentStatus::Pending
        | PaymentStatus::UnderReview
        | PaymentStatus::Failed
        | PaymentStatus::Canceled) => {
            Err(Code::PaymendUnpaid.error(format!("Payment {id} is {status}.")))
        }
    }
}

/// The refusal to refund one of several payments that were one transaction.
fn several(payments: &[Payment]) -> ApiError {
    let text = "Several payments were one transaction. Allow the refund of all of them.";
    let mut error = Code::StreamError.error(text);
    let currency = payments.first().map(|payment| payment.currency).unwrap_or_default();
    let total: Decimal = payments.iter().map(|payment| payment.amount).sum();
    let ids: Vec<&str> = payments.iter().map(|payment| payment.base.id.as_str()).collect();
    if let Some(body) = error.body.as_object_mut() {
        body.insert("payment_ids".to_owned(), json!(ids));
        body.insert("total_amount".to_owned(), json!(money::round(total, currency)));
    }
    error
}
