//! Exact decimal arithmetic of single amounts: digits of currencies, rounding, VAT, exchange
//! rates, installments. What a basket costs is worked out in `pricing`.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::states::Currency;

/// The largest amount the simulator works with, in major units.
pub(crate) const MAX_AMOUNT: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);

/// The least that one installment may be, in SAR (guide on installments).
const LEAST_INSTALLMENT: Decimal = Decimal::ONE_HUNDRED;

/// The numbers of installments that can be offered (guide on installments).
const SPLITS: [u32; 3] = [2, 3, 4];

/// Minor digits of a currency.
pub(crate) const fn digits(currency: Currency) -> u32 {
    match currency {
        Currency::Bhd | Currency::Kwd | Currency::Omr => 3,
        Currency::Sar
        | Currency::Usd
        | Currency::Eur
        | Currency::Gbp
        | Currency::Aed
        | Currency::Qar => 2,
    }
}

/// Rounds to a number of digits, halves away from zero. The result has all these digits.
fn round_to(amount: Decimal, digits: u32) -> Decimal {
    let mut rounded = amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(digits);
    rounded
}

/// Rounds to the digits of the currency. Written as text, the result is what the API shows.
pub(crate) fn round(amount: Decimal, currency: Currency) -> Decimal {
    round_to(amount, digits(currency))
}

/// The amount as the API writes it, with all digits of its currency.
pub(crate) fn text(amount: Decimal, currency: Currency) -> String {
    round(amount, currency).to_string()
}

/// The amount in the smallest unit of its currency.
pub(crate) fn minor(amount: Decimal, currency: Currency) -> i64 {
    i64::try_from(round(amount, currency).mantissa()).unwrap_or(i64::MAX)
}

/// The amount in thousandths, the common unit that price filters compare in.
pub(crate) fn thousandths(amount: Decimal) -> i64 {
    i64::try_from(round_to(amount, 3).mantissa()).unwrap_or(i64::MAX)
}

/// The Saudi rate of VAT: 15 in 100.
fn vat_rate() -> Decimal {
    Decimal::new(15, 2)
}

/// A price without VAT raised by VAT.
pub(crate) fn add_vat(net: Decimal, currency: Currency) -> Decimal {
    round(net * (Decimal::ONE + vat_rate()), currency)
}

/// The VAT inside an amount that contains it.
pub(crate) fn vat_within(gross: Decimal, currency: Currency) -> Decimal {
    round(gross * vat_rate() / (Decimal::ONE + vat_rate()), currency)
}

/// SAR for one unit of `currency`. Fixed, so that runs repeat; dollar-pegged currencies are at
/// their peg.
pub(crate) fn rate(currency: Currency) -> Decimal {
    match currency {
        Currency::Usd => Decimal::new(375, 2),
        Currency::Eur => Decimal::new(410, 2),
        Currency::Gbp => Decimal::new(480, 2),
        Currency::Aed => Decimal::new(10211, 4),
        Currency::Qar => Decimal::new(10302, 4),
        Currency::Bhd => Decimal::new(9973, 3),
        Currency::Kwd => Decimal::new(1221, 2),
        Currency::Omr => Decimal::new(974, 2),
        Currency::Sar => Decimal::ONE,
    }
}

/// An amount in SAR.
pub(crate) fn in_sar(amount: Decimal, currency: Currency) -> Decimal {
    round(amount * rate(currency), Currency::Sar)
}

/// `total` in `count` parts that sum to it: all alike but the last, which takes the difference
/// left by rounding.
pub(crate) fn installments(total: Decimal, count: u32, currency: Currency) -> Vec<Decimal> {
    if count <= 1 {
        return vec![total];
    }
    let part = round(total / Decimal::from(count), currency);
    let mut parts = vec![part; count as usize - 1];
    parts.push(total - part * Decimal::from(count - 1));
    parts
}

/// The numbers of installments that a total may be split into: each part is at least 100 SAR.
pub(crate) fn splits(total: Decimal, currency: Currency) -> Vec<u32> {
    let sar = total * rate(currency);
    SPLITS.into_iter().filter(|n| sar / Decimal::from(*n) >= LEAST_INSTALLMENT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn the_largest_amount_is_a_million_billions() {
        assert_eq!(MAX_AMOUNT, d("1000000000000000"));
    }

    #[test]
    fn installments_follow_the_guide() {
        assert_eq!(
            installments(d("1000"), 3, Currency::Sar),
            [d("333.33"), d("333.33"), d("333.34")]
        );
        assert_eq!(
            installments(d("999.98"), 3, Currency::Sar),
            [d("333.33"), d("333.33"), d("333.32")]
        );
        assert_eq!(splits(d("250"), Currency::Sar), [2]);
        assert_eq!(splits(d("199.99"), Currency::Sar), [0_u32; 0]);
        assert_eq!(splits(d("400"), Currency::Sar), [2, 3, 4]);
    }

    #[test]
    fn smallest_units_depend_on_the_currency() {
        assert_eq!(minor(d("25"), Currency::Sar), 2500);
        assert_eq!(minor(d("25"), Currency::Kwd), 25000);
        assert_eq!(text(d("25"), Currency::Sar), "25.00");
        assert_eq!(text(d("25.5"), Currency::Omr), "25.500");
    }

    #[test]
    fn vat_can_be_added_and_extracted() {
        assert_eq!(add_vat(d("100"), Currency::Sar), d("115"));
        assert_eq!(vat_within(d("115"), Currency::Sar), d("15"));
        assert_eq!(round(d("0.125"), Currency::Sar), d("0.13"));
    }

    proptest! {
        #[test]
        fn installments_sum_to_the_total(cents in 1_i64..10_000_000_000, n in 1_u32..=4) {
            for currency in [Currency::Sar, Currency::Kwd] {
                let total = Decimal::new(cents, digits(currency));
                let parts = installments(total, n, currency);
                prop_assert_eq!(parts.len(), n as usize);
                prop_assert_eq!(parts.iter().sum::<Decimal>(), total);
                let first = parts[0];
                prop_assert!(parts[..parts.len() - 1].iter().all(|part| *part == first));
                // The last differs by less than one smallest unit per part.
                let off = (parts[parts.len() - 1] - first).abs();
                prop_assert!(off < Decimal::new(i64::from(n), digits(currency)));
            }
        }

        #[test]
        fn net_and_vat_sum_to_gross(cents in 0_i64..1_000_000_000_000) {
            let gross = Decimal::new(cents, 2);
            let vat = vat_within(gross, Currency::Sar);
            prop_assert!(vat >= Decimal::ZERO && vat <= gross);
            let again = add_vat(gross - vat, Currency::Sar);
            prop_assert!((again - gross).abs() <= Decimal::new(1, 2));
        }
    }
}
