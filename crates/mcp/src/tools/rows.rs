//! Invoices, payments and customers as the built-in tools read them: only the members that they use.

use serde::Deserialize;
use streampay::{Amount, Timestamp, rust_decimal::Decimal};

use super::pages::Item;

/// The statuses of a payment that was made. `PARTIALLY_REFUNDED` occurs, although the description does not
/// list it.
pub(super) const PAID: [&str; 4] = ["SUCCEEDED", "SETTLED", "REFUNDED", "PARTIALLY_REFUNDED"];

/// The statuses of an invoice that never became due or no longer is.
pub(super) const NOT_ISSUED: [&str; 4] = ["DRAFT", "REJECTED", "CANCELED", "EXPIRED"];

/// The statuses of an invoice that waits to be paid.
pub(super) const OPEN: [&str; 3] = ["CREATED", "SENT", "ACCEPTED"];

#[derive(Debug, Deserialize)]
pub(super) struct Payment {
    pub(super) id: Option<String>,
    amount: Option<Amount>,
    currency: Option<String>,
    pub(super) payment_method: Option<String>,
    current_status: Option<String>,
    payed_at: Option<Timestamp>,
    scheduled_on: Option<Timestamp>,
    refunded_at: Option<Timestamp>,
    /// Seen in answers, although the description does not list it.
    amount_refunded: Option<Amount>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Invoice {
    pub(super) id: Option<String>,
    pub(super) org_invoice_number: Option<u64>,
    pub(super) description: Option<String>,
    status: Option<String>,
    currency: Option<String>,
    total_amount: Option<Amount>,
    paid_amount: Option<Amount>,
    remaining_amount: Option<Amount>,
    created_at: Option<Timestamp>,
    pub(super) payment_link_id: Option<String>,
    pub(super) organization_consumer_id: Option<String>,
    pub(super) organization_consumer: Option<Customer>,
    pub(super) payments: Option<Vec<Payment>>,
    /// Only in the whole invoice, not in lists.
    pub(super) items: Option<Vec<LineItem>>,
    #[serde(default)]
    pub(super) total_number_of_payments: Option<u64>,
}

/// A product on an invoice, a payment link or a subscription.
#[derive(Debug, Deserialize)]
pub(super) struct LineItem {
    pub(super) product_id: Option<String>,
    pub(super) product: Option<Named>,
    pub(super) quantity: Option<i64>,
    pub(super) discounted_amount: Option<Amount>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) name: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Customer {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) phone_number: Option<String>,
    pub(super) email: Option<String>,
    pub(super) external_id: Option<String>,
    #[serde(default)]
    pub(super) is_deleted: Option<bool>,
}

impl Item for Payment {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl Item for Invoice {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl Item for Customer {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

fn decimal(amount: Option<&Amount>) -> Option<Decimal> {
    amount.and_then(Amount::decimal)
}

fn instant(at: Option<&Timestamp>) -> Option<streampay::jiff::Timestamp> {
    at.and_then(Timestamp::instant)
}

impl Payment {
    pub(super) fn status(&self) -> &str {
        self.current_status.as_deref().unwrap_or_default()
    }

    pub(super) fn amount(&self) -> Option<(Decimal, &str)> {
        Some((decimal(self.amount.as_ref())?, self.currency.as_deref()?))
    }

    pub(super) fn paid_at(&self) -> Option<streampay::jiff::Timestamp> {
        instant(self.payed_at.as_ref())
    }

    pub(super) fn due_at(&self) -> Option<streampay::jiff::Timestamp> {
        instant(self.scheduled_on.as_ref())
    }

    pub(super) fn refunded_at(&self) -> Option<streampay::jiff::Timestamp> {
        instant(self.refunded_at.as_ref())
    }

    /// Whether its money was taken, even if it was returned later.
    pub(super) fn is_paid(&self) -> bool {
        let known = [
            "PENDING",
            "PROCESSING",
            "FAILED_INITIATION",
            "FAILED",
            "CANCELED",
            "UNDER_REVIEW",
            "EXPIRED",
        ];
        let status = self.status();
        // A status that is new to this server counts as paid if the payment has a time of payment.
        PAID.contains(&status) || (!known.contains(&status) && self.payed_at.is_some())
    }

    /// Whether the customer still owes it.
    pub(super) fn is_owed(&self) -> bool {
        !self.is_paid() && self.status() != "CANCELED"
    }

    /// How much of it was returned; `None` if it was refunded in part and the API does not say how much.
    pub(super) fn refunded(&self) -> Option<Decimal> {
        match (decimal(self.amount_refunded.as_ref()), self.status()) {
            (Some(refunded), _) => Some(refunded),
            (None, "REFUNDED") => decimal(self.amount.as_ref()),
            (None, "PARTIALLY_REFUNDED") => None,
            (None, _) => Some(Decimal::ZERO),
        }
    }
}

impl Invoice {
    pub(super) fn status(&self) -> &str {
        self.status.as_deref().unwrap_or_default()
    }

    pub(super) fn currency(&self) -> &str {
        self.currency.as_deref().unwrap_or_default()
    }

    pub(super) fn created_at(&self) -> Option<streampay::jiff::Timestamp> {
        instant(self.created_at.as_ref())
    }

    /// The total, what is paid of it, and what remains.
    pub(super) fn amounts(&self) -> Option<[Decimal; 3]> {
        self.currency.as_ref()?;
        let total = decimal(self.total_amount.as_ref())?;
        let paid = decimal(self.paid_amount.as_ref()).unwrap_or_default();
        let remaining = decimal(self.remaining_amount.as_ref()).unwrap_or(total - paid);
        Some([total, paid, remaining])
    }

    /// The id of the customer.
    pub(super) fn customer_id(&self) -> Option<&str> {
        let embedded =
            self.organization_consumer.as_ref().and_then(|customer| customer.id.as_deref());
        self.organization_consumer_id.as_deref().or(embedded)
    }

    pub(super) fn customer_name(&self) -> Option<&str> {
        self.organization_consumer.as_ref()?.name.as_deref()
    }

    /// Whether it has payments that its entry in the list does not show.
    pub(super) fn lacks_payments(&self) -> bool {
        self.payments.is_none() && self.total_number_of_payments != Some(0)
    }
}
