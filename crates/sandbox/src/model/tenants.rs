//! Tenants: organizations, their branches, users, keys and invitations.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Base, Columns, searchable};

/// A merchant. Its base names itself as organization.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Organization {
    pub(crate) base: Base,
    pub(crate) name: String,
    pub(crate) name_en: Option<String>,
    pub(crate) enabled_currencies: Vec<String>,
    /// Whether stored cards may be charged on demand: a restricted operation.
    pub(crate) on_demand: bool,
    /// Whether links and invoices that say nothing offer installments.
    pub(crate) installments: bool,
    pub(crate) invoices: u64,
}

/// A user of an organization.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) base: Base,
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
}

/// A branch of an organization.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Branch {
    pub(crate) base: Base,
    pub(crate) name: String,
}

/// An API key. Its id is the fingerprint; the key itself is kept nowhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ApiKey {
    pub(crate) base: Base,
    pub(crate) all_branches: bool,
    pub(crate) branches: Vec<String>,
}

/// An invitation by e-mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Invite {
    pub(crate) base: Base,
    pub(crate) email: String,
    pub(crate) role: String,
    pub(crate) branches: Vec<String>,
    pub(crate) expire_at: Timestamp,
}

/// A card of a customer, stored after a payment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Card {
    pub(crate) id: String,
    /// `VISA`, `MASTERCARD`, `AMEX`, `MADA` or `APPLE_PAY`.
    pub(crate) method: String,
    pub(crate) last4: String,
    /// The published test number. It decides the outcome of later charges.
    pub(crate) number: String,
}

record!(Organization, "organization", "Organization", |record| Columns {
    text: searchable([Some(record.name.as_str())]),
    ..Columns::default()
});

record!(User, "user", "User", |record| Columns {
    text: searchable([Some(record.email.as_str())]),
    ..Columns::default()
});

record!(Branch, "branch", "Branch", |record| Columns {
    text: record.name.to_lowercase(),
    ..Columns::default()
});

record!(ApiKey, "api_key", "API key", |_record| Columns::default());

record!(Invite, "invite", "Invitation", |record| Columns {
    text: record.email.to_lowercase(),
    ..Columns::default()
});
