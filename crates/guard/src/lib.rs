//! The owner's control over agents that move money: a policy that decides, reservations that hold
//! limits, approvals by people, and an audit that shows what happened.
//!
//! The crate knows neither MCP nor HTTP. The code that runs calls asks [`Engine::decide`] before sending
//! anything, and reports to [`Engine::finish`] afterwards:
//!
//! ```no_run
//! # use streampay_guard::*;
//! # async fn run(engine: &Engine, call: &Call<'_>, facts: &dyn Facts) {
//! match engine.decide(call, facts).await {
//!     Decision::Allow(permit) => {
//!         // Send the request here, then say what became of it.
//!         engine.finish(permit, Outcome::Done, &serde_json::json!({"id": "…"}), call.at).await;
//!     }
//!     Decision::Deny(denial) => eprintln!("{denial}"),
//!     Decision::NeedsConfirm(request) => eprintln!("{}", request.summary.en),
//!     Decision::NeedsApproval(approval) => eprintln!("waiting for approval {}", approval.id),
//!     Decision::AlreadyDone(done) => eprintln!("already done at {}", done.at),
//! }
//! # }
//! ```
//!
//! Three rules run through everything:
//!
//! - **What is not known counts against the call.** An amount that cannot be determined is larger
//!   than any limit; a rule that restricts applies when a fact that it names is missing, and a rule
//!   that permits does not.
//! - **Reserve first.** What a call will spend is reserved in one atomic step before the request is
//!   sent, and stays reserved for as long as it is unknown whether it was spent.
//! - **No record, no change.** If the store or the audit file cannot be written, changes are refused.
//!   Reads continue.

mod approval;
mod approver;
mod audit;
mod call;
mod digest;
mod engine;
mod json;
mod mask;
mod money;
mod policy;
mod stake;
mod store;
mod summary;

pub use approval::{Approval, ApprovalState, Vote};
pub use approver::{Approvers, AttemptError};
pub use audit::{
    Audit, AuditError, AuditFault, AuditSummary, Entry, Record, RecordKind, Verdicts, verify,
};
pub use call::{
    AmountSource, Call, Caller, CurrencySource, Direction, Effect, Facts, FactsError, Mode,
    MoneyAtStake, Price, Read, Shown, Subject, SubjectKind, Tool, ValueSource, Verify,
};
pub use digest::{Digest, Fingerprint, Fingerprinter};
pub use engine::{
    Applied, ApprovalError, ConfirmRequest, Decision, Denial, DenyReason, Done, Engine,
    EngineBuilder, EngineError, Explanation, Outcome, Permit, Shadow,
};
pub use money::{Currency, Money, MoneyError};
pub use policy::{
    Action, Fault, Policy, PolicyError, PolicyMode, Position, RequireMode, Vocabulary, schema,
};
pub use stake::{Fact, Stake};
pub use store::{
    Charge, Counter, Freeze, Held, MOST_REQUESTS, Obstacles, RedisStore, ReserveRequest, Reserved,
    Settlement, SqliteStore, Store, StoreError, Usage, Voted, Window,
};
pub use summary::Summary;
