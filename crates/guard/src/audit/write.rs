//! Appends lines to the audit.
//!
//! One thread writes, so that no runtime thread waits for a disk, and lines that come together share
//! one wait. Several processes may append to the same file: each takes the file's lock and looks for
//! the end of the chain again where another has written.

use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    thread,
};

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use super::record::{Entry, Head, MOST_BYTES, Record, RecordKind, line, read};
use crate::digest::Digest;

/// The maximum number of lines that wait to be written.
const QUEUE: usize = 1024;

/// The maximum number of lines that are written together.
const BATCH: usize = 256;

/// The default size at which a file is rotated.
const ROTATE_AT: u64 = 64 * 1024 * 1024;

/// How much of the file's end is read at startup to find changes that were under way.
const RECALL: u64 = 4 * 1024 * 1024;

/// The audit cannot be written. Changes are refused until it can.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the audit file {path} {problem}")]
pub struct AuditError {
    path: String,
    problem: String,
}

struct Job {
    at: Timestamp,
    kind: RecordKind,
    entry: Entry,
    /// Whether the line must be on disk before the caller continues.
    sync: bool,
    done: oneshot::Sender<Result<(), AuditError>>,
}

/// A file to which the audit is written.
pub struct Audit {
    path: PathBuf,
    jobs: mpsc::Sender<Job>,
    under_way: Vec<Record>,
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audit").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Audit {
    /// Opens the file, or creates it, readable by its owner only.
    ///
    /// # Errors
    /// A file that cannot be written, or whose last line is not the end of a chain.
    pub async fn open(path: &Path) -> Result<Self, AuditError> {
        Self::open_rotating(path, ROTATE_AT).await
    }

    /// Like [`Audit::open`]; a file that grows beyond `rotate_at` bytes is renamed to
    /// `<file>.<number of its last line>`, and a new one continues the chain.
    ///
    /// # Errors
    /// A file that cannot be written, or whose last line is not the end of a chain.
    pub async fn open_rotating(path: &Path, rotate_at: u64) -> Result<Self, AuditError> {
        let (jobs, mut waiting) = mpsc::channel::<Job>(QUEUE);
        let (opened, answer) = oneshot::channel();
        let place = path.to_owned();
        let work = move || {
            let mut writer = match Writer::open(&place, rotate_at) {
                Ok((writer, under_way)) => {
                    let _ = opened.send(Ok(under_way));
                    writer
                }
                Err(error) => {
                    let _ = opened.send(Err(failed(&place, &error)));
                    return;
                }
            };
            let mut batch = Vec::with_capacity(BATCH);
            while let Some(job) = waiting.blocking_recv() {
                batch.push(job);
                while batch.len() < BATCH
                    && let Ok(job) = waiting.try_recv()
                {
                    batch.push(job);
                }
                let result = writer.append(&batch).map_err(|error| failed(&place, &error));
                for job in batch.drain(..) {
                    let _ = job.done.send(result.clone());
                }
            }
        };
        let started = thread::Builder::new().name("guard-audit".to_owned()).spawn(work);
        started.map_err(|error| failed(path, &error))?;
        let closed = || failed(path, &io::Error::other("its thread ended"));
        let under_way = answer.await.map_err(|_| closed())??;
        Ok(Self { path: path.to_owned(), jobs, under_way })
    }

    /// The changes that were about to be sent when the file was last written, and whose outcome
    /// was never recorded.
    pub(crate) fn under_way(&self) -> &[Record] {
        &self.under_way
    }

    /// Appends a line. With `sync` it is on disk when this returns.
    pub(crate) async fn append(
        &self,
        at: Timestamp,
        kind: RecordKind,
        entry: Entry,
        sync: bool,
    ) -> Result<(), AuditError> {
        let (done, answer) = oneshot::channel();
        let closed = || failed(&self.path, &io::Error::other("its thread ended"));
        self.jobs.send(Job { at, kind, entry, sync, done }).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

fn failed(path: &Path, error: &io::Error) -> AuditError {
    let problem = match error.kind() {
        io::ErrorKind::StorageFull => "cannot be written: the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
            format!("cannot be written: {error}")
        }
        _ => format!("failed: {error}"),
    };
    AuditError { path: path.display().to_string(), problem }
}

struct Writer {
    path: PathBuf,
    file: File,
    rotate_at: u64,
    head: Head,
    /// The file's length when `head` was its end.
    length: u64,
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether the file is still the one at the path, and has not been rotated.
#[cfg(unix)]
fn current(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let (ours, theirs) = (file.metadata()?, fs::metadata(path));
    Ok(theirs.is_ok_and(|theirs| ours.ino() == theirs.ino() && ours.dev() == theirs.dev()))
}

#[cfg(not(unix))]
fn current(_: &File, path: &Path) -> io::Result<bool> {
    Ok(path.exists())
}

impl Writer {
    fn open(path: &Path, rotate_at: u64) -> io::Result<(Self, Vec<Record>)> {
        let file = open(path)?;
        let mut writer =
            Self { path: path.to_owned(), file, rotate_at, head: Head::start(), length: 0 };
        writer.lock()?;
        let found = writer.find_end();
        let under_way = found.and_then(|()| under_way(&mut writer.file, writer.length));
        writer.file.unlock()?;
        Ok((writer, under_way?))
    }

    /// Takes the lock of the file that is at the path now.
    fn lock(&mut self) -> io::Result<()> {
        loop {
            self.file.lock()?;
            if current(&self.file, &self.path)? {
                return Ok(());
            }
            self.file.unlock()?;
            self.file = open(&self.path)?;
            // A rotated file ends where the new one begins.
            self.length = u64::MAX;
        }
    }

    fn append(&mut self, batch: &[Job]) -> io::Result<()> {
        self.lock()?;
        let result = self.append_locked(batch);
        self.file.unlock()?;
        result
    }

    fn append_locked(&mut self, batch: &[Job]) -> io::Result<()> {
        if self.file.metadata()?.len() != self.length {
            self.find_end()?;
        }
        if self.length >= self.rotate_at {
            self.rotate()?;
        }
        let mut text = String::new();
        let mut head = self.head;
        for job in batch {
            let (line, next) = line(head, job.at, job.kind, &job.entry)?;
            text.push_str(&line);
            head = next;
        }
        self.write(&text)?;
        if batch.iter().any(|job| job.sync) {
            self.file.sync_data()?;
        }
        self.head = head;
        Ok(())
    }

    /// Writes all or nothing: a partly written line is cut off again.
    fn write(&mut self, text: &str) -> io::Result<()> {
        if let Err(error) = self.file.write_all(text.as_bytes()) {
            let _ = self.file.set_len(self.length);
            return Err(error);
        }
        self.length += u64::try_from(text.len()).unwrap_or_default();
        Ok(())
    }

    /// Renames the file, and continues the chain in a new one.
    fn rotate(&mut self) -> io::Result<()> {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{:012}", self.head.seq));
        self.file.sync_data()?;
        fs::rename(&self.path, &name)?;
        let file = open(&self.path)?;
        file.lock()?;
        self.file.unlock()?;
        self.file = file;
        self.length = 0;
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// Finds the end of the chain. A line that was cut off when a program died is closed, and a line
    /// that says so follows it.
    fn find_end(&mut self) -> io::Result<()> {
        let length = self.file.metadata()?.len();
        let tail = tail(&mut self.file, length, u64::try_from(2 * MOST_BYTES).unwrap_or(u64::MAX))?;
        self.length = length;
        if length == 0 {
            self.head = self.put_away()?.unwrap_or_else(Head::start);
            return Ok(());
        }
        let (whole, torn) = match tail.iter().rposition(|byte| *byte == b'\n') {
            Some(place) => tail.split_at(place + 1),
            None => ([].as_slice(), tail.as_slice()),
        };
        self.head = match last_line(whole) {
            Some(line) => head_of(line)?,
            None if u64::try_from(torn.len()).ok() == Some(length) => {
                self.put_away()?.unwrap_or_else(Head::start)
            }
            None => return Err(not_a_chain()),
        };
        if let Some(record) = std::str::from_utf8(torn).ok().and_then(read) {
            // Only the line break is missing.
            self.write("\n")?;
            self.head = Head { seq: record.seq, hash: record.hash };
        } else if !torn.is_empty() {
            let reason = format!("cut off, sha256 {}", Digest::bytes(torn));
            let entry = Entry { reason: Some(reason), ..Entry::default() };
            let (line, head) = line(self.head, Timestamp::now(), RecordKind::Recovered, &entry)?;
            self.write(&format!("\n{line}"))?;
            self.head = head;
        }
        Ok(())
    }

    /// The end of the chain in the most recently rotated file.
    fn put_away(&self) -> io::Result<Option<Head>> {
        let Some(last) = super::check::rotated(&self.path)?.pop() else { return Ok(None) };
        let mut file = File::open(last)?;
        let length = file.metadata()?.len();
        let tail = tail(&mut file, length, u64::try_from(2 * MOST_BYTES).unwrap_or(u64::MAX))?;
        last_line(&tail).map(head_of).transpose()
    }
}

/// The end of a file.
fn tail(file: &mut File, length: u64, most: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(length.saturating_sub(most)))?;
    let mut tail = Vec::new();
    file.take(length.min(most)).read_to_end(&mut tail)?;
    Ok(tail)
}

/// The last line that is not empty, without its line break.
fn last_line(whole: &[u8]) -> Option<&[u8]> {
    whole.split(|byte| *byte == b'\n').rfind(|line| !line.is_empty())
}

fn head_of(line: &[u8]) -> io::Result<Head> {
    let record = std::str::from_utf8(line).ok().and_then(read).ok_or_else(not_a_chain)?;
    Ok(Head { seq: record.seq, hash: record.hash })
}

fn not_a_chain() -> io::Error {
    let words = "its last line is not the end of a chain; it was left as it is. Look at it with \
                 `audit verify`, and move it away to begin a new one";
    io::Error::new(io::ErrorKind::InvalidData, words)
}

/// The changes at the end of the file that were about to be sent and have no recorded outcome.
fn under_way(file: &mut File, length: u64) -> io::Result<Vec<Record>> {
    let tail = tail(file, length, RECALL)?;
    let mut open: Vec<Record> = Vec::new();
    let lines = tail.split(|byte| *byte == b'\n');
    for record in lines.filter_map(|line| std::str::from_utf8(line).ok().and_then(read)) {
        match record.kind {
            RecordKind::Sending => open.push(record),
            RecordKind::Outcome => {
                open.retain(|sent| sent.entry.reservation != record.entry.reservation);
            }
            _ => {}
        }
    }
    Ok(open)
}
