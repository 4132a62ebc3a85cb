//! What tools work with, made once and shared by all calls.

use streampay::{Client, Context};
use tokio::{sync::OnceCell, time::Instant};

use crate::{budget::Budget, docs::Docs, settings::Settings};

/// Everything that a call needs besides its arguments.
pub(crate) struct Services {
    pub(crate) settings: Settings,
    pub(crate) docs: Docs,
    pub(crate) budget: Budget,
    client: OnceCell<Client>,
}

impl Services {
    pub(crate) fn new(settings: Settings) -> Self {
        let docs = Docs::new(settings.api.docs_url.clone());
        Self { settings, docs, budget: Budget::default(), client: OnceCell::new() }
    }

    /// The client of the API, created by the first call that needs it: loading certificates takes longer
    /// than everything else that happens at startup.
    pub(crate) async fn client(&self) -> Result<&Client, streampay::Error> {
        self.client.get_or_try_init(|| async { self.settings.client() }).await
    }
}

/// What a tool call has besides its arguments.
#[derive(Clone, Copy)]
pub(crate) struct CallContext<'a> {
    pub(crate) services: &'a Services,
    /// The key, the branch and the request id of the caller.
    pub(crate) caller: &'a Context,
    /// When the caller stops waiting.
    pub(crate) deadline: Instant,
}
