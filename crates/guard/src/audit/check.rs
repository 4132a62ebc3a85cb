//! Rereads an audit and finds lines that were removed, altered or reordered.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
};

use super::record::{Head, MOST_BYTES, Record, RecordKind, read};
use crate::digest::Digest;

/// The maximum number of faults that are listed.
const MOST_FAULTS: usize = 100;

/// Something that is wrong with an audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFault {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong.
    pub message: String,
}

/// How often each outcome and decision occurs.
pub type Verdicts = BTreeMap<String, u64>;

/// A summary of an audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditSummary {
    /// How many lines there are.
    pub lines: u64,
    /// The number of the first line. Above 1 where older files were removed.
    pub first: u64,
    /// The number and hash of the last line. Kept elsewhere, they show whether lines were removed from
    /// the end, which nothing in the file can show.
    pub head: (u64, Digest),
    /// What is wrong.
    pub faults: Vec<AuditFault>,
    /// The decisions and outcomes.
    pub verdicts: Verdicts,
    /// The reservations of changes that were about to be sent and whose outcome was not written.
    pub open: Vec<String>,
}

/// The rotated files, oldest first.
pub(super) fn rotated(path: &Path) -> io::Result<Vec<PathBuf>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        let number = file.strip_prefix(&name).and_then(|rest| rest.strip_prefix('.'));
        if let Some(number) = number.and_then(|number| number.parse::<u64>().ok()) {
            found.push((number, folder.join(file)));
        }
    }
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, file)| file).collect())
}

/// Reads an audit with the files that were rotated out before it, and passes every readable line
/// to `each`.
///
/// # Errors
/// Files that cannot be read. What is wrong with their contents is in the summary.
pub fn verify(path: &Path, mut each: impl FnMut(&Record)) -> io::Result<AuditSummary> {
    let mut files = rotated(path)?;
    files.push(path.to_owned());
    let mut check = Check {
        summary: AuditSummary {
            lines: 0,
            first: 0,
            head: (0, Head::start().hash),
            faults: Vec::new(),
            verdicts: Verdicts::new(),
            open: Vec::new(),
        },
        torn: None,
    };
    for file in files {
        let mut reader = BufReader::new(File::open(&file)?);
        let mut number = 0;
        loop {
            let mut line = Vec::new();
            let most = u64::try_from(MOST_BYTES + 2).unwrap_or(u64::MAX);
            reader.by_ref().take(most).read_until(b'\n', &mut line)?;
            if line.is_empty() {
                break;
            }
            number += 1;
            let ended = line.pop_if(|byte| *byte == b'\n').is_some();
            if !ended {
                // Either the end of the file, or a line that is too long to be one of ours.
                let mut rest = Vec::new();
                while reader.by_ref().take(most).read_until(b'\n', &mut rest)? > 0
                    && rest.last() != Some(&b'\n')
                {
                    rest.clear();
                }
            }
            if let Some(record) = check.line(&file, number, &line, ended) {
                each(&record);
            }
        }
        check.unexplained();
    }
    Ok(check.summary)
}

struct Check {
    summary: AuditSummary,
    /// An unreadable line, held until the next one says that it was cut off.
    torn: Option<(PathBuf, u64, Digest)>,
}

impl Check {
    fn fault(&mut self, file: &Path, line: u64, message: impl Into<String>) {
        if self.summary.faults.len() < MOST_FAULTS {
            let (file, message) = (file.to_owned(), message.into());
            self.summary.faults.push(AuditFault { file, line, message });
        }
    }

    fn unexplained(&mut self) {
        if let Some((file, line, _)) = self.torn.take() {
            self.fault(&file, line, "the line was altered, or cut off");
        }
    }

    fn line(&mut self, file: &Path, number: u64, line: &[u8], ended: bool) -> Option<Record> {
        let record = std::str::from_utf8(line).ok().and_then(read);
        let Some(record) = record.filter(|_| ended) else {
            self.unexplained();
            self.torn = Some((file.to_owned(), number, Digest::bytes(line)));
            return None;
        };
        if let Some((_, _, digest)) = &self.torn {
            let explained = format!("cut off, sha256 {digest}");
            if record.kind == RecordKind::Recovered
                && record.entry.reason.as_ref() == Some(&explained)
            {
                self.torn = None;
            }
        }
        self.unexplained();
        let (last, hash) = self.summary.head;
        if self.summary.lines == 0 {
            self.summary.first = record.seq;
            if record.seq == 1 && record.prev != Head::start().hash {
                self.fault(file, number, "the first line follows another one");
            }
        } else if record.seq <= last {
            let message =
                format!("line {} stands after line {last}: reordered or repeated", record.seq);
            self.fault(file, number, message);
        } else if record.seq != last + 1 {
            let missing = record.seq - last - 1;
            self.fault(
                file,
                number,
                format!("{missing} lines are missing before line {}", record.seq),
            );
        } else if record.prev != hash {
            self.fault(file, number, "the line does not follow the one before it");
        }
        self.summary.lines += 1;
        self.summary.head = (record.seq, record.hash);
        self.count(&record);
        Some(record)
    }

    fn count(&mut self, record: &Record) {
        let entry = &record.entry;
        let word = match record.kind {
            RecordKind::Outcome => entry.outcome.clone(),
            RecordKind::Decision => entry.decision.clone(),
            _ => None,
        };
        if let Some(word) = word {
            *self.summary.verdicts.entry(word).or_default() += 1;
        }
        let Some(reservation) = &entry.reservation else { return };
        match record.kind {
            RecordKind::Sending => self.summary.open.push(reservation.clone()),
            RecordKind::Outcome => self.summary.open.retain(|open| open != reservation),
            _ => {}
        }
    }
}
