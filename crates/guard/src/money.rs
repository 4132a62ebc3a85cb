//! Amounts of money: exact decimals, each with its currency.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The decimals in which stores count. The currency with the most decimals has four, so no real
/// amount is rounded.
const DECIMALS: u32 = 4;

/// The largest amount that stores count: a hundred billion in the main unit. Sums of a few of them are
/// exact even where numbers are doubles, as in Redis' scripts.
const MOST: i64 = 1_000_000_000_000_000;

/// A currency, by its three letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// An amount in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// The amount in the currency's main unit.
    #[serde(with = "text")]
    pub amount: Decimal,
    /// The currency.
    pub currency: Currency,
}

/// Why something is not an amount or a currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not three letters.
    #[error("{0:?} is not a currency code such as SAR")]
    Currency(String),
    /// Not a decimal that can be held exactly.
    #[error("{0:?} is not an exact decimal amount such as 25.00")]
    Amount(String),
    /// Less than nothing.
    #[error("the amount {0} is negative")]
    Negative(Decimal),
    /// More than can be counted.
    #[error("the amount {0} is too large")]
    TooLarge(Decimal),
    /// Two currencies do not add up.
    #[error("{0} and {1} do not add up")]
    Currencies(Currency, Currency),
}

impl Currency {
    /// The three letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let letters = <[u8; 3]>::try_from(text.as_bytes())
            .ok()
            .filter(|letters| letters.iter().all(u8::is_ascii_alphabetic));
        letters
            .map(|letters| Self(letters.map(|letter| letter.to_ascii_uppercase())))
            .ok_or_else(|| MoneyError::Currency(text.chars().take(20).collect()))
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// Reads an amount that is written as `25` or `25.00`: no sign, no exponent, nothing rounded.
pub(crate) fn decimal(text: &str) -> Result<Decimal, MoneyError> {
    let wrong = || MoneyError::Amount(text.chars().take(40).collect());
    if !text.starts_with(|first: char| first.is_ascii_digit()) || text.ends_with('.') {
        return match text.strip_prefix('-').map(Decimal::from_str_exact) {
            Some(Ok(amount)) if !amount.is_zero() => Err(MoneyError::Negative(-amount)),
            _ => Err(wrong()),
        };
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(wrong());
    }
    Decimal::from_str_exact(text).map_err(|_| wrong())
}

/// Reads an amount from JSON: a text or a number.
pub(crate) fn decimal_in(value: &Value) -> Result<Decimal, MoneyError> {
    match value {
        Value::String(text) => decimal(text),
        Value::Number(number) => decimal(&number.to_string()),
        other => Err(MoneyError::Amount(other.to_string().chars().take(40).collect())),
    }
}

/// The amount as stores count it, rounded up where it has more than four decimals.
pub(crate) fn units(amount: Decimal) -> Result<i64, MoneyError> {
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err(MoneyError::Negative(amount));
    }
    let rounded = amount.round_dp_with_strategy(DECIMALS, RoundingStrategy::AwayFromZero);
    rounded
        .checked_mul(Decimal::from(10_i64.pow(DECIMALS)))
        .and_then(|units| i64::try_from(units).ok())
        .filter(|units| *units <= MOST)
        .ok_or(MoneyError::TooLarge(amount))
}

/// What a store counted, as an amount.
pub(crate) fn from_units(units: i64) -> Decimal {
    Decimal::new(units, DECIMALS).normalize()
}

/// Writes amounts as text, so that no reader rounds them.
mod text {
    use rust_decimal::Decimal;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(amount: &Decimal, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(amount)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
        super::decimal(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_or_refused() {
        assert_eq!(decimal("25.00").unwrap().to_string(), "25.00");
        assert_eq!(decimal_in(&serde_json::json!(99.9)).unwrap().to_string(), "99.9");
        for text in ["", "-", "1e3", "1,000", "١٢", " 1", "1.", ".5", "+1", "0x1", "NaN"] {
            assert!(matches!(decimal(text), Err(MoneyError::Amount(_))), "{text}");
        }
        assert!(matches!(decimal("-1"), Err(MoneyError::Negative(_))));
        assert!(decimal("0.00000000000000000000000000001").is_err());
        assert!(decimal_in(&serde_json::json!(true)).is_err());
    }

    #[test]
    fn units_round_up_and_end_somewhere() {
        assert_eq!(units(decimal("1.23").unwrap()), Ok(12_300));
        assert_eq!(units(decimal("0.00001").unwrap()), Ok(1));
        assert!(units(decimal("100000000000.01").unwrap()).is_err());
        assert_eq!(from_units(12_300).to_string(), "1.23");
    }

    #[test]
    fn currencies_have_three_letters() {
        assert_eq!("sar".parse::<Currency>().unwrap().as_str(), "SAR");
        for text in ["", "SA", "SARR", "S1R", "ريال"] {
            assert!(text.parse::<Currency>().is_err(), "{text}");
        }
    }
}
