//! The typed client: progenitor's output for a lowered description, enumerations that keep unknown
//! values, and the table of operations for the lossless call.

mod compose;
mod enums;
mod lower;
mod name_collisions;
mod operations;
mod requests;
mod rewrite;
mod types;

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Once,
};

use indexmap::IndexMap;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;
use serde_json::Value;
use streampay_spec::{Api, Fault, Faults, component_of, reference_to};

use crate::{COMMAND, json, source};

/// The files that the client's build script writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSource {
    /// The typed client and its types.
    pub client: String,
    /// The enumerations, each with a variant for unknown values.
    pub enums: String,
    /// The table of operations, and the digest of the description.
    pub operations: String,
    /// The overlaid description as JSON.
    pub description: String,
}

/// Generates the client's sources.
///
/// # Errors
/// What progenitor cannot handle, with the operation where it failed if that can be determined.
pub fn generate(api: &Api) -> Result<ClientSource, Faults> {
    let lowered = lower::lower(api);
    let head = format!("// Generated from spec/ by the build script; see `{COMMAND}`.\n\n");
    let client = progenitor(api, &lowered)
        .map_err(|message| blame(api, &message))
        .and_then(|tokens| source::format(tokens, "the client"))?;
    Ok(ClientSource {
        client: head.clone() + &client,
        enums: head.clone() + &source::format(lowered.enums.emit(), "the enumerations")?,
        operations: head + &source::format(operations::emit(api), "the operations")?,
        description: json::lines(&api.document, 0) + "\n",
    })
}

/// Runs progenitor, turning its assertions into messages.
fn progenitor(api: &Api, lowered: &lower::Lowered) -> Result<proc_macro2::TokenStream, String> {
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Builder).with_tag(TagStyle::Merged);
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
        Err(message) => return Err(format!("progenitor failed: {message}")),
    };
    let mut file: syn::File = syn::parse2(tokens).map_err(|error| error.to_string())?;
    name_collisions::check(&mut file)?;
    rewrite::rewrite(&mut file, api);
    Ok(quote! { #file })
}

/// Finds what progenitor fails on by running it on each operation alone, with the components that the
/// operation uses, and then on each component.
fn blame(api: &Api, message: &str) -> Faults {
    let advice = "progenitor cannot handle this; change or remove it with an overlay";
    let mut faults = Vec::new();
    let mut attempt = |place: String, alone: &Api| {
        if let Err(message) = progenitor(alone, &lower::lower(alone)) {
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
        let place = reference_to(name);
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
                let component = component_of(text).and_then(|name| api.schemas.get_key_value(name));
                if let Some((name, schema)) = component
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

/// Calls `work` and returns the message of a panic as an error, without printing it. The panic hook of the
/// process is replaced once, by one that is silent for this thread during `work` and calls the previous
/// hook otherwise.
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

/// The members of a JSON object, or none.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
