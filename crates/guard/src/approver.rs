//! Approvers: named people with passphrases.

use std::{sync::Arc, time::Duration};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use jiff::Timestamp;
use tokio::sync::Semaphore;

use crate::store::{Store, StoreError};

/// The shortest passphrase.
const SHORTEST: usize = 12;

/// The longest passphrase. The limit keeps callers from making the server hash megabytes.
const LONGEST: usize = 1024;

/// How many attempts each name has in [`WINDOW`].
const ATTEMPTS: u32 = 5;

/// The time in which attempts are counted.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// Attempts with unknown names are counted under this name.
const NOBODY: &str = "\u{1}nobody";

/// Why a passphrase was not accepted.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AttemptError {
    /// The name or the passphrase is wrong. The error does not say which one.
    #[error("the name or the passphrase is wrong")]
    Wrong,
    /// There were too many attempts.
    #[error("too many attempts; try again in {} s", .0.as_secs().max(1))]
    TooMany(Duration),
    /// A new passphrase is too short or too long.
    #[error("a passphrase has 12 to 1024 characters")]
    Length,
    /// A name that cannot be used.
    #[error("an approver's name has 1 to 60 printable characters")]
    Name,
    /// Hashing failed.
    #[error("the passphrase could not be hashed")]
    Hash,
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The people who approve.
#[derive(Debug, Clone)]
pub struct Approvers {
    store: Arc<dyn Store>,
    /// Hashing takes 19 MiB and tens of milliseconds; two at a time are enough.
    hashing: Arc<Semaphore>,
}

impl Approvers {
    /// The approvers of a store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, hashing: Arc::new(Semaphore::new(2)) }
    }

    /// Adds an approver, or changes a passphrase.
    ///
    /// # Errors
    /// Names and passphrases that cannot be used, or a store that cannot.
    pub async fn set(&self, name: &str, passphrase: &str) -> Result<(), AttemptError> {
        if !(1..=60).contains(&name.chars().count()) || crate::json::quoted(name) != name {
            return Err(AttemptError::Name);
        }
        if passphrase.chars().count() < SHORTEST || passphrase.len() > LONGEST {
            return Err(AttemptError::Length);
        }
        let passphrase = passphrase.to_owned();
        let hash = self.hashing(move || {
            let hash = Argon2::default().hash_password(passphrase.as_bytes());
            hash.map(|hash| hash.to_string()).ok()
        });
        let hash = hash.await.ok_or(AttemptError::Hash)?;
        self.store.set_approver(name, Some(&hash)).await?;
        self.store.forget_attempts(name).await?;
        Ok(())
    }

    /// Removes an approver. Votes already cast stay.
    ///
    /// # Errors
    /// A store that cannot be used.
    pub async fn remove(&self, name: &str) -> Result<(), StoreError> {
        self.store.set_approver(name, None).await
    }

    /// Their names, in order.
    ///
    /// # Errors
    /// A store that cannot be used.
    pub async fn names(&self) -> Result<Vec<String>, StoreError> {
        self.store.approvers().await
    }

    /// Checks a passphrase. The attempt is counted before the check, so that many at once are no
    /// way around the limit.
    ///
    /// # Errors
    /// Wrong names and passphrases, too many attempts, or a store that cannot be used.
    pub async fn check(
        &self,
        name: &str,
        passphrase: &str,
        at: Timestamp,
    ) -> Result<(), AttemptError> {
        let stored = self.store.approver(name).await?;
        let counted = if stored.is_some() { name } else { NOBODY };
        let window = i64::try_from(WINDOW.as_millis()).unwrap_or(i64::MAX);
        let wait = self.store.attempt(counted, ATTEMPTS, window, at.as_millisecond()).await?;
        if let Some(wait) = wait {
            let wait = Duration::from_millis(u64::try_from(wait).unwrap_or_default());
            return Err(AttemptError::TooMany(wait));
        }
        if passphrase.len() > LONGEST {
            return Err(AttemptError::Wrong);
        }
        let passphrase = passphrase.to_owned();
        let right = self.hashing(move || match stored {
            Some(stored) => {
                let hash = PasswordHash::new(&stored).ok()?;
                Argon2::default().verify_password(passphrase.as_bytes(), &hash).ok()
            }
            // An unknown name takes as long to check as a known one.
            None => {
                let _ = Argon2::default().hash_password(passphrase.as_bytes());
                None
            }
        });
        right.await.ok_or(AttemptError::Wrong)?;
        self.store.forget_attempts(name).await?;
        Ok(())
    }

    async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Option<T> + Send + 'static,
    ) -> Option<T> {
        let _turn = self.hashing.acquire().await.ok()?;
        tokio::task::spawn_blocking(work).await.ok().flatten()
    }
}
