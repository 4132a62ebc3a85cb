//! The words of the API: states, kinds, currencies, methods. An enumeration has the values that the
//! sandbox can receive or produce; `coverage.json` lists the others.

/// Makes enumerations whose variants have the words that the API uses. The first is the default.
macro_rules! words {
    ($($(#[$about:meta])* $name:ident {
        $first:ident = $first_word:literal $(, $variant:ident = $word:literal)* $(,)?
    })+) => { $(
        $(#[$about])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub(crate) enum $name {
            #[default]
            #[serde(rename = $first_word)]
            $first,
            $(#[serde(rename = $word)] $variant),*
        }

        impl $name {
            /// The word that the API uses.
            pub(crate) const fn word(self) -> &'static str {
                match self { Self::$first => $first_word, $(Self::$variant => $word),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    )+ };
}

words! {
    /// The state of a payment link.
    LinkStatus { Active = "ACTIVE", Inactive = "INACTIVE", Completed = "COMPLETED" }

    /// The state of an invoice.
    InvoiceStatus {
        Created = "CREATED",
        Sent = "SENT",
        Accepted = "ACCEPTED",
        Completed = "COMPLETED",
        Canceled = "CANCELED",
    }

    /// What an invoice is for.
    InvoiceKind {
        OneOff = "ONE_OFF",
        OneOffFuture = "ONE_OFF_FUTURE",
        Recurring = "RECURRING",
        Installments = "INSTALLMENTS",
    }

    /// Who starts the payments of an invoice: the payer, the stored card, or either.
    Flow { All = "ALL", Auto = "AUTO", Manual = "MANUAL" }

    /// The state of a payment.
    PaymentStatus {
        Pending = "PENDING",
        UnderReview = "UNDER_REVIEW",
        Succeeded = "SUCCEEDED",
        Failed = "FAILED",
        Refunded = "REFUNDED",
        Canceled = "CANCELED",
    }

    /// Which payment of its invoice it is.
    PaymentKind { Initial = "INITIAL", Installment = "INSTALLMENT" }

    /// How a payment was made.
    PaymentMethod {
        // A card of no known scheme, or nothing because nothing was due.
        Unspecified = "PGW_CARD_UNSPECIFIED",
        Mada = "MADA",
        Visa = "VISA",
        Mastercard = "MASTERCARD",
        Amex = "AMEX",
        ApplePay = "APPLE_PAY",
        SamsungPay = "SAMSUNG_PAY",
        Cash = "CASH",
        BankTransfer = "BANK_TRANSFER",
        Card = "CARD",
        Qurrah = "QURRAH",
    }

    /// A currency that Stream bills in.
    Currency {
        Sar = "SAR",
        Usd = "USD",
        Eur = "EUR",
        Gbp = "GBP",
        Aed = "AED",
        Bhd = "BHD",
        Kwd = "KWD",
        Omr = "OMR",
        Qar = "QAR",
    }

    /// The state of a subscription.
    SubscriptionStatus {
        Inactive = "INACTIVE",
        Trialing = "TRIALING",
        Active = "ACTIVE",
        Frozen = "FROZEN",
        Canceled = "CANCELED",
    }

    /// The state of a freeze. The API does not show it.
    FreezeState { Scheduled = "SCHEDULED", Running = "RUNNING", Over = "OVER" }

    /// What a product is.
    ProductKind { OneOff = "ONE_OFF", Recurring = "RECURRING", Metered = "METERED" }

    /// The unit of a billing cycle.
    Interval {
        Month = "MONTH",
        Week = "WEEK",
        Quarter = "QUARTER",
        Semester = "SEMESTER",
        Year = "YEAR",
    }

    /// Who a customer is.
    ConsumerType { Individual = "INDIVIDUAL", Business = "BUSINESS" }

    /// How a payer of a link identifies.
    Contact { Phone = "PHONE", Email = "EMAIL" }

    /// The language of a customer and of a page.
    Language { Arabic = "AR", English = "EN" }

    /// What a webhook reports.
    Event {
        PaymentSucceeded = "PAYMENT_SUCCEEDED",
        PaymentFailed = "PAYMENT_FAILED",
        PaymentCanceled = "PAYMENT_CANCELED",
        PaymentRefunded = "PAYMENT_REFUNDED",
        PaymentMarkedAsPaid = "PAYMENT_MARKED_AS_PAID",
        InvoiceCreated = "INVOICE_CREATED",
        InvoiceSent = "INVOICE_SENT",
        InvoiceAccepted = "INVOICE_ACCEPTED",
        InvoiceCompleted = "INVOICE_COMPLETED",
        InvoiceCanceled = "INVOICE_CANCELED",
        InvoiceUpdated = "INVOICE_UPDATED",
        SubscriptionCreated = "SUBSCRIPTION_CREATED",
        SubscriptionActivated = "SUBSCRIPTION_ACTIVATED",
        SubscriptionInactivated = "SUBSCRIPTION_INACTIVATED",
        SubscriptionCanceled = "SUBSCRIPTION_CANCELED",
        SubscriptionFrozen = "SUBSCRIPTION_FROZEN",
        SubscriptionCycleRenewalFailed = "SUBSCRIPTION_CYCLE_RENEWAL_FAILED",
        SubscriptionCancelAtPeriodEnd = "SUBSCRIPTION_CANCEL_AT_PERIOD_END",
        SubscriptionFreezeNow = "SUBSCRIPTION_FREEZE_NOW",
        SubscriptionUnfreezeNow = "SUBSCRIPTION_UNFREEZE_NOW",
        SubscriptionUnfreezeFuture = "SUBSCRIPTION_UNFREEZE_FUTURE",
        SubscriptionFreezeCancel = "SUBSCRIPTION_FREEZE_CANCEL",
        SubscriptionPlanChangeScheduled = "SUBSCRIPTION_PLAN_CHANGE_SCHEDULED",
        SubscriptionPlanChangeCanceled = "SUBSCRIPTION_PLAN_CHANGE_CANCELED",
        SubscriptionPlanChanged = "SUBSCRIPTION_PLAN_CHANGED",
        SubscriptionPlanChangeInvoiceReissued = "SUBSCRIPTION_PLAN_CHANGE_INVOICE_REISSUED",
        SubscriptionPlanUpdated = "SUBSCRIPTION_PLAN_UPDATED",
        PaymentLinkPayAttemptFailed = "PAYMENT_LINK_PAY_ATTEMPT_FAILED",
    }

    /// The state of the delivery of an event to an endpoint.
    DeliveryStatus {
        Pending = "PENDING",
        Retrying = "RETRYING",
        Delivered = "DELIVERED",
        Failed = "FAILED",
    }
}

impl InvoiceStatus {
    /// Whether the invoice can no longer change.
    pub(crate) const fn is_final(self) -> bool {
        match self {
            Self::Created | Self::Sent | Self::Accepted => false,
            Self::Completed | Self::Canceled => true,
        }
    }
}

impl PaymentStatus {
    /// Whether it was paid, even if it was refunded later.
    pub(crate) const fn is_paid(self) -> bool {
        match self {
            Self::Succeeded | Self::Refunded => true,
            Self::Pending | Self::UnderReview | Self::Failed | Self::Canceled => false,
        }
    }

    /// Whether a payer or a stored card can pay it now.
    pub(crate) const fn is_payable(self) -> bool {
        match self {
            Self::Pending | Self::Failed => true,
            Self::UnderReview | Self::Succeeded | Self::Refunded | Self::Canceled => false,
        }
    }
}

impl SubscriptionStatus {
    /// Whether the subscription is past its first payment and has not ended.
    pub(crate) const fn is_running(self) -> bool {
        match self {
            Self::Active | Self::Frozen => true,
            Self::Inactive | Self::Trialing | Self::Canceled => false,
        }
    }
}
