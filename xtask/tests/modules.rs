//! Circles among modules are found however the code names what it uses, and only then.

#![allow(clippy::unwrap_used)]

use std::{fs, path::Path};

/// The circles of a crate with these files, as `a b` each.
fn circles(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join("src").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let found = xtask::modules::circles(&folder.path().join("src/lib.rs")).unwrap();
    let names = found.iter().map(|it| it.modules().into_iter().collect::<Vec<_>>().join(" "));
    names.collect()
}

/// Two modules: `b` uses `a`, and `a` holds `text`.
fn two(text: &str) -> Vec<String> {
    circles(&[
        ("lib.rs", "mod a; mod b; pub use b::B;"),
        ("a.rs", &format!("pub struct A; pub fn f() {{}}\n{text}")),
        ("b.rs", "use crate::a::A; pub struct B(A); pub fn g() {} pub mod c { pub struct C; }"),
    ])
}

#[test]
fn every_way_to_name_an_item_is_a_dependency() {
    for text in [
        "use crate::b::B;",
        "use super::b::{self, B as _};",
        "use crate::{b::B};",
        "use crate::b; fn h() { b::g() }",
        "use crate::b as other; fn h() { other::g() }",
        "fn h() { crate::b::g() }",
        "fn h() -> Option<crate::b::B> { None }",
        "fn h() { use super::b::g; g() }",
        "fn h() { println!(\"{:?}\", crate::b::g()) }",
        "use crate::B;",
        "use super::*; fn h(_: B) {}",
        "use crate::b::c::C;",
        "mod inner { fn h() { super::super::b::g() } }",
        "#[serde(with = \"crate::b::g\")] struct S;",
        "#[cfg(not(test))] use crate::b::B;",
        "impl Drop for A { fn drop(&mut self) { crate::b::g() } }",
    ] {
        assert_eq!(two(text), ["a b"], "{text}");
    }
}

#[test]
fn what_names_nothing_of_another_module_is_no_dependency() {
    for text in [
        "",
        "use crate::b;",
        "use std::{b::B, fmt}; fn h() { fmt::b() }",
        "use ::b::B;",
        "// crate::b::g()",
        "fn h() -> &'static str { \"crate::b::g\" }",
        "fn h() { quote! { crate::b::g() } }",
        "#[cfg(test)] mod tests { use crate::b::B; }",
        "#[cfg(all(test, unix))] fn h() { crate::b::g() }",
        "pub(crate) fn h() {}",
        "fn h() { A::b() }",
    ] {
        assert_eq!(two(text), [""; 0], "{text}");
    }
}

#[test]
fn a_module_and_those_below_it_are_one_unit() {
    let files = [
        ("lib.rs", "mod top; pub fn f() { top::g() }"),
        ("top/mod.rs", "mod low; pub fn g() { low::h() } pub struct T;"),
        ("top/low.rs", "use super::T; pub fn h() { crate::f() }"),
    ];
    assert_eq!(circles(&files), [""; 0]);
}

#[test]
fn what_a_module_below_uses_counts_for_its_parent() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a/mod.rs", "mod low;"),
        ("a/low.rs", "fn f() { crate::b::g() }"),
        ("b.rs", "use crate::a; pub fn g() { a::low::f() }"),
    ];
    assert_eq!(circles(&files), ["a b"]);
}

#[test]
fn circles_below_a_module_and_long_ones_are_found() {
    let files = [
        ("lib.rs", "mod top; mod alone;"),
        ("alone.rs", "use crate::top::a::A;"),
        ("top/mod.rs", "pub mod a; pub mod b; pub mod c;"),
        ("top/a.rs", "pub struct A(super::b::B);"),
        ("top/b.rs", "pub struct B(super::c::C);"),
        ("top/c.rs", "pub struct C(Option<Box<super::a::A>>);"),
    ];
    assert_eq!(circles(&files), ["top::a top::b top::c"]);
}

#[test]
fn a_circle_is_shown_with_its_files_and_names() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("lib.rs", "mod a; mod b;");
    write("a.rs", "use crate::b::B; pub struct A(B);");
    write("b.rs", "pub struct B(Option<super::a::A>);");
    let found = xtask::modules::circles(&folder.path().join("lib.rs")).unwrap();
    let text = found[0].to_string().replace(&format!("{}/", folder.path().display()), "");
    assert_eq!(text, "a b\n  a → b\n      a.rs: crate::b::B\n  b → a\n      b.rs: super::a::A");
}

/// A repository with one crate of two modules that use each other.
fn repository(allowed: &str, dependency: &str) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("xtask/circles.txt", allowed);
    write(
        "ARCHITECTURE.md",
        "| `crates/spec` | the reader | – |\n| `crates/codegen` | x | `spec` |\n",
    );
    write(
        "crates/spec/Cargo.toml",
        &format!("[package]\nname = \"s\"\n\n[dependencies]\n{dependency}"),
    );
    write(
        "crates/codegen/Cargo.toml",
        "[package]\nname = \"g\"\n\n[dependencies]\ns.workspace = true\n",
    );
    write("crates/spec/src/lib.rs", "mod a; mod b;");
    write("crates/spec/src/a.rs", "pub struct A(crate::b::B);");
    write("crates/spec/src/b.rs", "pub struct B(Box<crate::a::A>);");
    let mut out = Vec::new();
    let passed = xtask::modules::run(folder.path(), &mut out).unwrap();
    (passed, String::from_utf8(out).unwrap().replace(&folder.path().display().to_string(), ""))
}

#[test]
fn only_a_listed_circle_is_allowed_and_only_while_it_exists() {
    let (passed, text) = repository("", "");
    assert!(!passed && text.starts_with("s has a circle of modules: a b\n"), "{text}");
    assert_eq!(
        repository("s: a b c\n", ""),
        (true, "3 modules in 1 crates: no circles but the 1 in xtask/circles.txt.\n".to_owned())
    );
    let (passed, text) = repository("s: a b\ns: c d\n", "");
    let gone =
        "xtask/circles.txt allows a circle that no longer exists; remove the line `s: c d`\n";
    assert_eq!((passed, text.as_str()), (false, gone));
}

#[test]
fn a_crate_that_uses_more_than_the_table_allows_is_named() {
    let (passed, text) = repository("s: a b\n", "g.workspace = true\n");
    let wanted =
        "crates/spec/Cargo.toml: `spec` uses `codegen`, which ARCHITECTURE.md does not allow\n";
    assert_eq!((passed, text.as_str()), (false, wanted));
}

#[test]
fn the_repository_keeps_to_its_own_rules() {
    let mut out = Vec::new();
    let passed = xtask::modules::run(Path::new(&xtask::root()), &mut out).unwrap();
    assert!(passed, "{}", String::from_utf8_lossy(&out));
}
