//! Freezes: periods in which a subscription makes no invoices. A freeze extends the period that it
//! interrupts by the time that was frozen.

use super::subscriptions::wrong_status;
use super::views::freeze as view;
use super::{Call, Reply};
use crate::billing::freezes::{latest, of, schedule, take_hold, turn};
use crate::error::{ApiError, Code, Result};
use crate::model::{Event, Freeze, FreezeState, Subscription};
use crate::store::{Filter, Store};
use crate::webhooks::{self, Entity};
use jiff::Timestamp;

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let sub: Subscription = call.target(store, "subscription_id")?;
    // Deleted freezes stay in the list.
    let filter = Filter::new().eq("parent", &sub.base.id);
    let fields = [
        ("freeze_start_datetime", "unixepoch(json_extract(doc, '$.start'), 'subsec')"),
        ("freeze_end_datetime", "unixepoch(json_extract(doc, '$.end'), 'subsec')"),
    ];
    call.page(store, &filter, &fields, |_, freeze| Ok(view(freeze)))
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
        let text = "freeze_end_datetime is before the start";
        return Err(ApiError::value(&["freeze_end_datetime"], text));
    }
    let far = |end: Option<Timestamp>| end.unwrap_or(Timestamp::MAX);
    for other in store.all::<Freeze>(&of(&sub.base.id))? {
        let same = own == Some(other.base.id.as_str());
        if !same && other.start < far(end) && start < far(other.end) {
            let info = format!("Freeze {} overlaps this period.", other.base.id);
            return Err(ApiError::invalid(info));
        }
    }
    Ok(())
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut sub: Subscription = call.target(store, "subscription_id")?;
    let Some(invoice) = sub.latest_invoice.clone().filter(|_| sub.status.is_running()) else {
        return Err(wrong_status(&sub));
    };
    let fields = call.fields();
    let start = fields.moment("freeze_start_datetime").unwrap_or(store.now);
    let end = fields.moment("freeze_end_datetime");
    let notes = fields.text("notes");
    check(store, &sub, None, start, end)?;
    if end.is_some_and(|end| end <= store.now) {
        let text = "freeze_end_datetime is in the past";
        return Err(ApiError::value(&["freeze_end_datetime"], text));
    }
    let base = call.scope.base(store);
    let freeze = Freeze {
        base,
        subscription: sub.base.id.clone(),
        invoice,
        start,
        end,
        notes,
        began: None,
        state: FreezeState::Scheduled,
    };
    store.put(&freeze)?;
    if start <= store.now {
        take_hold(store, &mut sub, freeze.clone(), Event::SubscriptionFreezeNow)?;
    }
    if end.is_some() {
        let event = Event::SubscriptionUnfreezeFuture;
        webhooks::emit(store, event, Entity::Subscription(&sub))?;
    }
    schedule(store, &mut sub)?;
    Reply::ok(view(&freeze))
}

fn target(store: &Store<'_>, call: &Call, sub: &Subscription) -> Result<Freeze> {
    let freeze: Freeze = call.target(store, "freeze_id")?;
    if freeze.subscription != sub.base.id {
        return Err(ApiError::not_found("Freeze", &freeze.base.id));
    }
    Ok(freeze)
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut sub: Subscription = call.target(store, "subscription_id")?;
    let mut freeze = target(store, call, &sub)?;
    let fields = call.fields();
    if freeze.state == FreezeState::Over {
        let info = format!("Freeze {} is over.", freeze.base.id);
        return Err(ApiError::code(400, Code::InvalidStatus, info));
    }
    let start = fields.moment("freeze_start_datetime").unwrap_or(freeze.start);
    let end = fields.moment("freeze_end_datetime");
    check(store, &sub, Some(&freeze.base.id), start, end)?;
    if freeze.state == FreezeState::Running && start > store.now {
        let text = "the freeze has begun; its start cannot move into the future";
        return Err(ApiError::value(&["freeze_start_datetime"], text));
    }
    (freeze.start, freeze.end) = (start, end);
    if fields.has("notes") {
        freeze.notes = fields.text("notes");
    }
    store.update(&mut freeze)?;
    turn(store, &mut sub)?;
    let freeze: Freeze = store.need(&freeze.base.id)?;
    Reply::ok(view(&freeze))
}

pub(super) fn delete(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut sub: Subscription = call.target(store, "subscription_id")?;
    let mut freeze = target(store, call, &sub)?;
    let id = freeze.base.id.clone();
    if freeze.state == FreezeState::Running {
        let info = "To end an active freeze, set its end to the present time.";
        return Err(ApiError::code(403, Code::PermissionForbidden, info));
    }
    if latest(store, &sub.base.id)?.is_none_or(|latest| latest.base.id != id) {
        let info = "Only the latest freeze can be deleted.";
        return Err(ApiError::code(400, Code::StreamError, info));
    }
    freeze.base.deleted = true;
    store.update(&mut freeze)?;
    schedule(store, &mut sub)?;
    webhooks::emit(store, Event::SubscriptionFreezeCancel, Entity::Subscription(&sub))?;
    Reply::empty()
}
