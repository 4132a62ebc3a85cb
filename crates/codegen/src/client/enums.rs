//! String enumerations, each with a variant for unknown values.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::source::{type_name, variant_name};

/// A string enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Enumeration {
    description: String,
    /// Variant and value.
    values: IndexMap<String, String>,
}

impl Enumeration {
    fn new(schema: &Value, values: &[&str]) -> Self {
        let mut variants: IndexMap<String, String> = IndexMap::new();
        for value in values {
            let base = variant_name(value);
            let mut name = if base == "Unknown" { "UnknownValue".to_owned() } else { base };
            while variants.contains_key(&name) {
                name.push('_');
            }
            variants.insert(name, (*value).to_owned());
        }
        let description = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        Self { description: description.to_owned(), values: variants }
    }
}

/// The enumerations of a description, by the name of the component that represents each.
pub(crate) struct Enums {
    /// The types that components become.
    components: BTreeSet<String>,
    all: IndexMap<String, Enumeration>,
}

impl Enums {
    pub(crate) fn new<'a>(components: impl Iterator<Item = &'a String>) -> Self {
        Self { components: components.map(|name| type_name(name)).collect(), all: IndexMap::new() }
    }

    /// Registers a component that is an enumeration.
    pub(crate) fn component(&mut self, name: &str, schema: &Value, values: &[&str]) {
        self.all.insert(name.to_owned(), Enumeration::new(schema, values));
    }

    /// Takes a name for another component, with a number where it is the name of something else.
    pub(crate) fn free_name(&mut self, wish: &str) -> String {
        let mut name = wish.to_owned();
        let mut number = 2;
        while self.all.keys().any(|other| type_name(other) == type_name(&name))
            || !self.components.insert(type_name(&name))
        {
            name = format!("{wish}{number}");
            number += 1;
        }
        name
    }

    /// Registers an enumeration inside another schema, and returns its name: `wish`, or
    /// with a number where that is the name of something else.
    pub(crate) fn inline(&mut self, wish: &str, schema: &Value, values: &[&str]) -> String {
        let wanted = Enumeration::new(schema, values);
        let mut name = wish.to_owned();
        let mut number = 2;
        while self.is_other(&name, &wanted) {
            name = format!("{wish}{number}");
            number += 1;
        }
        self.all.entry(name.clone()).or_insert(wanted);
        name
    }

    fn is_other(&self, name: &str, wanted: &Enumeration) -> bool {
        let known = self.all.get(name).filter(|_| !self.components.contains(&type_name(name)));
        match known {
            Some(known) => known.values != wanted.values,
            None => {
                let name = type_name(name);
                self.components.contains(&name)
                    || self.all.keys().any(|other| type_name(other) == name)
            }
        }
    }

    /// The components that stand for enumerations, with the type that each becomes.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&String, String)> {
        self.all.keys().map(|name| (name, type_name(name)))
    }

    /// Emits calls of the client's `open_enum!`, which writes the type and its conversions.
    pub(crate) fn emit(&self) -> TokenStream {
        let items = self.all.iter().map(|(name, enumeration)| {
            let name = format_ident!("{}", type_name(name));
            let description = &enumeration.description;
            let doc = (!description.is_empty()).then(|| quote! { #[doc = #description] });
            let variants = enumeration.values.iter().map(|(variant, value)| {
                let variant = format_ident!("{variant}");
                quote! { #variant = #value }
            });
            quote! {
                crate::open_enum::open_enum! {
                    #doc
                    #name { #(#variants),* }
                }
            }
        });
        quote! { #(#items)* }
    }
}
