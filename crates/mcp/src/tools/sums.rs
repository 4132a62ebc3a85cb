//! Exact sums of money, by group and currency.

use std::collections::HashMap;

use streampay::{enums::CurrencyCode, minor_digits, rust_decimal::Decimal};

/// What is counted and summed for one group in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sum<const N: usize> {
    pub(super) count: u64,
    /// How many of them are special in the way that the summary says: refunded, or still open.
    pub(super) special: u64,
    pub(super) amounts: [Decimal; N],
}

impl<const N: usize> Sum<N> {
    pub(super) const fn one(special: bool, amounts: [Decimal; N]) -> Self {
        Self { count: 1, special: special as u64, amounts }
    }

    fn add(&mut self, other: &Self) -> Result<(), TooLarge> {
        self.count += other.count;
        self.special += other.special;
        for (sum, amount) in self.amounts.iter_mut().zip(other.amounts) {
            *sum = sum.checked_add(amount).ok_or(TooLarge)?;
        }
        Ok(())
    }
}

/// A sum has more digits than can be kept exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

/// Sums by group and currency.
#[derive(Debug)]
pub(super) struct Sums<const N: usize> {
    currencies: Vec<Box<str>>,
    sums: HashMap<(Box<str>, usize), Sum<N>>,
}

/// The sum of a group in a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group<const N: usize> {
    pub(super) key: String,
    pub(super) currency: String,
    pub(super) sum: Sum<N>,
}

impl<const N: usize> Default for Sums<N> {
    fn default() -> Self {
        Self { currencies: Vec::new(), sums: HashMap::new() }
    }
}

impl<const N: usize> Sums<N> {
    /// Adds to a group.
    pub(super) fn add(&mut self, key: &str, currency: &str, sum: Sum<N>) -> Result<(), TooLarge> {
        let known = self.currencies.iter().position(|known| **known == *currency);
        let index = known.unwrap_or_else(|| {
            self.currencies.push(currency.into());
            self.currencies.len() - 1
        });
        match self.sums.entry((key.into(), index)) {
            std::collections::hash_map::Entry::Occupied(mut entry) => entry.get_mut().add(&sum),
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(sum);
                Ok(())
            }
        }
    }

    /// All groups, by key and currency.
    pub(super) fn groups(&self) -> Vec<Group<N>> {
        let mut groups: Vec<Group<N>> = self
            .sums
            .iter()
            .map(|((key, index), sum)| Group {
                key: key.to_string(),
                currency: self.currencies.get(*index).map(ToString::to_string).unwrap_or_default(),
                sum: *sum,
            })
            .collect();
        groups.sort_unstable_by(|a, b| (&a.key, &a.currency).cmp(&(&b.key, &b.currency)));
        groups
    }
}

/// An amount with at least the decimals of its currency: `25.00` for SAR, `25.000` for KWD.
pub(super) fn text(amount: Decimal, currency: &str) -> String {
    let mut amount = amount.normalize();
    let least = digits(currency);
    if amount.scale() < least {
        amount.rescale(least);
    }
    amount.to_string()
}

fn digits(currency: &str) -> u32 {
    minor_digits(&CurrencyCode::from(currency)).unwrap_or(0)
}

/// Divides an amount by weights, in whole smallest units, so that the parts add up to it exactly. The
/// parts with the largest remainders get the units that are left over.
pub(super) fn divide(
    amount: Decimal,
    currency: &str,
    weights: &[Decimal],
) -> Result<Vec<Decimal>, TooLarge> {
    let scale = amount.normalize().scale().max(digits(currency));
    let units = integer(amount, scale)?;
    let fine = weights.iter().map(Decimal::scale).max().unwrap_or(0);
    let mut shares = Vec::with_capacity(weights.len());
    for weight in weights {
        shares.push(integer((*weight).max(Decimal::ZERO), fine)?);
    }
    if shares.iter().all(|share| *share == 0) {
        shares.fill(1);
    }
    let whole =
        shares.iter().try_fold(0_i128, |sum, share| sum.checked_add(*share)).ok_or(TooLarge)?;
    let mut parts = Vec::with_capacity(shares.len());
    let mut remainders = Vec::with_capacity(shares.len());
    let mut left = units;
    for (index, share) in shares.iter().enumerate() {
        let product = units.checked_mul(*share).ok_or(TooLarge)?;
        let part = product.div_euclid(whole);
        left -= part;
        parts.push(part);
        remainders.push((std::cmp::Reverse(product.rem_euclid(whole)), index));
    }
    remainders.sort_unstable();
    for (_, index) in remainders {
        if left > 0
            && let Some(part) = parts.get_mut(index)
        {
            *part += 1;
            left -= 1;
        }
    }
    let decimal = |part: i128| Decimal::try_from_i128_with_scale(part, scale).map_err(|_| TooLarge);
    parts.into_iter().map(decimal).collect()
}

/// The amount as a number of units of `10^-scale`.
fn integer(amount: Decimal, scale: u32) -> Result<i128, TooLarge> {
    let mut scaled = amount;
    scaled.rescale(scale);
    if scaled == amount && scaled.scale() == scale { Ok(scaled.mantissa()) } else { Err(TooLarge) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use streampay::rust_decimal::Decimal;

    use super::{Sum, Sums, TooLarge, divide, text};

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// A decimal text as a whole number of millionths, by its digits alone.
    fn millionths(text: &str) -> i128 {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{part:0<6}");
        let number: i128 = digits.parse().unwrap();
        if negative { -number } else { number }
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency_and_lose_none() {
        assert_eq!(text(decimal("25"), "SAR"), "25.00");
        assert_eq!(text(decimal("25.000"), "SAR"), "25.00");
        assert_eq!(text(decimal("25.1"), "KWD"), "25.100");
        assert_eq!(text(decimal("0.005"), "SAR"), "0.005");
        assert_eq!(text(decimal("7.50"), "ZZZ"), "7.5");
    }

    #[test]
    fn an_amount_is_divided_without_a_remainder() {
        let parts = |amount: &str, currency: &str, weights: &[&str]| -> Vec<String> {
            let weights: Vec<Decimal> = weights.iter().map(|weight| decimal(weight)).collect();
            let parts = divide(decimal(amount), currency, &weights).unwrap();
            parts.into_iter().map(|part| text(part, currency)).collect()
        };
        assert_eq!(parts("100", "SAR", &["1", "1", "1"]), ["33.34", "33.33", "33.33"]);
        assert_eq!(parts("0.010", "KWD", &["2", "1"]), ["0.007", "0.003"]);
        assert_eq!(parts("90", "SAR", &["0", "0"]), ["45.00", "45.00"]);
        assert_eq!(parts("90", "SAR", &["649.00"]), ["90.00"]);
    }

    #[test]
    fn a_sum_that_cannot_be_exact_is_an_error() {
        let mut sums = Sums::default();
        let most = Sum::one(false, [Decimal::MAX]);
        sums.add("", "SAR", most).unwrap();
        assert_eq!(sums.add("", "SAR", most), Err(TooLarge));
        assert_eq!(divide(Decimal::MAX, "SAR", &[Decimal::MAX]), Err(TooLarge));
    }

    /// A group, a currency, and an amount of its currency in smallest units.
    fn payments() -> impl Strategy<Value = Vec<(String, &'static str, i64)>> {
        let currency = prop_oneof![Just("SAR"), Just("KWD"), Just("JPY"), Just("ZZZ")];
        let amount = prop_oneof![0_i64..100_000, -1_000_000_000_000_i64..1_000_000_000_000];
        proptest::collection::vec(("[ab]{0,2}", currency, amount), 0..200)
    }

    proptest! {
        #[test]
        fn sums_equal_those_of_the_digits(payments in payments()) {
            let mut sums = Sums::default();
            let mut naive: BTreeMap<(String, String), (u64, i128)> = BTreeMap::new();
            for (key, currency, units) in payments {
                let scale = match currency { "SAR" => 2, "KWD" => 3, "JPY" => 0, _ => 4 };
                let amount = Decimal::new(units, scale);
                sums.add(&key, currency, Sum::one(false, [amount])).unwrap();
                let entry = naive.entry((key, currency.to_owned())).or_default();
                entry.0 += 1;
                entry.1 += millionths(&amount.to_string());
            }
            let groups = sums.groups();
            prop_assert_eq!(groups.len(), naive.len());
            for (group, ((key, currency), (count, sum))) in groups.iter().zip(naive) {
                prop_assert_eq!((&group.key, &group.currency), (&key, &currency));
                prop_assert_eq!(group.sum.count, count);
                prop_assert_eq!(millionths(&text(group.sum.amounts[0], &currency)), sum);
            }
        }

        #[test]
        fn parts_add_up_and_lie_within_a_unit_of_their_share(
            units in 0_i64..1_000_000_000,
            weights in proptest::collection::vec(0_i64..10_000_000, 1..8),
        ) {
            let amount = Decimal::new(units, 2);
            let weights: Vec<Decimal> = weights.into_iter().map(|w| Decimal::new(w, 2)).collect();
            let parts = divide(amount, "SAR", &weights).unwrap();
            prop_assert_eq!(parts.iter().sum::<Decimal>(), amount);
            let whole: Decimal = weights.iter().sum();
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!(*part >= Decimal::ZERO);
                if !whole.is_zero() {
                    let off = (*part * whole - amount * *weight).abs();
                    prop_assert!(off < whole * Decimal::new(1, 2), "{part} of {amount}");
                }
            }
        }
    }
}
