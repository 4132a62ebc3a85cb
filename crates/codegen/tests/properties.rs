//! Whatever a description says, generating ends in sources or in faults, never in a panic.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::LazyLock;

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};
use serde_json::{Value, json};
use streampay_codegen::{client, tools};

const PETSHOP: &str = include_str!("../../spec/tests/fixtures/petshop.yaml");
const LIBRARY: &str = include_str!("../../spec/tests/fixtures/library.yaml");

/// A document and all its places, as JSON pointers.
static SUBJECTS: LazyLock<[(Value, Vec<String>); 2]> = LazyLock::new(|| {
    [PETSHOP, LIBRARY].map(|text| {
        let document = streampay_spec::read_document(text).unwrap();
        let mut all = Vec::new();
        places(&document, "", &mut all);
        (document, all)
    })
});

fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(value, &format!("{at}/{key}"), all);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                places(value, &format!("{at}/{index}"), all);
            }
        }
        _ => {}
    }
}

/// Values that may stand in a description and are not what one expects.
fn odd() -> impl Strategy<Value = Value> {
    let pet = json!({"$ref": "#/components/schemas/Pet"});
    let values = [
        json!({}),
        json!(true),
        json!(false),
        json!("\u{661}\u{bd}"),
        json!("self"),
        json!(""),
        json!({"type": "null"}),
        json!({"type": ["null", "string"], "enum": [null, "a"]}),
        json!({"type": "string", "enum": ["\u{bd}", "self", "", "-"]}),
        json!({"type": "array"}),
        json!({"type": "array", "prefixItems": [{}], "items": false}),
        json!({"type": "object", "additionalProperties": false}),
        json!({"type": "object", "required": ["gone"]}),
        json!({"type": "object", "properties": {"": {}, "\u{bd}": {}, "a-b": {}, "a_b": {}}}),
        json!({"type": "object", "properties": {"extra": pet, "type": {"const": null}}}),
        json!({"allOf": [{"type": "string"}, {"type": "integer"}]}),
        json!({"allOf": [pet, {"anyOf": [{"type": "string"}, pet]}]}),
        json!({"anyOf": [{}, {"type": "null"}, {"enum": [1]}]}),
        json!({"oneOf": [pet, pet]}),
        json!({"not": pet}),
        json!({"type": "string", "format": "uuid", "default": "no uuid"}),
        json!({"type": "integer", "default": "text", "minimum": 1e300}),
        pet,
    ];
    select(values.to_vec())
}

/// How many cases are tried: `PROPTEST_CASES`, or the usual number.
fn cases(usual: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig::with_cases(wanted.unwrap_or(usual))
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn odd_descriptions_give_sources_or_faults(
        which in 0..2_usize,
        changes in vec((any::<Index>(), odd()), 1..4),
    ) {
        let (mut document, places) = SUBJECTS[which].clone();
        for (index, value) in changes {
            if let Some(found) = document.pointer_mut(index.get(&places).as_str()) {
                *found = value;
            }
        }
        if let Ok(loaded) = streampay_spec::load(&document.to_string(), "") {
            if let Err(faults) = client::generate(&loaded.api) {
                prop_assert!(!faults.0.is_empty());
                for fault in faults.0 {
                    prop_assert!(fault.place.starts_with('#'), "{fault}");
                }
            }
            let _ = tools::emit(&loaded.api);
        }
    }
}
