//! Whatever goes wrong, the repository stays as it was, and the error says what to do.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use support::{Repository, SMALL, from_file};
use xtask::{files, regen::Options};

/// A file outside the repository.
struct Given {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn given(bytes: impl AsRef<[u8]>) -> Given {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("given.json");
    fs::write(&path, bytes).unwrap();
    Given { _folder: folder, path }
}

/// A description that would change every file.
fn later() -> Given {
    given(SMALL.replace("Small", "Later").replace("add_thing", "sell_thing"))
}

#[test]
fn a_description_with_faults_is_refused_with_all_of_them() {
    let repository = Repository::small();
    let cases: [(String, &[&str]); 6] = [
        ("{\"openapi\": ".to_owned(), &["the description could not be read"]),
        ("<!DOCTYPE html><title>404</title>".to_owned(), &["1 fault:"]),
        (SMALL.replace("3.1.0", "2.0.0"), &["OpenAPI 2.0.0 is not supported"]),
        (
            SMALL.replace("schemas/Thing'", "schemas/Gone'").replace("add_thing", "list_things"),
            &[
                "3 faults:",
                "`#/components/schemas/Gone` has no target",
                "the operationId `list_things` is that of #/paths/~1things/get",
                "the tool name `list_things` is already taken",
                "    → ",
            ],
        ),
        // What only the tools' generator finds, with what only the client's does.
        (
            SMALL
                .replace("{name: page, in: query,", "{name: a-b, in: query, schema: {}}, {name: a_b, in: query,")
                .replace("/things:", "/things/{name}:")
                .replace("paths:\n  /things/{name}:\n", "paths:\n  /things/{name}:\n    parameters: [{name: name, in: path, required: true, schema: {type: string}}]\n"),
            &[
                "2 faults:",
                "two names that both become `a_b` in Rust",
                "tool add_thing: two arguments are called `name` (Path, Body)",
            ],
        ),
        (SMALL.replace("{type: integer}", "{type: object}"), &["`page` is an object"]),
    ];
    for (text, wanted) in cases {
        let error = repository.refuses(&from_file(&given(&text).path));
        for part in wanted {
            assert!(error.contains(part), "{part} is not in\n{error}\n{text}");
        }
    }
}

#[test]
fn an_overlay_with_faults_is_refused_with_all_of_them() {
    let repository = Repository::small();
    let bad = "overlay: 1.0.0\nactions:\n  - target: $[\n    remove: true\n  - target: $.info\n";
    repository.write("spec/overlay.yaml", bad);
    let error = repository.refuses(&Options { pinned: true, ..Options::default() });
    assert!(error.contains("overlay line 3: `$[` is not a JSONPath"), "{error}");
    assert!(error.contains("overlay line 5: the action changes nothing"), "{error}");
    fs::remove_file(repository.path("spec/overlay.yaml")).unwrap();
    let error = repository.refuses(&from_file(&later().path));
    assert!(error.contains("spec/overlay.yaml"), "{error}");
}

#[test]
fn files_that_are_no_description_are_refused_by_name() {
    let repository = Repository::small();
    let huge = given("");
    File::create(&huge.path).unwrap().set_len(33 * 1024 * 1024).unwrap();
    let error = repository.refuses(&from_file(&huge.path));
    assert!(error.contains("given.json is larger than 32 MiB"), "{error}");
    let error = repository.refuses(&from_file(&given(b"\xff\xfe{}").path));
    assert!(error.contains("given.json is not UTF-8"), "{error}");
    let error = repository.refuses(&from_file(Path::new("/nowhere/gone.json")));
    assert!(error.contains("/nowhere/gone.json"), "{error}");
    let error = repository.refuses(&from_file(repository.root()));
    assert!(error.contains("reading "), "{error}");
}

#[test]
fn a_file_that_cannot_be_written_leaves_all_as_it_was() {
    let later = later();
    // In each case a folder stands where a file must be written: in the place of a generated file, of a
    // file that is new, of a temporary one in the middle of the work, and of the report.
    for place in [
        "docs/tools.md",
        "spec/tools/sell_thing.json",
        "spec/lock.json.regen-tmp",
        "docs/tools.md.regen-tmp",
    ] {
        let repository = Repository::small();
        let _ = fs::remove_file(repository.path(place));
        fs::create_dir_all(repository.path(place)).unwrap();
        let error = repository.refuses(&from_file(&later.path));
        assert!(error.contains(place.trim_end_matches(".regen-tmp")), "{place}: {error}");
    }
    let repository = Repository::small();
    fs::create_dir(repository.path("report.md")).unwrap();
    let report = Some(repository.path("report.md"));
    let error = repository.refuses(&Options { report, ..from_file(&later.path) });
    assert!(error.contains("report.md"), "{error}");
}

#[test]
fn a_folder_among_generated_files_is_not_removed_but_named() {
    let repository = Repository::small();
    repository.write("crates/mcp/src/generated/mine/notes.md", "mine");
    let error = repository.refuses(&from_file(&later().path));
    assert!(error.contains("crates/mcp/src/generated/mine is a folder"), "{error}");
}

#[test]
fn what_an_interrupted_run_left_behind_is_cleared_away() {
    let repository = Repository::small();
    repository.write("spec/tools/sell_thing.json.regen-tmp", "half a fi");
    repository.run(&from_file(&later().path)).unwrap();
    assert!(!repository.path("spec/tools/sell_thing.json.regen-tmp").exists());
    assert!(repository.read("spec/tools/sell_thing.json").ends_with("}\n"));
    assert!(repository.check().0);
}

#[test]
fn files_are_written_where_there_is_no_folder_yet() {
    let folder = tempfile::tempdir().unwrap();
    let texts = [("a/b/c.txt".to_owned(), "c".to_owned())].into();
    files::write_all(folder.path(), &texts).unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("a/b/c.txt")).unwrap(), "c");
    assert_eq!(files::differences(folder.path(), &texts).unwrap(), [""; 0]);
}
