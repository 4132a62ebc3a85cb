//! Amounts as the API writes them. For arithmetic, see [`crate::Money`].

use std::{
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::field::Field;

/// An exact decimal amount in a currency's main unit, kept as it was written.
///
/// The API returns decimal strings such as `"25.000"` and accepts numbers or strings. This type reads
/// both and writes each back as it was; new amounts are written as strings. It has no currency, which
/// the API keeps in a field of its own: [`crate::Money`] joins the two.
///
/// Amounts are equal if their values are equal, whatever their decimals: `25` and `25.000`.
///
/// ```
/// use streampay::Amount;
///
/// let amount: Amount = serde_json::from_str("\"25.000\"")?;
/// assert_eq!(amount.to_string(), "25.000");
/// assert_eq!(amount, Amount::from(25));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Amount {
    text: Box<str>,
    /// Whether it was a JSON number.
    number: bool,
}

impl Amount {
    /// The exact value. `None` if the text is not a decimal number with up to 28 digits, which the
    /// API's description rules out.
    #[must_use]
    pub fn decimal(&self) -> Option<Decimal> {
        let exact = exact(&self.text).ok();
        // A JSON number may have an exponent.
        exact.or_else(|| Decimal::from_scientific(&self.text).ok().filter(|_| self.number))
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn text(text: impl fmt::Display) -> Self {
        Self { text: text.to_string().into(), number: false }
    }

    fn number(number: &serde_json::Number) -> Self {
        Self { text: number.to_string().into(), number: true }
    }
}

/// Reads a decimal without rounding. Underscores between digits, which the library would skip, are no
/// part of the API's form.
fn exact(text: &str) -> Result<Decimal, rust_decimal::Error> {
    if text.contains('_') {
        return Err(rust_decimal::Error::from("an amount has no underscores".to_owned()));
    }
    Decimal::from_str_exact(text)
}

impl PartialEq for Amount {
    fn eq(&self, other: &Self) -> bool {
        match (self.decimal(), other.decimal()) {
            (Some(a), Some(b)) => a == b,
            (None, None) => self.text == other.text,
            _ => false,
        }
    }
}

impl Eq for Amount {}

impl Hash for Amount {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.decimal() {
            Some(value) => value.normalize().hash(state),
            None => self.text.hash(state),
        }
    }
}

impl From<Decimal> for Amount {
    fn from(value: Decimal) -> Self {
        Self::text(value)
    }
}

impl From<i32> for Amount {
    fn from(value: i32) -> Self {
        Self::text(value)
    }
}

impl From<i64> for Amount {
    fn from(value: i64) -> Self {
        Self::text(value)
    }
}

impl TryFrom<&str> for Amount {
    type Error = rust_decimal::Error;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Amount {
    type Err = rust_decimal::Error;

    /// Parses a decimal number such as `25`, `25.000` or `-0.5`. A number that would have to be rounded
    /// is an error.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        exact(text).map(|_| Self::text(text))
    }
}

impl From<Decimal> for Field<Amount> {
    fn from(value: Decimal) -> Self {
        Amount::from(value).into()
    }
}

impl From<i32> for Field<Amount> {
    fn from(value: i32) -> Self {
        Amount::from(value).into()
    }
}

impl TryFrom<&str> for Field<Amount> {
    type Error = rust_decimal::Error;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse::<Amount>().map(Self::from)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.text.parse::<serde_json::Number>() {
            Ok(number) if self.number => number.serialize(serializer),
            _ => serializer.serialize_str(&self.text),
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Amount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal number, or a string that contains one")
            }

            fn visit_str<E>(self, text: &str) -> Result<Amount, E> {
                Ok(Amount::text(text))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Amount, E> {
                Ok(Amount::number(&value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Amount, E> {
                Ok(Amount::number(&value.into()))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Amount, E> {
                // The shortest decimal form of a float is the number in the JSON, up to 17 digits.
                let number = serde_json::Number::from_f64(value);
                let number = number.ok_or_else(|| E::custom("an amount must be finite"))?;
                Ok(Amount::number(&number))
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn amounts_are_written_as_they_were_read() {
        let texts = [
            "\"25.000\"",
            "\"007\"",
            "\"+5\"",
            "\".5\"",
            "\"5.\"",
            "\"\"",
            "19.99",
            "7",
            "-3",
            "\"12345678901234567890123456789012345.678\"",
            "1e-7",
            "\"ten\"",
        ];
        for text in texts {
            let amount: Amount = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&amount).unwrap(), text);
        }
    }

    #[test]
    fn values_are_exact() {
        for (json, value) in [
            ("0.1", "0.1"),
            ("\"+19.90\"", "19.9"),
            ("\".5\"", "0.5"),
            ("\"5.\"", "5"),
            ("-3", "-3"),
            ("1e-7", "0.0000001"),
        ] {
            let amount: Amount = serde_json::from_str(json).unwrap();
            assert_eq!(amount, value.parse().unwrap(), "{json}");
        }
        for odd in ["\"\"", "\"ten\"", "\"1e2\"", "\"12345678901234567890123456789012345\""] {
            assert_eq!(serde_json::from_str::<Amount>(odd).unwrap().decimal(), None, "{odd}");
        }
        for wrong in ["true", "null", "1e400", "{}"] {
            assert!(serde_json::from_str::<Amount>(wrong).is_err(), "{wrong}");
        }
        for refused in ["", "ten", "1e2", "1_000", "0.00000000000000000000000000000000001"] {
            assert!(refused.parse::<Amount>().is_err(), "{refused}");
        }
    }
}
