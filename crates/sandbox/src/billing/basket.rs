//! From products to priced items.

use crate::error::{ApiError, Result};
use crate::model::{Coupon, Currency, Item, Link, Product, searchable};
use crate::pricing::{self, Line, Terms, Totals};
use crate::store::{Scope, Store};

/// Items with their prices.
#[derive(Debug)]
pub(crate) struct Basket {
    pub(crate) items: Vec<Item>,
    pub(crate) coupons: Vec<String>,
    pub(crate) totals: Totals,
    pub(crate) products: Vec<Product>,
}

impl Basket {
    /// What a search for products looks in.
    pub(crate) fn product_text(&self) -> String {
        searchable(
            self.products
                .iter()
                .flat_map(|product| [Some(product.name.as_str()), product.description.as_deref()]),
        )
    }
}

/// Prices items and gives them new ids. `fresh` is for something new, whose products and coupons
/// must be on sale; what exists keeps what it has.
pub(crate) fn fill(
    store: &mut Store<'_>,
    scope: &Scope,
    mut items: Vec<Item>,
    coupons: Vec<String>,
    currency: Currency,
    fresh: bool,
) -> Result<Basket> {
    let mut products = Vec::new();
    for (index, item) in items.iter_mut().enumerate() {
        let id = &item.product_id;
        let product: Product = if fresh { scope.find(store, id)? } else { store.need(id)? };
        ensure!(
            !fresh || product.is_active,
            ApiError::invalid(format!("Product {id} is not active."))
        );
        let price = if fresh {
            product.price_in(currency)
        } else {
            product.agreed_price(item.product_price_id.as_deref(), currency)
        };
        let Some(price) = price else {
            let text = format!("Product {id} (item {index}) has no price in {currency}.");
            return Err(ApiError::invalid(text));
        };
        if fresh {
            usable_coupons(store, scope, &item.coupons, currency)?;
        }
        item.id = store.new_id();
        item.product_price_id = Some(price.base.id.clone());
        item.unit_price = price.gross();
        item.exempt = price.exempt;
        (item.created_at, item.updated_at) = (store.now, None);
        products.push(product);
    }
    if fresh {
        usable_coupons(store, scope, &coupons, currency)?;
    }
    let totals = reprice(store, &items, &coupons, currency)?;
    Ok(Basket { items, coupons, totals, products })
}

/// Works out the totals of priced items.
pub(crate) fn reprice(
    store: &Store<'_>,
    items: &[Item],
    coupons: &[String],
    currency: Currency,
) -> Result<Totals> {
    let lines = items.iter().map(|item| {
        Ok(Line {
            unit: item.unit_price,
            quantity: item.quantity.into(),
            exempt: item.exempt,
            coupons: coupon_terms(store, &item.coupons)?,
        })
    });
    let lines = lines.collect::<Result<Vec<Line>>>()?;
    pricing::price(&lines, &coupon_terms(store, coupons)?, currency)
}

/// Checks the coupons for something new in `currency`: each is active and fits.
pub(crate) fn usable_coupons(
    store: &Store<'_>,
    scope: &Scope,
    ids: &[String],
    currency: Currency,
) -> Result<()> {
    for (index, id) in ids.iter().enumerate() {
        let coupon: Coupon = scope.find(store, id)?;
        let wrong = |problem| Err(ApiError::invalid(format!("Coupon {id} {problem}.")));
        if !coupon.is_active {
            return wrong("is not active".to_owned());
        }
        if coupon.currency.is_some_and(|other| other != currency) {
            return wrong(format!("is a discount in a currency other than {currency}"));
        }
        if ids.iter().take(index).any(|other| other == id) {
            return wrong("is given twice".to_owned());
        }
    }
    Ok(())
}

/// The terms of the coupons of something that exists, including deleted and inactive coupons.
fn coupon_terms(store: &Store<'_>, ids: &[String]) -> Result<Vec<Terms>> {
    ids.iter().map(|id| Ok(store.need::<Coupon>(id)?.terms())).collect()
}

/// Works out the totals of a link at the prices at which it was made.
pub(crate) fn link_totals(store: &mut Store<'_>, link: &Link) -> Result<Totals> {
    let (items, coupons) = (link.items.clone(), link.coupons.clone());
    Ok(fill(store, &Scope::of(link), items, coupons, link.currency, false)?.totals)
}
