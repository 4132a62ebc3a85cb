//! Limits: per call, and over windows that slide.

use std::time::Duration;

use serde_json::json;
use streampay_guard::*;

use crate::common::*;

const DAILY: &str = r#"
[[rules]]
name = "Refunds"
tools = ["refund_payment", "pay_out"]
decision = "allow"

[[rules.limits]]
window = "day"
amount = "100.00"
currency = "SAR"
"#;

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_window_takes_exactly_its_amount_and_slides() {
    let (agent, _folder) = Agent::with(DAILY).await;
    let pay = |to: &str, amount: &str| json!({"to": to, "amount": amount, "currency": "SAR"});
    assert_eq!(agent.run(&PAY_OUT, pay("a", "60.00"), Outcome::Done).await, "allow");
    assert_eq!(agent.run(&PAY_OUT, pay("b", "40.01"), Outcome::Done).await, "limit");
    assert_eq!(agent.run(&PAY_OUT, pay("b", "40.0001"), Outcome::Done).await, "limit");
    assert_eq!(agent.run(&PAY_OUT, pay("b", "40.00"), Outcome::Done).await, "allow");
    assert_eq!(agent.run(&PAY_OUT, pay("c", "0.0001"), Outcome::Done).await, "limit");
    agent.pass(HOUR * 24);
    assert_eq!(agent.run(&PAY_OUT, pay("c", "0.01"), Outcome::Done).await, "limit");
    agent.pass(HOUR / 4);
    assert_eq!(agent.run(&PAY_OUT, pay("c", "100.00"), Outcome::Done).await, "allow");
}

#[tokio::test]
async fn not_done_gives_back_and_unknown_does_not() {
    let (agent, _folder) = Agent::with(DAILY).await;
    let refund = |id: &str| json!({"payment_id": id});
    assert_eq!(agent.run(&REFUND, refund("p100"), Outcome::NotDone).await, "allow");
    assert_eq!(agent.run(&REFUND, refund("p100"), Outcome::Unknown).await, "allow");
    assert_eq!(agent.run(&REFUND, refund("p10"), Outcome::Done).await, "limit");
    // The read that settles the change lets go of it, not of its amount.
    agent.pass(Duration::from_secs(1));
    let read = json!({"payment_id": "p100"});
    assert_eq!(agent.run(&GET_PAYMENT, read, Outcome::Done).await, "policy");
    assert_eq!(agent.run(&REFUND, refund("p10"), Outcome::Done).await, "limit");
}

#[tokio::test]
async fn an_amount_in_another_currency_or_without_one_exceeds_the_limit() {
    let (agent, _folder) = Agent::with(DAILY).await;
    assert_eq!(agent.refund("usd").await, "limit");
    assert_eq!(agent.refund("missing").await, "limit");
    assert_eq!(agent.refund("p900").await, "limit");
    let Decision::Deny(denial) = agent.ask(&REFUND, json!({"payment_id": "p900"})).await else {
        panic!()
    };
    assert!(denial.message.contains("900.00 SAR is more than 100.00 SAR"), "{denial}");
}

#[tokio::test]
async fn each_currency_has_its_own_window() {
    let dollars = "[[rules.limits]]\nwindow = \"day\"\namount = \"10\"\ncurrency = \"USD\"\n";
    let (agent, _folder) = Agent::with(&format!("{DAILY}{dollars}")).await;
    assert_eq!(agent.refund("usd").await, "allow");
    assert_eq!(agent.refund("p100").await, "allow");
    let more = json!({"to": "x", "amount": 1, "currency": "USD"});
    assert_eq!(agent.run(&PAY_OUT, more, Outcome::Done).await, "limit");
}

#[tokio::test]
async fn counts_and_keys_are_counted_apart() {
    let text = "default = \"allow\"\n[[rules]]\nname = \"Few\"\ntools = [\"update_customer\"]\n\
        limits = [{ window = \"hour\", count = 2, per = \"key\" }]";
    let (mut agent, _folder) = Agent::with(text).await;
    let change = |n: u32| json!({"customer_id": n.to_string()});
    for (n, expected) in [(1, "allow"), (2, "allow"), (3, "limit")] {
        assert_eq!(agent.run(&RENAME, change(n), Outcome::Done).await, expected, "{n}");
    }
    agent.caller = caller(&agent.engine, "another");
    assert_eq!(agent.run(&RENAME, change(4), Outcome::Done).await, "allow");
}

#[tokio::test]
async fn limited_reads_are_counted_do_not_hold_each_other_and_go_on_when_frozen() {
    let text = "default = \"allow\"\n[[rules]]\nname = \"Few\"\ntools = [\"get_payment\"]\n\
        limits = [{ window = \"hour\", count = 3 }]";
    let (agent, _folder) = Agent::with(text).await;
    let read = json!({"payment_id": "p10"});
    let Decision::Allow(under_way) = agent.ask(&GET_PAYMENT, read.clone()).await else { panic!() };
    agent.engine.freeze("a", "b", agent.now()).await.unwrap();
    assert_eq!(agent.run(&GET_PAYMENT, read.clone(), Outcome::Done).await, "allow");
    agent.engine.finish(under_way, Outcome::Done, &json!({}), agent.now()).await;
    assert_eq!(agent.run(&GET_PAYMENT, read.clone(), Outcome::Done).await, "allow");
    assert_eq!(agent.run(&GET_PAYMENT, read, Outcome::Done).await, "limit");
}

#[tokio::test]
async fn two_limits_of_one_window_ask_first_and_then_deny() {
    let text = r#"
[[rules]]
name = "Pay"
tools = ["pay_out"]
decision = "allow"
limits = [
    { window = "day", amount = 100, currency = "SAR", over = "approve" },
    { window = "day", amount = 150, currency = "SAR" },
]
"#;
    let (agent, _folder) = Agent::with(text).await;
    let pay = |to: &str, amount: i64| json!({"to": to, "amount": amount, "currency": "SAR"});
    assert_eq!(agent.run(&PAY_OUT, pay("a", 100), Outcome::Done).await, "allow");
    assert_eq!(agent.run(&PAY_OUT, pay("b", 50), Outcome::Done).await, "approve");
    assert_eq!(agent.run(&PAY_OUT, pay("c", 51), Outcome::Done).await, "limit");
    let explained = agent.explain(&PAY_OUT, pay("d", 1)).await;
    assert_eq!(explained.action, Action::Approve);
    assert!(explained.exceeded.unwrap().contains("100 of 100 are taken"));
}

#[tokio::test]
async fn a_limit_for_one_call_can_ask_for_a_person() {
    let text = "[[rules]]\nname = \"Pay\"\ntools = [\"pay_out\"]\ndecision = \"allow\"\n\
        limits = [{ window = \"call\", amount = 10, currency = \"SAR\", over = \"approve\" }]";
    let (agent, _folder) = Agent::with(text).await;
    let pay = |amount: &str| json!({"to": "a", "amount": amount, "currency": "SAR"});
    assert_eq!(word(&agent.ask(&PAY_OUT, pay("10.01")).await), "approve");
    assert_eq!(word(&agent.ask(&PAY_OUT, pay("10.00")).await), "allow");
}
