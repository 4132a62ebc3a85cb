//! `cargo xtask package`: builds the packages the way their users do.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail, ensure};

/// The packages of this repository that the lock file of a crate using the client names.
const CLIENT: [&str; 3] = ["streampay", "streampay-codegen", "streampay-spec"];

/// What generates the client in the repository. Users must not have to build it.
const GENERATORS: [&str; 5] =
    ["progenitor", "typify", "prettyplease", "openapiv3", "streampay_spec"];

/// The features that need no system library.
const FEATURES: &str = "axum,rustls,stream,tower,tracing";

/// Packages every crate that is published and builds it from its package. Then builds the client in a
/// crate outside the repository, offline, and with the oldest versions of its dependencies.
///
/// # Errors
/// The first step that fails.
pub fn run(root: &Path) -> anyhow::Result<bool> {
    let target = crate::target(root);
    println!("building each crate from its package");
    let package = ["package", "--workspace", "--exclude", "xtask", "--allow-dirty", "--locked"];
    cargo(root, &package, |command| command.env("CARGO_TARGET_DIR", &target))?;
    // Outside the repository, whose `.cargo/config.toml` would apply otherwise.
    let folder = tempfile::tempdir()?;
    for name in CLIENT {
        unpack(&target, name, folder.path())?;
    }
    outside(root, folder.path(), &target.join("outside"))?;
    oldest(folder.path(), &target.join("oldest"))?;
    Ok(true)
}

fn folder_of(name: &str) -> String {
    format!("{name}-{}", env!("CARGO_PKG_VERSION"))
}

fn unpack(target: &Path, name: &str, to: &Path) -> anyhow::Result<()> {
    let archive = target.join("package").join(format!("{}.crate", folder_of(name)));
    println!("{name}: {} KiB packed", fs::metadata(&archive)?.len() / 1024);
    let unpacked = Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(to).status()?;
    ensure!(unpacked.success(), "unpacking {} failed", archive.display());
    Ok(())
}

/// Builds a crate outside the repository, which has none of its settings.
fn outside(root: &Path, packages: &Path, target: &Path) -> anyhow::Result<()> {
    println!("building a crate that uses the client: offline, without the generators");
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
    // This machine has the versions that the repository is tested with.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let main = "fn main() { println!(\"{} operations\", streampay::operations::ALL.len()); }\n";
    fs::write(folder.join("src/main.rs"), main)?;
    cargo(&folder, &["run", "--offline"], |command| command.env("CARGO_TARGET_DIR", target))?;
    let built = libraries(&target.join("debug/deps"))?;
    println!("{} libraries built", built.len());
    forget_client(&folder, target)?;
    let heavy = GENERATORS.iter().find(|heavy| built.iter().any(|name| name.contains(**heavy)));
    match heavy {
        Some(heavy) => bail!("{heavy} was built, which only the repository needs"),
        None => Ok(()),
    }
}

/// Removes what was built of the client and keeps its dependencies: the next run has the client in
/// another folder, and would not use it.
fn forget_client(folder: &Path, target: &Path) -> anyhow::Result<()> {
    let clean = ["clean", "--quiet", "--offline", "--package", "streampay"];
    cargo(folder, &clean, |command| command.env("CARGO_TARGET_DIR", target))
}

fn libraries(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(Some(name).filter(|name| name.ends_with(".rlib")));
    }
    Ok(names)
}

/// Builds the client with the oldest versions that its manifest allows. Only its own dependencies are
/// old: other crates keep the bounds of theirs.
fn oldest(packages: &Path, target: &Path) -> anyhow::Result<()> {
    println!("building the client with the oldest versions of its dependencies");
    let folder: PathBuf = packages.join(folder_of("streampay"));
    let path = folder.join("Cargo.toml");
    let manifest = fs::read_to_string(&path)?;
    fs::write(&path, dependencies_only(&manifest))?;
    fs::remove_file(folder.join("Cargo.lock")).context("the package has no Cargo.lock")?;
    let resolve = ["generate-lockfile", "-Z", "direct-minimal-versions"];
    // The option is an unstable one of cargo.
    cargo(&folder, &resolve, |command| command.env("RUSTC_BOOTSTRAP", "1"))?;
    let check = ["check", "--locked", "--no-default-features", "--features", FEATURES];
    cargo(&folder, &check, |command| command.env("CARGO_TARGET_DIR", target))?;
    forget_client(&folder, target)
}

/// A manifest without what only the repository needs: tests, examples and generators.
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
    // The settings with which this program was built do not apply to these.
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
