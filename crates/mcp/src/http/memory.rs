//! How much memory requests may hold: in all, and for one address.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;

use super::identity::Principal;

/// A budget of bytes.
#[derive(Debug)]
pub(super) struct Memory {
    in_all: usize,
    per_address: usize,
    used: Mutex<Used>,
}

#[derive(Debug, Default)]
struct Used {
    in_all: usize,
    by_address: HashMap<Principal, usize>,
}

/// The budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// For this address.
    Address,
    /// For all addresses.
    Everybody,
}

impl Memory {
    pub(super) fn new(in_all: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self { in_all, per_address, used: Mutex::default() })
    }

    /// Starts to hold memory for `address`; nothing yet.
    pub(super) fn hold(self: &Arc<Self>, address: Principal) -> Held {
        Held(Some(Holder { memory: Arc::clone(self), address, bytes: 0 }))
    }
}

/// Memory that a request holds. It is given back when this is dropped.
#[derive(Debug, Default)]
pub(super) struct Held(Option<Holder>);

#[derive(Debug)]
struct Holder {
    memory: Arc<Memory>,
    address: Principal,
    bytes: usize,
}

impl Held {
    /// Holds `bytes` more. One request alone may always have all that an address may have.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Full> {
        let Some(holder) = &mut self.0 else { return Ok(()) };
        let Memory { in_all, per_address, used } = &*holder.memory;
        let mut used = used.lock();
        let own = used.by_address.get(&holder.address).copied().unwrap_or_default();
        // What is larger than the whole share is let in where it is alone.
        let bytes = bytes.min(per_address.saturating_sub(holder.bytes));
        if own + bytes > *per_address {
            return Err(Full::Address);
        }
        if used.in_all + bytes > *in_all {
            return Err(Full::Everybody);
        }
        if bytes > 0 {
            used.in_all += bytes;
            *used.by_address.entry(holder.address).or_default() += bytes;
            holder.bytes += bytes;
        }
        Ok(())
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        if self.bytes == 0 {
            return;
        }
        let mut used = self.memory.used.lock();
        used.in_all -= self.bytes;
        if let Some(own) = used.by_address.get_mut(&self.address) {
            *own -= self.bytes;
            if *own == 0 {
                used.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Full, Memory};

    #[test]
    fn one_address_cannot_take_what_is_meant_for_all() {
        let memory = Memory::new(100, 30);
        let mut held: Vec<_> = (0..10).map(|_| memory.hold([1; 16])).collect();
        let taken = held.iter_mut().filter_map(|one| one.grow(10).ok()).count();
        assert_eq!(taken, 3);
        assert_eq!(memory.hold([2; 16]).grow(10), Ok(()));
        drop(held);
        assert!(memory.used.lock().by_address.is_empty());
        assert_eq!(memory.used.lock().in_all, 0);
    }

    #[test]
    fn many_addresses_cannot_take_more_than_there_is() {
        let memory = Memory::new(100, 30);
        let mut held: Vec<_> = (0..10).map(|number| memory.hold([number; 16])).collect();
        let taken = held.iter_mut().filter_map(|one| one.grow(30).ok()).count();
        assert_eq!(taken, 3);
    }

    #[test]
    fn a_request_larger_than_a_share_is_let_in_alone() {
        let memory = Memory::new(100, 30);
        let mut large = memory.hold([1; 16]);
        assert_eq!((large.grow(20), large.grow(50)), (Ok(()), Ok(())));
        assert_eq!(memory.hold([1; 16]).grow(1), Err(Full::Address));
        drop(large);
        assert_eq!(memory.hold([1; 16]).grow(1), Ok(()));
    }
}
