//! Puts the generated client and the table of operations where the library includes them from.
//!
//! The same sources come from two places. In the repository they are generated from `spec/`. The
//! generators take a minute to build, so packages carry the result in `src/shipped`, which `cargo xtask
//! regen` writes. The generators are build-dependencies only under `--cfg streampay_generate`, which
//! `.cargo/config.toml` sets in the repository.
//!
//! `RUSTFLAGS` overrides that setting, and a git dependency does not have it. Then `src/shipped` is used
//! in the repository as well, but only if it was generated from this `spec/`. `tests/shipped.rs` checks
//! that both places hold the same.

use std::{env, error::Error, fs, path::Path};

#[path = "build/inputs.rs"]
mod inputs;

type Sources = Vec<(&'static str, String)>;

const DESCRIPTION: &str = "spec/openapi.json";
const OVERLAY: &str = "spec/overlay.yaml";
const SHIPPED: &str = "src/shipped";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build/inputs.rs");
    let in_repository = Path::new("spec").exists();
    if in_repository {
        println!("cargo::rerun-if-changed={DESCRIPTION}");
        println!("cargo::rerun-if-changed={OVERLAY}");
    }
    // Cargo verifies a package with the repository's settings, but without its `spec/`.
    let sources = if cfg!(streampay_generate) && in_repository {
        generate()?
    } else {
        shipped(in_repository)?
    };
    let out = env::var("OUT_DIR")?;
    for (name, text) in sources {
        fs::write(Path::new(&out).join(name), text)?;
    }
    Ok(())
}

#[cfg(streampay_generate)]
fn generate() -> Result<Sources, Box<dyn Error>> {
    let (description, overlay) = (fs::read_to_string(DESCRIPTION)?, fs::read_to_string(OVERLAY)?);
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
fn generate() -> Result<Sources, Box<dyn Error>> {
    Err("the generators were not built".into())
}

fn shipped(in_repository: bool) -> Result<Sources, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={SHIPPED}");
    let folder = Path::new(SHIPPED);
    if in_repository {
        let written = fs::read_to_string(folder.join(inputs::FILE))?;
        let (description, overlay) =
            (fs::read_to_string(DESCRIPTION)?, fs::read_to_string(OVERLAY)?);
        if written.trim() != inputs::digest(&description, &overlay).trim() {
            return Err(format!(
                "{SHIPPED} was generated from another spec/: run `cargo xtask regen --pinned` without \
                 RUSTFLAGS, or add `--cfg streampay_generate` to RUSTFLAGS"
            )
            .into());
        }
    }
    let read = |name| Ok((name, fs::read_to_string(folder.join(name))?));
    ["client.rs", "enums.rs", "operations.rs", "description.json"].into_iter().map(read).collect()
}
