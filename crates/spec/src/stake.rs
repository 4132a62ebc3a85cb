//! What an operation puts at stake, as the overlay describes it: the money that it moves (`x-money`), what it
//! is about (`x-subjects`), and what a person who approves it is shown (`x-shown`).
//!
//! Arguments are named by the API's names, as everywhere in the overlay. A path names a member:
//! `payment_id`, `invoice.currency`, and with `*` for every element of a list, `items.*.product_id`.

use indexmap::IndexMap;
use serde::Deserialize;

/// Whether an operation moves money (`x-money`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum MoneyRule {
    /// The overlay does not say.
    #[default]
    Undeclared,
    /// It moves none (`none`).
    None,
    /// It moves some, or asks for some.
    Moves(Box<Money>),
}

/// The money that an operation moves.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Which way it moves, seen from the account.
    pub direction: MoneyDirection,
    /// Whether the operation moves the money or commits someone to pay it. An operation that only asks for
    /// money, such as one that creates a checkout page, does not.
    #[serde(default = "yes")]
    pub commits: bool,
    /// Where the amount comes from.
    pub amount: MoneyAmount,
    /// Arguments that, when true, leave the amount open.
    #[serde(default)]
    pub open_if: Vec<String>,
}

const fn yes() -> bool {
    true
}

/// Which way money moves, seen from the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyDirection {
    /// The account receives it.
    In,
    /// The account pays it.
    Out,
}

/// Where an amount comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "a few dozen of these exist, while code is generated")]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[expect(clippy::large_enum_variant, reason = "an API has a few of them")]
pub enum MoneyAmount {
    /// Nothing tells before the operation runs.
    Unknown,
    /// An argument.
    Argument {
        /// The argument.
        amount: String,
        /// Its currency.
        currency: MoneyCurrency,
    },
    /// The sum of quantity × price over a list.
    Items {
        /// The argument that holds the list.
        items: String,
        /// The item's member that holds the quantity.
        quantity: String,
        /// What one costs.
        price: ItemPrice,
        /// The currency of all prices.
        currency: MoneyCurrency,
    },
    /// Members of another operation's answer.
    Answer {
        /// The operation.
        read: ReadFrom,
        /// The member that holds the amount.
        amount: String,
        /// The member that holds the currency.
        currency: String,
    },
}

/// Where a currency comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum MoneyCurrency {
    /// An argument. Where it is missing, its default in the description counts.
    Argument(String),
    /// Always this one.
    Fixed(String),
    /// A member of another operation's answer.
    Answer {
        /// The operation.
        read: ReadFrom,
        /// The member.
        member: String,
    },
}

/// What one item costs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ItemPrice {
    /// A member of the item.
    Member(String),
    /// The price in the call's currency, from a list of prices in another operation's answer.
    Listed {
        /// The operation; its arguments come from the item.
        read: ReadFrom,
        /// The member that holds the list.
        list: String,
        /// The price's member that holds its currency.
        currency: String,
        /// The price's members whose sum is the price.
        amounts: Vec<String>,
        /// The price's member that must not be false.
        active: Option<String>,
    },
}

/// A read-only operation to call, and where its arguments come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadFrom {
    /// The operation's tool.
    pub tool: String,
    /// The operation's arguments, each with the path in this operation's arguments (or in the item).
    pub arguments: IndexMap<String, String>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ValueFrom {
    /// An argument.
    Argument(String),
    /// A member of another operation's answer.
    Answer {
        /// The operation.
        read: ReadFrom,
        /// The member.
        member: String,
    },
}

/// A thing that an operation is about (`x-subjects`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// Where its id or name comes from.
    pub from: ValueFrom,
}

/// What kind of thing an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum SubjectKind {
    Product,
    Customer,
    PaymentMethod,
}

/// A fact that a person who approves is shown (`x-shown`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// What it is, in English.
    pub en: String,
    /// What it is, in Arabic.
    pub ar: String,
    /// Where it comes from.
    pub from: ValueFrom,
}
