//! Amounts of money without floating point.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An exact decimal amount in a currency's main unit, with the decimals that it was written with.
///
/// The API answers with decimal texts such as `"25.000"` and accepts numbers or texts; this type
/// reads both and writes texts. It holds no currency: the API keeps that in a field of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Amount(Decimal);

impl Amount {
    /// The exact value.
    #[must_use]
    pub const fn decimal(self) -> Decimal {
        self.0
    }
}

impl From<Decimal> for Amount {
    fn from(value: Decimal) -> Self {
        Self(value)
    }
}

impl From<i64> for Amount {
    fn from(value: i64) -> Self {
        Self(Decimal::from(value))
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

    /// Reads a decimal number such as `25`, `25.000` or `-0.5`; what would have to be rounded is
    /// refused.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Decimal::from_str_exact(text).map(Self)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Amount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal number, or a text that holds one")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Amount, E> {
                text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Amount, E> {
                Ok(Amount::from(value))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Amount, E> {
                Ok(Amount(Decimal::from(value)))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Amount, E> {
                // The shortest decimal text of a float is what stood in the JSON.
                self.visit_str(&value.to_string())
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn amounts_keep_their_decimals() {
        let amount: Amount = serde_json::from_str("\"25.000\"").unwrap();
        assert_eq!(serde_json::to_string(&amount).unwrap(), "\"25.000\"");
        assert_eq!(amount, Amount::from(25));
    }

    #[test]
    fn numbers_are_read_exactly() {
        for (json, text) in [("0.1", "0.1"), ("19.99", "19.99"), ("7", "7"), ("-3", "-3")] {
            assert_eq!(serde_json::from_str::<Amount>(json).unwrap().to_string(), text);
        }
        for json in ["\"ten\"", "true", "\"\"", "null", "1e400"] {
            assert!(serde_json::from_str::<Amount>(json).is_err(), "{json}");
        }
    }
}
