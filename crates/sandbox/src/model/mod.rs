//! What the simulator remembers, one struct for each kind of thing, stored as JSON documents.
//! These are the simulator's own records: the API's shapes are made from them in `resources`.

/// Makes a struct with a `base` a [`Record`].
macro_rules! record {
    ($type:ident, $kind:literal, $name:literal, |$record:ident| $columns:expr) => {
        impl crate::model::Record for $type {
            const KIND: &'static str = $kind;
            const NAME: &'static str = $name;

            fn base(&self) -> &crate::model::Base {
                &self.base
            }

            fn base_mut(&mut self) -> &mut crate::model::Base {
                &mut self.base
            }

            fn columns(&self) -> crate::model::Columns<'_> {
                let $record = self;
                $columns
            }
        }
    };
}

mod billing;
mod catalogue;
mod recurring;
mod tenants;

pub(crate) use billing::{Invoice, InvoiceItem, Link, LinkItem, Payment};
pub(crate) use catalogue::{Coupon, Customer, Price, Product};
pub(crate) use recurring::{Freeze, Metered, PendingChange, Subscription, SubscriptionItem, Usage};
pub(crate) use tenants::{ApiKey, Branch, Card, Invite, Organization, User};

pub(crate) use crate::states::{
    ConsumerType, Contact, Event, Flow, FreezeState, Interval, InvoiceKind, InvoiceStatus,
    LinkStatus, PaymentKind, PaymentStatus, ProductKind, SubscriptionStatus,
};

use std::borrow::Cow;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What every record of a branch has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Base {
    pub(crate) id: String,
    pub(crate) org: String,
    pub(crate) branch: String,
    pub(crate) user: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Option<Timestamp>,
    #[serde(default)]
    pub(crate) deleted: bool,
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
    pub(crate) currency: &'a str,
    pub(crate) amount: Decimal,
    /// When the clock has something to do with it.
    pub(crate) due: Option<Timestamp>,
    /// What `search_term` looks in.
    pub(crate) text: String,
}

/// A kind of thing the store keeps.
pub(crate) trait Record: Serialize + DeserializeOwned {
    /// Its name in the table.
    const KIND: &'static str;
    /// Its name for people.
    const NAME: &'static str;
    fn base(&self) -> &Base;
    fn base_mut(&mut self) -> &mut Base;
    fn columns(&self) -> Columns<'_>;
}

/// Joins texts for searching, in lower case.
pub(crate) fn searchable<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> String {
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    parts.join("\n").to_lowercase()
}
