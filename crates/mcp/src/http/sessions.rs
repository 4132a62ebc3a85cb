//! Sessions of clients from before 2026-07-28: who owns them, how many may be open, when they end.
//!
//! A session's id is random and carries a seal over the key that opened it. Another key or an invented id
//! is therefore rejected on any replica without a look-up. The sessions themselves are rmcp's.
//!
//! What one session may hold is bounded: of the client's introduction only what a server can use is kept
//! ([`trim`](super::initialize::trim)), and no request may have the id of one that still runs, because rmcp would keep the second
//! answer for a stream that no client opens.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use futures_util::Stream;
use parking_lot::Mutex;
use rmcp::{
    RoleServer,
    model::{
        ClientJsonRpcMessage, ClientNotification, ClientRequest, JsonRpcMessage, RequestId,
        ServerJsonRpcMessage,
    },
    transport::{
        Transport, WorkerTransport,
        streamable_http_server::session::{
            RestoreOutcome, ServerSseMessage, SessionId, SessionManager,
            local::{
                LocalSessionManager, LocalSessionManagerError, LocalSessionWorker, SessionConfig,
                create_local_session,
            },
            store::SessionStore as _,
        },
    },
};
use tokio::time::Instant;
use tracing::debug;

use super::{
    identity::{Principal, Seal},
    initialize::trim,
    shared_state::SharedState,
};
use crate::metrics::Metrics;

tokio::task_local! {
    /// Who sends the request that is being handled.
    pub(super) static OPENER: Opener;
}

/// Who opens a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opener {
    /// Represents the key; `None` without one.
    pub(super) key: Option<Principal>,
    pub(super) address: Principal,
}

impl Opener {
    /// The owner of the session. Callers without a key share one owner, since their addresses may change.
    pub(super) fn owner(&self, seal: &Seal) -> Principal {
        self.key.unwrap_or_else(|| seal.nobody())
    }
}

/// Seals a session's random part to its owner.
fn sealed(seal: &Seal, random: &str, owner: &Principal) -> String {
    let tag = u128::from_be_bytes(seal.hash(b's', &[random.as_bytes(), owner]));
    format!("{random}{tag:032x}")
}

/// Whether a session of this id, if there is one, belongs to `who`.
pub(super) fn belongs(seal: &Seal, id: &str, who: &Principal) -> bool {
    let Some((random, _)) = id.split_at_checked(32) else { return false };
    let expected = sealed(seal, random, who);
    // Compares all of it, whatever differs.
    let differences = expected.bytes().zip(id.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    expected.len() == id.len() && differences == 0
}

/// How many sessions may be open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Most {
    pub(super) in_all: usize,
    pub(super) per_key: usize,
    pub(super) per_address: usize,
}

/// The ids of the requests of one session that are running.
type RunningIds = Arc<Mutex<HashSet<RequestId>>>;

#[derive(Debug)]
struct Session {
    opener: Opener,
    used: Instant,
    running: RunningIds,
}

/// Which sessions are open, and whose they are.
#[derive(Debug, Default)]
struct Open {
    sessions: HashMap<SessionId, Session>,
    by_address: HashMap<Principal, usize>,
    by_key: HashMap<Principal, usize>,
}

impl Open {
    fn insert(&mut self, id: SessionId, opener: Opener) -> RunningIds {
        *self.by_address.entry(opener.address).or_default() += 1;
        if let Some(key) = opener.key {
            *self.by_key.entry(key).or_default() += 1;
        }
        let running = RunningIds::default();
        let session = Session { opener, used: Instant::now(), running: Arc::clone(&running) };
        self.sessions.insert(id, session);
        running
    }

    fn remove(&mut self, id: &SessionId) -> bool {
        let Some(session) = self.sessions.remove(id) else { return false };
        decrement(&mut self.by_address, &session.opener.address);
        if let Some(key) = &session.opener.key {
            decrement(&mut self.by_key, key);
        }
        true
    }

    /// The session that has to end before `opener` can open another one: the one idle for longest of the
    /// key or the address that has its fill, or else of the address that has the most.
    fn surplus(&self, opener: &Opener, most: Most) -> Option<SessionId> {
        let count = |counts: &HashMap<Principal, usize>, who: &Principal| {
            counts.get(who).copied().unwrap_or_default()
        };
        if let Some(key) = &opener.key
            && count(&self.by_key, key) >= most.per_key
        {
            return self.idlest(|session| session.opener.key.as_ref() == Some(key));
        }
        if count(&self.by_address, &opener.address) >= most.per_address {
            return self.idlest(|session| session.opener.address == opener.address);
        }
        if self.sessions.len() < most.in_all {
            return None;
        }
        let largest = self.by_address.values().copied().max()?;
        self.idlest(|session| count(&self.by_address, &session.opener.address) == largest)
    }

    fn idlest(&self, which: impl Fn(&Session) -> bool) -> Option<SessionId> {
        let candidates = self.sessions.iter().filter(|(_, session)| which(session));
        candidates.min_by_key(|(_, session)| session.used).map(|(id, _)| Arc::clone(id))
    }
}

fn decrement(counts: &mut HashMap<Principal, usize>, who: &Principal) {
    if let Some(count) = counts.get_mut(who) {
        *count -= 1;
        if *count == 0 {
            counts.remove(who);
        }
    }
}

/// The open sessions.
pub(super) struct Sessions {
    local: LocalSessionManager,
    seal: Arc<Seal>,
    metrics: Arc<Metrics>,
    state: Option<Arc<SharedState>>,
    open: Mutex<Open>,
    most: Most,
}

impl Sessions {
    pub(super) fn new(
        seal: Arc<Seal>,
        metrics: Arc<Metrics>,
        state: Option<Arc<SharedState>>,
        most: Most,
        idle: Duration,
    ) -> Self {
        let mut local = LocalSessionManager::default();
        let config: &mut SessionConfig = &mut local.session_config;
        config.keep_alive = Some(idle);
        // Answers are plain JSON, which cannot be resumed, so none is kept.
        config.sse_retry = None;
        config.completed_cache_ttl = Duration::ZERO;
        Self { local, seal, metrics, state, open: Mutex::default(), most }
    }

    /// Notes that a request begins in a session. `false` where one of the same id is still running.
    pub(super) fn begin(&self, session: &str, request: &RequestId) -> bool {
        let open = self.open.lock();
        let running = open.sessions.get(session).map(|session| &session.running);
        running.is_none_or(|running| running.lock().insert(request.clone()))
    }

    /// Notes that a request did not begin after all.
    pub(super) fn cancel(&self, session: &str, request: &RequestId) {
        if let Some(session) = self.open.lock().sessions.get(session) {
            session.running.lock().remove(request);
        }
    }

    fn opener(&self) -> Opener {
        let nobody = Opener { key: None, address: self.seal.nobody() };
        OPENER.try_with(|opener| *opener).unwrap_or(nobody)
    }

    /// Counts a new session, and ends another one where there are too many.
    async fn enter(&self, id: &SessionId, opener: Opener) -> RunningIds {
        let (surplus, running) = {
            let mut open = self.open.lock();
            let surplus = open.surplus(&opener, self.most);
            if let Some(surplus) = &surplus {
                open.remove(surplus);
            }
            let running = open.insert(Arc::clone(id), opener);
            self.metrics.set_sessions(open.sessions.len());
            (surplus, running)
        };
        if let Some(surplus) = surplus {
            debug!("too many sessions; one of them ends");
            self.metrics.limited("sessions");
            let _ = self.local.close_session(&surplus).await;
            if let Some(state) = &self.state {
                // Where that fails, the session ends when it has been idle for long.
                let _ = state.delete(&surplus).await;
            }
        }
        running
    }

    fn forget(&self, id: &SessionId) {
        let mut open = self.open.lock();
        if open.remove(id) {
            self.metrics.set_sessions(open.sessions.len());
        }
    }
}

/// A session's transport. It notes which requests have been answered.
pub(super) struct Tracked {
    inner: WorkerTransport<LocalSessionWorker>,
    running: RunningIds,
}

impl Transport<RoleServer> for Tracked {
    type Error = <WorkerTransport<LocalSessionWorker> as Transport<RoleServer>>::Error;

    fn send(
        &mut self,
        message: ServerJsonRpcMessage,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let answered = match &message {
            JsonRpcMessage::Response(response) => Some(response.id.clone()),
            JsonRpcMessage::Error(error) => error.id.clone(),
            JsonRpcMessage::Request(_) | JsonRpcMessage::Notification(_) => None,
        };
        let (sent, running) = (self.inner.send(message), Arc::clone(&self.running));
        async move {
            let sent = sent.await;
            if let Some(id) = answered {
                running.lock().remove(&id);
            }
            sent
        }
    }

    fn receive(&mut self) -> impl Future<Output = Option<ClientJsonRpcMessage>> + Send {
        self.inner.receive()
    }

    fn close(&mut self) -> impl Future<Output = Result<(), Self::Error>> + Send {
        self.inner.close()
    }
}

impl SessionManager for Sessions {
    type Error = LocalSessionManagerError;
    type Transport = Tracked;

    async fn create_session(&self) -> Result<(SessionId, Self::Transport), Self::Error> {
        let opener = self.opener();
        let random = uuid::Uuid::new_v4().simple().to_string();
        let id: SessionId = sealed(&self.seal, &random, &opener.owner(&self.seal)).into();
        let running = self.enter(&id, opener).await;
        let (handle, worker) =
            create_local_session(Arc::clone(&id), self.local.session_config.clone());
        self.local.sessions.write().await.insert(Arc::clone(&id), handle);
        debug!("a session was opened");
        Ok((id, Tracked { inner: WorkerTransport::spawn(worker), running }))
    }

    async fn initialize_session(
        &self,
        id: &SessionId,
        mut message: ClientJsonRpcMessage,
    ) -> Result<ServerJsonRpcMessage, Self::Error> {
        if let JsonRpcMessage::Request(request) = &mut message
            && let ClientRequest::InitializeRequest(initialize) = &mut request.request
        {
            trim(&mut initialize.params);
        }
        self.local.initialize_session(id, message).await
    }

    async fn has_session(&self, id: &SessionId) -> Result<bool, Self::Error> {
        if let Some(session) = self.open.lock().sessions.get_mut(id) {
            session.used = Instant::now();
        }
        self.local.has_session(id).await
    }

    async fn close_session(&self, id: &SessionId) -> Result<(), Self::Error> {
        self.forget(id);
        self.local.close_session(id).await
    }

    async fn create_stream(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        self.local.create_stream(id, message).await
    }

    async fn accept_message(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<(), Self::Error> {
        let cancelled = match &message {
            JsonRpcMessage::Notification(note) => match &note.notification {
                ClientNotification::CancelledNotification(note) => note.params.request_id.clone(),
                _ => None,
            },
            _ => None,
        };
        self.local.accept_message(id, message).await?;
        // rmcp sends no answer to a request that was cancelled.
        if let Some(request) = cancelled {
            self.cancel(id, &request);
        }
        Ok(())
    }

    async fn create_standalone_stream(
        &self,
        id: &SessionId,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        self.local.create_standalone_stream(id).await
    }

    async fn resume(
        &self,
        id: &SessionId,
        last_event_id: String,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        self.local.resume(id, last_event_id).await
    }

    async fn restore_session(
        &self,
        id: SessionId,
    ) -> Result<RestoreOutcome<Self::Transport>, Self::Error> {
        let running = self.enter(&id, self.opener()).await;
        Ok(match self.local.restore_session(id).await? {
            RestoreOutcome::Restored(inner) => RestoreOutcome::Restored(Tracked { inner, running }),
            RestoreOutcome::AlreadyPresent => RestoreOutcome::AlreadyPresent,
            _ => RestoreOutcome::NotSupported,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::time::Instant;

    use super::{Most, Open, Opener, Seal, belongs, sealed};

    fn opener(key: u8, address: u8) -> Opener {
        Opener { key: (key > 0).then_some([key; 16]), address: [address; 16] }
    }

    /// Opens sessions as [`super::Sessions::enter`] does, and says how many `who` has in the end.
    fn open(all: &mut Open, most: Most, openers: impl IntoIterator<Item = Opener>) {
        for opener in openers {
            if let Some(surplus) = all.surplus(&opener, most) {
                all.remove(&surplus);
            }
            all.insert(uuid::Uuid::new_v4().to_string().into(), opener);
        }
    }

    fn count(all: &Open, who: &Opener) -> usize {
        all.sessions.values().filter(|session| session.opener == *who).count()
    }

    #[test]
    fn a_flooder_ends_its_own_sessions_first() {
        let most = Most { in_all: 100, per_key: 5, per_address: 80 };
        let mut all = Open::default();
        let (user, without) = (opener(1, 1), opener(0, 2));
        open(&mut all, most, [user, user, user, without, without]);
        open(&mut all, most, (0..1000).map(|_| opener(9, 9)));
        assert_eq!(count(&all, &opener(9, 9)), 5, "one key");
        open(&mut all, most, (0..1000).map(|number| opener((number % 200) as u8 + 20, 9)));
        assert_eq!(all.by_address[&[9; 16]], 80, "invented keys");
        open(&mut all, most, (0..1000).map(|_| opener(0, 8)));
        assert_eq!((count(&all, &user), count(&all, &without)), (3, 2));
        assert_eq!(all.sessions.len(), 100);
        let ids: Vec<_> = all.sessions.keys().cloned().collect();
        assert!(ids.iter().all(|id| all.remove(id)));
        assert!(all.by_address.is_empty() && all.by_key.is_empty());
    }

    #[test]
    fn the_session_idle_for_longest_ends() {
        let mut all = Open::default();
        let ids: [Arc<str>; 3] = ["a", "b", "c"].map(Into::into);
        for id in &ids {
            all.insert(Arc::clone(id), opener(1, 1));
        }
        all.sessions.get_mut("a").unwrap().used = Instant::now();
        let most = Most { in_all: 10, per_key: 3, per_address: 10 };
        assert_eq!(all.surplus(&opener(1, 1), most).as_deref(), Some("b"));
        assert_eq!(all.surplus(&opener(2, 1), most), None);
    }

    #[test]
    fn an_id_is_good_for_its_opener_only() {
        let seal = Seal::random().unwrap();
        let random = "0123456789abcdef0123456789abcdef";
        let id = sealed(&seal, random, &[1; 16]);
        assert!(belongs(&seal, &id, &[1; 16]));
        assert!(!belongs(&seal, &id, &[2; 16]));
        assert!(!belongs(&Seal::random().unwrap(), &id, &[1; 16]));
        for forged in
            ["", random, &id[..63], &format!("{id}0"), &id.to_uppercase(), "ü".repeat(32).as_str()]
        {
            assert!(!belongs(&seal, forged, &[1; 16]), "{forged}");
        }
    }
}
