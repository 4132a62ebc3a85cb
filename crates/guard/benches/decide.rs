//! What the guard adds to a call: `cargo bench -p streampay-guard`.

#![allow(clippy::expect_used, clippy::panic, reason = "a bench that cannot run must stop")]

use std::{hint::black_box, sync::Arc};

use async_trait::async_trait;
use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use streampay_guard::*;
use tokio::runtime::Runtime;

const READ: Tool = Tool {
    name: "get_payment",
    title: "Get payment",
    title_ar: "",
    toolset: "payments",
    effect: Effect::Reads,
    money: None,
    subjects: &[],
    shown: &[],
    target: &[],
    verify: None,
};

const PAY: Tool = Tool {
    name: "pay_out",
    effect: Effect::MovesMoney,
    money: Some(MoneyAtStake {
        direction: Direction::Out,
        source: AmountSource::Argument { amount: "amount", currency: CurrencySource::Fixed("SAR") },
        open_if: &[],
    }),
    target: &["to"],
    verify: Some(Verify { tool: "get_payment", arguments: &[("payment_id", "to")] }),
    ..READ
};

const POLICY: &str = r#"
[[rules]]
name = "Look"
effects = ["reads"]
decision = "allow"
[[rules]]
name = "Pay"
tools = ["pay_out"]
decision = "allow"
[[rules.limits]]
window = "day"
amount = "90000000000"
currency = "SAR"
count = 1000000
[[rules.limits]]
window = "month"
amount = "90000000000"
currency = "SAR"
per = "key"
"#;

struct NoFacts;

#[async_trait]
impl Facts for NoFacts {
    async fn read(&self, _: &str, _: Map<String, Value>) -> Result<Value, FactsError> {
        Err(FactsError("there is nothing to read".to_owned()))
    }
}

/// One call, decided and finished.
async fn call(engine: &Engine, tool: &Tool, caller: &Caller, arguments: Value) {
    let Value::Object(arguments) = arguments else { return };
    let at = Timestamp::now();
    let call = Call { tool, arguments: &arguments, caller, request: "r", confirmed: None, at };
    match engine.decide(&call, &NoFacts).await {
        Decision::Allow(permit) => {
            engine.finish(permit, Outcome::Done, &json!({"id": "x"}), at).await;
        }
        other => panic!("{other:?}"),
    }
}

fn benches(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let tools: &[&Tool] = &[&READ, &PAY];
    let vocabulary = Vocabulary { tools, currencies: &["SAR"], payment_methods: &[] };
    for audited in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let engine = runtime.block_on(async {
            let store = SqliteStore::open(&folder.path().join("guard.db")).await.expect("a store");
            let policy = Policy::read(POLICY, "p.toml", &vocabulary).expect("a policy");
            let mut builder = Engine::builder(tools, Arc::new(store)).policy(policy);
            if audited {
                let audit = Audit::open(&folder.path().join("audit.jsonl")).await;
                builder = builder.audit(audit.expect("an audit"));
            }
            builder.build().await.expect("an engine")
        });
        let key = engine.fingerprinter().fingerprint(b"key");
        let caller = Caller { key, branch: None, mode: Some(Mode::Test) };
        let with = if audited { "with audit" } else { "without audit" };
        criterion.bench_function(&format!("read, {with}"), |bencher| {
            bencher.iter(|| {
                let arguments = json!({"payment_id": "p"});
                runtime.block_on(call(black_box(&engine), &READ, &caller, arguments));
            });
        });
        let mut n = 0_u64;
        criterion.bench_function(&format!("change, {with}"), |bencher| {
            bencher.iter(|| {
                n += 1;
                let arguments = json!({"to": n.to_string(), "amount": 1});
                runtime.block_on(call(black_box(&engine), &PAY, &caller, arguments));
            });
        });
    }
}

criterion_group!(group, benches);
criterion_main!(group);
