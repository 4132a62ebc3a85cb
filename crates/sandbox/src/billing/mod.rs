//! Money in motion: baskets, charges, invoices and the cycles of subscriptions. The
//! operations, the checkout and the clock all use it; nothing here handles a request.

mod basket;
pub(crate) mod cards;
pub(crate) mod cycles;
pub(crate) mod freezes;
mod invoices;
pub(crate) mod metered;
mod paying;

pub(crate) use basket::{Basket, fill, link_totals, reprice, usable_coupons};
pub(crate) use invoices::{cancel_invoice, create_invoice, split};
pub(crate) use paying::{Settlement, charge_stored, fail, settle};

use crate::error::Result;
use crate::model::{Link, LinkStatus, Metered, Payment, Record as _, Subscription};
use crate::store::Store;

/// Does the scheduled work of one record.
pub(crate) fn on_due(store: &mut Store, kind: &str, id: &str) -> Result<()> {
    match kind {
        Subscription::KIND => cycles::on_due(store, id),
        Metered::KIND => metered::on_due(store, id),
        Payment::KIND => paying::on_due(store, id),
        Link::KIND => {
            let mut link: Link = store.need(id)?;
            // What an expired link looks like is not published. It does not accept payments.
            link.status = LinkStatus::Inactive;
            store.update(&mut link)
        }
        _ => Ok(()),
    }
}
