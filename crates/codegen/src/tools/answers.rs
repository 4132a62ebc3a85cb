//! What is known about the members of answers: a table for each component that an answer can hold.
//!
//! The server decides by these tables which text it marks and which data it masks, and checks the paths
//! that a caller chooses.

use std::collections::BTreeSet;

use heck::ToShoutySnakeCase as _;
use indexmap::IndexMap;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use serde_json::{Map, Value};
use streampay_spec::{
    Api, Operation, OutsideText, Personal, deref, referenced_component, schema_types, without_null,
};

use crate::source::const_ident;

/// The tables of all answers, in the order in which they were first needed.
#[derive(Debug, Default)]
pub(super) struct Answers {
    tables: IndexMap<String, TokenStream>,
    /// The names of the tables of components.
    components: IndexMap<String, String>,
    taken: BTreeSet<String>,
}

/// What a schema describes, as far as marking text needs to know.
enum Inside {
    Plain,
    /// An object, or a list of objects, with a table.
    Object(Ident),
    Open,
}

impl Answers {
    /// What is known about the answer of an operation: the origin of its text.
    pub(super) fn origin(&mut self, api: &Api, operation: &Operation) -> TokenStream {
        let schema = operation.success.schema.as_ref();
        match schema.map(|schema| self.inside(api, schema, &operation.name)) {
            Some(Inside::Object(name)) => quote! { Origin::Known(&answers::#name) },
            _ => quote! { Origin::Unknown },
        }
    }

    /// The source of the file that holds every table, or `None` if there are no tables.
    pub(super) fn emit(&self) -> Option<TokenStream> {
        if self.tables.is_empty() {
            return None;
        }
        let statics = self.tables.iter().map(|(name, members)| {
            let name = const_ident(name);
            quote! { pub(super) static #name: Members = Members(&[#members]); }
        });
        let text = self.tables.values().map(ToString::to_string).collect::<String>();
        let member = text.contains("Member ::").then(|| quote! { Member, });
        let personal = text.contains("Personal ::").then(|| quote! { Personal, });
        Some(quote! {
            use crate::text::{#member Members, #personal};

            #(#statics)*
        })
    }

    fn inside(&mut self, api: &Api, schema: &Value, context: &str) -> Inside {
        let (schema, component) = resolved(api, schema);
        if let Some(items) = schema.get("items") {
            return self.inside(api, items, context);
        }
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            return Inside::Object(match component {
                Some(component) => self.component(api, &component, properties),
                None => {
                    let name = self.unique(context);
                    self.table(api, name, properties, &OutsideText::default())
                }
            });
        }
        if is_plain(api, &schema) { Inside::Plain } else { Inside::Open }
    }

    fn component(&mut self, api: &Api, name: &str, properties: &Map<String, Value>) -> Ident {
        if let Some(known) = self.components.get(name) {
            return const_ident(known);
        }
        let table = self.unique(name);
        // Before its members, which may refer to it.
        self.components.insert(name.to_owned(), table.clone());
        let outside = api.outside.get(name).cloned().unwrap_or_default();
        self.table(api, table, properties, &outside)
    }

    fn table(
        &mut self,
        api: &Api,
        name: String,
        properties: &Map<String, Value>,
        outside: &OutsideText,
    ) -> Ident {
        self.tables.insert(name.clone(), TokenStream::new());
        let mut members = TokenStream::new();
        let readable = |schema: &Value| schema.get("writeOnly") != Some(&Value::Bool(true));
        for (member, schema) in properties.iter().filter(|(_, schema)| readable(schema)) {
            let constructor = match self.inside(api, schema, &format!("{name}_{member}")) {
                Inside::Plain => quote! { Member::plain(#member) },
                Inside::Object(table) => quote! { Member::object(#member, &#table) },
                Inside::Open => quote! { Member::open(#member) },
            };
            let untrusted = outside.untrusted.contains(member).then(|| quote! { .untrusted() });
            let personal = outside.personal.get(member).map(|personal| match personal {
                Personal::Phone => quote! { .personal(Personal::Phone) },
                Personal::Email => quote! { .personal(Personal::Email) },
                Personal::Iban => quote! { .personal(Personal::Iban) },
                Personal::Address => quote! { .personal(Personal::Address) },
            });
            members.extend(quote! { #constructor #untrusted #personal, });
        }
        let ident = const_ident(&name);
        self.tables.insert(name, members);
        ident
    }

    fn unique(&mut self, name: &str) -> String {
        let base = name.to_shouty_snake_case();
        let mut name = base.clone();
        let mut number = 1;
        while !self.taken.insert(name.clone()) {
            number += 1;
            name = format!("{base}_{number}");
        }
        name
    }
}

/// The schema without null and references, and the component that it is.
fn resolved(api: &Api, schema: &Value) -> (Value, Option<String>) {
    let mut schema = without_null(schema);
    let mut component = None;
    // Circles of bare references are refused when the description is read.
    for _ in 0..64 {
        let Some(name) = referenced_component(&schema).map(ToOwned::to_owned) else { break };
        let Some(target) = api.schemas.get(&name) else { break };
        schema = without_null(target);
        component = Some(name);
    }
    (schema, component)
}

/// Whether values of a schema are strings, numbers and booleans, with no names in them that people choose.
fn is_plain(api: &Api, schema: &Value) -> bool {
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(branches) = schema.get(key).and_then(Value::as_array) {
            return branches.iter().all(|branch| is_plain(api, deref(branch, &api.schemas)));
        }
    }
    let types = schema_types(schema);
    let enumerated = schema.get("enum").is_some();
    (enumerated || !types.is_empty())
        && types.iter().all(|name| !matches!(*name, "object" | "array"))
}
