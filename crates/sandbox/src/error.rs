//! Errors in the two forms of the API: an envelope with a code, and a list of invalid fields.
//! Nothing here knows of HTTP beyond the status code.

use serde_json::{Value, json};

/// Returns an error unless a condition holds.
macro_rules! ensure {
    ($condition:expr, $error:expr $(,)?) => {
        if !$condition {
            return Err($error);
        }
    };
}

/// An error that is ready to be sent.
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

/// An invalid field, in the words of FastAPI.
#[derive(Debug, Clone)]
pub(crate) struct Detail {
    pub(crate) loc: Vec<Value>,
    pub(crate) msg: String,
    pub(crate) kind: &'static str,
    pub(crate) input: Value,
}

impl ApiError {
    /// An error with a code that the caller chooses, known or not.
    pub(crate) fn named(status: u16, code: &str, info: impl Into<String>) -> Self {
        let known = Code::ALL.iter().find(|known| known.word() == code);
        let message = known.map_or("The request was refused.", |code| code.message());
        let body = json!({
            "error": {"code": code, "message": message, "additional_info": info.into()}
        });
        Self { status, body, cause: Cause::Rule }
    }

    /// The invalid fields of a request, all at once.
    pub(crate) fn details(details: Vec<Detail>) -> Self {
        let detail = details.into_iter().map(|Detail { loc, msg, kind, input }| {
            json!({"type": kind, "loc": loc, "msg": msg, "input": input})
        });
        let body = json!({ "detail": detail.collect::<Vec<_>>() });
        Self { status: 422, body, cause: Cause::Rule }
    }

    /// A member of the body that its type allows but a rule does not. Dots separate the steps of
    /// its path.
    pub(crate) fn value(field: impl AsRef<str>, msg: impl std::fmt::Display) -> Self {
        let steps = field.as_ref().split('.');
        let loc = std::iter::once("body").chain(steps).map(Value::from).collect();
        let msg = format!("Value error, {msg}");
        Self::details(vec![Detail { loc, msg, kind: "value_error", input: Value::Null }])
    }

    /// A request that fits its types but breaks a rule.
    pub(crate) fn invalid(info: impl Into<String>) -> Self {
        Code::InvalidParameters.error(info)
    }

    /// A record that does not exist, or not in this organization and branch.
    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        let info = format!("{what} {id} was not found in this branch.");
        Code::StreamError.error(info).with_status(404)
    }

    /// The same error with another status.
    pub(crate) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same error, but it keeps the changes made so far.
    pub(crate) fn keeping(self) -> Self {
        Self { cause: Cause::Attempt, ..self }
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
        Self { cause, ..Code::StreamUnknownError.error(error.to_string()) }
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

macro_rules! codes {
    ($($name:ident $status:literal $word:literal $message:literal;)+) => {
        /// The error codes that the sandbox returns, and some more that only faults use.
        #[derive(Debug, Clone, Copy)]
        pub(crate) enum Code { $($name),+ }

        impl Code {
            const ALL: &[Self] = &[$(Self::$name),+];

            /// The code as the API writes it.
            pub(crate) const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// The text that belongs to the code: published for twelve of them, ours for the rest.
            const fn message(self) -> &'static str {
                match self { $(Self::$name => $message),+ }
            }

            /// An error with this code and its usual status.
            pub(crate) fn error(self, info: impl Into<String>) -> ApiError {
                let status = match self { $(Self::$name => $status),+ };
                ApiError::named(status, self.word(), info)
            }
        }
    };
}

codes! {
    StreamError 400 "STREAM_ERROR" "Something wrong happened, please contact support.";
    StreamUnknownError 500 "STREAM_UNKNOWN_ERROR"
        "Unknown exception happened; this exception will be handled as soon as possible.";
    PhoneAlreadyRegistered 422 "PHONE_ALREADY_REGISTERED" "Phone is already registered.";
    InvalidParameters 422 "INVALID_PARAMETERS" "Request input is not valid.";
    InvoiceFinalised 400 "INVOICE_FINALISED"
        "Invoice is finalised and cannot undergo this action.";
    PaymentRefundedAlready 400 "PAYMENT_REFUNDED_ALREADY"
        "Duplicate action; payment has already been refunded.";
    PaymentRefundedFailed 400 "PAYMENT_REFUNDED_FAILED"
        "Could not refund payment; processor failed.";
    DuplicateConsumer 422 "DUPLICATE_CONSUMER" "Consumer already exists.";
    DuplicatePayment 422 "DUPLICATE_PAYMENT"
        "A payment with the given information already exists.";
    PermissionForbidden 403 "PERMISSION_FORBIDDEN" "Permission forbidden.";
    ProductUsedInFinalizedInvoice 400 "PRODUCT_USED_IN_FINALIZED_INVOICE"
        "Product cannot be updated; it is used by a finalized invoice.";
    CouponUsedInFinalizedInvoice 400 "COUPON_USED_IN_FINALIZED_INVOICE"
        "Coupon cannot be updated; it is used by a finalized invoice.";
    UserAlreadyRegistered 422 "USER_ALREADY_REGISTERED" "A user with this address is registered.";
    ResourceAlreadyExists 422 "RESOURCE_ALREADY_EXISTS" "The name is taken.";
    BranchNotFound 404 "BRANCH_NOT_FOUND" "The branch does not exist.";
    BranchAccessDenied 403 "BRANCH_ACCESS_DENIED" "The key may not use this branch.";
    ConsumerHasOngoingInvoices 400 "CONSUMER_HAS_ONGOING_INVOICES"
        "The consumer has open invoices.";
    ConsumerHasOngoingSubscriptions 400 "CONSUMER_HAS_ONGOING_SUBSCRIPTIONS"
        "The consumer has running subscriptions.";
    ConsumerHasActivePaymentLinks 400 "CONSUMER_HAS_ACTIVE_PAYMENT_LINKS"
        "The consumer has active payment links.";
    InvoiceInvalidStatus 400 "INVOICE_INVALID_STATUS" "The invoice's status does not allow this.";
    InvalidStatus 400 "INVALID_STATUS" "The status does not allow this.";
    PaymentFinalized 400 "PAYMENT_FINALIZED" "The payment is settled and cannot change.";
    PaymendUnpaid 400 "PAYMEND_UNPAID" "The payment has not been paid.";
    PaymentInProgress 400 "PAYMENT_IN_PROGRESS" "A payment is in progress.";
    FeatureDisabled 403 "FEATURE_DISABLED" "The organization does not have this feature.";
    AutoInvoiceMissingCardId 400 "AUTO_INVOICE_MISSING_CARD_ID" "The consumer has no stored card.";
    InsufficientFunds 400 "INSUFFICIENT_FUNDS" "The card has insufficient funds.";
    PaymentGatewayDeclined 400 "PAYMENT_GATEWAY_DECLINED"
        "The payment gateway declined the charge.";
    MoyasarTimeout 400 "MOYASAR_TIMEOUT" "The payment gateway did not answer in time.";
}
