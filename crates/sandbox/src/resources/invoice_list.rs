//! Lists of invoices with their many filters.

use serde_json::{Value, json};

use super::invoices::{extend, view_base, view_payment};
use super::{Call, Reply, customers};
use crate::billing::payments_of;
use crate::error::Result;
use crate::model::{Customer, Invoice, Subscription};
use crate::store::Store;
use crate::{money, time};

fn view(store: &Store, invoice: &Invoice, with_payments: bool) -> Result<Value> {
    let mut value = view_base(invoice);
    let currency = invoice.currency.as_str();
    let customer: Customer = store.need(&invoice.customer)?;
    let subscription: Option<Subscription> = match &invoice.subscription {
        Some(id) => store.get(id)?,
        None => None,
    };
    let subscription = subscription.map(|sub| {
        json!({
            "id": sub.base.id,
            "recurring_interval": sub.unit,
            "recurring_interval_count": sub.count,
            "status": sub.status,
            "current_period_start": time::text(sub.period.0),
            "current_period_end": time::text(sub.period.1),
            "cancel_at_period_end": sub.cancel_at_end,
        })
    });
    let payments = if with_payments {
        Some(payments_of(store, &invoice.base.id)?.iter().map(view_payment).collect::<Vec<_>>())
    } else {
        None
    };
    let left = invoice.totals.amount - invoice.paid;
    extend(
        &mut value,
        json!({
            "remaining_amount": money::text(left, currency),
            "paid_amount": money::text(invoice.paid, currency),
            "organization_consumer": customers::embedded(&customer),
            "subscription": subscription,
            "payments": payments,
            "total_number_of_payments": invoice.payments,
            "last_payment_paid_at": time::text_or_null(invoice.last_paid_at),
            "remaining_amount_in_smallest_unit": money::minor(left, currency),
            "paid_amount_in_smallest_unit": money::minor(invoice.paid, currency),
        }),
    );
    Ok(value)
}

/// A condition on the payments of an invoice.
fn some_payment(condition: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM entity p WHERE p.parent = entity.id AND p.kind = 'payment'
            AND {condition})"
    )
}

pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply> {
    let query = &call.query;
    let lower = |name: &str| query.text(name).map(str::to_ascii_lowercase);
    let mut filter = call
        .scope
        .filter()
        .eq_if("parent", lower("payment_link_id").as_deref())
        .eq_if("customer", lower("organization_consumer_id").as_deref())
        .eq_if("other", lower("subscription_id").as_deref())
        .one_of("status", &query.list("statuses"))
        .one_of("currency", &query.commas("currencies"))
        .search(query.text("search_term"))
        .moments("created", query.moment("from_date"), query.moment("to_date"))
        .amounts(query.amount("from_price"), query.amount("to_price"));
    // Moments inside a document are texts of differing length; unixepoch makes them comparable.
    let due = "unixepoch(json_extract(doc, '$.scheduled_on'), 'subsec') * 1000000";
    filter = filter.moments(due, query.moment("due_date_from"), query.moment("due_date_to"));
    let statuses = query.list("payment_statuses");
    if !statuses.is_empty() {
        let marks = vec!["?"; statuses.len()].join(",");
        filter = filter.raw(&some_payment(&format!("p.status IN ({marks})")), statuses);
    }
    if let Some(open) = query.flag("payments_not_settled") {
        let online = "p.status = 'SUCCEEDED' AND json_extract(p.doc, '$.transaction') IS NOT NULL";
        let no = if open { "" } else { "NOT " };
        filter = filter.raw(&format!("{no}{}", some_payment(online)), []);
    }
    let with_payments = query.flag("include_payments").unwrap_or(false);
    let fields = [
        ("total_amount", "amount"),
        ("status", "status"),
        ("currency", "currency"),
        ("org_invoice_number", "json_extract(doc, '$.number')"),
        ("scheduled_on", "unixepoch(json_extract(doc, '$.scheduled_on'), 'subsec')"),
    ];
    call.page(&filter, &fields, |store, invoice| view(store, invoice, with_payments))
}
