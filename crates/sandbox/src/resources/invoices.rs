//! Invoices. Paying them is in `payments` and `checkout`.

use super::views::{invoice as view, invoice_row};
use super::{Call, Reply, links, products};
use crate::billing::{Draft, Wanted, cancel_invoice, create_invoice, fill};
use crate::error::{ApiError, Code, Result};
use crate::model::{Customer, Event, Flow, Invoice, InvoiceKind, InvoiceStatus, Subscription};
use crate::store::Store;
use crate::time;
use crate::webhooks::{self, Entity};

/// A condition on the payments of an invoice.
fn some_payment(condition: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM entity p WHERE p.parent = entity.id AND p.kind = 'payment'
            AND {condition})"
    )
}

pub(super) fn list(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
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
    call.page(store, &filter, &fields, |store, invoice| invoice_row(store, invoice, with_payments))
}

pub(super) fn create(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let scope = &call.scope;
    let fields = call.fields();
    let currency = fields.text("currency").unwrap_or_else(|| "SAR".to_owned());
    products::check_currency(call, &currency)?;
    let id = fields.id("organization_consumer_id").unwrap_or_default();
    let customer: Customer = scope.find(store, &id)?;
    let codes = fields.ids("coupons");
    let basket = fill(store, scope, &Wanted::read(fields), &codes, &currency, true)?;
    links::one_kind(&basket)?;
    let due = fields.moment("scheduled_on").unwrap_or(store.now);
    let later = due > time::days(store.now, 1);
    let notify = fields.flag("notify_consumer").unwrap_or(true);
    let parts = vec![(basket.totals.amount, due)];
    let kind = if later { InvoiceKind::OneOffFuture } else { InvoiceKind::OneOff };
    let draft = Draft {
        description: fields.text("description"),
        status: if notify { InvoiceStatus::Sent } else { InvoiceStatus::Created },
        flow: Flow::Manual,
        exclude_coupons: fields.flag("exclude_coupons_if_installments").unwrap_or(false),
        methods: fields.raw("payment_methods"),
        ..Draft::new(&customer, basket, &currency, kind, parts)
    };
    let (invoice, _) = create_invoice(store, scope, draft)?;
    Reply::ok(view(store, &invoice)?)
}

pub(super) fn get(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let invoice: Invoice = call.target(store, "invoice_id")?;
    Reply::ok(view(store, &invoice)?)
}

/// Refuses what a finalized invoice cannot undergo.
pub(crate) fn check_open(invoice: &Invoice) -> Result<()> {
    if invoice.status.is_final() {
        let info = format!("Invoice {} is {}.", invoice.base.id, invoice.status);
        return Err(ApiError::code(400, Code::InvoiceFinalised, info));
    }
    Ok(())
}

pub(super) fn update(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut invoice: Invoice = call.target(store, "invoice_id")?;
    check_open(&invoice)?;
    let fields = call.fields();
    if let Some(due) = fields.moment("scheduled_on") {
        if due <= store.now {
            return Err(ApiError::value(&["scheduled_on"], "scheduled_on is in the past"));
        }
        invoice.scheduled_on = due;
        // One payment falls due with its invoice; installments keep their rhythm.
        if invoice.payments == 1 {
            for mut payment in store.payments_of(&invoice.base.id)? {
                payment.scheduled_on = due;
                store.update(&mut payment)?;
            }
        }
    }
    if fields.has("description") {
        invoice.description = fields.text("description");
    }
    store.update(&mut invoice)?;
    webhooks::emit(store, Event::InvoiceUpdated, Entity::Invoice(&invoice))?;
    Reply::ok(view(store, &invoice)?)
}

pub(super) fn send(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut invoice: Invoice = call.target(store, "invoice_id")?;
    check_open(&invoice)?;
    if invoice.status == InvoiceStatus::Created {
        invoice.status = InvoiceStatus::Sent;
    }
    store.update(&mut invoice)?;
    webhooks::emit(store, Event::InvoiceSent, Entity::Invoice(&invoice))?;
    Reply::ok(view(store, &invoice)?)
}

pub(super) fn void(store: &mut Store<'_>, call: &Call) -> Result<Reply> {
    let mut invoice: Invoice = call.target(store, "invoice_id")?;
    check_open(&invoice)?;
    if !invoice.paid.is_zero() {
        let info = "The invoice is partly paid. Refund the payment first.";
        return Err(ApiError::code(400, Code::InvoiceInvalidStatus, info));
    }
    cancel_invoice(store, &mut invoice)?;
    forget_prepared(store, &invoice)?;
    Reply::ok(view(store, &invoice)?)
}

/// Forgets a voided invoice of the next cycle, so that the cycle makes another.
fn forget_prepared(store: &Store, invoice: &Invoice) -> Result<()> {
    let Some(id) = &invoice.subscription else {
        return Ok(());
    };
    let mut sub: Subscription = store.need(id)?;
    if sub.prepared.as_ref() == Some(&invoice.base.id) {
        sub.prepared = None;
        store.put(&sub)?;
    }
    Ok(())
}
