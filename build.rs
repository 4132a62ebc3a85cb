//! Puts the typed client and the table of operations where the library includes them from.
//!
//! In the repository they are generated from `spec/`, with generators that take a minute to build. In
//! a package, where `--cfg streampay_generate` (`.cargo/config.toml`) does not reach, those are not
//! built at all: the package carries what they gave, in `src/shipped`, which `cargo xtask regen` writes.
//! `tests/shipped.rs` holds both to be the same.

use std::{env, error::Error, fs, path::Path};

type Sources = Vec<(&'static str, String)>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR")?;
    for (name, text) in sources()? {
        fs::write(Path::new(&out).join(name), text)?;
    }
    Ok(())
}

#[cfg(streampay_generate)]
fn sources() -> Result<Sources, Box<dyn Error>> {
    // A package that cargo tries before it publishes it is built with the repository's settings.
    if !Path::new("spec").exists() {
        return shipped();
    }
    let read = |path: &str| {
        println!("cargo::rerun-if-changed={path}");
        fs::read_to_string(path)
    };
    let (description, overlay) = (read("spec/openapi.json")?, read("spec/overlay.yaml")?);
    let api = streampay_spec::load(&description, &overlay)?.api;
    let source = streampay_codegen::client::generate(&api)?;
    Ok(vec![
        ("client.rs", source.client),
        ("enums.rs", source.enums),
        ("operations.rs", source.operations),
        ("description.json", source.description),
    ])
}

#[cfg(not(streampay_generate))]
fn sources() -> Result<Sources, Box<dyn Error>> {
    shipped()
}

fn shipped() -> Result<Sources, Box<dyn Error>> {
    let shipped = Path::new("src/shipped");
    println!("cargo::rerun-if-changed={}", shipped.display());
    let read = |name| Ok((name, fs::read_to_string(shipped.join(name))?));
    ["client.rs", "enums.rs", "operations.rs", "description.json"].into_iter().map(read).collect()
}
