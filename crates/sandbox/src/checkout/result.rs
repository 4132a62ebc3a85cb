//! The page after a payment, where the merchant gave no address to return to.

use super::page::{frame, paragraph, row, shop_name};
use super::words::Language;
use crate::error::Result;
use crate::http::escape;
use crate::model::Link;
use crate::store::Store;

/// How a payment ended, as far as its page needs to know.
pub(crate) struct Ended<'a> {
    /// `paid` or `failed_internal_error`; a plain failure goes back to the checkout.
    pub(crate) status: &'a str,
    pub(crate) message: &'a str,
    /// What was paid, with its currency; empty where nothing was.
    pub(crate) amount: &'a str,
    pub(crate) reference: &'a str,
    pub(crate) org: &'a str,
    /// Where the page of the other language is.
    pub(crate) other: &'a str,
    pub(crate) link: Option<&'a Link>,
}

/// Says how a payment ended.
pub(crate) fn result_page(store: &Store, language: Language, ended: &Ended<'_>) -> Result<String> {
    let shop = shop_name(store, ended.org, language)?;
    let paid = ended.status == "paid";
    let trial = ended.link.is_some_and(|link| link.trial_days.is_some());
    let title = match (paid, trial) {
        (true, true) => language.text("trial_begun"),
        (true, false) => language.text("thanks"),
        (false, _) => language.text("unclear"),
    };
    let thanks = ended.link.and_then(|link| link.confirmation_message.as_deref());
    let words = if paid { thanks } else { Some(language.text("unclear_advice")) };
    let number = |text: &str| format!("<bdi class=\"num\">{}</bdi>", escape(text));
    let mut rows = String::new();
    if paid && !ended.amount.is_empty() {
        rows += &row(language.text("amount_paid"), &number(ended.amount), "total");
    }
    if let Some(link) = ended.link {
        let name = format!("<bdi>{}</bdi>", escape(&link.name));
        rows += &row(language.text("order_for"), &name, "");
    }
    if !ended.message.is_empty() {
        rows += &row(language.text("answer"), &number(ended.message), "soft");
    }
    rows += &row(language.text("reference"), &number(ended.reference), "soft");
    let body = format!(
        "<section class=\"end\"><p class=\"mark {}\" aria-hidden=\"true\">{}</p><h1>{}</h1>{}\
         <div class=\"sum\">{rows}</div></section>",
        if paid { "good" } else { "open" },
        if paid { "✓" } else { "?" },
        escape(title),
        paragraph(words),
    );
    Ok(frame(language, title, &shop, ended.other, &body))
}
