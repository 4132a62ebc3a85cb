//! `coverage.json` lists what the simulator leaves out, with reasons. It is held against the source
//! and the description here: an entry that is missing fails, and so does one that is no longer true.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

/// The lists of states whose every value the simulator produces or explains.
const LISTS: [&str; 6] = [
    "PaymentStatusEnum",
    "InvoiceStatusEnum",
    "SubscriptionStatus",
    "PaymentLinkStatus",
    "InvoiceType",
    "PaymentTypeEnum",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    about: String,
    operations: BTreeMap<String, String>,
    events: BTreeMap<String, String>,
    error_codes: BTreeMap<String, String>,
    values: BTreeMap<String, BTreeMap<String, String>>,
    readings: Vec<Reading>,
    limits: Vec<String>,
}

/// How the simulator reads what is published nowhere, and the source that says so.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reading {
    subject: String,
    reading: String,
    /// A file under `src/` and a text in it: when the text is gone the entry is stale.
    evidence: (String, String),
}

fn coverage() -> Coverage {
    serde_json::from_str(include_str!("../coverage.json")).unwrap()
}

fn sources(folder: &Path, text: &mut String) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|kind| kind == "rs")
            && !path.ends_with("src/error.rs")
            && !path.ends_with("billing/properties.rs")
        {
            let source = std::fs::read_to_string(&path).unwrap();
            text.push_str(source.split("#[cfg(test)]").next().unwrap());
        }
    }
}

fn source() -> String {
    let mut text = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
    text
}

/// What the simulator does and what is listed as left out are, together, all there is, and nothing
/// is both.
fn partition<'a>(
    what: &str,
    all: impl IntoIterator<Item = &'a str>,
    left_out: &BTreeMap<String, String>,
    done: impl Fn(&str) -> bool,
) {
    let all: BTreeSet<&str> = all.into_iter().collect();
    for name in &all {
        match (done(name), left_out.contains_key(*name)) {
            (true, true) => panic!("{what} {name} is listed as left out, yet it is done"),
            (false, false) => panic!("{what} {name} is neither done nor listed with a reason"),
            _ => {}
        }
    }
    for (name, reason) in left_out {
        assert!(all.contains(name.as_str()), "{what} {name} is listed, yet it is not published");
        assert!(reason.len() > 20, "{what} {name} has no reason");
    }
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().unwrap().iter().filter_map(Value::as_str)
}

#[test]
fn operations_are_handled_or_listed() {
    let source = source();
    let keys: Vec<String> = common::api()
        .operations
        .iter()
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    let done = |key: &str| source.contains(&format!("\"{key}\""));
    partition("operation", keys.iter().map(String::as_str), &coverage().operations, done);
}

#[test]
fn events_are_sent_or_listed() {
    let source = source();
    let done = |event: &str| source.contains(&format!("\"{event}\""));
    partition("event", common::EVENTS, &coverage().events, done);
}

/// Every error code that is answered is asked for by name in a test of this folder.
#[test]
fn error_codes_that_are_answered_are_tested() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut tests = String::new();
    for entry in std::fs::read_dir(own).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && !path.ends_with("coverage.rs") {
            tests.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    let codes = &common::api().schemas["StreamErrorCodes"]["enum"];
    let left_out = coverage().error_codes;
    for code in strings(codes).filter(|code| !left_out.contains_key(*code)) {
        assert!(tests.contains(&format!("\"{code}\"")), "no test asks for {code}");
    }
}

#[test]
fn error_codes_are_answered_or_listed() {
    let source = source();
    let codes = &common::api().schemas["StreamErrorCodes"]["enum"];
    let done = |code: &str| source.contains(&format!("\"{code}\""));
    partition("error code", strings(codes), &coverage().error_codes, done);
}

#[test]
fn states_are_reached_or_listed() {
    let source = source();
    let coverage = coverage();
    // A state is reached where it is written; being compared with is not enough.
    let done = |state: &str| {
        let forms = [
            format!("\"{state}\".to_owned()"),
            format!("status: \"{state}\""),
            format!("kind: \"{state}\""),
            format!("{{ \"{state}\" }}"),
        ];
        forms.iter().any(|form| source.contains(form))
    };
    let none = BTreeMap::new();
    for list in LISTS {
        let values = &common::api().schemas[list]["enum"];
        let left_out = coverage.values.get(list).unwrap_or(&none);
        partition(list, strings(values), left_out, done);
    }
    assert!(coverage.values.keys().all(|list| LISTS.contains(&list.as_str())));
}

#[test]
fn readings_say_what_the_source_does() {
    let coverage = coverage();
    assert!(!coverage.about.is_empty() && !coverage.limits.is_empty());
    for Reading { subject, reading, evidence: (file, text) } in &coverage.readings {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
        let source = std::fs::read_to_string(&path).unwrap();
        assert!(source.contains(text), "{subject}: {file} no longer holds {text:?}");
        assert!(reading.len() > 20, "{subject}");
    }
}
