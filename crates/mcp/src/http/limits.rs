//! How much may be asked: requests per second, requests at a time, bytes that are being read.
//!
//! Nothing here grows with the number of keys that were ever seen: a rate is forgotten when it is back
//! at its start ([`Limits::sweep`]), a count when it is back at nought.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    state::keyed::DashMapStateStore,
};
use http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{caller::Principal, refusal::Refusal};

/// Bodies of requests that are held at a time, in KiB: 256 MiB.
const BODIES: usize = 256 * 1024;

type Keyed = RateLimiter<Principal, DashMapStateStore<Principal>, DefaultClock>;

/// A rate for each of many.
pub(super) struct Rate {
    per_second: u32,
    limiter: Option<Keyed>,
    clock: DefaultClock,
}

impl Rate {
    /// So many per second, and twice as many at once; 0 is no limit.
    pub(super) fn new(per_second: u32) -> Self {
        let limiter = NonZeroU32::new(per_second).map(|rate| {
            let burst = rate.saturating_mul(NonZeroU32::MIN.saturating_add(1));
            RateLimiter::dashmap(Quota::per_second(rate).allow_burst(burst))
        });
        Self { per_second, limiter, clock: DefaultClock::default() }
    }

    pub(super) const fn per_second(&self) -> u32 {
        self.per_second
    }

    /// Counts one more.
    ///
    /// # Errors
    /// The seconds after which one more is allowed.
    pub(super) fn check(&self, who: &Principal) -> Result<(), u64> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.check_key(who).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
        })
    }

    fn sweep(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.limiter.as_ref().map_or(0, RateLimiter::len)
    }
}

/// The rates that hold now.
pub(super) struct Rates {
    pub(super) key: Rate,
    pub(super) address: Rate,
}

impl Rates {
    /// Forgets those who are back at their start.
    pub(super) fn sweep(&self) {
        self.key.sweep();
        self.address.sweep();
    }
}

/// What runs at a time.
#[derive(Debug)]
pub(super) struct Running {
    all: AtomicUsize,
    by_principal: Mutex<HashMap<Principal, usize>>,
    bodies: Arc<Semaphore>,
}

impl Running {
    pub(super) fn new() -> Self {
        let bodies = Arc::new(Semaphore::new(BODIES));
        Self { all: AtomicUsize::new(0), by_principal: Mutex::default(), bodies }
    }

    /// How many requests are running.
    pub(super) fn count(&self) -> usize {
        self.all.load(Ordering::Acquire)
    }

    /// Room for the body of a request.
    pub(super) fn body(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        Arc::clone(&self.bodies).try_acquire_many_owned(kib).map_err(|_| {
            let message = "the server is reading as much as it can hold; try again";
            Refusal::limit(StatusCode::SERVICE_UNAVAILABLE, "bodies", 1, message)
        })
    }

    /// Lets one more run.
    pub(super) fn permit(
        self: &Arc<Self>,
        who: Principal,
        most: usize,
        most_of_one: usize,
    ) -> Result<Permit, Refusal> {
        let busy = |limit, status, message| Err(Refusal::limit(status, limit, 1, message));
        if self.all.fetch_add(1, Ordering::AcqRel) >= most {
            self.all.fetch_sub(1, Ordering::AcqRel);
            let message = "the server is answering as many requests as it can; try again";
            return busy("calls", StatusCode::SERVICE_UNAVAILABLE, message);
        }
        let mut counts = self.by_principal.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(who).or_default();
        if *count >= most_of_one {
            drop(counts);
            self.all.fetch_sub(1, Ordering::AcqRel);
            let message = "too many requests with this key, or from this address, are running";
            return busy("calls_per_key", StatusCode::TOO_MANY_REQUESTS, message);
        }
        *count += 1;
        drop(counts);
        Ok(Permit { running: Arc::clone(self), who })
    }
}

/// One running request.
#[derive(Debug)]
pub(crate) struct Permit {
    running: Arc<Running>,
    who: Principal,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut counts = self.running.by_principal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.who);
            }
        }
        drop(counts);
        self.running.all.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Rate, Running};

    #[test]
    fn a_rate_is_kept_for_each_and_says_when_to_come_again() {
        let rate = Rate::new(1);
        assert_eq!((rate.check(&[1; 16]), rate.check(&[1; 16])), (Ok(()), Ok(())));
        assert_eq!(rate.check(&[1; 16]), Err(1));
        assert_eq!(rate.check(&[2; 16]), Ok(()));
        let none = Rate::new(0);
        assert!((0..1000).all(|_| none.check(&[1; 16]).is_ok()));
    }

    #[test]
    fn ten_thousand_keys_are_forgotten_when_they_are_quiet() {
        let rate = Rate::new(1000);
        for number in 0..10_000_u32 {
            let mut who = [0; 16];
            who[..4].copy_from_slice(&number.to_be_bytes());
            rate.check(&who).unwrap();
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
        rate.sweep();
        assert_eq!(rate.len(), 0);
    }

    #[test]
    fn permits_come_back_and_leave_nothing() {
        let running = Arc::new(Running::new());
        let first = running.permit([1; 16], 3, 2).unwrap();
        let second = running.permit([1; 16], 3, 2).unwrap();
        assert_eq!(running.permit([1; 16], 3, 2).unwrap_err().status, 429);
        let third = running.permit([2; 16], 3, 2).unwrap();
        assert_eq!(running.permit([3; 16], 3, 2).unwrap_err().status, 503);
        drop((first, second, third));
        assert_eq!(running.count(), 0);
        assert!(running.by_principal.lock().unwrap().is_empty());
    }
}
