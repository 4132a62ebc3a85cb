//! The typed client: progenitor's output over a lowered description, with enumerations that survive
//! unknown values, and the table of operations that the lossless call uses.

mod calls;
mod enums;
mod lower;
mod operations;
mod polish;

use std::panic::{AssertUnwindSafe, catch_unwind};

use progenitor::{GenerationSettings, Generator, InterfaceStyle, TagStyle, TypeImpl};
use quote::quote;
use serde_json::Value;
use streampay_spec::{Api, Faults};

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
    let client = progenitor(api, &lowered)
        .map_err(|message| blame(api, &message))
        .and_then(|tokens| source::format(tokens, "the client"))?;
    Ok(ClientSource {
        client: head.clone() + &client,
        enums: head.clone() + &source::format(enums::emit(&lowered.enums), "the enumerations")?,
        operations: head + &source::format(operations::emit(api), "the operations")?,
    })
}

/// Runs progenitor, turning its assertions into messages.
fn progenitor(api: &Api, lowered: &lower::Lowered) -> Result<proc_macro2::TokenStream, String> {
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
    polish::polish(&mut file, api);
    Ok(quote! { #file })
}

/// Finds the operation that progenitor stumbles over by giving it each alone.
fn blame(api: &Api, message: &str) -> Faults {
    let advice =
        "the client generator cannot handle this; change it, or remove it, with an overlay";
    for operation in &api.operations {
        let alone = Api { operations: vec![operation.clone()], ..api.clone() };
        if let Err(message) = progenitor(&alone, &lower::lower(&alone)) {
            return Faults::one(&operation.place, message, advice);
        }
    }
    Faults::one("#", message, advice)
}

/// Calls `work`, giving a panic's message instead of printing and unwinding. The panic hook is the
/// process's; build script and xtask, the only callers, generate on one thread.
fn silently<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(work));
    std::panic::set_hook(hook);
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
