//! The library's interface: build a sandbox, serve it, and control it from a test.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::contract::Contract;
use crate::control;
use crate::error::ApiError;
use crate::faults::FaultRule;
use crate::ids::Ids;
use crate::requests::Request;
use crate::store::{self, Clock, OpenError};
use crate::{demo, http, tenants, time};

/// Why a sandbox could not be built or controlled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The data file cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The description that the program was built with cannot be read.
    #[error("cannot read the API description that this program was built with")]
    Description(#[source] serde_json::Error),
    /// The sandbox rejected a request, with the status and the body that the API would return.
    #[error("the sandbox rejected the request with status {status}: {body}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The error in the API's form.
        body: Value,
    },
    /// A time is not in ISO 8601 or out of range.
    #[error("{0:?} is not a valid ISO 8601 time")]
    Moment(String),
    /// The system gave no random seed or no port.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl From<ApiError> for SandboxError {
    fn from(error: ApiError) -> Self {
        Self::Refused { status: error.status, body: error.body }
    }
}

/// The fingerprint of an API key in [`Request::key`]: the SHA-256 of `key:secret` in hexadecimal.
/// `header` is the value of `x-api-key`. Returns `None` if it is not the Base64 form of a pair.
#[must_use]
pub fn fingerprint(header: &str) -> Option<String> {
    tenants::key_id(header)
}

/// Settings of a sandbox. By default it lives in memory, with random ids and the machine's time.
#[derive(Debug, Default)]
#[must_use]
pub struct Builder {
    seed: Option<String>,
    data: Option<PathBuf>,
    start: Option<String>,
    frozen: bool,
    api_key: Option<String>,
    webhooks: Vec<(String, Option<String>)>,
    demo: bool,
    hosts: Vec<String>,
}

impl Builder {
    /// Derives ids, keys and random choices from a text, so that runs are repeatable. An existing data
    /// file continues with its own seed.
    pub fn seed(mut self, text: impl Into<String>) -> Self {
        self.seed = Some(text.into());
        self
    }

    /// Keeps the state in a file instead of in memory. Only its owner can read the file.
    pub fn data(mut self, path: impl Into<PathBuf>) -> Self {
        self.data = Some(path.into());
        self
    }

    /// Starts the clock at an ISO 8601 time instead of the machine's time.
    pub fn start_at(mut self, moment: impl Into<String>) -> Self {
        self.start = Some(moment.into());
        self
    }

    /// Freezes the clock: it moves only on request.
    pub const fn frozen(mut self) -> Self {
        self.frozen = true;
        self
    }

    /// Sets the key of the first organization, in the Base64 form of `key:secret`. By default it is
    /// derived from the seed.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Sends every event to a URL. Without a secret, one is generated.
    pub fn webhook(mut self, url: impl Into<String>, secret: Option<String>) -> Self {
        self.webhooks.push((url.into(), secret));
        self
    }

    /// Fills an empty sandbox with a believable shop.
    pub const fn demo(mut self) -> Self {
        self.demo = true;
        self
    }

    /// Accepts requests that name the sandbox by a further host name, beside the loopback names and
    /// the address it listens on. Requests with any other `Host` header are refused: they may come
    /// from a web page that rebound its own name to this machine.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.hosts.push(name.into());
        self
    }

    /// Builds the sandbox.
    ///
    /// # Errors
    /// If the data file cannot be used (it is left unchanged) or a setting is malformed.
    pub async fn build(self) -> Result<Sandbox, SandboxError> {
        let contract = Contract::load().map_err(SandboxError::Description)?;
        let ids = match &self.seed {
            Some(text) => Ids::seeded(text),
            None => Ids::random()?,
        };
        let mut clock = Clock::default();
        let start = match &self.start {
            Some(text) => {
                Some(time::parse(text).ok_or_else(|| SandboxError::Moment(text.clone()))?)
            }
            None => None,
        };
        if self.frozen {
            clock.frozen = Some(start.unwrap_or_else(Timestamp::now));
        } else if let Some(start) = start {
            clock.set(start);
        }
        let db = store::open(self.data.as_deref(), ids, clock)?;
        let given = self.api_key.clone();
        let app = Arc::new(App::new(db, contract, self.api_key));
        app.change(|store| tenants::provision(store, given.as_deref()))?;
        let sandbox = Sandbox { app, hosts: self.hosts.into() };
        let known = sandbox.app.read(|store| crate::webhooks::endpoints(store))?;
        for (url, secret) in self.webhooks {
            // A data file brings the endpoints of earlier runs.
            if known.iter().any(|endpoint| endpoint.url == url) {
                continue;
            }
            sandbox.register_webhook(&url, secret.as_deref(), &[])?;
        }
        if self.demo {
            demo::fill(&sandbox.app).await?;
        }
        Ok(sandbox)
    }
}

/// A simulated Stream. Clones share the same state.
#[derive(Debug, Clone)]
pub struct Sandbox {
    app: Arc<App>,
    hosts: Arc<[String]>,
}

impl Sandbox {
    /// Starts with the default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Serves on a listener until the future completes, then finishes the requests in progress.
    ///
    /// # Errors
    /// If the listener has no address.
    pub async fn serve(
        &self,
        listener: TcpListener,
        until: impl Future<Output = ()> + Send,
    ) -> Result<(), SandboxError> {
        self.settle_at(&listener)?;
        let (stop, stopped) = watch::channel(false);
        let server = http::serve(Arc::clone(&self.app), listener, self.hosts(), stopped);
        let watch = async {
            until.await;
            let _ = stop.send(true);
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = server => {}
            () = watch => {}
        }
        Ok(())
    }

    /// Serves on a free port of 127.0.0.1 in the background.
    ///
    /// # Errors
    /// If no port is available.
    pub async fn start_on_free_port(self) -> Result<Running, SandboxError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = self.settle_at(&listener)?;
        let (stop, stopped) = watch::channel(false);
        let task =
            tokio::spawn(http::serve(Arc::clone(&self.app), listener, self.hosts(), stopped));
        let api_key = self.app.api_key();
        Ok(Running { url, api_key, sandbox: self, stop, task: Some(task) })
    }

    fn settle_at(&self, listener: &TcpListener) -> Result<String, SandboxError> {
        let url = format!("http://{}", listener.local_addr()?);
        self.app.db.lock().set_base_url(&url);
        Ok(url)
    }

    fn hosts(&self) -> http::Hosts {
        http::Hosts::new(&self.hosts)
    }

    /// The API key of the first organization, as it goes into `x-api-key`.
    #[must_use]
    pub fn api_key(&self) -> String {
        self.app.api_key()
    }

    /// The sandbox's time in ISO 8601.
    #[must_use]
    pub fn now(&self) -> String {
        time::text(self.app.db.now())
    }

    /// Moves the clock forward to an ISO 8601 time. Everything due on the way happens at its time,
    /// webhooks and their retries included, before this returns. Webhooks to a receiver that does not
    /// respond within two seconds continue in the background.
    ///
    /// # Errors
    /// If the time is malformed or in the sandbox's past.
    pub async fn advance_to(&self, moment: &str) -> Result<(), SandboxError> {
        let target = time::parse(moment).ok_or_else(|| SandboxError::Moment(moment.to_owned()))?;
        self.app.advance(target).await?;
        Ok(())
    }

    /// Moves the clock forward by a duration. See [`Self::advance_to`].
    ///
    /// # Errors
    /// If the clock would pass the year 9000.
    pub async fn advance(&self, span: Duration) -> Result<(), SandboxError> {
        let now = self.app.db.now();
        let target = now
            .checked_add(span)
            .ok()
            .filter(|at| time::parse(&time::text(*at)).is_some())
            .ok_or_else(|| SandboxError::Moment(format!("{now} and {span:?}")))?;
        self.app.advance(target).await?;
        Ok(())
    }

    /// Adds a fault rule. Rules apply in the order in which they were added.
    pub fn add_fault(&self, rule: FaultRule) {
        self.app.faults.lock().add(rule);
    }

    /// Removes all fault rules.
    pub fn clear_faults(&self) {
        self.app.faults.lock().clear();
    }

    /// The requests that arrived at the API, oldest first. Keeps the latest 10,000.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.app.requests.lock().since(0)
    }

    /// Registers a URL for the events of the first organization: those in `events`, or all if it is
    /// empty. Returns the secret that signs them.
    ///
    /// # Errors
    /// If the URL is not valid or its scheme is neither http nor https.
    pub fn register_webhook(
        &self,
        url: &str,
        secret: Option<&str>,
        events: &[&str],
    ) -> Result<String, SandboxError> {
        let endpoint = control::register_webhook(
            &self.app,
            url,
            secret,
            &events.iter().map(|event| (*event).to_owned()).collect::<Vec<_>>(),
        )?;
        Ok(endpoint.secret_key)
    }

    /// Sends the webhooks that are due and returns when each has been tried. Webhooks to a receiver
    /// that does not respond within two seconds continue in the background.
    ///
    /// # Errors
    /// If the state cannot be read.
    pub async fn flush_webhooks(&self) -> Result<(), SandboxError> {
        Ok(self.app.tick().await?)
    }

    /// The latest deliveries of webhooks, newest first, as the control API shows them.
    ///
    /// # Errors
    /// If the state cannot be read.
    pub fn deliveries(&self, limit: u32) -> Result<Vec<Value>, SandboxError> {
        Ok(self.app.read(|store| crate::webhooks::delivery_log(store, limit))?)
    }

    /// Pays a payment link as a payer would on its page. `attempt` is what
    /// `POST /_sandbox/payment_links/{id}/pay` takes, for example
    /// `{"customer": {"name": "Ahmad Ali", "phone_number": "+966501234567"}, "card": "4111111111111111"}`.
    /// Returns the receipt, whose `status` is `paid`, `failed` or `failed_internal_error`.
    ///
    /// # Errors
    /// If the link does not accept payments or the attempt is not valid.
    pub fn pay_link(&self, id: &str, attempt: &Value) -> Result<Value, SandboxError> {
        Ok(control::pay(&self.app, control::Target::Link, id, attempt)?)
    }

    /// Pays an invoice or its next payment. See [`Self::pay_link`].
    ///
    /// # Errors
    /// The same as [`Self::pay_link`].
    pub fn pay_invoice(&self, id: &str, attempt: &Value) -> Result<Value, SandboxError> {
        Ok(control::pay(&self.app, control::Target::Invoice, id, attempt)?)
    }

    /// Adds an organization with its own data. Returns its API key.
    ///
    /// # Errors
    /// If the state cannot be written.
    pub fn add_organization(&self, name: &str) -> Result<String, SandboxError> {
        let made = self
            .app
            .change(|store| tenants::another_organization(store, name, &tenants::CURRENCIES))?;
        Ok(made.1)
    }

    /// Deletes everything except keys and registered webhooks.
    ///
    /// # Errors
    /// If the state cannot be written.
    pub fn reset(&self) -> Result<(), SandboxError> {
        Ok(self.app.reset()?)
    }

    /// Fills the sandbox with a believable shop.
    ///
    /// # Errors
    /// If the state cannot be written.
    pub async fn fill_demo(&self) -> Result<(), SandboxError> {
        Ok(demo::fill(&self.app).await?)
    }
}

/// A sandbox that serves in the background. Dropping it stops everything at once.
#[derive(Debug)]
pub struct Running {
    url: String,
    api_key: String,
    sandbox: Sandbox,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl Running {
    /// The URL of the sandbox, `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The API key of the first organization, as it goes into `x-api-key`.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// The sandbox itself, to control it.
    #[must_use]
    pub const fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Stops the sandbox: finishes the requests in progress and sends the webhooks that are due.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        if let Some(task) = self.task.take() {
            let _ = task.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}
