//! Reads a whole list of the API, page by page, and knows how much of it was read.
//!
//! The first page says how many follow; those are fetched a few at a time and handed out in order. Pages
//! are dropped once their items are taken. Of an item, only 16 bytes of its id are kept, to recognize one
//! that comes twice.
//!
//! The API numbers pages, so an item that is added or removed meanwhile shifts the later ones. Lists are
//! read from the oldest item on: what is added then comes last and shifts nothing.

use std::{collections::HashSet, sync::Arc, time::Duration};

use futures_util::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use streampay::{Arguments, Operation, uuid::Uuid};
use tokio::time::Instant;

use super::reads::{CONCURRENCY, Failure, read};
use crate::{services::CallContext, watch};

/// Items on a page: as many as the API returns.
const PAGE: usize = 100;

/// How many pages of a list are read: 200,000 items.
const MAX_PAGES: usize = 2_000;

/// How much of the call's time is kept to answer with what was read.
const RESERVE: f64 = 0.05;

/// How often progress is reported.
const PROGRESS: Duration = Duration::from_millis(500);

/// An item of a list.
pub(super) trait Item: DeserializeOwned + Send + 'static {
    fn id(&self) -> Option<&str>;
}

/// A list of the API.
#[derive(Debug)]
pub(super) struct List {
    pub(super) operation: &'static Operation,
    /// The filters, by the API's names.
    pub(super) query: Map<String, Value>,
    /// What its items are called.
    pub(super) items: &'static str,
    pub(super) max_pages: usize,
}

impl List {
    pub(super) fn new(operation: &'static Operation, items: &'static str) -> Self {
        Self { operation, query: Map::new(), items, max_pages: MAX_PAGES }
    }

    pub(super) fn filter(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.query.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn filter_if(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.filter(name, value),
            None => self,
        }
    }

    pub(super) fn newest_first(self) -> Self {
        self.filter("sort_direction", "desc")
    }

    pub(super) const fn at_most(mut self, pages: usize) -> Self {
        self.max_pages = pages;
        self
    }
}

/// How much of a list was read.
#[derive(Debug, Default, Clone)]
pub(super) struct Extent {
    /// The items, each counted once.
    pub(super) read: usize,
    /// How many the API said there are, when reading began.
    first_total: Option<usize>,
    last_total: Option<usize>,
    /// How many came twice.
    repeated: usize,
    cut: Option<Cut>,
}

/// Why a list was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Pages,
    Time,
}

impl Extent {
    /// Whether the whole list was read, as far as can be known.
    pub(super) fn is_complete(&self) -> bool {
        let shrunk = self.first_total > self.last_total;
        self.cut.is_none() && !shrunk && self.first_total.is_none_or(|total| self.read >= total)
    }

    /// Whether the list changed while it was read.
    pub(super) fn is_changed(&self) -> bool {
        self.repeated > 0
            || self.first_total != self.last_total
            || (self.cut.is_none() && self.first_total.is_some_and(|total| total != self.read))
    }

    /// What a reader of the result has to know about it, in sentences.
    pub(super) fn notes(&self, items: &str) -> Vec<String> {
        let mut notes = Vec::new();
        let of = match self.last_total {
            Some(total) => format!("{} of {total}", self.read),
            None => format!("the first {}", self.read),
        };
        match self.cut {
            Some(Cut::Pages) => notes.push(format!(
                "INCOMPLETE: only {of} {items} were read, which is the limit of one call. The figures \
                 are not totals. Narrow the request, for example to a shorter period."
            )),
            Some(Cut::Time) => notes.push(format!(
                "INCOMPLETE: only {of} {items} were read in the time of one call. The figures are not \
                 totals. Narrow the request, for example to a shorter period."
            )),
            None if self.is_changed() => {
                let effect = if self.is_complete() {
                    "What was added meanwhile may be missing"
                } else {
                    "INCOMPLETE: some may be missing, so the figures are not totals"
                };
                let totals = match (self.first_total, self.last_total) {
                    (Some(first), Some(last)) if first != last => {
                        format!(" (from {first} to {last} {items})")
                    }
                    _ => String::new(),
                };
                notes.push(format!(
                    "The list changed while it was read{totals}; what came twice was counted once. \
                     {effect}. Call again for exact figures."
                ));
            }
            None => {}
        }
        notes
    }
}

/// The pages of a list.
pub(super) struct Pages<'a, T> {
    context: CallContext<'a>,
    list: Arc<List>,
    /// The pages that are being fetched; `None` before the first.
    rest: Option<BoxStream<'a, Result<Page<T>, Failure>>>,
    /// The last page of `rest`.
    planned: usize,
    ended: bool,
    stop: Instant,
    seen: HashSet<u128>,
    reported: Instant,
    extent: Extent,
}

#[derive(Deserialize)]
struct Page<T> {
    data: Option<Vec<T>>,
    #[serde(default)]
    pagination: Option<Pagination>,
}

#[derive(Deserialize)]
struct Pagination {
    total_count: Option<usize>,
    max_page: Option<usize>,
    has_next_page: Option<bool>,
}

impl<'a, T: Item> Pages<'a, T> {
    pub(super) fn new(context: CallContext<'a>, list: List) -> Self {
        let now = Instant::now();
        let time = context.deadline.saturating_duration_since(now);
        let mut list = list;
        list.query.insert("limit".to_owned(), json!(PAGE));
        list.query.entry("sort_direction").or_insert_with(|| json!("asc"));
        Self {
            context,
            list: Arc::new(list),
            rest: None,
            planned: 1,
            ended: false,
            stop: now + time.mul_f64(1.0 - RESERVE),
            seen: HashSet::new(),
            reported: now,
            extent: Extent::default(),
        }
    }

    /// The items of the next page that did not come before; `None` at the end, or where reading stops.
    pub(super) async fn next(&mut self) -> Option<Result<Vec<T>, Failure>> {
        while !self.ended {
            let stop = self.stop;
            let Ok(page) = tokio::time::timeout_at(stop, self.fetch_next()).await else {
                self.end(Some(Cut::Time));
                break;
            };
            match page {
                Some(Ok(page)) => return Some(Ok(self.take(page))),
                Some(Err(failure)) => {
                    self.end(None);
                    return Some(Err(failure));
                }
                None if self.planned >= self.list.max_pages => self.end(Some(Cut::Pages)),
                // The last page that was planned said that another follows.
                None => self.plan(self.planned + 1, self.planned + 1),
            }
        }
        None
    }

    /// How much was read.
    pub(super) const fn extent(&self) -> &Extent {
        &self.extent
    }

    /// Why an answer without this list is no answer, as the last sentence of an error.
    pub(super) fn without(&self, tool: &str) -> String {
        format!(
            "{tool} read {} {} before this and gives no total, because a part would be missing.",
            self.extent.read, self.list.items
        )
    }

    async fn fetch_next(&mut self) -> Option<Result<Page<T>, Failure>> {
        match &mut self.rest {
            Some(rest) => rest.next().await,
            None => Some(fetch(self.context, Arc::clone(&self.list), 1).await),
        }
    }

    fn plan(&mut self, first: usize, last: usize) {
        let (context, list) = (self.context, Arc::clone(&self.list));
        let pages = (first..=last).map(move |number| fetch(context, Arc::clone(&list), number));
        self.rest = Some(stream::iter(pages).buffered(CONCURRENCY).boxed());
        self.planned = last;
    }

    fn end(&mut self, cut: Option<Cut>) {
        self.extent.cut = cut;
        self.ended = true;
        self.rest = None;
    }

    fn take(&mut self, page: Page<T>) -> Vec<T> {
        let mut items = page.data.unwrap_or_default();
        let came = items.len();
        items.retain(|item| item.id().is_none_or(|id| self.seen.insert(compact(id))));
        self.extent.read += items.len();
        self.extent.repeated += came - items.len();
        let place = page.pagination.as_ref();
        let follows =
            came > 0 && place.and_then(|place| place.has_next_page).unwrap_or(came >= PAGE);
        // One passage of the guides says that this is the number of items on the page.
        let total =
            place.and_then(|place| place.total_count).filter(|total| !follows || *total > came);
        if self.rest.is_none() {
            self.extent.first_total = total;
            self.extent.last_total = total;
            if follows {
                let last = place.and_then(|place| place.max_page).filter(|last| *last > 1);
                let last = last.unwrap_or(self.list.max_pages).min(self.list.max_pages);
                if last > 1 {
                    self.plan(2, last);
                } else {
                    self.end(Some(Cut::Pages));
                }
            }
        } else if self.extent.first_total.is_some() && total.is_some() {
            self.extent.last_total = total;
        }
        if !follows {
            self.end(None);
        }
        let now = Instant::now();
        if now.duration_since(self.reported) >= PROGRESS {
            self.reported = now;
            watch::progress(self.extent.read, self.extent.last_total, self.list.items);
        }
        items
    }
}

async fn fetch<T: Item>(
    context: CallContext<'_>,
    list: Arc<List>,
    number: usize,
) -> Result<Page<T>, Failure> {
    let mut query = list.query.clone();
    query.insert("page".to_owned(), json!(number));
    read(context, list.operation, &Arguments { query, ..Arguments::default() }).await
}

/// Sixteen bytes that stand for an id: the UUID itself, or a digest of an id of another form.
fn compact(id: &str) -> u128 {
    Uuid::try_parse(id).map_or_else(
        |_| {
            let digest = Sha256::digest(id.as_bytes());
            digest.iter().take(16).fold(0, |sum, byte| sum << 8 | u128::from(*byte))
        },
        |id| id.as_u128(),
    )
}
