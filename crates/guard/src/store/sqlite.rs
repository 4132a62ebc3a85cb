//! The store in one SQLite file.
//!
//! One thread works on the file, so that no runtime thread waits for a disk. Other processes may use
//! the same file; SQLite's lock makes every step atomic. The file is written ahead without waiting
//! for the disk: it survives the death of a process, and after the loss of power the audit, which does
//! wait for the disk, tells what was under way (see [`crate::Engine`]).

use std::{
    fmt, fs,
    io::Read as _,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::{
    Counter, Freeze, Held, MOST_REQUESTS, Obstacles, ReserveRequest, Reserved, Settlement, Store,
    StoreError, Usage, Voted, assemble, instant, new_secret,
};
use crate::{
    approval::{Approval, ApprovalState, Vote},
    digest::Digest,
};

/// Marks a file as a guard's: "SGRD" in the header of the database.
const APPLICATION: i32 = 0x5347_5244;

/// The version of the tables. Raise it when they change.
const VERSION: i32 = 1;

/// How many steps may wait for the file.
const QUEUE: usize = 1024;

/// How long a step waits for other processes.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long settled changes and closed approvals are kept.
const KEEP: i64 = 40 * 24 * 60 * 60 * 1000;

const TABLES: &str = "
    CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE reservation(
        id TEXT PRIMARY KEY, change TEXT NOT NULL, identical TEXT NOT NULL, verify TEXT,
        state TEXT NOT NULL, at INTEGER NOT NULL, lease INTEGER NOT NULL, settled INTEGER,
        tool TEXT NOT NULL, key TEXT NOT NULL, approval TEXT, result TEXT) WITHOUT ROWID;
    CREATE INDEX reservation_held ON reservation(change) WHERE state IN ('reserved', 'unknown');
    CREATE INDEX reservation_verify ON reservation(verify) WHERE state IN ('reserved', 'unknown');
    CREATE INDEX reservation_done ON reservation(identical, settled) WHERE state = 'done';
    CREATE INDEX reservation_settled ON reservation(settled) WHERE state IN ('done', 'not_done', 'read');
    CREATE TABLE bucket(
        counter TEXT NOT NULL, bucket INTEGER NOT NULL, amount INTEGER NOT NULL,
        count INTEGER NOT NULL, ends INTEGER NOT NULL,
        PRIMARY KEY(counter, bucket)) WITHOUT ROWID;
    CREATE INDEX bucket_ends ON bucket(ends);
    CREATE TABLE taken(
        reservation TEXT NOT NULL, counter TEXT NOT NULL, bucket INTEGER NOT NULL,
        amount INTEGER NOT NULL, PRIMARY KEY(reservation, counter)) WITHOUT ROWID;
    CREATE TABLE approval(
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL,
        key TEXT NOT NULL, state TEXT NOT NULL, needs INTEGER NOT NULL, created INTEGER NOT NULL,
        expires INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE INDEX approval_key ON approval(key, expires);
    CREATE INDEX approval_digest ON approval(digest, seq);
    CREATE TABLE vote(
        approval TEXT NOT NULL, approver TEXT NOT NULL, approve INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY(approval, approver)) WITHOUT ROWID;
    CREATE TABLE approver(name TEXT PRIMARY KEY, hash TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE attempt(
        name TEXT PRIMARY KEY, began INTEGER NOT NULL, count INTEGER NOT NULL) WITHOUT ROWID;
";

type Step = Box<dyn FnOnce(&mut Connection) + Send>;

/// The store in one SQLite file.
pub struct SqliteStore {
    path: PathBuf,
    steps: mpsc::Sender<Step>,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the file, or creates it, readable by its owner only.
    ///
    /// # Errors
    /// A file that is something else, damaged, of a newer version, or cannot be written. The file is left
    /// unchanged: the guard never starts with an empty memory because the old one was unreadable.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let file = path.to_owned();
        Self::start(path.to_owned(), move || open(&file)).await
    }

    /// A store in memory, which ends with the process.
    ///
    /// # Errors
    /// A machine that gives no memory or no thread.
    pub async fn in_memory() -> Result<Self, StoreError> {
        let open = || {
            let mut connection = Connection::open_in_memory().map_err(|error| failed(&error))?;
            prepare(&mut connection)
                .map_err(|_| StoreError("cannot be made in memory".to_owned()))?;
            Ok(connection)
        };
        Self::start(PathBuf::from(":memory:"), open).await
    }

    /// Starts the thread that works on a connection.
    async fn start(
        path: PathBuf,
        open: impl FnOnce() -> Result<Connection, StoreError> + Send + 'static,
    ) -> Result<Self, StoreError> {
        let (steps, mut waiting) = mpsc::channel::<Step>(QUEUE);
        let (opened, answer) = oneshot::channel();
        let work = move || {
            let mut connection = match open() {
                Ok(connection) => {
                    let _ = opened.send(Ok(()));
                    connection
                }
                Err(error) => {
                    let _ = opened.send(Err(error));
                    return;
                }
            };
            while let Some(step) = waiting.blocking_recv() {
                step(&mut connection);
            }
        };
        thread::Builder::new()
            .name("guard-sqlite".to_owned())
            .spawn(work)
            .map_err(|error| StoreError(format!("cannot start its thread: {error}")))?;
        answer.await.map_err(|_| closed())??;
        Ok(Self { path, steps })
    }

    /// Runs a step in a transaction on the store's thread.
    async fn step<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (done, answer) = oneshot::channel();
        let step = Box::new(move |connection: &mut Connection| {
            let result = (|| {
                let transaction =
                    connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let result = step(&transaction)?;
                transaction.commit()?;
                Ok(result)
            })();
            let _ = done.send(result);
        });
        self.steps.send(step).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?.map_err(|error| failed(&error))
    }
}

fn closed() -> StoreError {
    StoreError("is closed".to_owned())
}

fn failed(error: &rusqlite::Error) -> StoreError {
    StoreError(format!("failed: {error}"))
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    let name = path.display();
    let unusable = |what: String| StoreError(format!("{name} {what}; it was left as it is"));
    if let Ok(mut file) = fs::File::open(path) {
        let mut head = [0; 16];
        let read = file.read(&mut head).map_err(|e| unusable(format!("cannot be read: {e}")))?;
        if read > 0 && head != *b"SQLite format 3\0" {
            return Err(unusable("is not a store of this program".to_owned()));
        }
    }
    private(path).map_err(|error| unusable(format!("cannot be opened: {error}")))?;
    let mut connection =
        Connection::open(path).map_err(|e| unusable(format!("cannot be opened: {e}")))?;
    prepare(&mut connection).map_err(|error| match error {
        Prepare::Foreign => unusable("is not a store of this program".to_owned()),
        Prepare::Newer => unusable("was written by a newer version".to_owned()),
        Prepare::Damaged(what) => unusable(format!("is damaged ({what})")),
        Prepare::Sqlite(error) => unusable(format!("cannot be used: {error}")),
    })?;
    Ok(connection)
}

/// Creates the file if it does not exist, readable by its owner only.
fn private(path: &Path) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

enum Prepare {
    Foreign,
    Newer,
    Damaged(String),
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Prepare {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

fn prepare(connection: &mut Connection) -> Result<(), Prepare> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.set_prepared_statement_cache_capacity(64);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number =
        |name: &str| transaction.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let tables: i64 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (number("application_id")?, number("user_version")?, tables) {
        (0, 0, 0) => {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        (APPLICATION, VERSION, _) => {
            let check: String =
                transaction.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
            if check != "ok" {
                return Err(Prepare::Damaged(check));
            }
        }
        (APPLICATION, version, _) if version > VERSION => return Err(Prepare::Newer),
        _ => return Err(Prepare::Foreign),
    }
    transaction.commit()?;
    Ok(())
}

/// Runs a statement whose text is compiled once.
fn run(t: &Transaction<'_>, sql: &str, values: impl rusqlite::Params) -> rusqlite::Result<usize> {
    t.prepare_cached(sql)?.execute(values)
}

/// Reads one row, where there is one.
fn row<T>(
    t: &Transaction<'_>,
    sql: &str,
    values: impl rusqlite::Params,
    read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    t.prepare_cached(sql)?.query_row(values, read).optional()
}

fn usage(t: &Transaction<'_>, counter: &Counter, at: i64) -> rusqlite::Result<Usage> {
    let sql = "SELECT coalesce(sum(amount), 0), coalesce(sum(count), 0) FROM bucket
        WHERE counter = ?1 AND bucket >= ?2";
    let values = params![counter.counter.to_string(), counter.window.oldest(at)];
    let read = |row: &rusqlite::Row<'_>| Ok(Usage { amount: row.get(0)?, count: row.get(1)? });
    Ok(row(t, sql, values, read)?.unwrap_or_default())
}

fn frozen(t: &Transaction<'_>) -> rusqlite::Result<Option<Freeze>> {
    let text: Option<String> =
        row(t, "SELECT value FROM meta WHERE key = 'freeze'", [], |row| row.get(0))?;
    // A freeze that cannot be read is still a freeze.
    let unread = || Freeze {
        by: "unknown".to_owned(),
        reason: "the store's entry cannot be read".to_owned(),
        at: instant(0),
    };
    Ok(text.map(|text| serde_json::from_str(&text).unwrap_or_else(|_| unread())))
}

struct Row {
    body: String,
    state: String,
    created: i64,
    expires: i64,
}

const APPROVAL: &str = "SELECT body, state, created, expires FROM approval";

fn approval_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row { body: row.get(0)?, state: row.get(1)?, created: row.get(2)?, expires: row.get(3)? })
}

/// The state of a row at an instant.
fn row_state(row: &Row, at: i64) -> ApprovalState {
    let state = ApprovalState::parse(&row.state).unwrap_or(ApprovalState::Void);
    super::state_at(state, row.expires, at)
}

fn votes(t: &Transaction<'_>, id: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = t.prepare_cached("SELECT body FROM vote WHERE approval = ?1")?;
    statement.query_map([id], |row| row.get(0))?.collect()
}

fn load(t: &Transaction<'_>, id: &str) -> rusqlite::Result<Option<(Row, Vec<String>)>> {
    let found = row(t, &format!("{APPROVAL} WHERE id = ?1"), [id], approval_row)?;
    found.map(|found| Ok((found, votes(t, id)?))).transpose()
}

/// The latest approval for a digest, if it still has an effect.
fn live(t: &Transaction<'_>, digest: &Digest, at: i64) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT id, state, expires FROM approval WHERE digest = ?1 ORDER BY seq DESC LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let found: Option<(String, String, i64)> = row(t, sql, [digest.to_string()], read)?;
    Ok(found
        .filter(|(_, state, expires)| {
            let lasting = matches!(
                ApprovalState::parse(state),
                Some(
                    ApprovalState::Pending
                        | ApprovalState::Approved
                        | ApprovalState::Denied
                        | ApprovalState::Running
                )
            );
            lasting && at < *expires
        })
        .map(|(id, ..)| id))
}

/// The last try of the same change that is under way, or whose outcome is unknown.
fn held_change(t: &Transaction<'_>, request: &ReserveRequest) -> rusqlite::Result<Option<Held>> {
    let sql = "SELECT id, tool, at, lease, state FROM reservation
        WHERE change = ?1 AND state IN ('reserved', 'unknown') ORDER BY at DESC LIMIT 1";
    row(t, sql, [request.change.to_string()], |row| held(row, request.at))
}

/// When an identical change was done, if that is recent, and what was kept of its answer.
fn done_before(
    t: &Transaction<'_>,
    request: &ReserveRequest,
) -> rusqlite::Result<Option<(i64, Value)>> {
    let Some(since) = request.once_since else { return Ok(None) };
    let sql = "SELECT settled, result FROM reservation
        WHERE identical = ?1 AND state = 'done' AND settled > ?2 ORDER BY settled DESC LIMIT 1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?));
    let found = row(t, sql, params![request.identical.to_string(), since], read)?;
    Ok(found.map(|(at, result)| (at, serde_json::from_str(&result).unwrap_or(Value::Null))))
}

fn reserve(t: &Transaction<'_>, request: &ReserveRequest) -> rusqlite::Result<Reserved> {
    if !request.read
        && let Some(freeze) = frozen(t)?
    {
        return Ok(Reserved::Frozen(freeze));
    }
    let approval = match &request.approval {
        None => None,
        Some(id) => {
            let found = row(t, &format!("{APPROVAL} WHERE id = ?1"), [id], approval_row)?;
            let Some(found) = found else {
                return Ok(Reserved::NotApproved(ApprovalState::Void));
            };
            let state = row_state(&found, request.at);
            if state != ApprovalState::Approved {
                return Ok(Reserved::NotApproved(state));
            }
            Some(found)
        }
    };
    if let Some(held) = held_change(t, request)? {
        let passed = |approval: &Row| !held.running && approval.created >= held.at.as_millisecond();
        if !approval.as_ref().is_some_and(passed) {
            return Ok(Reserved::Held(held));
        }
    }
    if let Some((at, result)) = done_before(t, request)? {
        return Ok(Reserved::AlreadyDone { at, result });
    }
    for (place, charge) in request.charges.iter().enumerate() {
        let counter = Counter { counter: charge.counter, window: charge.window };
        let usage = usage(t, &counter, request.at)?;
        let fits = charge.most_amount.is_none_or(|most| {
            usage.amount.checked_add(charge.amount).is_some_and(|sum| sum <= most)
        }) && charge.most_count.is_none_or(|most| usage.count < i64::from(most));
        let passes = charge.may_be_approved && approval.is_some();
        if request.enforce && !fits && !passes {
            return Ok(Reserved::Full(place, usage));
        }
    }
    take(t, request)?;
    Ok(Reserved::Taken)
}

fn held(row: &rusqlite::Row<'_>, at: i64) -> rusqlite::Result<Held> {
    let (lease, state): (i64, String) = (row.get(3)?, row.get(4)?);
    let running = state == "reserved" && at < lease;
    Ok(Held { id: row.get(0)?, tool: row.get(1)?, at: instant(row.get(2)?), running })
}

fn take(t: &Transaction<'_>, request: &ReserveRequest) -> rusqlite::Result<()> {
    run(
        t,
        "INSERT INTO reservation(id, change, identical, verify, state, at, lease, tool, key, approval)
            VALUES (?1, ?2, ?3, ?4, 'reserved', ?5, ?6, ?7, ?8, ?9)",
        params![
            request.id,
            request.change.to_string(),
            request.identical.to_string(),
            request.verify.map(|verify| verify.to_string()),
            request.at,
            request.lease,
            request.tool,
            request.key.as_str(),
            request.approval,
        ],
    )?;
    for charge in request.charges.iter().filter(|charge| charge.adds) {
        let (counter, bucket) = (charge.counter.to_string(), charge.window.bucket(request.at));
        let seconds = (bucket + 1) * charge.window.bucket_seconds() + charge.window.seconds();
        run(
            t,
            "INSERT INTO bucket(counter, bucket, amount, count, ends) VALUES (?1, ?2, ?3, 1, ?4)
                ON CONFLICT(counter, bucket)
                DO UPDATE SET amount = amount + excluded.amount, count = count + 1",
            params![counter, bucket, charge.amount, seconds * 1000],
        )?;
        run(
            t,
            "INSERT INTO taken(reservation, counter, bucket, amount) VALUES (?1, ?2, ?3, ?4)",
            params![request.id, counter, bucket, charge.amount],
        )?;
    }
    if let Some(id) = &request.approval {
        run(t, "UPDATE approval SET state = 'running' WHERE id = ?1", [id])?;
    }
    sweep(t, request.at)
}

/// Forgets a few things whose time has passed, so that the file does not grow.
fn sweep(t: &Transaction<'_>, at: i64) -> rusqlite::Result<()> {
    run(
        t,
        "DELETE FROM bucket WHERE (counter, bucket) IN
            (SELECT counter, bucket FROM bucket WHERE ends < ?1 LIMIT 20)",
        [at - 60_000],
    )?;
    const OLD: &str = "SELECT id FROM reservation
        WHERE state IN ('done', 'not_done', 'read') AND settled < ?1 ORDER BY settled LIMIT 20";
    for (table, column) in [("taken", "reservation"), ("reservation", "id")] {
        run(t, &format!("DELETE FROM {table} WHERE {column} IN ({OLD})"), [at - KEEP])?;
    }
    Ok(())
}

fn settle(
    t: &Transaction<'_>,
    id: &str,
    settlement: Settlement,
    result: &str,
    at: i64,
) -> rusqlite::Result<()> {
    let sql = "SELECT state, approval FROM reservation WHERE id = ?1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let found: Option<(String, Option<String>)> = row(t, sql, [id], read)?;
    let Some((state, approval)) = found else { return Ok(()) };
    if matches!(state.as_str(), "done" | "not_done") {
        return Ok(());
    }
    run(
        t,
        "UPDATE reservation SET state = ?2, settled = ?3, result = ?4 WHERE id = ?1",
        params![id, settlement.as_str(), at, result],
    )?;
    if settlement == Settlement::NotDone {
        run(
            t,
            "UPDATE bucket SET amount = bucket.amount - taken.amount, count = count - 1 FROM taken
                WHERE taken.reservation = ?1 AND bucket.counter = taken.counter
                AND bucket.bucket = taken.bucket",
            [id],
        )?;
    }
    if settlement != Settlement::Unknown {
        run(t, "DELETE FROM taken WHERE reservation = ?1", [id])?;
    }
    if let Some(approval) = approval {
        let state = settlement.approval_state().as_str();
        run(t, "UPDATE approval SET state = ?2 WHERE id = ?1", params![approval, state])?;
    }
    Ok(())
}

fn propose(
    t: &Transaction<'_>,
    approval: &Approval,
    body: &str,
    at: i64,
) -> rusqlite::Result<Option<String>> {
    if let Some(id) = live(t, &approval.digest, at)? {
        return Ok(Some(id));
    }
    let sql = "SELECT count(*) FROM approval WHERE key = ?1 AND expires > ?2";
    let open: u32 = t.query_row(sql, params![approval.key.as_str(), at], |row| row.get(0))?;
    if open >= MOST_REQUESTS {
        return Ok(None);
    }
    run(
        t,
        "INSERT INTO approval(id, digest, key, state, needs, created, expires, body)
            VALUES (?1, ?2, ?3, 'pending', ?4, ?5, ?6, ?7)",
        params![
            approval.id,
            approval.digest.to_string(),
            approval.key.as_str(),
            approval.needs,
            approval.created.as_millisecond(),
            approval.expires.as_millisecond(),
            body,
        ],
    )?;
    run(
        t,
        "DELETE FROM vote WHERE approval IN
            (SELECT id FROM approval WHERE expires < ?1 ORDER BY seq LIMIT 20)",
        [at - KEEP],
    )?;
    run(
        t,
        "DELETE FROM approval WHERE seq IN
            (SELECT seq FROM approval WHERE expires < ?1 ORDER BY seq LIMIT 20)",
        [at - KEEP],
    )?;
    Ok(Some(approval.id.clone()))
}

/// The result of a vote inside the transaction.
enum Tally {
    NoSuch,
    Closed(ApprovalState),
    Again,
    Counted,
}

fn vote(
    t: &Transaction<'_>,
    id: &str,
    vote: &Vote,
    body: &str,
    at: i64,
) -> rusqlite::Result<Tally> {
    let sql = format!("{APPROVAL} WHERE id = ?1");
    let Some(found) = row(t, &sql, [id], approval_row)? else { return Ok(Tally::NoSuch) };
    let state = row_state(&found, at);
    if state != ApprovalState::Pending {
        return Ok(Tally::Closed(state));
    }
    let added = run(
        t,
        "INSERT OR IGNORE INTO vote(approval, approver, approve, body) VALUES (?1, ?2, ?3, ?4)",
        params![id, vote.approver, vote.approve, body],
    )?;
    if added == 0 {
        return Ok(Tally::Again);
    }
    if vote.approve {
        run(
            t,
            "UPDATE approval SET state = 'approved' WHERE id = ?1 AND needs <=
                (SELECT count(*) FROM vote WHERE approval = ?1 AND approve)",
            [id],
        )?;
    } else {
        run(t, "UPDATE approval SET state = 'denied' WHERE id = ?1", [id])?;
    }
    Ok(Tally::Counted)
}

fn encode(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError(format!("cannot write: {error}")))
}

#[async_trait]
impl Store for SqliteStore {
    async fn reserve(&self, request: ReserveRequest) -> Result<Reserved, StoreError> {
        self.step(move |t| reserve(t, &request)).await
    }

    async fn obstacles(&self, request: &ReserveRequest) -> Result<Obstacles, StoreError> {
        let request = request.clone();
        self.step(move |t| {
            Ok(Obstacles {
                frozen: frozen(t)?,
                held: held_change(t, &request)?,
                done: done_before(t, &request)?,
            })
        })
        .await
    }

    async fn settle(
        &self,
        id: &str,
        settlement: Settlement,
        result: &Value,
        at: i64,
    ) -> Result<(), StoreError> {
        let (id, result) = (id.to_owned(), result.to_string());
        self.step(move |t| settle(t, &id, settlement, &result, at)).await
    }

    async fn release(&self, reads: &[Digest], began: i64) -> Result<u32, StoreError> {
        let reads: Vec<String> = reads.iter().map(ToString::to_string).collect();
        self.step(move |t| {
            let mut released = 0;
            for read in &reads {
                released += run(
                    t,
                    "UPDATE reservation SET state = 'read', settled = coalesce(settled, lease)
                        WHERE verify = ?1 AND (state = 'unknown' AND settled <= ?2
                        OR state = 'reserved' AND lease <= ?2)",
                    params![read, began],
                )?;
            }
            Ok(u32::try_from(released).unwrap_or(u32::MAX))
        })
        .await
    }

    async fn held(&self, at: i64) -> Result<Vec<Held>, StoreError> {
        self.step(move |t| {
            let mut statement = t.prepare_cached(
                "SELECT id, tool, at, lease, state FROM reservation
                    WHERE state IN ('reserved', 'unknown') ORDER BY at LIMIT 1000",
            )?;
            statement.query_map([], |row| held(row, at))?.collect()
        })
        .await
    }

    async fn knows(&self, id: &str) -> Result<bool, StoreError> {
        let id = id.to_owned();
        self.step(move |t| {
            row(t, "SELECT 1 FROM reservation WHERE id = ?1", [id], |_| Ok(())).map(|r| r.is_some())
        })
        .await
    }

    async fn usage(&self, counters: &[Counter], at: i64) -> Result<Vec<Usage>, StoreError> {
        let counters = counters.to_vec();
        self.step(move |t| counters.iter().map(|counter| usage(t, counter, at)).collect()).await
    }

    async fn frozen(&self) -> Result<Option<Freeze>, StoreError> {
        self.step(frozen).await
    }

    async fn set_freeze(&self, freeze: Option<Freeze>) -> Result<(), StoreError> {
        let text = freeze.as_ref().map(encode).transpose()?;
        self.step(move |t| {
            match text {
                Some(text) => run(t, "INSERT OR REPLACE INTO meta VALUES ('freeze', ?1)", [text])?,
                None => run(t, "DELETE FROM meta WHERE key = 'freeze'", [])?,
            };
            Ok(())
        })
        .await
    }

    async fn propose(&self, approval: Approval, at: i64) -> Result<Option<Approval>, StoreError> {
        let body = encode(&approval)?;
        let found = self
            .step(move |t| match propose(t, &approval, &body, at)? {
                Some(id) => load(t, &id),
                None => Ok(None),
            })
            .await?;
        found.map(|(row, votes)| assemble(&row.body, &row.state, &votes, at)).transpose()
    }

    async fn approval_for(&self, digest: &Digest, at: i64) -> Result<Option<Approval>, StoreError> {
        let digest = *digest;
        let found = self
            .step(move |t| match live(t, &digest, at)? {
                Some(id) => load(t, &id),
                None => Ok(None),
            })
            .await?;
        found.map(|(row, votes)| assemble(&row.body, &row.state, &votes, at)).transpose()
    }

    async fn approval(&self, id: &str, at: i64) -> Result<Option<Approval>, StoreError> {
        let id = id.to_owned();
        let found = self.step(move |t| load(t, &id)).await?;
        found.map(|(row, votes)| assemble(&row.body, &row.state, &votes, at)).transpose()
    }

    async fn approvals(&self, most: usize, at: i64) -> Result<Vec<Approval>, StoreError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let found = self
            .step(move |t| {
                let mut statement =
                    t.prepare_cached("SELECT id FROM approval ORDER BY seq DESC LIMIT ?1")?;
                let ids: Vec<String> =
                    statement.query_map([most], |row| row.get(0))?.collect::<Result<_, _>>()?;
                ids.iter().filter_map(|id| load(t, id).transpose()).collect::<Result<Vec<_>, _>>()
            })
            .await?;
        found.iter().map(|(row, votes)| assemble(&row.body, &row.state, votes, at)).collect()
    }

    async fn vote(&self, id: &str, ballot: Vote, at: i64) -> Result<Voted, StoreError> {
        let body = encode(&ballot)?;
        let id = id.to_owned();
        let (tally, found) = self
            .step(move |t| {
                let tally = vote(t, &id, &ballot, &body, at)?;
                Ok((tally, load(t, &id)?))
            })
            .await?;
        match (tally, found) {
            (Tally::Counted, Some((row, votes))) => {
                Ok(Voted::Counted(Box::new(assemble(&row.body, &row.state, &votes, at)?)))
            }
            (Tally::Closed(state), _) => Ok(Voted::Closed(state)),
            (Tally::Again, _) => Ok(Voted::Again),
            (Tally::NoSuch | Tally::Counted, _) => Ok(Voted::NoSuch),
        }
    }

    async fn void(&self, id: &str, _at: i64) -> Result<(), StoreError> {
        let id = id.to_owned();
        self.step(move |t| {
            let sql = "UPDATE approval SET state = 'void'
                WHERE id = ?1 AND state IN ('pending', 'approved')";
            run(t, sql, [id]).map(drop)
        })
        .await
    }

    async fn approver(&self, name: &str) -> Result<Option<String>, StoreError> {
        let name = name.to_owned();
        self.step(move |t| {
            row(t, "SELECT hash FROM approver WHERE name = ?1", [name], |row| row.get(0))
        })
        .await
    }

    async fn approvers(&self) -> Result<Vec<String>, StoreError> {
        self.step(|t| {
            let mut statement = t.prepare_cached("SELECT name FROM approver ORDER BY name")?;
            statement.query_map([], |row| row.get(0))?.collect()
        })
        .await
    }

    async fn set_approver(&self, name: &str, hash: Option<&str>) -> Result<(), StoreError> {
        let (name, hash) = (name.to_owned(), hash.map(str::to_owned));
        self.step(move |t| {
            match hash {
                Some(hash) => {
                    run(t, "INSERT OR REPLACE INTO approver VALUES (?1, ?2)", params![name, hash])
                }
                None => run(t, "DELETE FROM approver WHERE name = ?1", [name]),
            }
            .map(drop)
        })
        .await
    }

    async fn attempt(
        &self,
        name: &str,
        most: u32,
        window: i64,
        at: i64,
    ) -> Result<Option<i64>, StoreError> {
        let name = name.to_owned();
        self.step(move |t| {
            let sql = "SELECT began, count FROM attempt WHERE name = ?1 AND began > ?2";
            let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let found: Option<(i64, i64)> = row(t, sql, params![name, at - window], read)?;
            let (began, count) = found.unwrap_or((at, 0));
            if count >= i64::from(most) {
                return Ok(Some(began + window - at));
            }
            let sql = "INSERT OR REPLACE INTO attempt VALUES (?1, ?2, ?3)";
            run(t, sql, params![name, began, count + 1])?;
            Ok(None)
        })
        .await
    }

    async fn forget_attempts(&self, name: &str) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.step(move |t| run(t, "DELETE FROM attempt WHERE name = ?1", [name]).map(drop)).await
    }

    async fn secret(&self) -> Result<[u8; 32], StoreError> {
        let fresh = new_secret()?;
        self.step(move |t| {
            run(t, "INSERT OR IGNORE INTO meta VALUES ('secret', ?1)", [fresh.as_slice()])?;
            t.query_row("SELECT value FROM meta WHERE key = 'secret'", [], |row| row.get(0))
        })
        .await
    }
}
