//! Billing the usage of metered subscriptions when a period is over.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{charge_stored, create_invoice, fill};
use crate::error::Result;
use crate::model::{
    Customer, Cycle, Interval, Invoice, InvoiceKind, InvoiceStatus, Item, Metered, Product, Usage,
};
use crate::money;
use crate::pricing::{self, Line};
use crate::store::{Filter, Scope, Store};

fn cycle(product: &Product) -> Cycle {
    let unit = product.recurring_interval.unwrap_or(Interval::Month);
    Cycle::new(unit, product.recurring_interval_count)
}

/// When the running period ends.
pub(crate) fn period_end(metered: &Metered, product: &Product) -> Timestamp {
    cycle(product).after(metered.starts_at, metered.periods + 1)
}

/// Bills the usage when a period or the subscription ends.
pub(crate) fn on_due(store: &mut Store<'_>, id: &str) -> Result<()> {
    let mut metered: Metered = store.need(id)?;
    let product: Product = store.need(&metered.product_id)?;
    let start = cycle(&product).after(metered.starts_at, metered.periods);
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
        bill(store, &metered, &product, used, (start, end))?;
    }
    Ok(())
}

fn bill(
    store: &mut Store<'_>,
    metered: &Metered,
    product: &Product,
    used: Decimal,
    (start, end): (Timestamp, Timestamp),
) -> Result<()> {
    let scope = Scope::of(metered);
    let customer: Customer = store.need(&metered.organization_consumer_id)?;
    let currency = product.default_price().map(|price| price.currency).unwrap_or_default();
    // Item quantities are whole numbers. The item shows the usage rounded up; its amount is exact.
    let quantity = i64::try_from(used.ceil()).unwrap_or(i64::MAX);
    let item = Item { product_id: product.base.id.clone(), quantity, ..Item::default() };
    let mut basket = fill(store, &scope, vec![item], Vec::new(), currency, false)?;
    let lines = basket.items.iter().map(|item| Line {
        unit: item.unit_price,
        quantity: used,
        exempt: item.exempt,
        coupons: Vec::new(),
    });
    basket.totals = pricing::price(&lines.collect::<Vec<_>>(), &[], currency)?;
    let parts = [(basket.totals.amount, store.now)];
    let invoice = Invoice {
        currency,
        description: Some(format!("{}: {} used", product.name, used.normalize())),
        status: InvoiceStatus::Sent,
        kind: InvoiceKind::Recurring,
        period_start: Some(start),
        period_end: Some(end),
        cycle: Some(cycle(product)),
        ..Invoice::default()
    };
    let (mut invoice, mut payments) =
        create_invoice(store, &scope, &customer, basket, invoice, &parts)?;
    if money::minor(invoice.totals.amount, invoice.currency) > 0 {
        charge_stored(store, &mut invoice, &mut payments)?;
    }
    Ok(())
}
