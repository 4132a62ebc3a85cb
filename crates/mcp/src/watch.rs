//! Follows the requests that a call sends to the API: counts them, and reports retries to a client that
//! asked for progress.

use std::sync::Arc;

use http::HeaderMap;
use rmcp::{
    Peer, RoleServer,
    model::{ProgressNotificationParam, ProgressToken},
    service::RequestContext,
};
use streampay::{Attempted, Hook, operation::Operation};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{caller::Caller, metrics::Metrics};

tokio::task_local! {
    /// The call that the running task belongs to.
    static CALL: CallScope;
}

/// What follows the requests of one call.
#[derive(Default)]
pub(crate) struct Watch {
    /// Where requests are counted.
    pub(crate) metrics: Option<Arc<Metrics>>,
    /// Where retries are reported.
    pub(crate) progress: Option<Progress>,
    /// The caller, whose place others may take while the call waits before a retry.
    pub(crate) caller: Option<Arc<Caller>>,
}

/// What [`Observer`] needs of the call that the running task belongs to.
struct CallScope {
    metrics: Option<Arc<Metrics>>,
    caller: Option<Arc<Caller>>,
    retries: Option<UnboundedSender<RetryEvent>>,
}

/// A request is about to be sent again.
struct RetryEvent {
    /// The attempt that failed, counted from 1.
    attempt: u32,
    /// Why it failed, and when the next one follows.
    message: String,
}

impl Watch {
    /// Runs a call and follows its requests. All progress is reported before this returns, because none
    /// may follow the result.
    pub(crate) async fn over<T>(self, call: impl Future<Output = T>) -> T {
        let Self { metrics, progress, caller } = self;
        let Some(progress) = progress else {
            return CALL.scope(CallScope { metrics, caller, retries: None }, call).await;
        };
        let (sender, retries) = unbounded_channel();
        // The sender is dropped with the scope, which ends the report.
        let call = CALL.scope(CallScope { metrics, caller, retries: Some(sender) }, call);
        tokio::join!(call, progress.report(retries)).0
    }
}

/// A client that asked for the progress of its call.
pub(crate) struct Progress {
    peer: Peer<RoleServer>,
    token: ProgressToken,
}

impl Progress {
    /// The progress that a request asked for, if it did.
    pub(crate) fn wanted(context: &RequestContext<RoleServer>) -> Option<Self> {
        let token = context.meta.get_progress_token()?;
        Some(Self { peer: context.peer.clone(), token })
    }

    /// Notifies the client of every retry until the call ends.
    async fn report(self, mut retries: UnboundedReceiver<RetryEvent>) {
        while let Some(RetryEvent { attempt, message }) = retries.recv().await {
            let progress = ProgressNotificationParam::new(self.token.clone(), attempt.into());
            // If this fails, the client has disconnected, which cancels the call in another way.
            let _ = self.peer.notify_progress(progress.with_message(message)).await;
        }
    }
}

/// The hook through which the API client reports every attempt.
pub(crate) struct Observer;

impl Hook for Observer {
    fn before(&self, _: &Operation, attempt: u32, _: &mut HeaderMap) {
        if attempt > 1 {
            let _ = CALL.try_with(|call| {
                if let Some(caller) = &call.caller {
                    caller.place.go_on();
                }
            });
        }
    }

    fn after(&self, attempt: &Attempted<'_>) {
        // An attempt outside of a call is not reported.
        let _ = CALL.try_with(|call| {
            if let Some(metrics) = &call.metrics {
                metrics.attempted(attempt);
            }
            if let (Some(caller), Some(_)) = (&call.caller, attempt.again) {
                caller.place.wait();
            }
            if let (Some(retries), Some(wait)) = (&call.retries, attempt.again) {
                let answer = match attempt.status {
                    Some(status) => format!("Stream answered {status}"),
                    None => "Stream did not answer".to_owned(),
                };
                let message = format!("{answer}; sending again in {:.1} s", wait.as_secs_f64());
                let _ = retries.send(RetryEvent { attempt: attempt.attempt, message });
            }
        });
    }
}
