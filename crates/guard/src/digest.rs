//! Digests that bind things together, and fingerprints that represent API keys.

use std::{fmt, str::FromStr};

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::json;

/// A SHA-256 over a list of parts, written in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// Over parts whose borders count: `["ab", "c"]` and `["a", "bc"]` differ.
    pub(crate) fn of(parts: &[&str]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Self(hasher.finalize().into())
    }

    /// Over raw bytes.
    pub(crate) fn bytes(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Over JSON, whatever the order of its members.
    pub(crate) fn json(value: &Value) -> Self {
        let mut text = String::new();
        json::canonical(value, &mut text);
        Self::bytes(text.as_bytes())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, thiserror::Error)]
#[error("a digest has 64 hexadecimal digits")]
pub struct NotADigest;

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| NotADigest)?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Digest {
    type Error = NotADigest;

    fn try_from(text: String) -> Result<Self, NotADigest> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

/// Represents an API key in policies and audits: 16 hexadecimal digits of a
/// keyed hash. Without the store's secret it reveals nothing, even to someone who guesses keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a fingerprint as it is written in policies.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 16
            && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        digits.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Makes fingerprints of keys, under a secret that the store holds.
#[derive(Clone)]
pub struct Fingerprinter {
    secret: [u8; 32],
}

impl Fingerprinter {
    /// With the secret of the store.
    #[must_use]
    pub const fn new(secret: [u8; 32]) -> Self {
        Self { secret }
    }

    /// The fingerprint of a key.
    #[must_use]
    pub fn fingerprint(&self, key: &[u8]) -> Fingerprint {
        let digits = Hmac::<Sha256>::new_from_slice(&self.secret).map_or_else(
            |_| String::new(),
            |mut mac| {
                mac.update(key);
                hex::encode(mac.finalize().into_bytes())
            },
        );
        Fingerprint(digits.chars().take(16).collect())
    }
}

impl fmt::Debug for Fingerprinter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprinter(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_borders_of_parts_count() {
        assert_ne!(Digest::of(&["ab", "c"]), Digest::of(&["a", "bc"]));
        assert_eq!(Digest::of(&["a"]).to_string().parse::<Digest>().unwrap(), Digest::of(&["a"]));
    }

    #[test]
    fn fingerprints_depend_on_key_and_secret_and_print_neither() {
        let (one, two) = (Fingerprinter::new([1; 32]), Fingerprinter::new([2; 32]));
        let print = one.fingerprint(b"key:secret");
        assert_eq!(print, one.fingerprint(b"key:secret"));
        assert_ne!(print, two.fingerprint(b"key:secret"));
        assert_ne!(print, one.fingerprint(b"key:other"));
        assert_eq!(Fingerprint::parse(print.as_str()), Some(print));
        assert!(Fingerprint::parse("ABCDEF0123456789").is_none());
        assert_eq!(format!("{one:?}"), "Fingerprinter(…)");
    }
}
