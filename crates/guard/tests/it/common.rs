//! A small payment API: its tools, its answers, and people who call it.

use std::{collections::BTreeMap, path::Path, process::Child, sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use streampay_guard::*;

pub(crate) const CURRENCIES: &[&str] = &["SAR", "USD", "EUR", "BHD", "KWD"];
pub(crate) const METHODS: &[&str] = &["mada", "visa", "bank_transfer"];

const PLAIN: Tool = Tool {
    name: "",
    title: "",
    title_ar: "",
    toolset: "",
    effect: Effect::Reads,
    money: None,
    subjects: &[],
    shown: &[],
    target: &[],
    verify: None,
};

const PAYMENT: Read = Read { tool: "get_payment", arguments: &[("payment_id", "payment_id")] };

pub(crate) static GET_PAYMENT: Tool =
    Tool { name: "get_payment", title: "Get payment", toolset: "payments", ..PLAIN };

pub(crate) static LIST_INVOICES: Tool =
    Tool { name: "list_invoices", title: "List invoices", toolset: "invoices", ..PLAIN };

pub(crate) static REFUND: Tool = Tool {
    name: "refund_payment",
    title: "Refund payment",
    title_ar: "استرداد دفعة",
    toolset: "payments",
    effect: Effect::MovesMoney,
    money: Some(MoneyAtStake {
        direction: Direction::Out,
        source: AmountSource::Answer { read: PAYMENT, amount: "amount", currency: "currency" },
        open_if: &["allow_refund_multiple_related_payments"],
    }),
    subjects: &[Subject {
        kind: SubjectKind::Customer,
        source: ValueSource::Answer(PAYMENT, "customer_id"),
    }],
    shown: &[
        Shown {
            en: "Customer",
            ar: "العميل",
            source: ValueSource::Answer(PAYMENT, "customer_name"),
        },
        Shown {
            en: "Payment status",
            ar: "حالة الدفعة",
            source: ValueSource::Answer(PAYMENT, "current_status"),
        },
    ],
    target: &["payment_id"],
    verify: Some(Verify { tool: "get_payment", arguments: &[("payment_id", "payment_id")] }),
};

pub(crate) static CREATE_INVOICE: Tool = Tool {
    name: "create_invoice",
    title: "Create invoice",
    toolset: "invoices",
    effect: Effect::MovesMoney,
    money: Some(MoneyAtStake {
        direction: Direction::In,
        source: AmountSource::Items {
            items: "items",
            quantity: "quantity",
            price: Price::Listed {
                read: Read { tool: "get_product", arguments: &[("product_id", "product_id")] },
                list: "prices",
                currency: "currency",
                amounts: &["price_excluding_vat", "vat_amount"],
                active: Some("is_active"),
            },
            currency: CurrencySource::Argument("currency", Some("SAR")),
        },
        open_if: &["items.*.allow_custom_quantity"],
    }),
    subjects: &[
        Subject { kind: SubjectKind::Customer, source: ValueSource::Argument("customer_id") },
        Subject { kind: SubjectKind::Product, source: ValueSource::Argument("items.*.product_id") },
        Subject {
            kind: SubjectKind::PaymentMethod,
            source: ValueSource::Argument("payment_methods"),
        },
    ],
    verify: Some(Verify { tool: "list_invoices", arguments: &[] }),
    ..PLAIN
};

pub(crate) static PAY_OUT: Tool = Tool {
    name: "pay_out",
    title: "Pay out",
    toolset: "payments",
    effect: Effect::MovesMoney,
    money: Some(MoneyAtStake {
        direction: Direction::Out,
        source: AmountSource::Argument {
            amount: "amount",
            currency: CurrencySource::Argument("currency", None),
        },
        open_if: &[],
    }),
    target: &["to"],
    verify: Some(Verify { tool: "get_payment", arguments: &[("payment_id", "to")] }),
    ..PLAIN
};

pub(crate) static RENAME: Tool = Tool {
    name: "update_customer",
    title: "Update customer",
    toolset: "customers",
    effect: Effect::Changes,
    subjects: &[Subject {
        kind: SubjectKind::Customer,
        source: ValueSource::Argument("customer_id"),
    }],
    target: &["customer_id"],
    ..PLAIN
};

pub(crate) static CREATE_CUSTOMER: Tool = Tool {
    name: "create_customer",
    title: "Create customer",
    toolset: "customers",
    effect: Effect::Adds,
    ..PLAIN
};

pub(crate) static TOOLS: &[&Tool] =
    &[&GET_PAYMENT, &LIST_INVOICES, &REFUND, &CREATE_INVOICE, &PAY_OUT, &RENAME, &CREATE_CUSTOMER];

pub(crate) fn vocabulary() -> Vocabulary<'static> {
    Vocabulary { tools: TOOLS, currencies: CURRENCIES, payment_methods: METHODS }
}

pub(crate) fn policy(text: &str) -> Policy {
    Policy::read(text, "policy.toml", &vocabulary()).unwrap_or_else(|error| panic!("{error}"))
}

/// The API, as far as it is read.
#[derive(Debug, Default)]
pub(crate) struct Api {
    pub(crate) answers: Mutex<BTreeMap<String, Value>>,
    pub(crate) reads: Mutex<u32>,
}

impl Api {
    pub(crate) fn new() -> Self {
        let api = Self::default();
        for (id, amount) in
            [("p10", "10.00"), ("p50", "50.00"), ("p100", "100.00"), ("p900", "900.00")]
        {
            api.payment(id, amount, "SAR", "SUCCEEDED");
        }
        api.payment("usd", "10.00", "USD", "SUCCEEDED");
        let price = json!({"currency": "SAR", "price_excluding_vat": "100.00", "vat_amount": "15.00",
            "is_active": true});
        let old = json!({"currency": "SAR", "price_excluding_vat": "1.00", "vat_amount": "0.15",
            "is_active": false});
        api.answers.lock().insert("product".to_owned(), json!({"prices": [old, price]}));
        api
    }

    pub(crate) fn payment(&self, id: &str, amount: &str, currency: &str, status: &str) {
        let payment = json!({"id": id, "amount": amount, "currency": currency, "customer_id": "sara",
            "customer_name": "Sara\u{202e}", "current_status": status});
        self.answers.lock().insert(id.to_owned(), payment);
    }
}

#[async_trait]
impl Facts for Api {
    async fn read(&self, tool: &str, arguments: Map<String, Value>) -> Result<Value, FactsError> {
        *self.reads.lock() += 1;
        let name = match tool {
            "get_payment" => "payment_id",
            "get_product" => "product_id",
            other => return Err(FactsError(format!("no such tool: {other}"))),
        };
        let id = arguments.get(name).and_then(Value::as_str).unwrap_or_default();
        let found = self.answers.lock().get(id).cloned();
        found.ok_or_else(|| FactsError("not found".to_owned()))
    }
}

/// A caller of tools, with a clock that moves only on request.
pub(crate) struct Agent {
    pub(crate) engine: Arc<Engine>,
    pub(crate) api: Arc<Api>,
    pub(crate) caller: Caller,
    pub(crate) at: Mutex<Timestamp>,
}

pub(crate) fn start() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

pub(crate) fn caller(engine: &Engine, key: &str) -> Caller {
    let key = engine.fingerprinter().fingerprint(key.as_bytes());
    Caller { key, branch: None, mode: Some(Mode::Live) }
}

impl Agent {
    pub(crate) fn new(engine: Engine) -> Self {
        let engine = Arc::new(engine);
        let caller = caller(&engine, "key");
        Self { engine, api: Arc::new(Api::new()), caller, at: Mutex::new(start()) }
    }

    /// With this policy, a store in a fresh file, and no audit.
    pub(crate) async fn with(text: &str) -> (Self, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let store = sqlite(folder.path()).await;
        let engine = Engine::builder(TOOLS, store).policy(policy(text)).build().await.unwrap();
        (Self::new(engine), folder)
    }

    pub(crate) fn now(&self) -> Timestamp {
        *self.at.lock()
    }

    pub(crate) fn pass(&self, time: Duration) {
        let mut at = self.at.lock();
        *at = at.checked_add(time).unwrap();
    }

    pub(crate) async fn ask(&self, tool: &Tool, arguments: Value) -> Decision {
        self.ask_confirmed(tool, arguments, None).await
    }

    pub(crate) async fn ask_confirmed(
        &self,
        tool: &Tool,
        arguments: Value,
        confirmed: Option<Digest>,
    ) -> Decision {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        let call = Call {
            tool,
            arguments: &arguments,
            caller: &self.caller,
            request: "r1",
            confirmed,
            at: self.now(),
        };
        self.engine.decide(&call, &*self.api).await
    }

    pub(crate) async fn explain(&self, tool: &Tool, arguments: Value) -> Explanation {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        let call = Call {
            tool,
            arguments: &arguments,
            caller: &self.caller,
            request: "r1",
            confirmed: None,
            at: self.now(),
        };
        self.engine.explain(&call, &*self.api).await.unwrap()
    }

    /// Calls and reports an outcome, where the call is allowed.
    pub(crate) async fn run(&self, tool: &Tool, arguments: Value, outcome: Outcome) -> String {
        match self.ask(tool, arguments).await {
            Decision::Allow(permit) => {
                let answer = json!({"id": "made", "name": "Sara"});
                self.engine.finish(permit, outcome, &answer, self.now()).await;
                "allow".to_owned()
            }
            other => word(&other),
        }
    }

    pub(crate) async fn refund(&self, id: &str) -> String {
        let arguments = json!({"payment_id": id, "refund_reason": "DUPLICATE"});
        self.run(&REFUND, arguments, Outcome::Done).await
    }
}

/// A decision in one word.
pub(crate) fn word(decision: &Decision) -> String {
    match decision {
        Decision::Allow(permit) => match &permit.shadow {
            Some(shadow) => format!("shadow {:?}", shadow.action).to_lowercase(),
            None => "allow".to_owned(),
        },
        Decision::Deny(denial) => format!("{:?}", denial.reason).to_lowercase(),
        Decision::NeedsConfirm(_) => "confirm".to_owned(),
        Decision::NeedsApproval(_) => "approve".to_owned(),
        Decision::AlreadyDone(_) => "already done".to_owned(),
    }
}

pub(crate) async fn sqlite(folder: &Path) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(&folder.join("guard.db")).await.unwrap())
}

/// A Redis of its own, which ends with the test.
pub(crate) struct Redis {
    child: Child,
    pub(crate) url: String,
    _folder: tempfile::TempDir,
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Redis {
    /// Starts one; `None`, with a message, where it is not installed.
    pub(crate) async fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("redis.sock");
        let started = std::process::Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--unixsocket"])
            .arg(&socket)
            .current_dir(folder.path())
            .stdout(std::process::Stdio::null())
            .spawn();
        let Ok(child) = started else {
            println!("skipped: redis-server is not installed");
            return None;
        };
        let url = format!("redis+unix://{}", socket.display());
        let redis = Self { child, url, _folder: folder };
        for _ in 0..200 {
            if RedisStore::connect(&redis.url, "wait").await.is_ok() {
                return Some(redis);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("redis-server did not start");
    }

    pub(crate) async fn store(&self, name: &str) -> Arc<dyn Store> {
        Arc::new(RedisStore::connect(&self.url, name).await.unwrap())
    }
}
