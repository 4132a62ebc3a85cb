//! The life of money: links, checkout outcomes, coupons, VAT, installments, refunds.

use std::collections::HashMap;

use super::common::{BROKE, VISA, World, id, merge, world};
use serde_json::{Value, json};

fn parameters(url: &str) -> HashMap<String, String> {
    url::Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

#[tokio::test]
pub(crate) async fn a_declined_card_records_nothing_and_an_approved_one_everything() {
    let w = world().await;
    let product = w.product("250").await;
    let link = w
        .link(
            &product,
            json!({
                "max_number_of_payments": 1, "contact_information_type": "PHONE",
                "success_redirect_url": "https://example.com/yes?order=7",
                "failure_redirect_url": "https://example.com/no",
            }),
        )
        .await;
    let failed = w.pay(&link, BROKE);
    let got = parameters(failed["redirect_url"].as_str().unwrap());
    assert_eq!(got["status"], "failed");
    assert_eq!(got["message"], "INSUFFICIENT FUNDS");
    assert_eq!(got["payment_link_id"], id(&link));
    assert_eq!(got["login_method"], "PHONE");
    assert!(!got.contains_key("invoice_id") && !got.contains_key("payment_id"));
    for list in ["invoices", "payments", "consumers"] {
        assert_eq!(w.get(list).await["pagination"]["total_count"], 0, "{list}");
    }
    let unclear = w.pay(&link, "4000000000000119");
    assert_eq!(unclear["status"], "failed_internal_error");

    let paid = w.pay(&link, VISA);
    let got = parameters(paid["redirect_url"].as_str().unwrap());
    assert_eq!((got["status"].as_str(), got["message"].as_str()), ("paid", "APPROVED"));
    assert_eq!(got["order"], "7");
    let invoice = w.get(&format!("invoices/{}", got["invoice_id"])).await;
    assert_eq!(invoice["status"], "COMPLETED");
    assert_eq!(
        (&invoice["total_amount"], &invoice["total_vat_amount"]),
        (&json!("250.00"), &json!("32.61"))
    );
    assert_eq!(invoice["payment_link_id"], id(&link));
    let payment = w.get(&format!("payments/{}", got["payment_id"])).await;
    assert_eq!(
        (&payment["current_status"], &payment["payment_method"]),
        (&json!("SUCCEEDED"), &json!("VISA"))
    );
    let customer = w.get(&format!("consumers/{}", got["organization_consumer_id"])).await;
    assert_eq!(customer["name"], "Sara Omar");
    assert!(!got["consent_id"].is_empty());
    assert_eq!(w.get(&format!("payment_links/{}", id(&link))).await["status"], "COMPLETED");
}

#[tokio::test]
pub(crate) async fn a_known_payer_is_not_created_again() {
    let w = world().await;
    let product = w.product("100").await;
    let link = w.link(&product, json!({})).await;
    let (one, two) = (w.pay(&link, VISA), w.pay(&link, VISA));
    assert_eq!(one["organization_consumer_id"], two["organization_consumer_id"]);
    assert_ne!(one["invoice_id"], two["invoice_id"]);
    let link = w.get(&format!("payment_links/{}", id(&link))).await;
    assert_eq!((&link["amount_collected"], &link["status"]), (&json!("200.00"), &json!("ACTIVE")));
}

#[tokio::test]
pub(crate) async fn invalid_payment_attempts_are_explained_and_change_nothing() {
    let w = world().await;
    let product = w.product("100").await;
    let link = w
        .link(&product, json!({
            "payment_methods": {"visa": false, "mastercard": true},
            "custom_fields": {"type": "object", "properties": {"size": {"type": "string"}}, "required": ["size"]},
        }))
        .await;
    let attempt = json!({
        "customer": {"phone_number": "0555"},
        "card": {"number": VISA, "holder": "Single", "month": "1", "year": "2026", "cvc": "12"},
        "installments": 2,
        "quantities": {link["items"][0]["id"].as_str().unwrap(): 5},
    });
    let refuse =
        |attempt: &Value| w.sandbox().pay_link(id(&link), attempt).unwrap_err().to_string();
    assert!(refuse(&attempt).contains("quantity"));
    let mut attempt = attempt;
    attempt.as_object_mut().unwrap().remove("quantities");
    let text = refuse(&attempt);
    for part in [
        "name:",
        "phone:",
        "custom_size:",
        "card_number:",
        "card_holder:",
        "card_expiry:",
        "card_cvc:",
        "installments:",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(w.sandbox().deliveries(10).unwrap().is_empty());
}

#[tokio::test]
pub(crate) async fn coupons_quantities_and_vat_are_exact() {
    let w = world().await;
    let exempt = w
        .post("products", json!({"name": "Book", "type": "ONE_OFF", "prices": [
            {"currency": "SAR", "amount": "33.33", "is_price_inclusive_of_vat": false, "is_price_exempt_from_vat": true}]}))
        .await;
    assert_eq!((&exempt["price"], &exempt["vat_amount"]), (&json!("33.33"), &json!("0.00")));
    let net = w
        .post(
            "products",
            json!({"name": "Lamp", "type": "ONE_OFF", "prices": [
            {"currency": "SAR", "amount": 100, "is_price_inclusive_of_vat": false},
            {"currency": "BHD", "amount": "10.125", "is_price_inclusive_of_vat": true}]}),
        )
        .await;
    assert_eq!((&net["price"], &net["price_excluding_vat"]), (&json!("115.00"), &json!("100.00")));
    let ten =
        w.post("coupons", json!({"name": "T", "discount_value": 10, "is_percentage": true})).await;
    let five =
        w.post("coupons", json!({"name": "F", "discount_value": "5.50", "currency": "SAR"})).await;
    let body = json!({"name": "L", "coupons": [id(&five)], "items": [
        {"product_id": id(&exempt), "quantity": 3},
        {"product_id": id(&net), "quantity": 2, "coupons": [id(&ten)]},
    ]});
    let link = w.post("payment_links", body).await;
    // 99.99 + (230 - 23) - 5.50
    assert_eq!(link["original_amount"], "329.99");
    assert_eq!(link["item_level_discounted_amount"], "23.00");
    assert_eq!(
        (&link["amount"], &link["amount_in_smallest_unit"]),
        (&json!("301.49"), &json!(30149))
    );
    let step = &link["coupon_calculation_metadata"]["coupons"][0];
    assert_eq!(
        (&step["amount_before_discount"], &step["amount_after_discount"]),
        (&json!("306.99"), &json!("301.49"))
    );
    let invoice = w.pay(&link, VISA)["invoice_id"].as_str().unwrap().to_owned();
    let invoice = w.get(&format!("invoices/{invoice}")).await;
    // 15/115 of the taxable share: 207 / 306.99 × 301.49.
    assert_eq!(invoice["total_vat_amount"], "26.52");
    assert_eq!(invoice["total_price_excluding_vat"], "274.97");

    let body =
        json!({"name": "B", "currency": "BHD", "items": [{"product_id": id(&net), "quantity": 2}]});
    let link = w.post("payment_links", body).await;
    assert_eq!(
        (&link["amount"], &link["amount_in_smallest_unit"]),
        (&json!("20.250"), &json!(20250))
    );
    assert_eq!(link["home_currency_amount"], "201.95");
}

#[tokio::test]
pub(crate) async fn a_free_basket_needs_no_card() {
    let w = world().await;
    let product = w.product("100").await;
    let all =
        w.post("coupons", json!({"name": "A", "discount_value": 100, "is_percentage": true})).await;
    let link = w.link(&product, json!({"coupons": [id(&all)]})).await;
    let attempt = json!({"customer": {"name": "A B", "phone_number": "+966555000111"}});
    let paid = w.sandbox().pay_link(id(&link), &attempt).unwrap();
    assert_eq!(paid["status"], "paid");
}

#[tokio::test]
pub(crate) async fn installments_are_charged_monthly_to_the_stored_card() {
    let w = world().await;
    let product = w.product("1000").await;
    let link = w.link(&product, json!({})).await;
    let mut attempt = json!({"card": VISA, "installments": 3});
    merge(&mut attempt, json!({"customer": {"name": "A B", "phone_number": "+966555000111"}}));
    let paid = w.sandbox().pay_link(id(&link), &attempt).unwrap();
    let path = format!("invoices/{}", paid["invoice_id"].as_str().unwrap());
    let invoice = w.get(&path).await;
    let amounts: Vec<&str> = invoice["payments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["amount"].as_str().unwrap())
        .collect();
    assert_eq!(amounts, ["333.33", "333.33", "333.34"]);
    assert_eq!(
        (&invoice["status"], &invoice["type"]),
        (&json!("ACCEPTED"), &json!("INSTALLMENTS"))
    );
    assert_eq!(invoice["remaining_amount"], "666.67");
    // 31 March, then the last day of April.
    assert_eq!(invoice["payments"][1]["scheduled_on"], "2026-04-30T09:00:00Z");
    // The second fails and the third succeeds. The invoice is complete once the second is recorded manually.
    let card = format!("customers/{}/card", paid["organization_consumer_id"].as_str().unwrap());
    w.control("PUT", &card, json!({"number": BROKE})).await;
    w.sandbox().advance_to("2026-05-01T00:00:00Z").await.unwrap();
    w.control("PUT", &card, json!({"number": VISA})).await;
    w.sandbox().advance_to("2026-06-01T00:00:00Z").await.unwrap();
    let invoice = w.get(&path).await;
    let statuses: Vec<&str> = invoice["payments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["current_status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["SUCCEEDED", "FAILED", "SUCCEEDED"]);
    let failed = invoice["payments"][1]["id"].as_str().unwrap();
    w.post(&format!("payments/{failed}/mark-paid"), json!({"payment_method": "BANK_TRANSFER"}))
        .await;
    assert_eq!(w.get(&path).await["status"], "COMPLETED");
}

async fn refunds_of_one_transaction(w: &World) -> Value {
    let product = w.product("900").await;
    let customer = w.customer().await;
    let invoice = w.invoice(&product, &customer, json!({})).await;
    w.sandbox().pay_invoice(id(&invoice), &json!({"card": VISA, "installments": 3})).unwrap();
    w.sandbox().pay_invoice(id(&invoice), &json!({"card": VISA, "all": true})).unwrap();
    w.get(&format!("invoices/{}", id(&invoice))).await
}

#[tokio::test]
pub(crate) async fn payments_of_one_transaction_are_refunded_together_or_not_at_all() {
    let w = world().await;
    let invoice = refunds_of_one_transaction(&w).await;
    assert_eq!(invoice["status"], "COMPLETED");
    let payment = |n: usize| format!("payments/{}", invoice["payments"][n]["id"].as_str().unwrap());
    // The first payment was a transaction of its own.
    let reason = json!({"refund_reason": "REQUESTED_BY_CUSTOMER"});
    assert_eq!(
        w.post(&format!("{}/refund", payment(0)), reason.clone()).await["current_status"],
        "REFUNDED"
    );
    let (status, response) = w.call("POST", &format!("{}/refund", payment(1)), reason).await;
    assert_eq!((status, &response["total_amount"]), (400, &json!("600.00")));
    assert_eq!(response["payment_ids"].as_array().unwrap().len(), 2);
    assert_eq!(w.get(&payment(1)).await["current_status"], "SUCCEEDED");
    let all =
        json!({"refund_reason": "FRAUDULENT", "allow_refund_multiple_related_payments": true});
    w.post(&format!("{}/refund", payment(1)), all).await;
    let refunded = w.get("payments?statuses=REFUNDED").await;
    assert_eq!(refunded["pagination"]["total_count"], 3);
    // The refund equals the payment, and the invoice keeps its status.
    let sum: i64 = refunded["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["amount_in_smallest_unit"].as_i64().unwrap())
        .sum();
    assert_eq!(sum, 90_000);
    assert_eq!(w.get(&format!("invoices/{}", id(&invoice))).await["status"], "COMPLETED");
}

#[tokio::test]
pub(crate) async fn splitting_an_invoice_can_forfeit_its_coupons() {
    let w = world().await;
    let (product, customer) = (w.product("500").await, w.customer().await);
    let half =
        w.post("coupons", json!({"name": "H", "discount_value": 50, "is_percentage": true})).await;
    let more = json!({"coupons": [id(&half)], "exclude_coupons_if_installments": true});
    let invoice = w.invoice(&product, &customer, more).await;
    assert_eq!(invoice["total_amount"], "250.00");
    w.sandbox().pay_invoice(id(&invoice), &json!({"card": VISA, "installments": 4})).unwrap();
    let invoice = w.get(&format!("invoices/{}", id(&invoice))).await;
    assert_eq!(
        (&invoice["total_amount"], &invoice["paid_amount"]),
        (&json!("500.00"), &json!("125.00"))
    );
}

#[tokio::test]
pub(crate) async fn links_expire() {
    let w = world().await;
    let product = w.product("100").await;
    let link = w.link(&product, json!({"valid_until": "2026-04-01T00:00:00"})).await;
    assert_eq!(link["valid_until"], "2026-04-01T00:00:00Z");
    w.sandbox().advance_to("2026-04-01T00:00:00Z").await.unwrap();
    assert_eq!(w.get(&format!("payment_links/{}", id(&link))).await["status"], "INACTIVE");
    let got = w
        .refused(
            "PATCH",
            &format!("payment_links/{}/status", id(&link)),
            json!({"status": "ACTIVE"}),
        )
        .await;
    assert_eq!(got, (400, "INVALID_STATUS".into()));
}

#[tokio::test]
pub(crate) async fn metered_usage_is_billed_each_period() {
    let w = world().await;
    let customer = w.customer().await;
    let product = w
        .post(
            "products",
            json!({"name": "Calls", "type": "METERED", "recurring_interval": "MONTH",
            "prices": [{"currency": "SAR", "amount": "1.05"}]}),
        )
        .await;
    let body = json!({"product_id": id(&product), "organization_consumer_id": id(&customer)});
    w.post("metered/metered-subscriptions", body.clone()).await;
    let got = w.refused("POST", "metered/metered-subscriptions", body).await;
    assert_eq!(got.1, "RESOURCE_ALREADY_EXISTS");
    let record = |key: &str, amount: &str| {
        json!({
            "product_id": id(&product), "organization_consumer_id": id(&customer),
            "usage_amount": amount, "idempotency_key": key,
        })
    };
    let got =
        w.refused("POST", "metered/meter", json!({"records": [record("x", "12345678901")]})).await;
    assert_eq!(got, (422, "value_error".into()));
    let records = json!({"records": [record("a", "10"), record("b", "2.5"), record("a", "99")]});
    assert_eq!(w.post("metered/meter", records).await["total_inserted"], 2);
    w.sandbox().advance_to("2026-05-15T00:00:00Z").await.unwrap();
    let bills = w.get("invoices").await;
    assert_eq!(bills["pagination"]["total_count"], 1);
    // 12.5 × 1.05, exactly.
    assert_eq!(bills["data"][0]["total_amount"], "13.13");
}

#[tokio::test]
pub(crate) async fn a_link_charges_the_price_it_shows_after_a_price_change() {
    let w = world().await;
    let product = w.product("100").await;
    let link = w.link(&product, json!({})).await;
    let price = product["prices"][0]["id"].as_str().unwrap();
    let path = format!("products/{}/prices/{price}", id(&product));
    w.good("PUT", &path, json!({"amount": 120})).await;
    let shown = w.get(&format!("payment_links/{}", id(&link))).await["amount"].clone();
    let paid = w.pay(&link, VISA);
    let payment = format!("payments/{}", paid["payment_id"].as_str().unwrap());
    assert_eq!((&shown, &w.get(&payment).await["amount"]), (&json!("100.00"), &json!("100.00")));
    // Its coupons do not change the price either.
    let ten =
        w.post("coupons", json!({"name": "T", "discount_value": 10, "is_percentage": true})).await;
    let path = format!("payment_links/{}/coupons", id(&link));
    let link = w.good("PATCH", &path, json!({"coupons": [id(&ten)]})).await;
    assert_eq!(link["amount"], "90.00");
    // A new link has the new price.
    assert_eq!(w.link(&product, json!({})).await["amount"], "120.00");
}

#[tokio::test]
pub(crate) async fn a_subscription_is_billed_the_amount_it_shows_after_a_price_change() {
    let w = world().await;
    let path = format!("subscriptions/{}", w.subscribe("90").await);
    let product = w.get(&path).await["items"][0]["product"].clone();
    let price = format!(
        "products/{}/prices/{}",
        id(&product),
        product["prices"][0]["id"].as_str().unwrap()
    );
    w.good("PUT", &price, json!({"amount": 120})).await;
    w.sandbox().advance_to("2026-05-10T00:00:00Z").await.unwrap();
    let sub = w.get(&path).await;
    assert_eq!(sub["current_cycle_number"], 2);
    assert_eq!(
        (&sub["amount"], &sub["latest_invoice"]["total_amount"]),
        (&json!("90.00"), &json!("90.00"))
    );
}

#[tokio::test]
pub(crate) async fn a_link_shows_what_its_changed_coupon_takes_off() {
    let w = world().await;
    let product = w.product("100").await;
    let ten =
        w.post("coupons", json!({"name": "T", "discount_value": 10, "is_percentage": true})).await;
    let link = w.link(&product, json!({"coupons": [id(&ten)]})).await;
    w.good("PUT", &format!("coupons/{}", id(&ten)), json!({"discount_value": 50})).await;
    let shown = w.get(&format!("payment_links/{}", id(&link))).await["amount"].clone();
    let paid = w.pay(&link, VISA);
    let payment = format!("payments/{}", paid["payment_id"].as_str().unwrap());
    assert_eq!((&shown, &w.get(&payment).await["amount"]), (&json!("50.00"), &json!("50.00")));
}

#[tokio::test]
pub(crate) async fn a_partial_refund_is_refused_instead_of_refunding_everything() {
    let w = world().await;
    let product = w.product("100").await;
    let link = w.link(&product, json!({})).await;
    let paid = w.pay(&link, VISA);
    let payment = format!("payments/{}", paid["payment_id"].as_str().unwrap());
    let refund = format!("{payment}/refund");
    for amount in [json!("40.00"), json!(40), json!("a lot"), json!(null)] {
        let body = json!({"refund_reason": "OTHER", "amount": amount});
        let (status, response) = w.call("POST", &refund, body).await;
        assert_eq!((status, &response["detail"][0]["loc"]), (422, &json!(["body", "amount"])));
        assert_eq!(w.get(&payment).await["current_status"], "SUCCEEDED");
    }
    w.post(&refund, json!({"refund_reason": "OTHER", "amount": "100.00"})).await;
    assert_eq!(w.get(&payment).await["current_status"], "REFUNDED");
}

#[tokio::test]
pub(crate) async fn refunds_depend_on_the_card_that_paid() {
    const UNREFUNDABLE: &str = "4000000000000226";
    let w = world().await;
    let product = w.product("100").await;
    let link = w.link(&product, json!({})).await;
    let reason = json!({"refund_reason": "OTHER"});
    let refund = |paid: &Value| format!("payments/{}/refund", paid["payment_id"].as_str().unwrap());
    let good = w.pay(&link, VISA);
    let bad = w.pay(&link, UNREFUNDABLE);
    assert_eq!(good["organization_consumer_id"], bad["organization_consumer_id"]);
    assert_eq!(w.post(&refund(&good), reason.clone()).await["current_status"], "REFUNDED");
    // Another card does not help.
    w.pay(&link, VISA);
    let got = w.refused("POST", &refund(&bad), reason).await;
    assert_eq!(got, (400, "PAYMENT_REFUNDED_FAILED".into()));
}

#[tokio::test]
pub(crate) async fn installments_of_a_split_invoice_fall_due_in_order() {
    let w = world().await;
    let (product, customer) = (w.product("900").await, w.customer().await);
    let more = json!({"scheduled_on": "2026-09-01T00:00:00Z"});
    let invoice = w.invoice(&product, &customer, more).await;
    w.sandbox().pay_invoice(id(&invoice), &json!({"card": VISA, "installments": 3})).unwrap();
    let invoice = w.get(&format!("invoices/{}", id(&invoice))).await;
    let due: Vec<&str> = invoice["payments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|payment| payment["scheduled_on"].as_str().unwrap())
        .collect();
    assert_eq!(due, ["2026-03-31T09:00:00Z", "2026-04-30T09:00:00Z", "2026-05-31T09:00:00Z"]);
}
