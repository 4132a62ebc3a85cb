//! The changes that are running: calls that may have changed something once they began.
//!
//! The server must not lose track of one. Before it ends it waits for them, then logs those that are
//! still open: their outcome is unknown.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use serde_json::{Map, Value};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::error;
use uuid::Uuid;

/// How many ids of a call's arguments are logged.
const MAX_IDS: usize = 8;

/// How many values of a call's arguments are searched for ids.
const MAX_VALUES: usize = 1000;

/// The changes of a server that are running.
#[derive(Debug, Default)]
pub struct Changes {
    open: Mutex<Open>,
    ended: Notify,
    given_up: CancellationToken,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    changes: BTreeMap<u64, Arc<Description>>,
}

/// What the log says about a change. It holds no personal data.
#[derive(Debug)]
struct Description {
    tool: &'static str,
    /// The id of the request, where it is fit for a log.
    request: Option<String>,
    /// The ids in the arguments.
    ids: String,
    start: Instant,
}

/// A change that is running. It has ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Change {
    changes: Arc<Changes>,
    number: u64,
}

impl Changes {
    /// Notes that a change begins.
    pub(crate) fn begin(
        self: &Arc<Self>,
        tool: &'static str,
        request: Option<String>,
        arguments: &Map<String, Value>,
    ) -> Change {
        let ids = ids(arguments);
        let description = Description { tool, request, ids, start: Instant::now() };
        let mut open = self.open.lock();
        let number = open.next;
        open.next += 1;
        open.changes.insert(number, Arc::new(description));
        Change { changes: Arc::clone(self), number }
    }

    /// How many are running.
    #[must_use]
    pub fn count(&self) -> usize {
        self.open.lock().changes.len()
    }

    /// Waits until none is running, for at most `limit`.
    pub async fn wait(&self, limit: Duration) {
        let idle = async {
            loop {
                let ended = self.ended.notified();
                if self.count() == 0 {
                    return;
                }
                ended.await;
            }
        };
        // The waiting task then checks what is left.
        let _ = tokio::time::timeout(limit, idle).await;
    }

    /// Stops waiting for calls: what is running is answered at once, and every open change is logged.
    /// Gives the number of those.
    pub fn give_up(&self) -> usize {
        let open: Vec<Arc<Description>> = self.open.lock().changes.values().cloned().collect();
        for Description { tool, request, ids, start } in open.iter().map(AsRef::as_ref) {
            let seconds = start.elapsed().as_secs();
            error!(
                tool,
                request,
                ids,
                seconds,
                outcome = "unknown",
                "the server ends while this change is running; look before repeating it"
            );
        }
        self.given_up.cancel();
        open.len()
    }

    /// Waits until the server stops waiting.
    pub(crate) async fn given_up(&self) {
        self.given_up.cancelled().await;
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        self.changes.open.lock().changes.remove(&self.number);
        self.changes.ended.notify_waiters();
    }
}

/// The UUIDs in the arguments of a call, with the names of their members: they tell what a change was
/// about, and nothing about a person.
fn ids(arguments: &Map<String, Value>) -> String {
    let mut found = Vec::new();
    let mut left = MAX_VALUES;
    for (name, value) in arguments {
        collect(name, value, &mut found, &mut left);
    }
    found.join(" ")
}

fn collect(name: &str, value: &Value, found: &mut Vec<String>, left: &mut usize) {
    if found.len() >= MAX_IDS || *left == 0 {
        return;
    }
    *left -= 1;
    match value {
        Value::String(text) => {
            let Some(id) = Some(text).filter(|text| text.len() == 36) else { return };
            let Ok(id) = Uuid::try_parse(id) else { return };
            let plain = |c: char| c.is_ascii_lowercase() || c == '_';
            let name = if name.len() <= 64 && name.chars().all(plain) { name } else { "id" };
            found.push(format!("{name}={id}"));
        }
        Value::Array(list) => list.iter().for_each(|value| collect(name, value, found, left)),
        Value::Object(map) => {
            map.iter().for_each(|(name, value)| collect(name, value, found, left));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use serde_json::json;

    use super::{Changes, MAX_IDS, ids};

    #[test]
    fn only_ids_are_taken_from_arguments() {
        let id = "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c";
        let arguments = json!({
            "payment_id": id, "phone_number": "+966500000000", "Noura": id, "iban": "SA0380000000608010167519",
            "items": [{"product_id": id, "note": id.replace('-', "")}], "amount": 5,
        });
        let found = ids(arguments.as_object().unwrap());
        let mut found: Vec<&str> = found.split(' ').collect();
        found.sort_unstable();
        let wanted = ["id", "payment_id", "product_id"].map(|name| format!("{name}={id}"));
        assert_eq!(found, wanted);
        let many = json!({ "ids": vec![id; 100] });
        assert_eq!(ids(many.as_object().unwrap()).split(' ').count(), MAX_IDS);
    }

    #[tokio::test]
    async fn waiting_ends_with_the_last_change_or_with_the_limit() {
        let changes = Arc::new(Changes::default());
        changes.wait(Duration::MAX).await;
        let first = changes.begin("a", None, &serde_json::Map::new());
        let second = changes.begin("b", None, &serde_json::Map::new());
        changes.wait(Duration::from_millis(1)).await;
        assert_eq!(changes.count(), 2);
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            drop(first);
            tokio::task::yield_now().await;
            drop(second);
        });
        changes.wait(Duration::from_secs(3600)).await;
        assert_eq!(changes.count(), 0);
    }
}
