//! `cargo xtask package`: builds the packages the way their users do.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail, ensure};

/// What generates the client in the repository. Users must not have to build it.
const GENERATORS: [&str; 5] =
    ["progenitor", "typify", "prettyplease", "openapiv3", "streampay-spec"];

/// The features that need no system library.
const FEATURES: &str = "axum,rustls,stream,tower,tracing";

/// A crate that uses the client.
const OUTSIDE: &str = "outside";

/// Packs every crate that is published, and compiles all of them from what their packages hold. Then, as
/// their users do: builds and runs a crate that uses the client, compiles the server, and compiles the
/// client with the oldest versions of its dependencies.
///
/// `cargo package` could compile each package too, but would compile its dependencies again every time.
///
/// # Errors
/// The first step that fails.
pub fn run(root: &Path) -> anyhow::Result<bool> {
    let target = crate::target(root);
    let packages = packages(root)?;
    let mut package = vec!["package", "--quiet", "--allow-dirty", "--locked", "--no-verify"];
    package.extend(packages.iter().flat_map(|package| ["--package", package.name.as_str()]));
    cargo(root, &package, &target)?;

    println!("compiling {} packages", packages.len());
    // Below `target/` they have the settings of the repository. With its profiles and, because of the
    // examples, the features that its tests need, they share all dependencies with it.
    let inside = target.join("unpacked");
    write_workspace(root, &packages, &inside)?;
    let check = "check --quiet --offline --workspace --lib --bins --examples";
    let check: Vec<&str> = check.split(' ').collect();
    cargo(&inside, &check, &target)?;

    // Elsewhere the repository's `.cargo/config.toml` does not apply.
    let folder = tempfile::tempdir()?;
    write_workspace(root, &packages, folder.path())?;
    let (folder, target) = (folder.path(), target.join("outside"));
    outside(folder, &target)?;
    println!("compiling the server as `cargo install` does");
    cargo(folder, &["check", "--quiet", "--offline", "--package", "streampay-mcp"], &target)?;
    let client = packages.iter().find(|package| package.name == "streampay");
    oldest(&folder.join(&client.context("the client is not published")?.folder), &target)?;
    Ok(true)
}

/// A crate that is published.
struct Package {
    name: String,
    /// Its name and version, as its archive is called.
    folder: String,
}

fn packages(root: &Path) -> anyhow::Result<Vec<Package>> {
    let metadata = metadata(root, &["--no-deps", "--locked"])?;
    let text = |package: &serde_json::Value, key| package[key].as_str().map(ToOwned::to_owned);
    members(&metadata)
        // `publish = false` is an empty list of registries.
        .filter(|package| package["publish"].is_null())
        .map(|package| {
            let (name, version) = text(package, "name")
                .zip(text(package, "version"))
                .context("cargo metadata lists a package without a name or version")?;
            Ok(Package { folder: format!("{name}-{version}"), name })
        })
        .collect()
}

/// Makes a workspace in `folder` of the unpacked packages, which use each other, and of a crate that uses
/// the client as its users do.
fn write_workspace(root: &Path, packages: &[Package], folder: &Path) -> anyhow::Result<()> {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder.join(OUTSIDE).join("src"))?;
    let members = packages.iter().map(|package| package.folder.as_str()).chain([OUTSIDE]);
    let members: Vec<String> = members.map(|member| format!("{member:?}")).collect();
    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    let profiles = sections(&manifest, |name| name.starts_with("[profile"));
    let mut manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [{}]\n\n{profiles}\n[patch.crates-io]\n",
        members.join(", ")
    );
    for package in packages {
        unpack(&crate::target(root), package, folder)?;
        manifest += &format!("{} = {{ path = {:?} }}\n", package.name, package.folder);
    }
    fs::write(folder.join("Cargo.toml"), manifest)?;
    // This machine has the versions that the repository is tested with.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let manifest = format!(
        "[package]\nname = \"{OUTSIDE}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nstreampay = {{ version = \"*\", features = [\"stream\", \"axum\"] }}\n"
    );
    fs::write(folder.join(OUTSIDE).join("Cargo.toml"), manifest)?;
    let main = "fn main() { println!(\"{} operations\", streampay::operations::ALL.len()); }\n";
    Ok(fs::write(folder.join(OUTSIDE).join("src/main.rs"), main)?)
}

fn unpack(target: &Path, package: &Package, to: &Path) -> anyhow::Result<()> {
    let archive = target.join("package").join(format!("{}.crate", package.folder));
    // With the time of unpacking: the times in the archive are old, and cargo would take its files for
    // those that it compiled last time.
    let unpacked = Command::new("tar").arg("-xzmf").arg(&archive).arg("-C").arg(to).status()?;
    ensure!(unpacked.success(), "unpacking {} failed", archive.display());
    Ok(())
}

/// Builds and runs the crate that uses the client.
fn outside(folder: &Path, target: &Path) -> anyhow::Result<()> {
    println!("building a crate that uses the client: offline, without the generators");
    cargo(folder, &["run", "--quiet", "--offline", "--package", OUTSIDE], target)?;
    let tree = ["tree", "--offline", "--package", OUTSIDE, "--edges", "no-dev", "--prefix", "none"];
    let tree = output(folder, &tree)?;
    let names: BTreeSet<&str> =
        tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    println!("{} crates built for it", names.len());
    match GENERATORS.iter().find(|generator| names.contains(**generator)) {
        Some(generator) => bail!("it needs {generator}, which only the repository needs"),
        None => Ok(()),
    }
}

/// Compiles the client in `folder` with the oldest versions that its manifest allows. Only its own
/// dependencies are old: other crates keep the bounds of theirs.
fn oldest(folder: &Path, target: &Path) -> anyhow::Result<()> {
    println!("compiling the client with the oldest versions of its dependencies");
    let path = folder.join("Cargo.toml");
    fs::write(&path, dependencies_only(&fs::read_to_string(&path)?))?;
    let metadata = metadata(folder, &[])?;
    let direct: BTreeSet<&str> = members(&metadata)
        .filter(|package| package["source"].is_null())
        .flat_map(|package| package["dependencies"].as_array().into_iter().flatten())
        .filter_map(|dependency| dependency["name"].as_str())
        .collect();
    let locked = members(&metadata).filter_map(|package| {
        let (name, version) = package["name"].as_str().zip(package["version"].as_str())?;
        direct.contains(name).then(|| format!("{name}@{version}"))
    });
    let locked: Vec<String> = locked.collect();
    let mut update = vec!["update", "--quiet", "-Z", "direct-minimal-versions"];
    update.extend(locked.iter().map(String::as_str));
    // The option is an unstable one of cargo.
    run_cargo(command(folder, &update).env("RUSTC_BOOTSTRAP", "1"))?;
    let check = ["check", "--quiet", "--locked", "--no-default-features", "--features", FEATURES];
    cargo(folder, &check, target)
}

/// A manifest without what only the repository needs: tests, examples and generators.
fn dependencies_only(manifest: &str) -> String {
    let dropped = ["[dev-dependencies", "[target.", "[[test", "[[bench", "[[example"];
    let kept = sections(manifest, |name| !dropped.iter().any(|start| name.starts_with(start)));
    kept + "[workspace]\n"
}

/// The sections of a manifest whose first line is wanted.
fn sections(manifest: &str, is_wanted: impl Fn(&str) -> bool) -> String {
    let mut keep = false;
    let kept = manifest.lines().filter(|line| {
        if line.starts_with('[') {
            keep = is_wanted(line);
        }
        keep
    });
    kept.map(|line| format!("{line}\n")).collect()
}

fn metadata(folder: &Path, options: &[&str]) -> anyhow::Result<serde_json::Value> {
    let arguments = [&["metadata", "--quiet", "--format-version", "1"], options].concat();
    Ok(serde_json::from_str(&output(folder, &arguments)?)?)
}

/// The packages that `cargo metadata` lists.
fn members(metadata: &serde_json::Value) -> impl Iterator<Item = &serde_json::Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

fn cargo(folder: &Path, arguments: &[&str], target: &Path) -> anyhow::Result<()> {
    run_cargo(command(folder, arguments).env("CARGO_TARGET_DIR", target))
}

fn run_cargo(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().context("running cargo")?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}

fn output(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let mut command = command(folder, arguments);
    let output = command.stderr(Stdio::inherit()).output().context("running cargo")?;
    ensure!(output.status.success(), "{command:?}: {}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}

/// Cargo, without the settings with which this program was built.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(folder).env_remove("CARGO_TARGET_DIR");
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
}

#[cfg(test)]
mod tests {
    use super::dependencies_only;

    #[test]
    fn a_manifest_keeps_what_users_build() {
        let manifest = "[package]\nname = \"a\"\n\n[dependencies.b]\nversion = \"1\"\n\n\
                        [dev-dependencies.c]\nversion = \"1\"\n\n[[test]]\nname = \"t\"\n\n\
                        [target.\"cfg(x)\".build-dependencies.d]\nversion = \"1\"\n\n\
                        [profile.dev]\nopt-level = 1\n\n[features]\ne = []\n";
        let wanted = "[package]\nname = \"a\"\n\n[dependencies.b]\nversion = \"1\"\n\n\
                      [profile.dev]\nopt-level = 1\n\n[features]\ne = []\n[workspace]\n";
        assert_eq!(dependencies_only(manifest), wanted);
    }
}
