//! Billing the usage of metered subscriptions when a period is over.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{Draft, Wanted, charge_stored, create_invoice, fill};
use crate::error::Result;
use crate::model::{Customer, Interval, InvoiceKind, Metered, Product, Usage};
use crate::pricing::{self, Line};
use crate::store::{Filter, Scope, Store};
use crate::{money, time};

/// When the running period ends.
pub(crate) fn period_end(metered: &Metered, product: &Product) -> Timestamp {
    let unit = product.interval.unwrap_or(Interval::Month);
    time::step(metered.starts_at, unit, product.interval_count, metered.periods + 1)
}

/// Bills the usage when a period or the subscription ends.
pub(crate) fn on_due(store: &mut Store, id: &str) -> Result<()> {
    let mut metered: Metered = store.need(id)?;
    let product: Product = store.need(&metered.product)?;
    let start = match metered.periods {
        0 => metered.starts_at,
        n => {
            let unit = product.interval.unwrap_or(Interval::Month);
            time::step(metered.starts_at, unit, product.interval_count, n)
        }
    };
    let closing = metered.ends_at.is_some_and(|end| end <= store.now);
    let end = if closing { store.now } else { metered.period_end };
    let mut events: Vec<Usage> = store.all(&Filter::new().eq("parent", id).eq("status", "OPEN"))?;
    let used: Decimal = events.iter().map(|event| event.amount).sum();
    for event in &mut events {
        event.billed = true;
        store.put(event)?;
    }
    metered.closed = closing;
    metered.periods += 1;
    metered.period_end = period_end(&metered, &product);
    store.update(&mut metered)?;
    if used > Decimal::ZERO {
        bill(store, &metered, used, (start, end))?;
    }
    Ok(())
}

fn bill(
    store: &mut Store,
    metered: &Metered,
    used: Decimal,
    period: (Timestamp, Timestamp),
) -> Result<()> {
    let scope = Scope::of(metered);
    let customer: Customer = store.need(&metered.customer)?;
    let product: Product = store.need(&metered.product)?;
    let currency = product.default_price().map_or("SAR", |price| price.currency.as_str());
    // Item quantities are whole numbers. The item shows the usage rounded up; its amount is exact.
    let quantity = i64::try_from(used.ceil()).unwrap_or(i64::MAX);
    let wanted = Wanted {
        product_id: metered.product.clone(),
        quantity,
        coupons: Vec::new(),
        price_id: None,
    };
    let mut basket = fill(store, &scope, &[wanted], &[], currency, false)?;
    let (unit, exempt) =
        basket.items.first().map_or((Decimal::ZERO, false), |item| (item.unit, item.exempt));
    let line = Line { unit, quantity: used, exempt, coupons: Vec::new() };
    basket.totals = pricing::price(&[line], &[], currency)?;
    let unit = product.interval.unwrap_or(Interval::Month);
    let parts = vec![(basket.totals.amount, store.now)];
    let draft = Draft {
        description: Some(format!("{}: {} used", product.name, used.normalize())),
        period: Some(period),
        interval: Some((unit, product.interval_count)),
        cycle: Some(metered.periods),
        ..Draft::new(&customer, basket, currency, InvoiceKind::Recurring, parts)
    };
    let (mut invoice, mut payments) = create_invoice(store, &scope, draft)?;
    if money::minor(invoice.totals.amount, &invoice.currency) > 0 {
        charge_stored(store, &mut invoice, &mut payments)?;
    }
    Ok(())
}
