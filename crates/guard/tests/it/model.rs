//! The engine against a model that a reader can check: generated sequences of calls, reads, votes,
//! freezes and time.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use proptest::{prelude::*, test_runner::Config};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use serde_json::json;
use streampay_guard::*;
use tokio::runtime::Runtime;

use crate::common::*;

/// Up to 50 SAR at once are allowed, more needs a person; 100 SAR in 24 hours are the end.
const POLICY: &str = r#"
[[rules]]
name = "Small"
tools = ["refund_payment"]
amount = { at_most = "50", currency = "SAR" }
decision = "allow"
[[rules]]
name = "Large"
tools = ["refund_payment"]
amount = { over = "50", currency = "SAR" }
decision = "approve"
[[rules]]
name = "Look"
tools = ["get_payment"]
decision = "allow"
[[rules]]
name = "Cap"
tools = ["refund_payment"]
limits = [{ window = "day", amount = "100", currency = "SAR" }]
"#;

const PAYMENTS: [(&str, u32); 4] = [("m10", 10), ("m40", 40), ("m50", 50), ("m60", 60)];

/// The outcome of a call that is allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Done,
    NotDone,
    Unknown,
    /// The caller dies.
    Lost,
}

#[derive(Debug, Clone)]
enum Step {
    Refund(usize, End),
    Read(usize),
    Vote(usize, bool),
    Pass(u64),
    Freeze(bool),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Try {
    Running { lease: u64 },
    Unknown { since: u64 },
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Asked {
    Pending,
    Approved,
    Denied,
    Running,
}

#[derive(Debug, Clone, Default)]
struct Payment {
    /// Tries whose outcome is not known: when they were made, and where they stand.
    tries: Vec<(u64, Try)>,
    done: Option<u64>,
    /// The latest request: when it was made, and its state.
    asked: Option<(u64, Asked)>,
}

#[derive(Debug, Clone, Default)]
struct Model {
    now: u64,
    frozen: bool,
    payments: [Payment; 4],
    /// What was spent, and when.
    spent: Vec<(u64, u32)>,
    /// What the engine must answer to the last step.
    answer: String,
}

const LEASE: u64 = 300;
const LIFETIME: u64 = 900;
const ONCE: u64 = 600;

impl Model {
    fn used(&self) -> u32 {
        // Spends count by quarters of an hour, until the quarter is out of the window.
        let start = u64::try_from(start().as_second()).unwrap();
        let counts = |at: u64| (start + at) / 900 >= (start + self.now - 86_400) / 900;
        self.spent.iter().filter(|(at, _)| counts(*at)).map(|(_, amount)| amount).sum()
    }

    fn asked(&self, n: usize) -> Option<(u64, Asked)> {
        self.payments[n].asked.filter(|(at, _)| self.now < at + LIFETIME)
    }

    /// What people say of this call: the approval's time, or the answer that ends the call.
    fn approved(&mut self, n: usize) -> Result<u64, &'static str> {
        match self.asked(n) {
            Some((at, Asked::Approved)) => Ok(at),
            Some((_, Asked::Denied)) => Err("denied"),
            Some((_, Asked::Running)) => Err("running"),
            Some((_, Asked::Pending)) => Err("approve"),
            None => {
                self.payments[n].asked = Some((self.now, Asked::Pending));
                Err("approve")
            }
        }
    }

    fn decide(&mut self, n: usize) -> Result<Option<u64>, &'static str> {
        let amount = PAYMENTS[n].1;
        let full = self.used() + amount > 100;
        let mut approval = None;
        if amount > 50 {
            if self.frozen {
                return Err("frozen");
            }
            let now = self.now;
            let last = self.payments[n].tries.iter().max_by_key(|(at, _)| *at);
            if matches!(last, Some((_, Try::Running { lease })) if now < *lease) {
                return Err("running");
            }
            if self.payments[n].done.is_some_and(|at| at + ONCE > now) {
                return Err("already done");
            }
            if full {
                return Err("limit");
            }
            approval = Some(self.approved(n)?);
        }
        if self.frozen {
            return Err("frozen");
        }
        if let Some((at, state)) = self.payments[n].tries.iter().max_by_key(|(at, _)| *at).copied()
        {
            let running = matches!(state, Try::Running { lease } if self.now < lease);
            if running {
                return Err("running");
            }
            let approved = match approval {
                Some(approved) if approved < at => return Err("outcomeunknown"),
                Some(approved) => approved,
                None => self.approved(n)?,
            };
            if approved < at {
                return Err("outcomeunknown");
            }
            approval = Some(approved);
        }
        if self.payments[n].done.is_some_and(|at| at + ONCE > self.now) {
            return Err("already done");
        }
        if full {
            return Err("limit");
        }
        Ok(approval)
    }

    fn refund(&mut self, n: usize, end: End) {
        let approval = match self.decide(n) {
            Ok(approval) => approval,
            Err(answer) => {
                self.answer = answer.to_owned();
                return;
            }
        };
        self.answer = "allow".to_owned();
        let now = self.now;
        if end != End::NotDone {
            self.spent.push((now, PAYMENTS[n].1));
        }
        let payment = &mut self.payments[n];
        match end {
            End::Done => payment.done = Some(now),
            End::NotDone => {}
            End::Unknown => payment.tries.push((now, Try::Unknown { since: now })),
            End::Lost => payment.tries.push((now, Try::Running { lease: now + LEASE })),
        }
        if let Some(at) = approval {
            payment.asked = (end == End::Lost).then_some((at, Asked::Running));
        }
    }
}

struct Reference;

impl ReferenceStateMachine for Reference {
    type State = Model;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Model> {
        // A day in, so that nothing is before the beginning.
        Just(Model { now: 86_400, ..Model::default() }).boxed()
    }

    fn transitions(_: &Model) -> BoxedStrategy<Step> {
        let end = prop_oneof![
            4 => Just(End::Done), 2 => Just(End::NotDone), 3 => Just(End::Unknown), 1 => Just(End::Lost)
        ];
        prop_oneof![
            10 => (0..4_usize, end).prop_map(|(n, end)| Step::Refund(n, end)),
            3 => (0..4_usize).prop_map(Step::Read),
            4 => (0..4_usize, prop::bool::weighted(0.8)).prop_map(|(n, yes)| Step::Vote(n, yes)),
            3 => prop_oneof![1..20_u64, 200..1000_u64, 80_000..90_000_u64].prop_map(Step::Pass),
            1 => prop::bool::weighted(0.3).prop_map(Step::Freeze),
        ]
        .boxed()
    }

    fn apply(mut model: Model, step: &Step) -> Model {
        model.now += 1;
        model.answer = String::new();
        match step {
            Step::Refund(n, end) => model.refund(*n, *end),
            Step::Read(n) => {
                let now = model.now;
                model.payments[*n].tries.retain(|(_, state)| match state {
                    Try::Running { lease } => *lease > now,
                    Try::Unknown { since } => *since > now,
                });
            }
            Step::Vote(n, yes) => {
                if let Some((at, Asked::Pending)) = model.asked(*n) {
                    let state = if *yes { Asked::Approved } else { Asked::Denied };
                    model.payments[*n].asked = Some((at, state));
                }
            }
            Step::Pass(seconds) => model.now += seconds,
            Step::Freeze(frozen) => model.frozen = *frozen,
        }
        model
    }
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static REDIS: LazyLock<Option<Redis>> = LazyLock::new(|| RUNTIME.block_on(Redis::start()));

struct Real {
    agent: Agent,
    store: Arc<dyn Store>,
    _folder: tempfile::TempDir,
}

impl Real {
    fn new(store: Arc<dyn Store>, folder: tempfile::TempDir) -> Self {
        RUNTIME.block_on(async {
            store.set_approver("sara", Some("-")).await.unwrap();
            let engine = Engine::builder(TOOLS, store.clone()).policy(policy(POLICY));
            let agent = Agent::new(engine.build().await.unwrap());
            for (id, amount) in PAYMENTS {
                agent.api.payment(id, &amount.to_string(), "SAR", "SUCCEEDED");
            }
            agent.pass(Duration::from_secs(86_400));
            Self { agent, store, _folder: folder }
        })
    }

    async fn step(&self, step: &Step) -> String {
        let agent = &self.agent;
        agent.pass(Duration::from_secs(1));
        match step {
            Step::Refund(n, end) => {
                let arguments = json!({"payment_id": PAYMENTS[*n].0});
                let outcome = match end {
                    End::Done => Outcome::Done,
                    End::NotDone => Outcome::NotDone,
                    End::Unknown => Outcome::Unknown,
                    End::Lost => return word(&agent.ask(&REFUND, arguments).await),
                };
                return agent.run(&REFUND, arguments, outcome).await;
            }
            Step::Read(n) => {
                let read = json!({"payment_id": PAYMENTS[*n].0});
                assert_eq!(agent.run(&GET_PAYMENT, read, Outcome::Done).await, "allow");
            }
            Step::Vote(n, approve) => {
                let now = agent.now().as_millisecond();
                let latest = self.store.approvals(100, now).await.unwrap();
                let about =
                    latest.iter().find(|a| a.arguments["payment_id"] == json!(PAYMENTS[*n].0));
                if let Some(approval) = about {
                    let vote =
                        Vote { approver: "sara".to_owned(), approve: *approve, at: agent.now() };
                    self.store.vote(&approval.id, vote, now).await.unwrap();
                }
            }
            Step::Pass(seconds) => agent.pass(Duration::from_secs(*seconds)),
            Step::Freeze(true) => agent.engine.freeze("a", "b", agent.now()).await.unwrap(),
            Step::Freeze(false) => agent.engine.unfreeze("a", agent.now()).await.unwrap(),
        }
        String::new()
    }

    /// What holds whatever happened.
    async fn check(&self, model: &Model) {
        let held = self.agent.engine.held(self.agent.now()).await.unwrap();
        let expected: usize = model.payments.iter().map(|payment| payment.tries.len()).sum();
        assert_eq!(held.len(), expected, "changes that are held");
        assert!(model.used() <= 100, "the limit is exceeded");
    }
}

/// The engine over one kind of store.
macro_rules! machine {
    ($name:ident, $store:expr) => {
        struct $name;

        impl StateMachineTest for $name {
            type SystemUnderTest = Option<Real>;
            type Reference = Reference;

            fn init_test(_: &Model) -> Option<Real> {
                let folder = tempfile::tempdir().unwrap();
                let store: Option<Arc<dyn Store>> = $store(folder.path());
                Some(Real::new(store?, folder))
            }

            fn apply(real: Option<Real>, model: &Model, step: Step) -> Option<Real> {
                if let Some(real) = &real {
                    let answer = RUNTIME.block_on(real.step(&step));
                    assert_eq!(answer, model.answer, "{step:?}");
                    RUNTIME.block_on(real.check(model));
                }
                real
            }
        }
    };
}

machine!(OnSqlite, |folder| Some(RUNTIME.block_on(sqlite(folder))));
machine!(OnRedis, |folder: &std::path::Path| {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    REDIS.as_ref().map(|redis| RUNTIME.block_on(redis.store(&name)))
});

prop_state_machine! {
    #![proptest_config(Config { cases: 60, max_shrink_iters: 2000, ..Config::default() })]

    #[test]
    fn the_engine_does_what_the_model_says_on_sqlite(sequential 1..60 => OnSqlite);

    #[test]
    fn the_engine_does_what_the_model_says_on_redis(sequential 1..60 => OnRedis);
}
