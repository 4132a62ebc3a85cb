//! What a line of the audit says, and how lines are chained.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest::Digest;

/// The longest line that is read.
pub(super) const MOST_BYTES: usize = 64 * 1024;

/// What a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// A call was refused, or waits for a person.
    Decision,
    /// A change is about to be sent. The line is on disk before the request leaves.
    Sending,
    /// The outcome of a change.
    Outcome,
    /// A person decided.
    Vote,
    /// Changes were stopped or resumed.
    Freeze,
    /// A policy was put into force, or was rejected.
    Policy,
    /// The end of the file was damaged when the program died while it was writing.
    Recovered,
}

/// What a line says. Members that do not apply are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// The id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// The arguments, without personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Value>,
    /// The fingerprint of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// `live` or `test`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// What was decided: `allow`, `confirm`, `approve`, `deny`, `hide`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// Whether the decision was only recorded, in shadow mode.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub shadow: bool,
    /// The rule that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The amount that is at stake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The approval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<String>,
    /// Who decided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approvers: Vec<String>,
    /// The outcome: `done`, `not_done`, `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The ids in the API's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<Value>,
    /// The reservation, which joins the lines before and after a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reservation: Option<String>,
    /// What identifies the change: its key, tool and target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Digest>,
    /// The read that settles it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verify: Option<Digest>,
}

/// A line that was read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Record {
    /// Its number; the first is 1.
    pub seq: u64,
    /// The hash of the previous line; all zeros on the first line.
    pub prev: Digest,
    /// When it was written.
    pub at: Timestamp,
    /// What it is about.
    pub kind: RecordKind,
    /// What it says.
    #[serde(flatten)]
    pub entry: Entry,
    /// The hash of the line up to here.
    pub hash: Digest,
}

/// The end of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) seq: u64,
    pub(super) hash: Digest,
}

impl Head {
    /// Before the first line.
    pub(super) fn start() -> Self {
        let zeros = "0".repeat(64);
        Self { seq: 0, hash: zeros.parse().unwrap_or_else(|_| Digest::bytes(b"")) }
    }
}

/// What is hashed: everything in front of the line's own hash.
const HASH: &str = ",\"hash\":\"";

#[derive(Serialize)]
struct Line<'e> {
    seq: u64,
    prev: Digest,
    at: Timestamp,
    kind: RecordKind,
    #[serde(flatten)]
    entry: &'e Entry,
}

/// Writes the line that follows `head`, with its line break, and returns the new head.
pub(super) fn line(
    head: Head,
    at: Timestamp,
    kind: RecordKind,
    entry: &Entry,
) -> Result<(String, Head), serde_json::Error> {
    let seq = head.seq + 1;
    let written = serde_json::to_string(&Line { seq, prev: head.hash, at, kind, entry })?;
    let body = written.strip_suffix('}').unwrap_or(&written);
    let hash = Digest::bytes(body.as_bytes());
    Ok((format!("{body}{HASH}{hash}\"}}\n"), Head { seq, hash }))
}

/// Reads a line, without its line break. `None` where it is not a line of an audit, or where its hash
/// is not that of what it says.
pub(super) fn read(line: &str) -> Option<Record> {
    if line.len() > MOST_BYTES {
        return None;
    }
    let (body, rest) = line.rsplit_once(HASH)?;
    let hash: Digest = rest.strip_suffix("\"}")?.parse().ok()?;
    if Digest::bytes(body.as_bytes()) != hash {
        return None;
    }
    serde_json::from_str(line).ok()
}
