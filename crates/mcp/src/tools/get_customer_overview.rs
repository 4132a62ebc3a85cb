//! `get_customer_overview`: a customer with open invoices, recent payments and subscriptions.
//!
//! Finding the customer takes one read by id and usually one search otherwise. Then three lists are read
//! at once, one page of each, and the invoices of the recent payments, for what they were for.

use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream};
use rmcp::model::{CallToolResult, JsonObject};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use streampay::{Amount, Arguments, Operation, operations};

use super::{
    BuiltinTool, REMOTE, ToolInfo,
    lines::{lines, object, objects},
    pages::{Item, List, Pages},
    period::Zone,
    read,
    reads::{CONCURRENCY, Failure, get, read as read_api},
    result,
    rows::{Customer, Invoice, LineItem, OPEN, Payment},
    sums::text,
};
use crate::{answer, check::Faults, services::CallContext, text as words};

pub(super) struct Tool;

const NAME: &str = "get_customer_overview";

/// How many pages of customers are searched: 1,000 customers.
const SEARCHED: usize = 10;

/// How many candidates are shown for an ambiguous name.
const CANDIDATES: usize = 10;

/// How many payments are shown.
const PAYMENTS: usize = 5;

/// How many of the latest invoices are searched for payments.
const RECENT: usize = 50;

#[derive(Deserialize)]
struct Input {
    customer_id: Option<String>,
    phone_number: Option<String>,
    email: Option<String>,
    external_id: Option<String>,
    name: Option<String>,
}

/// How a customer is looked for.
enum Key<'a> {
    Id(&'a str),
    Phone(&'a str),
    Email(&'a str),
    External(&'a str),
    Name(&'a str),
}

impl BuiltinTool for Tool {
    fn info(&self) -> &'static ToolInfo {
        &ToolInfo {
            name: NAME,
            title: "Get customer overview",
            toolset: "customers",
            description: "Find one customer by exactly one of these, and get open invoices with due \
                          dates, recent payments with what they were for, and subscriptions with \
                          their next charge.",
            effects: REMOTE,
        }
    }

    fn input_schema(&self) -> JsonObject {
        object(json!({
            "type": "object",
            "properties": {
                "customer_id": {"type": "string", "format": "uuid", "description": "Id"},
                "phone_number": {"type": "string", "description": "With country code"},
                "email": {"type": "string", "description": "Any case"},
                "external_id": {"type": "string", "description": "Your own id"},
                "name": {"type": "string", "description": "Lists several matches"},
            },
            "additionalProperties": false,
        }))
    }

    fn output_schema(&self) -> JsonObject {
        let text = json!({"type": ["string", "null"]});
        let rows = |names: &[&str]| {
            let members: Map<String, Value> =
                names.iter().map(|n| ((*n).to_owned(), json!({}))).collect();
            json!({"type": ["array", "null"], "items": {"type": "object", "properties": members}})
        };
        let names =
            |columns: &[(&'static str, bool)]| columns.iter().map(|(n, _)| *n).collect::<Vec<_>>();
        object(json!({
            "type": "object",
            "properties": {
                "customer": {"type": ["object", "null"], "properties": {
                    "id": text, "name": text, "phone_number": text, "email": text,
                    "external_id": text, "is_deleted": {"type": ["boolean", "null"]},
                }},
                "open_invoices": rows(&names(&INVOICES)),
                "recent_payments": rows(&names(&PAID)),
                "subscriptions": rows(&names(&SUBSCRIPTIONS)),
                "candidates": rows(&names(&PEOPLE)),
                "missing": {"type": "array", "items": {"type": "string"}},
                "notes": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["missing"],
        }))
    }

    fn call<'a>(
        &'a self,
        context: CallContext<'a>,
        arguments: Map<String, Value>,
    ) -> BoxFuture<'a, CallToolResult> {
        async move {
            let input: Input = match read(NAME, arguments) {
                Ok(input) => input,
                Err(result) => return *result,
            };
            let Some(key) = input.key() else {
                let fault = "Give exactly one of `customer_id`, `phone_number`, `email`, `external_id` and \
                             `name`.";
                return answer::invalid(NAME, &Faults::from(fault.to_owned()));
            };
            match find(context, &key).await {
                Ok(Found::One(customer, notes)) => overview(context, &customer, notes).await,
                Ok(Found::Several(candidates, more)) => ambiguous(&candidates, more),
                Ok(Found::Nobody(notes)) => nobody(&notes),
                Err(failure) => failure.result(&format!("{NAME} did not find the customer.")),
            }
        }
        .boxed()
    }
}

/// A text that is given and not blank.
fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

impl Input {
    /// The one key that is given.
    fn key(&self) -> Option<Key<'_>> {
        let keys = [
            given(self.customer_id.as_ref()).map(Key::Id),
            given(self.phone_number.as_ref()).map(Key::Phone),
            given(self.email.as_ref()).map(Key::Email),
            given(self.external_id.as_ref()).map(Key::External),
            given(self.name.as_ref()).map(Key::Name),
        ];
        let mut keys = keys.into_iter().flatten();
        keys.next().filter(|_| keys.next().is_none())
    }
}

impl Key<'_> {
    const fn text(&self) -> &str {
        let (Self::Id(text)
        | Self::Phone(text)
        | Self::Email(text)
        | Self::External(text)
        | Self::Name(text)) = self;
        text
    }

    /// What to search for. Phone numbers are stored in the form of E.164.
    fn search_term(&self) -> String {
        match self {
            Self::Phone(phone) => format!("+{}", digits(phone)),
            key => key.text().to_owned(),
        }
    }

    fn matches(&self, customer: &Customer) -> bool {
        let same = |value: &Option<String>, wanted: &str| {
            value.as_deref().is_some_and(|is| is.trim().to_lowercase() == wanted.to_lowercase())
        };
        match self {
            Self::Id(wanted) => same(&customer.id, wanted),
            Self::Phone(wanted) => customer
                .phone_number
                .as_deref()
                .is_some_and(|is| !digits(wanted).is_empty() && digits(is) == digits(wanted)),
            Self::Email(wanted) => same(&customer.email, wanted),
            Self::External(wanted) => customer.external_id.as_deref() == Some(wanted),
            Self::Name(wanted) => same(&customer.name, wanted),
        }
    }
}

/// The digits of a phone number with its country code. A number as it is dialed in Saudi Arabia gets the
/// country's code.
fn digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match (digits.strip_prefix("00"), digits.strip_prefix('0')) {
        (Some(international), _) => international.to_owned(),
        (None, Some(national)) if digits.len() == 10 => format!("966{national}"),
        _ => digits,
    }
}

enum Found {
    One(Customer, Vec<String>),
    /// Some of those that the name may mean, and whether there are more.
    Several(Vec<Customer>, bool),
    Nobody(Vec<String>),
}

async fn find(context: CallContext<'_>, key: &Key<'_>) -> Result<Found, Failure> {
    if let Key::Id(id) = key {
        let customer: Customer = get(context, &operations::GET_CUSTOMER, "consumer_id", id).await?;
        return Ok(Found::One(customer, Vec::new()));
    }
    let all = || List::new(&operations::LIST_CUSTOMERS, "customers").at_most(SEARCHED);
    let searched = search(context, key, all().filter("search_term", key.search_term())).await?;
    // Whether the API's search covers external ids is not published.
    match (searched, key) {
        (Found::Nobody(_), Key::External(_)) => search(context, key, all().newest_first()).await,
        (found, _) => Ok(found),
    }
}

async fn search(context: CallContext<'_>, key: &Key<'_>, list: List) -> Result<Found, Failure> {
    let mut pages: Pages<'_, Customer> = Pages::new(context, list);
    let (mut exact, mut similar) = (Vec::new(), Vec::new());
    while let Some(page) = pages.next().await {
        for customer in page?.into_iter().filter(|customer| customer.is_deleted != Some(true)) {
            if key.matches(&customer) {
                exact.push(customer);
            } else if matches!(key, Key::Name(_)) && similar.len() <= CANDIDATES {
                similar.push(customer);
            }
        }
        // Phone numbers and e-mail addresses are unique; a name has to be compared with all.
        if !exact.is_empty() && !matches!(key, Key::Name(_) | Key::External(_)) {
            break;
        }
    }
    let mut candidates = if exact.is_empty() { similar } else { exact };
    Ok(match candidates.len() {
        0 => Found::Nobody(pages.extent().notes("customers")),
        1 => {
            let one = candidates.swap_remove(0);
            let notes = match &one.name {
                Some(name) if !key.matches(&one) => {
                    let name = words::quote(name, words::SHORT);
                    vec![format!(
                        "No customer has exactly this name. The only similar one is {name}."
                    )]
                }
                _ => Vec::new(),
            };
            Found::One(one, notes)
        }
        count => {
            candidates.truncate(CANDIDATES);
            Found::Several(candidates, count > CANDIDATES)
        }
    })
}

fn ambiguous(candidates: &[Customer], more: bool) -> CallToolResult {
    let rows: Vec<Vec<Value>> = candidates.iter().map(person).collect();
    let more = if more { ", among others" } else { "" };
    let text = format!(
        "Several customers match{more}. Ask the user which one is meant, then call {NAME} with \
         `customer_id`.\n{}",
        lines(&PEOPLE, &rows)
    );
    let structured = json!({"customer": null, "candidates": objects(&PEOPLE, rows), "missing": []});
    result(text, &structured)
}

fn nobody(notes: &[String]) -> CallToolResult {
    let mut text = "No customer matches exactly.".to_owned();
    for note in notes {
        text.extend([" ", note]);
    }
    text.push_str(" list_customers searches more loosely.");
    answer::error(&text, json!({"kind": "not_found", "outcome": "not_done"}))
}

const PEOPLE: [(&str, bool); 5] = [
    ("customer_id", false),
    ("name", true),
    ("phone_number", true),
    ("email", true),
    ("external_id", true),
];

const INVOICES: [(&str, bool); 8] = [
    ("invoice_id", false),
    ("number", false),
    ("status", false),
    ("due", false),
    ("total", false),
    ("remaining", false),
    ("currency", false),
    ("description", true),
];

const PAID: [(&str, bool); 9] = [
    ("payment_id", false),
    ("paid_at", false),
    ("amount", false),
    ("currency", false),
    ("status", false),
    ("method", false),
    ("invoice_id", false),
    ("number", false),
    ("for", true),
];

const SUBSCRIPTIONS: [(&str, bool); 7] = [
    ("subscription_id", false),
    ("status", false),
    ("amount", false),
    ("currency", false),
    ("next_charge", false),
    ("ends", false),
    ("for", true),
];

fn person(customer: &Customer) -> Vec<Value> {
    let Customer { id, name, phone_number, email, external_id, .. } = customer;
    vec![json!(id), json!(name), json!(phone_number), json!(email), json!(external_id)]
}

/// What one page of a list holds.
#[derive(Deserialize)]
struct Page<T> {
    data: Option<Vec<T>>,
    pagination: Option<Pagination>,
}

#[derive(Deserialize)]
struct Pagination {
    total_count: Option<u64>,
    has_next_page: Option<bool>,
}

#[derive(Deserialize)]
struct Subscription {
    id: Option<String>,
    status: Option<String>,
    amount: Option<Amount>,
    currency: Option<String>,
    current_period_end: Option<String>,
    cancel_at_period_end: Option<bool>,
    trial_end: Option<String>,
    ended_at: Option<String>,
    items: Option<Vec<LineItem>>,
    pending_change: Option<PendingChange>,
}

#[derive(Deserialize)]
struct PendingChange {
    target_amount: Option<Amount>,
}

/// Reads one page of a list of this customer.
async fn page<T: serde::de::DeserializeOwned>(
    context: CallContext<'_>,
    operation: &'static Operation,
    customer: &str,
    more: &Value,
) -> Result<Page<T>, Failure> {
    let mut query = Map::from_iter([("organization_consumer_id".to_owned(), json!(customer))]);
    query.extend(more.as_object().cloned().unwrap_or_default());
    read_api(context, operation, &Arguments { query, ..Arguments::default() }).await
}

async fn overview(
    context: CallContext<'_>,
    customer: &Customer,
    mut notes: Vec<String>,
) -> CallToolResult {
    let id = customer.id.clone().unwrap_or_default();
    let open = json!({"statuses": OPEN, "include_payments": true, "limit": 100});
    let recent = json!({"include_payments": true, "limit": RECENT, "sort_direction": "desc"});
    let running = json!({"limit": 100});
    let (open, recent, subscriptions) = tokio::join!(
        page::<Invoice>(context, &operations::LIST_INVOICES, &id, &open),
        page::<Invoice>(context, &operations::LIST_INVOICES, &id, &recent),
        page::<Subscription>(context, &operations::LIST_SUBSCRIPTIONS, &id, &running),
    );
    let mut missing = Vec::new();
    let zone = Zone::default();
    let open = part("open invoices", open, &mut missing, &mut notes, |invoices| {
        let mut rows: Vec<Vec<Value>> =
            invoices.iter().map(|invoice| invoice_row(invoice, &zone)).collect();
        rows.sort_by_key(|row| row.get(3).and_then(Value::as_str).map(ToOwned::to_owned));
        rows
    });
    let payments = match recent {
        Ok(page) => {
            let cut = page.pagination.as_ref().and_then(|place| place.has_next_page) == Some(true);
            if cut {
                notes.push(format!("Payments are those of the latest {RECENT} invoices."));
            }
            Some(recent_payments(context, page.data.unwrap_or_default(), &mut missing).await)
        }
        Err(failure) => {
            missing.push(format!("Recent payments are missing: {}", failure.line()));
            None
        }
    };
    let subscriptions = part("subscriptions", subscriptions, &mut missing, &mut notes, |list| {
        list.iter().map(subscription_row).collect()
    });

    let mut text = missing.clone();
    text.push(lines(&PEOPLE, &[person(customer)]));
    if customer.is_deleted == Some(true) {
        text.push("This customer is deleted.".to_owned());
    }
    let sections = [
        ("Open invoices, the first due first", &INVOICES[..], &open),
        ("Recent payments", &PAID[..], &payments),
        ("Subscriptions", &SUBSCRIPTIONS[..], &subscriptions),
    ];
    for (title, columns, rows) in sections {
        match rows {
            None => {}
            Some(rows) if rows.is_empty() => text.push(format!("{title}: none.")),
            Some(rows) => text.push(format!("{title}:\n{}", lines(columns, rows))),
        }
    }
    text.extend(notes.iter().cloned());
    let Customer { name, phone_number, email, external_id, is_deleted, .. } = customer;
    let structured = json!({
        "customer": {"id": id, "name": name, "phone_number": phone_number, "email": email,
            "external_id": external_id, "is_deleted": is_deleted},
        "open_invoices": open.map(|rows| objects(&INVOICES, rows)),
        "recent_payments": payments.map(|rows| objects(&PAID, rows)),
        "subscriptions": subscriptions.map(|rows| objects(&SUBSCRIPTIONS, rows)),
        "missing": missing,
        "notes": notes,
    });
    result(text.join("\n"), &structured)
}

/// The rows of a part of the overview; `None`, and a sentence in `missing`, if it could not be read.
fn part<T>(
    what: &str,
    page: Result<Page<T>, Failure>,
    missing: &mut Vec<String>,
    notes: &mut Vec<String>,
    rows: impl FnOnce(Vec<T>) -> Vec<Vec<Value>>,
) -> Option<Vec<Vec<Value>>> {
    match page {
        Ok(page) => {
            let place = page.pagination.as_ref();
            if place.and_then(|place| place.has_next_page) == Some(true) {
                let total = place.and_then(|place| place.total_count);
                let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
                notes.push(format!("Only the latest 100{of} {what} were read."));
            }
            Some(rows(page.data.unwrap_or_default()))
        }
        Err(failure) => {
            missing.push(format!("The {what} are missing: {}", failure.line()));
            None
        }
    }
}

fn invoice_row(invoice: &Invoice, zone: &Zone) -> Vec<Value> {
    let currency = invoice.currency();
    let amounts = invoice.amounts();
    let payments = invoice.payments.iter().flatten();
    let due = payments.filter(|payment| payment.is_owed()).filter_map(Payment::due_at).min();
    vec![
        json!(invoice.id),
        json!(invoice.org_invoice_number),
        json!(invoice.status()),
        json!(due.map(|due| zone.day(due).to_string())),
        json!(amounts.map(|[total, _, _]| text(total, currency))),
        json!(amounts.map(|[_, _, remaining]| text(remaining, currency))),
        json!(currency),
        json!(invoice.description),
    ]
}

/// The latest payments of invoices, with the products of their invoices.
async fn recent_payments(
    context: CallContext<'_>,
    invoices: Vec<Invoice>,
    missing: &mut Vec<String>,
) -> Vec<Vec<Value>> {
    let mut paid: Vec<(&Invoice, &Payment)> = invoices
        .iter()
        .flat_map(|invoice| {
            invoice.payments.iter().flatten().map(move |payment| (invoice, payment))
        })
        .filter(|(_, payment)| payment.is_paid())
        .collect();
    paid.sort_by_key(|(_, payment)| std::cmp::Reverse(payment.paid_at()));
    paid.truncate(PAYMENTS);
    let mut ids: Vec<&str> = paid.iter().filter_map(|(invoice, _)| invoice.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    let reads: Vec<_> = ids
        .into_iter()
        .map(|id| async move {
            let invoice = get::<Invoice>(context, &operations::GET_INVOICE, "invoice_id", id).await;
            (id, invoice)
        })
        .collect();
    let read: Vec<(&str, Result<Invoice, Failure>)> =
        stream::iter(reads).buffered(CONCURRENCY).collect().await;
    for failure in read.iter().filter_map(|(_, invoice)| invoice.as_ref().err()).take(1) {
        missing.push(format!("What some payments were for is missing: {}", failure.line()));
    }
    paid.into_iter()
        .map(|(invoice, payment)| {
            let whole = read.iter().find(|(id, _)| Some(*id) == invoice.id());
            let items = whole.and_then(|(_, whole)| whole.as_ref().ok()?.items.as_deref());
            let amount = payment.amount();
            vec![
                json!(payment.id),
                json!(payment.paid_at().map(|at| at.to_string())),
                json!(amount.map(|(amount, currency)| text(amount, currency))),
                json!(amount.map(|(_, currency)| currency)),
                json!(payment.status()),
                json!(payment.payment_method),
                json!(invoice.id),
                json!(invoice.org_invoice_number),
                json!(items.map(purpose)),
            ]
        })
        .collect()
}

/// Products with their quantities: `2 × Coffee, Tea`.
fn purpose(items: &[LineItem]) -> String {
    let parts: Vec<String> = items
        .iter()
        .map(|item| {
            let name = item.product.as_ref().and_then(|product| product.name.as_deref());
            let name = name.or(item.product_id.as_deref()).unwrap_or_default();
            match item.quantity {
                Some(quantity) if quantity != 1 => format!("{quantity} × {name}"),
                _ => name.to_owned(),
            }
        })
        .collect();
    parts.join(", ")
}

fn subscription_row(subscription: &Subscription) -> Vec<Value> {
    let status = subscription.status.as_deref().unwrap_or_default();
    let currency = subscription.currency.as_deref().unwrap_or_default();
    let ends = subscription.cancel_at_period_end == Some(true);
    let pending =
        subscription.pending_change.as_ref().and_then(|change| change.target_amount.as_ref());
    let amount = pending.or(subscription.amount.as_ref()).and_then(Amount::decimal);
    let end = subscription.current_period_end.as_ref();
    let next = match status {
        "ACTIVE" if !ends => end,
        "TRIALING" if !ends => subscription.trial_end.as_ref().or(end),
        _ => None,
    };
    let ends = if ends { end } else { subscription.ended_at.as_ref() };
    vec![
        json!(subscription.id),
        json!(status),
        json!(amount.map(|amount| text(amount, currency))),
        json!(currency),
        json!(next),
        json!(ends),
        json!(subscription.items.as_deref().map(purpose)),
    ]
}
