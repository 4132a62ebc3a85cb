//! Puts the typed client and the table of operations where the library includes them from.
//!
//! In the repository they are generated from `spec/`, with generators that take a minute to build. In
//! a package, where `--cfg streampay_generate` (`.cargo/config.toml`) does not reach, those are not
//! built at all: the package carries what they gave, in `src/shipped`. `tests/shipped.rs` holds both
//! to be the same.

use std::{env, error::Error, fs, path::Path};

const SPEC: [&str; 2] = ["spec/openapi.json", "spec/overlay.yaml"];

fn main() -> Result<(), Box<dyn Error>> {
    for path in SPEC {
        println!("cargo::rerun-if-changed={path}");
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/shipped");
    let [description, overlay] = SPEC.map(fs::read_to_string);
    let (description, overlay) = (description?, overlay?);
    let fingerprint = fingerprint(&[&description, &overlay]);
    println!("cargo::rustc-env=STREAMPAY_FINGERPRINT={fingerprint}");
    let out = env::var("OUT_DIR")?;
    for (name, text) in sources(&description, &overlay, &fingerprint)? {
        fs::write(Path::new(&out).join(name), text)?;
    }
    Ok(())
}

type Sources = Vec<(&'static str, String)>;

#[cfg(streampay_generate)]
fn sources(description: &str, overlay: &str, _: &str) -> Result<Sources, Box<dyn Error>> {
    let api = streampay_spec::load(description, overlay)?.api;
    let source = streampay_codegen::client::generate(&api)?;
    Ok(vec![
        ("client.rs", source.client),
        ("enums.rs", source.enums),
        ("operations.rs", source.operations),
        ("description.json", api.document.to_string()),
    ])
}

#[cfg(not(streampay_generate))]
fn sources(_: &str, _: &str, fingerprint: &str) -> Result<Sources, Box<dyn Error>> {
    let shipped = Path::new("src/shipped");
    if fs::read_to_string(shipped.join("fingerprint"))?.trim() != fingerprint {
        return Err("src/shipped was not made from spec/: see tests/shipped.rs".into());
    }
    let read = |name| Ok((name, fs::read_to_string(shipped.join(name))?));
    ["client.rs", "enums.rs", "operations.rs", "description.json"].into_iter().map(read).collect()
}

/// Tells one description from another (FNV-1a); no protection against malice.
fn fingerprint(texts: &[&str]) -> String {
    let bytes = texts.iter().flat_map(|text| text.bytes().filter(|byte| *byte != b'\r'));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
