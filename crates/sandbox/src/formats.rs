//! The formats that the description names: identifiers, moments, addresses, decimal numbers.

use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use crate::time;

/// A number or a decimal string as an exact number. Returns `None` for anything else, and for
/// numbers with too many digits.
pub(crate) fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            text.parse().ok().or_else(|| Decimal::from_scientific(&text).ok())
        }
        Value::String(text) => {
            let text = text.trim();
            let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b".+-".contains(&byte));
            if plain { text.parse().ok() } else { None }
        }
        _ => None,
    }
}

/// Checks a string against a format. Returns the type of the fault and its message.
pub(crate) fn fault(format: &str, text: &str) -> Option<(&'static str, String)> {
    let wrong = |kind, text: &str| Some((kind, text.to_owned()));
    match format {
        "uuid" | "uuid4" if !is_uuid(text) => {
            wrong("uuid_parsing", "Input should be a valid UUID, it is not in the form of one")
        }
        "uuid4" if text.as_bytes().get(14) != Some(&b'4') => {
            wrong("uuid_version", "UUID version 4 expected")
        }
        "date-time" if time::parse(text).is_none() => {
            wrong("datetime_parsing", "Input should be a valid datetime, in ISO 8601")
        }
        "email" if !is_email(text) => wrong("value_error", "value is not a valid email address"),
        "phone" if !is_phone(text) => wrong("value_error", "value is not a valid phone number"),
        "uri" if !is_web_address(text) => {
            wrong("url_parsing", "Input should be a valid URL, with http or https")
        }
        _ => None,
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

/// Not all that RFC 5322 allows; what mail servers accept in practice.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let atom = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b))
    };
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.len() <= 254
        && local.len() <= 64
        && local.split('.').all(atom)
        && domain.contains('.')
        && domain.split('.').all(label)
}

/// E.164: a plus sign and 8 to 15 digits, the first not zero.
pub(crate) fn is_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_and_strings_are_exact() {
        assert_eq!(decimal(&json!(99.99)).unwrap().to_string(), "99.99");
        assert_eq!(decimal(&json!("0.10")).unwrap().to_string(), "0.10");
        assert!(decimal(&json!("1e5")).is_none());
        assert!(decimal(&json!("ten")).is_none());
        assert!(decimal(&json!(1e300)).is_none());
        assert!(decimal(&json!("")).is_none());
    }

    #[test]
    fn formats_tell_good_from_bad() {
        assert!(fault("uuid4", "6361941e-3a81-4aa5-aaa6-60d6e052883a").is_none());
        assert_eq!(
            fault("uuid4", "6361941e-3a81-1aa5-aaa6-60d6e052883a").unwrap().0,
            "uuid_version"
        );
        assert_eq!(fault("uuid", "6361941e").unwrap().0, "uuid_parsing");
        assert!(is_email("a.b+c@example.com"));
        for bad in ["", "a", "@b.c", "a@b", "a b@c.d", "a@-b.c", "a..b@c.d"] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(is_phone("+966501234567"));
        for bad in ["966501234567", "+0501234567", "+966 50 123", "+1", ""] {
            assert!(!is_phone(bad), "{bad}");
        }
        assert!(fault("uri", "ftp://x.y").is_some());
        assert!(fault("uri", "https://x.y/z?a=b").is_none());
    }
}
