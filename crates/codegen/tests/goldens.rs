//! One tiny description for each feature, and what is made of it, byte for byte.
//!
//! `UPDATE_GOLDEN=1 cargo test -p streampay-codegen` rewrites the files; `goldens_compile` compiles
//! them, so a feature that is added here is added there too.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use similar::TextDiff;
use streampay_codegen::{client, tools};

const COMMAND: &str = "UPDATE_GOLDEN=1 cargo test -p streampay-codegen";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn features() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn load(feature: &Path) -> streampay_spec::Loaded {
    let description = fs::read_to_string(feature.join("api.yaml")).unwrap();
    let overlay = fs::read_to_string(feature.join("overlay.yaml")).unwrap_or_default();
    streampay_spec::load(&description, &overlay).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Everything that is made of a feature's description, by its path in the feature's folder.
fn generate(feature: &Path) -> BTreeMap<String, String> {
    let api = load(feature).api;
    let source = client::generate(&api).unwrap_or_else(|faults| panic!("{faults}"));
    let (files, _) = tools::emit(&api).unwrap_or_else(|faults| panic!("{faults}"));
    let mut golden = BTreeMap::from([
        ("client.rs".to_owned(), source.client),
        ("enums.rs".to_owned(), source.enums),
        ("operations.rs".to_owned(), source.operations),
    ]);
    for (path, text) in files {
        if path == "docs/tools.md" {
            golden.insert("tools.md".to_owned(), text);
        } else if let Some(name) = path.strip_prefix("crates/mcp/src/generated/") {
            golden.insert(format!("tools/{name}"), text);
        }
    }
    golden
}

/// The files that a feature's folder holds beside the inputs.
fn stored(feature: &Path) -> BTreeSet<String> {
    let names = |folder: PathBuf, prefix: &str| -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().map(Result::unwrap);
        let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
        files.map(|entry| format!("{prefix}{}", entry.file_name().to_str().unwrap())).collect()
    };
    let mut all: BTreeSet<String> = names(feature.to_path_buf(), "").into_iter().collect();
    all.extend(names(feature.join("tools"), "tools/"));
    all.retain(|name| name != "api.yaml" && name != "overlay.yaml");
    all
}

#[test]
fn every_feature_gives_its_golden_files() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut differences = String::new();
    for feature in features() {
        let golden = generate(&feature);
        for name in stored(&feature).into_iter().filter(|name| !golden.contains_key(name)) {
            if update {
                fs::remove_file(feature.join(name)).unwrap();
            } else {
                differences += &format!("{}: is no longer made\n", feature.join(name).display());
            }
        }
        for (name, text) in golden {
            let path = feature.join(name);
            let old = fs::read_to_string(&path).ok();
            if old.as_deref() == Some(&text) {
                continue;
            }
            if update {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, text).unwrap();
                continue;
            }
            let header = format!("{}", path.display());
            let old = old.unwrap_or_default();
            let diff = TextDiff::from_lines(&old, &text);
            differences += &diff.unified_diff().header(&header, "as it is made now").to_string();
        }
    }
    assert!(differences.is_empty(), "{differences}\nIf this is as it should be: {COMMAND}");
}

#[test]
fn the_same_description_gives_the_same_bytes() {
    for feature in features() {
        assert_eq!(generate(&feature), generate(&feature), "{}", feature.display());
    }
}

#[test]
fn the_features_are_tiny() {
    for feature in features() {
        let lines = fs::read_to_string(feature.join("api.yaml")).unwrap().lines().count();
        assert!((10..=40).contains(&lines), "{}: {lines} lines", feature.display());
    }
}

#[test]
fn the_views_show_each_tool_as_clients_see_it() {
    for feature in features() {
        let api = load(&feature).api;
        let (tools, _) = tools::plan(&api).unwrap();
        let (files, _) = tools::emit(&api).unwrap();
        let views = files.iter().filter(|(path, _)| path.starts_with("spec/tools/"));
        assert_eq!(views.clone().count(), tools.len());
        for (path, text) in views {
            let view: Value = serde_json::from_str(text).unwrap();
            assert_eq!(*path, format!("spec/tools/{}.json", view["name"].as_str().unwrap()));
            let tool = tools.iter().find(|tool| view["name"] == tool.name.as_str()).unwrap();
            assert_eq!(view["inputSchema"], tool.input_schema);
            assert_eq!(view["outputSchema"], tool.output_schema);
            assert_eq!(view["annotations"]["readOnlyHint"], tool.effects.read_only);
            assert_eq!(view["annotations"]["destructiveHint"], tool.effects.destructive);
            for schema in [&tool.input_schema, &tool.output_schema] {
                assert_eq!(schema["type"], "object", "{path}");
                assert_references_stay_inside(schema, schema);
            }
        }
    }
}

fn assert_references_stay_inside(schema: &Value, root: &Value) {
    match schema {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                let name = reference.strip_prefix("#/$defs/").unwrap();
                assert!(root["$defs"].get(name).is_some(), "{reference} in {root}");
            }
            map.values().for_each(|value| assert_references_stay_inside(value, root));
        }
        Value::Array(list) => {
            list.iter().for_each(|value| assert_references_stay_inside(value, root));
        }
        _ => {}
    }
}
