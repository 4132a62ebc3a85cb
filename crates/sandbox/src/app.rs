//! The running simulator: the state behind its lock, the clock that passes what is due, and what
//! the HTTP layer shares.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::billing;
use crate::contract::Contract;
use crate::error::{ApiError, Result};
use crate::faults::Faults;
use crate::house;
use crate::requests::RequestLog;
use crate::store::{Clock, Store};
use crate::time;
use crate::webhooks::{self, Courier};

/// How many days the clock moves at most at a time, so that a slip of the pen ends.
const LONGEST_LEAP: i64 = 50 * 366;

/// Everything that runs.
#[derive(Debug)]
pub(crate) struct App {
    store: Mutex<Store>,
    pub(crate) contract: Contract,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) requests: Mutex<RequestLog>,
    pub(crate) courier: Courier,
    /// Rung when there may be something to deliver.
    pub(crate) bell: Notify,
    /// Whether waiting for the disk must not hold up other connections.
    pub(crate) on_disk: bool,
    /// A key that the first organization is given beside the one made from the seed.
    pub(crate) given_key: Option<String>,
    counter: AtomicU64,
}

impl App {
    pub(crate) fn new(
        store: Store,
        contract: Contract,
        on_disk: bool,
        given_key: Option<String>,
    ) -> Self {
        Self {
            store: Mutex::new(store),
            contract,
            faults: Mutex::default(),
            requests: Mutex::default(),
            courier: Courier::default(),
            bell: Notify::new(),
            on_disk,
            given_key,
            counter: AtomicU64::new(0),
        }
    }

    /// The state. A panic elsewhere cannot have left a transaction half done: SQLite takes it back.
    fn lock(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at the state as it is.
    pub(crate) fn with_store<T>(&self, action: impl FnOnce(&mut Store) -> T) -> T {
        action(&mut self.lock())
    }

    /// Does something at the present time, after everything that fell due before it.
    pub(crate) fn at_present<T>(&self, action: impl FnOnce(&mut Store) -> Result<T>) -> Result<T> {
        let mut store = self.lock();
        let now = store.clock.now();
        run_due(&mut store, now)?;
        store.now = now;
        action(&mut store)
    }

    /// As [`Self::at_present`], whole or not at all, and then rings for the webhooks.
    pub(crate) fn change<T>(&self, action: impl FnOnce(&mut Store) -> Result<T>) -> Result<T> {
        let outcome = self.at_present(|store| store.transact(action));
        self.bell.notify_one();
        outcome
    }

    /// A number for one request.
    pub(crate) fn next_request(&self) -> u64 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// Does what is due now and sends what waits. Called again and again while the sandbox runs.
    pub(crate) async fn tick(self: &Arc<Self>) -> Result<()> {
        let _turn = self.courier.turn.lock().await;
        self.at_present(|_| Ok(()))?;
        self.courier.send_due(self).await
    }

    /// Moves the clock forward, stopping wherever something is due: bills are made, webhooks and
    /// their repetitions sent, each at its time.
    pub(crate) async fn advance(self: &Arc<Self>, target: Timestamp) -> Result<Timestamp> {
        let _turn = self.courier.turn.lock().await;
        let now = self.with_store(|store| store.clock.now());
        if target < now {
            return Err(ApiError::invalid(format!("The clock only moves forward; it is {now}.")));
        }
        if target > time::days(now, LONGEST_LEAP) {
            return Err(ApiError::invalid("The clock moves by at most 50 years at a time."));
        }
        self.courier.send_due(self).await?;
        while let Some(at) = self.with_store(|store| next_stop(store, target))? {
            self.with_store(|store| {
                let mut clock = store.clock;
                if at > clock.now() {
                    clock.set(at);
                    store.set_clock(clock)?;
                }
                run_due(store, at)
            })?;
            self.courier.send_due(self).await?;
        }
        self.with_store(|store| {
            let mut clock = store.clock;
            clock.set(target.max(clock.now()));
            store.set_clock(clock)?;
            Ok(store.now)
        })
    }

    /// Stops or starts the clock where it is.
    pub(crate) fn freeze_clock(&self, frozen: bool) -> Result<()> {
        self.with_store(|store| {
            let now = store.clock.now();
            let mut clock = Clock { ahead: 0, frozen: frozen.then_some(now) };
            clock.set(now);
            store.set_clock(clock)
        })
    }

    /// Forgets everything but the keys, the endpoints of webhooks and the clock's way of running.
    pub(crate) fn reset(&self) -> Result<()> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let given = self.given_key.clone();
        self.with_store(|store| {
            store.transact(|store| {
                store.db.execute_batch(
                    "DELETE FROM entity; DELETE FROM tally; DELETE FROM event; DELETE FROM delivery;
                     DELETE FROM attempt; DELETE FROM meta WHERE key = 'furnished';",
                )?;
                store.ids.counter = 0;
                house::furnish(store, given.as_deref())
            })
        })
    }

    /// The API key of the first organization.
    pub(crate) fn api_key(&self) -> String {
        self.given_key.clone().unwrap_or_else(|| self.with_store(|store| house::first_key(store)))
    }
}

/// When the next bill or delivery is due, up to a moment.
fn next_stop(store: &Store, until: Timestamp) -> Result<Option<Timestamp>> {
    let due = store.next_due(until)?.map(|(at, _, _)| at);
    let delivery = webhooks::next_delivery(store, until)?;
    Ok([due, delivery].into_iter().flatten().min())
}

/// Does everything that is due up to a moment, each at its time and in its order.
pub(crate) fn run_due(store: &mut Store, until: Timestamp) -> Result<()> {
    while let Some((at, kind, id)) = store.next_due(until)? {
        store.now = at;
        let outcome = store.transact(|store| billing::on_due(store, &kind, &id));
        let stuck =
            store.next_due(until)?.is_some_and(|next| next == (at, kind.clone(), id.clone()));
        if outcome.is_err() || stuck {
            // What cannot be done must not stop the clock: it is noted and left.
            tracing::error!(?outcome, kind, id, "something due could not be done");
            let sql = "UPDATE entity SET due = NULL WHERE kind = ?1 AND id = ?2";
            store.db.execute(sql, [&kind, &id])?;
        }
    }
    Ok(())
}
