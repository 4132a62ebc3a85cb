//! Tools and a prompt that need several rounds of the stateless era: they ask, the client answers in a
//! new request.
//!
//! The state that goes to the client and back is checked here by a plain suffix, which is enough to
//! see whether the suite's tampering is noticed. A product seals it.

use rmcp::{ErrorData, RoleServer, service::RequestContext};
use serde_json::{Map, Value, json};

/// The end of a state that was not tampered with.
const INTACT: &str = ":intact";

const ELICITING: [&str; 3] = [
    "test_input_required_result_elicitation",
    "test_streaming_elicitation",
    "test_input_required_result_tampered_state",
];

pub(crate) fn tools() -> Vec<Value> {
    let others = [
        "test_input_required_result_sampling",
        "test_input_required_result_list_roots",
        "test_input_required_result_request_state",
        "test_input_required_result_multiple_inputs",
        "test_input_required_result_multi_round",
        "test_input_required_result_capabilities",
        "test_missing_capability",
    ];
    let tool = |name: &&str| {
        json!({"name": name, "description": "For the conformance suite",
               "inputSchema": {"type": "object", "properties": {}}})
    };
    ELICITING.iter().chain(&others).map(tool).collect()
}

fn elicitation(name: &str, kind: &str) -> Value {
    json!({"method": "elicitation/create", "params": {
        "mode": "form", "message": format!("What is your {name}?"),
        "requestedSchema": {"type": "object", "properties": {name: {"type": kind}},
                            "required": [name]}}})
}

fn sampling() -> Value {
    let message =
        json!({"role": "user", "content": {"type": "text", "text": "What is the capital?"}});
    json!({"method": "sampling/createMessage", "params": {"messages": [message], "maxTokens": 100}})
}

fn roots() -> Value {
    json!({"method": "roots/list", "params": {}})
}

fn ask(requests: &Value, state: Option<&str>) -> Value {
    let mut result = json!({"resultType": "input_required", "inputRequests": requests});
    if let Some(state) = state {
        result["requestState"] = json!(format!("{state}{INTACT}"));
    }
    result
}

fn done(text: &str) -> Value {
    json!({"content": [{"type": "text", "text": text}]})
}

/// Calls one of these tools.
pub(crate) fn call(
    name: &str,
    asked: &Value,
    context: &RequestContext<RoleServer>,
) -> Result<Value, ErrorData> {
    let none = Map::new();
    let answers = asked["inputResponses"].as_object().unwrap_or(&none);
    let state = match asked["requestState"].as_str() {
        Some(state) => Some(state.strip_suffix(INTACT).ok_or_else(|| {
            ErrorData::invalid_params("the requestState was tampered with", None)
        })?),
        None => None,
    };
    let has = |key: &str| answers.contains_key(key);
    let able = serde_json::to_value(context.meta.client_capabilities()).unwrap_or_default();
    Ok(match name {
        "test_missing_capability" if able["sampling"].is_null() => {
            let needed = serde_json::from_value(json!({"sampling": {}})).unwrap_or_default();
            return Err(ErrorData::missing_required_client_capability(needed));
        }
        "test_missing_capability" => done("done"),
        "test_input_required_result_tampered_state" if has("confirm") && state.is_some() => {
            done("state-ok")
        }
        "test_input_required_result_tampered_state" => {
            ask(&json!({"confirm": elicitation("ok", "boolean")}), Some("one"))
        }
        name if ELICITING.contains(&name) => {
            match answers.get("user_name").and_then(|answer| answer["content"]["name"].as_str()) {
                Some(name) => done(&format!("Hello, {name}!")),
                None => ask(&json!({"user_name": elicitation("name", "string")}), None),
            }
        }
        "test_input_required_result_sampling" if has("capital_question") => done("asked"),
        "test_input_required_result_sampling" => {
            ask(&json!({"capital_question": sampling()}), None)
        }
        "test_input_required_result_list_roots" if has("client_roots") => done("listed"),
        "test_input_required_result_list_roots" => ask(&json!({"client_roots": roots()}), None),
        "test_input_required_result_request_state" if has("confirm") && state == Some("one") => {
            done("state-ok")
        }
        "test_input_required_result_request_state" => {
            ask(&json!({"confirm": elicitation("ok", "boolean")}), Some("one"))
        }
        "test_input_required_result_multiple_inputs" if answers.len() >= 3 && state.is_some() => {
            done("all there")
        }
        "test_input_required_result_multiple_inputs" => {
            let requests = json!({"user_name": elicitation("name", "string"),
                                  "greeting": sampling(), "client_roots": roots()});
            ask(&requests, Some("all"))
        }
        "test_input_required_result_multi_round" => match state {
            Some("one") if has("step1") => {
                ask(&json!({"step2": elicitation("color", "string")}), Some("two"))
            }
            Some("two") if has("step2") => done("both there"),
            _ => ask(&json!({"step1": elicitation("name", "string")}), Some("one")),
        },
        "test_input_required_result_capabilities" => {
            let all = [
                ("elicitation", elicitation("name", "string")),
                ("sampling", sampling()),
                ("roots", roots()),
            ];
            let able = all.into_iter().filter(|(name, _)| !able[*name].is_null());
            let requests: Map<String, Value> =
                able.map(|(name, request)| (name.to_owned(), request)).collect();
            ask(&Value::Object(requests), None)
        }
        _ => return Err(ErrorData::invalid_params("there is no such tool", None)),
    })
}

/// What a prompt asks for before it can be given.
pub(crate) fn prompt(name: &str, asked: &Value) -> Option<Value> {
    let answered = asked["inputResponses"]["user_context"].is_object();
    let needed = name == "test_input_required_result_prompt" && !answered;
    needed.then(|| ask(&json!({"user_context": elicitation("context", "string")}), None))
}
