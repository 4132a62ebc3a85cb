//! The store in Redis or Valkey, for replicas. Every step is one script, so it is atomic.
//!
//! Run Redis with `appendonly yes`, or a restart forgets held changes and limits. While it cannot be reached, changes
//! are refused.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use redis::{
    AsyncCommands as _, Client, ErrorKind, FromRedisValue, RedisError, Script, ScriptInvocation,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use serde_json::Value;

use super::{
    Charge, Counter, Freeze, Held, MOST_REQUESTS, Obstacles, ReserveRequest, Reserved, Settlement,
    Store, StoreError, Usage, Voted, assemble, instant, new_secret,
};
use crate::{
    approval::{Approval, ApprovalState, Vote},
    digest::Digest,
};

/// How long an answer of Redis may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long settled changes and closed approvals are kept, in milliseconds.
const KEEP: i64 = 40 * 24 * 60 * 60 * 1000;

/// How long it is known that a change was made: longer than any policy can ask for.
const KEEP_DONE: i64 = 25 * 60 * 60 * 1000;

/// A script with what all scripts share before it.
macro_rules! script {
    ($name:literal) => {
        Script::new(concat!(
            include_str!("scripts/common.lua"),
            include_str!(concat!("scripts/", $name, ".lua"))
        ))
    };
}

struct Scripts {
    reserve: Script,
    obstacles: Script,
    settle: Script,
    release: Script,
    held: Script,
    usage: Script,
    propose: Script,
    approval_for: Script,
    approvals: Script,
    vote: Script,
    void: Script,
    attempt: Script,
}

/// The store in Redis or Valkey.
pub struct RedisStore {
    connection: ConnectionManager,
    prefix: String,
    scripts: Scripts,
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl RedisStore {
    /// Connects. Stores with different names in the same Redis know nothing of each other.
    ///
    /// # Errors
    /// A Redis that cannot be reached. The address is not repeated: it may hold a password.
    pub async fn connect(url: &str, name: &str) -> Result<Self, StoreError> {
        let unreachable = |error: RedisError| {
            StoreError(format!("in Redis cannot be reached: {}", error.category()))
        };
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let client = Client::open(url).map_err(unreachable)?;
        let connection =
            ConnectionManager::new_with_config(client, config).await.map_err(unreachable)?;
        let scripts = Scripts {
            reserve: script!("reserve"),
            obstacles: script!("obstacles"),
            settle: script!("settle"),
            release: script!("release"),
            held: script!("held"),
            usage: script!("usage"),
            propose: script!("propose"),
            approval_for: script!("approval_for"),
            approvals: script!("approvals"),
            vote: script!("vote"),
            void: script!("void"),
            attempt: script!("attempt"),
        };
        Ok(Self { connection, prefix: format!("stream-guard:{{{name}}}:"), scripts })
    }

    async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        arguments: impl FnOnce(&mut ScriptInvocation<'_>),
    ) -> Result<T, StoreError> {
        let mut invocation = script.key(&self.prefix);
        arguments(&mut invocation);
        invocation.invoke_async(&mut self.connection.clone()).await.map_err(failed)
    }

    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

fn failed(error: RedisError) -> StoreError {
    match error.kind() {
        ErrorKind::Io => StoreError("in Redis cannot be reached".to_owned()),
        _ => StoreError(format!("in Redis failed: {error}")),
    }
}

fn unread() -> StoreError {
    StoreError("in Redis answered something unexpected".to_owned())
}

fn number(text: &str) -> Result<i64, StoreError> {
    text.parse().map_err(|_| unread())
}

fn encode(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError(format!("cannot write: {error}")))
}

/// An approval as the scripts return it: body, state, votes; nothing if it does not exist.
fn loaded(parts: &[String], at: i64) -> Result<Option<Approval>, StoreError> {
    match parts {
        [body, state, votes @ ..] => assemble(body, state, votes, at).map(Some),
        _ => Ok(None),
    }
}

fn optional(number: Option<impl ToString>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

fn flag(set: bool) -> &'static str {
    if set { "1" } else { "0" }
}

fn charge(script: &mut ScriptInvocation<'_>, charge: &Charge, at: i64) {
    let bucket = charge.window.bucket(at);
    // Kept a little longer than it counts, and measured from now, so that differing clocks do no harm.
    let keep = charge.window.seconds() + 2 * charge.window.bucket_seconds();
    script
        .arg(charge.counter.to_string())
        .arg(charge.window.oldest(at))
        .arg(bucket)
        .arg(charge.amount)
        .arg(optional(charge.most_amount))
        .arg(optional(charge.most_count))
        .arg(flag(charge.may_be_approved))
        .arg(flag(charge.adds))
        .arg(keep * 1000);
}

fn held(parts: &[String]) -> Result<Held, StoreError> {
    let [id, tool, at, running] = parts else { return Err(unread()) };
    let at = instant(number(at)?);
    Ok(Held { id: id.clone(), tool: tool.clone(), at, running: running == "1" })
}

/// A freeze that cannot be read is still a freeze.
fn freeze(text: &str) -> Freeze {
    serde_json::from_str(text).unwrap_or_else(|_| Freeze {
        by: "unknown".to_owned(),
        reason: "the store's entry cannot be read".to_owned(),
        at: instant(0),
    })
}

#[async_trait]
impl Store for RedisStore {
    async fn reserve(&self, request: ReserveRequest) -> Result<Reserved, StoreError> {
        let answer: Vec<String> = self
            .run(&self.scripts.reserve, |script| {
                script
                    .arg(&request.id)
                    .arg(request.change.to_string())
                    .arg(request.identical.to_string())
                    .arg(optional(request.verify))
                    .arg(optional(request.once_since))
                    .arg(request.at)
                    .arg(request.lease)
                    .arg(&request.tool)
                    .arg(request.key.as_str())
                    .arg(flag(request.enforce))
                    .arg(flag(request.read))
                    .arg(request.approval.as_deref().unwrap_or_default())
                    .arg(request.charges.len());
                for taken in &request.charges {
                    charge(script, taken, request.at);
                }
            })
            .await?;
        let words: Vec<&str> = answer.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["taken"] => Ok(Reserved::Taken),
            ["frozen", text] => Ok(Reserved::Frozen(freeze(text))),
            ["held", ..] => held(answer.get(1..).unwrap_or_default()).map(Reserved::Held),
            ["done", at, result] => Ok(Reserved::AlreadyDone {
                at: number(at)?,
                result: serde_json::from_str(result).unwrap_or(Value::Null),
            }),
            ["full", place, amount, count] => {
                let usage = Usage { amount: number(amount)?, count: number(count)? };
                Ok(Reserved::Full(place.parse().map_err(|_| unread())?, usage))
            }
            ["not_approved", state] => {
                ApprovalState::parse(state).map(Reserved::NotApproved).ok_or_else(unread)
            }
            _ => Err(unread()),
        }
    }

    async fn obstacles(&self, request: &ReserveRequest) -> Result<Obstacles, StoreError> {
        let (stopped, tried, done): (Option<String>, Vec<String>, Vec<String>) = self
            .run(&self.scripts.obstacles, |script| {
                script
                    .arg(request.change.to_string())
                    .arg(request.identical.to_string())
                    .arg(optional(request.once_since))
                    .arg(request.at);
            })
            .await?;
        let done = match done.as_slice() {
            [at, result] => {
                Some((number(at)?, serde_json::from_str(result).unwrap_or(Value::Null)))
            }
            _ => None,
        };
        let held = (!tried.is_empty()).then(|| held(&tried)).transpose()?;
        Ok(Obstacles { frozen: stopped.as_deref().map(freeze), held, done })
    }

    async fn settle(
        &self,
        id: &str,
        settlement: Settlement,
        result: &Value,
        at: i64,
    ) -> Result<(), StoreError> {
        self.run(&self.scripts.settle, |script| {
            script
                .arg(id)
                .arg(settlement.as_str())
                .arg(settlement.approval_state().as_str())
                .arg(result.to_string())
                .arg(at)
                .arg(KEEP)
                .arg(KEEP_DONE);
        })
        .await
    }

    async fn release(&self, reads: &[Digest], began: i64) -> Result<u32, StoreError> {
        self.run(&self.scripts.release, |script| {
            script.arg(began).arg(KEEP);
            for read in reads {
                script.arg(read.to_string());
            }
        })
        .await
    }

    async fn held(&self, at: i64) -> Result<Vec<Held>, StoreError> {
        let found: Vec<Vec<String>> = self
            .run(&self.scripts.held, |script| {
                script.arg(at);
            })
            .await?;
        found.iter().map(|parts| held(parts)).collect()
    }

    async fn knows(&self, id: &str) -> Result<bool, StoreError> {
        self.connection.clone().exists(self.name(&format!("r:{id}"))).await.map_err(failed)
    }

    async fn usage(&self, counters: &[Counter], at: i64) -> Result<Vec<Usage>, StoreError> {
        let found: Vec<String> = self
            .run(&self.scripts.usage, |script| {
                for counter in counters {
                    script.arg(counter.counter.to_string()).arg(counter.window.oldest(at));
                }
            })
            .await?;
        let pairs = found.chunks_exact(2).map(|pair| match pair {
            [amount, count] => Ok(Usage { amount: number(amount)?, count: number(count)? }),
            _ => Err(unread()),
        });
        pairs.collect()
    }

    async fn frozen(&self) -> Result<Option<Freeze>, StoreError> {
        let text: Option<String> =
            self.connection.clone().get(self.name("freeze")).await.map_err(failed)?;
        Ok(text.as_deref().map(freeze))
    }

    async fn set_freeze(&self, freeze: Option<Freeze>) -> Result<(), StoreError> {
        let (mut connection, name) = (self.connection.clone(), self.name("freeze"));
        match freeze {
            Some(freeze) => connection.set(name, encode(&freeze)?).await.map_err(failed),
            None => connection.del(name).await.map_err(failed),
        }
    }

    async fn propose(&self, approval: Approval, at: i64) -> Result<Option<Approval>, StoreError> {
        let body = encode(&approval)?;
        let parts: Vec<String> = self
            .run(&self.scripts.propose, |script| {
                script
                    .arg(&approval.id)
                    .arg(approval.digest.to_string())
                    .arg(approval.needs)
                    .arg(approval.created.as_millisecond())
                    .arg(approval.expires.as_millisecond())
                    .arg(body)
                    .arg(at)
                    .arg(KEEP)
                    .arg(approval.key.as_str())
                    .arg(MOST_REQUESTS);
            })
            .await?;
        loaded(&parts, at)
    }

    async fn approval_for(&self, digest: &Digest, at: i64) -> Result<Option<Approval>, StoreError> {
        let parts: Vec<String> = self
            .run(&self.scripts.approval_for, |script| {
                script.arg(digest.to_string()).arg(at);
            })
            .await?;
        loaded(&parts, at)
    }

    async fn approval(&self, id: &str, at: i64) -> Result<Option<Approval>, StoreError> {
        if id.is_empty() {
            return Ok(None);
        }
        let found: Vec<Vec<String>> = self
            .run(&self.scripts.approvals, |script| {
                script.arg(id).arg(0);
            })
            .await?;
        found.first().map_or(Ok(None), |parts| loaded(parts, at))
    }

    async fn approvals(&self, most: usize, at: i64) -> Result<Vec<Approval>, StoreError> {
        let found: Vec<Vec<String>> = self
            .run(&self.scripts.approvals, |script| {
                script.arg("").arg(most);
            })
            .await?;
        found.iter().filter_map(|parts| loaded(parts, at).transpose()).collect()
    }

    async fn vote(&self, id: &str, vote: Vote, at: i64) -> Result<Voted, StoreError> {
        let body = encode(&vote)?;
        let answer: Vec<String> = self
            .run(&self.scripts.vote, |script| {
                script.arg(id).arg(&vote.approver).arg(flag(vote.approve)).arg(body).arg(at);
            })
            .await?;
        match answer.split_first() {
            Some((word, _)) if word == "no_such" => Ok(Voted::NoSuch),
            Some((word, _)) if word == "again" => Ok(Voted::Again),
            Some((word, [state])) if word == "closed" => {
                ApprovalState::parse(state).map(Voted::Closed).ok_or_else(unread)
            }
            Some((word, parts)) if word == "counted" => {
                let approval = loaded(parts, at)?.ok_or_else(unread)?;
                Ok(Voted::Counted(Box::new(approval)))
            }
            _ => Err(unread()),
        }
    }

    async fn void(&self, id: &str, _at: i64) -> Result<(), StoreError> {
        self.run(&self.scripts.void, |script| {
            script.arg(id);
        })
        .await
    }

    async fn approver(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.connection.clone().hget(self.name("u"), name).await.map_err(failed)
    }

    async fn approvers(&self) -> Result<Vec<String>, StoreError> {
        let mut names: Vec<String> =
            self.connection.clone().hkeys(self.name("u")).await.map_err(failed)?;
        names.sort_unstable();
        Ok(names)
    }

    async fn set_approver(&self, name: &str, hash: Option<&str>) -> Result<(), StoreError> {
        let (mut connection, table) = (self.connection.clone(), self.name("u"));
        match hash {
            Some(hash) => connection.hset(table, name, hash).await.map_err(failed),
            None => connection.hdel(table, name).await.map_err(failed),
        }
    }

    async fn attempt(
        &self,
        name: &str,
        most: u32,
        window: i64,
        at: i64,
    ) -> Result<Option<i64>, StoreError> {
        let wait: i64 = self
            .run(&self.scripts.attempt, |script| {
                script.arg(name).arg(most).arg(window).arg(at);
            })
            .await?;
        Ok((wait >= 0).then_some(wait))
    }

    async fn forget_attempts(&self, name: &str) -> Result<(), StoreError> {
        self.connection.clone().del(self.name(&format!("t:{name}"))).await.map_err(failed)
    }

    async fn secret(&self) -> Result<[u8; 32], StoreError> {
        let (mut connection, name) = (self.connection.clone(), self.name("secret"));
        let fresh = new_secret()?;
        let _: bool = connection.set_nx(&name, fresh.as_slice()).await.map_err(failed)?;
        let agreed: Vec<u8> = connection.get(&name).await.map_err(failed)?;
        agreed.try_into().map_err(|_| unread())
    }
}
