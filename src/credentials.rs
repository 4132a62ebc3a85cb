//! The API key: a secret that does not print.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

/// The longest text that is accepted as a key, in bytes.
const LONGEST: usize = 4096;

/// A key of the Stream API.
///
/// Its `Debug` output shows no part of it, and it is wiped from memory when dropped.
#[derive(Clone)]
pub struct ApiKey {
    /// What is sent.
    header: SecretString,
    /// The `key:secret` pair, if the key has that form.
    pair: Option<SecretString>,
}

/// Why a text cannot be used as a key. The message does not repeat the text, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    /// The text is empty.
    #[error("the key is empty")]
    Empty,
    /// The text cannot be sent in an HTTP header.
    #[error(
        "the key contains spaces, line breaks or other characters that a key cannot have; expected \
         `key:secret` or its base64 form, from Stream's dashboard (Settings → API keys)"
    )]
    Form,
    /// One half of the pair is missing.
    #[error("the key needs both halves, `key:secret`; one of them is empty")]
    Half,
}

impl ApiKey {
    /// Reads a key: `key:secret`, or the base64 form of that pair, as the dashboard shows them.
    ///
    /// White space and quotes around the key are ignored, as is a line break that was encoded by
    /// mistake. A key in any other form is kept as it is if it can be sent in a header, so that the
    /// API decides; see [`ApiKey::looks_unusual`].
    ///
    /// ```
    /// use streampay::ApiKey;
    ///
    /// let pair = ApiKey::parse("key:secret")?;
    /// assert_eq!(pair, ApiKey::parse("a2V5OnNlY3JldA==")?);
    /// assert!(ApiKey::parse("sk_live_4fe1a9")?.looks_unusual());
    /// assert!(ApiKey::parse("two words").is_err());
    /// # Ok::<(), streampay::InvalidKey>(())
    /// ```
    ///
    /// # Errors
    /// An empty text, a pair with an empty half, or a text that cannot be sent in a header.
    pub fn parse(text: &str) -> Result<Self, InvalidKey> {
        let text = text.trim().trim_matches(['"', '\'']).trim();
        if text.is_empty() {
            return Err(InvalidKey::Empty);
        }
        if text.len() > LONGEST {
            return Err(InvalidKey::Form);
        }
        let graphic = |text: &str| !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if text.contains(':') {
            return if graphic(text) { Self::of_pair(text) } else { Err(InvalidKey::Form) };
        }
        let decoded = decode(text).unwrap_or_default();
        let decoded = decoded.trim();
        if decoded.contains(':') && graphic(decoded) {
            return Self::of_pair(decoded);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidKey::Form);
        }
        Ok(Self { header: text.into(), pair: None })
    }

    fn of_pair(pair: &str) -> Result<Self, InvalidKey> {
        match pair.split_once(':') {
            Some(("", _) | (_, "")) | None => Err(InvalidKey::Half),
            Some(_) => Ok(Self { header: STANDARD.encode(pair).into(), pair: Some(pair.into()) }),
        }
    }

    /// Whether the key is neither `key:secret` nor its base64 form. It is sent as it is; the API will
    /// probably reject it.
    #[must_use]
    pub const fn looks_unusual(&self) -> bool {
        self.pair.is_none()
    }

    /// Identifies the key without revealing it: its HMAC-SHA-256 under `secret`, shortened to 128
    /// bits. All spellings of a key have the same fingerprint.
    #[must_use]
    pub fn fingerprint(&self, secret: &[u8]) -> [u8; 16] {
        let mut short = [0; 16];
        // HMAC accepts a secret of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return short };
        mac.update(self.header.expose_secret().as_bytes());
        let whole = mac.finalize().into_bytes();
        short.iter_mut().zip(whole).for_each(|(to, from)| *to = from);
        short
    }

    /// The value of the `x-api-key` header, marked as sensitive so that it is not logged.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        // Both forms consist of visible ASCII characters.
        let mut value = HeaderValue::from_str(self.header.expose_secret()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// What is sent, and the pair if there is one.
    pub(crate) fn forms(&self) -> (&str, Option<&str>) {
        let pair = self.pair.as_ref().map(|pair| pair.expose_secret());
        (self.header.expose_secret(), pair)
    }
}

/// Takes the same time for any two keys of one length.
impl PartialEq for ApiKey {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.header.expose_secret(), other.header.expose_secret());
        let differ = a.bytes().zip(b.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
        a.len() == b.len() && differ == 0
    }
}

impl Eq for ApiKey {}

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

/// Base64 in the standard or the URL-safe alphabet, padded or not.
fn decode(text: &str) -> Option<String> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let alphabet = if text.contains(['-', '_']) { alphabet::URL_SAFE } else { alphabet::STANDARD };
    let bytes = GeneralPurpose::new(&alphabet, config).decode(text).ok()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{ApiKey, InvalidKey};

    fn header(text: &str) -> String {
        ApiKey::parse(text).unwrap().header().unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn all_spellings_of_a_pair_are_one_key() {
        let encoded = "YTpi"; // a:b
        let key = ApiKey::parse("a:b").unwrap();
        for text in ["a:b", "YTpi", " a:b\n", "\"YTpi\"", "YTpiCg==", "YTpiCg"] {
            assert_eq!(header(text), encoded, "{text:?}");
            let same = ApiKey::parse(text).unwrap();
            assert_eq!(same, key);
            assert_eq!(same.fingerprint(b"s"), key.fingerprint(b"s"));
            assert!(!same.looks_unusual());
        }
        assert_eq!(header("k:s?>"), "azpzPz4=");
        assert_eq!(header("azpzPz4"), "azpzPz4=");
        assert_ne!(ApiKey::parse("a:c").unwrap(), key);
        assert_ne!(ApiKey::parse("a:c").unwrap().fingerprint(b"s"), key.fingerprint(b"s"));
        assert_ne!(key.fingerprint(b"t"), key.fingerprint(b"s"));
    }

    #[test]
    fn a_key_in_another_form_is_sent_as_it_is() {
        for text in
            ["sk_live_abcdef", "aGVsbG8=", "c2VjcmV0", "a", "!\"#$%&'()*+,-./<=>?@[\\]^_`{|}~"]
        {
            let key = ApiKey::parse(text).unwrap();
            assert!(key.looks_unusual(), "{text}");
            assert_eq!(header(text), text);
        }
    }

    #[test]
    fn a_text_that_cannot_be_a_key_is_rejected_without_being_repeated() {
        let cases = [
            ("", InvalidKey::Empty),
            ("  ", InvalidKey::Empty),
            ("\"\"", InvalidKey::Empty),
            (":secret", InvalidKey::Half),
            ("key:", InvalidKey::Half),
            ("a:b\r\nx-evil: 1", InvalidKey::Form),
            ("abcdef abcdef", InvalidKey::Form),
            ("abcdef\u{7f}", InvalidKey::Form),
            ("مفتاح", InvalidKey::Form),
            (&"abcdef".repeat(1000), InvalidKey::Form),
        ];
        for (text, wanted) in cases {
            let error = ApiKey::parse(text).unwrap_err();
            assert_eq!(error, wanted, "{text:?}");
            assert!(!error.to_string().contains("abcdef"));
        }
    }

    #[test]
    fn a_key_does_not_print() {
        let key = ApiKey::parse("public:hush").unwrap();
        assert_eq!(format!("{key:?}"), "ApiKey(…)");
        assert_eq!(format!("{:?}", key.header()), "Some(Sensitive)");
    }
}
