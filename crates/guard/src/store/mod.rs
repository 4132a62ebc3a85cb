//! What must be remembered: reservations, sliding windows, changes whose outcome is unknown, the
//! freeze, approvals and approvers. One trait, two implementations: SQLite for one machine, Redis for
//! replicas.
//!
//! A reservation is one atomic step: whether changes are frozen, whether the same change is held,
//! whether it was already done, whether its approval is good and whether it fits all limits is looked
//! at, and everything is taken, together.

mod redis;
mod sqlite;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::{redis::RedisStore, sqlite::SqliteStore};
use crate::{
    approval::{Approval, ApprovalState, Vote},
    digest::{Digest, Fingerprint},
};

/// A sliding window: a span of time that ends now.
///
/// It is counted in buckets of about a hundredth of its length, so a spend counts for at most one
/// bucket longer than the window, and never shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// 60 minutes, in buckets of one minute.
    Hour,
    /// 24 hours, in buckets of 15 minutes.
    Day,
    /// 30 days, in buckets of 6 hours.
    Month,
}

impl Window {
    /// The word for it in policies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    pub(crate) const fn seconds(self) -> i64 {
        match self {
            Self::Hour => 60 * 60,
            Self::Day => 24 * 60 * 60,
            Self::Month => 30 * 24 * 60 * 60,
        }
    }

    pub(crate) const fn bucket_seconds(self) -> i64 {
        match self {
            Self::Hour => 60,
            Self::Day => 15 * 60,
            Self::Month => 6 * 60 * 60,
        }
    }

    /// The bucket that an instant falls into.
    pub(crate) const fn bucket(self, at: i64) -> i64 {
        at.div_euclid(1000).div_euclid(self.bucket_seconds())
    }

    /// The oldest bucket that still counts at an instant: the first one that ends inside the window.
    /// Buckets in the future count as well, in case a clock was set back.
    pub(crate) const fn oldest(self, at: i64) -> i64 {
        (at.div_euclid(1000) - self.seconds()).div_euclid(self.bucket_seconds())
    }
}

/// What a call takes from one window, and how much the window holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// Which counter.
    pub counter: Digest,
    /// Its window.
    pub window: Window,
    /// The amount, in ten-thousandths of the main unit.
    pub amount: i64,
    /// The most that the window may hold.
    pub most_amount: Option<i64>,
    /// The most calls that the window may hold.
    pub most_count: Option<u32>,
    /// The rule, for messages.
    pub rule: String,
    /// Whether a person may approve a call that does not fit.
    pub may_be_approved: bool,
    /// Whether the call is added to the counter. Where several limits share a counter, one adds.
    pub adds: bool,
}

/// A counter to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counter {
    /// Which.
    pub counter: Digest,
    /// Its window.
    pub window: Window,
}

/// How full a window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// The amount, in ten-thousandths of the main unit.
    pub amount: i64,
    /// The calls.
    pub count: i64,
}

/// A request to [`Store::reserve`]. Instants are milliseconds since 1970.
#[derive(Debug, Clone)]
pub struct ReserveRequest {
    /// The reservation's id, new for every call.
    pub id: String,
    /// The same key, tool and target: the same change.
    pub change: Digest,
    /// The same key, tool and arguments: an identical change.
    pub identical: Digest,
    /// The read that settles the change, where it has one.
    pub verify: Option<Digest>,
    /// Whether an identical change that was done recently stops this one.
    pub once_since: Option<i64>,
    /// Now.
    pub at: i64,
    /// When a change that was not reported by then counts as unknown.
    pub lease: i64,
    /// The tool, for people.
    pub tool: String,
    /// The key, for people.
    pub key: Fingerprint,
    /// What it takes.
    pub charges: Vec<Charge>,
    /// Whether windows that are too full stop the call; not in shadow mode.
    pub enforce: bool,
    /// Whether it is a read, which a freeze does not stop.
    pub read: bool,
    /// The approval that is used up. It also lets a held change through, if it was requested after
    /// that change was last tried, and everything that a person may approve.
    pub approval: Option<String>,
}

/// The result of [`Store::reserve`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reserved {
    /// Everything was taken.
    Taken,
    /// All changes are stopped.
    Frozen(Freeze),
    /// The same change is under way, or its outcome is unknown.
    Held(Held),
    /// An identical change was done recently.
    AlreadyDone {
        /// When.
        at: i64,
        /// What was kept of its answer.
        result: Value,
    },
    /// A window is too full: the charge's place, and how full the window is.
    Full(usize, Usage),
    /// The approval cannot be used; this is its state.
    NotApproved(ApprovalState),
}

/// What would stop a change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Obstacles {
    /// All changes are stopped.
    pub frozen: Option<Freeze>,
    /// The same change is under way, or its outcome is unknown.
    pub held: Option<Held>,
    /// An identical change was done recently: when, and what was kept of its answer.
    pub done: Option<(i64, Value)>,
}

/// A change that is under way or whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The reservation's id.
    pub id: String,
    /// The tool.
    pub tool: String,
    /// When it was tried.
    pub at: Timestamp,
    /// Whether it may still be running. If not, its outcome is unknown.
    pub running: bool,
}

/// All changes are stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// Who stopped them.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// The outcome of a reserved change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settlement {
    /// It took effect.
    Done,
    /// It did not take effect.
    NotDone,
    /// It is unknown.
    Unknown,
}

impl Settlement {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotDone => "not_done",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) const fn approval_state(self) -> ApprovalState {
        match self {
            Self::Done => ApprovalState::Done,
            Self::NotDone => ApprovalState::Failed,
            Self::Unknown => ApprovalState::Unknown,
        }
    }
}

/// The result of a vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Voted {
    /// It counts; this is the approval now.
    Counted(Box<Approval>),
    /// The approval does not exist.
    NoSuch,
    /// The approval is not pending.
    Closed(ApprovalState),
    /// The same person has already voted.
    Again,
}

/// The store cannot be used. Changes are refused until it can.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the store {0}")]
pub struct StoreError(pub(crate) String);

impl StoreError {
    /// An error that reads on after “the store”, such as `cannot be reached`.
    #[must_use]
    pub fn new(problem: impl Into<String>) -> Self {
        Self(problem.into())
    }
}

/// What must be remembered. Every method is atomic, over all processes that share the store.
#[async_trait]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// Checks everything and takes what a change needs, or takes nothing and says why.
    async fn reserve(&self, request: ReserveRequest) -> Result<Reserved, StoreError>;

    /// What would stop this change, without taking anything.
    async fn obstacles(&self, request: &ReserveRequest) -> Result<Obstacles, StoreError>;

    /// Records the outcome of a reserved change. `result` is kept for identical changes until `keep`.
    /// A change that was not done gives back what it took. Only the first settlement counts, except
    /// that an unknown outcome may become known.
    async fn settle(
        &self,
        id: &str,
        settlement: Settlement,
        result: &Value,
        at: i64,
    ) -> Result<(), StoreError>;

    /// The reads that settle these changes were made; they began at `began`. Releases the changes
    /// whose outcome was unknown before that, and returns their number. Their amounts stay counted.
    async fn release(&self, reads: &[Digest], began: i64) -> Result<u32, StoreError>;

    /// The changes that are under way or whose outcome is unknown, oldest first, a thousand at most.
    async fn held(&self, at: i64) -> Result<Vec<Held>, StoreError>;

    /// Whether the store still knows a reservation.
    async fn knows(&self, id: &str) -> Result<bool, StoreError>;

    /// How full windows are.
    async fn usage(&self, counters: &[Counter], at: i64) -> Result<Vec<Usage>, StoreError>;

    /// Whether all changes are stopped.
    async fn frozen(&self) -> Result<Option<Freeze>, StoreError>;

    /// Freezes or unfreezes all changes.
    async fn set_freeze(&self, freeze: Option<Freeze>) -> Result<(), StoreError>;

    /// Stores a new approval, unless one for the same digest is open, running or denied and its time
    /// has not passed: then that one is returned. `None` where the key has [`MOST_REQUESTS`] requests whose time
    /// has not passed.
    async fn propose(&self, approval: Approval, at: i64) -> Result<Option<Approval>, StoreError>;

    /// The latest approval for a digest that is open, running or denied, until its time has passed.
    async fn approval_for(&self, digest: &Digest, at: i64) -> Result<Option<Approval>, StoreError>;

    /// An approval.
    async fn approval(&self, id: &str, at: i64) -> Result<Option<Approval>, StoreError>;

    /// The latest approvals, newest first, at most `most`.
    async fn approvals(&self, most: usize, at: i64) -> Result<Vec<Approval>, StoreError>;

    /// Counts a vote: one no denies, enough yeses approve.
    async fn vote(&self, id: &str, vote: Vote, at: i64) -> Result<Voted, StoreError>;

    /// Voids an approval that is still open.
    async fn void(&self, id: &str, at: i64) -> Result<(), StoreError>;

    /// The hash of an approver's passphrase.
    async fn approver(&self, name: &str) -> Result<Option<String>, StoreError>;

    /// The approvers' names, in order.
    async fn approvers(&self) -> Result<Vec<String>, StoreError>;

    /// Sets or removes an approver.
    async fn set_approver(&self, name: &str, hash: Option<&str>) -> Result<(), StoreError>;

    /// Counts an attempt at a passphrase, of which there are `most` in `window` milliseconds.
    /// Returns the milliseconds to wait where there were too many.
    async fn attempt(
        &self,
        name: &str,
        most: u32,
        window: i64,
        at: i64,
    ) -> Result<Option<i64>, StoreError>;

    /// Forgets the attempts, after one succeeded.
    async fn forget_attempts(&self, name: &str) -> Result<(), StoreError>;

    /// The secret that keys are fingerprinted with. The first caller creates it.
    async fn secret(&self) -> Result<[u8; 32], StoreError>;
}

/// How many approvals one key can have requested whose time has not passed. More would only tire
/// the people who decide.
pub const MOST_REQUESTS: u32 = 50;

/// The state of a stored approval at an instant: what is open expires.
fn state_at(state: ApprovalState, expires: i64, at: i64) -> ApprovalState {
    if state.is_open() && at >= expires { ApprovalState::Expired } else { state }
}

/// Rebuilds an approval from its stored parts.
fn assemble(body: &str, state: &str, votes: &[String], at: i64) -> Result<Approval, StoreError> {
    let damaged = || StoreError("holds an approval that cannot be read".to_owned());
    let mut approval: Approval = serde_json::from_str(body).map_err(|_| damaged())?;
    let state = ApprovalState::parse(state).ok_or_else(damaged)?;
    approval.state = state_at(state, approval.expires.as_millisecond(), at);
    let read = |vote: &String| serde_json::from_str::<Vote>(vote).map_err(|_| damaged());
    approval.votes = votes.iter().map(read).collect::<Result<_, _>>()?;
    Ok(approval)
}

fn instant(at: i64) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or(Timestamp::MAX)
}

fn new_secret() -> Result<[u8; 32], StoreError> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)
        .map_err(|_| StoreError("could not get randomness from the system".to_owned()))?;
    Ok(secret)
}
