//! Sessions of clients from before 2026-07-28: whose they are, how many there are, when they end.
//!
//! A session's id is random and carries a seal over the key that opened it, so that another key, or
//! an id that somebody made up, is turned away without looking anything up, on any replica. The
//! sessions themselves are rmcp's.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::Stream;
use rmcp::{
    model::{ClientJsonRpcMessage, ServerJsonRpcMessage},
    transport::{
        WorkerTransport,
        streamable_http_server::session::{
            RestoreOutcome, ServerSseMessage, SessionId, SessionManager,
            local::{
                LocalSessionManager, LocalSessionManagerError, LocalSessionWorker, SessionConfig,
                create_local_session,
            },
        },
    },
};
use tracing::{info, warn};

use super::caller::{Principal, Seal};
use crate::metrics::Metrics;

tokio::task_local! {
    /// Who sends the request that is being handled.
    pub(super) static OPENER: Principal;
}

/// Seals a session's random part to who opened it.
fn sealed(seal: &Seal, random: &str, opener: &Principal) -> String {
    let tag = u128::from_be_bytes(seal.hash(b's', &[random.as_bytes(), opener]));
    format!("{random}{tag:032x}")
}

/// Whether a session of this id, if there is one, is `who`'s.
pub(super) fn belongs(seal: &Seal, id: &str, who: &Principal) -> bool {
    let Some((random, _)) = id.split_at_checked(32) else { return false };
    let expected = sealed(seal, random, who);
    // Compares all of it, whatever differs.
    let differences = expected.bytes().zip(id.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    expected.len() == id.len() && differences == 0
}

/// The open sessions.
#[derive(Debug)]
pub(crate) struct Sessions {
    local: LocalSessionManager,
    seal: Arc<Seal>,
    metrics: Arc<Metrics>,
    used: Mutex<HashMap<SessionId, Instant>>,
    most: usize,
}

impl Sessions {
    pub(super) fn new(seal: Arc<Seal>, metrics: Arc<Metrics>, most: usize, idle: Duration) -> Self {
        let mut local = LocalSessionManager::default();
        let config: &mut SessionConfig = &mut local.session_config;
        config.keep_alive = Some(idle);
        // Answers are plain JSON, which cannot be resumed, so none is kept.
        config.sse_retry = None;
        config.completed_cache_ttl = Duration::ZERO;
        Self { local, seal, metrics, used: Mutex::default(), most }
    }

    /// Notes that a session was used; `new` ones push the longest idle one out where there are too many.
    fn note(&self, id: &SessionId, new: bool) -> Option<SessionId> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = used.get_mut(id) {
            *last = Instant::now();
            return None;
        }
        if !new {
            return None;
        }
        let full = used.len() >= self.most;
        let idlest = full.then(|| used.iter().min_by_key(|(_, last)| **last)).flatten();
        let idlest = idlest.map(|(id, _)| id.clone());
        if let Some(idlest) = &idlest {
            used.remove(idlest);
        }
        used.insert(id.clone(), Instant::now());
        self.metrics.set_sessions(used.len());
        idlest
    }

    fn forget(&self, id: &SessionId) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.remove(id).is_some() {
            self.metrics.set_sessions(used.len());
        }
    }

    async fn make_room(&self, id: &SessionId) {
        if let Some(idlest) = self.note(id, true) {
            warn!(most = self.most, "too many sessions; the one idle for longest ends");
            self.metrics.limited("sessions");
            let _ = self.local.close_session(&idlest).await;
        }
    }
}

impl SessionManager for Sessions {
    type Error = LocalSessionManagerError;
    type Transport = WorkerTransport<LocalSessionWorker>;

    async fn create_session(&self) -> Result<(SessionId, Self::Transport), Self::Error> {
        let opener = OPENER.try_with(|opener| *opener).unwrap_or_else(|_| self.seal.nobody());
        let random = uuid::Uuid::new_v4().simple().to_string();
        let id: SessionId = sealed(&self.seal, &random, &opener).into();
        self.make_room(&id).await;
        let (handle, worker) =
            create_local_session(Arc::clone(&id), self.local.session_config.clone());
        self.local.sessions.write().await.insert(Arc::clone(&id), handle);
        info!("a session was opened");
        Ok((id, WorkerTransport::spawn(worker)))
    }

    async fn initialize_session(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<ServerJsonRpcMessage, Self::Error> {
        self.local.initialize_session(id, message).await
    }

    async fn has_session(&self, id: &SessionId) -> Result<bool, Self::Error> {
        self.note(id, false);
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
        self.local.accept_message(id, message).await
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
        self.make_room(&id).await;
        self.local.restore_session(id).await
    }
}

#[cfg(test)]
mod tests {
    use super::{Seal, belongs, sealed};

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
