//! The state: a SQLite database in memory or in a file, one JSON document for each record beside
//! the columns that filters need, and the clock. It knows no rule of the API.
//!
//! Everything that changes something runs inside [`Store::transact`]: what fails leaves no trace,
//! what was answered is on the disk.

mod open;
mod query;

pub use open::OpenError;
pub(crate) use open::open;
pub(crate) use query::{Filter, Paging};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use crate::error::{ApiError, Result};
use crate::ids::Ids;
use crate::model::{Base, Record};
use crate::{money, time};

/// What time it is.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Clock {
    /// How far ahead of the machine's clock, in microseconds.
    pub(crate) ahead: i64,
    /// Set where the clock stands still.
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

    /// Sets it to a moment; it goes on running, or standing, from there.
    pub(crate) fn set(&mut self, at: Timestamp) {
        if self.frozen.is_some() {
            self.frozen = Some(at);
        } else {
            let machine = Timestamp::now().as_microsecond();
            self.ahead = at.as_microsecond().saturating_sub(machine);
        }
    }
}

/// The state of a sandbox.
#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) db: Connection,
    pub(crate) ids: Ids,
    pub(crate) clock: Clock,
    /// The time of what is being done now.
    pub(crate) now: Timestamp,
    /// Where the sandbox is reached, without a slash at the end.
    pub(crate) base_url: String,
    saved: u64,
}

impl Store {
    /// Does something whole or not at all. A refusal that asks for it keeps what was done.
    pub(crate) fn transact<T>(&mut self, action: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.db.execute_batch("BEGIN IMMEDIATE")?;
        let counter = self.ids.counter;
        let outcome = action(self);
        let keep = outcome.as_ref().map_or_else(|error| error.keep, |_| true);
        if keep {
            if let Err(error) = self.save_counter().and_then(|()| self.commit()) {
                self.rollback(counter);
                return Err(error);
            }
        } else {
            self.rollback(counter);
        }
        outcome
    }

    fn commit(&self) -> Result<()> {
        Ok(self.db.execute_batch("COMMIT")?)
    }

    fn rollback(&mut self, counter: u64) {
        self.ids.counter = counter;
        if let Err(error) = self.db.execute_batch("ROLLBACK") {
            tracing::error!(%error, "a change could not be taken back");
        }
    }

    fn save_counter(&mut self) -> Result<()> {
        if self.saved != self.ids.counter {
            self.set_meta("counter", &self.ids.counter.to_string())?;
            self.saved = self.ids.counter;
        }
        Ok(())
    }

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

    /// Moves the clock and remembers where it is.
    pub(crate) fn set_clock(&mut self, clock: Clock) -> Result<()> {
        self.clock = clock;
        self.now = clock.now();
        self.set_meta("clock", &serde_json::to_string(&clock)?)
    }

    /// A fresh id.
    pub(crate) fn new_id(&mut self) -> String {
        self.ids.next()
    }

    /// The beginning of a new record in a branch.
    pub(crate) fn base(&mut self, org: &str, branch: &str, user: &str) -> Base {
        Base {
            id: self.new_id(),
            org: org.to_owned(),
            branch: branch.to_owned(),
            user: user.to_owned(),
            created_at: self.now,
            updated_at: None,
            deleted: false,
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
            base.org,
            base.branch,
            columns.parent,
            columns.customer,
            columns.other,
            columns.status,
            columns.currency,
            money::thousandths(columns.amount),
            base.created_at.as_microsecond(),
            columns.due.map(|due| due.as_microsecond()),
            base.deleted,
            columns.text,
            serde_json::to_string(record)?,
        ])?;
        Ok(())
    }

    /// Writes a changed record and notes when.
    pub(crate) fn update<R: Record>(
        &self,
        record: &mut R,
        base: impl FnOnce(&mut R) -> &mut Base,
    ) -> Result<()> {
        base(record).updated_at = Some(self.now);
        self.put(record)
    }

    /// A record by its id, deleted ones too, of whatever organization.
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

    /// What is due first, up to a moment: its time, kind and id.
    pub(crate) fn next_due(&self, until: Timestamp) -> Result<Option<(Timestamp, String, String)>> {
        let sql = "SELECT due, kind, id FROM entity WHERE due <= ?1 ORDER BY due, seq LIMIT 1";
        let row = self
            .db
            .prepare_cached(sql)?
            .query_row([until.as_microsecond()], |row| {
                Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        Ok(row.map(|(due, kind, id)| (Timestamp::from_microsecond(due).unwrap_or(until), kind, id)))
    }
}
