//! Payments: reading, recording manually, charging stored cards, refunding.

use serde_json::{Value, json};

use super::invoices::check_open;
use super::{Call, Reply};
use crate::billing::cards::{UNREFUNDABLE_CARD, Verdict};
use crate::billing::{Settlement, charge_stored, settle};
use crate::error::{ApiError, Code, Result};
use crate::model::{Customer, Event, Invoice, InvoiceKind, InvoiceStatus, Payment, PaymentStatus};
use crate::store::{Filter, Store};
use crate::webhooks::{self, Entity};
use crate::{money, time};

/// The methods for money received outside Stream (guide on marking as paid).
const BY_HAND: [&str; 4] = ["CASH", "BANK_TRANSFER", "CARD", "QURRAH"];

/// A payment in the API's shape.
pub(crate) fn view(payment: &Payment) -> Value {
    json!({
        "id": payment.base.id,
        "amount": money::text(payment.amount, &payment.currency),
        "currency": payment.currency,
        "scheduled_on": time::text(payment.scheduled_on),
        "type": payment.kind,
        "payment_method": payment.method,
        "current_status": payment.status,
        "payed_at": time::text_or_null(payment.paid_at),
        "refunded_at": time::text_or_null(payment.refunded_at),
        "refund_reason": payment.refund_reason,
        "refund_note": payment.refund_note,
        "latest_pgw_message": payment.gateway_message,
        "amount_in_smallest_unit": money::minor(payment.amount, &payment.currency),
    })
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let query = &call.query;
    let invoices: Vec<String> =
        query.list("invoice_id").iter().map(|id| id.to_ascii_lowercase()).collect();
    let filter = call
        .scope
        .filter()
        .one_of("parent", &invoices)
        .one_of("status", &query.list("statuses"))
        .search(query.text("search_term"))
        .moments("created", query.moment("from_date"), query.moment("to_date"));
    let fields = [
        ("amount", "amount"),
        ("current_status", "status"),
        ("scheduled_on", "unixepoch(json_extract(doc, '$.scheduled_on'), 'subsec')"),
        ("payed_at", "unixepoch(json_extract(doc, '$.paid_at'), 'subsec')"),
    ];
    call.page(store, &filter, &fields, |_, payment| Ok(view(payment)))
}

pub(super) fn get(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let payment: Payment = call.target(store, "payment_id")?;
    Reply::ok(view(&payment))
}

pub(super) fn mark_paid(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut payment: Payment = call.target(store, "payment_id")?;
    let mut invoice: Invoice = store.need(&payment.invoice)?;
    let fields = call.fields();
    let method = fields.text("payment_method").unwrap_or_default();
    if !BY_HAND.contains(&method.as_str()) {
        let text =
            format!("{method} is not a method for payments outside Stream: {}", BY_HAND.join(", "));
        return Err(ApiError::value(&["payment_method"], text));
    }
    check_unpaid(&payment)?;
    check_open(&invoice)?;
    if invoice.kind == InvoiceKind::Installments && invoice.status != InvoiceStatus::Accepted {
        let info = "The invoice of an installment must be ACCEPTED.";
        return Err(ApiError::code(400, Code::InvoiceInvalidStatus, info));
    }
    payment.note = fields.text("note");
    let one = std::slice::from_mut(&mut payment);
    settle(store, &mut invoice, one, Settlement::ByHand { method })?;
    Reply::empty()
}

pub(super) fn charge_on_demand(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut payment: Payment = call.target(store, "payment_id")?;
    if !call.org.on_demand {
        return Err(ApiError::code(
            403,
            Code::FeatureDisabled,
            "Charging on demand is restricted.",
        ));
    }
    let mut invoice: Invoice = store.need(&payment.invoice)?;
    check_unpaid(&payment)?;
    check_open(&invoice)?;
    let one = std::slice::from_mut(&mut payment);
    let Some(outcome) = charge_stored(store, &mut invoice, one)? else {
        let customer: Customer = store.need(&invoice.customer)?;
        let info = format!("Consumer {} has no active stored card.", customer.base.id);
        return Err(ApiError::code(400, Code::AutoInvoiceMissingCardId, info));
    };
    match outcome.verdict {
        Verdict::Paid => Reply::ok(json!({
            "payment_id": payment.base.id,
            "invoice_id": invoice.base.id,
        })),
        // The attempt happened: its traces stay.
        Verdict::Declined if outcome.code == "51" => {
            Err(ApiError::code(400, Code::InsufficientFunds, outcome.message).keeping())
        }
        Verdict::Declined => {
            Err(ApiError::code(400, Code::PaymentGatewayDeclined, outcome.message).keeping())
        }
        Verdict::Unclear => {
            Err(ApiError::code(400, Code::MoyasarTimeout, outcome.message).keeping())
        }
    }
}

pub(super) fn refund(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let payment: Payment = call.target(store, "payment_id")?;
    check_refundable(&payment)?;
    let fields = call.fields();
    // The API ignores members that it does not know. Ignoring this one would send back more than was
    // asked for, so the sandbox refuses it.
    if fields.has("amount") && fields.amount("amount") != Some(payment.amount) {
        let text = "a payment is refunded in full; a partial amount cannot be asked for";
        return Err(ApiError::value(&["amount"], text));
    }
    let mut together = match &payment.transaction {
        Some(transaction) => {
            let filter = Filter::new()
                .eq("other", transaction)
                .eq("status", PaymentStatus::Succeeded.word());
            store.all::<Payment>(&filter)?
        }
        None => vec![payment.clone()],
    };
    let allowed = fields.flag("allow_refund_multiple_related_payments").unwrap_or(false);
    if together.len() > 1 && !allowed {
        return Err(several(&together));
    }
    if payment.card.as_deref() == Some(UNREFUNDABLE_CARD) {
        let info = format!("Payment {}.", payment.base.id);
        return Err(ApiError::code(400, Code::PaymentRefundedFailed, info));
    }
    for one in &mut together {
        one.status = PaymentStatus::Refunded;
        one.refunded_at = Some(store.now);
        one.refund_reason = fields.text("refund_reason");
        one.refund_note = fields.text("refund_note");
        store.update(one)?;
        let invoice: Invoice = store.need(&one.invoice)?;
        webhooks::emit(store, Event::PaymentRefunded, Entity::Payment(one, &invoice))?;
    }
    let payment: Payment = store.need(&payment.base.id)?;
    Reply::ok(view(&payment))
}

fn check_unpaid(payment: &Payment) -> Result<()> {
    match payment.status {
        PaymentStatus::Pending | PaymentStatus::UnderReview | PaymentStatus::Failed => Ok(()),
        status @ (PaymentStatus::Succeeded | PaymentStatus::Refunded | PaymentStatus::Canceled) => {
            let info = format!("The payment is {status}.");
            Err(ApiError::code(400, Code::PaymentFinalized, info))
        }
    }
}

fn check_refundable(payment: &Payment) -> Result<()> {
    let id = &payment.base.id;
    match payment.status {
        PaymentStatus::Succeeded => Ok(()),
        PaymentStatus::Refunded => {
            Err(ApiError::code(400, Code::PaymentRefundedAlready, format!("Payment {id}.")))
        }
        status @ (PaymentStatus::Pending
        | PaymentStatus::UnderReview
        | PaymentStatus::Failed
        | PaymentStatus::Canceled) => {
            let info = format!("Payment {id} is {status}.");
            Err(ApiError::code(400, Code::PaymendUnpaid, info))
        }
    }
}

/// The refusal to refund one of several payments that were one transaction.
fn several(payments: &[Payment]) -> ApiError {
    let text = "Several payments were one transaction. Allow the refund of all of them.";
    let mut error = ApiError::code(400, Code::StreamError, text);
    let total = payments.iter().map(|payment| payment.amount).sum();
    let currency = payments.first().map_or("SAR", |payment| payment.currency.as_str());
    let ids: Vec<&str> = payments.iter().map(|payment| payment.base.id.as_str()).collect();
    if let Some(body) = error.body.as_object_mut() {
        body.insert("payment_ids".to_owned(), json!(ids));
        body.insert("total_amount".to_owned(), json!(money::text(total, currency)));
    }
    error
}
