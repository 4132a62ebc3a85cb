//! What a basket costs: lines with their coupons, coupons on the whole, VAT. Pure arithmetic over
//! values, which `billing` provides.
//!
//! Unit prices contain VAT. Coupons apply one after another, in their order, each to what the previous
//! one left; a fixed coupon takes at most what remains. The VAT of the whole is taken from the
//! taxable share of the final amount, so that totals do not depend on the order of the lines.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{ApiError, Result};
use crate::money;
use crate::states::Currency;

/// The terms of a coupon that determine its discount.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Terms {
    pub(crate) coupon_id: String,
    pub(crate) name: String,
    pub(crate) is_percentage: bool,
    pub(crate) discount_value: Decimal,
    pub(crate) currency: Option<Currency>,
}

/// A line of a basket.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// Price of one, with VAT.
    pub(crate) unit: Decimal,
    pub(crate) quantity: Decimal,
    pub(crate) exempt: bool,
    pub(crate) coupons: Vec<Terms>,
}

/// What one coupon did to one amount.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) terms: Terms,
    pub(crate) before: Decimal,
    pub(crate) discount: Decimal,
    pub(crate) after: Decimal,
}

/// A line with its amounts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct PricedLine {
    pub(crate) original: Decimal,
    pub(crate) discounted: Decimal,
    pub(crate) steps: Vec<Step>,
}

/// A basket with its amounts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Totals {
    /// Before any coupon.
    pub(crate) original: Decimal,
    /// What the lines' own coupons took off.
    pub(crate) item_discount: Decimal,
    /// The amount due.
    pub(crate) amount: Decimal,
    /// The VAT in `amount`.
    pub(crate) vat: Decimal,
    pub(crate) lines: Vec<PricedLine>,
    /// What the coupons on the whole did.
    pub(crate) steps: Vec<Step>,
}

/// Prices a basket.
pub(crate) fn price(lines: &[Line], coupons: &[Terms], currency: Currency) -> Result<Totals> {
    let zero = money::round(Decimal::ZERO, currency);
    let mut totals = Totals { original: zero, item_discount: zero, vat: zero, ..Totals::default() };
    let mut taxable = zero;
    for line in lines {
        let original = line
            .unit
            .checked_mul(line.quantity)
            .filter(|amount| *amount <= money::MAX_AMOUNT)
            .ok_or_else(too_much)?;
        let original = money::round(original, currency);
        let (discounted, steps) = apply(original, &line.coupons, currency);
        totals.original += original;
        totals.item_discount += original - discounted;
        if !line.exempt {
            taxable += discounted;
        }
        totals.lines.push(PricedLine { original, discounted, steps });
    }
    if totals.original > money::MAX_AMOUNT {
        return Err(too_much());
    }
    let subtotal = totals.original - totals.item_discount;
    (totals.amount, totals.steps) = apply(subtotal, coupons, currency);
    if !subtotal.is_zero() {
        // Ratio first: the product of two such amounts could overflow.
        let share = taxable / subtotal * totals.amount;
        totals.vat = money::vat_within(share, currency);
    }
    Ok(totals)
}

fn too_much() -> ApiError {
    ApiError::invalid("The amount exceeds the limit of this sandbox (10^15).")
}

fn apply(amount: Decimal, coupons: &[Terms], currency: Currency) -> (Decimal, Vec<Step>) {
    let mut left = amount;
    let steps = coupons.iter().map(|terms| {
        let wanted = if terms.is_percentage {
            let percent = terms.discount_value.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED);
            money::round(left * percent / Decimal::ONE_HUNDRED, currency)
        } else {
            money::round(terms.discount_value.max(Decimal::ZERO), currency)
        };
        let discount = wanted.min(left);
        let step = Step { terms: terms.clone(), before: left, discount, after: left - discount };
        left -= discount;
        step
    });
    let steps = steps.collect();
    (left, steps)
}

impl Totals {
    /// The amount due, without VAT.
    pub(crate) fn net(&self) -> Decimal {
        self.amount - self.vat
    }
}

/// The steps in the API's shape; null if there are none.
pub(crate) fn steps_json(steps: &[Step], currency: Currency) -> Value {
    if steps.is_empty() {
        return Value::Null;
    }
    let coupons = steps.iter().zip(1..).map(|(step, order)| {
        let terms = &step.terms;
        json!({
            "coupon_id": terms.coupon_id,
            "name": terms.name,
            "is_percentage": terms.is_percentage,
            "discount_value": money::round(terms.discount_value, terms.currency.unwrap_or(currency)),
            "currency": terms.currency,
            "order": order,
            "amount_before_discount": step.before,
            "discount_amount": step.discount,
            "amount_after_discount": step.after,
        })
    });
    json!({ "coupons": coupons.collect::<Vec<Value>>() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn coupon(is_percentage: bool, value: &str) -> Terms {
        let currency = (!is_percentage).then_some(Currency::Sar);
        Terms {
            coupon_id: "c".into(),
            name: "c".into(),
            is_percentage,
            discount_value: d(value),
            currency,
        }
    }

    fn line(unit: &str, quantity: i64, exempt: bool, coupons: Vec<Terms>) -> Line {
        Line { unit: d(unit), quantity: Decimal::from(quantity), exempt, coupons }
    }

    #[test]
    fn item_coupons_apply_before_basket_coupons_in_order() {
        let lines = [
            line("115", 2, false, vec![coupon(true, "10")]),
            line("50", 1, true, vec![coupon(false, "60")]),
        ];
        let totals =
            price(&lines, &[coupon(false, "7"), coupon(true, "50")], Currency::Sar).unwrap();
        assert_eq!(totals.original, d("280"));
        // 10 % of 230, and 50 of the 60, because only 50 remain.
        assert_eq!(totals.item_discount, d("73"));
        assert_eq!(totals.steps[0].after, d("200"));
        assert_eq!(totals.amount, d("100"));
        assert_eq!(totals.vat, d("13.04"));
        assert_eq!(totals.net(), d("86.96"));
    }

    #[test]
    fn a_full_discount_leaves_no_amount_and_no_vat() {
        let totals =
            price(&[line("99.99", 3, false, vec![])], &[coupon(true, "100")], Currency::Sar);
        let totals = totals.unwrap();
        assert_eq!((totals.amount, totals.vat), (d("0"), d("0")));
    }

    #[test]
    fn amounts_above_the_limit_are_rejected() {
        let lines = [line("1000000000", i64::MAX, false, vec![])];
        assert_eq!(price(&lines, &[], Currency::Sar).unwrap_err().status, 422);
    }

    fn any_line() -> impl Strategy<Value = Line> {
        let coupons = prop::collection::vec((any::<bool>(), 0_i64..20_000), 0..3);
        (1_i64..1_000_000, 1_i64..50, any::<bool>(), coupons).prop_map(
            |(cents, q, exempt, list)| {
                let coupons = list.into_iter().map(|(p, v)| Terms {
                    coupon_id: String::new(),
                    name: String::new(),
                    is_percentage: p,
                    discount_value: Decimal::new(v, 2),
                    currency: None,
                });
                Line {
                    unit: Decimal::new(cents, 2),
                    quantity: Decimal::from(q),
                    exempt,
                    coupons: coupons.collect(),
                }
            },
        )
    }

    proptest! {
        #[test]
        fn totals_do_not_depend_on_the_order_of_items(
            lines in prop::collection::vec(any_line(), 1..6),
            percent in 0_i64..10_000,
        ) {
            let whole = [Terms {
                coupon_id: String::new(), name: String::new(), is_percentage: true,
                discount_value: Decimal::new(percent, 2), currency: None,
            }];
            let there = price(&lines, &whole, Currency::Sar).unwrap();
            let back: Vec<Line> = lines.iter().rev().cloned().collect();
            let back = price(&back, &whole, Currency::Sar).unwrap();
            prop_assert_eq!(there.amount, back.amount);
            prop_assert_eq!(there.original, back.original);
            prop_assert_eq!(there.item_discount, back.item_discount);
            prop_assert_eq!(there.vat, back.vat);
        }

        #[test]
        fn discounts_never_exceed_the_amount(
            lines in prop::collection::vec(any_line(), 1..6),
        ) {
            let totals = price(&lines, &[], Currency::Sar).unwrap();
            prop_assert!(totals.amount >= Decimal::ZERO && totals.amount <= totals.original);
            prop_assert_eq!(totals.net() + totals.vat, totals.amount);
            prop_assert!(totals.vat >= Decimal::ZERO);
            for line in &totals.lines {
                prop_assert!(line.discounted >= Decimal::ZERO);
                for step in &line.steps {
                    prop_assert_eq!(step.before - step.discount, step.after);
                }
            }
        }
    }
}
