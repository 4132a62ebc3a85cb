//! A list as a result: items of one page or of several, until the limit is reached.

use std::collections::HashSet;

use rmcp::model::CallToolResult;
use serde_json::{Map, Value};

use super::{Reply, fit, form::Form, form::ListOptions, note, result};
use crate::{
    exact,
    text::{self, Column, Origin},
    tool::OperationTool,
};

/// How many tokens are kept for what the server itself says about a list.
const RESERVE: usize = 300;

/// A list that is being read.
pub(crate) struct Listing<'a> {
    options: &'a ListOptions,
    limit: usize,
    cells: Vec<Cell>,
    tree: Tree,
    /// The cells of each item.
    rows: Vec<Vec<Value>>,
    items: Vec<Value>,
    /// How many tokens the rows and the items take.
    used: (usize, usize),
    ids: HashSet<String>,
    /// The last answer without its items, and its text if it was not changed.
    rest: Map<String, Value>,
    raw: Option<String>,
    pages: usize,
    /// How many items the last page holds.
    on_page: usize,
    /// How many items of the read pages are in the result, or would be if they did not come twice.
    seen: usize,
    /// How many of them came a second time.
    twice: usize,
    /// The total at the first page.
    total: Option<usize>,
    changed: bool,
    full: bool,
    shortened: Option<String>,
}

/// A column and where its values are.
struct Cell {
    name: String,
    path: Vec<String>,
    origin: Origin,
}

/// How to go on after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// There is another page, and there is room for it.
    Next,
    /// This was the last page.
    End,
    /// The limit of the result is reached.
    Full,
}

impl<'a> Listing<'a> {
    pub(crate) fn new(
        tool: &'static OperationTool,
        options: &'a ListOptions,
        limit: usize,
    ) -> Self {
        let origin = tool.answer.of_member(options.list.items);
        let cell = |name: &str, path: Vec<String>| {
            let origin = path.iter().fold(origin, |origin, name| origin.of_member(name));
            Cell { name: name.to_owned(), path, origin }
        };
        let owned = |path: &[&str]| path.iter().map(|name| (*name).to_owned()).collect();
        let cells: Vec<Cell> = match &options.form {
            Form::Compact => options
                .list
                .row
                .iter()
                .map(|member| cell(member.name, owned(member.path)))
                .collect(),
            Form::Fields(fields) => {
                fields.iter().map(|field| cell(&field.name, field.path.clone())).collect()
            }
            Form::Full => Vec::new(),
        };
        let mut tree = Tree::default();
        for cell in &cells {
            tree.insert(&cell.path);
        }
        Self {
            options,
            limit: limit.saturating_sub(RESERVE),
            cells,
            tree,
            rows: Vec::new(),
            items: Vec::new(),
            used: (0, 0),
            ids: HashSet::new(),
            rest: Map::new(),
            raw: None,
            pages: 0,
            on_page: 0,
            seen: 0,
            twice: 0,
            total: None,
            changed: false,
            full: false,
            shortened: None,
        }
    }

    /// How many items there are so far, and in all.
    pub(crate) fn progress(&self) -> (usize, Option<usize>) {
        (self.seen, self.total)
    }

    /// Takes the items of a page.
    ///
    /// # Errors
    /// An answer that has no list; it is given back.
    pub(crate) fn add(&mut self, reply: Reply) -> Result<Step, Reply> {
        let Reply { json: Value::Object(mut page), raw } = reply else { return Err(reply) };
        let Some(Value::Array(items)) = page.get_mut(self.options.list.items).map(Value::take)
        else {
            // Null is an empty list.
            if page.get(self.options.list.items).is_none_or(Value::is_null) && self.pages == 0 {
                return Err(Reply { json: Value::Object(page), raw });
            }
            return Ok(Step::End);
        };
        self.pages += 1;
        self.rest = page;
        self.raw = raw;
        self.on_page = items.len();
        let total = self.number("total_count");
        self.changed |= self.pages > 1 && total != self.total;
        self.total = total.or(self.total);
        for item in items {
            if !self.push(item) {
                break;
            }
        }
        let more = match self.pagination().and_then(|place| place.get("has_next_page")) {
            Some(more) => more == &Value::Bool(true),
            None => false,
        };
        Ok(match (self.full, more && self.on_page > 0) {
            (true, _) => Step::Full,
            (false, true) => Step::Next,
            (false, false) => Step::End,
        })
    }

    /// Takes an item, if there is room for it.
    fn push(&mut self, item: Value) -> bool {
        if self.full {
            return false;
        }
        if let Some(id) = item.get(self.options.list.id).and_then(Value::as_str)
            && self.options.all_pages
            && !self.ids.insert(id.to_owned())
        {
            self.seen += 1;
            self.twice += 1;
            return true;
        }
        let (mut row, mut shown) = self.shown(&item);
        let mut cost = self.cost(&row, &shown);
        let fits = |used: (usize, usize), cost: (usize, usize), limit: usize| {
            used.0 + cost.0 <= limit && used.1 + cost.1 <= limit
        };
        if !fits(self.used, cost, self.limit) {
            self.full = true;
            if !self.items.is_empty() {
                return false;
            }
            // A single item that is too large is better shown in part than not at all.
            let fitting = fit::fit(shown, self.limit, Value::to_string);
            let item = fitting.value;
            (row, shown) = match self.options.form {
                Form::Full => (Vec::new(), item),
                Form::Compact | Form::Fields(_) => self.shown(&item),
            };
            cost = self.cost(&row, &shown);
            self.shortened = fitting.notice;
        }
        self.seen += 1;
        self.used = (self.used.0 + cost.0, self.used.1 + cost.1);
        self.rows.push(row);
        self.items.push(shown);
        !self.full
    }

    /// An item as a row and as structured content.
    fn shown(&self, item: &Value) -> (Vec<Value>, Value) {
        match self.options.form {
            Form::Full => (Vec::new(), item.clone()),
            Form::Compact => {
                let shown =
                    self.tree.pick(item, false).unwrap_or_else(|| Value::Object(Map::new()));
                (self.row(item), shown)
            }
            Form::Fields(_) => {
                let shown = self.tree.pick(item, true).unwrap_or_else(|| Value::Object(Map::new()));
                (self.row(item), shown)
            }
        }
    }

    fn row(&self, item: &Value) -> Vec<Value> {
        self.cells.iter().map(|cell| at(item, &cell.path)).collect()
    }

    /// How many tokens an item takes in the text and in the structured content.
    fn cost(&self, row: &[Value], shown: &Value) -> (usize, usize) {
        let structured = text::estimate(&shown.to_string()) + 1;
        if matches!(self.options.form, Form::Full) {
            return (structured, structured);
        }
        let columns = self.columns(&[]);
        (text::estimate(&text::row(&columns, 0, row)) + 1, structured)
    }

    fn columns(&self, hidden: &[bool]) -> Vec<Column<'_>> {
        let shown = |index: &usize| hidden.get(*index) != Some(&true);
        let cells = self.cells.iter().enumerate().filter(|(index, _)| shown(index));
        cells.map(|(_, cell)| Column { name: &cell.name, origin: cell.origin }).collect()
    }

    fn pagination(&self) -> Option<&Value> {
        self.rest.get(self.options.list.pages.as_ref()?.pagination)
    }

    fn number(&self, name: &str) -> Option<usize> {
        let number = self.pagination()?.get(name)?.as_u64()?;
        usize::try_from(number).ok()
    }

    /// The result. `stopped` says why the pages after the last one were not read, if that was not for the
    /// limit of the result.
    pub(crate) fn finish(mut self, stopped: Option<&str>) -> CallToolResult {
        let missing = self.missing(stopped.is_some());
        let notices = self.notices(missing, stopped);
        let position = self.position();
        let (body, whole) = self.body();
        let mut structured = std::mem::take(&mut self.rest);
        let items = Value::Array(std::mem::take(&mut self.items));
        structured.insert(self.options.list.items.to_owned(), items);
        let mut structured = exact::unmarked(Value::Object(structured));
        if !notices.is_empty() {
            note(&mut structured, &notices.join(" "), missing.filter(|missing| *missing > 0));
        }
        let mut lines = vec![body];
        if !whole {
            lines.push([&[position], notices.as_slice()].concat().join(" "));
        }
        result(lines.join("\n"), structured)
    }

    /// The items as a text, and whether it is what the API sent, so that nothing may follow it.
    fn body(&mut self) -> (String, bool) {
        match self.options.form {
            Form::Full => {
                let whole = self.pages == 1 && self.shortened.is_none() && !self.full;
                if let Some(raw) = self.raw.take().filter(|_| whole) {
                    return (raw, true);
                }
                let mut answer = self.rest.clone();
                let items = Value::Array(self.items.clone());
                answer.insert(self.options.list.items.to_owned(), items);
                (text::plain_json(&Value::Object(answer)), whole)
            }
            Form::Compact | Form::Fields(_) if self.rows.is_empty() => {
                ("There are no items.".to_owned(), false)
            }
            Form::Compact => {
                // Columns without any value tell nothing.
                let hidden: Vec<bool> = (0..self.cells.len())
                    .map(|index| {
                        self.rows.iter().all(|row| row.get(index).is_none_or(Value::is_null))
                    })
                    .collect();
                (self.table(&hidden), false)
            }
            Form::Fields(_) => (self.table(&[]), false),
        }
    }

    fn table(&self, hidden: &[bool]) -> String {
        let rows = self.rows.iter().map(|row| {
            let cells = row.iter().enumerate();
            cells.filter(|(index, _)| hidden.get(*index) != Some(&true)).map(|(_, cell)| cell)
        });
        text::table(&self.columns(hidden), rows)
    }

    /// How many items are not in the result although the caller asked for them.
    fn missing(&self, stopped: bool) -> Option<usize> {
        if !self.full && !stopped {
            return None;
        }
        if self.options.all_pages {
            self.total.map(|total| total.saturating_sub(self.before() + self.seen))
        } else {
            Some(self.on_page.saturating_sub(self.seen))
        }
    }

    /// How many items the list has before the first page that was read.
    fn before(&self) -> usize {
        let (page, size) = (self.number("current_page"), self.number("limit"));
        let first = page.unwrap_or(1).saturating_sub(self.pages);
        first.saturating_mul(size.unwrap_or_default())
    }

    /// Where in the list the result is.
    fn position(&self) -> String {
        let count = self.items.len();
        let items = if count == 1 { "item" } else { "items" };
        if self.options.all_pages {
            let total = self.total.map(|total| format!(" of {total}")).unwrap_or_default();
            let pages = if self.pages == 1 { "page" } else { "pages" };
            return format!("{count}{total} {items} from {} {pages}.", self.pages);
        }
        let (page, last) = (self.number("current_page"), self.number("max_page"));
        match (page, last, self.total) {
            (Some(page), Some(last), Some(total)) => {
                let next = self.pagination().and_then(|place| place.get("has_next_page"));
                let next = match next {
                    Some(Value::Bool(true)) => format!(" Next: page {}.", page.saturating_add(1)),
                    _ => String::new(),
                };
                format!("{count} of {total} {items}, page {page} of {last}.{next}")
            }
            _ => format!("{count} {items}."),
        }
    }

    /// What is missing and how to get it.
    fn notices(&self, missing: Option<usize>, stopped: Option<&str>) -> Vec<String> {
        let items = self.options.list.items;
        let mut notices = Vec::new();
        if (self.full || stopped.is_some()) && missing != Some(0) {
            notices.push(self.cut(missing, stopped));
        }
        if let Some(shortened) = &self.shortened {
            let example = format!("{items}.{}", self.options.list.id);
            notices.push(format!(
                "The item is larger than a result can be. {shortened} Choose members with \
                 `fields: [\"{example}\"]`."
            ));
        }
        if self.twice > 0 || self.changed {
            notices.push(format!(
                "The list changed while its pages were read: {} items came twice and are shown once; \
                 others may be missing.",
                self.twice
            ));
        }
        if matches!(self.options.form, Form::Compact) && !self.items.is_empty() {
            notices.push(format!(
                "Left out: null and other members. `detail: \"full\"` gives all, \
                 `fields: [\"{items}.NAME\"]` those you name."
            ));
        }
        notices
    }

    /// Says that the list was cut, and how to go on.
    fn cut(&self, missing: Option<usize>, stopped: Option<&str>) -> String {
        let reason = match stopped {
            Some(reason) => reason.to_owned(),
            None => format!("a result has at most {} tokens", self.limit + RESERVE),
        };
        let missing = match missing {
            Some(1) => "1 item is missing".to_owned(),
            Some(missing) => format!("{missing} items are missing"),
            None => "Items are missing".to_owned(),
        };
        let mut ways = Vec::new();
        if let (Some(pages), Some(size)) = (&self.options.list.pages, self.number("limit")) {
            let before = if self.options.all_pages {
                self.before()
            } else {
                size.saturating_mul(self.number("current_page").unwrap_or(1).saturating_sub(1))
            };
            let read = before + self.seen;
            if self.options.all_pages {
                let page = read / size.max(1) + 1;
                ways.push(format!(
                    "`all_pages: true, {}: {size}, {}: {page}`",
                    pages.limit, pages.page
                ));
            } else if let Some(smaller) = divisor(size, self.seen) {
                let page = read / smaller + 1;
                ways.push(format!("`{}: {smaller}, {}: {page}`", pages.limit, pages.page));
            }
        }
        ways.push(match self.options.form {
            Form::Full => "without `detail: \"full\"`".to_owned(),
            Form::Compact | Form::Fields(_) => "for fewer members with `fields`".to_owned(),
        });
        format!("{missing}, because {reason}. Ask with {}.", ways.join(", or "))
    }
}

/// The largest size of a page of which so many items are whole pages' worth, so that no item falls between.
fn divisor(size: usize, most: usize) -> Option<usize> {
    (1..=most.min(size)).rev().find(|smaller| size.is_multiple_of(*smaller))
}

/// The value at a path. Lists on the way give the values of their items; a single one stands for itself.
fn at(value: &Value, path: &[String]) -> Value {
    fn collect<'v>(
        value: &'v Value,
        path: &[String],
        found: &mut Vec<&'v Value>,
        listed: &mut bool,
    ) {
        match (value, path.split_first()) {
            (Value::Array(list), Some(_)) => {
                *listed = true;
                list.iter().for_each(|item| collect(item, path, found, listed));
            }
            (value, None) => found.push(value),
            (value, Some((name, rest))) => {
                if let Some(member) = value.get(name) {
                    collect(member, rest, found, listed);
                }
            }
        }
    }
    let (mut found, mut listed) = (Vec::new(), false);
    collect(value, path, &mut found, &mut listed);
    found.retain(|value| !value.is_null());
    match found.as_slice() {
        [] => Value::Null,
        [only] => (*only).clone(),
        several => several.iter().map(|value| (*value).clone()).collect(),
    }
}

/// The members that rows show, as a tree.
#[derive(Debug, Default)]
struct Tree {
    /// Whether everything below is shown.
    whole: bool,
    members: Vec<(String, Tree)>,
}

impl Tree {
    fn insert(&mut self, path: &[String]) {
        let Some((name, rest)) = path.split_first() else {
            self.whole = true;
            return;
        };
        let index = match self.members.iter().position(|(known, _)| known == name) {
            Some(index) => index,
            None => {
                self.members.push((name.clone(), Self::default()));
                self.members.len() - 1
            }
        };
        if let Some((_, member)) = self.members.get_mut(index) {
            member.insert(rest);
        }
    }

    /// The members of a value that are in the tree, under their own names.
    fn pick(&self, value: &Value, nulls: bool) -> Option<Value> {
        match value {
            Value::Null => nulls.then_some(Value::Null),
            value if self.whole => Some(value.clone()),
            Value::Array(list) => {
                let items: Vec<Value> =
                    list.iter().filter_map(|item| self.pick(item, nulls)).collect();
                (nulls || !items.is_empty()).then_some(Value::Array(items))
            }
            Value::Object(map) => {
                let members = self.members.iter().filter_map(|(name, member)| {
                    Some((name.clone(), member.pick(map.get(name)?, nulls)?))
                });
                let members: Map<String, Value> = members.collect();
                (nulls || !members.is_empty()).then_some(Value::Object(members))
            }
            other => Some(other.clone()),
        }
    }
}
