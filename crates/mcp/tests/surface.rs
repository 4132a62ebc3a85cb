//! What models read: every tool as committed, the rules that hold for all of them, and what they cost.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use streampay_mcp::Server;

/// Tokens that names, descriptions and input schemas of all tools may cost together.
const MAX_TOKENS: usize = 12_000;

/// Bytes that the whole answer to `tools/list` may have.
const MAX_BYTES: usize = 150_000;

/// The tools of the server that this one replaces, by its published listing.
const PUBLISHED: [&str; 29] = [
    "create_payment_link",
    "list_payment_links",
    "get_payment_link",
    "deactivate_payment_link",
    "create_customer",
    "list_customers",
    "get_customer",
    "update_customer",
    "delete_customer",
    "create_product",
    "list_products",
    "get_product",
    "update_product",
    "archive_product",
    "list_payments",
    "get_payment",
    "mark_payment_as_paid",
    "refund_payment",
    "create_coupon",
    "list_coupons",
    "get_coupon",
    "deactivate_coupon",
    "create_invoice",
    "list_invoices",
    "get_invoice",
    "send_invoice",
    "void_invoice",
    "list_stream_docs",
    "get_stream_doc",
];

/// Arguments that need no description, because their names say it all.
const PLAIN: [&str; 14] = [
    "page",
    "sort_field",
    "name",
    "description",
    "type",
    "iban",
    "preferred_language",
    "vat_number",
    "commercial_registration",
    "is_active",
    "notify_consumer",
    "customer_id",
    "product_id",
    "payment_link_id",
];

/// Whether the tools are those of the project's own description, which the README speaks of.
fn ours() -> bool {
    streampay::operations::ALL.len() == 56
}

fn tools() -> Vec<Value> {
    let server = Server::new(common::settings("http://127.0.0.1:1")).unwrap();
    server.tools().iter().map(|tool| serde_json::to_value(tool).unwrap()).collect()
}

fn text<'a>(tool: &'a Value, pointer: &str) -> &'a str {
    tool.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn hint(tool: &Value, name: &str) -> bool {
    let value = tool.pointer(&format!("/annotations/{name}"));
    value
        .and_then(Value::as_bool)
        .unwrap_or_else(|| panic!("{} has no {name}", text(tool, "/name")))
}

/// Every place in a schema that is a schema.
fn schemas<'a>(schema: &'a Value, found: &mut Vec<&'a Value>) {
    found.push(schema);
    let Some(map) = schema.as_object() else { return };
    for (key, value) in map {
        match (key.as_str(), value) {
            ("properties" | "$defs", Value::Object(named)) => {
                named.values().for_each(|schema| schemas(schema, found));
            }
            ("items" | "additionalProperties", schema) => schemas(schema, found),
            ("anyOf" | "oneOf" | "allOf", Value::Array(list)) => {
                list.iter().for_each(|schema| schemas(schema, found));
            }
            _ => {}
        }
    }
}

#[test]
fn every_generated_tool_is_served_as_committed_in_spec_tools() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/tools");
    let mut committed: BTreeSet<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    for tool in tools() {
        let name = text(&tool, "/name");
        let file = format!("{name}.json");
        if !committed.remove(&file) {
            let by_hand = [
                "summarize_payments",
                "summarize_invoices",
                "get_customer_overview",
                "list_overdue_invoices",
                "list_stream_docs",
                "get_stream_doc",
                "list_api_endpoints",
                "search_api_endpoints",
                "get_api_endpoint",
            ];
            assert!(
                by_hand.contains(&name),
                "spec/tools/{file} is missing: run `cargo xtask regen --pinned`"
            );
            continue;
        }
        let snapshot: Value =
            serde_json::from_str(&fs::read_to_string(folder.join(&file)).unwrap()).unwrap();
        assert_eq!(
            tool, snapshot,
            "{name} is not as in spec/tools: run `cargo xtask regen --pinned`"
        );
    }
    assert_eq!(committed, BTreeSet::new(), "these have no tool any more");
}

#[test]
fn the_tools_of_the_published_server_are_all_here() {
    let tools = tools();
    let names: BTreeSet<&str> = tools.iter().map(|tool| text(tool, "/name")).collect();
    assert_eq!(names.len(), tools.len(), "names are unique");
    for name in PUBLISHED {
        assert!(names.contains(name), "{name}");
    }
}

#[test]
fn names_titles_and_descriptions_are_fit_for_every_client() {
    for tool in tools() {
        let name = text(&tool, "/name");
        assert!(name.len() <= 40, "{name}");
        assert!(
            name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
            "{name}"
        );
        assert!(!text(&tool, "/title").is_empty(), "{name}");
        let description = text(&tool, "/description");
        assert!(description.len() >= 40, "{name}: {description}");
        assert!(description.ends_with(['.', '!', ')']), "{name}: {description}");
    }
}

#[test]
fn input_schemas_are_plain_closed_objects_whose_arguments_are_described() {
    for tool in tools() {
        let name = text(&tool, "/name");
        let schema = &tool["inputSchema"];
        assert_eq!(schema["type"], "object", "{name}");
        assert_eq!(schema["additionalProperties"], false, "{name}");
        assert!(schema["properties"].is_object(), "{name}");
        for key in ["anyOf", "oneOf", "allOf", "not", "$ref", "enum"] {
            assert!(
                schema.get(key).is_none(),
                "{name}: `{key}` at the root makes clients drop all tools"
            );
        }
        for (argument, schema) in schema["properties"].as_object().unwrap() {
            let description = text(schema, "/description");
            let plain = PLAIN.contains(&argument.as_str());
            assert!(plain || !description.is_empty(), "{name}.{argument} is not described");
        }
        for required in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            assert!(
                schema["properties"].get(required.as_str().unwrap()).is_some(),
                "{name}: {required}"
            );
        }
    }
}

#[test]
fn schemas_are_json_schema_2020_12_without_references_out_of_them() {
    for tool in tools() {
        let name = text(&tool, "/name");
        for kind in ["inputSchema", "outputSchema"] {
            let schema = &tool[kind];
            assert!(jsonschema::meta::is_valid(schema), "{name} {kind}");
            let mut all = Vec::new();
            schemas(schema, &mut all);
            for part in all {
                let closed = kind == "outputSchema"
                    || part.get("properties").is_none()
                    || part.get("additionalProperties") == Some(&Value::Bool(false));
                assert!(closed, "{name}: an object that takes misspelt members: {part}");
                assert!(part.get("nullable").is_none(), "{name} {kind}: `nullable` is OpenAPI 3.0");
                if let Some(reference) = part.get("$ref").and_then(Value::as_str) {
                    let pointer = reference
                        .strip_prefix('#')
                        .unwrap_or_else(|| panic!("{name}: {reference}"));
                    assert!(schema.pointer(pointer).is_some(), "{name} {kind}: {reference}");
                }
            }
        }
    }
}

#[test]
fn no_valid_answer_violates_an_output_schema() {
    // Answers lack members, carry unknown ones, and hold null where none was promised.
    let loose = serde_json::json!({"unknown": {"x": [1]}});
    for tool in tools() {
        let name = text(&tool, "/name");
        let schema = &tool["outputSchema"];
        assert_eq!(schema["type"], "object", "{name}");
        let validator = jsonschema::draft202012::new(schema).unwrap();
        let operation_tool = schema.get("required").is_none();
        if operation_tool {
            assert!(validator.is_valid(&loose), "{name}");
            let nulls: serde_json::Map<String, Value> = schema["properties"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(key, _)| (key.clone(), Value::Null))
                .collect();
            assert!(validator.is_valid(&Value::Object(nulls)), "{name}");
        }
    }
}

#[test]
fn hints_are_complete_and_agree_with_the_http_method() {
    let endpoints: Value = serde_json::from_str(streampay::DESCRIPTION).unwrap();
    let mut by_name = std::collections::BTreeMap::new();
    for item in endpoints["paths"].as_object().unwrap().values() {
        for (method, operation) in item.as_object().unwrap() {
            let extra = operation.get("x-tools").and_then(Value::as_array).into_iter().flatten();
            for name in extra.map(|tool| text(tool, "/name")).chain([text(operation, "/x-name")]) {
                by_name.insert(name.to_owned(), method.clone());
            }
        }
    }
    for tool in tools() {
        let name = text(&tool, "/name");
        let read_only = hint(&tool, "readOnlyHint");
        let (destructive, idempotent) =
            (hint(&tool, "destructiveHint"), hint(&tool, "idempotentHint"));
        hint(&tool, "openWorldHint");
        assert!(!(read_only && destructive), "{name}");
        assert!(!read_only || idempotent, "{name}");
        if let Some(method) = by_name.get(name) {
            assert_eq!(read_only, method == "get", "{name} is {method}");
            assert!(method != "delete" || destructive, "{name} deletes");
        }
    }
    // Money moves, or something ends: these must never be taken for harmless.
    for name in [
        "refund_payment",
        "charge_payment_on_demand",
        "mark_payment_as_paid",
        "void_invoice",
        "cancel_subscription",
    ] {
        let tools = tools();
        let Some(tool) = tools.iter().find(|tool| text(tool, "/name") == name) else { continue };
        assert!(hint(tool, "destructiveHint") && !hint(tool, "idempotentHint"), "{name}");
    }
}

#[test]
fn all_tools_together_cost_little_context() {
    let tokens = tiktoken_rs::o200k_base().unwrap();
    let tools = tools();
    let mut total = 0;
    let mut most: Vec<(usize, &str)> = Vec::new();
    for tool in &tools {
        let read = serde_json::json!({"name": tool["name"], "description": tool["description"], "inputSchema": tool["inputSchema"]});
        let cost = tokens.encode_ordinary(&read.to_string()).len();
        total += cost;
        most.push((cost, text(tool, "/name")));
    }
    most.sort_unstable_by(|a, b| b.cmp(a));
    let bytes = serde_json::json!({"tools": tools}).to_string().len();
    println!(
        "{} tools, {total} tokens (o200k_base) without output schemas, {bytes} bytes in all",
        tools.len()
    );
    println!("dearest: {:?}", &most[..5]);
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let said =
        format!("{} tools together cost {},{:03} tokens", tools.len(), total / 1000, total % 1000);
    let readme = fs::read_to_string(readme).unwrap();
    assert!(readme.contains(&said) || !ours(), "the README does not say: {said}");
    assert!(total <= MAX_TOKENS, "{total} tokens; the limit is {MAX_TOKENS}");
    assert!(bytes <= MAX_BYTES, "{bytes} bytes; the limit is {MAX_BYTES}");
}
