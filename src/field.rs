//! An optional member of an object: absent, null, or a value. The API distinguishes the three: a `PUT`
//! changes only the members that it contains, and null clears one.

use std::{fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An optional member: absent, null, or a value.
///
/// It dereferences to an [`Option`], in which absent and null are both `None`. [`Field::is_absent`] and
/// [`Field::is_null`] distinguish them, and each is sent as what it is.
///
/// ```
/// use streampay::{Field, types::ConsumerUpdate};
///
/// let change = ConsumerUpdate::builder().name("Amal").email(Field::NULL).build()?;
/// assert_eq!(serde_json::to_string(&change)?, r#"{"email":null,"name":"Amal"}"#);
/// assert_eq!(change.name.as_deref(), Some("Amal"));
/// assert!(change.email.is_null() && change.iban.is_absent());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Field<T> {
    value: Option<T>,
    /// Whether it is null; never true together with a value.
    null: bool,
}

impl<T> Field<T> {
    /// Absent.
    pub const ABSENT: Self = Self { value: None, null: false };
    /// Null.
    pub const NULL: Self = Self { value: None, null: true };

    /// Whether it is absent.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        self.value.is_none() && !self.null
    }

    /// Whether it is null.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        self.null
    }

    /// The value, if there is one.
    #[must_use]
    pub fn into_option(self) -> Option<T> {
        self.value
    }

    /// A copy of the value, if there is one.
    #[must_use]
    pub fn cloned(&self) -> Option<T>
    where
        T: Clone,
    {
        self.value.clone()
    }

    /// A value, or null for `None`; never absent.
    #[must_use]
    pub fn or_null(value: Option<T>) -> Self {
        value.map_or(Self::NULL, Self::from)
    }
}

impl<T> Deref for Field<T> {
    type Target = Option<T>;

    fn deref(&self) -> &Option<T> {
        &self.value
    }
}

impl<T> Default for Field<T> {
    fn default() -> Self {
        Self::ABSENT
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Self { value: Some(value), null: false }
    }
}

/// `None` is absent; for null see [`Field::or_null`].
impl<T> From<Option<T>> for Field<T> {
    fn from(value: Option<T>) -> Self {
        Self { value, null: false }
    }
}

impl<T> From<Field<T>> for Option<T> {
    fn from(field: Field<T>) -> Self {
        field.value
    }
}

impl From<&str> for Field<String> {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<&String> for Field<String> {
    fn from(text: &String) -> Self {
        Self::from(text.clone())
    }
}

impl From<url::Url> for Field<String> {
    fn from(url: url::Url) -> Self {
        Self::from(String::from(url))
    }
}

impl From<i32> for Field<i64> {
    fn from(value: i32) -> Self {
        Self::from(i64::from(value))
    }
}

impl From<u32> for Field<i64> {
    fn from(value: u32) -> Self {
        Self::from(i64::from(value))
    }
}

impl TryFrom<&str> for Field<uuid::Uuid> {
    type Error = uuid::Error;

    fn try_from(text: &str) -> Result<Self, uuid::Error> {
        uuid::Uuid::try_parse(text).map(Self::from)
    }
}

impl<T, const N: usize> From<[T; N]> for Field<Vec<T>> {
    fn from(values: [T; N]) -> Self {
        Self::from(Vec::from(values))
    }
}

impl<T> IntoIterator for Field<T> {
    type Item = T;
    type IntoIter = std::option::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.value.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Field<T> {
    type Item = &'a T;
    type IntoIter = std::option::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.value.iter()
    }
}

impl<T: PartialEq> PartialEq<Option<T>> for Field<T> {
    fn eq(&self, other: &Option<T>) -> bool {
        self.value == *other
    }
}

impl<T: fmt::Debug> fmt::Debug for Field<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => value.fmt(f),
            None => f.write_str(if self.null { "null" } else { "absent" }),
        }
    }
}

/// An object leaves out its absent members. Serialized on its own, an absent field is null.
impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::or_null)
    }
}

#[cfg(test)]
mod tests {
    use super::Field;
    use serde::{Deserialize, Serialize};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Object {
        #[serde(default, skip_serializing_if = "Field::is_absent")]
        a: Field<Vec<i64>>,
    }

    #[test]
    fn absent_null_empty_and_full_stay_distinct() {
        let texts = [r#"{}"#, r#"{"a":null}"#, r#"{"a":[]}"#, r#"{"a":[1]}"#];
        let objects: Vec<Object> =
            texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
        for (index, text) in texts.iter().enumerate() {
            assert_eq!(serde_json::to_string(&objects[index]).unwrap(), *text);
            assert_eq!(objects.iter().filter(|other| **other == objects[index]).count(), 1);
        }
    }

    #[test]
    fn it_reads_like_an_option() {
        let field: Field<i64> = 7.into();
        assert_eq!(field.unwrap_or(0) + field.iter().sum::<i64>(), 14);
        assert_eq!(Field::<i64>::NULL, None);
        assert_eq!(
            format!("{:?} {:?} {field:?}", Field::<i64>::NULL, Field::<i64>::ABSENT),
            "null absent 7"
        );
        assert!(Field::<uuid::Uuid>::try_from("x").is_err());
    }
}
