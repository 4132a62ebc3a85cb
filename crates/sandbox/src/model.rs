//! What the simulator remembers, one struct for each kind of record, stored as JSON documents.
//!
//! Records use the names of the API, so that serde reads them from requests and writes them into
//! responses. A response shows only what the description promises: the contract removes the rest.

use std::borrow::Cow;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub(crate) use crate::states::{
    ConsumerType, Contact, Currency, DeliveryStatus, Event, Flow, FreezeState, Interval,
    InvoiceKind, InvoiceStatus, Language, LinkStatus, PaymentKind, PaymentMethod, PaymentStatus,
    ProductKind, SubscriptionStatus,
};

use crate::pricing::{Terms, Totals};
use crate::{money, time};

/// What every record has.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Base {
    pub(crate) id: String,
    pub(crate) organization_id: String,
    pub(crate) branch_id: String,
    pub(crate) user_id: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Option<Timestamp>,
    pub(crate) is_deleted: bool,
}

/// What the store can find a record by without opening its document.
#[derive(Debug, Default)]
pub(crate) struct Columns<'a> {
    /// The record it belongs to: the invoice of a payment, the link of an invoice. For a customer, the
    /// e-mail address in lower case.
    pub(crate) parent: Option<Cow<'a, str>>,
    /// The customer it concerns.
    pub(crate) customer: Option<&'a str>,
    /// Another record it belongs to: the subscription of an invoice. For a customer, the phone number.
    pub(crate) other: Option<&'a str>,
    pub(crate) status: &'a str,
    pub(crate) currency: Option<Currency>,
    pub(crate) amount: Decimal,
    /// When the clock has something to do with it.
    pub(crate) due: Option<Timestamp>,
    /// What `search_term` looks in.
    pub(crate) text: String,
}

/// A kind of record that the store keeps.
pub(crate) trait Record: Default + Serialize + DeserializeOwned {
    /// Its name in the table.
    const KIND: &'static str;
    /// Its name for people.
    const NAME: &'static str;
    fn base(&self) -> &Base;
    fn base_mut(&mut self) -> &mut Base;
    fn columns(&self) -> Columns<'_>;

    /// Its members as the API names them, those of its base and of its cycle among them.
    fn members(&self) -> Map<String, Value> {
        let Value::Object(mut members) = json!(self) else { return Map::new() };
        for part in ["base", "cycle"] {
            if let Some(Value::Object(inner)) = members.swap_remove(part) {
                members.extend(inner);
            }
        }
        members
    }
}

/// Makes a struct with a `base` a [`Record`].
macro_rules! record {
    ($type:ident, $kind:literal, $name:literal, |$record:ident| $columns:expr) => {
        impl Record for $type {
            const KIND: &'static str = $kind;
            const NAME: &'static str = $name;

            fn base(&self) -> &Base {
                &self.base
            }

            fn base_mut(&mut self) -> &mut Base {
                &mut self.base
            }

            fn columns(&self) -> Columns<'_> {
                let $record = self;
                $columns
            }
        }
    };
}

/// Joins texts for searching, in lower case.
pub(crate) fn searchable<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> String {
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    parts.join("\n").to_lowercase()
}

// ── Tenants ──

/// A merchant. Its base names itself as organization.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Organization {
    pub(crate) base: Base,
    pub(crate) name: String,
    pub(crate) name_en: Option<String>,
    pub(crate) enabled_currencies: Vec<Currency>,
    /// Whether stored cards may be charged on demand: a restricted operation.
    pub(crate) on_demand: bool,
    /// Whether links and invoices that do not mention installments offer them.
    pub(crate) installments: bool,
    pub(crate) invoices: u64,
}

record!(Organization, "organization", "Organization", |record| Columns {
    text: searchable([Some(record.name.as_str())]),
    ..Columns::default()
});

/// A user of an organization.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) base: Base,
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
}

record!(User, "user", "User", |record| Columns {
    text: searchable([Some(record.email.as_str())]),
    ..Columns::default()
});

/// A branch of an organization.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Branch {
    pub(crate) base: Base,
    pub(crate) name: String,
}

record!(Branch, "branch", "Branch", |record| Columns {
    text: record.name.to_lowercase(),
    ..Columns::default()
});

/// An API key. Its id is the fingerprint; the key itself is not stored.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ApiKey {
    pub(crate) base: Base,
    pub(crate) all_branches: bool,
    pub(crate) branches: Vec<String>,
}

record!(ApiKey, "api_key", "API key", |_record| Columns::default());

impl Branch {
    /// Whether it belongs to an organization and was not deleted.
    pub(crate) fn is_in(&self, organization: &str) -> bool {
        self.base.organization_id == organization && !self.base.is_deleted
    }
}

impl ApiKey {
    /// Whether the key may use a branch.
    pub(crate) fn reaches(&self, branch: &str) -> bool {
        self.all_branches || self.branches.iter().any(|own| own == branch)
    }
}

/// An invitation by e-mail.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Invite {
    pub(crate) base: Base,
    pub(crate) email: String,
    pub(crate) role: String,
    pub(crate) branches: Vec<String>,
    pub(crate) expire_at: Timestamp,
}

record!(Invite, "invite", "Invitation", |record| Columns {
    text: record.email.to_lowercase(),
    ..Columns::default()
});

// ── What is sold, and to whom ──

/// A customer, the API's "organization consumer".
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Customer {
    pub(crate) base: Base,
    pub(crate) name: String,
    pub(crate) phone_number: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) iban: Option<String>,
    pub(crate) alias: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) preferred_language: Language,
    pub(crate) communication_methods: Vec<String>,
    pub(crate) consumer_type: ConsumerType,
    /// As the client sent it; null if absent.
    pub(crate) address: Value,
    pub(crate) vat_number: Option<String>,
    pub(crate) commercial_registration: Option<String>,
    /// The id of the payer's Stream-wide record.
    pub(crate) consumer_id: String,
    /// Stored cards, the latest last.
    pub(crate) cards: Vec<Card>,
}

record!(Customer, "customer", "Consumer", |record| Columns {
    parent: record.email.as_deref().map(|email| email.to_lowercase().into()),
    other: record.phone_number.as_deref(),
    status: record.consumer_type.word(),
    text: searchable([
        Some(record.name.as_str()),
        record.email.as_deref(),
        record.phone_number.as_deref(),
        record.external_id.as_deref(),
        record.alias.as_deref(),
        Some(record.base.id.as_str()),
    ]),
    ..Columns::default()
});

impl Customer {
    /// Stores a card as the latest one, in place of an earlier copy of it.
    pub(crate) fn store_card(&mut self, card: Card) {
        self.cards.retain(|old| old.number != card.number);
        self.cards.push(card);
    }
}

/// A card of a customer, stored after a payment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Card {
    pub(crate) id: String,
    pub(crate) method: PaymentMethod,
    pub(crate) last4: String,
    /// The published test number. It decides the outcome of later charges.
    pub(crate) number: String,
}

/// A product.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Product {
    pub(crate) base: Base,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    #[serde(rename = "type")]
    pub(crate) kind: ProductKind,
    pub(crate) recurring_interval: Option<Interval>,
    pub(crate) recurring_interval_count: i64,
    /// All prices in the order in which they were given; archived ones are kept.
    pub(crate) all_prices: Vec<Price>,
    pub(crate) is_active: bool,
    pub(crate) is_one_time: bool,
    pub(crate) is_used_in_finalized_invoice: bool,
}

record!(Product, "product", "Product", |record| Columns {
    status: record.kind.word(),
    amount: record.default_price().map(Price::gross).unwrap_or_default(),
    text: searchable([Some(record.name.as_str()), record.description.as_deref()]),
    ..Columns::default()
});

impl Product {
    /// The active prices.
    pub(crate) fn prices(&self) -> impl Iterator<Item = &Price> {
        self.all_prices.iter().filter(|price| price.is_active)
    }

    /// The active price in a currency.
    pub(crate) fn price_in(&self, currency: Currency) -> Option<&Price> {
        self.prices().find(|price| price.currency == currency)
    }

    /// The price at which something was agreed earlier: that price, though it may have been replaced
    /// since. Without an agreed price, the present price, or the last one that existed.
    pub(crate) fn agreed_price(&self, id: Option<&str>, currency: Currency) -> Option<&Price> {
        let all = || self.all_prices.iter().filter(|price| price.currency == currency);
        all()
            .find(|price| Some(price.base.id.as_str()) == id)
            .or_else(|| self.price_in(currency))
            .or_else(|| all().next_back())
    }

    /// The price that the deprecated fields repeat: in SAR, otherwise the first.
    pub(crate) fn default_price(&self) -> Option<&Price> {
        self.price_in(Currency::Sar)
            .or_else(|| self.prices().next())
            .or_else(|| self.all_prices.last())
    }

    /// The cycle of a subscription to it. Subscriptions know no semester; it is six months.
    pub(crate) fn cycle(&self) -> Cycle {
        let count = self.recurring_interval_count;
        match self.recurring_interval {
            Some(Interval::Semester) => Cycle::new(Interval::Month, count.saturating_mul(6)),
            Some(unit) => Cycle::new(unit, count),
            None => Cycle::new(Interval::Month, 1),
        }
    }
}

/// A price of a product in one currency.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Price {
    pub(crate) base: Base,
    pub(crate) currency: Currency,
    /// As the client gave it.
    pub(crate) amount: Decimal,
    #[serde(rename = "is_price_inclusive_of_vat")]
    pub(crate) inclusive: bool,
    #[serde(rename = "is_price_exempt_from_vat")]
    pub(crate) exempt: bool,
    pub(crate) is_active: bool,
}

impl Price {
    /// The price with VAT: what a payer pays.
    pub(crate) fn gross(&self) -> Decimal {
        if self.exempt || self.inclusive {
            self.amount
        } else {
            money::add_vat(self.amount, self.currency)
        }
    }

    /// The VAT in the price.
    pub(crate) fn vat(&self) -> Decimal {
        if self.exempt { Decimal::ZERO } else { money::vat_within(self.gross(), self.currency) }
    }
}

/// A coupon.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Coupon {
    pub(crate) base: Base,
    pub(crate) name: String,
    pub(crate) discount_value: Decimal,
    pub(crate) currency: Option<Currency>,
    pub(crate) is_percentage: bool,
    pub(crate) is_active: bool,
    pub(crate) redemptions: u64,
    /// Whether a finalized invoice uses it.
    pub(crate) locked: bool,
}

record!(Coupon, "coupon", "Coupon", |record| Columns {
    amount: record.discount_value,
    text: record.name.to_lowercase(),
    ..Columns::default()
});

impl Coupon {
    /// The terms that determine its discount.
    pub(crate) fn terms(&self) -> Terms {
        Terms {
            coupon_id: self.base.id.clone(),
            name: self.name.clone(),
            is_percentage: self.is_percentage,
            discount_value: self.discount_value,
            currency: self.currency,
        }
    }
}

// ── What is owed and paid ──

/// A billing cycle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cycle {
    #[serde(rename = "recurring_interval")]
    pub(crate) unit: Interval,
    #[serde(rename = "recurring_interval_count")]
    pub(crate) count: i64,
}

impl Cycle {
    pub(crate) const fn new(unit: Interval, count: i64) -> Self {
        Self { unit, count }
    }

    /// The moment that is `times` cycles after `start`.
    pub(crate) fn after(self, start: Timestamp, times: i64) -> Timestamp {
        time::step(start, self.unit, self.count, times)
    }
}

/// A product on a link, an invoice or a subscription.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) product_id: String,
    /// The price at which it was agreed.
    pub(crate) product_price_id: Option<String>,
    /// That price, with VAT.
    pub(crate) unit_price: Decimal,
    /// Whether the price is exempt from VAT.
    pub(crate) exempt: bool,
    pub(crate) quantity: i64,
    pub(crate) coupons: Vec<String>,
    pub(crate) allow_custom_quantity: bool,
    pub(crate) min_quantity: Option<i64>,
    pub(crate) max_quantity: Option<i64>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Option<Timestamp>,
}

/// A payment link.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Link {
    pub(crate) base: Base,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) currency: Currency,
    pub(crate) items: Vec<Item>,
    pub(crate) coupons: Vec<String>,
    pub(crate) totals: Totals,
    pub(crate) max_number_of_payments: Option<i64>,
    pub(crate) payments: i64,
    pub(crate) amount_collected: Decimal,
    pub(crate) valid_until: Option<Timestamp>,
    pub(crate) confirmation_message: Option<String>,
    pub(crate) deactivate_message: Option<String>,
    /// As the client sent it; null if absent.
    pub(crate) payment_methods: Value,
    pub(crate) custom_fields: Value,
    pub(crate) custom_metadata: Value,
    pub(crate) trial_period_days: Option<i64>,
    /// The cycle of the subscription; `None` for one-time products.
    pub(crate) cycle: Option<Cycle>,
    pub(crate) success_redirect_url: Option<String>,
    pub(crate) failure_redirect_url: Option<String>,
    pub(crate) organization_consumer_id: Option<String>,
    pub(crate) contact_information_type: Contact,
    pub(crate) status: LinkStatus,
}

record!(Link, "link", "Payment link", |record| Columns {
    customer: record.organization_consumer_id.as_deref(),
    status: record.status.word(),
    currency: Some(record.currency),
    amount: record.totals.amount,
    due: record.valid_until.filter(|_| record.status == LinkStatus::Active),
    text: searchable([Some(record.name.as_str()), record.description.as_deref()]),
    ..Columns::default()
});

/// An invoice. Its parent is the link it came from.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Invoice {
    pub(crate) base: Base,
    /// Its number within the organization.
    pub(crate) org_invoice_number: u64,
    /// Its number across all of Stream.
    pub(crate) invoice_number: u64,
    pub(crate) payment_link_id: Option<String>,
    pub(crate) subscription_id: Option<String>,
    pub(crate) organization_consumer_id: String,
    pub(crate) customer_name: String,
    pub(crate) description: Option<String>,
    pub(crate) currency: Currency,
    pub(crate) items: Vec<Item>,
    pub(crate) coupons: Vec<String>,
    pub(crate) totals: Totals,
    pub(crate) status: InvoiceStatus,
    #[serde(rename = "type")]
    pub(crate) kind: InvoiceKind,
    #[serde(rename = "allowed_payment_flow")]
    pub(crate) flow: Flow,
    #[serde(rename = "current_payment_flow")]
    pub(crate) current_flow: Option<Flow>,
    pub(crate) period_start: Option<Timestamp>,
    pub(crate) period_end: Option<Timestamp>,
    pub(crate) cycle: Option<Cycle>,
    #[serde(rename = "exclude_coupons_if_installments")]
    pub(crate) exclude_coupons: bool,
    /// As the client sent it; null if absent.
    pub(crate) payment_methods: Value,
    pub(crate) custom_field_answers: Value,
    pub(crate) scheduled_on: Timestamp,
    pub(crate) paid_amount: Decimal,
    #[serde(rename = "total_number_of_payments")]
    pub(crate) payments: u32,
    #[serde(rename = "last_payment_paid_at")]
    pub(crate) last_paid_at: Option<Timestamp>,
}

record!(Invoice, "invoice", "Invoice", |record| {
    let number = record.org_invoice_number.to_string();
    let text = searchable([
        Some(record.customer_name.as_str()),
        record.description.as_deref(),
        Some(number.as_str()),
        Some(record.base.id.as_str()),
    ]);
    Columns {
        parent: record.payment_link_id.as_deref().map(Into::into),
        customer: Some(&record.organization_consumer_id),
        other: record.subscription_id.as_deref(),
        status: record.status.word(),
        currency: Some(record.currency),
        amount: record.totals.amount,
        due: None,
        text,
    }
});

/// A payment. Its parent is its invoice.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Payment {
    pub(crate) base: Base,
    pub(crate) invoice_id: String,
    pub(crate) organization_consumer_id: String,
    pub(crate) amount: Decimal,
    pub(crate) currency: Currency,
    pub(crate) scheduled_on: Timestamp,
    #[serde(rename = "invoice_payment_number")]
    pub(crate) number: u32,
    #[serde(rename = "type")]
    pub(crate) kind: PaymentKind,
    #[serde(rename = "payment_method")]
    pub(crate) method: Option<PaymentMethod>,
    #[serde(rename = "current_status")]
    pub(crate) status: PaymentStatus,
    #[serde(rename = "payed_at")]
    pub(crate) paid_at: Option<Timestamp>,
    pub(crate) settled_at: Option<Timestamp>,
    pub(crate) refunded_at: Option<Timestamp>,
    pub(crate) refund_reason: Option<String>,
    pub(crate) refund_note: Option<String>,
    pub(crate) note: Option<String>,
    #[serde(rename = "latest_pgw_message")]
    pub(crate) gateway_message: Option<String>,
    /// Payments with the same transaction were paid together.
    pub(crate) transaction: Option<String>,
    /// The number of the card that paid; whether a refund succeeds depends on it.
    pub(crate) card: Option<String>,
    /// When the stored card is to be charged.
    pub(crate) charge_at: Option<Timestamp>,
}

record!(Payment, "payment", "Payment", |record| Columns {
    parent: Some(record.invoice_id.as_str().into()),
    customer: Some(&record.organization_consumer_id),
    other: record.transaction.as_deref(),
    status: record.status.word(),
    currency: Some(record.currency),
    amount: record.amount,
    due: record.charge_at,
    text: searchable([
        Some(record.base.id.as_str()),
        Some(record.invoice_id.as_str()),
        record.note.as_deref(),
        record.gateway_message.as_deref(),
        record.method.map(PaymentMethod::word),
    ]),
});

// ── Recurring business ──

/// A subscription.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Subscription {
    pub(crate) base: Base,
    pub(crate) organization_consumer_id: String,
    pub(crate) link: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) currency: Currency,
    pub(crate) items: Vec<Item>,
    pub(crate) coupons: Vec<String>,
    pub(crate) totals: Totals,
    pub(crate) cycle: Cycle,
    /// The start from which periods are counted, and how many have passed.
    pub(crate) anchor: Timestamp,
    pub(crate) steps: i64,
    #[serde(rename = "current_period_start")]
    pub(crate) start: Timestamp,
    #[serde(rename = "current_period_end")]
    pub(crate) end: Timestamp,
    #[serde(rename = "current_cycle_number")]
    pub(crate) number: i64,
    #[serde(rename = "cancel_at_cycle_number")]
    pub(crate) until_cycle: Option<i64>,
    #[serde(rename = "cancel_at_period_end")]
    pub(crate) cancel_at_end: bool,
    pub(crate) status: SubscriptionStatus,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    #[serde(rename = "trial_period_days")]
    pub(crate) trial_days: Option<i64>,
    pub(crate) trial_end: Option<Timestamp>,
    /// The invoice of the running cycle, and the one prepared for the next.
    pub(crate) latest_invoice_id: Option<String>,
    pub(crate) prepared: Option<String>,
    pub(crate) pending: Option<PendingChange>,
    /// As the client sent it; null if absent.
    #[serde(rename = "override_payment_methods")]
    pub(crate) payment_methods: Value,
    pub(crate) notify: bool,
    pub(crate) exclude_coupons: bool,
    /// Attempts at charging the running cycle that failed, and when the next one is.
    pub(crate) failures: i64,
    pub(crate) retry_at: Option<Timestamp>,
    /// When the next freeze begins or the running one ends.
    pub(crate) freeze_at: Option<Timestamp>,
    pub(crate) product_text: String,
}

/// A plan change that waits for the period's end.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PendingChange {
    pub(crate) id: String,
    pub(crate) items: Vec<Item>,
    pub(crate) coupons: Vec<String>,
    pub(crate) cycle: Cycle,
    pub(crate) reissued: bool,
}

record!(Subscription, "subscription", "Subscription", |record| Columns {
    parent: record.link.as_deref().map(Into::into),
    customer: Some(&record.organization_consumer_id),
    other: record.latest_invoice_id.as_deref(),
    status: record.status.word(),
    currency: Some(record.currency),
    amount: record.totals.amount,
    due: record.due(),
    text: searchable([
        Some(record.product_text.as_str()),
        record.description.as_deref(),
        Some(record.base.id.as_str()),
    ]),
});

impl Subscription {
    /// Whether it has ended for good.
    pub(crate) fn is_over(&self) -> bool {
        self.status == SubscriptionStatus::Canceled
    }

    /// How long before a period's end the next invoice is prepared. Not published; three days.
    pub(crate) fn prepare_at(&self) -> Timestamp {
        time::days(self.end, -3).max(self.start)
    }

    /// When the clock has something to do with it.
    fn due(&self) -> Option<Timestamp> {
        let prepares = self.prepared.is_none() && !self.cancel_at_end && !self.is_last_cycle();
        let billing = match self.status {
            SubscriptionStatus::Canceled | SubscriptionStatus::Frozen => None,
            SubscriptionStatus::Trialing => self.trial_end,
            SubscriptionStatus::Inactive => (self.number == 0).then_some(self.start),
            SubscriptionStatus::Active if prepares => Some(self.prepare_at()),
            SubscriptionStatus::Active => Some(self.end),
        };
        let retry = self.retry_at.filter(|_| self.status == SubscriptionStatus::Active);
        let freeze = self.freeze_at.filter(|_| !self.is_over());
        [billing, retry, freeze].into_iter().flatten().min()
    }

    /// Whether the running cycle is the last one.
    pub(crate) fn is_last_cycle(&self) -> bool {
        let renewal = self.payment_methods.get("subscription_auto_renewal");
        renewal == Some(&Value::Bool(false))
            || self.until_cycle.is_some_and(|last| self.number >= last)
    }

    /// The plan of the next cycle: the pending one, otherwise the present one.
    pub(crate) fn next_plan(&self) -> (&[Item], &[String], Cycle) {
        match &self.pending {
            Some(change) => (&change.items, &change.coupons, change.cycle),
            None => (&self.items, &self.coupons, self.cycle),
        }
    }

    /// The period after the running one.
    pub(crate) fn next_period(&self) -> (Timestamp, Timestamp) {
        let (_, _, cycle) = self.next_plan();
        let end = if cycle == self.cycle {
            cycle.after(self.anchor, self.steps + 2)
        } else {
            cycle.after(self.end, 1)
        };
        (self.end, end)
    }

    /// Counts periods from `start`, and begins the first one there.
    pub(crate) fn begin_at(&mut self, start: Timestamp) {
        (self.anchor, self.steps) = (start, 0);
        (self.start, self.end) = (start, self.cycle.after(start, 1));
    }
}

/// A freeze. Its parent is its subscription.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Freeze {
    pub(crate) base: Base,
    pub(crate) subscription_id: String,
    pub(crate) invoice_id: String,
    #[serde(rename = "freeze_start_datetime")]
    pub(crate) start: Timestamp,
    #[serde(rename = "freeze_end_datetime")]
    pub(crate) end: Option<Timestamp>,
    pub(crate) notes: Option<String>,
    /// When it took effect.
    pub(crate) began: Option<Timestamp>,
    pub(crate) state: FreezeState,
}

record!(Freeze, "freeze", "Freeze", |record| Columns {
    parent: Some(record.subscription_id.as_str().into()),
    status: record.state.word(),
    text: record.notes.clone().unwrap_or_default().to_lowercase(),
    ..Columns::default()
});

/// A metered subscription. Its parent is its product.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Metered {
    pub(crate) base: Base,
    pub(crate) product_id: String,
    pub(crate) organization_consumer_id: String,
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Option<Timestamp>,
    /// Periods billed so far.
    pub(crate) periods: i64,
    pub(crate) period_end: Timestamp,
    /// Whether the last period has been billed.
    pub(crate) closed: bool,
}

record!(Metered, "metered", "Metered subscription", |record| Columns {
    parent: Some(record.product_id.as_str().into()),
    customer: Some(&record.organization_consumer_id),
    status: if record.closed { "ENDED" } else { "ACTIVE" },
    due: (!record.closed)
        .then(|| record.ends_at.map_or(record.period_end, |end| end.min(record.period_end))),
    ..Columns::default()
});

/// A usage event. Its parent is the metered subscription.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Usage {
    pub(crate) base: Base,
    pub(crate) metered: String,
    pub(crate) amount: Decimal,
    pub(crate) key: String,
    pub(crate) billed: bool,
}

record!(Usage, "usage", "Usage event", |record| Columns {
    parent: Some(record.metered.as_str().into()),
    other: Some(&record.key),
    amount: record.amount,
    status: if record.billed { "BILLED" } else { "OPEN" },
    ..Columns::default()
});

// ── Webhooks ──

/// An endpoint that receives the events of an organization.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) base: Base,
    pub(crate) url: String,
    /// The secret that signs what it receives.
    pub(crate) secret_key: String,
    /// The types of the events it wants; all if empty.
    pub(crate) events: Vec<String>,
    pub(crate) enabled: bool,
}

record!(Endpoint, "endpoint", "Webhook", |_record| Columns::default());

/// The delivery of an event. Its parent is the endpoint.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) base: Base,
    pub(crate) endpoint_id: String,
    pub(crate) event: Event,
    pub(crate) entity_type: String,
    pub(crate) entity_id: String,
    pub(crate) payload: Value,
    pub(crate) status: DeliveryStatus,
    /// Attempts that count for the schedule of retries.
    pub(crate) attempts_made: usize,
    pub(crate) next_attempt_at: Option<Timestamp>,
    pub(crate) attempts: Vec<DeliveryAttempt>,
}

/// An attempt to deliver an event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeliveryAttempt {
    pub(crate) at: Timestamp,
    pub(crate) response_status: Option<u16>,
    pub(crate) error: Option<String>,
    pub(crate) response_body: Option<String>,
}

record!(Delivery, "delivery", "Delivery", |record| Columns {
    parent: Some(record.endpoint_id.as_str().into()),
    status: record.status.word(),
    due: record.next_attempt_at,
    ..Columns::default()
});
