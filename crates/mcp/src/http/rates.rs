//! Requests per second, for each key and each address.
//!
//! A rate is forgotten once it is back at its start, so memory does not grow with the callers that were
//! ever seen. While more callers than [`MOST`] are active, the newcomers share one rate.

use std::num::NonZeroU32;

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    state::keyed::DashMapStateStore,
};

use super::identity::Principal;

/// How many callers have a rate of their own at a time: about 10 MiB.
const MOST: usize = 100_000;

/// The shared identity of callers while there is no room for rates of their own.
const EVERYBODY_ELSE: Principal = [0; 16];

type Keyed = RateLimiter<Principal, DashMapStateStore<Principal>, DefaultClock>;

/// The rate of each of many callers.
pub(super) struct Rate {
    per_second: u32,
    most: usize,
    limiter: Option<Keyed>,
    clock: DefaultClock,
}

impl Rate {
    /// Allows `per_second` requests per second and bursts of twice as many; 0 means no limit.
    pub(super) fn new(per_second: u32) -> Self {
        let limiter = NonZeroU32::new(per_second).map(|rate| {
            let burst = rate.saturating_mul(NonZeroU32::MIN.saturating_add(1));
            RateLimiter::dashmap(Quota::per_second(rate).allow_burst(burst))
        });
        Self { per_second, most: MOST, limiter, clock: DefaultClock::default() }
    }

    pub(super) const fn per_second(&self) -> u32 {
        self.per_second
    }

    /// Counts one more request.
    ///
    /// # Errors
    /// The seconds after which one more is allowed.
    pub(super) fn check(&self, who: &Principal) -> Result<(), u64> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        let who = if limiter.len() < self.most { who } else { &EVERYBODY_ELSE };
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

/// The rates that apply now.
pub(super) struct Rates {
    pub(super) key: Rate,
    pub(super) address: Rate,
}

impl Rates {
    /// Forgets the callers whose rate is back at its start.
    pub(super) fn sweep(&self) {
        self.key.sweep();
        self.address.sweep();
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Principal, Rate};

    fn caller(number: u32) -> Principal {
        let mut who = [0; 16];
        who[12..].copy_from_slice(&number.to_be_bytes());
        who
    }

    #[test]
    fn each_caller_has_its_own_rate_and_learns_when_to_retry() {
        let rate = Rate::new(1);
        assert_eq!((rate.check(&caller(1)), rate.check(&caller(1))), (Ok(()), Ok(())));
        assert_eq!(rate.check(&caller(1)), Err(1));
        assert_eq!(rate.check(&caller(2)), Ok(()));
        let none = Rate::new(0);
        assert!((0..1000).all(|_| none.check(&caller(1)).is_ok()));
    }

    #[test]
    fn ten_thousand_quiet_callers_are_forgotten() {
        let rate = Rate::new(1000);
        for number in 0..10_000 {
            rate.check(&caller(number)).unwrap();
        }
        let start = Instant::now();
        while rate.len() > 0 {
            assert!(start.elapsed() < Duration::from_secs(10), "{} callers are kept", rate.len());
            std::thread::sleep(Duration::from_millis(2));
            rate.sweep();
        }
    }

    #[test]
    fn newcomers_share_one_rate_while_there_are_too_many() {
        let rate = Rate { most: 100, ..Rate::new(5) };
        for number in 1..=100 {
            rate.check(&caller(number)).unwrap();
        }
        let allowed = (101..=1_000).filter(|number| rate.check(&caller(*number)).is_ok()).count();
        assert!((10..50).contains(&allowed), "{allowed} newcomers were let through");
        assert!(rate.len() <= 101);
    }
}
