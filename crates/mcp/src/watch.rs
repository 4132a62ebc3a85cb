//! What becomes known of a call's requests to the API while the call runs: it is counted, and told to a
//! client that asked for progress.

use std::sync::Arc;

use rmcp::{
    Peer, RoleServer,
    model::{ProgressNotificationParam, ProgressToken},
    service::RequestContext,
};
use streampay::{Attempted, Hook};

use crate::metrics::Metrics;

tokio::task_local! {
    /// The call that the running task belongs to.
    static CALL: Watch;
}

/// Who is to know of one call's requests.
#[derive(Clone, Default)]
pub(crate) struct Watch {
    pub(crate) metrics: Option<Arc<Metrics>>,
    pub(crate) progress: Option<Progress>,
}

impl Watch {
    /// Runs a call under it.
    pub(crate) async fn over<T>(self, call: impl Future<Output = T>) -> T {
        CALL.scope(self, call).await
    }
}

/// A client that asked to be told how its call goes on.
#[derive(Clone)]
pub(crate) struct Progress {
    peer: Peer<RoleServer>,
    token: ProgressToken,
}

impl Progress {
    /// `None` where the request did not ask.
    pub(crate) fn wanted(context: &RequestContext<RoleServer>) -> Option<Self> {
        let token = context.meta.get_progress_token()?;
        Some(Self { peer: context.peer.clone(), token })
    }

    /// Says that a request is sent again: the only news there is of a call before its end.
    fn tell(&self, attempt: &Attempted<'_>) {
        let Some(wait) = attempt.again else { return };
        let answer = match attempt.status {
            Some(status) => format!("Stream answered {status}"),
            None => "Stream did not answer".to_owned(),
        };
        let message = format!("{answer}; sending again in {:.1} s", wait.as_secs_f64());
        let note = ProgressNotificationParam::new(self.token.clone(), attempt.attempt.into())
            .with_message(message);
        let peer = self.peer.clone();
        // The wait before the next attempt leaves it the time to go out before the result does.
        tokio::spawn(async move { peer.notify_progress(note).await });
    }
}

/// Told by the client of every attempt.
pub(crate) struct Observer;

impl Hook for Observer {
    fn after(&self, attempt: &Attempted<'_>) {
        // Outside of a call, in a program that uses the same client, there is nobody to tell.
        let _ = CALL.try_with(|call| {
            if let Some(metrics) = &call.metrics {
                metrics.attempted(attempt);
            }
            if let Some(progress) = &call.progress {
                progress.tell(attempt);
            }
        });
    }
}
