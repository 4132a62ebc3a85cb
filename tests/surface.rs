//! What the library offers, line by line, in `spec/client-surface.txt`: a change of it is seen in review.
//! After an intended one:
//!
//! ```sh
//! STREAMPAY_SHIP=1 cargo test -p streampay --test surface
//! ```
//!
//! The list is read from the sources: every public item with its signature, under the module of its
//! file. Private modules are told by `crate::…` paths all the same; what is exported from where is in
//! the `use` lines of the root.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::{collections::BTreeSet, env, fs, path::Path};

use quote::ToTokens;
use syn::{Fields, ImplItem, Item, TraitItem, Visibility};

const FILE: &str = "spec/client-surface.txt";

#[derive(Default)]
struct Surface(BTreeSet<String>);

fn text(tokens: impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let tight = [
        (" :: ", "::"),
        (":: ", "::"),
        (" ::", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("( ", "("),
        (" )", ")"),
        (" (", "("),
        ("& ", "&"),
        (" :", ":"),
        (" ;", ";"),
        (" !", "!"),
        ("std::option::Option", "Option"),
        ("std::string::String", "String"),
        ("std::vec::Vec", "Vec"),
        ("std::result::Result", "Result"),
        ("::uuid::Uuid", "Uuid"),
        ("::Option", "Option"),
        ("::String", "String"),
        ("::Vec", "Vec"),
        ("::Result", "Result"),
    ];
    tight.iter().fold(text, |text, (from, to)| text.replace(from, to))
}

const fn public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

impl Surface {
    fn add(&mut self, module: &str, line: impl AsRef<str>) {
        self.0.insert(format!("{module}: {}", line.as_ref()));
    }

    fn fields(&mut self, module: &str, name: &str, fields: &Fields) {
        for (index, field) in fields.iter().enumerate().filter(|(_, field)| public(&field.vis)) {
            let field_name = field.ident.as_ref().map_or(index.to_string(), ToString::to_string);
            self.add(module, format!("{name}.{field_name}: {}", text(&field.ty)));
        }
    }

    fn items(&mut self, module: &str, items: &[Item]) {
        for item in items {
            match item {
                Item::Mod(it) => {
                    let inner = format!("{module}::{}", it.ident);
                    let hidden = it.attrs.iter().any(|attribute| text(attribute).contains("test"));
                    if let Some((_, items)) = it.content.as_ref().filter(|_| !hidden) {
                        self.items(&inner, items);
                    } else if public(&it.vis) {
                        self.add(module, format!("pub mod {}", it.ident));
                    }
                }
                Item::Use(it) if public(&it.vis) => self.add(module, text(it)),
                Item::Const(it) if public(&it.vis) => {
                    self.add(module, format!("const {}: {}", it.ident, text(&it.ty)));
                }
                Item::Static(it) if public(&it.vis) => {
                    self.add(module, format!("static {}: {}", it.ident, text(&it.ty)));
                }
                Item::Fn(it) if public(&it.vis) => self.add(module, text(&it.sig)),
                Item::Struct(it) if public(&it.vis) => {
                    let name = it.ident.to_string();
                    self.add(module, format!("struct {name}{}", text(&it.generics)));
                    self.fields(module, &name, &it.fields);
                }
                Item::Enum(it) if public(&it.vis) => {
                    for variant in &it.variants {
                        let mut fields = variant.fields.clone();
                        fields.iter_mut().for_each(|field| field.attrs.clear());
                        let shape = text(&fields);
                        self.add(module, format!("enum {}::{}{shape}", it.ident, variant.ident));
                    }
                }
                Item::Trait(it) if public(&it.vis) => {
                    for item in &it.items {
                        let line = match item {
                            TraitItem::Fn(method) => text(&method.sig),
                            other => text(other),
                        };
                        self.add(module, format!("trait {}: {line}", it.ident));
                    }
                }
                Item::Impl(it) => self.implementation(module, it),
                // The enumerations: name and values.
                Item::Macro(it) if it.mac.path.segments.last().unwrap().ident == "open_enum" => {
                    let parts = text(&it.mac.tokens);
                    let parts = parts.split(']').next_back().unwrap_or_default();
                    self.add(module, format!("open enum {}", parts.trim()));
                }
                _ => {}
            }
        }
    }

    fn implementation(&mut self, module: &str, it: &syn::ItemImpl) {
        let ty = text(&it.self_ty);
        if let Some((.., path, _)) = &it.trait_ {
            self.add(module, format!("{ty}: {}", text(path)));
            return;
        }
        for item in &it.items {
            match item {
                ImplItem::Fn(method) if public(&method.vis) => {
                    self.add(module, format!("{ty}::{}", text(&method.sig)));
                }
                ImplItem::Const(item) if public(&item.vis) => {
                    self.add(module, format!("{ty}::const {}: {}", item.ident, text(&item.ty)));
                }
                _ => {}
            }
        }
    }

    fn folder(&mut self, folder: &Path, module: &str) {
        let mut entries: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            let inner = match stem.as_str() {
                "lib" | "mod" => module.to_owned(),
                "client" if module.ends_with("shipped") => "streampay::generated".to_owned(),
                "enums" | "operations" if module.ends_with("shipped") => {
                    format!("streampay::{stem}")
                }
                _ => format!("{module}::{stem}"),
            };
            if path.is_dir() {
                self.folder(&path, &inner);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
                self.items(&inner, &file.items);
            }
        }
    }
}

#[test]
fn the_surface_is_the_reviewed_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut surface = Surface::default();
    surface.folder(&root.join("src"), "streampay");
    let lines: Vec<String> = surface.0.into_iter().collect();
    let now = format!("# Generated by tests/surface.rs; do not edit.\n{}\n", lines.join("\n"));
    if env::var_os("STREAMPAY_SHIP").is_some() {
        fs::write(root.join(FILE), &now).unwrap();
    }
    let reviewed = fs::read_to_string(root.join(FILE)).unwrap_or_default();
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) =
        (reviewed.lines().collect(), now.lines().collect());
    let gone: Vec<_> = old.difference(&new).map(|line| format!("- {line}")).collect();
    let added: Vec<_> = new.difference(&old).map(|line| format!("+ {line}")).collect();
    assert!(
        gone.is_empty() && added.is_empty(),
        "the library's surface changed:\n{}\n{}\nIf that is meant:\n\n    \
         STREAMPAY_SHIP=1 cargo test -p streampay --test surface\n",
        gone.join("\n"),
        added.join("\n")
    );
}
