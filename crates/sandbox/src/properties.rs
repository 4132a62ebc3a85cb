//! Property tests: the amounts that the API shows add up after any sequence of payments and refunds.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::api::call;
use crate::app::App;
use crate::contract::Contract;
use crate::control::{Target, pay};
use crate::ids::Ids;
use crate::store::{self, Clock};

/// One thing that may happen to an invoice. The sandbox decides whether it is possible at that point.
#[derive(Debug, Clone)]
enum Act {
    PayNext(bool),
    PayAll,
    Split(u32),
    Decline,
    Mark(usize),
    Refund(usize, bool),
    Charge(usize),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        any::<bool>().prop_map(Act::PayNext),
        Just(Act::PayAll),
        (2_u32..=4).prop_map(Act::Split),
        Just(Act::Decline),
        (0_usize..4).prop_map(Act::Mark),
        ((0_usize..4), any::<bool>()).prop_map(|(n, all)| Act::Refund(n, all)),
        (0_usize..4).prop_map(Act::Charge),
    ]
}

fn good(app: &App, method: &str, path: &str, body: &Value) -> Value {
    let (status, value) = call(app, method, &format!("/api/v2/{path}"), body);
    assert!((200..300).contains(&status), "{method} {path}: {status} {value}");
    value
}

fn minor(value: &Value, name: &str) -> i64 {
    value[format!("{name}_in_smallest_unit")].as_i64().unwrap()
}

/// What must hold of an invoice at any time.
fn check(invoice: &Value, total_before: i64) {
    let payments = invoice["payments"].as_array().unwrap();
    let sum = |states: &[&str]| -> i64 {
        let fits = |p: &&Value| states.contains(&p["current_status"].as_str().unwrap());
        payments.iter().filter(fits).map(|p| minor(p, "amount")).sum()
    };
    let total = minor(invoice, "total_amount");
    assert_eq!(total, total_before);
    assert_eq!(payments.iter().map(|p| minor(p, "amount")).sum::<i64>(), total);
    let paid = sum(&["SUCCEEDED", "REFUNDED"]);
    assert_eq!(minor(invoice, "paid_amount"), paid);
    assert_eq!(minor(invoice, "remaining_amount"), total - paid);
    assert!(sum(&["REFUNDED"]) <= paid);
    assert_eq!(invoice["status"] == "COMPLETED", paid == total);
    for payment in payments {
        let refunded = payment["current_status"] == "REFUNDED";
        assert_eq!(refunded, !payment["refunded_at"].is_null());
        assert!(!refunded || !payment["payed_at"].is_null());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn paid_and_refunded_amounts_always_add_up(
        cents in 40_000_i64..5_000_000,
        quantity in 1_i64..4,
        acts in prop::collection::vec(act(), 1..14),
    ) {
        let clock = Clock { ahead: 0, frozen: crate::time::parse("2026-01-31T00:00:00Z") };
        let db = store::open(None, Ids::seeded("p"), clock).unwrap();
        let app = Arc::new(App::new(db, Contract::load().unwrap(), None));
        app.change(|store| crate::tenants::provision(store, None)).unwrap();
        let price = format!("{}.{:02}", cents / 100, cents % 100);
        let product = json!({"name": "P", "type": "ONE_OFF", "price": price});
        let product = good(&app, "POST", "products", &product);
        let customer = good(&app, "POST", "consumers", &json!({"name": "A B"}));
        let invoice = good(&app, "POST", "invoices", &json!({
            "organization_consumer_id": customer["id"],
            "items": [{"product_id": product["id"], "quantity": quantity}],
            "payment_methods": {"mada": true, "visa": true, "mastercard": true, "amex": true,
                "bank_transfer": false, "installment": true},
            "scheduled_on": "2026-02-28T00:00:00Z",
        }));
        let (id, total) = (invoice["id"].as_str().unwrap(), minor(&invoice, "total_amount"));
        prop_assert_eq!(total, cents * quantity);
        let path = format!("invoices/{id}");
        for act in acts {
            let now = good(&app, "GET", &path, &Value::Null);
            let payment = |n: usize| {
                let list = now["payments"].as_array().unwrap();
                list[n % list.len()]["id"].as_str().unwrap().to_owned()
            };
            let visa = "4111111111111111";
            let by_page = |attempt: Value| {
                // A rejection is a valid outcome. It changes nothing.
                let _ = pay(&app, Target::Invoice, id, &attempt);
            };
            let by_api = |path: String, body: Value| {
                let (status, _) = call(&app, "POST", &format!("/api/v2/payments/{path}"), &body);
                assert!(status < 500);
            };
            match act {
                Act::PayNext(mada) => {
                    let card = if mada { "4201320111111010" } else { visa };
                    by_page(json!({ "card": card }));
                }
                Act::PayAll => by_page(json!({"card": visa, "all": true})),
                Act::Split(count) => by_page(json!({"card": visa, "installments": count})),
                Act::Decline => by_page(json!({"card": "4123120001090109"})),
                Act::Mark(n) => {
                    let body = json!({"payment_method": "CASH"});
                    by_api(format!("{}/mark-paid", payment(n)), body);
                }
                Act::Refund(n, all) => by_api(
                    format!("{}/refund", payment(n)),
                    json!({"refund_reason": "OTHER", "allow_refund_multiple_related_payments": all}),
                ),
                Act::Charge(n) => {
                    by_api(format!("auto-charge-on-demand/{}", payment(n)), Value::Null);
                }
            }
            check(&good(&app, "GET", &path, &Value::Null), total);
        }
    }
}
