//! Sending deliveries: signed, in order for each endpoint, again after failures on the published
//! schedule, twice or out of order on request.
//!
//! Each endpoint has its own task while something is due for it, so a receiver that hangs delays
//! no other. Its next deliveries wait until the present one has been answered and recorded.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use parking_lot::Mutex;
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::error::Result;
use crate::ids;
use crate::store::{Db, Store};
use crate::time;

/// Minutes from each failed attempt to the next (guide on webhooks).
const RETRY_MINUTES: [i64; 5] = [5, 30, 120, 360, 720];

/// How long an endpoint may take to answer. Not published.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long others wait for an endpoint that does not answer.
const STALLED: Duration = Duration::from_secs(2);

/// How long to wait before an attempt that could not be recorded is recorded again, at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Which deliveries can be sent: those of endpoints that exist and are enabled.
const DUE: &str = "FROM delivery d JOIN event e ON e.seq = d.event
    JOIN endpoint p ON p.id = d.endpoint WHERE p.enabled = 1";

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

/// A delivery that is due.
struct Delivery {
    id: String,
    url: String,
    secret: String,
    body: String,
    kind: String,
    entity_type: String,
    entity_id: String,
}

/// The result of an attempt.
struct Attempt {
    delivery: String,
    at: Timestamp,
    status: Option<u16>,
    problem: Option<String>,
    answer: Option<String>,
    /// Whether it is a further copy, which the schedule of retries does not count.
    copy: bool,
}

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
                    list.sort_by_key(|(seq, _)| self.0.db.names().number(&format!("order {seq}")));
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
                for (_, id) in list {
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
                Ok(Some(delivery)) => {
                    let attempt = inner.attempt(&delivery, copy > 0).await;
                    inner.record(Arc::new(attempt)).await;
                }
                // It was removed, or its endpoint was removed or disabled.
                Ok(None) => return,
                Err(error) => return tracing::error!(?error, "a webhook could not be read"),
            }
        }
    }
}

impl Inner {
    async fn attempt(&self, delivery: &Delivery, copy: bool) -> Attempt {
        let at = self.db.now();
        let (status, problem, answer) = match self.client() {
            None => (None, Some("no HTTP client could be made".to_owned()), None),
            Some(client) => match request(client, delivery, at).send().await {
                Ok(response) => {
                    let status = response.status().as_u16();
                    (Some(status), None, Some(beginning(response).await))
                }
                Err(error) => (None, Some(explain(&error)), None),
            },
        };
        Attempt { delivery: delivery.id.clone(), at, status, problem, answer, copy }
    }

    /// Records an attempt. What was sent but cannot be recorded would be sent again and again, so
    /// this retries until it succeeds; until then the endpoint gets nothing more.
    async fn record(&self, attempt: Arc<Attempt>) {
        let mut pause = Duration::from_millis(100);
        loop {
            let (db, attempt) = (self.db.clone(), Arc::clone(&attempt));
            let recorded = self
                .db
                .run(move || db.lock().transact(attempt.at, |store| record(store, &attempt)));
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
    at: Timestamp,
) -> reqwest::RequestBuilder {
    let seconds = at.as_second();
    client
        .post(&delivery.url)
        .header("content-type", "application/json")
        .header("x-webhook-event", &delivery.kind)
        .header("x-webhook-entity-type", &delivery.entity_type)
        .header("x-webhook-entity-id", &delivery.entity_id)
        .header("x-webhook-timestamp", seconds.to_string())
        .header("x-webhook-signature", signature(&delivery.secret, seconds, &delivery.body))
        .body(delivery.body.clone())
}

/// The signature header of a body: `t=<seconds>,v1=<hex HMAC-SHA256 of "seconds.body">`.
fn signature(secret: &str, seconds: i64, body: &str) -> String {
    let mac = ids::mac(secret.as_bytes(), format!("{seconds}.{body}").as_bytes());
    format!("t={seconds},v1={}", hex::encode(mac))
}

/// The first 500 characters of an answer. What follows is not read.
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

/// The deliveries that are due: by endpoint, their numbers and ids in the order of their events.
fn due(store: &Store) -> Result<HashMap<String, Vec<(i64, String)>>> {
    let sql = format!(
        "SELECT d.endpoint, d.seq, d.id {DUE} AND d.next_at <= ?1 ORDER BY d.seq LIMIT 200"
    );
    let mut statement = store.db.prepare_cached(&sql)?;
    let mut rows = statement.query([store.now.as_microsecond()])?;
    let mut due: HashMap<String, Vec<(i64, String)>> = HashMap::new();
    while let Some(row) = rows.next()? {
        due.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?));
    }
    Ok(due)
}

/// A delivery, as long as it is due. `any` leaves that out.
fn find(store: &Store, id: &str, any: bool) -> Result<Option<Delivery>> {
    let sql = format!(
        "SELECT p.url, p.secret, e.body, e.type, e.entity_type, e.entity_id {DUE}
             AND d.id = ?1 AND (?2 OR d.next_at <= ?3)"
    );
    let bound = params![id, any, store.now.as_microsecond()];
    let found = store.db.prepare_cached(&sql)?.query_row(bound, |row| {
        Ok(Delivery {
            id: id.to_owned(),
            url: row.get(0)?,
            secret: row.get(1)?,
            body: row.get(2)?,
            kind: row.get(3)?,
            entity_type: row.get(4)?,
            entity_id: row.get(5)?,
        })
    });
    Ok(found.optional()?)
}

/// When a delivery is due next: later than `after`, at the latest at `until`.
pub(crate) fn next_delivery(
    store: &Store,
    after: Timestamp,
    until: Timestamp,
) -> Result<Option<Timestamp>> {
    let sql = format!("SELECT min(d.next_at) {DUE} AND d.next_at > ?1 AND d.next_at <= ?2");
    let bounds = [after.as_microsecond(), until.as_microsecond()];
    let next: Option<i64> = store.db.prepare_cached(&sql)?.query_row(bounds, |row| row.get(0))?;
    Ok(next.and_then(|at| Timestamp::from_microsecond(at).ok()))
}

fn record(store: &Store, attempt: &Attempt) -> Result<()> {
    let sql = "SELECT attempts, EXISTS (SELECT 1 FROM endpoint p WHERE p.id = endpoint AND enabled)
               FROM delivery WHERE id = ?1";
    let id = &attempt.delivery;
    let found = store
        .db
        .prepare_cached(sql)?
        .query_row([id], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?)));
    // A reset forgets deliveries that are under way.
    let Some((made, wanted)) = found.optional()? else { return Ok(()) };
    let sql = "INSERT INTO attempt(delivery, at, status, problem, answer)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let Attempt { at, status, problem, answer, copy, .. } = attempt;
    let micros = at.as_microsecond();
    store.db.prepare_cached(sql)?.execute(params![id, micros, status, problem, answer])?;
    if *copy {
        return Ok(());
    }
    let delivered = status.is_some_and(|status| (200..300).contains(&status));
    let pause = usize::try_from(made).ok().and_then(|n| RETRY_MINUTES.get(n));
    let (word, next) = match pause {
        _ if delivered => ("DELIVERED", None),
        Some(minutes) if wanted => {
            ("RETRYING", Some(time::minutes(*at, *minutes).as_microsecond()))
        }
        _ => ("FAILED", None),
    };
    let sql = "UPDATE delivery SET attempts = ?2, status = ?3, next_at = ?4 WHERE id = ?1";
    store.db.prepare_cached(sql)?.execute(params![id, made + 1, word, next])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_signature_is_the_published_one() {
        // The expected digits were made with Python's hmac module.
        let header = super::signature("whsec_test", 1_752_590_481, "{\"a\":1}");
        assert_eq!(
            header,
            "t=1752590481,v1=0d96962731eb02090bd55143f4c79d1939326e55c8eb1411feeb79de5b3f036e"
        );
    }
}
