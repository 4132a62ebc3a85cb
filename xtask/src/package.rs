//! `cargo xtask package`: the packages, tried as those who depend on them get them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context as _, bail, ensure};

/// What a crate that uses the client needs of this repository; the latter two stand in its lock file.
const CLIENT: [&str; 3] = ["streampay", "streampay-codegen", "streampay-spec"];

/// What builds the client in the repository, and must not be built by its users.
const GENERATORS: [&str; 5] =
    ["progenitor", "typify", "prettyplease", "openapiv3", "streampay_spec"];

/// Features that need no library of the system.
const FEATURES: &str = "axum,rustls,stream,tower,tracing";

/// Makes every package that is published and builds it from what it holds; then builds the client in a
/// crate outside of the repository, without network; then with the oldest versions of what it depends on.
///
/// # Errors
/// The first step that fails.
pub fn run(root: &Path) -> anyhow::Result<bool> {
    let target = crate::target(root);
    println!("== each package builds from what it holds");
    let package = ["package", "--workspace", "--exclude", "xtask", "--allow-dirty", "--locked"];
    cargo(root, &package, |command| command.env("CARGO_TARGET_DIR", &target))?;
    let folder = tempfile::tempdir()?;
    for name in CLIENT {
        unpack(&target, name, folder.path())?;
    }
    outside(root, folder.path())?;
    oldest(folder.path())?;
    Ok(true)
}

fn folder_of(name: &str) -> String {
    format!("{name}-{}", env!("CARGO_PKG_VERSION"))
}

fn unpack(target: &Path, name: &str, to: &Path) -> anyhow::Result<()> {
    let archive = target.join("package").join(format!("{}.crate", folder_of(name)));
    println!("{name}: {} KiB packed", fs::metadata(&archive)?.len() / 1024);
    let unpacked = Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(to).status()?;
    ensure!(unpacked.success(), "{} cannot be unpacked", archive.display());
    Ok(())
}

/// A crate outside of the repository, which has none of its settings.
fn outside(root: &Path, packages: &Path) -> anyhow::Result<()> {
    println!("== a crate outside builds with the client: offline, without its generators");
    let folder = packages.join("outside");
    fs::create_dir_all(folder.join("src"))?;
    let [client, codegen, spec] = CLIENT.map(|name| packages.join(folder_of(name)));
    let manifest = format!(
        "[package]\nname = \"outside\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nstreampay = {{ path = {client:?}, features = [\"stream\", \"axum\"] }}\n\n\
         [patch.crates-io]\nstreampay-spec = {{ path = {spec:?} }}\n\
         streampay-codegen = {{ path = {codegen:?} }}\n\n[workspace]\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    // The versions that the repository is tested with are those that this machine has.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let main = "fn main() { println!(\"{} operations\", streampay::operations::ALL.len()); }\n";
    fs::write(folder.join("src/main.rs"), main)?;
    let start = Instant::now();
    cargo(&folder, &["run", "--offline"], |command| command)?;
    let built = libraries(&folder.join("target/debug/deps"))?;
    println!("cold: {:.1?}, {} libraries", start.elapsed(), built.len());
    let heavy = GENERATORS.iter().find(|heavy| built.iter().any(|name| name.contains(**heavy)));
    match heavy {
        Some(heavy) => bail!("{heavy} was built"),
        None => Ok(()),
    }
}

fn libraries(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(Some(name).filter(|name| name.ends_with(".rlib")));
    }
    Ok(names)
}

/// The lower bounds in the client's manifest are true. Only its own are tried: those of other crates are
/// theirs to keep.
fn oldest(packages: &Path) -> anyhow::Result<()> {
    println!("== the client builds with the oldest versions of what it depends on");
    let folder: PathBuf = packages.join(folder_of("streampay"));
    let path = folder.join("Cargo.toml");
    let manifest = fs::read_to_string(&path)?;
    fs::write(&path, dependencies_only(&manifest))?;
    fs::remove_file(folder.join("Cargo.lock")).context("the package has no Cargo.lock")?;
    let resolve = ["generate-lockfile", "-Z", "direct-minimal-versions"];
    // The option is cargo's own, but not stable.
    cargo(&folder, &resolve, |command| command.env("RUSTC_BOOTSTRAP", "1"))?;
    cargo(&folder, &["check", "--locked", "--no-default-features", "--features", FEATURES], |it| it)
}

/// A manifest without what only the repository needs: tests, examples, generators.
fn dependencies_only(manifest: &str) -> String {
    let dropped = ["[dev-dependencies", "[target.", "[[test", "[[bench", "[[example"];
    let mut keep = true;
    let kept = manifest.lines().filter(|line| {
        if line.starts_with('[') {
            keep = !dropped.iter().any(|start| line.starts_with(start));
        }
        keep
    });
    kept.chain(["[workspace]"]).map(|line| format!("{line}\n")).collect()
}

fn cargo(
    folder: &Path,
    arguments: &[&str],
    change: impl FnOnce(&mut Command) -> &mut Command,
) -> anyhow::Result<()> {
    let mut command = Command::new("cargo");
    // What was set for the build of this program is not for these.
    command.args(arguments).current_dir(folder).env_remove("CARGO_TARGET_DIR");
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    let status = change(&mut command).status().context("running cargo")?;
    ensure!(status.success(), "cargo {}: {status}", arguments.join(" "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::dependencies_only;

    #[test]
    fn a_manifest_keeps_what_users_build() {
        let manifest = "[package]\nname = \"a\"\n\n[dependencies.b]\nversion = \"1\"\n\n\
                        [dev-dependencies.c]\nversion = \"1\"\n\n[[test]]\nname = \"t\"\n\n\
                        [target.\"cfg(x)\".build-dependencies.d]\nversion = \"1\"\n\n[features]\ne = []\n";
        let wanted = "[package]\nname = \"a\"\n\n[dependencies.b]\nversion = \"1\"\n\n\
                      [features]\ne = []\n[workspace]\n";
        assert_eq!(dependencies_only(manifest), wanted);
    }
}
