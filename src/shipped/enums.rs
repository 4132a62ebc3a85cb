// Generated from spec/ by the build script; see `cargo xtask regen`.

crate::open_enum::open_enum! {
    #[doc = "Channel for notifications to a customer: WhatsApp, e-mail or SMS."]
    ConsumerCommunicationMethod { Whatsapp = "WHATSAPP", Email = "EMAIL", Sms = "SMS" }
}
crate::open_enum::open_enum! {
    #[doc =
    "How a payer identifies at checkout: `PHONE` by phone number, `EMAIL` by e-mail address."]
    ContactInformationType { Phone = "PHONE", Email = "EMAIL" }
}
crate::open_enum::open_enum! {
    #[doc =
    "ISO 4217 code of a currency that Stream bills in. Minor digits: 3 for BHD, KWD and OMR, 2 for the others; answers may nevertheless show three decimals in SAR. An organization may use only its `enabled_currencies`."]
    CurrencyCode { Sar = "SAR", Usd = "USD", Eur = "EUR", Gbp = "GBP", Aed = "AED", Bhd =
    "BHD", Kwd = "KWD", Omr = "OMR", Qar = "QAR" }
}
crate::open_enum::open_enum! {
    #[doc =
    "State of an invoice. The usual course is `DRAFT`, `CREATED`, `SENT` (told to the customer), `ACCEPTED` (by the customer), `COMPLETED` (all payments paid; stays so after a refund). Other ends: `REJECTED` (by the customer), `CANCELED`, `EXPIRED`. Other values may occur."]
    InvoiceStatusEnum { Draft = "DRAFT", Created = "CREATED", Sent = "SENT", Accepted =
    "ACCEPTED", Rejected = "REJECTED", Completed = "COMPLETED", Canceled = "CANCELED",
    Expired = "EXPIRED" }
}
crate::open_enum::open_enum! {
    #[doc =
    "Payment structure of an invoice, set on creation: `ONE_OFF` one payment, `ONE_OFF_FUTURE` one payment due later, `RECURRING` one of a series, `INSTALLMENTS` several payments, `PRORATION` the adjustment for part of a period. The last four readings follow from the names. Other values may occur."]
    InvoiceType { OneOff = "ONE_OFF", OneOffFuture = "ONE_OFF_FUTURE", Recurring =
    "RECURRING", Installments = "INSTALLMENTS", Proration = "PRORATION" }
}
crate::open_enum::open_enum! {
    #[doc = "Language of notifications: `AR` Arabic, `EN` English."] Language { Ar =
    "AR", En = "EN" }
}
crate::open_enum::open_enum! {
    #[doc =
    "Kind of customer: `INDIVIDUAL` a person, `BUSINESS` a company, which must have an address."]
    OrganizationConsumerType { Individual = "INDIVIDUAL", Business = "BUSINESS" }
}
crate::open_enum::open_enum! {
    #[doc =
    "How an invoice is paid: `AUTO` by charging a stored card, `MANUAL` by the customer at checkout, `ALL` either way. These meanings follow from the names and error codes; they are not published."]
    PaymentFlow { All = "ALL", Auto = "AUTO", Manual = "MANUAL" }
}
crate::open_enum::open_enum! {
    #[doc =
    "State of a payment link: `ACTIVE` takes payments, `INACTIVE` was switched off, `COMPLETED` has taken as many payments as it may (inferred). Other values may occur."]
    PaymentLinkStatus { Inactive = "INACTIVE", Active = "ACTIVE", Completed = "COMPLETED"
    }
}
crate::open_enum::open_enum! {
    #[doc =
    "Method of a payment. Online: `MADA`, `MASTERCARD`, `VISA`, `AMEX`, `APPLE_PAY`, `SAMSUNG_PAY`, `PGW_CARD_UNSPECIFIED` (a card of unknown brand). Recorded by hand: `CASH`, `BANK_TRANSFER`, `CARD`, `QURRAH`; whether the last three also occur online is not published. Other values may occur."]
    PaymentMethod { Mada = "MADA", Mastercard = "MASTERCARD", Visa = "VISA", ApplePay =
    "APPLE_PAY", SamsungPay = "SAMSUNG_PAY", Amex = "AMEX", Cash = "CASH",
    PgwCardUnspecified = "PGW_CARD_UNSPECIFIED", BankTransfer = "BANK_TRANSFER", Card =
    "CARD", Qurrah = "QURRAH" }
}
crate::open_enum::open_enum! {
    #[doc =
    "Channel of payment of an invoice: `PAYMENTGATEWAY` cards and wallets, `OPENBANKING` directly from a bank account. These meanings follow from the names."]
    PaymentMethodEnum { Openbanking = "OPENBANKING", Paymentgateway = "PAYMENTGATEWAY" }
}
crate::open_enum::open_enum! {
    #[doc =
    "Reason of a refund: the customer asked for it, paid twice, did not authorize the payment (`FRAUDULENT`), or another one, best explained in `refund_note`."]
    PaymentRefundReason { RequestedByCustomer = "REQUESTED_BY_CUSTOMER", Duplicate =
    "DUPLICATE", Fraudulent = "FRAUDULENT", Other = "OTHER" }
}
crate::open_enum::open_enum! {
    #[doc =
    "State of a payment: `PENDING` not paid yet, `PROCESSING` an attempt is running, `FAILED_INITIATION` an attempt could not start, `FAILED` the attempt was declined, `UNDER_REVIEW` being checked, `SUCCEEDED` paid, `SETTLED` paid and passed on to the organization, `REFUNDED` sent back, `CANCELED` and `EXPIRED` no longer due. Mostly inferred from names and guides. Unpublished values occur, such as `PARTIALLY_REFUNDED`."]
    PaymentStatusEnum { Pending = "PENDING", Processing = "PROCESSING", FailedInitiation
    = "FAILED_INITIATION", Succeeded = "SUCCEEDED", Failed = "FAILED", Canceled =
    "CANCELED", UnderReview = "UNDER_REVIEW", Expired = "EXPIRED", Settled = "SETTLED",
    Refunded = "REFUNDED" }
}
crate::open_enum::open_enum! {
    #[doc =
    "Role of a payment in its invoice: `INITIAL` the first or only one, `INSTALLMENT` one of several. These readings follow from the names; `SPLIT_PREPAID` is not explained anywhere."]
    PaymentTypeEnum { Initial = "INITIAL", Installment = "INSTALLMENT", SplitPrepaid =
    "SPLIT_PREPAID" }
}
crate::open_enum::open_enum! {
    #[doc =
    "Kind of difference between two plans: a product was added, removed or replaced, a quantity went down or up, a coupon was added or removed, or the billing interval changed."]
    PendingPlanChangeDiffKind { ProductAdded = "PRODUCT_ADDED", ProductRemoved =
    "PRODUCT_REMOVED", ProductReplaced = "PRODUCT_REPLACED", QuantityDecreased =
    "QUANTITY_DECREASED", QuantityIncreased = "QUANTITY_INCREASED", CouponAdded =
    "COUPON_ADDED", CouponRemoved = "COUPON_REMOVED", IntervalChanged =
    "INTERVAL_CHANGED" }
}
crate::open_enum::open_enum! {
    #[doc =
    "Currency of the default price (ISO 4217). Its list is wider than that of `CurrencyCode`."]
    ProductDtoCurrency { Aed = "AED", Afn = "AFN", All = "ALL", Amd = "AMD", Ang = "ANG",
    Aoa = "AOA", Ars = "ARS", Aud = "AUD", Awg = "AWG", Azn = "AZN", Bam = "BAM", Bbd =
    "BBD", Bdt = "BDT", Bgn = "BGN", Bhd = "BHD", Bif = "BIF", Bmd = "BMD", Bnd = "BND",
    Bob = "BOB", Bov = "BOV", Brl = "BRL", Bsd = "BSD", Btn = "BTN", Bwp = "BWP", Byn =
    "BYN", Bzd = "BZD", Cad = "CAD", Cdf = "CDF", Che = "CHE", Chf = "CHF", Chw = "CHW",
    Clf = "CLF", Clp = "CLP", Cny = "CNY", Cop = "COP", Cou = "COU", Crc = "CRC", Cuc =
    "CUC", Cup = "CUP", Cve = "CVE", Czk = "CZK", Djf = "DJF", Dkk = "DKK", Dop = "DOP",
    Dzd = "DZD", Egp = "EGP", Ern = "ERN", Etb = "ETB", Eur = "EUR", Fjd = "FJD", Fkp =
    "FKP", Gbp = "GBP", Gel = "GEL", Ghs = "GHS", Gip = "GIP", Gmd = "GMD", Gnf = "GNF",
    Gtq = "GTQ", Gyd = "GYD", Hkd = "HKD", Hnl = "HNL", Hrk = "HRK", Htg = "HTG", Huf =
    "HUF", Idr = "IDR", Ils = "ILS", Inr = "INR", Iqd = "IQD", Irr = "IRR", Isk = "ISK",
    Jmd = "JMD", Jod = "JOD", Jpy = "JPY", Kes = "KES", Kgs = "KGS", Khr = "KHR", Kmf =
    "KMF", Kpw = "KPW", Krw = "KRW", Kwd = "KWD", Kyd = "KYD", Kzt = "KZT", Lak = "LAK",
    Lbp = "LBP", Lkr = "LKR", Lrd = "LRD", Lsl = "LSL", Lyd = "LYD", Mad = "MAD", Mdl =
    "MDL", Mga = "MGA", Mkd = "MKD", Mmk = "MMK", Mnt = "MNT", Mop = "MOP", Mru = "MRU",
    Mur = "MUR", Mvr = "MVR", Mwk = "MWK", Mxn = "MXN", Mxv = "MXV", Myr = "MYR", Mzn =
    "MZN", Nad = "NAD", Ngn = "NGN", Nio = "NIO", Nok = "NOK", Npr = "NPR", Nzd = "NZD",
    Omr = "OMR", Pab = "PAB", Pen = "PEN", Pgk = "PGK", Php = "PHP", Pkr = "PKR", Pln =
    "PLN", Pyg = "PYG", Qar = "QAR", Ron = "RON", Rsd = "RSD", Rub = "RUB", Rwf = "RWF",
    Sar = "SAR", Sbd = "SBD", Scr = "SCR", Sdg = "SDG", Sek = "SEK", Sgd = "SGD", Shp =
    "SHP", Sle = "SLE", Sll = "SLL", Sos = "SOS", Srd = "SRD", Ssp = "SSP", Stn = "STN",
    Svc = "SVC", Syp = "SYP", Szl = "SZL", Thb = "THB", Tjs = "TJS", Tmt = "TMT", Tnd =
    "TND", Top = "TOP", Try = "TRY", Ttd = "TTD", Twd = "TWD", Tzs = "TZS", Uah = "UAH",
    Ugx = "UGX", Usd = "USD", Usn = "USN", Uyi = "UYI", Uyu = "UYU", Uyw = "UYW", Uzs =
    "UZS", Ved = "VED", Ves = "VES", Vnd = "VND", Vuv = "VUV", Wst = "WST", Xaf = "XAF",
    Xcd = "XCD", Xof = "XOF", Xpf = "XPF", Xsu = "XSU", Xua = "XUA", Yer = "YER", Zar =
    "ZAR", Zmw = "ZMW", Zwl = "ZWL" }
}
crate::open_enum::open_enum! {
    #[doc =
    "How a product is sold: `ONE_OFF` once, `RECURRING` per billing cycle. `METERED` (by recorded usage) was published in March 2026 and may still occur."]
    ProductType { Recurring = "RECURRING", OneOff = "ONE_OFF", Metered = "METERED" }
}
crate::open_enum::open_enum! {
    #[doc =
    "Rhythm of a recurring invoice. `Fortnight` is two weeks, `Half-Year` six months."]
    RecurrencePattern { Hour = "Hour", Day = "Day", Week = "Week", Fortnight =
    "Fortnight", Month = "Month", Quarter = "Quarter", HalfYear = "Half-Year", Year =
    "Year" }
}
crate::open_enum::open_enum! {
    #[doc =
    "Unit of the billing cycle of a product: week, month, semester or year. The length of a semester is not published; six months is likely. Subscriptions have another list (`SubscriptionRecurringInterval`)."]
    RecurringInterval { Week = "WEEK", Month = "MONTH", Semester = "SEMESTER", Year =
    "YEAR" }
}
crate::open_enum::open_enum! {
    #[doc =
    "Code of an error. More codes occur than these 63: treat the list as open. Explained in the guides: `STREAM_ERROR` general failure, `STREAM_UNKNOWN_ERROR` unforeseen fault, `PHONE_ALREADY_REGISTERED`, `INVALID_PARAMETERS` faulty request, `INVOICE_FINALISED` the invoice is closed to this action, `PAYMENT_REFUNDED_ALREADY`, `PAYMENT_REFUNDED_FAILED` the processor could not refund, `DUPLICATE_CONSUMER`, `DUPLICATE_PAYMENT`, `PERMISSION_FORBIDDEN`, `PRODUCT_USED_IN_FINALIZED_INVOICE` and `COUPON_USED_IN_FINALIZED_INVOICE` locked by a finalized invoice. The rest must be read by name: `MOYASAR_*` are faults of the payment gateway, after `MOYASAR_TIMEOUT` the outcome of a charge is unknown; `MFA_*` concern sign-in. `PAYMEND_UNPAID` is spelled so by the API."]
    StreamErrorCodes { StreamError = "STREAM_ERROR", StreamUnknownError =
    "STREAM_UNKNOWN_ERROR", PhoneAlreadyRegistered = "PHONE_ALREADY_REGISTERED",
    MfaVerificationSessionInProgress = "MFA_VERIFICATION_SESSION_IN_PROGRESS",
    MfaAttemptsExhausted = "MFA_ATTEMPTS_EXHAUSTED", MfaInvalid = "MFA_INVALID",
    MfaSessionExpired = "MFA_SESSION_EXPIRED", MfaChannelCooldown =
    "MFA_CHANNEL_COOLDOWN", RecaptchaInvalid = "RECAPTCHA_INVALID",
    SaudiIdAlreadyRegistered = "SAUDI_ID_ALREADY_REGISTERED", UserInfoNotVerified =
    "USER_INFO_NOT_VERIFIED", CompanyNotFound = "COMPANY_NOT_FOUND",
    OrganizationAlreadyCreated = "ORGANIZATION_ALREADY_CREATED", UserNotRegistered =
    "USER_NOT_REGISTERED", InvalidParameters = "INVALID_PARAMETERS", InvitationExpired =
    "INVITATION_EXPIRED", UserAlreadyRegistered = "USER_ALREADY_REGISTERED",
    PaymentFlowNotAllowed = "PAYMENT_FLOW_NOT_ALLOWED", InvoicePaymentCountNotMatched =
    "INVOICE_PAYMENT_COUNT_NOT_MATCHED", InvoiceFinalised = "INVOICE_FINALISED",
    InvoiceInvalidStatus = "INVOICE_INVALID_STATUS", InvoiceTotalMismatchPaymentAmountSum
    = "INVOICE_TOTAL_MISMATCH_PAYMENT_AMOUNT_SUM", InvoiceConsentConsumed =
    "INVOICE_CONSENT_CONSUMED", InvoiceConsentExpired = "INVOICE_CONSENT_EXPIRED",
    PaymentInProgress = "PAYMENT_IN_PROGRESS", PaymentFinalized = "PAYMENT_FINALIZED",
    PaymendUnpaid = "PAYMEND_UNPAID", PaymentRefundedAlready =
    "PAYMENT_REFUNDED_ALREADY", PaymentRefundedFailed = "PAYMENT_REFUNDED_FAILED",
    InvalidStatus = "INVALID_STATUS", AccountOneDefaultRequired =
    "ACCOUNT_ONE_DEFAULT_REQUIRED", DuplicateConsumer = "DUPLICATE_CONSUMER",
    DuplicatePayment = "DUPLICATE_PAYMENT", DuplicateCardToken = "DUPLICATE_CARD_TOKEN",
    ConsumerHasOngoingInvoices = "CONSUMER_HAS_ONGOING_INVOICES",
    ConsumerHasOngoingSubscriptions = "CONSUMER_HAS_ONGOING_SUBSCRIPTIONS",
    ConsumerHasActivePaymentLinks = "CONSUMER_HAS_ACTIVE_PAYMENT_LINKS",
    MoyasarBadRequest = "MOYASAR_BAD_REQUEST", NotificationTemplateDoesNotExist =
    "NOTIFICATION_TEMPLATE_DOES_NOT_EXIST", FeatureDisabled = "FEATURE_DISABLED",
    InsufficientFunds = "INSUFFICIENT_FUNDS", PaymentGatewayDeclined =
    "PAYMENT_GATEWAY_DECLINED", ManualInvoiceCardId = "MANUAL_INVOICE_CARD_ID",
    OneOffInvalidPaymentFlow = "ONE_OFF_INVALID_PAYMENT_FLOW", OneOffCardId =
    "ONE_OFF_CARD_ID", AutoInvoiceMissingCardId = "AUTO_INVOICE_MISSING_CARD_ID",
    MoyasarInvalidCardToken = "MOYASAR_INVALID_CARD_TOKEN", MoyasarUnauthorized =
    "MOYASAR_UNAUTHORIZED", MoyasarForbidden = "MOYASAR_FORBIDDEN", MoyasarNotFound =
    "MOYASAR_NOT_FOUND", MoyasarMethodNotAllowed = "MOYASAR_METHOD_NOT_ALLOWED",
    MoyasarTooManyRequests = "MOYASAR_TOO_MANY_REQUESTS", MoyasarInternalServerError =
    "MOYASAR_INTERNAL_SERVER_ERROR", MoyasarServiceUnavailable =
    "MOYASAR_SERVICE_UNAVAILABLE", MoyasarPaymentInfoMismatch =
    "MOYASAR_PAYMENT_INFO_MISMATCH", MoyasarTimeout = "MOYASAR_TIMEOUT", PdfLinkExists =
    "PDF_LINK_EXISTS", BranchNotFound = "BRANCH_NOT_FOUND", BranchAccessDenied =
    "BRANCH_ACCESS_DENIED", PermissionForbidden = "PERMISSION_FORBIDDEN",
    ProductUsedInFinalizedInvoice = "PRODUCT_USED_IN_FINALIZED_INVOICE",
    ResourceAlreadyExists = "RESOURCE_ALREADY_EXISTS", CouponUsedInFinalizedInvoice =
    "COUPON_USED_IN_FINALIZED_INVOICE" }
}
crate::open_enum::open_enum! {
    #[doc =
    "Unit of the billing cycle of a subscription: week, month, quarter (three months) or year. Products have another list (`RecurringInterval`)."]
    SubscriptionRecurringInterval { Week = "WEEK", Month = "MONTH", Quarter = "QUARTER",
    Year = "YEAR" }
}
crate::open_enum::open_enum! {
    #[doc =
    "State of a subscription: `ACTIVE` billing (also while a failed renewal is retried), `INACTIVE` not in force, `FROZEN` invoicing suspended, `TRIALING` in a free trial, `TRIAL_PENDING` a trial that has not begun, `CANCELED` ended by cancellation, `EXPIRED` run out. Partly inferred from the names. Other values may occur."]
    SubscriptionStatus { Inactive = "INACTIVE", Active = "ACTIVE", Expired = "EXPIRED",
    Canceled = "CANCELED", Frozen = "FROZEN", Trialing = "TRIALING", TrialPending =
    "TRIAL_PENDING" }
}
crate::open_enum::open_enum! {
    #[doc =
    "Role of a user: `organization_admin` manages the organization with all its branches, `branch_admin` the branches assigned, `branch_user` works in the branches assigned."]
    UserRolesEnum { OrganizationAdmin = "organization_admin", BranchAdmin =
    "branch_admin", BranchUser = "branch_user" }
}
