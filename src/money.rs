//! Exact amounts of money in a currency.

use std::{cmp::Ordering, fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{amount::Amount, enums::CurrencyCode, field::Field};

/// An exact amount of money in a currency.
///
/// ```
/// use streampay::{Amount, Money, enums::CurrencyCode};
///
/// let price: Money = "99.99 SAR".parse()?;
/// assert_eq!(price.minor_units()?, 9999);
/// assert_eq!(Money::from_minor(12_345, CurrencyCode::Kwd)?.to_string(), "12.345 KWD");
///
/// let total = price.checked_add(&Money::new(1, CurrencyCode::Sar)?)?;
/// assert_eq!(Amount::from(total).as_str(), "100.99");
/// assert!(price.checked_add(&"1 USD".parse()?).is_err());
/// # Ok::<(), streampay::MoneyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Money {
    amount: Decimal,
    currency: CurrencyCode,
}

/// Why an operation on money failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// The text is not like `25.00 SAR`.
    #[error("{0:?} is not an amount and a currency, like 25.00 SAR")]
    Form(String),
    /// The amounts have different currencies.
    #[error("cannot combine {0} with {1}")]
    Currencies(CurrencyCode, CurrencyCode),
    /// The number of decimals of the currency is not known.
    #[error("the number of decimals of {0} is not known")]
    UnknownCurrency(CurrencyCode),
    /// The amount has more decimals than its currency.
    #[error("{0} has more decimals than its currency")]
    Precision(String),
    /// The result is too large to be exact.
    #[error("the amount is too large")]
    Overflow,
    /// An amount cannot be split into zero parts.
    #[error("cannot split an amount into zero parts")]
    NoParts,
}

/// The number of decimals of a currency by ISO 4217, such as 2 for SAR and 3 for KWD. `None` for a
/// currency that this crate does not know.
#[must_use]
pub fn minor_digits(currency: &CurrencyCode) -> Option<u32> {
    match currency.as_str() {
        "SAR" | "USD" | "EUR" | "GBP" | "AED" | "QAR" | "EGP" | "INR" | "PKR" | "CHF" | "CNY" => {
            Some(2)
        }
        "BHD" | "KWD" | "OMR" | "JOD" | "IQD" | "TND" | "LYD" => Some(3),
        "JPY" | "KRW" => Some(0),
        _ => None,
    }
}

impl Money {
    /// An amount in the currency's main unit.
    ///
    /// # Errors
    /// [`MoneyError::Precision`] if the amount has more decimals than the currency. In a currency whose
    /// decimals are not known, any amount is accepted.
    pub fn new(amount: impl Into<Decimal>, currency: CurrencyCode) -> Result<Self, MoneyError> {
        let money = Self { amount: amount.into(), currency };
        match minor_digits(&money.currency) {
            Some(digits) if money.amount.normalize().scale() > digits => {
                Err(MoneyError::Precision(money.to_string()))
            }
            _ => Ok(money),
        }
    }

    /// An amount in the currency's smallest unit: halalas, fils, baisa.
    ///
    /// # Errors
    /// [`MoneyError::UnknownCurrency`].
    pub fn from_minor(units: i64, currency: CurrencyCode) -> Result<Self, MoneyError> {
        let digits = digits(&currency)?;
        Ok(Self { amount: Decimal::new(units, digits), currency })
    }

    /// Joins the two members in which the API writes an amount, with all its decimals. `None` if
    /// either is missing or the amount is not a decimal number.
    #[must_use]
    pub fn of(amount: &Field<Amount>, currency: &Field<CurrencyCode>) -> Option<Self> {
        let amount = amount.as_ref().and_then(Amount::decimal)?;
        Some(Self { amount, currency: currency.as_ref()?.clone() })
    }

    /// The amount in the main unit.
    #[must_use]
    pub const fn amount(&self) -> Decimal {
        self.amount
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> &CurrencyCode {
        &self.currency
    }

    /// The amount in the smallest unit, exactly.
    ///
    /// # Errors
    /// Amounts with more decimals than the currency has, unknown currencies, and too large amounts.
    pub fn minor_units(&self) -> Result<i64, MoneyError> {
        let factor = Decimal::from(10_i64.pow(digits(&self.currency)?));
        let units = self.amount.checked_mul(factor).ok_or(MoneyError::Overflow)?;
        if !units.fract().is_zero() {
            return Err(MoneyError::Precision(self.to_string()));
        }
        i64::try_from(units).map_err(|_| MoneyError::Overflow)
    }

    /// An amount in Saudi riyals, such as `99.99`.
    ///
    /// # Errors
    /// [`MoneyError::Form`] if the text is not a decimal number; [`MoneyError::Precision`].
    pub fn sar(amount: &str) -> Result<Self, MoneyError> {
        let parsed = amount.parse::<Amount>().ok().and_then(|amount| amount.decimal());
        let form = || MoneyError::Form(amount.to_owned());
        Self::new(parsed.ok_or_else(form)?, CurrencyCode::Sar)
    }

    /// The product with a factor, such as a quantity.
    ///
    /// # Errors
    /// [`MoneyError::Precision`] if the product has more decimals than the currency;
    /// [`MoneyError::Overflow`].
    pub fn checked_mul(&self, factor: impl Into<Decimal>) -> Result<Self, MoneyError> {
        let amount = self.amount.checked_mul(factor.into()).ok_or(MoneyError::Overflow)?;
        Self::new(amount, self.currency.clone())
    }

    /// The sum of several amounts; `None` if there are none.
    ///
    /// # Errors
    /// Different currencies, or a sum that is too large.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Option<Self>, MoneyError> {
        let mut amounts = amounts.into_iter();
        let Some(first) = amounts.next() else { return Ok(None) };
        amounts.try_fold(first, |sum, amount| sum.checked_add(&amount)).map(Some)
    }

    /// The sum.
    ///
    /// # Errors
    /// Different currencies, or a sum that is too large.
    pub fn checked_add(&self, other: &Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let amount = self.amount.checked_add(other.amount).ok_or(MoneyError::Overflow)?;
        Ok(Self { amount, currency: self.currency.clone() })
    }

    /// The difference.
    ///
    /// # Errors
    /// Different currencies, or a difference that is too large.
    pub fn checked_sub(&self, other: &Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let amount = self.amount.checked_sub(other.amount).ok_or(MoneyError::Overflow)?;
        Ok(Self { amount, currency: self.currency.clone() })
    }

    /// Splits the amount into parts of whole smallest units that add up to it. Parts differ by at most
    /// one unit, and the larger ones come first.
    ///
    /// ```
    /// use streampay::Money;
    ///
    /// let parts = "1000 SAR".parse::<Money>()?.split(3)?;
    /// let texts: Vec<String> = parts.iter().map(ToString::to_string).collect();
    /// assert_eq!(texts, ["333.34 SAR", "333.33 SAR", "333.33 SAR"]);
    /// # Ok::<(), streampay::MoneyError>(())
    /// ```
    ///
    /// The API's own installments put the difference into the last part.
    ///
    /// # Errors
    /// No parts, unknown currencies, amounts with more decimals than the currency, too large amounts.
    pub fn split(&self, parts: u32) -> Result<Vec<Self>, MoneyError> {
        if parts == 0 {
            return Err(MoneyError::NoParts);
        }
        let (units, parts) = (self.minor_units()?, i64::from(parts));
        let (share, rest) = (units.div_euclid(parts), units.rem_euclid(parts));
        (0..parts)
            .map(|part| Self::from_minor(share + i64::from(part < rest), self.currency.clone()))
            .collect()
    }

    fn same_currency(&self, other: &Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::Currencies(self.currency.clone(), other.currency.clone()))
    }
}

/// Amounts in different currencies are not comparable.
impl PartialOrd for Money {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.amount.cmp(&other.amount))
    }
}

/// The form in which the API writes money: `{"amount": "25.00", "currency": "SAR"}`.
#[derive(Serialize, Deserialize)]
struct Members {
    amount: Amount,
    currency: CurrencyCode,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (amount, currency) = (Amount::from(self.clone()), self.currency.clone());
        Members { amount, currency }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Members { amount, currency } = Members::deserialize(deserializer)?;
        let decimal = amount.decimal().ok_or_else(|| D::Error::custom("not a decimal amount"))?;
        Self::new(decimal, currency).map_err(D::Error::custom)
    }
}

fn digits(currency: &CurrencyCode) -> Result<u32, MoneyError> {
    minor_digits(currency).ok_or_else(|| MoneyError::UnknownCurrency(currency.clone()))
}

impl fmt::Display for Money {
    /// With at least the currency's decimals: `25.00 SAR`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", Amount::from(self.clone()), self.currency)
    }
}

/// With at least the currency's decimals, as the API writes it.
impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        let mut amount = money.amount.normalize();
        let least = minor_digits(&money.currency).unwrap_or(0);
        if amount.scale() < least {
            amount.rescale(least);
        }
        Self::from(amount)
    }
}

impl From<Money> for Field<Amount> {
    fn from(money: Money) -> Self {
        Amount::from(money).into()
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let form = || MoneyError::Form(text.to_owned());
        let (amount, currency) = text.trim().split_once(' ').ok_or_else(form)?;
        let currency = currency.trim();
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(form());
        }
        let amount = amount.parse::<Amount>().ok().and_then(|amount| amount.decimal());
        Self::new(amount.ok_or_else(form)?, currency.into())
    }
}

#[cfg(test)]
mod tests {
    use super::{Money, MoneyError};
    use crate::enums::CurrencyCode;
    use proptest::prelude::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    #[test]
    fn a_split_distributes_whole_units_with_the_larger_parts_first() {
        let parts = |text: &str, parts| {
            let parts = money(text).split(parts).unwrap();
            parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(parts("1000 SAR", 3), "333.34 SAR 333.33 SAR 333.33 SAR");
        assert_eq!(parts("999.98 SAR", 3), "333.33 SAR 333.33 SAR 333.32 SAR");
        assert_eq!(parts("0.05 SAR", 4), "0.02 SAR 0.01 SAR 0.01 SAR 0.01 SAR");
        assert_eq!(parts("0.01 KWD", 3), "0.004 KWD 0.003 KWD 0.003 KWD");
        assert_eq!(parts("-0.05 SAR", 2), "-0.02 SAR -0.03 SAR");
        assert_eq!(money("1 SAR").split(0), Err(MoneyError::NoParts));
    }

    #[test]
    fn decimals_that_the_currency_lacks_are_rejected() {
        for wrong in ["9.999 SAR", "0.0001 KWD", "1.5 JPY"] {
            assert!(matches!(wrong.parse::<Money>(), Err(MoneyError::Precision(_))), "{wrong}");
        }
        assert_eq!(money("9.990 SAR"), Money::from_minor(999, CurrencyCode::Sar).unwrap());
        let amount: rust_decimal::Decimal = "9.999".parse().unwrap();
        assert!(Money::new(amount, CurrencyCode::Sar).is_err());
        assert!(Money::new(amount, "ZZZ".into()).is_ok(), "its decimals are not known");
    }

    #[test]
    fn smallest_units_follow_the_currency() {
        assert_eq!(money("25.000 SAR").minor_units(), Ok(2500));
        assert_eq!(money("25.001 KWD").minor_units(), Ok(25_001));
        assert_eq!(money("7 JPY").minor_units(), Ok(7));
        assert!(matches!(money("1 ZZZ").minor_units(), Err(MoneyError::UnknownCurrency(_))));
        assert_eq!(money("92233720368547758.08 SAR").minor_units(), Err(MoneyError::Overflow));
        for wrong in ["", "25", "SAR", "25 sar", "x SAR", "1e2 SAR", "1_0 SAR", "25 SARR"] {
            assert!(wrong.parse::<Money>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn amounts_are_multiplied_compared_and_added_within_a_currency() {
        let price = Money::sar("99.99").unwrap();
        assert_eq!(price.checked_mul(2).unwrap(), money("199.98 SAR"));
        let third: rust_decimal::Decimal = "0.333".parse().unwrap();
        assert!(matches!(price.checked_mul(third), Err(MoneyError::Precision(_))));
        assert!(price < money("100 SAR") && price > money("9 SAR"));
        assert_eq!(price.partial_cmp(&money("100 USD")), None);
        assert_eq!(Money::sum([price.clone(), money("0.01 SAR")]), Ok(Some(money("100 SAR"))));
        assert_eq!(Money::sum([]), Ok(None));
        let mixed = Money::sum([price.clone(), money("1 USD")]);
        assert!(matches!(mixed, Err(MoneyError::Currencies(..))));
        for wrong in ["", "99.999", "ten", "99.99 SAR"] {
            assert!(Money::sar(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn money_is_written_as_the_api_writes_it() {
        let text = r#"{"amount":"99.90","currency":"SAR"}"#;
        assert_eq!(serde_json::to_string(&money("99.9 SAR")).unwrap(), text);
        assert_eq!(serde_json::from_str::<Money>(text).unwrap(), money("99.9 SAR"));
        let precise = r#"{"amount":"99.999","currency":"SAR"}"#;
        assert!(serde_json::from_str::<Money>(precise).is_err());
    }

    proptest! {
        #[test]
        fn parts_add_up_and_units_come_back(units in -1_000_000_000_000_i64..1_000_000_000_000,
            parts in 1_u32..50, three in any::<bool>()) {
            let currency = if three { CurrencyCode::Bhd } else { CurrencyCode::Sar };
            let whole = Money::from_minor(units, currency.clone()).unwrap();
            prop_assert_eq!(whole.minor_units(), Ok(units));
            prop_assert_eq!(whole.to_string().parse::<Money>().unwrap(), whole.clone());
            let split = whole.split(parts).unwrap();
            let units_of = |money: &Money| money.minor_units().unwrap();
            let split: Vec<i64> = split.iter().map(units_of).collect();
            prop_assert_eq!(split.len(), parts as usize);
            prop_assert_eq!(split.iter().sum::<i64>(), units);
            prop_assert!(split.is_sorted_by(|a, b| a >= b) && split[0] - split[split.len() - 1] <= 1);
            prop_assert!(units < 0 || split.iter().all(|part| *part >= 0));
        }
    }
}
