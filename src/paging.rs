//! Reads lists page by page or item by item.
//!
//! The builder of every list has `items()` and `pages()`. Call `next` on either, or turn it into a
//! `futures_util::Stream` with the feature `stream`.
//!
//! ```no_run
//! # async fn example(client: streampay::Client) -> Result<(), streampay::Error> {
//! use streampay::enums::PaymentStatusEnum;
//!
//! let mut failed = client.list_payments().statuses([PaymentStatusEnum::Failed]).items();
//! while let Some(payment) = failed.next().await.transpose()? {
//!     println!("{:?} {:?}", payment.id, payment.amount);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Lists that change while they are read
//! The API numbers pages, so an item that is added or removed meanwhile shifts the later pages. An item
//! that was already returned is skipped, so nothing is counted twice. An item that moves to a page that
//! was already read is missed. Reading ends when the API reports no further page, at an empty page, and
//! at a page without new items, so it always ends.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{error::Error, types::Pagination};

/// The largest page that the API returns, which is also the default here.
pub const LARGEST_PAGE: i64 = 100;

/// A list that can be read page by page. The builders of lists implement it.
pub trait Listing: Clone + Send + 'static {
    /// The type of its items.
    type Item: Send + 'static;

    /// The first page to read, from 1.
    fn start(&self) -> i64;

    /// Fetches one page.
    fn fetch(self, page: i64) -> impl Future<Output = Result<Page<Self::Item>, Error>> + Send;

    /// The id of an item, if it has one.
    fn id(item: &Self::Item) -> Option<Uuid> {
        let _ = item;
        None
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// Its number, from 1. To continue later, start with `.page(number + 1)`.
    pub number: i64,
    /// Its items.
    pub items: Vec<T>,
    /// The pagination data of the API.
    pub pagination: Option<Pagination>,
}

impl<T> Page<T> {
    pub(crate) fn new(number: i64, items: Option<Vec<T>>, pagination: Option<Pagination>) -> Self {
        Self { number, items: items.unwrap_or_default(), pagination }
    }

    /// Whether another page follows. If the API does not say, one follows unless this one is empty.
    #[must_use]
    pub fn has_next(&self) -> bool {
        let says = self.pagination.as_ref().and_then(|place| *place.has_next_page);
        says.unwrap_or(true) && !self.items.is_empty()
    }

    /// The number of items in the whole list, if the API reports it.
    #[must_use]
    pub fn total(&self) -> Option<i64> {
        self.pagination.as_ref().and_then(|place| *place.total_count)
    }
}

/// The pages of a list.
#[derive(Debug, Clone)]
pub struct Pages<L: Listing> {
    list: L,
    /// The page to fetch; `None` at the end.
    next: Option<i64>,
    seen: HashSet<Uuid>,
}

impl<L: Listing> Pages<L> {
    pub(crate) fn new(list: L) -> Self {
        let next = Some(list.start().max(1));
        Self { list, next, seen: HashSet::new() }
    }

    /// The number of the next page; `None` at the end. To resume later, start with `.page(number)`.
    #[must_use]
    pub const fn position(&self) -> Option<i64> {
        self.next
    }

    /// Fetches the next page. After an error, call it again to retry the same page.
    pub async fn next(&mut self) -> Option<Result<Page<L::Item>, Error>> {
        let number = self.next?;
        let mut page = match self.list.clone().fetch(number).await {
            Ok(page) => page,
            Err(error) => return Some(Err(error)),
        };
        let follows = page.has_next();
        page.items.retain(|item| L::id(item).is_none_or(|id| self.seen.insert(id)));
        self.next = if follows && !page.items.is_empty() { number.checked_add(1) } else { None };
        Some(Ok(page))
    }

    /// Turns this into a `Stream`, which ends after an error.
    #[cfg(feature = "stream")]
    pub fn into_stream(
        self,
    ) -> impl futures_util::Stream<Item = Result<Page<L::Item>, Error>> + Send {
        futures_util::stream::unfold(Some(self), |pages: Option<Self>| async move {
            let mut pages = pages?;
            let next = pages.next().await?;
            let rest = next.is_ok().then_some(pages);
            Some((next, rest))
        })
    }
}

/// The items of a list.
#[derive(Debug, Clone)]
pub struct Items<L: Listing> {
    pages: Pages<L>,
    page: std::vec::IntoIter<L::Item>,
    left: Option<usize>,
}

impl<L: Listing> Items<L>
where
    L::Item: Clone,
{
    pub(crate) fn new(list: L) -> Self {
        Self { pages: Pages::new(list), page: Vec::new().into_iter(), left: None }
    }

    /// Limits the number of items. No page beyond them is fetched.
    #[must_use]
    pub const fn take(mut self, most: usize) -> Self {
        self.left = Some(most);
        self
    }

    /// Returns the next item. After an error, call it again to retry.
    pub async fn next(&mut self) -> Option<Result<L::Item, Error>> {
        if self.left == Some(0) {
            return None;
        }
        loop {
            if let Some(item) = self.page.next() {
                self.left = self.left.map(|left| left - 1);
                return Some(Ok(item));
            }
            match self.pages.next().await? {
                Ok(page) => self.page = page.items.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// Collects all items.
    ///
    /// # Errors
    /// The first error of a page.
    pub async fn collect(mut self) -> Result<Vec<L::Item>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    /// Returns the first item that `wanted` accepts. No page beyond it is fetched.
    ///
    /// # Errors
    /// The first error of a page.
    pub async fn find(
        mut self,
        wanted: impl Fn(&L::Item) -> bool,
    ) -> Result<Option<L::Item>, Error> {
        while let Some(item) = self.next().await.transpose()? {
            if wanted(&item) {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Turns this into a `Stream`, which ends after an error.
    #[cfg(feature = "stream")]
    pub fn into_stream(self) -> impl futures_util::Stream<Item = Result<L::Item, Error>> + Send {
        futures_util::stream::unfold(Some(self), |items: Option<Self>| async move {
            let mut items = items?;
            let next = items.next().await?;
            let rest = next.is_ok().then_some(items);
            Some((next, rest))
        })
    }
}
