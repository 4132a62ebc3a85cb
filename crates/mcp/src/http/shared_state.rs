//! The state that replicas share in Redis or Valkey: the secret that seals session ids, how sessions of
//! older clients were opened, and rates.
//!
//! While the state is unavailable, sessions are rejected, because the replicas cannot tell which of them are open;
//! each replica counts rates for itself; everything else works. No key is ever stored: a hash under the
//! shared secret represents it.

use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use redis::{
    AsyncCommands as _, Client, ExistenceCheck, RedisError, Script, SetExpiry, SetOptions,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use rmcp::transport::streamable_http_server::session::store::{
    SessionState, SessionStore, SessionStoreError,
};
use tracing::{info, warn};

use super::{
    identity::{Principal, Seal},
    initialize::trim,
};

/// How long Redis may take to answer.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long requests do without Redis after it could not be reached.
const PAUSE: Duration = Duration::from_secs(1);

/// The prefix of every name in Redis.
const PREFIX: &str = "stream-mcp";

/// Counts one request by the generic cell rate algorithm, in microseconds of Redis's own clock. Returns the
/// microseconds to wait, 0 if the request is allowed.
const RATE: &str = "
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + interval
if full - now > burst then return full - now - burst end
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
return 0
";

/// The shared state is unavailable.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unavailable;

/// The state that replicas share.
pub(super) struct SharedState {
    connection: ConnectionManager,
    rate: Script,
    idle: Duration,
    /// Until when requests do without Redis.
    pause: Mutex<Option<Instant>>,
    unavailable: AtomicBool,
}

impl SharedState {
    /// Connects to Redis.
    ///
    /// # Errors
    /// Redis cannot be reached. The address is not repeated, since it may contain a password.
    pub(super) async fn connect(url: &str, idle: Duration) -> io::Result<Self> {
        let unreachable = |error: RedisError| {
            let message = format!("the shared state (STREAM_STATE) cannot be reached: {error}");
            io::Error::new(io::ErrorKind::NotConnected, message)
        };
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let client = Client::open(url).map_err(unreachable)?;
        let connection =
            ConnectionManager::new_with_config(client, config).await.map_err(unreachable)?;
        let (pause, unavailable) = (Mutex::default(), AtomicBool::new(false));
        Ok(Self { connection, rate: Script::new(RATE), idle, pause, unavailable })
    }

    /// Agrees with the other replicas on the secret to seal with: that of the first one. Replicas check it
    /// again now and then, because a Redis that was restarted has forgotten it.
    ///
    /// # Errors
    /// Redis cannot be reached, or holds something else under this name.
    pub(super) async fn agree(&self, seal: &Seal) -> io::Result<()> {
        let failed =
            |_: Unavailable| io::Error::other("the shared state (STREAM_STATE) does not answer");
        let mut connection = self.connection.clone();
        let (name, own) = (format!("{PREFIX}:seal"), seal.secret());
        let options = SetOptions::default().conditional_set(ExistenceCheck::NX);
        let made = connection.set_options(&name, own.as_slice(), options).await;
        self.noted::<Option<String>>(made).map_err(failed)?;
        let agreed: Vec<u8> = self.noted(connection.get(&name).await).map_err(failed)?;
        let agreed = agreed.try_into().map_err(|_| {
            io::Error::other("the shared state (STREAM_STATE) contains a secret of another form")
        })?;
        if agreed != own {
            seal.replace(agreed);
        }
        Ok(())
    }

    /// Whether a session is open. If so, its idle time starts again.
    pub(super) async fn touch(&self, session: &str) -> Result<bool, Unavailable> {
        self.reachable()?;
        let seconds = i64::try_from(self.idle.as_secs()).unwrap_or(i64::MAX);
        self.noted(self.connection.clone().expire(name(session), seconds).await)
    }

    /// Counts a request. Returns the seconds to wait if there are too many.
    pub(super) async fn rate(
        &self,
        kind: &str,
        who: &Principal,
        per_second: u32,
    ) -> Result<Option<u64>, Unavailable> {
        self.reachable()?;
        let who = u128::from_be_bytes(*who);
        let interval = 1_000_000 / i64::from(per_second.max(1));
        let mut invocation = self.rate.key(format!("{PREFIX}:{kind}:{who:032x}"));
        invocation.arg(interval).arg(interval * 2 * i64::from(per_second));
        let wait: u64 = self.noted(invocation.invoke_async(&mut self.connection.clone()).await)?;
        Ok((wait > 0).then(|| wait.div_ceil(1_000_000)))
    }

    /// Fails at once for a while after Redis could not be reached, so that only few requests wait for it.
    fn reachable(&self) -> Result<(), Unavailable> {
        let pause = *self.pause.lock();
        if pause.is_some_and(|until| Instant::now() < until) { Err(Unavailable) } else { Ok(()) }
    }

    fn noted<T>(&self, answer: Result<T, RedisError>) -> Result<T, Unavailable> {
        let mut pause = self.pause.lock();
        match answer {
            Ok(answer) => {
                *pause = None;
                if self.unavailable.swap(false, Ordering::AcqRel) {
                    info!("the shared state is available again");
                }
                Ok(answer)
            }
            Err(error) => {
                *pause = Some(Instant::now() + PAUSE);
                if !self.unavailable.swap(true, Ordering::AcqRel) {
                    warn!(
                        %error,
                        "the shared state is unavailable: sessions are rejected, and this replica counts \
                         rates alone"
                    );
                }
                Err(Unavailable)
            }
        }
    }
}

fn name(session: &str) -> String {
    format!("{PREFIX}:session:{session}")
}

fn unavailable(_: Unavailable) -> SessionStoreError {
    "the shared state is unavailable".into()
}

/// How sessions were opened, so that rmcp can open them again on any replica.
#[async_trait::async_trait]
impl SessionStore for SharedState {
    async fn load(&self, session: &str) -> Result<Option<SessionState>, SessionStoreError> {
        self.reachable().map_err(unavailable)?;
        let text: Option<String> =
            self.noted(self.connection.clone().get(name(session)).await).map_err(unavailable)?;
        Ok(text.as_deref().map(serde_json::from_str).transpose()?)
    }

    async fn store(&self, session: &str, state: &SessionState) -> Result<(), SessionStoreError> {
        self.reachable().map_err(unavailable)?;
        let mut state = state.clone();
        trim(&mut state.initialize_params);
        let text = serde_json::to_string(&state)?;
        let options = SetOptions::default().with_expiration(SetExpiry::EX(self.idle.as_secs()));
        let stored = self.connection.clone().set_options(name(session), text, options).await;
        self.noted(stored).map_err(unavailable)
    }

    async fn delete(&self, session: &str) -> Result<(), SessionStoreError> {
        self.reachable().map_err(unavailable)?;
        self.noted(self.connection.clone().del(name(session)).await).map_err(unavailable)
    }
}
