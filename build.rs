//! Generates the typed client and the table of operations from `spec/` at build time.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=spec/openapi.json");
    println!("cargo::rerun-if-changed=spec/overlay.yaml");
    println!("cargo::rerun-if-changed=build.rs");
    let description = fs::read_to_string("spec/openapi.json")?;
    let overlay = fs::read_to_string("spec/overlay.yaml")?;
    let api = streampay_spec::load(&description, &overlay)?.api;
    let source = streampay_codegen::client::generate(&api)?;
    let out = env::var("OUT_DIR")?;
    for (name, text) in [
        ("client.rs", source.client),
        ("enums.rs", source.enums),
        ("operations.rs", source.operations),
        ("description.json", api.document.to_string()),
    ] {
        fs::write(Path::new(&out).join(name), text)?;
    }
    Ok(())
}
