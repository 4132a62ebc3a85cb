//! What a policy can say. The JSON Schema for editors is generated from these types.

use std::time::Duration;

use jiff::{civil::Time, tz::TimeZone};
use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    call::{Direction, Effect, Mode},
    digest::Fingerprint,
    money::Currency,
};

/// What an agent may do on this account.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(title = "Stream agent policy", deny_unknown_fields)]
pub struct Policy {
    /// `enforce` applies the policy. `shadow` decides and records, but lets every call through, so
    /// that a policy can be tried on real work.
    #[schemars(default)]
    pub mode: PolicyMode,
    /// Refuses every call whose key is not of this mode.
    pub require_mode: Option<RequireMode>,
    /// What happens to calls that no rule decides.
    #[schemars(default)]
    pub default: Action,
    /// How long an approval can be used, such as `15m`; at most a day.
    #[schemars(with = "Option<Span>")]
    pub approval_lifetime: Duration,
    /// How long an identical change that moves money is answered with what was already done, such as
    /// `10m`; `off` turns this off.
    #[schemars(with = "Option<SpanOrOff>")]
    pub never_twice: Option<Duration>,
    /// Names for API keys, so that rules can speak of them.
    #[schemars(default)]
    pub keys: Vec<Key>,
    /// The rules. Of all rules that match a call the strictest one decides; their order does not
    /// matter.
    #[schemars(default)]
    pub rules: Vec<Rule>,
}

/// Whether a policy is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyMode {
    /// It is applied.
    #[default]
    Enforce,
    /// It decides and records, but every call goes through.
    Shadow,
}

/// The mode that keys must have.
pub type RequireMode = Mode;

/// What happens to a call, from the mildest to the strictest.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It runs.
    Allow,
    /// The user of the agent confirms it. A client can forge this.
    Confirm,
    /// A named person approves it outside the agent's client.
    Approve,
    /// It does not run.
    #[default]
    Deny,
    /// It does not run, and the tool is not even listed.
    Hide,
}

/// A name for an API key.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Key {
    /// The name that rules use.
    #[schemars(length(min = 1, max = 60))]
    pub name: String,
    /// The key's fingerprint: 16 hexadecimal digits, as the audit shows them.
    #[schemars(with = "String", regex(pattern = "^[0-9a-f]{16}$"))]
    pub fingerprint: Fingerprint,
    /// The approver who works with this key. Where two people must approve, this is not one of them.
    #[schemars(length(min = 1, max = 60))]
    pub owner: Option<String>,
}

/// A rule: which calls it is about, and what happens to them.
#[derive(Debug, Clone, Default, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Rule {
    /// The rule's name, which answers and the audit show.
    #[schemars(length(min = 1, max = 60))]
    pub name: String,
    /// Only these tools.
    #[schemars(length(min = 1))]
    pub tools: Option<Vec<String>>,
    /// Only tools of these toolsets.
    #[schemars(length(min = 1))]
    pub toolsets: Option<Vec<String>>,
    /// Only tools with these effects.
    #[schemars(length(min = 1))]
    pub effects: Option<Vec<Effect>>,
    /// Only money that moves this way.
    pub direction: Option<Direction>,
    /// Only these keys, by their names.
    #[schemars(length(min = 1))]
    pub keys: Option<Vec<String>>,
    /// Only these branches, by their ids.
    #[schemars(length(min = 1))]
    pub branches: Option<Vec<String>>,
    /// Only live or only test mode.
    pub mode: Option<Mode>,
    /// Only amounts in this range.
    pub amount: Option<Range>,
    /// Only these currencies.
    #[schemars(length(min = 1), with = "Option<Vec<CurrencyCode>>")]
    pub currencies: Option<Vec<Currency>>,
    /// Only these products, by their ids. A rule that allows needs all of the call's products here;
    /// a stricter rule matches as soon as one of them is.
    #[schemars(length(min = 1))]
    pub products: Option<Vec<String>>,
    /// Only these customers, by their ids.
    #[schemars(length(min = 1))]
    pub customers: Option<Vec<String>>,
    /// Only these payment methods, such as `mada` or `BANK_TRANSFER`.
    #[schemars(length(min = 1))]
    pub payment_methods: Option<Vec<String>>,
    /// Only at these hours.
    pub hours: Option<Hours>,
    /// What happens. A rule without a decision only limits.
    pub decision: Option<Action>,
    /// With `approve`: how many people must say yes, one or two.
    #[schemars(with = "Option<Approvers>")]
    pub approvers: Approvers,
    /// Why, in words that the agent is shown.
    #[schemars(length(max = 300))]
    pub reason: Option<String>,
    /// How much and how often.
    #[schemars(default)]
    pub limits: Vec<Limit>,
}

/// A range of amounts in a currency. A call in another currency is outside for rules that allow, and
/// inside for stricter ones.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Range {
    /// More than this.
    #[schemars(with = "Option<Amount>")]
    pub over: Option<Decimal>,
    /// Not more than this.
    #[schemars(with = "Option<Amount>")]
    pub at_most: Option<Decimal>,
    /// The currency.
    #[schemars(with = "CurrencyCode")]
    pub currency: Currency,
}

/// Hours of the day in a time zone. Where `until` is not later than `from`, the hours go on past
/// midnight and belong to the day on which they began.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Hours {
    /// From this time on, such as `09:00`.
    #[schemars(with = "TimeOfDay")]
    pub from: Time,
    /// Before this time.
    #[schemars(with = "TimeOfDay")]
    pub until: Time,
    /// The time zone, such as `Asia/Riyadh`.
    #[schemars(with = "String")]
    pub zone: TimeZone,
    /// On these days; all days where this is missing.
    #[schemars(length(min = 1))]
    pub days: Option<Vec<Day>>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Day {
    Sunday,
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
}

/// How much, or how often, in a window of time. The calls that the rule matches count.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Limit {
    /// One call, or a window that slides: the last hour, day, or month of 30 days.
    pub window: LimitWindow,
    /// At most this much, in sum.
    #[schemars(with = "Option<Amount>")]
    pub amount: Option<Decimal>,
    /// The amount's currency. A call in a currency for which the rule has no such limit exceeds it.
    #[schemars(with = "Option<CurrencyCode>")]
    pub currency: Option<Currency>,
    /// At most this many calls.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub count: Option<u32>,
    /// Whether all keys share the limit, or each has its own.
    #[schemars(default)]
    pub per: Per,
    /// What happens to a call that would exceed it.
    #[schemars(default)]
    pub over: Over,
}

/// The time over which a limit counts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LimitWindow {
    /// One call.
    Call,
    /// The last 60 minutes.
    Hour,
    /// The last 24 hours.
    Day,
    /// The last 30 days.
    Month,
}

/// Who shares a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// All keys together.
    #[default]
    Rule,
    /// Each key for itself.
    Key,
}

/// What happens to a call that would exceed a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// A person can still approve it. It then counts toward the limit as well.
    Approve,
    /// It does not run.
    #[default]
    Deny,
}

/// How many people must say yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Approvers(pub(crate) u8);

impl Default for Approvers {
    fn default() -> Self {
        Self(1)
    }
}

impl JsonSchema for Approvers {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Approvers".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "integer", "minimum": 1, "maximum": 2})
    }
}

/// A form of text, for the schema.
macro_rules! form {
    ($name:ident, $schema:tt) => {
        struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

form!(Span, {"type": "string", "pattern": "^[1-9][0-9]{0,5}[smhd]$", "examples": ["15m"]});
form!(SpanOrOff, {"type": "string", "pattern": "^(off|[1-9][0-9]{0,5}[smhd])$", "examples": ["10m"]});
form!(TimeOfDay, {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"});
form!(CurrencyCode, {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["SAR"]});
form!(Amount, {
    "description": "An exact amount in the main unit: \"100.00\", 100.00 or 100.",
    "anyOf": [
        {"type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,4})?$"},
        {"type": "number", "minimum": 0},
    ],
});

/// The JSON Schema of policy files.
#[must_use]
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12();
    let schema = settings.into_generator().into_root_schema_for::<Policy>();
    schema.to_value()
}

impl Policy {
    /// What holds where no policy was given: everything is allowed, and nothing is done twice.
    #[must_use]
    pub fn none() -> Self {
        Self {
            mode: PolicyMode::Enforce,
            require_mode: None,
            default: Action::Allow,
            approval_lifetime: APPROVAL_LIFETIME,
            never_twice: Some(NEVER_TWICE),
            keys: Vec::new(),
            rules: Vec::new(),
        }
    }
}

/// How long an approval can be used where the policy does not say.
pub(super) const APPROVAL_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// How long an identical change is not made again where the policy does not say.
pub(super) const NEVER_TWICE: Duration = Duration::from_secs(10 * 60);
