//! The owner's control over calls: asks the engine of `streampay_guard` before anything is sent, waits for
//! people who must approve, and reports the outcome.
//!
//! Without a policy every call is allowed, and two protections remain: after an unknown outcome the same
//! change is held back until the read that shows what happened was made, and an identical change that moves
//! money is answered with what was already done. What they need is then kept in memory.

mod answers;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use jiff::Timestamp;
use parking_lot::Mutex;
use rmcp::model::CallToolResult;
use serde_json::{Map, Value};
use streampay::{ApiKey, Context};
use streampay_guard::{
    Approval, ApprovalState, Audit, AuditError, Caller, Decision, Effect, Engine, EngineError,
    Facts, Mode, Outcome, Permit, Policy, PolicyError, RedisStore, SqliteStore, Store, StoreError,
    Tool, Vocabulary,
};
use tokio::{sync::OnceCell, time::Instant};
use tracing::{error, info, warn};

pub(crate) use self::answers::mark;
use crate::{
    settings::{ControlSettings, Settings},
    watch,
};

/// The name under which all servers that share a Redis keep their state.
const NAME: &str = "stream-mcp";

/// What a key is hashed with before the store's own secret, so that a fingerprint never equals one that
/// something else makes of the same key.
const LABEL: &[u8] = b"stream-mcp control";

/// How long a call waits for approval.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much of a call's time is left for sending it after a person has decided.
const RESERVE: Duration = Duration::from_secs(15);

/// How often a client gets a progress notification while its call waits for approval.
const NOTICE: Duration = Duration::from_secs(5);

/// The maximum number of keys whose mode is remembered.
const MAX_MODES: usize = 1024;

/// The words of the server that a policy can use.
pub struct Words {
    /// All tools.
    pub tools: Vec<&'static Tool>,
    /// The API's currencies.
    pub currencies: Vec<String>,
    /// The API's payment methods.
    pub payment_methods: Vec<String>,
}

impl Words {
    /// Reads a policy that uses these words.
    ///
    /// # Errors
    /// All faults of the text.
    pub fn policy(&self, text: &str, file: &str) -> Result<Policy, PolicyError> {
        let (currencies, payment_methods) = self.texts();
        Policy::read(text, file, &self.vocabulary(&currencies, &payment_methods))
    }

    fn texts(&self) -> (Vec<&str>, Vec<&str>) {
        (
            self.currencies.iter().map(String::as_str).collect(),
            self.payment_methods.iter().map(String::as_str).collect(),
        )
    }

    fn vocabulary<'v>(
        &'v self,
        currencies: &'v [&'v str],
        payment_methods: &'v [&'v str],
    ) -> Vocabulary<'v> {
        Vocabulary { tools: &self.tools, currencies, payment_methods }
    }
}

/// Why the owner's control cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// There is nowhere to keep the state.
    #[error("--policy and --audit need --control-store, where limits and approvals are kept")]
    NoStore,
    /// The policy file cannot be read.
    #[error("the policy file {0} cannot be read: {1}")]
    File(PathBuf, std::io::Error),
    /// The policy has faults.
    #[error("the policy has faults:\n{0}")]
    Policy(#[from] PolicyError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The audit cannot be written.
    #[error(transparent)]
    Audit(#[from] AuditError),
}

impl From<EngineError> for ControlError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Audit(error) => Self::Audit(error),
            EngineError::Store(error) => Self::Store(error),
            other => Self::Store(StoreError::new(other.to_string())),
        }
    }
}

/// Opens the store that these settings name.
///
/// # Errors
/// A store that cannot be used.
pub async fn open_store(place: &str) -> Result<Arc<dyn Store>, StoreError> {
    let redis = ["redis://", "rediss://", "redis+unix://"];
    Ok(if redis.iter().any(|scheme| place.starts_with(scheme)) {
        Arc::new(RedisStore::connect(place, NAME).await?)
    } else {
        Arc::new(SqliteStore::open(Path::new(place)).await?)
    })
}

/// Makes the engine that these settings describe.
///
/// # Errors
/// A policy with faults, or a file or store that cannot be used.
pub async fn engine(
    settings: &ControlSettings,
    lease: Duration,
    words: &Words,
) -> Result<Engine, ControlError> {
    let store: Arc<dyn Store> = match &settings.store {
        Some(place) => open_store(&place.0).await?,
        None if settings.policy.is_some() || settings.audit.is_some() => {
            return Err(ControlError::NoStore);
        }
        None => Arc::new(SqliteStore::in_memory().await?),
    };
    let mut builder = Engine::builder(&words.tools, store).lease(lease).confirm_by_approval();
    if let Some(file) = &settings.policy {
        builder = builder.policy(words.policy(&read(file)?, &file.display().to_string())?);
    }
    if let Some(file) = &settings.audit {
        builder = builder.audit(Audit::open(file).await?);
    }
    Ok(builder.build().await?)
}

fn read(file: &Path) -> Result<String, ControlError> {
    std::fs::read_to_string(file).map_err(|error| ControlError::File(file.to_owned(), error))
}

/// The keyed fingerprint of an API key, as policies and audits show it.
#[must_use]
pub fn caller(engine: &Engine, key: Option<&ApiKey>, branch: Option<uuid::Uuid>) -> Caller {
    let hashed = key.map(|key| key.fingerprint(LABEL));
    let key = engine.fingerprinter().fingerprint(hashed.as_ref().map_or(&[], |hash| &hash[..]));
    Caller { key, branch: branch.map(|branch| branch.to_string()), mode: None }
}

/// Live or test, from the account behind the key.
pub async fn mode(facts: &dyn Facts) -> Option<Mode> {
    let account = match facts.read("get_account", Map::new()).await {
        Ok(account) => account,
        Err(problem) => {
            warn!(%problem, "the account could not be read, so live or test mode is not known");
            return None;
        }
    };
    let sandbox = account.get("organization")?.get("sandbox")?.as_bool()?;
    Some(if sandbox { Mode::Test } else { Mode::Live })
}

/// The owner's control over the calls of one server.
pub(crate) struct Control {
    settings: ControlSettings,
    words: OnceLock<Words>,
    make_words: fn() -> Words,
    lease: Duration,
    /// The server's own key and branch, for callers that bring none.
    key: Option<ApiKey>,
    branch: Option<uuid::Uuid>,
    engine: OnceCell<Engine>,
    modes: Mutex<HashMap<String, Mode>>,
}

/// A call whose arguments were checked.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) tool: &'a Tool,
    pub(crate) arguments: &'a Map<String, Value>,
    pub(crate) context: &'a Context,
    /// When the caller stops waiting.
    pub(crate) deadline: Instant,
}

/// A call that may be sent.
#[derive(Default)]
pub(crate) struct Pass {
    /// The engine's permit; `None` where nothing has to be tracked.
    permit: Option<Permit>,
}

impl Pass {
    /// Live or test, where it is known.
    pub(crate) fn mode(&self) -> Option<Mode> {
        self.permit.as_ref()?.mode
    }
}

impl Control {
    pub(crate) fn new(settings: &Settings, words: fn() -> Words) -> Self {
        let api = &settings.api;
        // Every attempt of a change may take as long as an attempt may take, with a pause before each.
        let attempts = api.max_retries.saturating_add(1);
        let lease = api.timeout.saturating_add(Duration::from_secs(60)).saturating_mul(attempts);
        Self {
            settings: settings.control.clone(),
            words: OnceLock::new(),
            make_words: words,
            lease: lease + Duration::from_secs(5 * 60),
            key: api.key.clone(),
            branch: api.branch_id,
            engine: OnceCell::new(),
            modes: Mutex::default(),
        }
    }

    /// Reads the policy and opens the store and the audit, so that their faults stop the start.
    ///
    /// # Errors
    /// A policy with faults, or a file or store that cannot be used.
    pub(crate) async fn open(&self) -> Result<(), ControlError> {
        if self.settings.is_used() {
            self.engine().await?;
        }
        Ok(())
    }

    async fn engine(&self) -> Result<&Engine, ControlError> {
        let open = || engine(&self.settings, self.lease, self.words());
        self.engine.get_or_try_init(open).await
    }

    /// Made when they are first needed, because all schemas are searched for them.
    fn words(&self) -> &Words {
        self.words.get_or_init(self.make_words)
    }

    /// Whether calls of this tool have to be decided on.
    pub(crate) fn watches(&self, tool: &Tool) -> bool {
        let reads = tool.effect == Effect::Reads;
        !reads || self.settings.is_used() || self.engine.get().is_some()
    }

    /// Reads the policy file again. If it has faults, the last good policy stays in force.
    ///
    /// # Errors
    /// A policy with faults, or a file that cannot be read.
    pub(crate) async fn reload(&self) -> Result<(), ControlError> {
        let Some(file) = &self.settings.policy else { return Ok(()) };
        let (text, engine) = (read(file)?, self.engine().await?);
        let name = file.display().to_string();
        let words = self.words();
        let (currencies, payment_methods) = words.texts();
        let vocabulary = words.vocabulary(&currencies, &payment_methods);
        let applied = engine.reload(&text, &name, &vocabulary, Timestamp::now()).await?;
        info!(rules = applied.rules, "the policy was read again");
        Ok(())
    }

    /// Whether the policy lists a tool for this caller.
    pub(crate) fn lists(&self, name: &str, context: Option<&Context>) -> bool {
        let Some(engine) = self.engine.get() else { return true };
        let Some(tool) = self.words().tools.iter().find(|tool| tool.name == name) else {
            return true;
        };
        let nobody = Context::default();
        engine.lists(tool, &self.caller(engine, context.unwrap_or(&nobody)))
    }

    fn caller(&self, engine: &Engine, context: &Context) -> Caller {
        let key = context.key.as_ref().or(self.key.as_ref());
        let mut caller = caller(engine, key, context.branch.or(self.branch));
        caller.mode = self.modes.lock().get(caller.key.as_str()).copied();
        caller
    }

    /// Decides whether a call may be sent. What must not be sent has a result already.
    ///
    /// # Errors
    /// The result of a call that must not be sent.
    pub(crate) async fn decide(
        &self,
        request: Request<'_>,
        facts: &dyn Facts,
    ) -> Result<Pass, Box<CallToolResult>> {
        let engine = match self.engine().await {
            Ok(engine) => engine,
            Err(problem) => {
                error!(%problem, "the owner's control cannot start");
                return Err(Box::new(answers::unusable(request.tool)));
            }
        };
        let mut caller = self.caller(engine, request.context);
        if caller.mode.is_none() && self.settings.is_used() {
            caller.mode = self.mode(&caller, facts).await;
        }
        let id = request.context.request_id.as_deref().unwrap_or_default();
        let mut call = streampay_guard::Call {
            tool: request.tool,
            arguments: request.arguments,
            caller: &caller,
            request: id,
            confirmed: None,
            at: Timestamp::now(),
        };
        let mut decision = engine.decide(&call, facts).await;
        if let Decision::NeedsApproval(approval) = &decision {
            watch::decided("approve");
            if self.wait(engine, approval, request.deadline).await {
                call.at = Timestamp::now();
                decision = engine.decide(&call, facts).await;
            }
        }
        self.answer(request.tool, engine, decision).await
    }

    async fn answer(
        &self,
        tool: &Tool,
        engine: &Engine,
        decision: Decision,
    ) -> Result<Pass, Box<CallToolResult>> {
        let (word, result) = match decision {
            Decision::Allow(permit) => {
                watch::decided(if permit.shadow.is_some() { "shadow" } else { "allow" });
                return Ok(Pass { permit: Some(permit) });
            }
            Decision::Deny(denial) => ("deny", answers::denied(tool, &denial)),
            Decision::AlreadyDone(done) => ("already_done", answers::already_done(tool, &done)),
            Decision::NeedsConfirm(request) => ("confirm", answers::unconfirmed(tool, &request)),
            Decision::NeedsApproval(approval) => {
                let names = engine.approvers().names().await.unwrap_or_default();
                ("pending", answers::pending(tool, &approval, names.is_empty()))
            }
        };
        watch::decided(word);
        Err(Box::new(result))
    }

    /// Waits until a person has decided. Returns whether someone has.
    async fn wait(&self, engine: &Engine, approval: &Approval, deadline: Instant) -> bool {
        match engine.approvers().names().await {
            Ok(names) if !names.is_empty() => {}
            // Nobody can decide.
            _ => return false,
        }
        let left = deadline.saturating_duration_since(Instant::now()).saturating_sub(RESERVE);
        let end = Instant::now() + left.min(PATIENCE);
        let _pause = watch::pause();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            watch::waiting(format!("waiting for a person to decide on approval {}", approval.id));
            match engine.wait(&approval.id, left.min(NOTICE)).await {
                Ok(found) if found.state != ApprovalState::Pending => return true,
                Ok(_) if left > NOTICE => {}
                Ok(_) => return false,
                Err(problem) => {
                    warn!(%problem, "the approval cannot be read");
                    return false;
                }
            }
        }
    }

    /// The mode of a caller's key. It is read once for each key.
    async fn mode(&self, caller: &Caller, facts: &dyn Facts) -> Option<Mode> {
        let mode = mode(facts).await?;
        let mut modes = self.modes.lock();
        if modes.len() >= MAX_MODES {
            modes.clear();
        }
        modes.insert(caller.key.as_str().to_owned(), mode);
        Some(mode)
    }

    /// Reports the outcome of a call that was allowed.
    pub(crate) async fn finish(&self, pass: Pass, outcome: Outcome, answer: &Value) {
        if let (Some(permit), Some(engine)) = (pass.permit, self.engine.get()) {
            engine.finish(permit, outcome, answer, Timestamp::now()).await;
        }
    }
}
