//! The program around the chores: exit codes and where its words go.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::process::{Command, Output};

fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(arguments).output().unwrap()
}

#[test]
fn an_error_goes_to_stderr_with_exit_code_1() {
    let output = xtask(&["regen", "--file", "/nowhere/gone.json"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("error: reading /nowhere/gone.json"), "{text}");
    assert_eq!(output.stdout, b"");
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    for arguments in [
        ["regen", "--pinned", "--check"].as_slice(),
        &["regen", "--url", "https://example.com/a.json", "--check"],
        &["regen", "--url", "https://example.com/a.json", "--file", "a.json"],
        &["regen", "--file", "a.json", "--pinned"],
    ] {
        let output = xtask(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("cannot be used with"), "{text}");
    }
}
