//! Subscriptions through time: renewals, trials, failures and retries, freezes, plan changes,
//! cancellation, and their webhooks.

use super::common::{BROKE, VISA, World, id, world};
use serde_json::{Value, json};

async fn webhooks(w: &World) {
    // Nothing listens at this address. The test reads the log.
    w.control("POST", "webhooks", json!({"url": "http://127.0.0.1:9/hook"})).await;
}

/// The event types since the last call, oldest first.
fn events(w: &World, seen: &mut usize) -> Vec<String> {
    let mut all = w.sandbox().deliveries(1000).unwrap();
    all.reverse();
    let new = all.split_off(*seen);
    *seen += new.len();
    new.iter().map(|d| d["payload"]["event_type"].as_str().unwrap().to_owned()).collect()
}

async fn set_card(w: &World, sub: &Value, number: &str) {
    let customer = sub["organization_consumer_id"].as_str().unwrap();
    w.control("PUT", &format!("customers/{customer}/card"), json!({"number": number})).await;
}

async fn to(w: &World, moment: &str) {
    w.sandbox().advance_to(moment).await.unwrap();
}

#[tokio::test]
pub(crate) async fn renewals_follow_the_clock_and_send_events_in_the_published_order() {
    let w = world().await;
    webhooks(&w).await;
    let mut seen = 0;
    let path = format!("subscriptions/{}", w.subscribe("115").await);
    assert_eq!(
        events(&w, &mut seen),
        [
            "SUBSCRIPTION_CREATED",
            "INVOICE_CREATED",
            "PAYMENT_SUCCEEDED",
            "INVOICE_COMPLETED",
            "SUBSCRIPTION_ACTIVATED"
        ]
    );
    let sub = w.get(&path).await;
    assert_eq!((&sub["status"], &sub["current_cycle_number"]), (&json!("ACTIVE"), &json!(1)));
    // From 31 March to 30 April, to 31 May: the day of the month is kept.
    assert_eq!(sub["current_period_end"], "2026-04-30T09:00:00Z");
    to(&w, "2026-04-28T00:00:00Z").await;
    assert_eq!(events(&w, &mut seen), ["INVOICE_CREATED"]);
    to(&w, "2026-04-30T09:00:00Z").await;
    assert_eq!(events(&w, &mut seen), ["PAYMENT_SUCCEEDED", "INVOICE_COMPLETED"]);
    let sub = w.get(&path).await;
    assert_eq!(
        (&sub["current_cycle_number"], &sub["current_period_end"]),
        (&json!(2), &json!("2026-05-31T09:00:00Z"))
    );
    assert_eq!(sub["latest_invoice"]["status"], "COMPLETED");
    to(&w, "2027-03-31T08:00:00Z").await;
    assert_eq!(w.get(&path).await["current_cycle_number"], 12);
    let bills = w.get(&format!("invoices?subscription_id={}", id(&sub))).await;
    // Twelve cycles, and the invoice prepared for the thirteenth.
    assert_eq!(bills["pagination"]["total_count"], 13);
}

#[tokio::test]
pub(crate) async fn a_failed_renewal_is_retried_then_suspended_until_somebody_pays() {
    let w = world().await;
    webhooks(&w).await;
    let path = format!("subscriptions/{}", w.subscribe("100").await);
    let sub = w.get(&path).await;
    set_card(&w, &sub, BROKE).await;
    let mut seen = 0;
    events(&w, &mut seen);
    to(&w, "2026-04-30T10:00:00Z").await;
    assert_eq!(
        events(&w, &mut seen),
        ["INVOICE_CREATED", "PAYMENT_FAILED", "SUBSCRIPTION_CYCLE_RENEWAL_FAILED"]
    );
    // It stays active between the retries.
    assert_eq!(w.get(&path).await["status"], "ACTIVE");
    to(&w, "2026-05-06T00:00:00Z").await;
    let more = events(&w, &mut seen);
    assert_eq!(more.iter().filter(|e| *e == "PAYMENT_FAILED").count(), 3);
    assert_eq!(more.last().unwrap(), "SUBSCRIPTION_INACTIVATED");
    let idle = w.get(&path).await;
    assert_eq!(idle["status"], "INACTIVE");
    to(&w, "2026-07-01T00:00:00Z").await;
    assert!(events(&w, &mut seen).is_empty());
    let invoice = idle["latest_invoice_id"].as_str().unwrap();
    w.sandbox().pay_invoice(invoice, &json!({"card": VISA})).unwrap();
    let back = w.get(&path).await;
    assert_eq!(
        (&back["status"], &back["current_period_start"]),
        (&json!("ACTIVE"), &json!("2026-07-01T00:00:00Z"))
    );
    assert_eq!(events(&w, &mut seen).last().unwrap(), "SUBSCRIPTION_ACTIVATED");
}

#[tokio::test]
pub(crate) async fn a_successful_retry_continues_the_subscription() {
    let w = world().await;
    let path = format!("subscriptions/{}", w.subscribe("100").await);
    let sub = w.get(&path).await;
    set_card(&w, &sub, BROKE).await;
    to(&w, "2026-04-30T10:00:00Z").await;
    set_card(&w, &sub, VISA).await;
    to(&w, "2026-05-01T10:00:00Z").await;
    let sub = w.get(&path).await;
    assert_eq!(
        (&sub["status"], &sub["latest_invoice"]["status"]),
        (&json!("ACTIVE"), &json!("COMPLETED"))
    );
    assert_eq!(sub["current_period_end"], "2026-05-31T09:00:00Z");
}

#[tokio::test]
pub(crate) async fn trials_are_billed_when_they_end() {
    let w = world().await;
    let plan = w.plan("80").await;
    let link = w.link(&plan, json!({"trial_period_days": 14})).await;
    let receipt = w.pay(&link, VISA);
    assert_eq!((&receipt["status"], &receipt["invoice_id"]), (&json!("paid"), &Value::Null));
    let path = format!("subscriptions/{}", receipt["subscription_id"].as_str().unwrap());
    let sub = w.get(&path).await;
    assert_eq!(
        (&sub["status"], &sub["trial_end"]),
        (&json!("TRIALING"), &json!("2026-04-14T09:00:00Z"))
    );
    assert_eq!(w.get("payments").await["pagination"]["total_count"], 0);
    to(&w, "2026-04-14T09:00:00Z").await;
    let sub = w.get(&path).await;
    assert_eq!(
        (&sub["status"], &sub["current_period_end"]),
        (&json!("ACTIVE"), &json!("2026-05-14T09:00:00Z"))
    );
    // A subscription that is canceled during its trial ends at once.
    let receipt = w.pay(&link, VISA);
    let path = format!("subscriptions/{}", receipt["subscription_id"].as_str().unwrap());
    assert_eq!(w.post(&format!("{path}/cancel"), json!({})).await["status"], "CANCELED");
    to(&w, "2026-06-01T00:00:00Z").await;
    assert_eq!(w.get(&path).await["latest_invoice_id"], Value::Null);
}

#[tokio::test]
pub(crate) async fn cancellation_takes_effect_at_period_end_and_can_be_withdrawn() {
    let w = world().await;
    let path = format!("subscriptions/{}", w.subscribe("100").await);
    let sub = w.post(&format!("{path}/cancel"), json!({})).await;
    assert_eq!((&sub["status"], &sub["cancel_at_period_end"]), (&json!("ACTIVE"), &json!(true)));
    w.good("PUT", &format!("{path}/uncancel"), Value::Null).await;
    to(&w, "2026-05-01T00:00:00Z").await;
    assert_eq!(w.get(&path).await["current_cycle_number"], 2);
    // The next invoice is already prepared. It is canceled with the subscription.
    to(&w, "2026-05-29T00:00:00Z").await;
    w.post(&format!("{path}/cancel"), json!({})).await;
    to(&w, "2026-06-15T00:00:00Z").await;
    let sub = w.get(&path).await;
    assert_eq!(
        (&sub["status"], &sub["ended_at"]),
        (&json!("CANCELED"), &json!("2026-05-31T09:00:00Z"))
    );
    let bills = w.get("invoices?statuses=CANCELED").await;
    assert_eq!(bills["pagination"]["total_count"], 1);
}

#[tokio::test]
pub(crate) async fn a_subscription_ends_after_its_number_of_cycles() {
    let w = world().await;
    let path = format!("subscriptions/{}", w.subscribe("100").await);
    let sub = w.get(&path).await;
    let product = sub["items"][0]["product_id"].as_str().unwrap();
    let body = json!({"items": [{"product_id": product, "quantity": 1}], "coupons": [], "until_cycle_number": 2});
    let sub = w.good("PUT", &path, body).await;
    assert_eq!((&sub["cancel_at_cycle_number"], &sub["pending_change"]), (&json!(2), &Value::Null));
    to(&w, "2026-12-01T00:00:00Z").await;
    let sub = w.get(&path).await;
    assert_eq!((&sub["status"], &sub["current_cycle_number"]), (&json!("CANCELED"), &json!(2)));
}

#[tokio::test]
pub(crate) async fn a_freeze_pauses_billing_and_extends_the_period() {
    let w = world().await;
    webhooks(&w).await;
    let path = format!("subscriptions/{}", w.subscribe("100").await);
    let mut seen = 0;
    events(&w, &mut seen);
    let body = json!({
        "freeze_start_datetime": "2026-04-10T09:00:00Z", "freeze_end_datetime": "2026-05-10T09:00:00Z",
    });
    let freeze = w.post(&format!("{path}/freeze"), body).await;
    assert_eq!(freeze["duration"], 30);
    to(&w, "2026-05-01T00:00:00Z").await;
    let sub = w.get(&path).await;
    assert_eq!((&sub["status"], &sub["current_cycle_number"]), (&json!("FROZEN"), &json!(1)));
    assert_eq!(id(&sub["latest_freeze"]), id(&freeze));
    to(&w, "2026-05-11T00:00:00Z").await;
    let sub = w.get(&path).await;
    // The freeze took thirty days: 30 April becomes 30 May.
    assert_eq!(
        (&sub["status"], &sub["current_period_end"]),
        (&json!("ACTIVE"), &json!("2026-05-30T09:00:00Z"))
    );
    assert_eq!(
        events(&w, &mut seen),
        ["SUBSCRIPTION_UNFREEZE_FUTURE", "SUBSCRIPTION_FROZEN", "SUBSCRIPTION_UNFREEZE_NOW"]
    );
    // An open-ended freeze starts at once. Setting its end to now ends it.
    let body = json!({"freeze_start_datetime": "2026-05-11T00:00:00Z"});
    let freeze = w.post(&format!("{path}/freeze"), body).await;
    to(&w, "2026-05-21T00:00:00Z").await;
    let body = json!({
        "freeze_start_datetime": "2026-05-11T00:00:00Z", "freeze_end_datetime": "2026-05-21T00:00:00Z",
    });
    w.good("PUT", &format!("{path}/freeze/{}", id(&freeze)), body).await;
    let sub = w.get(&path).await;
    assert_eq!(
        (&sub["status"], &sub["current_period_end"]),
        (&json!("ACTIVE"), &json!("2026-06-09T09:00:00Z"))
    );
    assert_eq!(events(&w, &mut seen), ["SUBSCRIPTION_FREEZE_NOW", "SUBSCRIPTION_UNFREEZE_NOW"]);
}

#[tokio::test]
pub(crate) async fn a_plan_change_is_scheduled_previewed_and_reissues_the_prepared_invoice() {
    let w = world().await;
    webhooks(&w).await;
    let path = format!("subscriptions/{}", w.subscribe("100").await);
    let bigger = w.plan("300").await;
    let coupon = w
        .post("coupons", json!({"name": "Ten", "discount_value": 10, "is_percentage": true}))
        .await;
    to(&w, "2026-04-28T00:00:00Z").await;
    let mut seen = 0;
    events(&w, &mut seen);
    let body = json!({
        "items": [{"product_id": id(&bigger), "quantity": 2}], "coupons": [id(&coupon)],
        "recurring_interval": "QUARTER", "description": "New plan",
    });
    let sub = w.good("PUT", &path, body).await;
    assert_eq!((&sub["amount"], &sub["description"]), (&json!("100.00"), &json!("New plan")));
    let change = &sub["pending_change"];
    assert_eq!(
        (&change["target_amount"], &change["delta_amount"]),
        (&json!("540.00"), &json!("440.00"))
    );
    // 540 for three months against 100 for one.
    assert_eq!(change["delta_amount_per_month"], "80.00");
    assert_eq!(change["invoice_was_reissued"], true);
    let preview = &change["next_invoice_preview"];
    assert_eq!(
        (&preview["subtotal"], &preview["discount_total"]),
        (&json!("600.00"), &json!("60.00"))
    );
    assert_eq!(
        (&preview["period_start"], &preview["period_end"]),
        (&json!("2026-04-30T09:00:00Z"), &json!("2026-07-30T09:00:00Z"))
    );
    let kinds: Vec<&str> =
        change["changes"].as_array().unwrap().iter().map(|c| c["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["PRODUCT_REPLACED", "COUPON_ADDED", "INTERVAL_CHANGED"]);
    assert_eq!(
        events(&w, &mut seen),
        [
            "PAYMENT_CANCELED",
            "INVOICE_CANCELED",
            "INVOICE_CREATED",
            "SUBSCRIPTION_PLAN_CHANGE_SCHEDULED",
            "SUBSCRIPTION_PLAN_CHANGE_INVOICE_REISSUED",
        ]
    );
    to(&w, "2026-05-01T00:00:00Z").await;
    let sub = w.get(&path).await;
    assert_eq!((&sub["amount"], &sub["pending_change"]), (&json!("540.00"), &Value::Null));
    assert_eq!(
        (&sub["recurring_interval"], &sub["current_period_end"]),
        (&json!("QUARTER"), &json!("2026-07-30T09:00:00Z"))
    );
    assert_eq!(sub["latest_invoice"]["total_amount"], "540.00");
    assert_eq!(
        events(&w, &mut seen),
        ["SUBSCRIPTION_PLAN_CHANGED", "PAYMENT_SUCCEEDED", "INVOICE_COMPLETED"]
    );
}

#[tokio::test]
pub(crate) async fn a_withdrawn_plan_change_has_no_effect() {
    let w = world().await;
    let path = format!("subscriptions/{}", w.subscribe("100").await);
    let sub = w.get(&path).await;
    let product = sub["items"][0]["product_id"].as_str().unwrap();
    let body = |quantity: i64| json!({"items": [{"product_id": product, "quantity": quantity}], "coupons": []});
    let sub = w.good("PUT", &path, body(3)).await;
    assert_eq!(sub["pending_change"]["changes"][0]["kind"], "QUANTITY_INCREASED");
    w.good("DELETE", &format!("{path}/pending-change"), Value::Null).await;
    w.good("DELETE", &format!("{path}/pending-change"), Value::Null).await;
    // Requesting the present plan schedules nothing.
    assert_eq!(w.good("PUT", &path, body(1)).await["pending_change"], Value::Null);
    to(&w, "2026-05-01T00:00:00Z").await;
    assert_eq!(w.get(&path).await["amount"], "100.00");
}

#[tokio::test]
pub(crate) async fn customers_without_a_card_have_a_week_to_pay() {
    let w = world().await;
    let (plan, customer) = (w.plan("60").await, w.customer().await);
    let body = json!({
        "items": [{"product_id": id(&plan), "quantity": 1}], "organization_consumer_id": id(&customer),
        "period_start": "2026-04-05T00:00:00Z",
    });
    let sub = w.post("subscriptions", body).await;
    let path = format!("subscriptions/{}", id(&sub));
    assert_eq!((&sub["status"], &sub["latest_invoice_id"]), (&json!("INACTIVE"), &Value::Null));
    to(&w, "2026-04-05T00:00:00Z").await;
    let pay = async || {
        let sub = w.get(&path).await;
        let invoice =
            w.get(&format!("invoices/{}", sub["latest_invoice_id"].as_str().unwrap())).await;
        let payment = invoice["payments"][0]["id"].as_str().unwrap().to_owned();
        w.post(&format!("payments/{payment}/mark-paid"), json!({"payment_method": "CASH"})).await;
    };
    pay().await;
    assert_eq!(w.get(&path).await["status"], "ACTIVE");
    to(&w, "2026-05-06T00:00:00Z").await;
    assert_eq!(w.get(&path).await["status"], "ACTIVE");
    to(&w, "2026-05-13T00:00:00Z").await;
    assert_eq!(w.get(&path).await["status"], "INACTIVE");
    pay().await;
    assert_eq!(w.get(&path).await["status"], "ACTIVE");
}
