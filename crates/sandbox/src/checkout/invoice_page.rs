//! The page where an invoice is paid: whole, in installments, or what is open of it.

use std::fmt::Write as _;

use super::fields::Shown;
use super::invoice;
use super::page::{amount, frame, paragraph, row, shop_name, sums};
use super::words::Language;
use crate::error::Result;
use crate::http::escape;
use crate::model::{Invoice, Product};
use crate::store::Store;
use crate::time;

/// The page where an invoice is paid.
pub(crate) fn invoice_page(
    store: &Store,
    invoice: &Invoice,
    language: Language,
    shown: &Shown<'_>,
) -> Result<(u16, String)> {
    let shop = shop_name(store, &invoice.base.org, language)?;
    let other = format!("/i/{}?language={}", invoice.base.id, language.other().code());
    let currency = invoice.currency.as_str();
    let title = format!("{} {}", language.text("invoice"), invoice.number);
    let mut html = format!(
        "{}<form method=\"post\" action=\"/i/{}?language={}\" novalidate><section><h1>{}</h1>\
         {}<p class=\"soft\">{}: <bdi class=\"num\">{}</bdi></p><ul class=\"items\">",
        shown.alert(language),
        invoice.base.id,
        language.code(),
        escape(&title),
        paragraph(invoice.description.as_deref()),
        language.text("due"),
        time::date(invoice.scheduled_on),
    );
    for (item, line) in invoice.items.iter().zip(&invoice.totals.lines) {
        let product: Product = store.need(&item.product_id)?;
        let _ = write!(
            html,
            "<li><span>{}<span class=\"soft\"> × <bdi class=\"num\">{}</bdi></span></span>{}</li>",
            escape(&product.name),
            item.quantity,
            amount(line.discounted, currency)
        );
    }
    html += "</ul>";
    html += &sums(language, &invoice.totals, currency);
    if !invoice.paid.is_zero() {
        let left = invoice.totals.amount - invoice.paid;
        html += &row(language.text("paid"), &amount(invoice.paid, currency), "");
        html += &row(language.text("remaining"), &amount(left, currency), "");
    }
    html += "</section>";
    let open = invoice::open_payments(store, invoice)?;
    if let Some(reason) = invoice::closed(invoice, &open) {
        let _ = write!(html, "<section><p>{}</p></section></form>", language.text(reason));
        return Ok((200, frame(language, &title, &shop, &other, &html)));
    }
    let split_total = invoice::split_total(store, invoice)?;
    let counts = invoice::splits(invoice, split_total);
    let next = open.first().map(|payment| payment.amount).unwrap_or_default();
    html += &shown.installments(language, &counts, next, split_total, currency);
    html += &Shown::amount(open.iter().map(|payment| payment.amount).sum(), currency);
    if open.len() > 1 {
        let all = open.iter().map(|payment| payment.amount).sum();
        let _ = write!(
            html,
            "<section><fieldset><legend><h2>{}</h2></legend><label class=\"choice\"><input type=\"radio\" name=\"pay\" \
             value=\"next\" checked><span>{} · {}</span></label><label class=\"choice\">\
             <input type=\"radio\" name=\"pay\" value=\"all\"><span>{} · {}</span></label>\
             </fieldset></section>",
            language.text("what_to_pay"),
            language.text("pay_next"),
            amount(next, currency),
            language.text("pay_all"),
            amount(all, currency),
        );
    }
    if next.is_zero() {
        let word = language.text("confirm");
        let _ = write!(html, "<button name=\"method\" value=\"free\">{word}</button>");
    } else {
        let pay = if open.len() > 1 || !counts.is_empty() {
            language.text("pay").to_owned()
        } else {
            format!("{} {}", language.text("pay"), amount(next, currency))
        };
        html += &shown.instruments(language, &invoice.methods, &pay);
    }
    html += "</form>";
    let status = if shown.faults.is_empty() { 200 } else { 422 };
    Ok((status, frame(language, &title, &shop, &other, &html)))
}
