//! What the payer's browser brings back from the checkout page. It proves nothing: anybody can type
//! such an address. The types here say so, and lead to the check that does.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;
use uuid::Uuid;

use crate::{
    amount::Amount,
    client::Client,
    enums::{CurrencyCode, InvoiceStatusEnum},
    error::{ArgumentFault, Error},
    field::Field,
    money::Money,
    open_enum::open_enum,
    types::InvoiceDetailed,
};

open_enum! {
    /// What the redirect says of the payment.
    RedirectStatus {
        Paid = "paid",
        Pending = "pending",
        Failed = "failed",
        FailedInternalError = "failed_internal_error",
    }
}

impl RedirectStatus {
    /// Whether the payer should try again: a definite refusal, such as a declined card.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        *self == Self::Failed
    }

    /// Whether money may have moved although the payment failed: the payer should ask for help, and
    /// not pay again before that is settled.
    #[must_use]
    pub fn may_have_been_charged(&self) -> bool {
        *self == Self::FailedInternalError
    }
}

/// The parameters that a payer comes back with from the checkout page, unproven. Show a page by them,
/// but deliver nothing before [`UnverifiedRedirect::verify`] or a webhook says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[must_use = "a redirect proves nothing until it is verified on the server"]
pub struct UnverifiedRedirect {
    /// What it says of the payment.
    pub status: RedirectStatus,
    /// The payment gateway's id, for the support; of no use in the API.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub id: Field<String>,
    /// The payment link.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub payment_link_id: Field<String>,
    /// What the gateway says, `APPROVED`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub message: Field<String>,
    /// How the payer prefers to log in, `PHONE` or `EMAIL`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub login_method: Field<String>,
    /// The invoice; after success only, as are the following.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub invoice_id: Field<String>,
    /// The consent to the payment.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub consent_id: Field<String>,
    /// The payment.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub payment_id: Field<String>,
    /// The customer who paid.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub organization_consumer_id: Field<String>,
    /// Parameters that are in no published description, and those of the address itself.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What the API says of a redirect.
#[derive(Debug, Clone, PartialEq)]
pub enum Verified {
    /// The invoice is completed, over the expected amount: deliver, once for each invoice.
    Paid(Box<InvoiceDetailed>),
    /// The invoice is not completed. A webhook will tell when it is.
    Open(Box<InvoiceDetailed>),
    /// The invoice is for another amount, currency or payment link than expected: not this order.
    Other(Box<InvoiceDetailed>),
    /// The redirect names no invoice, so nothing was paid as far as it tells.
    NoInvoice,
}

impl UnverifiedRedirect {
    /// Reads a whole address, or the query of one. Of a parameter that occurs twice the first counts.
    ///
    /// # Errors
    /// Where there is no `status`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let query = match Url::parse(text) {
            Ok(url) => url.query().unwrap_or_default().to_owned(),
            Err(_) => text.split_once('?').map_or(text, |(_, query)| query).to_owned(),
        };
        let query = query.split('#').next().unwrap_or_default();
        let mut members = Map::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            members.entry(name).or_insert_with(|| value.into());
        }
        serde_json::from_value(Value::Object(members)).map_err(|_| {
            let fault = ArgumentFault::new("status", "is missing: this is no checkout redirect");
            Error::Arguments(vec![fault])
        })
    }

    /// Asks the API whether the invoice that the redirect names is completed, over the amount and,
    /// where one is given, the payment link of the order at hand.
    ///
    /// Keep a list of the invoices that were delivered for: the same redirect can come twice.
    ///
    /// # Errors
    /// Those of reading an invoice. Right after a payment it may briefly be not found.
    pub async fn verify(
        &self,
        client: &Client,
        expected: &Money,
        payment_link: Option<Uuid>,
    ) -> Result<Verified, Error> {
        let id = self.invoice_id.as_deref().and_then(|text| Uuid::try_parse(text).ok());
        let Some(id) = id else { return Ok(Verified::NoInvoice) };
        let invoice = Box::new(client.get_invoice().invoice_id(id).send().await?);
        Ok(judge(invoice, expected, payment_link))
    }
}

/// The link that an invoice came from. Not every description names the member, so it is read from the
/// JSON, where it is in any case.
fn made_by(invoice: &InvoiceDetailed) -> Option<Uuid> {
    let json = serde_json::to_value(invoice).ok()?;
    json.get("payment_link_id")?.as_str().and_then(|text| Uuid::try_parse(text).ok())
}

fn judge(invoice: Box<InvoiceDetailed>, expected: &Money, link: Option<Uuid>) -> Verified {
    let amount: Option<&Amount> = invoice.total_amount.as_ref();
    let currency: Option<&CurrencyCode> = invoice.currency.as_ref();
    let fits = amount.and_then(Amount::decimal) == Some(expected.amount())
        && currency == Some(expected.currency())
        && link.is_none_or(|link| made_by(&invoice) == Some(link));
    if !fits {
        return Verified::Other(invoice);
    }
    match invoice.status.as_ref() {
        Some(InvoiceStatusEnum::Completed) => Verified::Paid(invoice),
        _ => Verified::Open(invoice),
    }
}

/// The checkout page in a language: `ar` or `en`. Only the page changes, not what it sells.
///
/// # Errors
/// An address that is none.
pub fn checkout_in_language(url: &str, language: &str) -> Result<Url, url::ParseError> {
    let mut url = Url::parse(url)?;
    let rest: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| name != "language")
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    url.query_pairs_mut().clear().extend_pairs(rest).append_pair("language", language);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::{RedirectStatus, UnverifiedRedirect, Verified, checkout_in_language, judge};
    use serde_json::json;

    #[test]
    fn redirects_are_read_in_all_their_forms() {
        let text = "https://shop.example/paid?order=7&id=gw&invoice_id=2df0f7e0-2634-46ab-829a-bfcb0a797d87&status=paid&message=APPROVED&status=failed#x";
        let redirect = UnverifiedRedirect::parse(text).unwrap();
        assert_eq!(redirect.status, RedirectStatus::Paid);
        assert_eq!(redirect.extra["order"], "7");
        assert_eq!(redirect.message.as_deref(), Some("APPROVED"));
        for text in [
            "?status=failed&message=a%20b",
            "status=failed&message=a+b",
            "/f?status=failed&message=a b",
        ] {
            let redirect = UnverifiedRedirect::parse(text).unwrap();
            assert!(redirect.status.may_retry() && redirect.message.as_deref() == Some("a b"));
        }
        let unclear = UnverifiedRedirect::parse("status=failed_internal_error").unwrap();
        assert!(unclear.status.may_have_been_charged() && !unclear.status.may_retry());
        assert_eq!(UnverifiedRedirect::parse("status=odd").unwrap().status.as_str(), "odd");
        for none in ["", "https://shop.example/", "id=7", "%%%"] {
            assert!(UnverifiedRedirect::parse(none).unwrap_err().is_invalid(), "{none}");
        }
    }

    #[test]
    fn only_the_expected_amount_in_the_expected_currency_is_paid() {
        let judged = |total: &str, currency: &str, status: &str| {
            let json = json!({"total_amount": total, "currency": currency, "status": status});
            let invoice = Box::new(serde_json::from_value(json).unwrap());
            judge(invoice, &"99.90 SAR".parse().unwrap(), None)
        };
        assert!(matches!(judged("99.900", "SAR", "COMPLETED"), Verified::Paid(_)));
        assert!(matches!(judged("99.90", "SAR", "SENT"), Verified::Open(_)));
        assert!(matches!(judged("0.90", "SAR", "COMPLETED"), Verified::Other(_)));
        assert!(matches!(judged("99.90", "USD", "COMPLETED"), Verified::Other(_)));
    }

    #[test]
    fn the_language_is_set_once() {
        let url = checkout_in_language("https://streampay.sa/s/x?a=1&language=ar", "en").unwrap();
        assert_eq!(url.as_str(), "https://streampay.sa/s/x?a=1&language=en");
    }
}
