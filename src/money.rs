//! Money: an amount with its currency, exact, and never mixed between currencies.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy};

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
/// let total = price.checked_add(&Money::new(1, CurrencyCode::Sar))?;
/// assert_eq!(Amount::from(total).as_str(), "100.99");
/// assert!(price.checked_add(&"1 USD".parse()?).is_err());
/// # Ok::<(), streampay::MoneyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Money {
    amount: Decimal,
    currency: CurrencyCode,
}

/// What cannot be done with money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MoneyError {
    /// The text is not like `25.00 SAR`.
    #[error("{0:?} is not an amount and a currency, like 25.00 SAR")]
    Form(String),
    /// Two currencies do not mix.
    #[error("{0} and {1} do not mix")]
    Currencies(CurrencyCode, CurrencyCode),
    /// The number of decimals of the currency is not known.
    #[error("how many decimals {0} has is not known")]
    UnknownCurrency(CurrencyCode),
    /// The amount is no whole number of the currency's smallest unit.
    #[error("{0} has more decimals than its currency")]
    Precision(String),
    /// The result is too large to be exact.
    #[error("the amount is too large")]
    Overflow,
    /// Nothing can be split into no parts.
    #[error("cannot be split into no parts")]
    NoParts,
}

/// How many decimals a currency has: 2 for SAR; 3 for BHD, KWD and OMR (seen by integrators), the
/// others by ISO 4217. `None` where it is not known here.
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
    /// So much in the currency's main unit.
    #[must_use]
    pub fn new(amount: impl Into<Decimal>, currency: CurrencyCode) -> Self {
        Self { amount: amount.into(), currency }
    }

    /// So much in the currency's smallest unit: halalas, fils, baisa.
    ///
    /// # Errors
    /// Currencies whose decimals are not known.
    pub fn from_minor(units: i64, currency: CurrencyCode) -> Result<Self, MoneyError> {
        let digits = digits(&currency)?;
        Ok(Self { amount: Decimal::new(units, digits), currency })
    }

    /// Joins the two members in which the API answers an amount; `None` where either is missing or
    /// the amount is no decimal.
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

    /// The sum.
    ///
    /// # Errors
    /// Two currencies, or too large a sum.
    pub fn checked_add(&self, other: &Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let amount = self.amount.checked_add(other.amount).ok_or(MoneyError::Overflow)?;
        Ok(Self { amount, currency: self.currency.clone() })
    }

    /// The difference.
    ///
    /// # Errors
    /// Two currencies, or too large a difference.
    pub fn checked_sub(&self, other: &Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let amount = self.amount.checked_sub(other.amount).ok_or(MoneyError::Overflow)?;
        Ok(Self { amount, currency: self.currency.clone() })
    }

    /// Equal parts in whole smallest units, as the API splits into installments: each is rounded, and
    /// the last takes the difference, so that they add up. The API offers 2, 3 or 4 parts of at least
    /// 100 SAR each; that is for the caller to check.
    ///
    /// # Errors
    /// No parts, unknown currencies, and too large amounts.
    pub fn split(&self, parts: u32) -> Result<Vec<Self>, MoneyError> {
        let digits = digits(&self.currency)?;
        let others = parts.checked_sub(1).ok_or(MoneyError::NoParts)?;
        let share = self.amount.checked_div(Decimal::from(parts)).ok_or(MoneyError::Overflow)?;
        let share = share.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
        let taken = share.checked_mul(Decimal::from(others)).ok_or(MoneyError::Overflow)?;
        let last = self.amount.checked_sub(taken).ok_or(MoneyError::Overflow)?;
        let mut amounts = vec![share; usize::try_from(others).unwrap_or_default()];
        amounts.push(last);
        let money = |amount| Self { amount, currency: self.currency.clone() };
        Ok(amounts.into_iter().map(money).collect())
    }

    fn same_currency(&self, other: &Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::Currencies(self.currency.clone(), other.currency.clone()))
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
        Ok(Self { amount: amount.ok_or_else(form)?, currency: currency.into() })
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
    fn installments_are_those_of_the_guide() {
        let parts = |text: &str, parts| {
            let parts = money(text).split(parts).unwrap();
            parts.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(parts("1000 SAR", 3), ["333.33 SAR", "333.33 SAR", "333.34 SAR"]);
        assert_eq!(parts("999.98 SAR", 3), ["333.33 SAR", "333.33 SAR", "333.32 SAR"]);
        assert_eq!(money("1 SAR").split(0), Err(MoneyError::NoParts));
    }

    #[test]
    fn smallest_units_follow_the_currency() {
        assert_eq!(money("25.000 SAR").minor_units(), Ok(2500));
        assert_eq!(money("25.001 KWD").minor_units(), Ok(25_001));
        assert_eq!(money("7 JPY").minor_units(), Ok(7));
        assert!(matches!(money("25.001 SAR").minor_units(), Err(MoneyError::Precision(_))));
        assert!(matches!(money("1 ZZZ").minor_units(), Err(MoneyError::UnknownCurrency(_))));
        assert_eq!(money("92233720368547758.08 SAR").minor_units(), Err(MoneyError::Overflow));
        for wrong in ["", "25", "SAR", "25 sar", "x SAR", "1e2 SAR", "1_0 SAR", "25 SARR"] {
            assert!(wrong.parse::<Money>().is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn parts_add_up_and_units_come_back(units in -1_000_000_000_000_i64..1_000_000_000_000,
            parts in 1_u32..50, three in any::<bool>()) {
            let currency = if three { CurrencyCode::Bhd } else { CurrencyCode::Sar };
            let whole = Money::from_minor(units, currency.clone()).unwrap();
            prop_assert_eq!(whole.minor_units(), Ok(units));
            prop_assert_eq!(whole.to_string().parse::<Money>().unwrap(), whole.clone());
            let mut sum = Money::new(0, currency);
            for part in whole.split(parts).unwrap() {
                prop_assert!(part.minor_units().is_ok());
                sum = sum.checked_add(&part).unwrap();
            }
            prop_assert_eq!(sum, whole);
        }
    }
}
