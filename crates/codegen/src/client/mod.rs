//! The typed client: progenitor's output over a lowered description, with enumerations that survive
//! unknown values, and the table of operations that the lossless call uses.

mod enums;
mod lower;
mod operations;
mod twins;

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Once,
};

use indexmap::IndexMap;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;
use serde_json::Value;
use streampay_spec::{Api, Fault, Faults};
use syn::visit_mut::{self, VisitMut};

use crate::{COMMAND, source};

/// The sources that the client's build script writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSource {
    /// The typed client and its types, by progenitor.
    pub client: String,
    /// The enumerations, each with a variant for values that the description lacks.
    pub enums: String,
    /// The table of operations, and the digest of the description.
    pub operations: String,
}

/// Generates the client's sources.
///
/// # Errors
/// What progenitor cannot handle, with the operation that it stumbled over where that can be told.
pub fn generate(api: &Api) -> Result<ClientSource, Faults> {
    let lowered = lower::lower(api);
    let head = format!("// Generated from spec/ by the build script; see `{COMMAND}`.\n\n");
    let client = progenitor(&lowered)
        .map_err(|message| blame(api, &message))
        .and_then(|tokens| source::format(tokens, "the client"))?;
    Ok(ClientSource {
        client: head.clone() + &client,
        enums: head.clone() + &source::format(lowered.enums.emit(), "the enumerations")?,
        operations: head + &source::format(operations::emit(api), "the operations")?,
    })
}

/// Runs progenitor, turning its assertions into messages.
fn progenitor(lowered: &lower::Lowered) -> Result<proc_macro2::TokenStream, String> {
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder).with_tag(TagStyle::Merged);
    settings.with_inner_type(quote! { crate::core::Core });
    settings.with_derive("PartialEq").with_map_type("::std::collections::BTreeMap");
    for (name, path) in &lowered.replacements {
        let impls = [TypeImpl::Display, TypeImpl::FromStr].into_iter();
        settings.with_replacement(name, path, impls);
    }
    let document: openapiv3::OpenAPI = serde_json::from_value(lowered.document.clone())
        .map_err(|error| format!("the lowered description is not OpenAPI 3.0: {error}"))?;
    let result = silently(|| Generator::new(&settings).generate_tokens(&document));
    let tokens = match result {
        Ok(Ok(tokens)) => tokens,
        Ok(Err(error)) => return Err(error.to_string()),
        Err(message) => return Err(message),
    };
    let mut file: syn::File = syn::parse2(tokens).map_err(|error| error.to_string())?;
    twins::check(&mut file)?;
    Polish.visit_file_mut(&mut file);
    Ok(quote! { #file })
}

/// Finds what progenitor stumbles over by giving it each operation alone, with the components that it
/// uses, and then each component.
fn blame(api: &Api, message: &str) -> Faults {
    let advice = "the client generator cannot handle this; change or remove it with an overlay";
    let mut faults = Vec::new();
    let mut attempt = |place: String, alone: &Api| {
        if let Err(message) = progenitor(&lower::lower(alone)) {
            faults.push(Fault { place, message, advice: advice.to_owned() });
        }
    };
    for operation in &api.operations {
        let bodies = operation.body.iter().map(|body| &body.schema);
        let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
        let used = bodies.chain(parameters).chain(&operation.success.schema);
        let schemas = reachable(api, used);
        let operations = vec![operation.clone()];
        attempt(operation.place.clone(), &Api { operations, schemas, ..Api::default() });
    }
    for (name, schema) in &api.schemas {
        let mut schemas = reachable(api, std::iter::once(schema));
        schemas.insert(name.clone(), schema.clone());
        let place = format!("#/components/schemas/{name}");
        attempt(place, &Api { schemas, ..Api::default() });
    }
    if faults.is_empty() { Faults::one("#", message, advice) } else { Faults(faults) }
}

/// The components that schemas use, directly or not.
fn reachable<'a>(api: &'a Api, from: impl Iterator<Item = &'a Value>) -> IndexMap<String, Value> {
    let mut found = IndexMap::new();
    let mut open: Vec<&Value> = from.collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Object(map) => open.extend(map.values()),
            Value::Array(list) => open.extend(list),
            Value::String(text) => {
                let name = text.strip_prefix("#/components/schemas/");
                if let Some((name, schema)) = name.and_then(|name| api.schemas.get_key_value(name))
                    && found.insert(name.clone(), schema.clone()).is_none()
                {
                    open.push(schema);
                }
            }
            _ => {}
        }
    }
    found
}

thread_local! {
    static SILENT: Cell<bool> = const { Cell::new(false) };
}

/// Calls `work`, giving a panic's message instead of printing and unwinding. The hook of the process is
/// replaced once, by one that is silent for this thread during `work` and otherwise as before.
fn silently<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !SILENT.get() {
                before(panic);
            }
        }));
    });
    SILENT.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    SILENT.set(false);
    result.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
            .unwrap_or_else(|| "the generator panicked".to_owned())
    })
}

/// Small corrections of progenitor's output.
struct Polish;

impl VisitMut for Polish {
    /// Types keep unknown members in a field `extra`. Their builders would insist on it being set; here
    /// it starts out empty instead.
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        if let syn::Member::Named(name) = &field.member
            && name == "extra"
            && let syn::Expr::Call(call) = &field.expr
            && let syn::Expr::Path(function) = &*call.func
            && function.path.is_ident("Err")
        {
            field.expr = syn::parse_quote! { Ok(Default::default()) };
        }
        visit_mut::visit_field_value_mut(self, field);
    }

    /// Examples that cannot be compiled are no tests, not even ignored ones.
    fn visit_lit_str_mut(&mut self, literal: &mut syn::LitStr) {
        let text = literal.value();
        if text.contains("```ignore") {
            *literal = syn::LitStr::new(&text.replace("```ignore", "```text"), literal.span());
        }
    }
}

/// The members of a JSON object, or none.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
