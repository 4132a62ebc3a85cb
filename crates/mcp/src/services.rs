//! What tools work with, made once and shared by all calls.

use std::sync::Arc;

use streampay::{Client, Context};
use tokio::{sync::OnceCell, time::Instant};

use crate::{
    budget::Budget,
    control::{Control, Words},
    directory::Directory,
    docs::Docs,
    mask::Mask,
    settings::Settings,
    view::View,
};

/// Everything that a call needs besides its arguments.
pub(crate) struct Services {
    pub(crate) settings: Settings,
    pub(crate) docs: Docs,
    pub(crate) budget: Budget,
    /// All tools, for those that look others up.
    pub(crate) directory: Arc<Directory>,
    /// What the owner of the account allows.
    pub(crate) control: Control,
    client: OnceCell<Client>,
}

impl Services {
    pub(crate) fn new(settings: Settings, directory: Arc<Directory>, words: fn() -> Words) -> Self {
        let docs = Docs::new(settings.api.docs_url.clone());
        let control = Control::new(&settings, words);
        let (budget, client) = (Budget::default(), OnceCell::new());
        Self { settings, docs, budget, directory, control, client }
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
    /// The tools that the caller may use.
    pub(crate) view: &'a View,
    /// When the caller stops waiting.
    pub(crate) deadline: Instant,
}

impl CallContext<'_> {
    /// The mask for the caller's results, if personal data are masked. Without a key there are none.
    pub(crate) fn mask(&self) -> Option<Mask> {
        let settings = &self.services.settings;
        let key = self.caller.key.as_ref().or(settings.api.key.as_ref());
        key.filter(|_| settings.results.mask_personal_data).map(Mask::new)
    }
}
