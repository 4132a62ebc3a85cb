//! Freezes: periods in which a subscription makes no invoices. A freeze extends the period that it
//! interrupts by the time that was frozen.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Call;
use super::call::{View, with};
use super::subscriptions::wrong_status;
use crate::billing::freezes::{latest, of, schedule, take_hold, turn};
use crate::error::{ApiError, Code, Result};
use crate::model::{Event, Freeze, FreezeState, Record as _, Subscription};
use crate::store::{Filter, Store};
use crate::time;

impl View for Freeze {
    const PARAMETER: &'static str = "freeze_id";

    /// Its length is in days.
    fn view(&self, _: &Store<'_>) -> Result<Value> {
        let days = self.end.map(|end| time::days_between(self.start, end));
        Ok(with(self.members(), json!({ "duration": days })))
    }
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let sub: Subscription = call.target(store)?;
    // Deleted freezes stay in the list.
    let filter = Filter::new().eq("parent", &sub.base.id);
    let fields = ["freeze_start_datetime", "freeze_end_datetime"];
    call.page(store, &filter, &fields, Freeze::view)
}

/// Refuses an end before the start, and overlaps.
fn check(store: &Store<'_>, freeze: &Freeze) -> Result<()> {
    let Freeze { start, end, .. } = *freeze;
    let text = "freeze_end_datetime is before the start";
    ensure!(end.is_none_or(|end| end > start), ApiError::value("freeze_end_datetime", text));
    let far = |end: Option<Timestamp>| end.unwrap_or(Timestamp::MAX);
    for other in store.all::<Freeze>(&of(&freeze.subscription_id))? {
        let same = freeze.base.id == other.base.id;
        let info = || format!("Freeze {} overlaps this period.", other.base.id);
        let apart = other.start >= far(end) || start >= far(other.end);
        ensure!(same || apart, ApiError::invalid(info()));
    }
    Ok(())
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut sub: Subscription = call.target(store)?;
    let Some(invoice_id) = sub.latest_invoice_id.clone().filter(|_| sub.status.is_running()) else {
        return Err(wrong_status(&sub));
    };
    let mut freeze = Freeze {
        subscription_id: sub.base.id.clone(),
        invoice_id,
        start: call.get("freeze_start_datetime").unwrap_or(store.now),
        end: call.get("freeze_end_datetime"),
        notes: call.get("notes"),
        ..Freeze::default()
    };
    check(store, &freeze)?;
    let text = "freeze_end_datetime is in the past";
    ensure!(
        freeze.end.is_none_or(|end| end > store.now),
        ApiError::value("freeze_end_datetime", text)
    );
    freeze.base = call.scope.base(store);
    store.put(&freeze)?;
    if freeze.start <= store.now {
        take_hold(store, &mut sub, freeze.clone(), Event::SubscriptionFreezeNow)?;
    }
    if freeze.end.is_some() {
        store.emit(Event::SubscriptionUnfreezeFuture, &sub)?;
    }
    schedule(store, &mut sub)?;
    freeze.view(store)
}

fn target(store: &Store<'_>, call: &Call, sub: &Subscription) -> Result<Freeze> {
    let freeze: Freeze = call.target(store)?;
    ensure!(freeze.subscription_id == sub.base.id, ApiError::not_found("Freeze", &freeze.base.id));
    Ok(freeze)
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut sub: Subscription = call.target(store)?;
    let mut freeze = target(store, call, &sub)?;
    let info = format!("Freeze {} is over.", freeze.base.id);
    ensure!(freeze.state != FreezeState::Over, Code::InvalidStatus.error(info));
    freeze.start = call.get("freeze_start_datetime").unwrap_or(freeze.start);
    freeze.end = call.get("freeze_end_datetime");
    check(store, &freeze)?;
    let text = "the freeze has begun; its start cannot move into the future";
    ensure!(
        freeze.state != FreezeState::Running || freeze.start <= store.now,
        ApiError::value("freeze_start_datetime", text)
    );
    if call.has("notes") {
        freeze.notes = call.get("notes");
    }
    store.update(&mut freeze)?;
    turn(store, &mut sub)?;
    store.need::<Freeze>(&freeze.base.id)?.view(store)
}

pub(super) fn delete(store: &mut Store<'_>, call: &Call) -> Result<Value> {
    let mut sub: Subscription = call.target(store)?;
    let freeze = target(store, call, &sub)?;
    let info = "To end an active freeze, set its end to the present time.";
    ensure!(freeze.state != FreezeState::Running, Code::PermissionForbidden.error(info));
    let latest = latest(store, &sub.base.id)?;
    ensure!(
        latest.is_some_and(|latest| latest.base.id == freeze.base.id),
        Code::StreamError.error("Only the latest freeze can be deleted.")
    );
    let done = store.delete(freeze)?;
    schedule(store, &mut sub)?;
    store.emit(Event::SubscriptionFreezeCancel, &sub)?;
    Ok(done)
}
