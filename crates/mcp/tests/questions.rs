//! Questions that take several reads: who a customer is, and who owes what.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{McpClient, api, call, connect, requests, settings, shop::Shop, structured, text};
use serde_json::{Value, json};
use streampay_sandbox::{Fault, FaultKind, FaultRule};

async fn done(client: &McpClient, tool: &'static str, arguments: Value) -> (String, Value) {
    let result = call(client, tool, arguments).await;
    assert_eq!(result.is_error, Some(false), "{}", text(&result));
    (text(&result), structured(&result))
}

/// The current time of this machine, moved by so many days.
fn days_from_now(days: i64) -> String {
    let now = streampay::jiff::Timestamp::now();
    (now + streampay::jiff::SignedDuration::from_hours(24 * days)).to_string()
}

#[tokio::test]
async fn an_overview_shows_what_a_customer_owes_paid_and_will_be_charged() {
    let shop = Shop::open().await;
    let coffee = shop.link("Coffee", "SAR", "20").await;
    let payment = shop.pay_as(&coffee, "Amal", "+966500000001");
    shop.pay_as(&coffee, "Badr", "+966500000002");
    let client = connect(shop.settings()).await;
    let by_phone = json!({"phone_number": "00966 50 000 0001"});
    let (_, found) = done(&client, "get_customer_overview", by_phone.clone()).await;
    let id = found["customer"]["id"].as_str().unwrap().to_owned();
    let open = shop.bill(&id, "SAR", &[&coffee.product], 5).await;
    let club = shop.subscription_link("Club", "149", &id).await;
    shop.pay(&club);

    let before = shop.requests();
    let (words, amal) = done(&client, "get_customer_overview", by_phone).await;
    assert!(shop.requests() - before <= 10, "{}", shop.requests() - before);
    assert_eq!(amal["customer"]["name"], "Amal");
    assert_eq!(amal["missing"], json!([]));
    assert_eq!(amal["open_invoices"].as_array().unwrap().len(), 1, "{amal:#}");
    let invoice = &amal["open_invoices"][0];
    assert_eq!(
        (&invoice["invoice_id"], &invoice["due"], &invoice["remaining"]),
        (&json!(open), &json!("2026-11-15"), &json!("20.00"))
    );
    let payments = amal["recent_payments"].as_array().unwrap();
    assert_eq!(payments.len(), 2, "{amal:#}");
    let of_coffee = payments.iter().find(|row| row["payment_id"] == json!(payment)).unwrap();
    assert_eq!((&of_coffee["for"], &of_coffee["amount"]), (&json!("Coffee"), &json!("20.00")));
    let club = &amal["subscriptions"][0];
    assert_eq!((&club["status"], &club["for"]), (&json!("ACTIVE"), &json!("Club")));
    assert!(club["next_charge"].as_str().unwrap().starts_with("2026-12-10"), "{club}");
    assert!(words.contains("\tfor*\n"), "names are marked: {words}");
}

#[tokio::test]
async fn a_customer_is_found_by_each_key_and_by_one_only() {
    let shop = Shop::open().await;
    let body = json!({"name": "Noura", "phone_number": "+966500000003", "email": "Noura@example.com",
        "external_id": "crm-7"});
    let id = common::shop::id(&shop.post("consumers", &body).await, "id");
    shop.customer("Norah", "+966500000004").await;
    let client = connect(shop.settings()).await;
    for key in [
        json!({"customer_id": id}),
        json!({"phone_number": "+966 50 000 0003"}),
        json!({"phone_number": "0500000003"}),
        json!({"email": "noura@EXAMPLE.com"}),
        json!({"external_id": "crm-7"}),
        json!({"name": "noura"}),
    ] {
        let (_, found) = done(&client, "get_customer_overview", key.clone()).await;
        assert_eq!(found["customer"]["id"], json!(id), "{key}");
        assert_eq!(found["open_invoices"], json!([]));
    }
    for key in
        [json!({}), json!({"name": " "}), json!({"name": "Noura", "email": "noura@example.com"})]
    {
        let result = call(&client, "get_customer_overview", key.clone()).await;
        assert_eq!(result.is_error, Some(true), "{key}");
        assert!(text(&result).contains("exactly one of"), "{}", text(&result));
    }
    let nobody =
        call(&client, "get_customer_overview", json!({"email": "nobody@example.com"})).await;
    assert_eq!(structured(&nobody)["error"]["kind"], "not_found");
}

#[tokio::test]
async fn an_ambiguous_name_is_answered_with_the_candidates() {
    let shop = Shop::open().await;
    shop.customer("Amal", "+966500000001").await;
    shop.customer("Amal", "+966500000002").await;
    let client = connect(shop.settings()).await;
    let (words, found) = done(&client, "get_customer_overview", json!({"name": "Amal"})).await;
    assert_eq!(found["customer"], Value::Null);
    assert_eq!(found["candidates"].as_array().unwrap().len(), 2);
    assert!(words.contains("Several customers match") && words.contains("name*"), "{words}");
}

#[tokio::test]
async fn a_part_that_fails_is_named_and_the_rest_is_there() {
    let shop = Shop::open().await;
    let id = shop.customer("Amal", "+966500000001").await;
    let fault = Fault { status: Some(403), ..Fault::new(FaultKind::Status) };
    let path = Some("/api/v2/subscriptions".to_owned());
    shop.sandbox().add_fault(FaultRule { path, times: None, ..FaultRule::once(fault) });
    let client = connect(shop.settings()).await;
    let (words, found) = done(&client, "get_customer_overview", json!({"customer_id": id})).await;
    assert_eq!((&found["subscriptions"], &found["open_invoices"]), (&Value::Null, &json!([])));
    assert!(words.starts_with("The subscriptions are missing: Stream answered 403"), "{words}");
    assert_eq!(found["missing"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn debts_are_listed_from_the_day_after_they_were_due() {
    let shop = Shop::open_at(&days_from_now(-30)).await;
    let product = shop.product("One", "SAR", "10").await;
    let dinar = shop.product("Two", "KWD", "1.255").await;
    let (amal, badr) = (
        shop.customer("Amal", "+966500000001").await,
        shop.customer("Badr", "+966500000002").await,
    );
    let oldest = shop.bill(&amal, "SAR", &[&product], 2).await;
    let other = shop.bill(&badr, "KWD", &[&dinar], 20).await;
    let today = shop.bill(&amal, "SAR", &[&product], 30).await;
    let paid = shop.bill(&amal, "SAR", &[&product], 3).await;
    shop.pay_invoice(&paid);
    let voided = shop.bill(&amal, "SAR", &[&product], 3).await;
    shop.post(&format!("invoices/{voided}/void"), &json!({})).await;
    let client = connect(shop.settings()).await;
    let (words, list) = done(&client, "list_overdue_invoices", json!({})).await;
    let ids: Vec<&Value> =
        list["invoices"].as_array().unwrap().iter().map(|row| &row["invoice_id"]).collect();
    assert_eq!(
        ids,
        [&json!(oldest), &json!(other)],
        "neither {today} nor what is paid or voided: {list:#}"
    );
    assert_eq!(
        list["totals"],
        json!([
            {"currency": "KWD", "count": 1, "overdue": "1.255"},
            {"currency": "SAR", "count": 1, "overdue": "10.00"},
        ])
    );
    assert_eq!((&list["customers"], &list["complete"]), (&json!(2), &json!(true)));
    assert_eq!(list["invoices"][0]["days_overdue"], 28);
    assert!(words.contains("CREATED, SENT, ACCEPTED") && words.contains("customer*"), "{words}");
    let (_, old) = done(&client, "list_overdue_invoices", json!({"min_days": 20})).await;
    assert_eq!(old["invoices"].as_array().unwrap().len(), 1);
    let (_, of_badr) = done(&client, "list_overdue_invoices", json!({"customer_id": badr})).await;
    assert_eq!(of_badr["invoices"][0]["customer"], "Badr");
    let (words, one) = done(&client, "list_overdue_invoices", json!({"limit": 1})).await;
    assert_eq!(
        (&one["not_shown"], &one["customers"]),
        (&json!(1), &json!(2)),
        "the totals are those of all"
    );
    assert!(words.contains("1 newer debts are not shown"), "{words}");
}

#[tokio::test]
async fn without_debts_the_list_is_empty_and_says_what_it_counted() {
    let shop = Shop::open().await;
    let client = connect(shop.settings()).await;
    let (words, list) = done(&client, "list_overdue_invoices", json!({})).await;
    assert_eq!(list["invoices"], json!([]));
    assert!(words.contains("0 invoices of 0 customers") && words.contains("SENT"), "{words}");
}

#[tokio::test]
async fn invoices_without_payments_are_not_taken_for_paid() {
    let body = json!({"data": [{"id": "x", "status": "SENT", "currency": "SAR", "total_amount": "10",
        "payments": null, "total_number_of_payments": 1}], "pagination": {"has_next_page": false}});
    let api = api(200, &body.to_string()).await;
    let client = connect(settings(&api.uri())).await;
    let (words, list) = done(&client, "list_overdue_invoices", json!({})).await;
    assert_eq!(list["complete"], false);
    assert!(words.starts_with("INCOMPLETE: 1 open invoices"), "{words}");
    assert_eq!(requests(&api).await.len(), 1);
}
