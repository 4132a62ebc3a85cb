//! What is true after a change, where the API's own answer does not say it.
//!
//! Some changes are answered with nothing. Their result says `ok`, and what the read of `x-verify-with`
//! shows now. A refund or a charge of a payment is answered with little more than its id or its amount.
//! Its result adds what the payment was for: the customer, the invoice and its items.
//!
//! Such a read never turns a success into an error and never outlasts the call. If it fails or takes too
//! long, the result says so.

use std::time::Duration;

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Map, Value, json};
use streampay::{Arguments, Operation, Timestamp, http::Method, jiff::ToSpan as _, operations};
use tokio::time::{Instant, timeout_at};

use super::{
    lines::{named, object},
    reads::{Failure, get, read, text_of},
    rows::{Invoice, Payment},
    sums::text,
};
use crate::{
    generated,
    services::CallContext,
    text::{Origin, json as compact_json},
    tool::{OperationTool, Place},
};

/// How long the reads after a change may take together.
const LIMIT: Duration = Duration::from_secs(5);

/// The share of the remaining time of a call that they may take.
const SHARE: f64 = 0.5;

/// The longest text of a member that is shown, in characters.
const MAX_TEXT: usize = 200;

/// Members that say nothing about a change.
const NOISE: [&str; 3] = ["user_id", "organization_id", "account_id"];

/// What is true now, or why that is not known, as a sentence.
type Now = Result<Value, String>;

/// Adds to the result of a successful change what is true now.
pub(crate) fn confirm<'a>(
    context: CallContext<'a>,
    tool: &'static OperationTool,
    arguments: &'a Arguments,
    result: CallToolResult,
) -> BoxFuture<'a, CallToolResult> {
    confirmed(context, tool, arguments, result).boxed()
}

async fn confirmed(
    context: CallContext<'_>,
    tool: &'static OperationTool,
    arguments: &Arguments,
    mut result: CallToolResult,
) -> CallToolResult {
    let (Some(Value::Object(answer)), Some(verify)) =
        (&result.structured_content, tool.stake.verify)
    else {
        return result;
    };
    let is_empty = answer.is_empty() && tool.answers_nothing();
    let is_payment = verify.tool == operations::GET_PAYMENT.name && !answer.is_empty();
    if tool.effects.read_only || !(is_empty || is_payment) {
        return result;
    }
    let mut structured = answer.clone();
    let reading: BoxFuture<'_, Now> = if is_empty {
        read_back(context, tool, arguments).boxed()
    } else {
        purpose(context, structured.clone()).boxed()
    };
    let start = Instant::now();
    let left = context.deadline.saturating_duration_since(start);
    let known = timeout_at(start + left.mul_f64(SHARE).min(LIMIT), reading).await;
    let known = known.unwrap_or_else(|_| Err("The read took too long.".to_owned()));
    structured.insert("ok".to_owned(), json!(true));
    let words = match known {
        Ok(now) => {
            let words = format!("Now: {}", compact_json(&now, Origin::Unknown));
            structured.insert("now".to_owned(), now);
            words
        }
        Err(why) => {
            structured.insert("now_unknown".to_owned(), json!(why));
            format!(
                "The change was made. What is true now was not read: {why} Call {} to see it.",
                verify.tool
            )
        }
    };
    let first = if is_empty { format!("{} succeeded.", tool.name) } else { text_of(&result) };
    result.content = vec![ContentBlock::text(format!("{first}\n{words}"))];
    result.structured_content = Some(Value::Object(structured));
    result
}

/// The read of `x-verify-with` for one change.
struct ReadBack {
    operation: &'static Operation,
    arguments: Arguments,
    /// The id of the innermost thing that the path of the change names.
    target: Option<Value>,
    /// Whether the read answers with the target itself, not with something that holds it.
    is_itself: bool,
}

impl ReadBack {
    fn new(tool: &'static OperationTool, arguments: &Arguments) -> Option<Self> {
        let verify = tool.stake.verify?;
        let mut tools = generated::TOOLS.iter().copied().flatten();
        let by = *tools.find(|by| by.name == verify.tool)?;
        let given = |name: &str| {
            let argument = tool.arguments.iter().find(|argument| argument.name == name)?;
            match argument.place {
                Place::Path => arguments.path.get(argument.api_name),
                Place::Query => arguments.query.get(argument.api_name),
                Place::Body => arguments.body.as_ref()?.get(argument.api_name),
                Place::WholeBody => arguments.body.as_ref(),
            }
        };
        let mut reading = Arguments::default();
        for (name, from) in verify.arguments {
            let argument = by.arguments.iter().find(|argument| argument.name == *name);
            let (Some(argument), Some(value)) = (argument, given(from)) else { continue };
            let (name, value) = (argument.api_name.to_owned(), value.clone());
            match argument.place {
                Place::Path => reading.path.insert(name, value),
                _ => reading.query.insert(name, value),
            };
        }
        let mut paths = tool.arguments.iter().filter(|argument| argument.place == Place::Path);
        let target = paths.next_back().and_then(|argument| arguments.path.get(argument.api_name));
        let is_itself = reading.path.values().any(|value| Some(value) == target);
        let (operation, target) = (by.operation, target.cloned());
        Some(Self { operation, arguments: reading, target, is_itself })
    }
}

/// Calls the read of `x-verify-with` and shows what it says about the target of the change.
async fn read_back(
    context: CallContext<'_>,
    tool: &'static OperationTool,
    arguments: &Arguments,
) -> Now {
    let Some(ReadBack { operation, arguments, target, is_itself }) = ReadBack::new(tool, arguments)
    else {
        return Err("There is no read for it.".to_owned());
    };
    match read::<Value>(context, operation, &arguments).await {
        Ok(answer) if is_itself => Ok(compact(&answer)),
        Ok(answer) => match target.as_ref().and_then(|target| find(&answer, target)) {
            Some(found) => Ok(compact(found)),
            None if answer.pointer("/pagination/has_next_page") == Some(&json!(true)) => {
                Err("It is not among the first items of the list.".to_owned())
            }
            None => Ok(json!({"id": target, "exists": false})),
        },
        Err(failure) if failure.is_not_found() && tool.operation.method == Method::DELETE => {
            Ok(json!({"id": target, "exists": false}))
        }
        Err(failure) => Err(failure.line()),
    }
}

/// The object with this id, wherever it is.
fn find<'a>(value: &'a Value, id: &Value) -> Option<&'a Value> {
    match value {
        Value::Object(map) if map.get("id") == Some(id) => Some(value),
        Value::Object(map) => map.values().find_map(|value| find(value, id)),
        Value::Array(list) => list.iter().find_map(|value| find(value, id)),
        _ => None,
    }
}

/// The plain members of an object, without nulls and copies.
fn compact(value: &Value) -> Value {
    let mut out = Map::new();
    for (name, member) in value.as_object().into_iter().flatten() {
        if NOISE.contains(&name.as_str()) || name.ends_with("_in_smallest_unit") {
            continue;
        }
        match member {
            Value::Null | Value::Array(_) | Value::Object(_) => {}
            Value::String(text) => {
                let text: String = text.chars().take(MAX_TEXT).collect();
                out.insert(name.clone(), json!(text));
            }
            plain => {
                out.insert(name.clone(), plain.clone());
            }
        }
    }
    Value::Object(out)
}

/// A text of an answer.
fn member<'a>(answer: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    answer.get(name).and_then(Value::as_str)
}

/// What a payment was for. `answer` is what the API answered to the change.
async fn purpose(context: CallContext<'_>, answer: Map<String, Value>) -> Now {
    let payment = member(&answer, "payment_id").or_else(|| member(&answer, "id"));
    let Some(payment) = payment.map(ToOwned::to_owned) else {
        return Err("The answer names no payment.".to_owned());
    };
    let id = match member(&answer, "invoice_id") {
        Some(id) => Some(id.to_owned()),
        None => match invoice_of(context, &payment, &answer).await {
            Ok(id) => id,
            Err(failure) => return Err(failure.line()),
        },
    };
    let Some(id) = id else {
        return Err("The invoice of the payment was not found.".to_owned());
    };
    match get::<Invoice>(context, &operations::GET_INVOICE, "invoice_id", &id).await {
        Ok(invoice) => Ok(described(&invoice, &payment)),
        Err(failure) => Err(failure.line()),
    }
}

/// The invoice of a payment, which the API's payments do not name. It is found by the due date, which the
/// payment has, or else among the latest invoices with a payment of this status.
async fn invoice_of(
    context: CallContext<'_>,
    payment: &str,
    answer: &Map<String, Value>,
) -> Result<Option<String>, Failure> {
    for query in searches(answer) {
        let arguments = Arguments { query, ..Arguments::default() };
        let page: Value = read(context, &operations::LIST_INVOICES, &arguments).await?;
        if let Some(id) = holder(&page, payment) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// The lists of invoices in which to look for that of a payment.
fn searches(answer: &Map<String, Value>) -> Vec<Map<String, Value>> {
    let due = member(answer, "scheduled_on").map(|text| Timestamp::from(text.to_owned()));
    let around = due.and_then(|due| due.instant()).and_then(|due| {
        let (from, to) = (due.checked_sub(1.second()).ok()?, due.checked_add(1.second()).ok()?);
        Some(json!({"due_date_from": from.to_string(), "due_date_to": to.to_string()}))
    });
    let latest = json!({"payment_statuses": member(answer, "current_status").map(|one| vec![one])});
    let searches = around.into_iter().chain([latest]).map(|filter| {
        let mut query = object(filter);
        query.insert("include_payments".to_owned(), json!(true));
        query.insert("limit".to_owned(), json!(100));
        query
    });
    searches.collect()
}

/// The id of the invoice on a page that has this payment.
fn holder(page: &Value, payment: &str) -> Option<String> {
    let list = |value: &'_ Value, name: &str| value.get(name).and_then(Value::as_array).cloned();
    let invoices = list(page, "data").unwrap_or_default();
    let found = invoices.iter().find(|invoice| {
        let payments = list(invoice, "payments").unwrap_or_default();
        payments.iter().any(|one| one.get("id").and_then(Value::as_str) == Some(payment))
    });
    found.and_then(|invoice| Some(invoice.get("id")?.as_str()?.to_owned()))
}

fn described(invoice: &Invoice, payment: &str) -> Value {
    let currency = invoice.currency();
    let amounts = invoice.amounts().map(|amounts| amounts.map(|amount| text(amount, currency)));
    let [total, paid, remaining] = match amounts {
        Some(amounts) => amounts.map(Some),
        None => [None, None, None],
    };
    let is_it = |one: &&Payment| one.id.as_deref() == Some(payment);
    let status = invoice.payments.iter().flatten().find(is_it).map(Payment::status);
    let customer = invoice.organization_consumer.as_ref();
    let items = invoice.items.iter().flatten().map(|item| {
        let product = item.product.as_ref().and_then(|product| product.name.clone());
        let amount = item.discounted_amount.as_ref().map(ToString::to_string);
        named([
            ("product", json!(product)),
            ("quantity", json!(item.quantity)),
            ("amount", json!(amount)),
        ])
    });
    json!({
        "payment": named([("id", json!(payment)), ("status", json!(status))]),
        "invoice": named([
            ("id", json!(invoice.id)),
            ("number", json!(invoice.org_invoice_number)),
            ("status", json!(invoice.status())),
            ("total", json!(total)),
            ("paid", json!(paid)),
            ("remaining", json!(remaining)),
            ("currency", json!(currency)),
        ]),
        "customer": named([
            ("id", json!(invoice.customer_id())),
            ("name", json!(invoice.customer_name())),
            ("phone_number", json!(customer.and_then(|customer| customer.phone_number.as_ref()))),
        ]),
        "items": items.collect::<Vec<Value>>(),
    })
}
