//! Every event of the guide on webhooks is sent when it happens.

use std::collections::BTreeSet;

use super::common::{BROKE, EVENTS, VISA, World, id, observe_event, world};
use serde_json::{Value, json};

/// A world with a log of the events that were sent.
struct Story {
    w: World,
    told: BTreeSet<String>,
    seen: usize,
}

impl Story {
    async fn begin() -> Self {
        let w = world().await;
        // Nothing listens at this address. The test reads the log.
        w.control("POST", "webhooks", json!({"url": "http://127.0.0.1:9/hook"})).await;
        Self { w, told: BTreeSet::new(), seen: 0 }
    }

    /// Checks that the last action, and none before it, sent these events.
    fn tells(&mut self, what: &[&str]) {
        let mut all = self.w.sandbox().deliveries(1000).unwrap();
        all.reverse();
        let new = all.split_off(self.seen);
        self.seen += new.len();
        let new: Vec<&str> =
            new.iter().map(|one| one["payload"]["event_type"].as_str().unwrap()).collect();
        for event in what {
            assert!(new.contains(event), "{event} is not among {new:?}");
        }
        new.iter().for_each(|event| observe_event(event));
        self.told.extend(new.into_iter().map(ToOwned::to_owned));
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.w.post(path, body).await
    }

    async fn days(&self, days: u64) {
        self.w.sandbox().advance(std::time::Duration::from_secs(days * 86_400)).await.unwrap();
    }

    async fn invoices_and_payments(&mut self) {
        let (product, customer) = (self.w.product("100").await, self.w.customer().await);
        let link = self.w.link(&product, json!({})).await;
        self.w.pay(&link, BROKE);
        self.tells(&["PAYMENT_LINK_PAY_ATTEMPT_FAILED"]);

        let invoice = self.w.invoice(&product, &customer, json!({})).await;
        self.tells(&["INVOICE_CREATED", "INVOICE_SENT"]);
        let path = format!("invoices/{}/inplace", id(&invoice));
        self.w.good("PATCH", &path, json!({"description": "New words"})).await;
        self.tells(&["INVOICE_UPDATED"]);
        self.w.sandbox().pay_invoice(id(&invoice), &json!({"card": BROKE})).unwrap();
        self.tells(&["PAYMENT_FAILED"]);
        self.w.sandbox().pay_invoice(id(&invoice), &json!({"card": VISA})).unwrap();
        self.tells(&["INVOICE_ACCEPTED", "PAYMENT_SUCCEEDED", "INVOICE_COMPLETED"]);
        let payment = invoice["payments"][0]["id"].as_str().unwrap();
        let refund = json!({"refund_reason": "DUPLICATE"});
        self.post(&format!("payments/{payment}/refund"), refund).await;
        self.tells(&["PAYMENT_REFUNDED"]);

        let invoice = self.w.invoice(&product, &customer, json!({})).await;
        let payment = invoice["payments"][0]["id"].as_str().unwrap();
        let cash = json!({"payment_method": "CASH"});
        self.post(&format!("payments/{payment}/mark-paid"), cash).await;
        self.tells(&["PAYMENT_MARKED_AS_PAID", "INVOICE_COMPLETED"]);
        let invoice = self.w.invoice(&product, &customer, json!({})).await;
        self.post(&format!("invoices/{}/void", id(&invoice)), Value::Null).await;
        let voided = self.w.get(&format!("invoices/{}", id(&invoice))).await;
        assert_eq!(voided["payments"][0]["current_status"], "CANCELED");
        self.tells(&["PAYMENT_CANCELED", "INVOICE_CANCELED"]);
    }

    async fn freezes(&mut self) {
        let path = format!("subscriptions/{}", self.w.subscribe("50").await);
        self.tells(&["SUBSCRIPTION_CREATED", "SUBSCRIPTION_ACTIVATED"]);
        let freezes = format!("{path}/freeze");
        let later = json!({
            "freeze_start_datetime": "2026-04-05T00:00:00Z",
            "freeze_end_datetime": "2026-04-07T00:00:00Z",
        });
        self.post(&freezes, later).await;
        self.tells(&["SUBSCRIPTION_UNFREEZE_FUTURE"]);
        self.days(6).await;
        self.tells(&["SUBSCRIPTION_FROZEN"]);
        self.days(3).await;
        self.tells(&["SUBSCRIPTION_UNFREEZE_NOW"]);
        let never = json!({"freeze_start_datetime": "2026-04-20T00:00:00Z"});
        let freeze = self.post(&freezes, never).await;
        self.w.good("DELETE", &format!("{freezes}/{}", id(&freeze)), Value::Null).await;
        self.tells(&["SUBSCRIPTION_FREEZE_CANCEL"]);
        self.post(&freezes, json!({"freeze_start_datetime": self.w.sandbox().now()})).await;
        self.tells(&["SUBSCRIPTION_FREEZE_NOW"]);
    }

    async fn plans_and_ends(&mut self) {
        let sub = self.w.subscribe("50").await;
        let path = format!("subscriptions/{sub}");
        let product = self.w.get(&path).await["items"][0]["product_id"].clone();
        let items = |quantity: u32| json!([{"product_id": product, "quantity": quantity}]);
        let body = json!({"items": items(2), "coupons": []});
        self.w.good("PUT", &path, body.clone()).await;
        self.tells(&["SUBSCRIPTION_PLAN_CHANGE_SCHEDULED"]);
        self.w.good("DELETE", &format!("{path}/pending-change"), Value::Null).await;
        self.tells(&["SUBSCRIPTION_PLAN_CHANGE_CANCELED"]);
        let shorter = json!({"items": items(1), "coupons": [], "until_cycle_number": 9});
        self.w.good("PUT", &path, shorter).await;
        self.tells(&["SUBSCRIPTION_PLAN_UPDATED"]);
        // Three days before the period ends, the next invoice exists. The change replaces it.
        let end = self.w.get(&path).await["current_period_end"].as_str().unwrap().to_owned();
        self.days(28).await;
        assert!(self.w.sandbox().now() < end);
        self.w.good("PUT", &path, body).await;
        self.tells(&["SUBSCRIPTION_PLAN_CHANGE_INVOICE_REISSUED"]);
        self.days(4).await;
        self.tells(&["SUBSCRIPTION_PLAN_CHANGED", "PAYMENT_SUCCEEDED"]);

        let customer = self.w.get(&path).await["organization_consumer_id"].clone();
        let card = format!("customers/{}/card", customer.as_str().unwrap());
        self.w.control("PUT", &card, json!({"number": BROKE})).await;
        self.days(40).await;
        self.tells(&["SUBSCRIPTION_CYCLE_RENEWAL_FAILED", "SUBSCRIPTION_INACTIVATED"]);
        self.w.control("PUT", &card, json!({"number": VISA})).await;
        let path = format!("subscriptions/{}", self.w.subscribe("70").await);
        self.post(&format!("{path}/cancel"), json!({})).await;
        self.tells(&["SUBSCRIPTION_CANCEL_AT_PERIOD_END"]);
        self.days(31).await;
        self.tells(&["SUBSCRIPTION_CANCELED"]);
    }
}

#[tokio::test]
pub(crate) async fn every_published_event_is_sent_when_it_happens() {
    let mut story = Story::begin().await;
    story.invoices_and_payments().await;
    story.freezes().await;
    let told = story.told;
    // Create another one, so that nothing falls due in between.
    let mut story = Story::begin().await;
    story.told = told;
    story.plans_and_ends().await;
    let coverage: Value = serde_json::from_str(include_str!("../../coverage.json")).unwrap();
    let missing: Vec<&str> = EVENTS
        .into_iter()
        .filter(|event| !story.told.contains(*event) && coverage["events"][*event].is_null())
        .collect();
    assert!(missing.is_empty(), "never sent: {missing:?}");
    let unknown: Vec<&String> =
        story.told.iter().filter(|event| !EVENTS.contains(&event.as_str())).collect();
    assert!(unknown.is_empty(), "not published: {unknown:?}");
}
