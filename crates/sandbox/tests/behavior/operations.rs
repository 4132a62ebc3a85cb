//! Every operation responds as the description says; the client checks each response. Paging,
//! sorting, filters and search are covered as well.

use super::common::{VISA, World, id, world};
use serde_json::{Value, json};

async fn catalogue(w: &World) -> (Value, Value, Value) {
    w.get("me").await;
    let branch = w.post("branch", json!({"name": "North"})).await;
    assert_eq!(id(&w.post("branch", json!({"name": "North"})).await), id(&branch));
    w.get(&format!("branch/{}", id(&branch))).await;
    let renamed = json!({"name": "North-East"});
    let changed = w.good("PUT", &format!("branch/{}", id(&branch)), renamed).await;
    assert_eq!(changed["name"], "North-East");
    assert_eq!(w.get("branch").await["data"].as_array().unwrap().len(), 2);
    w.post(
        "organization/invite",
        json!({
            "email": "new@example.com", "role": "branch_user", "branches": [id(&branch)],
        }),
    )
    .await;
    w.good("DELETE", &format!("branch/{}", id(&branch)), Value::Null).await;

    let customer = w.customer().await;
    w.get(&format!("consumers/{}", id(&customer))).await;
    let body = json!({"email": "ahmad@example.com", "alias": "Abu Ali"});
    let changed = w.good("PUT", &format!("consumers/{}", id(&customer)), body).await;
    assert_eq!(
        (&changed["email"], &changed["name"]),
        (&json!("ahmad@example.com"), &json!("Ahmad Ali"))
    );
    let gone = w.post("consumers", json!({"name": "Gone"})).await;
    w.good("DELETE", &format!("consumers/{}", id(&gone)), Value::Null).await;
    assert_eq!(w.get(&format!("consumers/{}", id(&gone))).await["is_deleted"], true);
    assert_eq!(w.get("consumers").await["pagination"]["total_count"], 1);

    let product = w.product("100").await;
    w.get(&format!("products/{}", id(&product))).await;
    let body = json!({"description": "Better"});
    w.good("PUT", &format!("products/{}", id(&product)), body).await;
    let body = json!({"currency": "KWD", "amount": 9, "is_price_inclusive_of_vat": false});
    let price = w.post(&format!("products/{}/prices", id(&product)), body).await;
    assert_eq!(price["amount_in_smallest_unit"], 9000);
    let path = format!("products/{}/prices/{}", id(&product), id(&price));
    let next = w.good("PUT", &path, json!({"amount": "10.5"})).await;
    assert_ne!(id(&next), id(&price));
    let path = format!("products/{}/prices/{}", id(&product), id(&next));
    w.good("DELETE", &path, Value::Null).await;
    let other = w.product("5").await;
    w.good("DELETE", &format!("products/{}", id(&other)), Value::Null).await;
    let found = w.get("products?type=ONE_OFF&active=true&currency=SAR&search_term=better").await;
    assert_eq!(found["pagination"]["total_count"], 1);
    assert_eq!(w.get("products?currency=KWD").await["pagination"]["total_count"], 0);

    let body = json!({"name": "Ten", "discount_value": "10", "is_percentage": true});
    let coupon = w.post("coupons", body).await;
    w.get(&format!("coupons/{}", id(&coupon))).await;
    w.good("PUT", &format!("coupons/{}", id(&coupon)), json!({"name": "Tenner"})).await;
    w.get("coupons?active=true&is_percentage=true&search_term=tenner").await;
    let body = json!({"name": "x", "discount_value": 5, "currency": "SAR"});
    let other = w.post("coupons", body).await;
    w.good("DELETE", &format!("coupons/{}", id(&other)), Value::Null).await;
    (customer, product, coupon)
}

async fn sales(w: &World, customer: &Value, product: &Value, coupon: &Value) {
    let link = w.link(product, json!({"coupons": [id(coupon)]})).await;
    assert_eq!(link["amount"], "90.00");
    w.get(&format!("payment_links/{}", id(&link))).await;
    let path = format!("payment_links/{}", id(&link));
    let item = link["items"][0]["id"].as_str().unwrap();
    let body = json!({"items": [{"payment_link_item_id": item, "coupons": [id(coupon)]}]});
    let changed = w.good("PATCH", &format!("{path}/coupons"), body).await;
    assert_eq!(changed["item_level_discounted_amount"], "10.00");
    let cleared = w.good("PATCH", &format!("{path}/coupons"), json!({})).await;
    assert_eq!(cleared["amount"], "100.00");
    let off = json!({"status": "INACTIVE", "deactivate_message": "Sold out"});
    w.good("PATCH", &format!("{path}/status"), off).await;
    w.good("PATCH", &format!("{path}/status"), json!({"status": "ACTIVE"})).await;
    w.pay(&link, VISA);
    let paid = w.get(&path).await;
    assert_eq!(paid["amount_collected"], "100.00");
    w.get(&format!("payment_links?statuses=ACTIVE&statuses=COMPLETED&currencies=SAR,USD&from_price=99&product_ids={}", id(product))).await;

    let invoice = w.invoice(product, customer, json!({})).await;
    let path = format!("invoices/{}", id(&invoice));
    w.get(&path).await;
    w.good("PATCH", &format!("{path}/inplace"), json!({"description": "New words"})).await;
    w.post(&format!("{path}/send"), Value::Null).await;
    w.post(&format!("{path}/void"), Value::Null).await;
    w.get("invoices?include_payments=true&payment_statuses=SUCCEEDED&payments_not_settled=true")
        .await;
    let invoice = w.invoice(product, customer, json!({})).await;
    let payment = invoice["payments"][0]["id"].as_str().unwrap();
    w.get(&format!("payments/{payment}")).await;
    let body = json!({"payment_method": "CASH", "note": "Receipt 12"});
    w.post(&format!("payments/{payment}/mark-paid"), body).await;
    let list = w.get(&format!("payments?invoice_id={}", id(&invoice))).await;
    assert_eq!(list["data"][0]["current_status"], "SUCCEEDED");
    let body = json!({"refund_reason": "OTHER", "refund_note": "No"});
    w.post(&format!("payments/{payment}/refund"), body).await;
    let invoice = w.invoice(product, customer, json!({})).await;
    let payment = invoice["payments"][0]["id"].as_str().unwrap();
    w.control("PUT", &format!("customers/{}/card", id(customer)), json!({"number": VISA})).await;
    w.post(&format!("payments/auto-charge-on-demand/{payment}"), Value::Null).await;
}

async fn recurring(w: &World, customer: &Value) {
    let plan = w.plan("50").await;
    let body = json!({
        "items": [{"product_id": id(&plan), "quantity": 2}],
        "organization_consumer_id": id(customer),
        "period_start": crate::common::START,
    });
    let sub = w.post("subscriptions", body).await;
    assert_eq!((&sub["status"], &sub["amount"]), (&json!("ACTIVE"), &json!("100.00")));
    let path = format!("subscriptions/{}", id(&sub));
    w.get(&path).await;
    w.get("subscriptions?statuses=ACTIVE&latest_invoice_is_paid=true&search_term=plan").await;
    let body = json!({"items": [{"product_id": id(&plan), "quantity": 3}], "coupons": []});
    let changed = w.good("PUT", &path, body).await;
    assert_eq!(changed["pending_change"]["target_amount"], "150.00");
    w.good("DELETE", &format!("{path}/pending-change"), Value::Null).await;
    let freeze = json!({
        "freeze_start_datetime": "2026-04-05T00:00:00Z", "freeze_end_datetime": "2026-04-07T00:00:00Z",
    });
    let freeze = w.post(&format!("{path}/freeze"), freeze).await;
    let body = json!({
        "freeze_start_datetime": "2026-04-06T00:00:00Z", "freeze_end_datetime": null, "notes": "Trip",
    });
    w.good("PUT", &format!("{path}/freeze/{}", id(&freeze)), body).await;
    w.good("DELETE", &format!("{path}/freeze/{}", id(&freeze)), Value::Null).await;
    assert_eq!(w.get(&format!("{path}/freeze")).await["pagination"]["total_count"], 1);
    w.post(&format!("{path}/cancel"), json!({})).await;
    w.good("PUT", &format!("{path}/uncancel"), Value::Null).await;
    assert_eq!(w.get(&path).await["cancel_at_period_end"], false);

    let metered = w
        .post(
            "products",
            json!({
                "name": "Calls", "type": "METERED", "recurring_interval": "MONTH",
                "prices": [{"currency": "SAR", "amount": "2"}],
            }),
        )
        .await;
    let body = json!({"product_id": id(&metered), "organization_consumer_id": id(customer)});
    let tie = w.post("metered/metered-subscriptions", body).await;
    let record = json!({
        "product_id": id(&metered), "organization_consumer_id": id(customer),
        "usage_amount": "3.5", "idempotency_key": "a",
    });
    let response = w.post("metered/meter", json!({"records": [record, record]})).await;
    assert_eq!(response["total_inserted"], 1);
    w.get("metered/metered-subscriptions").await;
    w.good("DELETE", &format!("metered/metered-subscriptions/{}", id(&tie)), Value::Null).await;
    let bills = w.get("invoices?sort_field=org_invoice_number&limit=1").await;
    assert_eq!(bills["data"][0]["total_amount"], "7.00");
}

#[tokio::test]
pub(crate) async fn every_operation_responds_as_described() {
    let w = world().await;
    let (customer, product, coupon) = catalogue(&w).await;
    sales(&w, &customer, &product, &coupon).await;
    recurring(&w, &customer).await;
    let met = w.met.lock().unwrap();
    let missing: Vec<String> = crate::common::api()
        .operations
        .iter()
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .filter(|key| !met.iter().any(|(known, status)| known == key && *status < 300))
        .collect();
    assert!(missing.is_empty(), "not answered: {missing:#?}");
    assert_eq!(crate::common::api().operations.len(), 56);
}

#[tokio::test]
pub(crate) async fn lists_can_be_paged_sorted_and_searched() {
    let w = world().await;
    for n in 0..23 {
        w.post("consumers", json!({"name": format!("Customer {n:02}"), "external_id": "common"}))
            .await;
    }
    let page = w.get("consumers").await;
    assert_eq!(page["data"].as_array().unwrap().len(), 10);
    assert_eq!(page["data"][0]["name"], "Customer 22");
    let pagination = json!({
        "total_count": 23, "max_page": 3, "current_page": 1, "limit": 10,
        "has_next_page": true, "has_previous_page": false,
    });
    assert_eq!(page["pagination"], pagination);
    let last = w.get("consumers?page=3&sort_direction=asc&sort_field=name").await;
    assert_eq!(last["data"].as_array().unwrap().len(), 3);
    assert_eq!(last["data"][2]["name"], "Customer 22");
    assert_eq!(last["pagination"]["has_next_page"], false);
    let beyond = w.get("consumers?page=9").await;
    assert!(beyond["data"].as_array().unwrap().is_empty());
    let capped = w.get("consumers?limit=1000").await;
    assert_eq!(capped["pagination"]["limit"], 100);
    // The search looks for every word in any field and ignores case.
    w.post("consumers", json!({"name": "Layla Hassan", "external_id": "common"})).await;
    let found = w.get("consumers?search_term=COMMON%20layla").await;
    assert_eq!(found["pagination"]["total_count"], 1);
    // SQL wildcards are literal characters here.
    assert_eq!(w.get("consumers?search_term=%25").await["pagination"]["total_count"], 0);
    let (status, _) = w.refused("GET", "consumers?sort_field=password", Value::Null).await;
    assert_eq!(status, 422);
}

#[tokio::test]
pub(crate) async fn time_and_amount_filters_include_their_bounds() {
    let w = world().await;
    let product = w.product("100").await;
    for quantity in 1..=3 {
        let items = json!([{"product_id": id(&product), "quantity": quantity}]);
        w.post("payment_links", json!({"name": "L", "items": items})).await;
        w.sandbox().advance(std::time::Duration::from_secs(3600)).await.unwrap();
    }
    let count = async |query: &str| {
        w.get(&format!("payment_links?{query}")).await["pagination"]["total_count"]
            .as_i64()
            .unwrap()
    };
    assert_eq!(count("from_price=200").await, 2);
    assert_eq!(count("from_price=100.00&to_price=200").await, 2);
    assert_eq!(count("from_date=2026-03-31T10:00:00Z").await, 2);
    assert_eq!(count("to_date=2026-03-31T09:59:59").await, 1);
    assert_eq!(count("statuses=INACTIVE").await, 0);
    assert_eq!(count("currencies=USD").await, 0);
}
