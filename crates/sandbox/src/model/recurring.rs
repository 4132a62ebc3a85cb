//! What goes on: subscriptions with their plan changes and freezes, metered usage.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Base, Columns, Record, searchable};
use crate::pricing::Totals;

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
    pub(crate) product_text: String,
}

/// A product of a subscription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SubscriptionItem {
    pub(crate) id: String,
    pub(crate) product_id: String,
    /// The price at which it was agreed.
    pub(crate) price_id: Option<String>,
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
            parent: self.link.as_deref().map(Into::into),
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
            parent: Some(self.subscription.as_str().into()),
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
            parent: Some(self.product.as_str().into()),
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
            parent: Some(self.metered.as_str().into()),
            other: Some(&self.key),
            amount: self.amount,
            status: if self.billed { "BILLED" } else { "OPEN" },
            ..Columns::default()
        }
    }
}
