//! From wanted products to priced items.

use crate::error::{ApiError, Result};
use crate::fields::Fields;
use crate::model::{Coupon, InvoiceItem, Link, LinkItem, Product};
use crate::pricing::{self, Line, Terms, Totals};
use crate::store::{Scope, Store};

/// A product that is wanted, with its quantity and its own coupons.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) product_id: String,
    pub(crate) quantity: i64,
    pub(crate) coupons: Vec<String>,
    /// The price that was agreed earlier, if any.
    pub(crate) price_id: Option<String>,
}

/// Products at today's prices.
#[derive(Debug)]
pub(crate) struct Basket {
    pub(crate) items: Vec<InvoiceItem>,
    pub(crate) coupons: Vec<String>,
    pub(crate) totals: Totals,
    pub(crate) products: Vec<Product>,
}

impl Wanted {
    /// Reads the items of a body.
    pub(crate) fn read(fields: Fields<'_>) -> Vec<Self> {
        let items = fields.objects("items").into_iter().map(|item| Self {
            product_id: item.id("product_id").unwrap_or_default(),
            quantity: item.number("quantity").unwrap_or(1),
            coupons: item.ids("coupons"),
            price_id: None,
        });
        items.collect()
    }
}

/// Prices wanted products. `fresh` is for something new, whose products and coupons must be on
/// sale; what exists keeps what it has.
pub(crate) fn fill(
    store: &mut Store,
    scope: &Scope,
    wanted: &[Wanted],
    coupons: &[String],
    currency: &str,
    fresh: bool,
) -> Result<Basket> {
    let mut items = Vec::new();
    let mut products = Vec::new();
    for (index, one) in wanted.iter().enumerate() {
        let product: Product = if fresh {
            scope.find(store, &one.product_id)?
        } else {
            store.need(&one.product_id)?
        };
        if fresh && !product.is_active {
            let text = format!("Product {} is not active.", one.product_id);
            return Err(ApiError::invalid(text));
        }
        let price = if fresh {
            product.price_in(currency)
        } else {
            product.agreed_price(one.price_id.as_deref(), currency)
        };
        let Some(price) = price else {
            let text =
                format!("Product {} (item {index}) has no price in {currency}.", one.product_id);
            return Err(ApiError::invalid(text));
        };
        if fresh {
            usable_coupons(store, scope, &one.coupons, currency)?;
        }
        items.push(InvoiceItem {
            id: store.new_id(),
            product_id: product.base.id.clone(),
            price_id: Some(price.base.id.clone()),
            unit: price.gross(),
            exempt: price.exempt,
            quantity: one.quantity,
            coupons: one.coupons.clone(),
        });
        products.push(product);
    }
    if fresh {
        usable_coupons(store, scope, coupons, currency)?;
    }
    let totals = reprice(store, &items, coupons, currency)?;
    Ok(Basket { items, coupons: coupons.to_vec(), totals, products })
}

/// Works out the totals of priced items.
pub(crate) fn reprice(
    store: &Store,
    items: &[InvoiceItem],
    coupons: &[String],
    currency: &str,
) -> Result<Totals> {
    let mut lines = Vec::new();
    for item in items {
        lines.push(Line {
            unit: item.unit,
            quantity: item.quantity.into(),
            exempt: item.exempt,
            coupons: coupon_terms(store, &item.coupons)?,
        });
    }
    pricing::price(&lines, &coupon_terms(store, coupons)?, currency)
}

/// The terms of the coupons for something new in `currency`: each is active and fits.
pub(crate) fn usable_coupons(
    store: &Store,
    scope: &Scope,
    ids: &[String],
    currency: &str,
) -> Result<Vec<Terms>> {
    let mut list: Vec<Terms> = Vec::new();
    for id in ids {
        let coupon: Coupon = scope.find(store, id)?;
        if !coupon.is_active {
            return Err(ApiError::invalid(format!("Coupon {id} is not active.")));
        }
        if coupon.currency.as_deref().is_some_and(|other| other != currency) {
            let text = format!("Coupon {id} is a discount in a currency other than {currency}.");
            return Err(ApiError::invalid(text));
        }
        if list.iter().any(|other| other.coupon_id == coupon.base.id) {
            return Err(ApiError::invalid(format!("Coupon {id} is given twice.")));
        }
        list.push(coupon.terms());
    }
    Ok(list)
}

/// The terms of the coupons of something that exists, including deleted and inactive coupons.
pub(crate) fn coupon_terms(store: &Store, ids: &[String]) -> Result<Vec<Terms>> {
    ids.iter().map(|id| Ok(store.need::<Coupon>(id)?.terms())).collect()
}

/// Works out the totals of a link at the prices at which it was made.
pub(crate) fn link_totals(store: &mut Store, link: &Link) -> Result<Totals> {
    let wanted: Vec<Wanted> = link.items.iter().map(Wanted::from).collect();
    let scope = Scope::of(link);
    Ok(fill(store, &scope, &wanted, &link.coupons, &link.currency, false)?.totals)
}

impl From<&LinkItem> for Wanted {
    fn from(item: &LinkItem) -> Self {
        Self {
            product_id: item.product_id.clone(),
            quantity: item.quantity,
            coupons: item.coupons.clone(),
            price_id: item.price_id.clone(),
        }
    }
}
