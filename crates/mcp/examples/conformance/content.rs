//! Tools, prompts and resources with fixed content; and tools that speak to older clients meanwhile.

use std::time::Duration;

use rmcp::{RoleServer, model::CallToolRequestParams, service::RequestContext};
use serde_json::{Value, json};

use crate::of;

/// A red point, as PNG.
const IMAGE: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

/// Silence, as WAV.
const AUDIO: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

fn tool(name: &str, properties: &Value, required: &Value) -> Value {
    let schema = json!({"type": "object", "properties": properties, "required": required});
    json!({"name": name, "description": "For the conformance suite", "inputSchema": schema})
}

pub(crate) fn tools() -> Vec<Value> {
    let plain = [
        "test_simple_text",
        "test_image_content",
        "test_audio_content",
        "test_embedded_resource",
        "test_multiple_content_types",
        "test_tool_with_logging",
        "test_logging_tool",
        "test_error_handling",
        "test_tool_with_progress",
        "test_elicitation_sep1034_defaults",
        "test_elicitation_sep1330_enums",
        "test_reconnection",
    ];
    let mut tools: Vec<Value> =
        plain.iter().map(|name| tool(name, &json!({}), &json!([]))).collect();
    let text = |name: &str| json!({name: {"type": "string"}});
    tools.push(tool("test_sampling", &text("prompt"), &json!(["prompt"])));
    tools.push(tool("test_elicitation", &text("message"), &json!(["message"])));
    tools.push(json!({
        "name": "json_schema_2020_12_tool",
        "description": "For the conformance suite",
        "inputSchema": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "$defs": {"address": {
                "$anchor": "addressDef", "type": "object",
                "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
            "properties": {
                "name": {"type": "string"},
                "address": {"$ref": "#/$defs/address"},
                "contactMethod": {"type": "string", "enum": ["phone", "email"]},
                "phone": {"type": "string"},
                "email": {"type": "string"}},
            "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
            "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
            "then": {"required": ["phone"]},
            "else": {"required": ["email"]},
            "additionalProperties": false},
    }));
    let header = |name: &str, schema: &str| json!({"type": schema, "x-mcp-header": name});
    let properties = json!({
        "region": header("Region", "string"), "priority": header("Priority", "integer"),
        "verbose": header("Verbose", "boolean"), "query": {"type": "string"}});
    tools.push(tool("test_custom_headers", &properties, &json!([])));
    tools
}

fn text(text: impl Into<String>) -> Value {
    json!({"content": [{"type": "text", "text": text.into()}]})
}

fn embedded(uri: &str, kind: &str, text: &str) -> Value {
    json!({"type": "resource", "resource": {"uri": uri, "mimeType": kind, "text": text}})
}

/// Calls one of these tools; `None` where it is none of them.
pub(crate) async fn call(
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Option<Value> {
    let image = json!({"type": "image", "data": IMAGE, "mimeType": "image/png"});
    let given = |name: &str| {
        let arguments = request.arguments.as_ref()?;
        arguments.get(name)?.as_str().map(ToOwned::to_owned)
    };
    Some(match request.name.as_ref() {
        "test_simple_text" => text("This is a simple text response for testing."),
        "test_image_content" => json!({"content": [image]}),
        "test_audio_content" => {
            json!({"content": [{"type": "audio", "data": AUDIO, "mimeType": "audio/wav"}]})
        }
        "test_embedded_resource" => {
            let uri = "test://embedded-resource";
            json!({"content": [embedded(uri, "text/plain", "This is an embedded resource content.")]})
        }
        "test_multiple_content_types" => {
            let data = embedded(
                "test://mixed-content-resource",
                "application/json",
                r#"{"test":"data","value":123}"#,
            );
            let first = json!({"type": "text", "text": "Multiple content types test:"});
            json!({"content": [first, image, data]})
        }
        "test_error_handling" => {
            let mut result = text("This tool intentionally returns an error for testing");
            result["isError"] = json!(true);
            result
        }
        "test_tool_with_logging" => {
            for message in
                ["Tool execution started", "Tool processing data", "Tool execution completed"]
            {
                let note = json!({"level": "info", "data": message});
                let _ = context.peer.notify_logging_message(of(note)).await;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            text("done")
        }
        "test_logging_tool" => {
            if context.meta.log_level().is_some() {
                let note = json!({"level": "info", "data": "asked for"});
                let _ = context.peer.notify_logging_message(of(note)).await;
            }
            text("done")
        }
        "test_tool_with_progress" => {
            if let Some(token) = context.meta.get_progress_token() {
                for progress in [0, 50, 100] {
                    let note = json!({"progressToken": token, "progress": progress, "total": 100});
                    let _ = context.peer.notify_progress(of(note)).await;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
            text("done")
        }
        "test_sampling" => {
            let message = json!({"type": "text", "text": given("prompt")});
            let ask = json!({"messages": [{"role": "user", "content": message}], "maxTokens": 100});
            let answer = context.peer.create_message(of(ask)).await;
            text(match answer {
                Ok(answer) => format!("LLM response: {}", serde_json::to_value(answer).unwrap()),
                Err(error) => format!("Sampling failed: {error}"),
            })
        }
        "test_elicitation" => {
            let properties = json!({"username": {"type": "string"}, "email": {"type": "string"}});
            elicit(context, &given("message").unwrap_or_default(), &properties).await
        }
        "test_elicitation_sep1034_defaults" => {
            let properties = json!({
                "name": {"type": "string", "default": "John Doe"},
                "age": {"type": "integer", "default": 30},
                "score": {"type": "number", "default": 95.5},
                "status": {"type": "string", "enum": ["active", "inactive", "pending"],
                           "default": "active"},
                "verified": {"type": "boolean", "default": true}});
            elicit(context, "All have defaults", &properties).await
        }
        "test_elicitation_sep1330_enums" => {
            let titled = json!([{"const": "value1", "title": "First"}, {"const": "value2", "title": "Second"}]);
            let plain = json!(["option1", "option2", "option3"]);
            let properties = json!({
                "untitledSingle": {"type": "string", "enum": plain},
                "titledSingle": {"type": "string", "oneOf": titled},
                "legacyEnum": {"type": "string", "enum": ["opt1", "opt2"],
                               "enumNames": ["Option One", "Option Two"]},
                "untitledMulti": {"type": "array", "items": {"type": "string", "enum": plain}},
                "titledMulti": {"type": "array", "items": {"anyOf": titled}}});
            elicit(context, "Choose", &properties).await
        }
        "json_schema_2020_12_tool" | "test_reconnection" | "test_custom_headers" => text("done"),
        _ => return None,
    })
}

async fn elicit(context: &RequestContext<RoleServer>, message: &str, properties: &Value) -> Value {
    let schema = json!({"type": "object", "properties": properties});
    let ask = json!({"mode": "form", "message": message, "requestedSchema": schema});
    text(match context.peer.create_elicitation(of(ask)).await {
        Ok(answer) => format!("The user answered: {}", serde_json::to_value(answer).unwrap()),
        Err(error) => format!("Elicitation failed: {error}"),
    })
}

pub(crate) fn resources() -> Value {
    json!([
        {"uri": "test://static-text", "name": "static-text", "mimeType": "text/plain"},
        {"uri": "test://static-binary", "name": "static-binary", "mimeType": "image/png"},
        {"uri": "test://watched-resource", "name": "watched", "mimeType": "text/plain"},
    ])
}

pub(crate) fn templates() -> Value {
    json!([{"uriTemplate": "test://template/{id}/data", "name": "template",
            "mimeType": "application/json"}])
}

pub(crate) fn read(uri: &str) -> Option<Value> {
    let contents = match uri {
        "test://static-text" | "test://watched-resource" => {
            json!({"uri": uri, "mimeType": "text/plain",
                   "text": "This is the content of the static text resource."})
        }
        "test://static-binary" => json!({"uri": uri, "mimeType": "image/png", "blob": IMAGE}),
        _ => {
            let id = uri.strip_prefix("test://template/")?.strip_suffix("/data")?;
            let data =
                json!({"id": id, "templateTest": true, "data": format!("Data for ID: {id}")});
            json!({"uri": uri, "mimeType": "application/json", "text": data.to_string()})
        }
    };
    Some(json!({"contents": [contents], "ttlMs": 1000, "cacheScope": "public"}))
}

pub(crate) fn prompts() -> Value {
    let prompt = |(name, arguments): (&str, &[&str])| {
        let argument = |name: &&str| json!({"name": name, "description": name, "required": true});
        let arguments: Vec<Value> = arguments.iter().map(argument).collect();
        json!({"name": name, "description": "For the conformance suite", "arguments": arguments})
    };
    let all: [(&str, &[&str]); 5] = [
        ("test_simple_prompt", &[]),
        ("test_prompt_with_arguments", &["arg1", "arg2"]),
        ("test_prompt_with_embedded_resource", &["resourceUri"]),
        ("test_prompt_with_image", &[]),
        ("test_input_required_result_prompt", &[]),
    ];
    Value::Array(all.map(prompt).to_vec())
}

pub(crate) fn prompt(name: &str, arguments: &Value) -> Option<Value> {
    let said = |content: Value| json!({"role": "user", "content": content});
    let words = |text: String| said(json!({"type": "text", "text": text}));
    let given = |name: &str| arguments[name].as_str().unwrap_or_default().to_owned();
    let messages = match name {
        "test_simple_prompt" => json!([words("This is a simple prompt for testing.".into())]),
        "test_prompt_with_arguments" => {
            let text = format!(
                "Prompt with arguments: arg1='{}', arg2='{}'",
                given("arg1"),
                given("arg2")
            );
            json!([words(text)])
        }
        "test_prompt_with_embedded_resource" => {
            let resource = embedded(&given("resourceUri"), "text/plain", "Embedded for testing.");
            json!([said(resource), words("Process the embedded resource.".into())])
        }
        "test_prompt_with_image" => {
            let image = json!({"type": "image", "data": IMAGE, "mimeType": "image/png"});
            json!([said(image), words("Look at the image.".into())])
        }
        "test_input_required_result_prompt" => json!([words("With that context.".into())]),
        _ => return None,
    };
    Some(json!({"messages": messages}))
}
