//! What holds for every document: normalizing is done once and for all, and nothing that comes from
//! outside makes the reader panic.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::LazyLock;

use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Map, Value, json};
use streampay_spec::{Overlay, load, normalize, read_document};

const PETSHOP: &str = include_str!("fixtures/petshop.yaml");
const LIBRARY: &str = include_str!("fixtures/library.yaml");
const OURS: &str = include_str!("../../../spec/openapi.json");
const OVERLAY: &str = include_str!("../../../spec/overlay.yaml");

/// Names of components that tidying has something to do with.
const NAMES: [&str; 10] =
    ["A", "AB", "a_b", "aB", "x__y__Z", "q__Z", "ListResource_A_", "2fa", "Default", "\u{652f}"];

/// Words that mean something to the reader, so that arbitrary JSON comes near to a description.
const WORDS: [&str; 24] = [
    "openapi",
    "paths",
    "/a/{b}",
    "get",
    "post",
    "parameters",
    "name",
    "in",
    "schema",
    "responses",
    "200",
    "content",
    "application/json",
    "components",
    "schemas",
    "$ref",
    "type",
    "properties",
    "required",
    "enum",
    "anyOf",
    "operationId",
    "requestBody",
    "x-tool",
];

const TEXTS: [&str; 12] = [
    "3.1.0",
    "path",
    "query",
    "b",
    "string",
    "null",
    "form",
    "#/components/schemas/A",
    "#/paths/~1a",
    "#/",
    "a",
    "",
];

fn reference() -> impl Strategy<Value = Value> {
    let place = prop_oneof![Just(""), Just("/properties/p"), Just("/items"), Just("/$defs/d")];
    (select(&NAMES[..]), place).prop_map(|(name, place)| {
        let name = if name == "aB" { "%61B" } else { name };
        json!({"$ref": format!("#/components/schemas/{name}{place}")})
    })
}

/// A schema of one value, without others in it.
fn plain() -> impl Strategy<Value = Value> {
    let types = [
        json!("string"),
        json!("integer"),
        json!("null"),
        json!(["string", "null"]),
        json!(["null"]),
        json!(["integer", "integer"]),
    ];
    let members = [
        json!({}),
        json!({"nullable": true}),
        json!({"nullable": false}),
        json!({"title": "T"}),
        json!({"format": "uuid4"}),
        json!({"enum": ["a", "a", null]}),
        json!({"enum": [1, "1"]}),
        json!({"const": "c"}),
        json!({"const": null}),
        json!({"example": 1}),
        json!({"minimum": 0, "exclusiveMinimum": true}),
        json!({"exclusiveMaximum": 9}),
        json!({"exclusiveMaximum": false, "maximum": 3}),
        json!({"description": "d"}),
        json!({"default": null}),
        json!({"x-agent": "w"}),
        json!({"deprecated": true}),
    ];
    let types = proptest::option::of(select(types.to_vec()));
    (types, vec(select(members.to_vec()), 0..4)).prop_map(|(kind, members)| {
        let mut schema = Map::new();
        schema.extend(kind.map(|kind| ("type".to_owned(), kind)));
        merge(&mut schema, members);
        Value::Object(schema)
    })
}

fn merge(into: &mut Map<String, Value>, members: Vec<Value>) {
    for member in members {
        if let Value::Object(member) = member {
            into.extend(member);
        }
    }
}

fn schema() -> impl Strategy<Value = Value> {
    let leaf =
        prop_oneof![4 => plain(), 1 => reference(), 1 => any::<bool>().prop_map(Value::from)];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let union = select(vec!["anyOf", "oneOf", "allOf"]);
        let null = prop_oneof![Just(json!({"type": "null"})), Just(json!({"const": null}))];
        prop_oneof![
            (union, vec(prop_oneof![3 => inner.clone(), 1 => null], 1..4), plain())
                .prop_map(|(key, branches, beside)| with(beside, json!({ key: branches }))),
            (inner.clone(), plain())
                .prop_map(|(p, beside)| with(beside, json!({"properties": {"p": p}}))),
            inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            inner.clone().prop_map(|rest| json!({"additionalProperties": rest})),
            inner.clone().prop_map(|d| json!({"type": "object", "$defs": {"d": d}})),
            (reference(), plain()).prop_map(|(reference, beside)| with(beside, reference)),
        ]
    })
}

fn with(mut schema: Value, member: Value) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        merge(schema, vec![member]);
    }
    schema
}

/// A whole description whose schemas are arbitrary.
fn description() -> impl Strategy<Value = Value> {
    let components =
        vec((schema(), proptest::option::weighted(0.1, select(&["Z", "ab"][..]))), NAMES.len());
    (components, schema(), schema(), any::<bool>()).prop_map(|(components, body, answer, new)| {
        let components: Map<String, Value> = NAMES
            .iter()
            .zip(components)
            .map(|(name, (schema, wish))| {
                let wish = wish.map_or(json!({}), |wish| json!({"x-name": wish}));
                ((*name).to_owned(), with(schema, wish))
            })
            .collect();
        json!({
            "openapi": if new { "3.1.0" } else { "3.0.3" },
            "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"post": {
                "operationId": "a",
                "requestBody": {"content": {"application/json": {"schema": body}}},
                "responses": {"200": {"content": {"application/json": {"schema": answer}}}},
            }}},
            "components": {"schemas": components},
        })
    })
}

/// A description without faults: each faulty value is replaced until no fault is left.
/// That this works says that faults name the right place.
fn sound_description() -> impl Strategy<Value = Value> {
    description().prop_filter_map("cannot be mended", |mut description| {
        for _ in 0..60 {
            let Err(faults) = normalize(&mut description.clone()) else { return Some(description) };
            for fault in faults.0 {
                let place = fault.place.trim_start_matches('#');
                if let Some(found) = description.pointer_mut(place) {
                    *found = json!({"type": "string", "nullable": true});
                }
            }
        }
        None
    })
}

fn json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![select(&TEXTS[..]).prop_map(str::to_owned), any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let key = prop_oneof![4 => select(&WORDS[..]).prop_map(str::to_owned), 1 => any::<String>()];
    leaf.prop_recursive(6, 48, 5, move |inner| {
        prop_oneof![
            1 => vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => vec((key.clone(), inner), 0..5).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Every place of a document, as JSON pointers.
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

/// A document and its places.
type Subject = (Value, Vec<String>);

fn subject(text: &str) -> Subject {
    let document = read_document(text).unwrap();
    let mut all = Vec::new();
    places(&document, "", &mut all);
    (document, all)
}

static SUBJECTS: LazyLock<[Subject; 2]> = LazyLock::new(|| [subject(PETSHOP), subject(LIBRARY)]);
static OUR_SUBJECT: LazyLock<Subject> = LazyLock::new(|| subject(OURS));

/// A change of one place: another value, or (`None`) its removal.
fn mutation() -> impl Strategy<Value = (prop::sample::Index, Option<Value>)> {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1.5),
        json!(""),
        json!("x"),
        json!([]),
        json!({}),
        json!([[]]),
        json!({"type": "null"}),
        json!({"$ref": "#/paths"}),
        json!({"$ref": "#/"}),
        json!({"$ref": "#/components/schemas/Pet"}),
        json!({"$ref": 1}),
        json!([null, {"name": "a"}]),
        json!("\u{661}\u{bd}"),
        json!({"enum": [null]}),
        json!(["null", "string"]),
    ];
    (any::<prop::sample::Index>(), proptest::option::weighted(0.8, select(values.to_vec())))
}

fn mutated(subject: &Subject, changes: &[(prop::sample::Index, Option<Value>)]) -> Value {
    let (mut document, places) = subject.clone();
    for (index, value) in changes {
        let place = index.get(&places);
        let (parent, key) = place.rsplit_once('/').unwrap_or_default();
        match (value, document.pointer_mut(place)) {
            (Some(value), Some(found)) => *found = value.clone(),
            (None, Some(_)) => {
                if let Some(Value::Object(map)) = document.pointer_mut(parent) {
                    map.shift_remove(&key.replace("~1", "/").replace("~0", "~"));
                }
            }
            // An earlier change took this place away.
            (_, None) => {}
        }
    }
    document
}

/// How many cases are tried: `PROPTEST_CASES`, or the usual number.
fn cases(usual: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig::with_cases(wanted.unwrap_or(usual))
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn normalizing_twice_is_normalizing_once(description in sound_description()) {
        let mut document = description;
        normalize(&mut document).unwrap();
        let once = document.clone();
        prop_assert!(normalize(&mut document).is_ok(), "the outcome has faults");
        prop_assert_eq!(document, once);
    }

    #[test]
    fn faults_come_with_place_and_advice(description in description()) {
        if let Err(faults) = load(&description.to_string(), "") {
            for fault in faults.0 {
                prop_assert!(fault.place.starts_with("#/"), "{}", fault);
                prop_assert!(!fault.advice.is_empty(), "{}", fault);
            }
        }
    }

    #[test]
    fn arbitrary_json_never_panics(document in json(), overlay in json()) {
        let _ = load(&document.to_string(), &overlay.to_string());
        let rooted = json!({"openapi": "3.0.0", "paths": document, "components": overlay});
        let _ = load(&rooted.to_string(), "");
    }

    #[test]
    fn what_is_written_is_read_back(document in json()) {
        let document = json!({"openapi": "3.1.0", "x-any": document});
        prop_assert_eq!(read_document(&document.to_string()).unwrap(), document.clone());
        prop_assert_eq!(read_document(&format!("{document:#}")).unwrap(), document);
    }

    #[test]
    fn arbitrary_text_never_panics(text in any::<String>(), overlay in "[ a-z:\\-\\n\\[\\]{}&*'\"#$.@?]{0,60}") {
        let _ = load(&text, &overlay);
        let _ = load(&overlay, &text);
    }

    #[test]
    fn overlays_never_panic(
        document in json(),
        path in "\\$(\\.[a-z]{1,3}|\\.\\*|\\.\\.[a-z]|\\[[0-9*-]{1,2}\\]|\\['paths'\\]|\\[\\?@\\.a\\]|\\[-1:\\]){0,4}",
        update in json(),
        remove in any::<bool>(),
    ) {
        let action = if remove {
            json!({"target": path, "remove": true})
        } else {
            json!({"target": path, "update": update})
        };
        let overlay = json!({"overlay": "1.0.0", "actions": [action]}).to_string();
        if let Ok(overlay) = Overlay::parse(&overlay) {
            let mut document = document;
            let _ = overlay.apply(&mut document);
        }
    }

    #[test]
    fn changed_descriptions_of_others_never_panic(
        which in 0..2_usize,
        changes in vec(mutation(), 1..6),
    ) {
        let _ = load(&mutated(&SUBJECTS[which], &changes).to_string(), "");
    }
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn changed_descriptions_of_ours_never_panic(changes in vec(mutation(), 1..6)) {
        let _ = load(&mutated(&OUR_SUBJECT, &changes).to_string(), OVERLAY);
    }
}
