//! The package builds for others: outside the repository, without network, and without the generators.
//!
//! It builds everything anew and takes minutes, so it runs on request:
//!
//! ```sh
//! STREAMPAY_TEST_PACKAGE=1 cargo test -p streampay --test package -- --nocapture
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

/// The packages that are published together, in order.
const PACKAGES: [&str; 3] = ["streampay-spec", "streampay-codegen", "streampay"];

fn run(command: &mut Command) {
    // What the outer cargo set is not for the inner one.
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn unpack(folder: &Path, made: &Path, name: &str) -> PathBuf {
    let version = env!("CARGO_PKG_VERSION");
    let archive = made.join(format!("package/{name}-{version}.crate"));
    run(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(folder));
    println!("{name}: {} KiB packed", fs::metadata(archive).unwrap().len() / 1024);
    folder.join(format!("{name}-{version}"))
}

#[test]
fn a_crate_outside_builds_against_the_packages_offline_and_without_the_generators() {
    if env::var_os("STREAMPAY_TEST_PACKAGE").is_none() {
        println!("skipped: it builds everything anew; set STREAMPAY_TEST_PACKAGE=1 to run it");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made");
    let mut package = cargo();
    package.current_dir(root).args(["package", "--offline", "--allow-dirty", "--no-verify"]);
    package.arg("--target-dir").arg(&made);
    for name in PACKAGES {
        package.args(["-p", name]);
    }
    run(&mut package);
    let paths = PACKAGES.map(|name| unpack(folder.path(), &made, name));

    let outside = folder.path().join("outside");
    fs::create_dir_all(outside.join("src")).unwrap();
    let [spec, codegen, client] = paths.map(|path| path.display().to_string());
    let manifest = format!(
        "[package]\nname = \"outside\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nstreampay = {{ path = {client:?}, features = [\"stream\", \"axum\"] }}\n\n\
         [patch.crates-io]\nstreampay-spec = {{ path = {spec:?} }}\n\
         streampay-codegen = {{ path = {codegen:?} }}\n\n[workspace]\n"
    );
    fs::write(outside.join("Cargo.toml"), manifest).unwrap();
    // The versions that the repository is tested with are those in the machine's cache.
    fs::copy(root.join("Cargo.lock"), outside.join("Cargo.lock")).unwrap();
    let main = "fn main() { assert_eq!(streampay::operations::ALL.len(), 56); }\n";
    fs::write(outside.join("src/main.rs"), main).unwrap();
    let start = Instant::now();
    let target = folder.path().join("target");
    let mut build = cargo();
    build.current_dir(&outside).args(["run", "--offline", "--target-dir"]);
    run(build.arg(&target));
    let elapsed = start.elapsed();
    let built: Vec<String> = fs::read_dir(target.join("debug/deps"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".rlib"))
        .collect();
    println!("{elapsed:.1?} cold, {} libraries", built.len());
    for heavy in ["progenitor", "typify", "prettyplease", "openapiv3", "streampay_spec"] {
        assert!(!built.iter().any(|name| name.contains(heavy)), "{heavy} was built");
    }
}
