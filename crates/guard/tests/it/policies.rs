//! The policies that come with the documentation.

use serde_json::{Value, json};
use streampay_guard::*;

use crate::common::*;

fn text(name: &str) -> String {
    let path = format!("{}/../../docs/policies/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn refund(id: &str) -> Value {
    json!({"payment_id": id})
}

fn invoice(quantity: u32) -> Value {
    json!({"customer_id": "sara", "items": [{"product_id": "product", "quantity": quantity}]})
}

async fn answers(name: &str, cases: &[(&Tool, Value, &str)]) {
    let (agent, _folder) = Agent::with(&text(name)).await;
    agent.api.payment("m", "99.99", "SAR", "SUCCEEDED");
    for (tool, arguments, expected) in cases {
        let decision = agent.ask(tool, arguments.clone()).await;
        assert_eq!(word(&decision), *expected, "{name}: {} {arguments}", tool.name);
    }
}

#[tokio::test]
async fn the_analyst_reads_and_sees_nothing_else() {
    let name = "read-only-analyst";
    answers(
        name,
        &[
            (&GET_PAYMENT, refund("p10"), "allow"),
            (&LIST_INVOICES, json!({}), "allow"),
            (&REFUND, refund("p10"), "hidden"),
            (&CREATE_CUSTOMER, json!({"name": "x"}), "hidden"),
            (&RENAME, json!({"customer_id": "x"}), "hidden"),
        ],
    )
    .await;
    let (agent, _folder) = Agent::with(&text(name)).await;
    let listed = TOOLS.iter().filter(|tool| agent.engine.lists(tool, &agent.caller));
    assert!(listed.clone().count() == 2 && listed.clone().all(|t| t.effect == Effect::Reads));
}

#[tokio::test]
async fn collections_take_money_and_give_none() {
    answers(
        "collections",
        &[
            (&CREATE_INVOICE, invoice(10), "allow"),
            (&CREATE_INVOICE, invoice(44), "approve"),
            (&CREATE_CUSTOMER, json!({"name": "x"}), "allow"),
            (&RENAME, json!({"customer_id": "x"}), "policy"),
            (&REFUND, refund("p10"), "hidden"),
            (&PAY_OUT, json!({"to": "x", "amount": 1, "currency": "SAR"}), "hidden"),
        ],
    )
    .await;
    // Over a day not more than 20,000 SAR.
    let (agent, _folder) = Agent::with(&text("collections")).await;
    let mut collected = 0;
    for quantity in 1..20 {
        let invoice = invoice(40 - quantity);
        if agent.run(&CREATE_INVOICE, invoice, Outcome::Done).await == "allow" {
            collected += 115 * (40 - quantity);
        }
    }
    assert!((15_000..=20_000).contains(&collected), "{collected}");
}

#[tokio::test]
async fn support_gives_back_small_amounts_and_asks_for_others() {
    answers(
        "support-small-refunds",
        &[
            (&GET_PAYMENT, refund("p10"), "allow"),
            (&REFUND, refund("p100"), "allow"),
            (&REFUND, refund("p900"), "approve"),
            (&REFUND, refund("usd"), "limit"),
            (&REFUND, refund("missing"), "limit"),
            (&CREATE_INVOICE, invoice(1), "policy"),
            (&PAY_OUT, json!({"to": "x", "amount": 1, "currency": "SAR"}), "policy"),
        ],
    )
    .await;
    let (agent, _folder) = Agent::with(&text("support-small-refunds")).await;
    for n in 0..6 {
        agent.api.payment(&n.to_string(), "100.00", "SAR", "SUCCEEDED");
        let expected = if n < 5 { "allow" } else { "approve" };
        assert_eq!(agent.refund(&n.to_string()).await, expected, "refund {n}");
    }
}

#[tokio::test]
async fn with_approval_every_change_waits_for_a_person() {
    let name = "everything-with-approval";
    answers(
        name,
        &[
            (&GET_PAYMENT, refund("p10"), "allow"),
            (&REFUND, refund("p10"), "approve"),
            (&CREATE_INVOICE, invoice(1), "approve"),
            (&CREATE_CUSTOMER, json!({"name": "x"}), "approve"),
        ],
    )
    .await;
    let (agent, _folder) = Agent::with(&text(name)).await;
    let needs = async |amount: &str| {
        agent.api.payment("x", amount, "SAR", "SUCCEEDED");
        agent.explain(&REFUND, refund("x")).await.approvers
    };
    assert_eq!((needs("1000.00").await, needs("1000.01").await, needs("?").await), (1, 2, 2));
}

#[test]
fn every_policy_is_listed_in_the_readme_and_tested_here() {
    let folder = format!("{}/../../docs/policies", env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(format!("{folder}/README.md")).unwrap();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if name.ends_with(".toml") {
            assert!(readme.contains(&format!("({name})")), "{name} is not in the README");
            names.push(name);
        }
    }
    assert_eq!(names.len(), 4);
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let path = format!("{}/../../docs/policies/policy.schema.json", env!("CARGO_MANIFEST_DIR"));
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(published, text, "run this test with UPDATE_SCHEMA=1");
}
