//! What the summaries have in common: their arguments, their groups, and their results.

use std::collections::HashMap;

use futures_util::{StreamExt as _, stream};
use rmcp::model::{CallToolResult, JsonObject};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use streampay::{jiff::Timestamp, operations, rust_decimal::Decimal};

use super::{
    lines::{lines, object},
    pages::Extent,
    period::{Period, Zone},
    reads::{CONCURRENCY, Failure, get},
    result,
    sums::{Group, Sum, Sums, TooLarge, text},
};
use crate::{answer, check::Faults, services::CallContext};

/// How many groups are shown where the arguments do not say.
const TOP: usize = 20;

/// How many groups are shown at most, which is how many days and months are shown by default.
const MAX_TOP: usize = 200;

/// The arguments of a summary.
#[derive(Debug, Deserialize)]
pub(super) struct Input {
    from_date: Option<String>,
    to_date: Option<String>,
    pub(super) statuses: Option<Vec<String>>,
    pub(super) customer_id: Option<String>,
    pub(super) product_id: Option<String>,
    pub(super) payment_link_id: Option<String>,
    pub(super) group_by: Option<GroupBy>,
    min_count: Option<u64>,
    top: Option<usize>,
    utc_offset: Option<String>,
}

/// What a summary is grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum GroupBy {
    Status,
    Day,
    Month,
    Customer,
    Product,
    PaymentLink,
}

impl GroupBy {
    /// The columns of a group: its key, and its name if it has one.
    const fn columns(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Status => ("status", None),
            Self::Day => ("day", None),
            Self::Month => ("month", None),
            Self::Customer => ("customer_id", Some("customer")),
            Self::Product => ("product_id", Some("product")),
            Self::PaymentLink => ("payment_link_id", Some("payment_link")),
        }
    }

    const fn is_in_order(self) -> bool {
        matches!(self, Self::Day | Self::Month)
    }
}

/// What is summed, and how its figures are called.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) items: &'static str,
    pub(super) special: &'static str,
    pub(super) amounts: [&'static str; 3],
    /// What the sums count where the arguments name no statuses.
    pub(super) counted: &'static str,
    /// The moment that puts an item into a period or a day.
    pub(super) dated: &'static str,
}

/// A summary in the making.
#[derive(Debug)]
pub(super) struct Summary {
    kind: &'static Kind,
    pub(super) input: Input,
    pub(super) period: Period,
    totals: Sums<3>,
    groups: Sums<3>,
    /// The names of groups.
    names: HashMap<Box<str>, Box<str>>,
    /// What was read and is in the period, but has another status.
    others: Sums<1>,
    /// What was refunded in the period, whenever it was paid.
    refunds: Sums<1>,
    unreadable: u64,
    /// How many were refunded by an amount that the API does not tell.
    unknown_refunds: u64,
    pub(super) notes: Vec<String>,
}

/// The schema of the arguments. `statuses` says what counts where none are given.
pub(super) fn input_schema(dated: &str, statuses: &str) -> JsonObject {
    let id = |whose: &str| json!({"type": "string", "format": "uuid", "description": whose});
    let groups = ["status", "day", "month", "customer", "product", "payment_link"];
    object(json!({
        "type": "object",
        "properties": {
            "from_date": {"type": "string", "description": format!("First day {dated}: 2026-11-01")},
            "to_date": {"type": "string", "description": "Last day"},
            "statuses": {"type": "array", "items": {"type": "string"}, "description": statuses},
            "customer_id": id("Of a customer"),
            "product_id": id("For a product"),
            "payment_link_id": id("From a link"),
            "group_by": {"type": "string", "enum": groups, "description": "Default: totals only"},
            "min_count": {"type": "integer", "minimum": 1, "description": "Least per group"},
            "top": {"type": "integer", "minimum": 1, "maximum": MAX_TOP, "description": "Largest groups only"},
            "utc_offset": {"type": "string", "description": "Default: +03:00"},
        },
        "additionalProperties": false,
    }))
}

/// The schema of the result.
pub(super) fn output_schema(kind: &Kind) -> JsonObject {
    let text = json!({"type": ["string", "null"]});
    let mut figures = Map::new();
    for name in ["currency", kind.amounts[0], kind.amounts[1], kind.amounts[2]] {
        figures.insert(name.to_owned(), json!({"type": "string"}));
    }
    for name in ["count", kind.special] {
        figures.insert(name.to_owned(), json!({"type": "integer"}));
    }
    let sums = json!({"type": "array", "items": {"type": "object", "properties": figures}});
    let counts = json!({"type": "array", "items": {"type": "object", "properties": {
        "status": text, "currency": {"type": "string"}, "count": {"type": "integer"},
        "amount": {"type": "string"},
    }}});
    object(json!({
        "type": "object",
        "properties": {
            "complete": {"type": "boolean", "description": "false: the figures are not totals"},
            "list_changed": {"type": "boolean"},
            "read": {"type": "integer"},
            "time_zone": {"type": "string"},
            "from": text,
            "until": {"type": ["string", "null"], "description": "Not included"},
            "statuses": {"type": "array", "items": {"type": "string"}},
            "totals": sums,
            "group_by": text,
            "groups": sums,
            "groups_found": {"type": "integer"},
            "not_counted": counts,
            "refunds_in_period": counts,
            "notes": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["complete", "totals", "groups"],
    }))
}

impl Summary {
    /// Checks what the schema does not.
    pub(super) fn new(
        kind: &'static Kind,
        tool: &str,
        input: Input,
        known: impl Iterator<Item = &'static str>,
    ) -> Result<Self, Box<CallToolResult>> {
        let mut faults = Vec::new();
        let zone = Zone::parse(input.utc_offset.as_deref()).unwrap_or_else(|fault| {
            faults.push(fault);
            Zone::default()
        });
        let (from, to) = (input.from_date.as_deref(), input.to_date.as_deref());
        let period = Period::parse(from, to, zone);
        let known: Vec<&str> = known.collect();
        let given = input.statuses.iter().flatten();
        if given.clone().any(|status| !known.contains(&status.as_str())) {
            faults.push(format!("`statuses` must be some of {}.", known.join(", ")));
        }
        if input.min_count.is_some() && input.group_by.is_none() {
            faults.push("`min_count` needs `group_by`.".to_owned());
        }
        let period = match period {
            Ok(period) if faults.is_empty() => period,
            Ok(_) => return Err(Box::new(answer::invalid(tool, &faults.into_iter().collect()))),
            Err(more) => {
                faults.extend(more);
                let faults: Faults = faults.into_iter().collect();
                return Err(Box::new(answer::invalid(tool, &faults)));
            }
        };
        Ok(Self {
            kind,
            input,
            period,
            totals: Sums::default(),
            groups: Sums::default(),
            names: HashMap::new(),
            others: Sums::default(),
            refunds: Sums::default(),
            unreadable: 0,
            unknown_refunds: 0,
            notes: Vec::new(),
        })
    }

    /// Whether something at this moment is in the period. Without a moment it is in no bounded period.
    pub(super) fn includes(&self, at: Option<Timestamp>) -> bool {
        at.map_or(!self.period.is_bounded(), |at| self.period.contains(at))
    }

    /// Counts something that has no amount.
    pub(super) const fn unreadable(&mut self) {
        self.unreadable += 1;
    }

    /// Counts a refund of an unknown amount.
    pub(super) const fn unknown_refund(&mut self) {
        self.unknown_refunds += 1;
    }

    /// Counts something of a status that is not summed.
    pub(super) fn other(
        &mut self,
        status: &str,
        currency: &str,
        amount: Decimal,
    ) -> Result<(), TooLarge> {
        self.others.add(status, currency, Sum::one(false, [amount]))
    }

    /// Counts a refund that was made in the period.
    pub(super) fn refund(&mut self, currency: &str, amount: Decimal) -> Result<(), TooLarge> {
        self.refunds.add("", currency, Sum::one(false, [amount]))
    }

    /// Adds to the totals and to the group of an item. Products are grouped by [`Self::group`].
    pub(super) fn add(
        &mut self,
        item: &Counted<'_>,
        currency: &str,
        sum: Sum<3>,
    ) -> Result<(), TooLarge> {
        self.totals.add("", currency, sum)?;
        let day = || item.at.map(|at| self.period.zone.day(at));
        match self.input.group_by {
            None | Some(GroupBy::Product) => Ok(()),
            Some(GroupBy::Status) => self.groups.add(item.status, currency, sum),
            Some(GroupBy::Day) => {
                let day = day().map(|day| day.to_string()).unwrap_or_default();
                self.groups.add(&day, currency, sum)
            }
            Some(GroupBy::Month) => {
                let month = day().map(|day| format!("{:04}-{:02}", day.year(), day.month()));
                self.groups.add(&month.unwrap_or_default(), currency, sum)
            }
            Some(GroupBy::Customer) => self.group(item.customer.0, item.customer.1, currency, sum),
            Some(GroupBy::PaymentLink) => self.group(item.link, None, currency, sum),
        }
    }

    /// Adds to the group of a customer, a product or a link.
    pub(super) fn group(
        &mut self,
        id: Option<&str>,
        name: Option<&str>,
        currency: &str,
        sum: Sum<3>,
    ) -> Result<(), TooLarge> {
        let id = id.unwrap_or_default();
        if let Some(name) = name
            && !self.names.contains_key(id)
        {
            let name: String = name.chars().take(MAX_NAME).collect();
            self.names.insert(id.into(), name.into());
        }
        self.groups.add(id, currency, sum)
    }

    /// Names a group.
    pub(super) fn name(&mut self, id: &str, name: &str) {
        let name: String = name.chars().take(MAX_NAME).collect();
        self.names.insert(id.into(), name.into());
    }

    /// The groups to show, the largest first, days and months in their order; and how many there are.
    pub(super) fn shown(&self) -> (Vec<Group<3>>, usize) {
        let mut groups = self.groups.groups();
        let mut counts: HashMap<&str, u64> = HashMap::new();
        for group in &groups {
            *counts.entry(group.key.as_str()).or_default() += group.sum.count;
        }
        let least = self.input.min_count.unwrap_or(1);
        let wanted: Vec<bool> = groups
            .iter()
            .map(|group| counts.get(group.key.as_str()).is_some_and(|count| *count >= least))
            .collect();
        let mut wanted = wanted.into_iter();
        groups.retain(|_| wanted.next().unwrap_or_default());
        let found = groups.len();
        let mut of_currency: HashMap<String, u64> = HashMap::new();
        for total in self.totals.groups() {
            of_currency.insert(total.currency, total.sum.count);
        }
        groups.sort_by(|a, b| {
            let rank = |group: &Group<3>| of_currency.get(&group.currency).copied().unwrap_or(0);
            rank(b)
                .cmp(&rank(a))
                .then_with(|| a.currency.cmp(&b.currency))
                .then_with(|| b.sum.amounts.cmp(&a.sum.amounts))
                .then_with(|| a.key.cmp(&b.key))
        });
        let in_order = self.input.group_by.is_some_and(GroupBy::is_in_order);
        let top = self.input.top.unwrap_or(if in_order { MAX_TOP } else { TOP });
        let mut places: HashMap<String, usize> = HashMap::new();
        groups.retain(|group| {
            let place = places.entry(group.currency.clone()).or_default();
            *place += 1;
            *place <= top
        });
        if in_order {
            groups.sort_by(|a, b| (&a.key, &a.currency).cmp(&(&b.key, &b.currency)));
        }
        (groups, found)
    }

    /// The result.
    pub(super) fn finish(mut self, extent: &Extent) -> CallToolResult {
        let kind = self.kind;
        let mut notes = extent.notes(kind.items);
        if self.unreadable > 0 {
            notes.push(format!(
                "INCOMPLETE: {} {} have no readable amount, currency or payments and were left out.",
                self.unreadable, kind.items
            ));
        }
        if self.unknown_refunds > 0 {
            notes.push(format!(
                "INCOMPLETE: {} {} were refunded in part, and the API does not say how much. They count as \
                 not refunded.",
                self.unknown_refunds, kind.items
            ));
        }
        notes.append(&mut self.notes);
        let complete =
            extent.is_complete() && !notes.iter().any(|note| note.starts_with("INCOMPLETE"));
        let (groups, found) = self.shown();
        let totals = self.totals.groups();
        let statuses = self.input.statuses.clone();
        let counted =
            statuses.as_ref().map_or_else(|| kind.counted.to_owned(), |list| list.join(", "));
        let (from, until) = self.period.bounds();

        let mut text = Vec::new();
        text.extend(notes.iter().filter(|note| note.contains("INCOMPLETE")).cloned());
        text.push(format!(
            "{} {}, dated by {}, days in {}. Counted: {counted}.",
            capital(kind.items),
            self.period.words(),
            kind.dated,
            self.period.zone.name(),
        ));
        if totals.is_empty() {
            text.push(format!("No {} match.", kind.items));
        } else {
            text.push(lines(&self.columns(false), &self.rows(&totals, false)));
        }
        if self.input.group_by.is_some() && !totals.is_empty() {
            text.push(String::new());
            text.push(lines(&self.columns(true), &self.rows(&groups, true)));
            let hidden = found.saturating_sub(groups.len());
            if hidden > 0 {
                text.push(format!(
                    "{hidden} smaller groups are not shown; raise `top` to see them."
                ));
            }
        }
        if let Some(others) = listed(&self.others) {
            text.push(format!("Not counted: {others}."));
        }
        if let Some(refunds) = listed(&self.refunds) {
            text.push(format!("Refunds made in this period, whenever paid: {refunds}."));
        }
        text.extend(notes.iter().filter(|note| !note.contains("INCOMPLETE")).cloned());

        let structured = json!({
            "complete": complete,
            "list_changed": extent.is_changed(),
            "read": extent.read,
            "time_zone": self.period.zone.name(),
            "from": from,
            "until": until,
            "statuses": statuses.unwrap_or_else(|| {
                kind.counted.split(", ").map(ToOwned::to_owned).collect()
            }),
            "totals": self.objects(&totals, false),
            "group_by": self.input.group_by,
            "groups": self.objects(&groups, true),
            "groups_found": found,
            "not_counted": counts(&self.others, true),
            "refunds_in_period": counts(&self.refunds, false),
            "notes": notes,
        });
        result(text.join("\n"), &structured)
    }

    /// The names of the columns, each with whether people write its values.
    fn columns(&self, of_groups: bool) -> Vec<(&'static str, bool)> {
        let kind = self.kind;
        let mut columns = Vec::new();
        if let Some(group_by) = self.input.group_by.filter(|_| of_groups) {
            let (key, name) = group_by.columns();
            columns.push((key, false));
            columns.extend(name.map(|name| (name, true)));
        }
        columns.extend([("currency", false), ("count", false), (kind.special, false)]);
        columns.extend(kind.amounts.map(|name| (name, false)));
        columns
    }

    fn rows(&self, groups: &[Group<3>], of_groups: bool) -> Vec<Vec<Value>> {
        let named = self.input.group_by.filter(|_| of_groups).map(GroupBy::columns);
        groups
            .iter()
            .map(|Group { key, currency, sum }| {
                let mut row = Vec::new();
                if let Some((_, name)) = named {
                    row.push(if key.is_empty() { Value::Null } else { json!(key) });
                    if name.is_some() {
                        row.push(json!(self.names.get(key.as_str())));
                    }
                }
                row.extend([json!(currency), json!(sum.count), json!(sum.special)]);
                row.extend(sum.amounts.map(|amount| json!(text(amount, currency))));
                row
            })
            .collect()
    }

    fn objects(&self, groups: &[Group<3>], of_groups: bool) -> Vec<Value> {
        let columns = self.columns(of_groups);
        let object = |row: Vec<Value>| {
            columns.iter().zip(row).map(|((name, _), value)| ((*name).to_owned(), value)).collect()
        };
        self.rows(groups, of_groups).into_iter().map(object).collect()
    }
}

/// Why a summary ends without a result.
pub(super) enum Stop {
    Read(Failure),
    TooLarge,
}

impl From<TooLarge> for Stop {
    fn from(_: TooLarge) -> Self {
        Self::TooLarge
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Read(failure)
    }
}

/// How many links are read for their names.
const MAX_LINKS: usize = 20;

#[derive(Deserialize)]
struct Link {
    name: Option<String>,
}

impl Summary {
    /// Reads the names of the links that are shown. One that cannot be read stays without.
    pub(super) async fn name_links(&mut self, context: CallContext<'_>) {
        if self.input.group_by != Some(GroupBy::PaymentLink) {
            return;
        }
        let mut ids: Vec<String> = self.shown().0.into_iter().map(|group| group.key).collect();
        ids.retain(|id| !id.is_empty());
        ids.sort_unstable();
        ids.dedup();
        let reads: Vec<_> = ids
            .into_iter()
            .take(MAX_LINKS)
            .map(|id| async move {
                let operation = &operations::GET_PAYMENT_LINK;
                let link = get::<Link>(context, operation, "payment_link_id", &id).await;
                Some((id, link.ok()?.name?))
            })
            .collect();
        let named: Vec<Option<(String, String)>> =
            stream::iter(reads).buffer_unordered(CONCURRENCY).collect().await;
        for (id, name) in named.into_iter().flatten() {
            self.name(&id, &name);
        }
    }
}

/// The longest name of a group that is kept, in characters.
const MAX_NAME: usize = 80;

/// What decides the group of an item.
#[derive(Debug, Default)]
pub(super) struct Counted<'a> {
    pub(super) status: &'a str,
    pub(super) at: Option<Timestamp>,
    /// The id and the name.
    pub(super) customer: (Option<&'a str>, Option<&'a str>),
    pub(super) link: Option<&'a str>,
}

/// Sums in a sentence: `3 PENDING (120.00 SAR)`.
fn listed(sums: &Sums<1>) -> Option<String> {
    let parts: Vec<String> = sums
        .groups()
        .into_iter()
        .map(|Group { key, currency, sum }| {
            let amount = text(sum.amounts[0], &currency);
            let name = if key.is_empty() {
                String::new()
            } else {
                format!(" {}", crate::text::line(&key, 40))
            };
            format!("{}{name} ({amount} {})", sum.count, crate::text::line(&currency, 40))
        })
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn counts(sums: &Sums<1>, with_status: bool) -> Vec<Value> {
    sums.groups()
        .into_iter()
        .map(|Group { key, currency, sum }| {
            let mut map = Map::new();
            if with_status {
                map.insert("status".to_owned(), json!(key));
            }
            map.insert("currency".to_owned(), json!(currency));
            map.insert("count".to_owned(), json!(sum.count));
            map.insert("amount".to_owned(), json!(text(sum.amounts[0], &currency)));
            Value::Object(map)
        })
        .collect()
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    first + chars.as_str()
}

/// The result where a sum has too many digits.
pub(super) fn too_large(tool: &str) -> CallToolResult {
    let text =
        format!("{tool}: the amounts are too large to be added exactly. Narrow the request.");
    answer::error(&text, json!({"kind": "unreadable_answer", "outcome": "not_done"}))
}
