//! The extensions (`x-…`) that the overlay adds. Unknown members are faults, so that a misspelled one is not
//! silently ignored.

use indexmap::IndexMap;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{
    api::{ExtraTool, OutsideText, RowMember, Stability, ToolWords, VerifyWith},
    fault::Fault,
    pointer::Pointer,
    stake::{MoneyRule, Shown, Subject},
};

/// The extensions of one operation.
#[derive(Debug, Default)]
pub(crate) struct OperationExtensions {
    pub(crate) name: Option<String>,
    pub(crate) retry_safe: bool,
    pub(crate) stability: Stability,
    pub(crate) verify_with: Option<VerifyWith>,
    pub(crate) money: MoneyRule,
    pub(crate) subjects: Vec<Subject>,
    pub(crate) shown: Vec<Shown>,
    pub(crate) tool: ToolWords,
    pub(crate) extra_tools: Vec<ExtraTool>,
    pub(crate) row: Vec<RowMember>,
}

pub(crate) fn read(
    operation: &Map<String, Value>,
    at: &Pointer,
    faults: &mut Vec<Fault>,
) -> OperationExtensions {
    OperationExtensions {
        name: member(operation, "x-name", at, faults),
        retry_safe: member(operation, "x-retry-safe", at, faults).unwrap_or_default(),
        stability: member(operation, "x-stability", at, faults).unwrap_or_default(),
        verify_with: member(operation, "x-verify-with", at, faults),
        money: money(operation, at, faults),
        subjects: member(operation, "x-subjects", at, faults).unwrap_or_default(),
        shown: member(operation, "x-shown", at, faults).unwrap_or_default(),
        tool: member(operation, "x-tool", at, faults).unwrap_or_default(),
        extra_tools: member(operation, "x-tools", at, faults).unwrap_or_default(),
        row: member(operation, "x-row", at, faults).unwrap_or_default(),
    }
}

/// What a component holds that people write.
pub(crate) fn outside_text(schema: &Value, at: &Pointer, faults: &mut Vec<Fault>) -> OutsideText {
    let Some(schema) = schema.as_object() else { return OutsideText::default() };
    OutsideText {
        untrusted: member(schema, "x-untrusted", at, faults).unwrap_or_default(),
        personal: member(schema, "x-personal", at, faults).unwrap_or_default(),
    }
}

/// Whether an operation moves money: `none`, or what it moves.
fn money(operation: &Map<String, Value>, at: &Pointer, faults: &mut Vec<Fault>) -> MoneyRule {
    if operation.get("x-money").and_then(Value::as_str) == Some("none") {
        return MoneyRule::None;
    }
    let money = member(operation, "x-money", at, faults);
    money.map_or(MoneyRule::Undeclared, |money| MoneyRule::Moves(Box::new(money)))
}

/// The name that an overlay gives to a parameter in the Rust client.
pub(crate) fn name(parameter: &Value, at: &Pointer, faults: &mut Vec<Fault>) -> Option<String> {
    member(parameter.as_object()?, "x-name", at, faults)
}

/// An extension of the root.
pub(crate) fn root<T: DeserializeOwned>(
    document: &Value,
    key: &str,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    member(document.as_object()?, key, &Pointer::root(), faults)
}

/// An extension of the root that maps names to texts.
pub(crate) fn texts(
    document: &Value,
    key: &str,
    faults: &mut Vec<Fault>,
) -> IndexMap<String, String> {
    root(document, key, faults).unwrap_or_default()
}

fn member<T: DeserializeOwned>(
    holder: &Map<String, Value>,
    key: &str,
    at: &Pointer,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    match T::deserialize(holder.get(key)?) {
        Ok(value) => Some(value),
        Err(error) => {
            let advice = "spec/README.md lists the extensions and their members";
            faults.push(Fault::at(&at.push(key), error.to_string(), advice));
            None
        }
    }
}
