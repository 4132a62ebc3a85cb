//! The published test cards and Apple Pay amounts, and the outcomes of charging them
//! (guides "Testing Cards" and "Testing Apple Pay").

use rust_decimal::Decimal;

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
pub(crate) const CARDS: &[(&str, &str, (&str, &str))] = &[
    ("4201320111111010", "MADA", APPROVED),
    ("4201320000013020", "MADA", UNSPECIFIED),
    ("4201320000311101", "MADA", FUNDS),
    ("4201320131000508", "MADA", LOST),
    ("4201321234411220", "MADA", DECLINED),
    ("4201322267774310", "MADA", EXPIRED),
    ("4201326324640570", "MADA", LIMIT),
    ("4201321144311528", "MADA", STOLEN),
    ("4111114005765430", "VISA", APPROVED),
    ("4111111111111111", "VISA", APPROVED),
    ("4123120000000000", "VISA", UNSPECIFIED),
    ("4123120001090000", "VISA", FUNDS),
    ("4123450131000508", "VISA", LOST),
    ("4123120001090109", "VISA", DECLINED),
    ("4123128518640738", "VISA", EXPIRED),
    ("4123123033308648", "VISA", LIMIT),
    ("4123125276780003", "VISA", STOLEN),
    (
        "4111118250252531",
        "VISA",
        (
            "3DS: attempted but not available, please ensure that you have enabled Online Purchase from your bank portal.",
            "",
        ),
    ),
    ("4111113343111067", "VISA", ("3DS service error occurred.", "")),
    ("4111116611600661", "VISA", ("The card is not enrolled in 3DS service.", "")),
    ("4111112205628150", "VISA", ("3DS service error occurred.", "")),
    (
        "4111115784228433",
        "VISA",
        ("The authentication attempt was rejected by the issuer bank.", ""),
    ),
    (
        "4111115620358287",
        "VISA",
        (
            "The authentication is unavailable, please try again later or contact issuer bank if problem persisted.",
            "",
        ),
    ),
    ("5421080101000000", "MASTERCARD", APPROVED),
    ("5105105105105100", "MASTERCARD", UNSPECIFIED),
    ("5457210001000092", "MASTERCARD", FUNDS),
    ("5204010101000000", "MASTERCARD", LOST),
    ("5204730000002514", "MASTERCARD", DECLINED),
    ("5105107550274126", "MASTERCARD", EXPIRED),
    ("5105106475101067", "MASTERCARD", LIMIT),
    ("5105107304607225", "MASTERCARD", STOLEN),
    ("340000000900000", "AMEX", APPROVED),
    ("371111111111114", "AMEX", UNSPECIFIED),
    ("340033000000000", "AMEX", FUNDS),
    ("340012340501000", "AMEX", LOST),
    ("340033000000133", "AMEX", DECLINED),
    ("340000018441278", "AMEX", EXPIRED),
    ("340000753060788", "AMEX", LIMIT),
    ("340000418501838", "AMEX", STOLEN),
];

/// The scheme of a card number.
pub(crate) fn scheme(number: &str) -> &'static str {
    if let Some((_, scheme, _)) = CARDS.iter().find(|(known, _, _)| *known == number) {
        return scheme;
    }
    match number.as_bytes() {
        [b'3', b'4' | b'7', ..] => "AMEX",
        [b'5', b'1'..=b'5', ..] | [b'2', b'2'..=b'7', ..] => "MASTERCARD",
        [b'4', ..] => "VISA",
        _ => "PGW_CARD_UNSPECIFIED",
    }
}

/// Charges a card. Numbers that are not test cards are declined.
pub(crate) fn charge(number: &str, amount: Decimal, currency: &str) -> Outcome {
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
fn apple_pay(amount: Decimal, currency: &str) -> Outcome {
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

fn outcome((message, code): (&'static str, &'static str)) -> Outcome {
    let verdict = if code == "00" { Verdict::Paid } else { Verdict::Declined };
    Outcome { verdict, message, code }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_card_of_each_scheme_is_approved_and_two_visas() {
        let paid =
            |scheme: &str| CARDS.iter().filter(|(_, s, o)| *s == scheme && o.1 == "00").count();
        assert_eq!(["MADA", "VISA", "MASTERCARD", "AMEX"].map(paid), [1, 2, 1, 1]);
        assert_eq!(CARDS.len(), 39);
    }

    #[test]
    fn apple_pay_goes_by_the_amount() {
        let verdict = |text: &str| charge(APPLE_PAY, text.parse().unwrap(), "SAR");
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
