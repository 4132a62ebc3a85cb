//! Reading the members of a JSON object that was checked before.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::formats::decimal;
use crate::time;

/// The members of an object in a checked body.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(pub(crate) &'a Value);

impl<'a> Fields<'a> {
    /// A member that is present and not null.
    pub(crate) fn given(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether a member is present, null or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// A member as it was sent; null if absent.
    pub(crate) fn raw(&self, name: &str) -> Value {
        self.0.get(name).cloned().unwrap_or_default()
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.given(name).and_then(Value::as_str).map(ToOwned::to_owned)
    }

    /// An identifier, in lower case.
    pub(crate) fn id(&self, name: &str) -> Option<String> {
        self.text(name).map(|id| id.to_ascii_lowercase())
    }

    /// One of the words of an enumeration.
    pub(crate) fn word<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.given(name).and_then(|value| T::deserialize(value).ok())
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.given(name).and_then(Value::as_bool)
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.amount(name).and_then(|number| i64::try_from(number).ok())
    }

    pub(crate) fn amount(&self, name: &str) -> Option<Decimal> {
        self.given(name).and_then(decimal)
    }

    pub(crate) fn moment(&self, name: &str) -> Option<Timestamp> {
        self.given(name).and_then(Value::as_str).and_then(time::parse).map(time::micros)
    }

    /// The objects of a list.
    pub(crate) fn objects(&self, name: &str) -> Vec<Fields<'a>> {
        let list = self.given(name).and_then(Value::as_array);
        list.into_iter().flatten().map(Fields).collect()
    }

    /// The texts of a list.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        let list = self.given(name).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
    }

    /// The identifiers of a list, in lower case.
    pub(crate) fn ids(&self, name: &str) -> Vec<String> {
        self.texts(name).iter().map(|id| id.to_ascii_lowercase()).collect()
    }
}
