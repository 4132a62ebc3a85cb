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

/// Reads a string of a format. Returns the canonical form where that can differ from what was
/// sent, or the type of the fault and its message.
pub(crate) fn read(
    format: &str,
    text: &str,
) -> Result<Option<String>, (&'static str, &'static str)> {
    let (fits, kind, msg) = match format {
        "uuid" if is_uuid(text) => return Ok(Some(text.to_ascii_lowercase())),
        "uuid" => {
            (false, "uuid_parsing", "Input should be a valid UUID, it is not in the form of one")
        }
        "date-time" => match time::parse(text) {
            Some(at) => return Ok(Some(time::micros(at).to_string())),
            None => (false, "datetime_parsing", "Input should be a valid datetime, in ISO 8601"),
        },
        "email" => (is_email(text), "value_error", "value is not a valid email address"),
        "phone" => (is_phone(text), "value_error", "value is not a valid phone number"),
        "uri" => {
            (is_web_address(text), "url_parsing", "Input should be a valid URL, with http or https")
        }
        _ => (true, "", ""),
    };
    if fits { Ok(None) } else { Err((kind, msg)) }
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

/// An address with http or https.
pub(crate) fn is_web_address(text: &str) -> bool {
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
    fn valid_strings_are_accepted_and_made_canonical() {
        let id = "6361941E-3A81-4AA5-AAA6-60D6E052883A";
        assert_eq!(read("uuid", id), Ok(Some(id.to_lowercase())));
        assert_eq!(read("uuid", "6361941e").unwrap_err().0, "uuid_parsing");
        let utc = Ok(Some("2026-01-31T10:00:00Z".to_owned()));
        assert_eq!(read("date-time", "2026-01-31T13:00:00+03:00"), utc);
        assert_eq!(read("date-time", "soon").unwrap_err().0, "datetime_parsing");
        assert!(is_email("a.b+c@example.com"));
        for bad in ["", "a", "@b.c", "a@b", "a b@c.d", "a@-b.c", "a..b@c.d"] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(is_phone("+966501234567"));
        for bad in ["966501234567", "+0501234567", "+966 50 123", "+1", ""] {
            assert!(!is_phone(bad), "{bad}");
        }
        assert!(read("uri", "ftp://x.y").is_err());
        assert_eq!(read("uri", "https://x.y/z?a=b"), Ok(None));
    }
}
