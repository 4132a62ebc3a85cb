//! Two names in the description that become one in Rust, as `a-b` and `a_b` do. Progenitor generates such
//! code without an error, and the compiler's message would not name the operation.

use std::collections::BTreeSet;

use syn::{
    Fields, File, FnArg, ImplItem, Item, ItemImpl, ItemMod, ItemStruct, Pat,
    visit_mut::{self, VisitMut},
};

/// Checks that every type, field, method and argument has a name of its own.
///
/// # Errors
/// The first name that occurs twice, and where.
pub(crate) fn check(file: &mut File) -> Result<(), String> {
    let mut collisions = Collisions(None);
    collisions.items("the client", &file.items);
    collisions.visit_file_mut(file);
    collisions.0.map_or(Ok(()), Err)
}

struct Collisions(Option<String>);

impl Collisions {
    fn unique(&mut self, holder: &str, names: impl Iterator<Item = String>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if self.0.is_none() && seen.contains(&name) {
                self.0 = Some(format!("{holder} has two names that both become `{name}` in Rust"));
            }
            seen.insert(name);
        }
    }

    fn items(&mut self, holder: &str, items: &[Item]) {
        let types = items.iter().filter_map(|item| match item {
            Item::Struct(item) => Some(item.ident.to_string()),
            Item::Enum(item) => Some(item.ident.to_string()),
            _ => None,
        });
        self.unique(holder, types);
    }
}

impl VisitMut for Collisions {
    fn visit_item_mod_mut(&mut self, item: &mut ItemMod) {
        let items = item.content.as_ref().map(|(_, items)| items.as_slice()).unwrap_or_default();
        self.items(&format!("the module `{}`", item.ident), items);
        visit_mut::visit_item_mod_mut(self, item);
    }

    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        if let Fields::Named(fields) = &item.fields {
            let names = fields.named.iter().filter_map(|field| field.ident.as_ref());
            self.unique(&format!("`{}`", item.ident), names.map(ToString::to_string));
        }
    }

    fn visit_item_impl_mut(&mut self, item: &mut ItemImpl) {
        let functions = item.items.iter().filter_map(|item| match item {
            ImplItem::Fn(function) => Some(&function.sig),
            _ => None,
        });
        self.unique("the client", functions.clone().map(|sig| sig.ident.to_string()));
        for signature in functions {
            let names = signature.inputs.iter().filter_map(|input| match input {
                FnArg::Typed(input) => match &*input.pat {
                    Pat::Ident(name) => Some(name.ident.to_string()),
                    _ => None,
                },
                FnArg::Receiver(_) => None,
            });
            self.unique(&format!("`{}`", signature.ident), names);
        }
    }
}
