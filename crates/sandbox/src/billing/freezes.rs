//! How freezes begin and end. A freeze extends the period that it interrupts by the time that was
//! frozen.

use jiff::Timestamp;

use crate::error::Result;
use crate::model::{Event, Freeze, FreezeState, Subscription, SubscriptionStatus};
use crate::store::{Filter, Store};

/// The freezes of a subscription that were not deleted.
pub(crate) fn of(subscription: &str) -> Filter {
    Filter::new().eq("parent", subscription).raw("deleted = 0", [])
}

/// The latest freeze of a subscription that was not deleted.
pub(crate) fn latest(store: &Store, subscription: &str) -> Result<Option<Freeze>> {
    store.latest(&of(subscription))
}

/// Starts a freeze.
pub(crate) fn take_hold(
    store: &mut Store<'_>,
    sub: &mut Subscription,
    mut freeze: Freeze,
    event: Event,
) -> Result<()> {
    freeze.state = FreezeState::Running;
    freeze.began = Some(store.now);
    store.put(&freeze)?;
    sub.status = SubscriptionStatus::Frozen;
    store.update(sub)?;
    store.emit(event, &*sub)
}

/// Ends a freeze and restores the remaining time of the period.
fn let_go(store: &mut Store<'_>, sub: &mut Subscription, mut freeze: Freeze) -> Result<()> {
    freeze.state = FreezeState::Over;
    store.update(&mut freeze)?;
    let frozen = store.now.duration_since(freeze.began.unwrap_or(store.now));
    let later = |at: Timestamp| at.checked_add(frozen).unwrap_or(Timestamp::MAX);
    sub.anchor = later(sub.anchor);
    sub.end = later(sub.end);
    sub.retry_at = sub.retry_at.map(later);
    sub.status = SubscriptionStatus::Active;
    store.update(sub)?;
    store.emit(Event::SubscriptionUnfreezeNow, &*sub)
}

/// Notes when the next freeze begins or the running one ends.
pub(crate) fn schedule(store: &Store, sub: &mut Subscription) -> Result<()> {
    let freezes: Vec<Freeze> = store.all(&of(&sub.base.id))?;
    let times = freezes.iter().filter_map(|freeze| match freeze.state {
        FreezeState::Scheduled => Some(freeze.start),
        FreezeState::Running => freeze.end,
        FreezeState::Over => None,
    });
    sub.freeze_at = times.min();
    store.put(sub)
}

/// Ends the freeze that is over and starts the one that is due.
pub(crate) fn turn(store: &mut Store<'_>, sub: &mut Subscription) -> Result<()> {
    let now = store.now;
    let mut freezes: Vec<Freeze> = store.all(&of(&sub.base.id))?;
    freezes.sort_by_key(|freeze| freeze.start);
    for freeze in freezes {
        match freeze.state {
            FreezeState::Running if freeze.end.is_some_and(|end| end <= now) => {
                let_go(store, sub, freeze)?;
            }
            FreezeState::Scheduled if freeze.start <= now => {
                if sub.status == SubscriptionStatus::Active {
                    take_hold(store, sub, freeze, Event::SubscriptionFrozen)?;
                } else {
                    let mut freeze = freeze;
                    freeze.state = FreezeState::Over;
                    store.put(&freeze)?;
                }
            }
            FreezeState::Running | FreezeState::Scheduled | FreezeState::Over => {}
        }
    }
    schedule(store, sub)
}
