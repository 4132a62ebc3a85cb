//! The state: a SQLite database in memory or in a file, one JSON document for each record beside
//! the columns that filters need, and the clock. It knows none of the API's rules.
//!
//! [`Db`] is the handle that everything shares. All work happens through a [`Store`], which [`Db`]
//! lends for reading or inside a transaction: a change that fails leaves no trace, and a change
//! that was answered is on the disk.

mod open;
mod query;
mod scope;

pub use open::OpenError;
pub(crate) use open::open;
pub(crate) use query::{Filter, Paging};
pub(crate) use scope::Scope;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{ApiError, Result};
use crate::ids::Ids;
use crate::model::{Base, Currency, Delivery, Record};
use crate::{money, time};

/// The clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Clock {
    /// How far the clock is ahead of the machine's, in microseconds.
    pub(crate) ahead: i64,
    /// The time at which the clock is frozen.
    pub(crate) frozen: Option<Timestamp>,
}

impl Clock {
    /// The time it shows.
    pub(crate) fn now(&self) -> Timestamp {
        let running = || {
            let micros = Timestamp::now().as_microsecond().saturating_add(self.ahead);
            Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
        };
        time::micros(self.frozen.unwrap_or_else(running))
    }

    /// Sets the time. A running clock continues from there; a frozen one stays there.
    pub(crate) fn set(&mut self, at: Timestamp) {
        if self.frozen.is_some() {
            self.frozen = Some(at);
        } else {
            let machine = Timestamp::now().as_microsecond();
            self.ahead = at.as_microsecond().saturating_sub(machine);
        }
    }
}

/// The connection and what belongs to it.
#[derive(Debug)]
pub(crate) struct Database {
    connection: Connection,
    ids: Ids,
    base_url: String,
}

/// The state of a sandbox, shared by everything that runs.
#[derive(Debug, Clone)]
pub(crate) struct Db(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    database: Mutex<Database>,
    /// Readable without waiting for the database.
    clock: Mutex<Clock>,
    on_disk: bool,
    /// Ids that depend on the seed alone.
    names: Ids,
}

impl Db {
    fn new(connection: Connection, ids: Ids, clock: Clock, on_disk: bool) -> Self {
        let names = ids.clone();
        let database = Database { connection, ids, base_url: String::new() };
        let (database, clock) = (Mutex::new(database), Mutex::new(clock));
        Self(Arc::new(Inner { database, clock, on_disk, names }))
    }

    /// Waits for the database.
    pub(crate) fn lock(&self) -> Session<'_> {
        Session { database: self.0.database.lock(), clock: &self.0.clock }
    }

    /// The present time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock().now()
    }

    /// The present state of the clock.
    pub(crate) fn clock(&self) -> Clock {
        *self.0.clock.lock()
    }

    /// Ids and numbers that depend on the seed and a label alone.
    pub(crate) fn names(&self) -> &Ids {
        &self.0.names
    }

    /// Runs something that uses the database, so that waiting for a disk never holds up the other
    /// tasks of the runtime. A panic becomes an error.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        if !self.0.on_disk {
            return caught(work);
        }
        tokio::task::spawn_blocking(move || caught(work))
            .await
            .unwrap_or_else(|error| Err(ApiError::bug(&error)))
    }
}

/// Runs something whose panic leaves nothing half done, and turns the panic into an error.
pub(crate) fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(ApiError::bug(&text.unwrap_or("a panic")))
    })
}

/// The database, locked.
pub(crate) struct Session<'a> {
    database: MutexGuard<'a, Database>,
    clock: &'a Mutex<Clock>,
}

impl Session<'_> {
    /// The present time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.lock().now()
    }

    /// Sets the address at which the sandbox is reached.
    pub(crate) fn set_base_url(&mut self, url: &str) {
        url.clone_into(&mut self.database.base_url);
    }

    /// Reads the state as of `now`. Ids that are made on the way are not used up.
    pub(crate) fn read<T>(&self, now: Timestamp, action: impl FnOnce(&mut Store<'_>) -> T) -> T {
        let Database { connection, ids, base_url } = &*self.database;
        let clock = *self.clock.lock();
        action(&mut Store { db: connection, ids: ids.clone(), clock, now, base_url })
    }

    /// Changes the state as of `now`, whole or not at all: an error, a panic and a failed commit
    /// undo everything, ids and clock included. Only an error that says so keeps the changes.
    pub(crate) fn transact<T>(
        &mut self,
        now: Timestamp,
        action: impl FnOnce(&mut Store<'_>) -> Result<T>,
    ) -> Result<T> {
        let Database { connection, ids, base_url } = &mut *self.database;
        let clock = *self.clock.lock();
        // Dropping it rolls back what was not committed.
        let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
        let mut store = Store { db: &transaction, ids: ids.clone(), clock, now, base_url };
        let outcome = action(&mut store);
        if outcome.as_ref().is_err_and(|error| !error.keeps_changes()) {
            return outcome;
        }
        if store.ids.counter != ids.counter {
            store.set_meta("counter", &store.ids.counter.to_string())?;
        }
        if store.clock != clock {
            store.set_meta("clock", &serde_json::to_string(&store.clock)?)?;
        }
        let (new_ids, new_clock) = (store.ids, store.clock);
        transaction.commit()?;
        *ids = new_ids;
        *self.clock.lock() = new_clock;
        outcome
    }
}

/// The state while something reads or changes it.
#[derive(Debug)]
pub(crate) struct Store<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) ids: Ids,
    pub(crate) clock: Clock,
    /// The time of the operation in progress.
    pub(crate) now: Timestamp,
    /// The sandbox's URL, without a trailing slash.
    pub(crate) base_url: &'a str,
}

impl Store<'_> {
    /// Sets a value that belongs to the whole state.
    pub(crate) fn set_meta(&self, key: &str, value: &str) -> Result<()> {
        let sql = "INSERT INTO meta(key, value) VALUES (?1, ?2)
                   ON CONFLICT(key) DO UPDATE SET value = excluded.value";
        self.db.prepare_cached(sql)?.execute(params![key, value])?;
        Ok(())
    }

    /// Reads a value that belongs to the whole state.
    pub(crate) fn meta(&self, key: &str) -> Result<Option<String>> {
        let sql = "SELECT value FROM meta WHERE key = ?1";
        Ok(self.db.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?)
    }

    /// A fresh id.
    pub(crate) fn new_id(&mut self) -> String {
        self.ids.next()
    }

    /// The beginning of a new record in a branch.
    pub(crate) fn base(&mut self, org: &str, branch: &str, user: &str) -> Base {
        Base {
            id: self.new_id(),
            organization_id: org.to_owned(),
            branch_id: branch.to_owned(),
            user_id: user.to_owned(),
            created_at: self.now,
            updated_at: None,
            is_deleted: false,
        }
    }

    /// Writes a record, new or changed.
    pub(crate) fn put<R: Record>(&self, record: &R) -> Result<()> {
        let sql = "INSERT INTO entity(kind, id, org, branch, parent, customer, other, status,
                       currency, amount, created, due, deleted, text, doc)
                   VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)
                   ON CONFLICT(kind, id) DO UPDATE SET parent = excluded.parent,
                       customer = excluded.customer, other = excluded.other,
                       status = excluded.status, currency = excluded.currency,
                       amount = excluded.amount, due = excluded.due, deleted = excluded.deleted,
                       text = excluded.text, doc = excluded.doc";
        let base = record.base();
        let columns = record.columns();
        self.db.prepare_cached(sql)?.execute(params![
            R::KIND,
            base.id,
            base.organization_id,
            base.branch_id,
            columns.parent,
            columns.customer,
            columns.other,
            columns.status,
            columns.currency.map_or("", Currency::word),
            money::thousandths(columns.amount),
            base.created_at.as_microsecond(),
            columns.due.map(|due| due.as_microsecond()),
            base.is_deleted,
            columns.text,
            serde_json::to_string(record)?,
        ])?;
        Ok(())
    }

    /// Writes a changed record and notes when.
    pub(crate) fn update<R: Record>(&self, record: &mut R) -> Result<()> {
        record.base_mut().updated_at = Some(self.now);
        self.put(record)
    }

    /// Marks a record as deleted. Returns the body of the API's response.
    pub(crate) fn delete<R: Record>(&self, mut record: R) -> Result<Value> {
        record.base_mut().is_deleted = true;
        self.update(&mut record)?;
        Ok(json!({}))
    }

    /// A record by its id, in any organization, deleted or not.
    pub(crate) fn get<R: Record>(&self, id: &str) -> Result<Option<R>> {
        let sql = "SELECT doc FROM entity WHERE kind = ?1 AND id = ?2";
        let doc: Option<String> = self
            .db
            .prepare_cached(sql)?
            .query_row(params![R::KIND, id], |row| row.get(0))
            .optional()?;
        doc.map(|doc| Ok(serde_json::from_str(&doc)?)).transpose()
    }

    /// A record that another one refers to, so that it must be there.
    pub(crate) fn need<R: Record>(&self, id: &str) -> Result<R> {
        self.get(id)?.ok_or_else(|| ApiError::not_found(R::NAME, id))
    }

    /// The first record that the clock has something to do with, up to a moment. The dispatcher
    /// looks after deliveries.
    pub(crate) fn next_due(&self, until: Timestamp) -> Result<Option<Due>> {
        let sql = "SELECT due, kind, id FROM entity WHERE due <= ?1 AND kind <> ?2
                   ORDER BY due, seq LIMIT 1";
        let row = |row: &rusqlite::Row<'_>| {
            let at = Timestamp::from_microsecond(row.get(0)?).unwrap_or(until);
            Ok(Due { at, kind: row.get(1)?, id: row.get(2)? })
        };
        let bound = params![until.as_microsecond(), Delivery::KIND];
        Ok(self.db.prepare_cached(sql)?.query_row(bound, row).optional()?)
    }

    /// When something is due next, deliveries among it: later than `after`, at the latest at `until`.
    pub(crate) fn next_due_between(
        &self,
        after: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Timestamp>> {
        let sql = "SELECT min(due) FROM entity WHERE due > ?1 AND due <= ?2";
        let bounds = [after.as_microsecond(), until.as_microsecond()];
        let due: Option<i64> = self.db.prepare_cached(sql)?.query_row(bounds, |row| row.get(0))?;
        Ok(due.and_then(|due| Timestamp::from_microsecond(due).ok()))
    }

    /// Takes the date off something that cannot be done.
    pub(crate) fn drop_due(&self, due: &Due) -> Result<()> {
        let sql = "UPDATE entity SET due = NULL WHERE kind = ?1 AND id = ?2";
        self.db.prepare_cached(sql)?.execute([&due.kind, &due.id])?;
        Ok(())
    }
}

/// Something that the clock has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) at: Timestamp,
    pub(crate) kind: String,
    pub(crate) id: String,
}
