//! The two documents that must go through: the project's own, and the one of March 2026 as it was
//! published, with all its faults.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use std::{fs, path::PathBuf};

use serde_json::Value;
use streampay_spec::{Api, Loaded, compare, load, normalize, read_document};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn overlay() -> String {
    fs::read_to_string(root().join("spec/overlay.yaml")).unwrap()
}

fn ours() -> Loaded {
    load(&fs::read_to_string(root().join("spec/openapi.json")).unwrap(), &overlay()).unwrap()
}

/// The published document, where the folder beside the repository has it.
fn march() -> Option<String> {
    let path = root().join("../shared/upstream/openapi-2026-03.json");
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("left out: {} is not here", path.display());
    }
    text
}

/// Every reference of the form that the generators rely on: to a component, by its plain name.
fn assert_references_resolve(api: &Api, value: &Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                let name = reference.strip_prefix("#/components/schemas/");
                assert!(name.is_some_and(|name| api.schemas.contains_key(name)), "{reference}");
            }
            map.values().for_each(|value| assert_references_resolve(api, value));
        }
        Value::Array(list) => list.iter().for_each(|value| assert_references_resolve(api, value)),
        _ => {}
    }
}

fn assert_sound(api: &Api) {
    for schema in api.schemas.values() {
        assert_references_resolve(api, schema);
    }
    for operation in &api.operations {
        let body = operation.body.iter().map(|body| &body.schema);
        let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
        for schema in body.chain(parameters).chain(&operation.success.schema) {
            assert_references_resolve(api, schema);
        }
    }
}

#[test]
fn the_projects_own_document_loads_without_a_warning() {
    let Loaded { api, warnings } = ours();
    assert_eq!(warnings, []);
    assert_eq!(api.operations.len(), 56);
    assert_eq!(api.toolsets.len(), 10);
    assert_sound(&api);
    for operation in &api.operations {
        assert!(operation.tool.description.is_some(), "{} has no wording", operation.name);
        assert!(operation.tool.toolset.is_some(), "{} has no toolset", operation.name);
    }
}

#[test]
fn rows_and_marks_survive_a_changed_description_and_what_no_longer_matches_is_reported() {
    let text = fs::read_to_string(root().join("spec/openapi.json")).unwrap();
    let mut document: Value =
        serde_json::from_str(&text.replace("\"user_count\"", "\"member_count\"")).unwrap();
    let product = document.pointer_mut("/components/schemas/ProductDto/properties").unwrap();
    product.as_object_mut().unwrap().remove("description").unwrap();
    let Loaded { api, warnings } = load(&document.to_string(), &overlay()).unwrap();
    let texts: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    for wanted in [
        "the items of the list have no member `user_count`",
        "`description` is not a member of ProductDto",
    ] {
        assert!(texts.iter().any(|text| text.contains(wanted)), "{wanted} is not in {texts:#?}");
    }
    let branches = api.operations.iter().find(|operation| operation.name == "list_branches");
    let columns: Vec<&str> =
        branches.unwrap().row.iter().map(|member| member.name.as_str()).collect();
    assert_eq!(columns, ["id", "name", "created"]);
    let marked = &api.outside.get("ProductDto").unwrap().untrusted;
    assert_eq!(marked, &["name"]);
}

#[test]
fn the_digest_is_that_of_the_content_not_of_the_layout() {
    let text = fs::read_to_string(root().join("spec/openapi.json")).unwrap();
    let compact = read_document(&text).unwrap().to_string();
    let digest = ours().api.digest;
    assert_eq!(digest.len(), 64);
    assert_eq!(load(&compact, &overlay()).unwrap().api.digest, digest);
    let changed = text.replacen("\"title\": \"", "\"title\": \"A", 1);
    assert_ne!(load(&changed, &overlay()).unwrap().api.digest, digest);
}

#[test]
fn the_published_document_of_march_loads_and_only_misses_what_came_later() {
    let Some(text) = march() else { return };
    let Loaded { api, warnings } = load(&text, &overlay()).unwrap();
    assert_eq!(api.operations.len(), 47, "45 as published, and two from the overlay");
    for warning in &warnings {
        let target = warning.place.starts_with("overlay line ")
            && warning.message.ends_with(" matches nothing");
        let member =
            ["x-row", "x-untrusted", "x-personal"].iter().any(|key| warning.place.ends_with(key))
                && warning.message.contains("member");
        assert!(target || member, "{warning}");
    }
    assert_sound(&api);
    for (name, schema) in &api.schemas {
        assert!(!name.contains('_'), "{name} is not tidy");
        assert!(!schema.to_string().contains("\"nullable\""), "{name} still has `nullable`");
    }
}

#[test]
fn the_published_document_normalizes_once_and_for_all() {
    let Some(text) = march() else { return };
    let mut document = read_document(&text).unwrap();
    normalize(&mut document).unwrap();
    let once = document.clone();
    normalize(&mut document).unwrap();
    assert!(document == once, "the second time changes something");
}

#[test]
fn from_march_to_ours_nine_operations_came_and_no_field_went() {
    let Some(text) = march() else { return };
    let old = load(&text, &overlay()).unwrap().api;
    let report = compare(&old, &ours().api);
    let added: Vec<&str> = report
        .changes
        .iter()
        .filter(|change| change.text == "operation added")
        .map(|change| change.subject.as_str())
        .collect();
    let wanted = [
        "POST /api/v2/organization/invite",
        "GET /api/v2/branch",
        "POST /api/v2/branch",
        "GET /api/v2/branch/{branch_id}",
        "PUT /api/v2/branch/{branch_id}",
        "DELETE /api/v2/branch/{branch_id}",
        "PATCH /api/v2/payment_links/{payment_link_id}/coupons",
        "DELETE /api/v2/subscriptions/{subscription_id}/pending-change",
        "PUT /api/v2/subscriptions/{subscription_id}/uncancel",
    ];
    let mut sorted = (added.clone(), wanted.to_vec());
    sorted.0.sort_unstable();
    sorted.1.sort_unstable();
    assert_eq!(sorted.0, sorted.1);
    for change in &report.changes {
        assert!(!change.text.contains("removed"), "{change:?}");
    }
}
