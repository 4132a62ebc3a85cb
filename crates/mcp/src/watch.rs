//! Follows the requests that a call sends to the API: counts them, and reports retries, and how far long
//! reads are, to a client that asked for progress.

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
    /// Where retries and steps are reported.
    pub(crate) progress: Option<Progress>,
    /// The caller, whose place others may take while the call waits before a retry.
    pub(crate) caller: Option<Arc<Caller>>,
}

/// What [`Observer`] needs of the call that the running task belongs to.
struct CallScope {
    metrics: Option<Arc<Metrics>>,
    caller: Option<Arc<Caller>>,
    events: Option<UnboundedSender<Event>>,
}

/// What a client that waits is told.
struct Event {
    /// How far the call is: the items that were read, or the attempt that failed, counted from 1.
    at: u32,
    /// How many items there are.
    of: Option<u32>,
    message: String,
}

impl Watch {
    /// Runs a call and follows its requests. All progress is reported before this returns, because none
    /// may follow the result.
    pub(crate) async fn over<T>(self, call: impl Future<Output = T>) -> T {
        let Self { metrics, progress, caller } = self;
        let Some(progress) = progress else {
            return CALL.scope(CallScope { metrics, caller, events: None }, call).await;
        };
        let (sender, events) = unbounded_channel();
        // The sender is dropped with the scope, which ends the report.
        let call = CALL.scope(CallScope { metrics, caller, events: Some(sender) }, call);
        tokio::join!(call, progress.report(events)).0
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

    /// Notifies the client of every event until the call ends. The protocol wants each progress to be
    /// greater than the one before.
    async fn report(self, mut events: UnboundedReceiver<Event>) {
        let mut last = 0.0;
        while let Some(Event { at, of, message }) = events.recv().await {
            let at = f64::from(at);
            last = if at > last { at } else { last + SMALLEST_STEP };
            let mut progress = ProgressNotificationParam::new(self.token.clone(), last);
            progress.total = of.map(f64::from).filter(|total| *total >= last);
            // If this fails, the client has disconnected, which cancels the call in another way.
            let _ = self.peer.notify_progress(progress.with_message(message)).await;
        }
    }
}

/// By how much a progress that would not grow exceeds the one before.
const SMALLEST_STEP: f64 = 1e-3;

/// Reports how far the running call is: `read` of `total` items.
pub(crate) fn progress(read: usize, total: Option<usize>, items: &str) {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let message = match total {
        Some(total) => format!("read {read} of {total} {items}"),
        None => format!("read {read} {items}"),
    };
    let event = Event { at: number(read), of: total.map(number), message };
    // Outside of a call, or without a client that asked, nothing is reported.
    let _ = CALL.try_with(|call| call.events.as_ref().map(|events| events.send(event)));
}

/// Tells the client that the running call waits for something.
pub(crate) fn waiting(message: String) {
    let event = Event { at: 0, of: None, message };
    let _ = CALL.try_with(|call| call.events.as_ref().map(|events| events.send(event)));
}

/// Counts a decision about the running call.
pub(crate) fn decided(decision: &'static str) {
    let _ = CALL.try_with(|call| {
        if let Some(metrics) = &call.metrics {
            metrics.decided(decision);
        }
    });
}

/// The running call waits for a person. Others may take its place until this is dropped.
pub(crate) struct Pause(Option<Arc<Caller>>);

/// Lets others take the place of the running call.
pub(crate) fn pause() -> Pause {
    let caller = CALL.try_with(|call| call.caller.clone()).unwrap_or_default();
    if let Some(caller) = &caller {
        caller.place.wait();
    }
    Pause(caller)
}

impl Drop for Pause {
    fn drop(&mut self) {
        if let Some(caller) = &self.0 {
            caller.place.go_on();
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
            if let (Some(events), Some(wait)) = (&call.events, attempt.again) {
                let answer = match attempt.status {
                    Some(status) => format!("Stream answered {status}"),
                    None => "Stream did not answer".to_owned(),
                };
                let message = format!("{answer}; sending again in {:.1} s", wait.as_secs_f64());
                let _ = events.send(Event { at: attempt.attempt, of: None, message });
            }
        });
    }
}
