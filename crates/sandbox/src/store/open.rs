//! Opening the database: a fresh one in memory, a fresh file, or a file of an earlier run. A file
//! that is not a sandbox's, or is damaged, is refused and left unchanged.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::{Clock, Db};
use crate::ids::Ids;

/// Marks a file as a sandbox's: "STRM" in the header of the database.
const APPLICATION: i32 = 0x5354_524d;

/// The version of the tables. Increase it when they change.
const VERSION: i32 = 1;

const TABLES: &str = "
    CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE entity(
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL, id TEXT NOT NULL, org TEXT NOT NULL, branch TEXT NOT NULL,
        parent TEXT, customer TEXT, other TEXT, status TEXT NOT NULL, currency TEXT NOT NULL,
        amount INTEGER NOT NULL, created INTEGER NOT NULL, due INTEGER,
        deleted INTEGER NOT NULL, text TEXT NOT NULL, doc TEXT NOT NULL);
    CREATE UNIQUE INDEX entity_id ON entity(kind, id);
    CREATE INDEX entity_scope ON entity(kind, org, branch, deleted, created);
    CREATE INDEX entity_parent ON entity(parent, kind) WHERE parent IS NOT NULL;
    CREATE INDEX entity_customer ON entity(customer, kind) WHERE customer IS NOT NULL;
    CREATE INDEX entity_other ON entity(other, kind) WHERE other IS NOT NULL;
    CREATE INDEX entity_due ON entity(due) WHERE due IS NOT NULL;
    CREATE TABLE tally(
        kind TEXT NOT NULL, org TEXT NOT NULL, branch TEXT NOT NULL, n INTEGER NOT NULL,
        PRIMARY KEY(kind, org, branch)) WITHOUT ROWID;
    CREATE TRIGGER entity_added AFTER INSERT ON entity WHEN new.deleted = 0 BEGIN
        INSERT INTO tally VALUES (new.kind, new.org, new.branch, 1)
            ON CONFLICT(kind, org, branch) DO UPDATE SET n = n + 1;
    END;
    CREATE TRIGGER entity_deleted AFTER UPDATE OF deleted ON entity
        WHEN old.deleted <> new.deleted BEGIN
        UPDATE tally SET n = n + old.deleted - new.deleted
            WHERE kind = new.kind AND org = new.org AND branch = new.branch;
    END;
";

/// Why a data file cannot be used. The file is left unchanged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file is something else.
    #[error(
        "{} is not a data file of the Stream sandbox; it was left as it is. Give another --data file, or move this one away.",
        .0.display()
    )]
    Foreign(PathBuf),
    /// The file was made by a later version.
    #[error(
        "{} was written by a newer version of the sandbox; it was left as it is. Use that version.",
        .0.display()
    )]
    Newer(PathBuf),
    /// The file is damaged.
    #[error(
        "{} is damaged ({problem}); it was left as it is. Restore a copy, or start with another --data file.",
        .path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The error from SQLite.
        problem: String,
    },
    /// Another process has the file open.
    #[error("{} is in use by another sandbox; stop that one first.", .0.display())]
    InUse(PathBuf),
    /// The file or its directory cannot be used.
    #[error("{} cannot be used: {problem}", .path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// The error from the system.
        problem: String,
    },
}

/// Opens the state. `ids` and `clock` are for a fresh one; a file brings its own.
pub(crate) fn open(path: Option<&Path>, ids: Ids, clock: Clock) -> Result<Db, OpenError> {
    let Some(path) = path else {
        let place = PathBuf::from(":memory:");
        let failed = |error: rusqlite::Error| unusable(&place, &error);
        let db = Connection::open_in_memory().map_err(failed)?;
        fill(&db, &ids, clock).map_err(failed)?;
        return restored(db, &place, false);
    };
    let fresh = std::fs::metadata(path).map_or(true, |about| about.is_file() && about.len() == 0);
    if fresh {
        create(path, &ids, clock)?;
    } else {
        inspect(path)?;
        keep_private(path);
    }
    let db = Connection::open(path).map_err(|error| sort(path, &error))?;
    let setup = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL; BEGIN IMMEDIATE; COMMIT;";
    db.execute_batch(setup).map_err(|error| sort(path, &error))?;
    restored(db, path, true)
}

/// Removes all access except the owner's from a data file and the files that SQLite keeps next to it.
/// SQLite gives the files that it makes the rights of the data file.
fn keep_private(path: &Path) {
    #[cfg(unix)]
    for file in [path.to_owned(), beside(path, "-wal"), beside(path, "-journal")] {
        use std::os::unix::fs::PermissionsExt as _;
        let Ok(about) = std::fs::metadata(&file) else { continue };
        let mode = about.permissions().mode();
        if mode & 0o077 == 0 {
            continue;
        }
        let narrow = std::fs::Permissions::from_mode(mode & 0o700);
        match std::fs::set_permissions(&file, narrow) {
            Ok(()) => {
                tracing::warn!(file = %file.display(), "other users could read the data file; now they cannot")
            }
            Err(error) => {
                tracing::warn!(file = %file.display(), %error, "other users can read the data file")
            }
        }
    }
}

/// The path with a suffix.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Creates an empty file that only its owner can read.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Creates the whole file under another name and renames it, so that a kill never leaves half of one.
fn create(path: &Path, ids: &Ids, clock: Clock) -> Result<(), OpenError> {
    let beside = beside(path, &format!(".new-{}", std::process::id()));
    // A file of that name is left from a process that was killed.
    let _ = std::fs::remove_file(&beside);
    create_private(&beside).map_err(|error| unusable(path, &error))?;
    let made = Connection::open(&beside)
        .and_then(|db| fill(&db, ids, clock).and_then(|()| db.close().map_err(|(_, error)| error)));
    let outcome = made
        .map_err(|error| unusable(path, &error))
        .and_then(|()| std::fs::rename(&beside, path).map_err(|error| unusable(path, &error)));
    if outcome.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    outcome
}

fn fill(db: &Connection, ids: &Ids, clock: Clock) -> rusqlite::Result<()> {
    let clock = serde_json::to_string(&clock).unwrap_or_default();
    db.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; BEGIN; {TABLES}"
    ))?;
    let sql = "INSERT INTO meta(key, value) VALUES ('seed', ?1), ('counter', '0'), ('clock', ?2)";
    db.execute(sql, [ids.seed_text(), clock])?;
    db.execute_batch("COMMIT")
}

/// Looks at an existing file without writing to it.
fn inspect(path: &Path) -> Result<(), OpenError> {
    let mut header = [0_u8; 100];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut header));
    match read {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            return Err(OpenError::Foreign(path.to_owned()));
        }
        Err(error) => return Err(unusable(path, &error)),
    }
    let number = |at: usize| {
        let bytes = header.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, i32::from_be_bytes)
    };
    if !header.starts_with(b"SQLite format 3\0") || number(68) != APPLICATION {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    if number(60) > VERSION {
        return Err(OpenError::Newer(path.to_owned()));
    }
    check(path)
}

fn check(path: &Path) -> Result<(), OpenError> {
    // What a killed process left in the log belongs to the state and must be read with it. Without
    // a log the file is opened as immutable, so that inspecting it changes nothing.
    let has_log = std::fs::metadata(beside(path, "-wal")).is_ok_and(|about| about.len() > 0);
    let db = if has_log {
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
    } else {
        let uri = url::Url::from_file_path(absolute(path)).map(|url| format!("{url}?immutable=1"));
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        match uri {
            Ok(uri) => Connection::open_with_flags(uri, flags),
            Err(()) => Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY),
        }
    };
    let verdict =
        db.and_then(|db| db.pragma_query_value(None, "quick_check", |row| row.get::<_, String>(0)));
    match verdict {
        Ok(word) if word == "ok" => Ok(()),
        Ok(problem) => Err(OpenError::Damaged { path: path.to_owned(), problem }),
        Err(error) => Err(sort(path, &error)),
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn restored(db: Connection, path: &Path, on_disk: bool) -> Result<Db, OpenError> {
    let damaged = |problem: String| OpenError::Damaged { path: path.to_owned(), problem };
    db.set_prepared_statement_cache_capacity(128);
    let meta = |key: &str| {
        let sql = "SELECT value FROM meta WHERE key = ?1";
        db.query_row(sql, [key], |row| row.get::<_, String>(0))
            .map_err(|error| damaged(error.to_string()))
    };
    let counter =
        meta("counter")?.parse().map_err(|_| damaged("its counter is not a number".into()))?;
    let ids = Ids::restore(&meta("seed")?, counter)
        .ok_or_else(|| damaged("its seed is not readable".into()))?;
    let clock: Clock =
        serde_json::from_str(&meta("clock")?).map_err(|error| damaged(error.to_string()))?;
    Ok(Db::new(db, ids, clock, on_disk))
}

fn unusable(path: &Path, error: &dyn std::fmt::Display) -> OpenError {
    OpenError::Unusable { path: path.to_owned(), problem: error.to_string() }
}

fn sort(path: &Path, error: &rusqlite::Error) -> OpenError {
    use rusqlite::ErrorCode as Code;
    match error.sqlite_error_code() {
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => OpenError::InUse(path.to_owned()),
        Some(Code::DatabaseCorrupt) => {
            OpenError::Damaged { path: path.to_owned(), problem: error.to_string() }
        }
        Some(Code::NotADatabase) => OpenError::Foreign(path.to_owned()),
        _ => unusable(path, error),
    }
}
