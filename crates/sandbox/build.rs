//! Reads the API description when the program is built, so that it need not when it starts: reading,
//! overlaying and normalising it takes longer than all else a start has to do. What is kept of it is
//! what checking requests needs; its form is that of `contract::routes`.

use std::{env, error::Error, fs, path::Path};

use serde_json::{Value, json};
use streampay_spec::{Location, Operation};

const SPEC: [&str; 2] = ["../../spec/openapi.json", "../../spec/overlay.yaml"];

fn main() -> Result<(), Box<dyn Error>> {
    for path in SPEC {
        println!("cargo::rerun-if-changed={path}");
    }
    println!("cargo::rerun-if-changed=build.rs");
    let [description, overlay] = SPEC.map(fs::read_to_string);
    let api = streampay_spec::load(&description?, &overlay?)?.api;
    let schemas = api.schemas.iter().map(|(name, schema)| (name.clone(), bare(schema)));
    let contract = json!({
        "schemas": schemas.collect::<serde_json::Map<_, _>>(),
        "operations": api.operations.iter().map(operation).collect::<Vec<_>>(),
    });
    fs::write(Path::new(&env::var("OUT_DIR")?).join("contract.json"), contract.to_string())?;
    Ok(())
}

fn operation(operation: &Operation) -> Value {
    let parameters = operation.parameters.iter().map(|parameter| {
        json!({
            "name": parameter.name,
            "place": match parameter.location {
                Location::Path => "path",
                Location::Query => "query",
                Location::Header => "header",
            },
            "required": parameter.required,
            "schema": bare(&parameter.schema),
        })
    });
    json!({
        "method": operation.method,
        "path": operation.path,
        "parameters": parameters.collect::<Vec<_>>(),
        "body": operation.body.as_ref().map(|body| {
            json!({"required": body.required, "schema": bare(&body.schema)})
        }),
        "answer": operation.success.schema.as_ref().map(bare),
    })
}

/// A schema without what is there for people only.
fn bare(schema: &Value) -> Value {
    match schema {
        Value::Array(parts) => parts.iter().map(bare).collect(),
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, value)| {
                // A text under these names is a note; a schema under them is a property so called.
                !(value.is_string() && ["description", "title"].contains(&name.as_str())
                    || ["examples", "example"].contains(&name.as_str()) && !value.is_object()
                    || name.starts_with("x-"))
            });
            kept.map(|(name, value)| (name.clone(), bare(value))).collect()
        }
        other => other.clone(),
    }
}
