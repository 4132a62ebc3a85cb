//! Sending deliveries: signed, in order for each endpoint, again after failures on the published
//! schedule, twice or out of order on request.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use super::Endpoint;
use crate::app::App;
use crate::error::Result;
use crate::ids;
use crate::store::Store;
use crate::time;

/// Minutes from each failed attempt to the next (guide on webhooks).
const RETRY_MINUTES: [i64; 5] = [5, 30, 120, 360, 720];

/// How long an endpoint may take to answer. Not published.
const PATIENCE: Duration = Duration::from_secs(10);

/// In which order the deliveries that wait are sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Order {
    /// As the events came.
    #[default]
    Published,
    /// The latest first.
    Reversed,
    /// By a choice that follows from the seed.
    Shuffled,
}

/// Sends what waits.
#[derive(Debug, Default)]
pub(crate) struct Courier {
    client: OnceLock<Option<reqwest::Client>>,
    /// The order, and how many further copies of each delivery are sent.
    modes: Mutex<(Order, u32)>,
    /// Held by whoever sends or moves the clock, so that neither overtakes the other.
    pub(crate) turn: tokio::sync::Mutex<()>,
}

/// A delivery that is due.
struct Parcel {
    seq: i64,
    id: String,
    endpoint: Endpoint,
    body: String,
    kind: String,
    entity_type: String,
    entity_id: String,
}

impl Courier {
    /// The order and the number of further copies.
    pub(crate) fn modes(&self) -> (Order, u32) {
        *self.modes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the order and the number of further copies.
    pub(crate) fn set_modes(&self, order: Order, copies: u32) {
        *self.modes.lock().unwrap_or_else(PoisonError::into_inner) = (order, copies);
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

    /// Sends everything that is due now. The caller holds the turn.
    pub(crate) async fn send_due(&self, app: &Arc<App>) -> Result<()> {
        loop {
            let (order, copies) = self.modes();
            let parcels = app.with_store(|store| due(store, store.clock.now()))?;
            if parcels.is_empty() {
                return Ok(());
            }
            let mut by_endpoint: BTreeMap<String, Vec<Parcel>> = BTreeMap::new();
            for parcel in parcels {
                by_endpoint.entry(parcel.endpoint.id.clone()).or_default().push(parcel);
            }
            // One endpoint that is slow does not hold up the others.
            let mut work = tokio::task::JoinSet::new();
            for mut list in by_endpoint.into_values() {
                match order {
                    Order::Published => {}
                    Order::Reversed => list.reverse(),
                    Order::Shuffled => app.with_store(|store| {
                        list.sort_by_key(|p| store.ids.number(&format!("order {}", p.seq)));
                    }),
                }
                let app = Arc::clone(app);
                work.spawn(async move {
                    for parcel in list {
                        for _ in 0..=copies {
                            app.courier.attempt(&app, &parcel).await;
                        }
                    }
                });
            }
            while work.join_next().await.is_some() {}
        }
    }

    async fn attempt(&self, app: &Arc<App>, parcel: &Parcel) {
        let at = app.with_store(|store| store.clock.now());
        let (status, problem, answer) = match self.client() {
            None => (None, Some("no HTTP client could be made".to_owned()), None),
            Some(client) => match request(client, parcel, at).send().await {
                Ok(response) => {
                    let status = response.status().as_u16();
                    let text = response.text().await.unwrap_or_default();
                    (Some(status), None, Some(text.chars().take(500).collect::<String>()))
                }
                Err(error) => (None, Some(explain(&error)), None),
            },
        };
        let outcome = app.with_store(|store| {
            store.transact(|store| {
                record(store, parcel, at, status, problem.as_deref(), answer.as_deref())
            })
        });
        if let Err(error) = outcome {
            tracing::error!(?error, "a webhook attempt could not be recorded");
        }
    }
}

fn request(client: &reqwest::Client, parcel: &Parcel, at: Timestamp) -> reqwest::RequestBuilder {
    let seconds = at.as_second();
    client
        .post(&parcel.endpoint.url)
        .header("content-type", "application/json")
        .header("x-webhook-event", &parcel.kind)
        .header("x-webhook-entity-type", &parcel.entity_type)
        .header("x-webhook-entity-id", &parcel.entity_id)
        .header("x-webhook-timestamp", seconds.to_string())
        .header("x-webhook-signature", signature(&parcel.endpoint.secret, seconds, &parcel.body))
        .body(parcel.body.clone())
}

/// The signature header of a body: `t=<seconds>,v1=<hex HMAC-SHA256 of "seconds.body">`.
fn signature(secret: &str, seconds: i64, body: &str) -> String {
    let mac = ids::mac(secret.as_bytes(), format!("{seconds}.{body}").as_bytes());
    format!("t={seconds},v1={}", ids::hex(&mac))
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

/// The deliveries that are due, in the order of their events.
fn due(store: &Store, now: Timestamp) -> Result<Vec<Parcel>> {
    let sql = "SELECT d.seq, d.id, d.endpoint, e.body, e.type, e.entity_type, e.entity_id
               FROM delivery d JOIN event e ON e.seq = d.event
               WHERE d.next_at <= ?1 ORDER BY d.seq LIMIT 200";
    let endpoints = super::endpoints(store)?;
    let mut statement = store.db.prepare_cached(sql)?;
    let mut rows = statement.query([now.as_microsecond()])?;
    let mut parcels = Vec::new();
    while let Some(row) = rows.next()? {
        let place: String = row.get(2)?;
        let Some(endpoint) = endpoints.iter().find(|endpoint| endpoint.id == place) else {
            continue;
        };
        parcels.push(Parcel {
            seq: row.get(0)?,
            id: row.get(1)?,
            endpoint: endpoint.clone(),
            body: row.get(3)?,
            kind: row.get(4)?,
            entity_type: row.get(5)?,
            entity_id: row.get(6)?,
        });
    }
    Ok(parcels)
}

/// When the next delivery is due, up to a moment.
pub(crate) fn next_delivery(store: &Store, until: Timestamp) -> Result<Option<Timestamp>> {
    let sql = "SELECT min(next_at) FROM delivery WHERE next_at <= ?1";
    let micros: Option<Option<i64>> = store
        .db
        .prepare_cached(sql)?
        .query_row([until.as_microsecond()], |row| row.get(0))
        .optional()?;
    Ok(micros.flatten().and_then(|at| Timestamp::from_microsecond(at).ok()))
}

fn record(
    store: &Store,
    parcel: &Parcel,
    at: Timestamp,
    status: Option<u16>,
    problem: Option<&str>,
    answer: Option<&str>,
) -> Result<()> {
    let sql = "INSERT INTO attempt(delivery, at, status, problem, answer)
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let micros = at.as_microsecond();
    store.db.prepare_cached(sql)?.execute(params![parcel.id, micros, status, problem, answer])?;
    let sql = "SELECT attempts FROM delivery WHERE id = ?1";
    let made: i64 = store.db.prepare_cached(sql)?.query_row([&parcel.id], |row| row.get(0))?;
    let delivered = status.is_some_and(|status| (200..300).contains(&status));
    let pause = usize::try_from(made).ok().and_then(|n| RETRY_MINUTES.get(n));
    let (word, next) = match pause {
        _ if delivered => ("DELIVERED", None),
        Some(minutes) => ("RETRYING", Some(time::minutes(at, *minutes).as_microsecond())),
        None => ("FAILED", None),
    };
    let sql = "UPDATE delivery SET attempts = ?2, status = ?3, next_at = ?4 WHERE id = ?1";
    store.db.prepare_cached(sql)?.execute(params![parcel.id, made + 1, word, next])?;
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
