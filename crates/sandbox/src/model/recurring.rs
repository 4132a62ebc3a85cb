//! Recurring business: subscriptions with their plan changes and freezes, and metered usage.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Base, Columns, FreezeState, Interval, SubscriptionStatus, searchable};
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
    pub(crate) unit: Interval,
    pub(crate) count: i64,
    /// The start from which periods are counted, and how many have passed.
    pub(crate) anchor: Timestamp,
    pub(crate) steps: i64,
    pub(crate) period: (Timestamp, Timestamp),
    pub(crate) cycle: i64,
    pub(crate) until_cycle: Option<i64>,
    pub(crate) cancel_at_end: bool,
    pub(crate) status: SubscriptionStatus,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) trial_days: Option<i64>,
    pub(crate) trial_end: Option<Timestamp>,
    /// The invoice of the running cycle, and the one prepared for the next.
    pub(crate) latest_invoice: Option<String>,
    pub(crate) prepared: Option<String>,
    pub(crate) pending: Option<PendingChange>,
    /// As the client sent it; null if absent.
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
    pub(crate) unit: Interval,
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
    /// When it took effect.
    pub(crate) began: Option<Timestamp>,
    pub(crate) state: FreezeState,
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

record!(Subscription, "subscription", "Subscription", |record| {
    let text = searchable([
        Some(record.product_text.as_str()),
        record.description.as_deref(),
        Some(record.base.id.as_str()),
    ]);
    Columns {
        parent: record.link.as_deref().map(Into::into),
        customer: Some(&record.customer),
        other: record.latest_invoice.as_deref(),
        status: record.status.word(),
        currency: &record.currency,
        amount: record.totals.amount,
        due: record.due(),
        text,
    }
});

impl Subscription {
    /// Whether it has ended for good.
    pub(crate) fn is_over(&self) -> bool {
        self.status == SubscriptionStatus::Canceled
    }

    /// How long before a period's end the next invoice is prepared. Not published; three days.
    pub(crate) fn prepare_at(&self) -> Timestamp {
        crate::time::days(self.period.1, -3).max(self.period.0)
    }

    /// When the clock has something to do with it.
    fn due(&self) -> Option<Timestamp> {
        let prepares = self.prepared.is_none() && !self.cancel_at_end && !self.is_last_cycle();
        let billing = match self.status {
            SubscriptionStatus::Canceled | SubscriptionStatus::Frozen => None,
            SubscriptionStatus::Trialing => self.trial_end,
            SubscriptionStatus::Inactive => (self.cycle == 0).then_some(self.period.0),
            SubscriptionStatus::Active if prepares => Some(self.prepare_at()),
            SubscriptionStatus::Active => Some(self.period.1),
        };
        let retry = self.retry_at.filter(|_| self.status == SubscriptionStatus::Active);
        let freeze = self.freeze_at.filter(|_| !self.is_over());
        [billing, retry, freeze].into_iter().flatten().min()
    }

    /// Whether the running cycle is the last one.
    pub(crate) fn is_last_cycle(&self) -> bool {
        let renews = self.methods.get("subscription_auto_renewal") != Some(&Value::Bool(false));
        !renews || self.until_cycle.is_some_and(|last| self.cycle >= last)
    }
}

record!(Freeze, "freeze", "Freeze", |record| {
    Columns {
        parent: Some(record.subscription.as_str().into()),
        status: record.state.word(),
        text: record.notes.clone().unwrap_or_default().to_lowercase(),
        ..Columns::default()
    }
});

record!(Metered, "metered", "Metered subscription", |record| {
    let end = record.ends_at.map_or(record.period_end, |end| end.min(record.period_end));
    Columns {
        parent: Some(record.product.as_str().into()),
        customer: Some(&record.customer),
        status: if record.closed { "ENDED" } else { "ACTIVE" },
        due: (!record.closed).then_some(end),
        ..Columns::default()
    }
});

record!(Usage, "usage", "Usage event", |record| {
    Columns {
        parent: Some(record.metered.as_str().into()),
        other: Some(&record.key),
        amount: record.amount,
        status: if record.billed { "BILLED" } else { "OPEN" },
        ..Columns::default()
    }
});
