//! Ids and secrets that follow from a seed: the same seed and the same calls give the same ids.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// Where ids come from.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    seed: [u8; 32],
    pub(crate) counter: u64,
}

impl Ids {
    /// Ids that follow from a text.
    pub(crate) fn seeded(text: &str) -> Self {
        Self { seed: Sha256::digest(text.as_bytes()).into(), counter: 0 }
    }

    /// Unpredictable ids.
    pub(crate) fn random() -> std::io::Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok(Self { seed, counter: 0 })
    }

    /// Reads back what [`Self::seed_text`] wrote.
    pub(crate) fn restore(seed: &str, counter: u64) -> Option<Self> {
        let seed = hex::decode(seed).ok()?.try_into().ok()?;
        Some(Self { seed, counter })
    }

    /// The seed as hexadecimal digits.
    pub(crate) fn seed_text(&self) -> String {
        hex::encode(self.seed)
    }

    /// The next id, in the form of a random UUID (version 4).
    pub(crate) fn next(&mut self) -> String {
        self.counter = self.counter.wrapping_add(1);
        uuid(&mac(&self.seed, &self.counter.to_be_bytes()))
    }

    /// A UUID that depends only on the seed and a label.
    pub(crate) fn named(&self, label: &str) -> String {
        uuid(&mac(&self.seed, label.as_bytes()))
    }

    /// A number that follows from the seed and a label, for choices that should repeat.
    pub(crate) fn number(&self, label: &str) -> u64 {
        let bytes = mac(&self.seed, label.as_bytes());
        bytes.iter().take(8).fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
    }

    /// A secret that belongs to a label: 40 hexadecimal digits.
    pub(crate) fn secret(&self, label: &str) -> String {
        hex::encode(mac(&self.seed, label.as_bytes())).chars().take(40).collect()
    }
}

/// HMAC-SHA256.
pub(crate) fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(message);
            mac.finalize().into_bytes().into()
        }
        // HMAC takes keys of any length.
        Err(_) => [0; 32],
    }
}

fn uuid(bytes: &[u8; 32]) -> String {
    let mut half = [0; 16];
    half.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    uuid::Builder::from_random_bytes(half).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let (mut one, mut two) = (Ids::seeded("a"), Ids::seeded("a"));
        assert_eq!(one.next(), two.next());
        assert_ne!(one.next(), Ids::seeded("b").next());
        let mut back = Ids::restore(&one.seed_text(), one.counter).unwrap();
        assert_eq!(back.next(), one.next());
    }

    #[test]
    fn ids_are_uuids_of_version_4() {
        let mut ids = Ids::seeded("x");
        for _ in 0..200 {
            let id = ids.next();
            assert_eq!(id.len(), 36);
            assert_eq!(id.as_bytes()[14], b'4');
            assert!(b"89ab".contains(&id.as_bytes()[19]));
        }
    }
}
