//! Invalid input and broken rules get the errors of the API, in the published form and with the
//! published code.

use super::common::{BROKE, VISA, World, id, observe_code, world};
use serde_json::{Value, json};

const NOBODY: &str = "6361941e-3a81-4aa5-aaa6-60d6e052883a";

async fn codes(w: &World, cases: Vec<(&str, String, Value, u16, &str)>) {
    for (method, path, body, status, code) in cases {
        let got = w.refused(method, &path, body.clone()).await;
        assert_eq!(got, (status, code.to_owned()), "{method} {path} {body}");
    }
}

#[tokio::test]
pub(crate) async fn all_invalid_fields_are_reported_at_once_as_fastapi_words_them() {
    let w = world().await;
    let body = json!({
        "phone_number": "0501234567", "email": "nobody", "iban": "x".repeat(35),
        "communication_methods": ["PIGEON"], "consumer_type": 7, "unknown": true,
    });
    let (status, response) = w.call("POST", "consumers", body).await;
    assert_eq!(status, 422);
    let found: Vec<(String, String, String)> = response["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| {
            let text = |name: &str| fault[name].as_str().unwrap().to_owned();
            (fault["loc"].to_string(), text("type"), text("msg"))
        })
        .collect();
    let expected = [
        (r#"["body","name"]"#, "missing", "Field required"),
        (r#"["body","phone_number"]"#, "value_error", "value is not a valid phone number"),
        (r#"["body","email"]"#, "value_error", "value is not a valid email address"),
        (r#"["body","iban"]"#, "string_too_long", "String should have at most 34 characters"),
        (
            r#"["body","communication_methods",0]"#,
            "enum",
            "Input should be 'WHATSAPP', 'EMAIL' or 'SMS'",
        ),
        (r#"["body","consumer_type"]"#, "enum", "Input should be 'INDIVIDUAL' or 'BUSINESS'"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned()))
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test]
pub(crate) async fn types_and_bounds_are_checked_everywhere() {
    let w = world().await;
    let product = |price: Value| json!({"name": "x", "type": "ONE_OFF", "price": price});
    let cases = vec![
        ("GET", "products?page=0".into(), Value::Null, 422, "greater_than"),
        ("GET", "products?page=two".into(), Value::Null, 422, "int_parsing"),
        ("GET", "products?active=maybe".into(), Value::Null, 422, "bool_parsing"),
        ("GET", "products?type=GIFT".into(), Value::Null, 422, "enum"),
        ("GET", "products?currency=RIYAL".into(), Value::Null, 422, "string_too_long"),
        ("GET", "products/7".into(), Value::Null, 422, "uuid_parsing"),
        ("GET", "payments?statuses=PAID".into(), Value::Null, 422, "enum"),
        ("GET", "payments?from_date=yesterday".into(), Value::Null, 422, "datetime_parsing"),
        ("GET", "payments?sort_direction=up".into(), Value::Null, 422, "INVALID_PARAMETERS"),
        ("GET", "payment_links?from_price=cheap".into(), Value::Null, 422, "decimal_parsing"),
        ("POST", "products".into(), product(json!("ten")), 422, "decimal_parsing"),
        ("POST", "products".into(), product(json!(0.5)), 422, "greater_than_equal"),
        ("POST", "products".into(), product(json!([])), 422, "decimal_type"),
        ("POST", "products".into(), product(json!("0.5")), 422, "greater_than_equal"),
        ("POST", "products".into(), json!([]), 422, "model_attributes_type"),
        ("POST", "products".into(), Value::Null, 422, "missing"),
        ("POST", "branch".into(), json!({"name": 5}), 422, "string_type"),
        ("POST", "payment_links".into(), json!({"name": "x", "items": []}), 422, "too_short"),
        (
            "POST",
            "payment_links".into(),
            json!({"name": "x", "items": [{"product_id": NOBODY, "quantity": 0}]}),
            422,
            "greater_than_equal",
        ),
        (
            "POST",
            "payment_links".into(),
            json!({"name": "x", "items": [{"product_id": NOBODY}], "success_redirect_url": "nowhere"}),
            422,
            "url_parsing",
        ),
        ("POST", "metered/meter".into(), json!({"records": []}), 422, "too_short"),
        (
            "POST",
            format!("payments/{NOBODY}/refund"),
            json!({"refund_reason": "WHIM"}),
            422,
            "enum",
        ),
    ];
    codes(&w, cases).await;
    let raw = |kind: &'static str, body: &'static str| {
        let url = w.at("/api/v2/consumers");
        w.client
            .post(url)
            .header("x-api-key", &w.key)
            .header("content-type", kind)
            .body(body)
            .send()
    };
    let response: Value =
        raw("application/json", "{\"name\": ").await.unwrap().json().await.unwrap();
    assert_eq!(response["detail"][0]["type"], "json_invalid");
    let response: Value =
        raw("text/plain", "{\"name\": \"x\"}").await.unwrap().json().await.unwrap();
    assert_eq!(response["detail"][0]["type"], "model_attributes_type");
    let response =
        w.client.patch(w.at("/api/v2/me")).header("x-api-key", &w.key).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["allow"]),
        (405, &"GET".parse().unwrap())
    );
    let deep = "[".repeat(100_000);
    let url = w.at("/api/v2/consumers");
    let sent =
        w.client.post(url).header("x-api-key", &w.key).header("content-type", "application/json");
    assert_eq!(sent.body(deep).send().await.unwrap().status(), 422);
}

#[tokio::test]
pub(crate) async fn keys_and_branches_isolate_data() {
    let w = world().await;
    let send = |key: Option<&str>, branch: Option<&str>, path: &str| {
        let mut request = w.client.get(w.at(&format!("/api/v2/{path}")));
        for (name, value) in [("x-api-key", key), ("x-branch-id", branch)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        async move {
            let response = request.send().await.unwrap();
            let status = response.status().as_u16();
            let response: Value = response.json().await.unwrap();
            observe_code(&response);
            (status, response)
        }
    };
    for bad in [None, Some("nonsense"), Some("bm9ib2R5OnNlY3JldA==")] {
        assert_eq!(send(bad, None, "me").await.0, 401);
    }
    let mine = w.customer().await;
    let other = w.sandbox().add_organization("Other").unwrap();
    let path = format!("consumers/{}", id(&mine));
    assert_eq!(send(Some(&other), None, &path).await.0, 404);
    assert_eq!(send(Some(&other), None, "consumers").await.1["data"], json!([]));
    assert_eq!(send(Some(&other), None, "me").await.1["organization"]["name"], "Other");

    let north = w.post("branch", json!({"name": "North"})).await;
    assert_eq!(send(Some(&w.key), Some(id(&north)), &path).await.0, 404);
    assert_eq!(send(Some(&w.key), Some(NOBODY), "me").await.1["error"]["code"], "BRANCH_NOT_FOUND");
    assert_eq!(send(Some(&w.key), Some("north"), "me").await.0, 422);
    let (_, made) = w.control("POST", "keys", json!({"branch_ids": [id(&north)]})).await;
    let narrow = made["api_key"].as_str().unwrap();
    assert_eq!(send(Some(narrow), None, &path).await.0, 404);
    let (_, main) = send(Some(&w.key), None, "branch").await;
    let main = main["data"][0]["id"].as_str().unwrap();
    let (status, response) = send(Some(narrow), Some(main), "me").await;
    assert_eq!((status, &response["error"]["code"]), (403, &json!("BRANCH_ACCESS_DENIED")));
    // The log shows each request with its key.
    let prints: Vec<_> = w.sandbox().requests().into_iter().filter_map(|r| r.key).collect();
    assert!(prints.contains(&streampay_sandbox::fingerprint(narrow).unwrap()));
    assert!(!prints.iter().any(|print| print.contains(narrow)));
}

#[tokio::test]
pub(crate) async fn rules_of_the_catalogue() {
    let w = world().await;
    let customer = w.customer().await;
    let product = w.product("100").await;
    let business = json!({"name": "B", "consumer_type": "BUSINESS"});
    let both = json!({"name": "x", "type": "ONE_OFF", "prices": [
        {"currency": "SAR", "amount": 5, "is_price_exempt_from_vat": true}]});
    let twice = json!({"name": "x", "type": "ONE_OFF", "prices": [
        {"currency": "SAR", "amount": 5}, {"currency": "SAR", "amount": 6}]});
    let price = product["prices"][0]["id"].as_str().unwrap();
    let invite = |email: &str| json!({"email": email, "role": "branch_user", "branches": []});
    let me = w.get("me").await;
    let north = w.post("branch", json!({"name": "North"})).await;
    let main = w.get("branch").await["data"][0]["id"].as_str().unwrap().to_owned();
    codes(
        &w,
        vec![
            (
                "POST",
                "consumers".into(),
                json!({"name": "X", "phone_number": "+966501234567"}),
                422,
                "DUPLICATE_CONSUMER",
            ),
            ("POST", "consumers".into(), business, 422, "value_error"),
            ("GET", format!("consumers/{NOBODY}"), Value::Null, 404, "STREAM_ERROR"),
            ("POST", "products".into(), both, 422, "value_error"),
            ("POST", "products".into(), twice, 422, "value_error"),
            (
                "POST",
                "products".into(),
                json!({"name": "x", "type": "ONE_OFF"}),
                422,
                "value_error",
            ),
            (
                "POST",
                "products".into(),
                json!({"name": "x", "type": "RECURRING", "price": 5}),
                422,
                "value_error",
            ),
            (
                "POST",
                format!("products/{}/prices", id(&product)),
                json!({"currency": "SAR", "amount": 5}),
                422,
                "RESOURCE_ALREADY_EXISTS",
            ),
            (
                "DELETE",
                format!("products/{}/prices/{price}", id(&product)),
                Value::Null,
                400,
                "STREAM_ERROR",
            ),
            (
                "POST",
                "coupons".into(),
                json!({"name": "x", "discount_value": 5}),
                422,
                "value_error",
            ),
            (
                "POST",
                "coupons".into(),
                json!({"name": "x", "discount_value": 101, "is_percentage": true}),
                422,
                "value_error",
            ),
            (
                "POST",
                "organization/invite".into(),
                invite(me["user"]["email"].as_str().unwrap()),
                422,
                "USER_ALREADY_REGISTERED",
            ),
            (
                "PUT",
                format!("branch/{}", id(&north)),
                json!({"name": "main"}),
                422,
                "RESOURCE_ALREADY_EXISTS",
            ),
            ("DELETE", format!("branch/{main}"), Value::Null, 400, "STREAM_ERROR"),
            ("GET", format!("branch/{NOBODY}"), Value::Null, 404, "BRANCH_NOT_FOUND"),
        ],
    )
    .await;

    let coupon =
        w.post("coupons", json!({"name": "T", "discount_value": 10, "is_percentage": true})).await;
    let link = w.link(&product, json!({"coupons": [id(&coupon)]})).await;
    w.pay(&link, VISA);
    assert_eq!(
        w.get(&format!("products/{}", id(&product))).await["is_used_in_finalized_invoice"],
        true
    );
    assert_eq!(w.get(&format!("coupons/{}", id(&coupon))).await["redemptions"], 1);
    codes(
        &w,
        vec![
            (
                "PUT",
                format!("products/{}", id(&product)),
                json!({"name": "y"}),
                400,
                "PRODUCT_USED_IN_FINALIZED_INVOICE",
            ),
            (
                "DELETE",
                format!("products/{}", id(&product)),
                Value::Null,
                400,
                "PRODUCT_USED_IN_FINALIZED_INVOICE",
            ),
            (
                "PUT",
                format!("coupons/{}", id(&coupon)),
                json!({"name": "y"}),
                400,
                "COUPON_USED_IN_FINALIZED_INVOICE",
            ),
            (
                "DELETE",
                format!("coupons/{}", id(&coupon)),
                Value::Null,
                400,
                "COUPON_USED_IN_FINALIZED_INVOICE",
            ),
        ],
    )
    .await;
    w.good("PUT", &format!("products/{}", id(&product)), json!({"is_active": false})).await;
    w.good("PUT", &format!("coupons/{}", id(&coupon)), json!({"is_active": false})).await;

    let fresh = w.product("10").await;
    w.link(&fresh, json!({"organization_consumer_id": id(&customer)})).await;
    let delete = format!("consumers/{}", id(&customer));
    let got = w.refused("DELETE", &delete, Value::Null).await;
    assert_eq!(got.1, "CONSUMER_HAS_ACTIVE_PAYMENT_LINKS");
    let plan = w.plan("9").await;
    let body = json!({"items": [{"product_id": id(&plan), "quantity": 1}],
        "organization_consumer_id": id(&customer), "period_start": "2026-05-01T00:00:00Z"});
    w.post("subscriptions", body).await;
    let got = w.refused("DELETE", &delete, Value::Null).await;
    assert_eq!(got.1, "CONSUMER_HAS_ONGOING_SUBSCRIPTIONS");
    w.invoice(&fresh, &customer, json!({})).await;
    let got = w.refused("DELETE", &delete, Value::Null).await;
    assert_eq!(got.1, "CONSUMER_HAS_ONGOING_INVOICES");
}

#[tokio::test]
pub(crate) async fn rules_of_links() {
    let w = world().await;
    let (product, plan) = (w.product("100").await, w.plan("50").await);
    let items = |list: &[&Value]| -> Value {
        list.iter().map(|p| json!({"product_id": id(p), "quantity": 1})).collect()
    };
    let link = |more: Value| {
        let mut body = json!({"name": "L", "items": items(&[&product])});
        crate::common::merge(&mut body, more);
        body
    };
    let sar = w.post("coupons", json!({"name": "S", "discount_value": 5, "currency": "USD"})).await;
    let cases = [
        link(json!({"items": items(&[&product, &plan])})),
        link(json!({"currency": "USD"})),
        link(json!({"trial_period_days": 7})),
        link(json!({"coupons": [id(&sar)]})),
    ];
    for body in cases {
        let got = w.refused("POST", "payment_links", body.clone()).await;
        assert_eq!(got, (422, "INVALID_PARAMETERS".into()), "{body}");
    }
    let cases = [
        link(json!({"valid_until": "2020-01-01T00:00:00Z"})),
        link(json!({"max_number_of_payments": 0})),
        link(
            json!({"custom_fields": {"type": "object", "properties": {"age": {"type": "integer"}}}}),
        ),
    ];
    for body in cases {
        assert_eq!(
            w.refused("POST", "payment_links", body.clone()).await,
            (422, "value_error".into()),
            "{body}"
        );
    }
    let body = link(json!({"organization_consumer_id": NOBODY}));
    assert_eq!(w.refused("POST", "payment_links", body).await.0, 404);
    let made = w.post("payment_links", link(json!({"max_number_of_payments": 1}))).await;
    w.pay(&made, VISA);
    let status = format!("payment_links/{}/status", id(&made));
    let got = w.refused("PATCH", &status, json!({"status": "ACTIVE"})).await;
    assert_eq!(got, (400, "INVALID_STATUS".into()));
    let error = w.sandbox().pay_link(id(&made), &json!({"card": VISA})).unwrap_err();
    assert!(error.to_string().contains("410"), "{error}");
}

#[tokio::test]
pub(crate) async fn rules_of_money() {
    let w = world().await;
    let (product, customer) = (w.product("600").await, w.customer().await);
    let invoice = w.invoice(&product, &customer, json!({})).await;
    let pay =
        |invoice: &Value| format!("payments/{}", invoice["payments"][0]["id"].as_str().unwrap());
    let first = pay(&invoice);
    let reason = json!({"refund_reason": "DUPLICATE"});
    let charge = first.replace("payments/", "payments/auto-charge-on-demand/");
    codes(
        &w,
        vec![
            ("POST", format!("{first}/refund"), reason.clone(), 400, "PAYMEND_UNPAID"),
            (
                "POST",
                format!("{first}/mark-paid"),
                json!({"payment_method": "VISA"}),
                422,
                "value_error",
            ),
            ("POST", charge.clone(), Value::Null, 400, "AUTO_INVOICE_MISSING_CARD_ID"),
        ],
    )
    .await;
    let card = format!("customers/{}/card", id(&customer));
    w.control("PUT", &card, json!({"number": BROKE})).await;
    codes(&w, vec![("POST", charge.clone(), Value::Null, 400, "INSUFFICIENT_FUNDS")]).await;
    assert_eq!(w.get(&first).await["current_status"], "FAILED");
    w.control("PUT", &card, json!({"number": "4123120001090109"})).await;
    codes(&w, vec![("POST", charge.clone(), Value::Null, 400, "PAYMENT_GATEWAY_DECLINED")]).await;
    w.control("PUT", &card, json!({"number": "4000000000000119"})).await;
    codes(&w, vec![("POST", charge.clone(), Value::Null, 400, "MOYASAR_TIMEOUT")]).await;
    assert_eq!(w.get(&first).await["current_status"], "UNDER_REVIEW");
    let org = w.get("me").await["organization"]["id"].as_str().unwrap().to_owned();
    let path = format!("organizations/{org}");
    w.control("PATCH", &path, json!({"charging_on_demand": false})).await;
    codes(&w, vec![("POST", charge.clone(), Value::Null, 403, "FEATURE_DISABLED")]).await;
    w.control("PATCH", &path, json!({"charging_on_demand": true})).await;

    w.post(&format!("{first}/mark-paid"), json!({"payment_method": "CASH"})).await;
    let own = format!("invoices/{}", id(&invoice));
    codes(
        &w,
        vec![
            (
                "POST",
                format!("{first}/mark-paid"),
                json!({"payment_method": "CASH"}),
                400,
                "PAYMENT_FINALIZED",
            ),
            ("POST", charge, Value::Null, 400, "PAYMENT_FINALIZED"),
            (
                "PATCH",
                format!("{own}/inplace"),
                json!({"description": "x"}),
                400,
                "INVOICE_FINALISED",
            ),
            ("POST", format!("{own}/send"), Value::Null, 400, "INVOICE_FINALISED"),
            ("POST", format!("{own}/void"), Value::Null, 400, "INVOICE_FINALISED"),
        ],
    )
    .await;
    w.post(&format!("{first}/refund"), reason.clone()).await;
    codes(&w, vec![("POST", format!("{first}/refund"), reason, 400, "PAYMENT_REFUNDED_ALREADY")])
        .await;
    assert_eq!(w.get(&own).await["status"], "COMPLETED");

    let link = w.link(&product, json!({})).await;
    let paid = w.pay(&link, "4000000000000226");
    let path = format!("payments/{}/refund", paid["payment_id"].as_str().unwrap());
    let body = json!({"refund_reason": "OTHER"});
    codes(&w, vec![("POST", path, body, 400, "PAYMENT_REFUNDED_FAILED")]).await;

    let split = w.invoice(&product, &customer, json!({})).await;
    w.sandbox().pay_invoice(id(&split), &json!({"card": VISA, "installments": 2})).unwrap();
    let own = format!("invoices/{}", id(&split));
    codes(&w, vec![("POST", format!("{own}/void"), Value::Null, 400, "INVOICE_INVALID_STATUS")])
        .await;
    let past = json!({"scheduled_on": "2020-01-01T00:00:00Z"});
    codes(&w, vec![("PATCH", format!("{own}/inplace"), past, 422, "value_error")]).await;
}

#[tokio::test]
pub(crate) async fn rules_of_subscriptions() {
    let w = world().await;
    let (product, plan, customer) = (w.product("5").await, w.plan("50").await, w.customer().await);
    let body = |product: &Value, more: Value| {
        let mut body = json!({"items": [{"product_id": id(product), "quantity": 1}],
            "organization_consumer_id": id(&customer), "period_start": crate::common::START});
        crate::common::merge(&mut body, more);
        body
    };
    codes(
        &w,
        vec![
            ("POST", "subscriptions".into(), body(&product, json!({})), 422, "INVALID_PARAMETERS"),
            (
                "POST",
                "subscriptions".into(),
                body(&plan, json!({"trial": true})),
                422,
                "value_error",
            ),
        ],
    )
    .await;
    // It is unpaid, so it cannot be frozen or uncanceled, and canceling ends it at once.
    let idle = w.post("subscriptions", body(&plan, json!({}))).await;
    assert_eq!(idle["status"], "INACTIVE");
    let path = format!("subscriptions/{}", id(&idle));
    let freeze = json!({"freeze_start_datetime": "2026-04-05T00:00:00Z"});
    codes(
        &w,
        vec![
            ("POST", format!("{path}/freeze"), freeze.clone(), 400, "INVALID_STATUS"),
            ("PUT", format!("{path}/uncancel"), Value::Null, 400, "INVALID_STATUS"),
        ],
    )
    .await;
    let over = w.post(&format!("{path}/cancel"), json!({"cancel_related_invoices": true})).await;
    assert_eq!(
        (&over["status"], &over["latest_invoice"]["status"]),
        (&json!("CANCELED"), &json!("CANCELED"))
    );
    codes(&w, vec![("POST", format!("{path}/cancel"), json!({}), 400, "INVALID_STATUS")]).await;

    let path = format!("subscriptions/{}", w.subscribe("50").await);
    let now = json!({"freeze_start_datetime": crate::common::START});
    let running = w.post(&format!("{path}/freeze"), now).await;
    codes(
        &w,
        vec![
            (
                "DELETE",
                format!("{path}/freeze/{}", id(&running)),
                Value::Null,
                403,
                "PERMISSION_FORBIDDEN",
            ),
            ("POST", format!("{path}/freeze"), freeze, 422, "INVALID_PARAMETERS"),
            ("DELETE", format!("{path}/freeze/{NOBODY}"), Value::Null, 404, "STREAM_ERROR"),
        ],
    )
    .await;
}
