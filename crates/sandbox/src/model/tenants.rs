//! Who there is: organizations, their branches, users, keys and invitations.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Base, Columns, Record, searchable};

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

/// A stored card of a customer: what is left of a test card after a payment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Card {
    pub(crate) id: String,
    /// `VISA`, `MASTERCARD`, `AMEX`, `MADA` or `APPLE_PAY`.
    pub(crate) method: String,
    pub(crate) last4: String,
    /// The published test number: it decides what a later charge comes to.
    pub(crate) number: String,
}

impl Record for Organization {
    const KIND: &'static str = "organization";
    const NAME: &'static str = "Organization";
    fn base(&self) -> &Base {
        &self.base
    }
    fn columns(&self) -> Columns<'_> {
        Columns { text: searchable([Some(self.name.as_str())]), ..Columns::default() }
    }
}

impl Record for User {
    const KIND: &'static str = "user";
    const NAME: &'static str = "User";
    fn base(&self) -> &Base {
        &self.base
    }
    fn columns(&self) -> Columns<'_> {
        Columns { text: searchable([Some(self.email.as_str())]), ..Columns::default() }
    }
}

impl Record for Branch {
    const KIND: &'static str = "branch";
    const NAME: &'static str = "Branch";
    fn base(&self) -> &Base {
        &self.base
    }
    fn columns(&self) -> Columns<'_> {
        Columns { text: self.name.to_lowercase(), ..Columns::default() }
    }
}

impl Record for ApiKey {
    const KIND: &'static str = "api_key";
    const NAME: &'static str = "API key";
    fn base(&self) -> &Base {
        &self.base
    }
    fn columns(&self) -> Columns<'_> {
        Columns::default()
    }
}

impl Record for Invite {
    const KIND: &'static str = "invite";
    const NAME: &'static str = "Invitation";
    fn base(&self) -> &Base {
        &self.base
    }
    fn columns(&self) -> Columns<'_> {
        Columns { text: self.email.to_lowercase(), ..Columns::default() }
    }
}
