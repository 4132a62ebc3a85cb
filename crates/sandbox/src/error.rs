//! What goes wrong on the API's side, in the two forms that the API answers with: an envelope with
//! a code, and the list of faults of form. Nothing here knows of HTTP beyond the status code.

use serde_json::{Value, json};

/// A refusal, ready to be sent.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) cause: Cause,
}

/// Why something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A rule of the API forbids it.
    Rule,
    /// It was tried and did not succeed. What was done stays: a declined charge leaves a failed
    /// payment.
    Attempt,
    /// The sandbox itself is wrong.
    Bug,
    /// The disk is full or cannot be used. The same may succeed later.
    Storage,
}

/// The outcome of everything that may be refused.
pub(crate) type Result<T> = std::result::Result<T, ApiError>;

/// One fault of form, as FastAPI words it.
#[derive(Debug, Clone)]
pub(crate) struct Detail {
    pub(crate) loc: Vec<Value>,
    pub(crate) msg: String,
    pub(crate) kind: &'static str,
    pub(crate) input: Value,
}

impl Detail {
    fn json(self) -> Value {
        json!({"type": self.kind, "loc": self.loc, "msg": self.msg, "input": self.input})
    }
}

impl ApiError {
    /// A refusal with a code. The message is the one published for the code.
    pub(crate) fn code(status: u16, code: &str, info: impl Into<String>) -> Self {
        let info: String = info.into();
        let info = if info.is_empty() { Value::Null } else { Value::String(info) };
        let body = json!({
            "error": {"code": code, "message": message(code), "additional_info": info}
        });
        Self { status, body, cause: Cause::Rule }
    }

    /// Faults of form, all at once.
    pub(crate) fn details(details: Vec<Detail>) -> Self {
        let detail: Vec<Value> = details.into_iter().map(Detail::json).collect();
        Self { status: 422, body: json!({ "detail": detail }), cause: Cause::Rule }
    }

    /// A value in the body that its type allows and a rule does not.
    pub(crate) fn value(field: &[&str], msg: impl std::fmt::Display) -> Self {
        let loc = std::iter::once("body").chain(field.iter().copied()).map(Value::from).collect();
        let msg = format!("Value error, {msg}");
        Self::details(vec![Detail { loc, msg, kind: "value_error", input: Value::Null }])
    }

    /// A request that fits its types and breaks a rule.
    pub(crate) fn invalid(info: impl Into<String>) -> Self {
        Self::code(422, "INVALID_PARAMETERS", info)
    }

    /// A thing that is not there, or not in this organization and branch.
    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self::code(404, "STREAM_ERROR", format!("{what} {id} was not found in this branch."))
    }

    /// The same refusal, after which the changes made so far stay.
    pub(crate) fn keeping(mut self) -> Self {
        self.cause = Cause::Attempt;
        self
    }

    /// Whether the changes made so far stay.
    pub(crate) fn keeps_changes(&self) -> bool {
        self.cause == Cause::Attempt
    }

    /// An error of the sandbox itself.
    pub(crate) fn bug(error: &dyn std::fmt::Display) -> Self {
        Self::internal(error, Cause::Bug)
    }

    fn internal(error: &dyn std::fmt::Display, cause: Cause) -> Self {
        tracing::error!(%error, ?cause, "the sandbox failed");
        Self { cause, ..Self::code(500, "STREAM_UNKNOWN_ERROR", error.to_string()) }
    }
}

impl From<rusqlite::Error> for ApiError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let cause = match error.sqlite_error_code() {
            Some(
                Code::DiskFull
                | Code::SystemIoFailure
                | Code::CannotOpen
                | Code::ReadOnly
                | Code::PermissionDenied
                | Code::OutOfMemory
                | Code::DatabaseBusy
                | Code::DatabaseLocked
                | Code::DatabaseCorrupt,
            ) => Cause::Storage,
            _ => Cause::Bug,
        };
        Self::internal(&error, cause)
    }
}

impl From<serde_json::Error> for ApiError {
    fn from(error: serde_json::Error) -> Self {
        Self::bug(&error)
    }
}

/// The text that belongs to a code: published for twelve of them, ours for the rest.
fn message(code: &str) -> &'static str {
    match code {
        "STREAM_ERROR" => "Something wrong happened, please contact support.",
        "STREAM_UNKNOWN_ERROR" => {
            "Unknown exception happened; this exception will be handled as soon as possible."
        }
        "PHONE_ALREADY_REGISTERED" => "Phone is already registered.",
        "INVALID_PARAMETERS" => "Request input is not valid.",
        "INVOICE_FINALISED" => "Invoice is finalised and cannot undergo this action.",
        "PAYMENT_REFUNDED_ALREADY" => "Duplicate action; payment has already been refunded.",
        "PAYMENT_REFUNDED_FAILED" => "Could not refund payment; processor failed.",
        "DUPLICATE_CONSUMER" => "Consumer already exists.",
        "DUPLICATE_PAYMENT" => "A payment with the given information already exists.",
        "PERMISSION_FORBIDDEN" => "Permission forbidden.",
        "PRODUCT_USED_IN_FINALIZED_INVOICE" => {
            "Product cannot be updated; it is used by a finalized invoice."
        }
        "COUPON_USED_IN_FINALIZED_INVOICE" => {
            "Coupon cannot be updated; it is used by a finalized invoice."
        }
        "USER_ALREADY_REGISTERED" => "A user with this address is registered.",
        "RESOURCE_ALREADY_EXISTS" => "The name is taken.",
        "BRANCH_NOT_FOUND" => "There is no such branch.",
        "BRANCH_ACCESS_DENIED" => "The key may not use this branch.",
        "CONSUMER_HAS_ONGOING_INVOICES" => "The consumer has open invoices.",
        "CONSUMER_HAS_ONGOING_SUBSCRIPTIONS" => "The consumer has running subscriptions.",
        "CONSUMER_HAS_ACTIVE_PAYMENT_LINKS" => "The consumer has active payment links.",
        "INVOICE_INVALID_STATUS" => "The invoice's status does not allow this.",
        "INVALID_STATUS" => "The status does not allow this.",
        "PAYMENT_FINALIZED" => "The payment is settled and cannot change.",
        "PAYMEND_UNPAID" => "The payment has not been paid.",
        "PAYMENT_IN_PROGRESS" => "A payment is in progress.",
        "FEATURE_DISABLED" => "The organization does not have this feature.",
        "AUTO_INVOICE_MISSING_CARD_ID" => "The consumer has no stored card.",
        "INSUFFICIENT_FUNDS" => "The card has insufficient funds.",
        "PAYMENT_GATEWAY_DECLINED" => "The payment gateway declined the charge.",
        "MOYASAR_TIMEOUT" => "The payment gateway did not answer in time.",
        _ => "The request was refused.",
    }
}
