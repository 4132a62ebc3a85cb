//! What is sold and to whom: customers, products with their prices, coupons.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Base, Card, Columns, ConsumerType, Interval, ProductKind, searchable};
use crate::money;
use crate::pricing::Terms;

/// A customer, the API's "organization consumer".
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Customer {
    pub(crate) base: Base,
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) iban: Option<String>,
    pub(crate) alias: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) language: String,
    pub(crate) methods: Vec<String>,
    pub(crate) consumer_type: ConsumerType,
    /// As the client sent it; null if absent.
    pub(crate) address: Value,
    pub(crate) vat_number: Option<String>,
    pub(crate) commercial_registration: Option<String>,
    /// The id of the payer's Stream-wide record.
    pub(crate) consumer: String,
    /// Stored cards, the latest last.
    pub(crate) cards: Vec<Card>,
}

/// A product.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Product {
    pub(crate) base: Base,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) kind: ProductKind,
    pub(crate) interval: Option<Interval>,
    pub(crate) interval_count: i64,
    /// Active prices, in the order in which they were given; archived ones are kept.
    pub(crate) prices: Vec<Price>,
    pub(crate) is_active: bool,
    pub(crate) is_one_time: bool,
    /// Used by a finalized invoice.
    pub(crate) locked: bool,
}

/// A price of a product in one currency.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Price {
    pub(crate) base: Base,
    pub(crate) currency: String,
    /// As the client gave it.
    pub(crate) amount: Decimal,
    pub(crate) inclusive: bool,
    pub(crate) exempt: bool,
    pub(crate) is_active: bool,
}

impl Price {
    /// The price with VAT: what a payer pays.
    pub(crate) fn gross(&self) -> Decimal {
        if self.exempt || self.inclusive {
            self.amount
        } else {
            money::add_vat(self.amount, &self.currency)
        }
    }

    /// The VAT in the price.
    pub(crate) fn vat(&self) -> Decimal {
        if self.exempt { Decimal::ZERO } else { money::vat_within(self.gross(), &self.currency) }
    }
}

impl Product {
    /// The active price in a currency.
    pub(crate) fn price_in(&self, currency: &str) -> Option<&Price> {
        self.prices.iter().find(|price| price.is_active && price.currency == currency)
    }

    /// The price at which something was agreed earlier: that price, though it may have been replaced
    /// since. Without an agreed price, the present price, or the last one that existed.
    pub(crate) fn agreed_price(&self, id: Option<&str>, currency: &str) -> Option<&Price> {
        self.prices
            .iter()
            .find(|price| Some(price.base.id.as_str()) == id && price.currency == currency)
            .or_else(|| self.price_in(currency))
            .or_else(|| self.prices.iter().rfind(|price| price.currency == currency))
    }

    /// The price that the deprecated fields repeat: in SAR, otherwise the first.
    pub(crate) fn default_price(&self) -> Option<&Price> {
        self.price_in("SAR")
            .or_else(|| self.prices.iter().find(|price| price.is_active))
            .or_else(|| self.prices.last())
    }
}

/// A coupon.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Coupon {
    pub(crate) base: Base,
    pub(crate) name: String,
    pub(crate) value: Decimal,
    pub(crate) currency: Option<String>,
    pub(crate) is_percentage: bool,
    pub(crate) is_active: bool,
    pub(crate) redemptions: u64,
    /// Used by a finalized invoice.
    pub(crate) locked: bool,
}

impl Coupon {
    /// The terms that determine its discount.
    pub(crate) fn terms(&self) -> Terms {
        Terms {
            coupon_id: self.base.id.clone(),
            name: self.name.clone(),
            is_percentage: self.is_percentage,
            value: self.value,
            currency: self.currency.clone(),
        }
    }
}

record!(Customer, "customer", "Consumer", |record| {
    let text = searchable([
        Some(record.name.as_str()),
        record.email.as_deref(),
        record.phone.as_deref(),
        record.external_id.as_deref(),
        record.alias.as_deref(),
        Some(record.base.id.as_str()),
    ]);
    Columns {
        parent: record.email.as_deref().map(|email| email.to_lowercase().into()),
        other: record.phone.as_deref(),
        status: record.consumer_type.word(),
        text,
        ..Columns::default()
    }
});

record!(Product, "product", "Product", |record| {
    let amount = record.default_price().map(Price::gross).unwrap_or_default();
    let text = searchable([Some(record.name.as_str()), record.description.as_deref()]);
    Columns { status: record.kind.word(), amount, text, ..Columns::default() }
});

record!(Coupon, "coupon", "Coupon", |record| {
    let text = record.name.to_lowercase();
    Columns { amount: record.value, text, ..Columns::default() }
});
