//! The golden files compile, and what they define reads and writes what an API sends and takes.
//!
//! The generated code speaks of the crates that it is made for: `crate::…` in the client, `streampay`
//! and `crate::tool` in the server. Here all of these are this one crate. What is small and stands on
//! its own is the client's or the server's real source; the rest stands in.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, unreachable_pub)]

extern crate self as streampay;

use operation::{Body, Location};
use serde_json::{Value, json};
use tool::Place;

#[path = "../../../src/amount.rs"]
mod amount;
#[path = "../../../src/field.rs"]
mod field;
#[path = "../../../src/open_enum.rs"]
mod open_enum;
#[path = "../../mcp/src/text/members.rs"]
#[allow(dead_code, reason = "here it is only filled")]
mod text;
#[path = "../../../src/timestamp.rs"]
mod timestamp;
#[path = "../../mcp/src/tool.rs"]
#[allow(dead_code, reason = "here it is only filled")]
mod tool;

#[path = "standins/client.rs"]
pub mod client;
#[path = "standins/operation.rs"]
pub mod operation;
#[path = "standins/paging.rs"]
pub mod paging;

pub use amount::Amount;
pub use client::{Error, Response};
pub use field::Field;
pub use operation::Operation;
pub use timestamp::Timestamp;

/// In the client it stops the build; here every feature has a digest of its own, and a test compares.
pub const fn assert_same_description(digest: &str) {
    assert!(digest.len() == 64);
}

macro_rules! golden {
    ($feature:ident, $file:literal) => {
        include!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/golden/",
            stringify!($feature),
            "/",
            $file
        ));
    };
}

macro_rules! features {
    ($($feature:ident $tools:literal),* $(,)?) => {
        $(
            #[path = $tools]
            mod $feature;
        )*

        /// The typed clients, with the liberties that the client's crate gives them.
        #[allow(
            dead_code,
            unused_imports,
            unreachable_patterns,
            clippy::all,
            clippy::unwrap_used,
            clippy::expect_used
        )]
        mod clients {
            $(pub mod $feature { golden!($feature, "client.rs"); })*
        }

        /// The tables of operations.
        #[allow(dead_code, unused_imports)]
        mod tables {
            $(pub mod $feature { golden!($feature, "operations.rs"); })*
        }

        /// The enumerations of all features, whose names differ.
        #[allow(missing_docs)]
        pub mod enums {
            $(golden!($feature, "enums.rs");)*
        }

        /// The operations of all features, whose names differ.
        #[allow(ambiguous_glob_reexports)]
        pub mod operations {
            $(pub use crate::tables::$feature::*;)*
        }

        /// Name, digest, operations and tools of each feature.
        fn features() -> Vec<Feature> {
            vec![$(Feature {
                name: stringify!($feature),
                digest: tables::$feature::DIGEST,
                operations: tables::$feature::ALL,
                tools: $feature::TOOLS.concat(),
                toolsets: $feature::TOOLSETS,
                advice: $feature::ERROR_ADVICE,
            }),*]
        }
    };
}

struct Feature {
    name: &'static str,
    digest: &'static str,
    operations: &'static [&'static Operation],
    tools: Vec<&'static tool::OperationTool>,
    toolsets: &'static [(&'static str, &'static str)],
    advice: &'static [(&'static str, &'static str)],
}

features! {
    asked_members "golden/asked_members/tools/mod.rs",
    empty_answers "golden/empty_answers/tools/mod.rs",
    enums_of_texts "golden/enums_of_texts/tools/mod.rs",
    flat_body "golden/flat_body/tools/mod.rs",
    further_tools "golden/further_tools/tools/mod.rs",
    keywords "golden/keywords/tools/mod.rs",
    maps "golden/maps/tools/mod.rs",
    methods "golden/methods/tools/mod.rs",
    money "golden/money/tools/mod.rs",
    nested_body "golden/nested_body/tools/mod.rs",
    nullable "golden/nullable/tools/mod.rs",
    odd_names "golden/odd_names/tools/mod.rs",
    pages "golden/pages/tools/mod.rs",
    path_and_query "golden/path_and_query/tools/mod.rs",
    query_arrays "golden/query_arrays/tools/mod.rs",
    recursion "golden/recursion/tools/mod.rs",
    renamed_arguments "golden/renamed_arguments/tools/mod.rs",
    rows "golden/rows/tools/mod.rs",
    stakes "golden/stakes/tools/mod.rs",
    unions "golden/unions/tools/mod.rs",
    whole_body "golden/whole_body/tools/mod.rs",
    wrapped_answers "golden/wrapped_answers/tools/mod.rs",
}

/// Reads `json` as `T` and writes it again: nothing may be lost.
#[track_caller]
fn round<T: serde::Serialize + serde::de::DeserializeOwned>(json: Value) -> T {
    let value: T = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&value).unwrap(), json);
    value
}

#[test]
fn every_feature_that_has_a_golden_is_compiled_here() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut folders: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    folders.sort();
    let compiled: Vec<&str> = features().iter().map(|feature| feature.name).collect();
    assert_eq!(folders, compiled);
}

#[test]
fn tools_fit_the_table_of_operations() {
    for Feature { name, digest, operations, tools, .. } in features() {
        let index = format!("{}/tests/golden/{name}/tools/mod.rs", env!("CARGO_MANIFEST_DIR"));
        assert!(std::fs::read_to_string(index).unwrap().contains(digest), "{name}");
        assert!(tools.len() >= operations.len(), "{name}");
        for tool in tools {
            assert!(operations.contains(&tool.operation), "{name}: {}", tool.name);
            assert!(!tool.description.is_empty(), "{name}: {}", tool.name);
            let places = tool.arguments.iter().map(|argument| (argument.place, argument.api_name));
            let fixed = tool.fixed.iter().map(|fixed| (fixed.place, fixed.api_name));
            for (place, api_name) in places.chain(fixed) {
                let location = match place {
                    Place::Path => Location::Path,
                    Place::Query => Location::Query,
                    Place::Body | Place::WholeBody => {
                        assert_ne!(tool.operation.body, Body::None, "{name}: {}", tool.name);
                        continue;
                    }
                };
                let mut parameters = tool.operation.parameters.iter();
                let found = parameters.any(|p| p.name == api_name && p.location == location);
                assert!(found, "{name}: {} has no {api_name} in {location:?}", tool.name);
            }
        }
    }
}

#[test]
fn the_schemas_of_tools_are_json_with_the_tools_arguments() {
    for Feature { name, tools, .. } in features() {
        for tool in tools {
            let input: Value = serde_json::from_str(tool.input_schema).unwrap();
            let properties: Vec<&str> =
                input["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            let mut arguments: Vec<&str> = tool.arguments.iter().map(|a| a.name).collect();
            if let Some(list) = &tool.list {
                arguments.extend(["detail", "fields"]);
                arguments.extend(list.pages.is_some().then_some("all_pages"));
            }
            assert_eq!(properties, arguments, "{name}: {}", tool.name);
            let output: Value = serde_json::from_str(tool.output_schema).unwrap();
            assert_eq!(output["type"], "object", "{name}: {}", tool.name);
            assert_eq!(tool.wrapped, output["properties"].get("result").is_some());
        }
    }
}

#[test]
fn lists_identify_their_items_whether_the_id_is_required_or_not() {
    use clients::pages::{builder, types};
    use paging::Listing;
    let id = "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c";
    let book: types::Book = round(json!({"isbn": id}));
    let author: types::Author = round(json!({"isbn": id}));
    assert_eq!(builder::ListBooks::id(&book), Some(id.parse().unwrap()));
    assert_eq!(builder::ListAuthors::id(&author), Some(id.parse().unwrap()));
    assert_eq!(builder::ListBooks::id(&round(json!({}))), None);
    let books = client::Client.list_books().number(3).library("main");
    assert_eq!((books.start(), client::Client.list_books().start()), (3, 1));
}

#[test]
fn operations_say_what_a_request_needs() {
    let find = &operations::FIND_ITEM;
    let parts: Vec<_> =
        find.parameters.iter().map(|p| (p.name, p.location, p.required, p.uuid)).collect();
    let wanted = [
        ("shop_id", Location::Path, true, true),
        ("item", Location::Path, true, false),
        ("language", Location::Query, false, false),
        ("at_least", Location::Query, true, false),
        ("X-Trace", Location::Header, false, false),
    ];
    assert_eq!(parts, wanted);
    assert!(find.retry_safe && operations::SET_DOOR.retry_safe);
    assert!(!operations::ADD_PERSON.retry_safe);
    assert_eq!(operations::PUT_SETTINGS.body, Body::Optional);
    let explodes: Vec<bool> =
        operations::SEARCH_GROUPS.parameters.iter().map(|p| p.explode).collect();
    assert_eq!(explodes, [true, true, true, false, true]);
    let names: Vec<&str> = tables::methods::ALL.iter().map(|operation| operation.name).collect();
    assert_eq!(names.len(), 7, "the lossless call has all methods: {names:?}");
}

#[test]
fn the_words_of_an_overlay_become_tools_effects_and_advice() {
    let features = features();
    let doors = features.iter().find(|feature| feature.name == "further_tools").unwrap();
    let set = doors.tools.iter().find(|tool| tool.name == "set_door").unwrap();
    let shut = doors.tools.iter().find(|tool| tool.name == "shut_door").unwrap();
    assert_eq!((set.title, set.toolset, set.preview), ("Set a door", "doors", true));
    assert!(!set.effects.destructive && !set.effects.open_world && set.effects.idempotent);
    assert!(shut.effects.destructive && shut.effects.idempotent && !shut.effects.read_only);
    let read = set.verify_with.as_ref().unwrap();
    assert_eq!((read.tool, read.look_for), ("get_door", "its state"));
    let fixed: Vec<_> = shut.fixed.iter().map(|f| (f.api_name, f.place, f.json)).collect();
    assert_eq!(fixed, [("state", Place::Body, "\"shut\""), ("loud", Place::Query, "false")]);
    assert_eq!(shut.arguments.len(), 1);
    let parcels = features.iter().find(|feature| feature.name == "asked_members").unwrap();
    let defaults = parcels.tools[0].defaults.iter().map(|d| (d.path, d.name, d.json));
    let wanted: [(&[&str], _, _); 3] = [
        (&[], "insured", "false"),
        (&["options"], "fragile", "false"),
        (&["options"], "signed", "false"),
    ];
    assert_eq!(defaults.collect::<Vec<_>>(), wanted);
    assert_eq!(doors.toolsets, [("doors", "What opens and shuts.")]);
    assert_eq!(doors.advice, [("STUCK", "Call a locksmith.")]);
    let group = features.iter().find(|feature| feature.name == "renamed_arguments").unwrap();
    let names: Vec<_> =
        group.tools[0].arguments.iter().map(|a| (a.place, a.api_name, a.name)).collect();
    let wanted = [
        (Place::Path, "id", "group_id"),
        (Place::Body, "id", "person_id"),
        (Place::Query, "filter[kind]", "kind"),
        (Place::Body, "rôle", "r_le"),
    ];
    assert_eq!(names, wanted);
}

#[test]
fn unknown_values_and_members_survive() {
    use clients::enums_of_texts::types::Lights;
    let lights: Lights = round(json!({
        "colours": ["red", "dark-red", "", "+", "ultraviolet"], "kind": "HTTPS", "state": "dim",
        "level": 7, "mixed": [], "since": {"a": 1},
    }));
    let colours = lights.colours.into_option().unwrap();
    assert_eq!(colours[0], enums::Colour::Red);
    assert!(colours[..4].iter().all(enums::Colour::is_known));
    assert_eq!(colours[4].as_str(), "ultraviolet");
    assert_eq!(lights.kind, Some(enums::HttpKind::Https));
    assert!(!lights.state.as_ref().unwrap().is_known());
    assert_eq!(lights.extra["since"], json!({"a": 1}));
    assert_eq!(enums::Colour::KNOWN.len(), 9, "each value has a variant of its own");
}

#[test]
fn null_and_absence_are_read() {
    use clients::nullable::types::Profile;
    let full: Profile = round(json!({
        "nick": null, "mood": null, "friend": {"nick": "b"}, "score": "7", "notes": ["a", null],
    }));
    assert!(full.nick.is_none());
    assert_eq!(full.mood, None);
    assert_eq!(full.notes.into_option().unwrap(), [Some("a".to_owned()), None]);
    let nulls = json!({"nick": "a", "mood": "good", "friend": null, "score": null, "notes": null});
    let nulls: Profile = round(nulls);
    assert_eq!(nulls.mood, Some(enums::Mood::Good));
    assert!(nulls.friend.is_null());
}

#[test]
fn money_keeps_its_decimals() {
    use clients::money::types::{Bill, NewBill};
    let bill: Bill = round(json!({"amount": "25.000", "code": "lower", "paid_at": "yesterday"}));
    assert_eq!(bill.amount, Amount::from(25));
    let number: NewBill = serde_json::from_value(json!({"amount": 19.99})).unwrap();
    assert_eq!(serde_json::to_value(&number).unwrap(), json!({"amount": 19.99}));
}

#[test]
fn schemas_that_contain_themselves_are_types_that_do() {
    use clients::recursion::types::Folder;
    let folder: Folder = round(json!({
        "name": "a", "parent": {"name": "b"}, "folders": [{"name": "c", "folders": []}],
        "owner": {"name": "o", "home": {"name": "d"}},
    }));
    assert_eq!(folder.parent.as_ref().unwrap().name, "b");
    assert_eq!(folder.owner.as_ref().unwrap().home.as_ref().unwrap().name, "d");
}

#[test]
fn choices_between_objects_stay_json_and_other_choices_are_types() {
    use clients::unions::types::{AnyPet, HousedPet};
    let _: AnyPet = round(json!({"kind": "dog", "barks": true}));
    let _: HousedPet = round(json!({"name": "a", "house": {"street": "s"}, "more": 1}));
    let _: HousedPet = round(json!({"name": "a", "house": "the red one"}));
}

#[test]
fn maps_and_members_with_odd_names_are_kept() {
    use clients::{keywords::types::Self_, maps::types::AddNoteBody, odd_names::types::File};
    let note: AddNoteBody = round(json!({
        "labels": {"a": "b"}, "counts": {"x": {"y": 1}}, "free": {"any": [1]},
        "open": {"known": "k", "other": 1}, "shut": {"known": "k", "other": 1},
    }));
    assert_eq!(note.counts.as_ref().unwrap()["x"]["y"], 1);
    let file: File = round(json!({"2nd": "a", "a-b": "b", "": "c"}));
    assert_eq!(file.a_b.as_deref().unwrap(), "b");
    let all: Self_ =
        round(json!({"type": "t", "self": {"ref": 1}, "crate": "self", "extra": "mine"}));
    assert_eq!(all.crate_, Some(enums::SelfCrate::Self_));
    assert_eq!(all.extra.as_deref(), Some("mine"));
}

#[test]
fn builders_take_plain_values_and_name_what_is_missing() {
    use clients::flat_body::types::NewPerson;
    let person: NewPerson = NewPerson::builder().name("Ada").tags(vec![]).try_into().unwrap();
    assert_eq!(serde_json::to_value(person).unwrap(), json!({"name": "Ada", "tags": []}));
    let nameless: Result<NewPerson, _> = NewPerson::builder().active(false).try_into();
    assert!(nameless.unwrap_err().to_string().contains("name"));
}
