//! Errors, in the two forms in which the API answers: an envelope with
//! a code, and the list of faults of form. Nothing here knows of HTTP beyond the status code.

use serde::{Deserialize, Serialize};
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
    /// It was attempted and failed. Its effects stay: a declined charge leaves a failed
    /// payment.
    Attempt,
    /// The sandbox itself failed.
    Bug,
    /// The disk is full or cannot be used. The same may succeed later.
    Storage,
}

/// The result of anything that can be refused.
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
    /// A refusal with a code.
    pub(crate) fn code(status: u16, code: Code, info: impl Into<String>) -> Self {
        Self::named(status, code.word(), info)
    }

    /// A refusal with a code of the caller's choice.
    pub(crate) fn named(status: u16, code: &str, info: impl Into<String>) -> Self {
        let known = Code::deserialize(json!(code)).map(Code::message);
        let message = known.unwrap_or("The request was refused.");
        let body = json!({
            "error": {"code": code, "message": message, "additional_info": info.into()}
        });
        Self { status, body, cause: Cause::Rule }
    }

    /// Faults of form, all at once.
    pub(crate) fn details(details: Vec<Detail>) -> Self {
        let detail: Vec<Value> = details.into_iter().map(Detail::json).collect();
        Self { status: 422, body: json!({ "detail": detail }), cause: Cause::Rule }
    }

    /// A value in the body that its type allows but a rule does not.
    pub(crate) fn value(field: &[&str], msg: impl std::fmt::Display) -> Self {
        let loc = std::iter::once("body").chain(field.iter().copied()).map(Value::from).collect();
        let msg = format!("Value error, {msg}");
        Self::details(vec![Detail { loc, msg, kind: "value_error", input: Value::Null }])
    }

    /// A request that fits its types but breaks a rule.
    pub(crate) fn invalid(info: impl Into<String>) -> Self {
        Self::code(422, Code::InvalidParameters, info)
    }

    /// A thing that does not exist, or not in this organization and branch.
    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self::code(404, Code::StreamError, format!("{what} {id} was not found in this branch."))
    }

    /// The same refusal, but it keeps the changes made so far.
    pub(crate) fn keeping(mut self) -> Self {
        self.cause = Cause::Attempt;
        self
    }

    /// Whether the error keeps the changes made so far.
    pub(crate) fn keeps_changes(&self) -> bool {
        self.cause == Cause::Attempt
    }

    /// An error of the sandbox itself.
    pub(crate) fn bug(error: &dyn std::fmt::Display) -> Self {
        Self::internal(error, Cause::Bug)
    }

    fn internal(error: &dyn std::fmt::Display, cause: Cause) -> Self {
        tracing::error!(%error, ?cause, "the sandbox failed");
        Self { cause, ..Self::code(500, Code::StreamUnknownError, error.to_string()) }
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

words! {
    /// The error codes that the sandbox answers, and some more that only faults do.
    Code {
        StreamError = "STREAM_ERROR",
        StreamUnknownError = "STREAM_UNKNOWN_ERROR",
        PhoneAlreadyRegistered = "PHONE_ALREADY_REGISTERED",
        InvalidParameters = "INVALID_PARAMETERS",
        InvoiceFinalised = "INVOICE_FINALISED",
        PaymentRefundedAlready = "PAYMENT_REFUNDED_ALREADY",
        PaymentRefundedFailed = "PAYMENT_REFUNDED_FAILED",
        DuplicateConsumer = "DUPLICATE_CONSUMER",
        DuplicatePayment = "DUPLICATE_PAYMENT",
        PermissionForbidden = "PERMISSION_FORBIDDEN",
        ProductUsedInFinalizedInvoice = "PRODUCT_USED_IN_FINALIZED_INVOICE",
        CouponUsedInFinalizedInvoice = "COUPON_USED_IN_FINALIZED_INVOICE",
        UserAlreadyRegistered = "USER_ALREADY_REGISTERED",
        ResourceAlreadyExists = "RESOURCE_ALREADY_EXISTS",
        BranchNotFound = "BRANCH_NOT_FOUND",
        BranchAccessDenied = "BRANCH_ACCESS_DENIED",
        ConsumerHasOngoingInvoices = "CONSUMER_HAS_ONGOING_INVOICES",
        ConsumerHasOngoingSubscriptions = "CONSUMER_HAS_ONGOING_SUBSCRIPTIONS",
        ConsumerHasActivePaymentLinks = "CONSUMER_HAS_ACTIVE_PAYMENT_LINKS",
        InvoiceInvalidStatus = "INVOICE_INVALID_STATUS",
        InvalidStatus = "INVALID_STATUS",
        PaymentFinalized = "PAYMENT_FINALIZED",
        PaymendUnpaid = "PAYMEND_UNPAID",
        PaymentInProgress = "PAYMENT_IN_PROGRESS",
        FeatureDisabled = "FEATURE_DISABLED",
        AutoInvoiceMissingCardId = "AUTO_INVOICE_MISSING_CARD_ID",
        InsufficientFunds = "INSUFFICIENT_FUNDS",
        PaymentGatewayDeclined = "PAYMENT_GATEWAY_DECLINED",
        MoyasarTimeout = "MOYASAR_TIMEOUT",
    }
}

impl Code {
    /// The text that belongs to the code: published for twelve of them, ours for the rest.
    const fn message(self) -> &'static str {
        match self {
            Self::StreamError => "Something wrong happened, please contact support.",
            Self::StreamUnknownError => {
                "Unknown exception happened; this exception will be handled as soon as possible."
            }
            Self::PhoneAlreadyRegistered => "Phone is already registered.",
            Self::InvalidParameters => "Request input is not valid.",
            Self::InvoiceFinalised => "Invoice is finalised and cannot undergo this action.",
            Self::PaymentRefundedAlready => "Duplicate action; payment has already been refunded.",
            Self::PaymentRefundedFailed => "Could not refund payment; processor failed.",
            Self::DuplicateConsumer => "Consumer already exists.",
            Self::DuplicatePayment => "A payment with the given information already exists.",
            Self::PermissionForbidden => "Permission forbidden.",
            Self::ProductUsedInFinalizedInvoice => {
                "Product cannot be updated; it is used by a finalized invoice."
            }
            Self::CouponUsedInFinalizedInvoice => {
                "Coupon cannot be updated; it is used by a finalized invoice."
            }
            Self::UserAlreadyRegistered => "A user with this address is registered.",
            Self::ResourceAlreadyExists => "The name is taken.",
            Self::BranchNotFound => "The branch does not exist.",
            Self::BranchAccessDenied => "The key may not use this branch.",
            Self::ConsumerHasOngoingInvoices => "The consumer has open invoices.",
            Self::ConsumerHasOngoingSubscriptions => "The consumer has running subscriptions.",
            Self::ConsumerHasActivePaymentLinks => "The consumer has active payment links.",
            Self::InvoiceInvalidStatus => "The invoice's status does not allow this.",
            Self::InvalidStatus => "The status does not allow this.",
            Self::PaymentFinalized => "The payment is settled and cannot change.",
            Self::PaymendUnpaid => "The payment has not been paid.",
            Self::PaymentInProgress => "A payment is in progress.",
            Self::FeatureDisabled => "The organization does not have this feature.",
            Self::AutoInvoiceMissingCardId => "The consumer has no stored card.",
            Self::InsufficientFunds => "The card has insufficient funds.",
            Self::PaymentGatewayDeclined => "The payment gateway declined the charge.",
            Self::MoyasarTimeout => "The payment gateway did not answer in time.",
        }
    }
}
