//! `cargo xtask regen` on a copy of the repository: same input, same bytes; what differs is shown.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod support;

use std::fs;

use support::{Repository, SMALL, from_file};
use xtask::regen::{Lock, Options};

fn lock(repository: &Repository) -> Lock {
    serde_json::from_str(&repository.read("spec/lock.json")).unwrap()
}

fn pinned() -> Options {
    Options { pinned: true, ..Options::default() }
}

#[test]
fn the_pinned_description_changes_nothing_however_often_and_the_check_passes() {
    let repository = Repository::real();
    let before = repository.tree();
    let (well, text) = repository.check();
    assert!(well && text.contains("generated files are up to date"), "{text}");
    let file = xtask::root().join("spec/openapi.json");
    for options in [from_file(&file), from_file(&file), pinned()] {
        let (_, text) = repository.run(&options).unwrap();
        assert!(text.contains("No change for users."), "{text}");
        assert!(text.contains("56 operations, ") && text.contains(" 0 changed."), "{text}");
        assert!(repository.tree() == before);
    }
}

#[test]
fn the_published_document_of_march_goes_through_and_there_is_a_way_back() {
    let march = xtask::root().join("../shared/upstream/openapi-2026-03.json");
    if !march.exists() {
        eprintln!("left out: {} is not here", march.display());
        return;
    }
    let repository = Repository::real();
    let before = repository.tree();
    let (_, text) = repository.run(&from_file(&march)).unwrap();
    assert!(text.contains("47 operations, "), "{text}");
    assert!(text.contains("- `tool list_branches`: removed"), "{text}");
    assert!(text.starts_with("## Breaking"), "{text}");
    assert!(!repository.path("spec/tools/list_branches.json").exists());
    assert_eq!(lock(&repository).source, "openapi-2026-03.json");
    assert!(repository.check().0);
    let ours = xtask::root().join("spec/openapi.json");
    let (_, text) = repository.run(&from_file(&ours)).unwrap();
    assert!(text.contains("- `tool list_branches`: added"), "{text}");
    let lock = repository.path("spec/lock.json");
    let mut after = repository.tree();
    after.insert(lock.clone(), before[&lock].clone());
    assert!(after == before, "all but the lock is as it was");
}

#[test]
fn the_check_shows_what_differs_and_how_to_mend_it() {
    let repository = Repository::small();
    assert!(repository.check().0);
    let path = "crates/mcp/src/generated/things.rs";
    let good = repository.tree();
    repository.write(path, &repository.read(path).replace("name: \"add_thing\"", "name: \"sell\""));
    fs::remove_file(repository.path("docs/tools.md")).unwrap();
    repository.write("spec/tools/old.json", "{}");
    let edited = repository.tree();
    let (well, text) = repository.check();
    assert!(!well);
    for part in [
        "--- a/crates/mcp/src/generated/things.rs",
        "-    name: \"sell\",",
        "+    name: \"add_thing\",",
        "+++ b/docs/tools.md",
        "--- a/spec/tools/old.json",
        "the file is no longer generated",
        "3 files are out of date",
        "cargo xtask regen --pinned",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(repository.tree() == edited, "the check changes nothing");
    repository.run(&pinned()).unwrap();
    assert!(repository.tree() == good, "the command mends it");
}

#[test]
fn the_check_sees_a_description_that_was_edited_by_hand() {
    let repository = Repository::small();
    let edited = repository.read("spec/openapi.json").replace("Things.", "All things.");
    repository.write("spec/openapi.json", &edited);
    let (well, text) = repository.check();
    assert!(!well && text.contains("the sha256 does not match spec/openapi.json"), "{text}");
    repository.run(&pinned()).unwrap();
    assert!(repository.check().0);
}

#[test]
fn yaml_and_json_in_any_layout_give_the_same_files() {
    let repository = Repository::small();
    let before = repository.tree();
    let json = streampay_spec::read_document(SMALL).unwrap();
    for text in [json.to_string(), format!("{json:#}"), SMALL.replace('\n', "\r\n")] {
        repository.regen(&text).unwrap();
        assert!(repository.tree() == before, "{text}");
    }
    assert!(repository.read("spec/openapi.json").starts_with("{\n  \"openapi\": \"3.1.0\",\n"));
}

#[test]
fn the_lock_keeps_its_date_until_the_description_changes() {
    let repository = Repository::small();
    let today = lock(&repository);
    assert_eq!(today.source, "given.yaml");
    let old =
        Lock { retrieved: "2020-02-02".to_owned(), source: "afar".to_owned(), ..today.clone() };
    repository.write("spec/lock.json", &serde_json::to_string(&old).unwrap());
    repository.regen(SMALL).unwrap();
    assert_eq!(lock(&repository), old);
    repository.regen(&SMALL.replace("Things.", "All things.")).unwrap();
    let new = lock(&repository);
    assert_eq!((new.source, new.retrieved), (today.source, today.retrieved));
    assert_ne!(new.sha256, old.sha256);
}

#[test]
fn a_change_of_the_overlay_reaches_the_tools_and_leaves_description_and_lock() {
    let repository = Repository::small();
    let overlay = repository.read("spec/overlay.yaml");
    let action = "  - target: $.paths['/things'].post\n    update: {x-name: sell_thing}\n";
    repository.write("spec/overlay.yaml", &(overlay + action));
    let (description, lock) = (repository.read("spec/openapi.json"), lock(&repository));
    let (_, text) = repository.run(&pinned()).unwrap();
    assert!(text.contains("- `tool add_thing`: renamed to `sell_thing`"), "{text}");
    assert!(repository.path("spec/tools/sell_thing.json").exists());
    assert!(!repository.path("spec/tools/add_thing.json").exists(), "stale files are removed");
    let surface = repository.read("spec/client-surface.txt");
    assert!(surface.contains("sell_thing") && !surface.contains("add_thing"), "{surface}");
    assert_eq!(repository.read("spec/openapi.json"), description);
    assert_eq!(self::lock(&repository), lock);
}

#[test]
fn the_report_is_written_as_markdown() {
    let repository = Repository::small();
    let file = repository.path("given.yaml");
    let later = SMALL
        .replace("{name: page, in: query, schema: {type: integer}}", "")
        .replace("properties: {", "properties: {size: {type: integer}, ");
    fs::write(&file, later).unwrap();
    let report = repository.path("report.md");
    let options = Options { report: Some(report.clone()), ..from_file(&file) };
    let (_, text) = repository.run(&options).unwrap();
    let wanted = "\
## Breaking

- `GET /things page`: argument removed

## Compatible

- `Thing.size`: field added

";
    assert_eq!(fs::read_to_string(report).unwrap(), wanted);
    assert!(text.starts_with(wanted) && text.contains("Build, test and commit"), "{text}");
}

#[test]
fn what_is_missing_is_made_and_the_first_description_has_nothing_to_compare_with() {
    let repository = Repository::small();
    let before = repository.tree();
    for folder in ["crates", "docs", "spec/tools", "src"] {
        fs::remove_dir_all(repository.path(folder)).unwrap();
    }
    fs::remove_file(repository.path("spec/openapi.json")).unwrap();
    let text = repository.regen(SMALL).unwrap();
    assert!(text.contains("There was no previous description."), "{text}");
    assert!(repository.tree() == before);
}
