//! Numbers in a JSON text that a parsed value cannot hold exactly.
//!
//! `serde_json` reads a number into 64 bits. A longer integer, or a decimal with too many digits, is
//! rounded without an error. The functions here look at the text before it is parsed, in one pass.

use std::{borrow::Cow, ops::Range, str};

use serde_json::Number;

/// Integers of up to this many digits always fit into 64 bits.
const INTEGER_DIGITS: usize = 18;

/// Decimals of up to this many digits always survive being read as an `f64` and written again.
const DECIMAL_DIGITS: usize = 15;

/// A part of a JSON text. White space, literals and anything that is not JSON are skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A bracket, a brace, a comma or a colon.
    Punctuation(u8),
    /// A string, with its quotes.
    String(Range<usize>),
    /// A number, or what looks like one.
    Number(Range<usize>),
}

/// The tokens of a JSON text, from left to right. The text need not be valid.
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    /// Reads tokens from the beginning of a text.
    #[must_use]
    pub const fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    fn end(&self, from: usize, inside: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        from + rest.iter().position(|byte| !inside(*byte)).unwrap_or(rest.len())
    }

    /// Where the string that begins at `from` ends. A string that is not closed ends with the text.
    fn string_end(&self, from: usize) -> usize {
        let mut at = from + 1;
        loop {
            at = self.end(at, |byte| byte != b'"' && byte != b'\\');
            match self.text.get(at) {
                Some(b'\\') => at += 2,
                Some(_) => return at + 1,
                None => return self.text.len(),
            }
        }
    }

    /// Whether the next token is a colon, so that the token before it is a key.
    #[must_use]
    pub fn at_colon(&self) -> bool {
        let at = self.end(self.at, |byte| byte.is_ascii_whitespace());
        self.text.get(at) == Some(&b':')
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let starts =
            |byte: u8| matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b':' | b'"' | b'-');
        let from = self.end(self.at, |byte| !starts(byte) && !byte.is_ascii_digit());
        let first = *self.text.get(from)?;
        let (token, end) = match first {
            b'"' => {
                let end = self.string_end(from);
                (Token::String(from..end), end)
            }
            b'-' | b'0'..=b'9' => {
                let inside = |byte: u8| {
                    byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E')
                };
                let end = self.end(from, inside);
                (Token::Number(from..end), end)
            }
            _ => (Token::Punctuation(first), from + 1),
        };
        self.at = end;
        Some(token)
    }
}

/// Whether a number token would be changed by being read as a [`Number`] and written again. Notation
/// does not count: `1.50` and `1.5` are the same number. A token that is not a JSON number is not lossy;
/// the parser refuses it.
#[must_use]
pub fn is_lossy(token: &[u8]) -> bool {
    let plain = token.strip_prefix(b"-").unwrap_or(token);
    let point = plain.contains(&b'.');
    let most = if point { DECIMAL_DIGITS } else { INTEGER_DIGITS };
    if plain.len() - usize::from(point) <= most
        && !plain.iter().any(|byte| matches!(byte, b'e' | b'E'))
    {
        return false;
    }
    if !is_number(plain) {
        return false;
    }
    let Ok(token) = str::from_utf8(token) else { return false };
    match serde_json::from_str::<Number>(token) {
        Ok(number) => Decimal::read(token) != Decimal::read(&number.to_string()),
        // Out of the range of an `f64`.
        Err(_) => true,
    }
}

/// Whether a text without a sign is a number by the grammar of JSON.
fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let (mantissa, exponent) = split(text, |byte| matches!(byte, b'e' | b'E'));
    let (whole, fraction) = split(mantissa, |byte| byte == b'.');
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with(b"0"))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| {
            digits(text.strip_prefix(b"+").or_else(|| text.strip_prefix(b"-")).unwrap_or(text))
        })
}

fn split(text: &[u8], at: impl Fn(u8) -> bool) -> (&[u8], Option<&[u8]>) {
    let Some(index) = text.iter().position(|byte| at(*byte)) else { return (text, None) };
    let (before, after) = text.split_at(index);
    (before, after.get(1..))
}

/// The value of a number: its digits without zeros around them, and the power of ten of the last one.
#[derive(PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [whole.trim_start_matches('-'), fraction].concat();
        let digits = all.trim_end_matches('0');
        let trailing = all.len() - digits.len();
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() {
            return Some(Self { negative: false, digits: String::new(), exponent: 0 });
        }
        let exponent = exponent.parse::<i64>().ok()?;
        let shift = i64::try_from(trailing).ok()? - i64::try_from(fraction.len()).ok()?;
        Some(Self {
            negative: mantissa.starts_with('-'),
            digits: digits.to_owned(),
            exponent: exponent.checked_add(shift)?,
        })
    }
}

/// Where the lossy numbers of a text are. A number where a key should be is left out: replacing it by a
/// string would make an invalid text valid.
fn lossy(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut tokens = Tokens::new(text);
    std::iter::from_fn(move || {
        loop {
            if let Token::Number(range) = tokens.next()?
                && text.get(range.clone()).is_some_and(is_lossy)
                && !tokens.at_colon()
            {
                return Some(range);
            }
        }
    })
}

/// Turns every number that would be rounded into a string with the same digits:
/// `{"a": 100000000000000000001}` becomes `{"a": "100000000000000000001"}`. Everything else is unchanged.
#[must_use]
pub fn quote_lossy(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    for range in lossy(text.as_bytes()) {
        let (Some(before), Some(number)) = (text.get(copied..range.start), text.get(range.clone()))
        else {
            continue;
        };
        out.extend([before, "\"", number, "\""]);
        copied = range.end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// How many values a JSON text holds, keys not counted: what parsing it costs in memory.
#[must_use]
pub fn count_values(text: &str) -> usize {
    let more = |token: &Token| matches!(token, Token::Punctuation(b',' | b'[' | b'{'));
    1 + Tokens::new(text.as_bytes()).filter(more).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::{count_values, is_lossy, quote_lossy};

    #[test]
    fn only_numbers_that_would_be_rounded_are_lossy() {
        for exact in [
            "0",
            "-0",
            "1",
            "19.99",
            "0.1",
            "-25.000",
            "999999999999.99",
            "1e22",
            "1E+2",
            "0e999999999999",
            "18446744073709551615",
            "-9223372036854775808",
            "0.00000001",
            "1.5e-7",
            "100000000000000000000",
            "1.00000000000000000000",
            "0.30000000000000004",
        ] {
            assert!(!is_lossy(exact.as_bytes()), "{exact}");
        }
        for lossy in [
            "100000000000000000001",
            "18446744073709551617",
            "-9223372036854775809",
            "19.990000000000000001",
            "1e-400",
            "1e400",
            "1e99999999999999999999",
            "1.00000000000000000001e2",
            "12345678901234567890123.5",
        ] {
            assert!(is_lossy(lossy.as_bytes()), "{lossy}");
        }
        for invalid in ["1.2.3", "--1", "01234567890123456789", "1e", "1.", "-", "1e400e"] {
            assert!(!is_lossy(invalid.as_bytes()), "{invalid}");
        }
    }

    #[test]
    fn lossy_numbers_become_strings_and_nothing_else_changes() {
        let text =
            r#"{"a": [1, 1e400,-19.990000000000000001 ], "1e400": "1e400", "b\"1e400": true}"#;
        let wanted =
            r#"{"a": [1, "1e400","-19.990000000000000001" ], "1e400": "1e400", "b\"1e400": true}"#;
        assert_eq!(quote_lossy(text), wanted);
        assert_eq!(quote_lossy("1e400"), "\"1e400\"");
    }

    #[test]
    fn an_invalid_text_stays_invalid() {
        for text in
            ["{1e400: 1}", "{1e400\n : 1}", "[1e400e]", "[1 1e400]", "\"1e400", "[\"\\", "x1e400"]
        {
            assert!(serde_json::from_str::<Value>(&quote_lossy(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn values_are_counted_outside_of_strings() {
        assert_eq!(count_values("7"), 1);
        assert_eq!(count_values(r#"{"a": [1, 2, 3], "b,[{": ",,,"}"#), 6);
    }

    /// A JSON text, and the same with its lossy numbers as strings.
    fn json() -> impl Strategy<Value = (String, String)> {
        let same = |text: String| (text.clone(), text);
        let leaf = prop_oneof![
            Just(same("null".to_owned())),
            any::<i64>().prop_map(move |number| same(number.to_string())),
            (-999_999_999..999_999_999_i64, 0..6_u32).prop_map(move |(number, places)| {
                same(format!("{}.{:0width$}", number, places, width = places as usize + 1))
            }),
            ".*".prop_map(move |text| same(serde_json::to_string(&text).unwrap())),
            "[1-9][0-9]{20,40}[1-9]".prop_map(|number| (number.clone(), format!("\"{number}\""))),
            "-[1-9]\\.[0-9]{20,40}[1-9]"
                .prop_map(|number| (number.clone(), format!("\"{number}\""))),
            "[1-9]e-?[4-9][0-9]{2}".prop_map(|number| (number.clone(), format!("\"{number}\""))),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            let join = |parts: Vec<(String, (String, String))>, keys: bool| {
                let pick = |side: fn(&(String, String)) -> &String| {
                    let parts = parts.iter().map(|(key, value)| {
                        let key = serde_json::to_string(key).unwrap();
                        if keys { format!("{key} : {}", side(value)) } else { side(value).clone() }
                    });
                    let inner = parts.collect::<Vec<_>>().join(" ,\n");
                    if keys { format!("{{{inner}}}") } else { format!("[ {inner} ]") }
                };
                (pick(|pair| &pair.0), pick(|pair| &pair.1))
            };
            (prop::collection::vec((".*", inner), 0..6), any::<bool>())
                .prop_map(move |(parts, keys)| join(parts, keys))
        })
    }

    proptest! {
        #[test]
        fn any_json_text_changes_only_in_its_lossy_numbers((text, wanted) in json()) {
            prop_assert_eq!(quote_lossy(&text), wanted);
        }

        #[test]
        fn a_text_without_lossy_numbers_is_borrowed(text in "[^0-9]*") {
            prop_assert!(matches!(quote_lossy(&text), std::borrow::Cow::Borrowed(_)));
        }

        #[test]
        fn any_text_at_all_can_be_read(text in ".*") {
            let parsed = serde_json::from_str::<Value>(&text);
            let quoted = serde_json::from_str::<Value>(&quote_lossy(&text));
            prop_assert!(parsed.is_err() || quoted.is_ok());
            let _ = count_values(&text);
        }

        #[test]
        fn a_number_that_is_not_lossy_keeps_its_value(text in "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,24})?") {
            if !is_lossy(text.as_bytes()) {
                let number: serde_json::Number = serde_json::from_str(&text).unwrap();
                let plain = number.to_string();
                let exact = |text: &str| {
                    let decimal = rust_decimal::Decimal::from_str_exact(text).ok()
                        .or_else(|| rust_decimal::Decimal::from_scientific(text).ok());
                    decimal.map(|decimal| decimal.normalize())
                };
                if let (Some(before), Some(after)) = (exact(&text), exact(&plain)) {
                    prop_assert_eq!(before, after);
                }
            }
        }
    }
}
