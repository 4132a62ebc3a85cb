//! `summarize_invoices`: counts invoices and adds them up.
//!
//! One list is read, 100 invoices per request; only products take more, see `products`.

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, JsonObject};
use serde_json::{Map, Value};
use streampay::{enums::InvoiceStatusEnum, operations, rust_decimal::Decimal};

use super::{
    BuiltinTool, REMOTE, ToolInfo,
    pages::{List, Pages},
    products::{Part, Products},
    read,
    rows::{Invoice, NOT_ISSUED},
    summary::{
        self, Counted, GroupBy, Kind, Stop, Summary, input_schema, output_schema, too_large,
    },
    sums::{Sum, TooLarge, divide},
};
use crate::services::CallContext;

pub(super) struct Tool;

const NAME: &str = "summarize_invoices";

static KIND: Kind = Kind {
    items: "invoices",
    special: "open_count",
    amounts: ["total", "paid", "remaining"],
    counted: "CREATED, SENT, ACCEPTED, COMPLETED",
    dated: "creation",
};

impl BuiltinTool for Tool {
    fn info(&self) -> &'static ToolInfo {
        &ToolInfo {
            name: NAME,
            title: "Total invoices",
            toolset: "invoices",
            description: "Count invoices and add up exactly, per currency, what was billed, paid and \
                          remains. For money received, use summarize_payments.",
            effects: REMOTE,
        }
    }

    fn input_schema(&self) -> JsonObject {
        input_schema("created", "Default: all but DRAFT, REJECTED, CANCELED and EXPIRED")
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
            let statuses = InvoiceStatusEnum::KNOWN.iter().map(InvoiceStatusEnum::as_str);
            match Summary::new(&KIND, NAME, input, statuses) {
                Ok(summary) => summarize(context, summary).await,
                Err(result) => *result,
            }
        }
        .boxed()
    }
}

async fn summarize(context: CallContext<'_>, mut summary: Summary) -> CallToolResult {
    let input = &summary.input;
    let list = List::new(&operations::LIST_INVOICES, "invoices")
        .filter_if("organization_consumer_id", input.customer_id.clone())
        .filter_if("payment_link_id", input.payment_link_id.clone())
        .filter_if("statuses", input.statuses.clone())
        // Whether the bound itself counts is not published, so a day more is read.
        .filter_if("from_date", summary.period.days_before(1).map(|since| since.to_string()));
    let mut pages = Pages::new(context, list);
    let mut products = Products::new(context);
    while let Some(page) = pages.next().await {
        let counted = match page {
            Ok(invoices) => count_page(&mut summary, &mut products, &invoices).await,
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

async fn count_page(
    summary: &mut Summary,
    products: &mut Products<'_>,
    invoices: &[Invoice],
) -> Result<(), Stop> {
    let mut counted = Vec::new();
    for invoice in invoices {
        let Some(amounts) = invoice.amounts() else {
            summary.unreadable();
            continue;
        };
        if !summary.includes(invoice.created_at()) {
            continue;
        }
        if summary.input.statuses.is_none() && NOT_ISSUED.contains(&invoice.status()) {
            if summary.input.product_id.is_none() {
                summary.other(invoice.status(), invoice.currency(), amounts[0])?;
            }
            continue;
        }
        counted.push((invoice, amounts));
    }
    let product = summary.input.product_id.is_some();
    if !product && summary.input.group_by != Some(GroupBy::Product) {
        for (invoice, amounts) in counted {
            add(summary, invoice, amounts)?;
        }
        return Ok(());
    }
    let invoices: Vec<&Invoice> = counted.iter().map(|(invoice, _)| *invoice).collect();
    let parts = products.of(&invoices).await?;
    for ((invoice, amounts), parts) in counted.into_iter().zip(parts) {
        add_parts(summary, invoice, amounts, &parts)?;
        for (product, _) in &parts {
            if let Some(name) = products.name(product) {
                summary.name(product, name);
            }
        }
    }
    Ok(())
}

fn sum(amounts: [Decimal; 3], invoice: &Invoice) -> Sum<3> {
    let is_open = super::rows::OPEN.contains(&invoice.status());
    Sum::one(is_open, amounts)
}

fn add(summary: &mut Summary, invoice: &Invoice, amounts: [Decimal; 3]) -> Result<(), TooLarge> {
    let item = Counted {
        status: invoice.status(),
        at: invoice.created_at(),
        customer: (invoice.customer_id(), invoice.customer_name()),
        link: invoice.payment_link_id.as_deref(),
    };
    summary.add(&item, invoice.currency(), sum(amounts, invoice))
}

/// Adds an invoice of which the products are known: the share of one product, or all shares.
fn add_parts(
    summary: &mut Summary,
    invoice: &Invoice,
    amounts: [Decimal; 3],
    parts: &[Part],
) -> Result<(), TooLarge> {
    if parts.is_empty() {
        return Ok(());
    }
    let wanted = summary.input.product_id.clone();
    let weights: Vec<Decimal> = parts.iter().map(|(_, weight)| *weight).collect();
    let [total, paid, remaining] =
        amounts.map(|amount| divide(amount, invoice.currency(), &weights));
    let shares = total?.into_iter().zip(paid?).zip(remaining?);
    if wanted.is_none() {
        add(summary, invoice, amounts)?;
    }
    for ((product, _), ((total, paid), remaining)) in parts.iter().zip(shares) {
        let share = [total, paid, remaining];
        match wanted.as_deref() {
            Some(wanted) if *wanted != **product => continue,
            Some(_) => add(summary, invoice, share)?,
            None => {}
        }
        if summary.input.group_by == Some(GroupBy::Product) {
            summary.group(Some(product), None, invoice.currency(), sum(share, invoice))?;
        }
    }
    Ok(())
}
