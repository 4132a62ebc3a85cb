//! How much memory answers of the API may take while they are turned into results, over all calls.
//!
//! A parsed answer takes many times the memory of its text: a list of short numbers more than thirty
//! times. Small answers pass at once; large ones wait for each other.

use std::{borrow::Cow, sync::Arc};

use serde::de::DeserializeOwned;
use serde_json::Value;
use streampay::{Error, RawAnswer};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::exact;

/// How much memory there is for answers in work, in KiB (96 MiB).
const TOTAL: u32 = 96 * 1024;

/// How many JSON values an answer may hold. A page of 100 invoices holds about 20,000.
const MAX_VALUES: usize = 400_000;

/// What a parsed value takes: its slot, its share of the room that lists and maps keep free, and its
/// text in the result.
const VALUE_BYTES: usize = 150;

/// What a byte of an answer takes beside its values: the text itself, and its copies in the result.
const TEXT_COPIES: usize = 4;

/// The memory for answers.
pub(crate) struct Budget {
    kib: Arc<Semaphore>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { kib: Arc::new(Semaphore::new(TOTAL as usize)) }
    }
}

impl Budget {
    /// Parses an answer and shapes it, when there is memory for both. Numbers keep their digits (see
    /// `exact`), and the text comes with the value.
    ///
    /// # Errors
    /// An answer that is not JSON, or that holds too many values.
    pub(crate) async fn parse<T>(
        &self,
        raw: RawAnswer,
        shape: impl FnOnce(Value, String) -> T,
    ) -> Result<T, Error> {
        let _room = self.room(&raw).await?;
        let marked = exact::keep_digits(&raw.text);
        let json = match marked {
            Cow::Borrowed(text) if text.trim().is_empty() => Value::Null,
            marked => serde_json::from_str(&marked).map_err(|error| Error::Answer {
                status: raw.status,
                message: format!("it is not valid JSON ({error})"),
                request_id: raw.request_id.clone(),
            })?,
        };
        Ok(shape(json, raw.text))
    }

    /// Deserializes an answer when there is memory for it. What the type does not ask for is not kept.
    ///
    /// # Errors
    /// As [`Self::parse`], and an answer of another form.
    pub(crate) async fn read<T: DeserializeOwned>(&self, raw: RawAnswer) -> Result<T, Error> {
        let _room = self.room(&raw).await?;
        let RawAnswer { status, request_id, text, .. } = raw;
        serde_json::from_str(&streampay::exact::quote_lossy(&text)).map_err(|error| {
            let message = format!("it does not have the expected form ({error})");
            Error::Answer { status, message, request_id }
        })
    }

    /// Waits until there is memory for an answer.
    async fn room(&self, raw: &RawAnswer) -> Result<Option<SemaphorePermit<'_>>, Error> {
        let values = streampay::exact::count_values(&raw.text);
        if values > MAX_VALUES {
            return Err(Error::Answer {
                status: raw.status,
                message: format!("it holds more than {MAX_VALUES} values"),
                request_id: raw.request_id.clone(),
            });
        }
        // The budget is never closed, so that waiting for it cannot fail.
        Ok(self.kib.acquire_many(cost(raw.text.len(), values)).await.ok())
    }
}

/// What an answer takes, in KiB. No answer takes more than there is.
fn cost(bytes: usize, values: usize) -> u32 {
    let bytes =
        bytes.saturating_mul(TEXT_COPIES).saturating_add(values.saturating_mul(VALUE_BYTES));
    u32::try_from(bytes / 1024 + 1).unwrap_or(TOTAL).min(TOTAL)
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use streampay::{Error, RawAnswer};

    use super::{Budget, MAX_VALUES, TOTAL, cost};

    fn raw(text: String) -> RawAnswer {
        RawAnswer { status: 200, request_id: None, attempts: 1, text }
    }

    #[tokio::test]
    async fn an_answer_with_too_many_values_is_not_parsed() {
        let text = format!("[{}1]", "1,".repeat(MAX_VALUES));
        let error = Budget::default().parse(raw(text), |_, _| ()).await.unwrap_err();
        assert!(matches!(error, Error::Answer { status: 200, .. }), "{error}");
    }

    #[tokio::test]
    async fn large_answers_wait_until_there_is_room() {
        let budget = Arc::new(Budget::default());
        let all = Arc::clone(&budget.kib).acquire_many_owned(TOTAL).await.unwrap();
        let done = Arc::new(AtomicUsize::new(0));
        let tasks: Vec<_> = (0..3)
            .map(|_| {
                let (budget, done) = (Arc::clone(&budget), Arc::clone(&done));
                tokio::spawn(async move {
                    budget.parse(raw("[1, 2]".to_owned()), |_, _| ()).await.unwrap();
                    done.fetch_add(1, Ordering::SeqCst);
                })
            })
            .collect();
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        assert_eq!(done.load(Ordering::SeqCst), 0);
        drop(all);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(done.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn ordinary_answers_cost_little_and_none_costs_more_than_there_is() {
        assert_eq!(cost(0, 1), 1);
        assert!(cost(300_000, 20_000) < TOTAL / 20);
        assert_eq!(cost(usize::MAX, usize::MAX), TOTAL);
    }
}
