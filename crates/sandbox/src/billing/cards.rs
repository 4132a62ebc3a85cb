//! The published test cards and Apple Pay amounts, and the outcomes of charging them
//! (guides "Testing Cards" and "Testing Apple Pay").

use rust_decimal::Decimal;

use crate::model::{Currency, PaymentMethod};
use crate::money;

/// The outcome of a charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) verdict: Verdict,
    /// The gateway's message.
    pub(crate) message: &'static str,
    /// The response code of the card network; empty if there is none.
    pub(crate) code: &'static str,
}

/// Whether money moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Paid,
    Declined,
    /// Unknown: the payer must not simply try again.
    Unclear,
}

words! {
    /// The scheme of a card.
    Scheme {
        Unknown = "PGW_CARD_UNSPECIFIED",
        Mada = "MADA",
        Visa = "VISA",
        Mastercard = "MASTERCARD",
        Amex = "AMEX",
    }
}

impl Scheme {
    /// The payment method that a card of the scheme counts as.
    pub(crate) const fn method(self) -> PaymentMethod {
        match self {
            Self::Unknown => PaymentMethod::Unspecified,
            Self::Mada => PaymentMethod::Mada,
            Self::Visa => PaymentMethod::Visa,
            Self::Mastercard => PaymentMethod::Mastercard,
            Self::Amex => PaymentMethod::Amex,
        }
    }

    /// The number of digits in the security code of a card of the scheme.
    pub(crate) const fn cvc_digits(self) -> usize {
        match self {
            Self::Amex => 4,
            Self::Unknown | Self::Mada | Self::Visa | Self::Mastercard => 3,
        }
    }
}

/// Replaces the number of a stored Apple Pay card.
pub(crate) const APPLE_PAY: &str = "APPLE_PAY";

/// A card that only this sandbox has. The outcome of its charges is unclear, as after a gateway timeout.
pub(crate) const UNCLEAR_CARD: &str = "4000000000000119";

/// A card that only this sandbox has. It is approved, and refunds to it fail at the processor.
pub(crate) const UNREFUNDABLE_CARD: &str = "4000000000000226";

const APPROVED: (&str, &str) = ("APPROVED", "00");
const UNSPECIFIED: (&str, &str) = ("UNSPECIFIED FAILURE", "99");
const FUNDS: (&str, &str) = ("INSUFFICIENT FUNDS", "51");
const LOST: (&str, &str) = ("DECLINED: LOST CARD", "41");
const DECLINED: (&str, &str) = ("DECLINED", "05");
const EXPIRED: (&str, &str) = ("DECLINED: EXPIRED CARD", "54");
const LIMIT: (&str, &str) = ("DECLINED: EXCEEDS WITHDRAWAL LIMIT", "61");
const STOLEN: (&str, &str) = ("DECLINED: STOLEN CARD", "43");

/// Number, scheme, message and code of every test card.
pub(crate) const CARDS: &[(&str, Scheme, (&str, &str))] = &[
    ("4201320111111010", Scheme::Mada, APPROVED),
    ("4201320000013020", Scheme::Mada, UNSPECIFIED),
    ("4201320000311101", Scheme::Mada, FUNDS),
    ("4201320131000508", Scheme::Mada, LOST),
    ("4201321234411220", Scheme::Mada, DECLINED),
    ("4201322267774310", Scheme::Mada, EXPIRED),
    ("4201326324640570", Scheme::Mada, LIMIT),
    ("4201321144311528", Scheme::Mada, STOLEN),
    ("4111114005765430", Scheme::Visa, APPROVED),
    ("4111111111111111", Scheme::Visa, APPROVED),
    ("4123120000000000", Scheme::Visa, UNSPECIFIED),
    ("4123120001090000", Scheme::Visa, FUNDS),
    ("4123450131000508", Scheme::Visa, LOST),
    ("4123120001090109", Scheme::Visa, DECLINED),
    ("4123128518640738", Scheme::Visa, EXPIRED),
    ("4123123033308648", Scheme::Visa, LIMIT),
    ("4123125276780003", Scheme::Visa, STOLEN),
    (
        "4111118250252531",
        Scheme::Visa,
        (
            "3DS: attempted but not available, please ensure that you have enabled Online Purchase from your bank portal.",
            "",
        ),
    ),
    ("4111113343111067", Scheme::Visa, ("3DS service error occurred.", "")),
    ("4111116611600661", Scheme::Visa, ("The card is not enrolled in 3DS service.", "")),
    ("4111112205628150", Scheme::Visa, ("3DS service error occurred.", "")),
    (
        "4111115784228433",
        Scheme::Visa,
        ("The authentication attempt was rejected by the issuer bank.", ""),
    ),
    (
        "4111115620358287",
        Scheme::Visa,
        (
            "The authentication is unavailable, please try again later or contact issuer bank if problem persisted.",
            "",
        ),
    ),
    ("5421080101000000", Scheme::Mastercard, APPROVED),
    ("5105105105105100", Scheme::Mastercard, UNSPECIFIED),
    ("5457210001000092", Scheme::Mastercard, FUNDS),
    ("5204010101000000", Scheme::Mastercard, LOST),
    ("5204730000002514", Scheme::Mastercard, DECLINED),
    ("5105107550274126", Scheme::Mastercard, EXPIRED),
    ("5105106475101067", Scheme::Mastercard, LIMIT),
    ("5105107304607225", Scheme::Mastercard, STOLEN),
    ("340000000900000", Scheme::Amex, APPROVED),
    ("371111111111114", Scheme::Amex, UNSPECIFIED),
    ("340033000000000", Scheme::Amex, FUNDS),
    ("340012340501000", Scheme::Amex, LOST),
    ("340033000000133", Scheme::Amex, DECLINED),
    ("340000018441278", Scheme::Amex, EXPIRED),
    ("340000753060788", Scheme::Amex, LIMIT),
    ("340000418501838", Scheme::Amex, STOLEN),
];

/// The scheme of a card number.
pub(crate) fn scheme(number: &str) -> Scheme {
    if let Some((_, scheme, _)) = CARDS.iter().find(|(known, _, _)| *known == number) {
        return *scheme;
    }
    match number.as_bytes() {
        [b'3', b'4' | b'7', ..] => Scheme::Amex,
        [b'5', b'1'..=b'5', ..] | [b'2', b'2'..=b'7', ..] => Scheme::Mastercard,
        [b'4', ..] => Scheme::Visa,
        _ => Scheme::Unknown,
    }
}

/// Charges a card. Numbers that are not test cards are declined.
pub(crate) fn charge(number: &str, amount: Decimal, currency: Currency) -> Outcome {
    if number == APPLE_PAY {
        return apple_pay(amount, currency);
    }
    if number == UNCLEAR_CARD {
        let message = "The payment gateway did not answer in time.";
        return Outcome { verdict: Verdict::Unclear, message, code: "" };
    }
    if number == UNREFUNDABLE_CARD {
        return outcome(APPROVED);
    }
    let known = CARDS.iter().find(|(card, _, _)| *card == number);
    outcome(known.map_or(UNSPECIFIED, |(_, _, outcome)| *outcome))
}

/// Charges Apple Pay. The amount decides the outcome.
fn apple_pay(amount: Decimal, currency: Currency) -> Outcome {
    outcome(match money::minor(amount, currency) {
        20_000..=30_000 => APPROVED,
        110_100..=120_000 => FUNDS,
        120_100..=130_000 => LOST,
        130_100..=140_000 => DECLINED,
        140_100..=150_000 => EXPIRED,
        150_100..=160_000 => LIMIT,
        160_100..=170_000 => STOLEN,
        _ => UNSPECIFIED,
    })
}

/// Nothing was due, so that nothing had to be charged.
pub(crate) fn free() -> Outcome {
    outcome(APPROVED)
}

fn outcome((message, code): (&'static str, &'static str)) -> Outcome {
    let verdict = if code == "00" { Verdict::Paid } else { Verdict::Declined };
    Outcome { verdict, message, code }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_card_of_each_scheme_is_approved_and_two_visa_cards() {
        let paid = |scheme| CARDS.iter().filter(|(_, s, o)| *s == scheme && o.1 == "00").count();
        let schemes = [Scheme::Mada, Scheme::Visa, Scheme::Mastercard, Scheme::Amex];
        assert_eq!(schemes.map(paid), [1, 2, 1, 1]);
        assert_eq!(CARDS.len(), 39);
    }

    #[test]
    fn apple_pay_depends_on_the_amount() {
        let verdict = |text: &str| charge(APPLE_PAY, text.parse().unwrap(), Currency::Sar);
        assert_eq!(verdict("200").message, "APPROVED");
        assert_eq!(verdict("300").message, "APPROVED");
        assert_eq!(verdict("300.01").message, "UNSPECIFIED FAILURE");
        assert_eq!(verdict("1050").code, "99");
        assert_eq!(verdict("1101").code, "51");
        assert_eq!(verdict("1100.50").code, "99");
        assert_eq!(verdict("1700").code, "43");
        assert_eq!(verdict("5").code, "99");
    }
}
