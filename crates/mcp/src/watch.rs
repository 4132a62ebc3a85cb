//! What becomes known of a call's requests to the API while the call runs: it is counted, and told to a
//! client that asked for progress.

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
    static CALL: Told;
}

/// Who is to know of one call's requests.
#[derive(Default)]
pub(crate) struct Watch {
    pub(crate) metrics: Option<Arc<Metrics>>,
    pub(crate) progress: Option<Progress>,
    /// Whose place is free for others while the call waits before it sends a request again.
    pub(crate) caller: Option<Arc<Caller>>,
}

/// Where news of a call go while it runs.
struct Told {
    metrics: Option<Arc<Metrics>>,
    caller: Option<Arc<Caller>>,
    news: Option<UnboundedSender<News>>,
}

/// A request is sent again: after which attempt, and why.
struct News {
    attempt: u32,
    message: String,
}

impl Watch {
    /// Runs a call under it. What there is to tell has been told when this ends, since no progress may
    /// follow a result.
    pub(crate) async fn over<T>(self, call: impl Future<Output = T>) -> T {
        let Self { metrics, progress, caller } = self;
        let Some(progress) = progress else {
            return CALL.scope(Told { metrics, caller, news: None }, call).await;
        };
        let (news, told) = unbounded_channel();
        // The sender goes with the call, and with it the wait for news ends.
        let call = CALL.scope(Told { metrics, caller, news: Some(news) }, call);
        tokio::join!(call, progress.tell(told)).0
    }
}

/// A client that asked to be told how its call goes on.
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

    async fn tell(self, mut told: UnboundedReceiver<News>) {
        while let Some(News { attempt, message }) = told.recv().await {
            let note = ProgressNotificationParam::new(self.token.clone(), attempt.into());
            // A client that cannot be told has gone; the call knows that by itself.
            let _ = self.peer.notify_progress(note.with_message(message)).await;
        }
    }
}

/// Told by the client of every attempt.
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
        // Outside of a call, in a program that uses the same client, there is nobody to tell.
        let _ = CALL.try_with(|call| {
            if let Some(metrics) = &call.metrics {
                metrics.attempted(attempt);
            }
            if let (Some(caller), Some(_)) = (&call.caller, attempt.again) {
                caller.place.wait();
            }
            if let (Some(news), Some(wait)) = (&call.news, attempt.again) {
                let answer = match attempt.status {
                    Some(status) => format!("Stream answered {status}"),
                    None => "Stream did not answer".to_owned(),
                };
                let message = format!("{answer}; sending again in {:.1} s", wait.as_secs_f64());
                let _ = news.send(News { attempt: attempt.attempt, message });
            }
        });
    }
}
