//! Events. Unknown types and members are kept.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::error::WebhookError;
use crate::{Timestamp, field::Field, open_enum::open_enum};

open_enum! {
    /// The type of an event. Stream's guide lists 29; integrators have seen two more, and others can
    /// appear at any time.
    EventType {
        PaymentSucceeded = "PAYMENT_SUCCEEDED",
        PaymentFailed = "PAYMENT_FAILED",
        PaymentCanceled = "PAYMENT_CANCELED",
        PaymentRefunded = "PAYMENT_REFUNDED",
        PaymentPartiallyRefunded = "PAYMENT_PARTIALLY_REFUNDED",
        PaymentMarkedAsPaid = "PAYMENT_MARKED_AS_PAID",
        InvoiceCreated = "INVOICE_CREATED",
        InvoiceSent = "INVOICE_SENT",
        InvoiceAccepted = "INVOICE_ACCEPTED",
        InvoiceRejected = "INVOICE_REJECTED",
        InvoiceCompleted = "INVOICE_COMPLETED",
        InvoiceCanceled = "INVOICE_CANCELED",
        InvoiceUpdated = "INVOICE_UPDATED",
        SubscriptionCreated = "SUBSCRIPTION_CREATED",
        SubscriptionUpdated = "SUBSCRIPTION_UPDATED",
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
}

open_enum! {
    /// The type of the entity that an event is about.
    EntityType {
        Payment = "PAYMENT",
        Invoice = "INVOICE",
        Subscription = "SUBSCRIPTION",
        PaymentLink = "PAYMENT_LINK",
    }
}

/// The event in the body of a webhook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The type of the event.
    pub event_type: EventType,
    /// The type of the entity.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub entity_type: Field<EntityType>,
    /// The id of the entity; see [`Event::entity_id`].
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub entity_id: Field<String>,
    /// The address of the entity.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub entity_url: Field<String>,
    /// The status of the entity after the event.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub status: Field<String>,
    /// Related entities, and the payment link's metadata.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub data: Field<EventData>,
    /// The time of the event in UTC, written with or without a zone.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub timestamp: Field<Timestamp>,
    /// Undocumented members.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The `data` of an event. Which members are present depends on the event.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EventData {
    /// The payment.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub payment: Field<Reference>,
    /// The payments of an invoice.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub payments: Field<Vec<Reference>>,
    /// The invoice.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub invoice: Field<Reference>,
    /// The subscription.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub subscription: Field<Reference>,
    /// The payment link.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub payment_link: Field<Reference>,
    /// The payment link's `custom_metadata`.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub metadata: Field<Map<String, Value>>,
    /// Undocumented members.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A reference to an entity.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// Its id.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub id: Field<String>,
    /// Its address.
    #[serde(default, skip_serializing_if = "Field::is_absent")]
    pub url: Field<String>,
    /// Undocumented members.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Reference {
    /// Its id, if that is a UUID, as all documented ones are.
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        uuid(&self.id)
    }
}

impl Event {
    /// Parses a body that was verified by other means. For a request from the network, use
    /// [`verify`](super::verify).
    ///
    /// # Errors
    /// [`WebhookError::Body`] if it is not a JSON object with an `event_type`, or if a member does not
    /// have its documented form.
    pub fn from_body(body: &[u8]) -> Result<Self, WebhookError> {
        serde_json::from_slice(body).map_err(|error| WebhookError::Body(error.to_string()))
    }

    /// The id of the entity, if it is a UUID, as all documented ones are.
    #[must_use]
    pub fn entity_id(&self) -> Option<Uuid> {
        uuid(&self.entity_id)
    }

    /// Identifies the event, so that you can handle it once: it is the same for every delivery.
    /// Webhooks have no id of their own, so it consists of type, entity and time.
    #[must_use]
    pub fn key(&self) -> String {
        let entity_type = self.entity_type.as_ref().map_or("", EntityType::as_str);
        let time = self.timestamp.as_ref().map_or("", Timestamp::as_str);
        let entity = self.entity_id.as_deref().unwrap_or_default();
        format!("{}/{entity_type}/{entity}/{time}", self.event_type)
    }

    /// The related invoice.
    #[must_use]
    pub fn invoice_id(&self) -> Option<Uuid> {
        self.related("INVOICE", |data| &data.invoice)
    }

    /// The related payment.
    #[must_use]
    pub fn payment_id(&self) -> Option<Uuid> {
        self.related("PAYMENT", |data| &data.payment)
    }

    /// The related payment link.
    #[must_use]
    pub fn payment_link_id(&self) -> Option<Uuid> {
        self.related("PAYMENT_LINK", |data| &data.payment_link)
    }

    /// The related subscription. An `INVOICE_COMPLETED` with a subscription means that a cycle was paid,
    /// the first one or a renewal: renewals have no event of their own.
    #[must_use]
    pub fn subscription_id(&self) -> Option<Uuid> {
        let named = || {
            let text = self.data.as_ref()?.extra.get("subscription_id")?.as_str()?;
            Uuid::try_parse(text).ok()
        };
        self.related("SUBSCRIPTION", |data| &data.subscription).or_else(named)
    }

    /// A member of the payment link's `custom_metadata`.
    #[must_use]
    pub fn metadata(&self, name: &str) -> Option<&Value> {
        self.data.as_ref()?.metadata.as_ref()?.get(name)
    }

    fn related(&self, own: &str, of: impl Fn(&EventData) -> &Field<Reference>) -> Option<Uuid> {
        let is_own = self.entity_type.as_ref().is_some_and(|kind| kind.as_str() == own);
        let own = if is_own { self.entity_id() } else { None };
        own.or_else(|| of(self.data.as_ref()?).as_ref()?.uuid())
    }
}

fn uuid(text: &Field<String>) -> Option<Uuid> {
    Uuid::try_parse(text.as_deref()?).ok()
}
