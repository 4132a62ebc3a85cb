//! The register of endpoints and the log of deliveries, as data.

use rusqlite::{OptionalExtension as _, params};
use serde_json::{Value, json};

use crate::error::{ApiError, Code, Result};
use crate::model::Event;
use crate::store::Store;
use crate::time;

/// A registered endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    pub(crate) org: String,
    pub(crate) url: String,
    pub(crate) secret: String,
    /// The event types it wants; all if empty.
    pub(crate) events: Vec<String>,
    pub(crate) enabled: bool,
}

impl Endpoint {
    /// Whether it wants events of a type.
    pub(crate) fn wants(&self, event: Event) -> bool {
        self.events.is_empty() || self.events.iter().any(|wanted| wanted == event.word())
    }

    /// The endpoint in the control API's shape, with its secret.
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id,
            "organization_id": self.org,
            "url": self.url,
            "secret_key": self.secret,
            "events": self.events,
            "enabled": self.enabled,
        })
    }
}

/// All endpoints, in the order of their registration.
pub(crate) fn endpoints(store: &Store) -> Result<Vec<Endpoint>> {
    let sql = "SELECT id, org, url, secret, events, enabled FROM endpoint ORDER BY created, id";
    let mut statement = store.db.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let events: String = row.get(4)?;
        Ok(Endpoint {
            id: row.get(0)?,
            org: row.get(1)?,
            url: row.get(2)?,
            secret: row.get(3)?,
            events: events.split(',').filter(|e| !e.is_empty()).map(ToOwned::to_owned).collect(),
            enabled: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Registers an endpoint. Generates a secret if none is given.
pub(crate) fn register(
    store: &mut Store,
    org: &str,
    url: &str,
    secret: Option<&str>,
    events: &[String],
) -> Result<Endpoint> {
    let parsed = url::Url::parse(url)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
    if parsed.is_none() {
        return Err(ApiError::invalid(format!("{url:?} is not an http or https address.")));
    }
    let id = store.new_id();
    let make = || store.ids.secret(&format!("webhook {id}"));
    let secret = secret.map_or_else(make, ToOwned::to_owned);
    let endpoint = Endpoint {
        org: org.to_owned(),
        url: url.to_owned(),
        secret,
        events: events.to_vec(),
        enabled: true,
        id,
    };
    let sql = "INSERT INTO endpoint(id, org, url, secret, events, enabled, created)
               VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)";
    let created = i64::try_from(store.ids.counter).unwrap_or(i64::MAX);
    store.db.prepare_cached(sql)?.execute(params![
        endpoint.id,
        endpoint.org,
        endpoint.url,
        endpoint.secret,
        endpoint.events.join(","),
        created,
    ])?;
    Ok(endpoint)
}

/// Switches an endpoint on or off. Deliveries that wait end when it is switched off.
pub(crate) fn set_enabled(store: &Store, id: &str, enabled: bool) -> Result<()> {
    if !enabled {
        end_deliveries(store, id)?;
    }
    let sql = "UPDATE endpoint SET enabled = ?2 WHERE id = ?1";
    let count = store.db.prepare_cached(sql)?.execute(params![id, enabled])?;
    if count > 0 { Ok(()) } else { Err(ApiError::not_found("Webhook", id)) }
}

/// Removes an endpoint, and ends its deliveries that wait.
pub(crate) fn remove_endpoint(store: &Store, id: &str) -> Result<()> {
    end_deliveries(store, id)?;
    let count = store.db.prepare_cached("DELETE FROM endpoint WHERE id = ?1")?.execute([id])?;
    if count > 0 { Ok(()) } else { Err(ApiError::not_found("Webhook", id)) }
}

fn end_deliveries(store: &Store, endpoint: &str) -> Result<()> {
    let sql = "UPDATE delivery SET next_at = NULL, status = 'FAILED'
               WHERE endpoint = ?1 AND next_at IS NOT NULL";
    store.db.prepare_cached(sql)?.execute([endpoint])?;
    Ok(())
}

/// Sends a delivery again, even if it was delivered.
pub(crate) fn resend(store: &Store, delivery: &str) -> Result<()> {
    let sql = "SELECT p.enabled FROM delivery d LEFT JOIN endpoint p ON p.id = d.endpoint
               WHERE d.id = ?1";
    let found: Option<Option<bool>> =
        store.db.prepare_cached(sql)?.query_row([delivery], |row| row.get(0)).optional()?;
    let refuse = |info| Err(Code::InvalidStatus.error(info));
    match found {
        None => return Err(ApiError::not_found("Delivery", delivery)),
        Some(None) => return refuse("The webhook of this delivery was removed."),
        Some(Some(false)) => return refuse("The webhook of this delivery is disabled."),
        Some(Some(true)) => {}
    }
    let sql = "UPDATE delivery SET next_at = ?2, status = 'PENDING', attempts = 0 WHERE id = ?1";
    store.db.prepare_cached(sql)?.execute(params![delivery, store.now.as_microsecond()])?;
    Ok(())
}

/// The latest deliveries, newest first, each with its attempts.
pub(crate) fn delivery_log(store: &Store, limit: u32) -> Result<Vec<Value>> {
    let sql = "SELECT d.id, d.status, d.attempts, d.next_at, d.endpoint, e.body,
                   (SELECT url FROM endpoint WHERE id = d.endpoint)
               FROM delivery d JOIN event e ON e.seq = d.event
               ORDER BY d.seq DESC LIMIT ?1";
    let mut statement = store.db.prepare_cached(sql)?;
    let mut rows = statement.query([limit])?;
    let mut list = Vec::new();
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        let body: String = row.get(5)?;
        list.push(json!({
            "id": id,
            "status": row.get::<_, String>(1)?,
            "attempts_made": row.get::<_, i64>(2)?,
            "next_attempt_at": moment(row.get(3)?),
            "endpoint_id": row.get::<_, String>(4)?,
            "url": row.get::<_, Option<String>>(6)?,
            "payload": serde_json::from_str::<Value>(&body)?,
            "attempts": attempts(store, &id)?,
        }));
    }
    Ok(list)
}

fn attempts(store: &Store, delivery: &str) -> Result<Vec<Value>> {
    let sql = "SELECT at, status, problem, answer FROM attempt WHERE delivery = ?1 ORDER BY seq";
    let mut statement = store.db.prepare_cached(sql)?;
    let rows = statement.query_map([delivery], |row| {
        Ok(json!({
            "at": moment(row.get(0)?),
            "response_status": row.get::<_, Option<u16>>(1)?,
            "error": row.get::<_, Option<String>>(2)?,
            "response_body": row.get::<_, Option<String>>(3)?,
        }))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn moment(micros: Option<i64>) -> Value {
    time::text_or_null(micros.and_then(|at| jiff::Timestamp::from_microsecond(at).ok()))
}
