//! The page after a payment, where the merchant gave no address to return to.

use super::page::{frame, shop_name};
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
    let words = match thanks {
        _ if !paid => language.text("unclear_advice"),
        Some(words) => words,
        None => "",
    };
    let body = format!(
        "<section><p class=\"mark\" aria-hidden=\"true\">{}</p><h1>{}</h1><p>{}</p>\
         <p class=\"soft\"><bdi dir=\"ltr\">{}</bdi></p>\
         <p class=\"soft\">{}: <bdi class=\"num\">{}</bdi></p></section>",
        if paid { "✓" } else { "?" },
        escape(title),
        escape(words),
        escape(ended.message),
        language.text("reference"),
        escape(ended.reference),
    );
    Ok(frame(language, title, &shop, ended.other, &body))
}
