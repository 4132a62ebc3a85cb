//! Sending deliveries: signed, in order for each endpoint, again after failures on the published
//! schedule, twice or out of order on request.
//!
//! Each endpoint has its own task while something is due for it, so a receiver that hangs delays
//! no other. Its next deliveries wait until the present attempt has ended and was recorded.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use parking_lot::Mutex;
use rusqlite::params;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::error::Result;
use crate::ids;
use crate::model::{Delivery, DeliveryAttempt, DeliveryStatus, Endpoint, Record as _};
use crate::store::{Db, Store};
use crate::time;

/// Minutes from each failed attempt to the next (guide on webhooks).
const RETRY_MINUTES: [i64; 5] = [5, 30, 120, 360, 720];

/// How long an endpoint may take to respond. Not published.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long others wait for an endpoint that does not respond.
const STALLED: Duration = Duration::from_secs(2);

/// How long to wait before an attempt that could not be recorded is recorded again, at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// In which order the deliveries that wait are sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Order {
    /// In the order of the events.
    #[default]
    Published,
    /// The latest first.
    Reversed,
    /// By a choice that follows from the seed.
    Shuffled,
}

/// Sends the waiting deliveries.
#[derive(Debug, Clone)]
pub(crate) struct Dispatcher(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: Db,
    client: OnceLock<Option<reqwest::Client>>,
    /// The order, and how many further copies of each delivery are sent.
    modes: Mutex<(Order, u32)>,
    /// The endpoints that something is being sent to, with the start of the present attempt.
    busy: Mutex<HashMap<String, Instant>>,
    /// Notified when an endpoint is no longer busy.
    idle: Notify,
    tasks: Mutex<JoinSet<()>>,
}

/// What is due: for each endpoint the ids of its deliveries, in the order of their events.
type Due = HashMap<String, Vec<String>>;

impl Dispatcher {
    pub(crate) fn new(db: Db) -> Self {
        Self(Arc::new(Inner {
            db,
            client: OnceLock::new(),
            modes: Mutex::default(),
            busy: Mutex::default(),
            idle: Notify::new(),
            tasks: Mutex::default(),
        }))
    }

    /// The order and the number of further copies.
    pub(crate) fn modes(&self) -> (Order, u32) {
        *self.0.modes.lock()
    }

    /// Sets the order and the number of further copies.
    pub(crate) fn set_modes(&self, order: Order, copies: u32) {
        *self.0.modes.lock() = (order, copies);
    }

    /// Sends everything that is due now. Returns when each delivery has been tried, but does not
    /// wait for receivers that hang: what is due for them is sent in the background.
    pub(crate) async fn send_due(&self) -> Result<()> {
        while self.start().await? {
            self.wait().await;
        }
        Ok(())
    }

    /// Ends all attempts at once.
    pub(crate) fn abort(&self) {
        self.0.tasks.lock().abort_all();
    }

    /// Starts a task for every endpoint that something is due for and that has none. False if
    /// no endpoint needs one.
    async fn start(&self) -> Result<bool> {
        let inner = Arc::clone(&self.0);
        let due = self.0.db.run(move || {
            let session = inner.db.lock();
            session.read(session.now(), |store| due(store))
        });
        let (order, _) = self.modes();
        let mut started = false;
        for (endpoint, mut list) in due.await? {
            match order {
                Order::Published => {}
                Order::Reversed => list.reverse(),
                Order::Shuffled => {
                    list.sort_by_key(|id| self.0.db.names().number(&format!("order {id}")));
                }
            }
            if self.0.busy.lock().contains_key(&endpoint) {
                continue;
            }
            self.0.busy.lock().insert(endpoint.clone(), Instant::now());
            let guard = Busy { inner: Arc::clone(&self.0), endpoint };
            let mut tasks = self.0.tasks.lock();
            while tasks.try_join_next().is_some() {}
            tasks.spawn(async move {
                for id in list {
                    guard.send(id).await;
                }
            });
            started = true;
        }
        Ok(started)
    }

    /// Waits until only endpoints that hang are busy.
    async fn wait(&self) {
        loop {
            let idle = self.0.idle.notified();
            let waits = self.0.busy.lock().values().map(Instant::elapsed).min();
            let Some(rest) = waits.and_then(|least| STALLED.checked_sub(least)) else { return };
            let _ = tokio::time::timeout(rest, idle).await;
        }
    }
}

/// An endpoint that something is being sent to, until this is dropped.
struct Busy {
    inner: Arc<Inner>,
    endpoint: String,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.inner.busy.lock().remove(&self.endpoint);
        self.inner.idle.notify_waiters();
    }
}

impl Busy {
    /// Tries a delivery once, and its further copies.
    async fn send(&self, id: String) {
        let inner = &self.inner;
        let (_, copies) = *inner.modes.lock();
        for copy in 0..=copies {
            if let Some(started) = inner.busy.lock().get_mut(&self.endpoint) {
                *started = Instant::now();
            }
            let (db, wanted) = (inner.db.clone(), id.clone());
            let found = inner.db.run(move || {
                let session = db.lock();
                session.read(session.now(), |store| find(store, &wanted, copy > 0))
            });
            match found.await {
                Ok(Some((delivery, endpoint))) => {
                    let attempt = inner.attempt(&delivery, &endpoint).await;
                    inner.record(&id, attempt, copy > 0).await;
                }
                // It was removed, or its endpoint was removed or disabled.
                Ok(None) => return,
                Err(error) => return tracing::error!(?error, "a webhook could not be read"),
            }
        }
    }
}

impl Inner {
    async fn attempt(&self, delivery: &Delivery, endpoint: &Endpoint) -> DeliveryAttempt {
        let at = self.db.now();
        let mut attempt =
            DeliveryAttempt { at, response_status: None, error: None, response_body: None };
        match self.client() {
            None => attempt.error = Some("no HTTP client could be made".to_owned()),
            Some(client) => match request(client, delivery, endpoint, at).send().await {
                Ok(response) => {
                    attempt.response_status = Some(response.status().as_u16());
                    attempt.response_body = Some(beginning(response).await);
                }
                Err(error) => attempt.error = Some(explain(&error)),
            },
        }
        attempt
    }

    /// Records an attempt. What was sent but cannot be recorded would be sent again and again, so
    /// this retries until it succeeds; until then the endpoint gets nothing more.
    async fn record(&self, id: &str, attempt: DeliveryAttempt, copy: bool) {
        let mut pause = Duration::from_millis(100);
        loop {
            let (db, id, attempt) = (self.db.clone(), id.to_owned(), attempt.clone());
            let recorded = self.db.run(move || {
                db.lock().transact(attempt.at, |store| record(store, &id, attempt, copy))
            });
            match recorded.await {
                Ok(()) => return,
                Err(error) => tracing::error!(?error, "a webhook attempt could not be recorded"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn client(&self) -> Option<&reqwest::Client> {
        let make = || {
            reqwest::Client::builder()
                .user_agent("StreamApp-Webhook/1.0")
                .timeout(PATIENCE)
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .build()
                .inspect_err(|error| tracing::error!(%error, "webhooks cannot be sent"))
                .ok()
        };
        self.client.get_or_init(make).as_ref()
    }
}

fn request(
    client: &reqwest::Client,
    delivery: &Delivery,
    endpoint: &Endpoint,
    at: Timestamp,
) -> reqwest::RequestBuilder {
    let (seconds, body) = (at.as_second(), delivery.payload.to_string());
    client
        .post(&endpoint.url)
        .header("content-type", "application/json")
        .header("x-webhook-event", delivery.event.word())
        .header("x-webhook-entity-type", &delivery.entity_type)
        .header("x-webhook-entity-id", &delivery.entity_id)
        .header("x-webhook-timestamp", seconds.to_string())
        .header("x-webhook-signature", signature(&endpoint.secret_key, seconds, &body))
        .body(body)
}

/// The signature header of a body: `t=<seconds>,v1=<hex HMAC-SHA256 of "seconds.body">`.
fn signature(secret: &str, seconds: i64, body: &str) -> String {
    let mac = ids::mac(secret.as_bytes(), format!("{seconds}.{body}").as_bytes());
    format!("t={seconds},v1={}", hex::encode(mac))
}

/// The first 500 characters of a response. The rest is not read.
async fn beginning(mut response: reqwest::Response) -> String {
    const KEPT: usize = 500;
    let mut bytes = Vec::new();
    while bytes.len() < 4 * KEPT {
        match response.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            _ => break,
        }
    }
    String::from_utf8_lossy(&bytes).chars().take(KEPT).collect()
}

fn explain(error: &reqwest::Error) -> String {
    use std::error::Error as _;
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

fn due(store: &Store<'_>) -> Result<Due> {
    let sql = "SELECT parent, id FROM entity WHERE kind = ?1 AND due <= ?2 ORDER BY seq LIMIT 200";
    let mut statement = store.db.prepare_cached(sql)?;
    let mut rows = statement.query(params![Delivery::KIND, store.now.as_microsecond()])?;
    let mut due = Due::new();
    while let Some(row) = rows.next()? {
        due.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(due)
}

/// A delivery with its endpoint, as long as it is due and the endpoint is enabled. `any` also
/// returns one that is not due.
fn find(store: &Store<'_>, id: &str, any: bool) -> Result<Option<(Delivery, Endpoint)>> {
    let is_due = |delivery: &Delivery| delivery.next_attempt_at.is_some_and(|at| at <= store.now);
    let delivery = store.get::<Delivery>(id)?.filter(|delivery| any || is_due(delivery));
    let Some(delivery) = delivery else { return Ok(None) };
    let endpoint = super::endpoint(store, &delivery.endpoint_id)?;
    Ok(endpoint.filter(|endpoint| endpoint.enabled).map(|endpoint| (delivery, endpoint)))
}

/// Records an attempt. A further copy does not count for the schedule of retries.
fn record(store: &Store<'_>, id: &str, attempt: DeliveryAttempt, copy: bool) -> Result<()> {
    // A reset forgets deliveries that are under way.
    let Some(mut delivery) = store.get::<Delivery>(id)? else { return Ok(()) };
    if !copy {
        let delivered = attempt.response_status.is_some_and(|status| (200..300).contains(&status));
        let endpoint = super::endpoint(store, &delivery.endpoint_id)?;
        let wanted = endpoint.is_some_and(|endpoint| endpoint.enabled);
        let pause = RETRY_MINUTES.get(delivery.attempts_made).filter(|_| wanted && !delivered);
        delivery.next_attempt_at = pause.map(|minutes| time::minutes(attempt.at, *minutes));
        delivery.status = match pause {
            _ if delivered => DeliveryStatus::Delivered,
            Some(_) => DeliveryStatus::Retrying,
            None => DeliveryStatus::Failed,
        };
        delivery.attempts_made += 1;
    }
    delivery.attempts.push(attempt);
    store.put(&delivery)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_signature_matches_the_guide() {
        // The expected digits were made with Python's hmac module.
        let header = super::signature("whsec_test", 1_752_590_481, "{\"a\":1}");
        assert_eq!(
            header,
            "t=1752590481,v1=0d96962731eb02090bd55143f4c79d1939326e55c8eb1411feeb79de5b3f036e"
        );
    }
}
