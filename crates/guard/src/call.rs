//! What is known of a call before anything is sent: the tool's static facts, the checked arguments,
//! who is calling, and a source from which more can be read.

use async_trait::async_trait;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::digest::{Digest, Fingerprint};

/// What a tool does to the account.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Changes nothing.
    Reads,
    /// Only adds something.
    Adds,
    /// Overwrites or takes away something.
    Changes,
    /// Moves money, or commits someone to pay.
    MovesMoney,
}

/// Which way money moves, seen from the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The account receives it.
    In,
    /// The account pays it.
    Out,
}

/// Whether a key works on real money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Real money.
    Live,
    /// The provider's test mode.
    Test,
}

/// A tool as the engine sees it. Everything is static data that generators write.
///
/// Members of arguments and answers are named by paths: `payment_id`, `invoice.currency`, and with `*`
/// for every element of a list, `items.*.product_id`.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its title in English, for people.
    pub title: &'static str,
    /// Its title in Arabic; empty if it has none.
    pub title_ar: &'static str,
    /// The toolset that it belongs to.
    pub toolset: &'static str,
    /// What it does to the account.
    pub effect: Effect,
    /// The money that it puts at stake.
    pub money: Option<MoneyAtStake>,
    /// The products, customers and payment methods that it is about.
    pub subjects: &'static [Subject],
    /// What a person who approves is shown, beside the amount. It is read again before the call runs.
    pub shown: &'static [Shown],
    /// The arguments that name what is changed. Two calls with the same target are the same change.
    /// Empty where all arguments together are the target, as for tools that create something.
    pub target: &'static [&'static str],
    /// The read that tells whether a change took effect.
    pub verify: Option<Verify>,
}

impl Tool {
    /// A tool that moves no money and is about nothing in particular.
    #[must_use]
    pub const fn new(
        name: &'static str,
        title: &'static str,
        toolset: &'static str,
        effect: Effect,
    ) -> Self {
        Self {
            name,
            title,
            title_ar: "",
            toolset,
            effect,
            money: None,
            subjects: &[],
            shown: &[],
            target: &[],
            verify: None,
        }
    }

    /// With a title in Arabic.
    #[must_use]
    pub const fn in_arabic(self, title_ar: &'static str) -> Self {
        Self { title_ar, ..self }
    }

    /// With the money that it puts at stake.
    #[must_use]
    pub const fn moves(self, money: MoneyAtStake) -> Self {
        Self { money: Some(money), ..self }
    }

    /// With what it is about.
    #[must_use]
    pub const fn about(self, subjects: &'static [Subject]) -> Self {
        Self { subjects, ..self }
    }

    /// With what a person who approves is shown.
    #[must_use]
    pub const fn shows(self, shown: &'static [Shown]) -> Self {
        Self { shown, ..self }
    }

    /// With the arguments that name what is changed.
    #[must_use]
    pub const fn targets(self, target: &'static [&'static str]) -> Self {
        Self { target, ..self }
    }

    /// With the read that tells whether a change took effect.
    #[must_use]
    pub const fn verified_by(
        self,
        tool: &'static str,
        arguments: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { verify: Some(Verify { tool, arguments }), ..self }
    }
}

/// The money that a tool puts at stake.
#[derive(Debug, Clone, Copy)]
pub struct MoneyAtStake {
    /// Which way it moves.
    pub direction: Direction,
    /// Where the amount and its currency come from.
    pub source: AmountSource,
    /// Arguments that, when true, leave the amount open, so that it cannot be determined:
    /// a payer who chooses the quantity, a refund that takes related payments along.
    pub open_if: &'static [&'static str],
}

/// Where an amount comes from.
#[derive(Debug, Clone, Copy)]
pub enum AmountSource {
    /// Nothing tells before the tool runs.
    Unknown,
    /// An argument.
    Argument {
        /// The argument that holds the amount.
        amount: &'static str,
        /// Where the currency comes from.
        currency: CurrencySource,
    },
    /// The sum of quantity × price over a list of items. Discounts are not subtracted: a sum that is
    /// too high asks a person too often; one that is too low, not often enough.
    Items {
        /// The argument that holds the list.
        items: &'static str,
        /// The item's member that holds the quantity; 1 where the member is missing.
        quantity: &'static str,
        /// What one costs.
        price: Price,
        /// Where the currency comes from.
        currency: CurrencySource,
    },
    /// Members of another operation's answer.
    Answer {
        /// The operation.
        read: Read,
        /// The member that holds the amount.
        amount: &'static str,
        /// The member that holds the currency.
        currency: &'static str,
    },
}

/// Where a currency comes from.
#[derive(Debug, Clone, Copy)]
pub enum CurrencySource {
    /// An argument; the second is what the API takes where the argument is missing.
    Argument(&'static str, Option<&'static str>),
    /// Always this.
    Fixed(&'static str),
    /// A member of another operation's answer.
    Answer(Read, &'static str),
}

/// What one item costs.
#[derive(Debug, Clone, Copy)]
pub enum Price {
    /// A member of the item.
    Member(&'static str),
    /// An element of a list in another operation's answer: the one in the call's currency.
    Listed {
        /// The operation. Its arguments come from the item.
        read: Read,
        /// The member that holds the list of prices.
        list: &'static str,
        /// The price's member that holds its currency.
        currency: &'static str,
        /// The price's members whose sum is the price, such as the net price and its tax.
        amounts: &'static [&'static str],
        /// The price's member that must be true, where prices can be inactive.
        active: Option<&'static str>,
    },
}

/// A read-only tool to call, and where its arguments come from.
#[derive(Debug, Clone, Copy)]
pub struct Read {
    /// The tool.
    pub tool: &'static str,
    /// Pairs: the tool's argument, and the path in the call's arguments.
    pub arguments: &'static [(&'static str, &'static str)],
}

/// The read that settles whether a change took effect.
#[derive(Debug, Clone, Copy)]
pub struct Verify {
    /// The tool that reads.
    pub tool: &'static str,
    /// Pairs: the read's argument, and the change's argument that it must equal. Empty where any call
    /// of the tool will do, as for a list.
    pub arguments: &'static [(&'static str, &'static str)],
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy)]
pub enum ValueSource {
    /// An argument.
    Argument(&'static str),
    /// A member of another operation's answer.
    Answer(Read, &'static str),
}

/// What kind of thing a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubjectKind {
    /// A product.
    Product,
    /// A customer.
    Customer,
    /// A way of paying.
    PaymentMethod,
}

/// Something that a call is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// Where it comes from: an id or name, a list of them, or an object whose true members are meant.
    pub source: ValueSource,
}

/// A fact that a person sees before approving.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// What it is, in English.
    pub en: &'static str,
    /// What it is, in Arabic.
    pub ar: &'static str,
    /// Where it comes from.
    pub source: ValueSource,
}

/// Who is calling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The keyed fingerprint of the API key, made by [`crate::Fingerprinter`].
    pub key: Fingerprint,
    /// The branch that the call is for, where one was chosen.
    pub branch: Option<String>,
    /// Live or test; `None` while it is unknown.
    pub mode: Option<Mode>,
}

/// A call whose arguments were checked.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The tool.
    pub tool: &'a Tool,
    /// The arguments, as they will be sent.
    pub arguments: &'a Map<String, Value>,
    /// Who is calling.
    pub caller: &'a Caller,
    /// The id of the request, for the audit.
    pub request: &'a str,
    /// What the user confirmed: the digest of [`crate::ConfirmRequest`].
    pub confirmed: Option<Digest>,
    /// Now.
    pub at: Timestamp,
}

/// Reads the API for the engine, with the caller's key.
#[async_trait]
pub trait Facts: Send + Sync {
    /// Calls a read-only tool and returns the API's answer.
    ///
    /// # Errors
    /// Anything that keeps the answer from being known. The engine then treats the fact as unknown.
    async fn read(&self, tool: &str, arguments: Map<String, Value>) -> Result<Value, FactsError>;
}

/// A fact could not be read.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct FactsError(pub String);
