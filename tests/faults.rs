//! Makes ten thousand calls under random faults: no change is made twice, and what the client reports
//! about outcomes is true.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

#[path = "support/shop.rs"]
mod shop;

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use shop::Shop;
use streampay::{Client, CustomerKey, Error, Outcome, types::ConsumerCreate};
use streampay_sandbox::{Fault, FaultKind, FaultRule};
use uuid::Uuid;

const CALLS: u64 = 10_000;
const AT_ONCE: u64 = 50;

/// The result of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Report {
    Ok,
    Failed(Outcome),
}

impl<T> From<&Result<T, Error>> for Report {
    fn from(result: &Result<T, Error>) -> Self {
        result.as_ref().err().map_or(Self::Ok, |error| Self::Failed(error.outcome()))
    }
}

fn faults(shop: &Shop) {
    for (kind, status, probability) in [
        (FaultKind::CutBefore, None, 0.05),
        (FaultKind::CutAfter, None, 0.05),
        (FaultKind::RateLimit, None, 0.05),
        (FaultKind::Status, Some(500), 0.03),
        (FaultKind::Status, Some(503), 0.03),
        (FaultKind::StatusAfter, Some(502), 0.05),
        (FaultKind::TimeoutBefore, None, 0.01),
        (FaultKind::TimeoutAfter, None, 0.01),
        (FaultKind::Truncated, None, 0.03),
        (FaultKind::InvalidJson, None, 0.02),
        (FaultKind::Slow, None, 0.05),
    ] {
        let delay = Some(if kind == FaultKind::Slow { 30 } else { 1_500 });
        shop.running.sandbox().add_fault(FaultRule {
            fault: Fault { status, retry_after: Some(0), delay, ..Fault::new(kind) },
            method: None,
            path: Some("/api/v2/consumers*".to_owned()),
            skip: 0,
            times: None,
            probability: Some(probability),
        });
    }
}

/// A client with a short timeout, so that answers that hang do not make the test slow.
fn client_with_short_timeout(shop: &Shop) -> Client {
    Client::builder()
        .key(shop.running.api_key().parse().unwrap())
        .base_url(shop.running.url().parse().unwrap())
        .timeout(Duration::from_secs(1))
        .build()
        .unwrap()
}

/// Counts the customers of each name.
async fn customers(shop: &Shop) -> HashMap<String, u64> {
    shop.running.sandbox().clear_faults();
    let mut names = HashMap::new();
    let mut list = shop.client.list_customers().limit(100).sort_field("created_at").items();
    while let Some(customer) = list.next().await.transpose().unwrap() {
        *names.entry(customer.name.into_option().unwrap()).or_default() += 1;
    }
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_change_is_made_twice_and_every_reported_outcome_is_true() {
    let shop = Shop::open().await;
    let mut known: Vec<Uuid> = Vec::new();
    for index in 0..10 {
        known.push(shop.customer(&format!("known {index}")).await.id.unwrap());
    }
    faults(&shop);
    let (client, start) = (client_with_short_timeout(&shop), Instant::now());
    let mut tasks = Vec::new();
    for worker in 0..AT_ONCE {
        let (client, known) = (client.clone(), known.clone());
        tasks.push(tokio::spawn(async move {
            let mut reports = Vec::new();
            for call in (worker..CALLS).step_by(AT_ONCE as usize) {
                let id = known[call as usize % known.len()];
                match call % 10 {
                    0..5 => {
                        let name = format!("made {call:05}");
                        let made = client.create_customer().name(&name).send().await;
                        reports.push((Some(name), "create", Report::from(&made)));
                    }
                    5..7 => {
                        let update = client.update_customer().consumer_id(id);
                        let set = update.comment(format!("{call}")).send().await;
                        reports.push((None, "update", Report::from(&set)));
                    }
                    _ => {
                        let read = client.get_customer().consumer_id(id).send().await;
                        reports.push((None, "read", Report::from(&read)));
                    }
                }
            }
            reports
        }));
    }
    let mut figures: HashMap<(&str, Report), u64> = HashMap::new();
    let mut reports = Vec::new();
    for task in tasks {
        for (name, what, report) in task.await.unwrap() {
            *figures.entry((what, report)).or_default() += 1;
            reports.extend(name.map(|name| (name, report)));
        }
    }
    let elapsed = start.elapsed();
    let there = customers(&shop).await;
    let mut truths: HashMap<(Report, u64), u64> = HashMap::new();
    for (name, report) in &reports {
        let count = there.get(name).copied().unwrap_or(0);
        assert!(count <= 1, "{name} was made {count} times");
        match report {
            Report::Ok | Report::Failed(Outcome::Done) => assert_eq!(count, 1, "{name} {report:?}"),
            Report::Failed(Outcome::NotDone) => assert_eq!(count, 0, "{name} was made"),
            Report::Failed(Outcome::Unknown) => {}
        }
        *truths.entry((*report, count)).or_default() += 1;
    }
    println!("{CALLS} calls in {elapsed:.1?}:");
    let mut lines: Vec<String> =
        figures.iter().map(|((what, report), n)| format!("  {what:6} {report:?}: {n}")).collect();
    lines.sort();
    println!("{}", lines.join("\n"));
    let mut lines: Vec<String> = truths
        .iter()
        .map(|((report, count), n)| format!("  {report:?}: {n} of which {count} was made each"))
        .collect();
    lines.sort();
    println!("creations, as reported and as they are:\n{}", lines.join("\n"));

    let share = |what: &str, wanted: fn(Report) -> bool| {
        let of_kind = || figures.iter().filter(|((kind, _), _)| *kind == what);
        let all: u64 = of_kind().map(|(_, n)| n).sum();
        let some: u64 = of_kind().filter(|((_, it), _)| wanted(*it)).map(|(_, n)| n).sum();
        some as f64 / all as f64
    };
    // About three in ten attempts fail, so most reads succeed only because they are retried.
    let ok = |report| report == Report::Ok;
    assert!(share("read", ok) > 0.9 && share("update", ok) > 0.9);
    // A creation is not retried unless it was certainly not processed.
    assert!((0.5..0.9).contains(&share("create", ok)));
    let unknown = |report| report == Report::Failed(Outcome::Unknown);
    assert!(share("create", unknown) < 0.35, "an outcome is unknown only if it has to be");
    assert_eq!(share("read", unknown), 0.0);
    // "Unknown" is the truth: some of these creations were made, and some were not.
    for count in [0, 1] {
        assert!(truths.contains_key(&(Report::Failed(Outcome::Unknown), count)), "{count}");
    }
    assert!(truths.contains_key(&(Report::Failed(Outcome::Done), 1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn create_or_find_survives_races_and_faults() {
    let shop = Shop::open().await;
    faults(&shop);
    let client = client_with_short_timeout(&shop);
    let mut tasks = Vec::new();
    for index in 0..120 {
        // Three concurrent calls for each address.
        let email = format!("c{}@example.com", index / 3);
        let client = client.clone();
        tasks.push(tokio::spawn(async move {
            let body =
                || ConsumerCreate::builder().name(&email).email(email.as_str()).build().unwrap();
            for attempt in 1.. {
                match client.create_or_find_customer(body()).await {
                    Ok(found) => return (email, found.is_created(), found.id.unwrap()),
                    Err(error) => assert!(attempt < 30, "{error}"),
                }
            }
            unreachable!()
        }));
    }
    let mut ids: HashMap<String, Uuid> = HashMap::new();
    let mut created = 0;
    for task in tasks {
        let (email, made, id) = task.await.unwrap();
        assert_eq!(*ids.entry(email).or_insert(id), id, "all calls return the same customer");
        created += u32::from(made);
    }
    let there = customers(&shop).await;
    assert!(there.values().all(|count| *count == 1) && there.len() == 40, "{there:?}");
    assert!(created <= 40);
    let key = CustomerKey::Email("C7@EXAMPLE.com");
    assert_eq!(
        shop.client.find_customer(key).await.unwrap().unwrap().id,
        Some(ids["c7@example.com"])
    );
}
