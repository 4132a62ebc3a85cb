//! Approvals: what a person is asked, and the states that the request goes through.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    digest::{Digest, Fingerprint},
    money::Money,
    stake::Fact,
    summary::Summary,
};

/// The state of an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// Nobody has decided, or not enough people have.
    Pending,
    /// It may run, once, until it expires.
    Approved,
    /// An approver denied it.
    Denied,
    /// It expired before it ran.
    Expired,
    /// The facts changed after it was requested, so it no longer says what would happen.
    Void,
    /// It is running. It stays in this state after a crash, and its outcome is then unknown.
    Running,
    /// It ran and took effect.
    Done,
    /// It ran and did not take effect.
    Failed,
    /// It ran, and it is unknown whether it took effect.
    Unknown,
}

impl ApprovalState {
    pub(crate) const ALL: [Self; 9] = [
        Self::Pending,
        Self::Approved,
        Self::Denied,
        Self::Expired,
        Self::Void,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Unknown,
    ];

    /// The word under which it is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Void => "void",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether it can still run.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }
}

/// One person's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who decided.
    pub approver: String,
    /// Yes or no.
    pub approve: bool,
    /// When.
    pub at: Timestamp,
}

/// A call that waits for people, with everything that they need to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Its id, which cannot be guessed.
    pub id: String,
    /// The digest over key, branch, mode, tool and exact arguments. Only this call can use the
    /// approval.
    pub digest: Digest,
    /// The fingerprint of the key that requested it.
    pub key: Fingerprint,
    /// Who owns that key, where the policy says so.
    pub owner: Option<String>,
    /// The tool.
    pub tool: String,
    /// The exact arguments.
    pub arguments: Map<String, Value>,
    /// What will happen, in words.
    pub summary: Summary,
    /// The amount; `None` where it cannot be determined, or no money moves.
    pub amount: Option<Money>,
    /// The facts, as they were when the approval was requested.
    pub facts: Vec<Fact>,
    /// Why a person is asked: the rule's name, or that an outcome is unknown.
    pub because: String,
    /// How many people must say yes.
    pub needs: u8,
    /// When it was requested.
    pub created: Timestamp,
    /// When it expires.
    pub expires: Timestamp,
    /// Its state.
    #[serde(skip, default = "pending")]
    pub state: ApprovalState,
    /// The decisions made so far.
    #[serde(skip)]
    pub votes: Vec<Vote>,
}

fn pending() -> ApprovalState {
    ApprovalState::Pending
}

impl Approval {
    /// Whether something that people saw cannot be read now.
    pub(crate) fn lost_sight(&self, amount: Option<&Money>, facts: &[Fact]) -> bool {
        let missing = |(seen, now): (&Fact, &Fact)| seen.value.is_some() && now.value.is_none();
        (self.amount.is_some() && amount.is_none()) || self.facts.iter().zip(facts).any(missing)
    }

    /// Whether the facts are still those that people saw.
    pub(crate) fn still_holds(&self, amount: Option<&Money>, facts: &[Fact]) -> bool {
        self.amount.as_ref() == amount && self.facts == facts
    }
}
