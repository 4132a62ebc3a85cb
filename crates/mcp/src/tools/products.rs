//! Which products an invoice is for, in as few requests as possible.
//!
//! Lists of invoices do not say. The products of a payment link never change, so an invoice of a link with
//! one product needs no read of its own: each such link is read once. Every other invoice is read once.

use std::collections::{HashMap, HashSet};

use futures_util::{StreamExt as _, stream};
use serde::Deserialize;
use streampay::{Amount, operations, rust_decimal::Decimal};

use super::{
    reads::{CONCURRENCY, Failure, get},
    rows::{Invoice, LineItem},
};
use crate::services::CallContext;

/// How many links and invoices are read for one call.
const MAX_READS: usize = 1_000;

/// The products of invoices.
pub(super) struct Products<'a> {
    context: CallContext<'a>,
    /// The product of each link that was read, if it has a single one.
    links: HashMap<Box<str>, Option<Box<str>>>,
    names: HashMap<Box<str>, Box<str>>,
    reads: usize,
    /// How many invoices were left out, because too many would have to be read.
    left_out: usize,
}

#[derive(Deserialize)]
struct Link {
    items: Option<Vec<LineItem>>,
}

/// A product of an invoice, and the amount that it contributes.
pub(super) type Part = (Box<str>, Decimal);

impl<'a> Products<'a> {
    pub(super) fn new(context: CallContext<'a>) -> Self {
        let (links, names) = (HashMap::new(), HashMap::new());
        Self { context, links, names, reads: 0, left_out: 0 }
    }

    /// The name of a product.
    pub(super) fn name(&self, id: &str) -> Option<&str> {
        self.names.get(id).map(AsRef::as_ref)
    }

    pub(super) fn notes(&self) -> Option<String> {
        (self.left_out > 0).then(|| {
            format!(
                "INCOMPLETE: {} invoices were left out, because the products of at most {MAX_READS} links \
                 and invoices are read in one call. The figures are not totals. Narrow the request, for \
                 example to a shorter period.",
                self.left_out
            )
        })
    }

    /// The parts of each invoice. An invoice that is left out has none.
    pub(super) async fn of(&mut self, invoices: &[&Invoice]) -> Result<Vec<Vec<Part>>, Failure> {
        self.read_links(invoices).await?;
        let context = self.context;
        let mut parts: Vec<Vec<Part>> = Vec::with_capacity(invoices.len());
        let mut unknown = Vec::new();
        for (index, invoice) in invoices.iter().enumerate() {
            let link = invoice.payment_link_id.as_deref().and_then(|link| self.links.get(link));
            parts.push(match (link, &invoice.id) {
                (Some(Some(product)), _) => vec![(product.clone(), Decimal::ONE)],
                (_, Some(id)) if self.reads < MAX_READS => {
                    self.reads += 1;
                    unknown.push((index, id.clone()));
                    Vec::new()
                }
                _ => {
                    self.left_out += 1;
                    Vec::new()
                }
            });
        }
        let reads = unknown.into_iter().map(|(index, id)| async move {
            let invoice: Invoice =
                get(context, &operations::GET_INVOICE, "invoice_id", &id).await?;
            Ok((index, invoice))
        });
        let mut reads = stream::iter(reads).buffered(CONCURRENCY);
        while let Some(read) = reads.next().await {
            let (index, invoice): (usize, Invoice) = read?;
            if let Some(slot) = parts.get_mut(index) {
                *slot = self.parts(invoice.items.unwrap_or_default());
            }
        }
        Ok(parts)
    }

    /// Reads the links of these invoices that were not read before.
    async fn read_links(&mut self, invoices: &[&Invoice]) -> Result<(), Failure> {
        let context = self.context;
        let ids = invoices.iter().filter_map(|invoice| invoice.payment_link_id.as_deref());
        let mut unknown: HashSet<&str> = ids.filter(|id| !self.links.contains_key(*id)).collect();
        let room = MAX_READS.saturating_sub(self.reads);
        if unknown.len() > room {
            unknown = unknown.into_iter().take(room).collect();
        }
        self.reads += unknown.len();
        let reads: Vec<_> = unknown
            .into_iter()
            .map(|id| {
                let id = id.to_owned();
                async move {
                    let operation = &operations::GET_PAYMENT_LINK;
                    let link = get::<Link>(context, operation, "payment_link_id", &id).await;
                    (id, link)
                }
            })
            .collect();
        let mut reads = stream::iter(reads).buffer_unordered(CONCURRENCY);
        while let Some((id, link)) = reads.next().await {
            let items = match link {
                Ok(link) => link.items.unwrap_or_default(),
                // A link that is gone says nothing; its invoices still do.
                Err(failure) if failure.is_not_found() => Vec::new(),
                Err(failure) => return Err(failure),
            };
            let mut parts = self.parts(items);
            let single =
                if parts.len() == 1 { parts.pop().map(|(product, _)| product) } else { None };
            self.links.insert(id.into(), single);
        }
        Ok(())
    }

    /// The products of items, each once.
    fn parts(&mut self, items: Vec<LineItem>) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for item in items {
            let Some(product) = item.product_id else { continue };
            if let Some(name) = item.product.and_then(|product| product.name) {
                self.names.entry(product.as_str().into()).or_insert_with(|| name.into());
            }
            let amount = item.discounted_amount.as_ref().and_then(Amount::decimal);
            let amount = amount.unwrap_or_default();
            match parts.iter_mut().find(|(known, _)| **known == *product) {
                Some((_, sum)) => *sum = sum.saturating_add(amount),
                None => parts.push((product.into(), amount)),
            }
        }
        parts
    }
}
