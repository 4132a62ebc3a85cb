//! How many requests may run at a time: in all, for one key, and for one address.
//!
//! A request first counts for its address ([`Slots::admit`]), while its body arrives, and only then for
//! its key and among all ([`Admission::run`]). So callers who send nothing, or invent a key for each
//! request, use up what their own address may have and nothing else.

use std::{collections::HashMap, sync::Arc};

use http::StatusCode;
use parking_lot::Mutex;

use super::{identity::Principal, memory::Held, refusal::Refusal};

/// How many requests may run at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    pub(super) in_all: usize,
    pub(super) per_key: usize,
    pub(super) per_address: usize,
}

/// The requests that run.
#[derive(Debug, Default)]
pub(super) struct Slots(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    running: usize,
    /// How many of them wait for the API to accept them again.
    waiting: usize,
    by_key: HashMap<Principal, usize>,
    by_address: HashMap<Principal, usize>,
}

impl Slots {
    /// How many requests run, including those that wait to be sent again.
    pub(super) fn count(&self) -> usize {
        self.0.lock().running
    }

    /// Counts a request for its address.
    pub(super) fn admit(
        self: &Arc<Self>,
        address: Principal,
        most: Most,
    ) -> Result<Admission, Refusal> {
        if !take(&mut self.0.lock().by_address, address, most.per_address) {
            let message = "too many requests from this address are running";
            return Err(busy("calls_per_address", StatusCode::TOO_MANY_REQUESTS, message));
        }
        Ok(Admission { slots: Arc::clone(self), address })
    }
}

fn busy(limit: &'static str, status: StatusCode, message: &str) -> Refusal {
    Refusal::limit(status, limit, 1, message)
}

fn take(counts: &mut HashMap<Principal, usize>, who: Principal, most: usize) -> bool {
    let count = counts.entry(who).or_default();
    let free = *count < most;
    *count += usize::from(free);
    free
}

fn give_back(counts: &mut HashMap<Principal, usize>, who: &Principal) {
    if let Some(count) = counts.get_mut(who) {
        *count -= 1;
        if *count == 0 {
            counts.remove(who);
        }
    }
}

/// A request that counts for its address.
#[derive(Debug)]
pub(super) struct Admission {
    slots: Arc<Slots>,
    address: Principal,
}

impl Admission {
    /// Lets the request run. `key` represents its caller; `held` is the memory that it takes.
    pub(super) fn run(self, key: Principal, most: Most, held: Held) -> Result<Slot, Refusal> {
        let mut counts = self.slots.0.lock();
        if counts.running - counts.waiting >= most.in_all {
            let message = "the server is answering as many requests as it can; try again";
            return Err(busy("calls", StatusCode::SERVICE_UNAVAILABLE, message));
        }
        if !take(&mut counts.by_key, key, most.per_key) {
            let message = "too many requests with this key, or from this address, are running";
            return Err(busy("calls_per_key", StatusCode::TOO_MANY_REQUESTS, message));
        }
        counts.running += 1;
        drop(counts);
        let waits = Mutex::new(false);
        Ok(Slot { admission: self, key, most: most.in_all, waits, _held: held })
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        give_back(&mut self.slots.0.lock().by_address, &self.address);
    }
}

/// A request that runs. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    admission: Admission,
    key: Principal,
    most: usize,
    waits: Mutex<bool>,
    _held: Held,
}

impl crate::caller::Place for Slot {
    /// Others may run while this request waits. No more than `most` requests wait in this way, so at most
    /// twice as many as allowed run once all of them continue.
    fn wait(&self) {
        let mut waits = self.waits.lock();
        let mut counts = self.admission.slots.0.lock();
        if !*waits && counts.waiting < self.most {
            counts.waiting += 1;
            *waits = true;
        }
    }

    fn go_on(&self) {
        let mut waits = self.waits.lock();
        if std::mem::take(&mut *waits) {
            self.admission.slots.0.lock().waiting -= 1;
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut counts = self.admission.slots.0.lock();
        counts.running -= 1;
        counts.waiting -= usize::from(*self.waits.get_mut());
        give_back(&mut counts.by_key, &self.key);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Held, Most, Principal, Refusal, Slot, Slots};
    use crate::caller::Place as _;

    const MOST: Most = Most { in_all: 3, per_key: 2, per_address: 10 };

    fn run(slots: &Arc<Slots>, key: u8, address: u8, most: Most) -> Result<Slot, Refusal> {
        let of = |number: u8| -> Principal { [number; 16] };
        slots.admit(of(address), most)?.run(of(key), most, Held::default())
    }

    fn is_empty(slots: &Slots) -> bool {
        let counts = slots.0.lock();
        counts.running == 0
            && counts.waiting == 0
            && counts.by_key.is_empty()
            && counts.by_address.is_empty()
    }

    #[test]
    fn a_slot_comes_back_and_leaves_nothing_behind() {
        let slots = Arc::new(Slots::default());
        let first = run(&slots, 1, 1, MOST).unwrap();
        let second = run(&slots, 1, 1, MOST).unwrap();
        assert_eq!(run(&slots, 1, 1, MOST).unwrap_err().status, 429);
        let third = run(&slots, 2, 1, MOST).unwrap();
        assert_eq!(run(&slots, 3, 1, MOST).unwrap_err().status, 503);
        assert_eq!(slots.count(), 3);
        drop((first, second, third));
        assert!(is_empty(&slots));
    }

    #[test]
    fn invented_keys_share_what_their_address_may_have() {
        let slots = Arc::new(Slots::default());
        let most = Most { in_all: 100, per_key: 2, per_address: 5 };
        let taken: Vec<_> = (0..50).filter_map(|key| run(&slots, key, 1, most).ok()).collect();
        assert_eq!(taken.len(), 5);
        assert_eq!(run(&slots, 200, 1, most).unwrap_err().limit, Some("calls_per_address"));
        assert!(run(&slots, 200, 2, most).is_ok(), "another address");
        drop(taken);
        assert!(is_empty(&slots));
    }

    #[test]
    fn a_request_that_waits_to_be_sent_again_makes_room_for_others() {
        let slots = Arc::new(Slots::default());
        let most = Most { in_all: 1, per_key: 9, per_address: 9 };
        let first = run(&slots, 1, 1, most).unwrap();
        assert_eq!(run(&slots, 2, 2, most).unwrap_err().status, 503);
        first.wait();
        first.wait();
        let second = run(&slots, 2, 2, most).unwrap();
        second.wait();
        assert_eq!(run(&slots, 3, 3, most).unwrap_err().status, 503, "one may wait at a time");
        first.go_on();
        first.go_on();
        assert_eq!(slots.count(), 2);
        drop((first, second));
        assert!(is_empty(&slots));
        let waits = run(&slots, 1, 1, most).unwrap();
        waits.wait();
        drop(waits);
        assert!(is_empty(&slots), "a request may end while it waits");
    }
}
