//! Freezes: periods in which a subscription makes no invoices. A period that a freeze interrupts
//! ends later by the time that was frozen.

use super::subscriptions::wrong_status;
use super::views::freeze as view;
use super::{Call, Reply};
use crate::billing::freezes::{latest, of, schedule, take_hold, turn};
use crate::error::{ApiError, Result};
use crate::fields::Fields;
use crate::model::{Event, Freeze, FreezeState, Subscription};
use crate::store::{Filter, Store};
use crate::webhooks::{self, Entity};
use jiff::Timestamp;

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
    let Some(invoice) = sub.latest_invoice.clone().filter(|_| sub.status.is_running()) else {
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
        state: FreezeState::Scheduled,
    };
    call.store.put(&freeze)?;
    if start <= call.store.now {
        take_hold(call.store, &mut sub, freeze.clone(), Event::SubscriptionFreezeNow)?;
    }
    if end.is_some() {
        let event = Event::SubscriptionUnfreezeFuture;
        webhooks::emit(call.store, event, Entity::Subscription(&sub))?;
    }
    schedule(call.store, &mut sub)?;
    Reply::ok(view(&freeze))
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
    if freeze.state == FreezeState::Over {
        let info = format!("Freeze {} is over.", freeze.base.id);
        return Err(ApiError::code(400, "INVALID_STATUS", info));
    }
    let start = fields.moment("freeze_start_datetime").unwrap_or(freeze.start);
    let end = fields.moment("freeze_end_datetime");
    check(call.store, &sub, Some(&freeze.base.id), start, end)?;
    if freeze.state == FreezeState::Running && start > call.store.now {
        let text = "the freeze has begun; its start cannot move into the future";
        return Err(ApiError::value(&["freeze_start_datetime"], text));
    }
    (freeze.start, freeze.end) = (start, end);
    if fields.has("notes") {
        freeze.notes = fields.text("notes");
    }
    call.store.update(&mut freeze)?;
    turn(call.store, &mut sub)?;
    let freeze: Freeze = call.store.need(&freeze.base.id)?;
    Reply::ok(view(&freeze))
}

pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Reply> {
    let mut sub: Subscription = call.target("subscription_id")?;
    let mut freeze = target(call, &sub)?;
    let id = freeze.base.id.clone();
    if freeze.state == FreezeState::Running {
        let info = "An active freeze is ended by setting its end to the present time.";
        return Err(ApiError::code(403, "PERMISSION_FORBIDDEN", info));
    }
    if latest(call.store, &sub.base.id)?.is_none_or(|latest| latest.base.id != id) {
        let info = "Only the latest freeze can be deleted.";
        return Err(ApiError::code(400, "STREAM_ERROR", info));
    }
    freeze.base.deleted = true;
    call.store.update(&mut freeze)?;
    schedule(call.store, &mut sub)?;
    webhooks::emit(call.store, Event::SubscriptionFreezeCancel, Entity::Subscription(&sub))?;
    Reply::empty()
}
