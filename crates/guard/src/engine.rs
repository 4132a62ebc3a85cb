//! Decides whether a call may happen, and tracks it until its outcome is known.
//!
//! ```text
//! decide: frozen? → which mode? → policy, with facts from the API → a person, where one is needed
//!         → reserve in the store → "about to send" in the audit → permit
//! finish: settle in the store → outcome in the audit
//! ```

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use jiff::Timestamp;
use parking_lot::RwLock;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tracing::{info, warn};

use crate::{
    approval::{Approval, ApprovalState, Vote},
    approver::{Approvers, AttemptError},
    audit::{Audit, AuditError, Entry, RecordKind},
    call::{Call, Caller, Effect, Facts, Mode, Tool},
    digest::{Digest, Fingerprinter},
    money::{Money, from_units},
    policy::{Action, Policy, PolicyError, PolicyMode, Verdict, Vocabulary},
    stake::{Fact, Reader, Stake},
    store::{
        Charge, Counter, Freeze, Held, Obstacles, ReserveRequest, Reserved, Settlement, Store,
        StoreError, Usage, Voted,
    },
    summary::Summary,
};

/// How long a change may take by default. After that its outcome is unknown.
const LEASE: Duration = Duration::from_secs(5 * 60);

/// How often the store is polled while a caller waits for a decision.
const POLL: Duration = Duration::from_millis(250);

/// What may be done with a call.
#[derive(Debug)]
#[must_use]
pub enum Decision {
    /// Send it, then call [`Engine::finish`].
    Allow(Permit),
    /// Do not send it.
    Deny(Denial),
    /// Ask the user; where they say yes, decide again with the request's digest in
    /// [`Call::confirmed`].
    NeedsConfirm(ConfirmRequest),
    /// A person must approve. Wait with [`Engine::wait`] and decide again, or let the agent call again
    /// later.
    NeedsApproval(Box<Approval>),
    /// An identical change was made a moment ago; do not send it again.
    AlreadyDone(Done),
}

/// A call that may be sent, once.
///
/// If it is dropped without [`Engine::finish`], it counts as a change whose outcome is unknown.
#[derive(Debug)]
#[must_use = "report what became of the call with `Engine::finish`"]
pub struct Permit {
    /// The reservation, where the store holds one.
    reservation: Option<String>,
    /// The changes that this read settles.
    settles: Vec<Digest>,
    began: Timestamp,
    /// What the line before the change says; `None` for reads, which leave no lines.
    entry: Option<Box<Entry>>,
    /// What the policy would have decided, in shadow mode.
    pub shadow: Option<Shadow>,
    /// Live or test, where it is known.
    pub mode: Option<Mode>,
}

/// What a policy in shadow mode would have decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shadow {
    /// The decision.
    pub action: Action,
    /// The rule that made it.
    pub rule: Option<String>,
}

/// A call that may not be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// Why, for programs.
    pub reason: DenyReason,
    /// The rule that decided.
    pub rule: Option<String>,
    /// Why, for people and models.
    pub message: String,
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Why a call is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DenyReason {
    /// The policy says so.
    Policy,
    /// The tool is hidden; to the caller it does not exist.
    Hidden,
    /// A limit is reached.
    Limit,
    /// The key does not have the mode that the policy requires.
    WrongMode,
    /// All changes are stopped.
    Frozen,
    /// The same change is under way.
    Running,
    /// The outcome of the same change is unknown.
    OutcomeUnknown,
    /// An approver denied it.
    Denied,
    /// Too many approvals are requested already.
    TooManyRequests,
    /// The facts that a person approved could not be read again.
    Facts,
    /// The store cannot be used.
    Store,
    /// The audit cannot be written.
    Audit,
}

/// What the user is asked to confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmRequest {
    /// Pass it back in [`Call::confirmed`]. It binds the answer to this call and these facts.
    pub digest: Digest,
    /// What will happen, in words.
    pub summary: Summary,
    /// The rule that asks.
    pub rule: Option<String>,
}

/// A change that was already done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// When.
    pub at: Timestamp,
    /// The ids in its answer.
    pub ids: Value,
}

/// The outcome of a call, as far as is known.
pub type Outcome = Settlement;

/// What a policy says about a call, without acting on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What would happen, sliding windows included.
    pub action: Action,
    /// The rule that decides; `None` where the default does.
    pub rule: Option<String>,
    /// The limit that decides, in words.
    pub exceeded: Option<String>,
    /// How many people would be asked.
    pub approvers: u8,
    /// What is at stake.
    pub stake: Stake,
    /// Whether the policy is in shadow mode.
    pub shadow: bool,
}

/// A policy that is now in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The digest of its text.
    pub digest: Digest,
    /// How many rules it has.
    pub rules: usize,
}

/// Why a person's decision does not count.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ApprovalError {
    /// The passphrase was not accepted.
    #[error(transparent)]
    Attempt(#[from] AttemptError),
    /// The approval does not exist.
    #[error("there is no such approval")]
    NoSuch,
    /// It is not pending.
    #[error("the approval is {}", .0.as_str())]
    Closed(ApprovalState),
    /// The same person has already decided.
    #[error("{0} has already decided; another person must")]
    Again(String),
    /// The person works with the key that asks, and two people are required.
    #[error("{0} works with the key that asks, so two others must decide")]
    Own(String),
    /// The audit cannot be written.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an engine cannot start.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The audit cannot be written.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Builds an [`Engine`].
#[derive(Debug)]
pub struct EngineBuilder {
    tools: Vec<Tool>,
    store: Arc<dyn Store>,
    policy: Policy,
    audit: Option<Audit>,
    lease: Duration,
    confirm_by_approval: bool,
}

impl EngineBuilder {
    /// With this policy; without one everything is allowed, and nothing is done twice.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// With this audit.
    #[must_use]
    pub fn audit(mut self, audit: Audit) -> Self {
        self.audit = Some(audit);
        self
    }

    /// The longest that a change may take. A change that was not reported by then counts as unknown.
    #[must_use]
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Where nothing can ask the user of the agent: what a rule wants confirmed needs an approval instead.
    #[must_use]
    pub const fn confirm_by_approval(mut self) -> Self {
        self.confirm_by_approval = true;
        self
    }

    /// Starts. Changes that the audit shows as under way and that the store lost with the machine's
    /// power are held from now on.
    ///
    /// # Errors
    /// A store that cannot be used.
    pub async fn build(self) -> Result<Engine, EngineError> {
        let mut settled_by: HashMap<&'static str, Vec<Tool>> = HashMap::new();
        for tool in &self.tools {
            if let Some(verify) = &tool.verify {
                settled_by.entry(verify.tool).or_default().push(*tool);
            }
        }
        let engine = Engine {
            policy: RwLock::new(Arc::new(self.policy)),
            approvers: Approvers::new(Arc::clone(&self.store)),
            fingerprinter: Fingerprinter::new(self.store.secret().await?),
            store: self.store,
            audit: self.audit,
            settled_by,
            lease: self.lease,
            confirm_by_approval: self.confirm_by_approval,
        };
        engine.recall().await?;
        Ok(engine)
    }
}

/// Decides whether calls may happen.
#[derive(Debug)]
pub struct Engine {
    policy: RwLock<Arc<Policy>>,
    store: Arc<dyn Store>,
    audit: Option<Audit>,
    approvers: Approvers,
    fingerprinter: Fingerprinter,
    /// For a read, the tools whose outcome it settles.
    settled_by: HashMap<&'static str, Vec<Tool>>,
    lease: Duration,
    confirm_by_approval: bool,
}

/// What is known while one call is decided.
struct Case<'c> {
    call: &'c Call<'c>,
    policy: &'c Policy,
    reader: Reader<'c>,
    stake: Stake,
    verdict: Verdict<'c>,
    /// The digest over key, branch, mode, tool and exact arguments.
    digest: Digest,
    /// Whether the stake was read, and not left open because no rule asks for it.
    read: bool,
}

impl Engine {
    /// Starts building an engine for these tools and this store.
    #[must_use]
    pub fn builder(tools: &[&Tool], store: Arc<dyn Store>) -> EngineBuilder {
        EngineBuilder {
            tools: tools.iter().map(|tool| **tool).collect(),
            store,
            policy: Policy::none(),
            audit: None,
            lease: LEASE,
            confirm_by_approval: false,
        }
    }

    /// Makes fingerprints of API keys, for [`Caller::key`].
    #[must_use]
    pub const fn fingerprinter(&self) -> &Fingerprinter {
        &self.fingerprinter
    }

    /// The people who approve.
    #[must_use]
    pub const fn approvers(&self) -> &Approvers {
        &self.approvers
    }

    /// The policy that is in force.
    #[must_use]
    pub fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy.read())
    }

    /// Whether a tool is listed for this caller.
    #[must_use]
    pub fn lists(&self, tool: &Tool, caller: &Caller) -> bool {
        let policy = self.policy();
        policy.mode == PolicyMode::Shadow || policy.lists(tool, caller)
    }

    /// Reads a policy and applies it from now on. If it has faults, the last good policy stays in force.
    ///
    /// # Errors
    /// All faults of the text.
    pub async fn reload(
        &self,
        text: &str,
        file: &str,
        vocabulary: &Vocabulary<'_>,
        at: Timestamp,
    ) -> Result<Applied, PolicyError> {
        let digest = Digest::bytes(text.as_bytes());
        let read = Policy::read(text, file, vocabulary);
        let reason = match &read {
            Ok(policy) => format!("in force: {} rules, sha256 {digest}", policy.rules.len()),
            Err(error) => format!("not in force, {} faults, sha256 {digest}", error.faults.len()),
        };
        let entry = Entry { reason: Some(reason), ..Entry::default() };
        if let Err(error) = self.write(at, RecordKind::Policy, entry, false).await {
            warn!(%error, "the change of policy is not in the audit");
        }
        let policy = read?;
        let rules = policy.rules.len();
        *self.policy.write() = Arc::new(policy);
        Ok(Applied { digest, rules })
    }

    /// Puts a policy into force that is only asked for advice. Nothing is written to the audit; see
    /// [`Engine::reload`] for a policy that is enforced.
    pub fn advise_by(&self, policy: Policy) {
        *self.policy.write() = Arc::new(policy);
    }

    /// Says what the policy in force would decide about a call. Nothing is reserved or recorded.
    ///
    /// # Errors
    /// A store that cannot be used.
    pub async fn explain(
        &self,
        call: &Call<'_>,
        facts: &dyn Facts,
    ) -> Result<Explanation, StoreError> {
        let policy = self.policy();
        let mut reader = Reader::new(call, facts);
        let stake = reader.stake(call.tool).await;
        let verdict = policy.judge(call, &stake);
        let mut explanation = Explanation {
            action: verdict.action,
            rule: verdict.rule.map(|rule| rule.name.clone()),
            exceeded: verdict.exceeded.clone(),
            approvers: verdict.approvers,
            shadow: policy.mode == PolicyMode::Shadow,
            stake,
        };
        for (charge, usage) in self.full(&verdict.charges, call.at).await? {
            let over = if charge.may_be_approved { Action::Approve } else { Action::Deny };
            if over > explanation.action {
                explanation.action = over;
                explanation.rule = Some(charge.rule.clone());
                explanation.exceeded = Some(full(charge, &usage));
            }
        }
        Ok(explanation)
    }

    /// Decides whether a call may happen, and reserves what it needs.
    pub async fn decide(&self, call: &Call<'_>, facts: &dyn Facts) -> Decision {
        let policy = self.policy();
        let decision = self.decide_by(&policy, call, facts).await;
        match &decision {
            Decision::Allow(permit) => {
                info!(tool = call.tool.name, shadow = permit.shadow.is_some(), "allowed");
            }
            Decision::Deny(denial) => {
                info!(tool = call.tool.name, reason = ?denial.reason, rule = denial.rule, "denied");
            }
            Decision::NeedsConfirm(_) => info!(tool = call.tool.name, "needs confirmation"),
            Decision::NeedsApproval(approval) => {
                info!(tool = call.tool.name, approval = approval.id, "needs approval");
            }
            Decision::AlreadyDone(_) => info!(tool = call.tool.name, "already done"),
        }
        decision
    }

    async fn decide_by(&self, policy: &Policy, call: &Call<'_>, facts: &dyn Facts) -> Decision {
        if let Some(required) = policy.require_mode
            && call.caller.mode != Some(required)
        {
            let message = match call.caller.mode {
                Some(_) => format!("The policy requires a key of {} mode.", mode_word(required)),
                None => format!(
                    "The policy requires a key of {} mode, and the mode of this key is not known.",
                    mode_word(required)
                ),
            };
            return self.deny(call, None, DenyReason::WrongMode, None, message).await;
        }
        let mut reader = Reader::new(call, facts);
        let mut read = policy.needs_facts(call.tool, call.caller);
        let mut stake = if read {
            reader.stake(call.tool).await
        } else {
            Stake {
                direction: call.tool.money.as_ref().map(|money| money.direction),
                ..Stake::default()
            }
        };
        let mut verdict = policy.judge(call, &stake);
        if !read && matches!(verdict.action, Action::Confirm | Action::Approve) {
            stake = reader.stake(call.tool).await;
            verdict = policy.judge(call, &stake);
            read = true;
        }
        let digest = call_digest(call);
        let case = Case { call, policy, reader, stake, verdict, digest, read };
        if policy.mode == PolicyMode::Shadow {
            return self.shadowed(case).await;
        }
        self.enforced(case).await
    }

    /// Lets the call through, and notes what the policy would have decided.
    async fn shadowed(&self, mut case: Case<'_>) -> Decision {
        let mut action = case.verdict.action;
        let mut rule = case.verdict.rule.map(|rule| rule.name.clone());
        match self.full(&case.verdict.charges, case.call.at).await {
            Ok(full) => {
                for (charge, _) in full {
                    let over = if charge.may_be_approved { Action::Approve } else { Action::Deny };
                    if over > action {
                        (action, rule) = (over, Some(charge.rule.clone()));
                    }
                }
            }
            Err(error) => return self.unusable(&case, &error).await,
        }
        let shadow = (action != Action::Allow).then_some(Shadow { action, rule });
        if case.call.tool.effect == Effect::Reads {
            if let Some(shadow) = &shadow {
                let mut entry = entry(case.call, Some(&case));
                entry.decision = Some(action_word(shadow.action).to_owned());
                entry.rule.clone_from(&shadow.rule);
                entry.shadow = true;
                if let Err(error) =
                    self.write(case.call.at, RecordKind::Decision, entry, false).await
                {
                    warn!(%error, "a decision is not in the audit");
                }
            }
            let mut permit = self.read_permit(&case);
            permit.shadow = shadow;
            return Decision::Allow(permit);
        }
        self.reserve(&mut case, None, shadow).await
    }

    async fn enforced(&self, mut case: Case<'_>) -> Decision {
        let call = case.call;
        let (mut action, rule) = (case.verdict.action, case.verdict.rule);
        if action == Action::Confirm && self.confirm_by_approval {
            action = Action::Approve;
        }
        let name = rule.map(|rule| rule.name.clone());
        match action {
            Action::Hide => {
                let message = format!("There is no tool `{}`.", call.tool.name);
                return self.deny(call, Some(&case), DenyReason::Hidden, name, message).await;
            }
            Action::Deny => {
                let reason = if case.verdict.exceeded.is_some() {
                    DenyReason::Limit
                } else {
                    DenyReason::Policy
                };
                let message = denied(&case, rule.and_then(|rule| rule.reason.as_deref()));
                return self.deny(call, Some(&case), reason, name, message).await;
            }
            _ => {}
        }
        if matches!(action, Action::Confirm | Action::Approve) {
            // Do not ask anyone about a call that is stopped anyway.
            if call.tool.effect != Effect::Reads
                && let Some(decision) = self.stopped(&case).await
            {
                return decision;
            }
            match self.full(&case.verdict.charges, call.at).await {
                Ok(full_windows) => {
                    let stops = full_windows.iter().find(|(charge, _)| !charge.may_be_approved);
                    if let Some((charge, usage)) = stops {
                        let (rule, message) = (Some(charge.rule.clone()), full(charge, usage));
                        let limit = DenyReason::Limit;
                        return self.deny(call, Some(&case), limit, rule, message).await;
                    }
                }
                Err(error) => return self.unusable(&case, &error).await,
            }
        }
        match action {
            Action::Confirm => {
                let facts = case.reader.shown(call.tool).await;
                let digest = Digest::of(&[
                    "confirm",
                    &case.digest.to_string(),
                    &json!([case.stake.amount, facts]).to_string(),
                ]);
                if call.confirmed != Some(digest) {
                    let summary = Summary::of(call, &case.stake, &facts);
                    self.note(&case, "confirm", None).await;
                    return Decision::NeedsConfirm(ConfirmRequest { digest, summary, rule: name });
                }
            }
            Action::Approve => {
                let because = case.verdict.exceeded.clone().unwrap_or_else(|| {
                    name.as_ref().map_or_else(
                        || "the policy's default".to_owned(),
                        |name| format!("rule “{name}”"),
                    )
                });
                return match self.approved(&mut case, because).await {
                    Ok(approval) => self.reserve(&mut case, Some(approval), None).await,
                    Err(decision) => decision,
                };
            }
            _ => {}
        }
        if call.tool.effect == Effect::Reads && case.verdict.charges.is_empty() {
            return Decision::Allow(self.read_permit(&case));
        }
        self.reserve(&mut case, None, None).await
    }

    /// Checks for what no approval can override: a freeze, the same change in progress, or an
    /// identical one that was already done.
    async fn stopped(&self, case: &Case<'_>) -> Option<Decision> {
        let obstacles = match self.request(case, None) {
            Ok(request) => self.store.obstacles(&request).await,
            Err(error) => Err(error),
        };
        let obstacles = match obstacles {
            Ok(obstacles) => obstacles,
            Err(error) => return Some(self.unusable(case, &error).await),
        };
        if let Some(freeze) = obstacles.frozen {
            return Some(self.frozen_denial(case, &freeze).await);
        }
        if let Some(held) = obstacles.held.filter(|held| held.running) {
            let (reason, message) = (DenyReason::Running, held_words(case.call, &held));
            return Some(self.deny(case.call, Some(case), reason, None, message).await);
        }
        match obstacles.done {
            Some((at, ids)) => Some(self.already_done(case, at, ids).await),
            None => None,
        }
    }

    async fn already_done(&self, case: &Case<'_>, at: i64, ids: Value) -> Decision {
        self.note(case, "already_done", None).await;
        let at = Timestamp::from_millisecond(at).unwrap_or(case.call.at);
        Decision::AlreadyDone(Done { at, ids })
    }

    /// Finds an approval for the call that can be used, or says what is missing.
    async fn approved(&self, case: &mut Case<'_>, because: String) -> Result<Approval, Decision> {
        let call = case.call;
        if !case.read {
            case.stake = case.reader.stake(call.tool).await;
            case.verdict = case.policy.judge(call, &case.stake);
            case.read = true;
        }
        let facts = case.reader.shown(call.tool).await;
        let at = call.at.as_millisecond();
        let found = self.store.approval_for(&case.digest, at).await;
        let found = match found {
            Ok(found) => found,
            Err(error) => return Err(self.unusable(case, &error).await),
        };
        if let Some(approval) = found {
            match approval.state {
                ApprovalState::Pending | ApprovalState::Approved => {
                    if approval.lost_sight(case.stake.amount.as_ref(), &facts) {
                        let message = "The facts that a person is to approve could not be read \
                                       again. Nothing was sent; try again."
                            .to_owned();
                        let reason = DenyReason::Facts;
                        return Err(self.deny(call, Some(case), reason, None, message).await);
                    }
                    let holds = approval.still_holds(case.stake.amount.as_ref(), &facts)
                        && approval.needs >= case.verdict.approvers;
                    if holds && approval.state == ApprovalState::Approved {
                        return Ok(approval);
                    }
                    if holds {
                        return Err(Decision::NeedsApproval(Box::new(approval)));
                    }
                    if let Err(error) = self.store.void(&approval.id, at).await {
                        return Err(self.unusable(case, &error).await);
                    }
                    let reason = "the facts or the policy changed after it was requested";
                    self.note(case, "void", Some((&approval, reason))).await;
                }
                ApprovalState::Denied => {
                    let by = approval.votes.iter().find(|vote| !vote.approve);
                    let by = by.map_or("An approver", |vote| vote.approver.as_str());
                    let message = format!("{by} denied this call. Nothing was sent.");
                    let reason = DenyReason::Denied;
                    return Err(self.deny(call, Some(case), reason, None, message).await);
                }
                ApprovalState::Running => {
                    let message = "This call was approved and is in progress.".to_owned();
                    let reason = DenyReason::Running;
                    return Err(self.deny(call, Some(case), reason, None, message).await);
                }
                _ => {}
            }
        }
        Err(self.propose(case, because, facts).await)
    }

    /// Asks people.
    async fn propose(&self, case: &Case<'_>, because: String, facts: Vec<Fact>) -> Decision {
        let call = case.call;
        // The approver must know that it may already have happened.
        let because = match self.request(case, None) {
            Ok(request) => match self.store.obstacles(&request).await {
                Ok(Obstacles { held: Some(held), .. }) => {
                    let words = held_words(call, &held);
                    if because == words { because } else { format!("{because}. {words}") }
                }
                Ok(_) => because,
                Err(error) => return self.unusable(case, &error).await,
            },
            Err(error) => return self.unusable(case, &error).await,
        };
        let lifetime = case.policy.approval_lifetime;
        let expires = call.at.saturating_add(lifetime).unwrap_or(call.at);
        let id = match new_id() {
            Ok(id) => id,
            Err(error) => return self.unusable(case, &error).await,
        };
        let approval = Approval {
            id,
            digest: case.digest,
            key: call.caller.key.clone(),
            owner: case.policy.owner(call.caller).map(str::to_owned),
            tool: call.tool.name.to_owned(),
            arguments: call.arguments.clone(),
            summary: Summary::of(call, &case.stake, &facts),
            amount: case.stake.amount,
            facts,
            because,
            needs: case.verdict.approvers,
            created: call.at,
            expires,
            state: ApprovalState::Pending,
            votes: Vec::new(),
        };
        match self.store.propose(approval, call.at.as_millisecond()).await {
            Ok(None) => {
                let message = format!(
                    "{} approvals are requested with this key already. Nothing was sent; wait \
                     until people have decided, or until the requests expire.",
                    crate::MOST_REQUESTS
                );
                let reason = DenyReason::TooManyRequests;
                self.deny(call, Some(case), reason, None, message).await
            }
            Ok(Some(approval)) => {
                self.note(case, "approve", Some((&approval, &approval.because))).await;
                Decision::NeedsApproval(Box::new(approval))
            }
            Err(error) => self.unusable(case, &error).await,
        }
    }

    /// Reserves what the call needs, and writes that it is about to be sent.
    async fn reserve(
        &self,
        case: &mut Case<'_>,
        mut approval: Option<Approval>,
        shadow: Option<Shadow>,
    ) -> Decision {
        loop {
            let request = match self.request(case, approval.as_ref()) {
                Ok(request) => request,
                Err(error) => return self.unusable(case, &error).await,
            };
            let (id, verify, change) = (request.id.clone(), request.verify, request.change);
            let reserved = match self.store.reserve(request).await {
                Ok(reserved) => reserved,
                Err(error) => return self.unusable(case, &error).await,
            };
            let call = case.call;
            match reserved {
                Reserved::Taken => {
                    let mut entry = entry(call, Some(case));
                    entry.reservation = Some(id.clone());
                    entry.change = Some(change);
                    entry.verify = verify;
                    if let Some(approval) = &approval {
                        entry.approval = Some(approval.id.clone());
                        entry.approvers =
                            approval.votes.iter().map(|vote| vote.approver.clone()).collect();
                    }
                    if let Some(shadow) = &shadow {
                        entry.decision = Some(action_word(shadow.action).to_owned());
                        entry.rule.clone_from(&shadow.rule);
                        entry.shadow = true;
                    }
                    return self.about_to_send(case, id, entry, shadow).await;
                }
                Reserved::Frozen(freeze) => return self.frozen_denial(case, &freeze).await,
                Reserved::AlreadyDone { at, result } => {
                    return self.already_done(case, at, result).await;
                }
                Reserved::NotApproved(state) => {
                    let message = format!("The approval is {}. Nothing was sent.", state.as_str());
                    return self.deny(call, Some(case), DenyReason::Denied, None, message).await;
                }
                Reserved::Held(held) if held.running || approval.is_some() => {
                    let reason =
                        if held.running { DenyReason::Running } else { DenyReason::OutcomeUnknown };
                    return self
                        .deny(call, Some(case), reason, None, held_words(call, &held))
                        .await;
                }
                Reserved::Held(held) => {
                    // Either the read that settles it or a person can release it.
                    match self.approvers.names().await {
                        Ok(names) if !names.is_empty() => {}
                        Ok(_) => {
                            let (reason, message) =
                                (DenyReason::OutcomeUnknown, held_words(call, &held));
                            return self.deny(call, Some(case), reason, None, message).await;
                        }
                        Err(error) => return self.unusable(case, &error).await,
                    }
                    match self.approved(case, held_words(call, &held)).await {
                        Ok(found) => approval = Some(found),
                        Err(decision) => return decision,
                    }
                }
                Reserved::Full(place, usage) => {
                    let Some(charge) = case.verdict.charges.get(place).cloned() else {
                        let error = StoreError("returned an unknown limit".to_owned());
                        return self.unusable(case, &error).await;
                    };
                    let message = full(&charge, &usage);
                    if !charge.may_be_approved || approval.is_some() {
                        let (limit, rule) = (DenyReason::Limit, Some(charge.rule));
                        return self.deny(call, Some(case), limit, rule, message).await;
                    }
                    match self.approved(case, message).await {
                        Ok(found) => approval = Some(found),
                        Err(decision) => return decision,
                    }
                }
            }
        }
    }

    async fn about_to_send(
        &self,
        case: &Case<'_>,
        id: String,
        entry: Entry,
        shadow: Option<Shadow>,
    ) -> Decision {
        let call = case.call;
        if call.tool.effect == Effect::Reads {
            let reservation = Some(id);
            return Decision::Allow(Permit { reservation, shadow, ..self.read_permit(case) });
        }
        if let Err(error) = self.write(call.at, RecordKind::Sending, entry.clone(), true).await {
            warn!(%error, "the audit cannot be written; changes are refused");
            let at = call.at.as_millisecond();
            if let Err(error) = self.store.settle(&id, Settlement::NotDone, &Value::Null, at).await
            {
                warn!(%error, "a reservation could not be given back");
            }
            let message =
                format!("{error}. Changes are refused until it can be written; reads still work.");
            let reason = DenyReason::Audit;
            return Decision::Deny(Denial { reason, rule: None, message });
        }
        Decision::Allow(Permit {
            reservation: Some(id),
            settles: self.settles(call),
            began: call.at,
            entry: Some(Box::new(entry)),
            shadow,
            mode: call.caller.mode,
        })
    }

    fn read_permit(&self, case: &Case<'_>) -> Permit {
        Permit {
            reservation: None,
            settles: self.settles(case.call),
            began: case.call.at,
            entry: None,
            shadow: None,
            mode: case.call.caller.mode,
        }
    }

    /// Reports the outcome of a call that was allowed. `answer` is what the API answered, of which only
    /// ids are kept.
    pub async fn finish(&self, permit: Permit, outcome: Outcome, answer: &Value, at: Timestamp) {
        if let Some(id) = &permit.reservation {
            let ids = ids(answer);
            if let Err(error) = self.store.settle(id, outcome, &ids, at.as_millisecond()).await {
                // It stays reserved and its outcome counts as unknown, which is the safe choice.
                warn!(%error, "an outcome could not be stored");
            }
            if let Some(sent) = permit.entry {
                self.note_outcome(*sent, permit.reservation, outcome, ids, at).await;
            }
        }
        if outcome == Settlement::Done && !permit.settles.is_empty() {
            let began = permit.began.as_millisecond();
            match self.store.release(&permit.settles, began).await {
                Ok(0) => {}
                Ok(released) => {
                    info!(released, "a read verified changes whose outcome was unknown")
                }
                Err(error) => warn!(%error, "changes that a read verified could not be released"),
            }
        }
    }

    async fn note_outcome(
        &self,
        sent: Entry,
        reservation: Option<String>,
        outcome: Outcome,
        ids: Value,
        at: Timestamp,
    ) {
        let entry = Entry {
            request: sent.request,
            tool: sent.tool,
            key: sent.key,
            branch: sent.branch,
            mode: sent.mode,
            amount: sent.amount,
            reservation,
            outcome: Some(outcome.as_str().to_owned()),
            ids: Some(ids).filter(|ids| !ids.is_null()),
            ..Entry::default()
        };
        if let Err(error) = self.write(at, RecordKind::Outcome, entry, false).await {
            warn!(%error, "an outcome is not in the audit");
        }
    }

    /// Waits until an approval is decided, but not longer than `patience`.
    ///
    /// # Errors
    /// A store that cannot be used, or no such approval.
    pub async fn wait(&self, id: &str, patience: Duration) -> Result<Approval, ApprovalError> {
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            let at = Timestamp::now().as_millisecond();
            let approval = self.store.approval(id, at).await?.ok_or(ApprovalError::NoSuch)?;
            let left = deadline.saturating_duration_since(tokio::time::Instant::now());
            if approval.state != ApprovalState::Pending || left.is_zero() {
                return Ok(approval);
            }
            tokio::time::sleep(POLL.min(left)).await;
        }
    }

    /// An approval, for the caller whose key asked for it. To others it does not exist.
    ///
    /// # Errors
    /// A store that cannot be used.
    pub async fn approval(
        &self,
        id: &str,
        caller: &Caller,
        at: Timestamp,
    ) -> Result<Option<Approval>, StoreError> {
        let found = self.store.approval(id, at.as_millisecond()).await?;
        Ok(found.filter(|approval| approval.key == caller.key))
    }

    /// The latest approvals, newest first, for the people who decide.
    ///
    /// # Errors
    /// A store that cannot be used.
    pub async fn approvals(&self, most: usize, at: Timestamp) -> Result<Vec<Approval>, StoreError> {
        self.store.approvals(most, at.as_millisecond()).await
    }

    /// A person decides.
    ///
    /// # Errors
    /// A wrong passphrase, an approval that is not pending, a person who may not decide on it, or a
    /// store or audit that cannot be used.
    pub async fn vote(
        &self,
        id: &str,
        approver: &str,
        passphrase: &str,
        approve: bool,
        at: Timestamp,
    ) -> Result<Approval, ApprovalError> {
        self.approvers.check(approver, passphrase, at).await?;
        let now = at.as_millisecond();
        let approval = self.store.approval(id, now).await?.ok_or(ApprovalError::NoSuch)?;
        let own = approval.owner.as_deref() == Some(approver);
        if approve && own && approval.needs > 1 {
            return Err(ApprovalError::Own(approver.to_owned()));
        }
        let entry = Entry {
            tool: Some(approval.tool),
            approval: Some(id.to_owned()),
            decision: Some(if approve { "approve" } else { "deny" }.to_owned()),
            approvers: vec![approver.to_owned()],
            amount: approval.amount.map(|amount| amount.to_string()),
            ..Entry::default()
        };
        // Written before it counts: a decision that cannot be recorded does not count.
        self.write(at, RecordKind::Vote, entry, true).await?;
        let vote = Vote { approver: approver.to_owned(), approve, at };
        match self.store.vote(id, vote, now).await? {
            Voted::Counted(approval) => Ok(*approval),
            Voted::NoSuch => Err(ApprovalError::NoSuch),
            Voted::Closed(state) => Err(ApprovalError::Closed(state)),
            Voted::Again => Err(ApprovalError::Again(approver.to_owned())),
        }
    }

    /// Stops all changes at once. Reads continue.
    ///
    /// # Errors
    /// A store that cannot be used. A failing audit does not prevent a freeze.
    pub async fn freeze(&self, by: &str, reason: &str, at: Timestamp) -> Result<(), StoreError> {
        let (by, reason) = (crate::json::quoted(by), crate::json::quoted(reason));
        let freeze = Freeze { by: by.clone(), reason: reason.clone(), at };
        self.store.set_freeze(Some(freeze)).await?;
        self.note_freeze("freeze", by, Some(reason), at).await;
        Ok(())
    }

    /// Lifts a freeze.
    ///
    /// # Errors
    /// A store that cannot be used.
    pub async fn unfreeze(&self, by: &str, at: Timestamp) -> Result<(), StoreError> {
        self.store.set_freeze(None).await?;
        self.note_freeze("unfreeze", crate::json::quoted(by), None, at).await;
        Ok(())
    }

    /// Whether all changes are stopped.
    ///
    /// # Errors
    /// A store that cannot be used.
    pub async fn frozen(&self) -> Result<Option<Freeze>, StoreError> {
        self.store.frozen().await
    }

    /// The changes that are under way or whose outcome is unknown.
    ///
    /// # Errors
    /// A store that cannot be used.
    pub async fn held(&self, at: Timestamp) -> Result<Vec<Held>, StoreError> {
        self.store.held(at.as_millisecond()).await
    }

    async fn note_freeze(&self, word: &str, by: String, reason: Option<String>, at: Timestamp) {
        let entry = Entry {
            decision: Some(word.to_owned()),
            approvers: vec![by],
            reason,
            ..Entry::default()
        };
        if let Err(error) = self.write(at, RecordKind::Freeze, entry, true).await {
            warn!(%error, "a freeze or unfreeze could not be written to the audit");
        }
    }

    fn request(
        &self,
        case: &Case<'_>,
        approval: Option<&Approval>,
    ) -> Result<ReserveRequest, StoreError> {
        let call = case.call;
        let at = call.at.as_millisecond();
        let lease = i64::try_from(self.lease.as_millis()).unwrap_or(i64::MAX);
        let once = case.policy.never_twice.filter(|_| call.tool.effect == Effect::MovesMoney);
        let once_since = once.map(|once| at - i64::try_from(once.as_millis()).unwrap_or(i64::MAX));
        let id = new_id()?;
        let read = call.tool.effect == Effect::Reads;
        Ok(ReserveRequest {
            // Two reads are never the same change.
            change: if read { Digest::of(&["read", &id]) } else { change_digest(call) },
            id,
            read,
            identical: case.digest,
            verify: verify_digest(call.tool, call.arguments, call.caller, false),
            once_since,
            at,
            lease: at.saturating_add(lease),
            tool: call.tool.name.to_owned(),
            key: call.caller.key.clone(),
            charges: case.verdict.charges.clone(),
            enforce: case.policy.mode == PolicyMode::Enforce,
            approval: approval.map(|approval| approval.id.clone()),
        })
    }

    /// The changes that this call settles when it succeeds, because it is their read.
    fn settles(&self, call: &Call<'_>) -> Vec<Digest> {
        let tools = self.settled_by.get(call.tool.name).map(Vec::as_slice).unwrap_or_default();
        tools
            .iter()
            .filter_map(|tool| verify_digest(tool, call.arguments, call.caller, true))
            .collect()
    }

    /// The charges that do not fit their windows, with how full those are.
    async fn full<'v>(
        &self,
        charges: &'v [Charge],
        at: Timestamp,
    ) -> Result<Vec<(&'v Charge, Usage)>, StoreError> {
        if charges.is_empty() {
            return Ok(Vec::new());
        }
        let counters: Vec<Counter> = charges
            .iter()
            .map(|charge| Counter { counter: charge.counter, window: charge.window })
            .collect();
        let usages = self.store.usage(&counters, at.as_millisecond()).await?;
        let fits = |charge: &Charge, usage: &Usage| {
            charge.most_amount.is_none_or(|most| {
                usage.amount.checked_add(charge.amount).is_some_and(|sum| sum <= most)
            }) && charge.most_count.is_none_or(|most| usage.count < i64::from(most))
        };
        let pairs = charges.iter().zip(usages);
        Ok(pairs.filter(|(charge, usage)| !fits(charge, usage)).collect())
    }

    async fn unusable(&self, case: &Case<'_>, error: &StoreError) -> Decision {
        warn!(%error, "the store cannot be used; changes are refused");
        let message =
            format!("{error}. Changes are refused until it can be used; reads still work.");
        let message = message.replacen("the store", "The store", 1);
        self.deny(case.call, Some(case), DenyReason::Store, None, message).await
    }

    async fn frozen_denial(&self, case: &Case<'_>, freeze: &Freeze) -> Decision {
        let message = format!(
            "{} froze all changes at {}: {}. Reads still work.",
            freeze.by, freeze.at, freeze.reason
        );
        self.deny(case.call, Some(case), DenyReason::Frozen, None, message).await
    }

    async fn deny(
        &self,
        call: &Call<'_>,
        case: Option<&Case<'_>>,
        reason: DenyReason,
        rule: Option<String>,
        message: String,
    ) -> Decision {
        let mut entry = entry(call, case);
        let word = if reason == DenyReason::Hidden { Action::Hide } else { Action::Deny };
        entry.decision = Some(action_word(word).to_owned());
        entry.rule.clone_from(&rule);
        entry.reason = Some(message.clone());
        if let Err(error) = self.write(call.at, RecordKind::Decision, entry, false).await {
            warn!(%error, "a refusal is not in the audit");
        }
        Decision::Deny(Denial { reason, rule, message })
    }

    /// Writes a decision that is neither a permit nor a refusal.
    async fn note(&self, case: &Case<'_>, word: &str, about: Option<(&Approval, &str)>) {
        let mut entry = entry(case.call, Some(case));
        entry.decision = Some(word.to_owned());
        if let Some((approval, reason)) = about {
            entry.approval = Some(approval.id.clone());
            entry.reason = Some(reason.to_owned());
        }
        if let Err(error) = self.write(case.call.at, RecordKind::Decision, entry, false).await {
            warn!(%error, "a decision is not in the audit");
        }
    }

    async fn write(
        &self,
        at: Timestamp,
        kind: RecordKind,
        entry: Entry,
        sync: bool,
    ) -> Result<(), AuditError> {
        match &self.audit {
            Some(audit) => audit.append(at, kind, entry, sync).await,
            None => Ok(()),
        }
    }

    /// Holds the changes that the audit shows as under way and that the store does not know, because
    /// it lost them with the machine's power.
    async fn recall(&self) -> Result<(), StoreError> {
        let Some(audit) = &self.audit else { return Ok(()) };
        for record in audit.under_way() {
            let entry = &record.entry;
            let key = entry.key.as_deref().and_then(crate::Fingerprint::parse);
            let (Some(id), Some(change), Some(key)) = (&entry.reservation, entry.change, key)
            else {
                continue;
            };
            if self.store.knows(id).await? {
                continue;
            }
            let at = record.at.as_millisecond();
            let request = ReserveRequest {
                id: id.clone(),
                change,
                identical: change,
                verify: entry.verify,
                once_since: None,
                at,
                lease: at,
                tool: entry.tool.clone().unwrap_or_default(),
                key,
                charges: Vec::new(),
                enforce: false,
                read: false,
                approval: None,
            };
            self.store.reserve(request).await?;
            warn!(tool = entry.tool, "a change was under way when the store was lost; it is held");
        }
        Ok(())
    }
}

/// An id that cannot be guessed.
fn new_id() -> Result<String, StoreError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|_| StoreError("could not get randomness from the system".to_owned()))?;
    Ok(hex::encode(bytes))
}

/// The parts of a caller that make a call theirs.
fn caller_parts(caller: &Caller) -> [&str; 3] {
    let mode = caller.mode.map_or("", mode_word);
    [caller.key.as_str(), caller.branch.as_deref().unwrap_or_default(), mode]
}

/// The digest over key, branch, mode, tool and exact arguments.
fn call_digest(call: &Call<'_>) -> Digest {
    let arguments = Digest::json(&Value::Object(call.arguments.clone())).to_string();
    let [key, branch, mode] = caller_parts(call.caller);
    Digest::of(&["call", key, branch, mode, call.tool.name, &arguments])
}

/// The digest over key, tool and target: the same change.
fn change_digest(call: &Call<'_>) -> Digest {
    if call.tool.target.is_empty() {
        return call_digest(call);
    }
    let root = Value::Object(call.arguments.clone());
    let target: Vec<Vec<&Value>> =
        call.tool.target.iter().map(|path| crate::json::at(&root, path)).collect();
    let target = Digest::json(&json!(target)).to_string();
    let [key, branch, mode] = caller_parts(call.caller);
    Digest::of(&["change", key, branch, mode, call.tool.name, &target])
}

/// The digest of the read that settles a change, from the arguments of the change or of the read.
fn verify_digest(
    tool: &Tool,
    arguments: &Map<String, Value>,
    caller: &Caller,
    of_the_read: bool,
) -> Option<Digest> {
    let verify = tool.verify.as_ref()?;
    let mut parts = vec!["verify", tool.name, verify.tool];
    parts.extend(caller_parts(caller));
    let mut values = Vec::with_capacity(verify.arguments.len());
    for (read, change) in verify.arguments {
        let name = if of_the_read { read } else { change };
        values.push(arguments.get(*name).map(ToString::to_string).unwrap_or_default());
    }
    parts.extend(values.iter().map(String::as_str));
    Some(Digest::of(&parts))
}

/// What every line about a call says.
fn entry(call: &Call<'_>, case: Option<&Case<'_>>) -> Entry {
    let verdict = case.map(|case| &case.verdict);
    Entry {
        request: Some(call.request.to_owned()),
        tool: Some(call.tool.name.to_owned()),
        arguments: Some(crate::mask::masked(call.arguments)),
        key: Some(call.caller.key.as_str().to_owned()),
        branch: call.caller.branch.clone(),
        mode: call.caller.mode.map(|mode| mode_word(mode).to_owned()),
        decision: verdict.map(|verdict| action_word(verdict.action).to_owned()),
        rule: verdict.and_then(|verdict| verdict.rule).map(|rule| rule.name.clone()),
        amount: case.and_then(|case| case.stake.amount).map(|amount: Money| amount.to_string()),
        ..Entry::default()
    }
}

const fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Live => "live",
        Mode::Test => "test",
    }
}

const fn action_word(action: Action) -> &'static str {
    match action {
        Action::Allow => "allow",
        Action::Confirm => "confirm",
        Action::Approve => "approve",
        Action::Deny => "deny",
        Action::Hide => "hide",
    }
}

fn denied(case: &Case<'_>, reason: Option<&str>) -> String {
    let what = match (&case.verdict.exceeded, case.verdict.rule) {
        (Some(exceeded), Some(rule)) => {
            format!("A limit of the rule “{}” does not allow this call: {exceeded}", rule.name)
        }
        (_, Some(rule)) => format!("The rule “{}” does not allow this call", rule.name),
        _ => "No rule of the policy allows this call".to_owned(),
    };
    let problem = case.stake.problem.as_ref();
    let problem = problem.map(|why| format!(" The amount cannot be determined: {why}."));
    let reason = reason.map(|reason| format!(" {reason}"));
    format!(
        "{what}.{}{} Nothing was sent.",
        problem.unwrap_or_default(),
        reason.unwrap_or_default()
    )
}

/// Says in words that a window is too full.
fn full(charge: &Charge, usage: &Usage) -> String {
    let span = match charge.window {
        crate::Window::Hour => "the last hour",
        crate::Window::Day => "the last day",
        crate::Window::Month => "the last 30 days",
    };
    let mut words = format!("The limit of the rule “{}” for {span} is reached:", charge.rule);
    if let Some(most) = charge.most_amount {
        let (used, most): (Decimal, Decimal) = (from_units(usage.amount), from_units(most));
        words.push_str(&format!(" {used} of {most} are taken,"));
    }
    if let Some(most) = charge.most_count {
        words.push_str(&format!(" {} of {most} calls are taken,", usage.count));
    }
    words.push_str(" counting calls whose outcome is unknown. Nothing was sent.");
    words
}

fn held_words(call: &Call<'_>, held: &Held) -> String {
    if held.running {
        return format!(
            "The same change has been in progress since {}. Nothing was sent.",
            held.at
        );
    }
    let read = call.tool.verify.map(|verify| format!(" Call `{}` to find out first.", verify.tool));
    format!(
        "The same change was tried at {} and its outcome is unknown, so it is not sent again.{} \
         Nothing was sent.",
        held.at,
        read.unwrap_or_default()
    )
}

/// The ids in an answer: its members named `id` or `…_id` that hold texts.
fn ids(answer: &Value) -> Value {
    let members = answer.as_object().into_iter().flatten();
    let ids: Map<String, Value> = members
        .filter(|(name, value)| {
            (name.as_str() == "id" || name.ends_with("_id"))
                && value.as_str().is_some_and(|text| text.len() <= 64)
        })
        .take(10)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if ids.is_empty() { Value::Null } else { Value::Object(ids) }
}
