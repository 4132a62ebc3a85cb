//! What is owed and paid: links, invoices, payments.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Base, Columns, Contact, Flow, Interval, InvoiceKind, InvoiceStatus, LinkStatus, PaymentKind,
    PaymentStatus, searchable,
};
use crate::pricing::Totals;

/// A payment link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Link {
    pub(crate) base: Base,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) currency: String,
    pub(crate) items: Vec<LinkItem>,
    pub(crate) coupons: Vec<String>,
    pub(crate) totals: Totals,
    pub(crate) max_payments: Option<i64>,
    pub(crate) payments: i64,
    pub(crate) collected: Decimal,
    pub(crate) valid_until: Option<Timestamp>,
    pub(crate) confirmation_message: Option<String>,
    pub(crate) deactivate_message: Option<String>,
    /// As the client sent it; null if absent.
    pub(crate) methods: Value,
    pub(crate) custom_fields: Value,
    pub(crate) metadata: Value,
    pub(crate) trial_days: Option<i64>,
    /// Unit and count of the subscription's cycle; `None` for one-time products.
    pub(crate) interval: Option<(Interval, i64)>,
    pub(crate) success_url: Option<String>,
    pub(crate) failure_url: Option<String>,
    pub(crate) customer: Option<String>,
    pub(crate) contact: Contact,
    pub(crate) status: LinkStatus,
}

/// A product on a link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LinkItem {
    pub(crate) id: String,
    pub(crate) product_id: String,
    pub(crate) price_id: Option<String>,
    pub(crate) quantity: i64,
    pub(crate) coupons: Vec<String>,
    pub(crate) custom_quantity: bool,
    pub(crate) min: Option<i64>,
    pub(crate) max: Option<i64>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Option<Timestamp>,
}

/// An invoice. Its parent is the link it came from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Invoice {
    pub(crate) base: Base,
    /// Its number within the organization, and across all of Stream.
    pub(crate) number: u64,
    pub(crate) stream_number: u64,
    pub(crate) link: Option<String>,
    pub(crate) subscription: Option<String>,
    pub(crate) customer: String,
    pub(crate) customer_name: String,
    pub(crate) description: Option<String>,
    pub(crate) currency: String,
    pub(crate) items: Vec<InvoiceItem>,
    pub(crate) coupons: Vec<String>,
    pub(crate) totals: Totals,
    pub(crate) status: InvoiceStatus,
    pub(crate) kind: InvoiceKind,
    pub(crate) flow: Flow,
    pub(crate) current_flow: Option<Flow>,
    pub(crate) period: Option<(Timestamp, Timestamp)>,
    pub(crate) interval: Option<(Interval, i64)>,
    pub(crate) cycle: Option<i64>,
    pub(crate) exclude_coupons: bool,
    /// As the client sent it; null if absent.
    pub(crate) methods: Value,
    pub(crate) answers: Value,
    pub(crate) scheduled_on: Timestamp,
    pub(crate) paid: Decimal,
    pub(crate) payments: u32,
    pub(crate) last_paid_at: Option<Timestamp>,
}

/// A product on an invoice, at the price of its day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct InvoiceItem {
    pub(crate) id: String,
    pub(crate) product_id: String,
    pub(crate) price_id: Option<String>,
    pub(crate) unit: Decimal,
    pub(crate) exempt: bool,
    pub(crate) quantity: i64,
    pub(crate) coupons: Vec<String>,
}

/// A payment. Its parent is its invoice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Payment {
    pub(crate) base: Base,
    pub(crate) invoice: String,
    pub(crate) customer: String,
    pub(crate) amount: Decimal,
    pub(crate) currency: String,
    pub(crate) scheduled_on: Timestamp,
    pub(crate) number: u32,
    pub(crate) kind: PaymentKind,
    pub(crate) method: Option<String>,
    pub(crate) status: PaymentStatus,
    pub(crate) paid_at: Option<Timestamp>,
    pub(crate) settled_at: Option<Timestamp>,
    pub(crate) refunded_at: Option<Timestamp>,
    pub(crate) refund_reason: Option<String>,
    pub(crate) refund_note: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) gateway_message: Option<String>,
    /// Payments with the same one were paid together.
    pub(crate) transaction: Option<String>,
    /// The number of the card that paid; whether a refund succeeds depends on it.
    pub(crate) card: Option<String>,
    /// When the stored card is to be charged.
    pub(crate) charge_at: Option<Timestamp>,
}

record!(Link, "link", "Payment link", |record| {
    Columns {
        customer: record.customer.as_deref(),
        status: record.status.word(),
        currency: &record.currency,
        amount: record.totals.amount,
        due: record.valid_until.filter(|_| record.status == LinkStatus::Active),
        text: searchable([Some(record.name.as_str()), record.description.as_deref()]),
        ..Columns::default()
    }
});

record!(Invoice, "invoice", "Invoice", |record| {
    let number = record.number.to_string();
    let text = searchable([
        Some(record.customer_name.as_str()),
        record.description.as_deref(),
        Some(number.as_str()),
        Some(record.base.id.as_str()),
    ]);
    Columns {
        parent: record.link.as_deref().map(Into::into),
        customer: Some(&record.customer),
        other: record.subscription.as_deref(),
        status: record.status.word(),
        currency: &record.currency,
        amount: record.totals.amount,
        due: None,
        text,
    }
});

record!(Payment, "payment", "Payment", |record| {
    let text = searchable([
        Some(record.base.id.as_str()),
        Some(record.invoice.as_str()),
        record.note.as_deref(),
        record.gateway_message.as_deref(),
        record.method.as_deref(),
    ]);
    Columns {
        parent: Some(record.invoice.as_str().into()),
        customer: Some(&record.customer),
        other: record.transaction.as_deref(),
        status: record.status.word(),
        currency: &record.currency,
        amount: record.amount,
        due: record.charge_at,
        text,
    }
});
