//! The API key: a secret that does not print.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use bytes::Bytes;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

/// The length from which half a key is taken out of texts on its own; a shorter one could be any word.
const SHORTEST_SECRET: usize = 8;

/// A key of the Stream API.
///
/// Its `Debug` prints no part of it, and it is wiped from memory when dropped.
#[derive(Clone)]
pub struct ApiKey(SecretString);

/// The text is no key. It does not say what the text was: it may be a secret all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    /// There is no text.
    #[error("the key is empty")]
    Empty,
    /// Neither of the two forms.
    #[error(
        "the key is neither `key:secret` nor the base64 of it; copy it from Stream's dashboard \
         (Settings → API keys)"
    )]
    Form,
    /// One half of the pair is missing.
    #[error("the key needs both halves, `key:secret`; one of them is empty")]
    Half,
}

impl ApiKey {
    /// Reads a key in either form that the dashboard shows: `key:secret`, or that pair in base64.
    ///
    /// White space and quotes around it are ignored, as is a line break that was encoded by mistake.
    ///
    /// # Errors
    /// Texts that are neither.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let text = text.trim().trim_matches(['"', '\'']).trim();
        if text.is_empty() {
            return Err(InvalidKey::Empty);
        }
        let pair = if text.contains(':') { text.to_owned() } else { decode(text)? };
        let pair = pair.trim();
        let (key, secret) = pair.split_once(':').ok_or(InvalidKey::Form)?;
        if key.is_empty() || secret.is_empty() {
            return Err(InvalidKey::Half);
        }
        if pair.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(InvalidKey::Form);
        }
        Ok(Self(SecretString::from(STANDARD.encode(pair))))
    }

    /// The value of the `x-api-key` header, marked as sensitive so that it is not logged.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        // Base64 is always a valid header value.
        let mut value = HeaderValue::from_str(self.0.expose_secret()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

impl std::str::FromStr for ApiKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        Self::parse(text)
    }
}

/// Takes a key out of a text that came back, in whichever form it stands there. An error that repeats
/// the request would otherwise carry the key on to logs and to whoever reads the error.
pub(crate) fn redact(key: &HeaderValue, text: Bytes) -> Bytes {
    let encoded = key.to_str().unwrap_or_default();
    let pair = decode(encoded).unwrap_or_default();
    let halves = pair.split(':').filter(|half| half.len() >= SHORTEST_SECRET);
    let secrets: Vec<&str> = [encoded, pair.as_str()].into_iter().chain(halves).collect();
    let Ok(readable) = std::str::from_utf8(&text) else { return text };
    if !secrets.iter().any(|secret| !secret.is_empty() && readable.contains(secret)) {
        return text;
    }
    let mut clean = readable.to_owned();
    for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
        clean = clean.replace(secret, "[key]");
    }
    clean.into()
}

/// Base64 in the standard or the URL-safe alphabet, padded or not.
fn decode(text: &str) -> Result<String, InvalidKey> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let alphabet = if text.contains(['-', '_']) { alphabet::URL_SAFE } else { alphabet::STANDARD };
    let bytes =
        GeneralPurpose::new(&alphabet, config).decode(text).map_err(|_| InvalidKey::Form)?;
    String::from_utf8(bytes).map_err(|_| InvalidKey::Form)
}

#[cfg(test)]
mod tests {
    use super::{ApiKey, InvalidKey, redact};

    fn header(text: &str) -> String {
        ApiKey::parse(text).unwrap().header().unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn both_forms_and_their_usual_blemishes_give_one_header() {
        let encoded = "YTpi"; // a:b
        for text in ["a:b", "YTpi", " a:b\n", "\"YTpi\"", "YTpiCg==", "YTpiCg"] {
            assert_eq!(header(text), encoded, "{text:?}");
        }
        assert_eq!(header("k:s?>"), "azpzPz4=");
        assert_eq!(header("azpzPz4"), "azpzPz4=");
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_repeated() {
        let cases = [
            ("", InvalidKey::Empty),
            ("  ", InvalidKey::Empty),
            ("sk_live_abcdef", InvalidKey::Form),
            ("aGVsbG8=", InvalidKey::Form),
            (":secret", InvalidKey::Half),
            ("key:", InvalidKey::Half),
            ("a:b\r\nx-evil: 1", InvalidKey::Form),
        ];
        for (text, wanted) in cases {
            let error = ApiKey::parse(text).unwrap_err();
            assert_eq!(error, wanted, "{text:?}");
            assert!(!error.to_string().contains("abcdef"));
        }
    }

    #[test]
    fn a_key_that_comes_back_is_taken_out_in_every_form() {
        let key = ApiKey::parse("public-half:secret-half").unwrap().header().unwrap();
        let encoded = key.to_str().unwrap();
        let text = format!("{encoded} public-half:secret-half secret-half and more");
        assert_eq!(redact(&key, text.into()), "[key] [key] [key] and more");
        assert_eq!(redact(&key, "nothing".into()), "nothing");
        assert_eq!(redact(&key, vec![0xff].into()), vec![0xff]);
    }

    #[test]
    fn a_key_does_not_print() {
        let key = ApiKey::parse("public:hush").unwrap();
        assert_eq!(format!("{key:?}"), "ApiKey(…)");
        assert_eq!(format!("{:?}", key.header()), "Some(Sensitive)");
    }
}
