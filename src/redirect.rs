//! Redirects from the checkout page. The payer's browser brings them back, so they prove nothing: anybody
//! can type such an address. [`UnverifiedRedirect::verify`] asks the API.

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
    /// What the redirect claims about the payment.
    RedirectStatus {
        Paid = "paid",
        Pending = "pending",
        Failed = "failed",
        FailedInternalError = "failed_internal_error",
    }
}

impl RedirectStatus {
    /// Whether the payer can try again: the payment definitely failed, as with a declined card.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        *self == Self::Failed
    }

    /// Whether money may have moved although the payment failed. The payer should contact support and
    /// not pay again before that is resolved.
    #[must_use]
    pub fn may_have_been_charged(&self) -> bool {
        *self == Self::FailedInternalError
    }
}

/// The parameters with which a payer returns from the checkout page, unverified. Choose by them which
/// page to show, but deliver nothing before [`UnverifiedRedirect::verify`] or a webhook confirms the
/// payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[must_use = "a redirect proves nothing until it is verified on the server"]
pub struct UnverifiedRedirect {
    /// What it claims about the payment.
    pub status: RedirectStatus,
    /// The payment gateway's id, for its support. The API does not accept it.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub id: Field<String>,
    /// The payment link.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub payment_link_id: Field<String>,
    /// The gateway's message, such as `APPROVED`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub message: Field<String>,
    /// How the payer prefers to log in: `PHONE` or `EMAIL`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub login_method: Field<String>,
    /// The invoice. This and the following are present only after success.
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
    /// Other parameters, including those of the redirect address itself.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The result of verifying a redirect.
#[derive(Debug, Clone, PartialEq)]
pub enum Verified {
    /// The invoice is completed and has the expected amount. Deliver, once for each invoice.
    Paid(Box<InvoiceDetailed>),
    /// The invoice is not completed yet. A webhook reports when it is.
    Open(Box<InvoiceDetailed>),
    /// The invoice has another amount, currency or payment link than this order.
    Other(Box<InvoiceDetailed>),
    /// The redirect names no invoice, so it does not claim that anything was paid.
    NoInvoice,
}

impl UnverifiedRedirect {
    /// Parses an address or its query. If a parameter occurs twice, the first one counts.
    ///
    /// # Errors
    /// If `status` is missing.
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
            let fault = ArgumentFault::new("status", "is missing: this is not a checkout redirect");
            Error::Arguments(vec![fault])
        })
    }

    /// Asks the API whether the invoice that the redirect names is completed and has the amount and, if
    /// given, the payment link of this order.
    ///
    /// Record for which invoices you have delivered: the same redirect can arrive twice.
    ///
    /// # Errors
    /// Those of reading an invoice. Right after a payment, the API may briefly not find it.
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

/// The link that an invoice came from. Not every description has the member, so it is read from the
/// JSON.
fn payment_link_of(invoice: &InvoiceDetailed) -> Option<Uuid> {
    let json = serde_json::to_value(invoice).ok()?;
    json.get("payment_link_id")?.as_str().and_then(|text| Uuid::try_parse(text).ok())
}

fn judge(invoice: Box<InvoiceDetailed>, expected: &Money, link: Option<Uuid>) -> Verified {
    let amount: Option<&Amount> = invoice.total_amount.as_ref();
    let currency: Option<&CurrencyCode> = invoice.currency.as_ref();
    let fits = amount.and_then(Amount::decimal) == Some(expected.amount())
        && currency == Some(expected.currency())
        && link.is_none_or(|link| payment_link_of(&invoice) == Some(link));
    if !fits {
        return Verified::Other(invoice);
    }
    match invoice.status.as_ref() {
        Some(InvoiceStatusEnum::Completed) => Verified::Paid(invoice),
        _ => Verified::Open(invoice),
    }
}

/// The address of the checkout page in a language: `ar` or `en`.
///
/// # Errors
/// If the address is not a valid URL.
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
    fn redirects_are_parsed_in_all_their_forms() {
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
    fn an_invoice_counts_as_paid_only_with_the_expected_amount_and_currency() {
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
    fn the_language_replaces_an_earlier_one() {
        let url = checkout_in_language("https://streampay.sa/s/x?a=1&language=ar", "en").unwrap();
        assert_eq!(url.as_str(), "https://streampay.sa/s/x?a=1&language=en");
    }
}
