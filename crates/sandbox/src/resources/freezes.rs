//! Freezes: periods in which a subscription makes no invoices. A period that a freeze interrupts
//! ends later by the time that was frozen.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::subscriptions::wrong_status;
use super::{Call, Fields, Reply};
use crate::error::{ApiError, Result};
use crate::model::{Freeze, Subscription};
use crate::store::{Filter, Store};
use crate::time;
use crate::webhooks::{self, Entity};

/// A freeze in the API's shape. Its length is in days.
pub(super) fn view(freeze: &Freeze) -> Value {
    let days = freeze.end.map(|end| time::days_between(freeze.start, end));
    json!({
        "created_at": time::text(freeze.base.created_at),
        "updated_at": time::text_or_null(freeze.base.updated_at),
        "id": freeze.base.id,
        "freeze_start_datetime": time::text(freeze.start),
        "freeze_end_datetime": time::text_or_null(freeze.end),
        "notes": freeze.notes,
        "subscription_id": freeze.subscription,
        "invoice_id": freeze.invoice,
        "duration": days,
    })
}

fn of(subscription: &str) -> Filter {
    Filter::new().eq("parent", subscription).raw("deleted = 0", [])
}

/// The latest freeze of a subscription that was not deleted.
pub(super) fn latest(store: &Store, subscription: &str) -> Result<Option<Freeze>> {
    store.latest(&of(subscription))
}

pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply> {
    let sub: Subscription = call.target("subscription_id")?;
    // Deleted freezes stay in the list.
    let filter = Filter::new().eq("parent", &sub.base.id);
    let fields = [
        ("freeze_start_datetime", "unixepoch(json_extract(doc, '$.start'), 'subsec')"),
        ("freeze_end_datetime", "unixepoch(json_extract(doc, '$.end'), 'subsec')"),
    ];
    call.page(&filter, &fields, |_, freeze| Ok(view(freeze)))
}

/// Refuses an end before the start, and overlaps.
fn check(
    store: &Store,
    sub: &Subscription,
    own: Option<&str>,
    start: Timestamp,
    end: Option<Timestamp>,
) -> Result<()> {
    if end.is_some_and(|end| end <= start) {
        let text = "freeze_end_datetime lies before the start";
        return Err(ApiError::value(&["freeze_end_datetime"], text));
    }
    let far = |end: Option<Timestamp>| end.unwrap_or(Timestamp::MAX);
    for other in store.all::<Freeze>(&of(&sub.base.id))? {
        let same = own == Some(other.base.id.as_str());
        if !same && other.start < far(end) && start < far(other.end) {
            let info = format!("Freeze {} covers a part of that time.", other.base.id);
            return Err(ApiError::invalid(info));
        }
    }
    Ok(())
}

pub(super) fn create(call: &mut Call<'_, '_>) -> Result<Reply> {
    let mut sub: Subscription = call.target("subscription_id")?;
    let Some(invoice) =
        sub.latest_invoice.clone().filter(|_| matches!(sub.status.as_str(), "ACTIVE" | "FROZEN"))
    else {
        return Err(wrong_status(&sub));
    };
    let fields = call.fields();
    let start = fields.moment("freeze_start_datetime").unwrap_or(call.store.now);
    let end = fields.moment("freeze_end_datetime");
    let notes = fields.text("notes");
    check(call.store, &sub, None, start, end)?;
    if end.is_some_and(|end| end <= call.store.now) {
        let text = "freeze_end_datetime lies in the past";
        return Err(ApiError::value(&["freeze_end_datetime"], text));
    }
    let base = call.scope.clone().base(call.store);
    let freeze = Freeze {
        base,
        subscription: sub.base.id.clone(),
        invoice,
        start,
        end,
        notes,
        began: None,
        state: "SCHEDULED".to_owned(),
    };
    call.store.put(&freeze)?;
    if start <= call.store.now {
        take_hold(call.store, &mut sub, freeze.clone(), "SUBSCRIPTION_FREEZE_NOW")?;
    }
    if end.is_some() {
        let event = "SUBSCRIPTION_UNFREEZE_FUTURE";
        webhooks::emit(call.store, event, Entity::Subscription(&sub))?;
    }
    schedule(call.store, &mut sub)?;
    Reply::ok(view(&freeze))
}

/// A freeze begins.
fn take_hold(
    store: &mut Store,
    sub: &mut Subscription,
    mut freeze: Freeze,
    event: &str,
) -> Result<()> {
    freeze.state = "RUNNING".to_owned();
    freeze.began = Some(store.now);
    store.put(&freeze)?;
    sub.status = "FROZEN".to_owned();
    store.update(sub, |sub| &mut sub.base)?;
    webhooks::emit(store, event, Entity::Subscription(sub))
}

/// A freeze ends: what was left of the period is left again.
fn let_go(store: &mut Store, sub: &mut Subscription, mut freeze: Freeze) -> Result<()> {
    freeze.state = "OVER".to_owned();
    store.update(&mut freeze, |freeze| &mut freeze.base)?;
    let frozen = store.now.duration_since(freeze.began.unwrap_or(store.now));
    let later = |at: Timestamp| at.checked_add(frozen).unwrap_or(Timestamp::MAX);
    sub.anchor = later(sub.anchor);
    sub.period.1 = later(sub.period.1);
    sub.retry_at = sub.retry_at.map(later);
    sub.status = "ACTIVE".to_owned();
    store.update(sub, |sub| &mut sub.base)?;
    webhooks::emit(store, "SUBSCRIPTION_UNFREEZE_NOW", Entity::Subscription(sub))
}

/// Notes when the next freeze begins or the running one ends.
fn schedule(store: &Store, sub: &mut Subscription) -> Result<()> {
    let freezes: Vec<Freeze> = store.all(&of(&sub.base.id))?;
    let times = freezes.iter().filter_map(|freeze| match freeze.state.as_str() {
        "SCHEDULED" => Some(freeze.start),
        "RUNNING" => freeze.end,
        _ => None,
    });
    sub.freeze_at = times.min();
    store.put(sub)
}

/// Does what is due: ends the freeze that is over, begins the one whose time has come.
pub(crate) fn turn(store: &mut Store, sub: &mut Subscription) -> Result<()> {
    let now = store.now;
    let mut freezes: Vec<Freeze> = store.all(&of(&sub.base.id))?;
    freezes.sort_by_key(|freeze| freeze.start);
    for freeze in freezes {
        match freeze.state.as_str() {
            "RUNNING" if freeze.end.is_some_and(|end| end <= now) => let_go(store, sub, freeze)?,
            "SCHEDULED" if freeze.start <= now => {
                if sub.status == "ACTIVE" {
                    take_hold(store, sub, freeze, "SUBSCRIPTION_FROZEN")?;
                } else {
                    let mut freeze = freeze;
                    freeze.state = "OVER".to_owned();
                    store.put(&freeze)?;
                }
            }
            _ => {}
        }
    }
    schedule(store, sub)
}

fn target(call: &Call<'_, '_>, sub: &Subscription) -> Result<Freeze> {
    let freeze: Freeze = call.target("freeze_id")?;
    if freeze.subscription != sub.base.id {
        return Err(ApiError::not_found("Freeze", &freeze.base.id));
    }
    Ok(freeze)
}

pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Reply> {
    let mut sub: Subscription = call.target("subscription_id")?;
    let mut freeze = target(call, &sub)?;
    let body = call.body.clone();
    let fields = Fields(&body);
    if freeze.state == "OVER" {
        let info = format!("Freeze {} is over.", freeze.base.id);
        return Err(ApiError::code(400, "INVALID_STATUS", info));
    }
    let start = fields.moment("freeze_start_datetime").unwrap_or(freeze.start);
    let end = fields.moment("freeze_end_datetime");
    check(call.store, &sub, Some(&freeze.base.id), start, end)?;
    if freeze.state == "RUNNING" && start > call.store.now {
        let text = "the freeze has begun; its start cannot move into the future";
        return Err(ApiError::value(&["freeze_start_datetime"], text));
    }
    (freeze.start, freeze.end) = (start, end);
    if fields.has("notes") {
        freeze.notes = fields.text("notes");
    }
    call.store.update(&mut freeze, |freeze| &mut freeze.base)?;
    turn(call.store, &mut sub)?;
    let freeze: Freeze = call.store.need(&freeze.base.id)?;
    Reply::ok(view(&freeze))
}

pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Reply> {
    let mut sub: Subscription = call.target("subscription_id")?;
    let mut freeze = target(call, &sub)?;
    let id = freeze.base.id.clone();
    if freeze.state == "RUNNING" {
        let info = "An active freeze is ended by setting its end to the present time.";
        return Err(ApiError::code(403, "PERMISSION_FORBIDDEN", info));
    }
    if latest(call.store, &sub.base.id)?.is_none_or(|latest| latest.base.id != id) {
        let info = "Only the latest freeze can be deleted.";
        return Err(ApiError::code(400, "STREAM_ERROR", info));
    }
    freeze.base.deleted = true;
    call.store.update(&mut freeze, |freeze| &mut freeze.base)?;
    schedule(call.store, &mut sub)?;
    webhooks::emit(call.store, "SUBSCRIPTION_FREEZE_CANCEL", Entity::Subscription(&sub))?;
    Reply::empty()
}
