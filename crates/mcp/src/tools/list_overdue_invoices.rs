//! `list_overdue_invoices`: who owes how much since when.
//!
//! All open invoices are read, 100 per request, with their payments. The API can filter by due date, but
//! whether its filter looks at one payment of an invoice or at all of them is not published.

use std::collections::HashSet;

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, JsonObject};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use streampay::{
    jiff::{Timestamp, civil::Date},
    operations,
    rust_decimal::Decimal,
};

use super::{
    BuiltinTool, REMOTE, ToolInfo,
    lines::{lines, object, objects},
    pages::{List, Pages},
    period::Zone,
    read, result,
    rows::{Invoice, OPEN},
    summary::too_large,
    sums::{Sum, Sums, text},
};
use crate::services::CallContext;

pub(super) struct Tool;

const NAME: &str = "list_overdue_invoices";

/// How many invoices are shown where the arguments do not say.
const LIMIT: usize = 50;

#[derive(Deserialize)]
struct Input {
    customer_id: Option<String>,
    min_days: Option<i64>,
    limit: Option<usize>,
}

/// An invoice of which a payment is overdue.
struct Overdue {
    due: Date,
    days: i64,
    amount: Decimal,
    invoice: Invoice,
}

impl BuiltinTool for Tool {
    fn info(&self) -> &'static ToolInfo {
        &ToolInfo {
            name: NAME,
            title: "List overdue invoices",
            toolset: "invoices",
            description: "List who owes how much since when, the oldest debt first, with totals per \
                          currency. Overdue begins the day after the due date, in Riyadh.",
            effects: REMOTE,
        }
    }

    fn input_schema(&self) -> JsonObject {
        object(json!({
            "type": "object",
            "properties": {
                "customer_id": {"type": "string", "format": "uuid", "description": "Of a customer"},
                "min_days": {"type": "integer", "minimum": 1, "description": "Overdue for so long"},
                "limit": {"type": "integer", "minimum": 1, "maximum": 100, "description": "Default: 50"},
            },
            "additionalProperties": false,
        }))
    }

    fn output_schema(&self) -> JsonObject {
        let text = json!({"type": ["string", "null"]});
        let row = json!({"type": "object", "properties": {
            "customer_id": text, "customer": text, "phone_number": text, "invoice_id": text,
            "invoice_number": {"type": ["integer", "null"]}, "due": {"type": "string"},
            "days_overdue": {"type": "integer"}, "overdue": {"type": "string"},
            "remaining": {"type": "string"}, "currency": {"type": "string"},
        }});
        let total = json!({"type": "object", "properties": {
            "currency": {"type": "string"}, "count": {"type": "integer"}, "overdue": {"type": "string"},
        }});
        object(json!({
            "type": "object",
            "properties": {
                "complete": {"type": "boolean"},
                "today": {"type": "string"},
                "time_zone": {"type": "string"},
                "statuses": {"type": "array", "items": {"type": "string"}},
                "totals": {"type": "array", "items": total},
                "customers": {"type": "integer"},
                "invoices": {"type": "array", "items": row},
                "not_shown": {"type": "integer"},
                "notes": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["complete", "totals", "invoices"],
        }))
    }

    fn call<'a>(
        &'a self,
        context: CallContext<'a>,
        arguments: Map<String, Value>,
    ) -> BoxFuture<'a, CallToolResult> {
        async move {
            match read(NAME, arguments) {
                Ok(input) => overdue(context, &input).await,
                Err(result) => *result,
            }
        }
        .boxed()
    }
}

async fn overdue(context: CallContext<'_>, input: &Input) -> CallToolResult {
    let zone = Zone::default();
    let today = zone.day(Timestamp::now());
    let list = List::new(&operations::LIST_INVOICES, "open invoices")
        .filter("include_payments", true)
        .filter("statuses", OPEN.to_vec())
        .filter_if("organization_consumer_id", input.customer_id.clone());
    let mut pages: Pages<'_, Invoice> = Pages::new(context, list);
    let mut rows = Vec::new();
    let (mut unknown, mut totals) = (0_usize, Sums::default());
    while let Some(page) = pages.next().await {
        let invoices = match page {
            Ok(invoices) => invoices,
            Err(failure) => return failure.result(&pages.without(NAME)),
        };
        for invoice in invoices {
            match judge(invoice, today, &zone) {
                Judgment::Overdue(row) if row.days < input.min_days.unwrap_or(1) => {}
                Judgment::Overdue(row) => {
                    let sum = Sum::one(false, [row.amount]);
                    if totals.add("", row.invoice.currency(), sum).is_err() {
                        return too_large(NAME);
                    }
                    rows.push(*row);
                }
                Judgment::NotOverdue => {}
                Judgment::Unknown => unknown += 1,
            }
        }
    }
    let extent = pages.extent();
    let mut notes = extent.notes("open invoices");
    if unknown > 0 {
        notes.push(format!(
            "INCOMPLETE: {unknown} open invoices came without readable payments or due dates and are \
             not listed."
        ));
    }
    let complete = extent.is_complete() && unknown == 0;
    rows.sort_by(|a, b| a.due.cmp(&b.due).then_with(|| a.invoice.id.cmp(&b.invoice.id)));
    let customers: HashSet<&str> =
        rows.iter().filter_map(|row| row.invoice.customer_id()).collect();
    let customers = customers.len();
    let all = rows.len();
    let shown: Vec<Vec<Value>> =
        rows.iter().take(input.limit.unwrap_or(LIMIT)).map(Overdue::cells).collect();
    let not_shown = all - shown.len();
    let sums: Vec<Vec<Value>> = totals
        .groups()
        .into_iter()
        .map(|group| {
            let overdue = text(group.sum.amounts[0], &group.currency);
            vec![json!(group.currency), json!(group.sum.count), json!(overdue)]
        })
        .collect();

    let mut words = notes.clone();
    words.push(format!(
        "Overdue on {today}, {}: {all} invoices of {customers} customers. Counted: unpaid payments that \
         were due before today, of invoices that are {}.",
        zone.name(),
        OPEN.join(", ")
    ));
    if all > 0 {
        words.extend([lines(&TOTALS, &sums), String::new(), lines(&COLUMNS, &shown)]);
    }
    if not_shown > 0 {
        words.push(format!("{not_shown} newer debts are not shown; raise `limit` to see them."));
    }
    let structured = json!({
        "complete": complete,
        "today": today.to_string(),
        "time_zone": zone.name(),
        "statuses": OPEN,
        "totals": objects(&TOTALS, sums),
        "customers": customers,
        "invoices": objects(&COLUMNS, shown),
        "not_shown": not_shown,
        "notes": notes,
    });
    result(words.join("\n"), &structured)
}

const TOTALS: [(&str, bool); 3] = [("currency", false), ("count", false), ("overdue", false)];

const COLUMNS: [(&str, bool); 10] = [
    ("due", false),
    ("days_overdue", false),
    ("overdue", false),
    ("remaining", false),
    ("currency", false),
    ("invoice_number", false),
    ("customer", true),
    ("phone_number", true),
    ("customer_id", false),
    ("invoice_id", false),
];

impl Overdue {
    fn cells(&self) -> Vec<Value> {
        let Self { due, days, amount, invoice } = self;
        let currency = invoice.currency();
        let remaining = invoice.amounts().map(|[_, _, remaining]| text(remaining, currency));
        let phone = invoice.organization_consumer.as_ref().and_then(|c| c.phone_number.as_deref());
        vec![
            json!(due.to_string()),
            json!(days),
            json!(text(*amount, currency)),
            json!(remaining.unwrap_or_default()),
            json!(currency),
            json!(invoice.org_invoice_number),
            json!(invoice.customer_name()),
            json!(phone),
            json!(invoice.customer_id()),
            json!(invoice.id),
        ]
    }
}

enum Judgment {
    Overdue(Box<Overdue>),
    NotOverdue,
    Unknown,
}

/// Decides whether an invoice is overdue: whether a payment that the customer owes was due before today.
fn judge(invoice: Invoice, today: Date, zone: &Zone) -> Judgment {
    if invoice.lacks_payments() || invoice.amounts().is_none() {
        return Judgment::Unknown;
    }
    let (mut oldest, mut sum): (Option<Date>, Decimal) = (None, Decimal::ZERO);
    for payment in invoice.payments.iter().flatten().filter(|payment| payment.is_owed()) {
        let (Some(due), Some((amount, _))) = (payment.due_at(), payment.amount()) else {
            return Judgment::Unknown;
        };
        let due = zone.day(due);
        if due < today {
            oldest = Some(oldest.map_or(due, |oldest| oldest.min(due)));
            match sum.checked_add(amount) {
                Some(more) => sum = more,
                None => return Judgment::Unknown,
            }
        }
    }
    match oldest {
        Some(due) => {
            let days = due.duration_until(today).as_hours() / 24;
            Judgment::Overdue(Box::new(Overdue { due, days, amount: sum, invoice }))
        }
        None => Judgment::NotOverdue,
    }
}
