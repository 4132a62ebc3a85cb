//! Many calls at a limit: over two processes that share a file, and three replicas that share Redis.

use std::{path::Path, process::Stdio, sync::Arc};

use rust_decimal::Decimal;
use serde_json::json;
use streampay_guard::*;

use crate::common::*;

const LIMIT: &str = r#"
never_twice = "off"
[[rules]]
name = "Pay"
tools = ["pay_out"]
decision = "allow"
limits = [{ window = "day", amount = "100.00", currency = "SAR" }]
"#;

/// Calls 200 times at once with 0.37 each, and returns how many spent it. A few fail, and give back what
/// they took.
async fn storm(agent: Arc<Agent>, name: &str) -> u32 {
    let calls: Vec<_> = (0..200)
        .map(|n| {
            let (agent, to) = (Arc::clone(&agent), format!("{name}-{n}"));
            tokio::spawn(async move {
                let pay = json!({"to": to, "amount": "0.37", "currency": "SAR"});
                let outcome = match n % 10 {
                    0 => Outcome::NotDone,
                    1 => Outcome::Unknown,
                    _ => Outcome::Done,
                };
                let allowed = agent.run(&PAY_OUT, pay, outcome).await == "allow";
                u32::from(allowed && outcome != Outcome::NotDone)
            })
        })
        .collect();
    let mut allowed = 0;
    for call in calls {
        allowed += call.await.unwrap();
    }
    allowed
}

/// Takes what the storm left, one call after another: in the end exactly what fits was allowed, not
/// one more and not one less.
async fn check(agent: &Agent, mut allowed: u32) {
    let price: Decimal = "0.37".parse().unwrap();
    let fit = (Decimal::from(100) / price).floor();
    assert!(Decimal::from(allowed) <= fit, "{allowed} calls were allowed, and {fit} fit");
    loop {
        let pay = json!({"to": format!("rest-{allowed}"), "amount": "0.37", "currency": "SAR"});
        match agent.run(&PAY_OUT, pay, Outcome::Done).await.as_str() {
            "allow" => allowed += 1,
            "limit" => break,
            other => panic!("{other}"),
        }
    }
    assert_eq!(Decimal::from(allowed), fit);
}

async fn engine(store: Arc<dyn Store>) -> Arc<Agent> {
    let engine = Engine::builder(TOOLS, store).policy(policy(LIMIT)).build().await.unwrap();
    Arc::new(Agent::new(engine))
}

/// What the other process runs.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Ok(folder) = std::env::var("GUARD_STORM") else { return };
    let agent = engine(sqlite(Path::new(&folder)).await).await;
    let allowed = storm(agent, &std::process::id().to_string()).await;
    println!("allowed={allowed}");
}

#[tokio::test]
async fn two_processes_share_a_file_and_never_exceed_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "concurrent::child", "--nocapture"])
            .env("GUARD_STORM", folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children = [start(), start()];
    let mut allowed = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let number = text.split("allowed=").nth(1).unwrap_or_else(|| panic!("{text}"));
        allowed += number.split_whitespace().next().unwrap().parse::<u32>().unwrap();
    }
    check(&*engine(sqlite(folder.path()).await).await, allowed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_replicas_share_redis_and_never_exceed_its_limit() {
    let Some(redis) = Redis::start().await else { return };
    let mut storms = Vec::new();
    for replica in 0..3 {
        let agent = engine(redis.store("storm").await).await;
        storms.push(tokio::spawn(async move { storm(agent, &replica.to_string()).await }));
    }
    let mut allowed = 0;
    for storm in storms {
        allowed += storm.await.unwrap();
    }
    check(&*engine(redis.store("storm").await).await, allowed).await;
}
