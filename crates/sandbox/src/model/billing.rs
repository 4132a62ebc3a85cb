//! What is owed and paid: links, invoices, payments, subscriptions, freezes, metered usage.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Base, Columns, Record, searchable};
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
    /// As it was sent; null for none.
    pub(crate) methods: Value,
    pub(crate) custom_fields: Value,
    pub(crate) metadata: Value,
    pub(crate) trial_days: Option<i64>,
    /// Unit and count of the subscription's cycle; none for one-time products.
    pub(crate) interval: Option<(String, i64)>,
    pub(crate) success_url: Option<String>,
    pub(crate) failure_url: Option<String>,
    pub(crate) customer: Option<String>,
    pub(crate) contact: String,
    pub(crate) status: String,
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
    pub(crate) status: String,
    pub(crate) kind: String,
    pub(crate) flow: String,
    pub(crate) current_flow: Option<String>,
    pub(crate) period: Option<(Timestamp, Timestamp)>,
    pub(crate) interval: Option<(String, i64)>,
    pub(crate) cycle: Option<i64>,
    pub(crate) exclude_coupons: bool,
    /// As it was sent; null for none.
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
    pub(crate) kind: String,
    pub(crate) method: Option<String>,
    pub(crate) status: String,
    pub(crate) paid_at: Option<Timestamp>,
    pub(crate) settled_at: Option<Timestamp>,
    pub(crate) refunded_at: Option<Timestamp>,
    pub(crate) refund_reason: Option<String>,
    pub(crate) refund_note: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) gateway_message: Option<String>,
    /// Payments with the same one were paid together.
    pub(crate) transaction: Option<String>,
    /// When the stored card is to be charged.
    pub(crate) charge_at: Option<Timestamp>,
}

/// A subscription.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Subscription {
    pub(crate) base: Base,
    pub(crate) customer: String,
    pub(crate) link: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) currency: String,
    pub(crate) items: Vec<SubscriptionItem>,
    pub(crate) coupons: Vec<String>,
    pub(crate) totals: Totals,
    pub(crate) unit: String,
    pub(crate) count: i64,
    /// Where its periods are counted from, and how many have passed since.
    pub(crate) anchor: Timestamp,
    pub(crate) steps: i64,
    pub(crate) period: (Timestamp, Timestamp),
    pub(crate) cycle: i64,
    pub(crate) until_cycle: Option<i64>,
    pub(crate) cancel_at_end: bool,
    pub(crate) status: String,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) trial_days: Option<i64>,
    pub(crate) trial_end: Option<Timestamp>,
    /// The invoice of the running cycle, and the one prepared for the next.
    pub(crate) latest_invoice: Option<String>,
    pub(crate) prepared: Option<String>,
    pub(crate) pending: Option<PendingChange>,
    /// As it was sent; null for none.
    pub(crate) methods: Value,
    pub(crate) notify: bool,
    pub(crate) exclude_coupons: bool,
    /// Attempts at charging the running cycle that failed, and when the next one is.
    pub(crate) failures: i64,
    pub(crate) retry_at: Option<Timestamp>,
    /// When the next freeze begins or the running one ends.
    pub(crate) freeze_at: Option<Timestamp>,
    pub(crate) metadata: Value,
    pub(crate) product_text: String,
}

/// A product of a subscription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SubscriptionItem {
    pub(crate) id: String,
    pub(crate) product_id: String,
    pub(crate) quantity: i64,
    pub(crate) coupons: Vec<String>,
    pub(crate) created_at: Timestamp,
}

/// A plan change that waits for the period's end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PendingChange {
    pub(crate) id: String,
    pub(crate) items: Vec<SubscriptionItem>,
    pub(crate) coupons: Vec<String>,
    pub(crate) unit: String,
    pub(crate) count: i64,
    pub(crate) reissued: bool,
}

/// A freeze. Its parent is its subscription.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Freeze {
    pub(crate) base: Base,
    pub(crate) subscription: String,
    pub(crate) invoice: String,
    pub(crate) start: Timestamp,
    pub(crate) end: Option<Timestamp>,
    pub(crate) notes: Option<String>,
    /// When it took hold.
    pub(crate) began: Option<Timestamp>,
    /// `SCHEDULED`, `RUNNING` or `OVER`.
    pub(crate) state: String,
}

/// A metered subscription. Its parent is its product.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Metered {
    pub(crate) base: Base,
    pub(crate) product: String,
    pub(crate) customer: String,
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Option<Timestamp>,
    /// Periods billed so far.
    pub(crate) periods: i64,
    pub(crate) period_end: Timestamp,
    /// Whether the last period has been billed.
    pub(crate) closed: bool,
}

/// A usage event. Its parent is the metered subscription.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Usage {
    pub(crate) base: Base,
    pub(crate) metered: String,
    pub(crate) amount: Decimal,
    pub(crate) key: String,
    pub(crate) billed: bool,
}

impl Record for Link {
    const KIND: &'static str = "link";
    const NAME: &'static str = "Payment link";
    fn base(&self) -> &Base {
        &self.base
    }
    fn columns(&self) -> Columns<'_> {
        Columns {
            customer: self.customer.as_deref(),
            status: &self.status,
            currency: &self.currency,
            amount: self.totals.amount,
            due: self.valid_until.filter(|_| self.status == "ACTIVE"),
            text: searchable([Some(self.name.as_str()), self.description.as_deref()]),
            ..Columns::default()
        }
    }
}

impl Record for Invoice {
    const KIND: &'static str = "invoice";
    const NAME: &'static str = "Invoice";
    fn base(&self) -> &Base {
        &self.base
    }
    fn columns(&self) -> Columns<'_> {
        let number = self.number.to_string();
        let text = searchable([
            Some(self.customer_name.as_str()),
            self.description.as_deref(),
            Some(number.as_str()),
            Some(self.base.id.as_str()),
        ]);
        Columns {
            parent: self.link.as_deref(),
            customer: Some(&self.customer),
            other: self.subscription.as_deref(),
            status: &self.status,
            currency: &self.currency,
            amount: self.totals.amount,
            due: None,
            text,
        }
    }
}

impl Record for Payment {
    const KIND: &'static str = "payment";
    const NAME: &'static str = "Payment";
    fn base(&self) -> &Base {
        &self.base
    }
    fn columns(&self) -> Columns<'_> {
        let text = searchable([
            Some(self.base.id.as_str()),
            Some(self.invoice.as_str()),
            self.note.as_deref(),
            self.gateway_message.as_deref(),
            self.method.as_deref(),
        ]);
        Columns {
            parent: Some(&self.invoice),
            customer: Some(&self.customer),
            other: self.transaction.as_deref(),
            status: &self.status,
            currency: &self.currency,
            amount: self.amount,
            due: self.charge_at,
            text,
        }
    }
}

impl Record for Subscription {
    const KIND: &'static str = "subscription";
    const NAME: &'static str = "Subscription";
    fn base(&self) -> &Base {
        &self.base
    }
    fn columns(&self) -> Columns<'_> {
        let text = searchable([
            Some(self.product_text.as_str()),
            self.description.as_deref(),
            Some(self.base.id.as_str()),
        ]);
        Columns {
            parent: self.link.as_deref(),
            customer: Some(&self.customer),
            other: self.latest_invoice.as_deref(),
            status: &self.status,
            currency: &self.currency,
            amount: self.totals.amount,
            due: self.due(),
            text,
        }
    }
}

impl Subscription {
    /// Whether it has ended for good.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.status.as_str(), "CANCELED" | "EXPIRED")
    }

    /// How long before a period's end the next invoice is prepared. Not published; three days.
    pub(crate) fn prepare_at(&self) -> Timestamp {
        crate::time::days(self.period.1, -3).max(self.period.0)
    }

    /// When the clock has something to do with it.
    fn due(&self) -> Option<Timestamp> {
        let billing = match self.status.as_str() {
            "CANCELED" | "EXPIRED" | "FROZEN" => None,
            "TRIALING" | "TRIAL_PENDING" => self.trial_end,
            "INACTIVE" => (self.cycle == 0).then_some(self.period.0),
            _ if self.prepared.is_none() && !self.cancel_at_end && !self.is_last_cycle() => {
                Some(self.prepare_at())
            }
            _ => Some(self.period.1),
        };
        let retry = self.retry_at.filter(|_| self.status == "ACTIVE");
        let freeze = self.freeze_at.filter(|_| !self.is_over());
        [billing, retry, freeze].into_iter().flatten().min()
    }

    /// Whether the running cycle is the last one.
    pub(crate) fn is_last_cycle(&self) -> bool {
        let renews = self.methods.get("subscription_auto_renewal") != Some(&Value::Bool(false));
        !renews || self.until_cycle.is_some_and(|last| self.cycle >= last)
    }
}

impl Record for Freeze {
    const KIND: &'static str = "freeze";
    const NAME: &'static str = "Freeze";
    fn base(&self) -> &Base {
        &self.base
    }
    fn columns(&self) -> Columns<'_> {
        Columns {
            parent: Some(&self.subscription),
            status: &self.state,
            text: self.notes.clone().unwrap_or_default().to_lowercase(),
            ..Columns::default()
        }
    }
}

impl Record for Metered {
    const KIND: &'static str = "metered";
    const NAME: &'static str = "Metered subscription";
    fn base(&self) -> &Base {
        &self.base
    }
    fn columns(&self) -> Columns<'_> {
        let end = self.ends_at.map_or(self.period_end, |end| end.min(self.period_end));
        Columns {
            parent: Some(&self.product),
            customer: Some(&self.customer),
            status: if self.closed { "ENDED" } else { "ACTIVE" },
            due: (!self.closed).then_some(end),
            ..Columns::default()
        }
    }
}

impl Record for Usage {
    const KIND: &'static str = "usage";
    const NAME: &'static str = "Usage event";
    fn base(&self) -> &Base {
        &self.base
    }
    fn columns(&self) -> Columns<'_> {
        Columns {
            parent: Some(&self.metered),
            other: Some(&self.key),
            amount: self.amount,
            status: if self.billed { "BILLED" } else { "OPEN" },
            ..Columns::default()
        }
    }
}
