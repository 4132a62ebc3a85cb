//! A payment attempt: the payer's input, its invalid fields, and the result.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;

use super::words::Text;
use crate::billing::Settlement;
use crate::billing::cards::{self, Outcome, Scheme, Verdict};
use crate::formats::decimal;
use crate::model::{Card, Contact, Currency, PaymentMethod};
use crate::store::Store;
use crate::{money, time};

/// A payer's input.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attempt {
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    /// Chosen quantities, by the link's item ids.
    pub(crate) quantities: HashMap<String, i64>,
    pub(crate) instrument: Instrument,
    pub(crate) installments: Option<u32>,
    /// Whether all open payments of an invoice are paid at once, rather than the next one.
    pub(crate) all: bool,
    /// Answers to the custom fields; null if there are none.
    pub(crate) answers: Value,
    /// The amount that the page showed; `None` if there was no page.
    pub(crate) shown: Option<String>,
}

impl Attempt {
    /// Whether the page showed an amount other than the amount due.
    pub(super) fn saw_other(&self, amount: Decimal, currency: Currency) -> bool {
        self.shown.as_ref().is_some_and(|shown| *shown != money::text(amount, currency))
    }
}

/// What a payer pays with.
#[derive(Debug, Clone, Default)]
pub(crate) enum Instrument {
    /// Nothing, if the amount due is zero.
    #[default]
    Nothing,
    ApplePay,
    Card {
        number: String,
        holder: String,
        month: String,
        year: String,
        cvc: String,
    },
}

/// An invalid field: its name and the text about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldError {
    pub(crate) field: String,
    pub(crate) problem: Text,
}

impl FieldError {
    pub(super) fn new(field: impl Into<String>, problem: Text) -> Self {
        Self { field: field.into(), problem }
    }
}

/// The result of an attempt.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Fields must be corrected first; nothing happened.
    Correct(Vec<FieldError>),
    /// The amount is not the one that the page showed; nothing happened.
    Changed,
    /// The link or invoice does not accept payments, for this reason.
    Closed(Text),
    /// The payment was attempted.
    Tried(Box<Receipt>),
}

/// The outcome of an attempt, with what the redirect carries.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Receipt {
    /// The gateway's id of the attempt.
    pub(crate) id: String,
    /// `paid`, `failed` or `failed_internal_error`.
    pub(crate) status: &'static str,
    pub(crate) message: String,
    pub(crate) response_code: String,
    pub(crate) payment_link_id: Option<String>,
    pub(crate) login_method: Contact,
    pub(crate) invoice_id: Option<String>,
    pub(crate) subscription_id: Option<String>,
    pub(crate) consent_id: Option<String>,
    pub(crate) payment_id: Option<String>,
    pub(crate) organization_consumer_id: Option<String>,
    /// What was paid or tried, with its currency, for the sandbox's own page.
    #[serde(skip)]
    pub(crate) amount: String,
    /// The URL to redirect the payer to; `None` for the sandbox's own page.
    pub(crate) redirect_url: Option<String>,
}

impl Receipt {
    /// The receipt of an attempt that has just been made.
    pub(super) fn new(
        store: &mut Store,
        outcome: &Outcome,
        amount: Decimal,
        currency: Currency,
        link: Option<&str>,
        login_method: Contact,
    ) -> Self {
        Self {
            id: store.new_id(),
            status: status_word(outcome.verdict),
            message: outcome.message.to_owned(),
            response_code: outcome.code.to_owned(),
            payment_link_id: link.map(ToOwned::to_owned),
            login_method,
            invoice_id: None,
            subscription_id: None,
            consent_id: None,
            payment_id: None,
            organization_consumer_id: None,
            amount: format!("{} {currency}", money::text(amount, currency)),
            redirect_url: None,
        }
    }

    /// The redirect parameters of the guide.
    pub(super) fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut list = vec![("id", self.id.clone())];
        let mut add = |name, value: &Option<String>| {
            if let Some(value) = value {
                list.push((name, value.clone()));
            }
        };
        if self.status == "paid" {
            add("invoice_id", &self.invoice_id);
            add("consent_id", &self.consent_id);
            add("payment_id", &self.payment_id);
            add("organization_consumer_id", &self.organization_consumer_id);
        }
        add("payment_link_id", &self.payment_link_id);
        list.push(("status", self.status.to_owned()));
        list.push(("message", self.message.clone()));
        list.push(("login_method", self.login_method.to_string()));
        list
    }

    /// An address of the merchant with the redirect parameters added to its own.
    pub(super) fn onto(&self, address: &str) -> Option<String> {
        let mut url = url::Url::parse(address).ok()?;
        url.query_pairs_mut().extend_pairs(self.parameters());
        Some(url.into())
    }
}

/// The status word of a verdict, as redirects carry it.
fn status_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Paid => "paid",
        Verdict::Declined => "failed",
        Verdict::Unclear => "failed_internal_error",
    }
}

/// Which schemes a link or an invoice takes: Mada always, the others unless they are off.
pub(super) fn takes(methods: &Value, scheme: Scheme) -> bool {
    let name = match scheme {
        Scheme::Visa => "visa",
        Scheme::Mastercard => "mastercard",
        Scheme::Amex => "amex",
        Scheme::Mada => return methods.get("mada") != Some(&Value::Bool(false)),
        Scheme::Unknown => return true,
    };
    // A method that is left out is off. Null means the organization's methods.
    methods.is_null() || methods.get(name).is_some_and(|on| on != &Value::Bool(false))
}

impl Instrument {
    /// The number to charge.
    fn number(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::ApplePay => cards::APPLE_PAY.to_owned(),
            Self::Card { number, .. } => plain(number),
        }
    }

    /// The payment method it counts as.
    fn method(&self) -> PaymentMethod {
        match self {
            Self::Nothing => PaymentMethod::Unspecified,
            Self::ApplePay => PaymentMethod::ApplePay,
            Self::Card { number, .. } => cards::scheme(&plain(number)).method(),
        }
    }

    /// Charges an amount. Nothing is charged if nothing is due.
    pub(super) fn charge(&self, amount: Decimal, currency: Currency) -> Outcome {
        if amount.is_zero() {
            return cards::free();
        }
        cards::charge(&self.number(), amount, currency)
    }

    /// How a payment with it is settled.
    pub(super) fn settlement(&self) -> Settlement {
        Settlement::Gateway { method: self.method(), card: self.number() }
    }

    /// The card to store for later charges.
    pub(super) fn stored(&self, store: &mut Store) -> Option<Card> {
        let number = self.number();
        if number.is_empty() {
            return None;
        }
        let tail = number.len().saturating_sub(4);
        let last4 = match self {
            Self::ApplePay => "0000",
            Self::Nothing | Self::Card { .. } => number.get(tail..).unwrap_or_default(),
        };
        let last4 = last4.to_owned();
        Some(Card { id: store.new_id(), method: self.method(), last4, number })
    }

    /// Its invalid fields, by the rules of the guide "Testing Cards".
    pub(super) fn errors(&self, store: &Store, methods: &Value, free: bool) -> Vec<FieldError> {
        let mut errors = Vec::new();
        match self {
            Self::Nothing if free => {}
            Self::Nothing => errors.push(FieldError::new("card_number", Text::CardMissing)),
            Self::ApplePay => {}
            Self::Card { number, holder, month, year, cvc } => {
                let number = plain(number);
                let all_digits = number.bytes().all(|byte| byte.is_ascii_digit());
                if !(12..=19).contains(&number.len()) || !all_digits {
                    errors.push(FieldError::new("card_number", Text::CardNumberWrong));
                } else if !takes(methods, cards::scheme(&number)) {
                    errors.push(FieldError::new("card_number", Text::SchemeRefused));
                }
                if holder.split_whitespace().count() < 2 {
                    errors.push(FieldError::new("card_holder", Text::HolderWrong));
                }
                if !is_future(store, month, year) {
                    errors.push(FieldError::new("card_expiry", Text::ExpiryWrong));
                }
                let digits = cards::scheme(&number).cvc_digits();
                let cvc = western(cvc.trim());
                if cvc.len() != digits || !cvc.bytes().all(|byte| byte.is_ascii_digit()) {
                    errors.push(FieldError::new("card_cvc", Text::CvcWrong));
                }
            }
        }
        errors
    }
}

fn plain(number: &str) -> String {
    western(number).chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

/// Arabic-Indic digits as Western ones: people type either.
pub(super) fn western(text: &str) -> String {
    let digit = |c: char| match c {
        '\u{660}'..='\u{669}' => char::from_digit(c as u32 - 0x660, 10).unwrap_or(c),
        '\u{6f0}'..='\u{6f9}' => char::from_digit(c as u32 - 0x6f0, 10).unwrap_or(c),
        _ => c,
    };
    text.chars().map(digit).collect()
}

fn is_future(store: &Store, month: &str, year: &str) -> bool {
    let number = |text: &str| western(text.trim()).parse::<i16>().ok();
    let (Some(month), Some(year)) = (number(month), number(year)) else {
        return false;
    };
    let year = if year < 100 { year + 2000 } else { year };
    let (this_year, this_month) = time::year_month(store.now);
    (1..=12).contains(&month) && (year, month) >= (this_year, i16::from(this_month))
}

/// Reads an attempt from the JSON of the control API.
pub(crate) fn from_json(body: &Value) -> Attempt {
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let customer = body.get("customer").cloned().unwrap_or_default();
    let instrument = match body.get("card") {
        Some(Value::String(number)) => Instrument::Card {
            number: number.clone(),
            holder: "Test Payer".to_owned(),
            month: "12".to_owned(),
            year: "8999".to_owned(),
            cvc: "1".repeat(cards::scheme(number).cvc_digits()),
        },
        Some(card @ Value::Object(_)) => Instrument::Card {
            number: text(card, "number").unwrap_or_default(),
            holder: text(card, "holder").unwrap_or_default(),
            month: text(card, "month").unwrap_or_default(),
            year: text(card, "year").unwrap_or_default(),
            cvc: text(card, "cvc").unwrap_or_default(),
        },
        _ if body.get("apple_pay") == Some(&Value::Bool(true)) => Instrument::ApplePay,
        _ => Instrument::Nothing,
    };
    let quantities = body.get("quantities").and_then(Value::as_object).into_iter().flatten();
    let number = |value: &Value| decimal(value).and_then(|n| i64::try_from(n).ok());
    Attempt {
        name: text(&customer, "name"),
        phone: text(&customer, "phone_number"),
        email: text(&customer, "email"),
        quantities: quantities.filter_map(|(id, n)| Some((id.clone(), number(n)?))).collect(),
        instrument,
        installments: body
            .get("installments")
            .and_then(number)
            .and_then(|count| u32::try_from(count).ok()),
        all: body.get("all") == Some(&Value::Bool(true)),
        answers: body.get("custom_fields").cloned().unwrap_or_default(),
        shown: None,
    }
}

/// Reads an attempt from the fields of the checkout form.
pub(crate) fn from_form(fields: &HashMap<String, String>) -> Attempt {
    let text = |name: &str| fields.get(name).map(|text| text.trim().to_owned());
    let given = |name: &str| text(name).unwrap_or_default();
    let instrument = match given("method").as_str() {
        "apple_pay" => Instrument::ApplePay,
        "free" => Instrument::Nothing,
        _ => Instrument::Card {
            number: given("card_number"),
            holder: given("card_holder"),
            month: given("card_month"),
            year: given("card_year"),
            cvc: given("card_cvc"),
        },
    };
    let mut quantities = HashMap::new();
    let mut answers = serde_json::Map::new();
    for (name, value) in fields {
        if let Some(item) = name.strip_prefix("quantity_") {
            // Zero is refused, like every quantity outside the allowed range.
            let number = western(value.trim()).parse().unwrap_or(0);
            quantities.insert(item.to_owned(), number);
        }
        if let Some(field) = name.strip_prefix("custom_") {
            answers.insert(field.to_owned(), Value::String(value.clone()));
        }
    }
    Attempt {
        name: text("name"),
        phone: text("phone").map(|phone| western(&phone).replace([' ', '-'], "")),
        email: text("email"),
        quantities,
        instrument,
        installments: given("installments").parse().ok(),
        all: given("pay") == "all",
        shown: text("shown_amount"),
        answers: if answers.is_empty() { Value::Null } else { Value::Object(answers) },
    }
}
