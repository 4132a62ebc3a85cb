//! `summarize_payments`: counts payments and adds them up.
//!
//! Payments come from the list of payments, unless the question is about a customer, a product or a link:
//! the API's payments do not name them. Then they come from the list of invoices, whose entries hold their
//! payments, the customer and the link. So either way one list is read, 100 items per request. Only
//! products take more, see `products`.
//!
//! A payment counts on the day on which it was paid. The API's own filter by date may mean another one, so
//! it only bounds how far back the list is read.

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, JsonObject};
use serde_json::{Map, Value};
use streampay::{enums::PaymentStatusEnum, jiff::Timestamp, operations, rust_decimal::Decimal};

use super::{
    BuiltinTool, REMOTE, ToolInfo,
    pages::{List, Pages},
    products::{Part, Products},
    read,
    rows::{Invoice, Payment},
    summary::{
        self, Counted, GroupBy, Kind, Stop, Summary, input_schema, output_schema, too_large,
    },
    sums::{Sum, TooLarge, divide},
};
use crate::services::CallContext;

pub(super) struct Tool;

const NAME: &str = "summarize_payments";

/// How many days before the period a payment may be dated by the API and still be found.
const LOOK_BACK: i64 = 366;

static KIND: Kind = Kind {
    items: "payments",
    special: "refunded_count",
    amounts: ["amount", "refunded", "net"],
    counted: "SUCCEEDED, SETTLED, REFUNDED, PARTIALLY_REFUNDED",
    dated: "payment (unpaid ones by due date)",
};

impl BuiltinTool for Tool {
    fn info(&self) -> &'static ToolInfo {
        &ToolInfo {
            name: NAME,
            title: "Total payments",
            toolset: "payments",
            description: "Count payments and add them up exactly, per currency, with refunds apart. \
                          Use it for every total or ranking instead of adding up lists.",
            effects: REMOTE,
        }
    }

    fn input_schema(&self) -> JsonObject {
        input_schema("paid", "Default: paid, even if refunded")
    }

    fn output_schema(&self) -> JsonObject {
        output_schema(&KIND)
    }

    fn call<'a>(
        &'a self,
        context: CallContext<'a>,
        arguments: Map<String, Value>,
    ) -> BoxFuture<'a, CallToolResult> {
        async move {
            let input: summary::Input = match read(NAME, arguments) {
                Ok(input) => input,
                Err(result) => return *result,
            };
            let statuses = PaymentStatusEnum::KNOWN.iter().map(PaymentStatusEnum::as_str);
            let summary = match Summary::new(&KIND, NAME, input, statuses) {
                Ok(summary) => summary,
                Err(result) => return *result,
            };
            if of_invoices(&summary.input) {
                from_invoices(context, summary).await
            } else {
                from_payments(context, summary).await
            }
        }
        .boxed()
    }
}

/// Whether the question is about what only invoices know.
fn of_invoices(input: &summary::Input) -> bool {
    input.customer_id.is_some()
        || input.product_id.is_some()
        || input.payment_link_id.is_some()
        || matches!(
            input.group_by,
            Some(GroupBy::Customer | GroupBy::Product | GroupBy::PaymentLink)
        )
}

/// Limits how far back a list is read, and says so.
fn bounded(list: List, summary: &mut Summary) -> List {
    let Some(since) = summary.period.days_before(LOOK_BACK) else { return list };
    let items = list.items;
    summary.notes.push(format!("Read: {items} that Stream dates on or after {since}."));
    list.filter("from_date", since.to_string())
}

async fn from_payments(context: CallContext<'_>, mut summary: Summary) -> CallToolResult {
    let list = List::new(&operations::LIST_PAYMENTS, "payments")
        .filter_if("statuses", summary.input.statuses.clone());
    let list = bounded(list, &mut summary);
    let mut pages = Pages::new(context, list);
    while let Some(page) = pages.next().await {
        let payments: Vec<Payment> = match page {
            Ok(payments) => payments,
            Err(failure) => return failure.result(&pages.without(NAME)),
        };
        for payment in &payments {
            if count(&mut summary, payment, None, None).is_err() {
                return too_large(NAME);
            }
        }
    }
    summary.finish(pages.extent())
}

async fn from_invoices(context: CallContext<'_>, mut summary: Summary) -> CallToolResult {
    let input = &summary.input;
    let list = List::new(&operations::LIST_INVOICES, "invoices")
        .filter("include_payments", true)
        .filter_if("organization_consumer_id", input.customer_id.clone())
        .filter_if("payment_link_id", input.payment_link_id.clone())
        .filter_if("payment_statuses", input.statuses.clone());
    let list = bounded(list, &mut summary);
    let mut pages = Pages::new(context, list);
    let mut products = Products::new(context);
    while let Some(page) = pages.next().await {
        let counted = match page {
            Ok(invoices) => count_invoices(&mut summary, &mut products, &invoices).await,
            Err(failure) => Err(failure.into()),
        };
        match counted {
            Ok(()) => {}
            Err(Stop::Read(failure)) => return failure.result(&pages.without(NAME)),
            Err(Stop::TooLarge) => return too_large(NAME),
        }
    }
    summary.notes.extend(products.notes());
    summary.name_links(context).await;
    summary.finish(pages.extent())
}

/// Counts the payments of invoices.
async fn count_invoices(
    summary: &mut Summary,
    products: &mut Products<'_>,
    invoices: &[Invoice],
) -> Result<(), Stop> {
    for invoice in invoices {
        if invoice.lacks_payments() {
            summary.unreadable();
        }
    }
    let product = summary.input.product_id.is_some();
    if !product && summary.input.group_by != Some(GroupBy::Product) {
        for invoice in invoices {
            count_all(summary, invoice, None)?;
        }
        return Ok(());
    }
    // Only invoices with a payment that matters are looked into.
    let (relevant, rest): (Vec<&Invoice>, Vec<&Invoice>) = invoices.iter().partition(|invoice| {
        let mut payments = invoice.payments.iter().flatten();
        payments.any(|payment| {
            (counts(summary, payment) && is_in_period(summary, payment))
                || is_refund_of_period(summary, payment)
        })
    });
    for invoice in rest.into_iter().filter(|_| !product) {
        count_all(summary, invoice, None)?;
    }
    let parts = products.of(&relevant).await?;
    for (invoice, parts) in relevant.into_iter().zip(parts) {
        count_all(summary, invoice, Some(&parts))?;
        for (product, _) in &parts {
            if let Some(name) = products.name(product) {
                summary.name(product, name);
            }
        }
    }
    Ok(())
}

fn count_all(
    summary: &mut Summary,
    invoice: &Invoice,
    parts: Option<&[Part]>,
) -> Result<(), TooLarge> {
    let mut payments = invoice.payments.iter().flatten();
    payments.try_for_each(|payment| count(summary, payment, Some(invoice), parts))
}

/// Counts a payment. `parts` are the products of its invoice, where the question is about products.
fn count(
    summary: &mut Summary,
    payment: &Payment,
    invoice: Option<&Invoice>,
    parts: Option<&[Part]>,
) -> Result<(), TooLarge> {
    let Some((amount, currency)) = payment.amount() else {
        summary.unreadable();
        return Ok(());
    };
    let refunded = payment.refunded();
    let whole = [amount, refunded.unwrap_or_default()];
    // The share of each product, or the whole.
    let shares = match parts {
        None => vec![whole],
        Some(parts) => {
            let weights: Vec<Decimal> = parts.iter().map(|(_, weight)| *weight).collect();
            let [amounts, refunds] = whole.map(|part| divide(part, currency, &weights));
            amounts?.into_iter().zip(refunds?).map(|(amount, refund)| [amount, refund]).collect()
        }
    };
    let wanted = summary.input.product_id.clone();
    let is_wanted = |index: usize| {
        let part = parts.and_then(|parts| parts.get(index));
        wanted.as_deref().is_none_or(|wanted| part.is_some_and(|(product, _)| **product == *wanted))
    };
    // What the question is about: the shares of one product, or the whole payment.
    let about = match (&wanted, parts) {
        (Some(_), _) => {
            shares.iter().enumerate().find(|(index, _)| is_wanted(*index)).map(|(_, s)| *s)
        }
        (None, Some([])) => None,
        (None, _) => Some(whole),
    };
    let Some([about_amount, about_refund]) = about else { return Ok(()) };
    if is_refund_of_period(summary, payment) {
        summary.refund(currency, about_refund)?;
    }
    if !is_in_period(summary, payment) {
        return Ok(());
    }
    if !counts(summary, payment) {
        return match summary.input.statuses {
            None => summary.other(payment.status(), currency, about_amount),
            Some(_) => Ok(()),
        };
    }
    if refunded.is_none() {
        summary.unknown_refund();
    }
    let sum = |[amount, refund]: [Decimal; 2]| {
        Sum::one(
            payment.refunded_at().is_some() || !refund.is_zero(),
            [amount, refund, amount - refund],
        )
    };
    let item = Counted {
        status: payment.status(),
        at: date(payment),
        customer: invoice
            .map_or((None, None), |invoice| (invoice.customer_id(), invoice.customer_name())),
        link: invoice.and_then(|invoice| invoice.payment_link_id.as_deref()),
    };
    summary.add(&item, currency, sum([about_amount, about_refund]))?;
    if summary.input.group_by == Some(GroupBy::Product) {
        for (index, ((product, _), share)) in
            parts.unwrap_or_default().iter().zip(shares).enumerate()
        {
            if is_wanted(index) {
                summary.group(Some(product), None, currency, sum(share))?;
            }
        }
    }
    Ok(())
}

/// The moment that puts a payment into a period.
fn date(payment: &Payment) -> Option<Timestamp> {
    payment.paid_at().or_else(|| payment.due_at())
}

fn is_in_period(summary: &Summary, payment: &Payment) -> bool {
    summary.includes(date(payment))
}

fn counts(summary: &Summary, payment: &Payment) -> bool {
    match &summary.input.statuses {
        Some(statuses) => statuses.iter().any(|status| status == payment.status()),
        None => payment.is_paid(),
    }
}

fn is_refund_of_period(summary: &Summary, payment: &Payment) -> bool {
    summary.input.statuses.is_none()
        && summary.period.is_bounded()
        && payment.refunded_at().is_some_and(|at| summary.period.contains(at))
}
