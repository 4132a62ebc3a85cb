//! What each operation of the API does, one file per area. A handler gets a checked request and the
//! store inside a transaction, and returns the body of the response.

mod branches;
mod call;
mod coupons;
pub(crate) mod customers;
mod freezes;
mod invoices;
pub(crate) mod links;
mod me;
mod metered;
mod payments;
mod plan_changes;
mod products;
pub(crate) mod subscriptions;
mod views;

pub(crate) use call::Call;
pub(crate) use views::invoice_url;

use serde_json::Value;

use crate::error::Result;
use crate::model::{Coupon, Invoice, Link, Payment, Product, Subscription};
use crate::store::Store;
use call::get;

/// What carries out an operation.
pub(crate) type Handler = fn(&mut Store<'_>, &Call) -> Result<Value>;

/// The one operation that returns 201 instead of 200.
const ADD_PRICE: &str = "POST /api/v2/products/{product_id}/prices";

/// The status of a success.
pub(crate) fn status(key: &str) -> u16 {
    if key == ADD_PRICE { 201 } else { 200 }
}

/// The handler of an operation, by method and path.
pub(crate) fn handler(key: &str) -> Option<Handler> {
    HANDLERS.iter().find(|(name, _)| *name == key).map(|(_, handler)| *handler)
}

/// Every operation.
const HANDLERS: &[(&str, Handler)] = &[
    ("GET /api/v2/me", me::me),
    ("POST /api/v2/organization/invite", me::invite),
    ("GET /api/v2/branch", branches::list),
    ("POST /api/v2/branch", branches::create),
    ("GET /api/v2/branch/{branch_id}", branches::get),
    ("PUT /api/v2/branch/{branch_id}", branches::update),
    ("DELETE /api/v2/branch/{branch_id}", branches::delete),
    ("GET /api/v2/consumers", customers::list),
    ("POST /api/v2/consumers", customers::create),
    ("GET /api/v2/consumers/{consumer_id}", customers::get),
    ("PUT /api/v2/consumers/{consumer_id}", customers::update),
    ("DELETE /api/v2/consumers/{consumer_id}", customers::delete),
    ("GET /api/v2/products", products::list),
    ("POST /api/v2/products", products::create),
    ("GET /api/v2/products/{product_id}", get::<Product>),
    ("PUT /api/v2/products/{product_id}", products::update),
    ("DELETE /api/v2/products/{product_id}", products::delete),
    (ADD_PRICE, products::add_price),
    ("PUT /api/v2/products/{product_id}/prices/{price_id}", products::replace_price),
    ("DELETE /api/v2/products/{product_id}/prices/{price_id}", products::delete_price),
    ("GET /api/v2/coupons", coupons::list),
    ("POST /api/v2/coupons", coupons::create),
    ("GET /api/v2/coupons/{coupon_id}", get::<Coupon>),
    ("PUT /api/v2/coupons/{coupon_id}", coupons::update),
    ("DELETE /api/v2/coupons/{coupon_id}", coupons::delete),
    ("GET /api/v2/payment_links", links::list),
    ("POST /api/v2/payment_links", links::create),
    ("GET /api/v2/payment_links/{payment_link_id}", get::<Link>),
    ("PATCH /api/v2/payment_links/{payment_link_id}/coupons", links::set_coupons),
    ("PATCH /api/v2/payment_links/{payment_link_id}/status", links::set_status),
    ("GET /api/v2/invoices", invoices::list),
    ("POST /api/v2/invoices", invoices::create),
    ("GET /api/v2/invoices/{invoice_id}", get::<Invoice>),
    ("PATCH /api/v2/invoices/{invoice_id}/inplace", invoices::update),
    ("POST /api/v2/invoices/{invoice_id}/send", invoices::send),
    ("POST /api/v2/invoices/{invoice_id}/void", invoices::void),
    ("GET /api/v2/payments", payments::list),
    ("POST /api/v2/payments/auto-charge-on-demand/{payment_id}", payments::charge_on_demand),
    ("GET /api/v2/payments/{payment_id}", get::<Payment>),
    ("POST /api/v2/payments/{payment_id}/mark-paid", payments::mark_paid),
    ("POST /api/v2/payments/{payment_id}/refund", payments::refund),
    ("GET /api/v2/subscriptions", subscriptions::list),
    ("POST /api/v2/subscriptions", subscriptions::create),
    ("GET /api/v2/subscriptions/{subscription_id}", get::<Subscription>),
    ("PUT /api/v2/subscriptions/{subscription_id}", plan_changes::update),
    ("POST /api/v2/subscriptions/{subscription_id}/cancel", subscriptions::cancel),
    ("PUT /api/v2/subscriptions/{subscription_id}/uncancel", subscriptions::uncancel),
    ("DELETE /api/v2/subscriptions/{subscription_id}/pending-change", plan_changes::withdraw),
    ("GET /api/v2/subscriptions/{subscription_id}/freeze", freezes::list),
    ("POST /api/v2/subscriptions/{subscription_id}/freeze", freezes::create),
    ("PUT /api/v2/subscriptions/{subscription_id}/freeze/{freeze_id}", freezes::update),
    ("DELETE /api/v2/subscriptions/{subscription_id}/freeze/{freeze_id}", freezes::delete),
    ("POST /api/v2/metered/meter", metered::record),
    ("GET /api/v2/metered/metered-subscriptions", metered::list),
    ("POST /api/v2/metered/metered-subscriptions", metered::create),
    ("DELETE /api/v2/metered/metered-subscriptions/{subscription_id}", metered::end),
];
