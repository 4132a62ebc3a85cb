//! The hosted checkout: paying a link or an invoice, and the pages for it in
//! Arabic and English. The same engine serves the pages and the control API.

mod attempt;
mod counts;
mod invoice;
mod link;
mod pages;
mod words;

pub(crate) use attempt::{Receipt, Reply, from_form, from_json};
pub(crate) use invoice::pay as pay_invoice;
pub(crate) use link::pay as pay_link;
pub(crate) use pages::{Ended, Shown, invoice_page, link_page, missing_page, result_page};
