//! What the generated lists implement; see `src/paging.rs`. Nothing is fetched.

use std::marker::PhantomData;

use crate::Error;

/// In the client a list that can be read page after page.
pub trait Listing: Clone + Send + 'static {
    /// What the list holds.
    type Item: Send + 'static;

    /// The first page.
    fn start(&self) -> i64;

    /// One page.
    fn fetch(self, page: i64) -> impl Future<Output = Result<Page<Self::Item>, Error>> + Send;

    /// What identifies an item.
    fn id(item: &Self::Item) -> Option<uuid::Uuid> {
        let _ = item;
        None
    }
}

/// In the client a page with its items.
#[derive(Debug)]
pub struct Page<T>(PhantomData<T>);

impl<T> Page<T> {
    /// The items of a page and its place in the list.
    pub fn new<P>(_: i64, _: Option<Vec<T>>, _: Option<P>) -> Self {
        Self(PhantomData)
    }
}

/// In the client the pages of a list.
#[derive(Debug)]
pub struct Pages<L>(PhantomData<L>);

/// In the client the items of a list.
#[derive(Debug)]
pub struct Items<L>(PhantomData<L>);

impl<L: Listing> Pages<L> {
    /// The pages of `list`.
    pub fn new(_: L) -> Self {
        Self(PhantomData)
    }
}

impl<L: Listing> Items<L> {
    /// The items of `list`.
    pub fn new(_: L) -> Self {
        Self(PhantomData)
    }
}
