//! Reading lists page after page, item after item.
//!
//! Every list's builder has `items()` and `pages()`. Both can be awaited one by one, and with the
//! feature `stream` both become a `futures_util::Stream`.
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
//! # A list that changes while it is read
//! The API counts pages, so what is added or taken away in between shifts what the later pages hold.
//! An item that was seen already is not given again, so that nothing is counted twice; what slipped
//! to a page already read is missed, as it is by anybody. Reading ends where the API says that no page
//! follows, at an empty page, and at a page that holds nothing new: it never goes round in circles.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{error::Error, types::Pagination};

/// How many items a page has where nothing else was asked: the most that the API gives.
pub const LARGEST_PAGE: i64 = 100;

/// A list that can be read page after page. Implemented by the builders of lists.
pub trait Listing: Clone + Send + 'static {
    /// What the list holds.
    type Item: Send + 'static;

    /// The page to begin with, from 1.
    fn start(&self) -> i64;

    /// Fetches one page.
    fn fetch(self, page: i64) -> impl Future<Output = Result<Page<Self::Item>, Error>> + Send;

    /// What tells items apart, where they have it.
    fn id(item: &Self::Item) -> Option<Uuid> {
        let _ = item;
        None
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// Its number, from 1. To go on later, begin with the number after it: `.page(number + 1)`.
    pub number: i64,
    /// What it holds.
    pub items: Vec<T>,
    /// What the API said of its place in the list.
    pub pagination: Option<Pagination>,
}

impl<T> Page<T> {
    pub(crate) fn new(number: i64, items: Option<Vec<T>>, pagination: Option<Pagination>) -> Self {
        Self { number, items: items.unwrap_or_default(), pagination }
    }

    /// Whether a page follows. Where the API does not say, one does as long as this one is not empty.
    #[must_use]
    pub fn has_next(&self) -> bool {
        let says = self.pagination.as_ref().and_then(|place| *place.has_next_page);
        says.unwrap_or(true) && !self.items.is_empty()
    }

    /// How many items the whole list holds, if the API says so.
    #[must_use]
    pub fn total(&self) -> Option<i64> {
        self.pagination.as_ref().and_then(|place| *place.total_count)
    }
}

/// The pages of a list, one after the other.
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

    /// The number of the page that will be fetched next; `None` at the end. Reading can be resumed
    /// there with `.page(number)`.
    #[must_use]
    pub const fn position(&self) -> Option<i64> {
        self.next
    }

    /// Fetches the next page. After an error the same page can be asked for again.
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

    /// As a `Stream`. It ends after an error.
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

/// The items of a list, page after page.
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

    /// At most so many items. No page is fetched beyond them.
    #[must_use]
    pub const fn take(mut self, most: usize) -> Self {
        self.left = Some(most);
        self
    }

    /// The next item. After an error it can be asked for again.
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

    /// All items.
    ///
    /// # Errors
    /// The first that occurs.
    pub async fn collect(mut self) -> Result<Vec<L::Item>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
        }
        Ok(all)
    }

    /// The first item that `wanted` accepts. No page is fetched beyond it.
    ///
    /// # Errors
    /// The first that occurs.
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

    /// As a `Stream`. It ends after an error.
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
