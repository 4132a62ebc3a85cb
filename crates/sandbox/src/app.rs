//! The running simulator: the state, the clock that triggers due work, and what the HTTP
//! layer shares.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinSet;

use crate::billing;
use crate::contract::Contract;
use crate::error::{ApiError, Cause, Result};
use crate::faults::Faults;
use crate::requests::RequestLog;
use crate::store::{Db, Session, Store, caught};
use crate::tenants;
use crate::time;
use crate::webhooks::Dispatcher;

/// The most days that the clock moves at a time. The limit stops a mistyped date early.
const LONGEST_LEAP: i64 = 50 * 366;

/// Everything that runs.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) db: Db,
    pub(crate) contract: Contract,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) requests: Mutex<RequestLog>,
    pub(crate) dispatcher: Dispatcher,
    /// Notified when there may be something to deliver.
    pub(crate) wake: Notify,
    /// A key of the first organization in addition to the one derived from the seed.
    given_key: Option<String>,
    /// Held while the clock moves.
    turn: tokio::sync::Mutex<()>,
    /// Work that continues when its caller goes away.
    tasks: Mutex<JoinSet<()>>,
    counter: AtomicU64,
}

impl App {
    pub(crate) fn new(db: Db, contract: Contract, given_key: Option<String>) -> Self {
        Self {
            dispatcher: Dispatcher::new(db.clone()),
            db,
            contract,
            faults: Mutex::default(),
            requests: Mutex::default(),
            wake: Notify::new(),
            given_key,
            turn: tokio::sync::Mutex::default(),
            tasks: Mutex::default(),
            counter: AtomicU64::new(0),
        }
    }

    /// Does everything that fell due before now, then reads the state.
    pub(crate) fn read<T>(&self, action: impl FnOnce(&mut Store<'_>) -> Result<T>) -> Result<T> {
        let mut session = self.db.lock();
        let now = session.now();
        run_due(&mut session, now)?;
        session.read(now, action)
    }

    /// Does everything that fell due before now, then changes the state, whole or not at all.
    pub(crate) fn change<T>(&self, action: impl FnOnce(&mut Store<'_>) -> Result<T>) -> Result<T> {
        let mut session = self.db.lock();
        let now = session.now();
        run_due(&mut session, now)?;
        let outcome = session.transact(now, action);
        drop(session);
        self.wake.notify_one();
        outcome
    }

    /// Runs something that uses the state without holding up the runtime.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Arc<Self>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let app = Arc::clone(self);
        self.db.run(move || work(&app)).await
    }

    /// A number for one request.
    pub(crate) fn next_request(&self) -> u64 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }

    /// Does scheduled work and sends webhooks that are due. Called repeatedly while the sandbox runs.
    pub(crate) async fn tick(self: &Arc<Self>) -> Result<()> {
        let _turn = self.turn.lock().await;
        self.run(|app| app.read(|_| Ok(()))).await?;
        self.dispatcher.send_due().await
    }

    /// Moves the clock forward, stopping wherever something is due: bills are made, webhooks and
    /// their retries sent, each at its time. It runs to the end even if the caller goes away.
    pub(crate) async fn advance(self: &Arc<Self>, target: Timestamp) -> Result<Timestamp> {
        let app = Arc::clone(self);
        let (send, receive) = oneshot::channel();
        let work = async move {
            let _ = send.send(app.advance_to(target).await);
        };
        {
            let mut tasks = self.tasks.lock();
            while tasks.try_join_next().is_some() {}
            tasks.spawn(work);
        }
        receive.await.unwrap_or_else(|_| Err(ApiError::bug(&"the sandbox stopped")))
    }

    async fn advance_to(self: &Arc<Self>, target: Timestamp) -> Result<Timestamp> {
        let _turn = self.turn.lock().await;
        let now = self.db.now();
        if target < now {
            return Err(ApiError::invalid(format!("The clock only moves forward; it is {now}.")));
        }
        if target > time::days(now, LONGEST_LEAP) {
            return Err(ApiError::invalid("The clock moves by at most 50 years at a time."));
        }
        self.run(|app| app.read(|_| Ok(()))).await?;
        loop {
            self.dispatcher.send_due().await?;
            match self.run(move |app| app.step(target)).await? {
                Some(_) => tokio::task::yield_now().await,
                None => return self.run(move |app| app.set_clock(target)).await,
            }
        }
    }

    /// Moves the clock to the next moment at which something is due, and does it.
    fn step(&self, target: Timestamp) -> Result<Option<Timestamp>> {
        let mut session = self.db.lock();
        let now = session.now();
        let next = session.read(now, |store| store.next_due_between(now, target))?;
        if let Some(at) = next {
            set_clock(&mut session, at)?;
            run_due(&mut session, at)?;
        }
        Ok(next)
    }

    /// Sets the clock, which never goes back.
    fn set_clock(&self, at: Timestamp) -> Result<Timestamp> {
        set_clock(&mut self.db.lock(), at)
    }

    /// Freezes or starts the clock at its present time.
    pub(crate) fn freeze_clock(&self, frozen: bool) -> Result<()> {
        let mut session = self.db.lock();
        let now = session.now();
        session.transact(now, |store| {
            store.clock.frozen = frozen.then_some(now);
            store.clock.set(now);
            Ok(())
        })
    }

    /// Forgets everything but the keys, the endpoints of webhooks and the clock.
    pub(crate) fn reset(&self) -> Result<()> {
        self.faults.lock().clear();
        self.requests.lock().clear();
        let given = self.given_key.as_deref();
        let mut session = self.db.lock();
        let now = session.now();
        session.transact(now, |store| {
            store.db.execute_batch(
                "DELETE FROM entity WHERE kind <> 'endpoint';
                 DELETE FROM tally WHERE kind <> 'endpoint';
                 DELETE FROM meta WHERE key = 'provisioned';",
            )?;
            store.ids.counter = 0;
            tenants::provision(store, given)
        })
    }

    /// The API key of the first organization.
    pub(crate) fn api_key(&self) -> String {
        self.given_key.clone().unwrap_or_else(|| tenants::first_key(self.db.names()))
    }

    /// Ends everything that runs in the background, at once.
    pub(crate) fn abort(&self) {
        self.tasks.lock().abort_all();
        self.dispatcher.abort();
    }
}

fn set_clock(session: &mut Session<'_>, at: Timestamp) -> Result<Timestamp> {
    let at = at.max(session.now());
    session.transact(at, |store| {
        store.clock.set(at);
        Ok(at)
    })
}

/// Does everything that is due up to a moment, each at its time and in its order.
fn run_due(session: &mut Session<'_>, until: Timestamp) -> Result<()> {
    while let Some(due) = session.read(until, |store| store.next_due(until))? {
        let outcome =
            caught(|| session.transact(due.at, |store| billing::on_due(store, &due.kind, &due.id)));
        let next = session.read(until, |store| store.next_due(until))?;
        match outcome {
            // It stays due until the disk can be used again.
            Err(error) if error.cause == Cause::Storage => return Err(error),
            Ok(()) if next.as_ref() != Some(&due) => {}
            outcome => {
                // What cannot be done must not stop the clock.
                tracing::error!(?outcome, ?due, "something due could not be done");
                session.transact(due.at, |store| store.drop_due(&due))?;
            }
        }
    }
    Ok(())
}
