//! A client for the tests. It is written by hand, so that it shares nothing with the sandbox. It checks
//! every response against the description: the schema, and that the response has exactly the described
//! properties.
#![allow(dead_code, reason = "each test uses its part")]

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, OnceLock};

use serde_json::{Map, Value, json};
use streampay_sandbox::{Running, Sandbox};
use streampay_spec::{Api, Operation, deref};

pub(crate) const DESCRIPTION: &str = include_str!("../../../../spec/openapi.json");
pub(crate) const OVERLAY: &str = include_str!("../../../../spec/overlay.yaml");
pub(crate) const START: &str = "2026-03-31T09:00:00Z";
pub(crate) const VISA: &str = "4111111111111111";
pub(crate) const BROKE: &str = "4123120001090000";

/// The event types of the guide on webhooks.
pub(crate) const EVENTS: [&str; 29] = [
    "PAYMENT_SUCCEEDED",
    "PAYMENT_FAILED",
    "PAYMENT_CANCELED",
    "PAYMENT_REFUNDED",
    "PAYMENT_MARKED_AS_PAID",
    "INVOICE_CREATED",
    "INVOICE_SENT",
    "INVOICE_ACCEPTED",
    "INVOICE_REJECTED",
    "INVOICE_COMPLETED",
    "INVOICE_CANCELED",
    "INVOICE_UPDATED",
    "SUBSCRIPTION_CREATED",
    "SUBSCRIPTION_ACTIVATED",
    "SUBSCRIPTION_INACTIVATED",
    "SUBSCRIPTION_CANCELED",
    "SUBSCRIPTION_FROZEN",
    "SUBSCRIPTION_CYCLE_RENEWAL_FAILED",
    "SUBSCRIPTION_CANCEL_AT_PERIOD_END",
    "SUBSCRIPTION_FREEZE_NOW",
    "SUBSCRIPTION_UNFREEZE_NOW",
    "SUBSCRIPTION_UNFREEZE_FUTURE",
    "SUBSCRIPTION_FREEZE_CANCEL",
    "SUBSCRIPTION_PLAN_CHANGE_SCHEDULED",
    "SUBSCRIPTION_PLAN_CHANGE_CANCELED",
    "SUBSCRIPTION_PLAN_CHANGED",
    "SUBSCRIPTION_PLAN_CHANGE_INVOICE_REISSUED",
    "SUBSCRIPTION_PLAN_UPDATED",
    "PAYMENT_LINK_PAY_ATTEMPT_FAILED",
];

/// What responses and webhooks have shown since this program started.
#[derive(Debug, Clone, Default)]
pub(crate) struct Observed {
    /// Operations that succeeded.
    pub(crate) operations: BTreeSet<String>,
    pub(crate) events: BTreeSet<String>,
    pub(crate) codes: BTreeSet<String>,
    /// The values of enumerations, by the name of the enumeration.
    pub(crate) values: HashMap<String, BTreeSet<String>>,
}

static OBSERVED: LazyLock<Mutex<Observed>> = LazyLock::new(Mutex::default);

pub(crate) fn observed() -> Observed {
    OBSERVED.lock().unwrap().clone()
}

/// Records the error code of a response, if it has one.
pub(crate) fn observe_code(answer: &Value) {
    if let Some(code) = answer.pointer("/error/code").and_then(Value::as_str) {
        OBSERVED.lock().unwrap().codes.insert(code.to_owned());
    }
}

/// Records that an event was sent.
pub(crate) fn observe_event(event: &str) {
    OBSERVED.lock().unwrap().events.insert(event.to_owned());
}

pub(crate) fn api() -> &'static Api {
    static API: OnceLock<Api> = OnceLock::new();
    API.get_or_init(|| streampay_spec::load(DESCRIPTION, OVERLAY).unwrap().api)
}

/// A sandbox with a client.
pub(crate) struct World {
    pub(crate) running: Running,
    pub(crate) client: reqwest::Client,
    pub(crate) key: String,
    /// The operations that were called, with the statuses of the responses.
    pub(crate) met: Mutex<BTreeSet<(String, u16)>>,
    validators: Mutex<HashMap<String, jsonschema::Validator>>,
}

pub(crate) async fn world() -> World {
    let builder = Sandbox::builder().seed("tests").start_at(START).frozen();
    World::of(builder.build().await.unwrap().start_on_free_port().await.unwrap())
}

impl World {
    pub(crate) fn of(running: Running) -> Self {
        let key = running.api_key().to_owned();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { running, client, key, met: Mutex::default(), validators: Mutex::default() }
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        self.running.sandbox()
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.running.url())
    }

    /// Calls the API and checks the response.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request =
            self.client.request(method.parse().unwrap(), self.at(&format!("/api/v2/{path}")));
        let mut request = request.header("x-api-key", &self.key);
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        assert!(response.headers().contains_key("x-request-id"));
        let text = response.text().await.unwrap();
        let value: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{path}: {text}"));
        self.check(method, path, status, &value);
        observe_code(&value);
        (status, value)
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, value) = self.call("GET", path, Value::Null).await;
        assert_eq!(status, 200, "{path}: {value}");
        value
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        self.good("POST", path, body).await
    }

    pub(crate) async fn good(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, value) = self.call(method, path, body).await;
        assert!((200..300).contains(&status), "{method} {path}: {status} {value}");
        value
    }

    /// Makes a call that must be rejected. Returns the code, or the type of the first invalid field.
    pub(crate) async fn refused(&self, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, value) = self.call(method, path, body).await;
        assert!(status >= 400, "{method} {path} was not refused: {value}");
        let code = value.pointer("/error/code").or_else(|| value.pointer("/detail/0/type"));
        (status, code.and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    /// Calls the control API.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request =
            self.client.request(method.parse().unwrap(), self.at(&format!("/_sandbox/{path}")));
        let response = request.json(&body).send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap())
    }

    pub(crate) fn check(&self, method: &str, path: &str, status: u16, value: &Value) {
        let path = format!("/api/v2/{}", path.split('?').next().unwrap());
        let Some(operation) = operation(method, &path) else { return };
        let key = format!("{method} {}", operation.path);
        self.met.lock().unwrap().insert((key.clone(), status));
        if status < 300 {
            OBSERVED.lock().unwrap().operations.insert(key.clone());
        }
        let schema = if status < 300 {
            assert!(operation.success.statuses.contains(&status.to_string()), "{key}: {status}");
            operation.success.schema.clone().unwrap_or(Value::Bool(true))
        } else if value.get("detail").is_some() {
            json!({"$ref": "#/components/schemas/HTTPValidationError"})
        } else if value.get("payment_ids").is_some() {
            json!({"$ref": "#/components/schemas/MultiplePaymentsInTransactionErrorResponse"})
        } else {
            json!({"$ref": "#/components/schemas/StreamErrorResponse"})
        };
        let mut validators = self.validators.lock().unwrap();
        let name = format!("{key} {schema}");
        let validator = validators.entry(name).or_insert_with(|| validator(&schema));
        let faults: Vec<String> = validator
            .iter_errors(value)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{key} {status}: {faults:#?}");
        if status < 300 {
            let mut differences = Vec::new();
            exact(value, &schema, "", &mut differences);
            assert!(differences.is_empty(), "{key}: {differences:#?}");
        }
    }

    // ── Common records ──

    pub(crate) async fn product(&self, price: &str) -> Value {
        self.post("products", json!({
            "name": "Thing", "type": "ONE_OFF", "prices": [{"currency": "SAR", "amount": price}],
        }))
        .await
    }

    pub(crate) async fn plan(&self, price: &str) -> Value {
        self.post(
            "products",
            json!({
                "name": "Plan", "type": "RECURRING", "recurring_interval": "MONTH",
                "prices": [{"currency": "SAR", "amount": price}],
            }),
        )
        .await
    }

    pub(crate) async fn customer(&self) -> Value {
        self.post("consumers", json!({"name": "Ahmad Ali", "phone_number": "+966501234567"})).await
    }

    pub(crate) async fn link(&self, product: &Value, more: Value) -> Value {
        let mut body = json!({
            "name": "Link", "items": [{"product_id": id(product), "quantity": 1}],
        });
        merge(&mut body, more);
        self.post("payment_links", body).await
    }

    pub(crate) async fn invoice(&self, product: &Value, customer: &Value, more: Value) -> Value {
        let mut body = json!({
            "organization_consumer_id": id(customer),
            "items": [{"product_id": id(product), "quantity": 1}],
            "payment_methods": {"mada": true, "visa": true, "mastercard": true, "amex": true,
                "bank_transfer": false, "installment": true},
            "scheduled_on": "2026-04-10T00:00:00Z",
        });
        merge(&mut body, more);
        self.post("invoices", body).await
    }

    /// Pays a link as a new customer with a card.
    pub(crate) fn pay(&self, link: &Value, card: &str) -> Value {
        let attempt = json!({
            "customer": {"name": "Sara Omar", "phone_number": "+966555000111"}, "card": card,
        });
        self.sandbox().pay_link(id(link), &attempt).unwrap()
    }

    /// A subscription that a customer with a stored card has started. Its id.
    pub(crate) async fn subscribe(&self, price: &str) -> String {
        let plan = self.plan(price).await;
        let link = self.link(&plan, json!({})).await;
        let receipt = self.pay(&link, VISA);
        receipt["subscription_id"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

pub(crate) fn merge(body: &mut Value, more: Value) {
    if let (Value::Object(map), Value::Object(more)) = (body, more) {
        map.extend(more);
    }
}

fn operation(method: &str, path: &str) -> Option<&'static Operation> {
    let parts: Vec<&str> = path.split('/').collect();
    api().operations.iter().find(|operation| {
        let own: Vec<&str> = operation.path.split('/').collect();
        operation.method == method
            && own.len() == parts.len()
            && own.iter().zip(&parts).all(|(a, b)| a.starts_with('{') || a == b)
    })
}

fn validator(schema: &Value) -> jsonschema::Validator {
    let mut root = json!({"allOf": [schema]});
    let schemas: Map<String, Value> =
        api().schemas.iter().map(|(name, schema)| (name.clone(), schema.clone())).collect();
    merge(&mut root, json!({"components": {"schemas": schemas}}));
    jsonschema::options().should_validate_formats(true).build(&root).unwrap()
}

/// Collects the differences between the properties of a value and those of its schema.
fn exact(value: &Value, schema: &Value, at: &str, differences: &mut Vec<String>) {
    if let (Some(word), Some(name)) = (value.as_str(), schema["$ref"].as_str()) {
        let name = name.rsplit('/').next().unwrap().to_owned();
        OBSERVED.lock().unwrap().values.entry(name).or_default().insert(word.to_owned());
    }
    let schema = deref(schema, &api().schemas);
    if value.is_null() {
        return;
    }
    for key in ["anyOf", "oneOf"] {
        for branch in schema.get(key).and_then(Value::as_array).into_iter().flatten() {
            exact(value, branch, at, differences);
        }
    }
    match value {
        Value::Array(list) => {
            let Some(items) = schema.get("items") else { return };
            for item in list {
                exact(item, items, &format!("{at}/-"), differences);
            }
        }
        Value::Object(map) => {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
                return;
            };
            for name in map.keys().filter(|name| !properties.contains_key(*name)) {
                differences.push(format!("{at}/{name} is not in the description"));
            }
            for (name, inner) in properties {
                match map.get(name) {
                    Some(value) => exact(value, inner, &format!("{at}/{name}"), differences),
                    None => differences.push(format!("{at}/{name} is missing")),
                }
            }
        }
        _ => {}
    }
}
